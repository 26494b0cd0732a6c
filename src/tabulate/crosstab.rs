//! Two-way tables of counts and what independence would make of them.

/// Counts in rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosstab {
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub cols: Vec<String>,
    /// `cells[row][col]`.
    pub cells: Vec<Vec<u64>>,
}

impl Crosstab {
    /// Sum of each row.
    pub fn row_totals(&self) -> Vec<u64> {
        self.cells.iter().map(|row| row.iter().sum()).collect()
    }

    /// Sum of each column.
    pub fn col_totals(&self) -> Vec<u64> {
        (0..self.cols.len())
            .map(|col| self.cells.iter().map(|row| row[col]).sum())
            .collect()
    }

    /// Sum of all cells.
    pub fn total(&self) -> u64 {
        self.row_totals().iter().sum()
    }

    /// Counts expected under independence: row total x column total / total.
    pub fn expected(&self) -> Vec<Vec<f64>> {
        let (rows, cols, total) = (self.row_totals(), self.col_totals(), self.total() as f64);
        rows.iter()
            .map(|&row| cols.iter().map(|&col| row as f64 * col as f64 / total).collect())
            .collect()
    }

    /// The table without its empty rows and columns (no test can use them), and the names of what was left out.
    pub fn without_empty(&self) -> (Crosstab, Vec<String>) {
        let kept_rows: Vec<bool> = self.row_totals().iter().map(|&n| n > 0).collect();
        let kept_cols: Vec<bool> = self.col_totals().iter().map(|&n| n > 0).collect();
        let dropped = [(&self.rows, &kept_rows), (&self.cols, &kept_cols)]
            .into_iter()
            .flat_map(|(names, kept)| names.iter().zip(kept).filter(|(_, kept)| !**kept))
            .map(|(name, _)| name.clone())
            .collect();
        let cells: Vec<Vec<u64>> = keep(&self.cells, &kept_rows)
            .iter()
            .map(|row| keep(row, &kept_cols))
            .collect();
        (
            Crosstab {
                rows: keep(&self.rows, &kept_rows),
                cols: keep(&self.cols, &kept_cols),
                cells,
            },
            dropped,
        )
    }
}

fn keep<T: Clone>(items: &[T], kept: &[bool]) -> Vec<T> {
    items
        .iter()
        .zip(kept)
        .filter(|(_, kept)| **kept)
        .map(|(item, _)| item.clone())
        .collect()
}
