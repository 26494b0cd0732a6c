//! Finds every literal of the codebook in one pass over a text, and patterns from the parts found.

use std::collections::BTreeMap;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::span::{Span, within};
use crate::codebook::{Codebook, Cue, Heading, Part, Term};

/// The most characters (words of an alphabet) that may stand in a gap (`…`) of a pattern.
const GAP: usize = 12;

/// What a literal found in a text may mean.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// A part of the term at this position of the codebook.
    Part {
        term: u32,
        part: u8,
    },
    Cue(Cue),
    Sentiment(f64),
}

/// A term found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// Position of the term in the codebook.
    pub(super) term: usize,
    pub(super) span: Span,
    /// What stands between the parts of a pattern: not the term's own words.
    pub(super) gaps: Vec<Span>,
}

/// A cue word found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CueHit {
    pub(super) cue: Cue,
    pub(super) span: Span,
}

/// Everything found in one text, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) matches: Vec<Match>,
    pub(super) cues: Vec<CueHit>,
    /// Words of the general sentiment list with their weight.
    pub(super) sentiment: Vec<(Span, f64)>,
}

#[derive(Debug, Clone, Copy)]
struct PartHit {
    term: u32,
    part: u8,
    span: Span,
}

pub(super) struct Matcher {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    uses: Vec<Vec<Use>>,
}

impl Matcher {
    pub(super) fn new(codebook: &Codebook) -> Self {
        let mut uses: BTreeMap<&str, Vec<Use>> = BTreeMap::new();
        for (term, entry) in (0..).zip(&codebook.terms) {
            for (part, alternatives) in (0..).zip(&entry.parts) {
                for literal in &alternatives.any_of {
                    uses.entry(literal).or_default().push(Use::Part { term, part });
                }
            }
        }
        for (cue, word) in &codebook.context.cues {
            uses.entry(word).or_default().push(Use::Cue(*cue));
        }
        for (word, weight) in &codebook.sentiment.words {
            uses.entry(word).or_default().push(Use::Sentiment(*weight));
        }
        let literals: Vec<&str> = uses.keys().copied().collect();
        // Building fails only on an empty, oversized or repeated pattern set; keys of a map are none of that.
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(literals.into_iter().zip(0..))
            .ok();
        Matcher {
            automaton,
            uses: uses.into_values().collect(),
        }
    }

    /// Finds terms, cues and sentiment words in a folded text. Parts of one pattern lie in one sentence; `sentence_of`
    /// gives the sentence of a byte offset.
    pub(super) fn find(&self, text: &str, terms: &[Term], sentence_of: impl Fn(usize) -> usize) -> Found {
        let mut found = Found::default();
        let (mut whole, mut parts): (Vec<Match>, Vec<PartHit>) = (Vec::new(), Vec::new());
        let Some(automaton) = &self.automaton else { return found };
        for hit in automaton.find_overlapping_iter(text) {
            let span = Span {
                start: hit.start(),
                end: hit.end(),
            };
            if cuts_a_word(text, span) {
                continue;
            }
            for &meaning in &self.uses[hit.value() as usize] {
                match meaning {
                    Use::Part { term, .. } if terms[term as usize].parts.len() == 1 => {
                        whole.push(Match {
                            term: term as usize,
                            span,
                            gaps: Vec::new(),
                        });
                    }
                    Use::Part { term, part } => parts.push(PartHit { term, part, span }),
                    Use::Cue(cue) => found.cues.push(CueHit { cue, span }),
                    Use::Sentiment(weight) => found.sentiment.push((span, weight)),
                }
            }
        }
        let is_guard = |term: usize| terms[term].heading == Heading::Guard;
        let (guard_parts, mut parts) = parts.into_iter().partition(|hit| is_guard(hit.term as usize));
        let (mut guards, mut matches): (Vec<Match>, Vec<Match>) = whole.into_iter().partition(|hit| is_guard(hit.term));
        join_parts(text, terms, guard_parts, &sentence_of, &mut guards);
        // 转基因 is no 基因, neither alone nor as part of a pattern; nor does 转基因安全 hold 基因安全.
        let free = |span: Span| {
            !guards
                .iter()
                .any(|guard| guard.span.overlaps(span) && !span.contains(guard.span))
        };
        // Marks of another subject (转基因) are guards and off topic alike.
        let off_topic = |term: usize| terms[term].heading == Heading::OffTopic;
        matches.retain(|hit| off_topic(hit.term) || free(hit.span));
        parts.retain(|hit: &PartHit| off_topic(hit.term as usize) || free(hit.span));
        join_parts(text, terms, parts, &sentence_of, &mut matches);
        found.matches = matches;
        found.cues.sort_by_key(|hit| (hit.span, hit.cue));
        found.sentiment = longest_first(found.sentiment);
        found
    }
}

/// Whether the span begins or ends inside a word of an alphabet: "no" in "know". Chinese words are the segmenter's matter.
fn cuts_a_word(text: &str, span: Span) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let found = &text[span.start..span.end];
    (letter(found.chars().next()) && letter(text[..span.start].chars().next_back()))
        || (letter(found.chars().next_back()) && letter(text[span.end..].chars().next()))
}

/// Puts the parts of each pattern together: for each place its first part is found, the nearest completion.
fn join_parts(
    text: &str,
    terms: &[Term],
    mut parts: Vec<PartHit>,
    sentence_of: impl Fn(usize) -> usize,
    matches: &mut Vec<Match>,
) {
    parts.sort_by_key(|hit| (hit.term, hit.part, hit.span));
    for of_term in parts.chunk_by(|a, b| a.term == b.term) {
        let term = of_term[0].term as usize;
        let wanted = &terms[term].parts;
        let by_part: Vec<&[PartHit]> = of_term.chunk_by(|a, b| a.part == b.part).collect();
        if by_part.len() < wanted.len() {
            continue;
        }
        for first in by_part[0] {
            let sentence = sentence_of(first.span.start);
            let mut gaps = Vec::new();
            let completed = complete(text, wanted, &by_part, 1, first.span.end, &mut gaps)
                .filter(|&end| sentence_of(end.saturating_sub(1)) == sentence);
            if let Some(end) = completed {
                matches.push(Match {
                    term,
                    span: Span {
                        start: first.span.start,
                        end,
                    },
                    gaps,
                });
            }
        }
    }
}

/// Where the parts from `next` on end if they follow `from`; `gaps` gets what stands between them.
fn complete(
    text: &str,
    wanted: &[Part],
    hits: &[&[PartHit]],
    next: usize,
    from: usize,
    gaps: &mut Vec<Span>,
) -> Option<usize> {
    if next == wanted.len() {
        return Some(from);
    }
    let from_here = hits[next].partition_point(|hit| hit.span.start < from);
    for hit in &hits[next][from_here..] {
        let between = &text[from..hit.span.start];
        let too_far = if wanted[next].gap {
            !within(between, GAP)
        } else {
            !between.is_empty()
        };
        if too_far {
            return None;
        }
        if !between.is_empty() {
            gaps.push(Span {
                start: from,
                end: hit.span.start,
            });
        }
        if let Some(end) = complete(text, wanted, hits, next + 1, hit.span.end, gaps) {
            return Some(end);
        }
        if !between.is_empty() {
            gaps.pop();
        }
    }
    None
}

/// Of overlapping words the longest, of equally long ones the first.
fn longest_first(mut words: Vec<(Span, f64)>) -> Vec<(Span, f64)> {
    words.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    let mut end = 0;
    words.retain(|(span, _)| {
        let free = span.start >= end;
        if free {
            end = span.end;
        }
        free
    });
    words
}
