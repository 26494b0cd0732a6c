//! jieba's cut: of all ways to divide a run of characters into dictionary words the most probable one.

use std::cell::RefCell;

use super::dictionary::Dictionary;

/// Buffers for longer runs are not kept.
const KEPT: usize = 1 << 16;

#[derive(Default)]
struct Scratch {
    /// Byte offset and character.
    chars: Vec<(u32, char)>,
    /// For each character the log-probability of the best way from it to the end, and where its first word ends.
    route: Vec<(f64, u32)>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Tells the byte offset at which each word of `text` ends, in order: the words of each run, and every other character as
/// a word of its own (a line break of two characters as one).
pub(super) fn each_end(dictionary: &Dictionary, text: &str, mut found: impl FnMut(usize)) {
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        if in_words(first) {
            let run = &rest[..rest.find(|c| !in_words(c)).unwrap_or(rest.len())];
            each_end_in_run(dictionary, run, |end| found(start + end));
            start += run.len();
        } else {
            start += if rest.starts_with("\r\n") { 2 } else { first.len_utf8() };
            found(start);
        }
    }
}

/// Tells the byte offset at which each word of `run` ends, in order. All characters of the run are [`in_words`].
///
/// Of equally probable ways the one with the longer first word is taken. Letters and digits that no word joins are one word.
pub(super) fn each_end_in_run(dictionary: &Dictionary, run: &str, found: impl FnMut(usize)) {
    each_end_in(dictionary, run.char_indices(), run.len(), found);
}

/// The same of a run whose characters stand at these offsets, whatever they count; `end` is the one behind the last.
pub(super) fn each_end_in(
    dictionary: &Dictionary,
    run: impl Iterator<Item = (usize, char)>,
    end: usize,
    mut found: impl FnMut(usize),
) {
    SCRATCH.with_borrow_mut(|Scratch { chars, route }| {
        chars.clear();
        chars.extend(run.map(|(at, c)| (at as u32, c)));
        best_route(dictionary, chars, route);
        let end_of = |at: usize| chars.get(at).map_or(end, |&(offset, _)| offset as usize);
        let single = |at: usize| route[at].1 as usize == at + 1 && chars[at].1.is_ascii_alphanumeric();
        let mut at = 0;
        while at < chars.len() {
            let joined = single(at);
            at = route[at].1 as usize;
            while joined && at < chars.len() && single(at) {
                at += 1;
            }
            found(end_of(at));
        }
        if chars.capacity() > KEPT {
            (*chars, *route) = (Vec::new(), Vec::new());
        }
    });
}

fn best_route(dictionary: &Dictionary, chars: &[(u32, char)], route: &mut Vec<(f64, u32)>) {
    let log_total = dictionary.log_total();
    let count = chars.len();
    route.clear();
    route.resize(count + 1, (0.0, count as u32));
    for at in (0..count).rev() {
        let mut best: Option<(f64, usize)> = None;
        dictionary.prefixes(
            |behind| chars.get(at + behind).map(|&(_, c)| c),
            |length, logarithm| {
                let end = at + length;
                let probability = logarithm - log_total + route[end].0;
                if best.is_none_or(|best| probability > best.0 || probability == best.0 && end > best.1) {
                    best = Some((probability, end));
                }
            },
        );
        let (probability, end) = best.unwrap_or((0.0 - log_total + route[at + 1].0, at + 1));
        route[at] = (probability, end as u32);
    }
}

/// The characters of jieba's runs (its RE_HAN_DEFAULT).
#[inline]
pub(super) fn in_words(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}'
        | '\u{2B820}'..='\u{2CEAF}'
        | '\u{2CEB0}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}')
}
