//! Which part of the API a call is for.

use axum::http::Method;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::access::Caller;
use super::answer::Answer;
use super::world::World;
use super::{Asked, organisation, pages};

// === impl World ===

impl World {
    /// The answer to a call of somebody who is known and within the limit.
    pub(super) fn route(&mut self, asked: &Asked<'_>, caller: &Caller) -> Answer {
        let segments: Vec<String> = asked.path.trim_matches('/').split('/').map(decoded).collect();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let get = asked.method == Method::GET;
        match (asked.method.as_str(), &parts[..]) {
            ("GET", ["rate_limit"]) => Answer::json(&json!({ "resources": {} })),
            ("GET", ["user"]) => Answer::json(&organisation::user("someone", 1)),
            ("POST", ["graphql"]) => {
                Answer::json(&json!({ "data": serde_json::from_slice::<Value>(asked.body).unwrap_or_default() }))
            }
            ("GET", ["orgs" | "users", owner, "repos"]) => {
                let all = self.visible(owner, caller);
                Answer::page(pages::numbered(&all, asked.base, asked.path, asked.query))
            }
            ("GET", ["orgs", name, "members"]) if self.members.contains_key(*name) => {
                Answer::page(pages::numbered(&self.members[*name], asked.base, asked.path, asked.query))
            }
            ("GET", ["orgs", name, "audit-log"]) if self.members.contains_key(*name) => {
                Answer::page(pages::by_cursor(&self.members[*name], asked.base, asked.path, asked.query))
            }
            ("GET", ["orgs" | "users", account, "installation"]) => self.installation(caller, account, None),
            ("GET", ["repos", owner, name, "installation"]) => self.installation(caller, owner, Some(name)),
            ("GET", ["app", "installations"]) => self.installations(asked, caller),
            ("GET", ["app"]) => match caller {
                Caller::App(issuer) => Answer::json(&json!({ "id": 1, "slug": issuer, "name": issuer })),
                _ => apps_only(),
            },
            ("POST", ["app", "installations", id, "access_tokens"]) => match (caller, id.parse()) {
                (Caller::App(issuer), Ok(id)) => {
                    organisation::token(&mut self.access, issuer, id, asked.body, asked.now)
                }
                (_, Ok(_)) => apps_only(),
                (_, Err(_)) => Answer::not_found(),
            },
            (_, ["repos", owner, name, rest @ ..]) => {
                if let Caller::Installation { repositories: Some(seen), .. } = caller
                    && !seen.contains(*name)
                {
                    return Answer::not_found();
                }
                let key = ((*owner).to_owned(), (*name).to_owned());
                let Some(repository) = self.repositories.get_mut(&key) else { return Answer::not_found() };
                let accepts = |kind: &str| {
                    let accept = asked.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
                    accept.is_some_and(|accept| accept.contains(kind))
                };
                match rest {
                    [] if get => Answer::json(&repository.describe(owner, name)),
                    ["contents", path @ ..] if get => {
                        let reference = pages::parameter(asked.query, "ref").map(decoded);
                        repository.contents(&path.join("/"), reference.as_deref(), accepts("raw"))
                    }
                    ["contents", path @ ..] if asked.method == Method::PUT => {
                        repository.put(&path.join("/"), asked.body)
                    }
                    ["git", "blobs", sha] if get => repository.blob(sha),
                    ["git", "trees", reference @ ..] if get => {
                        let recursive = pages::parameter(asked.query, "recursive").is_some();
                        repository.tree(&reference.join("/"), recursive)
                    }
                    ["commits", reference @ ..] if get => repository.commit(&reference.join("/"), accepts("sha")),
                    ["compare", spec @ ..] if get => {
                        repository.compare(&spec.join("/"), asked.base, asked.path, asked.query)
                    }
                    ["issues"] if get => {
                        Answer::page(pages::numbered(&repository.issues, asked.base, asked.path, asked.query))
                    }
                    ["issues"] if asked.method == Method::POST => {
                        let wanted: Value = serde_json::from_slice(asked.body).unwrap_or_default();
                        let number = repository.issues.len() + 1;
                        let issue = json!({ "number": number, "title": wanted["title"], "state": "open" });
                        repository.issues.push(issue.clone());
                        Answer::of(StatusCode::CREATED, &issue)
                    }
                    _ => Answer::not_found(),
                }
            }
            _ => Answer::not_found(),
        }
    }

    /// The repositories of an account that a caller sees.
    fn visible(&self, owner: &str, caller: &Caller) -> Vec<Value> {
        let of_owner = self.repositories.iter().filter(|((account, _), _)| account == owner);
        let seen = of_owner.filter(|((_, name), _)| match caller {
            Caller::Installation { repositories: Some(seen), .. } => seen.contains(name),
            _ => true,
        });
        seen.map(|((account, name), repository)| repository.describe(account, name)).collect()
    }

    fn installation(&self, caller: &Caller, account: &str, repository: Option<&str>) -> Answer {
        let Caller::App(issuer) = caller else { return apps_only() };
        match self.access.installed(issuer, account, repository) {
            Some(spec) => organisation::installation(spec),
            None => Answer::not_found(),
        }
    }

    fn installations(&self, asked: &Asked<'_>, caller: &Caller) -> Answer {
        let Caller::App(issuer) = caller else { return apps_only() };
        let of_app = self.access.installations.values().filter(|(app, _)| app == issuer);
        let all: Vec<_> = of_app.map(|(_, spec)| organisation::described(spec)).collect();
        Answer::page(pages::numbered(&all, asked.base, asked.path, asked.query))
    }
}

fn apps_only() -> Answer {
    Answer::refusal(StatusCode::UNAUTHORIZED, "A JSON web token could not be decoded")
}

/// A part of an address, its escapes undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
