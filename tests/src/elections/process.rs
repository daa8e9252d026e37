//! A process that wants to lead, with a clock of its own. Knows nothing of claims.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use cluster_client::shard::{KubeLeases, LeaseApi, LeaseError};
use cluster_provider::manager::election::{Election as _, KubernetesElection, Term};
use k8s_openapi::api::coordination::v1::Lease;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Place;
use crate::access::{self, Credential};

/// For what all of them are candidates.
const NAME: &str = "manager";

/// One process. What it does goes on only while it is [run](Self::pass); dropping it is its sudden end.
pub(super) struct Process {
    /// As long as this is there, the clock does not move by itself.
    _still: mpsc::Sender<()>,
    leases: Arc<Leases>,
    election: Arc<KubernetesElection>,
    waiting: Option<JoinHandle<Term>>,
    runtime: Runtime,
}

// === impl Process ===

impl Process {
    pub(super) fn start(place: &Place, name: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
        // A clock that is paused goes on to the next timer when there is nothing to do, and an answer on its way is nothing: unless something
        // blocks.
        let (still, ends) = mpsc::channel::<()>();
        drop(runtime.spawn_blocking(move || ends.recv()));
        let client = {
            let _inside = runtime.enter();
            access::client(&place.url, &place.ca, Credential::Certificate(place.pair.clone()))?
        };
        let leases = Arc::new(Leases {
            inner: KubeLeases::new(client, &place.namespace),
            under_way: watch::Sender::new(0),
            asked: AtomicUsize::new(0),
            cut: watch::Sender::new(false),
        });
        let over = Arc::<Leases>::clone(&leases);
        let election = Arc::new(KubernetesElection::over(over, &*place.namespace, NAME, name));
        Ok(Self { _still: still, leases, election, waiting: None, runtime })
    }

    /// Leads at once.
    pub(super) fn lead(&self) -> Term {
        self.runtime.block_on(self.election.lead())
    }

    /// Begins to wait until it leads.
    pub(super) fn campaign(&mut self) {
        let election = Arc::clone(&self.election);
        self.waiting = Some(self.runtime.spawn(async move { election.lead().await }));
        self.pass(0);
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| !waiting.is_finished())
    }

    /// What it waited for, which has come.
    pub(super) fn led(&mut self) -> Result<Term> {
        ensure!(!self.is_waiting(), "it does not lead");
        let waiting = self.waiting.take().context("it is no candidate")?;
        Ok(self.runtime.block_on(waiting)?)
    }

    /// So many seconds pass for it, one by one, and it does what is to be done.
    pub(super) fn pass(&self, seconds: u32) {
        self.runtime.block_on(async {
            self.leases.settled().await;
            for _ in 0..seconds {
                tokio::time::advance(Duration::from_secs(1)).await;
                self.leases.settled().await;
            }
        });
    }

    /// It does this now.
    pub(super) fn does<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// From now on it gets no answers.
    pub(super) fn cut_off(&self) {
        self.leases.cut.send_replace(true);
    }

    /// How often it has asked for a Lease.
    pub(super) fn asked(&self) -> usize {
        self.leases.asked.load(Ordering::Relaxed)
    }

    /// Who holds the Lease, as the cluster says.
    pub(super) fn holder(&self) -> Result<Option<String>> {
        // What it is called beside the name of the election is that of a run lock.
        let lease = self.does(self.leases.inner.get(&format!("{NAME}-run")))?;
        Ok(lease.context("there is no Lease")?.spec.and_then(|spec| spec.holder_identity))
    }
}

/// Leases, and whether anything is asked for at the moment.
struct Leases {
    inner: KubeLeases,
    under_way: watch::Sender<usize>,
    asked: AtomicUsize,
    cut: watch::Sender<bool>,
}

/// A request that is on its way.
struct UnderWay<'l>(&'l watch::Sender<usize>);

// === impl Leases ===

impl Leases {
    async fn through<T>(&self, request: impl Future<Output = T>) -> T {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if *self.cut.borrow() {
            return std::future::pending().await;
        }
        self.under_way.send_modify(|count| *count += 1);
        let _on_its_way = UnderWay(&self.under_way);
        request.await
    }

    /// Waits until everything that is due has been done, and answered.
    async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        loop {
            // Timers that are due, those who wait for them, and what they ask for.
            for _ in 0..16 {
                tokio::task::yield_now().await;
            }
            if *under_way.borrow_and_update() == 0 {
                return;
            }
            // The sender is in `self`: it cannot be gone.
            drop(under_way.wait_for(|count| *count == 0).await);
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[async_trait]
impl LeaseApi for Leases {
    async fn list(&self, selector: &str) -> Result<Vec<Lease>, LeaseError> {
        self.through(self.inner.list(selector)).await
    }

    async fn get(&self, name: &str) -> Result<Option<Lease>, LeaseError> {
        self.through(self.inner.get(name)).await
    }

    async fn create(&self, lease: Lease) -> Result<Lease, LeaseError> {
        self.through(self.inner.create(lease)).await
    }

    async fn replace(&self, lease: Lease) -> Result<Lease, LeaseError> {
        self.through(self.inner.replace(lease)).await
    }

    async fn delete(&self, lease: Lease) -> Result<(), LeaseError> {
        self.through(self.inner.delete(lease)).await
    }
}
