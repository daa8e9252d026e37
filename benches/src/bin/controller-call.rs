//! `controller-call`: what a call through `controller_client` costs, and what the shape of the original costs.
//!
//! The principal is signed with PS512 and RSA-2048 once and then remembered. Against it: bare reqwest with the same headers as constants
//! (the cost), and a new transport with a fresh signature for each call, certificate and key parsed from PEM, as the Go original does
//! (the gain: our requests per second over its). Rounds alternate; medians of ratios.
#![expect(clippy::expect_used, reason = "a figure of failed calls is worth nothing")]

use std::sync::Arc;
use std::time::Duration;

use benches::stand::{NETWORK, Stand, bundle, object};
use benches::{Bound, Figure, paired_rates};
use identity_client::principal::Principal;
use region_client::generated::types::NetworkV2Read;

#[tokio::main]
async fn main() {
    let stand = Arc::new(Stand::start().await);
    let network: uuid::Uuid = NETWORK.parse().expect("an identifier");
    let api = Arc::new(stand.region.controller_client(&object()).expect("a client"));
    let ours = move || {
        let api = api.clone();
        async move {
            let network = api.get_network().network_id(network).send().await.expect("an answer").into_inner();
            std::hint::black_box::<NetworkV2Read>(network);
        }
    };
    let payload = Principal::from_resource(&object()).expect("a principal").to_json();
    let header = {
        let (bundle, payload) = (bundle(&stand.server_ca, &stand.pair), payload.clone());
        let signer = bundle.identity().and_then(|identity| identity.signer()).expect("a signer").clone();
        http::HeaderValue::from_str(&signer.sign(payload.as_bytes()).expect("a signature")).expect("a header")
    };
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("application/json"));
    headers.insert("user-agent", http::HeaderValue::from_static("mooring/0.1.0"));
    headers.insert("x-principal", header);
    let bare = {
        let (client, url) = (stand.bare(), stand.network_url());
        move || {
            let (client, url, headers) = (client.clone(), url.clone(), headers.clone());
            async move {
                let answer = client.get(&url).headers(headers).send().await.expect("an answer");
                std::hint::black_box::<NetworkV2Read>(answer.json().await.expect("a network"));
            }
        }
    };
    let original = {
        let stand = stand.clone();
        move || {
            let (stand, payload) = (stand.clone(), payload.clone());
            async move {
                let bundle = bundle(&stand.server_ca, &stand.pair);
                let signer = bundle.identity().and_then(|identity| identity.signer()).expect("a signer").clone();
                let client = stand.bare();
                let principal = signer.sign(payload.as_bytes()).expect("a signature");
                let answer = client.get(stand.network_url()).header("x-principal", principal).send().await;
                let network = answer.expect("an answer").json().await.expect("a network");
                std::hint::black_box::<NetworkV2Read>(network);
            }
        }
    };

    let mut figure = Figure::new(
        "controller-call",
        "cost: bare / ours; gain: ours / original's shape (requests per second)",
        "GET of one network with a signed principal (PS512, RSA-2048, warm cache) over pooled mTLS; alternating rounds of 2 s, median of ratios",
    );
    for (callers, goal) in [(1, 1.10), (64, 1.20)] {
        let rate = paired_rates(callers, 7, Duration::from_secs(2), bare.clone(), ours.clone()).await;
        let (a, b) = rate.medians();
        eprintln!("{callers:>3} callers: bare {a:.0}/s, ours {b:.0}/s, cost {:.3}", rate.cost());
        figure = figure.with_rounds(format!("cost_{callers}"), rate.costs(), Bound::AtMost(goal));
    }
    for (callers, goal) in [(1, 10.0), (64, 30.0)] {
        let rate = paired_rates(callers, 3, Duration::from_secs(3), ours.clone(), original.clone()).await;
        let (a, b) = rate.medians();
        eprintln!("{callers:>3} callers: ours {a:.0}/s, original's shape {b:.0}/s, gain {:.1}", rate.cost());
        figure = figure.with_rounds(format!("gain_{callers}"), rate.costs(), Bound::AtLeast(goal));
    }
    figure.print();
    stand.server.shutdown().await;
}
