use super::{drawing::Shape, wrap::wrap, *};
use crate::{
    export::{Group, PrintCell, PrintRow, PrintTable, RowKind},
    tabulate::{Frequency, Keyness, Within},
};

fn labels(language: &str) -> Labels {
    let text = match language {
        "zh" => include_str!("../../../lexicons/labels/zh.toml"),
        _ => include_str!("../../../lexicons/labels/en.toml"),
    };
    Labels::parse("labels", text, &[]).unwrap()
}

/// A printed table of two columns: count, share, interval of each, then the total of the row.
fn table(rows: &[(&str, [PrintCell; 7])]) -> PrintTable {
    let group = |heading: &str, columns: &[&str]| Group {
        heading: heading.to_owned(),
        columns: columns.iter().map(ToString::to_string).collect(),
    };
    PrintTable {
        name: "a_by_b".to_owned(),
        caption: "A by <b> & c".to_owned(),
        stub: String::new(),
        groups: vec![
            group("For", &["n", "%", "95% CI"]),
            group("Against", &["n", "%", "95% CI"]),
            group("Total", &["n"]),
        ],
        rows: rows
            .iter()
            .map(|(label, cells)| PrintRow {
                label: (*label).to_owned(),
                kind: RowKind::Body,
                cells: cells.to_vec(),
            })
            .collect(),
        within: Within::Row,
        notes: vec!["A note.".to_owned()],
        count_notes: Vec::new(),
        base_name: String::new(),
        note_word: "Note.".to_owned(),
    }
}

/// Government 3 of 4 and 1 of 4; the intervals are invented.
fn told() -> [PrintCell; 7] {
    [
        PrintCell::Count(3),
        PrintCell::Share(0.75),
        PrintCell::Interval(0.30, 0.95),
        PrintCell::Count(1),
        PrintCell::Share(0.25),
        PrintCell::Interval(0.05, 0.70),
        PrintCell::Count(4),
    ]
}

fn masked() -> [PrintCell; 7] {
    let mut cells = told();
    for cell in [0, 1, 2, 3, 4, 5] {
        cells[cell] = PrintCell::Masked;
    }
    cells
}

fn with_style<T>(language: &str, test: impl FnOnce(&Style<'_>) -> T) -> T {
    let (typeface, labels) = (bundled_typeface(), labels(language));
    test(&Style {
        typeface: &typeface,
        labels: &labels,
    })
}

fn texts(figure: &Figure) -> Vec<(&str, [f64; 2])> {
    figure
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Text { text, at, .. } => Some((text.as_str(), *at)),
            _ => None,
        })
        .collect()
}

fn areas(figure: &Figure) -> Vec<&Vec<[f64; 2]>> {
    figure
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Area { points, .. } => Some(points),
            _ => None,
        })
        .collect()
}

fn middle(points: &[[f64; 2]]) -> f64 {
    points.iter().map(|point| point[0]).sum::<f64>() / points.len() as f64
}

#[test]
fn a_share_lies_where_its_axis_says() {
    with_style("en", |style| {
        let figure = share_figure(&table(&[("Government", told())]), style).unwrap();
        let tick = |name: &str| texts(&figure).into_iter().find(|(text, _)| *text == name).unwrap().1[0];
        let at = |percent: f64| tick("0") + (tick("100") - tick("0")) * percent / 100.0;
        // Two signs in the legend, then those of the shares.
        let signs = areas(&figure);
        assert_eq!(signs.len(), 4);
        assert!((middle(signs[2]) - at(75.0)).abs() < 0.01);
        assert!((middle(signs[3]) - at(25.0)).abs() < 0.01);
        let whiskers = figure.shapes.iter().filter_map(|shape| match shape {
            Shape::Lines { lines, .. } => Some(lines[0]),
            _ => None,
        });
        let found = whiskers
            .into_iter()
            .any(|[from, to]| (from[0] - at(30.0)).abs() < 0.01 && (to[0] - at(95.0)).abs() < 0.01);
        assert!(found, "no line from 30 to 95");
        assert!(
            figure
                .description
                .contains("Government (n = 4): For 75.0% (30.0–95.0); Against 25.0% (5.0–70.0)")
        );
    });
}

#[test]
fn what_is_masked_draws_nothing_but_its_mark() {
    with_style("en", |style| {
        let figure = share_figure(&table(&[("Government", masked())]), style).unwrap();
        assert_eq!(areas(&figure).len(), 2, "the legend alone");
        assert_eq!(texts(&figure).iter().filter(|(text, _)| *text == "*").count(), 2);
        let figure = series_figure(&table(&[("2023-06-14", masked()), ("2023-06-15", told())]), style).unwrap();
        assert_eq!(areas(&figure).len(), 4, "the legend and the second day");
        assert!(figure.description.contains("2023-06-14: For *; Against *"));
        // One count masked takes the whole bar, and the residuals of the whole table.
        let mut partly = told();
        partly[3] = PrintCell::Masked;
        let rows = [("2023-06-14", partly), ("2023-06-15", told())];
        assert_eq!(areas(&series_figure(&table(&rows), style).unwrap()).len(), 4);
        let residuals = residual_figure(&table(&rows), style).unwrap();
        assert!(areas(&residuals).is_empty());
        assert_eq!(texts(&residuals).iter().filter(|(text, _)| *text == "*").count(), 4);
    });
}

#[test]
fn bars_are_as_high_as_their_counts() {
    with_style("en", |style| {
        let figure = series_figure(&table(&[("2023-06-14", told())]), style).unwrap();
        let height = |points: &[[f64; 2]]| points[2][1] - points[0][1];
        let bars = areas(&figure);
        assert!((height(bars[2]) - 3.0 * height(bars[3])).abs() < 0.01);
        assert!((bars[3][2][1] - bars[2][0][1]).abs() < 0.01, "upon each other");
    });
}

/// Haberman's residuals of [[10, 20], [30, 5]]: expected 40*30/65 = 18.4615 and so on; by hand for the first cell
/// (10 - 18.4615) / sqrt(18.4615 * (1 - 30/65) * (1 - 40/65)) = -4.3275.
#[test]
fn residuals_are_told_with_sign_and_frame() {
    with_style("en", |style| {
        let row = |a: u64, b: u64| {
            let mut cells = told();
            (cells[0], cells[3]) = (PrintCell::Count(a), PrintCell::Count(b));
            cells
        };
        let figure = residual_figure(
            &table(&[("x", row(10, 20)), ("y", row(30, 5)), ("z", row(0, 0))]),
            style,
        )
        .unwrap();
        let numbers: Vec<&str> = texts(&figure).into_iter().map(|(text, _)| text).collect();
        for number in ["−4.3", "+4.3", "NA"] {
            assert_eq!(
                numbers.iter().filter(|text| **text == number).count(),
                2,
                "{number}: {numbers:?}"
            );
        }
    });
}

#[test]
fn keyness_shows_each_group_on_its_side() {
    let word = |word: &str, log_likelihood: f64, log_ratio: f64| Keyness {
        word: word.to_owned(),
        target: Frequency { tokens: 9, posts: 7 },
        reference: Frequency { tokens: 1, posts: 1 },
        log_likelihood,
        p_value: 0.01,
        log_ratio,
    };
    let groups = ["负面", "正面"].map(|name| ComparedGroup {
        name: name.to_owned(),
        posts: 12,
    });
    with_style("zh", |style| {
        let figure = keyness_figure(&[word("卖国", 20.0, 3.0), word("科普", 10.0, -2.0)], &groups, style).unwrap();
        let bars = &areas(&figure)[2..];
        let width = |points: &[[f64; 2]]| points[1][0] - points[0][0];
        assert!((width(bars[0]) - 2.0 * width(bars[1])).abs() < 0.01);
        assert!((bars[0][0][0] - bars[1][1][0]).abs() < 0.01, "both begin in the middle");
        assert!(figure.description.contains("卖国: G² 20.0"));
        assert!(keyness_figure(&[], &groups, style).is_err());
    });
}

#[test]
fn the_same_figure_is_the_same_bytes_and_its_markup_is_escaped() {
    with_style("en", |style| {
        let draw = || share_figure(&table(&[("<script>&", told())]), style).unwrap();
        let (one, other) = (draw(), draw());
        let svg = one.svg(style.typeface);
        assert_eq!(svg, other.svg(style.typeface));
        assert_eq!(one.png(style.typeface).unwrap(), other.png(style.typeface).unwrap());
        assert!(svg.contains("<title id=\"a-by-b-en-title\">A by &lt;b&gt; &amp; c</title>"));
        assert!(svg.contains("&lt;script&gt;&amp; (n = 4)") && !svg.contains("<script>"));
        assert!(!svg.contains("<text") && !svg.contains("font-family"));
        for reference in svg.split("xlink:href=\"#").skip(1) {
            let id = reference.split('"').next().unwrap();
            assert!(svg.contains(&format!("<path id=\"{id}\"")), "{id} is nowhere");
        }
    });
}

#[test]
fn a_picture_is_300_dots_an_inch_at_17_centimetres_and_not_blank() {
    with_style("zh", |style| {
        let figure = share_figure(&table(&[("政府", told())]), style).unwrap();
        let bytes = figure.png(style.typeface).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let dims = reader.info().pixel_dims.unwrap();
        let inch = f64::from(dims.xppu) * 0.0254;
        assert!((300.0..320.0).contains(&inch), "{inch}");
        let centimetres = f64::from(reader.info().width) / f64::from(dims.xppu) * 100.0;
        assert!((centimetres - 17.0).abs() < 0.01, "{centimetres}");
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let dark = pixels.iter().filter(|&&part| part < 64).count();
        assert!(dark > 10_000, "{dark}");
    });
}

#[test]
fn the_font_has_every_character_of_the_bundled_words() {
    let typeface = bundled_typeface();
    let empty_box = typeface.glyphs("\u{10ffff}")[0].id;
    let texts = [
        include_str!("../../../lexicons/labels/en.toml"),
        include_str!("../../../lexicons/labels/zh.toml"),
        include_str!("../../../lexicons/codebooks/weibo-pangenome/codebook.toml"),
        include_str!("../../../lexicons/codebooks/gm-food/codebook.toml"),
        include_str!("../../../lexicons/codebooks/genomic-data-sharing/codebook.toml"),
        "繁體字也要看得見：轉發微博",
    ];
    for c in texts.iter().flat_map(|text| text.chars()).filter(|c| !c.is_control()) {
        assert!(typeface.glyphs(&c.to_string())[0].id != empty_box, "no {c}");
    }
}

#[test]
fn long_labels_break_between_words_and_between_chinese_characters() {
    let typeface = bundled_typeface();
    let lines = |text: &str, width: f64| wrap(&typeface, text, 10.0, width);
    assert_eq!(lines("出卖、背叛国家", 45.0), ["出卖、背", "叛国家"]);
    assert_eq!(lines("health risk", 40.0), ["health", "risk"]);
    // A mark does not begin a line.
    assert_eq!(lines("一二三四，五", 40.0), ["一二三", "四，五"]);
    let cut = lines("incomprehensibilities", 40.0);
    assert!(cut.len() > 2 && cut.concat() == "incomprehensibilities", "{cut:?}");
    assert!(cut.iter().all(|line| typeface.width(line) * 10.0 <= 40.0));
}

#[test]
fn too_many_columns_or_rows_are_refused_with_the_way_out() {
    with_style("en", |style| {
        let mut wide = table(&[("x", told())]);
        let group = wide.groups[0].clone();
        wide.groups.splice(0..0, vec![group; 5]);
        let problem = share_figure(&wide, style).unwrap_err().to_string();
        assert!(
            problem.contains("7 columns") && problem.contains("--where"),
            "{problem}"
        );
        let rows = vec![("x", told()); 61];
        let problem = share_figure(&table(&rows), style).unwrap_err().to_string();
        assert!(problem.contains("61 rows"), "{problem}");
        assert!(share_figure(&table(&[]), style).is_err());
    });
}
