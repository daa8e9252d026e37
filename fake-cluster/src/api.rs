//! The API itself: from a request to an answer, without sockets.
//!
//! [`Api::answer`] is synchronous and touches nothing but the cluster's own [`Store`], so it can be tested without a
//! runtime. It knows nothing of TLS, connections or faults.

mod access;
mod amounts;
mod audited;
mod binding;
mod body;
mod bootstrap;
mod cause;
mod claims;
mod ctx;
mod definitions;
mod delete;
mod discovery;
mod doubles;
mod eviction;
mod gojson;
mod impersonate;
mod kinds;
mod limits;
mod meta;
mod namespaces;
mod negotiate;
mod openapi;
mod operations;
mod options;
mod patch;
mod protobuf;
mod quota;
mod rbac;
mod read;
mod registry;
mod request;
mod resizing;
mod resource;
mod restore;
mod review;
mod scale;
mod selector;
mod services;
mod status;
mod table;
#[cfg(test)]
mod tests;
mod token_request;
mod tokens;
mod warnings;
mod watch;
mod webhooks;
mod write;
mod yaml;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

pub use access::{Access, Certificate, MASTERS, Rule, User};
pub use discovery::VERSION;
pub use quota::ResourceQuotas;
pub use registry::Registry;
pub use request::{Query, ResourcePath, Target, Verb};
pub use resource::{Origin, Resource, Scale};
pub use selector::{FieldSelector, LabelSelector};
pub use status::{Status, StatusCause};
pub use watch::{Step, WatchStream};
pub use webhooks::{AdmissionCall, Hearing, MAX_REPLY_BYTES, MAX_ROUNDS, Outcome, Place};

use crate::audit::Audit;
use crate::storage::Store;
use access::Attributes;
use ctx::Ctx;

/// The largest request body, in bytes: 3 MiB, as in the real server.
pub const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;

/// Where the API takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One cluster's API.
pub struct Api {
    store: Store,
    registry: Registry,
    access: Access,
    habits: impersonate::Habits,
    services: services::Services,
    tokens: tokens::Tokens,
    audit: Audit,
    openapi: openapi::Cache,
    clock: Clock,
    /// The revision that the cluster began with.
    born: u64,
    /// Whether LimitRanges are followed.
    limit_ranges: bool,
    /// Who minds ResourceQuotas.
    quotas: quota::Quotas,
}

/// What a request asks for, before its body is read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The object, collection or path.
    pub target: Target,
    /// The verb.
    pub verb: Verb,
    /// The options.
    pub query: Query,
}

/// What a request is answered with.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "an answer is complete, or a stream, or it needs to know more")]
pub enum Answer {
    /// A complete response.
    Full(Response<Bytes>),
    /// A stream of watch events that follows the store.
    Watch(Box<WatchStream>),
    /// Nothing has happened yet: these webhooks have to be asked, all at once, then the request is put again with
    /// [`Api::hear`] and the same [`Hearing`].
    Ask(Vec<AdmissionCall>),
}

// === impl Call ===

impl Call {
    /// Reads method, path and query.
    pub fn of(parts: &Parts) -> Self {
        let target = Target::parse(parts.uri.path());
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let verb = target.verb(&parts.method, &query);
        Self { target, verb, query }
    }
}

// === impl Api ===

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("revision", &self.store.revision()).finish_non_exhaustive()
    }
}

impl Api {
    /// The API of a new cluster, with the namespaces that every cluster has.
    pub fn new(clock: Clock, history_limit: usize) -> Self {
        let mut api = Self {
            store: Store::new(history_limit),
            registry: Registry::default(),
            access: Access::default(),
            habits: impersonate::Habits::default(),
            services: services::Services::default(),
            tokens: tokens::Tokens::default(),
            audit: Audit::default(),
            openapi: openapi::Cache::default(),
            clock,
            born: 0,
            limit_ranges: false,
            quotas: quota::Quotas::default(),
        };
        namespaces::bootstrap(&api);
        rbac::bootstrap(&api);
        bootstrap::bootstrap(&api);
        api.born = api.store.revision();
        api
    }

    /// Follows the LimitRanges of namespaces: the containers of new pods get what they say, and pods and claims beyond them are refused.
    /// Without this LimitRanges are objects like others.
    #[must_use]
    pub fn with_limit_ranges(mut self, followed: bool) -> Self {
        self.limit_ranges = followed;
        self
    }

    /// Says who minds the ResourceQuotas of namespaces: by default nobody, they are objects like others.
    #[must_use]
    pub fn with_resource_quotas(mut self, minded_by: ResourceQuotas) -> Self {
        self.quotas = quota::Quotas::minded_by(minded_by);
        self
    }

    /// The objects.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The resources.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Tokens and rules.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What was asked, as far as it is kept.
    pub fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Keeps the latest requests, as many as `limit`.
    pub(crate) fn with_audit(mut self, limit: usize) -> Self {
        self.audit = Audit::keeping(limit);
        self
    }

    /// The time by this cluster's clock.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Answers a request. Where there may be webhooks, [`Api::hear`] is the way to go on from [`Answer::Ask`].
    pub fn answer(&self, call: &Call, parts: &Parts, body: &Bytes, certificate: &Certificate) -> Answer {
        self.hear(call, parts, body, certificate, &Hearing::new())
    }

    /// The hearing of a request that comes now.
    pub(crate) fn hearing(&self) -> Hearing {
        let hearing = Hearing::new();
        hearing.begun(|| self.now());
        hearing
    }

    /// Answers a request as far as its hearing has come: [`Answer::Ask`] names the webhooks that have to be asked before it can be
    /// answered, and until then nothing happens.
    pub fn hear(
        &self,
        call: &Call,
        parts: &Parts,
        body: &Bytes,
        certificate: &Certificate,
        hearing: &Hearing,
    ) -> Answer {
        let answer = match self.try_answer(call, parts, body, certificate, Some(hearing)) {
            Ok(answer) => answer,
            Err(status) => Answer::Full(failure(&status)),
        };
        match answer {
            Answer::Full(response) if negotiate::wants_yaml(&parts.headers) => {
                Answer::Full(yaml::written(call, response))
            }
            other => other,
        }
    }

    /// Makes a request as an administrator, without a connection; the answer is the object. Webhooks are not asked, as there is nobody
    /// to call them: what a test sets up is what it set up.
    ///
    /// # Errors
    /// The refusal that a client would have got.
    pub fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Status> {
        let content_type = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let admin = User::new("kubernetes-admin", &[MASTERS]);
        self.request_as(admin, "fake-cluster", method, path, content_type, body)
    }

    /// Makes a request as somebody, without a connection.
    ///
    /// # Errors
    /// The refusal that a client would have got.
    pub(crate) fn request_as(
        &self,
        user: User,
        agent: &str,
        method: Method,
        path: &str,
        content_type: &str,
        body: Option<&Value>,
    ) -> Result<Value, Status> {
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, content_type)
            .header(header::USER_AGENT, agent);
        let (parts, ()) = request.body(()).map_err(|error| Status::bad_request(error.to_string()))?.into_parts();
        match self.try_answer(&Call::of(&parts), &parts, &body, &Certificate::Valid(user), None)? {
            Answer::Full(response) => serde_json::from_slice(response.body()).map_err(|_| Status::no_such_path()),
            Answer::Watch(_) => Err(Status::not_supported("watches without a connection")),
            Answer::Ask(_) => Err(Status::not_supported("webhooks without a connection")),
        }
    }

    fn try_answer(
        &self,
        call: &Call,
        parts: &Parts,
        body: &Bytes,
        certificate: &Certificate,
        hearing: Option<&Hearing>,
    ) -> Result<Answer, Status> {
        self.audited(call, parts, hearing, |note| self.answer_noting(call, parts, body, certificate, hearing, note))
    }

    /// Answers a request that is not worked out, because of what the connection knows of it: with what keeps the caller from making
    /// such a request at all, or else with the refusal.
    pub(crate) fn refuse(
        &self,
        call: &Call,
        parts: &Parts,
        certificate: &Certificate,
        hearing: &Hearing,
        refusal: &Status,
    ) -> Response<Bytes> {
        let refused = self.audited(call, parts, Some(hearing), |note| {
            let (now, _) = hearing.begun(|| self.now());
            self.admit(call, parts, certificate, now, note)?;
            Err(refusal.clone())
        });
        let response = failure(&refused.err().unwrap_or_else(|| refusal.clone()));
        if negotiate::wants_yaml(&parts.headers) { yaml::written(call, response) } else { response }
    }

    fn answer_noting(
        &self,
        call: &Call,
        parts: &Parts,
        body: &Bytes,
        certificate: &Certificate,
        hearing: Option<&Hearing>,
        note: &mut audited::Note,
    ) -> Result<Answer, Status> {
        let now = hearing.map_or_else(|| self.now(), |hearing| hearing.begun(|| self.now()).0);
        let user = self.admit(call, parts, certificate, now, note)?;
        match &call.target {
            Target::Path(path) => self.discover(path, call, parts).map(Answer::Full),
            Target::Resource(path) => {
                let read = self.without_protobuf(path, parts, body)?;
                let (parts, body) = read.as_ref().map_or((parts, body), |(parts, body)| (parts, body));
                Ctx::new(self, call, parts, body, path, user, now, hearing).answer_or_ask()
            }
        }
    }

    /// Finds out who asks, and whether they may.
    fn admit<'a>(
        &self,
        call: &Call,
        parts: &Parts,
        certificate: &'a Certificate,
        now: Timestamp,
        note: &mut audited::Note,
    ) -> Result<Cow<'a, User>, Status> {
        let bearer = |token: &str| self.bearer(token, &[], now).ok().map(|bearer| bearer.user);
        let user = self.access.authenticate(certificate, &parts.headers, bearer)?;
        let audited = self.audit.is_on();
        note.user = audited.then(|| User::clone(&user));
        let selector = match call.verb {
            Verb::List | Verb::Watch => FieldSelector::parse(call.query.get("fieldSelector")).unwrap_or_default(),
            _ => FieldSelector::default(),
        };
        let wanted = Attributes::of(&call.target, call.verb, &parts.method, selector.name());
        let user = self.impersonate(user, &parts.headers, &wanted)?;
        note.impersonated = audited.then(|| User::clone(&user)).filter(|user| note.user.as_ref() != Some(user));
        let decision = self.decide(&user, &wanted);
        if !decision.allowed {
            return Err(wanted.refusal(&user, &decision.reason));
        }
        note.allowed = true;
        Ok(user)
    }
}

/// The response that carries a refusal.
pub(crate) fn failure(status: &Status) -> Response<Bytes> {
    let code = StatusCode::from_u16(status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(code, Bytes::from(status.to_value().to_string()));
    warnings::warn(&mut response, status.warnings());
    if status.retry_after_seconds() != 0 {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(status.retry_after_seconds()));
    }
    response
}

pub(crate) fn json(code: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

pub(crate) fn json_value(code: StatusCode, value: &Value) -> Response<Bytes> {
    json(code, Bytes::from(value.to_string()))
}
