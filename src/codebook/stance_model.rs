//! `stance.toml`: the weights of the stance decision, as `minyi codebook fit` writes them.

use std::{collections::BTreeMap, fmt::Write};

use serde::Deserialize;

use super::source::{Folder, LexiconFile};
use crate::{error::Result, model::Stance};

/// The scheme whose weights serve those that have none of their own: no feature names a code, so they carry over.
const DEFAULT: &str = "codebooks/weibo-pangenome";

/// A multinomial logistic model of stance: of a post on topic, the log-odds of each stance are its intercept plus the
/// sum of each feature's value times its weight, up to a constant that is the same for all three.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StanceModel {
    /// Log-odds of positive, negative and neutral (the order of [`Stance::ON_TOPIC`]) where every feature is 0.
    pub intercept: [f64; 3],
    /// Weights by the name of the feature, in the same order. A feature that is not here has weight 0.
    pub weights: BTreeMap<String, [f64; 3]>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    positive: f64,
    negative: f64,
    neutral: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelFile {
    intercept: Row,
    weights: BTreeMap<String, Row>,
}

impl From<Row> for [f64; 3] {
    fn from(row: Row) -> Self {
        [row.positive, row.negative, row.neutral]
    }
}

impl StanceModel {
    /// The model as the text of stance.toml, weights to three decimals, features in alphabetical order.
    pub fn to_toml(&self) -> String {
        // Adding 0 makes the zero of -0.0004 a plain one.
        let round = |weight: f64| (weight * 1000.0).round() / 1000.0 + 0.0;
        let row = |weights: [f64; 3]| {
            let [positive, negative, neutral] = weights.map(round);
            format!("{{ positive = {positive:.3}, negative = {negative:.3}, neutral = {neutral:.3} }}")
        };
        let mut text = String::from(
            "# Weights of the stance decision, written by `minyi codebook fit`; do not edit by hand.\n\
             # Fitted on the posts of examples.csv that are on topic. What the features mean: src/score/features.rs.\n",
        );
        let [positive, negative, neutral] = Stance::ON_TOPIC.map(Stance::name);
        let _ = writeln!(
            text,
            "# Log-odds of {positive}, {negative} and {neutral} add up over intercept and features.\n"
        );
        let _ = writeln!(text, "intercept = {}\n\n[weights]", row(self.intercept));
        for (name, &weights) in &self.weights {
            let _ = writeln!(text, "\"{name}\" = {}", row(weights));
        }
        text
    }
}

pub(super) fn load(folder: &Folder) -> Result<(StanceModel, LexiconFile)> {
    let file = match folder.read_if_there("stance.toml")? {
        Some(file) => file,
        None => Folder::Bundled(DEFAULT.to_owned()).read("stance.toml")?,
    };
    let parsed: ModelFile = file.toml()?;
    let weights = parsed
        .weights
        .into_iter()
        .map(|(name, row)| (name, row.into()))
        .collect();
    Ok((
        StanceModel {
            intercept: parsed.intercept.into(),
            weights,
        },
        file,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_back_as_written() {
        let weights = BTreeMap::from([("mark.report".to_owned(), [-0.5, -0.25, 0.75])]);
        let model = StanceModel {
            intercept: [0.125, -0.125, 0.0],
            weights,
        };
        let file = LexiconFile {
            name: "stance.toml".into(),
            text: model.to_toml().into(),
        };
        let parsed: ModelFile = file.toml().unwrap();
        assert_eq!(<[f64; 3]>::from(parsed.intercept), model.intercept);
        assert_eq!(
            <[f64; 3]>::from(parsed.weights["mark.report"]),
            model.weights["mark.report"]
        );
    }
}
