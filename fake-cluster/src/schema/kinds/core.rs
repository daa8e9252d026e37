//! Core kinds that few clients write: volumes of the cluster, templates of pods, and the controller before replica sets.
//! Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static PERSISTENT_VOLUME: Strategy =
    Strategy { cluster: true, status: true, shows_deleted: true, ..Strategy::of("", "PersistentVolume") };

pub(crate) static POD_TEMPLATE: Strategy =
    Strategy { generation: Some(&["template"]), shows_deleted: true, ..Strategy::of("", "PodTemplate") };

pub(crate) static REPLICATION_CONTROLLER: Strategy = Strategy {
    status: true,
    generation: Some(&["spec"]),
    selectable: Some(&["metadata.name", "metadata.namespace", "status.replicas"]),
    ..Strategy::of("", "ReplicationController")
};
