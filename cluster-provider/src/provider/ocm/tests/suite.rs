//! Every claim about providers, kept by this one.

use super::*;
use crate::cluster::{DeterministicName, NamePrefix};
use crate::testing::provider_suite::{self, ProviderUnderTest, Situation};

struct Subject(Rig);

#[async_trait]
impl ProviderUnderTest for Subject {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.0.provider.clone())
    }

    async fn request(&self) -> ClusterRequest {
        let id = ClusterId::generate();
        let name = DeterministicName::of(&NamePrefix::default(), &id);
        ClusterRequest::new(id, name, CreateToken::generate()).at("aws", "us-east-1")
    }

    async fn provision(&self, spec: &ClusterSpec) {
        self.0.ocm.set_state(spec.internal_id.as_str(), "ready");
    }

    async fn go_on(&self, spec: &ClusterSpec) {
        self.0.ocm.advance_cluster(spec.internal_id.as_str());
    }

    async fn lose_next_answer(&self) -> Situation {
        self.0.ocm.fault(on_create(Effect::LoseAnswer).once());
        Situation::Prepared
    }

    async fn stall(&self) -> Situation {
        self.0.ocm.fault(Fault::new(Effect::Hang));
        Situation::Prepared
    }

    async fn resume(&self) {
        self.0.ocm.clear_faults();
    }

    async fn fail_next_look(&self) -> Situation {
        self.0.ocm.fault(Fault::forbidden().on_method(Method::GET).on_path(EVERY_CLUSTER).once());
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        self.0.ocm.vanish(spec.internal_id.as_str());
        Situation::Prepared
    }

    async fn protect(&self, spec: &ClusterSpec) -> Situation {
        self.0.ocm.protect(spec.internal_id.as_str(), true);
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        use secrecy::ExposeSecret as _;
        vec!["s3ntinel".to_owned(), self.0.ocm.credentials().client_secret.expose_secret().to_owned()]
    }

    fn has_dns(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn every_claim_about_providers_is_kept() {
    let subject = Subject(Rig::new().await);
    let report = provider_suite::run(&subject).await;
    report.check().unwrap();
    subject.0.end().await;
}
