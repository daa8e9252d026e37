//! What can be wrong with options; knows nothing of the network.

use super::ParseDurationError;

/// The options cannot mean anything; names the flag, the value and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// No host is given.
    #[error("{flag} is not set; give the absolute URL of the service, like https://service.example.com")]
    MissingHost {
        /// The flag, with its dashes.
        flag: String,
    },
    /// The host is not a base URL that can be used.
    #[error("{flag} is {value:?}, which {problem}")]
    Host {
        /// The flag, with its dashes.
        flag: String,
        /// The value, without user name, password, query and fragment.
        value: String,
        /// What is wrong with it.
        problem: HostProblem,
    },
    /// Only one of a Secret's namespace and name is given.
    #[error("{given} is {value:?} but {missing} is empty; set both or neither")]
    HalfConfigured {
        /// The flag that is set.
        given: String,
        /// Its value.
        value: String,
        /// The flag that is not set.
        missing: String,
    },
    /// An environment variable does not hold a duration.
    #[error("{variable} does not hold a duration")]
    Duration {
        /// The environment variable.
        variable: String,
        /// What is wrong with the value.
        #[source]
        source: ParseDurationError,
    },
    /// An environment variable does not hold text.
    #[error("{variable} is not valid Unicode; set it again as plain text")]
    NotUnicode {
        /// The environment variable.
        variable: String,
    },
    /// A path cannot be put behind the base URL.
    #[error("{path:?} cannot be joined to {base}; give a path without dot segments")]
    Path {
        /// The base URL.
        base: String,
        /// The path.
        path: String,
    },
}

/// What is wrong with a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostProblem {
    /// Not an absolute URL at all.
    #[error("is not an absolute URL; write it like https://service.example.com")]
    NotAbsolute,
    /// A scheme that no service speaks.
    #[error("is not an https URL; use https://")]
    Scheme,
    /// Plain HTTP without the explicit consent to it.
    #[error("would send everything in the clear; use https://, or allow plain HTTP explicitly")]
    PlainHttp,
    /// The URL carries a user name or a password.
    #[error("carries a user name or password; remove it, services authenticate by certificate")]
    UserInfo,
    /// The URL carries a query.
    #[error("carries a query; give the base URL only")]
    Query,
    /// The URL carries a fragment.
    #[error("carries a fragment; give the base URL only")]
    Fragment,
    /// The path has an empty segment, so that requests would contain `//`.
    #[error("has an empty path segment; write single slashes")]
    EmptySegment,
    /// White space, a control character or a backslash.
    #[error("contains white space, a control character or a backslash; remove it")]
    Characters,
}
