//! Words to be found in Chinese text, byte for byte.

use memchr::{
    arch::all::packedpair::HeuristicFrequencyRank,
    memmem::{Finder, FinderBuilder},
};

/// Finds a word.
pub(crate) fn finder(word: &str) -> Finder<'static> {
    FinderBuilder::new().build_forward_with_ranker_owned(Chinese, word.as_bytes())
}

/// How often bytes stand in Chinese text, which tells by which of its bytes a word is looked for.
struct Chinese;

impl HeuristicFrequencyRank for Chinese {
    fn rank(&self, byte: u8) -> u8 {
        match byte {
            // The first bytes of Chinese characters, of which there are six, and the other ones, of which there are 64.
            0xe4..=0xe9 => 255,
            0x80..=0xbf => 100,
            _ => 50,
        }
    }
}
