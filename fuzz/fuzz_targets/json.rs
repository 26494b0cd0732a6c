//! JSON of any shape: lines, lists, envelopes, broken ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minyi::ingest::Options;

const STARTS: [&str; 4] = [
    "{\"_id\":\"1\",\"mblogid\":\"a\",\"content\":\"x\",\"user\":{\"nick_name\":\"y\"},\"created_at\":\"2023-06-14\"}\n",
    "[{\"note_id\":\"1\",\"content\":\"x\",\"create_date_time\":\"\",\"shared_count\":\"\"},",
    "{\"user\":{\"id\":1},\"weibo\":[",
    "",
];

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else { return };
    let mut bytes = STARTS[usize::from(which) % STARTS.len()].as_bytes().to_vec();
    bytes.extend_from_slice(rest);
    minyi_fuzz::posts(bytes, &Options::default());
});
