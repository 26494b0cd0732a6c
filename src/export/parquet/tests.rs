//! What is encoded here, read by the parquet crate.

use ::parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use proptest::prelude::*;

use super::*;
use crate::{
    export::CodedSchema,
    model::{CodeId, CodeSet, CodedPost, Engagement},
    tabulate::fixtures::{codes, twelve_posts},
};

/// What differs from post to post.
type Differing = (String, Option<u64>, u8, f64);

fn post(row: u64, (name, likes, set, score): &Differing) -> CodedPost<'static> {
    let mut post = twelve_posts().swap_remove(0);
    post.post.source.row = row;
    // One column is never looked at for how many texts differ, the other is.
    post.post.author.screen_name = Some(name.as_str().into());
    post.post.kept = vec![name.clone()];
    post.post.engagement = Engagement {
        likes: *likes,
        ..Engagement::default()
    };
    post.verdict.score = *score;
    post.verdict.codes = CodeSet::default();
    let given = (0..codes().len() as u8).filter(|at| set >> at & 1 == 1);
    given.for_each(|at| post.verdict.codes.insert(CodeId(at)));
    post
}

/// Rows written in batches of these sizes.
fn written(posts: &[CodedPost], batch: usize) -> SerializedFileReader<std::fs::File> {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("coded.parquet");
    let schema = CodedSchema::new(&codes(), &["昵称".to_owned()]);
    let (layout, mut file) = Parquet::new(Output::create(&path).unwrap(), schema.columns()).unwrap();
    for posts in posts.chunks(batch) {
        let mut rows = layout.columns();
        for posts in posts.chunks(50) {
            rows.add(posts, &schema).unwrap();
        }
        file.write(layout.encoded(rows).unwrap()).unwrap();
    }
    file.finish().unwrap().commit().unwrap();
    SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap()
}

fn assert_read(differing: &[Differing], batch: usize) {
    let posts: Vec<CodedPost> = (1..)
        .zip(differing)
        .map(|(row, differing)| post(row, differing))
        .collect();
    let reader = written(&posts, batch);
    let mut rows = 0;
    for (found, (name, likes, set, score)) in reader.get_row_iter(None).unwrap().zip(differing) {
        let found = found.unwrap();
        let cell = |column: &str| {
            found
                .get_column_iter()
                .find(|(name, _)| *name == column)
                .unwrap()
                .1
                .clone()
        };
        rows += 1;
        assert_eq!(cell("source_row"), Field::Long(rows));
        let text = |text: &str| match text {
            "" => Field::Null,
            _ => Field::Str(text.to_owned()),
        };
        assert_eq!(cell("screen_name"), text(name));
        assert_eq!(cell("昵称"), text(name));
        assert_eq!(
            cell("likes"),
            likes.map_or(Field::Null, |likes| Field::Long(likes as i64))
        );
        assert_eq!(cell("stance_score"), Field::Double((score * 1e4).round() / 1e4 + 0.0));
        let given: Vec<String> = (0..)
            .zip(codes())
            .filter(|(at, _)| set >> at & 1 == 1)
            .map(|(_, code)| code.id.to_string())
            .collect();
        assert_eq!(cell("codes"), text(&given.join(";")));
        for code in codes() {
            let is_given = given.contains(&code.id.to_string());
            assert_eq!(cell(&format!("code.{}", code.id)), Field::Bool(is_given));
        }
    }
    assert_eq!(rows as usize, differing.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_value_is_read_back(
        differing in prop::collection::vec(
            ("[甲乙丙a]{0,3}", prop::option::of(prop_oneof![0..300u64, 0..=i64::MAX as u64]), any::<u8>(), -1.0..1.0),
            1..700,
        ),
        batch in 1usize..400,
    ) {
        assert_read(&differing, batch);
    }
}

/// Texts that are few at first, and then all differ, leave the dictionary in the middle of a group.
#[test]
fn a_group_of_its_own_is_read_back_with_few_texts_and_with_many() {
    let rows = ROW_GROUP as u64 + 100;
    for from in [u64::MAX, 3_000, 0] {
        let name = |row: u64| {
            if row < from {
                format!("用户{}", row % 7)
            } else {
                format!("用户{row}")
            }
        };
        let differing: Vec<Differing> = (0..rows)
            .map(|row| (name(row), Some(row * row), row as u8, 0.5))
            .collect();
        assert_read(&differing, rows as usize);
    }
}

#[test]
fn the_extremes_of_a_number_are_read_back() {
    let likes = [Some(0), Some(i64::MAX as u64), None, Some(1), Some(i64::MAX as u64 - 1)];
    let differing: Vec<Differing> = likes.map(|likes| (String::new(), likes, 0, -1.0)).into();
    assert_read(&differing, 10);
    assert_read(&differing[2..3], 10);
}
