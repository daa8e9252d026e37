//! What controllers and watchers of `kube-runtime` live on, as claims about a cluster that is fake or real.
//!
//! Each claim is a flow as a controller's author writes it: the runtime is what asks, and what comes of it is claimed. Nothing here says what
//! a single request is answered with; that is for [`scenarios`](mod@crate::scenarios).

/// The claims of a module, and what they need.
macro_rules! claims {
    ($needs:ident: $($name:ident),* $(,)?) => {
        pub(super) const ALL: &[super::Claim] = &[$(super::Claim {
            name: stringify!($name),
            needs: super::Needs::$needs,
            run: |bed| futures::FutureExt::boxed($name(bed)),
        }),*];
    };
}

mod bed;
mod compacted;
mod controlled;
mod controllers;
mod events;
mod finalizers;
mod owned;
mod stores;
mod waiting;
mod watchers;

use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::BoxFuture;

use crate::backend::Backend;

/// How long a claim may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a claim needs of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// An API server, fake or real.
    Server,
    /// An API server that forgets the history of its watches when it is told to. A real one answers watches out of its memory, which no
    /// compaction reaches, so this is the fake one.
    Forgetting,
    /// Controllers and a kubelet beside the API server: a fake one with [all it has](Backend::fake_with_controllers).
    Controllers,
}

/// One claim.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// What is claimed.
    pub name: &'static str,
    /// What it needs.
    pub needs: Needs,
    run: for<'a> fn(&'a bed::Bed<'a>) -> BoxFuture<'a, Result<()>>,
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
pub fn claims() -> impl Iterator<Item = &'static Claim> {
    let all = [
        watchers::ALL,
        compacted::ALL,
        stores::ALL,
        controllers::ALL,
        owned::ALL,
        finalizers::ALL,
        events::ALL,
        waiting::ALL,
        controlled::ALL,
    ];
    all.into_iter().flatten()
}
