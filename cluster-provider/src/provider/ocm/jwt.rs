//! What a token says about itself. Pure; believes it, and checks no signature: the token is ours, and is only looked at for when it ends.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;

/// What can be done with a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// It is shown as it is, until then.
    Access(Option<Timestamp>),
    /// It is exchanged for one that is, until then. What cannot be read counts as such.
    Refresh(Option<Timestamp>),
    /// A pull secret's, shown with a word of its own.
    PullSecret,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    token_use: Option<String>,
    #[serde(default)]
    exp: Option<f64>,
}

/// Longest token that is looked into, in bytes.
const LONGEST: usize = 64 * 1024;

/// Tells what kind of token this is.
pub(super) fn kind_of(token: &str) -> TokenKind {
    if let Some(claims) = claims_of(token) {
        let expires = claims.exp.and_then(time);
        let word = claims.typ.or(claims.token_use).unwrap_or_default();
        return if ["bearer", "access"].iter().any(|access| word.eq_ignore_ascii_case(access)) {
            TokenKind::Access(expires)
        } else {
            TokenKind::Refresh(expires)
        };
    }
    match token.split_once(':') {
        Some((id, rest)) if uuid::Uuid::try_parse(id).is_ok() && !rest.is_empty() => TokenKind::PullSecret,
        _ => TokenKind::Refresh(None),
    }
}

/// When an access token ends, if it says so.
pub(super) fn expiry_of(token: &str) -> Option<Timestamp> {
    claims_of(token)?.exp.and_then(time)
}

fn claims_of(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    if token.len() > LONGEST {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// Nothing, or zero, means never.
fn time(seconds: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "a time that no clock shows is refused by the conversion")]
    let whole = seconds as i64;
    (whole > 0).then(|| Timestamp::from_second(whole).ok()).flatten()
}

impl fmt::Debug for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access(_) => "Access",
            Self::Refresh(_) => "Refresh",
            Self::PullSecret => "PullSecret",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn token(claims: &Value) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn a_token_says_what_it_is_and_when_it_ends() {
        let end = Some(Timestamp::from_second(1_700_000_000).unwrap());
        let kind = |claims: Value| kind_of(&token(&claims));
        assert_eq!(kind(json!({"typ": "Bearer", "exp": 1_700_000_000})), TokenKind::Access(end));
        assert_eq!(kind(json!({"token_use": "access"})), TokenKind::Access(None));
        assert_eq!(kind(json!({"typ": "Offline", "exp": 0})), TokenKind::Refresh(None), "no end is never");
        assert_eq!(kind(json!({"typ": "Refresh", "exp": 1_700_000_000.9})), TokenKind::Refresh(end));
        assert_eq!(kind_of("opaque"), TokenKind::Refresh(None));
        assert_eq!(kind_of("0190b6e0-0000-7000-8000-000000000000:c2VjcmV0"), TokenKind::PullSecret);
        assert_eq!(kind_of("not-a-uuid:c2VjcmV0"), TokenKind::Refresh(None));
    }

    proptest! {
        #[test]
        fn any_text_is_some_kind_of_token(text: String, exp: f64) {
            kind_of(&text);
            kind_of(&format!("a.{text}.b"));
            kind_of(&token(&json!({"typ": text, "exp": exp})));
        }
    }
}
