//! One authorised request for a resource: which function answers it, and the pieces they share.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::access::User;
use super::negotiate::Accepted;
use super::request::{ResourcePath, Verb};
use super::resource::Resource;
use super::status::Status;
use super::{Answer, Api, Call};
use crate::schema::{FieldValidation, Refusal};
use crate::storage::Object;

/// A request that passed authentication and authorization.
pub(super) struct Ctx<'a> {
    pub(super) api: &'a Api,
    pub(super) call: &'a Call,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a Bytes,
    pub(super) path: &'a ResourcePath,
    pub(super) user: User,
    pub(super) now: Timestamp,
}

/// What a write leaves behind: the object, whether it was created, and warnings for the client.
pub(super) struct Written {
    pub(super) code: StatusCode,
    pub(super) object: Arc<Object>,
    pub(super) warnings: Vec<String>,
}

impl Ctx<'_> {
    /// Answers the request.
    pub(super) fn answer(self) -> Result<Answer, Status> {
        if let Some(answer) = self.review() {
            return answer.map(Answer::Full);
        }
        let api_version = super::resource::api_version(&self.path.group, &self.path.version);
        let Some(resource) = self.api.registry.get(&api_version, &self.path.resource) else {
            return Ok(Answer::Full(super::discovery::no_such_path()));
        };
        let resource = &*resource;
        let accepted = Accepted::of(&self.parts.headers, self.call.verb)?;
        match self.path.subresource.as_str() {
            "" => {}
            "status" if resource.status => {}
            "scale" if resource.scale.is_some() => return self.scale(resource).map(Answer::Full),
            "finalize" if resource.storage == "namespaces" => {}
            known @ ("log"
            | "exec"
            | "attach"
            | "portforward"
            | "proxy"
            | "eviction"
            | "binding"
            | "resize"
            | "ephemeralcontainers"
            | "token"
            | "approval")
                if resource.origin == super::Origin::Builtin =>
            {
                return Err(Status::not_supported(format_args!("the subresource {known} of {}", resource.plural)));
            }
            _ => return Ok(Answer::Full(super::discovery::no_such_path())),
        }
        let whole = self.path.subresource.is_empty();
        let misplaced = resource.namespaced && self.path.namespace.is_empty()
            || !resource.namespaced && !self.path.namespace.is_empty() && resource.storage != "namespaces";
        let all_namespaces = matches!(self.call.verb, Verb::List | Verb::Watch) && resource.namespaced;
        if misplaced && !all_namespaces {
            return Ok(Answer::Full(super::discovery::no_such_path()));
        }
        match self.call.verb {
            Verb::Get => self.get(resource, accepted.shape),
            Verb::List if whole => self.list(resource, accepted.shape),
            Verb::Watch if whole => self.watch(resource, accepted.shape).map(|watch| Answer::Watch(Box::new(watch))),
            Verb::Create if whole && self.path.name.is_empty() => {
                self.written(resource, &accepted, self.create(resource)?)
            }
            Verb::Update if !self.path.name.is_empty() => self.written(resource, &accepted, self.update(resource)?),
            Verb::Patch if !self.path.name.is_empty() => self.written(resource, &accepted, self.patch(resource)?),
            Verb::Delete if whole => self.delete(resource, &accepted).map(Answer::Full),
            Verb::DeleteCollection if whole => self.delete_collection(resource, &accepted).map(Answer::Full),
            _ => Err(Status::method_not_allowed()),
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

    /// Whether the write is only tried.
    pub(super) fn dry_run(&self) -> Result<bool, Status> {
        let mut dry = false;
        for value in self.call.query.all("dryRun") {
            if value != "All" {
                let group = if self.call.verb == Verb::Create { "CreateOptions" } else { "UpdateOptions" };
                let why = format!("Unsupported value: \"{value}\": supported values: \"All\"");
                let cause = super::StatusCause::new("FieldValueNotSupported", why, "dryRun");
                return Err(Status::invalid("meta.k8s.io", group, "", vec![cause]));
            }
            dry = true;
        }
        Ok(dry)
    }

    /// How unknown fields are treated.
    pub(super) fn field_validation(&self) -> Result<FieldValidation, Status> {
        match self.call.query.get("fieldValidation") {
            "" | "Warn" => Ok(FieldValidation::Warn),
            "Ignore" => Ok(FieldValidation::Ignore),
            "Strict" => Ok(FieldValidation::Strict),
            other => {
                let why = format!("Unsupported value: \"{other}\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
                let cause = super::StatusCause::new("FieldValueNotSupported", why, "fieldValidation");
                Err(Status::invalid("meta.k8s.io", "CreateOptions", "", vec![cause]))
            }
        }
    }

    /// Who is recorded as the manager of written fields: the parameter, or what the user agent begins with.
    pub(super) fn manager(&self) -> String {
        let named = self.call.query.get("fieldManager");
        if !named.is_empty() {
            return named.to_owned();
        }
        let agent = self.parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let agent = agent.split('/').next().unwrap_or_default();
        agent.chars().filter(|c| !c.is_control()).take(128).collect()
    }

    /// The content type of the body, without parameters.
    pub(super) fn content_type(&self) -> &str {
        let value = self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    /// The body as an object.
    pub(super) fn decode_body(&self) -> Result<Value, Status> {
        match self.content_type() {
            "" | "application/json" | "*/*" => {}
            "application/yaml" => return Err(Status::not_supported("request bodies in YAML")),
            _ => {
                return Err(Status::unsupported_media_type(&["application/json"]));
            }
        }
        parse_json(self.body)
    }
}

/// Parses JSON; the message is the one of the Go decoder where it is known.
pub(super) fn parse_json(body: &[u8]) -> Result<Value, Status> {
    serde_json::from_slice(body)
        .map_err(|error| Status::bad_request(format!("couldn't get version/kind; json parse error: {error}")))
}

/// A refusal of the schema, told of an object.
pub(super) fn refused(resource: &Resource, name: &str, refusal: Refusal) -> Status {
    let causes: Vec<_> =
        refusal.causes.into_iter().map(|c| super::StatusCause::new(c.reason, c.message, c.field)).collect();
    match refusal.code {
        422 => Status::invalid(&resource.group, &resource.kind, name, causes),
        code => Status::other(code, refusal.reason, refusal.message).with_causes(causes),
    }
}

/// Adds `Warning` headers.
pub(super) fn warn(response: &mut Response<Bytes>, warnings: &[String]) {
    for warning in warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            response.headers_mut().append(http::header::WARNING, value);
        }
    }
}
