use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures::{FutureExt, StreamExt};

use super::*;
use crate::error::ClientError;
use crate::provider::{ClientProvider, Deadline};
use crate::status::ConnectionStatus;

fn key(name: &str) -> ClusterKey {
    ClusterKey::new(name).unwrap()
}

fn told(provider: &FakeClientProvider, key: &ClusterKey) -> String {
    provider.peek(key).map(|_| ()).unwrap_err().to_string()
}

#[tokio::test]
async fn a_client_is_added_only_where_there_is_neither_client_nor_error() {
    let provider = FakeClientProvider::new();
    let (added, revision) = provider.add_client(&key("a"), empty_client());
    assert!(added && provider.peek(&key("a")).unwrap().revision() == revision.unwrap());
    assert_eq!(provider.add_client(&key("a"), empty_client()), (false, None));
    provider.set_error(&key("b"), "no route");
    assert_eq!(provider.add_client(&key("b"), empty_client()), (false, None));
    assert_eq!(told(&provider, &key("b")), "no route");
    provider.set_labels(&key("c"), BTreeMap::new());
    assert!(provider.add_client(&key("c"), empty_client()).0, "labels are no connection");
}

#[tokio::test]
async fn revisions_rise_over_errors_and_a_clock_that_stands_still_or_steps_back() {
    let clock = Arc::new(AtomicI64::new(1_000));
    let reading = clock.clone();
    let provider = FakeClientProvider::new()
        .with_clock(move || Timestamp::from_microsecond(reading.load(Ordering::Relaxed)).unwrap());
    let first = provider.set_client(&key("a"), empty_client());
    let second = provider.set_client(&key("a"), empty_client());
    provider.set_error(&key("a"), "gone");
    clock.store(10, Ordering::Relaxed);
    let third = provider.set_client(&key("a"), empty_client());
    provider.remove(&key("a"));
    let fourth = provider.set_client(&key("a"), empty_client());
    for (earlier, later) in [(first, second), (second, third), (third, fourth)] {
        assert!(later.generation > earlier.generation && later.connected_at > earlier.connected_at);
    }
    assert_eq!(first.connected_at.timestamp(), Timestamp::from_microsecond(1_000).unwrap());
}

#[tokio::test]
async fn an_error_is_a_text_and_nothing_else() {
    let provider = FakeClientProvider::new();
    provider.set_error(&key("a"), "x509: unknown authority");
    let error = provider.peek(&key("a")).unwrap_err();
    assert_eq!(error.to_string(), "x509: unknown authority");
    assert!(matches!(error, ClientError::Other(_)) && std::error::Error::source(&error).is_none());
    provider.set_other_kind(&key("a"), "docker");
    assert_eq!(told(&provider, &key("a")), "incorrect cluster client type: got docker, expected kubernetes");
    assert_eq!(told(&provider, &key("b")), "cluster client does not exist");
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_the_client_and_not_with_an_error() {
    let provider = FakeClientProvider::new();
    let waiting = provider.clone();
    let mut waiter = Box::pin(async move { waiting.get(&key("a"), Deadline::within(Duration::from_secs(10))).await });
    assert!(waiter.as_mut().now_or_never().is_none());
    provider.set_error(&key("a"), "not yet");
    assert!(waiter.as_mut().now_or_never().is_none());
    let revision = provider.set_client(&key("a"), empty_client());
    assert_eq!(waiter.as_mut().now_or_never().unwrap().unwrap().revision(), revision);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_at_the_deadline_with_what_is_known_then() {
    let provider = FakeClientProvider::new();
    let began = tokio::time::Instant::now();
    let missing = provider.get(&key("a"), Deadline::within(Duration::from_secs(10))).await.unwrap_err();
    assert!(matches!(missing, ClientError::NotFound));
    assert_eq!(began.elapsed(), Duration::from_secs(10));
    provider.set_error(&key("a"), "refused");
    let failed = provider.get(&key("a"), Deadline::within(Duration::from_secs(1))).await.unwrap_err();
    assert_eq!(failed.to_string(), "refused");
    provider.set_other_kind(&key("a"), "docker");
    let wrong = provider.get(&key("a"), Deadline::within(Duration::from_secs(1))).now_or_never().unwrap();
    assert!(matches!(wrong, Err(ClientError::WrongKind { .. })), "no wait makes it another kind");
}

#[tokio::test]
async fn every_change_is_an_event_and_ends_the_handle_it_replaces() {
    let provider = FakeClientProvider::new();
    let mut events = provider.events();
    let mut next = || events.next().now_or_never().flatten().map(|event| (event.key.to_string(), event.kind));
    provider.set_cluster(&key("a"), empty_client(), ClusterUid::new("one"));
    let first = provider.peek(&key("a")).unwrap();
    assert!(matches!(next(), Some((_, ClusterEventKind::Added(handle))) if handle.same_as(&first)));

    provider.set_cluster(&key("a"), empty_client(), ClusterUid::new("one"));
    assert!(first.alive().is_cancelled());
    assert!(
        matches!(next(), Some((_, ClusterEventKind::Replaced { was, reset: false, .. })) if was == first.revision())
    );
    provider.set_cluster(&key("a"), empty_client(), ClusterUid::new("two"));
    assert!(matches!(next(), Some((_, ClusterEventKind::Replaced { reset: true, .. }))), "another cluster answers now");

    assert!(provider.set_degraded(&key("a"), "not ready") && provider.set_degraded(&key("a"), "not ready"));
    assert!(matches!(next(), Some((_, ClusterEventKind::Degraded(_)))));
    let third = provider.peek(&key("a")).unwrap();
    assert!(!third.alive().is_cancelled(), "a client that is not well is handed out all the same");
    assert!(provider.set_recovered(&key("a")));
    assert!(matches!(next(), Some((_, ClusterEventKind::Recovered))));

    provider.set_labels(&key("a"), BTreeMap::from([("tier".into(), "prod".into())]));
    assert!(matches!(next(), Some((_, ClusterEventKind::Relabelled))));
    provider.set_error(&key("a"), "refused");
    assert!(third.alive().is_cancelled() && !provider.set_degraded(&key("a"), "worse"));
    assert!(
        matches!(next(), Some((_, ClusterEventKind::Failed(error))) if error.class() == crate::ErrorClass::Unreachable)
    );

    provider.set_client(&key("a"), empty_client());
    assert!(matches!(next(), Some((_, ClusterEventKind::Replaced { was, .. })) if was == third.revision()));
    let fourth = provider.peek(&key("a")).unwrap();
    assert!(provider.remove(&key("a")) && fourth.alive().is_cancelled() && !provider.remove(&key("a")));
    assert!(matches!(next(), Some((name, ClusterEventKind::Removed)) if name == "a"));
    assert!(next().is_none());
}

#[tokio::test]
async fn a_reader_that_is_too_slow_learns_that_it_missed_something() {
    let provider = FakeClientProvider::new();
    let mut events = provider.events();
    let client = empty_client();
    for _ in 0..=EVENTS {
        provider.set_client(&key("a"), client.clone());
    }
    assert!(matches!(events.next().await.unwrap().kind, ClusterEventKind::Missed));
    assert!(matches!(events.next().await.unwrap().kind, ClusterEventKind::Replaced { .. }));
}

#[tokio::test]
async fn the_list_of_clusters_is_in_order_and_says_where_each_one_stands() {
    let provider = FakeClientProvider::new().with_default(empty_client());
    provider.set_error(&key("b"), "refused");
    provider.set_client(&key("c"), empty_client());
    provider.set_degraded(&key("c"), "slow");
    provider.set_labels(&key("a"), BTreeMap::from([("tier".into(), "prod".into())]));
    let list: Vec<_> = provider
        .clusters()
        .into_iter()
        .map(|summary| {
            (summary.key.to_string(), summary.state.as_str(), summary.handle.is_some(), summary.error.is_some())
        })
        .collect();
    let row = |name: &str, state, handle, error| (name.to_owned(), state, handle, error);
    assert_eq!(
        list,
        [
            row("a", "registered", false, false),
            row("b", "failed", false, true),
            row("c", "degraded", true, true),
            row("default", "connected", true, false),
        ]
    );
}

#[tokio::test]
async fn a_status_is_told_when_it_changes_and_only_then() {
    let statuses = Statuses::new();
    let provider = FakeClientProvider::new().with_default(empty_client()).with_status_sink(statuses.clone());
    assert!(statuses.get(&ClusterKey::of_default()).unwrap().connected_at.is_some(), "what was there before is told");

    let (client, revision) = provider.ensure_client(&key("a"));
    let status = statuses.get(&key("a")).unwrap();
    assert_eq!((status.connected_at, status.generation), (Some(revision.connected_at), Some(revision.generation)));
    let facts = &status.facts;
    assert_eq!(
        (facts.arch.as_deref(), facts.version.as_deref(), facts.product.as_deref()),
        (Some("amd64"), Some("1.23.5"), Some("kind"))
    );
    let writes = statuses.writes(&key("a"));
    assert_eq!(provider.ensure_client(&key("a")).1, revision, "what is there is used");
    assert_eq!((statuses.writes(&key("a")), provider.client(&key("a")).is_some()), (writes, true));
    drop(client);

    provider.ensure_error(&key("a"), "refused");
    provider.ensure_error(&key("a"), "refused");
    let status = statuses.get(&key("a")).unwrap();
    assert_eq!((status.connected_at, status.error.as_deref()), (None, Some("refused")));
    assert_eq!((statuses.writes(&key("a")), provider.client(&key("a")).is_none()), (writes + 1, true));

    provider.remove(&key("a"));
    assert_eq!(statuses.object(&key("a")), None);
    assert!(provider.ensure_default().1 == provider.peek(&ClusterKey::of_default()).unwrap().revision());
}

/// A sink that answers an error with a new client.
struct Healer(Mutex<Option<FakeClientProvider>>, Mutex<Vec<Option<String>>>);

impl StatusSink for Healer {
    fn status(&self, key: &ClusterKey, status: Option<&ConnectionStatus>) {
        self.1.lock().unwrap().push(status.and_then(|status| status.error.clone()));
        if status.is_some_and(|status| status.error.is_some()) {
            let provider = self.0.lock().unwrap().clone().unwrap();
            provider.set_client(key, empty_client());
        }
    }
}

#[tokio::test]
async fn a_sink_may_change_the_provider_and_still_hears_everything_in_order() {
    let healer = Arc::new(Healer(Mutex::default(), Mutex::default()));
    let provider = FakeClientProvider::new().with_status_sink(healer.clone());
    *healer.0.lock().unwrap() = Some(provider.clone());
    provider.set_error(&key("a"), "refused");
    assert!(provider.peek(&key("a")).is_ok());
    assert_eq!(*healer.1.lock().unwrap(), [Some("refused".to_owned()), None]);
    healer.0.lock().unwrap().take();
}

#[tokio::test]
async fn an_empty_client_finds_nothing() {
    let secrets: kube::Api<k8s_openapi::api::core::v1::Secret> = kube::Api::default_namespaced(empty_client());
    assert!(secrets.get_opt("any").await.unwrap().is_none());
}
