//! Runs what tests run for a moment for a long time. Knows nothing of what is claimed.

use anyhow::Result;

use crate::process::{cargo, complete};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to soak.
    what: Soak,
    /// How many histories, or how many cases of each property; a million histories and 5,000 cases by default.
    #[arg(long)]
    count: Option<u64>,
    /// Where chance begins; another one each time by default.
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Soak {
    /// Histories of a fleet in which nothing may be deleted that is not ours.
    Prune,
    /// The tests of every crate, with more cases of every property.
    Properties,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let seed = args.seed.unwrap_or_else(rand::random).to_string();
    println!("seed {seed}");
    let mut command = cargo();
    match args.what {
        Soak::Prune => command
            .args(["test", "--release", "-p", "cluster-resources", "--test", "prune_histories", "--", "--nocapture"])
            .env("MOORING_HISTORIES", args.count.unwrap_or(1_000_000).to_string())
            .env("MOORING_SEED", seed),
        Soak::Properties => command
            .args(["test", "--workspace", "--lib"])
            .env("PROPTEST_CASES", args.count.unwrap_or(5_000).to_string())
            .env("PROPTEST_RNG_SEED", seed),
    };
    complete(&mut command)
}
