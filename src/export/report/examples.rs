//! The posts with the strongest evidence for each stance and code, their evidence marked in the text.

use super::{
    ShownPost,
    html::{element, escape},
    marks::stretches,
    page::StudyReport,
};
use crate::{export::Labels, model::Stance};

/// The heading of evidence that only tells what a post is about; it is underlined and not named.
pub(super) const TOPIC: &str = "TOPIC";

/// The examples, grouped by stance, then by code; and what the marks mean.
pub(super) fn examples(report: &StudyReport<'_>, labels: &Labels) -> String {
    if report.study.head.withheld {
        return element("p", "", &labels.report("posts_withheld", &[]));
    }
    let mut out = legend(labels);
    let stances = Stance::ALL.map(|stance| stance.name().to_owned());
    let codes = report.study.head.scheme.codes.iter().map(|code| code.id.clone());
    for of in stances.into_iter().chain(codes) {
        let posts: Vec<&ShownPost> = report
            .study
            .posts
            .iter()
            .filter(|post| post.example_of.contains(&of))
            .collect();
        if posts.is_empty() {
            continue;
        }
        out.push_str("<details class=\"fold\" open>\n<summary>");
        out.push_str(&element("h3", "", &labels.value(&of)));
        out.push_str("</summary>\n");
        for post in posts {
            out.push_str(&article(post, report, labels));
        }
        out.push_str("</details>\n");
    }
    out
}

/// How marked words are to be read.
pub(super) fn legend(labels: &Labels) -> String {
    let sample = |class: &str, key: &str| {
        format!(
            "<li><mark class=\"{class}\">{}</mark></li>",
            escape(&labels.report(key, &[]))
        )
    };
    format!(
        "<ul class=\"legend\">{}{}{}</ul>\n{}",
        sample("pro", "mark_pro"),
        sample("con", "mark_con"),
        sample("sub", "mark_sub"),
        element("p", "class=\"hint\"", &labels.report("marks_hint", &[]))
    )
}

/// A post: what was decided, where it stands, its words.
fn article(post: &ShownPost, report: &StudyReport<'_>, labels: &Labels) -> String {
    let mut out = String::from("<article class=\"post\">\n<p class=\"facts\">");
    out.push_str(&element(
        "b",
        &format!("class=\"stance {}\"", escape(&post.stance)),
        &labels.value(&post.stance),
    ));
    for fact in facts(post, report, labels) {
        out.push_str(&element("span", "", &fact));
    }
    out.push_str("</p>\n<p class=\"text\" dir=\"auto\" lang=\"zh\">");
    for part in stretches(post) {
        let Some(side) = part.side else {
            out.push_str(&escape(part.text));
            continue;
        };
        out.push_str(&element("mark", &format!("class=\"{}\"", side.class()), part.text));
        for name in part.ends.iter().filter_map(|&at| tag(post, at, labels)) {
            out.push_str(&element("small", &format!("class=\"tag {}\"", side.class()), &name));
        }
    }
    if post.cut {
        out.push_str(&element("i", "class=\"cut\"", &labels.report("cut", &[])));
    }
    out.push_str("</p>\n");
    if !post.codes.is_empty() {
        let names: Vec<String> = post.codes.iter().map(|code| labels.value(code)).collect();
        out.push_str(&element("p", "class=\"codes\"", &names.join(" · ")));
    }
    out.push_str("</article>\n");
    out
}

/// Account type, day, repost, confidence, file and record; of a report with names also these.
fn facts(post: &ShownPost, report: &StudyReport<'_>, labels: &Labels) -> Vec<String> {
    let mut facts = vec![labels.value(&post.account_type)];
    facts.extend(post.created_at.as_ref().map(|at| at.chars().take(10).collect()));
    if post.is_repost {
        facts.push(labels.report("repost", &[]));
    }
    if let Some(confidence) = post.confidence {
        facts.push(labels.report("confidence", &[("p", &format!("{confidence:.2}"))]));
    }
    if let (false, Some(name)) = (report.masked, &post.screen_name) {
        facts.push(name.clone());
    }
    let row = post.source_row.to_string();
    facts.push(labels.report("record", &[("file", &post.source_file), ("row", &row)]));
    facts
}

/// What a piece of evidence is called behind its words: heading, and context where it is not plain. Nothing for a plain topic word.
fn tag(post: &ShownPost, at: usize, labels: &Labels) -> Option<String> {
    let evidence = post.evidence.get(at)?;
    let plain = evidence.context == "plain";
    let heading = heading(&evidence.code, labels);
    match (evidence.code == TOPIC, plain) {
        (true, true) => None,
        (_, true) => Some(heading),
        (_, false) => Some(format!("{heading} · {}", labels.report(&evidence.context, &[]))),
    }
}

/// A code's id, or the name of a reserved heading.
pub(super) fn heading(code: &str, labels: &Labels) -> String {
    match code {
        "STANCE.POS" => labels.report("stance_pos", &[]),
        "STANCE.NEG" => labels.report("stance_neg", &[]),
        "TOPIC" => labels.report("topic", &[]),
        "OFFTOPIC" => labels.report("off_topic_mark", &[]),
        code => code.to_owned(),
    }
}
