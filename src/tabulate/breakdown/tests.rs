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
    assert!(pair.note.contains("Holm over 4 tests"), "{}", pair.note);
    assert!(
        tests
            .iter()
            .any(|test| test.test == "chi-square, Monte-Carlo: A" && test.p_holm >= test.p_value)
    );
    assert!(tests.iter().all(|test| !test.test.contains(NO_CODE)), "{tests:?}");
}

/// Each code in each group against all others: p, odds ratio, interval and Holm's correction as scipy and statsmodels have them.
#[test]
fn codes_in_groups_agree_with_scipy_and_statsmodels() {
    let Pairs {
        groups,
        bases,
        codes,
        pairs,
    } = serde_json::from_str(include_str!("../../../tests/reference/holm.json")).unwrap();
    let mut breakdown = Breakdown::new(BreakdownOptions {
        rows_multiple: true,
        ..BreakdownOptions::default()
    });
    for (at, (group, &base)) in groups.iter().zip(&bases).enumerate() {
        for post in 0..base {
            let mut labels: Vec<&str> = codes
                .iter()
                .filter(|(_, with)| post < with[at])
                .map(|(code, _)| code.as_str())
                .collect();
            if labels.is_empty() {
                labels.push(NO_CODE);
            }
            breakdown.add(Observation {
                by: "",
                rows: &labels,
                cols: &[group],
                account: None,
                weight: 1,
            });
        }
    }
    let crossing = breakdown.finish(&[], &[], &[]).swap_remove(0);
    let tests = crossing_tests("t", &crossing, DRAWING);
    let fisher = tests.iter().filter(|test| test.test.starts_with("Fisher exact"));
    assert_eq!((fisher.count(), pairs.len()), (9, 9));
    for pair in pairs {
        let name = format!("Fisher exact: {} x {}", pair.code, pair.group);
        let test = tests.iter().find(|test| test.test == name).unwrap();
        let interval = test.interval.unwrap();
        for (found, expected) in [
            (test.p_value.unwrap(), pair.p),
            (test.p_holm.unwrap(), pair.holm),
            (test.effect_size.unwrap(), pair.odds),
            (interval.low, pair.low),
            (interval.high, pair.high),
        ] {
            assert!(near(found, expected), "{test:?}: {expected}");
        }
    }
}

#[derive(Deserialize)]
struct Pairs {
    groups: Vec<String>,
    bases: Vec<u64>,
    codes: BTreeMap<String, Vec<u64>>,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    code: String,
    group: String,
    p: f64,
    holm: f64,
    odds: f64,
    low: f64,
    high: f64,
}

#[test]
fn accounts_vote_once_and_ties_stand_apart() {
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

/// The same posts tallied by `run` and broken down by `table`: the same votes, the same types, the same tests.
#[test]
fn accounts_are_counted_and_tested_as_the_tables_of_a_study_are() {
    use crate::{
        model::Stance,
        tabulate::{ALL, Base, Flow, Tally, TallyOptions, fixtures},
    };
    let mut tally = Tally::new(&fixtures::codes(), &fixtures::types(), TallyOptions::default());
    let mut breakdown = Breakdown::new(BreakdownOptions {
        unit: Unit::Accounts,
        rows_vote: Vote::First,
        ..BreakdownOptions::default()
    });
    // Eleven accounts that post one to five times in turn, some under two types, some off topic.
    for row in 0..60_usize {
        let user = format!("u{}", (row * row + row / 7) % 11);
        let kind = fixtures::TYPES[(row % 5).min(row * row % 11 % 3)];
        let stance = [Stance::Positive, Stance::Negative, Stance::Neutral, Stance::Irrelevant][row * 7 % 13 % 4];
        tally.add(&fixtures::coded(
            "a.csv",
            row as u64,
            kind,
            &user,
            Some(14),
            stance,
            &[],
        ));
        if stance != Stance::Irrelevant {
            breakdown.add(Observation {
                by: "",
                rows: &[kind],
                cols: &[stance.name()],
                account: Some(&user),
                weight: 1,
            });
        }
    }
    let types = fixtures::TYPES.map(String::from);
    let stances = Stance::ON_TOPIC.map(|stance| stance.to_string());
    let crossing = breakdown.finish(&[], &types, &stances).swap_remove(0);
    let tables = tally.tables(&Flow::default());
    let find = |name: &str| tables.iter().find(|table| table.name == name).unwrap();
    let by_type = find("account_level_type_by_stance");
    let mut ties = 0;
    for (row, kind) in crossing.rows.iter().enumerate() {
        for (col, stance) in crossing.cols.iter().enumerate() {
            let count = by_type.cell(kind, stance, Base::AccountsWithinType).unwrap();
            assert_eq!(
                (crossing.cells[row][col], crossing.row_bases[row]),
                (count.n, count.base)
            );
            ties += if stance == TIE { count.n } else { 0 };
        }
    }
    assert_eq!(
        Some(crossing.total),
        find("account_level_stance")
            .cell(TIE, ALL, Base::Accounts)
            .map(|count| count.base)
    );
    assert!(ties > 0, "{crossing:?}");
    let drawing = TallyOptions::default().monte_carlo;
    let mut of_study = tally.tests();
    of_study.retain(|test| test.table == "account_level_type_by_stance");
    assert_eq!(
        crossing_tests("account_level_type_by_stance", &crossing, drawing),
        of_study
    );
    assert!(of_study.len() > 3 && of_study.iter().all(|test| !test.test.contains(TIE)));
}

#[test]
fn an_account_is_without_a_code_only_if_all_its_posts_are() {
    let options = BreakdownOptions {
        unit: Unit::Accounts,
        rows_multiple: true,
        ..BreakdownOptions::default()
    };
    let crossing = count(
        options,
        &[
            ("", &[NO_CODE], &["media"], Some("u1"), 1),
            ("", &["A"], &["media"], Some("u1"), 1),
            ("", &[NO_CODE], &["media"], Some("u2"), 1),
            ("", &[NO_CODE], &["media"], Some("u2"), 1),
        ],
    );
    assert_eq!(
        (crossing.rows, crossing.cells),
        (vec![NO_CODE.into(), "A".into()], vec![vec![1], vec![1]])
    );
}

#[test]
fn accounts_that_tie_leave_the_margins_with_their_row_and_column() {
    let options = BreakdownOptions {
        unit: Unit::Accounts,
        ..BreakdownOptions::default()
    };
    let mut crossing = count(
        options,
        &[
            ("", &["x"], &["p"], Some("u1"), 1),
            ("", &["x"], &["q"], Some("u1"), 1),
            ("", &["y"], &["q"], Some("u2"), 1),
            ("", &["x"], &["p"], Some("u3"), 1),
        ],
    );
    let left = crossing.without_ties();
    assert_eq!(
        (
            left.cols.as_slice(),
            left.row_bases.as_slice(),
            left.col_bases.as_slice(),
            left.total
        ),
        (
            ["p", "q"].map(String::from).as_slice(),
            [1, 1].as_slice(),
            [1, 1].as_slice(),
            2
        )
    );
    crossing.suppress(3);
    assert!(crossing.without_ties().mask.total);
}

/// One account with everything: whatever is resampled is the same, and no interval of no width is claimed.
#[test]
fn one_account_or_no_spread_has_no_bootstrap_interval() {
    let options = BreakdownOptions {
        bootstrap: Some(Bootstrap {
            replicates: 199,
            seed: 1,
        }),
        ..BreakdownOptions::default()
    };
    let one = count(
        options,
        &[("", &["a"], &["x"], Some("u"), 1), ("", &["b"], &["x"], Some("u"), 1)],
    );
    assert_eq!(one.bootstrap, [[[None; 3]], [[None; 3]]]);
    let two = count(
        options,
        &[
            ("", &["a"], &["x"], Some("u"), 1),
            ("", &["a"], &["x"], Some("v"), 1),
            ("", &["b"], &["y"], Some("v"), 1),
            ("", &["b"], &["y"], Some("w"), 3),
        ],
    );
    // All of row a is x: 100% in every sample. Of the column's share of all posts there is an interval.
    assert_eq!(two.bootstrap_interval(0, 0, Within::Row), None);
    assert!(two.bootstrap_cols[0].is_some_and(|interval| interval.low < 0.5 && interval.high >= 0.5));
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

#[derive(Deserialize)]
struct Abstract {
    rows: Vec<String>,
    cols: Vec<String>,
    cells: Vec<Vec<u64>>,
    shares: Vec<f64>,
    individuals_among_negative: f64,
    wilson: [f64; 2],
    chi2: f64,
    df: usize,
    p: f64,
    v: f64,
    government_negative: f64,
}

/// The form of the case study's abstract: 64% negative, 18% positive, 18% neutral; 79.6% of the negative posts by individuals, none by
/// government. The counts are invented to have that shape, as the study's own are not public; they and what scipy makes of them come from
/// tests/reference/abstract.py.
#[test]
fn the_form_of_the_published_abstract_comes_from_a_count_table_of_its_shape() {
    let published: Abstract = serde_json::from_str(include_str!("../../../tests/reference/abstract.json")).unwrap();
    let mut breakdown = Breakdown::new(BreakdownOptions::default());
    for (kind, by_stance) in published.rows.iter().zip(&published.cells) {
        for (stance, &n) in published.cols.iter().zip(by_stance) {
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
    let crossing = breakdown.finish(&[], &published.rows, &published.cols).swap_remove(0);
    let row = |name: &str| crossing.rows.iter().position(|row| row == name).unwrap();
    let (government, individual, negative) = (row("government"), row("individual"), 0);
    assert_eq!((crossing.cols[negative].as_str(), crossing.total), ("negative", 2000));
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let of_all = |n: &u64| *n as f64 / crossing.total as f64;
    let shares: Vec<f64> = crossing.col_bases.iter().map(of_all).collect();
    assert_eq!(shares, published.shares);
    assert_eq!(
        shares.iter().map(|&share| percent(share)).collect::<Vec<_>>(),
        ["64.0", "18.0", "18.0"]
    );
    let of_negative = crossing.share(individual, negative, Within::Col).unwrap();
    assert!(near(of_negative, published.individuals_among_negative) && percent(of_negative) == "79.6");
    let interval = crossing
        .interval(individual, negative, Within::Col, Level::default())
        .unwrap();
    assert!(near(interval.low, published.wilson[0]) && near(interval.high, published.wilson[1]));
    assert_eq!(
        (
            crossing.cells[government][negative],
            crossing.share(government, negative, Within::Row),
            crossing.share(government, negative, Within::Col)
        ),
        (0, Some(0.0), Some(0.0))
    );
    let tests = crossing_tests("t", &crossing, DRAWING);
    let chi = &tests[0];
    assert_eq!((chi.df, chi.n), (Some(published.df), Some(2000)));
    for (found, expected) in [
        (chi.statistic, published.chi2),
        (chi.p_value, published.p),
        (chi.effect_size, published.v),
    ] {
        assert!(near(found.unwrap(), expected), "{chi:?}: {expected}");
    }
    let residual = tests
        .iter()
        .find(|test| test.test == "adjusted residual: government x negative")
        .unwrap();
    assert!(
        near(residual.statistic.unwrap(), published.government_negative),
        "{residual:?}"
    );
}
