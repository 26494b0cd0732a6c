//! Evidence for the codes of a scheme in a post, each piece in its context, and the stance that follows.
//!
//! The way of one post: own words ([`clean`](crate::clean)) → terms and cues ([`matcher`]) → words they may not cut
//! through ([`segment`](crate::segment)) → context of each ([`context`]) → relevance, codes, stance ([`decide`]).
//!
//! ```
//! use minyi::{codebook::Codebook, model::Stance, score::{Scope, Scorer}};
//!
//! let scorer = Scorer::new(Codebook::load("weibo-pangenome", None)?);
//! let verdict = scorer.score("复旦公布中国人泛基因组图谱，这就是卖国贼！", Scope::Own);
//! assert_eq!(verdict.stance, Stance::Negative);
//! # Ok::<(), minyi::error::Error>(())
//! ```

mod clauses;
mod context;
mod decide;
mod matcher;
mod span;

use std::{ops::Range, sync::Arc};

pub use decide::{Relevance, Sums};

use crate::{
    clean::{Folded, Words},
    codebook::{Codebook, Heading},
    model::{Context, Evidence, Polarity, Sentiment, Verdict},
    segment::{Boundaries, Segmenter},
};
use clauses::Clauses;
use context::{Place, Scene};
use decide::Weighed;
use matcher::{Match, Matcher};

/// Whose words are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The author's own; of a bare repost the nearest words in the chain, which it passes on.
    #[default]
    Own,
    /// Those of the posts passed on.
    Quoted,
    /// Everything in the text.
    All,
}

/// Codes texts by one codebook. Holds no state between texts; share it between threads.
pub struct Scorer {
    codebook: Codebook,
    matcher: Matcher,
    segmenter: Segmenter,
    relevance: Relevance,
    plain_rule: Arc<str>,
}

/// A verdict with the sums it was decided from.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The verdict.
    pub verdict: Verdict,
    /// The sums behind it.
    pub sums: Sums,
    /// The bytes of the raw text that were scored.
    pub scored: Range<usize>,
}

impl Scorer {
    /// Compiles a codebook: its literals into one automaton, its terms into the segmenter's dictionary.
    pub fn new(codebook: Codebook) -> Self {
        let words = codebook
            .terms
            .iter()
            .filter(|term| term.parts.len() == 1 && !term.inside)
            .flat_map(|term| term.parts[0].any_of.iter().map(String::as_str))
            .filter(|word| word.chars().count() > 1);
        let segmenter = Segmenter::new(words);
        let matcher = Matcher::new(&codebook);
        Scorer {
            matcher,
            segmenter,
            codebook,
            relevance: Relevance::default(),
            plain_rule: "term".into(),
        }
    }

    /// The same scorer with another demand on relevance.
    #[must_use]
    pub fn with_relevance(self, relevance: Relevance) -> Self {
        Scorer { relevance, ..self }
    }

    /// The codebook in use.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// The words of the author's own text (of a bare repost: of the words it passes on), folded, in order: each with the
    /// bytes of the raw text it stands at. Links, mentions, punctuation and bare numbers are no words.
    pub fn words(&self, text: &str) -> Vec<(String, Range<usize>)> {
        let words = Words::split(text);
        let folded = Folded::new(text, words.endorsed.unwrap_or(words.own));
        let mut end = 0;
        self.segmenter
            .words(folded.text())
            .map(|word| {
                end += word.len();
                (word, end - word.len()..end)
            })
            .filter(|(word, _)| word.chars().any(char::is_alphabetic))
            .map(|(word, at)| (word.to_owned(), folded.raw_range(at)))
            .collect()
    }

    /// Codes one raw text.
    pub fn score(&self, text: &str, scope: Scope) -> Verdict {
        self.explain(text, scope).verdict
    }

    /// Codes one raw text and tells the sums behind the verdict.
    pub fn explain(&self, text: &str, scope: Scope) -> Explained {
        let words = Words::split(text);
        let (scored, rest) = match scope {
            Scope::Own => match words.endorsed {
                Some(passed_on) => (passed_on, Some(words.quoted)),
                None => (words.own, Some(words.quoted)),
            },
            Scope::Quoted => (words.quoted, Some(words.own)),
            Scope::All => (0..text.len(), None),
        };
        let mut found = self.read(text, scored.clone(), true);
        let sentiment = std::mem::take(&mut found.sentiment);
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            // Others' words tell what the post is about, not what its author thinks.
            let others = self.read(text, rest, false);
            found.weighed.extend(others.weighed);
            found.evidence.extend(others.evidence);
        }
        let mut evidence = found.evidence;
        evidence.sort_by(|a, b| (a.start, a.end, &a.code, &a.term).cmp(&(b.start, b.end, &b.code, &b.term)));
        let sums = decide::sums(&self.codebook, &found.weighed, &sentiment);
        let count = |side: f64| sentiment.iter().filter(|&&weight| weight * side > 0.0).count() as u32;
        let sentiment = Sentiment {
            positive: count(1.0),
            negative: count(-1.0),
        };
        let verdict = decide::verdict(
            &self.codebook,
            &found.weighed,
            evidence,
            sentiment,
            sums,
            self.relevance,
        );
        Explained { verdict, sums, scored }
    }

    /// Finds and weighs the evidence in one stretch of a raw text.
    fn read(&self, raw: &str, range: Range<usize>, scored: bool) -> Reading {
        let folded = Folded::new(raw, range);
        let text = folded.text();
        let clauses = Clauses::of(text);
        let found = self
            .matcher
            .find(text, &self.codebook.terms, |at| clauses.sentence_of(at));
        let scene = Scene {
            text,
            clauses: &clauses,
            cues: &found.cues,
        };
        let mut reading = Reading::default();
        for hit in self.valid(text, found.matches) {
            let term = &self.codebook.terms[hit.term];
            if !scored && term.heading != Heading::Topic {
                continue;
            }
            let in_hashtag = clauses.in_hashtag(hit.span);
            let polarity = decide::polarity(&self.codebook, term.heading);
            let (context, reason) = match term.heading {
                Heading::Topic | Heading::OffTopic => (Context::Plain, None),
                _ => {
                    let favourable = (polarity != Polarity::None).then_some(polarity == Polarity::Positive);
                    context::context_of(
                        &scene,
                        Place {
                            span: hit.span,
                            gaps: &hit.gaps,
                            favourable,
                        },
                    )
                }
            };
            let factor = if in_hashtag && term.heading != Heading::Topic {
                self.codebook.stance.hashtag_factor
            } else {
                1.0
            };
            let piece = Weighed {
                heading: term.heading,
                term: hit.term,
                strength: term.weight * factor,
                context,
                in_hashtag,
                scored,
            };
            let at = folded.raw_range(hit.span.start..hit.span.end);
            reading.evidence.push(Evidence {
                code: term.heading_name.clone(),
                term: term.text.clone(),
                start: at.start,
                end: at.end,
                context,
                weight: piece.contribution(&self.codebook),
                rule: match reason {
                    Some(cue) => format!("{context}:{}", &text[cue.start..cue.end]).into(),
                    None => self.plain_rule.clone(),
                },
            });
            reading.weighed.push(piece);
        }
        if scored {
            reading.sentiment = found.sentiment.into_iter().map(|(_, weight)| weight).collect();
        }
        reading
    }

    /// The matches that count: ends on word boundaries where the term asks for it, and of overlapping matches of one
    /// heading the heaviest, of equally heavy ones the longest.
    fn valid(&self, text: &str, matches: Vec<Match>) -> Vec<Match> {
        let terms = &self.codebook.terms;
        let mut boundaries: Option<Boundaries> = None;
        let mut found: Vec<Match> = matches
            .into_iter()
            .filter(|hit| {
                terms[hit.term].inside || {
                    let words = boundaries.get_or_insert_with(|| self.segmenter.boundaries(text));
                    words.contains(hit.span.start) && words.contains(hit.span.end)
                }
            })
            .collect();
        found.sort_by(|a, b| {
            let (of_a, of_b) = (&terms[a.term], &terms[b.term]);
            (of_a.heading.cmp(&of_b.heading))
                .then(of_b.weight.total_cmp(&of_a.weight))
                .then(b.span.len().cmp(&a.span.len()))
                .then(a.span.cmp(&b.span))
                .then(a.term.cmp(&b.term))
        });
        let mut kept: Vec<Match> = Vec::with_capacity(found.len());
        let mut of_heading = 0;
        for hit in found {
            let heading = terms[hit.term].heading;
            if kept.last().is_some_and(|last| terms[last.term].heading != heading) {
                of_heading = kept.len();
            }
            if !kept[of_heading..].iter().any(|other| other.span.overlaps(hit.span)) {
                kept.push(hit);
            }
        }
        kept
    }
}

#[derive(Default)]
struct Reading {
    weighed: Vec<Weighed>,
    evidence: Vec<Evidence>,
    sentiment: Vec<f64>,
}
