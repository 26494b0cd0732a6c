//! CSV of any shape, under the header of weibo-search, of weibo-crawler (realigned rows) or one of the input's own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use minyi::ingest::Options;

const HEADERS: [&str; 3] = [
    "id,bid,user_id,用户昵称,微博正文,发布时间,转发数,评论数,点赞数,retweet_id\n",
    "id,bid,正文,头条文章url,原始图片url,视频url,位置,日期,工具,点赞数,评论数,转发数,话题,@用户,完整日期\n",
    "",
];

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else { return };
    let mut bytes = HEADERS[usize::from(which) % HEADERS.len()].as_bytes().to_vec();
    bytes.extend_from_slice(rest);
    minyi_fuzz::posts(bytes, &Options::default());
});
