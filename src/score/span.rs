/// A byte range of a folded text; ordered by start, then end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub(super) fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub(super) fn len(self) -> usize {
        self.end - self.start
    }
}

/// Whether `between` is at most `limit` units long: a Chinese character or sign is one, a word of an alphabet is one,
/// spaces are none.
pub(super) fn within(between: impl Iterator<Item = char>, limit: usize) -> bool {
    let mut units = 0;
    let mut in_word = false;
    for c in between {
        let latin = c.is_ascii_alphanumeric() || c == '\'';
        units += usize::from(!(c == ' ' || latin && in_word));
        in_word = latin;
        if units > limit {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn distance_is_in_characters_of_chinese_and_words_of_an_alphabet() {
        let within = |between: &str, limit| within(between.chars(), limit);
        assert!(within("一百个", 3) && !within("一百个", 2));
        assert!(within(" a very good ", 3) && !within(" a very good ", 2));
        assert!(within("don't想", 2));
        assert!(within("", 0));
    }
}
