use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use encoding_rs::Encoding;

use crate::error::{Error, Result};

use super::{Reader, Stream};
use crate::ingest::{
    Bound, EncodingSource, Layouts, Options, Recognition,
    container::{Tables, Text},
    digits::is_number,
    encoding,
    opening::{self, Opening},
    sheets,
};

/// What is known of an input before it is recognised.
pub(super) struct Start<'a> {
    pub(super) input: &'a str,
    pub(super) layouts: &'a Layouts,
    pub(super) options: &'a Options,
    pub(super) bytes_read: Arc<AtomicU64>,
    pub(super) size: Option<u64>,
}

impl Start<'_> {
    /// A reader of CSV or JSON.
    pub(super) fn text(self, text: Text) -> Result<Reader> {
        let known = opening::encoding(self.input, &text.sample, self.options.encoding.as_deref())?;
        let sample = encoding::decode_sample(&text.sample, known.0);
        let mut opening = opening::recognise(self.input, &sample, self.layouts, self.options)
            .map_err(|error| with_encoding(error, known))?;
        let replaced = Arc::new(AtomicU64::new(0));
        let stream = Stream::new(text.reader, known.0, &replaced, &mut opening);
        let recognition = opening.recognition(known, self.options);
        Ok(self.reader(opening, recognition, stream, replaced))
    }

    /// A reader of the tables that a layout knows, or of the one named.
    pub(super) fn tables(self, tables: Tables, named: Option<&str>) -> Result<Reader> {
        let container = tables.container();
        let choice = sheets::choose(self.input, tables, named, self.layouts, self.options)?;
        let columns = choice.chosen[0].columns.iter().map(String::as_str);
        let mut opening = opening::with_header(self.input, columns, &choice.seen, choice.layout, self.options)?;
        opening.container = container;
        let recognition = Recognition {
            tables: choice
                .chosen
                .iter()
                .map(|table| table.name.clone())
                .filter(|name| !name.is_empty())
                .collect(),
            tables_not_read: choice.not_read,
            account_tables: choice.accounts,
            ..opening.recognition((encoding_rs::UTF_8, EncodingSource::Container), self.options)
        };
        let Some(header) = opening.header.take() else {
            return Err(opening::problem_of(self.input, "the table has no header".to_owned()));
        };
        let stream = Stream::Rows {
            seen: choice.seen.into_iter(),
            rows: Box::new(choice.rows),
            header: Arc::new(header),
        };
        Ok(self.reader(opening, recognition, stream, Arc::default()))
    }

    fn reader(self, opening: Opening, recognition: Recognition, stream: Stream, replaced: Arc<AtomicU64>) -> Reader {
        let file_user_id = user_id_in_name(self.input).filter(|_| opening.layout.user_id_from_file_name);
        let recognition = Recognition {
            user_id_from_file_name: file_user_id.is_some(),
            ..recognition
        };
        let values = self.layouts.values();
        let bound = Bound {
            file: self.input.into(),
            nulls: values.nulls.and(&opening.layout.nulls),
            layout: opening.layout,
            values: Arc::clone(values),
            paths: opening.paths,
            file_user_id,
            rounded_ids: opening.rounded_ids,
            accounts: self.options.accounts.clone(),
            collected_at: self.options.collected_at,
        };
        Reader {
            recognition,
            bound: Arc::new(bound),
            stream,
            keep: self.options.keep.clone(),
            ahead: None,
            records: 0,
            header_changes: 0,
            bytes_read: self.bytes_read,
            size: self.size,
            replaced,
            may_be_short: true,
            broken_off: false,
        }
    }
}

/// The problem of a file whose encoding was guessed: the guess may be the cause.
fn with_encoding(error: Error, (encoding, source): (&'static Encoding, EncodingSource)) -> Error {
    match error {
        Error::Input { file, problem } if source == EncodingSource::Guessed => Error::Input {
            problem: format!(
                "{problem}. If the names look garbled: the encoding was guessed as {}; name the right one with --encoding",
                encoding.name()
            ),
            file,
        },
        error => error,
    }
}

/// The user id that a file is named after: at least five digits and nothing else before the ending.
fn user_id_in_name(input: &str) -> Option<String> {
    let name = Path::new(input).file_name()?.to_str()?;
    let stem = name.split('.').next()?;
    (stem.len() >= 5 && is_number(stem)).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_digits_is_a_user_id() {
        assert_eq!(
            user_id_in_name("weibo/某人/1234567890.csv.gz").as_deref(),
            Some("1234567890")
        );
        for name in ["-", "2023.csv", "1234567890_comments.csv", "users.csv", ""] {
            assert_eq!(user_id_in_name(name), None, "{name}");
        }
    }
}
