//! A whole text file, whatever its encoding: for word lists and the like, not for exports.

use std::{
    io::Read,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use super::{
    container::{Content, Source},
    encoding::{self, Decoded},
};
use crate::error::{Error, Result};

/// The text of a file and the WHATWG name of the encoding it was found to be in. Invalid bytes become U+FFFD.
///
/// # Errors
/// The file cannot be opened or read, or is of a kind that is no text.
pub fn read_text(path: &str) -> Result<(String, &'static str)> {
    let source = Source::open(path)?;
    let Content::Text(stream) = source.content else {
        let problem = "this is no text; save it as text, one entry a line".to_owned();
        return Err(Error::Input {
            file: path.to_owned(),
            problem,
        });
    };
    let (encoding, _) = encoding::detect(&stream.sample);
    let mut text = String::new();
    Decoded::new(stream.reader, encoding, Arc::new(AtomicU64::new(0)))
        .read_to_string(&mut text)
        .map_err(|source| Error::File {
            path: Path::new(path).to_owned(),
            action: "read",
            source,
        })?;
    let text = text
        .strip_prefix('\u{feff}')
        .map_or_else(|| text.clone(), str::to_owned);
    Ok((text, encoding.name()))
}
