//! Typed access to the region API on behalf of a user or a controller.
//!
//! A service answers requests of users; a controller works on objects that users have created. Both call the region service with
//! *their own* certificate, and say *for whom* they call. One [`Client`] a process does this for all of them:
//!
//! ```no_run
//! use identity_client::context::RequestContext;
//! use k8s_openapi::api::networking::v1::Ingress;
//! use region_client::generated::types::{NetworkV2CreateSpec, ResourceWriteMetadata};
//! use region_client::{Client, Error, Options, References};
//!
//! # async fn doc(kubernetes: kube::Client, context: RequestContext, ingress: Ingress) -> Result<(), Error> {
//! // Once: certificate and trust come from Secrets, and are followed from then on.
//! let options = Options::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "unikorn-ca");
//! let certificate = core_client::options::HttpClientOptions::new().with_certificate("unikorn", "region-client-certificate");
//! let region = Client::new(kubernetes, &options, &certificate).await?;
//!
//! // In a handler, for the user of this request:
//! let network = region
//!     .api_client(&context)?
//!     .create_network()
//!     .body_map(|network| {
//!         network.metadata(ResourceWriteMetadata::builder().name("backend")).spec(
//!             NetworkV2CreateSpec::builder()
//!                 .organization_id("f47ac10b-58cc-4372-a567-0e02b2c3d479")
//!                 .project_id("550e8400-e29b-41d4-a716-446655440000")
//!                 .region_id("c7568e2d-f9ab-453d-9a3a-51375f78426b")
//!                 .prefix("10.0.0.0/24")
//!                 .dns_nameservers(vec!["9.9.9.9".parse().expect("an address")]),
//!         )
//!     })
//!     .send()
//!     .await?
//!     .into_inner();
//!
//! // In a controller, for whom the object was created: keep the network while the object uses it.
//! References::new(&region).add_reference_to_network(network.metadata.id, &ingress).await?;
//! # Ok(()) }
//! ```
//!
//! # Where to start
//!
//! - [`Client`]: [`api_client`](Client::api_client) in handlers, [`controller_client`](Client::controller_client) in controllers,
//!   [`http_client`](Client::http_client) for what the bindings do not cover. The first two cost less than a microsecond.
//! - [`generated::Client`]: one method an operation; its builder takes the parameters and sends.
//! - [`References`]: keep a network alive while something uses it.
//! - [`ids`]: what regions hold, each by an identifier of its own type.
//! - [`Error`]: `?` turns what the bindings return into it. Convert before printing: an error of the bindings shows the whole body
//!   of an answer that does not decode.
//!
//! # What can be relied on
//!
//! - What a newer service sends decodes: unknown members are ignored, unknown values of an enum are kept in `Unrecognized`, names
//!   that break the rules are read as they are. What is *sent* keeps to the rules of the document.
//! - An error keeps its status, code and description, whoever sent it.
//! - No `Debug` of a request or an answer shows a private key, a kubeconfig, user data or the address of a console.
//!
//! How trust works is the business of `identity-client` and `core-client`; nothing here knows.
//!
//! # Features
//!
//! - `clap`: [`Options`] and the options of the client certificate can be flattened into a command.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod client;
pub mod generated;
pub mod ids;
pub mod options;
pub mod references;

pub use client::Client;
pub use core_client::error::Error;
pub use options::Options;
pub use references::{References, Removed};
