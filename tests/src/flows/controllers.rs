//! The loop itself: an object that changes is reconciled, a failure is tried again, and who is told to stop finishes what it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::ResourceExt as _;
use kube::api::PostParams;
use kube::runtime::controller::{Action, Config as Settings, Error};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::{Controller, watcher};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::bed::{Bed, Failure, Journal, Running, named};

claims! { Server:
    what_is_there_and_what_changes_is_reconciled_as_it_is,
    a_failure_is_tried_again_as_the_policy_says,
    what_asks_to_be_looked_at_again_is,
    what_another_object_names_is_reconciled_when_that_one_changes,
    everything_is_reconciled_when_that_is_asked_for,
    a_controller_that_is_told_to_stop_finishes_what_it_does_and_begins_nothing,
}

/// A controller of maps that is told to stop by the token.
fn controller(bed: &Bed<'_>, stop: &CancellationToken) -> Controller<ConfigMap> {
    Controller::new(bed.maps(), watcher::Config::default()).graceful_shutdown_on(stop.clone().cancelled_owned())
}

/// What is not to happen in a claim: it goes on anyway, so that the claim says what it saw.
fn at_once(_: Arc<ConfigMap>, _: &Failure, _: Arc<Journal>) -> Action {
    Action::requeue(Duration::ZERO)
}

/// What a reconciliation notes of an object.
fn seen(map: &ConfigMap) -> String {
    format!("{} {}", map.name_any(), map.resource_version().unwrap_or_default())
}

async fn note(map: Arc<ConfigMap>, journal: Arc<Journal>) -> Result<Action, Failure> {
    journal.note(seen(&map));
    Ok(Action::await_change())
}

async fn what_is_there_and_what_changes_is_reconciled_as_it_is(bed: &Bed<'_>) -> Result<()> {
    let first = bed.map("first").await?;
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let running = controller(bed, &stop).run(note, at_once, Arc::new(journal.clone()));
    let running = Running::of(stop, running);
    journal.has(&seen(&first)).await?;
    let second = bed.map("second").await?;
    journal.has(&seen(&second)).await?;
    // Several changes may be reconciled at once; the last of them is.
    bed.change("first", json!({"data": {"key": "1"}})).await?;
    let last = bed.change("first", json!({"data": {"key": "2"}})).await?;
    journal.has(&seen(&last)).await?;
    ensure!(journal.count(&seen(&second)) == 1, "what did not change is reconciled again: {:?}", journal.lines());
    bed.delete("second").await?;
    let again = bed.map("second").await?;
    journal.has(&seen(&again)).await?;
    running.stop().await
}

async fn a_failure_is_tried_again_as_the_policy_says(bed: &Bed<'_>) -> Result<()> {
    struct Work {
        journal: Journal,
        left: AtomicUsize,
    }
    async fn reconcile(map: Arc<ConfigMap>, work: Arc<Work>) -> Result<Action, Failure> {
        let left = work.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            work.journal.note("failed");
            return Err(Failure::Wanted);
        }
        work.journal.note(seen(&map));
        Ok(Action::await_change())
    }
    fn policy(map: Arc<ConfigMap>, failure: &Failure, work: Arc<Work>) -> Action {
        work.journal.note(format!("policy asked about {}: {failure}", map.name_any()));
        Action::requeue(Duration::from_millis(5))
    }
    let made = bed.map("stubborn").await?;
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let told = Journal::new();
    let tell = told.clone();
    let work = Work { journal: journal.clone(), left: AtomicUsize::new(2) };
    let running = controller(bed, &stop).run(reconcile, policy, Arc::new(work)).inspect(move |done| match done {
        Ok((object, _)) => tell.note(format!("done: {}", object.name)),
        Err(Error::ReconcilerFailed(failure, object)) => tell.note(format!("{}: {failure}", object.name)),
        Err(other) => tell.note(other.to_string()),
    });
    let running = Running::of(stop, running);
    journal.has(&seen(&made)).await?;
    let asked = "policy asked about stubborn: this one was to fail";
    let lines = journal.lines();
    ensure!(lines == ["failed", asked, "failed", asked, seen(&made).as_str()], "{lines:?}");
    told.has("done: stubborn").await?;
    let lines = told.lines();
    let failed = "stubborn: this one was to fail";
    ensure!(lines == [failed, failed, "done: stubborn"], "{lines:?}");
    running.stop().await
}

async fn what_asks_to_be_looked_at_again_is(bed: &Bed<'_>) -> Result<()> {
    async fn reconcile(map: Arc<ConfigMap>, journal: Arc<Journal>) -> Result<Action, Failure> {
        journal.note(seen(&map));
        Ok(match journal.lines().len() {
            1..3 => Action::requeue(Duration::from_millis(5)),
            _ => Action::await_change(),
        })
    }
    let made = bed.map("again").await?;
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let running = Running::of(stop.clone(), controller(bed, &stop).run(reconcile, at_once, Arc::new(journal.clone())));
    let lines = journal.until("three times", |lines| lines.len() == 3).await?;
    ensure!(lines.iter().all(|line| *line == seen(&made)), "{lines:?}");
    running.stop().await
}

async fn what_another_object_names_is_reconciled_when_that_one_changes(bed: &Bed<'_>) -> Result<()> {
    let secrets = bed.api::<Secret>();
    let (used, other) = (bed.map("used").await?, bed.map("other").await?);
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let namespace = bed.namespace.clone();
    let running = controller(bed, &stop).watches(secrets.clone(), watcher::Config::default(), move |secret: Secret| {
        let user = secret.annotations().get("used-by").map(|name| ObjectRef::<ConfigMap>::new(name).within(&namespace));
        user.into_iter()
    });
    let running = Running::of(stop, running.run(note, at_once, Arc::new(journal.clone())));
    journal.has(&seen(&used)).await?;
    journal.has(&seen(&other)).await?;
    let mut secret = Secret { metadata: named("key"), ..Secret::default() };
    secret.annotations_mut().insert("used-by".to_owned(), "used".to_owned());
    secrets.create(&PostParams::default(), &secret).await?;
    journal.until("the Secret", |lines| lines.iter().filter(|line| **line == seen(&used)).count() == 2).await?;
    secrets.delete("key", &Default::default()).await?;
    journal.until("its end", |lines| lines.iter().filter(|line| **line == seen(&used)).count() == 3).await?;
    ensure!(journal.count(&seen(&other)) == 1, "what nobody named was reconciled again");
    running.stop().await
}

async fn everything_is_reconciled_when_that_is_asked_for(bed: &Bed<'_>) -> Result<()> {
    let (a, b) = (bed.map("a").await?, bed.map("b").await?);
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let (ask, asked) = tokio::sync::mpsc::channel(1);
    let asked = futures::stream::unfold(asked, async |mut asked| asked.recv().await.map(|()| ((), asked)));
    let running = controller(bed, &stop).reconcile_all_on(asked).with_config(Settings::default().concurrency(1));
    let running = Running::of(stop, running.run(note, at_once, Arc::new(journal.clone())));
    journal.until("both", |lines| lines.len() == 2).await?;
    ask.send(()).await?;
    journal.until("both again", |lines| lines.len() == 4).await?;
    ensure!([&a, &b].iter().all(|map| journal.count(&seen(map)) == 2), "{:?}", journal.lines());
    running.stop().await
}

async fn a_controller_that_is_told_to_stop_finishes_what_it_does_and_begins_nothing(bed: &Bed<'_>) -> Result<()> {
    struct Work {
        journal: Journal,
        may_end: Semaphore,
        maps: kube::Api<ConfigMap>,
    }
    async fn reconcile(map: Arc<ConfigMap>, work: Arc<Work>) -> Result<Action, Failure> {
        work.journal.note(format!("begins {}", map.name_any()));
        // It is not closed.
        drop(work.may_end.acquire().await);
        let now = work.maps.get(&map.name_any()).await?;
        work.journal.note(format!("ends {}", seen(&now)));
        Ok(Action::await_change())
    }
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let work = Work { journal: journal.clone(), may_end: Semaphore::new(0), maps: bed.maps() };
    let work = Arc::new(work);
    let policy = |_: Arc<ConfigMap>, _: &Failure, _: Arc<Work>| Action::requeue(Duration::ZERO);
    let (told, tell) = (Journal::new(), Arc::<Work>::clone(&work));
    let hears = told.clone();
    let running = controller(bed, &stop).run(reconcile, policy, tell).inspect(move |_| hears.note("done"));
    let running = Running::of(stop, running);
    let made = bed.map("slow").await?;
    journal.has("begins slow").await?;
    running.ask_to_stop();
    // A watcher that still listened would see this one.
    bed.map("late").await?;
    ensure!(!running.is_over(), "it stops in the middle of its work");
    ensure!(told.lines().is_empty(), "it says that it is done with what it does");
    work.may_end.add_permits(100);
    running.stop().await?;
    let lines = journal.lines();
    ensure!(lines == ["begins slow".to_owned(), format!("ends {}", seen(&made))], "{lines:?}");
    ensure!(told.lines() == ["done"], "{:?}", told.lines());
    Ok(())
}
