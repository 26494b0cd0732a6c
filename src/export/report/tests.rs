use super::*;

/// An invented post of this text, without evidence.
pub(super) fn post(text: &str) -> ShownPost {
    ShownPost {
        source_file: "a.csv".to_owned(),
        source_row: 1,
        post_id: String::new(),
        user_id: None,
        screen_name: None,
        created_at: None,
        account_type: "individual".to_owned(),
        is_repost: false,
        stance: "neutral".to_owned(),
        confidence: None,
        codes: Vec::new(),
        text: text.to_owned(),
        cut: false,
        evidence: Vec::new(),
        sampled: true,
        example_of: Vec::new(),
    }
}

use std::collections::BTreeSet;

use crate::{
    model::{CodedPost, Stance},
    tabulate::{
        ExampleOf,
        fixtures::{coded, codes, tally},
    },
};

fn posts(number: u64) -> impl Iterator<Item = CodedPost<'static>> {
    (1..=number).map(|row| {
        let stance = if row % 4 == 0 {
            Stance::Irrelevant
        } else {
            Stance::Negative
        };
        coded("a.csv", row, "individual", "u", None, stance, &[1])
    })
}

fn sample(number: u64, size: SampleSize) -> (Vec<u64>, [Drawn; 2]) {
    let mut sample = PostSample::new(size);
    // In parts, as they come of a file.
    let drawer = sample.drawer(&codes());
    let posts: Vec<CodedPost<'_>> = posts(number).collect();
    for part in posts.chunks(700) {
        let mut drawn = DrawnPosts::default();
        part.chunks(64).for_each(|few| drawer.add(&mut drawn, few));
        sample.take(drawn);
    }
    let (posts, drawn) = sample.finish(&[], &codes());
    (posts.iter().map(|post| post.source_row).collect(), drawn)
}

#[test]
fn few_posts_are_all_shown_in_the_order_of_the_source() {
    let (rows, drawn) = sample(40, SampleSize::default());
    assert_eq!(rows, (1..=40).collect::<Vec<_>>());
    assert_eq!(drawn, [Drawn { coded: 30, shown: 30 }, Drawn { coded: 10, shown: 10 }]);
}

/// 500 of 10,000: the number among the first half is hypergeometric with mean 250 and standard deviation 10.9.
#[test]
fn a_sample_has_its_size_whatever_the_number_of_posts_and_prefers_no_place() {
    let size = SampleSize {
        with_stance: 500,
        off_topic: 20,
        ..SampleSize::default()
    };
    let (rows, drawn) = sample(13_333, size);
    assert_eq!(
        drawn,
        [
            Drawn {
                coded: 10_000,
                shown: 500
            },
            Drawn {
                coded: 3_333,
                shown: 20
            }
        ]
    );
    assert!(rows.is_sorted() && rows.len() == 520);
    let early = rows.iter().filter(|&&row| row % 4 != 0 && row <= 6_667).count();
    assert!((206..=294).contains(&early), "{early}");
    assert_eq!(sample(13_333, size).0, rows, "the same every time");
}

#[test]
fn long_texts_are_cut_between_characters_and_the_sample_stays_within_its_bytes() {
    let mut long = coded("a.csv", 1, "individual", "u", None, Stance::Negative, &[1]);
    long.post.text = format!("词{}", "长".repeat(100)).into();
    let size = SampleSize {
        bytes: 100,
        bytes_a_post: 40,
        ..SampleSize::default()
    };
    let mut sample = PostSample::new(size);
    for row in 1..=9 {
        long.post.source.row = row;
        let mut drawn = DrawnPosts::default();
        sample.drawer(&codes()).add(&mut drawn, std::slice::from_ref(&long));
        sample.take(drawn);
    }
    let (posts, drawn) = sample.finish(&[], &codes());
    // 13 characters of three bytes fit into 40, two such texts into 100.
    assert_eq!(drawn[0], Drawn { coded: 9, shown: 2 });
    assert!(
        posts
            .iter()
            .all(|post| post.cut && post.text.chars().count() == 13 && post.evidence.len() == 1)
    );
}

#[test]
fn examples_out_of_the_sample_stand_behind_it_and_are_not_of_it() {
    let tally = tally();
    let none = SampleSize {
        with_stance: 0,
        off_topic: 0,
        ..SampleSize::default()
    };
    let (posts, _) = PostSample::new(none).finish(&tally.examples(), &codes());
    assert!(posts.iter().all(|post| !post.sampled));
    for example in tally.examples() {
        let of = match &example.of {
            ExampleOf::Stance(stance) => stance.name(),
            ExampleOf::Code(id) => id,
        };
        let source = &example.coded.post.source;
        let same = |post: &&ShownPost| post.source_file == *source.file && post.source_row == source.row;
        let found: Vec<_> = posts.iter().filter(same).collect();
        assert_eq!(found.len(), 1, "each post once");
        assert!(found[0].example_of.iter().any(|name| name == of));
    }
}

#[test]
fn no_character_of_the_data_can_end_its_element() {
    let json = script::harmless("[\"</script><!--\",\"&\",\"\u{2028}\u{2029}\"]");
    assert!(!json.contains(['<', '>', '&', '\u{2028}']));
    let read: Vec<String> = serde_json::from_str(&json).unwrap();
    assert_eq!(read, ["</script><!--", "&", "\u{2028}\u{2029}"]);
}

#[test]
fn thousands_are_set_apart() {
    let numbers = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
    assert!(numbers.iter().all(|(n, text)| html::thousands(*n) == *text));
}

/// Every key asked for is there, and every key that is there is asked for: a wrong one would be printed in the place of its words.
#[test]
fn the_words_of_the_report_are_those_its_code_asks_for() {
    let code: String = [
        include_str!("examples.rs"),
        include_str!("flow.rs"),
        include_str!("made.rs"),
        include_str!("methods.rs"),
        include_str!("overview.rs"),
        include_str!("page.rs"),
        include_str!("pictures.rs"),
        include_str!("script.rs"),
        include_str!("search.rs"),
        include_str!("tables.rs"),
        include_str!("validation.rs"),
    ]
    .concat();
    let quoted: BTreeSet<&str> = code.split('"').collect();
    let labels: toml::Table = toml::from_str(include_str!("../../../lexicons/labels/en.toml")).unwrap();
    let contexts: BTreeSet<&str> = crate::model::Context::ALL
        .iter()
        .map(|context| context.name())
        .collect();
    let mut known = BTreeSet::new();
    for section in ["report", "methods"] {
        for key in labels[section].as_table().unwrap().keys() {
            let stem = key.strip_suffix("_all").unwrap_or(key);
            assert!(
                quoted.contains(stem) || contexts.contains(stem),
                "[{section}] {key} is used nowhere"
            );
            known.insert(key.as_str());
        }
    }
    for call in [".report(\"", "say(\"", "drawn(\"", "labels.methods(\""] {
        for rest in code.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(known.contains(key), "{key} is in no label file");
        }
    }
}
