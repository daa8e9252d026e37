//! Which clusters there are is said elsewhere: once, until something changes, and holding nothing up.

use std::collections::BTreeSet;

use cluster_client::spec::{CredentialSpec, ServerTrust};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use http::Method;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::manager::election::{Election, Term};
use crate::manager::{ClusterPublisher, Phase, ProfilePublisher, PublishError, Swept};
use crate::provider::ProviderErrorKind;
use crate::provider::cluster_profile::{ClusterProfilePublisher, PublisherOptions};
use crate::service::Deregistration;
use crate::testing::memory_provider::MemoryFault;

const PROFILES: &str = "/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/clusterprofiles";

async fn hub() -> FakeCluster {
    let hub = FakeCluster::start().await.unwrap();
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let kind = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {
            "name": "clusterprofiles.multicluster.x-k8s.io",
            "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in for tests"},
        },
        "spec": {
            "group": "multicluster.x-k8s.io", "scope": "Namespaced",
            "names": {"plural": "clusterprofiles", "singular": "clusterprofile", "kind": "ClusterProfile", "listKind": "ClusterProfileList"},
            "versions": [{"name": "v1alpha1", "served": true, "storage": true, "schema": schema, "subresources": {"status": {}}}],
        },
    });
    hub.create(kind).unwrap();
    hub
}

fn profiles(hub: &FakeCluster) -> Vec<Value> {
    let listed = hub.api().request(Method::GET, PROFILES, None).unwrap();
    listed["items"].as_array().unwrap().clone()
}

fn publisher(hub: &FakeCluster) -> Arc<ProfilePublisher> {
    Arc::new(ProfilePublisher::new(hub.client().unwrap(), PublisherOptions::default()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_cluster_is_listed_kept_up_to_date_and_withdrawn_when_it_goes() {
    let (bed, hub) = (Bed::new(), hub().await);
    let manager = bed.manager().publisher(publisher(&hub)).build();
    let id = bed.wanted().await;
    bed.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    manager.reconcile_once().await;
    assert!(profiles(&hub).is_empty(), "nothing is listed before it is ready");
    let ready = bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    let listed = profiles(&hub);
    assert_eq!((listed.len(), &listed[0]["spec"]["displayName"]), (1, &json!(ready.name)));

    let renamed = crate::cluster::ClusterPatch { name: Some("shop".to_owned()), ..Default::default() };
    bed.service.update(&call(), &id, None, renamed).await.unwrap();
    manager.reconcile_once().await;
    assert_eq!(profiles(&hub)[0]["spec"]["displayName"], "shop");

    bed.service.deregister(&call(), &id, Deregistration::default()).await.unwrap();
    let report = manager.reconcile_once().await;
    assert_eq!(report.phase(Phase::Publish).unwrap().steps, 1);
    assert!(profiles(&hub).is_empty());
    hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_again_while_nothing_changed() {
    let (bed, hub) = (Bed::new(), hub().await);
    let manager = bed.manager().publisher(publisher(&hub)).build();
    let id = bed.wanted().await;
    bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    manager.reconcile_once().await;
    let before = profiles(&hub);
    // Whoever asks anything now is refused.
    let refusing = hub.faults().add(Fault::new(Effect::internal_error("asked")).on_resource("clusterprofiles"));
    for _ in 0..3 {
        let report = manager.reconcile_once().await;
        assert!(report.is_clean(), "{report:?}");
        assert_eq!(report.phase(Phase::Publish).unwrap().steps, 0);
    }
    assert_eq!(refusing.hits(), 0);
    hub.faults().clear();
    // Another process says it once more, and changes nothing by that.
    bed.manager().publisher(publisher(&hub)).build().reconcile_once().await;
    assert_eq!(profiles(&hub), before);
    hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_listed_of_clusters_that_are_gone_is_withdrawn_and_what_is_others_stays() {
    let (bed, hub) = (Bed::new(), hub().await);
    let profile = |name: &str, manager: &str, published: &str| {
        json!({
            "apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
            "metadata": {"name": name, "namespace": "default", "labels": {"x-k8s.io/cluster-manager": manager, "mooring.dev/published": published}},
            "spec": {"clusterManager": {"name": manager}},
        })
    };
    for (name, manager, published) in
        [("gone", "mooring", "true"), ("theirs", "kubefleet", "true"), ("by-hand", "mooring", "no")]
    {
        hub.create(profile(name, manager, published)).unwrap();
    }
    let manager = bed.manager().publisher(publisher(&hub)).build();
    manager.reconcile_once().await;
    assert_eq!(profiles(&hub).len(), 3, "no record at all is no reason to withdraw everything");
    let id = bed.wanted().await;
    bed.provider.fault("create", MemoryFault::Fail(ProviderErrorKind::Unavailable), 1);
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.iter().map(|failure| &failure.cluster).collect::<Vec<_>>(), [&Some(id)]);
    let left: Vec<_> = profiles(&hub).iter().map(|one| one["metadata"]["name"].clone()).collect();
    assert_eq!(left, ["by-hand", "theirs"]);
    hub.shutdown().await;
}

/// Gives a term whenever a test says so, and until it says that it is over.
struct Turns(tokio::sync::Mutex<mpsc::UnboundedReceiver<CancellationToken>>);

#[async_trait::async_trait]
impl Election for Turns {
    async fn lead(&self) -> Term {
        match self.0.lock().await.recv().await {
            Some(over) => Term::kept(None, over, |stop| async move { stop.cancelled().await }),
            None => std::future::pending().await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_leader_withdrew_is_listed_again_as_soon_as_its_cluster_is_back() {
    let (bed, hub) = (Bed::new(), hub().await);
    let (turns, taken) = mpsc::unbounded_channel();
    let first = bed.manager().options(quick()).publisher(publisher(&hub)).election(Turns(taken.into())).start();
    let second = bed.manager().publisher(publisher(&hub)).build();
    // The first leads, for a few passes.
    let term = async || {
        let over = CancellationToken::new();
        turns.send(over.clone()).unwrap();
        let passed = *first.passes().borrow() + 3;
        let passes = async { first.passes().wait_for(|passes| *passes >= passed).await.map(drop) };
        tokio::time::timeout(Duration::from_secs(30), passes).await.unwrap().unwrap();
        over.cancel();
        let ended = async { first.leadership().wait_for(|leads| !leads).await.map(drop) };
        tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap().unwrap();
    };
    let id = bed.wanted().await;
    bed.until(&second, &id, ClusterStatus::Ready).await;
    term().await;
    assert_eq!(profiles(&hub).len(), 1);
    // Another one leads meanwhile. Its provider does not let go of the cluster, which comes back as it was.
    let provider_id = bed.get(&id).await.provider_cluster_id.unwrap();
    bed.provider.protect(&provider_id, true);
    bed.service.deregister(&call(), &id, Deregistration::default()).await.unwrap();
    second.reconcile_once().await;
    assert!(profiles(&hub).is_empty());
    bed.service.restore(&call(), &id).await.unwrap();
    term().await;
    assert_eq!(profiles(&hub).len(), 1);
    first.shutdown().await;
    hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_tried_again_keeps_what_is_said_of_the_way_to_it() {
    let (bed, hub) = (Bed::new(), hub().await);
    let url = "https://shop.example:6443".parse().unwrap();
    let connection = cluster_client::ClusterSpec::new(url, ServerTrust::System, CredentialSpec::Anonymous);
    let _cloud = bed.provider.clone().with_connection(connection);
    let options = PublisherOptions::default().with_access_provider("token");
    let publisher = Arc::new(ProfilePublisher::new(hub.client().unwrap(), options.clone()));
    let manager = bed.manager().publisher(publisher).build();
    let id = bed.wanted().await;
    let ready = bed.until(&manager, &id, ClusterStatus::Ready).await;
    manager.reconcile_once().await;
    let said = || profiles(&hub)[0]["status"].clone();
    let access = json!([{"name": "token", "cluster": {"server": "https://shop.example:6443"}}]);
    assert_eq!((&said()["accessProviders"], &said()["conditions"][0]["status"]), (&access, &json!("True")));

    // It fails, and is tried again; until it is ready nobody is asked for the way to it.
    bed.provider.forget_calls();
    bed.provider.fault("check_status", MemoryFault::Fail(ProviderErrorKind::Unavailable), u32::MAX);
    bed.service.update_status(&call(), &id, ClusterStatus::Failed).await.unwrap();
    manager.reconcile_once().await;
    assert_eq!(said()["accessProviders"], access);
    bed.service.retry(&call(), &id).await.unwrap();
    manager.reconcile_once().await;
    assert_eq!(bed.get(&id).await.status, ClusterStatus::Provisioning);
    assert_eq!((&said()["accessProviders"], &said()["conditions"][0]["status"]), (&access, &json!("Unknown")));
    assert_eq!(bed.provider.count("connection"), 0);

    // A ready one of which nobody may know the way is listed without it.
    let publisher = ClusterProfilePublisher::new(hub.client().unwrap(), options);
    publisher.publish(&call(), &ready, None).await.unwrap();
    assert_eq!(said()["accessProviders"], json!(null));
    hub.shutdown().await;
}

/// Fails, panics or hangs for clusters with a label.
#[derive(Default)]
struct Choosy(Mutex<Vec<ClusterId>>);

#[async_trait::async_trait]
impl ClusterPublisher for Choosy {
    fn revision(&self, cluster: &Cluster) -> String {
        assert!(!cluster.labels.contains_key("unsayable"), "nothing can be said of this one");
        cluster.status.to_string()
    }

    fn wants_connection(&self, _: &Cluster) -> bool {
        false
    }

    async fn publish<'a>(
        &self,
        _: &CallContext,
        cluster: &Cluster,
        _: Option<&'a cluster_client::ClusterSpec>,
    ) -> Result<(), PublishError> {
        let has = |label: &str| cluster.labels.contains_key(label);
        assert!(!has("panics"), "this publisher is broken");
        if has("hangs") {
            std::future::pending::<()>().await;
        }
        if has("fails") {
            return Err(PublishError::new(cluster.id.as_str(), "published", "no"));
        }
        self.0.lock().unwrap().push(cluster.id.clone());
        Ok(())
    }

    async fn sweep(&self, _: &CallContext, _: &BTreeSet<ClusterId>) -> Result<Swept, PublishError> {
        Ok(Swept::default())
    }
}

#[tokio::test]
async fn what_cannot_be_said_holds_up_no_other_cluster_and_no_phase() {
    let bed = Bed::new();
    let publisher = Arc::new(Choosy::default());
    let mut options = quick();
    options.publish_timeout = Duration::from_millis(100);
    let manager = bed.manager().options(options).publisher(Arc::clone(&publisher) as Arc<dyn ClusterPublisher>).build();
    let labelled = async |label: &str| {
        let new = NewCluster::new(MEMORY, "aws", "us-east-1").with_label(label, "yes");
        bed.service.register(&call(), new).await.unwrap().id
    };
    let mut bad = BTreeSet::new();
    for label in ["fails", "panics", "hangs", "unsayable"] {
        bad.insert(labelled(label).await);
    }
    let good = bed.wanted().await;
    let report = manager.reconcile_once().await;
    let failed: BTreeSet<_> = report.failures.iter().filter_map(|failure| failure.cluster.clone()).collect();
    assert_eq!(failed, bad, "{report:?}");
    assert!(report.failures.iter().all(|failure| failure.phase == Phase::Publish));
    assert_eq!(*publisher.0.lock().unwrap(), std::slice::from_ref(&good));
    assert_eq!(bed.get(&good).await.status, ClusterStatus::Ready);
    // They are left alone for a while, and then tried again.
    let report = manager.reconcile_once().await;
    assert_eq!(report.phase(Phase::Publish).unwrap().waiting, 3);
    bed.pass_time(Duration::from_secs(3_600));
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.len(), 4, "{report:?}");
}
