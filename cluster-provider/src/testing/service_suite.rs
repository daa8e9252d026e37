//! What the service promises over any store, as tests: each function is one claim, and
//! [`cluster_service_suite!`](crate::cluster_service_suite) makes a test of each. Knows nothing of how a store is made.
//!
//! The store is opened as for the [suite of stores](crate::testing::store_suite); the provider is the one
//! [in memory](crate::testing::memory_provider).
#![expect(clippy::unwrap_used, reason = "a suite fails by panicking")]

mod crashes;
mod create;
mod delete;
mod records;
mod status;
mod through;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

pub use self::crashes::*;
pub use self::create::*;
pub use self::delete::*;
pub use self::records::*;
pub use self::status::*;
pub use self::through::*;
use crate::cluster::{Cluster, ClusterId, ClusterStatus, NewCluster, ProviderType};
use crate::factory::DefaultProviderFactory;
use crate::provider::CallContext;
use crate::service::{
    ClusterService, DefaultClusterService, DefaultClusterServiceBuilder, ServiceObserver, ServiceOptions,
    WorkloadCounter,
};
use crate::store::ClusterStore;
use crate::testing::memory_provider::{MemoryProvider, Tempo};

/// Makes a test of each claim of the [suite](crate::testing::service_suite). Takes the name of an async function that opens an empty store,
/// as [`cluster_store_suite!`](crate::cluster_store_suite) does; needs tokio with `macros` and `rt` in the crate that calls it.
#[macro_export]
macro_rules! cluster_service_suite {
    ($open:path) => {
        $crate::cluster_service_suite! { @claims $open:
            what_is_not_said_is_filled_in
            the_same_token_gives_the_same_record
            two_accepted_clusters_do_not_collide
            the_id_of_a_deleted_cluster_can_be_registered_again
            an_id_that_a_live_cluster_has_is_a_conflict
            no_life_begins_at_its_end
            an_unknown_provider_is_refused_and_the_known_ones_are_named
            a_cluster_is_adopted_as_its_provider_has_it
            an_update_changes_what_it_names_and_may_empty_it
            an_update_that_changes_nothing_writes_nothing
            a_stale_version_is_a_conflict
            a_late_update_does_not_bring_a_leaving_cluster_back
            a_step_that_no_life_has_is_refused
            many_go_on_where_that_is_a_step
            many_that_are_to_go_remember_what_they_were
            counts_say_zero
            clusters_are_listed_by_age_and_false_is_a_filter
            what_is_missing_is_said_to_be_missing
            a_cluster_is_found_by_what_is_known_of_it
            a_provider_that_is_not_there_any_more_is_named
            a_store_that_does_not_answer_is_said_to
            writers_at_the_same_time_lose_nothing
            a_cluster_is_created_once
            a_lost_answer_is_found_and_not_asked_for_again
            a_cluster_found_later_is_the_one_that_was_asked_for
            nothing_is_asked_for_again_before_a_cluster_had_time_to_be_found
            what_was_never_there_is_asked_for_again_after_that
            a_refusal_is_the_end_and_keeps_its_kind
            a_passing_failure_waits_longer_each_time_and_not_for_ever
            a_name_that_another_has_is_not_taken
            two_services_create_one_cluster
            a_cluster_that_is_to_go_while_it_is_made_keeps_its_name
            whoever_stops_waiting_loses_nothing
            without_quota_nothing_is_asked_for
            an_earlier_leader_creates_nothing
            what_a_provider_says_is_recorded
            what_the_provider_wants_to_hear_again_is_kept
            a_look_that_finds_nothing_new_writes_nothing
            a_vanished_cluster_has_failed_after_a_while
            a_ready_cluster_only_gets_conditions
            another_second_name_is_drift_and_not_taken_over
            failure_is_tried_again_where_it_began
            workloads_keep_a_cluster
            resources_go_where_the_provider_cannot_tell_them
            what_nobody_can_take_out_of_a_cluster_keeps_its_record
            a_counter_that_fails_deletes_nothing
            another_tenant_deletes_nothing
            a_restored_cluster_is_what_it_was
            what_has_begun_to_go_does_not_come_back
            a_cluster_goes_and_then_its_record
            a_refused_deletion_is_told_and_can_be_taken_back
            a_cluster_that_was_gone_already_is_told_of
            a_customers_cluster_is_never_taken_away
            an_orphan_is_left_as_it_is
            a_cluster_that_was_never_made_is_gone_at_once
            a_cluster_without_a_name_is_found_before_it_goes
            resource_sets_are_remembered_in_their_order
            nothing_is_put_into_a_cluster_that_goes
            what_a_provider_cannot_do_is_said_by_kind
            a_recorded_tenant_owns_its_cluster_and_nobody_else_does
            an_identity_provider_is_recorded_as_a_condition
            the_domain_is_asked_for_once
            capacity_is_what_the_provider_made_of_it
            clouds_are_asked_for_once_and_merged
            one_leads_and_the_others_write_nothing
            changes_are_told_here_and_elsewhere
            a_life_that_dies_anywhere_is_gone_on_with
            a_life_that_dies_anywhere_can_be_ended
            an_end_that_dies_anywhere_is_ended
        }
    };
    (@claims $open:path: $($claim:ident)*) => {
        $(
            #[tokio::test]
            async fn $claim() {
                if let Some((store, end)) = $open().await {
                    $crate::testing::store_suite::hold(store, $crate::testing::service_suite::$claim, end).await;
                }
            }
        )*
    };
}

/// What a claim is tried with.
struct World {
    store: Arc<dyn ClusterStore>,
    provider: MemoryProvider,
    workloads: Arc<Workloads>,
    tally: Arc<Tally>,
    service: DefaultClusterService,
    call: CallContext,
}

/// As many workloads as a test says, or an error.
#[derive(Debug, Default)]
struct Workloads {
    counts: Mutex<BTreeMap<ClusterId, u64>>,
    broken: Mutex<bool>,
}

/// What an observer was told.
#[derive(Debug, Default)]
struct Tally {
    went_ready: AtomicU64,
    restored: AtomicU64,
    already_gone: AtomicU64,
    orphans: AtomicU64,
}

impl World {
    fn new(store: Arc<dyn ClusterStore>) -> Self {
        Self::with(store, |builder| builder)
    }

    fn with(
        store: Arc<dyn ClusterStore>,
        made: impl FnOnce(DefaultClusterServiceBuilder) -> DefaultClusterServiceBuilder,
    ) -> Self {
        let provider = MemoryProvider::new(ProviderType::new("memory")).with_tempo(Tempo::ByHand);
        Self::over(store, provider, made)
    }

    fn over(
        store: Arc<dyn ClusterStore>,
        provider: MemoryProvider,
        made: impl FnOnce(DefaultClusterServiceBuilder) -> DefaultClusterServiceBuilder,
    ) -> Self {
        let (workloads, tally) = (Arc::new(Workloads::default()), Arc::new(Tally::default()));
        let factory = DefaultProviderFactory::builder()
            .register(Arc::new(provider.clone()))
            .default_type(ProviderType::new("memory"))
            .build()
            .unwrap();
        let builder = DefaultClusterService::builder(Arc::new(factory), Arc::clone(&store))
            .workloads(Arc::clone(&workloads) as _)
            .observer(Arc::clone(&tally) as _)
            .workload_types(["standard", "developer"]);
        let service = made(builder).build();
        Self { store, provider, workloads, tally, service, call: CallContext::within(Duration::from_secs(30)) }
    }

    /// Another process with the same store and the same provider.
    fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.store), self.provider.clone(), |builder| builder)
    }

    async fn accepted(&self) -> Cluster {
        self.service.register(&self.call, NewCluster::new("", "aws", "us-east-1")).await.unwrap()
    }

    async fn provisioning(&self) -> Cluster {
        let cluster = self.accepted().await;
        self.service.create(&self.call, &cluster.id).await.unwrap()
    }

    async fn ready(&self) -> Cluster {
        let cluster = self.provisioning().await;
        self.provider.advance();
        self.service.check_status(&self.call, &cluster.id).await.unwrap();
        self.service.update_status(&self.call, &cluster.id, ClusterStatus::Ready).await.unwrap()
    }

    async fn leaving(&self) -> Cluster {
        let cluster = self.ready().await;
        self.service.deregister(&self.call, &cluster.id, Default::default()).await.unwrap()
    }

    async fn read(&self, id: &ClusterId) -> Cluster {
        self.store.get(id).await.unwrap().unwrap()
    }
}

fn options(
    change: impl FnOnce(&mut ServiceOptions),
) -> impl FnOnce(DefaultClusterServiceBuilder) -> DefaultClusterServiceBuilder {
    let mut options = ServiceOptions::default();
    change(&mut options);
    move |builder| builder.options(options)
}

#[async_trait]
impl WorkloadCounter for Workloads {
    async fn count(
        &self,
        ids: &[ClusterId],
    ) -> Result<BTreeMap<ClusterId, u64>, Box<dyn std::error::Error + Send + Sync>> {
        if *self.broken.lock().unwrap() {
            return Err("nobody counts".into());
        }
        let counts = self.counts.lock().unwrap();
        Ok(counts.iter().filter(|(id, _)| ids.contains(id)).map(|(id, count)| (id.clone(), *count)).collect())
    }
}

impl ServiceObserver for Tally {
    fn on_transition(&self, _from: ClusterStatus, to: &Cluster) {
        if to.status == ClusterStatus::Ready {
            self.went_ready.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn on_restored(&self, _cluster: &Cluster) {
        self.restored.fetch_add(1, Ordering::SeqCst);
    }

    fn on_already_gone(&self, _cluster: &Cluster) {
        self.already_gone.fetch_add(1, Ordering::SeqCst);
    }

    fn on_orphan(&self, _provider: &ProviderType) {
        self.orphans.fetch_add(1, Ordering::SeqCst);
    }
}
