//! Intervals that know that posts of one account are alike: accounts are resampled, with all their posts.
//!
//! The cluster bootstrap with percentile intervals: Davison & Hinkley (1997) Bootstrap Methods and their Application, 3.8 and 5.3;
//! Cameron, Gelbach & Miller (2008) Review of Economics and Statistics 90:414-427.
//!
//! Drawing A accounts of A with replacement is a multinomial draw over the distinct profiles of counts that accounts have, each with
//! the number of accounts that have it. Most accounts post once or twice, so there are far fewer profiles than accounts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};
use statrs::function::factorial::ln_binomial;

use super::{Key, PostKeys, Within};
use crate::tabulate::{Interval, Level};

/// How accounts are resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// Samples drawn.
    pub replicates: u32,
    /// Seed of the generator (xoshiro256++ through SplitMix64).
    pub seed: u64,
}

/// Below this mean a binomial draw counts up from 0, above it outward from the mode.
const SMALL_MEAN: f64 = 10.0;

/// Counts of each account, and those of posts of nobody known: each a cluster of its own.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    accounts: HashMap<Box<str>, BTreeMap<Key, u64>>,
    lone: BTreeMap<Vec<(Key, u64)>, u64>,
}

impl Clusters {
    pub(super) fn add(&mut self, account: Option<&str>, post: &PostKeys, weight: u64) {
        let Some(account) = account else {
            let profile: Vec<(Key, u64)> = post.all().map(|key| (key, weight)).collect();
            *self.lone.entry(profile).or_default() += 1;
            return;
        };
        let counts = match self.accounts.get_mut(account) {
            Some(counts) => counts,
            None => self.accounts.entry(account.into()).or_default(),
        };
        for key in post.all() {
            *counts.entry(key).or_default() += weight;
        }
    }

    /// The percentile interval of the shares of every cell, and of every column among all units, whose base is above 0 in at least one
    /// sample. A sample in which a base is 0 says nothing of shares of that base and is left out for them. Where the samples do not differ
    /// (one account, or everybody alike) there is no interval: one of no width would claim a certainty that nobody has.
    pub(super) fn intervals(&self, bootstrap: Bootstrap, level: Level) -> Vec<(Key, [Option<Interval>; 3])> {
        let profiles = self.profiles();
        let keys: BTreeSet<Key> = profiles.keys().flatten().map(|&(key, _)| key).collect();
        let place: HashMap<Key, usize> = keys.iter().copied().zip(0..).collect();
        let profiles: Vec<(Vec<(usize, u64)>, u64)> = profiles
            .iter()
            .map(|(counts, &times)| (counts.iter().map(|(key, n)| (place[key], *n)).collect(), times))
            .collect();
        let samples = draw(&profiles, keys.len(), bootstrap);
        keys.iter()
            .filter(|key| matches!(key, Key::Cell { .. } | Key::Col { .. }))
            .map(|&key| {
                let share_of = |base: Key| {
                    let shares = samples.iter().filter_map(|counts| {
                        let base = counts[*place.get(&base)?];
                        (base > 0).then(|| counts[place[&key]] as f64 / base as f64)
                    });
                    percentile(shares.collect(), level)
                };
                (key, Within::ALL.map(|within| base(key, within).and_then(share_of)))
            })
            .collect()
    }

    /// Each distinct set of counts with the number of clusters that have it.
    fn profiles(&self) -> BTreeMap<Vec<(Key, u64)>, u64> {
        let mut profiles = self.lone.clone();
        // Sums do not depend on the order of the map.
        #[allow(clippy::iter_over_hash_type)]
        for counts in self.accounts.values() {
            *profiles
                .entry(counts.iter().map(|(key, n)| (*key, *n)).collect())
                .or_default() += 1;
        }
        profiles
    }
}

/// What the count of a cell or of a column is a share of.
fn base(of: Key, within: Within) -> Option<Key> {
    match (of, within) {
        (Key::Cell { by, row, .. }, Within::Row) => Some(Key::Row { by, row }),
        (Key::Cell { by, col, .. }, Within::Col) => Some(Key::Col { by, col }),
        (Key::Cell { by, .. } | Key::Col { by, .. }, Within::All) => Some(Key::All { by }),
        _ => None,
    }
}

fn draw(profiles: &[(Vec<(usize, u64)>, u64)], keys: usize, bootstrap: Bootstrap) -> Vec<Vec<u64>> {
    let clusters: u64 = profiles.iter().map(|(_, times)| times).sum();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(bootstrap.seed);
    (0..bootstrap.replicates)
        .map(|_| {
            let mut counts = vec![0; keys];
            let (mut to_draw, mut left) = (clusters, clusters);
            for (profile, times) in profiles {
                let drawn = binomial(to_draw, *times as f64 / left as f64, &mut random);
                to_draw -= drawn;
                left -= times;
                for &(key, n) in profile.iter().filter(|_| drawn > 0) {
                    counts[key] += n * drawn;
                }
            }
            counts
        })
        .collect()
}

/// Ends at the order statistics `(R + 1)(1 - level) / 2` from either side, rounded to whole ones; `None` where they are the same value, or
/// there is none.
fn percentile(mut values: Vec<f64>, level: Level) -> Option<Interval> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let tail = (1.0 - level.get()) / 2.0 * (values.len() as f64 + 1.0);
    let low = (tail.round() as usize).saturating_sub(1).min(last);
    let (low, high) = (values[low], values[last - low]);
    (low < high).then_some(Interval { low, high })
}

/// Successes among `n` trials of probability `p`, by inversion: up from 0 where few are expected, else outward from the mode.
fn binomial(n: u64, p: f64, random: &mut impl Rng) -> u64 {
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if p > 0.5 {
        return n - binomial(n, 1.0 - p, random);
    }
    let mut rest = (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let odds = p / (1.0 - p);
    let up = |k: u64| (n - k) as f64 / (k + 1) as f64 * odds;
    if n as f64 * p < SMALL_MEAN {
        let (mut k, mut at_k) = (0, (n as f64 * (-p).ln_1p()).exp());
        while rest >= at_k && k < n {
            rest -= at_k;
            at_k *= up(k);
            k += 1;
            if at_k < f64::MIN_POSITIVE {
                break;
            }
        }
        return k;
    }
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let at_mode = (ln_binomial(n, mode) + mode as f64 * p.ln() + (n - mode) as f64 * (-p).ln_1p()).exp();
    let (mut above, mut p_above, mut below, mut p_below) = (mode, at_mode, mode, at_mode);
    rest -= at_mode;
    while rest >= 0.0 && (above < n || below > 0) {
        if above < n {
            p_above *= up(above);
            above += 1;
            rest -= p_above;
            if rest < 0.0 {
                return above;
            }
        }
        if below > 0 {
            below -= 1;
            p_below /= up(below);
            rest -= p_below;
            if rest < 0.0 {
                return below;
            }
        }
        // What is left of the probability is rounding.
        if p_above.max(p_below) < f64::MIN_POSITIVE {
            break;
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean np and variance np(1-p), both ways of drawing, within four standard errors.
    #[test]
    fn draws_have_the_mean_and_variance_of_the_binomial() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
        for (n, p) in [(5_000_u64, 0.0004), (40, 0.2), (200, 0.4), (300_000, 0.3), (60, 0.9)] {
            let draws: Vec<f64> = (0..20_000).map(|_| binomial(n, p, &mut random) as f64).collect();
            let mean = draws.iter().sum::<f64>() / 20_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
            let (expected, spread) = (n as f64 * p, n as f64 * p * (1.0 - p));
            assert!(
                (mean - expected).abs() < 4.0 * (spread / 20_000.0).sqrt(),
                "{n} {p}: {mean}"
            );
            assert!((variance / spread - 1.0).abs() < 0.05, "{n} {p}: {variance}");
        }
    }

    #[test]
    fn nothing_and_everything_are_certain() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!(
            [
                binomial(0, 0.5, &mut random),
                binomial(9, 0.0, &mut random),
                binomial(9, 1.0, &mut random)
            ],
            [0, 0, 9]
        );
    }

    #[test]
    fn ends_are_order_statistics() {
        // Of 999 samples the 25th from either side (Davison & Hinkley 1997, 5.3.1: (R + 1) alpha).
        let values: Vec<f64> = (1..=999).rev().map(f64::from).collect();
        let found = percentile(values, Level::default()).unwrap();
        assert_eq!((found.low, found.high), (25.0, 975.0));
        assert_eq!(percentile(Vec::new(), Level::default()), None);
        assert_eq!(percentile(vec![1.0; 999], Level::default()), None);
    }
}
