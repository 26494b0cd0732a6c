//! `--users`, `--collected-at`, `--dedup` through the whole program: what comes in is coded, rejected, excluded or a table.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use common::fixture;

struct Study {
    folder: tempfile::TempDir,
}

struct Done {
    said: String,
    out: PathBuf,
}

impl Study {
    fn new() -> Study {
        Study {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Done {
        let out = self.folder.path().join("out");
        let output = Command::new(assert_cmd::cargo::cargo_bin!("minyi"))
            .arg("run")
            .args(arguments)
            .args(["-o", out.to_str().unwrap()])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        Done { said, out }
    }
}

impl Done {
    fn column(&self, file: &str, column: &str) -> Vec<String> {
        let mut reader = csv::Reader::from_path(self.out.join(file)).unwrap();
        let at = reader
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == column)
            .unwrap();
        reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
    }

    /// The steps of flow.csv over all files, those with nothing left out.
    fn flow(&self) -> BTreeMap<String, u64> {
        let (rows, cols) = (
            self.column("tables/flow.csv", "row"),
            self.column("tables/flow.csv", "col"),
        );
        let counts = self.column("tables/flow.csv", "n");
        let all = rows
            .into_iter()
            .zip(cols)
            .zip(counts)
            .filter(|((row, _), _)| row == "all files");
        all.map(|((_, col), n)| (col, n.parse().unwrap()))
            .filter(|(_, n)| *n > 0)
            .collect()
    }

    fn manifest(&self) -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(self.out.join("manifest.json")).unwrap()).unwrap()
    }
}

fn flow(steps: &[(&str, u64)]) -> BTreeMap<String, u64> {
    steps.iter().map(|(step, n)| ((*step).to_owned(), *n)).collect()
}

const SEARCH: &str = "id,bid,user_id,用户昵称,微博正文,发布时间\n";
const POSTS: &str = "4912678401212416,N5gHxpqzZ,1000000001,甲,这事要说清楚,2023-06-14 23:41\n\
                     4912678652870657,N5gHYeMfv,1000000002,乙,我也觉得,2023-06-15 10:00\n";
const USERS: &str = "用户id,昵称,是否认证,认证类型,认证信息,简介,粉丝数\n\
                     1000000001,甲,True,3,某报官方微博,新闻,5.2万\n1000000009,丙,False,-1,,,3\n";

#[test]
fn a_table_of_accounts_decides_what_the_export_cannot() {
    let study = Study::new();
    let posts = study.file("posts.csv", &format!("{SEARCH}{POSTS}"));
    let users = study.file("table.csv", USERS);
    assert_eq!(
        study.run(&[&posts]).column("coded.csv", "account_type"),
        ["unknown", "unknown"]
    );

    let done = study.run(&[&posts, "--users", &users]);
    assert_eq!(done.column("coded.csv", "account_type"), ["media", "unknown"]);
    assert_eq!(done.flow()["read"], 2);
    let manifest = done.manifest();
    assert_eq!(
        manifest["inputs"][0]["repairs"]["author completed from a table of accounts"],
        1
    );
    let table = &manifest["account_tables"][0];
    assert_eq!(
        (table["path"].as_str(), table["bytes"].as_u64()),
        (Some(users.as_str()), Some(USERS.len() as u64))
    );
    assert_eq!(table["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_table_of_ones_own_must_have_known_names() {
    let study = Study::new();
    let posts = study.file("posts.csv", &format!("{SEARCH}{POSTS}"));
    let table = study.file("mine.csv", "编号,类别\n1000000001,媒体\n");
    let out = study.folder.path().join("out");
    let output = Command::new(assert_cmd::cargo::cargo_bin!("minyi"))
        .args(["run", &posts, "--users", &table, "-o", out.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("call the columns user_id, screen_name, verified_type"),
        "{said}"
    );
    let own = study.file("own.csv", "user_id,verified_type\n1000000001,3\n");
    assert_eq!(
        study
            .run(&[&posts, "--users", &own])
            .column("coded.csv", "account_type"),
        ["media", "unknown"]
    );
}

#[test]
fn a_table_among_the_inputs_is_used_and_counted_as_one() {
    let study = Study::new();
    let posts = study.file("posts.csv", &format!("{SEARCH}{POSTS}"));
    let users = study.file("users.csv", USERS);
    // The order of the files makes no difference.
    for inputs in [[posts.as_str(), &users], [&users, posts.as_str()]] {
        let done = study.run(&inputs);
        assert_eq!(done.column("coded.csv", "account_type"), ["media", "unknown"]);
        let mut steps = done.flow();
        steps.retain(|step, _| ["read", "accounts", "coded", "rejected", "unaccounted"].contains(&step.as_str()));
        assert_eq!(steps, flow(&[("read", 4), ("accounts", 2), ("coded", 2)]));
        assert_eq!(done.column("rejects.csv", "reason"), [""; 0]);
        assert!(done.said.contains("accounts, used as a table"), "{}", done.said);
    }
}

#[test]
fn the_posts_of_weibo_crawler_find_their_author_by_the_name_of_the_file() {
    let study = Study::new();
    let header =
        "id,bid,正文,头条文章url,原始图片url,视频url,位置,日期,工具,点赞数,评论数,转发数,话题,@用户,完整日期\n";
    let row = "4912678401212416,N5gHxpqzZ,发一条,,,,,2023-06-14,网页,1,2,3,,,2023-06-14 23:41:07\n";
    study.file("1000000001.csv", &format!("{header}{row}"));
    study.file("users.csv", USERS);
    let done = study.run(&[study.folder.path().to_str().unwrap()]);
    assert_eq!(done.column("coded.csv", "screen_name"), ["甲"]);
    assert_eq!(done.column("coded.csv", "account_type"), ["media"]);
    assert_eq!(done.flow()["accounts"], 2);
}

#[test]
fn inspect_tells_what_a_table_would_change() {
    let study = Study::new();
    let posts = study.file("posts.csv", &format!("{SEARCH}{POSTS}"));
    let users = study.file("table.csv", USERS);
    let inspect = |arguments: &[&str]| {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("minyi"))
            .arg("inspect")
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let without = inspect(&[&posts]);
    assert!(
        without.contains("2 posts of 2 accounts could be decided by a table of accounts"),
        "{without}"
    );
    let with = inspect(&[&posts, "--users", &users]);
    assert!(with.contains("posts by account type: unknown 2"), "{with}");
    assert!(
        with.contains("(2 accounts, fields for 1 post): media 1, unknown 1"),
        "{with}"
    );
}

#[test]
fn the_time_of_collection_tells_relative_dates() {
    let study = Study::new();
    let rows = "1,昨天 09:30,第一条\n2,5分钟前,第二条\n3,06月01日 08:00,第三条\n4,3天前,第四条\n5,刚刚,第五条\n6,12月31日,第六条\n";
    let posts = study.file("posts.csv", &format!("编号,时间,博文\n{rows}"));
    let map = ["--map", "text=博文,id=编号,created_at=时间"];
    let without = study.run(&[&posts, map[0], map[1]]);
    assert_eq!(without.column("coded.csv", "created_at"), [""; 6]);
    let with = study.run(&[&posts, map[0], map[1], "--collected-at", "2023-06-15 10:00"]);
    assert_eq!(
        with.column("coded.csv", "created_at"),
        [
            "2023-06-14T09:30:00+08:00",
            "2023-06-15T09:55:00+08:00",
            "2023-06-01T08:00:00+08:00",
            "2023-06-12",
            "2023-06-15T10:00:00+08:00",
            "2022-12-31",
        ]
    );
    assert_eq!(
        with.manifest()["inputs"][0]["repairs"]["date from the time of collection"],
        6
    );
}

#[test]
fn each_step_of_dedup_leaves_out_more() {
    let study = Study::new();
    let long = "睡前又看了一遍那张图谱，三十六个族群的基因放在一起，我想的是以后看病会不会更准一点";
    let near = long.replace("又看了", "再看了");
    let posts = study.file(
        "posts.csv",
        &format!("编号,博文\n1,{long}\n1,{long}\n2,{long}\n3,{near}\n4,另一句完全不同的话\n5,转发微博\n6,转发微博\n"),
    );
    let map = ["--map", "text=博文,id=编号"];
    for (dedup, left_out) in [
        ("none", vec![]),
        ("id", vec!["duplicate id"]),
        ("text", vec!["duplicate id", "same text"]),
        ("near", vec!["duplicate id", "same text", "near-same text"]),
    ] {
        let done = study.run(&[&posts, map[0], map[1], "--dedup", dedup]);
        assert_eq!(done.column("excluded.csv", "why"), left_out, "{dedup}");
        assert_eq!(done.column("coded.csv", "post_id").len() + left_out.len(), 7);
        assert_eq!(done.manifest()["settings"]["dedup"], dedup);
    }
}

#[test]
fn a_post_repeated_for_each_of_its_comments_is_coded_once() {
    let study = Study::new();
    let header = "id,bid,user_id,用户昵称,微博正文,发布时间,评论内容\n";
    let post = "4912678401212416,N5gHxpqzZ,1000000001,甲,这事要说清楚,2023-06-14 23:41";
    let posts = study.file("posts.csv", &format!("{header}{post},一楼\n{post},二楼\n{post},二楼\n"));
    let done = study.run(&[&posts]);
    // The third row is the second once more, and no other comment.
    assert_eq!(
        done.column("excluded.csv", "why"),
        ["repeated per comment", "duplicate id"]
    );
    assert_eq!(done.column("coded.csv", "post_id"), ["4912678401212416"]);
}

#[test]
fn everything_at_once_adds_up() {
    let study = Study::new();
    let names = [
        "mixed.zip",
        "wrd.xlsx",
        "blindwang.xls",
        "weibodata.db",
        "nghuyong.parquet",
        "weibo-search-21.csv",
    ];
    let inputs: Vec<String> = names.iter().map(|name| fixture(name)).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let done = study.run(&inputs);
    let flow = done.flow();
    let excluded = done.column("excluded.csv", "why").len() as u64;
    let rejected = done.column("rejects.csv", "reason").len() as u64;
    assert_eq!(
        flow["read"],
        done.column("coded.csv", "post_id").len() as u64 + excluded + rejected
    );
    assert!(!flow.contains_key("unaccounted"), "{flow:?}");
    // The sheet in the archive is the sheet beside it: each of its posts is read twice.
    assert!(excluded >= 3);
    assert_eq!(done.manifest()["inputs"].as_array().unwrap().len(), 9);
}
