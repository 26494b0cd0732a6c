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
        "post_id",
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
    for level in ["5", "100", "0.2", "high"] {
        dir.minyi(["estimate", "coded.csv", "human.csv", "--level", level])
            .ends_with(2)
            .says(["--level", "from 50 to under 100"]);
    }
    let at = |level: &str| {
        dir.minyi(["estimate", "coded.csv", "human.csv", "--level", level])
            .ok()
            .stdout
    };
    assert_eq!((at("90"), at("90%")), (at("0.9"), at("0.90")));
    assert_ne!(at("90"), at("95"));
    dir.minyi(["estimate", "coded.csv", "human.csv", "--cols", "mood"])
        .ends_with(1)
        .says(["--on mood"]);
    dir.write(
        "human.csv",
        "post_id,stance,inclusion_probability\np0,neutral,0\np4,neutral,0.5\n",
    );
    dir.minyi(["estimate", "coded.csv", "human.csv"])
        .ends_with(1)
        .says(["line 2, column inclusion_probability: `0`"]);
}

/// The machine of `study`, with two groups that it errs in alike.
fn groups() -> Workdir {
    let dir = study();
    let grouped = |(number, line): (usize, &str)| match number {
        0 => line.to_owned(),
        _ if (number - 1) / 4 % 3 == 0 => line.replace("media", "government"),
        _ => line.to_owned(),
    };
    let coded: Vec<String> = dir.read("coded.csv").lines().enumerate().map(grouped).collect();
    dir.write("coded.csv", coded.join("\n"));
    dir
}

/// By hand: of the 100 posts drawn, every third (of 34) is the government's; 35 are negative.
#[test]
fn differences_between_groups_are_tested_and_corrected_for_their_number() {
    let dir = groups();
    dir.minyi(["estimate", "coded.csv", "human.csv", "-o", "shares.csv"])
        .ok();
    let shares = dir.rows("shares.csv");
    let hand = |row: &str| negative(&shares, row, "hand")[0];
    let tests = dir.rows("shares.csv.tests.csv");
    let is = |row: &&BTreeMap<String, String>| {
        row["col"] == "negative" && row["base_name"] == "all posts" && row["method"] == "hand"
    };
    let found: Vec<_> = tests.iter().filter(is).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0]["group_1"], &*found[0]["group_2"]), ("government", "media"));
    let number = |name: &str| found[0][name].parse::<f64>().unwrap();
    assert!((number("difference") - (hand("government") - hand("media"))).abs() < 2e-6);
    assert!(number("ci_low") < number("difference") && number("difference") < number("ci_high"));
    assert!(
        number("p_value") > 0.05 && number("p_holm") >= number("p_value"),
        "{:?}",
        found[0]
    );
}

#[test]
fn the_three_estimates_are_printed_side_by_side() {
    let dir = groups();
    dir.minyi(["estimate", "coded.csv", "human.csv", "--format", "md"])
        .ok()
        .prints([
            "| Account type | Machine alone: n | Machine alone: % | Machine alone: 95% CI | Hand codes alone: n |",
            "| **Negative** |",
            "| Government |",
            "| **Total** | 200 | 50.0 |",
            "Base of the percentages: posts with a stance.",
        ]);
    for name in ["t.tex", "t.html", "t.xlsx"] {
        dir.minyi(["estimate", "coded.csv", "human.csv", "-o", name]).ok();
        assert!(dir.path(&format!("{name}.tests.csv")).exists());
    }
}

#[test]
fn r_gets_every_post_with_hand_code_machine_code_and_probability() {
    let dir = groups();
    dir.minyi([
        "estimate",
        "coded.csv",
        "human.csv",
        "-o",
        "s.csv",
        "--dsl",
        "r.csv",
        "--covariates",
        "user_id",
    ])
    .ok();
    let rows = dir.rows("r.csv");
    assert_eq!(rows.len(), 400);
    let [first, second] = [&rows[0], &rows[1]].map(|row| {
        [
            "cluster",
            "sample_prob",
            "account_type",
            "y.negative",
            "pred.negative",
            "y.base",
        ]
        .map(|name| row[name].as_str())
    });
    // p0 is drawn and neutral by hand, p1 is not drawn.
    assert_eq!(first, ["u0", "0.250000000", "government", "0", "1", "1"]);
    assert_eq!(second, ["u1", "0.250000000", "government", "NA", "1", "NA"]);
    dir.minyi([
        "sample",
        "coded.csv",
        "--accounts",
        "40",
        "--text",
        "post_id",
        "--seed",
        "1",
        "-o",
        "out",
    ])
    .ok();
    dir.write(
        "gold.csv",
        dir.read("coded.csv")
            .replace(",media", "")
            .replace(",government", "")
            .replace("account_type,", ""),
    );
    dir.minyi([
        "estimate",
        "coded.csv",
        "gold.csv",
        "--sample",
        "out/sample.csv",
        "-o",
        "s.csv",
        "--dsl",
        "r.csv",
    ])
    .ends_with(1)
    .says(["account by account"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dir = groups();
    let run = |jobs| {
        dir.minyi(["estimate", "coded.csv", "human.csv", "-o", "s.csv", "--jobs", jobs])
            .ok();
        (dir.read("s.csv"), dir.read("s.csv.tests.csv"))
    };
    assert_eq!(run("1"), run("2"));
    assert_eq!(run("1"), run("3"));
}

fn corrected(human: impl Fn(usize) -> &'static str, machine: impl Fn(usize) -> &'static str) -> [f64; 4] {
    let dir = Workdir::new();
    let coded = (0..200).map(|n| format!("p{n},u{n},media,{}\n", machine(n)));
    dir.write(
        "coded.csv",
        "post_id,user_id,account_type,stance\n".to_owned() + &coded.collect::<String>(),
    );
    let sample = (0..200).step_by(4).map(|n| format!("p{n},{}\n", human(n)));
    dir.write("human.csv", "post_id,stance\n".to_owned() + &sample.collect::<String>());
    negative(
        &rows(&dir.minyi(["estimate", "coded.csv", "human.csv"]).ok().stdout),
        "all",
        "corrected",
    )
}

/// 50 posts coded by hand, 20 of them negative.
#[test]
fn a_machine_may_be_perfect_inverted_or_of_one_mind() {
    let human = |n: usize| if n % 20 < 8 { "negative" } else { "neutral" };
    let inverted = |n: usize| if n % 20 < 8 { "neutral" } else { "negative" };
    let [perfect, _, _, lambda] = corrected(human, human);
    assert_eq!((perfect, lambda), (0.4, 1.0));
    let [share, low, high, lambda] = corrected(human, inverted);
    assert!((share - 0.4).abs() < 1e-6 && lambda == 0.0 && low < 0.4 && 0.4 < high);
    assert_eq!(corrected(human, |_| "neutral")[3], 0.0);
    assert_eq!(corrected(human, |_| "negative")[0], 0.4);
}

#[test]
fn one_hand_coded_post_has_no_estimate_and_says_why() {
    let dir = study();
    dir.write("human.csv", "post_id,stance\np0,neutral\n");
    let table = rows(&dir.minyi(["estimate", "coded.csv", "human.csv"]).ok().stdout);
    let is = |row: &&BTreeMap<String, String>| row["method"] == "corrected" && row["row"] == "all";
    let found = table.iter().find(is).unwrap();
    assert_eq!(&*found["share"], "NA");
    assert!(found["note"].contains("fewer than two accounts"));
    let table = rows(
        &dir.minyi(["validate", "coded.csv", "human.csv", "--bootstrap", "100"])
            .ok()
            .stdout,
    );
    let kappa = table
        .iter()
        .find(|row| row["measure"] == "cohen_kappa" && row["group"] == "all")
        .unwrap();
    assert_eq!((&*kappa["value"], &*kappa["ci_low"]), ("0.0000", "NA"));
}

#[test]
fn a_stratum_without_hand_codes_is_told() {
    let dir = study();
    dir.minyi([
        "sample",
        "coded.csv",
        "-n",
        "20",
        "--stratify",
        "stance",
        "--text",
        "post_id",
        "--seed",
        "1",
        "-o",
        "out",
    ])
    .ok();
    let coded = dir
        .read("coded.csv")
        .replace(",media", "")
        .replace("user_id,account_type,", "user_id,");
    let kept: Vec<&str> = coded.lines().filter(|line| !line.ends_with("negative")).collect();
    dir.write("gold.csv", kept.join("\n"));
    dir.minyi([
        "estimate",
        "coded.csv",
        "gold.csv",
        "--sample",
        "out/sample.csv",
        "-o",
        "s.csv",
    ])
    .ends_with(1)
    .says(["no post of the stratum stance=negative is coded by hand"]);
}

/// 400 posts, half of which the machine calls negative; 10 of each half drawn. Of the negative half only 4 are coded, all negative, of the other
/// all 10, none negative: a half of the posts, not 4 of 14.
#[test]
fn posts_of_the_sample_without_codes_do_not_change_the_weight_of_their_stratum() {
    let dir = study();
    dir.minyi([
        "sample",
        "coded.csv",
        "-n",
        "20",
        "--stratify",
        "stance",
        "--text",
        "post_id",
        "--seed",
        "1",
        "-o",
        "out",
    ])
    .ok();
    let machine = dir.rows("coded.csv");
    let stance = |post: &str| &machine.iter().find(|row| row["post_id"] == post).unwrap()["stance"];
    let mut coded = 0;
    let mut human = "post_id,stance\n".to_owned();
    for row in dir.rows("out/sample.csv") {
        let stance = stance(&row["post_id"]);
        coded += usize::from(stance == "negative");
        let blank = stance == "negative" && coded > 4;
        human += &format!("{},{}\n", row["post_id"], if blank { "" } else { stance });
    }
    dir.write("human.csv", human);
    let ran = dir
        .minyi(["estimate", "coded.csv", "human.csv", "--sample", "out/sample.csv"])
        .ok()
        .says(["14 hand-coded posts (6 of the sample are not coded"]);
    let [share, ..] = negative(&rows(&ran.stdout), "all", "hand");
    assert!((share - 0.5).abs() < 1e-6, "{share}");
}
