//! GitHub clients for instances and credentials: each made once and shared, with tokens that are renewed, limits that are kept, and calls
//! that end. Knows nothing of what they are used for.
//!
//! ```
//! use cloud_client::github::{Credential, GithubApi, Instance};
//! use secrecy::SecretString;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let github = GithubApi::builder("inventory/1.2 (platform@example.com)")
//!     .instance(
//!         Instance::github_com()
//!             .with_credential("bot", Credential::token(SecretString::from("ghp_…")))
//!             .with_default("bot"),
//!     )
//!     .build()?;
//!
//! // The same client every time: no I/O, and no allocation but what a clone of octocrab costs.
//! let octocrab: octocrab::Octocrab = github.github_api("github.com", "bot")?;
//! // The same, with what applications need most.
//! let acme = github.for_organisation("github.com", "acme")?;
//! let readme = acme.repository("acme", "infra");
//! # let _ = (octocrab, readme);
//! github.close().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! # What holds
//!
//! - One client for each instance and credential, whoever asks. All clients of one token share its limits, its turns and its connections.
//! - A token of an installation is fetched once for however many wait for it, renewed ahead of its end, and fetched anew when GitHub
//!   refuses it: once, and then the refusal stands.
//! - A request is repeated when that is known to be harmless: never a POST or PATCH that was sent, and never without its body.
//! - Limits are waited for when they end within the deadline, and told at once when they do not.
//! - A credential goes to the hosts of its instance, and nowhere else: neither a next page nor a caller can send it away.
//! - What is unchanged is asked for by its tag, which does not count; what several ask for at once is asked once.
//! - "Not there" is said only when GitHub answers 404 to a request for content. An outage is an error.
//! - Every error names instance and credential, none holds a secret.

mod app;
mod breaker;
mod cache;
mod call;
mod client;
mod conduit;
mod credential;
mod decide;
mod error;
mod factory;
mod gate;
mod instance;
pub(crate) mod jwt;
mod limits;
mod link;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "github/no_metrics.rs"]
mod metrics;
mod options;
mod pages;
mod repository;
mod route;
mod time;
mod tokens;
mod transport;

#[cfg(test)]
mod tests;

pub use self::app::App;
pub use self::cache::{MemoryStore, ResponseStore, StoreKey, StoredResponse};
pub use self::client::{Allowance, GithubClient, GithubHealth};
pub use self::credential::{Credential, CredentialId, CredentialKind, Permission};
pub use self::error::{GithubError, GithubErrorKind, LimitKind, TokenRefusal};
pub use self::factory::{GithubApi, GithubApiBuilder};
pub use self::instance::{GithubConfigError, Instance};
pub use self::jwt::KeyError;
#[cfg(feature = "metrics")]
pub use self::metrics::GithubMetrics;
pub use self::options::GithubOptions;
pub use self::pages::Member;
pub use self::repository::{Commit, File, Repository, Tree, TreeEntry};
pub use self::time::{SystemTime, Time};
