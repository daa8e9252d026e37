//! Declared state across a fleet of Kubernetes clusters: a plan you can read, server-side apply, and a prune you can trust.
//!
//! ```no_run
//! use cluster_resources::clusters::StaticClusters;
//! use cluster_resources::execute::{RealizeOptions, realize_data};
//! use cluster_resources::inventory::ResourceInventory;
//! use cluster_resources::outcome::Quiet;
//! use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
//! use cluster_resources::report::{Report, TextOptions};
//! use cluster_resources::resource::manifests;
//! use tokio_util::sync::CancellationToken;
//!
//! # async fn doc(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let inventory = ResourceInventory::new();
//! inventory.initialize_resource_type("prod-1", Some("shop"), "Deployment.apps", None)?;
//! for resource in manifests(&std::fs::read_to_string("shop.yaml")?, "shop.yaml") {
//!     inventory.add_desired_resource("prod-1", Some("shop"), resource?, false)?;
//! }
//!
//! let clusters = StaticClusters::new().with("prod-1", client);
//! let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0"))
//!     .with_inventory(InventoryConfig::new("shop", "shop-set"))
//!     .with_prune(Prune::enabled());
//! let options = RealizeOptions::default(); // shows; `RealizeOptions::wet()` does
//! let cancel = CancellationToken::new();
//! let realized = realize_data(&inventory, &clusters, &policy, &options, &Quiet, cancel).await;
//!
//! let report = Report::new(&realized.plan).with_outcome(&realized.outcome).document();
//! println!("{}", report.text(&TextOptions::default()));
//! std::process::exit(realized.outcome.exit_status().code().into());
//! # }
//! ```
//!
//! # Where to start
//!
//! - [`resource`]: one declared object, checked; [`resource::manifests`] reads files. [`inventory::ResourceInventory`] gathers them,
//!   [`desired::DesiredSet`] is what was gathered.
//! - [`execute::realize_data`]: all of it in one call; shows by default.
//! - The same step by step: [`observe::observe`] reads what is there, [`plan::plan`] says what has to happen, [`execute::verify`] asks the
//!   servers whether they would take it, [`execute::execute`] does it. Between them are values that can be stored:
//!   [`observed::Observed`], [`plan::Plan`], [`outcome::RunOutcome`].
//! - [`policy::Policy`]: everything an application decides, with careful defaults. Deleting is off.
//! - [`report::Report`]: what would be done or was, for people and programs.
//! - [`clusters::Clusters`]: where clients come from. Maps and registries of [`cluster_client`] are such places.
//!
//! Beside: [`validate`] (references to what is not there), [`wait`] with [`readiness`] (until it is ready), [`restart`] (of what reads a
//! ConfigMap that changed). Beneath: [`stamp`] (whose an object is), [`applyset`] (the inventory in a cluster) with [`run_lock`] (one run
//! at a time), [`classify`] (what a failure means), [`recover`] (fields that cannot change). [`issue`] and [`id`] are words for all of them.
//!
//! # What holds
//!
//! - A plan asks nobody, is the same for the same input, and holds neither bodies nor secrets.
//! - Carrying out decides nothing. What became of an item is written down after the fact, and counts and exit status come from there.
//! - What somebody added to an object is found, by who owns which field; rules in roles are taken away, the rest is as the policy says.
//! - Nothing is pruned that is not a member of the set, that was not completely seen, or that changed since; never without UID and resource
//!   version, never beyond the bounds. What is replaced is deleted by its UID.
//! - An error reaches as far as it says and no further: an object, a kind in a place, a namespace, a cluster.
//! - Whoever realizes twice writes once.
//! - A run that was stopped anywhere is ended by the next one, but for restarts, of which it says what it did not get to.
//! - No secret in plans, reports, errors, logs or metrics.
//!
//! # Features
//!
//! - `metrics` (default): Prometheus families, and the gauge of qontract-reconcile, in `metrics`.
//! - `openshift`: projects, groups, users, routes, in `openshift`.
//! - `mock`: mocks of the traits, for tests of applications.
#![cfg_attr(docsrs, feature(doc_cfg))]
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
