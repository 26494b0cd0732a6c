//! The words that set two groups of posts apart.

use super::{
    Figure, Style,
    axis::ticks,
    drawing::{AXIS, Anchor, GRID, Rect, line},
    page::{Key, LINE, MARGIN, Page, SMALL, TEXT, WIDTH},
    palette,
};
use crate::{
    error::{Error, Result},
    tabulate::Keyness,
};

/// Words shown of each group.
const MOST: usize = 20;
const ROW: f64 = 18.0;

/// Two groups of posts as a figure names them.
#[derive(Debug, Clone)]
pub struct ComparedGroup {
    /// As the user asked for it.
    pub name: String,
    /// Posts in it.
    pub posts: u64,
}

/// Draws the words of two groups by log-likelihood, those commoner in the target to the right, in the reference to the left; at most 20 of
/// each, the strongest of those given.
///
/// # Errors
/// There is no word to draw.
pub fn keyness_figure(words: &[Keyness], groups: &[ComparedGroup; 2], style: &Style<'_>) -> Result<Figure> {
    let name = "keyness";
    let of = |target: bool| {
        words
            .iter()
            .filter(move |word| (word.log_ratio > 0.0) == target)
            .take(MOST)
    };
    // The strongest of the target on top, of the reference at the bottom.
    let mut reference: Vec<&Keyness> = of(false).collect();
    reference.reverse();
    let shown: Vec<&Keyness> = of(true).chain(reference).collect();
    if shown.is_empty() {
        return Err(Error::Input {
            file: name.to_owned(),
            problem: "no word stands in enough posts: lower --min-posts".to_owned(),
        });
    }
    let n_word = style.labels.word("n", &[]);
    let names = groups
        .each_ref()
        .map(|group| format!("{} ({n_word} = {})", group.name, group.posts));
    let title = style.labels.figure(
        "keyness",
        &[("target", &groups[0].name), ("reference", &groups[1].name)],
    );
    let mut page = Page::new(style.typeface, &title);
    page.legend(&names, Key::Bar);

    let most = shown.iter().map(|word| word.log_likelihood).fold(0.0, f64::max);
    let scale = ticks(most, 1.0);
    let end = scale.last().copied().unwrap_or(1.0);
    let (top, middle) = (page.y, WIDTH / 2.0);
    let bottom = top + shown.len() as f64 * ROW + 4.0;
    let half = middle - MARGIN - 26.0;
    let x = |g2: f64, target: bool| middle + if target { 1.0 } else { -1.0 } * half * g2 / end;
    for (&tick, target) in scale.iter().flat_map(|tick| [(tick, true), (tick, false)]) {
        page.shapes
            .push(line([x(tick, target), top], [x(tick, target), bottom], GRID, 0.7));
        page.words(
            [x(tick, target), bottom + 4.0 + SMALL / 2.0],
            SMALL,
            Anchor::Middle,
            &tick.to_string(),
        );
    }
    for (at, word) in shown.iter().enumerate() {
        let target = word.log_ratio > 0.0;
        let y = top + 2.0 + at as f64 * ROW;
        let to = x(word.log_likelihood, target);
        let bar = Rect {
            x: to.min(middle),
            y: y + 3.0,
            w: (to - middle).abs(),
            h: ROW - 6.0,
        };
        page.shapes.extend(palette::bar(usize::from(!target), bar));
        let (side, label, value) = if target {
            (-5.0, Anchor::End, Anchor::Start)
        } else {
            (5.0, Anchor::Start, Anchor::End)
        };
        page.words([middle + side, y + ROW / 2.0], TEXT, label, &word.word);
        let number = format!("{:.1}", word.log_likelihood);
        page.words([to - side, y + ROW / 2.0], SMALL, value, &number);
        page.said.push(format!(
            "{}: G² {number}; {} {}; {} {}",
            word.word, groups[0].name, word.target.tokens, groups[1].name, word.reference.tokens
        ));
    }
    page.shapes.push(line([middle, top], [middle, bottom], AXIS, 1.0));
    page.y = bottom + 4.0 + SMALL * LINE;
    let axis = style.labels.figure("log_likelihood", &[]);
    page.words([middle, page.y + TEXT / 2.0], TEXT, Anchor::Middle, &axis);
    page.y += TEXT * LINE;
    Ok(page.finish(name, style.id(name), &[style.labels.figure("keyness_note", &[])]))
}
