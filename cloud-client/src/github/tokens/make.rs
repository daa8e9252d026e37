//! Fetches tokens: from where they are kept, by signing, or from GitHub on the strength of a signature.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_client::RetryHint;
use core_client::pool::{Freshness, Made, Make};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use jiff::{SignedDuration, Timestamp};
use octocrab::OctoBody;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Bearer;
use crate::github::app::{App, Kept};
use crate::github::credential::{Credential, Installation, Target, Who};
use crate::github::decide;
use crate::github::error::{GithubError, GithubErrorKind, Place, TokenRefusal};
use crate::github::instance::Base;
use crate::github::jwt;
use crate::github::limits::{self, Resource};
use crate::github::metrics::Recorder;
use crate::github::route::route;
use crate::github::time::Time;
use crate::github::transport::{Read, Transport, read};

/// An answer about an installation is small.
const MAX_ANSWER: usize = 1 << 20;
/// Clocks that differ by less are not blamed for a refusal.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

pub(in crate::github) struct Maker {
    pub(in crate::github) place: Place,
    pub(in crate::github) base: Base,
    pub(in crate::github) transport: Transport,
    pub(in crate::github) user_agent: HeaderValue,
    pub(in crate::github) attempt_timeout: Duration,
    pub(in crate::github) time: Arc<dyn Time>,
    pub(in crate::github) recorder: Recorder,
    pub(in crate::github) installations: Mutex<HashMap<Credential, u64>>,
}

#[derive(Deserialize)]
struct Found {
    id: u64,
}

#[derive(Deserialize)]
struct Given {
    token: SecretString,
    expires_at: Option<Timestamp>,
}

#[async_trait]
impl Make for Maker {
    type Key = Credential;
    type Item = Arc<Bearer>;
    type Error = GithubError;

    async fn make(&self, credential: &Credential) -> Result<Made<Arc<Bearer>>, GithubError> {
        let place = self.place.as_credential(credential.id(), credential.organisation());
        let made = match credential.who() {
            Who::Anonymous => Err(GithubError::new(&place, GithubErrorKind::NoCredential)),
            Who::Token(source) => self.kept(&place, source).await,
            Who::App(app) => self.signed(&place, app).await,
            Who::Installation(installation) => self.given(&place, credential, installation).await,
        };
        self.recorder.token_fetched(credential.kind(), made.is_ok());
        made.map(|bearer| Made::lasting(Arc::new(bearer)))
    }

    fn patience(&self, error: &GithubError) -> Option<Duration> {
        match error.retry_hint() {
            RetryHint::After(wait) => Some(wait),
            _ => None,
        }
    }

    /// By the clock of the calls, and by what GitHub said of it.
    fn freshness(&self, _: &Credential, bearer: &Arc<Bearer>) -> Freshness {
        bearer.freshness(self.time.now())
    }
}

impl Maker {
    async fn kept(&self, place: &Place, source: &Kept) -> Result<Bearer, GithubError> {
        let token = source.read().await.map_err(|error| GithubError::new(place, GithubErrorKind::Secret(error)))?;
        self.bearer(place, token.expose_secret(), None)
    }

    async fn signed(&self, place: &Place, app: &App) -> Result<Bearer, GithubError> {
        let key = app.key().read().await.map_err(|error| GithubError::new(place, GithubErrorKind::Secret(error)))?;
        let (issuer, now) = (app.issuer().to_owned(), self.time.now());
        // A signature takes a millisecond or so.
        let signing = tokio::task::spawn_blocking(move || jwt::sign(&issuer, key.expose_secret(), now)).await;
        let token = signing
            .unwrap_or(Err(jwt::KeyError::Sign))
            .map_err(|error| GithubError::new(place, GithubErrorKind::Key(error)))?;
        let expires = limits::after(now, SignedDuration::from_secs(jwt::LIFETIME_SECONDS));
        self.bearer(place, &token, Some(expires))
    }

    async fn given(&self, place: &Place, who: &Credential, wanted: &Installation) -> Result<Bearer, GithubError> {
        let app = self.signed(place, &wanted.app).await?;
        let known = self.known(who);
        let id = match known {
            Some(id) => id,
            None => self.look_up(place, who, wanted, &app).await?,
        };
        match self.ask_for_token(place, id, wanted, &app).await {
            // It may have been installed again since, under another number.
            Err(error) if known.is_some() && error.status() == Some(StatusCode::NOT_FOUND) => {
                let id = self.look_up(place, who, wanted, &app).await?;
                self.ask_for_token(place, id, wanted, &app).await
            }
            outcome => outcome,
        }
    }

    async fn ask_for_token(
        &self,
        place: &Place,
        id: u64,
        wanted: &Installation,
        app: &Bearer,
    ) -> Result<Bearer, GithubError> {
        let body = serde_json::to_vec(&wanted.scope).unwrap_or_default();
        let path = format!("/app/installations/{id}/access_tokens");
        let given: Given = self.ask(place, Method::POST, &path, body.into(), app).await?;
        self.bearer(place, given.token.expose_secret(), given.expires_at)
    }

    /// The number of an installation, from GitHub.
    async fn look_up(
        &self,
        place: &Place,
        who: &Credential,
        wanted: &Installation,
        app: &Bearer,
    ) -> Result<u64, GithubError> {
        let text =
            |parts: &[&str]| route(parts).map_err(|text| GithubError::new(place, GithubErrorKind::Address { text }));
        let path = match &wanted.target {
            Target::Id(id) => return Ok(*id),
            Target::Organisation(name) => text(&["orgs", name, "installation"])?,
            Target::User(name) => text(&["users", name, "installation"])?,
            Target::Repository { owner, name } => text(&["repos", owner, name, "installation"])?,
        };
        let found: Found = self.ask(place, Method::GET, &path, OctoBody::empty(), app).await?;
        self.installations.lock().unwrap_or_else(PoisonError::into_inner).insert(who.clone(), found.id);
        Ok(found.id)
    }

    /// Forgets the number of an installation that nobody asks for any more.
    pub(super) fn forget(&self, who: &Credential) {
        self.installations.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }

    fn known(&self, who: &Credential) -> Option<u64> {
        self.installations.lock().unwrap_or_else(PoisonError::into_inner).get(who).copied()
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        place: &Place,
        method: Method,
        path: &str,
        body: OctoBody,
        app: &Bearer,
    ) -> Result<T, GithubError> {
        const OPERATION: &str = "an installation token";
        let fail = |kind| GithubError::new(place, kind);
        let address = path.parse::<Uri>().ok().and_then(|uri| self.base.resolve(&uri).ok());
        let Some((uri, _)) = address else {
            return Err(fail(GithubErrorKind::Address { text: path.to_owned() }));
        };
        let mut request = Request::new(body);
        (*request.method_mut(), *request.uri_mut()) = (method, uri);
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, app.header());
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = self
            .transport
            .send(request, self.attempt_timeout)
            .await
            .map_err(|lost| fail(GithubErrorKind::Dispatch { kind: lost.kind, attempts: 1, source: lost.cause }))?;
        let (status, now) = (response.status(), self.time.now());
        let (parts, body) = response.into_parts();
        let body = match read(body, MAX_ANSWER).await {
            Ok(Read::Whole(body)) => body,
            Ok(Read::Larger(_)) => return Err(fail(GithubErrorKind::TooLarge { limit: MAX_ANSWER })),
            Err(source) => {
                let kind = core_client::error::DispatchKind::Closed;
                return Err(fail(GithubErrorKind::Dispatch { kind, attempts: 1, source: source.into() }));
            }
        };
        if !status.is_success() {
            return Err(fail(refusal(status, &parts.headers, &body, now)));
        }
        // What serde quotes of a body might be a token: only where it went wrong is told.
        serde_json::from_slice(&body).map_err(|error| {
            let source = format!("line {}, column {}", error.line(), error.column());
            let source: Box<dyn std::error::Error + Send + Sync> = source.into();
            fail(GithubErrorKind::Decode { operation: OPERATION, source: source.into() })
        })
    }

    fn bearer(&self, place: &Place, token: &str, expires: Option<Timestamp>) -> Result<Bearer, GithubError> {
        Bearer::new(token, self.time.now(), expires).ok_or_else(|| GithubError::new(place, GithubErrorKind::TokenText))
    }
}

/// What a refusal of a token means: a limit, or what its status says.
fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> GithubErrorKind {
    let documentation = decide::documentation_url(body);
    let rate = limits::read(headers, Resource::Core, now);
    let answer = decide::Answer { status, headers, rate, documentation_url: documentation.as_deref() };
    if let Some((reset, limit)) = decide::limited(answer, now) {
        let wait = Duration::try_from(reset.duration_since(now)).unwrap_or(Duration::ZERO);
        return GithubErrorKind::RateLimited { limit, reset, wait };
    }
    let skew = limits::date(headers).map(|theirs| theirs.duration_since(now)).filter(|skew| skew.abs() > SKEW);
    GithubErrorKind::TokenRefused { reason: TokenRefusal::of(status), status, skew }
}

impl fmt::Debug for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Maker").field("place", &self.place).finish_non_exhaustive()
    }
}
