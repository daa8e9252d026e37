//! Finalizers: on before anything is done, and off when it is undone; nothing goes before.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::runtime::controller::Action;
use kube::runtime::finalizer::{Error, Event, finalizer};
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::{Controller, watcher};
use kube::{Api, ResourceExt as _};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::bed::{Bed, Failure, Journal, Running, in_time, named, uid};

claims! { Server:
    a_finalizer_is_on_before_anything_is_done_and_off_when_it_is_undone,
    an_object_stays_until_its_cleanup_succeeds,
    the_finalizer_of_somebody_else_is_left_to_them,
    what_is_deleted_before_it_was_seen_is_not_held_up,
    two_controllers_take_off_their_own_finalizers,
}

const NAME: &str = "flows.mooring.dev/finalizer";
const OTHERS: &str = "flows.mooring.dev/others";

struct Work {
    maps: Api<ConfigMap>,
    name: &'static str,
    journal: Journal,
    may_clean_up: watch::Receiver<bool>,
}

async fn reconcile(map: Arc<ConfigMap>, work: Arc<Work>) -> Result<Action, Error<Failure>> {
    finalizer(&work.maps, work.name, map, async |event| match event {
        Event::Apply(map) => {
            work.journal.note(format!("apply {} with {:?}", map.name_any(), map.finalizers()));
            Ok(Action::await_change())
        }
        Event::Cleanup(map) if *work.may_clean_up.borrow() => {
            work.journal.note(format!("clean up {}", map.name_any()));
            Ok(Action::await_change())
        }
        Event::Cleanup(map) => {
            work.journal.note(format!("cannot clean up {}", map.name_any()));
            Err(Failure::Wanted)
        }
    })
    .await
}

/// A controller with a finalizer, which can clean up when it is told that it may.
fn finalizing(bed: &Bed<'_>, name: &'static str) -> (Journal, watch::Sender<bool>, Running) {
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let (may, may_clean_up) = watch::channel(true);
    let work = Work { maps: bed.maps(), name, journal: journal.clone(), may_clean_up };
    let policy = |_: Arc<ConfigMap>, _: &Error<Failure>, _: Arc<Work>| Action::requeue(Duration::from_millis(20));
    let controller = Controller::new(bed.maps(), watcher::Config::default())
        .graceful_shutdown_on(stop.clone().cancelled_owned())
        .run(reconcile, policy, Arc::new(work));
    (journal, may, Running::of(stop, controller))
}

async fn is_gone(bed: &Bed<'_>, map: &ConfigMap) -> Result<()> {
    let id = uid(map)?;
    let gone =
        await_condition(bed.maps(), map.metadata.name.as_deref().unwrap_or_default(), conditions::is_deleted(&id));
    in_time("a deletion", gone).await??;
    Ok(())
}

async fn a_finalizer_is_on_before_anything_is_done_and_off_when_it_is_undone(bed: &Bed<'_>) -> Result<()> {
    let (journal, _may, running) = finalizing(bed, NAME);
    let map = bed.map("held").await?;
    let applied = format!("apply held with {:?}", [NAME]);
    journal.has(&applied).await?;
    bed.change("held", json!({"data": {"key": "value"}})).await?;
    journal.until("the change", |lines| lines.len() == 2).await?;
    bed.delete("held").await?;
    is_gone(bed, &map).await?;
    let lines = journal.lines();
    ensure!(lines == [&*applied, &*applied, "clean up held"], "{lines:?}");
    running.stop().await
}

async fn an_object_stays_until_its_cleanup_succeeds(bed: &Bed<'_>) -> Result<()> {
    let (journal, may, running) = finalizing(bed, NAME);
    let map = bed.map("held").await?;
    journal.until("a first time", |lines| lines.len() == 1).await?;
    may.send_replace(false);
    bed.delete("held").await?;
    journal
        .until("two attempts", |lines| lines.iter().filter(|line| *line == "cannot clean up held").count() >= 2)
        .await?;
    let held = bed.maps().get("held").await?;
    ensure!(held.metadata.deletion_timestamp.is_some() && held.finalizers() == [NAME], "{:?}", held.metadata);
    ensure!(uid(&held)? == uid(&map)?, "it is another one");
    may.send_replace(true);
    is_gone(bed, &map).await?;
    ensure!(journal.lines().last().is_some_and(|line| line == "clean up held"), "{:?}", journal.lines());
    running.stop().await
}

async fn the_finalizer_of_somebody_else_is_left_to_them(bed: &Bed<'_>) -> Result<()> {
    let mut map = ConfigMap { metadata: named("held"), ..ConfigMap::default() };
    map.finalizers_mut().push(OTHERS.to_owned());
    let map = bed.maps().create(&PostParams::default(), &map).await?;
    let (journal, _may, running) = finalizing(bed, NAME);
    journal.has(&format!("apply held with {:?}", [OTHERS, NAME])).await?;
    bed.delete("held").await?;
    let without = |map: Option<&ConfigMap>| map.is_some_and(|map| map.finalizers() == [OTHERS]);
    in_time("its own finalizer", await_condition(bed.maps(), "held", without)).await??;
    let none = Patch::Merge(json!({"metadata": {"finalizers": null}}));
    bed.maps().patch("held", &PatchParams::default(), &none).await?;
    is_gone(bed, &map).await?;
    ensure!(journal.count("clean up held") == 1, "{:?}", journal.lines());
    running.stop().await
}

async fn what_is_deleted_before_it_was_seen_is_not_held_up(bed: &Bed<'_>) -> Result<()> {
    let mut map = ConfigMap { metadata: named("held"), ..ConfigMap::default() };
    map.finalizers_mut().push(OTHERS.to_owned());
    let map = bed.maps().create(&PostParams::default(), &map).await?;
    let only = Preconditions { uid: map.uid(), resource_version: None };
    bed.maps().delete("held", &DeleteParams::background().preconditions(only)).await?;
    let refused = bed.change("held", json!({"metadata": {"finalizers": [OTHERS, NAME]}})).await;
    ensure!(refused.is_err(), "a finalizer is put on what is being deleted");
    let (journal, _may, running) = finalizing(bed, NAME);
    let other = bed.map("other").await?;
    journal.has(&format!("apply other with {:?}", [NAME])).await?;
    let held = bed.maps().get("held").await?;
    ensure!(held.finalizers() == [OTHERS], "{:?}", held.finalizers());
    ensure!(journal.lines().iter().all(|line| !line.contains("held")), "{:?}", journal.lines());
    bed.delete("other").await?;
    is_gone(bed, &other).await?;
    let none = Patch::Merge(json!({"metadata": {"finalizers": null}}));
    bed.maps().patch("held", &PatchParams::default(), &none).await?;
    is_gone(bed, &map).await?;
    running.stop().await
}

async fn two_controllers_take_off_their_own_finalizers(bed: &Bed<'_>) -> Result<()> {
    // They meet on the same list, so that a test in a patch fails now and then, and is tried again.
    let (one, _may_one, running_one) = finalizing(bed, NAME);
    let (two, _may_two, running_two) = finalizing(bed, OTHERS);
    let mut maps = Vec::new();
    for name in ["a", "b", "c", "d"] {
        maps.push(bed.map(name).await?);
    }
    let both = |map: Option<&ConfigMap>| map.is_some_and(|map| map.finalizers().len() == 2);
    for map in &maps {
        in_time("both finalizers", await_condition(bed.maps(), &map.name_any(), both)).await??;
    }
    for map in &maps {
        bed.delete(&map.name_any()).await?;
    }
    for map in &maps {
        is_gone(bed, map).await?;
        for journal in [&one, &two] {
            ensure!(journal.count(&format!("clean up {}", map.name_any())) >= 1, "{:?}", journal.lines());
        }
    }
    running_one.stop().await?;
    running_two.stop().await
}
