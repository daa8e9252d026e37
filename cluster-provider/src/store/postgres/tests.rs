use futures::StreamExt as _;
use sqlx::migrate::Migrate as _;
use sqlx::{Executor as _, PgConnection};

use super::*;
use crate::cluster::{ClusterId, ClusterPatch, ClusterStatus, NewCluster};
use crate::store::{ClusterQuery, ClusterStore, Expect, SchemaError};
use crate::testing::postgres::TestSchema;

const SENTINEL: &str = "sentinel-4711";

async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
    let schema = TestSchema::create().await?;
    Some((schema.store().await, schema.drop()))
}

crate::cluster_store_suite!(open);

fn usual() -> NewCluster {
    NewCluster::new("ocm", "aws", "eu")
}

/// A store, its schema, and somebody else at the same tables.
async fn with_neighbour() -> Option<(PostgresStore, TestSchema, PgConnection)> {
    let schema = TestSchema::create().await?;
    let store = PostgresStore::open(schema.options()).await.unwrap();
    let beside = schema.beside().await;
    Some((store, schema, beside))
}

async fn end(store: PostgresStore, schema: TestSchema, beside: PgConnection) {
    store.close().await;
    beside.close().await.unwrap();
    schema.drop().await;
}

/// Ends all connections of the store, as a restart of the server would. Those of other tests go on.
async fn kill(store: &PostgresStore, beside: &mut PgConnection) {
    let mut pooled: Vec<i32> = Vec::new();
    let mut held = Vec::new();
    // One comes back to the pool a moment after it was used.
    held.push(store.engine.writes.acquire().await.unwrap());
    held.extend(std::iter::from_fn(|| store.engine.writes.try_acquire()));
    for connection in &mut held {
        pooled.push(sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut **connection).await.unwrap());
    }
    drop(held);
    let sql = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND position($1 in query) > 0";
    let listening: Vec<i32> = sqlx::query_scalar(sql).bind(&store.channel).fetch_all(&mut *beside).await.unwrap();
    assert_eq!((pooled.is_empty(), listening.len()), (false, 1));
    let sql = "SELECT pg_terminate_backend(pid) FROM unnest($1) AS pid";
    sqlx::query(sql).bind([pooled, listening].concat()).execute(beside).await.unwrap();
}

#[tokio::test]
async fn records_of_an_older_schema_are_brought_up_to_date() {
    let Some(schema) = TestSchema::create().await else { return };
    let mut old = schema.beside().await;
    migrator(scripts(&SCRIPTS[..1])).run_direct(None, &mut old, false).await.unwrap();
    for (id, status) in [("a", "cluster_accepted"), ("b", "waiting_for_kas_fleetshard_operator")] {
        sqlx::query(
            "INSERT INTO clusters VALUES ($1, $1, NULL, 'managed', 'ocm', NULL, NULL, 'aws', 'eu', true, $2, NULL, \
             '2023-06-28T10:00:00Z', NULL, 'present', 'delete', '[]', '{\"size\": 3}', 'null', NULL, NULL, \
             '[\"standard\"]', 'null', true, '{}', '{}', $1, 2, NULL, 'no room', NULL, 7, 12, \
             '2023-06-28T10:00:00Z', '2023-06-28T11:00:00.123456Z', NULL)",
        )
        .bind(id)
        .bind(status)
        .execute(&mut old)
        .await
        .unwrap();
    }
    let store = PostgresStore::open(schema.options()).await.unwrap();
    let all = store.list(ClusterQuery::all()).await.unwrap().items;
    assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(all[0].create_asked_at, None);
    let one = &all[1];
    assert_eq!(one.create_asked_at, Some(one.created_at));
    assert_eq!((one.status, one.epoch, one.resource_version), (ClusterStatus::WaitingForAgent, 7, 12));
    assert_eq!(one.updated_at.to_string(), "2023-06-28T11:00:00.123456Z");
    assert_eq!(one.provider_spec, serde_json::json!({"size": 3}));
    store.patch(&one.id, Expect::version(12), ClusterPatch::new()).await.unwrap();
    end(store, schema, old).await;
}

#[tokio::test]
async fn a_database_from_the_future_is_refused() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    store.close().await;
    let later = [(7, "later", "CREATE TABLE later (a TEXT)")];
    beside.apply(super::super::sql::MIGRATIONS_TABLE, &scripts(&later)[0]).await.unwrap();
    let refused = PostgresStore::open(schema.options()).await.unwrap_err();
    let StoreError::Migration(source) = &refused else { panic!("{refused:?}") };
    assert!(matches!(source.downcast_ref(), Some(SchemaError::FromTheFuture { found: 7, .. })), "{source}");
    end(store, schema, beside).await;
}

#[tokio::test]
async fn of_processes_that_begin_at_one_time_one_makes_the_schema() {
    let Some(schema) = TestSchema::create().await else { return };
    let opening = (0..4).map(|_| tokio::spawn(PostgresStore::open(schema.options())));
    for store in futures::future::join_all(opening).await {
        store.unwrap().unwrap().close().await;
    }
    schema.drop().await;
}

#[tokio::test]
async fn a_database_that_was_gone_is_used_again_and_listeners_are_told_once() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    let mut topics = store.subscribe().await.unwrap();
    let one = store.insert(usual(), None).await.unwrap();
    kill(&store, &mut beside).await;
    let heard = tokio::time::timeout(Duration::from_secs(20), topics.next()).await;
    assert_eq!(heard.expect("the loss is made up for in time").as_deref(), Some(""));
    assert_eq!(store.get(&one.id).await.unwrap().as_ref(), Some(&one));
    store.patch(&one.id, Expect::version(1), ClusterPatch::new()).await.unwrap();
    store.notify("again").await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(20), topics.next()).await;
    assert_eq!(heard.expect("it is heard in time").as_deref(), Some("again"));
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_is_unavailable_and_nothing_is_written() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    let one = store.insert(usual(), None).await.unwrap();
    beside.execute("BEGIN; SELECT * FROM clusters FOR UPDATE").await.unwrap();
    let write = store.patch(&one.id, Expect::version(1), ClusterPatch::new());
    let cut = async {
        // Whoever waits for this connection, as soon as it does.
        let waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
        let pid = loop {
            let found: Option<i32> = sqlx::query_scalar(waiting).fetch_optional(&mut beside).await.unwrap();
            if let Some(pid) = found {
                break pid;
            }
            tokio::task::yield_now().await;
        };
        sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&mut beside).await.unwrap();
    };
    let bounded = tokio::time::timeout(Duration::from_secs(20), futures::future::join(write, cut));
    let (written, ()) = bounded.await.expect("somebody waits in time");
    let error = written.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)) && error.is_retryable(), "{error:?}");
    beside.execute("ROLLBACK").await.unwrap();
    assert_eq!(store.get(&one.id).await.unwrap(), Some(one));
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_lock_of_another_is_waited_for_as_long_as_said() {
    let Some(schema) = TestSchema::create().await else { return };
    let store = PostgresStore::open(schema.options().statement_timeout(Duration::from_millis(50))).await.unwrap();
    let mut beside = schema.beside().await;
    let one = store.insert(usual(), None).await.unwrap();
    beside.execute("BEGIN; SELECT * FROM clusters FOR UPDATE").await.unwrap();
    let late = store.patch(&one.id, Expect::any(), ClusterPatch::new()).await.unwrap_err();
    assert!(matches!(late, StoreError::Timeout(_)), "{late:?}");
    assert_eq!(store.get(&one.id).await.unwrap().as_ref(), Some(&one));
    beside.execute("ROLLBACK").await.unwrap();
    store.patch(&one.id, Expect::version(1), ClusterPatch::new()).await.unwrap();
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_leader_is_not_replaced_in_the_middle_of_its_write() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    let lease = store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap().unwrap();
    let fence = lease.fence();
    let one = store.insert(usual(), None).await.unwrap();
    beside.execute("BEGIN; SELECT * FROM clusters FOR UPDATE").await.unwrap();
    // The write waits for the row, and the next leader for the write.
    let mut write = store.patch(&one.id, Expect::version(1).fenced(Some(fence.clone())), ClusterPatch::new());
    let mut next = store.lease_acquire("manager", "b", Duration::from_secs(60));
    let blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    let watch = async {
        while sqlx::query_scalar::<_, i64>(blocked).fetch_one(&mut beside).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        early = &mut write => panic!("the row is locked: {early:?}"),
        () = watch => {}
    }
    tokio::select! {
        biased;
        early = &mut next => panic!("the old leader still writes: {early:?}"),
        early = &mut write => panic!("the row is locked: {early:?}"),
        _ = sqlx::query("SELECT pg_sleep(0.1)").execute(&mut beside) => {}
    }
    beside.execute("ROLLBACK").await.unwrap();
    let (written, led) = futures::future::join(write, next).await;
    assert_eq!(written.unwrap().epoch, fence.epoch);
    assert_eq!(led.unwrap().unwrap().epoch, fence.epoch + 1);
    end(store, schema, beside).await;
}

#[tokio::test]
async fn what_one_process_notifies_another_hears_and_another_schema_does_not() {
    let Some((store, schema, beside)) = with_neighbour().await else { return };
    let other = TestSchema::create().await.unwrap();
    let (second, elsewhere) = (schema.store().await, other.store().await);
    let (mut heard, mut apart) = (second.subscribe().await.unwrap(), elsewhere.subscribe().await.unwrap());
    store.notify("here").await.unwrap();
    elsewhere.notify("there").await.unwrap();
    for (stream, topic) in [(&mut heard, "here"), (&mut apart, "there")] {
        let next = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
        assert_eq!(next.expect("it is heard in time").as_deref(), Some(topic));
    }
    second.close().await;
    elsewhere.close().await;
    other.drop().await;
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_with_its_column() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    let one = store.insert(usual(), None).await.unwrap();
    for (column, sql) in [
        ("status", "UPDATE clusters SET status = 'full'"),
        ("labels", "UPDATE clusters SET status = 'ready', labels = '[1]'"),
        ("created_at", "UPDATE clusters SET labels = '{}', created_at = 'infinity'"),
    ] {
        beside.execute(sql).await.unwrap();
        match store.get(&one.id).await {
            Err(StoreError::Corrupt { id, column: named, .. }) => {
                assert_eq!((id.as_str(), named), (one.id.as_str(), column));
            }
            other => panic!("{column}: {other:?}"),
        }
    }
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_hides_no_other() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(store.insert(usual(), None).await.unwrap().id);
    }
    for (id, sql) in [
        (&ids[1], "UPDATE clusters SET status = 'full' WHERE id = $1"),
        (&ids[2], "UPDATE clusters SET conditions = '7' WHERE id = $1"),
        (&ids[4], "UPDATE clusters SET created_at = 'infinity' WHERE id = $1"),
    ] {
        sqlx::query(sql).bind(id.as_str()).execute(&mut beside).await.unwrap();
    }
    crate::testing::store_suite::pages_tell_what_cannot_be_read(
        &store,
        &[&ids[0], &ids[3], &ids[5]],
        &[(&ids[1], "status"), (&ids[2], "conditions"), (&ids[4], "created_at")],
    )
    .await;
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_page_holds_ten_thousand_records() {
    let Some((store, schema, mut beside)) = with_neighbour().await else { return };
    const MANY: u32 = ClusterQuery::LONGEST_LIMIT;
    store.insert(usual().with_label("team", "a"), None).await.unwrap();
    beside
        .execute(
            "CREATE TEMP TABLE others AS SELECT clusters.*, n FROM clusters, generate_series(1, 10000) n; \
             UPDATE others SET id = 'id-' || n, name = 'name-' || n, create_token = 'token-' || n; \
             ALTER TABLE others DROP COLUMN n; INSERT INTO clusters SELECT * FROM others",
        )
        .await
        .unwrap();
    let begun = std::time::Instant::now();
    let page = store.list(ClusterQuery::all().limit(MANY)).await.unwrap();
    let counts = store.count_by_status().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(page.items.len(), MANY as usize);
    assert_eq!(counts[&ClusterStatus::Accepted], u64::from(MANY) + 1);
    // Far less; a machine that is busy with other tests may take longer.
    assert!(took < Duration::from_secs(10), "{took:?}");
    let ids: Vec<ClusterId> = page.items.into_iter().map(|cluster| cluster.id).collect();
    assert_eq!(store.list(ClusterQuery::all().with_ids(ids).limit(MANY)).await.unwrap().items.len(), MANY as usize);
    end(store, schema, beside).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_in_time_and_without_the_password() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://user:{SENTINEL}@127.0.0.1:{port}/database");
    let options = PostgresOptions::new(url).deadline(Duration::from_millis(200));
    assert!(!format!("{options:?}").contains(SENTINEL));
    let error = PostgresStore::open(options).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_) | StoreError::Timeout(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(SENTINEL));
}

#[tokio::test]
async fn what_is_no_url_and_no_schema_is_refused_without_being_shown() {
    for options in [
        PostgresOptions::new(format!("postgres://user:{SENTINEL}@[::/database")),
        PostgresOptions::new(format!("postgres://user:{SENTINEL}@127.0.0.1/d")).schema("public; DROP SCHEMA public"),
        PostgresOptions::new(format!("postgres://user:{SENTINEL}@127.0.0.1/d")).schema(""),
    ] {
        let error = PostgresStore::open(options).await.unwrap_err();
        assert!(matches!(error, StoreError::Backend { .. }), "{error:?}");
        assert!(!format!("{error:?} {error}").contains(SENTINEL));
    }
}
