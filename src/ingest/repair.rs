use std::fmt;

/// Something about a record that had to be put right, or could not be, while it was read. Counted in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// The cells do not stand under their headers; they were put there by what they hold.
    Realigned,
    /// The row ends before the header does; the missing cells are taken as empty.
    ShortRow,
    /// The row has more cells than the header, all of them empty.
    EmptyExtraCells,
    /// Spaces, a tab, quotation marks or a `.0` around an id.
    IdTrimmed,
    /// The id was destroyed by a spreadsheet (`4.5E+15`, 15 digits) and computed anew from the short id.
    IdFromBid,
    /// The id was destroyed by a spreadsheet (`4.5E+15`) and nothing tells it; the post has no id.
    IdDestroyed,
    /// The file's 16-digit ids all end in 0: a spreadsheet rounded them to 15 digits. Kept as they are.
    IdRounded,
    /// The time was computed from the post's id, because the export gives none that can be read.
    TimeFromId,
    /// The date has no year; the post's id told it.
    YearFromId,
    /// The date has no year and nothing tells it.
    DateWithoutYear,
    /// The date is relative to the time of collection (`5分钟前`).
    RelativeDate,
    /// There is a date, but not in any known form.
    UnreadableDate,
    /// A count written as 1.2万 or 3亿.
    CountInMyriads,
    /// A count capped by the platform (`100万+`).
    CappedCount,
    /// A count that is not a number.
    UnreadableCount,
    /// The date is relative, or has no year, and the time of collection told it.
    DateFromCollection,
    /// The exporter cut the text (`...全文`); what stood behind is lost.
    TruncatedText,
    /// The author's name stood before the text in the same cell.
    NameBeforeText,
    /// HTML stands in the text (`<br />`, `&amp;`, `<img alt=[泪]>`); it is kept and seen through in matching.
    Html,
    /// A cell spells out that there is nothing in it (`无`, `null`, `\N`).
    NullSpelling,
    /// Fields of the author were filled in from a table of accounts.
    AuthorFromTable,
}

impl Repair {
    /// Every repair, in the order the manifest lists them.
    pub const ALL: [Repair; 21] = [
        Repair::Realigned,
        Repair::ShortRow,
        Repair::EmptyExtraCells,
        Repair::IdTrimmed,
        Repair::IdFromBid,
        Repair::IdDestroyed,
        Repair::IdRounded,
        Repair::TimeFromId,
        Repair::YearFromId,
        Repair::DateWithoutYear,
        Repair::RelativeDate,
        Repair::UnreadableDate,
        Repair::CountInMyriads,
        Repair::CappedCount,
        Repair::UnreadableCount,
        Repair::DateFromCollection,
        Repair::TruncatedText,
        Repair::NameBeforeText,
        Repair::Html,
        Repair::NullSpelling,
        Repair::AuthorFromTable,
    ];

    /// The name as printed in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Repair::Realigned => "ragged row realigned",
            Repair::ShortRow => "short row",
            Repair::EmptyExtraCells => "empty cells beyond the header",
            Repair::IdTrimmed => "id trimmed",
            Repair::IdFromBid => "id from bid",
            Repair::IdDestroyed => "id destroyed by a spreadsheet",
            Repair::IdRounded => "id rounded to 15 digits",
            Repair::TimeFromId => "time from id",
            Repair::YearFromId => "year from id",
            Repair::DateWithoutYear => "date without year",
            Repair::RelativeDate => "relative date",
            Repair::UnreadableDate => "unreadable date",
            Repair::CountInMyriads => "count in 万",
            Repair::CappedCount => "capped count",
            Repair::UnreadableCount => "unreadable count",
            Repair::DateFromCollection => "date from the time of collection",
            Repair::TruncatedText => "text cut by the exporter",
            Repair::NameBeforeText => "name before the text",
            Repair::Html => "HTML seen through",
            Repair::NullSpelling => "null spelled out",
            Repair::AuthorFromTable => "author completed from a table of accounts",
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
