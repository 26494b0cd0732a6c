//! The study counted again under other choices.

use anyhow::{Result, bail};

use super::Run;
use crate::{
    cli::{Global, reading::Prepared},
    error,
    export::each_few,
    model::{Excluded, Reject},
    pipeline::{Prepare, Sink},
    score::{EvidenceOf, Relevance},
    tabulate::{Choice, Counted, Level, Table, Tally, TallyOptions, Voters, sensitivity},
};

/// Tallies of all posts and of originals.
pub(super) struct Counts {
    all: Tally,
    originals: Tally,
}

impl Counts {
    fn new(prepared: &Prepared) -> Self {
        let options = TallyOptions {
            examples: 0,
            ..TallyOptions::default()
        };
        let tally = || Tally::new(&prepared.scorer.codebook().codes(), prepared.rules.types(), options);
        Counts {
            all: tally(),
            originals: tally(),
        }
    }

    fn choices<'a>(&'a self, names: &'a [String; 3]) -> [Choice<'a>; 3] {
        let choice = |name: &'a str, tally, voters| Choice { name, tally, voters };
        [
            choice(&names[0], &self.all, Voters::Posts),
            choice(&names[1], &self.originals, Voters::Posts),
            choice(&names[2], &self.all, Voters::Accounts),
        ]
    }
}

impl Sink for Counts {
    /// All posts and the originals among them.
    type Part = [Counted; 2];

    fn prepare(&self) -> Prepare<Self::Part> {
        let (all, originals) = (self.all.counter(), self.originals.counter());
        Box::new(move |posts| {
            let mut counted = [all.begin(), originals.begin()];
            each_few(posts, |posts| {
                let [of_all, of_originals] = &mut counted;
                all.add(of_all, posts);
                originals.add(of_originals, posts.iter().filter(|post| !post.post.is_repost));
                Ok(())
            })?;
            Ok(counted)
        })
    }

    fn coded(&mut self, [all, originals]: Self::Part) -> error::Result<()> {
        self.all.take(all);
        self.originals.take(originals);
        Ok(())
    }

    fn reject(&mut self, _: &Reject) -> error::Result<()> {
        Ok(())
    }

    fn excluded(&mut self, _: &Excluded) -> error::Result<()> {
        Ok(())
    }
}

/// Reads and codes the inputs twice more, once for either rule of relevance, and counts them in each way.
pub(super) fn table(run: &Run, global: &Global) -> Result<Table> {
    let mut counted = Vec::new();
    for (name, relevance) in [("shown", Relevance::Shown), ("assumed", Relevance::Assumed)] {
        let mut prepared = Prepared::new(global, &run.input, &run.coding)?;
        prepared.settings.relevance = Some(relevance);
        prepared.settings.evidence = EvidenceOf::None;
        let mut counts = Counts::new(&prepared);
        prepared.run(&mut counts, global.quiet)?;
        let names =
            ["all posts", "originals only", "one vote an account"].map(|way| format!("relevance {name}, {way}"));
        counted.push((names, counts));
    }
    let choices: Vec<Choice<'_>> = counted
        .iter()
        .flat_map(|(names, counts)| counts.choices(names))
        .collect();
    Ok(sensitivity(&choices, Level::default()))
}

/// # Errors
/// An input cannot be read more than once.
pub(super) fn check(inputs: &[String]) -> Result<()> {
    if inputs.iter().any(|input| input == "-") {
        bail!("--sensitivity reads the inputs more than once; save standard input to a file first");
    }
    Ok(())
}
