//! The tables of a study, in the order they are written.

use std::collections::BTreeMap;

use crate::model::{Code, Exclusion, Polarity, Stance};

use super::{
    ALL, Base, Crosstab, Flow, NO_CODE, Table, Tally, Test, Voters,
    accounts::{AccountCounts, Votes, votes},
    by_stance::ByStance,
    code_tests,
    exact::pairwise_tests,
    flow::FileFlow,
    hypothesis::{CODES_OF_ACCOUNT, ONE_VOTE},
    independence_tests,
    tally::{is_attitude, sum},
};

/// The row of `flow` that sums up all files.
pub(super) const ALL_FILES: &str = "all files";

/// The tables of codes by account type, and what their tests are of.
const CODES_BY_TYPE: &str = "codes_by_account_type";
const ACCOUNT_CODES_BY_TYPE: &str = "account_level_codes_by_type";

impl Tally {
    /// Every table, always all of them and always in this order; a category nobody fell in keeps its cells with `n` 0.
    ///
    /// `X_by_Y` has X in its rows and Y in its columns. Posts off topic are in the base `all posts` only. `account_level_*` count each
    /// account once: in its most frequent stance, with every code that any of its posts with a stance has, under the type of the first
    /// of these posts. Days have no such table, as an account has none.
    pub fn tables(&self, flow: &Flow) -> Vec<Table> {
        let accounts = self.by_account();
        let mut tables = vec![
            self.stance(),
            self.account_type(),
            self.account_type_by_stance(),
            self.account_level_stance(&accounts),
            self.account_level_type(&accounts),
            self.account_level_type_by_stance(&accounts),
            self.code_table(),
            self.codes_by_account_type(),
            self.codes_by_stance(),
            self.account_level_codes(&accounts),
            self.account_level_codes_by_type(&accounts),
            self.account_level_codes_by_stance(&accounts),
        ];
        for (at, code) in self.codes.iter().enumerate().filter(|(_, code)| is_question(code)) {
            tables.push(self.yes_no(at, code));
            tables.push(self.account_level_yes_no(&accounts, at, code));
        }
        tables.push(
            self.counts
                .days
                .table(self.options.window, self.posts().total(), self.options.level),
        );
        tables.push(self.flow(flow));
        tables
    }

    /// Tests of account type against stance, of account type against each code, and of each code in each account type against all others,
    /// each over posts and over accounts.
    pub fn tests(&self) -> Vec<Test> {
        let drawing = self.options.monte_carlo;
        let posts = "posts of one account are not independent: see account_level_type_by_stance";
        let mut tests = independence_tests("account_type_by_stance", &self.crosstab_of_posts(), drawing, posts);
        let accounts = self.by_account();
        let votes = self.crosstab(accounts.iter().map(|of_type| of_type.votes.stance));
        tests.extend(independence_tests(
            "account_level_type_by_stance",
            &votes,
            drawing,
            ONE_VOTE,
        ));
        let posts = |at: usize, of_type: usize| {
            let counts = &self.counts.types[of_type];
            (counts.codes[at].on_topic(), counts.posts.on_topic())
        };
        let caveat = "posts of one account are not independent: see account_level_codes_by_type";
        tests.extend(self.tests_of_codes(CODES_BY_TYPE, posts, caveat));
        let each = |at: usize, of_type: usize| {
            let counts = &accounts[of_type];
            (counts.codes[at].with_stance(), counts.votes.with_stance())
        };
        tests.extend(self.tests_of_codes(ACCOUNT_CODES_BY_TYPE, each, CODES_OF_ACCOUNT));
        tests
    }

    /// Tests of each code, from how many units of each account type have it, of how many.
    fn tests_of_codes(&self, name: &str, count: impl Fn(usize, usize) -> (u64, u64), caveat: &str) -> Vec<Test> {
        let codes: Vec<(String, Crosstab)> = self
            .listed_codes()
            .map(|(at, code)| {
                let counts = (0..self.counts.types.len()).map(|of_type| count(at, of_type));
                (code.id.to_string(), self.crosstab_of_code(counts))
            })
            .collect();
        let mut tests = code_tests(name, &codes, self.options.monte_carlo, caveat);
        tests.extend(pairwise_tests(name, &codes, self.options.level));
        tests
    }

    /// Name of each yes / no table and the id of its code.
    pub(super) fn questions(&self) -> BTreeMap<String, String> {
        let questions = self.codes.iter().filter(|code| is_question(code));
        questions
            .map(|code| (question_name(&code.id), code.id.to_string()))
            .collect()
    }

    fn table(&self, name: &str) -> Table {
        Table::new(name, self.options.level)
    }

    fn stance(&self) -> Table {
        let mut table = self.table("stance");
        let posts = self.posts();
        for stance in Stance::ON_TOPIC.into_iter().chain(posts.outside()) {
            table.push(stance, ALL, posts.get(stance), posts.total(), Base::AllPosts);
        }
        for stance in Stance::ON_TOPIC {
            table.push(stance, ALL, posts.get(stance), posts.on_topic(), Base::PostsWithStance);
        }
        table
    }

    fn account_type(&self) -> Table {
        let mut table = self.table("account_type");
        let posts = self.posts();
        for of_type in &self.counts.types {
            table.push(
                &of_type.account_type,
                ALL,
                of_type.posts.total(),
                posts.total(),
                Base::AllPosts,
            );
        }
        for of_type in &self.counts.types {
            table.push(
                &of_type.account_type,
                ALL,
                of_type.posts.on_topic(),
                posts.on_topic(),
                Base::PostsWithStance,
            );
        }
        table
    }

    fn account_type_by_stance(&self) -> Table {
        let mut table = self.table("account_type_by_stance");
        let all = self.posts();
        for of_type in &self.counts.types {
            for stance in Stance::ON_TOPIC {
                let n = of_type.posts.get(stance);
                table.push(
                    &of_type.account_type,
                    stance,
                    n,
                    of_type.posts.on_topic(),
                    Base::WithinAccountType,
                );
            }
        }
        for of_type in &self.counts.types {
            for stance in Stance::ON_TOPIC {
                let n = of_type.posts.get(stance);
                table.push(&of_type.account_type, stance, n, all.get(stance), Base::WithinStance);
            }
        }
        for outside in all.outside() {
            for of_type in &self.counts.types {
                let n = of_type.posts.get(outside);
                table.push(&of_type.account_type, outside, n, all.total(), Base::AllPosts);
            }
        }
        table
    }

    fn account_level_stance(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table("account_level_stance");
        let all = votes(accounts.iter().map(|of_type| of_type.votes));
        push_votes(&mut table, &all, Base::Accounts, |name| {
            (name.to_owned(), ALL.to_owned())
        });
        for outside in all.stance.outside() {
            table.push(outside, ALL, all.stance.get(outside), all.total(), Base::AllAccounts);
        }
        table.push(
            "posts without user id",
            ALL,
            self.accounts.anonymous(),
            self.posts().total(),
            Base::AllPosts,
        );
        table
    }

    fn account_level_type(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table("account_level_type");
        let all = votes(accounts.iter().map(|of_type| of_type.votes));
        let types = || self.counts.types.iter().zip(accounts);
        for (of_type, counts) in types() {
            let n = counts.votes.total();
            table.push(&of_type.account_type, ALL, n, all.total(), Base::AllAccounts);
        }
        for (of_type, counts) in types() {
            let n = counts.votes.with_stance();
            table.push(&of_type.account_type, ALL, n, all.with_stance(), Base::Accounts);
        }
        table
    }

    fn account_level_type_by_stance(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table("account_level_type_by_stance");
        let types = || self.counts.types.iter().zip(accounts);
        for (of_type, counts) in types() {
            let place = |name: &str| (of_type.account_type.to_string(), name.to_owned());
            push_votes(&mut table, &counts.votes, Base::AccountsWithinType, place);
        }
        let all = votes(accounts.iter().map(|of_type| of_type.votes));
        for outside in all.stance.outside() {
            for (of_type, counts) in types() {
                let n = counts.votes.stance.get(outside);
                table.push(&of_type.account_type, outside, n, all.total(), Base::AllAccounts);
            }
        }
        table
    }

    fn account_level_codes(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table("account_level_codes");
        let base = votes(accounts.iter().map(|of_type| of_type.votes)).with_stance();
        for (at, code) in self.listed_codes() {
            let n = votes(accounts.iter().map(|of_type| of_type.codes[at])).with_stance();
            table.push(&code.id, ALL, n, base, Base::Accounts);
        }
        let without = votes(accounts.iter().map(|of_type| of_type.without_code));
        table.push(NO_CODE, ALL, without.with_stance(), base, Base::Accounts);
        table
    }

    fn account_level_codes_by_type(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table(ACCOUNT_CODES_BY_TYPE);
        for (at, code) in self.listed_codes() {
            for (of_type, counts) in self.counts.types.iter().zip(accounts) {
                let (n, base) = (counts.codes[at].with_stance(), counts.votes.with_stance());
                table.push(&code.id, &of_type.account_type, n, base, Base::AccountsWithinType);
            }
        }
        table
    }

    fn account_level_codes_by_stance(&self, accounts: &[AccountCounts]) -> Table {
        let mut table = self.table("account_level_codes_by_stance");
        let bases = votes(accounts.iter().map(|of_type| of_type.votes));
        for (at, code) in self.listed_codes() {
            let with = votes(accounts.iter().map(|of_type| of_type.codes[at]));
            for ((name, n), (_, base)) in with.by_name().zip(bases.by_name()) {
                table.push(&code.id, name, n, base, Base::AccountsWithinStance);
            }
        }
        table
    }

    fn code_table(&self) -> Table {
        let mut table = self.table("codes");
        let base = self.posts().on_topic();
        for (at, code) in self.listed_codes() {
            table.push(&code.id, ALL, self.code(at).on_topic(), base, Base::PostsWithStance);
        }
        let without = sum(self.counts.types.iter().map(|of_type| of_type.without_code));
        table.push(NO_CODE, ALL, without.on_topic(), base, Base::PostsWithStance);
        table
    }

    fn codes_by_account_type(&self) -> Table {
        let mut table = self.table(CODES_BY_TYPE);
        for (at, code) in self.listed_codes() {
            for of_type in &self.counts.types {
                let (n, base) = (of_type.codes[at].on_topic(), of_type.posts.on_topic());
                table.push(&code.id, &of_type.account_type, n, base, Base::WithinAccountType);
            }
        }
        table
    }

    fn codes_by_stance(&self) -> Table {
        let mut table = self.table("codes_by_stance");
        let posts = self.posts();
        for (at, code) in self.listed_codes() {
            for stance in Stance::ON_TOPIC {
                table.push(
                    &code.id,
                    stance,
                    self.code(at).get(stance),
                    posts.get(stance),
                    Base::WithinStance,
                );
            }
        }
        table
    }

    fn yes_no(&self, at: usize, code: &Code) -> Table {
        let mut table = self.table(&question_name(&code.id));
        let all = (self.code(at).on_topic(), self.posts().on_topic());
        push_answers(&mut table, ALL, all, Base::PostsWithStance);
        for of_type in &self.counts.types {
            let counts = (of_type.codes[at].on_topic(), of_type.posts.on_topic());
            push_answers(&mut table, &of_type.account_type, counts, Base::WithinAccountType);
        }
        table
    }

    fn account_level_yes_no(&self, accounts: &[AccountCounts], at: usize, code: &Code) -> Table {
        let mut table = self.table(&account_level(&question_name(&code.id)));
        let yes = votes(accounts.iter().map(|of_type| of_type.codes[at])).with_stance();
        let base = votes(accounts.iter().map(|of_type| of_type.votes)).with_stance();
        push_answers(&mut table, ALL, (yes, base), Base::Accounts);
        for (of_type, counts) in self.counts.types.iter().zip(accounts) {
            let counts = (counts.codes[at].with_stance(), counts.votes.with_stance());
            push_answers(&mut table, &of_type.account_type, counts, Base::AccountsWithinType);
        }
        table
    }

    fn flow(&self, flow: &Flow) -> Table {
        let mut table = self.table("flow");
        push_flow(&mut table, ALL_FILES, &flow.total(), &self.posts());
        for (file, counts) in flow.files() {
            push_flow(
                &mut table,
                file,
                counts,
                &self.counts.files.get(file).copied().unwrap_or_default(),
            );
        }
        table
    }

    pub(super) fn listed_codes(&self) -> impl Iterator<Item = (usize, &Code)> {
        self.codes.iter().enumerate().filter(|(_, code)| !is_attitude(code))
    }

    pub(super) fn code(&self, at: usize) -> ByStance {
        sum(self.counts.types.iter().map(|of_type| of_type.codes[at]))
    }

    /// Account types by the three stances: posts, or accounts that do not tie.
    pub(super) fn by_type_and_stance(&self, voters: Voters) -> Crosstab {
        match voters {
            Voters::Posts => self.crosstab_of_posts(),
            Voters::Accounts => self.crosstab_of_accounts(),
        }
    }

    /// Accounts with at least one post with a stance, ties included.
    pub(super) fn accounts_with_stance(&self) -> u64 {
        self.by_account()
            .iter()
            .map(|of_type| of_type.votes.with_stance())
            .sum()
    }

    fn crosstab_of_posts(&self) -> Crosstab {
        self.crosstab(self.counts.types.iter().map(|of_type| of_type.posts))
    }

    fn crosstab_of_accounts(&self) -> Crosstab {
        self.crosstab(self.by_account().into_iter().map(|of_type| of_type.votes.stance))
    }

    /// Units with a stance with and without a code, by account type.
    fn crosstab_of_code(&self, counts: impl Iterator<Item = (u64, u64)>) -> Crosstab {
        let (with, without) = counts.map(|(with, base)| (with, base - with)).unzip();
        Crosstab {
            rows: vec!["with the code".to_owned(), "without".to_owned()],
            cols: self
                .counts
                .types
                .iter()
                .map(|of_type| of_type.account_type.to_string())
                .collect(),
            cells: vec![with, without],
        }
    }

    fn crosstab(&self, counts: impl Iterator<Item = ByStance>) -> Crosstab {
        Crosstab {
            rows: self
                .counts
                .types
                .iter()
                .map(|of_type| of_type.account_type.to_string())
                .collect(),
            cols: Stance::ON_TOPIC.map(|stance| stance.to_string()).to_vec(),
            cells: counts
                .map(|counts| Stance::ON_TOPIC.map(|stance| counts.get(stance)).to_vec())
                .collect(),
        }
    }
}

fn push_votes(table: &mut Table, votes: &Votes, base_name: Base, place: impl Fn(&str) -> (String, String)) {
    let base = votes.with_stance();
    for (name, n) in votes.by_name() {
        let (row, col) = place(name);
        table.push(row, col, n, base, base_name);
    }
}

/// How many of a base have a code and how many have not.
fn push_answers(table: &mut Table, col: impl ToString, (yes, base): (u64, u64), base_name: Base) {
    for (answer, n) in [("yes", yes), ("no", base - yes)] {
        table.push(answer, col.to_string(), n, base, base_name);
    }
}

/// One row a step; `unaccounted` only where records were neither rejected, excluded nor coded, which is a fault of the program.
fn push_flow(table: &mut Table, row: &str, counts: &FileFlow, coded: &ByStance) {
    let excluded = Exclusion::ALL.map(|why| (why.name(), counts.excluded(why)));
    let mut steps = vec![("read", counts.read), ("rejected", counts.rejected)];
    if counts.accounts > 0 {
        steps.push(("accounts", counts.accounts));
    }
    steps.extend(excluded);
    steps.extend([("coded", coded.total()), ("off topic", coded.get(Stance::Irrelevant))]);
    if coded.get(Stance::Unclear) > 0 {
        steps.push(("stance unclear", coded.get(Stance::Unclear)));
    }
    steps.push(("with a stance", coded.on_topic()));
    let unaccounted = counts.remaining().abs_diff(coded.total());
    if unaccounted > 0 {
        steps.push(("unaccounted", unaccounted));
    }
    for (step, n) in steps {
        table.push(row, step, n, counts.read, Base::RecordsRead);
    }
}

/// Whether the code is a question of its own, asked of every post with a stance whatever the stance: it gets a yes / no table.
fn is_question(code: &Code) -> bool {
    code.polarity == Polarity::None && !is_attitude(code)
}

/// Name of the table that counts accounts where this one counts posts.
pub(super) fn account_level(table: &str) -> String {
    format!("account_level_{table}")
}

/// Name of the yes / no table of a code: `law_misunderstanding` for the code of the case study, else `code_` and the id in lower case with `_`
/// for what a file name should not hold.
pub fn question_name(id: &str) -> String {
    if id == "LAW.MISUND" {
        return "law_misunderstanding".to_owned();
    }
    let id = id.to_lowercase();
    format!("code_{}", id.replace(|c: char| !c.is_alphanumeric(), "_"))
}
