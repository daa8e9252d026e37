//! A fleet: three clusters appear, one changes its credential, one dies, one is replaced under the same name.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use cluster_client::manager::{ClientManager, Refresh};
use cluster_client::options::RegistryOptions;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::registry::Registry;
use cluster_client::source::KubeconfigSecrets;
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{
    ClientError, ClientProvider as _, ClusterEvent, ClusterEventKind, ClusterEventStream, ClusterHandle, ClusterKey,
    Deadline, ObjectKey,
};
use core_client::error::ErrorChain;
use fake_cluster::api::User;
use fake_cluster::fleet::{Fleet, FleetOptions, objects};
use fake_cluster::server::{Credential, FakeCluster};
use futures::StreamExt as _;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::narrate::Narrator;
use crate::world::World;

const NAMESPACE: &str = "default";
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn lives_and_changes(tell: &mut Narrator, world: &World) -> Result<()> {
    // Every cluster has an authority of its own, so that nothing but its kubeconfig leads to it.
    let options = FleetOptions::default().with_prefix("prod-").with_separate_authorities();
    let fleet = Fleet::start_with(3, options).await?;
    let [a, b, c] = fleet.clusters() else { anyhow::bail!("three clusters were asked for") };

    tell.say("A registry follows kubeconfig Secrets in the home cluster; three clusters are announced there.");
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    // Looks often, so that the tour is short; every 15 s and four failures in a row are the default.
    let looks = RegistryOptions::default().with_probe_interval(Duration::from_millis(100)).with_probe_threshold(2);
    let source = Arc::new(KubeconfigSecrets::new(world.kube.clone(), NAMESPACE));
    let registry = Registry::builder(Arc::new(connector)).options(looks).source(source).start();
    let mut events = registry.events();
    let mut tokens = Vec::new();
    for cluster in fleet.clusters() {
        let token = cluster.issue_token(User::new("tour-before", &["system:masters"]), None);
        announce(world, cluster, &token).await?;
        tokens.push(token);
    }
    let mut handles = Vec::new();
    while handles.len() < 3 {
        handles.push(
            until(&mut events, |event| match event.kind {
                ClusterEventKind::Added(handle) => Some(handle),
                _ => None,
            })
            .await?,
        );
    }
    handles.sort_by_key(|handle| handle.key().clone());
    for handle in &handles {
        let identity = handle.identity().map_or("unknown", |identity| identity.as_str());
        tell.say(format_args!("connected {}: {}, cluster {identity}", handle.key(), handle.revision()));
    }
    let identities: std::collections::BTreeSet<_> = handles.iter().filter_map(|handle| handle.identity()).collect();
    tell.proves("three clusters, three identities", identities.len() == 3)?;

    rotates(tell, world, &handles[0], a, &tokens[0]).await?;
    dies(tell, &registry, &mut events, &handles[1], b).await?;
    is_replaced(tell, world, &registry, &mut events, (&handles[2], c)).await?;

    registry.shutdown().await;
    tell.proves("shutting down ends every connection", handles.iter().all(|handle| handle.alive().is_cancelled()))?;
    fleet.shutdown().await;
    Ok(())
}

/// The token is renewed and the old one revoked while callers use the same client all along.
async fn rotates(
    tell: &mut Narrator,
    world: &World,
    handle: &ClusterHandle,
    cluster: &FakeCluster,
    old: &str,
) -> Result<()> {
    tell.say(format_args!("{} gets a new token, and the old one stops being good a moment later.", handle.key()));
    let (sent, failed, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (client, sent, failed, stop) = (handle.client().clone(), sent.clone(), failed.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.is_cancelled() {
                    sent.fetch_add(1, Ordering::Relaxed);
                    if let Err(error) = who(&client).await {
                        failed.fetch_add(1, Ordering::Relaxed);
                        eprintln!("   ✘ {error:#}");
                    }
                }
            })
        })
        .collect();
    let token = cluster.issue_token(User::new("tour-after", &["system:masters"]), None);
    announce(world, cluster, &token).await?;
    becomes(|| async { Ok(who(handle.client()).await? == "tour-after") }).await?;
    cluster.revoke_token(old);
    let before = sent.load(Ordering::Relaxed);
    becomes(|| async { Ok(sent.load(Ordering::Relaxed) > before + 200) }).await?;
    stop.cancel();
    for caller in callers {
        caller.await?;
    }
    let (sent, failed) = (sent.load(Ordering::Relaxed), failed.load(Ordering::Relaxed));
    tell.proves(format_args!("{sent} requests through one client, {failed} failed"), sent > 200 && failed == 0)?;
    tell.proves("the revision is the same: nobody had to start anew", !handle.alive().is_cancelled())
}

/// The API server stops answering and comes back.
async fn dies(
    tell: &mut Narrator,
    registry: &Registry,
    events: &mut ClusterEventStream,
    handle: &ClusterHandle,
    cluster: &FakeCluster,
) -> Result<()> {
    tell.say(format_args!("{} goes down.", handle.key()));
    cluster.stop_listening().await;
    cluster.reset_connections();
    let error = until(events, |event| match event.kind {
        ClusterEventKind::Degraded(error) if event.key == *handle.key() => Some(error),
        _ => None,
    })
    .await?;
    tell.say(format_args!("degraded ({}): {}", error.class().as_str(), ErrorChain::new(&*error)));
    let still = registry.peek(handle.key())?;
    tell.proves("a cluster that is not well keeps its client and its revision", still.same_as(handle))?;
    cluster.listen_again().await?;
    until(events, |event| {
        (event.key == *handle.key() && matches!(event.kind, ClusterEventKind::Recovered)).then_some(())
    })
    .await?;
    tell.proves("it came back, and nothing was reset", !handle.alive().is_cancelled())
}

/// The same name leads to another cluster.
async fn is_replaced(
    tell: &mut Narrator,
    world: &World,
    registry: &Registry,
    events: &mut ClusterEventStream,
    (old, cluster): (&ClusterHandle, &FakeCluster),
) -> Result<()> {
    tell.say(format_args!("{} is torn down and rebuilt: another cluster under the same name.", old.key()));
    let manager = ClientManager::new(registry.clone());
    let me = ObjectKey::new("Deployment", Some("shop"), "web");
    anyhow::ensure!(manager.refresh(&me, old) == Refresh::Unchanged);
    manager.get(&me, Some(old))?;

    let rebuilt =
        Fleet::start_with(1, FleetOptions::default().with_prefix("rebuilt-").with_separate_authorities()).await?;
    let new = rebuilt.clusters().first().context("a rebuilt cluster")?;
    let token = new.issue_token(User::new("tour-after", &["system:masters"]), None);
    write(world, cluster.name(), new.kubeconfig_for(&Credential::Token(token))).await?;
    let (handle, reset) = until(events, |event| match event.kind {
        ClusterEventKind::Replaced { handle, reset, .. } => Some((handle, reset)),
        _ => None,
    })
    .await?;
    tell.proves("the registry noticed by the cluster's own identity", reset && handle.identity() != old.identity())?;
    tell.proves("whatever ran on the old connection was told to end", old.alive().is_cancelled())?;
    let refused = manager.get(&me, Some(old));
    let stale = matches!(refused, Err(ClientError::Stale { .. }));
    tell.proves("who still looks at the old cluster is refused: “cluster revision is stale”", stale)?;
    let reset = matches!(manager.refresh(&me, &handle), Refresh::Reset { .. });
    tell.proves("who looks again is told, once, to forget what it knew", reset)?;
    tell.proves("and then gets the new client", manager.get(&me, Some(&handle))?.same_as(&handle))?;
    let key = ClusterKey::new(cluster.name())?;
    anyhow::ensure!(registry.get(&key, Deadline::within(PATIENCE)).await?.same_as(&handle));
    rebuilt.shutdown().await;
    Ok(())
}

/// Writes a cluster's kubeconfig where the registry looks for it.
async fn announce(world: &World, cluster: &FakeCluster, token: &str) -> Result<()> {
    write(world, cluster.name(), cluster.kubeconfig_for(&Credential::Token(token.into()))).await
}

async fn write(world: &World, name: &str, kubeconfig: String) -> Result<()> {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": name, "labels": { objects::KUBECONFIG_LABEL: "true" } },
        "stringData": { "kubeconfig": kubeconfig },
    });
    let secrets: Api<Secret> = Api::namespaced(world.kube.clone(), NAMESPACE);
    secrets.patch(name, &PatchParams::apply("tour").force(), &Patch::Apply(secret)).await?;
    Ok(())
}

/// Who the API server says we are.
async fn who(client: &kube::Client) -> Result<String> {
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await?;
    let user = review.status.and_then(|status| status.user_info).and_then(|user| user.username);
    user.context("a review without a user")
}

/// The next event that `wanted` takes.
async fn until<T>(events: &mut ClusterEventStream, wanted: impl Fn(ClusterEvent) -> Option<T>) -> Result<T> {
    let found = async {
        loop {
            if let Some(found) = wanted(events.next().await.context("the events ended")?) {
                return Ok(found);
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.context("waited for an event that did not come")?
}

async fn becomes<F: Future<Output = Result<bool>>>(condition: impl Fn() -> F) -> Result<()> {
    let waiting = async {
        while !condition().await? {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, waiting).await.context("waited for something that did not happen")?
}
