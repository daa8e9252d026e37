//! What a `ClusterProfile` says about its cluster. Pure.

use serde_json::{Map, Value, json};

use super::ClusterProfileOptions;
use crate::cluster::{ClusterStatus, Condition, ProviderClusterId};
use crate::provider::ClusterSpec;

/// Properties by which a cluster says who it is, the newer name first.
const IDS: [&str; 2] = ["cluster.clusterset.k8s.io", "id.k8s.io"];

/// The cluster in the words of a provider.
pub(super) fn cluster(
    id: &ProviderClusterId,
    profile: &Value,
    known: Option<&ClusterSpec>,
    options: &ClusterProfileOptions,
) -> ClusterSpec {
    let before = known.map_or(ClusterStatus::Provisioning, |known| known.status);
    let mut spec = ClusterSpec::new(id.clone(), before);
    if let Some(known) = known {
        spec.additional_info = known.additional_info.clone();
        (spec.region, spec.cloud_provider) = (known.region.clone(), known.cloud_provider.clone());
        spec.multi_az = known.multi_az;
    }
    let text = |property_name: &str| property(profile, property_name).map(str::to_owned);
    // What it is known as stays while the profile says it too: properties may come after the adoption.
    let mut ids =
        IDS.iter().filter_map(|name| text(name)).chain(profile["metadata"]["uid"].as_str().map(str::to_owned));
    let held = known.and_then(|known| known.external_id.as_ref());
    let held = held.filter(|held| ids.clone().any(|id| id == **held));
    spec.external_id = held.cloned().or_else(|| ids.next());
    spec.region = text(&options.region_property).unwrap_or(spec.region);
    spec.cloud_provider = text(&options.cloud_property).unwrap_or(spec.cloud_provider);
    spec.multi_az = text(&options.multi_az_property).map_or(spec.multi_az, |said| said == "true");
    let properties: Map<String, Value> =
        properties(profile).map(|(name, value)| (name.to_owned(), json!(value))).collect();
    if !spec.additional_info.is_object() {
        spec.additional_info = json!({});
    }
    spec.additional_info["server_version"] = profile["status"]["version"]["kubernetes"].clone();
    spec.additional_info["cluster_manager"] = profile["spec"]["clusterManager"]["name"].clone();
    spec.additional_info["properties"] = Value::Object(properties);

    let conditions = profile["status"]["conditions"].as_array().into_iter().flatten();
    let healthy = conditions.into_iter().find(|condition| condition["type"] == "ControlPlaneHealthy");
    let word = |field: &str| healthy.and_then(|condition| condition[field].as_str()).unwrap_or_default().to_owned();
    let was_there = !matches!(before, ClusterStatus::Accepted | ClusterStatus::Provisioning | ClusterStatus::Failed);
    match healthy.and_then(|condition| condition["status"].as_str()) {
        Some("True") => {
            spec.status = ClusterStatus::Provisioned;
            spec.conditions.push(Condition::yes(Condition::AVAILABLE).because(word("reason"), word("message")));
            spec.conditions.push(Condition::no(Condition::STATUS_UNKNOWN));
        }
        Some("False") => {
            spec.status = if was_there { ClusterStatus::Provisioned } else { ClusterStatus::Provisioning };
            spec.status_details = Some(format!("{}: {}", word("reason"), word("message")));
            spec.conditions.push(Condition::no(Condition::AVAILABLE).because(word("reason"), word("message")));
            spec.conditions.push(Condition::no(Condition::STATUS_UNKNOWN));
        }
        _ => {
            let message = "the profile does not say whether the control plane is healthy";
            spec.status_details = Some(message.to_owned());
            spec.conditions.push(Condition::yes(Condition::STATUS_UNKNOWN).because("NoHealth", message));
        }
    }
    spec
}

/// The value of a property; an empty one counts as none.
pub(super) fn property<'a>(profile: &'a Value, name: &str) -> Option<&'a str> {
    properties(profile).find(|(held, value)| *held == name && !value.is_empty()).map(|(_, value)| value)
}

fn properties(profile: &Value) -> impl Iterator<Item = (&str, &str)> {
    let properties = profile["status"]["properties"].as_array().into_iter().flatten();
    properties.filter_map(|property| Some((property["name"].as_str()?, property["value"].as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(health: Option<&str>, before: ClusterStatus) -> ClusterSpec {
        let id = ProviderClusterId::new("fleet/shop").unwrap();
        let conditions: Vec<Value> = health
            .into_iter()
            .map(|status| json!({"type": "ControlPlaneHealthy", "status": status, "reason": "R", "message": "m"}))
            .collect();
        let profile = json!({
            "metadata": {"uid": "u-1"}, "spec": {"clusterManager": {"name": "kubefleet"}},
            "status": {
                "conditions": conditions,
                "properties": [
                    {"name": "region.mooring.dev", "value": "eu-west-1"}, {"name": "multi-az.mooring.dev", "value": "true"},
                    {"name": "id.k8s.io", "value": "older"}, {"name": "cluster.clusterset.k8s.io", "value": "newer"},
                ],
            },
        });
        cluster(&id, &profile, Some(&ClusterSpec::new(id.clone(), before)), &ClusterProfileOptions::default())
    }

    #[test]
    fn health_decides_before_a_cluster_is_there_and_is_a_condition_afterwards() {
        assert_eq!(look(Some("True"), ClusterStatus::Provisioning).status, ClusterStatus::Provisioned);
        assert_eq!(look(Some("False"), ClusterStatus::Provisioning).status, ClusterStatus::Provisioning);
        let ill = look(Some("False"), ClusterStatus::Ready);
        assert_eq!(ill.status, ClusterStatus::Provisioned);
        assert!(ill.conditions.contains(&Condition::no(Condition::AVAILABLE).because("R", "m")));
        for silent in [look(None, ClusterStatus::Ready), look(Some("Unknown"), ClusterStatus::Ready)] {
            assert_eq!(silent.status, ClusterStatus::Ready, "it stays as it was");
            assert_eq!(silent.conditions[0].kind, Condition::STATUS_UNKNOWN);
        }
    }

    #[test]
    fn properties_say_who_and_where_a_cluster_is() {
        let spec = look(Some("True"), ClusterStatus::Provisioning);
        assert_eq!(spec.external_id.as_deref(), Some("newer"));
        assert_eq!((spec.region.as_str(), spec.multi_az), ("eu-west-1", true));
        assert_eq!(spec.additional_info["properties"]["id.k8s.io"], "older");
    }

    #[test]
    fn a_cluster_keeps_the_id_it_was_adopted_with_while_its_profile_says_it() {
        let id = ProviderClusterId::new("fleet/shop").unwrap();
        let options = ClusterProfileOptions::default();
        let young = cluster(&id, &json!({"metadata": {"uid": "u-1"}}), None, &options);
        assert_eq!(young.external_id.as_deref(), Some("u-1"));
        let mut later = json!({
            "metadata": {"uid": "u-1"}, "status": {"properties": [{"name": "id.k8s.io", "value": "named"}]},
        });
        assert_eq!(cluster(&id, &later, Some(&young), &options).external_id, young.external_id);
        assert_eq!(cluster(&id, &later, None, &options).external_id.as_deref(), Some("named"));
        later["metadata"]["uid"] = json!("u-2");
        assert_eq!(cluster(&id, &later, Some(&young), &options).external_id.as_deref(), Some("named"));
    }
}
