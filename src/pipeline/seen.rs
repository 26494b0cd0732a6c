//! Which posts were read before.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashSet;

use crate::{
    clean::dedup::{Fingerprint, NearTexts},
    ingest::{Converted, Outcome, Repair, ids},
    model::Exclusion,
};

/// Which posts are left out because they were read before. Each step includes those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dedup {
    /// None.
    None,
    /// Those of the same id.
    #[default]
    Id,
    /// Those whose own words are the same.
    Text,
    /// Those whose own words are nearly the same (see [`dedup`](crate::clean::dedup)).
    Near,
}

impl Dedup {
    /// The name used in `--dedup` and in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Dedup::None => "none",
            Dedup::Id => "id",
            Dedup::Text => "text",
            Dedup::Near => "near",
        }
    }
}

/// What was read before, as far as it is needed to know a post again.
#[derive(Default)]
pub(super) struct Seen {
    ids: FxHashSet<u64>,
    texts: FxHashSet<u64>,
    near: NearTexts,
    /// What the post before in the same file is known by.
    last: Option<KnownBy>,
}

/// What a post is known again by.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownBy {
    /// Fingerprint of its id.
    id: u64,
    /// Hash of the cells that no field is read from.
    rest: u64,
}

/// What the post is known again by; `None` for what is no post, or where there is no id to be trusted.
pub(super) fn known_by(converted: &Converted<'_>) -> Option<KnownBy> {
    let Outcome::Post(post, _) = &converted.outcome else {
        return None;
    };
    // Ids that a spreadsheet rounded agree by accident.
    if post.id.is_empty() || converted.repairs.contains(&Repair::IdRounded) {
        return None;
    }
    Some(KnownBy {
        id: fingerprint(&post.id),
        rest: converted.rest,
    })
}

impl Seen {
    /// Begins a file.
    pub(super) fn begin_file(&mut self) {
        self.last = None;
    }

    /// Makes room for so many posts.
    pub(super) fn expect(&mut self, posts: usize) {
        self.ids.reserve(posts);
    }

    /// Remembers the ids of these posts, in their order; whether each is new, as those without an id are. All of a batch are looked up
    /// one right after the other, as most of what is asked for is far from the processor.
    pub(super) fn remember(&mut self, posts: impl Iterator<Item = Option<KnownBy>>) -> Vec<bool> {
        posts
            .map(|known| known.is_none_or(|known| self.ids.insert(known.id)))
            .collect()
    }

    /// Why the post is left out, if it is, where it is known whether its id `is_new`; its text is remembered.
    pub(super) fn exclusion(
        &mut self,
        known: Option<KnownBy>,
        is_new: bool,
        text: Option<Fingerprint>,
        dedup: Dedup,
    ) -> Option<(Exclusion, String)> {
        if dedup == Dedup::None {
            return None;
        }
        if let Some(known) = known {
            let last = self.last.replace(known);
            if !is_new {
                let repeated = last.is_some_and(|last| last.id == known.id && last.rest != known.rest);
                return Some(if repeated {
                    let detail = "the post of the record before; only cells that belong to no post differ";
                    (Exclusion::RepeatedPerComment, detail.into())
                } else {
                    (Exclusion::Duplicate, "a post with this id was read before".into())
                });
            }
        }
        let text = text?;
        if !self.texts.insert(text.exact) {
            return Some((Exclusion::SameText, "the same own words were read before".into()));
        }
        let similarity = (dedup == Dedup::Near)
            .then(|| self.near.find_or_remember(&text))
            .flatten()?;
        Some((
            Exclusion::NearSameText,
            format!("similarity {similarity:.2} to a text read before"),
        ))
    }
}

/// 64 bits of an id: the number that it is, or a hash. Among ten million ids the chance that any two of them agree by
/// accident is below 3 in a million.
fn fingerprint(id: &str) -> u64 {
    // Without a leading zero or sign a number has one spelling.
    if let Some(number) = ids::number_of(id) {
        return number;
    }
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
