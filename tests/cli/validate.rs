use std::collections::BTreeMap;

use crate::workdir::{Workdir, rows};

const CODED: &str = "post_id,user_id,account_type,stance,codes\n\
    1,a,media,positive,POS.SHARE\n2,a,media,negative,\n3,b,individual,negative,NEG.BETRAY\n\
    4,c,individual,negative,NEG.BETRAY;NEG.SELFISH\n5,d,individual,neutral,\n6,e,individual,positive,\n";
const HUMAN: &str = "post_id,stance,codes\n\
    4,negative,NEG.BETRAY\n3,negative,NEG.BETRAY\n2,positive,\n1,positive,POS.SHARE\n5,negative,NEG.BETRAY\n";

fn study() -> Workdir {
    let dir = Workdir::new();
    dir.write("coded.csv", CODED).write("human.csv", HUMAN);
    dir
}

fn value<'a>(table: &'a [BTreeMap<String, String>], key: [&str; 4], column: &str) -> &'a str {
    let [variable, group, class, measure] = key;
    let is = |row: &&BTreeMap<String, String>| {
        row["variable"] == variable && row["group"] == group && row["class"] == class && row["measure"] == measure
    };
    &table.iter().find(is).unwrap_or_else(|| panic!("{key:?}"))[column]
}

/// By hand: the machine says negative of 2, 3, 4, the human of 3, 4, 5.
#[test]
fn scores_by_hand() {
    let dir = study();
    let ran = dir
        .minyi(["validate", "coded.csv", "human.csv", "--bootstrap", "200"])
        .ok()
        .says(["5 hand-coded posts compared"]);
    let table = rows(&ran.stdout);
    assert_eq!(
        value(&table, ["stance", "all", "negative", "precision"], "value"),
        "0.6667"
    );
    assert_eq!(
        value(&table, ["stance", "all", "negative", "recall"], "value"),
        "0.6667"
    );
    assert_eq!(
        value(&table, ["stance", "all", "negative", "precision"], "ci_method"),
        "wilson"
    );
    assert_eq!(value(&table, ["stance", "all", "all", "accuracy"], "value"), "0.6000");
    assert_eq!(value(&table, ["stance", "media", "all", "accuracy"], "value"), "0.5000");
    assert_eq!(
        value(&table, ["codes", "all", "NEG.BETRAY", "recall"], "value"),
        "0.6667"
    );
    let unused = ["codes", "all", "RISK.HEALTH", "f1"];
    assert_eq!(value(&table, unused, "value"), "NA");
    assert!(value(&table, unused, "note").contains("neither human nor machine"));
}

/// Post 2, the one error among what the machine calls negative, stands for ten posts: 2 / (2 + 10).
#[test]
fn scores_are_weighted_by_the_sampling_probability() {
    let dir = study();
    let human = HUMAN.replace("codes\n", "codes,inclusion_probability\n");
    let weigh = |line: &str| match line.split(',').next() {
        Some("post_id") => line.to_owned(),
        Some("2") => format!("{line},0.1"),
        _ => format!("{line},1"),
    };
    dir.write("human.csv", human.lines().map(weigh).collect::<Vec<_>>().join("\n"));
    let ran = dir
        .minyi(["validate", "coded.csv", "human.csv", "--bootstrap", "200"])
        .ok()
        .says(["weighted by inverse probability"]);
    assert_eq!(
        value(&rows(&ran.stdout), ["stance", "all", "negative", "precision"], "value"),
        "0.1667"
    );
}

#[test]
fn confusion_matrices_count_every_pair() {
    let dir = study();
    dir.minyi([
        "validate",
        "coded.csv",
        "human.csv",
        "--bootstrap",
        "200",
        "-o",
        "s.csv",
        "--confusion",
        "c.csv",
    ])
    .ok();
    let cells = dir.rows("c.csv");
    let cell = |table: &str, human: &str, machine: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["table"] == table && row["group"] == "all" && row["human"] == human && row["machine"] == machine
        };
        let row = cells.iter().find(is).unwrap();
        (row["n"].clone(), row["base"].clone())
    };
    assert_eq!(cell("stance", "negative", "negative"), ("2".to_owned(), "3".to_owned()));
    assert_eq!(cell("stance", "positive", "negative"), ("1".to_owned(), "2".to_owned()));
    assert_eq!(
        cell("NEG.BETRAY", "given", "not given"),
        ("1".to_owned(), "3".to_owned())
    );
}

#[test]
fn posts_the_machine_did_not_code_are_named() {
    let dir = study();
    dir.write("human.csv", "post_id,stance\n1,positive\n99,negative\n");
    dir.minyi(["validate", "coded.csv", "human.csv"])
        .ends_with(1)
        .says(["1 of 2 posts are not in coded.csv: 99"]);
    dir.write("human.csv", HUMAN);
    dir.minyi(["validate", "coded.csv", "human.csv", "--rows", "region"])
        .ends_with(1)
        .says(["--rows region"]);
    dir.minyi(["validate", "coded.csv", "human.csv", "-o", "coded.csv"])
        .ends_with(1)
        .says(["-o coded.csv"]);
}
