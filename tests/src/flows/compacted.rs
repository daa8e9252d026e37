//! Watchers whose history is gone when they ask for it: they list anew, and forget what went meanwhile.

use anyhow::{Result, ensure};
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt as _;
use kube::api::PostParams;
use kube::runtime::reflector::{self, reflector};
use kube::runtime::watcher::{Config, watcher};

use super::bed::{Bed, Heard, named};

claims! { Forgetting:
    a_watch_whose_history_is_gone_begins_anew,
    a_stream_whose_history_is_gone_begins_anew,
    a_store_forgets_what_went_while_its_watcher_was_away,
}

async fn a_watch_whose_history_is_gone_begins_anew(bed: &Bed<'_>) -> Result<()> {
    bed.map("a").await?;
    bed.map("b").await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default()));
    heard.says(&["Init", "InitApply(a)", "InitApply(b)", "InitDone"]).await?;
    // It has listed, and does not watch before somebody listens.
    bed.delete("b").await?;
    bed.map("c").await?;
    bed.backend.compact().await?;
    heard.says_expired().await?;
    heard.says(&["Init", "InitApply(a)", "InitApply(c)", "InitDone"]).await?;
    bed.map("d").await?;
    heard.says(&["Apply(d)"]).await?;
    Ok(())
}

async fn a_stream_whose_history_is_gone_begins_anew(bed: &Bed<'_>) -> Result<()> {
    bed.map("a").await?;
    let mut heard = Heard::of(watcher(bed.maps(), Config::default().streaming_lists()));
    heard.says(&["Init", "InitApply(a)", "InitDone"]).await?;
    // Something else happens, so that what the watch has seen is of a moment that is forgotten.
    let secret = Secret { metadata: named("other"), ..Secret::default() };
    bed.api::<Secret>().create(&PostParams::default(), &secret).await?;
    bed.backend.compact().await?;
    heard.says_expired().await?;
    heard.says(&["Init", "InitApply(a)", "InitDone"]).await?;
    bed.map("b").await?;
    heard.says(&["Apply(b)"]).await?;
    Ok(())
}

async fn a_store_forgets_what_went_while_its_watcher_was_away(bed: &Bed<'_>) -> Result<()> {
    bed.map("a").await?;
    bed.map("b").await?;
    let (store, writer) = reflector::store();
    let mut heard = Heard::of(reflector(writer, watcher(bed.maps(), Config::default())));
    heard.says(&["Init", "InitApply(a)", "InitApply(b)", "InitDone"]).await?;
    bed.delete("b").await?;
    bed.backend.compact().await?;
    heard.says_expired().await?;
    ensure!(store.len() == 2, "what was known is forgotten before anything else is known");
    heard.says(&["Init", "InitApply(a)"]).await?;
    ensure!(store.len() == 2, "what was known is forgotten before the list is complete");
    heard.says(&["InitDone"]).await?;
    let names: Vec<String> = store.state().iter().map(|map| map.name_any()).collect();
    ensure!(names == ["a"], "{names:?}");
    Ok(())
}
