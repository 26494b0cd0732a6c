//! The short ways give what the long ones give: on invented posts, and on the real ones beside the repository where they
//! are. Every post is compared in a release build, some of them in a debug build.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use std::{borrow::Cow, fs::File, io::Read, path::Path, sync::LazyLock};

use flate2::read::GzDecoder;
use jieba_rs::Jieba;
use minyi::{
    codebook::Codebook,
    model::{Stance, Verdict},
    score::{EvidenceOf, Relevance, Scope, Scorer},
    segment::Segmenter,
};
use proptest::prelude::*;

const CODEBOOKS: [&str; 3] = ["weibo-pangenome", "gm-food", "genomic-data-sharing"];

static SCORERS: LazyLock<Vec<Scorer>> = LazyLock::new(|| {
    let scorer = |name| Scorer::new(Codebook::load(name, None).unwrap());
    CODEBOOKS.map(scorer).into()
});

/// The words that the first codebook adds to the dictionary.
static TERMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let terms = &SCORERS[0].codebook().terms;
    let words = terms.iter().filter(|term| term.parts.len() == 1 && !term.inside);
    words
        .flat_map(|term| term.parts[0].any_of.to_vec())
        .filter(|word| word.chars().count() > 1)
        .collect()
});

static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(TERMS.iter().map(String::as_str)));

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for term in TERMS.iter() {
        if !jieba.has_word(term) {
            jieba.add_word(term, None, None);
        }
    }
    jieba
});

fn assert_same_codes(text: &str) {
    for scorer in SCORERS.iter() {
        for scope in [Scope::Own, Scope::Quoted, Scope::All] {
            for relevance in [Relevance::Shown, Relevance::Assumed] {
                let verdict = |evidence| scorer.verdicts(&[text], scope, relevance, evidence).remove(0);
                let whole = verdict(EvidenceOf::All);
                let mut likely = verdict(EvidenceOf::Likely);
                if likely.evidence.is_empty() && whole.stance == Stance::Irrelevant && relevance == Relevance::Shown {
                    likely.evidence.clone_from(&whole.evidence);
                }
                assert_eq!(
                    likely,
                    whole,
                    "{scope:?}, {relevance:?}, a text of {} bytes",
                    text.len()
                );
                let whole = Verdict {
                    evidence: Vec::new(),
                    ..whole
                };
                let brief = verdict(EvidenceOf::None);
                assert_eq!(brief, whole, "{scope:?}, {relevance:?}, a text of {} bytes", text.len());
            }
        }
    }
}

fn assert_same_words(text: &str) {
    let han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
    if !text.contains(han) {
        return;
    }
    let expected = JIEBA.cut(text, false).into_iter().map(|token| token.word);
    assert!(SEGMENTER.words(text).eq(expected), "a text of {} bytes", text.len());
}

#[test]
fn examples_and_demo_posts() {
    for scorer in SCORERS.iter() {
        for example in &scorer.codebook().examples().unwrap() {
            assert_same_words(&example.text);
        }
    }
    let step = if cfg!(debug_assertions) { 10 } else { 1 };
    for example in SCORERS[0].codebook().examples().unwrap().iter().step_by(step) {
        assert_same_codes(&example.text);
    }
    for line in include_str!("../data/demo/weibo-search.csv").lines().step_by(step) {
        assert_same_words(line);
        assert_same_codes(line);
    }
}

/// What is left in the room that texts share from text to text does not matter.
#[test]
fn texts_coded_together_have_the_verdicts_they_have_alone() {
    let texts: Vec<&str> = include_str!("../data/demo/weibo-search.csv").lines().take(70).collect();
    for evidence in [EvidenceOf::None, EvidenceOf::Likely] {
        let verdicts = |texts: &[&str]| SCORERS[0].verdicts(texts, Scope::Own, Relevance::Shown, evidence);
        let alone: Vec<Verdict> = texts.iter().flat_map(|text| verdicts(&[text])).collect();
        assert_eq!(verdicts(&texts), alone);
        assert!(alone.iter().any(|verdict| verdict.stance != Stance::Irrelevant));
    }
}

/// Texts of other people, of which nothing is printed.
#[test]
fn real_posts_where_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/lyu2020-daily");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return println!("skipped: no ../shared/corpora/lyu2020-daily here");
    };
    let step = if cfg!(debug_assertions) { 500 } else { 1 };
    for file in files {
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(file.unwrap().path()).unwrap())
            .read_to_end(&mut bytes)
            .unwrap();
        let text = decoded(&bytes);
        for line in text.lines().step_by(step) {
            assert_same_words(line);
            assert_same_codes(line);
        }
    }
}

/// The text of a file in UTF-8 or GB18030.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 24 } else { 512 }))]

    #[test]
    fn texts_put_together_of_terms(
        words in prop::collection::vec((any::<prop::sample::Index>(), "[，。！？“”#@ 不是吗但的\n]|//@甲:|转基因|http://t.cn/a|[a-zA-Z]{1,3}"), 0..16),
    ) {
        let terms = &SCORERS[0].codebook().terms;
        let text: String = words
            .iter()
            .map(|(at, between)| {
                let term = at.get(terms);
                let parts: String = term.parts.iter().map(|part| part.any_of[0].as_str()).collect();
                parts + between
            })
            .collect();
        assert_same_words(&text);
        assert_same_codes(&text);
    }
}
