//! The inventory of a cluster: which kinds and namespaces may hold members of a set, kept on a parent object as KEP-3659 has it, so that
//! `kubectl` and others can read it. Knows nothing of what the members are.
//!
//! Members carry the label [`PART_OF`] with the set's id; the parent carries the same id under [`PARENT_ID`] and says in annotations where
//! members may be. It is widened before anything is applied and narrowed only after everything was pruned, so that it never says less than
//! is there. No list of objects is kept: a set may have any number of members.
//!
//! A parent that is gone says nothing about its members: they are found by their labels wherever one looks, and the parent is written again.
//!
//! Source: KEP-3659 and `k8s.io/kubectl/pkg/cmd/apply/applyset.go`. The shipped prefix is `applyset.kubernetes.io`.

mod io;
mod parent;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::policy::{InventoryConfig, InventoryKind};

pub use io::{read, shrink, widen};
pub use parent::{Marks, absent, marks, parse, render, tooling};

/// Label of a parent: the id of its set.
pub const PARENT_ID: &str = "applyset.kubernetes.io/id";
/// Label of a member: the id of its set.
pub const PART_OF: &str = "applyset.kubernetes.io/part-of";
/// Label of a definition whose objects may be parents.
pub const IS_PARENT_TYPE: &str = "applyset.kubernetes.io/is-parent-type";
/// Annotation of a parent: `<tool>/v<version>`. A tool leaves the sets of other tools alone.
pub const TOOLING: &str = "applyset.kubernetes.io/tooling";
/// Annotation of a parent: kinds that may have members, as `Kind.group`, sorted, with commas between.
pub const GROUP_KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
/// What was in the place of [`GROUP_KINDS`] once, with plurals for kinds. Read, never written.
pub const GROUP_RESOURCES: &str = "applyset.kubernetes.io/contains-group-resources";
/// Annotation of a parent: namespaces that may have members, besides its own, sorted, with commas between.
pub const ADDITIONAL_NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";
/// Annotation of a parent: the integration that writes it.
pub const INTEGRATION: &str = "mooring.dev/integration";
/// Annotation of a parent: the caller it is written for, where there are callers.
pub const CALLER: &str = "mooring.dev/caller";
/// Annotation of a parent: what the last run reported as dropped from scope, as `namespace/Kind.group`, sorted, with commas between.
pub const REPORTED: &str = "mooring.dev/reported-as-dropped";

/// The id of a set, from its parent's name, namespace (empty outside of namespaces), kind and group.
#[must_use]
pub fn set_id(name: &str, namespace: &str, kind: &str, group: &str) -> String {
    let digest = Sha256::digest(format!("{name}.{namespace}.{kind}.{group}").as_bytes());
    format!("applyset-{}-v1", URL_SAFE_NO_PAD.encode(digest))
}

/// The id of the set that is kept there.
#[must_use]
pub fn set_id_of(config: &InventoryConfig) -> Arc<str> {
    set_id(&config.name, &config.namespace, kind_of(config.kind), "").into()
}

/// The ids of the earlier sets whose members become members of the one that is kept there.
#[must_use]
pub fn earlier_ids(config: &InventoryConfig) -> Vec<Arc<str>> {
    config.migrate_from.iter().map(|name| set_id(name, &config.namespace, kind_of(config.kind), "").into()).collect()
}

/// A label selector for the members of the set, and of the earlier sets it takes over.
#[must_use]
pub fn selector(config: &InventoryConfig) -> String {
    let id = set_id_of(config);
    let earlier = earlier_ids(config);
    if earlier.is_empty() {
        return format!("{PART_OF}={id}");
    }
    let ids: Vec<&str> = std::iter::once(&id).chain(&earlier).map(AsRef::as_ref).collect();
    format!("{PART_OF} in ({})", ids.join(","))
}

fn kind_of(kind: InventoryKind) -> &'static str {
    match kind {
        InventoryKind::Secret => "Secret",
        InventoryKind::ConfigMap => "ConfigMap",
    }
}
