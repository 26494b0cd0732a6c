//! `codebook.toml`: what the scheme is, its codes, and the constants of the stance decision.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{source::LexiconFile, terms::Sets};
use crate::{error::Result, model::Polarity};

/// `[scheme]`: the study the scheme comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Short name; the name of its folder.
    pub id: String,
    /// English title.
    pub title_en: String,
    /// Chinese title.
    pub title_zh: String,
    /// Version of these files.
    pub version: String,
    /// Language of the posts: names the file of `lexicons/context/` to use.
    pub language: String,
    /// Publication the scheme is taken from.
    pub citation: String,
    /// Its DOI.
    #[serde(default)]
    pub doi: String,
    /// What the attitude is an attitude to, in English.
    pub target_en: String,
    /// What the attitude is an attitude to, in Chinese.
    pub target_zh: String,
    /// How well the target is known (see [`CodeEntry::grade`]).
    pub target_grade: String,
    /// Which part of the target is our own wording.
    #[serde(default)]
    pub target_note: String,
    /// The study's window of time, inclusive.
    pub window: Option<Window>,
    /// General sentiment list used as a weak signal: a folder of `lexicons/sentiment/`.
    pub sentiment: String,
}

/// First and last day, both inclusive, as `YYYY-MM-DD`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First day.
    pub start: String,
    /// Last day.
    pub end: String,
    /// How well the window is known (see [`CodeEntry::grade`]).
    pub grade: String,
    /// Which part of it is our own inference.
    #[serde(default)]
    pub note: String,
}

/// `[[code]]`: one code of the scheme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// Id, e.g. `NEG.BETRAY`.
    pub id: String,
    /// English label.
    pub label_en: String,
    /// Chinese label.
    pub label_zh: String,
    /// What counts and what does not.
    pub definition: String,
    /// Which way the code speaks: `positive`, `negative` or `none`.
    #[serde(deserialize_with = "polarity")]
    pub polarity: Polarity,
    /// Provenance: the letters of the sources that name the code (for weibo-pangenome A the abstract, B the authors'
    /// forum post, C the Discussion; X our own).
    pub grade: String,
    /// Which part of the entry is our own wording or inference.
    #[serde(default)]
    pub grade_note: String,
    /// The code this one may be a kind of.
    pub parent: Option<String>,
    /// Whether its evidence hardly occurs outside the debate, so that it helps to tell what a post is about.
    #[serde(default = "yes")]
    pub specific: bool,
    /// Weight of evidence from which the code is assigned.
    #[serde(default = "one")]
    pub threshold: f64,
}

/// `[[attitude]]`: one value of the stance variable, as the study names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attitude {
    /// Id in the study, e.g. `ATT.POS`.
    pub id: String,
    /// `positive`, `negative` or `neutral`.
    pub stance: String,
    /// English label.
    pub label_en: String,
    /// Chinese label.
    pub label_zh: String,
    /// What counts.
    pub definition: String,
    /// Provenance, as for codes.
    pub grade: String,
    /// Which part is our own.
    #[serde(default)]
    pub grade_note: String,
}

/// `[stance]`: constants of the stance decision beside the weights of the [`Weights`](super::Weights).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StanceRule {
    /// Factor on evidence inside a hashtag, which others may have worded.
    pub hashtag_factor: f64,
    /// Confidence of the stance from which codes of another side are not assigned: reasons are reasons for the attitude
    /// taken, and what a report or a concession names is none. Above 1: always assign.
    pub one_sided_from: f64,
}

/// `[gate]`: when a post is about the scheme's target at all. With T the topic weight, S the evidence for codes marked
/// specific and G all other evidence, a post is relevant where T / `topic_min` + S / `evidence_min` + G / `general_min`
/// reaches 1; G counts only beside a topic term that is not weak.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Weight below which a topic term is weak: a word of the debate (论文, 外国人) that other debates use too.
    pub weak_below: f64,
    /// The most that weak topic terms add to the topic weight together.
    pub weak_max: f64,
    /// Topic weight that is enough alone, counted over own words, hashtags and the repost chain, each term once.
    pub topic_min: f64,
    /// Weight of specific evidence that is enough beside a touch of topic, however weak.
    pub evidence_min: f64,
    /// Weight of specific evidence that is enough where nothing else tells the topic; takes the place of `evidence_min`.
    pub evidence_alone: f64,
    /// Weight of general evidence that would be enough beside a touch of topic.
    pub general_min: f64,
    /// Off-topic weight from which a post is irrelevant unless its own words outside hashtags hold a topic term that is
    /// not weak, and outweigh it together with the evidence.
    pub offtopic_min: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SchemeFile {
    pub(super) scheme: Scheme,
    #[serde(rename = "attitude", default)]
    pub(super) attitudes: Vec<Attitude>,
    #[serde(rename = "code")]
    pub(super) codes: Vec<CodeEntry>,
    pub(super) stance: StanceRule,
    pub(super) gate: Gate,
    /// `[blamed]`: groups of people whom blame may meet, each a set of sets.toml. A feature of the stance model each.
    #[serde(default)]
    pub(super) blamed: BTreeMap<String, String>,
}

impl SchemeFile {
    pub(super) fn parse(file: &LexiconFile) -> Result<Self> {
        let parsed: SchemeFile = file.toml()?;
        let line_of = |needle: &str| file.text.find(needle).unwrap_or(0);
        if parsed.codes.len() > 64 {
            return Err(file.error_on(1, format!("{} codes; at most 64 are possible", parsed.codes.len())));
        }
        for (i, code) in parsed.codes.iter().enumerate() {
            let at = line_of(&format!("\"{}\"", code.id));
            if parsed.codes[..i].iter().any(|other| other.id == code.id) {
                return Err(file.error_at(at, format!("code `{}` stands twice", code.id)));
            }
            if code.grade.trim().is_empty() {
                return Err(file.error_at(at, format!("code `{}` has no grade: say who names it, or X", code.id)));
            }
            if let Some(parent) = &code.parent
                && !parsed.codes.iter().any(|other| other.id == *parent)
            {
                return Err(file.error_at(
                    at,
                    format!("parent `{parent}` of `{}` is no code of this scheme", code.id),
                ));
            }
        }
        if parsed.blamed.len() > usize::from(u8::MAX) {
            return Err(file.error_at(line_of("[blamed]"), "[blamed] has more than 255 groups".to_owned()));
        }
        if !(0.0..=1.0).contains(&parsed.stance.hashtag_factor) {
            let problem = "[stance] hashtag_factor lies outside 0 to 1".to_owned();
            return Err(file.error_at(line_of("[stance]"), problem));
        }
        Ok(parsed)
    }

    /// The folded names of the people of each group of `[blamed]`.
    pub(super) fn people(&self, file: &LexiconFile, sets: &Sets) -> Result<BTreeMap<String, Vec<String>>> {
        let people = self.blamed.iter().map(|(group, set)| {
            let names = sets.get(set).ok_or_else(|| {
                let at = file.text.find("[blamed]").unwrap_or(0);
                file.error_at(at, format!("[blamed] {group}: `{set}` is no set of sets.toml"))
            })?;
            Ok((group.clone(), names.to_vec()))
        });
        people.collect()
    }
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

fn polarity<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Polarity, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "positive" => Ok(Polarity::Positive),
        "negative" => Ok(Polarity::Negative),
        "none" => Ok(Polarity::None),
        other => Err(serde::de::Error::custom(format!(
            "polarity `{other}`: use positive, negative or none"
        ))),
    }
}
