//! What `cluster-provider` claims of leaders by a Lease of Kubernetes, on a cluster that is fake or real.
//!
//! Each process of a claim has a clock of its own, which moves when the claim says so: fifteen seconds pass at once, and a process that is not
//! run is one that was stopped.

mod claims;
mod process;

use std::time::Duration;

use anyhow::{Context as _, Result};
use http::Method;
use serde_json::json;

use crate::access::{Pair, Who};
use crate::backend::Backend;
use crate::providers::ask;

/// How long a claim may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One claim.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// What is claimed.
    pub name: &'static str,
    run: fn(&Place) -> Result<()>,
}

/// Where candidates meet: a namespace in a cluster, and how to reach it.
struct Place {
    url: String,
    ca: String,
    pair: Pair,
    namespace: String,
}

impl Claim {
    /// Whether it holds on this cluster, in a namespace of its own.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn run(&self, backend: &Backend) -> Result<()> {
        let namespace = format!("election-{}", uuid::Uuid::new_v4().simple());
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        ask(&backend.client(&Who::Admin).await?, Method::POST, "/api/v1/namespaces", Some(&object)).await?;
        let pair = backend.issue("candidate", "system:masters")?;
        let place = Place { url: backend.url().to_owned(), ca: backend.ca().to_owned(), pair, namespace };
        // Runtimes of its own are run in a thread of its own.
        let (run, (told, done)) = (self.run, tokio::sync::oneshot::channel());
        std::thread::Builder::new().name(self.name.to_owned()).spawn(move || drop(told.send(run(&place))))?;
        tokio::time::timeout(PATIENCE, done).await.context("took too long")?.context("panicked")?
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
