//! Counts by stance.

use std::ops::AddAssign;

use crate::model::Stance;

/// One count for each stance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByStance([u64; Stance::ALL.len()]);

impl ByStance {
    pub(super) fn add(&mut self, stance: Stance) {
        self.0[stance as usize] += 1;
    }

    pub(super) fn get(&self, stance: Stance) -> u64 {
        self.0[stance as usize]
    }

    /// Positive, negative and neutral together.
    pub(super) fn on_topic(&self) -> u64 {
        Stance::ON_TOPIC.into_iter().map(|stance| self.get(stance)).sum()
    }

    /// The stances outside the base "posts with a stance" that tables show: off topic always, unclear where there is any.
    pub(super) fn outside(&self) -> impl Iterator<Item = Stance> {
        let unclear = (self.get(Stance::Unclear) > 0).then_some(Stance::Unclear);
        unclear.into_iter().chain([Stance::Irrelevant])
    }

    /// All together, unclear and off-topic posts too.
    pub(super) fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl AddAssign for ByStance {
    fn add_assign(&mut self, other: ByStance) {
        for (sum, n) in self.0.iter_mut().zip(other.0) {
            *sum += n;
        }
    }
}
