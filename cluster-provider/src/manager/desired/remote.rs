//! A list that is fetched by HTTP for every pass, and only sent again when it has changed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_client::credentials::Credentials;
use core_client::http::{ClientOptions, HttpClient, TokenSource};
use core_client::options::HttpOptions;
use futures::stream::{self, BoxStream, StreamExt as _};
use http::{HeaderValue, StatusCode, header};

use super::parts::{LONGEST, parse};
use super::{DesiredClusters, DesiredStateSource, SourceError, aside};

/// How long fetching may take, repetitions included.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A document with a list `clusters`, in YAML or JSON, at an `https` URL.
///
/// Whatever is no success, takes too long, is too long or is no such document (an empty one included) is an error, and an error changes
/// nothing. A server that gives an `ETag` is asked only whether the document is another one.
#[derive(Clone)]
pub struct HttpSource {
    name: String,
    http: HttpClient,
    path: String,
    held: Arc<Mutex<Option<Held>>>,
}

/// What was fetched last.
#[derive(Clone)]
struct Held {
    etag: HeaderValue,
    desired: DesiredClusters,
}

/// A URL that cannot be fetched from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// It is none, is not `https`, or holds what does not belong there, such as a password.
    #[error("the URL of the desired clusters cannot be used")]
    Url(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No client can be made for it.
    #[error("no HTTP client can be made for the desired clusters")]
    Client(#[source] core_client::Error),
}

/// A document that is no text.
#[derive(Debug, thiserror::Error)]
#[error("it is no UTF-8")]
struct NoText;

/// A server that says that nothing changed, when it was not asked that.
#[derive(Debug, thiserror::Error)]
#[error("the server says that it has not changed since nobody knows when")]
struct UnchangedSinceNever;

// === impl HttpSource ===

impl HttpSource {
    /// What a client gets at a path below its endpoint. `name` is under which it owns clusters, and stays the same when the document moves.
    /// Deadlines, longest answer, trust and proxy are the client's; so is whether it shows a token.
    pub fn new(name: impl Into<String>, http: HttpClient, path: impl Into<String>) -> Self {
        Self { name: name.into(), http, path: path.into(), held: Arc::default() }
    }

    /// What is at an `https` URL whose server is trusted by these credentials: within 15 s, and 16 MiB at most.
    ///
    /// # Errors
    /// [`InvalidUrl`]; nothing of the URL is repeated that may be a secret.
    pub fn at(name: impl Into<String>, url: &str, credentials: Credentials) -> Result<Self, InvalidUrl> {
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| InvalidUrl::Url(error);
        // What stands behind a `#` never leaves a client.
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let (whole, query) = url.split_once('?').map_or((url, None), |(whole, query)| (whole, Some(query)));
        // The last part is what is fetched; what is before it is where the service is.
        let authority = whole.find("://").map_or(0, |at| at + 3);
        let (base, last) = match whole[authority..].rsplit_once('/') {
            Some((base, last)) => (&whole[..authority + base.len()], last),
            None => (whole, ""),
        };
        let endpoint = HttpOptions::new("desired-clusters").with_host(base).endpoint();
        let endpoint = endpoint.map_err(|error| refused(error.into()))?;
        // Without the query, which an error would repeat.
        endpoint.join(last).map_err(|error| refused(error.into()))?;
        let path = query.map_or_else(|| last.to_owned(), |query| format!("{last}?{query}"));
        let longest = usize::try_from(LONGEST).unwrap_or(usize::MAX);
        let options = ClientOptions::default().with_total_timeout(TIMEOUT).with_max_response_bytes(longest);
        let http = HttpClient::builder(endpoint, credentials).options(options).build().map_err(InvalidUrl::Client)?;
        Ok(Self::new(name, http, path))
    }

    /// Shows a token with each request; see [`core_client::bearer::BearerTokens`] for one that is renewed.
    #[must_use]
    pub fn with_token_source(mut self, tokens: Arc<dyn TokenSource>) -> Self {
        self.http = self.http.with_token_source(tokens);
        self
    }

    /// Where it is, without the query, which may hold what others should not see.
    fn place(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{}/{}", self.http.endpoint().base(), path.trim_start_matches('/'))
    }

    fn unreadable(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SourceError {
        SourceError::Unreadable { place: self.place(), source: source.into() }
    }

    fn held(&self) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, etag: Option<HeaderValue>, desired: &DesiredClusters) {
        let held = etag.map(|etag| Held { etag, desired: desired.clone() });
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
    }
}

#[async_trait]
impl DesiredStateSource for HttpSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        let held = self.held();
        let mut request = self.http.get(&self.path).operation("get_desired_clusters");
        request = request.header(header::ACCEPT, "application/yaml, application/json, text/*;q=0.5");
        if let Some(held) = &held {
            request = request.header(header::IF_NONE_MATCH, held.etag.clone());
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.status() == Some(StatusCode::NOT_MODIFIED) => {
                return held.map(|held| held.desired).ok_or_else(|| self.unreadable(UnchangedSinceNever));
            }
            Err(error) => return Err(self.unreadable(error)),
        };
        // Anything but 200 is about something else than the document: a part of it, or none.
        if answer.status() != StatusCode::OK {
            return Err(self.unreadable(Strange(answer.status())));
        }
        let etag = answer.headers().get(header::ETAG).cloned();
        let bytes = answer.bytes().await.map_err(|error| self.unreadable(error))?;
        let text = String::from_utf8(bytes.into()).map_err(|_| self.unreadable(NoText))?;
        let desired = aside(self.place(), move |place| parse(place, &text)).await?;
        self.hold(etag, &desired);
        Ok(desired)
    }

    /// None: it is asked in every pass.
    fn changes(&self) -> BoxStream<'static, ()> {
        stream::pending().boxed()
    }
}

impl fmt::Debug for HttpSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSource").field("name", &self.name).field("place", &self.place()).finish_non_exhaustive()
    }
}

/// A success without a document.
#[derive(Debug, thiserror::Error)]
#[error("the server answers {0}, which is no document")]
struct Strange(StatusCode);
