//! Finds every literal of the codebook in one pass over a text, and patterns from the parts found.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeSet,
};

use rustc_hash::FxHashMap;

use super::{
    hits::{Hit, find},
    patterns::{Held, Patterns, frequency},
    sentiment::{Tally, sign},
    span::{Span, within},
};
use crate::{
    clean::{Chars, fold_chars},
    codebook::{Codebook, Cue, Heading, Part, Term},
    literals::{Literals, Meanings},
    model::Sentiment,
    segment::Segmenter,
};

/// The most characters (words of an alphabet) that may stand in a gap (`…`) of a pattern.
pub(super) const GAP: usize = 12;

/// What a literal may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Use {
    /// The term of this number is the literal.
    Whole(u32),
    /// It is in the set of this number, as parts of patterns have them.
    Set(u32),
    Cue(Cue),
    /// It is in the general sentiment list, with this sign.
    Sentiment(i8),
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

#[derive(Debug, Clone, Copy)]
struct PartHit {
    part: u8,
    span: Span,
}

pub(super) struct Matcher {
    literals: Literals,
    meanings: Meanings<Use>,
    patterns: Patterns,
    /// Headings that have patterns.
    patterned: BTreeSet<Heading>,
}

/// The literals found in one text.
pub(super) struct Hits<'m> {
    matcher: &'m Matcher,
    hits: Vec<Hit>,
    patterned: OnceCell<Patterned>,
}

/// What was found of patterns.
#[derive(Default)]
struct Patterned {
    /// Those all parts of which were found somewhere, in order.
    complete: Vec<u32>,
    /// The sets of which literals were found, with their places, in order.
    parts: Vec<(u32, Span)>,
}

/// Hits there is room kept for.
const KEPT: usize = 1 << 16;

thread_local! {
    /// The hits of the last text, kept for their room.
    static SPARE: RefCell<Vec<Hit>> = const { RefCell::new(Vec::new()) };
}

impl Matcher {
    /// Every literal of a codebook in the order of their numbers, to be compiled while all else is made ready.
    pub(super) fn literals(codebook: &Codebook) -> Literals {
        let parts = codebook.terms.iter().flat_map(|term| &term.parts);
        let mut literals: Vec<&str> = parts.flat_map(|part| part.any_of.iter().map(String::as_str)).collect();
        literals.extend(codebook.context.cues.iter().map(|(_, word)| word.as_str()));
        literals.extend(codebook.sentiment.words.iter().map(|(word, _)| word.as_str()));
        literals.sort_unstable();
        literals.dedup();
        Literals::new(literals.into_iter().zip(0..))
    }

    /// A matcher but for its literals, which [`Matcher::literals`] makes.
    pub(super) fn new(codebook: &Codebook, segmenter: &Segmenter) -> impl FnOnce(Literals) -> Self + use<> {
        let patterns = Patterns::new(&codebook.terms, |_| true, |part| frequency(segmenter, part));
        let mut uses: Vec<(&str, Use)> = Vec::new();
        for (number, term) in (0u32..).zip(&codebook.terms) {
            if let [part] = term.parts.as_slice() {
                uses.extend(part.any_of.iter().map(|literal| (literal.as_str(), Use::Whole(number))));
            }
        }
        for (set, literals) in (0..).zip(patterns.sets()) {
            uses.extend(literals.iter().map(|literal| (literal.as_str(), Use::Set(set))));
        }
        let cues = codebook.context.cues.iter();
        uses.extend(cues.map(|(cue, word)| (word.as_str(), Use::Cue(*cue))));
        let words = codebook.sentiment.words.iter();
        uses.extend(words.map(|(word, weight)| (word.as_str(), Use::Sentiment(sign(*weight)))));
        let (_, meanings) = Meanings::new(uses);
        let patterns = patterns.compiled();
        let patterned = (codebook.terms.iter())
            .filter(|term| term.parts.len() > 1)
            .map(|term| term.heading)
            .collect();
        move |literals| Matcher {
            literals,
            meanings,
            patterns,
            patterned,
        }
    }

    /// In how many of these raw texts each part of a pattern was found, by the literals it may be.
    pub(super) fn frequencies<'c>(&self, codebook: &'c Codebook, texts: &[&str]) -> FxHashMap<&'c [String], usize> {
        let mut frequencies: FxHashMap<u32, usize> = FxHashMap::default();
        let (mut chars, mut sets) = (Chars::default(), Vec::new());
        for text in texts {
            fold_chars(text, 0..text.len(), &mut chars);
            self.literals.each_of_words_in(&chars, |found| {
                sets.extend(self.meanings.of(found.literal).iter().filter_map(|one| match one {
                    Use::Set(set) => Some(*set),
                    _ => None,
                }));
            });
            sets.sort_unstable();
            sets.dedup();
            for set in sets.drain(..) {
                *frequencies.entry(set).or_default() += 1;
            }
        }
        let patterns = (0..).zip(&codebook.terms).map(|(number, term)| {
            let sets = self.patterns.sets_of(number).iter();
            sets.zip(&term.parts)
        });
        let parts = patterns.flatten();
        parts
            .filter_map(|(set, part)| Some((&*part.any_of, *frequencies.get(set)?)))
            .collect()
    }

    /// Finds every literal in a folded text.
    pub(super) fn scan(&self, text: &str) -> Hits<'_> {
        let mut hits = SPARE.take();
        find(&self.literals, text, &mut hits);
        Hits {
            matcher: self,
            hits,
            patterned: OnceCell::new(),
        }
    }
}

impl Drop for Hits<'_> {
    fn drop(&mut self) {
        if self.hits.capacity() < KEPT {
            SPARE.set(std::mem::take(&mut self.hits));
        }
    }
}

impl Hits<'_> {
    fn uses(&self) -> impl Iterator<Item = (Use, Span)> + Clone {
        self.hits.iter().flat_map(|hit| {
            let uses = self.matcher.meanings.of(hit.literal);
            uses.iter().map(|one| (*one, hit.span))
        })
    }

    fn patterned(&self) -> &Patterned {
        self.patterned.get_or_init(|| {
            let patterns = &self.matcher.patterns;
            let mut held = Held::default();
            held.begin(patterns);
            let mut patterned = Patterned::default();
            for (one, span) in self.uses() {
                if let Use::Set(set) = one {
                    patterns.hold(set, &mut held);
                    patterned.parts.push((set, span));
                }
            }
            patterns.each_complete(&held, |_| false, |_| false, |term| patterned.complete.push(term));
            patterned.complete.sort_unstable();
            patterned.parts.sort_unstable();
            patterned
        })
    }

    /// The words of the general sentiment list.
    pub(super) fn sentiment(&self) -> Sentiment {
        let mut tally = Tally::default();
        for (one, span) in self.uses() {
            if let Use::Sentiment(sign) = one {
                tally.word(span.start, span.end, sign);
            }
        }
        tally.counted()
    }

    /// The cues, in the order of the text.
    pub(super) fn cues(&self) -> Vec<CueHit> {
        let cues = self.uses().filter_map(|(one, span)| match one {
            Use::Cue(cue) => Some(CueHit { cue, span }),
            _ => None,
        });
        let mut cues: Vec<CueHit> = cues.collect();
        cues.sort_by_key(|hit| (hit.span, hit.cue));
        cues
    }

    /// The terms whose heading is wanted, where no guard covers them. Parts of one pattern lie in one sentence;
    /// `sentence_of` gives the sentence of a byte offset.
    pub(super) fn terms(
        &self,
        text: &str,
        terms: &[Term],
        wanted: impl Fn(Heading) -> bool,
        sentence_of: impl Fn(usize) -> usize,
    ) -> Vec<Match> {
        let heading = |term: u32| terms[term as usize].heading;
        let (mut guards, mut matches): (Vec<Match>, Vec<Match>) = (Vec::new(), Vec::new());
        for (one, span) in self.uses() {
            let Use::Whole(term) = one else { continue };
            let found = || Match {
                term: term as usize,
                span,
                gaps: Vec::new(),
            };
            match heading(term) {
                Heading::Guard => guards.push(found()),
                heading if wanted(heading) => matches.push(found()),
                _ => {}
            }
        }
        let off_topic = |term: u32| heading(term) == Heading::OffTopic;
        let guarded = |hit: &Match| !off_topic(hit.term as u32);
        let (mut guarding, mut others): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        if self.matcher.patterned.iter().any(|&heading| wanted(heading)) || matches.iter().any(guarded) {
            for &term in &self.patterned().complete {
                match heading(term) {
                    Heading::Guard => guarding.push(term),
                    heading if wanted(heading) => others.push(term),
                    _ => {}
                }
            }
        }
        if matches.is_empty() && others.is_empty() {
            return matches;
        }
        for term in guarding {
            join_parts(text, terms, term, self.parts_of(term), &sentence_of, &mut guards);
        }
        // 转基因 is no 基因, neither alone nor as part of a pattern; nor does 转基因安全 hold 基因安全.
        let guards = Guards::new(guards);
        // Marks of another subject (转基因) are guards and off topic alike.
        matches.retain(|hit| !guarded(hit) || guards.leave(hit.span));
        for term in others {
            let mut parts = self.parts_of(term);
            if !off_topic(term) {
                parts.retain(|hit| guards.leave(hit.span));
            }
            join_parts(text, terms, term, parts, &sentence_of, &mut matches);
        }
        matches
    }

    /// Where the parts of a pattern were found, by part and place.
    fn parts_of(&self, term: u32) -> Vec<PartHit> {
        let all = &self.patterned().parts;
        let mut found = Vec::new();
        for (part, set) in (0u8..).zip(self.matcher.patterns.sets_of(term)) {
            let from = all.partition_point(|(other, _)| other < set);
            let of_set = all[from..].iter().take_while(|(other, _)| other == set);
            found.extend(of_set.map(|&(_, span)| PartHit { part, span }));
        }
        found
    }
}

/// The guards of a text.
struct Guards {
    /// In the order of their starts.
    spans: Vec<Span>,
    longest: usize,
}

impl Guards {
    fn new(guards: Vec<Match>) -> Self {
        let mut spans: Vec<Span> = guards.into_iter().map(|guard| guard.span).collect();
        spans.sort_unstable();
        spans.dedup();
        Guards {
            longest: spans.iter().map(|span| span.len()).max().unwrap_or(0),
            spans,
        }
    }

    /// Whether no guard overlaps the span without lying in it.
    fn leave(&self, span: Span) -> bool {
        let from = self
            .spans
            .partition_point(|guard| guard.start + self.longest <= span.start);
        !self.spans[from..]
            .iter()
            .take_while(|guard| guard.start < span.end)
            .any(|guard| guard.overlaps(span) && !span.contains(*guard))
    }
}

/// Puts the parts of a pattern together: for each place its first part is found, the nearest completion.
fn join_parts(
    text: &str,
    terms: &[Term],
    term: u32,
    parts: Vec<PartHit>,
    sentence_of: impl Fn(usize) -> usize,
    matches: &mut Vec<Match>,
) {
    let term = term as usize;
    let wanted = &terms[term].parts;
    let by_part: Vec<&[PartHit]> = parts.chunk_by(|a, b| a.part == b.part).collect();
    if by_part.len() < wanted.len() {
        return;
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
            !within(between.chars(), GAP)
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
