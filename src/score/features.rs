//! What the stance model looks at: how much evidence stands in which context, who speaks, and in what form.
//!
//! | feature | value |
//! |---|---|
//! | `reason.SIDE.CONTEXT` | strength of terms of codes of that side, in that context, each term once, at most 3 |
//! | `attitude.SIDE.CONTEXT` | the same for `STANCE.POS` and `STANCE.NEG` |
//! | `reason.unpoled` | the same for codes without a side, where they count |
//! | `last.SIDE` | 1 where the last asserted evidence is of that side |
//! | `turned.SIDE` | strength of asserted evidence behind the last turn (但是), at most 3 |
//! | `both` | the lesser of the asserted evidence of the two sides |
//! | `silent` | 1 where no evidence of either side was found |
//! | `sentiment.SIDE` | ln(1 + words of the general sentiment list) |
//! | `topic.own` | topic weight outside hashtags, at most 2 |
//! | `cue.NAME`, `mark.NAME` | ln(1 + cues of that list of lexicons/context/) |
//! | `blame.WHOM` | ln(1 + words of blame that meet that group of the scheme, those `addressed` or somebody `unnamed`) |
//! | `form.NAME` | headline, links, exclamations, questions, asking end, length, quoted and tagged share |
//! | `gate.NAME` | the sums that show what the post is about ([`Sums`]), each at most 3 |
//! | `code.ID.asserted`, `code.ID.other` | strength of that code's terms in contexts that give it and in the others, at most 3 |
//!
//! SIDE is `favour` or `against`, CONTEXT a name of [`Context`].

use std::collections::BTreeSet;

use super::{
    clauses::Clauses,
    context::{Blame, Whom},
    decide::{Sums, Weighed},
    matcher::CueHit,
};
use crate::{
    clean::MASK,
    codebook::{Codebook, Cue, Heading},
    model::{Context, Polarity, Sentiment},
};

/// The most that evidence of one kind can count.
const EVIDENCE_CAP: f64 = 3.0;
const TOPIC_CAP: f64 = 2.0;
/// Characters of a post of ordinary length.
const ORDINARY_LENGTH: f64 = 50.0;

const CONTEXTS: usize = Context::ALL.len();
/// reason and attitude, each for and against, in each context.
const EVIDENCE: usize = 4 * CONTEXTS;
const SINGLE: [&str; 23] = [
    "reason.unpoled",
    "last.favour",
    "last.against",
    "turned.favour",
    "turned.against",
    "both",
    "silent",
    "sentiment.positive",
    "sentiment.negative",
    "topic.own",
    "form.headline",
    "form.links",
    "form.exclamations",
    "form.questions",
    "form.ends_asking",
    "form.length",
    "form.quoted",
    "form.tagged",
    "gate.topic",
    "gate.strong",
    "gate.off_topic",
    "gate.specific",
    "gate.general",
];

/// The names of all features of a codebook, in the order of their values.
pub(super) fn names(codebook: &Codebook) -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["reason", "attitude"] {
        for side in ["favour", "against"] {
            names.extend(Context::ALL.map(|context| format!("{kind}.{side}.{context}")));
        }
    }
    names.extend(SINGLE.map(str::to_owned));
    names.extend(Cue::NAMED.map(|(name, _)| format!("cue.{name}")));
    names.extend(codebook.context.marks.iter().map(|mark| format!("mark.{mark}")));
    names.extend(Whom::names(&codebook.context).map(|whom| format!("blame.{whom}")));
    for entry in codebook.entries() {
        names.extend(["asserted", "other"].map(|how| format!("code.{}.{how}", entry.id)));
    }
    names
}

/// Position of the feature a piece of evidence counts in; `None` for topic, off-topic and unpoled evidence.
pub(super) fn of_evidence(heading: Heading, polarity: Polarity, context: Context) -> Option<usize> {
    let kind = usize::from(!matches!(heading, Heading::Code(_)));
    let side = match polarity {
        Polarity::Positive => 0,
        Polarity::Negative => 1,
        Polarity::None => return None,
    };
    let context = Context::ALL.iter().position(|&other| other == context)?;
    Some((kind * 2 + side) * CONTEXTS + context)
}

/// A text as the features see it.
pub(super) struct Seen<'a> {
    pub(super) text: &'a str,
    pub(super) clauses: &'a Clauses,
    pub(super) cues: &'a [CueHit],
    /// The author's own blame.
    pub(super) blames: &'a [Blame],
    /// Evidence in the scored words, in any order.
    pub(super) weighed: &'a [Weighed],
    /// The words of the general sentiment list found.
    pub(super) sentiment: Sentiment,
}

/// The feature values of a text, in the order of [`names`].
pub(super) fn values(codebook: &Codebook, seen: &Seen<'_>) -> Vec<f64> {
    let cues_from = EVIDENCE + SINGLE.len();
    let marks_from = cues_from + Cue::NAMED.len();
    let blame_from = marks_from + codebook.context.marks.len();
    let codes_from = blame_from + Whom::names(&codebook.context).count();
    let mut values = vec![0.0; codes_from + 2 * codebook.entries().len()];
    evidence(codebook, seen, &mut values);
    of_codes(codebook, seen, &mut values[codes_from..]);
    form(seen, &mut values);
    for (at, count) in cue_counts(seen.cues, cues_from, marks_from).into_iter().enumerate() {
        if let Some(value) = values.get_mut(cues_from + at) {
            *value = count.ln_1p();
        }
    }
    for blame in seen.blames {
        values[blame_from + blame.whom.place(&codebook.context)] += 1.0;
    }
    for value in &mut values[blame_from..codes_from] {
        *value = value.ln_1p();
    }
    values
}

fn evidence(codebook: &Codebook, seen: &Seen<'_>, values: &mut [f64]) {
    let turn = seen
        .cues
        .iter()
        .filter(|hit| hit.cue == Cue::Turn)
        .map(|hit| hit.span.end)
        .max();
    let mut counted = BTreeSet::new();
    let mut asserted = [0.0; 2];
    let mut turned = [0.0; 2];
    let mut last: Option<(usize, usize)> = None;
    let (mut unpoled, mut topic) = (0.0, 0.0);
    for piece in seen.weighed {
        let polarity = super::decide::polarity(codebook, piece.heading);
        if !counted.insert((piece.term, piece.context, piece.in_hashtag)) {
            continue;
        }
        let Some(feature) = of_evidence(piece.heading, polarity, piece.context) else {
            match piece.heading {
                Heading::Code(_) if codebook.context.gives_code(piece.context) => unpoled += piece.strength,
                Heading::Topic if !piece.in_hashtag => topic += piece.strength,
                _ => {}
            }
            continue;
        };
        values[feature] = (values[feature] + piece.strength).min(EVIDENCE_CAP);
        if matches!(piece.context, Context::Plain | Context::Conditional) {
            let side = usize::from(polarity == Polarity::Negative);
            asserted[side] += piece.strength;
            if turn.is_some_and(|turn| piece.span.start >= turn) {
                turned[side] += piece.strength;
            }
            last = last.max(Some((piece.span.start, side)));
        }
    }
    let silent = values[..EVIDENCE].iter().all(|&value| value == 0.0);
    let [favour, against] = asserted;
    let single = [
        ("reason.unpoled", f64::min(unpoled, EVIDENCE_CAP)),
        (
            "last.favour",
            f64::from(u8::from(last.is_some_and(|(_, side)| side == 0))),
        ),
        (
            "last.against",
            f64::from(u8::from(last.is_some_and(|(_, side)| side == 1))),
        ),
        ("turned.favour", f64::min(turned[0], EVIDENCE_CAP)),
        ("turned.against", f64::min(turned[1], EVIDENCE_CAP)),
        ("both", f64::min(favour, against).min(EVIDENCE_CAP)),
        ("silent", f64::from(u8::from(silent))),
        ("topic.own", f64::min(topic, TOPIC_CAP)),
    ];
    set(values, &single);
}

/// Strength of the terms of each code where they give it, and where they do not.
fn of_codes(codebook: &Codebook, seen: &Seen<'_>, values: &mut [f64]) {
    let mut counted = BTreeSet::new();
    for piece in seen.weighed {
        let Heading::Code(code) = piece.heading else { continue };
        let other = usize::from(!codebook.context.gives_code(piece.context));
        if counted.insert((piece.term, other)) {
            let value = &mut values[2 * usize::from(code.0) + other];
            *value = (*value + piece.strength).min(EVIDENCE_CAP);
        }
    }
}

/// Puts the sums that decide relevance among the values: they are known when the whole text is read.
pub(super) fn set_gate(values: &mut [f64], sums: Sums) {
    let capped = |sum: f64| sum.min(EVIDENCE_CAP);
    let single = [
        ("gate.topic", capped(sums.topic)),
        ("gate.strong", capped(sums.strong_topic)),
        ("gate.off_topic", capped(sums.off_topic)),
        ("gate.specific", capped(sums.specific)),
        ("gate.general", capped(sums.general)),
    ];
    set(values, &single);
}

fn form(seen: &Seen<'_>, values: &mut [f64]) {
    let text = seen.text.trim();
    let count = |wanted: char| text.chars().filter(|&c| c == wanted).count() as f64;
    let length = text.chars().count() as f64;
    let share = |bytes: usize| {
        if text.is_empty() {
            0.0
        } else {
            (bytes as f64 / text.len() as f64).min(1.0)
        }
    };
    let side = |words: u32| f64::from(words).ln_1p();
    let single = [
        ("sentiment.positive", side(seen.sentiment.positive)),
        ("sentiment.negative", side(seen.sentiment.negative)),
        ("form.headline", f64::from(u8::from(text.contains('【')))),
        ("form.links", count(MASK).ln_1p()),
        ("form.exclamations", count('!').ln_1p()),
        ("form.questions", count('?').ln_1p()),
        ("form.ends_asking", f64::from(u8::from(text.ends_with('?')))),
        ("form.length", (length / ORDINARY_LENGTH).ln_1p()),
        ("form.quoted", share(seen.clauses.quoted_bytes())),
        ("form.tagged", share(seen.clauses.hashtag_bytes())),
    ];
    set(values, &single);
}

fn set(values: &mut [f64], single: &[(&str, f64)]) {
    for (name, value) in single {
        if let Some(at) = SINGLE.iter().position(|other| other == name) {
            values[EVIDENCE + at] = *value;
        }
    }
}

/// How many cues of each kind a text holds; cues of one kind that overlap are one.
fn cue_counts(cues: &[CueHit], cues_from: usize, marks_from: usize) -> Vec<f64> {
    let marks = marks_from - cues_from;
    let mut counts: Vec<(f64, usize)> = Vec::new();
    for hit in cues {
        let at = match hit.cue {
            Cue::Mark(mark) => marks + usize::from(mark),
            cue => match Cue::NAMED.iter().position(|&(_, named)| named == cue) {
                Some(at) => at,
                None => continue,
            },
        };
        if counts.len() <= at {
            counts.resize(at + 1, (0.0, 0));
        }
        let (count, end) = &mut counts[at];
        if hit.span.start >= *end {
            *count += 1.0;
        }
        *end = (*end).max(hit.span.end);
    }
    counts.into_iter().map(|(count, _)| count).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::score::{Scope, Scorer};

    static SCORER: LazyLock<Scorer> = LazyLock::new(|| Scorer::new(Codebook::load("weibo-pangenome", None).unwrap()));

    fn value(text: &str, feature: &str) -> f64 {
        let at = SCORER.model.names().iter().position(|name| name == feature).unwrap();
        SCORER.code(text, Scope::Own).values.named[at]
    }

    #[test]
    fn every_feature_has_a_value() {
        assert_eq!(
            SCORER.code("泛基因组", Scope::Own).values.named.len(),
            SCORER.model.names().len()
        );
    }

    #[test]
    fn evidence_counts_in_its_side_and_context() {
        assert!(value("泛基因组这就是卖国。", "reason.against.plain") > 0.0);
        assert!(value("公开泛基因组不是卖国。", "reason.against.negated") > 0.0);
        assert_eq!(value("公开泛基因组不是卖国。", "reason.against.plain"), 0.0);
    }

    #[test]
    fn the_last_word_and_what_follows_a_turn_are_known() {
        let text = "泛基因组意义重大，但是这么公开就是卖国。";
        assert_eq!((value(text, "last.favour"), value(text, "last.against")), (0.0, 1.0));
        assert!(value(text, "turned.against") > 0.0);
        assert_eq!(value(text, "turned.favour"), 0.0);
    }

    #[test]
    fn the_form_of_a_post_is_known() {
        assert_eq!(value("【快讯】泛基因组图谱发布", "form.headline"), 1.0);
        assert_eq!(value("这是泛基因组吗？", "form.ends_asking"), 1.0);
        assert_eq!(value("哦", "silent"), 1.0);
        // 记者 and 获悉: ln(1 + 2).
        assert!((value("记者获悉，泛基因组上线", "mark.report") - 1.0986).abs() < 1e-4);
    }
}
