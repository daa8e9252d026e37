//! The last phase: says elsewhere which clusters there are. What is said already is not said again, and what cannot be said holds nothing up.

mod profiles;

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use self::profiles::ProfilePublisher;
use super::decide::is_due;
use super::election::Term;
use super::pass::{READ_TIMEOUT, call_of};
use super::report::{Phase, PhaseReport, StepFailure};
use super::step::{Crew, StepError};
use crate::cluster::{Cluster, ClusterId};
use crate::provider::CallContext;
use crate::store::{ClusterQuery, Cursor};

/// Why something could not be said elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("cluster {cluster} could not be {action} where clusters are listed")]
#[non_exhaustive]
pub struct PublishError {
    /// Which one; the name of what is there when no record belongs to it.
    pub cluster: String,
    /// What could not be done.
    pub action: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// What became of what no record belongs to.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Swept {
    /// What was taken away, by name.
    pub withdrawn: Vec<String>,
    /// What could not be.
    pub failed: Vec<PublishError>,
}

/// Says elsewhere which clusters there are, for whoever reads that.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ClusterPublisher: Send + Sync + 'static {
    /// Stands for all that is said of a cluster: another one when there is something else to say. Asked in every pass for every record that was
    /// written, so it has to be quick.
    fn revision(&self, cluster: &Cluster) -> String;

    /// Whether it is said where this cluster is reached.
    fn wants_connection(&self, cluster: &Cluster) -> bool;

    /// Brings what is said of a cluster to where it should be: there while it is ready, gone when it is to go. May be made again.
    ///
    /// # Errors
    /// When it may not be so.
    #[allow(clippy::needless_lifetimes, reason = "the mock needs a name for it")]
    async fn publish<'a>(
        &self,
        call: &CallContext,
        cluster: &Cluster,
        connection: Option<&'a cluster_client::ClusterSpec>,
    ) -> Result<(), PublishError>;

    /// Takes away what is said of clusters that are none of these, which are all there are.
    ///
    /// # Errors
    /// When it is not known what is said.
    async fn sweep(&self, call: &CallContext, all: &BTreeSet<ClusterId>) -> Result<Swept, PublishError>;
}

/// What a manager remembers of what it said in this term. Nothing of it is needed: without it, things are said once more.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    clusters: HashMap<ClusterId, Word>,
    swept_at: Option<Timestamp>,
}

/// What was said of one cluster.
#[derive(Debug, Clone, Default)]
struct Word {
    /// The record's version when it was said, or found to be said already.
    version: i64,
    revision: String,
    at: Option<Timestamp>,
    failures: u32,
    not_before: Option<Timestamp>,
}

/// What there is to do about one cluster.
#[derive(Debug, PartialEq, Eq)]
enum News {
    /// Nothing.
    None,
    /// Nothing, and the record is known to be at this version.
    Same,
    /// To say this.
    Say(String),
    /// Something, and it is left alone for a while after it failed.
    Later,
}

// === impl PublishError ===

impl PublishError {
    /// This could not be done.
    pub fn new(
        cluster: impl Into<String>,
        action: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { cluster: cluster.into(), action, source: source.into() }
    }
}

/// Whether there is something to say. `revision` is only asked for when the record was written since, or it is time to look again. Pure.
fn news(
    word: Option<&Word>,
    cluster: &Cluster,
    revision: impl FnOnce() -> String,
    now: Timestamp,
    every: std::time::Duration,
) -> News {
    let Some(word) = word else { return News::Say(revision()) };
    if word.not_before.is_some_and(|then| then > now) {
        return News::Later;
    }
    let due = is_due(word.at, every, now);
    if !due && word.version == cluster.resource_version {
        return News::None;
    }
    let revision = revision();
    if due || revision != word.revision { News::Say(revision) } else { News::Same }
}

// === impl Publishing ===

impl Publishing {
    /// Forgets all of it. Who leads in between may say something else.
    pub(super) fn forget(&self) {
        *self.told() = Told::default();
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, id: &ClusterId, change: impl FnOnce(&mut Word)) {
        change(self.told().clusters.entry(id.clone()).or_default());
    }

    fn said(&self, cluster: &Cluster, revision: String, now: Timestamp) {
        let word = Word { version: cluster.resource_version, revision, at: Some(now), ..Word::default() };
        self.told().clusters.insert(cluster.id.clone(), word);
    }
}

/// Says what there is to say. Its time is bounded as a whole: what is left waits for the next pass.
pub(super) async fn publish(
    crew: &Arc<Crew>,
    publisher: &dyn ClusterPublisher,
    term: &Term,
    stop: &CancellationToken,
    done: &mut PhaseReport,
    failures: &mut Vec<StepFailure>,
) {
    let call = call_of(term, crew.options.publish_timeout);
    let mut all = BTreeSet::new();
    let (mut whole, mut cursor): (bool, Option<Cursor>) = (true, None);
    loop {
        let query = ClusterQuery::all().after(cursor.take()).limit(crew.options.page);
        let page = match crew.service.list(&call.at_most(READ_TIMEOUT), query).await {
            Ok(page) => page,
            Err(error) => {
                failures.push(StepFailure::of(None, Phase::Publish, error));
                return;
            }
        };
        done.seen += page.items.len() + page.unreadable.len();
        // What is said of one that cannot be read stays.
        whole &= page.unreadable.is_empty();
        failures.extend(
            page.unreadable.into_iter().map(|one| StepFailure::of(one.cluster_id().as_ref(), Phase::Publish, one)),
        );
        all.extend(page.items.iter().map(|cluster| cluster.id.clone()));
        let now = (crew.clock)();
        let mut to_say = Vec::new();
        for cluster in page.items {
            let word = crew.publishing.told().clusters.get(&cluster.id).cloned();
            let revision = AssertUnwindSafe(|| {
                news(word.as_ref(), &cluster, || publisher.revision(&cluster), now, crew.options.reapply_every)
            });
            match std::panic::catch_unwind(revision) {
                Ok(News::None) => {}
                Ok(News::Same) => crew.publishing.change(&cluster.id, |word| word.version = cluster.resource_version),
                Ok(News::Later) => done.waiting += 1,
                Ok(News::Say(revision)) => to_say.push((cluster, revision)),
                Err(_) => failures.push(StepFailure::of(Some(&cluster.id), Phase::Publish, StepError::Panic)),
            }
        }
        let (begun, failed) = (Mutex::new(0_usize), Mutex::new(Vec::new()));
        futures::stream::iter(to_say)
            .for_each_concurrent(crew.options.concurrency.max(1), |(cluster, revision)| {
                let (begun, failed, call) = (&begun, &failed, &call);
                async move {
                    if call.remaining().is_zero() || term.is_over() || stop.is_cancelled() {
                        return;
                    }
                    *begun.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    if let Err(error) = crew.say(publisher, call, &cluster, revision).await {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).push((cluster.id, error));
                    }
                }
            })
            .await;
        done.steps += begun.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (id, error) in failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if error.is_fenced() {
                term.end();
            }
            failures.push(StepFailure::of(Some(&id), Phase::Publish, error));
        }
        if call.remaining().is_zero() || term.is_over() || stop.is_cancelled() {
            done.cut_short = true;
            return;
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    crew.publishing.told().clusters.retain(|id, _| all.contains(id));
    let due = is_due(crew.publishing.told().swept_at, crew.options.reapply_every, (crew.clock)());
    // No record at all is more likely a mistake than the end of a fleet.
    if whole && due && !all.is_empty() {
        match crew.sweep(publisher, &call, &all).await {
            Ok(swept) => {
                done.steps += swept.withdrawn.len();
                let failed = swept.failed.into_iter();
                failures.extend(failed.map(|error| StepFailure::of(None, Phase::Publish, error)));
            }
            Err(error) => failures.push(StepFailure::of(None, Phase::Publish, error)),
        }
    }
}

impl Crew {
    /// Says one thing, and remembers whether that worked.
    async fn say(
        &self,
        publisher: &dyn ClusterPublisher,
        call: &CallContext,
        cluster: &Cluster,
        revision: String,
    ) -> Result<(), StepError> {
        let began = Instant::now();
        let work = AssertUnwindSafe(self.say_to(publisher, call, cluster)).catch_unwind();
        let said = match call.bound(work).await {
            Ok(Ok(said)) => said,
            Ok(Err(_)) => Err(StepError::Panic),
            Err(_) => Err(StepError::Timeout(began.elapsed())),
        };
        let now = (self.clock)();
        match &said {
            Ok(()) => self.publishing.said(cluster, revision, now),
            Err(error) if error.says_nothing_of_the_cluster() => {}
            Err(_) => self.publishing.change(&cluster.id, |word| {
                word.failures = word.failures.saturating_add(1);
                let pause = self.options.backoff.delay(word.failures, rand::random());
                word.not_before = now.checked_add(pause).ok();
                // Whatever is there now, it has to be said again.
                word.at = None;
            }),
        }
        said
    }

    async fn say_to(
        &self,
        publisher: &dyn ClusterPublisher,
        call: &CallContext,
        cluster: &Cluster,
    ) -> Result<(), StepError> {
        self.service.assert_leader(call).await?;
        let connection = if publisher.wants_connection(cluster) {
            match self.service.connection(call, &cluster.id).await {
                Ok(connection) => Some(connection),
                // Where nobody may know it, the cluster is listed without it; where it is only not known now, what is there stays.
                Err(error) if error.provider().is_some() && !error.is_retryable() => None,
                Err(error) => return Err(error.into()),
            }
        } else {
            None
        };
        Ok(publisher.publish(call, cluster, connection.as_ref()).await?)
    }

    async fn sweep(
        &self,
        publisher: &dyn ClusterPublisher,
        call: &CallContext,
        all: &BTreeSet<ClusterId>,
    ) -> Result<Swept, StepError> {
        self.service.assert_leader(call).await?;
        let began = Instant::now();
        let swept = match call.bound(AssertUnwindSafe(publisher.sweep(call, all)).catch_unwind()).await {
            Ok(Ok(swept)) => swept?,
            Ok(Err(_)) => return Err(StepError::Panic),
            Err(_) => return Err(StepError::Timeout(began.elapsed())),
        };
        if swept.failed.is_empty() {
            self.publishing.told().swept_at = Some((self.clock)());
        }
        Ok(swept)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cluster::ClusterStatus;
    use crate::testing::records::cluster;

    const EVERY: Duration = Duration::from_secs(3_600);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn word(version: i64) -> Word {
        Word { version, revision: "r1".to_owned(), at: Some(at(1_000)), ..Word::default() }
    }

    #[test]
    fn a_record_that_was_not_written_is_not_even_looked_at() {
        let mut cluster = cluster(ClusterStatus::Ready);
        cluster.resource_version = 7;
        let never = || panic!("it is asked for");
        assert_eq!(news(Some(&word(7)), &cluster, never, at(1_100), EVERY), News::None);
        assert_eq!(news(Some(&word(6)), &cluster, || "r1".to_owned(), at(1_100), EVERY), News::Same);
        let another = news(Some(&word(6)), &cluster, || "r2".to_owned(), at(1_100), EVERY);
        assert_eq!(another, News::Say("r2".to_owned()));
    }

    #[test]
    fn everything_is_said_again_after_a_while_and_nothing_in_a_pause() {
        let cluster = cluster(ClusterStatus::Ready);
        let version = cluster.resource_version;
        let again = news(Some(&word(version)), &cluster, || "r1".to_owned(), at(4_600), EVERY);
        assert_eq!(again, News::Say("r1".to_owned()));
        let paused = Word { not_before: Some(at(2_000)), at: None, ..word(version) };
        assert_eq!(news(Some(&paused), &cluster, || "r2".to_owned(), at(1_999), EVERY), News::Later);
        assert_eq!(news(Some(&paused), &cluster, || "r2".to_owned(), at(2_000), EVERY), News::Say("r2".to_owned()));
        assert_eq!(news(None, &cluster, || "r1".to_owned(), at(0), EVERY), News::Say("r1".to_owned()));
    }
}
