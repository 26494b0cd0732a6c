//! Coefficients against published answers and against other people's programs (tests/reference/agreement.py).

use super::*;

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    coders: Vec<Vec<Option<u32>>>,
    percent: f64,
    ac1: f64,
    pabak: f64,
    fleiss: f64,
    alpha_nominal: f64,
    alpha_interval: f64,
    fleiss_statsmodels: Option<f64>,
    cohen: Option<f64>,
}

#[derive(serde::Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

fn cases() -> Vec<Case> {
    let stored: Reference = serde_json::from_str(include_str!("../../tests/reference/agreement.json")).unwrap();
    assert_eq!(stored.cases.len(), 7);
    stored.cases
}

impl Case {
    /// The ratings, and the values of their categories.
    fn ratings(&self) -> (Ratings, Vec<f64>) {
        let unit = |at: usize| {
            self.coders
                .iter()
                .map(|coder| coder[at].map(|value| value.to_string()))
                .collect()
        };
        let units: Vec<Vec<Option<String>>> = (0..self.coders[0].len()).map(unit).collect();
        let (ratings, labels) = Ratings::from_labels(&units);
        (ratings, labels.iter().map(|label| label.parse().unwrap()).collect())
    }
}

#[track_caller]
fn close(found: Result<f64, Undefined>, expected: f64, what: &str) {
    let found = found.unwrap_or_else(|why| panic!("{what}: {why}"));
    assert!((found - expected).abs() < 1e-9, "{what}: {found}, not {expected}");
}

fn of(coefficient: Coefficient, ratings: &Ratings) -> Result<f64, Undefined> {
    coefficient.of(ratings, &vec![1.0; ratings.units().len()])
}

#[test]
fn the_published_examples_give_their_alphas() {
    for (name, nominal, interval) in [("wikipedia", 0.691, Some(0.811)), ("krippendorff 2011", 0.743, None)] {
        let (ratings, values) = cases().into_iter().find(|case| case.name == name).unwrap().ratings();
        let found = of(Coefficient::Alpha, &ratings).unwrap();
        assert!((found - nominal).abs() < 0.0005, "{name}: {found}");
        let Some(interval) = interval else { continue };
        let weights = vec![1.0; ratings.units().len()];
        let found = alpha(&ratings, &weights, |a, b| (values[a] - values[b]).powi(2)).unwrap();
        assert!((found - interval).abs() < 0.0005, "{name}: {found}");
    }
}

#[derive(serde::Deserialize)]
struct OfIrr {
    name: String,
    cohen: Option<f64>,
    fleiss: Option<f64>,
    alpha: Option<f64>,
}

/// tests/reference/irr.R.
#[test]
fn kappas_and_alpha_agree_with_irr_of_r() {
    let stored: Vec<OfIrr> = serde_json::from_str(include_str!("../../tests/reference/irr.json")).unwrap();
    assert_eq!(stored.len(), 7);
    let mut compared = 0;
    for (irr, case) in stored.iter().zip(cases()) {
        assert_eq!(irr.name, case.name);
        let (ratings, _) = case.ratings();
        for (expected, coefficient) in [
            (irr.cohen, Coefficient::CohenKappa),
            (irr.fleiss, Coefficient::FleissKappa),
            (irr.alpha, Coefficient::Alpha),
        ] {
            if let Some(expected) = expected {
                close(of(coefficient, &ratings), expected, &irr.name);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 13);
}

#[test]
fn every_coefficient_agrees_with_krippendorff_irrcac_statsmodels_and_scikit_learn() {
    for case in cases() {
        let (ratings, values) = case.ratings();
        let weights = vec![1.0; ratings.units().len()];
        let name = &case.name;
        close(of(Coefficient::Percent, &ratings), case.percent, name);
        close(of(Coefficient::Ac1, &ratings), case.ac1, name);
        close(of(Coefficient::Pabak, &ratings), case.pabak, name);
        close(of(Coefficient::FleissKappa, &ratings), case.fleiss, name);
        close(of(Coefficient::Alpha, &ratings), case.alpha_nominal, name);
        let interval = alpha(&ratings, &weights, |a, b| (values[a] - values[b]).powi(2));
        close(interval, case.alpha_interval, name);
        if let Some(expected) = case.fleiss_statsmodels {
            close(of(Coefficient::FleissKappa, &ratings), expected, name);
        }
        match case.cohen {
            Some(expected) => close(of(Coefficient::CohenKappa, &ratings), expected, name),
            None => assert_eq!(
                of(Coefficient::CohenKappa, &ratings),
                Err(Undefined::NotTwoCoders(case.coders.len()))
            ),
        }
    }
}

#[test]
fn a_weight_of_two_is_the_unit_twice() {
    for case in cases() {
        let (ratings, _) = case.ratings();
        let units = ratings.units();
        let times: Vec<usize> = (0..units.len()).map(|at| at % 3).collect();
        let repeated = units
            .iter()
            .zip(&times)
            .flat_map(|(unit, &n)| vec![unit.clone(); n])
            .collect();
        let repeated = Ratings::new(ratings.categories(), repeated);
        let weights: Vec<f64> = times.iter().map(|&n| n as f64).collect();
        for coefficient in Coefficient::ALL {
            match of(coefficient, &repeated) {
                Ok(expected) => close(coefficient.of(&ratings, &weights), expected, &case.name),
                Err(why) => assert_eq!(coefficient.of(&ratings, &weights), Err(why)),
            }
        }
    }
}

#[test]
fn what_is_undefined_says_so_and_is_never_a_number() {
    let unused = Ratings::new(2, vec![vec![Some(0), Some(0)]; 9]);
    assert_eq!(of(Coefficient::Percent, &unused), Ok(1.0));
    let never_paired = Ratings::new(2, vec![vec![Some(0), None], vec![None, Some(1)]]);
    let one_coder = Ratings::new(2, vec![vec![Some(0)], vec![Some(1)]]);
    let nothing = Ratings::new(2, Vec::new());
    for coefficient in Coefficient::ALL {
        if coefficient != Coefficient::Percent {
            assert_eq!(of(coefficient, &unused), Err(Undefined::NoVariation), "{coefficient}");
        }
        assert_eq!(of(coefficient, &never_paired), Err(Undefined::NoPairs), "{coefficient}");
        assert!(
            of(coefficient, &one_coder).is_err() && of(coefficient, &nothing).is_err(),
            "{coefficient}"
        );
    }
}

#[test]
fn intervals_hold_the_coefficient_and_are_missing_where_it_is() {
    let (ratings, _) = cases()
        .into_iter()
        .find(|case| case.name == "two coders, four classes")
        .unwrap()
        .ratings();
    let units: Vec<usize> = (0..ratings.units().len()).collect();
    let options = Bootstrap {
        replicates: 500,
        ..Bootstrap::default()
    };
    for measured in agreement(&ratings, &units, options) {
        let (value, bounds) = (measured.value.unwrap(), measured.bounds.unwrap());
        assert!(
            bounds.low < value && value < bounds.high && bounds.high - bounds.low < 0.3,
            "{bounds:?}"
        );
    }
    let unused = Ratings::new(2, vec![vec![Some(0), Some(0)]; 9]);
    let units: Vec<usize> = (0..9).collect();
    for measured in agreement(&unused, &units, options).into_iter().skip(1) {
        assert_eq!(measured, Measured::undefined(Undefined::NoVariation));
    }
}

#[derive(serde::Deserialize)]
struct Interval {
    case: String,
    coefficient: String,
    /// The account of each unit; none where units are drawn by themselves.
    accounts: Option<Vec<usize>>,
    resamples: u32,
    low: f64,
    high: f64,
    slope_low: f64,
    slope_high: f64,
}

#[derive(serde::Deserialize)]
struct Intervals {
    intervals: Vec<Interval>,
}

/// tests/reference/agreement_intervals.py. Both ends are quantiles of drawn values, so that they differ by chance: by 4 standard errors at most,
/// each sqrt(p (1 - p) / resamples) times the slope of the quantile, of both programs together. That is 0.0094 times the slope (0.0132 of AC1,
/// of which scipy drew 4,000); an interval of 93 in place of 95% would lie 0.01 times the slope away.
#[test]
fn intervals_agree_with_scipy_and_numpy_within_the_error_of_drawing() {
    let stored: Intervals =
        serde_json::from_str(include_str!("../../tests/reference/agreement_intervals.json")).unwrap();
    assert_eq!(stored.intervals.len(), 8);
    let options = Bootstrap {
        replicates: 5_000,
        ..Bootstrap::default()
    };
    for expected in stored.intervals {
        let (ratings, _) = cases()
            .into_iter()
            .find(|case| case.name == expected.case)
            .unwrap()
            .ratings();
        let coefficient = Coefficient::ALL
            .into_iter()
            .position(|one| one.name() == expected.coefficient)
            .unwrap();
        let accounts = expected
            .accounts
            .unwrap_or_else(|| (0..ratings.units().len()).collect());
        let found = agreement(&ratings, &accounts, options)[coefficient]
            .bounds
            .clone()
            .unwrap();
        let drawn = 1.0 / f64::from(options.replicates) + 1.0 / f64::from(expected.resamples);
        let error = 4.0 * (0.025 * 0.975 * drawn).sqrt();
        for (end, found, slope) in [
            (expected.low, found.low, expected.slope_low),
            (expected.high, found.high, expected.slope_high),
        ] {
            assert!(
                (found - end).abs() <= error * slope,
                "{} of {}: {found}, not {end} +- {}",
                expected.coefficient,
                expected.case,
                error * slope
            );
        }
    }
}
