//! From the raw text to what can be matched, without altering it.
//!
//! Two views, both of byte ranges of the raw text:
//! - [`Words`] tells the author's own words from those of others in a repost chain;
//! - [`Folded`] is the text in one script, width and case, links and mentions masked, HTML seen
//!   through, with every byte traced back to the raw text.
//!
//! [`dedup`] tells by fingerprints of the second view whether two posts say the same.
//!
//! ```
//! use minyi::clean::{Folded, Words};
//!
//! let raw = "支持 開放科學！//@某人:别闹了";
//! let words = Words::split(raw);
//! assert_eq!(&raw[words.own.clone()], "支持 開放科學！");
//!
//! let folded = Folded::new(raw, words.own);
//! assert_eq!(folded.text(), "支持开放科学!");
//! let at = folded.text().find("开放科学").unwrap();
//! assert_eq!(&raw[folded.raw_range(at..at + "开放科学".len())], "開放科學");
//! ```

mod charset;
pub mod dedup;
mod find;
mod fold;
mod html;
mod markup;
mod words;

pub use find::find;
pub use fold::{Chars, Folded, HASHTAG, MASK, fold_chars, fold_term, simplified};
pub use words::Words;
