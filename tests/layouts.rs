//! One invented file for each layout that only maps columns: what its first record must give.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use minyi::ingest::Options;

/// 1686757267, which is 2023-06-14 23:41:07 in Beijing.
const SECOND: &str = "2023-06-14T23:41:07+08:00";
const MINUTE: &str = "2023-06-14T23:41:00+08:00";

/// File, layout, id, text, time, user id, screen name, reposts, comments, likes (`-`: not told).
const FIRST: &[(&str, &str, [&str; 8])] = &[
    (
        "mediacrawler-douyin.csv",
        "mediacrawler-douyin",
        [
            "7244000000000000001",
            "图谱讲解三分钟",
            SECOND,
            "2000000001",
            "云上说书",
            "6",
            "45",
            "12000",
        ],
    ),
    (
        "mediacrawler-douyin-2026.jsonl",
        "mediacrawler-douyin",
        [
            "7244000000000000001",
            "图谱讲解三分钟",
            SECOND,
            "0123456789abcdef",
            "云***书",
            "6",
            "45",
            "12000",
        ],
    ),
    (
        "mediacrawler-douyin-comments.csv",
        "mediacrawler-douyin-comments",
        [
            "7244000000000000009",
            "讲得清楚",
            SECOND,
            "2000000002",
            "听众甲",
            "-",
            "1",
            "7",
        ],
    ),
    (
        "mediacrawler-bilibili.csv",
        "mediacrawler-bilibili",
        [
            "900000001",
            "图谱视频\n参考文献见评论",
            SECOND,
            "2000000003",
            "科普站",
            "-",
            "9",
            "88",
        ],
    ),
    (
        "mediacrawler-bilibili-comments.csv",
        "mediacrawler-bilibili-comments",
        ["800000001", "学到了", SECOND, "2000000004", "路人乙", "-", "0", "3"],
    ),
    (
        "mediacrawler-kuaishou.csv",
        "mediacrawler-kuaishou",
        ["3xabc", "老铁看图谱", SECOND, "2000000005", "快手甲", "-", "-", "5"],
    ),
    (
        "mediacrawler-kuaishou-comments.csv",
        "mediacrawler-kuaishou-comments",
        ["900", "双击了", SECOND, "2000000006", "快手乙", "-", "0", "-"],
    ),
    (
        "mediacrawler-zhihu.csv",
        "mediacrawler-zhihu",
        [
            "1100000001",
            "如何看待图谱？\n先说结论：数据留在国内。",
            SECOND,
            "u1",
            "知友甲",
            "-",
            "12",
            "321",
        ],
    ),
    (
        "mediacrawler-zhihu-comments.csv",
        "mediacrawler-zhihu-comments",
        ["1200000001", "谢谢解释", SECOND, "u2", "知友乙", "-", "0", "4"],
    ),
    (
        "mediacrawler-tieba.csv",
        "mediacrawler-tieba",
        [
            "8500000001",
            "聊聊图谱\n楼主先说两句",
            MINUTE,
            "-",
            "吧友甲",
            "-",
            "15",
            "-",
        ],
    ),
    (
        "mediacrawler-tieba-comments.csv",
        "mediacrawler-tieba-comments",
        ["8600000001", "二楼报到", MINUTE, "-", "吧友乙", "-", "2", "-"],
    ),
    (
        "4cat.csv",
        "4cat",
        [
            "p1",
            "A title\nthe pangenome thread",
            SECOND,
            "-",
            "anon",
            "-",
            "-",
            "-",
        ],
    ),
    (
        "4cat-twitter.csv",
        "4cat-twitter",
        [
            "1669000000000000001",
            "reading the new reference",
            SECOND,
            "55",
            "gene_fan",
            "2",
            "1",
            "9",
        ],
    ),
    (
        "4cat-xiaohongshu.csv",
        "4cat-xiaohongshu",
        [
            "64890000000000001",
            "看图谱\n笔记正文一句",
            SECOND,
            "-",
            "小红甲",
            "5",
            "4",
            "12000",
        ],
    ),
    (
        "4cat-douyin.csv",
        "4cat-douyin",
        [
            "7244000000000000001",
            "图谱讲解",
            SECOND,
            "dy1",
            "云上说书",
            "6",
            "7",
            "8",
        ],
    ),
    (
        "twarc.csv",
        "twarc",
        [
            "1669000000000000001",
            "a tweet about the reference",
            SECOND,
            "55",
            "gene_fan",
            "2",
            "1",
            "9",
        ],
    ),
    (
        "academictwitter.csv",
        "academictwitter",
        [
            "1669000000000000001",
            "a tidy tweet",
            SECOND,
            "55",
            "gene_fan",
            "2",
            "1",
            "9",
        ],
    ),
    (
        "minet-twitter.csv",
        "minet-twitter",
        [
            "1669000000000000001",
            "a minet tweet",
            SECOND,
            "55",
            "gene_fan",
            "2",
            "1",
            "9",
        ],
    ),
    (
        "spiderclub.csv",
        "spiderclub",
        [
            "4912678401212416",
            "老项目的一条",
            SECOND,
            "1000000001",
            "-",
            "3",
            "2",
            "1",
        ],
    ),
    (
        "pandafreedom-weibo.csv",
        "pandafreedom-weibo",
        [
            "4912678401212416",
            "自己写的爬虫",
            SECOND,
            "-",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "pandafreedom-xhs.csv",
        "pandafreedom-xhs",
        [
            "64890000000000001",
            "只有标题的笔记",
            "-",
            "-",
            "小红乙",
            "-",
            "4",
            "12000",
        ],
    ),
    (
        "blindwang-comments.csv",
        "blindwang-comments",
        ["", "同意楼主", SECOND, "1000000005", "评论员甲", "-", "-", "6"],
    ),
];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/layouts"))
}

fn read(file: &str) -> common::Read {
    common::read(folder().join(file).to_str().unwrap(), &Options::default()).unwrap()
}

#[test]
fn the_first_record_of_each_layout() {
    for (file, layout, expected) in FIRST {
        let read = read(file);
        assert_eq!(read.recognition.exporter, *layout, "{file}");
        let post = &read.posts[0];
        let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
        let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        let found = [
            post.id.clone(),
            post.text.clone(),
            post.created_at.map_or("-".to_owned(), |at| at.to_string()),
            text(&post.author.user_id),
            text(&post.author.screen_name),
            count(post.engagement.reposts),
            count(post.engagement.comments),
            count(post.engagement.likes),
        ];
        assert_eq!(found.each_ref().map(String::as_str), *expected, "{file}");
        assert_eq!(read.rejects.len(), 0, "{file}");
    }
}

#[test]
fn every_file_is_looked_at() {
    let listed: BTreeSet<String> = FIRST.iter().map(|(file, ..)| (*file).to_owned()).collect();
    let lying: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "accounts.csv")
        .collect();
    assert_eq!(listed, lying);
}

#[test]
fn a_retweet_is_told_by_the_tweet_it_refers_to() {
    let reposts: Vec<bool> = read("twarc.csv").posts.iter().map(|post| post.is_repost).collect();
    assert_eq!(reposts, [false, true]);
}

#[test]
fn a_table_with_the_names_of_weibo_is_one_of_accounts() {
    let accounts = read("accounts.csv").accounts;
    assert_eq!(accounts.len(), 1);
    assert_eq!(
        (accounts[0].verified_type, accounts[0].followers),
        (Some(1), Some(52_000))
    );
}
