//! Figures of a run, of a table and of words.

use crate::workdir::{Workdir, repository};

const NAMES: [&str; 4] = [
    "account_type_by_stance",
    "account_type_by_stance_residuals",
    "codes_by_stance",
    "daily",
];

fn demo() -> (String, String) {
    (
        repository("data/demo/weibo-search.csv"),
        repository("data/demo/weibospider.jsonl"),
    )
}

#[test]
fn a_run_draws_its_figures_in_both_formats_and_in_the_language_asked_for() {
    let dir = Workdir::new();
    let (search, spider) = demo();
    dir.minyi(["run", &search, &spider, "-o", "out", "-q", "--lang", "zh"])
        .ok();
    let files = dir.files("out/figures");
    for name in NAMES {
        assert!(files[&format!("{name}.png")].starts_with(b"\x89PNG"), "{name}");
        let svg = dir.read(&format!("out/figures/{name}.svg"));
        assert!(
            svg.contains("role=\"img\"")
                && svg.contains(&format!("aria-labelledby=\"{}-zh-title", name.replace('_', "-")))
        );
    }
    assert_eq!(files.len(), 2 * NAMES.len());
    // 0 of 11 posts of government accounts, as in the printed table.
    assert!(
        dir.read("out/figures/account_type_by_stance.svg")
            .contains("政府 (n = ")
    );
    assert!(dir.read("out/manifest.json").contains("figures/daily.png"));
    // A second run into the folder finds nothing foreign in it.
    dir.minyi(["run", &search, "-o", "out", "-q"]).ok();
}

#[test]
fn a_figure_of_a_run_shows_no_masked_number() {
    let dir = Workdir::new();
    let (search, spider) = demo();
    dir.minyi(["run", &search, &spider, "-o", "out", "-q", "--suppress", "5"])
        .ok();
    let said = |name: &str| {
        let svg = dir.read(&format!("out/figures/{name}.svg"));
        svg.split("</title>")
            .nth(1)
            .unwrap()
            .split("</desc>")
            .next()
            .unwrap()
            .to_owned()
    };
    let days = said("daily");
    assert!(days.contains("Negative *"), "{days}");
    for (at, word) in days.split_whitespace().enumerate() {
        let n: u64 = word.trim_end_matches(';').parse().unwrap_or(0);
        assert!(!(1..5).contains(&n), "word {at} of {days}");
    }
    let residuals = said("account_type_by_stance_residuals");
    assert!(
        residuals.contains("Government: Positive *; Negative *; Neutral *"),
        "{residuals}"
    );
}

#[test]
fn a_table_becomes_a_figure_by_its_ending() {
    let dir = Workdir::new();
    let (search, spider) = demo();
    dir.minyi(["code", &search, &spider, "-o", "coded.csv", "-q"]).ok();
    let table = |arguments: &[&str]| {
        let common = ["table", "coded.csv"];
        dir.minyi_with(common.into_iter().chain(arguments.iter().copied()), "")
    };
    table(&["--rows", "account_type", "--cols", "stance", "-o", "shares.svg", "-q"]).ok();
    assert!(dir.read("shares.svg").contains("Government (n = "));
    table(&[
        "--rows",
        "created_at",
        "--period",
        "week",
        "--cols",
        "stance",
        "-o",
        "weeks.svg",
        "-q",
    ])
    .ok();
    assert!(dir.read("weeks.svg").contains("2023-W24: "));
    table(&[
        "--rows",
        "is_repost",
        "--cols",
        "stance",
        "--figure",
        "residuals",
        "-o",
        "r.png",
        "-q",
    ])
    .ok();
    assert!(dir.files(".")["r.png"].starts_with(b"\x89PNG"));
    table(&[
        "--rows",
        "codes",
        "--cols",
        "stance",
        "--figure",
        "residuals",
        "-o",
        "no.svg",
    ])
    .ends_with(1)
    .says(["--figure residuals", "one value"]);
    table(&[
        "--rows",
        "created_at",
        "--cols",
        "stance",
        "--figure",
        "shares",
        "-o",
        "no.svg",
    ])
    .ends_with(1)
    .says(["created_at_by_stance", "rows", "--period"]);
    table(&["--rows", "account_type", "--format", "png"])
        .ends_with(1)
        .says(["-o"]);
    assert!(!dir.path("no.svg").exists());
}

#[test]
fn the_words_of_two_groups_become_a_figure() {
    let dir = Workdir::new();
    let (search, spider) = demo();
    dir.minyi([
        "terms",
        &search,
        &spider,
        "--searched",
        "--target",
        "stance=negative",
        "-o",
        "words.svg",
        "--lang",
        "zh",
        "-q",
    ])
    .ok();
    let svg = dir.read("words.svg");
    assert!(
        svg.contains("“负面”相对于“其他”的关键词") && svg.contains(": G² "),
        "{svg}"
    );
    dir.minyi(["terms", &search, "-o", "words.png"])
        .ends_with(1)
        .says(["--target"]);
}
