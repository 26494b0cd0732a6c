//! The posts to look through: filters, search, and room for what the script finds.

use super::{
    examples::legend,
    html::{element, escape, thousands},
    page::StudyReport,
};
use crate::{export::Labels, model::Stance};

/// The form, with how many posts there are to find and how they were drawn.
pub(super) fn search(report: &StudyReport<'_>, labels: &Labels, suffix: &str) -> String {
    let head = &report.study.head;
    if head.withheld {
        return element("p", "", &labels.report("posts_withheld", &[]));
    }
    let drawn = |key: &str, drawn: super::Drawn| {
        let values = [("shown", thousands(drawn.shown)), ("coded", thousands(drawn.coded))];
        let key = if drawn.shown == drawn.coded {
            format!("{key}_all")
        } else {
            key.to_owned()
        };
        labels.report(&key, &values.each_ref().map(|(place, value)| (*place, value.as_str())))
    };
    let mut about = vec![
        drawn("drawn_with_stance", head.with_stance),
        drawn("drawn_off_topic", head.off_topic),
    ];
    let all = |drawn: super::Drawn| drawn.shown == drawn.coded;
    if !all(head.with_stance) || !all(head.off_topic) {
        let seed = super::PostSample::SEED.to_string();
        about.push(labels.report("drawn_how", &[("seed", &seed)]));
    }
    let mut out = element("p", "", &about.join(labels.report("between", &[]).as_str()));
    out.push_str(&legend(labels));
    out.push_str(&element(
        "p",
        "class=\"nojs remark\"",
        &labels.report("needs_script", &[]),
    ));
    out.push_str(&format!(
        "<form class=\"search js\" role=\"search\" aria-label=\"{}\">\n",
        escape(&labels.report("posts", &[]))
    ));
    let types: Vec<(usize, String)> = (0..)
        .zip(head.account_types.iter().map(|kind| labels.value(kind)))
        .collect();
    out.push_str(&select("type", &labels.column("account_type"), &types, labels, suffix));
    let stances: Vec<(usize, String)> = (0..)
        .zip(Stance::ALL.map(|stance| labels.value(stance.name())))
        .collect();
    out.push_str(&select("stance", &labels.column("stance"), &stances, labels, suffix));
    let codes: Vec<(usize, String)> = (0..)
        .zip(head.scheme.codes.iter().map(|code| labels.value(&code.id)))
        .collect();
    out.push_str(&select("code", &labels.column("codes"), &codes, labels, suffix));
    out.push_str(&format!(
        "<label for=\"order-{suffix}\">{}<select id=\"order-{suffix}\" name=\"order\"><option value=\"source\">{}</option>\
         <option value=\"unsure\">{}</option><option value=\"date\">{}</option></select></label>\n",
        escape(&labels.report("order", &[])),
        escape(&labels.report("order_source", &[])),
        escape(&labels.report("order_unsure", &[])),
        escape(&labels.report("order_date", &[])),
    ));
    out.push_str(&format!(
        "<label for=\"words-{suffix}\" class=\"wide\">{}<input id=\"words-{suffix}\" name=\"words\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>\n\
         <button type=\"reset\">{}</button>\n</form>\n",
        escape(&labels.report("search_text", &[])),
        escape(&labels.report("reset", &[])),
    ));
    out.push_str(&format!(
        "<p class=\"count js\" role=\"status\" aria-live=\"polite\"></p>\n<div class=\"found\"></div>\n\
         <div class=\"pages js\"><button type=\"button\" class=\"previous\">{}</button><span></span><button type=\"button\" class=\"next\">{}</button></div>\n",
        escape(&labels.report("previous", &[])),
        escape(&labels.report("next", &[])),
    ));
    out
}

fn select(name: &str, label: &str, choices: &[(usize, String)], labels: &Labels, suffix: &str) -> String {
    let mut out = format!(
        "<label for=\"{name}-{suffix}\">{}<select id=\"{name}-{suffix}\" name=\"{name}\">{}",
        escape(label),
        element("option", "value=\"\"", &labels.report("any", &[]))
    );
    for (at, choice) in choices {
        out.push_str(&element("option", &format!("value=\"{at}\""), choice));
    }
    out.push_str("</select></label>\n");
    out
}
