use std::fs;

use crate::{
    posts::{AGAINST, ELSEWHERE},
    workdir::{Workdir, repository},
};

const BUNDLED: &str = "lexicons/codebooks/weibo-pangenome";

/// A copy of the bundled scheme in `mine`.
fn copied() -> Workdir {
    let dir = Workdir::new();
    for entry in fs::read_dir(repository(BUNDLED)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        dir.write(&format!("mine/{name}"), fs::read(&path).unwrap());
    }
    dir
}

#[test]
fn list_names_the_bundled_schemes() {
    let ran = Workdir::new().minyi(["codebook", "list"]).ok();
    let line = ran.stdout.lines().find(|line| line.starts_with("weibo-pangenome\t"));
    assert!(line.is_some_and(|line| line.contains("13 codes")), "{}", ran.stdout);
}

#[test]
fn show_gives_every_code_with_its_grade() {
    let ran = Workdir::new().minyi(["codebook", "show"]).ok();
    let codes = [
        "POS.QUALITY",
        "POS.SCISIG",
        "POS.SHARE",
        "NEG.BETRAY",
        "NEG.LOWAWARE",
        "NEG.SELFISH",
        "RISK.NATSEC",
        "RISK.HEALTH",
        "RISK.HOSTILE",
        "RISK.BIOWEAPON",
        "BEN.DISEASE",
        "BEN.SCIPROG",
        "LAW.MISUND",
    ];
    for code in codes {
        assert!(
            ran.stdout.contains(&format!("\n  {code}  ")),
            "{code} in:\n{}",
            ran.stdout
        );
    }
    ran.prints(["10.1186/s40246-024-00650-4", "2023-06-14 to 2023-08-21", "grade A"]);
}

#[test]
fn the_bundled_scheme_passes_its_own_check() {
    Workdir::new().minyi(["codebook", "check"]).ok().prints([" 0 findings"]);
}

/// Whether the bundled scheme passes too is seen by tests/readme.rs, which runs the same command.
#[test]
fn test_counts_the_examples_that_come_out_right_and_the_known_misses() {
    let dir = copied();
    let header = "text,stance,codes,not_codes,phenomenon,known,note\n";
    let right = format!("{AGAINST},negative,NEG.BETRAY,,invented,,\n");
    let miss = format!("{ELSEWHERE},negative,NEG.BETRAY,,invented,miss,\n");
    dir.write("mine/examples.csv", format!("{header}{right}{miss}"));
    let ran = dir.minyi(["codebook", "test", "--codebook", "mine"]).ok();
    let counts = ran.stdout.lines().find(|line| line.starts_with("invented")).unwrap();
    assert_eq!(
        counts.split_whitespace().collect::<Vec<_>>(),
        ["invented", "1", "1", "0"]
    );
}

#[test]
fn a_folder_is_a_scheme_like_the_bundled_one() {
    let dir = copied();
    let bundled = dir.minyi(["codebook", "show"]).ok().stdout;
    assert_eq!(
        dir.minyi(["codebook", "show", "--codebook", "mine"]).ok().stdout,
        bundled
    );
}

#[test]
fn check_finds_a_term_that_speaks_for_both_sides() {
    let dir = copied();
    let terms = dir.read("mine/terms.csv");
    dir.write(
        "mine/terms.csv",
        terms + "NEG.BETRAY,双面词语,1,word,\nPOS.SHARE,双面词语,1,word,\n",
    );
    dir.minyi(["codebook", "check", "--codebook", "mine"])
        .ends_with(1)
        .prints(["双面词语", "terms.csv:"]);
}

#[test]
fn test_shows_an_example_that_comes_out_wrong() {
    let dir = copied();
    let examples = dir.read("mine/examples.csv");
    dir.write(
        "mine/examples.csv",
        examples + "周末去爬山，山顶的风很大,negative,NEG.BETRAY,,invented,,\n",
    );
    dir.minyi(["codebook", "test", "--codebook", "mine"])
        .ends_with(1)
        .prints(["stance irrelevant", "should be negative", "lacks NEG.BETRAY"]);
}

#[test]
fn a_mistake_in_a_scheme_is_named_with_file_and_line() {
    let dir = copied();
    let terms = dir.read("mine/terms.csv");
    let line = terms.lines().count() + 1;
    dir.write("mine/terms.csv", terms + "NO.SUCH,词,1,word,\n");
    let at = format!("terms.csv:{line}");
    dir.minyi(["codebook", "show", "--codebook", "mine"])
        .ends_with(1)
        .says([at.as_str(), "NO.SUCH"]);
}

#[test]
fn an_unknown_scheme_is_named() {
    Workdir::new()
        .minyi(["codebook", "show", "--codebook", "nowhere"])
        .ends_with(1)
        .says(["nowhere"]);
}

/// Script, width and spaces make no difference, emoji and emoticons are terms like others, and each span points into the raw text.
#[test]
fn emoji_and_emoticons_are_terms_in_any_spelling() {
    let dir = copied();
    let terms = dir.read("mine/terms.csv");
    let added =
        "NEG.BETRAY,🧟,2,word,\nNEG.BETRAY,[吃瓜狗],2,word,\nNEG.BETRAY,❣,2,word,\nNEG.BETRAY,倒卖祖坟,2,word,\n";
    dir.write("mine/terms.csv", terms + added);
    let cases = [
        ("泛基因组图谱发布🧟🧟", "🧟"),
        ("泛基因组图谱发布[吃瓜狗]", "[吃瓜狗]"),
        ("泛基因組圖譜發佈［吃瓜狗］", "［吃瓜狗］"),
        ("泛基因组图谱发布<img alt=[吃瓜狗] src=x>", "<img alt=[吃瓜狗] src=x>"),
        ("泛基因组图谱发布❣\u{fe0f}", "❣"),
        ("泛 基 因 组 图谱发布，倒 賣\u{3000}祖墳", "倒 賣\u{3000}祖墳"),
    ];
    let texts: Vec<&str> = cases.iter().map(|(text, _)| *text).collect();
    dir.write("posts.csv", crate::posts::search_file(&texts));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--codebook", "mine"])
        .ok();
    let evidence = dir.rows("out/evidence.csv");
    for (row, (text, found)) in (1..).zip(cases) {
        let piece = evidence
            .iter()
            .find(|piece| piece["source_row"] == format!("{row}") && piece["code"] == "NEG.BETRAY")
            .unwrap_or_else(|| panic!("nothing found in {text}"));
        let (start, end): (usize, usize) = (piece["start"].parse().unwrap(), piece["end"].parse().unwrap());
        assert_eq!((&text[start..end], piece["text"].as_str()), (found, found), "{text}");
    }
}

#[test]
fn a_new_scheme_shows_every_file_and_passes_its_check_and_its_test() {
    let dir = Workdir::new();
    dir.minyi(["codebook", "new", "my-dogs"]).ok().says(["my-dogs"]);
    let files = [
        "codebook.toml",
        "terms.csv",
        "sets.toml",
        "examples.csv",
        "traps.txt",
        "SOURCE.md",
    ];
    assert!(files.iter().all(|file| dir.path("my-dogs").join(file).is_file()));
    dir.minyi(["codebook", "check", "--codebook", "my-dogs"])
        .ok()
        .prints(["my-dogs: 2 codes", " 0 findings"]);
    dir.minyi(["codebook", "test", "--codebook", "my-dogs"]).ok();
    dir.minyi(["codebook", "new", "my-dogs"])
        .ends_with(1)
        .says(["my-dogs", "name a new folder"]);
}

#[test]
fn check_finds_what_breaks_a_scheme() {
    for (file, added, told) in [
        ("terms.csv", "NEG.DANGER,咬傷,1,word,\n", "write it simplified"),
        (
            "terms.csv",
            "NEG.DANGER,狗咬狗,1,word,\nNEG.DANGER,狗咬狗,1,word,\n",
            "stands under NEG.DANGER",
        ),
        (
            "terms.csv",
            "STANCE.POS,禁止遛狗,1,word,\n",
            "is positive here and negative on line",
        ),
        (
            "terms.csv",
            "NEG.DANGER,热狗摊,1,word,\nGUARD,热狗摊,1,inside,\n",
            "it is a GUARD too",
        ),
        (
            "terms.csv",
            "NEG.DANGER,芥末,1,inside,\n",
            "fires on `热狗加芥末` (traps.txt:2)",
        ),
        ("sets.toml", "cat = [\"猫\"]\n", "no term uses the set `cat`"),
    ] {
        let dir = Workdir::new();
        dir.minyi(["codebook", "new", "mine"]).ok();
        let path = format!("mine/{file}");
        dir.write(&path, dir.read(&path) + added);
        dir.minyi(["codebook", "check", "--codebook", "mine"])
            .ends_with(1)
            .prints([told]);
    }
}
