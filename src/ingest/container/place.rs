use std::path::{Path, PathBuf};

/// Where an input lies: a file, and in an archive, workbook or database the member, sheet or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file on disk.
    pub disk: PathBuf,
    /// What is read of it: `inner.csv` of `archive.zip/inner.csv`, `weibo` of `weibo.db/weibo`.
    pub inner: Option<String>,
}

/// Where an input lies. The first part of the path that is a file is the file; what stands behind it names something in it.
pub fn place(input: &str) -> Place {
    let whole = Place {
        disk: PathBuf::from(input),
        inner: None,
    };
    if whole.disk.exists() {
        return whole;
    }
    for (at, _) in input.match_indices('/') {
        let (disk, inner) = (Path::new(&input[..at]), &input[at + 1..]);
        if disk.is_file() && !inner.is_empty() {
            return Place {
                disk: disk.to_owned(),
                inner: Some(inner.to_owned()),
            };
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_file_is_inside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("weibo.db");
        std::fs::write(&file, "x").unwrap();
        let name = file.to_str().unwrap();
        assert_eq!(place(name).inner, None);
        let inside = place(&format!("{name}/微博/1.csv"));
        assert_eq!(
            (inside.disk, inside.inner.as_deref()),
            (file.clone(), Some("微博/1.csv"))
        );
        assert_eq!(place("no/such/file.csv").disk, Path::new("no/such/file.csv"));
    }
}
