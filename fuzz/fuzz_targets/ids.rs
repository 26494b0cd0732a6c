//! Mids and bids stand for each other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minyi::ingest::ids;

fuzz_target!(|data: (u64, &str)| {
    let (mid, text) = data;
    assert_eq!(ids::mid_of(&ids::bid_of(mid)), Some(mid));
    if let Some(mid) = ids::mid_of(text) {
        assert_eq!(ids::bid_of(mid), text);
    }
    let _ = ids::time_of(text);
    let _ = ids::time_of(&mid.to_string());
});
