//! Compiles the dictionary of the segmenter, so that a program that starts need not.

use std::{env, fs, io, path::Path};

#[path = "src/segment/trie/compile.rs"]
mod compile;
#[path = "src/segment/trie/layout.rs"]
mod layout;

const WORDS: &str = "data/dictionary/words.txt";

fn main() -> io::Result<()> {
    for source in [
        WORDS,
        "src/segment/trie/compile.rs",
        "src/segment/trie/layout.rs",
        "build.rs",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    let wrong = |problem: String| io::Error::other(format!("{WORDS}: {problem}"));
    let text = fs::read_to_string(WORDS)?;
    let mut words: Vec<(&str, u64)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let entry = line
            .split_once(' ')
            .and_then(|(word, frequency)| Some((word, frequency.parse().ok()?)))
            .ok_or_else(|| wrong(format!("line {number} is not a word and its frequency")))?;
        words.push(entry);
    }
    let total: u64 = words.iter().map(|(_, frequency)| frequency).sum();
    let mut frequencies: Vec<u64> = words.iter().map(|&(_, frequency)| frequency).collect();
    frequencies.sort_unstable();
    frequencies.dedup();
    let class = |frequency: u64| frequencies.partition_point(|&other| other < frequency) as u32;
    words.sort_unstable();
    let classes: Vec<(&str, u32)> = words
        .iter()
        .map(|&(word, frequency)| (word, class(frequency)))
        .collect();
    let trie = compile::compile(&classes).map_err(wrong)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("dictionary.trie"), trie)?;
    let pairs = compile::pairs(words.iter().map(|&(word, _)| word));
    fs::write(Path::new(&out).join("dictionary.pairs"), pairs)?;
    let longest = words.iter().map(|(word, _)| word.chars().count()).max();
    let longest = longest.unwrap_or_default() as u64;
    let numbers: Vec<u8> = [total, longest]
        .into_iter()
        .chain(frequencies)
        .flat_map(u64::to_le_bytes)
        .collect();
    fs::write(Path::new(&out).join("dictionary.frequencies"), numbers)
}
