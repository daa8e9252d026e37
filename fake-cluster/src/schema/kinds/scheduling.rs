//! `scheduling.k8s.io`: which pods go first. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static PRIORITY_CLASS: Strategy =
    Strategy { cluster: true, generation: Some(&[]), ..Strategy::of("scheduling.k8s.io", "PriorityClass") };
