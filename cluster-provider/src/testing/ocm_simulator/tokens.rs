//! The token endpoint, and which tokens are good. Knows nothing of clusters.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::wire::Answer;

/// Where tokens are given out, as at Red Hat's.
pub(super) const TOKEN_PATH: &str = "/auth/realms/redhat-external/protocol/openid-connect/token";

/// Who may ask for tokens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimulatedCredentials {
    /// The service account.
    pub client_id: String,
    /// What proves it.
    pub client_secret: SecretString,
    /// An offline token that can be used in its place, with the client `cloud-services`.
    pub offline_token: SecretString,
}

pub(super) struct Tokens {
    pub(super) credentials: SimulatedCredentials,
    pub(super) lifetime: Duration,
    pub(super) rotates: bool,
    good: BTreeMap<String, Instant>,
    issued: u64,
}

impl Tokens {
    pub(super) fn new(lifetime: Duration, rotates: bool) -> Self {
        let credentials = SimulatedCredentials {
            client_id: "simulated-service-account".to_owned(),
            client_secret: "simulated-client-secret".into(),
            offline_token: jwt(&json!({ "typ": "Offline", "jti": "offline-0" })).into(),
        };
        Self { credentials, lifetime, rotates, good: BTreeMap::new(), issued: 0 }
    }

    /// How many tokens were given out.
    pub(super) fn issued(&self) -> u64 {
        self.issued
    }

    /// No token is good any more.
    pub(super) fn expire_all(&mut self) {
        self.good.clear();
    }

    /// Whether a request may be answered.
    pub(super) fn admits(&self, headers: &HeaderMap, now: Instant) -> Result<(), &'static str> {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(shown) = shown else {
            return Err("Request doesn't contain the 'Authorization' header or the 'cs_jwt' cookie");
        };
        let Some(token) = shown.strip_prefix("Bearer ") else { return Err("Authorization type isn't Bearer") };
        match self.good.get(token) {
            Some(until) if *until > now => Ok(()),
            Some(_) => Err("Bearer token is expired"),
            None => Err("Bearer token can't be verified"),
        }
    }

    /// Answers a form that asks for a token. Nothing of it is repeated.
    pub(super) fn issue(&mut self, headers: &HeaderMap, form: &BTreeMap<String, String>, now: Instant) -> Answer {
        let field = |name: &str| form.get(name).map(String::as_str);
        let refuse = |status, error: &str, description: &str| {
            Answer::json(status, json!({ "error": error, "error_description": description }))
        };
        match field("grant_type") {
            Some("client_credentials") => {
                let basic = basic(headers);
                let (id, secret) = match &basic {
                    Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
                    None => (field("client_id"), field("client_secret")),
                };
                let ours = id == Some(&self.credentials.client_id)
                    && secret == Some(self.credentials.client_secret.expose_secret());
                if !ours {
                    return refuse(
                        StatusCode::UNAUTHORIZED,
                        "invalid_client",
                        "Invalid client or Invalid client credentials",
                    );
                }
                self.grant(now, None)
            }
            Some("refresh_token") => {
                if field("refresh_token") != Some(self.credentials.offline_token.expose_secret()) {
                    return refuse(StatusCode::BAD_REQUEST, "invalid_grant", "Invalid refresh token");
                }
                let next = self.rotates.then(|| {
                    let next = jwt(&json!({ "typ": "Offline", "jti": format!("offline-{}", self.issued + 1) }));
                    self.credentials.offline_token = next.clone().into();
                    next
                });
                self.grant(now, next)
            }
            _ => refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Unsupported grant_type"),
        }
    }

    fn grant(&mut self, now: Instant, refresh: Option<String>) -> Answer {
        self.issued += 1;
        let (issued, seconds) = (jiff::Timestamp::now().as_second(), self.lifetime.as_secs());
        let expires = issued.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
        let token = jwt(&json!({
            "typ": "Bearer",
            "jti": format!("access-{}", self.issued),
            "iat": issued,
            "exp": expires,
            "preferred_username": self.credentials.client_id,
        }));
        self.good.retain(|_, until| *until > now);
        let until = now.checked_add(self.lifetime).unwrap_or(now);
        self.good.insert(token.clone(), until);
        let mut body =
            json!({ "access_token": token, "expires_in": seconds, "token_type": "Bearer", "scope": "openid" });
        if let (Value::Object(body), Some(refresh)) = (&mut body, refresh) {
            body.insert("refresh_token".to_owned(), refresh.into());
        }
        Answer::ok(body)
    }
}

/// Three parts like a signed token; the signature is none.
fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode("this signature proves nothing");
    format!("{}.{}.{signature}", part(&json!({ "alg": "RS256", "kid": "simulated", "typ": "JWT" })), part(claims))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(shown).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |text: &str| {
        let form = format!("x={text}");
        url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
    Some((plain(id)?, plain(secret)?))
}
