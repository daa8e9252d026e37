//! The credential of one connection as requests see it, and the one task that renews it. Knows nothing of how credentials are shown.
//!
//! Requests load it and go on. They wait for a renewal only when there is nothing better to do: the credential has expired, or the API
//! server has refused it. However many wait, there is one renewal.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use core_client::backoff::Backoff;
use core_client::credentials::Clock;
use core_client::error::ErrorChain;
use jiff::Timestamp;
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::breaker::{Breaker, Circuit};
use super::{AuthError, Credential, Origin, Renewal};

/// What a credential was made into for use.
pub(crate) trait Material: Send + Sync + 'static {
    /// Called on the old one when it is no longer handed out.
    fn superseded_by(&self, successor: &Self);
    /// From when until when it is good by itself, as a certificate is.
    fn validity(&self) -> Option<Validity>;
}

/// From when until when something is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Validity {
    /// Whether less than a third of the time is left; what is renewed in time is renewed before that.
    pub(crate) fn nears_its_end(&self, now: Timestamp) -> bool {
        now >= self.last_third()
    }

    fn last_third(&self) -> Timestamp {
        let third = remaining(self.until, self.from) / 3;
        self.until.saturating_sub(third).unwrap_or(self.until)
    }
}

/// Makes a credential into something that can be used, perhaps with parts of what was used before.
pub(crate) type Prepare<T> = Box<dyn Fn(&Credential, Option<&T>) -> Result<T, AuthError> + Send + Sync>;

/// A credential in use. Never changed.
#[derive(Debug)]
pub(crate) struct Live<T> {
    /// Rises with each renewal, whether or not anything came of it.
    pub(crate) serial: u64,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) value: T,
    credential: Credential,
}

/// How long things take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// How long a provider may take.
    pub(crate) fetch: Duration,
    /// How long before its expiry a credential is renewed; less for one that lives shortly.
    pub(crate) early: Duration,
}

/// What happened to the credential so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) renewed: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) refused: AtomicU64,
}

pub(crate) struct Auth<T> {
    current: ArcSwap<Live<T>>,
    breaker: Mutex<Breaker>,
    /// Whether the breaker has anything to forget; saves the lock on success.
    troubled: AtomicBool,
    /// Whether asking again can help.
    renewable: AtomicBool,
    /// Whether the expiry is one that the provider announced, so that a request waits for the next credential.
    fetched: AtomicBool,
    /// Serial of the credential that somebody wants replaced.
    unwanted: AtomicU64,
    /// How many wait for another one.
    waiting: AtomicUsize,
    wanted: Notify,
    /// Boxed, as a channel keeps room for many.
    orders: mpsc::Sender<Box<Order>>,
    outcomes: watch::Sender<Outcome>,
    prepare: Prepare<T>,
    clock: Arc<dyn Clock>,
    timing: Timing,
    pub(crate) counts: Counts,
}

#[derive(Debug, Clone)]
struct Outcome(Result<(), AuthError>);

enum Order {
    /// Another origin, with a credential that was had from it.
    Swap { origin: Origin, credential: Credential, reply: oneshot::Sender<Result<(), AuthError>> },
    /// The same credential, with whatever else goes into it changed.
    Remake,
}

/// The task that renews; a future to be run as long as the connection lives.
pub(crate) struct Keeper<T> {
    auth: Arc<Auth<T>>,
    origin: Origin,
    orders: mpsc::Receiver<Box<Order>>,
    /// When the credential in use was had.
    since: Instant,
    /// Spreads renewals of clusters that were connected together; between 0 and 1.
    jitter: f64,
    /// Failures in a row, and until when they keep us from trying again.
    failures: u32,
    not_before: Option<(Instant, AuthError)>,
    /// Serial of the credential whose end was announced.
    warned: Option<u64>,
}

/// First and longest wait after a renewal failed.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
/// The clock on the wall is looked at this often, as it may be set.
const LOOK: Duration = Duration::from_secs(60);

impl<T: Material> Auth<T> {
    /// Takes a first credential into use.
    ///
    /// # Errors
    /// [`AuthError`] when it cannot be used.
    pub(crate) fn new(
        origin: Origin,
        first: Credential,
        prepare: Prepare<T>,
        clock: Arc<dyn Clock>,
        timing: Timing,
    ) -> Result<(Arc<Self>, Keeper<T>), AuthError> {
        let live = Self::live(&prepare, first, None)?;
        let (orders, received) = mpsc::channel(4);
        let auth = Arc::new(Self {
            current: ArcSwap::from_pointee(live),
            breaker: Mutex::default(),
            troubled: AtomicBool::new(false),
            renewable: AtomicBool::new(false),
            fetched: AtomicBool::new(false),
            unwanted: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            wanted: Notify::new(),
            orders,
            outcomes: watch::Sender::new(Outcome(Ok(()))),
            prepare,
            clock,
            timing,
            counts: Counts::default(),
        });
        auth.follow(&origin);
        let keeper = Keeper {
            auth: Arc::clone(&auth),
            origin,
            orders: received,
            since: Instant::now(),
            jitter: rand::rng().random(),
            failures: 0,
            not_before: None,
            warned: None,
        };
        Ok((auth, keeper))
    }

    fn live(prepare: &Prepare<T>, credential: Credential, previous: Option<&Live<T>>) -> Result<Live<T>, AuthError> {
        let value = prepare(&credential, previous.map(|live| &live.value))?;
        let expires = match (credential.expires, value.validity().map(|validity| validity.until)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Ok(Live { serial: previous.map_or(1, |live| live.serial + 1), expires, value, credential })
    }

    fn follow(&self, origin: &Origin) {
        self.renewable.store(origin.renewal != Renewal::Never, Ordering::Release);
        self.fetched.store(matches!(origin.renewal, Renewal::Fetch { .. }), Ordering::Release);
    }

    /// The credential as it is.
    pub(crate) fn current(&self) -> Arc<Live<T>> {
        self.current.load_full()
    }

    /// The credential for a request. Waits only when it has expired and another one may be had.
    ///
    /// # Errors
    /// [`AuthError::Suspended`] while the breaker is open; else what kept a new credential from being had.
    pub(crate) async fn ready(&self) -> Result<Arc<Live<T>>, AuthError> {
        if self.troubled.load(Ordering::Acquire)
            && let Circuit::Open(retry_in) = self.circuit()
        {
            return Err(AuthError::Suspended { retry_in });
        }
        let live = self.current();
        let expired = live.expires.is_some_and(|at| at <= self.clock.now());
        if expired && self.fetched.load(Ordering::Acquire) {
            self.newer_than(live.serial).await?;
            return Ok(self.current());
        }
        Ok(live)
    }

    /// The API server refused the credential with this serial: gets another one, unless there already is. Returns how long to wait before
    /// the other one is shown, so that those who were refused together do not come back together.
    ///
    /// # Errors
    /// [`AuthError::Rejected`] when there is no other one to be had, [`AuthError::Suspended`] when this was one refusal too many; else
    /// what kept a new credential from being had.
    pub(crate) async fn renew(&self, used: u64) -> Result<Duration, AuthError> {
        if self.current.load().serial != used {
            return Ok(Duration::ZERO);
        }
        self.refused(used);
        if let Circuit::Open(retry_in) = self.circuit() {
            return Err(AuthError::Suspended { retry_in });
        }
        if !self.renewable.load(Ordering::Acquire) {
            return Err(AuthError::Rejected);
        }
        self.newer_than(used).await
    }

    /// The API server refused the credential with this serial, and nothing more is done about it now.
    pub(crate) fn refused(&self, used: u64) {
        if self.current.load().serial == used {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            self.breaker().refused(used, Instant::now());
            self.troubled.store(true, Ordering::Release);
        }
    }

    /// The API server accepted the credential with this serial.
    pub(crate) fn accepted(&self, used: u64) {
        if self.troubled.load(Ordering::Acquire) && self.current.load().serial == used {
            self.forgive();
        }
    }

    fn forgive(&self) {
        let mut breaker = self.breaker();
        breaker.reset();
        self.troubled.store(!breaker.is_clean(), Ordering::Release);
    }

    /// Whether requests are let through.
    pub(crate) fn circuit(&self) -> Circuit {
        self.breaker().state(Instant::now())
    }

    /// Waits until the task has replaced the credential with this serial, or could not. Returns when to go on.
    async fn newer_than(&self, used: u64) -> Result<Duration, AuthError> {
        let mut outcomes = self.outcomes.subscribe();
        let waiting = Waiting::new(&self.waiting);
        loop {
            if self.current.load().serial != used {
                return Ok(apart(waiting.others(), rand::rng().random()));
            }
            self.unwanted.store(used, Ordering::Release);
            self.wanted.notify_one();
            // The sender is ours, so it cannot be gone. When the task is, whoever waits has a deadline.
            if outcomes.changed().await.is_err() {
                return Err(AuthError::Closed);
            }
            if self.current.load().serial == used {
                return outcomes.borrow().0.clone().map(|()| Duration::ZERO);
            }
        }
    }

    /// Makes a credential into something usable without taking it into use.
    pub(crate) fn candidate(&self, credential: &Credential) -> Result<T, AuthError> {
        (self.prepare)(credential, Some(&self.current().value))
    }

    /// Takes another credential, and where it comes from, into use.
    ///
    /// # Errors
    /// [`AuthError`] when it cannot be used; the old one stays.
    pub(crate) async fn swap(&self, origin: Origin, credential: Credential) -> Result<(), AuthError> {
        let (reply, answer) = oneshot::channel();
        let order = Box::new(Order::Swap { origin, credential, reply });
        self.orders.send(order).await.map_err(|_| AuthError::Closed)?;
        answer.await.map_err(|_| AuthError::Closed)?
    }

    /// Makes the credential in use anew, because something else that goes into it has changed.
    pub(crate) async fn remake(&self) {
        // When the task is gone there is nothing to make anew.
        let _gone = self.orders.send(Box::new(Order::Remake)).await;
    }

    fn install(&self, credential: Credential) -> Result<(), AuthError> {
        let previous = self.current();
        let live = Arc::new(Self::live(&self.prepare, credential, Some(&previous))?);
        self.current.store(Arc::clone(&live));
        previous.value.superseded_by(&live.value);
        Ok(())
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts one that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }

    fn others(&self) -> usize {
        self.0.load(Ordering::Relaxed).saturating_sub(1)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<T> std::fmt::Debug for Auth<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("serial", &self.current.load().serial).finish_non_exhaustive()
    }
}

impl<T: Material> Keeper<T> {
    /// Renews for as long as it is polled.
    pub(crate) async fn run(mut self) {
        loop {
            let (due, warning) = (self.due(), self.until_warning());
            let auth = Arc::clone(&self.auth);
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => self.obey(*order),
                    None => return,
                },
                // Boxed: it happens now and then, and would take room for as long as the connection lives.
                () = auth.wanted.notified() => Box::pin(self.answer()).await,
                () = sleep(warning) => self.warn(),
                () = sleep(due) => if self.due().is_some_and(|due| due.is_zero()) {
                    let before = self.auth.current();
                    Box::pin(self.renew()).await;
                    // One that nobody had asked for, and that is another one, has not been refused yet.
                    if !same(&before.credential, &self.auth.current().credential) {
                        self.auth.forgive();
                    }
                },
            }
        }
    }

    /// How long until the next renewal, looked at again after [`LOOK`]; `None` when there is none.
    fn due(&self) -> Option<Duration> {
        if let Some((not_before, _)) = &self.not_before {
            return Some(not_before.saturating_duration_since(Instant::now()));
        }
        let left = |of: Duration| of.saturating_sub(self.since.elapsed());
        match self.origin.renewal {
            Renewal::Never => None,
            Renewal::Reread(every) => Some(left(every)),
            Renewal::Fetch { max_age } => {
                let aged = left(max_age.mul_f64(1.0 - 0.1 * self.jitter));
                let Some(expires) = self.auth.current().expires else { return Some(aged) };
                let life = remaining(expires, self.auth.clock.now());
                // A credential that lives shortly is renewed after two thirds of its life, not at once and again and again.
                let whole = life + self.since.elapsed();
                let early = self.auth.timing.early.mul_f64(1.0 + 0.25 * self.jitter).min(whole / 3);
                Some(life.saturating_sub(early).max(left(BACKOFF.first)).min(aged))
            }
        }
    }

    /// How long until it is to be said that the certificate nears its end, looked at again after [`LOOK`]; `None` when that was said, or
    /// when another one will be had before.
    fn until_warning(&self) -> Option<Duration> {
        let live = self.auth.current();
        let validity = live.value.validity().filter(|_| self.warned != Some(live.serial))?;
        let renewed_in_time = matches!(self.origin.renewal, Renewal::Fetch { .. }) && self.failures == 0;
        (!renewed_in_time).then(|| remaining(validity.last_third(), self.auth.clock.now()))
    }

    fn warn(&mut self) {
        let live = self.auth.current();
        let now = self.auth.clock.now();
        if let Some(validity) = live.value.validity().filter(|validity| validity.nears_its_end(now)) {
            self.warned = Some(live.serial);
            let left = remaining(validity.until, now);
            tracing::warn!(
                expires = %validity.until,
                ?left,
                "less than a third of the life of the client certificate is left; give the cluster a new one"
            );
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Swap { origin, credential, reply } => {
                let outcome = self.auth.install(credential);
                if outcome.is_ok() {
                    self.auth.follow(&origin);
                    self.origin = origin;
                    self.settle();
                    self.auth.forgive();
                    self.auth.outcomes.send_replace(Outcome(Ok(())));
                }
                // Whoever asked may have given up; the credential is in use all the same.
                let _given_up = reply.send(outcome);
            }
            Order::Remake => {
                let credential = self.auth.current().credential.clone();
                if let Err(error) = self.auth.install(credential) {
                    tracing::warn!(error = %ErrorChain::new(&error), "a credential could not be used with new authorities; the old ones stay");
                }
            }
        }
    }

    /// Somebody wants another credential.
    async fn answer(&mut self) {
        if self.auth.current().serial != self.auth.unwanted.load(Ordering::Acquire) {
            return;
        }
        if self.origin.renewal == Renewal::Never {
            self.auth.outcomes.send_replace(Outcome(Err(AuthError::Rejected)));
            return;
        }
        match &self.not_before {
            Some((not_before, error)) if *not_before > Instant::now() => {
                self.auth.outcomes.send_replace(Outcome(Err(error.clone())));
            }
            _ => self.renew().await,
        }
    }

    async fn renew(&mut self) {
        let fetched = self.origin.fetch(self.auth.timing.fetch).await;
        let outcome = fetched.and_then(|credential| self.auth.install(credential));
        match &outcome {
            Ok(()) => {
                self.auth.counts.renewed.fetch_add(1, Ordering::Relaxed);
                self.settle();
            }
            Err(error) => {
                self.auth.counts.failed.fetch_add(1, Ordering::Relaxed);
                self.failures = self.failures.saturating_add(1);
                let wait = BACKOFF.delay(self.failures, rand::rng().random());
                self.not_before = Some((Instant::now() + wait, error.clone()));
                tracing::warn!(error = %ErrorChain::new(error), retry_in = ?wait, "no new credential; the old one stays");
            }
        }
        self.auth.outcomes.send_replace(Outcome(outcome));
    }

    fn settle(&mut self) {
        self.since = Instant::now();
        self.failures = 0;
        self.not_before = None;
    }
}

impl<T> std::fmt::Debug for Keeper<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Whether two credentials show the same.
fn same(one: &Credential, other: &Credential) -> bool {
    use super::Material::{Anonymous, Basic, Certificate, Token};

    let equal = |one: &SecretString, other: &SecretString| one.expose_secret() == other.expose_secret();
    match (&one.material, &other.material) {
        (Anonymous, Anonymous) => true,
        (Token(one), Token(other)) => equal(one, other),
        (Basic { username, password }, Basic { username: name, password: word }) => {
            username == name && equal(password, word)
        }
        (Certificate { chain, token, .. }, Certificate { chain: other, token: word, .. }) => {
            chain == other
                && match (token, word) {
                    (Some(one), Some(other)) => equal(one, other),
                    (None, None) => true,
                    _ => false,
                }
        }
        _ => false,
    }
}

async fn sleep(due: Option<Duration>) {
    match due {
        Some(due) => tokio::time::sleep(due.min(LOOK)).await,
        None => std::future::pending().await,
    }
}

/// How long until then; nothing when it is past.
pub(crate) fn remaining(until: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// When one goes on that was refused together with so many others: within 5 ms for each of them, and half a second at most.
fn apart(others: usize, random: f64) -> Duration {
    let others = u32::try_from(others).unwrap_or(u32::MAX);
    Duration::from_millis(5).saturating_mul(others).min(Duration::from_millis(500)).mul_f64(random)
}

#[cfg(test)]
mod tests;
