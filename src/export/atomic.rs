//! Files that appear whole or not at all.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file written: what the manifest says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Where it is: `-` is standard output; files of an [`OutputDir`] are named from the directory, with `/` on every system.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
}

/// A place to write to. A regular file is written under a temporary name beside its place and renamed by [`Output::commit`]; dropped
/// without that, it leaves nothing behind. Standard output, pipes and devices are written directly.
pub struct Output {
    path: PathBuf,
    label: String,
    sink: Sink,
    bytes: u64,
    /// Where somebody will ask for it.
    hash: Option<Sha256>,
}

/// Names of files that are not whole yet.
const PREFIX: &str = ".minyi-";
const SUFFIX: &str = ".part";

enum Sink {
    Beside {
        temporary: BufWriter<NamedTempFile>,
        target: PathBuf,
    },
    Direct(Box<dyn Write + Send>),
}

impl Output {
    /// Opens the place at `path`; `-` is standard output. Fails at once where the file could not be put there, before any work is done.
    pub fn create(path: &Path) -> Result<Self> {
        Self::labelled(path, path.display().to_string(), None)
    }

    fn labelled(path: &Path, label: String, hash: Option<Sha256>) -> Result<Self> {
        let sink = if path == Path::new("-") {
            Sink::Direct(Box::new(BufWriter::new(io::stdout())))
        } else {
            open(path).map_err(|source| failure(path, "create", source))?
        };
        Ok(Output {
            path: path.to_owned(),
            label,
            sink,
            bytes: 0,
            hash,
        })
    }

    /// Whether this is a half-written file that a killed process left behind.
    pub fn is_left_over(path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(PREFIX) && name.ends_with(SUFFIX) && path.is_file()
    }

    /// The path asked for.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place, over an older one if there is one, and tells where that is.
    pub fn commit(self) -> Result<String> {
        Ok(self.complete()?.put()?.path)
    }

    fn complete(mut self) -> Result<Complete> {
        self.flush().map_err(|source| failure(&self.path, "write", source))?;
        let written = Written {
            path: self.label,
            bytes: self.bytes,
            sha256: self.hash.map(|hash| hex(&hash.finalize())).unwrap_or_default(),
        };
        let pending = match self.sink {
            Sink::Direct(_) => None,
            Sink::Beside { temporary, target } => {
                let temporary = temporary
                    .into_inner()
                    .map_err(|error| failure(&self.path, "write", error.into_error()))?;
                Some((temporary, target))
            }
        };
        Ok(Complete {
            path: self.path,
            pending,
            written,
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.sink {
            Sink::Beside { temporary, .. } => temporary.write(bytes)?,
            Sink::Direct(stream) => stream.write(bytes)?,
        };
        if let Some(hash) = &mut self.hash {
            hash.update(&bytes[..written]);
        }
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Beside { temporary, .. } => temporary.flush(),
            Sink::Direct(stream) => stream.flush(),
        }
    }
}

/// A file whose content is all there, still under its temporary name.
struct Complete {
    path: PathBuf,
    pending: Option<(NamedTempFile, PathBuf)>,
    written: Written,
}

impl Complete {
    fn put(self) -> Result<Written> {
        if let Some((temporary, target)) = self.pending {
            temporary
                .persist(&target)
                .map_err(|error| failure(&self.path, "put in place", error.error))?;
        }
        Ok(self.written)
    }
}

/// A directory of outputs that appear together: each is kept under its temporary name until [`OutputDir::commit`].
pub struct OutputDir {
    dir: PathBuf,
    names: BTreeSet<String>,
    complete: Vec<Complete>,
    made: Vec<PathBuf>,
}

impl OutputDir {
    /// The directory, made with its parents where it is not there. Files already in it stay until one of the same name replaces them.
    pub fn create(dir: &Path) -> Result<Self> {
        let mut made = Vec::new();
        make_dirs(dir, &mut made)?;
        Ok(OutputDir {
            dir: dir.to_owned(),
            names: BTreeSet::new(),
            complete: Vec::new(),
            made,
        })
    }

    /// A file in the directory, e.g. `tables/stance.csv`; folders on the way are made.
    pub fn output(&mut self, name: &str) -> Result<Output> {
        let path = self.dir.join(name);
        if !self.names.insert(name.to_owned()) {
            let problem = "two outputs of one run have this name; rename the code or table it comes from".to_owned();
            return Err(Error::Input {
                file: path.display().to_string(),
                problem,
            });
        }
        if let Some(parent) = path.parent() {
            make_dirs(parent, &mut self.made)?;
        }
        Output::labelled(&path, name.to_owned(), Some(Sha256::new()))
    }

    /// Takes a file that is finished, and tells its size and hash; it is put in its place with the others.
    pub fn keep(&mut self, output: Output) -> Result<Written> {
        let complete = output.complete()?;
        let written = complete.written.clone();
        self.complete.push(complete);
        Ok(written)
    }

    /// Puts every file kept in its place, in the order they were kept: keep the manifest last, and where it is, all is.
    pub fn commit(mut self) -> Result<Vec<Written>> {
        let written = self.complete.drain(..).map(Complete::put).collect::<Result<Vec<_>>>()?;
        self.made.clear();
        Ok(written)
    }
}

impl Drop for OutputDir {
    /// Removes the folders made for files that never came; one that holds anything stays.
    fn drop(&mut self) {
        self.complete.clear();
        for dir in self.made.iter().rev() {
            let _ = fs::remove_dir(dir);
        }
    }
}

fn make_dirs(dir: &Path, made: &mut Vec<PathBuf>) -> Result<()> {
    if dir.as_os_str().is_empty() || dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        make_dirs(parent, made)?;
    }
    fs::create_dir(dir).map_err(|source| failure(dir, "make the folder", source))?;
    made.push(dir.to_owned());
    Ok(())
}

/// A symbolic link stays a link: the file it points to is replaced. What is no regular file (a device, a pipe) is written directly.
fn open(path: &Path) -> io::Result<Sink> {
    let target = match fs::metadata(path) {
        Ok(known) if known.is_dir() => {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "this is a folder; name a file in it",
            ));
        }
        Ok(known) if !known.is_file() => {
            let stream = BufWriter::new(File::options().write(true).open(path)?);
            return Ok(Sink::Direct(Box::new(stream)));
        }
        Ok(_) => fs::canonicalize(path)?,
        Err(_) => path.to_owned(),
    };
    let dir = target
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !dir.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("there is no folder {}; make it first", dir.display()),
        ));
    }
    let temporary = BufWriter::with_capacity(1 << 16, beside(dir)?);
    Ok(Sink::Beside { temporary, target })
}

fn beside(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Temporary files are private by default; an output is for everyone the umask lets read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A failure to do `action` to the file at `path`.
pub(super) fn failure(path: &Path, action: &'static str, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        action,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_when_committed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.write_all(b"abc").unwrap();
        output.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(output.commit().unwrap(), path.display().to_string());
        assert_eq!(fs::read_to_string(&path).unwrap(), "abc");
        assert_eq!(listing(place.path()), ["a.csv"]);
    }

    #[test]
    fn a_file_of_a_directory_is_told_with_its_size_and_hash() {
        let place = tempfile::tempdir().unwrap();
        let mut outputs = OutputDir::create(place.path()).unwrap();
        let mut output = outputs.output("a.csv").unwrap();
        output.write_all(b"ab").unwrap();
        output.write_all(b"c").unwrap();
        let written = outputs.keep(output).unwrap();
        // FIPS 180-2, appendix B.1.
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((written.bytes, &*written.sha256), (3, hash));
    }

    #[test]
    fn dropped_without_commit_it_leaves_nothing_and_the_old_file_stays() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.write_all(b"half").unwrap();
        drop(output);
        assert_eq!(listing(place.path()), ["a.csv"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[test]
    fn a_directory_appears_together_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("out");
        for commit in [false, true] {
            let mut outputs = OutputDir::create(&dir).unwrap();
            for name in ["coded.csv", "tables/stance.csv"] {
                let mut output = outputs.output(name).unwrap();
                output.write_all(name.as_bytes()).unwrap();
                assert_eq!(outputs.keep(output).unwrap().path, name);
            }
            assert!(!dir.join("coded.csv").exists() && !dir.join("tables/stance.csv").exists());
            if commit {
                let written = outputs.commit().unwrap();
                assert_eq!(written.iter().map(|w| w.bytes).collect::<Vec<_>>(), [9, 17]);
                assert_eq!(listing(&dir), ["coded.csv", "tables"]);
                assert_eq!(listing(&dir.join("tables")), ["stance.csv"]);
            } else {
                drop(outputs);
                assert_eq!(listing(place.path()), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn two_outputs_of_one_name_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let mut outputs = OutputDir::create(place.path()).unwrap();
        let first = outputs.output("tables/a.csv").unwrap();
        assert!(outputs.output("tables/a.csv").is_err());
        outputs.keep(first).unwrap();
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named_before_any_work() {
        let place = tempfile::tempdir().unwrap();
        let message = |path: &Path| match Output::create(path) {
            Err(error @ Error::File { .. }) => {
                let source = std::error::Error::source(&error)
                    .map(ToString::to_string)
                    .unwrap_or_default();
                format!("{error}: {source}")
            }
            _ => panic!("must fail"),
        };
        assert!(message(place.path()).ends_with("cannot create: this is a folder; name a file in it"));
        let nowhere = place.path().join("no").join("a.csv");
        assert!(message(&nowhere).contains("make it first"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let place = tempfile::tempdir().unwrap();
        let (real, link) = (place.path().join("real.csv"), place.path().join("link.csv"));
        fs::write(&real, "old").unwrap();
        symlink(&real, &link).unwrap();
        let mut output = Output::create(&link).unwrap();
        output.write_all(b"new").unwrap();
        output.commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_ne!(
            fs::metadata(&real).unwrap().permissions().mode() & 0o044,
            0,
            "readable by others, umask allowing"
        );

        let mut output = Output::create(Path::new("/dev/null")).unwrap();
        output.write_all(b"gone").unwrap();
        assert_eq!(output.commit().unwrap(), "/dev/null");
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}
