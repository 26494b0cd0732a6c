//! HTML that Word and LibreOffice take by paste.

use super::{PrintRow, PrintTable, RowKind, panels::panels, paragraph};

/// The tables as one HTML page with the styles on the elements themselves, which is what survives a paste into Word. No script, nothing
/// from the network; every text is escaped. Tables too wide for a page come in parts.
pub fn html(tables: &[PrintTable]) -> String {
    let title = tables.first().map_or("", |table| table.caption.as_str());
    let mut out = format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n<body>\n",
        escape(title)
    );
    for table in tables.iter().flat_map(panels) {
        out.push_str(&one(&table));
    }
    out.push_str("</body>\n</html>\n");
    out
}

const FONT: &str = "font-family:'Times New Roman',SimSun,serif;font-size:10.5pt";
const TOP: &str = "border-top:1.5pt solid #000";
const BOTTOM: &str = "border-bottom:1.5pt solid #000";
const RULE: &str = "border-bottom:0.75pt solid #000";
const CELL: &str = "padding:2pt 5pt";

fn one(table: &PrintTable) -> String {
    let mut out = format!("<table style=\"border-collapse:collapse;{FONT};margin-bottom:4pt\">\n");
    out.push_str(&format!(
        "<caption style=\"text-align:left;{CELL}\">{}</caption>\n<thead>\n",
        escape(&table.caption)
    ));
    let rows = if table.has_headings() { 2 } else { 1 };
    out.push_str(&format!(
        "<tr><th scope=\"col\" rowspan=\"{rows}\" style=\"text-align:left;vertical-align:bottom;{TOP};{RULE};{CELL}\">{}</th>",
        escape(&table.stub)
    ));
    let columns = table.groups.iter().flat_map(|group| &group.columns);
    let column = |text: &String, above: &str| {
        format!(
            "<th scope=\"col\" style=\"text-align:right;{above}{RULE};{CELL}\">{}</th>",
            escape(text)
        )
    };
    if rows == 2 {
        for group in &table.groups {
            let span = group.columns.len();
            out.push_str(&format!(
                "<th scope=\"colgroup\" colspan=\"{span}\" style=\"text-align:center;{TOP};{RULE};{CELL}\">{}</th>",
                escape(&group.heading)
            ));
        }
        out.push_str("</tr>\n<tr>");
        columns.for_each(|text| out.push_str(&column(text, "")));
    } else {
        columns.for_each(|text| out.push_str(&column(text, &format!("{TOP};"))));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for (at, row) in table.rows.iter().enumerate() {
        out.push_str(&body(row, table.width(), at + 1 == table.rows.len()));
    }
    out.push_str("</tbody>\n</table>\n");
    if !table.notes.is_empty() {
        out.push_str(&format!(
            "<p style=\"{FONT};font-size:9pt\"><i>{}</i> {}</p>\n",
            escape(&table.note_word),
            escape(&paragraph(&table.notes))
        ));
    }
    out
}

fn body(row: &PrintRow, width: usize, last: bool) -> String {
    let end = if last { format!("{BOTTOM};") } else { String::new() };
    if row.kind == RowKind::Stratum {
        return format!(
            "<tr><th scope=\"rowgroup\" colspan=\"{}\" style=\"text-align:left;font-style:italic;font-weight:normal;{end}{CELL}\">{}</th></tr>\n",
            width + 1,
            escape(&row.label)
        );
    }
    let mut out = format!(
        "<tr><th scope=\"row\" style=\"text-align:left;font-weight:normal;{end}{CELL}\">{}</th>",
        escape(&row.label)
    );
    for cell in &row.cells {
        out.push_str(&format!(
            "<td nowrap style=\"text-align:right;white-space:nowrap;{end}{CELL}\">{}</td>",
            escape(&cell.text("–"))
        ));
    }
    out.push_str("</tr>\n");
    out
}

/// Text as it may stand in an element or an attribute.
pub(in crate::export) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
