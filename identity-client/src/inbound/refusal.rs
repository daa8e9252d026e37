//! A refused request, and the answer that says so. Knows nothing of why.

use std::borrow::Cow;

use bytes::Bytes;
use core_client::error::www_authenticate::Challenge;
use core_client::error::{Error, ErrorBody, ErrorCode};
use http::header::WWW_AUTHENTICATE;
use http::{Response, StatusCode};

/// Why a request goes no further: a status, a code and a description for people.
///
/// Descriptions never repeat what the caller sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {code}: {description}", status.as_u16())]
pub struct Refusal {
    status: StatusCode,
    code: ErrorCode,
    description: Cow<'static, str>,
}

impl Refusal {
    /// 400 `invalid_request`: a header could not be trusted or understood.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest, description)
    }

    /// 401 `access_denied`: nobody, or nobody known, is asking. The answer carries a challenge.
    pub fn access_denied(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::AccessDenied, description)
    }

    /// 403 `forbidden`: known, and not allowed.
    pub fn forbidden(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, description)
    }

    /// 500 `server_error`: this service could not find out.
    pub fn server_error(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, description)
    }

    /// What another service answered, passed on: its status, code and description when it said them in the platform's
    /// form, otherwise 500 `server_error`.
    #[must_use]
    pub fn propagated(error: &Error) -> Self {
        match error.as_service().and_then(|service| service.code().map(|code| (service, code))) {
            Some((service, code)) => Self::new(
                service.status(),
                code.clone(),
                service.description().unwrap_or("an upstream service refused the request").to_owned(),
            ),
            None => Self::server_error("an upstream service could not be asked"),
        }
    }

    fn new(status: StatusCode, code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, description: description.into() }
    }

    /// Status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Code in the body of the answer.
    #[must_use]
    pub fn code(&self) -> &ErrorCode {
        &self.code
    }

    /// Description in the body of the answer.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The answer. A 401 says where `host` describes how to authenticate.
    pub(super) fn into_response(self, host: &str, trace_id: Option<&str>) -> Response<Bytes> {
        let challenge = (self.status == StatusCode::UNAUTHORIZED)
            .then(|| Challenge::bearer(self.code.as_str(), &self.description, host).to_header());
        let mut body = ErrorBody::new(self.code, self.description);
        // The services always send the member; zeros mean that there is no trace.
        body.trace_id = Some(trace_id.unwrap_or(NO_TRACE).to_owned());
        let mut response = body.into_response(self.status);
        if let Some(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

const NO_TRACE: &str = "00000000000000000000000000000000";
