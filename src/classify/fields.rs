//! The account fields a rule can speak of, and what follows from their absence.

use crate::model::{AccountType, Author};

/// An account field a rule can ask for, named as in [`Author`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Screen name (昵称).
    ScreenName,
    /// Text of the verification (认证信息).
    VerifiedReason,
    /// The account's own description (简介).
    Description,
    /// Badge as text (蓝V, 黄V, 普通用户).
    Badge,
    /// Whether the account is verified at all.
    Verified,
    /// The platform's numeric code.
    VerifiedType,
}

impl Field {
    /// Every field.
    pub const ALL: [Field; 6] = [
        Field::ScreenName,
        Field::VerifiedReason,
        Field::Description,
        Field::Badge,
        Field::Verified,
        Field::VerifiedType,
    ];

    /// The fields that hold text.
    pub(super) const TEXTS: [Field; 4] = [
        Field::ScreenName,
        Field::VerifiedReason,
        Field::Description,
        Field::Badge,
    ];

    /// The name as written in rules files.
    pub fn name(self) -> &'static str {
        match self {
            Field::ScreenName => "screen_name",
            Field::VerifiedReason => "verified_reason",
            Field::Description => "description",
            Field::Badge => "badge",
            Field::Verified => "verified",
            Field::VerifiedType => "verified_type",
        }
    }

    /// The field with this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether the platform vouches for the field: everything but what the account says of itself.
    pub fn is_verification(self) -> bool {
        !matches!(self, Field::ScreenName | Field::Description)
    }

    /// The author's text of this field, or `None` where it is absent or not a text.
    pub(super) fn text(self, author: &Author) -> Option<&str> {
        match self {
            Field::ScreenName => author.screen_name.as_deref(),
            Field::VerifiedReason => author.verified_reason.as_deref(),
            Field::Description => author.description.as_deref(),
            Field::Badge => author.badge.as_deref(),
            Field::Verified | Field::VerifiedType => None,
        }
    }
}

/// A set of account fields, e.g. those an export has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fields(u8);

impl Fields {
    /// The fields this author has a value for. The fields of an export are the union over its authors.
    pub fn of(author: &Author) -> Self {
        let has = |field: Field| match field {
            Field::Verified => author.verified.is_some(),
            Field::VerifiedType => author.verified_type.is_some(),
            text => text.text(author).is_some(),
        };
        let fields = Field::ALL.iter();
        Fields(fields.fold(0, |all, &field| all | u8::from(has(field)) << field as u8))
    }

    /// Every set of fields, in the order of [`Fields::index`].
    pub(super) fn every() -> impl Iterator<Item = Fields> {
        (0..1 << Field::ALL.len()).map(Fields)
    }

    /// The number of the set among all.
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Adds a field.
    pub fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u8;
    }

    /// The fields of either set.
    pub fn union(self, other: Fields) -> Fields {
        Fields(self.0 | other.0)
    }

    /// Whether the field is in the set.
    pub fn contains(self, field: Field) -> bool {
        self.0 >> field as u8 & 1 == 1
    }

    /// Whether every field of the other set is in this one.
    pub fn contains_all(self, others: Fields) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether no field is in both sets.
    pub(super) fn is_disjoint(self, others: Fields) -> bool {
        self.0 & others.0 == 0
    }

    /// Whether the set has a field the platform vouches for.
    fn has_verification(self) -> bool {
        Field::ALL
            .into_iter()
            .any(|field| field.is_verification() && self.contains(field))
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        fields.into_iter().fold(Fields::default(), |mut set, field| {
            set.insert(field);
            set
        })
    }
}

/// How far the account fields of an export let the rules decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decidable {
    /// Every type can be decided.
    Fully,
    /// The export tells something of verification, but not enough for these types.
    Partly {
        /// Types no rule can give for this export, in the order of the rules file.
        unreachable: Vec<AccountType>,
    },
    /// Only names and descriptions are there: the few accounts whose name is unmistakable are decided.
    ByNameOnly {
        /// Types no rule can give for this export, in the order of the rules file.
        unreachable: Vec<AccountType>,
    },
    /// No rule but the last can ever apply.
    Not,
}

impl Decidable {
    /// Sorts an export into one of the four, from its fields and the types its fields can reach.
    pub(super) fn new(fields: Fields, reachable: usize, unreachable: Vec<AccountType>) -> Self {
        match (reachable, fields.has_verification()) {
            (0, _) => Decidable::Not,
            _ if unreachable.is_empty() => Decidable::Fully,
            (_, true) => Decidable::Partly { unreachable },
            (_, false) => Decidable::ByNameOnly { unreachable },
        }
    }

    /// What to tell the user, and the remedy; `None` where every type can be decided.
    pub fn warning(&self) -> Option<String> {
        const REMEDY: &str = "join a user table that has the verification (verified_type, verified_reason or badge)";
        let list = |types: &[AccountType]| types.iter().map(AccountType::name).collect::<Vec<_>>().join(", ");
        match self {
            Decidable::Fully => None,
            Decidable::Partly { unreachable } => Some(format!(
                "the export's account fields cannot tell {} accounts; such accounts are left undecided: {REMEDY}",
                list(unreachable)
            )),
            Decidable::ByNameOnly { unreachable } => Some(format!(
                "the export has no verification field: only accounts with an unmistakable name get a type, and {} \
                 never: {REMEDY}",
                list(unreachable)
            )),
            Decidable::Not => Some(format!(
                "the export has no account field the rules know: no account gets a type; {REMEDY}"
            )),
        }
    }
}
