//! The words of the general sentiment list in a text.

use crate::model::Sentiment;

/// Counts the words of the list: of overlapping words the first, of those that begin in one place the longest. Words are
/// told in the order of their starts, the shorter first.
#[derive(Default)]
pub(super) struct Tally {
    /// Start, end and sign of the word that may yet become longer.
    start: usize,
    end: usize,
    sign: i8,
    counted: Sentiment,
}

/// 1 for the weight of a positive word, -1 for that of a negative one, 0 for one that is neither.
pub(super) fn sign(weight: f64) -> i8 {
    i8::from(weight > 0.0) - i8::from(weight < 0.0)
}

impl Tally {
    /// A word of at least one character.
    #[inline]
    pub(super) fn word(&mut self, start: usize, end: usize, sign: i8) {
        if start >= self.end {
            self.count();
            (self.start, self.end, self.sign) = (start, end, sign);
        } else if start == self.start && end > self.end {
            (self.end, self.sign) = (end, sign);
        }
    }

    #[inline]
    fn count(&mut self) {
        self.counted.positive += u32::from(self.sign > 0);
        self.counted.negative += u32::from(self.sign < 0);
    }

    pub(super) fn counted(mut self) -> Sentiment {
        self.count();
        self.counted
    }
}
