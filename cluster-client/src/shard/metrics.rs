//! What a replica owns, as Prometheus families; knows nothing of how it came about.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::Sharding;
use super::grant::Shared;

struct Families(Weak<Shared>);

impl Sharding {
    /// Exposes what this replica owns. Values are read when they are asked for, and go with the last of it.
    ///
    /// | name | type | |
    /// |---|---|---|
    /// | `shard_owned` | gauge | slots that this replica owns |
    /// | `shard_unowned` | gauge | slots that nobody has owned for two lease durations, as this replica sees it |
    /// | `shard_unowned_clusters` | gauge | clusters in them |
    /// | `shard_peers` | gauge | replicas that share |
    /// | `shard_moves_total` | counter | slots that this replica won or lost |
    pub fn register(&self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("shard").register_collector(Box::new(Families(Arc::downgrade(&self.shared))));
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Families")
    }
}

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(shared) = self.0.upgrade() else { return Ok(()) };
        let gauge = |count: usize| ConstGauge::new(count as u64);
        let unowned = shared.unowned();
        put(&mut encoder, "owned", "Slots that this replica owns", &gauge(shared.owned()))?;
        put(&mut encoder, "unowned", "Slots without an owner for two lease durations", &gauge(unowned.slots))?;
        put(&mut encoder, "unowned_clusters", "Clusters in slots without an owner", &gauge(unowned.clusters))?;
        put(&mut encoder, "peers", "Replicas that share", &ConstGauge::new(shared.peers.load(Ordering::Relaxed)))?;
        let moves = ConstCounter::new(shared.moves.load(Ordering::Relaxed));
        put(&mut encoder, "moves", "Slots that this replica won or lost", &moves)
    }
}

fn put<M: EncodeMetric + TypedMetric>(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    metric: &M,
) -> fmt::Result {
    metric.encode(encoder.encode_descriptor(name, help, None, M::TYPE)?)
}
