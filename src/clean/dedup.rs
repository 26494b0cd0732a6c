//! Same and near-same texts, by fingerprints: nothing of a text is kept.
//!
//! Texts are compared by the author's own words, folded: script, width, case, spaces, links and mentions make no difference.
//! A bare repost has no own words and equals nothing. Near-same means an estimated Jaccard similarity of the sets of three
//! consecutive characters of at least [`NEAR`]; the estimate is the share of equal minima under 64 hash functions (MinHash:
//! Broder 1997, "On the resemblance and containment of documents"), with a standard error of 0.05 at the threshold. Texts
//! that may be alike are found by bands of four minima (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Folded, Words};

/// Estimated similarity from which two texts are near-same.
pub const NEAR: f64 = 0.8;
/// Shorter texts are never near-same: one other character makes another remark of them.
pub const NEAR_CHARS: usize = 16;

const HASHES: usize = 64;
const BANDS: usize = 16;
/// Texts remembered; older ones are forgotten.
const REMEMBERED: usize = 1 << 20;

/// What is compared of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// 64 bits of the folded own words.
    pub exact: u64,
    near: Option<Box<Minima>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Minima {
    /// The low byte of each minimum.
    bytes: [u8; HASHES],
    /// Where texts alike meet, one place a band.
    bands: [u32; BANDS],
}

impl Fingerprint {
    /// The fingerprint of a post's own words, with what near-same texts are found by where `near`; `None` for a post without.
    pub fn of(text: &str, near: bool) -> Option<Fingerprint> {
        let folded = Folded::new(text, Words::split(text).own);
        let words: Vec<char> = folded
            .text()
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '[')
            .collect();
        if words.is_empty() {
            return None;
        }
        Some(Fingerprint {
            exact: hash(&folded.text()),
            near: (near && words.len() >= NEAR_CHARS).then(|| Box::new(Minima::of(&words))),
        })
    }

    /// Estimated similarity of two texts; `None` where one is too short for it.
    pub fn similarity(&self, other: &Fingerprint) -> Option<f64> {
        Some(alike(&self.near.as_ref()?.bytes, &other.near.as_ref()?.bytes))
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn alike(a: &[u8; HASHES], b: &[u8; HASHES]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / HASHES as f64
}

impl Minima {
    fn of(words: &[char]) -> Minima {
        let mut minima = [u32::MAX; HASHES];
        for gram in words.windows(3) {
            let gram = hash(&gram);
            for (seed, minimum) in (1u64..).zip(&mut minima) {
                // A multiplication by an odd number and the upper half: universal hashing after Dietzfelbinger (1997).
                let mixed = gram.wrapping_mul(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
                *minimum = (*minimum).min((mixed >> 32) as u32);
            }
        }
        let mut bands = [0; BANDS];
        for (at, (band, rows)) in bands.iter_mut().zip(minima.chunks(HASHES / BANDS)).enumerate() {
            *band = (hash(&(at, rows)) % REMEMBERED as u64) as u32;
        }
        Minima {
            bytes: minima.map(|minimum| minimum as u8),
            bands,
        }
    }
}

/// The last million texts, for finding near-same ones. Takes up to 130 MB, no more however many texts are shown to it.
#[derive(Debug, Default)]
pub struct NearTexts {
    remembered: Vec<[u8; HASHES]>,
    /// For each band and place the text last put there, counted from 1.
    places: Vec<u32>,
    next: usize,
}

impl NearTexts {
    /// The similarity of the text to the most similar one remembered, where that is near-same; the text is remembered otherwise.
    pub fn find_or_remember(&mut self, text: &Fingerprint) -> Option<f64> {
        let minima = text.near.as_ref()?;
        if self.places.is_empty() {
            self.places = vec![0; BANDS * REMEMBERED];
        }
        let at = |band: usize| band * REMEMBERED + minima.bands[band] as usize;
        let found = (0..BANDS)
            .filter_map(|band| self.remembered.get((self.places[at(band)] as usize).checked_sub(1)?))
            .map(|bytes| alike(bytes, &minima.bytes))
            .max_by(f64::total_cmp)
            .filter(|similarity| *similarity >= NEAR);
        if found.is_none() {
            match self.remembered.get_mut(self.next) {
                Some(forgotten) => *forgotten = minima.bytes,
                None => self.remembered.push(minima.bytes),
            }
            self.next = (self.next + 1) % REMEMBERED;
            let number = if self.next == 0 { REMEMBERED } else { self.next };
            (0..BANDS).for_each(|band| self.places[at(band)] = number as u32);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LONG: &str =
        "睡前又看了一遍那张图谱，三十六个族群的基因放在一起，我想的是以后看病会不会更准一点，也想知道数据存在哪里";

    fn fingerprint(text: &str) -> Fingerprint {
        Fingerprint::of(text, true).unwrap()
    }

    /// The similarity that the fingerprints estimate, counted from its definition.
    fn jaccard(a: &str, b: &str) -> f64 {
        let grams = |text: &str| {
            let words: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            words.windows(3).map(<[char]>::to_vec).collect::<BTreeSet<_>>()
        };
        let (a, b) = (grams(a), grams(b));
        a.intersection(&b).count() as f64 / a.union(&b).count() as f64
    }

    #[test]
    fn what_says_the_same_has_one_fingerprint() {
        let exact = |text: &str| Fingerprint::of(text, false).map(|text| text.exact);
        assert_eq!(exact("支持 開放科學！//@甲:原话"), exact("支持开放科学!//@乙:另一句"));
        assert_ne!(exact("支持开放科学"), exact("不支持开放科学"));
        assert_eq!(exact("转发微博//@甲:原话"), None);
        assert_eq!(exact("。。。 http://t.cn/x"), None);
    }

    #[test]
    fn the_estimate_is_near_the_similarity() {
        let copies = [
            LONG.replace("我想的是", "俺想的是"),
            LONG.replace("也想知道数据存在哪里", "还想知道存在什么地方"),
            format!("转一下：{LONG}，大家说呢"),
            "今天食堂的菜不错，吃完去操场走了两圈，晚上打算早点睡，明天还要交作业".to_owned(),
        ];
        for copy in copies {
            let estimate = fingerprint(LONG).similarity(&fingerprint(&copy)).unwrap();
            let exact = jaccard(LONG, &copy);
            // Three standard errors.
            assert!((estimate - exact).abs() < 0.19, "{estimate} for {exact}: {copy}");
        }
    }

    #[test]
    fn a_copy_with_another_word_is_found_and_another_remark_is_not() {
        let mut texts = NearTexts::default();
        assert_eq!(texts.find_or_remember(&fingerprint(LONG)), None);
        let copy = fingerprint(&LONG.replace("又看", "再看"));
        assert!(
            texts
                .find_or_remember(&copy)
                .is_some_and(|similarity| similarity >= NEAR)
        );
        let other = fingerprint("今天食堂的菜不错，吃完去操场走了两圈，晚上打算早点睡，明天还要交作业");
        assert_eq!(texts.find_or_remember(&other), None);
        // Short texts are left to the exact comparison.
        assert_eq!(texts.find_or_remember(&fingerprint("支持")), None);
        assert_eq!(texts.find_or_remember(&fingerprint("支持")), None);
    }
}
