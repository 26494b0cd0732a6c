//! A figure as SVG.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    Figure, Typeface,
    drawing::{BLACK, Colour, Shape},
    typeface::Segment,
};

/// Outlines are kept in thousandths of an em.
const EM: f64 = 1000.0;

/// The figure as SVG 1.1. Texts are outlines, each character once in `defs`: so every viewer shows the Chinese, also one without a Chinese font, and
/// the same as in the PNG. What can be read out and searched is in `title` and `desc`. All ids begin with the figure's own, so that
/// several figures can stand in one page.
pub(super) fn svg(figure: &Figure, typeface: &Typeface) -> String {
    let id = &figure.id;
    let (w, h) = (number(figure.width), number(figure.height));
    let mut body = String::new();
    let mut used = BTreeMap::new();
    for shape in &figure.shapes {
        write_shape(&mut body, shape, id, typeface, &mut used);
    }
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n<defs>\n",
        escape(&figure.title),
        escape(&figure.description),
    );
    for (glyph, outline) in used {
        let _ = writeln!(out, "<path id=\"{id}-{glyph}\" d=\"{outline}\"/>");
    }
    out.push_str("</defs>\n");
    let _ = writeln!(out, "<rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>");
    out + &body + "</svg>\n"
}

fn write_shape(out: &mut String, shape: &Shape, id: &str, typeface: &Typeface, used: &mut BTreeMap<u16, String>) {
    match shape {
        Shape::Area { points, fill } => {
            let points: Vec<String> = points.iter().map(|&point| pair(point)).collect();
            let _ = writeln!(out, "<path d=\"M{}Z\" fill=\"{}\"/>", points.join("L"), hex(*fill));
        }
        Shape::Lines { lines, colour, width } => {
            let lines: String = lines
                .iter()
                .map(|&[from, to]| format!("M{}L{}", pair(from), pair(to)))
                .collect();
            let _ = writeln!(
                out,
                "<path d=\"{lines}\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"square\" fill=\"none\"/>",
                hex(*colour),
                number(*width)
            );
        }
        Shape::Text { at, size, anchor, text } => {
            let x = at[0] - anchor.part() * typeface.width(text) * size;
            let _ = write!(
                out,
                "<g transform=\"translate({} {}) scale({})\" fill=\"{}\">",
                number(x),
                number(at[1]),
                number_to(size / EM, 5),
                hex(BLACK)
            );
            for glyph in typeface.glyphs(text) {
                let outline = used
                    .entry(glyph.id.0)
                    .or_insert_with(|| path(&typeface.outline(glyph.id)));
                if !outline.is_empty() {
                    let x = number_to(glyph.x * EM, 0);
                    let _ = write!(out, "<use xlink:href=\"#{id}-{}\" x=\"{x}\"/>", glyph.id.0);
                }
            }
            out.push_str("</g>\n");
        }
    }
    used.retain(|_, outline| !outline.is_empty());
}

fn path(segments: &[Segment]) -> String {
    let pair = |[x, y]: [f64; 2]| format!("{} {}", number_to(x * EM, 0), number_to(y * EM, 0));
    segments
        .iter()
        .map(|segment| match *segment {
            Segment::Move(to) => format!("M{}", pair(to)),
            Segment::Line(to) => format!("L{}", pair(to)),
            Segment::Quad(by, to) => format!("Q{} {}", pair(by), pair(to)),
            Segment::Cubic(by, and, to) => format!("C{} {} {}", pair(by), pair(and), pair(to)),
            Segment::Close => "Z".to_owned(),
        })
        .collect()
}

fn pair([x, y]: [f64; 2]) -> String {
    format!("{} {}", number(x), number(y))
}

/// A hundredth of a pixel is finer than any printer.
fn number(value: f64) -> String {
    number_to(value, 2)
}

/// Without needless zeros, and never -0.
fn number_to(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
