//! The one pass over coded posts.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::{AccountType, Code, CodedPost, Day};

use super::{
    Example, Level, MonteCarlo,
    accounts::{AccountCounts, Accounts},
    by_stance::ByStance,
    daily::Days,
    examples::Examples,
};

/// What a tally is asked for beyond counting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TallyOptions {
    /// Level of every interval.
    pub level: Level,
    /// First and last day of the study, both included: `daily` then covers all of it. Posts outside are counted all the same; whoever
    /// feeds the tally leaves them out.
    pub window: Option<(Day, Day)>,
    /// Posts kept as examples for each stance and each code.
    pub examples: usize,
    /// How the Monte-Carlo test draws.
    pub monte_carlo: MonteCarlo,
}

impl Default for TallyOptions {
    /// 95% intervals, no window, three examples, 9,999 drawn tables with seed 1.
    fn default() -> Self {
        let monte_carlo = MonteCarlo {
            replicates: 9_999,
            seed: 1,
        };
        TallyOptions {
            level: Level::default(),
            window: None,
            examples: 3,
            monte_carlo,
        }
    }
}

/// Counts of coded posts, from which every table is made.
#[derive(Debug)]
pub struct Tally {
    pub(super) codes: Vec<Code>,
    pub(super) types: Vec<TypeCounts>,
    pub(super) files: BTreeMap<Arc<str>, ByStance>,
    pub(super) days: Days,
    pub(super) accounts: Accounts,
    pub(super) options: TallyOptions,
    examples: Examples,
}

/// Counts of one account type.
#[derive(Debug, Clone)]
pub(super) struct TypeCounts {
    pub(super) account_type: AccountType,
    pub(super) posts: ByStance,
    /// Posts with each code, in codebook order.
    pub(super) codes: Vec<ByStance>,
    /// Posts with none of the codes that tables list.
    pub(super) without_code: ByStance,
}

impl Tally {
    /// An empty tally. Every code and account type named here has its cells in every table, used or not; a type that only a post
    /// names is added behind them.
    pub fn new(codes: &[Code], account_types: &[AccountType], options: TallyOptions) -> Self {
        let mut tally = Tally {
            codes: codes.to_vec(),
            types: Vec::new(),
            files: BTreeMap::new(),
            days: Days::default(),
            accounts: Accounts::new(codes.len()),
            options,
            examples: Examples::new(options.examples, codes.len()),
        };
        for account_type in account_types {
            tally.type_at(account_type);
        }
        tally
    }

    /// Counts one coded post. Posts come in the order of the source, which decides between equal examples.
    pub fn add(&mut self, coded: &CodedPost) {
        let stance = coded.verdict.stance;
        let at = self.type_at(&coded.account.kind);
        self.types[at].add(coded, &self.codes);
        match self.files.get_mut(&coded.post.source.file) {
            Some(file) => file.add(stance),
            None => self
                .files
                .entry(Arc::clone(&coded.post.source.file))
                .or_default()
                .add(stance),
        }
        self.days.add(coded.post.created_at, stance);
        let codes = coded.verdict.codes.iter().map(|id| usize::from(id.0));
        let listed = codes.filter(|&at| self.codes.get(at).is_some_and(|code| !is_attitude(code)));
        let user_id = coded.post.author.user_id.as_deref();
        self.accounts.add(user_id, at, stance, listed);
        self.examples.add(coded, &self.codes);
    }

    /// The posts kept as examples: stances first, then codes in codebook order, the strongest evidence first.
    pub fn examples(&self) -> Vec<Example> {
        self.examples.all()
    }

    /// Posts of every account type together.
    pub(super) fn posts(&self) -> ByStance {
        sum(self.types.iter().map(|of_type| of_type.posts))
    }

    /// Accounts of each type.
    pub(super) fn by_account(&self) -> Vec<AccountCounts> {
        self.accounts.counted(self.types.len(), self.codes.len())
    }

    fn type_at(&mut self, account_type: &AccountType) -> usize {
        if let Some(at) = self.types.iter().position(|known| known.account_type == *account_type) {
            return at;
        }
        self.types.push(TypeCounts {
            account_type: account_type.clone(),
            posts: ByStance::default(),
            codes: vec![ByStance::default(); self.codes.len()],
            without_code: ByStance::default(),
        });
        self.types.len() - 1
    }
}

impl TypeCounts {
    fn add(&mut self, coded: &CodedPost, codes: &[Code]) {
        let stance = coded.verdict.stance;
        self.posts.add(stance);
        let mut listed = false;
        for id in coded.verdict.codes.iter() {
            let at = usize::from(id.0);
            if let (Some(counts), Some(code)) = (self.codes.get_mut(at), codes.get(at)) {
                counts.add(stance);
                listed |= !is_attitude(code);
            }
        }
        if !listed {
            self.without_code.add(stance);
        }
    }
}

/// Whether the code is the stance itself (`ATT.POS`, `ATT.NEG`, `ATT.NEU`): the stance tables count it, the code tables leave it out.
pub(super) fn is_attitude(code: &Code) -> bool {
    code.id.starts_with("ATT.")
}

/// The sum of counts.
pub(super) fn sum(counts: impl Iterator<Item = ByStance>) -> ByStance {
    counts.fold(ByStance::default(), |mut sum, next| {
        sum += next;
        sum
    })
}
