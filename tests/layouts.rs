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
    (
        "weibo-search-15.csv",
        "weibo-search",
        [
            "4912678401212416",
            "图谱的配图很好看",
            MINUTE,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-search-16.csv",
        "weibo-search",
        [
            "4912678401212416",
            "图谱的配图很好看",
            MINUTE,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-search-18.csv",
        "weibo-search",
        [
            "4912678401212416",
            "图谱的配图很好看",
            MINUTE,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-search-19.csv",
        "weibo-search",
        [
            "4912678401212416",
            "图谱的配图很好看",
            MINUTE,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-crawler-comments.csv",
        "weibo-crawler-comments",
        ["4912679000000001", "图谱的评论", SECOND, "-", "路人丙", "-", "-", "4"],
    ),
    (
        "nghuyong-2019.jsonl",
        "nghuyong-2019",
        [
            "4912678401212416",
            "旧版爬虫的一条",
            MINUTE,
            "1000000001",
            "-",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "superspider-user.csv",
        "superspider-user",
        ["4912678401212416", "账号页上的一条", MINUTE, "-", "-", "1", "2", "3"],
    ),
    (
        "superspider-user-2.csv",
        "superspider-user-2",
        ["4912678401212416", "第二种表的一条", MINUTE, "-", "-", "1", "2", "3"],
    ),
    (
        "superspider-user-2-originals.csv",
        "superspider-user-2",
        ["4912678401212416", "只抓原创时的一条", MINUTE, "-", "-", "1", "2", "3"],
    ),
    (
        "superspider-topic-cn.csv",
        "superspider-topic-cn",
        [
            "4912678401212416",
            "话题页上的一条",
            MINUTE,
            "1000000002",
            "江上数峰",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "superspider-commented.csv",
        "superspider-commented",
        [
            "4912678401212416",
            "评论过的一条",
            SECOND,
            "1000000002",
            "江上数峰",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "superspider-supercomments.csv",
        "superspider-supercomments",
        [
            "4912679000000001",
            "超级评论一句",
            SECOND,
            "1000000003",
            "路人丙",
            "-",
            "-",
            "4",
        ],
    ),
    (
        "bazhuayu.csv",
        "bazhuayu",
        ["", "模板采到的一条", MINUTE, "-", "青湖科普", "-", "-", "-"],
    ),
    (
        "sfm.csv",
        "sfm",
        [
            "4912678401212416",
            "图书馆收的一条",
            SECOND,
            "-",
            "青湖科普",
            "1",
            "-",
            "-",
        ],
    ),
    (
        "covid19-weibo-2020.csv",
        "covid19-weibo-2020",
        ["", "没有时间也没有编号的一条", "-", "1000000001", "-", "-", "-", "-"],
    ),
    (
        "weibo-list.csv",
        "weibo-list",
        [
            "4912678401212416",
            "清单里的一条 ...全文",
            SECOND,
            "-",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "mweibo-table.csv",
        "mweibo-table",
        [
            "4912678401212416",
            "网页表里的一条",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "blindwang-search.csv",
        "blindwang-search",
        [
            "4912678401212416",
            "表头带前缀的一条",
            SECOND,
            "1000000002",
            "江上数峰",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-api-mobile.json",
        "weibo-api-mobile",
        [
            "4912678401212416",
            "接口原样的<br />一条",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-api-mobile-page.json",
        "weibo-api-mobile",
        [
            "4912678401212416",
            "接口原样的<br />一条",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-api.jsonl",
        "weibo-api",
        [
            "4912678401212416",
            "接口原样的一条[泪]",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "weibo-api-page.json",
        "weibo-api",
        [
            "4912678401212416",
            "接口原样的一条[泪]",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
    ),
    (
        "mediacrawler-weibo-comments-2026.jsonl",
        "mediacrawler-weibo-comments",
        [
            "4912679000000001",
            "新表的评论",
            SECOND,
            "0123456789abcdef",
            "路***丙",
            "-",
            "2",
            "7",
        ],
    ),
    (
        "mediacrawler-xhs-2026.jsonl",
        "mediacrawler-xhs",
        [
            "64aa",
            "图谱是什么\n一图看懂",
            SECOND,
            "0123456789abcdef",
            "小***甲",
            "100000",
            "2",
            "12000",
        ],
    ),
    (
        "mediacrawler-xhs-comments.json",
        "mediacrawler-xhs-comments",
        ["65aa", "收藏了[哇R]", SECOND, "u2", "小红乙", "-", "1", "7"],
    ),
    (
        "mediacrawler-xhs-comments-2026.jsonl",
        "mediacrawler-xhs-comments",
        ["65aa", "收藏了", SECOND, "0123456789abcdef", "小***乙", "-", "1", "7"],
    ),
    (
        "mediacrawler-douyin-comments-2026.jsonl",
        "mediacrawler-douyin-comments",
        [
            "7244000000000000009",
            "讲得清楚",
            SECOND,
            "0123456789abcdef",
            "听***甲",
            "-",
            "1",
            "7",
        ],
    ),
    (
        "mediacrawler-bilibili-2026.jsonl",
        "mediacrawler-bilibili",
        [
            "900000001",
            "图谱视频\n参考文献见评论",
            SECOND,
            "0123456789abcdef",
            "科***站",
            "4",
            "9",
            "88",
        ],
    ),
    (
        "mediacrawler-bilibili-comments-2026.jsonl",
        "mediacrawler-bilibili-comments",
        [
            "800000001",
            "学到了",
            SECOND,
            "0123456789abcdef",
            "路***乙",
            "-",
            "0",
            "3",
        ],
    ),
    (
        "mediacrawler-kuaishou-2026.jsonl",
        "mediacrawler-kuaishou",
        ["3xabc", "看图谱", SECOND, "0123456789abcdef", "快***甲", "-", "-", "5"],
    ),
    (
        "mediacrawler-kuaishou-comments-2026.jsonl",
        "mediacrawler-kuaishou-comments",
        ["900", "双击了", SECOND, "0123456789abcdef", "快***乙", "-", "0", "-"],
    ),
    (
        "mediacrawler-zhihu-2026.jsonl",
        "mediacrawler-zhihu",
        [
            "1100000001",
            "如何看待图谱？\n先说结论。",
            SECOND,
            "0123456789abcdef",
            "知***甲",
            "-",
            "12",
            "321",
        ],
    ),
    (
        "mediacrawler-zhihu-comments-2026.jsonl",
        "mediacrawler-zhihu-comments",
        [
            "1200000001",
            "谢谢解释",
            SECOND,
            "0123456789abcdef",
            "知***乙",
            "-",
            "0",
            "4",
        ],
    ),
    (
        "mediacrawler-tieba-2026.jsonl",
        "mediacrawler-tieba",
        [
            "8500000001",
            "聊聊图谱\n楼主先说两句",
            MINUTE,
            "0123456789abcdef",
            "吧***甲",
            "-",
            "15",
            "-",
        ],
    ),
    (
        "mediacrawler-tieba-comments-2026.jsonl",
        "mediacrawler-tieba-comments",
        [
            "8600000001",
            "二楼报到",
            MINUTE,
            "0123456789abcdef",
            "吧***乙",
            "-",
            "2",
            "-",
        ],
    ),
    (
        "minyi.csv",
        "minyi",
        [
            "4912678401212416",
            "自己的表",
            SECOND,
            "1000000001",
            "青湖科普",
            "1",
            "2",
            "3",
        ],
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
        let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let found = [
            post.id.to_string(),
            post.text.to_string(),
            post.created_at.map_or("-".to_owned(), |at| at.to_string()),
            text(post.author.user_id.as_deref()),
            text(post.author.screen_name.as_deref()),
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
        .filter(|name| !ACCOUNTS.contains(&name.as_str()) && !WITHOUT_TEXT.contains(&name.as_str()))
        .collect();
    assert_eq!(listed, lying);
}

#[test]
fn a_retweet_is_told_by_the_tweet_it_refers_to() {
    let reposts: Vec<bool> = read("twarc.csv").posts.iter().map(|post| post.is_repost).collect();
    assert_eq!(reposts, [false, true]);
}

/// Tables of accounts, and files whose posts lie elsewhere.
const ACCOUNTS: [&str; 2] = ["accounts.csv", "nghuyong-2019-users.csv"];
const WITHOUT_TEXT: [&str; 2] = ["tweet-ids-stance.csv", "zeeschuimer.ndjson"];

#[test]
fn every_layout_has_its_file() {
    let layout = |folder: &Path, name: &str| {
        let path = folder.join(name);
        let read = common::read(path.to_str().unwrap(), &Options::default());
        read.ok().map(|read| read.recognition.exporter)
    };
    let exports = folder().parent().unwrap().join("exports");
    let mut found = BTreeSet::new();
    for folder in [folder(), &exports] {
        for entry in fs::read_dir(folder).unwrap() {
            found.extend(layout(folder, entry.unwrap().file_name().to_str().unwrap()));
        }
    }
    for inside in ["weibodata.db/user", "weibodata.db/comments", "weibospider.db/user"] {
        found.extend(layout(&exports, inside));
    }
    let all: BTreeSet<String> = common::layouts().names().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(all.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn what_holds_no_texts_is_rejected_with_what_to_do() {
    for (file, records, advice) in [
        ("tweet-ids-stance.csv", 2, "hydrate"),
        ("zeeschuimer.ndjson", 1, "4CAT"),
    ] {
        let read = read(file);
        assert_eq!((read.posts.len(), read.rejects.len()), (0, records), "{file}");
        assert!(
            read.rejects.iter().all(|reject| reject.reason.contains(advice)),
            "{file}"
        );
        assert!(read.recognition.without_text.is_some(), "{file}");
    }
}

#[test]
fn old_tables_of_accounts_tell_the_verification_in_words() {
    let accounts = read("nghuyong-2019-users.csv").accounts;
    assert_eq!(accounts[0].user_id.as_deref(), Some("1000000001"));
    assert_eq!(accounts[0].verified_reason.as_deref(), Some("某科普站站长"));
    assert_eq!((accounts[0].verified_type, accounts[0].followers), (None, Some(52_000)));
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
