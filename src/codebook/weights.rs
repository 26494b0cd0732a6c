//! `weights.csv`: the weights of the stance decision and of the codes, as `minyi codebook fit` writes them.

use std::{borrow::Cow, collections::BTreeMap, ops::Range, sync::Arc};

use memchr::{memchr, memchr_iter};

use super::{
    rows::Rows,
    source::{Folder, LexiconFile},
};
use crate::{
    error::Result,
    model::{CodeId, Stance},
};

/// The weights that serve schemes which have none of their own: they name no code and no word of a topic.
const GENERAL: &str = "stance.csv";

/// Rows that are no feature.
const INTERCEPT: &str = "(intercept)";
const THRESHOLD: &str = "(threshold)";

const FIRST_COLUMNS: &str = "the first columns must be `feature,rarity`";

/// What a model decides: log-odds of the stances, and of each code against its absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One of the stances that stand against each other.
    Stance(Stance),
    /// A code, given or not.
    Code(CodeId),
}

/// Characters or words of an alphabet, and sequences of two or three of them, as features.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grams {
    /// The grams, one behind the other, and where each ends: they are many and short.
    texts: String,
    ends: Vec<u32>,
    /// How rare each is: ln((1 + posts) / (1 + posts that hold it)) + 1.
    pub rarity: Vec<f64>,
    /// One row a gram, one weight an outcome.
    pub weights: Vec<f64>,
}

impl Grams {
    /// Adds a gram with its rarity and a weight for each outcome; in alphabetical order, so that the same grams are the same
    /// file. Of a gram that stands twice the last counts.
    pub fn push(&mut self, gram: &str, rarity: f64, weights: impl IntoIterator<Item = f64>) {
        self.texts.push_str(gram);
        self.ends.push(self.texts.len() as u32);
        self.rarity.push(rarity);
        self.weights.extend(weights);
    }

    /// Empty, with room for as many as stand in a file of so many bytes: a gram and its rarity take eight at least, each weight one.
    fn with_room_for(bytes: usize, outcomes: usize) -> Self {
        let rows = bytes / (8 + outcomes);
        Grams {
            texts: String::with_capacity(8 * rows),
            ends: Vec::with_capacity(rows),
            rarity: Vec::with_capacity(rows),
            weights: Vec::with_capacity(rows * outcomes),
        }
    }

    /// Adds grams behind these.
    fn append(&mut self, more: Grams) {
        let before = self.texts.len() as u32;
        self.texts.push_str(&more.texts);
        self.ends.extend(more.ends.into_iter().map(|end| before + end));
        self.rarity.extend(more.rarity);
        self.weights.extend(more.weights);
    }

    /// The gram of a number: its place in the order they were added in.
    pub fn text(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.texts.get(start..end)
    }

    /// The grams in the order of their numbers.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|number| self.text(number))
    }
}

/// A linear model of stance and codes. The log-odds of each outcome are its intercept, plus value times weight of each
/// named feature, plus rarity times ln(1 + count) times weight of each gram, the latter divided by their length as a vector.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weights {
    /// What the weights are for: first the stances, then the codes.
    pub outcomes: Vec<Outcome>,
    /// Log-odds where every feature is 0.
    pub intercept: Vec<f64>,
    /// Probability from which a code is given; of no meaning for a stance.
    pub threshold: Vec<f64>,
    /// Weights by the name of the feature. A feature that is not here has weight 0.
    pub named: BTreeMap<String, Vec<f64>>,
    /// Grams.
    pub grams: Arc<Grams>,
}

impl Weights {
    /// The text of weights.csv: weights to two decimals, empty where that is 0; named features, then grams, each in
    /// alphabetical order. `ids` are the ids of the codes.
    pub fn to_csv(&self, ids: &[&str]) -> String {
        let mut rows = vec![["feature", "rarity"].map(str::to_owned).to_vec()];
        rows[0].extend(self.outcomes.iter().map(|outcome| match outcome {
            Outcome::Stance(stance) => stance.name().to_owned(),
            Outcome::Code(code) => ids.get(usize::from(code.0)).copied().unwrap_or_default().to_owned(),
        }));
        let cell = |&weight: &f64| match (weight * 100.0).round() / 100.0 {
            0.0 => String::new(),
            rounded => format!("{rounded}"),
        };
        let mut row = |feature: &str, rarity: String, weights: &[f64]| {
            let mut cells = vec![feature.to_owned(), rarity];
            cells.extend(weights.iter().map(cell));
            if cells.iter().skip(2).any(|cell| !cell.is_empty()) {
                rows.push(cells);
            }
        };
        row(INTERCEPT, String::new(), &self.intercept);
        row(THRESHOLD, String::new(), &self.threshold);
        for (name, weights) in &self.named {
            row(name, String::new(), weights);
        }
        let of_grams = self.grams.weights.chunks(self.outcomes.len().max(1));
        for ((gram, rarity), weights) in self.grams.texts().zip(&self.grams.rarity).zip(of_grams) {
            row(gram, format!("{rarity:.2}"), weights);
        }
        let quoted = |cell: &String| {
            if cell.contains(['"', ',', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let line = |row: Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        rows.into_iter().map(line).collect()
    }
}

/// `weights.csv` before it is read, in two parts, so that two threads can read it.
pub(super) struct WeightsFile {
    file: LexiconFile,
    outcomes: Vec<Outcome>,
    /// Where the second part begins: a byte and its line.
    second: (usize, usize),
}

/// What a part of the file says.
#[derive(Default)]
pub(super) struct WeightsPart {
    intercept: Vec<f64>,
    threshold: Vec<f64>,
    named: BTreeMap<String, Vec<f64>>,
    grams: Grams,
}

impl WeightsFile {
    /// The weights of the scheme's own folder, else the general ones for the stance.
    pub(super) fn open(folder: &Folder, ids: &BTreeMap<&str, CodeId>) -> Result<Self> {
        let file = match folder.read_if_there("weights.csv")? {
            Some(file) => file,
            None => Folder::Bundled("context".to_owned()).read(GENERAL)?,
        };
        WeightsFile::new(file, ids)
    }

    fn new(file: LexiconFile, ids: &BTreeMap<&str, CodeId>) -> Result<Self> {
        let mut header = Vec::new();
        Rows::new(&file.text).next(&mut header);
        let [first, second, names @ ..] = header.as_slice() else {
            return Err(file.error_on(1, FIRST_COLUMNS.to_owned()));
        };
        if first != "feature" || second != "rarity" {
            return Err(file.error_on(1, FIRST_COLUMNS.to_owned()));
        }
        let outcome = |name: &Cow<str>| {
            let stance = Stance::BY_HAND.into_iter().find(|stance| stance.name() == name);
            stance
                .map(Outcome::Stance)
                .or_else(|| ids.get(&**name).copied().map(Outcome::Code))
                .ok_or_else(|| file.error_on(1, format!("`{name}` is no stance and no code; fit the weights anew")))
        };
        let outcomes: Vec<Outcome> = names.iter().map(outcome).collect::<Result<_>>()?;
        if let Some(stance) = Stance::ON_TOPIC
            .into_iter()
            .find(|&stance| !outcomes.contains(&Outcome::Stance(stance)))
        {
            return Err(file.error_on(1, format!("no column `{stance}`")));
        }
        let second = second_part(&file.text);
        Ok(WeightsFile { file, outcomes, second })
    }

    /// The first part, which is three quarters of the rows.
    pub(super) fn first(&self) -> Result<WeightsPart> {
        self.part(0..self.second.0, 1)
    }

    /// The rest.
    pub(super) fn second(&self) -> Result<WeightsPart> {
        self.part(self.second.0..self.file.text.len(), self.second.1)
    }

    /// What these bytes of the file say, which begin on a line.
    fn part(&self, bytes: Range<usize>, line: usize) -> Result<WeightsPart> {
        let file = &self.file;
        let mut header = Vec::new();
        Rows::new(&file.text).next(&mut header);
        let mut rows = Rows::on_line(&file.text[bytes.clone()], line);
        let mut part = WeightsPart {
            grams: Grams::with_room_for(bytes.len(), self.outcomes.len()),
            ..WeightsPart::default()
        };
        let mut cells = Vec::with_capacity(header.len());
        if bytes.start == 0 {
            rows.next(&mut cells);
        }
        let mut numbers = Vec::with_capacity(self.outcomes.len());
        loop {
            // Nearly all rows are grams with short weights, which need not be cut into cells first.
            if let Some((gram, rarity, length)) = usual_row(rows.rest(), self.outcomes.len(), &mut numbers) {
                part.grams.push(gram, rarity, numbers.iter().copied());
                rows.pass(length);
                continue;
            }
            let Some(line) = rows.next(&mut cells) else {
                return Ok(part);
            };
            if cells.len() != header.len() {
                let problem = format!("{} cells where {} belong", cells.len(), header.len());
                return Err(file.error_on(line, problem));
            }
            let no_number = |column: usize| {
                let problem = format!("`{}` in the column `{}` is no number", cells[column], header[column]);
                file.error_on(line, problem)
            };
            numbers.clear();
            numbers.extend(cells[2..].iter().map_while(|cell| number(cell)));
            if numbers.len() < self.outcomes.len() {
                return Err(no_number(2 + numbers.len()));
            }
            match (&*cells[0], &*cells[1]) {
                (INTERCEPT, _) => part.intercept.clone_from(&numbers),
                (THRESHOLD, _) => part.threshold.clone_from(&numbers),
                (name, "") => {
                    part.named.insert(name.to_owned(), numbers.clone());
                }
                (gram, rarity) => {
                    let rarity = number(rarity).ok_or_else(|| no_number(1))?;
                    part.grams.push(gram, rarity, numbers.iter().copied());
                }
            }
        }
    }

    /// What both parts say; the second where they say different things.
    pub(super) fn whole(self, first: WeightsPart, second: WeightsPart) -> (Weights, LexiconFile) {
        let WeightsPart {
            mut intercept,
            mut threshold,
            mut named,
            mut grams,
        } = first;
        for (of_all, more) in [(&mut intercept, second.intercept), (&mut threshold, second.threshold)] {
            if !more.is_empty() {
                *of_all = more;
            }
            of_all.resize(self.outcomes.len(), 0.0);
        }
        named.extend(second.named);
        grams.append(second.grams);
        let weights = Weights {
            outcomes: self.outcomes,
            intercept,
            threshold,
            named,
            grams: grams.into(),
        };
        (weights, self.file)
    }
}

/// Where a record begins, at about three quarters of a CSV text, and its line: behind a line end that no quotation holds.
fn second_part(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let quotes = |part: &[u8]| memchr_iter(b'"', part).count();
    let mut at = bytes.len() / 4 * 3;
    let mut open = quotes(&bytes[..at]) % 2 == 1;
    while let Some(end) = memchr(b'\n', &bytes[at..]) {
        open ^= quotes(&bytes[at..at + end]) % 2 == 1;
        at += end + 1;
        if !open {
            return (at, 1 + memchr_iter(b'\n', &bytes[..at]).count());
        }
    }
    (bytes.len(), 1)
}

/// The gram that a text begins with, its rarity, and the bytes of its row; `numbers` gets its weights. `None` where the row is not one of a
/// gram without quotation marks in it and of weights as [`short`] reads them, ended by a line feed.
fn usual_row<'t>(text: &'t str, outcomes: usize, numbers: &mut Vec<f64>) -> Option<(&'t str, f64, usize)> {
    let bytes = text.as_bytes();
    let place = |wanted: fn(&u8) -> bool, from: usize| bytes[from..].iter().position(wanted).map(|at| from + at);
    let (gram, end) = if bytes.first() == Some(&b'"') {
        let end = place(|byte| *byte == b'"', 1)?;
        (&text[1..end], end + 1)
    } else {
        let end = place(|byte| matches!(byte, b',' | b'\n' | b'"'), 0)?;
        (&text[..end], end)
    };
    if bytes.get(end) != Some(&b',') {
        return None;
    }
    let mut at = end + 1;
    // The number in the next cell, and what ends it.
    let mut cell = || {
        let rest = &bytes[at..];
        let mut length = 0;
        while let Some(&byte) = rest.get(length)
            && byte != b','
            && byte != b'\n'
        {
            length += 1;
        }
        at += length + 1;
        Some((short(rest.get(..length)?)?, *rest.get(length)?))
    };
    let rarity = cell().filter(|&(rarity, end)| rarity != 0.0 && end == b',')?.0;
    numbers.clear();
    for outcome in 1..=outcomes {
        let (weight, end) = cell()?;
        if (end == b'\n') != (outcome == outcomes) {
            return None;
        }
        numbers.push(weight);
    }
    Some((gram, rarity, at))
}

/// The number in a cell; an empty one is 0.
fn number(cell: &str) -> Option<f64> {
    short(cell.as_bytes()).or_else(|| cell.parse().ok().filter(|number: &f64| number.is_finite()))
}

/// The number in a cell that is empty or a short decimal such as -0.25.
#[inline]
fn short(cell: &[u8]) -> Option<f64> {
    let (negative, digits) = match cell {
        [] => return Some(0.0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let digit = |byte: u8| u32::from(byte - b'0');
    let (tens, digits) = match digits {
        [tens @ b'0'..=b'9', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => (digit(*tens) * 1000, rest),
        digits => (0, digits),
    };
    let hundredths = match *digits {
        [whole @ b'0'..=b'9', b'.', tenth @ b'0'..=b'9', last @ b'0'..=b'9'] => {
            digit(whole) * 100 + digit(tenth) * 10 + digit(last)
        }
        [whole @ b'0'..=b'9', b'.', tenth @ b'0'..=b'9'] => digit(whole) * 100 + digit(tenth) * 10,
        [whole @ b'0'..=b'9'] => digit(whole) * 100,
        _ => return None,
    };
    // The quotient of two exact numbers is the double nearest to the decimal, as parsing gives it.
    let number = f64::from(tens + hundredths) / 100.0;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> LexiconFile {
        LexiconFile {
            name: "weights.csv".into(),
            text: text.to_owned().into(),
        }
    }

    fn parse(text: &str, ids: &BTreeMap<&str, CodeId>) -> Result<Weights> {
        let weights = WeightsFile::new(file(text), ids)?;
        let (first, second) = (weights.first()?, weights.second()?);
        Ok(weights.whole(first, second).0)
    }

    #[test]
    fn the_second_part_begins_where_a_record_does() {
        let quoted = "f,r\n\"a\nb\",\"x\ny\nz\"\n";
        for text in [
            "",
            "a,b\n",
            "f,r\na,1\nb,2\nc,3\nd,4\ne,5\n",
            quoted,
            &format!("{quoted}c,3\n"),
            "f,r\na,1\nb,2",
        ] {
            let (at, line) = second_part(text);
            let (mut all, mut parts) = (Vec::new(), Vec::new());
            let mut cells = Vec::new();
            let mut rows = Rows::new(text);
            while let Some(line) = rows.next(&mut cells) {
                all.push((line, cells.join("|")));
            }
            for mut rows in [Rows::new(&text[..at]), Rows::on_line(&text[at..], line)] {
                while let Some(line) = rows.next(&mut cells) {
                    parts.push((line, cells.join("|")));
                }
            }
            assert_eq!(parts, all, "{text}");
        }
    }

    #[test]
    fn weights_are_read_back_as_written() {
        let code = CodeId(0);
        let mut outcomes = Stance::BY_HAND.map(Outcome::Stance).to_vec();
        outcomes.push(Outcome::Code(code));
        let mut grams = Grams::default();
        grams.push("国,贼", 3.5, [-1.0, 2.0, 0.0, 0.0, 1.5]);
        let weights = Weights {
            outcomes,
            intercept: vec![0.25, -0.5, 0.0, 0.0, -2.0],
            threshold: vec![0.0, 0.0, 0.0, 0.0, 0.15],
            named: BTreeMap::from([("mark.report".to_owned(), vec![-0.5, -0.25, 0.75, 0.0, 0.0])]),
            grams: grams.into(),
        };
        let text = weights.to_csv(&["NEG.BETRAY"]);
        let ids = BTreeMap::from([("NEG.BETRAY", code)]);
        assert_eq!(parse(&text, &ids).unwrap(), weights);
    }

    #[test]
    fn short_decimals_are_read_as_all_others() {
        for hundredths in -9999..=9999 {
            for cell in [format!("{}", f64::from(hundredths) / 100.0), format!("{hundredths}")] {
                assert_eq!(number(&cell), cell.parse().ok(), "{cell}");
            }
        }
        assert_eq!(
            (number(""), number("-"), number("1e3"), number("x")),
            (Some(0.0), None, Some(1000.0), None)
        );
    }

    #[test]
    fn rows_of_any_form_are_read_alike() {
        let header = "feature,rarity,positive,negative,neutral\n";
        let read = |rows: &str| {
            let weights = parse(&format!("{header}{rows}"), &BTreeMap::new()).unwrap();
            let grams: Vec<&str> = weights.grams.texts().collect();
            assert_eq!(weights.grams.rarity, vec![2.5; grams.len()]);
            assert_eq!(weights.grams.weights, [-0.25, 0.0, 3.0].repeat(grams.len()));
            grams.join("|")
        };
        assert_eq!(read("国,2.5,-0.25,,3\n贼,2.50,-0.25,0,3.0"), "国|贼");
        assert_eq!(
            read("\"国\"\"贼\",2.5,-0.25,,3\n\"国,贼\",2.5,-0.25,,3\n\n国,2.5,-.25,,3\r\n贼,2.500,-0.25,0,3\n"),
            "国\"贼|国,贼|国|贼"
        );
        assert_eq!(
            read("\"国\n贼\",2.5,-0.25,,3\n国 贼,2.5,-0.25,\"\",3\n"),
            "国\n贼|国 贼"
        );
    }

    #[test]
    fn what_is_no_number_or_no_outcome_is_told_with_its_line() {
        let ids = BTreeMap::new();
        for (text, told) in [
            (
                "feature,rarity,positive,negative,neutral\nboth,,1,x,0\n",
                "2: `x` in the column `negative`",
            ),
            (
                "feature,rarity,positive,negative,neutral\n国,y,1,,0\n",
                "2: `y` in the column `rarity`",
            ),
            (
                "feature,rarity,positive,negative,neutral\n\nboth,,1,0\n",
                "3: 4 cells where 5 belong",
            ),
            ("feature,positive,negative,neutral\n", "1: the first columns"),
            ("", "1: the first columns"),
            ("feature,rarity,positive,negative,neutral,NEG.OTHER\n", "NEG.OTHER"),
            ("feature,rarity,positive,negative\n", "neutral"),
        ] {
            let error = parse(text, &ids).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
