//! An identity service to call, and a client that calls it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::error::Error;
use core_client::http::HttpClient;
use core_client::options::HttpOptions;
use identity_client::client::{BaseClient, Client};
use identity_client::context::RequestContext;
use identity_client::ids::{OrganizationId, OrganizationScoped, ProjectId, ProjectScoped};
use identity_client::principal::Principal;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use kube::core::ClusterResourceScope;
use testkit::pki::{Ca, Leaf};
use testkit::server::{Fault, Recorded, TlsServer};

pub(crate) const ORGANIZATION: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
pub(crate) const PROJECT: &str = "550e8400-e29b-41d4-a716-446655440000";
pub(crate) const OTHER: &str = "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10";

pub(crate) struct Peer {
    pub(crate) server: TlsServer,
    pub(crate) client: Client,
}

impl Peer {
    /// A server that gives these answers in turn and 599 after them, called at its URL with `suffix` behind.
    pub(crate) async fn with_suffix(suffix: &str, answers: impl IntoIterator<Item = Fault>) -> Self {
        let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
        let server = TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).json(599, "").start().await;
        server.fail_next(answers);
        let pair = clients.issue(Leaf::client("unikorn-compute").p256());
        let identity = Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap();
        let trust = Trust::from_pem(servers.pem().as_bytes()).unwrap();
        let endpoint = HttpOptions::new("identity").with_host(server.url() + suffix).endpoint().unwrap();
        let credentials = Credentials::fixed(Bundle::new(Some(identity), trust));
        let http = HttpClient::builder(endpoint, credentials).build().unwrap();
        Self { server, client: Client::from_base(BaseClient::from_http(http)) }
    }

    pub(crate) async fn answering(answers: impl IntoIterator<Item = Fault>) -> Self {
        Self::with_suffix("", answers).await
    }

    /// Request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.server.requests().iter().map(Recorded::line).collect()
    }
}

pub(crate) fn json(status: u16, body: serde_json::Value) -> Fault {
    Fault::body(status, "application/json", body.to_string())
}

/// A user of a project.
pub(crate) fn context() -> RequestContext {
    let principal = Principal::user("joe@acme.com").with_organization(ORGANIZATION).with_project(PROJECT);
    RequestContext::new().with_principal(principal)
}

/// A resource of the group that is written differently.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster(pub(crate) ObjectMeta);

/// One placed in [`PROJECT`] of [`ORGANIZATION`], and created by somebody from there.
pub(crate) fn cluster() -> Cluster {
    let map = |entries: &[(&str, &str)]| -> BTreeMap<String, String> {
        entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    Cluster(ObjectMeta {
        name: Some("abc".into()),
        labels: Some(map(&[("unikorn-cloud.org/organization", ORGANIZATION), ("unikorn-cloud.org/project", PROJECT)])),
        annotations: Some(map(&[("unikorn-cloud.org/creator", "joe@acme.com")])),
        ..ObjectMeta::default()
    })
}

impl Cluster {
    pub(crate) fn label(mut self, key: &str, value: &str) -> Self {
        self.0.labels.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    pub(crate) fn annotation(mut self, key: &str, value: &str) -> Self {
        self.0.annotations.get_or_insert_default().insert(key.into(), value.into());
        self
    }
}

impl Resource for Cluster {
    type DynamicType = ();
    type Scope = ClusterResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        "KubernetesCluster".into()
    }

    fn group((): &()) -> Cow<'_, str> {
        "unikorn-cloud.org".into()
    }

    fn version((): &()) -> Cow<'_, str> {
        "v1alpha1".into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        "kubernetesclusters".into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.0
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.0
    }
}

/// It knows its project itself, and that is another one than its labels say.
impl OrganizationScoped for Cluster {
    fn organization_id(&self) -> Result<OrganizationId, Error> {
        Ok(OTHER.parse().unwrap())
    }
}

impl ProjectScoped for Cluster {
    fn project_id(&self) -> Result<ProjectId, Error> {
        Ok(OTHER.parse().unwrap())
    }
}
