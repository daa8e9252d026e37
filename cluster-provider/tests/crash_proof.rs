//! A manager that dies anywhere leaves nothing doubled and nothing behind: every call that it makes of its store and its provider is a place
//! to die at, before it and after it, in a life that begins in a file, is filled, and ends.
//!
//! On SQLite always, on PostgreSQL where `MOORING_TEST_POSTGRES` says where one is.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what cannot be set up fails the test, which tells how much it tried"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cluster_provider::cluster::{Cluster, ClusterId, ClusterStatus, CreateToken, NewCluster, ProviderType};
use cluster_provider::factory::DefaultProviderFactory;
use cluster_provider::manager::desired::{DesiredClusters, DesiredStateSource, RemovalLimits, SourceError};
use cluster_provider::manager::{ClusterManager, ManagerOptions};
use cluster_provider::provider::{CallContext, ClusterRequest, Provider};
use cluster_provider::service::{ClusterService, DefaultClusterService, Deregistration, ServiceOptions};
use cluster_provider::store::sqlite::SqliteStore;
use cluster_provider::store::{ClusterQuery, ClusterStore};
use cluster_provider::terraform::{Terraform, parts};
use cluster_provider::testing::crash::{Crash, CrashingProvider, CrashingStore, Moment};
use cluster_provider::testing::memory_provider::{MemoryProvider, Tempo};
use cluster_provider::testing::postgres::TestSchema;
use core_client::backoff::Backoff;
use futures::StreamExt as _;
use futures::stream::BoxStream;

/// More passes than any life here needs.
const PASSES: usize = 12;

/// A list that lists nothing.
const NOBODY: &str = "clusters: []";

/// One world: a provider and records of its own.
struct World {
    provider: MemoryProvider,
    name: ProviderType,
    store: Arc<dyn ClusterStore>,
    schema: Option<TestSchema>,
    crash: Arc<Crash>,
    listed: Arc<Mutex<String>>,
}

/// Where records are.
#[derive(Clone, Copy)]
enum Database {
    Sqlite,
    Postgres,
}

/// A list that a test writes.
struct Listed(ProviderType, Arc<Mutex<String>>);

#[async_trait::async_trait]
impl DesiredStateSource for Listed {
    fn name(&self) -> String {
        format!("list-{}", self.0)
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        Ok(DesiredClusters::from_yaml(&self.1.lock().unwrap()).unwrap())
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        futures::stream::pending().boxed()
    }
}

impl World {
    /// `None` where there is no such database.
    async fn new(database: Database, crash: Arc<Crash>) -> Option<Self> {
        let (store, schema): (Arc<dyn ClusterStore>, _) = match database {
            Database::Sqlite => (Arc::new(SqliteStore::memory().await.unwrap()), None),
            Database::Postgres => {
                let schema = TestSchema::create().await?;
                (schema.store().await, Some(schema))
            }
        };
        let name = ProviderType::from(ClusterId::generate().as_str());
        let provider = MemoryProvider::new(name.clone()).with_tempo(Tempo::Looks(1));
        Some(Self { provider, name, store, schema, crash, listed: Arc::new(Mutex::new(NOBODY.to_owned())) })
    }

    async fn end(self) {
        self.store.close().await;
        if let Some(schema) = self.schema {
            schema.drop().await;
        }
    }

    fn service(&self, dies: bool) -> Arc<dyn ClusterService> {
        let (store, provider): (Arc<dyn ClusterStore>, Arc<dyn Provider>) = if dies {
            (
                Arc::new(CrashingStore::new(Arc::clone(&self.store), Arc::clone(&self.crash))),
                Arc::new(CrashingProvider::new(Arc::new(self.provider.clone()), Arc::clone(&self.crash))),
            )
        } else {
            (Arc::clone(&self.store), Arc::new(self.provider.clone()))
        };
        let factory = DefaultProviderFactory::builder().register(provider).default_type(self.name.clone()).build();
        let mut options = ServiceOptions::default();
        options.create_grace = Duration::ZERO;
        options.backoff = Backoff::new(Duration::ZERO, Duration::ZERO);
        Arc::new(DefaultClusterService::builder(Arc::new(factory.unwrap()), store).options(options).build())
    }

    fn manager(&self, service: Arc<dyn ClusterService>) -> ClusterManager {
        let options =
            ManagerOptions::default().with_backoff(Backoff::new(Duration::ZERO, Duration::ZERO)).with_concurrency(1, 1);
        let base =
            Terraform::builder().set("ext-base", [parts::namespace("a")]).set("ext-more", [parts::namespace("b")]);
        let source = Listed(self.name.clone(), Arc::clone(&self.listed));
        let limits = RemovalLimits::default().with_grace(Duration::ZERO).with_cap(5, 1.0).allow_all();
        ClusterManager::builder(service)
            .options(options)
            .terraformer(Arc::new(base.build()))
            .desired_state(Arc::new(source), limits)
            .build()
    }

    fn list(&self, id: Option<&str>) {
        *self.listed.lock().unwrap() = id.map_or_else(
            || NOBODY.to_owned(),
            |id| {
                let how = "status: cluster_provisioned, deletion_policy: remove_resources_only";
                format!("clusters: [{{cluster_id: {id}, provider_type: '{}', {how}}}]", self.name)
            },
        );
    }

    /// The live records of this world.
    async fn records(&self, service: &dyn ClusterService) -> Vec<Cluster> {
        let mut query = ClusterQuery::all();
        query.provider_type = Some(self.name.clone());
        service.list(&call(), query).await.unwrap().items
    }

    async fn pass_until(&self, dies: bool, done: impl Fn(&[Cluster]) -> bool) {
        let beside = self.service(false);
        let manager = self.manager(self.service(dies));
        for _ in 0..PASSES {
            if done(&self.records(beside.as_ref()).await) {
                return;
            }
            manager.reconcile_once().await;
        }
        panic!("not done after {PASSES} passes: {:#?}", self.records(beside.as_ref()).await);
    }
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(60))
}

fn all_ready(records: &[Cluster]) -> bool {
    !records.is_empty() && records.iter().all(|one| one.status == ClusterStatus::Ready && one.applied_sets.len() == 2)
}

/// A cluster is wanted through the service.
async fn is_made(world: &World, dies: bool) {
    let service = world.service(dies);
    if world.records(service.as_ref()).await.is_empty() {
        service.register(&call(), NewCluster::new(world.name.clone(), "aws", "us-east-1")).await.unwrap();
    }
    world.pass_until(dies, all_ready).await;
}

/// A cluster is wanted no more.
async fn is_taken_away(world: &World, dies: bool) {
    let service = world.service(dies);
    for cluster in world.records(service.as_ref()).await {
        service.deregister(&call(), &cluster.id, Deregistration::default()).await.unwrap();
    }
    world.pass_until(dies, <[Cluster]>::is_empty).await;
}

/// A cluster that exists is listed, then listed no more: its record goes, by its policy with what was put into it.
async fn is_listed_and_unlisted(world: &World, dies: bool) {
    let id = world.provider.clusters()[0].spec.internal_id.to_string();
    world.list(Some(&id));
    world.pass_until(dies, all_ready).await;
    world.list(None);
    world.pass_until(dies, <[Cluster]>::is_empty).await;
}

/// Lives `life` once for each place to die at, and again after that, in full. How many places there were; `None` where there is no database.
async fn at_every_place(
    database: Database,
    begin: impl AsyncFn(&World),
    life: impl AsyncFn(&World, bool),
    prove: impl AsyncFn(&World),
) -> Option<usize> {
    let whole = World::new(database, Crash::never()).await?;
    begin(&whole).await;
    life(&whole, true).await;
    prove(&whole).await;
    let places = whole.crash.reached();
    whole.end().await;
    for place in 0..places {
        for moment in [Moment::Before, Moment::After] {
            let world = World::new(database, Crash::at(place, moment)).await?;
            begin(&world).await;
            assert!(world.crash.run(life(&world, true)).await.is_none(), "place {place} of {places} was not reached");
            life(&world, false).await;
            prove(&world).await;
            world.end().await;
        }
    }
    println!("died at {places} places, before and after each");
    Some(places)
}

async fn made_once(database: Database) -> Option<usize> {
    let prove = async |world: &World| {
        let there = world.provider.clusters();
        assert_eq!((there.len(), world.provider.created()), (1, 1), "one record, one cluster");
        let records = world.records(world.service(false).as_ref()).await;
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].provider_cluster_id.as_ref(), Some(&there[0].spec.internal_id));
        assert_eq!(there[0].sets, ["ext-base", "ext-more"]);
    };
    at_every_place(database, async |_| {}, is_made, prove).await
}

async fn taken_away(database: Database) -> Option<usize> {
    let prove = async |world: &World| {
        assert_eq!((world.provider.clusters().len(), world.provider.deleted()), (0, 1), "an orphan");
    };
    at_every_place(database, async |world| is_made(world, false).await, is_taken_away, prove).await
}

async fn listed_and_unlisted(database: Database) -> Option<usize> {
    // Somebody else made it.
    let begin = async |world: &World| {
        let request = ClusterRequest::new(ClusterId::generate(), "elsewhere", CreateToken::generate());
        world.provider.create(&call(), &request).await.unwrap();
        world.provider.advance();
    };
    let prove = async |world: &World| {
        let there = world.provider.clusters();
        assert_eq!((there.len(), world.provider.created()), (1, 1), "what exists is not made again, and stays");
        assert_eq!(there[0].sets, Vec::<String>::new(), "what was put into it does not stay");
    };
    at_every_place(database, begin, is_listed_and_unlisted, prove).await
}

#[tokio::test]
async fn a_manager_that_dies_anywhere_doubles_nothing_and_leaves_nothing_on_sqlite() {
    assert!(made_once(Database::Sqlite).await.unwrap() > 20);
    assert!(taken_away(Database::Sqlite).await.unwrap() > 10);
}

#[tokio::test]
async fn a_list_that_is_followed_by_a_manager_that_dies_anywhere_is_followed_on_sqlite() {
    assert!(listed_and_unlisted(Database::Sqlite).await.unwrap() > 20);
}

#[tokio::test]
async fn the_same_holds_on_postgresql() {
    if made_once(Database::Postgres).await.is_some() {
        assert!(taken_away(Database::Postgres).await.unwrap() > 10);
        assert!(listed_and_unlisted(Database::Postgres).await.unwrap() > 20);
    }
}
