//! Coefficients of agreement.
//!
//! All take a weight for each unit: 1 for the data as they are, the multiplicity in a bootstrap resample, or a design weight (scaled to a
//! mean of 1). Units with fewer than two judgements say nothing about agreement; where a coefficient uses them for the distribution of
//! the categories its documentation says so.

use std::fmt;

use super::Ratings;

/// Why a number does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undefined {
    /// No unit was judged by two coders.
    NoPairs,
    /// One category only was ever given: agreement by chance is complete and nothing can exceed it.
    NoVariation,
    /// The coefficient is defined for two coders; so many were given.
    NotTwoCoders(usize),
    /// Nothing to divide by, in the words given.
    EmptyBase(&'static str),
    /// The coefficient is undefined in so many of so many bootstrap resamples.
    Resamples(u32, u32),
    /// One cluster cannot be resampled.
    OneCluster,
    /// Every resample gives the same, so that the bootstrap cannot tell how sure it is.
    NoSpread,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undefined::NoPairs => f.write_str("no unit was coded by two coders"),
            Undefined::NoVariation => {
                f.write_str("only one category was ever given, so agreement by chance is complete")
            }
            Undefined::NotTwoCoders(coders) => write!(f, "defined for two coders, not {coders}"),
            Undefined::EmptyBase(what) => f.write_str(what),
            Undefined::Resamples(undefined, all) => write!(f, "undefined in {undefined} of {all} resamples"),
            Undefined::NoSpread => f.write_str("the same in every resample, so that the bootstrap has no interval"),
            Undefined::OneCluster => f.write_str("a single unit or account cannot be resampled"),
        }
    }
}

/// A coefficient of agreement on a nominal variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coefficient {
    /// Share of agreeing pairs of judgements, averaged over units; not corrected for chance.
    Percent,
    /// Cohen J (1960) "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20:37-46. Two coders; units both judged.
    CohenKappa,
    /// Fleiss JL (1971) "Measuring nominal scale agreement among many raters", Psychol. Bull. 76:378-382, for missing judgements as in
    /// Gwet KL (2014) Handbook of Inter-Rater Reliability, 4th ed., ch. 2: the shares of the categories are means over all judged units.
    FleissKappa,
    /// Krippendorff's alpha, nominal: see [`alpha`].
    Alpha,
    /// Gwet KL (2008) "Computing inter-rater reliability and its variance in the presence of high agreement", Br. J. Math. Stat. Psychol.
    /// 61:29-48: agreement by chance is the sum of p(1 - p) over the categories, divided by their number less 1.
    Ac1,
    /// Byrt T, Bishop J, Carlin JB (1993) "Bias, prevalence and kappa", J. Clin. Epidemiol. 46:423-429; for more than two categories the
    /// coefficient of Brennan RL, Prediger DJ (1981), Educ. Psychol. Meas. 41:687-699: agreement by chance is 1 / categories.
    Pabak,
}

impl Coefficient {
    /// Every coefficient, in the order tables print them.
    pub const ALL: [Coefficient; 6] = [
        Coefficient::Percent,
        Coefficient::CohenKappa,
        Coefficient::FleissKappa,
        Coefficient::Alpha,
        Coefficient::Ac1,
        Coefficient::Pabak,
    ];

    /// The name as printed in every output.
    pub fn name(self) -> &'static str {
        match self {
            Coefficient::Percent => "percent_agreement",
            Coefficient::CohenKappa => "cohen_kappa",
            Coefficient::FleissKappa => "fleiss_kappa",
            Coefficient::Alpha => "alpha",
            Coefficient::Ac1 => "ac1",
            Coefficient::Pabak => "pabak",
        }
    }

    /// The coefficient of these ratings, with a weight for each unit.
    ///
    /// # Errors
    /// It is undefined, and why. A variable with one category in use has no coefficient but the percentage.
    pub fn of(self, ratings: &Ratings, weights: &[f64]) -> Result<f64, Undefined> {
        if self == Coefficient::CohenKappa && ratings.coders() != 2 {
            return Err(Undefined::NotTwoCoders(ratings.coders()));
        }
        let observed = percent(ratings, weights)?;
        if self == Coefficient::Percent {
            return Ok(observed);
        }
        if ratings.used() < 2 {
            return Err(Undefined::NoVariation);
        }
        let by_chance = match self {
            Coefficient::Alpha => return alpha(ratings, weights, |a, b| f64::from(u8::from(a != b))),
            Coefficient::CohenKappa => cohen_chance(ratings, weights),
            Coefficient::FleissKappa => shares(ratings, weights).iter().map(|share| share * share).sum(),
            Coefficient::Ac1 => {
                let spread: f64 = shares(ratings, weights).iter().map(|share| share * (1.0 - share)).sum();
                spread / (ratings.categories() - 1) as f64
            }
            Coefficient::Percent | Coefficient::Pabak => 1.0 / ratings.categories() as f64,
        };
        if 1.0 - by_chance < 1e-12 {
            return Err(Undefined::NoVariation);
        }
        Ok((observed - by_chance) / (1.0 - by_chance))
    }
}

impl std::str::FromStr for Coefficient {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Coefficient::ALL
            .into_iter()
            .find(|coefficient| coefficient.name() == name);
        found.ok_or_else(|| format!("use one of {}", Coefficient::ALL.map(Coefficient::name).join(", ")))
    }
}

impl fmt::Display for Coefficient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Krippendorff's alpha, 1 - observed / expected disagreement, for any metric: `distance` is the squared difference of two categories
/// (nominal: 0 or 1; interval: the square of the difference of their values).
///
/// Krippendorff K (2011) "Computing Krippendorff's alpha-reliability", Annenberg School for Communication, from the coincidence matrix of
/// all pairable values; a unit of m judgements adds each of its pairs with 1 / (m - 1).
///
/// # Errors
/// [`Undefined::NoPairs`], or [`Undefined::NoVariation`] among the pairable values.
pub fn alpha(ratings: &Ratings, weights: &[f64], distance: impl Fn(usize, usize) -> f64) -> Result<f64, Undefined> {
    let categories = ratings.categories();
    let mut totals = vec![0.0; categories];
    let mut observed = 0.0;
    for (unit, weight) in ratings.units().iter().zip(weights) {
        let judged: Vec<usize> = unit.iter().flatten().copied().collect();
        if judged.len() < 2 {
            continue;
        }
        let mut apart = 0.0;
        for (at, &one) in judged.iter().enumerate() {
            totals[one] += weight;
            for &other in &judged[at + 1..] {
                apart += 2.0 * distance(one, other);
            }
        }
        observed += weight * apart / (judged.len() - 1) as f64;
    }
    let values: f64 = totals.iter().sum();
    if values <= 1.0 {
        return Err(Undefined::NoPairs);
    }
    let mut expected = 0.0;
    for (one, n) in totals.iter().enumerate() {
        for (other, m) in totals.iter().enumerate() {
            expected += n * m * distance(one, other);
        }
    }
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - (values - 1.0) * observed / expected)
}

fn percent(ratings: &Ratings, weights: &[f64]) -> Result<f64, Undefined> {
    let (mut agreeing, mut units) = (0.0, 0.0);
    let mut counts = vec![0u32; ratings.categories()];
    for (unit, weight) in ratings.units().iter().zip(weights) {
        counts.fill(0);
        for &category in unit.iter().flatten() {
            counts[category] += 1;
        }
        let judged: u32 = counts.iter().sum();
        if judged > 1 {
            let pairs: u32 = counts.iter().map(|n| n * n.saturating_sub(1)).sum();
            agreeing += weight * f64::from(pairs) / f64::from(judged * (judged - 1));
            units += weight;
        }
    }
    if units <= 0.0 {
        return Err(Undefined::NoPairs);
    }
    Ok(agreeing / units)
}

/// Share of each category: the mean over judged units of its share of the unit's judgements.
fn shares(ratings: &Ratings, weights: &[f64]) -> Vec<f64> {
    let mut shares = vec![0.0; ratings.categories()];
    let mut units = 0.0;
    for (unit, weight) in ratings.units().iter().zip(weights) {
        let judged = unit.iter().flatten().count();
        for &category in unit.iter().flatten() {
            shares[category] += weight / judged as f64;
        }
        if judged > 0 {
            units += weight;
        }
    }
    for share in &mut shares {
        *share /= units;
    }
    shares
}

fn cohen_chance(ratings: &Ratings, weights: &[f64]) -> f64 {
    let mut margins = [vec![0.0; ratings.categories()], vec![0.0; ratings.categories()]];
    let mut units = 0.0;
    for (unit, weight) in ratings.units().iter().zip(weights) {
        if let [Some(first), Some(second)] = unit[..] {
            margins[0][first] += weight;
            margins[1][second] += weight;
            units += weight;
        }
    }
    let [first, second] = &margins;
    first.iter().zip(second).map(|(a, b)| a * b).sum::<f64>() / (units * units)
}
