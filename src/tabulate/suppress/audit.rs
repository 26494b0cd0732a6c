//! Masks of single tables are safe each by itself; together they may not be. What a reader of all tables can still bound is found here, and
//! more is masked until every small count could as well be one that is large enough.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::system::{Key, System, posts_of};

/// What the search for whole numbers may look into for one count before that count is taken to be unsafe.
const NODES: u64 = 1_000;

/// Sums of numbered counts, of which some are told.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// Each count, if it is told.
    pub(super) told: Vec<Option<u64>>,
    /// Counts with their signs, which come to 0.
    pub(super) sums: Vec<Row>,
}

/// Counts by number, each with its factor.
type Row = BTreeMap<usize, i64>;

/// Some of the counts not told, by number.
type Guess = BTreeMap<usize, u64>;

impl Sums {
    /// Counts that a reader must hold possible, as they agree with all sums and with what is told, and in which one count is as large as
    /// can be, up to `limit`, or as small as can be: this count and those that hang together with it. None where none were found.
    pub(super) fn extreme(&self, count: usize, towards: OptimizationDirection, limit: u64) -> Option<Guess> {
        // The corners of most of these problems are whole numbers anyway.
        [false, true]
            .into_iter()
            .find_map(|whole| self.extremes(&[count], towards, limit, whole))
    }

    /// The same where the sum of several counts, none of them over the limit, is as large or as small as can be. Whole numbers, none
    /// below 0, found by linear programming (Fischetti & Salazar 2000, J. Am. Stat. Assoc. 95:916-928), which is told to look for whole ones
    /// or not, and added up again.
    fn extremes(&self, counts: &[usize], towards: OptimizationDirection, limit: u64, whole: bool) -> Option<Guess> {
        let sums = self.around(counts);
        let mut problem = Problem::new(towards);
        let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
        let in_question: BTreeSet<usize> = counts.iter().copied().collect();
        for number in sums.iter().flat_map(|(row, _)| row.keys()).chain(counts).copied() {
            let wanted = in_question.contains(&number);
            let factor = f64::from(u8::from(wanted));
            let most = if wanted { limit } else { u64::from(u32::MAX >> 1) };
            variables.entry(number).or_insert_with(|| match whole {
                true => problem.add_integer_var(factor, (0, i32::try_from(most).unwrap_or(i32::MAX))),
                false => problem.add_var(factor, (0.0, most as f64)),
            });
        }
        for (row, sum) in &sums {
            let terms: Vec<(Variable, f64)> = row
                .iter()
                .map(|(number, &factor)| (variables[number], factor as f64))
                .collect();
            problem.add_constraint(&terms[..], ComparisonOp::Eq, *sum as f64);
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
        let guess: Guess = variables
            .iter()
            .map(|(&number, &variable)| (number, solution.var_value(variable).round().max(0.0) as u64))
            .collect();
        let agrees =
            |(row, sum): &(Row, i64)| row.iter().map(|(n, factor)| factor * guess[n] as i64).sum::<i64>() == *sum;
        sums.iter().all(agrees).then_some(guess)
    }

    /// The sums that hang together with counts by what is not told, with what is told put in: counts not told, and what they come to.
    fn around(&self, counts: &[usize]) -> Vec<(Row, i64)> {
        let mut reached: BTreeSet<usize> = counts.iter().copied().collect();
        let mut left: Vec<(Row, i64)> = self.sums.iter().map(|row| self.open(row)).collect();
        let mut found = Vec::new();
        loop {
            let (near, far): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|(row, _)| row.keys().any(|number| reached.contains(number)));
            if near.is_empty() {
                return found;
            }
            reached.extend(near.iter().flat_map(|(row, _)| row.keys()));
            found.extend(near);
            left = far;
        }
    }

    fn open(&self, row: &Row) -> (Row, i64) {
        let mut sum = 0;
        let mut open = Row::new();
        for (&count, &factor) in row {
            match self.told[count] {
                Some(n) => sum -= factor * n as i64,
                None => {
                    open.insert(count, factor);
                }
            }
        }
        (open, sum)
    }
}

/// A reader of all tables, who remembers what he could not tell: what he cannot with some counts masked he can no better with more.
pub(super) struct Reader<'a> {
    systems: &'a [System],
    numbers: BTreeMap<&'a Key, usize>,
    /// Of each count.
    counts: Vec<u64>,
    sums: Vec<Row>,
    k: u64,
    /// Small counts that may be large for all he knows.
    safe: BTreeSet<usize>,
}

impl<'a> Reader<'a> {
    /// A reader of tables with these sums, from whom counts from 1 to `k` - 1 are to be kept.
    pub(super) fn new(systems: &'a [System], k: u64) -> Self {
        let mut numbers: BTreeMap<&Key, usize> = BTreeMap::new();
        let (mut counts, mut sums) = (Vec::new(), Vec::new());
        for system in systems {
            for (row, col) in system.places() {
                numbers.entry(&system.keys[row][col]).or_insert_with(|| {
                    counts.push(system.grid.counts[row][col]);
                    counts.len() - 1
                });
            }
            for line in system.lines() {
                let Some((whole, parts)) = line.split_last() else {
                    continue;
                };
                let mut row = Row::from([(numbers[whole], -1)]);
                parts
                    .iter()
                    .for_each(|part| *row.entry(numbers[part]).or_default() += 1);
                sums.push(row);
            }
        }
        // Posts are as many as their accounts and further ones, which no table tells. An account that changes its type, or has a code by a
        // post of another stance than its vote, can make this untrue of a count.
        for (key, &accounts) in &numbers {
            let Some(&posts) = posts_of(key).and_then(|of| numbers.get(&of)) else {
                continue;
            };
            if let Some(further) = counts[posts].checked_sub(counts[accounts]) {
                sums.push(Row::from([(posts, -1), (accounts, 1), (counts.len(), 1)]));
                counts.push(further);
            }
        }
        Reader {
            systems,
            numbers,
            counts,
            sums,
            k,
            safe: BTreeSet::new(),
        }
    }

    /// One more count to mask for every small one that the reader can tell to be small; none where there is nothing of the kind.
    pub(super) fn wanted(&mut self, masked: &BTreeSet<Key>) -> BTreeSet<Key> {
        let mut told = vec![None; self.counts.len()];
        let mut small = BTreeMap::new();
        for system in self.systems {
            for (row, col) in system
                .places()
                .into_iter()
                .filter(|&(row, col)| !system.grid.untold[row][col])
            {
                let key = &system.keys[row][col];
                let number = self.numbers[key];
                if !masked.contains(key) {
                    told[number] = Some(self.counts[number]);
                }
                if (1..self.k).contains(&self.counts[number]) {
                    small.insert(number, key);
                }
            }
        }
        let sums = Sums {
            told,
            sums: std::mem::take(&mut self.sums),
        };
        let k = self.k;
        let large =
            |guess: &Option<Guess>, number: &usize| guess.as_ref().and_then(|guess| guess.get(number)) >= Some(&k);
        // Many can be large at a time; those that are left are looked at one by one.
        let mut open: Vec<usize> = small.keys().copied().collect();
        open.retain(|number| !self.safe.contains(number));
        loop {
            let guess = sums.extremes(&open, OptimizationDirection::Maximize, self.k, false);
            let before = open.len();
            self.safe.extend(open.extract_if(.., |number| large(&guess, number)));
            if open.len() == before {
                break;
            }
        }
        let mut wanted = BTreeSet::new();
        for number in open {
            if self.safe.contains(&number) {
                continue;
            }
            let guess = sums.extreme(number, OptimizationDirection::Maximize, self.k);
            self.safe.extend(small.keys().filter(|number| large(&guess, number)));
            if !self.safe.contains(&number) {
                wanted.extend(beside(self.systems, small[&number], masked, self.k));
            }
        }
        self.sums = sums.sums;
        wanted
    }
}

/// The next to be masked for the sake of a count: of those not masked yet one that is no headline, rather in a sum with it than
/// in a table with it than anywhere; of those large enough the smallest.
fn beside(systems: &[System], key: &Key, masked: &BTreeSet<Key>, k: u64) -> Option<Key> {
    let candidates = systems.iter().flat_map(|system| {
        let places = system.places();
        let own: Vec<(usize, usize)> = places
            .iter()
            .copied()
            .filter(|&(row, col)| system.keys[row][col] == *key)
            .collect();
        let far = move |(row, col): (usize, usize)| match own.iter().any(|at| at.0 == row || at.1 == col) {
            true => 0,
            false => 1 + u8::from(own.is_empty()),
        };
        places
            .into_iter()
            .filter(|&(row, col)| !system.grid.untold[row][col] && !masked.contains(&system.keys[row][col]))
            .map(move |(row, col)| {
                let n = system.grid.counts[row][col];
                let cost = (n == 0, system.grid.costs[row][col], far((row, col)), n < k, n);
                (cost, &system.keys[row][col])
            })
    });
    candidates.min().map(|(_, key)| key.clone())
}
