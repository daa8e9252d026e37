//! What is known about an authenticated caller. Knows nothing of headers.

use std::sync::Arc;

use http::Extensions;
use secrecy::SecretString;

use super::Acl;
use crate::context::MissingContext;
use crate::principal::ActorType;
use crate::token::Passport;

/// Who is calling, as the layer established it. A handler finds it in the request's extensions.
///
/// Not the same as the principal: a service calls, on behalf of a user.
#[derive(Clone, Debug)]
pub struct Authorization {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    token: Option<SecretString>,
    subject: String,
    email: Option<String>,
    account_type: ActorType,
    organization_ids: Vec<String>,
    issuer: String,
    acl: Option<Arc<Acl>>,
}

impl Authorization {
    /// A service of the platform, known by the common name of its certificate.
    pub(super) fn system(common_name: &str) -> Self {
        Self::new(Inner {
            token: None,
            subject: common_name.to_owned(),
            email: None,
            account_type: ActorType::System,
            organization_ids: Vec::new(),
            issuer: String::new(),
            acl: None,
        })
    }

    /// The bearer of a token.
    pub(super) fn bearer(token: SecretString, passport: &Passport) -> Self {
        Self::new(Inner {
            token: Some(token),
            subject: passport.subject.clone(),
            email: passport.email.clone(),
            account_type: passport.account_type.clone(),
            organization_ids: passport.organization_ids.clone(),
            issuer: passport.source_issuer.clone(),
            acl: None,
        })
    }

    pub(super) fn with_acl(mut self, acl: Arc<Acl>) -> Self {
        Arc::make_mut(&mut self.inner).acl = Some(acl);
        self
    }

    fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// What the layer put into a request on a protected route. In axum, take `Extension<Authorization>` or call this with
    /// `request.extensions()`.
    ///
    /// # Errors
    ///
    /// [`MissingContext`] when the request did not pass the layer, or its route is public.
    pub fn from_extensions(extensions: &Extensions) -> Result<&Self, MissingContext> {
        extensions.get().ok_or(MissingContext)
    }

    /// The token the caller presented; `None` for a system account.
    #[must_use]
    pub fn token(&self) -> Option<&SecretString> {
        self.inner.token.as_ref()
    }

    /// The subject: a user, a service account ID, or the common name of a system account.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.inner.subject
    }

    /// E-mail address of a user, when known.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.inner.email.as_deref()
    }

    /// What kind of account is calling.
    #[must_use]
    pub fn account_type(&self) -> &ActorType {
        &self.inner.account_type
    }

    /// Whether a service of the platform is calling with its certificate alone.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.inner.token.is_none()
    }

    /// Every organization the subject can reach; empty for a system account.
    #[must_use]
    pub fn organization_ids(&self) -> &[String] {
        &self.inner.organization_ids
    }

    /// Issuer of the original token, or `uni`; empty for a system account.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.inner.issuer
    }

    /// What the caller may do in the scope of the route, when the layer was given a source of access lists.
    #[must_use]
    pub fn acl(&self) -> Option<&Acl> {
        self.inner.acl.as_deref()
    }
}
