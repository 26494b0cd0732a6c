//! Exports of Label Studio: JSON (tasks with their annotations), JSON-MIN and CSV (one row an annotation).
//!
//! A control of type `Choices` is named by its `from_name`, its choices are the list `value.choices`; JSON-MIN and CSV give a single choice as
//! text and several as `{"choices": [..]}`. What was imported with a task (`data`), the post id too, comes back with it. Annotations that were
//! skipped (`was_cancelled`) and predictions are no hand codes.

use serde_json::Value;

use super::{
    Row, Table,
    json::{Object, cell},
    wrong,
};
use crate::error::Result;

pub(super) const CHOICES: &str = "choices";
const ANNOTATOR: &str = "annotator";
const SKIPPED: &str = "was_cancelled";

pub(super) fn is_task(object: &Object) -> bool {
    object.get("data").is_some_and(Value::is_object) && object.get("annotations").is_some_and(Value::is_array)
}

pub(super) fn is_min(columns: &[String]) -> bool {
    [ANNOTATOR, "annotation_id"]
        .iter()
        .all(|name| columns.iter().any(|column| column == name))
}

pub(super) fn is_csv(columns: &[String]) -> bool {
    is_min(columns)
}

/// One row an annotation; a task nobody annotated is a row without codes.
pub(super) fn from_tasks(path: &str, objects: &[(u64, Object)]) -> Result<Table> {
    let mut rows: Vec<(u64, Option<String>, Object)> = Vec::new();
    for (record, task) in objects {
        let number = task.get("id").and_then(Value::as_u64).unwrap_or(*record);
        let (Some(data), Some(annotations)) = (
            task.get("data").and_then(Value::as_object),
            task.get("annotations").and_then(Value::as_array),
        ) else {
            return Err(wrong(
                path,
                format!("record {record}: no task with data and annotations; export as JSON"),
            ));
        };
        let given: Vec<&Object> = annotations
            .iter()
            .filter_map(Value::as_object)
            .filter(|annotation| annotation.get(SKIPPED) != Some(&Value::Bool(true)))
            .collect();
        for annotation in given {
            let mut row = data.clone();
            for result in annotation.get("result").and_then(Value::as_array).into_iter().flatten() {
                let Some(choices) = result.get("value").and_then(|value| value.get(CHOICES)) else {
                    continue;
                };
                let name = result.get("from_name").and_then(Value::as_str).unwrap_or_default();
                if row.insert(name.to_owned(), choices.clone()).is_some() {
                    return Err(wrong(
                        path,
                        format!(
                            "task {number}: {name} stands twice, or among the data of the task too; rename the control"
                        ),
                    ));
                }
            }
            rows.push((number, coder(annotation), row));
        }
    }
    // A control that nobody used in a task is an empty cell there.
    let mut columns: Vec<String> = Vec::new();
    for key in rows.iter().flat_map(|row| row.2.keys()) {
        if !columns.contains(key) {
            columns.push(key.clone());
        }
    }
    let row = |(number, coder, object): &(u64, Option<String>, Object)| Row {
        number: *number,
        coder: coder.clone(),
        cells: columns
            .iter()
            .map(|key| object.get(key).map(cell).unwrap_or_default())
            .collect(),
    };
    Ok(Table {
        name: path.to_owned(),
        numbering: "task",
        rows: rows.iter().map(row).collect(),
        columns,
    })
}

/// `completed_by` is a number, or an object with the person's address.
fn coder(annotation: &Object) -> Option<String> {
    match annotation.get("completed_by")? {
        Value::Object(person) => ["email", "id"].iter().find_map(|key| person.get(*key)).map(cell),
        Value::Null => None,
        other => Some(cell(other)),
    }
}

/// Rows of one annotation each: their coders, and their skipped ones dropped.
pub(super) fn name_coders(table: &mut Table) {
    let at = |name: &str| table.columns.iter().position(|column| column == name);
    let (annotator, skipped) = (at(ANNOTATOR), at(SKIPPED));
    if let Some(skipped) = skipped {
        table
            .rows
            .retain(|row| !row.cells[skipped].eq_ignore_ascii_case("true"));
    }
    if let Some(annotator) = annotator {
        for row in &mut table.rows {
            row.coder = Some(row.cells[annotator].clone()).filter(|name| !name.is_empty());
        }
    }
}

/// Cells of several choices are JSON.
pub(super) fn from_csv(table: &mut Table) {
    for text in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Ok(choices @ Value::Object(_)) = serde_json::from_str::<Value>(text)
            && choices.get(CHOICES).is_some()
        {
            *text = cell(&choices);
        }
    }
    name_coders(table);
}
