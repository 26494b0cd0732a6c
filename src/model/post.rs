use std::{borrow::Cow, sync::Arc};

use compact_str::CompactString;

use super::{Author, Moment};

/// Where a post was read: the file and the record in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path as the user gave it (or as the glob found it); `-` is standard input.
    pub file: Arc<str>,
    /// Number of the record in the file, from 1; a header is not counted, an unreadable record is.
    pub row: u64,
}

/// One post as an exporter wrote it, in the project's own fields. The text is never altered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post<'t> {
    /// File and record the post was read from.
    pub source: Source,
    /// The platform's id of the post (Weibo: the `mid`, else the `bid`); empty where the export has none.
    pub id: CompactString,
    /// Who wrote it, as far as the export tells.
    pub author: Author,
    /// The text as collected, byte for byte after decoding to UTF-8; where it can be, as it stands in what was read of the file.
    pub text: Cow<'t, str>,
    /// Bytes at the start of the text that the exporter put there (`screen name:`); they are nobody's words.
    pub label: usize,
    /// When it was posted.
    pub created_at: Option<Moment>,
    /// Whether the export marks it as a repost of another post.
    pub is_repost: bool,
    /// Whether the exporter cut the text (`...全文`).
    pub truncated: bool,
    /// Reposts, comments and likes at the time of collection.
    pub engagement: Engagement,
    /// Values of the columns the user asked to keep, in the order asked for; empty where the record has none.
    pub kept: Vec<String>,
}

impl Post<'_> {
    /// The text behind what the exporter put before it; its offsets are those of the text less [`Post::label`].
    pub fn body(&self) -> &str {
        &self.text[self.label..]
    }

    /// The same with a text of its own, to be kept when what was read of the file is let go.
    pub fn into_owned(self) -> Post<'static> {
        Post {
            source: self.source,
            id: self.id,
            author: self.author,
            text: Cow::Owned(self.text.into_owned()),
            label: self.label,
            created_at: self.created_at,
            is_repost: self.is_repost,
            truncated: self.truncated,
            engagement: self.engagement,
            kept: self.kept,
        }
    }
}

/// Reposts, comments and likes; `None` where the export has no such field or its cell could not be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Engagement {
    /// Number of reposts.
    pub reposts: Option<u64>,
    /// Number of comments.
    pub comments: Option<u64>,
    /// Number of likes.
    pub likes: Option<u64>,
}
