//! Carries steps out, and looks at what they are planned from.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use core_client::backoff::Backoff;
use kube::Api;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, Preconditions, PropagationPolicy, ValidationDirective};
use kube::core::{ApiResource, DynamicObject};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::backup::Backup;
use super::growth::class_of;
use super::handover::{HANDOVER, HANDOVER_OF, is_owned, selector, word};
use super::replace::{meta, uid_of};
use super::step::{Refusal, Step};
use super::{Recovered, Recovery, Unrecovered};
use crate::classify::{self, Failure, FailureClass, RequestContext, Retry, Verb};
use crate::id::{BucketId, GroupKind, ObjectId};
use crate::issue::Issue;
use crate::plan::LiveVersion;
use crate::policy::Propagation;

type Outcome<T> = Result<T, Box<Unrecovered>>;

/// The longest pause between two looks or attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a request is repeated that may be, before anything is deleted.
const ATTEMPTS: u32 = 5;
/// Objects in one page of a list.
const PAGE: u32 = 500;

pub(super) struct Run<'a> {
    recovery: &'a Recovery<'a>,
    desired: &'a Value,
    backup: Option<Backup>,
    notes: Vec<String>,
    requests: u32,
    changed: bool,
    /// It was seen that the object is gone.
    gone: bool,
    made: Option<Value>,
}

pub(super) fn replica_set_resource() -> ApiResource {
    builtin("apps", "v1", "ReplicaSet", "replicasets")
}

fn builtin(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource { group: group.into(), version: version.into(), api_version, kind: kind.into(), plural: plural.into() }
}

impl<'a> Run<'a> {
    pub(super) fn new(recovery: &'a Recovery<'a>, desired: &'a Value) -> Self {
        Self {
            recovery,
            desired,
            backup: None,
            notes: Vec::new(),
            requests: 0,
            changed: false,
            gone: false,
            made: None,
        }
    }

    // === Looking ===

    pub(super) async fn live(&mut self) -> Outcome<Option<Value>> {
        let (api, id) = (self.own(), self.recovery.id.clone());
        let found = self.patiently(Verb::Get, &id, || api.get_opt(&id.name)).await?;
        Ok(found.map(plain))
    }

    /// The ReplicaSets of a Deployment, and those that an earlier run marked.
    pub(super) async fn replica_sets(&mut self, live: Option<&Value>) -> Outcome<Vec<Value>> {
        let name = self.recovery.id.name.clone();
        let mut sets = self.list(&replica_set_resource(), Some(&format!("{HANDOVER}={}", word(&name)))).await?;
        if let Some(live) = live {
            let labels: Vec<String> = selector(live)
                .0
                .into_iter()
                .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
                .collect();
            let selected = self.list(&replica_set_resource(), Some(&labels.join(","))).await?;
            let known: BTreeSet<String> = sets.iter().map(|set| uid_of(set).to_owned()).collect();
            sets.extend(selected.into_iter().filter(|set| is_owned(set, uid_of(live)) && !known.contains(uid_of(set))));
        }
        Ok(sets)
    }

    /// The claims in the StatefulSet's namespace, when it makes any.
    pub(super) async fn claims(&mut self, desired: &Value) -> Outcome<Vec<Value>> {
        let templates = desired.get("spec").and_then(|spec| spec.get("volumeClaimTemplates")?.as_array());
        if templates.is_none_or(Vec::is_empty) {
            return Ok(Vec::new());
        }
        self.list(&claim_resource(), None).await
    }

    /// Whether volumes of the claims' storage classes can grow, for those that exist.
    pub(super) async fn classes(&mut self, claims: &[Value]) -> Outcome<BTreeMap<String, bool>> {
        let names: BTreeSet<&str> = claims.iter().filter_map(class_of).collect();
        let resource = builtin("storage.k8s.io", "v1", "StorageClass", "storageclasses");
        let api: Api<DynamicObject> = Api::all_with(self.recovery.access.client.clone(), &resource);
        let mut classes = BTreeMap::new();
        for name in names {
            let bucket =
                BucketId::new(self.recovery.id.cluster.clone(), None, GroupKind::new("storage.k8s.io", "StorageClass"));
            let found = self.patiently(Verb::Get, &bucket.object(name), || api.get_opt(name)).await?;
            if let Some(class) = found {
                let grows = class.data.get("allowVolumeExpansion").and_then(Value::as_bool) == Some(true);
                classes.insert(name.to_owned(), grows);
            }
        }
        Ok(classes)
    }

    async fn list(&mut self, resource: &ApiResource, labels: Option<&str>) -> Outcome<Vec<Value>> {
        let api = self.beside(resource);
        let id = self.id_beside(resource, "");
        let mut params = ListParams::default().limit(PAGE);
        params.label_selector = labels.filter(|labels| !labels.is_empty()).map(str::to_owned);
        let mut all = Vec::new();
        loop {
            let page = self.patiently(Verb::List, &id, || api.list(&params)).await?;
            all.extend(page.items.into_iter().map(plain));
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params.continue_token = Some(token),
                None => return Ok(all),
            }
        }
    }

    // === Doing ===

    pub(super) async fn carry_out(mut self, live: Option<Value>, steps: Vec<Step>) -> Outcome<Recovered> {
        if steps.iter().any(|step| matches!(step, Step::AwaitGone { .. })) {
            self.backup = live.as_ref().map(|live| Backup::of(&self.recovery.id.kind, live));
        }
        // What was there once is absent, or this would be no recovery.
        self.gone = live.is_none();
        for step in &steps {
            match step {
                Step::Check => self.check().await?,
                Step::Grow { claim, uid, to } => {
                    let spec = json!({"resources": {"requests": {"storage": to}}});
                    let patch = json!({"metadata": {"uid": uid}, "spec": spec});
                    self.patch(&claim_resource(), claim, patch).await?;
                    self.notes.push(format!("claim {claim} asks for {to} now"));
                }
                Step::Mark { replica_set, uid } => {
                    let name = &self.recovery.id.name;
                    let marks =
                        json!({"uid": uid, "labels": {HANDOVER: word(name)}, "annotations": {HANDOVER_OF: name}});
                    self.patch(&replica_set_resource(), replica_set, json!({"metadata": marks})).await?;
                }
                Step::Delete { uid, propagation } => self.delete(uid, *propagation).await?,
                Step::AwaitGone { uid } => self.await_gone(uid).await?,
                Step::Relabel { replica_set, uid, labels } => {
                    if !labels.is_empty() {
                        let patch = json!({"metadata": {"uid": uid, "labels": labels}});
                        self.patch_if_there(replica_set, patch).await?;
                    }
                }
                Step::Create => self.create().await?,
                Step::Adopt { replica_set, uid } => {
                    let owner = self.made.as_ref().or(live.as_ref()).cloned().unwrap_or_default();
                    self.adopt(replica_set, uid, &owner).await?;
                }
            }
        }
        let made = self.made.is_some();
        let Some(now) = self.made.take().or(live) else {
            let issue = self.recovery.issue("there was nothing to be done");
            return Err(self.failed(issue, None));
        };
        let text = |field: &str| meta(&now, field).and_then(Value::as_str).unwrap_or_default();
        Ok(Recovered {
            version: LiveVersion::new(text("uid"), text("resourceVersion")),
            generation: meta(&now, "generation").and_then(Value::as_i64),
            made,
            backup: self.backup,
            notes: self.notes,
            requests: self.requests,
        })
    }

    /// Asks whether the new object would be taken, under a name that nobody has.
    async fn check(&mut self) -> Outcome<()> {
        let mut id = self.recovery.id.clone();
        id.name = trial_name(&id.name).into();
        let body = trial(self.desired, &id);
        let params = PatchParams { dry_run: true, ..self.applying() };
        let (api, patch) = (self.own(), Patch::Apply(&body));
        let asked = self.attempts(Verb::Apply, &id, true, || api.patch(&id.name, &params, &patch)).await;
        let failure = match asked {
            Ok(_) => return Ok(()),
            Err(failure) => failure,
        };
        match failure.class {
            // What is deleted makes room.
            FailureClass::Quota => {
                self.notes.push("a quota is used up by what is replaced".into());
                Ok(())
            }
            FailureClass::DryRunUnsupported if self.recovery.options.unchecked => {
                self.notes.push(format!("not asked beforehand: {}", failure.issue.message));
                Ok(())
            }
            class => {
                let mut issue = failure.issue;
                issue.reach = crate::issue::Reach::Object(self.recovery.id.clone());
                issue.message = format!(
                    "it would have to be made anew, and the server would not take the new one; nothing was deleted: {}",
                    issue.message
                );
                Err(self.failed(issue, Some(class)))
            }
        }
    }

    async fn delete(&mut self, uid: &str, propagation: Propagation) -> Outcome<()> {
        let (api, id) = (self.own(), self.recovery.id.clone());
        let params = DeleteParams {
            preconditions: Some(Preconditions { uid: Some(uid.to_owned()), resource_version: None }),
            propagation_policy: Some(match propagation {
                Propagation::Background => PropagationPolicy::Background,
                Propagation::Foreground => PropagationPolicy::Foreground,
                Propagation::Orphan => PropagationPolicy::Orphan,
            }),
            ..DeleteParams::default()
        };
        // From here on it may be gone, whatever the answer.
        self.changed = true;
        match self.attempts(Verb::Delete, &id, false, || api.delete(&id.name, &params)).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.class == FailureClass::NotFound => Ok(()),
            Err(failure) => {
                let Failure { class, mut issue, .. } = failure;
                if matches!(class, FailureClass::Timeout | FailureClass::Unreachable | FailureClass::Transient) {
                    issue.message =
                        format!("it may be gone, deleting it to make it again was not answered: {}", issue.message);
                }
                Err(self.failed(issue, Some(class)))
            }
        }
    }

    async fn await_gone(&mut self, uid: &str) -> Outcome<()> {
        let (api, id) = (self.own(), self.recovery.id.clone());
        let limit = self.recovery.options.gone_within;
        let deadline = Instant::now() + limit;
        let mut held = String::new();
        for turn in 0.. {
            let looked = self.once(Verb::Get, &id, false, api.get_metadata_opt(&id.name)).await;
            match looked {
                Ok(None) => break,
                Ok(Some(found)) if found.metadata.uid.as_deref() != Some(uid) => break,
                Ok(Some(found)) => held = found.metadata.finalizers.unwrap_or_default().join(", "),
                Err(failure) if failure.retry == Retry::No => {
                    return Err(self.failed(failure.issue, Some(failure.class)));
                }
                Err(failure) => tracing::debug!(%id, issue = %failure.issue, "looking again"),
            }
            if Instant::now() >= deadline {
                let by =
                    if held.is_empty() { "nothing that it names".to_owned() } else { format!("finalizers {held}") };
                let issue = self.recovery.issue(format!(
                    "it was deleted to be made again and is still there after {limit:?}, held by {by}; when it is gone the next run makes it"
                ));
                return Err(self.failed(issue, Some(FailureClass::Terminating)));
            }
            self.pause(turn).await;
        }
        self.gone = true;
        Ok(())
    }

    /// Applies the new object until it is there.
    async fn create(&mut self) -> Outcome<()> {
        let (api, id) = (self.own(), self.recovery.id.clone());
        let params = self.applying();
        let limit = self.recovery.options.made_within;
        let deadline = Instant::now() + limit;
        for turn in 0.. {
            let patch = Patch::Apply(self.desired);
            let failure = match self.once(Verb::Apply, &id, false, api.patch(&id.name, &params, &patch)).await {
                Ok(made) => {
                    self.changed = true;
                    self.gone = false;
                    self.made = Some(plain(made));
                    return Ok(());
                }
                Err(failure) => failure,
            };
            if Instant::now() >= deadline || !worth_another(&failure) {
                let Failure { class, mut issue, .. } = failure;
                if self.gone {
                    issue.reach = crate::issue::Reach::Object(id.clone());
                    issue.message = format!(
                        "IT IS ABSENT NOW: it was deleted to be made again, and it cannot be made; the next run tries again: {}",
                        issue.message
                    );
                    tracing::error!(%id, issue = %issue, "an object is absent that was deleted to be made again");
                }
                return Err(self.failed(issue, Some(class)));
            }
            tracing::warn!(%id, issue = %failure.issue, "making it again is tried again");
            match failure.retry {
                Retry::After(pause) => tokio::time::sleep_until((Instant::now() + pause).min(deadline)).await,
                Retry::No | Retry::Jittered => self.pause(turn).await,
            }
        }
        Ok(())
    }

    /// Makes a ReplicaSet the new Deployment's, unless it is somebody's.
    async fn adopt(&mut self, name: &str, uid: &str, owner: &Value) -> Outcome<()> {
        let resource = replica_set_resource();
        let api = self.beside(&resource);
        let id = self.id_beside(&resource, name);
        for turn in 0..ATTEMPTS {
            let found = self.patiently(Verb::Get, &id, || api.get_metadata_opt(name)).await?;
            let Some(found) = found.filter(|found| found.metadata.uid.as_deref() == Some(uid)) else { return Ok(()) };
            let mut owners = found.metadata.owner_references.unwrap_or_default();
            let mut change = json!({
                "uid": uid,
                "resourceVersion": found.metadata.resource_version,
                "labels": {HANDOVER: null},
                "annotations": {HANDOVER_OF: null},
            });
            match owners.iter().find(|one| one.controller == Some(true)) {
                Some(other) if other.uid != uid_of(owner) => {
                    self.notes.push(format!("ReplicaSet {name} is of {} {} by now", other.kind, other.name));
                }
                Some(_) => {}
                None => {
                    owners.push(k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference {
                        api_version: self.recovery.resource.api_version.clone(),
                        kind: self.recovery.resource.kind.clone(),
                        name: self.recovery.id.name.to_string(),
                        uid: uid_of(owner).to_owned(),
                        controller: Some(true),
                        block_owner_deletion: None,
                    });
                    change["ownerReferences"] = json!(owners);
                }
            }
            let (params, patch) = (self.patching(), Patch::Merge(json!({"metadata": change})));
            let patched = self.attempts(Verb::Patch, &id, false, || api.patch_metadata(name, &params, &patch)).await;
            match patched {
                Ok(_) => {
                    self.changed = true;
                    self.notes.push(format!("ReplicaSet {name} was handed over"));
                    return Ok(());
                }
                Err(failure) if failure.class == FailureClass::NotFound => return Ok(()),
                Err(failure) if failure.class == FailureClass::Conflict && turn + 1 < ATTEMPTS => {
                    self.pause(turn).await
                }
                Err(failure) => return Err(self.failed(failure.issue, Some(failure.class))),
            }
        }
        Ok(())
    }

    async fn patch(&mut self, resource: &ApiResource, name: &str, patch: Value) -> Outcome<()> {
        let (api, id) = (self.beside(resource), self.id_beside(resource, name));
        let (params, patch) = (self.patching(), Patch::Merge(patch));
        let patched = self.attempts(Verb::Patch, &id, false, || api.patch_metadata(name, &params, &patch)).await;
        self.changed = true;
        patched.map(drop).map_err(|failure| self.failed(failure.issue, Some(failure.class)))
    }

    /// The same for what may be gone: a ReplicaSet that nobody owns may be deleted by anybody.
    async fn patch_if_there(&mut self, name: &str, patch: Value) -> Outcome<()> {
        match self.patch(&replica_set_resource(), name, patch).await {
            Err(failed) if failed.class == Some(FailureClass::NotFound) => {
                self.notes.push(format!("ReplicaSet {name} is gone"));
                Ok(())
            }
            patched => patched,
        }
    }

    // === Asking ===

    /// One request, within its bound.
    async fn once<T>(
        &mut self,
        verb: Verb,
        id: &ObjectId,
        dry_run: bool,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Failure> {
        self.requests = self.requests.saturating_add(1);
        let context = RequestContext::new(verb, id).dry_run(dry_run);
        let limit = self.recovery.options.request_timeout;
        match tokio::time::timeout(limit, request).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(classify::classify(&error, &context)),
            Err(_) => Err(classify::timed_out(limit, &context)),
        }
    }

    /// A request that is repeated a few times where it may be. A conflict is the caller's: it is about what was read.
    async fn attempts<T, F>(
        &mut self,
        verb: Verb,
        id: &ObjectId,
        dry_run: bool,
        mut request: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let mut turn = 0;
        loop {
            let failure = match self.once(verb, id, dry_run, request()).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            turn += 1;
            if turn >= ATTEMPTS || failure.class == FailureClass::Conflict {
                return Err(failure);
            }
            match failure.retry {
                Retry::No => return Err(failure),
                Retry::After(pause) => tokio::time::sleep(pause.min(LONGEST_PAUSE)).await,
                Retry::Jittered => self.pause(turn).await,
            }
        }
    }

    /// The same, and a failure ends the recovery.
    async fn patiently<T, F>(&mut self, verb: Verb, id: &ObjectId, request: impl FnMut() -> F) -> Outcome<T>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let asked = self.attempts(verb, id, false, request).await;
        asked.map_err(|failure| self.failed(failure.issue, Some(failure.class)))
    }

    async fn pause(&self, turn: u32) {
        let pauses = Backoff::new(self.recovery.options.pause, LONGEST_PAUSE);
        tokio::time::sleep(pauses.delay(turn.saturating_add(1), rand::random())).await;
    }

    // === Telling ===

    pub(super) fn refused(self, refusal: Refusal) -> Box<Unrecovered> {
        let issue = self.recovery.issue(refusal);
        self.failed(issue, None)
    }

    fn failed(&self, issue: Issue, class: Option<FailureClass>) -> Box<Unrecovered> {
        Box::new(Unrecovered {
            issue,
            absent: self.gone,
            changed: self.changed,
            class,
            backup: self.backup.clone(),
            notes: self.notes.clone(),
            requests: self.requests,
        })
    }

    // === Addressing ===

    fn own(&self) -> Api<DynamicObject> {
        let Recovery { access, id, resource, .. } = self.recovery;
        let resource: &ApiResource = resource;
        match id.namespace() {
            Some(namespace) => Api::namespaced_with(access.client.clone(), namespace, resource),
            None => Api::all_with(access.client.clone(), resource),
        }
    }

    /// Objects of another kind in the same namespace.
    fn beside(&self, resource: &ApiResource) -> Api<DynamicObject> {
        let namespace = self.recovery.id.namespace().unwrap_or_default();
        Api::namespaced_with(self.recovery.access.client.clone(), namespace, resource)
    }

    fn id_beside(&self, resource: &ApiResource, name: &str) -> ObjectId {
        let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
        BucketId::new(self.recovery.id.cluster.clone(), self.recovery.id.namespace(), kind).object(name)
    }

    fn applying(&self) -> PatchParams {
        PatchParams { field_validation: Some(ValidationDirective::Strict), ..self.patching() }
    }

    fn patching(&self) -> PatchParams {
        PatchParams { field_manager: Some(self.recovery.actor.field_manager()), ..PatchParams::default() }
    }
}

/// Whether making an absent object is worth another attempt: whatever may pass.
fn worth_another(failure: &Failure) -> bool {
    failure.retry != Retry::No
        || matches!(
            failure.class,
            FailureClass::Terminating
                | FailureClass::AlreadyExists
                | FailureClass::Quota
                | FailureClass::AdmissionDenied
                | FailureClass::Forbidden
        )
}

fn claim_resource() -> ApiResource {
    builtin("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims")
}

fn plain(object: DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

/// A name for asking: short enough for every kind, and one that nobody gives.
pub(super) fn trial_name(name: &str) -> String {
    let short: String = name.chars().take(40).collect();
    format!("{}-mooring-trial", short.trim_end_matches(['-', '.']))
}

/// The new object under the name for asking, without what only one object can have.
fn trial(desired: &Value, id: &ObjectId) -> Value {
    let mut body = desired.clone();
    if let Some(meta) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.insert("name".into(), Value::from(&*id.name));
    }
    if !id.kind.is("", "Service") {
        return body;
    }
    if let Some(spec) = body.get_mut("spec").and_then(Value::as_object_mut) {
        if spec.get("clusterIP").and_then(Value::as_str) != Some("None") {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
        }
        spec.remove("healthCheckNodePort");
        for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(port) = port.as_object_mut() {
                port.remove("nodePort");
            }
        }
    }
    body
}
