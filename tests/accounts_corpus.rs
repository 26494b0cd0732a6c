//! How well the Weibo account rules do on real accounts, with the platform's own code hidden and kept as the truth.
//!
//! The accounts lie outside the repository (they are other people's); where they are absent the tests say so and pass.
//! `cargo test --test accounts_corpus -- --nocapture` prints the figures that lexicons/accounts/SOURCE.md quotes. The
//! rules were written on the accounts of one half; every floor below is for the other half, two points under what was
//! measured there.

#![expect(clippy::print_stdout, reason = "the figures are what one runs these tests for")]

use std::{collections::BTreeMap, error::Error, fs::File, path::PathBuf};

use flate2::read::GzDecoder;
use minyi::{classify::Rules, model::Author};
use serde::Deserialize;
use sha2::{Digest, Sha256};

type Outcome = Result<(), Box<dyn Error>>;

#[derive(Deserialize)]
struct Row {
    id: String,
    screen_name: String,
    verified_type: i64,
    verified_reason: String,
    description: String,
}

/// Which fields the rules may see.
#[derive(Clone, Copy)]
enum View {
    Name,
    NameAndBio,
    NameBioAndReason,
    BadgeAndName,
    Everything,
}

impl View {
    fn author(self, row: &Row) -> Author {
        let text = |text: &String| (!text.is_empty()).then(|| text.as_str().into());
        let name = Author {
            screen_name: text(&row.screen_name),
            ..Author::default()
        };
        match self {
            View::Name => name,
            View::NameAndBio => Author {
                description: text(&row.description),
                ..name
            },
            View::NameBioAndReason => Author {
                description: text(&row.description),
                verified_reason: text(&row.verified_reason),
                ..name
            },
            View::BadgeAndName => Author {
                badge: Some(badge(row.verified_type).into()),
                ..name
            },
            View::Everything => Author {
                description: text(&row.description),
                verified_reason: text(&row.verified_reason),
                verified_type: Some(row.verified_type),
                ..name
            },
        }
    }
}

/// The badge weibo-search would have written.
fn badge(code: i64) -> &'static str {
    match code {
        0 => "黄V",
        1..=8 => "蓝V",
        _ => "普通用户",
    }
}

/// The type Weibo's code stands for (DESIGN.md, decision 5).
fn truth(code: i64) -> &'static str {
    match code {
        0 => "individual_verified",
        1 => "government",
        2 | 8 => "enterprise",
        3 => "media",
        4..=7 => "institution",
        _ => "individual",
    }
}

/// Right, claimed and true accounts of one type.
#[derive(Default, Clone, Copy)]
struct Tally {
    right: f64,
    claimed: f64,
    truly: f64,
}

impl Tally {
    fn precision(self) -> f64 {
        self.right / self.claimed.max(1.0)
    }

    fn recall(self) -> f64 {
        self.right / self.truly.max(1.0)
    }

    fn f1(self) -> f64 {
        2.0 * self.right / (self.claimed + self.truly).max(1.0)
    }
}

fn shared(file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpora")
        .join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

fn rules() -> Result<Rules, Box<dyn Error>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lexicons/accounts/weibo.toml");
    Ok(Rules::parse(
        "lexicons/accounts/weibo.toml",
        &std::fs::read_to_string(path)?,
    )?)
}

/// The half the rules were not written on; `None` where the corpus is absent.
fn check_half() -> Result<Option<Vec<Row>>, Box<dyn Error>> {
    let Some(path) = shared("accounts-dev.csv.gz") else {
        return Ok(None);
    };
    let mut rows = Vec::new();
    for row in csv::Reader::from_reader(GzDecoder::new(File::open(path)?)).into_deserialize() {
        let row: Row = row?;
        if Sha256::digest(row.id.as_bytes())[31] % 2 == 1 {
            rows.push(row);
        }
    }
    Ok(Some(rows))
}

fn tallies(rules: &Rules, rows: &[Row], view: View) -> BTreeMap<String, Tally> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for row in rows {
        let (said, truth) = (rules.classify(&view.author(row)).kind, truth(row.verified_type));
        tallies.entry(said.name().to_owned()).or_default().claimed += 1.0;
        let tally = tallies.entry(truth.to_owned()).or_default();
        tally.truly += 1.0;
        tally.right += f64::from(u8::from(said.name() == truth));
    }
    tallies
}

/// By rule: accounts it gave the right type, and all it decided.
fn by_rule(rules: &Rules, rows: &[Row], view: View) -> BTreeMap<String, (u32, u32)> {
    let mut tallies: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for row in rows {
        let account = rules.classify(&view.author(row));
        let (right, decided) = tallies.entry(account.rule.to_string()).or_default();
        *right += u32::from(account.kind.name() == truth(row.verified_type));
        *decided += 1;
    }
    tallies
}

/// Prints the figures of one view and fails where an F1 is under its floor.
fn measure(title: &str, view: View, floors: &[(&str, f64)]) -> Outcome {
    let Some(rows) = check_half()? else { return Ok(()) };
    let rules = rules()?;
    let tallies = tallies(&rules, &rows, view);
    println!("{title} ({} accounts)", rows.len());
    for (kind, tally) in &tallies {
        println!(
            "  {kind:20} P {:.3} R {:.3} F1 {:.3}  ({} right, {} claimed, {} true)",
            tally.precision(),
            tally.recall(),
            tally.f1(),
            tally.right,
            tally.claimed,
            tally.truly
        );
    }
    for (rule, (right, decided)) in by_rule(&rules, &rows, view) {
        println!("    {rule} {right}/{decided}");
    }
    for &(kind, floor) in floors {
        let f1 = tallies.get(kind).copied().unwrap_or_default().f1();
        assert!(f1 >= floor, "{title}: F1 of {kind} is {f1:.3}, floor {floor}");
    }
    Ok(())
}

#[test]
fn with_the_reason_and_without_the_code() -> Outcome {
    let floors = [
        ("government", 0.958),
        ("media", 0.90),
        ("enterprise", 0.715),
        ("individual_verified", 0.97),
    ];
    measure("name, description, reason", View::NameBioAndReason, &floors)
}

#[test]
fn with_name_and_description_only() -> Outcome {
    let floors = [("government", 0.797), ("media", 0.81), ("enterprise", 0.33)];
    measure("name, description", View::NameAndBio, &floors)
}

#[test]
fn with_the_name_only() -> Outcome {
    let floors = [("government", 0.787), ("media", 0.81), ("enterprise", 0.33)];
    measure("name", View::Name, &floors)
}

#[test]
fn with_badge_and_name() -> Outcome {
    let floors = [
        ("government", 0.905),
        ("media", 0.90),
        ("individual_verified", 0.999),
        ("individual", 0.999),
    ];
    measure("badge, name", View::BadgeAndName, &floors)
}

/// The refinements may move an account away from its code only where the code is plainly wrong.
#[test]
fn with_the_code_little_moves() -> Outcome {
    let floors = [
        ("government", 0.958),
        ("media", 0.98),
        ("enterprise", 0.938),
        ("individual_verified", 0.999),
    ];
    measure("everything", View::Everything, &floors)
}

#[derive(Deserialize)]
struct Invented {
    screen_name: String,
    verified: bool,
    verified_type: i64,
    verified_reason: String,
    gold_account_type: String,
}

/// The invented posts of the pangenome debate, whose account types a person assigned.
#[test]
fn the_invented_accounts_get_their_type() -> Outcome {
    let Some(path) = shared("pangenome-dev.jsonl") else {
        return Ok(());
    };
    let rules = rules()?;
    let (mut posts, mut with_code, mut without_code) = (0, 0, 0);
    for line in std::fs::read_to_string(path)?.lines() {
        let post: Invented = serde_json::from_str(line)?;
        let author = Author {
            screen_name: Some(post.screen_name.into()),
            verified: Some(post.verified),
            verified_type: Some(post.verified_type),
            verified_reason: (!post.verified_reason.is_empty()).then(|| post.verified_reason.into()),
            ..Author::default()
        };
        let told = Author {
            verified_type: None,
            ..author.clone()
        };
        let [full, partial] = [&author, &told].map(|author| rules.classify(author));
        if full.kind.name() != post.gold_account_type || partial.kind.name() != post.gold_account_type {
            println!(
                "{:?} {:?}: {}; with code {full:?}, without {partial:?}",
                author.screen_name, author.verified_reason, post.gold_account_type
            );
        }
        posts += 1;
        with_code += usize::from(full.kind.name() == post.gold_account_type);
        without_code += usize::from(partial.kind.name() == post.gold_account_type);
    }
    println!("invented accounts: {with_code} of {posts} with the code, {without_code} without");
    assert_eq!(with_code, posts);
    assert!(without_code >= 235, "{without_code} of {posts}");
    Ok(())
}
