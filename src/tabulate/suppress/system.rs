//! The counts of a study as sums of each other, over all its tables.

use std::collections::BTreeSet;

use super::{DEAR, Grid};
use crate::{
    model::{Exclusion, Stance},
    tabulate::{
        Flow, TIE, Tally,
        accounts::{AccountCounts, Votes, votes},
        by_stance::ByStance,
    },
};

/// What is counted: the kind, of whom or what, in which category. A count has one key, however many tables tell it.
pub(super) type Key = (Kind, String, String);

/// What the names of a key are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Posts of an account type by stance.
    Posts,
    /// Posts of a day by stance.
    Day,
    /// Accounts of a type by vote.
    Accounts,
    /// Posts with a code by account type.
    Code,
    /// Posts without it.
    NoCode,
    /// Posts with a code by stance.
    CodeByStance,
    /// Accounts with a code by type.
    AccountCode,
    /// Accounts without it.
    AccountNoCode,
    /// Accounts with a code by vote.
    AccountCodeByVote,
    /// Records of a file by what became of them.
    File,
}

/// All account types, files or groups together.
pub(super) const TOTAL: &str = "";
/// Posts (or accounts) that are positive, negative or neutral (or tie).
pub(super) const WITH: &str = "with a stance";
/// All posts coded, or all accounts.
pub(super) const CODED: &str = "coded";
/// Records read.
pub(super) const READ: &str = "read";

/// What is counted of the posts where this is counted of their accounts; a reader takes the accounts to be no more than the posts. Of ties
/// there are none.
pub(super) fn posts_of((kind, of, group): &Key) -> Option<Key> {
    let kind = match kind {
        Kind::Accounts => Kind::Posts,
        Kind::AccountCode => Kind::Code,
        Kind::AccountNoCode => Kind::NoCode,
        Kind::AccountCodeByVote => Kind::CodeByStance,
        _ => return None,
    };
    (group != TIE).then(|| (kind, of.clone(), group.clone()))
}

/// Counts that add up, each with its key.
pub(super) struct System {
    pub(super) grid: Grid,
    /// In the shape of the grid, margins included.
    pub(super) keys: Vec<Vec<Key>>,
}

impl System {
    /// Rows by columns and their sums; nothing but the names where there are no rows. The last name of rows and columns is that of the sum; `told` says which counts any table tells.
    fn new(
        [rows, cols]: [&[String]; 2],
        count: impl Fn(usize, usize) -> u64,
        key: impl Fn(&str, &str) -> Key,
        told: impl Fn(&Key) -> bool,
    ) -> Self {
        let cells: Vec<Vec<u64>> = (0..rows.len() - 1)
            .map(|row| (0..cols.len() - 1).map(|col| count(row, col)).collect())
            .collect();
        let keys: Vec<Vec<Key>> = rows
            .iter()
            .map(|row| cols.iter().map(|col| key(row, col)).collect())
            .collect();
        let mut grid = Grid::summed(&cells, true, true);
        for (row, keys) in keys.iter().enumerate().filter(|_| !cells.is_empty()) {
            for (col, key) in keys.iter().enumerate() {
                grid.untold[row][col] = !told(key);
                grid.costs[row][col] = cost(key);
            }
        }
        System { grid, keys }
    }
}

/// The posts with a stance and their stances, all account types together, are what a study is made for and are masked last; before them the
/// other numbers of all posts.
fn cost((kind, of, group): &Key) -> u64 {
    match *kind == Kind::Posts && of == TOTAL {
        true if group == WITH || Stance::ON_TOPIC.iter().any(|stance| stance.name() == group) => DEAR << 10,
        true => DEAR,
        false => 0,
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// Everything the tables of a study tell, as sums.
pub(super) fn systems(tally: &Tally, flow: &Flow) -> Vec<System> {
    let outside: Vec<Stance> = tally.posts().outside().collect();
    let mut found = posts(tally, &outside);
    found.extend(days(tally, &outside));
    let counts = tally.by_account();
    found.extend(accounts(tally, &counts));
    found.extend(codes_of_accounts(tally, &counts));
    found.extend(codes_of_posts(tally));
    found.extend(files(tally, flow, &outside));
    found.retain(|system| system.keys.len() > 1);
    found
}

/// The columns of counts inside the three stances, and of those outside of them.
fn stances() -> Vec<String> {
    names(Stance::ON_TOPIC.map(Stance::name).into_iter().chain([WITH]))
}

fn parts(outside: &[Stance]) -> Vec<String> {
    names(
        [WITH]
            .into_iter()
            .chain(outside.iter().map(|stance| stance.name()))
            .chain([CODED]),
    )
}

fn part(counts: &ByStance, outside: &[Stance], at: usize) -> u64 {
    match at.checked_sub(1) {
        None => counts.on_topic(),
        Some(at) => counts.get(outside[at]),
    }
}

fn two_of(
    kind: Kind,
    rows: &[String],
    counts: &[ByStance],
    outside: &[Stance],
    told: impl Fn(&Key) -> bool,
) -> [System; 2] {
    let key = |row: &str, col: &str| {
        // The sum over days is that over account types.
        let kind = if row == TOTAL && kind == Kind::Day {
            Kind::Posts
        } else {
            kind
        };
        (kind, row.to_owned(), col.to_owned())
    };
    [
        System::new(
            [rows, &stances()],
            |row, col| counts[row].get(Stance::ON_TOPIC[col]),
            key,
            &told,
        ),
        System::new(
            [rows, &parts(outside)],
            |row, col| part(&counts[row], outside, col),
            key,
            &told,
        ),
    ]
}

fn types(tally: &Tally) -> Vec<String> {
    names(
        tally
            .counts
            .types
            .iter()
            .map(|of_type| of_type.account_type.name())
            .chain([TOTAL]),
    )
}

fn posts(tally: &Tally, outside: &[Stance]) -> Vec<System> {
    let counts: Vec<ByStance> = tally.counts.types.iter().map(|of_type| of_type.posts).collect();
    two_of(Kind::Posts, &types(tally), &counts, outside, |_| true).into()
}

fn days(tally: &Tally, outside: &[Stance]) -> Vec<System> {
    let (mut days, counts): (Vec<String>, Vec<ByStance>) = tally.counts.days.counted().into_iter().unzip();
    days.push(TOTAL.to_owned());
    // No table tells how many posts a day had in all.
    let told = |(kind, _, group): &Key| *kind != Kind::Day || group != CODED;
    two_of(Kind::Day, &days, &counts, outside, told).into()
}

fn accounts(tally: &Tally, counts: &[AccountCounts]) -> Vec<System> {
    let votes: Vec<Votes> = counts.iter().map(|of_type| of_type.votes).collect();
    let outside: Vec<Stance> = crate::tabulate::tally::sum(votes.iter().map(|votes| votes.stance))
        .outside()
        .collect();
    let types = types(tally);
    let key = |row: &str, col: &str| (Kind::Accounts, row.to_owned(), col.to_owned());
    let voted = names(Stance::ON_TOPIC.map(Stance::name).into_iter().chain([TIE, WITH]));
    vec![
        System::new(
            [&types, &voted],
            |row, col| {
                Stance::ON_TOPIC
                    .get(col)
                    .map_or(votes[row].tie, |&stance| votes[row].stance.get(stance))
            },
            key,
            |_| true,
        ),
        System::new(
            [&types, &parts(&outside)],
            |row, col| match col {
                0 => Votes::with_stance(&votes[row]),
                _ => part(&votes[row].stance, &outside, col),
            },
            key,
            |_| true,
        ),
    ]
}

/// Counts of codes among posts or among accounts.
struct Coded<'a> {
    /// Of units with a code by type and by stance, of units without it, and of all units.
    kinds: [Kind; 4],
    /// The stances, or what accounts vote for, and the sum.
    stances: Vec<String>,
    /// Units of a type with a code.
    of_type: &'a dyn Fn(usize, usize) -> u64,
    /// Units of a stance with a code.
    of_stance: &'a dyn Fn(usize, usize) -> u64,
    /// Units of a type.
    all: &'a dyn Fn(usize) -> u64,
}

fn codes_of_posts(tally: &Tally) -> Vec<System> {
    let coded = Coded {
        kinds: [Kind::Code, Kind::CodeByStance, Kind::NoCode, Kind::Posts],
        stances: names(Stance::ON_TOPIC.map(Stance::name).into_iter().chain([TOTAL])),
        of_type: &|code, of_type| tally.counts.types[of_type].codes[code].on_topic(),
        of_stance: &|code, stance| tally.code(code).get(Stance::ON_TOPIC[stance]),
        all: &|of_type| tally.counts.types[of_type].posts.on_topic(),
    };
    codes(tally, &coded)
}

fn codes_of_accounts(tally: &Tally, counts: &[AccountCounts]) -> Vec<System> {
    let of_stance = |code: usize, vote: usize| {
        let with = votes(counts.iter().map(|of_type| of_type.codes[code]));
        with.by_name().nth(vote).map_or(0, |(_, n)| n)
    };
    let coded = Coded {
        kinds: [
            Kind::AccountCode,
            Kind::AccountCodeByVote,
            Kind::AccountNoCode,
            Kind::Accounts,
        ],
        stances: names(Votes::default().by_name().map(|(name, _)| name).chain([TOTAL])),
        of_type: &|code, of_type| counts[of_type].codes[code].with_stance(),
        of_stance: &of_stance,
        all: &|of_type| counts[of_type].votes.with_stance(),
    };
    codes(tally, &coded)
}

/// Codes by account type and by stance, where a unit may have several; and each question with its two answers.
fn codes(tally: &Tally, coded: &Coded<'_>) -> Vec<System> {
    let [code, by_stance, without, all] = coded.kinds;
    let listed: Vec<(usize, String)> = tally
        .listed_codes()
        .map(|(at, code)| (at, code.id.to_string()))
        .collect();
    let rows = names(listed.iter().map(|(_, id)| id.as_str()).chain([TOTAL]));
    let told = |(_, code, _): &Key| code != TOTAL;
    let of_types = System::new(
        [&rows, &types(tally)],
        |row, col| (coded.of_type)(listed[row].0, col),
        |row, col| (code, row.to_owned(), col.to_owned()),
        told,
    );
    let of_stances = System::new(
        [&rows, &coded.stances],
        |row, col| (coded.of_stance)(listed[row].0, col),
        |row, col| {
            let kind = if col == TOTAL { code } else { by_stance };
            (kind, row.to_owned(), col.to_owned())
        },
        told,
    );
    let questions = tally.questions().into_values().filter_map(|id| {
        let at = listed.iter().find(|(_, known)| *known == id)?.0;
        Some(System::new(
            [&names(["yes", "no", TOTAL]), &types(tally)],
            |row, col| {
                let (yes, all) = ((coded.of_type)(at, col), (coded.all)(col));
                if row == 0 { yes } else { all - yes }
            },
            |row, col| match row {
                "yes" => (code, id.clone(), col.to_owned()),
                "no" => (without, id.clone(), col.to_owned()),
                _ => (all, col.to_owned(), WITH.to_owned()),
            },
            |_| true,
        ))
    });
    [of_types, of_stances].into_iter().chain(questions).collect()
}

/// What became of the records of each file, and of all.
fn files(tally: &Tally, flow: &Flow, outside: &[Stance]) -> Vec<System> {
    let rows = names(flow.files().map(|(file, _)| &**file).chain([TOTAL]));
    let key = |row: &str, col: &str| {
        let shared = row == TOTAL && (col == WITH || col == CODED || outside.iter().any(|stance| stance.name() == col));
        let kind = if shared { Kind::Posts } else { Kind::File };
        (kind, row.to_owned(), col.to_owned())
    };
    let left = Exclusion::ALL.map(Exclusion::name);
    let steps = names(["rejected", "accounts"].into_iter().chain(left).chain([CODED, READ]));
    let counts: Vec<_> = flow.files().collect();
    let coded = |row: usize| tally.counts.files.get(counts[row].0).copied().unwrap_or_default();
    vec![
        System::new(
            [&rows, &steps],
            |row, col| {
                let flow = counts[row].1;
                match col {
                    0 => flow.rejected,
                    1 => flow.accounts,
                    _ => Exclusion::ALL
                        .get(col - 2)
                        .map_or_else(|| coded(row).total(), |&why| flow.excluded(why)),
                }
            },
            key,
            |_| true,
        ),
        System::new(
            [&rows, &parts(outside)],
            |row, col| part(&coded(row), outside, col),
            key,
            |_| true,
        ),
    ]
}

impl System {
    /// Every row and column.
    pub(super) fn places(&self) -> Vec<(usize, usize)> {
        (0..self.keys.len())
            .flat_map(|row| (0..self.keys[row].len()).map(move |col| (row, col)))
            .collect()
    }

    /// Every sum: the keys of a row or of a column, that of the sum last.
    pub(super) fn lines(&self) -> Vec<Vec<&Key>> {
        let width = self.keys.first().map_or(0, Vec::len);
        let rows = self.keys.iter().map(|row| row.iter().collect());
        let cols = (0..width).map(|col| self.keys.iter().map(|row| &row[col]).collect());
        rows.chain(cols).collect()
    }

    /// Masks what is small, what is in `masked` already, and what it takes so that nobody can work them out; adds all of it to `masked`.
    pub(super) fn mask(&self, k: u64, masked: &mut BTreeSet<Key>) {
        let mut places = self.places();
        places.retain(|&(row, col)| !self.grid.untold[row][col]);
        let given: Vec<(usize, usize)> = places
            .iter()
            .copied()
            .filter(|&(row, col)| masked.contains(&self.keys[row][col]))
            .collect();
        let found = self.grid.mask_cheaply(k, &given);
        for (row, col) in places.into_iter().filter(|&(row, col)| found[row][col]) {
            masked.insert(self.keys[row][col].clone());
        }
    }
}
