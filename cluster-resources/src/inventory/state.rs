//! What an inventory holds, without its lock: places, their kinds under whatever spelling, and what is in them. Plain code.

use std::collections::BTreeMap;
use std::sync::Arc;

use cluster_client::discovery::{KindQuery, KindQueryError};

use super::InventoryError;
use crate::desired::{Desired, DesiredBucket};
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::{ObservedBucket, ParentState};

/// Kinds of the core group. It is closed, so a bare kind that is not among them belongs to some other group.
const CORE_KINDS: [&str; 17] = [
    "Binding",
    "ComponentStatus",
    "ConfigMap",
    "Endpoints",
    "Event",
    "LimitRange",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodTemplate",
    "ReplicationController",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
];

/// Whether this is a bare kind whose group is not known yet.
pub(super) fn is_bare(kind: &GroupKind) -> bool {
    kind.group.is_empty() && !CORE_KINDS.contains(&&*kind.kind)
}

pub(super) fn read_kind(written: &str) -> Result<GroupKind, KindQueryError> {
    let query: KindQuery = written.parse()?;
    Ok(GroupKind::new(query.group.unwrap_or_default(), query.kind))
}

/// One kind in one place.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    /// Which was initialized first, counted over the whole inventory.
    pub(super) since: u64,
    /// Whether somebody said that it is managed; it is kept for what was seen otherwise.
    pub(super) managed: bool,
    pub(super) desired: Arc<DesiredBucket>,
    pub(super) seen: Option<ObservedBucket>,
}

/// The kinds of one place.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) kinds: BTreeMap<GroupKind, Bucket>,
    /// What bare kinds turned out to be here.
    pub(super) aliases: BTreeMap<Arc<str>, GroupKind>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) clusters: BTreeMap<ClusterName, BTreeMap<Scope, Place>>,
    pub(super) parents: BTreeMap<ClusterName, ParentState>,
    /// What was wrong with declarations, and what callers registered.
    pub(super) issues: Vec<Issue>,
    /// What went wrong while looking.
    pub(super) seen_issues: Vec<Issue>,
    initialized: u64,
}

impl Place {
    /// Under which kind something is kept here that is written like this.
    pub(super) fn find(&self, kind: &GroupKind) -> Option<GroupKind> {
        if self.kinds.contains_key(kind) {
            return Some(kind.clone());
        }
        if is_bare(kind) {
            let known = self.aliases.get(&kind.kind).filter(|known| self.kinds.contains_key(known));
            return known.cloned().or_else(|| self.only_one_called(&kind.kind));
        }
        // The bare spelling stands for it, as long as nobody knows better.
        let bare = GroupKind::core(kind.kind.clone());
        (is_bare(&bare) && self.kinds.contains_key(&bare)).then_some(bare)
    }

    /// The one qualified kind of this name.
    fn only_one_called(&self, name: &str) -> Option<GroupKind> {
        let mut called = self.kinds.keys().filter(|kind| &*kind.kind == name && !kind.group.is_empty());
        match (called.next(), called.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    }

    /// Makes a bare kind the one it is, together with what is kept under its full name already.
    pub(super) fn rename(&mut self, bare: &GroupKind, full: &GroupKind, at: &BucketId) -> Vec<Issue> {
        self.aliases.insert(bare.kind.clone(), full.clone());
        let Some(moved) = self.kinds.remove(bare) else { return Vec::new() };
        let Some(known) = self.kinds.remove(full) else {
            self.kinds.insert(full.clone(), moved);
            return Vec::new();
        };
        let (mut first, second) = if known.since <= moved.since { (known, moved) } else { (moved, known) };
        let issues = merge(&mut first, second, &BucketId { kind: full.clone(), ..at.clone() });
        self.kinds.insert(full.clone(), first);
        issues
    }
}

/// Puts everything of `second` into `first`, whose managed names count.
fn merge(first: &mut Bucket, second: Bucket, at: &BucketId) -> Vec<Issue> {
    let mut issues = Vec::new();
    let into = Arc::make_mut(&mut first.desired);
    into.privileged |= second.desired.privileged;
    for (name, desired) in &second.desired.objects {
        if let Err(error) = insert(into, at, name, desired.clone()) {
            issues.push(error.issue());
        }
    }
    match (&mut first.seen, second.seen) {
        (Some(seen), Some(more)) => seen.objects.extend(more.objects),
        (seen @ None, more) => *seen = more,
        (Some(_), None) => {}
    }
    issues
}

fn insert(into: &mut DesiredBucket, at: &BucketId, name: &Arc<str>, desired: Desired) -> Result<(), InventoryError> {
    let id = Box::new(at.object(name.clone()));
    let origin = Box::new(desired.resource.origin().clone());
    if !into.manages(name) {
        return Err(InventoryError::ResourceNotManaged { id, origin });
    }
    if let Some(known) = into.objects.get(name) {
        let first = Box::new(known.resource.origin().clone());
        return Err(InventoryError::ResourceKeyExists { id, first, second: origin });
    }
    into.objects.insert(name.clone(), desired);
    Ok(())
}

impl State {
    pub(super) fn initialize(&mut self, at: &BucketId, names: Option<impl IntoIterator<Item = Arc<str>>>) -> BucketId {
        self.initialized += 1;
        let since = self.initialized;
        let place = self.clusters.entry(at.cluster.clone()).or_default().entry(at.scope.clone()).or_default();
        if let Some(kind) = place.find(&at.kind) {
            // The qualified spelling wins over the bare one.
            let wins = is_bare(&kind) && !is_bare(&at.kind);
            if wins {
                self.issues.extend(place.rename(&kind, &at.kind, at));
            }
            let kind = if wins { at.kind.clone() } else { kind };
            if is_bare(&at.kind) && !is_bare(&kind) {
                // It stays this one, whatever comes of the same name.
                place.aliases.insert(at.kind.kind.clone(), kind.clone());
            }
            if let Some(bucket) = place.kinds.get_mut(&kind)
                && !bucket.managed
            {
                bucket.managed = true;
                Arc::make_mut(&mut bucket.desired).managed_names = names.map(|names| names.into_iter().collect());
            }
            return BucketId { kind, ..at.clone() };
        }
        let managed_names = names.map(|names| names.into_iter().collect());
        let desired = Arc::new(DesiredBucket { managed_names, ..DesiredBucket::default() });
        place.kinds.insert(at.kind.clone(), Bucket { since, managed: true, desired, seen: None });
        at.clone()
    }

    /// Keeps what was seen of a kind, managed or not.
    pub(super) fn record(&mut self, at: BucketId, seen: ObservedBucket) {
        if let Some(bucket) = self.bucket_mut(&at) {
            bucket.seen = Some(seen);
            return;
        }
        let bucket = Bucket { since: u64::MAX, managed: false, desired: Arc::default(), seen: Some(seen) };
        self.clusters.entry(at.cluster).or_default().entry(at.scope).or_default().kinds.insert(at.kind, bucket);
    }

    /// Where something is kept that is meant for this place. Kinds without namespace are kept in the cluster, even when a namespace
    /// declares them.
    pub(super) fn find(&self, at: &BucketId) -> Option<BucketId> {
        let places = self.clusters.get(&at.cluster)?;
        [&at.scope, &Scope::Cluster].into_iter().find_map(|scope| {
            let kind = places.get(scope)?.find(&at.kind)?;
            Some(BucketId { cluster: at.cluster.clone(), scope: scope.clone(), kind })
        })
    }

    pub(super) fn missing(&self, at: &BucketId, desired: &Desired) -> InventoryError {
        let (cluster, origin) = (at.cluster.clone(), Box::new(desired.resource.origin().clone()));
        match (self.clusters.get(&cluster), &at.scope) {
            (None, _) => InventoryError::UnknownCluster { cluster, origin },
            (Some(places), Scope::Namespace(namespace)) if !places.contains_key(&at.scope) => {
                InventoryError::UnknownNamespace { cluster, namespace: namespace.clone(), origin }
            }
            _ => InventoryError::NotInitialized { bucket: Box::new(at.clone()), origin },
        }
    }

    pub(super) fn add(&mut self, at: &BucketId, desired: Desired) -> Result<ObjectId, InventoryError> {
        let resource = &desired.resource;
        // A bare kind is what the declaration says it is, where that is managed.
        let kind = Some(resource.kind_and_group()).filter(|kind| is_bare(&at.kind) && kind.kind == at.kind.kind);
        let exact = BucketId { kind: kind.unwrap_or(&at.kind).clone(), ..at.clone() };
        let Some(mut found) = self.find(&exact) else { return Err(self.missing(at, &desired)) };
        let (kind, origin) = (resource.kind_and_group().clone(), Box::new(resource.origin().clone()));
        let name: Arc<str> = resource.name().into();
        if let Some(namespace) = resource.namespace()
            && found.scope.namespace() != Some(namespace)
        {
            let id = Box::new(found.object(name));
            return Err(InventoryError::WrongNamespace { id, found: namespace.into(), origin });
        }
        if is_bare(&found.kind) && found.kind.kind == kind.kind {
            // What is declared says which group is meant.
            let renamed =
                self.place_mut(&found).map(|place| place.rename(&found.kind, &kind, &found)).unwrap_or_default();
            self.issues.extend(renamed);
            found.kind = kind;
        } else if found.kind != kind {
            return Err(InventoryError::WrongKind { bucket: Box::new(found), found: kind.to_string(), origin });
        }
        let id = found.object(name);
        match self.bucket_mut(&found) {
            Some(bucket) if bucket.managed => {
                insert(Arc::make_mut(&mut bucket.desired), &found, &id.name, desired)?;
            }
            _ => return Err(self.missing(at, &desired)),
        }
        Ok(id)
    }

    pub(super) fn bucket(&self, at: &BucketId) -> Option<&Bucket> {
        let found = self.find(at)?;
        self.clusters.get(&found.cluster)?.get(&found.scope)?.kinds.get(&found.kind)
    }

    pub(super) fn bucket_mut(&mut self, at: &BucketId) -> Option<&mut Bucket> {
        let found = self.find(at)?;
        self.place_mut(&found)?.kinds.get_mut(&found.kind)
    }

    fn place_mut(&mut self, at: &BucketId) -> Option<&mut Place> {
        self.clusters.get_mut(&at.cluster)?.get_mut(&at.scope)
    }

    /// Every bucket, by cluster, place and kind.
    pub(super) fn iter(&self) -> impl Iterator<Item = (BucketId, &Bucket)> {
        self.clusters.iter().flat_map(|(cluster, places)| {
            places.iter().flat_map(move |(scope, place)| {
                place.kinds.iter().map(move |(kind, bucket)| {
                    (BucketId { cluster: cluster.clone(), scope: scope.clone(), kind: kind.clone() }, bucket)
                })
            })
        })
    }

    /// Makes every bare kind of a cluster the one that `resolve` says it is. What it cannot say stays as it is, with an issue.
    pub(super) fn resolve_kinds(&mut self, cluster: &str, resolve: impl Fn(&str) -> Result<Option<GroupKind>, String>) {
        let Some(places) = self.clusters.get_mut(cluster) else { return };
        for (scope, place) in places {
            let bare: Vec<_> = place.kinds.keys().filter(|kind| is_bare(kind)).cloned().collect();
            for kind in bare {
                let at = BucketId { cluster: cluster.into(), scope: scope.clone(), kind: kind.clone() };
                match resolve(&kind.kind) {
                    Ok(Some(full)) => self.issues.extend(place.rename(&kind, &full, &at)),
                    Ok(None) => {}
                    Err(why) => {
                        self.issues.push(Issue::error(Reach::Kind(at), IssueClass::AmbiguousKind, why));
                    }
                }
            }
        }
    }
}
