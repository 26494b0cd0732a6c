//! `minyi table`: any column by any other, in any format.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    posts::{AGAINST, FAVOUR, NEUTRAL, REMARK, search_file},
    workdir::Workdir,
};

/// Coded posts whose counts a person can check. a and b are accounts with several posts; p8 has no account, p10 is off topic.
const CODED: &str = "\
post_id,user_id,created_at,account_type,is_repost,stance,codes,code.NEG.BETRAY,code.LAW.MISUND,reposts,ip
p1,a,2023-06-14T08:00:00+08:00,individual,false,negative,NEG.BETRAY;LAW.MISUND,true,true,10,贵州
p2,a,2023-06-14T09:00:00+08:00,individual,false,negative,NEG.BETRAY,true,false,0,贵州
p3,a,2023-06-15T09:00:00+08:00,individual,true,positive,,false,false,1,贵州
p4,b,2023-06-15T09:00:00+08:00,individual,false,negative,NEG.BETRAY,true,false,,上海
p5,b,2023-06-20T09:00:00+08:00,individual,false,neutral,,false,false,2,上海
p6,c,2023-06-20T09:00:00+08:00,media,false,positive,,false,false,100,
p7,d,2023-06-30,media,true,positive,LAW.MISUND,false,true,5,北京
p8,,,media,false,neutral,,false,false,0,北京
p9,e,2023-06-30,government,false,positive,,false,false,0,北京
p10,f,2023-06-30,individual,false,irrelevant,,false,false,0,北京
";

fn dir() -> Workdir {
    let dir = Workdir::new();
    dir.write("coded.csv", CODED);
    dir
}

fn cell<'a>(rows: &'a [BTreeMap<String, String>], row: &str, col: &str, base: &str) -> &'a BTreeMap<String, String> {
    let found =
        |cell: &&BTreeMap<String, String>| cell["row"] == row && cell["col"] == col && cell["base_name"] == base;
    rows.iter()
        .find(found)
        .unwrap_or_else(|| panic!("no {row} / {col} / {base} in {rows:#?}"))
}

fn shares(cell: &BTreeMap<String, String>) -> (&str, &str, &str) {
    (&cell["n"], &cell["base"], &cell["share"])
}

#[test]
fn every_cell_has_its_three_bases_and_every_type_its_row() {
    let dir = dir();
    dir.minyi([
        "table",
        "coded.csv",
        "--rows",
        "account_type",
        "--cols",
        "stance",
        "-o",
        "t.csv",
        "-q",
    ])
    .ok();
    let rows = dir.rows("t.csv");
    assert_eq!(
        shares(cell(&rows, "individual", "negative", "within account type")),
        ("3", "5", "0.600000")
    );
    assert_eq!(
        shares(cell(&rows, "individual", "negative", "within stance")),
        ("3", "3", "1.000000")
    );
    assert_eq!(
        shares(cell(&rows, "individual", "negative", "posts with a stance")),
        ("3", "9", "0.333333")
    );
    assert_eq!(
        shares(cell(&rows, "government", "negative", "within account type")),
        ("0", "1", "0.000000")
    );
    assert_eq!(
        shares(cell(&rows, "enterprise", "negative", "within account type")),
        ("0", "0", "NA")
    );
    assert!(!rows.iter().any(|cell| cell["col"] == "irrelevant"));
    let tests = dir.rows("t.csv.tests.csv");
    assert!(
        tests
            .iter()
            .any(|test| test["test"] == "adjusted residual: government x negative")
    );
    assert!(tests.iter().any(|test| test["test"] == "chi-square, Monte-Carlo"));
}

#[test]
fn csv_json_lines_and_parquet_of_one_run_give_one_table() {
    let dir = Workdir::new();
    dir.write("posts.csv", crate::posts::one_of_each());
    for name in ["coded.csv", "coded.jsonl", "coded.parquet"] {
        dir.minyi(["code", "posts.csv", "-o", name, "-q"]).ok();
    }
    let table = |name: &str| {
        dir.minyi([
            "table",
            name,
            "--rows",
            "codes",
            "--cols",
            "stance",
            "--by",
            "is_repost",
            "--format",
            "csv",
        ])
        .ok()
        .stdout
    };
    let csv = table("coded.csv");
    assert!(csv.contains("NEG.BETRAY,negative,1,1,within stance"), "{csv}");
    assert_eq!(csv, table("coded.jsonl"));
    assert_eq!(csv, table("coded.parquet"));
}

#[test]
fn a_post_counts_under_each_of_its_codes_and_the_base_stays_posts() {
    let dir = dir();
    dir.minyi([
        "table",
        "coded.csv",
        "--rows",
        "codes",
        "--cols",
        "account_type",
        "-o",
        "t.csv",
        "-q",
    ])
    .ok();
    let rows = dir.rows("t.csv");
    assert_eq!(
        shares(cell(&rows, "NEG.BETRAY", "individual", "within account type")),
        ("3", "5", "0.600000")
    );
    assert_eq!(
        shares(cell(&rows, "LAW.MISUND", "individual", "within codes")),
        ("1", "2", "0.500000")
    );
    assert_eq!(
        shares(cell(&rows, "no code", "media", "within account type")),
        ("2", "3", "0.666667")
    );
    let tests = dir.rows("t.csv.tests.csv");
    assert!(
        tests
            .iter()
            .any(|test| test["test"] == "Fisher exact: NEG.BETRAY x individual"
                && test["note"].contains("Holm over")
                && test["p_holm"] >= test["p_value"]
                && test["ci_low"] != "NA")
    );
    // That a post has no code is no code.
    assert!(tests.iter().all(|test| !test["test"].contains("no code")), "{tests:#?}");
    let printed = |arguments: &[&str]| {
        let common = ["table", "coded.csv", "--rows", "codes", "--cols", "account_type"];
        dir.minyi_with(common.iter().chain(arguments).copied(), "").ok().stdout
    };
    assert!(printed(&[]).contains("correction are written beside a file (-o)."));
    printed(&["-o", "t.md"]);
    assert!(dir.read("t.md").contains("correction: t.md.tests.csv."));
    assert!(
        dir.read("t.md").contains("| **Base (N)** | 1 |  |  | 3 |"),
        "{}",
        dir.read("t.md")
    );
}

#[test]
fn time_is_cut_and_empty_weeks_are_rows() {
    let dir = dir();
    let weeks = dir
        .minyi(["table", "coded.csv", "--rows", "created_at", "--period", "week"])
        .ok()
        .stdout;
    let found: Vec<&str> = weeks
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| &line[..line.len().min(15)])
        .collect();
    assert_eq!(
        found,
        [
            "| 2023-W24 | 4 ",
            "| 2023-W25 | 2 ",
            "| 2023-W26 | 2 ",
            "| Undated | 1 |",
            "| **Total** | 9"
        ]
    );
    dir.write(
        "phases.csv",
        "phase,from,to\nfirst,2023-06-14,2023-06-14\nlater,2023-06-20,2023-06-21\nnever,2024-01-01,2024-01-02\n",
    );
    let phases = dir
        .minyi([
            "table",
            "coded.csv",
            "--rows",
            "created_at",
            "--period",
            "phase:phases.csv",
        ])
        .ok();
    phases.prints([
        "| first | 2 |",
        "| later | 2 |",
        "| never | 0 |",
        "| Undated | 1 |",
        "Posts outside of every phase (4) left out.",
    ]);
}

#[test]
fn conditions_and_columns_without_a_value_are_told() {
    let dir = dir();
    dir.minyi(["table", "coded.csv", "--rows", "ip", "--where", "is_repost=false"])
        .ok()
        .prints([
            "N = 6 posts with a stance, where is\\_repost=false.",
            "Posts without a value of ip (1) left out.",
            "| 贵州 | 2 | 33.3 |",
            "Off-topic posts (1) left out.",
        ]);
    dir.minyi(["table", "coded.csv", "--rows", "stance", "--where", "stance!=positive"])
        .ok()
        .prints(["| Off topic | 1 | 16.7 |"]);
    dir.minyi(["table", "coded.csv", "--rows", "stance", "--off-topic"])
        .ok()
        .prints(["N = 10 posts."]);
}

#[test]
fn accounts_vote_once() {
    let dir = dir();
    let accounts = dir
        .minyi(["table", "coded.csv", "--rows", "stance", "--unit", "accounts"])
        .ok();
    // a: negative; b: tie; c, d, e: positive; p8 has no account.
    accounts.prints([
        "| Positive | 3 | 60.0 |",
        "| Negative | 1 | 20.0 |",
        "| Tie | 1 | 20.0 |",
        "N = 5 accounts.",
        "Posts without a user id (1): they vote for nobody.",
        "Tie: two or more categories share the lead.",
    ]);
    // a is under a code and without one: it has the code.
    let codes = ["table", "coded.csv", "--rows", "codes", "--unit", "accounts"];
    dir.minyi_with(codes, "").ok().prints([
        "(NEG.BETRAY) | 2 | 40.0 |",
        "(LAW.MISUND) | 2 | 40.0 |",
        "| No code | 2 | 40.0 |",
        "An account has every code that any of its posts has",
    ]);
}

/// The residuals drawn are those tested: b, which ties, is in neither.
#[test]
fn the_residual_figure_leaves_ties_out() {
    let dir = dir();
    let common = [
        "table",
        "coded.csv",
        "--rows",
        "account_type",
        "--cols",
        "stance",
        "--unit",
        "accounts",
    ];
    dir.minyi_with(common.into_iter().chain(["--figure", "residuals", "-o", "t.svg"]), "")
        .ok();
    let (figure, tests) = (dir.read("t.svg"), dir.rows("t.svg.tests.csv"));
    assert!(
        !figure.contains("Tie ") && figure.contains("Accounts that tie (1) left out."),
        "{figure}"
    );
    let residual = |name: &str| -> f64 {
        let test = tests
            .iter()
            .find(|test| test["test"] == format!("adjusted residual: {name}"))
            .unwrap();
        test["statistic"].parse().unwrap()
    };
    // a is negative; c, d and e, of media and government, are positive: (1 - 1/4) / sqrt(1/4 x 3/4 x 3/4) = 2.
    assert_eq!(residual("individual x negative"), 2.0);
    assert!(figure.contains("Negative +2.0"), "{figure}");
}

#[test]
fn weights_are_sums_without_wilson_interval() {
    let dir = dir();
    dir.minyi(["table", "coded.csv", "--rows", "stance", "--weight", "reposts"])
        .ok()
        .prints([
            "| Positive | 106 | 89.8 |",
            "without a value (1) 0 times",
            "no Wilson interval",
        ]);
}

#[test]
fn the_bootstrap_is_asked_for_seeded_and_named() {
    let dir = dir();
    let table = |seed| {
        dir.minyi([
            "table",
            "coded.csv",
            "--rows",
            "stance",
            "--bootstrap",
            "199",
            "--seed",
            seed,
        ])
        .ok()
        .stdout
    };
    let one = table("3");
    assert!(
        one.contains("cluster bootstrap by account, 95%, 199 samples, seed 3"),
        "{one}"
    );
    assert_eq!(one, table("3"));
    assert_ne!(one.replace("seed 3", ""), table("4").replace("seed 4", ""));
}

#[test]
fn each_format_is_told_by_the_ending() {
    let dir = dir();
    let starts: [(&str, &[u8]); 5] = [
        ("t.md", b"**Account type by stance**"),
        ("t.tex", b"% Needs"),
        ("t.html", b"<!DOCTYPE html>"),
        ("t.xlsx", b"PK\x03\x04"),
        ("t.csv", b"table,row,col"),
    ];
    for (name, start) in starts {
        dir.minyi([
            "table",
            "coded.csv",
            "--rows",
            "account_type",
            "--cols",
            "stance",
            "-o",
            name,
            "-q",
        ])
        .ok();
        let bytes = std::fs::read(dir.path(name)).unwrap();
        assert!(bytes.starts_with(start), "{name}");
    }
    dir.minyi([
        "table",
        "coded.csv",
        "--rows",
        "account_type",
        "--cols",
        "stance",
        "-o",
        "wide.csv",
        "--wide",
        "--lang",
        "zh",
        "-q",
    ])
    .ok();
    let wide = dir.rows("wide.csv");
    assert_eq!(
        (&*wide[5]["row"], &*wide[5]["负面 n"], &*wide[5]["负面 95% CI 下限"]),
        ("个人", "3", "0.230724")
    );
    assert_eq!(
        (&*wide[5]["base_name"], &*wide[5]["负面 比例"]),
        ("within account type", "0.600000")
    );
}

#[test]
fn masked_counts_leave_no_trace() {
    let dir = dir();
    dir.minyi([
        "table",
        "coded.csv",
        "--rows",
        "account_type",
        "--cols",
        "stance",
        "--suppress",
        "3",
        "-o",
        "t.csv",
        "-q",
    ])
    .ok();
    let rows = dir.rows("t.csv");
    assert!(
        rows.iter()
            .all(|cell| !["1", "2"].contains(&&*cell["n"]) && !["1", "2"].contains(&&*cell["base"])),
        "{rows:#?}"
    );
    let masked = cell(&rows, "individual", "neutral", "within account type");
    assert_eq!((&*masked["n"], &*masked["share"], &*masked["ci_low"]), ("*", "*", ""));
    // Of the posts left out, too, no small number is told.
    let common = ["table", "coded.csv", "--rows", "account_type", "--cols", "stance"];
    dir.minyi_with(common, "")
        .ok()
        .prints(["Off-topic posts (1) left out."]);
    let masked = dir.minyi_with(common.into_iter().chain(["--suppress", "3"]), "").ok();
    masked.prints(["Off-topic posts (\\*) left out."]);
    assert!(
        dir.rows("t.csv.tests.csv")
            .iter()
            .all(|test| test["statistic"] == "NA" && test["effect_size"] == "NA")
    );
}

#[test]
fn what_cannot_be_counted_is_refused_with_the_way_out() {
    let dir = dir();
    dir.write(
        "ids.csv",
        "post_id,user_id\n".to_owned() + &(0..6_000).map(|id| format!("p{id},u\n")).collect::<String>(),
    );
    let cases: [(&[&str], &str); 13] = [
        (
            &["coded.csv", "--rows", "stance", "--weight", "ip"],
            "no whole number from 0 on (it has `贵州`)",
        ),
        (
            &["coded.csv", "--rows", "stance", "--period", "week"],
            "in none of --rows, --cols and --by",
        ),
        (&["coded.csv", "--rows", "stance", "--percent", "row"], "without --cols"),
        (
            &["coded.csv", "--rows", "stance", "--window", "2023-07-01..2023-06-01"],
            "lies after",
        ),
        (&["coded.csv", "--rows", "kind"], "no column `kind`; there are post_id"),
        (&["coded.txt", "--rows", "stance"], "ending in .csv, .jsonl or .parquet"),
        (&["none.csv", "--rows", "stance"], "none.csv: cannot open"),
        (&["ids.csv", "--rows", "post_id"], "more than 5000 categories"),
        (&["coded.csv", "--rows", "stance", "--by", "codes"], "--by code.ID"),
        (
            &["coded.csv", "--rows", "stance", "--where", "stance"],
            "ends too early",
        ),
        (
            &["coded.csv", "--rows", "created_at", "--period", "year"],
            "day, week, month or phase:FILE",
        ),
        (&["coded.csv", "--rows", "stance", "-o", "t.doc"], ".html, .svg or .png"),
        (
            &["coded.csv", "--rows", "stance", "--format", "xlsx"],
            "give a file with -o",
        ),
    ];
    for (arguments, expected) in cases {
        let mut command = assert_cmd::Command::new(crate::workdir::program());
        let output = command
            .current_dir(dir.path(""))
            .arg("table")
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(1) && stderr.contains(expected),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn whole_numbers_are_weights_and_all_else_is_told() {
    let dir = Workdir::new();
    dir.write(
        "coded.csv",
        "post_id,stance,w\np1,positive,2.0\np2,positive,1.5\np3,negative,1万\np4,negative,-2\np5,negative,\np6,negative,10\n",
    );
    dir.minyi(["table", "coded.csv", "--rows", "stance", "--weight", "w"])
        .ok()
        .prints([
            "| Positive | 2 | 16.7 |",
            "| Negative | 10 | 83.3 |",
            "no whole number from 0 on (3) count 0 times",
            "without a value (1) 0 times",
        ]);
}

#[test]
fn a_window_is_listed_from_its_first_day_to_its_last() {
    let dir = dir();
    let table = dir
        .minyi([
            "table",
            "coded.csv",
            "--rows",
            "created_at",
            "--window",
            "2023-06-12..2023-06-21",
            "--format",
            "csv",
        ])
        .ok()
        .stdout;
    let days: Vec<(&str, &str)> = table
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',').skip(1);
            (cells.next().unwrap(), cells.nth(1).unwrap())
        })
        .collect();
    assert_eq!(days.len(), 10, "{table}");
    assert_eq!(
        (days[0], days[2], days[9]),
        (("2023-06-12", "0"), ("2023-06-14", "2"), ("2023-06-21", "0"))
    );
    // p7 and p9 (and p10, off topic) are of the 30th, p8 has no date.
    dir.minyi([
        "table",
        "coded.csv",
        "--rows",
        "stance",
        "--window",
        "2023-06-12..2023-06-21",
    ])
    .ok()
    .prints(["Counted: 2023-06-12..2023-06-21; posts of other days or without one (4) left out."]);
    dir.write("far.csv", "post_id,created_at\np1,1970-01-01\np2,2023-06-14\n");
    dir.minyi(["table", "far.csv", "--rows", "created_at"])
        .ok()
        .prints(["Gaps of more than 366 empty periods are not listed."]);
}

/// A workbook read back: every number is one, in the places of the table, with caption, notes and tests.
#[test]
fn a_workbook_holds_numbers_notes_and_tests() {
    use calamine::{Data, Reader as _, open_workbook_auto};
    let dir = dir();
    let common = ["table", "coded.csv", "--rows", "account_type", "--cols", "stance"];
    dir.minyi_with(common.into_iter().chain(["-o", "t.xlsx"]), "").ok();
    let mut book = open_workbook_auto(dir.path("t.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["account_type_by_stance", "tests"]);
    let sheet = book.worksheet_range("account_type_by_stance").unwrap();
    let at = |row: u32, col: u32| sheet.get_value((row, col)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(0, 0), Data::String("Account type by stance".to_owned()));
    assert_eq!(at(2, 5), Data::String("Negative".to_owned()));
    let individual = (4..)
        .find(|&row| at(row, 0) == Data::String("Individual".to_owned()))
        .unwrap();
    // Positive, negative and neutral have n, %, low and high each: 3 of 5 negative.
    assert_eq!(
        (at(individual, 5), at(individual, 6)),
        (Data::Float(3.0), Data::Float(0.6))
    );
    // scipy 1.17.1: binomtest(3, 5).proportion_ci(method="wilson").
    let (Data::Float(low), Data::Float(high)) = (at(individual, 7), at(individual, 8)) else {
        panic!("no interval: {:?}", at(individual, 7));
    };
    assert!(
        (low - 0.230_724).abs() < 1e-6 && (high - 0.882_379).abs() < 1e-6,
        "{low} {high}"
    );
    let notes: Vec<String> = sheet.rows().map(|row| row[0].to_string()).collect();
    assert!(
        notes.iter().any(|note| note == "N = 9 posts with a stance."),
        "{notes:?}"
    );
    let tests = book.worksheet_range("tests").unwrap();
    let heads: Vec<String> = tests.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(heads[..4], ["table", "test", "n", "statistic"]);
    let chi = tests.rows().nth(1).unwrap();
    assert!(
        chi[1] == Data::String("chi-square".to_owned()) && chi[2] == Data::Float(9.0),
        "{chi:?}"
    );
    // Shares are shown in percent, counts whole.
    let mut zip = zip::ZipArchive::new(std::fs::File::open(dir.path("t.xlsx")).unwrap()).unwrap();
    let mut styles = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("xl/styles.xml").unwrap(), &mut styles).unwrap();
    assert!(
        styles.contains("formatCode=\"0.0%\"") && styles.contains("#,##0"),
        "{styles}"
    );
}

/// `run` and `table` on the demo: one table of accounts, the same chi-square and the same tests of codes.
#[test]
fn run_and_table_test_the_same() {
    let dir = Workdir::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/weibo-search.csv");
    dir.minyi(["run", demo, "-o", "out", "-q"]).ok();
    let study = dir.rows("out/tables/tests.csv");
    for (arguments, table) in [
        (
            &["--rows", "account_type", "--cols", "stance"][..],
            "account_type_by_stance",
        ),
        (
            &["--rows", "account_type", "--cols", "stance", "--unit", "accounts"],
            "account_level_type_by_stance",
        ),
        (&["--rows", "codes", "--cols", "account_type"], "codes_by_account_type"),
        (
            &["--rows", "codes", "--cols", "account_type", "--unit", "accounts"],
            "account_level_codes_by_type",
        ),
    ] {
        let common = ["table", "out/coded.csv", "-o", "t.csv", "-q"];
        dir.minyi_with(common.iter().chain(arguments).copied(), "").ok();
        let numbers = |tests: &[BTreeMap<String, String>]| -> Vec<Vec<String>> {
            let columns = [
                "test",
                "n",
                "statistic",
                "df",
                "p_value",
                "p_holm",
                "effect_size",
                "ci_low",
                "ci_high",
            ];
            tests
                .iter()
                .map(|test| columns.map(|column| test[column].clone()).to_vec())
                .collect()
        };
        let of_study: Vec<BTreeMap<String, String>> =
            study.iter().filter(|test| test["table"] == table).cloned().collect();
        assert!(of_study.len() > 10, "{table}");
        assert_eq!(numbers(&dir.rows("t.csv.tests.csv")), numbers(&of_study), "{table}");
    }
}

/// `run` and `table --unit accounts` on both demo files: cell by cell the same accounts.
#[test]
fn run_and_table_count_the_same_accounts() {
    let dir = Workdir::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/");
    let files = ["weibo-search.csv", "weibospider.jsonl"].map(|name| format!("{demo}{name}"));
    dir.minyi(["run", &files[0], &files[1], "-o", "out", "-q"]).ok();
    for (variables, table, base) in [
        (&["account_type"][..], "account_level_type", "accounts"),
        (&["stance"], "account_level_stance", "accounts"),
        (&["codes"], "account_level_codes", "accounts"),
        (
            &["account_type", "stance"],
            "account_level_type_by_stance",
            "accounts within account type",
        ),
        (
            &["codes", "account_type"],
            "account_level_codes_by_type",
            "accounts within account type",
        ),
        (
            &["codes", "stance"],
            "account_level_codes_by_stance",
            "accounts within stance",
        ),
        (
            &["code.LAW.MISUND", "account_type"],
            "account_level_law_misunderstanding",
            "accounts within account type",
        ),
    ] {
        let mut arguments = vec![
            "table",
            "out/coded.csv",
            "--unit",
            "accounts",
            "-o",
            "t.csv",
            "-q",
            "--rows",
        ];
        arguments.push(variables[0]);
        if let Some(cols) = variables.get(1) {
            arguments.extend(["--cols", cols]);
        }
        dir.minyi_with(arguments, "").ok();
        let counted = |rows: Vec<BTreeMap<String, String>>, base: &str| -> BTreeSet<[String; 4]> {
            rows.into_iter()
                .filter(|row| row["base_name"] == base)
                .map(|row| {
                    let yes_or_no = |cell: &str| match cell {
                        "true" => "yes".to_owned(),
                        "false" => "no".to_owned(),
                        other => other.to_owned(),
                    };
                    ["row", "col", "n", "base"].map(|column| yes_or_no(&row[column]))
                })
                .collect()
        };
        let found = dir.rows("t.csv");
        let bases: BTreeSet<String> = found.iter().map(|row| row["base_name"].clone()).collect();
        let of_run = counted(dir.rows(&format!("out/tables/{table}.csv")), base);
        assert!(of_run.len() > 2, "{table}");
        let agrees = bases.iter().any(|base| {
            let of_table = counted(found.clone(), base);
            of_run.iter().all(|cell| of_table.contains(cell))
        });
        assert!(agrees, "{table}: {of_run:?} {found:?}");
    }
}

#[test]
fn the_headline_shares_are_told_under_each_choice() {
    let dir = Workdir::new();
    // A post of each stance and a remark that does not name the topic.
    dir.write("posts.csv", search_file(&[AGAINST, FAVOUR, NEUTRAL, REMARK]));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--sensitivity"]).ok();
    let rows = dir.rows("out/tables/sensitivity.csv");
    for (relevance, neutral, posts) in [("shown", "1", "3"), ("assumed", "2", "4")] {
        for way in ["all posts", "originals only"] {
            let choice = format!("relevance {relevance}, {way}");
            let found = cell(&rows, &choice, "neutral", "posts with a stance");
            assert_eq!((&*found["n"], &*found["base"]), (neutral, posts), "{choice}");
        }
        let accounts = cell(
            &rows,
            &format!("relevance {relevance}, one vote an account"),
            "negative",
            "accounts",
        );
        assert_eq!((&*accounts["n"], &*accounts["base"]), ("1", posts));
    }
    let by_persons = cell(
        &rows,
        "relevance shown, all posts",
        "negative by individuals, verified apart",
        "within stance",
    );
    assert_eq!(shares(by_persons), ("1", "1", "1.000000"));
    dir.minyi_with(["run", "-", "-o", "other", "--sensitivity"], "id,text\n")
        .ends_with(1)
        .says(["save standard input to a file"]);
}
