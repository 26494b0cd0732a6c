use std::{
    collections::HashSet,
    hash::{Hash, Hasher},
};

use rustc_hash::FxHasher;

use super::{Field, layout::Layout, record::bits};
use crate::cutter::Cells;

/// A column name in the form names are compared in: no blanks or byte order mark around it, no quotation marks, `／` as `/`.
pub(super) fn normal(name: &str) -> String {
    bare(name).replace('／', "/")
}

/// A name without what may stand around it.
pub(super) fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '"')
}

/// Whether the cell is this name, which is in the form names are compared in.
fn is_named(cell: &str, name: &str) -> bool {
    let cell = bare(cell);
    cell == name || (name.contains('/') && cell.contains('／') && normal(cell) == name)
}

/// The columns of a CSV file and which of them the layout's fields are read from.
#[derive(Debug)]
pub(super) struct Header {
    /// Names, each once: the second `x` is `x.2`, a column without a name `column.N` (from 1).
    names: Vec<String>,
    /// How many columns the file has; columns beyond are the layout's, filled by realignment.
    width: usize,
    /// Columns of each field, by [`Field::index`], first choice first.
    slots: Vec<Vec<usize>>,
    /// The column of each field that has one and no other, by [`Field::index`].
    only: [Option<u32>; Field::ALL.len()],
    /// A bit for each field that has one.
    fields: u64,
    /// Columns that tell whether a row may be a header, with what their names begin with.
    telling: Vec<(usize, u8)>,
    /// Columns that no field is read from.
    unread: Vec<usize>,
    /// Columns to keep; `None` for one that this file does not have.
    keep: Vec<Option<usize>>,
    /// [`Layout::row_orders`] as columns of this header.
    pub(super) orders: Vec<Vec<usize>>,
}

impl Header {
    pub(super) fn new<'a>(cells: impl Iterator<Item = &'a str>, layout: &Layout, keep: &[String]) -> Header {
        let mut names: Vec<String> = Vec::new();
        let mut taken: HashSet<String> = HashSet::new();
        for (at, cell) in cells.enumerate() {
            let name = normal(cell);
            let name = if name.is_empty() {
                format!("column.{}", at + 1)
            } else {
                name
            };
            let unique = if taken.contains(&name) {
                let next = |n: &usize| !taken.contains(&format!("{name}.{n}"));
                (2..).find(next).map_or(name.clone(), |n| format!("{name}.{n}"))
            } else {
                name
            };
            taken.insert(unique.clone());
            names.push(unique);
        }
        let width = names.len();
        for extra in layout
            .realign
            .iter()
            .flat_map(|realign| realign.columns_beside_header())
        {
            if !names.iter().any(|name| name == extra) {
                names.push(extra.to_owned());
            }
        }
        let position = |name: &String| names.iter().position(|candidate| candidate == name);
        let slots: Vec<Vec<usize>> = Field::ALL
            .iter()
            .map(|&field| layout.columns(field).iter().filter_map(position).collect())
            .collect();
        let read: HashSet<usize> = slots.iter().flatten().copied().collect();
        let orders = layout
            .row_orders
            .iter()
            .filter_map(|order| order.iter().map(position).collect())
            .collect();
        let keep = keep.iter().map(|name| position(&normal(name))).collect();
        let text = slots[Field::Text.index()].first().copied();
        let telling = [Some(0), text].into_iter().flatten().filter(|&at| at < width);
        Header {
            only: std::array::from_fn(|field| match slots[field][..] {
                [column] => u32::try_from(column).ok(),
                _ => None,
            }),
            telling: telling.map(|at| (at, names[at].as_bytes()[0])).collect(),
            names,
            width,
            unread: (0..width).filter(|at| !read.contains(at)).collect(),
            fields: bits(&slots),
            slots,
            keep,
            orders,
        }
    }

    /// Names of the file's own columns.
    pub(super) fn names(&self) -> &[String] {
        &self.names[..self.width]
    }

    /// Name of a column, also of those beside the header.
    pub(super) fn name(&self, column: usize) -> &str {
        &self.names[column]
    }

    /// Number of the file's own columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Number of columns with those beside the header.
    pub(super) fn full_width(&self) -> usize {
        self.names.len()
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|candidate| candidate == name)
    }

    /// Columns a field may be read from, first choice first.
    #[inline]
    pub(super) fn slots(&self, field: Field) -> &[usize] {
        &self.slots[field.index()]
    }

    /// The column of a field that has one and no other.
    #[inline]
    pub(super) fn only(&self, field: Field) -> Option<usize> {
        self.only[field.index()].map(|column| column as usize)
    }

    /// A bit for each field, by [`Field::index`], that has a column.
    pub(super) fn fields(&self) -> u64 {
        self.fields
    }

    /// Columns to keep, in the order asked for.
    pub(super) fn keep(&self) -> &[Option<usize>] {
        &self.keep
    }

    /// Hash of the cells that no field is read from.
    pub(super) fn rest_of(&self, row: &Cells<'_>) -> u64 {
        let mut hasher = FxHasher::default();
        // Most of them are empty.
        for &at in &self.unread {
            if let Some(cell) = row.filled(at) {
                (at, cell).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Whether the row may be a header: cheap, wrong now and then.
    pub(super) fn may_be_header(&self, row: &Cells<'_>) -> bool {
        // Every row is asked. Most cells begin with what no name begins with, and what [`bare`] leaves there.
        let begins_so = |at: usize, begins: u8| match row.bytes(at) {
            Some([0xe3, 0x80, third, ..]) => *third == 0x80 || begins == 0xe3,
            Some(&[first, ..]) => {
                first == begins || matches!(first, b'\t'..=b'\r' | b' ' | b'"' | 0xc2 | 0xe1 | 0xe2 | 0xef)
            }
            _ => false,
        };
        let is_name = |at: usize| row.get(at).is_some_and(|cell| is_named(cell, &self.names[at]));
        self.telling
            .iter()
            .any(|&(at, begins)| begins_so(at, begins) && is_name(at))
    }

    /// Whether each cell of the row is the name over it, as far as both reach.
    pub(super) fn is_repeated_by(&self, row: &Cells<'_>) -> bool {
        let as_named = |(at, cell): (usize, &str)| {
            let name = &self.names[at];
            is_named(cell, name)
                || name.starts_with("column.")
                || name.rsplit_once('.').is_some_and(|(stem, _)| is_named(cell, stem))
        };
        row.iter().enumerate().take(self.width).all(as_named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Header {
        let map = "text=正文".parse::<super::super::FieldMap>().unwrap();
        Header::new(
            names.iter().copied(),
            &Layout::of_map(&map.columns),
            &["话题.2".to_owned(), "无此列".to_owned()],
        )
    }

    #[test]
    fn names_are_cleaned_and_made_unique() {
        let header = header(&["\u{feff}id", " 正文 ", "话题", "话题", "", "标题／内容", "话题"]);
        assert_eq!(
            header.names(),
            ["id", "正文", "话题", "话题.2", "column.5", "标题/内容", "话题.3"]
        );
        assert_eq!(header.keep(), [Some(3), None]);
        assert_eq!(header.slots(Field::Text), [1]);
    }

    #[test]
    fn a_repeated_header_is_known_even_if_it_is_shorter_or_longer() {
        let header = header(&["id", "正文", "话题", "话题"]);
        for row in [
            &["\u{feff}id", "正文", "话题", "话题"][..],
            &["id", "正文"],
            &["id", "正文", "话题", "话题", "更多"],
        ] {
            let row = csv::StringRecord::from(row);
            let row = Cells::from(&row);
            assert!(header.may_be_header(&row) && header.is_repeated_by(&row), "{row:?}");
        }
        let post = csv::StringRecord::from(vec!["id", "我的正文", "", ""]);
        let post = Cells::from(&post);
        assert!(header.may_be_header(&post) && !header.is_repeated_by(&post));
    }
}
