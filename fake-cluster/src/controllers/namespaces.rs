//! The end of namespaces: their content is deleted, what remains is told in conditions, and at last they are finalized.
//!
//! It follows `pkg/controller/namespace/deletion`. Knows nothing of what the content is, except that pods go first.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::step::{Step, Write, controller};
use super::view::{View, is_deleting, texts};
use crate::storage::Object;

const STORAGE: &str = "namespaces";
/// What the store calls pods.
const PODS: &str = "pods";
/// The finalizer in the `spec` of a namespace that stands for this controller.
const FINALIZER: &str = "kubernetes";

/// The conditions that are told, in this order, and what they say when all is well: type, reason, message.
const CONDITIONS: [[&str; 3]; 5] = [
    ["NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"],
    ["NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
    [
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ],
    ["NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"],
    ["NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
];

/// What is not well: reason and message by the type of the condition.
type Troubles = BTreeMap<&'static str, (&'static str, String)>;

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let ending = view.objects(STORAGE).iter().filter(|namespace| {
        is_deleting(namespace) && texts(&namespace.value()["spec"]["finalizers"]).any(|found| found == FINALIZER)
    });
    ending.flat_map(|namespace| end(view, namespace)).collect()
}

/// What comes next for one namespace that is deleted.
fn end(view: &View, namespace: &Arc<Object>) -> Vec<Step> {
    let actor = controller("namespace-controller");
    let name = namespace.meta_str("name");
    let Some(resource) = view.resource(STORAGE) else { return Vec::new() };
    if namespace.value()["status"]["phase"] != "Terminating" {
        let mut new = namespace.value().clone();
        new["status"]["phase"] = json!("Terminating");
        return vec![Step::to(&actor, resource, namespace, Write::Update("status", new))];
    }
    let filled = |pods: bool| {
        view.resources().filter(move |content| content.namespaced && (content.storage == PODS) == pods).filter_map(
            |content| {
                let objects = view.within(&content.storage, name);
                (!objects.is_empty()).then_some((content, objects))
            },
        )
    };
    // Pods go before anything that they may need.
    let pods_remain = filled(true).next().is_some();
    let unmarked = filled(pods_remain).filter(|(_, objects)| !objects.iter().all(|object| is_deleting(object)));
    let deletes: Vec<Step> = unmarked
        .map(|(content, _)| {
            let options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"});
            Step::within(&actor, content, name, Write::DeleteCollection(options))
        })
        .collect();
    if !deletes.is_empty() {
        return deletes;
    }
    let remaining: Vec<_> = filled(pods_remain).collect();
    // While pods remain nothing else was counted yet.
    let troubles = if pods_remain {
        Troubles::new()
    } else {
        troubles(remaining.iter().map(|(of, objects)| (of.plural.as_str(), of.group.as_str(), *objects)))
    };
    if let Some(new) = told(view, namespace, &troubles) {
        return vec![Step::to(&actor, resource, namespace, Write::Update("status", new))];
    }
    if !remaining.is_empty() {
        return Vec::new();
    }
    let mut last = namespace.value().clone();
    let mut kept: Vec<&str> =
        texts(&namespace.value()["spec"]["finalizers"]).filter(|found| *found != FINALIZER).collect();
    kept.sort_unstable();
    last["spec"]["finalizers"] = json!(kept);
    vec![Step::to(&actor, resource, namespace, Write::Update("finalize", last))]
}

/// What the remaining content says: how much there is of each resource, and what holds it.
fn troubles<'a>(remaining: impl Iterator<Item = (&'a str, &'a str, &'a [Arc<Object>])>) -> Troubles {
    let (mut counts, mut holders) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for (plural, group, objects) in remaining {
        counts.push(format!("{plural}.{group} has {} resource instances", objects.len()));
        for finalizer in objects.iter().flat_map(|object| texts(&object.metadata()["finalizers"])) {
            *holders.entry(finalizer).or_default() += 1;
        }
    }
    counts.sort();
    let mut troubles = Troubles::new();
    if !counts.is_empty() {
        let message = format!("Some resources are remaining: {}", counts.join(", "));
        troubles.insert("NamespaceContentRemaining", ("SomeResourcesRemain", message));
    }
    if !holders.is_empty() {
        let held: Vec<_> =
            holders.iter().map(|(name, count)| format!("{name} in {count} resource instances")).collect();
        let message = format!("Some content in the namespace has finalizers remaining: {}", held.join(", "));
        troubles.insert("NamespaceFinalizersRemaining", ("SomeFinalizersRemain", message));
    }
    troubles
}

/// The namespace with conditions that say how it stands, or nothing if it says so already.
fn told(view: &View, namespace: &Object, troubles: &Troubles) -> Option<Value> {
    let mut conditions = namespace.value()["status"]["conditions"].as_array().cloned().unwrap_or_default();
    for [kind, reason, message] in CONDITIONS {
        let (status, reason, message) = match troubles.get(kind) {
            Some((reason, message)) => ("True", *reason, message.as_str()),
            None => ("False", reason, message),
        };
        let known = conditions.iter_mut().find(|condition| condition["type"] == kind);
        let since =
            known.as_deref().filter(|known| known["status"] == status).map(|known| known["lastTransitionTime"].clone());
        let new = json!({
            "type": kind, "status": status, "lastTransitionTime": since.unwrap_or_else(|| json!(view.time())),
            "reason": reason, "message": message,
        });
        match known {
            Some(known) => *known = new,
            None => conditions.push(new),
        }
    }
    let mut new = namespace.value().clone();
    new["status"]["conditions"] = Value::Array(conditions);
    (new != *namespace.value()).then_some(new)
}
