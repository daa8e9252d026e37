//! Questions about the caller itself, and acting as somebody else.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};

use super::access::{AUTHENTICATED, Attributes, UNAUTHENTICATED, User};
use super::cause::{invalid, quote};
use super::ctx::{Ctx, warn};
use super::options::{Write, WriteOptions};
use super::request::Verb;
use super::resource::Resource;
use super::status::{Status, StatusCause};
use super::{Api, json_value, meta};
use crate::apply;

impl Api {
    /// The user that the `Impersonate-*` headers name, if the caller may act as that user.
    pub(super) fn impersonate(&self, user: User, headers: &HeaderMap) -> Result<User, Status> {
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let one = |name: &str| headers.get(name).map(text).filter(|value| !value.is_empty());
        let name = one("impersonate-user");
        let groups: Vec<String> = headers.get_all("impersonate-group").iter().map(text).collect();
        let uid = one("impersonate-uid");
        let mut extra = std::collections::BTreeMap::<String, Vec<String>>::new();
        for (header, value) in headers {
            if let Some(key) = header.as_str().strip_prefix("impersonate-extra-") {
                let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy().into_owned();
                extra.entry(key).or_default().push(text(value));
            }
        }
        let Some(name) = name else {
            if groups.is_empty() && uid.is_none() && extra.is_empty() {
                return Ok(user);
            }
            let list = |list: &[String]| match list {
                [] => "[]string(nil)".to_owned(),
                list => format!("[]string{{{}}}", list.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", ")),
            };
            let extra: Vec<_> = extra.iter().map(|(key, values)| format!("{}:{}", quote(key), list(values))).collect();
            let extra = match extra.as_slice() {
                [] => "(nil)".to_owned(),
                extra => format!("{{{}}}", extra.join(", ")),
            };
            return Err(Status::bad_request(format!(
                "requested &user.DefaultInfo{{Name:\"\", UID:{}, Groups:{}, Extra:map[string][]string{extra}}} without impersonating a user name",
                quote(uid.as_deref().unwrap_or_default()),
                list(&groups),
            )));
        };
        let ask = |group: &str, resource: &str, subresource: &str, namespace: &str, name: &str| {
            let wanted = Attributes { verb: "impersonate", group, resource, subresource, namespace, name, path: None };
            let decision = self.decide(&user, &wanted);
            if decision.allowed { Ok(()) } else { Err(wanted.refusal(&user, &decision.reason)) }
        };
        let mut service_account = None;
        match name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')) {
            Some((namespace, account)) => {
                ask("", "serviceaccounts", "", namespace, account)?;
                service_account = Some(namespace.to_owned());
            }
            None => ask("", "users", "", "", &name)?,
        }
        for group in &groups {
            ask("", "groups", "", "", group)?;
        }
        for (key, values) in &extra {
            for value in values {
                ask("authentication.k8s.io", "userextras", key, "", value)?;
            }
        }
        if let Some(uid) = &uid {
            ask("authentication.k8s.io", "uids", "", "", uid)?;
        }
        let mut acting = User { name, groups, uid: uid.unwrap_or_default(), extra };
        if let (Some(namespace), true) = (service_account, acting.groups.is_empty()) {
            acting.groups = vec!["system:serviceaccounts".into(), format!("system:serviceaccounts:{namespace}")];
        }
        let has = |group: &str| acting.groups.iter().any(|g| g == group);
        let missing = match acting.name.as_str() {
            "system:anonymous" => (!has(UNAUTHENTICATED)).then_some(UNAUTHENTICATED),
            _ => (!has(AUTHENTICATED) && !has(UNAUTHENTICATED)).then_some(AUTHENTICATED),
        };
        acting.groups.extend(missing.map(str::to_owned));
        Ok(acting)
    }
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Review {
    /// Who am I?
    SelfSubject,
    /// Whose token is this?
    Token,
    /// May I?
    SelfSubjectAccess,
    /// May they?
    SubjectAccess,
}

impl Review {
    fn kind(self) -> &'static str {
        match self {
            Self::SelfSubject => "SelfSubjectReview",
            Self::Token => "TokenReview",
            Self::SelfSubjectAccess => "SelfSubjectAccessReview",
            Self::SubjectAccess => "SubjectAccessReview",
        }
    }
}

impl Ctx<'_> {
    /// Answers the virtual resources that are created only to be answered.
    pub(super) fn review(&self) -> Option<Result<Response<Bytes>, Status>> {
        let path = self.path;
        let review = match (path.group.as_str(), path.version.as_str(), path.resource.as_str()) {
            ("authentication.k8s.io", "v1", "selfsubjectreviews") => Review::SelfSubject,
            ("authentication.k8s.io", "v1", "tokenreviews") => Review::Token,
            ("authorization.k8s.io", "v1", "selfsubjectaccessreviews") => Review::SelfSubjectAccess,
            ("authorization.k8s.io", "v1", "subjectaccessreviews") => Review::SubjectAccess,
            ("authorization.k8s.io", "v1", "selfsubjectrulesreviews" | "localsubjectaccessreviews") => {
                return Some(Err(Status::not_supported(format_args!("the resource {}", path.resource))));
            }
            _ => return None,
        };
        Some(self.answer_review(review))
    }

    fn answer_review(&self, review: Review) -> Result<Response<Bytes>, Status> {
        let kind = review.kind();
        if !self.path.name.is_empty() {
            return Err(Status::no_such_path());
        }
        if self.call.verb != Verb::Create {
            return Err(Status::method_not_allowed());
        }
        let options = WriteOptions::parse(&self.call.query, Write::Create)?;
        let resource =
            Resource::review(&self.path.group, &self.path.resource, kind).ok_or_else(Status::no_such_path)?;
        let (mut body, warnings) = self.read_object(&resource, options.validation)?;
        let manager = self.manager(&options.manager);
        apply::track(None, &mut body, &manager, None, &resource.schema, self.now);
        let spec = &body["spec"];
        body["status"] = match review {
            Review::SelfSubject => json!({"userInfo": user_info(&self.user)}),
            Review::Token => self.whose_token(spec)?,
            Review::SelfSubjectAccess => self.access_review(spec, &self.user, Vec::new())?,
            Review::SubjectAccess => self.may_they(spec)?,
        };
        if review == Review::SelfSubject {
            meta::set(&mut body, "creationTimestamp", json!(meta::seconds(self.now)));
        }
        let mut response = json_value(StatusCode::CREATED, &body);
        warn(&mut response, &warnings);
        Ok(response)
    }

    fn whose_token(&self, spec: &Value) -> Result<Value, Status> {
        let token = spec["token"].as_str().unwrap_or_default();
        if token.is_empty() {
            return Err(Status::bad_request("token is required for TokenReview in authentication"));
        }
        Ok(match self.api.access.token(token, self.now) {
            Some(user) => json!({"authenticated": true, "user": user_info(&user)}),
            None => json!({"user": {}, "error": "invalid bearer token"}),
        })
    }

    fn may_they(&self, spec: &Value) -> Result<Value, Status> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let groups = spec["groups"].as_array().into_iter().flatten().map(text).collect();
        let user = User { name: text(&spec["user"]), groups, ..User::default() };
        let mut causes = Vec::new();
        if user.name.is_empty() && user.groups.is_empty() {
            causes.push(invalid("spec.user", quote(""), "at least one of user or group must be specified"));
        }
        self.access_review(spec, &user, causes)
    }

    fn access_review(&self, spec: &Value, user: &User, mut causes: Vec<StatusCause>) -> Result<Value, Status> {
        let (inner, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if inner.is_object() && path.is_object() {
            let spelled =
                format!("{{\"Path\":{},\"Verb\":{}}}", json!(text(&path["path"])), json!(text(&path["verb"])));
            let why = "cannot be specified in combination with resourceAttributes";
            causes.push(invalid("spec.nonResourceAttributes", spelled, why));
        } else if !inner.is_object() && !path.is_object() {
            let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
            causes.push(invalid("spec.resourceAttributes", "null", why));
        }
        if !causes.is_empty() {
            return Err(Status::invalid("authorization.k8s.io", "", "", causes));
        }
        let fields = ["verb", "group", "resource", "subresource", "namespace", "name"].map(|field| text(&inner[field]));
        let [verb, group, resource, subresource, namespace, name] = &fields;
        let asked = text(&path["path"]);
        let path_verb = text(&path["verb"]);
        let decision = if path.is_object() {
            self.api.decide(user, &Attributes { verb: &path_verb, path: Some(&asked), ..Attributes::default() })
        } else {
            let wanted = Attributes { verb, group, resource, subresource, namespace, name, path: None };
            self.api.decide(user, &wanted)
        };
        let mut status = json!({"allowed": decision.allowed});
        if !decision.reason.is_empty() {
            status["reason"] = json!(decision.reason);
        }
        Ok(status)
    }
}

fn user_info(user: &User) -> Value {
    let mut info = json!({"username": user.name, "groups": user.groups});
    if !user.uid.is_empty() {
        info["uid"] = json!(user.uid);
    }
    if !user.extra.is_empty() {
        info["extra"] = json!(user.extra);
    }
    info
}
