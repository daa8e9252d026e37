//! Signed principals, made once for each principal and key and remembered. Knows nothing of resources and requests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::credentials::Identity;
use core_client::error::{ConstructionError, ConstructionKind, Error};
use core_client::http::Hooked;
use core_client::jws::Signer;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use tokio::sync::OnceCell;

use super::{Delegation, unwritable};
use crate::headers::X_PRINCIPAL;
use crate::principal::signed::SignedClaims;
use crate::principal::{Principal, PrincipalError};

/// How many signatures are remembered: one for each owner a controller works for.
const CAPACITY: u64 = 4096;
/// How long an unused one is remembered. Those of a retired key go this way.
const IDLE: Duration = Duration::from_secs(600);

/// What a signature depends on: the certificate, and with it the key, and the bytes of the principal.
type Key = ([u8; 32], Arc<str>);

/// Signatures by key. A slot that is being filled has one that fills it; the others wait.
pub(super) struct Signatures {
    slots: Cache<Key, Arc<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    signature: OnceCell<Signature>,
}

/// The signature somebody sent last, kept at hand by who sends it.
#[derive(Default)]
pub(super) struct Recent(ArcSwapOption<Used>);

struct Used {
    thumbprint: [u8; 32],
    slot: Arc<Slot>,
}

#[derive(Clone, Debug)]
struct Signature {
    header: HeaderValue,
    /// From when on it is made anew; somewhat before it expires.
    stale_at: Option<Timestamp>,
}

// === impl Signatures ===

impl Signatures {
    pub(super) fn new() -> Self {
        Self { slots: Cache::builder().max_capacity(CAPACITY).time_to_idle(IDLE).build() }
    }

    fn slot(&self, key: Key, now: impl Fn() -> Timestamp) -> Arc<Slot> {
        match self.slots.get(&key) {
            Some(slot) if !slot.is_stale(&now) => slot,
            _ => self.slots.entry(key).or_insert_with_if(Arc::default, |slot| slot.is_stale(&now)).into_value(),
        }
    }
}

impl fmt::Debug for Signatures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signatures").field("count", &self.slots.entry_count()).finish_non_exhaustive()
    }
}

impl Slot {
    fn is_stale(&self, now: impl Fn() -> Timestamp) -> bool {
        self.signature.get().is_some_and(|signature| signature.is_stale(now))
    }
}

impl Signature {
    fn is_stale(&self, now: impl Fn() -> Timestamp) -> bool {
        self.stale_at.is_some_and(|stale_at| stale_at <= now())
    }
}

// === impl Recent ===

impl Recent {
    /// The header, if it was made with this identity and is still good.
    fn header(&self, identity: &Identity, now: impl Fn() -> Timestamp) -> Option<HeaderValue> {
        let used = self.0.load();
        let used = used.as_ref().filter(|used| used.thumbprint == *identity.thumbprint_sha256())?;
        let signature = used.slot.signature.get().filter(|signature| !signature.is_stale(now))?;
        Some(signature.header.clone())
    }

    fn remember(&self, identity: &Identity, slot: Arc<Slot>) {
        self.0.store(Some(Arc::new(Used { thumbprint: *identity.thumbprint_sha256(), slot })));
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recent").finish_non_exhaustive()
    }
}

// === impl Delegation ===

impl Delegation {
    /// Writes a signed principal. One that was just sent is at hand. A remembered signature and one from a quick key are there at once; an RSA signature is made
    /// on a blocking thread.
    pub(super) fn sign<'a>(
        &'a self,
        principal: &'a Arc<Principal>,
        json: &Arc<str>,
        identity: &'a Identity,
        signer: &'a Arc<Signer>,
        recent: &Recent,
        headers: &mut HeaderMap,
    ) -> Hooked<'a> {
        if let Some(header) = recent.header(identity, || self.clock.now()) {
            headers.insert(X_PRINCIPAL, header);
            return Hooked::DONE;
        }
        // What is signed for one request only needs a slot nobody else knows.
        let slot = match self.options.signing.single_use {
            true => Arc::default(),
            false => {
                let key = (*identity.thumbprint_sha256(), Arc::clone(json));
                self.signatures.slot(key, || self.clock.now())
            }
        };
        if let Some(signature) = slot.signature.get() {
            headers.insert(X_PRINCIPAL, signature.header.clone());
            recent.remember(identity, slot);
            return Hooked::DONE;
        }
        if signer.is_slow() {
            let later = async move {
                let fill = || self.signature_elsewhere(principal, identity, signer);
                let signature = slot.signature.get_or_try_init(fill).await?;
                Ok(HeaderMap::from_iter([(X_PRINCIPAL, signature.header.clone())]))
            };
            return Hooked::Later(later.boxed());
        }
        Hooked::Ready(self.signature(principal, identity, signer).map(|signature| {
            headers.insert(X_PRINCIPAL, signature.header.clone());
            // Somebody else may have been quicker; either signature is good.
            slot.signature.set(signature).ok();
        }))
    }

    /// Signs on a blocking thread.
    async fn signature_elsewhere(
        &self,
        principal: &Arc<Principal>,
        identity: &Identity,
        signer: &Arc<Signer>,
    ) -> Result<Signature, Error> {
        let (payload, stale_at) = self.payload(principal, identity)?;
        let signer = Arc::clone(signer);
        let signed = tokio::task::spawn_blocking(move || signer.sign(payload.as_bytes())).await;
        let compact = signed.map_err(unsignable)?.map_err(unsignable)?;
        self.finished(&compact, stale_at)
    }

    fn signature(&self, principal: &Principal, identity: &Identity, signer: &Signer) -> Result<Signature, Error> {
        let (payload, stale_at) = self.payload(principal, identity)?;
        let compact = signer.sign(payload.as_bytes()).map_err(unsignable)?;
        self.finished(&compact, stale_at)
    }

    /// The bytes to sign, and when their signature has to be made anew.
    fn payload(&self, principal: &Principal, identity: &Identity) -> Result<(String, Option<Timestamp>), Error> {
        let options = &self.options.signing;
        let mut claims = SignedClaims {
            audience: options.audience.clone(),
            nonce: options.single_use.then(nonce).transpose()?,
            thumbprint: options.bound.then_some(*identity.thumbprint_sha256()),
            ..SignedClaims::default()
        };
        let mut stale_at = None;
        if let Some(lifetime) = options.lifetime {
            let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX).max(1);
            let now = self.clock.now();
            let after = |seconds| now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
            claims.lifetime = Some((now, after(seconds)));
            // The last fifth is for requests that wait and are repeated.
            stale_at = Some(after(seconds - seconds / 5));
        }
        Ok((claims.payload(principal), stale_at))
    }

    fn finished(&self, compact: &str, stale_at: Option<Timestamp>) -> Result<Signature, Error> {
        let limit = self.options.max_header_bytes;
        if compact.len() > limit {
            return Err(unwritable(PrincipalError::TooLarge { size: compact.len(), limit }));
        }
        let mut header = HeaderValue::from_str(compact).map_err(unsignable)?;
        header.set_sensitive(true);
        Ok(Signature { header, stale_at })
    }
}

/// 128 random bits.
fn nonce() -> Result<String, Error> {
    let mut bits = [0; 16];
    rand::fill(&mut bits).map_err(unsignable)?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}

fn unsignable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    ConstructionError::new(ConstructionKind::Signing, "the principal could not be signed").with_source(error).into()
}
