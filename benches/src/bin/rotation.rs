//! `rotation`: a thousand rotations while 64 tasks send.
//!
//! The client certificate is in a Secret of an in-process cluster. Each round writes a new certificate there and waits until the server
//! has finished a handshake with it, while 64 callers send without pause. Printed are the requests that failed, and the time from the
//! answer to the write until that handshake: the 99th percentile, with median and maximum beside it. Client, server, cluster and load
//! share the machine.
#![expect(clippy::expect_used, reason = "a figure that cannot be set up cannot be measured")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use benches::stand::{Stand, user};
use benches::{Bound, Figure};
use core_client::options::HttpClientOptions;
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use region_client::{Client, Options};
use serde_json::json;
use testkit::pki::Leaf;
use tokio::task::JoinSet;

const ROTATIONS: u64 = 1000;
const CALLERS: usize = 64;

#[tokio::main]
async fn main() {
    let stand = Stand::start().await;
    let cluster = FakeCluster::start().await.expect("a cluster");
    let kube = cluster.client().expect("a client of the cluster");
    let namespace: Namespace = serde_json::from_value(json!({"metadata": {"name": "bench"}})).expect("a namespace");
    Api::all(kube.clone()).create(&PostParams::default(), &namespace).await.expect("created");
    let secrets: Api<Secret> = Api::namespaced(kube.clone(), "bench");
    for secret in [stand.server_ca.secret("bench", "ca"), stand.pair.tls_secret("bench", "certificate")] {
        secrets.create(&PostParams::default(), &secret).await.expect("created");
    }
    let options = Options::new().with_host(stand.server.url()).with_ca_secret("bench", "ca");
    let certificate = HttpClientOptions::new().with_certificate("bench", "certificate");
    let region = Client::new(kube, &options, &certificate).await.expect("a client");

    let (sent, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let api = region.api_client(&user()).expect("a client");
        let (sent, failed) = (sent.clone(), failed.clone());
        callers.spawn(async move {
            loop {
                let answer = api.get_network().network_id(uuid::Uuid::nil()).send().await;
                sent.fetch_add(1, Ordering::Relaxed);
                if let Err(error) = answer {
                    failed.fetch_add(1, Ordering::Relaxed);
                    let error = region_client::Error::from(error);
                    eprintln!("failed: {}", core_client::error::ErrorChain::new(&error));
                }
            }
        });
    }

    let mut waits = Vec::new();
    for number in 0..ROTATIONS {
        let pair =
            stand.client_ca.issue(Leaf::client("unikorn-bench").key(stand.pair.key()).serial(0x1000_0000 + number));
        let serial = pair.serial_hex();
        let change = Patch::Merge(json!({"data": pair.tls_secret("bench", "certificate").data}));
        secrets.patch("certificate", &PatchParams::default(), &change).await.expect("written");
        let written = Instant::now();
        while stand.server.newest_serial().as_deref() != Some(serial.as_str()) {
            assert!(written.elapsed() < Duration::from_secs(10), "no handshake with certificate {serial}");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        waits.push(written.elapsed().as_secs_f64() * 1000.0);
    }
    callers.shutdown().await;
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a thousand values"
        )]
        let index = ((waits.len() - 1) as f64 * share) as usize;
        waits[index]
    };
    let sent = sent.load(Ordering::Relaxed);
    eprintln!("{ROTATIONS} rotations, {sent} requests");
    #[expect(clippy::cast_precision_loss, reason = "counts of a few millions")]
    let (failed, sent) = (failed.load(Ordering::Relaxed) as f64, sent as f64);
    Figure::new(
        "rotation",
        "failed requests; ms from the written Secret to the first handshake",
        "1,000 certificates through a Secret of an in-process cluster while 64 callers send; latencies over all rotations",
    )
    .with("failed", failed, Bound::AtMost(0.0))
    .with("handshake_p99_ms", at(0.99), Bound::AtMost(50.0))
    .with("handshake_p50_ms", at(0.5), Bound::AtMost(50.0))
    .with("handshake_max_ms", at(1.0), Bound::Beside)
    .with("requests", sent, Bound::Beside)
    .print();
    region.shutdown().await;
    stand.server.shutdown().await;
    cluster.shutdown().await;
}
