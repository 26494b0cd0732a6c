use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Deserialize;

use crate::error::{Error, Result};

use super::{
    fields::Field,
    header,
    realign::Realign,
    values::{Spellings, Values},
};

/// What one record of a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A post.
    #[default]
    Post,
    /// A comment under a post; read as a post.
    Comment,
    /// An account. Such a table holds no posts: each of its records is rejected.
    Account,
}

/// The kinds of container a layout may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Csv,
    Json,
}

/// One known export layout: how to know it and which column tells what. One file of `data/exporters`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    /// Short name, printed in the manifest.
    pub(super) name: String,
    /// The exporter and what it exports, for people.
    pub(super) title: String,
    /// Where the exporter lives.
    pub(super) url: String,
    #[serde(default)]
    pub(super) unit: Unit,
    kinds: BTreeSet<Kind>,
    /// The ids are Weibo's: they tell the time, and bids and mids stand for each other.
    #[serde(default)]
    pub(super) weibo_ids: bool,
    /// Beside a repost the exporter writes the post reposted, as a row of its own right before it.
    #[serde(default)]
    pub(super) pulled_in_originals: bool,
    /// The file is named after its author's user id.
    #[serde(default)]
    pub(super) user_id_from_file_name: bool,
    /// The exporter leaves `verified_type` out where the account is not verified.
    #[serde(default)]
    pub(super) unverified_is_minus_one: bool,
    /// The exporter writes `screen name:` before each text.
    #[serde(default)]
    pub(super) name_before_text: bool,
    /// Times without a zone are in UTC rather than Beijing's.
    #[serde(default)]
    pub(super) utc: bool,
    /// The member of a JSON document that holds the records.
    #[serde(default)]
    pub(super) records: Option<String>,
    /// Why there is nothing to code in such a file, and what to do: it holds no texts.
    #[serde(default)]
    pub(super) without_text: Option<String>,
    recognise: Conditions,
    #[serde(default)]
    fields: BTreeMap<Field, OneOrMore>,
    /// Cells that mean nothing here, beyond those of `common.toml`.
    #[serde(default)]
    pub(super) nulls: Spellings,
    /// Orders of columns the exporter once wrote under a header in another order.
    #[serde(default)]
    pub(super) row_orders: Vec<Vec<String>>,
    #[serde(default)]
    pub(super) realign: Option<Realign>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// What a header must hold and must not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditions {
    required: Vec<String>,
    #[serde(default)]
    any_of: Vec<Vec<String>>,
    #[serde(default)]
    absent: Vec<String>,
}

impl Layout {
    /// Columns for a field, first choice first.
    pub(super) fn columns(&self, field: Field) -> &[String] {
        match self.fields.get(&field) {
            None => &[],
            Some(OneOrMore::One(column)) => std::slice::from_ref(column),
            Some(OneOrMore::More(columns)) => columns,
        }
    }

    /// A layout that takes exactly the columns the user named.
    pub(super) fn of_map(columns: &BTreeMap<Field, Vec<String>>) -> Layout {
        Layout {
            name: "map".to_owned(),
            title: "columns named with --map".to_owned(),
            url: String::new(),
            unit: Unit::Post,
            kinds: BTreeSet::from([Kind::Csv, Kind::Json]),
            weibo_ids: true,
            pulled_in_originals: false,
            user_id_from_file_name: false,
            unverified_is_minus_one: false,
            name_before_text: false,
            utc: false,
            records: None,
            without_text: None,
            recognise: Conditions::default(),
            fields: columns
                .iter()
                .map(|(field, names)| (*field, OneOrMore::More(names.clone())))
                .collect(),
            nulls: Spellings::default(),
            row_orders: Vec::new(),
            realign: None,
        }
    }

    /// Whether a record with these columns is one of this layout. `has` answers for one column name.
    pub(super) fn matches(&self, has: impl Fn(&str) -> bool) -> bool {
        let conditions = &self.recognise;
        conditions.required.iter().all(|name| has(name))
            && conditions.any_of.iter().all(|names| names.iter().any(|name| has(name)))
            && !conditions.absent.iter().any(|name| has(name))
    }

    /// Whether a row of these cells is a header of this layout.
    pub(super) fn is_header(&self, has: impl Fn(&str) -> bool) -> bool {
        !self.recognise.required.is_empty() && self.matches(has)
    }

    /// How many conditions the layout sets; of several that match, the one with the most is the right one.
    fn specificity(&self) -> usize {
        self.recognise.required.len() + self.recognise.any_of.len() + self.recognise.absent.len()
    }

    /// Writes every column name in the form headers are compared in.
    fn normalise(&mut self) {
        let each = |names: &mut Vec<String>| names.iter_mut().for_each(|name| *name = header::normal(name));
        each(&mut self.recognise.required);
        each(&mut self.recognise.absent);
        self.recognise.any_of.iter_mut().for_each(each);
        self.row_orders.iter_mut().for_each(each);
        for columns in self.fields.values_mut() {
            match columns {
                OneOrMore::One(column) => *column = header::normal(column),
                OneOrMore::More(columns) => each(columns),
            }
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let tells_text = self.fields.contains_key(&Field::Text);
        if self.recognise.required.is_empty() {
            return Some(
                "[recognise] required is empty: the layout would match every file; name the columns that show it",
            );
        }
        if self.kinds.is_empty() {
            return Some("kinds is empty; write kinds = [\"csv\"], [\"json\"] or both");
        }
        if tells_text && self.without_text.is_some() {
            return Some(
                "[fields] names a column for text, and without_text says that there is none; drop one of them",
            );
        }
        (self.unit != Unit::Account && !tells_text && self.without_text.is_none())
            .then_some("[fields] names no column for text; add text = \"COLUMN\"")
    }
}

/// All known layouts and the spellings they share.
///
/// Of the layouts whose conditions hold for a header, the one with the most conditions is taken, of equals the first by
/// name. In JSON every record of the sample has its say and the layout of most records is taken.
#[derive(Debug, Clone)]
pub struct Layouts {
    layouts: Vec<Arc<Layout>>,
    values: Arc<Values>,
}

/// The name of the file with the shared spellings.
const COMMON: &str = "common.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    values: Values,
}

impl Layouts {
    /// Reads layouts from the texts of their files (`data/exporters/*.toml`), given as file name and text.
    /// One of them must be `common.toml`, the spellings all layouts share.
    ///
    /// # Errors
    /// [`Error::Data`] with file and line for anything that is not a layout: unknown keys and field names, missing keys,
    /// two layouts of one name.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Layouts> {
        let mut values = None;
        let mut layouts: BTreeMap<String, Arc<Layout>> = BTreeMap::new();
        for (file, text) in files {
            if file.rsplit('/').next() == Some(COMMON) {
                values = Some(Arc::new(parse_toml::<Common>(file, text)?.values));
                continue;
            }
            let mut layout: Layout = parse_toml(file, text)?;
            layout.normalise();
            let wrong = |problem: &str| Error::Data {
                file: file.to_owned(),
                line: 1,
                problem: problem.to_owned(),
            };
            if let Some(problem) = layout.problem() {
                return Err(wrong(problem));
            }
            if let Some(other) = layouts.insert(layout.name.clone(), Arc::new(layout)) {
                return Err(wrong(&format!(
                    "another layout is called `{}` too; give this one its own name",
                    other.name
                )));
            }
        }
        let values = values.ok_or_else(|| Error::Data {
            file: COMMON.to_owned(),
            line: 1,
            problem: "missing among the layouts; it holds the spellings that all of them share".to_owned(),
        })?;
        Ok(Layouts {
            layouts: layouts.into_values().collect(),
            values,
        })
    }

    /// Names and titles of the layouts, by name.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.layouts
            .iter()
            .map(|layout| (layout.name.as_str(), layout.title.as_str()))
    }

    pub(super) fn values(&self) -> &Arc<Values> {
        &self.values
    }

    /// The names under which JSON documents keep their records.
    pub(super) fn record_members(&self) -> Vec<&str> {
        self.layouts
            .iter()
            .filter_map(|layout| layout.records.as_deref())
            .collect()
    }

    /// The layout of records with these columns.
    pub(super) fn recognise(&self, kind: Kind, has: impl Fn(&str) -> bool) -> Option<&Arc<Layout>> {
        let matching = self
            .layouts
            .iter()
            .filter(|layout| layout.kinds.contains(&kind) && layout.matches(&has));
        // max_by_key takes the last of equals; from the back that is the first by name.
        matching.rev().max_by_key(|layout| layout.specificity())
    }

    /// The layout of a table with these columns: any that is written as CSV, else one whose JSON keys they are.
    pub(super) fn recognise_table(&self, has: impl Fn(&str) -> bool) -> Option<&Arc<Layout>> {
        self.recognise(Kind::Csv, &has)
            .or_else(|| self.recognise(Kind::Json, &has))
    }

    /// The layout that most of these records have.
    pub(super) fn recognise_most<'a, R>(
        &'a self,
        kind: Kind,
        records: &[R],
        has: impl Fn(&R, &str) -> bool,
    ) -> Option<&'a Arc<Layout>> {
        let mut votes: BTreeMap<&str, (usize, &Arc<Layout>)> = BTreeMap::new();
        for record in records {
            if let Some(layout) = self.recognise(kind, |name| has(record, name)) {
                votes.entry(&layout.name).or_insert((0, layout)).0 += 1;
            }
        }
        let best = votes
            .into_values()
            .rev()
            .max_by_key(|(count, layout)| (*count, layout.specificity()));
        best.map(|(_, layout)| layout)
    }
}

fn parse_toml<'a, T: Deserialize<'a>>(file: &str, text: &'a str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Error::Data {
            file: file.to_owned(),
            line: text.get(..start).unwrap_or_default().matches('\n').count() + 1,
            problem: error.message().to_owned(),
        }
    })
}
