use crate::{
    posts::FAVOUR,
    workdir::{Workdir, column, rows},
};

#[test]
fn a_table_in_gb18030_becomes_a_polarity_list() {
    let dir = Workdir::new();
    let table = "词语,极性,强度\n喜出望外,1,7\n灰心丧气,2,5\n普普通通,0,3\n";
    dir.write("list.csv", encoding_rs::GB18030.encode(table).0);
    let [form, table, term, words, category, sides] = ["--form", "table", "--term", "词语", "--category", "极性"];
    let [positive, one, negative, two] = ["--positive", "1", "--negative", "2"];
    let ran = dir
        .minyi([
            "codebook", "import", "list.csv", form, table, term, words, category, sides, positive, one, negative, two,
        ])
        .ok()
        .says(["3 entries read (gb18030)", "2 can fire", "1 of other categories"]);
    let list = rows(&ran.stdout);
    assert_eq!(column(&list, "term"), ["喜出望外", "灰心丧气"]);
    assert_eq!(column(&list, "polarity"), ["positive", "negative"]);
}

#[test]
fn an_imported_list_counts_in_the_posts() {
    let dir = Workdir::new();
    dir.write("words.txt", "图谱\n图谱\n")
        .write("posts.csv", crate::posts::search_file(&[FAVOUR]));
    dir.minyi([
        "codebook",
        "import",
        "words.txt",
        "--form",
        "words",
        "--negative",
        "all",
        "-o",
        "mine.csv",
    ])
    .ok();
    assert_eq!(column(&dir.rows("mine.csv"), "term"), ["图谱"]);
    let ran = dir
        .minyi(["code", "posts.csv", "-o", "-", "-q", "--sentiment", "mine.csv"])
        .ok();
    let coded = &rows(&ran.stdout)[0];
    assert_eq!(
        (&*coded["sentiment_positive"], &*coded["sentiment_negative"]),
        ("0", "1")
    );
}

#[test]
fn what_is_missing_or_cannot_fire_is_told_and_nothing_written() {
    let dir = Workdir::new();
    dir.write("words.txt", "好\n");
    dir.minyi(["codebook", "import", "words.txt", "--form", "words", "-o", "mine.csv"])
        .ends_with(1)
        .says(["words.txt", "--positive", "--negative"]);
    dir.minyi(["codebook", "import", "words.txt", "--form", "table", "--positive", "1"])
        .ends_with(2)
        .says(["--term", "--category"]);
    dir.minyi([
        "codebook",
        "import",
        "words.txt",
        "--form",
        "words",
        "--positive",
        "all",
        "-o",
        "words.txt",
    ])
    .ends_with(1)
    .says(["this is an input too"]);
    assert_eq!(dir.read("words.txt"), "好\n");
    assert_eq!(dir.files(".").len(), 1);
}
