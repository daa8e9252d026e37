//! One watch, kept open: it lists again when its history is gone, and comes back after it broke.

use std::sync::Arc;
use std::time::Duration;

use cluster_client::discovery::DiscoveryError;
use core_client::backoff::Backoff;
use futures::stream::{BoxStream, Stream, StreamExt, unfold};
use kube::api::{Api, DynamicObject, TypeMeta};
use kube::runtime::watcher::{Config, Error as WatchError, Event as WatchEvent, watcher};

use super::board::{Seen, about};
use super::claims::Claims;
use super::{Bucket, WaitOptions};
use crate::clusters::Clusters;
use crate::issue::IssueClass;
use crate::restart::{Trouble, kind_query};

/// A watch is opened anew this often, in seconds, and a connection that says nothing for a little longer is given up.
const WATCH_SECONDS: u32 = 60;
/// The catalogue of a cluster is asked for no longer than this at a time.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(30);

/// A watch that is open.
struct Open {
    events: BoxStream<'static, Result<WatchEvent<DynamicObject>, WatchError>>,
    /// Items of lists do not say what they are.
    types: TypeMeta,
    claims: Option<Claims>,
}

struct Watch<'a> {
    bucket: Bucket,
    only: Option<Arc<str>>,
    clusters: &'a dyn Clusters,
    options: WaitOptions,
    state: State,
    /// How often it broke since something was seen last.
    broken: u32,
}

enum State {
    /// To be opened.
    Closed,
    Open(Box<Open>),
    /// To be tried again after the delay.
    Broken(Box<State>),
    Ended,
}

/// What is seen of one bucket, or of one object of it.
pub(super) fn watch(
    bucket: Bucket,
    only: Option<Arc<str>>,
    clusters: &dyn Clusters,
    options: WaitOptions,
) -> impl Stream<Item = Seen> + Send {
    let watch = Watch { bucket, only, clusters, options, state: State::Closed, broken: 0 };
    unfold(watch, |mut watch| async move {
        let seen = watch.next().await?;
        Some((seen, watch))
    })
}

impl Watch<'_> {
    async fn next(&mut self) -> Option<Seen> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return None,
                State::Broken(next) => {
                    tokio::time::sleep(self.pause()).await;
                    self.state = *next;
                }
                State::Closed => match self.open().await {
                    Ok(open) => self.state = open,
                    Err(Opened::Refused(seen)) => return Some(seen),
                    Err(Opened::Later(trouble)) => {
                        self.state = State::Broken(Box::new(State::Closed));
                        return Some(Seen::Trouble(trouble));
                    }
                },
                State::Open(mut open) => match open.events.next().await {
                    Some(Ok(event)) => {
                        self.broken = 0;
                        let seen = open.told(event).await;
                        self.state = State::Open(open);
                        return Some(seen);
                    }
                    Some(Err(error)) => return Some(self.broke(&error, open)),
                    None => self.state = State::Closed,
                },
            }
        }
    }

    async fn open(&mut self) -> Result<State, Opened> {
        let access = self.clusters.access(&self.bucket.cluster, self.bucket.privileged).await;
        let access = access.map_err(|issue| Opened::Refused(Seen::Refused(issue)))?;
        let query = kind_query(&self.bucket.kind, self.bucket.api_version.as_deref());
        let found = match tokio::time::timeout(DISCOVERY_TIMEOUT, access.discovery.resolve(&query)).await {
            Ok(Ok(found)) => found,
            Ok(Err(error @ DiscoveryError::Fetch { .. })) => return Err(Opened::Later(Trouble::of_discovery(&error))),
            // A kind that was just installed may take a moment to be served.
            Ok(Err(error @ DiscoveryError::Kind(_))) => return Err(Opened::Later(Trouble::of_discovery(&error))),
            Ok(Err(error)) => {
                let issue = about(&self.bucket, &Trouble::of_discovery(&error));
                return Err(Opened::Refused(Seen::Refused(issue)));
            }
            Err(_) => return Err(Opened::Later(Trouble::timeout())),
        };
        let client = access.client.clone();
        let namespace = self.bucket.scope.namespace();
        let api = match namespace {
            Some(namespace) => Api::<DynamicObject>::namespaced_with(client, namespace, &found.resource),
            None => Api::<DynamicObject>::all_with(client, &found.resource),
        };
        let mut config = Config::default().timeout(WATCH_SECONDS);
        if let Some(name) = &self.only {
            config = config.fields(&format!("metadata.name={name}"));
        }
        let claims = namespace
            .filter(|_| self.bucket.kind.is("", "PersistentVolumeClaim"))
            .map(|namespace| Claims::new(access, namespace));
        let types = TypeMeta { api_version: found.resource.api_version, kind: found.resource.kind };
        Ok(State::Open(Box::new(Open { events: watcher(api, config).boxed(), types, claims })))
    }

    /// The watch broke: it goes on with it, begins anew, or gives up.
    fn broke(&mut self, error: &WatchError, open: Box<Open>) -> Seen {
        let trouble = trouble_of(error);
        if trouble.class == IssueClass::Forbidden {
            return Seen::Refused(about(&self.bucket, &trouble));
        }
        // The watcher lists again when it is told so in the stream, and not when the request itself is answered so.
        let expired = matches!(error, WatchError::WatchStartFailed(kube::Error::Api(status)) if status.code == 410);
        let next = if expired { State::Closed } else { State::Open(open) };
        self.state = State::Broken(Box::new(next));
        Seen::Trouble(trouble)
    }

    /// How long to pause now; longer each time, a little different for every watch.
    fn pause(&mut self) -> Duration {
        self.broken = self.broken.saturating_add(1);
        let (first, longest) = self.options.retry_after;
        Backoff::new(first, longest).delay(self.broken, rand::random())
    }
}

enum Opened {
    Refused(Seen),
    Later(Trouble),
}

impl Open {
    async fn told(&mut self, event: WatchEvent<DynamicObject>) -> Seen {
        let value = |mut object: DynamicObject| {
            object.types = Some(self.types.clone());
            serde_json::to_value(object).unwrap_or_default()
        };
        match event {
            WatchEvent::Init => Seen::Listing,
            WatchEvent::InitDone => Seen::Listed,
            WatchEvent::Delete(object) => Seen::Gone(value(object)),
            WatchEvent::Apply(object) | WatchEvent::InitApply(object) => {
                let object = value(object);
                let unused = match &mut self.claims {
                    Some(claims) => claims.is_unused(&object).await,
                    None => false,
                };
                if unused { Seen::Unused(object) } else { Seen::Object(object) }
            }
        }
    }
}

fn trouble_of(error: &WatchError) -> Trouble {
    match error {
        WatchError::InitialListFailed(error) | WatchError::WatchStartFailed(error) | WatchError::WatchFailed(error) => {
            Trouble::of(error)
        }
        WatchError::WatchError(status) => Trouble::of(&kube::Error::Api(status.clone())),
        other => Trouble { class: IssueClass::Other, message: other.to_string() },
    }
}
