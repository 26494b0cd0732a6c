//! Concordances and word lists as CSV.

use crate::error::Result;
use crate::model::CodedPost;
use crate::tabulate::{Frequency, Group, Keyness, WordCounts};

use super::{
    CsvOptions, Output,
    number::{probability, statistic},
    sheet::Sheet,
};

const CONCORDANCE: [&str; 10] = [
    "source_file",
    "source_row",
    "post_id",
    "account_type",
    "stance",
    "left",
    "match",
    "right",
    "term",
    "context",
];
const FREQUENCIES: [&str; 4] = ["word", "n", "posts", "per_1000"];
const KEYNESS: [&str; 10] = [
    "word",
    "n_target",
    "posts_target",
    "per_1000_target",
    "n_reference",
    "posts_reference",
    "per_1000_reference",
    "log_likelihood",
    "p_value",
    "log_ratio",
];

/// One line of a concordance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The text before the match, as far as asked for.
    pub left: &'a str,
    /// The match.
    pub found: &'a str,
    /// The text behind it.
    pub right: &'a str,
    /// The term that matched.
    pub term: &'a str,
    /// Its context, where the match is evidence; else empty.
    pub context: &'a str,
}

/// Writes a concordance, one match a row.
pub struct ConcordanceWriter {
    sheet: Sheet,
}

impl ConcordanceWriter {
    /// Begins the file.
    pub fn new(out: Output, csv: CsvOptions) -> Result<Self> {
        Ok(ConcordanceWriter {
            sheet: Sheet::new(out, csv, CONCORDANCE)?,
        })
    }

    /// Writes one match of a post.
    pub fn write(&mut self, coded: &CodedPost, line: &Line<'_>) -> Result<()> {
        let row = coded.post.source.row.to_string();
        self.sheet.row([
            &*coded.post.source.file,
            &row,
            &coded.post.id,
            coded.account.kind.name(),
            coded.verdict.stance.name(),
            line.left,
            line.found,
            line.right,
            line.term,
            line.context,
        ])
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Output> {
        self.sheet.finish()
    }
}

/// Writes the words of the target group by frequency: at most `limit`, in at least `least` posts.
pub fn write_frequencies(words: &WordCounts, least: u64, limit: usize, out: Output, csv: CsvOptions) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, FREQUENCIES)?;
    let tokens = words.tokens(Group::Target);
    let wanted = words
        .frequencies()
        .into_iter()
        .filter(|(_, frequency)| frequency.posts >= least);
    for (word, frequency) in wanted.take(limit) {
        let [n, posts, rate] = cells(frequency, tokens);
        sheet.row([word, &n, &posts, &rate])?;
    }
    sheet.finish()
}

/// Writes words by keyness. `per_1000` is the frequency in a thousand tokens of the group.
pub fn write_keyness(
    words: &WordCounts,
    keyness: impl IntoIterator<Item = Keyness>,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, KEYNESS)?;
    for key in keyness {
        let target = cells(key.target, words.tokens(Group::Target));
        let reference = cells(key.reference, words.tokens(Group::Reference));
        let tests = [
            statistic(key.log_likelihood),
            probability(key.p_value),
            statistic(key.log_ratio),
        ];
        let row = [&key.word].into_iter().chain(&target).chain(&reference).chain(&tests);
        sheet.row(row.map(String::as_str))?;
    }
    sheet.finish()
}

/// Writes a polarity list in the form of `lexicons/sentiment/<name>/terms.csv`.
pub fn write_polarity_list<'a>(
    words: impl IntoIterator<Item = (&'a str, bool, f64)>,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, ["term", "polarity", "weight", "note"])?;
    for (term, positive, weight) in words {
        let polarity = if positive { "positive" } else { "negative" };
        sheet.row([term, polarity, &format!("{weight:.2}"), ""])?;
    }
    sheet.finish()
}

fn cells(frequency: Frequency, tokens: u64) -> [String; 3] {
    let rate = if tokens == 0 {
        0.0
    } else {
        frequency.tokens as f64 * 1000.0 / tokens as f64
    };
    [
        frequency.tokens.to_string(),
        frequency.posts.to_string(),
        statistic(rate),
    ]
}
