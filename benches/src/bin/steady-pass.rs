//! `steady-pass`: one pass of a manager over ten thousand clusters that are all as they should be.
//!
//! Records are in a SQLite file, and in PostgreSQL where `MOORING_TEST_POSTGRES` says where one is. Clusters are ready, filled with one set and
//! looked at a moment ago, so that there is nothing to do but to find that out: every record is read and decided about, no provider is asked
//! and no row is written. The slowest of five passes counts, after one that fills the manager's memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use benches::{Bound, Figure};
use cluster_provider::cluster::{ClusterStatus, NewCluster, ProviderType};
use cluster_provider::factory::DefaultProviderFactory;
use cluster_provider::manager::{ClusterManager, ManagerOptions};
use cluster_provider::provider::CallContext;
use cluster_provider::service::{ClusterService, DefaultClusterService};
use cluster_provider::store::sqlite::{SqliteOptions, SqliteStore};
use cluster_provider::store::{ClusterQuery, ClusterStore};
use cluster_provider::terraform::{Terraform, parts};
use cluster_provider::testing::memory_provider::{MemoryProvider, Tempo};
use cluster_provider::testing::postgres::TestSchema;

const CLUSTERS: usize = 10_000;
const PASSES: usize = 5;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let file = SqliteOptions::file(folder.path().join("records.db")).create(true);
        let sqlite = measure(Arc::new(SqliteStore::open(file).await?)).await?;
        let mut figure =
            Figure::new("steady-pass", "s", "10,000 clusters that are as they should be; slowest of 5 passes")
                .with("sqlite_s", sqlite.0, Bound::AtMost(2.0))
                .with("sqlite_rows_written", sqlite.1, Bound::AtMost(0.0));
        if let Some(schema) = TestSchema::create().await {
            let measured = measure(schema.store().await).await;
            // Also when that failed: what is left behind would be the next one's.
            schema.drop().await;
            let postgres = measured?;
            figure = figure.with("postgres_s", postgres.0, Bound::AtMost(3.0)).with(
                "postgres_rows_written",
                postgres.1,
                Bound::AtMost(0.0),
            );
        }
        figure.print();
        Ok(())
    })
}

/// The slowest pass in seconds, and how many rows all of them wrote.
async fn measure(store: Arc<dyn ClusterStore>) -> Result<(f64, f64)> {
    let name = ProviderType::new("memory");
    let provider = MemoryProvider::new(name.clone()).with_tempo(Tempo::Looks(0));
    let factory =
        DefaultProviderFactory::builder().register(Arc::new(provider.clone())).default_type(name.clone()).build()?;
    let service = Arc::new(DefaultClusterService::builder(Arc::new(factory), Arc::clone(&store)).build());
    let known: Arc<dyn ClusterService> = Arc::clone(&service) as _;
    for _ in 0..CLUSTERS {
        known.register(&call(), NewCluster::new(name.clone(), "aws", "us-east-1").with_label("team", "bench")).await?;
    }
    let base = Terraform::builder().set("ext-base", [parts::namespace("observability")]).build();
    let hour = Duration::from_secs(3_600);
    let manager = ClusterManager::builder(Arc::clone(&known))
        .options(ManagerOptions::default().with_upkeep(hour, hour))
        .terraformer(Arc::new(base))
        .build();
    let ready = async || known.count_by_status(&call(), &[ClusterStatus::Ready]).await;
    for _ in 0..10 {
        if ready().await?[&ClusterStatus::Ready] == CLUSTERS as u64 {
            break;
        }
        manager.reconcile_once().await;
    }
    ensure!(ready().await?[&ClusterStatus::Ready] == CLUSTERS as u64, "not every cluster is ready");
    manager.reconcile_once().await;

    let before = versions(known.as_ref()).await?;
    provider.forget_calls();
    let mut slowest = 0.0_f64;
    for _ in 0..PASSES {
        let begun = Instant::now();
        let report = manager.reconcile_once().await;
        slowest = slowest.max(begun.elapsed().as_secs_f64());
        ensure!(report.is_clean() && report.steps() == 0, "it was not steady: {report:?}");
    }
    ensure!(provider.calls().is_empty(), "the provider was asked");
    let written = versions(known.as_ref()).await? - before;
    service.shutdown().await;
    store.close().await;
    Ok((slowest, written as f64))
}

/// The sum of all versions: every write is one more.
async fn versions(service: &dyn ClusterService) -> Result<i64> {
    let page = service.list(&call(), ClusterQuery::all().limit(ClusterQuery::LONGEST_LIMIT)).await?;
    ensure!(page.items.len() == CLUSTERS, "records are missing");
    Ok(page.items.iter().map(|cluster| cluster.resource_version).sum())
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(60))
}
