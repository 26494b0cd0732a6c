use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn frame(sizes: &[(&str, usize)]) -> Vec<String> {
    sizes
        .iter()
        .flat_map(|(name, size)| vec![(*name).to_owned(); *size])
        .collect()
}

fn sizes(strata: &[String], drawn: &[Drawn]) -> BTreeMap<String, usize> {
    let mut sizes = BTreeMap::new();
    for one in drawn {
        *sizes.entry(strata[one.post].clone()).or_default() += 1;
    }
    sizes
}

#[test]
fn allocations_by_hand() {
    let strata = frame(&[("a", 600), ("b", 300), ("c", 100), ("d", 3)]);
    let deviations = [("a", 0.1), ("b", 0.4), ("c", 0.4), ("d", 0.0)].map(|(name, sd)| (name.to_owned(), sd));
    for (allocation, expected) in [
        // 97 of 1,003 each, 2 for d at least: 98 to share out 600 : 300 : 100.
        (Allocation::Proportional, [59, 29, 10, 2]),
        // d has 3 only.
        (Allocation::Equal, [33, 32, 32, 3]),
        // 60 : 120 : 40, d at its least.
        (Allocation::Neyman, [27, 53, 18, 2]),
    ] {
        let drawn = draw(&strata, 100, allocation, &deviations.clone().into(), 1).unwrap();
        let found: Vec<usize> = sizes(&strata, &drawn).into_values().collect();
        assert_eq!(found, expected, "{allocation:?}");
    }
}

#[test]
fn no_post_is_drawn_twice_and_inverse_probabilities_add_up_to_the_posts() {
    let strata = frame(&[("a", 71), ("b", 40), ("c", 1)]);
    let drawn = draw(&strata, 30, Allocation::Equal, &BTreeMap::new(), 9).unwrap();
    let posts: BTreeSet<usize> = drawn.iter().map(|one| one.post).collect();
    assert_eq!((posts.len(), drawn.len()), (30, 30));
    let total: f64 = drawn.iter().map(|one| 1.0 / one.inclusion_probability).sum();
    assert!((total - 112.0).abs() < 1e-9, "{total}");
}

/// 2,000 samples of 10 of 40: each post is in 500 of them, standard deviation sqrt(2000 * 0.25 * 0.75) = 19.4.
#[test]
fn every_post_is_drawn_as_often_as_its_probability_says() {
    let strata = frame(&[("a", 40)]);
    let mut times = [0u32; 40];
    for seed in 0..2_000 {
        for one in draw(&strata, 10, Allocation::Proportional, &BTreeMap::new(), seed).unwrap() {
            times[one.post] += 1;
        }
    }
    assert!(times.iter().all(|&times| (420..=580).contains(&times)), "{times:?}");
}

/// Accounts of 1 to 5 posts, 4 of the 12 drawn and 2 posts of each: a post's probability is 1/3, or less where its account has more than 2. In
/// 6,000 samples the share in which a post is has the standard deviation sqrt(0.33 * 0.67 / 6000) = 0.006 at most.
#[test]
fn posts_of_drawn_accounts_are_drawn_as_often_as_their_probability_says() {
    let accounts: Vec<usize> = (0..12).flat_map(|account| vec![account; account % 5 + 1]).collect();
    let strata = vec!["all".to_owned(); accounts.len()];
    let (mut times, mut told) = (vec![0.0; accounts.len()], vec![0.0; accounts.len()]);
    for seed in 0..6_000 {
        let drawn = draw_accounts(&accounts, &strata, 4, Some(2), Allocation::Proportional, seed).unwrap();
        let of: BTreeSet<usize> = drawn.iter().map(|one| accounts[one.post]).collect();
        assert_eq!(of.len(), 4);
        for one in drawn {
            times[one.post] += 1.0 / 6_000.0;
            told[one.post] = one.inclusion_probability;
        }
    }
    for (post, (times, told)) in times.iter().zip(&told).enumerate() {
        let size = (accounts[post] % 5 + 1) as f64;
        assert!((told - 4.0 / 12.0 * (2.0 / size).min(1.0)).abs() < 1e-12);
        assert!((times - told).abs() < 0.026, "{post}: {times}, {told}");
    }
}

#[test]
fn whole_accounts_are_drawn_within_their_strata() {
    let accounts: Vec<usize> = (0..30).map(|post| post / 3).collect();
    let strata: Vec<String> = accounts
        .iter()
        .map(|account| if *account < 4 { "a" } else { "b" }.to_owned())
        .collect();
    let drawn = draw_accounts(&accounts, &strata, 5, None, Allocation::Equal, 1).unwrap();
    // Of a 3 or 2 of 4 accounts, of b the others of 6, each with its 3 posts.
    assert_eq!(drawn.len(), 15);
    let total: f64 = drawn.iter().map(|one| 1.0 / one.inclusion_probability).sum();
    assert!((total - 30.0).abs() < 1e-9);
    let mixed = vec!["a".to_owned(), "b".to_owned(), "b".to_owned()];
    let refused = draw_accounts(&[0, 0, 1], &mixed, 2, None, Allocation::Equal, 1).unwrap_err();
    assert!(refused.contains("strata a and b"), "{refused}");
    let few = draw_accounts(&accounts, &strata, 11, None, Allocation::Equal, 1).unwrap_err();
    assert!(few.contains("11 accounts asked for, 10 there are"), "{few}");
}

#[test]
fn samples_that_cannot_be_are_refused_with_the_number_that_can() {
    let strata = frame(&[("a", 10), ("b", 10), ("c", 1)]);
    let ask = |n| draw(&strata, n, Allocation::Proportional, &BTreeMap::new(), 1);
    assert!(ask(22).unwrap_err().contains("21 there are"));
    assert!(ask(4).unwrap_err().contains("ask for 5"));
    assert_eq!((ask(21).unwrap().len(), ask(5).unwrap().len()), (21, 5));
}

#[test]
fn coders_share_the_overlap_and_nothing_else() {
    let dealt = deal(101, 3, 0.2, 4);
    let sets: Vec<BTreeSet<usize>> = dealt.iter().map(|posts| posts.iter().copied().collect()).collect();
    let common = sets[0]
        .iter()
        .filter(|post| sets[1].contains(post) && sets[2].contains(post))
        .count();
    assert_eq!(common, 21);
    assert_eq!(sets.iter().map(BTreeSet::len).sum::<usize>(), 3 * 21 + 80);
    assert_eq!(sets.iter().flatten().collect::<BTreeSet<_>>().len(), 101);
    let order: Vec<usize> = dealt[0].iter().copied().filter(|post| sets[1].contains(post)).collect();
    let other: Vec<usize> = dealt[1].iter().copied().filter(|post| sets[0].contains(post)).collect();
    assert_ne!(order, other, "each coder has an order of their own");
}

/// One stratum all "a" by a machine right 8 times in 10, two labels: the human label has p = 0.8, so sqrt(0.8 * 0.2 * 2) = 0.5657.
#[test]
fn a_stratum_the_machine_finds_alike_is_expected_to_vary_still() {
    let strata = frame(&[("s", 4), ("t", 2)]);
    let machine = ["a", "a", "a", "a", "a", "b"].map(str::to_owned);
    let found = expected_deviations(&strata, &machine, 0.8);
    assert!(
        (found["s"] - 0.565_685).abs() < 1e-6 && (found["t"] - 0.5_f64.sqrt()).abs() < 1e-9,
        "{found:?}"
    );
}
