//! What went wrong with a request for something besides the main matter: of which class, and in words, without secrets.

use cluster_client::discovery::DiscoveryError;
use core_client::error::ErrorChain;

use super::REQUEST_TIMEOUT;
use crate::issue::IssueClass;

/// Trouble with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) class: IssueClass,
    pub(crate) message: String,
}

impl Trouble {
    pub(crate) fn of(error: &kube::Error) -> Self {
        let (class, message) = match error {
            kube::Error::Api(status) if status.code == 403 => (IssueClass::Forbidden, status.message.clone()),
            kube::Error::Api(status) if status.code == 429 || status.code >= 500 => {
                (IssueClass::Unavailable, status.message.clone())
            }
            kube::Error::Api(status) => (IssueClass::Refused, status.message.clone()),
            // What could not be decoded may be a secret.
            kube::Error::SerdeError(_) => (IssueClass::Other, "the answer cannot be read".into()),
            other => (IssueClass::Unavailable, ErrorChain::new(other).to_string()),
        };
        Self { class, message }
    }

    pub(crate) fn of_discovery(error: &DiscoveryError) -> Self {
        let class = match error {
            DiscoveryError::Fetch { .. } => IssueClass::Unavailable,
            _ => IssueClass::UnknownKind,
        };
        Self { class, message: ErrorChain::new(error).to_string() }
    }

    pub(crate) fn timeout() -> Self {
        Self { class: IssueClass::Unavailable, message: format!("no answer within {} s", REQUEST_TIMEOUT.as_secs()) }
    }
}

/// Makes one request with a bound.
pub(crate) async fn asked<T>(request: impl Future<Output = Result<T, kube::Error>>) -> Result<T, Trouble> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Trouble::of(&error)),
        Err(_) => Err(Trouble::timeout()),
    }
}
