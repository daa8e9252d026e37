//! Questions about callers: who they are, and what they may do.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::access::{Attributes, User};
use super::cause::{invalid, quote};
use super::ctx::Ctx;
use super::options::{Write, WriteOptions};
use super::request::Verb;
use super::resource::Resource;
use super::status::{Status, StatusCause};
use super::warnings::warn;
use super::{json_value, meta};
use crate::apply;

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
    /// May they, in this namespace?
    LocalSubjectAccess,
    /// What may I?
    SelfSubjectRules,
}

impl Review {
    fn kind(self) -> &'static str {
        match self {
            Self::SelfSubject => "SelfSubjectReview",
            Self::Token => "TokenReview",
            Self::SelfSubjectAccess => "SelfSubjectAccessReview",
            Self::SubjectAccess => "SubjectAccessReview",
            Self::LocalSubjectAccess => "LocalSubjectAccessReview",
            Self::SelfSubjectRules => "SelfSubjectRulesReview",
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
            ("authorization.k8s.io", "v1", "localsubjectaccessreviews") => Review::LocalSubjectAccess,
            ("authorization.k8s.io", "v1", "selfsubjectrulesreviews") => Review::SelfSubjectRules,
            _ => return None,
        };
        Some(self.answer_review(review))
    }

    fn answer_review(&self, review: Review) -> Result<Response<Bytes>, Status> {
        let kind = review.kind();
        let local = review == Review::LocalSubjectAccess;
        if !self.path.name.is_empty() || local == self.path.namespace.is_empty() {
            return Err(Status::no_such_path());
        }
        if self.call.verb != Verb::Create {
            return Err(Status::method_not_allowed());
        }
        let options = WriteOptions::parse(&self.call.query, Write::Create)?;
        let resource =
            Resource::review(&self.path.group, &self.path.resource, kind).ok_or_else(Status::no_such_path)?;
        let (mut body, warnings) = self.read_object(&resource, options.validation)?;
        if local {
            self.place_review(&mut body)?;
        }
        let manager = self.manager(&options.manager);
        apply::track(None, &mut body, &manager, None, &resource.schema, self.now);
        let spec = &body["spec"];
        body["status"] = match review {
            Review::SelfSubject => json!({"userInfo": self.user.info()}),
            Review::Token => self.whose_token(spec)?,
            Review::SelfSubjectAccess => self.access_review(spec, &self.user, Vec::new())?,
            Review::SubjectAccess => self.may_they(spec, Vec::new())?,
            Review::LocalSubjectAccess => self.may_they(spec, self.misplaced(spec))?,
            Review::SelfSubjectRules => {
                let status = self.rules_of_caller(spec)?;
                // Nothing of the question comes back.
                body["metadata"] = json!({});
                body["spec"] = json!({});
                status
            }
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
        let audiences = spec["audiences"].as_array().into_iter().flatten();
        let audiences: Vec<String> = audiences.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(match self.api.bearer(token, &audiences, self.now) {
            Ok(found) => {
                json!({"authenticated": true, "user": found.user.info(), "audiences": found.audiences})
            }
            Err(why) => json!({"user": {}, "error": why}),
        })
    }

    /// A local review is about the namespace of its path.
    fn place_review(&self, review: &mut Value) -> Result<(), Status> {
        let wanted = self.path.namespace.as_str();
        match review["metadata"]["namespace"].as_str().unwrap_or_default() {
            given if given == wanted => Ok(()),
            "" => {
                meta::set(review, "namespace", json!(wanted));
                Ok(())
            }
            _ => Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            )),
        }
    }

    /// What a local review may not ask.
    fn misplaced(&self, spec: &Value) -> Vec<StatusCause> {
        let mut causes = Vec::new();
        let asked = spec["resourceAttributes"]["namespace"].as_str().unwrap_or_default();
        if spec["resourceAttributes"].is_object() && asked != self.path.namespace {
            let why = "must match metadata.namespace";
            causes.push(invalid("spec.resourceAttributes.namespace", quote(asked), why));
        }
        causes
    }

    /// What the caller may do in a namespace, as far as roles say it.
    fn rules_of_caller(&self, spec: &Value) -> Result<Value, Status> {
        let namespace = spec["namespace"].as_str().unwrap_or_default();
        if namespace.is_empty() {
            return Err(Status::bad_request("no namespace on request"));
        }
        let (rules, problems) = self.api.rules_for(&self.user, namespace);
        let shown = |of: &str, fields: &[&str]| -> Vec<Value> {
            let wanted = rules.iter().filter(|rule| rule[of].as_array().is_some_and(|list| !list.is_empty()));
            wanted
                .map(|rule| {
                    let kept = fields.iter().filter(|field| rule[**field].is_array());
                    Value::Object(kept.map(|field| ((*field).to_owned(), rule[*field].clone())).collect())
                })
                .collect()
        };
        let mut status = json!({
            "resourceRules": shown("resources", &["verbs", "apiGroups", "resources", "resourceNames"]),
            "nonResourceRules": shown("nonResourceURLs", &["verbs", "nonResourceURLs"]),
            // What was allowed without a role is in no rule.
            "incomplete": self.api.access.has_rules(),
        });
        match problems.as_slice() {
            [] => {}
            [one] => status["evaluationError"] = json!(one),
            many => status["evaluationError"] = json!(format!("[{}]", many.join(", "))),
        }
        Ok(status)
    }

    fn may_they(&self, spec: &Value, misplaced: Vec<StatusCause>) -> Result<Value, Status> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let groups = spec["groups"].as_array().into_iter().flatten().map(text).collect();
        let user = User { name: text(&spec["user"]), groups, ..User::default() };
        let mut causes = Vec::new();
        if user.name.is_empty() && user.groups.is_empty() {
            causes.push(invalid("spec.user", quote(""), "at least one of user or group must be specified"));
        }
        causes.extend(misplaced);
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
