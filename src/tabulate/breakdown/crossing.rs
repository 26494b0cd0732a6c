//! A table of one variable by another, with the bases its shares are of.

use super::{BreakdownOptions, Key, Ordered, TIE, Unit, counts::Counts};
use crate::tabulate::{Crosstab, Interval, Level, wilson};

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// Units in the row: row shares.
    Row,
    /// Units in the column: column shares.
    Col,
    /// All units of the stratum.
    All,
}

impl Within {
    /// Every base, in the order long tables print them.
    pub const ALL: [Within; 3] = [Within::Row, Within::Col, Within::All];
}

/// Percentile intervals of one cell by base, in the order of [`Within::ALL`].
pub type BootstrapIntervals = [Option<Interval>; 3];

/// Counts of rows by columns in one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// The stratum; empty where there is only one.
    pub by: String,
    /// Row categories.
    pub rows: Vec<String>,
    /// Column categories.
    pub cols: Vec<String>,
    /// `cells[row][col]`: units (or their weights) in both.
    pub cells: Vec<Vec<u64>>,
    /// Units in each row. Where columns are multiple this is less than the sum of the row's cells.
    pub row_bases: Vec<u64>,
    /// Units in each column; where rows are multiple less than the sum of the column's cells.
    pub col_bases: Vec<u64>,
    /// Units of the stratum.
    pub total: u64,
    /// Cluster-bootstrap intervals, `[row][col]`; empty where none were asked for.
    pub bootstrap: Vec<Vec<BootstrapIntervals>>,
    /// Those of each column's share of all units; empty where none were asked for.
    pub bootstrap_cols: Vec<Option<Interval>>,
    /// How it was counted.
    pub options: BreakdownOptions,
    /// What is not to be shown.
    pub mask: Mask,
}

/// Counts that are not to be shown, because they are small or would give a small one away; empty where everything is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    /// `[row][col]`.
    pub cells: Vec<Vec<bool>>,
    /// Bases of rows.
    pub rows: Vec<bool>,
    /// Bases of columns.
    pub cols: Vec<bool>,
    /// The total.
    pub total: bool,
}

impl Mask {
    /// Whether the count of a cell is hidden.
    pub fn cell(&self, row: usize, col: usize) -> bool {
        self.cells
            .get(row)
            .and_then(|row| row.get(col))
            .copied()
            .unwrap_or(false)
    }

    /// Whether a base is hidden.
    pub fn base(&self, row: usize, col: usize, within: Within) -> bool {
        match within {
            Within::Row => self.rows.get(row).copied().unwrap_or(false),
            Within::Col => self.cols.get(col).copied().unwrap_or(false),
            Within::All => self.total,
        }
    }

    /// Whether the share of a cell is hidden: it is where its count or its base is.
    pub fn share(&self, row: usize, col: usize, within: Within) -> bool {
        self.cell(row, col) || self.base(row, col, within)
    }

    /// Whether anything is hidden.
    pub fn any(&self) -> bool {
        self.total
            || self
                .cells
                .iter()
                .flatten()
                .chain(&self.rows)
                .chain(&self.cols)
                .any(|&hidden| hidden)
    }
}

impl Crossing {
    pub(super) fn count(
        stratum: &(String, Option<u32>),
        rows: &Ordered,
        cols: &Ordered,
        counts: &Counts,
        options: &BreakdownOptions,
    ) -> Self {
        let (name, by) = stratum;
        let get = |key: Option<Key>| key.map_or(0, |key| counts.get(key));
        let cell = |row: Option<u32>, col: Option<u32>| {
            get((|| {
                Some(Key::Cell {
                    by: (*by)?,
                    row: row?,
                    col: col?,
                })
            })())
        };
        Crossing {
            by: name.clone(),
            rows: rows.iter().map(|(name, _)| name.clone()).collect(),
            cols: cols.iter().map(|(name, _)| name.clone()).collect(),
            cells: rows
                .iter()
                .map(|(_, row)| cols.iter().map(|(_, col)| cell(*row, *col)).collect())
                .collect(),
            row_bases: rows
                .iter()
                .map(|(_, row)| {
                    get((|| {
                        Some(Key::Row {
                            by: (*by)?,
                            row: (*row)?,
                        })
                    })())
                })
                .collect(),
            col_bases: cols
                .iter()
                .map(|(_, col)| {
                    get((|| {
                        Some(Key::Col {
                            by: (*by)?,
                            col: (*col)?,
                        })
                    })())
                })
                .collect(),
            total: get(by.map(|by| Key::All { by })),
            bootstrap: match options.bootstrap {
                Some(_) => vec![vec![[None; 3]; cols.len()]; rows.len()],
                None => Vec::new(),
            },
            bootstrap_cols: match options.bootstrap {
                Some(_) => vec![None; cols.len()],
                None => Vec::new(),
            },
            options: *options,
            mask: Mask::default(),
        }
    }

    /// Puts the intervals of a cell in their place.
    pub(super) fn place(&mut self, key: Key, intervals: BootstrapIntervals, rows: &Ordered, cols: &Ordered) {
        let at = |names: &Ordered, wanted: u32| names.iter().position(|(_, number)| *number == Some(wanted));
        match key {
            Key::Cell { row, col, .. } => {
                if let (Some(row), Some(col)) = (at(rows, row), at(cols, col)) {
                    self.bootstrap[row][col] = intervals;
                }
            }
            Key::Col { col, .. } => {
                if let Some(col) = at(cols, col) {
                    self.bootstrap_cols[col] = intervals[Within::All as usize];
                }
            }
            Key::Row { .. } | Key::All { .. } => {}
        }
    }

    /// The base of a cell's share.
    pub fn base(&self, row: usize, col: usize, within: Within) -> u64 {
        match within {
            Within::Row => self.row_bases[row],
            Within::Col => self.col_bases[col],
            Within::All => self.total,
        }
    }

    /// A cell's share; `None` where its base is 0.
    pub fn share(&self, row: usize, col: usize, within: Within) -> Option<f64> {
        let base = self.base(row, col, within);
        (base > 0).then(|| self.cells[row][col] as f64 / base as f64)
    }

    /// Wilson's interval of the share; `None` where the base is 0 or the counts are sums of weights.
    pub fn interval(&self, row: usize, col: usize, within: Within, level: Level) -> Option<Interval> {
        if self.options.weighted {
            return None;
        }
        wilson(self.cells[row][col], self.base(row, col, within), level)
    }

    /// The cluster-bootstrap interval of the share, where it was asked for, the base occurred in a sample and the samples differ. A cell
    /// without units has none: resampling cannot find what is not in the sample.
    pub fn bootstrap_interval(&self, row: usize, col: usize, within: Within) -> Option<Interval> {
        self.bootstrap.get(row)?.get(col)?[within as usize]
    }

    /// Whether a share has no cluster-bootstrap interval though one was asked for: the samples of the accounts do not differ in it.
    pub fn without_spread(&self, row: usize, col: usize, within: Within) -> bool {
        !self.bootstrap.is_empty()
            && self.base(row, col, within) > 0
            && self.bootstrap_interval(row, col, within).is_none()
    }

    /// The table without the accounts that tie, with the margins that are left. Where anything is masked its total is, too: less the other it
    /// would tell how many tie.
    pub fn without_ties(&self) -> Crossing {
        let tied = |name: &String| self.options.unit == Unit::Accounts && name == TIE;
        let rows: Vec<usize> = (0..self.rows.len()).filter(|&row| !tied(&self.rows[row])).collect();
        let cols: Vec<usize> = (0..self.cols.len()).filter(|&col| !tied(&self.cols[col])).collect();
        if rows.len() == self.rows.len() && cols.len() == self.cols.len() {
            return self.clone();
        }
        let cells = grid(&self.cells, &rows, &cols);
        // One of the two has one category a unit, so it adds up to the total.
        let row_bases = match self.options.cols_multiple {
            true => kept(&self.row_bases, &rows),
            false => cells.iter().map(|row| row.iter().sum()).collect(),
        };
        let col_bases = match self.options.rows_multiple {
            true => kept(&self.col_bases, &cols),
            false => (0..cols.len())
                .map(|col| cells.iter().map(|row| row[col]).sum())
                .collect(),
        };
        let total = match self.options.rows_multiple {
            true => col_bases.iter().sum(),
            false => row_bases.iter().sum(),
        };
        Crossing {
            by: self.by.clone(),
            rows: kept(&self.rows, &rows),
            cols: kept(&self.cols, &cols),
            cells,
            row_bases,
            col_bases,
            total,
            bootstrap: Vec::new(),
            bootstrap_cols: Vec::new(),
            options: BreakdownOptions {
                bootstrap: None,
                ..self.options
            },
            mask: Mask {
                cells: grid(&self.mask.cells, &rows, &cols),
                rows: kept(&self.mask.rows, &rows),
                cols: kept(&self.mask.cols, &cols),
                total: self.mask.any(),
            },
        }
    }

    /// The counts alone. Only where neither rows nor columns are multiple do its margins equal the bases.
    pub fn crosstab(&self) -> Crosstab {
        Crosstab {
            rows: self.rows.clone(),
            cols: self.cols.clone(),
            cells: self.cells.clone(),
        }
    }
}

/// The items at these places; none where there are no items.
fn kept<T: Clone>(items: &[T], places: &[usize]) -> Vec<T> {
    places.iter().filter_map(|&at| items.get(at).cloned()).collect()
}

/// The cells in these rows and columns.
fn grid<T: Clone>(cells: &[Vec<T>], rows: &[usize], cols: &[usize]) -> Vec<Vec<T>> {
    kept(cells, rows).iter().map(|row| kept(row, cols)).collect()
}
