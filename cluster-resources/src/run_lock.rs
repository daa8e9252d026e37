//! One run of a set at a time: a Lease beside the inventory, held while a run is under way. Knows nothing of what the run does.
//!
//! The Lease is kept by a task that the lock owns. Whoever works under the lock looks at [`RunLock::held`]: it is cancelled as soon as the
//! Lease is known to be lost, and at the latest when it could not be renewed for so long that somebody else may take it. That is measured
//! here, and does not depend on what clocks show. Another run takes a Lease over that it did not see change for as long as the Lease says.
//!
//! Source: leader election of client-go (`tools/leaderelection`).

mod keep;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cluster_client::shard::{KubeLeases, LeaseApi, LeaseError, PART_OF};
use core_client::error::ErrorChain;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::classify::{self, RequestContext, Verb};
use crate::clusters::ClusterAccess;
use crate::id::{BucketId, ClusterName, GroupKind};
use crate::issue::{Issue, IssueClass, Reach};
use crate::policy::{Actor, InventoryConfig};

/// How quick and how careful a lock is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockOptions {
    /// How long the Lease is good after it was written, in whole seconds. Default: 30 s.
    pub duration: Duration,
    /// How much earlier than that the holder gives up of its own accord. Default: 5 s.
    pub margin: Duration,
    /// How often it is renewed. Default: 10 s.
    pub renew_every: Duration,
    /// How long to wait after a request that failed. Default: 1 s.
    pub retry_after: Duration,
    /// How long one request may take. Default: 5 s.
    pub request_timeout: Duration,
    /// How long to wait for a lock that somebody holds. Default: 45 s, which is enough to take over from a run that died.
    pub wait: Duration,
}

impl Default for LockOptions {
    fn default() -> Self {
        Self {
            duration: Duration::from_secs(30),
            margin: Duration::from_secs(5),
            renew_every: Duration::from_secs(10),
            retry_after: Duration::from_secs(1),
            request_timeout: Duration::from_secs(5),
            wait: Duration::from_secs(45),
        }
    }
}

impl LockOptions {
    fn seconds(&self) -> i32 {
        i32::try_from(self.duration.as_secs()).unwrap_or(i32::MAX).max(1)
    }

    /// How long the lock is held after the write that gave or renewed it began.
    fn good_for(&self) -> Duration {
        self.duration.saturating_sub(self.margin)
    }
}

/// A lock that is held. Dropping it ends its task at once, and leaves the Lease to run out; see [`RunLock::shutdown`].
#[must_use = "the lock is lost when it is dropped"]
pub struct RunLock {
    name: String,
    holder: String,
    transitions: i32,
    held: CancellationToken,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl RunLock {
    /// Takes the lock of a set, or waits for it. `identity` is who this is for those who wait: the name of a pod or a host.
    ///
    /// Needs the verbs `get`, `create` and `update` on `leases` of `coordination.k8s.io` in the inventory's namespace.
    ///
    /// # Errors
    /// [`IssueClass::Inventory`] when somebody else holds it for longer than [`LockOptions::wait`], and who; others when Leases cannot be
    /// read or written. Nothing may be done without the lock.
    ///
    /// # Cancel safety
    /// A lock that was taken and not handed out runs out.
    pub async fn acquire(
        cluster: &ClusterName,
        access: &ClusterAccess,
        config: &InventoryConfig,
        actor: &Actor,
        identity: &str,
        options: LockOptions,
    ) -> Result<Self, Issue> {
        let leases = Arc::new(KubeLeases::new(access.client.clone(), &config.namespace));
        Self::acquire_with(leases, cluster, config, actor, identity, options).await
    }

    /// The same with Leases from elsewhere.
    ///
    /// # Errors
    /// As [`RunLock::acquire`].
    pub async fn acquire_with(
        leases: Arc<dyn LeaseApi>,
        cluster: &ClusterName,
        config: &InventoryConfig,
        actor: &Actor,
        identity: &str,
        options: LockOptions,
    ) -> Result<Self, Issue> {
        let start: u64 = rand::random();
        let claim = Claim {
            leases,
            name: lease_name(&config.name),
            holder: format!("{identity}_{start:016x}"),
            integration: actor.integration.to_string(),
            options,
        };
        let (lease, began) = match claim.take().await {
            Ok(taken) => taken,
            Err(why) => return Err(why.issue(cluster, config, &claim.name)),
        };
        let (held, stop) = (CancellationToken::new(), CancellationToken::new());
        let (name, holder) = (claim.name.clone(), claim.holder.clone());
        let transitions = lease.spec.as_ref().and_then(|spec| spec.lease_transitions).unwrap_or_default();
        let task = tokio::spawn(keep::keep(claim, lease, began, held.clone(), stop.clone()));
        Ok(Self { name, holder, transitions, held, stop, task: Some(task) })
    }

    /// Cancelled when the lock is lost, or was given back.
    #[must_use]
    pub fn held(&self) -> CancellationToken {
        self.held.child_token()
    }

    /// Whether the lock is held now.
    #[must_use]
    pub fn is_held(&self) -> bool {
        !self.held.is_cancelled()
    }

    /// A number that grows with every holder: who has a lower one is late.
    #[must_use]
    pub fn fence(&self) -> i32 {
        self.transitions
    }

    /// Gives the lock back, so that nobody has to wait, and waits for that. Ends within a few request timeouts.
    ///
    /// # Cancel safety
    /// The Lease runs out when this is dropped.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            // Dropping this future must not leave it running.
            let guard = AbortOnDrop(task);
            guard.wait().await;
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        self.held.cancel();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl fmt::Debug for RunLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunLock")
            .field("name", &self.name)
            .field("holder", &self.holder)
            .field("held", &self.is_held())
            .finish_non_exhaustive()
    }
}

struct AbortOnDrop(JoinHandle<()>);

impl AbortOnDrop {
    async fn wait(mut self) {
        if let Err(error) = (&mut self.0).await
            && error.is_panic()
        {
            tracing::error!("the task of a run lock panicked");
        }
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The Lease of a set's runs.
fn lease_name(set: &str) -> String {
    // Names of Leases end at 253 characters, as those of parents do.
    let short: String = set.chars().take(249).collect();
    format!("{}-run", short.trim_end_matches(['-', '.']))
}

/// Who wants a Lease, and how.
struct Claim {
    leases: Arc<dyn LeaseApi>,
    name: String,
    holder: String,
    integration: String,
    options: LockOptions,
}

/// Why a Lease was not taken.
enum NotTaken {
    /// Somebody holds it.
    Held(String),
    /// It cannot be read or written.
    Failed(LeaseError),
}

impl NotTaken {
    fn issue(self, cluster: &ClusterName, config: &InventoryConfig, name: &str) -> Issue {
        let lease = format!("Lease {}/{name}", config.namespace);
        let reach = Reach::Cluster(cluster.clone());
        match self {
            Self::Held(by) => {
                let message = format!("another run of the set is under way: {lease} is held by {by}; wait for it");
                Issue::error(reach, IssueClass::Inventory, message)
            }
            Self::Failed(error) => {
                let kube = match &error {
                    LeaseError::Failed(source) => source.downcast_ref::<kube::Error>(),
                    _ => None,
                };
                let id = BucketId::new(
                    cluster.clone(),
                    Some(&config.namespace),
                    GroupKind::new("coordination.k8s.io", "Lease"),
                )
                .object(name);
                let class = kube.map_or(IssueClass::Unavailable, |error| {
                    classify::classify(error, &RequestContext::new(Verb::Update, &id)).issue.class
                });
                Issue::error(reach, class, format!("{lease} cannot be taken: {}", ErrorChain::new(&error)))
            }
        }
    }
}

/// What others have written, as far as it is looked at.
#[derive(PartialEq)]
struct Seen {
    holder: Option<String>,
    renewed: Option<MicroTime>,
    transitions: Option<i32>,
}

impl Seen {
    fn of(lease: &Lease) -> Self {
        let spec = lease.spec.clone().unwrap_or_default();
        Self {
            holder: spec.holder_identity.filter(|holder| !holder.is_empty()),
            renewed: spec.renew_time,
            transitions: spec.lease_transitions,
        }
    }
}

impl Claim {
    /// Takes the Lease; says when the write that took it began.
    async fn take(&self) -> Result<(Lease, Instant), NotTaken> {
        let deadline = Instant::now() + self.options.wait;
        let mut seen: Option<(Seen, Instant)> = None;
        loop {
            let now = Instant::now();
            let found = match self.within(self.leases.get(&self.name)).await {
                Ok(found) => found,
                Err(error) if now >= deadline => return Err(NotTaken::Failed(error)),
                Err(_) => {
                    self.pause(deadline).await;
                    continue;
                }
            };
            let free = match &found {
                None => true,
                Some(lease) => {
                    let current = Seen::of(lease);
                    let free = current.holder.as_ref().is_none_or(|holder| *holder == self.holder);
                    let since = match &seen {
                        Some((last, since)) if *last == current => *since,
                        _ => now,
                    };
                    let good_for = lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds).unwrap_or(1).max(1);
                    let dead = now >= since + Duration::from_secs(u64::from(good_for.unsigned_abs()));
                    seen = Some((current, since));
                    free || dead
                }
            };
            if free {
                let began = Instant::now();
                let lease = self.taken(found.as_ref());
                let written = match found {
                    None => self.within(self.leases.create(lease)).await,
                    Some(_) => self.within(self.leases.replace(lease)).await,
                };
                match written {
                    Ok(lease) => return Ok((lease, began)),
                    Err(error) if Instant::now() >= deadline && !matches!(error, LeaseError::Conflict) => {
                        return Err(NotTaken::Failed(error));
                    }
                    // Somebody was quicker, or the answer was lost: look again.
                    Err(_) => {}
                }
            }
            if Instant::now() >= deadline {
                let holder = seen.and_then(|(seen, _)| seen.holder).unwrap_or_else(|| "somebody".into());
                return Err(NotTaken::Held(holder));
            }
            self.pause(deadline).await;
        }
    }

    async fn pause(&self, deadline: Instant) {
        tokio::time::sleep_until((Instant::now() + self.options.retry_after).min(deadline)).await;
    }

    async fn within<T>(&self, request: impl Future<Output = Result<T, LeaseError>>) -> Result<T, LeaseError> {
        let after = self.options.request_timeout;
        tokio::time::timeout(after, request).await.unwrap_or(Err(LeaseError::Timeout { after }))
    }

    /// The Lease, held by us from now on.
    fn taken(&self, old: Option<&Lease>) -> Lease {
        let mut lease = old.cloned().unwrap_or_default();
        lease.metadata = ObjectMeta { name: Some(self.name.clone()), ..lease.metadata };
        lease.metadata.labels.get_or_insert_default().insert(PART_OF.into(), "mooring".into());
        let annotations = lease.metadata.annotations.get_or_insert_default();
        annotations.insert(crate::applyset::INTEGRATION.into(), self.integration.clone());
        let spec = lease.spec.get_or_insert_default();
        spec.holder_identity = Some(self.holder.clone());
        spec.lease_duration_seconds = Some(self.options.seconds());
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default().saturating_add(1));
        touch(spec);
        spec.acquire_time = spec.renew_time.clone();
        lease
    }
}

/// Others look for a change of this time: it changes even when the clock does not.
fn touch(spec: &mut LeaseSpec) {
    let now = Timestamp::now();
    let soonest =
        spec.renew_time.as_ref().and_then(|last| last.0.checked_add(jiff::SignedDuration::from_micros(1)).ok());
    spec.renew_time = Some(MicroTime(soonest.map_or(now, |soonest| soonest.max(now))));
}
