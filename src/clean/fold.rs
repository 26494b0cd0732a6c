//! One script, width and case, with the way back to the raw text.

use std::{
    ops::{Deref, Range},
    sync::LazyLock,
};

use super::{
    html,
    markup::{self, Markup, Opened},
};
use crate::bundled;

/// Stands for a link or a mention. No term holds it, so no match can span one.
pub const MASK: char = '\u{fffc}';

/// Stands for the `#` of a hashtag.
pub const HASHTAG: char = '#';

/// A stretch of a raw text made ready for matching: simplified characters, half width, lower case, no spaces within
/// Chinese text, links and mentions masked. Every byte knows the raw character it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded<'a> {
    raw: &'a str,
    text: String,
    /// Where `text` does not go on as `raw` does: a byte offset in `text` and that of the character in `raw` it came from.
    shifts: Vec<(u32, u32)>,
}

impl<'a> Folded<'a> {
    /// Folds `raw[range]`. Offsets refer to the whole of `raw`.
    ///
    /// Texts over 4 GiB are cut at that length; no exporter writes one.
    pub fn new(raw: &'a str, range: Range<usize>) -> Self {
        let range = range.start..range.end.min(u32::MAX as usize);
        let part = &raw[range.clone()];
        let mut folded = Folded {
            raw,
            text: String::with_capacity(part.len()),
            shifts: Vec::new(),
        };
        let mut pending_space = None;
        let mut done = 0;
        for (span, kind) in markup::find(part) {
            folded.push_words(&part[done..span.start], range.start + done, &mut pending_space);
            let origin = (range.start + span.start) as u32;
            done = span.end;
            match kind {
                Markup::Html => {
                    let seen = html::stretch(&part[span.start..])
                        .map(|(_, seen)| seen)
                        .unwrap_or_default();
                    for c in seen.chars() {
                        folded.push_folded(c, origin, &mut pending_space);
                    }
                    continue;
                }
                Markup::HashMark => folded.push(HASHTAG, origin),
                Markup::Link | Markup::Mention => folded.push(MASK, origin),
            }
            pending_space = None;
        }
        folded.push_words(&part[done..], range.start + done, &mut pending_space);
        folded
    }

    /// Folds `words`, which hold no markup and stand at `origin`.
    fn push_words(&mut self, words: &str, origin: usize, pending_space: &mut Option<u32>) {
        let steps = &*STEPS;
        // Where the characters begin that need not be folded one by one.
        let mut from = 0;
        for (at, c) in words.char_indices() {
            if pending_space.is_none() && plain(steps, c) == Some(c) {
                continue;
            }
            self.push_unchanged(&words[from..at], origin + from);
            self.push_folded(c, (origin + at) as u32, pending_space);
            from = at + c.len_utf8();
        }
        self.push_unchanged(&words[from..], origin + from);
    }

    fn push_unchanged(&mut self, words: &str, origin: usize) {
        if !words.is_empty() {
            self.goes_on_at(origin as u32);
            self.text.push_str(words);
        }
    }

    fn push_folded(&mut self, c: char, origin: u32, pending_space: &mut Option<u32>) {
        match fold_char(c) {
            None => {}
            Some(' ') => *pending_space = Some(origin),
            Some(c) => {
                if let Some(space) = pending_space.take()
                    && keeps_space(c)
                    && self.text.chars().next_back().is_some_and(keeps_space)
                {
                    self.push(' ', space);
                }
                self.push(in_place(c, self.text.chars().next_back()), origin);
            }
        }
    }

    fn push(&mut self, c: char, origin: u32) {
        self.goes_on_at(origin);
        self.text.push(c);
    }

    /// Remembers where the next byte of `text` comes from.
    fn goes_on_at(&mut self, origin: u32) {
        let here = self.text.len() as u32;
        if self
            .shifts
            .last()
            .is_none_or(|&(at, from)| from + (here - at) != origin)
        {
            self.shifts.push((here, origin));
        }
    }

    /// The byte offset in `raw` of the character that byte `at` of `text` came from.
    fn origin(&self, at: usize) -> usize {
        if at >= self.text.len() {
            return self.raw.len();
        }
        let at = self.text.floor_char_boundary(at) as u32;
        let last = self.shifts.partition_point(|&(here, _)| here <= at).checked_sub(1);
        last.map_or(0, |last| {
            let (here, from) = self.shifts[last];
            (from + (at - here)) as usize
        })
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte range of the raw text that `range` of the folded text came from. Masked stretches count as their first
    /// character.
    pub fn raw_range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.origin(range.start);
        if range.is_empty() {
            return start..start;
        }
        let last = self.origin(range.end - 1);
        let character = || self.raw[last..].chars().next().map_or(0, char::len_utf8);
        start..last + html::stretch(&self.raw[last..]).map_or_else(character, |(length, _)| length)
    }
}

/// The characters of a text, in room that is kept for those of the next.
#[derive(Debug, Default)]
pub struct Chars {
    room: Vec<char>,
    len: usize,
}

impl Deref for Chars {
    type Target = [char];

    fn deref(&self) -> &[char] {
        &self.room[..self.len]
    }
}

impl Chars {
    /// Characters there is room for.
    pub fn room(&self) -> usize {
        self.room.len()
    }

    /// The room for so many more characters.
    #[inline]
    fn spare(&mut self, count: usize) -> &mut [char] {
        if self.room.len() < self.len + count {
            self.room.resize(self.len + count, '\0');
        }
        &mut self.room[self.len..]
    }

    fn push(&mut self, c: char) {
        self.spare(1)[0] = c;
        self.len += 1;
    }

    fn truncate(&mut self, len: usize) {
        self.len = len.min(self.len);
    }
}

/// Folds `raw[range]` into `folded`: the characters of [`Folded::text`], without the way back. The text is gone through once.
pub fn fold_chars(raw: &str, range: Range<usize>, folded: &mut Chars) {
    folded.len = 0;
    let part = &raw[range.start..range.end.min(u32::MAX as usize)];
    Quick::default().fold(part, folded);
}

/// Where folding in one go is.
#[derive(Default)]
struct Quick {
    pending_space: bool,
    /// Characters before this byte belong to markup that is done with.
    done: usize,
    /// No markup opens before this byte.
    free: usize,
    /// The mark that closes the hashtag at hand.
    closing: Range<usize>,
}

impl Quick {
    fn fold(mut self, part: &str, folded: &mut Chars) {
        let steps = &*STEPS;
        let mut at = 0;
        while let Some(c) = part[at..].chars().next() {
            if c == ' ' {
                self.pending_space = true;
                at += 1;
            } else if let Some(plain) = plain(steps, c).filter(|_| matches!(c.len_utf8(), 1 | 3)) {
                self.space_before(plain, folded);
                at = fold_plain(part, at, steps, folded);
            } else {
                self.step(part, at, c, folded);
                at = self.done.max(at + c.len_utf8());
            }
        }
    }

    #[inline(never)]
    fn step(&mut self, part: &str, at: usize, c: char, folded: &mut Chars) {
        if at == self.closing.start && !self.closing.is_empty() {
            self.mark(HASHTAG, self.closing.end, folded);
            return;
        }
        if at < self.free || !markup::opens(c) {
            self.words(c, folded);
            return;
        }
        match markup::opened(part, self.free, at, c) {
            None => self.words(c, folded),
            Some(Opened::Hashtag(closing)) => {
                self.mark(HASHTAG, at + c.len_utf8(), folded);
                self.free = closing.end;
                self.closing = closing;
            }
            Some(Opened::Stretch(range, kind)) => {
                take_back(&part[range.start..at], folded);
                self.free = range.end;
                if kind == Markup::Html {
                    self.done = range.end;
                    let seen = html::stretch(&part[at..]).map(|(_, seen)| seen);
                    seen.unwrap_or_default().chars().for_each(|c| self.words(c, folded));
                } else {
                    self.mark(MASK, range.end, folded);
                }
            }
        }
    }

    fn mark(&mut self, mark: char, done: usize, folded: &mut Chars) {
        folded.push(mark);
        self.pending_space = false;
        self.done = done;
    }

    /// Folds a character that is no markup.
    fn words(&mut self, c: char, folded: &mut Chars) {
        match fold_char(c) {
            None => {}
            Some(' ') => self.pending_space = true,
            Some(c) => {
                self.space_before(c, folded);
                folded.push(in_place(c, folded.last().copied()));
            }
        }
    }

    /// Puts the space that stands before a folded character, if one does and is kept.
    #[inline]
    fn space_before(&mut self, c: char, folded: &mut Chars) {
        if std::mem::take(&mut self.pending_space) && keeps_space(c) && folded.last().copied().is_some_and(keeps_space)
        {
            folded.push(' ');
        }
    }
}

/// Folds the characters of one or three bytes from byte `at` on whose folding depends on nothing around them; where they end.
#[inline]
fn fold_plain(part: &str, mut at: usize, steps: &[Step; 0x1_0000], folded: &mut Chars) -> usize {
    let bytes = part.as_bytes();
    let plain = |c: u16| steps[usize::from(c)].plain();
    let of_three = |first: u8, second: u8, third: u8| {
        u16::from(first) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f)
    };
    let room = folded.spare(bytes.len() - at);
    let mut count = 0;
    'plain: {
        // UTF-8 (RFC 3629): most characters are of three bytes, 1110xxxx 10xxxxxx 10xxxxxx, or of one.
        while let Some(rest) = bytes.get(at..) {
            if let &[first @ 0..0x80, ..] = rest {
                let Some(same) = plain(u16::from(first)) else {
                    break 'plain;
                };
                room[count] = same;
                count += 1;
                at += 1;
                continue;
            }
            // Four of three bytes at a time.
            if let Some(chunk) = rest.first_chunk::<14>()
                && let [first @ .., _, _, _, _, _, _] = chunk
                && let [_, _, _, _, _, _, last @ ..] = chunk
                && let Some([a, b]) = two_of_three(u64::from_le_bytes(*first))
                && let Some([c, d]) = two_of_three(u64::from_le_bytes(*last))
                && let Some(a) = plain(a)
                && let Some(b) = plain(b)
                && let Some(c) = plain(c)
                && let Some(d) = plain(d)
                && let Some(four) = room[count..].first_chunk_mut()
            {
                *four = [a, b, c, d];
                count += 4;
                at += 12;
                continue;
            }
            // Where there are not four, there are one to three.
            for _ in 0..3 {
                let Some(&[first @ 0xe0..0xf0, second, third, ..]) = bytes.get(at..) else {
                    break;
                };
                let Some(same) = plain(of_three(first, second, third)) else {
                    break 'plain;
                };
                room[count] = same;
                count += 1;
                at += 3;
            }
            if !matches!(bytes.get(at), Some(0..0x80 | 0xe0..0xf0)) {
                break;
            }
        }
    }
    folded.len += count;
    at
}

/// The two characters of three bytes that begin with the lowest of these eight, if there are two; both are worked out together, in
/// 24 bits each.
#[inline]
fn two_of_three(bytes: u64) -> Option<[u16; 2]> {
    const fn both(bits: u64) -> u64 {
        bits | bits << 24
    }
    let first = (bytes & both(0x0f)) << 12;
    let second = (bytes & both(0x3f00)) >> 2;
    let third = (bytes & both(0x3f_0000)) >> 16;
    let codes = first | second | third;
    (bytes & both(0xf0) == both(0xe0)).then_some([codes as u16, (codes >> 24) as u16])
}

/// Takes back what was folded of a stretch of markup before it was known as such: 回复, the letter of an icon or the owner of
/// a video, none of which holds a space, and the space before it.
fn take_back(words: &str, folded: &mut Chars) {
    let taken_back = words.chars().filter(|&c| fold_char(c).is_some()).count();
    folded.truncate(folded.len().saturating_sub(taken_back));
    if folded.last() == Some(&' ') {
        folded.truncate(folded.len() - 1);
    }
}

/// What becomes of a character of the basic multilingual plane, in 16 bits: the character it folds to wherever it stands,
/// or [`Step::BESIDE`] where that depends on what stands around it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step(u16);

impl Step {
    /// A surrogate: no character.
    const BESIDE: Step = Step(0xd800);

    fn of(c: char) -> Step {
        let folded = fold_char(c).filter(|folded| *folded != ' ' && c != '\u{2019}' && !markup::opens(c));
        folded
            .and_then(|folded| u16::try_from(u32::from(folded)).ok())
            .map_or(Step::BESIDE, Step)
    }

    #[inline]
    fn plain(self) -> Option<char> {
        char::from_u32(u32::from(self.0))
    }
}

static STEPS: LazyLock<Box<[Step; 0x1_0000]>> = LazyLock::new(|| {
    let mut steps = Box::new([Step::BESIDE; 0x1_0000]);
    for (c, step) in (0..).map(char::from_u32).zip(steps.iter_mut()) {
        *step = c.map_or(Step::BESIDE, Step::of);
    }
    steps
});

/// What a character folds to wherever it stands; `None` where that depends on what stands around it, or is not known.
#[inline]
fn plain(steps: &[Step; 0x1_0000], c: char) -> Option<char> {
    steps.get(c as usize)?.plain()
}

/// A term as the folded texts have it. Terms pass through the same folding as texts, so either may be written in any
/// script, width or case.
pub fn fold_term(term: &str) -> String {
    let steps = &*STEPS;
    if term.chars().all(|c| plain(steps, c) == Some(c)) {
        return term.to_owned();
    }
    let mut folded = Chars::default();
    let mut quick = Quick::default();
    term.chars().for_each(|c| quick.words(c, &mut folded));
    folded.iter().collect()
}

/// One apostrophe for don't and don’t; elsewhere the sign closes a quotation.
fn in_place(c: char, before: Option<char>) -> char {
    if c == '\u{2019}' && before.is_some_and(|before| before.is_ascii_alphabetic()) {
        '\''
    } else {
        c
    }
}

/// Text in an alphabet keeps its spaces; a space beside a Chinese character, Chinese punctuation or an emoji is dropped,
/// because exporters strip it from some posts and not from others.
fn keeps_space(c: char) -> bool {
    c != '\n' && (c.is_ascii() || (!is_han(c) && c.is_alphanumeric()))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn fold_char(c: char) -> Option<char> {
    match c {
        'a'..='z' | '0'..='9' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        '\n' | '\r' => Some('\n'),
        '\t' | ' ' | '\u{a0}' | '\u{3000}' | '\u{2000}'..='\u{200a}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e627}' | '\u{2060}' => None,
        // Full-width forms of the printable ASCII characters lie 0xfee0 above them (Unicode, Halfwidth and Fullwidth Forms).
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).and_then(fold_char),
        '\u{3400}'..='\u{9fff}' => Some(simplified(c)),
        // Hangul, surrogates and private use: to know that they have no case costs as much as all others do.
        '\u{ac00}'..='\u{f8ff}' => Some(c),
        c if c.is_uppercase() => c.to_lowercase().next(),
        c => Some(c),
    }
}

static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = ('\u{3400}'..='\u{9fff}').collect();
    for line in bundled::lexicon("script/traditional.tsv").unwrap_or_default().lines() {
        let mut chars = line.chars();
        if let (Some(traditional), Some('\t'), Some(simple)) = (chars.next(), chars.next(), chars.next())
            && let Some(slot) = (traditional as usize)
                .checked_sub(0x3400)
                .and_then(|at| table.get_mut(at))
        {
            *slot = simple;
        }
    }
    table
});

/// The simplified form of a traditional character; any other character is itself.
pub fn simplified(c: char) -> char {
    (c as usize)
        .checked_sub(0x3400)
        .and_then(|at| SIMPLIFIED.get(at))
        .copied()
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(raw: &str) -> String {
        Folded::new(raw, 0..raw.len()).text().to_owned()
    }

    #[test]
    fn script_width_case_and_spaces_do_not_matter() {
        for (raw, expected) in [
            ("開放科學", "开放科学"),
            ("ＮＡＴＵＲＥ主刊！", "nature主刊!"),
            ("基 因 武 器", "基因武器"),
            ("基因\u{200b}武器", "基因武器"),
            ("the  Gene pool", "the gene pool"),
            ("kids’ genes. Trust them (all)", "kids' genes. trust them (all)"),
            ("7 月 1 日 , 复旦", "7月1日,复旦"),
            ("基因 DNA 图谱", "基因dna图谱"),
            ("著名的乾隆", "著名的乾隆"),
            ("第一行\n第二行", "第一行\n第二行"),
        ] {
            assert_eq!(folded(raw), expected, "{raw}");
            assert_eq!(fold_term(raw), expected, "{raw}");
        }
    }

    #[test]
    fn links_and_mentions_are_masked_and_hashtags_keep_their_words() {
        assert_eq!(folded("请@国家安全部 看http://t.cn/Ab 吧"), "请\u{fffc}看\u{fffc}吧");
        assert_eq!(folded("#基因武器# 真的"), "#基因武器#真的");
    }

    #[test]
    fn html_is_seen_through_and_matches_point_at_all_of_it() {
        let raw = "基因<br />武器 A&amp;T <img alt=[泪] src=\"x\"> 怕<3";
        let folded = Folded::new(raw, 0..raw.len());
        assert_eq!(folded.text(), "基因\n武器a&t [泪]怕<3");
        let of = |term: &str| {
            let at = folded.text().find(term).unwrap();
            &raw[folded.raw_range(at..at + term.len())]
        };
        assert_eq!(of("a&"), "A&amp;");
        assert_eq!(of("a&t"), "A&amp;T");
        assert_eq!(of("[泪]"), "<img alt=[泪] src=\"x\">");
        assert_eq!(of("怕<"), "怕<");
    }

    #[test]
    fn a_match_points_at_the_raw_characters() {
        let raw = "説 基 因 武 器 怕了";
        let folded = Folded::new(raw, 0..raw.len());
        let at = folded.text().find("基因武器").unwrap();
        assert_eq!(&raw[folded.raw_range(at..at + 12)], "基 因 武 器");
    }

    proptest! {
        #[test]
        fn every_range_of_folded_characters_is_a_range_of_raw_characters(raw in "[\\PC\u{3000}-\u{9fff}# @/\n]{0,60}") {
            let folded = Folded::new(&raw, 0..raw.len());
            let ends: Vec<usize> = folded.text().char_indices().map(|(at, _)| at).chain([folded.text().len()]).collect();
            for (i, &start) in ends.iter().enumerate() {
                for &end in &ends[i..] {
                    let range = folded.raw_range(start..end);
                    prop_assert!(range.start <= range.end && raw.get(range.clone()).is_some(), "{start}..{end} -> {range:?}");
                }
            }
        }

        #[test]
        fn folding_in_one_go_gives_the_same(
            parts in prop::collection::vec(
                "[\\PC\u{3000}-\u{9fff}# @/\n]{0,6}|#|＃|@|＠|回复|回復|http://t.cn/A1|HTTPS://a|<br />|<img alt=[泪]>|&nbsp;|&amp;| |　|\u{2019}|don|O网页链接|L网页链接|网页链接|某台的微博视频|的微博视频|\u{200b}|\\[组图共9张\\]|收起d|Ａ|開放",
                0..14,
            ),
        ) {
            let raw = parts.concat();
            let mut chars = Chars::default();
            fold_chars("前一条，长一些", 0..21, &mut chars);
            fold_chars(&raw, 0..raw.len(), &mut chars);
            prop_assert_eq!(chars.iter().collect::<String>(), folded(&raw));
        }

        #[test]
        fn folding_twice_changes_nothing(raw in "[\\PC\u{3000}-\u{9fff} ]{0,40}") {
            let once = fold_term(&raw);
            prop_assert_eq!(fold_term(&once), once);
        }
    }
}
