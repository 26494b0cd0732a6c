//! A table in long form: one counted cell a row, each with the base its share is a share of.

use super::{Interval, Level, Within, sensitivity::SENSITIVITY, wilson};

/// What a share is a share of; the name is printed beside every share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// Every post coded, off-topic ones included.
    AllPosts,
    /// Posts with a stance of one account type.
    WithinAccountType,
    /// Posts of one stance.
    WithinStance,
    /// Posts that are positive, negative or neutral.
    PostsWithStance,
    /// Posts with a stance of one Beijing day.
    WithinDay,
    /// Accounts with at least one post with a stance.
    Accounts,
    /// Accounts of one type with at least one post with a stance.
    AccountsWithinType,
    /// Accounts of one stance.
    AccountsWithinStance,
    /// Every account with at least one coded post, off-topic ones included.
    AllAccounts,
    /// Records of the input files, readable or not.
    RecordsRead,
}

impl Base {
    /// Every base.
    pub const ALL: [Base; 10] = [
        Base::AllPosts,
        Base::WithinAccountType,
        Base::WithinStance,
        Base::PostsWithStance,
        Base::WithinDay,
        Base::Accounts,
        Base::AccountsWithinType,
        Base::AccountsWithinStance,
        Base::AllAccounts,
        Base::RecordsRead,
    ];

    /// The base with this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Base::ALL.into_iter().find(|base| base.name() == name)
    }

    /// Whether accounts are counted, not posts or records.
    pub fn is_of_accounts(self) -> bool {
        matches!(
            self,
            Base::Accounts | Base::AccountsWithinType | Base::AccountsWithinStance | Base::AllAccounts
        )
    }

    /// The name as printed in the column `base_name`.
    pub fn name(self) -> &'static str {
        match self {
            Base::AllPosts => "all posts",
            Base::WithinAccountType => "within account type",
            Base::WithinStance => "within stance",
            Base::PostsWithStance => "posts with a stance",
            Base::WithinDay => "within day",
            Base::Accounts => "accounts",
            Base::AccountsWithinType => "accounts within account type",
            Base::AccountsWithinStance => "accounts within stance",
            Base::AllAccounts => "all accounts",
            Base::RecordsRead => "records read",
        }
    }
}

/// One cell of a table: how many, of how many, of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Category of the row.
    pub row: String,
    /// Category of the column; [`ALL`] where the table has one dimension.
    pub col: String,
    /// Units counted.
    pub n: u64,
    /// Units the share is taken of; 0 is allowed and has no share.
    pub base: u64,
    /// What those units are.
    pub base_name: Base,
    /// What of it is not to be shown.
    pub hidden: Hidden,
}

/// Numbers that are not to be shown, because they are small or would give a small one away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// The count.
    pub n: bool,
    /// The base.
    pub base: bool,
}

impl Hidden {
    /// Whether the share is hidden: it is where the count or the base is.
    pub fn any(self) -> bool {
        self.n || self.base
    }
}

/// The column of a table with one dimension.
pub const ALL: &str = "all";

impl Count {
    /// `n / base`; `None` where the base is 0.
    pub fn share(&self) -> Option<f64> {
        (self.base > 0).then(|| self.n as f64 / self.base as f64)
    }

    /// Wilson's interval of the share. `None` where the base is 0, and for records read: they are all there are, not a sample.
    pub fn interval(&self, level: Level) -> Option<Interval> {
        if self.base_name == Base::RecordsRead {
            None
        } else {
            wilson(self.n, self.base, level)
        }
    }
}

/// A named table in long form.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name, and file name of its CSV. `X_by_Y` has X in its rows and Y in its columns.
    pub name: String,
    /// Level of every interval in the table.
    pub level: Level,
    /// Cells, zero cells included, in a fixed order.
    pub rows: Vec<Count>,
}

impl Table {
    pub(super) fn new(name: impl Into<String>, level: Level) -> Self {
        Table {
            name: name.into(),
            level,
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: impl ToString, col: impl ToString, n: u64, base: u64, base_name: Base) {
        self.rows.push(Count {
            row: row.to_string(),
            col: col.to_string(),
            n,
            base,
            base_name,
            hidden: Hidden::default(),
        });
    }

    /// What units a base of this table is: those of a row, of a column, or of the whole table. It does not depend on the counts, so that a
    /// layout made from it tells nothing of masked ones.
    pub fn within(&self, base: Base) -> Within {
        match base {
            _ if self.counts_again() => Within::Row,
            Base::WithinAccountType | Base::AccountsWithinType if self.name.ends_with("_by_stance") => Within::Row,
            Base::WithinAccountType | Base::AccountsWithinType => Within::Col,
            Base::WithinStance | Base::AccountsWithinStance => Within::Col,
            Base::WithinDay => Within::Row,
            Base::AllPosts | Base::PostsWithStance | Base::Accounts | Base::AllAccounts | Base::RecordsRead => {
                Within::All
            }
        }
    }

    /// Whether a unit may stand in several rows, so that their shares do not add up to 1.
    pub fn has_several(&self) -> bool {
        self.name.starts_with("codes") || self.name.starts_with("account_level_codes")
    }

    /// Whether each row counts the same units in another way.
    pub fn counts_again(&self) -> bool {
        self.name == SENSITIVITY
    }

    /// The table as those know it who see only what is shown: hidden numbers are 0.
    pub fn as_shown(mut self) -> Self {
        for count in &mut self.rows {
            if count.hidden.n {
                count.n = 0;
            }
            if count.hidden.base {
                count.base = 0;
            }
        }
        self
    }

    /// The cell at `row` and `col` with this base, if the table has it.
    pub fn cell(&self, row: &str, col: &str, base: Base) -> Option<&Count> {
        self.rows
            .iter()
            .find(|count| count.row == row && count.col == col && count.base_name == base)
    }
}
