//! What every store of records has to keep to, as tests: each function is one claim, and [`cluster_store_suite!`](crate::cluster_store_suite)
//! makes a test of each. Knows nothing of how a store is made.
//!
//! ```
//! # #[cfg(test)]
//! mod my_store {
//!     use std::sync::Arc;
//!     use cluster_provider::store::{ClusterStore, memory::MemoryStore};
//!
//!     // An empty store, and what is done after the test. `None` when there is nowhere to keep one.
//!     async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
//!         Some((Arc::new(MemoryStore::new()), async {}))
//!     }
//!
//!     cluster_provider::cluster_store_suite!(open);
//! }
//! ```
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a suite fails by panicking")]

mod fences;
mod leases;
mod queries;
mod records;
mod topics;

use std::sync::Arc;

pub use self::fences::*;
pub use self::leases::*;
pub use self::queries::*;
pub use self::records::*;
pub use self::topics::*;
use crate::cluster::{Cluster, NewCluster};
use crate::store::{ClusterStore, StoreError};

/// Makes a test of each claim of the [suite](crate::testing::store_suite). Takes the name of an async function that opens an empty store;
/// needs tokio with `macros` and `rt` in the crate that calls it.
#[macro_export]
macro_rules! cluster_store_suite {
    ($open:path) => {
        $crate::cluster_store_suite! { @claims $open:
            what_is_recorded_is_read_back
            a_record_gets_an_id_a_name_and_a_token_when_none_is_given
            a_patch_changes_what_it_names_and_nothing_else
            false_and_nothing_can_be_written
            an_empty_patch_is_a_write
            the_time_of_the_status_changes_with_the_status_only
            a_write_of_an_old_version_is_a_conflict_that_says_what_is_there
            a_write_for_another_status_is_a_conflict
            what_is_not_there_cannot_be_written
            of_writers_at_one_time_one_wins_each_version
            two_records_without_a_providers_id_do_not_collide
            the_id_of_a_deleted_record_can_be_registered_again
            what_has_to_differ_is_named
            a_patch_cannot_take_what_another_has
            the_same_names_belong_to_different_providers
            ids_and_tokens_are_unique_for_ever
            a_deleted_record_is_read_by_id_and_token_only
            a_record_is_taken_away_for_good_once
            what_was_deleted_long_ago_is_purged
            records_are_listed_by_age
            pages_hold_everything_once
            a_page_is_never_longer_than_the_longest
            a_class_of_workloads_is_a_member_and_no_substring
            false_is_a_filter
            labels_are_compared_whole
            text_that_looks_like_sql_is_only_text
            what_is_not_due_waits
            databases_find_what_the_query_says
            records_are_counted_by_status_and_by_region
            many_are_changed_where_they_have_the_status
            types_of_providers_are_listed_once
            a_lease_needs_no_row_to_begin_with
            a_lease_is_held_by_one
            of_many_who_take_a_lease_at_one_time_one_gets_it
            a_lease_that_is_over_goes_to_another_with_the_next_epoch
            a_lease_that_is_over_is_not_renewed
            a_holder_that_asks_again_keeps_its_epoch
            a_lease_given_back_is_free
            a_lease_of_another_is_left_alone
            a_lease_goes_by_the_clock_of_the_database
            nothing_is_written_for_a_leader_who_is_none_any_more
            a_record_of_a_later_leader_is_not_written_by_an_earlier_one
            a_write_keeps_the_epoch_it_was_written_for
            an_epoch_given_out_elsewhere_is_remembered
            a_change_of_many_by_an_earlier_leader_changes_none
            a_topic_is_heard_by_all_who_listen
            a_closed_store_says_so
        }
    };
    (@claims $open:path: $($claim:ident)*) => {
        $(
            #[tokio::test]
            async fn $claim() {
                if let Some((store, end)) = $open().await {
                    $crate::testing::store_suite::hold(store, $crate::testing::store_suite::$claim, end).await;
                }
            }
        )*
    };
}

/// Holds a store to one claim, closes it, and does what is done after the test, whatever became of it.
///
/// # Panics
/// When the claim does not hold.
pub async fn hold<C, F, E>(store: Arc<dyn ClusterStore>, claim: C, end: E)
where
    C: FnOnce(Arc<dyn ClusterStore>) -> F,
    F: Future<Output = ()> + Send + 'static,
    E: Future<Output = ()>,
{
    let outcome = tokio::spawn(claim(Arc::clone(&store))).await;
    store.close().await;
    end.await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// A cluster like any other.
fn usual() -> NewCluster {
    NewCluster::new("ocm", "aws", "eu-central-1")
}

async fn record(store: &dyn ClusterStore, new: NewCluster) -> Cluster {
    store.insert(new, None).await.expect("a new record is written")
}

fn is_fenced<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> bool {
    match answer {
        Err(StoreError::Fenced { .. }) => true,
        other => panic!("it should have been refused as an earlier leader's: {other:?}"),
    }
}
