//! Whether the intervals of [`estimate`] keep what they promise, by simulation: a corpus is drawn again and again from a population whose
//! share is known.

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

use super::{
    Allocation, Bounds, Coded, Estimates, Frame, Part, Undefined, bootstrap::in_blocks, difference, draw,
    draw_accounts, estimate, sample::Drawn,
};
use crate::tabulate::{Level, wilson};

/// How a simulated study draws its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Every post with the same probability.
    Equal,
    /// As many with as without the machine's code.
    Strata,
    /// Each post by itself, those with the code (as far as a human would say) three times as likely; no strata are known.
    Poisson,
    /// Accounts first, each with the same probability, then two posts of each at most.
    Accounts,
}

impl Design {
    /// The name as printed in the coverage table.
    pub fn name(self) -> &'static str {
        match self {
            Design::Equal => "equal",
            Design::Strata => "strata",
            Design::Poisson => "poisson",
            Design::Accounts => "accounts",
        }
    }
}

/// A study to simulate. In half of the accounts a post on topic has the code with a third of the probability `share`, in the others with
/// five thirds; where posts are not `clustered`, each is an account of its own. Every fourth account is of another type, which does not
/// differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// Of the posts on topic, the share with the code that is to be estimated.
    pub share: f64,
    /// Share of the posts that are on topic: the base.
    pub on_topic: f64,
    /// Probability that the machine is right about a post; where it is not, it gives each other answer (with the code, without it, and off
    /// topic, where there are such posts) equally often.
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
    /// Of the corrected share of every fourth account, and of that of the others.
    pub types: [f64; 2],
    /// Mean width of the corrected interval, as a share of that of the hand codes alone.
    pub width: f64,
    /// Mean of the corrected shares less the truth.
    pub bias: f64,
    /// Of the replications, the share in which the two types of accounts, which do not differ, differ at p < 0.05.
    pub false_alarms: f64,
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
    let mean = |value: &dyn Fn(&Replicate) -> f64| runs.iter().map(value).sum::<f64>() / runs.len() as f64;
    let truth = scenario.share;
    let holds = |bounds: Bounds| f64::from(u8::from(bounds.low <= truth && truth <= bounds.high));
    let share =
        |value: fn(&Replicate) -> Bounds| runs.iter().map(|run| holds(value(run))).sum::<f64>() / runs.len() as f64;
    let widths = |value: fn(&Replicate) -> Bounds| {
        let width = |bounds: Bounds| bounds.high - bounds.low;
        runs.iter().map(|run| width(value(run))).sum::<f64>()
    };
    let of_type = |which: usize| {
        let found: Vec<f64> = runs.iter().filter_map(|run| run.types[which]).map(holds).collect();
        found.iter().sum::<f64>() / found.len() as f64
    };
    let compared: Vec<f64> = runs.iter().filter_map(|run| run.p_value).collect();
    Coverage {
        naive: mean(&|run| f64::from(u8::from(run.naive))),
        hand: share(|run| run.hand),
        corrected: share(|run| run.corrected),
        types: [of_type(0), of_type(1)],
        width: widths(|run| run.corrected) / widths(|run| run.hand),
        bias: mean(&|run| run.share - truth),
        false_alarms: compared.iter().filter(|p| **p < 0.05).count() as f64 / compared.len() as f64,
    }
}

struct Replicate {
    naive: bool,
    hand: Bounds,
    corrected: Bounds,
    share: f64,
    /// Corrected, of each type; `None` where it has too few hand codes.
    types: [Option<Bounds>; 2],
    /// Of the difference of the types; `None` where one of them has too few hand codes.
    p_value: Option<f64>,
}

fn replicate(scenario: Scenario, random: &mut Xoshiro256PlusPlus) -> Replicate {
    loop {
        let corpus = corpus(scenario, random);
        let Ok(drawn) = drawn(scenario, &corpus, random) else {
            // A study too small for its strata is drawn again.
            continue;
        };
        let coded = |drawn: Drawn| Coded {
            post: drawn.post,
            human: corpus.truth[drawn.post].part(),
            inclusion_probability: drawn.inclusion_probability,
        };
        let sample: Vec<Coded> = drawn.into_iter().map(coded).collect();
        let level = Level::default();
        let machine: Vec<Part> = corpus.machine.iter().map(|said| said.part()).collect();
        let frame = Frame::new(machine, &corpus.accounts, corpus.strata.clone());
        let Ok(found) = estimate(&frame, &sample) else { continue };
        let (Ok(hand), Ok(corrected)) = (
            found.hand.estimate.bounds(level),
            found.corrected.estimate.bounds(level),
        ) else {
            continue;
        };
        let types = [true, false].map(|fourth| of_type(&corpus, &sample, fourth));
        let p_value = match &types {
            [Ok(first), Ok(second)] => {
                difference(&first.corrected, &second.corrected, level).map(|found| found.p_value)
            }
            [Err(why), _] | [_, Err(why)] => Err(why.clone()),
        };
        let said = |post: Post| corpus.machine.iter().filter(|said| **said == post).count() as u64;
        let (with, without) = (said(Post::With), said(Post::Without));
        let naive = wilson(with, with + without, level);
        let bounds = |found: &Result<Estimates, Undefined>| found.as_ref().ok()?.corrected.estimate.bounds(level).ok();
        return Replicate {
            naive: naive.is_some_and(|interval| interval.low <= scenario.share && scenario.share <= interval.high),
            hand,
            corrected,
            share: found.corrected.estimate.share,
            types: [bounds(&types[0]), bounds(&types[1])],
            p_value: p_value.ok(),
        };
    }
}

fn drawn(scenario: Scenario, corpus: &Corpus, random: &mut Xoshiro256PlusPlus) -> Result<Vec<Drawn>, String> {
    let strata: Vec<String> = corpus.strata.iter().map(ToString::to_string).collect();
    match scenario.design {
        Design::Poisson => Ok(poisson(scenario, &corpus.truth, random)),
        Design::Accounts => draw_accounts(
            &corpus.accounts,
            &strata,
            scenario.coded / 2,
            Some(2),
            Allocation::Proportional,
            random.next_u64(),
        ),
        Design::Equal | Design::Strata => draw(
            &strata,
            scenario.coded,
            Allocation::Equal,
            &Default::default(),
            random.next_u64(),
        ),
    }
}

/// The estimate of every fourth account, or of the others.
fn of_type(corpus: &Corpus, sample: &[Coded], fourth: bool) -> Result<Estimates, Undefined> {
    let mut place = vec![None; corpus.truth.len()];
    let posts: Vec<usize> = (0..corpus.truth.len())
        .filter(|&post| corpus.accounts[post].is_multiple_of(4) == fourth)
        .collect();
    for (at, &post) in posts.iter().enumerate() {
        place[post] = Some(at);
    }
    let part = Frame::new(
        posts.iter().map(|&post| corpus.machine[post].part()).collect(),
        &posts.iter().map(|&post| corpus.accounts[post]).collect::<Vec<_>>(),
        posts.iter().map(|&post| corpus.strata[post]).collect(),
    );
    let inside = |coded: &Coded| {
        Some(Coded {
            post: place[coded.post]?,
            ..*coded
        })
    };
    let sample: Vec<Coded> = sample.iter().filter_map(inside).collect();
    estimate(&part, &sample)
}

/// Each post by itself, so that as many as asked for are expected.
fn poisson(scenario: Scenario, truth: &[Post], random: &mut impl Rng) -> Vec<Drawn> {
    let with = scenario.share * scenario.on_topic;
    let expected = scenario.posts as f64 * (3.0 * with + (1.0 - with));
    let least = scenario.coded as f64 / expected;
    let chances = truth
        .iter()
        .map(|&post| if post == Post::With { 3.0 * least } else { least })
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

/// What a post is, or is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Post {
    With,
    Without,
    OffTopic,
}

impl Post {
    fn part(self) -> Part {
        let one = |is| f64::from(u8::from(is));
        Part {
            counted: one(self == Post::With),
            base: one(self != Post::OffTopic),
        }
    }
}

/// One corpus, post by post.
#[derive(Default)]
struct Corpus {
    /// What a human says of each post.
    truth: Vec<Post>,
    machine: Vec<Post>,
    accounts: Vec<usize>,
    strata: Vec<usize>,
}

fn corpus(scenario: Scenario, random: &mut Xoshiro256PlusPlus) -> Corpus {
    let mut corpus = Corpus::default();
    let mut account = 0;
    while corpus.truth.len() < scenario.posts {
        let tends = if happens(0.5, random) { 5.0 } else { 1.0 } * scenario.share / 3.0;
        let mut posts = 1;
        while scenario.clustered && posts < 9 && happens(0.75, random) {
            posts += 1;
        }
        for _ in 0..posts.min(scenario.posts - corpus.truth.len()) {
            let (truth, said) = post(scenario, tends, random);
            corpus.truth.push(truth);
            corpus.machine.push(said);
            corpus.accounts.push(account);
            let stratum = scenario.design == Design::Strata && said == Post::With;
            corpus.strata.push(usize::from(stratum));
        }
        account += 1;
    }
    corpus
}

/// A post of an account that tends to the code so much, and what the machine says of it.
fn post(scenario: Scenario, tends: f64, random: &mut Xoshiro256PlusPlus) -> (Post, Post) {
    let all_on_topic = scenario.on_topic >= 1.0;
    let truth = match (
        all_on_topic || happens(scenario.on_topic, random),
        happens(tends, random),
    ) {
        (false, _) => Post::OffTopic,
        (true, true) => Post::With,
        (true, false) => Post::Without,
    };
    if happens(scenario.accuracy, random) {
        return (truth, truth);
    }
    let wrong: Vec<Post> = [Post::With, Post::Without, Post::OffTopic]
        .into_iter()
        .filter(|&other| other != truth && !(all_on_topic && other == Post::OffTopic))
        .collect();
    let first = wrong.len() == 1 || happens(0.5, random);
    (truth, wrong[usize::from(!first)])
}
