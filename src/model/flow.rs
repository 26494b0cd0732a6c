use std::sync::Arc;

use compact_str::CompactString;

use super::Source;

/// A record that could not be read as a post. Kept aside in rejects.csv, never dropped in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// File and record number.
    pub source: Source,
    /// Byte offset of the record in the decoded, decompressed file, where the reader knows it.
    pub offset: Option<u64>,
    /// Why, in words a researcher can act on.
    pub reason: Arc<str>,
    /// The cells as read (JSON records: the record itself as one cell).
    pub cells: Vec<String>,
}

/// Why a post that was read is not coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exclusion {
    /// The same post id was read before, in this or another file.
    Duplicate,
    /// An original that weibo-search wrote beside its repost: it need not match the search at all.
    PulledInOriginal,
    /// The post of the record before once more, beside another comment: an export of posts joined with their comments.
    RepeatedPerComment,
    /// The author's own words were read before, word for word, in another post.
    SameText,
    /// Nearly the same words were read before, in another post.
    NearSameText,
    /// Posted outside the study window, or at an unknown time while a window is asked for.
    OutOfWindow,
}

impl Exclusion {
    /// Every exclusion, in the order they are applied and flow.csv prints them.
    pub const ALL: [Exclusion; 6] = [
        Exclusion::PulledInOriginal,
        Exclusion::RepeatedPerComment,
        Exclusion::Duplicate,
        Exclusion::SameText,
        Exclusion::NearSameText,
        Exclusion::OutOfWindow,
    ];

    /// The name as printed in flow.csv and excluded.csv.
    pub fn name(self) -> &'static str {
        match self {
            Exclusion::Duplicate => "duplicate id",
            Exclusion::RepeatedPerComment => "repeated per comment",
            Exclusion::SameText => "same text",
            Exclusion::NearSameText => "near-same text",
            Exclusion::PulledInOriginal => "pulled-in original",
            Exclusion::OutOfWindow => "out of window",
        }
    }
}

/// A post that was read and left out on purpose, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// File and record number.
    pub source: Source,
    /// The post's id.
    pub post_id: CompactString,
    /// Why it was left out.
    pub why: Exclusion,
    /// The particulars: the record it repeats, the date it has.
    pub detail: String,
}
