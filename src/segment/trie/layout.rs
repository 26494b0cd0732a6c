//! How a compiled trie lies in bytes. The build script compiles the dictionary by this file, too.

/// Bits of a node: the character that leads to it, the number of its first child, its value plus 1 (0 for none).
pub(super) const CHAR_BITS: u32 = 21;
pub(super) const CHILD_BITS: u32 = 22;

/// Pairs of characters that words of at least so many characters begin with.
#[derive(Clone, Copy)]
pub(crate) struct Pairs {
    pub(crate) least: usize,
    /// There are 2 to the power of this many bits for them.
    pub(crate) bits: u32,
}

/// Of all words: 128 KB.
pub(super) const PAIRS: Pairs = Pairs { least: 2, bits: 20 };
/// Of long ones, which are a tenth: 16 KB.
pub(super) const LONG: Pairs = Pairs { least: 5, bits: 17 };

/// The byte and the bit of a pair of characters, which others may share. Multiplicative hashing (Knuth 1998, 6.4).
#[inline]
pub(crate) fn pair_bit(pairs: Pairs, first: char, second: char) -> (usize, u8) {
    let pair = u64::from(u32::from(first)) << CHAR_BITS | u64::from(u32::from(second));
    let bit = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - pairs.bits);
    ((bit >> 3) as usize, 1 << (bit & 7))
}
