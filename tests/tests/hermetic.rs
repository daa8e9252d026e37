//! Every scenario on the fake, always: no Go, no downloads, no other process.

use tests::backend::Backend;
use tests::elections;
use tests::fleet::{self, Site};
use tests::flows::{self, Needs};
use tests::limits::LIMITS;
use tests::providers;
use tests::resources;
use tests::scenarios;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_holds_on_the_fake() {
    let fake = Backend::fake().await.expect("a fake cluster");
    let mut failures = Vec::new();
    for scenario in scenarios::all() {
        if LIMITS.iter().any(|limit| limit.excuses(scenario.name)) {
            continue;
        }
        if let Some(failure) = scenario.run(&fake).await.failure {
            failures.push(format!("{}::{}: {failure:#}", scenario.theme, scenario.name));
        }
    }
    fake.shutdown().await.expect("shutdown");
    assert!(failures.is_empty(), "{} scenarios failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_connections_holds_on_the_fake() {
    let backends = (Backend::fake().await.expect("a fake cluster"), Backend::fake().await.expect("another"));
    let site = Site::new(backends.0, backends.1);
    let mut failures = Vec::new();
    for claim in fleet::claims() {
        if let Err(error) = claim.run(&site).await {
            failures.push(format!("{claim:?}: {error:#}"));
        }
    }
    for backend in site.into_backends() {
        backend.shutdown().await.expect("shutdown");
    }
    assert!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_declared_state_holds_on_the_fake() {
    let fake = Backend::fake().await.expect("a fake cluster");
    let mut failures = Vec::new();
    for claim in resources::claims() {
        if let Err(error) = claim.run(&fake).await {
            failures.push(format!("{claim:?}: {error:#}"));
        }
    }
    fake.shutdown().await.expect("shutdown");
    assert!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
}

async fn hold_to_every_claim_about_providers(subject: providers::Subject) -> anyhow::Result<()> {
    let (hub, spoke) = (Backend::fake().await?, Backend::fake().await?);
    let site = providers::Site::prepare(&hub, &spoke).await?;
    let mut failures = Vec::new();
    for claim in providers::Subject::claims() {
        if let Err(error) = subject.keeps(claim, &site).await {
            failures.push(format!("{claim}: {error:#}"));
        }
    }
    for backend in [hub, spoke] {
        backend.shutdown().await?;
    }
    anyhow::ensure!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_providers_is_kept_by_clusters_of_cluster_api() {
    hold_to_every_claim_about_providers(providers::Subject::ClusterApi).await.expect("every claim is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_providers_is_kept_by_clusters_from_a_template() {
    hold_to_every_claim_about_providers(providers::Subject::ClusterApiTemplate).await.expect("every claim is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_providers_is_kept_by_clusters_of_profiles() {
    hold_to_every_claim_about_providers(providers::Subject::ClusterProfile).await.expect("every claim is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_providers_is_kept_by_existing_clusters() {
    hold_to_every_claim_about_providers(providers::Subject::Existing).await.expect("every claim is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_other_claim_about_providers_holds_on_the_fake() {
    let (hub, spoke) = (Backend::fake().await.expect("a fake cluster"), Backend::fake().await.expect("another"));
    let site = providers::Site::prepare(&hub, &spoke).await.expect("a site");
    let mut failures = Vec::new();
    for claim in providers::claims() {
        if let Err(error) = claim.run(&site).await {
            failures.push(format!("{claim:?}: {error:#}"));
        }
    }
    for backend in [hub, spoke] {
        backend.shutdown().await.expect("shutdown");
    }
    assert!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_leaders_by_a_lease_holds_on_the_fake() {
    let fake = Backend::fake().await.expect("a fake cluster");
    let mut failures = Vec::new();
    for claim in elections::claims() {
        if let Err(error) = claim.run(&fake).await {
            failures.push(format!("{claim:?}: {error:#}"));
        }
    }
    fake.shutdown().await.expect("shutdown");
    assert!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
}

async fn hold_to_flows(cluster: Backend, held: impl Fn(Needs) -> bool) -> anyhow::Result<()> {
    let mut failures = Vec::new();
    for claim in flows::claims().filter(|claim| held(claim.needs)) {
        if let Err(error) = claim.run(&cluster).await {
            failures.push(format!("{claim:?}: {error:#}"));
        }
    }
    cluster.shutdown().await?;
    anyhow::ensure!(failures.is_empty(), "{} claims failed:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_flows_of_controllers_holds_on_the_fake() {
    let fake = Backend::fake().await.expect("a fake cluster");
    hold_to_flows(fake, |needs| needs != Needs::Controllers).await.expect("every claim holds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_about_flows_holds_beside_the_controllers_of_the_fake() {
    let fake = Backend::fake_with_controllers().await.expect("a fake cluster");
    hold_to_flows(fake, |needs| needs == Needs::Controllers).await.expect("every claim holds");
}
