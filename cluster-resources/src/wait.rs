//! Waiting until applied objects are ready: one watch a kind and place, with deadlines; knows nothing of how objects were applied.
//!
//! [`validate_realized_data`] waits for what a run changed; [`wait_ready`] for any objects. An object is judged by
//! [`readiness_since`](crate::readiness::readiness_since) from the version on that was applied, so that what it said before cannot pass.
//!
//! Objects are watched, not polled: one watch for each kind in a place of a cluster, narrowed to the name where only one object is meant. A
//! watch whose history is gone lists again; one that breaks is opened again after a while. Kinds that are what they are as soon as they are
//! there (ConfigMaps, Secrets, roles, …) are not watched at all. A watch is a connection of its own to API servers over HTTP/1.1.
//!
//! An object may recover from a failure (a container crashes until what it needs is there), so it counts as failed when it has been so for
//! [`WaitOptions::failed_for`]. A PersistentVolumeClaim that waits for its first consumer is ready when no pod mounts it. A Job that is
//! deleted after it completed is ready.
//!
//! Nothing runs in the background: dropping the future ends every watch.
//!
//! ```no_run
//! use cluster_resources::clusters::Clusters;
//! use cluster_resources::outcome::{Quiet, RunOutcome};
//! use cluster_resources::wait::{WaitOptions, validate_realized_data};
//! use tokio_util::sync::CancellationToken;
//!
//! # async fn doc(outcome: &RunOutcome, clusters: &dyn Clusters) {
//! let options = WaitOptions::default().with_deadline(std::time::Duration::from_secs(300));
//! let cancel = CancellationToken::new();
//! for found in validate_realized_data(outcome, clusters, &options, &Quiet, &cancel).await {
//!     if let Some(issue) = found.issue() {
//!         tracing::error!(%issue, "an object is not ready");
//!     }
//! }
//! # }
//! ```

mod board;
mod claims;
mod drive;
mod explain;
mod options;
mod realized;
mod stream;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

pub use self::options::WaitOptions;
pub use self::realized::{targets_of, validate_realized_data};
use crate::clusters::Clusters;
use crate::id::{ClusterName, GroupKind, ObjectId, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::outcome::EventSink;
use crate::readiness::{Baseline, Readiness};

/// An object to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// Which one.
    pub id: ObjectId,
    /// `apiVersion` to watch it in; the one the cluster prefers when absent.
    pub api_version: Option<Arc<str>>,
    /// From which version on it is judged.
    pub baseline: Baseline,
    /// With the privileged client.
    pub privileged: bool,
    /// For how long at most, counted from the beginning; [`WaitOptions::per_object`] when absent.
    pub deadline: Option<std::time::Duration>,
}

impl Target {
    /// Any version of this object, through the ordinary client.
    #[must_use]
    pub fn new(id: ObjectId) -> Self {
        Self { id, api_version: None, baseline: Baseline::default(), privileged: false, deadline: None }
    }

    /// The same, from this version on.
    #[must_use]
    pub fn since(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// The same, watched in this version of its kind.
    #[must_use]
    pub fn in_version(mut self, api_version: impl Into<Arc<str>>) -> Self {
        self.api_version = Some(api_version.into());
        self
    }

    /// The same, through the privileged client (or not).
    #[must_use]
    pub fn privileged(mut self, privileged: bool) -> Self {
        self.privileged = privileged;
        self
    }

    /// The same, with a deadline of its own.
    #[must_use]
    pub fn within(mut self, deadline: std::time::Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }
}

/// How waiting for an object ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Waited {
    /// It is ready.
    Ready,
    /// It has failed, or is gone.
    Failed,
    /// It was not ready in time.
    TimedOut,
    /// It could not be watched; why.
    Unwatchable(Box<Issue>),
    /// Waiting ended because another object failed.
    Stopped,
    /// Waiting was cancelled.
    Cancelled,
}

/// What waiting for an object came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReadyOutcome {
    /// Which object.
    pub id: ObjectId,
    /// How it ended.
    pub result: Waited,
    /// What the object said last.
    pub readiness: Readiness,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What else is known of why it is not ready: warnings about it, newest first, and why containers of its pods do not run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

impl ReadyOutcome {
    /// Whether the object is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.result == Waited::Ready
    }

    /// What is wrong, if anything is: an error of class [`IssueClass::Unready`], or why the object could not be watched. That waiting was
    /// stopped or cancelled is a warning.
    #[must_use]
    pub fn issue(&self) -> Option<Issue> {
        let reach = || Reach::Object(self.id.clone());
        let details = if self.details.is_empty() { String::new() } else { format!(": {}", self.details.join("; ")) };
        let said = format!("{} ({}){details}", self.readiness.message, self.readiness.reason);
        match &self.result {
            Waited::Ready => None,
            Waited::Failed => Some(Issue::error(reach(), IssueClass::Unready, format!("it failed: {said}"))),
            Waited::TimedOut => {
                Some(Issue::error(reach(), IssueClass::Unready, format!("it was not ready in time: {said}")))
            }
            Waited::Unwatchable(issue) => Some((**issue).clone()),
            Waited::Stopped => {
                let message = format!("it was not waited for any longer, because another object failed: {said}");
                Some(Issue::warning(reach(), IssueClass::Unready, message))
            }
            Waited::Cancelled => {
                Some(Issue::warning(reach(), IssueClass::Unready, format!("waiting for it was cancelled: {said}")))
            }
        }
    }
}

/// Objects that are watched together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bucket {
    cluster: ClusterName,
    privileged: bool,
    scope: Scope,
    kind: GroupKind,
    api_version: Option<Arc<str>>,
}

/// Waits until these objects are ready, have failed, or are out of time. One outcome for each, in the order of the targets.
///
/// Changes of their readiness are told as [`Event::Readiness`](crate::outcome::Event::Readiness). Ends within [`WaitOptions::deadline`]
/// and a few seconds, in which it is found out why objects are not ready.
///
/// # Cancel safety
/// Safe: nothing is written, and nothing goes on when the future is dropped. With `cancel` there is an outcome for every object.
pub async fn wait_ready(
    targets: &[Target],
    clusters: &dyn Clusters,
    options: &WaitOptions,
    sink: &dyn EventSink,
    cancel: &CancellationToken,
) -> Vec<ReadyOutcome> {
    let mut buckets: BTreeMap<Bucket, Vec<usize>> = BTreeMap::new();
    for (index, target) in targets.iter().enumerate() {
        let bucket = Bucket {
            cluster: target.id.cluster.clone(),
            privileged: target.privileged,
            scope: target.id.scope.clone(),
            kind: target.id.kind.clone(),
            api_version: target.api_version.clone(),
        };
        buckets.entry(bucket).or_default().push(index);
    }
    let members: Vec<Vec<usize>> = buckets.values().cloned().collect();
    let mut board = board::Board::new(targets, &members, options, tokio::time::Instant::now());
    let streams = buckets.into_iter().zip(&members).enumerate().filter(|(index, _)| board.is_open(*index)).map(
        |(index, ((bucket, _), members))| {
            let only = match members[..] {
                [one] => targets.get(one).map(|target| target.id.name.clone()),
                _ => None,
            };
            (index, stream::watch(bucket, only, clusters, options.clone()).boxed())
        },
    );
    let streams: Vec<_> = streams.collect();
    drive::drive(&mut board, streams, sink, cancel, Timestamp::now).await;
    let mut outcomes = board.outcomes();
    explain::explain(&mut outcomes, targets, &board, clusters, cancel).await;
    outcomes
}
