//! What the writers write, read back by other means.

use std::{collections::BTreeMap, fs, path::Path};

use ::parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};

use proptest::prelude::*;

use crate::model::{CodedPost, Engagement, Excluded, Exclusion, Moment, Reject, Source};
use crate::tabulate::{
    Tally,
    fixtures::{codes, flow, tally, twelve_posts},
};

use super::*;

/// The twelve posts, one of them with everything a post can have and everything that needs quoting.
fn posts() -> Vec<CodedPost<'static>> {
    let mut posts = twelve_posts();
    let full = &mut posts[4];
    full.post.author.screen_name = Some("=1+1 \"甲\", 乙".into());
    full.post.created_at = Moment::from_unix(1_686_757_267);
    full.post.is_repost = true;
    full.post.engagement = Engagement {
        reposts: Some(3),
        comments: Some(0),
        likes: Some(4_294_967_296),
    };
    full.post.kept = vec!["two\nlines".to_owned(), "hand-coded".to_owned()];
    full.verdict.score = -2.0 / 3.0;
    full.verdict.confidence = Some(0.75);
    full.verdict.sentiment.negative = 2;
    posts
}

fn kept() -> Vec<String> {
    vec!["note".to_owned(), "stance".to_owned()]
}

fn write_posts(path: &Path, posts: &[CodedPost]) {
    let schema = CodedSchema::new(&codes(), &kept());
    let format = OutputFormat::from_path(path).unwrap();
    let mut writer = CodedWriter::new(Output::create(path).unwrap(), format, &schema, CsvOptions::default()).unwrap();
    writer.write(writer.encoder().encode(posts).unwrap()).unwrap();
    writer.finish().unwrap().commit().unwrap();
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    std::iter::once(header).chain(rows).collect()
}

fn field(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(n) => n.to_string(),
        Field::Bool(flag) => flag.to_string(),
        Field::Double(score) => format!("{score:.4}"),
        other => panic!("no such column kind: {other:?}"),
    }
}

#[test]
fn coded_csv_has_the_fixed_columns_and_these_bytes() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("coded.csv");
    write_posts(&path, &posts()[3..5]);
    let header = "source_file,source_row,post_id,user_id,screen_name,created_at,account_type,account_rule,is_repost,stance,\
        stance_score,stance_confidence,sentiment_positive,sentiment_negative,codes,\
        code.POS.QUALITY,code.NEG.BETRAY,code.LAW.MISUND,code.ATT.NEG,reposts,comments,likes,note,kept.stance\n";
    let bare =
        "a.csv,4,p4,i1,,2023-06-14,individual,rule,false,negative,0.0000,,0,0,NEG.BETRAY,false,true,false,false,,,,,\n";
    let full = "a.csv,5,p5,i1,\"=1+1 \"\"甲\"\", 乙\",2023-06-14T23:41:07+08:00,individual,rule,true,negative,-0.6667,0.7500,0,2,\
        NEG.BETRAY;LAW.MISUND,false,true,true,false,3,0,4294967296,\"two\nlines\",hand-coded\n";
    assert_eq!(fs::read_to_string(path).unwrap(), format!("{header}{bare}{full}"));
}

#[test]
fn json_lines_hold_the_values_of_the_csv_with_their_types() {
    let place = tempfile::tempdir().unwrap();
    let (csv, jsonl) = (place.path().join("coded.csv"), place.path().join("coded.jsonl"));
    write_posts(&csv, &posts());
    write_posts(&jsonl, &posts());
    let rows = csv_rows(&csv);
    let text = fs::read_to_string(jsonl).unwrap();
    assert_eq!(text.lines().count(), 12);
    for (line, row) in text.lines().zip(&rows[1..]) {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_eq!(object.keys().collect::<Vec<_>>(), rows[0].iter().collect::<Vec<_>>());
        for (name, cell) in rows[0].iter().zip(row) {
            let found = match &object[name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Number(n) if n.is_f64() => format!("{:.4}", n.as_f64().unwrap()),
                other => other.to_string(),
            };
            assert_eq!(&found, cell, "{name}");
        }
    }
    let fifth: serde_json::Value = serde_json::from_str(text.lines().nth(4).unwrap()).unwrap();
    assert_eq!(fifth["likes"], 4_294_967_296_u64);
    assert_eq!(fifth["code.NEG.BETRAY"], true);
    assert!(fifth["user_id"].is_string() && fifth["stance_score"].is_f64());
}

#[test]
fn parquet_read_back_equals_the_csv() {
    let place = tempfile::tempdir().unwrap();
    let (csv, parquet) = (place.path().join("coded.csv"), place.path().join("coded.parquet"));
    write_posts(&csv, &posts());
    write_posts(&parquet, &posts());
    let rows = csv_rows(&csv);
    let reader = SerializedFileReader::new(fs::File::open(parquet).unwrap()).unwrap();
    assert_eq!(
        reader.metadata().file_metadata().created_by(),
        Some(concat!("minyi ", env!("CARGO_PKG_VERSION")))
    );
    let mut read = 0;
    for (found, row) in reader.get_row_iter(None).unwrap().zip(&rows[1..]) {
        let found = found.unwrap();
        let names: Vec<&String> = found.get_column_iter().map(|(name, _)| name).collect();
        assert_eq!(names, rows[0].iter().collect::<Vec<_>>());
        let cells: Vec<String> = found.get_column_iter().map(|(_, value)| field(value)).collect();
        assert_eq!(&cells, row);
        read += 1;
    }
    assert_eq!(read, 12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any text a post may hold, quotes, line ends and control characters among it, comes back as it was.
    #[test]
    fn every_format_gives_any_text_back(name in "(?s).{0,12}", note in "[\"',;=\r\n\t\\u{0}\u{feff}甲]{0,6}") {
        let place = tempfile::tempdir().unwrap();
        let path = |ending: &str| place.path().join(format!("coded.{ending}"));
        let mut post = posts().swap_remove(4);
        post.post.author.screen_name = Some(name.as_str().into());
        post.post.kept = vec![note.clone(), String::new()];
        for ending in ["csv", "jsonl", "parquet"] {
            write_posts(&path(ending), std::slice::from_ref(&post));
        }
        let rows = csv_rows(&path("csv"));
        prop_assert_eq!((&rows[1][4], &rows[1][22]), (&name, &note));
        let line: serde_json::Value = serde_json::from_str(&fs::read_to_string(path("jsonl")).unwrap()).unwrap();
        prop_assert_eq!((line["screen_name"].as_str().unwrap_or(""), line["note"].as_str().unwrap_or("")), (&*name, &*note));
        let reader = SerializedFileReader::new(fs::File::open(path("parquet")).unwrap()).unwrap();
        let found = reader.get_row_iter(None).unwrap().next().unwrap().unwrap();
        let cells: Vec<String> = found.get_column_iter().map(|(_, value)| field(value)).collect();
        prop_assert_eq!((&cells[4], &cells[22]), (&name, &note));
    }
}

/// Batches of 5,000 rows are joined to groups of 10,000, one of 9,000 is a group of its own.
#[test]
fn parquet_rows_of_all_batches_are_there_in_order() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("coded.parquet");
    let post = posts().swap_remove(4);
    let schema = CodedSchema::new(&codes(), &kept());
    let out = Output::create(&path).unwrap();
    let mut writer = CodedWriter::new(out, OutputFormat::Parquet, &schema, CsvOptions::default()).unwrap();
    let encoder = writer.encoder();
    let mut rows = 0;
    for size in [5_000, 5_000, 5_000, 9_000, 100] {
        let posts: Vec<CodedPost> = (rows + 1..=rows + size)
            .map(|row| {
                let mut post = post.clone();
                post.post.source.row = row;
                post.post.engagement.likes = (row % 2 == 0).then_some(row);
                post
            })
            .collect();
        rows += size;
        writer.write(encoder.encode(&posts).unwrap()).unwrap();
    }
    writer.finish().unwrap().commit().unwrap();
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let groups: Vec<i64> = reader
        .metadata()
        .row_groups()
        .iter()
        .map(|group| group.num_rows())
        .collect();
    assert_eq!(groups, [10_000, 5_000, 9_000, 100]);
    for (row, found) in (1..).zip(reader.get_row_iter(None).unwrap()) {
        let found = found.unwrap();
        let cell = |name: &str| {
            found
                .get_column_iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| field(value))
        };
        assert_eq!(cell("source_row"), Some(row.to_string()));
        assert_eq!(
            cell("likes"),
            Some(if row % 2 == 0 { row.to_string() } else { String::new() })
        );
    }
}

#[test]
fn the_same_posts_give_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    for ending in ["csv", "jsonl", "parquet"] {
        let (one, two) = (
            place.path().join(format!("1.{ending}")),
            place.path().join(format!("2.{ending}")),
        );
        write_posts(&one, &posts());
        write_posts(&two, &posts());
        assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap(), "{ending}");
    }
}

#[test]
fn a_count_beyond_int64_is_an_error_that_names_the_file() {
    let place = tempfile::tempdir().unwrap();
    let mut post = posts().swap_remove(4);
    post.post.engagement.likes = Some(u64::MAX);
    let out = Output::create(&place.path().join("coded.parquet")).unwrap();
    let schema = CodedSchema::new(&codes(), &[]);
    let writer = CodedWriter::new(out, OutputFormat::Parquet, &schema, CsvOptions::default()).unwrap();
    let message = match writer.encoder().encode(&[post]) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("must fail"),
    };
    assert!(message.contains("coded.parquet: column 22"), "{message}");
}

#[test]
fn the_format_is_told_by_the_ending() {
    let cases = [
        ("a.csv", OutputFormat::Csv),
        ("-", OutputFormat::Csv),
        ("dir.v2/A.JSONL", OutputFormat::JsonLines),
        ("a.ndjson", OutputFormat::JsonLines),
        ("a.b.parquet", OutputFormat::Parquet),
    ];
    for (path, format) in cases {
        assert_eq!(OutputFormat::from_path(Path::new(path)).unwrap(), format, "{path}");
    }
    for path in ["coded", "a.xlsx", "a.csv.gz"] {
        let message = OutputFormat::from_path(Path::new(path)).unwrap_err().to_string();
        assert_eq!(
            message,
            format!("{path}: cannot tell the format to write; end the name in .csv, .jsonl or .parquet")
        );
    }
}

/// Writes through `write` into a file and gives its text.
fn written(write: impl FnOnce(Output) -> crate::error::Result<Output>) -> String {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("out");
    write(Output::create(&path).unwrap()).unwrap().commit().unwrap();
    fs::read_to_string(path).unwrap()
}

/// Wilson at 95% for 1 of 1: low = 1 / (1 + 3.841459) = 0.206549, high 1.
#[test]
fn a_table_prints_shares_intervals_and_na() {
    let tables = tally().tables(&flow());
    let text = written(|out| write_table(&tables[2], out, CsvOptions::default()));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "table,row,col,n,base,base_name,share,ci_low,ci_high,ci_method"
    );
    assert_eq!(
        lines[1],
        "account_type_by_stance,government,positive,1,1,within account type,1.000000,0.206549,1.000000,wilson 95%"
    );
    assert_eq!(
        lines[10],
        "account_type_by_stance,enterprise,positive,0,0,within account type,NA,,,none"
    );
    let flow = written(|out| write_table(&tables[tables.len() - 1], out, CsvOptions::default()));
    assert!(flow.contains("\nflow,all files,coded,12,16,records read,0.750000,,,none\n"));
}

#[test]
fn tests_print_na_where_there_is_nothing_to_print() {
    let nothing = Tally::new(&codes(), &[], Default::default()).tests();
    let text = written(|out| write_tests(&nothing, out, CsvOptions::default()));
    let first = text.lines().nth(1).unwrap();
    assert!(
        first.starts_with("account_type_by_stance,chi-square,NA,NA,NA,NA,NA,Cramer's V,NA,NA,NA,"),
        "{first}"
    );
    let text = written(|out| write_tests(&tally().tests(), out, CsvOptions::default()));
    // chi-square 5.416667 with 4 degrees of freedom: p 0.247152 (scipy 1.17.1 chi2.sf).
    assert!(
        text.contains("account_type_by_stance,chi-square,10,5.4167,4,0.247152,NA,Cramer's V,0.5204,NA,NA,"),
        "{text}"
    );
}

#[test]
fn evidence_shows_the_raw_text_between_its_offsets() {
    let mut post = posts().swap_remove(4);
    post.verdict.evidence.truncate(1);
    post.verdict.evidence[0].weight = -0.5;
    let text = written(|out| {
        let mut writer = EvidenceWriter::new(out, CsvOptions { bom: true })?;
        let mut rows = EvidenceRows::default();
        rows.add(&[post.clone()])?;
        writer.write(rows)?;
        Ok(writer.finish())
    });
    assert_eq!(
        text,
        "\u{feff}source_file,source_row,post_id,code,term,start,end,text,context,weight,rule\n\
         a.csv,5,p5,NEG.BETRAY,词,0,3,词,plain,-0.5,term\n"
    );
}

#[test]
fn evidence_outside_the_text_is_an_error_not_a_panic() {
    for (start, end) in [(1, 3), (0, 400), (3, 0)] {
        let mut post = posts().swap_remove(4);
        (post.verdict.evidence[0].start, post.verdict.evidence[0].end) = (start, end);
        let message = match EvidenceRows::default().add(&[post]) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("must fail"),
        };
        assert!(
            message.starts_with("a.csv: record 5: evidence `词` for NEG.BETRAY"),
            "{message}"
        );
    }
}

#[test]
fn rejects_keep_their_cells_and_exclusions_their_reason() {
    let source = Source {
        file: "a.csv".into(),
        row: 7,
    };
    let cells = vec!["1".to_owned(), String::new(), "x,\"y\"".to_owned()];
    let reject = Reject {
        source: source.clone(),
        offset: Some(96),
        reason: "3 cells, header has 17".into(),
        cells,
    };
    let text = written(|out| {
        let mut writer = RejectsWriter::new(out, CsvOptions::default())?;
        writer.write(&reject)?;
        writer.finish()
    });
    assert_eq!(
        text,
        "source_file,source_row,byte_offset,reason,cells\n\
         a.csv,7,96,\"3 cells, header has 17\",\"[\"\"1\"\",\"\"\"\",\"\"x,\\\"\"y\\\"\"\"\"]\"\n"
    );
    let detail = "same id as a.csv record 2".to_owned();
    let excluded = Excluded {
        source,
        post_id: "p2".into(),
        why: Exclusion::Duplicate,
        detail,
    };
    let text = written(|out| {
        let mut writer = ExcludedWriter::new(out, CsvOptions::default())?;
        writer.write(&excluded)?;
        writer.finish()
    });
    assert_eq!(
        text.lines().nth(1),
        Some("a.csv,7,p2,duplicate id,same id as a.csv record 2")
    );
}

#[test]
fn examples_hold_the_raw_text_and_what_speaks_for_it() {
    let text = written(|out| write_examples(&tally().examples(), out, CsvOptions::default()));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "table,kind,code,source_file,source_row,post_id,account_type,stance,stance_score,text,terms"
    );
    assert_eq!(
        lines[1],
        "examples,stance,positive,a.csv,1,p1,government,positive,0.0000,词 a.csv 1,词"
    );
    assert!(lines.contains(&"examples,code,NEG.BETRAY,a.csv,4,p4,individual,negative,0.0000,词 a.csv 4,词"));
}

#[test]
fn the_manifest_is_json_with_its_keys_in_order_and_reads_back() {
    let digest = digest_bytes("bundled:terms.csv", b"abc");
    let manifest = Manifest {
        minyi: Manifest::VERSION.to_owned(),
        arguments: vec!["minyi".to_owned(), "run".to_owned()],
        started: "2023-08-22T09:00:00+08:00".to_owned(),
        wall_seconds: 1.25,
        codebook: Named {
            id: "weibo".to_owned(),
            version: "1".to_owned(),
        },
        account_rules: Named {
            id: "weibo".to_owned(),
            version: "1".to_owned(),
        },
        settings: BTreeMap::from([("scope".to_owned(), "own".to_owned())]),
        seeds: BTreeMap::from([("monte_carlo".to_owned(), 1)]),
        inputs: vec![Input {
            file: digest.clone(),
            exporter: "weibo-search".to_owned(),
            encoding: "UTF-8".to_owned(),
            relevance: String::new(),
            rows_read: 3.into(),
            posts: Told::new(2, true),
            rejected: 1.into(),
            accounts: Told::default(),
            repairs: BTreeMap::from([("short row".to_owned(), 1.into())]),
            excluded: BTreeMap::new(),
        }],
        account_tables: Vec::new(),
        lexicons: vec![digest.clone()],
        excluded: BTreeMap::new(),
        outputs: Vec::new(),
    };
    let text = written(|out| manifest.write(out));
    assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), manifest);
    let keys = [
        "\"minyi\"",
        "\"arguments\"",
        "\"wall_seconds\"",
        "\"codebook\"",
        "\"seeds\"",
        "\"inputs\"",
        "\"outputs\"",
    ];
    let places: Vec<usize> = keys.iter().map(|key| text.find(key).unwrap()).collect();
    assert!(places.is_sorted() && text.ends_with("}\n"), "{text}");

    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("abc");
    fs::write(&path, "abc").unwrap();
    let from_file = digest_file(&path).unwrap();
    assert_eq!((from_file.bytes, from_file.sha256), (digest.bytes, digest.sha256));
}
