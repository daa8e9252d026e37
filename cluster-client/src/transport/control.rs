//! What the owner of a connection does with it: look whether it is well, give it another credential, let it go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use jiff::Timestamp;

use super::connector::Origins;
use super::link::Link;
use super::stats::ConnectionStats;
use crate::connect::ConnectionControl;
use crate::error::ConnectError;
use crate::spec::CredentialSpec;

/// The control of one connection.
pub(super) struct Control {
    link: Arc<Link>,
    origins: Origins,
}

/// How long tasks may take to notice that they were told to end.
const END: Duration = Duration::from_secs(5);

impl Control {
    pub(super) fn new(link: Arc<Link>, origins: Origins) -> Self {
        Self { link, origins }
    }
}

/// Whether an answer says that all is well. An API server that does not let us ask, or is too old to know the question, is there and
/// answers.
fn is_well(status: StatusCode) -> bool {
    status.is_success() || matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
}

#[async_trait]
impl ConnectionControl for Control {
    async fn probe(&self, within: Duration) -> Result<(), ConnectError> {
        let server = || self.link.server.as_ref().to_owned();
        let probe = async {
            let live = self.link.ask_renewing("/livez").await?.status();
            if !is_well(live) {
                return Err(ConnectError::NotLive { server: server(), status: live.as_u16() });
            }
            let ready = self.link.ask_renewing("/readyz").await?.status();
            if !is_well(ready) {
                return Err(ConnectError::NotReady { server: server(), status: ready.as_u16() });
            }
            Ok(())
        };
        tokio::time::timeout(within, probe).await.unwrap_or_else(|_elapsed| Err(self.link.too_late(within)))
    }

    async fn swap_credential(&self, credential: &CredentialSpec) -> Result<(), ConnectError> {
        let link = &self.link;
        let origin = self.origins.origin(credential);
        let fetched = origin.fetch(link.options.credential_timeout).await;
        let fetched = fetched.map_err(|source| link.auth_error(source))?;
        let candidate = link.auth.candidate(&fetched).map_err(|source| link.auth_error(source))?;
        // An API server that can be asked has the last word. One that cannot be asked says nothing against it.
        if let Err(error @ ConnectError::Auth { .. }) = link.ask("/version", &candidate).await {
            return Err(error);
        }
        link.auth.swap(origin, fetched).await.map_err(|source| link.auth_error(source))
    }

    fn in_flight(&self) -> usize {
        self.link.gauges.in_flight()
    }

    fn credential_expires(&self) -> Option<Timestamp> {
        self.link.auth.current().expires
    }

    fn stats(&self) -> ConnectionStats {
        self.link.stats()
    }

    async fn close(&self, drain: Duration) {
        let link = &self.link;
        link.closed.cancel();
        link.turns.close();
        // What is not done by then is ended.
        let _drained = tokio::time::timeout(drain, link.gauges.drained()).await;
        link.tasks.kill.cancel();
        link.tasks.tracker.close();
        if tokio::time::timeout(END, link.tasks.tracker.wait()).await.is_err() {
            tracing::warn!(server = %link.server, "tasks of a closed connection are still there");
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.fmt(f)
    }
}
