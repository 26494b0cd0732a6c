//! Against values stored with the script that made them: tests/reference/contingency.py.

use serde::Deserialize;

use super::{Crosstab, adjusted_residuals, chi_square, cramers_v, cramers_v_corrected, monte_carlo_p};

#[derive(Deserialize)]
struct Reference {
    tables: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    cells: Vec<Vec<u64>>,
    chi2: f64,
    df: usize,
    p: f64,
    v: f64,
    v_corrected: f64,
    residuals: Vec<Vec<f64>>,
    exact: Option<f64>,
}

impl Case {
    fn table(&self) -> Crosstab {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        Crosstab {
            rows: names(self.cells.len()),
            cols: names(self.cells[0].len()),
            cells: self.cells.clone(),
        }
    }
}

fn cases() -> Vec<Case> {
    let stored = include_str!("../../tests/reference/contingency.json");
    serde_json::from_str::<Reference>(stored).unwrap().tables
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs().max(1e-12)
}

#[test]
fn chi_square_and_its_p_agree_with_scipy() {
    for case in cases() {
        let table = case.table();
        let found = chi_square(&table).unwrap();
        assert_eq!(found.df, case.df, "{}", case.name);
        if case.chi2 == 0.0 {
            assert!(
                found.statistic.abs() < 1e-12 && (found.p_value - 1.0).abs() < 1e-12,
                "{}: {found:?}",
                case.name
            );
            continue;
        }
        assert!(close(found.statistic, case.chi2), "{}: {found:?}", case.name);
        assert!(
            close(found.p_value, case.p),
            "{}: {found:?}, scipy {}",
            case.name,
            case.p
        );
    }
}

#[test]
fn sizes_of_association_agree_with_scipy_and_bergsma() {
    for case in cases() {
        let table = case.table();
        let test = chi_square(&table).unwrap();
        assert!((cramers_v(&table, &test) - case.v).abs() < 1e-12, "{}", case.name);
        assert!(
            (cramers_v_corrected(&table, &test).unwrap() - case.v_corrected).abs() < 1e-12,
            "{}",
            case.name
        );
    }
}

#[test]
fn residuals_agree_with_haberman() {
    for case in cases() {
        for (found, expected) in adjusted_residuals(&case.table())
            .iter()
            .flatten()
            .zip(case.residuals.iter().flatten())
        {
            assert!((found.unwrap() - expected).abs() < 1e-9, "{}", case.name);
        }
    }
}

#[test]
fn the_monte_carlo_p_is_within_four_standard_errors_of_the_exact_one() {
    let replicates = 19_999;
    let mut enumerated = 0;
    for case in cases() {
        let Some(exact) = case.exact else { continue };
        enumerated += 1;
        let found = monte_carlo_p(&case.table(), replicates, 7);
        let error = (exact * (1.0 - exact) / f64::from(replicates)).sqrt();
        assert!(
            (found - exact).abs() < 4.0 * error + 1.0 / f64::from(replicates),
            "{}: {found}, {exact}",
            case.name
        );
    }
    assert_eq!(enumerated, 3);
}

#[test]
fn one_seed_gives_one_p_and_another_seed_another() {
    let sparse = cases().into_iter().find(|case| case.name == "sparse").unwrap().table();
    assert_eq!(monte_carlo_p(&sparse, 9_999, 1), monte_carlo_p(&sparse, 9_999, 1));
    assert_ne!(monte_carlo_p(&sparse, 9_999, 1), monte_carlo_p(&sparse, 9_999, 2));
}
