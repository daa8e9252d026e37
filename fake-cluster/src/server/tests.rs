//! Claims that need sockets.

mod basics;
mod controlled;
mod leaks;
mod snapshots;
mod trouble;
mod webhooks;

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::Api;
use serde_json::json;

use super::*;

/// Nothing in these tests takes longer on a machine that works.
const BOUND: Duration = Duration::from_secs(20);

fn config_map(name: &str, value: &str) -> ConfigMap {
    serde_json::from_value(json!({"metadata": {"name": name}, "data": {"k": value}})).unwrap()
}

/// A client that neither retries nor waits for ever.
fn client(cluster: &FakeCluster) -> kube::Client {
    let mut config = cluster.client_config(&Credential::Certificate(cluster.admin())).unwrap();
    config.default_retry = false;
    config.connect_timeout = Some(Duration::from_secs(5));
    kube::Client::try_from(config).unwrap()
}

fn maps(cluster: &FakeCluster) -> Api<ConfigMap> {
    Api::default_namespaced(client(cluster))
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, future).await.expect("it takes too long")
}

/// The code of an API error, or 0 for an error without an answer.
fn code<T: std::fmt::Debug>(result: Result<T, kube::Error>) -> u16 {
    match result {
        Ok(found) => panic!("it worked: {found:?}"),
        Err(kube::Error::Api(status)) => status.code,
        Err(_) => 0,
    }
}
