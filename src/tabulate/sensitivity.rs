//! The headline shares under each choice a study has to make and a reviewer asks about.

use crate::model::Stance;

use super::{Base, Level, Table, Tally};

/// What votes in a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voters {
    /// Every post.
    Posts,
    /// Every account once.
    Accounts,
}

/// A way to count: its name, the posts, and who votes.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// Name of the row.
    pub name: &'a str,
    /// The posts counted.
    pub tally: &'a Tally,
    /// Who votes.
    pub voters: Voters,
}

/// Name of the table.
pub(super) const SENSITIVITY: &str = "sensitivity";

/// Account types that are persons: with those verified apart, and counted in. Which of them the study calls individuals is not known.
const ORDINARY: &str = "individual";
const VERIFIED: &str = "individual_verified";
const GOVERNMENT: &str = "government";

/// Shares of the negative posts, and the account types that each is the share of.
pub(super) const MEASURES: [(&str, &[&str]); 3] = [
    ("negative by individuals, verified apart", &[ORDINARY]),
    ("negative by individuals, verified included", &[ORDINARY, VERIFIED]),
    ("negative by government", &[GOVERNMENT]),
];

/// The table `sensitivity`: for each choice the shares of the three stances, then of the negative posts (or accounts) the share by ordinary
/// individuals, by individuals with the verified ones, and by government.
pub fn sensitivity(choices: &[Choice<'_>], level: Level) -> Table {
    let mut table = Table::new(SENSITIVITY, level);
    for choice in choices {
        let posts = choice.voters == Voters::Posts;
        let crosstab = choice.tally.by_type_and_stance(choice.voters);
        let bases = crosstab.col_totals();
        let voting = match choice.voters {
            Voters::Posts => bases.iter().sum(),
            Voters::Accounts => choice.tally.accounts_with_stance(),
        };
        let of_stances = if posts { Base::PostsWithStance } else { Base::Accounts };
        for (stance, &n) in Stance::ON_TOPIC.into_iter().zip(&bases) {
            table.push(choice.name, stance, n, voting, of_stances);
        }
        let negative = Stance::ON_TOPIC
            .into_iter()
            .position(|stance| stance == Stance::Negative)
            .unwrap_or(0);
        let by = |kinds: &[&str]| -> u64 {
            let rows = crosstab.rows.iter().zip(&crosstab.cells);
            rows.filter(|(kind, _)| kinds.contains(&kind.as_str()))
                .map(|(_, cells)| cells[negative])
                .sum()
        };
        let within = if posts {
            Base::WithinStance
        } else {
            Base::AccountsWithinStance
        };
        for (measure, kinds) in MEASURES {
            table.push(choice.name, measure, by(kinds), bases[negative], within);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulate::fixtures;

    /// The twelve posts: positive a1 a2 a7 b3, negative a4 a5 a6 a8 (all by individuals), neutral a3 b1.
    /// Accounts: g1 +, m1 tie, i1 -, i2 tie, i3 -, m2 +; b1 has no user id.
    #[test]
    fn each_choice_has_its_own_base() {
        let tally = fixtures::tally();
        let choice = |name, voters| Choice {
            name,
            tally: &tally,
            voters,
        };
        let table = sensitivity(
            &[choice("posts", Voters::Posts), choice("accounts", Voters::Accounts)],
            Level::default(),
        );
        let cell = |row, col, base| table.cell(row, col, base).map(|count| (count.n, count.base));
        assert_eq!(cell("posts", "negative", Base::PostsWithStance), Some((4, 10)));
        assert_eq!(
            cell("posts", "negative by individuals, verified apart", Base::WithinStance),
            Some((4, 4))
        );
        assert_eq!(
            cell("posts", "negative by government", Base::WithinStance),
            Some((0, 4))
        );
        assert_eq!(cell("accounts", "positive", Base::Accounts), Some((2, 6)));
        assert_eq!(cell("accounts", "negative", Base::Accounts), Some((2, 6)));
        assert_eq!(
            cell(
                "accounts",
                "negative by individuals, verified included",
                Base::AccountsWithinStance
            ),
            Some((2, 2))
        );
        assert_eq!(table.rows.len(), 12);
    }
}
