//! The codes of posts, of which each may have several.

use std::collections::BTreeMap;

use super::{CodeSheet, listed};
use crate::{
    error::Result,
    model::{CodeId, CodeSet},
};

/// What an empty cell means in a row that has been begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Blank {
    /// A fault: the coder is to fill it in.
    #[default]
    Refuse,
    /// The code is not given; other cells are missing.
    No,
    /// Not coded; of a post with an empty code cell no code is known.
    Missing,
}

/// How a cell says that a post has none of the codes.
const NONE: &str = "none";

impl CodeSheet {
    /// Whether the sheet tells codes: in a column `codes`, or in one column for each of `known`.
    pub fn has_codes(&self, known: &[&str]) -> bool {
        self.has("codes") || known.iter().any(|id| self.has(&format!("code.{id}")))
    }

    /// The codes of each row's post, numbered as in `known`; `None` where the post is not coded. They come from the column `codes` (ids
    /// joined by `;`, or `none`) or from one column a code (`code.ID`, with yes or no, true or false, 1 or 0, 是 or 否).
    ///
    /// An empty `codes` cell means "no code" where the post's `stance` was filled in or the sheet has no such column, else "not coded". A
    /// post whose `code.ID` cells are not all filled in is coded only under [`Blank::No`], if its row has been begun.
    ///
    /// # Errors
    /// No such column, an id that is none of `known`, or another word than yes and no, by cell.
    pub fn codes(&self, known: &[&str], blank: Blank) -> Result<Vec<Option<CodeSet>>> {
        let mut faults = Vec::new();
        let found = if self.has("codes") {
            self.joined_codes(known, &mut faults)
        } else {
            let lacking: Vec<&str> = known
                .iter()
                .copied()
                .filter(|id| !self.has(&format!("code.{id}")))
                .collect();
            if !lacking.is_empty() {
                faults.push(format!(
                    "no column codes, and none for {}; use --map codes=COLUMN",
                    lacking.join(", ")
                ));
            }
            self.single_codes(known, blank, &mut faults)
        };
        listed(&self.name, faults)?;
        Ok(found)
    }

    fn joined_codes(&self, known: &[&str], faults: &mut Vec<String>) -> Vec<Option<CodeSet>> {
        let mut read: BTreeMap<&str, (CodeSet, Vec<&str>)> = BTreeMap::new();
        let with_stance = self.has("stance");
        let cells = self.cells("codes").zip(self.cells("stance")).enumerate();
        let mut found = Vec::with_capacity(self.len());
        for (row, (cell, stance)) in cells {
            let Some(cell) = cell else {
                found.push((!with_stance || stance.is_some()).then(CodeSet::default));
                continue;
            };
            let (codes, bad) = read.entry(cell).or_insert_with(|| parse(cell, known));
            faults.extend(
                bad.iter()
                    .map(|id| self.fault(row, "codes", &format!("`{id}` is no code of the codebook"))),
            );
            found.push(Some(*codes));
        }
        found
    }

    fn single_codes(&self, known: &[&str], blank: Blank, faults: &mut Vec<String>) -> Vec<Option<CodeSet>> {
        let begun = self.begun(known);
        let mut found = vec![Some(CodeSet::default()); self.len()];
        for (number, id) in (0..).zip(known) {
            let field = format!("code.{id}");
            for (row, cell) in self.cells(&field).enumerate() {
                match cell.map(yes) {
                    Some(Some(true)) => {
                        if let Some(codes) = &mut found[row] {
                            codes.insert(CodeId(number));
                        }
                    }
                    Some(Some(false)) => {}
                    None if blank == Blank::No && begun[row] => {}
                    None => found[row] = None,
                    Some(None) => {
                        let cell = cell.unwrap_or_default();
                        faults.push(self.fault(row, &field, &format!("`{cell}` is neither yes nor no")));
                    }
                }
            }
        }
        found
    }

    /// Rows in which something has been coded.
    fn begun(&self, known: &[&str]) -> Vec<bool> {
        let mut begun = vec![false; self.len()];
        let fields = ["stance", "codes"].into_iter().map(str::to_owned);
        for field in fields.chain(known.iter().map(|id| format!("code.{id}"))) {
            for (row, cell) in self.cells(&field).enumerate() {
                begun[row] |= cell.is_some();
            }
        }
        begun
    }

    /// Checks that in every row that has been begun the stance and all code cells are filled in (a cell of the column `codes` may be
    /// empty: the post has no code).
    ///
    /// # Errors
    /// Every empty cell of such a row.
    pub fn check_complete(&self, known: &[&str]) -> Result<()> {
        let begun = self.begun(known);
        let fields: Vec<String> = ["stance".to_owned()]
            .into_iter()
            .chain(known.iter().map(|id| format!("code.{id}")))
            .filter(|field| self.has(field))
            .collect();
        let mut empty = Vec::new();
        for (row, _) in begun.iter().enumerate().filter(|(_, begun)| **begun) {
            let lacking = fields.iter().filter(|field| self.at(row, field).is_none());
            empty.extend(lacking.map(|field| {
                self.fault(
                    row,
                    field,
                    "empty; fill it in, or say with --blank no or --blank missing what empty cells mean",
                )
            }));
        }
        listed(&self.name, empty)
    }

    /// Rows in which nothing has been coded.
    pub fn uncoded(&self, known: &[&str]) -> Vec<usize> {
        let begun = self.begun(known);
        (0..self.len()).filter(|&row| !begun[row]).collect()
    }
}

/// The codes of a cell, and what in it is no code.
fn parse<'a>(cell: &'a str, known: &[&str]) -> (CodeSet, Vec<&'a str>) {
    let (mut codes, mut bad) = (CodeSet::default(), Vec::new());
    if cell == NONE {
        return (codes, bad);
    }
    for id in cell.split([';', '；']).map(str::trim).filter(|id| !id.is_empty()) {
        match (0..).zip(known).find(|(_, known)| **known == id) {
            Some((number, _)) => codes.insert(CodeId(number)),
            None => bad.push(id),
        }
    }
    (codes, bad)
}

fn yes(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "1" | "是" => Some(true),
        "no" | "false" | "0" | "否" => Some(false),
        _ => None,
    }
}
