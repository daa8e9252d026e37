//! Identity providers as OCM keeps them: their bodies, and whether one has to be written again. Pure; knows nothing of requests.
//!
//! OCM does not show secrets again. Whether one is the current one can only be told by who sent it last.

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::sets::alike;
use crate::provider::{IdentityProvider, OpenIdProvider};

/// The type of OpenID Connect.
pub(super) const OPEN_ID: &str = "OpenIDIdentityProvider";

/// An identity provider that cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnfitLogin {
    #[error("an identity provider has to have a name")]
    Name,
    #[error("an identity provider in OCM's words has to say its type")]
    Type,
    #[error("claims have to be among email, name, preferred_username and groups; {0:?} is not")]
    Claim(String),
}

/// The body that makes it.
pub(super) fn body(provider: &IdentityProvider) -> Result<Value, UnfitLogin> {
    match provider {
        IdentityProvider::OpenId(open_id) => open_id_body(open_id),
        IdentityProvider::Raw(body) => {
            let text = |key| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            text("name").ok_or(UnfitLogin::Name)?;
            text("type").ok_or(UnfitLogin::Type)?;
            Ok(body.clone())
        }
    }
}

fn open_id_body(open_id: &OpenIdProvider) -> Result<Value, UnfitLogin> {
    if open_id.name.is_empty() {
        return Err(UnfitLogin::Name);
    }
    let mut claims = Map::new();
    for (attribute, names) in &open_id.claims {
        if !matches!(attribute.as_str(), "email" | "name" | "preferred_username" | "groups") {
            return Err(UnfitLogin::Claim(attribute.chars().take(64).collect()));
        }
        claims.insert(attribute.clone(), json!(names));
    }
    let claims = if claims.is_empty() {
        json!({
            "email": ["email"],
            "preferred_username": ["preferred_username"],
            "name": ["last_name", "preferred_username"],
        })
    } else {
        Value::Object(claims)
    };
    let mut settings = json!({
        "client_id": open_id.client_id,
        "client_secret": open_id.client_secret.expose_secret(),
        "issuer": open_id.issuer,
        "claims": claims,
    });
    if !open_id.extra_scopes.is_empty() {
        settings["extra_scopes"] = json!(open_id.extra_scopes);
    }
    if let Some(ca) = &open_id.ca {
        settings["ca"] = json!(ca);
    }
    Ok(json!({"type": OPEN_ID, "name": open_id.name, "mapping_method": "claim", "open_id": settings}))
}

/// What changes one that is there: everything but who it is.
pub(super) fn patch(body: &Value) -> Value {
    let mut patch = body.clone();
    if let Value::Object(patch) = &mut patch {
        patch.remove("id");
        patch.remove("name");
    }
    patch
}

/// Whether what OCM shows is not what is wanted. What it does not show counts as right when it is a secret.
pub(super) fn differs(shown: &Value, wanted: &Value) -> bool {
    match (shown, wanted) {
        (Value::Object(shown), Value::Object(wanted)) => wanted.iter().any(|(key, wanted)| match shown.get(key) {
            Some(_) if is_secret(key) => false,
            Some(shown) => differs(shown, wanted),
            None => !is_secret(key) && !is_nothing(wanted),
        }),
        (shown, wanted) => !alike(shown, wanted),
    }
}

fn is_secret(key: &str) -> bool {
    key.contains("secret") || key.contains("password") || key == "users" || key == "htpasswd"
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// What stands for everything that was sent, secrets included.
pub(super) fn digest(body: &Value) -> [u8; 32] {
    Sha256::digest(serde_json::to_vec(body).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn provider(secret: &str) -> IdentityProvider {
        IdentityProvider::OpenId(OpenIdProvider::new("sso", "client", secret, "https://sso.example"))
    }

    /// W-25
    #[test]
    fn a_body_has_the_usual_claims_under_their_keys() {
        let body = body(&provider("s")).unwrap();
        assert_eq!((&body["type"], &body["mapping_method"]), (&json!(OPEN_ID), &json!("claim")));
        assert_eq!(body["open_id"]["claims"]["name"], json!(["last_name", "preferred_username"]));
        assert!(body["open_id"]["claims"].get("last_name").is_none());
        let mut other = OpenIdProvider::new("sso", "c", "s", "i");
        other.claims.insert("last_name".to_owned(), vec!["x".to_owned()]);
        assert_eq!(super::body(&IdentityProvider::OpenId(other)), Err(UnfitLogin::Claim("last_name".to_owned())));
    }

    /// W-23
    #[test]
    fn any_sort_can_be_asked_for_in_ocms_words() {
        let github = json!({"type": "GithubIdentityProvider", "name": "gh", "github": {"client_id": "x"}});
        assert_eq!(body(&IdentityProvider::Raw(github.clone())).unwrap(), github);
        assert_eq!(body(&IdentityProvider::Raw(json!({"name": "gh"}))), Err(UnfitLogin::Type));
        assert_eq!(body(&IdentityProvider::Raw(json!("gh"))), Err(UnfitLogin::Name));
    }

    /// W-22
    #[test]
    fn a_changed_setting_is_seen_and_a_hidden_secret_is_none() {
        let wanted = body(&provider("s")).unwrap();
        let mut shown = wanted.clone();
        shown["open_id"].as_object_mut().unwrap().remove("client_secret");
        shown["href"] = json!("/x");
        assert!(!differs(&shown, &wanted));
        shown["open_id"]["issuer"] = json!("https://other.example");
        assert!(differs(&shown, &wanted));
        assert_ne!(digest(&wanted), digest(&body(&provider("rotated")).unwrap()));
    }

    proptest! {
        #[test]
        fn what_is_shown_as_it_was_sent_does_not_differ(names in prop::collection::btree_map("[a-z]{1,5}", any::<Option<i32>>(), 0..5)) {
            let wanted = json!({"type": "T", "name": "n", "settings": names});
            prop_assert!(!differs(&wanted, &wanted));
        }
    }
}
