//! The built-in kinds: their scope, their subresources, and which paths each endpoint leaves untracked.
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::apply::path::Element;
use crate::apply::set::Set;
use crate::schema::data::{self, Data};
use crate::schema::kinds;
use crate::schema::strategy::Strategy;
use crate::schema::types::Types;
use crate::schema::{KindSchema, Scope};

/// A built-in kind. [`Builtin::Other`] is decoded and encoded, nothing more: reviews, options, subresource bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    Namespace,
    Secret,
    ConfigMap,
    Service,
    ServiceAccount,
    Pod,
    Node,
    Event,
    NewEvent,
    Endpoints,
    PersistentVolumeClaim,
    StorageClass,
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
    Job,
    CronJob,
    Role,
    ClusterRole,
    RoleBinding,
    ClusterRoleBinding,
    Lease,
    CustomResourceDefinition,
    TokenRequest,
    /// A kind whose rules stand in a row of [`kinds`].
    Tabled(&'static Strategy),
    Other,
}

impl Builtin {
    pub(crate) fn of(group: &str, kind: &str) -> Self {
        match (group, kind) {
            ("", "Namespace") => Self::Namespace,
            ("", "Secret") => Self::Secret,
            ("", "ConfigMap") => Self::ConfigMap,
            ("", "Service") => Self::Service,
            ("", "ServiceAccount") => Self::ServiceAccount,
            ("", "Pod") => Self::Pod,
            ("", "Node") => Self::Node,
            ("", "Event") => Self::Event,
            ("events.k8s.io", "Event") => Self::NewEvent,
            ("", "Endpoints") => Self::Endpoints,
            ("", "PersistentVolumeClaim") => Self::PersistentVolumeClaim,
            ("storage.k8s.io", "StorageClass") => Self::StorageClass,
            ("apps", "Deployment") => Self::Deployment,
            ("apps", "StatefulSet") => Self::StatefulSet,
            ("apps", "DaemonSet") => Self::DaemonSet,
            ("apps", "ReplicaSet") => Self::ReplicaSet,
            ("batch", "Job") => Self::Job,
            ("batch", "CronJob") => Self::CronJob,
            ("rbac.authorization.k8s.io", "Role") => Self::Role,
            ("rbac.authorization.k8s.io", "ClusterRole") => Self::ClusterRole,
            ("rbac.authorization.k8s.io", "RoleBinding") => Self::RoleBinding,
            ("rbac.authorization.k8s.io", "ClusterRoleBinding") => Self::ClusterRoleBinding,
            ("coordination.k8s.io", "Lease") => Self::Lease,
            ("apiextensions.k8s.io", "CustomResourceDefinition") => Self::CustomResourceDefinition,
            ("authentication.k8s.io", "TokenRequest") => Self::TokenRequest,
            _ => kinds::find(group, kind).map_or(Self::Other, Self::Tabled),
        }
    }

    pub(crate) const fn scope(self) -> Scope {
        match self {
            Self::Namespace
            | Self::Node
            | Self::ClusterRole
            | Self::ClusterRoleBinding
            | Self::StorageClass
            | Self::CustomResourceDefinition
            | Self::Tabled(Strategy { cluster: true, .. }) => Scope::Cluster,
            _ => Scope::Namespaced,
        }
    }

    pub(crate) const fn has_status(self) -> bool {
        matches!(
            self,
            Self::Namespace
                | Self::Service
                | Self::Pod
                | Self::Node
                | Self::Deployment
                | Self::StatefulSet
                | Self::DaemonSet
                | Self::ReplicaSet
                | Self::Job
                | Self::CronJob
                | Self::PersistentVolumeClaim
                | Self::CustomResourceDefinition
                | Self::Tabled(Strategy { status: true, .. })
        )
    }

    /// The paths that an endpoint does not let its callers own.
    pub(crate) fn untracked(self, subresource: Option<&str>) -> Untracked {
        let paths: &[&[&str]] = match (self, subresource) {
            (_, None | Some("finalize")) if self.has_status() => &[&["status"]],
            (Self::Pod, Some("status")) => {
                &[&["spec"], &["metadata", "deletionTimestamp"], &["metadata", "ownerReferences"]]
            }
            (Self::Deployment, Some("status")) => &[&["spec"], &["metadata", "labels"]],
            (Self::Tabled(row), Some("status")) => row.status_keeps,
            (_, Some("status")) if self.has_status() => &[&["spec"]],
            _ => &[],
        };
        Untracked(set_of(paths))
    }
}

/// Paths an endpoint leaves out of ownership, with everything below them.
#[derive(Clone, Debug)]
pub(crate) struct Untracked(pub(super) Set);

impl Untracked {
    pub(crate) fn filter(&self, set: Set) -> Set {
        if self.0.is_empty() { set } else { set.recursive_difference(&self.0) }
    }
}

/// A set of plain field paths.
pub(crate) fn set_of(paths: &[&[&str]]) -> Set {
    let mut set = Set::new();
    for path in paths {
        let path: Vec<Element> = path.iter().map(|name| Element::field(name)).collect();
        set.insert(&path);
    }
    set
}

/// Everything built in.
pub(crate) struct Catalog {
    pub(crate) release: &'static str,
    pub(crate) kinds: BTreeMap<(&'static str, &'static str, &'static str), Arc<KindSchema>>,
    pub(crate) types: Arc<Types>,
    pub(crate) object_meta: crate::schema::types::TypeId,
}

/// Immutable, read once per process.
pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let Data { release, types, kinds, object_meta } = data::load();
    let types = Arc::new(types);
    let kinds = kinds
        .into_iter()
        .map(|listed| {
            let builtin = Builtin::of(listed.group, listed.kind);
            let schema = KindSchema::of_builtin(&listed, builtin, Arc::clone(&types));
            ((listed.group, listed.version, listed.kind), Arc::new(schema))
        })
        .collect();
    Catalog { release, kinds, types, object_meta }
});
