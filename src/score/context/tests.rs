//! One table for each context: an invented text, the words of it that are evidence, and how they stand in it.

use std::sync::LazyLock;

use crate::{
    codebook::Codebook,
    model::Context::{self, Conceded, Conditional, Debunked, Irony, Negated, Plain, Question, Quoted, Rhetorical},
    score::{Scope, Scorer},
};

static SCORER: LazyLock<Scorer> = LazyLock::new(|| Scorer::new(Codebook::load("weibo-pangenome", None).unwrap()));

/// The context of the evidence that is exactly, else that holds, `words`.
fn context_of(text: &str, words: &str) -> Context {
    let explained = SCORER.explain(text, Scope::All);
    let polar = |code: &str| !matches!(code, "TOPIC" | "OFFTOPIC");
    let pieces: Vec<_> = explained
        .verdict
        .evidence
        .iter()
        .filter(|piece| polar(&piece.code))
        .collect();
    let exact = pieces.iter().find(|piece| &text[piece.start..piece.end] == words);
    let piece = exact.or_else(|| pieces.iter().find(|piece| text[piece.start..piece.end].contains(words)));
    piece
        .unwrap_or_else(|| panic!("no evidence `{words}` in `{text}`: {pieces:#?}"))
        .context
}

macro_rules! contexts {
    ($($name:ident { $($text:literal, $words:literal => $context:ident;)+ })+) => {
        $(#[test]
        fn $name() {
            $(assert_eq!(context_of($text, $words), $context, "`{}` in `{}`", $words, $text);)+
        })+
    };
}

contexts! {
    negation {
        "公开泛基因组不是卖国。", "卖国" => Negated;
        "我没说他们卖国。", "卖国" => Negated;
        "泛基因组不会变成基因武器。", "基因武器" => Negated;
        "泛基因组里没有什么国家机密。", "国家机密" => Negated;
        "以后得了治不了的怪病找谁？", "怪病" => Plain;
        "这不仅是卖国，还是泄密。", "卖国" => Plain;
        "特别支持这项研究。", "支持" => Plain;
    }
    double_negation {
        "不得不支持泛基因组。", "支持" => Plain;
        "我不是不支持泛基因组。", "支持" => Plain;
        "这不是卖国是什么？", "卖国" => Plain;
    }
    negation_behind_the_term {
        "基因武器是不存在的，放心看论文。", "基因武器" => Negated;
        "卖国是没有的事。", "卖国" => Negated;
    }
    question {
        "请问泛基因组能做成基因武器吗？", "基因武器" => Question;
        "求科普，泛基因组算卖国吗？", "卖国" => Question;
        "凭什么卖国还能领奖？", "卖国" => Plain;
        "二十多家单位，就这么毫无安全意识吗？", "毫无安全意识" => Plain;
    }
    rhetorical_question {
        "怎么可能是基因武器？", "基因武器" => Rhetorical;
        "谁说公开就是卖国？", "卖国" => Rhetorical;
    }
    quotation {
        "网友说这是卖国，我不评价。", "卖国" => Quoted;
        "隔壁桌一直在聊“卖国”，我只想吃完这碗面回去看泛基因组论文。", "卖国" => Quoted;
        "“这就是卖国”", "卖国" => Plain;
    }
    debunk {
        "“基因武器”纯属谣言。", "基因武器" => Debunked;
        "辟谣：泛基因组会变成生物武器是谣言。", "生物武器" => Debunked;
        "别说什么“谣言”，这就是卖国。", "卖国" => Plain;
    }
    irony {
        "真是太伟大了，这就是开放共享[doge]", "开放共享" => Irony;
        "这就是卖国[doge]", "卖国" => Plain;
        "照你这么说，开源软件也是卖国？开放共享本来就是惯例[doge]", "开放共享" => Plain;
    }
    concession {
        "虽然泛基因组意义重大，但是数据不该这么放。", "意义重大" => Conceded;
        "虽然泛基因组意义重大。", "意义重大" => Plain;
    }
    condition {
        "万一被做成基因武器怎么办", "基因武器" => Conditional;
        "如果有人拿去做生物武器，后果谁担。", "生物武器" => Conditional;
    }
}

/// The word of degree that makes the evidence which is exactly `words` stronger or weaker, as the outputs name it.
fn degree_of(text: &str, words: &str) -> Option<String> {
    let explained = SCORER.explain(text, Scope::All);
    let mut pieces = explained.verdict.evidence.iter();
    let piece = pieces.find(|piece| &text[piece.start..piece.end] == words && piece.code.starts_with("STANCE"));
    let rule = &piece
        .unwrap_or_else(|| panic!("no evidence `{words}` in `{text}`"))
        .rule;
    let degree = rule
        .split(' ')
        .find(|part| part.starts_with("stronger:") || part.starts_with("weaker:"));
    degree.map(str::to_owned)
}

#[test]
fn intensity() {
    for (text, words, degree) in [
        ("非常支持泛基因组的公开。", "支持", Some("stronger:非常")),
        ("这些专家太无耻了。", "无耻", Some("stronger:太")),
        ("这些专家有点无耻。", "无耻", Some("weaker:有点")),
        ("这些专家无耻透顶！", "无耻", Some("stronger:透顶")),
        ("这些专家无耻。", "无耻", None),
        // Another clause's word of degree is not this term's.
        ("天气非常好，支持泛基因组的公开。", "支持", None),
        // The nearer of two is meant.
        ("真的有点无耻，复旦。", "无耻", Some("weaker:有点")),
    ] {
        assert_eq!(degree_of(text, words).as_deref(), degree, "`{words}` in `{text}`");
    }
}

#[test]
fn what_is_said_more_strongly_weighs_more() {
    let weight = |text: &str| {
        let explained = SCORER.explain(text, Scope::All);
        let piece = explained
            .verdict
            .evidence
            .into_iter()
            .find(|piece| &*piece.term == "支持");
        piece.unwrap().weight
    };
    let plain = weight("支持泛基因组的公开");
    assert!((weight("非常支持泛基因组的公开") / plain - 1.5).abs() < 1e-9);
    assert!((weight("有点支持泛基因组的公开") / plain - 0.5).abs() < 1e-9);
}

#[test]
fn blame() {
    for (text, blames) in [
        ("这些专家真无耻", &[("无耻", "team")][..]),
        ("键盘侠真是愚蠢", &[("愚蠢", "critics")]),
        ("骂课题组的键盘侠真是愚蠢", &[("愚蠢", "critics")]),
        ("有关部门失职，批的时候看了吗", &[("失职", "overseers")]),
        ("你们把它公开，无耻！", &[("无耻", "addressed")]),
        ("无耻至极。", &[("无耻", "unnamed")]),
        // The last named before it in the sentence.
        ("复旦的这些教授，拿着国家的钱，真是可耻", &[("可耻", "team")]),
        // Denied, somebody else's, in a hashtag: not the author's blame.
        ("他们不蠢，也不坏", &[]),
        ("有人说课题组无耻，我不同意", &[]),
        ("#无耻的专家#围观一下", &[]),
        // Those who are named by an attribution are blamed all the same.
        ("评论区真愚蠢", &[("愚蠢", "critics")]),
    ] {
        let explained = SCORER.explain(text, Scope::All);
        let found: Vec<(&str, &str)> = explained
            .blames
            .iter()
            .map(|blame| (&text[blame.word.clone()], blame.whom.as_str()))
            .collect();
        assert_eq!(found, blames, "{text}");
    }
}
