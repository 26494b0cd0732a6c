//! Pseudonyms: whether, and under which key.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::privacy::Pseudonyms;

/// The environment variable that may hold the key.
const KEY: &str = "MINYI_KEY";

#[derive(Debug, Args)]
pub(super) struct PrivacyArgs {
    /// Write pseudonyms in the place of names, ids and input file names, in every output
    ///
    /// They are keyed hashes (HMAC-SHA256): the same key gives the same pseudonyms, so files coded apart can be joined. @names, links
    /// and long numbers in texts go too. The key comes from --key-file or the environment variable MINYI_KEY and is written nowhere.
    #[arg(long, help_heading = "Privacy")]
    pub(super) pseudonymize: bool,
    /// File with the key of --pseudonymize, at least 16 bytes; keep it apart from the results
    #[arg(long, value_name = "FILE", requires = "pseudonymize", help_heading = "Privacy")]
    key_file: Option<PathBuf>,
}

impl PrivacyArgs {
    /// # Errors
    /// Pseudonyms are asked for and there is no key, or none that is good.
    pub(super) fn pseudonyms(&self, inputs: &[String]) -> Result<Option<Pseudonyms>> {
        if !self.pseudonymize {
            return Ok(None);
        }
        let key = match &self.key_file {
            Some(file) => {
                std::fs::read(file).with_context(|| format!("--key-file {}: cannot be read", file.display()))?
            }
            None => match std::env::var(KEY) {
                Ok(key) => key.into_bytes(),
                Err(_) => bail!(
                    "--pseudonymize needs a key: --key-file FILE or the environment variable {KEY}; make one with \
                     `head -c 32 /dev/urandom | base64 > minyi.key` and keep it apart from the results"
                ),
            },
        };
        Ok(Some(Pseudonyms::new(key.trim_ascii_end(), inputs)?))
    }
}
