use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use super::container::{archive, place};

/// Endings of files that [`expand`] takes from a directory.
const DATA_ENDINGS: [&str; 14] = [
    "csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "xlsm", "xls", "db", "sqlite", "sqlite3", "parquet", "zip",
];
/// Endings of packed files, behind one of these.
const PACKED_ENDINGS: [&str; 3] = ["gz", "zst", "zstd"];

/// The input files meant by paths, globs and directories, in the order given; globs and directories sorted by name.
/// `-` is standard input. A zip archive stands for the data files in it, each named `archive.zip/inner.csv`. A file named
/// twice is read once, where it is named first.
///
/// # Errors
/// A path that does not exist, a pattern or directory without a file to read, standard input named twice.
pub fn expand(inputs: &[String]) -> Result<Vec<String>> {
    let mut files: Vec<String> = Vec::new();
    for input in inputs {
        for file in expand_one(input)? {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

fn expand_one(input: &str) -> Result<Vec<String>> {
    if input == "-" {
        return Ok(vec![input.to_owned()]);
    }
    let path = Path::new(input);
    if path.is_dir() {
        return directory(path);
    }
    if path.exists() {
        return with_members(input.to_owned());
    }
    if place(input).inner.is_some() {
        return Ok(vec![input.to_owned()]);
    }
    let wrong = |problem: String| Error::Input {
        file: input.to_owned(),
        problem,
    };
    if !input.contains(['*', '?', '[']) {
        return Err(wrong(
            "there is no such file; check the path, or quote a pattern such as 'data/*.csv'".to_owned(),
        ));
    }
    let pattern = glob::glob(input).map_err(|error| wrong(format!("this pattern cannot be read: {error}")))?;
    let mut files = Vec::new();
    for entry in pattern {
        let path = entry.map_err(|error| wrong(format!("cannot look for files: {error}")))?;
        if path.is_file() {
            files.extend(with_members(name(path)?)?);
        }
    }
    files.sort();
    if files.is_empty() {
        Err(wrong("no file has a name of this pattern".to_owned()))
    } else {
        Ok(files)
    }
}

fn directory(path: &Path) -> Result<Vec<String>> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        action: "list",
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?.path();
        if entry.is_file() && is_data(&entry) {
            files.extend(with_members(name(entry)?)?);
        }
    }
    files.sort();
    if files.is_empty() {
        let problem = format!(
            "no data file in this directory (.{}, also with .gz or .zst)",
            DATA_ENDINGS.join(", .")
        );
        return Err(Error::Input {
            file: path.display().to_string(),
            problem,
        });
    }
    Ok(files)
}

/// The file, or of a zip archive that is no workbook the data files in it. An archive that cannot be opened, or holds none,
/// stays what it is: reading it will say what is wrong with it, and the other inputs are read.
fn with_members(file: String) -> Result<Vec<String>> {
    if !archive::is_archive(Path::new(&file)) {
        return Ok(vec![file]);
    }
    let members = archive::members(Path::new(&file)).unwrap_or_default();
    if archive::is_workbook(&members) {
        return Ok(vec![file]);
    }
    let mut data: Vec<String> = members
        .iter()
        .filter(|member| is_data(Path::new(member)) && !member.starts_with("__MACOSX/"))
        .map(|member| format!("{file}/{member}"))
        .collect();
    data.sort();
    Ok(if data.is_empty() { vec![file] } else { data })
}

fn is_data(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let unpacked = |ending: &&str| name.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.'));
    let stem = PACKED_ENDINGS.iter().find_map(unpacked).unwrap_or(&name);
    !name.starts_with('.')
        && stem
            .rsplit_once('.')
            .is_some_and(|(_, ending)| DATA_ENDINGS.contains(&ending))
}

fn name(path: PathBuf) -> Result<String> {
    path.into_os_string().into_string().map_err(|path| Error::Input {
        file: path.to_string_lossy().into_owned(),
        problem: "the file's name is not UTF-8; rename it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_and_directories_are_sorted_and_nothing_is_read_twice() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for name in ["b.csv", "a.csv.gz", "c.jsonl", "notes.md", ".hidden.csv", "[1].csv"] {
            std::fs::write(at(name), "text\n").unwrap();
        }
        let all = ["[1].csv", "a.csv.gz", "b.csv", "c.jsonl"].map(at);
        assert_eq!(expand(&[folder.path().to_str().unwrap().to_owned()]).unwrap(), all);
        assert_eq!(
            expand(&[at("*.csv"), at("b.csv"), "-".into()]).unwrap(),
            [at(".hidden.csv"), at("[1].csv"), at("b.csv"), "-".into()]
        );
        assert_eq!(expand(&[at("[1].csv")]).unwrap(), [at("[1].csv")]);
    }

    #[test]
    fn what_is_not_there_is_an_error_that_names_it() {
        let message = |input: &str| expand(&[input.to_owned()]).unwrap_err().to_string();
        assert!(message("no/such/file.csv").starts_with("no/such/file.csv: there is no such file"));
        assert!(message("no/such/*.csv").contains("no file has a name of this pattern"));
    }
}
