//! Faults on demand: what happens to which requests, and how often. This module only decides; the connection does what was decided.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::wire::Refusal;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// It is refused with the body that errors have.
    #[non_exhaustive]
    Refuse {
        /// The status; also the number in the code where the clusters service is asked.
        status: StatusCode,
        /// The `reason`.
        reason: String,
        /// The `details`; left out when null.
        details: Value,
        /// `Retry-After`, in seconds.
        retry_after: Option<u64>,
    },
    /// A gateway answers in HTML.
    Html(StatusCode),
    /// It is read, not done, and never answered.
    Hang,
    /// It is not done, and the connection ends without an answer.
    LoseRequest,
    /// It is done, and the connection ends without an answer.
    LoseAnswer,
    /// It is done, and never answered.
    DoAndHang,
    /// It is done after this long.
    Slow(Duration),
    /// Lists without `order` come in a different order each time, so that pages do not fit together.
    UnorderedPages,
    /// Something else took the name: a create is refused as a duplicate although there is none to be seen.
    NameTaken,
}

/// An effect, and which requests it has.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a fault has no effect until it is given to the simulator"]
pub struct Fault {
    effect: Effect,
    method: Option<Method>,
    path: Option<String>,
    after: u32,
    times: Option<u32>,
}

/// A fault that was added: says how often it happened, and takes it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FaultId(u64);

#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<Rule>,
    hits: std::collections::BTreeMap<u64, u32>,
    next: u64,
}

#[derive(Debug)]
struct Rule {
    id: u64,
    fault: Fault,
    matched: u32,
}

// === impl Fault ===

impl Fault {
    /// This, for every request.
    pub fn new(effect: Effect) -> Self {
        Self { effect, method: None, path: None, after: 0, times: None }
    }

    /// Refused with this status and reason.
    pub fn refuse(status: StatusCode, reason: impl Into<String>) -> Self {
        Self::new(Effect::Refuse { status, reason: reason.into(), details: Value::Null, retry_after: None })
    }

    /// 429, with `Retry-After` in seconds or without.
    pub fn throttled(retry_after: Option<u64>) -> Self {
        let reason = "Too many requests".to_owned();
        Self::new(Effect::Refuse { status: StatusCode::TOO_MANY_REQUESTS, reason, details: Value::Null, retry_after })
    }

    /// 503.
    pub fn unavailable() -> Self {
        Self::refuse(StatusCode::SERVICE_UNAVAILABLE, "The service is under maintenance")
    }

    /// 500.
    pub fn internal() -> Self {
        Self::refuse(StatusCode::INTERNAL_SERVER_ERROR, "An internal error happened")
    }

    /// 502 in HTML, as gateways like it.
    pub fn html() -> Self {
        Self::new(Effect::Html(StatusCode::BAD_GATEWAY))
    }

    /// 401.
    pub fn unauthenticated() -> Self {
        Self::refuse(StatusCode::UNAUTHORIZED, "Bearer token is not valid")
    }

    /// 403, as sub-resources answer for a while after a cluster was made.
    pub fn forbidden() -> Self {
        Self::refuse(StatusCode::FORBIDDEN, "The account doesn't have permission to do this")
    }

    /// 403, because there is no room.
    pub fn quota() -> Self {
        Self::refuse(StatusCode::FORBIDDEN, "The organization has insufficient quota for this cluster")
    }

    /// 451, with the address of the terms.
    pub fn terms() -> Self {
        Self::new(Effect::Refuse {
            status: StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            reason: "The terms have not been accepted".to_owned(),
            details: json!([{ "legal_terms_url": "https://terms.example.com/accept" }]),
            retry_after: None,
        })
    }

    /// Only for requests with this method.
    pub fn on_method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only for these paths: `*` stands for one part of a path, `**` at the end for any rest, for example
    /// `/api/clusters_mgmt/v1/clusters/*/addons/**`.
    pub fn on_path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Not for the first so many requests that fit.
    pub fn after(mut self, spared: u32) -> Self {
        self.after = spared;
        self
    }

    /// For so many requests, and then no more.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Once.
    pub fn once(self) -> Self {
        self.times(1)
    }
}

// === impl Faults ===

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) -> FaultId {
        self.next += 1;
        self.rules.push(Rule { id: self.next, fault, matched: 0 });
        FaultId(self.next)
    }

    pub(super) fn remove(&mut self, id: FaultId) {
        self.rules.retain(|rule| rule.id != id.0);
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(super) fn hits(&self, id: FaultId) -> u32 {
        self.hits.get(&id.0).copied().unwrap_or(0)
    }

    /// What happens to this request: all effects that make it late or disorderly, and the first of the others.
    pub(super) fn decide(&mut self, method: &Method, path: &str) -> Vec<Effect> {
        let mut effects: Vec<Effect> = Vec::new();
        for rule in &mut self.rules {
            let passing = |effect: &Effect| matches!(effect, Effect::Slow(_) | Effect::UnorderedPages);
            if !rule.fault.fits(method, path)
                || (!passing(&rule.fault.effect) && effects.iter().any(|effect| !passing(effect)))
            {
                continue;
            }
            rule.matched = rule.matched.saturating_add(1);
            let hit = rule.matched > rule.fault.after
                && rule.fault.times.is_none_or(|times| rule.matched - rule.fault.after <= times);
            if hit {
                *self.hits.entry(rule.id).or_default() += 1;
                effects.push(rule.fault.effect.clone());
            }
        }
        effects
    }
}

impl Fault {
    fn fits(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.path.as_ref().is_none_or(|pattern| matches(pattern, path))
    }
}

/// Whether a path is one of a pattern's.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        match (wanted, parts.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

// === impl Effect ===

impl Effect {
    /// What it answers in place of the service, as a refusal.
    pub(super) fn refusal(&self) -> Option<(Refusal, Option<u64>)> {
        match self {
            Self::Refuse { status, reason, details, retry_after } => {
                Some((Refusal::new(*status, reason.clone()).with_details(details.clone()), *retry_after))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_which_paths() {
        for (pattern, path, fits) in [
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/d", false),
            ("/a/*", "/a/b/c", false),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/a", true),
            ("/a", "/a/b", false),
        ] {
            assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn a_fault_happens_as_often_as_it_says() {
        let mut faults = Faults::default();
        let id = faults.add(Fault::unavailable().on_method(Method::GET).after(1).times(2));
        let hit = |faults: &mut Faults| !faults.decide(&Method::GET, "/x").is_empty();
        assert_eq!(
            [hit(&mut faults), hit(&mut faults), hit(&mut faults), hit(&mut faults)],
            [false, true, true, false]
        );
        assert!(faults.decide(&Method::POST, "/x").is_empty());
        assert_eq!(faults.hits(id), 2);
    }

    #[test]
    fn of_two_refusals_the_first_counts_and_the_second_waits() {
        let mut faults = Faults::default();
        faults.add(Fault::new(Effect::Slow(Duration::from_secs(1))));
        faults.add(Fault::unavailable().once());
        faults.add(Fault::internal().once());
        let status = |effects: Vec<Effect>| effects.iter().find_map(|effect| effect.refusal()).map(|(it, _)| it.status);
        assert_eq!(status(faults.decide(&Method::GET, "/x")), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(status(faults.decide(&Method::GET, "/x")), Some(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(status(faults.decide(&Method::GET, "/x")), None);
    }
}
