use crate::{
    posts::{AGAINST, ELSEWHERE, FAVOUR, search_file},
    workdir::{Workdir, column, rows},
};

/// Three posts against, two in favour, one off topic.
fn study() -> Workdir {
    let dir = Workdir::new();
    let texts = [AGAINST, AGAINST, AGAINST, FAVOUR, FAVOUR, ELSEWHERE];
    dir.write("posts.csv", search_file(&texts));
    dir
}

#[test]
fn words_are_counted_with_the_posts_that_hold_them() {
    let dir = Workdir::new();
    dir.write("posts.csv", search_file(&["爬山爬山", "爬山", "海边"]));
    let words = |min_posts| {
        let ran = dir.minyi(["terms", "posts.csv", "--min-posts", min_posts]).ok();
        let words = rows(&ran.stdout);
        let cells = words
            .iter()
            .map(|word| (word["word"].clone(), word["n"].clone(), word["posts"].clone()));
        cells.collect::<Vec<_>>()
    };
    let cell = |word: &str, n: &str, posts: &str| (word.to_owned(), n.to_owned(), posts.to_owned());
    assert_eq!(words("2"), [cell("爬山", "3", "2")]);
    assert_eq!(words("1").len(), 2);
}

#[test]
fn a_word_of_one_group_alone_sets_it_apart() {
    let dir = study();
    let arguments = [
        "--target",
        "stance=negative",
        "--reference",
        "stance=positive",
        "--min-posts",
        "2",
    ];
    let [target, negative, reference, positive, min, two] = arguments;
    let ran = dir
        .minyi(["terms", "posts.csv", target, negative, reference, positive, min, two])
        .ok()
        .says(["3 posts in the target, 2 in the reference"]);
    let words = rows(&ran.stdout);
    let word = words.iter().find(|word| word["word"] == "卖国").unwrap();
    assert_eq!((&*word["n_target"], &*word["n_reference"]), ("3", "0"));
    assert!(word["log_ratio"].parse::<f64>().unwrap() > 0.0, "{word:?}");
    let praise = words.iter().find(|word| word["word"] == "骄傲").unwrap();
    assert!(praise["log_ratio"].parse::<f64>().unwrap() < 0.0, "{praise:?}");
    assert!(!column(&words, "word").contains(&"爬山"), "a word of neither group");
}

#[test]
fn a_selection_that_is_none_or_holds_nothing_is_told() {
    let dir = study();
    for (selection, status, message) in [
        ("negative", 2, "KEY=VALUE"),
        ("mood=bad", 1, "KEY is one of"),
        (
            "stance=bad",
            1,
            "use positive, negative, neutral, unclear or irrelevant",
        ),
        ("code=NO.SUCH", 1, "no such code"),
        ("word=量子计算机", 1, "nothing to compare: 0 posts in the target"),
    ] {
        dir.minyi(["terms", "posts.csv", "--target", selection, "-o", "out.csv"])
            .ends_with(status)
            .says([message]);
        assert!(!dir.path("out.csv").exists());
    }
}

#[test]
fn suggestions_for_a_code_are_words_no_term_of_it_holds() {
    let dir = study();
    let ran = dir
        .minyi([
            "codebook",
            "suggest",
            "posts.csv",
            "--code",
            "NEG.BETRAY",
            "--min-posts",
            "2",
        ])
        .ok();
    let words = rows(&ran.stdout);
    let names = column(&words, "word");
    assert!(names.contains(&"杂志"), "{names:?}");
    assert!(!names.contains(&"卖国"), "a term of the code: {names:?}");
    assert!(!names.contains(&"骄傲"), "a word of the other posts: {names:?}");
}
