//! Where lexicon files come from: the binary or a folder of the user's.

use std::{borrow::Cow, fs, path::PathBuf, sync::Arc};

use super::rows::Rows;
use crate::{
    bundled,
    cutter::Cells,
    error::{Error, Result},
};

/// A lexicon file as read: its text, and the name errors and the manifest give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconFile {
    /// `lexicons/...` for a bundled file, else the path on disk.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Cow<'static, str>,
}

impl LexiconFile {
    /// A bundled file, by its path under `lexicons/`.
    ///
    /// # Errors
    /// There is no such bundled file.
    pub fn bundled(path: &str) -> Result<Self> {
        let text = bundled::lexicon(path).ok_or_else(|| Error::Input {
            file: format!("lexicons/{path}"),
            problem: "no such lexicon is bundled".to_owned(),
        })?;
        Ok(LexiconFile {
            name: format!("lexicons/{path}").into(),
            text: text.into(),
        })
    }

    /// A file on disk, read as UTF-8 with or without a byte order mark.
    ///
    /// # Errors
    /// The file cannot be read or is not UTF-8.
    pub fn on_disk(path: &std::path::Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|source| Error::File {
            path: path.to_owned(),
            action: "read",
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|error| Error::Input {
            file: path.display().to_string(),
            problem: format!(
                "not UTF-8 at byte {}; save it as UTF-8",
                error.utf8_error().valid_up_to()
            ),
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Ok(LexiconFile {
            name: path.display().to_string().into(),
            text: Cow::Owned(text.to_owned()),
        })
    }

    /// An error at a byte offset of this file.
    pub(crate) fn error_at(&self, offset: usize, problem: String) -> Error {
        let offset = offset.min(self.text.len());
        self.error_on(
            1 + self.text.as_bytes()[..offset]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count(),
            problem,
        )
    }

    /// An error on a line of this file.
    pub(crate) fn error_on(&self, line: usize, problem: String) -> Error {
        Error::Data {
            file: self.name.to_string(),
            line,
            problem,
        }
    }

    /// The file as TOML of a known form.
    pub(crate) fn toml<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.error_at(at, error.message().replace('\n', "; "))
        })
    }

    /// The rows of the file as CSV with exactly these columns, each with its line number.
    pub(crate) fn csv<const N: usize>(&self, columns: [&str; N]) -> Result<Vec<(usize, [Cow<'_, str>; N])>> {
        let mut rows = Rows::new(&self.text);
        let mut cells = Cells::default();
        rows.next(&mut cells);
        if cells.iter().map(str::trim).ne(columns) {
            return Err(self.error_on(1, format!("the header must be `{}`", columns.join(","))));
        }
        let mut all = Vec::new();
        while let Some(line) = rows.next(&mut cells) {
            if cells.len() > N {
                let problem = format!(
                    "{} cells where {N} belong; put text with commas in double quotes",
                    cells.len()
                );
                return Err(self.error_on(line, problem));
            }
            all.push((
                line,
                std::array::from_fn(|number| cells.cow(number).unwrap_or_default()),
            ));
        }
        Ok(all)
    }
}

/// A folder of lexicon files.
#[derive(Debug, Clone)]
pub(super) enum Folder {
    Bundled(String),
    Disk(PathBuf),
}

impl Folder {
    pub(super) fn read(&self, name: &str) -> Result<LexiconFile> {
        match self {
            Folder::Bundled(path) => LexiconFile::bundled(&format!("{path}/{name}")),
            Folder::Disk(path) => LexiconFile::on_disk(&path.join(name)),
        }
    }

    /// The file, or `None` where the folder has none of that name.
    pub(super) fn read_if_there(&self, name: &str) -> Result<Option<LexiconFile>> {
        let there = match self {
            Folder::Bundled(path) => bundled::lexicon(&format!("{path}/{name}")).is_some(),
            Folder::Disk(path) => path.join(name).is_file(),
        };
        if there { self.read(name).map(Some) } else { Ok(None) }
    }

    /// The grams of its weights.csv, where they were compiled with the program.
    pub(super) fn compiled_grams(&self) -> Option<&'static [u8]> {
        match self {
            Folder::Bundled(path) => bundled::grams(path),
            Folder::Disk(_) => None,
        }
    }
}
