//! Categories by number, and counts by them.

use std::collections::{BTreeMap, HashMap};

use super::{Observation, Ordered};

/// What a count is of. Numbers are those of [`Categories`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Cell { by: u32, row: u32, col: u32 },
    Row { by: u32, row: u32 },
    Col { by: u32, col: u32 },
    All { by: u32 },
}

impl Key {
    pub(super) fn stratum(self) -> u32 {
        match self {
            Key::Cell { by, .. } | Key::Row { by, .. } | Key::Col { by, .. } | Key::All { by } => by,
        }
    }
}

/// Names of one dimension, numbered as they come.
#[derive(Debug, Default)]
pub(super) struct Dimension {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Dimension {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a name seen before.
    pub(super) fn known(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names asked for, then those seen besides, in the order they were seen.
    pub(super) fn ordered(&self, wanted: &[String]) -> Ordered {
        let others = self.names.iter().filter(|name| !wanted.contains(name));
        wanted
            .iter()
            .chain(others)
            .map(|name| (name.clone(), self.numbers.get(name).copied()))
            .collect()
    }
}

/// The categories of strata, rows and columns.
#[derive(Debug, Default)]
pub(super) struct Categories {
    pub(super) by: Dimension,
    pub(super) rows: Dimension,
    pub(super) cols: Dimension,
}

/// The categories of one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) by: u32,
    pub(super) rows: Vec<u32>,
    pub(super) cols: Vec<u32>,
}

impl Categories {
    pub(super) fn keys(&mut self, post: &Observation<'_>) -> Keys {
        let mut rows: Vec<u32> = post.rows.iter().map(|name| self.rows.number(name)).collect();
        let mut cols: Vec<u32> = post.cols.iter().map(|name| self.cols.number(name)).collect();
        // A label named twice counts once.
        for numbers in [&mut rows, &mut cols] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        Keys {
            by: self.by.number(post.by),
            rows,
            cols,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by.names.len() + self.rows.names.len() + self.cols.names.len()
    }
}

impl Keys {
    /// Every count the post adds to.
    pub(super) fn all(&self) -> impl Iterator<Item = Key> {
        let by = self.by;
        let cells = self
            .rows
            .iter()
            .flat_map(move |&row| self.cols.iter().map(move |&col| Key::Cell { by, row, col }));
        let rows = self.rows.iter().map(move |&row| Key::Row { by, row });
        let cols = self.cols.iter().map(move |&col| Key::Col { by, col });
        cells.chain(rows).chain(cols).chain([Key::All { by }])
    }
}

/// Counts; memory grows with the categories that meet.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Key, u64>);

impl Counts {
    pub(super) fn add(&mut self, post: &Keys, weight: u64) {
        for key in post.all() {
            *self.0.entry(key).or_default() += weight;
        }
    }

    pub(super) fn get(&self, key: Key) -> u64 {
        self.0.get(&key).copied().unwrap_or(0)
    }
}
