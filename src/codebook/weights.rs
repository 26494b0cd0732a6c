//! `weights.csv`: the weights of the stance decision and of the codes, as `minyi codebook fit` writes them.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    rows::Rows,
    source::{Folder, LexiconFile},
};
use crate::{
    cutter::Cells,
    error::Result,
    grams::{Compiler, Grams, hundredths},
    model::{CodeId, Stance},
};

/// Its name.
const FILE: &str = "weights.csv";

/// The weights that serve schemes which have none of their own: they name no code and no word of a topic.
const GENERAL: &str = "stance.csv";

/// Rows that are no feature.
const INTERCEPT: &str = "(intercept)";
const THRESHOLD: &str = "(threshold)";

const FIRST_COLUMNS: &str = "the first columns must be `feature,rarity`";

/// What a model decides: log-odds of the stances, and of each code against its absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One of the stances that stand against each other.
    Stance(Stance),
    /// A code, given or not.
    Code(CodeId),
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
    /// Grams with a weight for each outcome, to two decimals.
    pub grams: Arc<Grams>,
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
        for number in 0..self.grams.len() {
            let gram = self.grams.text(number).unwrap_or_default();
            let weights: Vec<f64> = self.grams.weights(number).collect();
            row(&gram, format!("{:.2}", self.grams.rarity(number)), &weights);
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
}

/// The weights of the scheme's own folder, else the general ones for the stance; with their file.
pub(super) fn load(folder: &Folder, ids: &BTreeMap<&str, CodeId>) -> Result<(Weights, LexiconFile)> {
    let (file, compiled) = match folder.read_if_there(FILE)? {
        Some(file) => (file, folder.compiled_grams()),
        None => (Folder::Bundled("context".to_owned()).read(GENERAL)?, None),
    };
    Ok((parse(&file, ids, compiled)?, file))
}

/// The weights of a file, of which the grams, which are its last rows, may have been compiled.
fn parse(file: &LexiconFile, ids: &BTreeMap<&str, CodeId>, compiled: Option<&'static [u8]>) -> Result<Weights> {
    let mut rows = Rows::new(&file.text);
    let mut header = Cells::default();
    rows.next(&mut header);
    let outcomes = outcomes(file, &header, ids)?;
    let width = outcomes.len();
    let mut weights = Weights {
        intercept: vec![0.0; width],
        threshold: vec![0.0; width],
        outcomes,
        ..Weights::default()
    };
    let mut grams = Compiler::new(width);
    let mut numbers = Vec::with_capacity(1 + width);
    let mut cells = Cells::default();
    while let Some(line) = rows.next(&mut cells) {
        if cells.len() != header.len() {
            let problem = format!("{} cells where {} belong", cells.len(), header.len());
            return Err(file.error_on(line, problem));
        }
        if let (false, Some(compiled)) = (cells[1].is_empty(), compiled) {
            weights.grams = Arc::new(Grams::compiled(compiled.into()));
            return Ok(weights);
        }
        let no_number = |column: usize, problem: &str| {
            let problem = format!("`{}` in the column `{}` is {problem}", &cells[column], &header[column]);
            file.error_on(line, problem)
        };
        let (feature, rarity) = (&cells[0], &cells[1]);
        if !rarity.is_empty() {
            numbers.clear();
            for (column, cell) in cells.iter().enumerate().skip(1) {
                let problem = "no number of at most two decimals below 327.68; fit the weights anew";
                numbers.push(hundredths(cell).ok_or_else(|| no_number(column, problem))?);
            }
            grams.push(feature, numbers[0], &numbers[1..]).ok_or_else(|| {
                let problem = "is no gram of up to three characters or words, or stands twice; fit the weights anew";
                file.error_on(line, format!("`{feature}` {problem}"))
            })?;
            continue;
        }
        let numbers = cells.iter().enumerate().skip(2);
        let numbers = numbers.map(|(column, cell)| number(cell).ok_or_else(|| no_number(column, "no number")));
        let numbers = numbers.collect::<Result<_>>()?;
        match feature {
            INTERCEPT => weights.intercept = numbers,
            THRESHOLD => weights.threshold = numbers,
            name => {
                weights.named.insert(name.to_owned(), numbers);
            }
        }
    }
    weights.grams = Arc::new(Grams::from(grams));
    Ok(weights)
}

/// The number in a cell; an empty one is 0.
fn number(cell: &str) -> Option<f64> {
    if cell.is_empty() {
        return Some(0.0);
    }
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// What the columns behind the first two are for.
fn outcomes(file: &LexiconFile, header: &Cells<'_>, ids: &BTreeMap<&str, CodeId>) -> Result<Vec<Outcome>> {
    if !header.iter().take(2).eq(["feature", "rarity"]) {
        return Err(file.error_on(1, FIRST_COLUMNS.to_owned()));
    }
    let outcome = |name: &str| {
        let stance = Stance::BY_HAND.into_iter().find(|stance| stance.name() == name);
        stance
            .map(Outcome::Stance)
            .or_else(|| ids.get(name).copied().map(Outcome::Code))
            .ok_or_else(|| file.error_on(1, format!("`{name}` is no stance and no code; fit the weights anew")))
    };
    let outcomes: Vec<Outcome> = header.iter().skip(2).map(outcome).collect::<Result<_>>()?;
    let missing = Stance::ON_TOPIC
        .into_iter()
        .find(|&stance| !outcomes.contains(&Outcome::Stance(stance)));
    match missing {
        Some(stance) => Err(file.error_on(1, format!("no column `{stance}`"))),
        None => Ok(outcomes),
    }
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

    fn read(text: &str, ids: &BTreeMap<&str, CodeId>) -> Result<Weights> {
        parse(&file(text), ids, None)
    }

    #[test]
    fn weights_are_read_back_as_written() {
        let code = CodeId(0);
        let mut outcomes = Stance::BY_HAND.map(Outcome::Stance).to_vec();
        outcomes.push(Outcome::Code(code));
        let mut grams = Compiler::new(outcomes.len());
        grams.push("国,贼", 350, &[-100, 200, 0, 0, 150]).unwrap();
        let weights = Weights {
            outcomes,
            intercept: vec![0.25, -0.5, 0.0, 0.0, -2.0],
            threshold: vec![0.0, 0.0, 0.0, 0.0, 0.15],
            named: BTreeMap::from([("mark.report".to_owned(), vec![-0.5, -0.25, 0.75, 0.0, 0.0])]),
            grams: Arc::new(Grams::from(grams)),
        };
        let text = weights.to_csv(&["NEG.BETRAY"]);
        let ids = BTreeMap::from([("NEG.BETRAY", code)]);
        assert_eq!(read(&text, &ids).unwrap(), weights);
    }

    #[test]
    fn compiled_weights_are_those_of_the_file() {
        for id in crate::bundled::codebooks() {
            let folder = format!("{}/lexicons/codebooks/{id}", env!("CARGO_MANIFEST_DIR"));
            let of_folder = |folder: &str| crate::codebook::Codebook::load(folder, None).unwrap().weights;
            assert!(of_folder(id).grams.len() > 1000, "{id}");
            assert_eq!(of_folder(id), of_folder(&folder), "{id}");
        }
    }

    #[test]
    fn what_is_no_number_or_no_outcome_is_told_with_its_line() {
        let ids = BTreeMap::new();
        for (text, told) in [
            (
                "feature,rarity,positive,negative,neutral\nboth,,1,x,0\n",
                "2: `x` in the column `negative`",
            ),
            (
                "feature,rarity,positive,negative,neutral\n国,y,1,,0\n",
                "2: `y` in the column `rarity`",
            ),
            (
                "feature,rarity,positive,negative,neutral\n国贼国贼,1,1,,0\n",
                "2: `国贼国贼` is no gram",
            ),
            (
                "feature,rarity,positive,negative,neutral\n国,1,1,0.125,0\n",
                "2: `0.125` in the column `negative`",
            ),
            (
                "feature,rarity,positive,negative,neutral\n\nboth,,1,0\n",
                "3: 4 cells where 5 belong",
            ),
            ("feature,positive,negative,neutral\n", "1: the first columns"),
            ("", "1: the first columns"),
            ("feature,rarity,positive,negative,neutral,NEG.OTHER\n", "NEG.OTHER"),
            ("feature,rarity,positive,negative\n", "neutral"),
        ] {
            let error = read(text, &ids).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
