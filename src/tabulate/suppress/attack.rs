//! A reader of every table of a study who tries to work out what is masked. The sums that the tables are known to obey are written down here
//! anew, from the tables as they are printed; [`Sums`] solves them for the masked counts.

use std::collections::{BTreeMap, BTreeSet};

use microlp::OptimizationDirection;
use proptest::prelude::*;

use super::{
    audit::Sums,
    study::base_key,
    system::{CODED, Key, Kind, READ, TOTAL, WITH},
};
use crate::{
    model::{Exclusion, Stance},
    tabulate::{Base, Flow, Table, Tally, TallyOptions, fixtures},
};

/// What the tables tell, and the sums they obey.
#[derive(Default)]
struct Reader {
    numbers: BTreeMap<Key, usize>,
    truth: Vec<Option<u64>>,
    told: Vec<bool>,
    /// Counts with their signs: each sum is 0.
    sums: Vec<BTreeMap<usize, i64>>,
}

impl Reader {
    fn number(&mut self, key: Key) -> usize {
        let next = self.truth.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.truth.push(None);
            self.told.push(false);
        }
        number
    }

    /// One cell of a table. However many tables have it, it is one number.
    fn see(&mut self, key: Key, n: u64, hidden: bool) {
        let number = self.number(key.clone());
        let known = *self.truth[number].get_or_insert(n);
        assert_eq!(known, n, "{key:?} is two different numbers");
        self.told[number] |= !hidden;
    }

    fn sum(&mut self, whole: Key, parts: impl IntoIterator<Item = Key>) {
        let whole_name = format!("{whole:?}");
        let mut sum = BTreeMap::from([(self.number(whole), -1)]);
        for part in parts {
            *sum.entry(self.number(part)).or_default() += 1;
        }
        // No table tells the parts.
        if sum.len() == 1 {
            return;
        }
        let whole: Option<i64> = sum.iter().map(|(&n, sign)| Some(sign * self.truth[n]? as i64)).sum();
        assert_eq!(
            whole.unwrap_or_default(),
            0,
            "{whole_name} is no sum of what it should be"
        );
        self.sums.push(sum);
    }

    fn known(&self, kind: Kind) -> Vec<Key> {
        self.numbers
            .keys()
            .filter(|(found, ..)| *found == kind)
            .cloned()
            .collect()
    }

    /// Groups of one kind add up to a total, of the same kind or another.
    fn add_up(&mut self, kind: Kind, total: Kind) {
        let keys = self.known(kind);
        let groups: BTreeSet<&String> = keys.iter().map(|(_, _, group)| group).collect();
        for group in groups {
            let parts = keys.iter().filter(|(_, of, found)| found == group && of != TOTAL);
            self.sum((total, TOTAL.to_owned(), group.clone()), parts.cloned());
        }
    }

    fn learn(&mut self, outside: &[&str]) {
        let key = |kind: Kind, of: &str, group: &str| (kind, of.to_owned(), group.to_owned());
        self.add_up(Kind::Posts, Kind::Posts);
        self.add_up(Kind::Day, Kind::Posts);
        self.add_up(Kind::Accounts, Kind::Accounts);
        for kind in [Kind::Posts, Kind::Day, Kind::Accounts] {
            let of: BTreeSet<String> = self.known(kind).into_iter().map(|(_, of, _)| of).collect();
            for of in of {
                let ties = (kind == Kind::Accounts).then_some("tie");
                let inside = Stance::ON_TOPIC.map(Stance::name).into_iter().chain(ties);
                self.sum(key(kind, &of, WITH), inside.map(|stance| key(kind, &of, stance)));
                let parts = [WITH].into_iter().chain(outside.iter().copied());
                self.sum(key(kind, &of, CODED), parts.map(|part| key(kind, &of, part)));
            }
        }
        self.learn_codes([Kind::Code, Kind::CodeByStance, Kind::NoCode, Kind::Posts]);
        self.learn_codes([
            Kind::AccountCode,
            Kind::AccountCodeByVote,
            Kind::AccountNoCode,
            Kind::Accounts,
        ]);
        for (accounts, posts) in [
            (Kind::Accounts, Kind::Posts),
            (Kind::AccountCode, Kind::Code),
            (Kind::AccountCodeByVote, Kind::CodeByStance),
            (Kind::AccountNoCode, Kind::NoCode),
        ] {
            self.no_more(accounts, posts);
        }
        self.learn_files(outside);
    }

    fn learn_codes(&mut self, [code_kind, by_stance, without, all]: [Kind; 4]) {
        let key = |kind: Kind, of: &str, group: &str| (kind, of.to_owned(), group.to_owned());
        let codes: BTreeSet<String> = self.known(code_kind).into_iter().map(|(_, code, _)| code).collect();
        for code in codes.iter().filter(|code| *code != "no code") {
            for kind in [code_kind, without, by_stance] {
                let parts: Vec<Key> = self
                    .known(kind)
                    .into_iter()
                    .filter(|(_, of, group)| of == code && group != TOTAL)
                    .collect();
                let total = if kind == without { kind } else { code_kind };
                if !parts.is_empty() {
                    self.sum(key(total, code, TOTAL), parts);
                }
            }
        }
        for (_, code, group) in self.known(without) {
            let answers = [key(code_kind, &code, &group), key(without, &code, &group)];
            self.sum(key(all, &group, WITH), answers);
        }
    }

    /// Accounts are no more than their posts, wherever that is so.
    fn no_more(&mut self, accounts: Kind, posts: Kind) {
        for key in self.known(accounts) {
            let fewer = self.numbers[&key];
            let Some(&more) = self.numbers.get(&(posts, key.1, key.2)) else {
                continue;
            };
            let (Some(n), Some(of)) = (self.truth[fewer], self.truth[more]) else {
                continue;
            };
            if n <= of {
                self.truth.push(Some(of - n));
                self.told.push(false);
                let further = self.truth.len() - 1;
                self.sums.push(BTreeMap::from([(more, -1), (fewer, 1), (further, 1)]));
            }
        }
    }

    fn learn_files(&mut self, outside: &[&str]) {
        let coded = |file: &str, step: &str| {
            let shared = file == TOTAL && (step == WITH || step == CODED || outside.contains(&step));
            (
                if shared { Kind::Posts } else { Kind::File },
                file.to_owned(),
                step.to_owned(),
            )
        };
        let files: BTreeSet<String> = self.known(Kind::File).into_iter().map(|(_, file, _)| file).collect();
        let left = Exclusion::ALL.map(Exclusion::name);
        let steps: Vec<&str> = ["rejected"].into_iter().chain(left).chain([CODED]).collect();
        let parts: Vec<&str> = [WITH].into_iter().chain(outside.iter().copied()).collect();
        for file in &files {
            self.sum(coded(file, READ), steps.iter().map(|step| coded(file, step)));
            self.sum(coded(file, CODED), parts.iter().map(|part| coded(file, part)));
        }
        for step in steps.iter().chain(&parts).chain([&READ]) {
            let of_files = files.iter().filter(|file| *file != TOTAL);
            self.sum(
                coded(TOTAL, step),
                of_files.map(|file| coded(file, step)).collect::<Vec<_>>(),
            );
        }
    }

    /// The least and the most a count can be, up to a limit.
    fn bounds(&self, number: usize, limit: u64) -> Option<(u64, u64)> {
        let told = self.truth.iter().zip(&self.told);
        let sums = Sums {
            told: told.map(|(n, told)| n.filter(|_| *told)).collect(),
            sums: self.sums.clone(),
        };
        let end = |towards| Some(sums.extreme(number, towards, limit)?[&number]);
        Some((
            end(OptimizationDirection::Minimize)?,
            end(OptimizationDirection::Maximize)?,
        ))
    }
}

/// Posts of one kind: account type, stance, day, file, codes, account and how many.
type Posts = (usize, usize, u8, usize, u8, u8, u64);

fn study(groups: &[Posts]) -> (Tally, Flow) {
    let mut tally = Tally::new(&fixtures::codes(), &fixtures::types(), TallyOptions::default());
    let mut flow = Flow::default();
    for (at, &(kind, stance, day, file, codes, user, times)) in groups.iter().enumerate() {
        let file = ["a.csv", "b.csv"][file];
        for copy in 0..times {
            let codes: Vec<u8> = (0..3).filter(|code| codes >> code & 1 == 1).collect();
            let row = 100 * at as u64 + copy;
            let (kind, stance) = (fixtures::TYPES[kind], Stance::ALL[stance]);
            let user = format!("u{kind}{}", u64::from(user) + copy % 7);
            tally.add(&fixtures::coded(
                file,
                row,
                kind,
                &user,
                Some(i8::try_from(day).unwrap()),
                stance,
                &codes,
            ));
        }
        let counts = flow.file(&file.into());
        counts.read += times + at as u64 % 3 + u64::from(day) % 2;
        counts.rejected += at as u64 % 3;
        if day % 2 == 1 {
            counts.exclude(Exclusion::Duplicate);
        }
    }
    (tally, flow)
}

fn read(tables: &[Table], masked: &super::MaskedStudy) -> Reader {
    let mut reader = Reader::default();
    for table in tables {
        for count in &table.rows {
            if let Some(key) = masked.counted(&table.name, count) {
                reader.see(key, count.n, count.hidden.n);
            }
            if let Some(key) = base_key(&table.name, count) {
                reader.see(key, count.base, count.hidden.base);
            }
        }
    }
    let outside: Vec<&str> = tables[0]
        .rows
        .iter()
        .filter(|count| {
            count.base_name == Base::AllPosts && !Stance::ON_TOPIC.iter().any(|stance| stance.name() == count.row)
        })
        .map(|count| count.row.as_str())
        .collect();
    reader.learn(&outside);
    reader
}

fn groups() -> impl Strategy<Value = Vec<Posts>> {
    let times = prop_oneof![1u64..5, 1u64..5, 5u64..40];
    prop::collection::vec(
        (0..5usize, 0..5usize, 14u8..18, 0..2usize, 0u8..8, 0u8..30, times),
        4..30,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn nothing_masked_in_a_study_can_be_worked_out_from_all_of_its_tables(groups in groups(), k in 2u64..7) {
        let (tally, flow) = study(&groups);
        let mut tables = tally.tables(&flow);
        let masked = tally.suppress(&flow, k);
        masked.hide(&mut tables);
        let reader = read(&tables, &masked);
        for (key, &number) in &reader.numbers {
            let Some(n) = reader.truth[number].filter(|n| (1..k).contains(n)) else { continue };
            prop_assert!(!reader.told[number], "{key:?} is told");
            let bounds = reader.bounds(number, k);
            prop_assert!(bounds.is_some_and(|(_, most)| most >= k), "{key:?} is {n}, and worked out to be {bounds:?}");
        }
    }

    /// The reader is as good as he can be: with nothing but the small counts masked he finds some of them.
    #[test]
    fn the_reader_finds_what_is_masked_without_its_complement(times in 1u64..4) {
        let (tally, flow) = study(&[(0, 0, 14, 0, 1, 0, times), (1, 0, 14, 0, 0, 1, 30), (1, 1, 14, 0, 0, 2, 30)]);
        let mut tables = tally.tables(&flow);
        for count in tables.iter_mut().flat_map(|table| &mut table.rows) {
            count.hidden.n = (1..5).contains(&count.n);
            count.hidden.base = (1..5).contains(&count.base);
        }
        let reader = read(&tables, &tally.suppress(&flow, 5));
        let at = reader.numbers[&(Kind::Posts, fixtures::TYPES[0].to_owned(), "positive".to_owned())];
        prop_assert_eq!(reader.bounds(at, 5), Some((times, times)));
    }
}
