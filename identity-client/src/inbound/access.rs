//! Where access lists come from, and a cache in front of it. Knows nothing of requests and handlers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use core_client::credentials::Clock;
use core_client::error::Error;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::Acl;
use crate::context::{Impersonation, RequestContext};
use crate::memo::{Fresh, Memo};
use crate::principal::Principal;

/// Says what a caller may do. Clones of an implementation share caches.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AclSource: fmt::Debug + Send + Sync {
    /// The access list of a caller in one scope.
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal by the identity service is passed on to the caller, everything else becomes a 500.
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error>;
}

/// Whose access list is wanted, and where.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct AclRequest {
    /// Subject of the caller.
    pub subject: String,
    /// Issuer of the caller's token; empty for a system account.
    pub issuer: String,
    /// The caller's token; `None` for a system account.
    pub token: Option<SecretString>,
    /// Organization of the route; `None` asks for the global scope.
    pub organization: Option<String>,
    /// Principal, impersonation, certificate to relay, and trace.
    pub context: RequestContext,
}

/// What separates one cached access list from another: mode, subject, issuer, actor, token and scope.
///
/// `Display` gives the form the Go services use. It shows a digest in place of the token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AclKey {
    subject: String,
    issuer: String,
    /// The actor, when the caller acts as the principal.
    actor: Option<String>,
    token: [u8; 32],
    scope: Option<String>,
}

/// Puts a cache in front of a source of access lists.
///
/// Concurrent callers with one key wait for one call. Failures are not kept.
#[derive(Clone, Debug)]
pub struct CachedAcl<S> {
    source: S,
    memo: Memo<AclKey, Arc<Acl>>,
    lifetime: SignedDuration,
}

/// Tuning of a [`CachedAcl`]; the Go services' flags `--acl-cache-size` and `--acl-cache-timeout`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AclCacheOptions {
    /// How many access lists are kept. Default: 65536.
    pub capacity: u64,
    /// How long one is used. Default: one minute.
    pub lifetime: Duration,
}

#[async_trait]
impl<S: AclSource + ?Sized> AclSource for Arc<S> {
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error> {
        (**self).acl(request).await
    }
}

// === impl AclRequest ===

impl AclRequest {
    /// A system account's list in the global scope.
    #[must_use]
    pub fn new(subject: impl Into<String>, context: RequestContext) -> Self {
        Self { subject: subject.into(), issuer: String::new(), token: None, organization: None, context }
    }

    /// Sets the token the caller presented and who issued it.
    #[must_use]
    pub fn with_token(mut self, token: SecretString, issuer: impl Into<String>) -> Self {
        self.token = Some(token);
        self.issuer = issuer.into();
        self
    }

    /// Sets the organization of the route.
    #[must_use]
    pub fn with_organization(mut self, organization: Option<String>) -> Self {
        self.organization = organization;
        self
    }

    /// Names the outcome of this request in a cache.
    #[must_use]
    pub fn key(&self) -> AclKey {
        let actor = match self.context.impersonation() {
            Impersonation::None => None,
            Impersonation::Marked | Impersonation::Forwarded => {
                Some(self.context.principal().map_or("", Principal::actor).to_owned())
            }
        };
        let token = self.token.as_ref().map_or("", |token| token.expose_secret());
        let mut key = [0; 32];
        key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        AclKey {
            subject: self.subject.clone(),
            issuer: self.issuer.clone(),
            actor,
            token: key,
            scope: self.organization.clone(),
        }
    }
}

// === impl AclKey ===

impl fmt::Display for AclKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = if self.actor.is_some() { "impersonated" } else { "direct" };
        let digest = STANDARD_NO_PAD.encode(self.token);
        let parts = [Some(&self.subject), Some(&self.issuer), self.actor.as_ref(), Some(&digest)];
        formatter.write_str(mode)?;
        for part in parts.into_iter().flatten() {
            write!(formatter, "|{}:{part}", part.len())?;
        }
        write!(formatter, "|{}", self.scope.as_deref().unwrap_or("_global"))
    }
}

// === impl CachedAcl ===

impl<S: AclSource> CachedAcl<S> {
    /// Wraps a source with the default tuning.
    #[must_use]
    pub fn new(source: S) -> Self {
        Self::with_options(source, AclCacheOptions::default())
    }

    /// Wraps a source.
    #[must_use]
    pub fn with_options(source: S, options: AclCacheOptions) -> Self {
        let lifetime = SignedDuration::try_from(options.lifetime).unwrap_or(SignedDuration::MAX);
        Self { source, memo: Memo::new(options.capacity), lifetime }
    }

    /// Sets the clock that dates are compared with. Default: the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.memo = self.memo.with_clock(clock);
        self
    }
}

#[async_trait]
impl<S: AclSource> AclSource for CachedAcl<S> {
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error> {
        let fresh = || async {
            let value = self.source.acl(request).await?;
            Ok(Fresh { value, until: self.memo.now().checked_add(self.lifetime).unwrap_or(Timestamp::MAX) })
        };
        self.memo.get(request.key(), fresh).await
    }
}

// === impl AclCacheOptions ===

impl Default for AclCacheOptions {
    fn default() -> Self {
        Self { capacity: 65_536, lifetime: Duration::from_secs(60) }
    }
}

#[cfg(test)]
mod tests;
