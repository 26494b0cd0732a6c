//! `weights.csv`: the weights of the stance decision and of the codes, as `minyi codebook fit` writes them.

use std::collections::BTreeMap;

use super::source::{Folder, LexiconFile};
use crate::{
    error::Result,
    model::{CodeId, Stance},
};

/// The weights that serve schemes which have none of their own: they name no code and no word of a topic.
const GENERAL: &str = "stance.csv";

/// Rows that are no feature.
const INTERCEPT: &str = "(intercept)";
const THRESHOLD: &str = "(threshold)";

/// What a model decides: log-odds of the stances, and of each code against its absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One of the stances that stand against each other.
    Stance(Stance),
    /// A code, given or not.
    Code(CodeId),
}

/// Characters or words of an alphabet, and sequences of two or three of them, as features.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grams {
    /// In alphabetical order.
    pub texts: Vec<String>,
    /// How rare each is: ln((1 + posts) / (1 + posts that hold it)) + 1.
    pub rarity: Vec<f64>,
    /// One row a gram, one weight an outcome.
    pub weights: Vec<f64>,
}

/// A linear model of stance and codes. The log-odds of each outcome are its intercept, plus value times weight of each
/// named feature, plus rarity times ln(1 + count) times weight of each gram, the latter divided by their length as a vector.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weights {
    /// What the weights are for: first the stances, then the codes.
    pub outcomes: Vec<Outcome>,
    /// Log-odds where every feature is 0.
    pub intercept: Vec<f64>,
    /// Probability from which a code is given; of no meaning for a stance.
    pub threshold: Vec<f64>,
    /// Weights by the name of the feature. A feature that is not here has weight 0.
    pub named: BTreeMap<String, Vec<f64>>,
    /// Grams.
    pub grams: Grams,
}

impl Weights {
    /// The text of weights.csv: weights to two decimals, empty where that is 0; named features, then grams, each in
    /// alphabetical order. `ids` are the ids of the codes.
    pub fn to_csv(&self, ids: &[&str]) -> String {
        let mut rows = vec![["feature", "rarity"].map(str::to_owned).to_vec()];
        rows[0].extend(self.outcomes.iter().map(|outcome| match outcome {
            Outcome::Stance(stance) => stance.name().to_owned(),
            Outcome::Code(code) => ids.get(usize::from(code.0)).copied().unwrap_or_default().to_owned(),
        }));
        let cell = |&weight: &f64| match (weight * 100.0).round() / 100.0 {
            0.0 => String::new(),
            rounded => format!("{rounded}"),
        };
        let mut row = |feature: &str, rarity: String, weights: &[f64]| {
            let mut cells = vec![feature.to_owned(), rarity];
            cells.extend(weights.iter().map(cell));
            if cells.iter().skip(2).any(|cell| !cell.is_empty()) {
                rows.push(cells);
            }
        };
        row(INTERCEPT, String::new(), &self.intercept);
        row(THRESHOLD, String::new(), &self.threshold);
        for (name, weights) in &self.named {
            row(name, String::new(), weights);
        }
        let of_grams = self.grams.weights.chunks(self.outcomes.len().max(1));
        for ((gram, rarity), weights) in self.grams.texts.iter().zip(&self.grams.rarity).zip(of_grams) {
            row(gram, format!("{rarity:.2}"), weights);
        }
        let quoted = |cell: &String| {
            if cell.contains(['"', ',', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let line = |row: Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        rows.into_iter().map(line).collect()
    }

    fn parse(file: &LexiconFile, ids: &BTreeMap<&str, CodeId>) -> Result<Self> {
        let mut reader = csv::Reader::from_reader(file.text.as_bytes());
        let header = reader.headers().map_err(|error| file.error_on(1, error.to_string()))?;
        if header.get(0) != Some("feature") || header.get(1) != Some("rarity") {
            return Err(file.error_on(1, "the first columns must be `feature,rarity`".to_owned()));
        }
        let outcome = |name: &str| {
            let stance = Stance::BY_HAND.into_iter().find(|stance| stance.name() == name);
            stance
                .map(Outcome::Stance)
                .or_else(|| ids.get(name).copied().map(Outcome::Code))
                .ok_or_else(|| file.error_on(1, format!("`{name}` is no stance and no code; fit the weights anew")))
        };
        let mut weights = Weights {
            outcomes: header.iter().skip(2).map(outcome).collect::<Result<_>>()?,
            ..Weights::default()
        };
        let mut record = csv::StringRecord::new();
        let mut cells = Vec::new();
        loop {
            let more = reader.read_record(&mut record).map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                file.error_on(line as usize, error.to_string())
            })?;
            if !more {
                break;
            }
            let number = |cell: &str| {
                number(cell).ok_or_else(|| {
                    let line = record.position().map_or(0, csv::Position::line);
                    file.error_on(line as usize, format!("`{cell}` is no number"))
                })
            };
            cells.clear();
            for cell in record.iter().skip(2) {
                cells.push(number(cell)?);
            }
            match (&record[0], &record[1]) {
                (INTERCEPT, _) => weights.intercept.clone_from(&cells),
                (THRESHOLD, _) => weights.threshold.clone_from(&cells),
                (name, "") => {
                    weights.named.insert(name.to_owned(), cells.clone());
                }
                (gram, rarity) => {
                    weights.grams.rarity.push(number(rarity)?);
                    weights.grams.texts.push(gram.to_owned());
                    weights.grams.weights.extend(&cells);
                }
            }
        }
        let zero = vec![0.0; weights.outcomes.len()];
        for of_all in [&mut weights.intercept, &mut weights.threshold] {
            if of_all.is_empty() {
                of_all.clone_from(&zero);
            }
        }
        if let Some(stance) = Stance::ON_TOPIC
            .into_iter()
            .find(|&stance| !weights.outcomes.contains(&Outcome::Stance(stance)))
        {
            return Err(file.error_on(1, format!("no column `{stance}`")));
        }
        Ok(weights)
    }
}

/// The number in a cell; an empty one is 0. Most are short decimals such as -0.25, for which there is a shorter way.
fn number(cell: &str) -> Option<f64> {
    let (sign, digits) = cell.strip_prefix('-').map_or((1.0, cell), |digits| (-1.0, digits));
    let plain = match digits.as_bytes() {
        [] if sign > 0.0 => Some(0),
        [whole @ b'0'..=b'9'] => Some(u32::from(whole - b'0') * 100),
        [whole @ b'0'..=b'9', b'.', tenth @ b'0'..=b'9'] => {
            Some(u32::from(whole - b'0') * 100 + u32::from(tenth - b'0') * 10)
        }
        [whole @ b'0'..=b'9', b'.', tenth @ b'0'..=b'9', last @ b'0'..=b'9'] => {
            Some(u32::from(whole - b'0') * 100 + u32::from(tenth - b'0') * 10 + u32::from(last - b'0'))
        }
        _ => None,
    };
    match plain {
        // The quotient of two exact numbers is the double nearest to the decimal, as parsing gives it.
        Some(hundredths) => Some(sign * f64::from(hundredths) / 100.0),
        None => cell.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

/// The weights of the scheme's own folder, else the general ones for the stance.
pub(super) fn load(folder: &Folder, ids: &BTreeMap<&str, CodeId>) -> Result<(Weights, LexiconFile)> {
    let file = match folder.read_if_there("weights.csv")? {
        Some(file) => file,
        None => Folder::Bundled("context".to_owned()).read(GENERAL)?,
    };
    Ok((Weights::parse(&file, ids)?, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> LexiconFile {
        LexiconFile {
            name: "weights.csv".into(),
            text: text.to_owned().into(),
        }
    }

    #[test]
    fn weights_are_read_back_as_written() {
        let code = CodeId(0);
        let mut outcomes = Stance::BY_HAND.map(Outcome::Stance).to_vec();
        outcomes.push(Outcome::Code(code));
        let weights = Weights {
            outcomes,
            intercept: vec![0.25, -0.5, 0.0, 0.0, -2.0],
            threshold: vec![0.0, 0.0, 0.0, 0.0, 0.15],
            named: BTreeMap::from([("mark.report".to_owned(), vec![-0.5, -0.25, 0.75, 0.0, 0.0])]),
            grams: Grams {
                texts: vec!["国,贼".to_owned()],
                rarity: vec![3.5],
                weights: vec![-1.0, 2.0, 0.0, 0.0, 1.5],
            },
        };
        let text = weights.to_csv(&["NEG.BETRAY"]);
        let ids = BTreeMap::from([("NEG.BETRAY", code)]);
        assert_eq!(Weights::parse(&file(&text), &ids).unwrap(), weights);
    }

    #[test]
    fn short_decimals_are_read_as_all_others() {
        for hundredths in -999..=999 {
            for cell in [format!("{}", f64::from(hundredths) / 100.0), format!("{hundredths}")] {
                assert_eq!(number(&cell), cell.parse().ok(), "{cell}");
            }
        }
        assert_eq!(
            (number(""), number("-"), number("1e3"), number("x")),
            (Some(0.0), None, Some(1000.0), None)
        );
    }

    #[test]
    fn what_is_no_number_or_no_outcome_is_told_with_its_line() {
        let ids = BTreeMap::new();
        for (text, told) in [
            ("feature,rarity,positive,negative,neutral\nboth,,1,x,0\n", "2"),
            ("feature,rarity,positive,negative,neutral,NEG.OTHER\n", "NEG.OTHER"),
            ("feature,rarity,positive,negative\n", "neutral"),
        ] {
            let error = Weights::parse(&file(text), &ids).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
