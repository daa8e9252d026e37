mod liars;

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::cluster::ProviderType;
use crate::provider::{Capability, ProviderErrorKind};
use crate::testing::memory_provider::{MemoryFault, MemoryProvider, Tempo};

/// A provider in memory, honest or not.
struct Subject {
    memory: MemoryProvider,
    seen: Arc<dyn Provider>,
    number: AtomicU32,
    keeps_tokens: bool,
}

impl Subject {
    fn honest(memory: MemoryProvider) -> Self {
        Self { seen: Arc::new(memory.clone()), memory, number: AtomicU32::new(0), keeps_tokens: true }
    }
}

fn memory() -> MemoryProvider {
    MemoryProvider::new(ProviderType::new("memory"))
}

#[async_trait]
impl ProviderUnderTest for Subject {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::clone(&self.seen)
    }

    async fn request(&self) -> ClusterRequest {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        ClusterRequest::new(ClusterId::generate(), format!("mk-{number}"), CreateToken::generate())
            .at("memory", "north")
    }

    async fn provision(&self, _: &ClusterSpec) {
        self.memory.advance();
    }

    async fn go_on(&self, _: &ClusterSpec) {
        self.memory.advance();
    }

    fn keeps_tokens(&self) -> bool {
        self.keeps_tokens
    }

    async fn lose_next_answer(&self) -> Situation {
        self.memory.fault("create", MemoryFault::LoseAnswer, 1);
        Situation::Prepared
    }

    async fn stall(&self) -> Situation {
        self.memory.fault("*", MemoryFault::Hang, u32::MAX);
        Situation::Prepared
    }

    async fn resume(&self) {
        self.memory.clear_faults();
    }

    async fn fail_next_look(&self) -> Situation {
        self.memory.fault("check_status", MemoryFault::Fail(ProviderErrorKind::Internal), 1);
        Situation::Prepared
    }

    async fn vanish(&self, spec: &ClusterSpec) -> Situation {
        self.memory.vanish(&spec.internal_id);
        Situation::Prepared
    }

    async fn protect(&self, spec: &ClusterSpec) -> Situation {
        self.memory.protect(&spec.internal_id, true);
        Situation::Prepared
    }

    fn secrets(&self) -> Vec<String> {
        vec!["s3ntinel".to_owned()]
    }

    fn has_dns(&self) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
async fn an_honest_provider_keeps_every_claim_at_every_tempo() {
    for tempo in [Tempo::ByHand, Tempo::Looks(0), Tempo::Looks(1), Tempo::Looks(3)] {
        let memory = memory().with_tempo(tempo).with_repeatable_creates();
        let report = run(&Subject::honest(memory)).await;
        let kept = report.iter().filter(|(_, verdict)| **verdict == Verdict::Kept).count();
        assert_eq!(kept, names().count(), "{tempo:?}\n{report}");
        report.check().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_provider_does_not_have_is_not_held_against_it() {
    let report = run(&Subject::honest(memory().with_capabilities([Capability::Clouds]))).await;
    report.check().unwrap();
    let verdict = report.verdict("an_addon_comes_and_goes");
    assert_eq!(verdict, Some(&Verdict::NotApplicable("it has no add-ons".to_owned())));
    assert_eq!(report.verdict("clouds_have_regions_without_doubles"), Some(&Verdict::Kept));
    let verdict = report.verdict("a_create_that_may_be_repeated_is_one_cluster");
    assert!(matches!(verdict, Some(Verdict::NotApplicable(_))), "{verdict:?}");
}

#[tokio::test(start_paused = true)]
async fn one_claim_can_be_looked_at_alone() {
    let subject = Subject::honest(memory());
    assert_eq!(run_one(&subject, "a_dry_run_deletes_nothing").await, Some(Verdict::Kept));
    assert_eq!(run_one(&subject, "no_such_claim").await, None);
}
