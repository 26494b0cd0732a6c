//! What is to be done, in order: files opened, batches of their records, files read to their end.

use std::{slice, sync::Arc};

use crate::{
    error::Result,
    ingest::{Batch, Bound, Layouts, Options, Reader, Recognition, Summary},
};

/// The next thing to do.
pub(super) enum Item {
    /// An input was opened and recognised, or could not be; its raw bytes, where they are known.
    Opened(Arc<str>, Box<Result<Recognition>>, Option<u64>),
    /// Records of the input opened last, and how many raw bytes of all inputs were read.
    Batch(Arc<Bound>, Batch, u64),
    /// The input opened last is through.
    Done(Summary),
}

/// Cuts the inputs into batches, one after the other.
pub(super) struct Feed<'a> {
    inputs: slice::Iter<'a, String>,
    layouts: &'a Layouts,
    options: &'a Options,
    reader: Option<Reader>,
    turn: u64,
    /// Raw bytes of the inputs that are through.
    bytes: u64,
}

impl<'a> Feed<'a> {
    pub(super) fn new(inputs: &'a [String], layouts: &'a Layouts, options: &'a Options) -> Self {
        Feed {
            inputs: inputs.iter(),
            layouts,
            options,
            reader: None,
            turn: 0,
            bytes: 0,
        }
    }

    /// The next item with its place in the order, from 0; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(u64, Item)> {
        let item = match &mut self.reader {
            None => {
                let input = self.inputs.next()?;
                let opened = Reader::open(input, self.layouts, self.options).map(|reader| {
                    let recognition = reader.recognition().clone();
                    self.reader = Some(reader);
                    recognition
                });
                let size = self.reader.as_ref().and_then(Reader::size_hint);
                Item::Opened(input.as_str().into(), Box::new(opened), size)
            }
            Some(reader) => match reader.next_batch() {
                Some(batch) => Item::Batch(reader.layout(), batch, self.bytes + reader.bytes_read()),
                None => {
                    let summary = reader.summary();
                    self.bytes += reader.bytes_read();
                    self.reader = None;
                    Item::Done(summary)
                }
            },
        };
        let turn = self.turn;
        self.turn += 1;
        Some((turn, item))
    }
}
