//! How other tools mark what is theirs, as a table.

use std::sync::Arc;

use serde_json::Value;

use super::native::{self, annotations};
use super::qontract;

enum Mark {
    Label(&'static str),
    LabelIs(&'static str, &'static str),
    Annotation(&'static str),
}

/// Marks by which tools find what they manage, so that each alone is proof. `app.kubernetes.io/instance` is none: Argo CD may track by
/// it, but it is a recommended label that anybody may set.
const TOOLS: [(&str, Mark); 11] = [
    ("argocd", Mark::Annotation("argocd.argoproj.io/tracking-id")),
    ("argocd", Mark::Label("argocd.argoproj.io/instance")),
    ("argocd", Mark::LabelIs("app.kubernetes.io/part-of", "argocd")),
    ("flux", Mark::Label("kustomize.toolkit.fluxcd.io/name")),
    ("flux", Mark::Label("helm.toolkit.fluxcd.io/name")),
    ("kapp", Mark::Label("kapp.k14s.io/app")),
    ("helm", Mark::Annotation("meta.helm.sh/release-name")),
    ("kluctl", Mark::Label("kluctl.io/discriminator")),
    ("config-sync", Mark::Annotation("configsync.gke.io/resource-id")),
    ("cli-utils", Mark::Annotation("config.k8s.io/owning-inventory")),
    ("olm", Mark::Label("olm.managed")),
];

/// Who else says that a live object is theirs: an integration that marks in another way, or a tool.
pub(super) fn claimed_by(live: &Value) -> Option<Arc<str>> {
    let integration = qontract::integration(live).or_else(|| native::integration(live));
    integration.or_else(|| tracked_by(live)).map(Arc::from)
}

/// The tool that tracks a live object by marks of its own.
pub(crate) fn tracked_by(live: &Value) -> Option<&'static str> {
    let labels = live.get("metadata").and_then(|metadata| metadata.get("labels")).and_then(Value::as_object);
    let label = |name: &str| labels.and_then(|labels| labels.get(name)).and_then(Value::as_str);
    let annotation = |name: &str| annotations(live).and_then(|annotations| annotations.get(name)).is_some();
    let found = TOOLS.iter().find(|(tool, mark)| match mark {
        Mark::Label(name) => label(name).is_some(),
        Mark::LabelIs(name, value) => label(name) == Some(value),
        // Helm itself wants both before it counts an object as a release's.
        Mark::Annotation(name) if *tool == "helm" => {
            annotation(name) && label("app.kubernetes.io/managed-by") == Some("Helm")
        }
        Mark::Annotation(name) => annotation(name),
    });
    found.map(|(tool, _)| *tool)
}
