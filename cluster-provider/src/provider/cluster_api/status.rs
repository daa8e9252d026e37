//! What a `Cluster` object says about its cluster. Pure: time is an argument.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ClusterApiOptions;
use crate::cluster::{ClusterStatus, Condition, InvalidId, ProviderClusterId};
use crate::provider::{ClusterSpec, DeleteOutcome};

/// A look at a cluster.
pub(super) struct Seen<'a> {
    pub(super) cluster: &'a Value,
    /// What was known before.
    pub(super) known: Option<&'a ClusterSpec>,
    pub(super) options: &'a ClusterApiOptions,
    pub(super) now: Timestamp,
}

const PAUSED: &str = "cluster.x-k8s.io/paused";

/// Conditions in the order in which they explain why a cluster is not there.
const TELLING: [&str; 8] = [
    "InfrastructureReady",
    "ControlPlaneInitialized",
    "ControlPlaneAvailable",
    "ControlPlaneReady",
    "WorkersAvailable",
    "TopologyReconciled",
    "Available",
    "Ready",
];

/// The cluster in the words of a provider.
pub(super) fn read(seen: &Seen<'_>) -> Result<ClusterSpec, InvalidId> {
    let Seen { cluster, known, options, now } = seen;
    let text = |pointer: &str| cluster.pointer(pointer).and_then(Value::as_str);
    let id = ProviderClusterId::new(format!(
        "{}/{}",
        text("/metadata/namespace").unwrap_or_default(),
        text("/metadata/name").unwrap_or_default()
    ))?;
    let before = known.map_or(ClusterStatus::Provisioning, |known| known.status);
    let was_there = !matches!(before, ClusterStatus::Accepted | ClusterStatus::Provisioning | ClusterStatus::Failed);
    let paused = is_paused(cluster);
    let health = health(cluster);
    let late = options.failure_after.is_some_and(|after| {
        let made = text("/metadata/creationTimestamp").and_then(|at| at.parse::<Timestamp>().ok());
        made.is_some_and(|made| now.duration_since(made).unsigned_abs() >= after && *now > made)
    });
    let why = why_not(cluster);

    let mut spec = ClusterSpec::new(id, ClusterStatus::Provisioning);
    spec.external_id = text("/metadata/uid").map(str::to_owned);
    if let Some(known) = known {
        spec.additional_info = known.additional_info.clone();
        (spec.region, spec.cloud_provider) = (known.region.clone(), known.cloud_provider.clone());
        spec.multi_az = known.multi_az;
    }
    for (name, into) in
        [(&options.region_variable, &mut spec.region), (&options.cloud_variable, &mut spec.cloud_provider)]
    {
        if let (true, Some(value)) = (into.is_empty(), name.as_ref().and_then(|name| variable(cluster, name))) {
            value.clone_into(into);
        }
    }
    if !spec.additional_info.is_object() {
        spec.additional_info = json!({});
    }
    spec.additional_info["api_endpoint"] = endpoint(cluster);
    spec.additional_info["phase"] = cluster["status"]["phase"].clone();
    spec.additional_info["version"] = cluster["spec"]["topology"]["version"].clone();

    if text("/metadata/deletionTimestamp").is_some() {
        let (reason, message) = deleting_words(cluster);
        spec.conditions.push(Condition::yes(Condition::DELETING).because(reason, message.clone()));
        spec.conditions.push(Condition::no(Condition::AVAILABLE).because("Deleting", "the cluster is being deleted"));
        if before.is_leaving() || known.is_none() {
            spec.status = ClusterStatus::Deprovisioning;
            spec.status_details = Some(message);
        } else {
            spec.status = ClusterStatus::Failed;
            spec.status_details = Some(format!("UninstallingExternally: {message}"));
        }
        return Ok(spec);
    }
    let failure = terminal(cluster);
    spec.status = match (&health, was_there, &failure) {
        (Health::Well, ..) | (_, true, _) => ClusterStatus::Provisioned,
        (_, false, Some(_)) => ClusterStatus::Failed,
        (_, false, None) if late && !paused => ClusterStatus::Failed,
        (_, false, None) => ClusterStatus::Provisioning,
    };
    spec.status_details = match (spec.status, failure) {
        (ClusterStatus::Provisioned, _) if health == Health::Well => None,
        (_, Some(failure)) => Some(failure),
        (ClusterStatus::Failed, None) => {
            Some(format!("ProvisioningTimeout: {}", why.clone().unwrap_or_else(|| "it does not say why".to_owned())))
        }
        _ => why.clone(),
    };
    spec.conditions.push(match health {
        Health::Well => {
            Condition::yes(Condition::AVAILABLE).because("Available", "Cluster API says that it is available")
        }
        Health::Ill => Condition::no(Condition::AVAILABLE).because("NotAvailable", why.unwrap_or_default()),
        Health::Untold => Condition::unknown(Condition::AVAILABLE).because("NotInitialized", why.unwrap_or_default()),
    });
    if paused {
        let message = "reconciling the cluster is paused; it changes when somebody lets it go on";
        spec.conditions.push(Condition::yes(Condition::USER_ACTION_REQUIRED).because("Paused", message));
    }
    Ok(spec)
}

/// How far a deletion is.
pub(super) fn deleting(cluster: &Value) -> DeleteOutcome {
    let (reason, message) = deleting_words(cluster);
    DeleteOutcome::in_progress(reason, message)
}

/// The value of a variable of the topology, when it is a text.
pub(super) fn variable<'a>(cluster: &'a Value, name: &str) -> Option<&'a str> {
    let variables = cluster["spec"]["topology"]["variables"].as_array().into_iter().flatten();
    let value = variables.into_iter().find(|one| one["name"] == name)?["value"].as_str()?;
    (!value.is_empty()).then_some(value)
}

/// Whether Cluster API leaves a cluster alone.
pub(super) fn is_paused(cluster: &Value) -> bool {
    cluster["spec"]["paused"] == true || cluster["metadata"]["annotations"].get(PAUSED).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Well,
    Ill,
    Untold,
}

fn health(cluster: &Value) -> Health {
    let status = &cluster["status"];
    if status["initialization"].is_object() {
        let initialized = status["initialization"]["controlPlaneInitialized"] == true;
        return match (initialized, condition(cluster, "Available").map(|one| &one["status"])) {
            (false, _) | (true, None) => Health::Untold,
            (true, Some(status)) if *status == "True" => Health::Well,
            (true, Some(status)) if *status == "False" => Health::Ill,
            (true, Some(_)) => Health::Untold,
        };
    }
    match (status["controlPlaneReady"] == true, status["infrastructureReady"] == true) {
        (true, true) => Health::Well,
        (false, true) | (true, false)
            if condition(cluster, "ControlPlaneInitialized").is_some_and(|one| one["status"] == "True") =>
        {
            Health::Ill
        }
        _ => Health::Untold,
    }
}

/// Only `v1beta1` knows of failures for good.
fn terminal(cluster: &Value) -> Option<String> {
    let text = |field: &str| cluster["status"][field].as_str().filter(|text| !text.is_empty());
    match (text("failureReason"), text("failureMessage")) {
        (None, None) => None,
        (reason, message) => Some([reason, message].into_iter().flatten().collect::<Vec<_>>().join(": ")),
    }
}

fn conditions(cluster: &Value) -> impl Iterator<Item = &Value> {
    cluster["status"]["conditions"].as_array().into_iter().flatten()
}

fn condition<'a>(cluster: &'a Value, kind: &str) -> Option<&'a Value> {
    conditions(cluster).find(|one| one["type"] == kind)
}

fn why_not(cluster: &Value) -> Option<String> {
    let told = TELLING.iter().filter_map(|kind| condition(cluster, kind)).find(|one| one["status"] == "False")?;
    let text = |field: &str| told[field].as_str().unwrap_or_default();
    let words = [text("type"), text("reason"), text("message")];
    Some(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(": "))
}

fn deleting_words(cluster: &Value) -> (String, String) {
    let told = condition(cluster, "Deleting").filter(|one| one["status"] == "True");
    let text = |field: &str| told.and_then(|one| one[field].as_str()).filter(|text| !text.is_empty());
    let reason = text("reason").unwrap_or("Deleting").to_owned();
    let message =
        text("message").map_or_else(|| "Cluster API deletes what belongs to the cluster".to_owned(), str::to_owned);
    (reason, message)
}

fn endpoint(cluster: &Value) -> Value {
    let endpoint = &cluster["spec"]["controlPlaneEndpoint"];
    match (endpoint["host"].as_str().filter(|host| !host.is_empty()), endpoint["port"].as_u64()) {
        (Some(host), Some(port)) => json!(format!("https://{host}:{port}")),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cluster(status: Value) -> Value {
        json!({
            "metadata": {"namespace": "fleet", "name": "shop", "uid": "u-1", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {}, "status": status,
        })
    }

    fn look(cluster: &Value, known: Option<&ClusterSpec>, minutes: i64) -> ClusterSpec {
        let options = ClusterApiOptions::default().with_failure_after(Some(Duration::from_secs(3600)));
        let now = at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_mins(minutes);
        read(&Seen { cluster, known, options: &options, now }).unwrap()
    }

    fn initialized(available: &str) -> Value {
        json!({
            "initialization": {"controlPlaneInitialized": true},
            "conditions": [{"type": "Available", "status": available, "reason": "R", "message": "workers are missing"}],
        })
    }

    #[test]
    fn a_cluster_is_provisioned_when_it_is_initialized_and_available() {
        assert_eq!(look(&cluster(json!({})), None, 1).status, ClusterStatus::Provisioning);
        let known_initialized = cluster(json!({"initialization": {"controlPlaneInitialized": true}}));
        assert_eq!(look(&known_initialized, None, 1).status, ClusterStatus::Provisioning);
        let spec = look(&cluster(initialized("True")), None, 1);
        assert_eq!(
            (spec.status, spec.status_details, spec.internal_id.as_str()),
            (ClusterStatus::Provisioned, None, "fleet/shop")
        );
        let spec = look(&cluster(initialized("False")), None, 1);
        assert_eq!(spec.status, ClusterStatus::Provisioning);
        assert!(spec.status_details.unwrap().contains("workers are missing"));
    }

    #[test]
    fn the_older_version_says_it_in_its_own_words() {
        let ready = cluster(json!({"controlPlaneReady": true, "infrastructureReady": true}));
        assert_eq!(look(&ready, None, 1).status, ClusterStatus::Provisioned);
        let broken = cluster(json!({"failureReason": "Quota", "failureMessage": "no more addresses"}));
        let spec = look(&broken, None, 1);
        assert_eq!(
            (spec.status, spec.status_details.unwrap().as_str()),
            (ClusterStatus::Failed, "Quota: no more addresses")
        );
    }

    #[test]
    fn what_takes_too_long_has_failed_unless_it_is_paused_or_was_there() {
        let slow =
            cluster(json!({"conditions": [{"type": "InfrastructureReady", "status": "False", "message": "no quota"}]}));
        assert_eq!(look(&slow, None, 59).status, ClusterStatus::Provisioning);
        let failed = look(&slow, None, 61);
        assert_eq!(failed.status, ClusterStatus::Failed);
        assert!(failed.status_details.unwrap().contains("no quota"));
        let mut paused = slow.clone();
        paused["spec"]["paused"] = json!(true);
        let spec = look(&paused, None, 61);
        assert_eq!(spec.status, ClusterStatus::Provisioning);
        assert!(spec.conditions.iter().any(|one| one.kind == Condition::USER_ACTION_REQUIRED));
        let mut known = look(&slow, None, 1);
        known.status = ClusterStatus::Ready;
        assert_eq!(
            look(&slow, Some(&known), 61).status,
            ClusterStatus::Provisioned,
            "it was there: it is only not available"
        );
    }

    #[test]
    fn a_deletion_that_nobody_here_asked_for_is_a_failure() {
        let mut going = cluster(json!({"conditions": [
            {"type": "Deleting", "status": "True", "reason": "WaitingForWorkersDeletion", "message": "2 machines"},
        ]}));
        going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:10:00Z");
        let mut known = look(&cluster(initialized("True")), None, 1);
        known.status = ClusterStatus::Ready;
        let spec = look(&going, Some(&known), 11);
        assert_eq!(spec.status, ClusterStatus::Failed);
        assert!(spec.status_details.unwrap().starts_with("UninstallingExternally"));
        known.status = ClusterStatus::Deprovisioning;
        assert_eq!(look(&going, Some(&known), 11).status, ClusterStatus::Deprovisioning);
        let DeleteOutcome::InProgress { reason, .. } = deleting(&going) else { panic!() };
        assert_eq!(reason, "WaitingForWorkersDeletion");
    }
}
