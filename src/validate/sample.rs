//! Probability samples for hand coding: strata, allocation, drawing, sheets for coders.

use std::{collections::BTreeMap, str::FromStr};

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

use super::bootstrap::below;

/// How many of the posts drawn fall to each stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Allocation {
    /// As many as its share of the posts.
    #[default]
    Proportional,
    /// The same number in each.
    Equal,
    /// By its size times the standard deviation expected in it (Neyman J 1934, J. R. Stat. Soc. 97:558-625).
    Neyman,
}

impl FromStr for Allocation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "proportional" => Ok(Allocation::Proportional),
            "equal" => Ok(Allocation::Equal),
            "neyman" => Ok(Allocation::Neyman),
            _ => Err("use proportional, equal or neyman".to_owned()),
        }
    }
}

/// A post drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Position of the post in the frame.
    pub post: usize,
    /// Probability with which the design draws it: posts drawn of its stratum / posts in its stratum, or as [`draw_accounts`] says.
    pub inclusion_probability: f64,
}

/// Least posts of a stratum, as far as it has them: a variance within it needs two.
const LEAST: usize = 2;

/// Draws `n` posts without replacement, independently in each stratum; sorted by position. `strata` holds the stratum of each post.
///
/// Every stratum gets at least two posts (all, if it has fewer), so that each post has a probability above 0 and the variance within each
/// stratum can be estimated. `deviations` are the standard deviations expected by stratum, for [`Allocation::Neyman`]; a stratum that it
/// lacks counts 1.
///
/// # Errors
/// More posts asked for than there are, or fewer than the strata need; says how many.
pub fn draw(
    strata: &[String],
    n: usize,
    allocation: Allocation,
    deviations: &BTreeMap<String, f64>,
    seed: u64,
) -> Result<Vec<Drawn>, String> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (post, stratum) in strata.iter().enumerate() {
        members.entry(stratum).or_default().push(post);
    }
    let sizes: Vec<usize> = members.values().map(Vec::len).collect();
    let wishes: Vec<f64> = members
        .iter()
        .map(|(&stratum, posts)| match allocation {
            Allocation::Proportional => posts.len() as f64,
            Allocation::Equal => 1.0,
            Allocation::Neyman => posts.len() as f64 * deviations.get(stratum).copied().unwrap_or(1.0),
        })
        .collect();
    let numbers = allocate(&sizes, &wishes, n)?;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = Vec::with_capacity(n);
    for (mut posts, number) in members.into_values().zip(numbers) {
        let inclusion_probability = number as f64 / posts.len() as f64;
        partial_shuffle(&mut posts, number, &mut random);
        drawn.extend(posts[..number].iter().map(|&post| Drawn {
            post,
            inclusion_probability,
        }));
    }
    drawn.sort_by_key(|drawn| drawn.post);
    Ok(drawn)
}

/// Draws accounts, then posts of each: two stages, as Cochran WG (1977) Sampling Techniques, 3rd ed., ch. 11. `accounts` and `strata` hold
/// the account and the stratum of each post; sorted by position.
///
/// `n` accounts are drawn as [`draw`] draws posts, in each stratum by itself; of each, `per_account` posts (all, if it has fewer or that is
/// `None`). A post's probability is that of its account times posts drawn / posts of the account.
///
/// # Errors
/// Those of [`draw`], of accounts; an account whose posts stand in several strata.
pub fn draw_accounts(
    accounts: &[usize],
    strata: &[String],
    n: usize,
    per_account: Option<usize>,
    allocation: Allocation,
    seed: u64,
) -> Result<Vec<Drawn>, String> {
    let mut posts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (post, &account) in accounts.iter().enumerate() {
        posts.entry(account).or_default().push(post);
    }
    let mut of_account = Vec::with_capacity(posts.len());
    for posts in posts.values() {
        let stratum = &strata[posts[0]];
        if let Some(&other) = posts.iter().find(|&&post| strata[post] != *stratum) {
            return Err(format!(
                "an account has posts in the strata {stratum} and {}; where accounts are drawn, stratify by what is the same in all posts of \
                 an account",
                strata[other]
            ));
        }
        of_account.push(stratum.clone());
    }
    let drawn =
        draw(&of_account, n, allocation, &BTreeMap::new(), seed).map_err(|why| why.replace("posts", "accounts"))?;
    let mut posts: Vec<Vec<usize>> = posts.into_values().collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    // The generators that draw the accounts and deal the posts are not used again with the same seed.
    random.jump();
    let mut found = Vec::new();
    for account in drawn {
        let members = &mut posts[account.post];
        let number = per_account.unwrap_or(members.len()).min(members.len());
        partial_shuffle(members, number, &mut random);
        let inclusion_probability = account.inclusion_probability * number as f64 / members.len() as f64;
        found.extend(members[..number].iter().map(|&post| Drawn {
            post,
            inclusion_probability,
        }));
    }
    found.sort_by_key(|drawn| drawn.post);
    Ok(found)
}

/// Splits `n` in proportion to `wishes`, at least [`LEAST`] and at most `sizes` each; what is left over after rounding down goes to the
/// largest fractions (Hamilton's method), ties to the first.
fn allocate(sizes: &[usize], wishes: &[f64], n: usize) -> Result<Vec<usize>, String> {
    let (all, least): (usize, usize) = (sizes.iter().sum(), sizes.iter().map(|&size| size.min(LEAST)).sum());
    if n > all {
        return Err(format!("{n} posts asked for, {all} there are"));
    }
    if n < least {
        return Err(format!(
            "{n} posts are too few for {} strata of which each needs {LEAST}; ask for {least} or stratify less",
            sizes.len()
        ));
    }
    let mut fixed: Vec<Option<usize>> = vec![None; sizes.len()];
    // A stratum whose share lies outside its limits is held at the limit, and the rest shared out again.
    loop {
        let left = n - fixed.iter().flatten().sum::<usize>().min(n);
        let total: f64 = (0..sizes.len())
            .filter(|&at| fixed[at].is_none())
            .map(|at| wishes[at])
            .sum();
        let share = |at: usize| {
            if total > 0.0 {
                left as f64 * wishes[at] / total
            } else {
                0.0
            }
        };
        let open = |fixed: &[Option<usize>]| (0..sizes.len()).filter(|&at| fixed[at].is_none()).collect::<Vec<_>>();
        let least = |at: usize| sizes[at].min(LEAST);
        let low = open(&fixed).into_iter().find(|&at| share(at) < least(at) as f64);
        let high = open(&fixed).into_iter().find(|&at| share(at) > sizes[at] as f64);
        match (low, high) {
            (Some(at), _) => fixed[at] = Some(least(at)),
            (None, Some(at)) => fixed[at] = Some(sizes[at]),
            (None, None) => {
                let shares: Vec<f64> = (0..sizes.len()).map(share).collect();
                return Ok(rounded(sizes, &fixed, &shares, n));
            }
        }
    }
}

fn rounded(sizes: &[usize], fixed: &[Option<usize>], shares: &[f64], n: usize) -> Vec<usize> {
    let whole = |at: usize| fixed[at].unwrap_or((shares[at] + 1e-9).floor() as usize);
    let mut numbers: Vec<usize> = (0..sizes.len()).map(whole).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    let fraction = |at: usize| {
        if fixed[at].is_some() {
            -1.0
        } else {
            shares[at] - shares[at].floor()
        }
    };
    order.sort_by(|&a, &b| fraction(b).total_cmp(&fraction(a)));
    // Strata held at their least may take what is left, where all others are full.
    while numbers.iter().sum::<usize>() < n {
        let missing = n - numbers.iter().sum::<usize>();
        let room: Vec<usize> = order.iter().copied().filter(|&at| numbers[at] < sizes[at]).collect();
        room.into_iter().take(missing).for_each(|at| numbers[at] += 1);
    }
    while numbers.iter().sum::<usize>() > n {
        let largest = (0..sizes.len()).max_by_key(|&at| numbers[at].saturating_sub(sizes[at].min(LEAST)));
        largest.into_iter().for_each(|at| numbers[at] -= 1);
    }
    numbers
}

/// Standard deviation expected in each stratum: of the human label, whose distribution is that of the machine's labels in the stratum if
/// the machine is right with probability `accuracy` and otherwise equally often each other label; the square root of the sum of p(1 - p).
pub fn expected_deviations(strata: &[String], machine: &[String], accuracy: f64) -> BTreeMap<String, f64> {
    let mut labels: Vec<&String> = machine.iter().collect();
    labels.sort_unstable();
    labels.dedup();
    let mut counts: BTreeMap<&String, BTreeMap<&String, f64>> = BTreeMap::new();
    for (stratum, label) in strata.iter().zip(machine) {
        *counts.entry(stratum).or_default().entry(label).or_default() += 1.0;
    }
    let others = labels.len().saturating_sub(1).max(1) as f64;
    let deviation = |counts: &BTreeMap<&String, f64>| {
        let total: f64 = counts.values().sum();
        let spread = labels.iter().map(|label| {
            let share = counts.get(label).copied().unwrap_or(0.0) / total;
            let human = accuracy * share + (1.0 - accuracy) * (1.0 - share) / others;
            human * (1.0 - human)
        });
        spread.sum::<f64>().sqrt()
    };
    counts
        .into_iter()
        .map(|(stratum, counts)| (stratum.clone(), deviation(&counts)))
        .collect()
}

/// Deals `n` posts, numbered from 0, to coders: a share `overlap` (rounded up) to every coder, the rest in turn. Each coder's posts are in
/// an order of their own.
pub fn deal(n: usize, coders: usize, overlap: f64, seed: u64) -> Vec<Vec<usize>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    // The generator that drew the sample is not used again with the same seed.
    random.long_jump();
    let mut order: Vec<usize> = (0..n).collect();
    partial_shuffle(&mut order, n, &mut random);
    let common = ((n as f64 * overlap).ceil() as usize).min(n);
    let mut dealt = vec![order[..common].to_vec(); coders];
    for (turn, &post) in order[common..].iter().enumerate() {
        dealt[turn % coders].push(post);
    }
    for posts in &mut dealt {
        let number = posts.len();
        partial_shuffle(posts, number, &mut random);
    }
    dealt
}

/// Puts a random choice of `number` items, in random order, to the front (Fisher and Yates).
fn partial_shuffle(items: &mut [usize], number: usize, random: &mut impl Rng) {
    for at in 0..number.min(items.len()) {
        let other = at + below(items.len() - at, random);
        items.swap(at, other);
    }
}
