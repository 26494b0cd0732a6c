//! The data files that ship inside the binary: lexicons, coding schemes, account rules, exporter layouts, the font of the figures.
//!
//! The only place that embeds files. Bundled text goes through the same parsers as a user's own.

use std::sync::OnceLock;

use include_dir::{Dir, DirEntry, include_dir};

static LEXICONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lexicons");
static EXPORTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/exporters");

/// Text of a file under `lexicons/`, e.g. `accounts/weibo.toml`.
pub fn lexicon(path: &str) -> Option<&'static str> {
    simdutf8::basic::from_utf8(LEXICONS.get_file(path)?.contents()).ok()
}

/// Ids of the bundled coding schemes: the folder names under `lexicons/codebooks/`, sorted.
pub fn codebooks() -> Vec<&'static str> {
    let Some(folder) = LEXICONS.get_dir("codebooks") else {
        return Vec::new();
    };
    let mut ids: Vec<_> = folder
        .dirs()
        .filter_map(|dir| dir.path().file_name()?.to_str())
        .collect();
    ids.sort_unstable();
    ids
}

/// Every exporter layout as (file name, text), sorted by name.
pub fn exporters() -> Vec<(&'static str, &'static str)> {
    let mut layouts: Vec<_> = EXPORTERS
        .entries()
        .iter()
        .filter_map(DirEntry::as_file)
        .filter(|file| file.path().extension().is_some_and(|ext| ext == "toml"))
        .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
        .collect();
    layouts.sort_unstable();
    layouts
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
