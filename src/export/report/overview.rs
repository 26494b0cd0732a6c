//! What a study comes to, in a few numbers.

use super::{
    html::{element, escape, thousands},
    page::StudyReport,
    steps::{Steps, number},
};
use crate::{
    export::Labels,
    model::Stance,
    tabulate::{ALL, Base, Count, Level},
};

/// Posts coded, posts with a stance, and the three shares with their intervals; what to bear in mind.
pub(super) fn overview(report: &StudyReport<'_>, labels: &Labels) -> String {
    let head = &report.study.head;
    let (coded, with) = match Steps::of(report) {
        Some(flow) => (flow.at("coded"), flow.at("with a stance")),
        None => (
            Some(head.with_stance.coded + head.off_topic.coded),
            Some(head.with_stance.coded),
        ),
    };
    let mut out = String::from("<dl class=\"tiles\">\n");
    out.push_str(&tile(&labels.report("posts_coded", &[]), &number(coded), &[]));
    out.push_str(&tile(&labels.report("posts_with_stance", &[]), &number(with), &[]));
    for stance in Stance::ON_TOPIC {
        let Some(count) = stance_share(report, stance) else {
            continue;
        };
        let (share, beside) = told(count, labels);
        out.push_str(&tile(&labels.value(stance.name()), &share, &beside));
    }
    out.push_str("</dl>\n");
    let mut notes = vec![labels.report("shares_note", &[])];
    if report.validation.is_none() {
        notes.push(labels.report("not_validated", &[]));
    }
    let settings = &report.study.manifest.settings;
    if settings.contains_key("pseudonyms") {
        notes.push(labels.report("pseudonyms_note", &[]));
    } else if report.masked {
        notes.push(labels.report("masked_note", &[]));
    } else {
        notes.push(labels.report("raw_note", &[]));
    }
    if let Some(k) = settings
        .get("small counts masked")
        .and_then(|below| below.strip_prefix("below "))
    {
        notes.push(labels.report("suppressed_note", &[("k", k)]));
    }
    for note in notes {
        out.push_str(&element("p", "class=\"remark\"", &note));
        out.push('\n');
    }
    out
}

/// The share of a stance among the posts with one.
pub(super) fn stance_share<'a>(report: &StudyReport<'a>, stance: Stance) -> Option<&'a Count> {
    let table = report.study.tables.iter().find(|table| table.name == "stance")?;
    table.cell(stance.name(), ALL, Base::PostsWithStance)
}

/// A share in percent; and beside it the count and the interval, as far as they are to be told.
pub(super) fn told(count: &Count, labels: &Labels) -> (String, Vec<String>) {
    if count.hidden.any() {
        return ("*".to_owned(), Vec::new());
    }
    let mut beside = vec![labels.report("n_is", &[("n", &thousands(count.n))])];
    let share = match count.share() {
        Some(share) => format!("{:.1}%", share * 100.0),
        None => "NA".to_owned(),
    };
    if let Some(interval) = count.interval(Level::default()) {
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        let (low, high) = (percent(interval.low), percent(interval.high));
        beside.push(labels.report("interval_is", &[("low", &low), ("high", &high)]));
    }
    (share, beside)
}

fn tile(name: &str, number: &str, beside: &[String]) -> String {
    let beside: String = beside.iter().map(|line| element("span", "", line)).collect();
    format!(
        "<div><dt>{}</dt><dd>{}{beside}</dd></div>\n",
        escape(name),
        escape(number)
    )
}
