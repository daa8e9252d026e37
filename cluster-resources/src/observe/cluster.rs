//! Everything that is wanted of one cluster: access, kinds, inventory, namespaces, then the lists, a few at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cluster_client::discovery::Catalogue;
use cluster_client::namespaces::Namespaces;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use kube::core::{ApiResource, GroupVersionKind};

use super::Fleet;
use super::kinds::{self, Kind};
use super::list::{Gathered, Listed, Lister};
use super::members::{self, Members};
use super::pace::Pace;
use super::request::{Failure, Requests, What, of_discovery};
use super::route::{List, Wanted, alone, lists};
use crate::applyset;
use crate::clusters::ClusterAccess;
use crate::desired::DesiredBucket;
use crate::id::{BucketId, ClusterName, GroupKind, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::{Completeness, Observed, ObservedBucket, ParentState};
use crate::outcome::Event;

/// What is managed in one cluster.
pub(super) type Managed<'a> = BTreeMap<&'a BucketId, &'a Arc<DesiredBucket>>;

/// Reads one cluster.
pub(super) struct Reading<'a> {
    fleet: &'a Fleet<'a>,
    name: &'a ClusterName,
    managed: &'a Managed<'a>,
    /// What was seen so far. It is outside of what a deadline may end.
    seen: Mutex<Observed>,
    /// Whether it was asked anew which kinds there are.
    asked_again: AtomicBool,
    pace: Pace,
}

/// The connections to a cluster.
struct Accesses {
    ordinary: Option<ClusterAccess>,
    privileged: Option<ClusterAccess>,
}

impl Accesses {
    fn any(&self) -> Option<&ClusterAccess> {
        self.ordinary.as_ref().or(self.privileged.as_ref())
    }

    fn one(&self, privileged: bool) -> Option<&ClusterAccess> {
        if privileged { self.privileged.as_ref() } else { self.ordinary.as_ref() }
    }
}

impl<'a> Reading<'a> {
    pub(super) async fn of(fleet: &'a Fleet<'a>, name: &'a ClusterName, managed: &'a Managed<'a>) -> Observed {
        let pace = Pace::new(fleet.options.per_cluster, fleet.options.patience);
        let asked_again = AtomicBool::new(false);
        let reading = Self { fleet, name, managed, seen: Mutex::default(), asked_again, pace };
        let within = fleet.options.cluster_deadline;
        if tokio::time::timeout(within, reading.everything()).await.is_err() {
            reading.out_of_time();
        }
        if reading.pace.is_silent() {
            let patience = fleet.options.patience;
            let message = format!("did not answer {patience} requests in a row; what was left was not asked for");
            reading.note(Issue::error(Reach::Cluster(name.clone()), IssueClass::Unavailable, message));
        }
        reading.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Observed> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, issue: Issue) {
        self.fleet.sink.event(&Event::Issue(issue.clone()));
        self.seen().issues.push(issue);
    }

    fn saw(&self, id: BucketId, bucket: ObservedBucket) {
        self.seen().buckets.insert(id, bucket);
    }

    /// A bucket of which nothing can be told, and why.
    fn blind(&self, issue: Issue, id: &BucketId) {
        self.saw(id.clone(), ObservedBucket::new(Completeness::Partial));
        self.note(issue);
    }

    async fn everything(&self) {
        let Some(accesses) = self.accesses().await else { return };
        let Some(any) = accesses.any() else { return };
        let requests = self.requests(any);
        let asked = requests.trying(|| async { any.discovery.catalogue().await.map_err(|error| of_discovery(&error)) });
        let catalogue = match asked.await {
            Ok(catalogue) => catalogue,
            Err(failure) => {
                let reach = Reach::Cluster(self.name.clone());
                return self.note(Issue::error(reach, failure.class(), failure.message));
            }
        };
        let (mut wanted, catalogue) = self.wanted(&accesses, any, catalogue).await;
        if let Some(parent) = self.inventory(any).await {
            self.members(&parent, &catalogue, accesses.ordinary.is_none(), &mut wanted);
        }
        let (wanted, namespaces) = self.in_namespaces(any, wanted).await;
        self.lists(&accesses, lists(wanted, namespaces, self.fleet.options)).await;
    }

    /// The connections that are needed; `None` when there are none. A connection that fails takes away what needs it.
    async fn accesses(&self) -> Option<Accesses> {
        let privileged = self.managed.values().any(|bucket| bucket.privileged);
        let ordinary = !privileged || self.managed.values().any(|bucket| !bucket.privileged);
        let get = async |wanted: bool, privileged| match wanted {
            true => self.fleet.clusters.access(self.name, privileged).await.map(Some),
            false => Ok(None),
        };
        let (ordinary, privileged) = futures::join!(get(ordinary, false), get(privileged, true));
        let (ordinary, privileged, issue, lost) = match (ordinary, privileged) {
            (Ok(ordinary), Ok(privileged)) => return Some(Accesses { ordinary, privileged }),
            (Ok(ordinary @ Some(_)), Err(issue)) => (ordinary, None, issue, true),
            (Err(issue), Ok(privileged @ Some(_))) => (None, privileged, issue, false),
            (Err(issue), _) | (_, Err(issue)) => {
                self.note(issue);
                return None;
            }
        };
        for (id, _) in self.managed.iter().filter(|(_, bucket)| bucket.privileged == lost) {
            self.blind(Issue { reach: Reach::Kind(BucketId::clone(id)), ..issue.clone() }, id);
        }
        Some(Accesses { ordinary, privileged })
    }

    fn requests<'r>(&'r self, access: &'r ClusterAccess) -> Requests<'r> {
        Requests { client: &access.client, turns: &self.fleet.turns, options: self.fleet.options, pace: &self.pace }
    }

    fn lister<'r>(&'r self, access: &'r ClusterAccess) -> Lister<'r> {
        Lister { requests: self.requests(access), sink: self.fleet.sink, comparison: &self.fleet.comparison }
    }

    /// What is served, and as what. Everything else is noted.
    async fn wanted(
        &self,
        accesses: &Accesses,
        any: &ClusterAccess,
        mut catalogue: Arc<Catalogue>,
    ) -> (Vec<Wanted>, Arc<Catalogue>) {
        let mut wanted = Vec::new();
        for (id, bucket) in self.managed.iter().filter(|(_, bucket)| accesses.one(bucket.privileged).is_some()) {
            let mut kind = kinds::resolve(id, Some(bucket), &catalogue);
            if matches!(kind, Kind::NotServed) {
                // It may have been installed since the cluster was asked; it is asked again no more often than is good for it.
                let written = id.kind.to_string();
                let requests = self.requests(any);
                let asked = requests
                    .trying(|| async { any.discovery.resolve(&written).await.map_err(|error| of_discovery(&error)) });
                if asked.await.is_ok()
                    && let Ok(newer) = any.discovery.catalogue().await
                {
                    catalogue = newer;
                    kind = kinds::resolve(id, Some(bucket), &catalogue);
                }
            }
            match kind {
                Kind::Served(found, warning) => {
                    if let Some(warning) = warning {
                        self.note(warning);
                    }
                    wanted.push(Wanted {
                        id: BucketId::clone(id),
                        resource: found.resource,
                        privileged: bucket.privileged,
                        whole: self.fleet.options.whole || !bucket.objects.is_empty(),
                        names: bucket.managed_names.clone(),
                        label: None,
                    });
                }
                Kind::NotServed => self.saw(BucketId::clone(id), ObservedBucket::new(Completeness::NotServed)),
                Kind::Unclear(issue) => self.blind(issue, id),
            }
        }
        (wanted, catalogue)
    }

    /// What the inventory of the cluster says; noted. `None` when there is none, or nothing may be concluded from it.
    async fn inventory(&self, access: &ClusterAccess) -> Option<ParentState> {
        let config = self.fleet.policy.inventory.as_ref()?;
        let read = members::inventory(self.name, access, config, self.fleet).await;
        let parent = read.unwrap_or_else(|issue| {
            self.note(issue);
            members::unusable(config)
        });
        self.seen().parents.insert(self.name.clone(), parent.clone());
        parent.usable.then_some(parent)
    }

    /// Looks also where members of the set may be that nobody manages (any more).
    fn members(&self, parent: &ParentState, catalogue: &Catalogue, privileged: bool, wanted: &mut Vec<Wanted>) {
        let Some(config) = &self.fleet.policy.inventory else { return };
        let members = Members { cluster: self.name, parent, config, managed: self.managed, privileged };
        let found = members.find(catalogue);
        for id in found.not_served {
            self.saw(id, ObservedBucket::new(Completeness::NotServed));
        }
        for (id, issue) in found.unclear {
            self.blind(issue, &id);
        }
        for issue in found.issues {
            self.note(issue);
        }
        for known in wanted.iter_mut().filter(|known| found.other_names.contains(&known.id)) {
            known.label = Some(applyset::selector(config).into());
        }
        wanted.extend(found.wanted);
    }

    /// Those whose namespace is there, and how many namespaces there are in all, if that may be known.
    async fn in_namespaces(&self, access: &ClusterAccess, wanted: Vec<Wanted>) -> (Vec<Wanted>, Option<usize>) {
        let named: BTreeSet<Arc<str>> = wanted.iter().filter_map(|wanted| namespace(&wanted.id)).collect();
        if named.is_empty() {
            return (wanted, None);
        }
        let kind = BucketId::new(self.name.clone(), None, GroupKind::core("Namespace"));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Namespace"));
        let (absent, all) = match self.lister(access).names(&resource, &kind).await {
            Ok(all) => (named.difference(&all).cloned().collect(), Some(all.len())),
            Err(Failure { what: What::Forbidden, .. }) => (self.asked_one_by_one(access, &named).await, None),
            Err(failure) => {
                let message = format!("it cannot be told which namespaces there are: {}", failure.message);
                self.note(Issue::warning(Reach::Cluster(self.name.clone()), failure.class(), message));
                (BTreeSet::new(), None)
            }
        };
        let (gone, there): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|wanted| namespace(&wanted.id).is_some_and(|name| absent.contains(&name)));
        for wanted in gone {
            self.saw(wanted.id, ObservedBucket::new(Completeness::NoNamespace));
        }
        (there, all)
    }

    /// Those of the namespaces that are not there, as far as that may be known.
    async fn asked_one_by_one(&self, access: &ClusterAccess, named: &BTreeSet<Arc<str>>) -> BTreeSet<Arc<str>> {
        let namespaces = Namespaces::new(access.client.clone(), access.discovery.clone());
        let (namespaces, options) = (&namespaces, self.fleet.options);
        let ask = |name: &Arc<str>| {
            let name = name.clone();
            async move {
                let turn = self.fleet.turns.acquire().await;
                let answer = tokio::time::timeout(options.request_timeout, namespaces.exists(&name)).await;
                drop(turn);
                matches!(answer, Ok(Ok(false))).then_some(name)
            }
            .boxed()
        };
        let asking: Vec<BoxFuture<'_, Option<Arc<str>>>> = named.iter().map(ask).collect();
        futures::stream::iter(asking)
            .buffer_unordered(options.per_cluster.max(1))
            .filter_map(std::future::ready)
            .collect()
            .await
    }

    /// Reads the lists, a few at a time.
    async fn lists(&self, accesses: &Accesses, lists: Vec<List>) {
        let mut waiting = VecDeque::from(lists);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.pace.limit()
                && let Some(list) = waiting.pop_front()
            {
                running.push(async move {
                    let list = Arc::new(list);
                    let Some(access) = accesses.one(list.privileged) else { return Vec::new() };
                    match self.lister(access).run(&list).await {
                        Listed::Done(gathered) => self.take(gathered),
                        Listed::Split(lists) => return lists,
                        Listed::NotFound(failure) => return self.not_found(access, &list, &failure).await,
                    }
                    Vec::new()
                });
            }
            match running.next().await {
                Some(more) => waiting.extend(more),
                None => return,
            }
        }
    }

    fn take(&self, gathered: Gathered) {
        for issue in gathered.issues {
            self.note(issue);
        }
        self.seen().buckets.extend(gathered.buckets);
    }

    /// The kind was known, and its lists are not: it may just have been removed, or be served in another version now.
    async fn not_found(&self, access: &ClusterAccess, list: &List, failure: &Failure) -> Vec<List> {
        if !self.asked_again.swap(true, Ordering::Relaxed) {
            access.discovery.invalidate();
        }
        let requests = self.requests(access);
        let asked =
            requests.trying(|| async { access.discovery.catalogue().await.map_err(|error| of_discovery(&error)) });
        let catalogue = asked.await;
        let mut anew = Vec::new();
        for wanted in &list.wanted {
            let bucket = self.managed.get(&wanted.id).map(|bucket| &***bucket);
            match catalogue.as_ref().map(|catalogue| kinds::resolve(&wanted.id, bucket, catalogue)) {
                Ok(Kind::NotServed) => self.saw(wanted.id.clone(), ObservedBucket::new(Completeness::NotServed)),
                Ok(Kind::Served(found, _)) if found.resource != wanted.resource => {
                    anew.push(alone(Wanted { resource: found.resource, ..wanted.clone() }));
                }
                _ => {
                    let message = format!("cannot be listed: {}", failure.message);
                    let issue = Issue::error(Reach::Kind(wanted.id.clone()), failure.class(), message);
                    self.blind(issue, &wanted.id);
                }
            }
        }
        anew
    }

    fn out_of_time(&self) {
        let within = self.fleet.options.cluster_deadline;
        let missing: Vec<_> = {
            let seen = self.seen();
            self.managed.keys().filter(|id| !seen.buckets.contains_key(**id)).map(|id| BucketId::clone(id)).collect()
        };
        let message = format!("was not read within {within:?}");
        if missing.len() == self.managed.len() {
            return self.note(Issue::error(Reach::Cluster(self.name.clone()), IssueClass::Unavailable, message));
        }
        for id in missing {
            self.blind(Issue::error(Reach::Kind(id.clone()), IssueClass::Unavailable, message.clone()), &id);
        }
    }
}

fn namespace(id: &BucketId) -> Option<Arc<str>> {
    match &id.scope {
        Scope::Namespace(namespace) => Some(namespace.clone()),
        Scope::Cluster => None,
    }
}
