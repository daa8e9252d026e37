//! What is done in a cluster itself, the same for all providers that reach it: connecting, looking, resource sets, letting go. Knows nothing
//! of where clusters come from, nor of records.

mod connections;
mod content;
mod fail;
mod ground;
mod objects;
mod options;
mod outcome;
mod parents;
mod probe;
mod reach;
mod regions;
mod retire;
mod sets;
mod sourced;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use async_trait::async_trait;

pub use self::connections::{Connections, ConnectionsError};
pub(super) use self::fail::{Failing, is_out_of_reach};
pub(super) use self::ground::Ground;
pub(super) use self::objects::{Objects, Rounds, served};
pub use self::options::InClusterOptions;
pub(super) use self::probe::{Probe, probe};
pub(super) use self::reach::{Reach, Reached};
pub use self::regions::RegionSource;
use self::regions::Regions;
use self::retire::retire;
pub(super) use self::sets::Sets;
pub use self::sourced::SourceConnections;
use super::{CallContext, ClusterSpec, ProviderError, ProviderErrorKind};
use crate::cluster::ProviderClusterId;

/// Namespace and name of the object that a cluster is, where that is its id.
pub(super) fn place<'a>(failing: Failing<'_>, id: &'a ProviderClusterId) -> Result<(&'a str, &'a str), ProviderError> {
    id.as_str()
        .split_once('/')
        .filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty() && !name.contains('/'))
        .ok_or_else(|| failing.with(ProviderErrorKind::Invalid, "its id is not <namespace>/<name>"))
}

/// Says how one cluster is reached: what differs between the providers that reach clusters themselves.
#[async_trait]
pub(super) trait Describe: Send + Sync + 'static {
    /// The description of a cluster, for a call that does `operation`.
    ///
    /// # Errors
    /// [`NotFound`](super::ProviderErrorKind::NotFound) when nothing is known of it, [`Invalid`](super::ProviderErrorKind::Invalid) when
    /// what is known cannot be used.
    async fn describe(
        &self,
        call: &CallContext,
        operation: &'static str,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError>;
}
