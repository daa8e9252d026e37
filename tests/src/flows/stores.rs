//! What is kept of a watch: stores that equal the server, and filters that let through what matters.

use std::future::ready;

use anyhow::{Context as _, Result, ensure};
use futures::StreamExt as _;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt as _;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::core::PartialObjectMeta;
use kube::runtime::reflector::{self, ObjectRef, Store, reflector};
use kube::runtime::watcher::{Config, Event, watcher};
use kube::runtime::{Predicate as _, WatchStreamExt as _, predicates};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::bed::{Bed, Journal, Running, in_time, listed, uid};

claims! { Server:
    a_store_is_ready_when_everything_is_listed_and_equals_the_server_after_changes,
    a_store_of_metadata_equals_the_metadata_of_the_server,
    a_store_is_searched_by_labels_as_the_server_is,
    a_generation_moves_with_the_wish_and_not_with_the_state,
    a_predicate_lets_deletions_through_where_it_looks_at_versions,
}

/// Keeps a store up to date in the background, and notes each time that it was.
fn kept(bed: &Bed<'_>, config: Config) -> (Store<ConfigMap>, Journal, Running) {
    let (store, writer) = reflector::store();
    let journal = Journal::new();
    let note = journal.clone();
    let stream = reflector(writer, watcher(bed.maps(), config)).inspect(move |_| note.note("changed"));
    let stop = CancellationToken::new();
    let running = Running::of(stop.clone(), stream.take_until(stop.cancelled_owned()));
    (store, journal, running)
}

fn contents(store: &Store<ConfigMap>) -> Vec<ConfigMap> {
    let mut maps: Vec<ConfigMap> = store.state().iter().map(|map| ConfigMap::clone(map)).collect();
    maps.sort_by_key(|map| map.name_any());
    maps
}

async fn a_store_is_ready_when_everything_is_listed_and_equals_the_server_after_changes(bed: &Bed<'_>) -> Result<()> {
    for name in ["a", "b", "c", "d", "e"] {
        bed.map(name).await?;
    }
    for config in [Config::default().page_size(2), Config::default().streaming_lists()] {
        let (store, journal, running) = kept(bed, config);
        in_time("a store", store.wait_until_ready()).await??;
        ensure!(contents(&store) == listed(&bed.maps()).await?, "{:?}", store.state());

        bed.change("a", json!({"data": {"key": "value"}})).await?;
        bed.delete("b").await?;
        bed.map("f").await?;
        let now = listed(&bed.maps()).await?;
        journal.until("the changes", |_| contents(&store) == now).await?;

        // Under the name that was known there is another object now.
        let old = store.get(&ObjectRef::new("f").within(&bed.namespace)).context("f is not found by its name")?;
        bed.delete("f").await?;
        bed.delete("a").await?;
        bed.map("a").await?;
        bed.map("b").await?;
        let now = listed(&bed.maps()).await?;
        journal.until("what was made anew", |_| contents(&store) == now).await?;
        ensure!(store.get(&ObjectRef::from_obj(&*old)).is_none(), "f is kept though it is gone");
        running.stop().await?;
    }
    Ok(())
}

async fn a_store_of_metadata_equals_the_metadata_of_the_server(bed: &Bed<'_>) -> Result<()> {
    for name in ["a", "b"] {
        bed.map(name).await?;
    }
    let (store, writer) = reflector::store::<PartialObjectMeta<ConfigMap>>();
    let journal = Journal::new();
    let note = journal.clone();
    let stream = watcher(bed.api::<PartialObjectMeta<ConfigMap>>(), Config::default());
    let stream = reflector(writer, stream).inspect(move |_| note.note("changed"));
    let stop = CancellationToken::new();
    let running = Running::of(stop.clone(), stream.take_until(stop.cancelled_owned()));
    in_time("a store", store.wait_until_ready()).await??;
    let changed = bed.change("b", json!({"metadata": {"annotations": {"key": "value"}}})).await?;
    bed.delete("a").await?;
    journal
        .until("the changes", |_| {
            let state = store.state();
            state.len() == 1 && state[0].metadata == changed.metadata
        })
        .await?;
    running.stop().await
}

async fn a_store_is_searched_by_labels_as_the_server_is(bed: &Bed<'_>) -> Result<()> {
    for (name, labels) in [
        ("a", json!({"tier": "web", "track": "stable"})),
        ("b", json!({"tier": "web"})),
        ("c", json!({"tier": "db", "track": "canary"})),
        ("d", json!({})),
    ] {
        bed.map(name).await?;
        bed.change(name, json!({"metadata": {"labels": labels}})).await?;
    }
    let (store, _, running) = kept(bed, Config::default());
    in_time("a store", store.wait_until_ready()).await??;
    for text in ["tier=web", "tier!=web", "tier in (db,web),!track", "track notin (canary)", "track"] {
        let selector = kube::core::Selector::try_from(wanted(text)?)?;
        let mut here: Vec<String> = store.state_filter_selector(&selector).iter().map(|map| map.name_any()).collect();
        here.sort();
        let there = bed.maps().list(&kube::api::ListParams::default().labels(text)).await?;
        let there: Vec<String> = there.iter().map(|map| map.name_any()).collect();
        ensure!(here == there, "{text}: {here:?} here, {there:?} there");
    }
    running.stop().await
}

/// A selector of a query as the requirements of a `LabelSelector`.
fn wanted(text: &str) -> Result<k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector> {
    let requirements = match text {
        "tier=web" => json!([{"key": "tier", "operator": "In", "values": ["web"]}]),
        "tier!=web" => json!([{"key": "tier", "operator": "NotIn", "values": ["web"]}]),
        "tier in (db,web),!track" => json!([
            {"key": "tier", "operator": "In", "values": ["db", "web"]}, {"key": "track", "operator": "DoesNotExist"},
        ]),
        "track notin (canary)" => json!([{"key": "track", "operator": "NotIn", "values": ["canary"]}]),
        "track" => json!([{"key": "track", "operator": "Exists"}]),
        other => anyhow::bail!("no requirements for {other}"),
    };
    Ok(serde_json::from_value(json!({"matchExpressions": requirements}))?)
}

fn deployment(name: &str) -> Result<Deployment> {
    Ok(serde_json::from_value(json!({
        "metadata": {"name": name},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "example.com/main:1"}]},
            },
        },
    }))?)
}

async fn a_generation_moves_with_the_wish_and_not_with_the_state(bed: &Bed<'_>) -> Result<()> {
    let deployments = bed.api::<Deployment>();
    let (journal, all, begun) = (Journal::new(), Journal::new(), Journal::new());
    let (passed, touched, begins) = (journal.clone(), all.clone(), begun.clone());
    let stream = watcher(deployments.clone(), Config::default())
        .inspect(move |event| {
            if let Ok(Event::InitDone) = event {
                begins.note("listed");
            }
        })
        .touched_objects()
        .inspect(move |_| touched.note("touched"))
        .predicate_filter(predicates::generation.combine(predicates::labels), Default::default())
        .filter_map(|object| ready(object.ok()))
        .inspect(move |object| {
            let labels = object.labels().get("changed").map(String::as_str).unwrap_or_default();
            passed.note(format!("{} {labels}", object.metadata.generation.unwrap_or_default()));
        });
    let stop = CancellationToken::new();
    let running = Running::of(stop.clone(), stream.take_until(stop.cancelled_owned()));

    // Changes before the list would be seen as one.
    begun.has("listed").await?;
    deployments.create(&PostParams::default(), &deployment("web")?).await?;
    let change = async |patch: Value| deployments.patch("web", &PatchParams::default(), &Patch::Merge(patch)).await;
    // Of a Deployment annotations are part of the wish, as they go on to what it makes; labels are not.
    change(json!({"metadata": {"annotations": {"key": "value"}}})).await?;
    let status = json!({"status": {"observedGeneration": 1, "replicas": 1}});
    deployments.patch_status("web", &PatchParams::default(), &Patch::Merge(status)).await?;
    change(json!({"spec": {"replicas": 3}})).await?;
    change(json!({"metadata": {"labels": {"changed": "yes"}}})).await?;
    change(json!({"spec": {"paused": true}})).await?;
    let lines = journal.until("the last change", |lines| lines.iter().any(|line| line == "4 yes")).await?;
    ensure!(lines == ["1 ", "2 ", "3 ", "3 yes", "4 yes"], "{lines:?}");
    ensure!(all.lines().len() == 6, "{} changes were seen", all.lines().len());
    running.stop().await
}

async fn a_predicate_lets_deletions_through_where_it_looks_at_versions(bed: &Bed<'_>) -> Result<()> {
    let deployments = bed.api::<Deployment>();
    let made = deployments.create(&PostParams::default(), &deployment("web")?).await?;
    let journal = Journal::new();
    let passed = journal.clone();
    let stream = watcher(deployments.clone(), Config::default())
        .touched_objects()
        .predicate_filter(predicates::resource_version, Default::default())
        .filter_map(|object| ready(object.ok()))
        .inspect(move |object| passed.note(format!("{:?} {:?}", object.uid(), object.resource_version())));
    let stop = CancellationToken::new();
    let running = Running::of(stop.clone(), stream.take_until(stop.cancelled_owned()));
    journal.until("what is there", |lines| lines.len() == 1).await?;
    deployments.delete("web", &DeleteParams::background()).await?;
    let lines = journal.until("the deletion", |lines| lines.len() == 2).await?;
    let id = format!("{:?}", Some(uid(&made)?));
    ensure!(lines.iter().all(|line| line.starts_with(&id)) && lines[0] != lines[1], "{lines:?}");
    running.stop().await
}
