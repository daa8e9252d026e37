//! Checks signatures of requests as AWS does (Signature Version 4), from the bytes that came and not by means of what made them. Knows
//! nothing of STS.
//!
//! Source: *AWS Signature Version 4 for API requests*, AWS General Reference.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use http::HeaderMap;
use sha2::{Digest as _, Sha256};

/// What a request shows to prove who sent it.
pub(super) struct Shown {
    pub(super) access_key_id: String,
    pub(super) session_token: Option<String>,
    pub(super) region: String,
    pub(super) at: SystemTime,
    /// For how long it is good, when it was signed beforehand.
    pub(super) expires: Option<Duration>,
    pub(super) signed_headers: Vec<String>,
    scope: String,
    service: String,
    time: String,
    canonical: String,
    signature: String,
}

/// Why a request shows nothing that could be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It shows nothing at all.
    Missing,
    /// What it shows has not the right form.
    Incomplete,
}

/// A request, as far as it is signed.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

impl Shown {
    /// Reads the `Authorization` header, or the query when the request was signed beforehand.
    pub(super) fn read(request: &Signed<'_>) -> Result<Self, Unreadable> {
        if parameter(request.query, "X-Amz-Signature").is_some() {
            return Self::from_query(request).ok_or(Unreadable::Incomplete);
        }
        let Some(authorization) = text(request.headers, "authorization") else { return Err(Unreadable::Missing) };
        Self::from_header(request, authorization).ok_or(Unreadable::Incomplete)
    }

    fn from_header(request: &Signed<'_>, authorization: &str) -> Option<Self> {
        let rest = authorization.strip_prefix(ALGORITHM)?.trim();
        let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let (credential, signed, signature) = (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
        let time = text(request.headers, "x-amz-date")?;
        let token = text(request.headers, "x-amz-security-token").map(str::to_owned);
        Self::new(request, credential, signed, signature, time, token, None)
    }

    fn from_query(request: &Signed<'_>) -> Option<Self> {
        let part = |name: &str| parameter(request.query, name);
        let expires = Duration::from_secs(part("X-Amz-Expires")?.parse().ok()?);
        if part("X-Amz-Algorithm")? != ALGORITHM {
            return None;
        }
        let (credential, signed) = (part("X-Amz-Credential")?, part("X-Amz-SignedHeaders")?);
        let (signature, time) = (part("X-Amz-Signature")?, part("X-Amz-Date")?);
        Self::new(request, &credential, &signed, &signature, &time, part("X-Amz-Security-Token"), Some(expires))
    }

    fn new(
        request: &Signed<'_>,
        credential: &str,
        signed_headers: &str,
        signature: &str,
        time: &str,
        session_token: Option<String>,
        expires: Option<Duration>,
    ) -> Option<Self> {
        let (access_key_id, scope) = credential.split_once('/')?;
        let mut scopes = scope.split('/');
        let (day, region, service, end) = (scopes.next()?, scopes.next()?, scopes.next()?, scopes.next()?);
        if end != "aws4_request" || !time.starts_with(day) {
            return None;
        }
        let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", time).ok()?;
        let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let signed: Vec<String> = signed_headers.split(';').map(str::to_owned).collect();
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            session_token,
            region: region.to_owned(),
            at: at.into(),
            expires,
            canonical: canonical(request, &signed, signed_headers)?,
            signed_headers: signed,
            scope: scope.to_owned(),
            service: service.to_owned(),
            time: time.to_owned(),
            signature: signature.to_owned(),
        })
    }

    /// Whether it was signed with this secret, for this service.
    pub(super) fn is_signed_with(&self, secret: &str, service: &str) -> bool {
        let to_sign = format!("{ALGORITHM}\n{}\n{}\n{}", self.time, self.scope, hex(self.canonical.as_bytes()));
        let key = generate_signing_key(secret, self.at, &self.region, &self.service);
        self.service == service && calculate_signature(key, to_sign.as_bytes()) == self.signature
    }
}

/// The request in the form that is signed.
fn canonical(request: &Signed<'_>, signed: &[String], signed_headers: &str) -> Option<String> {
    let mut pairs: Vec<_> = request.query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.retain(|pair| !pair.starts_with("X-Amz-Signature="));
    pairs.sort_unstable();
    let mut form = format!("{}\n{}\n{}\n", request.method, request.path, pairs.join("&"));
    for name in signed {
        let values: Vec<_> =
            request.headers.get_all(name).iter().map(|value| value.to_str().ok()).collect::<Option<_>>()?;
        if values.is_empty() {
            return None;
        }
        let values: Vec<_> =
            values.iter().map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        form.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    form.push_str(&format!("\n{signed_headers}\n{}", hex(request.body)));
    Some(form)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _always = write!(text, "{byte:02x}");
    }
    text
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A parameter of a query or of a form.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}
