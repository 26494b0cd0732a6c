use std::{fmt, sync::Arc};

use super::{Account, Post, Stance};

/// A code of a coding scheme, by its position in the codebook (at most 64 codes a scheme).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub u8);

/// A set of codes, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CodeSet(u64);

impl CodeSet {
    /// Adds a code.
    pub fn insert(&mut self, code: CodeId) {
        self.0 |= 1 << code.0;
    }

    /// Adds those of another set.
    pub fn insert_all(&mut self, others: CodeSet) {
        self.0 |= others.0;
    }

    /// Whether the code is in the set.
    pub fn contains(self, code: CodeId) -> bool {
        self.0 >> code.0 & 1 == 1
    }

    /// Whether no code is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The codes in codebook order.
    pub fn iter(self) -> impl Iterator<Item = CodeId> {
        (0..64).map(CodeId).filter(move |&code| self.contains(code))
    }
}

impl FromIterator<CodeId> for CodeSet {
    fn from_iter<I: IntoIterator<Item = CodeId>>(codes: I) -> Self {
        codes.into_iter().fold(CodeSet::default(), |mut set, code| {
            set.insert(code);
            set
        })
    }
}

/// Which way a code speaks about the target of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Polarity {
    /// A reason in favour.
    Positive,
    /// A reason against.
    Negative,
    /// Not bound to a stance (e.g. a misunderstanding of the law).
    None,
}

impl Polarity {
    /// The name as written in codebooks and tables.
    pub fn name(self) -> &'static str {
        match self {
            Polarity::Positive => "positive",
            Polarity::Negative => "negative",
            Polarity::None => "none",
        }
    }
}

/// What the outputs need to know of a code: id, labels, polarity. The codebook holds the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Id, e.g. `NEG.BETRAY`; the column of the coded posts is `code.NEG.BETRAY`.
    pub id: Arc<str>,
    /// English label.
    pub label_en: Arc<str>,
    /// Chinese label.
    pub label_zh: Arc<str>,
    /// Which way the code speaks.
    pub polarity: Polarity,
}

/// How a piece of evidence stands in its post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Asserted by the author.
    Plain,
    /// Inside the scope of a negation.
    Negated,
    /// Inside a question that asks.
    Question,
    /// Inside a rhetorical question: the asked is not meant, its opposite is.
    Rhetorical,
    /// Somebody else's words: between quotation marks, after 有人说, 网传, 所谓.
    Quoted,
    /// Named in order to declare it false: 谣言, 误读, 站不住脚.
    Debunked,
    /// Said with irony.
    Irony,
    /// Only supposed: after 如果, 万一, 要是.
    Conditional,
    /// Conceded: after 虽然, before 但是.
    Conceded,
}

impl Context {
    /// Every context.
    pub const ALL: [Context; 9] = [
        Context::Plain,
        Context::Negated,
        Context::Question,
        Context::Rhetorical,
        Context::Quoted,
        Context::Debunked,
        Context::Irony,
        Context::Conditional,
        Context::Conceded,
    ];

    /// The name as printed in evidence.csv.
    pub fn name(self) -> &'static str {
        match self {
            Context::Plain => "plain",
            Context::Negated => "negated",
            Context::Question => "question",
            Context::Rhetorical => "rhetorical",
            Context::Quoted => "quoted",
            Context::Debunked => "debunked",
            Context::Irony => "irony",
            Context::Conditional => "conditional",
            Context::Conceded => "conceded",
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One term found in a post and what it was taken to mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Code id or reserved heading (`STANCE.NEG`, `TOPIC`, ...) the term stands under.
    pub code: Arc<str>,
    /// The term as written in the codebook.
    pub term: Arc<str>,
    /// Byte offset of the first byte in the raw text.
    pub start: usize,
    /// Byte offset behind the last byte in the raw text.
    pub end: usize,
    /// How it stands in the post.
    pub context: Context,
    /// What it adds by itself to the log-odds of positive against negative: above 0 in favour, below 0 against.
    pub weight: f64,
    /// The context rule that fired (`negation:不是`), or `term` where the evidence is plain.
    pub rule: Arc<str>,
}

/// Hits of the general sentiment list in the author's own words; a weak signal, never the stance itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sentiment {
    /// Positive words found.
    pub positive: u32,
    /// Negative words found.
    pub negative: u32,
}

/// What the codebook says of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The stance decided.
    pub stance: Stance,
    /// Stance score in -1 (negative) ..= 1 (positive): probability of positive less that of negative; 0 where irrelevant.
    pub score: f64,
    /// Probability of the stance decided, by the codebook's model; `None` for an irrelevant post, which no model decides.
    pub confidence: Option<f64>,
    /// Hits of the general sentiment list.
    pub sentiment: Sentiment,
    /// Codes assigned.
    pub codes: CodeSet,
    /// Everything found, in the order of the text.
    pub evidence: Vec<Evidence>,
}

impl Verdict {
    /// The verdict on a text, as one on the same text with so many bytes more before it.
    #[must_use]
    pub fn behind(mut self, bytes: usize) -> Self {
        for piece in &mut self.evidence {
            piece.start += bytes;
            piece.end += bytes;
        }
        self
    }
}

/// A post with its codes: the row every table is counted from.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedPost<'t> {
    /// The post as read.
    pub post: Box<Post<'t>>,
    /// Account type and the rule that decided it.
    pub account: Account,
    /// Stance, codes and evidence.
    pub verdict: Verdict,
}

impl CodedPost<'_> {
    /// The same with a text of its own, as [`Post::into_owned`] has it.
    pub fn into_owned(self) -> CodedPost<'static> {
        CodedPost {
            post: Box::new(self.post.into_owned()),
            account: self.account,
            verdict: self.verdict,
        }
    }
}
