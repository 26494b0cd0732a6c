//! Masks of single tables are safe each by itself; together they may not be. What a reader of all tables can still bound is found here, and
//! more is masked until no small count can be told from one that is large enough.

use std::collections::{BTreeMap, BTreeSet};

use super::system::{Key, System, posts_of};

/// No count is larger.
const MOST: f64 = 1e12;

/// How often bounds are followed from sum to sum.
const ROUNDS: usize = 200;

/// Sums of numbered counts, of which some are told.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// Each count, if it is told.
    pub(super) told: Vec<Option<u64>>,
    /// Counts with their signs, which come to 0.
    pub(super) sums: Vec<Row>,
}

/// Counts by number, each with its factor.
type Row = BTreeMap<usize, f64>;

impl Sums {
    /// The least and the most that each count can be for a reader who solves the sums for the counts that are not told (Gauss-Jordan) and
    /// then follows the bounds of counts, none below 0, through the sums and what they come to (Fellegi 1972, JASA 67:7-18).
    pub(super) fn bounds(&self) -> Vec<(f64, f64)> {
        let told = |told: &Option<u64>| told.map_or((0.0, MOST), |n| (n as f64, n as f64));
        let mut bounds: Vec<(f64, f64)> = self.told.iter().map(told).collect();
        let open = self.open();
        let solved = solve(open.clone());
        for _ in 0..ROUNDS {
            let mut changed = false;
            for (row, sum) in open.iter().chain(&solved) {
                changed |= follow(row, *sum, &mut bounds);
            }
            if !changed {
                break;
            }
        }
        bounds
    }

    /// The sums with what is told put in: counts not told, and what they come to.
    fn open(&self) -> Vec<(Row, f64)> {
        let parts = |row: &Row| {
            let mut sum = 0.0;
            let mut open = Row::new();
            for (&count, &factor) in row {
                match self.told[count] {
                    Some(n) => sum -= factor * n as f64,
                    None => {
                        open.insert(count, factor);
                    }
                }
            }
            (open, sum)
        };
        self.sums.iter().map(parts).filter(|(row, _)| !row.is_empty()).collect()
    }
}

/// The reduced row echelon form.
fn solve(open: Vec<(Row, f64)>) -> Vec<(Row, f64)> {
    let mut solved: Vec<(usize, Row, f64)> = Vec::new();
    for (mut row, mut sum) in open {
        for (pivot, other, of_other) in &solved {
            subtract((&mut row, &mut sum), (other, *of_other), *pivot);
        }
        let Some((&pivot, &factor)) = row.iter().next() else {
            continue;
        };
        row.values_mut().for_each(|value| *value /= factor);
        sum /= factor;
        for (_, other, of_other) in &mut solved {
            subtract((other, of_other), (&row, sum), pivot);
        }
        solved.push((pivot, row, sum));
    }
    solved.into_iter().map(|(_, row, sum)| (row, sum)).collect()
}

/// Takes a row from another as often as clears the pivot.
fn subtract((row, sum): (&mut Row, &mut f64), (other, of_other): (&Row, f64), pivot: usize) {
    let Some(&factor) = row.get(&pivot) else {
        return;
    };
    for (&count, &value) in other {
        *row.entry(count).or_default() -= factor * value;
    }
    row.retain(|_, value| value.abs() > 1e-9);
    *sum -= factor * of_other;
}

/// Bounds of the counts of one sum from those of the others in it. Whether any became narrower.
fn follow(row: &Row, sum: f64, bounds: &mut [(f64, f64)]) -> bool {
    let ends = |count: usize, factor: f64, bounds: &[(f64, f64)]| {
        let (low, high) = bounds[count];
        if factor > 0.0 {
            (factor * low, factor * high)
        } else {
            (factor * high, factor * low)
        }
    };
    let all = row.iter().fold((0.0, 0.0), |(low, high), (&count, &factor)| {
        let (least, most) = ends(count, factor, bounds);
        (low + least, high + most)
    });
    let mut changed = false;
    for (&count, &factor) in row {
        let (least, most) = ends(count, factor, bounds);
        let rest = ((sum - (all.1 - most)) / factor, (sum - (all.0 - least)) / factor);
        // Counts are whole.
        let (low, high) = ((rest.0.min(rest.1) - 1e-3).ceil(), (rest.0.max(rest.1) + 1e-3).floor());
        let new = (bounds[count].0.max(low), bounds[count].1.min(high));
        changed |= new != bounds[count];
        bounds[count] = new;
        if changed {
            // The sums of the ends no longer hold.
            return true;
        }
    }
    false
}

/// The sums of all systems, and the number of each count in them.
fn sums<'a>(systems: &'a [System], masked: &BTreeSet<Key>) -> (Sums, BTreeMap<&'a Key, usize>) {
    let mut sums = Sums::default();
    let mut numbers: BTreeMap<&Key, usize> = BTreeMap::new();
    let mut counts = Vec::new();
    for system in systems {
        for (row, col) in system.places() {
            let key = &system.keys[row][col];
            let number = *numbers.entry(key).or_insert(sums.told.len());
            if number == sums.told.len() {
                sums.told.push(None);
                counts.push(system.grid.counts[row][col]);
            }
            if !system.grid.untold[row][col] && !masked.contains(key) {
                sums.told[number] = Some(system.grid.counts[row][col]);
            }
        }
        for line in system.lines() {
            let Some((whole, parts)) = line.split_last() else {
                continue;
            };
            let mut row = Row::from([(numbers[whole], -1.0)]);
            parts
                .iter()
                .for_each(|part| *row.entry(numbers[part]).or_default() += 1.0);
            sums.sums.push(row);
        }
    }
    // Posts are as many as their accounts and further ones, which no table tells. An account that changes its type, or has a code by a post of
    // another stance than its vote, can make this untrue of a count.
    let of_accounts: Vec<(usize, usize)> = numbers
        .iter()
        .filter_map(|(key, &accounts)| Some((accounts, *numbers.get(&posts_of(key)?)?)))
        .filter(|&(accounts, posts)| counts[accounts] <= counts[posts])
        .collect();
    for (accounts, posts) in of_accounts {
        let further = sums.told.len();
        sums.told.push(None);
        sums.sums
            .push(Row::from([(posts, -1.0), (accounts, 1.0), (further, 1.0)]));
    }
    (sums, numbers)
}

/// One more count to mask for every small one that a reader can tell to be small; none where there is nothing of the kind.
pub(super) fn wanted(systems: &[System], masked: &BTreeSet<Key>, k: u64) -> BTreeSet<Key> {
    let (sums, numbers) = sums(systems, masked);
    let bounds = sums.bounds();
    let mut wanted = BTreeSet::new();
    for system in systems {
        for (row, col) in system.places() {
            let n = system.grid.counts[row][col];
            let key = &system.keys[row][col];
            let known = bounds[numbers[key]].1 < k as f64;
            if (1..k).contains(&n) && !system.grid.untold[row][col] && known {
                wanted.extend(beside(systems, key, masked, k));
            }
        }
    }
    wanted
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
