//! Which shares and differences are estimated, and their rows.

use super::super::{Global, progress::Steps};
use crate::{
    export::{DifferenceRow, Estimated, ShareRow},
    model::{AccountType, Stance},
    tabulate::{ALL, Level, holm, wilson},
    validate::{self, Bounds, Domain, Estimates, Group, Share, ShareBase, Study, difference, estimate, in_order},
};

/// What is to be estimated.
pub(super) struct Plan<'p> {
    /// Column that makes the groups.
    pub(super) rows: &'p str,
    /// Account types in the order tables print them.
    pub(super) order: &'p [AccountType],
    /// Variable whose shares are estimated.
    pub(super) cols: &'p str,
    /// Whether both coders tell a stance, so that off-topic posts can be left out.
    pub(super) with_stance: bool,
    pub(super) ids: &'p [&'p str],
    pub(super) level: Level,
}

/// What was estimated.
pub(super) struct Estimation {
    pub(super) shares: Vec<ShareRow>,
    pub(super) differences: Vec<DifferenceRow>,
}

/// One share in one group.
struct Found {
    rows: [ShareRow; 3],
    estimates: Result<Estimates, String>,
}

impl Plan<'_> {
    pub(super) fn run<'s>(&'s self, study: &Study<'s>, global: &Global) -> Estimation {
        let mut values = study.groups(self.rows);
        let place = |value: &&str| self.order.iter().position(|known| known.name() == *value);
        // A type that the rules do not know comes last.
        values.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
        let mut groups: Vec<Group<'s>> = vec![None];
        groups.extend(values.into_iter().map(|value| Some((self.rows, value))));
        let shares = self.shares(study);
        let steps = Steps::new(groups.len() * shares.len(), global.quiet);
        // A group at a time holds its posts once for all its shares.
        let shared = study.accounts_in_several(self.rows);
        let of_group = |at: usize| {
            let mut domain = study.domain(groups[at]);
            let found: Vec<Found> = shares
                .iter()
                .map(|share| {
                    let mut found = self.found(study, &mut domain, *share, groups[at]);
                    // Only accounts of several groups tie their differences.
                    if let Ok(estimates) = &mut found.estimates {
                        estimates.keep_errors(|account| at > 0 && shared[account]);
                    }
                    steps.done();
                    found
                })
                .collect();
            found
        };
        let found = in_order(global.jobs, groups.len(), of_group);
        steps.finish();
        let differences = self.differences(&shares, &groups, &found);
        Estimation {
            shares: found.into_iter().flatten().flat_map(|found| found.rows).collect(),
            differences,
        }
    }

    /// Each share to estimate.
    fn shares<'s>(&'s self, study: &Study<'s>) -> Vec<Share<'s>> {
        let share = |label, base| Share {
            variable: self.cols,
            label,
            base,
        };
        let base = if self.with_stance {
            ShareBase::WithStance
        } else {
            ShareBase::AllPosts
        };
        match self.cols {
            "stance" => {
                let all = Stance::BY_HAND.map(|stance| share(stance.name(), ShareBase::AllPosts));
                let with = Stance::ON_TOPIC.map(|stance| share(stance.name(), ShareBase::WithStance));
                all.into_iter().chain(with).collect()
            }
            "codes" => self.ids.iter().map(|id| share(id, base)).collect(),
            column => study
                .labels(column)
                .into_iter()
                .map(|label| share(label, ShareBase::AllPosts))
                .collect(),
        }
    }

    /// The shares of one base: of posts with a stance where there are such.
    pub(super) fn labels_of_base<'s>(&'s self, study: &Study<'s>) -> Vec<Share<'s>> {
        let mut shares = self.shares(study);
        if shares.iter().any(|share| share.base == ShareBase::WithStance) {
            shares.retain(|share| share.base == ShareBase::WithStance);
        }
        shares
    }

    fn table(&self, group: Group<'_>) -> String {
        match group {
            None => self.cols.to_owned(),
            Some((column, _)) => format!("{column}_by_{}", self.cols),
        }
    }

    fn found(&self, study: &Study<'_>, domain: &mut Domain, share: Share<'_>, group: Group<'_>) -> Found {
        let (frame, coded) = study.share(domain, share);
        let sum = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() as u64;
        let by_machine = sum(&mut frame.machine.iter().map(|part| part.counted));
        let machine_base = sum(&mut frame.machine.iter().map(|part| part.base));
        let by_hand = sum(&mut coded.iter().map(|one| one.human.counted));
        let hand_base = sum(&mut coded.iter().map(|one| one.human.base));
        let naive = wilson(by_machine, machine_base, self.level).map(|interval| {
            let share = by_machine as f64 / machine_base as f64;
            Estimated {
                share,
                standard_error: (share * (1.0 - share) / machine_base as f64).sqrt(),
                bounds: Bounds {
                    low: interval.low,
                    high: interval.high,
                },
                lambda: 1.0,
            }
        });
        let estimates = estimate(frame, &coded).map_err(|why| why.to_string());
        let in_base = (estimates.as_ref()).map_or(0, |found| found.corrected.estimate.base.round() as u64);
        let row = |method, n, base, estimate, note: &str, ci_method| ShareRow {
            table: self.table(group),
            row: group.map_or(ALL, |(_, value)| value).to_owned(),
            col: share.label.to_owned(),
            method,
            n,
            base,
            base_name: share.base.name(),
            estimate,
            ci_method,
            note: note.to_owned(),
        };
        let of = |method, n, base, one: fn(&Estimates) -> &validate::Estimate| {
            let found = estimates.as_ref().map(one);
            let clipped = found.as_ref().is_ok_and(|found| found.clipped);
            let note = if clipped {
                "the estimate fell outside 0 to 1 and was set to the nearer end"
            } else {
                ""
            };
            let printed = found.map_err(String::clone).and_then(|found| self.printed(found));
            row(method, n, base, printed, note, "wilson on effective n, cluster-robust")
        };
        let naive = naive.ok_or_else(|| "no post in the base by the machine".to_owned());
        Found {
            rows: [
                row("naive", by_machine, machine_base, naive, "", "wilson"),
                of("hand", by_hand, hand_base, |found| &found.hand.estimate),
                of("corrected", hand_base, in_base, |found| &found.corrected.estimate),
            ],
            estimates,
        }
    }

    fn printed(&self, found: &validate::Estimate) -> Result<Estimated, String> {
        Ok(Estimated {
            share: found.share,
            standard_error: found.standard_error,
            bounds: found.bounds(self.level).map_err(|why| why.to_string())?,
            lambda: found.lambda,
        })
    }

    /// Every pair of groups, share by share, first by hand and then corrected; p corrected over all tests of one base.
    fn differences(&self, shares: &[Share<'_>], groups: &[Group<'_>], found: &[Vec<Found>]) -> Vec<DifferenceRow> {
        let mut rows = Vec::new();
        for base in [ShareBase::AllPosts, ShareBase::WithStance] {
            for method in ["hand", "corrected"] {
                let mut of_one: Vec<DifferenceRow> = Vec::new();
                for (at, share) in shares.iter().enumerate().filter(|(_, share)| share.base == base) {
                    // The first group is all posts.
                    for first in 1..groups.len() {
                        for second in first + 1..groups.len() {
                            let pair = [&found[first][at].estimates, &found[second][at].estimates];
                            let name = |group: usize| groups[group].map_or(ALL, |(_, value)| value).to_owned();
                            of_one.push(DifferenceRow {
                                table: self.table(groups[first]),
                                col: share.label.to_owned(),
                                base_name: base.name(),
                                first: name(first),
                                second: name(second),
                                method,
                                found: self.difference(pair, method),
                                p_corrected: None,
                            });
                        }
                    }
                }
                let p = |row: &DifferenceRow| Some(row.found.as_ref().ok()?.p_value);
                let mut corrected = holm(&of_one.iter().filter_map(p).collect::<Vec<_>>()).into_iter();
                for row in of_one.iter_mut().filter(|row| row.found.is_ok()) {
                    row.p_corrected = corrected.next();
                }
                rows.extend(of_one);
            }
        }
        rows
    }

    fn difference(
        &self,
        [first, second]: [&Result<Estimates, String>; 2],
        method: &str,
    ) -> Result<validate::Difference, String> {
        let (first, second) = (first.as_ref()?, second.as_ref()?);
        let of = |found: &'_ Estimates| match method {
            "hand" => found.hand.clone(),
            _ => found.corrected.clone(),
        };
        difference(&of(first), &of(second), self.level).map_err(|why| why.to_string())
    }
}
