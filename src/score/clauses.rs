//! Sentences and clauses of a post, and where its quotation marks and hashtags stand.

use super::span::Span;
use crate::clean::HASHTAG;

/// The structure of one folded text.
#[derive(Debug)]
pub(super) struct Clauses {
    /// Sentences: end at 。 ! ? ; … ~ and line breaks. Together they are the whole text.
    pub(super) sentences: Vec<Span>,
    /// Ends of clauses within sentences: behind commas, colons, brackets.
    breaks: Vec<usize>,
    /// What stands between quotation marks, without the marks.
    quotes: Vec<Span>,
    hashtags: Vec<Span>,
}

impl Clauses {
    pub(super) fn of(text: &str) -> Self {
        let mut clauses = Clauses {
            sentences: Vec::new(),
            breaks: Vec::new(),
            quotes: Vec::new(),
            hashtags: Vec::new(),
        };
        let mut sentence = 0;
        let mut open_quote: Option<(char, usize)> = None;
        let mut open_tag = None;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let behind = at + c.len_utf8();
            match c {
                // An English full stop: behind a word, before a space. Not that of 3.5 or t.cn.
                '.' if text[..at].ends_with(|c: char| c.is_ascii_alphabetic())
                    && (behind == text.len() || text[behind..].starts_with(' ')) =>
                {
                    clauses.sentences.push(Span {
                        start: sentence,
                        end: behind,
                    });
                    sentence = behind;
                    clauses.breaks.push(behind);
                }
                '。' | '!' | '?' | ';' | '…' | '~' | '\n' => {
                    // A run of end marks (?!, ……) and a closing quotation mark belong to the sentence they end.
                    let more = chars
                        .peek()
                        .is_some_and(|&(_, next)| ends_sentence(next) || closes(open_quote, next));
                    if !more {
                        clauses.sentences.push(Span {
                            start: sentence,
                            end: behind,
                        });
                        sentence = behind;
                    }
                    clauses.breaks.push(behind);
                }
                ',' | ':' | '(' | ')' | '[' | ']' | '【' | '】' | '|' | '—' | '→' => clauses.breaks.push(behind),
                HASHTAG => {
                    open_tag = match open_tag {
                        Some(start) => {
                            clauses.hashtags.push(Span { start, end: at });
                            None
                        }
                        None => Some(behind),
                    };
                    clauses.breaks.push(behind);
                }
                _ => {}
            }
            match (open_quote, c) {
                (Some((close, start)), c) if c == close => {
                    clauses.quotes.push(Span { start, end: at });
                    open_quote = None;
                    if text[..at].ends_with(ends_sentence) && sentence < behind {
                        clauses.sentences.push(Span {
                            start: sentence,
                            end: behind,
                        });
                        sentence = behind;
                    }
                }
                (None, '“') => open_quote = Some(('”', behind)),
                (None, '「') => open_quote = Some(('」', behind)),
                (None, '『') => open_quote = Some(('』', behind)),
                (None, '‘') => open_quote = Some(('’', behind)),
                (None, '"') => open_quote = Some(('"', behind)),
                // A mark that is never closed on its line was none.
                (Some(_), '\n') => open_quote = None,
                _ => {}
            }
        }
        if sentence < text.len() {
            clauses.sentences.push(Span {
                start: sentence,
                end: text.len(),
            });
        }
        clauses
    }

    /// Number of the sentence that byte `at` lies in.
    pub(super) fn sentence_of(&self, at: usize) -> usize {
        self.sentences
            .partition_point(|sentence| sentence.end <= at)
            .min(self.sentences.len().saturating_sub(1))
    }

    pub(super) fn sentence(&self, number: usize) -> Span {
        self.sentences.get(number).copied().unwrap_or(Span { start: 0, end: 0 })
    }

    /// The clause that `span` begins in, as far as its own sentence.
    pub(super) fn clause_of(&self, span: Span) -> Span {
        let sentence = self.sentence(self.sentence_of(span.start));
        let next = self.breaks.partition_point(|&at| at <= span.start);
        let start = if next == 0 {
            sentence.start
        } else {
            self.breaks[next - 1].max(sentence.start)
        };
        let after = self.breaks.partition_point(|&at| at < span.end);
        let end = self
            .breaks
            .get(after)
            .map_or(sentence.end, |&at| at.min(sentence.end))
            .max(span.end);
        Span { start, end }
    }

    /// The quotation `span` lies in, without its marks.
    pub(super) fn quote_around(&self, span: Span) -> Option<Span> {
        self.quotes
            .get(last_before(&self.quotes, span)?)
            .copied()
            .filter(|quote| quote.contains(span))
    }

    /// Bytes that stand between quotation marks.
    pub(super) fn quoted_bytes(&self) -> usize {
        self.quotes.iter().map(|quote| quote.len()).sum()
    }

    /// Bytes that stand in hashtags.
    pub(super) fn hashtag_bytes(&self) -> usize {
        self.hashtags.iter().map(|tag| tag.len()).sum()
    }

    pub(super) fn in_hashtag(&self, span: Span) -> bool {
        last_before(&self.hashtags, span).is_some_and(|at| self.hashtags[at].contains(span))
    }
}

/// Of stretches in the order of the text that do not overlap, the last that begins before `span` or with it.
fn last_before(stretches: &[Span], span: Span) -> Option<usize> {
    stretches
        .partition_point(|stretch| stretch.start <= span.start)
        .checked_sub(1)
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '…' | '~')
}

fn closes(open: Option<(char, usize)>, c: char) -> bool {
    open.is_some_and(|(close, _)| close == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        Clauses::of(text)
            .sentences
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect()
    }

    #[test]
    fn sentences_end_at_their_marks_and_together_are_the_text() {
        assert_eq!(sentences("太好了!!真的?不信。"), ["太好了!!", "真的?", "不信。"]);
        assert_eq!(sentences("一行\n二行"), ["一行\n", "二行"]);
        assert_eq!(
            sentences("i fear it. share 3.5 t.cn"),
            ["i fear it.", " share 3.5 t.cn"]
        );
        assert_eq!(sentences("他说“没事。”我不信"), ["他说“没事。”", "我不信"]);
    }

    #[test]
    fn a_clause_lies_between_commas() {
        let text = "我不支持,但是很好奇,真的";
        let at = text.find("好奇").unwrap();
        let clause = Clauses::of(text).clause_of(Span { start: at, end: at + 6 });
        assert_eq!(&text[clause.start..clause.end], "但是很好奇,");
    }

    #[test]
    fn quotations_and_hashtags_are_known() {
        let text = "所谓“共享”#基因武器#来了";
        let clauses = Clauses::of(text);
        let span = |word: &str| {
            let start = text.find(word).unwrap();
            Span {
                start,
                end: start + word.len(),
            }
        };
        assert!(clauses.quote_around(span("共享")).is_some());
        assert!(clauses.quote_around(span("来了")).is_none());
        assert!(clauses.in_hashtag(span("基因武器")));
        assert!(!clauses.in_hashtag(span("来了")));
    }

    #[test]
    fn an_unclosed_quotation_mark_quotes_nothing() {
        let text = "“共享\n真好";
        let at = text.find("真好").unwrap();
        assert!(
            Clauses::of(text)
                .quote_around(Span { start: at, end: at + 6 })
                .is_none()
        );
    }
}
