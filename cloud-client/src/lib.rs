//! AWS sessions and GitHub clients from one kind of factory: made once, shared, refreshed ahead of expiry, redacted. Knows nothing of
//! Kubernetes: what shows a token to a cluster is somebody else's.
//!
//! # Where to start
//!
#![cfg_attr(
    feature = "aws",
    doc = "- [`aws::AwsApi`]: a session for an account in a region; any client of the SDK is made of it."
)]
#![cfg_attr(
    feature = "eks",
    doc = "- [`eks::EksTokens`] and [`eks::EksExecs`]: tokens for clusters of EKS, without the AWS command line."
)]
#![cfg_attr(
    feature = "github",
    doc = "- [`github::GithubApi`]: a client for an instance of GitHub and a credential, as octocrab and with what applications need most."
)]
#![cfg_attr(
    any(feature = "aws", feature = "github"),
    doc = "- [`secret::SecretReader`]: the vault that an application brings, for both."
)]
//!
//! # What holds
//!
//! - However many ask at once, each thing is made once. A caller that gives up takes nothing from the others.
//! - What ends is made anew ahead of its end, while the old one is used; a renewal that fails costs nothing until then.
//! - One account, instance or credential that cannot be used says why and holds up no other. Every error names it, and says as data whether
//!   asking again can help.
//! - Every wait has a deadline. Nothing runs while nobody asks, and what was begun ends with its factory.
//! - No secret is in an error, a log line, a label or a `Debug`.
//!
//! # Features
//!
//! - `github` (default): clients of GitHub.
//! - `metrics` (default): Prometheus families.
//! - `aws`: sessions of AWS. By itself, as the SDK takes long to compile; because of it the crate states Rust 1.94.1.
//! - `eks`: tokens for clusters of EKS, with `aws`.
//! - `testing`: the module `testing`, doubles of STS and GitHub on loopback, for the tests of applications.
//! - `mock`: mocks of the traits, for the tests of applications.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "eks")]
pub mod eks;
#[cfg(feature = "github")]
pub mod github;
#[cfg(any(feature = "aws", feature = "github"))]
pub mod secret;
#[cfg(feature = "testing")]
pub mod testing;
