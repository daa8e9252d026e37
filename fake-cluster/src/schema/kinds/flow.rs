//! `flowcontrol.apiserver.k8s.io`: which requests wait for which. Nothing waits here. Knows no other kinds.

use crate::schema::strategy::Strategy;

const GROUP: &str = "flowcontrol.apiserver.k8s.io";

pub(crate) static FLOW_SCHEMA: Strategy =
    Strategy { cluster: true, status: true, generation: Some(&["spec"]), ..Strategy::of(GROUP, "FlowSchema") };

pub(crate) static PRIORITY_LEVEL: Strategy = Strategy {
    cluster: true,
    status: true,
    generation: Some(&["spec"]),
    ..Strategy::of(GROUP, "PriorityLevelConfiguration")
};
