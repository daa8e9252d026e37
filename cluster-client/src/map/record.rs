//! Clusters and namespaces as inventories describe them. Plain data.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use super::jump::JumpHostRecord;
use crate::path::Route;
use crate::secret::SecretLocator;

/// As whom a cluster is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Role {
    /// With the ordinary token.
    Ordinary,
    /// With the token of a cluster administrator.
    Privileged,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ordinary => "ordinary",
            Self::Privileged => "privileged",
        })
    }
}

/// A cluster as an inventory describes it.
///
/// Member names on the wire are those of `qontract-reconcile` (`serverUrl`, `automationToken`, `disable.integrations`, …); what it does not
/// know is passed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterRecord {
    /// Name; upper and lower case matter.
    pub name: String,
    /// Base URL of the API server; absent while the cluster is being made.
    #[serde(default)]
    pub server_url: Option<String>,
    /// Whether the cluster is reachable from inside only; absent: nobody has said.
    #[serde(default)]
    pub internal: Option<bool>,
    /// Whether the certificate of the API server is not looked at.
    #[serde(default, rename = "insecureSkipTLSVerify", deserialize_with = "false_if_null")]
    pub insecure_skip_tls_verify: bool,
    /// Authorities of the API server, PEM; absent: those that this machine trusts.
    #[serde(default)]
    pub certificate_authority: Option<Arc<str>>,
    /// Name in the API server's certificate, when it is not the URL's host.
    #[serde(default)]
    pub tls_server_name: Option<String>,
    /// Where the ordinary token is.
    #[serde(default)]
    pub automation_token: Option<SecretLocator>,
    /// Where the administrator's token is.
    #[serde(default)]
    pub cluster_admin_automation_token: Option<SecretLocator>,
    /// Ordinary tokens while one takes the place of another.
    #[serde(default)]
    pub automation_tokens: Option<Vec<TokenEntry>>,
    /// Administrator's tokens while one takes the place of another.
    #[serde(default)]
    pub cluster_admin_automation_tokens: Option<Vec<TokenEntry>>,
    /// The jump host that leads there, if there is one; it goes before [`ClusterRecord::route`].
    #[serde(default)]
    pub jump_host: Option<JumpHostRecord>,
    /// What is switched off for this cluster.
    #[serde(default)]
    pub disable: Option<Disabled>,
    /// How bytes get there; said by the application, not by the inventory.
    #[serde(skip, default = "direct")]
    pub route: Route,
}

fn direct() -> Route {
    Route::Direct
}

fn false_if_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What is switched off for a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Disabled {
    /// Integrations that leave it alone.
    #[serde(default)]
    pub integrations: Option<Vec<String>>,
}

/// One token among several while one takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenEntry {
    /// Whether it may be used.
    #[serde(default, deserialize_with = "false_if_null")]
    pub active: bool,
    /// Whether it is about to go away.
    #[serde(default, deserialize_with = "false_if_null")]
    pub delete: bool,
    /// Where it is.
    #[serde(default)]
    pub secret: Option<SecretLocator>,
}

impl TokenEntry {
    /// A token that may be used.
    #[must_use]
    pub fn active(secret: SecretLocator) -> Self {
        Self { active: true, delete: false, secret: Some(secret) }
    }
}

impl ClusterRecord {
    /// A cluster of this name, of which nothing else is known.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            server_url: None,
            internal: None,
            insecure_skip_tls_verify: false,
            certificate_authority: None,
            tls_server_name: None,
            automation_token: None,
            cluster_admin_automation_token: None,
            automation_tokens: None,
            cluster_admin_automation_tokens: None,
            jump_host: None,
            disable: None,
            route: Route::Direct,
        }
    }

    /// Sets the base URL of the API server.
    #[must_use]
    pub fn with_server_url(mut self, url: impl Into<String>) -> Self {
        self.server_url = Some(url.into());
        self
    }

    /// Sets the authorities of the API server, PEM.
    #[must_use]
    pub fn with_certificate_authority(mut self, pem: impl Into<Arc<str>>) -> Self {
        self.certificate_authority = Some(pem.into());
        self
    }

    /// Says whether the cluster is reachable from inside only.
    #[must_use]
    pub fn with_internal(mut self, internal: bool) -> Self {
        self.internal = Some(internal);
        self
    }

    /// Says where the token of a role is.
    #[must_use]
    pub fn with_token(mut self, role: Role, secret: SecretLocator) -> Self {
        match role {
            Role::Ordinary => self.automation_token = Some(secret),
            Role::Privileged => self.cluster_admin_automation_token = Some(secret),
        }
        self
    }

    /// Says where the tokens of a role are while one takes the place of another.
    #[must_use]
    pub fn with_tokens(mut self, role: Role, tokens: Vec<TokenEntry>) -> Self {
        match role {
            Role::Ordinary => self.automation_tokens = Some(tokens),
            Role::Privileged => self.cluster_admin_automation_tokens = Some(tokens),
        }
        self
    }

    /// Lets an integration leave this cluster alone.
    #[must_use]
    pub fn with_disabled(mut self, integration: impl Into<String>) -> Self {
        self.disable.get_or_insert_default().integrations.get_or_insert_default().push(integration.into());
        self
    }

    /// Leads there through a jump host.
    #[must_use]
    pub fn with_jump_host(mut self, jump_host: JumpHostRecord) -> Self {
        self.jump_host = Some(jump_host);
        self
    }

    /// Sets how bytes get there.
    #[must_use]
    pub fn with_route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Whether this integration leaves the cluster alone.
    #[must_use]
    pub fn is_disabled_for(&self, integration: &str) -> bool {
        let disabled = self.disable.as_ref().and_then(|disable| disable.integrations.as_deref()).unwrap_or_default();
        disabled.iter().any(|name| name == integration)
    }

    /// The tokens of a role in the order of preference: those of the list that may be used, or else the single one.
    #[must_use]
    pub fn tokens(&self, role: Role) -> Vec<&SecretLocator> {
        let (list, single) = match role {
            Role::Ordinary => (&self.automation_tokens, &self.automation_token),
            Role::Privileged => (&self.cluster_admin_automation_tokens, &self.cluster_admin_automation_token),
        };
        let usable = list.iter().flatten().filter(|token| token.active && !token.delete);
        let listed: Vec<_> = usable.filter_map(|token| token.secret.as_ref()).collect();
        if listed.is_empty() { single.iter().collect() } else { listed }
    }

    /// Whether two records say the same about how the cluster is reached.
    pub(super) fn connects_like(&self, other: &Self) -> bool {
        let roles = [Role::Ordinary, Role::Privileged];
        normalised(self.server_url.as_deref()) == normalised(other.server_url.as_deref())
            && self.insecure_skip_tls_verify == other.insecure_skip_tls_verify
            && self.certificate_authority == other.certificate_authority
            && self.tls_server_name == other.tls_server_name
            && roles.iter().all(|role| self.tokens(*role) == other.tokens(*role))
            && self.jump_host == other.jump_host
            && self.route == other.route
    }
}

/// A URL in one of the many ways it can be written: host in lower case, without the scheme's own port and slashes at the end.
/// What is no URL is compared as it is written.
pub(super) fn normalised(url: Option<&str>) -> String {
    let url = url.unwrap_or_default().trim();
    let normal = Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    normal.trim_end_matches('/').to_owned()
}

/// A namespace as an inventory describes it, with its cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NamespaceRecord {
    /// Name.
    pub name: String,
    /// The cluster it is in.
    pub cluster: ClusterRecord,
    /// Whether working on it needs the administrator's token.
    #[serde(default, deserialize_with = "false_if_null")]
    pub cluster_admin: bool,
}

impl NamespaceRecord {
    /// A namespace in a cluster.
    #[must_use]
    pub fn new(name: impl Into<String>, cluster: ClusterRecord) -> Self {
        Self { name: name.into(), cluster, cluster_admin: false }
    }

    /// Says that working on it needs the administrator's token.
    #[must_use]
    pub fn with_cluster_admin(mut self) -> Self {
        self.cluster_admin = true;
        self
    }
}
