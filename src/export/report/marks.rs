//! A text cut where evidence begins and ends.

use super::ShownPost;

/// A stretch of a text, none of which is covered by evidence that does not cover all of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch<'a> {
    pub(super) text: &'a str,
    /// Which way the evidence on it pulls together; none where there is no evidence.
    pub(super) side: Option<Side>,
    /// Positions in the post's evidence of what ends here, and is named behind the stretch.
    pub(super) ends: Vec<usize>,
}

/// Which way marked words pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Favour,
    Against,
    /// Topic words, and evidence that pulls neither way.
    Neither,
}

impl Side {
    /// Its class in the page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Side::Favour => "pro",
            Side::Against => "con",
            Side::Neither => "sub",
        }
    }

    fn of(weight: f64) -> Self {
        if weight > 0.0 {
            Side::Favour
        } else if weight < 0.0 {
            Side::Against
        } else {
            Side::Neither
        }
    }
}

/// The text as stretches which, put together, are the text.
pub(super) fn stretches(post: &ShownPost) -> Vec<Stretch<'_>> {
    let places = || post.evidence.iter().map(|evidence| &evidence.place);
    let mut cuts: Vec<usize> = places().flat_map(|place| [place.start, place.end]).collect();
    cuts.extend([0, post.text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let pairs = cuts.windows(2).map(|pair| pair[0]..pair[1]);
    pairs
        .map(|range| {
            let mut covering = post
                .evidence
                .iter()
                .filter(|evidence| evidence.place.start <= range.start && range.end <= evidence.place.end);
            let first = covering.next();
            let weight = first.map(|first| first.weight + covering.map(|evidence| evidence.weight).sum::<f64>());
            let ending = post
                .evidence
                .iter()
                .zip(0..)
                .filter(|(evidence, _)| evidence.place.end == range.end && evidence.place.start < range.end);
            Stretch {
                text: &post.text[range.clone()],
                side: weight.map(Side::of),
                ends: ending.map(|(_, at)| at).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::report::{ShownEvidence, tests::post};

    fn evidence(place: std::ops::Range<usize>, weight: f64) -> ShownEvidence {
        ShownEvidence {
            code: "A".to_owned(),
            term: String::new(),
            place,
            context: "plain".to_owned(),
            weight,
        }
    }

    #[test]
    fn overlapping_evidence_is_cut_at_every_end() {
        let mut post = post("不是卖国的事");
        post.evidence = vec![evidence(0..12, -1.0), evidence(6..15, 0.5), evidence(6..12, 0.0)];
        let cut: Vec<(&str, Option<Side>, Vec<usize>)> = stretches(&post)
            .into_iter()
            .map(|part| (part.text, part.side, part.ends))
            .collect();
        assert_eq!(
            cut,
            [
                ("不是", Some(Side::Against), vec![]),
                ("卖国", Some(Side::Against), vec![0, 2]),
                ("的", Some(Side::Favour), vec![1]),
                ("事", None, vec![]),
            ]
        );
        assert_eq!(
            stretches(&post).iter().map(|part| part.text).collect::<String>(),
            post.text
        );
    }
}
