//! Links, mentions, hashtags and crawler residue in a post.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// What a stretch of markup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// A web address, or the words a crawler left in its place (网页链接).
    Link,
    /// `@name`: names another account, says nothing.
    Mention,
    /// The `#` that opens or closes a hashtag; the words between stay text.
    HashMark,
}

// One pass finds all. A hashtag is `#words#` without a line break; a mention ends where Weibo ends it: at a space,
// punctuation or another @. 网页链接 is what weibo.cn shows for a link; weibo-search leaves the icon's letter O before it.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<link>https?://[A-Za-z0-9./?=&_%#:~+\-]+|[OL]?网页链接|查看图片|[^\s，。]{1,30}的微博视频|\[组图共\d+张\]|收起d$)",
        r"|(?P<mention>(?:回复)?[@＠][\p{Alphabetic}\p{Nd}_·\-]{1,30}[:：]?)",
        r"|(?P<tag>[#＃][^#＃\n]{1,40}[#＃])",
    ))
    .unwrap_or_else(|error| unreachable!("the markup expression is fixed: {error}"))
});

/// Every markup stretch of `text`, in order; hashtags give two marks.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, Markup)> {
    // Nothing of the above can begin without one of these bytes.
    if !text.bytes().any(|byte| matches!(byte, b'@' | b'#' | b'/' | b'[')) && !may_hold_wide_markup(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for captures in MARKUP.captures_iter(text) {
        if let Some(link) = captures.name("link") {
            found.push((link.range(), Markup::Link));
        } else if let Some(mention) = captures.name("mention") {
            found.push((mention.range(), Markup::Mention));
        } else if let Some(tag) = captures.name("tag") {
            let mark = text[tag.start()..].chars().next().map_or(1, char::len_utf8);
            let close = text[..tag.end()].chars().next_back().map_or(1, char::len_utf8);
            found.push((tag.start()..tag.start() + mark, Markup::HashMark));
            // Links and mentions inside a hashtag are rare and harmless; the words inside stay text.
            found.push((tag.end() - close..tag.end(), Markup::HashMark));
        }
    }
    found
}

fn may_hold_wide_markup(text: &str) -> bool {
    ["＠", "＃", "网页链接", "查看图片", "微博视频", "收起d"]
        .iter()
        .any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, Markup)> {
        find(text)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .collect()
    }

    #[test]
    fn links_mentions_and_hash_marks_are_told_apart() {
        assert_eq!(
            kinds("#基因图谱# 请@国家安全部 看 http://t.cn/A6pXk2Qz 吧"),
            [
                ("#", Markup::HashMark),
                ("#", Markup::HashMark),
                ("@国家安全部", Markup::Mention),
                ("http://t.cn/A6pXk2Qz", Markup::Link)
            ]
        );
    }

    #[test]
    fn crawler_residue_counts_as_a_link() {
        assert_eq!(kinds("戳O网页链接"), [("O网页链接", Markup::Link)]);
    }

    #[test]
    fn plain_text_has_no_markup() {
        assert_eq!(kinds("今天天气很好，没有链接。"), []);
    }

    #[test]
    fn a_lone_hash_is_text() {
        assert_eq!(kinds("热搜第#1名"), []);
    }
}
