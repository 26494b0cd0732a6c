//! Finds every literal in a text, also those that overlap.

mod meanings;

use std::cell::RefCell;

pub(crate) use meanings::Meanings;
use wide::u8x16;

/// Room kept for the characters of a text.
const KEPT: usize = 1 << 16;

/// Does something with the characters of a text, which lie in room that is kept for those of the next.
pub(crate) fn with_chars<T>(text: impl Iterator<Item = char>, take: impl FnOnce(&[char]) -> T) -> T {
    thread_local! {
        static CHARS: RefCell<Vec<char>> = RefCell::default();
    }
    CHARS.with_borrow_mut(|chars| {
        chars.clear();
        chars.extend(text);
        let taken = take(chars);
        if chars.capacity() > KEPT {
            *chars = Vec::new();
        }
        taken
    })
}

/// A literal found in characters: its number, or what else was given with it, its first character and the one behind its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) literal: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Found {
    /// Whether it begins or ends inside a word of an alphabet ("no" in "know").
    #[inline]
    fn cuts_a_word_of(&self, text: &[char]) -> bool {
        let (start, end) = (self.start as usize, self.end as usize);
        let is_letter = |at: usize| text.get(at).is_some_and(char::is_ascii_alphabetic);
        let begins_inside = is_letter(start) && start > 0 && is_letter(start - 1);
        let ends_inside = is_letter(end - 1) && is_letter(end);
        begins_inside || ends_inside
    }
}

/// Literals, each with a number: a trie whose edges lie in one hash table (Knuth 1998, 6.4, linear probing), so that a step
/// touches one place. The node that a first character leads to is the character itself, the one that another leads to has the number of
/// the edge's place.
pub(crate) struct Literals {
    /// What each character of the basic multilingual plane is, and those of other planes that share its lower bits.
    chars: Box<[Char; 1 << 16]>,
    /// Two bits of one word for each pair of characters that longer literals begin with, which other pairs may share (Putze, Sanders and
    /// Singler 2009, Cache-, hash- and space-efficient Bloom filters).
    pairs: Box<[u64; Literals::WORDS]>,
    /// At most half of the places are taken; a power of two of them.
    places: Box<[Place]>,
}

/// A place of the table.
#[derive(Clone, Copy)]
struct Place {
    edge: Edge,
    /// What was given with the literal that ends with the edge, where one does.
    literal: u32,
}

impl Place {
    const FREE: Place = Place {
        edge: Edge::FREE,
        literal: 0,
    };
}

/// What a character is to literals, in two bytes, as most of the table stays near the processor so. In the lower one a bit for each class
/// of the characters that are second in a literal behind it, all bits where it is a literal by itself; in the upper one the bit of its own
/// class, with [`Char::NO_SECOND`] turned over.
#[derive(Clone, Copy, Default)]
struct Char(u16);

impl Char {
    /// The class of characters that are second in no literal.
    const NO_SECOND: u16 = 1 << 7;

    /// The bit of the class, one of seven, of a character that is second in a literal.
    fn class(c: char) -> u16 {
        // Multiplicative hashing (Knuth 1998, 6.4) of what the character shares its place by.
        let hash = u32::from(u32::from(c) as u16).wrapping_mul(0x9e37_79b1);
        1 << ((u64::from(hash) * 7) >> 32)
    }

    fn begins(&mut self, second: char) {
        self.0 |= Char::class(second);
    }

    fn is_second(&mut self, c: char) {
        self.0 = self.0 & 0xff | (Char::class(c) ^ Char::NO_SECOND) << 8;
    }

    fn ends(&mut self) {
        self.0 |= 0xff;
    }

    /// Whether a literal may begin with these two, or be the first.
    #[inline]
    fn may_open(self, second: Char) -> bool {
        self.0 & (second.0 >> 8 ^ Char::NO_SECOND) != 0
    }

    /// Whether the character may be a literal by itself.
    #[inline]
    fn may_be_literal(self) -> bool {
        self.0 & Char::NO_SECOND != 0
    }
}

/// The step from a node by a character: from the lowest bit on whether a literal ends with it, the character (21 bits), the node (26), and
/// a bit for each class of the characters that it goes on by.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Edge(u64);

impl Edge {
    /// No character has all its bits set.
    const FREE: Edge = Edge(u64::MAX);
    const ENDS: u64 = 1;
    /// The bit of the first of 16 classes.
    const CLASSES: u32 = 48;
    /// The node where literals begin that are one character, and the first node that is no character.
    const ROOT: u32 = 0x11_0000;

    /// In the place of a character: none has all its bits set.
    const NO_CHAR: u32 = (1 << 21) - 1;

    #[inline]
    fn new(node: u32, c: char) -> Self {
        Edge::by(node, u32::from(c))
    }

    #[inline]
    fn by(node: u32, c: u32) -> Self {
        Edge((u64::from(node) << 21 | u64::from(c)) << 1)
    }

    /// The bit of the class of a character. Multiplicative hashing (Knuth 1998, 6.4) by the golden ratio.
    #[inline]
    fn class(c: char) -> u64 {
        1 << (Edge::CLASSES + (u32::from(c).wrapping_mul(0x9e37_79b9) >> 28))
    }

    /// Whether there may be a step by this character behind it: most that are behind in a text are none, and their step need not be
    /// looked for.
    #[inline]
    fn may_go_on_by(self, c: char) -> bool {
        self.0 & Edge::class(c) != 0
    }

    /// Whether node and character are those of the other edge, about which nothing else is told.
    #[inline]
    fn is_like(self, other: Edge) -> bool {
        self.0 & ((1 << Edge::CLASSES) - 1) & !Edge::ENDS == other.0
    }

    /// The node that the edge in a place leads to.
    #[inline]
    fn behind(place: usize) -> u32 {
        Edge::ROOT + 1 + place as u32
    }

    /// Of an edge about which nothing else is told. Multiplicative hashing (Knuth 1998, 6.4) by the golden ratio.
    #[inline]
    fn hash(self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Where a literal may begin in a text.
#[derive(Clone, Copy)]
struct Opened {
    /// The place of its first character, and [`Opened::IS_LITERAL`] where that may be one by itself.
    start: u32,
    /// The step by its second one.
    wanted: Edge,
}

impl Opened {
    const NOWHERE: Opened = Opened {
        start: 0,
        wanted: Edge::FREE,
    };
    /// No text has so many characters.
    const IS_LITERAL: u32 = 1 << 31;

    #[inline]
    fn start(self) -> usize {
        (self.start & !Opened::IS_LITERAL) as usize
    }

    #[inline]
    fn is_literal(self) -> bool {
        self.start & Opened::IS_LITERAL != 0
    }
}

/// What 64 characters are to literals, and the one behind them.
type Kinds = [Char; Literals::AT_ONCE + 1];

/// The place of a character in its plane.
#[inline]
fn in_plane(c: char) -> usize {
    usize::from(u32::from(c) as u16)
}

/// An edge before it has its place.
struct Step {
    from: Origin,
    c: char,
    literal: Option<u32>,
}

/// Where a step begins.
enum Origin {
    Root,
    First(char),
    Step(usize),
}

impl Literals {
    /// Words of bits of pairs: 16 KB, which stay near the processor.
    const WORDS: usize = 1 << 11;
    /// Characters that are looked at together.
    const AT_ONCE: usize = u64::BITS as usize;
    /// Places of which the first steps are fetched together.
    const TOGETHER: usize = 16;

    /// Finds these literals, which are sorted and stand once each, and tells the number that is given with each.
    pub(crate) fn new<'l>(literals: impl Iterator<Item = (&'l str, u32)>) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        // The characters of the literal before, with the steps that lead to them; there is none to the first.
        let mut path: Vec<(char, usize)> = Vec::new();
        for (literal, number) in literals {
            let same = path
                .iter()
                .zip(literal.chars())
                .take_while(|((one, _), other)| one == other);
            let same = same.count();
            path.truncate(same);
            for c in literal.chars().skip(same) {
                let next = steps.len();
                if let [.., (before, step)] = path[..] {
                    let from = if path.len() == 1 {
                        Origin::First(before)
                    } else {
                        Origin::Step(step)
                    };
                    steps.push(Step { from, c, literal: None });
                }
                path.push((c, next));
            }
            match path[..] {
                [] => {}
                [(only, _)] => steps.push(Step {
                    from: Origin::Root,
                    c: only,
                    literal: Some(number),
                }),
                [.., (_, step)] => steps[step].literal = Some(number),
            }
        }
        Literals::of(steps)
    }

    /// Gives the steps their places, in their order: one comes behind the one that it goes on from.
    fn of(steps: Vec<Step>) -> Self {
        let room = (2 * steps.len() + 1).next_power_of_two();
        let mut literals = Literals {
            chars: Box::new([Char::default(); 1 << 16]),
            pairs: Box::new([0; Literals::WORDS]),
            places: vec![Place::FREE; room].into(),
        };
        let mut places: Vec<usize> = Vec::with_capacity(steps.len());
        for step in steps {
            let mut edge = match step.from {
                Origin::Root => {
                    literals.chars[in_plane(step.c)].ends();
                    Edge::new(Edge::ROOT, step.c)
                }
                Origin::First(first) => {
                    let edge = Edge::new(u32::from(first), step.c);
                    let (word, [one, other]) = Literals::bits(edge.hash());
                    literals.pairs[word] |= 1 << one | 1 << other;
                    literals.chars[in_plane(first)].begins(step.c);
                    literals.chars[in_plane(step.c)].is_second(step.c);
                    edge
                }
                Origin::Step(before) => {
                    let before = places[before];
                    literals.places[before].edge.0 |= Edge::class(step.c);
                    Edge::new(Edge::behind(before), step.c)
                }
            };
            let mut place = literals.place(edge.hash());
            while literals.places[place].edge != Edge::FREE {
                place = literals.next(place);
            }
            places.push(place);
            if let Some(literal) = step.literal {
                edge.0 |= Edge::ENDS;
                literals.places[place].literal = literal;
            }
            literals.places[place].edge = edge;
        }
        literals
    }

    /// Tells each literal that stands in `text`, as [`Literals::each_in`] does, but for those that begin or end inside a word of an
    /// alphabet; Chinese words are the segmenter's matter.
    #[inline]
    pub(crate) fn each_of_words_in(&self, text: &[char], mut each: impl FnMut(Found)) {
        self.each_in(text, |found| {
            if !found.cuts_a_word_of(text) {
                each(found);
            }
        });
    }

    /// Tells each literal that stands in `text`, in the order of the starts, the shorter first.
    #[inline]
    pub(crate) fn each_in(&self, text: &[char], mut each: impl FnMut(Found)) {
        // Few posts hold others' words.
        if text.is_empty() {
            return;
        }
        let mut opened = [Opened::NOWHERE; Literals::TOGETHER];
        let mut edges = [Edge::FREE; Literals::TOGETHER];
        let mut parts = (0..text.len()).step_by(Literals::AT_ONCE);
        let mut kinds = [Char::default(); Literals::AT_ONCE + 1];
        let (mut from, mut starts) = (0, 0);
        loop {
            let mut count = 0;
            let is_through = loop {
                if starts == 0 {
                    let Some(part) = parts.next() else { break true };
                    from = part;
                    let these = &text[from..text.len().min(from + kinds.len())];
                    starts = self.starts(these, &mut kinds);
                } else if count < opened.len() {
                    self.open(text, from, &kinds, &mut starts, &mut opened, &mut count);
                } else {
                    break false;
                }
            };
            // What stands in the places of the first steps is fetched for all before one is looked at, as it is far from the processor.
            for (edge, one) in edges.iter_mut().zip(&opened[..count]) {
                *edge = self.places[self.place(one.wanted.hash())].edge;
            }
            for (&edge, &one) in edges.iter().zip(&opened[..count]) {
                self.each_from(text, one, edge, &mut each);
            }
            if is_through {
                return;
            }
        }
    }

    /// Literals that may begin at these places behind `from`, as many as there is room for behind `count`, which counts them too.
    #[inline]
    fn open(
        &self,
        text: &[char],
        from: usize,
        kinds: &Kinds,
        starts: &mut u64,
        opened: &mut [Opened; Literals::TOGETHER],
        count: &mut usize,
    ) {
        while *starts != 0 && *count < opened.len() {
            let at = starts.trailing_zeros() as usize;
            *starts &= *starts - 1;
            let start = from + at;
            let Some(&first) = text.get(start) else { continue };
            // Behind the last character stands none.
            let second = text.get(start + 1).map_or(Edge::NO_CHAR, |&second| u32::from(second));
            let is_literal = kinds[at].may_be_literal();
            let wanted = Edge::by(u32::from(first), second);
            opened[*count] = Opened {
                start: start as u32 | if is_literal { Opened::IS_LITERAL } else { 0 },
                wanted,
            };
            // Half of them are none; there is no branch that depends on it.
            *count += usize::from(self.may_begin(wanted.hash()) | is_literal);
        }
    }

    /// Tells each literal that begins there, the shorter first; the edge is what stands in the place of the first step.
    #[inline]
    fn each_from(&self, text: &[char], opened: Opened, edge: Edge, each: &mut impl FnMut(Found)) {
        let start = opened.start();
        let mut found = |place: usize, end: usize| {
            each(Found {
                literal: self.places[place].literal,
                start: start as u32,
                end: end as u32,
            });
        };
        if opened.is_literal()
            && let Some((place, _)) = self.find(Edge::new(Edge::ROOT, text[start]))
        {
            found(place, start + 1);
        }
        let mut end = start + 2;
        let mut step = self.find_from(opened.wanted, self.place(opened.wanted.hash()), edge);
        while let Some((place, edge)) = step {
            if edge.0 & Edge::ENDS != 0 {
                found(place, end);
            }
            let Some(&c) = text.get(end).filter(|&&c| edge.may_go_on_by(c)) else {
                break;
            };
            step = self.find(Edge::new(Edge::behind(place), c));
            end += 1;
        }
    }

    /// At which of these characters a literal may begin, the first the lowest bit, and what `kinds` they are; the one behind those that are
    /// looked at together is there to be second. Every character of every text is looked at here, and most begin none: there must be no
    /// branch that depends on it, so it is a byte for each that is written, and all of them are put together. A second look
    /// ([`Literals::may_begin`]) leaves half.
    #[inline(never)]
    fn starts(&self, these: &[char], kinds: &mut Kinds) -> u64 {
        for (kind, &c) in kinds.iter_mut().zip(these) {
            *kind = self.char(c);
        }
        // Behind the last character stands one that begins no literal and is second in none.
        kinds[these.len()..].fill(Char::default());
        let mut may = [0_u8; Literals::AT_ONCE];
        for (at, may) in may.iter_mut().enumerate() {
            *may = u8::from(kinds[at].may_open(kinds[at + 1]));
        }
        let bits = |part: &[u8; 16]| u64::from(u8x16::new(*part).simd_eq(u8x16::splat(1)).to_bitmask());
        match may.as_chunks().0 {
            [first, second, third, last] => bits(first) | bits(second) << 16 | bits(third) << 32 | bits(last) << 48,
            _ => 0,
        }
    }

    #[inline]
    fn char(&self, c: char) -> Char {
        self.chars[in_plane(c)]
    }

    /// Whether a literal may begin with the pair whose edge has this hash.
    #[inline]
    fn may_begin(&self, pair: u64) -> bool {
        let (word, [one, other]) = Literals::bits(pair);
        let word = self.pairs.get(word).copied().unwrap_or_default();
        (word >> one) & (word >> other) & 1 == 1
    }

    /// The edge like this one, and its place.
    #[inline]
    fn find(&self, wanted: Edge) -> Option<(usize, Edge)> {
        let place = self.place(wanted.hash());
        self.find_from(wanted, place, self.places[place].edge)
    }

    /// The same, from the place where it would stand, which holds that edge.
    #[inline]
    fn find_from(&self, wanted: Edge, mut place: usize, mut edge: Edge) -> Option<(usize, Edge)> {
        loop {
            if edge.is_like(wanted) {
                return Some((place, edge));
            }
            if edge == Edge::FREE {
                return None;
            }
            place = self.next(place);
            edge = self.places[place].edge;
        }
    }

    #[inline]
    fn bits(hash: u64) -> (usize, [u64; 2]) {
        let bit = |at: u32| hash >> (u64::BITS - at) & 63;
        ((hash >> (u64::BITS - 11)) as usize, [bit(17), bit(23)])
    }

    /// By other bits of the hash than [`Literals::bits`] goes by.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.places.len() - 1)
    }

    #[inline]
    fn next(&self, place: usize) -> usize {
        (place + 1) & (self.places.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every literal looked for by itself, all of them or those only that cut no word.
    fn one_by_one(literals: &[String], text: &[char], of_words: bool) -> Vec<Found> {
        let letter = |at: usize| text.get(at).is_some_and(char::is_ascii_alphabetic);
        let mut hits: Vec<Found> = Vec::new();
        for (number, literal) in (0..).zip(literals) {
            let literal: Vec<char> = literal.chars().collect();
            for start in 0..text.len() {
                if !text[start..].starts_with(&literal) {
                    continue;
                }
                let end = start + literal.len();
                let cut_before = letter(start) && start > 0 && letter(start - 1);
                let cut_behind = letter(end - 1) && letter(end);
                if !(of_words && (cut_before || cut_behind)) {
                    hits.push(Found {
                        literal: number,
                        start: start as u32,
                        end: end as u32,
                    });
                }
            }
        }
        hits.sort_by_key(|hit| (hit.start, hit.end));
        hits
    }

    proptest! {
        #[test]
        fn all_of_them_are_found_and_nothing_else(
            literals in prop::collection::btree_set("[中国家不ab𠀀]{1,4}", 0..30),
            text in "[中国家不abc𠀀 ]{0,200}",
        ) {
            let literals: Vec<String> = literals.into_iter().collect();
            let text: Vec<char> = text.chars().collect();
            let all = Literals::new(literals.iter().map(String::as_str).zip(0..));
            let (mut found, mut of_words) = (Vec::new(), Vec::new());
            all.each_in(&text, |one| found.push(one));
            all.each_of_words_in(&text, |one| of_words.push(one));
            prop_assert_eq!(found, one_by_one(&literals, &text, false));
            prop_assert_eq!(of_words, one_by_one(&literals, &text, true));
        }
    }
}
