//! Following all objects of a kind for ever: a list, then its changes; knows nothing of clusters.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use kube::Api;
use kube::core::ApiResource;
use kube::runtime::utils::Backoff as _;
use kube::runtime::watcher::{self, DefaultBackoff, Event, watcher};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::document::Document;

/// How long each page of a list may take.
const LIST_WITHIN: Duration = Duration::from_secs(60);

/// What happened to the objects.
#[derive(Debug)]
pub(super) enum Seen {
    /// These are all of them.
    Listed(Vec<Document>),
    /// One was added or changed.
    Applied(Document),
    /// One was deleted, or no longer matches the selector.
    Deleted(Document),
    /// They cannot be read now; it is tried again after a pause. With the API server's status, if it was one that said so.
    Failed(Option<u16>),
}

/// All objects of a kind that match a selector.
///
/// From time to time everything is listed anew: kube's watcher waits without end for an API server that takes a connection and says nothing.
pub(super) struct Follow {
    api: Api<Document>,
    what: String,
    config: watcher::Config,
    relist: Duration,
    stream: Option<BoxStream<'static, Result<Event<Document>, watcher::Error>>>,
    // What the list under way has brought so far.
    listing: Option<Vec<Document>>,
    // When the list has to have come, or a new one is begun.
    due: Instant,
    pause: Option<Instant>,
    backoff: DefaultBackoff,
    failing: bool,
}

impl Follow {
    pub(super) fn new(
        client: &kube::Client,
        resource: &ApiResource,
        namespace: Option<&str>,
        selector: Option<&str>,
        relist: Duration,
    ) -> Self {
        let api = match namespace {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, resource),
            None => Api::all_with(client.clone(), resource),
        };
        let config = selector.map_or_else(watcher::Config::default, |labels| watcher::Config::default().labels(labels));
        Self {
            api,
            what: resource.plural.clone(),
            config,
            relist,
            stream: None,
            listing: None,
            due: Instant::now(),
            pause: None,
            backoff: DefaultBackoff::default(),
            failing: false,
        }
    }

    /// What happens next.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Seen {
        loop {
            if let Some(until) = self.pause {
                sleep_until(until).await;
                self.pause = None;
            }
            let stream = match &mut self.stream {
                Some(stream) => stream,
                None => {
                    self.listing = Some(Vec::new());
                    self.due = Instant::now() + LIST_WITHIN;
                    self.stream.insert(watcher(self.api.clone(), self.config.clone()).boxed())
                }
            };
            let next = timeout_at(self.due, stream.next()).await;
            if let Some(seen) = self.take(next.ok()) {
                return seen;
            }
        }
    }

    /// Takes an event; `None` when its time was over.
    fn take(&mut self, next: Option<Option<Result<Event<Document>, watcher::Error>>>) -> Option<Seen> {
        match next {
            Some(Some(Ok(event))) => self.advance(event),
            Some(Some(Err(error))) => self.failed(&error),
            Some(None) => {
                self.stream = None;
                self.rest();
                None
            }
            None => {
                self.stream = None;
                self.listing.take()?;
                self.tell("the list did not come in time");
                self.rest();
                Some(Seen::Failed(None))
            }
        }
    }

    fn advance(&mut self, event: Event<Document>) -> Option<Seen> {
        match event {
            Event::Init => {
                self.listing = Some(Vec::new());
                self.due = Instant::now() + LIST_WITHIN;
                None
            }
            Event::InitApply(object) => {
                self.listing.get_or_insert_default().push(object);
                self.due = Instant::now() + LIST_WITHIN;
                None
            }
            Event::InitDone => {
                if std::mem::take(&mut self.failing) {
                    tracing::info!(objects = self.what, "objects can be read again");
                }
                self.backoff.reset();
                self.due = Instant::now() + self.relist;
                Some(Seen::Listed(self.listing.take().unwrap_or_default()))
            }
            Event::Apply(object) => Some(Seen::Applied(object)),
            Event::Delete(object) => Some(Seen::Deleted(object)),
        }
    }

    /// The watcher goes on by itself from where it was, or with a list.
    fn failed(&mut self, error: &watcher::Error) -> Option<Seen> {
        let (code, text) = match error {
            watcher::Error::InitialListFailed(error)
            | watcher::Error::WatchStartFailed(error)
            | watcher::Error::WatchFailed(error) => match error {
                kube::Error::Api(status) => (Some(status.code), error.to_string()),
                // What could not be decoded may be quoted.
                kube::Error::SerdeError(_) => (None, "the answer cannot be understood".to_owned()),
                error => (None, error.to_string()),
            },
            watcher::Error::WatchError(status) => (Some(status.code), error.to_string()),
            error => (None, error.to_string()),
        };
        // Having to list again is how a watch that was left behind goes on.
        if code == Some(410) {
            return None;
        }
        self.tell(&text);
        self.rest();
        Some(Seen::Failed(code))
    }

    fn tell(&mut self, error: &str) {
        if std::mem::replace(&mut self.failing, true) {
            tracing::debug!(objects = self.what, error, "objects can still not be read");
        } else {
            tracing::warn!(objects = self.what, error, "objects cannot be read; it is tried again");
        }
    }

    fn rest(&mut self) {
        self.pause = Some(Instant::now() + self.backoff.next().unwrap_or(LIST_WITHIN));
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Secret;
    use kube::client::Body;
    use tower::service_fn;

    use super::*;
    use crate::source::testing::Log;

    /// A server that gives this answer to lists, and none to watches.
    fn over(answer: Option<&'static str>) -> Follow {
        let service = service_fn(move |request: http::Request<Body>| async move {
            let watches = request.uri().query().is_some_and(|query| query.contains("watch=true"));
            match answer.filter(|_| !watches) {
                Some(text) => Ok::<_, std::io::Error>(http::Response::new(Body::from(text.as_bytes().to_vec()))),
                None => std::future::pending().await,
            }
        });
        let client = kube::Client::new(service, "default");
        Follow::new(&client, &ApiResource::erase::<Secret>(&()), None, None, Duration::from_secs(600))
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_given_up_and_asked_again() {
        let mut follow = over(None);
        for _ in 0..3 {
            let start = Instant::now();
            assert!(matches!(follow.next().await, Seen::Failed(None)));
            assert!(start.elapsed() >= LIST_WITHIN, "{:?}", start.elapsed());
            assert!(start.elapsed() < LIST_WITHIN + Duration::from_secs(60), "{:?}", start.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_sense_is_a_failure() {
        assert!(matches!(over(Some("{}")).next().await, Seen::Failed(None)));
        // Members without sense are taken as they are, and found to be so when they are looked at.
        let list = r#"{"metadata": {"resourceVersion": "1"}, "items": [{"metadata": 17}, 17]}"#;
        assert!(matches!(over(Some(list)).next().await, Seen::Listed(all) if all.len() == 2));
    }

    #[tokio::test(start_paused = true)]
    async fn everything_is_listed_anew_from_time_to_time() {
        let mut follow = over(Some(r#"{"metadata": {"resourceVersion": "1"}, "items": []}"#));
        let start = Instant::now();
        for n in 0..3 {
            assert!(matches!(follow.next().await, Seen::Listed(_)));
            assert!(start.elapsed() >= Duration::from_secs(600) * n, "{:?}", start.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_understood_is_not_logged() {
        let (log, guard) = Log::start();
        let list = r#"{"metadata": {"resourceVersion": "1"}, "items": [
            {"metadata": {"name": 17}, "data": {"token": "s3nt1nel"}}, {"data": "s3nt1nel"}, "s3nt1nel"]}"#;
        let seen = over(Some(list)).next().await;
        assert!(matches!(&seen, Seen::Listed(all) if all.len() == 3));
        tracing::info!("{seen:?} {seen:#?}");
        drop(guard);
        let written = log.written();
        assert!(written.contains("Document") && !written.contains("s3nt1nel"), "{written}");
    }
}
