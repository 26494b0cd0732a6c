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
        .says(["1 of 2 posts are not in coded.csv; code", "line 3: post_id 99"]);
    dir.write("human.csv", HUMAN);
    dir.minyi(["validate", "coded.csv", "human.csv", "--rows", "region"])
        .ends_with(1)
        .says(["--rows region"]);
    dir.minyi(["validate", "coded.csv", "human.csv", "-o", "coded.csv"])
        .ends_with(1)
        .says(["-o coded.csv"]);
}

/// Machine: 3 and 4 NEG.BETRAY, 1 POS.SHARE; human: 3, 4, 5 NEG.BETRAY, 1 POS.SHARE.
#[test]
fn terms_are_listed_by_the_errors_they_make() {
    let dir = study();
    dir.write(
        "evidence.csv",
        "post_id,code,term,rule\n3,NEG.BETRAY,卖国,term\n3,NEG.BETRAY,卖国,term\n4,NEG.BETRAY,卖国,term\n4,NEG.SELFISH,私利,term\n\
         5,NEG.BETRAY,卖国,negation:不是\n2,STANCE.NEG,反对,term\n6,NEG.BETRAY,卖国,term\n",
    );
    let arguments = [
        "validate",
        "coded.csv",
        "human.csv",
        "--bootstrap",
        "100",
        "-o",
        "s.csv",
    ];
    let more = ["--evidence", "evidence.csv", "--terms", "terms.csv"];
    dir.minyi_with(arguments.into_iter().chain(more), "").ok();
    let rows = dir.rows("terms.csv");
    let find = |term: &str, rule: &str| {
        rows.iter()
            .find(|row| row["term"] == term && row["rule"] == rule)
            .unwrap()
    };
    let cells = |row: &BTreeMap<String, String>| {
        ["posts", "right", "wrong", "missed", "precision"].map(|name| row[name].clone())
    };
    // Post 6 was not coded by hand.
    assert_eq!(cells(find("卖国", "term")), ["2", "2", "0", "0", "1.0000"]);
    assert_eq!(cells(find("卖国", "negation:不是")), ["1", "0", "0", "1", "NA"]);
    let selfish = find("私利", "term");
    assert_eq!((&*selfish["wrong"], &*selfish["wrong_posts"]), ("1", "4"));
    let stance = find("反对", "term");
    assert_eq!((&*stance["wrong"], &*stance["stance_wrong"]), ("1", "1"));
    assert!(
        rows[..3].iter().all(|row| row["wrong"] != "0" || row["missed"] != "0"),
        "the errors come first"
    );
    assert!(!rows.iter().any(|row| row["rule"] == "no evidence"));
    dir.write("evidence.csv", "post_id,code,term,rule\n3,NEG.BETRAY,卖国,term\n");
    dir.minyi_with(arguments.into_iter().chain(more), "").ok();
    let rows = dir.rows("terms.csv");
    let lacking = rows.iter().find(|row| row["rule"] == "no evidence").unwrap();
    assert_eq!((&*lacking["code"], &*lacking["missed_posts"]), ("NEG.BETRAY", "5"));
}

#[test]
fn a_perfect_and_an_inverted_machine_have_the_kappas_they_should() {
    let dir = Workdir::new();
    let post = |n: usize, flip: bool| {
        format!(
            "{n},{}\n",
            if n.is_multiple_of(2) != flip {
                "negative"
            } else {
                "positive"
            }
        )
    };
    let sheet = |flip| "post_id,stance\n".to_owned() + &(0..20).map(|n| post(n, flip)).collect::<String>();
    dir.write("human.csv", sheet(false))
        .write("same.csv", sheet(false))
        .write("flipped.csv", sheet(true));
    for (machine, kappa, accuracy) in [("same.csv", "1.0000", "1.0000"), ("flipped.csv", "-1.0000", "0.0000")] {
        let table = rows(
            &dir.minyi(["validate", machine, "human.csv", "--bootstrap", "100"])
                .ok()
                .stdout,
        );
        assert_eq!(value(&table, ["stance", "all", "all", "cohen_kappa"], "value"), kappa);
        assert_eq!(value(&table, ["stance", "all", "all", "accuracy"], "value"), accuracy);
    }
    dir.write(
        "one.csv",
        "post_id,stance\n".to_owned() + &(0..20).map(|n| format!("{n},neutral\n")).collect::<String>(),
    );
    let table = rows(
        &dir.minyi(["validate", "one.csv", "one.csv", "--bootstrap", "100"])
            .ok()
            .stdout,
    );
    assert_eq!(value(&table, ["stance", "all", "all", "cohen_kappa"], "value"), "NA");
    assert!(value(&table, ["stance", "all", "all", "cohen_kappa"], "note").contains("only one category"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dir = study();
    let run = |jobs| {
        dir.minyi([
            "validate",
            "coded.csv",
            "human.csv",
            "--bootstrap",
            "300",
            "--jobs",
            jobs,
        ])
        .ok()
        .stdout
    };
    assert_eq!(run("1"), run("2"));
    assert_eq!(run("1"), run("3"));
}

#[test]
fn confusion_matrices_beside_the_scores_are_csv_and_scores_no_figure() {
    let dir = study();
    for (flag, name, why) in [
        ("--confusion", "scores.md", "end the name in .csv"),
        ("--confusion", "scores.xlsx", "end the name in .csv"),
        ("-o", "scores.svg", "this command draws no figure"),
    ] {
        dir.minyi(["validate", "coded.csv", "human.csv", flag, name])
            .ends_with(1)
            .says([why]);
        assert!(!dir.path(name).exists());
    }
}

/// By hand: of five posts the stances of 3, 4 (negative) and 1 (positive) are right, 2 is negative for positive and 5 neutral for negative.
/// scipy 1.12, binomtest(..).proportion_ci(method="wilson"): 2 of 3 is 0.2077 to 0.9385, 3 of 5 0.2307 to 0.8824.
#[test]
fn scores_are_printed_as_papers_have_them() {
    let dir = study();
    let common = [
        "validate",
        "coded.csv",
        "human.csv",
        "--on",
        "stance",
        "--bootstrap",
        "200",
        "-q",
    ];
    let run = |more: &[&str]| dir.minyi_with(common.into_iter().chain(more.iter().copied()), "").ok();
    run(&["--format", "md"]).prints([
        "**Machine codes against hand codes**",
        "| All | 5 | 0.60 | 0.23–0.88 |",
        "| Negative | 3 | 0.67 | 0.21–0.94 | 3 | 0.67 | 0.21–0.94 |",
        "Wilson score of accuracy, precision and recall",
        "**Stance: hand codes (rows) by machine codes (columns)**",
        "| Negative | 2 | 1 | 0 | 3 |",
        "| Positive | 1 | 0 | 1 | 2 |",
    ]);
    run(&["--format", "md", "--lang", "zh"]).prints(["**机器编码与人工编码比较（按类目）**", "| 负面 | 3 | 0.67 |"]);
    for name in ["t.tex", "t.html", "t.xlsx", "t.md"] {
        run(&["-o", name]);
        assert!(std::fs::metadata(dir.path(name)).unwrap().len() > 1_000, "{name}");
    }
}

/// By hand: of the hard posts 2, 5 and 1 the machine has 1 right, of the easy ones 3 and 4 both.
#[test]
fn groups_may_be_a_column_of_the_hand_codes() {
    let dir = study();
    dir.write(
        "human.csv",
        "post_id,stance,difficulty\n4,negative,easy\n3,negative,easy\n2,positive,hard\n1,positive,hard\n5,negative,hard\n",
    );
    let ran = dir
        .minyi([
            "validate",
            "coded.csv",
            "human.csv",
            "--rows",
            "difficulty",
            "--bootstrap",
            "200",
        ])
        .ok();
    let table = rows(&ran.stdout);
    for (group, accuracy, posts) in [("hard", "0.3333", "3"), ("easy", "1.0000", "2")] {
        let key = ["stance", group, "all", "accuracy"];
        assert_eq!(
            (value(&table, key, "value"), value(&table, key, "posts")),
            (accuracy, posts)
        );
    }
    dir.minyi(["validate", "coded.csv", "human.csv", "--rows", "nothing"])
        .ends_with(1)
        .says(["no such column in coded.csv or human.csv"]);
    dir.minyi(["estimate", "coded.csv", "human.csv", "--rows", "difficulty"])
        .ends_with(1)
        .says(["human.csv alone has this column"]);
}
