//! Recognising a file by its start: encoding, container, layout.

use std::{collections::BTreeSet, sync::Arc};

use encoding_rs::Encoding;
use serde_json::Value;

use crate::error::{Error, Result};

use super::{
    Container, Field, Options,
    container::SAMPLE_BYTES,
    dates,
    digits::is_number,
    encoding::{EncodingSource, detect},
    guess,
    header::{Header, normal},
    json::{self, Piece, Shape, Splitter},
    layout::{Kind, Layout, Layouts},
    reader::csv_reader,
    recognition::Recognition,
    record::{Paths, cell_at, paths_of, value_at, without_mark},
};

/// What the start of a file shows.
pub(super) struct Opening {
    pub(super) layout: Arc<Layout>,
    pub(super) container: Container,
    pub(super) json_shape: Shape,
    pub(super) columns: Vec<String>,
    pub(super) paths: Paths,
    pub(super) header: Option<Header>,
    pub(super) rounded_ids: bool,
    /// Bytes between where the csv crate sees a row begin and its first cell: 1 where lines end in CR LF.
    pub(super) row_lead: u64,
}

impl Opening {
    /// What there is to say of the file, but for its name.
    pub(super) fn recognition(
        &self,
        (encoding, encoding_source): (&'static Encoding, EncodingSource),
        options: &Options,
    ) -> Recognition {
        let fields = Field::ALL.into_iter().map(|field| (field, self.columns_of(field)));
        let (told, untold): (Vec<_>, Vec<_>) = fields.partition(|(_, columns)| !columns.is_empty());
        let layout = &self.layout;
        Recognition {
            exporter: layout.name.clone(),
            title: layout.title.clone(),
            url: layout.url.clone(),
            unit: layout.unit,
            without_text: layout.without_text.clone(),
            container: self.container.clone(),
            packing: Vec::new(),
            tables: Vec::new(),
            tables_not_read: Vec::new(),
            account_tables: Vec::new(),
            encoding: encoding.name(),
            encoding_source,
            columns: self.columns.clone(),
            fields: told,
            missing: untold.into_iter().map(|(field, _)| field).collect(),
            kept_missing: options
                .keep
                .iter()
                .filter(|name| !reaches(&self.columns, &normal(name)))
                .cloned()
                .collect(),
            user_id_from_file_name: false,
            pulled_in_originals: layout.pulled_in_originals,
            rounded_ids: self.rounded_ids,
        }
    }

    fn columns_of(&self, field: Field) -> Vec<String> {
        match &self.header {
            Some(header) => header
                .slots(field)
                .iter()
                .map(|&at| header.name(at).to_owned())
                .collect(),
            None => self
                .layout
                .columns(field)
                .iter()
                .filter(|name| reaches(&self.columns, name))
                .cloned()
                .collect(),
        }
    }
}

/// Records of the sample that are looked at.
pub(super) const SAMPLE_RECORDS: usize = 200;
/// So many ids that all end in 0 are no accident (one in 10^8).
const ROUNDED_IDS: usize = 8;

pub(super) fn encoding(
    input: &str,
    sample: &[u8],
    forced: Option<&str>,
) -> Result<(&'static Encoding, EncodingSource)> {
    let Some(label) = forced else { return Ok(detect(sample)) };
    let unknown = || {
        let problem =
            format!("no encoding is called `{label}`; use utf-8, gb18030, gbk, big5, utf-16le or another WHATWG label");
        problem_of(input, problem)
    };
    Encoding::for_label(label.as_bytes())
        .map(|encoding| (encoding, EncodingSource::Forced))
        .ok_or_else(unknown)
}

pub(super) fn recognise(input: &str, sample: &str, layouts: &Layouts, options: &Options) -> Result<Opening> {
    let start = sample.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(problem_of(
            input,
            "the file is empty; collect it anew or leave it out".to_owned(),
        ));
    }
    if start.starts_with(['{', '[']) {
        recognise_json(input, sample, layouts, options)
    } else {
        recognise_csv(input, sample, layouts, options)
    }
}

/// Whether the columns hold this one, or (JSON) something inside it.
pub(super) fn reaches(columns: &[String], name: &str) -> bool {
    let inside = |column: &String| column.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    columns.iter().any(|column| column == name || inside(column))
}

fn recognise_csv(input: &str, sample: &str, layouts: &Layouts, options: &Options) -> Result<Opening> {
    let delimiter = delimiter_of(sample);
    let rows = sample_rows(sample, delimiter);
    let (first, rest) = rows
        .split_first()
        .ok_or_else(|| problem_of(input, "no row can be read".to_owned()))?;
    let names: Vec<String> = first.iter().map(normal).collect();
    let layout = match &options.map {
        Some(map) => Some(Arc::new(Layout::of_map(&map.columns))),
        None => {
            let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
            layouts.recognise(Kind::Csv, |name| known.contains(name)).cloned()
        }
    };
    let Some(layout) = layout else {
        let looks_like_data = first
            .iter()
            .any(|cell| dates::is_full_date(cell) || cell.contains("://"));
        let hint = if looks_like_data {
            "; the first row looks like data: put a row of column names before it"
        } else {
            ""
        };
        return Err(unknown(input, &names, &strings(rest), hint));
    };
    let second = rest
        .first()
        .and_then(|row| row.position())
        .map_or(0, |position| position.byte() as usize);
    let row_lead = u64::from(sample.as_bytes().get(second) == Some(&b'\n'));
    let opening = with_header(input, first.iter(), rest, layout, options)?;
    Ok(Opening {
        row_lead,
        container: Container::Csv { delimiter },
        ..opening
    })
}

pub(super) fn strings(rows: &[csv::StringRecord]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect()
}

/// What the first rows under a header show, the layout being known.
pub(super) fn with_header<'a>(
    input: &str,
    columns: impl Iterator<Item = &'a str>,
    rows: &[csv::StringRecord],
    layout: Arc<Layout>,
    options: &Options,
) -> Result<Opening> {
    let header = Header::new(columns, &layout, &options.keep);
    let columns = header.names().to_vec();
    check_map(input, &columns, options)?;
    let ids: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get(*header.slots(Field::Id).first()?))
        .map(|cell| without_mark(cell).trim())
        .collect();
    Ok(Opening {
        row_lead: 0,
        rounded_ids: layout.weibo_ids && are_rounded(&ids),
        paths: Paths::new(&layout, &[]),
        container: Container::Csv { delimiter: ',' },
        json_shape: Shape::Lines,
        header: Some(header),
        columns,
        layout,
    })
}

fn recognise_json(input: &str, sample: &str, layouts: &Layouts, options: &Options) -> Result<Opening> {
    let json_shape = json::shape_of(sample, &layouts.record_members());
    let (records, broken) = sample_values(sample, &json_shape);
    let columns = paths_of(&records);
    let layout = match &options.map {
        Some(map) => Some(Arc::new(Layout::of_map(&map.columns))),
        None => {
            let has = |record: &Value, name: &str| value_at(record, name).is_some();
            layouts.recognise_most(Kind::Json, &records, has).cloned()
        }
    };
    let Some(layout) = layout else {
        if let Some(broken) = broken.filter(|_| columns.is_empty()) {
            let problem = format!("no record can be read from the start of this JSON: {broken}");
            return Err(problem_of(input, problem));
        }
        let cell = |record: &Value, name: &str| cell_at(record, name).unwrap_or_default().into_owned();
        let rows: Vec<Vec<String>> = records
            .iter()
            .map(|record| columns.iter().map(|name| cell(record, name)).collect())
            .collect();
        return Err(unknown(input, &columns, &rows, ""));
    };
    check_map(input, &columns, options)?;
    Ok(Opening {
        row_lead: 0,
        rounded_ids: false,
        paths: Paths::new(&layout, &options.keep),
        container: if json_shape == Shape::Lines {
            Container::JsonLines
        } else {
            Container::Json
        },
        json_shape,
        header: None,
        columns,
        layout,
    })
}

/// The delimiter that cuts the first line into most columns; the earlier of equals in `, tab ; |`.
fn delimiter_of(sample: &str) -> char {
    let width = |delimiter: char| {
        let mut row = csv::StringRecord::new();
        let read = csv_reader(sample.as_bytes(), delimiter).read_record(&mut row);
        if read.unwrap_or(false) { row.len() } else { 0 }
    };
    [',', '\t', ';', '|']
        .into_iter()
        .rev()
        .max_by_key(|&delimiter| width(delimiter))
        .unwrap_or(',')
}

/// The first rows; the last one of a sample that does not hold the whole file is left out, it may be cut.
fn sample_rows(sample: &str, delimiter: char) -> Vec<csv::StringRecord> {
    let mut rows: Vec<_> = csv_reader(sample.as_bytes(), delimiter)
        .into_records()
        .map_while(|row| row.ok())
        .take(SAMPLE_RECORDS + 1)
        .collect();
    if sample.len() as u64 >= SAMPLE_BYTES / 2 && rows.len() > 1 && rows.len() <= SAMPLE_RECORDS {
        rows.pop();
    }
    rows
}

/// The first records, and what is wrong with the first of those that are none.
fn sample_values(sample: &str, shape: &Shape) -> (Vec<Value>, Option<String>) {
    let mut splitter = Splitter::new(sample.as_bytes(), shape.clone());
    let (mut values, mut broken) = (Vec::new(), None);
    while let Ok(Some(piece)) = splitter.next_piece() {
        let read = match piece {
            Piece::Record(text, _) => serde_json::from_str(&super::reader::join(text, splitter.members()))
                .map_err(|error| format!("not valid JSON: {error}")),
            Piece::Broken(reason, ..) => Err(reason.to_owned()),
        };
        match read {
            Ok(value) => values.push(value),
            Err(problem) => broken = broken.or(Some(problem)),
        }
        if values.len() >= SAMPLE_RECORDS {
            break;
        }
    }
    (values, broken)
}

fn are_rounded(ids: &[&str]) -> bool {
    let ids: Vec<_> = ids.iter().filter(|id| id.len() == 16 && is_number(id)).collect();
    ids.len() >= ROUNDED_IDS && ids.iter().all(|id| id.ends_with('0'))
}

fn check_map(input: &str, columns: &[String], options: &Options) -> Result<()> {
    let Some(map) = &options.map else { return Ok(()) };
    for (field, names) in &map.columns {
        if let Some(name) = names
            .iter()
            .find(|name| !reaches(columns, &normal(name)) && !is_item(name))
        {
            let problem = format!(
                "--map {field}={name}: there is no such column; the columns are {}",
                listed(columns)
            );
            return Err(problem_of(input, problem));
        }
    }
    Ok(())
}

/// A path into a JSON list (`pics.0.url`); what lists hold is not among the columns.
fn is_item(path: &str) -> bool {
    path.split('.').any(|part| part.parse::<usize>().is_ok())
}

pub(super) fn unknown(input: &str, columns: &[String], rows: &[Vec<String>], hint: &str) -> Error {
    if columns.is_empty() {
        return problem_of(
            input,
            "no record of it has a column; is it an export of posts?".to_owned(),
        );
    }
    let map = printable(&guess::map_line(columns, rows), usize::MAX);
    let problem = format!(
        "no known exporter writes these columns: {}{hint}. Say which column is what, e.g. --map '{map}' (a guess; check it)",
        listed(columns)
    );
    problem_of(input, problem)
}

/// The names, or the first of very many.
fn listed(columns: &[String]) -> String {
    const MOST: usize = 60;
    const LONGEST: usize = 40;
    let names: Vec<String> = columns.iter().take(MOST).map(|name| printable(name, LONGEST)).collect();
    match columns.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{} and {more} more", names.join(", ")),
        _ => names.join(", "),
    }
}

/// The beginning of a name, its control characters as `\0`, `\u{7f}`: a message must not move the cursor.
fn printable(name: &str, longest: usize) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if at == longest {
            out.push('…');
            break;
        }
        match c {
            '\0' => out.push_str("\\0"),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn problem_of(input: &str, problem: String) -> Error {
    Error::Input {
        file: input.to_owned(),
        problem,
    }
}
