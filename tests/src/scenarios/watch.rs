//! Watches: what they deliver, where they start, how they end.

use super::objects::{config_map, definition, deployment, held, labelled, widget, widget_schema};
use crate::session::Session;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("watch":
    changes_are_delivered_in_order,
    a_watch_without_a_version_begins_with_what_is_there,
    a_watch_resumes_after_a_version,
    a_watch_ends_at_its_timeout,
    a_label_selector_turns_changes_into_additions_and_deletions,
    a_field_selector_watches_one_object,
    a_watch_by_path_of_one_object,
    a_watch_spans_namespaces,
    initial_events_end_with_a_bookmark,
    initial_events_need_their_companions,
    an_old_version_is_gone,
    a_version_from_the_future_is_waited_for,
    watching_from_a_nonsense_version_is_refused,
    what_changes_nothing_is_no_event,
    a_dry_run_is_no_event,
    a_held_deletion_is_a_modification_and_then_a_deletion,
    deleting_a_collection_is_one_event_each,
    status_and_scale_writes_are_modifications,
    metadata_only_watches_deliver_metadata,
    custom_resources_are_watched,
    bad_selectors_are_refused_before_the_stream,
    a_deleted_object_carries_the_version_of_its_deletion,
);

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap_or_default()).collect()
}

/// A version to watch from: that of the scenario's empty list.
async fn now(s: &Session<'_>, path: &str) -> Result<String> {
    s.get(path).unrecorded().await?.is(200)?.version()
}

async fn changes_are_delivered_in_order(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    let version = now(s, &path).await?;
    let mut watch = s.watch(&format!("{path}?resourceVersion={version}")).await?;
    s.post(&path, config_map("a")).await?.is(201)?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"key": "other"}})).await?.is(200)?;
    s.post(&path, config_map("b")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let events = watch.take(4).await?;
    ensure!(types(&events) == ["ADDED", "MODIFIED", "ADDED", "DELETED"], "{:?}", types(&events));
    Ok(())
}

async fn a_watch_without_a_version_begins_with_what_is_there(s: &Session<'_>) -> Result<()> {
    for name in ["b", "a", "c"] {
        s.post(s.core("configmaps"), config_map(name)).await?.is(201)?;
    }
    let mut watch = s.watch(&s.core("configmaps")).await?;
    watch.take(3).await?;
    s.delete(s.core("configmaps/b")).await?.is(200)?;
    watch.take(1).await?;
    let mut watch = s.watch(&format!("{}?resourceVersion=0", s.core("configmaps"))).await?;
    watch.take(2).await?;
    Ok(())
}

async fn a_watch_resumes_after_a_version(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    let middle = s.merge_patch(s.core("configmaps/a"), json!({"data": {"at": "1"}})).await?.version()?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"at": "2"}})).await?.is(200)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let mut watch = s.watch(&format!("{path}?resourceVersion={middle}")).await?;
    let events = watch.take(2).await?;
    ensure!(types(&events) == ["MODIFIED", "DELETED"], "{:?}", types(&events));
    Ok(())
}

async fn a_watch_ends_at_its_timeout(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?timeoutSeconds=1", s.core("configmaps"))).await?;
    watch.rest().await?;
    Ok(())
}

async fn a_label_selector_turns_changes_into_additions_and_deletions(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    let version = now(s, &path).await?;
    let mut watch = s.watch(&format!("{path}?labelSelector=watched%3Dyes&resourceVersion={version}")).await?;
    s.post(&path, labelled("a", json!({}))).await?.is(201)?;
    let set = |value: Value| s.merge_patch(s.core("configmaps/a"), value);
    set(json!({"metadata": {"labels": {"watched": "yes"}}})).await?.is(200)?;
    set(json!({"data": {"x": "1"}})).await?.is(200)?;
    set(json!({"metadata": {"labels": {"watched": "no"}}})).await?.is(200)?;
    set(json!({"data": {"x": "2"}})).await?.is(200)?;
    set(json!({"metadata": {"labels": {"watched": "yes"}}})).await?.is(200)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let events = watch.take(5).await?;
    ensure!(types(&events) == ["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"], "{:?}", types(&events));
    Ok(())
}

async fn a_field_selector_watches_one_object(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{path}?fieldSelector=metadata.name%3Db")).await?;
    s.post(&path, config_map("b")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    s.delete(s.core("configmaps/b")).await?.is(200)?;
    let events = watch.take(2).await?;
    ensure!(types(&events) == ["ADDED", "DELETED"], "{:?}", types(&events));
    Ok(())
}

async fn a_watch_by_path_of_one_object(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    let mut watch = s.watch(&format!("/api/v1/watch/namespaces/{}/configmaps/b", s.namespace())).await?;
    watch.take(1).await?;
    Ok(())
}

async fn a_watch_spans_namespaces(s: &Session<'_>) -> Result<()> {
    let path = "/api/v1/configmaps?labelSelector=scenario%3Dwatch-spans";
    let version = now(s, path).await?;
    let mut watch = s.watch(&format!("{path}&resourceVersion={version}")).await?;
    let labels = json!({"scenario": "watch-spans"});
    s.post(s.core("configmaps"), labelled("a", labels.clone())).await?.is(201)?;
    s.post("/api/v1/namespaces/default/configmaps", labelled("watch-spans", labels)).await?.is(201)?;
    s.delete("/api/v1/namespaces/default/configmaps/watch-spans").await?.is(200)?;
    watch.take(3).await?;
    Ok(())
}

async fn initial_events_end_with_a_bookmark(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    let query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut watch = s.watch(&format!("{}?{query}", s.core("configmaps"))).await?;
    let mut events = Vec::new();
    for _ in 0..3 {
        events.push(watch.next().await?.context("the watch ended")?);
    }
    ensure!(types(&events) == ["ADDED", "ADDED", "BOOKMARK"], "{:?}", types(&events));
    s.remark("bookmark annotations", events[2]["object"]["metadata"]["annotations"].clone());
    s.remark("bookmark kind", events[2]["object"]["kind"].clone());
    s.remark("bookmark keys", events[2]["object"].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()));
    let metadata = &events[2]["object"]["metadata"];
    s.remark("bookmark metadata", metadata.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()));
    s.post(s.core("configmaps"), config_map("c")).await?.is(201)?;
    watch.take(1).await?;
    Ok(())
}

async fn initial_events_need_their_companions(s: &Session<'_>) -> Result<()> {
    for query in [
        "sendInitialEvents=true",
        "sendInitialEvents=true&resourceVersionMatch=Exact&allowWatchBookmarks=true",
        "sendInitialEvents=false",
        "resourceVersionMatch=NotOlderThan",
        "resourceVersionMatch=NotOlderThan&resourceVersion=1",
    ] {
        s.get(format!("{}?watch=true&{query}", s.core("configmaps"))).await?.is(422)?;
    }
    Ok(())
}

async fn an_old_version_is_gone(s: &Session<'_>) -> Result<()> {
    // The real server serves a built-in kind from its very start; a custom one from its definition.
    let group = "old.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    s.backend().compact().await?;
    let mut watch = s.watch(&format!("{}?resourceVersion=1", s.apis(&format!("{group}/v1"), "widgets"))).await?;
    let events = watch.rest().await?;
    ensure!(types(&events) == ["ERROR"], "{events:?}");
    ensure!(events[0]["object"]["code"] == 410 && events[0]["object"]["reason"] == "Expired", "{events:?}");
    Ok(())
}

async fn a_version_from_the_future_is_waited_for(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?resourceVersion=999999999&timeoutSeconds=1", s.core("configmaps"))).await?;
    let events = watch.rest().await?;
    ensure!(events.is_empty(), "{events:?}");
    Ok(())
}

async fn watching_from_a_nonsense_version_is_refused(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps")).query("watch", true).query("resourceVersion", "nonsense").await?.is(500)?;
    Ok(())
}

async fn what_changes_nothing_is_no_event(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?resourceVersion={}", s.core("configmaps"), made.version()?)).await?;
    s.put(s.core("configmaps/a"), made.body().clone()).await?.is(200)?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"key": "value"}})).await?.is(200)?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let events = watch.take(1).await?;
    ensure!(types(&events) == ["DELETED"], "{events:?}");
    Ok(())
}

async fn a_dry_run_is_no_event(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?resourceVersion={}", s.core("configmaps"), made.version()?)).await?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"key": "other"}})).dry_run().await?.is(200)?;
    s.delete(s.core("configmaps/a")).dry_run().await?.is(200)?;
    s.post(s.core("configmaps"), config_map("b")).dry_run().await?.is(201)?;
    s.post(s.core("configmaps"), config_map("c")).await?.is(201)?;
    let events = watch.take(1).await?;
    ensure!(events[0]["object"]["metadata"]["name"] == "c", "{events:?}");
    Ok(())
}

async fn a_held_deletion_is_a_modification_and_then_a_deletion(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), held("a", &["example.com/hold"])).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?resourceVersion={}", s.core("configmaps"), made.version()?)).await?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"finalizers": null}})).await?.is(200)?;
    let events = watch.take(2).await?;
    ensure!(types(&events) == ["MODIFIED", "DELETED"], "{events:?}");
    Ok(())
}

async fn deleting_a_collection_is_one_event_each(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).await?.is(201)?;
    }
    let version = now(s, &s.core("configmaps")).await?;
    let mut watch = s.watch(&format!("{}?resourceVersion={version}", s.core("configmaps"))).await?;
    s.delete(s.core("configmaps")).only_status().await?.is(200)?;
    let mut names = Vec::new();
    for _ in 0..3 {
        let event = watch.next().await?.context("the watch ended")?;
        ensure!(event["type"] == "DELETED", "{event}");
        names.push(event["object"]["metadata"]["name"].as_str().unwrap_or_default().to_owned());
    }
    // The real server deletes them in parallel.
    names.sort();
    s.remark("deleted", names);
    Ok(())
}

async fn status_and_scale_writes_are_modifications(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments");
    let made = s.post(&path, deployment("a", 1)).only_status().await?.is(201)?;
    let mut watch = s.watch(&format!("{path}?resourceVersion={}", made.version()?)).await?;
    s.merge_patch(format!("{path}/a/status"), json!({"status": {"replicas": 1}})).only_status().await?.is(200)?;
    s.merge_patch(format!("{path}/a/scale"), json!({"spec": {"replicas": 4}})).only_status().await?.is(200)?;
    for _ in 0..2 {
        let event = watch.next().await?.context("the watch ended")?;
        s.remark("type", event["type"].clone());
        s.remark("replicas", event["object"]["spec"]["replicas"].clone());
        s.remark("generation", event["object"]["metadata"]["generation"].clone());
        s.remark("status", event["object"]["status"].clone());
    }
    Ok(())
}

async fn metadata_only_watches_deliver_metadata(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let path = format!("{}?watch=true&timeoutSeconds=1&resourceVersion={}", s.core("configmaps"), made.version()?);
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"labels": {"x": "y"}}})).await?.is(200)?;
    let reply = s
        .get(path)
        .accept("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
        .unrecorded()
        .await?
        .is(200)?;
    let event: Value = serde_json::from_str(reply.text().trim()).context("one event")?;
    s.remark("type", event["type"].clone());
    s.remark("kind", event["object"]["kind"].clone());
    s.remark("labels", event["object"]["metadata"]["labels"].clone());
    s.remark("keys", event["object"].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()));
    Ok(())
}

async fn custom_resources_are_watched(s: &Session<'_>) -> Result<()> {
    let group = "watched.example.com";
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}})))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    let version = now(s, &path).await?;
    let mut watch = s.watch(&format!("{path}?resourceVersion={version}")).await?;
    s.post(&path, widget(group, "a", json!({"size": 1, "unknown": true}))).await?.is(201)?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"size": 2}})).await?.is(200)?;
    s.delete(format!("{path}/a")).await?.is(200)?;
    let events = watch.take(3).await?;
    ensure!(types(&events) == ["ADDED", "MODIFIED", "DELETED"], "{events:?}");
    Ok(())
}

async fn bad_selectors_are_refused_before_the_stream(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps")).query("watch", true).query("labelSelector", "a in (").await?.is(400)?;
    s.get(s.core("configmaps")).query("watch", true).query("fieldSelector", "data.x=1").await?.is(400)?;
    Ok(())
}

async fn a_deleted_object_carries_the_version_of_its_deletion(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let mut watch = s.watch(&format!("{}?resourceVersion={}", s.core("configmaps"), made.version()?)).await?;
    s.delete(s.core("configmaps/a")).await?.is(200)?;
    let event = watch.next().await?.context("the watch ended")?;
    let version = event["object"]["metadata"]["resourceVersion"].as_str().context("version")?.to_owned();
    s.remark("a version of its own", version != made.version()?);
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    let mut resumed = s.watch(&format!("{}?resourceVersion={version}", s.core("configmaps"))).await?;
    let event = resumed.next().await?.context("the watch ended")?;
    ensure!(event["object"]["metadata"]["name"] == "b", "{event}");
    Ok(())
}
