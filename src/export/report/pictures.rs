//! The figures of a study within its page.

use super::{
    base64::base64,
    html::{element, escape},
    page::StudyReport,
};
use crate::export::{
    Labels,
    figures::{Style, study_figures},
};

/// The figures that can be drawn, as pictures that carry themselves; empty where there is none.
pub(super) fn pictures(report: &StudyReport<'_>, labels: &Labels) -> String {
    let style = Style {
        typeface: report.typeface,
        labels,
    };
    let drawn = study_figures(&report.study.tables, &style).into_iter().flatten();
    let figures: String = drawn
        .map(|figure| {
            let picture = base64(figure.svg(report.typeface).as_bytes());
            let title = escape(&figure.title);
            format!(
                "<figure class=\"picture\"><img alt=\"{title}\" src=\"data:image/svg+xml;base64,{picture}\"></figure>\n"
            )
        })
        .collect();
    if figures.is_empty() {
        return figures;
    }
    let hint = element("p", "class=\"hint\"", &labels.report("figures_hint", &[]));
    format!("<div class=\"pictures\">\n{figures}</div>\n{hint}\n")
}
