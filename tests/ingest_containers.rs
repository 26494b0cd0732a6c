//! Files as such: containers, encodings, damage, files no layout knows, what cannot be read at all.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use common::{Read, fixture};
use minyi::ingest::{Container, EncodingSource, Layouts, Options, Reader};
use proptest::prelude::*;

fn read(name: &str, options: &Options) -> Read {
    common::read(&fixture(name), options).unwrap()
}

fn message(path: &str, options: &Options) -> String {
    common::read(path, options).err().unwrap().to_string()
}

fn mapped(map: &str) -> Options {
    Options {
        map: Some(map.parse().unwrap()),
        ..Options::default()
    }
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn utf_16_tables_between_tabs_are_read() {
    let read = read("utf-16.tsv", &Options::default());
    assert_eq!(read.recognition.container, Container::Csv { delimiter: '\t' });
    assert_eq!(
        (read.recognition.encoding, read.recognition.encoding_source),
        ("UTF-16LE", EncodingSource::ByteOrderMark)
    );
    assert_eq!(read.posts[0].text, "宽字节的表");
    assert_eq!([read.posts[0].is_repost, read.posts[1].is_repost], [false, true]);
}

#[test]
fn invalid_bytes_are_counted_and_the_file_stays_utf_8() {
    let read = read("invalid-bytes.csv", &Options::default());
    assert_eq!(
        (read.recognition.encoding, read.summary.invalid_sequences),
        ("UTF-8", 1)
    );
    assert!(read.posts[0].text.ends_with("字\u{fffd}坏一个"));
}

#[test]
fn an_encoding_can_be_forced_and_must_exist() {
    let forced = |label: &str| Options {
        encoding: Some(label.to_owned()),
        ..mapped("text=微博中文内容")
    };
    let read = read("ccf-ncov-gbk.csv", &forced("gbk"));
    assert_eq!(
        (read.recognition.encoding, read.recognition.encoding_source),
        ("GBK", EncodingSource::Forced)
    );
    assert!(read.posts[0].text.contains("9€"));
    assert!(message(&fixture("ccf-ncov-gbk.csv"), &forced("klingon")).contains("no encoding is called `klingon`"));
}

#[test]
fn a_quotation_mark_never_closed_is_a_reject_and_not_a_post() {
    let read = read("unclosed-quote.csv", &Options::default());
    assert_eq!((read.posts.len(), read.rejects.len()), (1, 1));
    assert!(
        read.rejects[0].reason.contains("never closed"),
        "{}",
        read.rejects[0].reason
    );
    assert_eq!(
        read.rejects[0].cells,
        ["2", "没有关上,2023-06-14\n3,吞掉了,2023-06-14\n"]
    );
}

#[test]
fn rows_wider_than_the_header_are_not_guessed_at() {
    let read = read("more-cells-than-header.csv", &Options::default());
    let texts: Vec<_> = read.posts.iter().map(|post| &*post.text).collect();
    assert_eq!(texts, ["空的多出来", "好"]);
    let reasons: Vec<_> = read
        .rejects
        .iter()
        .map(|reject| (reject.source.row, &reject.reason[..15]))
        .collect();
    assert_eq!(reasons, [(1, "the row has mor"), (3, "the row ends be")]);
}

#[test]
fn a_json_document_cut_off_keeps_what_is_whole() {
    let read = read("cut-off.json", &Options::default());
    assert_eq!(read.posts[0].text, "完整的");
    assert!(read.rejects[0].reason.contains("the file ends in the middle"));
    assert_eq!(read.rejects[0].cells, ["{\"id\": \"2\", \"text\": \"断在"]);
    assert_eq!(
        read.rejects[0].offset,
        Some("[{\"id\": \"1\", \"text\": \"完整的\"}, ".len() as u64)
    );
}

#[test]
fn a_gzip_file_cut_off_says_where_reading_ended() {
    let mut text = b"id,text\n".to_vec();
    for number in 0u32..60_000 {
        // Numbers that do not compress well, so that the cut falls behind the sample.
        text.extend_from_slice(format!("{number},t{}\n", number.wrapping_mul(2_654_435_761)).as_bytes());
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    let whole = gzip.finish().unwrap();
    let (_folder, path) = written("posts.csv.gz", &whole[..whole.len() * 3 / 4]);
    let read = common::read(&path, &Options::default()).unwrap();
    assert!(
        read.posts.len() > 30_000 && read.posts.len() < 60_000,
        "{}",
        read.posts.len()
    );
    assert!(
        read.rejects
            .last()
            .unwrap()
            .reason
            .starts_with("the file cannot be read on from here")
    );
    assert_eq!(read.summary.records as usize, read.posts.len() + read.rejects.len());
}

#[test]
fn unknown_columns_come_with_a_map_to_start_from() {
    let message = message(&fixture("unknown-columns.csv"), &Options::default());
    assert!(message.contains("编号, 地址, 时间, 博文"), "{message}");
    assert!(
        message.contains("--map 'text=博文,id=编号,created_at=时间'"),
        "{message}"
    );
    let read = read("unknown-columns.csv", &mapped("text=博文,id=编号,created_at=时间"));
    let post = &read.posts[0];
    assert_eq!(
        (read.recognition.exporter.as_str(), post.id.as_str()),
        ("map", "4912678401212416")
    );
    assert_eq!(post.created_at.unwrap().to_string(), "2023-06-14T23:41:00+08:00");
}

#[test]
fn a_map_must_name_columns_that_exist() {
    let message = message(&fixture("unknown-columns.csv"), &mapped("text=正文"));
    assert!(
        message.contains("--map text=正文: there is no such column"),
        "{message}"
    );
    assert!(message.contains("编号, 地址, 时间, 博文"), "{message}");
}

#[test]
fn a_header_that_is_data_is_told() {
    let (_folder, path) = written(
        "posts.csv",
        "1,2023-06-14 23:41,没有表头\n2,2023-06-14 23:42,真的没有\n".as_bytes(),
    );
    assert!(message(&path, &Options::default()).contains("the first row looks like data"));
}

#[test]
fn a_map_reaches_into_json() {
    let lines = r#"{"n": 7, "content": {"body": "里面的话", "tags": ["甲", "乙"]}}"#;
    let (_folder, path) = written("posts.jsonl", lines.as_bytes());
    let options = Options {
        keep: vec!["content.tags.1".into()],
        ..mapped("text=content.body,id=n")
    };
    let read = common::read(&path, &options).unwrap();
    assert_eq!((read.posts[0].id.as_str(), &*read.posts[0].text), ("7", "里面的话"));
    assert_eq!(read.posts[0].kept, ["乙"]);
    let nested = r#"{ "meta": {"page": 1}, "data": [ {"n": 1, "t": "一"},
        {"n": 2, "t": "二"} ] }"#;
    let (_folder, path) = written("posts.json", nested.as_bytes());
    let read = common::read(&path, &mapped("text=t,id=n")).unwrap();
    assert_eq!(
        read.posts.iter().map(|post| &*post.text).collect::<Vec<_>>(),
        ["一", "二"]
    );
}

#[test]
fn the_projects_own_corpus_is_read_by_its_names() {
    let line = r#"{"id": "x1", "created_at": "2023-06-14 23:41:07", "verified": false, "verified_type": -1, "likes": 5, "text": "话"}"#;
    let (_folder, path) = written("posts.jsonl", line.as_bytes());
    let read = common::read(&path, &Options::default()).unwrap();
    assert_eq!(
        (read.recognition.exporter.as_str(), read.posts[0].engagement.likes),
        ("minyi", Some(5))
    );
    assert_eq!(
        (read.posts[0].id.as_str(), read.posts[0].author.verified_type),
        ("x1", Some(-1))
    );
}

#[test]
fn kinds_of_file_that_are_not_read_are_named_with_the_way_out() {
    for (bytes, words) in [
        (&b"PK\x03\x04....posts.csv"[..], "zip archive cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "workbook cannot be read"),
        (b"SQLite format 3\0rest", "SQLite database cannot be read"),
        (b"PAR1rest", "parquet file cannot be read"),
        (b"7z\xbc\xaf\x27\x1crest", "7z archive"),
        (b"\n <!DOCTYPE html><table>", "HTML page"),
        (b" \n", "the file is empty"),
        (b"", "the file is empty"),
    ] {
        let (_folder, path) = written("posts.csv", bytes);
        let message = message(&path, &Options::default());
        assert!(message.starts_with(&path) && message.contains(words), "{message}");
    }
    assert!(message("no-such-file.csv", &Options::default()).contains("cannot open"));
}

#[test]
fn progress_is_counted_in_raw_bytes() {
    let path = fixture("two-members.jsonl.gz");
    let mut reader = Reader::open(&path, common::layouts(), &Options::default()).unwrap();
    while reader.next_record().is_some() {}
    let size = std::fs::metadata(&path).unwrap().len();
    assert_eq!((reader.bytes_read(), reader.size_hint()), (size, Some(size)));
    assert!(reader.next_record().is_none());
}

/// Reads standard input when [`standard_input_is_sniffed`] runs it in a process of its own.
#[test]
#[ignore = "run by standard_input_is_sniffed"]
fn read_standard_input() {
    let read = common::read("-", &Options::default()).unwrap();
    assert_eq!((&*read.posts[0].text, &*read.posts[0].source.file), ("评论一句", "-"));
    assert_eq!(read.recognition.packing, ["gzip"]);
    assert_eq!(read.posts.len(), 2);
}

#[test]
fn standard_input_is_sniffed() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "read_standard_input"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = std::fs::read(fixture("two-members.jsonl.gz")).unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn layout_error(layout: &str) -> String {
    let common = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/exporters/common.toml")).unwrap();
    Layouts::parse([("common.toml", common.as_str()), ("x.toml", layout)])
        .unwrap_err()
        .to_string()
}

#[test]
fn a_layout_with_a_mistake_is_refused_with_its_line() {
    const HEAD: &str = "name = \"x\"\ntitle = \"x\"\nurl = \"\"\nkinds = [\"csv\"]\n";
    for (rest, place, words) in [
        (
            "colour = 1\n[recognise]\nrequired = [\"a\"]\n",
            "x.toml:5: ",
            "unknown field `colour`",
        ),
        (
            "[recognise]\nrequired = [\"a\"]\n[fields]\ntxet = \"a\"\n",
            "x.toml:8: ",
            "txet",
        ),
        (
            "[recognise]\nneeded = [\"a\"]\n",
            "x.toml:6: ",
            "unknown field `needed`",
        ),
        ("[fields]\ntext = \"a\"\n", "x.toml:", "missing field `recognise`"),
        (
            "[recognise]\nrequired = [\"a\"]\n",
            "x.toml:",
            "names no column for text",
        ),
        (
            "[recognise]\nrequired = []\n[fields]\ntext = \"a\"\n",
            "x.toml:",
            "required is empty",
        ),
    ] {
        let message = layout_error(&format!("{HEAD}{rest}"));
        assert!(message.starts_with(place) && message.contains(words), "{message}");
    }
    assert!(Layouts::parse([]).unwrap_err().to_string().contains("common.toml"));
}

#[test]
fn the_most_specific_layout_wins_whatever_the_order() {
    let layout = |name: &str, required: &str| {
        format!(
            "name = \"{name}\"\ntitle = \"\"\nurl = \"\"\nkinds = [\"csv\"]\n[recognise]\nrequired = {required}\n[fields]\ntext = \"b\"\n"
        )
    };
    let common = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/exporters/common.toml")).unwrap();
    let (narrow, wide, other) = (
        layout("n", "[\"a\", \"b\"]"),
        layout("a", "[\"b\"]"),
        layout("z", "[\"a\", \"b\"]"),
    );
    let (_folder, path) = written("posts.csv", b"a,b\n1,x y\n");
    for files in [
        [&narrow, &wide, &other],
        [&other, &wide, &narrow],
        [&wide, &other, &narrow],
    ] {
        let texts = [
            ("common.toml", &common),
            ("1.toml", files[0]),
            ("2.toml", files[1]),
            ("3.toml", files[2]),
        ];
        let layouts = Layouts::parse(texts.map(|(name, text)| (name, text.as_str()))).unwrap();
        let reader = Reader::open(&path, &layouts, &Options::default()).unwrap();
        assert_eq!(reader.recognition().exporter, "n");
    }
}

/// Reads whatever the bytes are, as the kind its first characters say.
fn survives(start: &str, rest: &[u8]) -> Result<(), TestCaseError> {
    let (_folder, path) = written("x.csv", &[start.as_bytes(), rest].concat());
    if let Ok(read) = common::read(&path, &Options::default()) {
        prop_assert_eq!(read.summary.records as usize, read.posts.len() + read.rejects.len());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_is_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives("", &bytes)?;
        survives("id,text,created_at,reposts\n", &bytes)?;
        survives("[{\"id\":1,\"text\":\"a\"}", &bytes)?;
    }

    #[test]
    fn no_table_is_too_odd(cells in "([\",\n\t 0-9TrueFals:/-]|2023-06-14|转发|\u{feff}){0,80}") {
        survives("id,bid,正文,头条文章url,原始图片url,视频url,位置,日期,工具,点赞数,评论数,转发数,话题,@用户\n", cells.as_bytes())?;
        survives("id,bid,user_id,用户昵称,微博正文,发布时间,retweet_id,user_authentication\n", cells.as_bytes())?;
    }

    #[test]
    fn no_json_is_too_odd(text in "([\\[\\]{}\",:\\\\ \n0-9a]|\"id\"|\"text\"|\"weibo\"){0,60}") {
        survives("{", text.as_bytes())?;
        survives("[", text.as_bytes())?;
        survives("{\"user\":{},\"weibo\":[", text.as_bytes())?;
        survives("{\"id\":1,\"text\":\"a\"}\n", text.as_bytes())?;
    }
}

#[test]
fn big5_is_told_from_the_encodings_of_the_mainland() {
    let text = "編號,博文\n1,睡前又看了一遍那張圖譜，三十六個族群的基因放在一起，我想的是以後看病會不會更準一點\n\
                2,資料存在哪裡，誰可以用，這些問題應該先說清楚\n";
    let (big5, _, lost) = encoding_rs::BIG5.encode(text);
    assert!(!lost);
    let (_folder, path) = written("posts.csv", &big5);
    let read = common::read(&path, &mapped("text=博文,id=編號")).unwrap();
    assert_eq!(
        (read.recognition.encoding, read.recognition.encoding_source),
        ("Big5", EncodingSource::Guessed)
    );
    assert_eq!(read.posts[1].text, "資料存在哪裡，誰可以用，這些問題應該先說清楚");
    assert_eq!(read.summary.invalid_sequences, 0);
}
