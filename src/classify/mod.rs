//! Kind of account that posted: the account fields of an export in, an [`Account`](crate::model::Account) out, by rules
//! that are data.
//!
//! A rules file (`lexicons/accounts/weibo.toml`, or the user's own) is read by [`Rules::parse`] and applied by
//! [`Rules::classify`]. Rules are tried in the order of the file and the first whose conditions all hold decides; its id
//! goes to the output, so that every account type can be traced to one line of the file. The last rule has no condition:
//! what no other rule decides gets its type (`unknown`), never a guess in silence. [`Rules::decidable`] tells beforehand
//! which types an export can give at all, from the fields it has.
//!
//! # The rules file
//!
//! ```
//! use minyi::{classify::Rules, model::Author};
//!
//! let rules = Rules::parse(
//!     "rules.toml",
//!     r#"
//! types = ["media", "individual", "unknown"]         # in the order tables print them
//!
//! [sets]                                             # word lists that rules share, written <name>
//! official = ["官方微博", "官方账号"]
//!
//! [[rule]]
//! id = "reason-paper"
//! type = "media"
//! why = "A newspaper's own account; its journalists' verifications end otherwise."
//! confidence = "high"
//! verified_reason = { contains = ["日报", "晚报"], ends = ["<official>"], without = ["读者会"] }
//!
//! [[rule]]
//! id = "code-ordinary"
//! type = "individual"
//! why = "Not verified."
//! verified_type = [-1]
//!
//! [[rule]]
//! id = "undecided"
//! type = "unknown"
//! why = "No field tells."
//! "#,
//! )?;
//! let author = Author { verified_reason: Some("《南湖晚报》官方微博".into()), ..Author::default() };
//! let account = rules.classify(&author);
//! assert_eq!(account.kind.name(), "media");
//! assert_eq!(&*account.rule, "reason-paper");
//! assert_eq!(rules.confidence(&account.rule), Some(minyi::classify::Confidence::High));
//! # Ok::<(), minyi::error::Error>(())
//! ```
//!
//! Conditions of a rule, all of which must hold:
//!
//! | key | holds where |
//! |---|---|
//! | `verified = true` | the export says the account is (not) verified |
//! | `verified_type = [1, 3]` | the platform's code is one of these |
//! | `has = ["badge"]` | the export gives these fields for the account |
//! | `lacks = ["badge"]` | it gives none of these fields |
//! | `screen_name`, `verified_reason`, `description`, `badge` `= {..}` | the text `contains`, `starts` with, `ends` with or `is` one of the listed words, and has none of those listed under `without` |
//! | `badge = ["黄V"]` | short for `{ is = ["黄V"] }` |
//!
//! A rule may also state its `confidence`: `platform`, `high`, `fair`, `low` or `none` ([`Confidence`]). It decides nothing;
//! `minyi inspect` counts the posts of a file by it.
//!
//! In a word, `<name>` stands for any member of that set and parts stand side by side: `"<school><official>"`. Letter
//! case, full or half width, and white space or quotation marks around a text never matter.

mod fields;
mod file;
mod parse;
mod rules;
mod words;

#[cfg(test)]
mod bundled;
#[cfg(test)]
mod tests;

pub use fields::{Decidable, Field, Fields};
pub use rules::{Classifier, Confidence, Rules};
