//! What the service is made of: providers, records, and the manager between them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_provider::cluster::ProviderType;
use cluster_provider::factory::DefaultProviderFactory;
use cluster_provider::manager::desired::{DesiredStateSource, DirectorySource, FileSource, RemovalLimits};
use cluster_provider::manager::election::{LeaseOptions, StoreElection};
use cluster_provider::manager::{ClusterManager, ManagerOptions};
use cluster_provider::metrics::ClusterMetrics;
use cluster_provider::provider::ocm::{OcmCredentials, OcmOptions, OcmProvider};
use cluster_provider::provider::standalone::{KubeconfigContexts, StandaloneProvider};
use cluster_provider::secrets::SecretData;
use cluster_provider::service::{ClusterService, DefaultClusterService};
use cluster_provider::store::ClusterStore;
use cluster_provider::store::postgres::{PostgresOptions, PostgresStore};
use cluster_provider::store::sqlite::{SqliteOptions, SqliteStore};
use cluster_provider::testing::ocm_simulator::{OcmSimulator, Pace};
use tokio_util::sync::CancellationToken;

use crate::api::Api;

/// What somebody may decide.
pub(crate) struct Settings {
    pub(crate) database_url: String,
    pub(crate) kubeconfig: Option<PathBuf>,
    pub(crate) clusters_file: Option<PathBuf>,
    pub(crate) interval: Duration,
    pub(crate) pace: Duration,
    pub(crate) name: String,
}

/// Everything that runs.
pub(crate) struct Fleet {
    simulator: OcmSimulator,
    ocm: OcmProvider,
    standalone: Option<StandaloneProvider>,
    store: Arc<dyn ClusterStore>,
    service: Arc<DefaultClusterService>,
    manager: ClusterManager,
    metrics: Arc<prometheus_client::registry::Registry>,
    stop: CancellationToken,
}

impl Fleet {
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let pace = settings.pace;
        let mut steps = Pace::default();
        (steps.pending, steps.installing, steps.uninstalling) = (Some(pace), Some(pace), Some(pace));
        let simulator = OcmSimulator::builder().pace(steps).start().await.context("starting the simulated OCM")?;
        let ocm = ocm(&simulator)?;
        let standalone = settings.kubeconfig.clone().map(standalone);
        let mut factory =
            DefaultProviderFactory::builder().register(Arc::new(ocm.clone())).default_type(ProviderType::OCM);
        if let Some(standalone) = &standalone {
            factory = factory.register(Arc::new(standalone.clone()));
        }

        let store = store(&settings.database_url).await?;
        let counted = ClusterMetrics::new();
        let service = DefaultClusterService::builder(Arc::new(factory.build()?), Arc::clone(&store))
            .observer(Arc::new(counted.clone()))
            .build();
        let service = Arc::new(service);

        let known: Arc<dyn ClusterService> = Arc::clone(&service) as _;
        // One process of many works at a time; they find each other through the store.
        let election = StoreElection::new(
            Arc::clone(&known),
            "fleet-manager",
            &*settings.name,
            LeaseOptions::default().with_ttl(Duration::from_secs(15)),
        );
        let mut manager = ClusterManager::builder(known)
            .options(ManagerOptions::default().with_interval(settings.interval))
            .election(election)
            .metrics(counted.clone());
        if let Some(path) = &settings.clusters_file {
            let source: Arc<dyn DesiredStateSource> = if path.is_dir() {
                Arc::new(DirectorySource::new("clusters-file", path))
            } else {
                Arc::new(FileSource::new("clusters-file", path))
            };
            manager = manager.desired_state(source, RemovalLimits::default());
        }

        let mut metrics = prometheus_client::registry::Registry::default();
        counted.register(&mut metrics);
        Ok(Self {
            simulator,
            ocm,
            standalone,
            store,
            service,
            manager: manager.start(),
            metrics: Arc::new(metrics),
            stop: CancellationToken::new(),
        })
    }

    pub(crate) fn api(&self) -> Api {
        Api { service: Arc::clone(&self.service) as _, metrics: Arc::clone(&self.metrics), stop: self.stop.clone() }
    }

    pub(crate) fn providers(&self) -> Vec<String> {
        self.service.providers().into_keys().map(|provider| provider.to_string()).collect()
    }

    /// Cancelled when no more events are to be sent.
    pub(crate) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// From the top down: the manager lets its steps come to their end, then nobody asks the providers any more.
    pub(crate) async fn shutdown(self) {
        self.manager.shutdown().await;
        self.service.shutdown().await;
        self.ocm.shutdown().await;
        if let Some(standalone) = self.standalone {
            standalone.shutdown().await;
        }
        self.store.close().await;
        self.simulator.shutdown().await;
    }
}

fn ocm(simulator: &OcmSimulator) -> Result<OcmProvider> {
    let account = simulator.credentials();
    let options = OcmOptions::new()
        .with_base_url(simulator.url().to_string())
        .with_token_url(simulator.token_url().to_string())
        .with_rate(100.0, 100);
    let aws = SecretData::new()
        .with("account_id", "123456789012")
        .with("access_key_id", "simulated")
        .with("secret_access_key", "simulated");
    let ocm = OcmProvider::builder(options)
        .credentials(OcmCredentials::client(account.client_id, account.client_secret))
        .cloud_credentials("aws", aws)
        .build()?;
    Ok(ocm)
}

fn standalone(kubeconfig: PathBuf) -> StandaloneProvider {
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    StandaloneProvider::builder(Arc::new(connector), Arc::new(KubeconfigContexts::new(kubeconfig))).build()
}

async fn store(url: &str) -> Result<Arc<dyn ClusterStore>> {
    let store: Arc<dyn ClusterStore> = match url.split_once(':') {
        Some(("postgres" | "postgresql", _)) => {
            Arc::new(PostgresStore::open(PostgresOptions::new(url)).await.context("opening the database")?)
        }
        Some(("sqlite", ":memory:")) => Arc::new(SqliteStore::memory().await?),
        Some(("sqlite", path)) => {
            let path = path.trim_start_matches("//");
            let options = SqliteOptions::file(path).create(true);
            Arc::new(SqliteStore::open(options).await.with_context(|| format!("opening {path}"))?)
        }
        // Not the URL itself: it may hold a password.
        _ => bail!("--database-url begins with sqlite: or postgres:"),
    };
    Ok(store)
}
