//! The key set of the identity service, and the ES512 signature over a passport.
//!
//! Pure: where the set comes from and when it is read again is decided by the exchange.

use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

use super::passport::{PassportError, Unverified};

/// Octets of one coordinate on P-521.
const COORDINATE: usize = 66;

/// The P-521 keys of a JSON Web Key Set (RFC 7517). Keys of other kinds are left out.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    /// The uncompressed point.
    point: Vec<u8>,
}

#[derive(Deserialize)]
struct Wire {
    keys: Vec<WireKey>,
}

#[derive(Deserialize)]
struct WireKey {
    #[serde(default)]
    kty: String,
    kid: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    ///
    /// When the text is not a JSON Web Key Set. Unusable keys in it are no error.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Whether there is no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Checks the signature of a passport. A passport that names no key may be signed by any in the set.
    pub(super) fn verify(&self, passport: &Unverified<'_>) -> Result<(), PassportError> {
        let mut known = false;
        for key in &self.keys {
            if passport.key_id.is_some() && passport.key_id != key.id {
                continue;
            }
            known = true;
            let public = UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, &key.point);
            if public.verify(passport.signed.as_bytes(), &passport.signature).is_ok() {
                return Ok(());
            }
        }
        Err(if known { PassportError::Signature } else { PassportError::UnknownKey })
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self { keys: wire.keys.into_iter().filter_map(Key::read).collect() })
    }
}

impl Key {
    fn read(wire: WireKey) -> Option<Self> {
        let usable = wire.kty == "EC"
            && wire.crv.as_deref() == Some("P-521")
            && wire.purpose.is_none_or(|purpose| purpose == "sig")
            && wire.alg.is_none_or(|alg| alg == "ES512");
        if !usable {
            return None;
        }
        let mut point = vec![4];
        for coordinate in [wire.x?, wire.y?] {
            let octets = URL_SAFE_NO_PAD.decode(coordinate).ok()?;
            point.resize(point.len() + COORDINATE.checked_sub(octets.len())?, 0);
            point.extend(octets);
        }
        Some(Self { id: wire.kid, point })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::super::passport::tests::{claims, now};
    use super::*;

    /// Issues passports as the identity service does.
    pub(crate) struct Issuer {
        key: EcdsaKeyPair,
        id: String,
    }

    impl Issuer {
        pub(crate) fn new(id: &str) -> Self {
            Self { key: EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).unwrap(), id: id.to_owned() }
        }

        pub(crate) fn issue(&self, claims: &Value) -> String {
            let unsigned = super::super::passport::tests::compact(&json!({"alg": "ES512", "kid": self.id}), claims);
            let signed = unsigned.rsplit_once('.').unwrap().0;
            let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }

        pub(crate) fn jwk(&self) -> Value {
            let point = self.key.public_key().as_ref();
            let [x, y] = [&point[1..=COORDINATE], &point[COORDINATE + 1..]].map(|half| URL_SAFE_NO_PAD.encode(half));
            json!({"kty": "EC", "crv": "P-521", "kid": self.id, "use": "sig", "alg": "ES512", "x": x, "y": y})
        }
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::from_json(json!({"keys": keys}).to_string().as_bytes()).unwrap()
    }

    fn verify(set: &KeySet, passport: &str) -> Result<(), PassportError> {
        set.verify(&Unverified::parse(passport).unwrap())
    }

    /// W-25
    #[test]
    fn a_passport_is_verified_with_the_key_it_names() {
        let (issuer, other) = (Issuer::new("a"), Issuer::new("b"));
        let passport = issuer.issue(&claims());
        let both = set(&[other.jwk(), issuer.jwk()]);
        assert_eq!(verify(&both, &passport), Ok(()));
        assert!(Unverified::parse(&passport).unwrap().check(now()).is_ok());
        assert_eq!(verify(&set(&[other.jwk()]), &passport), Err(PassportError::UnknownKey));

        let impostor = Issuer::new("a").issue(&claims());
        assert_eq!(verify(&both, &impostor), Err(PassportError::Signature));
    }

    /// W-25
    #[test]
    fn an_altered_passport_does_not_verify() {
        let issuer = Issuer::new("a");
        let passport = issuer.issue(&claims());
        let mut other = claims();
        other["sub"] = json!("eve@acme.com");
        let forged = issuer.issue(&other);
        let (signed, _) = forged.rsplit_once('.').unwrap();
        let (_, signature) = passport.rsplit_once('.').unwrap();
        let spliced = format!("{signed}.{signature}");
        assert_eq!(verify(&set(&[issuer.jwk()]), &spliced), Err(PassportError::Signature));
    }

    #[test]
    fn unusable_keys_are_left_out() {
        let issuer = Issuer::new("a");
        let mut encryption = issuer.jwk();
        encryption["use"] = json!("enc");
        let mut long = issuer.jwk();
        long["x"] = json!(URL_SAFE_NO_PAD.encode([1_u8; COORDINATE + 1]));
        let mut p256 = issuer.jwk();
        p256["crv"] = json!("P-256");
        assert!(set(&[json!({"kty": "RSA", "n": "AQAB"}), encryption, long, p256, json!({})]).is_empty());
        assert!(KeySet::from_json(b"{}").is_err());
    }
}
