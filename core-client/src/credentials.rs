//! Certificates, keys and trust as one validated unit, and where they come from; knows nothing of HTTP.
//!
//! [`Credentials`] is a handle to a [`Snapshot`] that is replaced as a whole when its source changes. Whoever
//! uses it only ever reads memory: loading happens on a task of its own, and what cannot be loaded leaves
//! the last good snapshot in place and shows in [`Credentials::status`].
//!
//! ```no_run
//! use core_client::credentials::{Credentials, SecretSource};
//! use core_client::options::{HttpClientOptions, HttpOptions};
//!
//! # async fn doc(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = HttpOptions::from_env("region")?.endpoint()?;
//! let source = SecretSource::from_options(&endpoint, &HttpClientOptions::from_env()?)?;
//! let credentials = Credentials::from_secrets(client, source).await?;
//! if let Some(identity) = credentials.current().identity() {
//!     println!("we are {:?} until {}", identity.common_name(), identity.not_after());
//! }
//! credentials.shutdown().await;
//! # Ok(()) }
//! ```

use std::fmt;
use std::future::Ready;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

mod assemble;
mod bundle;
mod clock;
mod directory;
mod error;
mod pem;
mod publish;
mod secret;

pub use self::bundle::{Bundle, Identity, Trust};
pub use self::clock::{Clock, SystemClock};
pub use self::directory::DirectorySource;
pub use self::error::{CredentialError, Origin};
pub use self::publish::{CredentialFailure, CredentialStatus, Publish, Snapshot};
pub use self::secret::{SecretSource, Watching};

use self::publish::Board;

/// A handle to credentials that are kept up to date.
///
/// Clones share one snapshot and one background task. The task ends when [`shutdown`](Self::shutdown) is
/// called, and is aborted when the last clone is dropped; the last snapshot can be read after either.
#[derive(Clone)]
pub struct Credentials {
    inner: Arc<Inner>,
}

struct Inner {
    board: Arc<Board>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

// === impl Credentials ===

impl Credentials {
    /// Credentials that never change.
    #[must_use]
    pub fn fixed(bundle: Bundle) -> Self {
        Self::fixed_with_clock(bundle, Arc::new(SystemClock))
    }

    /// Credentials that never change, dated by `clock`.
    #[must_use]
    pub fn fixed_with_clock(bundle: Bundle, clock: Arc<dyn Clock>) -> Self {
        Self::with_task(Arc::new(Board::new(bundle, clock)), None::<Ready<()>>)
    }

    /// Makes `bundle` the next generation, for applications with a source of their own.
    ///
    /// Where a source of ours is followed, its next change replaces the bundle again.
    pub fn replace(&self, bundle: Bundle) {
        self.inner.board.publish(bundle);
    }

    /// Credentials out of Kubernetes Secrets, followed from now on.
    ///
    /// Waits for the first read of all Secrets, at most [`SecretSource::read_timeout`]. After that a task of
    /// the returned handle watches them and reads them again on the interval. What cannot be used leaves the
    /// last good content in place.
    ///
    /// Has to be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] when a Secret cannot be read, does not have the type or the keys of a TLS Secret,
    /// or holds what cannot be used.
    ///
    /// # Cancel safety
    ///
    /// A dropped call leaves nothing behind.
    pub async fn from_secrets(client: kube::Client, source: SecretSource) -> Result<Self, CredentialError> {
        let follower = secret::Follower::start(&client, source).await?;
        let board = Arc::clone(follower.board());
        let needed = follower.is_needed();
        Ok(Self::with_task(board, needed.then(|| follower.run())))
    }

    /// Credentials out of directories, such as mounted Secrets, followed from now on.
    ///
    /// Waits for the first read, at most [`DirectorySource::read_timeout`]. After that a task of the returned
    /// handle reads the files again on the interval. What cannot be used leaves the last good content in
    /// place.
    ///
    /// Has to be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] when a file cannot be read or holds what cannot be used.
    ///
    /// # Cancel safety
    ///
    /// A dropped call leaves nothing behind but a read that ends by itself.
    pub async fn from_directory(source: DirectorySource) -> Result<Self, CredentialError> {
        let follower = directory::Follower::start(source).await?;
        let board = Arc::clone(follower.board());
        let needed = follower.is_needed();
        Ok(Self::with_task(board, needed.then(|| follower.run())))
    }

    /// A handle that owns the task of its source.
    fn with_task(board: Arc<Board>, follow: Option<impl Future<Output = ()> + Send + 'static>) -> Self {
        let stop = CancellationToken::new();
        let task = follow.map(|follow| {
            let stop = stop.clone();
            let follow = async move {
                // Cancelled or, when there is nothing left to follow, done: both end the task.
                stop.run_until_cancelled(follow).await.unwrap_or_default();
            };
            tokio::spawn(follow.instrument(tracing::info_span!("credentials").or_current()))
        });
        Self { inner: Arc::new(Inner { board, stop, task: Mutex::new(task) }) }
    }

    /// The current snapshot. Never waits.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.inner.board.current()
    }

    /// How the credentials are doing.
    #[must_use]
    pub fn status(&self) -> CredentialStatus {
        self.inner.board.status()
    }

    /// Calls `subscriber` with the current snapshot now, and with each new one before anybody else sees it.
    ///
    /// The subscription ends when the subscriber is dropped.
    pub fn on_publish(&self, subscriber: Weak<dyn Publish>) {
        self.inner.board.on_publish(subscriber);
    }

    /// A channel that always holds the current snapshot, for tasks that wait for the next one.
    ///
    /// It closes when the last handle is dropped.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.board.subscribe()
    }

    /// Stops following the source and waits until its task has ended. May be called more than once.
    ///
    /// # Cancel safety
    ///
    /// A dropped call has told the task to end and does not wait for it; nor does a second call at the same time.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        let task = self.inner.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!(%error, "the task that follows credentials panicked");
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("current", &self.current()).finish_non_exhaustive()
    }
}

// === impl Inner ===

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests;
