use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use compact_str::CompactString;

use crate::{
    classify::{Confidence, Rules},
    cli::counted,
    ingest::{Accounts, Converted, Outcome, Recognition, Summary},
    model::Post,
};

/// The rules' name for an account they cannot decide.
const UNKNOWN: &str = "unknown";

/// So many records with invalid bytes are listed.
const UNDECODED_SHOWN: usize = 20;

/// What the records of one file turned out to be.
#[derive(Default)]
pub(super) struct Counts {
    posts: u64,
    accounts: u64,
    originals: u64,
    reposts: u64,
    /// By reason: number, and the first record.
    rejects: BTreeMap<String, (u64, u64)>,
    repairs: BTreeMap<&'static str, u64>,
    /// The first records with a character that could not be decoded.
    undecoded: Vec<u64>,
    types: BTreeMap<String, u64>,
    /// The same with the fields that a table of accounts adds.
    types_joined: BTreeMap<String, u64>,
    /// By the rule that decided, with what a table of accounts adds.
    rules: BTreeMap<CompactString, u64>,
    joined: u64,
    /// Hashes of the ids of accounts whose type is not known.
    unknown: HashSet<u64>,
    unknown_with_id: u64,
}

impl Counts {
    /// Counts a record; gives the post it is.
    pub(super) fn add<'t>(
        &mut self,
        converted: Converted<'t>,
        rules: &Rules,
        table: Option<&Accounts>,
    ) -> Option<Box<Post<'t>>> {
        for repair in converted.repairs {
            *self.repairs.entry(repair.name()).or_default() += 1;
        }
        match converted.outcome {
            Outcome::Account(_) => self.accounts += 1,
            Outcome::Reject(reject) => {
                self.rejects
                    .entry(reject.reason.to_string())
                    .or_insert((0, reject.source.row))
                    .0 += 1;
            }
            Outcome::Post(post, pulled_in) => {
                self.posts += 1;
                self.originals += u64::from(pulled_in);
                self.reposts += u64::from(post.is_repost);
                let undecoded = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
                let name = post.author.screen_name.as_deref().unwrap_or_default();
                if self.undecoded.len() < UNDECODED_SHOWN && (undecoded(&post.text) || undecoded(name)) {
                    self.undecoded.push(post.source.row);
                }
                self.account_type(&post, rules, table);
                return Some(post);
            }
        }
        None
    }

    fn account_type(&mut self, post: &Post, rules: &Rules, table: Option<&Accounts>) {
        let account = rules.classify(&post.author);
        let kind = account.kind.name().to_owned();
        if kind == UNKNOWN
            && let Some(id) = &post.author.user_id
        {
            let mut hasher = DefaultHasher::new();
            id.hash(&mut hasher);
            self.unknown.insert(hasher.finish());
            self.unknown_with_id += 1;
        }
        *self.types.entry(kind).or_default() += 1;
        let mut rule = account.rule;
        if let Some(table) = table {
            let mut author = post.author.clone();
            self.joined += u64::from(table.complete(&mut author));
            let account = rules.classify(&author);
            *self.types_joined.entry(account.kind.name().to_owned()).or_default() += 1;
            rule = account.rule;
        }
        *self.rules.entry(rule).or_default() += 1;
    }

    /// The lines of the report.
    pub(super) fn show(
        &self,
        recognition: &Recognition,
        summary: Summary,
        rules: &Rules,
        table: Option<&Accounts>,
    ) -> String {
        let rejected: u64 = self.rejects.values().map(|(n, _)| n).sum();
        let mut out = format!(
            "  records    {} read: {}, {rejected} rejected",
            summary.records,
            counted(self.posts, "post")
        );
        if self.accounts > 0 {
            out += &format!(
                ", {}: used as a table for the posts of the other files",
                counted(self.accounts, "account")
            );
        }
        out.push('\n');
        for (reason, (n, row)) in &self.rejects {
            out += &format!("             {n} rejected: {reason} (first: record {row})\n");
        }
        if self.originals > 0 {
            out += &format!(
                "             {} pulled in by their reposts: excluded unless --keep-originals\n",
                counted(self.originals, "original")
            );
        }
        if self.posts > 0 {
            out += &format!("             {}\n", counted(self.reposts, "repost"));
        }
        let of_records = self.repairs.iter().map(|(&repair, &n)| (repair, n));
        for (repair, n) in of_records.chain(recognition.file_repairs(summary)) {
            out += &format!("  repaired   {n} × {repair}\n");
        }
        if summary.invalid_sequences > 0 && !self.undecoded.is_empty() {
            let rows: Vec<String> = self.undecoded.iter().map(u64::to_string).collect();
            let more = if rows.len() == UNDECODED_SHOWN { " .." } else { "" };
            out += &format!(
                "             invalid bytes stand in the texts of records {}{more}\n",
                rows.join(", ")
            );
        }
        if self.posts > 0 {
            out += &self.show_types(rules, table);
        }
        out
    }

    fn show_types(&self, rules: &Rules, table: Option<&Accounts>) -> String {
        let list = |types: &BTreeMap<String, u64>| {
            let types: Vec<String> = types.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
            types.join(", ")
        };
        let mut out = format!("  accounts   posts by account type: {}\n", list(&self.types));
        match table {
            Some(table) => {
                out += &format!(
                    "             with {} ({}, fields for {}): {}\n",
                    table.files().join(", "),
                    counted(table.len(), "account"),
                    counted(self.joined, "post"),
                    list(&self.types_joined)
                );
            }
            None if self.unknown_with_id > 0 => {
                out += &format!(
                    "             {} of {} could be decided by a table of accounts with their user ids (--users FILE)\n",
                    counted(self.unknown_with_id, "post"),
                    counted(self.unknown.len(), "account")
                );
            }
            None => {}
        }
        let mut grades: BTreeMap<Confidence, u64> = BTreeMap::new();
        for (rule, n) in &self.rules {
            if let Some(confidence) = rules.confidence(rule) {
                *grades.entry(confidence).or_default() += n;
            }
        }
        let grades: Vec<String> = grades
            .iter()
            .map(|(confidence, n)| format!("{} {n}", confidence.name()))
            .collect();
        if !grades.is_empty() {
            out += &format!("             confidence of the types: {}\n", grades.join(", "));
        }
        out
    }
}
