//! `networking.k8s.io`: what leads into a cluster, what may pass inside, and which addresses it hands out. Knows no other kinds.

use crate::schema::strategy::Strategy;

const GROUP: &str = "networking.k8s.io";

pub(crate) static INGRESS: Strategy =
    Strategy { status: true, generation: Some(&["spec"]), ..Strategy::of(GROUP, "Ingress") };

pub(crate) static INGRESS_CLASS: Strategy =
    Strategy { cluster: true, generation: Some(&["spec"]), ..Strategy::of(GROUP, "IngressClass") };

pub(crate) static NETWORK_POLICY: Strategy =
    Strategy { generation: Some(&["spec"]), ..Strategy::of(GROUP, "NetworkPolicy") };

pub(crate) static IP_ADDRESS: Strategy = Strategy { cluster: true, ..Strategy::of(GROUP, "IPAddress") };

pub(crate) static SERVICE_CIDR: Strategy =
    Strategy { cluster: true, status: true, ..Strategy::of(GROUP, "ServiceCIDR") };
