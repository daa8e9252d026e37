//! Refresh tokens that came in place of others: which one is to be used next, and where they outlive the process. Knows nothing of how they
//! are used.
//!
//! A token that was replaced may be good for nothing any more, and showing it may end the whole login. So what came last is used first, it is
//! kept before anybody uses what came with it, and whoever shares the place looks there before it believes its own memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::token::TokenError;
use super::vault::in_time;
use crate::secrets::{SecretData, SecretRef, SecretStore, SecretStoreError};

/// The member that holds the token.
const TOKEN: &str = "refresh_token";
/// The member that holds the SHA-256 of the token that was configured then.
const OF: &str = "configured_sha256";

/// Tokens that came in place of the configured one.
pub(super) struct Rotations {
    place: Option<(Arc<dyn SecretStore>, SecretRef)>,
    last: Mutex<Option<Rotated>>,
}

/// The token that came last.
#[derive(Clone)]
struct Rotated {
    /// Which one was configured then.
    of: [u8; 32],
    token: SecretString,
    is_kept: bool,
}

type Digested = [u8; 32];

fn digest(token: &SecretString) -> Digested {
    Sha256::digest(token.expose_secret()).into()
}

fn hex(digest: Digested) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Rotations {
    /// Held in memory, and kept in this place where there is one.
    pub(super) fn new(place: Option<(Arc<dyn SecretStore>, SecretRef)>) -> Self {
        Self { place, last: Mutex::default() }
    }

    fn last(&self) -> MutexGuard<'_, Option<Rotated>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which token to use, when the configured one has this digest and these were refused: what came last, in whichever process, else the
    /// configured one.
    ///
    /// # Errors
    /// When the place does not answer and nothing is remembered: an earlier token is not worth that risk.
    pub(super) async fn next(
        &self,
        of: Digested,
        configured: &SecretString,
        refused: &[Digested],
    ) -> Result<Option<SecretString>, TokenError> {
        let own = self.last().clone().filter(|last| last.of == of);
        let own = match own {
            // It could not be kept when it came, and nobody else has it.
            Some(last) if !last.is_kept => {
                self.keep(&last).await;
                return Ok(self.first([Some(last.token), Some(configured.clone())], refused));
            }
            own => own.map(|last| last.token),
        };
        let kept = match self.read(of).await {
            Ok(kept) => kept,
            Err(error) if own.is_some() => {
                tracing::warn!(error = %core_client::ErrorChain::new(&error), "the last refresh token cannot be read; the remembered one is used");
                None
            }
            Err(error) => return Err(TokenError::Rotations(error)),
        };
        Ok(self.first([kept, own, Some(configured.clone())], refused))
    }

    fn first<const N: usize>(&self, all: [Option<SecretString>; N], refused: &[Digested]) -> Option<SecretString> {
        all.into_iter().flatten().find(|token| !refused.contains(&digest(token)))
    }

    /// This one came. It is held at once, and kept before this returns, when the place can.
    pub(super) async fn replace(&self, of: Digested, token: SecretString) {
        let last = Rotated { of, token, is_kept: self.place.is_none() };
        *self.last() = Some(last.clone());
        self.keep(&last).await;
    }

    async fn keep(&self, last: &Rotated) {
        let Some((store, reference)) = &self.place else { return };
        let data = SecretData::new().with(TOKEN, last.token.clone()).with(OF, hex(last.of));
        match in_time(reference, "written", store.put(reference, data)).await {
            Ok(()) => {
                if let Some(held) = self.last().as_mut()
                    && digest(&held.token) == digest(&last.token)
                {
                    held.is_kept = true;
                }
            }
            Err(error) => tracing::warn!(
                secret = %reference,
                error = %core_client::ErrorChain::new(&error),
                "a refresh token that came in place of another could not be kept; it is held in memory, and kept with the next one"
            ),
        }
    }

    async fn read(&self, of: Digested) -> Result<Option<SecretString>, SecretStoreError> {
        let Some((store, reference)) = &self.place else { return Ok(None) };
        match in_time(reference, "read", store.get(reference)).await {
            Ok(data) => {
                let is_of = data.get(OF).is_some_and(|kept| kept.expose_secret() == hex(of));
                Ok(data.get(TOKEN).filter(|token| is_of && !token.expose_secret().is_empty()).cloned())
            }
            Err(SecretStoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
