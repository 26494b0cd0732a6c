//! The posts as data for the page's script, in which no character can end the element it stands in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    ShownPost,
    examples::{TOPIC, heading},
    marks::stretches,
    page::StudyReport,
};
use crate::{
    export::Labels,
    model::{Context, Stance},
};

/// Words of the script, by their key in `[report]`.
const WORDS: [&str; 6] = ["repost", "confidence", "record", "cut", "matches", "page"];

/// Numbers in the place of names, in the order they were met.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Names(names.into_iter().map(Into::into).collect())
    }

    fn at(&mut self, name: &str) -> usize {
        match self.0.iter().position(|known| known == name) {
            Some(at) => at,
            None => {
                self.0.push(name.to_owned());
                self.0.len() - 1
            }
        }
    }
}

/// The sample of posts and, for each language, the words to show it with; as JSON for a script element.
pub(super) fn data(report: &StudyReport<'_>, languages: &[Labels]) -> String {
    let head = &report.study.head;
    let mut types = Names::of(head.account_types.iter().cloned());
    let mut codes = Names::of(head.scheme.codes.iter().map(|code| code.id.clone()));
    let mut files = Names::of(report.study.manifest.inputs.iter().map(|input| input.file.path.clone()));
    let sampled = report.study.posts.iter().filter(|post| post.sampled);
    let posts: Vec<Value> = sampled
        .map(|post| {
            json!({
                "f": files.at(&post.source_file),
                "r": post.source_row,
                "d": post.created_at.as_ref().map(|at| at.chars().take(10).collect::<String>()),
                "n": post.screen_name.as_ref().filter(|_| !report.masked),
                "a": types.at(&post.account_type),
                "s": Stance::ALL.iter().position(|stance| stance.name() == post.stance),
                "p": post.confidence.map(|p| (p * 100.0).round() / 100.0),
                "o": u8::from(post.is_repost),
                "k": u8::from(post.cut),
                "c": post.codes.iter().map(|code| codes.at(code)).collect::<Vec<_>>(),
                "x": parts(post, &mut codes),
            })
        })
        .collect();
    let words: BTreeMap<&str, Value> = languages
        .iter()
        .map(|labels| {
            let all = |names: &[String]| -> Vec<String> { names.iter().map(|name| labels.value(name)).collect() };
            let headings: Vec<String> = codes.0.iter().map(|code| heading(code, labels)).collect();
            let words: BTreeMap<&str, String> = WORDS.iter().map(|&key| (key, labels.report_template(key))).collect();
            let of = json!({
                "title": super::page::title(report, labels),
                "types": all(&types.0),
                "stances": Stance::ALL.map(|stance| labels.value(stance.name())),
                "codes": all(&codes.0),
                "tags": headings,
                "contexts": Context::ALL.map(|context| labels.report(context.name(), &[])),
                "words": words,
            });
            (labels.language(), of)
        })
        .collect();
    let stances = Stance::ALL.map(Stance::name);
    harmless(&json!({ "files": files.0, "stances": stances, "words": words, "posts": posts }).to_string())
}

/// A text as strings, and `[text, class, [[heading, context], ..]]` where evidence stands.
fn parts(post: &ShownPost, codes: &mut Names) -> Vec<Value> {
    let part = |part: super::marks::Stretch<'_>| {
        let Some(side) = part.side else {
            return Value::from(part.text);
        };
        let named = part.ends.iter().filter_map(|&at| post.evidence.get(at));
        let tags: Vec<[usize; 2]> = named
            .filter(|evidence| evidence.code != TOPIC || evidence.context != "plain")
            .map(|evidence| {
                let context = Context::ALL
                    .iter()
                    .position(|context| context.name() == evidence.context);
                [codes.at(&evidence.code), context.unwrap_or(0)]
            })
            .collect();
        json!([part.text, side.class(), tags])
    };
    stretches(post).into_iter().map(part).collect()
}

/// JSON that means the same and holds no character that HTML or a script could take for its own.
pub(super) fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}
