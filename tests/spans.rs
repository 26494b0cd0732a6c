//! Whatever a text holds, evidence is a piece of it: on character boundaries, not empty, inside the raw text.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::LazyLock;

use minyi::{
    codebook::Codebook,
    score::{Scope, Scorer},
};
use proptest::prelude::*;

static SCORER: LazyLock<Scorer> = LazyLock::new(|| Scorer::new(Codebook::load("weibo-pangenome", None).unwrap()));

const SCOPES: [Scope; 3] = [Scope::Own, Scope::Quoted, Scope::All];

/// What cleaning, folding and context treat in a way of their own.
const MARKS: [&str; 22] = [
    "//@某甲:",
    "转发微博",
    "转发理由:",
    "原始用户:",
    "转发内容:",
    "#泛基因组#",
    "@某乙 ",
    "http://t.cn/A6pLz9kR",
    "“",
    "”",
    "不是",
    "难道",
    "所谓",
    "虽然",
    "但是",
    "？",
    "。",
    "\u{200b}",
    "\u{3000}",
    "<br />",
    "&amp;",
    "...全文",
];

/// Words of the scheme, of marks, and anything else, in any order.
fn text() -> impl Strategy<Value = String> {
    let terms: Vec<String> = SCORER
        .codebook()
        .terms
        .iter()
        .map(|term| term.text.to_string())
        .collect();
    let piece = prop_oneof![
        3 => prop::sample::select(terms),
        // Other script, other width, spaces inside.
        2 => prop::sample::select(vec!["賣國", "基因 武器", "ＮＡＴＵＲＥ", "Na\u{200b}ture", "汉\u{fe0f}奸", "泛 基 因 组"])
            .prop_map(str::to_owned),
        2 => prop::sample::select(&MARKS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn check(text: &str) -> Result<(), TestCaseError> {
    for scope in SCOPES {
        let mut last = 0;
        for piece in SCORER.score(text, scope).evidence {
            prop_assert!(piece.start < piece.end, "{piece:?} is empty in {text:?}");
            let slice = text.get(piece.start..piece.end);
            prop_assert!(slice.is_some(), "{piece:?} cuts a character or leaves {text:?}");
            prop_assert!(piece.start >= last, "{piece:?} is out of order in {text:?}");
            last = piece.start;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evidence_is_a_piece_of_the_raw_text(text in text()) {
        check(&text)?;
    }

    #[test]
    fn arbitrary_text_is_read_without_a_fault(text in any::<String>()) {
        check(&text)?;
    }
}

#[test]
fn such_texts_do_hold_evidence() {
    let spaced = "這不是“賣 國”是什麼？//@某甲:泛基因组";
    let evidence = SCORER.score(spaced, Scope::All).evidence;
    let slices: Vec<&str> = evidence.iter().map(|piece| &spaced[piece.start..piece.end]).collect();
    assert!(slices.contains(&"賣 國"), "{slices:?}");
    assert!(slices.contains(&"泛基因组"), "{slices:?}");
}
