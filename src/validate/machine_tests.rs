//! Scores and estimates against other people's programs (tests/reference/machine.py) and cases decided by hand.

use super::*;
use crate::tabulate::Level;

#[derive(serde::Deserialize)]
struct Scores {
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    macro_f1: f64,
    accuracy: f64,
    kappa: f64,
}

#[derive(serde::Deserialize)]
struct Tuned {
    counts: [usize; 4],
    positives: usize,
    posts: usize,
    point: f64,
    standard_error: f64,
}

#[derive(serde::Deserialize)]
struct WeightedMean {
    y: Vec<f64>,
    cluster: Vec<usize>,
    pi: Vec<f64>,
    mean: f64,
    standard_error: f64,
}

#[derive(serde::Deserialize)]
struct Reference {
    human: Vec<usize>,
    machine: Vec<usize>,
    weights: Vec<f64>,
    scores: Scores,
    weighted_scores: Scores,
    accuracy_wilson: (f64, f64),
    tuned: Vec<Tuned>,
    weighted_mean: WeightedMean,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("../../tests/reference/machine.json")).unwrap()
}

fn few() -> Bootstrap {
    Bootstrap {
        replicates: 200,
        ..Bootstrap::default()
    }
}

fn find<'a>(scores: &'a [Score], class: Option<&str>, measure: Measure) -> &'a Score {
    let is = |score: &&Score| score.class.as_deref() == class && score.measure == measure;
    scores.iter().find(is).unwrap()
}

#[test]
fn scores_agree_with_scikit_learn_weighted_and_not() {
    let stored = reference();
    let posts: Vec<usize> = (0..stored.human.len()).collect();
    let cases = [
        (vec![1.0; posts.len()], &stored.scores),
        (stored.weights.clone(), &stored.weighted_scores),
    ];
    for (weights, expected) in cases {
        let names = ["0", "1", "2"];
        let comparison = Comparison::single(&names, &stored.human, &stored.machine, weights);
        let scores = comparison.scores(&posts, true, few());
        let close = |class: Option<&str>, measure: Measure, expected: f64| {
            let found = find(&scores, class, measure).measured.value.clone().unwrap();
            assert!(
                (found - expected).abs() < 1e-9,
                "{class:?} {measure:?}: {found}, not {expected}"
            );
        };
        for (at, name) in names.iter().enumerate() {
            close(Some(name), Measure::Precision, expected.precision[at]);
            close(Some(name), Measure::Recall, expected.recall[at]);
            close(Some(name), Measure::F1, expected.f1[at]);
        }
        close(None, Measure::MacroF1, expected.macro_f1);
        close(None, Measure::Accuracy, expected.accuracy);
        close(None, Measure::CohenKappa, expected.kappa);
    }
}

#[test]
fn intervals_of_shares_are_wilsons_where_posts_are_independent() {
    let stored = reference();
    let posts: Vec<usize> = (0..stored.human.len()).collect();
    let scores = |weights, by_post| {
        Comparison::single(&["0", "1", "2"], &stored.human, &stored.machine, weights).scores(&posts, by_post, few())
    };
    let equal = scores(vec![3.0; posts.len()], true);
    let accuracy = find(&equal, None, Measure::Accuracy);
    let bounds = accuracy.measured.bounds.clone().unwrap();
    assert!(
        (bounds.low - stored.accuracy_wilson.0).abs() < 1e-9 && (bounds.high - stored.accuracy_wilson.1).abs() < 1e-9
    );
    assert_eq!(
        (accuracy.method, find(&equal, Some("0"), Measure::F1).method),
        ("wilson", "bootstrap")
    );
    // Unequal weights tell less than as many equal ones.
    let unequal = scores(stored.weights.clone(), true);
    let wider = find(&unequal, None, Measure::Accuracy).measured.bounds.clone().unwrap();
    assert!(wider.high - wider.low > bounds.high - bounds.low);
    assert!(
        scores(stored.weights.clone(), false)
            .iter()
            .all(|score| score.method == "bootstrap")
    );
}

#[test]
fn a_class_that_nobody_gave_has_no_score_and_does_not_lower_the_mean() {
    let comparison = Comparison::single(&["a", "b", "unused"], &[0, 0, 1, 1], &[0, 0, 1, 1], vec![1.0; 4]);
    let scores = comparison.scores(&[0, 1, 2, 3], true, few());
    for measure in [Measure::Precision, Measure::Recall, Measure::F1] {
        assert!(find(&scores, Some("unused"), measure).measured.value.is_err());
    }
    assert_eq!(find(&scores, None, Measure::MacroF1).measured.value, Ok(1.0));
}

fn part(counted: f64) -> Part {
    Part { counted, base: 1.0 }
}

/// A frame of independent posts and a simple random sample of it with these 2 x 2 counts (human 1, machine 1 first).
fn study(counts: [usize; 4], positives: usize, posts: usize) -> (Frame, Vec<Coded>) {
    let machine: Vec<f64> = (0..posts)
        .map(|post| if post < positives { 1.0 } else { 0.0 })
        .collect();
    let sampled: usize = counts.iter().sum();
    let [both, human, machine_only, neither] = counts;
    let (mut yes, mut no) = (0, positives);
    let mut coded = Vec::new();
    for (number, human, said) in [
        (both, 1.0, true),
        (human, 1.0, false),
        (machine_only, 0.0, true),
        (neither, 0.0, false),
    ] {
        for _ in 0..number {
            let next = if said { &mut yes } else { &mut no };
            coded.push(Coded {
                post: *next,
                human: part(human),
                inclusion_probability: sampled as f64 / posts as f64,
            });
            *next += 1;
        }
    }
    let accounts: Vec<usize> = (0..posts).collect();
    let frame = Frame::new(machine.into_iter().map(part).collect(), &accounts, vec![0; posts]);
    (frame, coded)
}

#[test]
fn tuned_shares_agree_with_ppi_py_as_far_as_its_independent_sets_let_them() {
    for case in reference().tuned {
        let (frame, coded) = study(case.counts, case.positives, case.posts);
        let found = estimate(&frame, &coded).unwrap().corrected.estimate;
        let sampled = coded.len() as f64 / case.posts as f64;
        assert!(
            (found.share - case.point).abs() < sampled * 0.05,
            "{found:?}, {}",
            case.point
        );
        assert!(
            (found.standard_error / case.standard_error - 1.0).abs() < 2.0 * sampled,
            "{found:?}, {}",
            case.standard_error
        );
    }
}

#[test]
fn a_corpus_coded_whole_is_the_hand_codes() {
    let (frame, coded) = study([60, 10, 40, 90], 100, 200);
    let found = estimate(&frame, &coded).unwrap();
    assert_eq!(found.hand, found.corrected);
    assert!((found.hand.estimate.share - 0.35).abs() < 1e-12);
}

#[test]
fn a_weighted_clustered_hand_share_agrees_with_statsmodels() {
    let WeightedMean {
        y,
        cluster,
        pi,
        mean,
        standard_error,
    } = reference().weighted_mean;
    let frame = Frame::new(vec![part(0.0); y.len()], &cluster, vec![0; y.len()]);
    let coded = |(post, (&y, &pi)): (usize, (&f64, &f64))| Coded {
        post,
        human: part(y),
        inclusion_probability: pi,
    };
    let coded: Vec<Coded> = y.iter().zip(&pi).enumerate().map(coded).collect();
    let found = estimate(&frame, &coded).unwrap().hand.estimate;
    let widened = (40.0_f64 / 39.0).sqrt();
    assert!((found.share - mean).abs() < 1e-9, "{found:?}");
    assert!(
        (found.standard_error / widened - standard_error).abs() < 1e-9,
        "{found:?}"
    );
}

#[derive(serde::Deserialize)]
struct TwoGroups {
    group: Vec<usize>,
    account: Vec<usize>,
    pi: Vec<f64>,
    y: Vec<f64>,
    difference: f64,
    standard_error: f64,
}

/// tests/reference/difference.py.
#[test]
fn a_difference_of_groups_that_share_accounts_agrees_with_statsmodels() {
    let stored: TwoGroups = serde_json::from_str(include_str!("../../tests/reference/difference.json")).unwrap();
    let of = |group: usize| {
        let posts: Vec<usize> = (0..stored.y.len())
            .filter(|&post| stored.group[post] == group)
            .collect();
        let accounts: Vec<usize> = posts.iter().map(|&post| stored.account[post]).collect();
        let frame = Frame::new(vec![part(0.0); posts.len()], &accounts, vec![0; posts.len()]);
        let coded = |(at, &post): (usize, &usize)| Coded {
            post: at,
            human: part(stored.y[post]),
            inclusion_probability: stored.pi[post],
        };
        let coded: Vec<Coded> = posts.iter().enumerate().map(coded).collect();
        estimate(&frame, &coded).unwrap().hand
    };
    let found = difference(&of(0), &of(1), Level::default()).unwrap();
    let widened = (50.0_f64 / 49.0).sqrt();
    assert!((found.difference - stored.difference).abs() < 1e-9, "{found:?}");
    assert!(
        (found.standard_error / widened - stored.standard_error).abs() < 1e-9,
        "{found:?}"
    );
    // Not far from statsmodels' z test, which knows neither degrees of freedom nor the bounds of a share.
    let z = (stored.difference / stored.standard_error).abs();
    let normal = statrs::distribution::Normal::standard();
    let p = 2.0 * (1.0 - statrs::distribution::ContinuousCDF::cdf(&normal, z));
    assert!((found.p_value / p).ln().abs() < 0.5, "{} {p}", found.p_value);
}

#[test]
fn the_correction_takes_the_bias_of_the_machine_away() {
    // Of 200 coded posts the machine says 100, 40 wrongly, and misses 10: 70 of 200 have the code; of 1,000 posts it says 500.
    let (frame, coded) = study([60, 10, 40, 90], 500, 1000);
    let Estimates { hand, corrected } = estimate(&frame, &coded).unwrap();
    let (hand, found) = (hand.estimate, corrected.estimate);
    assert!(
        (hand.share - 0.35).abs() < 1e-12 && (found.share - 0.35).abs() < 1e-9,
        "{found:?}"
    );
    assert!(
        found.standard_error < hand.standard_error && found.lambda > 0.3,
        "{found:?}"
    );
}

#[test]
fn machines_of_no_use_leave_the_hand_codes_and_a_perfect_one_decides() {
    let same = |[both, human, machine, neither]: [usize; 4], positives| {
        let (frame, coded) = study([both, human, machine, neither], positives, 1000);
        estimate(&frame, &coded).unwrap().corrected.estimate
    };
    for (counts, positives) in [([30, 0, 70, 0], 1000), ([0, 30, 0, 70], 0), ([0, 30, 70, 0], 700)] {
        let found = same(counts, positives);
        assert!(
            found.lambda < 1e-9 && (found.share - 0.3).abs() < 1e-9,
            "{counts:?} {found:?}"
        );
    }
    let perfect = same([40, 0, 0, 60], 312);
    assert!(
        (perfect.share - 0.312).abs() < 1e-9 && (perfect.lambda - 1.0).abs() < 1e-9,
        "{perfect:?}"
    );
    // As a sample of 1,000 posts: sqrt(0.312 * 0.688 / 1000).
    assert!((perfect.standard_error - 0.014_651).abs() < 2e-5, "{perfect:?}");
}

/// Posts 0 to 9 are stratum 0, four of them coded; the singleton post 10 is coded whole. By hand: (5 / 10 * 10 + 1) / 11.
#[test]
fn a_stratum_coded_whole_may_have_one_post() {
    let accounts: Vec<usize> = (0..11).collect();
    let strata = accounts.iter().map(|post| usize::from(*post == 10)).collect();
    let frame = Frame::new(vec![part(0.0); 11], &accounts, strata);
    let one = |post: usize, human: f64, inclusion_probability: f64| Coded {
        post,
        human: part(human),
        inclusion_probability,
    };
    let coded = [
        one(0, 1.0, 0.4),
        one(1, 1.0, 0.4),
        one(2, 0.0, 0.4),
        one(3, 0.0, 0.4),
        one(10, 1.0, 1.0),
    ];
    let found = estimate(&frame, &coded).unwrap().hand.estimate;
    assert!((found.share - 6.0 / 11.0).abs() < 1e-12, "{found:?}");
    // Errors: 10 posts of -1/22 each, the coded of them 4 times 10/4 * 1/2 * sqrt(4/3) more or less; the singleton 5/11.
    let (mean, step): (f64, f64) = (0.5 - 6.0 / 11.0, 1.25 * (4.0_f64 / 3.0).sqrt());
    let squares =
        6.0 * mean.powi(2) + 2.0 * (mean + step).powi(2) + 2.0 * (mean - step).powi(2) + (5.0_f64 / 11.0).powi(2);
    assert!(
        (found.standard_error - squares.sqrt() / 11.0).abs() < 1e-12,
        "{found:?}"
    );
}

#[test]
fn too_little_to_go_by_is_said() {
    let (frame, coded) = study([2, 0, 0, 2], 10, 20);
    assert!(estimate(&frame, &[]).is_err());
    assert!(estimate(&frame, &coded[..1]).is_err());
    let off_topic = |one: &Coded| Coded {
        human: Part {
            counted: 0.0,
            base: 0.0,
        },
        ..*one
    };
    let off_topic: Vec<Coded> = coded.iter().map(off_topic).collect();
    assert!(estimate(&frame, &off_topic).is_err());
    let one_account = Frame::new(frame.machine.clone(), &[0; 20], vec![0; 20]);
    assert!(estimate(&one_account, &coded).is_err());
}

#[test]
fn a_code_that_no_coded_post_has_is_not_known_to_be_absent() {
    let (frame, coded) = study([0, 0, 0, 100], 0, 1000);
    let found = estimate(&frame, &coded).unwrap().hand.estimate;
    let bounds = found.bounds(Level::default()).unwrap();
    // Wilson's upper end at 0 of 100 is 0.0370.
    assert!(
        found.share == 0.0 && bounds.low == 0.0 && (0.036..0.039).contains(&bounds.high),
        "{bounds:?}"
    );
}

/// Only posts and accounts of the base tell how large a share that no coded post shows may be. Upper ends by hand: z^2 / (m + z^2) with
/// z = 1.95996 and m the accounts in the base, 20: Wilson's of 0 of 20. No variance is estimated, so that there is no t to allow for it.
#[test]
fn posts_beside_the_base_or_of_one_account_do_not_make_an_interval_narrow() {
    let none = |base: f64| Part { counted: 0.0, base };
    let upper = |frame: &Frame, coded: &[Coded]| {
        let found = estimate(frame, coded).unwrap().hand.estimate;
        found.bounds(Level::default()).unwrap().high
    };
    let coded = |base: &dyn Fn(usize) -> f64, count: usize, posts: usize| -> Vec<Coded> {
        (0..count)
            .map(|post| Coded {
                post,
                human: none(base(post)),
                inclusion_probability: count as f64 / posts as f64,
            })
            .collect()
    };
    // 200 of 2,000 posts are coded, each by an account of its own; every tenth is in the base.
    let own: Vec<usize> = (0..2000).collect();
    let in_base = |post: usize| f64::from(u8::from(post.is_multiple_of(10)));
    let frame = Frame::new(
        own.iter().map(|&post| none(in_base(post))).collect(),
        &own,
        vec![0; 2000],
    );
    let high = upper(&frame, &coded(&in_base, 200, 2000));
    assert!((high - 0.161_125).abs() < 1e-6, "{high}");
    // 20 accounts of five posts that are alike.
    let accounts: Vec<usize> = (0..1000).map(|post| post / 5).collect();
    let frame = Frame::new(vec![none(1.0); 1000], &accounts, vec![0; 1000]);
    let high = upper(&frame, &coded(&|_| 1.0, 100, 1000));
    assert!((high - 0.161_125).abs() < 1e-6, "{high}");
}

/// A frame of one group has few of the strata of the whole sample, and a share few of the accounts: 40 accounts in stratum 3 alone, of which 12
/// have a coded post in the base, so 11 degrees of freedom; with a second stratum among those 12, 10.
#[test]
fn degrees_of_freedom_are_of_accounts_and_strata_with_posts_in_the_base() {
    let part = |post: usize| Part {
        counted: f64::from(u8::from(post < 4)),
        base: f64::from(u8::from(post < 12)),
    };
    let own: Vec<usize> = (0..80).collect();
    let coded: Vec<Coded> = (0..40)
        .map(|post| Coded {
            post,
            human: part(post),
            inclusion_probability: 0.5,
        })
        .collect();
    let freedom = |strata: &dyn Fn(usize) -> usize| {
        let frame = Frame::new(
            (0..80).map(part).collect(),
            &own,
            own.iter().map(|&post| strata(post)).collect(),
        );
        estimate(&frame, &coded).unwrap().hand.estimate.freedom
    };
    assert_eq!(freedom(&|_| 3), 11.0);
    assert_eq!(freedom(&|post| if post % 2 == 0 { 3 } else { 7 }), 10.0);
    assert_eq!(freedom(&|post| if post < 20 { 3 } else { 7 }), 11.0);
}

fn covers(scenario: Scenario) {
    let found = coverage(scenario, 2_000, 20_230_614, 0);
    assert!((0.94..=0.96).contains(&found.corrected), "{scenario:?} {found:?}");
    assert!((0.935..=0.965).contains(&found.hand), "{scenario:?} {found:?}");
    assert!(
        found.width <= 1.02 && found.bias.abs() < 0.004,
        "{scenario:?} {found:?}"
    );
    assert!(found.naive < 0.8, "the machine alone is wrong: {scenario:?} {found:?}");
    assert!((0.035..=0.065).contains(&found.false_alarms), "{scenario:?} {found:?}");
}

#[test]
fn corrected_intervals_hold_the_truth_as_often_as_they_say() {
    for (accuracy, design, clustered) in [
        (0.6, Design::Equal, false),
        (0.8, Design::Strata, true),
        (0.8, Design::Poisson, true),
        (0.95, Design::Equal, true),
        (0.8, Design::Accounts, true),
    ] {
        covers(Scenario {
            share: 0.3,
            on_topic: 1.0,
            accuracy,
            design,
            clustered,
            posts: 1_200,
            coded: 240,
        });
    }
}

/// Of posts mostly off topic few are in the base, of a rare code fewer have it: intervals may err to the wide side there, and by no more
/// than two points to the narrow one.
#[test]
fn intervals_of_rare_shares_and_small_bases_do_not_promise_too_much() {
    for (share, on_topic, accuracy, design, clustered) in [
        (0.3, 0.2, 0.6, Design::Poisson, true),
        (0.3, 0.2, 0.95, Design::Equal, true),
        (0.05, 0.2, 0.95, Design::Equal, false),
        (0.05, 0.2, 0.95, Design::Poisson, true),
        (0.05, 1.0, 0.6, Design::Poisson, true),
    ] {
        let scenario = Scenario {
            share,
            on_topic,
            accuracy,
            design,
            clustered,
            posts: 2_000,
            coded: 400,
        };
        let found = coverage(scenario, 2_000, 20_230_614, 0);
        assert!(found.corrected >= 0.93 && found.hand >= 0.93, "{scenario:?} {found:?}");
        assert!(
            found.types.iter().all(|covered| *covered >= 0.9),
            "{scenario:?} {found:?}"
        );
        assert!(found.width <= 1.02, "{scenario:?} {found:?}");
    }
}
