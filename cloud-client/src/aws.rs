//! AWS sessions for accounts, regions and roles: made once, shared, renewed ahead of their end. Knows nothing of Kubernetes, and nothing of
//! what is done with a session.
//!
//! ```no_run
//! use cloud_client::aws::{AccountConfig, AwsApi, AwsError, CredentialSource, RoleConfig};
//! use cloud_client::secret::SecretReader;
//!
//! # async fn doc(vault: impl SecretReader) -> Result<(), Box<dyn std::error::Error>> {
//! let hub = AccountConfig::new("hub", "eu-west-1", CredentialSource::keys("aws/hub"));
//! let deployer = RoleConfig::new("arn:aws:iam::123456789012:role/deployer".parse()?).with_external_id("mooring");
//! let prod = AccountConfig::new("prod", "eu-west-1", CredentialSource::account("hub"))
//!     .with_uid("123456789012".parse()?)
//!     .with_role(deployer);
//!
//! let aws = AwsApi::builder().secrets(vault).account(hub).account(prod).build()?;
//! aws.verify_account("prod").await?;
//! let session = aws.session("prod", "eu-central-1").await?;
//! // Any client of the SDK is made of `session.config()`.
//! let sts = session.client(aws_sdk_sts::Client::new);
//! # let _ = sts;
//! aws.cleanup().await;
//! # Ok(()) }
//! ```
//!
//! # What holds
//!
//! - However many ask at once, each credential is made once: one call to STS for each account and chain of roles, whatever the number of
//!   regions, and accounts that come the same way share the first part of it.
//! - Credentials are renewed ahead of their end, by one call, while the old ones are still used. A renewal that fails changes nothing for as
//!   long as they are good. Nothing runs while nobody asks.
//! - A key pair that is exchanged in its secret is noticed, and what was made of the old one is made anew.
//! - An account that cannot be used says why, by a typed error that names account, role and region, and holds up no other.
//! - All clients have one set of connections (rustls with aws-lc, no proxy from the environment), and each account a bound on the calls that
//!   are under way.
//! - No secret is in an error, a log line, a label or a `Debug`; what shows one has `expose` in its name.
//!
//! # What is logged
//!
//! Credentials that are made (`debug`) and that cannot be made (`warn`), each with the account, and the spans and events of the SDK's clients.
//! These log whole requests and answers at `trace`, with what is secret in them: leave the target `aws_smithy_runtime::client::orchestrator`
//! at `debug` or above where logs are kept.
//!
//! The SDK's own sources, which are asked for [`CredentialSource::Profile`] and [`CredentialSource::Ambient`], are kept from logging: they
//! would print external ids at `info` and whole answers of STS at `warn`. To `tracing` that is a subscriber like any other, so a program that
//! sets none, and reads events by way of the crate `log`, sees none after that. What a [`CredentialSource::Provider`] logs is up to the
//! application that brings it.

mod account;
mod api;
mod arn;
mod builder;
mod error;
mod expose;
mod http;
mod keep;
mod key_pair;
mod make;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "aws/metrics/none.rs"]
mod metrics;
mod options;
mod partition;
mod plan;
mod profile;
mod provider;
mod role;
mod sdk;
mod session;
mod session_name;
mod source;
mod sts;
#[cfg(test)]
mod tests;
mod time;

pub use self::account::{AccountConfig, CredentialSource};
pub use self::api::{AccountHealth, AwsApi, CallerIdentity, WarmedSessions};
pub use self::arn::{AccountId, NameError, RoleArn};
pub use self::builder::AwsApiBuilder;
pub use self::error::{AwsError, AwsErrorClass, ConfigError, StsError, StsOperation, StsReason};
pub use self::expose::ExposedCredentials;
pub use self::key_pair::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, key_pair};
#[cfg(feature = "metrics")]
pub use self::metrics::AwsMetrics;
pub use self::options::{AwsOptions, Verification};
pub use self::partition::{Partition, UnknownPartition};
pub use self::profile::ProfileNeed;
pub use self::role::RoleConfig;
pub use self::session::Session;
pub use self::session_name::session_name;
pub use self::sts::MfaCodes;
#[cfg(any(test, feature = "mock"))]
pub use self::sts::MockMfaCodes;
