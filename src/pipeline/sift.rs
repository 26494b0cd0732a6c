//! What is left out of a batch, and what is known of the records before it.

use std::collections::BTreeMap;

use super::{
    seen::{KnownBy, Seen},
    topical::Topical,
};
use crate::{
    clean::dedup::Fingerprint,
    ingest::{Portion, Summary},
    model::{Excluded, Post, Reject, Verdict},
    privacy::Pseudonyms,
    score::Relevance,
};

/// A batch as read.
pub(super) struct Read {
    pub(super) portion: Portion,
    /// What each post is known again by, where it has an id to be trusted.
    pub(super) ids: Vec<Option<KnownBy>>,
    /// One for each record where texts are compared, else none.
    pub(super) fingerprints: Vec<Option<Fingerprint>>,
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
pub(super) struct Sifted {
    /// The posts to code.
    #[expect(clippy::vec_box, reason = "they come in boxes, which are cheaper to move than posts")]
    pub(super) posts: Vec<Box<Post>>,
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
    /// Records of the file so far, bytes of it, and invalid sequences in them.
    records: u64,
    bytes: u64,
    invalid_sequences: u64,
}

impl Sift {
    pub(super) fn begin_file(&mut self) {
        *self = Sift {
            seen: std::mem::take(&mut self.seen),
            ..Sift::default()
        };
        self.seen.begin_file();
    }

    /// Goes past a batch; how many records of the file and bytes of it lie before.
    pub(super) fn pass(&mut self, portion: &Portion) -> (u64, u64) {
        let records = self.records;
        self.bytes += portion.bytes_before;
        let bytes = self.bytes;
        self.records += portion.converted.len() as u64;
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
