//! Every scenario on the fake, always: no Go, no downloads, no other process.

use tests::backend::Backend;
use tests::limits::LIMITS;
use tests::scenarios;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_holds_on_the_fake() {
    let fake = Backend::fake().await.expect("a fake cluster");
    let mut failures = Vec::new();
    for scenario in scenarios::all() {
        let outcome = scenario.run(&fake).await;
        let excused = LIMITS.iter().any(|limit| limit.excuses(scenario.name));
        if let (Some(failure), false) = (outcome.failure, excused) {
            failures.push(format!("{}::{}: {failure:#}", scenario.theme, scenario.name));
        }
    }
    fake.shutdown().await.expect("shutdown");
    assert!(failures.is_empty(), "{} scenarios failed:\n{}", failures.len(), failures.join("\n"));
}
