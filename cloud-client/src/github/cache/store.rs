//! Where known answers are kept: a seam, and memory with a bound. Knows nothing of what they say.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

/// Keeps answers. Implemented by applications that share them among processes.
///
/// An answer that is lost costs a request; whether one is still right is asked of GitHub each time, so nothing has to be dropped early.
/// What is kept may be confidential: it is what the credential can see.
#[async_trait]
pub trait ResponseStore: fmt::Debug + Send + Sync {
    /// What is kept under this key.
    async fn get(&self, key: &StoreKey) -> Option<StoredResponse>;

    /// Keeps an answer, instead of what was there. Failures are the store's own affair.
    async fn put(&self, key: &StoreKey, response: StoredResponse);
}

/// A hash over instance, credential, address and form of an answer. Nothing can be read out of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoreKey([u8; 32]);

/// An answer with a tag or a date that it can be asked for by. Cheap to clone.
#[derive(Clone)]
pub struct StoredResponse(Arc<Stored>);

struct Stored {
    headers: HeaderMap,
    body: Bytes,
}

// === impl StoreKey ===

impl StoreKey {
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The bytes of the hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// === impl StoredResponse ===

impl StoredResponse {
    /// An answer to be kept; nothing when it cannot be asked for again, or asks not to be kept.
    #[must_use]
    pub fn new(headers: &HeaderMap, body: Bytes) -> Option<Self> {
        let tagged = headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED);
        let control = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kept = !control.split(',').any(|word| word.trim().eq_ignore_ascii_case("no-store"));
        (tagged && kept).then(|| Self(Arc::new(Stored { headers: headers.clone(), body })))
    }

    /// Its headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// What to ask with.
    pub(super) fn conditions(&self) -> HeaderMap {
        let mut conditions = HeaderMap::new();
        let mut ask = |by: header::HeaderName, with: header::HeaderName| {
            if let Some(value) = self.0.headers.get(by) {
                conditions.insert(with, value.clone());
            }
        };
        if self.0.headers.contains_key(header::ETAG) {
            ask(header::ETAG, header::IF_NONE_MATCH);
        } else {
            ask(header::LAST_MODIFIED, header::IF_MODIFIED_SINCE);
        }
        conditions
    }

    /// Its headers, with what a 304 says anew.
    pub(super) fn headers_with(&self, newer: &HeaderMap) -> HeaderMap {
        let mut headers = self.0.headers.clone();
        for name in newer.keys().filter(|name| **name != header::CONTENT_LENGTH && **name != header::CONTENT_TYPE) {
            let values: Vec<&HeaderValue> = newer.get_all(name).iter().collect();
            headers.remove(name);
            for value in values {
                headers.append(name.clone(), value.clone());
            }
        }
        headers
    }

    fn weight(&self) -> u32 {
        let headers: usize = self.0.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        u32::try_from(self.0.body.len() + headers + 128).unwrap_or(u32::MAX)
    }
}

impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResponse").field("bytes", &self.0.body.len()).finish_non_exhaustive()
    }
}

/// Keeps answers in memory, up to so many bytes; those that are asked for least are dropped first.
pub struct MemoryStore(Cache<StoreKey, StoredResponse>);

// === impl MemoryStore ===

impl MemoryStore {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        Self(Cache::builder().max_capacity(bytes).weigher(|_, response: &StoredResponse| response.weight()).build())
    }
}

impl Default for MemoryStore {
    /// 32 MiB.
    fn default() -> Self {
        Self::new(32 << 20)
    }
}

#[async_trait]
impl ResponseStore for MemoryStore {
    async fn get(&self, key: &StoreKey) -> Option<StoredResponse> {
        self.0.get(key)
    }

    async fn put(&self, key: &StoreKey, response: StoredResponse) {
        self.0.insert(key.clone(), response);
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("entries", &self.0.entry_count()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_has_a_bound() {
        let store = MemoryStore::new(10_000);
        let stored = StoredResponse::new(
            &HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("\"a\""))]),
            Bytes::from(vec![0; 1_000]),
        )
        .unwrap();
        for n in 0..100u32 {
            store.put(&StoreKey::of(&[&n.to_be_bytes()]), stored.clone()).await;
        }
        store.0.run_pending_tasks();
        assert!(store.0.weighted_size() <= 10_000 && store.0.entry_count() > 0, "{store:?}");
    }
}
