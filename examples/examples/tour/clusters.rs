//! Clusters are born through two providers, a manager dies in the middle of asking for one, and nothing is doubled or forgotten.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_provider::cluster::{ClusterId, ClusterStatus, NewCluster, ProviderType};
use cluster_provider::factory::DefaultProviderFactory;
use cluster_provider::manager::election::{LeaseOptions, StoreElection};
use cluster_provider::manager::{ClusterManager, ManagerOptions};
use cluster_provider::provider::CallContext;
use cluster_provider::provider::ocm::{OcmCredentials, OcmOptions, OcmProvider};
use cluster_provider::provider::standalone::{KubeconfigContexts, StandaloneProvider};
use cluster_provider::secrets::SecretData;
use cluster_provider::service::{ClusterService, DefaultClusterService, Deregistration};
use cluster_provider::store::ClusterStore as _;
use cluster_provider::store::sqlite::{SqliteOptions, SqliteStore};
use cluster_provider::terraform::Terraform;
use cluster_provider::testing::ocm_simulator::{Effect, Fault, OcmSimulator, Pace};
use fake_cluster::server::FakeCluster;
use http::Method;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use serde_json::json;

use crate::narrate::Narrator;

const CLUSTERS: &str = "/api/clusters_mgmt/v1/clusters";

/// What every cluster is filled with; values of its own stand between braces.
const WHERE: &str = "
apiVersion: v1
kind: ConfigMap
metadata: { name: where, namespace: default }
data: { region: '{{cluster.region}}', provider: '{{cluster.provider_type}}' }
";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One process that manages clusters, as one would be started: its store is a file.
struct Process {
    store: Arc<SqliteStore>,
    ocm: OcmProvider,
    standalone: StandaloneProvider,
    service: Arc<DefaultClusterService>,
    manager: ClusterManager,
}

impl Process {
    async fn start(records: &Path, kubeconfig: &Path, simulator: &OcmSimulator) -> Result<Self> {
        let store = Arc::new(SqliteStore::open(SqliteOptions::file(records).create(true)).await?);
        let account = simulator.credentials();
        let options = OcmOptions::new()
            .with_base_url(simulator.url().to_string())
            .with_token_url(simulator.token_url().to_string())
            .with_rate(500.0, 500);
        let aws = SecretData::new()
            .with("account_id", "123456789012")
            .with("access_key_id", "simulated")
            .with("secret_access_key", "simulated");
        let ocm = OcmProvider::builder(options)
            .credentials(OcmCredentials::client(account.client_id, account.client_secret))
            .cloud_credentials("aws", aws)
            .build()?;
        let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
        let standalone =
            StandaloneProvider::builder(Arc::new(connector), Arc::new(KubeconfigContexts::new(kubeconfig))).build();
        let factory = DefaultProviderFactory::builder()
            .register(Arc::new(ocm.clone()))
            .register(Arc::new(standalone.clone()))
            .build()?;
        let service = Arc::new(DefaultClusterService::builder(Arc::new(factory), Arc::clone(&store) as _).build());

        let known: Arc<dyn ClusterService> = Arc::clone(&service) as _;
        let lease = LeaseOptions::default().with_ttl(Duration::from_secs(2));
        let base = Terraform::builder().yaml("ext-base", WHERE)?.build();
        let manager = ClusterManager::builder(Arc::clone(&known))
            .options(ManagerOptions::default().with_interval(Duration::from_millis(50)))
            .election(StoreElection::new(known, "tour", "tour", lease))
            .terraformer(Arc::new(base))
            .start();
        Ok(Self { store, ocm, standalone, service, manager })
    }

    async fn until(&self, id: &ClusterId, status: ClusterStatus) -> Result<()> {
        let began = Instant::now();
        loop {
            let cluster = self.service.get(&call(), id).await?;
            if cluster.status == status {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                bail!("{} is still {}: {:?}", cluster.name, cluster.status, cluster.last_error);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn shutdown(self) {
        self.manager.shutdown().await;
        self.service.shutdown().await;
        self.ocm.shutdown().await;
        self.standalone.shutdown().await;
        self.store.close().await;
    }
}

/// Two clusters through two providers, and a manager that is killed while one is being asked for.
pub(crate) async fn are_born_once(tell: &mut Narrator) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (records, kubeconfig) = (folder.path().join("records.db"), folder.path().join("kubeconfig"));
    let lab = FakeCluster::start().await?;
    std::fs::write(&kubeconfig, lab.kubeconfig())?;
    let context = lab_context(&lab)?;
    let step = Some(Duration::from_millis(100));
    let mut pace = Pace::default();
    (pace.pending, pace.installing, pace.uninstalling) = (step, step, step);
    let simulator = OcmSimulator::builder().pace(pace).start().await?;
    tell.say(format_args!("a cluster manager is simulated at  {}", simulator.url()));
    tell.say(format_args!("a cluster that exists already      {}", lab.url()));

    // The provider does what it is asked, and its answer never arrives.
    simulator.fault(Fault::new(Effect::DoAndHang).on_method(Method::POST).on_path(CLUSTERS).once());
    let first = Process::start(&records, &kubeconfig, &simulator).await?;
    let rented = first.service.register(&call(), NewCluster::new(ProviderType::OCM, "aws", "us-east-1")).await?.id;
    let wish =
        NewCluster::new(ProviderType::STANDALONE, "lab", "here").with_provider_spec(json!({ "context": context }));
    let owned = first.service.register(&call(), wish).await?.id;
    let began = Instant::now();
    while simulator.clusters().is_empty() {
        if began.elapsed() > PATIENCE {
            bail!("nobody asked for a cluster");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Killed: nothing is waited for, nothing is given back.
    drop(first);
    tell.say("the manager was killed while the provider was making a cluster that no record knows by name");

    let second = Process::start(&records, &kubeconfig, &simulator).await?;
    let began = Instant::now();
    second.until(&rented, ClusterStatus::Ready).await?;
    second.until(&owned, ClusterStatus::Ready).await?;
    let took = began.elapsed();
    let tally = (simulator.count(&Method::POST, CLUSTERS), simulator.clusters().len());
    tell.proves(
        format_args!(
            "another one found it again: {} was asked for, {} is there; both are ready after {took:.1?}",
            tally.0, tally.1
        ),
        tally == (1, 1),
    )?;
    let maps: Api<ConfigMap> = Api::namespaced(lab.client()?, "default");
    let filled = maps.get_opt("where").await?.and_then(|map| map.data).unwrap_or_default();
    tell.proves(
        "the one that existed was adopted, and filled with what is its own",
        filled.get("region").is_some_and(|region| region == "here"),
    )?;
    let record = second.service.get(&call(), &owned).await?;
    tell.proves(
        format_args!("it is known by what it is: {}", record.external_id.as_deref().unwrap_or("nothing")),
        record.external_id.is_some(),
    )?;

    for id in [&rented, &owned] {
        second.service.deregister(&call(), id, Deregistration::default()).await?;
    }
    let began = Instant::now();
    for id in [&rented, &owned] {
        while let Ok(cluster) = second.service.get(&call(), id).await {
            if began.elapsed() > PATIENCE {
                bail!(
                    "{} is still {}: {:?} {:?}",
                    cluster.name,
                    cluster.status,
                    cluster.last_error,
                    cluster.conditions
                );
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    tell.proves("what was rented is gone at its provider", simulator.clusters().is_empty())?;
    let kept = lab.client()?.apiserver_version().await.is_ok();
    let emptied = maps.get_opt("where").await?.is_none();
    tell.proves("what was only adopted is still there, without what was put into it", kept && emptied)?;
    second.shutdown().await;
    simulator.shutdown().await;
    lab.shutdown().await;
    Ok(())
}

fn lab_context(lab: &FakeCluster) -> Result<String> {
    let kubeconfig = kube::config::Kubeconfig::from_yaml(&lab.kubeconfig())?;
    match kubeconfig.current_context {
        Some(context) => Ok(context),
        None => bail!("the kubeconfig names no context"),
    }
}

fn call() -> CallContext {
    CallContext::within(PATIENCE)
}
