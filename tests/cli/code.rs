use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Command, Stdio},
};

use encoding_rs::GB18030;
use flate2::{Compression, write::GzEncoder};

use crate::{
    posts::{AGAINST, FAVOUR, HEADER, NEUTRAL, REMARK, one_of_each, row, search_file},
    workdir::{Workdir, column, program, repository, rows},
};

#[test]
fn rejected_and_excluded_records_lie_beside_the_output() {
    let dir = Workdir::new();
    let posts = [
        row(1, "", AGAINST, "06-15 12:00"),
        row(1, "", AGAINST, "06-15 12:00"),
        row(2, "", "", "06-15 12:00"),
    ];
    dir.write("posts.csv", HEADER.to_owned() + &posts.concat());
    dir.minyi(["code", "posts.csv", "-o", "coded.csv"])
        .ok()
        .says(["coded.csv, coded.csv.rejects.csv, coded.csv.excluded.csv"]);
    assert_eq!(column(&dir.rows("coded.csv"), "stance"), ["negative"]);
    assert_eq!(column(&dir.rows("coded.csv.rejects.csv"), "source_row"), ["3"]);
    assert_eq!(column(&dir.rows("coded.csv.excluded.csv"), "source_row"), ["2"]);
}

#[test]
fn without_rejects_there_is_no_file_of_them_and_none_of_an_earlier_run() {
    let dir = Workdir::new();
    dir.write("posts.csv", HEADER.to_owned() + &row(1, "", "", "06-15 12:00"));
    dir.minyi(["code", "posts.csv", "-o", "coded.csv", "-q"]).ok();
    assert_eq!(dir.rows("coded.csv.rejects.csv").len(), 1);
    dir.write("posts.csv", one_of_each());
    dir.minyi(["code", "posts.csv", "-o", "coded.csv", "-q"]).ok();
    assert_eq!(dir.rows("coded.csv.rejects.csv").len(), 0);
    dir.minyi(["code", "posts.csv", "-o", "other.csv", "-q"]).ok();
    let names: Vec<String> = dir.files(".").into_keys().collect();
    assert_eq!(names, ["coded.csv", "coded.csv.rejects.csv", "other.csv", "posts.csv"]);
}

#[test]
fn the_input_is_never_written_over() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    for command in [
        &["code"][..],
        &["kwic", "卖国"],
        &["terms"],
        &["codebook", "suggest", "--code", "NEG.BETRAY"],
    ] {
        let files = ["./posts.csv", "-o", "posts.csv"];
        dir.minyi_with(command.iter().copied().chain(files), "")
            .ends_with(1)
            .says(["this is an input too", "write to another file"]);
        assert_eq!(dir.read("posts.csv"), one_of_each());
    }
}

#[test]
fn standard_input_and_output_are_a_dash() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["code", "posts.csv", "-o", "coded.csv", "-q"]).ok();
    let piped = dir.minyi_with(["code", "-", "-o", "-"], one_of_each()).ok();
    assert_eq!(piped.stdout, dir.read("coded.csv").replace("posts.csv,", "-,"));
    piped.says(["posts coded   4"]);
}

#[test]
fn rejects_that_have_no_place_are_told() {
    let input = HEADER.to_owned() + &row(1, "", "", "06-15 12:00");
    Workdir::new()
        .minyi_with(["code", "-", "-o", "-"], input)
        .ok()
        .says(["to keep the rejected records with their reasons, write to a file with -o"]);
}

#[test]
fn a_gzipped_file_is_read_like_the_plain_one() {
    let dir = Workdir::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(one_of_each().as_bytes()).unwrap();
    dir.write("posts.csv.gz", gzip.finish().unwrap())
        .write("posts.csv", one_of_each());
    let plain = dir.minyi(["code", "posts.csv", "-o", "-", "-q"]).ok().stdout;
    let packed = dir.minyi(["code", "posts.csv.gz", "-o", "-", "-q"]).ok().stdout;
    assert_eq!(packed.replace("posts.csv.gz,", "posts.csv,"), plain);
}

#[test]
fn gb18030_gives_the_codes_that_utf_8_gives() {
    let dir = Workdir::new();
    let text = std::fs::read_to_string(repository("data/demo/weibo-search.csv")).unwrap();
    let (bytes, _, lossy) = GB18030.encode(text.trim_start_matches('\u{feff}'));
    assert!(!lossy);
    dir.write("posts.csv", &text);
    dir.minyi(["run", "posts.csv", "-o", "utf-8", "-q"]).ok();
    dir.write("posts.csv", bytes);
    dir.minyi(["run", "posts.csv", "-o", "gb18030", "-q"]).ok();
    assert!(dir.read("gb18030/manifest.json").contains("\"encoding\": \"gb18030\""));
    for name in ["coded.csv", "evidence.csv"] {
        assert!(
            dir.read(&format!("utf-8/{name}")) == dir.read(&format!("gb18030/{name}")),
            "{name}"
        );
    }
}

#[test]
fn a_map_reads_columns_that_no_exporter_writes_and_the_message_shows_one_that_works() {
    let dir = Workdir::new();
    dir.write(
        "mine.csv",
        format!("编号,地址,时间,博文\n4912678401220335,https://example.org/1,2023-06-14 23:41,{AGAINST}\n"),
    );
    let ran = dir.minyi(["code", "mine.csv", "-o", "-"]).ends_with(1);
    assert!(ran.stderr.contains("编号, 地址, 时间, 博文"), "{}", ran.stderr);
    let map = ran.stderr.split('\'').nth(1).unwrap().to_owned();
    assert_eq!(map, "text=博文,id=编号,created_at=时间");
    let coded = rows(
        &dir.minyi(["code", "mine.csv", "-o", "-", "-q", "--map", &map])
            .ok()
            .stdout,
    );
    assert_eq!(column(&coded, "post_id"), ["4912678401220335"]);
    assert_eq!(column(&coded, "created_at"), ["2023-06-14T23:41:00+08:00"]);
    assert_eq!(column(&coded, "codes"), ["NEG.BETRAY"]);
    assert_eq!(column(&coded, "account_type"), ["unknown"]);
}

#[test]
fn a_map_that_names_no_column_or_no_field_is_refused() {
    let dir = Workdir::new();
    dir.write("mine.csv", "编号,博文\n1,词语\n");
    dir.minyi(["code", "mine.csv", "-o", "-", "--map", "text=正文"])
        .ends_with(1)
        .says(["正文", "博文"]);
    dir.minyi(["code", "mine.csv", "-o", "-", "--map", "words=博文"])
        .ends_with(2)
        .says(["--map", "words"]);
}

#[test]
fn the_scope_reaches_the_posts() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&[&format!("看看别人怎么说//@某甲:{AGAINST}")]));
    for (scope, codes) in [("own", ""), ("quoted", "NEG.BETRAY"), ("all", "NEG.BETRAY")] {
        let ran = dir.minyi(["code", "posts.csv", "-o", "-", "-q", "--scope", scope]).ok();
        assert_eq!(column(&rows(&ran.stdout), "codes"), [codes], "{scope}");
    }
}

#[test]
fn a_searched_corpus_is_on_topic_until_marked_otherwise() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&[REMARK]));
    for (flag, stance) in [(None, "irrelevant"), (Some("--searched"), "neutral")] {
        let arguments = ["code", "posts.csv", "-o", "-", "-q"].into_iter().chain(flag);
        let coded = rows(&dir.minyi_with(arguments, "").ok().stdout);
        assert_eq!(column(&coded, "stance"), [stance], "{flag:?}");
    }
}

#[test]
fn a_file_whose_posts_mostly_show_the_topic_is_taken_for_a_search() {
    let dir = Workdir::new();
    let texts = |on_topic: usize| {
        let mut texts = vec![AGAINST; on_topic];
        texts.push(REMARK);
        search_file(&texts)
    };
    let stances = |file: &str, flags: &[&str]| {
        let arguments = ["code", file, "-o", "-", "-q", "--dedup", "none"].into_iter();
        let ran = dir.minyi_with(arguments.chain(flags.iter().copied()), "").ok();
        rows(&ran.stdout).last().unwrap()["stance"].clone()
    };
    dir.write("few.csv", texts(9));
    dir.write("many.csv", texts(10));
    assert_eq!(stances("few.csv", &[]), "irrelevant");
    assert_ne!(stances("many.csv", &[]), "irrelevant");
    assert_eq!(stances("many.csv", &["--searched=no"]), "irrelevant");
    dir.minyi(["code", "many.csv", "-o", "coded.csv", "--dedup", "none"])
        .ok()
        .says(["10 of the first 11 posts show the topic", "--searched=no"]);
}

#[test]
fn a_stance_below_the_wanted_confidence_is_left_unclear() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&[AGAINST]));
    let sure = rows(&dir.minyi(["code", "posts.csv", "-o", "-", "-q"]).ok().stdout);
    let confidence: f64 = sure[0]["stance_confidence"].parse().unwrap();
    assert!((0.5..0.999).contains(&confidence));
    for (below, stance) in [(confidence - 0.01, "negative"), (confidence + 0.001, "unclear")] {
        let below = format!("{below:.4}");
        let ran = dir.minyi(["code", "posts.csv", "-o", "-", "-q", "--abstain", &below]);
        let coded = rows(&ran.ok().stdout);
        assert_eq!(coded[0]["stance"], stance);
        assert_eq!(coded[0]["codes"], sure[0]["codes"]);
        assert_eq!(coded[0]["stance_confidence"], sure[0]["stance_confidence"]);
    }
    dir.minyi(["code", "posts.csv", "-o", "-", "--abstain", "0.2"])
        .ends_with(2)
        .says(["--abstain", "0.34"]);
}

#[test]
fn account_rules_can_be_the_users_own() {
    let dir = Workdir::new();
    let bundled = std::fs::read_to_string(repository("lexicons/accounts/weibo.toml")).unwrap();
    assert!(
        bundled.contains("\"badge-ordinary\""),
        "the rule this test renames is gone"
    );
    dir.write("mine.toml", bundled.replace("\"badge-ordinary\"", "\"our-own-rule\""));
    dir.write("posts.csv", search_file(&[NEUTRAL]));
    let rule = |ran: crate::workdir::Ran| rows(&ran.ok().stdout)[0]["account_rule"].clone();
    assert_eq!(
        rule(dir.minyi(["code", "posts.csv", "-o", "-", "-q"])),
        "badge-ordinary"
    );
    assert_eq!(
        rule(dir.minyi(["code", "posts.csv", "-o", "-", "-q", "--accounts", "mine.toml"])),
        "our-own-rule"
    );
}

#[test]
fn a_reader_that_leaves_ends_the_program_without_complaint() {
    let dir = Workdir::new();
    let posts: String = (1..1_500).map(|id| row(id, "", FAVOUR, "06-15 12:00")).collect();
    dir.write("posts.csv", HEADER.to_owned() + &posts);
    let mut coding = Command::new(program())
        .current_dir(dir.path("."))
        .args(["code", "posts.csv", "-o", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut header = String::new();
    let mut out = BufReader::new(coding.stdout.take().unwrap());
    out.read_line(&mut header).unwrap();
    assert!(header.starts_with("source_file,source_row,"), "{header}");
    drop(out);
    let mut complaint = String::new();
    coding.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!((coding.wait().unwrap().code(), &*complaint), (Some(0), ""));
}
