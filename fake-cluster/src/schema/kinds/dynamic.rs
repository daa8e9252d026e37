//! `resource.k8s.io`: devices, and who claims them. Their rules are not written here. Knows no other kinds.

use crate::schema::defaults::{Fields, child, each, text, unset, zero};
use crate::schema::strategy::Strategy;

const GROUP: &str = "resource.k8s.io";

pub(crate) static DEVICE_CLASS: Strategy =
    Strategy { cluster: true, generation: Some(&["spec"]), shows_deleted: true, ..Strategy::of(GROUP, "DeviceClass") };

pub(crate) static RESOURCE_CLAIM: Strategy =
    Strategy { status: true, shows_deleted: true, fill: claim, ..Strategy::of(GROUP, "ResourceClaim") };

pub(crate) static RESOURCE_CLAIM_TEMPLATE: Strategy = Strategy {
    shows_deleted: true,
    fill: |object| {
        if let Some(spec) = child(object, "spec") {
            claim(spec);
        }
    },
    ..Strategy::of(GROUP, "ResourceClaimTemplate")
};

pub(crate) static RESOURCE_SLICE: Strategy = Strategy {
    cluster: true,
    generation: Some(&["spec"]),
    shows_deleted: true,
    selectable: Some(&["metadata.name", "spec.nodeName", "spec.driver"]),
    ..Strategy::of(GROUP, "ResourceSlice")
};

/// What a claim leaves out: it asks for one device, and tolerates exactly what it names.
fn claim(object: &mut Fields) {
    let Some(devices) = child(object, "spec").and_then(|spec| child(spec, "devices")) else { return };
    each(devices, "requests", |request| {
        if let Some(exactly) = child(request, "exactly") {
            asked(exactly);
        }
        each(request, "firstAvailable", asked);
    });
}

fn asked(request: &mut Fields) {
    unset(request, "allocationMode", "ExactCount");
    if text(request, "allocationMode") == "ExactCount" {
        zero(request, "count", 1);
    }
    each(request, "tolerations", |toleration| unset(toleration, "operator", "Equal"));
}
