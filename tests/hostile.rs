//! Files that are damaged, absurd or meant to do harm: each ends in a clear error or reject, in little memory.

#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write},
    path::PathBuf,
    process::Command,
};

use common::{Read, fixture};
use flate2::{
    Compression, Crc,
    write::{DeflateEncoder, GzEncoder},
};
use minyi::ingest::{Options, Reader};

const HEADER: &str = "id,bid,user_id,用户昵称,微博正文,发布时间\n";
const ROW: &str = "4912678401212416,N5gHxpqzZ,1000000001,青湖科普,一句话,2023-06-14 23:41\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn read(path: &str) -> Read {
    common::read(path, &Options::default()).unwrap()
}

fn message(path: &str) -> String {
    common::read(path, &Options::default()).err().unwrap().to_string()
}

/// The one reject's reason, and the number of posts before it.
fn rejected(path: &str) -> (usize, String) {
    let read = read(path);
    assert_eq!(read.rejects.len(), 1, "{:?}", read.reasons());
    assert_eq!(read.summary.records, read.posts.len() as u64 + 1);
    (read.posts.len(), read.rejects[0].reason.to_string())
}

#[test]
fn a_header_alone_is_a_file_without_records() {
    let folder = Folder::new();
    let read = read(&folder.file("header.csv", HEADER.as_bytes()));
    assert_eq!((read.summary.records, read.posts.len(), read.rejects.len()), (0, 0, 0));
    assert!(message(&folder.file("empty.csv", b"")).contains("the file is empty"));
}

#[test]
fn a_cell_of_64_megabytes_ends_the_file_with_a_reject() {
    let folder = Folder::new();
    let path = folder.path("giant.csv");
    let mut file = io::BufWriter::new(File::create(&path).unwrap());
    write!(file, "{HEADER}{ROW}1,b,2,名,\"").unwrap();
    for _ in 0..64 {
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    write!(file, "\",2023-06-14 23:41\n{ROW}").unwrap();
    drop(file);
    let (posts, reason) = rejected(path.to_str().unwrap());
    assert_eq!(posts, 1);
    assert!(reason.contains("longer than 32 MiB"), "{reason}");
}

#[test]
fn a_giant_json_record_is_rejected_and_those_behind_it_are_read() {
    let folder = Folder::new();
    let record = r#"{"_id":"4912678401212416","mblogid":"N5gHxpqzZ","content":"一句话","user":{"nick_name":"甲"},"created_at":"2023-06-14 23:41:07"}"#;
    let giant = format!("{{\"_id\":\"{}\"}}", "x".repeat(40 << 20));
    for (name, document) in [
        ("lines.jsonl", format!("{record}\n{giant}\n{record}\n")),
        ("list.json", format!("[{record},{giant},{record}]")),
    ] {
        let (posts, reason) = rejected(&folder.file(name, document.as_bytes()));
        assert_eq!(posts, 2, "{name}");
        assert!(reason.contains("longer than 32 MiB"), "{reason}");
    }
}

#[test]
fn ten_thousand_columns_are_named_in_part_or_read() {
    let folder = Folder::new();
    let names: Vec<String> = (0..10_000).map(|n| format!("c{n}")).collect();
    let unknown = message(&folder.file("wide.csv", format!("{}\n1\n", names.join(",")).as_bytes()));
    assert!(
        unknown.contains("c59 and 9940 more") && unknown.len() < 2_000,
        "{}",
        unknown.len()
    );

    let same = vec!["x"; 10_000].join(",");
    let header = HEADER.trim_end();
    let row = ROW.trim_end();
    let read = read(&folder.file("same.csv", format!("{header},{same}\n{row},{same}\n").as_bytes()));
    assert_eq!((read.posts.len(), read.recognition.columns.len()), (1, 10_006));

    let members: Vec<String> = (0..10_000).map(|n| format!("\"k{n}\":1")).collect();
    let record = format!("{{{}}}\n", members.join(","));
    assert!(message(&folder.file("wide.jsonl", record.repeat(20).as_bytes())).contains("and 9940 more"));
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_truncated_gzip_says_so_behind_what_could_be_read() {
    let folder = Folder::new();
    let rows: String = (0..20_000).map(|n| format!("{n}{ROW}")).collect();
    let packed = gzipped(&format!("{HEADER}{rows}"));
    let (posts, reason) = rejected(&folder.file("cut.csv.gz", &packed[..packed.len() / 2]));
    assert!(posts > 5_000, "{posts}");
    assert!(
        reason.starts_with("the file cannot be read on from here: the packed file is truncated"),
        "{reason}"
    );
}

#[test]
fn a_small_truncated_file_gives_what_it_holds() {
    let folder = Folder::new();
    let text = format!("{HEADER}{}", ROW.repeat(3));
    // A frame that is whole and one that is cut: nothing of a block that is cut can be unpacked.
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap().repeat(2);
    for (name, packed) in [("cut.csv.gz", gzipped(&text)), ("cut.csv.zst", zstd)] {
        // All but the checksum at the end.
        let read = read(&folder.file(name, &packed[..packed.len() - 4]));
        assert!(read.summary.broken_off, "{name}");
        assert_eq!((read.posts.len(), read.rejects.len()), (3, 1), "{name}");
        assert!(
            read.rejects[0].reason.contains("truncated"),
            "{name}: {}",
            read.rejects[0].reason
        );
    }
}

#[test]
fn a_message_shows_no_control_characters_and_no_endless_name() {
    let folder = Folder::new();
    let long = "x".repeat(10_000);
    let message = message(&folder.file("odd.csv", format!("a\0b,\u{1b}[31mred,{long}\n1,2,3\n").as_bytes()));
    assert!(
        message.contains("a\\0b, \\u{1b}[31mred, xxx") && message.len() < 1_000,
        "{message}"
    );
    assert!(!message.contains(char::is_control), "{message:?}");
}

#[test]
fn json_without_a_readable_record_says_what_is_wrong_with_the_first() {
    let folder = Folder::new();
    for (name, document, problem) in [
        (
            "cut.json",
            "[{\"_id\":\"49126784",
            "the file ends in the middle of this record",
        ),
        ("broken.jsonl", "{\"_id\":49126784,}\n{\"_id\":1,}\n", "not valid JSON"),
        ("empty.json", "[]", "no record of it has a column"),
    ] {
        let message = message(&folder.file(name, document.as_bytes()));
        assert!(message.contains(problem), "{message}");
    }
}

#[test]
fn a_bomb_is_stopped() {
    let folder = Folder::new();
    let Packed { deflated, crc } = bomb();
    let mut gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    gzip.extend(deflated);
    gzip.extend(crc.to_le_bytes());
    let path = folder.file("bomb.csv.gz", &gzip);
    let mut reader = Reader::open(&path, common::layouts(), &Options::default()).unwrap();
    let layout = reader.layout();
    let last = std::iter::from_fn(|| reader.next_record()).last().unwrap();
    assert!((200..400).contains(&last.row()), "{}", last.row());
    assert!(format!("{:?}", layout.convert(last).outcome).contains("more than 200 times its size"));
}

/// What is packed into one deflate stream: a start, and a piece so many times.
struct Packed {
    deflated: Vec<u8>,
    crc: u32,
}

impl Packed {
    fn new(start: &[u8], piece: &[u8], times: usize) -> Packed {
        // A flushed stretch ends on a whole byte and refers to nothing before it, so that it may be repeated as it is.
        let flushed = |bytes: &[u8]| {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.flush().unwrap();
            encoder.get_ref().clone()
        };
        let mut crc = Crc::new();
        crc.update(start);
        (0..times).for_each(|_| crc.update(piece));
        // The last block, empty.
        let deflated = [flushed(start), flushed(piece).repeat(times), vec![3, 0]].concat();
        Packed {
            deflated,
            crc: crc.sum(),
        }
    }
}

/// A zip archive of these members; it says of each that it unpacks to `said` bytes.
fn zipped(members: &[(&str, &Packed)], said: u32) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, packed) in members {
        // From the version needed to the lengths of name and extra field: the same in both headers (PKZIP APPNOTE 4.3.7, 4.3.12).
        let mut common = vec![20, 0, 0, 8, 8, 0, 0, 0, 0, 0];
        for number in [packed.crc, packed.deflated.len() as u32, said] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(common);
        archive.extend(name.as_bytes());
        archive.extend(&packed.deflated);
    }
    let (at, count) = (archive.len() as u32, members.len() as u16);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

/// A header and 400 rows of one letter, a megabyte each: they pack a thousandfold, as no export does.
fn bomb() -> Packed {
    let row = format!("1,b,2,n,{},2023-06-14 23:41\n", "a".repeat(1 << 20));
    Packed::new(HEADER.as_bytes(), row.as_bytes(), 400)
}

#[test]
fn a_bomb_in_an_archive_is_stopped_whatever_the_archive_says_of_its_size() {
    let folder = Folder::new();
    let bomb = bomb();
    for said in [400 << 20, 100] {
        let path = folder.file("bomb.zip", &zipped(&[("posts.csv", &bomb)], said));
        let mut reader = Reader::open(&path, common::layouts(), &Options::default()).unwrap();
        let layout = reader.layout();
        let last = std::iter::from_fn(|| reader.next_record()).last().unwrap();
        assert!(format!("{:?}", layout.convert(last).outcome).contains("more than 200 times its size"));
        assert!(reader.summary().broken_off);
    }
}

#[test]
fn a_bomb_in_a_workbook_is_refused_whatever_the_workbook_says_of_its_size() {
    let folder = Folder::new();
    let types = Packed::new(b"<Types/>", b"", 1);
    let strings = Packed::new(b"<sst><si><t>", &vec![b'a'; 1 << 20], 400);
    let members = [("[Content_Types].xml", &types), ("xl/sharedStrings.xml", &strings)];
    for said in [400 << 20, 100] {
        let message = message(&folder.file("bomb.xlsx", &zipped(&members, said)));
        assert!(message.contains("more than 200 times its size"), "{message}");
    }
}

#[test]
fn archives_that_are_damaged_or_locked_say_so() {
    let folder = Folder::new();
    let mut bytes = fs::read(fixture("mixed.zip")).unwrap();
    let broken = folder.file("cut.zip", &bytes[..bytes.len() / 2]);
    assert!(message(&broken).contains("this zip archive cannot be read"));
    // The text of a member, turned over in its middle: the checksum tells.
    let at = bytes.windows(7).position(|window| window == b"gbk.csv").unwrap() + 60;
    bytes[at] ^= 0xff;
    let damaged = folder.file("damaged.zip", &bytes);
    let read = common::read(&format!("{damaged}/gbk.csv"), &Options::default());
    assert!(read.is_err() || !read.unwrap().rejects.is_empty());
    let packed = folder.file("archive.zip.gz", &{
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&fs::read(fixture("mixed.zip")).unwrap()).unwrap();
        encoder.finish().unwrap()
    });
    assert!(message(&packed).contains("a zip archive inside another packed file"));
    assert!(message(&fixture("password.xlsx")).contains("protected by a password"));
}

#[test]
fn workbooks_databases_and_parquet_files_cut_short_say_so() {
    let folder = Folder::new();
    for name in ["wrd.xlsx", "blindwang.xls", "weibodata.db", "nghuyong.parquet"] {
        let bytes = fs::read(fixture(name)).unwrap();
        for part in [1, 2, 3] {
            let cut = folder.file(&format!("{part}-{name}"), &bytes[..bytes.len() * part / 4]);
            match common::read(&cut, &Options::default()) {
                Err(error) => assert!(error.to_string().contains("cannot be read"), "{error}"),
                Ok(read) => assert!(!read.rejects.is_empty() || name == "blindwang.xls", "{name} {part}"),
            }
        }
    }
}

#[test]
fn a_parquet_file_without_a_text_lists_its_columns() {
    let message = message(&fixture("no-text.parquet"));
    assert!(
        message.contains("no known exporter writes these columns: a, b"),
        "{message}"
    );
}

#[test]
fn a_directory_is_refused_by_the_reader() {
    let folder = Folder::new();
    assert!(message(folder.path("").to_str().unwrap()).contains("this is a directory"));
}

#[test]
fn json_nested_ten_thousand_deep_is_a_reject() {
    let folder = Folder::new();
    let record = r#"{"_id":"4912678401212416","mblogid":"N5gHxpqzZ","content":"一句话","user":{"nick_name":"甲"},"created_at":"2023-06-14 23:41:07"}"#;
    let deep = format!("{}1{}", "{\"a\":[".repeat(10_000), "]}".repeat(10_000));
    let (posts, reason) = rejected(&folder.file("deep.jsonl", format!("{record}\n{deep}\n{record}\n").as_bytes()));
    assert_eq!(posts, 2);
    assert!(reason.contains("recursion limit"), "{reason}");
    assert!(message(&folder.file("only.json", deep.as_bytes())).contains("recursion limit"));
}

#[test]
fn a_file_that_shrinks_while_it_is_read_says_so() {
    let folder = Folder::new();
    let rows: String = (0..200_000).map(|n| format!("{n}{ROW}")).collect();
    let path = folder.file("shrinks.csv", format!("{HEADER}{rows}").as_bytes());
    let mut reader = Reader::open(&path, common::layouts(), &Options::default()).unwrap();
    let layout = reader.layout();
    let length = fs::metadata(&path).unwrap().len();
    // Cut between two rows, far behind what the reader has taken.
    let text = fs::read_to_string(&path).unwrap();
    let at = text.floor_char_boundary(text.len() / 2);
    let cut = at + text[at..].find('\n').unwrap() + 1;
    OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(cut as u64)
        .unwrap();
    let mut outcomes = Vec::new();
    while let Some(record) = reader.next_record() {
        outcomes.push(format!("{:?}", layout.convert(record).outcome));
    }
    assert!(reader.bytes_read() < length);
    assert!(
        outcomes
            .last()
            .unwrap()
            .contains("the file ended before the size it had")
    );
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.starts_with("Reject")).count(),
        1
    );
}

#[test]
#[cfg(unix)]
fn a_pipe_is_read_once_from_one_end_to_the_other() {
    let folder = Folder::new();
    let pipe = folder.path("pipe.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let out = folder.path("out");
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::write(pipe, format!("{HEADER}{ROW}")).unwrap())
    };
    let output = Command::new(assert_cmd::cargo::cargo_bin!("minyi"))
        .args(["run", pipe.to_str().unwrap(), "-o", out.to_str().unwrap()])
        .output()
        .unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut coded = String::new();
    File::open(out.join("coded.csv"))
        .unwrap()
        .read_to_string(&mut coded)
        .unwrap();
    assert_eq!(coded.lines().count(), 2);
    assert!(
        fs::read_to_string(out.join("manifest.json"))
            .unwrap()
            .contains("not known: not a regular file")
    );
}

#[test]
fn one_bad_file_never_stops_the_others() {
    let folder = Folder::new();
    let good = folder.file("good.csv", format!("{HEADER}{ROW}").as_bytes());
    let bad = [
        folder.file("empty.csv", b""),
        folder.file("locked.xlsx", &fs::read(fixture("password.xlsx")).unwrap()),
        folder.file("cut.zip", b"PK\x03\x04"),
        folder.file("unknown.csv", b"a,b\n1,2\n"),
    ];
    let out = folder.path("out");
    let output = Command::new(assert_cmd::cargo::cargo_bin!("minyi"))
        .arg("run")
        .args(&bad)
        .args([&good, "-o", out.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for file in &bad {
        assert!(said.contains(&format!("not read: {file}")), "{said}");
    }
    assert_eq!(fs::read_to_string(out.join("coded.csv")).unwrap().lines().count(), 2);
}
