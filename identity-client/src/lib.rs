//! Carries the acting principal across service hops.
//!
//! Services of the platform call each other with their own certificates and say *for whom* they do. That somebody is a
//! [`Principal`]: this crate takes it out of the request a service answers or out of the resource a controller works on,
//! writes it for the next service, and receives it safely there.
//!
//! # A service: in from the ingress, out to the next service
//!
//! ```no_run
//! use axum::{Extension, Router, routing::get};
//! use identity_client::{Client, Error, InboundLayer, RequestContext};
//! use identity_client::inbound::{Authorization, CachedAcl, IdentityAcl, Operation};
//! use identity_client::token::{CachedExchange, IdentityExchange};
//!
//! async fn projects(
//!     Extension(identity): Extension<Client>,
//!     Extension(context): Extension<RequestContext>,
//!     Extension(caller): Extension<Authorization>,
//! ) -> Result<String, String> {
//!     if !caller.acl().is_some_and(|acl| acl.allows("identity:projects", Operation::Read, Some("acme"), None)) {
//!         return Err("forbidden".to_owned());
//!     }
//!     // A client for this caller: no connection is opened and no key is read.
//!     let api = identity.api_client(&context).map_err(|error| error.to_string())?;
//!     let organizations = api.list_organizations().send().await.map_err(|error| Error::from(error).to_string())?;
//!     Ok(organizations.len().to_string())
//! }
//!
//! fn router(identity: Client) -> Router {
//!     let layer = InboundLayer::builder()
//!         .exchange(CachedExchange::new(IdentityExchange::new(identity.http_client().clone())))
//!         .acl(CachedAcl::new(IdentityAcl::new(identity.base().clone())))
//!         .build();
//!     Router::new().route("/projects", get(projects)).layer(layer).layer(Extension(identity))
//! }
//! ```
//!
//! # A controller: for the owner of a resource
//!
//! ```no_run
//! use identity_client::references::References;
//! use identity_client::{Client, Error};
//! use k8s_openapi::api::networking::v1::Ingress; // any Kubernetes resource
//!
//! async fn reconcile(identity: &Client, ingress: &Ingress) -> Result<(), Error> {
//!     // The principal is read from labels and annotations, signed once and remembered.
//!     References::new(identity).add_reference_to_project(ingress).await
//! }
//! ```
//!
//! # Without a network
//!
//! ```
//! use identity_client::Principal;
//! use identity_client::principal::{Attribution, Strictness};
//! use identity_client::stamp::{self, Placement};
//! use k8s_openapi::api::core::v1::ConfigMap;
//!
//! // What a service writes on a resource it creates …
//! let principal = Principal::user("joe@acme.com").with_organization("acme").with_project("web");
//! let mut resource = ConfigMap::default();
//! stamp::created(&mut resource.metadata, Placement::project("acme", "web"), "unikorn-compute", &principal);
//!
//! // … is what a controller reads from it, and what it sends.
//! let read = Attribution::of(&resource)?.accept(Strictness::Strict)?;
//! assert_eq!(read.actor(), "joe@acme.com");
//! let header = read.to_header(8000)?;
//! assert_eq!(Principal::from_header(header.as_bytes(), 8000)?, read);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to start
//!
//! | to | see |
//! |---|---|
//! | say who the work is for | [`Principal`], [`RequestContext`] |
//! | call another service for somebody | [`client::BaseClient`], [`delegation`] |
//! | receive such calls | [`InboundLayer`], [`inbound`] |
//! | check what a caller may do | [`inbound::Authorization`], [`inbound::Acl`] |
//! | turn tokens into callers, or get some | [`token`] |
//! | call the identity API | [`Client`], [`generated`] |
//! | keep a project alive, charge a quota | [`references`], [`allocations`] |
//! | stamp resources | [`mod@stamp`] |
//! | name what goes over the wire | [`headers`], [`ids`] |
//!
//! # What can be relied on
//!
//! - On the wire, everything is what the Go services send and accept, to the byte; what is stricter is refused with their
//!   statuses, and every such refusal can be relaxed.
//! - A principal is believed only when the certificate of the direct caller was presented and verified; a relayed
//!   certificate only from callers that were named.
//! - Impersonation goes on to the next service only when the handler says so.
//! - A signature is made with the key of the connection its request travels on.
//! - No `Debug`, log, error or cache key shows a token or a trust header.
//!
//! # Features
//!
//! - `clap`: [`Options`] can be flattened into a command.
//! - `mock`: mocks of the traits, for tests of applications.
//!
//! How certificates rotate is the business of [`core_client`]. This crate knows nothing of regions and clusters.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod principal;

pub mod client;
pub mod context;
pub mod delegation;
pub mod inbound;
pub mod token;

pub mod allocations;
pub mod generated;
pub mod headers;
pub mod ids;
pub mod options;
pub mod references;
pub mod stamp;

mod memo;
#[cfg(test)]
mod test_log;

pub use client::Client;
pub use context::RequestContext;
pub use core_client::error::Error;
pub use inbound::InboundLayer;
pub use options::Options;
pub use principal::Principal;
