//! Claims about finding records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::{record, usual};
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, ClusterStatus, DesiredState, NewCluster, Ownership, ProviderClusterId,
    ProviderType,
};
use crate::store::{ClusterQuery, ClusterStore, Expect, SortBy};

/// Texts that say something to SQL, to `LIKE`, to JSON paths or to shells.
const SQL_LIKE: [&str; 12] = [
    "' OR '1'='1",
    "'; DROP TABLE clusters; --",
    "\" OR \"\"=\"",
    "%",
    "_",
    "a%b\\",
    "$1",
    "?1",
    "$.labels",
    "*/ SELECT /*",
    "'||(SELECT create_token FROM clusters)||'",
    "𝔘ñï ' \" \\ \t\n",
];

async fn found(store: &dyn ClusterStore, query: ClusterQuery) -> Vec<Cluster> {
    store.list(query).await.unwrap().items
}

async fn ids(store: &dyn ClusterStore, query: ClusterQuery) -> Vec<ClusterId> {
    found(store, query).await.into_iter().map(|cluster| cluster.id).collect()
}

fn named(id: &str) -> NewCluster {
    NewCluster { id: Some(ClusterId::new(id).unwrap()), ..usual() }
}

/// The oldest first, and by id within one moment; or by id.
pub async fn records_are_listed_by_age(store: Arc<dyn ClusterStore>) {
    for id in ["c", "a", "Z", "b", "é"] {
        record(&*store, named(id)).await;
    }
    let listed = found(&*store, ClusterQuery::all()).await;
    let mut sorted = listed.clone();
    sorted.sort_by(|left, right| (left.created_at, &left.id).cmp(&(right.created_at, &right.id)));
    assert_eq!(listed, sorted);
    let by_id = ids(&*store, ClusterQuery { sort: SortBy::Id, ..ClusterQuery::all() }).await;
    assert_eq!(by_id.iter().map(ClusterId::as_str).collect::<Vec<_>>(), ["Z", "a", "b", "c", "é"]);
}

/// Whatever the length of the pages and the order; the last one says that it is.
pub async fn pages_hold_everything_once(store: Arc<dyn ClusterStore>) {
    let mut all = BTreeSet::new();
    for _ in 0..7 {
        all.insert(record(&*store, usual()).await.id);
    }
    for sort in [SortBy::CreatedAt, SortBy::Id] {
        for limit in [1, 2, 3, 7, 8] {
            let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
            loop {
                let query = ClusterQuery { sort, ..ClusterQuery::all().limit(limit).after(cursor) };
                let page = store.list(query).await.unwrap();
                seen.extend(page.items.into_iter().map(|cluster| cluster.id));
                pages += 1;
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(pages, 7_u32.div_ceil(limit));
            assert_eq!(seen.len(), 7);
            assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
        }
    }
}

/// Nobody can ask for everything at once, and nothing is an odd number to ask for.
pub async fn a_page_is_never_longer_than_the_longest(store: Arc<dyn ClusterStore>) {
    record(&*store, usual()).await;
    assert_eq!(ClusterQuery::all().limit(u32::MAX).page_size(), ClusterQuery::LONGEST_LIMIT);
    assert_eq!(found(&*store, ClusterQuery::all().limit(u32::MAX)).await.len(), 1);
    assert_eq!(found(&*store, ClusterQuery::all().limit(0)).await.len(), 1);
}

/// `standard` is not in `substandard`.
pub async fn a_class_of_workloads_is_a_member_and_no_substring(store: Arc<dyn ClusterStore>) {
    let with = |classes: &[&str]| NewCluster {
        workload_types: classes.iter().map(|&class| class.to_owned()).collect(),
        ..usual()
    };
    record(&*store, with(&["substandard", "standard,eval"])).await;
    record(&*store, with(&[])).await;
    let one = record(&*store, with(&["developer", "standard"])).await;
    let takes = |class: &str| ClusterQuery { workload_type: Some(class.to_owned()), ..ClusterQuery::all() };
    assert_eq!(ids(&*store, takes("standard")).await, [one.id]);
    assert_eq!(found(&*store, takes("stand")).await, []);
    assert_eq!(found(&*store, takes("")).await, []);
}

/// That something is not so, or empty, can be looked for.
pub async fn false_is_a_filter(store: Arc<dyn ClusterStore>) {
    let single = record(&*store, NewCluster { schedulable: false, ..usual() }).await;
    let known = usual().with_provider_cluster_id(ProviderClusterId::new("p").unwrap());
    let spread = record(&*store, NewCluster { multi_az: true, region: String::new(), ..known }).await;
    let all = ClusterQuery::all;
    for (query, expected) in [
        (ClusterQuery { multi_az: Some(false), ..all() }, &single),
        (ClusterQuery { multi_az: Some(true), ..all() }, &spread),
        (ClusterQuery { schedulable: Some(false), ..all() }, &single),
        (ClusterQuery { has_provider_id: Some(false), ..all() }, &single),
        (ClusterQuery { has_provider_id: Some(true), ..all() }, &spread),
        (ClusterQuery { regions: vec![String::new()], ..all() }, &spread),
    ] {
        assert_eq!(found(&*store, query.clone()).await, std::slice::from_ref(expected), "{query:?}");
    }
}

/// Name and value, and all that are asked for.
pub async fn labels_are_compared_whole(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual().with_label("team", "a").with_label("x.y/\"z\"", "1").with_label("", "")).await;
    record(&*store, usual().with_label("team", "ab").with_label("a", "team")).await;
    let with = |labels: &[(&str, &str)]| ClusterQuery {
        labels: labels.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        ..ClusterQuery::all()
    };
    for labels in [&[("team", "a")][..], &[("x.y/\"z\"", "1")], &[("", "")], &[("team", "a"), ("", "")]] {
        assert_eq!(found(&*store, with(labels)).await, std::slice::from_ref(&one), "{labels:?}");
    }
    for labels in [&[("team", "")][..], &[("tea", "ma")], &[("team", "a"), ("x.y/\"z\"", "2")], &[("a", "a")]] {
        assert_eq!(found(&*store, with(labels)).await, [], "{labels:?}");
    }
}

/// It is found where it was written, finds nothing where it was not, and does nothing.
pub async fn text_that_looks_like_sql_is_only_text(store: Arc<dyn ClusterStore>) {
    let bystander = record(&*store, usual()).await;
    for text in SQL_LIKE {
        let mut new = usual().with_name(text).with_label(text, text);
        new.region = text.to_owned();
        new.cloud_provider = text.to_owned();
        new.tenant_id = Some(text.to_owned());
        new.external_id = Some(text.to_owned());
        new.workload_types = BTreeSet::from([text.to_owned()]);
        new.provider_type = ProviderType::from(text);
        let one = record(&*store, new).await;
        let all = ClusterQuery::all;
        let own = || Some(text.to_owned());
        for query in [
            ClusterQuery { regions: vec![text.to_owned()], ..all() },
            ClusterQuery { cloud_providers: vec![text.to_owned()], ..all() },
            ClusterQuery { tenant_id: own(), ..all() },
            ClusterQuery { external_id: own(), ..all() },
            ClusterQuery { name: own(), ..all() },
            ClusterQuery { workload_type: own(), ..all() },
            ClusterQuery { provider_type: Some(ProviderType::from(text)), ..all() },
            ClusterQuery { labels: BTreeMap::from([(text.to_owned(), text.to_owned())]), ..all() },
        ] {
            assert_eq!(found(&*store, query.clone()).await, std::slice::from_ref(&one), "{query:?}");
        }
        if let Ok(id) = ClusterId::new(text) {
            assert_eq!(found(&*store, all().with_ids([id])).await, []);
        }
    }
    assert_eq!(store.get(&bystander.id).await.unwrap(), Some(bystander));
    assert_eq!(found(&*store, ClusterQuery::all()).await.len(), SQL_LIKE.len() + 1);
}

/// What waits for a later moment is not found; what waits for none is.
pub async fn what_is_not_due_waits(store: Arc<dyn ClusterStore>) {
    let now = store.now().await.unwrap();
    let free = record(&*store, usual()).await;
    let waiting = record(&*store, usual()).await;
    let later = now + SignedDuration::from_secs(10);
    let patch = ClusterPatch { next_attempt_at: Some(Some(later)), ..ClusterPatch::default() };
    let waiting = store.patch(&waiting.id, Expect::any(), patch).await.unwrap();
    let due = |at| ClusterQuery { due_at: Some(at), ..ClusterQuery::all() };
    assert_eq!(found(&*store, due(now)).await, std::slice::from_ref(&free));
    assert_eq!(found(&*store, due(later)).await.len(), 2);
    assert_eq!(waiting.next_attempt_at, Some(later));
}

fn some<T: Clone>(rng: &mut StdRng, from: &[T]) -> T {
    from.choose(rng).expect("there is something to choose from").clone()
}

fn text(rng: &mut StdRng) -> String {
    some(rng, &["", "a", "A", "ab", "b", "%", "'", "ü", "\"", "a,b"]).to_owned()
}

fn texts(rng: &mut StdRng) -> Vec<String> {
    (0..rng.random_range(0..3)).map(|_| text(rng)).collect()
}

fn pairs(rng: &mut StdRng) -> BTreeMap<String, String> {
    (0..rng.random_range(0..3)).map(|_| (text(rng), text(rng))).collect()
}

fn maybe<T>(rng: &mut StdRng, one_in: u32, make: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
    rng.random_ratio(1, one_in).then(|| make(rng))
}

async fn random_record(store: &dyn ClusterStore, rng: &mut StdRng, number: usize) -> Cluster {
    let mut new = NewCluster::new(text(rng).as_str(), text(rng), text(rng));
    new.tenant_id = maybe(rng, 2, text);
    new.ownership = some(rng, &[Ownership::Managed, Ownership::Registered]);
    new.multi_az = rng.random();
    new.schedulable = rng.random();
    new.status = some(rng, &ClusterStatus::ALL);
    new.workload_types = texts(rng).into_iter().collect();
    new.labels = pairs(rng);
    new.provider_cluster_id = maybe(rng, 2, |_| ProviderClusterId::new(format!("p{number}")).unwrap());
    new.external_id = maybe(rng, 2, |rng| format!("{}{number}", text(rng)));
    let one = record(store, new).await;
    let patch = ClusterPatch {
        desired_state: Some(some(rng, &[DesiredState::Present, DesiredState::Absent])),
        next_attempt_at: Some(maybe(rng, 2, |rng| {
            one.created_at + SignedDuration::from_micros(rng.random_range(-3_000_000..3_000_000))
        })),
        ..ClusterPatch::default()
    };
    let one = store.patch(&one.id, Expect::any(), patch).await.unwrap();
    if rng.random_ratio(1, 8) {
        store.soft_delete(&one.id, Expect::any()).await.unwrap();
    }
    store.get_including_deleted(&one.id).await.unwrap().unwrap()
}

fn random_query(rng: &mut StdRng, all: &[Cluster]) -> ClusterQuery {
    let one = some(rng, all);
    ClusterQuery {
        ids: maybe(rng, 8, |rng| (0..10).map(|_| some(rng, all).id).collect()).unwrap_or_default(),
        statuses: maybe(rng, 3, |rng| (0..3).map(|_| some(rng, &ClusterStatus::ALL)).collect()).unwrap_or_default(),
        cloud_providers: maybe(rng, 5, texts).unwrap_or_default(),
        regions: maybe(rng, 5, texts).unwrap_or_default(),
        multi_az: maybe(rng, 5, |rng| rng.random()),
        provider_type: maybe(rng, 6, |rng| ProviderType::from(text(rng).as_str())),
        ownership: maybe(rng, 5, |rng| some(rng, &[Ownership::Managed, Ownership::Registered])),
        tenant_id: maybe(rng, 6, text),
        workload_type: maybe(rng, 6, text),
        external_id: maybe(rng, 12, |_| one.external_id.clone().unwrap_or_default()),
        name: maybe(rng, 12, |_| one.name.clone()),
        has_provider_id: maybe(rng, 5, |rng| rng.random()),
        desired_state: maybe(rng, 5, |rng| some(rng, &[DesiredState::Present, DesiredState::Absent])),
        schedulable: maybe(rng, 5, |rng| rng.random()),
        labels: maybe(rng, 5, pairs).unwrap_or_default(),
        due_at: maybe(rng, 4, |rng| {
            one.created_at + SignedDuration::from_micros(rng.random_range(-3_000_000..3_000_000))
        }),
        sort: some(rng, &[SortBy::CreatedAt, SortBy::Id]),
        after: maybe(rng, 6, |_| crate::store::Cursor::new(one.created_at, one.id.clone())),
        limit: maybe(rng, 4, |rng| rng.random_range(1..20)),
    }
}

/// Random records and random queries, from a fixed seed: what the store lists and counts is what [`ClusterQuery::matches`] says.
pub async fn databases_find_what_the_query_says(store: Arc<dyn ClusterStore>) {
    let mut rng = StdRng::seed_from_u64(0x6d6f_6f72_696e_6700);
    let mut all = Vec::new();
    for number in 0..80 {
        all.push(random_record(&*store, &mut rng, number).await);
    }
    let mut hits = 0;
    for round in 0..300 {
        let query = random_query(&mut rng, &all);
        let mut expected: Vec<&Cluster> =
            all.iter().filter(|cluster| query.matches(cluster) && query.is_behind(cluster)).collect();
        expected.sort_by(|left, right| query.order(left, right));
        let more = expected.len() > query.page_size() as usize;
        expected.truncate(query.page_size() as usize);
        let page = store.list(query.clone()).await.unwrap();
        assert_eq!(page.items.iter().collect::<Vec<_>>(), expected, "round {round}: {query:?}");
        assert_eq!(page.next.is_some(), more, "round {round}: {query:?}");
        let mut counts = BTreeMap::new();
        for cluster in all.iter().filter(|cluster| query.matches(cluster)) {
            *counts.entry((cluster.cloud_provider.clone(), cluster.region.clone())).or_insert(0) += 1;
        }
        assert_eq!(store.count_by_region(query.clone()).await.unwrap(), counts, "round {round}: {query:?}");
        hits += expected.len();
    }
    assert!(hits > 500, "the queries found only {hits} records: they say too much");
}

/// Only what occurs.
pub async fn records_are_counted_by_status_and_by_region(store: Arc<dyn ClusterStore>) {
    for status in [ClusterStatus::Ready, ClusterStatus::Ready, ClusterStatus::Failed] {
        record(&*store, NewCluster { status, ..usual() }).await;
    }
    record(&*store, NewCluster { region: "us".to_owned(), ..usual() }).await;
    let by_status =
        BTreeMap::from([(ClusterStatus::Accepted, 1), (ClusterStatus::Ready, 2), (ClusterStatus::Failed, 1)]);
    assert_eq!(store.count_by_status().await.unwrap(), by_status);
    let at = |region: &str| ("aws".to_owned(), region.to_owned());
    let by_region = BTreeMap::from([(at("eu-central-1"), 3), (at("us"), 1)]);
    assert_eq!(store.count_by_region(ClusterQuery::all().limit(1)).await.unwrap(), by_region);
    let ready = ClusterQuery::all().in_status([ClusterStatus::Ready]);
    assert_eq!(store.count_by_region(ready).await.unwrap(), BTreeMap::from([(at("eu-central-1"), 2)]));
}

/// Those that match and have one of the states, however many a page would hold; the rest is left alone.
pub async fn many_are_changed_where_they_have_the_status(store: Arc<dyn ClusterStore>) {
    let at = |status| NewCluster { status, ..usual() };
    let mut ready =
        vec![record(&*store, at(ClusterStatus::Ready)).await, record(&*store, at(ClusterStatus::Ready)).await];
    let elsewhere = NewCluster { region: "us".to_owned(), ..at(ClusterStatus::Ready) };
    let untouched = [record(&*store, at(ClusterStatus::Failed)).await, record(&*store, elsewhere).await];
    let query = ClusterQuery { regions: vec!["eu-central-1".to_owned()], ..ClusterQuery::all().limit(1) };
    let to = ClusterStatus::Deprovisioning;
    assert_eq!(store.transition_many(query.clone(), &[], to, None).await.unwrap(), []);
    let from = [ClusterStatus::Ready, ClusterStatus::WaitingForAgent];
    let changed = store.transition_many(query.clone(), &from, to, None).await.unwrap();
    ready.sort_by(|left, right| left.id.cmp(&right.id));
    assert_eq!(changed, ready.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
    for before in ready {
        let after = store.get(&before.id).await.unwrap().unwrap();
        assert_eq!(after.status_since, after.updated_at);
        let (status_since, updated_at) = (after.status_since, after.updated_at);
        assert_eq!(after, Cluster { status: to, resource_version: 2, status_since, updated_at, ..before });
    }
    for one in untouched {
        assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    }
    assert_eq!(store.transition_many(query, &from, to, None).await.unwrap(), []);
}

/// Sorted, without those that only deleted records have.
pub async fn types_of_providers_are_listed_once(store: Arc<dyn ClusterStore>) {
    for provider in ["standalone", "ocm", "ocm", "b"] {
        record(&*store, NewCluster::new(provider, "aws", "eu")).await;
    }
    let types = ["b", "ocm", "standalone"].map(ProviderType::from);
    assert_eq!(store.provider_types().await.unwrap(), types);
}

/// Of records some of which somebody broke, every page tells which ones, and every other record is read once, whatever the size of a page. To
/// be called by tests that can break records; a store that keeps them as they are has none.
///
/// # Panics
/// When the claim does not hold.
pub async fn pages_tell_what_cannot_be_read(
    store: &dyn ClusterStore,
    good: &[&ClusterId],
    broken: &[(&ClusterId, &'static str)],
) {
    let wanted: Vec<(String, &str)> = broken.iter().map(|(id, column)| (id.to_string(), *column)).collect();
    for limit in 2..10 {
        let (mut read, mut told, mut cursor) = (Vec::new(), std::collections::BTreeSet::new(), None);
        loop {
            let page = store.list(ClusterQuery::all().after(cursor).limit(limit)).await.unwrap();
            read.extend(page.items.into_iter().map(|cluster| cluster.id));
            told.extend(page.unreadable.into_iter().map(|one| (one.id, one.column)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(read.iter().collect::<Vec<_>>(), good, "pages of {limit}");
        assert!(
            told.iter().map(|(id, column)| (id.clone(), *column)).eq(sorted(&wanted)),
            "pages of {limit}: {told:?}"
        );
    }
    let query = ClusterQuery::all().with_ids(broken.iter().map(|(id, _)| (*id).clone()));
    let page = store.list(query).await.unwrap();
    assert_eq!((page.items.len(), page.unreadable.len()), (0, broken.len()));
}

fn sorted<'a>(wanted: &[(String, &'a str)]) -> impl Iterator<Item = (String, &'a str)> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted.into_iter()
}
