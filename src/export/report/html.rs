//! Pieces of HTML. Text goes in escaped.

pub(super) use crate::export::print::escape;

/// `<tag attributes>text</tag>`, the text escaped.
pub(super) fn element(tag: &str, attributes: &str, text: &str) -> String {
    let space = if attributes.is_empty() { "" } else { " " };
    format!("<{tag}{space}{attributes}>{}</{tag}>", escape(text))
}

/// A section with its heading, named so that a link and a screen reader find it.
pub(super) fn section(id: &str, heading: &str, inner: &str) -> String {
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{}</h2>\n{inner}</section>\n",
        escape(heading)
    )
}

/// A number with its thousands set apart.
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A table of texts: a heading for each column, the first cell of a row its header. `id` names the caption.
pub(super) fn text_table(id: &str, caption: &str, headings: &[String], rows: &[Vec<String>]) -> String {
    let mut out = open_table(id, caption);
    out.push_str("<thead><tr>");
    for heading in headings {
        out.push_str(&element("th", "scope=\"col\" class=\"text\"", heading));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let number = cell.parse::<f64>().is_ok();
            out.push_str(&match at {
                0 => element("th", "scope=\"row\"", cell),
                _ if number => element("td", "", cell),
                _ => element("td", "class=\"text\"", cell),
            });
        }
        out.push_str("</tr>\n");
    }
    out.push_str(CLOSE_TABLE);
    out
}

/// A table in a region that scrolls by itself, and by keyboard, where it is wider than the page.
pub(super) fn open_table(id: &str, caption: &str) -> String {
    format!(
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"{id}\" tabindex=\"0\">\n<table>\n<caption id=\"{id}\">{}</caption>\n",
        escape(caption)
    )
}

pub(super) const CLOSE_TABLE: &str = "</tbody>\n</table>\n</div>\n";
