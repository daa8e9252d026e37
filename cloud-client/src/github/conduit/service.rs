//! The conduit as a tower service, which is what octocrab sends through.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{Request, Response};
use octocrab::OctoBody;
use tower::Service;
use tracing::Instrument as _;

use super::Core;
use crate::github::error::GithubError;
use crate::github::transport::Answer;

/// A core, and the deadline of the calls that go through it.
#[derive(Clone, Debug)]
pub(in crate::github) struct Conduit {
    core: Arc<Core>,
    deadline: Duration,
}

// === impl Conduit ===

impl Conduit {
    pub(in crate::github) fn new(core: Arc<Core>, deadline: Duration) -> Self {
        Self { core, deadline }
    }
}

impl Service<Request<OctoBody>> for Conduit {
    type Response = Response<Answer>;
    type Error = GithubError;
    type Future = BoxFuture<'static, Result<Response<Answer>, GithubError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), GithubError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let core = Arc::clone(&self.core);
        let deadline = self.deadline;
        let span = tracing::debug_span!(
            "github",
            otel.kind = "client",
            http.request.method = super::method_name(request.method()),
            server.address = core.base.host(),
            github.instance = core.place.name(),
            github.credential = core.credential.kind().as_str(),
        );
        Box::pin(async move { core.call(request, deadline).await }.instrument(span))
    }
}
