use crate::workdir::{Workdir, rows};

const FIRST: &str = "post_id,user_id,stance,codes\n\
    1,a,negative,NEG.BETRAY\n2,a,positive,\n3,b,negative,NEG.BETRAY\n4,c,positive,POS.SHARE\n";
const SECOND: &str =
    "post_id,stance,codes\n4,positive,\n3,positive,NEG.BETRAY\n2,positive,\n1,negative,NEG.BETRAY\n9,neutral,\n";

fn study() -> Workdir {
    let dir = Workdir::new();
    dir.write("a.csv", FIRST).write("b.csv", SECOND);
    dir
}

/// By hand: stance agrees on 3 of 4; the first coder gave 2 negative, the second 1, so that chance is 1/2 * 1/4 + 1/2 * 3/4 = 1/2.
#[test]
fn posts_are_joined_by_id_whatever_their_order() {
    let dir = study();
    let ran = dir
        .minyi(["agree", "a.csv", "b.csv", "--bootstrap", "200"])
        .ok()
        .says(["2 coders, 5 posts, of which 2 differ"]);
    let table = rows(&ran.stdout);
    let find = |variable: &str, category: &str| {
        table
            .iter()
            .find(|row| row["variable"] == variable && row["category"] == category)
            .unwrap()
    };
    let stance = find("stance", "all");
    assert_eq!(
        (
            &*stance["posts"],
            &*stance["percent_agreement"],
            &*stance["cohen_kappa"]
        ),
        ("4", "0.7500", "0.5000")
    );
    let betrayal = find("codes", "NEG.BETRAY");
    assert_eq!(
        (&*betrayal["frequency"], &*betrayal["judgements"], &*betrayal["alpha"]),
        ("4", "9", "1.0000")
    );
}

#[test]
fn a_code_nobody_used_has_a_percentage_and_no_kappa() {
    let table = rows(
        &study()
            .minyi(["agree", "a.csv", "b.csv", "--on", "codes", "--bootstrap", "200"])
            .ok()
            .stdout,
    );
    let unused = table.iter().find(|row| row["category"] == "RISK.BIOWEAPON").unwrap();
    assert_eq!(unused["percent_agreement"], "1.0000");
    for coefficient in ["cohen_kappa", "fleiss_kappa", "alpha", "ac1", "pabak"] {
        assert_eq!(unused[coefficient], "NA", "{coefficient}");
    }
    assert!(unused["note"].contains("only one category"), "{unused:?}");
}

#[test]
fn disagreements_show_what_each_coder_gave() {
    let dir = study();
    dir.minyi([
        "agree",
        "a.csv",
        "b.csv",
        "--bootstrap",
        "200",
        "--disagreements",
        "differ.csv",
    ])
    .ok();
    assert_eq!(
        dir.read("differ.csv"),
        "post_id,variable,a.csv,b.csv\n3,stance,negative,positive\n4,codes,POS.SHARE,none\n"
    );
}

#[test]
fn the_seed_fixes_the_intervals_on_any_number_of_threads() {
    let dir = study();
    let run = |seed, jobs| {
        dir.minyi([
            "agree",
            "a.csv",
            "b.csv",
            "--by",
            "account",
            "--bootstrap",
            "300",
            "--seed",
            seed,
            "--jobs",
            jobs,
        ])
        .ok()
        .stdout
    };
    assert_eq!(run("7", "1"), run("7", "5"));
}

#[test]
fn what_is_wrong_with_a_sheet_is_named() {
    let dir = study();
    dir.write("typo.csv", "post_id,stance\n1,negativ\n")
        .write("other.csv", "post_id,stance\n77,negative\n")
        .write("code.csv", "post_id,codes\n1,NEG.BETRAI\n")
        .write("gbk.csv", b"\xb1\xe0\xba\xc5,\xc1\xa2\xb3\xa1\n1,negative\n");
    for (second, message) in [
        ("typo.csv", "typo.csv: line 2: stance `negativ`"),
        ("other.csv", "no post_id stands in two"),
        ("code.csv", "`NEG.BETRAI` is no code"),
        ("gbk.csv", "no column post_id among 编号, 立场"),
        ("absent.csv", "absent.csv"),
    ] {
        dir.minyi(["agree", "a.csv", second]).ends_with(1).says([message]);
    }
    dir.minyi(["agree", "a.csv"]).ends_with(2);
    dir.minyi(["agree", "a.csv", "b.csv", "--on", "mood"])
        .ends_with(1)
        .says(["--on mood", "--map"]);
    dir.minyi(["agree", "b.csv", "typo.csv", "--by", "account", "-o", "b.csv"])
        .ends_with(1)
        .says(["-o b.csv"]);
}
