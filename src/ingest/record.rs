use std::{borrow::Cow, cell::Cell, collections::HashSet, sync::Arc};

use serde_json::Value;

use crate::{cutter::Cells, model};

use super::{Field, header::Header, layout::Layout, realign::Alignment};

/// One record as cut out of a file: its cells or its text, nothing understood yet.
#[derive(Debug)]
pub struct Record {
    pub(super) place: Place,
    pub(super) body: Body,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Number in its file or batch, from 1.
    pub(super) row: u64,
    /// Byte offset in its file or batch, where it is known.
    pub(super) offset: Option<u64>,
    /// Whether it is a post that the exporter wrote only because the next row reposts it.
    pub(super) pulled_in: bool,
}

impl Place {
    /// The place in this file.
    pub(super) fn source(self, file: &Arc<str>) -> model::Source {
        model::Source {
            file: Arc::clone(file),
            row: self.row,
        }
    }
}

impl Record {
    /// Number of the record in its file, from 1.
    pub fn row(&self) -> u64 {
        self.place.row
    }
}

#[derive(Debug)]
pub(super) enum Body {
    /// A CSV row under its header.
    Cells(csv::StringRecord, Arc<Header>),
    /// The header once more.
    RepeatedHeader(csv::StringRecord),
    /// JSON text.
    Json(String),
    /// What could not be cut into a record, and why.
    Broken(Arc<str>, Vec<String>),
}

/// A byte order mark may open any cell of a file that was glued together.
#[inline]
pub(super) fn without_mark(cell: &str) -> &str {
    // Of the characters that cells begin with, few are written with this byte.
    if cell.as_bytes().first() == Some(&0xef) {
        cell.trim_start_matches('\u{feff}')
    } else {
        cell
    }
}

/// A record whose cells can be asked for by field.
pub(super) struct Row<'a, 't> {
    source: Source<'a, 't>,
    /// A bit for each field, by [`Field::index`], that may be read from some column.
    fields: u64,
    null_met: Cell<bool>,
}

enum Source<'a, 't> {
    Csv {
        cells: &'a Cells<'t>,
        header: &'a Header,
        alignment: Option<Alignment>,
    },
    Json {
        value: &'a Value,
        paths: &'a Paths,
    },
}

impl<'a, 't> Row<'a, 't> {
    pub(super) fn of_csv(cells: &'a Cells<'t>, header: &'a Header, alignment: Option<Alignment>) -> Self {
        let source = Source::Csv {
            cells,
            header,
            alignment,
        };
        Row::of(source, header.fields())
    }

    pub(super) fn of_json(value: &'a Value, paths: &'a Paths) -> Self {
        Row::of(Source::Json { value, paths }, paths.read)
    }

    fn of(source: Source<'a, 't>, fields: u64) -> Self {
        Row {
            source,
            fields,
            null_met: Cell::new(false),
        }
    }

    /// Remembers that one of the cells asked for spells nothing out (`无`, `null`).
    pub(super) fn meet_null(&self) {
        self.null_met.set(true);
    }

    /// Whether there was such a cell among those asked for so far.
    pub(super) fn null_met(&self) -> bool {
        self.null_met.get()
    }

    /// Whether the field may be read from some column: every post is asked for every field, and most exports have half of them.
    #[inline]
    pub(super) fn may_have(&self, field: Field) -> bool {
        self.fields >> field.index() & 1 == 1
    }

    /// The cell of a field that has one column, in a row of CSV that lies as its header says. Other cells are to be looked for.
    #[inline]
    pub(super) fn plain(&self, field: Field) -> Option<&'a str> {
        let Source::Csv {
            cells,
            header,
            alignment: None,
        } = &self.source
        else {
            return None;
        };
        cells.get(header.only(field)?).map(without_mark)
    }

    /// The first of the field's columns with a cell that `accept` takes.
    pub(super) fn first(&self, field: Field, accept: impl Fn(&str) -> bool) -> Option<Cow<'a, str>> {
        if !self.may_have(field) {
            return None;
        }
        match &self.source {
            Source::Csv { header, .. } => {
                let mut cells = header.slots(field).iter().filter_map(|&column| self.cell(column));
                cells.find(|cell| accept(cell)).map(Cow::Borrowed)
            }
            Source::Json { value, paths } => paths.fields[field.index()]
                .iter()
                .filter_map(|path| cell_at(value, path))
                .find(|cell| accept(cell)),
        }
    }

    /// The first text that `accept` takes; where it stands in what was read of the file, as it stands there.
    pub(super) fn text(&self, accept: impl Fn(&str) -> bool) -> Option<Cow<'t, str>> {
        let Source::Csv { cells, header, .. } = &self.source else {
            return self.first(Field::Text, accept).map(|text| text.into_owned().into());
        };
        let columns = header.slots(Field::Text).iter();
        let mut places = columns.filter_map(|&column| self.place(column));
        places.find_map(|at| {
            let whole = cells.get(at)?;
            let text = without_mark(whole);
            let of_file = || (text.len() == whole.len()).then(|| cells.cow(at)).flatten();
            accept(text).then(|| of_file().unwrap_or_else(|| text.to_owned().into()))
        })
    }

    /// Values of the columns to keep.
    pub(super) fn kept(&self) -> Vec<String> {
        match &self.source {
            Source::Csv { header, .. } => header
                .keep()
                .iter()
                .map(|column| column.and_then(|at| self.cell(at)).unwrap_or_default().to_owned())
                .collect(),
            Source::Json { value, paths } => paths
                .keep
                .iter()
                .map(|path| cell_at(value, path).unwrap_or_default().into_owned())
                .collect(),
        }
    }

    fn cell(&self, column: usize) -> Option<&'a str> {
        let Source::Csv { cells, .. } = &self.source else {
            return None;
        };
        cells.get(self.place(column)?).map(without_mark)
    }

    /// Which cell of a row of CSV a column has.
    fn place(&self, column: usize) -> Option<usize> {
        match &self.source {
            Source::Csv {
                alignment: Some(alignment),
                ..
            } => alignment.cell(column),
            _ => Some(column),
        }
    }
}

/// A bit for each list that is not empty.
pub(super) fn bits<T>(lists: &[Vec<T>]) -> u64 {
    let there = lists.iter().enumerate().filter(|(_, list)| !list.is_empty());
    there.fold(0, |bits, (at, _)| bits | 1 << at)
}

/// Where the fields of a layout lie in a JSON record.
#[derive(Debug)]
pub(super) struct Paths {
    fields: Vec<Vec<String>>,
    /// A bit for each field that has a path.
    read: u64,
    keep: Vec<String>,
}

impl Paths {
    pub(super) fn new(layout: &Layout, keep: &[String]) -> Paths {
        let fields: Vec<Vec<String>> = Field::ALL.iter().map(|&field| layout.columns(field).to_vec()).collect();
        Paths {
            read: bits(&fields),
            fields,
            keep: keep.to_vec(),
        }
    }
}

/// The value at a path of a JSON record: a member, or with dots a member of a member (`user.verified`, `pics.0`).
/// A member with the whole path as its name goes first.
pub(super) fn value_at<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    let step = |value: &'a Value, part: &str| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    };
    record.get(path).or_else(|| path.split('.').try_fold(record, step))
}

/// The value at a path as a CSV cell would hold it; `None` for null, empty objects and empty lists.
pub(super) fn cell_at<'a>(record: &'a Value, path: &str) -> Option<Cow<'a, str>> {
    match value_at(record, path)? {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(without_mark(text))),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Object(members) if members.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// Every path of the records that leads to a value of its own, in order of appearance.
pub(super) fn paths_of(records: &[Value]) -> Vec<String> {
    let (mut paths, mut known) = (Vec::new(), HashSet::new());
    for record in records {
        collect_paths(record, "", &mut paths, &mut known);
    }
    paths
}

fn collect_paths(value: &Value, prefix: &str, paths: &mut Vec<String>, known: &mut HashSet<String>) {
    let Value::Object(members) = value else { return };
    for (name, member) in members {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        if matches!(member, Value::Object(_)) {
            collect_paths(member, &path, paths, known);
        } else if known.insert(path.clone()) {
            paths.push(path);
        }
    }
}
