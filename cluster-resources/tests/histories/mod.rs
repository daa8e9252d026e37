//! A cluster as a table, people who change it, and runs that see it badly and stop anywhere. Only the plan is real.

mod cluster;
mod run;

use cluster::Cluster;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

use self::run::Integration;

/// How often things happened, over many histories.
#[derive(Debug, Default)]
pub struct Tally {
    pub runs: u64,
    pub crashes: u64,
    pub partial_views: u64,
    pub writes: u64,
    pub deletions: u64,
    pub refused_by_precondition: u64,
    pub taken_by_others: u64,
}

impl Tally {
    pub fn with(self, other: Self) -> Self {
        Self {
            runs: self.runs + other.runs,
            crashes: self.crashes + other.crashes,
            partial_views: self.partial_views + other.partial_views,
            writes: self.writes + other.writes,
            deletions: self.deletions + other.deletions,
            refused_by_precondition: self.refused_by_precondition + other.refused_by_precondition,
            taken_by_others: self.taken_by_others + other.taken_by_others,
        }
    }
}

/// One cluster from its beginning, and everything that happens to it.
pub struct History {
    dice: SmallRng,
    cluster: Cluster,
    ours: Integration,
}

impl History {
    /// The history with this number; the same for the same seed.
    pub fn of(seed: u64, index: u64) -> Self {
        let mut dice = SmallRng::seed_from_u64(seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let ours = Integration::new(&mut dice);
        Self { dice, cluster: Cluster::new(), ours }
    }

    /// Lets it happen. Panics when something is deleted that must not be.
    pub fn play(mut self, tally: &mut Tally) {
        for _ in 0..self.dice.random_range(4..12) {
            match self.dice.random_range(0..10) {
                0..3 => self.ours.declare_otherwise(&mut self.dice),
                3..6 => self.cluster.somebody_acts(&mut self.dice, self.ours.set_id(), tally),
                _ => self.ours.run(&mut self.cluster, &mut self.dice, tally),
            }
        }
        // A last run that sees everything and is not stopped leaves what is declared, and asks for nothing more.
        self.ours.settle(&mut self.cluster, &mut self.dice, tally);
    }
}
