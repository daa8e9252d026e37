//! Faults of a whole cluster: of its listener, its connections, its certificates and its watches.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use tokio::net::TcpListener;

use super::identity::administrator;
use super::inner::WatchOrder;
use super::pki::Authority;
use super::tls::Tls;
use super::{FakeCluster, StartError};

/// What becomes of client certificates of the previous authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "old certificates are good or they are not")]
pub enum OldTrust {
    /// They are accepted beside those of the new one.
    Keep,
    /// They are answered with 401 from now on, also on open connections.
    Drop,
}

impl FakeCluster {
    /// Stops to listen: new connections are refused, open ones stay. Waits until the port is closed.
    pub async fn stop_listening(&self) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((stop, accepting)) = listening else { return };
        stop.cancel();
        // The loop gives up the port when it ends; it cannot fail otherwise than by a panic, which ends it too.
        let _ended = accepting.await;
    }

    /// Listens again, on the same port.
    ///
    /// # Errors
    /// When somebody else took the port meanwhile.
    pub async fn listen_again(&self) -> Result<(), StartError> {
        if self.listening.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.inner.address).await.map_err(StartError::Listen)?;
        self.accept_on(listener);
        Ok(())
    }

    /// Accepts new connections and never says a word to them, or stops doing so. Open connections are served on.
    pub fn accept_only(&self, mute: bool) {
        self.inner.mute.store(mute, Ordering::Relaxed);
    }

    /// Resets all open connections (TCP RST).
    pub fn reset_connections(&self) {
        self.inner.wires.reset();
    }

    /// Closes all open connections in the middle of whatever they do.
    pub fn close_connections(&self) {
        self.inner.wires.close();
    }

    /// Makes all open connections half-open: nothing passes in either direction, and they do not end. New connections
    /// are served.
    pub fn freeze_connections(&self) {
        self.inner.wires.freeze();
    }

    /// Lets frozen connections carry bytes again.
    pub fn thaw_connections(&self) {
        self.inner.wires.thaw();
    }

    /// Ends all running watches without an error, as a server does whose timeout is over.
    pub fn end_watches(&self) {
        self.inner.watch_orders.send_replace(WatchOrder::End);
    }

    /// Ends all running watches with `410 Expired`.
    pub fn expire_watches(&self) {
        self.inner.watch_orders.send_replace(WatchOrder::Expire);
    }

    /// Forgets the history of all objects: watches and lists from an earlier revision get `410 Expired`.
    pub fn compact(&self) {
        self.api().store().compact();
    }

    /// Shows another certificate of the same authority to new connections.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotate_serving_certificate(&self) -> Result<(), StartError> {
        let old = self.inner.tls.load();
        self.inner.tls.store(Arc::new(Tls::new(old.authority.clone(), old.trusted.clone())?));
        Ok(())
    }

    /// Takes another authority: for the serving certificate that new connections see, for client certificates issued
    /// from now on, and for the administrator.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotate_authority(&self, old: OldTrust) -> Result<(), StartError> {
        let authority = Arc::new(Authority::new(&format!("{} CA", self.name()))?);
        let mut trusted = vec![authority.der().clone()];
        if old == OldTrust::Keep {
            trusted.extend(self.inner.tls.load().trusted.iter().cloned());
        }
        let admin = administrator(&authority)?;
        self.inner.tls.store(Arc::new(Tls::new(authority, trusted)?));
        self.admin.store(Arc::new(admin));
        Ok(())
    }

    /// Accepts a bearer token no more. Returns whether it was known.
    pub fn revoke_token(&self, token: &str) -> bool {
        self.api().access().revoke_token(token)
    }
}
