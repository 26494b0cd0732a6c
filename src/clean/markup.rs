//! Links, mentions, hashtags and crawler residue in a post.

use std::ops::Range;

use memchr::memchr3_iter;

use super::{charset::CharSet, html};

/// What a stretch of markup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// A web address, or the words a crawler left in its place (网页链接).
    Link,
    /// `@name`: names another account, says nothing.
    Mention,
    /// The `#` that opens or closes a hashtag; the words between stay text.
    HashMark,
    /// HTML that an exporter left: shown as what a reader sees of it.
    Html,
}

/// The longest name of an account and the longest hashtag, in characters.
const NAME: usize = 30;
const TAG: usize = 40;
/// What Weibo writes before the name of somebody who is answered.
const ANSWER: &str = "回复";

/// The characters that a stretch of markup is known by.
static OPENS: CharSet = CharSet::of(&['<', '&', 'h', 'H', '@', '＠', '网', '查', '微', '[', '收', '#', '＃']);

/// What stands at a character that may open markup.
pub(super) enum Opened {
    /// A stretch of markup; it may begin before the character (回复 before a mention).
    Stretch(Range<usize>, Markup),
    /// A hashtag, with the place of the mark that closes it.
    Hashtag(Range<usize>),
}

/// Whether markup may be known by this character.
#[inline]
pub(super) fn opens(c: char) -> bool {
    OPENS.holds(c)
}

/// Every markup stretch of `text`, in order; hashtags give two marks.
///
/// 网页链接 and the like are what crawlers leave in the place of a link; weibo-search leaves the icon's letter (O, L)
/// before it.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, Markup)> {
    let mut found: Vec<(Range<usize>, Markup)> = Vec::new();
    let mut free = 0;
    for (at, c) in text.char_indices() {
        if at < free || !opens(c) {
            continue;
        }
        match opened(text, free, at, c) {
            Some(Opened::Stretch(range, kind)) => {
                free = range.end;
                found.push((range, kind));
            }
            Some(Opened::Hashtag(closing)) => {
                found.push((at..at + c.len_utf8(), Markup::HashMark));
                found.push((closing.clone(), Markup::HashMark));
                // Links and mentions inside a hashtag are rare and harmless; the words inside stay text.
                free = closing.end;
            }
            None => {}
        }
    }
    found
}

/// The markup known by the character `c` that stands at `at`, if it is; what stands before `free` belongs to other markup.
#[inline]
pub(super) fn opened(text: &str, free: usize, at: usize, c: char) -> Option<Opened> {
    // Few of the words that a Chinese character begins are markup.
    let second = match c {
        '网' => '页',
        '查' => '看',
        '微' => '博',
        '收' => '起',
        _ => return markup_at(text, free, at, c),
    };
    if text[at + c.len_utf8()..].starts_with(second) {
        markup_at(text, free, at, c)
    } else {
        None
    }
}

fn markup_at(text: &str, free: usize, at: usize, c: char) -> Option<Opened> {
    let rest = &text[at..];
    let (range, kind) = match c {
        '<' | '&' => html::stretch(rest).map(|(len, _)| (at..at + len, Markup::Html))?,
        'h' | 'H' => link(rest).map(|len| (at..at + len, Markup::Link))?,
        '@' | '＠' => {
            let len = mention(rest)?;
            let answer = text[free..at].ends_with(ANSWER);
            let from = if answer { at - ANSWER.len() } else { at };
            (from..at + len, Markup::Mention)
        }
        '网' if rest.starts_with("网页链接") => {
            let icon = usize::from(text[free..at].ends_with(['O', 'L']));
            (at - icon..at + "网页链接".len(), Markup::Link)
        }
        '查' if rest.starts_with("查看图片") => (at..at + "查看图片".len(), Markup::Link),
        '微' if rest.starts_with("微博视频") => {
            let name = text[free..at].strip_suffix('的')?;
            (free + owner_start(name)..at + "微博视频".len(), Markup::Link)
        }
        '[' => picture_count(rest).map(|len| (at..at + len, Markup::Link))?,
        '收' if rest == "收起d" => (at..text.len(), Markup::Link),
        '#' | '＃' => {
            let close = at + hashtag_close(rest)?;
            let closing = text[close..].chars().next().map_or(0, char::len_utf8);
            return Some(Opened::Hashtag(close..close + closing));
        }
        _ => return None,
    };
    Some(Opened::Stretch(range, kind))
}

fn link(rest: &str) -> Option<usize> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let address = rest
        .bytes()
        .skip(scheme.len())
        .take_while(|&byte| is_address(byte))
        .count();
    (address > 0).then_some(scheme.len() + address)
}

fn is_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'/' | b'?' | b'=' | b'&' | b'_' | b'%' | b'#' | b':' | b'~' | b'+' | b'-'
        )
}

/// Length of `@name`, with a colon behind it. A name ends where Weibo ends it: at a space, punctuation or another @.
fn mention(rest: &str) -> Option<usize> {
    let mark = rest.chars().next().map_or(0, char::len_utf8);
    let name = rest[mark..]
        .char_indices()
        .take(NAME)
        .take_while(|(_, c)| matches!(c, '\u{4e00}'..='\u{9fff}' | '_' | '·' | '-') || c.is_alphanumeric())
        .last()
        .map(|(at, c)| mark + at + c.len_utf8())?;
    let colon = rest[name..]
        .chars()
        .next()
        .filter(|c| matches!(c, ':' | '：'))
        .map_or(0, char::len_utf8);
    Some(name + colon)
}

/// Where the name before 的微博视频 begins.
fn owner_start(before: &str) -> usize {
    before
        .char_indices()
        .rev()
        .take(NAME)
        .take_while(|(_, c)| !c.is_whitespace() && !matches!(c, '，' | '。'))
        .last()
        .map_or(before.len(), |(at, _)| at)
}

/// Length of `[组图共9张]`.
fn picture_count(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix("[组图共")?;
    let behind = digits
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix("张]")?;
    Some(rest.len() - behind.len())
}

/// Offset of the mark that closes a hashtag opened at the start of `rest`.
fn hashtag_close(rest: &str) -> Option<usize> {
    let mark = rest.chars().next()?.len_utf8();
    let words = &rest[mark..];
    let words = &words[..words.floor_char_boundary(4 * (TAG + 1))];
    // Marks and line breaks are looked for by the bytes they begin with; others that begin so are passed over.
    let mut ends = memchr3_iter(b'#', b'\n', 0xef, words.as_bytes());
    let close = ends.find(|&at| words[at..].starts_with(['#', '＃', '\n']))?;
    if words[close..].starts_with('\n') {
        return None;
    }
    // `##` holds no words. As many bytes are no more characters.
    let is_short = close <= TAG || words[..close].chars().count() <= TAG;
    (close > 0 && is_short).then_some(mark + close)
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
        assert_eq!(kinds("看 某台的微博视频 吧"), [("某台的微博视频", Markup::Link)]);
        assert_eq!(
            kinds("图[组图共9张] 收起d"),
            [("[组图共9张]", Markup::Link), ("收起d", Markup::Link)]
        );
    }

    #[test]
    fn plain_text_has_no_markup() {
        assert_eq!(kinds("今天天气很好，没有链接。"), []);
    }

    #[test]
    fn a_reply_names_whom_it_answers() {
        assert_eq!(kinds("回复@某人_1:不同意"), [("回复@某人_1:", Markup::Mention)]);
        assert_eq!(kinds("a@ b"), []);
    }

    #[test]
    fn a_hashtag_holds_one_to_forty_characters_of_a_line() {
        let tag = |words: &str| kinds(&format!("#{words}#")).len() == 2;
        assert!(tag("民") && tag(&"民，".repeat(20)) && tag(&"𠀀".repeat(40)));
        assert!(!tag("") && !tag(&"民".repeat(41)) && !tag("民\n意"));
        assert_eq!(
            kinds("＃民意，＃"),
            [("＃", Markup::HashMark), ("＃", Markup::HashMark)]
        );
    }

    #[test]
    fn a_lone_hash_is_text() {
        assert_eq!(kinds("热搜第#1名"), []);
    }
}
