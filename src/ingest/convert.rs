use std::{borrow::Cow, sync::Arc};

use compact_str::CompactString;
use serde_json::Value;

use crate::{
    cutter::Cells,
    model::{Author, Engagement, Moment, Post, Reject, Source},
};

use super::{
    Accounts, Field, Repair, counts, dates,
    digits::is_number,
    header::Header,
    ids,
    layout::{Layout, Unit},
    realign::Alignment,
    record::{Body, Paths, Place, Record, Row, value_at, without_mark},
    values::{Spellings, Values, trimmed},
};

/// What a record turned out to be, and what was put right on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted<'t> {
    /// Post or reject.
    pub outcome: Outcome<'t>,
    /// What was put right, or could not be, in the order found.
    pub repairs: Vec<Repair>,
    /// Hash of the cells that no field is read from; rows of one post that differ here repeat it for something else's sake.
    pub rest: u64,
}

/// What a record turned out to be. Every record is exactly one of the three.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<'t> {
    /// A post; true if the exporter wrote it only beside its repost, so that it need not match the search.
    Post(Box<Post<'t>>, bool),
    /// No post, and why.
    Reject(Box<Reject>),
    /// A row of a table of accounts.
    Account(Box<Author>),
}

/// A layout bound to one file. Turns records into posts; shared freely between threads.
#[derive(Debug)]
pub struct Bound {
    pub(super) file: Arc<str>,
    pub(super) layout: Arc<Layout>,
    pub(super) values: Arc<Values>,
    /// Cells that mean nothing here, in any column but the text.
    pub(super) nulls: Spellings,
    pub(super) paths: Paths,
    /// The user id that the file is named after.
    pub(super) file_user_id: Option<String>,
    /// All ids of the sample end in 0: a spreadsheet rounded them.
    pub(super) rounded_ids: bool,
    /// What is known of the authors from elsewhere.
    pub(super) accounts: Option<Arc<Accounts>>,
    pub(super) collected_at: Option<Moment>,
}

/// A record that is one.
enum Found<'t> {
    /// A post, and whether its badge cell is blank (true without a badge column).
    Post(Box<Post<'t>>, bool),
    Account(Box<Author>),
}

/// Why a record is no post.
type Reason = Arc<str>;

/// Why a header within the file is none.
pub(super) const REPEATED_HEADER: &str = "not a record: the header once more";

impl<'t> Converted<'t> {
    /// What is no post from the outset.
    pub(super) fn rejected(file: &Arc<str>, place: Place, reason: Reason, cells: Vec<String>) -> Self {
        Converted::new(file, place, Err(reason), Vec::new(), 0, || cells)
    }

    fn new(
        file: &Arc<str>,
        place: Place,
        found: Result<Found<'t>, Reason>,
        repairs: Vec<Repair>,
        rest: u64,
        cells: impl FnOnce() -> Vec<String>,
    ) -> Self {
        let outcome = match found {
            Ok(Found::Post(post, badge_blank)) => Outcome::Post(post, place.pulled_in && badge_blank),
            Ok(Found::Account(author)) => Outcome::Account(author),
            Err(reason) => Outcome::Reject(Box::new(Reject {
                source: place.source(file),
                offset: place.offset,
                reason,
                cells: cells(),
            })),
        };
        Converted { outcome, repairs, rest }
    }

    /// The same with a text of its own, as [`Post::into_owned`] has it.
    pub fn into_owned(self) -> Converted<'static> {
        Converted {
            outcome: match self.outcome {
                Outcome::Post(post, pulled_in) => Outcome::Post(Box::new(post.into_owned()), pulled_in),
                Outcome::Reject(reject) => Outcome::Reject(reject),
                Outcome::Account(author) => Outcome::Account(author),
            },
            repairs: self.repairs,
            rest: self.rest,
        }
    }
}

impl Bound {
    /// Turns a record into a post or a reject. Depends on nothing but the record.
    pub fn convert(&self, record: Record) -> Converted<'static> {
        self.convert_of(&self.file, &record).into_owned()
    }

    /// Turns a record of this file into a post or a reject.
    pub(super) fn convert_of<'t>(&self, file: &Arc<str>, record: &'t Record) -> Converted<'t> {
        let &Record { place, ref body } = record;
        let strings = |cells: &csv::StringRecord| cells.iter().map(str::to_owned).collect();
        match body {
            Body::Cells(cells, header) => self.convert_row(file, place, &Cells::from(cells), header),
            Body::Json(text) => {
                let mut repairs = Vec::new();
                let found = self.json_post(place.source(file), text, &mut repairs);
                Converted::new(file, place, found, repairs, 0, || vec![text.clone()])
            }
            Body::RepeatedHeader(cells) => Converted::rejected(file, place, REPEATED_HEADER.into(), strings(cells)),
            Body::Broken(reason, cells) => Converted::rejected(file, place, Arc::clone(reason), cells.clone()),
        }
    }

    /// Turns a row of cells of this file into a post or a reject.
    pub(super) fn convert_row<'t>(
        &self,
        file: &Arc<str>,
        place: Place,
        cells: &Cells<'t>,
        header: &Header,
    ) -> Converted<'t> {
        let mut repairs = Vec::new();
        let found = self.csv_post(place.source(file), cells, header, &mut repairs);
        let rest = header.rest_of(cells);
        Converted::new(file, place, found, repairs, rest, || cells.to_strings())
    }

    fn csv_post<'t>(
        &self,
        source: Source,
        cells: &Cells<'t>,
        header: &Header,
        repairs: &mut Vec<Repair>,
    ) -> Result<Found<'t>, Reason> {
        if cells.iter().all(|cell| without_mark(cell).trim().is_empty()) {
            return Err("not a record: all cells are blank".into());
        }
        if cells.len() == 1 && header.width() > 1 && dates::is_full_date(without_mark(&cells[0])) {
            return Err("not a record: a bare date".into());
        }
        let alignment = self.alignment(cells, header, repairs)?;
        self.found(source, &Row::of_csv(cells, header, alignment), repairs)
    }

    fn alignment(
        &self,
        cells: &Cells<'_>,
        header: &Header,
        repairs: &mut Vec<Repair>,
    ) -> Result<Option<Alignment>, Reason> {
        if let Some(realign) = &self.layout.realign {
            let alignment = realign
                .align(cells, header)
                .ok_or("the row is not one that this exporter writes: no date with counts behind it")?;
            if alignment.moved() {
                repairs.push(Repair::Realigned);
            }
            return Ok(Some(alignment));
        }
        let dates = header.slots(Field::CreatedAt);
        let has_date = |at: Option<usize>| {
            let cell = at.and_then(|at| cells.get(at));
            cell.is_some_and(dates::is_full_date)
        };
        if !header.orders.is_empty() && !dates.iter().any(|&at| has_date(Some(at))) {
            let alignments = header
                .orders
                .iter()
                .map(|order| Alignment::of_order(order, header.full_width()));
            let fits = |alignment: &Alignment| dates.iter().any(|&column| has_date(alignment.cell(column)));
            if let Some(alignment) = alignments.into_iter().find(fits) {
                repairs.push(Repair::Realigned);
                return Ok(Some(alignment));
            }
        }
        if cells.len() > header.width() {
            if !cells.iter().skip(header.width()).all(|cell| cell.trim().is_empty()) {
                return Err("the row has more cells than the header; which is which cannot be told".into());
            }
            repairs.push(Repair::EmptyExtraCells);
        }
        if cells.len() < header.width() {
            let reached = |field: Field| header.slots(field).first().is_none_or(|&at| at < cells.len());
            if ![Field::Id, Field::Text, Field::CreatedAt].into_iter().all(reached) {
                return Err(
                    "the row ends before its text, id or date; a line break in it may lack its quotation marks".into(),
                );
            }
            repairs.push(Repair::ShortRow);
        }
        Ok(None)
    }

    fn json_post<'t>(&self, source: Source, text: &str, repairs: &mut Vec<Repair>) -> Result<Found<'t>, Reason> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| Reason::from(format!("not valid JSON: {error}")))?;
        let has = |name: &str| value_at(&value, name).is_some();
        if !value.is_object() || !self.layout.matches(has) {
            return Err("not a post record".into());
        }
        self.found(source, &Row::of_json(&value, &self.paths), repairs)
    }

    #[inline]
    fn is_null(&self, cell: &str) -> bool {
        let cell = trimmed(cell);
        cell.is_empty() || self.nulls.contains(cell)
    }

    #[inline]
    fn cell<'a>(&self, row: &Row<'a, '_>, field: Field) -> Option<Cow<'a, str>> {
        row.may_have(field).then(|| self.told(row, field)).flatten()
    }

    /// The value that a row tells of a field.
    fn told<'a>(&self, row: &Row<'a, '_>, field: Field) -> Option<Cow<'a, str>> {
        match row.plain(field) {
            Some(cell) => self.is_value(row, cell).then_some(Cow::Borrowed(cell)),
            None => row.first(field, |cell| self.is_value(row, cell)),
        }
    }

    /// Whether the cell of a row spells something out.
    #[inline(always)]
    fn is_value(&self, row: &Row<'_, '_>, cell: &str) -> bool {
        // As most cells of most exports, after the empty ones.
        if self.nulls.are_surely_not(cell) {
            return true;
        }
        let cell = trimmed(cell);
        if cell.is_empty() {
            return false;
        }
        let null = self.nulls.contains(cell);
        if null {
            row.meet_null();
        }
        !null
    }

    #[inline]
    fn owned(&self, row: &Row<'_, '_>, field: Field) -> Option<CompactString> {
        self.cell(row, field).map(Into::into)
    }

    fn found<'t>(&self, source: Source, row: &Row<'_, 't>, repairs: &mut Vec<Repair>) -> Result<Found<'t>, Reason> {
        if self.layout.unit == Unit::Account {
            let author = self.author(row, repairs);
            return match author.user_id {
                Some(_) => Ok(Found::Account(Box::new(author))),
                None => Err("a row of a table of accounts without a user id".into()),
            };
        }
        if let Some(why) = &self.layout.without_text {
            return Err(format!("no text column: {why}").into());
        }
        self.post(source, row, repairs)
    }

    fn post<'t>(&self, source: Source, row: &Row<'_, 't>, repairs: &mut Vec<Repair>) -> Result<Found<'t>, Reason> {
        let mut author = self.author(row, repairs);
        let badge_blank = author.badge.is_none();
        let text = self.text(row);
        let label = match author.screen_name.as_deref().filter(|_| self.layout.name_before_text) {
            Some(name) => name_before(&text, name),
            None => 0,
        };
        if label > 0 {
            repairs.push(Repair::NameBeforeText);
        }
        let body = &text[label..];
        let is_repost = self.is_repost(row, body);
        if self.values.is_empty_text(body) && !is_repost {
            return Err("empty text".into());
        }
        let id = self.id(row, repairs);
        if self
            .accounts
            .as_ref()
            .is_some_and(|accounts| accounts.complete(&mut author))
        {
            repairs.push(Repair::AuthorFromTable);
        }
        let truncated = self.values.is_truncated(&text);
        if truncated {
            repairs.push(Repair::TruncatedText);
        }
        if self.values.has_html(&text) {
            repairs.push(Repair::Html);
        }
        let post = Box::new(Post {
            source,
            created_at: self.created_at(row, &id, repairs),
            truncated,
            engagement: Engagement {
                reposts: self.count(row, Field::Reposts, repairs),
                comments: self.count(row, Field::Comments, repairs),
                likes: self.count(row, Field::Likes, repairs),
            },
            kept: row.kept(),
            id,
            text,
            label,
            is_repost,
            author,
        });
        if row.null_met() {
            repairs.push(Repair::NullSpelling);
        }
        Ok(Found::Post(post, badge_blank))
    }

    /// The text as collected; a title goes before it on a line of its own, unless the text begins with it.
    fn text<'t>(&self, row: &Row<'_, 't>) -> Cow<'t, str> {
        let text = row.text(|cell| !self.values.is_empty_text(cell)).unwrap_or_default();
        match self.cell(row, Field::Title) {
            Some(title) if text.is_empty() => title.into_owned().into(),
            Some(title) if !text.starts_with(title.trim()) => format!("{title}\n{text}").into(),
            _ => text,
        }
    }

    /// Whether the post is a repost. The first of these that the record tells decides: a repost column, an original
    /// column, the presence of the other post or its id. Only where the export has none of these columns for the record
    /// does the text: 转发微博 alone, or a `//@` chain.
    fn is_repost(&self, row: &Row<'_, '_>, text: &str) -> bool {
        let says = |field| row.first(field, |cell| self.values.says_repost(cell).is_some());
        if let Some(cell) = says(Field::IsRepost) {
            return self.values.says_repost(&cell) == Some(true);
        }
        if let Some(cell) = row.first(Field::IsOriginal, |cell| self.values.truth(cell).is_some()) {
            return self.values.truth(&cell) == Some(false);
        }
        let names_other = |cell: &str| !self.is_null(cell) && cell.trim() != "0";
        if [Field::RetweetId, Field::OriginalText]
            .into_iter()
            .any(|field| row.first(field, names_other).is_some())
        {
            return true;
        }
        let blank_tells = row.first(Field::RetweetId, |_| true).is_some();
        !blank_tells && self.values.text_shows_repost(text)
    }

    /// The post's id: the mid where it is given or follows from the bid, else the bid, else nothing.
    fn id(&self, row: &Row<'_, '_>, repairs: &mut Vec<Repair>) -> CompactString {
        let (bid, link) = (self.cell(row, Field::Bid), self.cell(row, Field::Link));
        let bid = bid.as_deref().map(ids::of_cell);
        let link = link.as_deref().map(|cell| ids::last_part(cell.trim()));
        let mid_of_bid = || {
            let ids = bid.into_iter().chain(link).filter(|_| self.layout.weibo_ids);
            ids.into_iter().find_map(ids::mid_from).map(CompactString::from)
        };
        let cell = self.cell(row, Field::Id);
        let Some(cell) = cell else {
            return mid_of_bid().unwrap_or_else(|| bid.or(link).unwrap_or_default().into());
        };
        if !self.rounded_ids && is_number(&cell) {
            return cell.into();
        }
        let id = ids::trim(&cell);
        if id != cell {
            repairs.push(Repair::IdTrimmed);
        }
        if ids::is_scientific(id) {
            let mid = mid_of_bid();
            repairs.push(if mid.is_some() {
                Repair::IdFromBid
            } else {
                Repair::IdDestroyed
            });
            return mid.unwrap_or_default();
        }
        if self.rounded_ids && id.ends_with('0') {
            let mid = mid_of_bid().filter(|mid| ids::is_rounding(id, mid));
            repairs.push(if mid.is_some() {
                Repair::IdFromBid
            } else {
                Repair::IdRounded
            });
            return mid.unwrap_or_else(|| id.into());
        }
        ids::last_part(id).into()
    }

    fn created_at(&self, row: &Row<'_, '_>, id: &str, repairs: &mut Vec<Repair>) -> Option<Moment> {
        let date = self.cell(row, Field::CreatedAt);
        let date = match (date, self.cell(row, Field::TimeOfDay)) {
            (Some(date), Some(time)) => Some(Cow::Owned(format!("{} {}", date.trim(), time.trim()))),
            (date, _) => date,
        };
        let date = date.map(|date| self.in_zone(date));
        let mid = Some(id).filter(|_| self.layout.weibo_ids);
        let (moment, problems) = dates::read(date.as_deref(), mid, self.collected_at, &self.values);
        repairs.extend(problems);
        moment
    }

    /// The date with the layout's zone, where it tells a time and no zone.
    fn in_zone<'a>(&self, date: Cow<'a, str>) -> Cow<'a, str> {
        let zoned = self.layout.utc.then(|| format!("{}+00:00", date.trim()));
        zoned
            .filter(|zoned| dates::is_date_and_time(zoned))
            .map_or(date, Cow::Owned)
    }

    fn count(&self, row: &Row<'_, '_>, field: Field, repairs: &mut Vec<Repair>) -> Option<u64> {
        match counts::parse(&self.cell(row, field)?, &self.values) {
            Ok((count, repair)) => {
                repairs.extend(repair);
                Some(count)
            }
            Err(problem) => {
                repairs.push(problem);
                None
            }
        }
    }

    fn author(&self, row: &Row<'_, '_>, repairs: &mut Vec<Repair>) -> Author {
        let verified = self
            .cell(row, Field::Verified)
            .and_then(|cell| self.values.truth(&cell));
        let stated = self
            .cell(row, Field::VerifiedType)
            .and_then(|cell| ids::trim(&cell).parse().ok());
        let implied = (self.layout.unverified_is_minus_one && verified == Some(false)).then_some(-1);
        let user_id = self
            .cell(row, Field::UserId)
            .map(|cell| CompactString::from(ids::of_cell(&cell)));
        Author {
            user_id: user_id
                .filter(|id| !id.is_empty())
                .or_else(|| self.file_user_id.as_deref().map(Into::into)),
            screen_name: self.owned(row, Field::ScreenName),
            verified,
            verified_type: stated.or(implied),
            badge: self.owned(row, Field::Badge),
            verified_reason: self.owned(row, Field::VerifiedReason),
            description: self.owned(row, Field::Description),
            followers: self.count(row, Field::Followers, repairs),
        }
    }
}

/// Length of `name:` at the start of a text; 0 where it does not stand there.
fn name_before(text: &str, name: &str) -> usize {
    let lead = text.len() - text.trim_start().len();
    text[lead..]
        .strip_prefix(name.trim())
        .and_then(|rest| rest.strip_prefix([':', '：']))
        .map_or(0, |rest| text.len() - rest.len())
}
