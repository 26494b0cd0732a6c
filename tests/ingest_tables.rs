//! Workbooks, databases, parquet files, archives: what the files of `scripts/make-container-fixtures.py` must give.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{Read, fixture};
use minyi::ingest::{Accounts, Container, Options, expand};

fn read(name: &str) -> Read {
    common::read(&fixture(name), &Options::default()).unwrap()
}

fn texts(read: &Read) -> Vec<&str> {
    read.posts.iter().map(|post| &*post.text).collect()
}

fn times(read: &Read) -> Vec<String> {
    read.posts
        .iter()
        .map(|post| post.created_at.unwrap().to_string())
        .collect()
}

#[test]
fn sheets_with_the_same_columns_are_one_table() {
    let read = read("wrd.xlsx");
    assert_eq!(
        (read.recognition.exporter.as_str(), &read.recognition.container),
        ("wrd", &Container::Workbook)
    );
    assert_eq!(read.recognition.tables, ["数据1", "数据2"]);
    assert_eq!(read.recognition.tables_not_read, ["说明 (no known columns)"]);
    assert_eq!(
        texts(&read),
        [
            "图谱出来了，想看看自己老家那一支",
            "同一天的另一句话",
            "表太长，续在第二张"
        ]
    );
    // Written as a spreadsheet's date, as text, and as a date again.
    assert_eq!(
        times(&read),
        [
            "2023-06-14T23:41:07+08:00",
            "2023-06-15T08:00:00+08:00",
            "2023-06-16T09:05:00+08:00"
        ]
    );
    let engagement = read.posts[0].engagement;
    assert_eq!(
        (engagement.reposts, engagement.comments, engagement.likes),
        (Some(3), None, Some(41))
    );
    assert_eq!((read.summary.records, read.rejects.len()), (3, 0));
}

#[test]
fn one_sheet_or_table_can_be_named() {
    assert_eq!(texts(&read("wrd.xlsx/数据2")), ["表太长，续在第二张"]);
    let comments = read("weibodata.db/comments");
    assert_eq!(
        (texts(&comments), comments.recognition.exporter.as_str()),
        (vec!["评论一条"], "weibo-crawler-db-comments")
    );
    let message = |name: &str| {
        common::read(&fixture(name), &Options::default())
            .err()
            .unwrap()
            .to_string()
    };
    assert!(
        message("weibodata.db/nothing")
            .contains("no table nothing in this SQLite; there are user, weibo, bins, comments")
    );
    assert!(message("nghuyong.jsonl/x").contains("one table"));
}

#[test]
fn old_workbooks_are_read() {
    let read = read("blindwang.xls");
    assert_eq!(texts(&read), ["老格式的表也要读"]);
    assert_eq!(
        (read.posts[0].id.as_str(), read.posts[0].engagement.reposts),
        ("4912678401212416", Some(2))
    );
}

#[test]
fn a_database_of_weibo_crawler_has_posts_accounts_and_comments() {
    let read = read("weibodata.db");
    assert_eq!(texts(&read), ["库里的第一条", "转发微博"]);
    assert_eq!(
        read.posts.iter().map(|post| post.is_repost).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(read.posts[1].engagement.comments, None);
    let tables = [fixture("weibodata.db/user")];
    assert_eq!(read.recognition.account_tables, tables);

    let mut accounts = Accounts::default();
    accounts
        .add_from_inputs(&[fixture("weibodata.db")], common::layouts(), &Options::default())
        .unwrap();
    let mut author = read.posts[0].author.clone();
    assert_eq!(author.description, None);
    assert!(accounts.complete(&mut author));
    assert_eq!(
        (author.description.as_deref(), author.followers),
        (Some("某地政务发布"), Some(52_000))
    );
}

#[test]
fn a_database_of_weibospider_has_posts_by_their_bids_and_accounts() {
    let read = read("weibospider.db");
    assert_eq!(
        (
            read.recognition.exporter.as_str(),
            read.recognition.account_tables.as_slice()
        ),
        ("weibospider-cn-json", &[fixture("weibospider.db/user")][..])
    );
    let posts: Vec<_> = read
        .posts
        .iter()
        .map(|post| (post.id.as_str(), post.is_repost))
        .collect();
    assert_eq!(posts, [("4912678401212416", false), ("4912678652870657", true)]);
    let engagement = read.posts[0].engagement;
    assert_eq!(
        (engagement.reposts, engagement.comments, engagement.likes),
        (Some(1), Some(2), Some(3))
    );
    assert_eq!(times(&read)[0], "2023-06-14T23:41:00+08:00");

    let mut accounts = Accounts::default();
    accounts
        .add_from_inputs(&[fixture("weibospider.db")], common::layouts(), &Options::default())
        .unwrap();
    let mut author = read.posts[0].author.clone();
    assert!(accounts.complete(&mut author));
    assert_eq!(author.verified_reason.as_deref(), Some("某地人民政府新闻办公室"));
}

#[test]
fn of_a_database_with_the_tables_of_every_platform_the_filled_one_is_read() {
    for (name, table, other) in [
        ("mediacrawler.db", "weibo_note", "weibo_note_comment"),
        ("mediacrawler.xlsx", "Contents", "Comments"),
    ] {
        let read = read(name);
        assert_eq!(
            (read.recognition.exporter.as_str(), texts(&read)),
            ("mediacrawler-weibo", vec!["表里的一条"]),
            "{name}"
        );
        assert_eq!(read.recognition.tables, [table]);
        assert_eq!(
            read.recognition.tables_not_read,
            [format!("{other} (mediacrawler-weibo-comments)")]
        );
        assert_eq!(
            read.posts[0].author.user_id.as_deref(),
            Some("0123456789abcdef"),
            "{name}"
        );
    }
    assert_eq!(texts(&read("mediacrawler.db/weibo_note_comment")), ["表里的评论"]);
    assert_eq!(texts(&read("mediacrawler.db/bilibili_video")), [""; 0]);
}

#[test]
fn a_database_of_weibo_search_marks_the_original_it_pulled_in() {
    let read = read("weibo.db");
    assert_eq!(
        (read.recognition.exporter.as_str(), read.pulled_in.as_slice()),
        ("weibo-search-db", &[true, false][..])
    );
    assert_eq!(read.posts[1].author.badge.as_deref(), Some("普通用户"));
}

#[test]
fn parquet_groups_are_columns_with_dots_and_times_keep_their_zone() {
    let keep = ["user.verified", "pic_urls", "crawled_at"].map(str::to_owned).to_vec();
    let options = Options {
        keep,
        ..Options::default()
    };
    let read = common::read(&fixture("nghuyong.parquet"), &options).unwrap();
    assert_eq!(texts(&read), ["列存也读", "第二条"]);
    // A time without a zone is a wall clock in Beijing.
    assert_eq!(times(&read), ["2023-06-14T23:41:07+08:00", "2023-06-15T23:41:07+08:00"]);
    let author = &read.posts[0].author;
    assert_eq!(
        (author.user_id.as_deref(), author.verified_type),
        (Some("1000000003"), Some(1))
    );
    assert_eq!(read.posts[1].author.user_id, None);
    assert_eq!(read.posts[0].kept[0], "true");
    assert!(
        read.posts[0].kept[1].contains("https://x/1.jpg"),
        "{:?}",
        read.posts[0].kept
    );
    assert_eq!(read.posts[0].kept[2], "2023-06-14T15:41:07+00:00");
    assert_eq!(read.posts[1].engagement.reposts, None);
}

#[test]
fn an_archive_stands_for_the_data_files_in_it() {
    let archive = fixture("mixed.zip");
    let inputs = expand(std::slice::from_ref(&archive)).unwrap();
    let inside = ["gbk.csv", "more/comments.json.gz", "结果文件/图谱/图谱.csv", "表.xlsx"];
    assert_eq!(inputs, inside.map(|name| format!("{archive}/{name}")));
    let reads: Vec<Read> = inputs
        .iter()
        .map(|input| common::read(input, &Options::default()).unwrap())
        .collect();
    let of: Vec<(&str, usize)> = reads
        .iter()
        .map(|read| (read.recognition.exporter.as_str(), read.posts.len()))
        .collect();
    assert_eq!(
        of,
        [
            ("weibo-search", 1),
            ("mediacrawler-weibo-comments", 1),
            ("weibo-search", 1),
            ("wrd", 3)
        ]
    );
    assert_eq!(reads[0].recognition.encoding, "gb18030");
    assert_eq!(reads[1].recognition.packing, ["zip", "gzip"]);
    assert_eq!(&*reads[2].posts[0].source.file, inputs[2]);
    assert_eq!(texts(&reads[0]), ["包里的国标码一条，够长才好认出来"]);
}

#[test]
fn zstd_is_taken_off() {
    let options = Options {
        map: Some("text=博文,id=编号".parse().unwrap()),
        ..Options::default()
    };
    let read = common::read(&fixture("unknown.csv.zst"), &options).unwrap();
    assert_eq!(texts(&read), ["压缩的一行", "压缩的二行"]);
    assert_eq!(read.recognition.packing, ["zstd"]);
}
