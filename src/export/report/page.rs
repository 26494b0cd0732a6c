//! The page as a whole.

use sha2::{Digest as _, Sha256};

use super::{
    Study, Validation,
    base64::base64,
    examples::examples,
    flow::flow,
    html::{element, escape, section},
    made::{made, scheme},
    methods::methods,
    overview::overview,
    pictures::pictures,
    script::data,
    search::search,
    tables::tables,
    validation::validation,
};
use crate::export::{Labels, figures::Typeface};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// What goes into a page.
#[derive(Clone, Copy)]
pub struct StudyReport<'a> {
    /// The study.
    pub study: &'a Study,
    /// Whether @names, links and ids in it have been masked; names of authors are then not shown either.
    pub masked: bool,
    /// What hand codes say of it.
    pub validation: Option<&'a Validation>,
    /// The font of the figures.
    pub typeface: &'a Typeface,
}

/// The report as HTML in each of the languages, the first of them shown at first. The same report gives the same bytes.
pub fn report_page(report: &StudyReport<'_>, languages: &[Labels]) -> String {
    let first = languages.first().map_or("en", Labels::language);
    let name = languages
        .first()
        .map_or_else(String::new, |labels| title(report, labels));
    let policy = format!(
        "default-src 'none'; img-src data:; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        html_language(first),
        escape(&policy),
        escape(&name)
    );
    for (at, labels) in languages.iter().enumerate() {
        out.push_str(&in_language(report, labels, languages, at > 0));
    }
    out.push_str("<script type=\"application/json\" id=\"data\">");
    out.push_str(&data(report, languages));
    out.push_str("</script>\n<script>");
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// Title of the report: that of the coding scheme.
pub(super) fn title(report: &StudyReport<'_>, labels: &Labels) -> String {
    let scheme = &report.study.head.scheme;
    if labels.language() == "zh" {
        &scheme.title_zh
    } else {
        &scheme.title_en
    }
    .clone()
}

fn in_language(report: &StudyReport<'_>, labels: &Labels, languages: &[Labels], hidden: bool) -> String {
    let suffix = labels.language();
    let say = |key: &str| labels.report(key, &[]);
    let mut sections: Vec<(&str, String, String)> = vec![("overview", say("overview"), overview(report, labels))];
    if let Some(drawing) = flow(report, labels, suffix) {
        sections.push(("flow", say("flow"), drawing));
    }
    if let Some(given) = report.validation {
        sections.push(("validation", say("validation"), validation(given, labels, suffix)));
    }
    let study = report.study;
    let figures = pictures(report, labels);
    if !figures.is_empty() {
        sections.push(("figures", say("figures"), figures));
    }
    let methods: String = methods(report, labels)
        .iter()
        .map(|paragraph| element("p", "", paragraph) + "\n")
        .collect();
    sections.extend([
        (
            "tables",
            say("tables"),
            tables(&study.tables, &study.tests, labels, suffix),
        ),
        ("examples", say("examples"), examples(report, labels)),
        ("posts", say("posts"), search(report, labels, suffix)),
        ("methods", say("methods"), methods),
        ("scheme", say("scheme"), scheme(report, labels, suffix)),
        ("made", say("made"), made(report, labels, suffix)),
    ]);
    let mut contents = String::new();
    let mut main = String::new();
    for (id, heading, inner) in &sections {
        let id = format!("{id}-{suffix}");
        contents.push_str(&format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(heading)));
        main.push_str(&section(&id, heading, inner));
    }
    let switches: String = languages
        .iter()
        .map(|other| {
            let language = other.language();
            let attributes = format!(
                "type=\"button\" lang=\"{}\" data-language=\"{language}\" aria-pressed=\"{}\"",
                html_language(language),
                language == suffix
            );
            element("button", &attributes, &other.report("language", &[]))
        })
        .collect();
    let made_of = &study.manifest;
    let about = labels.report(
        "about",
        &[("version", &made_of.minyi), ("date", &minute(&made_of.started))],
    );
    format!(
        "<div class=\"page\" id=\"page-{suffix}\" lang=\"{}\"{}>\n<a class=\"skip\" href=\"#main-{suffix}\">{}</a>\n<header>\n\
         <p class=\"brand\">minyi <span lang=\"zh\">民意</span></p>\n<h1>{}</h1>\n<p class=\"about\">{}</p>\n\
         <div class=\"languages js\" role=\"group\" aria-label=\"{}\">{switches}</div>\n</header>\n\
         <nav aria-label=\"{}\">\n<ul>\n{contents}</ul>\n</nav>\n<main id=\"main-{suffix}\" tabindex=\"-1\">\n{main}</main>\n\
         <footer><p>{}</p></footer>\n</div>\n",
        html_language(suffix),
        if hidden { " hidden" } else { "" },
        escape(&say("skip")),
        escape(&title(report, labels)),
        escape(&about),
        escape(&say("languages")),
        escape(&say("contents")),
        escape(&say("footer")),
    )
}

/// `2023-08-22T09:00:10Z` as `2023-08-22 09:00 UTC`; anything else as it is.
fn minute(time: &str) -> String {
    match (time.get(..10), time.get(10..16), time.ends_with('Z')) {
        (Some(day), Some(minute), true) => format!("{day} {} UTC", minute.trim_start_matches('T')),
        _ => time.to_owned(),
    }
}

/// The language as HTML names it: browsers choose the font by it.
fn html_language(language: &str) -> &str {
    if language == "zh" { "zh-Hans" } else { language }
}

/// `sha256-..` as a policy names what may run.
fn hash(content: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(content.as_bytes())))
}
