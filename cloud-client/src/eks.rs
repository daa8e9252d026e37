//! Tokens for EKS clusters, without the AWS command line: a signed question who somebody is, which the cluster asks STS in their stead.
//! Knows nothing of connections to clusters: [`EksTokens`] is a [`BearerSource`](core_client::bearer::BearerSource), and whoever connects
//! asks it.
//!
//! ```no_run
//! use std::sync::Arc;
//! use cloud_client::aws::AwsApi;
//! use cloud_client::eks::EksTokens;
//! use core_client::bearer::BearerSource;
//!
//! # async fn doc(aws: AwsApi) -> Result<(), Box<dyn std::error::Error>> {
//! let tokens = EksTokens::new(aws, "prod", "eu-west-1", "blue")?;
//! let tokens: Arc<dyn BearerSource> = Arc::new(tokens);
//! // A connection to the cluster takes it as its credential.
//! # let _ = tokens;
//! # Ok(()) }
//! ```
//!
//! Kubeconfigs that run `aws eks get-token` are served in this process by [`EksExecs`].

mod exec;
mod presign;
mod resolver;
#[cfg(test)]
mod tests;
mod tokens;

pub use self::exec::{EksExec, EksExecError};
pub use self::presign::{EksError, TOKEN_LIFE};
pub use self::resolver::EksExecs;
pub use self::tokens::EksTokens;
