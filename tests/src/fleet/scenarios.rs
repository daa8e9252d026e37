//! The claims.

use super::{Claim, PATIENCE, Shows, Site, connected, key, kubeconfig, next, registry, who};
use crate::access::{Pair, Who};
use crate::backend::Backend;
use anyhow::{Context as _, Result, bail, ensure};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::manager::{ClientManager, Refresh};
use cluster_client::provider::{ClientProvider as _, ClusterEventKind};
use cluster_client::registry::Registry;
use cluster_client::source::{Contexts, KeyBy, KubeconfigFiles, SinkTarget as _};
use cluster_client::{ClientError, ClusterSpec, ErrorClass, ObjectKey};
use futures::{FutureExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{ObjectMeta, PostParams};
use kube::runtime::watcher;
use kube::{Api, Client};
use std::sync::Arc;
use std::time::Duration;

macro_rules! claims {
    ($($name:ident),* $(,)?) => {
        pub(super) const ALL: &[Claim] = &[$(Claim { name: stringify!($name), run: |site| $name(site).boxed() }),*];
    };
}

claims! {
    two_contexts_of_one_file_are_two_connections_to_one_cluster,
    a_bad_context_leaves_its_siblings_alone,
    a_new_token_is_used_by_the_next_request_of_the_same_client,
    a_new_certificate_is_used_by_the_next_request_of_the_same_client,
    a_watch_goes_on_while_its_certificate_is_replaced,
    another_cluster_under_the_same_name_is_a_reset_and_stale_callers_are_refused,
    what_is_wrong_with_a_connection_is_told_apart,
}

/// What one context of a kubeconfig says about a cluster.
fn described(at: &Backend, shows: Shows) -> Result<ClusterSpec> {
    let text = kubeconfig(&[("only", at, shows)]);
    Ok(kubeconfig::parse(text.as_bytes(), &TrustPolicy::for_secrets(), None)?.context("only")?)
}

fn admin(at: &Backend, name: &str) -> Result<Pair> {
    at.issue(name, "system:masters")
}

async fn two_contexts_of_one_file_are_two_connections_to_one_cluster(site: &Site) -> Result<()> {
    let at = &site.first;
    let contexts =
        [("as-admin", at, Shows::Certificate(admin(at, "fleet-admin")?)), ("as-user", at, Shows::Token(at.token()))];
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, kubeconfig(&contexts))?;

    let registry = registry();
    let source = KubeconfigFiles::new().with_file(&file).with_contexts(Contexts::All).with_keys(KeyBy::Context);
    registry.add_source(Arc::new(source));
    let (admin, user) = (connected_soon(&registry, "as-admin").await?, connected_soon(&registry, "as-user").await?);
    ensure!(who(admin.client()).await? == "fleet-admin");
    ensure!(who(user.client()).await? == "token-user");
    let uid = Api::<Namespace>::all(admin.client().clone()).get("kube-system").await?.metadata.uid;
    ensure!(admin.identity().map(|identity| identity.as_str()) == uid.as_deref(), "{:?}", admin.identity());
    registry.shutdown().await;
    ensure!(admin.alive().is_cancelled(), "a connection outlived its registry");
    Ok(())
}

/// As [`connected`], for a cluster that a source may not have found yet.
async fn connected_soon(registry: &Registry, name: &str) -> Result<cluster_client::ClusterHandle> {
    let key = key(name)?;
    let mut events = registry.events();
    if registry.clusters().iter().all(|known| known.key != key) {
        let wanted = key.clone();
        next(&mut events, |kind| match kind {
            ClusterEventKind::Added(handle) if *handle.key() == wanted => Some(()),
            _ => None,
        })
        .await?;
    }
    connected(registry, name).await
}

async fn a_bad_context_leaves_its_siblings_alone(site: &Site) -> Result<()> {
    let at = &site.first;
    let text = kubeconfig(&[("good", at, Shows::Token(at.token()))]);
    let mut document: serde_json::Value = serde_json::from_str(&text)?;
    let contexts = document["contexts"].as_array_mut().context("contexts")?;
    contexts.push(serde_json::json!({ "name": "bad", "context": { "cluster": "nowhere", "user": "good" } }));
    let parsed = kubeconfig::parse(document.to_string().as_bytes(), &TrustPolicy::for_secrets(), None)?;
    ensure!(parsed.context("bad").is_err());
    let registry = registry();
    registry.upsert(key("good")?, parsed.context("good")?);
    ensure!(who(connected(&registry, "good").await?.client()).await? == "token-user");
    registry.shutdown().await;
    Ok(())
}

/// Asks until the answer is `wanted`; the client never changes, and no answer is an error.
async fn becomes(client: &Client, wanted: &str) -> Result<()> {
    let asking = async {
        loop {
            if who(client).await? == wanted {
                return anyhow::Ok(());
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.with_context(|| format!("never became {wanted}"))?
}

async fn a_new_token_is_used_by_the_next_request_of_the_same_client(site: &Site) -> Result<()> {
    let at = &site.first;
    let registry = registry();
    registry.upsert(key("c")?, described(at, Shows::Token(at.token()))?);
    let handle = connected(&registry, "c").await?;
    ensure!(who(handle.client()).await? == "token-user");
    registry.upsert(key("c")?, described(at, Shows::Token(at.second_token()))?);
    becomes(handle.client(), "second-token-user").await?;
    same_revision(&registry, &handle).await?;
    registry.shutdown().await;
    Ok(())
}

async fn a_new_certificate_is_used_by_the_next_request_of_the_same_client(site: &Site) -> Result<()> {
    let at = &site.first;
    let registry = registry();
    registry.upsert(key("c")?, described(at, Shows::Certificate(admin(at, "one")?))?);
    let handle = connected(&registry, "c").await?;
    ensure!(who(handle.client()).await? == "one");
    for name in ["two", "three"] {
        registry.upsert(key("c")?, described(at, Shows::Certificate(admin(at, name)?))?);
        becomes(handle.client(), name).await?;
        // Resumed sessions and pooled connections would bring the old one back.
        for _ in 0..5 {
            ensure!(who(handle.client()).await? == name);
        }
    }
    same_revision(&registry, &handle).await?;
    registry.shutdown().await;
    Ok(())
}

async fn same_revision(registry: &Registry, handle: &cluster_client::ClusterHandle) -> Result<()> {
    let now = registry.peek(handle.key())?;
    ensure!(now.same_as(handle), "{now:?} took the place of {handle:?}");
    ensure!(!handle.alive().is_cancelled());
    Ok(())
}

async fn a_watch_goes_on_while_its_certificate_is_replaced(site: &Site) -> Result<()> {
    let at = &site.first;
    let namespace = "fleet-watch";
    let owner = at.client(&Who::Admin).await?;
    let namespaces: Api<Namespace> = Api::all(owner.clone());
    let own = Namespace {
        metadata: ObjectMeta { name: Some(namespace.into()), ..ObjectMeta::default() },
        ..Namespace::default()
    };
    namespaces.create(&PostParams::default(), &own).await?;
    let objects: Api<ConfigMap> = Api::namespaced(owner, namespace);
    let create = async |name: &str| {
        let metadata = ObjectMeta { name: Some(name.into()), ..ObjectMeta::default() };
        objects.create(&PostParams::default(), &ConfigMap { metadata, ..ConfigMap::default() }).await
    };

    let registry = registry();
    registry.upsert(key("c")?, described(at, Shows::Certificate(admin(at, "one")?))?);
    let handle = connected(&registry, "c").await?;
    let watched: Api<ConfigMap> = Api::namespaced(handle.client().clone(), namespace);
    let mut events = Box::pin(watcher(watched, watcher::Config::default()));
    let (mut lists, mut listed, mut seen) = (0, false, Vec::new());
    let mut until = async |last: &str| {
        loop {
            match tokio::time::timeout(PATIENCE, events.try_next()).await?? {
                Some(watcher::Event::Init) => lists += 1,
                Some(watcher::Event::InitDone) => listed = true,
                Some(watcher::Event::Apply(object)) => seen.extend(object.metadata.name),
                Some(_) => {}
                None => bail!("the watch ended"),
            }
            if listed && (last.is_empty() || seen.last().is_some_and(|name| name == last)) {
                return Ok((lists, seen.len()));
            }
        }
    };
    until("").await?;
    create("before").await?;
    until("before").await?;
    registry.upsert(key("c")?, described(at, Shows::Certificate(admin(at, "two")?))?);
    becomes(handle.client(), "two").await?;
    create("after").await?;
    let (lists, seen) = until("after").await?;
    ensure!((lists, seen) == (1, 2), "listed {lists} times, saw {seen} objects");
    drop(events);
    registry.shutdown().await;
    Ok(())
}

async fn another_cluster_under_the_same_name_is_a_reset_and_stale_callers_are_refused(site: &Site) -> Result<()> {
    let registry = registry();
    let mut events = registry.events();
    let (first, second) = (&site.first, &site.second);
    registry.upsert(key("c")?, described(first, Shows::Certificate(admin(first, "one")?))?);
    let old = connected(&registry, "c").await?;
    let manager = ClientManager::new(registry.clone());
    let me = ObjectKey::new("Test", None, "me");
    ensure!(matches!(manager.refresh(&me, &old), Refresh::Unchanged));
    ensure!(manager.get(&me, Some(&old))?.same_as(&old));

    registry.upsert(key("c")?, described(second, Shows::Certificate(admin(second, "one")?))?);
    let (new, was, reset) = next(&mut events, |kind| match kind {
        ClusterEventKind::Replaced { handle, was, reset, .. } => Some((handle, was, reset)),
        _ => None,
    })
    .await?;
    ensure!(reset, "another cluster was taken for the same one");
    ensure!(was == old.revision() && new.revision().generation > was.generation);
    ensure!(old.alive().is_cancelled() && !new.alive().is_cancelled());
    ensure!(old.identity() != new.identity());
    // Holding the old object, then the new one without having refreshed.
    ensure!(matches!(manager.get(&me, Some(&old)), Err(ClientError::Stale { .. })));
    ensure!(matches!(manager.get(&me, Some(&new)), Err(ClientError::Stale { .. })));
    ensure!(matches!(manager.refresh(&me, &new), Refresh::Reset { .. }));
    ensure!(manager.get(&me, Some(&new))?.same_as(&new));
    registry.shutdown().await;
    Ok(())
}

async fn what_is_wrong_with_a_connection_is_told_apart(site: &Site) -> Result<()> {
    let (first, second) = (&site.first, &site.second);
    let registry = registry();
    let mut others_roots = described(first, Shows::Token(first.token()))?;
    others_roots.server.trust = described(second, Shows::Token(second.token()))?.server.trust;
    let mut nowhere = described(first, Shows::Token(first.token()))?;
    // Port 1 is nobody's.
    nowhere.server.url.set_port(Some(1)).ok().context("a port")?;
    let expected = described(first, Shows::Certificate(admin(first, "one")?))?
        .with_expected_uid(cluster_client::ClusterUid::new("00000000-0000-0000-0000-000000000000"));
    let wrong = [
        ("token", described(first, Shows::Token("never-issued".into()))?, ErrorClass::CredentialRejected),
        (
            "certificate",
            described(first, Shows::Certificate(admin(second, "stranger")?))?,
            ErrorClass::CredentialRejected,
        ),
        ("roots", others_roots, ErrorClass::Tls),
        ("nowhere", nowhere, ErrorClass::Unreachable),
        ("identity", expected, ErrorClass::Identity),
    ];
    registry.upsert(key("good")?, described(first, Shows::Token(first.token()))?);
    for (name, spec, _) in &wrong {
        registry.upsert(key(name)?, spec.clone());
    }
    connected(&registry, "good").await?;
    for (name, _, class) in wrong {
        let deadline = cluster_client::Deadline::within(Duration::from_secs(20));
        let error = failure(&registry, name, deadline).await?;
        ensure!(error == class || (name == "certificate" && error == ErrorClass::Tls), "{name}: {error:?}");
    }
    registry.shutdown().await;
    Ok(())
}

/// How the first attempt to connect ended.
async fn failure(registry: &Registry, name: &str, deadline: cluster_client::Deadline) -> Result<ErrorClass> {
    let key = key(name)?;
    let looking = async {
        loop {
            match registry.peek(&key) {
                Err(ClientError::NotConnected { last: Some(error), .. }) => return Ok(error.class()),
                Ok(handle) => bail!("{name} is connected: {handle:?}"),
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout_at(deadline.instant(), looking).await.with_context(|| format!("{name}: no attempt ended"))?
}
