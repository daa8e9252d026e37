//! Which kinds a cluster serves, asked once and shared; knows nothing of connections.
//!
//! A [`Discovery`] belongs to a cluster. It asks when it is first needed, in two requests where the server can aggregate, keeps the
//! answer for a while, and asks again when a kind is missing that may have been installed since. A group that cannot be listed (a
//! broken aggregated API) takes only itself away.
//!
//! ```no_run
//! use cluster_client::discovery::{Discovery, DiscoveryError};
//!
//! # async fn doc(client: kube::Client) -> Result<(), DiscoveryError> {
//! let discovery = Discovery::new(client);
//! let found = discovery.resolve("Deployment.apps").await?;
//! println!("{} is namespaced: {}", found.resource.plural, found.namespaced);
//! # Ok(()) }
//! ```

mod catalogue;
mod fetch;
mod kind;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use core_client::error::ErrorChain;
use kube::Client;
use kube::core::ApiResource;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use self::catalogue::{Catalogue, Found};
pub use self::kind::{KindError, KindQuery, KindQueryError};

/// For how long a catalogue is used before it is asked for again.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
/// A missing kind asks again, no more often than this.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Why a kind could not be resolved.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// What was asked for is no kind.
    #[error(transparent)]
    Query(#[from] KindQueryError),
    /// The cluster does not serve it, or serves more than one.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// The cluster does not say what it serves.
    #[error("the API server does not say which kinds it serves")]
    Fetch {
        /// What the client says.
        #[source]
        source: Arc<kube::Error>,
    },
}

/// What one cluster serves. Cheap to clone; clones share what was learnt.
#[derive(Clone)]
pub struct Discovery(Arc<Inner>);

struct Inner {
    client: Client,
    learnt: Mutex<Option<Learnt>>,
    /// One at a time asks; the rest wait and find what it learnt.
    asking: Semaphore,
}

#[derive(Clone)]
struct Learnt {
    catalogue: Arc<Catalogue>,
    at: Instant,
}

impl Discovery {
    /// Asks nothing yet.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(Arc::new(Inner { client, learnt: Mutex::new(None), asking: Semaphore::new(1) }))
    }

    /// Everything the cluster serves.
    ///
    /// # Errors
    /// [`DiscoveryError::Fetch`] when the cluster cannot be asked and nothing was learnt before.
    ///
    /// # Cancel safety
    /// Safe; another caller asks again.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, DiscoveryError> {
        self.learnt_within(KEPT_FOR).await
    }

    /// The one kind that is meant by `Kind`, `Kind.group`, `Kind.group/version` or `group/version/Kind`.
    ///
    /// A bare kind that the core group serves is that one; the version is honoured where one is given, and is the preferred one where
    /// none is.
    ///
    /// # Errors
    /// [`DiscoveryError`]; an unknown kind comes with the names that look like it, an ambiguous one with its candidates.
    pub async fn resolve(&self, kind: &str) -> Result<Found, DiscoveryError> {
        let query: KindQuery = kind.parse()?;
        match self.catalogue().await?.resolve(&query) {
            // It may have been installed since.
            Err(KindError::NotFound { .. }) => Ok(self.learnt_within(ASKED_AGAIN_AFTER).await?.resolve(&query)?),
            resolved => Ok(resolved?),
        }
    }

    /// Whether the cluster serves this kind. An ambiguous kind is served.
    ///
    /// # Errors
    /// [`DiscoveryError`] when it is no kind, or the cluster cannot be asked.
    pub async fn supports(&self, kind: &str) -> Result<bool, DiscoveryError> {
        match self.resolve(kind).await {
            Ok(_) | Err(DiscoveryError::Kind(KindError::Ambiguous { .. })) => Ok(true),
            Err(DiscoveryError::Kind(KindError::NotFound { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether objects of this kind live in namespaces.
    ///
    /// # Errors
    /// As [`Discovery::resolve`].
    pub async fn is_namespaced(&self, kind: &str) -> Result<bool, DiscoveryError> {
        Ok(self.resolve(kind).await?.namespaced)
    }

    /// The resource of a kind, for `kube::Api::all_with` and its like.
    ///
    /// # Errors
    /// As [`Discovery::resolve`].
    pub async fn resource(&self, kind: &str) -> Result<ApiResource, DiscoveryError> {
        Ok(self.resolve(kind).await?.resource)
    }

    /// Forgets what was learnt; call it after installing a definition.
    pub fn invalidate(&self) {
        *self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn remembered(&self) -> Option<Learnt> {
        self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn learnt_within(&self, age: Duration) -> Result<Arc<Catalogue>, DiscoveryError> {
        let fresh = |learnt: Option<Learnt>| learnt.filter(|learnt| learnt.at.elapsed() < age);
        if let Some(learnt) = fresh(self.remembered()) {
            return Ok(learnt.catalogue);
        }
        let _turn = self.0.asking.acquire().await;
        // Somebody else may have asked while we waited for our turn.
        if let Some(learnt) = fresh(self.remembered()) {
            return Ok(learnt.catalogue);
        }
        match fetch::catalogue(&self.0.client).await {
            Ok(catalogue) => {
                let catalogue = Arc::new(catalogue);
                let learnt = Learnt { catalogue: Arc::clone(&catalogue), at: Instant::now() };
                *self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) = Some(learnt);
                Ok(catalogue)
            }
            // What was learnt before is better than nothing.
            Err(error) => match self.remembered() {
                Some(learnt) => {
                    tracing::warn!(error = %ErrorChain::new(&error), "the API server does not say which kinds it serves; the last answer is used");
                    Ok(learnt.catalogue)
                }
                None => Err(DiscoveryError::Fetch { source: Arc::new(error) }),
            },
        }
    }
}

impl std::fmt::Debug for Discovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = self.remembered().map(|learnt| learnt.catalogue.len());
        f.debug_struct("Discovery").field("kinds", &kinds).finish_non_exhaustive()
    }
}
