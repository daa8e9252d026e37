//! A Kubernetes API server inside the test process, over real HTTPS, with faults on demand.
//!
//! An ordinary client speaks to it: `kube::Client`, `kubectl`, curl. It starts in milliseconds, keeps its objects in memory, and either
//! answers as a real kube-apiserver does or refuses and names the limit; `docs/fake-cluster-limits.md` lists the limits.
//!
//! ```
//! use fake_cluster::server::FakeCluster;
//! use k8s_openapi::api::core::v1::Namespace;
//! use kube::Api;
//!
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let cluster = FakeCluster::start().await?;
//! let namespaces: Api<Namespace> = Api::all(cluster.client()?);
//! assert!(namespaces.get_opt("default").await?.is_some());
//! cluster.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to start
//!
//! - [`server::FakeCluster`]: one cluster, its address, certificates, tokens, counters and shutdown.
//! - [`faults`]: make it slow, wrong, silent or gone, while it runs.
//! - [`fleet`]: many clusters behind one runtime, and the objects that make them known.
//! - [`snapshot`]: the content of a cluster as a value, for fixtures.
//! - [`audit`]: who asked for what, for tests to look into.
//! - [`controllers`]: what brings objects about, where wanted: garbage, namespaces, workloads.
//!
//! Below them, pure and without sockets: [`api`] (discovery and the verbs) over [`storage`] (objects, versions, watch history), with
//! [`schema`] (what is known about kinds) and [`apply`] (server-side apply).
//!
//! # Features
//!
//! - `client` (default): [`server::FakeCluster::client`], which brings `kube`.
//! - `cli` (default): the program `fake-cluster`, which serves clusters for `kubectl`, scripts and other languages. Who uses the library
//!   does without: `default-features = false, features = ["client"]`.
//!
//! ```text
//! cargo run -p fake-cluster -- --clusters 3 --kubeconfig /tmp/fake.kubeconfig
//! kubectl --kubeconfig /tmp/fake.kubeconfig --context cluster-2 get namespaces
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api;
pub mod apply;
pub mod audit;
pub mod controllers;
pub mod faults;
pub mod fleet;
pub mod schema;
pub mod server;
pub mod snapshot;
pub mod storage;
