//! Markdown (GitHub's tables, which pandoc and Quarto read).

use super::{PrintTable, RowKind, paragraph};

/// The tables as Markdown, one below the other. Markdown has no cells over several columns, so a heading stands before each of its columns.
pub fn markdown(tables: &[PrintTable]) -> String {
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn one(table: &PrintTable) -> String {
    let mut out = format!("**{}**\n\n", escape(&table.caption));
    let mut header = vec![escape(&table.stub)];
    for group in &table.groups {
        let heading = |column: &String| {
            if group.heading.is_empty() {
                column.clone()
            } else {
                format!("{}: {column}", group.heading)
            }
        };
        header.extend(group.columns.iter().map(|column| escape(&heading(column))));
    }
    line(&mut out, &header);
    out.push_str("|:---|");
    out.push_str(&"---:|".repeat(table.width()));
    out.push('\n');
    for row in &table.rows {
        let label = escape(&row.label);
        let mut cells = vec![if row.kind == RowKind::Body {
            label
        } else {
            format!("**{label}**")
        }];
        cells.extend(row.cells.iter().map(|cell| escape(&cell.text("–"))));
        cells.resize(table.width() + 1, String::new());
        line(&mut out, &cells);
    }
    if !table.notes.is_empty() {
        out.push_str(&format!(
            "\n*{}* {}\n",
            escape(&table.note_word),
            escape(&paragraph(&table.notes))
        ));
    }
    out
}

fn line(out: &mut String, cells: &[String]) {
    out.push_str("| ");
    out.push_str(&cells.join(" | "));
    out.push_str(" |\n");
}

/// Text that stays text: Markdown's own signs are escaped, line ends become spaces.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '|' | '*' | '\\' | '`' | '[' | ']' | '_' | '<' | '>' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
