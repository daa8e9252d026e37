//! What is done outside the registry's task, each piece with a deadline and with panics caught; decides nothing.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use core_client::backoff::Backoff;
use core_client::error::ErrorChain;
use futures::FutureExt as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::connect::{Connect, Connection, ConnectionControl};
use crate::error::ConnectError;
use crate::handle::ClusterHandle;
use crate::key::ClusterKey;
use crate::source::{ClusterSink, ClusterSource};
use crate::spec::{ClusterSpec, ClusterUid, CredentialSpec};

/// How much longer than it was told the end of a connection may take.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// Makes a connection, and looks that it leads to the cluster that is expected.
pub(super) async fn dial(
    connect: Arc<dyn Connect>,
    key: ClusterKey,
    spec: Arc<ClusterSpec>,
    within: Duration,
) -> Result<Connection, ConnectError> {
    let connection = bounded(&spec, within, connect.connect(&key, &spec)).await?;
    let Some(expected) = spec.expected_uid.as_ref().filter(|uid| connection.identity.as_ref() != Some(*uid)) else {
        return Ok(connection);
    };
    let found = connection.identity.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    end(connection.control, Duration::ZERO).await;
    Err(ConnectError::Identity { server: server_of(&spec), found, expected: expected.to_string() })
}

/// Exchanges the credential beneath a client.
pub(super) async fn swap(
    control: Arc<dyn ConnectionControl>,
    spec: Arc<ClusterSpec>,
    within: Duration,
) -> Result<(), ConnectError> {
    let credential: &CredentialSpec = &spec.credential;
    bounded(&spec, within, control.swap_credential(credential)).await
}

/// Looks at a connection. With `verify`, also asks a server that is well which cluster it is: after an outage it may be another.
pub(super) async fn look(
    control: Arc<dyn ConnectionControl>,
    verify: Option<ClusterHandle>,
    spec: Arc<ClusterSpec>,
    within: Duration,
) -> (Result<(), ConnectError>, Option<ClusterUid>) {
    let outcome = bounded(&spec, within, control.probe(within)).await;
    let Some(handle) = verify.filter(|_| outcome.is_ok()) else { return (outcome, None) };
    let namespaces: Api<Namespace> = Api::all(handle.client().clone());
    // Whoever may not read it any more, or gets no answer, knows no better than before.
    let uid = match timeout(within, namespaces.get_metadata("kube-system")).await {
        Ok(Ok(namespace)) => namespace.metadata.uid.as_deref().map(ClusterUid::new),
        Ok(Err(_)) | Err(_) => None,
    };
    (outcome, uid)
}

/// Waits for everything on a connection that was told to end, says so, and closes the connection; all of it within `drain` and a little.
pub(super) async fn retire(
    handle: ClusterHandle,
    control: Arc<dyn ConnectionControl>,
    drain: Duration,
    gone: oneshot::Sender<()>,
) {
    let until = Instant::now() + drain;
    handle.alive().cancel();
    handle.tasks().close();
    if timeout_at(until, handle.tasks().wait()).await.is_err() {
        tracing::warn!(cluster = %handle.key(), "tasks on an old connection did not end in time");
    }
    if gone.send(()).is_err() {
        // Nobody waits to hear it.
    }
    drop(handle);
    end(control, until.saturating_duration_since(Instant::now())).await;
}

/// Closes a connection.
pub(super) async fn end(control: Arc<dyn ConnectionControl>, drain: Duration) {
    let closed = timeout(drain + CLOSE_GRACE, AssertUnwindSafe(control.close(drain)).catch_unwind()).await;
    if !matches!(closed, Ok(Ok(()))) {
        tracing::warn!("a connection did not close");
    }
}

/// Runs a source until it is through, it is told to stop, or for ever: one that gives up is started again after a while.
pub(super) async fn supervise(
    source: Arc<dyn ClusterSource>,
    sink: ClusterSink,
    stop: CancellationToken,
    backoff: Backoff,
    seed: u64,
) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut failures = 0_u32;
    loop {
        let started = Instant::now();
        let run = Arc::clone(&source).run(sink.clone(), stop.child_token());
        let outcome = AssertUnwindSafe(run).catch_unwind().await;
        if stop.is_cancelled() {
            return;
        }
        match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => {
                tracing::warn!(
                    source = source.name(),
                    error = %ErrorChain::new(&error),
                    "a source of clusters gave up"
                );
            }
            Err(_) => tracing::error!(source = source.name(), "a source of clusters panicked"),
        }
        if started.elapsed() > backoff.longest {
            failures = 0;
        }
        failures = failures.saturating_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(backoff.spread(failures, rng.random())) => {}
        }
    }
}

async fn bounded<T>(
    spec: &ClusterSpec,
    within: Duration,
    work: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    match timeout(within, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(ConnectError::Exchange { server: server_of(spec), source: Arc::new(Panicked) }),
        Err(_) => Err(ConnectError::Timeout { server: server_of(spec), after: within }),
    }
}

/// What makes connections has a bug; one cluster suffers, and not the rest.
#[derive(Debug, thiserror::Error)]
#[error("the connection's code panicked")]
struct Panicked;

pub(super) fn server_of(spec: &ClusterSpec) -> String {
    let url = &spec.server.url;
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => "a server without a host".to_owned(),
    }
}
