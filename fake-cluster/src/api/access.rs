//! Who calls, and whether they may: client certificates, bearer tokens, impersonation, allow rules.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use arc_swap::ArcSwap;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cause::quote;
use super::request::{Target, Verb};
use super::status::Status;

pub(super) const AUTHENTICATED: &str = "system:authenticated";
pub(super) const UNAUTHENTICATED: &str = "system:unauthenticated";

/// The group of those who may do everything.
pub const MASTERS: &str = "system:masters";

/// An authenticated caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The name.
    pub name: String,
    /// The user id; empty if there is none.
    pub uid: String,
    /// The groups.
    pub groups: Vec<String>,
    /// Anything else that the credential says.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// What the client certificate of a connection proves.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_enums, reason = "a certificate is absent, good or bad")]
pub enum Certificate {
    /// The client sent none.
    #[default]
    Absent,
    /// It chains to the client CA and is within its validity.
    Valid(User),
    /// It does not.
    Invalid,
}

/// A permission for one user or group. Empty lists and `*` match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "built with a literal and `..Default::default()`")]
pub struct Rule {
    /// User or group names.
    pub subjects: Vec<String>,
    /// Verbs, in lower case.
    pub verbs: Vec<String>,
    /// `resource`, `resource/subresource` or `resource.group`.
    pub resources: Vec<String>,
    /// Namespaces; cluster-wide requests match only an empty list or `*`.
    pub namespaces: Vec<String>,
}

/// What the authorizer is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) subresource: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    /// A path that is no resource; then only the verb matters beside it.
    pub(crate) path: Option<&'a str>,
}

/// Tokens and rules of one cluster, changeable while it runs.
#[derive(Default)]
pub struct Access {
    tokens: ArcSwap<HashMap<String, Token>>,
    rules: ArcSwap<Vec<Rule>>,
}

#[derive(Clone)]
struct Token {
    user: User,
    expires: Option<Timestamp>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("tokens", &self.tokens.load().len())
            .field("rules", &self.rules.load().len())
            .finish()
    }
}

// === impl User ===

impl User {
    /// A user with groups.
    pub fn new(name: impl Into<String>, groups: &[&str]) -> Self {
        Self { name: name.into(), groups: groups.iter().map(|&g| g.into()).collect(), ..Self::default() }
    }

    /// The caller without credentials.
    pub fn anonymous() -> Self {
        Self::new("system:anonymous", &[UNAUTHENTICATED])
    }

    /// The `UserInfo` that tells of the user.
    pub(super) fn info(&self) -> Value {
        let mut info = json!({"username": self.name});
        if !self.uid.is_empty() {
            info["uid"] = json!(self.uid);
        }
        if !self.groups.is_empty() {
            info["groups"] = json!(self.groups);
        }
        if !self.extra.is_empty() {
            info["extra"] = json!(self.extra);
        }
        info
    }

    pub(crate) fn authenticated(mut self) -> Self {
        if !self.is_authenticated() {
            self.groups.push(AUTHENTICATED.into());
        }
        self
    }

    /// Whether the groups say what everybody is who is not anonymous.
    fn is_authenticated(&self) -> bool {
        self.name == "system:anonymous" || self.groups.iter().any(|group| group == AUTHENTICATED)
    }
}

// === impl Access ===

impl Access {
    /// Accepts a bearer token until it expires or is revoked.
    pub fn add_token(&self, token: &str, user: User, expires: Option<Timestamp>) {
        self.tokens.rcu(|tokens| {
            let mut tokens = HashMap::clone(tokens);
            tokens.insert(token.to_owned(), Token { user: user.clone(), expires });
            tokens
        });
    }

    /// Accepts a token no more. Returns whether it was known.
    pub fn revoke_token(&self, token: &str) -> bool {
        let before = self.tokens.rcu(|tokens| {
            let mut tokens = HashMap::clone(tokens);
            tokens.remove(token);
            tokens
        });
        before.contains_key(token)
    }

    /// Adds a permission.
    pub fn allow(&self, rule: Rule) {
        self.rules.rcu(|rules| {
            let mut rules = Vec::clone(rules);
            rules.push(rule.clone());
            rules
        });
    }

    /// Whether anything is allowed that no role says.
    pub(crate) fn has_rules(&self) -> bool {
        !self.rules.load().is_empty()
    }

    /// Whom a token belongs to, if it is valid now.
    pub(crate) fn token(&self, token: &str, now: Timestamp) -> Option<User> {
        let tokens = self.tokens.load();
        let known = tokens.get(token)?;
        if known.expires.is_some_and(|expires| expires <= now) {
            return None;
        }
        Some(known.user.clone().authenticated())
    }

    /// Whom the request comes from, before impersonation.
    ///
    /// As in the real server each credential is tried in turn: a valid certificate or token is enough, and a request
    /// with none is anonymous, but a request whose only credentials are bad is refused.
    pub(crate) fn authenticate<'a>(
        &self,
        certificate: &'a Certificate,
        headers: &HeaderMap,
        whose: impl FnOnce(&str) -> Option<User>,
    ) -> Result<Cow<'a, User>, Status> {
        if let Certificate::Valid(user) = certificate {
            // A server that knows its callers has done the rest before the first request.
            return Ok(if user.is_authenticated() {
                Cow::Borrowed(user)
            } else {
                Cow::Owned(user.clone().authenticated())
            });
        }
        let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, token) = value.trim().split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
        });
        match (bearer, certificate) {
            (Some(token), _) => whose(token).map(Cow::Owned).ok_or_else(Status::unauthorized),
            (None, Certificate::Invalid) => Err(Status::unauthorized()),
            (None, _) => Ok(Cow::Owned(User::anonymous())),
        }
    }

    /// Whether the rules of this cluster let a user do something.
    pub(crate) fn allows(&self, user: &User, wanted: &Attributes<'_>) -> bool {
        user.groups.iter().any(|group| group == MASTERS)
            || self.rules.load().iter().any(|rule| rule.matches(user, wanted))
    }
}

// === impl Rule ===

impl Rule {
    fn matches(&self, user: &User, wanted: &Attributes<'_>) -> bool {
        if wanted.path.is_some() {
            return false;
        }
        let any = |list: &[String], fits: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|entry| entry == "*" || fits(entry))
        };
        let resource = match wanted.subresource {
            "" => wanted.resource.to_owned(),
            sub => format!("{}/{sub}", wanted.resource),
        };
        any(&self.subjects, &|s| s == user.name || user.groups.iter().any(|g| g == s))
            && any(&self.verbs, &|v| v == wanted.verb)
            && any(&self.resources, &|r| r == resource || r == format!("{resource}.{}", wanted.group))
            && any(&self.namespaces, &|n| !wanted.namespace.is_empty() && n == wanted.namespace)
    }
}

// === impl Attributes ===

impl<'a> Attributes<'a> {
    /// What a request asks for. A collection narrowed to one name counts as that object.
    pub(crate) fn of(target: &'a Target, verb: Verb, method: &http::Method, selected: Option<&'a str>) -> Self {
        match target {
            Target::Path(path) => Self { verb: of_method(method), path: Some(path), ..Self::default() },
            Target::Resource(found) => Self {
                verb: verb.as_str(),
                group: &found.group,
                resource: &found.resource,
                subresource: &found.subresource,
                namespace: &found.namespace,
                name: if found.name.is_empty() { selected.unwrap_or_default() } else { &found.name },
                path: None,
            },
        }
    }

    /// The refusal, with the reason that the authorizer gave.
    pub(crate) fn refusal(&self, user: &User, reason: &str) -> Status {
        let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let who = format!("User {} cannot {}", quote(&user.name), self.verb);
        if let Some(path) = self.path {
            let why = html_escaped(&format!("{who} path {}", quote(path)));
            return Status::forbidden("", "", "", &format!("{why}{because}")).with_details();
        }
        let resource = match self.subresource {
            "" => self.resource.to_owned(),
            sub => format!("{}/{sub}", self.resource),
        };
        let place = match self.namespace {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace {}", quote(namespace)),
        };
        let why = format!("{who} resource {} in API group {} {place}", quote(&resource), quote(self.group));
        Status::forbidden(self.group, self.resource, self.name, &format!("{}{because}", html_escaped(&why)))
    }
}

/// What a method is called where there is no resource.
fn of_method(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "get",
        "HEAD" => "head",
        "POST" => "post",
        "PUT" => "put",
        "PATCH" => "patch",
        "DELETE" => "delete",
        "OPTIONS" => "options",
        _ => "",
    }
}

/// Names come from the client: nothing that looks like HTML goes back.
fn html_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
