//! A printed table as figures need it. Figures are drawn from printed tables alone, so what is masked there cannot be drawn here.

use crate::{
    error::{Error, Result},
    export::{PrintCell, PrintTable, RowKind},
    tabulate::Within,
};

use super::palette;

/// Rows that can be read in one figure.
const MOST_ROWS: usize = 60;

/// A table as rows and series.
pub(super) struct Reading<'a> {
    pub(super) series: Vec<Series<'a>>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A column of the figure.
pub(super) struct Series<'a> {
    pub(super) label: &'a str,
    /// What its shares are of, where that is the column.
    pub(super) base: Option<PrintCell>,
}

/// A row of the figure, or the heading of a stratum, which has no cells.
pub(super) struct Row<'a> {
    pub(super) label: &'a str,
    /// What its shares are of, where that is the row.
    pub(super) base: Option<PrintCell>,
    pub(super) cells: Vec<Cell>,
}

/// What stands under one column in one row.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) n: PrintCell,
    pub(super) share: PrintCell,
    pub(super) interval: PrintCell,
}

impl Row<'_> {
    pub(super) fn is_heading(&self) -> bool {
        self.cells.is_empty()
    }
}

impl<'a> Reading<'a> {
    /// # Errors
    /// More rows or columns than a figure can show, or none.
    pub(super) fn of(table: &'a PrintTable, most_rows: Option<usize>) -> Result<Self> {
        let mut at = 0;
        let mut places = Vec::new();
        let mut total = None;
        for group in &table.groups {
            // A group of one column is the total of the rows.
            if group.columns.len() == 1 && table.groups.len() > 1 {
                total = Some(at);
            } else {
                places.push((at, group));
            }
            at += group.columns.len();
        }
        let totals = table.rows.iter().find(|row| row.kind == RowKind::Total);
        let series: Vec<Series<'_>> = places
            .iter()
            .map(|&(at, group)| Series {
                label: &group.heading,
                base: totals
                    .filter(|_| table.within != Within::Row)
                    .and_then(|row| row.cells.get(at).copied()),
            })
            .collect();
        let rows: Vec<Row<'_>> = table
            .rows
            .iter()
            .filter(|row| row.kind != RowKind::Total)
            .map(|row| Row {
                label: &row.label,
                base: total
                    .filter(|_| table.within == Within::Row)
                    .and_then(|at| row.cells.get(at).copied()),
                cells: places
                    .iter()
                    .filter(|_| row.kind == RowKind::Body)
                    .map(|&(at, group)| {
                        let cell = |place: usize| {
                            let known = place < group.columns.len();
                            row.cells
                                .get(at + place)
                                .copied()
                                .filter(|_| known)
                                .unwrap_or(PrintCell::Empty)
                        };
                        Cell {
                            n: cell(0),
                            share: cell(1),
                            interval: cell(2),
                        }
                    })
                    .collect(),
            })
            .collect();
        let problem = |what: String| {
            Err(Error::Input {
                file: table.name.clone(),
                problem: what,
            })
        };
        if rows.is_empty() || series.is_empty() {
            return problem("nothing to draw: the table has no cells".to_owned());
        }
        if series.len() > palette::MOST {
            return problem(format!(
                "{} columns, and a figure shows {} at most: choose posts by --where, or swap --rows and --cols",
                series.len(),
                palette::MOST
            ));
        }
        let most_rows = most_rows.unwrap_or(MOST_ROWS);
        if rows.len() > most_rows {
            return problem(format!(
                "{} rows, and this figure shows {most_rows} at most: choose posts by --where, or a longer --period",
                rows.len()
            ));
        }
        Ok(Reading { series, rows })
    }
}
