//! The tables of `run` agree with the coded posts they were counted from.

use std::collections::BTreeMap;

use crate::{
    posts::{AGAINST, ELSEWHERE, FAVOUR, HEADER, NEUTRAL, row},
    workdir::Workdir,
};

fn cell<'a>(table: &'a [BTreeMap<String, String>], row: &str, col: &str, base: &str) -> &'a BTreeMap<String, String> {
    let found =
        |cell: &&BTreeMap<String, String>| cell["row"] == row && cell["col"] == col && cell["base_name"] == base;
    table
        .iter()
        .find(found)
        .unwrap_or_else(|| panic!("no cell {row} / {col} / {base} in {table:#?}"))
}

/// Ten posts: against 4 (all ordinary), in favour 3 (1 ordinary, 2 verified persons), neutral 1 (ordinary), off topic 2.
fn study() -> Workdir {
    let dir = Workdir::new();
    let posts = [
        (AGAINST, "普通用户", 4),
        (FAVOUR, "普通用户", 1),
        (FAVOUR, "黄V", 2),
        (NEUTRAL, "普通用户", 1),
        (ELSEWHERE, "普通用户", 2),
    ];
    let mut text = HEADER.to_owned();
    let mut id = 0;
    for (post, badge, times) in posts {
        for _ in 0..times {
            id += 1;
            text += &row(id, badge, post, &format!("06-{} 08:00", 14 + 2 * (id % 2)));
        }
    }
    dir.write("posts.csv", text);
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    dir
}

#[test]
fn shares_have_the_base_they_name() {
    let dir = study();
    let table = dir.rows("out/tables/account_type_by_stance.csv");
    // Of 6 ordinary accounts' posts with a stance 4 are against; all 4 posts against are theirs.
    let within_type = cell(&table, "individual", "negative", "within account type");
    assert_eq!(
        (&*within_type["n"], &*within_type["base"], &*within_type["share"]),
        ("4", "6", "0.666667")
    );
    // Wilson's interval of 4 in 6 at 95%, by hand: 0.6016 ± 0.3016.
    for (end, expected) in [("ci_low", 0.3000), ("ci_high", 0.9032)] {
        let found: f64 = within_type[end].parse().unwrap();
        assert!((found - expected).abs() < 5e-5, "{end} {found}");
    }
    let within_stance = cell(&table, "individual", "negative", "within stance");
    assert_eq!(
        (&*within_stance["n"], &*within_stance["base"], &*within_stance["share"]),
        ("4", "4", "1.000000")
    );
    let favour = cell(&table, "individual_verified", "positive", "within stance");
    assert_eq!((&*favour["n"], &*favour["base"]), ("2", "3"));
}

#[test]
fn zero_cells_are_kept_and_a_share_of_nothing_is_not_a_number() {
    let dir = study();
    let table = dir.rows("out/tables/account_type_by_stance.csv");
    let nobody = cell(&table, "government", "negative", "within account type");
    assert_eq!((&*nobody["n"], &*nobody["base"], &*nobody["share"]), ("0", "0", "NA"));
    assert_eq!((&*nobody["ci_low"], &*nobody["ci_method"]), ("", "none"));
    let none = cell(&table, "government", "negative", "within stance");
    assert_eq!((&*none["n"], &*none["base"], &*none["share"]), ("0", "4", "0.000000"));
}

#[test]
fn off_topic_posts_are_counted_apart_and_never_as_neutral() {
    let dir = study();
    let table = dir.rows("out/tables/stance.csv");
    let neutral = cell(&table, "neutral", "all", "posts with a stance");
    assert_eq!((&*neutral["n"], &*neutral["base"]), ("1", "8"));
    let off_topic = cell(&table, "irrelevant", "all", "all posts");
    assert_eq!((&*off_topic["n"], &*off_topic["base"]), ("2", "10"));
    assert!(
        !table
            .iter()
            .any(|cell| cell["row"] == "irrelevant" && cell["base_name"] == "posts with a stance")
    );
}

#[test]
fn days_between_posts_are_rows_of_their_own() {
    let dir = study();
    let mut days: Vec<String> = dir
        .rows("out/tables/daily.csv")
        .iter()
        .map(|cell| cell["row"].clone())
        .collect();
    days.dedup();
    assert_eq!(days, ["2023-06-14", "2023-06-15", "2023-06-16", "undated"]);
}

#[test]
fn the_flow_accounts_for_every_record() {
    let dir = Workdir::new();
    let posts = [
        row(1, "", AGAINST, "06-15 12:00"),
        row(1, "", AGAINST, "06-15 12:00"),
        row(2, "", FAVOUR, "09-15 12:00"),
        row(3, "", "", "06-15 12:00"),
        row(4, "", ELSEWHERE, "06-15 12:00"),
    ];
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--window", "study"])
        .ok();
    let flow = dir.rows("out/tables/flow.csv");
    for file in ["all files", "posts.csv"] {
        let n = |name| cell(&flow, file, name, "records read")["n"].clone();
        assert_eq!(n("read"), "5");
        for step in [
            "rejected",
            "duplicate id",
            "out of window",
            "off topic",
            "with a stance",
        ] {
            assert_eq!(n(step), "1", "{step}");
        }
        assert_eq!((n("pulled-in original"), n("coded")), ("0".to_owned(), "2".to_owned()));
    }
}
