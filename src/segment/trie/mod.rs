//! A trie over characters that lies in one block, so that a compiled one is ready at once.
//!
//! Each node is a `u64` ([`Node`]). Nodes stand in order of depth, the children of one node side by side in the order of their
//! characters and those of the next node behind them; so the children of a node end where those of the next begin.

#[cfg(test)]
mod compile;
mod layout;

use std::{fmt, ops::Range};

use layout::{CHAR_BITS, CHILD_BITS, LONG, PAIRS};
pub(super) use layout::{Pairs, pair_bit};

/// Characters whose first step is looked up in a table: the basic multilingual plane.
const TABLE: usize = 1 << 16;
/// So many children are looked through one by one.
const FEW: usize = 8;

/// The bytes of a node, the lowest first.
type Node = [u8; 8];

/// Words with a value each, found by their beginnings.
pub(super) struct Trie {
    /// They stay where they were compiled: most nodes of a dictionary are never looked at.
    nodes: &'static [Node],
    /// A bit for each pair of characters that words begin with: most pairs of a text begin none, and are not looked for among the
    /// many that do.
    pairs: &'static [u8],
    /// The same for words of five characters and more.
    long: &'static [u8],
    /// The node of each one-character beginning; 0 for none.
    roots: Box<[u32]>,
}

impl Trie {
    /// The trie that was compiled into these bytes, by `compile` and, for all words and for long ones, `pairs`.
    pub(super) fn compiled(nodes: &'static [u8], pairs: &'static [u8], long: &'static [u8]) -> Self {
        let mut trie = Trie {
            nodes: nodes.as_chunks().0,
            pairs,
            long,
            roots: vec![0; TABLE].into(),
        };
        for child in trie.children(0) {
            if let Some(root) = trie.roots.get_mut(character(trie.node(child)) as usize) {
                *root = child as u32;
            }
        }
        trie
    }

    /// The node that `c` leads to from the root.
    #[inline]
    pub(super) fn first(&self, c: char) -> Option<usize> {
        match self.roots.get(c as usize) {
            Some(0) => None,
            Some(&node) => Some(node as usize),
            None => self.step(0, c),
        }
    }

    /// The node that `c` leads to from `node`.
    #[inline]
    pub(super) fn step(&self, node: usize, c: char) -> Option<usize> {
        let c = u32::from(c);
        let mut children = self.children(node);
        if children.len() <= FEW {
            return children.find(|&child| character(self.node(child)) == c);
        }
        while children.len() > 1 {
            let middle = children.start + children.len() / 2;
            if character(self.node(middle)) <= c {
                children.start = middle;
            } else {
                children.end = middle;
            }
        }
        Some(children.start).filter(|&child| character(self.node(child)) == c)
    }

    /// The node that `second` leads to from `node`, to which `first` leads from the root.
    #[inline]
    pub(super) fn second(&self, node: usize, first: char, second: char) -> Option<usize> {
        self.may_open(first, second, 2)
            .then(|| self.step(node, second))
            .flatten()
    }

    /// Whether one of the words that these characters begin with is longer than so many, one or more.
    pub(super) fn has_longer(&self, chars: &[char], than: usize) -> bool {
        let &[first, second, ref others @ ..] = chars else {
            return false;
        };
        if !self.may_open(first, second, than + 1) {
            return false;
        }
        let Some(mut node) = self.first(first).and_then(|node| self.step(node, second)) else {
            return false;
        };
        let mut others = others.iter();
        let mut length = 2;
        loop {
            if length > than && self.value(node).is_some() {
                return true;
            }
            let Some(next) = others.next().and_then(|&c| self.step(node, c)) else {
                return false;
            };
            node = next;
            length += 1;
        }
    }

    /// Whether a word of at least so many characters, two or more, may begin with these two, which costs less to tell than any step.
    #[inline]
    pub(super) fn may_open(&self, first: char, second: char, least: usize) -> bool {
        let (pairs, bits) = if least < LONG.least {
            (PAIRS, self.pairs)
        } else {
            (LONG, self.long)
        };
        holds_pair(bits, pairs, first, second)
    }

    /// The value of the word that ends at `node`.
    #[inline]
    pub(super) fn value(&self, node: usize) -> Option<u32> {
        ((self.node(node) >> (CHAR_BITS + CHILD_BITS)) as u32).checked_sub(1)
    }

    /// The value of a word.
    pub(super) fn get(&self, word: &str) -> Option<u32> {
        let node = word.chars().try_fold(0, |node, c| self.step(node, c))?;
        self.value(node)
    }

    #[inline]
    fn node(&self, at: usize) -> u64 {
        self.nodes.get(at).map_or(0, |&node| u64::from_le_bytes(node))
    }

    #[inline]
    fn children(&self, node: usize) -> Range<usize> {
        let first = |node: u64| (node >> CHAR_BITS) as usize & ((1 << CHILD_BITS) - 1);
        first(self.node(node))..first(self.node(node + 1))
    }
}

/// Whether the bit of two characters is set among these.
#[inline]
pub(super) fn holds_pair(bits: &[u8], pairs: Pairs, first: char, second: char) -> bool {
    let (byte, bit) = pair_bit(pairs, first, second);
    bits.get(byte).is_some_and(|bits| bits & bit != 0)
}

#[inline]
fn character(node: u64) -> u32 {
    node as u32 & ((1 << CHAR_BITS) - 1)
}

impl fmt::Debug for Trie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trie of {} nodes", self.nodes.len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn trie<'w>(words: impl Iterator<Item = (&'w str, u32)> + Clone) -> Trie {
        let mut sorted: Vec<(&str, u32)> = words.clone().collect();
        sorted.sort_unstable();
        let nodes = compile::compile(&sorted).unwrap();
        let pairs = |of| compile::pairs(words.clone().map(|(word, _)| word), of).leak();
        Trie::compiled(nodes.leak(), pairs(PAIRS), pairs(LONG))
    }

    #[test]
    fn steps_lead_to_words_and_nowhere_else() {
        let trie = trie([("中国", 7), ("中", 3), ("𠮷野", 0), ("国家", 9)].into_iter());
        assert_eq!(trie.first('中').and_then(|node| trie.value(node)), Some(3));
        assert_eq!(trie.get("中国"), Some(7));
        assert_eq!(trie.get("𠮷野"), Some(0));
        assert_eq!((trie.get("国"), trie.get("中国家"), trie.get("")), (None, None, None));
        let second = |first, second| {
            let node = trie.first(first)?;
            trie.second(node, first, second).and_then(|node| trie.value(node))
        };
        assert_eq!((second('中', '国'), second('𠮷', '野')), (Some(7), Some(0)));
        assert_eq!((second('中', '家'), second('国', '国')), (None, None));
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(words in prop::collection::btree_map("[丁-丏a𠀀]{1,4}", 0u32..1000, 0..60), other in "[丁-丏a𠀀]{0,4}") {
            let trie = trie(words.iter().map(|(word, value)| (word.as_str(), *value)));
            let found: BTreeMap<String, u32> = words.keys().filter_map(|word| Some((word.clone(), trie.get(word)?))).collect();
            prop_assert_eq!(&found, &words);
            prop_assert_eq!(trie.get(&other), words.get(&other).copied());
        }
    }
}
