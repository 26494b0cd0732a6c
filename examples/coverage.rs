//! How often the intervals of `minyi estimate` hold the truth: `cargo run --release --example coverage -- [REPLICATIONS] [SEED]`.
//!
//! One row a scenario, for shares of 30 and 5%, all posts or 20% of them on topic, machines right in 60, 80 and 95% of posts, samples with equal probabilities, by strata, post by post with unequal
//! ones and by accounts (`minyi::validate::Design`), independent posts and posts clustered in accounts. Nominal coverage is 0.95; width is that
//! of the corrected interval as a share of the hand-only one; fourth and others are the coverage in every fourth account and in the others;
//! false_alarms is how often these two, which do not differ, differ at p < 0.05.

use std::io::{self, Write};

use minyi::validate::{Design, Scenario, coverage};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let mut number = |default| arguments.next().transpose().map(|given| given.unwrap_or(default));
    let wrong = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
    let replications = number(10_000).map_err(wrong)? as usize;
    let seed = number(20_230_614).map_err(wrong)?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "share,on_topic,accuracy,design,posts,naive,hand,corrected,fourth,others,width,bias,false_alarms"
    )?;
    let designs = [Design::Equal, Design::Strata, Design::Poisson, Design::Accounts];
    let both = designs.iter().flat_map(|&design| [(design, false), (design, true)]);
    // Accounts of one post are posts.
    let cases: Vec<(Design, bool)> = both.filter(|case| *case != (Design::Accounts, false)).collect();
    for (share, on_topic) in [(0.3, 1.0), (0.05, 1.0), (0.3, 0.2), (0.05, 0.2)] {
        for accuracy in [0.6, 0.8, 0.95] {
            for &(design, clustered) in &cases {
                let scenario = Scenario {
                    share,
                    on_topic,
                    accuracy,
                    design,
                    clustered,
                    posts: 4_000,
                    coded: 400,
                };
                let found = coverage(scenario, replications, seed, 0);
                writeln!(
                    out,
                    "{share},{on_topic},{accuracy},{},{},{:.4},{:.4},{:.4},{:.4},{:.4},{:.3},{:+.4},{:.4}",
                    design.name(),
                    if clustered { "clustered" } else { "independent" },
                    found.naive,
                    found.hand,
                    found.corrected,
                    found.types[0],
                    found.types[1],
                    found.width,
                    found.bias,
                    found.false_alarms
                )?;
            }
        }
    }
    Ok(())
}
