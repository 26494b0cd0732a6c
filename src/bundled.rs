//! The data files that ship inside the binary: lexicons, coding schemes, account rules, exporter layouts, the font of the figures.
//!
//! The only place that embeds files. Bundled text goes through the same parsers as a user's own.

use std::sync::OnceLock;

// The lists of files, written by the build script: `LEXICONS`, `EXPORTERS` and `GRAMS`.
include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// Text of a file under `lexicons/`, e.g. `accounts/weibo.toml`.
pub fn lexicon(path: &str) -> Option<&'static str> {
    find(LEXICONS, path)
}

/// The grams in weights.csv of a folder under `lexicons/`, compiled; `None` where it has none.
pub(crate) fn grams(folder: &str) -> Option<&'static [u8]> {
    find(GRAMS, folder)
}

fn find<F: Copy>(files: &[(&str, F)], path: &str) -> Option<F> {
    files.iter().find(|(other, _)| *other == path).map(|&(_, file)| file)
}

/// Ids of the bundled coding schemes: the folder names under `lexicons/codebooks/`, sorted.
pub fn codebooks() -> Vec<&'static str> {
    let within = LEXICONS.iter().filter_map(|(path, _)| path.strip_prefix("codebooks/"));
    let mut ids: Vec<_> = within.filter_map(|path| Some(path.split_once('/')?.0)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Every exporter layout as (file name, text), sorted by name.
pub fn exporters() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPORTERS.iter().copied().filter(|(name, _)| name.ends_with(".toml"))
}

/// The font of the figures, an OpenType font; `None` where it cannot be unpacked. See `data/fonts/SOURCE.md`.
pub fn font() -> Option<&'static [u8]> {
    static PACKED: &[u8] = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/fonts/NotoSansSC-subset.otf.zst"
    ));
    static FONT: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    FONT.get_or_init(|| zstd::decode_all(PACKED).ok()).as_deref()
}
