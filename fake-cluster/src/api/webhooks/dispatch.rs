//! Asking webhooks about one write: who, in which order, and what follows.
//!
//! It follows `mutating/dispatcher.go`, `validating/dispatcher.go` and `generic/webhook.go` of the real server.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::hook::{Hook, Refusal, denied, pem};
use super::patching::{self, Fault};
use super::reply::{self, Verdict};
use super::review::Reviewed;
use super::{AdmissionCall, Hearing, Key, conditions, matching, review};
use crate::api::cause::quote;
use crate::api::ctx::Ctx;
use crate::api::negotiate;
use crate::api::operations::MAX_OPERATIONS;
use crate::api::patch::without_introduction;
use crate::api::resource::Resource;
use crate::api::status::Status;
use crate::controllers::selects;
use crate::schema::FieldValidation;
use crate::storage::Select;

const GROUP: &str = "admissionregistration.k8s.io";
const MUTATING: &str = "mutatingwebhookconfigurations.admissionregistration.k8s.io";
const VALIDATING: &str = "validatingwebhookconfigurations.admissionregistration.k8s.io";

/// What a hook is asked, or what it answered.
enum Heard {
    Pending,
    Verdict(Verdict),
}

impl Ctx<'_> {
    /// Lets mutating webhooks change the object of a write, and returns what the client is to be warned of.
    pub(in crate::api) fn mutate(&self, reviewed: &Reviewed<'_>, object: &mut Value) -> Result<Vec<String>, Status> {
        let mut warnings = Vec::new();
        if let Some(hearing) = self.hears(reviewed) {
            let hooks = self.hooks(MUTATING, "mutate");
            let changed = self.mutate_round(hearing, reviewed, object, &hooks, None, &mut warnings);
            let changed = changed.and_then(|again| match again {
                Some(again) => {
                    self.mutate_round(hearing, reviewed, object, &hooks, Some(&again), &mut warnings).map(drop)
                }
                None => Ok(()),
            });
            changed.map_err(|status| status.with_warnings(&warnings))?;
        }
        Ok(warnings)
    }

    /// One round of all mutating webhooks, or only of those that are asked `again`. Returns who is asked again after it.
    fn mutate_round(
        &self,
        hearing: &Hearing,
        reviewed: &Reviewed<'_>,
        object: &mut Value,
        hooks: &[Hook],
        again: Option<&HashSet<String>>,
        warnings: &mut Vec<String>,
    ) -> Result<Option<HashSet<String>>, Status> {
        let mut asked: HashSet<String> = HashSet::new();
        let mut to_ask: HashSet<String> = HashSet::new();
        let mut changed_any = false;
        for hook in hooks {
            let old = reviewed.old;
            let deleting = reviewed.operation == "DELETE";
            let Some(seen_as) = self.wanted(hook, reviewed, (!deleting).then_some(&*object))? else { continue };
            if again.is_some_and(|again| !again.contains(&hook.id)) {
                continue;
            }
            let seen = self.converted(reviewed.resource, &seen_as, (!deleting).then_some(&*object));
            let seen_old = self.converted(reviewed.resource, &seen_as, old);
            let heard =
                self.hear(hearing, hook, reviewed, &seen_as, seen.as_deref(), seen_old.as_deref(), again.is_some());
            let verdict = match heard {
                Ok(Heard::Verdict(verdict)) => verdict,
                Ok(Heard::Pending) => return Err(Status::unanswered()),
                Err(refusal) => {
                    hook.verdict(refusal)?;
                    remember(hook, &mut asked);
                    continue;
                }
            };
            warnings.extend(verdict.warnings.iter().cloned());
            let patched = self.patched_by(hook, &verdict, &seen_as, seen.as_deref());
            match patched {
                Ok(None) => {}
                Ok(Some(mut new)) => {
                    let changed = Some(&new) != seen.as_deref();
                    if seen_as.api_version != reviewed.resource.api_version {
                        new = self.reconverted(&seen_as, reviewed.resource, new);
                    }
                    *object = new;
                    if changed {
                        to_ask.extend(asked.drain());
                        changed_any = true;
                    }
                }
                Err(refusal) => hook.verdict(refusal)?,
            }
            remember(hook, &mut asked);
        }
        Ok(changed_any.then_some(to_ask).filter(|to_ask| !to_ask.is_empty()))
    }

    /// Asks validating webhooks about a write, and returns what the client is to be warned of.
    pub(in crate::api) fn validate(
        &self,
        reviewed: &Reviewed<'_>,
        object: Option<&Value>,
    ) -> Result<Vec<String>, Status> {
        let mut warnings = Vec::new();
        let Some(hearing) = self.hears(reviewed) else { return Ok(warnings) };
        let mut pending = false;
        let mut verdict = Ok(());
        for hook in &self.hooks(VALIDATING, "validate") {
            let Some(seen_as) = self.wanted(hook, reviewed, object)? else { continue };
            let seen = self.converted(reviewed.resource, &seen_as, object);
            let seen_old = self.converted(reviewed.resource, &seen_as, reviewed.old);
            let heard = self.hear(hearing, hook, reviewed, &seen_as, seen.as_deref(), seen_old.as_deref(), false);
            let said = match heard {
                // All of them are asked at once.
                Ok(Heard::Pending) => {
                    pending = true;
                    Ok(())
                }
                Ok(Heard::Verdict(said)) => {
                    warnings.extend(said.warnings);
                    if said.allowed { Ok(()) } else { Err(denied(hook, said.status)) }
                }
                Err(refusal) => hook.verdict(refusal),
            };
            verdict = verdict.and(said);
        }
        if pending {
            return Err(Status::unanswered());
        }
        verdict.map(|()| warnings.clone()).map_err(|status| status.with_warnings(&warnings))
    }

    /// The hearing, if webhooks have a say in the write at all.
    fn hears(&self, reviewed: &Reviewed<'_>) -> Option<&Hearing> {
        let exempt = reviewed.resource.group == GROUP
            && matches!(
                reviewed.resource.kind.as_str(),
                "ValidatingWebhookConfiguration"
                    | "MutatingWebhookConfiguration"
                    | "ValidatingAdmissionPolicy"
                    | "ValidatingAdmissionPolicyBinding"
                    | "MutatingAdmissionPolicy"
                    | "MutatingAdmissionPolicyBinding"
            );
        // A scale is another kind than its object, and is not shown.
        self.hearing.filter(|_| !exempt && reviewed.subresource != "scale")
    }

    /// All webhooks of a kind, by the name of their configuration.
    fn hooks(&self, storage: &str, what: &str) -> Vec<Hook> {
        let configurations = self.api.store.range(storage, Select::default()).map(|range| range.objects);
        let mut hooks = Vec::new();
        for configuration in configurations.unwrap_or_default() {
            let count = configuration.value()["webhooks"].as_array().map_or(0, Vec::len);
            hooks.extend((0..count).map(|at| {
                let name = configuration.value()["webhooks"][at]["name"].as_str().unwrap_or_default();
                let id = format!("{what}/{}/{name}/{at}", configuration.key());
                Hook { configuration: configuration.clone(), at, id }
            }));
        }
        hooks
    }

    /// The version of the resource that a webhook wants to see, if it wants to hear of the write.
    fn wanted(
        &self,
        hook: &Hook,
        reviewed: &Reviewed<'_>,
        object: Option<&Value>,
    ) -> Result<Option<Arc<Resource>>, Status> {
        let value = hook.value();
        let in_namespace = self.in_selected_namespace(value, reviewed, object);
        if matches!(in_namespace, Ok(false)) || !matching::selects_object(value, object, reviewed.old) {
            return Ok(None);
        }
        let own = reviewed.resource;
        let ruled = |resource: &Resource| {
            matching::ruled(value, reviewed, &resource.group, &resource.version, &resource.plural)
        };
        // What the request speaks of comes first.
        let found = match ruled(own) {
            true => self.api.registry.get(&own.api_version, &own.plural),
            false if value["matchPolicy"] == "Exact" => None,
            false => self.api.registry.versions(own).into_iter().find(|resource| ruled(resource)),
        };
        let Some(seen_as) = found else { return Ok(None) };
        in_namespace?;
        Ok(self.meets_conditions(value, reviewed, &seen_as, object)?.then_some(seen_as))
    }

    /// Whether a write is one that a webhook is asked about by its conditions.
    fn meets_conditions(
        &self,
        hook: &Value,
        reviewed: &Reviewed<'_>,
        seen_as: &Resource,
        object: Option<&Value>,
    ) -> Result<bool, Status> {
        if !conditions::any(hook) {
            return Ok(true);
        }
        let mut request = review::request(reviewed, seen_as, &self.user, None, None);
        if let Some(fields) = request.as_object_mut() {
            fields.retain(|name, _| !matches!(name.as_str(), "object" | "oldObject"));
        }
        let seen = |object| self.converted(reviewed.resource, seen_as, object).map_or(Value::Null, Cow::into_owned);
        let variables = [
            ("object", seen(object)),
            ("oldObject", seen(reviewed.old)),
            ("request", request),
            // Declared for policies, and never there for webhooks.
            ("namespaceObject", Value::Null),
        ];
        conditions::hold(hook, &variables).map_err(|why| {
            let own = reviewed.resource;
            Status::forbidden(&own.group, &own.plural, &reviewed.name, &why)
        })
    }

    fn in_selected_namespace(
        &self,
        hook: &Value,
        reviewed: &Reviewed<'_>,
        object: Option<&Value>,
    ) -> Result<bool, Status> {
        let selector = &hook["namespaceSelector"];
        let is_namespace = reviewed.resource.storage == "namespaces";
        if reviewed.namespace.is_empty() && !is_namespace || matching::is_empty(selector) {
            return Ok(true);
        }
        if let Some(namespace) = object.filter(|_| is_namespace && reviewed.subresource.is_empty()) {
            return Ok(selects(selector, &namespace["metadata"]["labels"]));
        }
        let namespace = self.api.store.get("namespaces", &reviewed.namespace);
        let namespace = namespace.ok_or_else(|| Status::not_found("", "namespaces", &reviewed.namespace))?;
        Ok(selects(selector, &namespace.metadata()["labels"]))
    }

    /// Asks, or looks up what was answered.
    #[expect(
        clippy::too_many_arguments,
        reason = "a question has this many parts, and they are put together nowhere else"
    )]
    fn hear(
        &self,
        hearing: &Hearing,
        hook: &Hook,
        reviewed: &Reviewed<'_>,
        seen_as: &Resource,
        object: Option<&Value>,
        old: Option<&Value>,
        reinvoked: bool,
    ) -> Result<Heard, Refusal> {
        if reviewed.dry_run {
            hook.check_dry_run()?;
        }
        let value = hook.value();
        let Some(version) = review::version(value) else {
            let why = "could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)";
            return Err(Refusal::Failed(why.into()));
        };
        let mut request = review::request(reviewed, seen_as, &self.user, object, old);
        let key = Key::new(hook.id.clone(), reinvoked, &request);
        if let Some(told) = hearing.told(&key) {
            let mutating = hook.id.starts_with("mutate/");
            let verdict = reply::read(&told.outcome, version, &told.uid, mutating).map_err(Refusal::Failed)?;
            return Ok(Heard::Verdict(verdict));
        }
        let Some(place) = review::place(value) else {
            let why = "could not get REST client: webhook configuration must have either service or URL";
            return Err(Refusal::Failed(why.into()));
        };
        let uid = uuid::Uuid::new_v4().to_string();
        request["uid"] = json!(uid);
        let mut body = json!({"kind": "AdmissionReview", "apiVersion": format!("admission.k8s.io/{version}")});
        body["request"] = request;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let seconds = value["timeoutSeconds"].as_u64().unwrap_or(10).clamp(1, 30);
        self.asks.borrow_mut().push(AdmissionCall {
            webhook: hook.name().to_owned(),
            place,
            ca_bundle: pem(&text(&value["clientConfig"]["caBundle"])),
            timeout: Duration::from_secs(seconds),
            body: Bytes::from(body.to_string()),
            uid,
            key,
        });
        Ok(Heard::Pending)
    }

    /// The object that a mutating webhook asks for; nothing if it changes nothing.
    fn patched_by(
        &self,
        hook: &Hook,
        verdict: &Verdict,
        seen_as: &Resource,
        object: Option<&Value>,
    ) -> Result<Option<Value>, Refusal> {
        if !verdict.allowed {
            return Err(Refusal::Refused(denied(hook, verdict.status.clone())));
        }
        if verdict.patch.is_empty() {
            return Ok(None);
        }
        let null = Value::Null;
        let new = match patching::apply(object.unwrap_or(&null), &verdict.patch) {
            Ok(None) => return Ok(None),
            Err(Fault::Undecodable(why)) => {
                return Err(Refusal::Failed(format!("received undecodable patch in webhook response: {why}")));
            }
            Ok(_) | Err(Fault::Unfit(_)) if object.is_none() => {
                let why = format!(
                    "admission webhook {} attempted to modify the object, which is not supported for this operation",
                    quote(hook.name())
                );
                return Err(Refusal::Refused(Status::internal(why)));
            }
            _ if verdict.patch_type != "JSONPatch" => {
                return Err(Refusal::Failed(format!("unsupported patch type {}", quote(&verdict.patch_type))));
            }
            Err(Fault::Unfit(why)) => return Err(Refusal::Refused(Status::internal(why))),
            Err(Fault::TooLong) => {
                let what = format_args!("patches of webhooks with more than {MAX_OPERATIONS} operations");
                return Err(Refusal::Refused(Status::not_supported(what)));
            }
            Ok(Some(new)) => new,
        };
        let mut new = new;
        let read = seen_as.schema.decode(&mut new, FieldValidation::Ignore);
        read.map_err(|refusal| Refusal::Refused(Status::internal(without_introduction(&refusal.message))))?;
        Ok(Some(new))
    }

    /// An object in the version that a webhook sees it in.
    fn converted<'a>(&self, from: &Resource, to: &Resource, object: Option<&'a Value>) -> Option<Cow<'a, Value>> {
        let object = object?;
        if from.api_version == to.api_version {
            return Some(Cow::Borrowed(object));
        }
        Some(Cow::Owned(self.reconverted(from, to, object.clone())))
    }

    fn reconverted(&self, from: &Resource, to: &Resource, mut object: Value) -> Value {
        negotiate::to_stored(from, &mut object);
        negotiate::shown(to, &object).into_owned()
    }
}

/// Who is asked again if somebody changes the object later on.
fn remember(hook: &Hook, asked: &mut HashSet<String>) {
    if hook.value()["reinvocationPolicy"] == "IfNeeded" {
        asked.insert(hook.id.clone());
    }
}
