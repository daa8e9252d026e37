//! Every claim about providers that can be made of clusters that exist already. Each request names a context of its own, which leads to a
//! cluster of its own: an OpenShift with a manager of operators, whose work the test does.

use std::sync::Mutex;

use fake_cluster::faults::{Effect, Fault};

use super::openshift::{add_manager_of_operators, make_openshift};
use super::*;
use crate::provider::Addon;
use crate::provider::in_cluster::testing::Spokes;
use crate::testing::provider_suite::{self, ProviderUnderTest, Situation, Verdict};

const SUBSCRIPTION: &str = "/apis/operators.coreos.com/v1alpha1/namespaces/agents/subscriptions/agent";

struct Subject {
    folder: tempfile::TempDir,
    spokes: Spokes,
    /// The kubeconfig as it is in the file.
    config: Mutex<Value>,
    provider: StandaloneProvider,
}

impl Subject {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let contexts =
            KubeconfigContexts::new(folder.path().join("kubeconfig")).with_policy(TrustPolicy::for_secrets());
        let operator =
            OlmOperator::new("agent", "agents", "agent-operator", "stable").from_image("example.com/index:1");
        let provider = StandaloneProvider::builder(connector(), Arc::new(contexts))
            .options(options())
            .operator(operator)
            .regions(Arc::new(vec![CloudRegion::new("on-prem", "cellar", false)]))
            .build();
        let config = json!({"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []});
        Self { folder, spokes: Spokes::default(), config: Mutex::new(config), provider }
    }

    fn rewrite(&self, change: impl FnOnce(&mut Value)) {
        let mut config = self.config.lock().unwrap();
        change(&mut config);
        std::fs::write(self.folder.path().join("kubeconfig"), config.to_string()).unwrap();
    }
}

#[async_trait]
impl ProviderUnderTest for Subject {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.provider.clone())
    }

    async fn request(&self) -> ClusterRequest {
        let id = ClusterId::generate();
        let name = format!("ctx-{id}");
        let cluster = self.spokes.start(&name).await;
        make_openshift(&cluster);
        add_manager_of_operators(&cluster);
        let ingress = json!({
            "apiVersion": "config.openshift.io/v1", "kind": "Ingress", "metadata": {"name": "cluster"},
            "spec": {"domain": format!("apps.{name}.example.com")},
        });
        cluster.create(ingress).unwrap();
        let one: Value = serde_json::from_str(&cluster.kubeconfig()).unwrap();
        self.rewrite(|config| {
            for field in ["clusters", "users", "contexts"] {
                config[field].as_array_mut().unwrap().push(one[field][0].clone());
            }
        });
        ClusterRequest::new(id, name, CreateToken::generate()).at("on-prem", "cellar")
    }

    /// It is there already.
    async fn provision(&self, _: &ClusterSpec) {}

    /// The manager of operators installs what is subscribed to, and the controller of namespaces ends them.
    async fn go_on(&self, spec: &ClusterSpec) {
        let cluster = self.spokes.get(spec.internal_id.as_str());
        let api = cluster.api();
        if let Some(subscription) = read(&cluster, SUBSCRIPTION)
            && subscription["status"]["installedCSV"].is_null()
        {
            let version = json!({
                "apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion",
                "metadata": {"name": "agent.v1", "namespace": "agents"}, "status": {"phase": "Succeeded"},
            });
            fake_cluster::fleet::objects::publish(api, &version).unwrap();
            let status = json!({"status": {"installedCSV": "agent.v1"}});
            api.request(http::Method::PATCH, &format!("{SUBSCRIPTION}/status"), Some(&status)).unwrap();
        }
        if let Some(mut namespace) = read(&cluster, "/api/v1/namespaces/agents")
            && namespace["metadata"]["deletionTimestamp"].is_string()
        {
            namespace["spec"]["finalizers"] = json!([]);
            api.request(http::Method::PUT, "/api/v1/namespaces/agents/finalize", Some(&namespace)).unwrap();
        }
    }

    fn unknown_id(&self) -> Option<ProviderClusterId> {
        ProviderClusterId::new("no-such-context").ok()
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

    /// A cluster that is out of reach is there and not available; one that does not know us any more is an error.
    async fn fail_next_look(&self) -> Situation {
        self.spokes.fault(&Fault::new(Effect::unauthorized()));
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        let gone = |context: &Value| context["name"] == spec.internal_id.as_str();
        self.rewrite(|config| config["contexts"].as_array_mut().unwrap().retain(|context| !gone(context)));
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        self.spokes.secrets()
    }

    fn has_dns(&self) -> bool {
        true
    }

    fn addon(&self) -> Option<Addon> {
        Some(Addon::new("agent").with_parameter("colour", "blue"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_about_providers_is_kept_by_existing_clusters() {
    let subject = Subject::new();
    let report = provider_suite::run(&subject).await;
    report.check().unwrap();
    let open: Vec<_> =
        report.iter().filter(|(_, verdict)| **verdict != Verdict::Kept).map(|(claim, _)| claim).collect();
    let none_of_its = [
        // Adopting writes nothing, so that no answer can leave a cluster behind.
        "a_lost_answer_leaves_one_cluster_that_is_found",
        "a_protected_cluster_is_not_deleted",
        "a_machine_pool_is_what_the_provider_made_of_it",
        "quota_is_told_once_for_each_thing",
        "a_cluster_does_not_belong_to_strangers",
    ];
    assert_eq!(open, none_of_its, "{report}");
    subject.provider.shutdown().await;
    subject.spokes.shutdown().await;
}
