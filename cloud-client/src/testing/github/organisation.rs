//! Organisations: members, an audit log, and the installations of apps.

use std::collections::BTreeSet;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::access::{Access, InstallationSpec};
use super::answer::Answer;

/// What a token of an installation is asked for with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    repositories: Option<BTreeSet<String>>,
    permissions: Value,
}

/// An account, with all that octocrab wants to know of one.
pub(super) fn user(login: &str, id: usize) -> Value {
    let url = format!("https://api.github.com/users/{login}");
    let mut user = json!({
        "login": login,
        "id": id,
        "node_id": format!("U_{id}"),
        "gravatar_id": "",
        "type": "User",
        "site_admin": false,
        "url": url,
        "html_url": format!("https://github.com/{login}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}"),
    });
    for list in [
        "followers",
        "following",
        "gists",
        "starred",
        "subscriptions",
        "organizations",
        "repos",
        "events",
        "received_events",
    ] {
        user[format!("{list}_url")] = format!("{url}/{list}").into();
    }
    user
}

pub(super) fn installation(spec: &InstallationSpec) -> Answer {
    Answer::json(&described(spec))
}

pub(super) fn described(spec: &InstallationSpec) -> Value {
    json!({ "id": spec.id, "account": { "login": spec.account }, "suspended_at": spec.suspended.then_some("2026-01-01T00:00:00Z") })
}

/// A new token, if the app may have one.
pub(super) fn token(access: &mut Access, issuer: &str, id: u64, body: &[u8], now: jiff::Timestamp) -> Answer {
    let wanted: Wanted = match body.is_empty() {
        true => Wanted::default(),
        false => match serde_json::from_slice(body) {
            Ok(wanted) => wanted,
            Err(_) => return Answer::refusal(StatusCode::BAD_REQUEST, "Problems parsing JSON"),
        },
    };
    let Some((_, spec)) = access.installations.get(&id).filter(|(app, _)| app == issuer) else {
        return Answer::not_found();
    };
    if spec.suspended {
        return Answer::refusal(StatusCode::FORBIDDEN, "This installation has been suspended");
    }
    let beyond = match (&wanted.repositories, &spec.repositories) {
        (Some(wanted), Some(there)) => !wanted.is_subset(there),
        _ => false,
    };
    if beyond {
        let message = "There is at least one repository that does not exist or is not accessible";
        return Answer::refusal(StatusCode::UNPROCESSABLE_ENTITY, message);
    }
    let repositories = wanted.repositories.or_else(|| spec.repositories.clone());
    let (token, expires) = access.give(id, repositories, now);
    let permissions = if wanted.permissions.is_object() { wanted.permissions } else { json!({ "contents": "read" }) };
    Answer::of(
        StatusCode::CREATED,
        &json!({ "token": token, "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "permissions": permissions }),
    )
}
