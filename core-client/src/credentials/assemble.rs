//! Raw content into one consistent bundle: parses, compares, keeps the last good part; reads nothing itself.

use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::bundle::{Bundle, Identity, Trust, sha256};
use super::clock::Clock;
use super::error::{CredentialError, Origin};
use super::publish::{Board, Step};

/// What was read from one place and not looked at yet; wiped when dropped.
pub(super) struct Raw {
    pub(super) origin: Origin,
    pub(super) content: Content,
}

/// The two parts a bundle is made of.
pub(super) enum Content {
    /// A chain and its key.
    Pair { certificates: Zeroizing<Vec<u8>>, key: Zeroizing<Vec<u8>> },
    /// Roots, from the value called `key`.
    Roots { key: &'static str, bundle: Zeroizing<Vec<u8>> },
}

/// The latest good parts. Identity and trust change on their own, but are only ever seen together.
struct Assembly {
    identity: Option<Part<Identity>>,
    roots: Option<Part<Trust>>,
    // One value for the life of the source, so that every bundle shares what it loads.
    platform: Trust,
}

struct Part<T> {
    digest: [u8; 32],
    value: T,
}

/// Turns what a source reads into snapshots on a board.
pub(super) struct Assembler {
    board: Arc<Board>,
    // Only locked between awaits, by the one task of the source.
    assembly: Mutex<Assembly>,
}

// === impl Assembler ===

impl Assembler {
    /// Makes the first snapshot; everything has to be good.
    pub(super) fn new(
        reads: Vec<Result<Raw, CredentialError>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, CredentialError> {
        let mut assembly = Assembly { identity: None, roots: None, platform: Trust::platform() };
        for raw in reads {
            assembly.take(raw?, clock.as_ref())?;
        }
        Ok(Self { board: Arc::new(Board::new(assembly.bundle(), clock)), assembly: Mutex::new(assembly) })
    }

    pub(super) fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Takes what was read at one time; publishes once, and only when something changed for the better.
    pub(super) fn settle(&self, reads: impl IntoIterator<Item = Result<Raw, CredentialError>>) {
        let mut assembly = self.assembly.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = false;
        for read in reads {
            let taken = read.and_then(|raw| {
                let origin = raw.origin.clone();
                Ok((assembly.take(raw, self.board.clock())?, origin))
            });
            match taken {
                Ok((new, origin)) => {
                    changed |= new;
                    self.board.healed(Step::Load, &origin);
                }
                Err(error) => self.board.failed(Step::Load, error),
            }
        }
        if changed {
            self.board.publish(assembly.bundle());
        }
    }
}

// === impl Assembly ===

impl Assembly {
    /// Replaces one part when `raw` is good and differs; tells whether it did.
    fn take(&mut self, raw: Raw, clock: &dyn Clock) -> Result<bool, CredentialError> {
        let digest = raw.content.digest();
        match raw.content {
            Content::Pair { certificates, key } => {
                if self.identity.as_ref().is_some_and(|part| part.digest == digest) {
                    return Ok(false);
                }
                let value = Identity::parse(raw.origin, &certificates, &key)?;
                let now = clock.now();
                // An expired pair is not better than one that still works; without one it is all there is.
                if self.identity.as_ref().is_some_and(|part| !part.value.expired_at(now)) {
                    value.ensure_valid_at(now)?;
                }
                self.identity = Some(Part { digest, value });
            }
            Content::Roots { key, bundle } => {
                if self.roots.as_ref().is_some_and(|part| part.digest == digest) {
                    return Ok(false);
                }
                let value = Trust::parse(raw.origin, key, &bundle)?;
                self.roots = Some(Part { digest, value });
            }
        }
        Ok(true)
    }

    fn bundle(&self) -> Bundle {
        Bundle::new(
            self.identity.as_ref().map(|part| part.value.clone()),
            self.roots.as_ref().map_or_else(|| self.platform.clone(), |part| part.value.clone()),
        )
    }
}

// === impl Content ===

impl Content {
    /// Tells equal content from different content without keeping it.
    fn digest(&self) -> [u8; 32] {
        match self {
            Self::Pair { certificates, key } => {
                // Two digests in a row cannot be shifted into each other.
                let mut both = sha256(certificates).to_vec();
                both.extend(sha256(key));
                sha256(&both)
            }
            Self::Roots { bundle, .. } => sha256(bundle),
        }
    }
}
