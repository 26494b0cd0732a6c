//! Agreement of coders as content analyses report it: variable, frequency, percent, agreement, coefficient.

use super::{Group, Labels, PrintCell, PrintRow, PrintTable, RowKind};
use crate::{
    tabulate::Within,
    validate::{Bootstrap, Bounds, Coefficient, VariableAgreement},
};

/// Lays out agreement with one coefficient: for each variable as a whole, and for each of its categories, how often it was given, the share of
/// all judgements, percent agreement, and the coefficient with its interval.
pub fn print_agreement(
    rows: &[VariableAgreement],
    coefficient: Coefficient,
    options: Bootstrap,
    labels: &Labels,
) -> PrintTable {
    let level = ((options.level.get() * 1e8).round() / 1e6).to_string();
    let column = |key: &str| labels.word(key, &[]);
    let group = |heading: String, columns: Vec<String>| Group { heading, columns };
    let groups = vec![
        group(column("frequency"), vec![column("n"), column("percent")]),
        group(column("agreement"), vec![column("percent")]),
        group(
            column(coefficient.name()),
            vec![
                column("n"),
                column("coefficient"),
                labels.word("interval", &[("level", &level)]),
            ],
        ),
    ];
    let mut printed: Vec<PrintRow> = Vec::new();
    let mut variable = "";
    for row in rows {
        if row.variable != variable {
            variable = &row.variable;
            printed.push(PrintRow {
                label: labels.column(variable),
                kind: RowKind::Stratum,
                cells: Vec::new(),
            });
        }
        printed.push(PrintRow {
            label: row
                .category
                .as_deref()
                .map_or_else(|| column("all_categories"), |category| labels.value(category)),
            kind: RowKind::Body,
            cells: cells(row, coefficient),
        });
    }
    let (replicates, seed) = (options.replicates.to_string(), options.seed.to_string());
    let coders = rows.first().map_or(0, |row| row.coders).to_string();
    let mut notes = vec![
        labels.note("agreement", &[("coders", &coders)]),
        labels.note(
            "agreement_interval",
            &[("level", &level), ("replicates", &replicates), ("seed", &seed)],
        ),
    ];
    if rows.iter().any(|row| bounds(row, coefficient).is_none()) {
        notes.push(labels.note("agreement_undefined", &[]));
    }
    PrintTable {
        name: "agreement".to_owned(),
        caption: labels.note("agreement_title", &[]),
        stub: String::new(),
        groups,
        rows: printed,
        notes,
        within: Within::Col,
        count_notes: Vec::new(),
        base_name: String::new(),
        note_word: column("note"),
    }
}

fn measured(row: &VariableAgreement, coefficient: Coefficient) -> Option<f64> {
    let at = Coefficient::ALL.iter().position(|one| *one == coefficient)?;
    row.coefficients[at].value.clone().ok()
}

fn bounds(row: &VariableAgreement, coefficient: Coefficient) -> Option<Bounds> {
    let at = Coefficient::ALL.iter().position(|one| *one == coefficient)?;
    row.coefficients[at].bounds.clone().ok()
}

fn cells(row: &VariableAgreement, coefficient: Coefficient) -> Vec<PrintCell> {
    let or_not = |value: Option<f64>, cell: fn(f64) -> PrintCell| value.map_or(PrintCell::NotAvailable, cell);
    let share = (row.judgements > 0).then(|| row.frequency as f64 / row.judgements as f64);
    vec![
        PrintCell::Count(row.frequency),
        or_not(share, PrintCell::Share),
        or_not(measured(row, Coefficient::Percent), PrintCell::Share),
        PrintCell::Count(row.posts as u64),
        or_not(measured(row, coefficient), PrintCell::Number),
        bounds(row, coefficient).map_or(PrintCell::NotAvailable, |bounds| {
            PrintCell::Range(bounds.low, bounds.high)
        }),
    ]
}
