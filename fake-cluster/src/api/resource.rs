//! A served resource: its names, where it is stored and what may be done with it.

use std::sync::Arc;

use serde_json::Value;

use crate::schema::KindSchema;
use crate::schema::served::{SERVED, Served};

/// One resource in one version.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// `group/version`, or the version alone for the core group.
    pub api_version: String,
    /// The plural name, as in the path.
    pub plural: String,
    /// The singular name.
    pub singular: String,
    /// The kind.
    pub kind: String,
    /// The kind of a list.
    pub list_kind: String,
    /// Short names for command lines.
    pub short_names: Vec<String>,
    /// The categories it belongs to, such as `all`.
    pub categories: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// Whether `/status` is served, which also means that writes elsewhere cannot change the status.
    pub status: bool,
    /// Whether and how `/scale` is served.
    pub scale: Option<Scale>,
    /// Fields that objects can be selected by besides name and namespace, such as `spec.color`.
    pub selectable: Vec<String>,
    /// What the store calls it; all versions of a resource share one.
    pub storage: String,
    /// The `apiVersion` of stored objects.
    pub storage_api_version: String,
    /// Built in, or from a CustomResourceDefinition.
    pub origin: Origin,
    /// Whether the definition of the resource is being deleted: nothing new is created.
    pub ends: bool,
    /// Fields, lists, defaults and rules.
    pub schema: Arc<KindSchema>,
    /// The schema of the stored version, if stored objects have to be fitted to this one when they are read.
    pub(crate) stored: Option<Arc<KindSchema>>,
    /// The row of the table of built-in resources.
    pub(crate) served: Option<&'static Served>,
}

/// Where a resource comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a resource is compiled in or defined by a CustomResourceDefinition")]
pub enum Origin {
    /// Part of Kubernetes.
    Builtin,
    /// Defined by a CustomResourceDefinition.
    Custom,
}

/// JSON paths of the scale subresource, in dot notation, such as `.spec.replicas`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scale {
    /// The desired number of replicas.
    pub spec_replicas: String,
    /// The observed number of replicas.
    pub status_replicas: String,
    /// The selector, serialised as a string or an object; empty if there is none.
    pub selector: String,
    /// Where every version of the kind keeps the desired number.
    pub(crate) paths: Vec<(String, Option<String>)>,
}

// === impl Resource ===

impl Resource {
    /// A resource that is only created to be answered, and never stored.
    pub(crate) fn review(group: &str, plural: &str, kind: &str) -> Option<Self> {
        let api_version = api_version(group, "v1");
        Some(Self {
            group: group.into(),
            version: "v1".into(),
            storage_api_version: api_version.clone(),
            api_version,
            plural: plural.into(),
            singular: kind.to_lowercase(),
            kind: kind.into(),
            list_kind: String::new(),
            short_names: Vec::new(),
            categories: Vec::new(),
            selectable: Vec::new(),
            namespaced: false,
            status: false,
            scale: None,
            storage: String::new(),
            origin: Origin::Builtin,
            ends: false,
            schema: KindSchema::builtin(group, "v1", kind)?,
            stored: None,
            served: None,
        })
    }

    /// The built-in resources, in the order of a real server's discovery.
    pub(crate) fn builtin() -> impl Iterator<Item = Self> {
        SERVED.iter().flat_map(|version| {
            version.resources.iter().filter_map(|served| Self::served(version.group, version.version, served))
        })
    }

    fn served(group: &str, version: &str, served: &'static Served) -> Option<Self> {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let api_version = api_version(group, version);
        let stored = served.stored.unwrap_or(&api_version);
        let storing = stored.split_once('/').map_or("", |(group, _)| group);
        Some(Self {
            group: group.into(),
            version: version.into(),
            storage_api_version: stored.into(),
            plural: served.plural.into(),
            singular: served.singular.into(),
            kind: served.kind.into(),
            list_kind: format!("{}List", served.kind),
            short_names: owned(&served.short),
            categories: owned(&served.categories),
            selectable: Vec::new(),
            namespaced: served.namespaced,
            status: served.subresource("status").is_some(),
            scale: served.subresource("scale").map(|_| Scale::workload(group, served.plural)),
            storage: storage_name(storing, served.plural),
            origin: Origin::Builtin,
            ends: false,
            schema: KindSchema::builtin(group, version, served.kind)?,
            stored: None,
            served: Some(served),
            api_version,
        })
    }

    /// Every served version of the kind that a CustomResourceDefinition defines; versions whose schema cannot be read
    /// are left out. `changed` says that there may be objects from before the definition was changed.
    pub(crate) fn custom(definition: &Value, changed: bool) -> Vec<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let texts = |value: &Value| -> Vec<String> { value.as_array().into_iter().flatten().map(text).collect() };
        let spec = &definition["spec"];
        // Names come from the status: only accepted names are served.
        let names = match &definition["status"]["acceptedNames"] {
            accepted if accepted["plural"].is_string() => accepted,
            _ => &spec["names"],
        };
        let group = text(&spec["group"]);
        let plural = text(&names["plural"]);
        let versions: &[Value] = spec["versions"].as_array().map_or(&[], Vec::as_slice);
        let stored = versions.iter().find(|v| v["storage"] == Value::Bool(true)).map(|v| text(&v["name"]));
        let Some(stored) = stored else { return Vec::new() };
        let replica_paths: Vec<_> = versions
            .iter()
            .map(|v| {
                let path = v.pointer("/subresources/scale/specReplicasPath").map(text);
                (api_version(&group, &text(&v["name"])), path)
            })
            .collect();
        let Ok(stored_schema) = KindSchema::from_crd_version(definition, &stored) else { return Vec::new() };
        let served = versions.iter().filter(|v| v["served"] == Value::Bool(true));
        served
            .filter_map(|entry| {
                let version = text(&entry["name"]);
                let subresources = &entry["subresources"];
                Some(Self {
                    api_version: api_version(&group, &version),
                    storage_api_version: api_version(&group, &stored),
                    plural: plural.clone(),
                    singular: text(&names["singular"]),
                    kind: text(&names["kind"]),
                    list_kind: text(&names["listKind"]),
                    short_names: texts(&names["shortNames"]),
                    categories: texts(&names["categories"]),
                    namespaced: spec["scope"] == "Namespaced",
                    selectable: entry["selectableFields"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|field| text(&field["jsonPath"]).trim_start_matches('.').to_owned())
                        .collect(),
                    status: subresources["status"].is_object(),
                    scale: subresources["scale"].is_object().then(|| Scale {
                        spec_replicas: text(&subresources["scale"]["specReplicasPath"]),
                        status_replicas: text(&subresources["scale"]["statusReplicasPath"]),
                        selector: text(&subresources["scale"]["labelSelectorPath"]),
                        paths: replica_paths.clone(),
                    }),
                    storage: storage_name(&group, &plural),
                    origin: Origin::Custom,
                    ends: !definition["metadata"]["deletionTimestamp"].is_null(),
                    schema: KindSchema::from_crd_version(definition, &version).ok()?,
                    stored: (changed || version != stored).then(|| stored_schema.clone()),
                    served: None,
                    group: group.clone(),
                    version,
                })
            })
            .collect()
    }

    /// Whether objects are kept; the others are created only to be answered.
    pub(crate) fn is_stored(&self) -> bool {
        self.served.is_none_or(|served| served.hash.is_some())
    }

    /// The key of an object.
    pub fn key(&self, namespace: &str, name: &str) -> String {
        if self.namespaced { format!("{namespace}/{name}") } else { name.to_owned() }
    }

    /// The path of an object, or of a collection if the name is empty.
    pub fn path(&self, namespace: &str, name: &str) -> String {
        let root = if self.group.is_empty() { "/api" } else { "/apis" };
        let mut path = format!("{root}/{}", self.api_version);
        if self.namespaced && !namespace.is_empty() {
            path.extend(["/namespaces/", namespace]);
        }
        path.extend(["/", &self.plural]);
        if !name.is_empty() {
            path.extend(["/", name]);
        }
        path
    }

    /// What the keys of a collection begin with.
    pub fn prefix(&self, namespace: &str) -> String {
        if self.namespaced && !namespace.is_empty() { format!("{namespace}/") } else { String::new() }
    }

    /// How objects are brought into another version, if that is more than another name for it.
    pub(crate) fn convert(&self) -> Option<fn(&mut Value, &str)> {
        self.schema.strategy().and_then(|row| row.convert)
    }

    /// Whether the version calls fields otherwise than the stored one.
    pub(crate) fn reshapes(&self) -> bool {
        self.group == "events.k8s.io" || self.converts() && self.convert().is_some()
    }

    /// Whether stored objects must be converted before they are shown.
    pub fn converts(&self) -> bool {
        self.api_version != self.storage_api_version
    }
}

// === impl Scale ===

impl Scale {
    fn workload(group: &str, plural: &str) -> Self {
        const REPLICAS: &str = ".spec.replicas";
        // Versions that are served no more may still be named by managers.
        let versions: &[&str] = match plural {
            _ if group.is_empty() => &["v1"],
            "replicasets" => &["apps/v1beta2", "apps/v1"],
            _ => &["apps/v1beta1", "apps/v1beta2", "apps/v1"],
        };
        Self {
            spec_replicas: REPLICAS.into(),
            status_replicas: ".status.replicas".into(),
            selector: ".spec.selector".into(),
            paths: versions.iter().map(|version| ((*version).into(), Some(REPLICAS.into()))).collect(),
        }
    }
}

fn storage_name(group: &str, plural: &str) -> String {
    if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
}

/// `group/version`, or the version alone for the core group.
pub(crate) fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}
