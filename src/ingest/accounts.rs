use std::{collections::HashMap, sync::Arc};

use compact_str::CompactString;

use crate::{error::Result, model::Author};

use super::{Field, Layouts, Options, Outcome, Reader, Unit, container::place};

/// What tables of accounts tell of the authors, by user id: for exports of posts that lack these fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    by_id: HashMap<CompactString, Author>,
    files: Vec<Arc<str>>,
}

impl Accounts {
    /// The accounts in these files (`--users`). A file of posts tells them as well as a table of accounts does.
    ///
    /// # Errors
    /// A file that cannot be read, or has no user ids.
    pub fn read(files: &[String], layouts: &Layouts, options: &Options) -> Result<Accounts> {
        let mut accounts = Accounts::default();
        for file in files {
            accounts.add(file, layouts, options)?;
        }
        Ok(accounts)
    }

    /// Adds the tables of accounts among the inputs, also those in a database beside the posts. Files that cannot be opened
    /// and pipes, which can be read only once, are left alone.
    ///
    /// # Errors
    /// A table that was recognised and cannot be read.
    pub fn add_from_inputs(&mut self, inputs: &[String], layouts: &Layouts, options: &Options) -> Result<()> {
        for input in inputs.iter().filter(|input| place(input).disk.is_file()) {
            let Ok(reader) = Reader::open(input, layouts, options) else {
                continue;
            };
            if reader.recognition().unit == Unit::Account {
                self.take(input, reader);
            } else {
                for table in &reader.recognition().account_tables {
                    self.add(table, layouts, options)?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, input: &str, layouts: &Layouts, options: &Options) -> Result<()> {
        let reader = Reader::open(input, layouts, options)?;
        self.take(input, reader);
        Ok(())
    }

    fn take(&mut self, input: &str, mut reader: Reader) {
        self.files.push(input.into());
        let layout = reader.layout();
        while let Some(record) = reader.next_record() {
            let author = match layout.convert(record).outcome {
                Outcome::Account(author) => *author,
                Outcome::Post(post, _) => post.author,
                Outcome::Reject(_) => continue,
            };
            if let Some(id) = author.user_id.clone() {
                let known = self.by_id.entry(id).or_default();
                let mut newer = author;
                fill(&mut newer, known);
                *known = newer;
            }
        }
    }

    /// Number of accounts.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The files read, in order.
    pub fn files(&self) -> &[Arc<str>] {
        &self.files
    }

    /// The fields that the tables tell of some account.
    pub fn fields(&self) -> Vec<Field> {
        let tells = |field: &Field| self.by_id.values().any(|author| has(author, *field));
        Field::ALL.into_iter().filter(tells).collect()
    }

    /// Fills in what the post does not tell of its author; whether there was anything.
    pub fn complete(&self, author: &mut Author) -> bool {
        let known = author.user_id.as_ref().and_then(|id| self.by_id.get(id));
        known.is_some_and(|known| fill(author, known))
    }
}

fn has(author: &Author, field: Field) -> bool {
    match field {
        Field::ScreenName => author.screen_name.is_some(),
        Field::Verified => author.verified.is_some(),
        Field::VerifiedType => author.verified_type.is_some(),
        Field::Badge => author.badge.is_some(),
        Field::VerifiedReason => author.verified_reason.is_some(),
        Field::Description => author.description.is_some(),
        Field::Followers => author.followers.is_some(),
        _ => false,
    }
}

/// Fills the gaps of one account from another; whether there was one to fill.
fn fill(author: &mut Author, known: &Author) -> bool {
    let before = author.clone();
    let text = |mine: &mut Option<CompactString>, theirs: &Option<CompactString>| {
        if mine.is_none() {
            mine.clone_from(theirs);
        }
    };
    text(&mut author.user_id, &known.user_id);
    text(&mut author.screen_name, &known.screen_name);
    text(&mut author.badge, &known.badge);
    text(&mut author.verified_reason, &known.verified_reason);
    text(&mut author.description, &known.description);
    author.verified = author.verified.or(known.verified);
    author.verified_type = author.verified_type.or(known.verified_type);
    author.followers = author.followers.or(known.followers);
    *author != before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(id: &str, kind: Option<i64>, name: Option<&str>) -> Author {
        Author {
            user_id: Some(id.into()),
            verified_type: kind,
            screen_name: name.map(Into::into),
            ..Author::default()
        }
    }

    #[test]
    fn a_table_fills_gaps_and_overrides_nothing() {
        let accounts = Accounts {
            by_id: HashMap::from([("7".into(), author("7", Some(3), Some("某报")))]),
            files: Vec::new(),
        };
        let mut post = author("7", None, Some("某报旧名"));
        assert!(accounts.complete(&mut post));
        assert_eq!(post, author("7", Some(3), Some("某报旧名")));
        assert!(!accounts.complete(&mut post));
        assert!(!accounts.complete(&mut author("8", None, None)));
        assert!(!accounts.complete(&mut Author::default()));
    }
}
