//! How a compiled trie lies in bytes. The build script compiles the dictionary by this file, too.

/// Bits of a node: the character that leads to it, the number of its first child, its value plus 1 (0 for none).
pub(super) const CHAR_BITS: u32 = 21;
pub(super) const CHILD_BITS: u32 = 22;

/// Bits for the pairs of characters that words begin with: 128 KB.
pub(super) const PAIR_BITS: u32 = 20;

/// The byte and the bit of a pair of characters, which others may share. Multiplicative hashing (Knuth 1998, 6.4).
#[inline]
pub(super) fn pair_bit(first: char, second: char) -> (usize, u8) {
    let pair = u64::from(u32::from(first)) << CHAR_BITS | u64::from(u32::from(second));
    let bit = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PAIR_BITS);
    ((bit >> 3) as usize, 1 << (bit & 7))
}
