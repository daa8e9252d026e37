//! Requests written by hand, for what no bindings exist. Everything about sending them is shared with bindings.

use std::fmt;
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CallContext;
use super::answer::Answer;
use super::retry::RetryClass;
use crate::error::{ConstructionError, ConstructionKind, DecodeError, Error};
use crate::telemetry::LoggableHeaders;

/// A request that has not been sent. The first mistake made while building it is what [`send`](Self::send) reports.
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder {
    context: CallContext,
    request: Result<reqwest::RequestBuilder, Error>,
    operation: &'static str,
    class: RetryClass,
}

/// A success.
pub struct Response {
    answer: Answer,
    operation: &'static str,
    host: String,
    max_bytes: usize,
}

// === impl RequestBuilder ===

impl RequestBuilder {
    pub(super) fn new(context: CallContext, method: Method, path: &str) -> Self {
        let request = context
            .http()
            .endpoint()
            .join(path)
            .map(|url| context.http().drawing_board().request(method, url))
            .map_err(|error| {
                ConstructionError::new(ConstructionKind::Url, "the path cannot be used").with_source(error).into()
            });
        Self { context, request, operation: "", class: RetryClass::default() }
    }

    /// Names the operation in traces, metrics and errors: a constant word, no path.
    pub fn operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }

    /// Sets a header, replacing what is there.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let pair = name.try_into().ok().and_then(|name| value.try_into().ok().map(|value| (name, value)));
        self.request = self.request.and_then(|request| match pair {
            Some((name, value)) => Ok(request.headers(HeaderMap::from_iter([(name, value)]))),
            None => Err(ConstructionError::new(
                ConstructionKind::Header,
                "a header has a name or a value that is not allowed",
            )
            .into()),
        });
        self
    }

    /// Adds query parameters: pairs, a map, or a struct.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.map(|request| request.query(query))
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.map(|request| request.json(body))
    }

    /// Sets a form body.
    pub fn form<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.map(|request| request.form(body))
    }

    /// Sets a body of bytes.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        let body: Bytes = body.into();
        self.map(|request| request.body(body))
    }

    /// Bounds this call by `total` instead of the client's total timeout.
    pub fn timeout(self, total: Duration) -> Self {
        self.map(|request| request.timeout(total))
    }

    /// Says whether the request may be carried out twice. Default: what its method promises.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.class = self.class.with_idempotent(Some(idempotent));
        self
    }

    /// Says for what the request may be repeated, where the service promises more than its methods and statuses do.
    pub fn retry_class(mut self, class: RetryClass) -> Self {
        self.class = class.over(self.class);
        self
    }

    /// Sends the request and waits for a success.
    ///
    /// # Errors
    /// Everything [`Error`] knows; an answer other than 2xx is [`Error::Service`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request. It may have been carried out.
    pub async fn send(self) -> Result<Response, Error> {
        let request = self.request?.build().map_err(|error| {
            let error = error.without_url();
            ConstructionError::new(ConstructionKind::Body, "the query or the body cannot be written").with_source(error)
        })?;
        let answer = self.context.send(request, self.operation, self.class).await?;
        let http = self.context.http();
        Ok(Response {
            answer,
            operation: self.operation,
            host: http.endpoint().authority().to_owned(),
            max_bytes: http.options().max_response_bytes,
        })
    }

    fn map(mut self, change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Self {
        self.request = self.request.map(change);
        self
    }
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("operation", &self.operation)
            .field("error", &self.request.as_ref().err())
            .finish_non_exhaustive()
    }
}

// === impl Response ===

impl Response {
    /// The status, which is a success.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// Reads the body, up to the client's limit.
    ///
    /// # Errors
    /// [`Error::Decode`] when the body is too large or breaks off.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        Ok(self.read().await?)
    }

    /// Reads and decodes a JSON body.
    ///
    /// # Errors
    /// [`Error::Decode`] with the JSON path when the body has another shape, or as [`bytes`](Self::bytes).
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<T, Error> {
        let body = self.read().await?;
        serde_json::from_slice(&body).map_err(|error| {
            DecodeError::json(Some(self.status()), &body, &error).at(&self.host, self.operation).into()
        })
    }

    async fn read(&mut self) -> Result<Bytes, DecodeError> {
        let status = self.status();
        let body = self.answer.body_mut().read(status, self.max_bytes).await;
        body.map_err(|error| error.at(&self.host, self.operation))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("headers", &LoggableHeaders::new(self.headers()))
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
