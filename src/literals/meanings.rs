//! What literals may mean.

/// The uses of literals, which are numbered in the order of their bytes.
pub(crate) struct Meanings<Use> {
    /// Those of the first literal, then those of the next.
    uses: Vec<Use>,
    /// Where those of each literal begin, and where the last end.
    starts: Vec<u32>,
}

impl<Use> Meanings<Use> {
    /// The literals in order, once each, and their uses, those of one literal in the order given.
    pub(crate) fn new(mut given: Vec<(&str, Use)>) -> (Vec<&str>, Self) {
        given.sort_by_key(|&(literal, _)| literal);
        let mut literals: Vec<&str> = Vec::new();
        let mut meanings = Meanings {
            uses: Vec::with_capacity(given.len()),
            starts: Vec::new(),
        };
        for (literal, meaning) in given {
            if literals.last() != Some(&literal) {
                literals.push(literal);
                meanings.starts.push(meanings.uses.len() as u32);
            }
            meanings.uses.push(meaning);
        }
        meanings.starts.push(meanings.uses.len() as u32);
        (literals, meanings)
    }

    /// The uses of a literal.
    #[inline]
    pub(crate) fn of(&self, literal: u32) -> &[Use] {
        let at = literal as usize;
        &self.uses[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_the_uses_it_was_given_in_their_order() {
        let (literals, meanings) = Meanings::new(vec![("贼", 3), ("中国", 1), ("贼", 2), ("b", 9), ("中国", 1)]);
        assert_eq!(literals, ["b", "中国", "贼"]);
        let uses: Vec<&[i32]> = (0..3).map(|literal| meanings.of(literal)).collect();
        assert_eq!(uses, [&[9][..], &[1, 1], &[3, 2]]);
    }
}
