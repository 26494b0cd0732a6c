//! Which words set one group of posts apart from another.

use std::collections::BTreeMap;

use super::two_sided_p;

/// How often a word stands in one group of posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Frequency {
    /// Occurrences.
    pub tokens: u64,
    /// Posts with at least one occurrence.
    pub posts: u64,
}

/// A word with its frequencies in two groups and how far they differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyness {
    /// The word.
    pub word: String,
    /// In the target group.
    pub target: Frequency,
    /// In the reference group.
    pub reference: Frequency,
    /// Log-likelihood ratio G² over the tokens, 1 degree of freedom; see [`log_likelihood`].
    pub log_likelihood: f64,
    /// p of G².
    pub p_value: f64,
    /// Binary logarithm of the ratio of relative frequencies; see [`log_ratio`]. Above 0: commoner in the target.
    pub log_ratio: f64,
}

/// Log-likelihood ratio of a word with `a` of `c` tokens in one corpus and `b` of `d` in another:
/// 2 (a ln(a/E1) + b ln(b/E2)), E1 = c (a+b) / (c+d), E2 = d (a+b) / (c+d).
///
/// Rayson P, Garside R (2000). Comparing corpora using frequency profiling. Proceedings of the workshop on Comparing
/// Corpora, ACL, 1-6. It leaves out the cells of the other words, as that paper does.
pub fn log_likelihood(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let (all, size) = ((a + b) as f64, (c + d) as f64);
    let part = |observed: u64, corpus: u64| {
        let expected = corpus as f64 * all / size;
        if observed == 0 {
            0.0
        } else {
            observed as f64 * (observed as f64 / expected).ln()
        }
    };
    2.0 * (part(a, c) + part(b, d))
}

/// Binary logarithm of (a/c) / (b/d); a frequency of 0 is taken as 0.5, so that the ratio is finite.
///
/// Hardie A (2014). Log Ratio: an informal introduction. ESRC Centre for Corpus Approaches to Social Science, Lancaster.
pub fn log_ratio(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let part = |n: u64, size: u64| if n == 0 { 0.5 } else { n as f64 } / size as f64;
    (part(a, c) / part(b, d)).log2()
}

/// Words of two groups of posts, counted. Memory grows with the vocabulary, not with the posts.
#[derive(Debug, Default)]
pub struct WordCounts {
    words: BTreeMap<String, [Frequency; 2]>,
    tokens: [u64; 2],
    posts: [u64; 2],
}

/// The two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The posts looked at.
    Target,
    /// The posts they are compared with.
    Reference,
}

impl WordCounts {
    /// Counts the words of one post.
    pub fn add<'w>(&mut self, group: Group, words: impl IntoIterator<Item = &'w str>) {
        let group = group as usize;
        let mut in_post: BTreeMap<&str, u64> = BTreeMap::new();
        for word in words {
            *in_post.entry(word).or_default() += 1;
        }
        self.posts[group] += 1;
        for (word, tokens) in in_post {
            self.tokens[group] += tokens;
            if !self.words.contains_key(word) {
                self.words.insert(word.to_owned(), Default::default());
            }
            if let Some(frequencies) = self.words.get_mut(word) {
                frequencies[group].tokens += tokens;
                frequencies[group].posts += 1;
            }
        }
    }

    /// Posts counted in a group.
    pub fn posts(&self, group: Group) -> u64 {
        self.posts[group as usize]
    }

    /// Tokens counted in a group.
    pub fn tokens(&self, group: Group) -> u64 {
        self.tokens[group as usize]
    }

    /// Words of the target by frequency, the commonest first; equal ones by their characters.
    pub fn frequencies(&self) -> Vec<(&str, Frequency)> {
        let mut all: Vec<(&str, Frequency)> = self
            .words
            .iter()
            .map(|(word, [target, _])| (word.as_str(), *target))
            .filter(|(_, n)| n.tokens > 0)
            .collect();
        all.sort_by(|a, b| b.1.tokens.cmp(&a.1.tokens).then_with(|| a.0.cmp(b.0)));
        all
    }

    /// Words in at least `least` posts of both groups together, by G², the strongest first; equal ones by their
    /// characters. Empty where a group has no token.
    pub fn keyness(&self, least: u64) -> Vec<Keyness> {
        let [c, d] = self.tokens;
        if c == 0 || d == 0 {
            return Vec::new();
        }
        let mut all: Vec<Keyness> = self
            .words
            .iter()
            .filter(|(_, [target, reference])| target.posts + reference.posts >= least)
            .map(|(word, &[target, reference])| {
                let g2 = log_likelihood(target.tokens, reference.tokens, c, d).max(0.0);
                Keyness {
                    word: word.clone(),
                    target,
                    reference,
                    log_likelihood: g2,
                    // With 1 degree of freedom, chi-square is the square of a standard normal.
                    p_value: two_sided_p(g2.sqrt()),
                    log_ratio: log_ratio(target.tokens, reference.tokens, c, d),
                }
            })
            .collect();
        all.sort_by(|a, b| {
            b.log_likelihood
                .total_cmp(&a.log_likelihood)
                .then_with(|| a.word.cmp(&b.word))
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        counts: [u64; 4],
        log_likelihood: f64,
        p: f64,
        log_ratio: f64,
    }

    /// Values of scipy, stored with the script that made them: tests/reference/keyness.py.
    #[test]
    fn keyness_agrees_with_scipy() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/reference/keyness.json")).unwrap();
        assert!(cases.len() >= 5);
        for Case {
            counts: [a, b, c, d],
            log_likelihood: g2,
            p,
            log_ratio: ratio,
        } in cases
        {
            let found = log_likelihood(a, b, c, d);
            assert!(
                (found - g2).abs() <= 1e-9 * g2.max(1.0),
                "{a} {b} {c} {d}: {found} {g2}"
            );
            assert!(
                (two_sided_p(found.max(0.0).sqrt()) - p).abs() <= 1e-9,
                "{a} {b} {c} {d}"
            );
            assert!((log_ratio(a, b, c, d) - ratio).abs() <= 1e-12, "{a} {b} {c} {d}");
        }
    }

    #[test]
    fn words_are_counted_once_a_post_and_as_often_as_they_stand() {
        let mut counts = WordCounts::default();
        counts.add(Group::Target, ["卖国", "卖国", "图谱"]);
        counts.add(Group::Reference, ["图谱", "科普"]);
        assert_eq!((counts.posts(Group::Target), counts.tokens(Group::Target)), (1, 3));
        assert_eq!(counts.frequencies()[0], ("卖国", Frequency { tokens: 2, posts: 1 }));
        let keyness = counts.keyness(1);
        assert_eq!(keyness[0].word, "卖国");
        assert!(keyness[0].log_ratio > 0.0);
        assert!(counts.keyness(2).iter().all(|word| word.word == "图谱"));
    }

    #[test]
    fn without_a_reference_there_is_no_keyness() {
        let mut counts = WordCounts::default();
        counts.add(Group::Target, ["图谱"]);
        assert!(counts.keyness(1).is_empty());
    }
}
