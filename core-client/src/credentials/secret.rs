//! Credentials out of Kubernetes Secrets: first read, watch, periodic re-read; knows nothing of PEM.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::{join, join_all};
use futures::{StreamExt as _, TryFutureExt as _};
use k8s_openapi::ByteString;
use kube::Api;
use kube::runtime::watcher::{self, DefaultBackoff, watcher};
use tokio::time::{sleep, timeout, timeout_at};
use zeroize::{Zeroize as _, Zeroizing};

use super::assemble::{Assembler, Content, Raw};
use super::bundle::{TLS_CRT, TLS_KEY};
use super::clock::{Clock, SystemClock};
use super::error::{CredentialError, Origin};
use super::publish::{Board, Step};
use crate::options::{Endpoint, GoDuration, HttpClientOptions, OptionsError, SecretRef};

mod document;
mod phase;

use self::document::Document;
use self::phase::Phase;

const TLS_TYPE: &str = "kubernetes.io/tls";

/// Which Secrets hold the client certificate and the roots, and how they are followed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SecretSource {
    /// The Secret with the client certificate and its key. Default: none, no certificate is presented.
    pub client: Option<SecretRef>,
    /// The Secret with the roots to trust, in `tls.crt`. Default: none, the platform's roots.
    pub ca: Option<SecretRef>,
    /// How often both are read again besides being watched. Default: 24 h; zero or less for never.
    pub reload_interval: GoDuration,
    /// How long a read may take. Default: 5 s.
    pub read_timeout: Duration,
    /// Whether changes are watched for. Default: they are.
    pub watching: Watching,
    /// Dates the snapshots. Default: the clock of the machine.
    pub clock: Arc<dyn Clock>,
}

/// Whether a Secret is watched between the periodic reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watching {
    /// Changes arrive at once. Needs the verbs `get`, `list` and `watch`.
    #[default]
    Enabled,
    /// Changes are found by the periodic read only. Needs the verb `get`.
    Disabled,
}

/// What a Secret is read for.
#[derive(Clone, Copy, Debug)]
enum Role {
    Client,
    Ca,
}

/// One Secret that is followed.
struct Followed {
    role: Role,
    secret: SecretRef,
    api: Api<Document>,
    // Counts what the watch delivered, so that a read which began before cannot undo it.
    delivered: AtomicU64,
}

/// Follows all Secrets of one source.
pub(super) struct Follower {
    followed: Vec<Followed>,
    assembler: Assembler,
    source: SecretSource,
}

// === impl SecretSource ===

impl Default for SecretSource {
    fn default() -> Self {
        Self {
            client: None,
            ca: None,
            reload_interval: HttpClientOptions::default().reload_interval,
            read_timeout: Duration::from_secs(5),
            watching: Watching::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl SecretSource {
    /// The platform's roots and no client certificate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The Secrets that an endpoint and the process's options name.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] when the client certificate is half configured.
    pub fn from_options(endpoint: &Endpoint, client: &HttpClientOptions) -> Result<Self, OptionsError> {
        Ok(Self {
            client: client.identity()?,
            ca: endpoint.ca().cloned(),
            reload_interval: client.reload_interval,
            ..Self::default()
        })
    }

    /// Presents the certificate in `secret`.
    #[must_use]
    pub fn with_client(mut self, secret: SecretRef) -> Self {
        self.client = Some(secret);
        self
    }

    /// Trusts the roots in `secret`.
    #[must_use]
    pub fn with_ca(mut self, secret: SecretRef) -> Self {
        self.ca = Some(secret);
        self
    }

    /// Sets how often both are read again.
    #[must_use]
    pub fn with_reload_interval(mut self, interval: impl Into<GoDuration>) -> Self {
        self.reload_interval = interval.into();
        self
    }

    /// Sets how long a read may take.
    #[must_use]
    pub fn with_read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// Sets whether changes are watched for.
    #[must_use]
    pub fn with_watching(mut self, watching: Watching) -> Self {
        self.watching = watching;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

// === impl Follower ===

impl Follower {
    /// Reads every Secret once, at the same time and within the limit.
    pub(super) async fn start(client: &kube::Client, source: SecretSource) -> Result<Self, CredentialError> {
        let followed: Vec<_> = [(Role::Client, &source.client), (Role::Ca, &source.ca)]
            .into_iter()
            .filter_map(|(role, secret)| {
                let secret = secret.clone()?;
                let api = Api::namespaced(client.clone(), secret.namespace());
                Some(Followed { role, secret, api, delivered: AtomicU64::new(0) })
            })
            .collect();
        let reads = join_all(followed.iter().map(|one| one.read(source.read_timeout))).await;
        let assembler = Assembler::new(reads, Arc::clone(&source.clock))?;
        Ok(Self { followed, assembler, source })
    }

    pub(super) fn board(&self) -> &Arc<Board> {
        self.assembler.board()
    }

    /// There is something to follow and a way to do it.
    pub(super) fn is_needed(&self) -> bool {
        !self.followed.is_empty()
            && (self.source.watching == Watching::Enabled || self.source.reload_interval.positive().is_some())
    }

    /// Follows until dropped.
    pub(super) async fn run(self) {
        let watches = async {
            if self.source.watching == Watching::Enabled {
                join_all(self.followed.iter().map(|one| self.watch(one))).await;
            }
        };
        let rereads = async {
            if let Some(every) = self.source.reload_interval.positive() {
                self.reread(every).await;
            }
        };
        join(watches, rereads).await;
    }

    /// Reads everything again and again; soon when a read failed for a reason that passes.
    async fn reread(&self, every: Duration) {
        let mut backoff = DefaultBackoff::default();
        let mut wait = every;
        loop {
            sleep(wait).await;
            let reads = join_all(self.followed.iter().map(|one| async {
                let before = one.delivered.load(Ordering::Relaxed);
                one.unless_overtaken(before, one.read(self.source.read_timeout).await)
            }))
            .await;
            let reads: Vec<_> = reads.into_iter().flatten().map(|read| read.map_err(as_deleted)).collect();
            let failed = reads.iter().any(|read| read.as_ref().is_err_and(CredentialError::is_transient));
            wait = every;
            if failed {
                wait = backoff.next().unwrap_or(every).min(every);
            }
            self.assembler.settle(reads);
        }
    }

    /// Watches one Secret: a list, then its changes. Whatever fails is begun anew with a list, after a pause.
    async fn watch(&self, one: &Followed) {
        let limit = self.source.read_timeout;
        let origin = one.origin();
        let config = watcher::Config::default().fields(&format!("metadata.name={}", one.secret.name()));
        let mut backoff = DefaultBackoff::default();
        loop {
            let mut events = watcher(one.api.clone(), config.clone()).boxed();
            let mut phase = Phase::Watching;
            let failure = loop {
                let next = match phase.until() {
                    Some(until) => timeout_at(until, events.next()).await,
                    None => Ok(events.next().await),
                };
                match next {
                    Ok(Some(Ok(event))) => {
                        if let Some(delivered) = phase.advance(event, one.secret.name(), limit) {
                            one.delivered.fetch_add(1, Ordering::Relaxed);
                            self.assembler.settle([match delivered {
                                Some(document) => one.raw(*document),
                                None => Err(CredentialError::Deleted { origin: origin.clone() }),
                            }]);
                        }
                    }
                    // Having to list again is how a watch that was left behind goes on.
                    Ok(Some(Err(error))) if is_left_behind(&error) => break None,
                    Ok(Some(Err(error))) => break Some(watch_error(origin.clone(), error)),
                    Ok(None) => break None,
                    Err(_) if matches!(phase, Phase::Proving { .. }) => phase = Phase::Watching,
                    Err(_) => break Some(CredentialError::Timeout { origin: origin.clone(), after: limit }),
                }
                if matches!(phase, Phase::Watching) {
                    self.board().healed(Step::Watch, &origin);
                }
            };
            if let Some(failure) = failure {
                self.board().failed(Step::Watch, failure);
            }
            sleep(backoff.next().unwrap_or(limit)).await;
        }
    }
}

// === impl Followed ===

impl Followed {
    fn origin(&self) -> Origin {
        Origin::Secret(self.secret.clone())
    }

    /// Reads the Secret within `limit`.
    async fn read(&self, limit: Duration) -> Result<Raw, CredentialError> {
        let document = timeout(limit, self.api.get(self.secret.name()))
            .map_err(|_| CredentialError::Timeout { origin: self.origin(), after: limit })
            .await?
            .map_err(|error| read_error(self.origin(), error))?;
        self.raw(document)
    }

    /// A read that began at `before`, unless the watch has delivered since: what it has is newer.
    fn unless_overtaken<T>(&self, before: u64, read: T) -> Option<T> {
        (self.delivered.load(Ordering::Relaxed) == before).then_some(read)
    }

    /// Takes out of the Secret what its role needs, and wipes the rest.
    fn raw(&self, document: Document) -> Result<Raw, CredentialError> {
        let origin = self.origin();
        let secret = match document.into_secret() {
            Ok(secret) => *secret,
            Err(error) => return Err(CredentialError::Read { origin, source: Box::new(error) }),
        };
        let mut data = Data(secret.data.unwrap_or_default());
        let found = secret.type_.unwrap_or_default();
        if found != TLS_TYPE {
            return Err(CredentialError::WrongType { origin, found });
        }
        let mut value = |key| data.take(key).ok_or_else(|| CredentialError::MissingKey { origin: origin.clone(), key });
        let content = match self.role {
            Role::Client => Content::Pair { certificates: value(TLS_CRT)?, key: value(TLS_KEY)? },
            // Never `ca.crt`: deployments put the bundle to trust where a certificate goes.
            Role::Ca => Content::Roots { key: TLS_CRT, bundle: value(TLS_CRT)? },
        };
        Ok(Raw { origin, content })
    }
}

/// The values of a Secret; those that are not taken are wiped when this is dropped.
struct Data(BTreeMap<String, ByteString>);

// === impl Data ===

impl Data {
    fn take(&mut self, key: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.0.remove(key).map(|value| Zeroizing::new(value.0))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            value.0.zeroize();
        }
    }
}

/// What a failed read means for the one who has to act.
fn read_error(origin: Origin, error: kube::Error) -> CredentialError {
    let code = match &error {
        kube::Error::Api(status) => status.code,
        _ => 0,
    };
    let source = harmless(error);
    match code {
        404 => CredentialError::NotFound { origin, source },
        401 | 403 => CredentialError::Forbidden { origin, source },
        _ => CredentialError::Read { origin, source },
    }
}

/// A Secret that had been loaded and is gone, whichever way that was noticed.
fn as_deleted(error: CredentialError) -> CredentialError {
    match error {
        CredentialError::NotFound { origin, .. } => CredentialError::Deleted { origin },
        error => error,
    }
}

fn watch_error(origin: Origin, error: watcher::Error) -> CredentialError {
    let source = match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => harmless(error),
        other => Box::new(other),
    };
    CredentialError::Watch { origin, source }
}

/// The server no longer has the version that the watch stopped at.
fn is_left_behind(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::WatchError(status) => status.code == 410,
        watcher::Error::WatchStartFailed(kube::Error::Api(status)) => status.code == 410,
        _ => false,
    }
}

/// An error whose text and causes cannot hold a piece of a Secret.
fn harmless(error: kube::Error) -> Box<dyn StdError + Send + Sync> {
    match error {
        kube::Error::SerdeError(_) => Box::new(document::NotASecret),
        error => Box::new(error),
    }
}

#[cfg(test)]
mod tests;
