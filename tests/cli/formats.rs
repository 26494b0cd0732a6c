//! The three formats of `code` hold the same cells.

use std::fs::File;

use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use serde_json::Value;

use crate::workdir::{Workdir, repository};

/// A cell as CSV writes it, by column.
type Row = Vec<(String, String)>;

fn csv_rows(dir: &Workdir, name: &str) -> Vec<Row> {
    let text = dir.read(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let cells = header.iter().zip(&record);
            cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
        })
        .collect()
}

fn jsonl_rows(dir: &Workdir, name: &str) -> Vec<Row> {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => format!("{:.4}", number.as_f64().unwrap()),
        other => other.to_string(),
    };
    let row = |line: &str| {
        let object: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        object.iter().map(|(name, value)| (name.clone(), cell(value))).collect()
    };
    dir.read(name).lines().map(row).collect()
}

fn parquet_rows(dir: &Workdir, name: &str) -> Vec<Row> {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Double(number) => format!("{number:.4}"),
        Field::Bool(flag) => flag.to_string(),
        other => panic!("a kind of cell that is not documented: {other:?}"),
    };
    let reader = SerializedFileReader::new(File::open(dir.path(name)).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| {
        let row = row.unwrap();
        row.get_column_iter()
            .map(|(name, field)| (name.clone(), cell(field)))
            .collect()
    })
    .collect()
}

#[test]
fn csv_jsonl_and_parquet_agree_cell_by_cell() {
    let dir = Workdir::new();
    let (search, spider) = (
        repository("data/demo/weibo-search.csv"),
        repository("data/demo/weibospider.jsonl"),
    );
    for format in ["csv", "jsonl", "parquet"] {
        let out = format!("coded.{format}");
        dir.minyi(["code", &search, &spider, "-o", &out, "--keep", "ip,source", "-q"])
            .ok();
    }
    let csv = csv_rows(&dir, "coded.csv");
    assert_eq!(csv.len(), 240);
    assert_eq!(csv[0].len(), 15 + 13 + 3 + 2);
    for (name, rows) in [
        ("jsonl", jsonl_rows(&dir, "coded.jsonl")),
        ("parquet", parquet_rows(&dir, "coded.parquet")),
    ] {
        assert_eq!(rows.len(), csv.len(), "{name}");
        for (at, (row, expected)) in rows.iter().zip(&csv).enumerate() {
            assert_eq!(row, expected, "{name}, row {at}");
        }
    }
}

#[test]
fn an_ending_that_is_no_format_is_refused_before_any_work() {
    let dir = Workdir::new();
    dir.write("posts.csv", crate::posts::one_of_each());
    dir.minyi(["code", "posts.csv", "-o", "coded.xlsx"])
        .ends_with(1)
        .says(["coded.xlsx", ".csv, .jsonl or .parquet"]);
    assert_eq!(dir.files(".").len(), 1);
}
