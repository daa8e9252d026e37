//! `apiregistration.k8s.io`: which server answers for a group. Requests are never passed on. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static API_SERVICE: Strategy = Strategy {
    cluster: true,
    status: true,
    unconditional: false,
    kube_finalizers: false,
    status_keeps: &[&["spec"], &["metadata"]],
    ..Strategy::of("apiregistration.k8s.io", "APIService")
};
