//! What is left out of a batch, and what is known of the records before it.

use std::collections::BTreeMap;

use super::{
    repeats,
    seen::{Dedup, KnownBy, Seen, known_by},
    topical::Topical,
};
use crate::{
    clean::dedup::Fingerprint,
    ingest::{Converted, Outcome, Portion, Summary},
    model::{Excluded, Post, Reject, Verdict},
    privacy::Pseudonyms,
    score::Relevance,
};

/// A record as read.
pub(super) struct Read<'t> {
    pub(super) converted: Converted<'t>,
    /// What the post is known again by, where it has an id to be trusted.
    pub(super) known: Option<KnownBy>,
    /// That of its text, where texts are compared.
    pub(super) fingerprint: Option<Fingerprint>,
    /// Hash of its words.
    pub(super) words: u64,
}

impl<'t> Read<'t> {
    /// Whether it is a post that stands in the export only because the next one reposts it.
    pub(super) fn is_pulled_in(&self) -> bool {
        matches!(self.converted.outcome, Outcome::Post(_, true))
    }

    pub(super) fn new(converted: Converted<'t>, dedup: Dedup) -> Self {
        let body = match &converted.outcome {
            Outcome::Post(post, _) => post.body(),
            _ => "",
        };
        Read {
            known: known_by(&converted),
            fingerprint: (dedup >= Dedup::Text)
                .then(|| Fingerprint::of(body, dedup == Dedup::Near))
                .flatten(),
            words: repeats::hash(body),
            converted,
        }
    }
}

/// A record that is not coded.
pub(super) enum Aside {
    Reject(Reject),
    Excluded(Excluded),
}

impl Aside {
    /// Puts pseudonyms in the place of names and ids.
    pub(super) fn conceal(&mut self, privacy: &Pseudonyms) {
        match self {
            Aside::Reject(reject) => privacy.reject(reject),
            Aside::Excluded(excluded) => privacy.excluded(excluded),
        }
    }
}

/// What is counted of a batch.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) records: u64,
    pub(super) accounts: u64,
    pub(super) repairs: BTreeMap<&'static str, u64>,
    pub(super) topical: Option<Topical>,
}

/// A batch without what is left out.
#[derive(Default)]
pub(super) struct Sifted<'t> {
    /// The posts to code, whose rows are still those in the batch: to change them here, where one batch after the other waits, would mean
    /// to wait for each post to come back from far memory.
    #[expect(clippy::vec_box, reason = "they come in boxes, which are cheaper to move than posts")]
    pub(super) posts: Vec<Box<Post<'t>>>,
    /// Hashes of their words.
    pub(super) words: Vec<u64>,
    /// Records of the file before the batch.
    pub(super) first_row: u64,
    /// Verdicts on the first of them, with relevance to be shown.
    pub(super) shown: Vec<Verdict>,
    pub(super) relevance: Relevance,
    pub(super) aside: Vec<Aside>,
    pub(super) counts: Counts,
}

/// What is known of the records before a batch.
#[derive(Default)]
pub(super) struct Sift {
    pub(super) seen: Seen,
    pub(super) topical: Option<Topical>,
    /// Raw bytes of a file of which no record was read, where they are known.
    size: Option<u64>,
    /// Records of the file so far, bytes of it, and invalid sequences in them.
    records: u64,
    bytes: u64,
    invalid_sequences: u64,
}

impl Sift {
    pub(super) fn begin_file(&mut self, size: Option<u64>) {
        *self = Sift {
            size,
            seen: std::mem::take(&mut self.seen),
            ..Sift::default()
        };
        self.seen.begin_file();
    }

    /// Makes room for the posts of a file with the first batch of it, as far as its size tells how many there are: to make room again and
    /// again means to move what is there.
    pub(super) fn expect(&mut self, portion: &Portion<Read<'_>>) {
        /// So many at most: 150 MB.
        const MOST: u64 = 14_000_000;
        let Some(size) = self.size.take().filter(|_| portion.bytes > 0) else {
            return;
        };
        let with_a_few = u128::from(size.saturating_add(size / 16));
        let posts = portion.records.len() as u128 * with_a_few / u128::from(portion.bytes);
        self.seen.expect(posts.min(MOST.into()) as usize);
    }

    /// Goes past a batch; how many records of the file and bytes of it lie before.
    pub(super) fn pass(&mut self, portion: &Portion<Read<'_>>) -> (u64, u64) {
        let records = self.records;
        self.bytes += portion.bytes_before;
        let bytes = self.bytes;
        self.records += portion.records.len() as u64;
        self.bytes += portion.bytes;
        self.invalid_sequences += portion.invalid_sequences;
        (records, bytes)
    }

    pub(super) fn end_file(&mut self, summary: Summary) -> Summary {
        Summary {
            records: self.records,
            invalid_sequences: summary.invalid_sequences + self.invalid_sequences,
            ..summary
        }
    }
}
