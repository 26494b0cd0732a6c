//! Conditions on coded posts: `account_type=media and (reposts>=10 or is_repost=false)`.

use super::{Wanted, wrong};
use crate::error::{Error, Result};

/// A condition on the cells of a row.
///
/// Comparisons are `=` `!=` `<` `<=` `>` `>=` and `~` (contains), joined by `and`, `or`, `not` and parentheses; `and` binds closer than
/// `or`. A value with spaces, parentheses or signs stands in quotes. Two numbers are compared as numbers, all else as text, so
/// `created_at>=2023-06-20` means what it says. In the column `codes`, `=` asks for one of the codes. A missing value is less than,
/// greater than and equal to nothing but `''`.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    condition: Condition,
    columns: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Comparison),
}

#[derive(Debug, Clone, PartialEq)]
struct Comparison {
    column: usize,
    /// Whether the column holds several labels joined by `;`.
    labels: bool,
    sign: Sign,
    value: String,
    number: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
}

/// Signs, longer ones first.
const SIGNS: [(&str, Sign); 7] = [
    ("!=", Sign::Unequal),
    ("<=", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("~", Sign::Contains),
];

impl Filter {
    /// Reads a condition and asks for its columns.
    ///
    /// # Errors
    /// It is no condition (with the place where reading stopped), or names a column the file does not have.
    pub fn parse(text: &str, wanted: &mut Wanted<'_>) -> Result<Self> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            next: 0,
            text,
            wanted,
            columns: Vec::new(),
        };
        let condition = parser.any_of()?;
        match parser.tokens.get(parser.next) {
            None => Ok(Filter {
                condition,
                columns: parser.columns,
            }),
            Some(token) => Err(parser.unexpected(Some(token))),
        }
    }

    /// Whether a row fulfils the condition.
    pub fn holds(&self, row: &[String]) -> bool {
        self.condition.holds(row)
    }

    /// Whether the condition names a column.
    pub fn names(&self, column: &str) -> bool {
        self.columns.iter().any(|named| named == column)
    }
}

impl Condition {
    fn holds(&self, row: &[String]) -> bool {
        match self {
            Condition::And(all) => all.iter().all(|one| one.holds(row)),
            Condition::Or(any) => any.iter().any(|one| one.holds(row)),
            Condition::Not(one) => !one.holds(row),
            Condition::Compare(comparison) => comparison.holds(&row[comparison.column]),
        }
    }
}

impl Comparison {
    fn holds(&self, cell: &str) -> bool {
        let equal = || match (self.number, cell.parse::<f64>()) {
            (Some(value), Ok(cell)) => cell == value,
            _ if self.labels && !self.value.is_empty() => cell.split(';').any(|label| label == self.value),
            _ => cell == self.value,
        };
        let order = || match (self.number, cell.parse::<f64>()) {
            _ if cell.is_empty() => None,
            (Some(value), Ok(cell)) => cell.partial_cmp(&value),
            _ => Some(cell.cmp(&self.value)),
        };
        match self.sign {
            Sign::Equal => equal(),
            Sign::Unequal => !equal(),
            Sign::Less => order().is_some_and(|order| order.is_lt()),
            Sign::AtMost => order().is_some_and(|order| order.is_le()),
            Sign::Greater => order().is_some_and(|order| order.is_gt()),
            Sign::AtLeast => order().is_some_and(|order| order.is_ge()),
            Sign::Contains => cell.contains(&self.value),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Sign(Sign),
    Word(String),
    Quoted(String),
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, used) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '\'' | '"' => {
                let end = rest[1..]
                    .find(first)
                    .ok_or_else(|| problem(text, &format!("the quotation mark {first} is never closed")))?;
                (Token::Quoted(rest[1..=end].to_owned()), end + 2)
            }
            _ => match SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
                Some((sign, meaning)) => (Token::Sign(*meaning), sign.len()),
                None => {
                    let ends = |c: char| c.is_whitespace() || "()'\"=!<>~".contains(c);
                    let end = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
                    (Token::Word(rest[..end].to_owned()), end)
                }
            },
        };
        tokens.push(token);
        rest = rest[used..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'a, 'w, 'f> {
    tokens: Vec<Token>,
    next: usize,
    text: &'a str,
    wanted: &'w mut Wanted<'f>,
    columns: Vec<String>,
}

impl Parser<'_, '_, '_> {
    fn any_of(&mut self) -> Result<Condition> {
        let mut any = vec![self.all_of()?];
        while self.keyword("or") {
            any.push(self.all_of()?);
        }
        Ok(if any.len() == 1 {
            any.swap_remove(0)
        } else {
            Condition::Or(any)
        })
    }

    fn all_of(&mut self) -> Result<Condition> {
        let mut all = vec![self.one()?];
        while self.keyword("and") {
            all.push(self.one()?);
        }
        Ok(if all.len() == 1 {
            all.swap_remove(0)
        } else {
            Condition::And(all)
        })
    }

    fn one(&mut self) -> Result<Condition> {
        if self.keyword("not") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        match self.take() {
            Some(Token::Open) => {
                let inner = self.any_of()?;
                match self.take() {
                    Some(Token::Close) => Ok(inner),
                    other => Err(self.unexpected(other.as_ref())),
                }
            }
            Some(Token::Word(column) | Token::Quoted(column)) => self.comparison(&column),
            other => Err(self.unexpected(other.as_ref())),
        }
    }

    fn comparison(&mut self, column: &str) -> Result<Condition> {
        let sign = match self.take() {
            Some(Token::Sign(sign)) => sign,
            other => return Err(self.unexpected(other.as_ref())),
        };
        let (value, number) = match self.take() {
            Some(Token::Word(value)) => {
                let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
                (value, number)
            }
            Some(Token::Quoted(value)) => (value, None),
            other => return Err(self.unexpected(other.as_ref())),
        };
        self.columns.push(column.to_owned());
        Ok(Condition::Compare(Comparison {
            column: self.wanted.column(column)?,
            labels: column == "codes",
            sign,
            value,
            number,
        }))
    }

    fn keyword(&mut self, word: &str) -> bool {
        let there = matches!(self.tokens.get(self.next), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.next += usize::from(there);
        there
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn unexpected(&self, token: Option<&Token>) -> Error {
        let at = match token {
            None => "it ends too early".to_owned(),
            Some(Token::Open) => "`(` stands where it cannot".to_owned(),
            Some(Token::Close) => "`)` stands where it cannot".to_owned(),
            Some(Token::Sign(sign)) => {
                let text = SIGNS
                    .iter()
                    .find(|(_, known)| known == sign)
                    .map_or("", |(text, _)| text);
                format!("`{text}` stands where it cannot")
            }
            Some(Token::Word(word) | Token::Quoted(word)) => format!("`{word}` stands where it cannot"),
        };
        problem(self.text, &at)
    }
}

fn problem(text: &str, at: &str) -> Error {
    wrong(
        &format!("--where {text}"),
        &format!("{at}; write COLUMN=VALUE, joined by and, or, not, e.g. \"account_type=media and reposts>=10\""),
    )
}
