//! The layer: what it is told once, before the first request.

use std::sync::Arc;

use core_client::credentials::Clock;
use http::request::Parts;
use tower::Layer;

use super::Inbound;
use super::access::AclSource;
use super::authenticate::Authenticator;
use super::headers::HeaderPolicy;
use super::route::Route;
use super::signature::{SignatureCheck, SignaturePolicy};
use crate::token::TokenExchange;

/// Authenticates every request before it reaches a handler; see the [module](super) for what is checked.
///
/// Without further settings it accepts services by their certificates and nobody else.
///
/// ```
/// use axum::{Extension, Router, routing::get};
/// use identity_client::context::RequestContext;
/// use identity_client::inbound::InboundLayer;
///
/// async fn whoami(Extension(context): Extension<RequestContext>) -> String {
///     context.principal().map(|principal| principal.actor().to_owned()).unwrap_or_default()
/// }
///
/// let router: Router = Router::new().route("/whoami", get(whoami)).layer(InboundLayer::new());
/// ```
#[derive(Clone, Debug)]
pub struct InboundLayer {
    authenticator: Arc<Authenticator>,
}

/// Collects the settings of an [`InboundLayer`]. Everything has a default.
#[derive(Debug)]
#[must_use = "settings have an effect in the layer that build returns"]
pub struct InboundBuilder {
    authenticator: Authenticator,
    signatures: SignaturePolicy,
}

// === impl InboundLayer ===

impl InboundLayer {
    /// A layer with every default.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A layer with settings of its own.
    pub fn builder() -> InboundBuilder {
        InboundBuilder { authenticator: Authenticator::default(), signatures: SignaturePolicy::default() }
    }
}

impl Default for InboundLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for InboundLayer {
    type Service = Inbound<S>;

    fn layer(&self, inner: S) -> Inbound<S> {
        Inbound::new(inner, Arc::clone(&self.authenticator))
    }
}

// === impl InboundBuilder ===

impl InboundBuilder {
    /// Accepts bearer tokens that this exchange turns into passports. Default: none are accepted.
    pub fn exchange(mut self, exchange: impl TokenExchange + 'static) -> Self {
        self.authenticator.exchange = Some(Arc::new(exchange));
        self
    }

    /// Fetches the caller's access list before the handler runs. Default: no list.
    pub fn acl(mut self, source: impl AclSource + 'static) -> Self {
        self.authenticator.acl = Some(Arc::new(source));
        self
    }

    /// Names the services, by the common name of their certificate, that may relay the certificate of their own caller.
    /// Default: nobody, which is right for every service but identity.
    pub fn relays<I>(mut self, common_names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.authenticator.relays = common_names.into_iter().map(Into::into).collect();
        self
    }

    /// Says what the layer has to know of a route. Default: [`Route::from_parts`].
    pub fn routes(mut self, routes: impl Fn(&Parts) -> Route + Send + Sync + 'static) -> Self {
        self.authenticator.routes = Arc::new(routes);
        self
    }

    /// Sets how much a request may deviate from what the services send. Default: [`HeaderPolicy::Strict`].
    pub fn headers(mut self, policy: HeaderPolicy) -> Self {
        self.authenticator.headers = policy;
        self
    }

    /// Sets what a signed principal must bring. Default: what the Go services send.
    pub fn signatures(mut self, policy: SignaturePolicy) -> Self {
        self.signatures = policy;
        self
    }

    /// Sets the longest principal header that is read, in bytes. Default:
    /// [`MAX_INBOUND_HEADER_BYTES`](crate::principal::MAX_INBOUND_HEADER_BYTES).
    pub fn max_principal_bytes(mut self, bytes: usize) -> Self {
        self.authenticator.max_principal_bytes = bytes;
        self
    }

    /// Sets the clock that dates are compared with. Default: the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.authenticator.clock = clock;
        self
    }

    /// The layer.
    #[must_use]
    pub fn build(mut self) -> InboundLayer {
        let max_bytes = self.authenticator.max_principal_bytes;
        self.authenticator.signatures = SignatureCheck::new(self.signatures, max_bytes);
        InboundLayer { authenticator: Arc::new(self.authenticator) }
    }
}
