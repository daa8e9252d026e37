//! Streams through one proxy, whose health all clusters behind it share. Knows nothing of the proxy's protocol.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use core_client::http::tunnel::Login;
use secrecy::SecretString;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::health::{Health, PathStatus, Try};
use super::stream::Keeping;
use super::tls::ProxyTls;
use super::{BehindError, Dial, HopError, Io, PathError, Target, connect, socks};

/// A proxy's no.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The proxy cannot be used, or not for this target.
    Hop(HopError),
    /// The proxy is well, and did not get through.
    Behind(BehindError),
}

/// How a proxy is spoken to.
#[derive(Debug)]
pub(super) enum Protocol {
    /// `CONNECT`, and who we say that we are.
    Connect(Option<Login>),
    /// SOCKS5, with name and password.
    Socks5(Option<(String, SecretString)>),
}

/// One proxy.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) health: Arc<Health>,
    pub(super) protocol: Protocol,
    pub(super) tls: Option<ProxyTls>,
    /// How the proxy itself is reached.
    pub(super) base: Arc<dyn Dial>,
    pub(super) deadline: Duration,
    pub(super) tracker: TaskTracker,
    pub(super) closed: CancellationToken,
    /// One more owner for each stream.
    pub(super) streams: Arc<()>,
    pub(super) me: Weak<Self>,
}

impl Proxy {
    pub(super) fn status(&self) -> PathStatus {
        self.health.status(Arc::strong_count(&self.streams) - 1, 0)
    }

    async fn open(&self, target: &Target) -> Result<Box<dyn Io>, PathError> {
        let leave = self.health.admit().map_err(|source| self.down(source))?;
        let until = Instant::now() + self.deadline;
        let mut stream = match self.reach(until).await {
            Ok(stream) => stream,
            Err(error) => return Err(self.record(leave, error)),
        };
        let answer = match &self.protocol {
            Protocol::Connect(login) => {
                // The proxy takes connections; if no answer comes, it is the target that it waits for.
                timeout_at(until, connect::connect(stream, target, login.as_ref()))
                    .await
                    .unwrap_or(Err(Refusal::Behind(BehindError::Timeout { after: self.deadline })))
            }
            Protocol::Socks5(login) => {
                let login = login.as_ref().map(|(name, password)| (name.as_str(), password));
                match timeout_at(until, socks::log_in(&mut stream, login)).await {
                    Ok(Ok(())) => timeout_at(until, socks::connect(&mut stream, target))
                        .await
                        .unwrap_or(Err(Refusal::Behind(BehindError::Timeout { after: self.deadline })))
                        .map(|()| stream),
                    Ok(Err(refusal)) => Err(refusal),
                    Err(_) => Err(Refusal::Hop(HopError::Timeout { after: self.deadline })),
                }
            }
        };
        match answer {
            Ok(stream) => {
                leave.succeeded();
                Ok(Box::new(Keeping::new(stream, self.streams.clone())))
            }
            Err(Refusal::Behind(source)) => {
                leave.succeeded();
                Err(PathError::Behind { hop: self.health.hop().clone(), target: target.clone(), source })
            }
            Err(Refusal::Hop(source)) => Err(self.record(leave, self.down(source))),
        }
    }

    /// A connection to the proxy itself, with TLS if it wants it.
    async fn reach(&self, until: Instant) -> Result<Box<dyn Io>, PathError> {
        let hop = self.health.hop();
        let reaching = async {
            let stream = self.base.dial(&hop.at).await.map_err(|error| error.at_hop(hop))?;
            match &self.tls {
                Some(tls) => tls.wrap(hop, stream).await,
                None => Ok(stream),
            }
        };
        timeout_at(until, reaching).await.unwrap_or(Err(self.down(HopError::Timeout { after: self.deadline })))
    }

    fn down(&self, source: HopError) -> PathError {
        PathError::Hop { hop: self.health.hop().clone(), source }
    }

    /// Remembers what a failure says about the proxy. A failure of a hop before it says nothing about it.
    fn record(&self, leave: Try, error: PathError) -> PathError {
        if let PathError::Hop { hop, source } = &error
            && hop == self.health.hop()
        {
            if source.is_outage() {
                leave.failed(source);
                if source.is_found_by_reaching() {
                    self.watch_out();
                }
            } else {
                leave.succeeded();
            }
        }
        error
    }

    /// While nothing can be said to the proxy, asks now and then whether it is back: those behind it wait to be told.
    fn watch_out(&self) {
        let Some(begun) = self.health.begin_watching() else { return };
        let (me, health, closed) = (self.me.clone(), self.health.clone(), self.closed.clone());
        self.tracker.spawn(async move {
            let watching = async {
                while let Some(at) = health.keep_watching(begun) {
                    sleep_until(at).await;
                    let Some(proxy) = me.upgrade() else { break };
                    let Ok(leave) = health.admit() else { continue };
                    match proxy.reach(Instant::now() + proxy.deadline).await {
                        Ok(_) => leave.succeeded(),
                        Err(error) => drop(proxy.record(leave, error)),
                    }
                }
            };
            closed.run_until_cancelled(watching).await;
        });
    }
}

#[async_trait]
impl Dial for Proxy {
    async fn dial(&self, target: &Target) -> Result<Box<dyn Io>, PathError> {
        self.closed.run_until_cancelled(self.open(target)).await.unwrap_or(Err(PathError::Closed))
    }
}
