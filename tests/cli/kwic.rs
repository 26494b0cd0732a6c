use crate::{
    posts::{AGAINST, ELSEWHERE, FAVOUR, search_file},
    workdir::{Workdir, column, rows},
};

fn study() -> Workdir {
    let dir = Workdir::new();
    dir.write(
        "posts.csv",
        search_file(&[AGAINST, FAVOUR, "公开泛基因组不是賣國", ELSEWHERE]),
    );
    dir
}

#[test]
fn a_word_is_found_in_any_script_with_the_text_around_it() {
    let lines = rows(&study().minyi(["kwic", "卖国", "posts.csv", "--width", "3"]).ok().stdout);
    assert_eq!(column(&lines, "source_row"), ["1", "3"]);
    assert_eq!(column(&lines, "left"), ["这就是", "组不是"]);
    assert_eq!(column(&lines, "match"), ["卖国", "賣國"]);
    assert_eq!(column(&lines, "right"), ["。", ""]);
    assert_eq!(column(&lines, "context"), ["", ""]);
}

#[test]
fn of_a_code_its_evidence_is_shown_with_its_context() {
    let lines = rows(&study().minyi(["kwic", "NEG.BETRAY", "posts.csv"]).ok().stdout);
    let context = |found: &str| {
        let line = lines.iter().find(|line| line["match"] == found);
        line.unwrap_or_else(|| panic!("no {found} in {lines:#?}"))["context"].clone()
    };
    assert_eq!((&*context("卖国"), &*context("賣國")), ("plain", "negated"));
}

#[test]
fn nothing_found_is_a_header_and_an_empty_word_an_error() {
    let dir = study();
    let none = dir.minyi(["kwic", "量子计算机", "posts.csv", "-o", "none.csv"]).ok();
    assert_eq!((&*none.stdout, dir.rows("none.csv").len()), ("", 0));
    dir.minyi(["kwic", "", "posts.csv"])
        .ends_with(1)
        .says(["WORD is empty"]);
}
