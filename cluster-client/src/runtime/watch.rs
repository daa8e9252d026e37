//! One watch of one kind in one cluster that never gives up; knows nothing of stores or queues.
//!
//! It asks as `kube`'s `watcher` does and speaks its vocabulary. It is its own loop because that one does not say when a watch that
//! failed is connected again (a quiet watch looks the same as a dead one), and puts no bound on a list that is never answered.

mod error;

use std::time::Duration;

use core_client::backoff::Backoff;
use futures::TryStreamExt as _;
use kube::Api;
use kube::api::{ListParams, VersionMatch, WatchEvent, WatchParams};
use kube::runtime::watcher::{Config, InitialListStrategy, ListSemantic};
use rand::Rng as _;
use rand::rngs::StdRng;
use tokio::time::{Instant, timeout};

pub use error::WatchError;

use super::store::Watched;

/// A watch that went on for so long before it failed starts its waits anew.
const HEALTHY: Duration = Duration::from_secs(60);
/// How much later than the server a watch's end is noticed here.
const MARGIN: Duration = Duration::from_secs(5);
/// Ends the objects that a streamed list begins with.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// How watches behave. All have defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchOptions {
    /// Waits after failures of a watch, each watch for itself. Default: 800 ms to 30 s, as `kube`'s default.
    pub backoff: Backoff,
    /// The longest wait for one page of a list. Default: 60 s.
    pub list_deadline: Duration,
    /// The longest wait for the first byte of a watch. Default: 30 s.
    pub start_deadline: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            backoff: Backoff::new(Duration::from_millis(800), Duration::from_secs(30)),
            list_deadline: Duration::from_secs(60),
            start_deadline: Duration::from_secs(30),
        }
    }
}

impl WatchOptions {
    /// Sets [`WatchOptions::backoff`].
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets [`WatchOptions::list_deadline`].
    #[must_use]
    pub const fn with_list_deadline(mut self, deadline: Duration) -> Self {
        self.list_deadline = deadline;
        self
    }

    /// Sets [`WatchOptions::start_deadline`].
    #[must_use]
    pub const fn with_start_deadline(mut self, deadline: Duration) -> Self {
        self.start_deadline = deadline;
        self
    }
}

/// Who hears what a watch sees.
pub(super) trait Sink<O>: Send {
    /// A list begins; what came of an earlier one that did not end is void.
    fn list_begins(&mut self);
    /// One object of the list.
    fn listed(&mut self, object: O);
    /// The list is complete.
    fn list_ends(&mut self);
    /// An object is new or changed.
    fn applied(&mut self, object: O);
    /// An object is gone.
    fn deleted(&mut self, object: O);
    /// The watch is connected.
    fn connected(&mut self);
    /// The server said that nothing happened.
    fn bookmark(&mut self);
    /// The watch is not connected; it is tried again after a while.
    fn failed(&mut self, error: WatchError);
}

/// Watches until it is dropped.
pub(super) async fn run<O: Watched>(
    api: Api<O>,
    config: Config,
    options: WatchOptions,
    random: &mut StdRng,
    sink: &mut impl Sink<O>,
) {
    let mut watch = Watch { api, config, options, from: None };
    let mut failures = 0;
    loop {
        let began = Instant::now();
        let ended = watch.once(random, sink).await;
        if began.elapsed() >= HEALTHY {
            failures = 0;
        }
        match ended {
            // The server's own end of a watch is in order, unless it comes at once every time.
            Ok(()) if began.elapsed() >= Duration::from_secs(1) => continue,
            Ok(()) => {}
            Err(error) => {
                if matches!(error, WatchError::Expired) {
                    watch.from = None;
                }
                sink.failed(error);
            }
        }
        failures += 1;
        tokio::time::sleep(options.backoff.delay(failures, random.random())).await;
    }
}

struct Watch<O> {
    api: Api<O>,
    config: Config,
    options: WatchOptions,
    /// The version to go on from; nothing before the first list and after the server forgot it.
    from: Option<String>,
}

impl<O: Watched> Watch<O> {
    /// Lists if need be and watches until the watch ends.
    async fn once(&mut self, random: &mut StdRng, sink: &mut impl Sink<O>) -> Result<(), WatchError> {
        if self.from.is_none() && self.config.initial_list_strategy == InitialListStrategy::ListWatch {
            self.from = Some(self.list(sink).await?);
        }
        // Below the 290 s of the usual clients and spread, so that watches of a fleet do not all come back at once.
        let seconds = self.config.timeout.unwrap_or_else(|| random.random_range(240..=290));
        let params = WatchParams {
            label_selector: self.config.label_selector.clone(),
            field_selector: self.config.field_selector.clone(),
            timeout: Some(seconds),
            bookmarks: self.config.bookmarks,
            send_initial_events: self.from.is_none(),
        };
        let deadline = self.options.start_deadline;
        let started = timeout(deadline, self.api.watch(&params, self.from.as_deref().unwrap_or("0"))).await;
        let started = started.map_err(|_| WatchError::Deadline { what: "a watch", after: deadline })?;
        let mut events = std::pin::pin!(started.map_err(WatchError::starting)?);
        if self.from.is_some() {
            sink.connected();
        } else {
            sink.list_begins();
        }
        let quiet = Duration::from_secs(u64::from(seconds)) + MARGIN;
        loop {
            let event = timeout(quiet, events.try_next()).await;
            let event = event.map_err(|_| WatchError::Deadline { what: "a running watch", after: quiet })?;
            let Some(event) = event.map_err(WatchError::broken)? else { return Ok(()) };
            self.take(event, sink)?;
        }
    }

    fn take(&mut self, event: WatchEvent<O>, sink: &mut impl Sink<O>) -> Result<(), WatchError> {
        match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                if self.from.is_some() {
                    self.from = Some(version(&object)?);
                    sink.applied(object);
                } else {
                    sink.listed(object);
                }
            }
            WatchEvent::Deleted(object) => {
                // Not before the end of a streamed list, where the server sends none.
                if self.from.is_some() {
                    self.from = Some(version(&object)?);
                    sink.deleted(object);
                }
            }
            WatchEvent::Bookmark(bookmark) => {
                if self.from.is_some() {
                    self.from = Some(bookmark.metadata.resource_version);
                    sink.bookmark();
                } else if bookmark.metadata.annotations.contains_key(INITIAL_EVENTS_END) {
                    self.from = Some(bookmark.metadata.resource_version);
                    sink.list_ends();
                    sink.connected();
                }
            }
            WatchEvent::Error(status) if status.code == 410 => return Err(WatchError::Expired),
            WatchEvent::Error(status) => return Err(WatchError::Ended(status)),
        }
        Ok(())
    }

    /// Lists page by page; gives the version to watch from.
    async fn list(&self, sink: &mut impl Sink<O>) -> Result<String, WatchError> {
        let (resource_version, version_match) = match self.config.list_semantic {
            ListSemantic::Any => (Some("0".to_owned()), Some(VersionMatch::NotOlderThan)),
            ListSemantic::MostRecent => (None, None),
        };
        let mut params = ListParams {
            label_selector: self.config.label_selector.clone(),
            field_selector: self.config.field_selector.clone(),
            limit: self.config.page_size,
            resource_version,
            version_match,
            ..ListParams::default()
        };
        sink.list_begins();
        loop {
            let deadline = self.options.list_deadline;
            let page = timeout(deadline, self.api.list(&params)).await;
            let page = page.map_err(|_| WatchError::Deadline { what: "a list", after: deadline })?;
            let page = page.map_err(WatchError::listing)?;
            page.items.into_iter().for_each(|object| sink.listed(object));
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => {
                    params.continue_token = Some(token);
                    // The token stands for the version, and the server takes only one of them.
                    (params.resource_version, params.version_match) = (None, None);
                }
                None => {
                    let version = page.metadata.resource_version.filter(|version| !version.is_empty());
                    let version = version.ok_or(WatchError::NoResourceVersion)?;
                    sink.list_ends();
                    return Ok(version);
                }
            }
        }
    }
}

fn version<O: Watched>(object: &O) -> Result<String, WatchError> {
    let version = object.meta().resource_version.clone().filter(|version| !version.is_empty());
    version.ok_or(WatchError::NoResourceVersion)
}
