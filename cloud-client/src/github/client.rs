//! One client: octocrab over our conduit, and what it does not offer itself. Knows nothing of configuration.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, Method, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::conduit::{Conduit, Core, lock};
use super::credential::CredentialId;
use super::error::{GithubError, GithubErrorKind};
use super::limits::Resource;
use super::repository::Repository;

/// A client of one instance as one credential. Cheap to clone; clones share connections, tokens, limits and known answers.
///
/// [`octocrab`](Self::octocrab) is the whole API; the methods here are what applications need most, with typed errors.
///
/// # Cancel safety
///
/// Calls may be given up: a token or an answer that others wait for comes all the same, and the next caller finds it. A change that was
/// sent may have been made.
#[derive(Clone, Debug)]
pub struct GithubClient {
    octocrab: Octocrab,
    pub(super) core: Arc<Core>,
}

/// How a client is doing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GithubHealth {
    /// When a call last ended with an answer.
    pub last_success: Option<Timestamp>,
    /// When a call last failed, and how.
    pub last_failure: Option<(Timestamp, GithubError)>,
    /// What is left of the hour's allowance for ordinary calls, as far as is known.
    pub allowance: Option<Allowance>,
    /// When the token in use ends, if it does.
    pub token_expires: Option<Timestamp>,
    /// Whether no connection is tried at present, after several that did not come about.
    pub resting: bool,
}

/// What is left of an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// How many requests, those under way not counted.
    pub remaining: u64,
    /// Out of how many.
    pub limit: u64,
    /// Until when, by our clock.
    pub reset: Timestamp,
}

// === impl GithubClient ===

impl GithubClient {
    pub(super) fn new(core: Arc<Core>) -> Result<Self, GithubError> {
        let deadline = core.options.deadline;
        Self::with_core(core, deadline)
    }

    fn with_core(core: Arc<Core>, deadline: Duration) -> Result<Self, GithubError> {
        // octocrab starts a task that ends with its last clone, and would panic for want of a runtime.
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(core.fail(GithubErrorKind::NoRuntime));
        }
        let conduit = Conduit::new(Arc::clone(&core), deadline);
        let Ok(octocrab) = OctocrabBuilder::new_empty().with_service(conduit).with_auth(AuthState::None).build();
        Ok(Self { octocrab, core })
    }

    /// The client as octocrab: everything goes through the same credential, limits and deadlines. Failures of this crate are the source of
    /// octocrab's; see [`GithubError::find`].
    #[must_use]
    pub fn octocrab(&self) -> &Octocrab {
        &self.octocrab
    }

    /// The same client, with another deadline for its calls.
    ///
    /// # Errors
    /// Outside a tokio runtime.
    pub fn with_deadline(&self, deadline: Duration) -> Result<Self, GithubError> {
        Self::with_core(Arc::clone(&self.core), deadline)
    }

    /// The name of the instance in the configuration.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.core.place.name()
    }

    /// Who asks.
    #[must_use]
    pub fn credential(&self) -> &CredentialId {
        self.core.credential.id()
    }

    /// How it is doing, from memory: nothing is asked.
    #[must_use]
    pub fn health(&self) -> GithubHealth {
        let core = &self.core;
        let last = lock(&core.last).clone();
        let now = core.time.now();
        let allowance =
            core.gate.left(Resource::Core, now).map(|(remaining, limit, reset)| Allowance { remaining, limit, reset });
        GithubHealth {
            last_success: last.success,
            last_failure: last.failure,
            allowance,
            token_expires: core.tokens.expires(&core.credential),
            resting: lock(&core.breaker).is_resting(core.time.ticks(), core.options.rest_after),
        }
    }

    /// A repository, by its owner and name. Asks nothing.
    #[must_use]
    pub fn repository(&self, owner: impl Into<String>, name: impl Into<String>) -> Repository {
        Repository::new(self.clone(), owner.into(), name.into())
    }

    pub(super) fn max_pages(&self) -> usize {
        self.core.options.max_pages
    }

    /// The answer to a GET, whatever its status, body and all.
    pub(super) async fn fetch(
        &self,
        operation: &'static str,
        path: &str,
        accept: Option<&'static str>,
    ) -> Result<Response<Bytes>, GithubError> {
        let mut request = Builder::new().method(Method::GET).uri(path);
        if let Some(accept) = accept {
            request = request.header(header::ACCEPT, accept);
        }
        let octocrab = |error: octocrab::Error| self.from_octocrab(operation, error);
        let request = self.octocrab.build_request(request, None::<&()>).map_err(octocrab)?;
        let (parts, body) = self.octocrab.execute(request).await.map_err(octocrab)?.into_parts();
        let limit = self.core.options.max_body;
        let collected = http_body_util::Limited::new(body, limit).collect().await;
        let body = collected.map_err(|error| match error.is::<http_body_util::LengthLimitError>() {
            true => self.fail(GithubErrorKind::TooLarge { limit }),
            false => self.fail(GithubErrorKind::Dispatch {
                kind: core_client::error::DispatchKind::Closed,
                attempts: 1,
                source: error.into(),
            }),
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }

    /// The answer to a GET if it is a success; nothing for 404.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &str,
    ) -> Result<Option<(HeaderMap, T)>, GithubError> {
        let response = self.fetch(operation, path, None).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let (parts, body) = self.success(operation, response)?.into_parts();
        Ok(Some((parts.headers, self.decode(operation, &body)?)))
    }

    /// The answer to a GET if it is a success.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &str,
    ) -> Result<(HeaderMap, T), GithubError> {
        let response = self.fetch(operation, path, None).await?;
        let (parts, body) = self.success(operation, response)?.into_parts();
        Ok((parts.headers, self.decode(operation, &body)?))
    }

    /// An answer that is a success, or the refusal that it is.
    pub(super) fn success(
        &self,
        operation: &'static str,
        response: Response<Bytes>,
    ) -> Result<Response<Bytes>, GithubError> {
        if response.status().is_success() {
            return Ok(response);
        }
        let said: Said = serde_json::from_slice(response.body()).unwrap_or_default();
        Err(self.fail(GithubErrorKind::Refused {
            status: response.status(),
            operation,
            message: said.message.chars().take(200).collect(),
            documentation_url: said.documentation_url,
        }))
    }

    pub(super) fn decode<T: DeserializeOwned>(&self, operation: &'static str, body: &[u8]) -> Result<T, GithubError> {
        serde_json::from_slice(body).map_err(|error| {
            // What serde quotes is of the body.
            let at = format!("line {}, column {}", error.line(), error.column());
            let source: Box<dyn std::error::Error + Send + Sync> = at.into();
            self.fail(GithubErrorKind::Decode { operation, source: source.into() })
        })
    }

    /// An error of octocrab's as one of ours, with instance and credential.
    #[must_use]
    pub fn from_octocrab(&self, operation: &'static str, error: octocrab::Error) -> GithubError {
        if let Some(own) = GithubError::find(&error) {
            return own.clone();
        }
        self.fail(match error {
            octocrab::Error::GitHub { source, .. } => GithubErrorKind::Refused {
                status: source.status_code,
                operation,
                message: source.message.chars().take(200).collect(),
                documentation_url: source.documentation_url.clone(),
            },
            other => GithubErrorKind::Client { operation, source: Arc::new(other) },
        })
    }

    pub(super) fn fail(&self, kind: GithubErrorKind) -> GithubError {
        self.core.fail(kind)
    }
}

/// What a refusal says.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    message: String,
    documentation_url: Option<String>,
}
