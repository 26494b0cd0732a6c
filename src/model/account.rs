use std::fmt;

use compact_str::CompactString;

/// What an export tells of the author. `None` means the export has no such field for this post;
/// an empty string never occurs (an empty cell is `None`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// The platform's user id.
    pub user_id: Option<CompactString>,
    /// Screen name (昵称).
    pub screen_name: Option<CompactString>,
    /// Whether the account is verified at all.
    pub verified: Option<bool>,
    /// Weibo's numeric `verified_type` (-1 none, 0 person, 1 government, 2 company, 3 media, ...).
    pub verified_type: Option<i64>,
    /// Badge as text: 蓝V, 黄V, 红V, 金V, 普通用户, ...
    pub badge: Option<CompactString>,
    /// Text of the verification (认证信息), e.g. `某市公安局官方微博`.
    pub verified_reason: Option<CompactString>,
    /// The account's own description (简介).
    pub description: Option<CompactString>,
    /// Number of followers.
    pub followers: Option<u64>,
}

/// Kind of account that posted: `government`, `media`, `institution`, `enterprise`, `individual_verified`,
/// `individual`, `unknown`, or whatever else the rules file in use declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountType(CompactString);

impl AccountType {
    /// The type with this name. Only the account rules decide which names exist.
    pub fn new(name: &str) -> Self {
        AccountType(name.into())
    }

    /// The name as printed in every output.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The account type of a post's author and the id of the rule that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The type decided.
    pub kind: AccountType,
    /// Id of the deciding rule in the rules file.
    pub rule: CompactString,
}
