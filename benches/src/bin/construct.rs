//! `construct`: how long it takes to make a client for one caller.
//!
//! `api_client` for a context whose principal was encoded before (as in a request that makes several calls) and for a fresh one;
//! `controller_client` for an object. Ten batches of 20,000 each, median of the batches' means, in microseconds. The server counts
//! connections: none may have been made.
#![expect(clippy::expect_used, reason = "a figure of failed calls is worth nothing")]

use std::time::Instant;

use benches::stand::{ORGANIZATION, PROJECT, Stand, object, user};
use benches::{Bound, Figure};
use identity_client::context::RequestContext;
use identity_client::principal::Principal;

const BATCHES: usize = 10;
const CALLS: u32 = 20_000;

#[tokio::main]
async fn main() {
    let stand = Stand::start().await;
    let (context, object) = (user(), object());
    let principal = Principal::user("joe@acme.com").with_organization(ORGANIZATION).with_project(PROJECT);
    let api = micros(|| drop(stand.region.api_client(&context).expect("a client")));
    let fresh = micros(|| {
        let context = RequestContext::new().with_principal(principal.clone());
        drop(stand.region.api_client(&context).expect("a client"));
    });
    let controller = micros(|| drop(stand.region.controller_client(&object).expect("a client")));
    assert_eq!(stand.server.connections().len(), 0, "making a client connects to nothing");
    Figure::new("construct", "µs", "10 batches of 20,000 clients each, median of the means; no connection is made")
        .with_rounds("api_client", api, Bound::AtMost(2.0))
        .with_rounds("api_client_fresh_context", fresh, Bound::AtMost(2.0))
        .with_rounds("controller_client", controller, Bound::AtMost(2.0))
        .print();
    stand.server.shutdown().await;
}

fn micros(mut make: impl FnMut()) -> Vec<f64> {
    let mut batch = || {
        let begun = Instant::now();
        (0..CALLS).for_each(|_| make());
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
    };
    batch();
    (0..BATCHES).map(|_| batch()).collect()
}
