//! Acting as somebody else: the `Impersonate-*` headers, and who may use them.
//!
//! The server tries several modes in turn, the narrow ones first: each asks the authorizer whether the caller may make
//! this request in that mode, and then whether the caller may be that user. The refusal is that of the first mode tried
//! that fits the wanted user.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;

use super::Api;
use super::access::{AUTHENTICATED, Attributes, UNAUTHENTICATED, User};
use super::cause::quote;
use super::status::Status;
use crate::schema::names;

const AUTHENTICATION: &str = "authentication.k8s.io";
const NODE_OF_TOKEN: &str = "authentication.kubernetes.io/node-name";
/// From this many names on, one question for all of them comes first.
const MANY: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    AssociatedNode,
    ArbitraryNode,
    ServiceAccount,
    UserInfo,
    Legacy,
}

/// The mode in which each caller last succeeded: it is tried first, and so it is its refusal that is told.
#[derive(Debug, Default)]
pub(super) struct Habits(Mutex<HashMap<String, Mode>>);

/// How many callers are remembered.
const REMEMBERED: usize = 10_000;

/// One attempt.
struct Attempt<'a> {
    api: &'a Api,
    caller: &'a User,
    mode: Mode,
    verb: String,
}

impl Api {
    /// The user that the request shall be made as, if the caller may: `request` is what is asked for.
    pub(super) fn impersonate<'a>(
        &self,
        caller: Cow<'a, User>,
        headers: &HeaderMap,
        request: &Attributes<'_>,
    ) -> Result<Cow<'a, User>, Status> {
        if !headers.keys().any(|name| name.as_str().starts_with("impersonate-")) {
            return Ok(caller);
        }
        let Some(wanted) = wanted(headers)? else { return Ok(caller) };
        let mut refusal = None;
        let usual = self.habits.of(&caller.name);
        let others = Mode::ALL.into_iter().filter(|mode| Some(*mode) != usual);
        for mode in usual.into_iter().chain(others) {
            if !mode.fits(&wanted, &caller) {
                continue;
            }
            let attempt = Attempt { api: self, caller: &caller, mode, verb: format!("impersonate{}", mode.suffix()) };
            match attempt.make(&wanted, request) {
                Ok(user) => {
                    self.habits.remember(&caller.name, mode);
                    return Ok(Cow::Owned(user));
                }
                Err(status) => refusal = refusal.or(Some(status)),
            }
        }
        Err(refusal.unwrap_or_else(Status::unauthorized))
    }
}

/// The user that the headers name.
fn wanted(headers: &HeaderMap) -> Result<Option<User>, Status> {
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let one = |name: &str| headers.get(name).map(text).unwrap_or_default();
    let mut wanted = User {
        name: one("impersonate-user"),
        uid: one("impersonate-uid"),
        groups: headers.get_all("impersonate-group").iter().map(text).collect(),
        extra: BTreeMap::new(),
    };
    for (header, value) in headers {
        if let Some(key) = header.as_str().strip_prefix("impersonate-extra-") {
            let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy().into_owned();
            wanted.extra.entry(key).or_default().push(text(value));
        }
    }
    if !wanted.name.is_empty() {
        return Ok(Some(wanted));
    }
    if wanted.only_named() {
        return Ok(None);
    }
    let list = |list: &[String]| match list {
        [] => "[]string(nil)".to_owned(),
        list => format!("[]string{{{}}}", list.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", ")),
    };
    let extra: Vec<_> = wanted.extra.iter().map(|(key, values)| format!("{}:{}", quote(key), list(values))).collect();
    let extra = match extra.as_slice() {
        [] => "(nil)".to_owned(),
        extra => format!("{{{}}}", extra.join(", ")),
    };
    Err(Status::bad_request(format!(
        "requested &user.DefaultInfo{{Name:\"\", UID:{}, Groups:{}, Extra:map[string][]string{extra}}} without impersonating a user name",
        quote(&wanted.uid),
        list(&wanted.groups),
    )))
}

fn service_account(name: &str) -> Option<(&str, &str)> {
    let (namespace, account) = name.strip_prefix("system:serviceaccount:")?.split_once(':')?;
    (names::label(namespace).is_empty() && names::subdomain(account).is_empty()).then_some((namespace, account))
}

fn node(name: &str) -> Option<&str> {
    name.strip_prefix("system:node:").filter(|node| names::subdomain(node).is_empty())
}

// === impl Habits ===

impl Habits {
    fn of(&self, caller: &str) -> Option<Mode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(caller).copied()
    }

    fn remember(&self, caller: &str, mode: Mode) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(caller) == Some(&mode) {
            return;
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(caller.to_owned(), mode);
    }
}

// === impl User ===

impl User {
    fn only_named(&self) -> bool {
        self.uid.is_empty() && self.groups.is_empty() && self.extra.is_empty()
    }
}

// === impl Mode ===

impl Mode {
    const ALL: [Self; 5] =
        [Self::AssociatedNode, Self::ArbitraryNode, Self::ServiceAccount, Self::UserInfo, Self::Legacy];

    fn name(self) -> &'static str {
        match self {
            Self::AssociatedNode => "associated-node",
            Self::ArbitraryNode => "arbitrary-node",
            Self::ServiceAccount => "serviceaccount",
            Self::UserInfo => "user-info",
            Self::Legacy => "",
        }
    }

    fn suffix(self) -> String {
        match self {
            Self::Legacy => String::new(),
            mode => format!(":{}", mode.name()),
        }
    }

    fn fits(self, wanted: &User, caller: &User) -> bool {
        match self {
            Self::AssociatedNode => {
                wanted.only_named()
                    && service_account(&caller.name).is_some()
                    && node(&wanted.name).is_some_and(|node| {
                        caller.extra.get(NODE_OF_TOKEN).is_some_and(|nodes| nodes.as_slice() == [node.to_owned()])
                    })
            }
            Self::ArbitraryNode => wanted.only_named() && node(&wanted.name).is_some(),
            Self::ServiceAccount => wanted.only_named() && service_account(&wanted.name).is_some(),
            Self::UserInfo => node(&wanted.name).is_none() && service_account(&wanted.name).is_none(),
            Self::Legacy => true,
        }
    }
}

// === impl Attempt ===

impl Attempt<'_> {
    fn make(&self, wanted: &User, request: &Attributes<'_>) -> Result<User, Status> {
        if self.constrained() {
            let verb = format!("impersonate-on:{}:{}", self.mode.name(), request.verb);
            self.ask(&Attributes { verb: &verb, ..request.clone() })?;
        }
        let mut acting = wanted.clone();
        self.ask_for_name(wanted, &mut acting)?;
        if !wanted.uid.is_empty() {
            self.ask(&self.about(AUTHENTICATION, "uids", &wanted.uid))?;
        }
        self.ask_for_groups(&wanted.groups)?;
        self.ask_for_extra(&wanted.extra)?;
        let has = |group: &str| acting.groups.iter().any(|g| g == group);
        let missing = match acting.name.as_str() {
            "system:anonymous" => (!has(UNAUTHENTICATED)).then_some(UNAUTHENTICATED),
            _ => (!has(AUTHENTICATED) && !has(UNAUTHENTICATED)).then_some(AUTHENTICATED),
        };
        acting.groups.extend(missing.map(str::to_owned));
        Ok(acting)
    }

    fn constrained(&self) -> bool {
        self.mode != Mode::Legacy
    }

    fn about<'b>(&'b self, group: &'b str, resource: &'b str, name: &'b str) -> Attributes<'b> {
        Attributes { verb: &self.verb, group, resource, name, ..Attributes::default() }
    }

    /// Where users and groups are found: the old mode looks in the core group.
    fn people(&self) -> &'static str {
        if self.constrained() { AUTHENTICATION } else { "" }
    }

    fn ask(&self, wanted: &Attributes<'_>) -> Result<(), Status> {
        let decision = self.api.decide(self.caller, wanted);
        if decision.allowed { Ok(()) } else { Err(wanted.refusal(self.caller, &decision.reason)) }
    }

    fn refuse<T>(&self, about: &Attributes<'_>, reason: &str) -> Result<T, Status> {
        Err(about.refusal(self.caller, reason))
    }

    fn ask_for_name(&self, wanted: &User, acting: &mut User) -> Result<(), Status> {
        if let (true, Some(node)) = (self.constrained(), node(&wanted.name)) {
            acting.groups = vec!["system:nodes".into()];
            let name = if self.mode == Mode::AssociatedNode { "*" } else { node };
            return self.ask(&self.about(self.people(), "nodes", name));
        }
        if let Some((namespace, account)) = service_account(&wanted.name) {
            if wanted.groups.is_empty() {
                acting.groups = vec!["system:serviceaccounts".into(), format!("system:serviceaccounts:{namespace}")];
            }
            return self.ask(&Attributes { namespace, ..self.about(self.people(), "serviceaccounts", account) });
        }
        self.ask(&self.about(self.people(), "users", &wanted.name))
    }

    fn ask_for_groups(&self, groups: &[String]) -> Result<(), Status> {
        if self.constrained() {
            if groups.iter().any(String::is_empty) {
                let about = self.about(self.people(), "groups", "");
                return self.refuse(&about, "impersonating the empty string group is not allowed");
            }
            if groups.iter().any(|group| group == super::access::MASTERS) {
                let about = self.about(self.people(), "groups", super::access::MASTERS);
                return self.refuse(&about, "impersonating the system:masters group is not allowed");
            }
            if groups.len() >= MANY && self.ask(&self.about(self.people(), "groups", "*")).is_ok() {
                return Ok(());
            }
        }
        groups.iter().try_for_each(|group| self.ask(&self.about(self.people(), "groups", group)))
    }

    fn ask_for_extra(&self, extra: &BTreeMap<String, Vec<String>>) -> Result<(), Status> {
        let about = self.about(AUTHENTICATION, "userextras", "");
        if self.constrained() {
            if let Some(reason) = unfit(extra) {
                return self.refuse(&about, &reason);
            }
            let many = extra.len() >= MANY || extra.values().map(Vec::len).sum::<usize>() >= MANY;
            if many && self.ask(&Attributes { subresource: "*", name: "*", ..about.clone() }).is_ok() {
                return Ok(());
            }
        }
        for (key, values) in extra {
            for value in values {
                self.ask(&Attributes { subresource: key, name: value, ..about.clone() })?;
            }
        }
        Ok(())
    }
}

/// Why the newer modes do not take such extra values.
fn unfit(extra: &BTreeMap<String, Vec<String>>) -> Option<String> {
    extra.iter().find_map(|(key, values)| {
        if key.is_empty() {
            Some("impersonating the empty string key in extra is not allowed".into())
        } else if !key.contains('/') {
            let must = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            Some(format!(
                "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: {}: {must}",
                quote(key)
            ))
        } else if key.chars().any(char::is_uppercase) {
            Some(format!("impersonating a non-lowercase key in extra is not allowed: {}", quote(key)))
        } else if values.iter().any(String::is_empty) {
            Some("impersonating the empty string value in extra is not allowed".into())
        } else {
            None
        }
    })
}
