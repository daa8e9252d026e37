//! What others added to an object of ours: found in who owns which fields, and judged by rules that are data.

use serde_json::{Map, Value};

use super::conflict::{AGGREGATION_CONTROLLER, is_human_tool, is_scaler};
use super::managed::{FieldSet, ItemKey, MAX_DEPTH, Managed, ManagerEntry};
use super::model::ForeignField;
use super::path::{Step, covers, display, glob, pointer};
use crate::applyset::PART_OF;
use crate::id::GroupKind;
use crate::policy::{Foreign, ForeignRule, Policy};

const RBAC: &str = "rbac.authorization.k8s.io";

/// What is done about fields that somebody else added, when an application has no rule of its own. The first that matches decides; where
/// none does, it is reported.
///
/// Taken away is what gives rights (rules, subjects and roles of RBAC) and what configures (data of ConfigMaps and Secrets). Left alone
/// is what platforms allocate, inject and keep books with.
#[must_use]
pub fn default_foreign_rules() -> Vec<ForeignRule> {
    RULES
        .iter()
        .map(|rule| ForeignRule {
            kind: rule.kind.map(|(group, kind)| GroupKind::new(group, kind)),
            path: rule.path.into(),
            manager: rule.manager.map(Into::into),
            then: rule.then,
        })
        .collect()
}

struct Row {
    kind: Option<(&'static str, &'static str)>,
    path: &'static str,
    manager: Option<&'static str>,
    then: Foreign,
}

const fn row(
    kind: Option<(&'static str, &'static str)>,
    path: &'static str,
    manager: Option<&'static str>,
    then: Foreign,
) -> Row {
    Row { kind, path, manager, then }
}

const RULES: &[Row] = {
    use Foreign::{Ignore, Report, Revert};
    const ADMISSION: &str = "admissionregistration.k8s.io";
    &[
        row(None, "status", None, Ignore),
        row(None, "metadata.finalizers", None, Ignore),
        row(None, "metadata.ownerReferences", None, Ignore),
        // Books that controllers keep.
        row(None, "metadata.annotations[deployment.kubernetes.io/*]", None, Ignore),
        row(None, "metadata.annotations[pv.kubernetes.io/*]", None, Ignore),
        row(None, "metadata.annotations[volume.kubernetes.io/*]", None, Ignore),
        row(None, "metadata.annotations[volume.beta.kubernetes.io/*]", None, Ignore),
        row(None, "metadata.annotations[olm.*]", None, Ignore),
        row(None, "metadata.labels[olm.*]", None, Ignore),
        row(None, "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]", None, Ignore),
        row(None, "metadata.annotations[kubectl.kubernetes.io/restartedAt]", None, Ignore),
        row(None, "metadata.annotations[openshift.openshift.io/restartedAt]", None, Ignore),
        row(None, "spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]", None, Ignore),
        row(None, "spec.template.metadata.annotations[openshift.openshift.io/restartedAt]", None, Ignore),
        row(Some(("", "Namespace")), "metadata.annotations[openshift.io/*]", None, Ignore),
        row(Some(("", "Namespace")), "metadata.labels[kubernetes.io/metadata.name]", None, Ignore),
        row(Some(("", "Namespace")), "spec.finalizers", None, Ignore),
        row(Some(("cluster.open-cluster-management.io", "ManagedCluster")), "metadata.labels.clusterID", None, Ignore),
        row(Some(("cluster.open-cluster-management.io", "ManagedCluster")), "metadata.labels.managed-by", None, Ignore),
        row(
            Some(("cluster.open-cluster-management.io", "ManagedCluster")),
            "metadata.labels.openshiftVersion",
            None,
            Ignore,
        ),
        row(
            Some(("cluster.open-cluster-management.io", "ManagedCluster")),
            "metadata.labels[feature.open-cluster-management.io/*]",
            None,
            Ignore,
        ),
        // Rights.
        row(Some((RBAC, "ClusterRole")), "rules", Some(AGGREGATION_CONTROLLER), Ignore),
        row(Some((RBAC, "ClusterRole")), "rules", None, Revert),
        row(Some((RBAC, "ClusterRole")), "aggregationRule", None, Revert),
        row(Some((RBAC, "Role")), "rules", None, Revert),
        row(Some((RBAC, "ClusterRoleBinding")), "subjects", None, Revert),
        row(Some((RBAC, "ClusterRoleBinding")), "roleRef", None, Revert),
        row(Some((RBAC, "RoleBinding")), "subjects", None, Revert),
        row(Some((RBAC, "RoleBinding")), "roleRef", None, Revert),
        // Configuration. Tokens and certificates are written by those who issue them.
        row(Some(("", "Secret")), "data", Some("kube-controller-manager"), Ignore),
        row(Some(("", "Secret")), "data", Some("cert-manager*"), Ignore),
        row(Some(("", "Secret")), "data", None, Revert),
        row(Some(("", "ConfigMap")), "data", None, Revert),
        row(Some(("", "ConfigMap")), "binaryData", None, Revert),
        // Bundles of authorities are injected.
        row(Some(("apiextensions.k8s.io", "CustomResourceDefinition")), CONVERSION_BUNDLE, None, Ignore),
        row(Some(("apiregistration.k8s.io", "APIService")), "spec.caBundle", None, Ignore),
        row(Some((ADMISSION, "MutatingWebhookConfiguration")), "webhooks.*.clientConfig.caBundle", None, Ignore),
        row(Some((ADMISSION, "ValidatingWebhookConfiguration")), "webhooks.*.clientConfig.caBundle", None, Ignore),
        // What the platform adds to service accounts; people are reported.
        row(Some(("", "ServiceAccount")), "secrets", Some("*controller*"), Ignore),
        row(Some(("", "ServiceAccount")), "imagePullSecrets", Some("*controller*"), Ignore),
        row(Some(("", "ServiceAccount")), "secrets", Some("openshift*"), Ignore),
        row(Some(("", "ServiceAccount")), "imagePullSecrets", Some("openshift*"), Ignore),
        // What is allocated.
        row(Some(("", "Service")), "spec.clusterIP", None, Ignore),
        row(Some(("", "Service")), "spec.clusterIPs", None, Ignore),
        row(Some(("", "Service")), "spec.ipFamilies", None, Ignore),
        row(Some(("", "Service")), "spec.ipFamilyPolicy", None, Ignore),
        row(Some(("", "Service")), "spec.healthCheckNodePort", None, Ignore),
        row(Some(("", "Service")), "spec.ports.*.nodePort", None, Ignore),
        row(Some(("", "PersistentVolumeClaim")), "spec.volumeName", None, Ignore),
        row(Some(("", "PersistentVolume")), "spec.claimRef", None, Ignore),
        row(Some(("", "Pod")), "spec.nodeName", None, Ignore),
        row(None, "spec.replicas", Some("kube-controller-manager"), Ignore),
        row(None, "spec.replicas", Some("horizontal-pod-autoscaler"), Ignore),
        row(None, "spec.replicas", Some("keda*"), Ignore),
        // Who injects usually does so into pods; what stands in a template was put there.
        row(None, "spec.template", None, Report),
        // An object that is older than its books: everything in it is owned by nobody in particular, defaults too.
        row(None, "", Some("before-first-apply"), Ignore),
        row(None, "", None, Report),
    ]
};

const CONVERSION_BUNDLE: &str = "spec.conversion.webhook.clientConfig.caBundle";

/// What an entry of a ConfigMap is for which an annotation or label asks that it be injected.
const INJECTED: &[(&str, &str, &str)] = &[
    ("annotations", "service.beta.openshift.io/inject-cabundle", "service-ca.crt"),
    ("labels", "config.openshift.io/inject-trusted-cabundle", "ca-bundle.crt"),
];

/// What servers fill in, and then count to whoever wrote the object: as whose it stands there says nothing.
const DEFAULTS: &[(&str, &str)] = &[
    ("dnsPolicy", "ClusterFirst"),
    ("failurePolicy", "Fail"),
    ("imagePullPolicy", "Always"),
    ("imagePullPolicy", "IfNotPresent"),
    ("internalTrafficPolicy", "Cluster"),
    ("matchPolicy", "Equivalent"),
    ("podManagementPolicy", "OrderedReady"),
    ("protocol", "TCP"),
    ("restartPolicy", "Always"),
    ("schedulerName", "default-scheduler"),
    ("sessionAffinity", "None"),
    ("terminationMessagePath", "/dev/termination-log"),
    ("terminationMessagePolicy", "File"),
    ("wildcardPolicy", "None"),
];

/// Numbers that servers fill in.
const DEFAULT_NUMBERS: &[(&str, i64)] = &[
    ("failureThreshold", 3),
    ("periodSeconds", 10),
    ("progressDeadlineSeconds", 600),
    ("revisionHistoryLimit", 10),
    ("successThreshold", 1),
    ("terminationGracePeriodSeconds", 30),
    ("timeoutSeconds", 1),
];

/// What is known of the object that is looked at.
pub(crate) struct Subject<'a> {
    pub(crate) kind: &'a GroupKind,
    pub(crate) declared: &'a Value,
    pub(crate) live: &'a Value,
    pub(crate) policy: &'a Policy,
}

/// Everything that others added, sorted by path. What is declared is never among it.
pub(crate) fn foreign_fields(subject: &Subject<'_>, managed: &Managed, ours: &FieldSet) -> Vec<ForeignField> {
    let mut found = Vec::new();
    for entry in &managed.entries {
        // Whoever writes under our name without declaring is somebody else, too.
        if std::ptr::eq(&entry.fields, ours) || entry.subresource.as_deref() == Some("status") {
            continue;
        }
        let mut walk = Walk { subject, entry, found: &mut found };
        walk.map(&entry.fields, Some(ours), Some(subject.declared), subject.live, &mut Vec::new());
    }
    // The mildest judgement stands: reverting what a controller holds would be a quarrel without end.
    found.sort_by(|(a, at, _), (b, bt, _)| {
        (&a.pointer, a.policy, std::cmp::Reverse(at), &a.manager).cmp(&(
            &b.pointer,
            b.policy,
            std::cmp::Reverse(bt),
            &b.manager,
        ))
    });
    found.dedup_by(|(later, ..), (earlier, ..)| {
        let same = later.pointer == earlier.pointer;
        if same && later.manager != earlier.manager && !earlier.also.contains(&later.manager) {
            earlier.also.push(std::mem::take(&mut later.manager));
        }
        same
    });
    let mut fields: Vec<_> = found.into_iter().filter(|(_, _, seen)| *seen).map(|(field, ..)| field).collect();
    fields.sort_by(|a, b| (&a.path, &a.pointer).cmp(&(&b.path, &b.pointer)));
    fields
}

struct Walk<'s, 'f> {
    subject: &'s Subject<'s>,
    entry: &'s ManagerEntry,
    /// Field, time, and whether anybody is to know.
    found: &'f mut Vec<(ForeignField, Option<String>, bool)>,
}

impl Walk<'_, '_> {
    fn map<'a>(
        &mut self,
        theirs: &'a FieldSet,
        ours: Option<&'a FieldSet>,
        declared: Option<&'a Value>,
        live: &'a Value,
        path: &mut Vec<Step<'a>>,
    ) {
        if path.len() >= MAX_DEPTH || ours.is_some_and(|ours| !path.is_empty() && ours.is_leaf() && !theirs.is_leaf()) {
            return;
        }
        for (name, below) in &theirs.fields {
            let Some(live) = live.get(name) else { continue };
            path.push(Step::field(name));
            // Nothing declared leaves room for what others put there, and is no claim to it.
            let declared = declared.and_then(|value| value.get(name)).filter(|value| !is_nothing(value));
            self.node(below, ours.and_then(|ours| ours.fields.get(name)), declared, live, path);
            path.pop();
        }
        for (key, below) in &theirs.items {
            let Some((index, live)) = find(live, key) else { continue };
            let declared =
                declared.and_then(Value::as_array).and_then(|list| counterpart(list, key, below, live, index));
            let ours = ours.and_then(|ours| ours.items.iter().find(|(own, _)| own == key)).map(|(_, below)| below);
            path.push(Step::Item(key.label(), Some(index)));
            self.node(below, ours, declared, live, path);
            path.pop();
        }
    }

    fn node<'a>(
        &mut self,
        theirs: &'a FieldSet,
        ours: Option<&'a FieldSet>,
        declared: Option<&'a Value>,
        live: &'a Value,
        path: &mut Vec<Step<'a>>,
    ) {
        let shared = ours.is_some_and(|ours| !ours.is_empty()) || declared.is_some();
        let whole = theirs.is_leaf() || matches!(path.last(), Some(Step::Item(..)));
        if shared || !whole {
            // Labels, keys and fields of maps are told one by one; what is in an item that is theirs alone is not.
            self.map(theirs, ours, declared, live, path);
        } else if !is_nothing(live) {
            self.emit(path, live);
        }
    }

    fn is_of_another_version(&self) -> bool {
        let seen = self.subject.live.get("apiVersion").and_then(Value::as_str).and_then(|seen| seen.split_once('/'));
        let written = self.entry.api_version.as_deref().and_then(|written| written.split_once('/'));
        // There is one version of what has no group.
        seen.zip(written).is_some_and(|(seen, written)| seen.0 == written.0 && seen.1 != written.1)
    }

    fn emit(&mut self, path: &[Step<'_>], live: &Value) {
        let Some(pointer) = pointer(path) else { return };
        let policy = match judge(self.subject, self.entry, path, live) {
            // What it owns is named as another version names it: what is found here under that name may be something else.
            Foreign::Revert if self.is_of_another_version() => Foreign::Report,
            policy => policy,
        };
        self.found.push((
            ForeignField {
                path: display(path),
                pointer,
                manager: self.entry.manager.clone(),
                also: Vec::new(),
                time: self.entry.time.clone(),
                policy,
            },
            self.entry.time.clone(),
            policy != Foreign::Ignore,
        ));
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// An item of a list, and where it is.
pub(crate) fn find<'v>(list: &'v Value, key: &ItemKey) -> Option<(usize, &'v Value)> {
    list.as_array()?.iter().enumerate().find(|(index, item)| key.fits(*index, item))
}

/// The declared item that is the same as a live one.
fn counterpart<'v>(
    list: &'v [Value],
    key: &ItemKey,
    below: &FieldSet,
    live: &Value,
    index: usize,
) -> Option<&'v Value> {
    let set = FieldSet { own: false, fields: Default::default(), items: vec![(key.clone(), below.clone())] };
    list.iter()
        .enumerate()
        .find(|(at, item)| match key {
            ItemKey::Index(_) => *at == index,
            ItemKey::Value(_) => super::equal::scalars(item, live),
            ItemKey::Keys(_) => set.item(*at, item).is_some(),
        })
        .map(|(_, item)| item)
}

fn judge(subject: &Subject<'_>, entry: &ManagerEntry, path: &[Step<'_>], live: &Value) -> Foreign {
    let texts = || path.iter().map(Step::text);
    let policy = subject.policy;
    let ignored = policy
        .ignore
        .iter()
        .any(|(kind, pattern)| kind.as_ref().is_none_or(|kind| kind == subject.kind) && covers(pattern, texts()));
    if ignored {
        return Foreign::Ignore;
    }
    let own = policy.foreign.iter().find(|rule| {
        rule.kind.as_ref().is_none_or(|kind| kind == subject.kind)
            && rule.manager.as_ref().is_none_or(|pattern| glob(pattern, &entry.manager))
            && covers(&rule.path, texts())
    });
    if let Some(rule) = own {
        return rule.then;
    }
    if is_ours(subject, entry, path) || is_injected(subject, path) || is_default(path, live) {
        return Foreign::Ignore;
    }
    if entry.subresource.as_deref() == Some("scale") && (is_scaler(&entry.manager) || !is_human_tool(&entry.manager)) {
        return Foreign::Ignore;
    }
    if subject.kind.is(RBAC, "ClusterRole")
        && covers("rules", texts())
        && subject.declared.get("aggregationRule").is_some_and(Value::is_object)
    {
        return Foreign::Ignore;
    }
    RULES
        .iter()
        .find(|rule| {
            rule.kind.is_none_or(|(group, kind)| subject.kind.is(group, kind))
                && rule.manager.is_none_or(|pattern| glob(pattern, &entry.manager))
                && covers(rule.path, texts())
        })
        .map_or(Foreign::Report, |rule| rule.then)
}

/// What we wrote ourselves besides: restarts, marks and membership.
fn is_ours(subject: &Subject<'_>, entry: &ManagerEntry, path: &[Step<'_>]) -> bool {
    let restarts = entry.manager.strip_suffix("-restart") == Some(&*subject.policy.actor.tool);
    restarts || is_mark(subject.policy, path)
}

/// Whether a path is that of a mark of ours.
pub(crate) fn is_mark(policy: &Policy, path: &[Step<'_>]) -> bool {
    match path {
        [first, second, third] if first.text() == "metadata" => match second.text() {
            "annotations" => policy.scheme.is_mark(third.text()),
            "labels" => third.text() == PART_OF,
            _ => false,
        },
        _ => false,
    }
}

fn is_injected(subject: &Subject<'_>, path: &[Step<'_>]) -> bool {
    if !subject.kind.is("", "ConfigMap") {
        return false;
    }
    // Only where the declaration asks for it: somebody who adds a key could add the annotation as well.
    let [first, second] = path else { return false };
    let asks = |place: &str, name: &str| {
        let map = subject.declared.get("metadata").and_then(|meta| meta.get(place)).and_then(Value::as_object);
        map.and_then(|map: &Map<String, Value>| map.get(name)).and_then(Value::as_str) == Some("true")
    };
    first.text() == "data" && INJECTED.iter().any(|(place, name, key)| second.text() == *key && asks(place, name))
}

fn is_default(path: &[Step<'_>], live: &Value) -> bool {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return false };
    if first.text() != "spec" && first.text() != "webhooks" {
        return false;
    }
    let name = last.text();
    match live {
        Value::String(text) => DEFAULTS.contains(&(name, text)),
        Value::Number(number) => number.as_i64().is_some_and(|number| DEFAULT_NUMBERS.contains(&(name, number))),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests;
