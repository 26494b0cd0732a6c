//! The words every room speaks: a [`Post`] as collected, a [`CodedPost`] as coded, and what they are made of.
//!
//! ```text
//! files -> ingest -> Post -> clean, segment, score, classify -> CodedPost -> tabulate -> export
//! ```
//!
//! This room names no other. A type that only one room makes and one room reads lives in that room instead.

mod account;
mod coded;
mod flow;
mod post;
mod stance;
mod time;

pub use account::{Account, AccountType, Author};
pub use coded::{Code, CodeId, CodeSet, CodedPost, Context, Evidence, Polarity, Sentiment, Verdict};
pub use flow::{Excluded, Exclusion, Reject};
pub use post::{Engagement, Post, Source};
pub use stance::Stance;
pub use time::{Day, Moment};
