//! Claims about writing and reading one record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{record, usual};
use crate::cluster::{
    AppliedSet, Capacity, Cluster, ClusterId, ClusterPatch, ClusterStatus, Condition, Conditions, CreateToken,
    DeletionPolicy, DesiredState, NewCluster, Ownership, ProviderClusterId, ProviderType,
};
use crate::secrets::SecretRef;
use crate::store::change::apply;
use crate::store::{ClusterQuery, ClusterStore, Expect, StoreError, UniqueKey};

fn provider_id(id: &str) -> ProviderClusterId {
    ProviderClusterId::new(id).unwrap()
}

fn full() -> NewCluster {
    let mut new = usual()
        .with_name("mk-abc")
        .with_provider_cluster_id(provider_id("1a2b"))
        .with_create_token(CreateToken::new("token-1").unwrap())
        .with_provider_spec(json!({"a": [1, -2.5, "ü \" ' \\ \n", null, true], "": {}}))
        .with_label("team", "storage")
        .with_label("", "empty");
    new.id = Some(ClusterId::new("one").unwrap());
    new.tenant_id = Some("tenant".to_owned());
    new.ownership = Ownership::Registered;
    new.external_id = Some("external".to_owned());
    new.multi_az = true;
    new.status = ClusterStatus::Ready;
    new.deletion_policy = DeletionPolicy::RemoveResourcesOnly;
    new.cluster_dns = Some("apps.example".to_owned());
    new.workload_types = BTreeSet::from(["standard".to_owned(), "developer".to_owned()]);
    new.capacity = BTreeMap::from([("standard".to_owned(), Capacity::new(9, 5, -1))]);
    new.schedulable = false;
    new
}

/// A patch that names every column, with values unlike those of a new record.
fn every_column(now: Timestamp) -> ClusterPatch {
    let mut conditions = Conditions::default();
    conditions.set(Condition::no("Available").because("Probe", "it's \"down\""), now);
    ClusterPatch {
        status: Some(ClusterStatus::Deprovisioning),
        status_details: Some(Some("details".to_owned())),
        status_before: Some(Some(ClusterStatus::Ready)),
        name: Some("another".to_owned()),
        tenant_id: Some(Some("other".to_owned())),
        provider_cluster_id: Some(Some(provider_id("3c"))),
        external_id: Some(Some("second".to_owned())),
        cloud_provider: Some("gcp".to_owned()),
        region: Some("us".to_owned()),
        multi_az: Some(true),
        desired_state: Some(DesiredState::Absent),
        deletion_policy: Some(DeletionPolicy::Orphan),
        conditions: Some(conditions),
        provider_spec: Some(json!({"size": 3})),
        provider_info: Some(json!([{"id": "x"}])),
        cluster_dns: Some(Some("dns".to_owned())),
        credentials_ref: Some(Some(SecretRef::new("where"))),
        workload_types: Some(BTreeSet::from(["eval".to_owned()])),
        capacity: Some(BTreeMap::from([("eval".to_owned(), Capacity::new(1, 2, 3))])),
        schedulable: Some(false),
        labels: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        applied_sets: Some(BTreeMap::from([("set".to_owned(), AppliedSet::new("hash", now, 7))])),
        create_asked_at: Some(Some(now)),
        attempts: Some(u32::MAX),
        next_attempt_at: Some(Some(now + SignedDuration::from_secs(60))),
        last_error: Some(Some("error".to_owned())),
        last_checked_at: Some(Some(now - SignedDuration::from_secs(60))),
    }
}

/// The patches that name one column each of the ones in this.
fn one_by_one(patch: &ClusterPatch) -> Vec<(&'static str, ClusterPatch)> {
    macro_rules! each {
        ($($column:ident)*) => {
            vec![$((
                stringify!($column),
                ClusterPatch { $column: patch.$column.clone(), ..ClusterPatch::default() },
            )),*]
        };
    }
    each!(status status_details status_before name tenant_id provider_cluster_id external_id cloud_provider region multi_az
        desired_state deletion_policy conditions provider_spec provider_info cluster_dns credentials_ref workload_types capacity
        schedulable labels applied_sets create_asked_at attempts next_attempt_at last_error last_checked_at)
}

/// Every column of a record comes back as it was given, and what a new record has besides is as it should be.
pub async fn what_is_recorded_is_read_back(store: Arc<dyn ClusterStore>) {
    let before = store.now().await.unwrap();
    let written = store.insert(full(), None).await.unwrap();
    let after = store.now().await.unwrap();
    assert_eq!(store.get(&written.id).await.unwrap().as_ref(), Some(&written));
    assert_eq!(store.get_by_token(&written.create_token).await.unwrap().as_ref(), Some(&written));
    let found = store.get_by_provider_id(&ProviderType::OCM, &provider_id("1a2b")).await.unwrap();
    assert_eq!(found.as_ref(), Some(&written));
    assert_eq!(store.get_by_provider_id(&ProviderType::STANDALONE, &provider_id("1a2b")).await.unwrap(), None);
    assert!(before <= written.created_at && written.created_at <= after, "{before} {written:?} {after}");
    let expected = crate::store::change::begin(full(), 0, written.created_at);
    assert_eq!(written, expected);
}

/// Identity, name and token are made when the caller left them open.
pub async fn a_record_gets_an_id_a_name_and_a_token_when_none_is_given(store: Arc<dyn ClusterStore>) {
    let first = record(&*store, usual()).await;
    let second = record(&*store, usual()).await;
    assert_ne!(first.id, second.id);
    assert_ne!(first.create_token, second.create_token);
    assert!(!first.name.is_empty());
    assert_ne!(first.name, second.name);
}

/// Each column alone, then all of them: the rest stays, the version grows by one, and what is answered is what is read.
pub async fn a_patch_changes_what_it_names_and_nothing_else(store: Arc<dyn ClusterStore>) {
    let now = store.now().await.unwrap();
    let all = every_column(now);
    for (column, patch) in one_by_one(&all) {
        let before = record(&*store, usual()).await;
        let mut expected = before.clone();
        let after = store.patch(&before.id, Expect::version(1), patch.clone()).await.unwrap();
        apply(&mut expected, patch, after.updated_at);
        assert_ne!(expected, before, "{column}");
        assert_eq!(after.resource_version, 2, "{column}");
        assert!(after.updated_at >= before.updated_at, "{column}");
        expected.resource_version = 2;
        expected.updated_at = after.updated_at;
        assert_eq!(after, expected, "{column}");
        assert_eq!(store.get(&before.id).await.unwrap(), Some(after), "{column}");
        assert!(store.hard_delete(&before.id, Expect::any()).await.unwrap());
    }
    let before = record(&*store, usual()).await;
    let after = store.patch(&before.id, Expect::any(), all.clone()).await.unwrap();
    let mut expected = Cluster { resource_version: 2, updated_at: after.updated_at, ..before };
    apply(&mut expected, all, after.updated_at);
    assert_eq!(after, expected);
}

/// What was said can be unsaid, and `true` can become `false`.
pub async fn false_and_nothing_can_be_written(store: Arc<dyn ClusterStore>) {
    let now = store.now().await.unwrap();
    let one = record(&*store, usual()).await;
    let full = store.patch(&one.id, Expect::any(), every_column(now)).await.unwrap();
    let empty = ClusterPatch {
        status_details: Some(None),
        status_before: Some(None),
        tenant_id: Some(None),
        provider_cluster_id: Some(None),
        external_id: Some(None),
        region: Some(String::new()),
        multi_az: Some(false),
        conditions: Some(Conditions::default()),
        provider_spec: Some(serde_json::Value::Null),
        provider_info: Some(serde_json::Value::Null),
        cluster_dns: Some(None),
        credentials_ref: Some(None),
        workload_types: Some(BTreeSet::new()),
        capacity: Some(BTreeMap::new()),
        labels: Some(BTreeMap::new()),
        applied_sets: Some(BTreeMap::new()),
        create_asked_at: Some(None),
        attempts: Some(0),
        next_attempt_at: Some(None),
        last_error: Some(None),
        last_checked_at: Some(None),
        ..ClusterPatch::default()
    };
    let after = store.patch(&one.id, Expect::any(), empty.clone()).await.unwrap();
    let mut expected = Cluster { resource_version: 3, updated_at: after.updated_at, ..full };
    apply(&mut expected, empty, after.updated_at);
    assert_eq!(after, expected);
    assert!(after.status_details.is_none() && !after.multi_az && after.labels.is_empty());
}

/// A patch that names no column makes a new version all the same.
pub async fn an_empty_patch_is_a_write(store: Arc<dyn ClusterStore>) {
    let before = record(&*store, usual()).await;
    let after = store.patch(&before.id, Expect::any(), ClusterPatch::new()).await.unwrap();
    assert_eq!(after, Cluster { resource_version: 2, updated_at: after.updated_at, ..before });
}

/// Writing the same status again does not make it younger.
pub async fn the_time_of_the_status_changes_with_the_status_only(store: Arc<dyn ClusterStore>) {
    let before = record(&*store, usual()).await;
    let same = ClusterPatch::new().with_status(before.status);
    let after = store.patch(&before.id, Expect::any(), same).await.unwrap();
    assert_eq!(after.status_since, before.status_since);
    let other = ClusterPatch::new().with_status(ClusterStatus::Ready);
    let after = store.patch(&before.id, Expect::any(), other).await.unwrap();
    assert_eq!(after.status_since, after.updated_at);
}

/// Who writes on an old reading is told how the record is now, and nothing is changed.
pub async fn a_write_of_an_old_version_is_a_conflict_that_says_what_is_there(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual()).await;
    let ready = ClusterPatch::new().with_status(ClusterStatus::Ready);
    let now = store.patch(&one.id, Expect::version(1), ready).await.unwrap();
    let is_conflict = |error: StoreError| {
        assert!(
            matches!(&error, StoreError::Conflict { id, status: ClusterStatus::Ready, version: 2 } if *id == one.id),
            "{error:?}"
        );
    };
    let stale = ClusterPatch::new().with_status(ClusterStatus::Accepted);
    is_conflict(store.patch(&one.id, Expect::version(1), stale).await.unwrap_err());
    is_conflict(store.soft_delete(&one.id, Expect::version(1)).await.unwrap_err());
    is_conflict(store.hard_delete(&one.id, Expect::version(1)).await.unwrap_err());
    is_conflict(store.patch(&one.id, Expect::version(3), ClusterPatch::new()).await.unwrap_err());
    assert_eq!(store.get(&one.id).await.unwrap(), Some(now));
}

/// A write may say which states it is meant for.
pub async fn a_write_for_another_status_is_a_conflict(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, usual()).await;
    let expect = |status| Expect::version(1).in_status([status, ClusterStatus::Failed]);
    let refused = store.patch(&one.id, expect(ClusterStatus::Ready), ClusterPatch::new()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { status: ClusterStatus::Accepted, version: 1, .. }), "{refused:?}");
    store.patch(&one.id, expect(ClusterStatus::Accepted), ClusterPatch::new()).await.unwrap();
}

/// Records that never were, or were deleted, are not found by writes.
pub async fn what_is_not_there_cannot_be_written(store: Arc<dyn ClusterStore>) {
    let deleted = record(&*store, usual()).await;
    store.soft_delete(&deleted.id, Expect::any()).await.unwrap();
    for id in [deleted.id, ClusterId::generate()] {
        let patched = store.patch(&id, Expect::version(1), ClusterPatch::new()).await.unwrap_err();
        assert!(matches!(patched, StoreError::NotFound { .. }), "{patched:?}");
        let gone = store.soft_delete(&id, Expect::any()).await.unwrap_err();
        assert!(matches!(gone, StoreError::NotFound { .. }), "{gone:?}");
    }
}

/// No update is lost: of those who read one version and write, one succeeds.
pub async fn of_writers_at_one_time_one_wins_each_version(store: Arc<dyn ClusterStore>) {
    const WRITERS: u32 = 4;
    const WRITES: u32 = 5;
    let one = record(&*store, usual()).await;
    let writers = (0..WRITERS).map(|_| {
        let (store, id) = (Arc::clone(&store), one.id.clone());
        tokio::spawn(async move {
            let mut written = 0;
            while written < WRITES {
                let now = store.get(&id).await.unwrap().unwrap();
                let patch = ClusterPatch { attempts: Some(now.attempts + 1), ..ClusterPatch::default() };
                match store.patch(&id, Expect::version(now.resource_version), patch).await {
                    Ok(_) => written += 1,
                    Err(StoreError::Conflict { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
    });
    futures::future::try_join_all(writers.collect::<Vec<_>>()).await.unwrap();
    assert_eq!(store.get(&one.id).await.unwrap().unwrap().attempts, WRITERS * WRITES);
}

/// That a provider has not answered is nothing two records have in common.
pub async fn two_records_without_a_providers_id_do_not_collide(store: Arc<dyn ClusterStore>) {
    let (first, second) = (record(&*store, usual()).await, record(&*store, usual()).await);
    assert_eq!((first.provider_cluster_id, second.provider_cluster_id), (None, None));
    assert_eq!((first.external_id, second.external_id), (None, None));
}

/// What the deleted record had is free for a new one.
pub async fn the_id_of_a_deleted_record_can_be_registered_again(store: Arc<dyn ClusterStore>) {
    let old = record(&*store, full()).await;
    store.soft_delete(&old.id, Expect::any()).await.unwrap();
    let again = NewCluster { id: None, create_token: None, ..full() };
    let new = record(&*store, again).await;
    assert_eq!(new.provider_cluster_id, old.provider_cluster_id);
    let found = store.get_by_provider_id(&ProviderType::OCM, &provider_id("1a2b")).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(new.id));
}

/// A record that has what another has is refused, and told which.
pub async fn what_has_to_differ_is_named(store: Arc<dyn ClusterStore>) {
    let there = record(&*store, full()).await;
    let other = || NewCluster {
        id: None,
        create_token: None,
        provider_cluster_id: None,
        external_id: None,
        name: None,
        ..full()
    };
    let cases = [
        (UniqueKey::Id, NewCluster { id: Some(there.id.clone()), ..other() }),
        (UniqueKey::CreateToken, NewCluster { create_token: Some(there.create_token.clone()), ..other() }),
        (
            UniqueKey::ProviderClusterId,
            NewCluster { provider_cluster_id: there.provider_cluster_id.clone(), ..other() },
        ),
        (UniqueKey::ExternalId, NewCluster { external_id: there.external_id.clone(), ..other() }),
        (UniqueKey::Name, NewCluster { name: Some(there.name.clone()), ..other() }),
    ];
    for (what, new) in cases {
        match store.insert(new, None).await {
            Err(StoreError::AlreadyExists { what: named }) => assert_eq!(named, what),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!(store.list(ClusterQuery::all()).await.unwrap().items, [there]);
}

/// The same is true of a change.
pub async fn a_patch_cannot_take_what_another_has(store: Arc<dyn ClusterStore>) {
    let there = record(&*store, full()).await;
    let one = record(&*store, usual()).await;
    let cases = [
        (
            UniqueKey::ProviderClusterId,
            ClusterPatch { provider_cluster_id: Some(there.provider_cluster_id.clone()), ..ClusterPatch::default() },
        ),
        (
            UniqueKey::ExternalId,
            ClusterPatch { external_id: Some(there.external_id.clone()), ..ClusterPatch::default() },
        ),
        (UniqueKey::Name, ClusterPatch { name: Some(there.name.clone()), ..ClusterPatch::default() }),
    ];
    for (what, patch) in cases {
        match store.patch(&one.id, Expect::version(1), patch).await {
            Err(StoreError::AlreadyExists { what: named }) => assert_eq!(named, what),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    let own = ClusterPatch { name: Some(there.name.clone()), ..ClusterPatch::default() };
    store.patch(&there.id, Expect::version(1), own).await.unwrap();
}

/// Providers name their clusters without asking each other.
pub async fn the_same_names_belong_to_different_providers(store: Arc<dyn ClusterStore>) {
    record(&*store, full()).await;
    let other = NewCluster { id: None, create_token: None, provider_type: ProviderType::STANDALONE, ..full() };
    record(&*store, other).await;
}

/// Not even a deleted record's are used again.
pub async fn ids_and_tokens_are_unique_for_ever(store: Arc<dyn ClusterStore>) {
    let old = record(&*store, full()).await;
    store.soft_delete(&old.id, Expect::any()).await.unwrap();
    let same_id = store.insert(NewCluster { id: Some(old.id.clone()), ..usual() }, None).await.unwrap_err();
    assert!(matches!(same_id, StoreError::AlreadyExists { what: UniqueKey::Id }), "{same_id:?}");
    let same_token = store.insert(usual().with_create_token(old.create_token), None).await.unwrap_err();
    assert!(matches!(same_token, StoreError::AlreadyExists { what: UniqueKey::CreateToken }), "{same_token:?}");
}

/// What is deleted is marked, counted as a write, and out of sight.
pub async fn a_deleted_record_is_read_by_id_and_token_only(store: Arc<dyn ClusterStore>) {
    let one = record(&*store, full()).await;
    store.soft_delete(&one.id, Expect::version(1).in_status([ClusterStatus::Ready])).await.unwrap();
    assert_eq!(store.get(&one.id).await.unwrap(), None);
    assert_eq!(store.get_by_provider_id(&ProviderType::OCM, &provider_id("1a2b")).await.unwrap(), None);
    assert!(store.list(ClusterQuery::all()).await.unwrap().items.is_empty());
    assert!(store.count_by_status().await.unwrap().is_empty());
    assert!(store.count_by_region(ClusterQuery::all()).await.unwrap().is_empty());
    assert!(store.provider_types().await.unwrap().is_empty());
    let kept = store.get_including_deleted(&one.id).await.unwrap().unwrap();
    assert_eq!(store.get_by_token(&one.create_token).await.unwrap().as_ref(), Some(&kept));
    assert!(kept.deleted_at.is_some_and(|deleted| deleted == kept.updated_at));
    assert_eq!(kept, Cluster { resource_version: 2, deleted_at: kept.deleted_at, updated_at: kept.updated_at, ..one });
}

/// A record can be taken away whether it was marked or not; twice is no error.
pub async fn a_record_is_taken_away_for_good_once(store: Arc<dyn ClusterStore>) {
    let (live, marked) = (record(&*store, usual()).await, record(&*store, usual()).await);
    store.soft_delete(&marked.id, Expect::any()).await.unwrap();
    assert!(store.hard_delete(&live.id, Expect::version(1)).await.unwrap());
    assert!(store.hard_delete(&marked.id, Expect::version(2)).await.unwrap());
    for one in [live, marked] {
        assert!(!store.hard_delete(&one.id, Expect::version(1)).await.unwrap());
        assert_eq!(store.get_including_deleted(&one.id).await.unwrap(), None);
    }
}

/// Only what was deleted, and only what was deleted before then.
pub async fn what_was_deleted_long_ago_is_purged(store: Arc<dyn ClusterStore>) {
    let (live, marked) = (record(&*store, usual()).await, record(&*store, usual()).await);
    store.soft_delete(&marked.id, Expect::any()).await.unwrap();
    let deleted_at = store.get_including_deleted(&marked.id).await.unwrap().unwrap().deleted_at.unwrap();
    assert_eq!(store.purge_deleted_before(deleted_at).await.unwrap(), 0);
    assert_eq!(store.purge_deleted_before(deleted_at + SignedDuration::from_secs(1)).await.unwrap(), 1);
    assert_eq!(store.get_including_deleted(&marked.id).await.unwrap(), None);
    assert_eq!(store.get(&live.id).await.unwrap(), Some(live));
}
