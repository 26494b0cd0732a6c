//! The one pass over coded posts.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::{AccountType, Code, CodeId, CodedPost, Day};

use super::{
    Example, Level, MonteCarlo,
    accounts::{AccountCounts, Accounts, Ballot, hash},
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
    pub(super) counts: Counts,
    pub(super) accounts: Accounts,
    pub(super) codes: Arc<[Code]>,
    pub(super) options: TallyOptions,
}

/// Counts consecutive posts for a [`Tally`], in any thread.
#[derive(Debug, Clone)]
pub struct Counter {
    codes: Arc<[Code]>,
    examples: usize,
}

/// Consecutive posts as a [`Tally`] takes them up.
#[derive(Debug)]
pub struct Counted {
    counts: Counts,
    ballots: Vec<Ballot>,
    anonymous: u64,
}

/// What posts sum up to, whoever wrote them.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) types: Vec<TypeCounts>,
    pub(super) files: BTreeMap<Arc<str>, ByStance>,
    pub(super) days: Days,
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
        let mut counts = Counts::new(options.examples, codes);
        for account_type in account_types {
            counts.type_at(account_type, codes);
        }
        Tally {
            counts,
            accounts: Accounts::default(),
            codes: codes.into(),
            options,
        }
    }

    /// What counts posts for this tally.
    pub fn counter(&self) -> Counter {
        Counter {
            codes: Arc::clone(&self.codes),
            examples: self.options.examples,
        }
    }

    /// Takes up posts that its [`Counter`] counted. They come in the order of the source, which decides between equal examples.
    pub fn take(&mut self, counted: Counted) {
        let Counted {
            counts,
            ballots,
            anonymous,
        } = counted;
        let types = counts.types.iter();
        let places: Vec<usize> = types
            .map(|of_type| self.counts.type_at(&of_type.account_type, &self.codes))
            .collect();
        self.counts.add(counts, &places);
        self.accounts.add_anonymous(anonymous);
        // One right after the other, as what is known of most accounts is far from the processor.
        for ballot in ballots {
            self.accounts.add(ballot.of_type(places[ballot.account_type]));
        }
    }

    /// Counts one post.
    #[cfg(test)]
    pub(crate) fn add(&mut self, coded: &CodedPost) {
        let counter = self.counter();
        let mut counted = counter.begin();
        counter.add(&mut counted, [coded]);
        self.take(counted);
    }

    /// The posts kept as examples: stances first, then codes in codebook order, the strongest evidence first.
    pub fn examples(&self) -> Vec<Example> {
        self.counts.examples.all()
    }

    /// Posts of every account type together.
    pub(super) fn posts(&self) -> ByStance {
        sum(self.counts.types.iter().map(|of_type| of_type.posts))
    }

    /// Accounts of each type.
    pub(super) fn by_account(&self) -> Vec<AccountCounts> {
        self.accounts.counted(self.counts.types.len(), self.codes.len())
    }
}

impl Counter {
    /// No posts yet.
    pub fn begin(&self) -> Counted {
        Counted {
            counts: Counts::new(self.examples, &self.codes),
            ballots: Vec::new(),
            anonymous: 0,
        }
    }

    /// Counts posts beside those before them in the source.
    pub fn add<'p, 't: 'p>(&self, counted: &mut Counted, posts: impl IntoIterator<Item = &'p CodedPost<'t>>) {
        for coded in posts {
            let account_type = counted.counts.count(coded, &self.codes);
            let Some(user_id) = &coded.post.author.user_id else {
                counted.anonymous += 1;
                continue;
            };
            let codes = coded.verdict.codes.iter();
            let is_listed = |id: &CodeId| self.codes.get(usize::from(id.0)).is_some_and(|code| !is_attitude(code));
            counted.ballots.push(Ballot {
                user: hash(user_id),
                account_type,
                stance: coded.verdict.stance,
                codes: codes.filter(is_listed).collect(),
            });
        }
    }
}

impl Counts {
    fn new(examples: usize, codes: &[Code]) -> Self {
        Counts {
            types: Vec::new(),
            files: BTreeMap::new(),
            days: Days::default(),
            examples: Examples::new(examples, codes.len()),
        }
    }

    /// Counts one post; the place of its account type.
    fn count(&mut self, coded: &CodedPost, codes: &[Code]) -> usize {
        let stance = coded.verdict.stance;
        let at = self.type_at(&coded.account.kind, codes);
        self.types[at].count(coded, codes);
        match self.files.get_mut(&coded.post.source.file) {
            Some(file) => file.add(stance),
            None => self
                .files
                .entry(Arc::clone(&coded.post.source.file))
                .or_default()
                .add(stance),
        }
        self.days.count(coded.post.created_at, stance);
        self.examples.offer(coded, codes);
        at
    }

    /// Adds those of later posts, whose account types have these places here.
    fn add(&mut self, later: Counts, places: &[usize]) {
        for (of_type, &place) in later.types.iter().zip(places) {
            self.types[place].add(of_type);
        }
        for (file, posts) in later.files {
            *self.files.entry(file).or_default() += posts;
        }
        self.days.add(&later.days);
        self.examples.add(later.examples);
    }

    fn type_at(&mut self, account_type: &AccountType, codes: &[Code]) -> usize {
        if let Some(at) = self.types.iter().position(|known| known.account_type == *account_type) {
            return at;
        }
        self.types.push(TypeCounts {
            account_type: account_type.clone(),
            posts: ByStance::default(),
            codes: vec![ByStance::default(); codes.len()],
            without_code: ByStance::default(),
        });
        self.types.len() - 1
    }
}

impl TypeCounts {
    fn count(&mut self, coded: &CodedPost, codes: &[Code]) {
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

    fn add(&mut self, later: &TypeCounts) {
        self.posts += later.posts;
        for (posts, later) in self.codes.iter_mut().zip(&later.codes) {
            *posts += *later;
        }
        self.without_code += later.without_code;
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
