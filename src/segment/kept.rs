//! Runs of characters that were cut before, kept for a while: posts share their hashtags.

use std::{
    cell::RefCell,
    hash::{Hash, Hasher},
};

use rustc_hash::FxHasher;

use super::{Segmenter, cut};

/// Runs that are kept, each in the place that its hash tells; another one there displaces it.
const PLACES: usize = 1 << 9;
/// The longest run that is kept, in characters.
const LONGEST: usize = 64;

struct Run {
    segmenter: u64,
    chars: Box<[char]>,
    ends: Box<[usize]>,
}

thread_local! {
    static RUNS: RefCell<Vec<Option<Run>>> = const { RefCell::new(Vec::new()) };
}

/// Gives the ends of the words of a run, in characters.
pub(super) fn with_ends<T>(segmenter: &Segmenter, run: &[char], take: impl FnOnce(&[usize]) -> T) -> T {
    if run.len() > LONGEST {
        return take(&ends(segmenter, run));
    }
    RUNS.with_borrow_mut(|runs| {
        if runs.is_empty() {
            runs.resize_with(PLACES, || None);
        }
        let mut hasher = FxHasher::default();
        run.hash(&mut hasher);
        let place = &mut runs[(hasher.finish() >> 32) as usize % PLACES];
        let held = |kept: &&mut Run| kept.segmenter == segmenter.number && *kept.chars == *run;
        if let Some(kept) = place.as_mut().filter(held) {
            return take(&kept.ends);
        }
        let kept = place.insert(Run {
            segmenter: segmenter.number,
            chars: run.into(),
            ends: ends(segmenter, run),
        });
        take(&kept.ends)
    })
}

fn ends(segmenter: &Segmenter, run: &[char]) -> Box<[usize]> {
    let mut ends = Vec::with_capacity(run.len());
    let chars = run.iter().copied().enumerate();
    cut::each_end_in(&segmenter.dictionary, chars, run.len(), |end| ends.push(end));
    ends.into()
}
