//! Records in memory: for tests, and for applications that need none after their end. Knows nothing of SQL.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::change::{apply, begin, moment, written};
use super::topics::Topics;
use super::{ClusterQuery, ClusterStore, Cursor, Expect, Fence, Lease, Page, StoreError, UniqueKey};
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, CreateToken, NewCluster, ProviderClusterId, ProviderType,
};

/// Records in memory. Its clock is that of tokio, so that it stands still and moves with a paused one, and can be stepped.
#[derive(Debug)]
pub struct MemoryStore {
    state: Mutex<State>,
    topics: Topics,
    begun: (Timestamp, Instant),
}

#[derive(Debug, Default)]
struct State {
    clusters: BTreeMap<ClusterId, Cluster>,
    leases: BTreeMap<String, Held>,
    /// By how much the clock was set.
    step: SignedDuration,
    closed: bool,
}

#[derive(Debug)]
struct Held {
    holder: String,
    epoch: i64,
    expires_at: Timestamp,
}

impl State {
    /// Refuses what is written for a leader who is none any more.
    fn check_lease(&self, fence: Option<&Fence>) -> Result<(), StoreError> {
        let Some(fence) = fence else { return Ok(()) };
        match self.leases.get(&fence.lease) {
            Some(held) if held.epoch > fence.epoch => Err(fenced(fence, held.epoch)),
            _ => Ok(()),
        }
    }

    /// The record, when it is as expected.
    fn check(&self, id: &ClusterId, expect: &Expect, deleted_too: bool) -> Result<&Cluster, StoreError> {
        self.check_lease(expect.fence.as_ref())?;
        let found = self.clusters.get(id).filter(|cluster| deleted_too || cluster.deleted_at.is_none());
        let cluster = found.ok_or_else(|| StoreError::NotFound { id: id.to_string() })?;
        if let Some(fence) = expect.fence.as_ref().filter(|fence| cluster.epoch > fence.epoch) {
            return Err(fenced(fence, cluster.epoch));
        }
        let as_expected = expect.version.is_none_or(|version| version == cluster.resource_version)
            && (expect.statuses.is_empty() || expect.statuses.contains(&cluster.status));
        if as_expected {
            Ok(cluster)
        } else {
            let (status, version) = (cluster.status, cluster.resource_version);
            Err(StoreError::Conflict { id: id.clone(), status, version })
        }
    }

    /// Which key of this record another one has.
    fn taken(&self, one: &Cluster) -> Option<UniqueKey> {
        let others = || self.clusters.values().filter(|other| other.id != one.id);
        let live = || others().filter(|other| other.deleted_at.is_none() && other.provider_type == one.provider_type);
        if others().any(|other| other.create_token == one.create_token) {
            return Some(UniqueKey::CreateToken);
        }
        if one.deleted_at.is_some() {
            return None;
        }
        let has = |same: &dyn Fn(&Cluster) -> bool| live().any(same);
        if one.provider_cluster_id.is_some() && has(&|other| other.provider_cluster_id == one.provider_cluster_id) {
            Some(UniqueKey::ProviderClusterId)
        } else if one.external_id.is_some() && has(&|other| other.external_id == one.external_id) {
            Some(UniqueKey::ExternalId)
        } else if !one.name.is_empty() && has(&|other| other.name == one.name) {
            Some(UniqueKey::Name)
        } else {
            None
        }
    }
}

fn fenced(fence: &Fence, present: i64) -> StoreError {
    StoreError::Fenced { lease: fence.lease.clone(), epoch: fence.epoch, present }
}

fn lease(name: &str, held: &Held, now: Timestamp) -> Lease {
    Lease {
        name: name.to_owned(),
        holder: held.holder.clone(),
        epoch: held.epoch,
        expires_at: held.expires_at,
        remaining: Duration::try_from(held.expires_at.duration_since(now)).unwrap_or_default(),
    }
}

// === impl MemoryStore ===

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// Without records.
    #[must_use]
    pub fn new() -> Self {
        Self { state: Mutex::default(), topics: Topics::default(), begun: (Timestamp::now(), Instant::now()) }
    }

    /// Sets the clock of this store forward, or back.
    pub fn step_clock(&self, by: SignedDuration) {
        let mut state = self.lock();
        state.step = state.step.saturating_add(by);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.lock();
        if state.closed { Err(StoreError::Unavailable("the store is closed".into())) } else { Ok(state) }
    }

    fn now_of(&self, state: &State) -> Timestamp {
        let passed = SignedDuration::try_from(self.begun.1.elapsed()).unwrap_or(SignedDuration::MAX);
        let now = self.begun.0.checked_add(passed.saturating_add(state.step));
        moment(now.unwrap_or(if state.step.is_negative() { Timestamp::MIN } else { Timestamp::MAX }))
    }
}

#[async_trait]
impl ClusterStore for MemoryStore {
    async fn insert(&self, cluster: NewCluster, fence: Option<Fence>) -> Result<Cluster, StoreError> {
        let mut state = self.open()?;
        state.check_lease(fence.as_ref())?;
        let cluster = begin(cluster, fence.map_or(0, |fence| fence.epoch), self.now_of(&state));
        if state.clusters.contains_key(&cluster.id) {
            return Err(StoreError::AlreadyExists { what: UniqueKey::Id });
        }
        if let Some(what) = state.taken(&cluster) {
            return Err(StoreError::AlreadyExists { what });
        }
        state.clusters.insert(cluster.id.clone(), cluster.clone());
        Ok(cluster)
    }

    async fn get(&self, id: &ClusterId) -> Result<Option<Cluster>, StoreError> {
        Ok(self.open()?.clusters.get(id).filter(|cluster| cluster.deleted_at.is_none()).cloned())
    }

    async fn get_including_deleted(&self, id: &ClusterId) -> Result<Option<Cluster>, StoreError> {
        Ok(self.open()?.clusters.get(id).cloned())
    }

    async fn get_by_provider_id(
        &self,
        provider: &ProviderType,
        id: &ProviderClusterId,
    ) -> Result<Option<Cluster>, StoreError> {
        let state = self.open()?;
        let mut live = state.clusters.values().filter(|cluster| cluster.deleted_at.is_none());
        let found = live.find(|one| one.provider_type == *provider && one.provider_cluster_id.as_ref() == Some(id));
        Ok(found.cloned())
    }

    async fn get_by_token(&self, token: &CreateToken) -> Result<Option<Cluster>, StoreError> {
        Ok(self.open()?.clusters.values().find(|cluster| cluster.create_token == *token).cloned())
    }

    async fn patch(&self, id: &ClusterId, expect: Expect, patch: ClusterPatch) -> Result<Cluster, StoreError> {
        let mut state = self.open()?;
        let now = self.now_of(&state);
        let mut cluster = state.check(id, &expect, false)?.clone();
        apply(&mut cluster, patch, now);
        written(&mut cluster, expect.fence.map(|fence| fence.epoch), now);
        if let Some(what) = state.taken(&cluster) {
            return Err(StoreError::AlreadyExists { what });
        }
        state.clusters.insert(id.clone(), cluster.clone());
        Ok(cluster)
    }

    async fn transition_many(
        &self,
        query: ClusterQuery,
        from: &[ClusterStatus],
        to: ClusterStatus,
        fence: Option<Fence>,
    ) -> Result<Vec<ClusterId>, StoreError> {
        let mut state = self.open()?;
        state.check_lease(fence.as_ref())?;
        let now = self.now_of(&state);
        let meant = |cluster: &Cluster| from.contains(&cluster.status) && query.matches(cluster);
        if let Some(fence) = &fence {
            let latest = state.clusters.values().filter(|cluster| meant(cluster)).map(|cluster| cluster.epoch).max();
            if let Some(present) = latest.filter(|latest| *latest > fence.epoch) {
                return Err(fenced(fence, present));
            }
        }
        let mut changed = Vec::new();
        for cluster in state.clusters.values_mut().filter(|cluster| meant(cluster)) {
            apply(cluster, ClusterPatch::new().with_status(to), now);
            written(cluster, fence.as_ref().map(|fence| fence.epoch), now);
            changed.push(cluster.id.clone());
        }
        Ok(changed)
    }

    async fn list(&self, query: ClusterQuery) -> Result<Page<Cluster>, StoreError> {
        let state = self.open()?;
        let mut found: Vec<&Cluster> =
            state.clusters.values().filter(|cluster| query.matches(cluster) && query.is_behind(cluster)).collect();
        found.sort_by(|left, right| query.order(left, right));
        let length = query.page_size() as usize;
        let more = found.len() > length;
        found.truncate(length);
        let next = found.last().filter(|_| more).map(|last| Cursor::new(last.created_at, last.id.clone()));
        Ok(Page::new(found.into_iter().cloned().collect(), next))
    }

    async fn count_by_status(&self) -> Result<BTreeMap<ClusterStatus, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for cluster in self.open()?.clusters.values().filter(|cluster| cluster.deleted_at.is_none()) {
            *counts.entry(cluster.status).or_default() += 1;
        }
        Ok(counts)
    }

    async fn count_by_region(&self, query: ClusterQuery) -> Result<BTreeMap<(String, String), u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for cluster in self.open()?.clusters.values().filter(|cluster| query.matches(cluster)) {
            *counts.entry((cluster.cloud_provider.clone(), cluster.region.clone())).or_default() += 1;
        }
        Ok(counts)
    }

    async fn provider_types(&self) -> Result<Vec<ProviderType>, StoreError> {
        let state = self.open()?;
        let live = state.clusters.values().filter(|cluster| cluster.deleted_at.is_none());
        let types: std::collections::BTreeSet<_> = live.map(|cluster| cluster.provider_type.clone()).collect();
        Ok(types.into_iter().collect())
    }

    async fn soft_delete(&self, id: &ClusterId, expect: Expect) -> Result<(), StoreError> {
        let mut state = self.open()?;
        let now = self.now_of(&state);
        let mut cluster = state.check(id, &expect, false)?.clone();
        cluster.deleted_at = Some(now);
        written(&mut cluster, expect.fence.map(|fence| fence.epoch), now);
        state.clusters.insert(id.clone(), cluster);
        Ok(())
    }

    async fn hard_delete(&self, id: &ClusterId, expect: Expect) -> Result<bool, StoreError> {
        let mut state = self.open()?;
        match state.check(id, &expect, true) {
            Ok(_) => Ok(state.clusters.remove(id).is_some()),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn purge_deleted_before(&self, then: Timestamp) -> Result<u64, StoreError> {
        let mut state = self.open()?;
        let before = state.clusters.len();
        state.clusters.retain(|_, cluster| cluster.deleted_at.is_none_or(|deleted| deleted >= moment(then)));
        Ok((before - state.clusters.len()) as u64)
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        let state = self.open()?;
        Ok(self.now_of(&state))
    }

    async fn lease_acquire(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
        let mut state = self.open()?;
        let now = self.now_of(&state);
        let expires_at = moment(now.checked_add(ttl).unwrap_or(Timestamp::MAX));
        let epoch = match state.leases.get(name) {
            None => 1,
            Some(held) if held.expires_at <= now => held.epoch + 1,
            Some(held) if held.holder == holder => held.epoch,
            Some(_) => return Ok(None),
        };
        let held = Held { holder: holder.to_owned(), epoch, expires_at };
        let taken = lease(name, &held, now);
        state.leases.insert(name.to_owned(), held);
        Ok(Some(taken))
    }

    async fn lease_renew(&self, held: &Lease, ttl: Duration) -> Result<Option<Lease>, StoreError> {
        let mut state = self.open()?;
        let now = self.now_of(&state);
        let own =
            |there: &&mut Held| there.holder == held.holder && there.epoch == held.epoch && there.expires_at > now;
        Ok(state.leases.get_mut(&held.name).filter(own).map(|there| {
            there.expires_at = moment(now.checked_add(ttl).unwrap_or(Timestamp::MAX));
            lease(&held.name, there, now)
        }))
    }

    async fn lease_release(&self, held: &Lease) -> Result<(), StoreError> {
        let mut state = self.open()?;
        let now = self.now_of(&state);
        let own = |there: &&mut Held| there.holder == held.holder && there.epoch == held.epoch;
        if let Some(there) = state.leases.get_mut(&held.name).filter(own) {
            there.holder.clear();
            there.expires_at = now;
        }
        Ok(())
    }

    async fn fence_raise(&self, fence: &Fence) -> Result<(), StoreError> {
        let mut state = self.open()?;
        state.check_lease(Some(fence))?;
        let now = self.now_of(&state);
        let held = state.leases.entry(fence.lease.clone());
        held.or_insert(Held { holder: String::new(), epoch: fence.epoch, expires_at: now }).epoch = fence.epoch;
        Ok(())
    }

    async fn fence_check(&self, fence: &Fence) -> Result<(), StoreError> {
        self.open()?.check_lease(Some(fence))
    }

    async fn notify(&self, topic: &str) -> Result<(), StoreError> {
        let _open = self.open()?;
        self.topics.send(topic);
        Ok(())
    }

    async fn subscribe(&self) -> Result<futures::stream::BoxStream<'static, String>, StoreError> {
        let _open = self.open()?;
        Ok(self.topics.subscribe())
    }

    async fn close(&self) {
        self.lock().closed = true;
        self.topics.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        Some((Arc::new(MemoryStore::new()) as Arc<dyn ClusterStore>, async {}))
    }

    crate::cluster_store_suite!(open);

    #[tokio::test(start_paused = true)]
    async fn a_lease_ends_with_paused_time_and_with_a_step_of_the_clock() {
        let store = MemoryStore::new();
        let ttl = Duration::from_secs(60);
        store.lease_acquire("manager", "a", ttl).await.unwrap().unwrap();
        tokio::time::advance(ttl).await;
        let second = store.lease_acquire("manager", "b", ttl).await.unwrap().unwrap();
        assert_eq!(second.epoch, 2);
        store.step_clock(SignedDuration::from_secs(-3600));
        assert_eq!(store.lease_acquire("manager", "a", ttl).await.unwrap(), None);
        store.step_clock(SignedDuration::from_secs(7200));
        assert_eq!(store.lease_acquire("manager", "a", ttl).await.unwrap().map(|lease| lease.epoch), Some(3));
    }
}
