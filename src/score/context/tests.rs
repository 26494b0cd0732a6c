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
