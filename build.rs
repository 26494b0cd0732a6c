//! Compiles what a program that starts would have to read: the dictionary of the segmenter and the grams of the bundled codebooks.
//! Lists the files that ship inside the program.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

#[path = "src/segment/trie/compile.rs"]
mod compile;
#[path = "src/grams/compiled.rs"]
mod compiled;
#[path = "src/segment/trie/layout.rs"]
mod layout;
#[path = "src/grams/units.rs"]
#[expect(dead_code, reason = "the program finds grams, too")]
mod units;

const WORDS: &str = "data/dictionary/words.txt";
const LEXICONS: &str = "lexicons";
const CODEBOOKS: &str = "lexicons/codebooks";
const EXPORTERS: &str = "data/exporters";

fn main() -> io::Result<()> {
    for source in [
        WORDS,
        LEXICONS,
        EXPORTERS,
        "src/segment/trie/compile.rs",
        "src/segment/trie/layout.rs",
        "src/grams/compiled.rs",
        "src/grams/units.rs",
        "build.rs",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    dictionary(&out)?;
    bundled(&out)
}

/// Compiles the dictionary.
fn dictionary(out: &Path) -> io::Result<()> {
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
    fs::write(out.join("dictionary.trie"), trie)?;
    for (name, pairs) in [("dictionary.pairs", layout::PAIRS), ("dictionary.long", layout::LONG)] {
        let pairs = compile::pairs(words.iter().map(|&(word, _)| word), pairs);
        fs::write(out.join(name), pairs)?;
    }
    let longest = words.iter().map(|(word, _)| word.chars().count()).max();
    let longest = longest.unwrap_or_default() as u64;
    let numbers: Vec<u8> = [total, longest]
        .into_iter()
        .chain(frequencies)
        .flat_map(u64::to_le_bytes)
        .collect();
    fs::write(out.join("dictionary.frequencies"), numbers)
}

/// Lists the bundled files for `src/bundled.rs`: paths under their folder, and texts; of weights.csv the compiled grams, too.
fn bundled(out: &Path) -> io::Result<()> {
    let mut list = String::new();
    for (name, folder) in [("LEXICONS", LEXICONS), ("EXPORTERS", EXPORTERS)] {
        list += &format!("static {name}: &[(&str, &str)] = &[\n");
        for file in files(Path::new(folder))? {
            let within = file.strip_prefix(folder).map_err(io::Error::other)?;
            let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
            let path = fs::canonicalize(&file)?;
            list += &format!("    ({:?}, include_str!({path:?})),\n", parts.join("/"));
        }
        list += "];\n";
    }
    list += "static GRAMS: &[(&str, &[u8])] = &[\n";
    for file in files(Path::new(CODEBOOKS))? {
        if let Some(folder) = file.parent().filter(|_| file.ends_with("weights.csv")) {
            let id = folder.file_name().unwrap_or_default().to_string_lossy();
            let path = out.join(format!("{id}.grams"));
            fs::write(&path, grams(&file)?)?;
            list += &format!("    ({:?}, include_bytes!({path:?})),\n", format!("codebooks/{id}"));
        }
    }
    list += "];\n";
    fs::write(out.join("bundled.rs"), list)
}

/// The files in a folder and the folders in it, in alphabetical order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Compiles the grams of a weights.csv: the rows with a rarity, behind which no others stand.
fn grams(file: &Path) -> io::Result<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(file)
        .map_err(io::Error::other)?;
    let mut grams = None;
    for row in reader.records().skip(1) {
        let row = row.map_err(io::Error::other)?;
        if grams.is_none() && row[1].is_empty() {
            continue;
        }
        let numbers = row.iter().skip(1).map(compiled::hundredths);
        let pushed = numbers.collect::<Option<Vec<i16>>>().and_then(|numbers| {
            let (&rarity, weights) = numbers.split_first().filter(|(rarity, _)| **rarity != 0)?;
            let grams = grams.get_or_insert_with(|| compiled::Compiler::new(weights.len()));
            grams.push(&row[0], rarity, weights)
        });
        if pushed.is_none() {
            let problem = format!("{}: `{}` is no gram with its weights", file.display(), &row[0]);
            return Err(io::Error::other(problem));
        }
    }
    let grams = grams.unwrap_or_else(|| compiled::Compiler::new(0));
    Ok(grams.compiled())
}
