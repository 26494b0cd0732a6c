//! Inputs that nobody should have: a message and an exit status, never a panic, a hang or a half-written file.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use crate::{
    posts::{AGAINST, FAVOUR, HEADER, one_of_each, row, search_file},
    workdir::{Workdir, column},
};

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

#[test]
fn what_is_no_export_is_refused_by_name() {
    let deep = |open: &str, close: &str| open.repeat(5_000) + "1" + &close.repeat(5_000);
    let wide: String = (0..2_000).map(|at| format!("spalte{at},")).collect();
    let cases: [(&str, Vec<u8>); 8] = [
        ("empty.csv", Vec::new()),
        ("blank.csv", b"\n\n  \n".to_vec()),
        ("nul.csv", vec![0; 5_000]),
        ("bytes.csv", (0..=255).cycle().take(50_000).collect()),
        ("wide.csv", format!("{wide}\n{wide}\n").into()),
        ("deep.json", deep("[", "]").into()),
        ("deep.jsonl", deep("{\"a\":", "}").into()),
        ("half.json", b"{\"weibo\":[{\"text\":".to_vec()),
    ];
    let dir = Workdir::new();
    for (name, bytes) in cases {
        dir.write(name, bytes);
        let ran = dir.minyi(["code", name, "-o", "coded.csv"]).ends_with(1);
        assert!(ran.stderr.starts_with(&format!("minyi: {name}: ")), "{}", ran.stderr);
        assert!(!dir.path("coded.csv").exists(), "{name}");
    }
}

#[test]
fn what_a_truncated_file_holds_is_coded_and_the_file_named_as_failed() {
    let dir = Workdir::new();
    dir.write("cut.csv.gz", half(gzip(&search_file(&vec![AGAINST; 400]))));
    let ran = dir.minyi(["code", "cut.csv.gz", "-o", "coded.csv"]).ends_with(1);
    ran.says(["minyi: not read to its end: cut.csv.gz"]);
    let coded = dir.rows("coded.csv").len();
    assert!((1..400).contains(&coded), "{coded}");
    assert_eq!(
        dir.rows("coded.csv.rejects.csv").last().unwrap()["source_row"],
        (coded + 1).to_string()
    );
}

#[test]
fn a_file_without_texts_is_rejected_record_by_record_and_named_as_failed() {
    let dir = Workdir::new();
    dir.write(
        "ids.csv",
        "id,Target,Stance,Location\n1.66E+18,vaccine,FAVOR,\n1.67E+18,vaccine,NONE,\n",
    )
    .write("posts.csv", one_of_each());
    let ran = dir.minyi(["run", "ids.csv", "posts.csv", "-o", "out"]).ends_with(1);
    ran.says([
        "minyi: no post in ids.csv: these are ids and labels of tweets",
        "posts coded   4",
    ]);
    let rejects = dir.rows("out/rejects.csv");
    assert_eq!(column(&rejects, "source_row"), ["1", "2"]);
    assert!(rejects[0]["reason"].starts_with("no text column: "), "{rejects:?}");
    dir.minyi(["inspect", "ids.csv"])
        .ok()
        .prints(["no text ", "2 read: 0 posts, 2 rejected"]);
}

#[test]
fn a_directory_without_data_is_refused_like_a_missing_file() {
    let dir = Workdir::new();
    dir.write("posts.csv/readme.md", "");
    dir.minyi(["run", "posts.csv", "-o", "out"])
        .ends_with(1)
        .says(["posts.csv", "no data file in this directory"]);
}

#[test]
fn a_header_alone_is_a_study_of_no_posts() {
    let dir = Workdir::new();
    dir.write("posts.csv", HEADER);
    dir.minyi(["run", "posts.csv", "-o", "out"]).ok();
    assert_eq!(dir.rows("out/coded.csv").len(), 0);
    let stance = dir.rows("out/tables/stance.csv");
    assert!(!stance.is_empty());
    assert!(
        stance.iter().all(|cell| cell["n"] == "0" && cell["share"] == "NA"),
        "{stance:?}"
    );
}

#[test]
fn a_nul_byte_in_a_text_stays_in_it() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&[&format!("\0{AGAINST}"), FAVOUR]));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    assert_eq!(column(&dir.rows("out/coded.csv"), "stance"), ["negative", "positive"]);
    let evidence = dir.rows("out/evidence.csv");
    let betrayal = evidence.iter().find(|piece| piece["text"] == "卖国").unwrap();
    let at = AGAINST.find("卖国").unwrap() + 1;
    assert_eq!(betrayal["start"], at.to_string());
}

#[test]
fn a_cell_of_five_megabytes_is_a_long_post() {
    let dir = Workdir::new();
    let filler = "他们在会上谈了很多别的事情，我没有听完。";
    let text = filler.repeat(5_000_000 / filler.len()) + AGAINST;
    dir.write("posts.csv", search_file(&[&text]));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    assert_eq!(dir.rows("out/coded.csv").len(), 1);
    let evidence = dir.rows("out/evidence.csv");
    let at = text.len() - AGAINST.len() + AGAINST.find("卖国").unwrap();
    assert!(
        evidence
            .iter()
            .any(|piece| piece["text"] == "卖国" && piece["start"] == at.to_string())
    );
}

#[test]
fn invalid_bytes_are_replaced_counted_and_told() {
    let dir = Workdir::new();
    let mut bytes = one_of_each().repeat(8).into_bytes();
    bytes.extend(
        row(99, "", "XX泛基因组论文慢慢看", "06-15 12:00")
            .replace("XX", "\u{1}\u{1}")
            .bytes(),
    );
    for byte in &mut bytes {
        if *byte == 1 {
            *byte = 0xff;
        }
    }
    dir.write("posts.csv", bytes);
    dir.minyi(["code", "posts.csv", "-o", "coded.csv"])
        .ok()
        .says(["posts.csv: not valid UTF-8, and read as U+FFFD: 2 byte sequences"]);
}

#[test]
fn one_json_line_nested_too_deep_is_rejected_and_the_rest_read() {
    let dir = Workdir::new();
    let line = |id: u64, extra: &str| {
        format!(
            "{{\"_id\":\"49126784012203{id}\",\"mblogid\":\"N5jP257s{id}\",\"created_at\":\"2023-06-20 11:26:09\",\
             \"content\":\"{FAVOUR}\",\"user\":{{\"_id\":\"1000000001\",\"nick_name\":\"江边一号\"}}{extra}}}\n"
        )
    };
    let deep = format!(",\"x\":{}{}", "[".repeat(5_000), "]".repeat(5_000));
    dir.write("posts.jsonl", line(35, "") + &line(36, &deep) + &line(37, ""));
    dir.minyi(["code", "posts.jsonl", "-o", "coded.csv", "-q"]).ok();
    assert_eq!(column(&dir.rows("coded.csv"), "source_row"), ["1", "3"]);
    assert_eq!(column(&dir.rows("coded.csv.rejects.csv"), "source_row"), ["2"]);
}

#[test]
fn an_endless_quotation_mark_swallows_no_post_in_silence() {
    let dir = Workdir::new();
    let posts = [
        row(1, "", AGAINST, "06-15 12:00"),
        row(2, "", FAVOUR, "06-15 12:00").replacen("为复旦", "\"为复旦", 1),
        row(3, "", FAVOUR, "06-15 12:00"),
    ];
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q"]).ok();
    let coded = dir.rows("out/coded.csv");
    assert_eq!(coded[0]["codes"], "NEG.BETRAY");
    let (kept, rejected) = (coded.len(), dir.rows("out/rejects.csv").len());
    assert!(kept + rejected >= 2, "{kept} coded, {rejected} rejected");
}
