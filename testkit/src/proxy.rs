//! HTTP and SOCKS5 proxies on loopback that resolve names themselves and misbehave on demand.
//! Knows nothing of the clients under test, nor of what is sent through.
//!
//! ```
//! use testkit::proxy::Proxy;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let proxy = Proxy::http().login("user", "secret").name("api.internal", "127.0.0.1:6443").start().await;
//! assert!(proxy.url().starts_with("http://user:secret@127.0.0.1:"));
//! assert!(proxy.targets().is_empty());
//! proxy.shutdown().await;
//! # });
//! ```
#![expect(clippy::expect_used, reason = "a test whose proxy cannot be started has to stop")]

mod http;
mod socks;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::pki::Pair;

/// A running proxy. Dropping it breaks every stream through it; [`shutdown`](Self::shutdown) also waits for the tasks.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    running: Mutex<Option<Running>>,
}

/// What has to be decided before a proxy starts.
#[must_use = "a proxy runs after `start`"]
#[derive(Debug)]
pub struct ProxyBuilder {
    socks: bool,
    pair: Option<Pair>,
    login: Option<(String, String)>,
    names: HashMap<String, SocketAddr>,
}

/// What a proxy does instead of its work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyFault {
    /// It works.
    #[default]
    None,
    /// It answers this HTTP status, or this SOCKS5 reply code, to every wish for a connection.
    Refuse(u16),
    /// It takes connections and never says a word.
    Silent,
    /// It takes a wish for a connection and hangs up.
    HangUp,
}

#[derive(Debug)]
struct Shared {
    socks: bool,
    tls: Option<Tls>,
    login: Option<(String, String)>,
    names: HashMap<String, SocketAddr>,
    state: Mutex<State>,
}

struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

#[derive(Debug, Default)]
struct State {
    fault: ProxyFault,
    connections: usize,
    targets: Vec<String>,
}

#[derive(Debug)]
struct Running {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

// === impl ProxyBuilder ===

impl ProxyBuilder {
    /// Wants this name and password.
    pub fn login(mut self, name: &str, password: &str) -> Self {
        self.login = Some((name.to_owned(), password.to_owned()));
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

    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(self) -> Proxy {
        let tls = self.pair.map(|pair| {
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let (chain, key) = (pair.chain().to_vec(), pair.key_der());
            // A client that has a certificate for somebody else must not be asked into showing it here by accident.
            let config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
                .expect("the proxy's certificate is good");
            Tls(TlsAcceptor::from(Arc::new(config)))
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let state = Mutex::new(State::default());
        let shared = Shared { socks: self.socks, tls, login: self.login, names: self.names, state };
        let proxy = Proxy { address, shared: Arc::new(shared), running: Mutex::new(None) };
        proxy.run(listener);
        proxy
    }
}

// === impl Proxy ===

impl Proxy {
    /// A proxy that is spoken to in plain HTTP.
    pub fn http() -> ProxyBuilder {
        ProxyBuilder { socks: false, pair: None, login: None, names: HashMap::new() }
    }

    /// A proxy that is spoken to in HTTP over TLS.
    pub fn https(pair: &Pair) -> ProxyBuilder {
        ProxyBuilder { pair: Some(pair.clone()), ..Self::http() }
    }

    /// A SOCKS5 proxy.
    pub fn socks5() -> ProxyBuilder {
        ProxyBuilder { socks: true, ..Self::http() }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL with the login it wants, for a kubeconfig's `proxy-url`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_as(self.shared.login.as_ref().map(|(name, password)| (name.as_str(), password.as_str())))
    }

    /// Its URL with another login, or none.
    #[must_use]
    pub fn url_as(&self, login: Option<(&str, &str)>) -> String {
        let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        let login = login.map_or_else(String::new, |(name, pass)| format!("{}:{}@", encode(name), encode(pass)));
        let scheme = match (self.shared.socks, &self.shared.tls) {
            (true, _) => "socks5",
            (false, Some(_)) => "https",
            (false, None) => "http",
        };
        format!("{scheme}://{login}{}", self.address)
    }

    /// Misbehaves from now on, or stops doing so.
    pub fn set_fault(&self, fault: ProxyFault) {
        self.shared.state().fault = fault;
    }

    /// How many TCP connections it has taken.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Where clients that were logged in wanted to go, as they said it.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        self.shared.state().targets.clone()
    }

    /// Stops listening and breaks every stream; the port stays its own for [`restart`](Self::restart).
    pub async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
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

    fn run(&self, listener: TcpListener) {
        let running = Running { stop: CancellationToken::new(), tasks: TaskTracker::new() };
        let (stop, tasks, shared) = (running.stop.clone(), running.tasks.clone(), self.shared.clone());
        running.tasks.spawn(async move {
            while let Some(Ok((stream, _))) = stop.run_until_cancelled(listener.accept()).await {
                shared.state().connections += 1;
                let (stop, shared) = (stop.clone(), shared.clone());
                // A client that hangs up, or is turned away, is no trouble of the proxy's.
                tasks.spawn(async move { stop.run_until_cancelled(shared.serve(stream)).await.map(drop) });
            }
        });
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }
}

// === impl Shared ===

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        if self.state().fault == ProxyFault::Silent {
            std::future::pending::<()>().await;
        }
        match (&self.tls, self.socks) {
            (Some(tls), _) => http::serve(self, tls.0.accept(stream).await?).await,
            (None, false) => http::serve(self, stream).await,
            (None, true) => socks::serve(self, stream).await,
        }
    }

    /// What `Proxy-Authorization` has to say.
    fn authorization(&self) -> Option<String> {
        let (name, password) = self.login.as_ref()?;
        Some(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
    }

    /// Takes a wish down and says what to do instead of granting it.
    fn note(&self, target: &str) -> ProxyFault {
        let mut state = self.state();
        state.targets.push(target.to_owned());
        state.fault
    }

    /// A connection to `host:port`; names are this proxy's business.
    async fn connect(&self, target: &str) -> io::Result<TcpStream> {
        let name = target.rsplit_once(':').map_or(target, |(name, _)| name);
        match self.names.get(name) {
            Some(address) => TcpStream::connect(address).await,
            None => TcpStream::connect(target).await,
        }
    }
}

async fn relay(mut client: impl AsyncRead + AsyncWrite + Unpin, mut target: TcpStream) -> io::Result<()> {
    target.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut target).await.map(drop)
}
