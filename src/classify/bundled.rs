//! The bundled Weibo rules against the invented accounts beside them.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde::Deserialize;

use super::{Confidence, Decidable, Field, Fields, Rules};
use crate::model::Author;

#[derive(Deserialize)]
struct Example {
    verified: Option<bool>,
    verified_type: Option<i64>,
    badge: Option<String>,
    screen_name: Option<String>,
    verified_reason: Option<String>,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    rule: String,
    note: String,
}

fn bundled(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("lexicons/accounts")
        .join(file);
    fs::read_to_string(path).unwrap()
}

fn weibo() -> Rules {
    Rules::parse("lexicons/accounts/weibo.toml", &bundled("weibo.toml")).unwrap()
}

#[test]
fn the_invented_accounts_get_their_type_by_their_rule() {
    let rules = weibo();
    let examples = bundled("weibo.examples.csv");
    let mut wrong = Vec::new();
    for (row, example) in csv::Reader::from_reader(examples.as_bytes())
        .into_deserialize()
        .enumerate()
    {
        let example: Example = example.unwrap();
        let account = rules.classify(&Author {
            verified: example.verified,
            verified_type: example.verified_type,
            badge: example.badge.map(Into::into),
            screen_name: example.screen_name.map(Into::into),
            verified_reason: example.verified_reason.map(Into::into),
            description: example.description.map(Into::into),
            ..Author::default()
        });
        if (account.kind.name(), &*account.rule) != (example.kind.as_str(), example.rule.as_str()) {
            wrong.push(format!(
                "example {}: {} by {}, not {} by {} ({})",
                row + 1,
                account.kind,
                account.rule,
                example.kind,
                example.rule,
                example.note
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_an_example() {
    let rules = weibo();
    let examples = bundled("weibo.examples.csv");
    let shown: BTreeSet<String> = csv::Reader::from_reader(examples.as_bytes())
        .into_deserialize()
        .map(|example: Result<Example, _>| example.unwrap().rule)
        .collect();
    let ids = rules
        .rules
        .iter()
        .map(|rule| &rule.account.rule)
        .chain([&rules.otherwise.rule]);
    let missing: Vec<&str> = ids.map(|id| &**id).filter(|id| !shown.contains(*id)).collect();
    assert!(missing.is_empty(), "no example of {}", missing.join(", "));
}

#[test]
fn every_rule_is_graded_and_none_means_unknown() {
    let rules = weibo();
    let all = rules.rules.iter().map(|rule| &rule.account).chain([&rules.otherwise]);
    for account in all {
        let confidence = rules.confidence(&account.rule);
        let undecided = account.kind.name() == "unknown";
        assert_eq!(confidence == Some(Confidence::None), undecided, "{}", account.rule);
        assert!(confidence.is_some(), "{} has no confidence", account.rule);
    }
}

#[test]
fn known_exporters_are_told_what_they_lack() {
    use Field::{Badge, Description, ScreenName, Verified, VerifiedReason, VerifiedType};
    let unreachable = |fields: &[Field]| match weibo().decidable(fields.iter().copied().collect::<Fields>()) {
        Decidable::Fully => ("fully", Vec::new()),
        Decidable::Partly { unreachable } => ("partly", unreachable),
        Decidable::ByNameOnly { unreachable } => ("by name", unreachable),
        Decidable::Not => ("not", Vec::new()),
    };
    let named = |fields: &[Field]| {
        let (how, kinds) = unreachable(fields);
        format!(
            "{how} {}",
            kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
        )
        .trim()
        .to_owned()
    };
    // weibo-search since May 2024, before, the WeiboSpider records, weiboSpider's reasons, MediaCrawler without names
    assert_eq!(named(&[ScreenName, Badge]), "fully");
    assert_eq!(named(&[ScreenName]), "by name individual_verified individual");
    assert_eq!(
        named(&[ScreenName, Description, Verified, VerifiedType, VerifiedReason]),
        "fully"
    );
    assert_eq!(named(&[ScreenName, VerifiedReason]), "partly individual");
    assert_eq!(named(&[]), "not");
}
