//! Declared state across a fleet of Kubernetes clusters: a plan you can read, server-side apply, and a prune you can trust.
#![allow(clippy::result_large_err, reason = "an issue is what many functions fail with, and failing is rare")]

pub mod applyset;
pub mod classify;
pub mod clusters;
pub mod desired;
pub mod execute;
pub mod id;
pub mod inventory;
pub mod issue;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod observe;
pub mod observed;
#[cfg(feature = "openshift")]
pub mod openshift;
pub mod outcome;
pub mod plan;
pub mod policy;
pub mod readiness;
pub mod recover;
pub mod report;
pub mod resource;
pub mod restart;
pub mod run_lock;
pub mod stamp;
pub mod validate;
pub mod wait;
