//! The one conversion from what generated bindings return. Knows how [`CallContext::exec`] carries errors through them.
//!
//! [`CallContext::exec`]: crate::http::CallContext::exec

use http::StatusCode;
use progenitor_client::{ByteStream, Error as Generated, ResponseValue};

use super::{ConstructionError, ConstructionKind, DecodeError, DecodeReason, Error, ErrorBody, ServiceError};
use crate::http::carry;

/// A body that bindings decode for an error answer.
///
/// Implemented for [`ErrorBody`] and for bindings without a documented body. Implement it for a type of your own to convert errors of
/// bindings that were generated elsewhere.
pub trait ErrorPayload {
    /// What the body says, if it says anything.
    fn into_body(self) -> Option<ErrorBody>;
}

impl ErrorPayload for ErrorBody {
    fn into_body(self) -> Option<ErrorBody> {
        Some(self)
    }
}

impl ErrorPayload for () {
    fn into_body(self) -> Option<ErrorBody> {
        None
    }
}

impl ErrorPayload for ByteStream {
    fn into_body(self) -> Option<ErrorBody> {
        None
    }
}

impl<E: ErrorPayload> From<Generated<E>> for Error {
    fn from(error: Generated<E>) -> Self {
        match error {
            Generated::InvalidRequest(what) | Generated::Custom(what) => {
                ConstructionError::new(ConstructionKind::Parameter, what).into()
            }
            Generated::CommunicationError(error) if error.is_builder() => {
                ConstructionError::new(ConstructionKind::Url, "the address or a header of the request is not valid")
                    .with_source(error.without_url())
                    .into()
            }
            Generated::CommunicationError(error) | Generated::InvalidUpgrade(error) => {
                crate::http::failure::dispatch_error(error).into()
            }
            Generated::ErrorResponse(answer) => refusal(answer),
            Generated::ResponseBodyError(error) => {
                DecodeError::new(error.status(), DecodeReason::Truncated).with_source(error.without_url()).into()
            }
            Generated::InvalidResponsePayload(body, error) => undecodable(&body, error).into(),
            Generated::UnexpectedResponse(mut answer) => match carry::take_error(&mut answer) {
                Some(error) => error,
                None => unexpected(&answer),
            },
        }
    }
}

fn undecodable(body: &[u8], mut error: serde_json::Error) -> DecodeError {
    let (body, stamp) = carry::unstamp(body);
    if error.is_eof()
        && let Err(sooner) = serde_json::from_slice::<serde::de::IgnoredAny>(body)
    {
        // It ended where the body does, not behind the stamp.
        error = sooner;
    }
    match stamp {
        Some(stamp) => DecodeError::json(Some(stamp.status), body, &error).at(&stamp.host, &stamp.operation),
        // Not from `exec`. Bindings decode a success that they document, which is nearly always this one.
        None => DecodeError::json(Some(StatusCode::OK), body, &error),
    }
}

fn refusal<E: ErrorPayload>(answer: ResponseValue<E>) -> Error {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let error = ServiceError::new(status).with_headers(headers);
    match answer.into_inner().into_body() {
        Some(body) => error.with_body(body),
        None => error,
    }
    .into()
}

/// An answer the bindings do not know and that did not come through `exec`, or a success of another status than documented.
fn unexpected(answer: &reqwest::Response) -> Error {
    let host = answer.url().host_str().unwrap_or_default();
    let operation = carry::operation_of(answer);
    let status = answer.status();
    if status.is_success() || status.is_informational() {
        return DecodeError::new(Some(status), DecodeReason::UnexpectedStatus).at(host, operation).into();
    }
    ServiceError::new(status).with_headers(answer.headers().clone()).at(host, operation).into()
}
