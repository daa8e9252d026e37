//! The passport: a short-lived statement of the identity service about who presented a token.
//!
//! Pure: reads and checks claims. Signatures are checked by the key set beside this module.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;

use crate::principal::ActorType;

/// Longest passport that is read, in bytes.
pub(super) const MAX_PASSPORT_BYTES: usize = 1024 * 1024;

/// What a passport states, after every check passed.
///
/// A passport lives for about a minute and is never forwarded: it is read once, by the service it was issued to.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passport {
    /// Subject: a user, a service account ID, or the common name of a system account.
    pub subject: String,
    /// E-mail address, when the source knows one.
    pub email: Option<String>,
    /// What kind of account this is.
    pub account_type: ActorType,
    /// Every organization the subject can reach.
    pub organization_ids: Vec<String>,
    /// Where the identity came from: a label of the provider, or `uni`.
    pub source: String,
    /// Issuer of the original token, or `uni`. Empty when the passport does not say.
    pub source_issuer: String,
    /// Who signed the passport. Empty when it does not say.
    pub issuer: String,
    /// When the passport ends. Whole seconds.
    pub expires_at: Timestamp,
}

/// Why a passport cannot be used. Says what is wrong and never shows the passport.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassportError {
    /// Not three base64url segments, or larger than 1 MiB.
    #[error("the passport is not a compact signature")]
    Malformed,
    /// Signed with another algorithm than ES512.
    #[error("the passport is not signed with ES512")]
    Algorithm,
    /// The header lists extensions that must be understood, and none is.
    #[error("the passport needs an extension this version does not know")]
    Critical,
    /// The payload is not the expected JSON.
    #[error("the claims of the passport are not of the expected shape")]
    Claims,
    /// `typ` says it is something else.
    #[error("the token is not a passport")]
    NotAPassport,
    /// A claim that has to be there is missing or empty.
    #[error("the passport lacks the claim {0}")]
    MissingClaim(&'static str),
    /// It ended. The very second in `exp` counts as ended.
    #[error("the passport has expired")]
    Expired,
    /// It has not begun.
    #[error("the passport is not valid yet")]
    NotYetValid,
    /// The key it names is not in the key set of the identity service.
    #[error("the passport is signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature of the passport is not valid")]
    Signature,
}

/// A compact signature taken apart, its signature not checked yet.
pub(super) struct Unverified<'a> {
    pub(super) key_id: Option<String>,
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
    claims: Claims,
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    alg: String,
    kid: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    typ: Option<String>,
    acctype: Option<String>,
    source: Option<String>,
    src_iss: Option<String>,
    org_ids: Option<Vec<String>>,
    email: Option<String>,
}

/// Seconds since the epoch. A fraction is cut off, as the originals do.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum NumericDate {
    Integer(i64),
    Fraction(f64),
}

// === impl Unverified ===

impl<'a> Unverified<'a> {
    /// Takes a passport apart. Nothing in it may be believed yet.
    pub(super) fn parse(compact: &'a str) -> Result<Self, PassportError> {
        if compact.len() > MAX_PASSPORT_BYTES {
            return Err(PassportError::Malformed);
        }
        let (signed, signature) = compact.rsplit_once('.').ok_or(PassportError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(PassportError::Malformed)?;
        let [header, payload, signature] = [header, payload, signature].map(|segment| URL_SAFE_NO_PAD.decode(segment));
        let header: Header =
            header.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(PassportError::Malformed)?;
        if header.alg != "ES512" {
            return Err(PassportError::Algorithm);
        }
        if header.crit.is_some() {
            return Err(PassportError::Critical);
        }
        let payload = payload.map_err(|_| PassportError::Malformed)?;
        let claims = serde_json::from_slice(&payload).map_err(|_| PassportError::Claims)?;
        let signature = signature.map_err(|_| PassportError::Malformed)?;
        Ok(Self { key_id: header.kid, signed, signature, claims })
    }

    /// The statement, if the claims are complete and `now` is within their time. No leeway: the two clocks are those of
    /// one platform, and the original gives none.
    pub(super) fn check(self, now: Timestamp) -> Result<Passport, PassportError> {
        let claims = self.claims;
        if claims.typ.as_deref() != Some("passport") {
            return Err(PassportError::NotAPassport);
        }
        let subject = required(claims.sub, "sub")?;
        let expires_at = claims.exp.ok_or(PassportError::MissingClaim("exp"))?.timestamp()?;
        let account_type = required(claims.acctype, "acctype")?;
        let source = required(claims.source, "source")?;
        if expires_at <= now {
            return Err(PassportError::Expired);
        }
        if let Some(not_before) = claims.nbf
            && not_before.timestamp()? > now
        {
            return Err(PassportError::NotYetValid);
        }
        Ok(Passport {
            subject,
            email: claims.email.filter(|email| !email.is_empty()),
            account_type: account_type.into(),
            organization_ids: claims.org_ids.unwrap_or_default(),
            source,
            source_issuer: claims.src_iss.unwrap_or_default(),
            issuer: claims.iss.unwrap_or_default(),
            expires_at,
        })
    }
}

// === impl Passport ===

impl Passport {
    /// Reads a passport that came over a trusted channel and checks its claims at `now`, but not its signature.
    ///
    /// # Errors
    ///
    /// [`PassportError`], saying what is wrong.
    pub fn decode_unverified(compact: &str, now: Timestamp) -> Result<Self, PassportError> {
        Unverified::parse(compact)?.check(now)
    }
}

// === impl NumericDate ===

impl NumericDate {
    fn timestamp(self) -> Result<Timestamp, PassportError> {
        let seconds = match self {
            Self::Integer(seconds) => seconds,
            // The cast saturates; the range is checked next.
            Self::Fraction(seconds) => seconds as i64,
        };
        Timestamp::from_second(seconds).map_err(|_| PassportError::Claims)
    }
}

fn required(claim: Option<String>, name: &'static str) -> Result<String, PassportError> {
    claim.filter(|value| !value.is_empty()).ok_or(PassportError::MissingClaim(name))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    pub(crate) const NOW: i64 = 1_800_000_000;

    pub(crate) fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    pub(crate) fn claims() -> Value {
        json!({
            "iss": "uni-identity", "sub": "joe@acme.com", "jti": "1", "iat": NOW, "nbf": NOW, "exp": NOW + 60,
            "typ": "passport", "acctype": "user", "source": "acme", "src_iss": "https://login.acme.com",
            "org_ids": ["o1", "o2"], "email": "joe@acme.com", "act": {"sub": "proxy"},
        })
    }

    pub(crate) fn compact(header: &Value, claims: &Value) -> String {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        format!("{header}.{claims}.c2ln")
    }

    pub(crate) fn unsigned(claims: &Value) -> String {
        compact(&json!({"alg": "ES512", "kid": "k"}), claims)
    }

    fn decode(claims: &Value) -> Result<Passport, PassportError> {
        Passport::decode_unverified(&unsigned(claims), now())
    }

    #[test]
    fn a_good_passport_is_read_whole() {
        assert_eq!(
            decode(&claims()).unwrap(),
            Passport {
                subject: "joe@acme.com".to_owned(),
                email: Some("joe@acme.com".to_owned()),
                account_type: ActorType::User,
                organization_ids: vec!["o1".to_owned(), "o2".to_owned()],
                source: "acme".to_owned(),
                source_issuer: "https://login.acme.com".to_owned(),
                issuer: "uni-identity".to_owned(),
                expires_at: Timestamp::from_second(NOW + 60).unwrap(),
            },
        );
    }

    #[test]
    fn an_empty_email_is_no_email() {
        let mut claims = claims();
        claims["email"] = json!("");
        assert_eq!(decode(&claims).unwrap().email, None);
    }

    #[test]
    fn missing_and_empty_claims_are_refused_by_name() {
        for name in ["sub", "exp", "acctype", "source"] {
            let mut without = claims();
            without.as_object_mut().unwrap().remove(name);
            assert_eq!(decode(&without), Err(PassportError::MissingClaim(name)));
        }
        for name in ["sub", "acctype", "source"] {
            let mut empty = claims();
            empty[name] = json!("");
            assert_eq!(decode(&empty), Err(PassportError::MissingClaim(name)));
        }
    }

    #[test]
    fn malformed_passports_are_refused() {
        let good = unsigned(&claims());
        let es256 = compact(&json!({"alg": "ES256"}), &claims());
        let none = compact(&json!({"alg": "none"}), &claims());
        let critical = compact(&json!({"alg": "ES512", "crit": ["b64"]}), &claims());
        let mut other = claims();
        other["typ"] = json!("at+jwt");
        for (text, error) in [
            (String::new(), PassportError::Malformed),
            ("a.b".to_owned(), PassportError::Malformed),
            (format!("{good}.x"), PassportError::Malformed),
            (format!("!{good}"), PassportError::Malformed),
            (format!("{good}="), PassportError::Malformed),
            (format!("{good}!"), PassportError::Malformed),
            (es256, PassportError::Algorithm),
            (none, PassportError::Algorithm),
            (critical, PassportError::Critical),
            (unsigned(&json!([])), PassportError::Claims),
            (unsigned(&json!({"exp": "soon"})), PassportError::Claims),
            (unsigned(&json!({"exp": i64::MAX, "typ": "passport", "sub": "s"})), PassportError::Claims),
            (unsigned(&other), PassportError::NotAPassport),
        ] {
            assert_eq!(Passport::decode_unverified(&text, now()), Err(error), "{text}");
        }
    }

    #[test]
    fn the_second_of_expiry_counts_as_expired_and_there_is_no_leeway() {
        for (name, value, outcome) in [
            ("exp", NOW, Err(PassportError::Expired)),
            ("exp", NOW - 1, Err(PassportError::Expired)),
            ("exp", NOW + 1, Ok(())),
            ("nbf", NOW, Ok(())),
            ("nbf", NOW + 1, Err(PassportError::NotYetValid)),
        ] {
            let mut claims = claims();
            claims[name] = json!(value);
            assert_eq!(decode(&claims).map(|_| ()), outcome, "{name} {value}");
        }
    }

    #[test]
    fn a_passport_without_not_before_is_fine() {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove("nbf");
        assert!(decode(&claims).is_ok());
    }

    #[test]
    fn errors_do_not_show_the_passport() {
        let error = decode(&json!({"typ": "passport", "sub": {"secret": 1}})).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "[ -~]{0,200}", exp in any::<f64>()) {
            Passport::decode_unverified(&text, now()).ok();
            let mut claims = claims();
            claims["exp"] = json!(exp);
            decode(&claims).ok();
        }
    }
}
