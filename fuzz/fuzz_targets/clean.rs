//! Any text: whose words, folded, fingerprinted; every range of it lies on the characters of the raw text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minyi::clean::{Folded, Words, dedup::Fingerprint};

fuzz_target!(|text: &str| {
    let words = Words::split(text);
    assert!(text.get(words.own.clone()).is_some() && text.get(words.quoted).is_some());
    let folded = Folded::new(text, words.own);
    let ends: Vec<usize> = folded.text().char_indices().map(|(at, _)| at).chain([folded.text().len()]).collect();
    for pair in ends.windows(2) {
        let range = folded.raw_range(pair[0]..pair[1]);
        assert!(range.start <= range.end && text.get(range).is_some());
    }
    let _ = Fingerprint::of(text, true);
});
