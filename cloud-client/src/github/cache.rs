//! Answers that are known already, or on their way to somebody else: asked for with their tags, and once for all who want the same at the
//! same time. Knows nothing of tokens and limits.

mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use core_client::error::DispatchKind;
use futures::future::{BoxFuture, FutureExt as _, Shared, WeakShared};
use http::{HeaderMap, HeaderName, Method, Response, StatusCode, Uri, header};

pub use self::store::{MemoryStore, ResponseStore, StoreKey, StoredResponse};
use super::conduit::lock;
use super::credential::CredentialId;
use super::error::{GithubError, GithubErrorKind, Place};
use super::metrics::Recorder;
use super::transport::{Answer, Read, read, whole};

type Landing = Result<Flown, GithubError>;
type Flight = Shared<BoxFuture<'static, Landing>>;
type Flights = Arc<Mutex<HashMap<StoreKey, Boarding>>>;

/// Known answers, and those on their way.
#[derive(Clone)]
pub(super) struct Cache {
    store: Arc<dyn ResponseStore>,
    flights: Flights,
    /// Counts changes: what began before one is nothing to join after it.
    world: Arc<AtomicU64>,
}

struct Boarding {
    world: u64,
    number: u64,
    flight: WeakShared<BoxFuture<'static, Landing>>,
}

/// A change under way. What began before its end is nothing to join afterwards.
pub(super) struct Changing(Arc<AtomicU64>);

impl Drop for Changing {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// How a request that several may have waited for ended.
#[derive(Clone)]
enum Flown {
    ForAll(Arc<(StatusCode, HeaderMap, Bytes)>),
    /// Too large to be held; for the first who takes it.
    ForOne(Arc<Mutex<Option<Response<Answer>>>>),
}

// === impl Cache ===

impl Cache {
    pub(super) fn new(store: Arc<dyn ResponseStore>) -> Self {
        Self { store, flights: Flights::default(), world: Arc::default() }
    }

    /// Whether a request may be answered so. Whoever asks with conditions of their own, or for a part, is not meddled with.
    pub(super) fn is_for(&self, method: &Method, headers: &HeaderMap) -> bool {
        const OWN: [HeaderName; 3] = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE];
        *method == Method::GET && !OWN.iter().any(|own| headers.contains_key(own))
    }

    /// What an answer is known by: whose it is, where it is from, and in which form.
    pub(super) fn key(&self, base: &str, who: &CredentialId, uri: &Uri, headers: &HeaderMap) -> StoreKey {
        let form = |name: &str| headers.get(name).map(|value| value.as_bytes()).unwrap_or_default();
        let (who, uri) = (who.to_string(), uri.to_string());
        StoreKey::of(&[base.as_bytes(), who.as_bytes(), uri.as_bytes(), form("accept"), form("x-github-api-version")])
    }

    /// Something is being changed through this client, until what is returned is dropped.
    pub(super) fn changing(&self) -> Changing {
        Changing(Arc::clone(&self.world))
    }

    /// The answer: of a request that is under way, or of one that is made now, under the conditions of what is known.
    pub(super) async fn answer<F, A>(
        &self,
        key: StoreKey,
        fetch: F,
        max: usize,
        place: &Place,
        recorder: &Recorder,
    ) -> Result<Response<Answer>, GithubError>
    where
        F: Fn(HeaderMap) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response<Answer>, GithubError>> + Send + 'static,
    {
        let flight = match self.board(&key) {
            Some(flight) => {
                recorder.cache("joined");
                flight
            }
            None => self.take_off(key, fetch.clone(), max, place.clone(), recorder.clone()),
        };
        match flight.await? {
            Flown::ForAll(answer) => Ok(shared(&answer)),
            Flown::ForOne(answer) => {
                let first = lock(&answer).take();
                match first {
                    Some(answer) => Ok(answer),
                    None => fetch(HeaderMap::new()).await,
                }
            }
        }
    }

    /// A request for the same that is under way and began after the last change.
    fn board(&self, key: &StoreKey) -> Option<Flight> {
        let world = self.world.load(Ordering::Acquire);
        // What is found is handed out, not dropped: that would end a request under the lock that its end takes.
        lock(&self.flights).get(key).filter(|boarding| boarding.world == world)?.flight.upgrade()
    }

    fn take_off<F, A>(&self, key: StoreKey, fetch: F, max: usize, place: Place, recorder: Recorder) -> Flight
    where
        F: Fn(HeaderMap) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response<Answer>, GithubError>> + Send + 'static,
    {
        let world = self.world.load(Ordering::Acquire);
        let number = rand::random();
        let landing = Landed { flights: Arc::clone(&self.flights), key: key.clone(), number };
        let store = Arc::clone(&self.store);
        let flying = {
            let key = key.clone();
            async move {
                let _landing = landing;
                fly(store.as_ref(), &key, fetch, max, &place, &recorder).await
            }
        };
        let flight = flying.boxed().shared();
        if let Some(weak) = flight.downgrade() {
            lock(&self.flights).insert(key, Boarding { world, number, flight: weak });
        }
        flight
    }
}

async fn fly<F, A>(
    store: &dyn ResponseStore,
    key: &StoreKey,
    fetch: F,
    max: usize,
    place: &Place,
    recorder: &Recorder,
) -> Landing
where
    F: Fn(HeaderMap) -> A,
    A: Future<Output = Result<Response<Answer>, GithubError>>,
{
    let known = store.get(key).await;
    let conditions = known.as_ref().map(StoredResponse::conditions).unwrap_or_default();
    let (parts, body) = fetch(conditions).await?.into_parts();
    if parts.status == StatusCode::NOT_MODIFIED
        && let Some(known) = known
    {
        recorder.cache("unchanged");
        let headers = known.headers_with(&parts.headers);
        return Ok(Flown::ForAll(Arc::new((StatusCode::OK, headers, known.body().clone()))));
    }
    match read(body, max).await {
        Ok(Read::Whole(bytes)) => {
            recorder.cache("fetched");
            if parts.status == StatusCode::OK
                && let Some(stored) = StoredResponse::new(&parts.headers, bytes.clone())
            {
                store.put(key, stored).await;
            }
            Ok(Flown::ForAll(Arc::new((parts.status, parts.headers, bytes))))
        }
        Ok(Read::Larger(body)) => {
            recorder.cache("large");
            Ok(Flown::ForOne(Arc::new(Mutex::new(Some(Response::from_parts(parts, body))))))
        }
        Err(error) => {
            let kind = DispatchKind::Closed;
            Err(GithubError::new(place, GithubErrorKind::Dispatch { kind, attempts: 1, source: error.into() }))
        }
    }
}

fn shared((status, headers, body): &(StatusCode, HeaderMap, Bytes)) -> Response<Answer> {
    let mut response = Response::new(whole(body.clone()));
    *response.status_mut() = *status;
    *response.headers_mut() = headers.clone();
    response
}

/// Takes a request off the board when it has ended, or nobody waits for it any more.
struct Landed {
    flights: Flights,
    key: StoreKey,
    number: u64,
}

impl Drop for Landed {
    fn drop(&mut self) {
        let mut flights = lock(&self.flights);
        if flights.get(&self.key).is_some_and(|boarding| boarding.number == self.number) {
            flights.remove(&self.key);
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("store", &self.store).finish_non_exhaustive()
    }
}
