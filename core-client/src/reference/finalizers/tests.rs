use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use fake_cluster::server::FakeCluster;
use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::client::Body;
use kube::core::{ApiResource, DynamicObject, ObjectMeta};
use serde_json::Value;
use tower::service_fn;

use super::*;
use crate::error::{Disposition, Error, RetryHint};

const OWN: &str = "own.example.com/finalizer";

fn reference() -> ResourceReference {
    "clusters.kubernetes.unikorn-cloud.org/abc".parse().unwrap()
}

/// A cluster with two namespaces, and what was sent to it.
struct Fixture {
    cluster: FakeCluster,
    sent: Arc<Mutex<Vec<(Method, Value)>>>,
    /// How many writes somebody else gets in before ours.
    rivals: Arc<Mutex<u32>>,
}

impl Fixture {
    async fn new() -> Self {
        let cluster = FakeCluster::start().await.unwrap();
        for name in ["here", "there"] {
            cluster.create(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })).unwrap();
        }
        Self { cluster, sent: Arc::default(), rivals: Arc::default() }
    }

    fn create(&self, namespace: &str, name: &str, label: &str, finalizers: &[&str]) {
        self.cluster
            .create(json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "namespace": namespace, "name": name, "labels": { "for": label }, "finalizers": finalizers,
                },
                "data": { "kept": "as it is" },
            }))
            .unwrap();
    }

    /// A client through which everything passes that is to be seen, or disturbed.
    fn client(&self) -> kube::Client {
        let (client, sent, rivals) = (self.cluster.client().unwrap(), Arc::clone(&self.sent), Arc::clone(&self.rivals));
        let service = service_fn(move |request: Request<Body>| {
            let (client, sent, rivals) = (client.clone(), Arc::clone(&sent), Arc::clone(&rivals));
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let disturb = parts.method == Method::PATCH && {
                    let mut rivals = rivals.lock().unwrap();
                    let left = rivals.checked_sub(1);
                    *rivals = left.unwrap_or_default();
                    left.is_some()
                };
                if disturb {
                    rival(&client, parts.uri.path()).await;
                }
                let json = serde_json::from_slice(&body).unwrap_or_default();
                sent.lock().unwrap().push((parts.method.clone(), json));
                client.send(Request::from_parts(parts, Body::from(body))).await
            }
        });
        kube::Client::new(service, "here")
    }

    fn api(&self) -> Api<ConfigMap> {
        Api::namespaced(self.client(), "here")
    }

    fn finalizers(&self, namespace: &str, name: &str) -> Vec<String> {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps/{name}");
        let object = self.cluster.api().request(Method::GET, &path, None).unwrap();
        serde_json::from_value(object["metadata"]["finalizers"].clone()).unwrap_or_default()
    }

    fn patches(&self) -> Vec<Value> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|(method, _)| *method == Method::PATCH).map(|(_, body)| body.clone()).collect()
    }

    fn delete(&self, name: &str) {
        let path = format!("/api/v1/namespaces/here/configmaps/{name}");
        self.cluster.api().request(Method::DELETE, &path, None).unwrap();
    }
}

/// Somebody else's write of the object at this path, between our reading and writing it.
async fn rival(client: &kube::Client, path: &str) {
    let (_, name) = path.rsplit_once('/').unwrap();
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), "here");
    let version = api.get(name).await.unwrap().resource_version();
    let patch = Patch::Merge(json!({ "data": { "rival": version } }));
    api.patch(name, &PatchParams::default(), &patch).await.unwrap();
}

/// The scenario of `uni-core pkg/manager` `TestRererenceRead`.
#[test]
fn well_known_finalizers_are_no_references() {
    let finalizers = ["unikorn", "clusters.example.com/a", "foregroundDeletion", "orphan"].map(str::to_owned);
    let object = ConfigMap {
        metadata: ObjectMeta { finalizers: Some(finalizers.to_vec()), ..ObjectMeta::default() },
        ..ConfigMap::default()
    };
    assert_eq!(resource_references(&object), ["clusters.example.com/a", "orphan"]);
    assert_eq!(object.metadata.finalizers.as_deref(), Some(finalizers.as_slice()));
    assert!(resource_references(&ConfigMap::default()).is_empty());
}

#[tokio::test]
async fn reference_is_added_once_and_removed_once() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[OWN]);
    let api = fixture.api();
    let reference = reference();
    assert_eq!(add_resource_reference(&api, "a", &reference).await.unwrap(), Outcome::Changed);
    assert_eq!(fixture.finalizers("here", "a"), [OWN, reference.as_str()]);
    assert_eq!(add_resource_reference(&api, "a", &reference).await.unwrap(), Outcome::Unchanged);
    assert_eq!(fixture.patches().len(), 1);
    assert_eq!(remove_resource_reference(&api, "a", &reference).await.unwrap(), Outcome::Changed);
    assert_eq!(fixture.finalizers("here", "a"), [OWN]);
    assert_eq!(remove_resource_reference(&api, "a", &reference).await.unwrap(), Outcome::Unchanged);
    assert_eq!(fixture.patches().len(), 2);
}

/// W-29
#[tokio::test]
async fn only_finalizers_are_written_and_only_over_the_version_that_was_read() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[OWN]);
    let before = fixture.api().get("a").await.unwrap();
    add_resource_reference(&fixture.api(), "a", &reference()).await.unwrap();
    let expected = json!({
        "metadata": {
            "resourceVersion": before.resource_version().unwrap(),
            "finalizers": [OWN, reference().as_str()],
        },
    });
    assert_eq!(fixture.patches(), [expected]);
    let after = fixture.api().get("a").await.unwrap();
    assert_eq!((after.data, after.metadata.labels), (before.data, before.metadata.labels));
}

/// W-29
#[tokio::test]
async fn conflict_is_retried_and_the_rival_keeps_its_change() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[]);
    *fixture.rivals.lock().unwrap() = MAX_ATTEMPTS - 1;
    assert_eq!(add_resource_reference(&fixture.api(), "a", &reference()).await.unwrap(), Outcome::Changed);
    assert_eq!(fixture.patches().len(), MAX_ATTEMPTS as usize);
    assert_eq!(fixture.finalizers("here", "a"), [reference().as_str()]);
    assert!(fixture.api().get("a").await.unwrap().data.unwrap().contains_key("rival"));
}

/// W-29
#[tokio::test]
async fn lasting_conflict_is_an_error_that_yields() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[reference().as_str()]);
    *fixture.rivals.lock().unwrap() = u32::MAX;
    let error = remove_resource_reference(&fixture.api(), "a", &reference()).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    assert_eq!(error.disposition(), Disposition::YIELD);
    assert_eq!(
        error.to_string(),
        "/api/v1/namespaces/here/configmaps/a was changed by others 5 times in a row; try again later"
    );
    let error = Error::from(error);
    assert!(error.is_conflict());
    assert_eq!((error.disposition(), error.retry_hint()), (Disposition::YIELD, RetryHint::Safe));
    assert_eq!(fixture.finalizers("here", "a"), [reference().as_str()]);
}

/// The scenarios of `uni-core pkg/manager` `TestReferenceRemoveNotFound` and `TestReferenceRemoveMissingReference`.
#[tokio::test]
async fn removing_what_is_not_there_succeeds_without_a_write() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[OWN]);
    assert_eq!(remove_resource_reference(&fixture.api(), "absent", &reference()).await.unwrap(), Outcome::Gone);
    assert_eq!(remove_resource_reference(&fixture.api(), "a", &reference()).await.unwrap(), Outcome::Unchanged);
    assert!(fixture.patches().is_empty());
}

#[tokio::test]
async fn adding_to_an_object_that_does_not_exist_is_an_error() {
    let fixture = Fixture::new().await;
    let error = add_resource_reference(&fixture.api(), "absent", &reference()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(error.to_string().contains("/api/v1/namespaces/here/configmaps/absent"), "{error}");
    assert_eq!(error.disposition(), Disposition::Terminal);
    assert!(Error::from(error).is_not_found());
}

#[tokio::test]
async fn adding_to_an_object_that_is_being_deleted_is_refused() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[OWN]);
    fixture.delete("a");
    let error = add_resource_reference(&fixture.api(), "a", &reference()).await.unwrap_err();
    assert!(matches!(error, FinalizerError::Refused { action: "written", .. }), "{error:?}");
    assert_eq!(error.disposition(), Disposition::YIELD);
}

#[tokio::test]
async fn removing_the_last_finalizer_lets_a_deleted_object_go() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[reference().as_str()]);
    fixture.delete("a");
    assert_eq!(remove_resource_reference(&fixture.api(), "a", &reference()).await.unwrap(), Outcome::Changed);
    assert!(fixture.api().get_opt("a").await.unwrap().is_none());
    assert_eq!(remove_resource_reference(&fixture.api(), "a", &reference()).await.unwrap(), Outcome::Gone);
}

/// The scenario of `uni-core pkg/manager` `TestReferenceClear`.
#[tokio::test]
async fn clearing_touches_only_what_is_selected_and_only_the_reference() {
    let fixture = Fixture::new().await;
    let text = reference().to_string();
    fixture.create("here", "a", "x", &[OWN, &text]);
    fixture.create("here", "b", "x", &[OWN]);
    fixture.create("here", "c", "y", &[&text]);
    fixture.create("there", "a", "x", &[&text]);
    let selection = ListParams::default().labels("for=x");
    assert_eq!(clear_resource_references(&fixture.api(), &selection, &reference()).await.unwrap(), 1);
    assert_eq!(fixture.finalizers("here", "a"), [OWN]);
    assert_eq!(fixture.finalizers("here", "b"), [OWN]);
    assert_eq!(fixture.finalizers("here", "c"), [&*text]);
    assert_eq!(fixture.finalizers("there", "a"), [&*text]);
    assert_eq!(clear_resource_references(&fixture.api(), &selection, &reference()).await.unwrap(), 0);
    assert_eq!(fixture.patches().len(), 1);
}

#[tokio::test]
async fn references_are_removed_from_all_but_the_named_over_every_page() {
    let fixture = Fixture::new().await;
    let text = reference().to_string();
    for name in ["a", "b", "c", "d", "e"] {
        fixture.create("here", name, "x", &[&text]);
    }
    let selection = ListParams::default().limit(2);
    let changed = remove_resource_references(&fixture.api(), &selection, &reference(), &["b", "absent"]).await.unwrap();
    assert_eq!(changed, 4);
    assert_eq!(fixture.finalizers("here", "b"), [&*text]);
    assert!(fixture.finalizers("here", "e").is_empty());
}

#[tokio::test]
async fn references_are_added_to_the_named() {
    let fixture = Fixture::new().await;
    for name in ["a", "b", "c"] {
        fixture.create("here", name, "x", &[]);
    }
    let selection = ListParams::default().labels("for=x");
    let add = async |names: &[&str]| add_resource_references(&fixture.api(), &selection, &reference(), names).await;
    assert_eq!(add(&["c", "a"]).await.unwrap(), 2);
    assert_eq!(add(&["a", "b"]).await.unwrap(), 1);
    assert_eq!(add(&[]).await.unwrap(), 0);
    assert_eq!(fixture.patches().len(), 3);
}

#[tokio::test]
async fn name_outside_the_selection_is_refused_before_anything_is_written() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[]);
    fixture.create("here", "b", "y", &[]);
    let selection = ListParams::default().labels("for=x");
    let error = add_resource_references(&fixture.api(), &selection, &reference(), &["a", "b"]).await.unwrap_err();
    assert!(matches!(&error, FinalizerError::NotSelected { object } if object.ends_with("/configmaps/b")), "{error:?}");
    assert!(fixture.patches().is_empty() && fixture.finalizers("here", "a").is_empty());
    assert!(matches!(Error::from(error), Error::Construction(_)));
}

/// W-29
#[tokio::test]
async fn object_that_vanishes_between_list_and_write_is_no_error_when_removing() {
    let fixture = Fixture::new().await;
    let text = reference().to_string();
    fixture.create("here", "a", "x", &[&text]);
    let api = fixture.api();
    let listed = api.list_metadata(&ListParams::default()).await.unwrap().items;
    fixture.delete("a");
    remove_resource_reference(&api, "a", &reference()).await.unwrap();
    let outcome = change(&api, "a", listed.first(), Edit::Remove(&text)).await.unwrap();
    assert_eq!(outcome, Outcome::Gone);
}

#[tokio::test]
async fn dynamic_objects_work_alike() {
    let fixture = Fixture::new().await;
    fixture.create("here", "a", "x", &[OWN]);
    let kind = ApiResource::erase::<ConfigMap>(&());
    let api: Api<DynamicObject> = Api::namespaced_with(fixture.client(), "here", &kind);
    assert_eq!(add_resource_reference(&api, "a", &reference()).await.unwrap(), Outcome::Changed);
    let object = api.get("a").await.unwrap();
    assert_eq!(resource_references(&object), [OWN, reference().as_str()]);
    assert_eq!(clear_resource_references(&api, &ListParams::default(), &reference()).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn silent_api_server_is_given_up_on() {
    let silent = service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
    let api: Api<ConfigMap> = Api::default_namespaced(kube::Client::new(silent, "here"));
    let error = remove_resource_reference(&api, "a", &reference()).await.unwrap_err();
    assert!(matches!(error, FinalizerError::Timeout { after: REQUEST_TIMEOUT, .. }), "{error:?}");
    assert_eq!(error.disposition(), Disposition::YIELD);
    assert!(Error::from(error).is_timeout());
}

#[tokio::test]
async fn unreachable_api_server_is_named_with_its_cause_once() {
    let broken = service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>(std::io::Error::other("no route")) });
    let api: Api<ConfigMap> = Api::default_namespaced(kube::Client::new(broken, "here"));
    let error = Error::from(remove_resource_reference(&api, "a", &reference()).await.unwrap_err());
    assert!(matches!(error, Error::Dispatch(_)), "{error:?}");
    let chain = crate::error::ErrorChain::new(&error).to_string();
    assert_eq!(chain.matches("no route").count(), 1, "{chain}");
    assert!(chain.contains("/api/v1/namespaces/here/configmaps/a"), "{chain}");
}
