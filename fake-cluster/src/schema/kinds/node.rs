//! `node.k8s.io`: the ways to run containers. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static RUNTIME_CLASS: Strategy = Strategy {
    cluster: true,
    creates_on_update: true,
    unconditional: false,
    ..Strategy::of("node.k8s.io", "RuntimeClass")
};
