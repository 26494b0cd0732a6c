use minyi::ingest::Repair;

use crate::{
    posts::{AGAINST, FAVOUR, HEADER, one_of_each, row, search_file},
    workdir::{Workdir, repository},
};

#[test]
fn exporter_encoding_columns_and_first_posts_are_shown() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    let ran = dir.minyi(["inspect", "posts.csv", "--rows", "1"]).ok().prints([
        "exporter   weibo-search",
        "CSV, UTF-8",
        "text ← 微博正文",
        "4 read: 4 posts, 0 rejected",
        "individual 4",
        "confidence of the types: platform 4",
        "看到把全民族的泛基因组",
    ]);
    assert!(!ran.stdout.contains("补充材料"), "more than one row:\n{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn what_is_missing_is_told_with_what_it_means() {
    let dir = Workdir::new();
    let without_accounts = "id,bid,user_id,用户昵称,微博正文,头条文章url,发布位置,艾特用户,话题,转发数,评论数,点赞数,发布时间,\
        发布工具,微博图片url,微博视频url,retweet_id\n\
        4912678401220335,,1000000001,江边一号,泛基因组论文慢慢看,,,,,0,0,0,2023-06-14 23:41,网页,,,\n";
    dir.write("2023.csv", without_accounts)
        .write("bare.csv", "博文\n泛基因组论文慢慢看\n");
    dir.minyi(["inspect", "2023.csv"])
        .ok()
        .prints(["weibo-search", "unknown 1", "confidence of the types: none 1"]);
    dir.minyi(["inspect", "bare.csv", "--map", "text=博文", "--keep", "城市"])
        .ok()
        .prints([
            "posts cannot be recognised as duplicates",
            "--window leaves every post out",
            "no account-level table",
            "城市: asked for by --keep, not in this file",
        ]);
}

#[test]
fn rejects_are_counted_by_reason_with_the_first_of_each() {
    let dir = Workdir::new();
    let posts = [row(1, "", AGAINST, "06-15 12:00"), row(2, "", "", "06-15 12:00")];
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    dir.minyi(["inspect", "posts.csv"])
        .ok()
        .prints(["2 read: 1 post, 1 rejected", "(first: record 2)"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named_among_the_others() {
    let dir = Workdir::new();
    dir.write("good.csv", one_of_each()).write("bad.csv", "a,b\n1,2\n");
    let ran = dir.minyi(["inspect", "bad.csv", "good.csv"]).ends_with(1);
    ran.prints(["bad.csv\n  not read: ", "--map", "exporter   weibo-search"]);
}

/// Every layout that the invented exports in tests/fixtures stand for, in one run.
#[test]
fn a_folder_of_all_kinds_of_exports_is_read_and_every_record_accounted_for() {
    let dir = Workdir::new();
    let folder = repository("tests/fixtures/exports");
    dir.minyi(["run", &folder, "-o", "out", "-q"]).ends_with(1);
    let manifest: serde_json::Value = serde_json::from_str(&dir.read("out/manifest.json")).unwrap();
    let coded = dir.rows("out/coded.csv");
    let mut exporters = std::collections::BTreeSet::new();
    for input in manifest["inputs"].as_array().unwrap() {
        let path = input["path"].as_str().unwrap();
        let exporter = input["exporter"].as_str().unwrap();
        if exporter.starts_with("not read: ") {
            assert!(exporter.contains(path), "{exporter}");
            continue;
        }
        exporters.insert(exporter.to_owned());
        let excluded: u64 = input["excluded"]
            .as_object()
            .unwrap()
            .values()
            .filter_map(|n| n.as_u64())
            .sum();
        let of_file = coded.iter().filter(|post| post["source_file"] == path).count() as u64;
        let accounts = input["accounts"].as_u64().unwrap_or(0);
        let accounted = of_file + excluded + accounts + input["rejected"].as_u64().unwrap();
        assert_eq!(input["rows_read"].as_u64(), Some(accounted), "{path}");
        assert!(accounted > 0, "{path} gave nothing");
    }
    for exporter in [
        "ccf-ncov",
        "mediacrawler-weibo",
        "nghuyong",
        "nghuyong-comments",
        "nghuyong-flat",
        "superspider-topic",
        "weibo-cov",
        "weibo-crawler",
        "weibo-crawler-json",
        "weibo-search",
        "weibospider-cn",
        "wrd",
        "wrd-short",
    ] {
        assert!(exporters.contains(exporter), "{exporter} not among {exporters:?}");
    }
}

#[test]
fn records_with_invalid_bytes_are_listed() {
    let dir = Workdir::new();
    let mut posts = search_file(&[AGAINST, "坏\u{1}字", FAVOUR, "又一个\u{1}"]).into_bytes();
    posts
        .iter_mut()
        .filter(|byte| **byte == 1)
        .for_each(|byte| *byte = 0xff);
    dir.write("posts.csv", posts);
    dir.minyi(["inspect", "posts.csv"]).ok().prints([
        "CSV, UTF-8",
        "2 × invalid bytes replaced",
        "invalid bytes stand in the texts of records 2, 4\n",
    ]);
}

/// Each repair is counted in the manifest under its name, and inspect shows the same number.
#[test]
fn every_repair_is_counted_in_the_manifest_and_shown_by_inspect() {
    let dir = Workdir::new();
    let odd = "Unnamed: 0,编号,博文,时间,赞\n\
        0,1,没有年份的日期,06-14,1.2万\n\
        1,2,日期读不出来,某日,100万+\n\
        2,3,五分钟前的 &amp; 一条,5分钟前,很多\n\
        3,4,后面多出空格子,2023-06-14,5,,\n\
        4,5,写到这里...全文,null,6\n";
    dir.write("odd.csv", odd);
    let exports = [
        "1234567890.csv",
        "ccf-ncov-gbk.csv",
        "invalid-bytes.csv",
        "mediacrawler-weibo-two-versions.csv",
        "superspider-topic.csv",
        "weibo-crawler-windows.csv",
        "weibo-search-21.csv",
        "weibo-search-labelled-subset.csv",
        "weibo-search-rounded-ids.csv",
        "weibo-search-spreadsheet.csv",
        "weibodata.db",
    ];
    let exports = exports.map(|name| repository(&format!("tests/fixtures/exports/{name}")));
    let mut files: Vec<&str> = exports.iter().map(String::as_str).collect();
    files.push("odd.csv");
    let mut counted: std::collections::BTreeMap<String, u64> = Default::default();
    for collected in [&[][..], &["--collected-at", "2023-06-15"]] {
        for file in files.iter().filter(|file| collected.is_empty() || **file == "odd.csv") {
            let map = ["--map", "text=博文,id=编号,created_at=时间,likes=赞"];
            let map = if *file == "odd.csv" { &map[..] } else { &[] };
            let options = [map, collected].concat();
            let run = [&["run", file, "-o", "out", "-q"][..], &options].concat();
            dir.minyi_with(run, "").ok();
            let shown = dir
                .minyi_with([&["inspect", file, "-q"][..], &options].concat(), "")
                .ok()
                .stdout;
            let manifest: serde_json::Value = serde_json::from_str(&dir.read("out/manifest.json")).unwrap();
            for (name, n) in manifest["inputs"][0]["repairs"].as_object().unwrap() {
                // inspect shows what the file itself tells, and then what a table of accounts would add.
                if name != Repair::AuthorFromTable.name() {
                    assert!(
                        shown.contains(&format!("repaired   {n} × {name}\n")),
                        "{file}: {n} × {name}\n{shown}"
                    );
                }
                *counted.entry(name.clone()).or_default() += n.as_u64().unwrap();
            }
        }
    }
    let of_files = [
        "invalid bytes replaced",
        "header changed within the file",
        "index column left aside",
    ];
    let names = Repair::ALL.iter().map(|repair| repair.name()).chain(of_files);
    let uncounted: Vec<&str> = names.filter(|name| !counted.contains_key(*name)).collect();
    assert_eq!(uncounted, [""; 0], "{counted:?}");
}
