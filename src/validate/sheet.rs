//! Hand codes as a table, one row a post.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};

/// Which column of a sheet holds which field, where the names differ: `post_id=编号,stance=立场`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap(BTreeMap<String, String>);

impl std::str::FromStr for ColumnMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((field, column)) if !field.trim().is_empty() && !column.trim().is_empty() => {
                Ok((field.trim().to_owned(), column.trim().to_owned()))
            }
            _ => Err(format!("`{pair}`: write FIELD=COLUMN, e.g. post_id=编号,stance=立场")),
        };
        Ok(ColumnMap(text.split(',').map(pair).collect::<Result<_, String>>()?))
    }
}

/// A table of codes by post id, as a person or a machine gave them. Cells are read as they stand, without the spaces around them.
#[derive(Debug, Clone)]
pub struct CodeSheet {
    /// The file, for messages.
    pub name: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    by_post: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Row {
    line: u64,
    post: String,
    cells: Vec<String>,
}

/// Faults listed by cell before the rest is only counted.
const LISTED: usize = 10;

impl CodeSheet {
    /// Reads CSV text with a header; `map` renames its columns to our fields. The field `post_id` must be there.
    ///
    /// # Errors
    /// No column `post_id`; a row without an id, with another number of cells, or with the id of an earlier row (each is named).
    pub fn parse(name: &str, text: &str, map: &ColumnMap) -> Result<Self> {
        let wrong = |problem: String| Error::Input {
            file: name.to_owned(),
            problem,
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let columns = renamed(&header, map).map_err(wrong)?;
        let id = columns.iter().position(|column| column == "post_id").ok_or_else(|| {
            wrong(format!(
                "no column post_id among {}; name it with --map post_id=COLUMN",
                columns.join(", ")
            ))
        })?;
        let mut sheet = CodeSheet {
            name: name.to_owned(),
            columns,
            rows: Vec::new(),
            by_post: BTreeMap::new(),
        };
        let mut faults = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let post = record[id].to_owned();
            if post.is_empty() {
                faults.push(format!("line {line}: no post_id"));
                continue;
            }
            if let Some(&earlier) = sheet.by_post.get(&post) {
                let first = sheet.rows[earlier].line;
                faults.push(format!("line {line}: post_id {post} stands on line {first} already"));
                continue;
            }
            sheet.by_post.insert(post.clone(), sheet.rows.len());
            let cells = record.iter().map(str::to_owned).collect();
            sheet.rows.push(Row { line, post, cells });
        }
        listed(name, faults)?;
        Ok(sheet)
    }

    /// Whether the sheet has this field.
    pub fn has(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column == field)
    }

    /// The fields, in the order of the file.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Ids of the posts, in the order of the file.
    pub fn posts(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.post.as_str())
    }

    /// Number of posts.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no post.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What stands in a cell; `None` where it is empty, or the post or the field is not there.
    pub fn cell(&self, post: &str, field: &str) -> Option<&str> {
        let column = self.columns.iter().position(|column| column == field)?;
        let row = &self.rows[*self.by_post.get(post)?];
        Some(row.cells[column].as_str()).filter(|cell| !cell.is_empty())
    }

    /// A cell as a number above 0 and up to 1.
    ///
    /// # Errors
    /// A cell of the column that is empty or no such number, by line.
    pub fn probabilities(&self, field: &str) -> Result<BTreeMap<String, f64>> {
        let mut faults = Vec::new();
        let mut found = BTreeMap::new();
        for row in &self.rows {
            let cell = self.cell(&row.post, field).unwrap_or_default();
            match cell.parse::<f64>() {
                Ok(number) if number > 0.0 && number <= 1.0 => {
                    found.insert(row.post.clone(), number);
                }
                _ => faults.push(format!(
                    "line {}: {field} `{cell}` is no number above 0 and up to 1",
                    row.line
                )),
            }
        }
        listed(&self.name, faults)?;
        Ok(found)
    }

    /// Checks that a field holds these labels only, or nothing.
    ///
    /// # Errors
    /// Every other label, by line.
    pub fn check_labels(&self, field: &str, allowed: &[&str]) -> Result<()> {
        let faults = self.rows.iter().filter_map(|row| {
            let label = self.cell(&row.post, field)?;
            let known = allowed.contains(&label);
            (!known).then(|| format!("line {}: {field} `{label}` is none of {}", row.line, allowed.join(", ")))
        });
        listed(&self.name, faults.collect())
    }

    /// The codes of each post that was coded, from the column `codes` (ids joined by `;`) or from one column a code (`code.ID`, with
    /// yes or no, true or false, 1 or 0, 是 or 否). An empty `codes` cell means "no code" where the post's `stance` was filled in or the
    /// sheet has no such column, and "not coded" otherwise; a post with an empty `code.ID` cell is not coded.
    ///
    /// # Errors
    /// No such column, an id that is none of `known`, or another word than yes and no, by line.
    pub fn codes(&self, known: &[&str]) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let mut faults = Vec::new();
        let mut found = BTreeMap::new();
        let single: Vec<&str> = known
            .iter()
            .copied()
            .filter(|id| self.has(&format!("code.{id}")))
            .collect();
        if !self.has("codes") && single.len() < known.len() {
            let missing: Vec<&str> = known.iter().copied().filter(|id| !single.contains(id)).collect();
            faults.push(format!(
                "no column codes, and none for {}; use --map codes=COLUMN",
                missing.join(", ")
            ));
        }
        for row in &self.rows {
            let codes = if self.has("codes") {
                self.joined_codes(row, known, &mut faults)
            } else {
                self.single_codes(row, &single, &mut faults)
            };
            if let Some(codes) = codes {
                found.insert(row.post.clone(), codes);
            }
        }
        listed(&self.name, faults)?;
        Ok(found)
    }

    fn joined_codes(&self, row: &Row, known: &[&str], faults: &mut Vec<String>) -> Option<BTreeSet<String>> {
        let Some(cell) = self.cell(&row.post, "codes") else {
            let coded = !self.has("stance") || self.cell(&row.post, "stance").is_some();
            return coded.then(BTreeSet::new);
        };
        let ids = cell.split([';', '；']).map(str::trim).filter(|id| !id.is_empty());
        let (good, bad): (BTreeSet<&str>, BTreeSet<&str>) = ids.partition(|id| known.contains(id));
        for id in bad {
            faults.push(format!("line {}: `{id}` is no code of the codebook", row.line));
        }
        Some(good.into_iter().map(str::to_owned).collect())
    }

    fn single_codes(&self, row: &Row, known: &[&str], faults: &mut Vec<String>) -> Option<BTreeSet<String>> {
        let mut codes = BTreeSet::new();
        for id in known {
            let cell = self.cell(&row.post, &format!("code.{id}"))?;
            match cell.to_lowercase().as_str() {
                "yes" | "true" | "1" | "是" => {
                    codes.insert((*id).to_owned());
                }
                "no" | "false" | "0" | "否" => {}
                _ => faults.push(format!("line {}: code.{id} `{cell}` is neither yes nor no", row.line)),
            }
        }
        Some(codes)
    }
}

/// The header with our names for its columns.
fn renamed(header: &csv::StringRecord, map: &ColumnMap) -> Result<Vec<String>, String> {
    let mut columns: Vec<String> = header.iter().map(str::to_owned).collect();
    for (field, column) in &map.0 {
        let at = header.iter().position(|name| name == column).ok_or_else(|| {
            format!(
                "--map {field}={column}: no such column among {}",
                header.iter().collect::<Vec<_>>().join(", ")
            )
        })?;
        if let Some(taken) = columns
            .iter()
            .position(|name| name == field)
            .filter(|taken| *taken != at)
        {
            columns[taken] = format!("unmapped.{field}");
        }
        columns[at].clone_from(field);
    }
    let mut seen = BTreeSet::new();
    match columns.iter().find(|column| !seen.insert(column.as_str())) {
        Some(twice) => Err(format!("the column {twice} is there twice; rename one")),
        None => Ok(columns),
    }
}

/// One error that lists the faults.
fn listed(file: &str, faults: Vec<String>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let more = faults.len().saturating_sub(LISTED);
    let mut problem = faults[..faults.len().min(LISTED)].join("; ");
    if more > 0 {
        problem.push_str(&format!("; and {more} more"));
    }
    Err(Error::Input {
        file: file.to_owned(),
        problem: problem + ". Correct the sheet and read it again",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<CodeSheet> {
        CodeSheet::parse("a.csv", text, &ColumnMap::default())
    }

    fn complaint<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn cells_are_found_by_post_and_field_and_an_empty_one_is_missing() {
        let sheet = parse("\u{feff}post_id,stance\n7, negative \n8,\n").unwrap();
        assert_eq!(sheet.cell("7", "stance"), Some("negative"));
        assert_eq!(
            (
                sheet.cell("8", "stance"),
                sheet.cell("9", "stance"),
                sheet.cell("7", "codes")
            ),
            (None, None, None)
        );
        assert_eq!(sheet.posts().collect::<Vec<_>>(), ["7", "8"]);
    }

    #[test]
    fn other_columns_are_mapped_and_a_column_that_is_not_there_is_named() {
        let map: ColumnMap = "post_id=编号,stance=立场".parse().unwrap();
        let sheet = CodeSheet::parse("a.csv", "编号,stance,立场\n7,old,negative\n", &map).unwrap();
        assert_eq!(sheet.cell("7", "stance"), Some("negative"));
        let text = complaint(CodeSheet::parse("a.csv", "编号,x\n7,y\n", &map));
        assert!(text.contains("stance=立场") && text.contains("编号, x"), "{text}");
        assert!("post_id".parse::<ColumnMap>().is_err());
    }

    #[test]
    fn faults_are_named_by_line() {
        for (text, said) in [
            ("id,stance\n7,negative\n", "--map post_id=COLUMN"),
            ("post_id,stance\n7,a\n,b\n", "line 3: no post_id"),
            (
                "post_id,stance\n7,a\n8,b\n7,c\n",
                "line 4: post_id 7 stands on line 2 already",
            ),
            ("post_id,post_id\n7,a\n", "post_id is there twice"),
            ("post_id,stance\n7\n", "line: 2"),
        ] {
            let found = complaint(parse(text));
            assert!(found.starts_with("a.csv: ") && found.contains(said), "{found}");
        }
        let sheet = parse("post_id,stance\n7,negativ\n8,neutral\n").unwrap();
        let found = complaint(sheet.check_labels("stance", &["negative", "neutral"]));
        assert!(
            found.contains("line 2: stance `negativ` is none of negative, neutral"),
            "{found}"
        );
    }

    #[test]
    fn a_long_list_of_faults_is_cut_and_counted() {
        let rows: String = (0..14).map(|n| format!("{n},wrong\n")).collect();
        let sheet = parse(&("post_id,stance\n".to_owned() + &rows)).unwrap();
        let found = complaint(sheet.check_labels("stance", &["neutral"]));
        assert!(
            found.contains("line 11:") && !found.contains("line 12:") && found.contains("and 4 more"),
            "{found}"
        );
    }

    #[test]
    fn no_code_is_not_the_same_as_not_coded() {
        let sheet = parse("post_id,stance,codes\n1,negative,A;B\n2,neutral,\n3,,\n").unwrap();
        let codes = sheet.codes(&["A", "B"]).unwrap();
        assert_eq!(codes["1"].iter().collect::<Vec<_>>(), ["A", "B"]);
        assert!(codes["2"].is_empty() && !codes.contains_key("3"));
        let sheet = parse("post_id,code.A,code.B\n1,1,否\n2,yes,\n").unwrap();
        let codes = sheet.codes(&["A", "B"]).unwrap();
        assert_eq!(codes["1"].iter().collect::<Vec<_>>(), ["A"]);
        assert!(!codes.contains_key("2"));
    }

    #[test]
    fn an_unknown_code_is_not_dropped() {
        let sheet = parse("post_id,codes\n1,A\n2,A;C\n").unwrap();
        assert!(complaint(sheet.codes(&["A", "B"])).contains("line 3: `C` is no code"));
        let sheet = parse("post_id,code.A\n1,maybe\n").unwrap();
        assert!(complaint(sheet.codes(&["A"])).contains("code.A `maybe` is neither yes nor no"));
        assert!(complaint(sheet.codes(&["A", "B"])).contains("none for B"));
    }

    #[test]
    fn a_probability_lies_above_0_and_up_to_1() {
        let sheet = parse("post_id,p\n1,0.25\n2,1\n").unwrap();
        assert_eq!(
            sheet.probabilities("p").unwrap().into_values().collect::<Vec<_>>(),
            [0.25, 1.0]
        );
        for wrong in ["0", "1.5", "-1", "NaN", "", "much"] {
            let sheet = parse(&format!("post_id,p\n1,{wrong}\n")).unwrap();
            assert!(complaint(sheet.probabilities("p")).contains("line 2"), "{wrong}");
        }
    }
}
