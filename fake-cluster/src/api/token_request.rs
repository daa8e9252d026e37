//! POST to the `token` of a service account: a token for it is issued.
//!
//! It follows `k8s.io/kubernetes/pkg/registry/core/serviceaccount/storage/token.go`.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::cause::{invalid, quote};
use super::ctx::Ctx;
use super::options::{Write, WriteOptions};
use super::request::Verb;
use super::resource::Resource;
use super::status::Status;
use super::warnings::warn;
use super::{json_value, meta};
use crate::apply;
use crate::storage::Object;

const GROUP: &str = "authentication.k8s.io";
const KIND: &str = "TokenRequest";
/// The shortest and the longest life of a token, in seconds.
const SHORTEST: i64 = 600;
const LONGEST: i64 = 1 << 32;
/// What kubelets ask for when a token may be used on for a year, as long as callers learn not to rely on it.
const EXTENDABLE: i64 = 3_607;
const EXTENDED: i64 = 365 * 24 * 3_600;

static REQUESTS: LazyLock<Option<Resource>> = LazyLock::new(|| Resource::review(GROUP, "tokenrequests", KIND));

/// What a token dies with, besides its service account.
#[derive(Default)]
struct Bound {
    pod: Option<Arc<Object>>,
    secret: Option<Arc<Object>>,
    /// Name and uid, which is empty if there is no such node.
    node: Option<(String, String)>,
}

impl Ctx<'_> {
    /// Issues a token.
    pub(super) fn request_token(&self, accounts: &Resource) -> Result<Response<Bytes>, Status> {
        if self.call.verb != Verb::Create {
            return Err(Status::method_not_allowed());
        }
        let requests = REQUESTS.as_ref().ok_or_else(Status::no_such_path)?;
        let options = WriteOptions::parse(&self.call.query, Write::Create)?;
        let (mut request, warnings) = self.read_object(requests, options.validation)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = self.path.name.as_str();
        let given = text(&request["metadata"]["name"]);
        if !given.is_empty() && given != name {
            let cause = invalid("metadata.name", quote(&given), "must match the service account name if specified");
            return Err(Status::invalid(GROUP, KIND, name, vec![cause]));
        }
        self.place(accounts, &mut request)?;
        let account =
            self.api.store.get(&accounts.storage, &self.key(accounts)).ok_or_else(|| self.not_found(accounts))?;
        let (wanted, found) = (text(&request["metadata"]["uid"]), account.meta_str("uid"));
        if !wanted.is_empty() && wanted != found {
            let why = format!(
                "the UID in the token request ({wanted}) does not match the UID of the service account ({found})"
            );
            return Err(Status::conflict(GROUP, KIND, name, &why));
        }
        meta::set(&mut request, "name", json!(name));
        meta::set(&mut request, "namespace", json!(self.path.namespace));
        meta::set(&mut request, "uid", json!(found));
        meta::set(&mut request, "creationTimestamp", json!(meta::seconds(self.now)));
        if request["spec"]["audiences"].as_array().is_none_or(Vec::is_empty) {
            request["spec"]["audiences"] = json!([self.api.tokens.issuer()]);
        }
        let seconds = lifetime(&request)?;
        let bound = self.bound(&request["spec"]["boundObjectRef"])?;
        let claims = self.claims(&account, &request, &bound, seconds);
        let manager = self.manager(&options.manager);
        apply::track(None, &mut request, &manager, self.subresource(), &requests.schema, self.now);
        let end = jiff::Timestamp::from_second(self.now.as_second() + seconds).unwrap_or(self.now);
        request["status"] = json!({"token": self.api.tokens.sign(&claims)?, "expirationTimestamp": meta::seconds(end)});
        let mut response = json_value(StatusCode::CREATED, &request);
        warn(&mut response, &warnings);
        Ok(response)
    }

    fn claims(&self, account: &Object, request: &Value, bound: &Bound, seconds: i64) -> Value {
        let now = self.now.as_second();
        let reference = |object: &Object| json!({"name": object.meta_str("name"), "uid": object.meta_str("uid")});
        let namespace = &self.path.namespace;
        let mut own = json!({"namespace": namespace, "serviceaccount": reference(account)});
        if let Some(pod) = &bound.pod {
            own["pod"] = reference(pod);
        }
        if let Some(secret) = &bound.secret {
            own["secret"] = reference(secret);
        }
        if let Some((name, uid)) = &bound.node {
            own["node"] = if uid.is_empty() { json!({"name": name}) } else { json!({"name": name, "uid": uid}) };
        }
        let audiences = &request["spec"]["audiences"];
        let issuer = self.api.tokens.issuer();
        let for_us = audiences.as_array().into_iter().flatten().all(|audience| audience == issuer);
        let mut life = seconds;
        if bound.pod.is_some() && seconds == EXTENDABLE && for_us {
            own["warnafter"] = json!(now + seconds);
            life = EXTENDED;
        }
        json!({
            "iss": issuer, "aud": audiences, "sub": format!("system:serviceaccount:{namespace}:{}", account.meta_str("name")),
            "iat": now, "nbf": now, "exp": now + life, "jti": uuid::Uuid::new_v4().to_string(), "kubernetes.io": own,
        })
    }

    /// What the token is to die with.
    fn bound(&self, reference: &Value) -> Result<Bound, Status> {
        let mut bound = Bound::default();
        if reference.is_null() {
            return Ok(bound);
        }
        let text = |field: &str| reference[field].as_str().unwrap_or_default();
        let (api_version, kind, name) = (text("apiVersion"), text("kind"), text("name"));
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let found = |storage: &str, namespaced: bool| {
            let key = if namespaced { format!("{}/{name}", self.path.namespace) } else { name.to_owned() };
            self.api.store.get(storage, &key).ok_or_else(|| Status::not_found("", storage, name))
        };
        let object = match (group, kind) {
            ("", "Pod") => {
                let pod = found("pods", true)?;
                if pod.value()["spec"]["serviceAccountName"] != self.path.name.as_str() {
                    let account = quote(&self.path.name);
                    return Err(Status::bad_request(format!(
                        "cannot bind token for serviceaccount {account} to pod running with different serviceaccount name."
                    )));
                }
                let node = pod.value()["spec"]["nodeName"].as_str().filter(|node| !node.is_empty());
                bound.node = node.map(|node| {
                    let uid = self.api.store.get("nodes", node).map(|node| node.meta_str("uid").to_owned());
                    (node.to_owned(), uid.unwrap_or_default())
                });
                bound.pod = Some(pod.clone());
                pod
            }
            ("", "Node") => {
                let node = found("nodes", false)?;
                bound.node = Some((name.to_owned(), node.meta_str("uid").to_owned()));
                node
            }
            ("", "Secret") => {
                let secret = found("secrets", true)?;
                bound.secret = Some(secret.clone());
                secret
            }
            _ => {
                let version = api_version.rsplit('/').next().unwrap_or_default();
                return Err(Status::bad_request(format!(
                    "cannot bind token to object of type {group}/{version}, Kind={kind}"
                )));
            }
        };
        let wanted = text("uid");
        if !wanted.is_empty() && wanted != object.meta_str("uid") {
            let why = format!(
                "the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have been deleted and then recreated"
            );
            return Err(Status::conflict("", kind, name, &why));
        }
        Ok(bound)
    }
}

/// How long a token is to live, in seconds.
fn lifetime(request: &Value) -> Result<i64, Status> {
    let field = "spec.expirationSeconds";
    let seconds = request["spec"]["expirationSeconds"].as_i64().unwrap_or_default();
    let refused = |why: &str| Err(Status::invalid(GROUP, KIND, "", vec![invalid(field, seconds, why)]));
    match seconds {
        ..SHORTEST => refused("may not specify a duration less than 10 minutes"),
        SHORTEST..=LONGEST => Ok(seconds),
        _ => refused("may not specify a duration larger than 2^32 seconds"),
    }
}
