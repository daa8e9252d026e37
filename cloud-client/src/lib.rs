//! AWS sessions and GitHub clients from one kind of factory: made once, shared, refreshed ahead of expiry, redacted.

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
