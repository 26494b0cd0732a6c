use proptest::prelude::*;

use super::*;

const KEY: &[u8] = b"an invented key, 32 bytes of it!";

fn pseudonyms() -> Pseudonyms {
    Pseudonyms::new(
        KEY,
        &["/home/x/1234567890/江边.csv".to_owned(), "posts.jsonl.gz".to_owned()],
    )
    .unwrap()
}

/// Python: hmac.new(b"an invented key, 32 bytes of it!", b"user\0" + b"1234567890", "sha256").hexdigest()[:16].
#[test]
fn pseudonyms_are_what_another_implementation_of_hmac_gives() {
    assert_eq!(pseudonyms().pseudonym(Of::User, "1234567890"), "u-d110a6674a612ef0");
    assert_eq!(pseudonyms().pseudonym(Of::Name, "江边第七号"), "n-f53bfc6ae757261c");
}

#[test]
fn another_key_gives_other_pseudonyms_and_a_short_one_is_refused() {
    let other = Pseudonyms::new(b"another invented key of length", &[]).unwrap();
    assert_ne!(other.pseudonym(Of::User, "1"), pseudonyms().pseudonym(Of::User, "1"));
    let error = Pseudonyms::new(b"short", &[]).unwrap_err().to_string();
    assert!(error.contains("5 bytes, at least 16"), "{error}");
    assert!(!format!("{:?}", pseudonyms()).contains("invented"));
}

#[test]
fn texts_lose_what_points_to_a_person_and_keep_the_rest() {
    let pseudonyms = pseudonyms();
    let name = |name: &str| pseudonyms.pseudonym(Of::Name, name);
    let cases = [
        ("支持开放科学！", "支持开放科学！".to_owned()),
        // A name has thirty characters; what is written on without a space is not of it.
        (
            "@一个有三十个字的名字一个有三十个字的名字一个有三十个字的名字号12345678",
            format!(
                "@{}号[number]",
                name("一个有三十个字的名字一个有三十个字的名字一个有三十个字的名字")
            ),
        ),
        (
            "回复@江边第七号:说得对 //@山_上·人：是的",
            format!("回复@{}:说得对 //@{}：是的", name("江边第七号"), name("山_上·人")),
        ),
        ("看https://weibo.com/u/1234567890?x=1，好", "看[link]，好".to_owned()),
        ("见 m.weibo.cn/detail/490001 处", "见 [link] 处".to_owned()),
        (
            "来信 a.b@example.com 或QQ12345678",
            "来信 [mail] 或QQ[number]".to_owned(),
        ),
        ("36个民族，116个样本，2023年", "36个民族，116个样本，2023年".to_owned()),
        (
            "转发了 江边第七号 的微博:好",
            format!("转发了 {} 的微博:好", name("江边第七号")),
        ),
        (
            "原始用户：江边第七号 转发理由:好",
            format!("原始用户：{} 转发理由:好", name("江边第七号")),
        ),
        (
            "重。L江边第七号的秒拍视频",
            format!("重。L{}的秒拍视频", name("江边第七号")),
        ),
    ];
    for (raw, expected) in cases {
        assert_eq!(pseudonyms.text(raw), expected);
    }
}

#[test]
fn files_are_numbered_and_messages_do_not_name_them() {
    let pseudonyms = pseudonyms();
    assert_eq!(
        (
            &*pseudonyms.file("/home/x/1234567890/江边.csv"),
            &*pseudonyms.file("posts.jsonl.gz")
        ),
        ("input-1.csv", "input-2.jsonl.gz")
    );
    assert_eq!(
        pseudonyms.message("/home/x/1234567890/江边.csv: cannot read id 490000000001"),
        "input-1.csv: cannot read id [number]"
    );
}

proptest! {
    /// Whatever stands around it, a stretch of words that holds no name is still found at its place.
    #[test]
    fn stretches_move_with_their_words(before in "[a@#1。 文名:/]{0,30}", after in "[a@#1。 文名:/]{0,30}") {
        let text = format!("{before} ，卖国， {after}");
        let at = before.len() + " ，".len();
        if let Some(replaced) = pseudonyms().replaced(&text, &[("文名".to_owned(), "n-0".to_owned())]) {
            let (start, end) = (replaced.start(at), replaced.end(at + "卖国".len()));
            prop_assert_eq!(replaced.text.get(start..end), Some("卖国"));
            prop_assert!(!replaced.text.contains("文名"));
        }
        // Any stretch of the old text is one of the new, whole characters.
        if let Some(replaced) = pseudonyms().replaced(&text, &[]) {
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            for pair in bounds.windows(3) {
                prop_assert!(replaced.text.get(replaced.start(pair[0])..replaced.end(pair[2])).is_some());
            }
        }
    }
}
