//! Failures without an answer of the API server: no connection, a credential that could not be had, an answer that cannot be read.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use cluster_client::ErrorClass;
use cluster_client::auth::AuthError;
use cluster_client::error::ConnectError;

use super::{Failure, FailureClass, RequestContext, Retry, failure, redact};

/// Longest chain of causes that is followed.
const DEEPEST: usize = 16;
/// Longest text of a cause that is passed on, in characters.
const LONGEST: usize = 400;

pub(super) fn classify(error: &kube::Error, request: &RequestContext<'_>) -> Failure {
    let verb = request.verb.as_str();
    if let Some(connect) = connect_error(error) {
        let class = match connect {
            ConnectError::Timeout { .. } => FailureClass::Timeout,
            connect => match connect.class() {
                ErrorClass::CredentialRejected | ErrorClass::CredentialUnavailable => FailureClass::Unauthorized,
                ErrorClass::Forbidden => FailureClass::Forbidden,
                ErrorClass::Unhealthy => FailureClass::Transient,
                _ => FailureClass::Unreachable,
            },
        };
        let retry = match (class, connect) {
            (_, ConnectError::Auth { source: AuthError::Suspended { retry_in }, .. }) => Retry::After(*retry_in),
            (FailureClass::Unauthorized, _) => Retry::After(Duration::from_secs(1)),
            (FailureClass::Forbidden, _) => Retry::No,
            (_, ConnectError::Closed { .. } | ConnectError::Identity { .. }) => Retry::No,
            (_, connect) if connect.class() == ErrorClass::Input => Retry::No,
            _ => Retry::Jittered,
        };
        return failure(class, retry, format!("could not {verb}: {}", chain(connect)), request);
    }
    let (class, retry) = match error {
        kube::Error::HyperError(_) | kube::Error::Service(_) | kube::Error::ReadEvents(_) => {
            let class = if timed_out(error) { FailureClass::Timeout } else { FailureClass::Unreachable };
            (class, Retry::Jittered)
        }
        kube::Error::Auth(_) => (FailureClass::Unauthorized, Retry::After(Duration::from_secs(1))),
        _ => (FailureClass::Other, Retry::No),
    };
    // An answer that cannot be read is quoted by what could not read it.
    let said = match error {
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => "the answer cannot be read".to_owned(),
        error => error.source().map_or_else(|| error.to_string(), chain),
    };
    let said = if redact::is_secret(&request.id.kind) && class == FailureClass::Other {
        "the request or its answer is malformed".to_owned()
    } else {
        redact::shortened(&said, LONGEST)
    };
    failure(class, retry, format!("could not {verb}: {said}"), request)
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source()).take(DEEPEST)
}

fn connect_error(error: &kube::Error) -> Option<&ConnectError> {
    causes(error).find_map(|cause| {
        cause.downcast_ref::<ConnectError>().or_else(|| cause.downcast_ref::<Arc<ConnectError>>().map(AsRef::as_ref))
    })
}

fn timed_out(error: &kube::Error) -> bool {
    causes(error).any(|cause| {
        cause.is::<tokio::time::error::Elapsed>()
            || cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut)
    })
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    core_client::error::ErrorChain::new(error).to_string()
}
