//! What every provider of clusters has to keep, held against those that work through Kubernetes, on clusters that are fake or real.
//!
//! The claims are those of [`cluster_provider::testing::provider_suite`]. Each is looked at with a provider and a namespace of its own, so that
//! claims that leave something behind do not meet. What the controllers of Cluster API, of an inventory and of OpenShift do, the subjects do:
//! through the API, as they would.

mod cluster_api;
mod cluster_profile;
mod definitions;
mod existing;
mod faults;
mod more;
mod world;

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cluster_provider::testing::provider_suite::{self, Verdict};
use futures::future::BoxFuture;

use self::cluster_api::Made;
use self::world::World;
pub(crate) use self::world::ask;
use crate::backend::Backend;

/// Two clusters: one that knows of others, and the one that all of those are.
#[derive(Debug)]
pub struct Site<'b> {
    hub: &'b Backend,
    spoke: &'b Backend,
}

/// Whose claims they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// Clusters of Cluster API that are made from a class.
    ClusterApi,
    /// Clusters of Cluster API that are made from a template.
    ClusterApiTemplate,
    /// Clusters of profiles.
    ClusterProfile,
    /// Contexts of a kubeconfig file.
    Existing,
}

/// How long a claim of ours may take; those of the suite have a bound of their own.
const PATIENCE: Duration = Duration::from_secs(120);

/// A claim about what one of them does besides.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Claim {
    /// What is claimed.
    pub name: &'static str,
    run: for<'a> fn(&'a World<'a>) -> BoxFuture<'a, Result<()>>,
}

/// Every claim besides those of the suite.
pub fn claims() -> &'static [Claim] {
    more::ALL
}

// === impl Claim ===

impl Claim {
    /// Whether it holds on a site, in a namespace of its own.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn run(&self, site: &Site<'_>) -> Result<()> {
        let world = World::make(site).await?;
        tokio::time::timeout(PATIENCE, (self.run)(&world)).await.context("took too long")??;
        world.end()
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

// === impl Site ===

impl<'b> Site<'b> {
    /// A site on two running clusters, with the kinds that Cluster API, inventories and OpenShift define.
    ///
    /// # Errors
    /// When a cluster refuses them.
    pub async fn prepare(hub: &'b Backend, spoke: &'b Backend) -> Result<Self> {
        definitions::install(hub, &definitions::of_hubs()).await.context("definitions of the hub")?;
        definitions::install(spoke, &definitions::of_openshift()).await.context("definitions of the other cluster")?;
        existing::make_openshift(spoke).await.context("an OpenShift")?;
        Ok(Self { hub, spoke })
    }
}

// === impl Subject ===

impl Subject {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ClusterApi, Self::ClusterApiTemplate, Self::ClusterProfile, Self::Existing];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClusterApi => "cluster_api",
            Self::ClusterApiTemplate => "cluster_api_template",
            Self::ClusterProfile => "cluster_profile",
            Self::Existing => "existing",
        }
    }

    /// The names of all claims.
    pub fn claims() -> impl Iterator<Item = &'static str> {
        provider_suite::names()
    }

    /// Claims that say nothing about it.
    const fn none_of_its(self) -> &'static [&'static str] {
        match self {
            Self::ClusterApi | Self::ClusterApiTemplate => cluster_api::NONE_OF_ITS,
            Self::ClusterProfile => cluster_profile::NONE_OF_ITS,
            Self::Existing => existing::NONE_OF_ITS,
        }
    }

    /// Whether it keeps a claim, or whether the claim is known to say nothing about it.
    ///
    /// # Errors
    /// How the claim is broken.
    pub async fn keeps(self, claim: &str, site: &Site<'_>) -> Result<()> {
        let world = World::make(site).await?;
        let verdict = match self {
            Self::ClusterApi => cluster_api::look_at(claim, &world, Made::FromClass).await,
            Self::ClusterApiTemplate => cluster_api::look_at(claim, &world, Made::FromTemplate).await,
            Self::ClusterProfile => cluster_profile::look_at(claim, &world).await,
            Self::Existing => existing::look_at(claim, &world).await,
        }?;
        world.end()?;
        match (verdict.context("there is no such claim")?, self.none_of_its().contains(&claim)) {
            (Verdict::Kept, false) | (Verdict::NotApplicable(_), true) => Ok(()),
            (Verdict::Kept, true) => bail!("it is kept, and is listed as one that says nothing about it"),
            (Verdict::NotApplicable(why), false) => bail!("it was not looked at: {why}"),
            (Verdict::Broken(how), _) => bail!("{how}"),
            (other, _) => bail!("{other:?}"),
        }
    }
}
