//! Receives principals safely: a tower layer in front of a service's handlers.
//!
//! It stands behind an ingress-nginx that ends TLS, verifies client certificates and overwrites `Ssl-Client-Cert` and
//! `Ssl-Client-Verify`; without such a terminator in front, anybody can write those headers. For every request it
//!
//! 1. refuses trust headers that nothing in the platform sends ([`HeaderPolicy`]),
//! 2. reads the certificate of the direct caller, which must be verified, and a relayed one only from callers on the
//!    relay list,
//! 3. authenticates: a bearer token through a [`TokenExchange`](crate::token::TokenExchange), or the certificate's common
//!    name as a system account,
//! 4. takes the principal from `X-Principal` when the direct caller's certificate was presented *and* verified, else makes
//!    one from the token and the path,
//! 5. fetches the access list, when there is an [`AclSource`],
//! 6. and puts a [`RequestContext`](crate::context::RequestContext) and an [`Authorization`] into the request's extensions,
//!    in place of the headers they came from.
//!
//! Refusals have the status, code, body and challenge of the Go services. Knows nothing of any particular API.

mod access;
mod acl;
mod authenticate;
mod authorization;
mod body;
mod certificate;
mod future;
mod headers;
mod layer;
mod refusal;
mod remote;
mod route;
mod signature;

#[cfg(test)]
mod tests;

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::HOST;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use tower::Service;

#[cfg(any(test, feature = "mock"))]
pub use access::MockAclSource;
pub use access::{AclCacheOptions, AclKey, AclRequest, AclSource, CachedAcl};
pub use acl::{Acl, EndpointAcl, Operation, OrganizationAcl, ProjectAcl};
pub use authorization::Authorization;
pub use body::ResponseBody;
pub use certificate::{CallerCertificate, CertificateError};
pub use future::ResponseFuture;
pub use headers::HeaderPolicy;
pub use layer::{InboundBuilder, InboundLayer};
pub use refusal::Refusal;
pub use remote::IdentityAcl;
pub use route::{Route, Security};
pub use signature::SignaturePolicy;

use authenticate::{Authenticated, Authenticator};

/// The service [`InboundLayer`] makes.
#[derive(Clone, Debug)]
pub struct Inbound<S> {
    inner: S,
    authenticator: Arc<Authenticator>,
}

// === impl Inbound ===

impl<S> Inbound<S> {
    fn new(inner: S, authenticator: Arc<Authenticator>) -> Self {
        Self { inner, authenticator }
    }
}

impl<S, B, R> Service<Request<B>> for Inbound<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Body<Data = Bytes>,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<R, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let authenticator = Arc::clone(&self.authenticator);
        // The ready one goes into the future, the clone has to become ready itself.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        ResponseFuture::new(Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match authenticator.authenticate(&parts).await {
                Ok(authenticated) => {
                    admit(&mut parts, authenticated);
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(response.map(ResponseBody::handler))
                }
                Err(refusal) => Ok(refuse(&parts, refusal).map(ResponseBody::refusal)),
            }
        }))
    }
}

fn admit(parts: &mut Parts, authenticated: Authenticated) {
    headers::strip(&mut parts.headers);
    parts.extensions.insert(authenticated.context);
    // What somebody in front of the layer left there must not look like something it established.
    parts.extensions.remove::<Authorization>();
    if let Some(authorization) = authenticated.authorization {
        parts.extensions.insert(authorization);
    }
}

fn refuse(parts: &Parts, refusal: Refusal) -> Response<Bytes> {
    tracing::debug!(
        http.response.status_code = refusal.status().as_u16(),
        reason = refusal.description(),
        "refused a request",
    );
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str())).unwrap_or_default();
    let trace = core_client::trace::TraceContext::extract(&parts.headers).map(|trace| trace.trace_id());
    refusal.into_response(host, trace.as_deref())
}
