//! One session with one jump host: handshake, host key, login, channels. Knows nothing of other sessions.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use russh::client::{self, Handle, Msg};
use russh::keys::ssh_key::Fingerprint;
use russh::keys::{Algorithm, HashAlg, PrivateKey, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate};
use russh::{Channel, Preferred};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

use super::known_hosts::{self, KnownHosts, Verdict};
use super::spec::Policy;
use super::{JumpHost, SshOptions};
use crate::path::{HopError, Io, Target};

/// How long a session may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// A session that is logged in.
pub(super) struct Session {
    handle: Handle<Host>,
    /// Cancelled by us: the connection beneath breaks at once.
    cut: CancellationToken,
    /// Cancelled when the session's task has ended, for whatever reason.
    ended: CancellationToken,
    room: Room,
    /// The session ended while it carried streams.
    lost: Arc<AtomicBool>,
    /// The jump host said that it takes no more streams; until one closes.
    full: AtomicBool,
    last_used: Mutex<Instant>,
    /// Told when room is made, or the session ends.
    changed: watch::Sender<u64>,
}

/// How many streams there may be, and are.
#[derive(Clone)]
struct Room {
    free: Arc<Semaphore>,
    most: usize,
}

impl Room {
    fn taken(&self) -> usize {
        self.most - self.free.available_permits()
    }
}

/// Room for one stream in a session.
pub(super) struct Lease {
    pub(super) session: Arc<Session>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Session {
    /// Makes the handshake over a stream to the jump host and logs in. The caller has the deadline; dropping the future ends the session.
    pub(super) async fn open(
        stream: Box<dyn Io>,
        jump: &JumpHost,
        key: &Arc<PrivateKey>,
        options: &SshOptions,
        changed: watch::Sender<u64>,
    ) -> Result<Self, HopError> {
        let keys = HostKeyCheck::load(jump).await?;
        let config = client::Config {
            keepalive_interval: Some(options.keepalive_interval),
            keepalive_max: options.keepalive_max,
            inactivity_timeout: None,
            nodelay: true,
            preferred: keys.preferred(),
            ..client::Config::default()
        };
        let (cut, ended) = (CancellationToken::new(), CancellationToken::new());
        let cut_on_drop = cut.clone().drop_guard();
        let most = options.streams_per_session.max(1);
        let room = Room { free: Arc::new(Semaphore::new(most)), most };
        let lost = Arc::new(AtomicBool::new(false));
        let _ended = ended.clone().drop_guard();
        let ending = Ending { _ended, room: room.clone(), lost: lost.clone(), changed: changed.clone() };
        let stream = Tether { stream, cut: Box::pin(cut.clone().cancelled_owned()) };
        let host = Host { keys, _ending: ending };
        let mut handle = client::connect_stream(Arc::new(config), stream, host).await.map_err(HostError::read)?;
        log_in(&mut handle, jump, key).await?;
        cut_on_drop.disarm();
        Ok(Self {
            handle,
            cut,
            ended,
            room,
            lost,
            full: AtomicBool::new(false),
            last_used: Mutex::new(Instant::now()),
            changed,
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.ended.is_cancelled() || self.handle.is_closed()
    }

    pub(super) const fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    /// Whether it ended while it carried streams.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    pub(super) fn streams(&self) -> usize {
        self.room.taken()
    }

    pub(super) fn has_room(&self) -> bool {
        let full = self.full.load(Ordering::Acquire) && self.streams() > 0;
        !self.is_over() && !full && self.room.free.available_permits() > 0
    }

    pub(super) fn last_used(&self) -> Instant {
        *self.last_used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for one stream, if there is some.
    pub(super) fn lease(self: &Arc<Self>) -> Option<Lease> {
        if !self.has_room() {
            return None;
        }
        let permit = self.room.free.clone().try_acquire_owned().ok()?;
        Some(Lease { session: self.clone(), permit: Some(permit) })
    }

    /// The jump host takes no more streams in this session until one closes; says whether it carries any.
    pub(super) fn fill(&self) -> bool {
        self.full.store(true, Ordering::Release);
        self.streams() > 0
    }

    /// Asks the jump host for a connection to the target.
    pub(super) async fn channel(&self, target: &Target) -> Result<Channel<Msg>, russh::Error> {
        // Where the stream comes from is nobody's business, and 0 is a port that nobody has.
        self.handle.channel_open_direct_tcpip(target.host.as_str(), target.port.into(), "127.0.0.1", 0).await
    }

    /// Says goodbye, and ends the session whether it is answered or not.
    pub(super) async fn close(&self) {
        let goodbye = self.handle.disconnect(russh::Disconnect::ByApplication, "", "");
        let farewell = async {
            if goodbye.await.is_ok() {
                self.ended.cancelled().await;
            }
        };
        drop(tokio::time::timeout(FAREWELL, farewell).await);
        self.cut.cancel();
        // Whatever it waits for is broken now; the bound is for a stream beneath that does not even break.
        drop(tokio::time::timeout(FAREWELL, self.ended.cancelled()).await);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.cut.cancel();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.session.full.store(false, Ordering::Release);
        *self.session.last_used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.session.changed.send_modify(|version| *version = version.wrapping_add(1));
    }
}

async fn log_in(handle: &mut Handle<Host>, jump: &JumpHost, key: &Arc<PrivateKey>) -> Result<(), HopError> {
    // Of the ways to sign with RSA the best that the host knows; other keys have one way only.
    let hash = match key.algorithm().is_rsa() {
        true => handle.best_supported_rsa_hash().await.map_err(broken)?.unwrap_or(Some(HashAlg::Sha512)),
        false => None,
    };
    let signer = PrivateKeyWithHashAlg::new(key.clone(), hash);
    let answer = handle.authenticate_publickey(jump.user.as_str(), signer).await.map_err(broken)?;
    match answer {
        client::AuthResult::Success => Ok(()),
        // A session that ends before it answers looks like a refusal.
        client::AuthResult::Failure { .. } if handle.is_closed() => Err(broken(russh::Error::Disconnect)),
        client::AuthResult::Failure { .. } => Err(HopError::UserRefused {
            user: jump.user.as_str().into(),
            key: known_hosts::describe(key.public_key()).into(),
        }),
    }
}

fn broken(error: russh::Error) -> HopError {
    HopError::Broken(Arc::new(error))
}

/// What answers russh's questions about the host.
struct Host {
    keys: HostKeyCheck,
    _ending: Ending,
}

/// Belongs to the session's task, and so is dropped when that ends.
struct Ending {
    _ended: DropGuard,
    room: Room,
    lost: Arc<AtomicBool>,
    changed: watch::Sender<u64>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // The streams hear of it after this, and then give their room back.
        self.lost.store(self.room.taken() > 0, Ordering::Release);
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }
}

#[derive(Debug)]
enum HostError {
    Key(HopError),
    Ssh(russh::Error),
}

impl From<russh::Error> for HostError {
    fn from(error: russh::Error) -> Self {
        Self::Ssh(error)
    }
}

impl HostError {
    fn read(self) -> HopError {
        use russh::Error::{ConnectionTimeout, Disconnect, HUP, IO, KeepaliveTimeout, SendError};

        match self {
            Self::Key(error) => error,
            Self::Ssh(error @ (Disconnect | HUP | IO(_) | SendError | KeepaliveTimeout | ConnectionTimeout)) => {
                broken(error)
            }
            Self::Ssh(error) => HopError::Handshake(Arc::new(error)),
        }
    }
}

impl client::Handler for Host {
    type Error = HostError;

    async fn check_server_key(&mut self, offered: &PublicKeyOrCertificate) -> Result<bool, HostError> {
        match offered {
            PublicKeyOrCertificate::PublicKey { key, .. } => self.keys.check(key).map_err(HostError::Key)?,
            // None was asked for.
            PublicKeyOrCertificate::Certificate(_) => return Ok(false),
        }
        Ok(true)
    }
}

/// How one host is recognised, read and ready.
struct HostKeyCheck {
    name: String,
    record: Record,
}

enum Record {
    KnownHosts(KnownHosts),
    Fingerprints(Vec<Fingerprint>),
    #[cfg(any(test, feature = "mock"))]
    Any,
}

impl HostKeyCheck {
    async fn load(jump: &JumpHost) -> Result<Self, HopError> {
        let parse = |text: &str, path: &Path| {
            let parsed = KnownHosts::parse(text).map(Record::KnownHosts);
            parsed.map_err(|error| HopError::KnownHosts { path: path.into(), source: Arc::new(error) })
        };
        let record = match &jump.host_keys.0 {
            Policy::KnownHosts(text) => parse(text, Path::new("(given as text)"))?,
            Policy::KnownHostsFile(path) => {
                let text = tokio::fs::read_to_string(path).await;
                let unreadable = |error| HopError::KnownHosts { path: path.as_path().into(), source: Arc::new(error) };
                parse(&text.map_err(unreadable)?, path)?
            }
            // One that cannot be read matches no key.
            Policy::Fingerprints(list) => {
                Record::Fingerprints(list.iter().filter_map(|text| Fingerprint::from_str(text).ok()).collect())
            }
            #[cfg(any(test, feature = "mock"))]
            Policy::Any => Record::Any,
        };
        Ok(Self { name: known_hosts::name(&jump.host, jump.port), record })
    }

    /// The kinds of key that are on record come first: the host has more than one, and another one would look like a change.
    fn preferred(&self) -> Preferred {
        let mut preferred = Preferred::DEFAULT;
        if let Record::KnownHosts(hosts) = &self.record {
            let known = hosts.algorithms(&self.name);
            let mut order = preferred.key.to_vec();
            // RSA keys are one kind of key that signs in several ways.
            let is_known = |algorithm: &Algorithm| {
                let is_rsa = |one: &Algorithm| matches!(one, Algorithm::Rsa { .. });
                known.iter().any(|one| one == algorithm || (is_rsa(one) && is_rsa(algorithm)))
            };
            order.sort_by_key(|algorithm| !is_known(algorithm));
            preferred.key = Cow::Owned(order);
        }
        preferred
    }

    fn check(&self, key: &PublicKey) -> Result<(), HopError> {
        let (host, offered): (Box<str>, Box<str>) = (self.name.as_str().into(), known_hosts::describe(key).into());
        match &self.record {
            Record::KnownHosts(hosts) => match hosts.check(&self.name, key) {
                Verdict::Known => Ok(()),
                Verdict::Unknown => Err(HopError::HostKeyUnknown { host, offered }),
                Verdict::Changed(known) => {
                    Err(HopError::HostKeyChanged { host, offered, known: known.join(", ").into() })
                }
                Verdict::Revoked => Err(HopError::HostKeyRevoked { host, offered }),
            },
            Record::Fingerprints(list) => {
                if list.iter().any(|one| key.fingerprint(one.algorithm()) == *one) {
                    return Ok(());
                }
                let known = list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Err(HopError::HostKeyChanged { host, offered, known: known.into() })
            }
            #[cfg(any(test, feature = "mock"))]
            Record::Any => Ok(()),
        }
    }
}

/// A stream that breaks when it is cut: russh owns the task that reads it, and this is how we end that task.
struct Tether {
    stream: Box<dyn Io>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Tether {
    fn is_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Tether {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.is_cut(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Tether {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.is_cut(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_cut(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_cut(cx)?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
