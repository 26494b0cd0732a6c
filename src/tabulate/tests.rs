//! Tables of the twelve posts of [`super::fixtures`], counted by hand there and here.

use proptest::prelude::*;

use crate::model::Stance;

use super::{
    ALL, Base, Flow, Table, Tally, TallyOptions,
    fixtures::{TYPES, coded, codes, flow, tally, twelve_posts, types},
};

fn table(name: &str) -> Table {
    let tables = tally().tables(&flow());
    let found: Vec<&Table> = tables.iter().filter(|table| table.name == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].clone()
}

/// `row | col | n / base of base_name`, one line a cell.
fn lines(table: &Table) -> Vec<String> {
    let line = |c: &super::Count| format!("{} | {} | {}/{} {}", c.row, c.col, c.n, c.base, c.base_name.name());
    table.rows.iter().map(line).collect()
}

#[test]
fn every_table_is_there_once_in_a_fixed_order() {
    let names: Vec<String> = tally().tables(&flow()).into_iter().map(|table| table.name).collect();
    assert_eq!(
        names,
        [
            "stance",
            "account_type",
            "account_type_by_stance",
            "account_level_stance",
            "account_level_type",
            "account_level_type_by_stance",
            "codes",
            "codes_by_account_type",
            "codes_by_stance",
            "account_level_codes",
            "account_level_codes_by_type",
            "account_level_codes_by_stance",
            "law_misunderstanding",
            "account_level_law_misunderstanding",
            "daily",
            "flow",
        ]
    );
}

/// Positive: a1 a2 a7 b3. Negative: a4 a5 a6 a8. Neutral: a3 b1. Irrelevant: a9 b2.
#[test]
fn stance_has_both_bases_and_irrelevant_is_in_one_of_them() {
    assert_eq!(
        lines(&table("stance")),
        [
            "positive | all | 4/12 all posts",
            "negative | all | 4/12 all posts",
            "neutral | all | 2/12 all posts",
            "irrelevant | all | 2/12 all posts",
            "positive | all | 4/10 posts with a stance",
            "negative | all | 4/10 posts with a stance",
            "neutral | all | 2/10 posts with a stance",
        ]
    );
}

/// Individuals wrote a4 to a9 and b1; a9 is off topic. The unknown account's only post is off topic. No enterprise posted.
#[test]
fn account_types_nobody_has_keep_their_rows() {
    assert_eq!(
        lines(&table("account_type")),
        [
            "government | all | 1/12 all posts",
            "media | all | 3/12 all posts",
            "individual | all | 7/12 all posts",
            "enterprise | all | 0/12 all posts",
            "unknown | all | 1/12 all posts",
            "government | all | 1/10 posts with a stance",
            "media | all | 3/10 posts with a stance",
            "individual | all | 6/10 posts with a stance",
            "enterprise | all | 0/10 posts with a stance",
            "unknown | all | 0/10 posts with a stance",
        ]
    );
}

#[test]
fn account_type_by_stance_has_row_and_column_shares_and_off_topic_apart() {
    assert_eq!(
        lines(&table("account_type_by_stance")),
        [
            "government | positive | 1/1 within account type",
            "government | negative | 0/1 within account type",
            "government | neutral | 0/1 within account type",
            "media | positive | 2/3 within account type",
            "media | negative | 0/3 within account type",
            "media | neutral | 1/3 within account type",
            "individual | positive | 1/6 within account type",
            "individual | negative | 4/6 within account type",
            "individual | neutral | 1/6 within account type",
            "enterprise | positive | 0/0 within account type",
            "enterprise | negative | 0/0 within account type",
            "enterprise | neutral | 0/0 within account type",
            "unknown | positive | 0/0 within account type",
            "unknown | negative | 0/0 within account type",
            "unknown | neutral | 0/0 within account type",
            "government | positive | 1/4 within stance",
            "government | negative | 0/4 within stance",
            "government | neutral | 0/2 within stance",
            "media | positive | 2/4 within stance",
            "media | negative | 0/4 within stance",
            "media | neutral | 1/2 within stance",
            "individual | positive | 1/4 within stance",
            "individual | negative | 4/4 within stance",
            "individual | neutral | 1/2 within stance",
            "enterprise | positive | 0/4 within stance",
            "enterprise | negative | 0/4 within stance",
            "enterprise | neutral | 0/2 within stance",
            "unknown | positive | 0/4 within stance",
            "unknown | negative | 0/4 within stance",
            "unknown | neutral | 0/2 within stance",
            "government | irrelevant | 0/12 all posts",
            "media | irrelevant | 0/12 all posts",
            "individual | irrelevant | 1/12 all posts",
            "enterprise | irrelevant | 0/12 all posts",
            "unknown | irrelevant | 1/12 all posts",
        ]
    );
}

/// g1 positive; m1 one positive, one neutral: tie; m2 positive; i1 negative; i2 one negative, one positive: tie; i3 negative (its
/// off-topic post does not vote); u1 off topic only; b1 has no user id.
#[test]
fn an_account_votes_once() {
    assert_eq!(
        lines(&table("account_level_stance")),
        [
            "positive | all | 2/6 accounts",
            "negative | all | 2/6 accounts",
            "neutral | all | 0/6 accounts",
            "tie | all | 2/6 accounts",
            "irrelevant | all | 1/7 all accounts",
            "posts without user id | all | 1/12 all posts",
        ]
    );
    let by_type = table("account_level_type_by_stance");
    assert_eq!(
        lines(&by_type)[8..12],
        [
            "individual | positive | 0/3 accounts within account type",
            "individual | negative | 2/3 accounts within account type",
            "individual | neutral | 0/3 accounts within account type",
            "individual | tie | 1/3 accounts within account type",
        ]
    );
    assert_eq!(
        by_type
            .cell("unknown", "irrelevant", Base::AllAccounts)
            .map(|c| (c.n, c.base)),
        Some((1, 7))
    );
}

/// POS.QUALITY: a1 a2. NEG.BETRAY: a4 a5 a8 (a9 is off topic). LAW.MISUND: a5 a8 b1. None of them: a3 a6 a7 b3. ATT.NEG is the stance.
#[test]
fn codes_are_counted_over_posts_with_a_stance() {
    assert_eq!(
        lines(&table("codes")),
        [
            "POS.QUALITY | all | 2/10 posts with a stance",
            "NEG.BETRAY | all | 3/10 posts with a stance",
            "LAW.MISUND | all | 3/10 posts with a stance",
            "no code | all | 4/10 posts with a stance",
        ]
    );
    let by_type = table("codes_by_account_type");
    assert_eq!(by_type.rows.len(), 3 * 5);
    let cell = |code, kind| by_type.cell(code, kind, Base::WithinAccountType).map(|c| (c.n, c.base));
    assert_eq!(cell("POS.QUALITY", "media"), Some((1, 3)));
    assert_eq!(cell("NEG.BETRAY", "individual"), Some((3, 6)));
    assert_eq!(cell("NEG.BETRAY", "enterprise"), Some((0, 0)));
    let by_stance = table("codes_by_stance");
    assert_eq!(by_stance.rows.len(), 3 * 3);
    let cell = |code, stance| by_stance.cell(code, stance, Base::WithinStance).map(|c| (c.n, c.base));
    assert_eq!(cell("NEG.BETRAY", "negative"), Some((3, 4)));
    assert_eq!(cell("LAW.MISUND", "neutral"), Some((1, 2)));
    assert_eq!(cell("POS.QUALITY", "positive"), Some((2, 4)));
}

/// g1 is a government account, m1 and m2 are media, i1 to i3 individuals; u1, of unknown type, is off topic only.
#[test]
fn accounts_are_counted_by_type() {
    assert_eq!(
        lines(&table("account_level_type")),
        [
            "government | all | 1/7 all accounts",
            "media | all | 2/7 all accounts",
            "individual | all | 3/7 all accounts",
            "enterprise | all | 0/7 all accounts",
            "unknown | all | 1/7 all accounts",
            "government | all | 1/6 accounts",
            "media | all | 2/6 accounts",
            "individual | all | 3/6 accounts",
            "enterprise | all | 0/6 accounts",
            "unknown | all | 0/6 accounts",
        ]
    );
}

/// POS.QUALITY: g1 m1. NEG.BETRAY: i1 (twice) i3. LAW.MISUND: i1 i3; b1 has no user id. None of them: i2 m2. m1 ties.
#[test]
fn an_account_has_each_code_once() {
    assert_eq!(
        lines(&table("account_level_codes")),
        [
            "POS.QUALITY | all | 2/6 accounts",
            "NEG.BETRAY | all | 2/6 accounts",
            "LAW.MISUND | all | 2/6 accounts",
            "no code | all | 2/6 accounts",
        ]
    );
    assert_eq!(
        lines(&table("account_level_codes_by_type"))[..8],
        [
            "POS.QUALITY | government | 1/1 accounts within account type",
            "POS.QUALITY | media | 1/2 accounts within account type",
            "POS.QUALITY | individual | 0/3 accounts within account type",
            "POS.QUALITY | enterprise | 0/0 accounts within account type",
            "POS.QUALITY | unknown | 0/0 accounts within account type",
            "NEG.BETRAY | government | 0/1 accounts within account type",
            "NEG.BETRAY | media | 0/2 accounts within account type",
            "NEG.BETRAY | individual | 2/3 accounts within account type",
        ]
    );
    assert_eq!(
        lines(&table("account_level_codes_by_stance"))[..8],
        [
            "POS.QUALITY | positive | 1/2 accounts within stance",
            "POS.QUALITY | negative | 0/2 accounts within stance",
            "POS.QUALITY | neutral | 0/0 accounts within stance",
            "POS.QUALITY | tie | 1/2 accounts within stance",
            "NEG.BETRAY | positive | 0/2 accounts within stance",
            "NEG.BETRAY | negative | 2/2 accounts within stance",
            "NEG.BETRAY | neutral | 0/0 accounts within stance",
            "NEG.BETRAY | tie | 0/2 accounts within stance",
        ]
    );
    assert_eq!(
        lines(&table("account_level_law_misunderstanding"))[..8],
        [
            "yes | all | 2/6 accounts",
            "no | all | 4/6 accounts",
            "yes | government | 0/1 accounts within account type",
            "no | government | 1/1 accounts within account type",
            "yes | media | 0/2 accounts within account type",
            "no | media | 2/2 accounts within account type",
            "yes | individual | 2/3 accounts within account type",
            "no | individual | 1/3 accounts within account type",
        ]
    );
}

#[test]
fn law_misunderstanding_is_yes_and_no_overall_and_by_account_type() {
    assert_eq!(
        lines(&table("law_misunderstanding"))[..8],
        [
            "yes | all | 3/10 posts with a stance",
            "no | all | 7/10 posts with a stance",
            "yes | government | 0/1 within account type",
            "no | government | 1/1 within account type",
            "yes | media | 0/3 within account type",
            "no | media | 3/3 within account type",
            "yes | individual | 3/6 within account type",
            "no | individual | 3/6 within account type",
        ]
    );
}

#[test]
fn days_without_posts_and_posts_without_a_day_have_their_rows() {
    assert_eq!(
        lines(&table("daily")),
        [
            "2023-06-14 | positive | 2/6 within day",
            "2023-06-14 | negative | 3/6 within day",
            "2023-06-14 | neutral | 1/6 within day",
            "2023-06-14 | irrelevant | 0/12 all posts",
            "2023-06-15 | positive | 0/0 within day",
            "2023-06-15 | negative | 0/0 within day",
            "2023-06-15 | neutral | 0/0 within day",
            "2023-06-15 | irrelevant | 0/12 all posts",
            "2023-06-16 | positive | 2/3 within day",
            "2023-06-16 | negative | 1/3 within day",
            "2023-06-16 | neutral | 0/3 within day",
            "2023-06-16 | irrelevant | 2/12 all posts",
            "undated | positive | 0/1 within day",
            "undated | negative | 0/1 within day",
            "undated | neutral | 1/1 within day",
            "undated | irrelevant | 0/12 all posts",
        ]
    );
}

#[test]
fn flow_follows_every_record_over_all_files_and_in_each() {
    let flow = table("flow");
    assert_eq!(
        lines(&flow)[..11],
        [
            "all files | read | 16/16 records read",
            "all files | rejected | 1/16 records read",
            "all files | pulled-in original | 0/16 records read",
            "all files | repeated per comment | 0/16 records read",
            "all files | duplicate id | 2/16 records read",
            "all files | same text | 0/16 records read",
            "all files | near-same text | 0/16 records read",
            "all files | out of window | 1/16 records read",
            "all files | coded | 12/16 records read",
            "all files | off topic | 2/16 records read",
            "all files | with a stance | 10/16 records read",
        ]
    );
    assert_eq!(flow.rows.len(), 3 * 11);
    assert_eq!(
        flow.cell("b.csv", "off topic", Base::RecordsRead)
            .map(|c| (c.n, c.base)),
        Some((1, 4))
    );
    assert!(flow.rows.iter().all(|count| count.interval(flow.level).is_none()));
}

#[test]
fn a_record_that_vanished_between_reading_and_coding_is_stated() {
    let mut short = flow();
    short.file(&"b.csv".into()).read += 2;
    let tables = tally().tables(&short);
    let flow = tables.iter().find(|table| table.name == "flow").unwrap();
    assert_eq!(
        flow.cell("b.csv", "unaccounted", Base::RecordsRead).map(|c| c.n),
        Some(2)
    );
    assert!(flow.cell("a.csv", "unaccounted", Base::RecordsRead).is_none());
}

/// Government 1 0 0, media 2 0 1, individual 1 4 1: expected .4 .4 .2, 1.2 1.2 .6, 2.4 2.4 1.2, so the sum of n^2/expected is
/// 2.5 + 3.3333 + 1.6667 + .4167 + 6.6667 + .8333 = 15.4167, less 10. V is the root of 5.4167 / (10 * 2).
#[test]
fn the_test_of_account_type_and_stance_leaves_out_empty_types_and_says_so() {
    let tests = tally().tests();
    let chi = &tests[0];
    assert_eq!(
        (chi.table.as_str(), chi.test.as_str(), chi.df),
        ("account_type_by_stance", "chi-square", Some(4))
    );
    assert!((chi.statistic.unwrap() - 5.416_666_667).abs() < 1e-8);
    assert!((chi.effect_size.unwrap() - 0.520_416_5).abs() < 1e-6);
    assert!(
        chi.note.contains("left out, nothing counted: enterprise, unknown"),
        "{}",
        chi.note
    );
    assert!(
        chi.note.contains("9 of 9 expected counts below 5 (smallest 0.20)"),
        "{}",
        chi.note
    );
    let drawn = tests
        .iter()
        .find(|test| test.test == "chi-square, Monte-Carlo")
        .unwrap();
    assert!(drawn.p_value.unwrap() > 0.0 && drawn.p_value.unwrap() <= 1.0);
    assert_eq!(drawn.note, "9999 tables with the same margins, seed 1");
}

/// NEG.BETRAY of government 0 of 1, media 0 of 3, individual 3 of 6. Expected with the code .3 .9 1.8, without .7 2.1 4.2, so the sum
/// of n^2/expected is 9/1.8 + 1/.7 + 9/2.1 + 9/4.2 = 5 + 1.428571 + 4.285714 + 2.142857 = 12.857143, less 10.
#[test]
fn each_code_is_tested_against_account_type_and_corrected_for_their_number() {
    let tests = tally().tests();
    let find = |name: &str| tests.iter().find(|test| test.test == name).unwrap();
    let betray = find("chi-square: NEG.BETRAY");
    assert_eq!((betray.table.as_str(), betray.df), ("codes_by_account_type", Some(2)));
    assert!((betray.statistic.unwrap() - 2.857_142_857).abs() < 1e-8);
    let drawn = find("chi-square, Monte-Carlo: NEG.BETRAY");
    assert!(
        drawn.note.ends_with("Holm over 3 codes") && drawn.p_holm >= drawn.p_value,
        "{drawn:?}"
    );
    assert_eq!(betray.p_holm, None);
    assert!(tests.iter().all(|test| !test.test.ends_with("ATT.NEG")));
    // 3 of 6 individuals' posts against 0 of 4 others: of the 120 ways to have 3 of 10, 20 are as this one and 4 less likely.
    let pair = find("Fisher exact: NEG.BETRAY x individual");
    assert!(
        (pair.p_value.unwrap() - 0.2).abs() < 1e-9 && pair.p_holm.is_some(),
        "{pair:?}"
    );
    for table in ["codes_by_account_type", "account_level_codes_by_type"] {
        let of_table = tests.iter().filter(|test| test.table == table);
        let pairs = of_table.filter(|test| test.test.starts_with("Fisher exact"));
        assert_eq!(pairs.count(), 3 * 5, "{table}");
    }
}

/// Accounts with NEG.BETRAY: government 0 of 1, media 0 of 2, individuals 2 of 3. Expected with it 1/3 2/3 1, without 2/3 4/3 2, so the sum of
/// n^2/expected is 4 + 1.5 + 3 + 0.5 = 9, less 6. Of the 15 ways to have 2 of 6, 3 have both among the individuals and 3 none.
#[test]
fn codes_of_accounts_are_tested_too() {
    let tests = tally().tests();
    let find = |name: &str| {
        let mut of_table = tests.iter().filter(|test| test.table == "account_level_codes_by_type");
        of_table.find(|test| test.test == name).unwrap()
    };
    let betray = find("chi-square: NEG.BETRAY");
    assert_eq!((betray.n, betray.df), (Some(6), Some(2)));
    assert!((betray.statistic.unwrap() - 3.0).abs() < 1e-12);
    let pair = find("Fisher exact: NEG.BETRAY x individual");
    assert!((pair.p_value.unwrap() - 0.4).abs() < 1e-9, "{pair:?}");
}

#[test]
fn a_table_that_cannot_be_tested_says_why() {
    let tests = Tally::new(&codes(), &types(), TallyOptions::default()).tests();
    // Both tables of account type and stance; of posts and of accounts the three codes that are not the stance itself, and each of them in each
    // of five types.
    assert_eq!(tests.len(), 2 + 2 * (3 + 3 * 5));
    assert!(
        tests
            .iter()
            .all(|test| test.statistic.is_none() && test.p_value.is_none())
    );
    assert!(
        tests[..5]
            .iter()
            .all(|test| test.note.contains("fewer than two rows or columns"))
    );
}

#[test]
fn an_account_type_only_a_post_names_is_added_behind_the_known_ones() {
    let mut tally = Tally::new(&[], &types(), TallyOptions::default());
    tally.add(&coded("a.csv", 1, "robot", "r1", None, Stance::Neutral, &[]));
    let tables = tally.tables(&Flow::default());
    assert_eq!(
        tables[1].cell("robot", ALL, Base::AllPosts).map(|c| (c.n, c.base)),
        Some((1, 1))
    );
}

#[test]
fn examples_have_the_strongest_evidence_first_then_the_order_of_the_source() {
    let mut posts = twelve_posts();
    // a8 now has the strongest evidence against; a5 repeats the text of a4.
    posts[7].verdict.evidence[0].weight = -2.0;
    posts[4].post.text = posts[3].post.text.clone();
    let mut tally = Tally::new(
        &codes(),
        &types(),
        TallyOptions {
            examples: 2,
            ..TallyOptions::default()
        },
    );
    posts.iter().for_each(|post| tally.add(post));
    let of = |of: super::ExampleOf| -> Vec<u64> {
        tally
            .examples()
            .iter()
            .filter(|example| example.of == of)
            .map(|example| example.coded.post.source.row)
            .collect()
    };
    assert_eq!(of(super::ExampleOf::Code("NEG.BETRAY".into())), [8, 4]);
    assert_eq!(of(super::ExampleOf::Stance(Stance::Positive)), [1, 2]);
    assert_eq!(of(super::ExampleOf::Stance(Stance::Irrelevant)), [9, 2]);
    assert_eq!(tally.examples()[2].terms, ["词".into()]);
}

fn any_stance() -> impl Strategy<Value = Stance> {
    prop::sample::select(Stance::ALL.to_vec())
}

proptest! {
    #[test]
    fn shares_of_rows_and_of_columns_sum_to_one(posts in prop::collection::vec((0..TYPES.len(), any_stance()), 0..60)) {
        let mut tally = Tally::new(&codes(), &types(), TallyOptions::default());
        for (row, (kind, stance)) in posts.iter().enumerate() {
            tally.add(&coded("a.csv", row as u64 + 1, TYPES[*kind], "u", Some(14), *stance, &[]));
        }
        let table = tally.tables(&Flow::default()).swap_remove(2);
        let unclear = posts.iter().any(|(_, stance)| *stance == Stance::Unclear);
        prop_assert_eq!(table.rows.len(), TYPES.len() * if unclear { 8 } else { 7 });
        let sum = |base, row: Option<&str>, col: Option<&str>| -> Option<f64> {
            let cells = table.rows.iter().filter(|c| c.base_name == base);
            cells.filter(|c| row.is_none_or(|row| c.row == row) && col.is_none_or(|col| c.col == col)).map(|c| c.share()).sum()
        };
        let on_topic = |kind: usize| posts.iter().any(|(k, s)| *k == kind && Stance::ON_TOPIC.contains(s));
        for (kind, name) in TYPES.iter().enumerate() {
            match sum(Base::WithinAccountType, Some(name), None) {
                Some(total) => prop_assert!(on_topic(kind) && (total - 1.0).abs() < 1e-12),
                None => prop_assert!(!on_topic(kind)),
            }
        }
        for stance in Stance::ON_TOPIC {
            match sum(Base::WithinStance, None, Some(stance.name())) {
                Some(total) => prop_assert!((total - 1.0).abs() < 1e-12),
                None => prop_assert!(posts.iter().all(|(_, s)| *s != stance)),
            }
        }
    }
}
