//! Evidence for the codes of a scheme in a post, each piece in its context, and the stance that follows.
//!
//! The way of one post: own words ([`clean`](crate::clean)) → terms and cues (`matcher`) → words they may not cut
//! through ([`segment`](crate::segment)) → context of each (`context`) → relevance and codes (`decide`) → stance, by the
//! weights in the codebook (`features`, `stance`), which [`fit()`] fits.
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
mod folds;
mod matcher;
mod reading;
mod span;
mod stance;

use std::{ops::Range, sync::Arc};

pub use decide::{Relevance, Sums};
pub use fit::{Fitted, Guess, fit};
pub use stance::Contribution;

use crate::{
    clean::{Folded, Words},
    codebook::Codebook,
    model::{CodeSet, Evidence, Sentiment, Stance, Verdict},
    segment::Segmenter,
};
use decide::Weighed;
use matcher::Matcher;
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

    /// The words of the author's own text (of a bare repost: of the words it passes on), folded, in order. Links, mentions,
    /// punctuation and bare numbers are no words.
    pub fn words(&self, text: &str) -> Vec<String> {
        let words = Words::split(text);
        let folded = Folded::new(text, words.endorsed.unwrap_or(words.own));
        let words = self.segmenter.words(folded.text());
        words
            .filter(|word| word.chars().any(char::is_alphabetic))
            .map(str::to_owned)
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
        let mut codes = decide::codes(&self.codebook, &weighed);
        if decided.confidence() >= self.codebook.stance.one_sided_from {
            codes = decide::one_sided(&self.codebook, codes, decided.stance);
        }
        let verdict = Verdict {
            stance: decided.stance,
            score: decided.score(),
            confidence: Some(decided.confidence()),
            sentiment,
            codes,
            evidence,
        };
        (verdict, sums)
    }
}

/// A text coded, before the decision.
struct Coded {
    weighed: Vec<Weighed>,
    values: Vec<f64>,
    evidence: Vec<Evidence>,
    sentiment: Sentiment,
    scored: Range<usize>,
}
