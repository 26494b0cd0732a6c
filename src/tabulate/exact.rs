//! Two by two: Fisher's exact test and the odds ratio.

use super::{Crosstab, Interval, Level, Test, hypothesis::correct};

/// Tables whose probability is this close (relative) count as equally likely: the tolerance of R's `fisher.test`.
const TOLERANCE: f64 = 1e-7;

/// Two-sided p of Fisher's exact test of `[[a, b], [c, d]]`: the probability, given both margins, of all tables no more likely than
/// this one. Fisher (1935) JRSS 98:39-82. 1 where a row or column is empty.
pub fn fisher_p([[a, b], [c, d]]: [[u64; 2]; 2]) -> f64 {
    let (row, other_row, col) = (a + b, c + d, a + c);
    let (lowest, highest) = (col.saturating_sub(other_row), row.min(col));
    let up = |k: u64| {
        let more = (row - k) as f64 * (col - k) as f64;
        (more.ln() - ((k + 1) as f64 * (other_row + k + 1 - col) as f64).ln()).clamp(-1e300, 1e300)
    };
    let mut logs = vec![0.0_f64];
    for k in lowest..highest {
        let last = logs[logs.len() - 1];
        logs.push(last + up(k));
    }
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let observed = logs.get((a - lowest) as usize).copied().unwrap_or(most);
    let all: f64 = logs.iter().map(|log| (log - most).exp()).sum();
    let limit = observed + TOLERANCE;
    let at_most: f64 = logs
        .iter()
        .filter(|&&log| log <= limit)
        .map(|log| (log - most).exp())
        .sum();
    // Below the smallest positive number p is not 0, only smaller than can be said.
    (at_most / all).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The odds ratio ad / bc of `[[a, b], [c, d]]` with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OddsRatio {
    /// The ratio.
    pub ratio: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether 0.5 was added to every cell because one of them is 0.
    pub haldane: bool,
}

/// The odds ratio with Woolf's interval (Woolf 1955, Annals of Human Genetics 19:251-253). Where a cell is 0 the ratio is 0 or
/// infinite; then 0.5 is added to every cell (Haldane 1956, Annals of Human Genetics 20:309-311; Anscombe 1956) and `haldane` says so.
/// `None` where a row or a column is empty.
pub fn odds_ratio(cells: [[u64; 2]; 2], level: Level) -> Option<OddsRatio> {
    let [[a, b], [c, d]] = cells;
    if a + b == 0 || c + d == 0 || a + c == 0 || b + d == 0 {
        return None;
    }
    let haldane = [a, b, c, d].contains(&0);
    let [a, b, c, d] = [a, b, c, d].map(|n| n as f64 + if haldane { 0.5 } else { 0.0 });
    let log = (a * d / (b * c)).ln();
    let half = level.z() * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    Some(OddsRatio {
        ratio: log.exp(),
        low: (log - half).exp(),
        high: (log + half).exp(),
        haldane,
    })
}

/// Fisher's exact test with the odds ratio as its size, of a table with two rows and two columns; of any other nothing.
pub(super) fn two_by_two_tests(name: &str, table: &Crosstab, level: Level) -> Option<Test> {
    let cells = four(table)?;
    Some(fisher(name, "Fisher exact".to_owned(), cells, level))
}

/// Each label (rows: with it, without it) in each group (column) against all other groups together: Fisher's exact test, the odds
/// ratio, and the p that Holm's correction leaves over all these tests.
pub(super) fn pairwise_tests(name: &str, labels: &[(String, Crosstab)], level: Level) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for (label, table) in labels {
        let (totals, sums) = (table.row_totals(), table.col_totals());
        for (col, group) in table.cols.iter().enumerate() {
            let (with, without) = (table.cells[0][col], table.cells[1][col]);
            let cells = [[with, without], [totals[0] - with, totals[1] - without]];
            let test = format!("Fisher exact: {label} x {group}");
            if sums[col] == 0 || totals.contains(&0) || sums[col] == totals[0] + totals[1] {
                let why = "not tested: the label or the group is empty or everything";
                tests.push(Test {
                    test,
                    effect: "odds ratio".into(),
                    ..Test::not_made(name, why)
                });
            } else {
                tests.push(fisher(name, test, cells, level));
            }
        }
    }
    let made = correct(&mut tests);
    for test in tests.iter_mut().filter(|test| test.p_value.is_some()) {
        test.note = format!("{}; this group against all others; Holm over {made} tests", test.note);
    }
    tests
}

fn fisher(name: &str, test: String, cells: [[u64; 2]; 2], level: Level) -> Test {
    let odds = odds_ratio(cells, level);
    let haldane = odds.is_some_and(|odds| odds.haldane);
    Test {
        test,
        n: Some(cells.iter().flatten().sum()),
        p_value: Some(fisher_p(cells)),
        effect: if haldane {
            "odds ratio, Haldane-Anscombe".into()
        } else {
            "odds ratio".into()
        },
        effect_size: odds.map(|odds| odds.ratio),
        interval: odds.map(|odds| Interval {
            low: odds.low,
            high: odds.high,
        }),
        note: odds.map_or_else(String::new, |_| {
            let percent = (level.get() * 1e8).round() / 1e6;
            let added = if haldane {
                "0.5 added to every cell, one is 0; "
            } else {
                ""
            };
            format!("{added}{percent}% CI by Woolf")
        }),
        ..Test::not_made(name, "")
    }
}

fn four(table: &Crosstab) -> Option<[[u64; 2]; 2]> {
    match &table.cells[..] {
        [one, other] => match (&one[..], &other[..]) {
            (&[a, b], &[c, d]) => Some([[a, b], [c, d]]),
            _ => None,
        },
        _ => None,
    }
}
