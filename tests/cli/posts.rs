//! Invented posts as weibo-search writes them.

/// A text against, with the code NEG.BETRAY.
pub(crate) const AGAINST: &str = "看到把全民族的泛基因组送给外国杂志，我只有一句话：这就是卖国。";
/// A text in favour, without a code.
pub(crate) const FAVOUR: &str = "为复旦的科研人员点赞，泛基因组图谱，骄傲！";
/// On topic, without an attitude.
pub(crate) const NEUTRAL: &str = "泛基因组论文的补充材料一共一百多页，正在慢慢看。";
/// A remark that names no topic.
pub(crate) const REMARK: &str = "看不懂，等解释";
/// On another subject.
pub(crate) const ELSEWHERE: &str = "周末去爬山，山顶的风很大，云海很好看";

/// The columns of weibo-search since May 2024.
pub(crate) const HEADER: &str = "id,bid,user_id,用户昵称,user_authentication,微博正文,头条文章url,发布位置,艾特用户,话题,\
    转发数,评论数,点赞数,发布时间,发布工具,微博图片url,微博视频url,retweet_id,ip\n";

/// A row of a post of 2023; `id` is its number, `at` month, day and time: `06-14 23:41`.
pub(crate) fn row(id: u64, badge: &str, text: &str, at: &str) -> String {
    let quoted = text.replace('"', "\"\"");
    let (mid, user) = (4_912_000_000_000_001 + id * 4_194_304, 1_000_000_000 + id % 7);
    format!("{mid},,{user},江边第{id}号,{badge},\"{quoted}\",,,,,3,2,1,2023-{at},网页,,,,贵州\n")
}

/// A file of these texts, one post each, all on 15 June by ordinary accounts.
pub(crate) fn search_file(texts: &[&str]) -> String {
    let rows = (1..)
        .zip(texts)
        .map(|(id, text)| row(id, "普通用户", text, "06-15 12:00"));
    HEADER.to_owned() + &rows.collect::<String>()
}

/// The id that [`row`] gives the post of this number.
pub(crate) fn mid(id: u64) -> String {
    (4_912_000_000_000_001 + id * 4_194_304).to_string()
}

/// One post of each stance.
pub(crate) fn one_of_each() -> String {
    search_file(&[AGAINST, FAVOUR, NEUTRAL, ELSEWHERE])
}
