//! The `error` member of an error body. Knows nothing of HTTP.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// Why a service refused, in the services' own words. Open: a code nobody has heard of is kept, not lost.
        ///
        /// Covers the API's codes and those of the token endpoint, which share a shape.
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)+
            /// A code this version does not know, verbatim. Empty when the answer had none.
            Unknown(String),
        }

        impl ErrorCode {
            /// Every code this version knows, in the order of the documentation.
            pub const KNOWN: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it is written on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for ErrorCode {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }
    };
}

codes! {
    /// 400: the request is not well formed, or a header could not be trusted.
    InvalidRequest = "invalid_request",
    /// 401: nobody, or nobody known, is asking.
    AccessDenied = "access_denied",
    /// 403: known, and not allowed; also an exhausted quota and "still referenced".
    Forbidden = "forbidden",
    /// 404: not there, or not the caller's.
    NotFound = "not_found",
    /// 405: no such method on this path.
    MethodNotAllowed = "method_not_allowed",
    /// 409: somebody else changed it first, or it exists already.
    Conflict = "conflict",
    /// 413: the body is too large.
    RequestEntityTooLarge = "request_entity_too_large",
    /// The content type is not understood.
    UnsupportedMediaType = "unsupported_media_type",
    /// 422: well formed, and still not acceptable.
    UnprocessableContent = "unprocessable_content",
    /// 500: anything the service did not classify.
    ServerError = "server_error",
    /// Token endpoint: this client may not use this grant.
    UnauthorizedClient = "unauthorized_client",
    /// Token endpoint: no such grant type.
    UnsupportedGrantType = "unsupported_grant_type",
    /// Token endpoint: the grant is spent, expired or not ours.
    InvalidGrant = "invalid_grant",
    /// Token endpoint: the client did not authenticate.
    InvalidClient = "invalid_client",
    /// Token endpoint: the scope is refused.
    InvalidScope = "invalid_scope",
    /// Token endpoint: no such response type.
    UnsupportedResponseType = "unsupported_response_type",
    /// Token endpoint: try again later.
    TemporarilyUnavailable = "temporarily_unavailable",
}

// === impl ErrorCode ===

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ErrorCode {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl From<String> for ErrorCode {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
