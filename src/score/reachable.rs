//! What of a codebook the scorer itself finds wrong: terms that no text reaches, terms that fire on false friends.

use super::{Scope, Scorer};
use crate::codebook::{Finding, Heading};

/// Words around a term, of which no term is a part.
const CARRIER: [&str; 2] = ["。\n", "\n。"];

impl Scorer {
    /// Terms that are not found even where they stand alone, because the segmentation cuts through them or a guard or a
    /// heavier term lies over them; and terms found in the texts of traps.txt, in which there is nothing to find.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = self.unreachable();
        findings.extend(self.trapped());
        findings
    }

    fn unreachable(&self) -> Vec<Finding> {
        let terms = self.codebook.terms.iter().enumerate();
        let literal = terms.filter(|(_, term)| term.parts.len() == 1 && term.heading != Heading::Guard);
        let mut findings = Vec::new();
        for (number, term) in literal {
            let found = |literal: &String| {
                let text = format!("{}{literal}{}", CARRIER[0], CARRIER[1]);
                let coded = self.code(&text, Scope::All);
                coded
                    .weighed
                    .iter()
                    .any(|piece| piece.term == number || self.codebook.terms[piece.term].heading == term.heading)
            };
            if !term.parts[0].any_of.iter().any(found) {
                findings.push(Finding {
                    line: term.line,
                    problem: format!(
                        "`{}` is not found even where it stands alone: word boundaries or a guard cut it; try match `inside`",
                        term.text
                    ),
                });
            }
        }
        findings
    }

    fn trapped(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (line, text) in &self.codebook.traps {
            for piece in self.code(text, Scope::All).weighed {
                let term = &self.codebook.terms[piece.term];
                if term.heading != Heading::OffTopic {
                    findings.push(Finding {
                        line: term.line,
                        problem: format!(
                            "`{}` fires on `{text}` (traps.txt:{line}), which is something else; add a GUARD or match `word`",
                            term.text
                        ),
                    });
                }
            }
        }
        findings
    }
}
