//! Pseudonyms and masks: what must not be in any output is in none.

use std::collections::BTreeSet;

use minyi::coded::{CodedFile, Wanted};

use crate::{
    posts::{AGAINST, ELSEWHERE, FAVOUR, HEADER, NEUTRAL, mid, row},
    workdir::{Workdir, column},
};

const KEY: &str = "an invented key of a good length\n";
/// Crawlers name files after the user they collected.
const FILE: &str = "1357924680/石桥边的人1357924680.csv";
/// A table of accounts.
const USERS: &str = "users-1357924680.csv";
const MENTIONED: &str = "山上的看客";

/// Posts whose texts, kept cells, file name, rejected and excluded records hold names and ids, all invented.
fn export() -> (Workdir, Vec<String>) {
    let dir = Workdir::new();
    let text = format!("{AGAINST}我是江边第1号 //@{MENTIONED}:转发 https://weibo.com/u/1357924680 ，QQ 1357924680");
    let posts = [
        row(1, "普通用户", &text, "06-15 12:00"),
        row(2, "黄V", FAVOUR, "06-15 12:00"),
        row(3, "普通用户", NEUTRAL, "06-16 12:00"),
        // Read before; out of the window; no text.
        row(2, "黄V", FAVOUR, "06-15 12:00"),
        row(4, "普通用户", AGAINST, "09-30 12:00"),
        row(5, "普通用户", "", "06-15 12:00"),
    ];
    dir.write(FILE, HEADER.to_owned() + &posts.concat());
    dir.write("key", KEY);
    dir.write(USERS, "user_id,verified_type\n1000000001,0\n");
    let mut secrets = vec![
        MENTIONED.to_owned(),
        "1357924680".to_owned(),
        "石桥边的人".to_owned(),
        KEY.trim().to_owned(),
    ];
    for id in 1..=5 {
        secrets.extend([format!("江边第{id}号"), mid(id), (1_000_000_000 + id % 7).to_string()]);
    }
    (dir, secrets)
}

/// Every output as text. Parquet is compressed and is read as what it holds; the workbook says what tables.md says.
fn contents(dir: &Workdir, folder: &str) -> Vec<(String, String)> {
    let mut contents = Vec::new();
    for (name, bytes) in dir.files(folder) {
        let text = if name.ends_with(".parquet") {
            cells(dir.path(folder).join(&name).to_str().unwrap())
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        contents.push((name, text));
    }
    contents
}

fn cells(parquet: &str) -> String {
    let file = CodedFile::open(parquet).unwrap();
    let mut wanted = Wanted::of(&file);
    for name in file.columns() {
        wanted.column(name).unwrap();
    }
    let mut text = String::new();
    file.read(&wanted, |row| {
        text += &row.join("\t");
        Ok(())
    })
    .unwrap();
    text
}

#[test]
fn no_raw_name_or_id_survives_in_any_output_of_a_pseudonymised_run() {
    let (dir, secrets) = export();
    let common = ["--window", "study", "--keep", "用户昵称,id,话题", "-q"];
    let [window, study, keep, kept, quiet] = common;
    // The same run without pseudonyms holds every one of them, so the search would find them.
    dir.minyi([
        "run", FILE, "-o", "open", "--users", USERS, window, study, keep, kept, quiet,
    ])
    .ok();
    let open: String = contents(&dir, "open").into_iter().map(|(_, text)| text).collect();
    // Of the post out of the window no output tells more than its id.
    let told = |secret: &&String| ![KEY.trim(), "江边第4号", "1000000004"].contains(&secret.as_str());
    for secret in secrets.iter().filter(told) {
        assert!(open.contains(secret.as_str()), "{secret} is not even in the open run");
    }
    dir.minyi([
        "run",
        FILE,
        "-o",
        "out",
        window,
        study,
        keep,
        kept,
        quiet,
        "--pseudonymize",
        "--key-file",
        "key",
        "--sensitivity",
        "--users",
        USERS,
    ])
    .ok();
    let outputs = contents(&dir, "out");
    assert!(outputs.len() > 20);
    for (name, text) in &outputs {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} holds {secret}");
        }
    }
    let named = |end: &str| &outputs.iter().find(|(name, _)| name == end).unwrap().1;
    for name in [
        "rejects.csv",
        "excluded.csv",
        "coded.parquet",
        "tables/flow.csv",
        "manifest.json",
    ] {
        assert!(
            named(name).contains("input-1.csv") && named(name).lines().count() > 0,
            "{name}"
        );
    }
    assert!(named("tables/examples.csv").contains("[link]") && named("tables/examples.csv").contains("[number]"));
}

#[test]
fn pseudonyms_change_no_code_and_evidence_still_points_at_its_words() {
    let (dir, _) = export();
    dir.minyi(["run", FILE, "-o", "open", "-q"]).ok();
    dir.minyi(["run", FILE, "-o", "out", "-q", "--pseudonymize", "--key-file", "key"])
        .ok();
    let (open, out) = (dir.rows("open/coded.csv"), dir.rows("out/coded.csv"));
    for name in ["stance", "stance_score", "codes", "account_type", "created_at"] {
        assert_eq!(column(&open, name), column(&out, name), "{name}");
    }
    assert_eq!(
        dir.read("open/tables/account_type_by_stance.csv"),
        dir.read("out/tables/account_type_by_stance.csv")
    );
    let (open, out) = (dir.rows("open/evidence.csv"), dir.rows("out/evidence.csv"));
    assert!(!out.is_empty());
    assert_eq!(column(&open, "text"), column(&out, "text"));
}

#[test]
fn one_key_joins_files_coded_apart_and_another_does_not() {
    let (dir, _) = export();
    let users = |out: &str, key: &str| -> BTreeSet<String> {
        dir.write("key", key);
        dir.minyi(["code", FILE, "-o", out, "-q", "--pseudonymize", "--key-file", "key"])
            .ok();
        column(&dir.rows(out), "user_id")
            .into_iter()
            .map(String::from)
            .collect()
    };
    let first = users("a.csv", KEY);
    assert_eq!(first, users("b.csv", KEY.trim()));
    assert!(first.is_disjoint(&users("c.csv", "another invented key of length")));
}

#[test]
fn without_a_good_key_nothing_is_written() {
    let (dir, _) = export();
    dir.minyi(["run", FILE, "-o", "out", "--pseudonymize"])
        .ends_with(1)
        .says(["MINYI_KEY"]);
    dir.write("key", "short");
    dir.minyi(["run", FILE, "-o", "out", "--pseudonymize", "--key-file", "key"])
        .ends_with(1)
        .says(["5 bytes, at least 16"]);
    dir.minyi(["run", FILE, "-o", "out", "--pseudonymize", "--key-file", "none"])
        .ends_with(1)
        .says(["--key-file none"]);
    dir.minyi(["run", FILE, "-o", "out", "--key-file", "key"])
        .ends_with(2)
        .says(["--pseudonymize"]);
    assert!(!dir.path("out").exists());
}

#[test]
fn small_counts_are_masked_in_every_table_of_a_run() {
    let (dir, _) = export();
    dir.minyi(["run", FILE, "-o", "out", "-q", "--suppress", "5"]).ok();
    for (name, _) in dir.files("out/tables") {
        if !name.ends_with(".csv") || ["examples.csv", "tests.csv"].contains(&name.as_str()) {
            continue;
        }
        for cell in dir.rows(&format!("out/tables/{name}")) {
            for number in ["n", "base"] {
                let told: u64 = cell[number].parse().unwrap_or(0);
                assert!(!(1..5).contains(&told), "{name}: {cell:?}");
            }
        }
    }
    // Nor does the manifest tell how many records were rejected or left out.
    let manifest: serde_json::Value = serde_json::from_str(&dir.read("out/manifest.json")).unwrap();
    assert_eq!(manifest["inputs"][0]["rejected"], "*");
    assert_eq!(manifest["inputs"][0]["excluded"]["duplicate id"], "*");
    assert_eq!(manifest["excluded"]["duplicate id"], "*");
    let methods = dir.minyi(["report", "out", "--methods"]).ok();
    methods.prints(["Records that could not be read as posts: *", "duplicate id *"]);
    assert!(dir.read("out/tables/print/tables.md").contains("\\*"));
    assert!(dir.rows("out/tables/examples.csv").is_empty());
    assert!(
        dir.read("out/manifest.json")
            .contains("\"small counts masked\": \"below 5\"")
    );
}

/// Counts from 1 to 4 in a text, where numbers stand by themselves: not in names, hashes, decimals or percentages.
fn small_counts(text: &str) -> Vec<String> {
    let part_of_more = |c: char| c.is_alphanumeric() || "._-%/:×,".contains(c);
    let words = text
        .split(|c: char| !part_of_more(c))
        .map(|word| word.trim_matches([':', ',', '.']));
    words
        .filter(|word| ["1", "2", "3", "4"].contains(word))
        .map(str::to_owned)
        .collect()
}

/// Two files: 12 posts against, 8 in favour and 7 neutral by individuals, 3 in favour by media; 3 with HTML, 2 without text, 2 that repeat
/// others, 1 on another subject.
#[test]
fn no_small_count_is_in_any_output_or_on_the_terminal() {
    let dir = Workdir::new();
    let mut posts: Vec<String> = Vec::new();
    let mut add = |times: u64, badge: &str, text: &str| {
        for _ in 0..times {
            let id = posts.len() as u64 + 1;
            posts.push(row(id, badge, text, "06-15 12:00"));
        }
    };
    add(9, "普通用户", AGAINST);
    add(3, "普通用户", &format!("<b>{AGAINST}</b><br/>"));
    add(8, "普通用户", FAVOUR);
    add(7, "普通用户", NEUTRAL);
    add(3, "蓝V媒体", FAVOUR);
    add(2, "普通用户", "");
    add(1, "普通用户", ELSEWHERE);
    let repeated = posts[..2].concat();
    dir.write("one.csv", HEADER.to_owned() + &posts[..20].concat());
    dir.write("other.csv", HEADER.to_owned() + &posts[20..].concat() + &repeated);
    let run = |out: &str, more: &[&str]| {
        let common = [
            "run",
            "one.csv",
            "other.csv",
            "-o",
            out,
            "--searched=no",
            "--sensitivity",
        ];
        dir.minyi_with(common.into_iter().chain(more.iter().copied()), "").ok()
    };
    let counts = |out: &str| -> serde_json::Value {
        let mut manifest: serde_json::Value = serde_json::from_str(&dir.read(&format!("{out}/manifest.json"))).unwrap();
        let inputs = manifest["inputs"].as_array_mut().unwrap();
        inputs.iter_mut().for_each(|input| {
            input.as_object_mut().unwrap().remove("sha256");
        });
        serde_json::json!([manifest["inputs"], manifest["excluded"]])
    };
    let flow = |out: &str| -> String {
        let page = dir.read(&format!("{out}/report.html"));
        let drawn = page.split("<svg class=\"flow\"").skip(1);
        let texts = drawn.flat_map(|svg| svg.split("</svg>").next().unwrap().split("<text").skip(1));
        texts
            .map(|text| {
                text.split_once('>')
                    .unwrap()
                    .1
                    .split("</text>")
                    .next()
                    .unwrap()
                    .to_owned()
                    + "\n"
            })
            .collect()
    };
    let terminal = |ran: &crate::workdir::Ran| -> String {
        let told = ran.stderr.lines().filter(|line| !line.contains(" files in "));
        told.flat_map(|line| [line, "\n"]).collect()
    };
    // Without masks small counts stand everywhere, so that each of these would be found.
    let open = run("open", &[]);
    for text in [terminal(&open), flow("open"), counts("open").to_string()] {
        assert!(!small_counts(&text).is_empty(), "{text}");
    }
    assert!(open.stderr.contains("3 × HTML seen through"), "{}", open.stderr);

    let masked =
        run("out", &["--suppress", "5"]).says(["* × HTML seen through", "subtracting tables of overlapping sets"]);
    for text in [terminal(&masked), flow("out"), counts("out").to_string()] {
        assert_eq!(small_counts(&text), [""; 0], "{text}");
    }
    assert_eq!(counts("out")[0][0]["repairs"]["HTML seen through"], "*");
    assert!(flow("out").contains('*'));
    for (name, _) in dir.files("out/tables") {
        if !name.ends_with(".csv") || ["examples.csv", "tests.csv"].contains(&name.as_str()) {
            continue;
        }
        for cell in dir.rows(&format!("out/tables/{name}")) {
            for number in ["n", "base"] {
                assert_eq!(small_counts(&cell[number]), [""; 0], "{name}: {cell:?}");
            }
        }
    }
    let page = dir.read("out/report.html");
    for n in 1..5 {
        assert!(!page.contains(&format!("data-value=\"{n}\"")), "{n}");
        assert!(!page.contains(&format!("HTML seen through {n}")), "{n}");
    }
    let printed = dir.read("out/tables/print/tables.md");
    let cells = printed
        .lines()
        .filter(|line| line.starts_with("| "))
        .flat_map(|line| line.split('|'));
    let told: Vec<&str> = cells
        .map(str::trim)
        .filter(|cell| ["1", "2", "3", "4"].contains(cell))
        .collect();
    assert_eq!(told, [""; 0]);
}

/// A table of a part of the posts says what masking cannot see, on the terminal and below itself.
#[test]
fn a_masked_table_of_a_part_of_the_posts_warns_of_the_others() {
    let (dir, _) = export();
    dir.minyi(["run", FILE, "-o", "out", "-q"]).ok();
    let table = [
        "table",
        "out/coded.csv",
        "--rows",
        "account_type",
        "--cols",
        "stance",
        "--suppress",
        "5",
    ];
    let run = |more: &[&str]| dir.minyi_with(table.into_iter().chain(more.iter().copied()), "").ok();
    let part = run(&["--where", "is_repost=false"]);
    part.prints(["overlapping sets of posts"])
        .says(["subtracting tables of overlapping sets"]);
    let whole = run(&[]);
    assert!(!whole.stdout.contains("overlapping") && !whole.stderr.contains("overlapping"));
}

/// Unclear posts are one more part of all posts: what is masked among them stays so.
#[test]
fn unclear_posts_are_masked_like_all_others() {
    let dir = Workdir::new();
    let posts: Vec<String> = (1..=9)
        .map(|id| row(id, "普通用户", if id < 7 { AGAINST } else { NEUTRAL }, "06-15 12:00"))
        .collect();
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    let run = |out: &str, more: &[&str]| {
        let common = ["run", "posts.csv", "-o", out, "-q", "--searched", "--abstain", "1"];
        dir.minyi_with(common.into_iter().chain(more.iter().copied()), "").ok();
        dir.rows(&format!("{out}/tables/stance.csv"))
    };
    let n = |rows: &[std::collections::BTreeMap<String, String>]| -> Vec<String> {
        let unclear = rows.iter().filter(|cell| cell["row"] == "unclear");
        unclear.map(|cell| cell["n"].clone()).collect()
    };
    let open: u64 = n(&run("open", &[]))[0].parse().unwrap();
    assert!(open > 0, "no post is unclear");
    let k = (open + 1).to_string();
    assert_eq!(n(&run("out", &["--suppress", &k])), ["*"]);
    for (name, text) in contents(&dir, "out/tables") {
        let told = format!(",{open},");
        assert!(!name.ends_with("flow.csv") || !text.contains(&told), "{name}: {text}");
    }
}

#[test]
fn concordance_and_words_of_a_pseudonymised_export_name_nobody() {
    let (dir, secrets) = export();
    let common = ["-q", "--pseudonymize", "--key-file", "key"];
    let outputs = [
        ("places.csv", vec!["kwic", "转发", FILE, "-o", "places.csv"]),
        (
            "evidence.csv",
            vec!["kwic", "NEG.BETRAY", FILE, "-o", "evidence.csv", "--width", "60"],
        ),
        ("words.csv", vec!["terms", FILE, "--min-posts", "1", "-o", "words.csv"]),
        (
            "words.svg",
            vec![
                "terms",
                FILE,
                "--min-posts",
                "1",
                "--target",
                "stance=negative",
                "-o",
                "words.svg",
            ],
        ),
    ];
    for (name, arguments) in outputs {
        dir.minyi_with(arguments.into_iter().chain(common), "").ok();
        let text = dir.read(name);
        assert!(text.lines().count() > 1, "{name} is empty");
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} holds {secret}");
        }
    }
}
