//! Behaviours of a Kubernetes API server as scenarios, and two servers to run them on: the fake one, always,
//! and a real kube-apiserver with etcd, when its binaries are there.
//!
//! [`mod@scenarios`] holds what is claimed, [`differential`] runs it on both and compares, [`random`] does the same
//! with operations nobody thought of, [`limits`] lists what the fake does not do, with the reason. [`fleet`] holds what
//! `cluster-client` claims, [`resources`] what `cluster-resources` claims, [`providers`] and [`elections`] what
//! `cluster-provider` claims, for both; [`flows`] what controllers built on `kube-runtime` live on. [`kubectl`] compares what a real kubectl prints of them.

pub mod access;
pub mod backend;
pub mod control_plane;
pub mod differential;
pub mod elections;
pub mod fleet;
pub mod flows;
pub mod kubectl;
pub mod limits;
pub mod normal;
pub mod providers;
pub mod random;
pub mod resources;
pub mod scenario;
pub mod scenarios;
pub mod session;
pub mod transcript;
