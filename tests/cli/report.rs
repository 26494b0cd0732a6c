//! `minyi report` and the report.html that `minyi run` writes.

use sha2::{Digest, Sha256};

use crate::{
    posts::{AGAINST, FAVOUR, HEADER, mid, one_of_each, row, search_file},
    workdir::Workdir,
};

/// A text that tries every way out of its element, in JSON and in HTML; invented.
const HOSTILE: &str = "这就是卖国。</script><img src=x onerror=alert(1)><!--<script>\u{2028}\u{202e}&lt;b&gt; \"'`${1}";

fn studied(posts: &str) -> Workdir {
    let dir = Workdir::new();
    dir.write("posts.csv", posts);
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--searched"]).ok();
    dir
}

/// The data of the page's script.
fn data(page: &str) -> serde_json::Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The texts the page's script has, put together from their parts.
fn texts(page: &str) -> Vec<String> {
    let posts = data(page)["posts"].as_array().unwrap().clone();
    let part = |part: &serde_json::Value| part.as_str().or_else(|| part[0].as_str()).unwrap().to_owned();
    let text = |post: &serde_json::Value| post["x"].as_array().unwrap().iter().map(part).collect();
    posts.iter().map(text).collect()
}

#[test]
fn a_report_made_again_is_the_same_to_the_byte() {
    for options in [
        &["--sensitivity"][..],
        &["--suppress", "5"],
        &["--lang", "zh", "--window", "study"],
    ] {
        let dir = Workdir::new();
        dir.write("posts.csv", one_of_each());
        let arguments = ["run", "posts.csv", "-o", "out", "-q"]
            .into_iter()
            .chain(options.iter().copied());
        dir.minyi_with(arguments, "").ok();
        let lang = if options.contains(&"zh") { "zh" } else { "en" };
        dir.minyi(["report", "out", "--lang", lang, "-o", "again.html"]).ok();
        assert!(dir.read("again.html") == dir.read("out/report.html"), "{options:?}");
    }
}

/// By hand: two posts of individuals are negative, one of an institution is positive, so chi-square = N = 3 with V = 1, in the table of posts and in
/// that of accounts, each once within account types and once within stances; of accounts there is no table within stances.
#[test]
fn the_test_of_a_table_stands_below_it_in_both_languages() {
    let posts = [
        row(1, "普通用户", AGAINST, "06-15 12:00"),
        row(2, "普通用户", AGAINST, "06-15 12:00"),
        row(3, "蓝V认证", FAVOUR, "06-15 12:00"),
    ];
    let dir = studied(&(HEADER.to_owned() + &posts.concat()));
    let page = dir.read("out/report.html");
    let (english, chinese) = page.split_once("id=\"page-zh\"").unwrap();
    for (part, test, drawn, holm) in [
        (
            english,
            "χ²(1, N = 3) = 3.00, p = .083, Cramér's V = 1.00",
            "Monte Carlo p",
            "correction: the table of tests below.",
        ),
        (
            chinese,
            "χ²(1, N = 3) = 3.00，p = .083，Cramér's V = 1.00",
            "蒙特卡洛p",
            "见下面的检验表。",
        ),
    ] {
        assert_eq!(part.matches(&test.replace('\'', "&#39;")).count(), 3, "{test}");
        // The methods name it, too.
        assert_eq!(part.matches(drawn).count(), 4, "{drawn}");
        assert!(part.contains(holm), "{holm}");
    }
}

#[test]
fn what_a_post_says_stays_text() {
    let dir = studied(&search_file(&[HOSTILE, FAVOUR]));
    let page = dir.read("out/report.html");
    // One script of data, one of ours; no element out of a text.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<img src=x") && !page.contains("<!--"));
    assert!(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&lt;!--&lt;script&gt;"));
    assert!(page.contains("Content-Security-Policy"));
    assert_eq!(texts(&page)[0], HOSTILE);
}

#[test]
fn names_ids_and_links_are_masked_unless_asked_for() {
    let text = format!("{AGAINST}我是江边第1号 //@山上的看客:转发 https://weibo.com/u/1357924680 ，QQ 1357924680");
    let dir = Workdir::new();
    dir.write(
        "1357924680.csv",
        HEADER.to_owned() + &row(1, "普通用户", &text, "06-15 12:00"),
    );
    dir.minyi(["run", "1357924680.csv", "-o", "out", "-q", "--searched"])
        .ok();
    let page = dir.read("out/report.html");
    for secret in [
        "江边第1号",
        "山上的看客",
        "1357924680",
        &mid(1),
        "1000000001",
        "weibo.com/u",
    ] {
        assert!(!page.contains(secret), "{secret}");
    }
    let shown = &texts(&page)[0];
    assert!(shown.starts_with(AGAINST), "{shown}");
    assert!(
        shown.ends_with("我是[name] //@[name]:转发 [link] ，QQ [number]"),
        "{shown}"
    );
    assert!(page.contains("input-1.csv"));

    dir.minyi(["report", "out", "--raw", "-q"]).ok();
    let page = dir.read("out/report.html");
    assert_eq!(texts(&page)[0], text);
    assert!(page.contains("江边第1号") && page.contains("1357924680.csv"));
}

#[test]
fn with_masked_counts_no_post_is_shown_that_could_be_counted() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--suppress", "5"])
        .ok();
    let page = dir.read("out/report.html");
    assert_eq!(texts(&page), [""; 0]);
    assert!(!page.contains("卖国"), "no example either");
    assert_eq!(dir.read("out/report.jsonl").lines().count(), 1);
    assert!(page.contains("<td>*</td>") && page.contains("Counts below 5"));
}

#[test]
fn the_manifest_knows_the_report_as_it_is() {
    let dir = studied(&one_of_each());
    let hash = |bytes: &[u8]| {
        Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let told = |dir: &Workdir| {
        let manifest: serde_json::Value = serde_json::from_str(&dir.read("out/manifest.json")).unwrap();
        let outputs = manifest["outputs"].as_array().unwrap().clone();
        let reports: Vec<_> = outputs
            .into_iter()
            .filter(|file| file["path"] == "report.html")
            .collect();
        assert_eq!(reports.len(), 1);
        reports[0]["sha256"].as_str().unwrap().to_owned()
    };
    let first = told(&dir);
    assert_eq!(first, hash(dir.read("out/report.html").as_bytes()));
    dir.minyi(["report", "out", "--lang", "zh"])
        .ok()
        .says(["out/report.html"]);
    assert_ne!(told(&dir), first);
    assert_eq!(told(&dir), hash(dir.read("out/report.html").as_bytes()));
    // A page written elsewhere is none of the run's outputs.
    let before = dir.read("out/manifest.json");
    dir.minyi(["report", "out", "-o", "mail.html"]).ok();
    assert_eq!(dir.read("out/manifest.json"), before);
}

#[test]
fn without_a_report_there_is_none_and_it_cannot_be_made() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each());
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--no-report"]).ok();
    assert!(!dir.path("out/report.html").exists() && !dir.path("out/report.jsonl").exists());
    dir.minyi(["report", "out"])
        .ends_with(1)
        .says(["without --no-report", "report.jsonl"]);
    dir.minyi(["report", "."])
        .ends_with(1)
        .says(["not the folder of a run", "manifest.json"]);
}

#[test]
fn files_changed_by_hand_are_named_with_their_line() {
    let dir = studied(&one_of_each());
    let tables = dir.read("out/tables/stance.csv");
    dir.write(
        "out/tables/stance.csv",
        tables.replacen("stance,positive,all,", "stance,positive,all,x", 1),
    );
    dir.minyi(["report", "out"])
        .ends_with(1)
        .says(["out/tables/stance.csv:2", "run the study again"]);
    dir.write("out/tables/stance.csv", tables);
    let posts = dir.read("out/report.jsonl");
    dir.write("out/report.jsonl", posts.replace("\"end\":", "\"end\":9"));
    dir.minyi(["report", "out"])
        .ends_with(1)
        .says(["out/report.jsonl:2", "outside of the text"]);
}

/// The four posts: one of each stance.
#[test]
fn methods_tell_the_numbers_of_the_run() {
    let dir = Workdir::new();
    dir.write("posts.csv", one_of_each() + &row(1, "普通用户", AGAINST, "06-15 12:00"));
    dir.minyi(["run", "posts.csv", "-o", "out", "-q", "--window", "study"])
        .ok();
    dir.minyi(["report", "out", "--methods"]).ok().prints([
        "We read 5 records from 1 file(s) (format: weibo-search)",
        "Posts from 2023-06-14 to 2023-08-21",
        "Excluded of these: 1 (duplicate id 1).",
        "4 posts were coded, 1 of them off topic (in no share) and 3 with a stance.",
        "(weibo-pangenome, version ",
        "A post counts as on topic only where it shows so itself.",
        "negative 33.3% (n = 1, 95% CI 6.1–79.2)",
        "have not been compared with hand codes",
        "NEG.BETRAY A B",
    ]);
    dir.minyi(["report", "out", "--methods", "--lang", "zh"]).ok().prints([
        "读入5条记录",
        "共编码4条帖子，其中1条与主题无关",
        "编号重复1条",
        "负面33.3%",
    ]);
}

#[test]
fn methods_and_report_tell_of_the_validation_they_are_given() {
    let dir = studied(&one_of_each());
    dir.write(
        "scores.csv",
        "variable,group,class,measure,value,ci_low,ci_high,ci_method,posts,note\n\
         stance,all,all,accuracy,0.7882,0.6787,0.8676,wilson,120,\n\
         stance,all,all,cohen_kappa,0.6894,0.5423,0.8140,bootstrap,120,\n\
         stance,media,all,accuracy,0.1111,0.0000,0.2000,wilson,9,\n",
    );
    dir.write(
        "shares.csv",
        "table,row,col,method,n,base,base_name,share,ci_low,ci_high,ci_method,standard_error,lambda,note\n\
         stance,all,negative,naive,115,240,all posts,0.479167,0.416791,0.542199,wilson,0.03,1.0,\n\
         stance,all,negative,corrected,120,240,all posts,0.562030,0.467398,0.652354,wilson,0.04,0.6,\n",
    );
    dir.minyi(["report", "out", "--methods", "--validation", "scores.csv,shares.csv"])
        .ok()
        .prints([
            "Against hand codes (posts: 120) the stance reached accuracy 0.79 (95% CI 0.68 to 0.87); Cohen's kappa 0.69 (95% CI 0.54 to 0.81).",
            "negative 56.2% (95% CI 46.7% to 65.2%)",
        ]);
    dir.minyi(["report", "out", "--validation", "scores.csv,shares.csv", "-q"])
        .ok();
    let page = dir.read("out/report.html");
    assert!(page.contains("Against hand codes") && page.contains("56.2% (95% CI 46.7% to 65.2%)"));
    assert!(
        !page.contains("0.11 (95%"),
        "scores of a group are not those of all posts"
    );
    dir.minyi(["report", "out", "--validation", "posts.csv"])
        .ends_with(1)
        .says(["posts.csv", "minyi validate"]);
}
