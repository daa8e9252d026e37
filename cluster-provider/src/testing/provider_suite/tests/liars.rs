//! Providers that break the contract in one way each, so that the claims are known to notice.

use super::*;
use crate::provider::{CapabilitySet, Claim, DeleteOutcome, ProviderError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// Makes another cluster each time, and says that asking again is harmless.
    Doubles,
    /// Finds any cluster for anybody.
    GivesAway,
    /// Forgets what it wanted to hear again.
    Forgets,
    /// Says that it deleted, and did not.
    OnlySaysGone,
    /// Deletes what a dry run is asked about.
    DryRunsForReal,
    /// Says that it can do what it cannot.
    Boasts,
    /// Knows neither deadline nor cancellation.
    Waits,
    /// Puts a credential in an error.
    Tells,
    /// Says that a domain is the empty text.
    EmptyDomain,
    /// Calls what was never there an error.
    NotFound,
    /// Panics.
    Panics,
}

struct Liar {
    inner: MemoryProvider,
    lie: Lie,
}

fn subject(lie: Lie) -> Subject {
    let memory = memory();
    let seen = Arc::new(Liar { inner: memory.clone(), lie });
    Subject { memory, seen, number: AtomicU32::new(0), keeps_tokens: true }
}

#[async_trait]
impl Provider for Liar {
    fn provider_type(&self) -> ProviderType {
        self.inner.provider_type()
    }

    async fn create(&self, call: &CallContext, request: &ClusterRequest) -> Result<ClusterSpec, ProviderError> {
        let mut request = request.clone();
        if self.lie == Lie::Doubles {
            request.name = CreateToken::generate().to_string();
        }
        self.inner.create(call, &request).await
    }

    async fn find(&self, call: &CallContext, claim: &Claim) -> Result<Option<ClusterSpec>, ProviderError> {
        match (self.lie, self.inner.clusters().pop()) {
            (Lie::GivesAway, any) => Ok(any.map(|any| any.spec)),
            _ => self.inner.find(call, claim).await,
        }
    }

    async fn get(&self, call: &CallContext, id: &ProviderClusterId) -> Result<Option<ClusterSpec>, ProviderError> {
        match (self.inner.get(call, id).await, self.lie) {
            (Ok(None), Lie::NotFound) => {
                Err(ProviderError::new(ProviderErrorKind::NotFound, &self.provider_type(), "get"))
            }
            (Err(_), Lie::Waits) => std::future::pending().await,
            (answer, _) => answer,
        }
    }

    async fn check_status(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        assert_ne!(self.lie, Lie::Panics, "on purpose");
        let seen = self.inner.check_status(call, known).await;
        match self.lie {
            Lie::Forgets => Ok(seen?.map(|seen| seen.with_additional_info(serde_json::Value::Null))),
            Lie::Tells => seen.map_err(|error| error.with_source("the token s3ntinel was refused")),
            _ => seen,
        }
    }

    async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        match self.lie {
            Lie::OnlySaysGone => Ok(DeleteOutcome::Gone),
            Lie::DryRunsForReal => {
                self.inner.vanish(&known.internal_id);
                Ok(DeleteOutcome::WouldDelete)
            }
            _ => self.inner.delete(call, known, options).await,
        }
    }

    async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        match self.lie {
            Lie::EmptyDomain => Ok(Some(String::new())),
            _ => self.inner.dns(call, known).await,
        }
    }

    async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        self.inner.connection(call, known).await
    }

    fn creates_repeatably(&self) -> bool {
        self.lie == Lie::Doubles
    }

    fn capabilities(&self) -> CapabilitySet {
        match self.lie {
            Lie::Boasts => self.inner.capabilities(),
            _ => CapabilitySet::of(self),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_breaks_the_contract_is_found_out() {
    for (lie, claim) in [
        (Lie::Doubles, "a_create_with_the_same_claim_is_one_cluster"),
        (Lie::Doubles, "a_lost_answer_leaves_one_cluster_that_is_found"),
        (Lie::Doubles, "a_create_that_may_be_repeated_is_one_cluster"),
        (Lie::Doubles, "a_name_belongs_to_one_token"),
        (Lie::GivesAway, "a_cluster_is_found_by_its_own_claim_only"),
        (Lie::Forgets, "a_look_keeps_what_was_known"),
        (Lie::OnlySaysGone, "a_delete_is_asked_for_until_it_is_over"),
        (Lie::OnlySaysGone, "a_dry_run_deletes_nothing"),
        (Lie::OnlySaysGone, "a_cluster_that_vanished_is_none_and_its_delete_is_over"),
        (Lie::OnlySaysGone, "a_protected_cluster_is_not_deleted"),
        (Lie::DryRunsForReal, "a_dry_run_deletes_nothing"),
        (Lie::Boasts, "what_is_there_is_what_is_said_to_be_there"),
        (Lie::Waits, "a_call_ends_by_its_deadline"),
        (Lie::Waits, "a_cancelled_call_ends_at_once"),
        (Lie::Tells, "no_error_shows_a_secret"),
        (Lie::EmptyDomain, "a_domain_is_known_or_none_and_never_empty"),
        (Lie::NotFound, "an_unknown_cluster_is_none"),
        (Lie::Panics, "a_cluster_becomes_usable_under_one_id"),
    ] {
        let verdict = run_one(&subject(lie), claim).await;
        assert!(matches!(verdict, Some(Verdict::Broken(_))), "{lie:?} {claim}: {verdict:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_name_is_one_cluster_also_where_no_token_is_kept() {
    for (lie, claim) in [
        (Lie::Doubles, "a_create_with_the_same_claim_is_one_cluster"),
        (Lie::Doubles, "a_name_belongs_to_one_token"),
        (Lie::GivesAway, "a_cluster_is_found_by_its_own_claim_only"),
    ] {
        let subject = Subject { keeps_tokens: false, ..subject(lie) };
        let verdict = run_one(&subject, claim).await;
        assert!(matches!(verdict, Some(Verdict::Broken(_))), "{lie:?} {claim}: {verdict:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_broken_is_listed_and_the_rest_is_looked_at() {
    let report = run(&subject(Lie::EmptyDomain)).await;
    assert_eq!(report.iter().count(), names().count());
    let broken = report.check().unwrap_err();
    assert_eq!(
        broken.iter().map(|(claim, _)| claim).collect::<Vec<_>>(),
        ["a_domain_is_known_or_none_and_never_empty"]
    );
    assert!(broken.to_string().contains("the empty text"), "{broken}");
}
