//! Turns credentials into HTTP clients whose certificates and trust rotate in place, and gives the family one error vocabulary.
//!
//! ```no_run
//! use core_client::credentials::SecretSource;
//! use core_client::options::{HttpClientOptions, HttpOptions};
//! use core_client::{Credentials, Error, HttpClient};
//!
//! # async fn doc(kubernetes: kube::Client) -> Result<(), Error> {
//! let region = HttpOptions::new("region")
//!     .with_host("https://region.example.com")
//!     .with_ca_secret("cert-manager", "unikorn-ca")
//!     .endpoint()?;
//! let certificate = HttpClientOptions::new().with_certificate("unikorn", "region-client-certificate");
//!
//! // Reads both Secrets once, then follows them.
//! let credentials = Credentials::from_secrets(kubernetes, SecretSource::from_options(&region, &certificate)?).await?;
//! // Reads nothing and connects to nothing; clone it freely, it is one pool.
//! let http = HttpClient::builder(region, credentials.clone()).build()?;
//!
//! match http.get("/api/v2/networks").operation("list_networks").send().await {
//!     Ok(response) => println!("{:?}", response.json::<serde_json::Value>().await?),
//!     Err(error) if error.is_forbidden() => println!("ask for access"),
//!     Err(error) => return Err(error),
//! }
//! credentials.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Where to start
//!
//! - [`options`]: where a service is and which Secrets hold the certificates, from flags, environment or code.
//! - [`Credentials`]: chain, key and roots as one validated unit, out of Secrets, a mounted directory or memory, kept up to date.
//! - [`HttpClient`]: the pool. [`http::CallContext`] is what bindings generated from an API description send through, and
//!   [`http::RequestHook`] what adds headers to every attempt.
//! - [`Error`]: what every call of the family returns. [`Error::retry_hint`] and [`Error::disposition`] say what to do about it;
//!   [`ErrorChain`] writes it into a log line.
//! - [`pool::Pool`]: what is expensive to make, made once for each key, shared, and made anew before it ends.
//! - [`bearer::BearerSource`]: tokens for somebody, between those who make them and those who show them.
//! - [`secret::SecretReader`]: where keys, tokens and passwords are read that configurations point at; an application brings its vault.
//! - [`jws`], [`trace`] and [`reference`](mod@reference): compact signatures, W3C trace context, and names of Kubernetes objects on the wire.
//!
//! Beneath: [`tls`] (from a bundle to a TLS configuration), [`backoff`] (how long to wait after failures), [`wire`] (what generated clients
//! share), [`telemetry`] (names of what is measured).
//!
//! # What holds
//!
//! - New credentials are used by the next attempt: no restart, no failed request, no session of the old identity resumed.
//! - A request is signed with the key of the certificate it travels with.
//! - Nothing waits for ever: connecting, each call and each read of a Secret have a deadline.
//! - A request is repeated only when that is known to be harmless, within a budget.
//! - TLS 1.3 only, no redirects, no proxy from the environment, no plain HTTP unless asked for.
//! - No secret in `Debug`, errors, logs, traces or metrics.
//! - Background tasks are the one that follows credentials, ended by [`Credentials::shutdown`], and what a pool is making, ended by
//!   [`pool::Pool::close`].
//!
//! # What it leaves to others
//!
//! Who acts (principals), what a particular API looks like, and clusters in the plural.
//!
//! # Features
//!
//! - `metrics` (default): Prometheus families, [`telemetry::ClientMetrics`].
//! - `otel` (default): trace context from and to the current `tracing` span.
//! - `clap`: the command-line flags of the Go services.
//! - `mock`: mocks of the traits, for tests of applications.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod options;

pub mod credentials;
pub mod tls;

pub mod http;

pub mod backoff;
pub mod bearer;
pub mod jws;
mod mount;
pub mod pool;
pub mod reference;
pub mod secret;
pub mod trace;
pub mod wire;

pub mod error;
pub mod telemetry;

pub use credentials::Credentials;
pub use error::{Error, ErrorChain, RetryHint};
pub use http::HttpClient;
