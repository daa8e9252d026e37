//! `autoscaling`: how many replicas a workload should have. Knows no other kinds.

use crate::schema::strategy::Strategy;

pub(crate) static AUTOSCALER: Strategy =
    Strategy { status: true, ..Strategy::of("autoscaling", "HorizontalPodAutoscaler") };
