//! manifest.json: how an output was made.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

use super::{
    Output, Told, Written,
    atomic::{failure, hex},
};

/// The file a run leaves its manifest in.
const MANIFEST: &str = "manifest.json";

/// Everything needed to make the outputs again. Keys are written in the order of the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of minyi.
    pub minyi: String,
    /// The command line, program name first.
    pub arguments: Vec<String>,
    /// When the run started: ISO 8601.
    pub started: String,
    /// Seconds the run took.
    pub wall_seconds: f64,
    /// Coding scheme.
    pub codebook: Named,
    /// Rules of the account types.
    pub account_rules: Named,
    /// Every other choice that bears on the results (scope, window, interval level), by name.
    pub settings: BTreeMap<String, String>,
    /// Seeds, by what they seed.
    pub seeds: BTreeMap<String, u64>,
    /// Input files, in the order read.
    pub inputs: Vec<Input>,
    /// Tables of accounts joined to the posts, those among the inputs included.
    #[serde(default)]
    pub account_tables: Vec<Digest>,
    /// Every lexicon, codebook and rules file that was read.
    pub lexicons: Vec<Digest>,
    /// Posts left out, by reason, over all inputs.
    pub excluded: BTreeMap<String, Told>,
    /// Files written, but for the manifest itself.
    pub outputs: Vec<Written>,
}

/// A coding scheme or rules file by id and version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Version, as the file states it.
    pub version: String,
}

/// A file by size and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Path, or the name of a bundled file.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// An input file and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Size and content; of a compressed file, as it lies on disk.
    #[serde(flatten)]
    pub file: Digest,
    /// Exporter recognised.
    pub exporter: String,
    /// Encoding recognised.
    pub encoding: String,
    /// What its posts had to show to be on topic, and why; empty where the settings tell.
    #[serde(default)]
    pub relevance: String,
    /// Records read, unreadable ones included.
    pub rows_read: Told,
    /// Records read as posts.
    pub posts: Told,
    /// Records in rejects.csv.
    pub rejected: Told,
    /// Rows of a table of accounts, joined to the posts.
    #[serde(default)]
    pub accounts: Told,
    /// Repairs made, by kind.
    pub repairs: BTreeMap<String, Told>,
    /// Posts left out, by reason.
    pub excluded: BTreeMap<String, Told>,
}

impl Manifest {
    /// This version of minyi.
    pub const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// Writes the manifest as JSON.
    pub fn write(&self, mut out: Output) -> Result<Output> {
        let path = out.path().to_owned();
        let broken = |source: std::io::Error| failure(&path, "write", source);
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| broken(std::io::Error::other(error)))?;
        json.push(b'\n');
        out.write_all(&json).map_err(broken)?;
        Ok(out)
    }

    /// Reads the manifest that a run left in `dir`.
    ///
    /// # Errors
    /// There is none, or it is no manifest.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|source| failure(&path, "read", source))?;
        serde_json::from_str(&text).map_err(|error| Error::Data {
            file: path.display().to_string(),
            line: error.line(),
            problem: format!("no manifest of minyi: {error}"),
        })
    }

    /// Puts a file that was written anew into the manifest in `dir`.
    ///
    /// # Errors
    /// The manifest cannot be read or written.
    pub fn replace_output(dir: &Path, written: Written) -> Result<()> {
        let mut manifest = Manifest::read(dir)?;
        manifest.outputs.retain(|file| file.path != written.path);
        manifest.outputs.push(written);
        manifest.write(Output::create(&dir.join(MANIFEST))?)?.commit()?;
        Ok(())
    }
}

/// Size and hash of a file, read in pieces.
pub fn digest_file(path: &Path) -> Result<Digest> {
    let mut file = File::open(path).map_err(|source| failure(path, "open", source))?;
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut piece).map_err(|source| failure(path, "read", source))?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        bytes += read as u64;
    }
    Ok(Digest {
        path: path.display().to_string(),
        bytes,
        sha256: hex(&hash.finalize()),
    })
}

/// Size and hash of content in memory: a bundled lexicon, or what came by standard input.
pub fn digest_bytes(name: &str, content: &[u8]) -> Digest {
    Digest {
        path: name.to_owned(),
        bytes: content.len() as u64,
        sha256: hex(&Sha256::digest(content)),
    }
}
