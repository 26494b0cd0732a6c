//! A breakdown in long form, as the tables of a study: one cell and base a row.

use super::Printing;
use crate::error::Result;
use crate::export::{
    CsvOptions, Output,
    number::{NOT_AVAILABLE, share},
    sheet::Sheet,
    tables::LONG_FORM,
};
use crate::tabulate::{Crossing, Interval, Within};

/// Why a share has no cluster-bootstrap interval.
const WITHOUT_SPREAD: &str = "no bootstrap interval: samples of the accounts do not differ";

/// What a breakdown has behind the columns of every table.
const MORE: [&str; 4] = ["by", "boot_low", "boot_high", "note"];

/// Writes every cell with each of its three bases: the ten columns of a study's tables, then the stratum, the ends of the cluster-bootstrap
/// interval, and why something is `NA` or masked (`*`).
pub fn write_crossings(
    crossings: &[Crossing],
    printing: &Printing<'_>,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, LONG_FORM.into_iter().chain(MORE))?;
    for crossing in crossings {
        let bases: &[Within] = if printing.cols.is_none() {
            &[Within::All]
        } else {
            &Within::ALL
        };
        for &within in bases {
            for row in 0..crossing.rows.len() {
                for col in 0..crossing.cols.len() {
                    cell(&mut sheet, crossing, printing, (row, col), within)?;
                }
            }
        }
    }
    sheet.finish()
}

fn cell(
    sheet: &mut Sheet,
    crossing: &Crossing,
    printing: &Printing<'_>,
    (row, col): (usize, usize),
    within: Within,
) -> Result<()> {
    let hidden = crossing.mask.share(row, col, within);
    let found = |interval: Option<Interval>| interval.filter(|_| !hidden);
    let ends = |interval: Option<Interval>| {
        interval.map_or_else(Default::default, |interval| (share(interval.low), share(interval.high)))
    };
    let wilson = found(crossing.interval(row, col, within, crossing.options.level));
    let (low, high) = ends(wilson);
    let (boot_low, boot_high) = ends(found(crossing.bootstrap_interval(row, col, within)));
    let number = |n: u64, hidden: bool| if hidden { "*".to_owned() } else { n.to_string() };
    let (text, note) = match crossing.share(row, col, within) {
        _ if hidden => ("*".to_owned(), "masked: a small count, or one that would give it away"),
        Some(value) if crossing.without_spread(row, col, within) => (share(value), WITHOUT_SPREAD),
        Some(value) => (share(value), if crossing.options.weighted { "weighted" } else { "" }),
        None => (NOT_AVAILABLE.to_owned(), "the base is 0"),
    };
    sheet.row([
        printing.name.as_str(),
        &crossing.rows[row],
        &crossing.cols[col],
        &number(crossing.cells[row][col], crossing.mask.cell(row, col)),
        &number(crossing.base(row, col, within), crossing.mask.base(row, col, within)),
        &base_name(printing, within),
        &text,
        &low,
        &high,
        &if wilson.is_some() {
            format!("wilson {}%", super::crossing::level(crossing))
        } else {
            "none".to_owned()
        },
        &crossing.by,
        &boot_low,
        &boot_high,
        note,
    ])
}

/// `within account type`, or what all units are. The names agree with those of a study's tables.
pub(super) fn base_name(printing: &Printing<'_>, within: Within) -> String {
    let column = match within {
        Within::Row => Some(&printing.rows),
        Within::Col => printing.cols.as_ref(),
        Within::All => None,
    };
    match column {
        Some(name) => format!("within {}", if name == "account_type" { "account type" } else { name }),
        None if printing.unit == "stance" => "posts with a stance".to_owned(),
        None => format!("all {}", printing.unit),
    }
}
