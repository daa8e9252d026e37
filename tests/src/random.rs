//! Operations nobody thought of: seeded sequences run on both servers and compared step by step; knows nothing of
//! scenarios.

mod generate;
mod objects;
mod operation;
mod shrink;

pub use operation::Operation;

use crate::backend::Backend;
use crate::limits::LIMITS;
use crate::scenarios::objects::definition;
use crate::session::Session;
use crate::transcript::{Difference, compare};
use anyhow::Result;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use std::fmt;

/// The name under which [`LIMITS`] know these runs.
pub const NAME: &str = "random";

/// The group of the custom resource that the operations use.
const GROUP: &str = "random.example.com";

/// Sequences of random operations on two servers.
#[derive(Debug)]
pub struct Random<'a> {
    fake: &'a Backend,
    real: &'a Backend,
    namespaces: usize,
    operations: usize,
    cut_short: usize,
}

/// A sequence after which the servers differ.
#[derive(Debug)]
#[non_exhaustive]
pub struct Divergence {
    /// The seed of the sequence.
    pub seed: u64,
    /// The shortest sequence found that still ends in a difference.
    pub operations: Vec<Operation>,
    /// Where the servers differ after it.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: after {} operations", self.seed, self.operations.len())?;
        for (at, operation) in self.operations.iter().enumerate() {
            write!(f, "\n  {:>3}. {operation}", at + 1)?;
        }
        for difference in &self.differences {
            write!(f, "\n  {difference}")?;
        }
        Ok(())
    }
}

impl<'a> Random<'a> {
    /// Prepares both servers: defines the custom resource.
    ///
    /// # Errors
    /// When a server refuses the definition.
    pub async fn prepare(fake: &'a Backend, real: &'a Backend) -> Result<Self> {
        for backend in [fake, real] {
            let session = Session::open(backend, "random-definitions").await?;
            session.define(definition(GROUP, objects::widget_schema())).await?;
        }
        Ok(Self { fake, real, namespaces: 0, operations: 0, cut_short: 0 })
    }

    /// Operations compared so far.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// Sequences that ended where the real server has a rule that the fake is known not to have.
    pub fn cut_short(&self) -> usize {
        self.cut_short
    }

    /// Runs one sequence; a difference is made as short as a few dozen further runs can.
    ///
    /// # Errors
    /// When a server cannot be reached.
    pub async fn run(&mut self, seed: u64, length: usize) -> Result<Option<Divergence>> {
        let mut random = StdRng::seed_from_u64(seed);
        let operations: Vec<Operation> = (0..length).map(|_| generate::operation(&mut random)).collect();
        let Some((at, differences)) = self.first_difference(&operations).await? else {
            return Ok(None);
        };
        let whole = operations[..at.min(operations.len())].to_vec();
        let (operations, differences) = shrink::shrink(self, whole, differences).await?;
        Ok(Some(Divergence { seed, operations, differences }))
    }

    /// Runs a sequence in new namespaces; the number of operations up to the first difference, and that difference.
    async fn first_difference(&mut self, operations: &[Operation]) -> Result<Option<(usize, Vec<Difference>)>> {
        self.namespaces += 1;
        let namespace = format!("random-{}", self.namespaces);
        let fake = Session::open(self.fake, &namespace).await?;
        let real = Session::open(self.real, &namespace).await?;
        let (mut on_fake, mut on_real) =
            (operation::Memory::begin(&fake).await?, operation::Memory::begin(&real).await?);
        for (at, operation) in operations.iter().enumerate() {
            let (a, b) = futures::join!(operation.run(&fake, &mut on_fake), operation.run(&real, &mut on_real));
            a.and(b)?;
            self.operations += 1;
            let mut differences = compare(&fake.transcript(), &real.transcript());
            if differences.iter().any(is_missing_rule) {
                // From here on the servers hold different objects, for a reason that is known.
                self.cut_short += 1;
                return Ok(None);
            }
            differences.retain(|difference| !is_explained(difference));
            if !differences.is_empty() {
                return Ok(Some((at + 1, differences)));
            }
        }
        let (a, b) = futures::join!(on_fake.end(&fake), on_real.end(&real));
        a.and(b)?;
        let mut differences = compare(&fake.transcript(), &real.transcript());
        differences.retain(|difference| !is_explained(difference));
        Ok((!differences.is_empty()).then_some((operations.len(), differences)))
    }
}

fn is_explained(difference: &Difference) -> bool {
    LIMITS.iter().any(|limit| limit.covers(NAME, difference))
}

/// The limit "rules of built-in kinds": the real server refuses an object that the fake stores.
fn is_missing_rule(difference: &Difference) -> bool {
    let status = |side: &Option<Value>| side.as_ref().and_then(|answer| answer["status"].as_u64());
    let refused = status(&difference.real) == Some(422);
    let stored = status(&difference.fake).is_some_and(|status| status < 300);
    refused && stored && !difference.asked.contains("/widgets")
}
