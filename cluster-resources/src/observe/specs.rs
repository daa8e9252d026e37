//! What is to be read, from what inventories say is managed. Plain functions.

#[cfg(test)]
mod tests;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use cluster_client::discovery::{Catalogue, KindError, KindQuery};
use serde_json::Value;

use super::record::NamespaceRecord;
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId};
use crate::issue::{Issue, IssueClass, Reach};

/// What a cluster says of kinds. A [`Catalogue`] does.
pub trait Kinds {
    /// The one kind that is meant, and whether its objects live in namespaces.
    ///
    /// # Errors
    /// [`KindError`] when the cluster does not serve it, or serves more than one.
    fn kind(&self, query: &KindQuery) -> Result<(GroupKind, bool), KindError>;
}

impl Kinds for Catalogue {
    fn kind(&self, query: &KindQuery) -> Result<(GroupKind, bool), KindError> {
        let found = self.resolve(query)?;
        Ok((GroupKind::new(found.resource.group, found.resource.kind), found.namespaced))
    }
}

/// What is managed: in these namespaces, or in these clusters.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SpecInput<'a> {
    /// Namespaces, each with what is managed in it.
    pub namespaces: &'a [NamespaceRecord],
    /// Clusters in which [`SpecOptions::override_managed_types`] are managed.
    pub clusters: &'a [ClusterName],
}

impl<'a> SpecInput<'a> {
    /// Namespaces, each with what is managed in it.
    #[must_use]
    pub fn namespaces(namespaces: &'a [NamespaceRecord]) -> Self {
        Self { namespaces, clusters: &[] }
    }

    /// Clusters.
    #[must_use]
    pub fn clusters(clusters: &'a [ClusterName]) -> Self {
        Self { namespaces: &[], clusters }
    }
}

/// How records are read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SpecOptions {
    /// Kinds that are managed, whatever the records say.
    pub override_managed_types: Option<Vec<String>>,
    /// Whether the privileged client is used in all namespaces.
    pub cluster_admin: bool,
    /// Whether kinds without namespace may be managed by names only.
    pub cluster_scope_resource_validation: bool,
}

/// The input makes no sense as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// There are namespaces and clusters.
    #[error("what is managed is given by namespaces and by clusters; give one of them")]
    Both,
    /// There are neither namespaces nor clusters.
    #[error("what is managed is given neither by namespaces nor by clusters")]
    Neither,
    /// Clusters do not say what is managed in them.
    #[error("clusters need the kinds that are managed in them; set override_managed_types")]
    NoTypes,
}

/// One kind in one place that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrentStateSpec {
    /// Which kind, where. Kinds without namespace are in the cluster, whichever namespace declares them.
    pub bucket: BucketId,
    /// The only names that matter.
    pub managed_names: Option<BTreeSet<Arc<str>>>,
    /// With the privileged client.
    pub privileged: bool,
}

/// Something that is declared in a namespace.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct DesiredStateSpec {
    /// In this cluster.
    pub cluster: ClusterName,
    /// In this namespace.
    pub namespace: Arc<str>,
    /// As the inventory has it.
    pub resource: Value,
    /// With the privileged client.
    pub privileged: bool,
}

/// What is to be read and made, in a stable order.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Specs {
    /// What is to be read.
    pub current: Vec<CurrentStateSpec>,
    /// What is declared.
    pub desired: Vec<DesiredStateSpec>,
    /// What is wrong with records. What they are about is left out, and nothing else.
    pub issues: Vec<Issue>,
    /// Which namespaces name an object that is in none.
    named: BTreeMap<ObjectId, BTreeSet<Arc<str>>>,
}

/// What is to be read, from what records say. `kinds` knows the kinds of a cluster; records of a cluster of which it knows none are passed
/// over, as there is no connection to it.
///
/// Every record is looked at to its end: each mistake is an issue of its own, of the kind or namespace that it is in. A kind that the
/// cluster does not serve is accepted: its definition may be part of the same change.
///
/// # Errors
/// [`SpecError`].
pub fn specs<'k>(
    input: SpecInput<'_>,
    kinds: &dyn Fn(&str) -> Option<&'k dyn Kinds>,
    options: &SpecOptions,
) -> Result<Specs, SpecError> {
    let mut making = Making::default();
    match (input.namespaces, input.clusters) {
        ([], []) => return Err(SpecError::Neither),
        ([], clusters) => {
            let types = options.override_managed_types.as_ref().ok_or(SpecError::NoTypes)?;
            for cluster in clusters {
                let Some(kinds) = kinds(cluster) else { continue };
                for written in types.iter().collect::<BTreeSet<_>>() {
                    making.in_cluster(cluster, written, kinds);
                }
            }
        }
        (namespaces, []) => {
            for record in namespaces {
                if let Some(kinds) = kinds(&record.cluster.name) {
                    making.in_namespace(record, kinds, options);
                }
            }
        }
        _ => return Err(SpecError::Both),
    }
    Ok(making.done())
}

#[derive(Default)]
struct Making {
    specs: Specs,
    current: BTreeMap<BucketId, CurrentStateSpec>,
}

impl Making {
    fn in_cluster(&mut self, cluster: &ClusterName, written: &str, kinds: &dyn Kinds) {
        let id = |kind| BucketId::new(cluster.clone(), None, kind);
        match look_up(written, kinds) {
            Kind::Is(kind, false) | Kind::Unknown(kind) => self.read(id(kind), None, false),
            Kind::Is(kind, true) => {
                let message = "its objects are in namespaces, and no namespaces are given";
                self.issue(Reach::Kind(id(kind)), IssueClass::Invalid, message);
            }
            Kind::Ambiguous(kind, message) => self.issue(Reach::Kind(id(kind)), IssueClass::AmbiguousKind, message),
            Kind::None(message) => self.issue(Reach::Cluster(cluster.clone()), IssueClass::Invalid, message),
        }
    }

    fn in_namespace(&mut self, record: &NamespaceRecord, kinds: &dyn Kinds, options: &SpecOptions) {
        let written: BTreeSet<&str> = match (&options.override_managed_types, &record.managed_resource_types) {
            (Some(types), _) | (None, Some(types)) => types.iter().map(String::as_str).collect(),
            (None, None) => BTreeSet::new(),
        };
        if written.is_empty() {
            return;
        }
        let privileged = record.cluster_admin == Some(true) || options.cluster_admin;
        let (cluster, namespace) = (&record.cluster.name, &record.name);
        let here = || Reach::namespace(cluster.clone(), namespace.clone());
        let strict = options.override_managed_types.is_none();

        // Overridden kinds first: they are what the others mean.
        let mut meant: BTreeMap<&str, &str> = written.iter().map(|written| (*written, *written)).collect();
        for (number, entry) in record.managed_resource_type_overrides.iter().flatten().enumerate() {
            match meant.get_mut(entry.resource.as_str()) {
                Some(kind) => *kind = &entry.r#override,
                None if strict => {
                    let path = format!("managedResourceTypeOverrides[{number}].resource");
                    self.unmanaged(here(), &entry.resource, path);
                }
                None => {}
            }
        }
        let looked_up: BTreeMap<&str, Kind> =
            meant.into_iter().map(|(written, meant)| (written, look_up(meant, kinds))).collect();

        let mut names: BTreeMap<&GroupKind, BTreeSet<Arc<str>>> = BTreeMap::new();
        for (number, entry) in record.managed_resource_names.iter().flatten().enumerate() {
            // The same kind may be written in another way here.
            let kind = looked_up.get(entry.resource.as_str()).or_else(|| {
                let other = look_up(&entry.resource, kinds);
                looked_up.values().find(|kind| other.kind().is_some() && kind.kind() == other.kind())
            });
            match kind.map(Kind::kind) {
                Some(Some(kind)) => names.entry(kind).or_default().extend(entry.resource_names.iter().cloned()),
                // It has an issue of its own.
                Some(None) => {}
                None if strict => {
                    let path = format!("managedResourceNames[{number}].resource");
                    self.unmanaged(here(), &entry.resource, path);
                }
                None => {}
            }
        }

        for kind in looked_up.values() {
            let (kind, namespaced) = match kind {
                Kind::Is(kind, namespaced) => (kind, *namespaced),
                Kind::Unknown(kind) => (kind, true),
                Kind::Ambiguous(kind, message) => {
                    let id = BucketId::new(cluster.clone(), Some(namespace), kind.clone());
                    self.issue(Reach::Kind(id), IssueClass::AmbiguousKind, message);
                    continue;
                }
                Kind::None(message) => {
                    self.issue(here(), IssueClass::Invalid, message);
                    continue;
                }
            };
            let names = names.get(kind).cloned();
            let id = BucketId::new(cluster.clone(), Some(&**namespace).filter(|_| namespaced), kind.clone());
            if namespaced {
                self.read(id, names, privileged);
            } else {
                self.without_namespace(id, names, privileged, namespace, options);
            }
        }

        let of = |resource: &Value| DesiredStateSpec {
            cluster: cluster.clone(),
            namespace: namespace.clone(),
            resource: resource.clone(),
            privileged,
        };
        self.specs.desired.extend(record.openshift_resources.iter().flatten().map(of));
    }

    /// A kind without namespace that a namespace manages.
    fn without_namespace(
        &mut self,
        id: BucketId,
        names: Option<BTreeSet<Arc<str>>>,
        privileged: bool,
        namespace: &Arc<str>,
        options: &SpecOptions,
    ) {
        if names.is_none() && options.cluster_scope_resource_validation {
            let message = format!(
                "namespace {namespace} manages it without names; its objects are in no namespace, list the names of those that are managed in managedResourceNames"
            );
            return self.issue(Reach::Kind(id), IssueClass::NotManaged, message);
        }
        for name in names.iter().flatten() {
            let object = id.object(name.clone());
            let namespaces = self.specs.named.entry(object.clone()).or_default();
            if let Some(other) = namespaces.iter().find(|other| *other != namespace) {
                let message =
                    format!("is managed by namespace {other} and by namespace {namespace}; it can be of one only");
                self.specs.issues.push(Issue::error(Reach::Object(object), IssueClass::Duplicate, message));
            }
            namespaces.insert(namespace.clone());
        }
        self.read(id, names, privileged);
    }

    /// The same bucket may be wanted more than once: by two spellings, by two records, or by two namespaces in the cluster.
    fn read(&mut self, bucket: BucketId, managed_names: Option<BTreeSet<Arc<str>>>, privileged: bool) {
        match self.current.entry(bucket) {
            Entry::Vacant(entry) => {
                let bucket = entry.key().clone();
                entry.insert(CurrentStateSpec { bucket, managed_names, privileged });
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.privileged |= privileged;
                match (&mut known.managed_names, managed_names) {
                    (Some(names), Some(more)) => names.extend(more),
                    (names, _) => *names = None,
                }
            }
        }
    }

    fn unmanaged(&mut self, reach: Reach, resource: &str, path: String) {
        let message =
            format!("{resource} is not among the managed kinds; add it to managedResourceTypes, or remove this");
        self.specs.issues.push(Issue::error(reach, IssueClass::NotManaged, message).at(path));
    }

    fn issue(&mut self, reach: Reach, class: IssueClass, message: impl Into<String>) {
        self.specs.issues.push(Issue::error(reach, class, message));
    }

    fn done(mut self) -> Specs {
        self.specs.current = self.current.into_values().collect();
        self.specs.issues.sort();
        self.specs.issues.dedup();
        self.specs
    }
}

/// What a written kind is.
enum Kind {
    /// This; and whether its objects are in namespaces.
    Is(GroupKind, bool),
    /// Not served (yet).
    Unknown(GroupKind),
    /// One of several.
    Ambiguous(GroupKind, String),
    /// None.
    None(String),
}

impl Kind {
    fn kind(&self) -> Option<&GroupKind> {
        match self {
            Self::Is(kind, _) | Self::Unknown(kind) => Some(kind),
            Self::Ambiguous(..) | Self::None(_) => None,
        }
    }
}

fn look_up(written: &str, kinds: &dyn Kinds) -> Kind {
    let query: KindQuery = match written.parse() {
        Ok(query) => query,
        Err(error) => return Kind::None(error.to_string()),
    };
    let as_written = || GroupKind::new(query.group.as_deref().unwrap_or_default(), &*query.kind);
    // The version is no part of what a kind is; one that is not served does not make it another.
    let mut without_version = query.clone();
    without_version.version = None;
    match kinds.kind(&without_version) {
        Ok((kind, namespaced)) => Kind::Is(kind, namespaced),
        Err(KindError::NotFound { .. }) => Kind::Unknown(as_written()),
        Err(error) => Kind::Ambiguous(as_written(), error.to_string()),
    }
}

impl Specs {
    /// Whether a namespace names an object that is in none. Something that a namespace declares outside of namespaces must be named by
    /// it, not by another.
    #[must_use]
    pub fn is_named_by(&self, namespace: &str, object: &ObjectId) -> bool {
        self.named.get(object).is_some_and(|namespaces| namespaces.contains(namespace))
    }

    /// The objects outside of namespaces that a namespace names.
    pub fn cluster_scoped_resources<'a>(
        &'a self,
        cluster: &'a str,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a ObjectId> {
        let named = self.named.iter();
        named.filter_map(move |(object, by)| (&*object.cluster == cluster && by.contains(namespace)).then_some(object))
    }
}

impl fmt::Debug for DesiredStateSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is declared may hold secrets.
        f.debug_struct("DesiredStateSpec")
            .field("cluster", &self.cluster)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
