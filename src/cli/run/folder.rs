//! The folder a study is written to: what an earlier run left in it.

use std::{
    fs, io,
    path::{Component, Path},
};

use anyhow::{Context as _, Result, bail};

use crate::export::{Manifest, Output, Written};

/// Files of an earlier run in the folder, from its manifest. Of a run that was killed half-written files lie there, which
/// go. Any other folder that holds something is not ours to fill.
pub(super) fn earlier_results(dir: &Path) -> Result<Vec<String>> {
    let others =
        remove_left_overs(dir).with_context(|| format!("-o {}: not a folder that can be written to", dir.display()))?;
    let manifest = dir.join("manifest.json");
    if let Ok(text) = fs::read_to_string(&manifest) {
        let manifest: Manifest = serde_json::from_str(&text)
            .with_context(|| format!("{}: not a manifest of minyi; choose another -o", manifest.display()))?;
        return Ok(manifest.outputs.into_iter().map(|output| output.path).collect());
    }
    if others {
        bail!(
            "-o {}: the folder holds other files and no manifest.json of minyi; choose an empty one",
            dir.display()
        );
    }
    Ok(Vec::new())
}

/// Removes what a killed run left half-written; whether the folder holds anything else.
fn remove_left_overs(dir: &Path) -> io::Result<bool> {
    let tables = dir.join("tables");
    let print = tables.join("print");
    let figures = dir.join("figures");
    let mut others = false;
    for folder in [dir, &tables, &print, &figures] {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if Output::is_left_over(&path) {
                fs::remove_file(&path)?;
            } else if ![&tables, &print, &figures].contains(&&path) {
                others = true;
            }
        }
    }
    Ok(others)
}

/// Removes files of the earlier run that this one did not write, so that no old table stands beside new ones.
pub(super) fn remove_stale(dir: &Path, earlier: &[String], new: &[Written]) -> Result<()> {
    for name in earlier
        .iter()
        .filter(|name| !new.iter().any(|file| file.path == **name))
    {
        // A manifest can be edited; nothing outside the folder is touched.
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let path = dir.join(name);
        if inside && path.is_file() {
            fs::remove_file(&path).with_context(|| format!("{}: cannot remove the earlier result", path.display()))?;
        }
    }
    Ok(())
}
