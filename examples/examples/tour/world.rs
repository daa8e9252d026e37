//! The world the tour happens in: one cluster, one region service behind an ingress, and the certificates between them.

use anyhow::{Context as _, Result};
use core_client::options::HttpClientOptions;
use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use region_client::{Client, Options};
use serde_json::json;
use testkit::pki::{Ca, KeyKind, Leaf, Pair, PrivateKey, tls_secret};
use testkit::region::RegionService;
use testkit::server::TlsServer;

/// Where the deployment keeps its trust.
pub(crate) const TRUST: (&str, &str) = ("cert-manager", "unikorn-ca");
/// Where our own client certificate lives.
pub(crate) const CERTIFICATE: (&str, &str) = ("unikorn", "compute-client-certificate");
/// The name in it, and so the account other services know us by.
pub(crate) const ACCOUNT: &str = "unikorn-compute";

pub(crate) struct World {
    pub(crate) cluster: FakeCluster,
    pub(crate) kube: kube::Client,
    pub(crate) server_ca: Ca,
    pub(crate) client_ca: Ca,
    pub(crate) key: PrivateKey,
    pub(crate) pair: Pair,
    pub(crate) service: RegionService,
    pub(crate) server: TlsServer,
    pub(crate) region: Client,
}

impl World {
    pub(crate) async fn start() -> Result<Self> {
        let cluster = FakeCluster::start().await.context("could not start the in-process cluster")?;
        let kube = cluster.client()?;
        let (server_ca, client_ca) = (Ca::new("tour servers"), Ca::new("tour clients"));
        let key = PrivateKey::generate(KeyKind::Rsa2048);
        let pair = client_ca.issue(Leaf::client(ACCOUNT).key(&key));

        for namespace in [TRUST.0, CERTIFICATE.0] {
            let body: Namespace = serde_json::from_value(json!({"metadata": {"name": namespace}}))?;
            Api::all(kube.clone()).create(&PostParams::default(), &body).await?;
        }
        create(&kube, server_ca.secret(TRUST.0, TRUST.1)).await?;
        create(&kube, pair.tls_secret(CERTIFICATE.0, CERTIFICATE.1)).await?;

        let service = RegionService::new();
        let server = TlsServer::builder(&server_ca.issue(Leaf::server()))
            .client_ca(&client_ca)
            .region(service.clone())
            .start()
            .await;

        let options = Options::new().with_host(server.url()).with_ca_secret(TRUST.0, TRUST.1);
        let certificate = HttpClientOptions::new().with_certificate(CERTIFICATE.0, CERTIFICATE.1);
        let region = Client::new(kube.clone(), &options, &certificate).await?;
        Ok(Self { cluster, kube, server_ca, client_ca, key, pair, service, server, region })
    }

    /// Writes a new certificate and key where cert-manager would.
    pub(crate) async fn renew(&self, pair: &Pair) -> Result<()> {
        patch(&self.kube, &pair.tls_secret(CERTIFICATE.0, CERTIFICATE.1)).await
    }

    /// Writes the authorities we shall trust from now on.
    pub(crate) async fn trust(&self, authorities: &[&Ca]) -> Result<()> {
        let bundle: String = authorities.iter().map(|ca| ca.pem()).collect();
        patch(&self.kube, &tls_secret(TRUST.0, TRUST.1, [("tls.crt", bundle)])).await
    }

    pub(crate) async fn shutdown(self) {
        self.region.shutdown().await;
        self.server.shutdown().await;
        drop(self.kube);
        self.cluster.shutdown().await;
    }
}

async fn create(kube: &kube::Client, secret: Secret) -> Result<()> {
    let namespace = secret.metadata.namespace.clone().unwrap_or_default();
    Api::<Secret>::namespaced(kube.clone(), &namespace).create(&PostParams::default(), &secret).await?;
    Ok(())
}

async fn patch(kube: &kube::Client, secret: &Secret) -> Result<()> {
    let namespace = secret.metadata.namespace.clone().unwrap_or_default();
    let name = secret.metadata.name.clone().unwrap_or_default();
    let change = Patch::Merge(json!({"data": secret.data}));
    Api::<Secret>::namespaced(kube.clone(), &namespace).patch(&name, &PatchParams::default(), &change).await?;
    Ok(())
}
