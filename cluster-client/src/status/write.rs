//! Shows a connection on the object that stands for its cluster. Knows nothing of what else is on that object, and touches none of it.
//!
//! Who shows it is the application, in whose hands the objects are; there may be several writers of one status (another controller that
//! fills in what it knows, a person). So a write is a merge patch over the very version that was read: whoever was quicker keeps what it
//! wrote, and what is to be shown is asked for anew, as the connection may have moved on meanwhile.

use std::fmt::Debug;
use std::time::Duration;

use kube::api::{Api, Patch, PatchParams};
use kube::{Resource, ResourceExt as _};
use rand::Rng as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::ConnectionStatus;

/// How often an object is read and written when others keep changing it.
const MAX_ATTEMPTS: u32 = 6;

/// Wait before it is tried again; somewhere below this, longer each time.
const PAUSE: Duration = Duration::from_millis(20);

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Members that are taken away when they say nothing. What is known of the cluster itself stays: another one may have found it out.
const CLEARED: [&str; 3] = ["connectedAt", "generation", "error"];

/// What became of the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusWrite {
    /// It was written.
    Written,
    /// It showed that already; nothing was written.
    Unchanged,
    /// There is no such object.
    Gone,
}

/// Why a status could not be written. Try again later: with the next event of the cluster, or when the object is reconciled next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatusWriteError {
    /// Others kept changing the object.
    #[error("the status of {name} was changed by somebody else {attempts} times in a row")]
    Conflict {
        /// Name of the object.
        name: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The API server did not answer in time.
    #[error("no answer about the status of {name} within {after:?}")]
    Timeout {
        /// Name of the object.
        name: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The API server refused, or could not be asked.
    #[error("the status of {name} could not be written")]
    Request {
        /// Name of the object.
        name: String,
        /// What it says.
        #[source]
        source: kube::Error,
    },
}

/// Shows what `status` says in the `status` of an object, if it does not show it yet.
///
/// `status` is asked again for each try, so that after a conflict the newest is written; give it
/// [`Registry::status`](crate::Registry::status). Members that are not of a [`ConnectionStatus`] are left alone.
///
/// Cancel safe: whatever was written stays, and is not written again.
///
/// Source: the status update of Tilt's cluster reconciler (`internal/controllers/core/cluster/reconciler.go`), which gives up at a conflict.
///
/// # Errors
/// [`StatusWriteError`].
pub async fn write_status<K>(
    api: &Api<K>,
    name: &str,
    status: impl Fn() -> ConnectionStatus,
) -> Result<StatusWrite, StatusWriteError>
where
    K: Resource + Clone + DeserializeOwned + Serialize + Debug,
{
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(object) = bounded(name, api.get_opt(name)).await? else { return Ok(StatusWrite::Gone) };
        let shown = serde_json::to_value(&object).unwrap_or_default();
        let wanted = serde_json::to_value(status()).unwrap_or_default();
        let Some(change) = change(shown.get("status"), &wanted) else { return Ok(StatusWrite::Unchanged) };
        let patch = json!({ "metadata": { "resourceVersion": object.resource_version() }, "status": change });
        let (params, patch) = (PatchParams::default(), Patch::Merge(patch));
        match bounded(name, api.patch_status(name, &params, &patch)).await {
            Ok(_) => return Ok(StatusWrite::Written),
            Err(StatusWriteError::Request { source: kube::Error::Api(status), .. }) if status.is_conflict() => {}
            Err(StatusWriteError::Request { source: kube::Error::Api(status), .. }) if status.is_not_found() => {
                return Ok(StatusWrite::Gone);
            }
            Err(error) => return Err(error),
        }
        let pause = PAUSE.saturating_mul(attempt).mul_f64(rand::rng().random());
        tokio::time::sleep(pause).await;
    }
    Err(StatusWriteError::Conflict { name: name.to_owned(), attempts: MAX_ATTEMPTS })
}

async fn bounded<T>(name: &str, request: impl Future<Output = Result<T, kube::Error>>) -> Result<T, StatusWriteError> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(source)) => Err(StatusWriteError::Request { name: name.to_owned(), source }),
        Err(_elapsed) => Err(StatusWriteError::Timeout { name: name.to_owned(), after: REQUEST_TIMEOUT }),
    }
}

/// What has to be merged into what is shown for it to show what is wanted; nothing when it does.
fn change(shown: Option<&Value>, wanted: &Value) -> Option<Value> {
    let none = Map::new();
    let shown = shown.and_then(Value::as_object).unwrap_or(&none);
    let wanted = wanted.as_object().unwrap_or(&none);
    let news = wanted.iter().filter(|(name, value)| shown.get(*name) != Some(*value));
    let mut change: Map<_, _> = news.map(|(name, value)| (name.clone(), value.clone())).collect();
    for name in CLEARED {
        if shown.contains_key(name) && !wanted.contains_key(name) {
            change.insert(name.to_owned(), Value::Null);
        }
    }
    (!change.is_empty()).then_some(Value::Object(change))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use fake_cluster::api::Verb;
    use fake_cluster::server::FakeCluster;
    use kube::api::{DynamicObject, PostParams};
    use kube::core::{ApiResource, GroupVersionKind};
    use proptest::prelude::*;

    use super::*;

    async fn start() -> (FakeCluster, Api<DynamicObject>) {
        let cluster = FakeCluster::start().await.unwrap();
        let schema = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
        let version = json!({
            "name": "v1", "served": true, "storage": true,
            "schema": { "openAPIV3Schema": schema }, "subresources": { "status": {} },
        });
        let definition = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": { "name": "members.example.com" },
            "spec": {
                "group": "example.com", "scope": "Namespaced", "versions": [version],
                "names": { "plural": "members", "singular": "member", "kind": "Member", "listKind": "MemberList" },
            },
        });
        cluster.create(definition).unwrap();
        let kind = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("example.com", "v1", "Member"), "members");
        let api: Api<DynamicObject> = Api::default_namespaced_with(cluster.client().unwrap(), &kind);
        let member = json!({ "apiVersion": "example.com/v1", "kind": "Member", "metadata": { "name": "edge" } });
        api.create(&PostParams::default(), &serde_json::from_value(member).unwrap()).await.unwrap();
        (cluster, api)
    }

    fn connected(generation: u64) -> ConnectionStatus {
        ConnectionStatus { generation: Some(generation), ..ConnectionStatus::default() }
    }

    #[tokio::test]
    async fn a_conflict_loses_nobodys_change_and_the_newest_is_written() {
        let (cluster, api) = start().await;
        let latest = Arc::new(AtomicU64::new(0));
        // Somebody else who writes into the same status, over what it read.
        let rival = {
            let api = api.clone();
            async move {
                for beat in 1..=20 {
                    loop {
                        let mut object = api.get("edge").await.unwrap();
                        object.data["status"]["beat"] = beat.into();
                        match api.replace_status("edge", &PostParams::default(), &object).await {
                            Ok(_) => break,
                            Err(kube::Error::Api(status)) if status.is_conflict() => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            }
        };
        let ours = async {
            for _ in 1..=20 {
                latest.fetch_add(1, Ordering::SeqCst);
                match write_status(&api, "edge", || connected(latest.load(Ordering::SeqCst))).await {
                    Ok(outcome) => assert_eq!(outcome, StatusWrite::Written),
                    // With so much going on that may happen; the next one shows it.
                    Err(error) => assert!(matches!(error, StatusWriteError::Conflict { .. }), "{error}"),
                }
            }
        };
        tokio::join!(rival, ours);
        write_status(&api, "edge", || connected(20)).await.unwrap();
        let status = api.get("edge").await.unwrap().data["status"].clone();
        assert_eq!((&status["beat"], &status["generation"]), (&json!(20), &json!(20)));
        cluster.shutdown().await;
    }

    #[tokio::test]
    async fn what_is_shown_already_is_not_written_and_what_others_found_out_stays() {
        let (cluster, api) = start().await;
        let mut status = connected(3);
        status.facts.arch = Some("arm64".into());
        assert_eq!(write_status(&api, "edge", || status.clone()).await.unwrap(), StatusWrite::Written);
        let writes = cluster.counters().requests(Verb::Patch);
        assert_eq!(write_status(&api, "edge", || status.clone()).await.unwrap(), StatusWrite::Unchanged);
        assert_eq!(cluster.counters().requests(Verb::Patch), writes);
        let failed = ConnectionStatus { error: Some("refused".into()), ..ConnectionStatus::default() };
        assert_eq!(write_status(&api, "edge", || failed.clone()).await.unwrap(), StatusWrite::Written);
        assert_eq!(api.get("edge").await.unwrap().data["status"], json!({ "error": "refused", "arch": "arm64" }));
        assert_eq!(write_status(&api, "nobody", || connected(1)).await.unwrap(), StatusWrite::Gone);
        cluster.shutdown().await;
    }

    proptest! {
        #[test]
        fn after_the_change_nothing_is_left_to_change(
            shown in prop::collection::btree_map("connectedAt|generation|error|arch|mine", 0_u8..3, 0..5),
            wanted in prop::collection::btree_map("connectedAt|generation|error|arch", 0_u8..3, 0..4),
        ) {
            let (mut shown, wanted) = (json!(shown), json!(wanted));
            let mine = shown.get("mine").cloned();
            if let Some(Value::Object(change)) = change(Some(&shown), &wanted) {
                let object = shown.as_object_mut().unwrap();
                for (name, value) in change {
                    if value.is_null() { object.remove(&name) } else { object.insert(name, value) };
                }
            }
            prop_assert_eq!(change(Some(&shown), &wanted), None);
            prop_assert_eq!(shown.get("mine").cloned(), mine);
        }
    }
}
