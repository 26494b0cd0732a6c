//! A trie over characters that lies in one block, so that a compiled one is ready at once.
//!
//! Each node is a `u64` ([`Node`]). Nodes stand in order of depth, the children of one node side by side in the order of their
//! characters and those of the next node behind them; so the children of a node end where those of the next begin.

mod compile;

use std::{
    fmt,
    ops::{Deref, Range},
};

use compile::{CHAR_BITS, CHILD_BITS};

/// Characters whose first step is looked up in a table: the basic multilingual plane.
const TABLE: usize = 1 << 16;
/// So many children are looked through one by one.
const FEW: usize = 8;

/// The bytes of a node, the lowest first.
pub(super) type Node = [u8; 8];

/// Words with a value each, found by their beginnings.
#[derive(Clone)]
pub struct Trie<Nodes = Box<[Node]>> {
    nodes: Nodes,
    /// The node of each one-character beginning; 0 for none.
    roots: Box<[u32]>,
}

impl Trie {
    /// A trie of words with their values (below 2,097,151). Of a word that stands twice the first value counts.
    ///
    /// # Errors
    /// More words than there is room for (four million different beginnings).
    pub fn new<'w>(words: impl IntoIterator<Item = (&'w str, u32)>) -> Result<Trie, String> {
        let mut words: Vec<(&str, u32)> = words.into_iter().filter(|(word, _)| !word.is_empty()).collect();
        words.sort_by_key(|&(word, _)| word);
        words.dedup_by_key(|&mut (word, _)| word);
        compile::compile(&words).map(|nodes| Trie::of(nodes.as_chunks().0.into()))
    }
}

impl Trie<&'static [Node]> {
    /// The trie that was compiled into these bytes, which stay where they are: most nodes of a dictionary are never looked at.
    pub(super) fn compiled(nodes: &'static [u8]) -> Self {
        Trie::of(nodes.as_chunks().0)
    }
}

impl<Nodes: Deref<Target = [Node]>> Trie<Nodes> {
    fn of(nodes: Nodes) -> Self {
        let mut trie = Trie {
            nodes,
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
    pub fn first(&self, c: char) -> Option<usize> {
        match self.roots.get(c as usize) {
            Some(0) => None,
            Some(&node) => Some(node as usize),
            None => self.step(0, c),
        }
    }

    /// The node that `c` leads to from `node`.
    #[inline]
    pub fn step(&self, node: usize, c: char) -> Option<usize> {
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

    /// The first two characters of all words that have two, with the node they lead to.
    pub fn pairs(&self) -> impl Iterator<Item = (char, char, usize)> {
        let of = |node: usize| char::from_u32(character(self.node(node))).unwrap_or_default();
        self.children(0)
            .flat_map(move |first| self.children(first).map(move |second| (of(first), of(second), second)))
    }

    /// The value of the word that ends at `node`.
    #[inline]
    pub fn value(&self, node: usize) -> Option<u32> {
        ((self.node(node) >> (CHAR_BITS + CHILD_BITS)) as u32).checked_sub(1)
    }

    /// The value of a word.
    pub fn get(&self, word: &str) -> Option<u32> {
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

#[inline]
fn character(node: u64) -> u32 {
    node as u32 & ((1 << CHAR_BITS) - 1)
}

impl<Nodes: Deref<Target = [Node]>> fmt::Debug for Trie<Nodes> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trie of {} nodes", self.nodes.len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_lead_to_words_and_nowhere_else() {
        let trie = Trie::new([("中国", 7), ("中", 3), ("𠮷野", 0), ("国家", 9)]).unwrap();
        assert_eq!(trie.first('中').and_then(|node| trie.value(node)), Some(3));
        assert_eq!(trie.get("中国"), Some(7));
        assert_eq!(trie.get("𠮷野"), Some(0));
        assert_eq!((trie.get("国"), trie.get("中国家"), trie.get("")), (None, None, None));
        let pairs: Vec<_> = trie
            .pairs()
            .map(|(first, second, node)| (first, second, trie.value(node)))
            .collect();
        assert_eq!(
            pairs,
            [('中', '国', Some(7)), ('国', '家', Some(9)), ('𠮷', '野', Some(0))]
        );
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(words in prop::collection::btree_map("[丁-丏a𠀀]{1,4}", 0u32..1000, 0..60), other in "[丁-丏a𠀀]{0,4}") {
            let trie = Trie::new(words.iter().map(|(word, value)| (word.as_str(), *value))).unwrap();
            let found: BTreeMap<String, u32> = words.keys().filter_map(|word| Some((word.clone(), trie.get(word)?))).collect();
            prop_assert_eq!(&found, &words);
            prop_assert_eq!(trie.get(&other), words.get(&other).copied());
        }
    }
}
