//! What `cluster-resources` claims about declared state, as scenarios that run on a cluster, fake or real.

mod bed;
mod claims;

use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::BoxFuture;

use crate::backend::Backend;

/// How long a claim may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// One claim.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// What is claimed.
    pub name: &'static str,
    run: for<'a> fn(&'a bed::Bed) -> BoxFuture<'a, Result<()>>,
}

impl Claim {
    /// Whether it holds on this cluster, in a namespace of its own.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn run(&self, backend: &Backend) -> Result<()> {
        let bed = bed::Bed::make(backend).await?;
        tokio::time::timeout(PATIENCE, (self.run)(&bed)).await.context("took too long")?
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every claim.
pub fn claims() -> &'static [Claim] {
    claims::ALL
}
