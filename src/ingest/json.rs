//! Cuts a stream of JSON text into the texts of its records, without reading the records themselves.
//!
//! Three shapes: a list of records; an object one of whose members is the list (the envelope, its other members belong to
//! every record); records one after another, on lines of their own or not.

mod shape;

use std::io::{self, BufRead, Read as _};

use super::encoding::{RECORD_BYTES, TOO_LONG};

pub(super) use shape::shape_of;

/// How the records lie in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// One JSON value a line.
    Lines,
    /// `[record, record, ..]`, or records one after another.
    List,
    /// `{.., "name": [record, record, ..]}`; with dots (`data.list`) the list lies deeper. Several may follow one another.
    Envelope(String),
}

/// A stretch of the document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The text of one record, its place in bytes.
    Record(String, u64),
    /// Something that is no whole record: why, its text, its place.
    Broken(&'static str, String, u64),
}

const CUT_OFF: &str = "the file ends in the middle of this record; it may have been cut off";
const LIST_CUT_OFF: &str = "the file ends before its list of records does; it may have been cut off";
const NO_LIST: &str = "this JSON object has no list of records where the first of the file has it";
const STRAY: &str = "not valid JSON: a stray character between records";
/// Members of an envelope longer than this are not kept.
const MEMBER_BYTES: usize = 1 << 20;

/// Whether a piece is broken because the file ends in it.
pub(super) fn is_cut_off(reason: &str) -> bool {
    [CUT_OFF, LIST_CUT_OFF].contains(&reason)
}

/// Cuts a JSON document into records.
pub(super) struct Splitter<R> {
    reader: R,
    shape: Shape,
    place: Place,
    /// How many objects of the envelope's path are open, the outermost not counted.
    depth: usize,
    /// The envelope held the list.
    list_met: bool,
    offset: u64,
    members: Vec<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    List { in_envelope: bool },
    Envelope,
}

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(reader: R, shape: Shape) -> Self {
        Splitter {
            reader,
            shape,
            place: Place::Top,
            depth: 0,
            list_met: false,
            offset: 0,
            members: Vec::new(),
        }
    }

    /// Outermost members of the envelope met so far, as name and JSON text.
    pub(super) fn members(&self) -> &[(String, String)] {
        &self.members
    }

    /// The next record; `None` at the end.
    pub(super) fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        if self.shape == Shape::Lines {
            self.next_line()
        } else {
            self.next_value()
        }
    }

    fn next_line(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let start = self.offset;
            let mut line = Vec::new();
            let read = (&mut self.reader).take(RECORD_BYTES).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            self.offset += read as u64;
            if read as u64 == RECORD_BYTES && line.last() != Some(&b'\n') {
                self.offset += self.reader.skip_until(b'\n')? as u64;
                return Ok(Some(Piece::Broken(TOO_LONG, beginning(line), start)));
            }
            let line = text(line);
            let trimmed = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if !trimmed.is_empty() {
                return Ok(Some(Piece::Record(trimmed.to_owned(), start)));
            }
        }
    }

    fn next_value(&mut self) -> io::Result<Option<Piece>> {
        loop {
            self.skip_blanks()?;
            let start = self.offset;
            let Some(next) = self.peek()? else {
                let cut_off = std::mem::replace(&mut self.place, Place::Top) != Place::Top;
                return Ok(cut_off.then(|| Piece::Broken(LIST_CUT_OFF, String::new(), start)));
            };
            match (self.place, next) {
                (Place::Top, b'[') => self.step_into(Place::List { in_envelope: false })?,
                (Place::Top, b'{') if matches!(self.shape, Shape::Envelope(_)) => {
                    self.members.clear();
                    self.list_met = false;
                    self.step_into(Place::Envelope)?;
                }
                (Place::Envelope, b'}') if self.depth > 0 => {
                    self.depth -= 1;
                    self.bump()?;
                }
                (Place::Envelope, b'}') => {
                    self.step_into(Place::Top)?;
                    if !self.list_met {
                        return Ok(Some(Piece::Broken(NO_LIST, String::new(), start)));
                    }
                }
                (Place::List { in_envelope: false }, b']') => self.step_into(Place::Top)?,
                (Place::List { in_envelope: true }, b']') => self.step_into(Place::Envelope)?,
                (Place::Envelope, b'"') => {
                    if let Some(broken) = self.member()? {
                        return Ok(Some(broken));
                    }
                }
                (Place::Envelope, _) | (_, b']' | b'}' | b':') => {
                    self.bump()?;
                    return Ok(Some(Piece::Broken(STRAY, char::from(next).to_string(), start)));
                }
                (Place::Top | Place::List { .. }, _) => {
                    let (value, whole) = self.value()?;
                    if value.len() as u64 >= RECORD_BYTES {
                        return Ok(Some(Piece::Broken(TOO_LONG, beginning(value), start)));
                    }
                    let value = text(value);
                    return Ok(Some(if whole {
                        Piece::Record(value, start)
                    } else {
                        self.place = Place::Top;
                        Piece::Broken(CUT_OFF, value, start)
                    }));
                }
            }
        }
    }

    fn step_into(&mut self, place: Place) -> io::Result<()> {
        self.bump()?;
        self.place = place;
        Ok(())
    }

    /// One `"name": value` of the envelope: steps into the list of records, keeps what else there is.
    fn member(&mut self) -> io::Result<Option<Piece>> {
        let start = self.offset;
        let (name, whole) = self.value()?;
        self.skip_blanks()?;
        if !whole || self.peek()? != Some(b':') {
            return Ok(Some(Piece::Broken(STRAY, text(name), start)));
        }
        self.bump()?;
        self.skip_blanks()?;
        let name: String = serde_json::from_slice(&name).unwrap_or_default();
        if let Shape::Envelope(path) = &self.shape {
            let mut parts = path.split('.').skip(self.depth);
            let (on_path, last) = (parts.next() == Some(&name), parts.next().is_none());
            if on_path && last && self.peek()? == Some(b'[') {
                self.list_met = true;
                self.step_into(Place::List { in_envelope: true })?;
                return Ok(None);
            }
            if on_path && !last && self.peek()? == Some(b'{') {
                self.depth += 1;
                self.bump()?;
                return Ok(None);
            }
        }
        let (value, whole) = self.value()?;
        if whole && self.depth == 0 && value.len() <= MEMBER_BYTES {
            self.members.push((name, text(value)));
        }
        Ok(None)
    }

    /// Reads one value as text, the first [`RECORD_BYTES`] of it; false if the file ends inside it.
    fn value(&mut self) -> io::Result<(Vec<u8>, bool)> {
        let mut out = Vec::new();
        let (mut depth, mut in_string, mut escaped) = (0u32, false, false);
        let opens_scalar = !matches!(self.peek()?, Some(b'{' | b'[' | b'"'));
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok((out, opens_scalar));
            }
            let mut end = None;
            for (at, &byte) in buffer.iter().enumerate() {
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth > 0 => depth -= 1,
                        b',' | b'}' | b']' | b':' if depth == 0 => {
                            end = Some(at);
                            break;
                        }
                        byte if opens_scalar && byte.is_ascii_whitespace() => {
                            end = Some(at);
                            break;
                        }
                        _ => {}
                    }
                }
                if !opens_scalar && depth == 0 && !in_string {
                    end = Some(at + 1);
                    break;
                }
            }
            let taken = end.unwrap_or(buffer.len());
            let room = (RECORD_BYTES as usize).saturating_sub(out.len());
            out.extend_from_slice(&buffer[..taken.min(room)]);
            self.consume(taken);
            if end.is_some() {
                return Ok((out, true));
            }
        }
    }

    fn skip_blanks(&mut self) -> io::Result<()> {
        // A byte order mark (EF BB BF) may stand before any document of several in one file.
        while let Some(byte) = self.peek()? {
            if !(byte.is_ascii_whitespace() || matches!(byte, b',' | 0xef | 0xbb | 0xbf)) {
                break;
            }
            self.bump()?;
        }
        Ok(())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn bump(&mut self) -> io::Result<()> {
        if self.peek()?.is_some() {
            self.consume(1);
        }
        Ok(())
    }

    fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }
}

/// The beginning of a record that is too long to keep.
fn beginning(mut bytes: Vec<u8>) -> String {
    bytes.truncate(200);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(document: &str, shape: Shape) -> (Vec<Piece>, Vec<(String, String)>) {
        // A reader of one byte at a time: no record may depend on where a buffer ends.
        let mut splitter = Splitter::new(io::BufReader::with_capacity(1, document.as_bytes()), shape);
        let mut pieces = Vec::new();
        while let Some(piece) = splitter.next_piece().unwrap() {
            pieces.push(piece);
        }
        (pieces, splitter.members().to_vec())
    }

    fn records(document: &str, shape: Shape) -> Vec<String> {
        split(document, shape)
            .0
            .into_iter()
            .map(|piece| match piece {
                Piece::Record(text, _) => text,
                Piece::Broken(reason, text, _) => format!("!{reason}: {text}"),
            })
            .collect()
    }

    #[test]
    fn lists_are_cut_between_records_only() {
        let document = "\u{feff}[ {\"a\": \"],}\\\"\"} ,\n[1,[2]], \"x,y\", 12, null ]\n";
        assert_eq!(
            records(document, Shape::List),
            ["{\"a\": \"],}\\\"\"}", "[1,[2]]", "\"x,y\"", "12", "null"]
        );
    }

    #[test]
    fn lists_and_records_may_follow_one_another() {
        assert_eq!(
            records("[{}][{}]{\"a\":1} {\"b\":2}", Shape::List),
            ["{}", "{}", "{\"a\":1}", "{\"b\":2}"]
        );
    }

    #[test]
    fn an_envelope_gives_its_records_and_keeps_the_rest() {
        let document = r#"{"user": {"id": "1"}, "weibo": [{"id": 2}, {"id": 3}], "n": 2}"#;
        let (pieces, members) = split(document, Shape::Envelope("weibo".to_owned()));
        assert_eq!(
            pieces,
            [
                Piece::Record("{\"id\": 2}".into(), 32),
                Piece::Record("{\"id\": 3}".into(), 43)
            ]
        );
        assert_eq!(
            members,
            [("user".into(), "{\"id\": \"1\"}".into()), ("n".into(), "2".into())]
        );
    }

    #[test]
    fn a_list_may_lie_deeper_and_documents_follow_one_another() {
        let page = |n: u8| format!("{{\"ok\":{n},\"data\":{{\"since\":[0],\"list\":[{{\"a\":{n}}}],\"z\":{{}}}}}}\n");
        let none = "{\"ok\":3,\"data\":{}}\n";
        let (pieces, members) = split(&(page(1) + &page(2) + none), Shape::Envelope("data.list".to_owned()));
        assert_eq!(pieces[0], Piece::Record("{\"a\":1}".into(), 36));
        assert!(matches!(&pieces[1], Piece::Record(text, _) if text == "{\"a\":2}"));
        assert!(
            matches!(&pieces[2], Piece::Broken(NO_LIST, ..)) && pieces.len() == 3,
            "{pieces:?}"
        );
        assert_eq!(members, [("ok".into(), "3".into())]);
    }

    #[test]
    fn a_file_cut_off_says_so() {
        assert_eq!(
            records("[{\"a\": 1}, {\"a\": ", Shape::List),
            ["{\"a\": 1}", &format!("!{CUT_OFF}: {{\"a\": ")]
        );
        assert_eq!(
            records("[{\"a\": 1},", Shape::List),
            ["{\"a\": 1}", &format!("!{LIST_CUT_OFF}: ")]
        );
    }

    #[test]
    fn stray_brackets_end_nothing_but_themselves() {
        assert_eq!(
            records("[{}}, {\"a\":1}]", Shape::List),
            ["{}", &format!("!{STRAY}: }}"), "{\"a\":1}"]
        );
    }

    #[test]
    fn lines_keep_their_offsets_and_blank_lines_do_not_count() {
        let (pieces, _) = split("{\"a\":1}\r\n\n  \n{\"b\":2}", Shape::Lines);
        assert_eq!(
            pieces,
            [
                Piece::Record("{\"a\":1}".into(), 0),
                Piece::Record("{\"b\":2}".into(), 13)
            ]
        );
    }
}
