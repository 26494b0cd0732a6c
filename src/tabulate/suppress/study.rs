//! The tables of a study masked together: a count masked in one of them stands in no other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Grid,
    audit::Reader,
    system::{CODED, Key, Kind, READ, TOTAL, WITH, systems},
    withhold,
};
use crate::{
    model::Stance,
    tabulate::{
        ALL, Base, Count, Flow, Table, Tally, Test,
        sensitivity::MEASURES,
        tables::{ALL_FILES, account_level},
    },
};

/// Masking one sum may ask for a mask in another; it ends when nothing new is asked, at the latest when all is masked.
const ROUNDS: usize = 1_000;

/// What of a study is not to be shown, in whatever table it stands.
#[derive(Debug, Clone)]
pub struct MaskedStudy {
    keys: BTreeSet<Key>,
    /// Name of each yes / no table, the code it asks for, and whether it counts accounts.
    questions: BTreeMap<String, (String, bool)>,
    k: u64,
}

impl Tally {
    /// What to mask so that no count from 1 to `k` - 1 is told by any table of the study, nor can be worked out from all of them together:
    /// posts by account type, stance, day and code, accounts by vote, records of each file and of all.
    pub fn suppress(&self, flow: &Flow, k: u64) -> MaskedStudy {
        let systems = systems(self, flow);
        let mut reader = Reader::new(&systems, k);
        let mut keys = BTreeSet::new();
        for _ in 0..ROUNDS {
            let before = keys.len();
            for system in &systems {
                system.mask(k, &mut keys);
            }
            if keys.len() == before {
                let wanted = reader.wanted(&keys);
                keys.extend(wanted);
            }
            if keys.len() == before {
                break;
            }
        }
        let questions = self.questions().into_iter().flat_map(|(table, code)| {
            let of_accounts = (account_level(&table), (code.clone(), true));
            [(table, (code, false)), of_accounts]
        });
        MaskedStudy {
            keys,
            questions: questions.collect(),
            k,
        }
    }
}

impl MaskedStudy {
    /// Masks the tables.
    pub fn hide(&self, tables: &mut [Table]) {
        let small = |n: u64| self.is_small(n);
        for table in tables.iter_mut() {
            let name = table.name.clone();
            for count in &mut table.rows {
                let masked = |key: Option<Key>| key.is_some_and(|key| self.keys.contains(&key));
                count.hidden.n |= small(count.n) || masked(self.counted(&name, count));
                count.hidden.base |= small(count.base) || masked(base_key(&name, count));
            }
        }
    }

    /// The tests without what would give a masked count of the tables away.
    pub fn hide_tests(&self, tables: &[Table], tests: Vec<Test>) -> Vec<Test> {
        let hidden: BTreeSet<&str> = tables
            .iter()
            .filter(|table| table.rows.iter().any(|count| count.hidden.any()))
            .map(|table| table.name.as_str())
            .collect();
        tests
            .into_iter()
            .flat_map(|test| {
                if hidden.contains(test.table.as_str()) {
                    withhold(vec![test])
                } else {
                    vec![test]
                }
            })
            .collect()
    }

    /// Whether a number that no table tells may be told.
    pub fn is_small(&self, n: u64) -> bool {
        (1..self.k).contains(&n)
    }

    /// Whether the number of records of a file at a step of the flow is masked; without a file that of all files.
    pub fn hides_step(&self, file: Option<&str>, step: &str) -> bool {
        self.keys.contains(&step_of(file.unwrap_or(TOTAL), step))
    }

    /// What a count is a count of.
    pub(super) fn counted(&self, table: &str, count: &Count) -> Option<Key> {
        let (row, col) = (count.row.clone(), count.col.clone());
        let total = || TOTAL.to_owned();
        let col_or_total = || if count.col == ALL { total() } else { count.col.clone() };
        Some(match table {
            "stance" => (Kind::Posts, total(), row),
            "account_type" if count.base_name == Base::AllPosts => (Kind::Posts, row, CODED.to_owned()),
            "account_type" => (Kind::Posts, row, WITH.to_owned()),
            "account_type_by_stance" => (Kind::Posts, row, col),
            "account_level_stance" if count.base_name == Base::AllPosts => return None,
            "account_level_stance" => (Kind::Accounts, total(), row),
            "account_level_type" if count.base_name == Base::AllAccounts => (Kind::Accounts, row, CODED.to_owned()),
            "account_level_type" => (Kind::Accounts, row, WITH.to_owned()),
            "account_level_type_by_stance" => (Kind::Accounts, row, col),
            "codes" | "codes_by_account_type" => (Kind::Code, row, col_or_total()),
            "codes_by_stance" => (Kind::CodeByStance, row, col),
            "account_level_codes" | "account_level_codes_by_type" => (Kind::AccountCode, row, col_or_total()),
            "account_level_codes_by_stance" => (Kind::AccountCodeByVote, row, col),
            "daily" => (Kind::Day, row, col),
            "flow" => step_of(if row == ALL_FILES { TOTAL } else { &row }, &col),
            _ => {
                let (code, accounts) = self.questions.get(table)?.clone();
                let kind = match (row.as_str(), accounts) {
                    ("yes", false) => Kind::Code,
                    (_, false) => Kind::NoCode,
                    ("yes", true) => Kind::AccountCode,
                    (_, true) => Kind::AccountNoCode,
                };
                (kind, code, col_or_total())
            }
        })
    }
}

/// What a base is a count of.
pub(super) fn base_key(table: &str, count: &Count) -> Option<Key> {
    let (row, col) = (count.row.clone(), count.col.clone());
    let (total, with) = (TOTAL.to_owned(), WITH.to_owned());
    Some(match count.base_name {
        Base::AllPosts => (Kind::Posts, total, CODED.to_owned()),
        Base::PostsWithStance => (Kind::Posts, total, with),
        Base::WithinAccountType if table == "account_type_by_stance" => (Kind::Posts, row, with),
        Base::WithinAccountType => (Kind::Posts, col, with),
        Base::WithinStance => (Kind::Posts, total, col),
        Base::WithinDay => (Kind::Day, row, with),
        Base::Accounts => (Kind::Accounts, total, with),
        Base::AccountsWithinType if table == "account_level_type_by_stance" => (Kind::Accounts, row, with),
        Base::AccountsWithinType => (Kind::Accounts, col, with),
        Base::AccountsWithinStance => (Kind::Accounts, total, col),
        Base::AllAccounts => (Kind::Accounts, total, CODED.to_owned()),
        Base::RecordsRead => step_of(if row == ALL_FILES { TOTAL } else { &row }, READ),
    })
}

fn step_of(file: &str, step: &str) -> Key {
    let step = match step {
        "off topic" => Stance::Irrelevant.name(),
        "stance unclear" => Stance::Unclear.name(),
        other => other,
    };
    let coded = [WITH, CODED, Stance::Irrelevant.name(), Stance::Unclear.name()].contains(&step);
    let kind = if coded && file == TOTAL {
        Kind::Posts
    } else {
        Kind::File
    };
    (kind, file.to_owned(), step.to_owned())
}

impl MaskedStudy {
    /// Masks the counts of the table `sensitivity`, whose rows are the same posts counted in several ways: the stances of a row like a table
    /// of one variable, of other counts each that is small itself, has a small rest, or lies close to the one before it of the same base;
    /// in every row what the tables of the study mask; and a count that another row of posts has by fewer than `k` more, as the posts of one are
    /// among those of the other. What three rows or more tell together is not guarded against.
    pub fn hide_rows(&self, table: &mut Table) {
        let small = |n: u64| self.is_small(n);
        let close = self.close_rows(table);
        for row in distinct(table.rows.iter().map(|count| count.row.as_str())) {
            let stances: Vec<&mut Count> = table
                .rows
                .iter_mut()
                .filter(|count| count.row == row && matches!(count.base_name, Base::PostsWithStance | Base::Accounts))
                .collect();
            let cells: Vec<Vec<u64>> = stances.iter().map(|count| vec![count.n]).collect();
            let asked: Vec<(usize, usize)> = stances
                .iter()
                .zip(0..)
                .filter(|(count, _)| {
                    self.keys.contains(&(kind(count), TOTAL.to_owned(), count.col.clone()))
                        || close.contains(&(row.clone(), count.col.clone()))
                })
                .map(|(_, at)| (at, 0))
                .chain(
                    close
                        .contains(&(row.clone(), ALL.to_owned()))
                        .then_some((cells.len(), 0)),
                )
                .collect();
            let masked = Grid::summed(&cells, false, true).mask(self.k, &asked);
            let sum = masked.last().is_some_and(|sum| sum[0]);
            for (count, masked) in stances.into_iter().zip(masked) {
                count.hidden.n = masked[0];
                count.hidden.base =
                    sum || small(count.base) || self.keys.contains(&(kind(count), TOTAL.to_owned(), WITH.to_owned()));
            }
            let negatives = table.cell(&row, Stance::Negative.name(), Base::PostsWithStance);
            let negatives = negatives.or_else(|| table.cell(&row, Stance::Negative.name(), Base::Accounts));
            let negatives_hidden = negatives.is_some_and(|count| count.hidden.n);
            let others = table
                .rows
                .iter_mut()
                .filter(|count| count.row == row && !matches!(count.base_name, Base::PostsWithStance | Base::Accounts));
            let negative = Stance::Negative.name();
            let mut before = None;
            for count in others {
                let close = before.is_some_and(|n: u64| small(n.abs_diff(count.n)))
                    || close.contains(&(row.clone(), count.col.clone()));
                let kinds = MEASURES
                    .iter()
                    .find(|(name, _)| *name == count.col)
                    .map_or(&[][..], |(_, kinds)| kinds);
                let asked = kinds.iter().any(|of| {
                    self.keys
                        .contains(&(kind(count), (*of).to_owned(), negative.to_owned()))
                });
                count.hidden.n = small(count.n) || small(count.base - count.n) || close || asked;
                count.hidden.base = negatives_hidden
                    || small(count.base)
                    || self
                        .keys
                        .contains(&(kind(count), TOTAL.to_owned(), negative.to_owned()));
                before = Some(count.n);
            }
        }
    }
}

impl MaskedStudy {
    /// Counts of posts, by row and column, that another row has by fewer than `k` more, so that the posts of the one that are not in the other
    /// could be counted; the column `all` stands for the sum of the stances.
    fn close_rows(&self, table: &Table) -> BTreeSet<(String, String)> {
        let of_posts: Vec<&Count> = table
            .rows
            .iter()
            .filter(|count| matches!(count.base_name, Base::PostsWithStance | Base::WithinStance))
            .collect();
        let mut close = BTreeSet::new();
        for count in &of_posts {
            for other in of_posts.iter().filter(|other| other.col == count.col) {
                if other.n > count.n && self.is_small(other.n - count.n) {
                    close.insert((count.row.clone(), count.col.clone()));
                }
                let sums = count.base_name == Base::PostsWithStance && other.base > count.base;
                if sums && self.is_small(other.base - count.base) {
                    close.insert((count.row.clone(), ALL.to_owned()));
                }
            }
        }
        close
    }
}

/// Whether posts or accounts are counted.
fn kind(count: &Count) -> Kind {
    match count.base_name {
        Base::Accounts | Base::AccountsWithinStance => Kind::Accounts,
        _ => Kind::Posts,
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Stance,
        tabulate::{TallyOptions, fixtures},
    };

    fn study() -> (Tally, Vec<Table>) {
        use Stance::{Irrelevant, Negative, Neutral, Positive};
        let groups: [(&str, Stance, &[u8], u64); 10] = [
            ("government", Positive, &[0], 2),
            ("government", Neutral, &[], 9),
            ("enterprise", Positive, &[], 3),
            ("media", Positive, &[0], 14),
            ("media", Negative, &[1], 1),
            ("individual", Negative, &[1, 2], 30),
            ("individual", Positive, &[], 12),
            ("individual", Neutral, &[2], 11),
            ("media", Irrelevant, &[], 2),
            ("individual", Irrelevant, &[], 25),
        ];
        let mut tally = Tally::new(&fixtures::codes(), &fixtures::types(), TallyOptions::default());
        let mut row = 0;
        for (kind, stance, codes, times) in groups {
            for _ in 0..times {
                row += 1;
                tally.add(&fixtures::coded(
                    "a.csv",
                    row,
                    kind,
                    &format!("u{row}"),
                    Some(14),
                    stance,
                    codes,
                ));
            }
        }
        let tables = tally.tables(&crate::tabulate::Flow::default());
        (tally, tables)
    }

    #[test]
    fn no_small_count_or_base_of_a_study_is_told() {
        let (tally, mut tables) = study();
        let masked = tally.suppress(&crate::tabulate::Flow::default(), 5);
        masked.hide(&mut tables);
        let tests = masked.hide_tests(&tables, tally.tests());
        let mut small = 0;
        for table in tables.iter().filter(|table| table.name != "flow") {
            for count in &table.rows {
                small += u64::from((1..5).contains(&count.n));
                assert!(
                    count.hidden.n || !(1..5).contains(&count.n),
                    "{}: {count:?}",
                    table.name
                );
                assert!(
                    count.hidden.base || !(1..5).contains(&count.base),
                    "{}: {count:?}",
                    table.name
                );
            }
        }
        assert!(small > 4, "{small}");
        assert!(
            tests
                .iter()
                .filter(|test| test.table == "account_type_by_stance")
                .all(|test| test.statistic.is_none())
        );
    }

    /// Posts with a code and the answer yes are the same posts.
    #[test]
    fn a_count_masked_in_one_table_is_masked_in_the_other() {
        let (tally, mut tables) = study();
        tally.suppress(&crate::tabulate::Flow::default(), 5).hide(&mut tables);
        let find = |name: &str| tables.iter().find(|table| table.name == name).unwrap();
        let (codes, law, types) = (
            find("codes_by_account_type"),
            find("law_misunderstanding"),
            find("account_type"),
        );
        for kind in fixtures::TYPES {
            let code = codes.cell("LAW.MISUND", kind, Base::WithinAccountType).unwrap();
            let yes = law.cell("yes", kind, Base::WithinAccountType).unwrap();
            assert_eq!((code.n, code.hidden), (yes.n, yes.hidden), "{kind}");
            let posts = types.cell(kind, ALL, Base::PostsWithStance).unwrap();
            assert_eq!((yes.base, yes.hidden.base), (posts.n, posts.hidden.n), "{kind}");
            let all = types.cell(kind, ALL, Base::AllPosts).unwrap();
            let off = find("account_type_by_stance")
                .cell(kind, "irrelevant", Base::AllPosts)
                .unwrap();
            // Of three numbers of which one is the sum of the others, never only one is masked.
            let masked = [posts.hidden.n, all.hidden.n, off.hidden.n]
                .iter()
                .filter(|&&hidden| hidden)
                .count();
            assert!(masked != 1, "{kind}: {posts:?} {all:?} {off:?}");
        }
    }

    #[test]
    fn rows_of_one_study_counted_in_several_ways_are_masked_one_by_one() {
        let (tally, _) = study();
        let choice = |name, voters| crate::tabulate::Choice {
            name,
            tally: &tally,
            voters,
        };
        let mut table =
            crate::tabulate::sensitivity(&[choice("posts", crate::tabulate::Voters::Posts)], Default::default());
        tally
            .suppress(&crate::tabulate::Flow::default(), 5)
            .hide_rows(&mut table);
        // Of 31 negative posts 30 are by individuals: the one that is not must not be told.
        let hidden: Vec<(u64, bool)> = table.rows.iter().map(|count| (count.n, count.hidden.n)).collect();
        assert_eq!(
            hidden,
            [
                (31, false),
                (31, false),
                (20, false),
                (30, true),
                (30, true),
                (0, false)
            ]
        );
    }

    /// Of 20 negative, 30 positive and 40 neutral posts 2 negative ones and 10 neutral ones are reposts: the row of originals may tell the positive and
    /// the neutral posts, but then neither the negative ones nor the sum.
    #[test]
    fn a_row_that_has_few_posts_less_than_another_does_not_tell_them() {
        use Stance::{Negative, Neutral, Positive};
        let tally = |groups: [(Stance, u64); 3]| {
            let mut tally = Tally::new(&fixtures::codes(), &fixtures::types(), TallyOptions::default());
            let mut row = 0;
            for (stance, times) in groups {
                for _ in 0..times {
                    row += 1;
                    let user = format!("u{row}");
                    tally.add(&fixtures::coded(
                        "a.csv",
                        row,
                        "individual",
                        &user,
                        Some(14),
                        stance,
                        &[],
                    ));
                }
            }
            tally
        };
        let all = tally([(Positive, 30), (Negative, 20), (Neutral, 40)]);
        let originals = tally([(Positive, 30), (Negative, 18), (Neutral, 30)]);
        let choice = |name, tally| crate::tabulate::Choice {
            name,
            tally,
            voters: crate::tabulate::Voters::Posts,
        };
        let mut table = crate::tabulate::sensitivity(
            &[choice("all", &all), choice("originals", &originals)],
            Default::default(),
        );
        all.suppress(&crate::tabulate::Flow::default(), 5).hide_rows(&mut table);
        let hidden = |row: &str, col: &str| {
            let count = table.cell(row, col, Base::PostsWithStance).unwrap();
            (count.hidden.n, count.hidden.base)
        };
        for stance in ["positive", "negative", "neutral"] {
            assert_eq!(hidden("all", stance), (false, false), "{stance}");
        }
        assert!(hidden("originals", "negative").0);
        let others = ["positive", "neutral"].map(|stance| hidden("originals", stance));
        assert!(others.iter().any(|(n, base)| *n || *base), "{others:?}");
        let by_persons = table
            .rows
            .iter()
            .filter(|count| count.row == "originals" && count.base_name == Base::WithinStance);
        assert!(by_persons.clone().count() == 3 && by_persons.clone().all(|count| count.hidden.base));
    }

    #[test]
    fn nothing_is_masked_where_nothing_is_small() {
        let (tally, mut tables) = study();
        let tests = tally.tests();
        tables.retain(|table| table.name == "stance");
        let masked = tally.suppress(&crate::tabulate::Flow::default(), 5);
        masked.hide(&mut tables);
        assert_eq!(masked.hide_tests(&tables, tests.clone()), tests);
        assert!(tables[0].rows.iter().all(|count| !count.hidden.any()));
    }
}
