//! The tests printed in tests.csv.

use std::borrow::Cow;

use super::{
    Crosstab, Interval,
    chi_square::{ChiSquare, adjusted_residuals, chi_square, cramers_v, cramers_v_corrected, two_sided_p},
    monte_carlo::monte_carlo_p,
};

/// Below this expected count the chi-square distribution is a poor approximation (Cochran 1954, Biometrics 10:417-451).
const SMALL_EXPECTED: f64 = 5.0;

/// What the note of a test of accounts opens with.
pub(super) const ONE_VOTE: &str = "one vote an account; ties left out";

/// The same of a test of codes, of which an account may have several.
pub(super) const CODES_OF_ACCOUNT: &str =
    "one vote an account, which has every code that any of its posts has; ties left out";

/// One test, or one size of association: a row of tests.csv.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Table tested.
    pub table: String,
    /// Test, e.g. `chi-square`, `adjusted residual: government x negative`.
    pub test: String,
    /// Units tested; `None` where nothing was, or where their number is not told.
    pub n: Option<u64>,
    /// Test statistic; `None` where the test cannot be made, for the reason in `note`.
    pub statistic: Option<f64>,
    /// Degrees of freedom, where the test has them.
    pub df: Option<usize>,
    /// Two-sided p, or that of the upper tail for chi-square. Not corrected for the number of tests.
    pub p_value: Option<f64>,
    /// p after Holm's correction for the number of tests of its family, which the note names; `None` where the test has none.
    pub p_holm: Option<f64>,
    /// Name of the size of association.
    pub effect: Cow<'static, str>,
    /// Size of association.
    pub effect_size: Option<f64>,
    /// Interval of the size of association, where it has one.
    pub interval: Option<Interval>,
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

/// Chi-square of each code (posts with it, posts without) against the columns of its table. The p to go by, the Monte-Carlo one where
/// an expected count is below 5, has Holm's correction over all codes that can be tested beside it.
pub fn code_tests(name: &str, codes: &[(String, Crosstab)], monte_carlo: MonteCarlo, caveat: &str) -> Vec<Test> {
    let found: Vec<Overall> = codes
        .iter()
        .map(|(_, table)| overall(name, table, monte_carlo, caveat))
        .collect();
    let p_values: Vec<f64> = found.iter().filter_map(|one| Some(one.p_value?.0)).collect();
    let mut by_holm = holm(&p_values).into_iter();
    let tested = p_values.len();
    let mut tests = Vec::new();
    for ((code, _), mut one) in codes.iter().zip(found) {
        if let Some((_, at)) = one.p_value {
            let test = &mut one.tests[at];
            test.p_holm = by_holm.next();
            test.note = join(&[test.note.clone(), format!("Holm over {tested} codes")]);
        }
        tests.extend(one.tests.into_iter().map(|test| Test {
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

/// The rows of a test of a whole table, and the p to go by with the place of its row: that of Monte Carlo where it was needed; `None` where
/// nothing could be tested.
struct Overall {
    tests: Vec<Test>,
    p_value: Option<(f64, usize)>,
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
    let mut p_value = (chi.p_value, 0);
    if small.is_some() {
        p_value = (
            monte_carlo_p(&tested, monte_carlo.replicates, monte_carlo.seed),
            tests.len(),
        );
        tests.push(drawn(name, &tested, &chi, p_value.0, monte_carlo));
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
        n: Some(table.total()),
        statistic: Some(chi.statistic),
        df: Some(chi.df),
        p_value: Some(chi.p_value),
        p_holm: None,
        effect: "Cramer's V".into(),
        effect_size: Some(cramers_v(table, chi)),
        interval: None,
        note,
    }
}

fn corrected(name: &str, table: &Crosstab, chi: &ChiSquare) -> Test {
    Test {
        effect: "Cramer's V, bias-corrected".into(),
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
                n: Some(table.total()),
                statistic: residual,
                df: None,
                p_value: residual.map(two_sided_p),
                p_holm: None,
                effect: "".into(),
                effect_size: None,
                interval: None,
                note: String::new(),
            });
        }
    }
    let cells = correct(&mut tests);
    for test in &mut tests {
        test.note = format!("normal approximation; Holm over {cells} cells");
    }
    tests
}

/// Gives each test that has a p Holm's correction over all of them; how many those are.
pub(super) fn correct(tests: &mut [Test]) -> usize {
    let corrected = holm(&tests.iter().filter_map(|test| test.p_value).collect::<Vec<_>>());
    let made = corrected.len();
    for (test, p) in tests.iter_mut().filter(|test| test.p_value.is_some()).zip(corrected) {
        test.p_holm = Some(p);
    }
    made
}

impl Test {
    /// The row of a table that cannot be tested, with the reason.
    pub(super) fn not_made(table: &str, why: &str) -> Self {
        Test {
            table: table.to_owned(),
            test: "chi-square".to_owned(),
            n: None,
            statistic: None,
            df: None,
            p_value: None,
            p_holm: None,
            effect: "Cramer's V".into(),
            effect_size: None,
            interval: None,
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
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Reference {
        lists: Vec<Corrected>,
        table: Vec<Vec<u64>>,
        residuals: Corrected,
    }

    #[derive(Deserialize)]
    struct Corrected {
        p: Vec<f64>,
        holm: Vec<f64>,
    }

    /// Values of statsmodels with the script that made them: tests/reference/holm.py.
    fn reference() -> Reference {
        serde_json::from_str(include_str!("../../tests/reference/holm.json")).unwrap()
    }

    fn close(found: &[f64], expected: &[f64]) -> bool {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.abs();
        found.len() == expected.len() && found.iter().zip(expected).all(near)
    }

    #[test]
    fn holm_agrees_with_statsmodels_and_answers_in_the_order_given() {
        let lists = reference().lists;
        assert_eq!(lists.len(), 6);
        for list in lists {
            assert!(close(&holm(&list.p), &list.holm), "{:?}: {:?}", list.p, holm(&list.p));
        }
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn the_residual_of_each_cell_has_its_p_before_and_after_correction() {
        let Reference { table, residuals, .. } = reference();
        let names = |n: usize| (0..n).map(|name| name.to_string()).collect();
        let table = Crosstab {
            rows: names(3),
            cols: names(3),
            cells: table,
        };
        let drawing = MonteCarlo {
            replicates: 99,
            seed: 1,
        };
        let mut tests = independence_tests("t", &table, drawing, "");
        tests.retain(|test| test.test.starts_with("adjusted residual"));
        let p: Vec<f64> = tests.iter().filter_map(|test| test.p_value).collect();
        let corrected: Vec<f64> = tests.iter().filter_map(|test| test.p_holm).collect();
        assert!(
            close(&p, &residuals.p) && close(&corrected, &residuals.holm),
            "{tests:?}"
        );
        assert!(tests.iter().all(|test| test.note.ends_with("Holm over 9 cells")));
    }
}
