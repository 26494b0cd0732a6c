//! What several coders said of the same units.

use std::collections::BTreeSet;

/// Judgements of units by coders: for each unit one category a coder, or none where the coder did not judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    coders: usize,
    categories: usize,
    used: usize,
    units: Vec<Vec<Option<usize>>>,
}

impl Ratings {
    /// Ratings by unit, then coder, as category numbers; `None` is a missing judgement. Units may not differ in the number of coders.
    ///
    /// `categories` is the number of categories there are, used or not: it enters [`Coefficient::Ac1`](super::Coefficient::Ac1) and
    /// [`Coefficient::Pabak`](super::Coefficient::Pabak). A larger category number raises it; coders that some units lack are missing.
    pub fn new(categories: usize, mut units: Vec<Vec<Option<usize>>>) -> Self {
        let coders = units.iter().map(Vec::len).max().unwrap_or(0);
        for unit in &mut units {
            unit.resize(coders, None);
        }
        let used: BTreeSet<usize> = units.iter().flatten().flatten().copied().collect();
        let largest = used.last().map_or(0, |largest| largest + 1);
        Ratings {
            coders,
            categories: categories.max(largest),
            used: used.len(),
            units,
        }
    }

    /// Ratings from labels; the categories are the labels that occur, in their order as text, and are returned beside.
    pub fn from_labels(units: &[Vec<Option<String>>]) -> (Self, Vec<String>) {
        let labels: BTreeSet<&str> = units.iter().flatten().flatten().map(String::as_str).collect();
        let labels: Vec<String> = labels.into_iter().map(str::to_owned).collect();
        let number = |label: &Option<String>| label.as_ref().and_then(|label| labels.binary_search(label).ok());
        let numbers = units.iter().map(|unit| unit.iter().map(number).collect()).collect();
        (Ratings::new(labels.len(), numbers), labels)
    }

    /// The same judgements reduced to "this category" (1) or "another" (0).
    pub fn dichotomised(&self, category: usize) -> Self {
        let is = |rating: &Option<usize>| rating.map(|rating| usize::from(rating == category));
        Ratings::new(2, self.units.iter().map(|unit| unit.iter().map(is).collect()).collect())
    }

    /// Number of coders.
    pub fn coders(&self) -> usize {
        self.coders
    }

    /// Number of categories there are.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// Number of categories that any coder gave to any unit.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The judgements of each unit.
    pub fn units(&self) -> &[Vec<Option<usize>>] {
        &self.units
    }

    /// Units that at least two coders judged.
    pub fn paired(&self) -> usize {
        self.units
            .iter()
            .filter(|unit| unit.iter().flatten().count() > 1)
            .count()
    }

    /// Judgements made, and those of them that gave this category.
    pub fn judgements(&self, category: usize) -> (u64, u64) {
        let all = self.units.iter().flatten().flatten();
        let given = all.clone().filter(|rating| **rating == category).count();
        (all.count() as u64, given as u64)
    }
}
