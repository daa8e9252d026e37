//! Access tokens and their exchange.

mod cache;
mod exchange;
mod jwks;
mod passport;

pub use cache::CachedExchange;
#[cfg(any(test, feature = "mock"))]
pub use exchange::MockTokenExchange;
pub use exchange::{ExchangeError, ExchangeRequest, TokenExchange};
pub use jwks::KeySet;
pub use passport::{Passport, PassportError};
