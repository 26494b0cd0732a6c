//! Rules files that are wrong, and what the engine makes of those that are right.

use super::{Decidable, Field, Fields, Rules};
use crate::model::Author;

const BASE: &str = r#"
types = ["government", "media", "individual", "unknown"]
[sets]
paper = ["日报", "晚报"]
official = ["官方微博", "官微"]
"#;

const LAST: &str = r#"
[[rule]]
id = "undecided"
type = "unknown"
why = "Nothing tells."
"#;

/// Rules of one condition line giving `media`, between the base and the last rule.
fn rules(conditions: &str) -> Rules {
    let rule = format!("[[rule]]\nid = \"tested\"\ntype = \"media\"\nwhy = \"The rule under test.\"\n{conditions}\n");
    Rules::parse("rules.toml", &format!("{BASE}{rule}{LAST}")).unwrap()
}

fn named(name: &str) -> Author {
    Author {
        screen_name: Some(name.into()),
        ..Author::default()
    }
}

fn holds(conditions: &str, author: &Author) -> bool {
    let account = rules(conditions).classify(author);
    assert_eq!(&*account.rule == "tested", account.kind.name() == "media");
    account.kind.name() == "media"
}

fn problem(text: &str) -> String {
    Rules::parse("my/rules.toml", text).unwrap_err().to_string()
}

#[test]
fn every_key_of_a_text_condition_is_used() {
    for (condition, name, expected) in [
        (r#"screen_name = { contains = ["报"] }"#, "南陵日报社", true),
        (r#"screen_name = { contains = ["报"] }"#, "南陵电视台", false),
        (r#"screen_name = { starts = ["南陵"] }"#, "南陵日报", true),
        (r#"screen_name = { starts = ["南陵"] }"#, "读南陵日报", false),
        (r#"screen_name = { ends = ["日报"] }"#, "南陵日报", true),
        (r#"screen_name = { ends = ["日报"] }"#, "南陵日報", true),
        (r#"screen_name = { ends = ["發布"] }"#, "南陵发布", true),
        (r#"screen_name = { starts = ["abc"] }"#, "ＡＢＣ实验室", true),
        (r#"screen_name = { ends = ["日报"] }"#, "南陵日报读者", false),
        (r#"screen_name = { is = ["南陵日报"] }"#, "南陵日报", true),
        (r#"screen_name = { is = ["南陵日报"] }"#, "南陵日报社", false),
        (r#"screen_name = ["南陵日报", "南陵晚报"]"#, "南陵晚报", true),
        (
            r#"screen_name = { ends = ["日报"], without = ["追星"] }"#,
            "追星日报",
            false,
        ),
        (
            r#"screen_name = { starts = ["南陵"], ends = ["日报"] }"#,
            "南陵经济日报",
            true,
        ),
        (
            r#"screen_name = { starts = ["南陵"], ends = ["日报"] }"#,
            "海岚经济日报",
            false,
        ),
        (
            r#"screen_name = { ends = ["<paper><official>"] }"#,
            "南陵晚报官微",
            true,
        ),
        (
            r#"screen_name = { ends = ["<paper><official>"] }"#,
            "南陵晚报微博",
            false,
        ),
        (
            r#"screen_name = { is = ["南陵<paper>的<official>"] }"#,
            "南陵日报的官方微博",
            true,
        ),
    ] {
        assert_eq!(holds(condition, &named(name)), expected, "{condition} on {name}");
    }
}

#[test]
fn all_conditions_must_hold() {
    let conditions = "verified = true\nverified_type = [3, 5]\nscreen_name = { ends = [\"<paper>\"] }";
    let paper = Author {
        verified: Some(true),
        verified_type: Some(5),
        ..named("南陵日报")
    };
    assert!(holds(conditions, &paper));
    assert!(!holds(
        conditions,
        &Author {
            verified: Some(false),
            ..paper.clone()
        }
    ));
    assert!(!holds(
        conditions,
        &Author {
            verified: None,
            ..paper.clone()
        }
    ));
    assert!(!holds(
        conditions,
        &Author {
            verified_type: Some(2),
            ..paper.clone()
        }
    ));
    assert!(!holds(
        conditions,
        &Author {
            verified_type: None,
            ..paper.clone()
        }
    ));
    assert!(!holds(
        conditions,
        &Author {
            screen_name: None,
            ..paper
        }
    ));
}

#[test]
fn has_and_lacks_ask_for_the_field_only() {
    let badge = Author {
        badge: Some("蓝V".into()),
        ..named("南陵")
    };
    assert!(holds(r#"has = ["badge", "screen_name"]"#, &badge));
    assert!(!holds(r#"has = ["badge", "description"]"#, &badge));
    assert!(holds(r#"lacks = ["verified", "verified_type"]"#, &badge));
    assert!(!holds(r#"lacks = ["verified", "badge"]"#, &badge));
}

#[test]
fn without_alone_holds_where_the_text_is_absent() {
    assert!(holds(r#"badge = { without = ["蓝V"] }"#, &named("南陵")));
    assert!(!holds(
        r#"badge = { without = ["蓝V"] }"#,
        &Author {
            badge: Some("蓝v".into()),
            ..Author::default()
        }
    ));
}

#[test]
fn each_text_is_looked_for_in_its_own_field() {
    let author = Author {
        description: Some("《南陵日报》官方微博".into()),
        ..named("南陵早知道")
    };
    assert!(holds(r#"description = { contains = ["日报"] }"#, &author));
    assert!(!holds(r#"screen_name = { contains = ["日报"] }"#, &author));
    assert!(!holds(r#"verified_reason = { contains = ["日报"] }"#, &author));
    assert!(!holds(r#"badge = { contains = ["日报"] }"#, &author));
}

#[test]
fn the_first_rule_that_holds_decides() {
    let text = format!(
        "{BASE}{}{}{LAST}",
        "[[rule]]\nid = \"a\"\ntype = \"government\"\nwhy = \"w\"\nscreen_name = { ends = [\"发布\"] }\n",
        "[[rule]]\nid = \"b\"\ntype = \"media\"\nwhy = \"w\"\nscreen_name = { contains = [\"日报\"] }\n",
    );
    let rules = Rules::parse("rules.toml", &text).unwrap();
    for (name, rule) in [("日报发布", "a"), ("日报", "b"), ("海岚", "undecided")] {
        assert_eq!(&*rules.classify(&named(name)).rule, rule, "{name}");
    }
}

#[test]
fn what_is_remembered_of_the_account_before_decides_nothing() {
    let condition = "screen_name = { ends = [\"发布\", \"日报\"] }\nbadge = { contains = [\"V\"], without = [\"黄\"] }";
    let rules = rules(condition);
    let mut one_after_the_other = rules.classifier();
    let (names, badges) = (["南陵发布", "海岚", "南陵日报"], ["蓝V", "普通用户", "黄V"]);
    // Texts that change, stay and are not there.
    for step in 0..64 {
        let author = Author {
            screen_name: names.get(step % 4).map(|&name| name.into()),
            badge: badges.get(step / 4 % 4).map(|&badge| badge.into()),
            ..Author::default()
        };
        assert_eq!(
            one_after_the_other.classify(&author),
            rules.classify(&author),
            "{author:?}"
        );
    }
}

#[test]
fn types_keep_the_order_of_the_file() {
    let rules = rules("verified_type = [3]");
    let names: Vec<&str> = rules.types().iter().map(|kind| kind.name()).collect();
    assert_eq!(names, ["government", "media", "individual", "unknown"]);
}

#[test]
fn a_wrong_file_is_told_with_file_line_and_key() {
    for (rule, expected) in [
        ("[[rule]]\nid = \"a\"\ntype = \"med", "my/rules.toml:8: "),
        (
            "[[rule]]\nid = \"a\"\ntype = \"press\"\nwhy = \"w\"",
            "my/rules.toml:8: type: press is not declared",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \" \"",
            "my/rules.toml:9: why is empty",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nverified_code = [1]",
            "my/rules.toml:10: unknown field `verified_code`",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nverified_type = []",
            "my/rules.toml:10: verified_type: this list is empty",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nhas = [\"bio\"]",
            "my/rules.toml:10: has: no field bio; the fields are screen_name",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nscreen_name = { end = [\"报\"] }",
            "my/rules.toml:10: unknown field `end`",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nscreen_name = { ends = [] }",
            "my/rules.toml:10: screen_name.ends: this list is empty",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nbadge = []",
            "my/rules.toml:10: this list is empty",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nbadge = [\"\"]",
            "my/rules.toml:10: badge.is: a word is empty",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nbadge = [\"<papers>\"]",
            "my/rules.toml:10: badge.is: no set <papers>",
        ),
        (
            "[[rule]]\nid = \"a\"\ntype = \"media\"\nwhy = \"w\"\nbadge = [\"<paper\"]",
            "my/rules.toml:10: badge.is: <paper opens a set",
        ),
        (
            "[[rule]]\nid = \"undecided\"\ntype = \"media\"\nwhy = \"w\"\nverified = true",
            "my/rules.toml:12: id: another rule is called undecided",
        ),
        (
            "[[rule]]\nid = \"all\"\ntype = \"media\"\nwhy = \"w\"",
            "my/rules.toml:11: rule undecided is never reached: all above it",
        ),
    ] {
        let message = problem(&format!("{BASE}{rule}{LAST}"));
        assert!(
            message.starts_with(expected),
            "{rule}\n gives {message}\nnot {expected}"
        );
    }
}

#[test]
fn wrong_heads_are_told_too() {
    let twice = problem(&format!("types = [\n\"media\",\n\"media\"]{LAST}"));
    assert!(
        twice.starts_with("my/rules.toml:3: types: media is declared twice"),
        "{twice}"
    );
    let member = problem(&format!(
        "types = [\"unknown\"]\n[sets]\npaper = [\"日报\",\n\"日报\"]{LAST}"
    ));
    assert!(
        member.starts_with("my/rules.toml:4: sets.paper: 日报 stands twice"),
        "{member}"
    );
    let nested = problem(&format!("types = [\"unknown\"]\n[sets]\npaper = [\"<x>报\"]{LAST}"));
    assert!(
        nested.starts_with("my/rules.toml:3: sets.paper: <x>报: members are literal"),
        "{nested}"
    );
    let empty = problem(&format!("types = [\"unknown\"]\n[sets]\npaper = []{LAST}"));
    assert!(
        empty.starts_with("my/rules.toml:3: sets.paper: this list is empty"),
        "{empty}"
    );
    let open =
        problem("types = [\"unknown\"]\n[[rule]]\nid = \"a\"\ntype = \"unknown\"\nwhy = \"w\"\nverified = true\n");
    assert!(open.contains("the last rule must have no condition"), "{open}");
}

#[test]
fn a_list_that_explodes_is_refused() {
    let set: Vec<String> = (0..300).map(|i| format!("\"w{i}\"")).collect();
    let text = format!(
        "types = [\"unknown\"]\n[sets]\nw = [{}]\n[[rule]]\nid = \"a\"\ntype = \"unknown\"\nwhy = \"w\"\n\
         badge = {{ ends = [\"<w><w>\"] }}\n{LAST}",
        set.join(",")
    );
    assert!(problem(&text).starts_with("my/rules.toml:8: badge.ends: <w><w> stands for more than"));
}

#[test]
fn what_an_export_can_decide_follows_from_its_fields() {
    let text = format!(
        "{BASE}{}{}{}{LAST}",
        "[[rule]]\nid = \"a\"\ntype = \"government\"\nwhy = \"w\"\nscreen_name = { ends = [\"发布\"] }\n",
        "[[rule]]\nid = \"b\"\ntype = \"media\"\nwhy = \"w\"\nverified_type = [3]\n",
        "[[rule]]\nid = \"c\"\ntype = \"individual\"\nwhy = \"w\"\nverified = false\nlacks = [\"badge\"]\n",
    );
    let rules = Rules::parse("rules.toml", &text).unwrap();
    let decidable = |fields: &[Field]| rules.decidable(fields.iter().copied().collect::<Fields>());
    let names =
        |kinds: Vec<crate::model::AccountType>| kinds.iter().map(|kind| kind.name().to_owned()).collect::<Vec<_>>();

    assert_eq!(
        decidable(&[Field::ScreenName, Field::VerifiedType, Field::Verified]),
        Decidable::Fully
    );
    assert_eq!(decidable(&[]), Decidable::Not);
    assert_eq!(decidable(&[Field::Description]), Decidable::Not);
    let Decidable::ByNameOnly { unreachable } = decidable(&[Field::ScreenName]) else {
        panic!()
    };
    assert_eq!(names(unreachable), ["media", "individual"]);
    let Decidable::Partly { unreachable } = decidable(&[Field::ScreenName, Field::Verified]) else {
        panic!()
    };
    assert_eq!(names(unreachable), ["media"]);

    assert_eq!(Decidable::Fully.warning(), None);
    let warning = decidable(&[Field::ScreenName]).warning().unwrap();
    assert!(warning.contains("media, individual never"), "{warning}");
}

#[test]
fn the_fields_of_an_author_are_those_with_a_value() {
    let author = Author {
        verified: Some(false),
        followers: Some(3),
        ..named("竹林")
    };
    let fields = Fields::of(&author);
    assert_eq!(fields, [Field::ScreenName, Field::Verified].into_iter().collect());
    assert!(
        Field::ALL
            .into_iter()
            .all(|field| Field::from_name(field.name()) == Some(field))
    );
}
