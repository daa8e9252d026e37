//! `WWW-Authenticate`: what a service writes on a 401, and what a client reads from it. Knows nothing of tokens.
//!
//! The form is that of the Go services: parameters sorted by name and joined by a comma, challenges sorted and joined by a comma and
//! a space. Unlike there, `"` and `\` in values are escaped and control characters dropped, so a value cannot end its own quotes.
//!
//! ```
//! use core_client::error::www_authenticate::{Challenge, parse};
//!
//! let challenge = Challenge::bearer("access_denied", "cat", "acme.com");
//! let text = challenge.to_string();
//! assert_eq!(
//!     text,
//!     "Bearer error=\"access_denied\",error_description=\"cat\",\
//!      resource_metadata=\"https://acme.com/.well-known/openid-protected-resource\"",
//! );
//! assert_eq!(parse(&text)?, [challenge]);
//! # Ok::<(), core_client::error::www_authenticate::ParseError>(())
//! ```

mod parse;

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderValue;

pub use parse::{MAX_HEADER_BYTES, ParseError, parse};

/// One challenge: a scheme and its parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Challenge {
    /// The scheme as written, such as `Bearer`. Compare without case.
    pub scheme: String,
    /// Parameters by lower-case name, values without quotes and escapes.
    pub parameters: BTreeMap<String, String>,
}

// === impl Challenge ===

impl Challenge {
    /// A challenge without parameters.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), parameters: BTreeMap::new() }
    }

    /// The challenge of the family's services: code, description, and where `host` describes itself.
    #[must_use]
    pub fn bearer(code: &str, description: &str, host: &str) -> Self {
        Self::new("Bearer")
            .with("error", code)
            .with("error_description", description)
            .with("resource_metadata", format!("https://{host}/.well-known/openid-protected-resource"))
    }

    /// Adds or replaces a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.insert(name.to_ascii_lowercase(), value.into());
        self
    }

    /// A parameter, by lower-case name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The header value. What is not ASCII is dropped from values with the control characters, as a header cannot carry it safely.
    #[must_use]
    pub fn to_header(&self) -> HeaderValue {
        // Everything that a header value refuses has been dropped; the fallback is the plainest challenge there is.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

/// Several challenges as one header value.
#[must_use]
pub fn join(challenges: &[Challenge]) -> String {
    let mut texts: Vec<String> = challenges.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.join(", ")
}

impl fmt::Display for Challenge {
    /// `Bearer a="1",b="2"`; what cannot stand in a name or a value is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_token(f, &self.scheme)?;
        let mut separator = ' ';
        for (name, value) in &self.parameters {
            if !name.bytes().any(parse::is_token) {
                continue;
            }
            write!(f, "{separator}")?;
            write_token(f, name)?;
            f.write_str("=\"")?;
            for character in value.chars().filter(|character| matches!(character, ' '..='~')) {
                if matches!(character, '"' | '\\') {
                    f.write_str("\\")?;
                }
                write!(f, "{character}")?;
            }
            f.write_str("\"")?;
            separator = ',';
        }
        Ok(())
    }
}

fn write_token(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.chars()
        .filter(|character| u8::try_from(*character).is_ok_and(parse::is_token))
        .try_for_each(|character| write!(f, "{character}"))
}

#[cfg(test)]
mod tests;
