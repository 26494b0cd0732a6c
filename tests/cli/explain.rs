use crate::{posts::AGAINST, workdir::Workdir};

#[test]
fn evidence_is_marked_in_the_text_and_numbered_below() {
    let dir = Workdir::new();
    dir.minyi(["explain", AGAINST])
        .ok()
        .prints(["〔卖国〕", "stance      negative", "NEG.BETRAY", "“卖国”"]);
}

#[test]
fn a_negated_reproach_is_named_and_gives_no_code() {
    let ran = Workdir::new().minyi(["explain", "公开参考基因组不是卖国"]).ok();
    let ran = ran.prints(["“卖国”", "negated:不是"]);
    assert!(ran.stdout.contains("codes       none"), "{}", ran.stdout);
}

#[test]
fn standard_input_is_read_and_gives_the_same() {
    let dir = Workdir::new();
    let by_argument = dir.minyi(["explain", AGAINST]).ok().stdout;
    assert_eq!(dir.minyi_with(["explain", "-"], AGAINST).ok().stdout, by_argument);
}

#[test]
fn the_scope_decides_whose_words_are_scored() {
    let dir = Workdir::new();
    let text = format!("看看别人怎么说//@某甲:{AGAINST}");
    dir.minyi(["explain", &text, "--scope", "quoted"])
        .ok()
        .prints(["stance      negative", "NEG.BETRAY"]);
    let own = dir.minyi(["explain", &text]).ok().stdout;
    assert!(own.contains("scored      看看别人怎么说"), "{own}");
    assert!(own.contains("codes       none"), "{own}");
}

#[test]
fn without_a_terminal_there_is_no_colour() {
    let ran = Workdir::new().minyi(["explain", AGAINST]).ok();
    assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn an_empty_text_or_bytes_that_are_no_text_are_refused() {
    let dir = Workdir::new();
    dir.minyi(["explain", "  "]).ends_with(1).says(["TEXT is empty"]);
    dir.minyi_with(["explain", "-"], b"\xff\xfe\x80".to_vec())
        .ends_with(1)
        .says(["standard input", "UTF-8"]);
}
