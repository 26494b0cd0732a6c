//! Which table of a file is read: the one that a layout knows.

use std::{collections::BTreeSet, sync::Arc};

use crate::error::Result;

use super::{
    Container, Options, Unit,
    container::{Candidate, Rows, Tables},
    header::normal,
    layout::{Layout, Layouts},
    opening::{SAMPLE_RECORDS, problem_of, strings, unknown},
};

/// The tables of a file that are read, and what becomes of the others.
pub(super) struct Choice {
    /// One table, or several sheets with the same columns that are read as one.
    pub(super) chosen: Vec<Candidate>,
    /// Their rows.
    pub(super) rows: Rows,
    /// The first of these rows, already taken.
    pub(super) seen: Vec<csv::StringRecord>,
    pub(super) layout: Arc<Layout>,
    /// The others that hold a row, each with what it was taken for.
    pub(super) not_read: Vec<String>,
    /// Those of the others that hold accounts.
    pub(super) accounts: Vec<String>,
}

/// Chooses the table named, or else the first of posts, of comments, of accounts; one with rows before one without.
pub(super) fn choose(
    input: &str,
    tables: Tables,
    named: Option<&str>,
    layouts: &Layouts,
    options: &Options,
) -> Result<Choice> {
    let candidates = tables.candidates.clone();
    let kind = tables.container();
    let first = candidates
        .first()
        .ok_or_else(|| problem_of(input, format!("this {kind} holds no table")))?;
    let known: Vec<Option<Arc<Layout>>> = candidates
        .iter()
        .map(|table| layout_of(table, layouts, options))
        .collect();
    let of_unit = |unit| {
        let layouts = known.iter().enumerate();
        let of_it = move |layout: &Option<Arc<Layout>>| layout.as_ref().is_some_and(|layout| layout.unit == unit);
        layouts.filter_map(move |(at, layout)| of_it(layout).then_some(at))
    };
    // Crawlers of many platforms make the tables of all of them, and fill those of one.
    let filled = |unit| of_unit(unit).find(|&at: &usize| candidates[at].filled);
    let units = [Unit::Post, Unit::Comment, Unit::Account];
    let at = match named {
        Some(name) => Some(candidates.iter().position(|table| table.name == name).ok_or_else(|| {
            let names: Vec<&str> = candidates.iter().map(|table| table.name.as_str()).collect();
            problem_of(
                input,
                format!(
                    "there is no table {name} in this {kind}; there are {}",
                    names.join(", ")
                ),
            )
        })?),
        None => units
            .into_iter()
            .find_map(filled)
            .or_else(|| units.into_iter().find_map(|unit| of_unit(unit).next())),
    };
    let Some((at, layout)) = at.and_then(|at| Some((at, known[at].clone()?))) else {
        let table = &candidates[at.unwrap_or(0)];
        let columns: Vec<String> = table.columns.iter().map(|name| normal(name)).collect();
        let hint = match candidates.len() {
            1 => String::new(),
            n if named.is_none() => format!(" (of {}, the first of {n} tables)", first.name),
            _ => String::new(),
        };
        let (_, seen) = start(tables, std::slice::from_ref(table));
        return Err(unknown(input, &columns, &strings(&seen), &hint));
    };
    let read = |other: usize| other == at || (named.is_none() && candidates[other].columns == candidates[at].columns);
    // The one row of a sheet whose columns nobody knows may be a remark.
    let empty = |other: usize| !candidates[other].filled && (known[other].is_some() || kind == Container::Sqlite);
    let others = || (0..candidates.len()).filter(|&other| !read(other) && !empty(other));
    let taken_for = |other: usize| match &known[other] {
        Some(layout) if layout.unit == Unit::Account => {
            format!(
                "{} ({}: accounts, joined to the posts)",
                candidates[other].name, layout.name
            )
        }
        Some(layout) => format!("{} ({})", candidates[other].name, layout.name),
        None => format!("{} (no known columns)", candidates[other].name),
    };
    let holds_accounts = |other: &usize| {
        known[*other]
            .as_ref()
            .is_some_and(|layout| layout.unit == Unit::Account)
    };
    let file = named.map_or(input, |name| {
        input.strip_suffix(name).unwrap_or(input).trim_end_matches('/')
    });
    let chosen: Vec<Candidate> = (0..candidates.len())
        .filter(|&other| read(other))
        .map(|at| candidates[at].clone())
        .collect();
    let (rows, seen) = start(tables, &chosen);
    Ok(Choice {
        rows,
        seen,
        chosen,
        not_read: others().map(taken_for).collect(),
        accounts: others()
            .filter(holds_accounts)
            .map(|other| format!("{file}/{}", candidates[other].name))
            .collect(),
        layout,
    })
}

/// The rows of these tables, and the first of them.
fn start(tables: Tables, chosen: &[Candidate]) -> (Rows, Vec<csv::StringRecord>) {
    let mut rows = tables.rows(chosen);
    let mut seen = Vec::new();
    while seen.len() < SAMPLE_RECORDS {
        match rows.next() {
            Some(Ok(row)) => seen.push(row),
            Some(Err(problem)) => {
                rows.put_back(problem);
                break;
            }
            None => break,
        }
    }
    (rows, seen)
}

fn layout_of(table: &Candidate, layouts: &Layouts, options: &Options) -> Option<Arc<Layout>> {
    let columns: BTreeSet<String> = table.columns.iter().map(|name| normal(name)).collect();
    let has = |name: &str| columns.contains(name);
    match &options.map {
        Some(map) => map
            .columns
            .values()
            .flatten()
            .all(|name| has(&normal(name)))
            .then(|| Arc::new(Layout::of_map(&map.columns))),
        None => layouts.recognise_table(has).cloned(),
    }
}
