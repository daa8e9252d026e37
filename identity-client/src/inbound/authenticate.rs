//! Who is calling, for whom, and what they may do: the steps every request takes before its handler.
//!
//! Knows nothing of tower and of bodies.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use core_client::credentials::{Clock, SystemClock};
use core_client::error::ErrorChain;
use core_client::trace::TraceContext;
use http::HeaderValue;
use http::request::Parts;
use secrecy::SecretString;

use super::access::{AclRequest, AclSource};
use super::authorization::Authorization;
use super::certificate::CallerCertificate;
use super::headers::{HeaderPolicy, TrustHeaders};
use super::refusal::Refusal;
use super::route::{Route, Security};
use super::signature::{SignatureCheck, SignaturePolicy};
use crate::context::{Impersonation, RequestContext};
use crate::principal::{ActorType, MAX_INBOUND_HEADER_BYTES, Principal};
use crate::token::{ExchangeError, ExchangeRequest, TokenExchange};

/// What a request is to the layer before anything is believed.
pub(super) type Routes = dyn Fn(&Parts) -> Route + Send + Sync;

/// The decisions of one layer.
pub(super) struct Authenticator {
    pub(super) routes: Arc<Routes>,
    pub(super) exchange: Option<Arc<dyn TokenExchange>>,
    pub(super) acl: Option<Arc<dyn AclSource>>,
    pub(super) relays: BTreeSet<String>,
    pub(super) headers: HeaderPolicy,
    pub(super) signatures: SignatureCheck,
    pub(super) max_principal_bytes: usize,
    pub(super) clock: Arc<dyn Clock>,
}

/// What a handler gets.
#[derive(Debug)]
pub(super) struct Authenticated {
    pub(super) context: RequestContext,
    /// `None` on a public route.
    pub(super) authorization: Option<Authorization>,
}

/// The certificates of one request.
#[derive(Default)]
struct Certificates {
    /// Of the direct caller; presented and verified.
    direct: Option<CallerCertificate>,
    /// Of the caller this request is about: a relayed one that may be believed, else the direct one.
    context: Option<CallerCertificate>,
}

// === impl Authenticator ===

impl Default for Authenticator {
    fn default() -> Self {
        Self {
            routes: Arc::new(Route::from_parts),
            exchange: None,
            acl: None,
            relays: BTreeSet::new(),
            headers: HeaderPolicy::default(),
            signatures: SignatureCheck::new(SignaturePolicy::default(), MAX_INBOUND_HEADER_BYTES),
            max_principal_bytes: MAX_INBOUND_HEADER_BYTES,
            clock: Arc::new(SystemClock::default()),
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Authenticator")
            .field("exchange", &self.exchange)
            .field("acl", &self.acl)
            .field("relays", &self.relays)
            .field("headers", &self.headers)
            .field("signatures", &self.signatures)
            .finish_non_exhaustive()
    }
}

impl Authenticator {
    /// Certificate, caller, principal, access list, in this order. Only the last two steps of a bearer call wait for
    /// anything.
    pub(super) async fn authenticate(&self, parts: &Parts) -> Result<Authenticated, Refusal> {
        let route = (self.routes)(parts);
        let headers = TrustHeaders::read(&parts.headers, self.headers, self.max_principal_bytes)?;
        let certificates = self.certificates(&headers, route.security)?;
        let mut context = RequestContext::new();
        if let Some(trace) = TraceContext::extract(&parts.headers) {
            context = context.with_trace(trace);
        }
        if route.security == Security::None {
            return Ok(Authenticated { context, authorization: None });
        }
        if let Some(certificate) = &certificates.context {
            context = context.with_certificate(certificate.relayed());
        }

        let authorization = self.caller(&headers, &certificates, &route, &context).await?;
        let (principal, impersonation) = match &certificates.direct {
            Some(direct) => self.received_principal(&headers, direct)?,
            None => (generated_principal(&authorization, &route), Impersonation::None),
        };
        let context = context.with_principal(principal).with_impersonation(impersonation);
        let authorization = self.with_acl(authorization, &route, &context).await?;
        // A handler's own calls authenticate as its own service.
        Ok(Authenticated { context: context.without_certificate(), authorization: Some(authorization) })
    }

    fn certificates(&self, headers: &TrustHeaders<'_>, security: Security) -> Result<Certificates, Refusal> {
        let direct = match headers.certificate {
            None => None,
            Some(_) if headers.verify.is_none_or(|verdict| verdict != "SUCCESS") => {
                return Err(Refusal::invalid_request("the client certificate was not verified"));
            }
            Some(header) => Some(read(header)?),
        };
        let context = match (headers.relayed, &direct) {
            (None, _) => direct.clone(),
            (Some(relayed), Some(direct)) if self.relays.contains(direct.common_name()) => Some(read(relayed)?),
            (Some(_), Some(caller)) => {
                tracing::warn!(
                    caller = caller.common_name(),
                    "ignored a relayed certificate from a caller that is not on the relay list",
                );
                direct.clone()
            }
            (Some(_), None) if headers.authorization.is_none() && security == Security::Required => {
                return Err(Refusal::access_denied("no credentials were presented"));
            }
            (Some(_), None) => {
                return Err(Refusal::invalid_request("a relayed certificate needs a client certificate of the relay"));
            }
        };
        Ok(Certificates { direct, context })
    }

    async fn caller(
        &self,
        headers: &TrustHeaders<'_>,
        certificates: &Certificates,
        route: &Route,
        context: &RequestContext,
    ) -> Result<Authorization, Refusal> {
        match (headers.authorization, &certificates.context) {
            (Some(header), _) => self.bearer(bearer_token(header)?, route, context).await,
            (None, Some(certificate)) if certificate.common_name().is_empty() => {
                Err(Refusal::access_denied("the client certificate has no common name"))
            }
            (None, Some(certificate)) => Ok(Authorization::system(certificate.common_name())),
            (None, None) => Err(Refusal::access_denied("no credentials were presented")),
        }
    }

    async fn bearer(
        &self,
        token: SecretString,
        route: &Route,
        context: &RequestContext,
    ) -> Result<Authorization, Refusal> {
        let Some(exchange) = &self.exchange else {
            return Err(Refusal::access_denied("tokens are not accepted here"));
        };
        let organization = route.organization.as_deref();
        let request = ExchangeRequest::new(token.clone())
            .with_scope(organization, route.project.as_deref().filter(|_| organization.is_some()))
            .with_context(context.clone());
        match exchange.exchange(&request).await {
            Ok(passport) => Ok(Authorization::bearer(token, &passport)),
            Err(error) => {
                tracing::info!(error = %ErrorChain::new(&error), "a token was not exchanged");
                Err(refused_exchange(&error))
            }
        }
    }

    /// The principal a service sent. Only called when that service's certificate was presented and verified.
    fn received_principal(
        &self,
        headers: &TrustHeaders<'_>,
        direct: &CallerCertificate,
    ) -> Result<(Principal, Impersonation), Refusal> {
        let header = headers.principal.ok_or_else(|| Refusal::invalid_request("the principal is missing"))?;
        let text = header.to_str().map_err(|_| Refusal::invalid_request("the principal is not text"))?;
        // A dot is outside the base64url alphabet, so it tells the two encodings apart.
        if text.contains('.') {
            let principal = self.signatures.principal(text, direct, self.clock.now())?;
            return Ok((principal, Impersonation::None));
        }
        let principal = Principal::from_header(header.as_bytes(), self.max_principal_bytes)
            .map_err(|_| Refusal::invalid_request("the principal could not be decoded"))?;
        if !headers.impersonates() {
            return Ok((principal, Impersonation::None));
        }
        if principal.actor().is_empty() {
            return Err(Refusal::invalid_request("impersonation needs an actor"));
        }
        Ok((principal, Impersonation::Marked))
    }

    async fn with_acl(
        &self,
        authorization: Authorization,
        route: &Route,
        context: &RequestContext,
    ) -> Result<Authorization, Refusal> {
        let Some(source) = &self.acl else { return Ok(authorization) };
        let mut request =
            AclRequest::new(authorization.subject(), context.clone()).with_organization(route.organization.clone());
        if let Some(token) = authorization.token() {
            request = request.with_token(token.clone(), authorization.issuer());
        }
        match source.acl(&request).await {
            Ok(acl) => Ok(authorization.with_acl(acl)),
            Err(error) => {
                tracing::info!(error = %ErrorChain::new(&error), "no access list for a caller");
                Err(Refusal::propagated(&error))
            }
        }
    }
}

fn read(header: &HeaderValue) -> Result<CallerCertificate, Refusal> {
    CallerCertificate::from_header(header).map_err(|error| Refusal::invalid_request(error.to_string()))
}

/// Exactly two parts, separated by one space, the first of them `bearer` in any case.
fn bearer_token(header: &HeaderValue) -> Result<SecretString, Refusal> {
    let malformed = || Refusal::access_denied("the authorization header is malformed");
    let text = header.to_str().map_err(|_| malformed())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(malformed)?;
    if token.is_empty() || token.contains(' ') {
        return Err(malformed());
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::access_denied("the authorization scheme is not supported"));
    }
    Ok(SecretString::from(token))
}

/// A scope that is refused is the caller's fault, an unusable passport is ours, and everything else fails closed.
fn refused_exchange(error: &ExchangeError) -> Refusal {
    match error {
        ExchangeError::Forbidden => Refusal::forbidden("the token is not valid for the requested scope"),
        ExchangeError::Passport(_) | ExchangeError::Keys(_) => {
            Refusal::server_error("the token could not be evaluated")
        }
        ExchangeError::Unauthorized
        | ExchangeError::Failed(_)
        | ExchangeError::InvalidResponse
        | ExchangeError::MissingToken
        | ExchangeError::Unavailable(_)
        | ExchangeError::ProjectWithoutOrganization => Refusal::access_denied("the token could not be validated"),
    }
}

/// The principal of somebody who calls directly: themselves, in the scope of the path.
fn generated_principal(authorization: &Authorization, route: &Route) -> Principal {
    let actor_type = match authorization.account_type() {
        ActorType::Service => ActorType::Service,
        ActorType::User | ActorType::System | ActorType::Unknown(_) => ActorType::User,
    };
    Principal::new()
        .with_organization(route.organization.clone().unwrap_or_default())
        .with_organizations(authorization.organization_ids())
        .with_project(route.project.clone().unwrap_or_default())
        .with_type(actor_type)
        .with_actor(authorization.subject())
}
