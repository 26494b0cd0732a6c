//! `terms.csv` and `sets.toml`: the words and patterns that are evidence. The format is described in lexicons/README.md.

use std::{collections::BTreeMap, sync::Arc};

use super::source::LexiconFile;
use crate::{clean::fold_term, error::Result, model::CodeId};

/// What a term is evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heading {
    /// A code of the scheme.
    Code(CodeId),
    /// A favourable attitude without a reason.
    StancePositive,
    /// An unfavourable attitude without a reason.
    StanceNegative,
    /// The post is about the scheme's target.
    Topic,
    /// The post merely carries the hashtag.
    OffTopic,
    /// Looks like a term and is something else.
    Guard,
}

impl Heading {
    /// The reserved headings by the name terms.csv gives them.
    pub const RESERVED: [(&'static str, Heading); 5] = [
        ("STANCE.POS", Heading::StancePositive),
        ("STANCE.NEG", Heading::StanceNegative),
        ("TOPIC", Heading::Topic),
        ("OFFTOPIC", Heading::OffTopic),
        ("GUARD", Heading::Guard),
    ];
}

/// One line of terms.csv.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What it is evidence of.
    pub heading: Heading,
    /// The heading as written: a code id or a reserved name.
    pub heading_name: Arc<str>,
    /// The term as written.
    pub text: Arc<str>,
    /// What must be found, in this order.
    pub parts: Vec<Part>,
    /// Strength, 0.1 to 3.
    pub weight: f64,
    /// Whether it may match inside words.
    pub inside: bool,
    /// Why it is there.
    pub note: String,
    /// Line of terms.csv.
    pub line: usize,
}

/// One part of a term: any of these literals, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The literals, longest first. Parts that name the same set share them.
    pub any_of: Arc<[String]>,
    /// Whether other characters may stand between the part before and this one.
    pub gap: bool,
}

/// Named lists of literals for use in patterns, as parts have them.
pub(super) type Sets = BTreeMap<String, Arc<[String]>>;

pub(super) fn parse_sets(file: &LexiconFile) -> Result<Sets> {
    let written: BTreeMap<String, Vec<String>> = file.toml()?;
    for (name, members) in &written {
        let at = || {
            file.text
                .find(&format!("{name} "))
                .or_else(|| file.text.find(name.as_str()))
                .unwrap_or(0)
        };
        if members.is_empty() {
            return Err(file.error_at(at(), format!("set `{name}` is empty")));
        }
        if let Some(member) = members
            .iter()
            .find(|member| fold_term(member).is_empty() || member.contains(['…', '<', '>']))
        {
            return Err(file.error_at(
                at(),
                format!("set `{name}` holds `{member}`; members are literal texts"),
            ));
        }
    }
    Ok(written
        .into_iter()
        .map(|(name, members)| (name, any_of(&members)))
        .collect())
}

/// The members of a set as a part has them: folded, longest first, each once.
fn any_of(members: &[String]) -> Arc<[String]> {
    let mut members: Vec<String> = members.iter().map(|member| fold_term(member)).collect();
    members.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    members.dedup();
    members.into()
}

pub(super) fn parse_terms(file: &LexiconFile, sets: &Sets, codes: &BTreeMap<&str, CodeId>) -> Result<Vec<Term>> {
    let rows = file.csv(["code", "term", "weight", "match", "note"])?;
    let mut terms = Vec::with_capacity(rows.len());
    for (line, [code, term, weight, matching, note]) in rows {
        let wrong = |problem: String| file.error_on(line, problem);
        let heading = codes
            .get(&*code)
            .map(|&id| Heading::Code(id))
            .or_else(|| {
                Heading::RESERVED
                    .iter()
                    .find(|(name, _)| *name == code)
                    .map(|&(_, heading)| heading)
            })
            .ok_or_else(|| {
                wrong(format!(
                    "`{code}` is neither a code of this scheme nor a reserved heading"
                ))
            })?;
        if term.trim() != term {
            return Err(wrong(format!(
                "`{term}` has a space at its end, which no text would match; remove it"
            )));
        }
        let parts = parse_parts(&term, sets).map_err(wrong)?;
        let weight: f64 = weight
            .parse()
            .map_err(|_| wrong(format!("weight `{weight}` is not a number")))?;
        if !(0.1..=3.0).contains(&weight) {
            return Err(wrong(format!("weight {weight} lies outside 0.1 to 3")));
        }
        let inside = match &*matching {
            "inside" => true,
            "word" | "" => parts.len() > 1,
            other => return Err(wrong(format!("match `{other}`: use word or inside"))),
        };
        terms.push(Term {
            heading,
            heading_name: code.into(),
            text: term.into(),
            parts,
            weight,
            inside,
            note: note.into_owned(),
            line,
        });
    }
    Ok(terms)
}

fn parse_parts(term: &str, sets: &Sets) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for (i, stretch) in term.split('…').enumerate() {
        if stretch.is_empty() {
            return Err(format!("`{term}`: … must stand between two parts"));
        }
        let mut rest = stretch;
        let mut first = i > 0;
        while !rest.is_empty() {
            let any_of = if let Some(named) = rest.strip_prefix('<') {
                let (name, after) = named
                    .split_once('>')
                    .ok_or_else(|| format!("`{term}`: a `<` without its `>`"))?;
                rest = after;
                let members = sets
                    .get(name)
                    .ok_or_else(|| format!("`{term}`: no set `{name}` in sets.toml"))?;
                Arc::clone(members)
            } else {
                let end = rest.find('<').unwrap_or(rest.len());
                let literal = fold_term(&rest[..end]);
                rest = &rest[end..];
                [literal].into()
            };
            if any_of.iter().any(String::is_empty) {
                return Err(format!("`{term}`: nothing is left of a part once spaces are ignored"));
            }
            parts.push(Part {
                any_of,
                gap: std::mem::take(&mut first),
            });
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets() -> Sets {
        BTreeMap::from([("give".to_owned(), any_of(&["送".to_owned(), "送给".to_owned()]))])
    }

    fn parsed(term: &str) -> Result<Vec<(Vec<String>, bool)>, String> {
        Ok(parse_parts(term, &sets())?
            .into_iter()
            .map(|part| (part.any_of.to_vec(), part.gap))
            .collect())
    }

    fn part(literals: &[&str], gap: bool) -> (Vec<String>, bool) {
        (literals.iter().map(|&literal| literal.to_owned()).collect(), gap)
    }

    #[test]
    fn a_pattern_is_its_parts_in_order() {
        assert_eq!(parsed("賣國"), Ok(vec![part(&["卖国"], false)]));
        assert_eq!(
            parsed("把…<give>老外"),
            Ok(vec![
                part(&["把"], false),
                part(&["送给", "送"], true),
                part(&["老外"], false)
            ])
        );
    }

    #[test]
    fn a_broken_pattern_is_refused_with_the_reason() {
        for (term, reason) in [
            ("…卖国", "must stand between"),
            ("<give", "without its"),
            ("<take>他", "no set `take`"),
            ("把… …他", "nothing is left"),
        ] {
            let problem = parsed(term).unwrap_err();
            assert!(problem.contains(reason), "{term}: {problem}");
        }
    }
}
