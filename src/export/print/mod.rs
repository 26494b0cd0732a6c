//! Tables as a paper prints them: n, % and interval side by side, with caption and notes, in any format a manuscript takes.
//!
//! A [`PrintTable`] is laid out once, in one language ([`Labels`]), and then rendered: [`markdown`], [`latex`] (booktabs), [`html`]
//! (which Word and LibreOffice take by paste), [`wide_csv`], or [`xlsx`] with numbers as numbers.

mod agreement;
mod crossing;
mod delimited;
mod estimated;
mod html;
mod labels;
mod latex;
mod long;
mod markdown;
mod notes;
mod panels;
mod scores;
mod study;
mod workbook;

#[cfg(test)]
mod tests;

pub use agreement::print_agreement;
pub use crossing::{Printing, print_crossings};
pub use delimited::wide_csv;
pub use estimated::print_shares;
pub(in crate::export) use html::escape;
pub use html::html;
pub use labels::Labels;
pub use latex::latex;
pub use long::write_crossings;
pub use markdown::markdown;
pub use scores::print_scores;
pub use study::print_study_table;
pub use workbook::xlsx;

use crate::tabulate::Within;

/// A table ready to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintTable {
    /// Short name: the sheet of a workbook, the label of a LaTeX table.
    pub name: String,
    /// Caption.
    pub caption: String,
    /// Heading of the row labels.
    pub stub: String,
    /// Column groups, each with the headings of its columns.
    pub groups: Vec<Group>,
    /// Rows, in order.
    pub rows: Vec<PrintRow>,
    /// What the shares are of: the total of the row, of the column, or of the table.
    pub within: Within,
    /// What the shares are of, as the long form names it; empty where they have several bases.
    pub base_name: String,
    /// Notes below the table, each a sentence or more.
    pub notes: Vec<String>,
    /// Those of the notes that hold for the counts alone: what was counted, left out and masked.
    pub count_notes: Vec<String>,
    /// The word that opens the notes.
    pub note_word: String,
}

/// Columns under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Heading over the columns.
    pub heading: String,
    /// Heading of each column.
    pub columns: Vec<String>,
}

/// A row of a printed table.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintRow {
    /// Label.
    pub label: String,
    /// What the row is.
    pub kind: RowKind,
    /// As many cells as the groups have columns; none for a stratum.
    pub cells: Vec<PrintCell>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A category.
    Body,
    /// The heading of the rows below it.
    Stratum,
    /// The total.
    Total,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PrintCell {
    /// Nothing.
    Empty,
    /// A count.
    Count(u64),
    /// A share, 0 to 1; printed in percent.
    Share(f64),
    /// An interval of a share.
    Interval(f64, f64),
    /// A number that is no share: a coefficient.
    Number(f64),
    /// An interval of such a number.
    Range(f64, f64),
    /// A share without a base.
    NotAvailable,
    /// Withheld.
    Masked,
}

impl PrintCell {
    /// The cell as text: percent to one decimal, counts without separators.
    pub(in crate::export) fn text(self, dash: &str) -> String {
        match self {
            PrintCell::Empty => String::new(),
            PrintCell::Count(n) => n.to_string(),
            PrintCell::Share(share) => percent(share),
            PrintCell::Interval(low, high) => format!("{}{dash}{}", percent(low), percent(high)),
            PrintCell::Number(value) => decimals(value),
            // A dash before a minus sign would be read as another one.
            PrintCell::Range(low, high) if decimals(low).starts_with('-') || decimals(high).starts_with('-') => {
                format!("{}, {}", decimals(low), decimals(high))
            }
            PrintCell::Range(low, high) => format!("{}{dash}{}", decimals(low), decimals(high)),
            PrintCell::NotAvailable => super::number::NOT_AVAILABLE.to_owned(),
            PrintCell::Masked => "*".to_owned(),
        }
    }
}

impl PrintTable {
    /// Number of columns behind the row labels.
    fn width(&self) -> usize {
        self.groups.iter().map(|group| group.columns.len()).sum()
    }

    /// Whether any column has a heading over it.
    fn has_headings(&self) -> bool {
        self.groups.iter().any(|group| !group.heading.is_empty())
    }
}

/// Notes as one paragraph: a space between them, but none behind a full-width stop.
pub(super) fn paragraph(notes: &[String]) -> String {
    let mut text = String::new();
    for note in notes {
        if !text.is_empty() && !text.ends_with('。') {
            text.push(' ');
        }
        text.push_str(note);
    }
    text
}

/// Two decimals; what rounds to 0 has no sign.
fn decimals(value: f64) -> String {
    format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0)
}

/// In percent to one decimal, halves up as in a workbook; what is left over of binary fractions is no half.
fn percent(share: f64) -> String {
    let thousandths = (share * 1e12).round() / 1e9;
    format!("{:.1}", thousandths.round() / 10.0)
}
