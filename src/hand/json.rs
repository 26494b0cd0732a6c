//! JSON and JSON lines: Label Studio, doccano, or one object a post.

use serde_json::{Map, Value};

use super::{Known, Row, Table, doccano, label_studio, mixed, wrong};
use crate::{error::Result, ingest::read_text, validate::ColumnMap};

pub(super) type Object = Map<String, Value>;

pub(super) fn read(path: &str, map: &ColumnMap, known: Known<'_>) -> Result<Table> {
    let (text, _) = read_text(path)?;
    let objects = if text.trim_start().starts_with('[') {
        let list: Vec<Object> =
            serde_json::from_str(&text).map_err(|error| wrong(path, format!("no list of JSON objects: {error}")))?;
        (1..).zip(list).collect()
    } else {
        lines(path, &text)?
    };
    if objects.iter().any(|(_, object)| label_studio::is_task(object)) {
        return label_studio::from_tasks(path, &objects);
    }
    let is_list = text.trim_start().starts_with('[');
    let mut table = flat(path, if is_list { "record" } else { "line" }, &objects);
    if label_studio::is_min(&table.columns) {
        label_studio::name_coders(&mut table);
        return Ok(table);
    }
    let labels = [doccano::LABEL, doccano::CATS];
    if let Some(label) = labels.into_iter().find(|label| mixed(&table.columns, map, label)) {
        doccano::split(&mut table, label, &objects, known)?;
    }
    Ok(table)
}

fn lines(path: &str, text: &str) -> Result<Vec<(u64, Object)>> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let object = |(number, line): (u64, &str)| {
        let object = serde_json::from_str(line)
            .map_err(|error| wrong(path, format!("line {number}: no JSON object: {error}")))?;
        Ok((number, object))
    };
    lines.map(object).collect()
}

/// Objects as rows, with the keys of all of them as columns.
fn flat(path: &str, numbering: &'static str, objects: &[(u64, Object)]) -> Table {
    let mut columns: Vec<String> = Vec::new();
    for key in objects.iter().flat_map(|(_, object)| object.keys()) {
        if !columns.contains(key) {
            columns.push(key.clone());
        }
    }
    let row = |(number, object): &(u64, Object)| Row {
        number: *number,
        coder: None,
        cells: columns
            .iter()
            .map(|key| object.get(key).map(cell).unwrap_or_default())
            .collect(),
    };
    Table {
        name: path.to_owned(),
        numbering,
        rows: objects.iter().map(row).collect(),
        columns,
    }
}

/// A value as a cell: lists of texts, and the choices of Label Studio, joined by `;`.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";")
        }
        Value::Object(object) if object.contains_key(label_studio::CHOICES) => cell(&object[label_studio::CHOICES]),
        other => other.to_string(),
    }
}
