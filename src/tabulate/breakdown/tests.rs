use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::tabulate::{MonteCarlo, exact::odds_ratio, fisher_p, wilson};

const DRAWING: MonteCarlo = MonteCarlo {
    replicates: 999,
    seed: 1,
};

#[derive(Deserialize)]
struct Reference {
    two_by_two: Vec<TwoByTwo>,
    clustered: Clustered,
}

#[derive(Deserialize)]
struct TwoByTwo {
    cells: [[u64; 2]; 2],
    fisher: f64,
    odds: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Clustered {
    posts: Vec<(String, String)>,
    intervals: BTreeMap<String, [f64; 2]>,
    sd: BTreeMap<String, f64>,
}

/// Values of scipy and statsmodels with the script that made them: tests/reference/breakdown.py.
fn reference() -> Reference {
    serde_json::from_str(include_str!("../../../tests/reference/breakdown.json")).unwrap()
}

/// Equal but for rounding; below what a double holds to full precision, only that both are there.
fn near(found: f64, expected: f64) -> bool {
    found.abs().max(expected.abs()) < 1e-300 || (found - expected).abs() <= 1e-8 * expected.abs()
}

#[test]
fn fisher_agrees_with_scipy_and_odds_ratios_with_statsmodels() {
    let cases = reference().two_by_two;
    assert_eq!(cases.len(), 12);
    for case in cases {
        let p = fisher_p(case.cells);
        assert!(near(p, case.fisher), "{:?}: {p}, scipy {}", case.cells, case.fisher);
        let odds = odds_ratio(case.cells, Level::default()).unwrap();
        assert!(
            near(odds.ratio, case.odds) && near(odds.low, case.low) && near(odds.high, case.high),
            "{:?}: {odds:?}",
            case.cells
        );
        assert_eq!(odds.haldane, case.cells.iter().flatten().any(|&n| n == 0));
    }
}

#[test]
fn an_empty_margin_has_no_odds_and_a_certain_table() {
    for cells in [[[0, 0], [3, 4]], [[0, 2], [0, 9]], [[0, 0], [0, 0]]] {
        assert_eq!(odds_ratio(cells, Level::default()), None);
        assert_eq!(fisher_p(cells), 1.0);
    }
}

/// A million posts: p is too small for a number and still above 0.
#[test]
fn fisher_takes_the_counts_of_a_large_corpus() {
    let p = fisher_p([[300_000, 100_000], [100_000, 500_000]]);
    assert!(p > 0.0 && p < 1e-300);
    assert!(near(fisher_p([[250_000, 250_000], [250_000, 250_000]]), 1.0));
}

/// Stratum, rows, columns, account and weight of a post.
type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], Option<&'a str>, u64);

fn count(options: BreakdownOptions, posts: &[Row<'_>]) -> Crossing {
    let mut breakdown = Breakdown::new(options);
    for &(by, rows, cols, account, weight) in posts {
        breakdown.add(Observation {
            by,
            rows,
            cols,
            account,
            weight,
        });
    }
    breakdown.finish(&[], &[], &[]).swap_remove(0)
}

#[test]
fn cluster_intervals_agree_with_an_independent_resampling() {
    let clustered = reference().clustered;
    let bootstrap = Bootstrap {
        replicates: 4_999,
        seed: 7,
    };
    let mut breakdown = Breakdown::new(BreakdownOptions {
        bootstrap: Some(bootstrap),
        ..BreakdownOptions::default()
    });
    for (account, category) in &clustered.posts {
        let (rows, cols) = ([category.as_str()], ["all"]);
        breakdown.add(Observation {
            by: "",
            rows: &rows,
            cols: &cols,
            account: Some(account),
            weight: 1,
        });
    }
    let crossing = breakdown.finish(&[], &[], &[]).swap_remove(0);
    for (row, name) in crossing.rows.iter().enumerate() {
        let found = crossing.bootstrap_interval(row, 0, Within::All).unwrap();
        let [low, high] = clustered.intervals[name];
        // The end of an interval from 4,999 samples has a standard error of some 4% of the standard deviation of the share.
        let tolerance = 0.15 * clustered.sd[name];
        assert!(
            (found.low - low).abs() < tolerance && (found.high - high).abs() < tolerance,
            "{name}: {found:?} {low} {high}"
        );
        // Accounts are alike within: Wilson's interval is far too short.
        let naive = wilson(crossing.cells[row][0], crossing.total, Level::default()).unwrap();
        assert!(found.high - found.low > 1.3 * (naive.high - naive.low), "{name}");
    }
}

#[test]
fn one_seed_gives_one_interval_whatever_the_order_of_the_posts() {
    let posts: Vec<Row<'_>> = vec![
        ("", &["a"], &["x"], Some("u1"), 1),
        ("", &["a"], &["y"], Some("u2"), 1),
        ("", &["b"], &["y"], Some("u3"), 1),
        ("", &["a"], &["x"], None, 1),
        ("", &["b"], &["x"], Some("u1"), 1),
    ];
    let with = |seed| BreakdownOptions {
        bootstrap: Some(Bootstrap { replicates: 99, seed }),
        ..BreakdownOptions::default()
    };
    assert_eq!(count(with(1), &posts), count(with(1), &posts));
    assert_ne!(count(with(1), &posts).bootstrap, count(with(2), &posts).bootstrap);
}

#[test]
fn posts_with_several_labels_have_a_base_of_posts() {
    let options = BreakdownOptions {
        rows_multiple: true,
        ..BreakdownOptions::default()
    };
    let crossing = count(
        options,
        &[
            ("", &["A", "B"], &["media"], None, 1),
            ("", &["A", "A"], &["media"], None, 1),
            ("", &["no code"], &["media"], None, 1),
            ("", &["B"], &["individual"], None, 1),
        ],
    );
    assert_eq!(
        (crossing.rows.as_slice(), crossing.col_bases.as_slice()),
        (["A", "B", "no code"].map(String::from).as_slice(), [3, 1].as_slice())
    );
    assert_eq!(crossing.cells, [[2, 0], [1, 1], [1, 0]]);
    assert_eq!(
        (crossing.row_bases.as_slice(), crossing.total),
        ([2, 2, 1].as_slice(), 4)
    );
    assert_eq!(crossing.share(0, 0, Within::Col), Some(2.0 / 3.0));
    let tests = crossing_tests("t", &crossing, DRAWING);
    let pair = tests
        .iter()
        .find(|test| test.test == "Fisher exact: B x media")
        .unwrap();
    // One of three with B here, one of one there: of the 6 ways to spread 2 over 4 all have p 1/2 or more... p is 1.
    assert!(
        near(pair.p_value.unwrap(), 1.0) && pair.effect == "odds ratio, Haldane-Anscombe",
        "{pair:?}"
    );
    assert!(pair.note.contains("p after Holm over"), "{}", pair.note);
    assert!(tests.iter().any(|test| test.test == "chi-square, Holm: A"));
}

#[test]
fn accounts_vote_once_and_ties_are_a_category() {
    let options = BreakdownOptions {
        unit: Unit::Accounts,
        ..BreakdownOptions::default()
    };
    let crossing = count(
        options,
        &[
            ("", &["individual"], &["negative"], Some("u1"), 1),
            ("", &["individual"], &["negative"], Some("u1"), 1),
            ("", &["individual"], &["positive"], Some("u1"), 1),
            ("", &["individual"], &["positive"], Some("u2"), 1),
            ("", &["individual"], &["negative"], Some("u2"), 1),
            ("", &["media"], &["neutral"], None, 1),
        ],
    );
    let at = |name: &str| crossing.cols.iter().position(|col| col == name).unwrap();
    assert_eq!(
        (
            crossing.total,
            crossing.cells[0][at("negative")],
            crossing.cells[0][at(TIE)]
        ),
        (2, 1, 1)
    );
}

#[test]
fn weights_are_summed_and_get_neither_interval_nor_test() {
    let options = BreakdownOptions {
        weighted: true,
        ..BreakdownOptions::default()
    };
    let crossing = count(
        options,
        &[
            ("", &["a"], &["x"], None, 7),
            ("", &["b"], &["x"], None, 0),
            ("", &["b"], &["y"], None, 3),
        ],
    );
    assert_eq!(
        (crossing.cells.clone(), crossing.total),
        (vec![vec![7, 0], vec![0, 3]], 10)
    );
    assert_eq!(crossing.interval(0, 0, Within::Row, Level::default()), None);
    let tests = crossing_tests("t", &crossing, DRAWING);
    assert!(tests.len() == 1 && tests[0].p_value.is_none() && tests[0].note.contains("sums of weights"));
}

#[test]
fn listed_categories_keep_their_place_at_zero() {
    let mut breakdown = Breakdown::new(BreakdownOptions::default());
    let (rows, cols) = (["media"], ["positive"]);
    breakdown.add(Observation {
        by: "",
        rows: &rows,
        cols: &cols,
        account: None,
        weight: 1,
    });
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let crossing = breakdown
        .finish(&[], &names(&["government", "media"]), &names(&["negative", "positive"]))
        .swap_remove(0);
    assert_eq!(crossing.cells, [[0, 0], [0, 1]]);
    assert_eq!(
        (
            crossing.share(0, 0, Within::Row),
            crossing.share(0, 0, Within::Col),
            crossing.share(0, 0, Within::All)
        ),
        (None, None, Some(0.0))
    );
    let tests = crossing_tests("t", &crossing, DRAWING);
    assert!(tests[0].note.contains("fewer than two rows or columns") && tests[0].statistic.is_none());
}

/// The form of the case study's abstract: 64% positive, 18% negative, 18% neutral; 79.6% of the negative posts by individuals, none by
/// government. The counts are invented to have that shape; the study's own are not public.
#[test]
fn the_form_of_the_published_abstract_comes_from_a_count_table_of_its_shape() {
    let counts: [(&str, [u64; 3]); 4] = [
        ("government", [40, 0, 25]),
        ("media", [331, 20, 90]),
        ("institution", [122, 52, 62]),
        ("individual", [787, 281, 190]),
    ];
    let mut breakdown = Breakdown::new(BreakdownOptions::default());
    for (kind, by_stance) in counts {
        for (stance, n) in ["positive", "negative", "neutral"].into_iter().zip(by_stance) {
            for _ in 0..n {
                breakdown.add(Observation {
                    by: "",
                    rows: &[kind],
                    cols: &[stance],
                    account: None,
                    weight: 1,
                });
            }
        }
    }
    let crossing = breakdown
        .finish(&[], &[], &["positive", "negative", "neutral"].map(String::from))
        .swap_remove(0);
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let by_stance: Vec<String> = crossing
        .col_bases
        .iter()
        .map(|&n| percent(n as f64 / crossing.total as f64))
        .collect();
    assert_eq!(by_stance, ["64", "18", "18"]);
    let of_negative = crossing.share(3, 1, Within::Col).unwrap();
    assert_eq!(format!("{:.1}", of_negative * 100.0), "79.6");
    // scipy 1.17.1: binomtest(281, 353).proportion_ci(method="wilson").
    let interval = crossing.interval(3, 1, Within::Col, Level::default()).unwrap();
    assert_eq!(
        format!("{:.2} to {:.2}", interval.low * 100.0, interval.high * 100.0),
        "75.09 to 83.48"
    );
    assert_eq!(
        (crossing.share(0, 1, Within::Row), crossing.share(0, 1, Within::Col)),
        (Some(0.0), Some(0.0))
    );
    // scipy 1.17.1: chi2_contingency of the table, V from contingency.association.
    let tests = crossing_tests("t", &crossing, DRAWING);
    assert_eq!(tests[0].df, Some(6));
    assert!(
        near(tests[0].statistic.unwrap(), 117.79368989788497)
            && near(tests[0].effect_size.unwrap(), 0.1716054267046099),
        "{:?}",
        tests[0]
    );
    let government = tests
        .iter()
        .find(|test| test.test == "adjusted residual: government x negative")
        .unwrap();
    assert!(
        near(government.statistic.unwrap(), -3.7946501722173673),
        "{government:?}"
    );
}
