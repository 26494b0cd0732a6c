//! The words of the general sentiment list in a text.

use crate::model::Sentiment;

/// Counts the words of the list: of overlapping words the first, of those that begin in one place the longest. Words are
/// told in the order of their starts, the shorter first.
#[derive(Default)]
pub(super) struct Tally {
    /// Start, end and weight of the word that may yet become longer.
    last: Option<(usize, usize, f64)>,
    counted: Sentiment,
}

impl Tally {
    pub(super) fn word(&mut self, start: usize, end: usize, weight: f64) {
        match &mut self.last {
            Some((from, to, _)) if start < *to && start > *from => {}
            Some(last) if start == last.0 => {
                if end > last.1 {
                    *last = (start, end, weight);
                }
            }
            last => {
                if let Some((.., weight)) = last.replace((start, end, weight)) {
                    self.count(weight);
                }
            }
        }
    }

    fn count(&mut self, weight: f64) {
        self.counted.positive += u32::from(weight > 0.0);
        self.counted.negative += u32::from(weight < 0.0);
    }

    pub(super) fn counted(mut self) -> Sentiment {
        if let Some((.., weight)) = self.last.take() {
            self.count(weight);
        }
        self.counted
    }
}
