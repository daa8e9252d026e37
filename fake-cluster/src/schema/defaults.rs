//! What the real server fills in for built-in kinds when it reads them. Knows no requests and no other objects.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map as Object, Value, json};

use crate::schema::catalog::Builtin;
use crate::schema::quantity::Quantity;

type Fields = Object<String, Value>;

const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
/// Marks the labels of a Job that were filled in from its template; no field has this name, and it is never stored.
const SHARED_LABELS: &str = "";
/// 0644.
const FILE_MODE: i64 = 0o644;

/// Fills in an object's defaults.
pub(crate) fn fill(kind: Builtin, object: &mut Value) {
    use Builtin as K;
    let Some(object) = object.as_object_mut() else { return };
    match kind {
        K::Pod => {
            if let Some(spec) = child(object, "spec") {
                pod_spec(spec);
                pod_only(spec);
            }
            if let Some(status) = child(object, "status") {
                pair(status, "podIP", "podIPs", |ip| json!({ "ip": ip }));
            }
        }
        K::Deployment => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                deployment(spec);
            }
        }
        K::StatefulSet => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                stateful_set(spec);
            }
        }
        K::DaemonSet => {
            template_of(object);
            daemon_set(object);
        }
        K::ReplicaSet => {
            template_of(object);
            if let Some(spec) = child(object, "spec") {
                missing(spec, "replicas", 1);
            }
        }
        K::Job => {
            template_of(object);
            job(object);
        }
        K::CronJob => cron_job(object),
        K::Service => service(object),
        K::Secret => secret(object),
        K::Namespace => namespace(object),
        K::Node => node(object),
        K::Endpoints => {
            each(object, "subsets", |subset| each(subset, "ports", |port| missing(port, "protocol", "TCP")))
        }
        K::RoleBinding | K::ClusterRoleBinding => {
            if let Some(role) = child(object, "roleRef") {
                unset(role, "apiGroup", "rbac.authorization.k8s.io");
            }
            each(object, "subjects", |subject| {
                if matches!(text(subject, "kind"), "User" | "Group") {
                    unset(subject, "apiGroup", "rbac.authorization.k8s.io");
                }
            });
        }
        K::CustomResourceDefinition => definition(object),
        K::TokenRequest => {
            if let Some(spec) = child(object, "spec") {
                missing(spec, "expirationSeconds", 3600);
            }
        }
        K::ConfigMap | K::ServiceAccount | K::Event | K::NewEvent | K::Role | K::ClusterRole | K::Lease | K::Other => {}
    }
}

fn text<'a>(object: &'a Fields, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn child<'a>(object: &'a mut Fields, key: &str) -> Option<&'a mut Fields> {
    object.get_mut(key)?.as_object_mut()
}

/// The object under `key`, made when there is none.
fn ensure<'a>(object: &'a mut Fields, key: &str) -> Option<&'a mut Fields> {
    let value = object.entry(key).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Object(Object::new());
    }
    value.as_object_mut()
}

fn each(object: &mut Fields, key: &str, mut fill: impl FnMut(&mut Fields)) {
    for item in object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            fill(item);
        }
    }
}

/// Sets a field that is not there.
fn missing(object: &mut Fields, key: &str, value: impl Into<Value>) {
    if object.get(key).is_none_or(Value::is_null) {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets a string field that is not there or empty.
fn unset(object: &mut Fields, key: &str, value: &str) {
    if text(object, key).is_empty() {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets a number field that is not there or zero.
fn zero(object: &mut Fields, key: &str, value: i64) {
    if object.get(key).and_then(Value::as_i64).unwrap_or(0) == 0 {
        object.insert(key.to_owned(), value.into());
    }
}

// === Pods ===

fn template_of(object: &mut Fields) {
    if let Some(template) = child(object, "spec").and_then(|spec| child(spec, "template")) {
        template_spec(template);
    }
}

fn template_spec(template: &mut Fields) {
    if let Some(spec) = child(template, "spec") {
        pod_spec(spec);
    }
}

fn pod_spec(spec: &mut Fields) {
    unset(spec, "dnsPolicy", "ClusterFirst");
    unset(spec, "restartPolicy", "Always");
    missing(spec, "securityContext", json!({}));
    missing(spec, "terminationGracePeriodSeconds", 30);
    unset(spec, "schedulerName", "default-scheduler");
    // The old name of the service account mirrors the new one.
    let account = match (text(spec, "serviceAccountName"), text(spec, "serviceAccount")) {
        ("", old) => old.to_owned(),
        (new, _) => new.to_owned(),
    };
    if !account.is_empty() {
        spec.insert("serviceAccountName".to_owned(), account.as_str().into());
        spec.insert("serviceAccount".to_owned(), account.into());
    }
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        each(spec, list, container);
    }
    each(spec, "volumes", volume);
    if let Some(overhead) = child(spec, "overhead") {
        round(overhead);
    }
}

fn container(container: &mut Fields) {
    if text(container, "imagePullPolicy").is_empty() {
        let policy = pull_policy(text(container, "image"));
        container.insert("imagePullPolicy".to_owned(), policy.into());
    }
    unset(container, "terminationMessagePath", "/dev/termination-log");
    unset(container, "terminationMessagePolicy", "File");
    each(container, "env", |variable| {
        if let Some(field) = child(variable, "valueFrom").and_then(|from| child(from, "fieldRef")) {
            unset(field, "apiVersion", "v1");
        }
    });
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = child(container, probe) {
            zero(probe, "timeoutSeconds", 1);
            zero(probe, "periodSeconds", 10);
            zero(probe, "successThreshold", 1);
            zero(probe, "failureThreshold", 3);
            http_get(probe);
        }
    }
    if let Some(lifecycle) = child(container, "lifecycle") {
        for hook in ["postStart", "preStop"] {
            if let Some(hook) = child(lifecycle, hook) {
                http_get(hook);
            }
        }
    }
    if let Some(resources) = child(container, "resources") {
        for list in ["limits", "requests"] {
            if let Some(list) = child(resources, list) {
                round(list);
            }
        }
    }
}

fn http_get(holder: &mut Fields) {
    if let Some(get) = child(holder, "httpGet") {
        unset(get, "path", "/");
        unset(get, "scheme", "HTTP");
    }
}

/// Amounts are kept to the thousandth.
fn round(list: &mut Fields) {
    for value in list.values_mut() {
        let Some(text) = value.as_str() else { continue };
        if let Ok(quantity) = Quantity::parse(text)
            && !quantity.is_milli()
        {
            *value = quantity.rounded_to_milli().into();
        }
    }
}

/// Images without a tag, and the latest ones, are pulled always.
fn pull_policy(image: &str) -> &'static str {
    let (name, digest) = image.split_once('@').map_or((image, ""), |(name, digest)| (name, digest));
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name.get(slash..).and_then(|last| last.split_once(':')) {
        Some((last, tag)) => (name.get(..slash + last.len()).unwrap_or_default(), tag),
        None => (name, ""),
    };
    // The registry in front may have capital letters, the rest may not.
    let first = path.split_once('/').map_or("", |(first, _)| first);
    let has_registry = first.contains(['.', ':']) || first == "localhost" || first.chars().any(char::is_uppercase);
    let repository = if has_registry { path.get(first.len() + 1..).unwrap_or_default() } else { path };
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/".contains(&byte);
    let host = first.split_once(':').map_or(first, |(host, _)| host);
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_host = host.split('.').all(|part| {
        let bytes = part.as_bytes();
        is_edge(bytes.first()) && is_edge(bytes.last()) && bytes.iter().all(|byte| is_edge(Some(byte)) || *byte == b'-')
    });
    let valid = !repository.is_empty()
        && (!has_registry || is_host)
        && repository.bytes().all(fits)
        && repository.split('/').all(|part| {
            part.starts_with(|first: char| first.is_ascii_alphanumeric())
                && part.ends_with(|last: char| last.is_ascii_alphanumeric())
        });
    let latest = tag == "latest" || (tag.is_empty() && digest.is_empty());
    if valid && latest { "Always" } else { "IfNotPresent" }
}

fn volume(volume: &mut Fields) {
    if volume.keys().all(|key| key == "name") {
        volume.insert("emptyDir".to_owned(), json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = child(volume, source) {
            missing(source, "defaultMode", FILE_MODE);
        }
    }
    if let Some(path) = child(volume, "hostPath") {
        missing(path, "type", "");
    }
    let field_version = |item: &mut Fields| {
        if let Some(field) = child(item, "fieldRef") {
            unset(field, "apiVersion", "v1");
        }
    };
    if let Some(api) = child(volume, "downwardAPI") {
        each(api, "items", field_version);
    }
    if let Some(projected) = child(volume, "projected") {
        each(projected, "sources", |source| {
            if let Some(token) = child(source, "serviceAccountToken") {
                missing(token, "expirationSeconds", 3600);
            }
            if let Some(api) = child(source, "downwardAPI") {
                each(api, "items", field_version);
            }
        });
    }
    if let Some(image) = child(volume, "image")
        && text(image, "pullPolicy").is_empty()
    {
        let policy = pull_policy(text(image, "reference"));
        image.insert("pullPolicy".to_owned(), policy.into());
    }
    if let Some(claim) = child(volume, "ephemeral").and_then(|of| child(of, "volumeClaimTemplate"))
        && let Some(spec) = child(claim, "spec")
    {
        claim_spec(spec);
    }
}

fn claim_spec(spec: &mut Fields) {
    missing(spec, "volumeMode", "Filesystem");
}

fn pod_only(spec: &mut Fields) {
    for list in ["containers", "initContainers"] {
        each(spec, list, |container| {
            let Some(resources) = child(container, "resources") else { return };
            let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else { return };
            if let Some(requests) = ensure(resources, "requests") {
                for (name, amount) in limits {
                    requests.entry(name).or_insert(amount);
                }
            }
        });
    }
    missing(spec, "enableServiceLinks", true);
    if spec.get("hostNetwork") == Some(&Value::Bool(true)) {
        for list in ["containers", "initContainers"] {
            each(spec, list, |container| {
                each(container, "ports", |port| {
                    let number = port.get("containerPort").and_then(Value::as_i64).unwrap_or(0);
                    zero(port, "hostPort", number);
                });
            });
        }
    }
}

// === Workloads ===

fn deployment(spec: &mut Fields) {
    missing(spec, "replicas", 1);
    if let Some(strategy) = ensure(spec, "strategy") {
        unset(strategy, "type", "RollingUpdate");
        if text(strategy, "type") == "RollingUpdate"
            && let Some(rolling) = ensure(strategy, "rollingUpdate")
        {
            missing(rolling, "maxUnavailable", "25%");
            missing(rolling, "maxSurge", "25%");
        }
    }
    missing(spec, "revisionHistoryLimit", 10);
    missing(spec, "progressDeadlineSeconds", 600);
}

fn stateful_set(spec: &mut Fields) {
    unset(spec, "podManagementPolicy", "OrderedReady");
    if let Some(strategy) = ensure(spec, "updateStrategy") {
        if text(strategy, "type").is_empty() {
            strategy.insert("type".to_owned(), "RollingUpdate".into());
            missing(strategy, "rollingUpdate", json!({}));
        }
        if text(strategy, "type") == "RollingUpdate"
            && let Some(rolling) = child(strategy, "rollingUpdate")
        {
            missing(rolling, "partition", 0);
        }
    }
    if let Some(policy) = ensure(spec, "persistentVolumeClaimRetentionPolicy") {
        unset(policy, "whenDeleted", "Retain");
        unset(policy, "whenScaled", "Retain");
    }
    missing(spec, "replicas", 1);
    missing(spec, "revisionHistoryLimit", 10);
    each(spec, "volumeClaimTemplates", |claim| {
        unset(claim, "apiVersion", "v1");
        unset(claim, "kind", "PersistentVolumeClaim");
        if let Some(status) = ensure(claim, "status") {
            unset(status, "phase", "Pending");
        }
        if let Some(spec) = child(claim, "spec") {
            claim_spec(spec);
        }
    });
}

fn daemon_set(object: &mut Fields) {
    if let Some(spec) = child(object, "spec") {
        if let Some(strategy) = ensure(spec, "updateStrategy") {
            unset(strategy, "type", "RollingUpdate");
            if text(strategy, "type") == "RollingUpdate"
                && let Some(rolling) = ensure(strategy, "rollingUpdate")
            {
                missing(rolling, "maxUnavailable", 1);
                missing(rolling, "maxSurge", 0);
            }
        }
        missing(spec, "revisionHistoryLimit", 10);
    }
    if let Some(annotations) = ensure(object, "metadata").and_then(|meta| ensure(meta, "annotations")) {
        missing(annotations, TEMPLATE_GENERATION, "0");
    }
}

/// The number of the template of a DaemonSet, which lives in an annotation.
pub(crate) fn template_generation(object: &Value) -> i64 {
    let annotations = object.pointer("/metadata/annotations");
    annotations.and_then(|annotations| annotations.get(TEMPLATE_GENERATION)?.as_str()?.parse().ok()).unwrap_or(0)
}

pub(crate) fn set_template_generation(object: &mut Value, generation: i64) {
    let annotations = object
        .as_object_mut()
        .and_then(|object| ensure(object, "metadata"))
        .and_then(|meta| ensure(meta, "annotations"));
    if let Some(annotations) = annotations {
        annotations.insert(TEMPLATE_GENERATION.to_owned(), generation.to_string().into());
    }
}

fn job(object: &mut Fields) {
    let labels = object
        .get("spec")
        .and_then(|spec| spec.pointer("/template/metadata/labels"))
        .filter(|labels| labels.as_object().is_some_and(|labels| !labels.is_empty()))
        .cloned();
    if let (Some(labels), Some(meta)) = (labels, ensure(object, "metadata"))
        && meta.get("labels").is_none_or(Value::is_null)
    {
        meta.insert("labels".to_owned(), labels);
        // The real server lets both places share one map until the object is stored.
        meta.insert(SHARED_LABELS.to_owned(), Value::Null);
    }
    let Some(spec) = child(object, "spec") else { return };
    let absent = |spec: &Fields, key: &str| spec.get(key).is_none_or(Value::is_null);
    if absent(spec, "completions") && absent(spec, "parallelism") {
        spec.insert("completions".to_owned(), 1.into());
    }
    missing(spec, "parallelism", 1);
    let backoff = if absent(spec, "backoffLimitPerIndex") { 6 } else { i64::from(i32::MAX) };
    missing(spec, "backoffLimit", backoff);
    missing(spec, "completionMode", "NonIndexed");
    missing(spec, "suspend", false);
    let replacement = if absent(spec, "podFailurePolicy") { "TerminatingOrFailed" } else { "Failed" };
    missing(spec, "podReplacementPolicy", replacement);
    missing(spec, "manualSelector", false);
    failure_policy(spec);
}

/// Gives a Job the labels its template has now, when it has the template's labels at all.
pub(crate) fn settle_labels(object: &mut Value, created: bool) {
    let labels = object.pointer("/spec/template/metadata/labels").cloned();
    let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let shared = meta.remove(SHARED_LABELS).is_some();
    if let Some(labels) = labels.filter(|_| created && shared) {
        meta.insert("labels".to_owned(), labels);
    }
}

/// A stored Job without labels has those of its template.
pub(crate) fn inherit_labels(object: &mut Value) {
    let labels = object.pointer("/spec/template/metadata/labels").cloned();
    if let (Some(labels), Some(meta)) = (labels, object.get_mut("metadata").and_then(Value::as_object_mut)) {
        missing(meta, "labels", labels);
    }
}

fn failure_policy(spec: &mut Fields) {
    if let Some(policy) = child(spec, "podFailurePolicy") {
        each(policy, "rules", |rule| {
            each(rule, "onPodConditions", |pattern| unset(pattern, "status", "True"));
        });
    }
}

fn cron_job(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    unset(spec, "concurrencyPolicy", "Allow");
    missing(spec, "suspend", false);
    missing(spec, "successfulJobsHistoryLimit", 3);
    missing(spec, "failedJobsHistoryLimit", 1);
    if let Some(job) = child(spec, "jobTemplate").and_then(|template| child(template, "spec")) {
        failure_policy(job);
        if let Some(template) = child(job, "template") {
            template_spec(template);
        }
    }
}

// === The rest ===

fn service(object: &mut Fields) {
    let Some(spec) = child(object, "spec") else { return };
    unset(spec, "sessionAffinity", "None");
    match text(spec, "sessionAffinity") {
        "None" => {
            spec.remove("sessionAffinityConfig");
        }
        "ClientIP" => {
            let set = spec.get("sessionAffinityConfig").and_then(|config| config.pointer("/clientIP/timeoutSeconds"));
            if set.is_none_or(Value::is_null) {
                spec.insert("sessionAffinityConfig".to_owned(), json!({"clientIP": {"timeoutSeconds": 10800}}));
            }
        }
        _ => {}
    }
    unset(spec, "type", "ClusterIP");
    each(spec, "ports", |port| {
        unset(port, "protocol", "TCP");
        let target = port.get("targetPort");
        let is_unset = target.is_none_or(|target| target == &Value::from(0) || target == &Value::from(""));
        if is_unset {
            let number = port.get("port").cloned().unwrap_or_default();
            port.insert("targetPort".to_owned(), number);
        }
    });
    let kind = text(spec, "type").to_owned();
    let has_external = spec.get("externalIPs").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let external = matches!(kind.as_str(), "LoadBalancer" | "NodePort") || (kind == "ClusterIP" && has_external);
    if external {
        unset(spec, "externalTrafficPolicy", "Cluster");
    }
    if matches!(kind.as_str(), "LoadBalancer" | "NodePort" | "ClusterIP") {
        missing(spec, "internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        missing(spec, "allocateLoadBalancerNodePorts", true);
        if let Some(balancer) = child(object, "status").and_then(|status| child(status, "loadBalancer")) {
            each(balancer, "ingress", |ingress| {
                if !text(ingress, "ip").is_empty() {
                    missing(ingress, "ipMode", "VIP");
                }
            });
        }
    }
}

fn secret(object: &mut Fields) {
    if let Some(Value::Object(clear)) = object.remove("stringData")
        && let Some(data) = ensure(object, "data")
    {
        for (key, value) in clear {
            let text = value.as_str().unwrap_or_default();
            data.insert(key, STANDARD.encode(text).into());
        }
        if data.is_empty() {
            object.remove("data");
        }
    }
    unset(object, "type", "Opaque");
}

fn namespace(object: &mut Fields) {
    if let Some(meta) = ensure(object, "metadata") {
        let name = text(meta, "name").to_owned();
        if !name.is_empty()
            && let Some(labels) = ensure(meta, "labels")
        {
            labels.insert("kubernetes.io/metadata.name".to_owned(), name.into());
        }
    }
    if let Some(status) = ensure(object, "status") {
        unset(status, "phase", "Active");
    }
}

/// The first of a list, and the list: whoever knows only the one may set only the one.
fn pair(holder: &mut Fields, one: &str, list: &str, wrap: impl Fn(&str) -> Value) {
    let single = text(holder, one).to_owned();
    let first = holder.get(list).and_then(Value::as_array).and_then(|list| list.first()).cloned();
    match first {
        _ if !single.is_empty() && first.as_ref() != Some(&wrap(&single)) => {
            holder.insert(list.to_owned(), Value::Array(vec![wrap(&single)]));
        }
        Some(first) if single.is_empty() => {
            let text = first.get("ip").unwrap_or(&first).clone();
            holder.insert(one.to_owned(), text);
        }
        _ => {}
    }
}

fn node(object: &mut Fields) {
    if let Some(spec) = child(object, "spec") {
        pair(spec, "podCIDR", "podCIDRs", |cidr| cidr.into());
    }
    let Some(status) = child(object, "status") else { return };
    for list in ["capacity", "allocatable"] {
        if let Some(list) = child(status, list) {
            round(list);
        }
    }
    if let Some(capacity) = status.get("capacity").filter(|capacity| !capacity.is_null()).cloned() {
        missing(status, "allocatable", capacity);
    }
}

fn definition(object: &mut Fields) {
    let mut storage = None;
    if let Some(spec) = child(object, "spec") {
        if let Some(names) = child(spec, "names") {
            let kind = text(names, "kind").to_owned();
            if !kind.is_empty() {
                unset(names, "singular", &kind.to_lowercase());
                unset(names, "listKind", &format!("{kind}List"));
            }
        }
        missing(spec, "conversion", json!({"strategy": "None"}));
        let service = child(spec, "conversion")
            .and_then(|conversion| child(conversion, "webhook"))
            .and_then(|webhook| child(webhook, "clientConfig"))
            .and_then(|config| child(config, "service"));
        if let Some(service) = service {
            missing(service, "port", 443);
        }
        let versions = spec.get("versions").and_then(Value::as_array);
        storage = versions
            .into_iter()
            .flatten()
            .find(|version| version.get("storage") == Some(&Value::Bool(true)))
            .and_then(|version| version.get("name"))
            .cloned();
    }
    if let (Some(name), Some(status)) = (storage, ensure(object, "status")) {
        missing(status, "storedVersions", json!([name]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_pulled_always_unless_their_tag_is_fixed() {
        for image in ["nginx", "nginx:latest", "registry:5000/a/b", "Registry.example/a"] {
            assert_eq!(pull_policy(image), "Always", "{image}");
        }
        for image in ["nginx:1.2", "nginx@sha256:00", "registry:5000/a/b:1", "", "Nginx", "a//b"] {
            assert_eq!(pull_policy(image), "IfNotPresent", "{image}");
        }
    }
}
