//! Excel workbooks (xlsx, xls, also xlsb and ods). The packed file and its table of strings are held in memory; the cells of
//! an xlsx sheet are read one after the other, those of the other kinds as a whole sheet.

use std::{
    io::{Cursor, Read as _},
    sync::{Arc, atomic::AtomicU64},
};

use calamine::{Cell, Data, DataRef, Reader as _, Sheets, Xlsx, open_workbook_auto_from_rs, open_workbook_from_rs};
use flate2::read::DeflateDecoder;
use zip::CompressionMethod;

use crate::error::Result;

use super::{
    Candidate, Rows, Tables, archive,
    inflate::{self, Inflated},
    refused,
    rows::{Out, guarded},
    tables::Kind,
};

/// How an Excel 97 workbook begins; so does an xlsx protected by a password.
pub(super) const OLD_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A member packed into less than this is no bomb by itself: deflate gives at most 1032 bytes for one.
const SMALL_MEMBER: u64 = 64 * 1024;

type Bytes = Cursor<Arc<[u8]>>;
type Stop = String;

/// The sheets of a workbook.
pub(super) fn open(input: &str, bytes: Vec<u8>) -> Result<Tables> {
    let bytes: Arc<[u8]> = bytes.into();
    let copy = Arc::clone(&bytes);
    let candidates = guarded(move || candidates(&copy))
        .map_err(|problem| refused(input, format!("this workbook cannot be read: {problem}")))?;
    Ok(Tables {
        kind: Kind::Workbook(bytes),
        candidates,
    })
}

fn candidates(bytes: &Arc<[u8]>) -> Result<Vec<Candidate>, Stop> {
    check_archive(bytes)?;
    let mut candidates = Vec::new();
    let mut workbook = workbook(bytes)?;
    for name in workbook.sheets() {
        let mut first: Vec<csv::StringRecord> = Vec::new();
        workbook.each_row(&name, &mut |cells| {
            first.push(cells);
            first.len() < 2
        })?;
        if let Some(header) = first.first() {
            let columns = header.iter().map(str::to_owned).collect();
            let filled = first.len() > 1;
            candidates.push(Candidate { name, columns, filled });
        }
    }
    Ok(candidates)
}

/// The rows of these sheets; the first of each, its header, and rows without a value are left out.
pub(super) fn rows(bytes: Arc<[u8]>, names: Vec<String>) -> Rows {
    Rows::made_by(move |out: &mut Out| {
        let mut workbook = workbook(&bytes)?;
        for name in &names {
            let mut is_header = true;
            workbook.each_row(name, &mut |cells| std::mem::take(&mut is_header) || out.row(cells))?;
        }
        Ok(())
    })
}

/// Refuses archives of other things, and what unpacks to more than it can hold.
fn check_archive(bytes: &Arc<[u8]>) -> Result<(), Stop> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(Arc::clone(bytes))) else {
        return Ok(());
    };
    let (mut names, mut unpacked) = (Vec::new(), 0u64);
    for at in 0..archive.len() {
        if let Ok(member) = archive.by_index_raw(at) {
            let size = match member.data_start() {
                Some(start) if member.compressed_size() > SMALL_MEMBER => {
                    unpacked_size(bytes, start, member.compressed_size(), member.compression())
                }
                _ => member.size(),
            };
            unpacked = unpacked.saturating_add(size);
            names.extend(member.name().ok().map(|name| name.into_owned()));
        }
    }
    if !archive::is_workbook(&names) {
        return Err("it is a zip archive inside another packed file; unpack that and read it".to_owned());
    }
    if inflate::is_too_much(unpacked, bytes.len() as u64) {
        return Err("it unpacks to more than 200 times its size, which none does; unpack it and look".to_owned());
    }
    Ok(())
}

/// To how much a member unpacks, whatever the archive says of it; no more than it takes to know a bomb.
fn unpacked_size(bytes: &Arc<[u8]>, start: u64, size: u64, method: CompressionMethod) -> u64 {
    if method != CompressionMethod::DEFLATE {
        return size;
    }
    let mut packed = Cursor::new(Arc::clone(bytes));
    packed.set_position(start);
    let all = Arc::new(AtomicU64::new(bytes.len() as u64));
    let mut unpacked = Inflated::new(DeflateDecoder::new(packed.take(size)), all);
    let (mut buffer, mut count) = (vec![0; 64 * 1024], 0);
    loop {
        match unpacked.read(&mut buffer) {
            // What is damaged the reader of the workbook will say.
            Ok(0) => return count,
            Ok(read) => count += read as u64,
            Err(error) if inflate::is_bomb(&error) => return u64::MAX,
            Err(_) => return count,
        }
    }
}

fn problem(error: impl std::fmt::Display) -> Stop {
    let error = error.to_string();
    if error.contains("password") {
        "it is protected by a password; open it, save it without, and read that".to_owned()
    } else {
        format!("{error}; open it in a spreadsheet and save it as CSV UTF-8")
    }
}

enum Workbook {
    Streamed(Box<Xlsx<Bytes>>),
    Whole(Box<Sheets<Bytes>>),
}

fn workbook(bytes: &Arc<[u8]>) -> Result<Workbook, Stop> {
    let open = || Cursor::new(Arc::clone(bytes));
    match open_workbook_from_rs::<Xlsx<Bytes>, Bytes>(open()) {
        Ok(workbook) => Ok(Workbook::Streamed(Box::new(workbook))),
        Err(error @ calamine::XlsxError::Password) => Err(problem(error)),
        Err(_) if bytes.starts_with(OLD_MAGIC) => match open_workbook_from_rs::<calamine::Xls<Bytes>, Bytes>(open()) {
            Ok(workbook) => Ok(Workbook::Whole(Box::new(Sheets::Xls(workbook)))),
            Err(error) => Err(problem(error)),
        },
        Err(error) => match open_workbook_auto_from_rs(open()) {
            Ok(workbook) => Ok(Workbook::Whole(Box::new(workbook))),
            Err(_) => Err(problem(error)),
        },
    }
}

impl Workbook {
    fn sheets(&self) -> Vec<String> {
        match self {
            Workbook::Streamed(workbook) => workbook.sheet_names(),
            Workbook::Whole(workbook) => workbook.sheet_names(),
        }
    }

    /// Hands over the rows of a sheet that hold a value, until nobody wants more.
    fn each_row(&mut self, sheet: &str, take: &mut dyn FnMut(csv::StringRecord) -> bool) -> Result<(), Stop> {
        match self {
            Workbook::Streamed(workbook) => {
                let mut cells = workbook.worksheet_cells_reader(sheet).map_err(problem)?;
                let mut row = Row::default();
                while let Some(cell) = cells.next_cell().map_err(problem)? {
                    if !row.has_room_for(&cell) && !row.hand_over(take) {
                        return Ok(());
                    }
                    row.put(&cell);
                }
                row.hand_over(take);
            }
            Workbook::Whole(workbook) => {
                let range = workbook.worksheet_range(sheet).map_err(problem)?;
                let first = range.start().map_or(0, |(_, column)| column as usize);
                for cells in range
                    .rows()
                    .filter(|cells| cells.iter().any(|cell| !matches!(cell, Data::Empty)))
                {
                    let blank = std::iter::repeat_n(String::new(), first);
                    let row: Vec<String> = blank.chain(cells.iter().map(|cell| text(cell.clone()))).collect();
                    if !take(csv::StringRecord::from(row)) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A row as its cells come in.
#[derive(Default)]
struct Row {
    number: Option<u32>,
    cells: Vec<String>,
    filled: bool,
}

impl Row {
    fn has_room_for(&self, cell: &Cell<DataRef<'_>>) -> bool {
        self.number.is_none_or(|number| number == cell.get_position().0)
    }

    fn put(&mut self, cell: &Cell<DataRef<'_>>) {
        let (number, column) = cell.get_position();
        self.number = Some(number);
        let value = text(cell.get_value().clone().into());
        self.filled |= !value.is_empty();
        if self.cells.len() <= column as usize {
            self.cells.resize(column as usize + 1, String::new());
        }
        self.cells[column as usize] = value;
    }

    fn hand_over(&mut self, take: &mut dyn FnMut(csv::StringRecord) -> bool) -> bool {
        let row = std::mem::take(self);
        !row.filled || take(csv::StringRecord::from(row.cells))
    }
}

/// A cell as a CSV file would hold it: whole numbers without a point, dates as `2023-06-14 23:41:07`.
fn text(cell: Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => (if truth { "TRUE" } else { "FALSE" }).to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if at.as_f64().fract() == 0.0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::Error(_) => String::new(),
    }
}
