//! A client that refuses to speak once the right to do so has ended; knows nothing of what is asked.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use tower::{BoxError, Service};

use super::ownership::OwnershipToken;
use crate::error::ClientError;
use crate::handle::ClusterHandle;
use crate::provider::ClientProvider;

/// Decides whether a connection may still be used.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) handle: ClusterHandle,
    pub(super) ownership: OwnershipToken,
    /// Who knows what became of the cluster; none for the home cluster.
    pub(super) provider: Option<Arc<dyn ClientProvider>>,
}

impl Guard {
    /// Why it may not be used, if it may not.
    fn refusal(&self) -> Option<ClientError> {
        if !self.ownership.is_held() {
            return Some(ClientError::NotOwned);
        }
        self.handle.alive().is_cancelled().then(|| {
            let now = self.provider.as_ref().map(|provider| provider.peek(self.handle.key()));
            match now {
                Some(Ok(current)) if !current.same_as(&self.handle) => {
                    ClientError::Stale { held: Some(self.handle.revision().into()), current: current.revision() }
                }
                _ => ClientError::Removed,
            }
        })
    }

    async fn ended(&self) {
        tokio::select! {
            () = self.ownership.cancel.cancelled() => {}
            () = self.handle.alive().cancelled() => {}
        }
    }

    /// A client over the handle's that asks before every request, and gives up those under way when the answer changes.
    pub(super) fn client(self) -> Client {
        let namespace = self.handle.client().default_namespace().to_owned();
        // A client that is kept for ever asks for ever; that is no work.
        let ownership = self.ownership.watched();
        Client::new(Guarded(Self { ownership, ..self }), namespace)
    }
}

/// The reason of the guard in an error of a guarded client; `None` when it failed for another reason.
///
/// It is one of [`ClientError::Removed`], [`ClientError::Stale`] and [`ClientError::NotOwned`].
#[must_use]
pub fn refusal(error: &kube::Error) -> Option<&ClientError> {
    match error {
        kube::Error::Service(source) => source.downcast_ref(),
        _ => None,
    }
}

struct Guarded(Guard);

impl Service<Request<Body>> for Guarded {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let guard = self.0.clone();
        Box::pin(async move {
            if let Some(refusal) = guard.refusal() {
                return Err(refusal.into());
            }
            tokio::select! {
                // A right that has ended is looked at before an answer.
                biased;
                () = guard.ended() => Err(guard.refusal().unwrap_or(ClientError::Removed).into()),
                answer = guard.handle.client().send(request) => answer.map_err(BoxError::from),
            }
        })
    }
}
