//! Questions about the caller itself, and acting as somebody else.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};

use super::access::{Attributes, User};
use super::body::parsed;
use super::ctx::Ctx;
use super::request::Verb;
use super::status::Status;
use super::{Api, json_value};

impl Api {
    /// Whether a user may do something.
    pub(super) fn may(&self, user: &User, wanted: &Attributes<'_>) -> bool {
        if self.access.allows(user, wanted) {
            return true;
        }
        let authenticated = user.groups.iter().any(|group| group == "system:authenticated");
        match wanted.path {
            // What `system:public-info-viewer` and `system:discovery` grant.
            Some("/healthz" | "/livez" | "/readyz" | "/version" | "/version/") => wanted.verb == "get",
            Some(path) => authenticated && wanted.verb == "get" && is_discovery(path),
            // What `system:basic-user` grants.
            None => {
                authenticated
                    && wanted.verb == "create"
                    && matches!(
                        wanted.resource,
                        "selfsubjectaccessreviews" | "selfsubjectrulesreviews" | "selfsubjectreviews"
                    )
            }
        }
    }

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
            if !groups.is_empty() || uid.is_some() || !extra.is_empty() {
                return Err(Status::internal("requested [{Group }] without impersonating a user"));
            }
            return Ok(user);
        };
        let ask = |group: &str, resource: &str, subresource: &str, namespace: &str, name: &str| {
            let wanted = Attributes { verb: "impersonate", group, resource, subresource, namespace, name, path: None };
            if self.may(&user, &wanted) { Ok(()) } else { Err(wanted.refusal(&user)) }
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
        if acting.name == "system:anonymous" {
            if acting.groups.is_empty() {
                acting.groups = vec!["system:unauthenticated".into()];
            }
            return Ok(acting);
        }
        Ok(acting.authenticated())
    }
}

impl Ctx<'_> {
    /// Answers the virtual resources that are created only to be answered.
    pub(super) fn review(&self) -> Option<Result<Response<Bytes>, Status>> {
        let path = self.path;
        let wanted = (path.group.as_str(), path.version.as_str(), path.resource.as_str());
        let answer: fn(&Self, Value) -> Value = match wanted {
            ("authentication.k8s.io", "v1", "selfsubjectreviews") => Self::who_am_i,
            ("authentication.k8s.io", "v1", "tokenreviews") => Self::whose_token,
            ("authorization.k8s.io", "v1", "selfsubjectaccessreviews") => Self::may_i,
            ("authorization.k8s.io", "v1", "subjectaccessreviews") => Self::may_they,
            ("authorization.k8s.io", "v1", "selfsubjectrulesreviews" | "localsubjectaccessreviews") => {
                return Some(Err(Status::not_supported(format_args!("{}", path.resource))));
            }
            _ => return None,
        };
        if self.call.verb != Verb::Create || !path.name.is_empty() {
            return Some(Err(Status::method_not_allowed()));
        }
        Some(parsed(self.body, false).map_err(Status::bad_request).map(|mut body| {
            if body["metadata"].is_null() {
                body["metadata"] = json!({"creationTimestamp": null});
            }
            json_value(StatusCode::CREATED, &answer(self, body))
        }))
    }

    fn who_am_i(&self, mut body: Value) -> Value {
        body["metadata"]["creationTimestamp"] = json!(super::meta::seconds(self.now));
        body["status"] = json!({"userInfo": user_info(&self.user)});
        body
    }

    fn whose_token(&self, mut body: Value) -> Value {
        let token = body["spec"]["token"].as_str().unwrap_or_default();
        body["status"] = match self.api.access.token(token, self.now) {
            Some(user) => json!({"authenticated": true, "user": user_info(&user)}),
            None => json!({"user": {}, "error": "[invalid bearer token]"}),
        };
        body
    }

    fn may_i(&self, body: Value) -> Value {
        self.access_review(body, &self.user)
    }

    fn may_they(&self, body: Value) -> Value {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let groups = body["spec"]["groups"].as_array().into_iter().flatten().map(text).collect();
        let user = User { name: text(&body["spec"]["user"]), groups, ..User::default() };
        self.access_review(body, &user)
    }

    fn access_review(&self, mut body: Value, user: &User) -> Value {
        let spec = &body["spec"];
        let inner = &spec["resourceAttributes"];
        let path = &spec["nonResourceAttributes"];
        let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
        let fields: Vec<String> = ["verb", "group", "resource", "subresource", "namespace", "name"]
            .iter()
            .map(|field| text(&inner[*field]))
            .collect();
        let allowed = match fields.as_slice() {
            _ if path.is_object() => {
                let (verb, path) = (text(&path["verb"]), text(&path["path"]));
                self.api.may(user, &Attributes { verb: &verb, path: Some(&path), ..Attributes::default() })
            }
            [verb, group, resource, subresource, namespace, name] => {
                self.api.may(user, &Attributes { verb, group, resource, subresource, namespace, name, path: None })
            }
            _ => false,
        };
        body["status"] = json!({"allowed": allowed});
        body
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

fn is_discovery(path: &str) -> bool {
    matches!(path, "/api" | "/apis") || ["/api/", "/apis/", "/openapi"].iter().any(|prefix| path.starts_with(prefix))
}
