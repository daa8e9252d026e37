//! The two servers behind one handle; knows nothing of scenarios.

use crate::access::{self, Credential, Pair, Who};
use crate::control_plane::{Assets, ControlPlane};
use anyhow::Result;
use fake_cluster::api::{ResourceQuotas, Rule, User};
use fake_cluster::controllers::Controllers;
use fake_cluster::server::{FakeCluster, FakeClusterOptions};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long the certificates of the fake's clients are good for.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A running server, fake or real.
pub struct Backend {
    server: Server,
    clients: Mutex<HashMap<Who, kube::Client>>,
}

#[derive(Debug)]
enum Server {
    Fake { cluster: FakeCluster, ca: String, url: String, token: String, second_token: String },
    Real(Box<ControlPlane>),
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("server", &self.server).finish_non_exhaustive()
    }
}

/// What a user may do, in one namespace or everywhere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Allowance {
    /// The user's name.
    pub user: String,
    /// The verbs, `*` for all.
    pub verbs: Vec<String>,
    /// The group, empty for the core group.
    pub group: String,
    /// The resources, such as `configmaps` or `pods/status`.
    pub resources: Vec<String>,
    /// The namespace; `None` for everywhere.
    pub namespace: Option<String>,
}

impl Allowance {
    /// Lets a user do something with core kinds everywhere.
    pub fn new(user: &str, verbs: &[&str], resources: &[&str]) -> Self {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Self {
            user: user.to_owned(),
            verbs: owned(verbs),
            group: String::new(),
            resources: owned(resources),
            namespace: None,
        }
    }

    /// Only in this namespace.
    #[must_use]
    pub fn within(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// With kinds of this group.
    #[must_use]
    pub fn of_group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.group);
        self
    }

    /// The same as a rule of the fake.
    fn rule(&self) -> Rule {
        let resource = |name: &String| match self.group.as_str() {
            "" => name.clone(),
            group => format!("{name}.{group}"),
        };
        Rule {
            subjects: vec![self.user.clone()],
            verbs: self.verbs.clone(),
            resources: self.resources.iter().map(resource).collect(),
            namespaces: self.namespace.iter().cloned().collect(),
        }
    }
}

impl Backend {
    /// A fake cluster.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn fake() -> Result<Self> {
        // A real server follows LimitRanges and ResourceQuotas unless it is told not to.
        let options = FakeClusterOptions::default().with_limit_ranges(true);
        Self::fake_of(options.with_resource_quotas(ResourceQuotas::Enforced)).await
    }

    async fn fake_of(options: FakeClusterOptions) -> Result<Self> {
        let cluster = FakeCluster::start_with(options).await?;
        let token = cluster.issue_token(User::new("token-user", &["token-group"]), None);
        let second_token = cluster.issue_token(User::new("second-token-user", &["token-group"]), None);
        let (ca, url) = (cluster.ca_pem(), cluster.url());
        Ok(Self { server: Server::Fake { cluster, ca, url, token, second_token }, clients: Mutex::default() })
    }

    /// A fake cluster with all the controllers it has.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn fake_with_controllers() -> Result<Self> {
        Self::fake_of(FakeClusterOptions::default().with_controllers(Controllers::all())).await
    }

    /// A real control plane.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn real(assets: &Assets) -> Result<Self> {
        let plane = ControlPlane::start(assets).await?;
        Ok(Self { server: Server::Real(Box::new(plane)), clients: Mutex::default() })
    }

    /// `fake` or `real`.
    pub fn name(&self) -> &'static str {
        match &self.server {
            Server::Fake { .. } => "fake",
            Server::Real(_) => "real",
        }
    }

    /// The server's URL.
    pub fn url(&self) -> &str {
        match &self.server {
            Server::Fake { url, .. } => url,
            Server::Real(plane) => plane.url(),
        }
    }

    /// The CA of the server's certificate, in PEM.
    pub fn ca(&self) -> &str {
        match &self.server {
            Server::Fake { ca, .. } => ca,
            Server::Real(plane) => plane.ca(),
        }
    }

    /// A client as `who`, without retries, made once.
    ///
    /// # Errors
    /// When its certificate cannot be made.
    pub async fn client(&self, who: &Who) -> Result<kube::Client> {
        if let Some(client) = self.clients().get(who) {
            return Ok(client.clone());
        }
        let client = match &self.server {
            Server::Fake { cluster, ca, url, .. } => access::client(url, ca, fake_credential(cluster, who)?)?,
            Server::Real(plane) => plane.client(who)?,
        };
        Ok(self.clients().entry(who.clone()).or_insert(client).clone())
    }

    fn clients(&self) -> std::sync::MutexGuard<'_, HashMap<Who, kube::Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Allows a user something: RBAC objects on the real server, a rule on the fake.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn allow(&self, allowance: &Allowance) -> Result<()> {
        match &self.server {
            Server::Fake { cluster, .. } => {
                cluster.api().access().allow(allowance.rule());
                Ok(())
            }
            Server::Real(_) => self.bind(allowance).await,
        }
    }

    async fn bind(&self, allowance: &Allowance) -> Result<()> {
        let client = self.client(&Who::Admin).await?;
        let (kind, path) = match &allowance.namespace {
            Some(namespace) => ("Role", format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/role")),
            None => ("ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterrole".to_owned()),
        };
        let metadata = json!({"generateName": "allow-"});
        let rules = json!([{
            "apiGroups": [allowance.group], "resources": allowance.resources, "verbs": allowance.verbs,
        }]);
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": rules,
        });
        let request = http::Request::post(format!("{path}s")).header("content-type", "application/json");
        let role: Value = client.request(request.body(role.to_string().into_bytes())?).await?;
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": format!("{kind}Binding"),
            "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role["metadata"]["name"]},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": allowance.user}],
        });
        let request = http::Request::post(format!("{path}bindings")).header("content-type", "application/json");
        client.request::<Value>(request.body(binding.to_string().into_bytes())?).await?;
        Ok(())
    }

    /// A bearer token of the user `token-user` in the group `token-group`.
    pub fn token(&self) -> String {
        match &self.server {
            Server::Fake { token, .. } => token.clone(),
            Server::Real(plane) => plane.token().to_owned(),
        }
    }

    /// A bearer token of the user `second-token-user` in the group `token-group`.
    pub fn second_token(&self) -> String {
        match &self.server {
            Server::Fake { second_token, .. } => second_token.clone(),
            Server::Real(plane) => plane.second_token().to_owned(),
        }
    }

    /// A client certificate for a user and its group.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn issue(&self, name: &str, group: &str) -> Result<Pair> {
        match &self.server {
            Server::Fake { cluster, .. } => {
                let pair = cluster.issue_client(name, &[group], DAY)?;
                Ok(Pair { certificate: pair.certificate, key: pair.key })
            }
            Server::Real(plane) => plane.issue(name, Some(group)),
        }
    }

    /// Forgets the history of changes up to now.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn compact(&self) -> Result<()> {
        match &self.server {
            Server::Fake { cluster, .. } => {
                cluster.api().store().compact();
                Ok(())
            }
            Server::Real(plane) => plane.compact().await,
        }
    }

    /// What the server logged last, for a failing test.
    pub fn logs(&self) -> String {
        match &self.server {
            Server::Fake { .. } => String::new(),
            Server::Real(plane) => plane.logs(),
        }
    }

    /// Stops the server and waits for its end.
    ///
    /// # Errors
    /// When it does not end cleanly.
    pub async fn shutdown(self) -> Result<()> {
        drop(self.clients);
        match self.server {
            Server::Fake { cluster, .. } => {
                cluster.shutdown().await;
                Ok(())
            }
            Server::Real(plane) => plane.shutdown(),
        }
    }
}

fn fake_credential(cluster: &FakeCluster, who: &Who) -> Result<Credential> {
    let pair = match who {
        Who::Admin => cluster.admin().clone(),
        Who::Anonymous => return Ok(Credential::Anonymous),
        Who::Token(token) => return Ok(Credential::Token(token.clone().into())),
        Who::User { name, group } => {
            let groups: Vec<&str> = group.iter().map(String::as_str).collect();
            cluster.issue_client(name, &groups, DAY)?
        }
    };
    Ok(Credential::Certificate(Pair { certificate: pair.certificate, key: pair.key }))
}
