//! Makes connections and proves them. Holds what connections share: verifiers, turns to run programs, options. Knows nothing of when one is
//! needed, or for how long.

use std::fmt;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use base64::Engine as _;
use core_client::credentials::{Clock, SystemClock};
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use kube::Client;
use rustls::client::danger::ServerCertVerifier;
use rustls_pki_types::ServerName;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::control::Control;
use super::generation::{Generation, Shown};
use super::link::{Link, Stack};
use super::options::TransportOptions;
use super::rate::Rate;
use super::request::{self, Base};
use super::retry::Budget;
use super::stats::Gauges;
use super::tls::{Identity, Verifiers};
use super::wire::{Plan, Tasks, Wires};
use crate::auth::{Auth, AuthError, ClusterInfo, Credential, ExecOptions, Material, Origin, Timing, read_bounded};
use crate::connect::{Connect, Connection};
use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::path::{Dial, Paths};
use crate::spec::{ClusterSpec, ClusterUid, CredentialSpec, ServerTrust, SpecError};

/// Makes connections to API servers. One for the process; cheap to clone.
#[derive(Clone)]
pub struct Connector(Arc<Inner>);

struct Inner {
    options: Arc<TransportOptions>,
    exec: Arc<ExecOptions>,
    programs: Arc<Semaphore>,
    verifiers: Arc<Verifiers>,
    paths: Paths,
    clock: Arc<dyn Clock>,
}

/// What generations of one connection are made of.
pub(super) struct Workshop {
    verifiers: Arc<Verifiers>,
    /// Whom we believe now; absent: plain HTTP.
    pub(super) trust: ArcSwapOption<Trust>,
    name: Option<ServerName<'static>>,
    dial: Arc<dyn Dial>,
    /// Dialers end with the last of the paths.
    _paths: Paths,
    base: Base,
    options: Arc<TransportOptions>,
    gauges: Arc<Gauges>,
    tasks: Tasks,
}

/// A sized box for an `ArcSwap`.
pub(super) struct Trust(pub(super) Arc<dyn ServerCertVerifier>);

/// What makes credentials for one connection: the parts of [`Inner`] that outlive it.
#[derive(Clone)]
pub(super) struct Origins {
    exec: Arc<ExecOptions>,
    programs: Arc<Semaphore>,
    cluster: ClusterInfo,
}

/// What an API server said when it was asked who it is.
pub(super) struct Proof {
    version: Option<String>,
    uid: Option<ClusterUid>,
}

/// Longest answer that is read while connecting, in bytes.
const MAX_ANSWER: usize = 1 << 20;

// === impl Connector ===

impl Connector {
    /// Makes connections along the routes that `paths` knows.
    #[must_use]
    pub fn new(options: TransportOptions, paths: Paths) -> Self {
        Self::with(options, ExecOptions::default(), paths, Arc::<SystemClock>::default())
    }

    /// The same, with how programs are run and what tells the time of day.
    #[must_use]
    pub fn with(options: TransportOptions, exec: ExecOptions, paths: Paths, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            options: Arc::new(options),
            programs: Arc::new(Semaphore::new(exec.max_concurrent.max(1))),
            exec: Arc::new(exec),
            verifiers: Arc::new(Verifiers::new()),
            paths,
            clock,
        }))
    }

    async fn open(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        let inner = &*self.0;
        let base = Base::new(&spec.server.url, inner.options.allow_http)?;
        let server: Arc<str> = base.target.to_string().into();
        let auth_error = |source| ConnectError::Auth { server: server.as_ref().to_owned(), source };
        let mut headers = spec.impersonate.as_ref().map(request::impersonation).transpose()?.unwrap_or_default();
        if let Ok(agent) = HeaderValue::from_str(&inner.options.user_agent) {
            headers.insert(header::USER_AGENT, agent);
        }
        let dial = inner
            .paths
            .dialer(&spec.route)
            .map_err(|source| ConnectError::Path { server: server.as_ref().to_owned(), source })?;
        let insecure = spec.server.trust == ServerTrust::InsecureSkipVerify;
        if insecure {
            tracing::warn!(cluster = %key, %server, "the API server is not authenticated: insecure-skip-tls-verify is set");
        }
        let (trust, roots) = if base.is_https() { inner.trust(&spec.server.trust).await? } else { (None, None) };
        let name = if base.is_https() { Some(server_name(spec, &base)?) } else { None };
        let gauges = Gauges::new();
        let tasks = Tasks { tracker: TaskTracker::new(), kill: CancellationToken::new() };
        let workshop = Arc::new(Workshop {
            verifiers: Arc::clone(&inner.verifiers),
            trust: ArcSwapOption::new(trust.map(|trust| Arc::new(Trust(trust)))),
            name,
            dial,
            _paths: inner.paths.clone(),
            base: base.clone(),
            options: Arc::clone(&inner.options),
            gauges: Arc::clone(&gauges),
            tasks: tasks.clone(),
        });
        let origins = Origins {
            exec: Arc::clone(&inner.exec),
            programs: Arc::clone(&inner.programs),
            cluster: ClusterInfo {
                server: spec.server.url.to_string(),
                tls_server_name: spec.server.tls_server_name.clone(),
                insecure_skip_tls_verify: insecure,
                roots,
            },
        };
        let origin = origins.origin(&spec.credential);
        let first = origin.fetch(inner.options.credential_timeout).await.map_err(auth_error)?;
        let prepare = {
            let workshop = Arc::clone(&workshop);
            Box::new(move |credential: &Credential, previous: Option<&Shown>| workshop.show(credential, previous))
        };
        let timing = Timing { fetch: inner.options.credential_timeout, early: inner.options.renew_early };
        let (auth, keeper) = Auth::new(origin, first, prepare, Arc::clone(&inner.clock), timing).map_err(auth_error)?;
        // What is done in the background is done for this cluster, and says so in the log.
        let span = tracing::info_span!("connection", cluster = %key, %server);
        let link = Arc::new(Link {
            server,
            base,
            options: Arc::clone(&inner.options),
            insecure,
            headers,
            auth,
            turns: Arc::new(Semaphore::new(inner.options.max_in_flight.max(1))),
            rate: Rate::new(inner.options.qps, inner.options.burst, Instant::now()).map(Mutex::new),
            gauges,
            budget: Budget::default(),
            tasks,
            closed: CancellationToken::new(),
            clock: Arc::clone(&inner.clock),
        });
        // From here on the link ends its tasks when it is dropped, also when this future is.
        hyper::rt::Executor::execute(&link.tasks, keeper.run().instrument(span.clone()));
        let proof = link.prove().await?;
        proof.check(&link, spec.expected_uid.as_ref())?;
        if let ServerTrust::RootsFile(path) = &spec.server.trust {
            let followed = super::roots::follow(path.clone(), Arc::clone(&workshop), Arc::clone(&link.auth));
            hyper::rt::Executor::execute(&link.tasks, followed.instrument(span));
        }
        let client = Client::new(Stack(Arc::clone(&link)), spec.default_namespace.clone());
        let control = Arc::new(Control::new(link, origins));
        Ok(Connection { client, control, identity: proof.uid, server_version: proof.version })
    }
}

#[async_trait]
impl Connect for Connector {
    async fn connect(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        self.open(key, spec).await
    }

    fn paths(&self) -> Option<&Paths> {
        Some(&self.0.paths)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("options", &self.0.options).finish_non_exhaustive()
    }
}

type Trusted = (Option<Arc<dyn ServerCertVerifier>>, Option<Arc<[u8]>>);

impl Inner {
    /// Whom we believe, and their certificates when they are known one by one.
    async fn trust(&self, trust: &ServerTrust) -> Result<Trusted, SpecError> {
        Ok(match trust {
            ServerTrust::System => {
                let verifiers = Arc::clone(&self.verifiers);
                let loaded = tokio::task::spawn_blocking(move || verifiers.system()).await;
                let verifier = loaded.unwrap_or_else(|_| {
                    let reason = "they could not be read".to_owned();
                    Err(SpecError::Material { what: "the authorities that this machine trusts", reason })
                })?;
                (Some(verifier), None)
            }
            ServerTrust::Roots(pem) => (Some(self.verifiers.roots(pem)?), Some(Arc::clone(pem))),
            ServerTrust::RootsFile(path) => {
                let pem = read_bounded(path).await.map_err(|source| SpecError::File {
                    what: "certificate-authority",
                    path: path.clone(),
                    source: Arc::new(source),
                })?;
                (Some(self.verifiers.roots(&pem)?), Some(pem.into()))
            }
            ServerTrust::InsecureSkipVerify => (Some(self.verifiers.anybody()), None),
        })
    }
}

fn server_name(spec: &ClusterSpec, base: &Base) -> Result<ServerName<'static>, SpecError> {
    let name = spec.server.tls_server_name.as_deref().unwrap_or(&base.target.host);
    ServerName::try_from(name.to_owned()).map_err(|_| SpecError::Material {
        what: "tls-server-name",
        reason: format!("{name:?} is no name of a server"),
    })
}

// === impl Origins ===

impl Origins {
    pub(super) fn origin(&self, spec: &CredentialSpec) -> Origin {
        Origin::new(spec, &self.exec, &self.programs, || self.cluster.clone())
    }
}

// === impl Workshop ===

impl Workshop {
    /// Makes a credential ready for use. The generation stays as long as identity and authorities do.
    fn show(&self, credential: &Credential, previous: Option<&Shown>) -> Result<Shown, AuthError> {
        let (identity, authorization) = match &credential.material {
            Material::Anonymous => (None, None),
            Material::Token(token) => (None, Some(bearer(token)?)),
            Material::Basic { username, password } => (None, Some(basic(username, password)?)),
            Material::Certificate { chain, key, token } => {
                let header = token.as_ref().map(bearer).transpose()?;
                (Some(Identity::from_pem(chain, key)?), header)
            }
        };
        let trust = self.trust.load_full();
        let reusable = previous.filter(|shown| {
            let same_identity = shown.generation.identity.as_ref().map(|identity| identity.fingerprint)
                == identity.as_ref().map(|identity| identity.fingerprint);
            let same_trust = match (&shown.generation.verifier, &trust) {
                (Some(old), Some(new)) => Arc::ptr_eq(old, &new.0),
                (None, None) => true,
                _ => false,
            };
            same_identity && same_trust
        });
        let generation = match reusable {
            Some(shown) => Arc::clone(&shown.generation),
            None => {
                if previous.is_some() {
                    self.gauges.rotations.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
                Arc::new(self.generation(identity, trust.as_deref())?)
            }
        };
        Ok(Shown { authorization, generation })
    }

    fn generation(&self, identity: Option<Identity>, trust: Option<&Trust>) -> Result<Generation, AuthError> {
        let verifier = trust.map(|trust| Arc::clone(&trust.0));
        let tls = match (&verifier, &self.name) {
            (Some(verifier), Some(name)) => {
                let config = self
                    .verifiers
                    .config(Arc::clone(verifier), identity.as_ref())
                    .map_err(|error| AuthError::Malformed { what: "client certificate", reason: error.to_string() })?;
                Some((config, name.clone()))
            }
            _ => None,
        };
        let wires = Wires::new(Plan {
            dial: Arc::clone(&self.dial),
            target: self.base.target.clone(),
            tls,
            within: self.options.connect_timeout,
            gauges: Arc::clone(&self.gauges),
        });
        Ok(Generation::new(identity, verifier, &wires, &self.tasks, &self.options))
    }

    /// How often a file of authorities is read.
    pub(super) fn interval(&self) -> std::time::Duration {
        self.options.roots_interval
    }

    /// Believes these authorities, PEM, from now on. Returns whether they are others than before.
    pub(super) fn believe(&self, pem: &[u8]) -> Result<bool, SpecError> {
        let verifier = self.verifiers.roots(pem)?;
        let known = self.trust.load().as_ref().is_some_and(|trust| Arc::ptr_eq(&trust.0, &verifier));
        if !known {
            self.trust.store(Some(Arc::new(Trust(verifier))));
        }
        Ok(!known)
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, AuthError> {
    let text = zeroize::Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    sensitive(&text, "token")
}

fn basic(username: &str, password: &SecretString) -> Result<HeaderValue, AuthError> {
    let pair = zeroize::Zeroizing::new(format!("{username}:{}", password.expose_secret()));
    let text =
        zeroize::Zeroizing::new(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.as_bytes())));
    sensitive(&text, "password")
}

fn sensitive(text: &str, what: &'static str) -> Result<HeaderValue, AuthError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| AuthError::Malformed { what, reason: "it holds characters that no header can".to_owned() })?;
    value.set_sensitive(true);
    Ok(value)
}

// === impl Link: who is there ===

impl Link {
    /// Asks who the API server is, with a credential that is renewed once when it is refused.
    async fn prove(&self) -> Result<Proof, ConnectError> {
        let answer = self.ask_renewing("/version").await?;
        let version = match answer.status() {
            // Who may not see the version is known all the same.
            StatusCode::FORBIDDEN => None,
            status if status.is_success() => {
                let version = self.json(answer).await?;
                version.get("gitVersion").and_then(Value::as_str).map(str::to_owned)
            }
            status => return Err(self.status("/version", status)),
        };
        const NAMESPACE: &str = "/api/v1/namespaces/kube-system";
        let answer = self.ask_renewing(NAMESPACE).await?;
        let uid = match answer.status() {
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => None,
            status if status.is_success() => {
                let namespace = self.json(answer).await?;
                namespace.pointer("/metadata/uid").and_then(Value::as_str).map(ClusterUid::new)
            }
            status => return Err(self.status(NAMESPACE, status)),
        };
        Ok(Proof { version, uid })
    }

    pub(super) fn status(&self, path: &'static str, status: StatusCode) -> ConnectError {
        ConnectError::Status { server: self.server.as_ref().to_owned(), path, status: status.as_u16() }
    }

    async fn json(&self, answer: http::Response<Incoming>) -> Result<Value, ConnectError> {
        let broken = |source| ConnectError::Exchange { server: self.server.as_ref().to_owned(), source };
        let within = self.options.request_timeout;
        let read = Limited::new(answer.into_body(), MAX_ANSWER).collect();
        let body = tokio::time::timeout(within, read).await.map_err(|_elapsed| self.too_late(within))?;
        let body = body.map_err(|error| broken(Arc::from(error)))?.to_bytes();
        serde_json::from_slice(&body).map_err(|error| broken(Arc::new(error)))
    }
}

impl Proof {
    fn check(&self, link: &Link, expected: Option<&ClusterUid>) -> Result<(), ConnectError> {
        match (expected, &self.uid) {
            (None, _) => Ok(()),
            (Some(expected), Some(found)) if expected == found => Ok(()),
            (Some(expected), found) => Err(ConnectError::Identity {
                server: link.server.as_ref().to_owned(),
                found: found.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string),
                expected: expected.to_string(),
            }),
        }
    }
}
