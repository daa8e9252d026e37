//! The shapes of OCM's API as far as they are read here. Knows nothing of requests and of what the shapes mean.
//!
//! Keys that are not read are ignored, values that are not known are kept as they are, and a member that is `null` is one that is missing.
//!
//! Source: `openapi/clusters_mgmt/v1/openapi.json` and `openapi/accounts_mgmt/v1/openapi.json` of ocm-sdk-go.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A reference to another object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
}

/// Something that is on or off.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(super) struct Switch {
    #[serde(deserialize_with = "or_default")]
    pub(super) enabled: bool,
}

/// An address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Address {
    #[serde(deserialize_with = "or_default")]
    pub(super) url: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cluster {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    pub(super) external_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    pub(super) state: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: ClusterStatus,
    #[serde(deserialize_with = "or_default")]
    pub(super) cloud_provider: Link,
    #[serde(deserialize_with = "or_default")]
    pub(super) region: Link,
    #[serde(deserialize_with = "or_default")]
    pub(super) multi_az: bool,
    pub(super) managed: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(super) properties: BTreeMap<String, Value>,
    #[serde(deserialize_with = "or_default")]
    pub(super) hypershift: Switch,
    #[serde(deserialize_with = "or_default")]
    pub(super) delete_protection: Switch,
    pub(super) health_state: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) api: Address,
    #[serde(deserialize_with = "or_default")]
    pub(super) console: Address,
    pub(super) openshift_version: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) subscription: Link,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ClusterStatus {
    pub(super) state: Option<String>,
    pub(super) description: Option<String>,
    pub(super) dns_ready: Option<bool>,
    pub(super) oidc_ready: Option<bool>,
    pub(super) provision_error_code: Option<String>,
    pub(super) provision_error_message: Option<String>,
    pub(super) limited_support_reason_count: Option<i64>,
}

/// One page of a list. An answer that is no list is none, and not one without items: who looks for a cluster and is told that there are none
/// makes another.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RawPage<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct RawPage<T> {
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    total: Option<i64>,
    #[serde(default)]
    items: Option<Vec<T>>,
}

/// A list inside an object: `{items: […]}`, a bare array, or a link to it that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inner<T>(pub(super) Vec<T>);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ingress {
    #[serde(rename = "default", deserialize_with = "or_default")]
    pub(super) is_default: bool,
    pub(super) dns_name: Option<String>,
}

/// Holds an administrator's kubeconfig, so it has no `Debug`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClusterCredentials {
    pub(super) kubeconfig: Option<secrecy::SecretString>,
}

/// A syncset or a manifest. May hold Secrets, so it has no `Debug`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Set {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) resources: Vec<Value>,
    #[serde(deserialize_with = "or_default")]
    pub(super) workloads: Vec<Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Addon {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) addon: Link,
    pub(super) state: Option<String>,
    pub(super) state_description: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) parameters: Inner<AddonParameter>,
}

/// Values may be secret, so it has no `Debug` of its own.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct AddonParameter {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) value: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MachinePool {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    pub(super) instance_type: Option<String>,
    pub(super) aws_node_pool: Option<AwsNodePool>,
    pub(super) replicas: Option<u32>,
    pub(super) autoscaling: Option<PoolScaling>,
    #[serde(deserialize_with = "or_default")]
    pub(super) availability_zones: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) taints: Vec<Taint>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AwsNodePool {
    pub(super) instance_type: Option<String>,
}

/// Machine pools say the plural, node pools the singular.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(super) struct PoolScaling {
    #[serde(alias = "min_replica", deserialize_with = "or_default")]
    pub(super) min_replicas: u32,
    #[serde(alias = "max_replica", deserialize_with = "or_default")]
    pub(super) max_replicas: u32,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taint {
    #[serde(deserialize_with = "or_default")]
    pub(super) effect: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) value: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cloud {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) display_name: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Region {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) enabled: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(super) supports_multi_az: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) cloud_provider: Link,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    #[serde(deserialize_with = "or_default")]
    pub(super) organization: Link,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct QuotaCost {
    #[serde(deserialize_with = "or_default")]
    pub(super) quota_id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) allowed: i64,
    #[serde(deserialize_with = "or_default")]
    pub(super) consumed: i64,
    #[serde(deserialize_with = "or_default")]
    pub(super) related_resources: Vec<RelatedResource>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RelatedResource {
    pub(super) resource_name: Option<String>,
    pub(super) resource_type: Option<String>,
    pub(super) product: Option<String>,
    pub(super) billing_model: Option<String>,
    pub(super) byoc: Option<String>,
    pub(super) cloud_provider: Option<String>,
    pub(super) availability_zone_type: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) cost: i64,
}

/// What every refusal of both services looks like.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) operation_id: Option<String>,
    pub(super) details: Option<Value>,
}

/// A missing member and one that is `null` are the same.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

// === impl Page ===

impl<T> TryFrom<RawPage<T>> for Page<T> {
    type Error = &'static str;

    fn try_from(raw: RawPage<T>) -> Result<Self, &'static str> {
        let empty = raw.total == Some(0) || raw.size == Some(0);
        match raw.items {
            Some(items) => Ok(Self { items, total: raw.total.and_then(|total| u64::try_from(total).ok()) }),
            None if empty => Ok(Self { items: Vec::new(), total: Some(0) }),
            None => Err("it is no list"),
        }
    }
}

// === impl Inner ===

impl<T> Default for Inner<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Inner<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, bound(deserialize = "T: Deserialize<'de>"))]
        enum Either<T> {
            Bare(Vec<T>),
            Wrapped { items: Option<Vec<T>> },
        }
        Ok(Self(match Either::deserialize(from)? {
            Either::Bare(items) => items,
            Either::Wrapped { items } => items.unwrap_or_default(),
        }))
    }
}

// === impl AddonParameter ===

impl std::fmt::Debug for AddonParameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddonParameter").field("id", &self.id).finish_non_exhaustive()
    }
}

// === impl Cluster ===

impl Cluster {
    /// The nested state is the one that is kept up; the other is there for older clients.
    pub(super) fn state(&self) -> &str {
        self.status.state.as_deref().or(self.state.as_deref()).unwrap_or_default()
    }

    /// One of its properties.
    pub(super) fn property(&self, key: &str) -> Option<&str> {
        self.properties.get(key).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn keys_nobody_knows_are_ignored_and_words_nobody_knows_are_kept() {
        let cluster: Cluster = read(json!({
            "kind": "Cluster", "id": "c1", "state": "pending", "brand_new": {"deep": [1]},
            "status": {"state": "levitating", "dns_ready": null}, "properties": {"a": "b", "n": 1}, "region": null,
        }))
        .unwrap();
        assert_eq!(cluster.state(), "levitating");
        assert_eq!((cluster.property("a"), cluster.property("n"), cluster.region.id.as_str()), (Some("b"), None, ""));
    }

    #[test]
    fn a_list_in_an_object_is_read_in_all_its_forms() {
        let parameters = |value: Value| read::<Addon>(json!({"parameters": value})).unwrap().parameters.0.len();
        assert_eq!(parameters(json!({"items": [{"id": "a", "value": "1"}]})), 1);
        assert_eq!(parameters(json!([{"id": "a", "value": "1"}, {"id": "b"}])), 2);
        assert_eq!(parameters(json!({"kind": "AddOnInstallationParameterListLink", "href": "/x"})), 0);
        assert_eq!(parameters(Value::Null), 0);
    }

    #[test]
    fn what_is_no_list_is_not_taken_for_an_empty_one() {
        for garbage in [json!({}), json!({"kind": "Error"}), json!([]), json!("x"), json!({"items": "none"})] {
            assert!(read::<Page<Cluster>>(garbage.clone()).is_err(), "{garbage}");
        }
        assert!(read::<Page<Cluster>>(json!({"kind": "ClusterList", "size": 0, "total": 0})).unwrap().items.is_empty());
        assert_eq!(read::<Page<Cluster>>(json!({"items": [], "total": -1})).unwrap().total, None);
    }
}
