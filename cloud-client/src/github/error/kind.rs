//! The kinds of failure, and what each says about repeating the call. Data: nothing here is told from the text of a message.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_client::RetryHint;
use core_client::error::DispatchKind;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::github::jwt::KeyError;
use crate::secret::SecretError;

type Cause = Arc<dyn Error + Send + Sync>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GithubErrorKind {
    /// No instance of this name is configured.
    #[error("no such instance is configured; there are: {}", known.join(", "))]
    UnknownInstance {
        /// The names there are.
        known: Vec<String>,
    },
    /// The instance has no credential of this name.
    #[error("the instance has no credential {name:?}; it has: {}", known.join(", "))]
    UnknownCredential {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The organisation has no credential of its own and the instance no default.
    #[error("the organisation has no credential, and the instance no default; configure one or the other")]
    NoCredential,
    /// The token or private key could not be read from where it is kept.
    #[error("the secret of the credential could not be read")]
    Secret(#[source] SecretError),
    /// The token has characters that a header cannot carry, such as a line break.
    #[error("the token is not fit for a header; look for white space in it")]
    TokenText,
    /// The private key of the app cannot sign.
    #[error("the private key of the app cannot be used")]
    Key(#[source] KeyError),
    /// GitHub gives no token for the installation.
    #[error("no installation token: {reason}")]
    TokenRefused {
        /// Why.
        reason: TokenRefusal,
        /// Status of the answer.
        status: StatusCode,
        /// How far GitHub's clock is ahead of ours, when that is more than half a minute and may be the reason.
        skew: Option<SignedDuration>,
    },
    /// 401, and again with a credential that was fetched anew.
    #[error("the credential is not accepted, nor is a freshly fetched one")]
    Unauthenticated,
    /// A limit that does not end within the deadline, or that refused a call that is not repeated.
    #[error("the {limit} limit is reached until {reset}")]
    RateLimited {
        /// Which.
        limit: LimitKind,
        /// When it ends, by our clock.
        reset: Timestamp,
        /// How long that is from when the error was made.
        wait: Duration,
    },
    /// Answers with a status from 500 up, as often as was tried.
    #[error("answered {status} {attempts} times, the last time to {method}")]
    Unavailable {
        /// The last status.
        status: StatusCode,
        /// How often the request was sent.
        attempts: u32,
        /// Method of the request.
        method: http::Method,
        /// What the last answer asked for in `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// No usable answer.
    #[error("could not reach it ({}), sent {attempts} times", kind.as_str())]
    Dispatch {
        /// How far the request got.
        kind: DispatchKind,
        /// How often it was tried.
        attempts: u32,
        /// What the network said.
        #[source]
        source: Cause,
    },
    /// After several failed connections none is tried for a while.
    #[error("no connection came about {failures} times; the next is tried in {retry_in:?}")]
    Resting {
        /// Failed connections in a row.
        failures: u32,
        /// How long the pause still lasts.
        retry_in: Duration,
    },
    /// The deadline of the call passed.
    #[error("no answer within {after:?}, while {doing}")]
    Deadline {
        /// The deadline.
        after: Duration,
        /// What was going on.
        doing: &'static str,
    },
    /// A request to a host that is not the instance's: it was not sent.
    #[error("requests to host {host} are not sent; it is not of this instance")]
    ForeignHost {
        /// The other host.
        host: String,
    },
    /// A next page on a host that is not the instance's: it is not followed.
    #[error("the next page is on host {host}, which is not of this instance; it is not followed")]
    ForeignLink {
        /// The other host.
        host: String,
    },
    /// More pages than the options allow.
    #[error("there are more than {limit} pages")]
    TooManyPages {
        /// The limit.
        limit: usize,
    },
    /// A body larger than the options allow.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// An answer that refuses, and is none of the above.
    #[error("answered {status} to {operation}{}", shown(message))]
    Refused {
        /// Status of the answer.
        status: StatusCode,
        /// What was asked for.
        operation: &'static str,
        /// What GitHub says about it, shortened. For people.
        message: String,
        /// Where GitHub explains it.
        documentation_url: Option<String>,
    },
    /// Something is there, but it is no file.
    #[error("{path} is no file")]
    NotAFile {
        /// Where.
        path: String,
    },
    /// A name or path that no address can be made of.
    #[error("{text:?} cannot be part of an address")]
    Address {
        /// What was given.
        text: String,
    },
    /// The answer was not understood.
    #[error("the answer to {operation} was not understood")]
    Decode {
        /// What was asked for.
        operation: &'static str,
        /// Why, without the body.
        #[source]
        source: Cause,
    },
    /// What octocrab refused by itself.
    #[error("octocrab refused the call to {operation}")]
    Client {
        /// What was asked for.
        operation: &'static str,
        /// Why.
        #[source]
        source: Cause,
    },
    /// TLS for the instance cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] core_client::credentials::CredentialError),
    /// Clients are made within a tokio runtime, and there is none.
    #[error("there is no tokio runtime; make clients within one")]
    NoRuntime,
    /// The factory was closed.
    #[error("the factory is closed")]
    Closed,
}

/// Why GitHub gives no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// The app itself is not accepted: its number, its key or the clock is wrong.
    App,
    /// There is no such installation, or not any more.
    Gone,
    /// The installation is suspended, or may not do this.
    Suspended,
    /// It has not the repositories or permissions that are asked for.
    Scope,
    /// Something else; see the status.
    Other,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// So many requests an hour.
    Primary,
    /// Too much at once.
    Secondary,
}

// === impl GithubErrorKind ===

impl GithubErrorKind {
    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::TokenRefused { status, .. } | Self::Unavailable { status, .. } | Self::Refused { status, .. } => {
                Some(*status)
            }
            Self::Unauthenticated => Some(StatusCode::UNAUTHORIZED),
            _ => None,
        }
    }

    pub(super) fn retry_hint(&self) -> RetryHint {
        match self {
            Self::RateLimited { wait, .. } => RetryHint::After(*wait),
            Self::Resting { .. } => RetryHint::Safe,
            Self::Secret(error) if error.is_transient() => RetryHint::Safe,
            Self::Unavailable { retry_after: Some(wait), .. } => RetryHint::After(*wait),
            Self::Unavailable { .. } | Self::Deadline { .. } => RetryHint::IfIdempotent,
            Self::Dispatch { kind, .. } => kind.retry_hint(),
            Self::TokenRefused { status, .. } if status.is_server_error() => RetryHint::Safe,
            _ => RetryHint::Never,
        }
    }

    /// One word of a closed set, for metrics.
    pub(in crate::github) const fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownInstance { .. } | Self::UnknownCredential { .. } | Self::NoCredential => "configuration",
            Self::Secret(_) | Self::TokenText | Self::Key(_) => "secret",
            Self::TokenRefused { .. } => "token_refused",
            Self::Unauthenticated => "unauthenticated",
            Self::RateLimited { limit: LimitKind::Primary, .. } => "primary_limit",
            Self::RateLimited { limit: LimitKind::Secondary, .. } => "secondary_limit",
            Self::Unavailable { .. } => "unavailable",
            Self::Dispatch { kind, .. } => match kind {
                DispatchKind::Timeout | DispatchKind::ConnectTimeout => "timeout",
                _ => "dispatch",
            },
            Self::Resting { .. } => "resting",
            Self::Deadline { .. } => "timeout",
            Self::ForeignHost { .. } | Self::ForeignLink { .. } => "foreign_host",
            Self::TooManyPages { .. } | Self::TooLarge { .. } => "too_large",
            Self::Refused { .. } | Self::NotAFile { .. } => "refused",
            Self::Decode { .. } => "decode",
            Self::Address { .. } | Self::Client { .. } | Self::Tls(_) | Self::NoRuntime => "misuse",
            Self::Closed => "closed",
        }
    }
}

// === impl TokenRefusal ===

impl TokenRefusal {
    /// What a refusal of a token means, by its status.
    pub(in crate::github) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::App,
            StatusCode::NOT_FOUND => Self::Gone,
            StatusCode::FORBIDDEN => Self::Suspended,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Scope,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "the app is not accepted; look at its number, its private key and the clock",
            Self::Gone => "there is no such installation, or it was revoked",
            Self::Suspended => "the installation is suspended",
            Self::Scope => "the installation has not the repositories or permissions asked for",
            Self::Other => "an unexpected answer",
        })
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        })
    }
}

fn shown(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}
