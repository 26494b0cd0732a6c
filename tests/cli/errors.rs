//! Messages: what is wrong, where, and what to do.

use crate::{posts::one_of_each, workdir::Workdir};

#[test]
fn usage_errors_end_with_2() {
    let dir = Workdir::new();
    dir.minyi([]).ends_with(2).says(["Usage:"]);
    dir.minyi(["judge"]).ends_with(2).says(["judge"]);
    dir.minyi(["run", "posts.csv"]).ends_with(2).says(["--output"]);
    dir.minyi(["code", "posts.csv", "-o", "-", "--scope", "mine"])
        .ends_with(2)
        .says(["own", "quoted", "all"]);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let dir = Workdir::new();
    let version = dir.minyi(["--version"]).ok();
    assert_eq!(version.stdout, format!("minyi {}\n", env!("CARGO_PKG_VERSION")));
    let help = dir
        .minyi(["run", "--help"])
        .ok()
        .prints(["tables/*.csv", "--window", "--strict"]);
    assert_eq!(help.stderr, "");
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let dir = Workdir::new();
    for command in ["run", "code"] {
        dir.minyi([command, "nowhere.csv", "-o", "out.csv"])
            .ends_with(1)
            .says(["nowhere.csv", "no such file"]);
    }
    dir.minyi(["inspect", "exports/*.csv"])
        .ends_with(1)
        .says(["exports/*.csv", "no file has a name of this pattern"]);
    assert_eq!(dir.files(".").len(), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_named_before_any_work() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each()).write("file", "");
    dir.minyi(["code", "posts.csv", "-o", "no/such/coded.csv"])
        .ends_with(1)
        .says(["no/such/coded.csv", "make it first"]);
    dir.minyi(["run", "posts.csv", "-o", "file"])
        .ends_with(1)
        .says(["-o file"]);
    assert_eq!(dir.read("file"), "");
}

#[test]
fn encodings_and_account_rules_are_checked() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each())
        .write("rules.toml", "[[rule]]\nid = 1\n");
    dir.minyi(["code", "posts.csv", "-o", "-", "--encoding", "klingon"])
        .ends_with(1)
        .says(["klingon", "gb18030"]);
    dir.minyi(["code", "posts.csv", "-o", "-", "--accounts", "rules.toml"])
        .ends_with(1)
        .says(["rules.toml:"]);
    dir.minyi(["code", "posts.csv", "-o", "-", "--accounts", "absent.toml"])
        .ends_with(1)
        .says(["absent.toml"]);
}

#[test]
fn where_no_input_can_be_read_each_is_named_with_its_cause() {
    let dir = Workdir::new();
    dir.write("a.csv", "");
    dir.write("c.csv.gz", [0x1f, 0x8b, 8, 0]);
    let ran = dir.minyi(["code", "a.csv", "c.csv.gz", "-o", "coded.csv"]).ends_with(1);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    // The system's own words for the cause stand behind our action.
    assert!(ran.stderr.contains("minyi: c.csv.gz: cannot read: "), "{}", ran.stderr);
    ran.says(["minyi: a.csv: the file is empty"]);
    assert!(!dir.path("coded.csv").exists());
}
