//! Percentile intervals by resampling posts, or the accounts that wrote them.

use std::{
    collections::BTreeMap,
    num::NonZero,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

use super::Undefined;
use crate::tabulate::Level;

/// The resamples are drawn in this many seeded blocks whatever the number of threads, so that the numbers do not depend on it.
pub(super) const BLOCKS: usize = 32;

/// A statistic undefined in a larger share of the resamples has no interval.
const MOST_UNDEFINED: f64 = 0.05;

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Resamples drawn; 0 gives no intervals.
    pub replicates: u32,
    /// Seed of the generator: xoshiro256++, block b jumped ahead b times.
    pub seed: u64,
    /// Confidence level.
    pub level: Level,
    /// Threads; 0 is one a core. The numbers do not depend on it.
    pub threads: usize,
}

impl Default for Bootstrap {
    /// 2,000 resamples, seed 1, 95%, all cores.
    fn default() -> Self {
        Bootstrap {
            replicates: 2_000,
            seed: 1,
            level: Level::default(),
            threads: 0,
        }
    }
}

/// The ends of an interval of any statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Numbers the clusters of units by name, in order of appearance. A unit without a name is a cluster of its own.
pub fn clusters<'a>(names: impl IntoIterator<Item = Option<&'a str>>) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next - 1
    };
    names
        .into_iter()
        .map(|name| match name {
            Some(name) => *known.entry(name).or_insert_with(&mut fresh),
            None => fresh(),
        })
        .collect()
}

/// Percentile intervals (Efron B, Tibshirani RJ 1993, An Introduction to the Bootstrap, ch. 13) of several statistics at once.
///
/// `clusters` holds the cluster of each unit; as many clusters as there are get drawn with replacement, each with all its units.
/// `statistics` gets the number of times each unit was drawn and gives each statistic, or `None` where the resample leaves it undefined.
/// Percentiles are interpolated between order statistics (type 7 of Hyndman and Fan 1996).
pub fn bootstrap<F>(clusters: &[usize], options: Bootstrap, statistics: F) -> Vec<Result<Bounds, Undefined>>
where
    F: Fn(&[f64]) -> Vec<Option<f64>> + Sync,
{
    let number = statistics(&vec![1.0; clusters.len()]).len();
    let count = clusters.iter().max().map_or(0, |largest| largest + 1);
    if count < 2 {
        return vec![Err(Undefined::OneCluster); number];
    }
    let drawn = resamples(clusters, count, options, &statistics);
    (0..number)
        .map(|statistic| {
            let mut values: Vec<f64> = drawn.iter().filter_map(|resample| resample[statistic]).collect();
            let undefined = drawn.len() - values.len();
            if values.is_empty() || undefined as f64 > MOST_UNDEFINED * drawn.len() as f64 {
                return Err(Undefined::Resamples(undefined as u32, options.replicates));
            }
            values.sort_by(f64::total_cmp);
            if values[values.len() - 1] - values[0] < 1e-12 {
                return Err(Undefined::NoSpread);
            }
            let tail = (1.0 - options.level.get()) / 2.0;
            Ok(Bounds {
                low: quantile(&values, tail),
                high: quantile(&values, 1.0 - tail),
            })
        })
        .collect()
}

/// The statistics of each resample, in the order of the blocks.
fn resamples<F>(clusters: &[usize], count: usize, options: Bootstrap, statistics: &F) -> Vec<Vec<Option<f64>>>
where
    F: Fn(&[f64]) -> Vec<Option<f64>> + Sync,
{
    let replicates = options.replicates as usize;
    let block = |number: usize| {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(options.seed);
        (0..number).for_each(|_| random.jump());
        let share = replicates / BLOCKS + usize::from(number < replicates % BLOCKS);
        let draw = |_| {
            let mut times = vec![0.0; count];
            (0..count).for_each(|_| times[below(count, &mut random)] += 1.0);
            let weights: Vec<f64> = clusters.iter().map(|&cluster| times[cluster]).collect();
            statistics(&weights)
        };
        (0..share).map(draw).collect::<Vec<_>>()
    };
    in_blocks(options.threads, block)
}

/// Does the blocks on as many threads as asked for and joins what they give in their order.
pub(super) fn in_blocks<T: Send>(threads: usize, block: impl Fn(usize) -> Vec<T> + Sync) -> Vec<T> {
    in_order(threads, BLOCKS, block).into_iter().flatten().collect()
}

/// Does tasks, numbered from 0, on as many threads as asked for (0: one a core), and gives what they give in their order.
pub fn in_order<T: Send>(threads: usize, tasks: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if threads == 0 { cores } else { threads }.min(tasks);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= tasks {
                        break;
                    }
                    let result = task(number);
                    // A thread that panicked took the scope down with it; the map is whole.
                    done.lock()
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .insert(number, result);
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.into_values().collect()
}

/// A whole number below `n`, each equally likely (Lemire 2019, ACM TOMACS 29:3; the bias of 2^-64 n is not removed).
pub(super) fn below(n: usize, random: &mut impl Rng) -> usize {
    ((u128::from(random.next_u64()) * n as u128) >> 64) as usize
}

fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64]) -> impl Fn(&[f64]) -> Vec<Option<f64>> + Sync {
        |weights| {
            let total: f64 = weights.iter().sum();
            vec![Some(
                values.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / total,
            )]
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing_and_the_seed_does() {
        let values: Vec<f64> = (0..60).map(|n| f64::from(n * n % 17)).collect();
        let units: Vec<usize> = (0..60).collect();
        let run = |threads, seed| {
            let options = Bootstrap {
                replicates: 333,
                seed,
                threads,
                ..Bootstrap::default()
            };
            bootstrap(&units, options, mean(&values))
        };
        assert_eq!(run(1, 5), run(7, 5));
        assert_ne!(run(1, 5), run(1, 6));
    }

    /// 400 values, half 0 and half 1: the standard error of their mean is 0.5 / 20 = 0.025, so 95% lies within 0.5 -+ 0.049.
    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_its_standard_error_says() {
        let values: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let units: Vec<usize> = (0..400).collect();
        let found = bootstrap(
            &units,
            Bootstrap {
                replicates: 4_000,
                ..Bootstrap::default()
            },
            mean(&values),
        );
        let Bounds { low, high } = found[0].clone().unwrap();
        assert!(
            (low - 0.451).abs() < 0.005 && (high - 0.549).abs() < 0.005,
            "{low} {high}"
        );
    }

    /// The same values in 20 accounts of 20 equal posts: 20 fair coins, whose 2.5th and 97.5th percentiles are 6 and 14 of 20.
    #[test]
    fn accounts_that_say_one_thing_widen_it() {
        let values: Vec<f64> = (0..400).map(|n| f64::from(n / 20 % 2)).collect();
        let accounts: Vec<usize> = (0..400).map(|n| n / 20).collect();
        let options = Bootstrap {
            replicates: 4_000,
            ..Bootstrap::default()
        };
        let Bounds { low, high } = bootstrap(&accounts, options, mean(&values))[0].clone().unwrap();
        assert!((low - 0.3).abs() < 1e-9 && (high - 0.7).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn one_cluster_and_no_resamples_have_no_interval() {
        let one = bootstrap(&[0, 0, 0], Bootstrap::default(), mean(&[1.0, 2.0, 3.0]));
        assert_eq!(one, [Err(Undefined::OneCluster)]);
        let none = Bootstrap {
            replicates: 0,
            ..Bootstrap::default()
        };
        assert_eq!(
            bootstrap(&[0, 1], none, mean(&[1.0, 2.0])),
            [Err(Undefined::Resamples(0, 0))]
        );
    }

    #[test]
    fn what_never_varies_has_no_interval_of_width_0() {
        let found = bootstrap(&[0, 1, 2], Bootstrap::default(), mean(&[1.0, 1.0, 1.0]));
        assert_eq!(found, [Err(Undefined::NoSpread)]);
    }

    #[test]
    fn posts_without_an_account_stand_alone() {
        assert_eq!(clusters([Some("a"), None, Some("b"), Some("a"), None]), [0, 1, 2, 0, 3]);
    }
}
