use super::*;
use crate::model::CodeId;

fn parse(text: &str) -> Result<CodeSheet> {
    mapped(text, &ColumnMap::default())
}

/// Lines of cells between commas, the first with the header.
fn mapped(text: &str, map: &ColumnMap) -> Result<CodeSheet> {
    let mut lines = text.lines();
    let header: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let mut sheet = SheetBuilder::new("a.csv", "line", &header, map)?;
    for (number, line) in (2..).zip(lines) {
        sheet.row(number, line.split(','));
    }
    sheet.finish()
}

fn complaint<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn cells_are_found_by_post_and_field_and_an_empty_one_is_missing() {
    let sheet = parse("post_id,stance\n9, negative \n8,\n").unwrap();
    assert_eq!(sheet.cell("9", "stance"), Some("negative"));
    assert_eq!(
        (
            sheet.cell("8", "stance"),
            sheet.cell("7", "stance"),
            sheet.cell("9", "codes")
        ),
        (None, None, None)
    );
    assert_eq!(sheet.posts().collect::<Vec<_>>(), ["9", "8"]);
    assert_eq!(sheet.values("stance"), ["negative"]);
}

#[test]
fn other_columns_are_mapped_and_a_column_that_is_not_there_is_named() {
    let map: ColumnMap = "post_id=编号,stance=立场".parse().unwrap();
    let sheet = mapped("编号,stance,立场\n7,old,negative\n", &map).unwrap();
    assert_eq!(sheet.cell("7", "stance"), Some("negative"));
    let text = complaint(mapped("编号,x\n7,y\n", &map));
    assert!(text.contains("stance=立场") && text.contains("编号, x"), "{text}");
    let text = complaint(
        mapped("编号,立场\n7,maybe\n", &map)
            .unwrap()
            .check_labels("stance", &["neutral"]),
    );
    assert!(
        text.contains("line 2, column 立场: `maybe` is none of neutral"),
        "{text}"
    );
    assert!("post_id".parse::<ColumnMap>().is_err());
}

#[test]
fn faults_are_named_by_line() {
    for (text, said) in [
        ("id,stance\n7,negative\n", "--map post_id=COLUMN"),
        ("post_id,stance\n7,a\n,b\n", "line 3: no post_id"),
        (
            "post_id,stance\n7,a\n8,b\n7,c\n7,d\n",
            "line 4: post_id 7 stands on line 2 already\n  line 5: post_id 7 stands on line 2 already",
        ),
        ("post_id,post_id\n7,a\n", "post_id is there twice"),
    ] {
        let found = complaint(parse(text));
        assert!(found.starts_with("a.csv: ") && found.contains(said), "{found}");
    }
    assert_eq!(
        parse("post_id,stance\n7,a\n,\n").unwrap().len(),
        1,
        "an empty row is no fault"
    );
}

#[test]
fn a_long_list_of_faults_is_cut_and_counted() {
    let rows: String = (0..24).map(|n| format!("{n},wrong\n")).collect();
    let sheet = parse(&("post_id,stance\n".to_owned() + &rows)).unwrap();
    let found = complaint(sheet.check_labels("stance", &["neutral"]));
    assert!(
        found.contains("line 21,") && !found.contains("line 22,") && found.contains("and 4 more"),
        "{found}"
    );
}

#[test]
fn posts_that_another_sheet_lacks_are_named_by_row() {
    let (all, some) = (parse("post_id\n1\n2\n").unwrap(), parse("post_id\n2\n3\n").unwrap());
    let found = complaint(some.check_posts(&all, "drop them"));
    assert!(
        found.contains("1 of 2 posts are not in a.csv; drop them\n  line 3: post_id 3"),
        "{found}"
    );
    assert!(parse("post_id\n2\n").unwrap().check_posts(&all, "").is_ok());
}

fn given(sheet: &CodeSheet, known: &[&str], blank: Blank) -> Vec<Option<Vec<u8>>> {
    let codes = sheet.codes(known, blank).unwrap();
    let numbers = |codes: Option<crate::model::CodeSet>| Some(codes?.iter().map(|CodeId(number)| number).collect());
    codes.into_iter().map(numbers).collect()
}

#[test]
fn no_code_is_not_the_same_as_not_coded() {
    let sheet = parse("post_id,stance,codes\n1,negative,B;A\n2,neutral,\n3,,\n4,,none\n").unwrap();
    let found = given(&sheet, &["A", "B"], Blank::Refuse);
    assert_eq!(found, [Some(vec![0, 1]), Some(vec![]), None, Some(vec![])]);
}

#[test]
fn an_empty_code_cell_means_what_the_researcher_says() {
    let sheet = parse("post_id,stance,code.A,code.B\n1,neutral,1,否\n2,neutral,yes,\n3,,,\n").unwrap();
    let known = ["A", "B"];
    assert_eq!(given(&sheet, &known, Blank::No), [Some(vec![0]), Some(vec![0]), None]);
    assert_eq!(given(&sheet, &known, Blank::Missing), [Some(vec![0]), None, None]);
    let found = complaint(sheet.check_complete(&known));
    assert!(
        found.contains("line 3, column code.B: empty") && !found.contains("line 4"),
        "{found}"
    );
    assert_eq!(sheet.uncoded(&known), [2]);
}

#[test]
fn a_row_with_codes_and_no_stance_is_not_complete() {
    let sheet = parse("post_id,stance,codes\n1,,A\n2,neutral,\n3,,\n").unwrap();
    let found = complaint(sheet.check_complete(&["A"]));
    assert!(
        found.contains("line 2, column stance: empty") && !found.contains("line 3"),
        "{found}"
    );
}

#[test]
fn an_unknown_code_is_not_dropped() {
    let codes = |text: &str, known: &[&str]| complaint(parse(text).unwrap().codes(known, Blank::Refuse));
    assert!(codes("post_id,codes\n1,A\n2,A;C\n", &["A", "B"]).contains("line 3, column codes: `C` is no code"));
    assert!(codes("post_id,code.A\n1,maybe\n", &["A"]).contains("column code.A: `maybe` is neither yes nor no"));
    assert!(codes("post_id,code.A\n1,yes\n", &["A", "B"]).contains("none for B"));
}

#[test]
fn a_probability_lies_above_0_and_up_to_1() {
    let sheet = parse("post_id,p\n1,0.25\n2,1\n").unwrap();
    assert_eq!(
        sheet.probabilities("p").unwrap().into_values().collect::<Vec<_>>(),
        [0.25, 1.0]
    );
    for wrong in ["0", "1.5", "-1", "NaN", "", "much"] {
        let sheet = parse(&format!("post_id,p\n1,{wrong}\n")).unwrap();
        assert!(
            complaint(sheet.probabilities("p")).contains("line 2, column p"),
            "{wrong}"
        );
    }
}
