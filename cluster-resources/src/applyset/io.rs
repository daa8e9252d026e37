//! Reads and writes a parent in a cluster.

use std::future::Future;
use std::time::Duration;

use core_client::backoff::Backoff;
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use kube::core::{ApiResource, DynamicObject, PartialObjectMeta};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::parent::{Marks, absent, carries, marks, parse, parse_earlier, refused, render, union};
use super::{GROUP_RESOURCES, kind_of};
use crate::classify::{self, Failure, FailureClass, RequestContext, Verb};
use crate::clusters::ClusterAccess;
use crate::id::{BucketId, ClusterName, GroupKind, ObjectId};
use crate::issue::{Issue, IssueClass};
use crate::observed::ParentState;
use crate::plan::ParentPlan;
use crate::policy::{Actor, InventoryConfig};

/// How long one request may take.
const WITHIN: Duration = Duration::from_secs(30);
/// How often a parent is written that somebody else wrote, or that could not be asked for.
const ATTEMPTS: u32 = 5;
/// Nothing is tried again after this time.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));

/// What the inventory says, with what earlier sets say that it takes over.
///
/// A parent that does not exist is no failure: the state has no version then, and says nothing about members.
///
/// # Errors
/// [`IssueClass::Inventory`](crate::issue::IssueClass) when the parent is not this actor's, with what to do; others when it cannot be read.
/// Nothing may be concluded about members then, and nothing pruned.
///
/// # Cancel safety
/// Safe: it only reads.
pub async fn read(
    cluster: &ClusterName,
    access: &ClusterAccess,
    config: &InventoryConfig,
    actor: &Actor,
) -> Result<ParentState, Issue> {
    let parent = Parent { cluster, access, config, actor };
    let mut state = parent.read().await?.map_or_else(|| absent(config), |(_, state)| state);
    for name in &config.migrate_from {
        let Some(object) = parent.get(name).await? else { continue };
        let kinds = parent.kinds_of(&object).await?;
        let earlier = parse_earlier(cluster, &object, name, config, actor, &|plural, group| kinds.kind(plural, group))?;
        state.group_kinds = union(&state.group_kinds, &earlier.group_kinds);
        state.namespaces = union(&state.namespaces, &earlier.namespaces);
    }
    Ok(state)
}

/// Makes the inventory say at least what the plan needs, before anything is applied. Writes only when it says less. What somebody else of
/// the same set added meanwhile stays.
///
/// # Errors
/// As [`read`]; and when it cannot be written. Nothing may be applied then.
///
/// # Cancel safety
/// Safe: the parent is written in one request, and saying more than is there is never wrong.
pub async fn widen(
    access: &ClusterAccess,
    config: &InventoryConfig,
    actor: &Actor,
    plan: &ParentPlan,
    state: &ParentState,
) -> Result<ParentState, Issue> {
    let cluster = &plan.cluster;
    let parent = Parent { cluster, access, config, actor };
    if !state.usable {
        return Err(refused(cluster, &config.name, config, "cannot be used"));
    }
    let wanted = |found: Option<&ParentState>| {
        let known = found.unwrap_or(state);
        Ok(ParentState {
            group_kinds: union(&union(&known.group_kinds, &state.group_kinds), &plan.widened_kinds),
            namespaces: union(&union(&known.namespaces, &state.namespaces), &plan.widened_namespaces),
            ..known.clone()
        })
    };
    parent.bring_to(wanted).await
}

/// Makes the inventory say what remains, after everything was applied and pruned, and what this run reported as dropped.
///
/// # Errors
/// When somebody else widened the set meanwhile, or it cannot be read or written. It says more than is there then, which does no harm.
///
/// # Cancel safety
/// Safe: the parent is written in one request.
pub async fn shrink(
    access: &ClusterAccess,
    config: &InventoryConfig,
    actor: &Actor,
    plan: &ParentPlan,
    state: &ParentState,
) -> Result<ParentState, Issue> {
    let cluster = &plan.cluster;
    let parent = Parent { cluster, access, config, actor };
    let wider = |found: &ParentState| {
        found.group_kinds.iter().any(|kind| !state.group_kinds.contains(kind))
            || found.namespaces.iter().any(|namespace| !state.namespaces.contains(namespace))
    };
    let wanted = |found: Option<&ParentState>| match found {
        None => {
            let why = "was deleted while the run was under way; the next run makes it anew";
            Err(refused(cluster, &config.name, config, why))
        }
        Some(found) if wider(found) => Err(parent.contended()),
        Some(_) => Ok(ParentState {
            group_kinds: plan.final_kinds.clone(),
            namespaces: plan.final_namespaces.clone(),
            reported: plan.reported.clone(),
            ..state.clone()
        }),
    };
    parent.bring_to(wanted).await
}

/// The parent of a set in a cluster.
struct Parent<'a> {
    cluster: &'a ClusterName,
    access: &'a ClusterAccess,
    config: &'a InventoryConfig,
    actor: &'a Actor,
}

/// Which kinds a cluster serves, as far as an early parent needs to be understood.
enum Kinds {
    NotNeeded,
    Known(std::sync::Arc<cluster_client::discovery::Catalogue>),
}

impl Kinds {
    fn kind(&self, plural: &str, group: &str) -> Option<GroupKind> {
        let Self::Known(catalogue) = self else { return None };
        let found = catalogue.by_plural(plural, group)?;
        Some(GroupKind::new(group, found.resource.kind.as_str()))
    }
}

impl Parent<'_> {
    fn api(&self) -> Api<DynamicObject> {
        let kind = kind_of(self.config.kind);
        let resource = ApiResource {
            group: String::new(),
            version: "v1".into(),
            api_version: "v1".into(),
            kind: kind.into(),
            plural: format!("{}s", kind.to_ascii_lowercase()),
        };
        Api::namespaced_with(self.access.client.clone(), &self.config.namespace, &resource)
    }

    fn id(&self, name: &str) -> ObjectId {
        let kind = GroupKind::core(kind_of(self.config.kind));
        BucketId::new(self.cluster.clone(), Some(&self.config.namespace), kind).object(name)
    }

    /// One request, within its bound; `None` for the classes that the caller deals with.
    async fn ask<T>(
        &self,
        verb: Verb,
        name: &str,
        expected: &[FailureClass],
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<Option<T>, Issue> {
        let id = self.id(name);
        let context = RequestContext::new(verb, &id);
        let failure = match tokio::time::timeout(WITHIN, request).await {
            Ok(Ok(answer)) => return Ok(Some(answer)),
            Ok(Err(error)) => classify::classify(&error, &context),
            Err(_) => classify::timed_out(WITHIN, &context),
        };
        if expected.contains(&failure.class) { Ok(None) } else { Err(self.told(failure, name)) }
    }

    fn told(&self, failure: Failure, name: &str) -> Issue {
        let Failure { class, issue, .. } = failure;
        let what = match class {
            FailureClass::NamespaceNotFound => "cannot be kept: its namespace does not exist; make it first".to_owned(),
            _ => format!("cannot be read or written: {}", issue.message),
        };
        Issue { class: issue.class, ..refused(self.cluster, name, self.config, &what) }
    }

    fn contended(&self) -> Issue {
        let why = "is being written by another run of the same set; one at a time will do";
        refused(self.cluster, &self.config.name, self.config, why)
    }

    /// The metadata of a parent: what it holds besides is nobody's business.
    async fn get(&self, name: &str) -> Result<Option<Value>, Issue> {
        let api = self.api();
        let found = self.ask(Verb::Get, name, &[FailureClass::NamespaceNotFound], api.get_metadata_opt(name)).await?;
        Ok(found.flatten().map(|found| whole(&found)))
    }

    async fn kinds_of(&self, parent: &Value) -> Result<Kinds, Issue> {
        let annotations = parent.get("metadata").and_then(|meta| meta.get("annotations"));
        if annotations.and_then(|annotations| annotations.get(GROUP_RESOURCES)).is_none() {
            return Ok(Kinds::NotNeeded);
        }
        let catalogue = tokio::time::timeout(WITHIN, self.access.discovery.catalogue()).await;
        match catalogue {
            // A kind that cannot be listed now may have members.
            Ok(Ok(catalogue)) if catalogue.unlisted().is_empty() => Ok(Kinds::Known(catalogue)),
            _ => Err(refused(
                self.cluster,
                &self.config.name,
                self.config,
                "cannot be understood until the cluster says which kinds it serves",
            )),
        }
    }

    async fn read(&self) -> Result<Option<(Value, ParentState)>, Issue> {
        let Some(object) = self.get(&self.config.name).await? else { return Ok(None) };
        let kinds = self.kinds_of(&object).await?;
        let state = parse(self.cluster, &object, self.config, self.actor, &|plural, group| kinds.kind(plural, group))?;
        Ok(Some((object, state)))
    }

    /// Reads the parent and writes what is wanted of it, again when somebody else wrote in between or the server could not be asked for a
    /// moment: nothing may be written to a cluster whose inventory was not.
    async fn bring_to(
        &self,
        wanted: impl Fn(Option<&ParentState>) -> Result<ParentState, Issue>,
    ) -> Result<ParentState, Issue> {
        let until = Instant::now() + PATIENCE;
        let mut tries = 0;
        loop {
            tries += 1;
            let last = tries >= ATTEMPTS || Instant::now() >= until;
            match self.write_once(&wanted).await {
                Ok(Some(written)) => return Ok(written),
                Ok(None) if last => return Err(self.contended()),
                Ok(None) => {}
                Err(issue) if last || !may_pass(&issue) => return Err(issue),
                Err(issue) => tracing::debug!(%issue, "an inventory is written again"),
            }
            tokio::time::sleep(PAUSES.delay(tries, rand::random())).await;
        }
    }

    async fn write_once(
        &self,
        wanted: &impl Fn(Option<&ParentState>) -> Result<ParentState, Issue>,
    ) -> Result<Option<ParentState>, Issue> {
        let found = self.read().await?;
        let wanted = wanted(found.as_ref().map(|(_, state)| state))?;
        self.write(found, &wanted).await
    }

    /// Writes what is wanted over what was found. `None` when somebody else wrote in between.
    async fn write(
        &self,
        found: Option<(Value, ParentState)>,
        wanted: &ParentState,
    ) -> Result<Option<ParentState>, Issue> {
        let name: &str = &self.config.name;
        let api = self.api();
        let written = match found {
            None => {
                let object = render(self.cluster, self.config, self.actor, wanted)?;
                let object: DynamicObject = serde_json::from_value(object)
                    .map_err(|_| refused(self.cluster, name, self.config, "cannot be written: its name is none"))?;
                let params = PostParams { field_manager: Some(self.actor.field_manager()), ..PostParams::default() };
                let made =
                    self.ask(Verb::Create, name, &[FailureClass::AlreadyExists], api.create(&params, &object)).await?;
                made.map(|made| json!({"metadata": made.metadata}))
            }
            Some((object, state)) => {
                let marks = marks(self.cluster, self.config, self.actor, wanted)?;
                if carries(&object, &marks) {
                    return Ok(Some(state));
                }
                let params = PatchParams { field_manager: Some(self.actor.field_manager()), ..PatchParams::default() };
                let patch = Patch::Merge(locked(&object, &marks));
                let gone = [FailureClass::Conflict, FailureClass::NotFound];
                let patched = self.ask(Verb::Patch, name, &gone, api.patch_metadata(name, &params, &patch)).await?;
                patched.map(|patched| whole(&patched))
            }
        };
        let Some(written) = written else { return Ok(None) };
        parse(self.cluster, &written, self.config, self.actor, &|_, _| None).map(Some)
    }
}

fn may_pass(issue: &Issue) -> bool {
    matches!(issue.class, IssueClass::Unavailable | IssueClass::Unreachable)
}

fn whole(found: &PartialObjectMeta<DynamicObject>) -> Value {
    json!({"metadata": found.metadata})
}

/// A patch that holds only for the version that was read.
fn locked(object: &Value, marks: &Marks) -> Value {
    let of = |key: &str| object.get("metadata").and_then(|meta| meta.get(key)).cloned().unwrap_or(Value::Null);
    json!({"metadata": {
        "uid": of("uid"),
        "resourceVersion": of("resourceVersion"),
        "labels": marks.labels,
        "annotations": marks.annotations,
    }})
}
