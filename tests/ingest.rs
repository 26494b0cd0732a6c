//! Each known exporter, each of its quirks: what the invented files of `fixtures/exports` must give, field by field.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::collections::BTreeMap;

use common::Read;
use minyi::{
    ingest::{Field, Options, Repair, Unit},
    model::{Engagement, Post},
};

fn read(name: &str) -> Read {
    common::read(&common::fixture(name), &Options::default()).unwrap()
}

fn kept(name: &str, keep: &[&str]) -> Read {
    let keep = keep.iter().map(|column| (*column).to_owned()).collect();
    common::read(
        &common::fixture(name),
        &Options {
            keep,
            ..Options::default()
        },
    )
    .unwrap()
}

fn texts(read: &Read) -> Vec<&str> {
    read.posts.iter().map(|post| &*post.text).collect()
}

fn times(read: &Read) -> Vec<String> {
    read.posts
        .iter()
        .map(|post| post.created_at.map_or("-".to_owned(), |at| at.to_string()))
        .collect()
}

fn reposts(read: &Read) -> Vec<bool> {
    read.posts.iter().map(|post| post.is_repost).collect()
}

/// Reposts, comments, likes.
fn counts(post: &Post) -> (Option<u64>, Option<u64>, Option<u64>) {
    let Engagement {
        reposts,
        comments,
        likes,
    } = post.engagement;
    (reposts, comments, likes)
}

fn repairs(list: &[(Repair, usize)]) -> BTreeMap<Repair, usize> {
    list.iter().copied().collect()
}

#[test]
fn weibo_search_marks_the_original_it_pulled_in() {
    let read = read("weibo-search-17.csv");
    assert_eq!(
        (read.recognition.exporter.as_str(), read.summary.records),
        ("weibo-search", 4)
    );
    assert_eq!(texts(&read)[0], "读完图谱那篇,\n想起外婆说的“根”");
    assert_eq!(reposts(&read), [false, false, true]);
    assert_eq!(read.pulled_in, [false, true, false]);
    assert_eq!(times(&read)[0], "2023-06-14T23:41:00+08:00");
    let post = &read.posts[1];
    assert_eq!(
        (post.id.as_str(), counts(post)),
        ("4912678652870657", (Some(12), Some(3), Some(40)))
    );
    assert_eq!(post.author.user_id.as_deref(), Some("1000000002"));
    assert_eq!(post.author.screen_name.as_deref(), Some("青湖科普"));
    assert_eq!((post.author.badge.as_deref(), post.author.verified), (None, None));
    assert_eq!(read.reasons(), BTreeMap::from([("empty text", 1)]));
    let reject = &read.rejects[0];
    assert_eq!(
        (reject.source.row, reject.cells.len(), reject.cells[3].as_str()),
        (4, 17, "临川晚风")
    );
    let bytes = std::fs::read(common::fixture("weibo-search-17.csv")).unwrap();
    let at = reject.offset.unwrap() as usize;
    assert_eq!(String::from_utf8_lossy(&bytes[at..at + 18]), "4912679156187139,N");
}

#[test]
fn weibo_search_of_2025_has_badges_and_short_rows_for_pulled_in_originals() {
    let read = read("weibo-search-21.csv");
    let badges: Vec<_> = read.posts.iter().map(|post| post.author.badge.as_deref()).collect();
    assert_eq!(
        badges,
        [Some("普通用户"), None, Some("蓝V"), Some("黄V"), Some("普通用户")]
    );
    // The fourth stands before its repost by chance: it has a badge, so the search itself found it.
    assert_eq!(read.pulled_in, [false, true, false, false, false]);
    assert_eq!(counts(&read.posts[0]), (Some(12_000), Some(7), Some(1_000_000)));
    assert_eq!(
        read.repairs,
        repairs(&[
            (Repair::ShortRow, 1),
            (Repair::CountInMyriads, 1),
            (Repair::CappedCount, 1)
        ])
    );
}

#[test]
fn weibo_search_of_one_day_had_its_columns_in_another_order() {
    let read = read("weibo-search-one-day-order.csv");
    assert_eq!(texts(&read), ["这天的列是乱的", "后来又好了"]);
    assert_eq!(counts(&read.posts[0]), (Some(1), Some(2), Some(3)));
    assert_eq!(read.posts[0].author.badge.as_deref(), Some("金V"));
    assert_eq!(read.repairs, repairs(&[(Repair::Realigned, 1)]));
}

#[test]
fn kept_columns_come_as_they_are_and_missing_ones_are_told() {
    let read = kept("weibo-search-labelled-subset.csv", &["立场倾向", "无此列", "话题"]);
    assert_eq!(read.posts[0].kept, ["\n中立", "", "图谱"]);
    assert_eq!(read.recognition.kept_missing, ["无此列"]);
    assert!(read.recognition.missing.contains(&Field::CreatedAt));
    assert_eq!(times(&read), ["2023-06-14T23:41:07+08:00"]);
    assert_eq!(read.repairs, repairs(&[(Repair::TimeFromId, 1)]));
}

#[test]
fn ids_that_a_spreadsheet_destroyed_come_back_from_the_bid() {
    let read = read("weibo-search-spreadsheet.csv");
    let ids: Vec<_> = read.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids, ["4912678401212416", ""]);
    assert_eq!(
        read.repairs,
        repairs(&[(Repair::IdFromBid, 1), (Repair::IdDestroyed, 1)])
    );
}

#[test]
fn ids_rounded_to_15_digits_are_known_by_their_zeros() {
    let read = read("weibo-search-rounded-ids.csv");
    assert!(read.recognition.rounded_ids);
    assert_eq!(read.posts[0].id, "4912678401212410");
    assert_eq!(read.posts[1].id, "4912678652870657");
    assert_eq!(read.repairs, repairs(&[(Repair::IdRounded, 1), (Repair::IdFromBid, 8)]));
}

#[test]
fn weibo_crawler_names_the_file_after_the_author() {
    let read = kept("1234567890.csv", &["源微博正文", "源用户昵称"]);
    assert_eq!(read.recognition.exporter, "weibo-crawler");
    assert!(read.recognition.user_id_from_file_name);
    assert_eq!(texts(&read), ["自己写的\n两行", "转发微博"]);
    assert_eq!(reposts(&read), [false, true]);
    let post = &read.posts[1];
    assert_eq!(
        (post.id.as_str(), post.author.user_id.as_deref()),
        ("4912678652870657", Some("1234567890"))
    );
    assert_eq!(
        (times(&read)[1].as_str(), counts(post)),
        ("2023-06-14T23:42:07+08:00", (Some(3), Some(2), Some(1)))
    );
    assert_eq!(read.posts[0].kept, ["", ""]);
    assert_eq!(post.kept, ["原来的话", "青湖科普"]);
    assert_eq!(read.repairs, repairs(&[(Repair::IdTrimmed, 2)]));
}

#[test]
fn weibo_crawler_rows_of_every_version_find_their_columns() {
    let read = kept("weibo-crawler-windows.csv", &["位置", "源微博正文", "源微博点赞数"]);
    assert_eq!(
        texts(&read),
        [
            "二〇二〇年的行",
            "二〇二〇年的转发",
            "二〇二二年的行",
            "二〇二二年的转发",
            "二〇二五年春的行",
            "二〇二五年冬的行",
            "二〇二五年冬的转发",
            "带摘要的行"
        ]
    );
    assert_eq!(reposts(&read), [false, true, false, true, false, false, true, false]);
    assert_eq!(
        times(&read)[..4],
        [
            "2023-06-14",
            "2023-06-14",
            "2023-06-14T23:44:07+08:00",
            "2023-06-14T23:45:07+08:00"
        ]
    );
    assert_eq!(times(&read)[7], "2023-06-14T23:49:07+08:00");
    for post in &read.posts {
        assert_eq!(counts(post), (Some(3), Some(2), Some(1)), "{}", post.text);
        assert_eq!(post.kept[0], "云岭", "{}", post.text);
        let source = if post.is_repost {
            ["原来的话", "1"]
        } else {
            ["", ""]
        };
        assert_eq!(post.kept[1..], source, "{}", post.text);
    }
    assert_eq!(read.repairs, repairs(&[(Repair::Realigned, 6), (Repair::IdTrimmed, 8)]));
    let reasons = read.reasons();
    assert_eq!(reasons["not a record: a bare date"], 1);
    assert_eq!((reasons.len(), read.rejects[1].cells.len()), (2, 6));
}

#[test]
fn weibo_crawler_under_python_2_wrote_marks_and_headers_inside_the_file() {
    let read = read("weibo-crawler-python2.csv");
    assert_eq!(texts(&read), ["头一回", "又一回", "列多了", "转发微博"]);
    assert_eq!(reposts(&read), [false, false, false, true]);
    assert_eq!(read.posts[3].author.screen_name.as_deref(), Some("江上数峰"));
    assert_eq!(
        read.reasons(),
        BTreeMap::from([("not a record: the header once more", 2)])
    );
    assert_eq!(read.summary.header_changes, 1);
}

#[test]
fn weibo_crawler_json_joins_the_user_to_each_post() {
    let read = read("weibo-crawler.json");
    assert_eq!(texts(&read), ["图谱[发布]了：\"首张\"", "转发微博"]);
    assert_eq!(reposts(&read), [false, true]);
    let author = &read.posts[1].author;
    assert_eq!(
        (author.verified, author.verified_type, author.followers),
        (Some(true), Some(3), Some(20_500))
    );
    assert_eq!(author.verified_reason.as_deref(), Some("青湖日报官方微博"));
    assert_eq!(author.description, None);
    assert_eq!(read.posts[0].id, "4912678401212416");
    assert_eq!(read.reasons(), BTreeMap::from([("empty text", 1)]));
}

#[test]
fn tables_of_accounts_hold_no_posts() {
    let read = read("weibo-crawler-users.csv");
    assert_eq!((read.recognition.unit, read.posts.len()), (Unit::Account, 0));
    assert_eq!((read.accounts.len(), read.reasons()), (1, BTreeMap::new()));
}

#[test]
fn weibospider_repeats_its_header_and_writes_bids() {
    let read = read("weibospider-cn.csv");
    let ids: Vec<_> = read.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids, ["4912678401212416", "4912678652870657", "4912678904528898"]);
    assert_eq!(reposts(&read), [false, true, false]);
    assert!(texts(&read)[1].starts_with("转发理由:同意 \n原始用户: 青湖科普\n"));
    assert_eq!(times(&read)[0], "2023-06-14T23:41:00+08:00");
    assert_eq!(times(&read)[2], "2023-06-14T23:43:07+08:00");
    assert_eq!(counts(&read.posts[1]), (Some(2), Some(3), None));
    assert_eq!(
        read.repairs,
        repairs(&[
            (Repair::RelativeDate, 1),
            (Repair::TimeFromId, 1),
            (Repair::NullSpelling, 1)
        ])
    );
    assert_eq!(read.rejects[0].source.row, 3);
}

#[test]
fn weibospider_json_tells_the_verification_in_words() {
    let read = read("weibospider-cn.json");
    assert_eq!(read.recognition.exporter, "weibospider-cn-json");
    assert_eq!(reposts(&read), [false, true]);
    let author = &read.posts[1].author;
    assert_eq!(author.verified_reason.as_deref(), Some("某大学教授"));
    assert_eq!(
        (author.user_id.as_deref(), author.verified_type),
        (Some("1000000001"), None)
    );
}

#[test]
fn nghuyong_lines_of_other_kinds_and_broken_lines_are_rejected() {
    let read = read("nghuyong.jsonl");
    assert_eq!(texts(&read), ["第一行\n第二行[泪]", "转发微博", "坏行之后"]);
    assert_eq!(reposts(&read), [false, true, false]);
    let types: Vec<_> = read.posts.iter().map(|post| post.author.verified_type).collect();
    assert_eq!(types, [Some(-1), Some(3), Some(-1)]);
    assert_eq!(read.posts[1].author.followers, Some(300));
    assert_eq!(read.reasons()["not a post record"], 3);
    let broken = read.rejects.last().unwrap();
    assert!(broken.reason.starts_with("not valid JSON: "), "{}", broken.reason);
    assert_eq!(
        (broken.source.row, broken.cells.as_slice()),
        (6, ["{\"_id\": \"坏的一行".to_owned()].as_slice())
    );
}

#[test]
fn nghuyong_comments_are_read_where_the_file_holds_nothing_else() {
    let read = read("two-members.jsonl.gz");
    assert_eq!(
        (read.recognition.exporter.as_str(), read.recognition.unit),
        ("nghuyong-comments", Unit::Comment)
    );
    assert_eq!(read.recognition.packing, ["gzip"]);
    assert_eq!(texts(&read), ["评论一句", "评论一句"]);
}

#[test]
fn nghuyong_flattened_by_pandas_has_floats_for_numbers() {
    let read = read("nghuyong-flattened.csv");
    assert_eq!(read.recognition.columns[0], "column.1");
    let post = &read.posts[0];
    assert_eq!(
        (post.id.as_str(), counts(post)),
        ("4912678401212416", (Some(1), Some(2), None))
    );
    assert_eq!(post.author.verified_type, Some(-1));
    assert_eq!(read.posts[1].author.verified_type, Some(3));
    assert_eq!(reposts(&read), [false, true]);
    assert_eq!(
        read.repairs,
        repairs(&[(Repair::IdTrimmed, 1), (Repair::NullSpelling, 1)])
    );
}

#[test]
fn weibo_cov_and_old_nghuyong_tables() {
    let cov = read("weibo-cov.csv");
    assert_eq!(cov.recognition.exporter, "weibo-cov");
    assert_eq!(reposts(&cov), [true, false]);
    assert_eq!([cov.posts[0].truncated, cov.posts[1].truncated], [true, false]);
    assert_eq!(
        (cov.posts[0].id.as_str(), counts(&cov.posts[0])),
        ("4912678401212416", (Some(2), Some(3), Some(1)))
    );
    let old = read("nghuyong-2019-labelled.csv");
    assert_eq!(
        (old.recognition.exporter.as_str(), old.posts[0].id.as_str()),
        ("nghuyong-2019", "")
    );
}

#[test]
fn mediacrawler_changes_its_header_inside_a_file() {
    let read = read("mediacrawler-weibo-two-versions.csv");
    assert_eq!(texts(&read), ["旧版本的一条 &amp; 实体", "新版本的一条"]);
    let users: Vec<_> = read
        .posts
        .iter()
        .map(|post| post.author.user_id.as_deref().unwrap())
        .collect();
    assert_eq!(users, ["1000000001", "0123456789abcdef"]);
    assert_eq!(read.posts[1].author.screen_name.as_deref(), Some("江***峰"));
    assert_eq!(times(&read)[1], "2023-06-14T23:42:07+08:00");
    assert_eq!(read.summary.header_changes, 1);
}

#[test]
fn mediacrawler_comments_and_notes() {
    let comments = read("mediacrawler-weibo-comments.json");
    assert_eq!(comments.recognition.unit, Unit::Comment);
    assert_eq!(counts(&comments.posts[0]), (None, Some(2), Some(7)));
    let notes = read("mediacrawler-xhs.json");
    assert_eq!(texts(&notes), ["图谱是什么\n一图看懂", "同一句话的开头", "只有标题"]);
    assert_eq!(counts(&notes.posts[0]), (Some(100_000), Some(2), Some(12_000)));
    assert_eq!(notes.posts[1].engagement.likes, None);
    assert_eq!(times(&notes)[0], "2023-06-14T23:41:07+08:00");
}

#[test]
fn wrd_has_double_headers_nulls_and_gb18030() {
    let read = kept("wrd-long-gb18030.csv", &["来源网站", "来源网站.2"]);
    assert_eq!(
        (read.recognition.exporter.as_str(), read.recognition.encoding),
        ("wrd", "gb18030")
    );
    assert_eq!(texts(&read), ["图谱发布，全文在此", "不同意//@青湖日报:图谱发布"]);
    assert_eq!(reposts(&read), [false, true]);
    assert_eq!(read.posts[0].kept, ["新浪微博", "weibo.com"]);
    // The md5 of nothing is no id: the address tells it.
    assert_eq!(read.posts[0].id, "4912678401212416");
    assert_eq!(read.posts[1].id, "0123456789abcdef0123456789abcdef");
    assert_eq!(read.posts[0].author.badge.as_deref(), Some("蓝V"));
    assert_eq!(
        (
            read.posts[0].author.followers,
            read.posts[1].author.description.as_deref()
        ),
        (Some(12_000), None)
    );
    assert_eq!(read.recognition.columns.last().unwrap(), "column.25");
}

#[test]
fn wrd_short_form_has_one_character_headers() {
    let read = read("wrd-short.csv");
    assert_eq!(
        (read.recognition.exporter.as_str(), counts(&read.posts[0])),
        ("wrd-short", (Some(1), Some(2), Some(3)))
    );
    assert_eq!(times(&read), ["2023-06-14T09:05:00+08:00"]);
    assert_eq!(read.posts[0].author.badge, None);
}

#[test]
fn superspider_topics_and_comments() {
    let comments = read("superspider-comments.csv");
    assert_eq!(
        (
            comments.posts[0].author.user_id.as_deref(),
            counts(&comments.posts[0]).2
        ),
        (Some("1000000001"), Some(4))
    );
    assert_eq!(times(&comments), ["2023-06-14T23:41:00+08:00"]);
    assert_eq!(
        comments.reasons(),
        BTreeMap::from([("empty text", 1), ("not a record: the header once more", 1)])
    );
    let topic = read("superspider-topic.csv");
    assert_eq!(texts(&topic), ["江上数峰:前面这个名字是工具写的"]);
    assert_eq!(topic.posts[0].body(), "前面这个名字是工具写的");
    assert_eq!(topic.repairs, repairs(&[(Repair::NameBeforeText, 1)]));
    assert_eq!(
        topic.reasons(),
        BTreeMap::from([("not a record: all cells are blank", 1)])
    );
}

#[test]
fn dates_without_a_year_take_it_from_the_id() {
    let read = read("ccf-ncov-gbk.csv");
    assert_eq!(times(&read), ["2023-06-14T23:41:00+08:00"]);
    assert_eq!(texts(&read), ["一件要价9€的东西，转给大家看看，别再上当受骗了"]);
    assert_eq!(
        read.repairs,
        repairs(&[(Repair::IdTrimmed, 1), (Repair::YearFromId, 1)])
    );
}

#[test]
fn a_date_in_two_columns_is_one_date() {
    let read = read("two-column-date.csv");
    assert_eq!(times(&read), ["2023-06-14T23:41:07+08:00"]);
    assert_eq!(read.posts[0].id, "4912678401212416");
    assert_eq!(read.posts[0].author.user_id.as_deref(), Some("1000000001"));
}
