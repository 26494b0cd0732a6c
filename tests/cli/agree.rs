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
        "\u{feff}post_id,variable,a.csv,b.csv,decision,decided_by\n3,stance,negative,positive,,\n4,codes,POS.SHARE,none,,\n"
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
        ("typo.csv", "line 2, column stance: `negativ` is none of"),
        ("other.csv", "no post_id stands in two"),
        ("code.csv", "`NEG.BETRAI` is no code"),
        ("gbk.csv", "no column post_id among 编号, 立场"),
        ("absent.csv", "absent.csv"),
    ] {
        dir.minyi(["agree", "a.csv", second]).ends_with(1).says([message]);
    }
    dir.minyi(["agree"]).ends_with(2);
    dir.minyi(["agree", "a.csv", "b.csv", "--on", "mood"])
        .ends_with(1)
        .says(["--on mood", "--map"]);
    dir.minyi(["agree", "b.csv", "typo.csv", "--by", "account", "-o", "b.csv"])
        .ends_with(1)
        .says(["-o b.csv"]);
}

fn reconcile(dir: &Workdir, decisions: &str) -> crate::workdir::Ran {
    dir.write(
        "met.csv",
        "post_id,variable,a.csv,b.csv,decision,decided_by\n".to_owned() + decisions,
    );
    dir.minyi([
        "agree",
        "a.csv",
        "b.csv",
        "--bootstrap",
        "100",
        "--reconcile",
        "met.csv",
        "--merged",
        "human.csv",
        "--disagreements",
        "open.csv",
        "-o",
        "table.csv",
    ])
}

#[test]
fn a_meeting_settles_what_coders_differ_on_and_the_rest_stays_open() {
    let dir = study();
    reconcile(
        &dir,
        "3,stance,negative,positive,negative,ann\n4,codes,POS.SHARE,none,,\n",
    )
    .ok()
    .says(["4 posts settled", "not settled and left out: 1 post: codes of 4"]);
    assert_eq!(
        dir.read("human.csv"),
        "post_id,user_id,stance,stance.decided_by,codes,codes.decided_by\n\
         1,a,negative,agreed,NEG.BETRAY,agreed\n2,a,positive,agreed,none,agreed\n3,b,negative,ann,NEG.BETRAY,agreed\n\
         9,,neutral,b.csv,none,b.csv\n"
    );
    assert_eq!(dir.read("open.csv").lines().count(), 2);
    // What is settled is hand codes for the other commands.
    dir.write("coded.csv", FIRST.to_owned() + "9,d,neutral,\n");
    dir.minyi(["validate", "coded.csv", "human.csv", "--bootstrap", "100"])
        .ok()
        .says(["4 hand-coded posts compared"]);
}

#[test]
fn decisions_that_settle_nothing_are_named() {
    let dir = study();
    let wrong = "3,stance,,,negativ,ann\n4,codes,,,POS.SHARE;NONE,ann\n1,stance,,,neutral,ann\n77,stance,,,neutral,ann\n\
                 4,codes,,,none,\n";
    reconcile(&dir, wrong).ends_with(1).says([
        "line 2: decision `negativ` is none of",
        "line 3: decision `NONE` is no code",
        "line 4: the coders do not differ on stance of post 1",
        "line 5: no coder has stance of post 77",
        "line 6: decided_by is empty",
        "line 6: codes of post 4 was decided at line 3 already",
    ]);
    assert!(!dir.path("human.csv").exists());
    dir.write("met.csv", "post_id,stance\n1,neutral\n");
    dir.minyi(["agree", "a.csv", "b.csv", "--reconcile", "met.csv", "--merged", "h.csv"])
        .ends_with(1)
        .says(["met.csv: no column variable"]);
}

#[test]
fn the_table_is_printed_as_papers_have_it() {
    let dir = study();
    let run = |more: &[&'static str]| {
        let arguments = ["agree", "a.csv", "b.csv", "--bootstrap", "200", "--on", "stance"];
        dir.minyi_with(arguments.into_iter().chain(more.iter().copied()), "")
            .ok()
    };
    run(&["--format", "md", "--coefficient", "cohen_kappa"]).prints([
        "|  | Frequency: n | Frequency: % | Agreement: % | Cohen's κ: n | Cohen's κ: coefficient | Cohen's κ: 95% CI |",
        "| All categories | 9 | 100.0 | 75.0 | 4 | 0.50 |",
        "| Negative | 3 | 33.3 | 75.0 | 4 | 0.50 |",
        "2 coders.",
    ]);
    // Of betrayal all agree, so that every resample does.
    let betrayal = [
        "agree",
        "a.csv",
        "b.csv",
        "--bootstrap",
        "200",
        "--on",
        "codes",
        "--format",
        "md",
    ];
    let ran = dir.minyi(betrayal).ok();
    assert!(ran.stdout.contains("| 4 | 1.00 | NA |"), "{}", ran.stdout);
    assert!(ran.stdout.contains("every resample gives the same") && !ran.stdout.contains("-0.00"));
    for name in ["t.tex", "t.html", "t.xlsx", "t.md"] {
        run(&["-o", name]);
        assert!(std::fs::metadata(dir.path(name)).unwrap().len() > 400, "{name}");
    }
    assert!(dir.read("t.tex").contains("Krippendorff"));
}

#[test]
fn a_file_with_several_annotators_is_several_coders() {
    let dir = Workdir::new();
    let task = |id: u32, first: &str, second: &str| {
        let choice = |who: u32, label: &str| {
            format!(
                "{{\"completed_by\": {who}, \"result\": [{{\"from_name\": \"attitude\", \"type\": \"choices\", \"value\": \
                 {{\"choices\": [\"{label}\"]}}}}]}}"
            )
        };
        format!(
            "{{\"id\": {id}, \"data\": {{\"mid\": \"{id}\"}}, \"annotations\": [{}, {}]}}",
            choice(1, first),
            choice(2, second)
        )
    };
    let tasks = [
        task(1, "neutral", "neutral"),
        task(2, "negative", "negative"),
        task(3, "neutral", "negative"),
    ];
    dir.write("export.json", format!("[{}]", tasks.join(",")));
    let ran = dir.minyi([
        "agree",
        "export.json",
        "--map",
        "post_id=mid,stance=attitude",
        "--bootstrap",
        "100",
    ]);
    let ran = ran.ok().says(["2 coders, 3 posts, of which 1 differ"]);
    assert_eq!(rows(&ran.stdout)[0]["percent_agreement"], "0.6667");
    dir.write("coded.csv", "post_id,stance\n1,neutral\n2,neutral\n3,neutral\n");
    dir.minyi([
        "validate",
        "coded.csv",
        "export.json",
        "--map",
        "post_id=mid,stance=attitude",
    ])
    .ends_with(1)
    .says(["codes of 2 coders", "--reconcile"]);
    dir.minyi(["agree", "coded.csv"])
        .ends_with(1)
        .says(["the codes of one coder"]);
}

#[test]
fn rows_half_filled_in_are_named_and_rows_not_begun_are_counted() {
    let dir = study();
    dir.write("half.csv", "post_id,stance,codes\n1,,NEG.BETRAY\n2,neutral,\n3,,\n");
    dir.minyi(["agree", "a.csv", "half.csv"]).ends_with(1).says([
        "half.csv: correct",
        "line 2, column stance: empty",
        "--blank",
    ]);
    dir.minyi(["agree", "a.csv", "half.csv", "--blank", "missing", "--bootstrap", "100"])
        .ok()
        .says(["half.csv: not coded: 1 of 3 posts (line 4)"]);
}
