//! From rows of a file of coded posts to counts.

use anyhow::{Context as _, Result, bail};

use super::{CODES, TIME, Table, UnitFlag};
use crate::{
    coded::{CodedFile, Filter, Periods, UNDATED, Wanted},
    error,
    model::{AccountType, Code, Day, Stance},
    tabulate::{Breakdown, BreakdownOptions, Crossing, NO_CODE, Observation, TIE},
};

/// A table of more categories than this is none: the column is an id or a text.
const MOST_CATEGORIES: usize = 5_000;
/// The only column of a table with one variable.
const ALL: &str = crate::tabulate::ALL;

/// A column as a variable.
#[derive(Debug, Clone)]
struct Variable {
    name: String,
    at: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Labels,
    Time,
}

/// What is to be counted in a file.
pub(super) struct Survey<'a> {
    file: &'a CodedFile,
    wanted: Wanted<'a>,
    periods: &'a Periods,
    /// First and last day that count, and where the time of a post stands.
    window: Option<((Day, Day), usize)>,
    rows: Variable,
    cols: Option<Variable>,
    by: Option<Variable>,
    filter: Option<Filter>,
    /// Where the stance stands, if off-topic and unclear posts are to be left out.
    stance: Option<usize>,
    user: Option<usize>,
    weight: Option<usize>,
    options: BreakdownOptions,
}

/// The counts, and what was left out of them.
pub(super) struct Counted {
    pub(super) crossings: Vec<Crossing>,
    pub(super) on_topic: bool,
    pub(super) off_topic: u64,
    pub(super) unclear: u64,
    pub(super) missing: Vec<(String, u64)>,
    pub(super) outside: u64,
    pub(super) anonymous: u64,
    pub(super) unweighted: u64,
    pub(super) odd_weights: u64,
    pub(super) out_of_window: u64,
    pub(super) gaps: bool,
}

/// Posts left out while counting.
#[derive(Default)]
struct LeftOut {
    off_topic: u64,
    unclear: u64,
    missing: Vec<u64>,
    outside: u64,
    unweighted: u64,
    odd_weights: u64,
    /// The first weight that is none.
    odd_weight: Option<String>,
    out_of_window: u64,
}

impl<'a> Survey<'a> {
    pub(super) fn new(
        table: &Table,
        file: &'a CodedFile,
        (periods, window): (&'a Periods, Option<(Day, Day)>),
        options: BreakdownOptions,
    ) -> Result<Self> {
        let mut wanted = Wanted::of(file);
        let mut variable = |flag: &str, name: &str| -> Result<Variable> {
            let at = wanted.column(name).with_context(|| format!("{flag} {name}"))?;
            let kind = match name {
                CODES => Kind::Labels,
                TIME => Kind::Time,
                _ => Kind::Value,
            };
            Ok(Variable {
                name: name.to_owned(),
                at,
                kind,
            })
        };
        let rows = variable("--rows", &table.rows)?;
        let cols = table.cols.as_deref().map(|name| variable("--cols", name)).transpose()?;
        let by = table.by.as_deref().map(|name| variable("--by", name)).transpose()?;
        if by.as_ref().is_some_and(|by| by.kind == Kind::Labels) {
            bail!("--by codes: a post may have several codes; use --by code.ID of one of them");
        }
        let weight = table
            .weight
            .as_deref()
            .map(|name| wanted.column(name).with_context(|| format!("--weight {name}")));
        let weight = weight.transpose()?;
        let window = window
            .map(|days| Ok::<_, anyhow::Error>((days, wanted.column(TIME).context("--window")?)))
            .transpose()?;
        let filter = table
            .condition
            .as_deref()
            .map(|text| Filter::parse(text, &mut wanted))
            .transpose()?;
        let leaves_out = !table.off_topic && !filter.as_ref().is_some_and(|filter| filter.names("stance"));
        let stance = if leaves_out { wanted.optional("stance") } else { None };
        let accounts_matter = table.unit == UnitFlag::Accounts || table.bootstrap.is_some();
        let user = accounts_matter
            .then(|| {
                wanted
                    .column("user_id")
                    .context("--unit accounts and --bootstrap need to know the accounts")
            })
            .transpose()?;
        Ok(Survey {
            file,
            wanted,
            periods,
            window,
            rows,
            cols,
            by,
            filter,
            stance,
            user,
            weight,
            options,
        })
    }

    pub(super) fn count(&self, types: &[AccountType], codes: &[Code]) -> Result<Counted> {
        let mut breakdown = Breakdown::new(self.options);
        let mut left_out = LeftOut {
            missing: vec![0; 3],
            ..LeftOut::default()
        };
        self.file.read(&self.wanted, |row| {
            self.add(row, &mut breakdown, &mut left_out);
            if breakdown.categories() > MOST_CATEGORIES {
                return Err(error::Error::Input {
                    file: self.file.path().to_owned(),
                    problem: format!(
                        "more than {MOST_CATEGORIES} categories in {}; a table needs columns with few values, not ids or texts",
                        self.names().join(", ")
                    ),
                });
            }
            Ok(())
        })?;
        if self.weight.is_some() && breakdown.observed() > 0 {
            let numbers = breakdown.observed() - left_out.unweighted - left_out.odd_weights;
            if numbers == 0 {
                let found = left_out
                    .odd_weight
                    .map_or_else(String::new, |text| format!(" (it has `{text}`)"));
                bail!(
                    "--weight: the column has no whole number from 0 on{found}; name one such as reposts, likes or comments"
                );
            }
        }
        let anonymous = if self.user.is_some() { breakdown.anonymous() } else { 0 };
        let rows = self.order(&self.rows, breakdown.rows(), types, codes);
        let cols = match &self.cols {
            Some(cols) => self.order(cols, breakdown.cols(), types, codes),
            None => vec![ALL.to_owned()],
        };
        let strata = match &self.by {
            Some(by) => self.order(by, breakdown.strata(), types, codes),
            None => vec![String::new()],
        };
        let missing = self
            .variables()
            .map(|variable| variable.name.clone())
            .zip(left_out.missing)
            .collect();
        let listed = [
            (Some(&self.rows), &rows),
            (self.cols.as_ref(), &cols),
            (self.by.as_ref(), &strata),
        ];
        let gaps = listed.into_iter().any(|(variable, names)| {
            variable.is_some_and(|variable| variable.kind == Kind::Time) && self.periods.have_gaps(names)
        });
        Ok(Counted {
            crossings: breakdown.finish(&strata, &rows, &cols),
            on_topic: self.stance.is_some(),
            off_topic: left_out.off_topic,
            unclear: left_out.unclear,
            missing,
            outside: left_out.outside,
            anonymous,
            unweighted: left_out.unweighted,
            odd_weights: left_out.odd_weights,
            out_of_window: left_out.out_of_window,
            gaps,
        })
    }

    fn add(&self, row: &[String], breakdown: &mut Breakdown, left_out: &mut LeftOut) {
        if self.filter.as_ref().is_some_and(|filter| !filter.holds(row)) {
            return;
        }
        if let Some(((from, to), at)) = self.window
            && Periods::day(&row[at]).is_none_or(|day| day < from || to < day)
        {
            left_out.out_of_window += 1;
            return;
        }
        match self.stance.and_then(|at| Stance::from_name(&row[at])) {
            Some(Stance::Irrelevant) => {
                left_out.off_topic += 1;
                return;
            }
            Some(Stance::Unclear) => {
                left_out.unclear += 1;
                return;
            }
            _ => {}
        }
        let empty = |variable: &&Variable| variable.kind == Kind::Value && row[variable.at].is_empty();
        if let Some(at) = self.variables().position(|variable| empty(&variable)) {
            left_out.missing[at] += 1;
            return;
        }
        let mut period = String::new();
        if let Some(time) = self.variables().find(|variable| variable.kind == Kind::Time) {
            match self.periods.of(&row[time.at]) {
                Some(name) => period = name,
                None => {
                    left_out.outside += 1;
                    return;
                }
            }
        }
        let weight = match self.weight {
            None => 1,
            Some(at) => left_out.weight(&row[at]),
        };
        let categories = |variable: Option<&Variable>| -> Vec<&str> {
            match variable.map(|variable| (variable.kind, row[variable.at].as_str())) {
                None => vec![ALL],
                Some((Kind::Time, _)) => vec![&period],
                Some((Kind::Value, cell)) => vec![cell],
                Some((Kind::Labels, "")) => vec![NO_CODE],
                Some((Kind::Labels, cell)) => cell.split(';').collect(),
            }
        };
        let by = self
            .by
            .as_ref()
            .and_then(|by| categories(Some(by)).pop())
            .unwrap_or_default();
        breakdown.add(Observation {
            by,
            rows: &categories(Some(&self.rows)),
            cols: &categories(self.cols.as_ref()),
            account: self.user.map(|at| row[at].as_str()).filter(|user| !user.is_empty()),
            weight,
        });
    }

    fn variables(&self) -> impl Iterator<Item = &Variable> {
        [Some(&self.rows), self.cols.as_ref(), self.by.as_ref()]
            .into_iter()
            .flatten()
    }

    fn names(&self) -> Vec<String> {
        self.variables().map(|variable| variable.name.clone()).collect()
    }

    /// The categories to print: of the project's own columns all there can be, in their order; of others those found, numbers by size,
    /// all else by name; ties last.
    fn order<'b>(
        &self,
        variable: &Variable,
        found: impl Iterator<Item = &'b str>,
        types: &[AccountType],
        codes: &[Code],
    ) -> Vec<String> {
        let found: Vec<&str> = found.collect();
        match (variable.kind, variable.name.as_str()) {
            (Kind::Time, _) => {
                let window = self.window.map(|(days, _)| days);
                let found = found.into_iter().filter(|name| *name != TIE);
                self.periods.listed(found, window)
            }
            (Kind::Labels, _) => {
                let used = |id: &str| {
                    self.file
                        .columns()
                        .iter()
                        .any(|column| column.strip_prefix("code.") == Some(id))
                };
                let listed = codes.iter().map(|code| code.id.to_string()).filter(|id| used(id));
                listed.chain([NO_CODE.to_owned()]).collect()
            }
            (_, "account_type") => types.iter().map(|kind| kind.name().to_owned()).collect(),
            (_, "stance") => {
                let all = if self.stance.is_some() {
                    &Stance::ON_TOPIC[..]
                } else if found.contains(&Stance::Unclear.name()) {
                    &Stance::ALL[..]
                } else {
                    &Stance::BY_HAND[..]
                };
                all.iter().map(ToString::to_string).collect()
            }
            _ => sorted(found),
        }
    }
}

impl LeftOut {
    /// How often a post counts; what is no whole number from 0 on counts 0 and is told.
    fn weight(&mut self, cell: &str) -> u64 {
        let cell = cell.trim();
        // Spreadsheets write whole numbers as `3.0`, too.
        let whole = cell.trim_end_matches('0').strip_suffix('.').unwrap_or(cell);
        match whole.parse() {
            Ok(weight) => weight,
            Err(_) if cell.is_empty() => {
                self.unweighted += 1;
                0
            }
            Err(_) => {
                self.odd_weights += 1;
                self.odd_weight.get_or_insert_with(|| cell.to_owned());
                0
            }
        }
    }
}

fn sorted(mut names: Vec<&str>) -> Vec<String> {
    names.retain(|name| *name != TIE && *name != UNDATED);
    names.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other).then(a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    });
    names.into_iter().map(str::to_owned).collect()
}
