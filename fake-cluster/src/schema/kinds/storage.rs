//! `storage.k8s.io`: drivers of storage, what they know of nodes, and what is attached to them. Knows no other kinds.

use crate::schema::strategy::Strategy;

const GROUP: &str = "storage.k8s.io";

pub(crate) static DRIVER: Strategy =
    Strategy { cluster: true, unconditional: false, shows_deleted: true, ..Strategy::of(GROUP, "CSIDriver") };

pub(crate) static NODE: Strategy =
    Strategy { cluster: true, unconditional: false, shows_deleted: true, ..Strategy::of(GROUP, "CSINode") };

pub(crate) static CAPACITY: Strategy = Strategy { unconditional: false, ..Strategy::of(GROUP, "CSIStorageCapacity") };

pub(crate) static ATTACHMENT: Strategy = Strategy {
    cluster: true,
    status: true,
    unconditional: false,
    shows_deleted: true,
    status_keeps: &[&["metadata"], &["spec"]],
    ..Strategy::of(GROUP, "VolumeAttachment")
};

pub(crate) static ATTRIBUTES_CLASS: Strategy =
    Strategy { cluster: true, shows_deleted: true, ..Strategy::of(GROUP, "VolumeAttributesClass") };
