//! Access tokens: exchanged for passports on the way in, got and renewed on the way out.
//!
//! - [`TokenExchange`] turns a bearer token that somebody presented into a [`Passport`]: [`IdentityExchange`] asks the
//!   identity service, [`CachedExchange`] remembers.
//! - [`ClientCredentials`] and [`RefreshedTokens`] are sources for
//!   [`HttpClient::with_token_source`](core_client::http::HttpClient::with_token_source): the token of this service itself,
//!   and that of a user who signed in.
//!
//! Tokens are kept as secrets: no `Debug`, error or cache key shows one. Knows nothing of requests and handlers.
//!
//! ```no_run
//! # fn doc(identity: &identity_client::Client) {
//! use identity_client::inbound::InboundLayer;
//! use identity_client::token::{CachedExchange, IdentityExchange};
//!
//! let exchange = IdentityExchange::new(identity.http_client().clone()).with_verification();
//! let layer = InboundLayer::builder().exchange(CachedExchange::new(exchange)).build();
//! # }
//! ```

mod cache;
mod client_credentials;
mod exchange;
mod jwks;
mod passport;
mod refresh;
mod remote;

#[cfg(test)]
mod tests;

pub use cache::CachedExchange;
pub use client_credentials::ClientCredentials;
#[cfg(any(test, feature = "mock"))]
pub use exchange::MockTokenExchange;
pub use exchange::{ExchangeError, ExchangeRequest, TokenExchange};
pub use jwks::KeySet;
pub use passport::{Passport, PassportError};
#[cfg(any(test, feature = "mock"))]
pub use refresh::MockTokenStore;
pub use refresh::{RefreshedTokens, StoreError, TokenPair, TokenStore};
pub use remote::IdentityExchange;
