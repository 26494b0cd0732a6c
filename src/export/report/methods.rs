//! The paragraphs a paper's methods section needs of a run, with its numbers filled in.

use super::{
    html::thousands,
    overview::{stance_share, told},
    page::StudyReport,
    steps::{Steps, number},
};
use crate::{
    export::Labels,
    model::Stance,
    tabulate::{ALL, Base},
};

/// Data, coding, accounts, numbers, validation, and what is ours: a paragraph each, in the language of the labels.
pub fn methods(report: &StudyReport<'_>, labels: &Labels) -> Vec<String> {
    let says = Says { report, labels };
    vec![
        says.data(),
        says.coding(),
        says.accounts(),
        says.numbers(),
        says.validation(),
        says.ours(),
    ]
}

struct Says<'a> {
    report: &'a StudyReport<'a>,
    labels: &'a Labels,
}

impl Says<'_> {
    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.labels.methods(key, values)
    }

    fn join(&self, sentences: Vec<String>) -> String {
        sentences.join(&self.say("between_sentences", &[]))
    }

    fn list(&self, items: &[String]) -> String {
        items.join(&self.say("between_items", &[]))
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.report.study.manifest.settings.get(name).map(String::as_str)
    }

    fn data(&self) -> String {
        let manifest = &self.report.study.manifest;
        let mut exporters: Vec<String> = Vec::new();
        for input in &manifest.inputs {
            if !exporters.contains(&input.exporter) {
                exporters.push(input.exporter.clone());
            }
        }
        let flow = Steps::of(self.report);
        let at = |step: &str| flow.map_or_else(|| number(None), |flow| number(flow.at(step)));
        let mut sentences = vec![self.say(
            "data",
            &[
                ("read", &at("read")),
                ("files", &manifest.inputs.len().to_string()),
                ("exporters", &self.list(&exporters)),
                ("version", &manifest.minyi),
            ],
        )];
        if let Some(window) = self.setting("window") {
            let (from, to) = window.split_once("..").unwrap_or((window, window));
            sentences.push(self.say("window", &[("from", from), ("to", to)]));
        }
        // Where every record is a post there is nothing to say of the others.
        let posts = flow.and_then(Steps::posts);
        if posts.is_none() || posts != flow.and_then(|flow| flow.at("read")) {
            sentences.push(self.say("rejected", &[("rejected", &at("rejected")), ("posts", &number(posts))]));
        }
        let excluded = flow.map_or_else(Vec::new, Steps::excluded);
        let left_out: Option<u64> = excluded.iter().map(|(_, n)| *n).sum();
        let reasons: Vec<String> = excluded
            .into_iter()
            .map(|(why, n)| {
                let why = self.labels.inline_value(why);
                self.say("reason", &[("why", &why), ("n", &number(n))])
            })
            .collect();
        if reasons.is_empty() {
            sentences.push(self.say("none_excluded", &[]));
        } else {
            let values = [("n", number(left_out)), ("reasons", self.list(&reasons))];
            sentences.push(self.say(
                "excluded",
                &values.each_ref().map(|(key, value)| (*key, value.as_str())),
            ));
        }
        sentences.push(self.say(
            "coded",
            &[
                ("coded", &at("coded")),
                ("off", &at("off topic")),
                ("with", &at("with a stance")),
            ],
        ));
        if let Some(below) = self.setting("stance unclear below") {
            sentences.push(self.say("unclear", &[("n", &at("stance unclear")), ("below", below)]));
        }
        if self.setting("pseudonyms").is_some() {
            sentences.push(self.say("pseudonyms", &[]));
        }
        self.join(sentences)
    }

    fn coding(&self) -> String {
        let (manifest, scheme) = (&self.report.study.manifest, &self.report.study.head.scheme);
        let title = super::page::title(self.report, self.labels);
        let mut sentences = vec![self.say(
            "codebook",
            &[
                ("codes", &scheme.codes.len().to_string()),
                ("title", &title),
                ("id", &manifest.codebook.id),
                ("version", &manifest.codebook.version),
                ("citation", scheme.citation.trim_end_matches('.')),
            ],
        )];
        let scope = match self.setting("scope") {
            Some("own") => "scope_own",
            Some("quoted") => "scope_quoted",
            _ => "scope_all",
        };
        sentences.push(self.say(scope, &[]));
        sentences.push(self.say("evidence", &[]));
        let relevance = if self.setting("relevance") == Some("assumed") {
            "searched"
        } else {
            "shown"
        };
        sentences.push(self.say(relevance, &[]));
        sentences.push(self.say("stance", &[]));
        self.join(sentences)
    }

    fn accounts(&self) -> String {
        let manifest = &self.report.study.manifest;
        let rules = &manifest.account_rules;
        let version: String = rules.version.chars().take("sha256:".len() + 12).collect();
        let mut sentences = vec![self.say("accounts", &[("id", &rules.id), ("version", &version)])];
        let table = self
            .report
            .study
            .tables
            .iter()
            .find(|table| table.name == "account_type");
        let unknown = table.and_then(|table| table.cell("unknown", ALL, Base::AllPosts));
        if let Some(count) = unknown.filter(|count| count.hidden.n || count.n > 0) {
            let (share, _) = told(count, self.labels);
            let n = if count.hidden.n {
                "*".to_owned()
            } else {
                thousands(count.n)
            };
            sentences.push(self.say("unknown", &[("n", &n), ("share", &share)]));
        }
        self.join(sentences)
    }

    fn numbers(&self) -> String {
        let shares: Vec<String> = Stance::ON_TOPIC
            .into_iter()
            .filter_map(|stance| {
                let (share, beside) = told(stance_share(self.report, stance)?, self.labels);
                let name = self.labels.inline_value(stance.name());
                let beside = beside.join(&self.say("between_parts", &[]));
                Some(self.say("share", &[("name", &name), ("share", &share), ("beside", &beside)]))
            })
            .collect();
        let seed = self.report.study.manifest.seeds.get("monte_carlo");
        let seed = seed.map_or_else(String::new, u64::to_string);
        let mut sentences = vec![
            self.say("shares", &[("shares", &self.list(&shares))]),
            self.say("intervals", &[]),
            self.say("tests", &[("seed", &seed)]),
        ];
        if let Some(k) = self
            .setting("small counts masked")
            .and_then(|below| below.strip_prefix("below "))
        {
            sentences.push(self.say("masked", &[("k", k)]));
        }
        self.join(sentences)
    }

    fn validation(&self) -> String {
        let Some(validation) = self.report.validation else {
            return self.say("not_validated", &[]);
        };
        let mut sentences = Vec::new();
        let measured: Vec<String> = ["accuracy", "macro_f1", "cohen_kappa", "alpha"]
            .into_iter()
            .filter_map(|measure| {
                let score = validation.score("stance", measure)?;
                Some(self.say(measure, &[("value", &score.value.plain(self.labels))]))
            })
            .collect();
        if let (false, Some(score)) = (measured.is_empty(), validation.score("stance", "accuracy")) {
            let values = [("posts", score.posts.as_str()), ("measures", &self.list(&measured))];
            sentences.push(self.say("validated", &values));
        }
        let corrected: Vec<String> = Stance::ALL
            .into_iter()
            .filter_map(|stance| {
                let share = validation.stance_share(stance.name(), "corrected")?;
                let name = self.labels.inline_value(stance.name());
                Some(self.say(
                    "corrected_share",
                    &[("name", &name), ("share", &share.share.percent(self.labels))],
                ))
            })
            .collect();
        if !corrected.is_empty() {
            sentences.push(self.say("corrected", &[("shares", &self.list(&corrected))]));
        }
        if sentences.is_empty() {
            return self.say("no_overall_scores", &[]);
        }
        self.join(sentences)
    }

    fn ours(&self) -> String {
        let scheme = &self.report.study.head.scheme;
        let grades: Vec<String> = scheme
            .codes
            .iter()
            .map(|code| self.say("grade", &[("id", &code.id), ("grade", &code.grade)]))
            .collect();
        self.say("ours", &[("grades", &self.list(&grades))])
    }
}
