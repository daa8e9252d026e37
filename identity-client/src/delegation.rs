//! The two ways to call on behalf of somebody: as a service for the user of a request, and as a controller for the owner of
//! a resource.
//!
//! | | API path | controller path |
//! |---|---|---|
//! | the principal comes from | the [`RequestContext`] | labels and annotations of a resource |
//! | it is written | plain | plain or signed, see [`PrincipalEncoding`] |
//! | impersonation | when marked and forwarded | never |
//! | the caller's certificate | relayed when the context has it | never |
//!
//! Both are [`RequestHook`]s; trace headers are the client's own business. A signature is made
//! with the key of the generation its request travels on, because the receiver verifies it with the certificate of that
//! connection. Knows nothing of any particular API.

mod api;
mod controller;
mod signatures;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use core_client::credentials::{Clock, SystemClock};
use core_client::error::{ConstructionError, ConstructionKind, Error};
use core_client::http::{Generation, RequestHook};
use core_client::jws::{Algorithm, Signer};
use kube::Resource;

use crate::context::RequestContext;
use crate::principal::{Attribution, DEFAULT_MAX_HEADER_BYTES, PrincipalError, ResourceError, Strictness};

use api::ApiHook;
use controller::ControllerHook;
use signatures::Signatures;

/// How a controller writes the principal.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PrincipalEncoding {
    /// Signed when the client certificate has an RSA key, which is what every version of the services verifies; plain
    /// otherwise.
    #[default]
    Auto,
    /// Plain. Understood by identity 1.12.0 and later.
    Plain,
    /// Signed with whatever key there is; an error without one. Only receivers of this family verify keys other than RSA.
    Signed,
}

/// Claims that are signed along with a principal. None by default, as the Go services send none; they ignore them.
///
/// Without them, whoever holds the certificate can repeat a captured header for ever.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SigningOptions {
    /// Adds `iat` and `exp`, this far apart. Whole seconds, at least one. Default: `None`, no dates.
    pub lifetime: Option<Duration>,
    /// Adds `aud`. Default: `None`.
    pub audience: Option<String>,
    /// Adds a `jti` of its own to every request, so that nothing is signed twice and nothing is cached. Default: `false`.
    pub single_use: bool,
    /// Adds `cnf`, the thumbprint of the certificate. Default: `false`.
    pub bound: bool,
}

/// Tuning of delegation. Everything has a default.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationOptions {
    /// How a controller writes the principal. Default: [`PrincipalEncoding::Auto`].
    pub encoding: PrincipalEncoding,
    /// What is signed along. Default: nothing.
    pub signing: SigningOptions,
    /// Whether a resource with a questionable principal is good enough. Default: [`Strictness::Lenient`].
    pub strictness: Strictness,
    /// Longest principal header a controller sends, in bytes. Default: [`DEFAULT_MAX_HEADER_BYTES`].
    pub max_header_bytes: usize,
}

/// Makes the hooks of one client and holds its signatures.
#[derive(Debug)]
pub(crate) struct Delegation {
    options: DelegationOptions,
    signatures: Signatures,
    clock: Arc<dyn Clock>,
}

// === impl PrincipalEncoding ===

impl PrincipalEncoding {
    /// What signs a request on this generation; `None` when the principal goes plain.
    fn signer(self, generation: &Generation) -> Result<Option<&Arc<Signer>>, Error> {
        let signer = generation.identity().and_then(|identity| identity.signer());
        match self {
            Self::Plain => Ok(None),
            Self::Auto => Ok(signer.filter(|signer| signer.algorithm() == Algorithm::Ps512)),
            Self::Signed if signer.is_some() => Ok(signer),
            Self::Signed => Err(ConstructionError::new(
                ConstructionKind::Signing,
                "no key to sign the principal with; configure a client certificate with an RSA, ECDSA or Ed25519 key, or send \
                 the principal plain",
            )
            .into()),
        }
    }
}

// === impl SigningOptions ===

impl SigningOptions {
    /// No claims.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`lifetime`](Self::lifetime).
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Sets [`audience`](Self::audience).
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets [`single_use`](Self::single_use).
    #[must_use]
    pub fn with_single_use(mut self) -> Self {
        self.single_use = true;
        self
    }

    /// Sets [`bound`](Self::bound).
    #[must_use]
    pub fn with_binding(mut self) -> Self {
        self.bound = true;
        self
    }
}

// === impl DelegationOptions ===

impl Default for DelegationOptions {
    fn default() -> Self {
        Self {
            encoding: PrincipalEncoding::default(),
            signing: SigningOptions::default(),
            strictness: Strictness::default(),
            max_header_bytes: DEFAULT_MAX_HEADER_BYTES,
        }
    }
}

impl DelegationOptions {
    /// Every default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`encoding`](Self::encoding).
    #[must_use]
    pub fn with_encoding(mut self, encoding: PrincipalEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets [`signing`](Self::signing).
    #[must_use]
    pub fn with_signing(mut self, signing: SigningOptions) -> Self {
        self.signing = signing;
        self
    }

    /// Sets [`strictness`](Self::strictness).
    #[must_use]
    pub fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Sets [`max_header_bytes`](Self::max_header_bytes).
    #[must_use]
    pub fn with_max_header_bytes(mut self, bytes: usize) -> Self {
        self.max_header_bytes = bytes;
        self
    }
}

// === impl Delegation ===

impl Delegation {
    pub(crate) fn new(options: DelegationOptions) -> Self {
        Self { options, signatures: Signatures::new(), clock: Arc::new(SystemClock::default()) }
    }

    pub(crate) fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What a call in this context carries.
    pub(crate) fn api(context: &RequestContext) -> Result<Arc<dyn RequestHook>, Error> {
        Ok(Arc::new(ApiHook::new(context)?))
    }

    /// What a call for this resource carries. The resource is read now.
    pub(crate) fn controller<K: Resource>(self: &Arc<Self>, resource: &K) -> Result<Arc<dyn RequestHook>, Error> {
        let attribution = Attribution::of(resource).map_err(inconsistent)?;
        let principal = attribution.accept(self.options.strictness).map_err(inconsistent)?;
        Ok(Arc::new(ControllerHook::new(principal, Arc::clone(self))))
    }
}

fn inconsistent(error: ResourceError) -> Error {
    let what = "the resource does not say who it is for";
    ConstructionError::new(ConstructionKind::Consistency, what).with_source(error).into()
}

/// A principal that is missing or cannot be written, as an error of the call.
pub(crate) fn unwritable(error: PrincipalError) -> Error {
    let what = match &error {
        PrincipalError::Missing => {
            "the request context has no principal; a call on behalf of nobody needs the plain client"
        }
        _ => "the principal cannot be written",
    };
    ConstructionError::new(ConstructionKind::Context, what).with_source(error).into()
}
