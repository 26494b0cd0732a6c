//! Evidence for the codes of a scheme in a post, each piece in its context, and the stance that follows.
//!
//! The way of one post: own words ([`clean`](crate::clean)) → terms and cues ([`matcher`]) → words they may not cut
//! through ([`segment`](crate::segment)) → context of each ([`context`]) → relevance and codes ([`decide`]) → stance, by the
//! weights in the codebook ([`features`], [`stance`]), which [`fit()`] fits.
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
mod features;
mod fit;
mod matcher;
mod span;
mod stance;
mod vocabulary;

use std::{ops::Range, sync::Arc};

pub use decide::{Relevance, Sums};
pub use fit::{Fitted, Guess, fit};
pub use stance::Contribution;

use crate::{
    clean::{Folded, Words},
    codebook::{Codebook, Heading},
    model::{CodeSet, Context, Evidence, Polarity, Sentiment, Stance, Verdict},
    segment::{Boundaries, Segmenter},
};
use clauses::Clauses;
use context::{Place, Scene};
use decide::Weighed;
use features::{Seen, Values};
use matcher::{Match, Matcher};
use stance::Model;

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
    model: Model,
    relevance: Relevance,
    plain_rule: Arc<str>,
}

/// A verdict with the sums it was decided from.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The verdict.
    pub verdict: Verdict,
    /// The sums that decided relevance.
    pub sums: Sums,
    /// What each feature adds to the stance, those that weigh most first; empty for an irrelevant post.
    pub contributions: Vec<Contribution>,
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
        let model = Model::new(&codebook);
        Scorer {
            model,
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
        let coded = self.code(text, scope);
        self.verdict(coded).0
    }

    /// Codes one raw text and tells what the verdict was decided from.
    pub fn explain(&self, text: &str, scope: Scope) -> Explained {
        let coded = self.code(text, scope);
        let (scored, contributions) = (coded.scored.clone(), self.model.contributions(&coded.values));
        let (verdict, sums) = self.verdict(coded);
        let contributions = if verdict.stance == Stance::Irrelevant {
            Vec::new()
        } else {
            contributions
        };
        Explained {
            verdict,
            sums,
            contributions,
            scored,
        }
    }

    /// The evidence and the features of one raw text.
    fn code(&self, text: &str, scope: Scope) -> Coded {
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
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            // Others' words tell what the post is about, not what its author thinks.
            let others = self.read(text, rest, false);
            found.weighed.extend(others.weighed);
            found.evidence.extend(others.evidence);
        }
        let mut evidence = found.evidence;
        evidence.sort_by(|a, b| (a.start, a.end, &a.code, &a.term).cmp(&(b.start, b.end, &b.code, &b.term)));
        let count = |side: f64| found.sentiment.iter().filter(|&&weight| weight * side > 0.0).count() as u32;
        let sentiment = Sentiment {
            positive: count(1.0),
            negative: count(-1.0),
        };
        Coded {
            weighed: found.weighed,
            values: found.values,
            evidence,
            sentiment,
            scored,
        }
    }

    fn verdict(&self, coded: Coded) -> (Verdict, Sums) {
        let Coded {
            weighed,
            values,
            evidence,
            sentiment,
            ..
        } = coded;
        let sums = decide::sums(&self.codebook, &weighed);
        if !decide::relevant(&self.codebook, &weighed, sums, self.relevance) {
            let (stance, codes) = (Stance::Irrelevant, CodeSet::default());
            return (
                Verdict {
                    stance,
                    score: 0.0,
                    confidence: None,
                    sentiment,
                    codes,
                    evidence,
                },
                sums,
            );
        }
        let decided = self.model.decide(&values);
        let verdict = Verdict {
            stance: decided.stance,
            score: decided.score(),
            confidence: Some(decided.confidence()),
            sentiment,
            codes: decide::codes(&self.codebook, &weighed),
            evidence,
        };
        (verdict, sums)
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
                span: hit.span,
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
                weight: self.pull(&piece),
                rule: match reason {
                    Some(cue) => format!("{context}:{}", &text[cue.start..cue.end]).into(),
                    None => self.plain_rule.clone(),
                },
            });
            reading.weighed.push(piece);
        }
        if scored {
            reading.sentiment = found.sentiment.into_iter().map(|(_, weight)| weight).collect();
            let seen = Seen {
                text,
                clauses: &clauses,
                cues: &found.cues,
                weighed: &reading.weighed,
                sentiment: &reading.sentiment,
            };
            reading.values = features::values(&self.codebook, &seen);
        }
        reading
    }

    /// What a piece of evidence by itself adds to the log-odds of positive against negative.
    fn pull(&self, piece: &Weighed) -> f64 {
        let polarity = decide::polarity(&self.codebook, piece.heading);
        let feature = features::of_evidence(piece.heading, polarity, piece.context).filter(|_| piece.scored);
        feature.map_or(0.0, |feature| piece.strength * self.model.pull(feature))
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
    values: Values,
}

/// A text coded, before the decision.
struct Coded {
    weighed: Vec<Weighed>,
    values: Values,
    evidence: Vec<Evidence>,
    sentiment: Sentiment,
    scored: Range<usize>,
}
