//! Tokens of service accounts: issued, signed with a key of the cluster, and told apart when they come back.
//!
//! It follows `k8s.io/kubernetes/pkg/serviceaccount`; [`super::token_request`] is the request for one. Knows nothing of other tokens.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::User;
use super::cause::quote;
use super::status::Status;
use super::{Api, json_value};

/// Who issues tokens if nobody says.
const DEFAULT_ISSUER: &str = "https://kubernetes.default.svc";
/// How long after its end a token is still taken, in seconds: clocks differ.
const LEEWAY: i64 = 60;

/// The issuer of one cluster. Its key is made when it is needed first.
#[derive(Default)]
pub(super) struct Tokens {
    issuer: OnceLock<String>,
    key: OnceLock<Option<Key>>,
}

struct Key {
    pair: EcdsaKeyPair,
    id: String,
}

/// Whom a token belongs to, and for which of the wanted audiences it is good.
#[derive(Debug)]
pub(super) struct Bearer {
    pub(super) user: User,
    pub(super) audiences: Vec<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.issuer()).finish_non_exhaustive()
    }
}

// === impl Tokens ===

impl Tokens {
    /// Sets the issuer, once.
    pub(super) fn announce(&self, issuer: String) {
        // Whoever comes second finds the first one in tokens already.
        drop(self.issuer.set(issuer));
    }

    pub(super) fn issuer(&self) -> &str {
        self.issuer.get().map_or(DEFAULT_ISSUER, String::as_str)
    }

    fn key(&self) -> Result<&Key, Status> {
        let made = self.key.get_or_init(|| {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
            let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, pair.public_key().as_der().ok()?.as_ref()));
            Some(Key { pair, id })
        });
        made.as_ref().ok_or_else(|| Status::internal("failed to generate token: no key could be made"))
    }

    /// A signed token with these claims.
    pub(super) fn sign(&self, claims: &Value) -> Result<String, Status> {
        let key = self.key()?;
        let header = json!({"alg": "ES256", "kid": key.id});
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(claims));
        let signature = key.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| Status::internal("failed to generate token: it could not be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token, if this cluster issued it: nothing if it says another issuer or none.
    fn claims(&self, token: &str) -> Option<Result<Value, String>> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decoded = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let (header, claims) = (decoded(header)?, decoded(claims)?);
        if claims["iss"] != self.issuer() {
            return None;
        }
        let Some(Some(key)) = self
            .key
            .get()
            .filter(|key| header["kid"].is_null() || key.as_ref().is_some_and(|key| header["kid"] == key.id.as_str()))
        else {
            return Some(Err("invalid signature, no keys found".into()));
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.pair.public_key().as_ref());
        Some(match header["alg"] == "ES256" && public.verify(signed.as_bytes(), &signature).is_ok() {
            true => Ok(claims),
            false => Err("go-jose/go-jose: error in cryptographic primitive".into()),
        })
    }

    /// The OpenID configuration that says where the keys are.
    pub(super) fn configuration(&self) -> Value {
        let issuer = self.issuer();
        json!({
            "issuer": issuer, "jwks_uri": format!("{}/openid/v1/jwks", issuer.trim_end_matches('/')),
            "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    /// The public keys.
    pub(super) fn keys(&self) -> Result<Value, Status> {
        let key = self.key()?;
        // An uncompressed point: a byte that says so, and the two coordinates.
        let point = key.pair.public_key().as_ref();
        let half = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(point.get(range).unwrap_or_default());
        Ok(json!({"keys": [{
            "use": "sig", "kty": "EC", "kid": key.id, "crv": "P-256", "alg": "ES256", "x": half(1..33), "y": half(33..65),
        }]}))
    }
}

// === impl Api ===

impl Api {
    /// Says under which address the cluster issues tokens of service accounts: their issuer, and the audience that they have by default.
    /// Only the first call counts.
    pub(crate) fn announce(&self, issuer: String) {
        self.tokens.announce(issuer);
    }

    /// An answer about the issuer, which may be kept for an hour.
    ///
    /// # Errors
    /// 406 when the client does not take its media type.
    pub(super) fn openid(
        &self,
        parts: &Parts,
        media_type: &'static str,
        document: &Value,
    ) -> Result<Response<Bytes>, Status> {
        let accepted = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let taken = |range: &str| matches!(range.trim(), "" | "*/*" | "application/*") || range.trim() == media_type;
        if !accepted.split(',').any(|range| taken(range.split(';').next().unwrap_or_default())) {
            let why = format!("406: Not Acceptable\n\nAvailable representations: {media_type}");
            return Err(Status::other(406, "NotAcceptable", why).with_details());
        }
        let mut response = json_value(StatusCode::OK, document);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        Ok(response)
    }

    /// Whom a token belongs to now. Without audiences it has to be good for this server.
    ///
    /// # Errors
    /// Why it is not taken, in the real server's words.
    pub(super) fn bearer(&self, token: &str, wanted: &[String], now: Timestamp) -> Result<Bearer, String> {
        let own = [self.tokens.issuer().to_owned()];
        let wanted = if wanted.is_empty() { &own[..] } else { wanted };
        let unknown = || Err("invalid bearer token".to_owned());
        if let Some(user) = self.access.token(token, now) {
            // Other tokens know no audiences: they are good for this server.
            let audiences: Vec<_> = own.iter().filter(|own| wanted.contains(own)).cloned().collect();
            return if audiences.is_empty() { unknown() } else { Ok(Bearer { user, audiences }) };
        }
        let Some(claims) = self.tokens.claims(token) else { return unknown() };
        // The real server tells both what each authenticator said and that nobody took the token.
        let told = |why: String| format!("[invalid bearer token, {why}]");
        let claims = claims.map_err(told)?;
        let given: Vec<String> =
            claims["aud"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let audiences: Vec<_> = given.iter().filter(|audience| wanted.contains(audience)).cloned().collect();
        if audiences.is_empty() {
            let spelled = |list: &[String]| list.iter().map(|one| quote(one)).collect::<Vec<_>>().join(" ");
            let why = format!(
                "token audiences [{}] is invalid for the target audiences [{}]",
                spelled(&given),
                spelled(wanted)
            );
            return Err(told(why));
        }
        Ok(Bearer { user: self.account(&claims, now).map_err(told)?, audiences })
    }

    /// The service account that claims speak of, if it and what the token is bound to are still there.
    fn account(&self, claims: &Value, now: Timestamp) -> Result<User, String> {
        let seconds = |field: &str| claims[field].as_i64().unwrap_or_default();
        let now = now.as_second();
        if now - LEEWAY > seconds("exp") {
            return Err("service account token has expired".into());
        }
        if now + LEEWAY < seconds("nbf") {
            return Err("service account token is not valid yet".into());
        }
        let own = &claims["kubernetes.io"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let namespace = text(&own["namespace"]);
        let (name, uid) = (text(&own["serviceaccount"]["name"]), text(&own["serviceaccount"]["uid"]));
        let Some(account) = self.store.get("serviceaccounts", &format!("{namespace}/{name}")) else {
            return Err(format!("serviceaccounts {} not found", quote(&name)));
        };
        let found = account.meta_str("uid");
        if found != uid {
            return Err(format!("service account UID ({found}) does not match claim ({uid})"));
        }
        if was_deleted(account.metadata(), now) {
            return Err(format!("service account {namespace}/{name} has been deleted"));
        }
        let mut extra = BTreeMap::new();
        for (kind, storage, said) in
            [("secret", "secrets", "secret"), ("pod", "pods", "pod"), ("node", "nodes", "node")]
        {
            let bound = &own[kind];
            if bound.is_null() {
                continue;
            }
            let (of, uid) = (text(&bound["name"]), text(&bound["uid"]));
            if kind != "secret" {
                extra.insert(format!("authentication.kubernetes.io/{kind}-name"), vec![of.clone()]);
                if !uid.is_empty() {
                    extra.insert(format!("authentication.kubernetes.io/{kind}-uid"), vec![uid.clone()]);
                }
            }
            if kind == "node" && !own["pod"].is_null() {
                // The node of the pod that the token is bound to is only told.
                continue;
            }
            let key = if kind == "node" { of } else { format!("{namespace}/{of}") };
            let Some(object) = self.store.get(storage, &key) else {
                return Err("service account token has been invalidated".into());
            };
            let found = object.meta_str("uid");
            if found != uid {
                return Err(format!("{said} UID ({found}) does not match service account {said} ref claim ({uid})"));
            }
            if was_deleted(object.metadata(), now) {
                return Err("service account token has been invalidated".into());
            }
        }
        let id = text(&claims["jti"]);
        extra.insert("authentication.kubernetes.io/credential-id".into(), vec![format!("JTI={id}")]);
        let groups = ["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
        let name = format!("system:serviceaccount:{namespace}:{name}");
        Ok(User { name, uid, groups: groups.to_vec(), extra }.authenticated())
    }
}

fn was_deleted(metadata: &Value, now: i64) -> bool {
    let deleted = metadata["deletionTimestamp"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    deleted.is_some_and(|at| at.as_second() < now - LEEWAY)
}
