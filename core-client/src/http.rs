//! HTTP clients whose certificates and trust rotate in place. Knows nothing of principals or of any particular API.
//!
//! An [`HttpClient`] belongs to one endpoint and one set of [`Credentials`](crate::credentials::Credentials). It is built once and
//! shared; connections, retry budget and metrics are shared with it. Bindings generated from an API description send through a
//! [`CallContext`]; requests written by hand come from [`HttpClient::request`].
//!
//! What happens to a call, from the outside in:
//!
//! 1. the deadline bounds everything below together;
//! 2. retries, each at most once per call deposited in a budget, with full jitter, only for what [`classify`] allows;
//! 3. per attempt: the current [`Generation`] is loaded, its certificate must not be past its end, a span begins;
//! 4. the token, the trace headers, then the [`RequestHook`], which signs last and with that generation's key;
//! 5. the connection: TLS 1.3, HTTP/1.1, no redirects, no proxy from the environment; a [`Proxy`] that is given sees ciphertext.

mod answer;
mod body;
mod call;
pub(crate) mod carry;
pub(crate) mod client;
mod connect;
mod context;
mod deadline;
pub(crate) mod failure;
mod generation;
mod hook;
mod message;
mod options;
mod pace;
mod proxy;
mod request;
mod retry;
mod stream;
mod token;
mod transport;
pub mod tunnel;

pub use client::{HttpClient, HttpClientBuilder};
pub use context::CallContext;
pub use generation::{Generation, USER_AGENT};
pub use hook::{Hooked, RequestHook};
pub use options::{ClientOptions, ExpiredPolicy, RetryOptions};
pub use pace::Pace;
#[cfg(any(test, feature = "mock"))]
pub use proxy::MockProxyLogin;
pub use proxy::{Proxy, ProxyLogin};
pub use request::{RequestBuilder, Response};
pub use retry::{Outcome, RetryClass, RetryRules, classify};
#[cfg(any(test, feature = "mock"))]
pub use token::MockTokenSource;
pub use token::{Token, TokenSource};

#[cfg(test)]
mod tests;
