use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::bundled;

/// Begin a coding scheme: a folder that shows the form of each file
///
/// The scheme in it is small and works. Replace its codes, terms and examples by your own, and look at them with
/// `codebook check` and `codebook test`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  minyi codebook new my-study\n  minyi codebook check --codebook my-study")]
pub(super) struct New {
    /// Folder to make; its name becomes the id of the scheme
    dir: PathBuf,
}

const FILES: [&str; 6] = [
    "codebook.toml",
    "terms.csv",
    "sets.toml",
    "examples.csv",
    "traps.txt",
    "SOURCE.md",
];
/// The id of the scheme as bundled.
const ID: &str = "my-study";

impl New {
    pub(super) fn run(self) -> Result<ExitCode> {
        let dir = self.dir.display();
        if self.dir.exists() {
            bail!("{dir}: is there already; name a new folder");
        }
        let Some(id) = self.dir.file_name().and_then(|name| name.to_str()) else {
            bail!("{dir}: no name for a folder");
        };
        let id = id.replace(['"', '\\'], "-");
        fs::create_dir_all(&self.dir).with_context(|| format!("{dir}: cannot make the folder"))?;
        for name in FILES {
            let text = bundled::lexicon(&format!("skeleton/{name}")).unwrap_or_default();
            let path = self.dir.join(name);
            fs::write(&path, text.replace(ID, &id)).with_context(|| format!("{}: cannot write", path.display()))?;
        }
        writeln!(
            std::io::stderr().lock(),
            "{dir}: a scheme of two codes; now `minyi codebook check --codebook {dir}`"
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
