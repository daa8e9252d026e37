//! What becomes of a declared object: made, changed, taken, replaced, left or blocked. One object at a time; knows nothing of order.

use std::sync::Arc;

use serde_json::Value;

use super::Context;
use super::claim::{Claim, claim};
use super::compare::{Comparison, compare_in};
use super::model::{Action, FieldChange, LiveVersion, PlanItem, Reason};
use super::stage::{is_custom, stage_of};
use crate::classify::immutable::is_immutable;
use crate::desired::Desired;
use crate::id::{BucketId, GroupKind, ObjectId};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::{Completeness, LiveBody, LiveObject, ObservedBucket};

/// Decides about one declared object. Findings go to `issues`.
pub(crate) fn upsert(
    context: &Context<'_>,
    bucket: &BucketId,
    id: ObjectId,
    desired: &Desired,
    issues: &mut Vec<Issue>,
) -> PlanItem {
    let resource = &desired.resource;
    let mut item = PlanItem {
        api_version: resource.api_version().into(),
        stage: stage_of(&id.kind, context.is_custom(&id.kind), &context.policy.stages),
        action: Action::Blocked,
        reason: Reason::PartialView,
        desired_hash: Some(context.policy.scheme.hash(resource)),
        live: None,
        changes: Vec::new(),
        foreign: Vec::new(),
        after: Vec::new(),
        unverifiable: Vec::new(),
        privileged: desired.privileged,
        origin: Some(resource.origin().clone()),
        id,
    };
    let seen = context.observed.buckets.get(bucket);
    let live = seen.and_then(|seen| {
        if resource.is_generated() { instance(context, seen, desired) } else { seen.objects.get(&item.id.name) }
    });
    item.live = live.map(version_of);
    (item.action, item.reason) = match (context.writes.find(&item.id, bucket), seen, live) {
        (Some(issue), ..) => (Action::Blocked, Reason::Issue(issue.message.clone())),
        (None, None, _) => match context.writes.left_out(&item.id.cluster) {
            Some(issue) => (Action::Skip, Reason::Issue(issue.message.clone())),
            None => (Action::Blocked, Reason::PartialView),
        },
        (None, Some(_), _) if context.unusable_parent(&item.id.cluster) => {
            (Action::Blocked, Reason::Issue("the inventory of the cluster cannot be used".into()))
        }
        (None, Some(_), _) if context.is_terminating(&item.id) => (Action::Blocked, Reason::Terminating),
        (None, Some(seen), None) => absent(context, &mut item, seen.completeness),
        (None, Some(_), Some(live)) => present(context, &mut item, desired, live, issues),
    };
    item
}

pub(crate) fn version_of(live: &LiveObject) -> LiveVersion {
    LiveVersion::new(live.uid.clone(), live.resource_version.clone())
}

pub(crate) fn is_being_deleted(live: &Value) -> bool {
    live.pointer("/metadata/deletionTimestamp").is_some_and(|time| !time.is_null())
}

/// An object that this declaration with a generated name has made already.
fn instance<'a>(context: &Context<'_>, seen: &'a ObservedBucket, desired: &Desired) -> Option<&'a LiveObject> {
    let policy = context.policy;
    let hash = policy.scheme.hash(&desired.resource);
    let prefix = generate_name(desired.resource.body());
    seen.objects.values().find(|object| {
        object.value().is_some_and(|live| {
            generate_name(live) == prefix && policy.scheme.read(live).hash.as_deref() == Some(&*hash)
        })
    })
}

pub(crate) fn generate_name(object: &Value) -> Option<&str> {
    object.get("metadata")?.get("generateName")?.as_str()
}

fn absent(context: &Context<'_>, item: &mut PlanItem, completeness: Completeness) -> (Action, Reason) {
    let namespace = item.id.namespace().and_then(|name| context.namespace_item(&item.id.cluster, name));
    let definition = context.definition_of(&item.id.cluster, &item.id.kind);
    match completeness {
        Completeness::Partial => return (Action::Blocked, Reason::PartialView),
        Completeness::NotServed if definition.is_none() => return (Action::Blocked, Reason::KindNotServed),
        Completeness::NoNamespace if namespace.is_none() => return (Action::Blocked, Reason::NamespaceMissing),
        Completeness::Complete | Completeness::NotServed | Completeness::NoNamespace => {}
    }
    let not_there = |id: &ObjectId| context.observed.get(id).is_none();
    let no_namespace = completeness == Completeness::NoNamespace;
    let not_served = completeness == Completeness::NotServed;
    item.unverifiable.extend(namespace.filter(|id| no_namespace || not_there(id)));
    item.unverifiable.extend(definition.filter(|id| not_served || not_there(id)));
    item.unverifiable.sort();
    (Action::Create, Reason::Missing)
}

fn present(
    context: &Context<'_>,
    item: &mut PlanItem,
    desired: &Desired,
    live: &LiveObject,
    issues: &mut Vec<Issue>,
) -> (Action, Reason) {
    let resource = &desired.resource;
    let policy = context.policy;
    let value = match &live.body {
        LiveBody::InSync { hash } if item.desired_hash.as_ref() == Some(hash) => {
            return (Action::Unchanged, Reason::InSync);
        }
        LiveBody::InSync { .. } => return (Action::Update, Reason::DeclarationChanged),
        LiveBody::Full(value) | LiveBody::Metadata(value) => value,
    };
    if resource.is_generated() {
        return (Action::Unchanged, Reason::InSync);
    }
    if is_being_deleted(value) {
        return (Action::Blocked, Reason::Terminating);
    }
    let reach = || Reach::Object(item.id.clone());
    let taken = match claim(value, resource, policy, context.set.as_ref()) {
        Claim::Ours => None,
        Claim::Take(reason) => Some(reason),
        Claim::Refuse(reason, why) => {
            issues.push(Issue::error(reach(), IssueClass::Ownership, why).from(resource.origin()));
            return (Action::Blocked, reason);
        }
    };
    if matches!(live.body, LiveBody::Metadata(_)) {
        return match taken {
            Some(reason) => (Action::TakeOver, reason),
            None => (Action::Update, Reason::DeclarationChanged),
        };
    }
    let comparison = compare_in(resource, value, policy, context.set.as_ref());
    findings(&comparison, resource.origin(), &item.id, issues);
    let Comparison { in_sync, stamped, mut changes, unowned, foreign, client_side, .. } = comparison;
    // Said like any other change: what these managers own becomes ours, or it could never be taken away.
    let manager = || Some(Value::from(policy.actor.field_manager()));
    changes.extend(client_side.into_iter().map(|former| FieldChange {
        path: "metadata.managedFields".into(),
        before: Some(Value::from(former.as_str())),
        after: manager(),
        manager: Some(former),
    }));
    let frozen = changes.iter().find(|change| {
        // An address that is no longer declared stays as it was allocated.
        !(item.id.kind.is("", "Service") && change.after.is_none()) && is_immutable(&item.id.kind, value, &change.path)
    });
    let frozen = frozen.map(|change| change.path.clone());
    let changed = !changes.is_empty() || !unowned.is_empty();
    (item.changes, item.foreign) = (changes, foreign);
    if let Some(path) = frozen {
        if policy.recreate.contains(&item.id.kind) {
            return (Action::Replace, Reason::Immutable(path));
        }
        let why = "it is declared with a value that cannot be changed; allow its kind to be recreated, or declare it under another name";
        issues.push(Issue::error(reach(), IssueClass::Refused, why).at(path.clone()).from(resource.origin()));
        return (Action::Blocked, Reason::Immutable(path));
    }
    match taken {
        Some(reason) => (Action::TakeOver, reason),
        None if in_sync => (Action::Unchanged, Reason::InSync),
        None if !stamped && policy.scheme.read(value).hash.is_some() => (Action::Update, Reason::DeclarationChanged),
        None if !stamped || changed => (Action::Update, Reason::Drifted),
        None => (Action::Update, Reason::ForeignFields),
    }
}

fn findings(comparison: &Comparison, origin: &crate::id::Origin, id: &ObjectId, issues: &mut Vec<Issue>) {
    if let Some(controller) = &comparison.controller {
        let why = format!("it is declared here and controlled by {controller}, which may change or delete it");
        issues.push(Issue::warning(Reach::Object(id.clone()), IssueClass::Ownership, why).from(origin));
    }
    if !comparison.bad.is_empty() {
        let why = format!("its managedFields could not all be read: {}", comparison.bad.join(", "));
        issues.push(Issue::warning(Reach::Object(id.clone()), IssueClass::Other, why).from(origin));
    }
}

impl Context<'_> {
    /// Whether a kind comes from a CustomResourceDefinition.
    pub(crate) fn is_custom(&self, kind: &GroupKind) -> bool {
        is_custom(&kind.group) || self.definitions.keys().any(|(_, own)| own == kind)
    }

    /// The declared object that makes a namespace.
    pub(crate) fn namespace_item(&self, cluster: &Arc<str>, name: &str) -> Option<ObjectId> {
        let kinds =
            [("", "Namespace"), ("project.openshift.io", "Project"), ("project.openshift.io", "ProjectRequest")];
        kinds.into_iter().find_map(|(group, kind)| {
            let id = BucketId::new(cluster.clone(), None, GroupKind::new(group, kind)).object(name);
            self.desired.get(&id).is_some().then_some(id)
        })
    }

    /// The declared definition of a kind.
    pub(crate) fn definition_of(&self, cluster: &Arc<str>, kind: &GroupKind) -> Option<ObjectId> {
        self.definitions.get(&(cluster.clone(), kind.clone())).cloned()
    }

    /// Whether an object's namespace is being deleted, as far as that was seen.
    fn is_terminating(&self, id: &ObjectId) -> bool {
        let Some(namespace) = id.namespace() else { return false };
        let namespace = BucketId::new(id.cluster.clone(), None, GroupKind::core("Namespace")).object(namespace);
        self.observed.get(&namespace).and_then(LiveObject::value).is_some_and(|live| is_being_deleted(live))
    }
}
