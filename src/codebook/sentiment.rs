//! General polarity lists: `lexicons/sentiment/<name>/terms.csv`.

use std::path::Path;

use super::source::LexiconFile;
use crate::{clean::fold_term, error::Result};

/// A general list of positive and negative words, folded. A weak signal beside the scheme's own evidence.
#[derive(Debug, Clone, Default)]
pub struct SentimentList {
    /// Words with their weight: above 0 for positive, below 0 for negative.
    pub words: Vec<(String, f64)>,
}

/// The bundled list of this name, or the CSV file of this path.
pub(super) fn load(name: &str) -> Result<(SentimentList, LexiconFile)> {
    let file = match LexiconFile::bundled(&format!("sentiment/{name}/terms.csv")) {
        Err(_) if Path::new(name).is_file() => LexiconFile::on_disk(Path::new(name))?,
        bundled => bundled?,
    };
    let mut list = SentimentList::default();
    for (line, [term, polarity, weight, _note]) in file.csv(["term", "polarity", "weight", "note"])? {
        let folded = fold_term(&term);
        if folded.is_empty() {
            return Err(file.error_on(line, "an empty term".to_owned()));
        }
        let weight: f64 = weight
            .parse()
            .ok()
            .filter(|weight| (0.1..=3.0).contains(weight))
            .ok_or_else(|| file.error_on(line, format!("weight `{weight}` is not a number from 0.1 to 3")))?;
        match &*polarity {
            "positive" => list.words.push((folded, weight)),
            "negative" => list.words.push((folded, -weight)),
            other => return Err(file.error_on(line, format!("polarity `{other}`: use positive or negative"))),
        }
    }
    Ok((list, file))
}
