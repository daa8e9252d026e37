//! What is known of a cluster: the record, the states it goes through, and the words they are said in. Pure; knows nothing of databases,
//! providers and time.

mod condition;
mod identity;
mod patch;
mod record;
mod status;
mod words;

pub use condition::{Condition, ConditionStatus, Conditions};
pub use identity::{ClusterId, CreateToken, DeterministicName, InvalidId, NamePrefix, ProviderClusterId};
pub use patch::ClusterPatch;
pub(crate) use patch::patched_columns;
pub use record::{AppliedSet, Capacity, Cluster, NewCluster};
pub use status::{ClusterStatus, IllegalTransition, UnknownStatus};
pub use words::{DeletionPolicy, DesiredState, Ownership, ProviderType};
