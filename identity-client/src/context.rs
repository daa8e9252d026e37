//! What travels with one inbound request: who it is for, whether it may act as them, and where it is traced.
//!
//! A context is a value that is passed; nothing here reads globals or the network.

use std::fmt;
use std::sync::{Arc, OnceLock};

use core_client::error::Error;
use core_client::trace::TraceContext;
use http::{Extensions, HeaderValue};

use crate::delegation::unwritable;
use crate::ids::{OrganizationScoped, ProjectScope, ProjectScoped};
use crate::principal::{DEFAULT_MAX_HEADER_BYTES, Principal, PrincipalError};

/// Everything an outbound call takes over from the inbound request it is made for.
///
/// Cloning is cheap and shares the encoded principal, so a client for a context costs nanoseconds. The `with_` methods
/// return a changed context and leave other clones alone.
///
/// ```
/// use identity_client::context::RequestContext;
/// use identity_client::principal::Principal;
///
/// let context = RequestContext::new().with_principal(Principal::user("joe@acme.com"));
/// assert_eq!(context.principal().map(Principal::actor), Some("joe@acme.com"));
/// ```
#[derive(Clone, Default)]
pub struct RequestContext {
    inner: Arc<Inner>,
}

#[derive(Clone, Default)]
struct Inner {
    principal: Option<Principal>,
    impersonation: Impersonation,
    certificate: Option<RelayedCertificate>,
    trace: Option<TraceContext>,
    header_limit: Option<usize>,
    encoded: OnceLock<Result<HeaderValue, PrincipalError>>,
}

/// Whether the caller asked to act *as* the principal, and whether that goes on to the next service.
///
/// The originals pass the mark on to every service they call. Here it goes on only when the handler says so, with
/// [`RequestContext::forwarding_impersonation`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Impersonation {
    /// The principal is attribution only.
    #[default]
    None,
    /// The caller acts as the principal, here and no further.
    Marked,
    /// The caller acts as the principal, and so shall the calls made with this context.
    Forwarded,
}

/// The certificate of the caller, as the TLS terminator wrote it into a header; sent on verbatim to the identity service.
///
/// It is in a context only while the inbound layer authenticates. A handler's context never has one: its own calls
/// authenticate as its own service.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayedCertificate(HeaderValue);

/// A request whose context was asked for did not pass the inbound layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request has no context; put identity_client::inbound::InboundLayer in front of the handler")]
#[non_exhaustive]
pub struct MissingContext;

// === impl RequestContext ===

impl RequestContext {
    /// A context of nobody. The plain path refuses to send it; see [`with_principal`](Self::with_principal).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The context the inbound layer put into a request. In axum, take `Extension<RequestContext>` or call this with
    /// `request.extensions()`.
    ///
    /// # Errors
    ///
    /// [`MissingContext`] when the request did not pass the layer.
    pub fn from_extensions(extensions: &Extensions) -> Result<&Self, MissingContext> {
        extensions.get().ok_or(MissingContext)
    }

    /// Sets who the work is for.
    #[must_use]
    pub fn with_principal(self, principal: Principal) -> Self {
        self.changed(|inner| inner.principal = Some(principal))
    }

    /// Sets whether the caller acts as the principal.
    #[must_use]
    pub fn with_impersonation(self, impersonation: Impersonation) -> Self {
        self.changed(|inner| inner.impersonation = impersonation)
    }

    /// Sets the certificate to relay. Only authentication has a use for it.
    #[must_use]
    pub fn with_certificate(self, certificate: RelayedCertificate) -> Self {
        self.changed(|inner| inner.certificate = Some(certificate))
    }

    /// Removes the certificate, which is what a handler has to get.
    #[must_use]
    pub fn without_certificate(self) -> Self {
        self.changed(|inner| inner.certificate = None)
    }

    /// Sets the trace of the inbound request. Without one, outbound calls carry that of the current span, if any.
    #[must_use]
    pub fn with_trace(self, trace: TraceContext) -> Self {
        self.changed(|inner| inner.trace = Some(trace))
    }

    /// Sets the longest principal header to send, in bytes. Default: [`DEFAULT_MAX_HEADER_BYTES`].
    #[must_use]
    pub fn with_header_limit(self, bytes: usize) -> Self {
        self.changed(|inner| inner.header_limit = Some(bytes))
    }

    /// A context whose calls act as the principal too, if the caller of this service does.
    ///
    /// This hands the caller's authority on: do it for calls that the caller could have made itself.
    #[must_use]
    pub fn forwarding_impersonation(self) -> Self {
        match self.inner.impersonation {
            Impersonation::Marked => self.with_impersonation(Impersonation::Forwarded),
            Impersonation::None | Impersonation::Forwarded => self,
        }
    }

    /// A context whose principal has an organization, filled in if it had none.
    ///
    /// # Errors
    ///
    /// [`PrincipalError::Missing`] when there is no principal.
    pub fn enriched_with_organization(self, organization: impl Into<String>) -> Result<Self, PrincipalError> {
        let principal = self.required_principal()?.clone().enriched_with_organization(organization);
        Ok(self.with_principal(principal))
    }

    /// A context whose principal has an organization and a project, filled in if it had no organization.
    ///
    /// # Errors
    ///
    /// [`PrincipalError::Missing`] when there is no principal.
    pub fn enriched_with_project(
        self,
        organization: impl Into<String>,
        project: impl Into<String>,
    ) -> Result<Self, PrincipalError> {
        let principal = self.required_principal()?.clone().enriched_with_project(organization, project);
        Ok(self.with_principal(principal))
    }

    /// A context whose principal has the organization that `resource` is placed in, filled in if it had none.
    ///
    /// # Errors
    ///
    /// What reading the resource fails with, unchanged; or that there is no principal.
    pub fn enriched_from_organization(self, resource: &impl OrganizationScoped) -> Result<Self, Error> {
        let organization = resource.organization_id()?;
        self.enriched_with_organization(organization.to_string()).map_err(unwritable)
    }

    /// A context whose principal has the organization and the project that `resource` is placed in, filled in if it had no
    /// organization.
    ///
    /// # Errors
    ///
    /// What reading the resource fails with, unchanged; or that there is no principal.
    pub fn enriched_from_project(self, resource: &impl ProjectScoped) -> Result<Self, Error> {
        let scope = ProjectScope::of(resource)?;
        self.enriched_with_project(scope.organization().to_string(), scope.project().to_string()).map_err(unwritable)
    }

    /// Who the work is for.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.inner.principal.as_ref()
    }

    /// Whether the caller acts as the principal.
    #[must_use]
    pub fn impersonation(&self) -> Impersonation {
        self.inner.impersonation
    }

    /// The certificate to relay, during authentication.
    #[must_use]
    pub fn certificate(&self) -> Option<&RelayedCertificate> {
        self.inner.certificate.as_ref()
    }

    /// The trace of the inbound request.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.inner.trace.as_ref()
    }

    /// The plain form of the principal, encoded once for this context and its clones.
    pub(crate) fn encoded_principal(&self) -> Result<&HeaderValue, PrincipalError> {
        let limit = self.inner.header_limit.unwrap_or(DEFAULT_MAX_HEADER_BYTES);
        self.inner.encoded.get_or_init(|| self.required_principal()?.to_header(limit)).as_ref().map_err(Clone::clone)
    }

    fn required_principal(&self) -> Result<&Principal, PrincipalError> {
        self.inner.principal.as_ref().ok_or(PrincipalError::Missing)
    }

    fn changed(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        change(inner);
        inner.encoded = OnceLock::new();
        self
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestContext")
            .field("principal", &self.inner.principal)
            .field("impersonation", &self.inner.impersonation)
            .field("certificate", &self.inner.certificate)
            .field("trace", &self.inner.trace)
            .finish_non_exhaustive()
    }
}

// === impl RelayedCertificate ===

impl RelayedCertificate {
    /// Wraps the header value as the terminator wrote it. It is not looked into.
    #[must_use]
    pub fn new(mut header: HeaderValue) -> Self {
        header.set_sensitive(true);
        Self(header)
    }

    /// The header value, marked sensitive.
    #[must_use]
    pub fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for RelayedCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RelayedCertificate(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{OrganizationId, ProjectId};

    #[test]
    fn the_principal_is_encoded_once_for_all_clones() {
        let context = RequestContext::new().with_principal(Principal::user("joe"));
        let clone = context.clone();
        let (first, second) = (context.encoded_principal().unwrap(), clone.encoded_principal().unwrap());
        assert!(std::ptr::eq(first, second));
    }

    #[test]
    fn a_changed_context_is_encoded_anew_and_leaves_its_clones_alone() {
        let context = RequestContext::new().with_principal(Principal::user("joe"));
        let before = context.encoded_principal().unwrap().clone();
        let changed = context.clone().with_principal(Principal::user("eve"));
        assert_ne!(changed.encoded_principal().unwrap(), &before);
        assert_eq!(context.encoded_principal().unwrap(), &before);
    }

    #[test]
    fn a_context_without_principal_cannot_be_encoded() {
        assert_eq!(RequestContext::new().encoded_principal(), Err(PrincipalError::Missing));
    }

    /// W-19
    #[test]
    fn the_header_limit_is_the_callers_choice() {
        let context = RequestContext::new().with_principal(Principal::user("joe@acme.com")).with_header_limit(10);
        assert!(matches!(context.encoded_principal(), Err(PrincipalError::TooLarge { limit: 10, .. })));
        assert!(context.with_header_limit(1000).encoded_principal().is_ok());
    }

    #[test]
    fn enrichment_needs_a_principal_and_keeps_the_original() {
        let none = RequestContext::new();
        assert_eq!(none.clone().enriched_with_organization("o").unwrap_err(), PrincipalError::Missing);
        assert_eq!(none.enriched_with_project("o", "p").unwrap_err(), PrincipalError::Missing);

        let context = RequestContext::new().with_principal(Principal::user("joe"));
        let enriched = context.clone().enriched_with_project("o", "p").unwrap();
        assert_eq!(context.principal(), Some(&Principal::user("joe")));
        assert_eq!(enriched.principal(), Some(&Principal::user("joe").with_organization("o").with_project("p")),);
        let again = enriched.clone().enriched_with_organization("other").unwrap();
        assert_eq!(again.principal(), enriched.principal());
    }

    struct Placed(Result<ProjectScope, Error>);

    impl OrganizationScoped for Placed {
        fn organization_id(&self) -> Result<OrganizationId, Error> {
            self.0.as_ref().map(ProjectScope::organization).map_err(Clone::clone)
        }
    }

    impl ProjectScoped for Placed {
        fn project_id(&self) -> Result<ProjectId, Error> {
            self.0.as_ref().map(ProjectScope::project).map_err(Clone::clone)
        }
    }

    #[test]
    fn enrichment_from_a_resource_asks_it_first_and_passes_its_error_on() {
        let (organization, project) = ("f47ac10b-58cc-4372-a567-0e02b2c3d479", "550e8400-e29b-41d4-a716-446655440000");
        let placed = Placed(Ok(ProjectScope::new(organization.parse().unwrap(), project.parse().unwrap())));
        let context = RequestContext::new().with_principal(Principal::user("joe"));
        let enriched = context.clone().enriched_from_organization(&placed).unwrap();
        assert_eq!(enriched.principal(), Some(&Principal::user("joe").with_organization(organization)));
        let enriched = context.clone().enriched_from_project(&placed).unwrap();
        let expected = Principal::user("joe").with_organization(organization).with_project(project);
        assert_eq!(enriched.principal(), Some(&expected));
        let own = RequestContext::new().with_principal(Principal::user("joe").with_organization("mine"));
        assert_eq!(own.clone().enriched_from_project(&placed).unwrap().principal(), own.principal());

        assert!(matches!(RequestContext::new().enriched_from_project(&placed), Err(Error::Construction(_))));
        let unplaced = Placed(Err(core_client::error::ApiMisuse::new("unplaced").into()));
        for outcome in [context.clone().enriched_from_organization(&unplaced), context.enriched_from_project(&unplaced)]
        {
            assert!(matches!(outcome, Err(Error::ApiMisuse(_))));
        }
    }

    #[test]
    fn impersonation_is_forwarded_only_on_request_and_only_when_marked() {
        let marked = RequestContext::new().with_impersonation(Impersonation::Marked);
        assert_eq!(marked.clone().forwarding_impersonation().impersonation(), Impersonation::Forwarded);
        assert_eq!(marked.impersonation(), Impersonation::Marked);
        assert_eq!(RequestContext::new().forwarding_impersonation().impersonation(), Impersonation::None);
    }

    #[test]
    fn a_request_that_did_not_pass_the_layer_says_so() {
        let error = RequestContext::from_extensions(&Extensions::new()).unwrap_err();
        assert!(error.to_string().contains("InboundLayer"));
    }

    /// W-20
    #[test]
    fn debug_output_hides_the_certificate() {
        let certificate = RelayedCertificate::new(HeaderValue::from_static("secret-pem"));
        let context = RequestContext::new().with_certificate(certificate);
        assert!(!format!("{context:?}").contains("secret-pem"));
        assert!(context.without_certificate().certificate().is_none());
    }
}
