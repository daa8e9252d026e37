//! The owner of everything that ways to API servers share. Knows nothing of any protocol.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use core_client::backoff::Backoff;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::direct::Direct;
use super::health::{Health, Incidents};
use super::proxied::{Protocol, Proxy};
use super::resolve::{Limits, Resolver};
#[cfg(feature = "ssh")]
use super::ssh::{Common, Jump};
use super::tls::{ProxyTls, SystemRoots};
use super::{Dial, Hop, HopKind, IncidentStream, PathError, PathStatus, ProxySpec, Resolve, Route, SystemResolver};
#[cfg(feature = "ssh")]
use super::{JumpHost, PathSpecError, SshOptions, SshRoute};

/// Limits of ways to API servers. All have defaults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PathOptions {
    /// How long one dial may take: looking the name up, connecting, and all that a proxy or jump host wants to hear. Default: 10 s.
    pub dial_timeout: Duration,
    /// How long a dial waits for the resolver. Default: 5 s, the time that glibc gives each name server.
    pub lookup_timeout: Duration,
    /// How many names are looked up at the same time. Default: 16.
    pub concurrent_lookups: usize,
    /// How many lookups may go on after `lookup_timeout` without counting as concurrent: threads that dead names can hold. Default: 64.
    pub overdue_lookups: usize,
    /// How long a proxy or jump host is left alone after it failed for the first time; doubled each time. Default: 250 ms.
    pub first_backoff: Duration,
    /// The longest time that a proxy or jump host is left alone. Default: 30 s.
    pub longest_backoff: Duration,
    /// Who looks names up. Default: [`SystemResolver`].
    pub resolver: Arc<dyn Resolve>,
    /// Limits of sessions with jump hosts.
    #[cfg(feature = "ssh")]
    pub ssh: SshOptions,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self {
            dial_timeout: Duration::from_secs(10),
            lookup_timeout: Duration::from_secs(5),
            concurrent_lookups: 16,
            overdue_lookups: 64,
            first_backoff: Duration::from_millis(250),
            longest_backoff: Duration::from_secs(30),
            resolver: Arc::new(SystemResolver),
            #[cfg(feature = "ssh")]
            ssh: SshOptions::default(),
        }
    }
}

/// Turns routes into dialers, and owns what they share: the limits of lookups, the health of each proxy, sessions with jump hosts.
///
/// Clones are the same paths. What was handed out ends with the last of them: dialers then say [`PathError::Closed`], and streams through
/// jump hosts break. TCP streams that were opened, directly or through a proxy, belong to whoever has them.
#[derive(Clone)]
pub struct Paths(Arc<Inner>);

/// Paths that somebody else keeps.
#[cfg(feature = "metrics")]
#[derive(Clone)]
pub(crate) struct WeakPaths(Weak<Inner>);

struct Inner {
    options: PathOptions,
    tracker: TaskTracker,
    closed: CancellationToken,
    _close_on_drop: DropGuard,
    direct: Arc<dyn Dial>,
    incidents: Incidents,
    system_roots: SystemRoots,
    proxies: Mutex<HashMap<Digest, Weak<Proxy>>>,
    #[cfg(feature = "ssh")]
    jumps: Mutex<HashMap<Digest, Weak<Jump>>>,
}

/// What is the same for two descriptions of the same hop, login included.
type Digest = [u8; 32];

impl fmt::Debug for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paths").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl Paths {
    /// Makes paths; nothing is dialled and no task begins before the first dial.
    #[must_use]
    pub fn new(options: PathOptions) -> Self {
        let (tracker, closed) = (TaskTracker::new(), CancellationToken::new());
        let limits = Limits {
            concurrent: options.concurrent_lookups.max(1),
            overdue: options.overdue_lookups,
            deadline: options.lookup_timeout,
        };
        let resolver = Resolver::new(options.resolver.clone(), limits, tracker.clone(), closed.clone());
        let inner = Inner {
            direct: Arc::new(Direct::new(resolver, options.dial_timeout, closed.clone())),
            options,
            tracker,
            _close_on_drop: closed.clone().drop_guard(),
            closed,
            incidents: Incidents::new(),
            system_roots: SystemRoots::default(),
            proxies: Mutex::default(),
            #[cfg(feature = "ssh")]
            jumps: Mutex::default(),
        };
        Self(Arc::new(inner))
    }

    /// What opens streams along a route. Equal routes share one proxy's health; nothing is dialled yet.
    ///
    /// # Errors
    /// [`PathError::Spec`] when the route cannot be used, [`PathError::Closed`] after [`Paths::shutdown`].
    pub fn dialer(&self, route: &Route) -> Result<Arc<dyn Dial>, PathError> {
        if self.0.closed.is_cancelled() {
            return Err(PathError::Closed);
        }
        match route {
            Route::Direct => Ok(self.0.direct.clone()),
            Route::HttpConnect(proxy) | Route::Socks5(proxy) => self.proxy(proxy, &self.0.direct, &[]),
            #[cfg(feature = "ssh")]
            Route::Ssh(route) => self.ssh(route),
            Route::Custom(dial) => Ok(dial.clone()),
        }
    }

    /// Tells of hops that go down and come back, from now on: once for each hop, however many clusters are behind it.
    #[must_use]
    pub fn incidents(&self) -> IncidentStream {
        self.0.incidents.listen()
    }

    /// The same paths, without keeping them.
    #[cfg(feature = "metrics")]
    pub(crate) fn downgrade(&self) -> WeakPaths {
        WeakPaths(Arc::downgrade(&self.0))
    }

    /// Says to whoever listens that this happened.
    #[cfg(test)]
    pub(crate) fn tell(&self, incident: super::PathIncident) {
        self.0.incidents.tell(incident);
    }

    /// Every proxy and jump host that some dialer leads through, in order of address.
    #[must_use]
    pub fn status(&self) -> Vec<PathStatus> {
        let proxies = self.0.proxies.lock().unwrap_or_else(PoisonError::into_inner);
        let mut status: Vec<_> = proxies.values().filter_map(Weak::upgrade).map(|proxy| proxy.status()).collect();
        drop(proxies);
        #[cfg(feature = "ssh")]
        {
            let jumps = self.0.jumps.lock().unwrap_or_else(PoisonError::into_inner);
            let jumps: Vec<_> = jumps.values().filter_map(Weak::upgrade).collect();
            status.extend(jumps.iter().map(|jump| jump.status()));
        }
        status.sort_by_cached_key(|one| (one.hop.at.to_string(), one.hop.kind.as_str()));
        status
    }

    /// Closes sessions, ends every task and waits until they have ended. Dialers say [`PathError::Closed`] from then on.
    ///
    /// Dropping the future leaves everything closing.
    pub async fn shutdown(&self) {
        self.0.closed.cancel();
        self.0.tracker.close();
        self.0.tracker.wait().await;
    }

    /// The proxy that is reached over `base`; `before` tells bases apart.
    fn proxy(&self, spec: &ProxySpec, base: &Arc<dyn Dial>, before: &[u8]) -> Result<Arc<dyn Dial>, PathError> {
        let inner = &*self.0;
        spec.check_login()?;
        let hop = spec.hop()?;
        let digest = digest(spec, before);
        let mut proxies = inner.proxies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(proxy) = proxies.get(&digest).and_then(Weak::upgrade) {
            return Ok(proxy);
        }
        proxies.retain(|_, proxy| proxy.strong_count() > 0);
        let tls = match spec.is_tls() {
            true => Some(ProxyTls::new(&hop, spec.roots.as_deref(), &inner.system_roots)?),
            false => None,
        };
        let protocol = match hop.kind {
            HopKind::Socks5Proxy => Protocol::Socks5(spec.login.clone()),
            _ => Protocol::Connect(spec.http_login()?),
        };
        let proxy = Arc::new_cyclic(|me| Proxy {
            health: Arc::new(inner.health(hop)),
            protocol,
            tls,
            base: base.clone(),
            deadline: inner.options.dial_timeout,
            tracker: inner.tracker.clone(),
            closed: inner.closed.clone(),
            streams: Arc::new(()),
            me: me.clone(),
        });
        proxies.insert(digest, Arc::downgrade(&proxy));
        Ok(proxy)
    }
}

#[cfg(feature = "metrics")]
impl WeakPaths {
    pub(crate) fn upgrade(&self) -> Option<Paths> {
        self.0.upgrade().map(Paths)
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }

    /// Whether they are the same paths.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

#[cfg(feature = "ssh")]
impl Paths {
    /// From jump host to jump host, and on through a proxy if there is one.
    fn ssh(&self, route: &SshRoute) -> Result<Arc<dyn Dial>, PathError> {
        let mut base = self.0.direct.clone();
        let mut before = Digest::default();
        if route.jumps.is_empty() {
            return Err(PathSpecError::NoJumpHost.into());
        }
        for host in &route.jumps {
            host.check()?;
            before = host.digest(&before);
            base = Arc::new(self.jump(host, &base, before));
        }
        match &route.then_connect {
            Some(proxy) => self.proxy(proxy, &base, &before),
            None => Ok(base),
        }
    }

    fn jump(&self, host: &JumpHost, base: &Arc<dyn Dial>, digest: Digest) -> Arc<Jump> {
        let inner = &*self.0;
        let mut jumps = inner.jumps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jump) = jumps.get(&digest).and_then(Weak::upgrade) {
            return jump;
        }
        jumps.retain(|_, jump| jump.strong_count() > 0);
        let common = Common {
            options: inner.options.ssh.clone(),
            backoff: inner.backoff(),
            deadline: inner.options.dial_timeout,
            tracker: inner.tracker.clone(),
            closed: inner.closed.clone(),
        };
        let health = inner.health(Hop::new(HopKind::JumpHost, host.target()));
        let jump = Arc::new(Jump::new(host.clone(), base.clone(), health, common));
        jumps.insert(digest, Arc::downgrade(&jump));
        jump
    }
}

impl Inner {
    const fn backoff(&self) -> Backoff {
        Backoff::new(self.options.first_backoff, self.options.longest_backoff)
    }

    fn health(&self, hop: Hop) -> Health {
        Health::new(hop, self.backoff(), self.incidents.clone())
    }
}

fn digest(spec: &ProxySpec, before: &[u8]) -> Digest {
    let (name, password) = match &spec.login {
        Some((name, password)) => (name.as_str(), password.expose_secret()),
        None => ("", ""),
    };
    let mut hash = Sha256::new();
    let parts = [before, spec.url.as_str().as_bytes(), name.as_bytes(), password.as_bytes()];
    for part in parts.into_iter().chain(spec.roots.as_deref()) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
