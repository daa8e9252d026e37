//! The payload of a signed principal: the same JSON, and claims a sender may add.
//!
//! Pure: knows nothing of keys and headers. The Go services send no claims and ignore them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;

use super::Principal;
use super::json::ObjectWriter;

/// Claims that narrow where and how long a signed principal is good. All are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignedClaims {
    /// `iat` and `exp`.
    pub(crate) lifetime: Option<(Timestamp, Timestamp)>,
    /// `aud`.
    pub(crate) audience: Option<String>,
    /// `jti`.
    pub(crate) nonce: Option<String>,
    /// `cnf` with `x5t#S256`: the certificate whose key signs.
    pub(crate) thumbprint: Option<[u8; 32]>,
}

/// The claims of a payload as they came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReceivedClaims {
    pub(crate) iat: Option<i64>,
    pub(crate) exp: Option<i64>,
    pub(crate) aud: Option<Audience>,
    pub(crate) jti: Option<String>,
    cnf: Option<Confirmation>,
}

/// One audience or several (RFC 7519, section 4.1.3).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    thumbprint: Option<String>,
}

impl SignedClaims {
    /// The bytes to sign: without claims exactly the JSON form of the principal.
    pub(crate) fn payload(&self, principal: &Principal) -> String {
        let mut object = ObjectWriter::new();
        principal.write_members(&mut object);
        if let Some((issued, expires)) = self.lifetime {
            object.integer("iat", issued.as_second());
            object.integer("exp", expires.as_second());
        }
        object.string("aud", self.audience.as_deref().unwrap_or_default());
        object.string("jti", self.nonce.as_deref().unwrap_or_default());
        if let Some(thumbprint) = self.thumbprint {
            object.nested("cnf", "x5t#S256", &URL_SAFE_NO_PAD.encode(thumbprint));
        }
        object.finish()
    }
}

impl ReceivedClaims {
    pub(crate) fn from_json(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Option<Self>>(payload).ok().map(Option::unwrap_or_default)
    }

    /// The thumbprint of the certificate the payload is bound to.
    pub(crate) fn thumbprint(&self) -> Option<&str> {
        self.cnf.as_ref()?.thumbprint.as_deref()
    }
}

impl Audience {
    pub(crate) fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_claims_the_payload_is_the_json_form() {
        let principal = Principal::user("joe@acme.com").with_organization("o");
        assert_eq!(SignedClaims::default().payload(&principal), principal.to_json());
    }

    #[test]
    fn claims_follow_the_members_and_originals_ignore_them() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let claims = SignedClaims {
            lifetime: Some((at(100), at(160))),
            audience: Some("region".to_owned()),
            nonce: Some("n".to_owned()),
            thumbprint: Some([0; 32]),
        };
        let principal = Principal::user("joe@acme.com");
        let payload = claims.payload(&principal);
        assert_eq!(
            payload,
            concat!(
                r#"{"type":"user","actor":"joe@acme.com","iat":100,"exp":160,"aud":"region","jti":"n","#,
                r#""cnf":{"x5t#S256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#,
            ),
        );
        assert_eq!(Principal::from_json(payload.as_bytes()).unwrap(), principal);

        let received = ReceivedClaims::from_json(payload.as_bytes()).unwrap();
        assert_eq!((received.iat, received.exp, received.jti.as_deref()), (Some(100), Some(160), Some("n")));
        assert!(received.aud.as_ref().unwrap().contains("region"));
        assert!(received.thumbprint().is_some());
    }

    #[test]
    fn an_audience_may_be_a_list() {
        let received = ReceivedClaims::from_json(br#"{"aud":["a","b"]}"#).unwrap();
        assert!(received.aud.as_ref().unwrap().contains("b") && !received.aud.unwrap().contains("c"));
        assert!(ReceivedClaims::from_json(b"null").unwrap().exp.is_none());
        assert!(ReceivedClaims::from_json(br#"{"exp":"soon"}"#).is_none());
    }
}
