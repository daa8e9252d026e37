//! How descriptions are put together; knows nothing of where their parts come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_client::bearer::BearerSource;
use url::Url;

use super::{ClusterSpec, ClusterUid, CredentialSpec, ExecSpec, Impersonation, ServerSpec, ServerTrust};
use crate::auth::Bearers;
use crate::path::Route;

const DEFAULT_NAMESPACE: &str = "default";
const EXEC_V1: &str = "client.authentication.k8s.io/v1";

impl ClusterSpec {
    /// The API server at `url`, reached directly, as ourselves, with no labels and no expectation of which cluster it is.
    #[must_use]
    pub fn new(url: Url, trust: ServerTrust, credential: CredentialSpec) -> Self {
        Self {
            labels: BTreeMap::new(),
            server: ServerSpec::new(url, trust),
            route: Route::Direct,
            credential,
            impersonate: None,
            default_namespace: DEFAULT_NAMESPACE.to_owned(),
            expected_uid: None,
        }
    }

    /// Replaces the labels.
    #[must_use]
    pub fn with_labels<K: Into<String>, V: Into<String>>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.labels = labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// Adds one label.
    #[must_use]
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// Sets the name in the server's certificate.
    #[must_use]
    pub fn with_tls_server_name(mut self, name: impl Into<String>) -> Self {
        self.server.tls_server_name = Some(name.into());
        self
    }

    /// Sets how bytes get there.
    #[must_use]
    pub fn with_route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Sets who we are.
    #[must_use]
    pub fn with_credential(mut self, credential: CredentialSpec) -> Self {
        self.credential = credential;
        self
    }

    /// Sets whom to act as.
    #[must_use]
    pub fn with_impersonation(mut self, impersonation: Impersonation) -> Self {
        self.impersonate = Some(impersonation);
        self
    }

    /// Sets the namespace for calls that name none; an empty one means `default`.
    #[must_use]
    pub fn with_default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.default_namespace = namespace.into();
        if self.default_namespace.is_empty() {
            DEFAULT_NAMESPACE.clone_into(&mut self.default_namespace);
        }
        self
    }

    /// Refuses any other cluster than this one.
    #[must_use]
    pub fn with_expected_uid(mut self, uid: ClusterUid) -> Self {
        self.expected_uid = Some(uid);
        self
    }
}

impl ServerSpec {
    /// An API server whose certificate bears the host of its URL.
    #[must_use]
    pub fn new(url: Url, trust: ServerTrust) -> Self {
        Self { url, tls_server_name: None, trust }
    }
}

impl CredentialSpec {
    /// The tokens of this source, renewed before they end and when they are refused.
    #[must_use]
    pub fn bearer(source: Arc<dyn BearerSource>) -> Self {
        Self::Custom(Arc::new(Bearers::new(source)))
    }
}

impl ExecSpec {
    /// A program without arguments that speaks `client.authentication.k8s.io/v1` and is told nothing about the cluster.
    #[must_use]
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            args: Vec::new(),
            env: Vec::new(),
            api_version: EXEC_V1.to_owned(),
            provide_cluster_info: false,
            cluster_config: None,
            install_hint: None,
            in_process_only: false,
        }
    }

    /// Replaces the arguments.
    #[must_use]
    pub fn with_args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Replaces the variables.
    #[must_use]
    pub fn with_env<K: Into<String>, V: Into<String>>(mut self, env: impl IntoIterator<Item = (K, V)>) -> Self {
        self.env = env.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// Sets the version of the protocol.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// Tells the program about the cluster, with `config` as the member of that name.
    #[must_use]
    pub fn with_cluster_info(mut self, config: Option<serde_json::Value>) -> Self {
        self.provide_cluster_info = true;
        self.cluster_config = config;
        self
    }

    /// Sets whether it is never run, and only a resolver does its work.
    #[must_use]
    pub fn with_in_process_only(mut self, only: bool) -> Self {
        self.in_process_only = only;
        self
    }

    /// Sets what to tell a person whose machine has no such program.
    #[must_use]
    pub fn with_install_hint(mut self, hint: impl Into<String>) -> Self {
        self.install_hint = Some(hint.into());
        self
    }
}

impl Impersonation {
    /// Acts as a user, in no particular groups.
    #[must_use]
    pub fn user(name: impl Into<String>) -> Self {
        Self { user: name.into(), ..Self::default() }
    }

    /// Replaces the groups.
    #[must_use]
    pub fn with_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the UID.
    #[must_use]
    pub fn with_uid(mut self, uid: impl Into<String>) -> Self {
        self.uid = Some(uid.into());
        self
    }
}
