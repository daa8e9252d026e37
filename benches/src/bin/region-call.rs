//! `region-call`: what a call through `api_client` costs against bare reqwest.
//!
//! Both ask the same mutual-TLS server for the same network over pooled connections with the same TLS configuration, and decode the
//! answer into the same generated type. Bare reqwest sends a GET with the headers our call sends, as constants. Rounds of two seconds
//! alternate; the cost is the median over the rounds of bare requests per second divided by ours. `bare_without_headers` is the same
//! against a bare GET that sends neither principal nor anything else of ours, which is less work for the server too.
#![expect(clippy::expect_used, reason = "a figure of failed calls is worth nothing")]

use std::time::Duration;

use benches::stand::{NETWORK, Stand, user};
use benches::{Bound, Figure, paired_rates};
use region_client::generated::types::NetworkV2Read;

#[tokio::main]
async fn main() {
    let stand = Stand::start().await;
    let api = stand.region.api_client(&user()).expect("a client");
    let network: uuid::Uuid = NETWORK.parse().expect("an identifier");
    let ours = {
        let api = std::sync::Arc::new(api);
        move || {
            let api = api.clone();
            async move {
                let network = api.get_network().network_id(network).send().await.expect("an answer").into_inner();
                std::hint::black_box::<NetworkV2Read>(network);
            }
        }
    };
    let bare = |headers: http::HeaderMap| {
        let (client, url) = (stand.bare(), stand.network_url());
        move || {
            let (client, url, headers) = (client.clone(), url.clone(), headers.clone());
            async move {
                let answer = client.get(&url).headers(headers).send().await.expect("an answer");
                std::hint::black_box::<NetworkV2Read>(answer.json().await.expect("a network"));
            }
        }
    };
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", http::HeaderValue::from_static("application/json"));
    headers.insert("user-agent", http::HeaderValue::from_static("mooring/0.1.0"));
    let principal = user()
        .principal()
        .expect("a principal")
        .to_header(identity_client::principal::DEFAULT_MAX_HEADER_BYTES)
        .expect("a header");
    headers.insert("x-principal", principal);

    let mut figure = Figure::new(
        "region-call",
        "bare requests per second / ours",
        "GET of one network over pooled mTLS (TLS 1.3, HTTP/1.1), same type decoded, same headers; 7 alternating rounds of 2 s, median of ratios",
    );
    for (callers, goal) in [(1, 1.05), (64, 1.15)] {
        let rate = paired_rates(callers, 7, Duration::from_secs(2), bare(headers.clone()), ours.clone()).await;
        let (a, b) = rate.medians();
        eprintln!("{callers:>3} callers: bare {a:.0}/s, ours {b:.0}/s, cost {:.3}", rate.cost());
        figure = figure.with_rounds(callers.to_string(), rate.costs(), Bound::AtMost(goal));
    }
    for callers in [1, 64] {
        let rate = paired_rates(callers, 5, Duration::from_secs(1), bare(http::HeaderMap::new()), ours.clone()).await;
        eprintln!("{callers:>3} callers, bare without headers: cost {:.3}", rate.cost());
        figure = figure.with_rounds(format!("{callers}_bare_without_headers"), rate.costs(), Bound::Beside);
    }
    figure.print();
    stand.server.shutdown().await;
}
