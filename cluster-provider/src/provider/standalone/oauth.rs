//! The list of identity providers in the `OAuth` object of an OpenShift cluster, read and changed. Pure; entries of others stay as they are.
//!
//! Source: `config.openshift.io/v1` `OAuth`.

use std::collections::BTreeMap;

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::provider::{IdentityProviderId, OpenIdProvider};

/// The name of the Secret, and of the ConfigMap, that belong to the identity provider of this name.
pub(super) fn companion(name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= 200
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        // What is made from a digest below has to stay apart.
        && !name.starts_with("sha256-");
    if plain {
        return format!("identity-provider-{name}");
    }
    let digest = Sha256::digest(name);
    let short: String = digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    format!("identity-provider-sha256-{short}")
}

/// The Secret with the client's secret.
pub(super) fn secret(provider: &OpenIdProvider) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": companion(&provider.name), "namespace": NAMESPACE},
        "stringData": {"clientSecret": provider.client_secret.expose_secret()},
    })
}

/// The ConfigMap with the authority of the issuer, when it has one of its own.
pub(super) fn authority(provider: &OpenIdProvider) -> Option<Value> {
    provider.ca.as_ref().map(|pem| {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": companion(&provider.name), "namespace": NAMESPACE},
            "data": {"ca.crt": pem},
        })
    })
}

/// Where OpenShift looks for what identity providers refer to.
pub(super) const NAMESPACE: &str = "openshift-config";

/// The entry of a provider.
pub(super) fn entry(provider: &OpenIdProvider) -> Value {
    let mut open_id = json!({
        "clientID": provider.client_id,
        "clientSecret": {"name": companion(&provider.name)},
        "issuer": provider.issuer,
        "claims": claims(&provider.claims),
    });
    if !provider.extra_scopes.is_empty() {
        open_id["extraScopes"] = json!(provider.extra_scopes);
    }
    if provider.ca.is_some() {
        open_id["ca"] = json!({"name": companion(&provider.name)});
    }
    json!({"name": provider.name, "mappingMethod": "claim", "type": "OpenID", "openID": open_id})
}

/// Claims under the names that OpenShift has for them: `preferredUsername`, `name`, `email`, `groups`.
fn claims(wanted: &BTreeMap<String, Vec<String>>) -> Value {
    if wanted.is_empty() {
        return json!({
            "preferredUsername": ["preferred_username"], "name": ["name", "preferred_username"], "email": ["email"],
        });
    }
    let named = |attribute: &str| match attribute {
        "preferred_username" => "preferredUsername".to_owned(),
        other => other.to_owned(),
    };
    Value::Object(wanted.iter().map(|(attribute, claims)| (named(attribute), json!(claims))).collect())
}

/// Puts an entry in the place of the one of its name, or behind all others. Whether anything changed.
pub(super) fn upsert(oauth: &mut Value, entry: Value) -> bool {
    let Some(list) = list_mut(oauth) else { return false };
    match list.iter_mut().find(|held| held["name"] == entry["name"]) {
        Some(held) if *held == entry => false,
        Some(held) => {
            *held = entry;
            true
        }
        None => {
            list.push(entry);
            true
        }
    }
}

/// Takes the entry of this name away. Whether it was there.
pub(super) fn remove(oauth: &mut Value, name: &str) -> bool {
    let Some(list) = list_mut(oauth) else { return false };
    let before = list.len();
    list.retain(|held| held["name"] != name);
    list.len() != before
}

/// All entries.
pub(super) fn ids(oauth: &Value) -> Vec<IdentityProviderId> {
    let entries = oauth["spec"]["identityProviders"].as_array().into_iter().flatten();
    entries
        .filter_map(|entry| {
            let name = entry["name"].as_str()?;
            Some(IdentityProviderId::new(name, name, entry["type"].as_str().unwrap_or_default()))
        })
        .collect()
}

/// A cluster's `OAuth` object before anybody wrote it.
pub(super) fn empty() -> Value {
    json!({"apiVersion": "config.openshift.io/v1", "kind": "OAuth", "metadata": {"name": "cluster"}, "spec": {}})
}

/// The list; it is made where nothing stands. `None` when something else stands in its place.
fn list_mut(oauth: &mut Value) -> Option<&mut Vec<Value>> {
    let spec = oauth.as_object_mut()?.entry("spec").or_insert_with(|| Value::Object(Map::new()));
    let list = spec.as_object_mut()?.entry("identityProviders").or_insert_with(|| json!([]));
    if list.is_null() {
        *list = json!([]);
    }
    list.as_array_mut()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sso() -> OpenIdProvider {
        OpenIdProvider::new("sso", "client", "s3ntinel", "https://sso.example.com")
    }

    #[test]
    fn claims_are_called_as_openshift_calls_them() {
        let claims = entry(&sso())["openID"]["claims"].clone();
        assert_eq!(claims["name"], json!(["name", "preferred_username"]));
        assert_eq!(claims["preferredUsername"], json!(["preferred_username"]));
        assert!(claims["last_name"].is_null() && claims["preferred_username"].is_null());
    }

    #[test]
    fn the_secret_of_a_client_is_in_its_secret_alone() {
        assert!(!entry(&sso()).to_string().contains("s3ntinel"));
        assert_eq!(secret(&sso())["stringData"]["clientSecret"], "s3ntinel");
    }

    proptest! {
        #[test]
        fn other_entries_stay_as_they_are_and_where_they_are(names in prop::collection::vec("[a-z]{1,4}", 0..6), name in "[a-z]{1,4}") {
            let others: Vec<Value> = names.iter().map(|name| json!({"name": name, "type": "LDAP", "ldap": {"url": "x"}})).collect();
            let mut oauth = empty();
            oauth["spec"]["identityProviders"] = json!(others);
            oauth["spec"]["tokenConfig"] = json!({"accessTokenMaxAgeSeconds": 60});
            let before: Vec<_> = others.iter().filter(|one| one["name"] != name.as_str()).cloned().collect();
            let ours = json!({"name": name, "type": "OpenID"});
            upsert(&mut oauth, ours.clone());
            prop_assert!(!upsert(&mut oauth, ours.clone()) , "the second time nothing changes");
            prop_assert!(remove(&mut oauth, &name) && !remove(&mut oauth, &name));
            prop_assert_eq!(oauth["spec"]["identityProviders"].as_array().unwrap(), &before);
            prop_assert_eq!(&oauth["spec"]["tokenConfig"]["accessTokenMaxAgeSeconds"], 60);
        }

        #[test]
        fn companions_have_names_that_kubernetes_takes_and_no_two_share_one(one in ".{0,40}", other in ".{0,40}") {
            let name = companion(&one);
            prop_assert!(name.len() <= 253);
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            prop_assert!(one == other || companion(&one) != companion(&other));
        }
    }
}
