//! What every provider has to keep, as claims that anybody can hold a provider to. Knows nothing of any provider.
//!
//! A test implements [`ProviderUnderTest`] for its provider: how to ask for a cluster that can be had, how to let it become ready, and, where
//! that is possible, how to lose an answer, to stop answering, to let a cluster vanish. Then it runs the claims:
//!
//! ```
//! # async fn example(subject: &dyn cluster_provider::testing::provider_suite::ProviderUnderTest)
//! # -> Result<(), cluster_provider::testing::provider_suite::BrokenClaims> {
//! use cluster_provider::testing::provider_suite;
//!
//! let report = provider_suite::run(subject).await;
//! report.check()?;
//! # Ok(()) }
//! ```
//!
//! Every claim stands alone: it asks for its own clusters, one that is broken does not hold up the others, and one that does not apply says
//! why. The claims wait in the time of tokio; with paused time and a provider in the process they take none.

mod capabilities;
mod errors;
mod life;
mod sets;
#[cfg(test)]
mod tests;
mod time;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;

use crate::cluster::{ClusterId, CreateToken, ProviderClusterId};
use crate::provider::{
    Addon, CallContext, ClusterRequest, ClusterSpec, DeleteOptions, IdentityProvider, MachinePoolRequest,
    OpenIdProvider, Provider, ResourceSet,
};

/// After this long a claim is broken, whatever it waits for.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often something under way is looked at before it is said to stand still.
const LOOKS: usize = 50;

/// Whether a situation could be brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Situation {
    /// It is so now.
    Prepared,
    /// There is no such thing with this provider, or no way to bring it about; claims about it do not apply.
    NotPossible,
}

/// A provider, and how to bring about what the claims are about.
#[async_trait]
pub trait ProviderUnderTest: Send + Sync {
    /// The provider.
    fn provider(&self) -> Arc<dyn Provider>;

    /// A request that can be carried out, for a cluster that nobody has asked for yet. Another one each time.
    async fn request(&self) -> ClusterRequest;

    /// Lets a cluster that was asked for become usable.
    async fn provision(&self, spec: &ClusterSpec);

    /// Lets what is under way go on: a deletion that was begun, an add-on. Called between looks.
    async fn go_on(&self, spec: &ClusterSpec);

    /// A request of somebody else for the same name or the same cluster; `None` when there cannot be one.
    async fn same_name(&self, request: &ClusterRequest) -> Option<ClusterRequest> {
        let mut other = request.clone();
        (other.cluster_id, other.create_token) = (ClusterId::generate(), CreateToken::generate());
        Some(other)
    }

    /// The id of a cluster that was never there, in the form that ids have here.
    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new("unknown0000000000000000000000000").ok()
    }

    /// Whether the provider makes and destroys clusters, and does not only adopt what is there. Of one that was adopted only the way to it
    /// can vanish; what was applied to it may be there still, so that its deletion is over when it is forced.
    fn owns_clusters(&self) -> bool {
        true
    }

    /// Whether the token of a request is kept with its cluster. One that writes nothing into what it adopts has no place for it: it finds a
    /// cluster by its name alone, and two requests that name one cluster get that cluster, under one external id, by which a store refuses
    /// the second record.
    fn keeps_tokens(&self) -> bool {
        true
    }

    /// How its clusters are deleted.
    fn delete_options(&self) -> DeleteOptions {
        DeleteOptions::default()
    }

    /// The next create is carried out, and its answer is lost.
    async fn lose_next_answer(&self) -> Situation {
        Situation::NotPossible
    }

    /// Nothing is answered any more, until [`resume`](Self::resume).
    async fn stall(&self) -> Situation {
        Situation::NotPossible
    }

    /// Everything is answered again.
    async fn resume(&self) {}

    /// The next look at a cluster is answered with an error.
    async fn fail_next_look(&self) -> Situation {
        Situation::NotPossible
    }

    /// A cluster is gone, and nobody has asked for that.
    async fn vanish(&self, _spec: &ClusterSpec) -> Situation {
        Situation::NotPossible
    }

    /// A cluster may not be deleted.
    async fn protect(&self, _spec: &ClusterSpec) -> Situation {
        Situation::NotPossible
    }

    /// Texts that may be in no error: the credentials of the provider, and those of clusters that were asked for so far.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether a usable cluster has a domain.
    fn has_dns(&self) -> bool {
        false
    }

    /// Objects that can be applied; with `changed` as part of their content.
    fn resource_set(&self, name: &str, changed: &str) -> ResourceSet {
        let object = |object: &str| {
            json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": { "name": object, "namespace": "default" }, "data": { "content": changed },
            })
        };
        ResourceSet::new(name, vec![object(&format!("{name}-one")), object(&format!("{name}-two"))])
    }

    /// An identity provider that can be added, with this secret.
    fn identity_provider(&self, secret: &str) -> Option<IdentityProvider> {
        let provider = OpenIdProvider::new("suite", "suite-client", secret, "https://sso.example.com/realms/suite");
        Some(IdentityProvider::OpenId(provider))
    }

    /// An add-on that can be had.
    fn addon(&self) -> Option<Addon> {
        Some(Addon::new("suite-addon").with_parameter("colour", "blue"))
    }

    /// Machines that can be had.
    fn machine_pool(&self) -> Option<MachinePoolRequest> {
        Some(MachinePoolRequest::fixed("suite-pool", "m5.xlarge", 3))
    }

    /// How long a call may take that is answered.
    fn call(&self) -> CallContext {
        CallContext::within(Duration::from_secs(30))
    }

    /// How long a call may take that is not answered, and how late it may end. Long enough for the machine, and not longer.
    fn short(&self) -> (Duration, Duration) {
        (Duration::from_millis(200), Duration::from_secs(5))
    }
}

/// What became of one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// It says nothing about this provider, and why.
    NotApplicable(String),
    /// It is broken, and how.
    Broken(String),
}

/// What became of each claim, in the order they were looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a broken claim is only said here"]
pub struct SuiteReport {
    claims: Vec<(&'static str, Verdict)>,
}

/// Claims that a provider does not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of the claims about a provider are broken: {}", .0.len(), listed(.0))]
pub struct BrokenClaims(Vec<(&'static str, String)>);

/// Why a claim stops early.
pub(crate) enum Stop {
    Broken(String),
    NotApplicable(&'static str),
}

type Checked = Result<(), Stop>;
type Claim = (&'static str, for<'a> fn(&'a dyn ProviderUnderTest) -> BoxFuture<'a, Checked>);

macro_rules! claims {
    ($($module:ident::$claim:ident),* $(,)?) => {
        const CLAIMS: &[Claim] = &[$((stringify!($claim), |subject| Box::pin($module::$claim(subject)))),*];
    };
}

claims![
    life::a_create_with_the_same_claim_is_one_cluster,
    life::a_cluster_is_found_by_its_own_claim_only,
    life::a_name_belongs_to_one_token,
    life::an_unknown_cluster_is_none,
    life::a_lost_answer_leaves_one_cluster_that_is_found,
    life::a_create_that_may_be_repeated_is_one_cluster,
    life::a_cluster_becomes_usable_under_one_id,
    life::a_look_keeps_what_was_known,
    life::a_cluster_that_vanished_is_none_and_its_delete_is_over,
    life::a_delete_is_asked_for_until_it_is_over,
    life::a_dry_run_deletes_nothing,
    life::a_protected_cluster_is_not_deleted,
    life::a_domain_is_known_or_none_and_never_empty,
    time::a_call_ends_by_its_deadline,
    time::a_cancelled_call_ends_at_once,
    errors::an_error_says_who_did_what_for_whom,
    errors::no_error_shows_a_secret,
    errors::a_connection_is_had_or_refused_by_kind,
    sets::a_set_is_applied_once,
    sets::a_changed_set_is_written_and_a_diff_writes_nothing,
    sets::a_set_that_is_not_there_is_removed_already,
    sets::an_object_without_a_name_is_in_no_set,
    capabilities::what_is_there_is_what_is_said_to_be_there,
    capabilities::an_identity_provider_is_one_however_often_it_is_ensured,
    capabilities::an_addon_comes_and_goes,
    capabilities::a_machine_pool_is_what_the_provider_made_of_it,
    capabilities::clouds_have_regions_without_doubles,
    capabilities::quota_is_told_once_for_each_thing,
    capabilities::a_cluster_does_not_belong_to_strangers,
];

/// Holds a provider to every claim.
pub async fn run(subject: &dyn ProviderUnderTest) -> SuiteReport {
    let mut claims = Vec::with_capacity(CLAIMS.len());
    for claim in CLAIMS {
        claims.push((claim.0, look_at(*claim, subject).await));
    }
    SuiteReport { claims }
}

/// Holds a provider to one claim; `None` when there is no claim of this name.
pub async fn run_one(subject: &dyn ProviderUnderTest, name: &str) -> Option<Verdict> {
    let claim = CLAIMS.iter().find(|(held, _)| *held == name)?;
    Some(look_at(*claim, subject).await)
}

/// The names of all claims.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLAIMS.iter().map(|(name, _)| *name)
}

async fn look_at((_, claim): Claim, subject: &dyn ProviderUnderTest) -> Verdict {
    // A claim that panics is one that is broken; what it leaves behind is looked at by nobody.
    let looked = tokio::time::timeout(PATIENCE, AssertUnwindSafe(claim(subject)).catch_unwind()).await;
    subject.resume().await;
    match looked {
        Err(_) => Verdict::Broken(format!("it did not come to an end within {PATIENCE:?}")),
        Ok(Err(_)) => Verdict::Broken("something panicked".to_owned()),
        Ok(Ok(Err(Stop::Broken(how)))) => Verdict::Broken(how),
        Ok(Ok(Err(Stop::NotApplicable(why)))) => Verdict::NotApplicable(why.to_owned()),
        Ok(Ok(Ok(()))) => Verdict::Kept,
    }
}

fn listed(broken: &[(&'static str, String)]) -> String {
    broken.iter().map(|(claim, how)| format!("{claim}: {how}")).collect::<Vec<_>>().join("; ")
}

// === impl SuiteReport ===

impl SuiteReport {
    /// Each claim and what became of it.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Verdict)> {
        self.claims.iter().map(|(name, verdict)| (*name, verdict))
    }

    /// What became of one.
    #[must_use]
    pub fn verdict(&self, name: &str) -> Option<&Verdict> {
        self.claims.iter().find(|(held, _)| *held == name).map(|(_, verdict)| verdict)
    }

    /// Whether all that apply are kept.
    ///
    /// # Errors
    /// Those that are broken, and how.
    pub fn check(&self) -> Result<(), BrokenClaims> {
        let broken = self.claims.iter().filter_map(|(name, verdict)| match verdict {
            Verdict::Broken(how) => Some((*name, how.clone())),
            _ => None,
        });
        let broken: Vec<_> = broken.collect();
        if broken.is_empty() { Ok(()) } else { Err(BrokenClaims(broken)) }
    }
}

impl fmt::Display for SuiteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, verdict) in &self.claims {
            match verdict {
                Verdict::Kept => writeln!(f, "kept            {name}")?,
                Verdict::NotApplicable(why) => writeln!(f, "not applicable  {name}: {why}")?,
                Verdict::Broken(how) => writeln!(f, "BROKEN          {name}: {how}")?,
            }
        }
        Ok(())
    }
}

// === impl BrokenClaims ===

impl BrokenClaims {
    /// The claims, and how each is broken.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, how)| (*name, how.as_str()))
    }
}

// === what claims are written with ===

/// Broken unless it is so.
fn so(is: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if is { Ok(()) } else { Err(Stop::Broken(otherwise())) }
}

/// What was expected to be answered.
fn answered<T, E: std::error::Error>(answer: Result<T, E>, doing: &str) -> Result<T, Stop> {
    answer.map_err(|error| Stop::Broken(format!("{doing}: {error}")))
}

/// What was expected to be there.
fn there<T>(thing: Option<T>, what: &str) -> Result<T, Stop> {
    thing.ok_or_else(|| Stop::Broken(format!("{what} is not there")))
}

/// What a provider may have or not.
fn applicable<T>(thing: Option<T>, why_not: &'static str) -> Result<T, Stop> {
    thing.ok_or(Stop::NotApplicable(why_not))
}

fn prepared(situation: Situation, why_not: &'static str) -> Checked {
    match situation {
        Situation::Prepared => Ok(()),
        Situation::NotPossible => Err(Stop::NotApplicable(why_not)),
    }
}

/// A cluster that was asked for.
async fn created(subject: &dyn ProviderUnderTest) -> Result<(ClusterRequest, ClusterSpec), Stop> {
    let request = subject.request().await;
    let made = answered(subject.provider().create(&subject.call(), &request).await, "create")?;
    Ok((request, made))
}

/// A cluster that is usable, as the provider says.
async fn usable(subject: &dyn ProviderUnderTest) -> Result<ClusterSpec, Stop> {
    let (_, mut spec) = created(subject).await?;
    subject.provision(&spec).await;
    for _ in 0..LOOKS {
        let seen = answered(subject.provider().check_status(&subject.call(), &spec).await, "check_status")?;
        spec = there(seen, "a cluster that was made")?;
        if spec.status == crate::cluster::ClusterStatus::Provisioned {
            return Ok(spec);
        }
        subject.go_on(&spec).await;
    }
    Err(Stop::Broken(format!("the cluster is still {} after {LOOKS} looks", spec.status)))
}
