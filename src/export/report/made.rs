//! The coding scheme, and how the study was made.

use std::collections::BTreeMap;

use super::{
    html::{element, escape, text_table},
    page::StudyReport,
    steps::number,
};
use crate::export::{Digest, Labels, Told, Written};

/// Codes with what they mean and who names them.
pub(super) fn scheme(report: &StudyReport<'_>, labels: &Labels, suffix: &str) -> String {
    let scheme = &report.study.head.scheme;
    let (title, target) = if labels.language() == "zh" {
        (&scheme.title_zh, &scheme.target_zh)
    } else {
        (&scheme.title_en, &scheme.target_en)
    };
    let mut out = element(
        "p",
        "",
        &labels.report("scheme_about", &[("title", title), ("target", target)]),
    );
    if !scheme.citation.is_empty() {
        let doi = if scheme.doi.is_empty() {
            String::new()
        } else {
            format!(" doi:{}", scheme.doi)
        };
        out.push_str(&element("p", "", &format!("{}{doi}", scheme.citation)));
    }
    let headings = ["code_id", "code_label", "code_definition", "code_grade"].map(|key| labels.report(key, &[]));
    let rows: Vec<Vec<String>> = scheme
        .codes
        .iter()
        .map(|code| {
            let label = if labels.language() == "zh" {
                &code.label_zh
            } else {
                &code.label_en
            };
            let grade = match (code.grade.as_str(), code.grade_note.as_str()) {
                (grade, "") => grade.to_owned(),
                (grade, note) => format!("{grade}. {note}"),
            };
            vec![code.id.clone(), label.clone(), code.definition.clone(), grade]
        })
        .collect();
    let caption = labels.report("scheme", &[]);
    out.push_str(&text_table(&format!("codes-{suffix}"), &caption, &headings, &rows));
    out.push_str(&element("p", "class=\"note\"", &labels.report("grade_note", &[])));
    out
}

/// Version, command, settings, inputs with hashes, lexicons, outputs; and the manifest as it is.
pub(super) fn made(report: &StudyReport<'_>, labels: &Labels, suffix: &str) -> String {
    let manifest = &report.study.manifest;
    let say = |key: &str| labels.report(key, &[]);
    let mut out = String::from("<dl class=\"settings\">\n");
    let named = |name: &str, version: &str| format!("{name} {version}");
    let mut settings = vec![
        (say("version"), named("minyi", &manifest.minyi)),
        (say("started"), manifest.started.clone()),
        (
            say("codebook"),
            named(&manifest.codebook.id, &manifest.codebook.version),
        ),
        (
            say("account_rules"),
            named(&manifest.account_rules.id, &manifest.account_rules.version),
        ),
    ];
    settings.extend(
        manifest
            .settings
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    settings.extend(manifest.seeds.iter().map(|(name, seed)| {
        let name = name.replace('_', " ");
        (labels.report("seed_of", &[("name", &name)]), seed.to_string())
    }));
    for (name, value) in settings {
        out.push_str(&format!(
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            escape(&name),
            escape(&value)
        ));
    }
    out.push_str("</dl>\n");
    out.push_str(&element("h3", "", &say("command")));
    out.push_str(&element("pre", "tabindex=\"0\"", &manifest.arguments.join(" ")));
    let headings = [
        "file",
        "exporter",
        "encoding",
        "rows_read",
        "posts_read",
        "rejected",
        "repairs",
        "bytes",
        "sha256",
    ]
    .map(say);
    let inputs: Vec<Vec<String>> = manifest
        .inputs
        .iter()
        .map(|input| {
            vec![
                input.file.path.clone(),
                input.exporter.clone(),
                input.encoding.clone(),
                input.rows_read.to_string(),
                input.posts.to_string(),
                input.rejected.to_string(),
                told(&input.repairs),
                input.file.bytes.to_string(),
                input.file.sha256.clone(),
            ]
        })
        .collect();
    out.push_str(&text_table(
        &format!("inputs-{suffix}"),
        &say("inputs"),
        &headings,
        &inputs,
    ));
    let digests = |id: &str, key: &str, files: Vec<[String; 3]>| {
        let headings = ["file", "bytes", "sha256"].map(say);
        let rows: Vec<Vec<String>> = files.into_iter().map(|row| row.to_vec()).collect();
        let table = text_table(&format!("{id}-{suffix}"), &say(key), &headings, &rows);
        format!(
            "<details class=\"fold\">\n<summary><h3>{}</h3></summary>\n{table}</details>\n",
            escape(&say(key))
        )
    };
    let digest = |file: &Digest| [file.path.clone(), file.bytes.to_string(), file.sha256.clone()];
    let written = |file: &Written| [file.path.clone(), file.bytes.to_string(), file.sha256.clone()];
    if !manifest.account_tables.is_empty() {
        let files = manifest.account_tables.iter().map(digest).collect();
        out.push_str(&digests("accounts", "account_tables", files));
    }
    out.push_str(&digests(
        "lexicons",
        "lexicons",
        manifest.lexicons.iter().map(digest).collect(),
    ));
    out.push_str(&digests(
        "outputs",
        "outputs",
        manifest.outputs.iter().map(written).collect(),
    ));
    let json = serde_json::to_string_pretty(manifest).unwrap_or_default();
    out.push_str(&format!(
        "<details class=\"fold\">\n<summary><h3>manifest.json</h3></summary>\n{}</details>\n",
        element("pre", "tabindex=\"0\"", &json)
    ));
    out
}

/// `short row 3; invalid bytes replaced 1`
fn told(counts: &BTreeMap<String, Told>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{name} {}", number(n.get())))
        .collect();
    counts.join("; ")
}
