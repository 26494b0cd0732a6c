//! Pearson's chi-square and the sizes of association that go with it.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

use super::Crosstab;

/// A chi-square test of independence, without continuity correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// Sum of (observed - expected)^2 / expected.
    pub statistic: f64,
    /// (rows - 1)(columns - 1).
    pub df: usize,
    /// Upper tail of the chi-square distribution with `df` degrees of freedom.
    pub p_value: f64,
}

/// Pearson's test of a table without empty rows and columns; `None` where fewer than two rows or columns are left.
pub fn chi_square(table: &Crosstab) -> Option<ChiSquare> {
    if table.rows.len() < 2 || table.cols.len() < 2 || has_empty_margin(table) {
        return None;
    }
    let statistic = statistic(&table.cells, &table.expected());
    let df = (table.rows.len() - 1) * (table.cols.len() - 1);
    let p_value = ChiSquared::new(df as f64).ok()?.sf(statistic);
    Some(ChiSquare { statistic, df, p_value })
}

/// Sum of (observed - expected)^2 / expected over all cells.
pub(super) fn statistic(observed: &[Vec<u64>], expected: &[Vec<f64>]) -> f64 {
    let cells = observed.iter().flatten().zip(expected.iter().flatten());
    cells
        .map(|(&n, &expected)| (n as f64 - expected).powi(2) / expected)
        .sum()
}

/// Cramér's V, from 0 (independent) to 1. Cramér (1946) Mathematical Methods of Statistics, p. 282.
pub fn cramers_v(table: &Crosstab, test: &ChiSquare) -> f64 {
    let shorter = table.rows.len().min(table.cols.len()) - 1;
    (test.statistic / (table.total() as f64 * shorter as f64)).sqrt()
}

/// Cramér's V with the bias that chance gives it in small tables removed; `None` with fewer than two units.
///
/// Bergsma W (2013) "A bias-correction for Cramér's V and Tschuprow's T", J. Korean Statistical Society 42:323-328.
pub fn cramers_v_corrected(table: &Crosstab, test: &ChiSquare) -> Option<f64> {
    let (rows, cols, total) = (table.rows.len() as f64, table.cols.len() as f64, table.total() as f64);
    if total < 2.0 {
        return None;
    }
    let phi2 = (test.statistic / total - (rows - 1.0) * (cols - 1.0) / (total - 1.0)).max(0.0);
    let shrunk = |side: f64| side - (side - 1.0).powi(2) / (total - 1.0);
    let shorter = shrunk(rows).min(shrunk(cols)) - 1.0;
    (shorter > 0.0).then(|| (phi2 / shorter).sqrt())
}

/// Adjusted standardised residual of every cell, near standard normal under independence.
/// `None` where a row or column holds everything. Haberman (1973) Biometrics 29:205-220.
pub fn adjusted_residuals(table: &Crosstab) -> Vec<Vec<Option<f64>>> {
    let (rows, cols, total) = (table.row_totals(), table.col_totals(), table.total() as f64);
    let residual = |row: usize, col: usize| {
        let expected = rows[row] as f64 * cols[col] as f64 / total;
        let variance = expected * (1.0 - rows[row] as f64 / total) * (1.0 - cols[col] as f64 / total);
        (variance > 0.0).then(|| (table.cells[row][col] as f64 - expected) / variance.sqrt())
    };
    (0..rows.len())
        .map(|row| (0..cols.len()).map(|col| residual(row, col)).collect())
        .collect()
}

/// Two-sided p of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

fn has_empty_margin(table: &Crosstab) -> bool {
    table.row_totals().contains(&0) || table.col_totals().contains(&0)
}
