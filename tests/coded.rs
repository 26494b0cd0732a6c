//! Coded posts read back: conditions, periods, formats, damage.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::PathBuf;

use proptest::prelude::*;

use minyi::coded::{CodedFile, Filter, Periods, UNDATED, Wanted};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

const CSV: &str = "\u{feff}post_id,account_type,codes,reposts,created_at,is_repost\n\
    p1,media,A;B,12,2023-06-14T23:41:00+08:00,false\n\
    p2,media,,3,2023-06-15,true\n\
    p3,individual,B,100,,false\n\
    p4,individual,AB,,2023-07-01,false\n";

fn chosen(condition: &str) -> Vec<String> {
    let place = Place::new();
    let file = CodedFile::open(&place.file("coded.csv", CSV)).unwrap();
    let mut wanted = Wanted::of(&file);
    let id = wanted.column("post_id").unwrap();
    let filter = Filter::parse(condition, &mut wanted).unwrap();
    let mut found = Vec::new();
    file.read(&wanted, |row| {
        if filter.holds(row) {
            found.push(row[id].clone());
        }
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn conditions_choose_the_posts_a_person_would() {
    let cases: &[(&str, &[&str])] = &[
        ("account_type=media", &["p1", "p2"]),
        ("account_type != media", &["p3", "p4"]),
        ("reposts>=12", &["p1", "p3"]),
        // As text 3 would come after 12 and 100.
        ("reposts<12", &["p2"]),
        ("reposts=''", &["p4"]),
        // One of the codes, not a part of a name.
        ("codes=A", &["p1"]),
        ("codes=B", &["p1", "p3"]),
        ("codes!=B", &["p2", "p4"]),
        ("codes=''", &["p2"]),
        ("codes~A", &["p1", "p4"]),
        ("created_at>=2023-06-15", &["p2", "p4"]),
        ("created_at<2023-06-15", &["p1"]),
        ("account_type=media or codes=B and reposts>50", &["p1", "p2", "p3"]),
        ("(account_type=media or codes=B) and reposts>50", &["p3"]),
        ("not (account_type=media)", &["p3", "p4"]),
        ("not account_type=media and not reposts=''", &["p3"]),
        ("\"account_type\"='media' AND is_repost=true", &["p2"]),
    ];
    for (condition, expected) in cases {
        assert_eq!(chosen(condition), *expected, "{condition}");
    }
}

#[test]
fn a_wrong_condition_says_where_and_how() {
    let place = Place::new();
    let file = CodedFile::open(&place.file("coded.csv", CSV)).unwrap();
    let cases = [
        ("account_type", "ends too early"),
        ("account_type=", "ends too early"),
        ("=media", "`=` stands"),
        ("(codes=A", "ends too early"),
        ("codes=A)", "`)` stands"),
        ("codes=A account_type=media", "`account_type` stands"),
        ("codes='A", "never closed"),
        ("kind=media", "no column `kind`; there are post_id, account_type"),
        ("", "ends too early"),
        ("codes ! A", "`!` stands"),
    ];
    for (condition, expected) in cases {
        let error = Filter::parse(condition, &mut Wanted::of(&file))
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{condition}: {error}");
    }
}

proptest! {
    #[test]
    fn no_condition_panics(condition in "[a-c=!<>~()'\" 中]{0,20}") {
        let place = Place::new();
        let file = CodedFile::open(&place.file("coded.csv", "a,b,c\n1,2,3\n")).unwrap();
        let mut wanted = Wanted::of(&file);
        if let Ok(filter) = Filter::parse(&condition, &mut wanted) {
            file.read(&wanted, |row| { filter.holds(row); Ok(()) }).unwrap();
        }
    }
}

#[test]
fn json_lines_give_what_csv_gives() {
    let place = Place::new();
    let json = "{\"post_id\":\"p1\",\"codes\":\"A;B\",\"reposts\":12,\"ok\":true,\"more\":{\"x\":[1]}}\n\n\
                {\"ok\":false,\"post_id\":\"p\\u4e2d\",\"reposts\":null}\n";
    let file = CodedFile::open(&place.file("coded.jsonl", json)).unwrap();
    assert_eq!(file.columns(), ["post_id", "codes", "reposts", "ok", "more"]);
    let mut wanted = Wanted::of(&file);
    for name in ["ok", "reposts", "post_id", "codes"] {
        wanted.column(name).unwrap();
    }
    let mut rows = Vec::new();
    let posts = file
        .read(&wanted, |row| {
            rows.push(row.to_vec());
            Ok(())
        })
        .unwrap();
    assert_eq!(posts, 2);
    assert_eq!(rows, [["true", "12", "p1", "A;B"], ["false", "", "p中", ""]]);
}

#[test]
fn broken_files_name_the_record() {
    let place = Place::new();
    let message = |name: &str, content: &str| {
        let read = CodedFile::open(&place.file(name, content)).and_then(|file| {
            let mut wanted = Wanted::of(&file);
            wanted.column("a")?;
            file.read(&wanted, |_| Ok(()))
        });
        read.unwrap_err().to_string()
    };
    assert!(message("a.csv", "a,b\n1,2\n3\n").contains("record 2 has 1 cells, the header 2"));
    assert!(message("a.jsonl", "{\"a\":1}\n{\"a\":\n").contains("line 2: no JSON object"));
    assert!(message("b.jsonl", "[1]\n").contains("record 1: no JSON object"));
    assert!(message("a.parquet", "no").contains("cannot be read as Parquet"));
    assert!(message("a.txt", "a\n1\n").contains("ending in .csv, .jsonl or .parquet"));
    assert!(message("empty.csv", "").contains("no columns"));
    assert!(message("c.csv", "b\n1\n").contains("no column `a`; there are b"));
}

#[test]
fn time_is_cut_as_the_calendar_has_it() {
    let of = |periods: &str, at: &str| Periods::parse(periods).unwrap().of(at).unwrap();
    assert_eq!(of("day", "2023-06-14T23:41:00+08:00"), "2023-06-14");
    // 2023-06-18 is a Sunday, 2023-06-19 a Monday; 2023-01-01 a Sunday of the last week of 2022 (ISO 8601).
    assert_eq!(of("week", "2023-06-18"), "2023-W24");
    assert_eq!(of("week", "2023-06-19"), "2023-W25");
    assert_eq!(of("week", "2023-01-01"), "2022-W52");
    assert_eq!(of("month", "2023-06-30"), "2023-06");
    for undated in ["", "2023/6/14", "中文中文中文", "yesterday at noon"] {
        assert_eq!(of("day", undated), UNDATED);
    }
    assert!(Periods::parse("year").is_err());
}

#[test]
fn periods_without_posts_are_listed() {
    let listed = |periods: &str, found: &[&str]| Periods::parse(periods).unwrap().listed(found.iter().copied(), None);
    assert_eq!(
        listed("month", &["2024-02", UNDATED, "2023-11"]),
        ["2023-11", "2023-12", "2024-01", "2024-02", UNDATED]
    );
    assert_eq!(
        listed("week", &["2022-W51", "2023-W01"]),
        ["2022-W51", "2022-W52", "2023-W01"]
    );
    assert_eq!(
        listed("day", &["1970-01-01", "2023-06-14"]),
        ["1970-01-01", "2023-06-14"]
    );
}

#[test]
fn phases_come_from_a_file_and_may_not_overlap() {
    let place = Place::new();
    let good = place.file(
        "phases.csv",
        "phase,from,to\n爆发,2023-06-14,2023-06-16\n消退, 2023-06-20 ,2023-06-30\n",
    );
    let phases = Periods::parse(&format!("phase:{good}")).unwrap();
    assert_eq!(phases.of("2023-06-16T23:59:59+08:00").as_deref(), Some("爆发"));
    assert_eq!(phases.of("2023-06-18"), None);
    assert_eq!(phases.listed(std::iter::empty(), None), ["爆发", "消退"]);
    let message = |content: &str| {
        Periods::parse(&format!("phase:{}", place.file("bad.csv", content)))
            .unwrap_err()
            .to_string()
    };
    assert!(
        message("phase,from,to\na,2023-06-14,2023-06-16\nb,2023-06-16,2023-06-30\n").contains("record 2: b overlaps a")
    );
    assert!(message("phase,from,to\na,2023-06-17,2023-06-16\n").contains("ends before it begins"));
    assert!(message("phase,from,to\na,14.6.,2023-06-16\n").contains("`14.6.` is no day"));
    assert!(message("phase,from,to\n").contains("no phases"));
    assert!(message("name,from,to\na,2023-06-14,2023-06-16\n").contains("the columns are phase,from,to"));
}
