use std::collections::BTreeMap;

use crate::workdir::{Workdir, rows};

/// 400 posts, of which the machine calls 200 negative. Of the 100 drawn (every fourth) it says so of 50; 20 of those a person calls
/// neutral, and of the other 50 a person calls 5 negative: 35 of 100.
fn study() -> Workdir {
    let dir = Workdir::new();
    let machine = |n: usize| if n % 8 < 4 { "negative" } else { "neutral" };
    let coded = (0..400).map(|n| format!("p{n},u{n},media,{}\n", machine(n)));
    dir.write(
        "coded.csv",
        "post_id,user_id,account_type,stance\n".to_owned() + &coded.collect::<String>(),
    );
    let human = |n: usize| match n % 80 {
        0 | 8 | 16 | 24 => "neutral",
        4 => "negative",
        _ => machine(n),
    };
    let sample = (0..400).step_by(4).map(|n| format!("p{n},{},0.25\n", human(n)));
    dir.write(
        "human.csv",
        "post_id,stance,inclusion_probability\n".to_owned() + &sample.collect::<String>(),
    );
    dir
}

fn negative(table: &[BTreeMap<String, String>], row: &str, method: &str) -> [f64; 4] {
    let is = |cell: &&BTreeMap<String, String>| {
        cell["row"] == row && cell["col"] == "negative" && cell["base_name"] == "all posts" && cell["method"] == method
    };
    let found = table.iter().find(is).unwrap();
    ["share", "ci_low", "ci_high", "lambda"].map(|name| found[name].parse().unwrap())
}

#[test]
fn the_machine_is_corrected_and_the_interval_narrower_than_by_hand() {
    let dir = study();
    let ran = dir
        .minyi(["estimate", "coded.csv", "human.csv"])
        .ok()
        .says(["100 hand-coded posts of 400"]);
    let table = rows(&ran.stdout);
    let [naive, _, naive_high, _] = negative(&table, "all", "naive");
    let [hand, low, high, none] = negative(&table, "all", "hand");
    let [corrected, corrected_low, corrected_high, lambda] = negative(&table, "all", "corrected");
    assert_eq!((naive, hand, corrected, none), (0.5, 0.35, 0.35, 0.0));
    assert!(naive_high > 0.5 && lambda > 0.3 && lambda < 1.0, "{lambda}");
    assert!(low < corrected_low && corrected_high < high && corrected_low < 0.35 && 0.35 < corrected_high);
    assert_eq!(
        negative(&table, "media", "corrected"),
        negative(&table, "all", "corrected")
    );
}

#[test]
fn a_group_without_hand_codes_is_not_available() {
    let dir = study();
    let coded = dir.read("coded.csv") + "p900,u900,government,positive\np901,u901,government,neutral\n";
    dir.write("coded.csv", coded);
    let table = rows(&dir.minyi(["estimate", "coded.csv", "human.csv"]).ok().stdout);
    let is = |row: &&BTreeMap<String, String>| row["row"] == "government" && row["method"] == "corrected";
    let found = table.iter().find(is).unwrap();
    assert_eq!((&*found["share"], &*found["ci_low"]), ("NA", "NA"));
    assert!(found["note"].contains("fewer than two accounts"), "{found:?}");
}

#[test]
fn hand_codes_outside_the_sample_are_left_aside_and_a_changed_corpus_is_told() {
    let dir = study();
    let ran = dir.minyi([
        "sample",
        "coded.csv",
        "-n",
        "40",
        "--stratify",
        "stance",
        "--text",
        "stance",
        "--seed",
        "1",
        "-o",
        "out",
    ]);
    ran.ok();
    let all = dir
        .read("coded.csv")
        .replace(",media", "")
        .replace("user_id,account_type,", "user_id,");
    dir.write("gold.csv", all);
    let estimate = |coded| {
        dir.minyi(["estimate", coded, "gold.csv", "--sample", "out/sample.csv"])
            .ok()
    };
    let ran = estimate("coded.csv").says([
        "40 hand-coded posts (360 more are not in the sample",
        "drawn by strata of stance",
    ]);
    let [share, ..] = negative(&rows(&ran.stdout), "all", "corrected");
    assert!((share - 0.5).abs() < 1e-6, "the machine is right about all: {share}");
    dir.write("again.csv", dir.read("coded.csv").replace(",negative", ",positive"));
    estimate("again.csv").says(["the strata of the sample are not those of again.csv any more"]);
}

#[test]
fn labels_of_any_machine_may_be_corrected() {
    let dir = study();
    dir.write("llm.csv", dir.read("coded.csv").replace(",stance\n", ",llm\n"));
    let ran = dir
        .minyi(["estimate", "llm.csv", "human.csv", "--map-coded", "stance=llm"])
        .ok();
    assert_eq!(
        ran.stdout,
        dir.minyi(["estimate", "coded.csv", "human.csv"]).ok().stdout
    );
}

#[test]
fn wrong_flags_and_probabilities_are_named() {
    let dir = study();
    dir.minyi(["estimate", "coded.csv", "human.csv", "--level", "95"])
        .ends_with(1)
        .says(["--level 95", "0.95"]);
    dir.minyi(["estimate", "coded.csv", "human.csv", "--cols", "mood"])
        .ends_with(1)
        .says(["--on mood"]);
    dir.write(
        "human.csv",
        "post_id,stance,inclusion_probability\np0,neutral,0\np4,neutral,0.5\n",
    );
    dir.minyi(["estimate", "coded.csv", "human.csv"])
        .ends_with(1)
        .says(["line 2: inclusion_probability `0`"]);
}
