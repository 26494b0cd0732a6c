//! The tables of a study, in the order they are written.

use std::collections::BTreeMap;

use crate::model::{Code, Exclusion, Polarity, Stance};

use super::{
    ALL, Base, Crosstab, Flow, NO_CODE, TIE, Table, Tally, Test, Voters,
    accounts::Votes,
    by_stance::ByStance,
    code_tests,
    exact::pairwise_tests,
    flow::FileFlow,
    hypothesis::ONE_VOTE,
    independence_tests,
    tally::{is_attitude, sum},
};

/// The row of `flow` that sums up all files.
pub(super) const ALL_FILES: &str = "all files";

/// The table of codes by account type, and what its tests are of.
const CODES_BY_TYPE: &str = "codes_by_account_type";

impl Tally {
    /// Every table, always all of them and always in this order; a category nobody fell in keeps its cells with `n` 0.
    ///
    /// `X_by_Y` has X in its rows and Y in its columns. Posts off topic are in the base `all posts` only. `account_level_*` count
    /// accounts by their most frequent stance.
    pub fn tables(&self, flow: &Flow) -> Vec<Table> {
        let mut tables = vec![
            self.stance(),
            self.account_type(),
            self.account_type_by_stance(),
            self.account_level_stance(),
            self.account_level_type_by_stance(),
            self.code_table(),
            self.codes_by_account_type(),
            self.codes_by_stance(),
        ];
        let questions = self.codes.iter().enumerate().filter(|(_, code)| is_question(code));
        tables.extend(questions.map(|(at, code)| self.yes_no(at, code)));
        tables.push(
            self.days
                .table(self.options.window, self.posts().total(), self.options.level),
        );
        tables.push(self.flow(flow));
        tables
    }

    /// Tests of account type against stance, over posts and over accounts, of account type against each code, and of each code in each
    /// account type against all others, over posts.
    pub fn tests(&self) -> Vec<Test> {
        let drawing = self.options.monte_carlo;
        let posts = "posts of one account are not independent: see account_level_type_by_stance";
        let mut tests = independence_tests("account_type_by_stance", &self.crosstab_of_posts(), drawing, posts);
        let by_account = self.crosstab_of_accounts();
        tests.extend(independence_tests(
            "account_level_type_by_stance",
            &by_account,
            drawing,
            ONE_VOTE,
        ));
        let codes: Vec<(String, Crosstab)> = self
            .listed_codes()
            .map(|(at, code)| (code.id.to_string(), self.crosstab_of_code(at)))
            .collect();
        tests.extend(code_tests(
            CODES_BY_TYPE,
            &codes,
            drawing,
            "posts of one account are not independent",
        ));
        tests.extend(pairwise_tests(CODES_BY_TYPE, &codes, self.options.level));
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
        for of_type in &self.types {
            table.push(
                &of_type.account_type,
                ALL,
                of_type.posts.total(),
                posts.total(),
                Base::AllPosts,
            );
        }
        for of_type in &self.types {
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
        for of_type in &self.types {
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
        for of_type in &self.types {
            for stance in Stance::ON_TOPIC {
                let n = of_type.posts.get(stance);
                table.push(&of_type.account_type, stance, n, all.get(stance), Base::WithinStance);
            }
        }
        for outside in all.outside() {
            for of_type in &self.types {
                let n = of_type.posts.get(outside);
                table.push(&of_type.account_type, outside, n, all.total(), Base::AllPosts);
            }
        }
        table
    }

    fn account_level_stance(&self) -> Table {
        let mut table = self.table("account_level_stance");
        let votes = self.accounts.votes(self.types.len());
        let stance = sum(votes.iter().map(|votes| votes.stance));
        let tie = votes.iter().map(|votes| votes.tie).sum();
        let all = Votes { stance, tie };
        push_votes(&mut table, &all, Base::Accounts, |name| {
            (name.to_owned(), ALL.to_owned())
        });
        for outside in stance.outside() {
            table.push(outside, ALL, stance.get(outside), all.total(), Base::AllAccounts);
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

    fn account_level_type_by_stance(&self) -> Table {
        let mut table = self.table("account_level_type_by_stance");
        let votes = self.accounts.votes(self.types.len());
        for (of_type, votes) in self.types.iter().zip(&votes) {
            let place = |name: &str| (of_type.account_type.to_string(), name.to_owned());
            push_votes(&mut table, votes, Base::AccountsWithinType, place);
        }
        let every = votes.iter().map(Votes::total).sum();
        for outside in sum(votes.iter().map(|votes| votes.stance)).outside() {
            for (of_type, votes) in self.types.iter().zip(&votes) {
                let n = votes.stance.get(outside);
                table.push(&of_type.account_type, outside, n, every, Base::AllAccounts);
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
        let without = sum(self.types.iter().map(|of_type| of_type.without_code));
        table.push(NO_CODE, ALL, without.on_topic(), base, Base::PostsWithStance);
        table
    }

    fn codes_by_account_type(&self) -> Table {
        let mut table = self.table(CODES_BY_TYPE);
        for (at, code) in self.listed_codes() {
            for of_type in &self.types {
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
        let answers = |yes: u64, base: u64| [("yes", yes), ("no", base - yes)];
        let base = self.posts().on_topic();
        for (answer, n) in answers(self.code(at).on_topic(), base) {
            table.push(answer, ALL, n, base, Base::PostsWithStance);
        }
        for of_type in &self.types {
            let base = of_type.posts.on_topic();
            for (answer, n) in answers(of_type.codes[at].on_topic(), base) {
                table.push(answer, &of_type.account_type, n, base, Base::WithinAccountType);
            }
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
                &self.files.get(file).copied().unwrap_or_default(),
            );
        }
        table
    }

    pub(super) fn listed_codes(&self) -> impl Iterator<Item = (usize, &Code)> {
        self.codes.iter().enumerate().filter(|(_, code)| !is_attitude(code))
    }

    pub(super) fn code(&self, at: usize) -> ByStance {
        sum(self.types.iter().map(|of_type| of_type.codes[at]))
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
        self.accounts
            .votes(self.types.len())
            .iter()
            .map(Votes::with_stance)
            .sum()
    }

    fn crosstab_of_posts(&self) -> Crosstab {
        self.crosstab(self.types.iter().map(|of_type| of_type.posts))
    }

    fn crosstab_of_accounts(&self) -> Crosstab {
        self.crosstab(
            self.accounts
                .votes(self.types.len())
                .into_iter()
                .map(|votes| votes.stance),
        )
    }

    /// Posts with a stance with and without the code, by account type.
    fn crosstab_of_code(&self, at: usize) -> Crosstab {
        let with = self.types.iter().map(|of_type| of_type.codes[at].on_topic());
        let without = self
            .types
            .iter()
            .map(|of_type| of_type.posts.on_topic() - of_type.codes[at].on_topic());
        Crosstab {
            rows: vec!["with the code".to_owned(), "without".to_owned()],
            cols: self
                .types
                .iter()
                .map(|of_type| of_type.account_type.to_string())
                .collect(),
            cells: vec![with.collect(), without.collect()],
        }
    }

    fn crosstab(&self, counts: impl Iterator<Item = ByStance>) -> Crosstab {
        Crosstab {
            rows: self
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
    let stances = Stance::ON_TOPIC.map(|stance| (stance.name(), votes.stance.get(stance)));
    for (name, n) in stances.into_iter().chain([(TIE, votes.tie)]) {
        let (row, col) = place(name);
        table.push(row, col, n, base, base_name);
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

/// Name of the yes / no table of a code: `law_misunderstanding` for the code of the case study, else `code_` and the id in lower case with `_`
/// for what a file name should not hold.
pub fn question_name(id: &str) -> String {
    if id == "LAW.MISUND" {
        return "law_misunderstanding".to_owned();
    }
    let id = id.to_lowercase();
    format!("code_{}", id.replace(|c: char| !c.is_alphanumeric(), "_"))
}
