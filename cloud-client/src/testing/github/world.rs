//! What there is: accounts, repositories, credentials, limits and faults; and the order in which a call meets them.

use std::collections::BTreeMap;

use axum::response::Response;
use http::{HeaderName, Method, StatusCode, header};
use jiff::SignedDuration;
use serde_json::Value;

use super::Asked;
use super::access::{Access, AppKey, Caller, InstallationSpec, Refusal};
use super::answer::Answer;
use super::faults::{Fault, Faults};
use super::limits::{Count, Limits};
use super::organisation::user;
use super::repository::Repository;

/// What a [`GithubDouble`](super::GithubDouble) knows and does. Changed with [`GithubDouble::change`](super::GithubDouble::change).
#[derive(Debug, Default)]
pub struct World {
    pub(super) access: Access,
    pub(super) faults: Faults,
    limits: Limits<String>,
    pub(super) repositories: BTreeMap<(String, String), Repository>,
    pub(super) members: BTreeMap<String, Vec<Value>>,
    pub(super) hostile: Option<String>,
    skew: SignedDuration,
}

// === impl World ===

impl World {
    /// Accepts a personal token.
    pub fn accept_token(&mut self, token: impl Into<String>) {
        self.access.accept(token.into());
    }

    /// Accepts it no more.
    pub fn refuse_token(&mut self, token: &str) {
        self.access.refuse(token);
    }

    /// Knows an app by its number or client id.
    pub fn app(&mut self, issuer: impl Into<String>, key: &AppKey) {
        self.access.app(issuer.into(), key.public());
    }

    /// Installs an app.
    pub fn install(&mut self, issuer: impl Into<String>, installation: InstallationSpec) {
        self.access.installations.insert(installation.id, (issuer.into(), installation));
    }

    /// Removes an installation: its tokens are refused, and there are no new ones.
    pub fn revoke_installation(&mut self, id: u64) {
        self.access.installations.remove(&id);
    }

    /// Suspends an installation: its tokens are refused, and there are no new ones.
    pub fn suspend_installation(&mut self, id: u64) {
        if let Some((_, installation)) = self.access.installations.get_mut(&id) {
            installation.suspended = true;
        }
    }

    /// Refuses all tokens of installations that were given so far.
    pub fn forget_installation_tokens(&mut self) {
        self.access.forget_given();
    }

    /// How long tokens of installations are good for; an hour.
    pub fn installation_tokens_last(&mut self, lifetime: SignedDuration) {
        self.access.lifetime = lifetime;
    }

    /// Adds a repository, or replaces it.
    pub fn repository(&mut self, owner: impl Into<String>, name: impl Into<String>, repository: Repository) {
        self.repositories.insert((owner.into(), name.into()), repository);
    }

    /// Gives an organisation these members. Their joining is its audit log.
    pub fn members<M: AsRef<str>>(&mut self, organisation: impl Into<String>, logins: impl IntoIterator<Item = M>) {
        let members = logins.into_iter().enumerate().map(|(id, login)| user(login.as_ref(), id)).collect();
        self.members.insert(organisation.into(), members);
    }

    /// Allows each caller so many calls in such a window; 5,000 in an hour. Callers without a credential get at most 60.
    pub fn limit(&mut self, calls: u64, window: SignedDuration) {
        (self.limits.calls, self.limits.window) = (calls, window);
    }

    /// The next so many calls with a path that begins so meet a fault.
    pub fn fault(&mut self, fault: Fault, path: impl Into<String>, times: usize) {
        self.faults.plan(fault, None, path.into(), times);
    }

    /// The next so many calls with this method and a path that begins so meet a fault.
    pub fn fault_on(&mut self, fault: Fault, method: Method, path: impl Into<String>, times: usize) {
        self.faults.plan(fault, Some(method), path.into(), times);
    }

    /// Forgets the faults that have not been met.
    pub fn forget_faults(&mut self) {
        self.faults = Faults::default();
    }

    /// Links to next pages lead to this host from now on.
    pub fn lead_astray(&mut self, base: impl Into<String>) {
        self.hostile = Some(base.into());
    }

    /// Its clock is so far ahead of the one it was started with.
    pub fn run_ahead(&mut self, skew: SignedDuration) {
        self.skew = skew;
    }

    /// One call: faults first, then the credential, then the limit, then the route; a 304 is not counted. Whether it was counted.
    pub(super) fn answer(&mut self, asked: &Asked<'_>, fault: Option<Fault>) -> (Response, bool) {
        let now = asked.now.checked_add(self.skew).unwrap_or(asked.now);
        let asked = &Asked { now, ..*asked };
        let (answer, counted) = self.decide(asked, fault);
        let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        (answer.with(header::DATE, date).into_response(), counted)
    }

    fn decide(&mut self, asked: &Asked<'_>, fault: Option<Fault>) -> (Answer, bool) {
        let authorization = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if !asked.headers.contains_key(header::USER_AGENT) {
            return (Answer::refusal(StatusCode::FORBIDDEN, "Request forbidden by administrative rules"), false);
        }
        let caller = match (fault, self.access.caller(authorization, asked.now)) {
            (Some(Fault::Unauthorized), _) => return (bad_credentials(Refusal::Credentials), false),
            (_, Err(refusal)) => return (bad_credentials(refusal), false),
            (_, Ok(caller)) => caller,
        };
        match fault {
            Some(Fault::Status(status)) => return (Answer::refusal(status, "Something is wrong"), false),
            Some(Fault::Busy(wait)) => {
                let busy = Answer::refusal(StatusCode::SERVICE_UNAVAILABLE, "Busy");
                return (busy.with(header::RETRY_AFTER, wait), false);
            }
            Some(Fault::TooMany) => return (Answer::of(StatusCode::TOO_MANY_REQUESTS, &Value::Null), false),
            Some(Fault::Secondary(wait)) => return (secondary(wait), false),
            _ => {}
        }
        let who = budget(&caller);
        let mut count = self.limits.count(who.clone(), asked.now);
        if caller == Caller::Anonymous {
            count.limit = count.limit.min(60);
        }
        if count.used >= count.limit && asked.path != "/rate_limit" {
            return (counting(used_up(), count), false);
        }
        let mut answer = self.route(asked, &caller);
        if let Some(hostile) = &self.hostile {
            answer.link = answer.link.map(|link| link.replace(asked.base, hostile));
        }
        let tag = answer.tag();
        let known = asked.headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
        let unchanged = known && asked.method == Method::GET && answer.status == StatusCode::OK;
        if unchanged {
            answer.status = StatusCode::NOT_MODIFIED;
        }
        if asked.method == Method::GET && answer.status.as_u16() < 400 {
            answer = answer.with(header::ETAG, tag);
        }
        let counted = !unchanged && asked.path != "/rate_limit";
        if counted {
            let limit = count.limit;
            count = Count { limit, ..self.limits.spend(who.clone(), asked.now) };
            self.limits.keep(who, count);
        }
        if let Some(Fault::StatusAfter(status)) = fault {
            answer = Answer::refusal(status, "Something went wrong on the way");
        }
        (counting(answer, count), counted)
    }
}

/// Whose calls are counted together: those of one installation, whatever their tokens.
fn budget(caller: &Caller) -> String {
    match caller {
        Caller::Anonymous => "anonymous".to_owned(),
        Caller::Token(token) => format!("token {token}"),
        Caller::App(issuer) => format!("app {issuer}"),
        Caller::Installation { id, .. } => format!("installation {id}"),
    }
}

fn counting(answer: Answer, count: Count) -> Answer {
    answer
        .with(HeaderName::from_static("x-ratelimit-limit"), count.limit)
        .with(HeaderName::from_static("x-ratelimit-remaining"), count.limit.saturating_sub(count.used))
        .with(HeaderName::from_static("x-ratelimit-used"), count.used)
        .with(HeaderName::from_static("x-ratelimit-reset"), count.reset.as_second())
        .with(HeaderName::from_static("x-ratelimit-resource"), "core")
}

fn used_up() -> Answer {
    let documentation = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting";
    Answer::documented(StatusCode::FORBIDDEN, "API rate limit exceeded", documentation)
}

fn secondary(wait: Option<u64>) -> Answer {
    let documentation = "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
    let answer = Answer::documented(StatusCode::FORBIDDEN, "You have exceeded a secondary rate limit", documentation);
    match wait {
        Some(wait) => answer.with(header::RETRY_AFTER, wait),
        None => answer,
    }
}

fn bad_credentials(refusal: Refusal) -> Answer {
    let message = match refusal {
        Refusal::Credentials => "Bad credentials",
        Refusal::Signature => "A JSON web token could not be decoded",
        Refusal::Dates => "'Expiration time' claim ('exp') is too far in the future",
    };
    Answer::refusal(StatusCode::UNAUTHORIZED, message)
}
