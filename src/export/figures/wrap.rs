//! Lines of a text that fit a width.

use super::Typeface;

/// What does not begin a line.
const CLOSING: &str = "，。、；：？！）》」』】〉”’…,.;:?!)]}%";
/// What does not end one.
const OPENING: &str = "（《「『【〈“‘([{";

/// Breaks a text into lines of at most `width` (in the unit of `size`): between words and between Chinese characters; a word too long for a
/// line is cut.
pub(super) fn wrap(typeface: &Typeface, text: &str, size: f64, width: f64) -> Vec<String> {
    let fits = |line: &str| typeface.width(line.trim_end()) * size <= width;
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in parts(text) {
        if line.is_empty() || fits(&format!("{line}{part}")) {
            line.push_str(part);
        } else {
            lines.push(std::mem::replace(&mut line, part.trim_start().to_owned()));
        }
        while !fits(&line) {
            let mut end = line.char_indices().nth(1).map_or(line.len(), |(at, _)| at);
            for (at, c) in line.char_indices().skip(1) {
                if !fits(&line[..at + c.len_utf8()]) {
                    break;
                }
                end = at + c.len_utf8();
            }
            if end == line.len() {
                break;
            }
            let rest = line.split_off(end);
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    lines.push(line);
    lines
        .into_iter()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// The pieces between which a line may end.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let may_break = before.is_some_and(|before| {
            !CLOSING.contains(c)
                && !OPENING.contains(before)
                && c != ' '
                && (before == ' ' || is_wide(before) || is_wide(c))
        });
        if may_break {
            parts.push(&text[from..at]);
            from = at;
        }
        before = Some(c);
    }
    parts.push(&text[from..]);
    parts
}

/// Chinese characters and their punctuation, between which no space stands.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
