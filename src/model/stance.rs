use std::fmt;

/// Attitude of a post to the target of the coding scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// In favour of the target.
    Positive,
    /// Against the target.
    Negative,
    /// On topic, without an attitude or with a balanced one.
    Neutral,
    /// On topic, with a stance that is left to a person to decide (`--abstain`). Not part of the base "posts with a stance".
    Unclear,
    /// Off topic. Never counted as neutral, never part of the base "posts with a stance".
    Irrelevant,
}

impl Stance {
    /// Every stance, in the order tables print them.
    pub const ALL: [Stance; 5] = [
        Stance::Positive,
        Stance::Negative,
        Stance::Neutral,
        Stance::Unclear,
        Stance::Irrelevant,
    ];

    /// The stances a person gives: all but `unclear`.
    pub const BY_HAND: [Stance; 4] = [Stance::Positive, Stance::Negative, Stance::Neutral, Stance::Irrelevant];

    /// The three stances a post on topic may have: the base "posts with a stance".
    pub const ON_TOPIC: [Stance; 3] = [Stance::Positive, Stance::Negative, Stance::Neutral];

    /// The name as printed in every output.
    pub fn name(self) -> &'static str {
        match self {
            Stance::Positive => "positive",
            Stance::Negative => "negative",
            Stance::Neutral => "neutral",
            Stance::Unclear => "unclear",
            Stance::Irrelevant => "irrelevant",
        }
    }

    /// The stance with this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Stance::ALL.into_iter().find(|stance| stance.name() == name)
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
