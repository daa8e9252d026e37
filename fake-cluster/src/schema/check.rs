//! What makes objects of the built-in kinds invalid, and what clients are warned of. Knows no other objects.
use serde_json::Value;

use crate::schema::catalog::Builtin;
use crate::schema::custom::definition;
use crate::schema::meta;
use crate::schema::names::{self, NameRule};
use crate::schema::place::Place;
use crate::schema::read::Read as _;
use crate::schema::refusal::Cause;
use crate::schema::strategy::{Check, Step};

pub(crate) mod affinity;
mod annotations;
mod batch;
pub(crate) mod claims;
mod containers;
mod core;
mod cron;
mod environment;
mod event;
mod job_status;
mod mounts;
pub(crate) mod net;
mod node;
mod paths;
pub(crate) mod pod;
mod pod_update;
mod probes;
mod rbac;
mod resize;
pub(crate) mod resources;
mod security;
pub(crate) mod selector;
pub(crate) mod service;
mod volumes;
pub(crate) mod warn;
pub(crate) mod workloads;

pub(crate) mod conditions;

pub(crate) const META: Place<'static> = Place::new("metadata");

/// How the kind wants its objects named.
const fn name_rule(kind: Builtin) -> NameRule {
    use Builtin as K;
    match kind {
        K::Namespace | K::Service | K::StatefulSet => NameRule::Label,
        K::Role | K::ClusterRole | K::RoleBinding | K::ClusterRoleBinding => NameRule::PathSegment,
        K::Tabled(row) => row.names,
        _ => NameRule::Subdomain,
    }
}

/// Whether finalizers without a domain must be known ones.
const fn has_kube_finalizers(kind: Builtin) -> bool {
    match kind {
        Builtin::Lease | Builtin::CustomResourceDefinition => false,
        Builtin::Tabled(row) => row.kube_finalizers,
        _ => true,
    }
}

fn kube_finalizers(kind: Builtin, object: &Value, causes: &mut Vec<Cause>) {
    if has_kube_finalizers(kind) {
        let at = META.child("finalizers");
        for (index, finalizer) in object.get_or_null("metadata").strings("finalizers").enumerate() {
            core::kube_finalizer(finalizer, &at.index(index), causes);
        }
    }
}

fn metadata(kind: Builtin, object: &Value, causes: &mut Vec<Cause>) {
    let namespaced = kind.scope() == crate::schema::Scope::Namespaced;
    meta::check(object.get_or_null("metadata"), namespaced, name_rule(kind), &META, causes);
    kube_finalizers(kind, object, causes);
}

fn metadata_update(kind: Builtin, new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    meta::check_update(new.get_or_null("metadata"), old.get_or_null("metadata"), &META, causes);
    kube_finalizers(kind, new, causes);
}

/// What the server checks in the metadata of every new object, after the kind found nothing.
pub(crate) fn common_create(object: &Value, namespaced: bool, causes: &mut Vec<Cause>) {
    meta::check(object.get_or_null("metadata"), namespaced, NameRule::PathSegment, &META, causes);
}

/// What the server checks in the metadata of every changed object, before the kind does.
pub(crate) fn common_update(new: &Value, old: &Value, namespaced: bool, causes: &mut Vec<Cause>) {
    common_create(new, namespaced, causes);
    meta::check_update(new.get_or_null("metadata"), old.get_or_null("metadata"), &META, causes);
}

/// Checks a new object; returns causes and warnings.
pub(crate) fn create(kind: Builtin, object: &Value) -> (Vec<Cause>, Vec<String>) {
    use Builtin as K;
    let mut causes = Vec::new();
    match kind {
        K::CustomResourceDefinition => return (definition::check(object), definition::warnings(object, None)),
        K::Other | K::TokenRequest => return (causes, Vec::new()),
        K::Event => event::check(object, false, &mut causes),
        K::NewEvent => {
            event::check(object, true, &mut causes);
            metadata(kind, object, &mut causes);
            event::create_strictly(object, &mut causes);
        }
        K::Tabled(row) => {
            steps(row.on_create, row.rules, kind, object, None, &mut causes);
            return with_warnings(causes, || (row.warnings)(object, None));
        }
        _ => {
            metadata(kind, object, &mut causes);
            whole(kind, object, None, &mut causes);
            if kind == K::Pod {
                pod::create(object, &mut causes);
            }
        }
    }
    let warnings = if causes.is_empty() { create_warnings(kind, object) } else { Vec::new() };
    (causes, warnings)
}

/// The checks of a row of the table, in its order.
fn steps(order: &[Step], rules: Check, kind: Builtin, new: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    for step in order {
        match (step, old) {
            (Step::Metadata, _) => metadata(kind, new, causes),
            (Step::MetadataChange, Some(old)) => metadata_update(kind, new, old, causes),
            (Step::MetadataChange, None) => {}
            (Step::Rules, _) => rules(new, old, causes),
        }
    }
}

/// Only what is accepted is warned of.
fn with_warnings(causes: Vec<Cause>, warnings: impl FnOnce() -> Vec<String>) -> (Vec<Cause>, Vec<String>) {
    let warnings = if causes.is_empty() { warnings() } else { Vec::new() };
    (causes, warnings)
}

/// What holds for an object on creation and after every change.
fn whole(kind: Builtin, object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    use Builtin as K;
    match kind {
        K::Namespace => core::namespace(object, false, causes),
        K::Secret => core::secret(object, causes),
        K::ConfigMap => core::config_map(object, causes),
        K::Service => service::whole(object, old, causes),
        K::Pod => pod::metadata_and_spec(object, causes),
        K::Node => node::whole(object, causes),
        K::Endpoints => core::endpoints(object, old, causes),
        K::Deployment => workloads::deployment(object, old, causes),
        K::StatefulSet => workloads::stateful_set(object, old, causes),
        K::DaemonSet => workloads::daemon_set(object, old, causes),
        K::ReplicaSet => workloads::replica_set(object, old, causes),
        K::Job => batch::job(object, old, causes),
        K::CronJob => batch::cron_job(object, old, causes),
        K::Role => rbac::role(object, true, causes),
        K::ClusterRole => rbac::role(object, false, causes),
        K::RoleBinding => rbac::binding(object, true, causes),
        K::ClusterRoleBinding => rbac::binding(object, false, causes),
        K::Lease => core::lease(object, causes),
        K::PersistentVolumeClaim => claims::spec(object.get_or_null("spec"), &Place::new("spec"), causes),
        K::StorageClass => claims::class(object, old, causes),
        K::ServiceAccount
        | K::Event
        | K::NewEvent
        | K::CustomResourceDefinition
        | K::TokenRequest
        | K::Tabled(_)
        | K::Other => {}
    }
}

/// Checks a changed object; returns causes and warnings.
pub(crate) fn update(kind: Builtin, new: &Value, old: &Value, subresource: Option<&str>) -> (Vec<Cause>, Vec<String>) {
    use Builtin as K;
    if matches!(kind, K::Other | K::TokenRequest) {
        return (Vec::new(), Vec::new());
    }
    let mut causes = Vec::new();
    let namespaced = kind.scope() == crate::schema::Scope::Namespaced;
    common_update(new, old, namespaced, &mut causes);
    match (kind, subresource) {
        (K::CustomResourceDefinition, _) => {
            causes.extend(definition::check_update(new, old));
            return (causes, definition::warnings(new, Some(old)));
        }
        (K::Tabled(row), Some("status")) => {
            steps(row.on_status, row.status_rules, kind, new, Some(old), &mut causes);
        }
        (K::Tabled(row), _) => {
            steps(row.on_update, row.rules, kind, new, Some(old), &mut causes);
            return with_warnings(causes, || (row.warnings)(new, Some(old)));
        }
        (_, Some("status")) => status(kind, new, old, &mut causes),
        (K::Namespace, Some("finalize")) => {
            metadata_update(kind, new, old, &mut causes);
            core::namespace(new, true, &mut causes);
        }
        (K::Pod, Some("ephemeralcontainers")) => {
            metadata_update(kind, new, old, &mut causes);
            metadata(kind, new, &mut causes);
            pod_update::ephemeral(new, old, &mut causes);
        }
        (K::Pod, Some("resize")) => {
            metadata_update(kind, new, old, &mut causes);
            metadata(kind, new, &mut causes);
            resize::check(new, old, &mut causes);
        }
        _ => main(kind, new, old, &mut causes),
    }
    let warnings = if causes.is_empty() { update_warnings(kind, new, old, subresource) } else { Vec::new() };
    (causes, warnings)
}

fn main(kind: Builtin, new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    use Builtin as K;
    match kind {
        K::Event => event::check(new, false, causes),
        K::NewEvent => {
            event::check(new, true, causes);
            metadata_update(kind, new, old, causes);
            event::update_strictly(new, old, causes);
        }
        // These are checked as if they were new, and then once more for the change.
        K::Namespace | K::Node | K::Job | K::Role | K::ClusterRole | K::RoleBinding | K::ClusterRoleBinding => {
            metadata(kind, new, causes);
            whole(kind, new, Some(old), causes);
            metadata_update(kind, new, old, causes);
            match kind {
                K::Node => node::update(new, old, causes),
                K::Job => batch::job_update(new, old, causes),
                K::RoleBinding | K::ClusterRoleBinding => rbac::binding_update(new, old, causes),
                _ => {}
            }
        }
        K::Secret | K::ConfigMap | K::ServiceAccount | K::Endpoints => {
            metadata_update(kind, new, old, causes);
            match kind {
                K::Secret => core::secret_update(new, old, causes),
                K::ConfigMap => core::config_map_update(new, old, causes),
                _ => {}
            }
            metadata(kind, new, causes);
            whole(kind, new, Some(old), causes);
        }
        K::Pod => {
            metadata_update(kind, new, old, causes);
            metadata(kind, new, causes);
            pod_update::spec(new, old, causes);
        }
        K::PersistentVolumeClaim => {
            metadata_update(kind, new, old, causes);
            metadata(kind, new, causes);
            whole(kind, new, Some(old), causes);
            claims::update(new, old, causes);
        }
        K::Service => {
            metadata_update(kind, new, old, causes);
            service::update(new, old, causes);
            whole(kind, new, Some(old), causes);
        }
        _ => {
            metadata_update(kind, new, old, causes);
            whole(kind, new, Some(old), causes);
        }
    }
}

fn status(kind: Builtin, new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    use Builtin as K;
    if kind != K::CronJob {
        metadata_update(kind, new, old, causes);
    }
    match kind {
        K::Namespace => core::namespace_status(new, causes),
        K::Service => service::status(new, old, causes),
        K::Pod => pod_update::status(new, old, causes),
        K::Node => node::update(new, old, causes),
        K::Deployment => workloads::status("Deployment", new, old, causes),
        K::StatefulSet => workloads::status("StatefulSet", new, old, causes),
        K::DaemonSet => workloads::status("DaemonSet", new, old, causes),
        K::ReplicaSet => workloads::status("ReplicaSet", new, old, causes),
        K::Job => job_status::check(new, old, causes),
        _ => {}
    }
}

// === Warnings ===

/// Names that become host names had better be labels.
fn name_warning(object: &Value, whose: &str, warnings: &mut Vec<String>) {
    let wrong = names::label(object.get_or_null("metadata").text("name"));
    if !wrong.is_empty() {
        warnings.push(format!(
            "metadata.name: this is used in {whose}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            wrong.join(" ")
        ));
    }
}

fn create_warnings(kind: Builtin, object: &Value) -> Vec<String> {
    use Builtin as K;
    let mut warnings = Vec::new();
    match kind {
        K::Pod => {
            name_warning(object, "the Pod's hostname", &mut warnings);
            warnings.extend(warn::pod(object, &Place::root(), false));
        }
        K::Deployment | K::ReplicaSet | K::Job | K::CronJob => {
            name_warning(object, "Pod names and hostnames", &mut warnings);
            workload_warnings(kind, object, &mut warnings);
        }
        K::StatefulSet | K::DaemonSet => {
            workload_warnings(kind, object, &mut warnings);
            set_warnings(kind, object, "", &mut warnings);
        }
        _ => warnings.extend(plain_warnings(kind, object, None)),
    }
    warnings
}

fn update_warnings(kind: Builtin, new: &Value, old: &Value, subresource: Option<&str>) -> Vec<String> {
    use Builtin as K;
    let mut warnings = Vec::new();
    let changed = |pointer: &str| new.pointer(pointer) != old.pointer(pointer);
    match (kind, subresource) {
        (K::Pod, Some("status")) => return pod_update::status_warnings(new),
        (K::Service, Some("status")) => return service::status_warnings(new),
        (_, Some(_)) | (K::Pod, None) => {}
        (K::Deployment | K::ReplicaSet | K::Job | K::CronJob | K::StatefulSet, None) => {
            if changed("/metadata/generation") {
                workload_warnings(kind, new, &mut warnings);
            }
            set_warnings(kind, new, "Spec", &mut warnings);
            if kind == K::CronJob && new.get_or_null("spec").text("schedule").contains("TZ") {
                warnings.push("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details".to_owned());
            }
        }
        (K::DaemonSet, None) => {
            if crate::schema::defaults::template_generation(new) != crate::schema::defaults::template_generation(old) {
                workload_warnings(kind, new, &mut warnings);
            }
        }
        _ => warnings = plain_warnings(kind, new, Some(old)),
    }
    warnings
}

fn workload_warnings(kind: Builtin, object: &Value, warnings: &mut Vec<String>) {
    let spec_at = Place::new("spec");
    let spec = object.get_or_null("spec");
    let outer = spec_at.child("jobTemplate");
    let inner_at = outer.child("spec");
    let (spec, at) = match kind {
        Builtin::CronJob => (spec.get_or_null("jobTemplate").get_or_null("spec"), inner_at),
        _ => (spec, spec_at),
    };
    if spec.text("completionMode") == "Indexed" && spec.int("completions") > 100_000 && spec.int("parallelism") > 10_000
    {
        warnings.push(format!(
            "{at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ));
    }
    warnings.extend(warn::pod(spec.get_or_null("template"), &at.child("template"), true));
}

/// `step` is part of the places in updates, as in the real server.
fn set_warnings(kind: Builtin, object: &Value, step: &str, warnings: &mut Vec<String>) {
    if kind != Builtin::StatefulSet {
        return;
    }
    let (spec, at) = (object.get_or_null("spec"), Place::new("spec"));
    let at = at.child("volumeClaimTemplates");
    for (index, claim) in spec.items("volumeClaimTemplates").iter().enumerate() {
        let at = at.index(index);
        let deeper = at.child(step);
        claims::warn(claim.get_or_null("spec"), if step.is_empty() { &at } else { &deeper }, warnings);
    }
    if spec.int("revisionHistoryLimit") < 0 {
        warnings.push(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
                .to_owned(),
        );
    }
}

fn plain_warnings(kind: Builtin, object: &Value, old: Option<&Value>) -> Vec<String> {
    const MOUNTABLE: &str = "kubernetes.io/enforce-mountable-secrets";
    match kind {
        Builtin::Service => service::warnings(object),
        Builtin::PersistentVolumeClaim => claims::warnings(object),
        Builtin::Secret => core::secret_warning(object).into_iter().collect(),
        Builtin::Endpoints => core::endpoints_warnings(object),
        Builtin::Node => node::warnings(object),
        Builtin::ServiceAccount => {
            let is_noted =
                |object: &Value| object.get_or_null("metadata").get_or_null("annotations").get(MOUNTABLE).is_some();
            if is_noted(object) && !old.is_some_and(is_noted) {
                vec![format!(
                    "metadata.annotations[{MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
                )]
            } else {
                Vec::new()
            }
        }
        _ => Vec::new(),
    }
}
