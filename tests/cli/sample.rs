use std::collections::BTreeSet;

use crate::workdir::{Workdir, column};

/// 60 posts of individuals, 20 of media; a text each.
fn coded() -> Workdir {
    let dir = Workdir::new();
    let row = |n: usize| {
        let (kind, stance) = if n < 60 {
            ("individual", "negative")
        } else {
            ("media", "positive")
        };
        format!("p{n},u{},{kind},{stance},正文{n}\n", n / 2)
    };
    let rows: String = (0..80).map(row).collect();
    dir.write(
        "coded.csv",
        "post_id,user_id,account_type,stance,text\n".to_owned() + &rows,
    );
    dir
}

const DRAW: [&str; 15] = [
    "sample",
    "coded.csv",
    "-n",
    "20",
    "--stratify",
    "account_type",
    "--coders",
    "2",
    "--overlap",
    "0.5",
    "--text",
    "text",
    "--seed",
    "3",
    "-o",
];

fn draw(dir: &Workdir, more: &[&'static str]) {
    dir.minyi_with(DRAW.into_iter().chain(more.iter().copied()), "").ok();
}

#[test]
fn the_key_has_probabilities_that_add_up_and_sheets_hide_the_machine() {
    let dir = coded();
    draw(&dir, &["out", "--allocate", "equal"]);
    let key = dir.rows("out/sample.csv");
    let total: f64 = column(&key, "inclusion_probability")
        .iter()
        .map(|p| 1.0 / p.parse::<f64>().unwrap())
        .sum();
    assert!((total - 80.0).abs() < 1e-4, "{total}");
    assert_eq!(
        column(&key, "stratum")
            .iter()
            .filter(|stratum| **stratum == "account_type=media")
            .count(),
        10
    );
    let sheet = dir.read("out/coder-1.csv");
    assert!(
        !sheet.contains("negative") && !sheet.contains("media") && !sheet.contains(",u1"),
        "{sheet}"
    );
    let header = sheet.lines().next().unwrap();
    assert!(
        header.starts_with("\u{feff}post_id,text,stance,code.POS.QUALITY,"),
        "{header}"
    );
    let text = |row: &std::collections::BTreeMap<String, String>| row["text"].replace("正文", "p");
    assert!(
        dir.rows("out/coder-2.csv")
            .iter()
            .all(|row| row.values().any(|cell| *cell == text(row)))
    );
}

#[test]
fn half_of_the_posts_go_to_both_coders() {
    let dir = coded();
    draw(&dir, &["out"]);
    let key = dir.rows("out/sample.csv");
    let coders = column(&key, "coders");
    let of = |name: &str| coders.iter().filter(|coder| **coder == name).count();
    assert_eq!((of("1;2"), of("1"), of("2")), (10, 5, 5));
}

#[test]
fn one_seed_gives_one_sample_and_another_another() {
    let dir = coded();
    draw(&dir, &["a"]);
    draw(&dir, &["b"]);
    assert_eq!(dir.files("a"), dir.files("b"));
    dir.minyi([
        "sample",
        "coded.csv",
        "-n",
        "20",
        "--text",
        "text",
        "--seed",
        "4",
        "-o",
        "c",
    ])
    .ok();
    let posts = |folder: &str| {
        dir.rows(&format!("{folder}/sample.csv"))
            .iter()
            .map(|row| row["post_id"].clone())
            .collect::<BTreeSet<_>>()
    };
    assert_ne!(posts("a"), posts("c"));
}

#[test]
fn what_cannot_be_drawn_is_refused_before_anything_is_written() {
    let dir = coded();
    for (flag, value, message) in [
        ("-n", "81", "81 posts asked for, 80 there are"),
        ("--stratify", "region", "--stratify region: no such column"),
        ("--overlap", "2", "--overlap 2"),
    ] {
        let mut arguments = vec![
            "sample",
            "coded.csv",
            "--text",
            "text",
            "--seed",
            "1",
            "-o",
            "out",
            flag,
            value,
        ];
        if flag != "-n" {
            arguments.extend(["-n", "20"]);
        }
        dir.minyi_with(arguments, "").ends_with(1).says([message]);
        assert!(!dir.path("out").exists());
    }
    dir.minyi(["sample", "coded.csv", "-n", "5", "--seed", "1", "-o", "out"])
        .ends_with(2)
        .says(["--text"]);
    dir.minyi(["sample", "coded.csv", "-n", "5", "--text", "text", "-o", "out"])
        .ends_with(2)
        .says(["--seed"]);
}
