//! Which posts were read before.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use rustc_hash::FxHashSet;

use crate::{
    clean::dedup::{Fingerprint, NearTexts},
    model::{Exclusion, Post},
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
    /// File and fingerprint of the id of the post before, and the hash of its cells that are not read.
    last: Option<(Arc<str>, u64, u64)>,
}

impl Seen {
    /// Why the post is left out, if it is; it is remembered. `rest` is the hash of the cells that no field is read from; `None` where the id is not to be trusted.
    pub(super) fn exclusion(
        &mut self,
        post: &Post,
        rest: Option<u64>,
        text: Option<Fingerprint>,
        dedup: Dedup,
    ) -> Option<(Exclusion, String)> {
        if dedup == Dedup::None {
            return None;
        }
        if let Some(rest) = rest.filter(|_| !post.id.is_empty()) {
            let id = fingerprint(&post.id);
            let last = self.last.replace((Arc::clone(&post.source.file), id, rest));
            if !self.ids.insert(id) {
                let repeated =
                    last.is_some_and(|(file, last, other)| (&file, last) == (&post.source.file, id) && other != rest);
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

/// 64 bits of an id. Among ten million ids the chance that any two of them agree by accident is below 3 in a million.
fn fingerprint(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
