//! Watchers: they list what is there, by pages or as a stream, and follow what becomes of it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::core::PartialObjectMeta;
use kube::runtime::watcher::{Config, Event, watch_object, watcher};
use serde_json::json;

use super::bed::{Bed, Heard, in_time, version};

claims! { Server:
    a_watcher_lists_page_by_page_and_follows,
    a_watcher_is_told_what_is_there_as_a_stream_and_follows,
    metadata_is_watched_without_the_rest,
    metadata_is_told_as_a_stream,
    a_label_that_changes_lets_an_object_come_and_go,
    one_object_is_followed_from_before_it_is_there_until_it_is_gone,
    a_watch_that_ends_is_taken_up_where_it_ended,
    a_page_whose_history_is_gone_begins_the_list_anew,
}

/// What becomes of three maps while they are watched.
const CHANGES: &[&str] = &["Apply(d)", "Apply(a)", "Delete(b)"];

async fn change(bed: &Bed<'_>) -> Result<()> {
    bed.map("d").await?;
    bed.change("a", json!({"data": {"key": "value"}, "metadata": {"labels": {"changed": "yes"}}})).await?;
    bed.delete("b").await
}

async fn fill(bed: &Bed<'_>) -> Result<()> {
    for name in ["b", "c", "a"] {
        bed.map(name).await?;
    }
    Ok(())
}

async fn a_watcher_lists_page_by_page_and_follows(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().page_size(2)));
    heard.says(&["Init", "InitApply(a)", "InitApply(b)", "InitApply(c)", "InitDone"]).await?;
    // Changes between the list and the watch are not lost.
    change(bed).await?;
    let told = heard.says(CHANGES).await?;
    ensure!(told[1] == bed.maps().get("a").await?, "{:?}", told[1]);
    ensure!(version(&told[2])?.parse::<u64>()? > version(&told[1])?.parse()?, "a deletion has no version of its own");
    Ok(())
}

/// Hears the initial objects of a stream, whose order is the server's affair.
async fn initial<K: kube::ResourceExt>(heard: &mut Heard<K>) -> Result<Vec<String>> {
    heard.says(&["Init"]).await?;
    let mut names = Vec::new();
    loop {
        match heard.next().await?? {
            Event::InitApply(object) => names.push(object.name_any()),
            Event::InitDone => break,
            other => anyhow::bail!("{other} before the end of what is there"),
        }
    }
    names.sort();
    Ok(names)
}

async fn a_watcher_is_told_what_is_there_as_a_stream_and_follows(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().streaming_lists()));
    let names = initial(&mut heard).await?;
    ensure!(names == ["a", "b", "c"], "{names:?}");
    change(bed).await?;
    let told = heard.says(CHANGES).await?;
    ensure!(told[1] == bed.maps().get("a").await?, "{:?}", told[1]);
    Ok(())
}

fn metadata(bed: &Bed<'_>, config: Config) -> Heard<PartialObjectMeta<ConfigMap>> {
    Heard::of(watcher(bed.api::<PartialObjectMeta<ConfigMap>>(), config))
}

async fn metadata_is_watched_without_the_rest(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = metadata(bed, Config::default().page_size(2));
    heard.says(&["Init", "InitApply(a)", "InitApply(b)", "InitApply(c)", "InitDone"]).await?;
    change(bed).await?;
    let told = heard.says(CHANGES).await?;
    let whole = bed.maps().get("a").await?;
    ensure!(told[1].metadata == whole.metadata, "{:?} of {whole:?}", told[1]);
    let kind = told[1].types.as_ref().map(|types| types.kind.as_str());
    ensure!(kind == Some("PartialObjectMetadata"), "{kind:?}");
    Ok(())
}

async fn metadata_is_told_as_a_stream(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = metadata(bed, Config::default().streaming_lists());
    let names = initial(&mut heard).await?;
    ensure!(names == ["a", "b", "c"], "{names:?}");
    change(bed).await?;
    heard.says(CHANGES).await?;
    Ok(())
}

async fn a_label_that_changes_lets_an_object_come_and_go(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().labels("watched=yes")));
    heard.says(&["Init", "InitDone"]).await?;
    let set = |value: &'static str| bed.change("a", json!({"metadata": {"labels": {"watched": value}}}));
    set("yes").await?;
    bed.change("a", json!({"data": {"key": "value"}})).await?;
    set("no").await?;
    bed.change("a", json!({"data": {"key": "other"}})).await?;
    set("yes").await?;
    heard.says(&["Apply(a)", "Apply(a)", "Delete(a)", "Apply(a)"]).await?;
    Ok(())
}

async fn one_object_is_followed_from_before_it_is_there_until_it_is_gone(bed: &Bed<'_>) -> Result<()> {
    bed.map("other").await?;
    let mut followed = watch_object(bed.maps(), "one").boxed();
    let mut next = async || {
        let told = in_time("what becomes of one object", followed.next()).await?;
        anyhow::Ok(told.context("it is followed no more")??)
    };
    ensure!(next().await?.is_none(), "it is there before it is made");
    let made = bed.map("one").await?;
    ensure!(next().await? == Some(made), "it is not seen when it is made");
    let changed = bed.change("one", json!({"data": {"key": "value"}})).await?;
    bed.change("other", json!({"data": {"key": "value"}})).await?;
    ensure!(next().await? == Some(changed), "it is not seen when it changes");
    bed.delete("one").await?;
    ensure!(next().await?.is_none(), "it is there when it is gone");
    Ok(())
}

async fn a_watch_that_ends_is_taken_up_where_it_ended(bed: &Bed<'_>) -> Result<()> {
    bed.map("a").await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().timeout(1)));
    heard.says(&["Init", "InitApply(a)", "InitDone"]).await?;
    bed.map("b").await?;
    heard.says(&["Apply(b)"]).await?;
    // Two watches at least have come to their end by then, and nobody hears of it.
    heard.is_silent(Duration::from_millis(2500)).await?;
    bed.map("c").await?;
    heard.says(&["Apply(c)"]).await?;
    Ok(())
}

async fn a_page_whose_history_is_gone_begins_the_list_anew(bed: &Bed<'_>) -> Result<()> {
    fill(bed).await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().page_size(1)));
    heard.says(&["Init", "InitApply(a)"]).await?;
    bed.map("d").await?;
    bed.delete("b").await?;
    bed.backend.compact().await?;
    heard.says_expired().await?;
    heard.says(&["Init", "InitApply(a)", "InitApply(c)", "InitApply(d)", "InitDone"]).await?;
    bed.map("e").await?;
    heard.says(&["Apply(e)"]).await?;
    Ok(())
}
