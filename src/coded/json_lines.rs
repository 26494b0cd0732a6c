//! Coded posts as JSON lines.

use std::{
    borrow::Cow,
    fmt,
    fs::File,
    io::{BufRead, BufReader},
};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{failure, wrong};
use crate::error::Result;

pub(super) fn columns(path: &str) -> Result<Vec<String>> {
    let mut line = String::new();
    open(path)?
        .read_line(&mut line)
        .map_err(|source| failure(path, "read", source))?;
    if line.trim().is_empty() {
        return Ok(Vec::new());
    }
    let first: serde_json::Map<String, Value> =
        serde_json::from_str(&line).map_err(|error| wrong(path, &format!("record 1: no JSON object: {error}")))?;
    Ok(first.into_iter().map(|(key, _)| key).collect())
}

pub(super) fn read(path: &str, wanted: &[&str], mut take: impl FnMut(&[String]) -> Result<()>) -> Result<u64> {
    let mut reader = open(path)?;
    let mut line = String::new();
    let mut row = vec![String::new(); wanted.len()];
    let mut posts = 0;
    let mut lines = 0_u64;
    loop {
        line.clear();
        lines += 1;
        if reader
            .read_line(&mut line)
            .map_err(|source| failure(path, "read", source))?
            == 0
        {
            return Ok(posts);
        }
        if line.trim().is_empty() {
            continue;
        }
        row.iter_mut().for_each(String::clear);
        let cells = Cells { wanted, row: &mut row };
        let mut json = serde_json::Deserializer::from_str(&line);
        cells
            .deserialize(&mut json)
            .and_then(|()| json.end())
            .map_err(|error| wrong(path, &format!("line {lines}: no JSON object: {error}")))?;
        posts += 1;
        take(&row)?;
    }
}

fn open(path: &str) -> Result<BufReader<File>> {
    let file = File::open(path).map_err(|source| failure(path, "open", source))?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// Takes the wanted values out of an object and steps over the others.
struct Cells<'a> {
    wanted: &'a [&'a str],
    row: &'a mut [String],
}

impl<'de> DeserializeSeed<'de> for Cells<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Cells<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match self.wanted.iter().position(|wanted| *wanted == key) {
                Some(at) => self.row[at] = text(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
