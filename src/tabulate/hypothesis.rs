//! The tests printed in tests.csv.

use super::{
    Crosstab,
    chi_square::{ChiSquare, adjusted_residuals, chi_square, cramers_v, cramers_v_corrected, two_sided_p},
    monte_carlo::monte_carlo_p,
};

/// Below this expected count the chi-square distribution is a poor approximation (Cochran 1954, Biometrics 10:417-451).
const SMALL_EXPECTED: f64 = 5.0;

/// One test, or one size of association: a row of tests.csv.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Table tested.
    pub table: String,
    /// Test, e.g. `chi-square`, `adjusted residual: government x negative`.
    pub test: String,
    /// Test statistic; `None` where the test cannot be made, for the reason in `note`.
    pub statistic: Option<f64>,
    /// Degrees of freedom, where the test has them.
    pub df: Option<usize>,
    /// Two-sided p, or that of the upper tail for chi-square. Not corrected for the number of tests.
    pub p_value: Option<f64>,
    /// Name of the size of association.
    pub effect: &'static str,
    /// Size of association.
    pub effect_size: Option<f64>,
    /// What to bear in mind; empty where there is nothing.
    pub note: String,
}

/// How the Monte-Carlo test draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonteCarlo {
    /// Tables drawn.
    pub replicates: u32,
    /// Seed of the generator.
    pub seed: u64,
}

/// Every test of independence of a table: chi-square with Cramér's V, the bias-corrected V, a Monte-Carlo p where an expected
/// count is below 5, and the adjusted residual of each cell. `caveat` opens the note of the chi-square row.
pub fn independence_tests(name: &str, table: &Crosstab, monte_carlo: MonteCarlo, caveat: &str) -> Vec<Test> {
    let mut tests = overall(name, table, monte_carlo, caveat).tests;
    if tests.iter().any(|test| test.statistic.is_some()) {
        tests.extend(residuals(name, &table.without_empty().0));
    }
    tests
}

/// Chi-square of each code (posts with it, posts without) against the columns of its table, and beneath each the p that Holm's
/// correction leaves of it over all codes that can be tested. The p corrected is the Monte-Carlo one where an expected count is below 5.
pub fn code_tests(name: &str, codes: &[(String, Crosstab)], monte_carlo: MonteCarlo, caveat: &str) -> Vec<Test> {
    let found: Vec<Overall> = codes
        .iter()
        .map(|(_, table)| overall(name, table, monte_carlo, caveat))
        .collect();
    let mut by_holm = holm(&found.iter().filter_map(|one| one.p_value).collect::<Vec<_>>()).into_iter();
    let tested = by_holm.len();
    let mut tests = Vec::new();
    for ((code, _), one) in codes.iter().zip(found) {
        let last = one.p_value.and_then(|_| by_holm.next()).map(|p| Test {
            test: "chi-square, Holm".to_owned(),
            p_value: Some(p),
            note: format!("corrected over {tested} codes"),
            ..one.tests[0].clone()
        });
        tests.extend(one.tests.into_iter().chain(last).map(|test| Test {
            test: format!("{}: {code}", test.test),
            ..test
        }));
    }
    tests
}

/// p values corrected for their number, in the order given; each at least as large as before and at most 1.
/// Holm (1979) "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6:65-70.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut corrected = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &at) in order.iter().enumerate() {
        let still_tested = (p_values.len() - rank) as f64;
        largest = largest.max((p_values[at] * still_tested).min(1.0));
        corrected[at] = largest;
    }
    corrected
}

/// The rows of a test of a whole table, and the p to go by: that of Monte Carlo where it was needed; `None` where nothing could be tested.
struct Overall {
    tests: Vec<Test>,
    p_value: Option<f64>,
}

fn overall(name: &str, table: &Crosstab, monte_carlo: MonteCarlo, caveat: &str) -> Overall {
    let (tested, left_out) = table.without_empty();
    let mut notes = vec![caveat.to_owned()];
    if !left_out.is_empty() {
        notes.push(format!("left out, nothing counted: {}", left_out.join(", ")));
    }
    let Some(chi) = chi_square(&tested) else {
        notes.push("not tested: fewer than two rows or columns have counts".to_owned());
        return Overall {
            tests: vec![Test::not_made(name, &join(&notes))],
            p_value: None,
        };
    };
    let small = small_expected(&tested);
    notes.extend(small.clone());
    let mut tests = vec![
        pearson(name, &tested, &chi, join(&notes)),
        corrected(name, &tested, &chi),
    ];
    let mut p_value = chi.p_value;
    if small.is_some() {
        p_value = monte_carlo_p(&tested, monte_carlo.replicates, monte_carlo.seed);
        tests.push(drawn(name, &tested, &chi, p_value, monte_carlo));
    }
    Overall {
        tests,
        p_value: Some(p_value),
    }
}

/// How many expected counts are too small for the chi-square distribution, if any.
fn small_expected(table: &Crosstab) -> Option<String> {
    let expected: Vec<f64> = table.expected().into_iter().flatten().collect();
    let smallest = expected.iter().copied().fold(f64::INFINITY, f64::min);
    let few = expected.iter().filter(|&&count| count < SMALL_EXPECTED).count();
    (few > 0).then(|| {
        format!(
            "{few} of {} expected counts below 5 (smallest {smallest:.2}): read the Monte-Carlo p instead",
            expected.len()
        )
    })
}

fn pearson(name: &str, table: &Crosstab, chi: &ChiSquare, note: String) -> Test {
    Test {
        table: name.to_owned(),
        test: "chi-square".to_owned(),
        statistic: Some(chi.statistic),
        df: Some(chi.df),
        p_value: Some(chi.p_value),
        effect: "Cramer's V",
        effect_size: Some(cramers_v(table, chi)),
        note,
    }
}

fn corrected(name: &str, table: &Crosstab, chi: &ChiSquare) -> Test {
    Test {
        effect: "Cramer's V, bias-corrected",
        effect_size: cramers_v_corrected(table, chi),
        ..pearson(name, table, chi, "Bergsma 2013".to_owned())
    }
}

fn drawn(name: &str, table: &Crosstab, chi: &ChiSquare, p_value: f64, drawing: MonteCarlo) -> Test {
    let MonteCarlo { replicates, seed } = drawing;
    Test {
        test: "chi-square, Monte-Carlo".to_owned(),
        df: None,
        p_value: Some(p_value),
        ..pearson(
            name,
            table,
            chi,
            format!("{replicates} tables with the same margins, seed {seed}"),
        )
    }
}

fn residuals(name: &str, table: &Crosstab) -> Vec<Test> {
    let mut tests = Vec::new();
    for (row, residuals) in table.rows.iter().zip(adjusted_residuals(table)) {
        for (col, residual) in table.cols.iter().zip(residuals) {
            tests.push(Test {
                table: name.to_owned(),
                test: format!("adjusted residual: {row} x {col}"),
                statistic: residual,
                df: None,
                p_value: residual.map(two_sided_p),
                effect: "",
                effect_size: None,
                note: "normal approximation; p not corrected for the number of cells".to_owned(),
            });
        }
    }
    tests
}

impl Test {
    /// The row of a table that cannot be tested, with the reason.
    pub(super) fn not_made(table: &str, why: &str) -> Self {
        Test {
            table: table.to_owned(),
            test: "chi-square".to_owned(),
            statistic: None,
            df: None,
            p_value: None,
            effect: "Cramer's V",
            effect_size: None,
            note: why.to_owned(),
        }
    }
}

fn join(notes: &[String]) -> String {
    notes
        .iter()
        .filter(|note| !note.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: sorted p times 4, 3, 2, 1, each at least the one before, at most 1; statsmodels 0.15.0 `multipletests` gives the same.
    #[test]
    fn holm_corrects_in_the_order_of_p_and_answers_in_the_order_given() {
        let close = |found: Vec<f64>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len());
            assert!(
                found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12),
                "{found:?}"
            );
        };
        close(holm(&[0.01, 0.02, 0.03, 0.04]), &[0.04, 0.06, 0.06, 0.06]);
        close(holm(&[0.5, 0.001, 0.04, 0.04]), &[0.5, 0.004, 0.12, 0.12]);
        close(holm(&[0.9, 0.8]), &[1.0, 1.0]);
        close(holm(&[]), &[]);
    }
}
