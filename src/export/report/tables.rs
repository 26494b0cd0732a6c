//! The tables of a study, sortable.

use super::html::{CLOSE_TABLE, element, escape, open_table, text_table};
use crate::{
    export::{Labels, PrintCell, PrintRow, PrintTable, print_study_table, read_test},
    tabulate::{Table, Test},
};

/// A table with more rows than this is folded up at first.
const LONGEST_OPEN: usize = 40;

/// The tables of a study one below the other, each to be folded up, with the test of the table in its note, and all tests. `suffix` keeps ids apart where two languages share a page.
pub(super) fn tables(tables: &[Table], tests: &[Vec<String>], labels: &Labels, suffix: &str) -> String {
    let mut contents = String::new();
    let mut out = String::new();
    let made: Vec<Test> = tests.iter().filter_map(|cells| read_test(cells)).collect();
    let place = labels.report("tests_below", &[]);
    for table in tables {
        let printed = print_study_table(table, &made, &place, labels);
        let (id, name) = (format!("t-{}-{suffix}", slug(&table.name)), labels.table(&table.name));
        contents.push_str(&link(&id, &name));
        let open = printed.iter().all(|table| table.rows.len() <= LONGEST_OPEN);
        let inner: String = (1..)
            .zip(&printed)
            .map(|(number, table)| print_table(table, &format!("{id}-{number}"), labels))
            .collect();
        out.push_str(&folded(&id, &name, open, &inner));
    }
    let (id, name) = (format!("t-tests-{suffix}"), labels.report("tests", &[]));
    contents.push_str(&link(&id, &name));
    let headings: Vec<String> = [
        "test_table",
        "test",
        "tested",
        "statistic",
        "df",
        "p_value",
        "p_holm",
        "effect",
        "effect_size",
        "ci_low",
        "ci_high",
        "remark",
    ]
    .map(|key| labels.report(key, &[]))
    .to_vec();
    let rows: Vec<Vec<String>> = tests
        .iter()
        .map(|cells| {
            let mut cells = cells.clone();
            if let Some(table) = cells.first_mut() {
                *table = labels.table(table);
            }
            cells
        })
        .collect();
    out.push_str(&folded(
        &id,
        &name,
        tests.len() <= LONGEST_OPEN,
        &text_table(&format!("{id}-1"), &name, &headings, &rows),
    ));
    let hint = element("p", "class=\"hint js\"", &labels.report("sort_hint", &[]));
    format!("<ul class=\"contents\">\n{contents}</ul>\n{hint}\n{out}")
}

fn link(id: &str, name: &str) -> String {
    format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(name))
}

fn folded(id: &str, name: &str, open: bool, inner: &str) -> String {
    let open = if open { " open" } else { "" };
    format!(
        "<details class=\"fold\" id=\"{id}\"{open}>\n<summary><h3>{}</h3></summary>\n{inner}</details>\n",
        escape(name)
    )
}

/// One laid-out table; every count and share carries its value for sorting.
fn print_table(table: &PrintTable, id: &str, labels: &Labels) -> String {
    let mut out = open_table(id, &table.caption);
    out.push_str("<thead>\n<tr>");
    let stub = if table.stub.is_empty() {
        labels.report("category", &[])
    } else {
        table.stub.clone()
    };
    let columns = table.groups.iter().flat_map(|group| &group.columns);
    let column = |text: &String| element("th", "scope=\"col\"", text);
    if table.groups.iter().any(|group| !group.heading.is_empty()) {
        out.push_str(&element("th", "scope=\"col\" rowspan=\"2\" class=\"text\"", &stub));
        for group in &table.groups {
            let span = format!("scope=\"colgroup\" colspan=\"{}\" class=\"group\"", group.columns.len());
            out.push_str(&element("th", &span, &group.heading));
        }
        out.push_str("</tr>\n<tr>");
    } else {
        out.push_str(&element("th", "scope=\"col\" class=\"text\"", &stub));
    }
    columns.for_each(|text| out.push_str(&column(text)));
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str(&body(row));
    }
    out.push_str(CLOSE_TABLE);
    if !table.notes.is_empty() {
        let note = format!("{} {}", table.note_word, table.notes.join(" "));
        out.push_str(&element("p", "class=\"note\"", &note));
        out.push('\n');
    }
    out
}

fn body(row: &PrintRow) -> String {
    let mut out = format!("<tr>{}", element("th", "scope=\"row\"", &row.label));
    for &cell in &row.cells {
        let value = match cell {
            PrintCell::Count(n) => format!("data-value=\"{n}\""),
            PrintCell::Share(value) | PrintCell::Number(value) => format!("data-value=\"{value:.6}\""),
            PrintCell::Interval(low, _) | PrintCell::Range(low, _) => format!("data-value=\"{low:.6}\""),
            PrintCell::Empty | PrintCell::NotAvailable | PrintCell::Masked => String::new(),
        };
        out.push_str(&element("td", &value, &cell.text("–")));
    }
    out.push_str("</tr>\n");
    out
}

/// A name as part of an id.
pub(super) fn slug(name: &str) -> String {
    name.replace(|c: char| !c.is_alphanumeric(), "-")
}
