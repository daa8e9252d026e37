//! `discovery.k8s.io`: the endpoints of services, in slices. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static ENDPOINT_SLICE: Strategy = Strategy {
    generation: Some(&["addressType", "endpoints", "ports"]),
    ..Strategy::of("discovery.k8s.io", "EndpointSlice")
};
