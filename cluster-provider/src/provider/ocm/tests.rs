//! The provider against a simulated OCM over real HTTP.

mod belongings;
mod catalog;
mod faults;
mod life;
mod lost_answers;
mod proxies;
mod set_calls;
mod suite;
mod tokens;

use std::time::Duration;

use core_client::options::GoDuration;
use http::Method;
use serde_json::json;

use super::*;
use crate::cluster::{ClusterId, ClusterStatus, CreateToken};
use crate::provider::ProviderErrorKind;
use crate::secrets::SecretData;
use crate::testing::ocm_simulator::{Effect, Fault, OcmSimulator, OcmSimulatorBuilder};

const CLUSTERS: &str = "/api/clusters_mgmt/v1/clusters";
const EVERY_CLUSTER: &str = "/api/clusters_mgmt/v1/clusters/*";
const TOKEN_KEY: &str = "mooring_create_token";

/// A provider, and the OCM it asks.
struct Rig {
    ocm: OcmSimulator,
    provider: OcmProvider,
}

impl Rig {
    async fn new() -> Self {
        Self::with(OcmSimulator::builder(), |_| {}).await
    }

    async fn of(builder: OcmSimulatorBuilder) -> Self {
        Self::with(builder, |_| {}).await
    }

    async fn with(builder: OcmSimulatorBuilder, change: impl FnOnce(&mut OcmOptions)) -> Self {
        let ocm = builder.start().await.unwrap();
        let mut options = quick(&ocm);
        change(&mut options);
        let provider = builder_of(options, &ocm).build().unwrap();
        Self { ocm, provider }
    }

    /// A cluster that is ready, and all there is to know of it.
    async fn ready(&self) -> ClusterSpec {
        self.ready_with(json!(null)).await
    }

    async fn ready_with(&self, additional: serde_json::Value) -> ClusterSpec {
        self.ready_as(&request("aws").with_additional_spec(additional)).await
    }

    async fn ready_as(&self, request: &ClusterRequest) -> ClusterSpec {
        let made = self.provider.create(&call(), request).await.unwrap();
        self.ocm.set_state(made.internal_id.as_str(), "ready");
        let ready = self.provider.check_status(&call(), &made).await.unwrap().unwrap();
        assert_eq!(ready.status, ClusterStatus::Provisioned);
        ready
    }

    async fn end(self) {
        self.provider.shutdown().await;
        self.ocm.shutdown().await;
    }
}

/// Without waits worth speaking of.
fn quick(ocm: &OcmSimulator) -> OcmOptions {
    let mut options =
        OcmOptions::new().with_base_url(ocm.url()).with_token_url(ocm.token_url()).with_rate(100_000.0, 1000);
    options.retry_backoff = GoDuration::from(Duration::from_millis(1));
    options.adopt_grace = GoDuration::from(Duration::from_secs(3));
    options.catalog_ttl = GoDuration::ZERO;
    options.settling = GoDuration::ZERO;
    options
}

fn builder_of(options: OcmOptions, ocm: &OcmSimulator) -> OcmProviderBuilder {
    let credentials = ocm.credentials();
    OcmProvider::builder(options)
        .credentials(OcmCredentials::client(credentials.client_id, credentials.client_secret))
        .cloud_credentials("aws", aws())
}

fn aws() -> SecretData {
    AWS_MEMBERS.iter().fold(SecretData::new(), |data, member| data.with(*member, "s3ntinel-aws".to_owned()))
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(20))
}

fn request(cloud: &str) -> ClusterRequest {
    let token = CreateToken::new("token-1").unwrap();
    ClusterRequest::new(ClusterId::new("record-1").unwrap(), "mk-abcdefghijkl", token).at(cloud, "us-east-1")
}

fn on_create(effect: Effect) -> Fault {
    Fault::new(effect).on_method(Method::POST).on_path(CLUSTERS)
}

/// What an error is, or a panic that shows it is none.
fn kind<T: std::fmt::Debug>(result: Result<T, ProviderError>) -> ProviderErrorKind {
    result.unwrap_err().kind()
}
