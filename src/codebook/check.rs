//! What is suspicious in a codebook: terms that can never count, or that count for both sides.

use std::collections::BTreeMap;

use super::{Codebook, Cue, Heading, Term};
use crate::{
    clean::{MASK, fold_term},
    model::Polarity,
};

/// One suspicious thing in terms.csv or sets.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of terms.csv; 0 where the finding is about another file.
    pub line: usize,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Every suspicious thing, by line.
pub fn check(codebook: &Codebook) -> Vec<Finding> {
    let mut findings = Vec::new();
    duplicates(codebook, &mut findings);
    both_poles(codebook, &mut findings);
    never_counting(codebook, &mut findings);
    unused(codebook, &mut findings);
    findings.sort_by_key(|finding| finding.line);
    findings
}

fn key(term: &Term) -> Vec<(&[String], bool)> {
    term.parts.iter().map(|part| (&*part.any_of, part.gap)).collect()
}

fn duplicates(codebook: &Codebook, findings: &mut Vec<Finding>) {
    let mut seen = BTreeMap::new();
    for term in &codebook.terms {
        if let Some(first) = seen.insert((term.heading, key(term)), term.line) {
            let problem = format!(
                "`{}` stands under {} on line {first} already",
                term.text, term.heading_name
            );
            findings.push(Finding {
                line: term.line,
                problem,
            });
        }
    }
}

fn side(codebook: &Codebook, heading: Heading) -> Option<Polarity> {
    match heading {
        Heading::Code(code) => Some(codebook.entry(code).polarity).filter(|&polarity| polarity != Polarity::None),
        Heading::StancePositive => Some(Polarity::Positive),
        Heading::StanceNegative => Some(Polarity::Negative),
        Heading::Topic | Heading::OffTopic | Heading::Guard => None,
    }
}

fn both_poles(codebook: &Codebook, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<_, (Polarity, usize)> = BTreeMap::new();
    for term in &codebook.terms {
        let Some(polarity) = side(codebook, term.heading) else {
            continue;
        };
        if let Some(&(other, line)) = seen.get(&key(term))
            && other != polarity
        {
            let problem = format!(
                "`{}` is {} here and {} on line {line}",
                term.text,
                polarity.name(),
                other.name()
            );
            findings.push(Finding {
                line: term.line,
                problem,
            });
        }
        seen.entry(key(term)).or_insert((polarity, term.line));
    }
}

fn never_counting(codebook: &Codebook, findings: &mut Vec<Finding>) {
    let guards: Vec<&str> = literals(codebook, |term| term.heading == Heading::Guard);
    let negators: Vec<&str> = codebook
        .context
        .cues
        .iter()
        .filter(|(cue, _)| *cue == Cue::Negator)
        .map(|(_, word)| word.as_str())
        .collect();
    for term in codebook.terms.iter().filter(|term| term.heading != Heading::Guard) {
        let mut report = |problem: String| {
            findings.push(Finding {
                line: term.line,
                problem,
            })
        };
        let written = term.text.replace(['…', '<', '>', '\u{fe0f}'], "");
        let folded = fold_term(&written);
        if folded != written {
            report(format!(
                "`{}`: write it simplified, half width, lower case and without spaces: `{folded}`",
                term.text
            ));
        }
        for literal in term.parts.iter().flat_map(|part| &*part.any_of) {
            if literal.contains([MASK, '\n']) || literal.contains('@') || literal.contains("http") {
                report(format!(
                    "`{}` holds a mention, link or line break; those are masked and never match",
                    term.text
                ));
            }
        }
        if let [part] = term.parts.as_slice() {
            for literal in &*part.any_of {
                if literal.chars().count() < 2 && literal.chars().all(char::is_alphanumeric) {
                    report(format!("`{}` is one character; write at least two", term.text));
                }
                if term.heading != Heading::OffTopic && guards.contains(&literal.as_str()) {
                    report(format!("`{}` can never count: it is a GUARD too", term.text));
                }
                if negators.contains(&literal.as_str()) {
                    report(format!(
                        "`{}` is a negator of the context file; it cannot be a term too",
                        term.text
                    ));
                }
            }
        }
    }
}

fn literals(codebook: &Codebook, wanted: impl Fn(&Term) -> bool) -> Vec<&str> {
    let terms = codebook
        .terms
        .iter()
        .filter(|term| wanted(term) && term.parts.len() == 1);
    terms
        .flat_map(|term| term.parts[0].any_of.iter().map(String::as_str))
        .collect()
}

fn unused(codebook: &Codebook, findings: &mut Vec<Finding>) {
    for set in &codebook.set_names {
        let name = format!("<{set}>");
        if !codebook.terms.iter().any(|term| term.text.contains(&name)) {
            findings.push(Finding {
                line: 0,
                problem: format!("sets.toml: no term uses the set `{set}`"),
            });
        }
    }
    for entry in codebook.entries() {
        if !codebook.terms.iter().any(|term| *term.heading_name == *entry.id) {
            findings.push(Finding {
                line: 0,
                problem: format!("code `{}` has no term and can never be given", entry.id),
            });
        }
    }
}
