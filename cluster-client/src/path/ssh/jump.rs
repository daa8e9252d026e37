//! One jump host: the sessions with it, shared by everything behind it, opened when they are needed and again when they are lost.
//! Knows nothing of SSH itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_client::backoff::Backoff;
use russh::ChannelOpenFailure;
use russh::keys::PrivateKey;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::pump::{self, Limits};
use super::session::{Lease, Session};
use super::{JumpHost, SshOptions};
use crate::path::health::{Health, PathStatus};
use crate::path::{BehindError, Dial, HopError, Io, PathError, PathSpecError, Target};

/// How long a channel that was asked for counts although it is not answered: longer than a kernel tries to connect to nowhere.
const ABANDONED_AFTER: Duration = Duration::from_secs(180);

/// What every jump host of the same [`Paths`](crate::path::Paths) has in common.
#[derive(Debug, Clone)]
pub(in crate::path) struct Common {
    pub(in crate::path) options: SshOptions,
    pub(in crate::path) backoff: Backoff,
    pub(in crate::path) deadline: Duration,
    pub(in crate::path) tracker: TaskTracker,
    pub(in crate::path) closed: CancellationToken,
}

/// One jump host. Dropped, it closes its sessions; streams keep it.
#[derive(Debug)]
pub(in crate::path) struct Jump {
    shared: Arc<Shared>,
    keeper: Once,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

#[derive(Debug)]
struct Shared {
    host: JumpHost,
    /// How the jump host itself is reached.
    base: Arc<dyn Dial>,
    health: Health,
    common: Common,
    state: Mutex<State>,
    /// Dials that wait for room.
    waiting: AtomicUsize,
    /// Moves with everything that a waiting dial or the keeper should look at.
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    sessions: Vec<Arc<Session>>,
    /// Why there is no session, and when the next try is.
    trouble: Option<(PathError, Instant)>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("sessions", &self.sessions.len()).field("trouble", &self.trouble).finish()
    }
}

impl Jump {
    pub(in crate::path) fn new(host: JumpHost, base: Arc<dyn Dial>, health: Health, common: Common) -> Self {
        let stop = common.closed.child_token();
        let shared = Shared {
            host,
            base,
            health,
            common,
            state: Mutex::default(),
            waiting: AtomicUsize::new(0),
            changed: watch::Sender::new(0),
        };
        Self { shared: Arc::new(shared), keeper: Once::new(), _stop_on_drop: stop.clone().drop_guard(), stop }
    }

    pub(in crate::path) fn status(&self) -> PathStatus {
        let sessions = self.shared.state().sessions.len();
        self.shared.health.status(self.shared.streams(), sessions)
    }

    async fn open(self: &Arc<Self>, target: &Target) -> Result<Box<dyn Io>, PathError> {
        self.keeper.call_once(|| {
            let keeper = Keeper { shared: self.shared.clone(), failures: 0, key: None, wanted: false };
            self.shared.common.tracker.spawn(keeper.run(self.stop.clone()));
        });
        let until = Instant::now() + self.shared.common.deadline;
        loop {
            let lease = self.shared.lease(until).await?;
            let session = lease.session.clone();
            match timeout_at(until, self.channel(lease, target)).await {
                Ok(Some(Ok(stream))) => return Ok(stream),
                Ok(Some(Err(russh::Error::ChannelOpenFailure(ChannelOpenFailure::ResourceShortage)))) => {
                    // Elsewhere there may be room. In a session that carries nothing else there is not.
                    if !session.fill() {
                        return Err(self.shared.down(HopError::Saturated { streams: self.shared.streams() }));
                    }
                    self.shared.look();
                }
                Ok(Some(Err(russh::Error::ChannelOpenFailure(refusal)))) => {
                    return Err(self.shared.refused(&refusal, target));
                }
                // The session ended. The keeper knows.
                Ok(Some(Err(_)) | None) => {}
                Err(_) => {
                    let source = BehindError::Timeout { after: self.shared.common.deadline };
                    return Err(self.shared.behind(target, source));
                }
            }
        }
    }

    /// Opens a channel in a task of its own: one that is answered after nobody waits any more has to be closed, and counts until then.
    async fn channel(self: &Arc<Self>, lease: Lease, target: &Target) -> Option<Result<Box<dyn Io>, russh::Error>> {
        let (tell, answer) = oneshot::channel();
        let (me, target) = (self.clone(), target.clone());
        self.shared.common.tracker.spawn(async move {
            let session = lease.session.clone();
            let Ok(opened) = timeout(ABANDONED_AFTER, session.channel(&target)).await else { return };
            let common = &me.shared.common;
            let limits =
                Limits { backlog_bytes: common.options.backlog_bytes, longest_stall: common.options.longest_stall };
            let (ended, tracker) = (session.ended().clone(), common.tracker.clone());
            let kept = (lease, me);
            // Dropped by whoever is left, the stream closes its channel.
            drop(tell.send(
                opened.map(|channel| Box::new(pump::stream(channel, ended, limits, &tracker, kept)) as Box<dyn Io>),
            ));
        });
        answer.await.ok()
    }
}

#[async_trait]
impl Dial for Arc<Jump> {
    async fn dial(&self, target: &Target) -> Result<Box<dyn Io>, PathError> {
        self.stop.run_until_cancelled(self.open(target)).await.unwrap_or(Err(PathError::Closed))
    }
}

/// Counts a dial as waiting for as long as it lives.
struct Waiting<'a>(&'a Shared);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> usize {
        self.state().sessions.iter().map(|session| session.streams()).sum()
    }

    fn look(&self) {
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    fn down(&self, source: HopError) -> PathError {
        PathError::Hop { hop: self.health.hop().clone(), source }
    }

    fn behind(&self, target: &Target, source: BehindError) -> PathError {
        PathError::Behind { hop: self.health.hop().clone(), target: target.clone(), source }
    }

    fn refused(&self, refusal: &ChannelOpenFailure, target: &Target) -> PathError {
        match refusal {
            ChannelOpenFailure::ConnectFailed => self.behind(target, BehindError::Failed),
            ChannelOpenFailure::AdministrativelyProhibited => self.down(HopError::Forbidden { target: target.clone() }),
            _ => self.down(HopError::Protocol { protocol: "SSH", what: "it does not forward connections" }),
        }
    }

    fn try_lease(&self) -> Option<Lease> {
        self.state().sessions.iter().find_map(|session| session.lease())
    }

    /// Room in a session; waits for one until the deadline, unless trying is in vain until then.
    async fn lease(&self, until: Instant) -> Result<Lease, PathError> {
        let mut changed = self.changed.subscribe();
        if let Some(lease) = self.try_lease() {
            return Ok(lease);
        }
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Waiting(self);
        self.look();
        loop {
            if let Some(lease) = self.try_lease() {
                // Those who were woken with this one and found no room left need another session.
                drop(waiting);
                self.look();
                return Ok(lease);
            }
            let trouble = self.state().trouble.clone();
            if let Some((error, retry_at)) = trouble {
                let lasting = matches!(&error, PathError::Spec(_))
                    || matches!(&error, PathError::Hop { source, .. } if source.is_lasting());
                if retry_at >= until || (lasting && Instant::now() < retry_at) {
                    return Err(error);
                }
            }
            if !matches!(timeout_at(until, changed.changed()).await, Ok(Ok(()))) {
                return Err(self.no_room());
            }
        }
    }

    /// Why a dial waited in vain.
    fn no_room(&self) -> PathError {
        let state = self.state();
        match (&state.trouble, state.sessions.is_empty()) {
            (Some((error, _)), _) => error.clone(),
            (None, true) => self.down(HopError::Timeout { after: self.common.deadline }),
            (None, false) => {
                let streams = state.sessions.iter().map(|session| session.streams()).sum();
                self.down(HopError::Saturated { streams })
            }
        }
    }
}

/// Opens, watches and closes the sessions with one jump host; the only one who does.
struct Keeper {
    shared: Arc<Shared>,
    /// How many tries failed one after the other.
    failures: u32,
    key: Option<Arc<PrivateKey>>,
    /// A session is needed and not there yet.
    wanted: bool,
}

impl Keeper {
    async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.keep()).await;
        let sessions = std::mem::take(&mut self.shared.state().sessions);
        futures::future::join_all(sessions.iter().map(|session| session.close())).await;
    }

    async fn keep(&mut self) {
        let mut changed = self.shared.changed.subscribe();
        loop {
            changed.mark_unchanged();
            self.bury();
            let (idle, idle_until) = self.take_idle();
            for session in idle {
                self.shared.common.tracker.spawn(async move { session.close().await });
            }
            self.wanted |= self.is_short();
            let retry_at = self.shared.state().trouble.as_ref().map(|(_, at)| *at);
            if self.wanted && retry_at.is_none_or(|at| at <= Instant::now()) {
                self.open().await;
                continue;
            }
            let wake_at = [idle_until, retry_at.filter(|_| self.wanted)].into_iter().flatten().min();
            let woken = async {
                match wake_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = woken => {}
                _ = changed.changed() => {}
            }
        }
    }

    /// Dials wait, no session has room, and there may be one more.
    fn is_short(&self) -> bool {
        let most = self.shared.common.options.sessions_per_jump_host.max(1);
        self.shared.waiting.load(Ordering::Acquire) > 0
            && self.shared.state().sessions.len() < most
            && !self.shared.state().sessions.iter().any(|session| session.has_room())
    }

    /// Takes sessions that have ended off the list. The last one, if it was in use, is an outage.
    fn bury(&mut self) {
        let mut state = self.shared.state();
        let before = state.sessions.len();
        let over = |session: &Arc<Session>| session.ended().is_cancelled();
        let lost = state.sessions.iter().any(|session| over(session) && session.is_lost());
        state.sessions.retain(|session| !over(session));
        if state.sessions.is_empty() && before > 0 && lost {
            drop(state);
            self.fail(self.shared.down(HopError::Lost));
            self.wanted = true;
        }
    }

    /// Takes sessions off the list that nobody has used for long, and says when the next one will be due.
    fn take_idle(&self) -> (Vec<Arc<Session>>, Option<Instant>) {
        let linger = self.shared.common.options.linger;
        let now = Instant::now();
        let mut state = self.shared.state();
        let due = |session: &Arc<Session>| session.streams() == 0 && session.last_used() + linger <= now;
        let idle = state.sessions.iter().filter(|session| due(session)).cloned().collect();
        state.sessions.retain(|session| !due(session));
        let unused = state.sessions.iter().filter(|session| session.streams() == 0);
        let next = unused.map(|session| session.last_used() + linger).min();
        (idle, next)
    }

    async fn open(&mut self) {
        match self.try_open().await {
            Ok(session) => {
                self.failures = 0;
                self.wanted = false;
                let mut state = self.shared.state();
                state.trouble = None;
                state.sessions.push(Arc::new(session));
                drop(state);
                self.shared.health.succeeded();
                self.shared.look();
            }
            Err(error) => {
                if matches!(error, PathError::Spec(_)) {
                    // Nothing but another description helps.
                    self.wanted = false;
                }
                self.fail(error);
            }
        }
    }

    async fn try_open(&mut self) -> Result<Session, PathError> {
        let key = self.key().await?;
        let Shared { host, base, health, common, changed, .. } = &*self.shared;
        let stream = base.dial(&host.target()).await.map_err(|error| error.at_hop(health.hop()))?;
        let opening = Session::open(stream, host, &key, &common.options, changed.clone());
        timeout(common.deadline, opening)
            .await
            .unwrap_or(Err(HopError::Timeout { after: common.deadline }))
            .map_err(|source| self.shared.down(source))
    }

    /// The private key; read once, away from the runtime, because a passphrase is slow on purpose.
    async fn key(&mut self) -> Result<Arc<PrivateKey>, PathError> {
        if let Some(key) = &self.key {
            return Ok(key.clone());
        }
        let host = &self.shared.host;
        let identity = host.identity.clone();
        let unreadable = |source: Arc<dyn std::error::Error + Send + Sync>| PathSpecError::JumpHostKey {
            jump_host: host.target(),
            user: host.user.clone(),
            source,
        };
        let read = tokio::task::spawn_blocking(move || identity.decode()).await;
        let read = read.map_err(|error| unreadable(Arc::new(error)))?;
        let key = Arc::new(read.map_err(|error| unreadable(Arc::new(error)))?);
        self.key = Some(key.clone());
        Ok(key)
    }

    /// Remembers why there is no session, and leaves the jump host alone for a while.
    fn fail(&mut self, error: PathError) {
        self.failures = self.failures.saturating_add(1);
        if let PathError::Hop { hop, source } = &error
            && hop == self.shared.health.hop()
        {
            self.shared.health.failed(source, Instant::now(), true);
        }
        let wait = self.shared.common.backoff.delay(self.failures, rand::random());
        self.shared.state().trouble = Some((error, Instant::now() + wait));
        self.shared.look();
    }
}
