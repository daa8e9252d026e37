//! `resource.k8s.io`: devices, and who claims them. Their rules are not written here. Knows no other kinds.

use crate::schema::strategy::Strategy;

const GROUP: &str = "resource.k8s.io";

pub(crate) static DEVICE_CLASS: Strategy =
    Strategy { cluster: true, generation: Some(&["spec"]), shows_deleted: true, ..Strategy::of(GROUP, "DeviceClass") };

pub(crate) static RESOURCE_CLAIM: Strategy =
    Strategy { status: true, shows_deleted: true, ..Strategy::of(GROUP, "ResourceClaim") };

pub(crate) static RESOURCE_CLAIM_TEMPLATE: Strategy =
    Strategy { shows_deleted: true, ..Strategy::of(GROUP, "ResourceClaimTemplate") };

pub(crate) static RESOURCE_SLICE: Strategy = Strategy {
    cluster: true,
    generation: Some(&["spec"]),
    shows_deleted: true,
    selectable: Some(&["metadata.name", "spec.nodeName", "spec.driver"]),
    ..Strategy::of(GROUP, "ResourceSlice")
};
