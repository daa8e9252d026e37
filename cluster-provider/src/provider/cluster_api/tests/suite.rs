//! Every claim about providers, kept by clusters of Cluster API. The test does what its controllers do: it says how far a cluster is, hands
//! out its kubeconfig, and lets it go.

use std::sync::OnceLock;

use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault, FaultHandle};

use super::*;
use crate::provider::CloudRegion;
use crate::provider::in_cluster::testing::Spokes;
use crate::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};

const HUB: &str = "management";
const FINALIZER: &str = "cluster.cluster.x-k8s.io";

struct Subject {
    spokes: Spokes,
    provider: ClusterApiProvider,
    lost: OnceLock<FaultHandle>,
}

impl Subject {
    async fn new() -> Self {
        let spokes = Spokes::default();
        let hub = spokes.start(HUB).await;
        hub.create(definition(GROUP, &["v1beta2"], "Cluster", "clusters", "Namespaced")).unwrap();
        let options = ClusterApiOptions::default()
            .with_in_cluster(options())
            .with_region_variable("region")
            .with_dns_variable("domain");
        let provider = ClusterApiProvider::builder(hub.client().unwrap(), connector())
            .options(options)
            .regions(Arc::new(vec![CloudRegion::new("aws", "us-east-1", true)]))
            .build();
        Self { spokes, provider, lost: OnceLock::new() }
    }

    fn patch(&self, path: &str, body: &Value) {
        self.spokes.get(HUB).api().request(http::Method::PATCH, path, Some(body)).unwrap();
    }
}

/// Namespace, name and path of a cluster.
fn place(spec: &ClusterSpec) -> (&str, &str, String) {
    let (namespace, name) = spec.internal_id.as_str().split_once('/').unwrap();
    (namespace, name, format!("/apis/{GROUP}/v1beta2/namespaces/{namespace}/clusters/{name}"))
}

#[async_trait]
impl ProviderUnderTest for Subject {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    async fn request(&self) -> ClusterRequest {
        let id = ClusterId::generate();
        let name = format!("mk-{id}");
        let spec = json!({
            "class": "small", "version": "v1.34.0",
            "variables": [{"name": "domain", "value": format!("apps.{name}.example.com")}],
        });
        ClusterRequest::new(id, name, CreateToken::generate()).at("aws", "us-east-1").with_additional_spec(spec)
    }

    async fn provision(&self, spec: &ClusterSpec) {
        let (namespace, name, path) = place(spec);
        let spoke = self.spokes.start(name).await;
        self.patch(&path, &json!({"metadata": {"finalizers": [FINALIZER]}}));
        self.spokes.get(HUB).create(cluster_api_secret(&spoke, namespace)).unwrap();
        self.patch(&format!("{path}/status"), &json!({"status": available()}));
    }

    /// What belonged to a cluster that is to go is gone.
    async fn go_on(&self, spec: &ClusterSpec) {
        let (.., path) = place(spec);
        let cluster = read(&self.spokes.get(HUB), &path);
        if cluster.is_some_and(|cluster| cluster["metadata"]["deletionTimestamp"].is_string()) {
            self.patch(&path, &json!({"metadata": {"finalizers": null}}));
        }
    }

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new("default/unknown").ok()
    }

    async fn lose_next_answer(&self) -> Situation {
        let lost = Fault::new(Effect::Truncate(0)).on_verb(Verb::Create).on_resource("clusters.cluster.x-k8s.io");
        self.lost.set(self.spokes.get(HUB).faults().add(lost.times(1))).unwrap();
        Situation::Prepared
    }

    async fn stall(&self) -> Situation {
        self.spokes.stall();
        Situation::Prepared
    }

    async fn resume(&self) {
        self.spokes.resume();
    }

    async fn fail_next_look(&self) -> Situation {
        self.spokes.get(HUB).faults().add(Fault::new(Effect::internal_error("no leader")).times(1));
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        let (.., path) = place(spec);
        self.patch(&path, &json!({"metadata": {"finalizers": null}}));
        self.spokes.get(HUB).api().request(http::Method::DELETE, &path, None).unwrap();
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        self.spokes.secrets()
    }

    fn has_dns(&self) -> bool {
        true
    }

    fn machine_pool(&self) -> Option<MachinePoolRequest> {
        Some(MachinePoolRequest::fixed("suite-pool", "worker", 3))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_about_providers_is_kept_by_clusters_of_cluster_api() {
    let subject = Subject::new().await;
    let report = provider_suite::run(&subject).await;
    report.check().unwrap();
    let open: Vec<_> =
        report.iter().filter(|(_, verdict)| **verdict != Verdict::Kept).map(|(claim, _)| claim).collect();
    let none_of_its = [
        "a_protected_cluster_is_not_deleted",
        "an_identity_provider_is_one_however_often_it_is_ensured",
        "an_addon_comes_and_goes",
        "quota_is_told_once_for_each_thing",
        "a_cluster_does_not_belong_to_strangers",
    ];
    assert_eq!(open, none_of_its, "{report}");
    assert_eq!(subject.lost.get().map(FaultHandle::hits), Some(1), "an answer was lost");
    subject.provider.shutdown().await;
    subject.spokes.shutdown().await;
}
