//! The tables of a study masked together: a count masked in one of them stands in no other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grid, alone, withhold};
use crate::tabulate::{ALL, Base, Count, Table, Tally, Test};

/// Masking one table may ask for a mask in another; it ends when nothing new is asked, at the latest here.
const ROUNDS: usize = 20;

/// A count that several tables tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Type(String),
    Stance(String),
    OffTopic(String),
    AccountsOfType(String),
    Votes(String),
    Code(String),
    CodeOfType(String, String),
}

impl Tally {
    /// Masks counts from 1 to `k` - 1 in the tables of a study, and what would give them away, in all tables alike. The flow of records
    /// and the number of off-topic posts as a whole are told: they describe the collection, not a group of people.
    pub fn suppress(&self, tables: &mut [Table], tests: Vec<Test>, k: u64) -> Vec<Test> {
        let questions = self.questions();
        let mut asked = BTreeSet::new();
        for _ in 0..ROUNDS {
            let before = asked.len();
            for table in tables.iter_mut().filter(|table| table.name != "flow") {
                mask_table(table, &questions, k, &mut asked);
            }
            if asked.len() == before {
                break;
            }
        }
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
}

impl Table {
    /// Masks the counts of a table whose rows are the same posts counted in several ways: the stances of a row like a table of one variable,
    /// of other counts each that is small itself, has a small rest, or lies close to the one before it of the same base. Subtracting one
    /// row from another is not guarded against.
    pub fn suppress_rows(&mut self, k: u64) {
        let small = |n: u64| (1..k).contains(&n);
        for row in distinct(self.rows.iter().map(|count| count.row.as_str())) {
            let (stances, others): (Vec<&mut Count>, Vec<&mut Count>) = self
                .rows
                .iter_mut()
                .filter(|count| count.row == row)
                .partition(|count| matches!(count.base_name, Base::PostsWithStance | Base::Accounts));
            let counts: Vec<u64> = stances.iter().map(|count| count.n).collect();
            for (count, masked) in stances.into_iter().zip(alone(&counts, k, true).0) {
                count.hidden.n = masked;
                count.hidden.base = small(count.base);
            }
            let mut before = None;
            for count in others {
                let close = before.is_some_and(|n: u64| small(n.abs_diff(count.n)));
                count.hidden.n = small(count.n) || small(count.base - count.n) || close;
                count.hidden.base = small(count.base);
                before = Some(count.n);
            }
        }
    }
}

/// Name of each yes / no table and the code it asks for.
type Questions = BTreeMap<String, String>;

fn mask_table(table: &mut Table, questions: &Questions, k: u64, asked: &mut BTreeSet<Shared>) {
    let of_all = |count: &Count| matches!(count.base_name, Base::AllPosts | Base::AllAccounts);
    let rows = distinct(
        table
            .rows
            .iter()
            .filter(|count| !of_all(count))
            .map(|count| count.row.as_str()),
    );
    let mut cols = distinct(
        table
            .rows
            .iter()
            .filter(|count| !of_all(count))
            .map(|count| count.col.as_str()),
    );
    if cols.len() > 1 {
        cols.retain(|col| col != ALL);
    }
    let count_at = |row: &str, col: &str| {
        let found = table
            .rows
            .iter()
            .find(|count| !of_all(count) && count.row == row && count.col == col);
        found.map_or(0, |count| count.n)
    };
    let cells: Vec<Vec<u64>> = rows
        .iter()
        .map(|row| cols.iter().map(|col| count_at(row, col)).collect())
        .collect();
    let one_way = cols.len() == 1;
    let several_labels = table.name.starts_with("codes");
    let grid = Grid::summed(&cells, !one_way, !several_labels);
    let share = |row: Option<&String>, col: Option<&String>| shared(&table.name, row, col, questions);
    let places: Vec<(usize, usize)> = (0..=rows.len())
        .flat_map(|row| (0..=cols.len()).map(move |col| (row, col)))
        .collect();
    let wanted: Vec<(usize, usize)> = places
        .iter()
        .copied()
        .filter(|&(row, col)| {
            !grid.untold[row][col] && share(rows.get(row), cols.get(col)).is_some_and(|shared| asked.contains(&shared))
        })
        .collect();
    let masked = grid.mask(k, &wanted);
    for &(row, col) in places
        .iter()
        .filter(|&&(row, col)| masked[row][col] && !grid.untold[row][col])
    {
        asked.extend(share(rows.get(row), cols.get(col)));
    }
    let off_topic = mask_of_all(table, k, asked);
    let by_place: BTreeMap<(&str, &str), bool> = places
        .iter()
        .filter(|&&(_, col)| !one_way || col < cols.len())
        .filter_map(|&(row, col)| {
            Some((
                (rows.get(row)?.as_str(), cols.get(col).map_or(ALL, String::as_str)),
                masked[row][col] && !grid.untold[row][col],
            ))
        })
        .collect();
    let margin: BTreeMap<&str, bool> = rows
        .iter()
        .zip(&masked)
        .map(|(row, masked)| (row.as_str(), masked[cols.len()]))
        .collect();
    for (count, off_topic) in table.rows.iter_mut().zip(off_topic) {
        let here = by_place
            .get(&(count.row.as_str(), count.col.as_str()))
            .copied()
            .unwrap_or(false);
        count.hidden.n |= if of_all(count) {
            off_topic || (one_way && here)
        } else {
            here
        };
        count.hidden.base |= (1..k).contains(&count.base) || base_hidden(count, asked, &margin);
    }
}

/// Which counts of all posts (or accounts) are masked: those of off-topic posts by type or day, and of a type all posts together where
/// either part of them is masked.
fn mask_of_all(table: &Table, k: u64, asked: &mut BTreeSet<Shared>) -> Vec<bool> {
    let of_all = |count: &&Count| matches!(count.base_name, Base::AllPosts | Base::AllAccounts);
    let counts: Vec<&Count> = table.rows.iter().filter(of_all).collect();
    let key = |count: &Count| match table.name.as_str() {
        "account_type_by_stance" => Some(Shared::OffTopic(count.row.clone())),
        _ => None,
    };
    let part_asked = |count: &Count| match table.name.as_str() {
        "account_type" => {
            asked.contains(&Shared::Type(count.row.clone())) || asked.contains(&Shared::OffTopic(count.row.clone()))
        }
        _ => key(count).is_some_and(|shared| asked.contains(&shared)),
    };
    if matches!(table.name.as_str(), "stance" | "account_level_stance") || counts.is_empty() {
        return vec![false; table.rows.len()];
    }
    let cells: Vec<Vec<u64>> = counts.iter().map(|count| vec![count.n]).collect();
    let wanted: Vec<(usize, usize)> = counts
        .iter()
        .zip(0..)
        .filter(|(count, _)| part_asked(count))
        .map(|(_, at)| (at, 0))
        .collect();
    let masked = Grid::summed(&cells, false, true).mask(k, &wanted);
    let mut hidden = masked.iter().map(|row| row[0]);
    let mut found = Vec::new();
    for count in &table.rows {
        let here = of_all(&count) && hidden.next().unwrap_or(false);
        if here {
            asked.extend(key(count));
        }
        found.push(here);
    }
    found
}

fn base_hidden(count: &Count, asked: &BTreeSet<Shared>, margin: &BTreeMap<&str, bool>) -> bool {
    let either = |shared: fn(String) -> Shared| {
        asked.contains(&shared(count.row.clone())) || asked.contains(&shared(count.col.clone()))
    };
    match count.base_name {
        Base::WithinAccountType => either(Shared::Type),
        Base::WithinStance => either(Shared::Stance),
        Base::AccountsWithinType => either(Shared::AccountsOfType),
        Base::WithinDay => margin.get(count.row.as_str()).copied().unwrap_or(false),
        _ => false,
    }
}

/// The count at this place, if other tables tell it too; no row is the sum of the column, no column that of the row.
fn shared(table: &str, row: Option<&String>, col: Option<&String>, questions: &Questions) -> Option<Shared> {
    let question = questions.get(table);
    Some(match (table, row.cloned(), col.cloned()) {
        ("account_type", Some(kind), Some(_)) => Shared::Type(kind),
        ("stance", Some(stance), Some(_)) => Shared::Stance(stance),
        ("account_type_by_stance", Some(kind), None) => Shared::Type(kind),
        ("account_type_by_stance" | "daily", None, Some(stance)) => Shared::Stance(stance),
        ("account_level_type_by_stance", Some(kind), None) => Shared::AccountsOfType(kind),
        ("account_level_type_by_stance", None, Some(vote)) => Shared::Votes(vote),
        ("account_level_stance", Some(vote), Some(_)) => Shared::Votes(vote),
        ("codes", Some(code), Some(_)) => Shared::Code(code),
        ("codes_by_account_type" | "codes_by_stance", Some(code), None) => Shared::Code(code),
        ("codes_by_account_type", Some(code), Some(kind)) => Shared::CodeOfType(code, kind),
        (_, Some(answer), kind) if answer == "yes" => match kind {
            Some(kind) => Shared::CodeOfType(question?.clone(), kind),
            None => Shared::Code(question?.clone()),
        },
        (_, None, Some(kind)) if question.is_some() => Shared::Type(kind),
        _ => return None,
    })
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
        let tests = tally.suppress(&mut tables, tally.tests(), 5);
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
        tally.suppress(&mut tables, Vec::new(), 5);
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
        table.suppress_rows(5);
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

    #[test]
    fn nothing_is_masked_where_nothing_is_small() {
        let (tally, mut tables) = study();
        let tests = tally.tests();
        tables.retain(|table| table.name == "stance");
        assert_eq!(tally.suppress(&mut tables, tests.clone(), 5), tests);
        assert!(tables[0].rows.iter().all(|count| !count.hidden.any()));
    }
}
