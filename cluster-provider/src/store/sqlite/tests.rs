use std::sync::Arc;

use sqlx::migrate::Migrate as _;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, SqliteConnection};
use tempfile::TempDir;

use super::*;
use crate::cluster::{ClusterId, ClusterPatch, ClusterStatus, NewCluster};
use crate::store::{ClusterQuery, ClusterStore, Expect, SchemaError};

/// In memory.
mod memory {
    use super::*;

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        let store = SqliteStore::memory().await.unwrap();
        Some((Arc::new(store) as Arc<dyn ClusterStore>, async {}))
    }

    crate::cluster_store_suite!(open);
}

/// In a file, with readers beside the writer.
mod file {
    use super::*;

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(options(&folder)).await.unwrap();
        Some((Arc::new(store) as Arc<dyn ClusterStore>, async move { folder.close().unwrap() }))
    }

    crate::cluster_store_suite!(open);
}

fn options(folder: &TempDir) -> SqliteOptions {
    SqliteOptions::file(folder.path().join("clusters.db")).durable(false)
}

fn usual() -> NewCluster {
    NewCluster::new("ocm", "aws", "eu")
}

/// Somebody else at the same file.
async fn beside(options: &SqliteOptions) -> SqliteConnection {
    options.connection().create_if_missing(true).connect().await.unwrap()
}

#[tokio::test]
async fn records_of_an_older_schema_are_brought_up_to_date() {
    let folder = TempDir::new().unwrap();
    let options = options(&folder);
    let mut old = beside(&options).await;
    migrator(scripts(&SCRIPTS[..1])).run_direct(None, &mut old, false).await.unwrap();
    for (id, status) in [("a", "cluster_accepted"), ("b", "waiting_for_kas_fleetshard_operator")] {
        sqlx::query(
            "INSERT INTO clusters VALUES (?1, ?1, NULL, 'managed', 'ocm', NULL, NULL, 'aws', 'eu', 1, ?2, NULL, \
             '2023-06-28T10:00:00.000000Z', NULL, 'present', 'delete', '[]', '{\"size\": 3}', 'null', NULL, NULL, \
             '[\"standard\"]', 'null', 1, '{}', '{}', ?1, 2, NULL, 'no room', NULL, 7, 12, \
             '2023-06-28T10:00:00.000000Z', '2023-06-28T11:00:00.123000Z', NULL)",
        )
        .bind(id)
        .bind(status)
        .execute(&mut old)
        .await
        .unwrap();
    }
    old.close().await.unwrap();
    let store = SqliteStore::open(options).await.unwrap();
    let all = store.list(ClusterQuery::all()).await.unwrap().items;
    assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(all[0].create_asked_at, None);
    let old = &all[1];
    assert_eq!(old.create_asked_at, Some(old.created_at));
    assert_eq!((old.status, old.epoch, old.resource_version), (ClusterStatus::WaitingForAgent, 7, 12));
    assert_eq!((old.attempts, old.last_error.as_deref(), old.capacity.len()), (2, Some("no room"), 0));
    assert_eq!(old.updated_at.to_string(), "2023-06-28T11:00:00.123Z");
    let patched = store.patch(&old.id, Expect::version(12), ClusterPatch::new()).await.unwrap();
    assert_eq!(patched.resource_version, 13);
    store.close().await;
}

#[tokio::test]
async fn a_database_from_the_future_is_refused() {
    let folder = TempDir::new().unwrap();
    let options = options(&folder);
    SqliteStore::open(options.clone()).await.unwrap().close().await;
    let later = [(7, "later", "CREATE TABLE later (a TEXT)")];
    let mut other = beside(&options).await;
    other.apply(super::super::sql::MIGRATIONS_TABLE, &scripts(&later)[0]).await.unwrap();
    other.close().await.unwrap();
    let refused = SqliteStore::open(options).await.unwrap_err();
    let StoreError::Migration(source) = &refused else { panic!("{refused:?}") };
    let known = SCRIPTS.len() as i64;
    match source.downcast_ref::<SchemaError>() {
        Some(SchemaError::FromTheFuture { found: 7, known: latest }) => assert_eq!(*latest, known),
        other => panic!("{other:?}"),
    }
    assert!(!refused.is_retryable());
}

#[tokio::test]
async fn a_script_that_was_changed_after_it_ran_is_refused() {
    let folder = TempDir::new().unwrap();
    let options = options(&folder);
    let mut other = beside(&options).await;
    let changed = [(1, "records", "CREATE TABLE clusters (id TEXT)")];
    migrator(scripts(&changed)).run_direct(None, &mut other, false).await.unwrap();
    other.close().await.unwrap();
    let StoreError::Migration(source) = SqliteStore::open(options).await.unwrap_err() else { panic!() };
    assert!(matches!(source.downcast_ref(), Some(SchemaError::Changed { version: 1 })), "{source}");
}

#[tokio::test]
async fn of_processes_that_begin_at_one_time_one_makes_the_schema() {
    let folder = TempDir::new().unwrap();
    let opening = (0..6).map(|_| tokio::spawn(SqliteStore::open(options(&folder))));
    for store in futures::future::join_all(opening).await {
        store.unwrap().unwrap().close().await;
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = SqliteStore::open(options(&folder)).await.unwrap();
    let one = first.insert(usual(), None).await.unwrap();
    first.close().await;
    let second = SqliteStore::open(options(&folder).create(false)).await.unwrap();
    assert_eq!(second.get(&one.id).await.unwrap(), Some(one));
    second.close().await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made_unless_asked_for() {
    let folder = TempDir::new().unwrap();
    let missing = SqliteStore::open(options(&folder).create(false)).await.unwrap_err();
    assert!(matches!(missing, StoreError::Unavailable(_)), "{missing:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("clusters.db"), "to be or not to be, ".repeat(512)).unwrap();
    let refused = SqliteStore::open(options(&folder)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_is_gone_is_unavailable_until_it_is_back() {
    let folder = TempDir::new().unwrap();
    let (path, away) = (folder.path().join("clusters.db"), folder.path().join("away"));
    let store = SqliteStore::open(options(&folder)).await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    std::fs::rename(&path, &away).unwrap();
    for _ in 0..2 {
        let read = store.get(&one.id).await.unwrap_err();
        assert!(matches!(read, StoreError::Unavailable(_)), "{read:?}");
        let written = store.insert(usual(), None).await.unwrap_err();
        assert!(matches!(written, StoreError::Unavailable(_)) && written.is_retryable(), "{written:?}");
    }
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(store.list(ClusterQuery::all()).await.unwrap().items, std::slice::from_ref(&one));
    store.patch(&one.id, Expect::version(1), ClusterPatch::new()).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_file_that_was_replaced_is_read_and_the_old_one_is_not() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = SqliteStore::open(options(&folder)).await.unwrap();
    let old = store.insert(usual(), None).await.unwrap();
    let backup = SqliteStore::open(options(&other)).await.unwrap();
    let restored = backup.insert(usual(), None).await.unwrap();
    backup.close().await;
    for suffix in ["-wal", "-shm"] {
        std::fs::remove_file(folder.path().join(format!("clusters.db{suffix}"))).unwrap();
    }
    std::fs::rename(other.path().join("clusters.db"), folder.path().join("clusters.db")).unwrap();
    assert_eq!(store.list(ClusterQuery::all()).await.unwrap().items, [restored]);
    assert_eq!(store.get(&old.id).await.unwrap(), None);
    store.close().await;
}

#[tokio::test]
async fn a_database_that_can_only_be_read_is_unavailable_for_writes() {
    let folder = TempDir::new().unwrap();
    let mut store = SqliteStore::open(options(&folder)).await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    store.engine.writes = store.engine.reads.clone();
    let refused = store.patch(&one.id, Expect::any(), ClusterPatch::new()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    store.close().await;
}

#[tokio::test]
async fn a_writer_beside_is_waited_for_as_long_as_said_and_readers_wait_for_nobody() {
    let folder = TempDir::new().unwrap();
    let mut options = options(&folder);
    options.busy_timeout = Duration::from_millis(20);
    let store = SqliteStore::open(options.clone()).await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    let mut other = beside(&options).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let waited = store.patch(&one.id, Expect::any(), ClusterPatch::new()).await.unwrap_err();
    assert!(matches!(waited, StoreError::Timeout(_)), "{waited:?}");
    assert_eq!(store.get(&one.id).await.unwrap().as_ref(), Some(&one));
    other.execute("ROLLBACK").await.unwrap();
    store.patch(&one.id, Expect::version(1), ClusterPatch::new()).await.unwrap();
    other.close().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_given_up_and_nothing_of_it_stays() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(options(&folder).deadline(Duration::from_millis(50))).await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    let held = store.engine.writes.begin_with(Sqlite::BEGIN).await.unwrap();
    let late = store.soft_delete(&one.id, Expect::any()).await.unwrap_err();
    assert!(matches!(late, StoreError::Timeout(wait) if wait == Duration::from_millis(50)), "{late:?}");
    held.rollback().await.unwrap();
    assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    store.close().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_with_its_column() {
    let store = SqliteStore::memory().await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    for (column, sql) in [
        ("status", "UPDATE clusters SET status = 'full'"),
        ("ownership", "UPDATE clusters SET status = 'ready', ownership = 'theirs'"),
        ("labels", "UPDATE clusters SET ownership = 'managed', labels = '[1]'"),
        ("attempts", "UPDATE clusters SET labels = '{}', attempts = -1"),
        ("created_at", "UPDATE clusters SET attempts = 0, created_at = 'yesterday'"),
    ] {
        store.engine.writes.execute(sql).await.unwrap();
        match store.get(&one.id).await {
            Err(StoreError::Corrupt { id, column: named, .. }) => {
                assert_eq!((id.as_str(), named), (one.id.as_str(), column))
            }
            other => panic!("{column}: {other:?}"),
        }
    }
    store.close().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_hides_no_other() {
    let store = SqliteStore::memory().await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(store.insert(usual(), None).await.unwrap().id);
    }
    // The columns of the place in the order among them.
    for (id, sql) in [
        (&ids[1], "UPDATE clusters SET status = 'full' WHERE id = ?"),
        (&ids[2], "UPDATE clusters SET conditions = '7' WHERE id = ?"),
        (&ids[4], "UPDATE clusters SET created_at = 'yesterday' WHERE id = ?"),
    ] {
        sqlx::query(sql).bind(id.as_str()).execute(&store.engine.writes).await.unwrap();
    }
    crate::testing::store_suite::pages_tell_what_cannot_be_read(
        &store,
        &[&ids[0], &ids[3], &ids[5]],
        &[(&ids[1], "status"), (&ids[2], "conditions"), (&ids[4], "created_at")],
    )
    .await;
    // Without a place, nobody knows where to go on.
    store.engine.writes.execute("UPDATE clusters SET created_at = 'yesterday'").await.unwrap();
    let lost = store.list(ClusterQuery::all().limit(2)).await.unwrap_err();
    assert!(matches!(lost, StoreError::Corrupt { column: "status" | "conditions" | "created_at", .. }), "{lost:?}");
    assert_eq!(store.list(ClusterQuery::all()).await.unwrap().unreadable.len(), 6);
    store.close().await;
}

#[tokio::test]
async fn a_page_holds_ten_thousand_records() {
    const MANY: u32 = ClusterQuery::LONGEST_LIMIT;
    let store = SqliteStore::memory().await.unwrap();
    let one = store.insert(usual().with_label("team", "a"), None).await.unwrap();
    let columns = super::super::sql::codec::COLUMNS;
    let others = columns
        .replace("id, name,", "printf('id-%05d', n), printf('name-%05d', n),")
        .replace("create_token,", "printf('token-%05d', n),");
    let others = others.replace("tenant_printf('id-%05d', n)", "tenant_id");
    let sql = format!(
        "INSERT INTO clusters ({columns}) WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers \
         WHERE n < {MANY}) SELECT {others} FROM clusters, numbers"
    );
    store.engine.writes.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    let begun = std::time::Instant::now();
    let page = store.list(ClusterQuery::all().limit(MANY)).await.unwrap();
    let counts = store.count_by_status().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(page.items.len(), MANY as usize);
    assert!(page.next.is_some());
    assert_eq!(page.items[7].labels, one.labels);
    assert_eq!(counts[&ClusterStatus::Accepted], u64::from(MANY) + 1);
    // Far less; a machine that is busy with other tests may take longer.
    assert!(took < Duration::from_secs(10), "{took:?}");
    let ids = page.items.into_iter().map(|cluster| cluster.id);
    assert_eq!(store.list(ClusterQuery::all().with_ids(ids).limit(MANY)).await.unwrap().items.len(), MANY as usize);
    store.close().await;
}

#[tokio::test]
async fn what_is_read_often_is_found_by_an_index() {
    let store = SqliteStore::memory().await.unwrap();
    let pool = store.engine.reads.clone();
    let explained = async |sql: &'static str| {
        let rows = sqlx::query_as::<_, (i64, i64, i64, String)>(sql).fetch_all(&pool).await.unwrap();
        rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("; ")
    };
    let plan = explained(
        "EXPLAIN QUERY PLAN SELECT id FROM clusters WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 5",
    )
    .await;
    assert!(plan.contains("clusters_age") && !plan.contains("TEMP B-TREE"), "{plan}");
    let plan = explained("EXPLAIN QUERY PLAN SELECT id FROM clusters WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each('[]'))").await;
    assert!(plan.contains("sqlite_autoindex_clusters_1"), "{plan}");
    store.close().await;
}

mod round_trip {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::cluster::{Capacity, Ownership};

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_filter("JSON has no other numbers", |number| number.is_finite()).prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    prop_compose! {
        fn records()(
            texts in prop::collection::vec(any::<String>(), 4),
            tenant_id in any::<Option<String>>(),
            external_id in any::<Option<String>>(),
            cluster_dns in any::<Option<String>>(),
            flags in any::<[bool; 3]>(),
            status in prop::sample::select(ClusterStatus::ALL.to_vec()),
            provider_spec in json(),
            workload_types in prop::collection::btree_set(any::<String>(), 0..4),
            labels in prop::collection::btree_map(any::<String>(), any::<String>(), 0..4),
            capacity in prop::collection::btree_map(any::<String>(), any::<(i32, i32, i32)>(), 0..3),
        ) -> NewCluster {
            let mut new = NewCluster::new(texts[0].as_str(), texts[1].clone(), texts[2].clone()).with_name(texts[3].clone());
            new.id = Some(ClusterId::generate());
            new.ownership = if flags[0] { Ownership::Managed } else { Ownership::Registered };
            (new.multi_az, new.schedulable) = (flags[1], flags[2]);
            (new.tenant_id, new.external_id, new.cluster_dns) = (tenant_id, external_id, cluster_dns);
            (new.status, new.provider_spec, new.labels) = (status, provider_spec, labels);
            new.workload_types = workload_types.into_iter().collect::<BTreeSet<_>>();
            new.capacity = capacity.into_iter().map(|(class, (a, b, c))| (class, Capacity::new(a, b, c))).collect();
            new
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_recorded_is_read_back(new in records()) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let store = SqliteStore::memory().await.unwrap();
                let written = store.insert(new.clone(), None).await.unwrap();
                let expected = crate::store::change::begin(
                    NewCluster { create_token: Some(written.create_token.clone()), ..new },
                    0,
                    written.created_at,
                );
                assert_eq!(written, expected);
                assert_eq!(store.get(&written.id).await.unwrap(), Some(written));
                store.close().await;
            });
        }
    }
}
