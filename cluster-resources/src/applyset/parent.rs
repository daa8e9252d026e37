//! What a parent says, read and written. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use semver::Version;
use serde_json::{Value, json};

use super::{
    ADDITIONAL_NAMESPACES, CALLER, GROUP_KINDS, GROUP_RESOURCES, INTEGRATION, PARENT_ID, REPORTED, TOOLING, kind_of,
    set_id, set_id_of,
};
use crate::id::{ClusterName, GroupKind};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::ParentState;
use crate::policy::{Actor, InventoryConfig};

/// Which kind a resource such as `deployments` of a group is; `None` when no kind is served under that name.
pub(super) type Resources<'a> = &'a dyn Fn(&str, &str) -> Option<GroupKind>;

/// What is written about an actor: `<tool>/v<version>`, the form in which kubectl writes of itself.
///
/// # Errors
/// [`IssueClass::Invalid`] when the version is no semantic version, or the tool's name cannot be told from it.
pub fn tooling(cluster: &ClusterName, actor: &Actor) -> Result<String, Issue> {
    let invalid = |message| Issue::error(Reach::Cluster(cluster.clone()), IssueClass::Invalid, message);
    if actor.tool.is_empty() || actor.tool.contains(['/', ',']) {
        return Err(invalid(format!("{:?} cannot be the name of a tool; use one without slash and comma", actor.tool)));
    }
    let version = Version::parse(actor.version.trim_start_matches('v')).map_err(|error| {
        invalid(format!("version {:?} of {} is no semantic version: {error}", actor.version, actor.integration))
    })?;
    Ok(format!("{}/v{version}", actor.tool))
}

/// Reads a parent, whole or its metadata. `resources` says which kind a plural of a group is; it is asked for parents of early versions of
/// kubectl alone, and what it does not know is left out: nothing of a kind that is not served can be there.
///
/// # Errors
/// [`IssueClass::Inventory`] when the object is no parent of this set, or one of another tool, integration or caller, with what to do.
pub fn parse(
    cluster: &ClusterName,
    parent: &Value,
    config: &InventoryConfig,
    actor: &Actor,
    resources: &dyn Fn(&str, &str) -> Option<GroupKind>,
) -> Result<ParentState, Issue> {
    let state = read(cluster, parent, &config.name, config, actor, resources)?;
    let annotation = |name: &str| annotation(parent, name);
    for (name, ours) in [(INTEGRATION, Some(&actor.integration)), (CALLER, actor.caller.as_ref())] {
        let theirs = annotation(name);
        // Older parents, and those of others' making, may say nothing.
        if theirs.is_some() && theirs != ours.map(AsRef::as_ref) {
            let who = theirs.unwrap_or_default();
            return Err(refused(
                cluster,
                &config.name,
                config,
                &format!("is kept by {who:?}; choose another name, or list it under migrate_from"),
            ));
        }
    }
    Ok(state)
}

/// Reads the parent of an earlier set, whoever of this tool kept it.
pub(super) fn parse_earlier(
    cluster: &ClusterName,
    parent: &Value,
    name: &str,
    config: &InventoryConfig,
    actor: &Actor,
    resources: Resources<'_>,
) -> Result<ParentState, Issue> {
    read(cluster, parent, name, config, actor, resources)
}

fn read(
    cluster: &ClusterName,
    parent: &Value,
    name: &str,
    config: &InventoryConfig,
    actor: &Actor,
    resources: Resources<'_>,
) -> Result<ParentState, Issue> {
    let no = |why: &str| Err(refused(cluster, name, config, why));
    let meta = parent.get("metadata").unwrap_or(&Value::Null);
    let text = |key: &str| meta.get(key).and_then(Value::as_str);
    let Some(tool) = annotation(parent, TOOLING) else {
        return no("is no inventory: it does not say which tool keeps it; choose another name, or delete it");
    };
    // As kubectl: what stands before the first slash.
    if tool.split('/').next() != Some(&*actor.tool) {
        return no(&format!("is kept by {tool:?}, not by {}; choose another name", actor.tool));
    }
    let expected = set_id(name, &config.namespace, kind_of(config.kind), "");
    match meta.get("labels").and_then(|labels| labels.get(PARENT_ID)).and_then(Value::as_str) {
        None => return no(&format!("lacks the label {PARENT_ID}; delete it, and it is made anew")),
        Some(found) if found != expected => {
            return no(&format!(
                "says it is the set {found}, and its name makes it {expected}; delete it, and it is made anew"
            ));
        }
        Some(_) => {}
    }
    let kinds = match (annotation(parent, GROUP_KINDS), annotation(parent, GROUP_RESOURCES)) {
        (Some(kinds), _) => listed(kinds).filter_map(|kind| kind.parse().ok()).collect(),
        (None, Some(plurals)) => listed(plurals)
            .filter_map(|name| {
                let (plural, group) = name.split_once('.').unwrap_or((name, ""));
                resources(plural, group)
            })
            .collect(),
        (None, None) => return no(&format!("lacks the annotation {GROUP_KINDS}; delete it, and it is made anew")),
    };
    let namespaces: BTreeSet<Arc<str>> =
        annotation(parent, ADDITIONAL_NAMESPACES).into_iter().flat_map(listed).map(Arc::from).collect();
    let reported: BTreeSet<(Option<Arc<str>>, GroupKind)> =
        annotation(parent, REPORTED).into_iter().flat_map(listed).filter_map(dropped).collect();
    let (Some(uid), Some(version)) = (text("uid"), text("resourceVersion")) else {
        return no("was read without UID and version");
    };
    Ok(ParentState {
        set_id: expected.into(),
        version: Some((uid.into(), version.into())),
        group_kinds: sorted(kinds),
        namespaces: namespaces.into_iter().collect(),
        reported: reported.into_iter().collect(),
        usable: true,
    })
}

/// What a set says when it has no parent (yet, or any more): nothing, and its members are found by their labels alone.
#[must_use]
pub fn absent(config: &InventoryConfig) -> ParentState {
    ParentState {
        set_id: set_id_of(config),
        version: None,
        group_kinds: Vec::new(),
        namespaces: Vec::new(),
        reported: Vec::new(),
        usable: true,
    }
}

/// Labels and annotations of a parent. Annotations that must not be there are absent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Marks {
    /// Labels to set.
    pub labels: BTreeMap<&'static str, String>,
    /// Annotations to set, or to take away where there is no value.
    pub annotations: BTreeMap<&'static str, Option<String>>,
}

/// The labels and annotations of a parent that says this.
///
/// # Errors
/// As [`tooling`].
pub fn marks(
    cluster: &ClusterName,
    config: &InventoryConfig,
    actor: &Actor,
    state: &ParentState,
) -> Result<Marks, Issue> {
    let kinds: BTreeSet<String> = state.group_kinds.iter().map(ToString::to_string).collect();
    let namespaces: BTreeSet<&str> =
        state.namespaces.iter().map(AsRef::as_ref).filter(|namespace| *namespace != &*config.namespace).collect();
    let reported: BTreeSet<String> = state
        .reported
        .iter()
        .map(|(namespace, kind)| format!("{}/{kind}", namespace.as_deref().unwrap_or_default()))
        .collect();
    let joined = |items: BTreeSet<String>| items.into_iter().collect::<Vec<_>>().join(",");
    Ok(Marks {
        labels: BTreeMap::from([(PARENT_ID, state.set_id.to_string())]),
        annotations: BTreeMap::from([
            (TOOLING, Some(tooling(cluster, actor)?)),
            (GROUP_KINDS, Some(joined(kinds))),
            (GROUP_RESOURCES, None),
            (ADDITIONAL_NAMESPACES, Some(namespaces.into_iter().collect::<Vec<_>>().join(","))),
            (INTEGRATION, Some(actor.integration.to_string())),
            (CALLER, actor.caller.as_deref().map(str::to_owned)),
            (REPORTED, (!reported.is_empty()).then(|| joined(reported))),
        ]),
    })
}

/// A new parent that says this.
///
/// # Errors
/// As [`tooling`].
pub fn render(
    cluster: &ClusterName,
    config: &InventoryConfig,
    actor: &Actor,
    state: &ParentState,
) -> Result<Value, Issue> {
    let Marks { labels, annotations } = marks(cluster, config, actor, state)?;
    let annotations: BTreeMap<&str, String> =
        annotations.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(json!({
        "apiVersion": "v1",
        "kind": kind_of(config.kind),
        "metadata": {
            "name": config.name,
            "namespace": config.namespace,
            "labels": labels,
            "annotations": annotations,
        },
    }))
}

/// Whether a parent carries these marks already.
pub(super) fn carries(parent: &Value, marks: &Marks) -> bool {
    let meta = parent.get("metadata").unwrap_or(&Value::Null);
    let of = |map: &str, name: &str| meta.get(map).and_then(|map| map.get(name)).and_then(Value::as_str);
    marks.labels.iter().all(|(name, value)| of("labels", name) == Some(value))
        && marks.annotations.iter().all(|(name, value)| of("annotations", name) == value.as_deref())
}

/// Both together, without repetitions, in order.
pub(super) fn union<T: Clone + Ord>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter().chain(other).cloned().collect::<BTreeSet<T>>().into_iter().collect()
}

pub(super) fn refused(cluster: &ClusterName, name: &str, config: &InventoryConfig, why: &str) -> Issue {
    let message = format!("{} {}/{name} {why}", kind_of(config.kind), config.namespace);
    Issue::error(Reach::Cluster(cluster.clone()), IssueClass::Inventory, message)
}

fn annotation<'a>(parent: &'a Value, name: &str) -> Option<&'a str> {
    parent.get("metadata")?.get("annotations")?.get(name)?.as_str()
}

fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn dropped(item: &str) -> Option<(Option<Arc<str>>, GroupKind)> {
    let (namespace, kind) = item.split_once('/')?;
    Some(((!namespace.is_empty()).then(|| namespace.into()), kind.parse().ok()?))
}

fn sorted(kinds: BTreeSet<GroupKind>) -> Vec<GroupKind> {
    kinds.into_iter().collect()
}
