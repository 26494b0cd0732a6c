//! What became of every record, as a drawing.

use super::{
    html::{escape, thousands},
    page::StudyReport,
    steps::{Steps, number},
};
use crate::{
    export::Labels,
    model::{Exclusion, Stance},
};

const WIDTH: usize = 760;
const LINE: usize = 20;
const PAD: usize = 12;
const GAP: usize = 26;
/// Left edge and width of what goes on, and of what goes away.
const MAIN: (usize, usize) = (10, 330);
const ASIDE: (usize, usize) = (410, 340);

/// A step: what is left, and what went away on the way to the next.
struct Step {
    name: String,
    n: Option<u64>,
    gone: Vec<(String, Option<u64>)>,
}

/// Records read, posts, posts coded, posts with a stance and the three stances, with what was left out beside. Nothing where the run has
/// no table of the flow. Every number stands in the table `flow` too.
pub(super) fn flow(report: &StudyReport<'_>, labels: &Labels, suffix: &str) -> Option<String> {
    let flow = Steps::of(report)?;
    let named = |step: &str| (labels.value(step), flow.at(step));
    let some = |steps: Vec<(String, Option<u64>)>| steps.into_iter().filter(|(_, n)| *n != Some(0)).collect::<Vec<_>>();
    let excluded = Exclusion::ALL.iter().map(|why| named(why.name()));
    let steps = [
        Step {
            name: labels.value("read"),
            n: flow.at("read"),
            gone: some(vec![named("rejected"), named("accounts")]),
        },
        Step {
            name: labels.report("flow_posts", &[]),
            n: flow.posts(),
            gone: some(excluded.chain([named("unaccounted")]).collect()),
        },
        Step {
            name: labels.value("coded"),
            n: flow.at("coded"),
            gone: some(vec![named("off topic"), named("stance unclear")]),
        },
    ];
    let mut drawing = Drawing::default();
    let mut told = Vec::new();
    for step in &steps {
        drawing.step(step);
        told.push(format!("{} {}", step.name, number(step.n)));
        told.extend(step.gone.iter().map(|(name, n)| format!("− {name} {}", number(*n))));
    }
    let with_stance = named("with a stance");
    told.push(format!("{} {}", with_stance.0, number(with_stance.1)));
    let stances: Vec<(String, String)> = Stance::ON_TOPIC
        .into_iter()
        .filter_map(|stance| {
            let count = super::overview::stance_share(report, stance)?;
            let (share, _) = super::overview::told(count, labels);
            let n = if count.hidden.n {
                "*".to_owned()
            } else {
                thousands(count.n)
            };
            told.push(format!("{} {n}", labels.value(stance.name())));
            Some((labels.value(stance.name()), format!("{n} ({share})")))
        })
        .collect();
    drawing.end(&with_stance.0, with_stance.1, &stances);
    let title = labels.report("flow", &[]);
    Some(format!(
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"flow-t-{suffix}\" tabindex=\"0\">\n<svg class=\"flow\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-labelledby=\"flow-t-{suffix} flow-d-{suffix}\">\n\
         <title id=\"flow-t-{suffix}\">{}</title>\n<desc id=\"flow-d-{suffix}\">{}</desc>\n{}</svg>\n</div>\n",
        drawing.y + 2,
        escape(&title),
        escape(&told.join("; ")),
        drawing.out
    ))
}

#[derive(Default)]
struct Drawing {
    out: String,
    y: usize,
}

impl Drawing {
    fn step(&mut self, step: &Step) {
        let lines = step.gone.len().max(1);
        let height = lines * LINE + 2 * PAD;
        let (top, middle) = (self.y + 1, self.y + 1 + height / 2);
        self.rect(MAIN, top, height, "keep");
        self.label(MAIN, middle, &step.name, &number(step.n), true);
        if !step.gone.is_empty() {
            self.arrow((MAIN.0 + MAIN.1, middle), (ASIDE.0, middle));
            self.rect(ASIDE, top, height, "gone");
            for (at, (name, n)) in step.gone.iter().enumerate() {
                self.label(ASIDE, top + PAD + LINE / 2 + at * LINE, name, &number(*n), false);
            }
        }
        let x = MAIN.0 + MAIN.1 / 2;
        self.arrow((x, top + height), (x, top + height + GAP));
        self.y = top + height + GAP - 1;
    }

    fn end(&mut self, name: &str, n: Option<u64>, stances: &[(String, String)]) {
        let height = LINE + 2 * PAD;
        let top = self.y + 1;
        self.rect(MAIN, top, height, "keep");
        self.label(MAIN, top + height / 2, name, &number(n), true);
        let aside = stances.len() * LINE + 2 * PAD;
        self.arrow((MAIN.0 + MAIN.1, top + height / 2), (ASIDE.0, top + height / 2));
        self.rect(ASIDE, top, aside, "keep");
        for (at, (name, n)) in stances.iter().enumerate() {
            self.label(ASIDE, top + PAD + LINE / 2 + at * LINE, name, n, false);
        }
        self.y = top + height.max(aside);
    }

    fn rect(&mut self, (x, width): (usize, usize), y: usize, height: usize, class: &str) {
        self.out.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>\n"
        ));
    }

    fn label(&mut self, (x, width): (usize, usize), middle: usize, name: &str, n: &str, bold: bool) {
        let class = if bold { " class=\"b\"" } else { "" };
        let y = middle + 5;
        self.out.push_str(&format!(
            "<text{class} x=\"{}\" y=\"{y}\">{}</text><text{class} x=\"{}\" y=\"{y}\" text-anchor=\"end\">{}</text>\n",
            x + PAD,
            escape(name),
            x + width - PAD,
            escape(n)
        ));
    }

    /// A straight arrow to the right or downwards.
    fn arrow(&mut self, from: (usize, usize), to: (usize, usize)) {
        let (x, y) = to;
        let head = if from.1 == to.1 {
            format!("{x},{y} {},{} {},{}", x - 8, y - 4, x - 8, y + 4)
        } else {
            format!("{x},{y} {},{} {},{}", x - 4, y - 8, x + 4, y - 8)
        };
        self.out.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{x}\" y2=\"{y}\"/><polygon points=\"{head}\"/>\n",
            from.0, from.1
        ));
    }
}
