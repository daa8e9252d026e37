//! One authorised request for a resource: which function answers it, and the pieces they share.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use jiff::Timestamp;

use super::access::User;
use super::negotiate::Accepted;
use super::options::is_print;
use super::request::{ResourcePath, Verb};
use super::resource::{Origin, Resource};
use super::status::{Status, qualified};
use super::warnings::{warn, warn_first};
use super::webhooks::{AdmissionCall, Hearing};
use super::{Answer, Api, Call, discovery};
use crate::schema::Refusal;
use crate::schema::served::Served;
use crate::storage::Object;

/// A request that passed authentication and authorization.
pub(super) struct Ctx<'a> {
    pub(super) api: &'a Api,
    pub(super) call: &'a Call,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a Bytes,
    pub(super) path: &'a ResourcePath,
    pub(super) user: Cow<'a, User>,
    pub(super) now: Timestamp,
    /// What webhooks said; nothing if they are not asked.
    pub(super) hearing: Option<&'a Hearing>,
    /// What webhooks have to be asked.
    pub(super) asks: RefCell<Vec<AdmissionCall>>,
    /// Whether quotas of the namespace have to be counted anew.
    pub(super) recount: Cell<bool>,
    /// How much was drawn for the request.
    draws: Cell<u32>,
}

/// What a write leaves behind: the object, whether it was created, and warnings for the client.
pub(super) struct Written {
    pub(super) code: StatusCode,
    pub(super) object: Arc<Object>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Ctx<'a> {
    #[expect(clippy::too_many_arguments, reason = "each is a part of its own of one request")]
    pub(super) fn new(
        api: &'a Api,
        call: &'a Call,
        parts: &'a Parts,
        body: &'a Bytes,
        path: &'a ResourcePath,
        user: Cow<'a, User>,
        now: Timestamp,
        hearing: Option<&'a Hearing>,
    ) -> Self {
        let (asks, recount, draws) = (RefCell::default(), Cell::default(), Cell::default());
        Self { api, call, parts, body, path, user, now, hearing, asks, recount, draws }
    }
}

impl Ctx<'_> {
    /// Answers the request, or says which webhooks have to be asked first.
    pub(super) fn answer_or_ask(self) -> Result<Answer, Status> {
        let answer = self.answer();
        self.settle_quotas();
        let asks = self.asks.take();
        if asks.is_empty() { answer } else { Ok(Answer::Ask(asks)) }
    }

    /// Random bytes: the same ones in the same place, however often the request is worked out.
    pub(super) fn draw(&self) -> [u8; 16] {
        let number = self.draws.get();
        self.draws.set(number.wrapping_add(1));
        self.hearing.map_or_else(rand::random, |hearing| hearing.draw(number))
    }

    /// Answers the request.
    fn answer(&self) -> Result<Answer, Status> {
        if let Some(answer) = self.review() {
            return answer.map(Answer::Full);
        }
        let api_version = super::resource::api_version(&self.path.group, &self.path.version);
        let Some(resource) = self.api.registry.get(&api_version, &self.path.resource) else {
            return discovery::nothing_at(&self.path.group).map(Answer::Full);
        };
        match resource.origin {
            Origin::Builtin => self.answer_builtin(&resource),
            Origin::Custom => self.answer_custom(&resource),
        }
    }

    /// Built-in resources are routed: what has no route is no path, or not a method of it.
    fn answer_builtin(&self, resource: &Arc<Resource>) -> Result<Answer, Status> {
        let named_in_place = !self.path.namespace.is_empty() && !self.path.name.is_empty();
        match (resource.storage.as_str(), self.path.subresource.as_str()) {
            ("serviceaccounts", "token") if named_in_place => return self.request_token(resource).map(Answer::Full),
            ("pods", "eviction") if named_in_place => return self.evict(resource).map(Answer::Full),
            ("pods", "binding") if named_in_place => return self.bind(resource).map(Answer::Full),
            _ => {}
        }
        let whole = self.path.subresource.is_empty();
        let named = !self.path.name.is_empty();
        let placed = match (resource.namespaced, self.path.namespace.is_empty()) {
            (true, false) | (false, true) => true,
            // A namespace is named by the part of the path that is otherwise the namespace.
            (false, false) => resource.storage == "namespaces",
            (true, true) => !named && whole,
        };
        let routes = match (whole, resource.served) {
            (true, Some(served)) => Some(&served.verbs),
            (false, Some(served)) => self.subresource_verbs(resource, served)?,
            (_, None) => None,
        };
        let Some(routes) = routes.filter(|_| placed) else { return Err(Status::no_such_path()) };
        let across = resource.namespaced && self.path.namespace.is_empty();
        let routed = |verb: Verb| routes.contains(&verb.as_str());
        let allowed = match (self.call.verb, named, whole) {
            // Only what can be listed has a path of its own.
            (Verb::List | Verb::Watch, _, true) => routed(Verb::List),
            (Verb::Get | Verb::Update | Verb::Patch, true, _) | (Verb::Delete, true, true) => routed(self.call.verb),
            (Verb::Create | Verb::DeleteCollection, false, true) => routed(self.call.verb) && !across,
            _ => false,
        };
        if !allowed {
            return Err(Status::method_not_allowed());
        }
        Accepted::check_route(&self.parts.headers, self.call.verb)?;
        if self.call.verb == Verb::Create && !resource.is_stored() {
            return Err(Status::not_supported(format_args!("the resource {}", resource.plural)));
        }
        self.dispatch(resource)
    }

    /// What may be done with the subresource of the path, if there is one.
    fn subresource_verbs<'s>(
        &self,
        resource: &Resource,
        served: &'s Served,
    ) -> Result<Option<&'s Vec<&'static str>>, Status> {
        let name = self.path.subresource.as_str();
        let Some(subresource) = served.subresource(name.split('/').next().unwrap_or_default()) else { return Ok(None) };
        match name {
            "status" | "scale" | "finalize" | "resize" | "ephemeralcontainers" => Ok(Some(&subresource.verbs)),
            known => Err(Status::not_supported(format_args!("the subresource {known} of {}", resource.plural))),
        }
    }

    /// Custom resources share one handler, which looks at the parts of the path one after the other.
    fn answer_custom(&self, resource: &Arc<Resource>) -> Result<Answer, Status> {
        let across = matches!(self.call.verb, Verb::List | Verb::Watch);
        let misplaced = match (resource.namespaced, self.path.namespace.is_empty()) {
            (true, true) => !across,
            (false, false) => true,
            _ => false,
        };
        if misplaced {
            return Ok(Answer::Full(discovery::plain_not_found()));
        }
        match self.path.subresource.as_str() {
            "" => {}
            "status" if resource.status => {}
            "scale" if resource.scale.is_some() => {}
            _ => return Err(self.not_found(resource)),
        }
        let qualified = qualified(&resource.group, &resource.plural);
        let unsupported =
            |verb: &str| Status::method_not_supported(&resource.group, &resource.plural, &qualified, verb);
        let whole = self.path.subresource.is_empty();
        match self.call.verb {
            Verb::Other => Err(unsupported(self.call.verb.as_str())),
            Verb::Create | Verb::List | Verb::Watch | Verb::Delete | Verb::DeleteCollection if !whole => {
                Err(unsupported(self.call.verb.as_str()))
            }
            Verb::Update | Verb::Patch if self.path.name.is_empty() => {
                Err(Status::bad_request("name must be provided"))
            }
            _ => self.dispatch(resource),
        }
    }

    /// Whatever becomes of a request, clients of a deprecated version are told so first.
    fn dispatch(&self, resource: &Arc<Resource>) -> Result<Answer, Status> {
        let answer = self.dispatch_quietly(resource);
        let Some(warning) = resource.schema.deprecation() else { return answer };
        match answer {
            Ok(Answer::Full(mut response)) => {
                warn_first(&mut response, warning);
                Ok(Answer::Full(response))
            }
            Ok(other) => Ok(other),
            Err(status) => Err(status.with_warnings(&[warning.to_owned()])),
        }
    }

    fn dispatch_quietly(&self, resource: &Arc<Resource>) -> Result<Answer, Status> {
        let table = |version| self.table(resource, version);
        let accepted = Accepted::of(&self.parts.headers, self.call.verb, resource, table)?;
        if self.path.subresource == "scale" {
            return self.scale(resource).map(|response| Answer::Full(accepted.shape.scale(response)));
        }
        match self.call.verb {
            Verb::Get => self.get(resource, &accepted.shape),
            Verb::List => self.list(resource, &accepted.shape),
            Verb::Watch => self.watch(resource, accepted.shape).map(|watch| Answer::Watch(Box::new(watch))),
            Verb::Create => self.written(resource, &accepted, self.create(resource)?),
            Verb::Update => self.written(resource, &accepted, self.update(resource)?),
            Verb::Patch => self.written(resource, &accepted, self.patch(resource)?),
            Verb::Delete => self.delete(resource, &accepted).map(Answer::Full),
            Verb::DeleteCollection => self.delete_collection(resource, &accepted).map(Answer::Full),
            Verb::Other => Err(Status::method_not_allowed()),
        }
    }

    fn written(&self, resource: &Resource, accepted: &Accepted, written: Written) -> Result<Answer, Status> {
        let body = accepted.shape.object(resource, &written.object);
        let mut response = super::json(written.code, body);
        warn(&mut response, &written.warnings);
        Ok(Answer::Full(response))
    }

    /// The key of the object that the path names.
    pub(super) fn key(&self, resource: &Resource) -> String {
        resource.key(&self.path.namespace, &self.path.name)
    }

    /// 404 for the object that the path names.
    pub(super) fn not_found(&self, resource: &Resource) -> Status {
        Status::not_found(&resource.group, &resource.plural, &self.path.name)
    }

    /// The subresource as managed fields name it.
    pub(super) fn subresource(&self) -> Option<&str> {
        Some(self.path.subresource.as_str()).filter(|subresource| !subresource.is_empty())
    }

    /// Who is recorded as the manager of written fields: the one given, or what the user agent begins with.
    pub(super) fn manager(&self, given: &str) -> String {
        if !given.is_empty() {
            return given.to_owned();
        }
        let agent = self.parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let agent = agent.split('/').next().unwrap_or_default();
        let mut manager = String::new();
        for c in agent.chars().filter(|c| is_print(*c)) {
            if manager.len() + c.len_utf8() > 128 {
                break;
            }
            manager.push(c);
        }
        if manager.is_empty() { "unknown".into() } else { manager }
    }

    /// The content type of the body, without parameters.
    pub(super) fn content_type(&self) -> &str {
        let value = self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }
}

/// A refusal of the schema, told of an object.
pub(super) fn refused(resource: &Resource, name: &str, refusal: Refusal) -> Status {
    let causes: Vec<_> = refusal.causes.into_iter().map(Into::into).collect();
    match refusal.code {
        // Events are one kind in two groups, and the older one names it.
        422 if resource.group == "events.k8s.io" => Status::invalid("", &resource.kind, name, causes),
        422 => Status::invalid(&resource.group, &resource.kind, name, causes),
        code => Status::other(code, refusal.reason, refusal.message).with_causes(causes),
    }
}
