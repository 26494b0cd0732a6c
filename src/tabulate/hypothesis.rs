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
    let (tested, left_out) = table.without_empty();
    let mut notes = vec![caveat.to_owned()];
    if !left_out.is_empty() {
        notes.push(format!("left out, nothing counted: {}", left_out.join(", ")));
    }
    let Some(chi) = chi_square(&tested) else {
        notes.push("not tested: fewer than two rows or columns have counts".to_owned());
        return vec![untested(name, join(&notes))];
    };
    let expected = tested.expected();
    let smallest = expected.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let small = smallest < SMALL_EXPECTED;
    if small {
        let few = expected
            .iter()
            .flatten()
            .filter(|&&count| count < SMALL_EXPECTED)
            .count();
        let cells = tested.rows.len() * tested.cols.len();
        notes.push(format!(
            "{few} of {cells} expected counts below 5 (smallest {smallest:.2}): read the Monte-Carlo p instead"
        ));
    }
    let mut tests = vec![
        pearson(name, &tested, &chi, join(&notes)),
        corrected(name, &tested, &chi),
    ];
    if small {
        tests.push(drawn(name, &tested, &chi, monte_carlo));
    }
    tests.extend(residuals(name, &tested));
    tests
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

fn drawn(name: &str, table: &Crosstab, chi: &ChiSquare, MonteCarlo { replicates, seed }: MonteCarlo) -> Test {
    Test {
        test: "chi-square, Monte-Carlo".to_owned(),
        df: None,
        p_value: Some(monte_carlo_p(table, replicates, seed)),
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

fn untested(name: &str, note: String) -> Test {
    Test {
        table: name.to_owned(),
        test: "chi-square".to_owned(),
        statistic: None,
        df: None,
        p_value: None,
        effect: "Cramer's V",
        effect_size: None,
        note,
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
