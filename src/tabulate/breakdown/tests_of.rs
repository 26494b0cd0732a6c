//! Which tests a table gets.

use super::{Crossing, NO_CODE, Unit};
use crate::tabulate::{
    Crosstab, MonteCarlo, Test, code_tests,
    exact::{pairwise_tests, two_by_two_tests},
    hypothesis::{CODES_OF_ACCOUNT, ONE_VOTE},
    independence_tests,
    suppress::withhold,
};

/// The tests of a table: of two single-valued variables chi-square, Cramér's V, Monte-Carlo p where expected counts are small, the
/// adjusted residuals, and for two rows and columns Fisher's exact test with the odds ratio. Of a variable with several labels each
/// label against the other variable, and each label in each group against the rest, both with Holm's correction. Accounts that tie and
/// units without a label are in no category, and no test takes them for one. A table that cannot be tested gets one row that says why.
///
/// Where counts are masked nothing is printed that they could be worked out from.
pub fn crossing_tests(name: &str, crossing: &Crossing, monte_carlo: MonteCarlo) -> Vec<Test> {
    let tests = all_tests(name, &crossing.without_ties(), monte_carlo);
    if crossing.mask.any() { withhold(tests) } else { tests }
}

fn all_tests(name: &str, crossing: &Crossing, monte_carlo: MonteCarlo) -> Vec<Test> {
    let options = &crossing.options;
    if options.weighted {
        return vec![Test::not_made(
            name,
            "not tested: the counts are sums of weights, not independent units",
        )];
    }
    let caveat = match options.unit {
        Unit::Posts => "posts of one account are not independent: see --unit accounts and --bootstrap",
        Unit::Accounts if options.rows_multiple || options.cols_multiple => CODES_OF_ACCOUNT,
        Unit::Accounts => ONE_VOTE,
    };
    match (options.rows_multiple, options.cols_multiple) {
        (true, true) => vec![Test::not_made(
            name,
            "not tested: units stand in several rows and several columns",
        )],
        (false, false) => {
            let table = crossing.crosstab();
            let mut tests = independence_tests(name, &table, monte_carlo, caveat);
            tests.extend(two_by_two_tests(name, &table.without_empty().0, crossing.options.level));
            tests
        }
        (rows_multiple, _) => {
            let labels = labels(crossing, rows_multiple);
            let mut tests = code_tests(name, &labels, monte_carlo, caveat);
            tests.extend(pairwise_tests(name, &labels, crossing.options.level));
            tests
        }
    }
}

/// For each label the units with it and without it, by the groups of the other variable.
fn labels(crossing: &Crossing, in_rows: bool) -> Vec<(String, Crosstab)> {
    let (labels, groups) = if in_rows {
        (&crossing.rows, &crossing.cols)
    } else {
        (&crossing.cols, &crossing.rows)
    };
    let bases = if in_rows {
        &crossing.col_bases
    } else {
        &crossing.row_bases
    };
    let with = |label: usize, group: usize| {
        if in_rows {
            crossing.cells[label][group]
        } else {
            crossing.cells[group][label]
        }
    };
    let table = |label: usize| {
        let with: Vec<u64> = (0..groups.len()).map(|group| with(label, group)).collect();
        let without = bases.iter().zip(&with).map(|(base, with)| base - with).collect();
        Crosstab {
            rows: vec!["with".to_owned(), "without".to_owned()],
            cols: groups.clone(),
            cells: vec![with, without],
        }
    };
    labels
        .iter()
        .zip(0..)
        .filter(|(name, _)| *name != NO_CODE)
        .map(|(name, label)| (name.clone(), table(label)))
        .collect()
}
