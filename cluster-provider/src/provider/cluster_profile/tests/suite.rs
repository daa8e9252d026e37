//! Every claim about providers that can be made of clusters that somebody else lists. The test is who lists them: a profile is there before it
//! is asked for, and says later that its cluster is healthy, who it is, and how it is reached.

use std::time::Duration;

use fake_cluster::faults::{Effect, Fault};

use super::*;
use crate::provider::CloudRegion;
use crate::provider::in_cluster::testing::Spokes;
use crate::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};

const HUB: &str = "inventory";

struct Subject {
    spokes: Spokes,
    provider: ClusterProfileProvider,
}

impl Subject {
    async fn new() -> Self {
        let spokes = Spokes::default();
        let hub = spokes.start(HUB).await;
        let kind =
            definition("multicluster.x-k8s.io", &["v1alpha1"], "ClusterProfile", "clusterprofiles", "Namespaced");
        hub.create(kind).unwrap();
        let access = Access::Secrets { consumer: "mooring".to_owned() };
        let connections = profile_connections(hub.client().unwrap(), access);
        let options =
            ClusterProfileOptions::default().with_in_cluster(options()).with_dns_property("domain.example.com");
        let provider = ClusterProfileProvider::builder(hub.client().unwrap(), connector(), Arc::new(connections))
            .options(options)
            .regions(Arc::new(vec![CloudRegion::new("aws", "us-east-1", true)]))
            .build();
        Self { spokes, provider }
    }
}

fn path(spec: &ClusterSpec) -> String {
    format!("{PROFILES}/{}", name(spec))
}

fn name(spec: &ClusterSpec) -> &str {
    spec.internal_id.as_str().split_once('/').unwrap().1
}

#[async_trait]
impl ProviderUnderTest for Subject {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    /// A profile that says nothing yet.
    async fn request(&self) -> ClusterRequest {
        let request = request(&format!("mk-{}", ClusterId::generate()));
        let spoke = self.spokes.start(&request.name).await;
        self.spokes.get(HUB).create(cluster_profile(&spoke, "default", "kubefleet")).unwrap();
        request
    }

    async fn provision(&self, spec: &ClusterSpec) {
        let (hub, spoke) = (self.spokes.get(HUB), self.spokes.get(name(spec)));
        hub.create(cluster_profile_secret(&spoke, "default", "mooring")).unwrap();
        let mut status = cluster_profile(&spoke, "default", "kubefleet")["status"].clone();
        status["properties"] = json!([
            {"name": "cluster.clusterset.k8s.io", "value": format!("set/{}", name(spec))},
            {"name": "domain.example.com", "value": format!("apps.{}.example.com", name(spec))},
        ]);
        let path = format!("{}/status", path(spec));
        hub.api().request(http::Method::PATCH, &path, Some(&json!({"status": status}))).unwrap();
        // How it is reached is followed in the background.
        let followed = async {
            while self.provider.connection(&call(), spec).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), followed).await.unwrap();
    }

    async fn go_on(&self, _: &ClusterSpec) {}

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new("default/unknown").ok()
    }

    fn owns_clusters(&self) -> bool {
        false
    }

    fn keeps_tokens(&self) -> bool {
        false
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
        self.spokes.get(HUB).api().request(http::Method::DELETE, &path(spec), None).unwrap();
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        self.spokes.secrets()
    }

    fn has_dns(&self) -> bool {
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_about_providers_is_kept_by_clusters_of_profiles() {
    let subject = Subject::new().await;
    let report = provider_suite::run(&subject).await;
    report.check().unwrap();
    let open: Vec<_> =
        report.iter().filter(|(_, verdict)| **verdict != Verdict::Kept).map(|(claim, _)| claim).collect();
    let none_of_its = [
        // Adopting writes nothing, so that no answer can leave a cluster behind.
        "a_lost_answer_leaves_one_cluster_that_is_found",
        "a_protected_cluster_is_not_deleted",
        "an_identity_provider_is_one_however_often_it_is_ensured",
        "an_addon_comes_and_goes",
        "a_machine_pool_is_what_the_provider_made_of_it",
        "quota_is_told_once_for_each_thing",
        "a_cluster_does_not_belong_to_strangers",
    ];
    assert_eq!(open, none_of_its, "{report}");
    subject.provider.shutdown().await;
    subject.spokes.shutdown().await;
}
