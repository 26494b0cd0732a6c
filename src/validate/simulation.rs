//! Whether the intervals of [`estimate`] keep what they promise, by simulation: a corpus is drawn again and again from a population whose
//! share is known.

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

use super::{Allocation, Coded, Estimate, Frame, Part, bootstrap::in_blocks, draw, estimate, sample::Drawn};
use crate::tabulate::{Level, wilson};

/// Share of the population with the code; see [`Scenario`].
pub const TRUTH: f64 = 0.3;

/// How a simulated study draws its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Every post with the same probability.
    Equal,
    /// As many with as without the machine's code.
    Strata,
    /// Each post by itself, those with the code (as far as a human would say) three times as likely; no strata are known.
    Poisson,
}

impl Design {
    /// The name as printed in the coverage table.
    pub fn name(self) -> &'static str {
        match self {
            Design::Equal => "equal",
            Design::Strata => "strata",
            Design::Poisson => "poisson",
        }
    }
}

/// A study to simulate. In half of the accounts a post has the code with probability 0.1, in the others with 0.5; where posts are not
/// `clustered`, each is an account of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// Probability that the machine is right about a post.
    pub accuracy: f64,
    /// How the posts coded by hand are drawn.
    pub design: Design,
    /// Whether accounts have 1 to 9 posts each.
    pub clustered: bool,
    /// Posts of the corpus.
    pub posts: usize,
    /// Posts coded by hand.
    pub coded: usize,
}

/// Of the replications, the share whose 95% interval held the truth, and the widths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Of the machine's share with Wilson's interval.
    pub naive: f64,
    /// Of the hand codes alone.
    pub hand: f64,
    /// Of the corrected share.
    pub corrected: f64,
    /// Mean width of the corrected interval, as a share of that of the hand codes alone.
    pub width: f64,
    /// Mean of the corrected shares less the truth.
    pub bias: f64,
}

/// Replicates a study. The numbers depend on the seed, not on the number of `threads` (0: one a core).
pub fn coverage(scenario: Scenario, replications: usize, seed: u64, threads: usize) -> Coverage {
    let blocks = super::bootstrap::BLOCKS;
    let block = |number: usize| {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..number).for_each(|_| random.jump());
        let share = replications / blocks + usize::from(number < replications % blocks);
        (0..share).map(|_| replicate(scenario, &mut random)).collect::<Vec<_>>()
    };
    let runs = in_blocks(threads, block);
    let mean = |value: fn(&Replicate) -> f64| runs.iter().map(value).sum::<f64>() / runs.len() as f64;
    let holds =
        |estimate: &Estimate| f64::from(u8::from(estimate.bounds.low <= TRUTH && TRUTH <= estimate.bounds.high));
    let share =
        |value: fn(&Replicate) -> &Estimate| runs.iter().map(|run| holds(value(run))).sum::<f64>() / runs.len() as f64;
    let width = |estimate: &Estimate| estimate.bounds.high - estimate.bounds.low;
    let widths = |value: fn(&Replicate) -> &Estimate| runs.iter().map(|run| width(value(run))).sum::<f64>();
    Coverage {
        naive: mean(|run| f64::from(u8::from(run.naive))),
        hand: share(|run| &run.hand),
        corrected: share(|run| &run.corrected),
        width: widths(|run| &run.corrected) / widths(|run| &run.hand),
        bias: mean(|run| run.corrected.share - TRUTH),
    }
}

struct Replicate {
    naive: bool,
    hand: Estimate,
    corrected: Estimate,
}

fn replicate(scenario: Scenario, random: &mut Xoshiro256PlusPlus) -> Replicate {
    loop {
        let (truth, frame) = corpus(scenario, random);
        let strata: Vec<String> = frame.strata.iter().map(ToString::to_string).collect();
        let drawn = if scenario.design == Design::Poisson {
            Ok(poisson(scenario, &truth, random))
        } else {
            draw(
                &strata,
                scenario.coded,
                Allocation::Equal,
                &Default::default(),
                random.next_u64(),
            )
        };
        let coded = |drawn: Drawn| Coded {
            post: drawn.post,
            human: part(truth[drawn.post]),
            inclusion_probability: drawn.inclusion_probability,
        };
        // A study too small for its strata is drawn again.
        let Ok(drawn) = drawn else { continue };
        let sample: Vec<Coded> = drawn.into_iter().map(coded).collect();
        let Ok(found) = estimate(&frame, &sample, Level::default()) else {
            continue;
        };
        let by_machine = frame.machine.iter().filter(|part| part.counted > 0.0).count();
        let naive = wilson(by_machine as u64, frame.machine.len() as u64, Level::default());
        return Replicate {
            naive: naive.is_some_and(|interval| interval.low <= TRUTH && TRUTH <= interval.high),
            hand: found.hand,
            corrected: found.corrected,
        };
    }
}

fn part(counted: bool) -> Part {
    Part {
        counted: f64::from(u8::from(counted)),
        base: 1.0,
    }
}

/// Each post by itself, so that as many as asked for are expected.
fn poisson(scenario: Scenario, truth: &[bool], random: &mut impl Rng) -> Vec<Drawn> {
    let expected = scenario.posts as f64 * (3.0 * TRUTH + (1.0 - TRUTH));
    let least = scenario.coded as f64 / expected;
    let chances = truth
        .iter()
        .map(|&has| if has { 3.0 * least } else { least })
        .enumerate();
    let all = chances.map(|(post, inclusion_probability)| Drawn {
        post,
        inclusion_probability,
    });
    all.filter(|one| happens(one.inclusion_probability, random)).collect()
}

/// Whether something of this probability happens.
fn happens(p: f64, random: &mut impl Rng) -> bool {
    (random.next_u64() >> 11) as f64 / ((1u64 << 53) as f64) < p
}

/// Human codes and the frame of one corpus.
fn corpus(scenario: Scenario, random: &mut Xoshiro256PlusPlus) -> (Vec<bool>, Frame) {
    let mut chance = |p: f64| happens(p, random);
    let (mut truth, mut frame) = (Vec::new(), Frame::default());
    let mut account = 0;
    while truth.len() < scenario.posts {
        let tends = if chance(0.5) { 0.5 } else { 0.1 };
        let mut posts = 1;
        while scenario.clustered && posts < 9 && chance(0.75) {
            posts += 1;
        }
        for _ in 0..posts.min(scenario.posts - truth.len()) {
            let has = chance(tends);
            let said = has == chance(scenario.accuracy);
            truth.push(has);
            frame.machine.push(part(said));
            frame.clusters.push(account);
            frame
                .strata
                .push(usize::from(scenario.design == Design::Strata && said));
        }
        account += 1;
    }
    (truth, frame)
}
