//! What became of every record read, file by file.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::Exclusion;

/// Records of one file (or of all) up to the coder's door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFlow {
    /// Records read, unreadable ones included.
    pub read: u64,
    /// Records that could not be read as posts.
    pub rejected: u64,
    /// Rows of tables of accounts, which are no posts and were used as tables.
    pub accounts: u64,
    excluded: [u64; Exclusion::ALL.len()],
}

impl FileFlow {
    /// Counts a post left out on purpose.
    pub fn exclude(&mut self, why: Exclusion) {
        if let Some(slot) = Exclusion::ALL.iter().position(|&known| known == why) {
            self.excluded[slot] += 1;
        }
    }

    /// Posts left out for this reason.
    pub fn excluded(&self, why: Exclusion) -> u64 {
        Exclusion::ALL
            .iter()
            .position(|&known| known == why)
            .map_or(0, |slot| self.excluded[slot])
    }

    /// Records that must have been coded if none was lost: read less rejected less accounts less excluded.
    pub fn remaining(&self) -> u64 {
        self.read
            .saturating_sub(self.rejected + self.accounts + self.excluded.iter().sum::<u64>())
    }

    fn add(&mut self, other: &FileFlow) {
        self.read += other.read;
        self.rejected += other.rejected;
        self.accounts += other.accounts;
        for (sum, n) in self.excluded.iter_mut().zip(other.excluded) {
            *sum += n;
        }
    }
}

/// The flow of every input file, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    files: BTreeMap<Arc<str>, FileFlow>,
}

impl Flow {
    /// The counts of one file, to add to; made where the file is new.
    pub fn file(&mut self, file: &Arc<str>) -> &mut FileFlow {
        self.files.entry(Arc::clone(file)).or_default()
    }

    /// Every file with its counts, by path.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &FileFlow)> {
        self.files.iter()
    }

    /// All files together.
    pub fn total(&self) -> FileFlow {
        self.files.values().fold(FileFlow::default(), |mut sum, file| {
            sum.add(file);
            sum
        })
    }
}
