use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    posts::{AGAINST, ELSEWHERE, FAVOUR, HEADER, NEUTRAL, mid, one_of_each, row, search_file},
    workdir::{Ran, Workdir, column, program, rows},
};

/// What `minyi run --help` and the README promise.
const FILES: [&str; 38] = [
    "coded.csv",
    "coded.parquet",
    "evidence.csv",
    "excluded.csv",
    "figures/account_type_by_stance.png",
    "figures/account_type_by_stance.svg",
    "figures/account_type_by_stance_residuals.png",
    "figures/account_type_by_stance_residuals.svg",
    "figures/codes_by_stance.png",
    "figures/codes_by_stance.svg",
    "figures/daily.png",
    "figures/daily.svg",
    "manifest.json",
    "rejects.csv",
    "report.html",
    "report.jsonl",
    "tables/account_level_codes.csv",
    "tables/account_level_codes_by_stance.csv",
    "tables/account_level_codes_by_type.csv",
    "tables/account_level_law_misunderstanding.csv",
    "tables/account_level_stance.csv",
    "tables/account_level_type.csv",
    "tables/account_level_type_by_stance.csv",
    "tables/account_type.csv",
    "tables/account_type_by_stance.csv",
    "tables/codes.csv",
    "tables/codes_by_account_type.csv",
    "tables/codes_by_stance.csv",
    "tables/daily.csv",
    "tables/examples.csv",
    "tables/flow.csv",
    "tables/law_misunderstanding.csv",
    "tables/print/tables.html",
    "tables/print/tables.md",
    "tables/print/tables.tex",
    "tables/print/tables.xlsx",
    "tables/stance.csv",
    "tables/tests.csv",
];

fn names(dir: &Workdir, folder: &str) -> Vec<String> {
    dir.files(folder).into_keys().collect()
}

#[test]
fn run_writes_the_files_it_documents_and_no_other() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    let ran = dir.minyi(["run", "posts.csv", "-o", "out"]).ok();
    assert_eq!(names(&dir, "out"), FILES);
    assert_eq!(ran.stdout, "");
    ran.says(["records read", "posts coded", "account type", "38 files in out"]);
    let coded = dir.rows("out/coded.csv");
    assert_eq!(
        column(&coded, "stance"),
        ["negative", "positive", "neutral", "irrelevant"]
    );
    assert_eq!(column(&coded, "codes"), ["NEG.BETRAY", "", "", ""]);
    assert_eq!(column(&coded, "code.NEG.BETRAY"), ["true", "false", "false", "false"]);
    assert_eq!(coded[0]["created_at"], "2023-06-15T12:00:00+08:00");
    assert_eq!(coded[0]["post_id"], mid(1));
}

#[test]
fn evidence_spans_cut_the_term_out_of_the_raw_text() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    let evidence = dir.rows("out/evidence.csv");
    let texts = [AGAINST, FAVOUR, NEUTRAL, ELSEWHERE];
    for piece in &evidence {
        let number = |name: &str| piece[name].parse::<usize>().unwrap();
        let text = texts[number("source_row") - 1];
        assert_eq!(text.get(number("start")..number("end")), Some(piece["text"].as_str()));
    }
    let betrayal = evidence.iter().find(|piece| piece["text"] == "卖国").unwrap();
    assert_eq!((&*betrayal["code"], &*betrayal["context"]), ("NEG.BETRAY", "plain"));
}

#[test]
fn terms_of_posts_on_other_subjects_are_listed_where_that_is_asked_for() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&[AGAINST, "为小区的保安点赞，骄傲！", FAVOUR]));
    let listed = |more: &str| {
        dir.minyi(["run", "posts.csv", "-o", "out", "-q", more]).ok();
        let rows = dir.rows("out/evidence.csv").into_iter();
        rows.map(|mut piece| piece.remove("source_row").unwrap())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<String>()
    };
    assert_eq!(listed("--searched=no"), "13");
    assert_eq!(listed("--all-evidence"), "123");
    assert_eq!(listed("--searched"), "123");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let dir = Workdir::new();
    // More than one batch of 4,096 records, with duplicates that only the order of the records tells apart.
    let texts = [AGAINST, FAVOUR, NEUTRAL, ELSEWHERE];
    let badges = ["普通用户", "蓝V", "黄V"];
    let posts: String = (0..4_500u64)
        .map(|at| {
            let day = format!("06-{:02} 12:00", 14 + at % 16);
            row(at % 4_400, badges[at as usize % 3], texts[at as usize % 4], &day)
        })
        .collect();
    dir.write("posts.csv", HEADER.to_owned() + &posts);
    for jobs in ["1", "4"] {
        dir.minyi(["run", "posts.csv", "-o", jobs, "--jobs", jobs, "-q"]).ok();
        // These two tell the command and the time.
        for name in ["manifest.json", "report.html"] {
            fs::remove_file(dir.path(jobs).join(name)).unwrap();
        }
    }
    let (one, four) = (dir.files("1"), dir.files("4"));
    assert_eq!(one.keys().collect::<Vec<_>>(), four.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == four[name], "{name} depends on --jobs");
    }
    assert_eq!(dir.rows("1/coded.csv").len(), 4_400);
    assert_eq!(dir.rows("1/excluded.csv").len(), 100);
}

#[test]
fn unclear_posts_are_counted_apart_from_those_with_a_stance() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "--abstain", "1", "-q"])
        .ok();
    let coded = dir.rows("out/coded.csv");
    let with = |stance: &str| coded.iter().filter(|row| row["stance"] == stance).count().to_string();
    let stance = dir.rows("out/tables/stance.csv");
    let n = |row: &str, base: &str| {
        let cell = stance
            .iter()
            .find(|cell| cell["row"] == row && cell["base_name"] == base);
        cell.map(|cell| (cell["n"].clone(), cell["base"].clone()))
    };
    let all = coded.len().to_string();
    assert_eq!(n("unclear", "all posts"), Some((with("unclear"), all.clone())));
    assert_eq!(n("irrelevant", "all posts"), Some((with("irrelevant"), all)));
    assert_eq!(
        n("positive", "posts with a stance"),
        Some(("0".to_owned(), "0".to_owned()))
    );
    assert_ne!(with("unclear"), "0");
    let flow = dir.rows("out/tables/flow.csv");
    let unclear = flow.iter().find(|cell| cell["col"] == "stance unclear").unwrap();
    assert_eq!(unclear["n"], with("unclear"));
}

#[test]
fn the_manifest_says_how_the_results_were_made() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "--window", "study", "--searched", "-q"])
        .ok();
    let manifest: serde_json::Value = serde_json::from_str(&dir.read("out/manifest.json")).unwrap();
    assert_eq!(manifest["minyi"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["settings"]["window"], "2023-06-14..2023-08-21");
    assert_eq!(manifest["settings"]["relevance"], "assumed");
    assert_eq!(manifest["inputs"][0]["path"], "posts.csv");
    assert_eq!(manifest["inputs"][0]["rows_read"], 4);
    let outputs = manifest["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), FILES.len() - 1);
    for output in outputs {
        let name = output["path"].as_str().unwrap();
        let bytes = fs::read(dir.path("out").join(name)).unwrap();
        assert_eq!(output["sha256"], sha256(&bytes), "{name}");
    }
    assert_eq!(
        manifest["inputs"][0]["sha256"],
        sha256(&fs::read(dir.path("posts.csv")).unwrap())
    );
    assert!(manifest["lexicons"].as_array().unwrap().len() > 3);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn a_second_run_replaces_the_first_and_removes_its_other_tables() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    // A table that an older version wrote, as its manifest says, and a file that is not ours.
    dir.write("out/tables/old.csv", "table,row\n");
    dir.write("out/notes.txt", "mine");
    dir.write("elsewhere.csv", "not a result");
    let manifest = dir.read("out/manifest.json").replacen(
        "\"outputs\": [",
        "\"outputs\": [{\"path\": \"tables/old.csv\", \"bytes\": 0, \"sha256\": \"\"}, \
         {\"path\": \"../elsewhere.csv\", \"bytes\": 0, \"sha256\": \"\"},",
        1,
    );
    dir.write("out/manifest.json", manifest);
    dir.write("posts.csv", search_file(&[FAVOUR]));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    assert_eq!(column(&dir.rows("out/coded.csv"), "stance"), ["positive"]);
    assert!(!dir.path("out/tables/old.csv").exists());
    assert_eq!(dir.read("out/notes.txt"), "mine");
    assert_eq!(dir.read("elsewhere.csv"), "not a result");
}

#[test]
fn a_folder_with_other_files_is_refused_and_left_alone() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each())
        .write("mine/thesis.txt", "chapter one");
    dir.minyi(["run", "posts.csv", "-o", "mine"])
        .ends_with(1)
        .says(["-o mine", "other files", "choose an empty one"]);
    assert_eq!(names(&dir, "mine"), ["thesis.txt"]);
    dir.write("mine/manifest.json", "{\"name\": \"another program\"}");
    dir.minyi(["run", "posts.csv", "-o", "mine"])
        .ends_with(1)
        .says(["manifest.json", "not a manifest of minyi"]);
    assert_eq!(names(&dir, "mine"), ["manifest.json", "thesis.txt"]);
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let dir = Workdir::new();
    dir.write("posts.csv", "a,b\n1,2\n");
    dir.minyi(["run", "posts.csv", "-o", "new/out"]).ends_with(1);
    assert_eq!(names(&dir, "."), ["posts.csv"]);
    assert!(!dir.path("new").exists());
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_no_result_and_the_next_one_clears_up() {
    let dir = Workdir::new();
    let mut run = Command::new(program())
        .current_dir(dir.path("."))
        .args(["run", "-", "-o", "out", "-q"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // Standard input stays open, so the run cannot end by itself.
    run.stdin.as_mut().unwrap().write_all(one_of_each().as_bytes()).unwrap();
    let begun = || fs::read_dir(dir.path("out")).is_ok_and(|entries| entries.count() >= 5);
    let start = Instant::now();
    while !begun() {
        assert!(start.elapsed() < Duration::from_secs(30), "nothing was begun");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    for name in names(&dir, "out") {
        assert!(name.ends_with(".part"), "{name} looks whole");
    }
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    assert_eq!(names(&dir, "out"), FILES);
}

#[test]
fn the_window_keeps_beijing_days_with_both_ends() {
    let dir = Workdir::new();
    let days = ["06-13 23:59", "06-14 00:00", "08-21 23:59", "08-22 00:00"];
    let posts: String = (1..).zip(days).map(|(id, day)| row(id, "", NEUTRAL, day)).collect();
    dir.write("posts.csv", HEADER.to_owned() + &posts);
    for (window, kept) in [
        ("study", vec![mid(2), mid(3)]),
        ("2023-06-14..2023-08-21", vec![mid(2), mid(3)]),
        ("2023-08-22..2023-08-22", vec![mid(4)]),
    ] {
        dir.minyi(["run", "posts.csv", "-o", "out", "--window", window, "-q"])
            .ok();
        assert_eq!(column(&dir.rows("out/coded.csv"), "post_id"), kept, "{window}");
        let excluded = dir.rows("out/excluded.csv");
        assert_eq!(excluded.len(), 4 - kept.len());
        assert!(excluded.iter().all(|post| post["why"] == "out of window"));
    }
    let excluded = dir.rows("out/excluded.csv");
    assert_eq!(excluded[0]["detail"], "posted on 2023-06-13");
}

#[test]
fn a_window_that_is_none_is_refused_before_any_work() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    for (window, message) in [
        ("2023-06-14", "write FROM..TO"),
        ("2023-06-14..2023-02-30", "`2023-02-30` is no day"),
        ("yesterday..today", "`yesterday` is no day"),
        ("2023-08-21..2023-06-14", "lies after"),
        ("..", "is no day"),
    ] {
        dir.minyi(["run", "posts.csv", "-o", "out", "--window", window])
            .ends_with(1)
            .says(["--window", message]);
    }
    assert!(!dir.path("out").exists());
}

#[test]
fn a_post_that_two_files_hold_is_coded_once() {
    let dir = Workdir::new();
    let post = |id, text| row(id, "", text, "06-15 12:00");
    dir.write("a.csv", format!("{HEADER}{}{}", post(1, AGAINST), post(2, FAVOUR)));
    dir.write("b.csv", format!("{HEADER}{}{}", post(2, FAVOUR), post(3, NEUTRAL)));
    dir.minyi(["run", "a.csv", "b.csv", "-o", "out", "-q"]).ok();
    assert_eq!(column(&dir.rows("out/coded.csv"), "post_id"), [mid(1), mid(2), mid(3)]);
    let excluded = dir.rows("out/excluded.csv");
    assert_eq!(column(&excluded, "source_file"), ["b.csv"]);
    assert_eq!(column(&excluded, "why"), ["duplicate id"]);
    dir.minyi(["run", "a.csv", "b.csv", "-o", "out", "-q", "--dedup", "none"])
        .ok();
    assert_eq!(dir.rows("out/coded.csv").len(), 4);
}

#[test]
fn an_original_that_a_repost_pulled_in_is_left_out_unless_asked_for() {
    let dir = Workdir::new();
    let original = row(1, "", FAVOUR, "06-15 12:00");
    let repost = row(2, "", "转发微博", "06-15 13:00").replace(",,贵州", &format!(",{},贵州", mid(1)));
    dir.write("posts.csv", format!("{HEADER}{original}{repost}"));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    assert_eq!(column(&dir.rows("out/coded.csv"), "post_id"), [mid(2)]);
    assert_eq!(column(&dir.rows("out/excluded.csv"), "why"), ["pulled-in original"]);
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--keep-originals"])
        .ok();
    assert_eq!(column(&dir.rows("out/coded.csv"), "post_id"), [mid(1), mid(2)]);
}

#[test]
fn kept_columns_stand_last_and_a_missing_one_is_told() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "--keep", "ip,发布工具,城市"])
        .ok()
        .says(["posts.csv: no column `城市` (--keep)"]);
    let coded = dir.read("out/coded.csv");
    let header = coded.lines().next().unwrap();
    assert!(header.ends_with(",reposts,comments,likes,ip,发布工具,城市"), "{header}");
    let first = &rows(&coded)[0];
    assert_eq!(
        (&*first["ip"], &*first["发布工具"], &*first["城市"]),
        ("贵州", "网页", "")
    );
}

#[test]
fn rejected_records_are_kept_with_their_place_and_strict_fails_on_them() {
    let dir = Workdir::new();
    let empty = row(2, "", "", "06-15 12:00");
    let posts = [
        row(1, "", AGAINST, "06-15 12:00"),
        empty,
        row(3, "", FAVOUR, "06-15 12:00"),
    ];
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    dir.minyi(["run", "posts.csv", "-o", "out"]).ok();
    let rejects = dir.rows("out/rejects.csv");
    assert_eq!(column(&rejects, "source_file"), ["posts.csv"]);
    assert_eq!(column(&rejects, "source_row"), ["2"]);
    assert!(rejects[0]["reason"].contains("text"), "{}", rejects[0]["reason"]);
    let cells: Vec<String> = serde_json::from_str(&rejects[0]["cells"]).unwrap();
    assert_eq!(cells[0], mid(2));
    assert_eq!(dir.rows("out/coded.csv").len(), 2);
    let strict: Ran = dir.minyi(["run", "posts.csv", "-o", "out", "--strict", "-q"]);
    let strict = strict.ends_with(1);
    assert_eq!(strict.stderr, "minyi: 1 of 3 records rejected (--strict)\n");
    assert_eq!(dir.rows("out/coded.csv").len(), 2);
}

#[test]
fn an_unreadable_file_does_not_stop_the_others() {
    let dir = Workdir::new();
    dir.write("a.csv", search_file(&[AGAINST]));
    dir.write("b.csv", "PAR1 and then nothing that is text");
    dir.write("c.csv", HEADER.to_owned() + &row(9, "", FAVOUR, "06-15 12:00"));
    let ran = dir
        .minyi(["run", "a.csv", "b.csv", "c.csv", "-o", "out", "-q"])
        .ends_with(1);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    ran.says(["not read: b.csv", "parquet"]);
    assert_eq!(column(&dir.rows("out/coded.csv"), "source_file"), ["a.csv", "c.csv"]);
    assert!(dir.read("out/manifest.json").contains("not read: b.csv"));
}

#[test]
fn quiet_says_nothing() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    let ran = dir.minyi(["run", "posts.csv", "-o", "out", "--quiet"]).ok();
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", ""));
}

#[test]
fn a_name_that_the_exporter_wrote_before_the_text_is_nobodys_word() {
    let dir = Workdir::new();
    let header = "微博id,发布者,微博正文,原始图片url,发布位置,发布时间,发布工具,点赞数,转发数,评论数";
    let text = format!("卖国{AGAINST}");
    dir.write(
        "topic.csv",
        format!("{header}\nN5jP255p6,反对卖国,反对卖国:{text},无,无,2023-06-14 23:41,无,1,2,3\n"),
    );
    let ran = dir.minyi(["run", "topic.csv", "-o", "out"]).ok();
    ran.says(["put right: 1 × name before the text"]);
    let evidence = dir.rows("out/evidence.csv");
    let raw = format!("反对卖国:{text}");
    let label = "反对卖国:".len();
    assert!(!evidence.is_empty());
    for piece in &evidence {
        let (start, end): (usize, usize) = (piece["start"].parse().unwrap(), piece["end"].parse().unwrap());
        assert!(start >= label, "{piece:?}");
        assert_eq!(raw[start..end], piece["text"], "{piece:?}");
    }
    let found = dir.minyi(["kwic", "卖国", "topic.csv", "-q"]).ok();
    assert_eq!(found.stdout.lines().count(), 1 + 2, "{}", found.stdout);
}
