use super::{Place, Scene, negation, quotation};
use crate::{
    codebook::{ContextRules, Cue},
    score::span::Span,
};

/// Whom a word of blame meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::score) enum Whom {
    /// A group of people the scheme names, by its position in the context rules.
    Group(u8),
    /// Whoever is spoken to.
    Addressed,
    /// Nobody is named near by.
    Unnamed,
}

impl Whom {
    /// The names of all whom a scheme knows.
    pub(in crate::score) fn names(rules: &ContextRules) -> impl Iterator<Item = &str> {
        rules.blamed.iter().map(String::as_str).chain(["addressed", "unnamed"])
    }

    /// The place of its name among [`Whom::names`].
    pub(in crate::score) fn place(self, rules: &ContextRules) -> usize {
        match self {
            Whom::Group(group) => usize::from(group),
            Whom::Addressed => rules.blamed.len(),
            Whom::Unnamed => rules.blamed.len() + 1,
        }
    }
}

/// A word of blame and whom it meets.
#[derive(Debug, Clone, Copy)]
pub(in crate::score) struct Blame {
    pub(in crate::score) word: Span,
    pub(in crate::score) whom: Whom,
    /// The word that names or addresses them.
    pub(in crate::score) named: Option<Span>,
}

/// The author's own blame: words of abuse and reproof that are neither denied nor somebody else's, each with whom it
/// meets. That is the nearest group named in its clause (键盘侠真蠢), else the last one named before it in the sentence
/// (这些专家, 真是无耻), else whoever is spoken to there.
pub(in crate::score) fn blames(scene: &Scene<'_>) -> Vec<Blame> {
    let whole = Span {
        start: 0,
        end: scene.text.len(),
    };
    let mut end = 0;
    let mut blames = Vec::new();
    for &word in scene.hits_in(Cue::Blame, whole) {
        let meant = word.start >= end
            && !scene.clauses.in_hashtag(word)
            && !somebody_elses(scene, word)
            && negation::negated(scene, word, &[]).is_none();
        if meant {
            end = word.end;
            let (whom, named) = whom(scene, word);
            blames.push(Blame { word, whom, named });
        }
    }
    blames
}

/// Whether others say the word. 评论区真蠢 blames those whose words an attribution would else give.
fn somebody_elses(scene: &Scene<'_>, word: Span) -> bool {
    let place = Place {
        span: word,
        gaps: &[],
        favourable: Some(false),
    };
    let names = |cue: Span| scene.named_in(cue, word).any(|(_, named)| named == cue);
    quotation::quoted(scene, place).is_some_and(|cue| !names(cue))
}

fn whom(scene: &Scene<'_>, word: Span) -> (Whom, Option<Span>) {
    let clause = scene.clauses.clause_of(word);
    let so_far = scene.sentence_before(word);
    let near = scene.named_in(clause, word).min_by_key(|(_, at)| distance(*at, word));
    let group = near.or_else(|| scene.named_in(so_far, word).max_by_key(|(_, at)| at.end));
    if let Some((group, at)) = group {
        return (Whom::Group(group), Some(at));
    }
    let around = Span {
        start: so_far.start,
        end: clause.end,
    };
    match scene.cues_in(Cue::Address, around, word).next() {
        Some(at) => (Whom::Addressed, Some(at)),
        None => (Whom::Unnamed, None),
    }
}

fn distance(a: Span, b: Span) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
}
