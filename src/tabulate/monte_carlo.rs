//! The chi-square test where expected counts are too small for its distribution: tables drawn at random with the same margins.

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};
use statrs::function::factorial::ln_factorial;

use super::{Crosstab, chi_square::statistic};

/// Two statistics closer than this (relative) are the same table up to rounding.
const TOLERANCE: f64 = 1e-9;

/// Probability of a chi-square statistic at least as large as the table's among tables with its margins:
/// (1 + tables as large) / (1 + `replicates`), so never 0 (Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39).
///
/// The table must have no empty row or column. Tables are drawn from the distribution given both margins (that of Patefield 1981,
/// Applied Statistics 30:91-97), cell by cell. The generator is xoshiro256++, whose output is fixed by its published reference code,
/// seeded through SplitMix64: one seed gives the same p with every version of minyi.
pub fn monte_carlo_p(table: &Crosstab, replicates: u32, seed: u64) -> f64 {
    let expected = table.expected();
    let observed = statistic(&table.cells, &expected);
    let (rows, cols) = (table.row_totals(), table.col_totals());
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let logs = LnFactorials::up_to(rows.iter().sum());
    let mut cells = table.cells.clone();
    let mut as_large = 0u32;
    for _ in 0..replicates {
        draw_table(&mut cells, &rows, &cols, &logs, &mut random);
        as_large += u32::from(statistic(&cells, &expected) >= observed * (1.0 - TOLERANCE));
    }
    (1.0 + f64::from(as_large)) / (1.0 + f64::from(replicates))
}

/// Fills `cells` with a random table of these margins: each row is a draw without replacement from what the rows above left.
fn draw_table(cells: &mut [Vec<u64>], rows: &[u64], cols: &[u64], logs: &LnFactorials, random: &mut impl Rng) {
    let mut left = cols.to_vec();
    for (row, &total) in cells.iter_mut().zip(rows) {
        let mut population: u64 = left.iter().sum();
        let mut draws = total;
        for (cell, left) in row.iter_mut().zip(&mut left) {
            *cell = hypergeometric(population, *left, draws, logs, random);
            population -= *left;
            draws -= *cell;
            *left -= *cell;
        }
    }
}

/// Marked units among `draws` drawn without replacement from `population` of which `marked` are marked.
/// By inversion outward from the mode, so the work is of the order of the standard deviation.
fn hypergeometric(population: u64, marked: u64, draws: u64, logs: &LnFactorials, random: &mut impl Rng) -> u64 {
    let unmarked = population - marked;
    let (lowest, highest) = (draws.saturating_sub(unmarked), draws.min(marked));
    if lowest == highest {
        return lowest;
    }
    let mode = ((draws + 1) as f64 * (marked + 1) as f64 / (population + 2) as f64) as u64;
    let mode = mode.clamp(lowest, highest);
    let at_mode =
        logs.binomial(marked, mode) + logs.binomial(unmarked, draws - mode) - logs.binomial(population, draws);
    let at_mode = at_mode.exp();
    let mut rest = unit_interval(random) - at_mode;
    let (mut up, mut p_up) = (mode, at_mode);
    let (mut down, mut p_down) = (mode, at_mode);
    while rest > 0.0 && (up < highest || down > lowest) {
        if up < highest {
            p_up *= (marked - up) as f64 * (draws - up) as f64 / ((up + 1) as f64 * (unmarked + up + 1 - draws) as f64);
            up += 1;
            rest -= p_up;
            if rest <= 0.0 {
                return up;
            }
        }
        if down > lowest {
            p_down *= down as f64 * (unmarked + down - draws) as f64
                / ((marked - down + 1) as f64 * (draws - down + 1) as f64);
            down -= 1;
            rest -= p_down;
            if rest <= 0.0 {
                return down;
            }
        }
        // What is left of the probability is rounding.
        if p_up.max(p_down) < f64::MIN_POSITIVE {
            break;
        }
    }
    mode
}

/// Logarithms of factorials, which are asked for again and again; those of smaller numbers are worked out once.
struct LnFactorials(Vec<f64>);

impl LnFactorials {
    /// So many are kept at most, 128 KB: to work out more would take longer than drawing tables.
    const KEPT: u64 = 1 << 14;

    fn up_to(largest: u64) -> Self {
        LnFactorials((0..=largest.min(Self::KEPT)).map(ln_factorial).collect())
    }

    fn of(&self, n: u64) -> f64 {
        let kept = usize::try_from(n).ok().and_then(|n| self.0.get(n));
        kept.copied().unwrap_or_else(|| ln_factorial(n))
    }

    /// The logarithm of n choose k, of which k is not larger.
    fn binomial(&self, n: u64, k: u64) -> f64 {
        self.of(n) - self.of(k) - self.of(n - k)
    }
}

/// A number in [0, 1) from the upper 53 bits.
fn unit_interval(random: &mut impl Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hypergeometric(20, 7, 12): mean 12 * 7 / 20 = 4.2, variance 4.2 * (13 / 20) * (8 / 19) = 1.149474 (textbook formulas).
    #[test]
    fn draws_have_the_mean_and_variance_of_the_distribution() {
        let logs = LnFactorials::up_to(20);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(20230614);
        let draws: Vec<f64> = (0..40_000)
            .map(|_| hypergeometric(20, 7, 12, &logs, &mut random) as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        // Four standard errors of each.
        assert!((mean - 4.2).abs() < 4.0 * (1.149474_f64 / 40_000.0).sqrt(), "{mean}");
        assert!((variance - 1.149474).abs() < 0.035, "{variance}");
    }

    /// Hypergeometric(1,000,000, 400,000, 30,000): mean 12,000, variance 12,000 * 0.6 * 0.97 = 6,984.
    #[test]
    fn a_corpus_of_a_million_posts_is_drawn_from_as_well() {
        let logs = LnFactorials::up_to(1_000_000);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let draws: Vec<f64> = (0..4_000)
            .map(|_| hypergeometric(1_000_000, 400_000, 30_000, &logs, &mut random) as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / 4_000.0;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4_000.0;
        // Four standard errors: of a mean sd / sqrt(n), of a normal variance variance * sqrt(2 / n).
        assert!((mean - 12_000.0).abs() < 4.0 * (6_984.0_f64 / 4_000.0).sqrt(), "{mean}");
        assert!(
            (variance - 6_984.0).abs() < 4.0 * 6_984.0 * (2.0_f64 / 4_000.0).sqrt(),
            "{variance}"
        );
    }

    #[test]
    fn drawn_tables_keep_both_margins() {
        let logs = LnFactorials::up_to(120);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut cells = vec![vec![0; 3]; 4];
        let (rows, cols) = ([3, 0, 110, 7], [60, 2, 58]);
        for _ in 0..200 {
            draw_table(&mut cells, &rows, &cols, &logs, &mut random);
            for (row, total) in cells.iter().zip(rows) {
                assert_eq!(row.iter().sum::<u64>(), total);
            }
            for (col, total) in cols.iter().enumerate() {
                assert_eq!(cells.iter().map(|row| row[col]).sum::<u64>(), *total);
            }
        }
    }
}
