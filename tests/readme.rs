//! Every command that the README and the guide show runs as it stands there.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the README calls from a checkout.
const FROM_SOURCE: &str = "cargo run --release --locked -- ";

/// The lines of all `sh` and `console` blocks, `$ ` and line continuations taken away.
fn commands(markdown: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.trim().strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
        if !["sh", "console"].contains(&language.trim()) {
            continue;
        }
        let block = block.join("\n").replace("\\\n", " ");
        let prompted = language.trim() == "console";
        let command = |line: &str| match line.trim().strip_prefix("$ ") {
            Some(command) => Some(command.to_owned()),
            None if prompted => None,
            None => Some(line.trim().to_owned()),
        };
        commands.extend(block.lines().filter_map(command).filter(|line| !line.is_empty()));
    }
    commands
}

/// A command of minyi's, or one that makes a file for it, as the shell is to run it; nothing where the line is another program's.
fn of_minyi(command: &str) -> Option<String> {
    if ["cp ", "echo "].iter().any(|start| command.starts_with(start)) {
        return Some(command.to_owned());
    }
    let arguments = command
        .strip_prefix("minyi ")
        .or_else(|| command.strip_prefix(FROM_SOURCE))?;
    Some(format!("\"$MINYI\" {arguments}"))
}

fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    let path = repository(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// Runs the commands of a document in a folder with the demo and the schemes; what the first wrote to standard error.
fn run(document: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for part in ["data/demo", "lexicons/codebooks"] {
        copy(&repository(part), &folder.path().join(part));
    }
    let commands: Vec<String> = commands(&read(document))
        .iter()
        .filter_map(|line| of_minyi(line))
        .collect();
    assert!(commands.len() >= 5, "only {commands:#?}");
    let mut printed = String::new();
    for command in commands {
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(folder.path())
            .env("MINYI", env!("CARGO_BIN_EXE_minyi"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if printed.is_empty() {
            printed = String::from_utf8(output.stderr).unwrap();
        }
    }
    printed
}

#[cfg(unix)]
#[test]
fn every_command_of_the_guide_runs() {
    run("GUIDE.md");
}

#[cfg(unix)]
#[test]
fn every_command_of_the_readme_runs() {
    let printed = run("README.md");
    let readme = read("README.md");
    let table = readme
        .split("<!-- table -->\n```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert!(
        table.starts_with("account type") && printed.contains(table),
        "the first command prints another table:\n{printed}"
    );
}

#[test]
fn the_test_command_of_the_readme_is_the_one_the_checks_run() {
    let ci = read(".ci/run");
    let test = ci.lines().find(|line| line.starts_with("cargo test")).unwrap();
    let commands = commands(&read("README.md"));
    assert!(
        commands.iter().any(|command| command == test),
        "no `{test}` among {commands:#?}"
    );
}

#[test]
fn blocks_are_found_whatever_their_shape() {
    let markdown = "text\n```sh\nminyi run a.csv \\\n  -o b\n\ncargo test\n```\n```text\nminyi no\n```\n\
        - item\n  ```console\n  $ minyi explain 'x'\n  stance negative\n  ```\n";
    assert_eq!(
        commands(markdown),
        ["minyi run a.csv    -o b", "cargo test", "minyi explain 'x'"]
    );
    assert_eq!(of_minyi("cargo test"), None);
    assert_eq!(
        of_minyi("cargo run --release --locked -- run a.csv").as_deref(),
        Some("\"$MINYI\" run a.csv")
    );
}
