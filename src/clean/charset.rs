/// A set of characters of the basic multilingual plane, one bit each.
#[derive(Debug)]
pub(super) struct CharSet([u64; CharSet::WORDS]);

impl CharSet {
    const WORDS: usize = (1 << 16) / 64;

    /// The set of these characters; those beyond the plane are left out.
    pub(super) const fn of(chars: &[char]) -> Self {
        let mut set = CharSet([0; CharSet::WORDS]);
        let mut at = 0;
        while at < chars.len() {
            set.insert(chars[at]);
            at += 1;
        }
        set
    }

    /// Puts a character in; one beyond the plane is passed over.
    const fn insert(&mut self, c: char) {
        let word = c as usize / 64;
        if word < CharSet::WORDS {
            self.0[word] |= 1 << (c as u32 % 64);
        }
    }

    /// Whether the character is in the set.
    #[inline]
    pub(super) fn holds(&self, c: char) -> bool {
        self.0
            .get(c as usize / 64)
            .is_some_and(|word| word >> (c as u32 % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_put_in() {
        let set = CharSet::of(&['a', '民', '\u{ffff}', '𠀀']);
        let held: String = ['\0', 'a', 'b', '民', '意', '\u{ffff}', '𠀀']
            .into_iter()
            .filter(|&c| set.holds(c))
            .collect();
        assert_eq!(held, "a民\u{ffff}");
    }
}
