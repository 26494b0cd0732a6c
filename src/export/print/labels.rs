//! Words of printed tables, from a data file.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::Code;
use crate::tabulate::question_name;

/// The words of one language: `lexicons/labels/<language>.toml`, with the labels of a codebook's codes.
#[derive(Debug, Clone)]
pub struct Labels {
    file: LabelFile,
    codes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelFile {
    language: String,
    columns: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    notes: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    bases: BTreeMap<String, String>,
    figures: BTreeMap<String, String>,
    report: BTreeMap<String, String>,
    methods: BTreeMap<String, String>,
}

impl Labels {
    /// Reads a file of labels; of the codes those of its language.
    ///
    /// # Errors
    /// It is no such file.
    pub fn parse(name: &str, text: &str, codes: &[Code]) -> Result<Self> {
        let file: LabelFile = toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .map_or("", |span| text.get(..span.start).unwrap_or_default());
            Error::Data {
                file: name.to_owned(),
                line: before.matches('\n').count() + 1,
                problem: error.message().to_owned(),
            }
        })?;
        let label = |code: &Code| {
            if file.language == "zh" {
                code.label_zh.to_string()
            } else {
                code.label_en.to_string()
            }
        };
        let codes = codes.iter().map(|code| (code.id.to_string(), label(code))).collect();
        Ok(Labels { file, codes })
    }

    /// A column's name as printed; one without a label as it is.
    pub fn column(&self, name: &str) -> String {
        if let Some(label) = self.file.columns.get(name) {
            return label.clone();
        }
        match name.strip_prefix("code.").and_then(|id| self.codes.get(id)) {
            Some(label) => label.clone(),
            None => name.to_owned(),
        }
    }

    /// The name of a table of a study: of the yes / no table of a code that of the code; of one without a label its own.
    pub(in crate::export) fn table(&self, name: &str) -> String {
        if let Some(label) = self.file.columns.get(name) {
            return label.clone();
        }
        if let Some(of_posts) = name.strip_prefix("account_level_") {
            return self.note("of_accounts", &[("title", &self.table(of_posts))]);
        }
        let asked = self.codes.iter().find(|(id, _)| question_name(id) == name);
        asked.map_or_else(|| name.replace('_', " "), |(_, label)| label.clone())
    }

    /// A column's name within a caption: in English without the capital, unless it is an abbreviation.
    pub(super) fn inline(&self, name: &str) -> String {
        self.small(self.column(name))
    }

    /// A category's name within a sentence, likewise.
    pub(in crate::export) fn inline_value(&self, name: &str) -> String {
        self.small(self.value(name))
    }

    fn small(&self, label: String) -> String {
        let mut rest = label.chars();
        match (rest.next(), rest.clone().next()) {
            (Some(first), Some(second)) if self.file.language == "en" && second.is_lowercase() => {
                first.to_lowercase().chain(rest).collect()
            }
            _ => label,
        }
    }

    /// A category as printed: the label of a code with its id behind it, of others the label, one without as it is.
    pub fn value(&self, name: &str) -> String {
        match (self.codes.get(name), self.file.values.get(name)) {
            (Some(label), _) => format!("{label} ({name})"),
            (None, Some(label)) => label.clone(),
            (None, None) => name.to_owned(),
        }
    }

    /// What a workbook's sheet of tests is called in a note.
    pub fn tests_sheet(&self) -> String {
        self.word("sheet", &[("name", "tests")])
    }

    /// A unit in the plural.
    pub(super) fn unit(&self, key: &str) -> String {
        self.file.units.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// What a share is of.
    pub(in crate::export) fn base(&self, name: &str) -> String {
        self.file.bases.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Words of report.html.
    pub(in crate::export) fn report(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.file.report.get(key), key, values)
    }

    /// The same with its places left open.
    pub(in crate::export) fn report_template(&self, key: &str) -> String {
        self.file.report.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// Sentences of the methods paragraphs.
    pub(in crate::export) fn methods(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.file.methods.get(key), key, values)
    }

    pub(in crate::export) fn word(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.file.words.get(key), key, values)
    }

    /// Words of figures.
    pub(in crate::export) fn figure(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.file.figures.get(key), key, values)
    }

    /// `en` or `zh`.
    pub(in crate::export) fn language(&self) -> &str {
        &self.file.language
    }

    pub(in crate::export) fn note(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.file.notes.get(key), key, values)
    }
}

/// A template with its `{places}` filled in one pass, so that a value with braces in it stays as it is.
fn fill(template: Option<&String>, key: &str, values: &[(&str, &str)]) -> String {
    let Some(mut rest) = template.map(String::as_str) else {
        return key.to_owned();
    };
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (place, behind) = after.split_once('}').unwrap_or((after, ""));
        match values.iter().find(|(name, _)| *name == place) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(place),
        }
        rest = behind;
    }
    text + rest
}
