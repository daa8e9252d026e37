//! Addresses of names, looked up so that dead names cannot starve the others. Knows nothing of connections.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Looks names up.
#[async_trait]
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// The addresses of a name, the preferred one first. It may take as long as it likes: the caller has a deadline.
    ///
    /// # Errors
    /// Whatever the resolver says; [`io::ErrorKind::NotFound`] is usual for a name without address.
    async fn lookup(&self, host: &str) -> io::Result<Vec<SocketAddr>>;
}

/// The resolver of this machine (`getaddrinfo`), which follows `/etc/hosts` and `/etc/resolv.conf`.
///
/// A lookup holds a thread until the machine's own timeouts are over; it cannot be cancelled.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn lookup(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.collect())
    }
}

/// Limits of [`Resolver`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Lookups at the same time.
    pub(super) concurrent: usize,
    /// Lookups that went on after their deadline and are no longer counted as concurrent.
    pub(super) overdue: usize,
    /// When a lookup is overdue.
    pub(super) deadline: Duration,
}

/// A resolver in front of which nobody queues for long.
///
/// There is at most one lookup per name at a time, and everybody who wants the name waits for it. A lookup past its deadline gives its turn
/// to another one, up to a bound; so dead names hold one thread each and delay nobody else for longer than the deadline.
#[derive(Debug, Clone)]
pub(super) struct Resolver {
    shared: Arc<Shared>,
    tracker: TaskTracker,
    closed: CancellationToken,
}

#[derive(Debug)]
struct Shared {
    inner: Arc<dyn Resolve>,
    limits: Limits,
    concurrent: Arc<Semaphore>,
    overdue: Arc<Semaphore>,
    running: Mutex<HashMap<Box<str>, watch::Receiver<Answer>>>,
}

type Answer = Option<Result<Arc<[SocketAddr]>, Arc<io::Error>>>;

impl Resolver {
    pub(super) fn new(
        inner: Arc<dyn Resolve>,
        limits: Limits,
        tracker: TaskTracker,
        closed: CancellationToken,
    ) -> Self {
        let shared = Shared {
            inner,
            limits,
            concurrent: Arc::new(Semaphore::new(limits.concurrent)),
            overdue: Arc::new(Semaphore::new(limits.overdue)),
            running: Mutex::new(HashMap::new()),
        };
        Self { shared: Arc::new(shared), tracker, closed }
    }

    /// Addresses of a name; never an empty list.
    pub(super) async fn lookup(&self, host: &str) -> Result<Arc<[SocketAddr]>, Arc<io::Error>> {
        let mut answer = self.join(host);
        let waited = tokio::time::timeout(self.shared.limits.deadline, answer.wait_for(Option::is_some)).await;
        match waited {
            Ok(Ok(answer)) => answer.clone().unwrap_or_else(|| Err(abandoned())),
            Ok(Err(_)) => Err(abandoned()),
            Err(_) => {
                let text = format!("no answer from the resolver within {:?}", self.shared.limits.deadline);
                Err(Arc::new(io::Error::new(io::ErrorKind::TimedOut, text)))
            }
        }
    }

    /// Joins the lookup of this name, or begins one.
    fn join(&self, host: &str) -> watch::Receiver<Answer> {
        let mut running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = running.get(host) {
            return answer.clone();
        }
        let (tell, answer) = watch::channel(None);
        running.insert(host.into(), answer.clone());
        let (shared, closed, host) = (self.shared.clone(), self.closed.clone(), Box::<str>::from(host));
        self.tracker.spawn(async move {
            let running = Running { shared, host };
            let result = closed.run_until_cancelled(running.look_up()).await;
            // Whoever asks from now on begins anew; whoever waits already gets this answer.
            drop(running);
            if let Some(result) = result {
                tell.send_replace(Some(result));
            }
        });
        answer
    }
}

/// One lookup; takes itself off the list when it ends, however it ends.
struct Running {
    shared: Arc<Shared>,
    host: Box<str>,
}

impl Running {
    async fn look_up(&self) -> Result<Arc<[SocketAddr]>, Arc<io::Error>> {
        let Ok(turn) = self.shared.concurrent.clone().acquire_owned().await else { return Err(abandoned()) };
        let lookup = self.shared.inner.lookup(&self.host);
        tokio::pin!(lookup);
        let answer = tokio::select! {
            answer = &mut lookup => answer,
            () = tokio::time::sleep(self.shared.limits.deadline) => {
                // While there is room for it among the overdue, somebody else has the turn.
                let (_room, _turn) = match self.shared.overdue.clone().try_acquire_owned() {
                    Ok(room) => {
                        drop(turn);
                        (Some(room), None)
                    }
                    Err(_) => (None, Some(turn)),
                };
                lookup.await
            }
        };
        match answer {
            Ok(addresses) if addresses.is_empty() => {
                Err(Arc::new(io::Error::new(io::ErrorKind::NotFound, "the resolver knows no address")))
            }
            Ok(addresses) => Ok(addresses.into()),
            Err(error) => Err(Arc::new(error)),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.host);
    }
}

fn abandoned() -> Arc<io::Error> {
    Arc::new(io::Error::new(io::ErrorKind::ConnectionAborted, "the paths to clusters are shut down"))
}

#[cfg(test)]
mod tests;
