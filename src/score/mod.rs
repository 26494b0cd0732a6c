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
mod descend;
mod features;
mod fit;
mod folds;
mod gate;
mod grams;
mod hits;
mod matcher;
mod patterns;
mod reachable;
mod reading;
mod sentiment;
mod span;
mod stance;

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

pub use decide::{Relevance, Sums};
pub use fit::{Fitted, Fitting, Guess, fit};
pub use stance::Contribution;

use crate::{
    both::both,
    clean::{Folded, Words},
    codebook::Codebook,
    model::{CodeId, CodeSet, Evidence, Sentiment, Stance, Verdict},
    segment::Segmenter,
};
use decide::Weighed;
use gate::{Gate, Glance};
use matcher::Matcher;
use stance::{Model, Values};

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

/// The verdicts that hold their evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EvidenceOf {
    /// None.
    #[default]
    None,
    /// Those on texts that may be on topic at a glance, whatever stands around the terms in them; all where the topic is assumed. Where
    /// posts are on other subjects these are few.
    Likely,
    /// All.
    All,
}

/// The words of a text that are scored, and others' words, which tell only what it is about; either may be empty.
#[derive(Debug, Clone, Default)]
struct Sides {
    scored: Range<usize>,
    others: Range<usize>,
}

impl Sides {
    fn of(text: &str, scope: Scope) -> Sides {
        let words = Words::split(text);
        match scope {
            Scope::Own => Sides {
                scored: words.endorsed.unwrap_or(words.own),
                others: words.quoted,
            },
            Scope::Quoted => Sides {
                scored: words.quoted,
                others: words.own,
            },
            Scope::All => Sides {
                scored: 0..text.len(),
                others: 0..0,
            },
        }
    }
}

/// Codes texts by one codebook. Holds no state between texts; share it between threads.
pub struct Scorer {
    codebook: Codebook,
    /// Only where evidence is not asked for are texts glanced at.
    gate: OnceLock<Gate>,
    matcher: Matcher,
    segmenter: Segmenter,
    model: Model,
    relevance: Relevance,
    abstain: f64,
    plain_rule: Arc<str>,
}

/// Abuse or reproof in a text and whom it meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// Bytes of the raw text the word takes up.
    pub word: Range<usize>,
    /// The group of `[blamed]` in codebook.toml, `addressed` (whoever is spoken to) or `unnamed`.
    pub whom: String,
    /// Bytes of the word that names or addresses them.
    pub named: Option<Range<usize>>,
}

/// A verdict with the sums it was decided from.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The verdict.
    pub verdict: Verdict,
    /// The sums that decided relevance.
    pub sums: Sums,
    /// The author's own blame, in the order of the text.
    pub blames: Vec<Blamed>,
    /// What each feature adds to the stance, those that weigh most first.
    pub contributions: Vec<Contribution>,
    /// How probable each code is by the codebook's weights; `None` where it has none and the terms alone decide.
    pub chances: Option<Vec<(CodeId, f64)>>,
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
        let (literals, (segmenter, matcher, model)) = both(
            || Matcher::literals(&codebook),
            || {
                let segmenter = Segmenter::new(words);
                let matcher = Matcher::new(&codebook, &segmenter);
                (segmenter, matcher, Model::new(&codebook))
            },
        );
        Scorer {
            model,
            gate: OnceLock::new(),
            matcher: matcher(literals),
            segmenter,
            codebook,
            relevance: Relevance::default(),
            abstain: 0.0,
            plain_rule: "term".into(),
        }
    }

    /// The same scorer with another demand on relevance.
    #[must_use]
    pub fn with_relevance(self, relevance: Relevance) -> Self {
        Scorer { relevance, ..self }
    }

    /// The same scorer, which leaves the stance of posts it is less sure of than this probability unclear.
    #[must_use]
    pub fn with_abstention(self, below: f64) -> Self {
        Scorer { abstain: below, ..self }
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
        let sides = Sides::of(text, scope);
        self.verdict(self.read(text, sides, None, self.relevance, Depth::AllEvidence, &|_| false))
    }

    /// Codes raw texts of a corpus whose posts must show this much, one verdict for each. `evidence` tells which verdicts hold their
    /// evidence; to leave it out saves most of the work where posts are on other subjects.
    pub fn verdicts(&self, texts: &[&str], scope: Scope, relevance: Relevance, evidence: EvidenceOf) -> Vec<Verdict> {
        let depth = match evidence {
            EvidenceOf::None => Depth::Codes,
            EvidenceOf::Likely => Depth::Evidence,
            EvidenceOf::All => Depth::AllEvidence,
        };
        let sides = |text: &str| Sides::of(text, scope);
        // Most posts of a corpus on other subjects need not be read to know that they are irrelevant.
        let glances = if depth <= Depth::Evidence && relevance == Relevance::Shown {
            let make = || Gate::new(&self.codebook, &self.segmenter, &self.matcher, texts);
            let gate = self.gate.get_or_init(make);
            let shown = |most| decide::shown(&self.codebook, most);
            gate.glances(texts, sides, &self.segmenter, shown)
        } else {
            texts.iter().map(|text| (sides(text), None)).collect()
        };
        texts
            .iter()
            .zip(glances)
            .map(|(text, (sides, glance))| match glance {
                Some(glance) if !glance.may_be_relevant => irrelevant(glance.sentiment),
                _ => self.verdict(self.read(text, sides, glance.as_ref(), relevance, depth, &|_| false)),
            })
            .collect()
    }

    /// Codes one raw text and tells what the verdict was decided from.
    pub fn explain(&self, text: &str, scope: Scope) -> Explained {
        let mut coded = self.code(text, scope);
        let (scored, sums) = (coded.scored.clone(), coded.sums);
        let contributions = self.model.contributions(&coded.values);
        let chances = self.model.decide(&coded.values).codes;
        Explained {
            blames: std::mem::take(&mut coded.blames),
            verdict: self.verdict(coded),
            sums,
            contributions,
            chances,
            scored,
        }
    }

    /// The evidence and the features of one raw text.
    fn code(&self, text: &str, scope: Scope) -> Coded {
        self.code_without(text, scope, &|_| false)
    }

    /// The same, as if the terms that `left_out` names were not in the codebook.
    fn code_without(&self, text: &str, scope: Scope, left_out: &dyn Fn(usize) -> bool) -> Coded {
        let sides = Sides::of(text, scope);
        self.read(text, sides, None, self.relevance, Depth::Everything, left_out)
    }

    /// Reads one raw text of a corpus whose posts must show this much, of which this is known at a glance. Terms that `left_out` names,
    /// by their position in the codebook, count as not found.
    fn read(
        &self,
        text: &str,
        sides: Sides,
        glance: Option<&Glance>,
        relevance: Relevance,
        depth: Depth,
        left_out: &dyn Fn(usize) -> bool,
    ) -> Coded {
        let Sides { scored, others } = sides;
        let mut own = self.scan(text, scored.clone());
        if depth == Depth::Codes
            && let Some(glance) = glance
            && glance.may_be_off_topic
            && self.is_off_topic(&mut own, left_out)
        {
            return Coded::irrelevant(glance.sentiment, scored);
        }
        // Others' words tell what the post is about, not what its author thinks.
        let mut others = (!others.is_empty()).then(|| self.scan(text, others));
        let sentiment = glance.map(|glance| glance.sentiment);
        let mut coded = Coded::irrelevant(sentiment.unwrap_or_else(|| own.hits().sentiment()), scored);
        let mut found = self.find(&mut own, true, left_out);
        if let Some(others) = &mut others {
            found.extend(self.find(others, false, left_out));
        }
        // Terms found that turn out not to count make a post seem more relevant, never less.
        if depth == Depth::Codes
            && glance.is_some()
            && !decide::shown(&self.codebook, decide::sums(&self.codebook, &found))
        {
            return coded;
        }
        let mut weighed = self.sift(&mut own, true);
        let scored_pieces = weighed.len();
        if let Some(others) = &mut others {
            weighed.extend(self.sift(others, false));
        }
        coded.sums = decide::sums(&self.codebook, &weighed);
        coded.relevant = decide::relevant(&self.codebook, &weighed, coded.sums, relevance);
        if coded.relevant || depth > Depth::Codes {
            self.weigh_in_context(&mut own, &mut weighed[..scored_pieces]);
        }
        let (scored_weighed, others_weighed) = weighed.split_at(scored_pieces);
        if depth > Depth::Codes {
            coded.evidence.extend(self.evidence(&own, scored_weighed));
            if let Some(others) = &others {
                coded.evidence.extend(self.evidence(others, others_weighed));
            }
            coded
                .evidence
                .sort_by(|a, b| (a.start, a.end, &a.code, &a.term).cmp(&(b.start, b.end, &b.code, &b.term)));
        }
        if coded.relevant || depth == Depth::Everything {
            let blames = own.blames();
            coded.values = self.values(&own, scored_weighed, &blames, coded.sentiment);
            features::set_gate(&mut coded.values.named, coded.sums);
            if depth == Depth::Everything {
                coded.blames = self.blamed(&own, &blames);
            }
        }
        coded.weighed = weighed;
        coded
    }

    fn verdict(&self, coded: Coded) -> Verdict {
        let mut verdict = Verdict {
            evidence: coded.evidence,
            ..irrelevant(coded.sentiment)
        };
        if !coded.relevant {
            return verdict;
        }
        let decided = self.model.decide(&coded.values);
        if decided.off_topic {
            return verdict;
        }
        verdict.codes = match &decided.codes {
            Some(chances) => self.model.given(chances),
            None => decide::codes(&self.codebook, &coded.weighed),
        };
        if decided.confidence() >= self.codebook.stance.one_sided_from {
            verdict.codes = decide::one_sided(&self.codebook, verdict.codes, decided.stance);
        }
        verdict.stance = if decided.confidence() < self.abstain {
            Stance::Unclear
        } else {
            decided.stance
        };
        verdict.score = decided.score();
        verdict.confidence = Some(decided.confidence());
        verdict
    }
}

/// The verdict on a text that is not about the target, without evidence.
fn irrelevant(sentiment: Sentiment) -> Verdict {
    Verdict {
        stance: Stance::Irrelevant,
        score: 0.0,
        confidence: None,
        sentiment,
        codes: CodeSet::default(),
        evidence: Vec::new(),
    }
}

/// How far a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// As far as its codes need it.
    Codes,
    /// All evidence of a text that may be relevant at a glance, each piece in its context.
    Evidence,
    /// All evidence, of any text.
    AllEvidence,
    /// The features too, also of an irrelevant text.
    Everything,
}

/// A text coded, before the decision.
#[derive(Default)]
struct Coded {
    weighed: Vec<Weighed>,
    sums: Sums,
    relevant: bool,
    /// Features; empty where nobody needs them.
    values: Values,
    blames: Vec<Blamed>,
    evidence: Vec<Evidence>,
    sentiment: Sentiment,
    scored: Range<usize>,
}

impl Coded {
    fn irrelevant(sentiment: Sentiment, scored: Range<usize>) -> Self {
        Coded {
            sentiment,
            scored,
            ..Coded::default()
        }
    }
}
