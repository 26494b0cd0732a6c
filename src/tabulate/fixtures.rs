//! Twelve invented posts, few enough to count by hand.

use std::sync::Arc;

use jiff::civil::date;

use crate::model::{
    Account, AccountType, Author, Code, CodeId, CodeSet, CodedPost, Context, Engagement, Evidence, Exclusion, Moment,
    Polarity, Post, Sentiment, Source, Stance, Verdict,
};

use super::{Flow, Tally, TallyOptions};

pub(crate) const TYPES: [&str; 5] = ["government", "media", "individual", "enterprise", "unknown"];

/// `ATT.NEG` stands for the stance itself; `LAW.MISUND` is a question of its own.
pub(crate) fn codes() -> Vec<Code> {
    [
        ("POS.QUALITY", Polarity::Positive),
        ("NEG.BETRAY", Polarity::Negative),
        ("LAW.MISUND", Polarity::None),
        ("ATT.NEG", Polarity::Negative),
    ]
    .map(|(id, polarity)| Code {
        id: id.into(),
        label_en: "en".into(),
        label_zh: "中".into(),
        polarity,
    })
    .to_vec()
}

pub(crate) fn types() -> Vec<AccountType> {
    TYPES.map(AccountType::new).to_vec()
}

/// A post with one piece of evidence a code, of weight 1 in the direction of the code.
pub(crate) fn coded(
    file: &str,
    row: u64,
    kind: &str,
    user: &str,
    day: Option<i8>,
    stance: Stance,
    ids: &[u8],
) -> CodedPost<'static> {
    let mut set = CodeSet::default();
    let all = codes();
    let mut evidence = Vec::new();
    for &id in ids {
        set.insert(CodeId(id));
        let code = &all[usize::from(id)];
        let weight = match code.polarity {
            Polarity::Positive => 1.0,
            Polarity::Negative => -1.0,
            Polarity::None => 0.0,
        };
        let term: Arc<str> = "词".into();
        let plain = Context::Plain;
        evidence.push(Evidence {
            code: code.id.clone(),
            term,
            start: 0,
            end: 3,
            context: plain,
            weight,
            rule: "term".into(),
        });
    }
    CodedPost {
        post: Box::new(Post {
            source: Source { file: file.into(), row },
            id: format!("p{row}").into(),
            author: Author {
                user_id: (!user.is_empty()).then(|| user.into()),
                ..Author::default()
            },
            text: format!("词 {file} {row}").into(),
            label: 0,
            created_at: day.map(|day| Moment::Day(date(2023, 6, day))),
            is_repost: false,
            truncated: false,
            engagement: Engagement::default(),
            kept: Vec::new(),
        }),
        account: Account {
            kind: AccountType::new(kind),
            rule: "rule".into(),
        },
        verdict: Verdict {
            stance,
            score: 0.0,
            confidence: None,
            sentiment: Sentiment::default(),
            codes: set,
            evidence,
        },
    }
}

pub(crate) fn twelve_posts() -> Vec<CodedPost<'static>> {
    use Stance::{Irrelevant, Negative, Neutral, Positive};
    let (quality, betray, law, attitude) = (0, 1, 2, 3);
    vec![
        coded("a.csv", 1, "government", "g1", Some(14), Positive, &[quality]),
        coded("a.csv", 2, "media", "m1", Some(14), Positive, &[quality]),
        coded("a.csv", 3, "media", "m1", Some(14), Neutral, &[]),
        coded("a.csv", 4, "individual", "i1", Some(14), Negative, &[betray]),
        coded("a.csv", 5, "individual", "i1", Some(14), Negative, &[betray, law]),
        coded("a.csv", 6, "individual", "i2", Some(14), Negative, &[]),
        coded("a.csv", 7, "individual", "i2", Some(16), Positive, &[]),
        coded(
            "a.csv",
            8,
            "individual",
            "i3",
            Some(16),
            Negative,
            &[betray, law, attitude],
        ),
        coded("a.csv", 9, "individual", "i3", Some(16), Irrelevant, &[betray]),
        coded("b.csv", 1, "individual", "", None, Neutral, &[law]),
        coded("b.csv", 2, "unknown", "u1", Some(16), Irrelevant, &[]),
        coded("b.csv", 3, "media", "m2", Some(16), Positive, &[]),
    ]
}

/// a.csv: 12 read, 1 rejected, 2 duplicates, so 9 coded; b.csv: 4 read, 1 out of window, so 3 coded.
pub(crate) fn flow() -> Flow {
    let mut flow = Flow::default();
    let a = flow.file(&"a.csv".into());
    (a.read, a.rejected) = (12, 1);
    a.exclude(Exclusion::Duplicate);
    a.exclude(Exclusion::Duplicate);
    let b = flow.file(&"b.csv".into());
    b.read = 4;
    b.exclude(Exclusion::OutOfWindow);
    flow
}

pub(crate) fn tally() -> Tally {
    let mut tally = Tally::new(&codes(), &types(), TallyOptions::default());
    for post in twelve_posts() {
        tally.add(&post);
    }
    tally
}
