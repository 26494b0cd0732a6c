//! Exports of doccano's document classification: labels in one list (`label`; `cats` where spans were marked too), in CSV joined by `#`.
//! Stance and codes are labels of one project and are told apart by what they are. Meta data of a document, the post id too, come back as
//! keys beside.

use serde_json::Value;

use super::{Known, Table, json::Object, wrong};
use crate::error::Result;

pub(super) const LABEL: &str = "label";
pub(super) const CATS: &str = "cats";

/// Replaces the column of labels by `stance` and `codes`.
pub(super) fn split(table: &mut Table, column: &str, objects: &[(u64, Object)], known: Known<'_>) -> Result<()> {
    let labels = objects.iter().map(|(_, object)| match object.get(column) {
        Some(Value::Array(labels)) => labels.iter().map(|label| label.as_str().map(str::to_owned)).collect(),
        Some(Value::String(label)) => Some(vec![label.clone()]),
        Some(Value::Null) | None => Some(Vec::new()),
        Some(_) => None,
    });
    let labels = labels.collect();
    put(table, column, labels, known)
}

/// The same of a CSV, whose labels are one cell.
pub(super) fn split_csv(table: &mut Table, known: Known<'_>) -> Result<()> {
    let at = table.columns.iter().position(|name| name == LABEL).unwrap_or_default();
    let cell = |cells: &[String]| {
        cells[at]
            .split('#')
            .filter(|label| !label.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let labels = table.rows.iter().map(|row| Some(cell(&row.cells))).collect();
    put(table, LABEL, labels, known)
}

fn put(table: &mut Table, column: &str, labels: Vec<Option<Vec<String>>>, known: Known<'_>) -> Result<()> {
    let mut faults = Vec::new();
    for (row, labels) in table.rows.iter_mut().zip(labels) {
        let Some(labels) = labels else {
            faults.push(format!(
                "  {} {}, {column}: no list of labels",
                table.numbering, row.number
            ));
            continue;
        };
        let (stances, others): (Vec<String>, Vec<String>) = labels
            .into_iter()
            .map(|label| label.trim().to_owned())
            .partition(|label| known.stances.contains(&label.as_str()));
        if stances.len() > 1 {
            faults.push(format!(
                "  {} {}, {column}: {} stances, {}",
                table.numbering,
                row.number,
                stances.len(),
                stances.join(" and ")
            ));
        }
        for label in others.iter().filter(|label| !known.codes.contains(&label.as_str())) {
            faults.push(format!(
                "  {} {}, {column}: `{label}` is neither a stance nor a code of the codebook",
                table.numbering, row.number
            ));
        }
        row.cells.push(stances.into_iter().next().unwrap_or_default());
        row.cells.push(others.join(";"));
    }
    if !faults.is_empty() {
        let problem = format!(
            "name the labels of the project as the codebook does, or map the column of another variable (--map VARIABLE={column})\n{}",
            faults.join("\n")
        );
        return Err(wrong(&table.name, problem));
    }
    table.columns.extend(["stance", "codes"].map(str::to_owned));
    Ok(())
}
