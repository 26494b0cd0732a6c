//! Hand codes read back from the files that coding tools write. The fixtures are invented posts in the tools' own layouts: Label Studio 1.x
//! (<https://labelstud.io/guide/export>; CSV as label_studio_converter/exports/csv2.py writes it) and doccano 1.8
//! (backend/data_export/pipeline/factories.py).
#![allow(clippy::unwrap_used, reason = "tests")]

use minyi::{
    error::Result,
    hand::{Known, read_sheets},
    validate::{Blank, CodeSheet, ColumnMap},
};

const CODES: [&str; 3] = ["NEG.BETRAY", "NEG.SELFISH", "POS.SHARE"];
const STANCES: [&str; 4] = ["positive", "negative", "neutral", "irrelevant"];

fn read(path: &str, map: &str) -> Result<Vec<CodeSheet>> {
    let map = if map.is_empty() {
        ColumnMap::default()
    } else {
        map.parse().unwrap()
    };
    let known = Known {
        stances: &STANCES,
        codes: &CODES,
    };
    read_sheets(path, &map, known)
}

fn fixture(name: &str) -> Vec<CodeSheet> {
    read(
        &format!("{}/tests/fixtures/hand/{name}", env!("CARGO_MANIFEST_DIR")),
        "",
    )
    .unwrap()
}

/// Stance and codes of each post.
fn coded(sheet: &CodeSheet) -> Vec<(String, Option<String>, Option<Vec<u8>>)> {
    let codes = sheet.codes(&CODES, Blank::Refuse).unwrap();
    let row = |(row, codes): (usize, Option<minyi::model::CodeSet>)| {
        let stance = sheet.at(row, "stance").map(str::to_owned);
        let codes = codes.map(|codes| codes.iter().map(|code| code.0).collect());
        (sheet.post(row).to_owned(), stance, codes)
    };
    codes.into_iter().enumerate().map(row).collect()
}

fn post(id: &str, stance: &str, codes: &[u8]) -> (String, Option<String>, Option<Vec<u8>>) {
    (id.to_owned(), Some(stance.to_owned()), Some(codes.to_vec()))
}

#[test]
fn every_export_gives_the_same_codes() {
    let expected = [
        post("4900000000000001", "negative", &[0, 1]),
        post("4900000000000002", "positive", &[]),
    ];
    for name in [
        "label-studio-min.json",
        "label-studio.csv",
        "doccano.jsonl",
        "doccano.csv",
    ] {
        let sheets = fixture(name);
        assert_eq!(sheets.len(), 1, "{name}");
        let found = coded(&sheets[0]);
        assert_eq!(found[..2], expected, "{name}");
        // A document of doccano's that nobody labelled is not coded.
        assert!(
            found[2..]
                .iter()
                .all(|(_, stance, codes)| stance.is_none() && codes.is_none()),
            "{name}"
        );
    }
}

#[test]
fn annotators_of_one_export_are_coders_and_what_they_skipped_is_not_coded() {
    let sheets = fixture("label-studio.json");
    assert_eq!(sheets.len(), 2);
    assert!(
        sheets[0].name.ends_with("label-studio.json, annotator 3"),
        "{}",
        sheets[0].name
    );
    assert!(sheets[1].name.ends_with("annotator second@example.org"));
    assert_eq!(
        coded(&sheets[0]),
        [
            post("4900000000000001", "negative", &[0, 1]),
            post("4900000000000002", "positive", &[])
        ]
    );
    assert_eq!(coded(&sheets[1]), [post("4900000000000001", "neutral", &[])]);
}

fn written(name: &str, content: impl AsRef<[u8]>, map: &str) -> Result<Vec<CodeSheet>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    read(path.to_str().unwrap(), map)
}

#[test]
fn any_delimiter_encoding_and_column_will_do() {
    let expected = [post("7", "negative", &[0])];
    for (name, content) in [
        ("a.csv", "编号;立场;理由\n7;negative;NEG.BETRAY\n".as_bytes().to_vec()),
        (
            "a.tsv",
            "编号\t立场\t理由\n7\tnegative\tNEG.BETRAY\n".as_bytes().to_vec(),
        ),
        (
            "a.jsonl",
            r#"{"编号": 7, "立场": "negative", "理由": ["NEG.BETRAY"]}"#.as_bytes().to_vec(),
        ),
        // 编号,立场,理由 in GB18030, after which nothing is to be guessed from few bytes.
        ("gbk.csv", {
            let mut bytes = b"\xb1\xe0\xba\xc5,\xc1\xa2\xb3\xa1,\xc0\xed\xd3\xc9,\xb1\xb8\xd7\xa2\n".to_vec();
            bytes.extend(b"7,negative,NEG.BETRAY,\xb7\xa2\xd1\xd4\xd5\xdf\xb5\xc4\xd2\xe2\xcb\xbc\xc3\xf7\xc8\xb7\n");
            bytes
        }),
    ] {
        let sheets = written(name, content, "post_id=编号,stance=立场,codes=理由").unwrap();
        assert_eq!(coded(&sheets[0]), expected, "{name}");
    }
}

fn workbook(sheets: &[(&str, &[&[&str]])], id: Option<f64>) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
        if let Some(id) = id {
            sheet.write_number(1, 0, id).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn of_a_workbook_the_sheet_with_the_ids_is_read() {
    let rows: &[&[&str]] = &[&["post_id", "stance"], &["7", "neutral"], &["", ""], &["8", ""]];
    let other: &[&[&str]] = &[&["code", "label"], &["A", "a"]];
    let sheets = written("a.xlsx", workbook(&[("notes", other), ("coding", rows)], None), "").unwrap();
    assert!(sheets[0].name.ends_with("a.xlsx, sheet coding"));
    assert_eq!(
        (sheets[0].cell("7", "stance"), sheets[0].place(1)),
        (Some("neutral"), "row 4".to_owned())
    );
    let two = written("a.xlsx", workbook(&[("one", rows), ("two", rows)], None), "")
        .unwrap_err()
        .to_string();
    assert!(two.contains("2 sheets have a column post_id"), "{two}");
    let none = written("a.xlsx", workbook(&[("notes", other)], None), "")
        .unwrap_err()
        .to_string();
    assert!(none.contains("--map post_id=COLUMN"), "{none}");
}

#[test]
fn an_id_that_a_spreadsheet_rounded_is_refused() {
    let rows: &[&[&str]] = &[&["post_id", "stance"], &["", "neutral"]];
    let short = written("a.xlsx", workbook(&[("coding", rows)], Some(4_912_678.0)), "").unwrap();
    assert_eq!(short[0].post(0), "4912678");
    let long = written(
        "a.xlsx",
        workbook(&[("coding", rows)], Some(4.912_678_401_220_335e16)),
        "",
    );
    let said = long.unwrap_err().to_string();
    assert!(
        said.contains("sheet coding, row 2") && said.contains("digits"),
        "{said}"
    );
}

#[test]
fn what_is_wrong_is_named_by_file_row_and_column() {
    for (name, content, said) in [
        ("a.csv", "post_id,stance\n7,a,b\n", "line 2: 3 cells, the header has 2"),
        ("a.csv", "post_id,stance\n", "no row below the header"),
        ("a.json", "{", "line 1: no JSON object"),
        ("a.zip", "", "unpack it first"),
        (
            "a.jsonl",
            "{\"post_id\": 7, \"label\": [\"negativ\"]}\n{\"post_id\": 8, \"label\": [\"neutral\", \"positive\"]}\n",
            "line 1, label: `negativ` is neither a stance nor a code of the codebook\n  line 2, label: 2 stances, neutral and positive",
        ),
        (
            "a.jsonl",
            "{\"post_id\": 7, \"label\": [[0, 3, \"negative\"]]}\n",
            "line 1, label: no list of labels",
        ),
        (
            "a.json",
            "[{\"id\": 5, \"data\": {\"post_id\": 1, \"stance\": \"x\"}, \"annotations\": [{\"completed_by\": 1, \"result\": \
             [{\"from_name\": \"stance\", \"value\": {\"choices\": [\"neutral\"]}}]}]}]",
            "task 5: stance stands twice",
        ),
        (
            "a.json",
            "[{\"id\": 5, \"data\": {\"post_id\": 1}, \"annotations\": [{\"completed_by\": 1, \"result\": []}, {\"completed_by\": 1, \
             \"result\": []}]}]",
            "task 5: post_id 1 stands on task 5 already",
        ),
    ] {
        let found = written(name, content, "").unwrap_err().to_string();
        assert!(found.contains(name) && found.contains(said), "{found}");
    }
}
