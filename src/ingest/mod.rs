//! Files as exporters wrote them, in; [`Post`](crate::model::Post)s, out.
//!
//! A file is opened and recognised by its start ([`Reader::open`]): container, encoding, exporter layout. The reader only
//! cuts it into [`Record`]s; [`Bound::convert`] makes a post, an account or a reject of each, in any thread. Every record is one
//! of the three, so that records = posts + accounts + rejects. Texts are never altered: they are decoded, unquoted or unescaped,
//! no more.
//!
//! - Containers: CSV (`,`, tab, `;`, `|`), JSON lines, JSON (a list, or an object that holds one); sheets of workbooks, tables
//!   of SQLite databases, parquet; each also packed (gzip, zstd) and in zip archives. [`place`] tells a file from what is in it.
//! - Text, databases, parquet and the rows of an xlsx are streamed. Of a workbook the packed file and its strings are in memory
//!   (at most 1 GiB), of an xls the sheet. No record is longer than 32 MiB, and no packed file is read on that gave 256 MiB
//!   and more than 200 times its size.
//! - Layouts are data, one file each in `data/exporters`; `common.toml` there holds the spellings they share
//!   (null cells, truth words, count words). A file no layout describes is read with a [`FieldMap`].
//! - [`Accounts`] are tables of authors; they fill in what a post does not tell.
//! - Encodings: UTF-8, UTF-16 with a byte order mark, GB18030 and whatever else the bytes look like; what cannot be
//!   decoded is replaced by U+FFFD and counted in the [`Summary`].
//!
//! Rules that hold for every layout:
//!
//! - A field has one or more columns; the first with a value in the record wins. A null cell (`common.toml`) is no value.
//! - **Repost**: the first of these that the record tells decides: a repost column (`是`, `True`, `转发`), an original column,
//!   the other post or its id. Only if the record tells none of them, and has no cell for the other post's id, does the text
//!   decide: 转发微博 alone, a `//@` chain, `转发理由:`.
//! - **Text**: a record without one is rejected unless it is marked a repost. A title stands before the text on a line of
//!   its own, unless the text begins with it.
//! - **Id**: the cell without blanks and tabs around it. Where a layout names a bid instead, or a spreadsheet destroyed the
//!   id (`4.5E+15`), the mid computed from the bid.
//! - **Time**: Beijing time unless the cell names an offset or the layout says UTC. A Weibo id tells the year of `06月14日`, and the whole time where
//!   the cell is missing, relative (`5分钟前`) or unreadable; else [`Options::collected_at`] does what it can. Each such step is a counted [`Repair`].
//! - **Rows**: one wider than the header with more than blanks in excess is rejected, as is one that ends before its id, text
//!   or date: which cell is which cannot be told. weibo-crawler's rows are realigned by their shape instead.
//! - A row that repeats the header, a row of blanks and a bare date are rejected as `not a record: ..`; if the header comes
//!   again with other columns, the rows behind it are read under the new one.
//! - A post of weibo-search is a **pulled-in original** if the next row reposts it and its badge is blank or unknown.
//!
//! ```
//! use minyi::ingest::{Layouts, Options, Outcome, Reader};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("posts.csv");
//! std::fs::write(&file, "编号,博文\n7,睡前看到那张图谱\n")?;
//!
//! let common = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/exporters/common.toml"))?;
//! let layouts = Layouts::parse([("common.toml", common.as_str())])?;
//! let options = Options { map: Some("text=博文,id=编号".parse()?), ..Options::default() };
//! let mut reader = Reader::open(file.to_str().ok_or("path")?, &layouts, &options)?;
//! let layout = reader.layout();
//! while let Some(record) = reader.next_record() {
//!     let Outcome::Post(post, _) = layout.convert(record).outcome else { panic!("not a post") };
//!     assert_eq!((post.id.as_str(), &*post.text), ("7", "睡前看到那张图谱"));
//! }
//! # Ok(()) }
//! ```

use std::sync::Arc;

use crate::model::Moment;

mod accounts;
mod container;
mod convert;
mod counts;
mod dates;
mod digits;
mod encoding;
mod fields;
mod guess;
mod header;
pub mod ids;
mod inputs;
mod json;
mod layout;
mod opening;
mod reader;
mod realign;
mod recognition;
mod record;
mod repair;
mod sheets;
mod text;
mod values;

pub use accounts::Accounts;
pub use container::{Place, TABLE_THREAD, place};
pub use convert::{Bound, Converted, Outcome};
pub use dates::parse_moment;
pub use encoding::EncodingSource;
pub use fields::{Field, FieldMap};
pub use inputs::expand;
pub use layout::{Layouts, Unit};
pub use reader::{Batch, Portion, Reader};
pub use recognition::{Container, Recognition, Summary};
pub use record::Record;
pub use repair::Repair;
pub use text::read_text;

/// How to read the inputs, where that is not to be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Columns named by the user; replaces the layouts.
    pub map: Option<FieldMap>,
    /// Columns (JSON: paths) whose values are kept in [`Post::kept`](crate::model::Post::kept), in this order.
    pub keep: Vec<String>,
    /// WHATWG label of the encoding, where the guess is wrong.
    pub encoding: Option<String>,
    /// What is known of the authors from elsewhere.
    pub accounts: Option<Arc<Accounts>>,
    /// When the posts were collected: what `5分钟前` is relative to, and the year of `06-14` where no id tells it.
    pub collected_at: Option<Moment>,
}
