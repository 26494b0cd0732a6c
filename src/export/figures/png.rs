//! A figure as PNG.

use tiny_skia::{FillRule, LineCap, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::{
    Figure, Typeface,
    drawing::{BLACK, Colour, Shape},
    typeface::Segment,
};
use crate::error::{Error, Result};

/// Pixels of the picture for one of the figure.
const SCALE: f32 = 4.0;
/// Width on paper, in metres: that of a page between its margins.
const PAPER: f64 = 0.17;

/// The figure as PNG, about 300 dots an inch when 17 cm wide, which the file says of itself. The same figure gives the same bytes.
///
/// # Errors
/// The figure is too large for a picture.
pub(super) fn png(figure: &Figure, typeface: &Typeface) -> Result<Vec<u8>> {
    let size = |length: f64| (length * f64::from(SCALE)).ceil() as u32;
    let (width, height) = (size(figure.width), size(figure.height));
    let mut picture = Pixmap::new(width, height).ok_or_else(|| failure(figure, "it is too large for a picture"))?;
    picture.fill(tiny_skia::Color::WHITE);
    let transform = Transform::from_scale(SCALE, SCALE);
    for shape in &figure.shapes {
        draw(&mut picture, shape, typeface, transform);
    }
    encode(&picture, f64::from(width) / PAPER).map_err(|error| failure(figure, &error.to_string()))
}

fn draw(picture: &mut Pixmap, shape: &Shape, typeface: &Typeface, transform: Transform) {
    match shape {
        Shape::Area { points, fill } => {
            let mut builder = PathBuilder::new();
            for (at, &point) in points.iter().enumerate() {
                let [x, y] = single(point);
                if at == 0 {
                    builder.move_to(x, y)
                } else {
                    builder.line_to(x, y)
                }
            }
            builder.close();
            fill_path(picture, builder.finish(), *fill, transform);
        }
        Shape::Lines { lines, colour, width } => {
            let mut builder = PathBuilder::new();
            for &[from, to] in lines {
                let ([x, y], [to_x, to_y]) = (single(from), single(to));
                builder.move_to(x, y);
                builder.line_to(to_x, to_y);
            }
            let stroke = Stroke {
                width: *width as f32,
                line_cap: LineCap::Square,
                ..Stroke::default()
            };
            if let Some(path) = builder.finish() {
                picture.stroke_path(&path, &paint(*colour), &stroke, transform, None);
            }
        }
        Shape::Text { at, size, anchor, text } => {
            let x = at[0] - anchor.part() * typeface.width(text) * size;
            for glyph in typeface.glyphs(text) {
                let place = Transform::from_translate((x + glyph.x * size) as f32, at[1] as f32);
                let transform = transform.pre_concat(place).pre_scale(*size as f32, *size as f32);
                fill_path(picture, path(&typeface.outline(glyph.id)), BLACK, transform);
            }
        }
    }
}

fn fill_path(picture: &mut Pixmap, path: Option<Path>, fill: Colour, transform: Transform) {
    if let Some(path) = path {
        picture.fill_path(&path, &paint(fill), FillRule::Winding, transform, None);
    }
}

fn path(segments: &[Segment]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for segment in segments {
        match *segment {
            Segment::Move(to) => {
                let [x, y] = single(to);
                builder.move_to(x, y);
            }
            Segment::Line(to) => {
                let [x, y] = single(to);
                builder.line_to(x, y);
            }
            Segment::Quad(by, to) => {
                let ([x1, y1], [x, y]) = (single(by), single(to));
                builder.quad_to(x1, y1, x, y);
            }
            Segment::Cubic(by, and, to) => {
                let ([x1, y1], [x2, y2], [x, y]) = (single(by), single(and), single(to));
                builder.cubic_to(x1, y1, x2, y2, x, y);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

fn single([x, y]: [f64; 2]) -> [f32; 2] {
    [x as f32, y as f32]
}

fn paint([red, green, blue]: Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

fn encode(picture: &Pixmap, per_metre: f64) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre as u32,
        yppu: per_metre as u32,
        unit: png::Unit::Meter,
    }));
    // Nothing is transparent, so three of the four bytes of a pixel tell all.
    let colours: Vec<u8> = picture
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colours)?;
    writer.finish()?;
    Ok(bytes)
}

fn failure(figure: &Figure, problem: &str) -> Error {
    Error::Input {
        file: format!("{}.png", figure.name),
        problem: format!("{problem}; write .svg instead"),
    }
}
