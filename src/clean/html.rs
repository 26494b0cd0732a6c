//! The HTML that some exporters leave in texts: entities, tags, emoticons as pictures.

use std::borrow::Cow;

/// Names of tags that occur in posts. Anything else between `<` and `>` is somebody's words (`<Nature>`, `<3`).
const TAGS: [&str; 15] = [
    "a", "b", "br", "div", "em", "font", "i", "img", "li", "p", "span", "strong", "u", "ul", "video",
];
const LINE_TAGS: [&str; 4] = ["br", "div", "li", "p"];
/// A longer stretch between `<` and `>` is no tag.
const TAG_BYTES: usize = 2000;
const ENTITY_BYTES: usize = 10;

/// The stretch of HTML that `text` begins with: its length in bytes, and what a reader sees in its place.
pub(super) fn stretch(text: &str) -> Option<(usize, Cow<'_, str>)> {
    match text.as_bytes().first()? {
        b'<' => tag(text),
        b'&' => entity(text).map(|(length, c)| (length, Cow::Owned(c.to_string()))),
        _ => None,
    }
}

fn tag(text: &str) -> Option<(usize, Cow<'_, str>)> {
    let within = &text.as_bytes()[..text.len().min(TAG_BYTES)];
    let length = within.iter().position(|&byte| byte == b'>')? + 1;
    let inside = &text[1..length - 1];
    let name = inside.trim_start_matches('/');
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    if !TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
        return None;
    }
    let seen = if name.eq_ignore_ascii_case("img") {
        alternative(inside).unwrap_or_default()
    } else if LINE_TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
        "\n"
    } else {
        ""
    };
    Some((length, Cow::Borrowed(seen)))
}

/// The emoticon that an `<img>` shows: `[泪]` of `alt="[泪]"`, `alt='[泪]'` or `alt=[泪]`.
fn alternative(tag: &str) -> Option<&str> {
    let value = &tag[tag.find("alt=")? + "alt=".len()..];
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(']')? + 1;
    value[..end].starts_with('[').then_some(&value[..end])
}

fn entity(text: &str) -> Option<(usize, char)> {
    let within = &text.as_bytes()[..text.len().min(ENTITY_BYTES)];
    let end = within.iter().position(|&byte| byte == b';')?;
    let name = &text[1..end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((end + 1, c))
}

/// Length of the tags and blanks that `text` begins with.
pub(super) fn blank_start(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\u{3000}', '\u{a0}']).len();
        let tag = stretch(&rest[blanks..]).filter(|(_, seen)| seen.trim().is_empty());
        at += blanks + tag.as_ref().map_or(0, |(length, _)| *length);
        if tag.is_none() {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Option<(usize, String)> {
        stretch(text).map(|(length, seen)| (length, seen.into_owned()))
    }

    #[test]
    fn what_a_reader_sees_of_html() {
        for (text, shown) in [
            ("<br />", "\n"),
            ("<BR>", "\n"),
            ("</span>", ""),
            ("<a href=\"https://m.weibo.cn/status/1\" data-hide=\"\">", ""),
            ("<img alt=[泪] src=\"x\">", "[泪]"),
            ("<img alt=\"[赢牛奶]\" src=\"x\" />", "[赢牛奶]"),
            ("<img src=\"x\">", ""),
            ("&amp;", "&"),
            ("&nbsp;", "\u{a0}"),
            ("&#39;", "'"),
            ("&#x6c11;", "民"),
        ] {
            assert_eq!(seen(text), Some((text.len(), shown.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_people_write_is_no_html() {
        for text in [
            "<3",
            "<Nature>",
            "<民意>",
            "< br>",
            "a<b",
            "&",
            "R&D;",
            "&unknown;",
            "&#xffffffff;",
            "<br",
            "民",
        ] {
            assert_eq!(seen(text), None, "{text}");
        }
    }
}
