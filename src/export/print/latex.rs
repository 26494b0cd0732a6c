//! LaTeX with booktabs.

use unicode_width::UnicodeWidthStr as _;

use super::{PrintTable, RowKind, panels::panels, paragraph};

/// Row labels wider than this are broken into lines; a Chinese character counts two.
const LABEL: usize = 28;

/// The tables as LaTeX floats, each as wide as the text at most: wide ones come in parts, and what is still too wide is made smaller. The document needs
/// `\usepackage{array,booktabs,graphicx}`, and for Chinese `\usepackage{ctex}` with XeLaTeX or LuaLaTeX.
pub fn latex(tables: &[PrintTable]) -> String {
    let mut out = "% Needs \\usepackage{array,booktabs,graphicx}; for Chinese also \\usepackage{ctex}, with XeLaTeX or LuaLaTeX.\n".to_owned();
    for table in tables.iter().flat_map(panels) {
        out.push('\n');
        out.push_str(&one(&table));
    }
    out
}

fn one(table: &PrintTable) -> String {
    let mut out = String::from("\\begin{table}[htbp]\n\\centering\\small\n\\setlength{\\tabcolsep}{4pt}\n");
    out.push_str(&format!(
        "\\caption{{{}}}\n\\label{{tab:{}}}\n",
        escape(&table.caption),
        label(&table.name)
    ));
    let long = table.rows.iter().any(|row| row.label.width() > LABEL);
    let label = if long {
        ">{\\raggedright\\arraybackslash}p{0.3\\linewidth}"
    } else {
        "l"
    };
    out.push_str(&format!(
        "\\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n\\begin{{tabular}}{{{label}{}}}\n\\toprule\n",
        "r".repeat(table.width())
    ));
    if table.has_headings() {
        let (mut headings, mut rules, mut from) = (String::new(), String::new(), 2);
        for group in &table.groups {
            let span = group.columns.len();
            headings.push_str(&format!(
                " & \\multicolumn{{{span}}}{{c}}{{{}}}",
                escape(&group.heading)
            ));
            rules.push_str(&format!("\\cmidrule(lr){{{from}-{}}}", from + span - 1));
            from += span;
        }
        out.push_str(&format!("{headings} \\\\\n{rules}\n"));
    }
    let columns: Vec<String> = table
        .groups
        .iter()
        .flat_map(|group| &group.columns)
        .map(|column| escape(column))
        .collect();
    out.push_str(&format!(
        "{} & {} \\\\\n\\midrule\n",
        escape(&table.stub),
        columns.join(" & ")
    ));
    for (at, row) in table.rows.iter().enumerate() {
        match row.kind {
            RowKind::Stratum => {
                let rule = if at > 0 { "\\midrule\n" } else { "" };
                out.push_str(&format!(
                    "{rule}\\multicolumn{{{}}}{{l}}{{\\textit{{{}}}}} \\\\\n",
                    table.width() + 1,
                    escape(&row.label)
                ));
                continue;
            }
            RowKind::Total => out.push_str("\\addlinespace\n"),
            RowKind::Body => {}
        }
        let cells: Vec<String> = row.cells.iter().map(|cell| escape(&cell.text("–"))).collect();
        out.push_str(&format!("{} & {} \\\\\n", breakable(&row.label), cells.join(" & ")));
    }
    out.push_str("\\bottomrule\n\\end{tabular}}\n");
    if !table.notes.is_empty() {
        out.push_str(&format!(
            "\\par\\smallskip\n\\parbox{{\\linewidth}}{{\\footnotesize \\textit{{{}}} {}}}\n",
            escape(&table.note_word),
            escape(&paragraph(&table.notes))
        ));
    }
    out.push_str("\\end{table}\n");
    out
}

/// A label that may be broken where a file's name is put together: LaTeX knows of no such place by itself.
fn breakable(label: &str) -> String {
    let text = escape(label);
    if label.width() <= LABEL {
        return text;
    }
    text.replace('/', "/\\allowbreak{}").replace("\\_", "\\_\\allowbreak{}")
}

fn label(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '–' => out.push_str("--"),
            '×' => out.push_str("$\\times$"),
            'χ' => out.push_str("$\\chi$"),
            '²' => out.push_str("$^2$"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
