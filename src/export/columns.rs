//! The columns of coded posts: one definition for every format.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use crate::error::Result;
use crate::model::{Code, CodeId, CodedPost};

use super::number::round_score;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, or missing.
    Text,
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

/// A cell of a coded post.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Missing,
    Text(Cow<'a, str>),
    Number(u64),
    Flag(bool),
    /// Already rounded.
    Score(f64),
}

use ColumnKind::{Flag, Number, Score, Text};

const BEFORE_CODES: [(&str, ColumnKind); 15] = [
    ("source_file", Text),
    ("source_row", Number),
    ("post_id", Text),
    ("user_id", Text),
    ("screen_name", Text),
    ("created_at", Text),
    ("account_type", Text),
    ("account_rule", Text),
    ("is_repost", Flag),
    ("stance", Text),
    ("stance_score", Score),
    ("stance_confidence", Score),
    ("sentiment_positive", Number),
    ("sentiment_negative", Number),
    ("codes", Text),
];
const AFTER_CODES: [&str; 3] = ["reposts", "comments", "likes"];

/// The columns of coded posts for one scheme and one choice of kept columns.
#[derive(Debug, Clone)]
pub struct CodedSchema {
    codes: Vec<Arc<str>>,
    columns: Vec<Column>,
}

impl CodedSchema {
    /// Columns for these codes, in codebook order, and these kept columns, in the order of [`crate::model::Post::kept`].
    ///
    /// A kept column whose name is taken (a hand-coded `stance`, say) is called `kept.stance`; taken again, `kept.kept.stance`.
    pub fn new(codes: &[Code], kept: &[String]) -> Self {
        let mut columns: Vec<Column> = BEFORE_CODES.iter().map(|&(name, kind)| column(name, kind)).collect();
        columns.extend(codes.iter().map(|code| column(&format!("code.{}", code.id), Flag)));
        columns.extend(AFTER_CODES.map(|name| column(name, Number)));
        let mut taken: BTreeSet<String> = columns.iter().map(|column| column.name.clone()).collect();
        for name in kept {
            let mut name = name.clone();
            while !taken.insert(name.clone()) {
                name.insert_str(0, "kept.");
            }
            columns.push(column(&name, Text));
        }
        CodedSchema {
            codes: codes.iter().map(|code| Arc::clone(&code.id)).collect(),
            columns,
        }
    }

    /// Every column, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Hands the cells of a post to `write`, one for each column and in their order.
    pub(super) fn cells<'a>(&self, coded: &'a CodedPost, mut write: impl FnMut(Cell<'a>) -> Result<()>) -> Result<()> {
        let CodedPost { post, account, verdict } = coded;
        write(text(&post.source.file))?;
        write(Cell::Number(post.source.row))?;
        write(text(&post.id))?;
        write(optional(post.author.user_id.as_deref()))?;
        write(optional(post.author.screen_name.as_deref()))?;
        write(
            post.created_at
                .map_or(Cell::Missing, |at| Cell::Text(at.to_string().into())),
        )?;
        write(text(account.kind.name()))?;
        write(text(&account.rule))?;
        write(Cell::Flag(post.is_repost))?;
        write(text(verdict.stance.name()))?;
        write(round_score(verdict.score).map_or(Cell::Missing, Cell::Score))?;
        write(
            verdict
                .confidence
                .and_then(round_score)
                .map_or(Cell::Missing, Cell::Score),
        )?;
        write(Cell::Number(verdict.sentiment.positive.into()))?;
        write(Cell::Number(verdict.sentiment.negative.into()))?;
        write(self.joined_codes(coded))?;
        for at in 0..self.codes.len() {
            write(Cell::Flag(
                u8::try_from(at).is_ok_and(|at| verdict.codes.contains(CodeId(at))),
            ))?;
        }
        for n in [post.engagement.reposts, post.engagement.comments, post.engagement.likes] {
            write(n.map_or(Cell::Missing, Cell::Number))?;
        }
        let kept = self.columns.len() - BEFORE_CODES.len() - self.codes.len() - AFTER_CODES.len();
        for at in 0..kept {
            write(post.kept.get(at).map_or(Cell::Missing, |value| text(value)))?;
        }
        Ok(())
    }

    fn joined_codes(&self, coded: &CodedPost) -> Cell<'static> {
        let ids: Vec<&str> = coded
            .verdict
            .codes
            .iter()
            .filter_map(|id| self.codes.get(usize::from(id.0)))
            .map(|id| &**id)
            .collect();
        if ids.is_empty() {
            Cell::Missing
        } else {
            Cell::Text(ids.join(";").into())
        }
    }
}

fn column(name: &str, kind: ColumnKind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
    }
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() {
        Cell::Missing
    } else {
        Cell::Text(text.into())
    }
}

fn optional(value: Option<&str>) -> Cell<'_> {
    value.map_or(Cell::Missing, text)
}
