//! An SSH server on loopback that forwards connections (`direct-tcpip`) and misbehaves on demand.
//! Knows nothing of the clients under test, nor of what is sent through.
//!
//! ```
//! use testkit::sshd::{Sshd, UserKey};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let key = UserKey::generate();
//! let sshd = Sshd::builder().user("jump", &key).name("api.internal", "127.0.0.1:6443").start().await;
//! assert!(key.private_key().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
//! assert!(sshd.known_hosts().starts_with("[127.0.0.1]:"));
//! assert_eq!(sshd.sessions(), 0);
//! sshd.shutdown().await;
//! # });
//! ```
#![expect(clippy::expect_used, reason = "a test whose SSH server cannot be started has to stop")]

mod handler;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKey};
use russh::server::{Config, run_stream};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use handler::Guest;

/// A running SSH server. Dropping it breaks every session; [`shutdown`](Self::shutdown) also waits for the tasks.
#[derive(Debug)]
pub struct Sshd {
    address: SocketAddr,
    shared: Arc<Shared>,
    running: Mutex<Option<Running>>,
}

/// What has to be decided before a server starts.
#[must_use = "a server runs after `start`"]
#[derive(Debug)]
pub struct SshdBuilder {
    users: HashMap<String, PublicKey>,
    names: HashMap<String, SocketAddr>,
    algorithms: Vec<Algorithm>,
}

/// What a server does with wishes for a connection instead of granting them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SshFault {
    /// It works.
    #[default]
    None,
    /// It never answers them.
    HangChannels,
    /// It says that they are prohibited.
    ProhibitChannels,
    /// It says that it has no resources for more than so many in one session.
    ChannelsPerSession(usize),
    /// It takes connections and never says a word.
    Silent,
}

/// The key of a user.
#[derive(Debug, Clone)]
pub struct UserKey(PrivateKey);

#[derive(Debug)]
struct Shared {
    users: HashMap<String, PublicKey>,
    names: HashMap<String, SocketAddr>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    host_keys: Vec<PrivateKey>,
    fault: SshFault,
    connections: usize,
    sessions: usize,
    channels: usize,
    targets: Vec<String>,
}

#[derive(Debug)]
struct Running {
    stop: CancellationToken,
    /// Replaced when sessions are dropped.
    sessions: Arc<Mutex<CancellationToken>>,
    tasks: TaskTracker,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

// === impl UserKey ===

impl UserKey {
    /// A new Ed25519 key.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn generate() -> Self {
        Self(private_key(Algorithm::Ed25519))
    }

    /// The private key as OpenSSH writes it.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn private_key(&self) -> String {
        self.0.to_openssh(LineEnding::LF).expect("a key can be written").to_string()
    }

    /// The same, encrypted.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn private_key_with_passphrase(&self, passphrase: &str) -> String {
        let key = self.0.encrypt(&mut safe_rng(), passphrase).expect("a key can be encrypted");
        key.to_openssh(LineEnding::LF).expect("a key can be written").to_string()
    }

    /// The line for an `authorized_keys` file.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn authorized_key(&self) -> String {
        self.0.public_key().to_openssh().expect("a key can be written")
    }

    /// `SHA256:…`
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }
}

fn private_key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), algorithm).expect("a key can be made")
}

// === impl SshdBuilder ===

impl SshdBuilder {
    /// Lets this user in with this key.
    pub fn user(mut self, name: &str, key: &UserKey) -> Self {
        self.users.insert(name.to_owned(), key.0.public_key().clone());
        self
    }

    /// Knows a name that nobody else knows, and goes to this address for it, whatever the port.
    ///
    /// # Panics
    /// When the address is none.
    pub fn name(mut self, name: &str, address: &str) -> Self {
        self.names.insert(name.to_owned(), address.parse().expect("an address and a port"));
        self
    }

    /// Has a host key of this kind, too; the first is always Ed25519.
    pub fn host_key(mut self, algorithm: Algorithm) -> Self {
        self.algorithms.push(algorithm);
        self
    }

    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(self) -> Sshd {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let host_keys = self.algorithms.into_iter().map(private_key).collect();
        let state = Mutex::new(State { host_keys, ..State::default() });
        let shared = Arc::new(Shared { users: self.users, names: self.names, state });
        let sshd = Sshd { address, shared, running: Mutex::new(None) };
        sshd.run(listener);
        sshd
    }
}

// === impl Sshd ===

impl Sshd {
    /// A server that nobody can log in to yet.
    pub fn builder() -> SshdBuilder {
        SshdBuilder { users: HashMap::new(), names: HashMap::new(), algorithms: vec![Algorithm::Ed25519] }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its keys as lines of a `known_hosts` file.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn known_hosts(&self) -> String {
        self.known_hosts_as(&format!("[{}]:{}", self.address.ip(), self.address.port()))
    }

    /// The same under another name.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn known_hosts_as(&self, name: &str) -> String {
        let line =
            |key: &PrivateKey| format!("{name} {}\n", key.public_key().to_openssh().expect("a key can be written"));
        self.shared.state().host_keys.iter().map(line).collect()
    }

    /// Fingerprints of its keys, `SHA256:…`.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        let state = self.shared.state();
        state.host_keys.iter().map(|key| key.fingerprint(HashAlg::Sha256).to_string()).collect()
    }

    /// Has a new key of the same kinds for whoever connects from now on.
    pub fn change_host_keys(&self) {
        let mut state = self.shared.state();
        state.host_keys = state.host_keys.iter().map(|key| private_key(key.algorithm())).collect();
    }

    /// Misbehaves from now on, or stops doing so.
    pub fn set_fault(&self, fault: SshFault) {
        self.shared.state().fault = fault;
    }

    /// How many TCP connections it has taken.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// How many sessions are logged in.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.shared.state().sessions
    }

    /// How many channels are open.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.shared.state().channels
    }

    /// Where clients wanted to go, as they said it.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        self.shared.state().targets.clone()
    }

    /// Breaks every session, and takes new ones.
    pub fn drop_sessions(&self) {
        if let Some(running) = &*self.running() {
            let mut sessions = running.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *sessions, running.stop.child_token()).cancel();
        }
    }

    /// Stops listening and breaks every session; the port stays its own for [`restart`](Self::restart).
    pub async fn stop(&self) {
        let running = self.running().take();
        if let Some(running) = running {
            running.stop.cancel();
            running.tasks.close();
            running.tasks.wait().await;
        }
    }

    /// Listens again on the same port.
    ///
    /// # Panics
    /// When somebody else has taken the port.
    pub async fn restart(&self) {
        self.run(TcpListener::bind(self.address).await.expect("the port is still free"));
    }

    /// Stops it for good.
    pub async fn shutdown(self) {
        self.stop().await;
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, listener: TcpListener) {
        let stop = CancellationToken::new();
        let sessions = Arc::new(Mutex::new(stop.child_token()));
        let tasks = TaskTracker::new();
        let running = Running { stop: stop.clone(), sessions: sessions.clone(), tasks: tasks.clone() };
        let shared = self.shared.clone();
        running.tasks.spawn(async move {
            while let Some(Ok((stream, _))) = stop.run_until_cancelled(listener.accept()).await {
                shared.state().connections += 1;
                let dropped = sessions.lock().unwrap_or_else(PoisonError::into_inner).clone();
                tasks.spawn(serve(shared.clone(), stream, dropped));
            }
        });
        *self.running() = Some(running);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn config(&self) -> Config {
        Config {
            keys: self.state().host_keys.clone(),
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            inactivity_timeout: None,
            nodelay: true,
            ..Config::default()
        }
    }
}

/// One connection, until it ends or is dropped. What russh runs for it ends when its stream breaks.
async fn serve(shared: Arc<Shared>, stream: TcpStream, dropped: CancellationToken) {
    if shared.state().fault == SshFault::Silent {
        dropped.cancelled().await;
        return;
    }
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let config = Arc::new(shared.config());
    let guest = Guest::new(shared, dropped.clone());
    // The session has a stream of ours, and we copy: so that it can be broken from here.
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let session = async {
        if let Ok(session) = run_stream(config, theirs, guest).await {
            drop(session.await);
        }
    };
    let copy = async {
        let (mut stream, mut ours) = (stream, ours);
        drop(dropped.run_until_cancelled(tokio::io::copy_bidirectional(&mut stream, &mut ours)).await);
    };
    tokio::join!(session, copy);
}
