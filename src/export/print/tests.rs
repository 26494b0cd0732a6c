use super::*;
use std::collections::BTreeMap;

use crate::{
    model::{Code, Polarity},
    tabulate::{
        Bootstrap, Breakdown, BreakdownOptions, Crossing, MonteCarlo, Observation, Unit, Vote, Within, crossing_tests,
    },
};

fn labels(language: &str) -> Labels {
    let text = match language {
        "zh" => include_str!("../../../lexicons/labels/zh.toml"),
        _ => include_str!("../../../lexicons/labels/en.toml"),
    };
    Labels::parse("labels", text, &[]).unwrap()
}

/// Invented: government 3 in favour, 0 against; `<b>&_%` 1 and 2; nobody in `enterprise`.
fn crossing() -> Crossing {
    let mut breakdown = Breakdown::new(BreakdownOptions::default());
    for (row, col, n) in [
        ("government", "positive", 3),
        ("<b>&_%", "positive", 1),
        ("<b>&_%", "negative", 2),
    ] {
        for _ in 0..n {
            breakdown.add(Observation {
                by: "",
                rows: &[row],
                cols: &[col],
                account: None,
                weight: 1,
            });
        }
    }
    let names = |names: [&str; 3]| names.map(String::from);
    let rows = names(["government", "<b>&_%", "enterprise"]);
    breakdown
        .finish(&[], &rows, &names(["positive", "negative", "neutral"])[..2])
        .swap_remove(0)
}

fn table(language: &str, suppress: Option<u64>) -> PrintTable {
    let mut crossing = crossing();
    if let Some(k) = suppress {
        crossing.suppress(k);
    }
    let drawing = MonteCarlo {
        replicates: 99,
        seed: 1,
    };
    let tests = [crossing_tests("t", &crossing, drawing)];
    let labels = labels(language);
    let printing = Printing {
        off_topic: 4,
        suppress,
        ..printing(&labels, &tests)
    };
    print_crossings(&[crossing], &printing)
}

fn printing<'a>(labels: &'a Labels, tests: &'a [Vec<crate::tabulate::Test>]) -> Printing<'a> {
    Printing {
        labels,
        name: "account_type_by_stance".to_owned(),
        rows: "account_type".to_owned(),
        cols: Some("stance".to_owned()),
        by: None,
        within: Within::Row,
        unit: "stance",
        condition: None,
        weight: None,
        off_topic: 0,
        unclear: 0,
        missing: Vec::new(),
        outside: 0,
        anonymous: 0,
        unweighted: 0,
        odd_weights: 0,
        window: None,
        gaps: false,
        ties: 0,
        suppress: None,
        tests_in: None,
        tests,
    }
}

#[test]
fn a_row_reads_n_percent_and_interval_under_each_column_and_its_total() {
    let table = table("en", None);
    assert_eq!(table.caption, "Account type by stance");
    let headings: Vec<&str> = table.groups.iter().map(|group| group.heading.as_str()).collect();
    assert_eq!(headings, ["Positive", "Negative", "Total"]);
    assert_eq!(table.groups[0].columns, ["n", "%", "95% CI"]);
    let text = |row: usize| {
        table.rows[row]
            .cells
            .iter()
            .map(|cell| cell.text("–"))
            .collect::<Vec<_>>()
    };
    // Wilson's intervals of 3 in 3, 0 in 3, 1 in 3 and 2 in 3 as scipy 1.17.1 has them.
    assert_eq!(text(0), ["3", "100.0", "43.9–100.0", "0", "0.0", "0.0–56.1", "3"]);
    assert_eq!(text(1), ["1", "33.3", "6.1–79.2", "2", "66.7", "20.8–93.9", "3"]);
    assert_eq!(text(2), ["0", "NA", "", "0", "NA", "", "0"]);
    assert_eq!(text(3)[..2], ["4", "66.7"]);
    let notes = table.notes.join(" ");
    // chi2_contingency(correction=False) and fisher_exact of scipy 1.17.1 for [[3, 0], [1, 2]].
    for part in [
        "N = 6 posts with a stance.",
        "Off-topic posts (4) left out.",
        "χ²(1, N = 6) = 3.00",
        "V = .71",
        "Fisher's exact p = .400",
        "NA: the base is 0.",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn no_text_breaks_out_of_a_format() {
    let tables = [table("en", None)];
    let html = html(&tables);
    assert!(html.contains("&lt;b&gt;&amp;_%") && !html.contains("<b>"), "{html}");
    assert!(latex(&tables).contains("\\textless{}b\\textgreater{}\\&\\_\\%"));
    assert!(markdown(&tables).contains("\\<b\\>&\\_%"));
    let width: Vec<usize> = markdown(&tables)
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.matches('|').count())
        .collect();
    assert!(width.iter().all(|&bars| bars == width[0]), "{width:?}");
}

#[test]
fn latex_has_as_many_cells_in_each_row_as_it_has_columns() {
    let text = latex(&[table("en", None)]);
    let columns = text
        .lines()
        .find_map(|line| line.strip_prefix("\\begin{tabular}{"))
        .unwrap()
        .trim_end_matches('}')
        .len();
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.ends_with("\\\\") && !line.contains("multicolumn"))
        .collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert_eq!(row.replace("\\&", "").matches('&').count() + 1, columns, "{row}");
    }
}

#[test]
fn chinese_has_every_label_that_english_has() {
    let keys = |text: &str| {
        let table: toml::Table = toml::from_str(text).unwrap();
        let mut keys: Vec<String> = Vec::new();
        for (section, value) in table {
            keys.extend(
                value
                    .as_table()
                    .into_iter()
                    .flat_map(|table| table.keys().map(|key| format!("{section}.{key}")).collect::<Vec<_>>()),
            );
        }
        keys
    };
    let english = keys(include_str!("../../../lexicons/labels/en.toml"));
    assert!(english.len() > 50);
    assert_eq!(english, keys(include_str!("../../../lexicons/labels/zh.toml")));
    let table = table("zh", None);
    assert_eq!(
        (table.caption.as_str(), table.rows[0].label.as_str()),
        ("账号类型与立场交叉表", "政府")
    );
}

#[test]
fn masked_counts_are_nowhere_and_the_notes_say_so() {
    let table = table("en", Some(3));
    let text = markdown(&[table]);
    assert!(text.contains("| \\* |") && text.contains("fewer than 3"), "{text}");
    assert!(!text.contains("χ²"), "{text}");
}

#[test]
fn a_workbook_is_the_same_bytes_each_time_and_opens_as_a_zip() {
    let tables = [
        table("en", None),
        table("zh", None),
        PrintTable {
            name: "a/very:long*name[that]excel?does\\not take".to_owned(),
            ..table("en", None)
        },
    ];
    let bytes = xlsx(&tables, &[]).unwrap();
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    assert_eq!(bytes, xlsx(&tables, &[]).unwrap());
}

#[test]
fn a_long_name_of_a_sheet_ends_with_a_whole_word() {
    for (name, expected) in [
        (
            "account_level_type_by_stance accounts within account type",
            "account_level_type_by_stance",
        ),
        ("short", "short"),
        (
            "an_exact_name_of_thirty_one_cha rest",
            "an_exact_name_of_thirty_one_cha",
        ),
        (
            "oneverylongwordwithoutanyendofitself",
            "oneverylongwordwithoutanyendofi",
        ),
    ] {
        assert_eq!(workbook::sheet_name(name, &[]), expected);
    }
    let taken = ["account_level_type_by_stance".to_owned()];
    assert_eq!(
        workbook::sheet_name("account_level_type_by_stance accounts", &taken),
        "account_level_type_by_stance 2"
    );
}

#[test]
fn a_wrong_label_file_is_named_with_its_line() {
    let error = Labels::parse("my.toml", "language = \"en\"\ncolumns = 3\n", &[]).unwrap_err();
    assert!(error.to_string().starts_with("my.toml:2: "), "{error}");
}

#[test]
fn a_table_too_wide_for_a_page_comes_in_parts_with_every_cell_once() {
    let narrow = table("en", None);
    let mut wide = narrow.clone();
    // Three times the two stances, then the total: 3 x 6 + 1 columns of numbers.
    wide.groups = [&narrow.groups[..2], &narrow.groups[..2], &narrow.groups].concat();
    for row in &mut wide.rows {
        row.cells = [&row.cells[..6], &row.cells[..6], &row.cells].concat();
    }
    let parts = panels::panels(&wide);
    let captions: Vec<&str> = parts.iter().map(|part| part.caption.as_str()).collect();
    assert_eq!(
        captions,
        ["Account type by stance (1/2)", "Account type by stance (2/2)"]
    );
    assert!(parts.iter().all(|part| part.width() <= 10));
    for (at, row) in wide.rows.iter().enumerate() {
        let cells: Vec<PrintCell> = parts.iter().flat_map(|part| part.rows[at].cells.clone()).collect();
        assert_eq!(cells, row.cells);
    }
    assert!(parts[0].notes.is_empty() && parts[1].notes == wide.notes);
    assert_eq!(latex(&[wide]).matches("\\begin{table}").count(), 2);
    assert_eq!(panels::panels(&narrow), [narrow]);
}

#[test]
fn a_printed_study_table_has_the_bases_of_its_shares() {
    let tally = crate::tabulate::fixtures::tally();
    let (tables, tests) = (tally.tables(&crate::tabulate::fixtures::flow()), tally.tests());
    let printed = |name: &str| {
        let table = tables.iter().find(|table| table.name == name).unwrap();
        print_study_table(table, &tests, "tables/tests.csv", &labels("en"))
    };
    let notes = |table: &PrintTable| table.notes.join(" ");
    // Of the fixture: 16 records, 12 coded; counts by hand in src/tabulate/tests.rs.
    let by_type = &printed("account_type_by_stance")[0];
    assert_eq!(by_type.within, Within::Row);
    assert_eq!(by_type.groups.last().unwrap().heading, "Total");
    for row in &by_type.rows {
        let counts: u64 = row.cells.iter().step_by(3).take(3).map(|cell| count(*cell)).sum();
        assert_eq!(row.cells.last(), Some(&PrintCell::Count(counts)), "{}", row.label);
    }
    let by_stance = &printed("account_type_by_stance")[1];
    assert_eq!(by_stance.within, Within::Col);
    let total = by_stance.rows.last().unwrap();
    assert_eq!(total.kind, RowKind::Total);
    for col in 0..3 {
        let counts: u64 = by_stance.rows[..by_stance.rows.len() - 1]
            .iter()
            .map(|row| count(row.cells[3 * col]))
            .sum();
        assert_eq!(total.cells[3 * col], PrintCell::Count(counts));
    }
    assert_eq!(total.label, "Total");
    // What the chi-square is, by hand, stands in src/tabulate/tests.rs.
    for table in [by_type, by_stance] {
        for part in [
            "N = 10 posts with a stance.",
            "χ²(4, N = 10) = 5.42",
            "V = .52",
            "NA: the base is 0.",
        ] {
            assert!(
                notes(table).contains(part) == (part != "NA: the base is 0." || table == by_type),
                "{part}: {table:?}"
            );
        }
    }
    // One post of an individual and one of somebody unknown are off topic: 2 of 12.
    let off_topic = &printed("account_type_by_stance")[2];
    let last = off_topic.rows.last().unwrap();
    assert_eq!((last.label.as_str(), last.cells[0]), ("Base (N)", PrintCell::Count(12)));
    assert!(!notes(off_topic).contains("χ²") && notes(off_topic).contains("N = 12 posts."));
    let accounts = notes(&printed("account_level_type_by_stance")[0]);
    // The two that tie are tested in no table: 4 of 6.
    for part in [
        "N = 6 accounts.",
        "Tie: two or more",
        "that of its first post",
        "N = 4)",
    ] {
        assert!(accounts.contains(part), "{part}: {accounts}");
    }
    assert!(!accounts.contains("posts as independent"), "{accounts}");
    let codes = &printed("codes_by_account_type")[0];
    assert_eq!(codes.rows.last().unwrap().label, "Base (N)");
    for part in [
        "several categories",
        "Holm's correction: tables/tests.csv",
        "N = 10 posts",
    ] {
        assert!(notes(codes).contains(part), "{part}: {codes:?}");
    }
}

#[test]
fn days_left_out_of_a_long_gap_are_told() {
    use crate::tabulate::{Tally, TallyOptions, fixtures};
    let notes = |moments: [&str; 2]| {
        let mut tally = Tally::new(&[], &fixtures::types(), TallyOptions::default());
        for (row, day) in (1..).zip(moments) {
            let mut post = fixtures::coded("a.csv", row, "media", "m", None, crate::model::Stance::Neutral, &[]);
            post.post.created_at = Some(crate::model::Moment::Day(day.parse().unwrap()));
            tally.add(&post);
        }
        let tables = tally.tables(&crate::tabulate::Flow::default());
        let daily = tables.iter().find(|table| table.name == "daily").unwrap();
        print_study_table(daily, &[], "", &labels("en"))[0].notes.join(" ")
    };
    assert!(notes(["2003-06-14", "2023-06-14"]).contains("366 empty periods are not listed"));
    assert!(!notes(["2023-06-14", "2023-06-20"]).contains("not listed"));
}

#[test]
fn a_yes_no_table_is_captioned_with_its_code() {
    let code = Code {
        id: "REG.LAW-2".into(),
        label_en: "Regulation asked for".into(),
        label_zh: "要求监管".into(),
        polarity: Polarity::None,
    };
    let text = include_str!("../../../lexicons/labels/zh.toml");
    let labels = Labels::parse("labels", text, &[code]).unwrap();
    assert_eq!(labels.table("code_reg_law_2"), "要求监管");
    assert_eq!(labels.table("law_misunderstanding"), "法律误解");
    assert_eq!(labels.table("of_another"), "of another");
}

/// Names of persons, tests, coefficients and files, and what journals print in Latin letters.
const LATIN: [&str; 24] = [
    "Wilson",
    "Fisher",
    "Cramér's",
    "Holm",
    "DSL",
    "NA",
    "CI",
    "tables",
    "flow",
    "csv",
    "Krippendorff",
    "Cohen",
    "Fleiss",
    "Gwet",
    "PABAK",
    "AC1",
    "tests",
    "N",
    "V",
    "p",
    "n",
    "o",
    "G",
    "F1",
];

/// Latin words in a Chinese text that are not meant; places of templates are no words.
fn foreign(text: &str) -> Vec<String> {
    let mut places = String::new();
    let mut inside = false;
    for c in text.chars() {
        inside = c == '{' || (inside && c != '}');
        places.push(if inside || c == '}' { ' ' } else { c });
    }
    places
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == 'é' || c == '\''))
        .filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()) && !LATIN.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn chinese_tables_are_chinese() {
    let file: toml::Table = toml::from_str(include_str!("../../../lexicons/labels/zh.toml")).unwrap();
    for section in ["columns", "values", "words", "notes", "units", "bases", "figures"] {
        for (key, text) in file[section].as_table().unwrap() {
            let text = text.as_str().unwrap();
            assert!(foreign(text).is_empty(), "{section}.{key}: {text}");
            let stray = |pair: &[char]| matches!(pair, [' ', c] | [c, ' '] if !c.is_ascii() && c.is_alphabetic());
            let spaced = text.chars().collect::<Vec<_>>().windows(2).any(stray);
            assert!(
                !spaced || text.contains('α') || text.contains('κ'),
                "{section}.{key}: {text}"
            );
        }
    }
    assert_eq!(foreign("{n}条 odds ratio，p"), ["odds", "ratio"]);
    let drawing = MonteCarlo {
        replicates: 99,
        seed: 1,
    };
    let labels = labels("zh");
    let crossing = crossing();
    let tests = [crossing_tests("t", &crossing, drawing)];
    let told = Printing {
        by: Some("is_repost".to_owned()),
        weight: Some("reposts".to_owned()),
        off_topic: 1,
        unclear: 2,
        missing: vec![("account_type".to_owned(), 3)],
        outside: 4,
        anonymous: 5,
        unweighted: 6,
        odd_weights: 7,
        window: Some(("2023-06-14..2023-08-21".to_owned(), 8)),
        gaps: true,
        ties: 9,
        ..printing(&labels, &tests)
    };
    for options in [
        BreakdownOptions::default(),
        BreakdownOptions {
            unit: Unit::Accounts,
            rows_vote: Vote::First,
            cols_multiple: true,
            ..BreakdownOptions::default()
        },
        BreakdownOptions {
            bootstrap: Some(Bootstrap {
                replicates: 99,
                seed: 1,
            }),
            ..BreakdownOptions::default()
        },
    ] {
        let mut told_of = crossing.clone();
        told_of.rows.retain(|row| !row.contains('<'));
        told_of.options = options;
        let table = print_crossings(&[told_of], &told);
        assert!(table.notes.len() > 8, "{table:?}");
        for note in &table.notes {
            assert!(foreign(note).is_empty(), "{note}");
        }
    }
}

#[test]
fn an_interval_that_cannot_be_had_is_not_available_and_said_why() {
    let options = BreakdownOptions {
        bootstrap: Some(Bootstrap {
            replicates: 199,
            seed: 1,
        }),
        ..BreakdownOptions::default()
    };
    let mut breakdown = Breakdown::new(options);
    for (row, col, account) in [("x", "p", "u"), ("x", "p", "v"), ("y", "p", "v"), ("y", "q", "w")] {
        breakdown.add(Observation {
            by: "",
            rows: &[row],
            cols: &[col],
            account: Some(account),
            weight: 1,
        });
    }
    let crossing = breakdown.finish(&[], &[], &[]).swap_remove(0);
    let labels = labels("en");
    let tests = [Vec::new()];
    let table = print_crossings(&[crossing], &printing(&labels, &tests));
    // All posts of x are p, whoever is drawn; those of y differ, and so does the total.
    assert_eq!(table.rows[0].cells[2], PrintCell::NotAvailable);
    assert!(matches!(table.rows[1].cells[2], PrintCell::Interval(..)));
    assert!(matches!(table.rows[2].cells[2], PrintCell::Interval(..)));
    let notes = table.notes.join(" ");
    assert!(notes.contains("samples of accounts do not differ") && notes.contains("tests take posts as independent"));
}

#[test]
fn halves_are_rounded_up_and_what_is_short_of_a_half_is_not() {
    let shown: BTreeMap<&str, f64> = BTreeMap::from([
        ("6.3", 0.0625),
        ("12.4", 0.1235),
        ("12.3", 0.12349),
        ("0.0", 0.000_49),
        ("100.0", 1.0),
    ]);
    for (text, share) in shown {
        assert_eq!(PrintCell::Share(share).text("–"), text);
    }
}

fn count(cell: PrintCell) -> u64 {
    match cell {
        PrintCell::Count(n) => n,
        other => panic!("no count: {other:?}"),
    }
}

#[test]
fn a_number_that_rounds_to_0_has_no_sign() {
    for value in [-0.004, -0.0, 0.0, 0.004] {
        assert_eq!(PrintCell::Number(value).text("–"), "0.00");
    }
    assert_eq!(PrintCell::Range(-0.001, 0.5).text("–"), "0.00–0.50");
    assert_eq!(PrintCell::Range(-0.25, 0.5).text("–"), "-0.25, 0.50");
}
