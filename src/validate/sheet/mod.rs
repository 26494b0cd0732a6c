//! Codes as a table, one row a post.

mod codes;
mod columns;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

pub use codes::Blank;
pub use columns::ColumnMap;

use crate::error::{Error, Result};

/// A table of codes by post id, as a person or a machine gave them. Cells are read as they stand, without the spaces around them.
///
/// A column keeps each of its values once, so that a million posts of a few labels each take little memory.
#[derive(Debug, Clone)]
pub struct CodeSheet {
    /// The file, with its sheet or its coder where it has several, for messages.
    pub name: String,
    numbering: &'static str,
    columns: Vec<Column>,
    posts: Vec<Box<str>>,
    numbers: Vec<u32>,
    /// Rows in the order of their post ids.
    by_post: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Column {
    /// Our name of it.
    field: String,
    /// Its name in the file.
    heading: String,
    /// The value of each row, by its place in `values`.
    cells: Vec<u32>,
    /// The first is the empty one.
    values: Vec<Box<str>>,
    known: HashMap<Box<str>, u32>,
}

/// A sheet being read row by row.
#[derive(Debug)]
pub struct SheetBuilder {
    sheet: CodeSheet,
    /// Column of the post ids.
    id: usize,
    faults: Vec<String>,
}

/// Faults listed by cell before the rest is only counted.
const LISTED: usize = 20;

impl SheetBuilder {
    /// A sheet with this header, none of its rows read yet; `map` renames its columns to our fields. The field `post_id` must be there.
    /// `numbering` is what a row is called in messages: `line`, `row`, `task`.
    ///
    /// # Errors
    /// A mapped column or `post_id` is not there, or two columns have one name.
    pub fn new(name: &str, numbering: &'static str, header: &[String], map: &ColumnMap) -> Result<Self> {
        let wrong = |problem: String| Error::Input {
            file: name.to_owned(),
            problem,
        };
        let fields = map.rename(header).map_err(wrong)?;
        let id = fields.iter().position(|field| field == "post_id").ok_or_else(|| {
            wrong(format!(
                "no column post_id among {}; name it with --map post_id=COLUMN",
                fields.join(", ")
            ))
        })?;
        let column = |(field, heading): (String, &String)| Column {
            field,
            heading: heading.clone(),
            cells: Vec::new(),
            values: vec!["".into()],
            known: HashMap::from([("".into(), 0)]),
        };
        Ok(SheetBuilder {
            sheet: CodeSheet {
                name: name.to_owned(),
                numbering,
                columns: fields.into_iter().zip(header).map(column).collect(),
                posts: Vec::new(),
                numbers: Vec::new(),
                by_post: Vec::new(),
            },
            id,
            faults: Vec::new(),
        })
    }

    /// Adds a row with its number in the file; cells that it lacks are empty. A row without a post id is a fault, told by
    /// [`SheetBuilder::finish`]; one without any value is none.
    pub fn row<'a>(&mut self, number: u64, cells: impl IntoIterator<Item = &'a str>) {
        let mut cells: Vec<&str> = cells.into_iter().map(str::trim).collect();
        cells.resize(self.sheet.columns.len(), "");
        let post = cells[self.id];
        if post.is_empty() {
            if cells.iter().any(|cell| !cell.is_empty()) {
                self.faults
                    .push(format!("{} {number}: no post_id", self.sheet.numbering));
            }
            return;
        }
        for (at, (column, cell)) in self.sheet.columns.iter_mut().zip(&cells).enumerate() {
            // Ids are kept once, as the posts.
            column.push(if at == self.id { "" } else { cell });
        }
        self.sheet.posts.push(post.into());
        self.sheet.numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
    }

    /// The sheet.
    ///
    /// # Errors
    /// Rows without an id or with that of an earlier row, each by its number.
    pub fn finish(self) -> Result<CodeSheet> {
        let SheetBuilder {
            mut sheet, mut faults, ..
        } = self;
        let mut order: Vec<u32> = (0..sheet.posts.len() as u32).collect();
        order.sort_by(|&a, &b| sheet.posts[a as usize].cmp(&sheet.posts[b as usize]).then(a.cmp(&b)));
        let mut double: Vec<(u32, u32)> = Vec::new();
        let mut first = 0;
        for at in 1..order.len() {
            if sheet.posts[order[first] as usize] == sheet.posts[order[at] as usize] {
                double.push((order[at], order[first]));
            } else {
                first = at;
            }
        }
        double.sort_unstable();
        faults.extend(double.into_iter().map(|(row, first)| {
            let (row, first) = (row as usize, first as usize);
            let (word, post) = (sheet.numbering, &sheet.posts[row]);
            format!(
                "{word} {}: post_id {post} stands on {word} {} already",
                sheet.numbers[row], sheet.numbers[first]
            )
        }));
        listed(&sheet.name, faults)?;
        sheet.by_post = order;
        sheet
            .columns
            .iter_mut()
            .for_each(|column| column.known = HashMap::default());
        Ok(sheet)
    }
}

impl Column {
    fn push(&mut self, cell: &str) {
        let at = match self.known.get(cell) {
            Some(&at) => at,
            None => {
                let at = self.values.len() as u32;
                self.values.push(cell.into());
                self.known.insert(cell.into(), at);
                at
            }
        };
        self.cells.push(at);
    }

    fn cell(&self, row: usize) -> Option<&str> {
        match self.cells[row] {
            0 => None,
            at => Some(&self.values[at as usize]),
        }
    }
}

impl CodeSheet {
    /// Whether the sheet has this field.
    pub fn has(&self, field: &str) -> bool {
        self.column(field).is_some()
    }

    /// The fields, in the order of the file.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.field.as_str())
    }

    /// Ids of the posts, in the order of the file.
    pub fn posts(&self) -> impl Iterator<Item = &str> {
        self.posts.iter().map(AsRef::as_ref)
    }

    /// The id of a row's post.
    pub fn post(&self, row: usize) -> &str {
        &self.posts[row]
    }

    /// Number of posts.
    pub fn len(&self) -> usize {
        self.posts.len()
    }

    /// Whether there is no post.
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// The row of a post.
    pub fn row(&self, post: &str) -> Option<usize> {
        let found = self
            .by_post
            .binary_search_by(|&row| (*self.posts[row as usize]).cmp(post));
        Some(self.by_post[found.ok()?] as usize)
    }

    /// What stands in a cell; `None` where it is empty, or the sheet has no such field.
    pub fn at(&self, row: usize, field: &str) -> Option<&str> {
        self.column(field)?.cell(row)
    }

    /// What stands in a post's cell; `None` where it is empty, or the post or the field is not there.
    pub fn cell(&self, post: &str, field: &str) -> Option<&str> {
        self.at(self.row(post)?, field)
    }

    /// The cells of a field, by row: `None` where it is empty, or the sheet has no such field.
    pub fn cells<'a>(&'a self, field: &str) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let column = self.column(field);
        (0..self.len()).map(move |row| column?.cell(row))
    }

    /// The values that a field has, sorted.
    pub fn values(&self, field: &str) -> Vec<&str> {
        let mut values: Vec<&str> = match self.column(field) {
            Some(column) => column.values.iter().skip(1).map(AsRef::as_ref).collect(),
            None => Vec::new(),
        };
        values.sort_unstable();
        values
    }

    /// A cell of each post as a number above 0 and up to 1.
    ///
    /// # Errors
    /// A cell of the column that is empty or no such number, by its place.
    pub fn probabilities(&self, field: &str) -> Result<BTreeMap<&str, f64>> {
        let mut faults = Vec::new();
        let mut found = BTreeMap::new();
        for (row, cell) in self.cells(field).enumerate() {
            let cell = cell.unwrap_or_default();
            match cell.parse::<f64>() {
                Ok(number) if number > 0.0 && number <= 1.0 => {
                    found.insert(self.post(row), number);
                }
                _ => faults.push(self.fault(row, field, &format!("`{cell}` is no number above 0 and up to 1"))),
            }
        }
        listed(&self.name, faults)?;
        Ok(found)
    }

    /// Checks that a field holds these labels only, or nothing.
    ///
    /// # Errors
    /// Every other label, by its cell.
    pub fn check_labels(&self, field: &str, allowed: &[&str]) -> Result<()> {
        let wrong = |(row, cell): (usize, Option<&str>)| {
            let label = cell.filter(|label| !allowed.contains(label))?;
            Some(self.fault(row, field, &format!("`{label}` is none of {}", allowed.join(", "))))
        };
        listed(&self.name, self.cells(field).enumerate().filter_map(wrong).collect())
    }

    /// Checks that another sheet has all posts of this one.
    ///
    /// # Errors
    /// Every post that it lacks, by its row, and what to do as `remedy` says.
    pub fn check_posts(&self, known: &CodeSheet, remedy: &str) -> Result<()> {
        let strange = (0..self.len()).filter(|&row| known.row(self.post(row)).is_none());
        let faults: Vec<String> = strange
            .map(|row| format!("{} {}: post_id {}", self.numbering, self.numbers[row], self.post(row)))
            .collect();
        if faults.is_empty() {
            return Ok(());
        }
        let (count, all) = (faults.len(), self.len());
        Err(Error::Input {
            file: self.name.clone(),
            problem: format!(
                "{count} of {all} posts are not in {}; {remedy}\n{}",
                known.name,
                shown(&faults)
            ),
        })
    }

    /// The number of a row in the file, with the word for it.
    pub fn place(&self, row: usize) -> String {
        format!("{} {}", self.numbering, self.numbers[row])
    }

    fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// What is wrong with a cell.
    fn fault(&self, row: usize, field: &str, what: &str) -> String {
        let heading = self.column(field).map_or(field, |column| &column.heading);
        format!("{}, column {heading}: {what}", self.place(row))
    }
}

/// One error that lists the faults, one a line.
fn listed(file: &str, faults: Vec<String>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Input {
        file: file.to_owned(),
        problem: format!("correct the sheet and read it again\n{}", shown(&faults)),
    })
}

fn shown(faults: &[String]) -> String {
    let more = faults.len().saturating_sub(LISTED);
    let mut lines: Vec<String> = faults.iter().take(LISTED).map(|fault| format!("  {fault}")).collect();
    lines.extend((more > 0).then(|| format!("  and {more} more")));
    lines.join("\n")
}
