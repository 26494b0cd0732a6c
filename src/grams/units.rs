//! What grams are made of. The build script compiles grams by this file, too.

/// The most characters or words of a gram.
pub(super) const LONGEST: usize = 3;

/// A character, or a word of an alphabet.
pub(super) struct Unit<'t> {
    pub(super) text: &'t str,
    first: char,
    start: usize,
    /// Whether spaces stand before it.
    pub(super) spaced: bool,
}

impl Unit<'_> {
    /// The character that it is, if it is no more.
    pub(super) fn only_char(&self) -> Option<char> {
        (self.text.len() == self.first.len_utf8()).then_some(self.first)
    }
}

/// The units of a text, in order. Spaces between words are no units.
pub(super) fn units(text: &str) -> impl Iterator<Item = Unit<'_>> {
    let mut chars = text.char_indices();
    std::iter::from_fn(move || {
        let mut spaced = false;
        let (start, first) = loop {
            match chars.next()? {
                (_, ' ') => spaced = true,
                found => break found,
            }
        };
        let mut end = start + first.len_utf8();
        if first.is_ascii_alphabetic() {
            let within = |c: char| c.is_ascii_alphabetic() || c == '\'';
            end = text[end..]
                .find(|c| !within(c))
                .map_or(text.len(), |others| end + others);
            chars.by_ref().take(end - start - 1).for_each(drop);
        }
        Some(Unit {
            text: &text[start..end],
            first,
            start,
            spaced,
        })
    })
}

/// Tells every stretch of one to [`LONGEST`] units.
pub(crate) fn each_gram<'t>(text: &'t str, mut found: impl FnMut(&'t str)) {
    // Where the units at hand begin, the latest last.
    let mut starts = [0; LONGEST];
    let mut known = 0;
    for unit in units(text) {
        starts.rotate_left(1);
        starts[LONGEST - 1] = unit.start;
        known = LONGEST.min(known + 1);
        let end = unit.start + unit.text.len();
        starts[LONGEST - known..]
            .iter()
            .for_each(|&start| found(&text[start..end]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_is_of_characters_or_words() {
        let mut grams = Vec::new();
        each_gram("don't sell dna数据3", |gram| grams.push(gram));
        let expected = [
            "don't",
            "don't sell",
            "sell",
            "don't sell dna",
            "sell dna",
            "dna",
            "sell dna数",
            "dna数",
            "数",
            "dna数据",
            "数据",
            "据",
            "数据3",
            "据3",
            "3",
        ];
        assert_eq!(grams, expected);
    }
}
