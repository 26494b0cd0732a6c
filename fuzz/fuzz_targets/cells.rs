//! Dates and counts: any cell, with and without a time of collection.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minyi::ingest::{Options, parse_moment};

fuzz_target!(|data: &str| {
    let cell = data.replace('"', "\"\"");
    let row = format!("text,at,n\nx,\"{cell}\",\"{cell}\"\n");
    for collected_at in [None, parse_moment("2023-06-15 10:00")] {
        let options = Options {
            map: "text=text,created_at=at,likes=n".parse().ok(),
            collected_at,
            ..Options::default()
        };
        let posts = minyi_fuzz::posts(row.clone().into_bytes(), &options);
        assert_eq!(posts.len(), 1);
    }
});
