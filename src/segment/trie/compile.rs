//! Compiles a trie into bytes: the build script the dictionary, tests their own words.

use super::layout::{CHAR_BITS, CHILD_BITS, Pairs, pair_bit};

/// Bits that are left for the value of a node.
const VALUE_BITS: u32 = u64::BITS - CHAR_BITS - CHILD_BITS;

/// The bytes of a trie of these words, which are sorted and stand once each, with their values.
///
/// # Errors
/// Words that are not in order, or more than the numbers have room for.
pub(super) fn compile(words: &[(&str, u32)]) -> Result<Vec<u8>, String> {
    if let Some(pair) = words.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
        return Err(format!("`{}` and `{}` are not in order", pair[0].0, pair[1].0));
    }
    // What leads to each node, the words below it, and how many of their bytes lead to it.
    let mut queue = vec![('\0', 0..words.len(), 0)];
    let mut nodes: Vec<u8> = Vec::new();
    let mut next = 0;
    while let Some((c, below, depth)) = queue.get(next).cloned() {
        next += 1;
        let mut rest = below.start;
        let mut value = 0;
        if let Some((_, own)) = words[below.clone()].first().filter(|(word, _)| word.len() == depth) {
            value = u64::from(*own) + 1;
            rest += 1;
        }
        let first_child = queue.len() as u64;
        if first_child >> CHILD_BITS != 0 || value >> VALUE_BITS != 0 {
            return Err(format!("{} words are too many", words.len()));
        }
        let node = u64::from(u32::from(c)) | first_child << CHAR_BITS | value << (CHAR_BITS + CHILD_BITS);
        nodes.extend(node.to_le_bytes());
        while let Some(c) = words[rest..below.end]
            .first()
            .and_then(|(word, _)| word[depth..].chars().next())
        {
            let same = words[rest..below.end].partition_point(|(word, _)| word[depth..].starts_with(c));
            queue.push((c, rest..rest + same, depth + c.len_utf8()));
            rest += same;
        }
    }
    // The children of the last node end here.
    nodes.extend(((queue.len() as u64) << CHAR_BITS).to_le_bytes());
    Ok(nodes)
}

/// A bit for each pair of characters that one of these words begins with.
pub(super) fn pairs<'w>(words: impl Iterator<Item = &'w str>, of: Pairs) -> Vec<u8> {
    let mut pairs = vec![0; 1 << (of.bits - 3)];
    for word in words.filter(|word| word.chars().count() >= of.least) {
        let mut chars = word.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            let (byte, bit) = pair_bit(of, first, second);
            pairs[byte] |= bit;
        }
    }
    pairs
}
