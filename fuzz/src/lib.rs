//! What the targets share: whole inputs through the reader, every record accounted for.

use std::{io::Cursor, sync::OnceLock};

use minyi::{
    bundled,
    ingest::{Layouts, Options, Outcome, Reader},
    model::Post,
};

/// The bundled layouts.
pub fn layouts() -> &'static Layouts {
    static LAYOUTS: OnceLock<Layouts> = OnceLock::new();
    LAYOUTS.get_or_init(|| Layouts::parse(bundled::exporters()).expect("the bundled layouts"))
}

/// Reads an input to its end; the posts in it.
pub fn posts(bytes: Vec<u8>, options: &Options) -> Vec<Post> {
    let Ok(mut reader) = Reader::from_stream("fuzz", Cursor::new(bytes), layouts(), options) else {
        return Vec::new();
    };
    let layout = reader.layout();
    let (mut posts, mut others, mut row) = (Vec::new(), 0, 0);
    while let Some(record) = reader.next_record() {
        row += 1;
        assert_eq!(record.row(), row);
        match layout.convert(record).outcome {
            Outcome::Post(post, _) => posts.push(*post),
            Outcome::Reject(reject) => {
                assert!(!reject.reason.is_empty());
                others += 1;
            }
            Outcome::Account(author) => {
                assert!(author.user_id.is_some());
                others += 1;
            }
        }
    }
    assert_eq!(reader.summary().records, posts.len() as u64 + others);
    posts
}
