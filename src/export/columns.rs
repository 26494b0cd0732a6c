//! The columns of coded posts: one definition for every format.

use std::{collections::BTreeSet, sync::Arc};

use crate::model::{Code, CodeId, CodedPost, Moment};

use super::number::round_score;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, or missing.
    Text,
    /// Text that most posts have to themselves, or missing.
    OwnText,
    /// A count, or missing.
    Number,
    /// `true` or `false`, never missing.
    Flag,
    /// A number with four decimals, or missing.
    Score,
}

/// A column by name and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name, unique in the file.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnKind,
}

/// Where the cells of a column come from. An empty text is a missing one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Get {
    Text(for<'p> fn(&'p CodedPost<'_>) -> &'p str),
    /// One that most posts have to themselves.
    Own(for<'p> fn(&'p CodedPost<'_>) -> &'p str),
    Time(fn(&CodedPost) -> Option<Moment>),
    Number(fn(&CodedPost) -> Option<u64>),
    Flag(fn(&CodedPost) -> bool),
    Score(fn(&CodedPost) -> Option<f64>),
    /// All codes of the post.
    Codes,
    /// Whether the post has the code.
    Code(CodeId),
    /// A column kept, by its number.
    Kept(usize),
}

impl Get {
    fn kind(self) -> ColumnKind {
        match self {
            Get::Text(_) | Get::Codes | Get::Kept(_) => ColumnKind::Text,
            Get::Own(_) | Get::Time(_) => ColumnKind::OwnText,
            Get::Number(_) => ColumnKind::Number,
            Get::Flag(_) | Get::Code(_) => ColumnKind::Flag,
            Get::Score(_) => ColumnKind::Score,
        }
    }
}

/// A cell of a coded post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Missing,
    Text(&'a str),
    Number(u64),
    Flag(bool),
    /// Already rounded.
    Score(f64),
}

const BEFORE_CODES: [(&str, Get); 15] = [
    ("source_file", Get::Text(|coded| &coded.post.source.file)),
    ("source_row", Get::Number(|coded| Some(coded.post.source.row))),
    ("post_id", Get::Own(|coded| &coded.post.id)),
    (
        "user_id",
        Get::Own(|coded| coded.post.author.user_id.as_deref().unwrap_or_default()),
    ),
    (
        "screen_name",
        Get::Own(|coded| coded.post.author.screen_name.as_deref().unwrap_or_default()),
    ),
    ("created_at", Get::Time(|coded| coded.post.created_at)),
    ("account_type", Get::Text(|coded| coded.account.kind.name())),
    ("account_rule", Get::Text(|coded| &coded.account.rule)),
    ("is_repost", Get::Flag(|coded| coded.post.is_repost)),
    ("stance", Get::Text(|coded| coded.verdict.stance.name())),
    ("stance_score", Get::Score(|coded| round_score(coded.verdict.score))),
    (
        "stance_confidence",
        Get::Score(|coded| coded.verdict.confidence.and_then(round_score)),
    ),
    (
        "sentiment_positive",
        Get::Number(|coded| Some(coded.verdict.sentiment.positive.into())),
    ),
    (
        "sentiment_negative",
        Get::Number(|coded| Some(coded.verdict.sentiment.negative.into())),
    ),
    ("codes", Get::Codes),
];
const AFTER_CODES: [(&str, Get); 3] = [
    ("reposts", Get::Number(|coded| coded.post.engagement.reposts)),
    ("comments", Get::Number(|coded| coded.post.engagement.comments)),
    ("likes", Get::Number(|coded| coded.post.engagement.likes)),
];

/// The columns of coded posts for one scheme and one choice of kept columns.
#[derive(Debug, Clone)]
pub struct CodedSchema {
    codes: Vec<Arc<str>>,
    columns: Vec<Column>,
    gets: Vec<Get>,
}

impl CodedSchema {
    /// Columns for these codes, in codebook order, and these kept columns, in the order of [`crate::model::Post::kept`].
    ///
    /// A kept column whose name is taken (a hand-coded `stance`, say) is called `kept.stance`; taken again, `kept.kept.stance`.
    pub fn new(codes: &[Code], kept: &[String]) -> Self {
        let code = |(at, code): (u8, &Code)| (format!("code.{}", code.id), Get::Code(CodeId(at)));
        let fixed = |(name, get): (&str, Get)| (name.to_owned(), get);
        let mut named: Vec<(String, Get)> = BEFORE_CODES.map(fixed).into();
        named.extend((0..).zip(codes).map(code));
        named.extend(AFTER_CODES.map(fixed));
        let mut taken: BTreeSet<String> = named.iter().map(|(name, _)| name.clone()).collect();
        for (at, name) in kept.iter().enumerate() {
            let mut name = name.clone();
            while !taken.insert(name.clone()) {
                name.insert_str(0, "kept.");
            }
            named.push((name, Get::Kept(at)));
        }
        let column = |(name, get): (String, Get)| (Column { name, kind: get.kind() }, get);
        let (columns, gets) = named.into_iter().map(column).unzip();
        CodedSchema {
            codes: codes.iter().map(|code| Arc::clone(&code.id)).collect(),
            columns,
            gets,
        }
    }

    /// Every column, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Where the cells of each column come from.
    pub(super) fn gets(&self) -> &[Get] {
        &self.gets
    }

    /// Hands the cells of a post to `write`, one for each column and in their order.
    pub(super) fn cells(&self, coded: &CodedPost, mut write: impl FnMut(Cell<'_>)) {
        let mut joined = String::new();
        for get in &self.gets {
            write(match get {
                Get::Text(get) | Get::Own(get) => text(get(coded)),
                Get::Time(get) => {
                    time(get(coded), &mut joined);
                    text(&joined)
                }
                Get::Number(get) => get(coded).map_or(Cell::Missing, Cell::Number),
                Get::Flag(get) => Cell::Flag(get(coded)),
                Get::Score(get) => get(coded).map_or(Cell::Missing, Cell::Score),
                Get::Codes => {
                    self.join_codes(coded, &mut joined);
                    text(&joined)
                }
                Get::Code(code) => Cell::Flag(coded.verdict.codes.contains(*code)),
                Get::Kept(at) => text(kept(coded, *at)),
            });
        }
    }

    /// All codes of the post, `;` between them.
    pub(super) fn join_codes(&self, coded: &CodedPost, joined: &mut String) {
        joined.clear();
        if coded.verdict.codes.is_empty() {
            return;
        }
        let ids = coded.verdict.codes.iter();
        for id in ids.filter_map(|id| self.codes.get(usize::from(id.0))) {
            if !joined.is_empty() {
                joined.push(';');
            }
            joined.push_str(id);
        }
    }
}

/// A time as it is written; nothing where there is none.
pub(super) fn time(time: Option<Moment>, written: &mut String) {
    written.clear();
    if let Some(time) = time {
        time.write_to(written);
    }
}

/// A column kept.
pub(super) fn kept<'p>(coded: &'p CodedPost<'_>, at: usize) -> &'p str {
    coded.post.kept.get(at).map_or("", String::as_str)
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() {
        Cell::Missing
    } else {
        Cell::Text(text)
    }
}
