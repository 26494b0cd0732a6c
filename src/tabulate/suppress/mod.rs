//! Small counts masked, and as many others as it takes that nobody can work the small ones out from the margins.
//!
//! A table with its margins is a set of sums: every row and every column adds up. Whoever knows the margins can move a masked count only
//! along a cycle of masked ones, up in one cell, down in the next of the row, up in the next of that column, and so on. So a count is safe
//! if such a cycle lets it rise to the limit while every masked count it lowers stays above 0: then it cannot be told from one that is
//! large enough. Where there is no such cycle, the cheapest one is made by masking more (Kelly, Golden & Assad 1992, Networks 22:397-417;
//! Willenborg & de Waal 2001, Elements of Statistical Disclosure Control, ch. 6).

mod audit;
mod study;
mod system;

#[cfg(test)]
mod attack;

pub use study::MaskedStudy;

use super::{Crossing, Mask, Test};

/// Masking a 0 is the last resort: it hides what is often the finding.
const COST_OF_ZERO: u64 = 1 << 40;

/// What costs as much or more is masked only where nothing else helps.
const DEAR: u64 = 1 << 20;

/// Counts with their margins: the last row and the last column are sums, the last of both the total.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) counts: Vec<Vec<u64>>,
    /// Counts nobody is told: they can be anything.
    pub(super) untold: Vec<Vec<bool>>,
    /// What masking a count costs beyond its size; below the cost of a 0.
    pub(super) costs: Vec<Vec<u64>>,
}

impl Grid {
    /// A grid whose margins are sums of the cells.
    pub(super) fn summed(cells: &[Vec<u64>], tell_rows: bool, tell_cols: bool) -> Self {
        let width = cells.first().map_or(0, Vec::len);
        let mut counts: Vec<Vec<u64>> = cells
            .iter()
            .map(|row| row.iter().copied().chain([row.iter().sum()]).collect())
            .collect();
        counts.push((0..=width).map(|col| counts.iter().map(|row| row[col]).sum()).collect());
        let mut untold = vec![vec![false; width + 1]; cells.len() + 1];
        for row in &mut untold[..cells.len()] {
            row[width] = !tell_rows;
        }
        for told in &mut untold[cells.len()][..width] {
            *told = !tell_cols;
        }
        untold[cells.len()][width] = !(tell_rows && tell_cols);
        let costs = vec![vec![0; width + 1]; cells.len() + 1];
        Grid { counts, untold, costs }
    }

    /// What to mask so that no count from 1 to `k` - 1 is told or can be worked out, nor any of those `asked` for.
    pub(super) fn mask(&self, k: u64, asked: &[(usize, usize)]) -> Vec<Vec<bool>> {
        let secret: Vec<(usize, usize)> = self
            .places()
            .filter(|&(row, col)| self.is_small((row, col), k) || asked.contains(&(row, col)))
            .collect();
        let mut masked = self.shape();
        for &(row, col) in &secret {
            masked[row][col] = true;
        }
        for &place in &secret {
            match self.cycle(place, k, &masked) {
                Some((_, cycle)) => cycle.into_iter().for_each(|(row, col)| masked[row][col] = true),
                None => {
                    return self
                        .counts
                        .iter()
                        .map(|row| row.iter().map(|&n| n > 0).collect())
                        .collect();
                }
            }
        }
        masked
    }

    /// The same for a table of several that are looked at together in the end: those `given` are masked already, and where a count could only
    /// be kept by masking a 0 or what is dear, it is left to that look, as many small counts together may keep each other.
    pub(super) fn mask_cheaply(&self, k: u64, given: &[(usize, usize)]) -> Vec<Vec<bool>> {
        let secret: Vec<(usize, usize)> = self.places().filter(|&place| self.is_small(place, k)).collect();
        let mut masked = self.shape();
        for &(row, col) in secret.iter().chain(given) {
            masked[row][col] = true;
        }
        for &place in &secret {
            if let Some((cost, cycle)) = self.cycle(place, k, &masked)
                && cost < DEAR
            {
                cycle.into_iter().for_each(|(row, col)| masked[row][col] = true);
            }
        }
        masked
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let width = self.counts.first().map_or(0, Vec::len);
        (0..self.counts.len()).flat_map(move |row| (0..width).map(move |col| (row, col)))
    }

    fn is_small(&self, (row, col): (usize, usize), k: u64) -> bool {
        (1..k).contains(&self.counts[row][col]) && !self.untold[row][col]
    }

    fn shape(&self) -> Vec<Vec<bool>> {
        self.counts.iter().map(|row| vec![false; row.len()]).collect()
    }

    /// The cheapest cycle, and what it costs, that lets the count at `from` rise to `k`, by one at least; without the count itself.
    fn cycle(&self, from: (usize, usize), k: u64, masked: &[Vec<bool>]) -> Option<(u64, Vec<(usize, usize)>)> {
        let rise = k.saturating_sub(self.counts[from.0][from.1]).max(1);
        let (height, width) = (self.counts.len(), self.counts[0].len());
        // Nodes are rows, then columns. Sums count in a row or column with the other sign, so a margin moves against its cells.
        let mut best: Vec<Option<(u64, usize)>> = vec![None; height + width];
        let mut done = vec![false; height + width];
        best[from.0] = Some((0, from.0));
        loop {
            let next = (0..best.len())
                .filter(|&node| !done[node])
                .filter_map(|node| best[node].map(|(cost, _)| (cost, node)))
                .min();
            let (cost, node) = next?;
            if node == height + from.1 {
                break;
            }
            done[node] = true;
            let neighbours = if node < height {
                height..height + width
            } else {
                0..height
            };
            for other in neighbours {
                let place = if node < height {
                    (node, other - height)
                } else {
                    (other, node - height)
                };
                let lowered = (node < height) ^ self.is_margin(place) ^ self.is_margin(from);
                if place == from || (lowered && !self.can_fall(place, rise)) {
                    continue;
                }
                let reached = cost + self.cost(place, masked);
                if best[other].is_none_or(|(known, _)| reached < known) {
                    best[other] = Some((reached, node));
                }
            }
        }
        let mut cycle = Vec::new();
        let mut node = height + from.1;
        while node != from.0 {
            let (_, before) = best[node]?;
            let place = if node < height {
                (node, before - height)
            } else {
                (before, node - height)
            };
            if !self.untold[place.0][place.1] {
                cycle.push(place);
            }
            node = before;
        }
        let (cost, _) = best[height + from.1]?;
        Some((cost, cycle))
    }

    /// Whether this is a sum of a row or of a column; the total is both, and so neither.
    fn is_margin(&self, (row, col): (usize, usize)) -> bool {
        (row + 1 == self.counts.len()) ^ (col + 1 == self.counts[0].len())
    }

    fn can_fall(&self, (row, col): (usize, usize), by: u64) -> bool {
        self.untold[row][col] || self.counts[row][col] > by
    }

    fn cost(&self, (row, col): (usize, usize), masked: &[Vec<bool>]) -> u64 {
        match self.counts[row][col] {
            _ if masked[row][col] || self.untold[row][col] => 0,
            0 => COST_OF_ZERO,
            n => 1 + n + self.costs[row][col],
        }
    }
}

impl Crossing {
    /// Masks counts from 1 to `k` - 1, and what would give them away. Where units stand in several rows, a column's base is no sum of its
    /// cells, and is masked by itself; the same for columns.
    pub fn suppress(&mut self, k: u64) {
        let (rows, cols) = (self.rows.len(), self.cols.len());
        let grid = Grid::summed(&self.cells, !self.options.cols_multiple, !self.options.rows_multiple);
        let masked = grid.mask(k, &[]);
        let mut mask = Mask {
            cells: masked[..rows].iter().map(|row| row[..cols].to_vec()).collect(),
            rows: masked[..rows].iter().map(|row| row[cols]).collect(),
            cols: masked[rows][..cols].to_vec(),
            total: masked[rows][cols],
        };
        if self.options.rows_multiple {
            (mask.cols, mask.total) = alone(&self.col_bases, k, !self.options.cols_multiple);
        }
        if self.options.cols_multiple {
            (mask.rows, mask.total) = alone(&self.row_bases, k, !self.options.rows_multiple);
        }
        self.mask = mask;
    }
}

/// The mask of counts in one column, and of their sum where it is told.
fn alone(counts: &[u64], k: u64, told: bool) -> (Vec<bool>, bool) {
    let cells: Vec<Vec<u64>> = counts.iter().map(|&n| vec![n]).collect();
    let masked = Grid::summed(&cells, false, told).mask(k, &[]);
    (
        masked[..counts.len()].iter().map(|row| row[0]).collect(),
        masked[counts.len()][0],
    )
}

/// Tests of a table with masked counts: a statistic, a residual or an odds ratio would give a count away, so only the p of whole tables
/// stays, to two decimals.
pub(super) fn withhold(tests: Vec<Test>) -> Vec<Test> {
    let why = "statistic and effect withheld, p to two decimals: a masked count could be worked out";
    tests
        .into_iter()
        .map(|test| Test {
            p_value: rounded(&test, test.p_value),
            p_holm: rounded(&test, test.p_holm),
            n: None,
            statistic: None,
            effect_size: None,
            interval: None,
            note: if test.statistic.is_none() && test.p_value.is_none() {
                test.note
            } else {
                why.to_owned()
            },
            ..test
        })
        .collect()
}

/// The p of a whole table to two decimals; of a single cell none.
fn rounded(test: &Test, p: Option<f64>) -> Option<f64> {
    p.filter(|_| test.test.starts_with("chi-square"))
        .map(|p| ((p * 100.0).round() / 100.0).max(0.01))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a reader can work out, by trying every table that agrees with what is told: the largest value each masked cell can have.
    /// Masked counts may be anything from 0 to `most`.
    fn largest(cells: &[Vec<u64>], mask: &[Vec<bool>], most: u64) -> Vec<Vec<u64>> {
        let (height, width) = (cells.len(), cells[0].len());
        let free: Vec<(usize, usize)> = (0..height)
            .flat_map(|r| (0..width).map(move |c| (r, c)))
            .filter(|&(r, c)| mask[r][c])
            .collect();
        let grid = Grid::summed(cells, true, true);
        let mut found = vec![vec![0; width]; height];
        let mut guess = cells.to_vec();
        try_all(&free, 0, &mut guess, most, &mut |guess| {
            let other = Grid::summed(guess, true, true);
            let agrees =
                (0..=height).all(|r| (0..=width).all(|c| mask[r][c] || other.counts[r][c] == grid.counts[r][c]));
            if agrees {
                for &(r, c) in &free {
                    found[r][c] = found[r][c].max(guess[r][c]);
                }
            }
        });
        found
    }

    fn try_all(
        free: &[(usize, usize)],
        at: usize,
        guess: &mut Vec<Vec<u64>>,
        most: u64,
        check: &mut dyn FnMut(&[Vec<u64>]),
    ) {
        let Some(&(row, col)) = free.get(at) else {
            return check(guess);
        };
        for n in 0..=most {
            guess[row][col] = n;
            try_all(free, at + 1, guess, most, check);
        }
    }

    proptest! {
        // Every case tries all tables there can be.
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn no_small_count_is_told_or_can_be_worked_out(cells in prop::collection::vec(prop::collection::vec(0u64..5, 2), 2..4), k in 2u64..4) {
            let mask = Grid::summed(&cells, true, true).mask(k, &[]);
            let most = largest(&cells, &mask, 7);
            let everything = mask[cells.len()][2];
            for (r, row) in cells.iter().enumerate() {
                for (c, &n) in row.iter().enumerate() {
                    if (1..k).contains(&n) {
                        prop_assert!(mask[r][c]);
                        prop_assert!(most[r][c] >= k || everything, "{cells:?} {mask:?}: {r} {c} is at most {}", most[r][c]);
                    }
                }
            }
        }
    }

    #[test]
    fn one_small_count_takes_three_more_with_it() {
        // A person would mask the 2 and the smallest rectangle around it: 9 and 7 beside and below, 20 across.
        let grid = Grid::summed(&[vec![2, 9, 30], vec![7, 20, 40], vec![50, 60, 70]], true, true);
        let mask = grid.mask(5, &[]);
        let masked: Vec<u64> = (0..4)
            .flat_map(|r| (0..4).map(move |c| (r, c)))
            .filter(|&(r, c)| mask[r][c])
            .map(|(r, c)| grid.counts[r][c])
            .collect();
        assert_eq!(masked, [2, 9, 7, 20]);
    }

    #[test]
    fn zeros_stay_where_there_is_another_way() {
        let grid = Grid::summed(&[vec![0, 3, 40], vec![12, 0, 60], vec![30, 25, 10]], true, true);
        let mask = grid.mask(5, &[]);
        assert!(mask[0][1] && !mask[0][0] && !mask[1][1]);
    }

    #[test]
    fn a_count_alone_with_its_sum_takes_a_second_one() {
        assert_eq!(alone(&[3, 40, 12], 5, true), (vec![true, false, true], false));
        assert_eq!(alone(&[3, 40, 12], 5, false), (vec![true, false, false], false));
        assert_eq!(alone(&[30, 40, 12], 5, true), (vec![false; 3], false));
    }
}
