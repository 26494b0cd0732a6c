use super::*;
use crate::tabulate::{Breakdown, BreakdownOptions, Crossing, MonteCarlo, Observation, Within, crossing_tests};

fn labels(language: &str) -> Labels {
    let text = match language {
        "zh" => include_str!("../../../lexicons/labels/zh.toml"),
        _ => include_str!("../../../lexicons/labels/en.toml"),
    };
    Labels::parse("labels", text, &[]).unwrap()
}

/// Invented: government 3 in favour, 0 against; `<b>&_%` 1 and 2; nobody in `enterprise`.
fn crossing() -> Crossing {
    let mut breakdown = Breakdown::new(BreakdownOptions::default());
    for (row, col, n) in [
        ("government", "positive", 3),
        ("<b>&_%", "positive", 1),
        ("<b>&_%", "negative", 2),
    ] {
        for _ in 0..n {
            breakdown.add(Observation {
                by: "",
                rows: &[row],
                cols: &[col],
                account: None,
                weight: 1,
            });
        }
    }
    let names = |names: [&str; 3]| names.map(String::from);
    let rows = names(["government", "<b>&_%", "enterprise"]);
    breakdown
        .finish(&[], &rows, &names(["positive", "negative", "neutral"])[..2])
        .swap_remove(0)
}

fn table(language: &str, suppress: Option<u64>) -> PrintTable {
    let mut crossing = crossing();
    if let Some(k) = suppress {
        crossing.suppress(k);
    }
    let drawing = MonteCarlo {
        replicates: 99,
        seed: 1,
    };
    let tests = [crossing_tests("t", &crossing, drawing)];
    let labels = labels(language);
    let printing = Printing {
        labels: &labels,
        name: "account_type_by_stance".to_owned(),
        rows: "account_type".to_owned(),
        cols: Some("stance".to_owned()),
        by: None,
        within: Within::Row,
        unit: "stance",
        condition: None,
        weight: None,
        off_topic: 4,
        unclear: 0,
        missing: Vec::new(),
        outside: 0,
        anonymous: 0,
        unweighted: 0,
        suppress,
        tests: &tests,
    };
    print_crossings(&[crossing], &printing)
}

#[test]
fn a_row_reads_n_percent_and_interval_under_each_column_and_its_total() {
    let table = table("en", None);
    assert_eq!(table.caption, "Account type by stance");
    let headings: Vec<&str> = table.groups.iter().map(|group| group.heading.as_str()).collect();
    assert_eq!(headings, ["Positive", "Negative", "Total"]);
    assert_eq!(table.groups[0].columns, ["n", "%", "95% CI"]);
    let text = |row: usize| {
        table.rows[row]
            .cells
            .iter()
            .map(|cell| cell.text("–"))
            .collect::<Vec<_>>()
    };
    // Wilson's intervals of 3 in 3, 0 in 3, 1 in 3 and 2 in 3 as scipy 1.17.1 has them.
    assert_eq!(text(0), ["3", "100.0", "43.9–100.0", "0", "0.0", "0.0–56.1", "3"]);
    assert_eq!(text(1), ["1", "33.3", "6.1–79.2", "2", "66.7", "20.8–93.9", "3"]);
    assert_eq!(text(2), ["0", "NA", "", "0", "NA", "", "0"]);
    assert_eq!(text(3)[..2], ["4", "66.7"]);
    let notes = table.notes.join(" ");
    // chi2_contingency(correction=False) and fisher_exact of scipy 1.17.1 for [[3, 0], [1, 2]].
    for part in [
        "N = 6 posts with a stance.",
        "Off-topic posts (4) left out.",
        "χ²(1) = 3.00",
        "Fisher's exact p = .400",
        "NA: the base is 0.",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn no_text_breaks_out_of_a_format() {
    let tables = [table("en", None)];
    let html = html(&tables);
    assert!(html.contains("&lt;b&gt;&amp;_%") && !html.contains("<b>"), "{html}");
    assert!(latex(&tables).contains("\\textless{}b\\textgreater{}\\&\\_\\%"));
    assert!(markdown(&tables).contains("\\<b\\>&\\_%"));
    let width: Vec<usize> = markdown(&tables)
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.matches('|').count())
        .collect();
    assert!(width.iter().all(|&bars| bars == width[0]), "{width:?}");
}

#[test]
fn latex_has_as_many_cells_in_each_row_as_it_has_columns() {
    let text = latex(&[table("en", None)]);
    let columns = text
        .lines()
        .find_map(|line| line.strip_prefix("\\begin{tabular}{"))
        .unwrap()
        .trim_end_matches('}')
        .len();
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.ends_with("\\\\") && !line.contains("multicolumn"))
        .collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert_eq!(row.replace("\\&", "").matches('&').count() + 1, columns, "{row}");
    }
}

#[test]
fn chinese_has_every_label_that_english_has() {
    let keys = |text: &str| {
        let table: toml::Table = toml::from_str(text).unwrap();
        let mut keys: Vec<String> = Vec::new();
        for (section, value) in table {
            keys.extend(
                value
                    .as_table()
                    .into_iter()
                    .flat_map(|table| table.keys().map(|key| format!("{section}.{key}")).collect::<Vec<_>>()),
            );
        }
        keys
    };
    let english = keys(include_str!("../../../lexicons/labels/en.toml"));
    assert!(english.len() > 50);
    assert_eq!(english, keys(include_str!("../../../lexicons/labels/zh.toml")));
    let table = table("zh", None);
    assert_eq!(
        (table.caption.as_str(), table.rows[0].label.as_str()),
        ("账号类型与立场交叉表", "政府")
    );
}

#[test]
fn masked_counts_are_nowhere_and_the_notes_say_so() {
    let table = table("en", Some(3));
    let text = markdown(&[table]);
    assert!(text.contains("| \\* |") && text.contains("fewer than 3"), "{text}");
    assert!(!text.contains("χ²"), "{text}");
}

#[test]
fn a_workbook_is_the_same_bytes_each_time_and_opens_as_a_zip() {
    let tables = [
        table("en", None),
        table("zh", None),
        PrintTable {
            name: "a/very:long*name[that]excel?does\\not take".to_owned(),
            ..table("en", None)
        },
    ];
    let bytes = xlsx(&tables).unwrap();
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    assert_eq!(bytes, xlsx(&tables).unwrap());
}

#[test]
fn a_wrong_label_file_is_named_with_its_line() {
    let error = Labels::parse("my.toml", "language = \"en\"\ncolumns = 3\n", &[]).unwrap_err();
    assert!(error.to_string().starts_with("my.toml:2: "), "{error}");
}

#[test]
fn a_table_too_wide_for_a_page_comes_in_parts_with_every_cell_once() {
    let narrow = table("en", None);
    let mut wide = narrow.clone();
    // Three times the two stances, then the total: 3 x 6 + 1 columns of numbers.
    wide.groups = [&narrow.groups[..2], &narrow.groups[..2], &narrow.groups].concat();
    for row in &mut wide.rows {
        row.cells = [&row.cells[..6], &row.cells[..6], &row.cells].concat();
    }
    let parts = panels::panels(&wide);
    let captions: Vec<&str> = parts.iter().map(|part| part.caption.as_str()).collect();
    assert_eq!(
        captions,
        ["Account type by stance (1/2)", "Account type by stance (2/2)"]
    );
    assert!(parts.iter().all(|part| part.width() <= 10));
    for (at, row) in wide.rows.iter().enumerate() {
        let cells: Vec<PrintCell> = parts.iter().flat_map(|part| part.rows[at].cells.clone()).collect();
        assert_eq!(cells, row.cells);
    }
    assert!(parts[0].notes.is_empty() && parts[1].notes == wide.notes);
    assert_eq!(latex(&[wide]).matches("\\begin{table}").count(), 2);
    assert_eq!(panels::panels(&narrow), [narrow]);
}

#[test]
fn a_printed_study_table_has_the_bases_of_its_shares() {
    let tables = crate::tabulate::fixtures::tally().tables(&crate::tabulate::fixtures::flow());
    let printed = |name: &str| {
        let table = tables.iter().find(|table| table.name == name).unwrap();
        print_study_table(table, &labels("en"))
    };
    // Of the fixture: 16 records, 12 coded; counts by hand in src/tabulate/tests.rs.
    let by_type = &printed("account_type_by_stance")[0];
    assert_eq!(by_type.within, Within::Row);
    assert_eq!(by_type.groups.last().unwrap().heading, "Total");
    for row in &by_type.rows {
        let counts: u64 = row.cells.iter().step_by(3).take(3).map(|cell| count(*cell)).sum();
        assert_eq!(row.cells.last(), Some(&PrintCell::Count(counts)), "{}", row.label);
    }
    let by_stance = &printed("account_type_by_stance")[1];
    assert_eq!(by_stance.within, Within::Col);
    let total = by_stance.rows.last().unwrap();
    assert_eq!(total.kind, RowKind::Total);
    for col in 0..3 {
        let counts: u64 = by_stance.rows[..by_stance.rows.len() - 1]
            .iter()
            .map(|row| count(row.cells[3 * col]))
            .sum();
        assert_eq!(total.cells[3 * col], PrintCell::Count(counts));
    }
}

fn count(cell: PrintCell) -> u64 {
    match cell {
        PrintCell::Count(n) => n,
        other => panic!("no count: {other:?}"),
    }
}
