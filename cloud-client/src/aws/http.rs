//! The connections of all accounts to AWS, and how many calls of one account are under way. Knows nothing of credentials.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::Semaphore;

use super::metrics::Recorder;

/// One client for all: rustls with aws-lc, the machine's authorities, no proxy from the environment.
pub(super) fn shared_client() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https()
}

/// The shared client, for one account: so many calls at a time, each counted.
#[derive(Clone)]
pub(super) struct AccountHttp {
    pub(super) shared: SharedHttpClient,
    pub(super) gate: Arc<Gate>,
}

/// How many calls of an account are under way.
pub(super) struct Gate {
    pub(super) account: Arc<str>,
    pub(super) turns: Semaphore,
    pub(super) recorder: Recorder,
}

/// A connector of the shared client, behind the gate.
struct Gated {
    connector: SharedHttpConnector,
    gate: Arc<Gate>,
}

impl HttpClient for AccountHttp {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.shared.http_connector(settings, components);
        SharedHttpConnector::new(Gated { connector, gate: Arc::clone(&self.gate) })
    }
}

impl HttpConnector for Gated {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, gate) = (self.connector.clone(), Arc::clone(&self.gate));
        // The SDK bounds each attempt, the wait for a turn included. The turn ends with the head of the answer: a body may be read as
        // slowly as its reader likes without keeping others from their turns.
        HttpConnectorFuture::new(async move {
            let asked = Instant::now();
            let closed = |error| ConnectorError::other(Box::new(error), None);
            let _turn = gate.turns.acquire().await.map_err(closed)?;
            let begun = Instant::now();
            gate.recorder.waited(&gate.account, begun.duration_since(asked));
            let answer = connector.call(request).await;
            gate.recorder.called(
                &gate.account,
                answer.as_ref().ok().map(|answer| answer.status().as_u16()),
                begun.elapsed(),
            );
            answer
        })
    }
}

impl fmt::Debug for AccountHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountHttp").field("account", &self.gate.account).finish_non_exhaustive()
    }
}

impl fmt::Debug for Gated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gated").field("account", &self.gate.account).finish_non_exhaustive()
    }
}
