//! Whose words: the author's own, or those of the posts passed on.

use std::{ops::Range, sync::LazyLock};

use memchr::{memchr_iter, memmem::Finder};

use super::html;
use crate::finder::finder;

/// Byte ranges of a raw text by who wrote them. Each may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What the author wrote. Of a bare repost: empty.
    pub own: Range<usize>,
    /// Of a bare repost: the nearest words in the chain that say something, which the author passes on without comment.
    pub endorsed: Option<Range<usize>>,
    /// Everything written by others: the `//@` chain, or the original that some exporters put into the same cell.
    pub quoted: Range<usize>,
}

/// What Weibo fills in when a user reposts without a word.
const BARE: [&str; 8] = [
    "转发微博",
    "转发",
    "轉發微博",
    "轉發",
    "Repost",
    "repost",
    "快转微博",
    "",
];

impl Words {
    /// Tells own words from quoted ones by the marks the platforms and exporters leave:
    /// - `own//@user:quoted//@user:…` (Weibo's chain);
    /// - `转发理由:own … 原始用户:… 转发内容:quoted` (weiboSpider);
    /// - `quoted … 转发理由:own` (Weibo-COV, which puts the original first).
    pub fn split(text: &str) -> Words {
        let (own, quoted) = sides(text);
        if !text[quoted.clone()].is_empty() && is_bare(&text[own.clone()]) {
            let endorsed = endorsed(text, quoted.clone());
            return Words {
                own: own.start..own.start,
                endorsed,
                quoted,
            };
        }
        if is_bare(&text[own.clone()]) {
            return Words {
                own: own.start..own.start,
                endorsed: None,
                quoted,
            };
        }
        Words {
            own,
            endorsed: None,
            quoted,
        }
    }
}

fn sides(text: &str) -> (Range<usize>, Range<usize>) {
    let end = text.len();
    if let Some(reason) = reason(text) {
        let own_start = reason
            + "转发理由".len()
            + text[reason + "转发理由".len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        if let Some(original) = text[own_start..].find("原始用户") {
            let own = split_chain(text, own_start..own_start + original);
            return (own.0, own.1.start..end);
        }
        let (own, chain) = split_chain(text, own_start..end);
        // The original stands before the author's words; a chain behind them is quoted too, but one range cannot
        // hold both, and the original is the longer.
        let quoted = if reason > 0 { 0..reason } else { chain };
        return (own, quoted);
    }
    split_chain(text, 0..end)
}

/// Where 转发理由 with its colon stands.
fn reason(text: &str) -> Option<usize> {
    static REASON: LazyLock<Finder<'static>> = LazyLock::new(|| finder("转发理由"));
    REASON.find(text.as_bytes())?;
    text.find("转发理由:").or_else(|| text.find("转发理由："))
}

fn split_chain(text: &str, within: Range<usize>) -> (Range<usize>, Range<usize>) {
    match chain_mark(&text[within.clone()]) {
        Some(at) => (within.start..within.start + at, within.start + at..within.end),
        None => (within.clone(), within.end..within.end),
    }
}

/// Where the first `//@` stands (also `// @` and with a full-width ＠).
fn chain_mark(text: &str) -> Option<usize> {
    memchr_iter(b'/', text.as_bytes()).find(|at| {
        let after = text[at + 1..].strip_prefix('/');
        after.is_some_and(|after| after[html::blank_start(after)..].starts_with(['@', '＠']))
    })
}

fn is_bare(own: &str) -> bool {
    let own = own.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '。' | '.' | '…'));
    BARE.contains(&own)
}

/// The nearest segment of the chain that holds words (not only emoticons), without its `//@user:`.
fn endorsed(text: &str, chain: Range<usize>) -> Option<Range<usize>> {
    let mut from = chain.start;
    while from < chain.end {
        let rest = &text[from..chain.end];
        let skip = if chain_mark(rest) == Some(0) {
            after_name(rest)
        } else {
            0
        };
        let segment_end = chain_mark(&rest[skip..]).map_or(chain.end, |next| from + skip + next);
        if says_something(&text[from + skip..segment_end]) {
            return Some(from + skip..segment_end);
        }
        from = segment_end.max(from + skip.max(1));
    }
    None
}

/// Length of `//@user:` at the start of `segment`.
fn after_name(segment: &str) -> usize {
    let name = 2 + html::blank_start(&segment[2..]);
    let colon = segment[name..]
        .char_indices()
        .take(40)
        .find(|(_, c)| matches!(c, ':' | '：'));
    colon.map_or(segment.len().min(2), |(at, c)| name + at + c.len_utf8())
}

fn says_something(segment: &str) -> bool {
    let mut depth = 0usize;
    let words = segment.chars().any(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && c.is_alphabetic(),
        }
        false
    });
    words && !is_bare(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (&str, Option<&str>, &str) {
        let words = Words::split(text);
        (
            &text[words.own],
            words.endorsed.map(|range| &text[range]),
            &text[words.quoted],
        )
    }

    #[test]
    fn a_post_without_a_chain_is_all_own() {
        assert_eq!(
            split("我支持公开 http://t.cn/x"),
            ("我支持公开 http://t.cn/x", None, "")
        );
    }

    #[test]
    fn own_words_end_at_the_first_chain_mark() {
        assert_eq!(
            split("不同意//@甲:支持//@乙:顶"),
            ("不同意", None, "//@甲:支持//@乙:顶")
        );
        assert_eq!(split("不同意// ＠甲：支持"), ("不同意", None, "// ＠甲：支持"));
        assert_eq!(split("不同意///@甲:支持"), ("不同意/", None, "//@甲:支持"));
    }

    #[test]
    fn a_bare_repost_passes_on_the_nearest_words() {
        assert_eq!(
            split("转发微博//@甲:[怒]//@乙:说得对//@丙:原文"),
            ("", Some("说得对"), "//@甲:[怒]//@乙:说得对//@丙:原文")
        );
    }

    #[test]
    fn a_bare_repost_without_a_chain_has_no_words() {
        assert_eq!(split("转发微博"), ("", None, ""));
        assert_eq!(split("轉發微博 "), ("", None, ""));
    }

    #[test]
    fn a_chain_of_links_is_a_chain() {
        let chain = "//<a href='https://m.weibo.cn/n/甲'>@甲</a>:支持";
        assert_eq!(split(&format!("不同意{chain}")), ("不同意", None, chain));
        assert_eq!(split(chain), ("", Some("支持"), chain));
    }

    #[test]
    fn weibospider_cells_hold_the_reason_before_the_original() {
        let cell = "转发理由:早该管管了//@甲:看看 \n原始用户: 某报\n转发内容: 成果发布";
        assert_eq!(
            split(cell),
            ("早该管管了", None, "//@甲:看看 \n原始用户: 某报\n转发内容: 成果发布")
        );
    }

    #[test]
    fn weibo_cov_cells_hold_the_original_before_the_reason() {
        assert_eq!(
            split("成果发布...全文 转发理由:早该管管了"),
            ("早该管管了", None, "成果发布...全文 ")
        );
    }

    #[test]
    fn a_web_address_is_no_chain() {
        assert_eq!(
            split("看http://t.cn/a 和//评论"),
            ("看http://t.cn/a 和//评论", None, "")
        );
    }
}
