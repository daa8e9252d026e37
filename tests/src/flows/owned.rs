//! What a controller makes: applied server-side, made again when it is gone, put right when somebody edits it, and its state told without an
//! end of changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::runtime::controller::Action;
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::{Controller, watcher};
use kube::{Api, Resource as _, ResourceExt as _};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::bed::{Bed, Failure, Journal, Running, in_time, uid, version};

claims! { Server:
    what_a_controller_applies_is_its_own_and_is_made_again_when_it_is_gone,
    what_somebody_edits_is_put_right_and_what_they_add_stays,
    a_field_that_the_controller_gives_up_is_gone,
    the_state_of_a_custom_object_is_applied_and_comes_to_rest,
    a_controller_that_was_there_before_its_definition_works_when_it_comes,
}

/// As whom the controller applies.
const MANAGER: &str = "flows.mooring.dev/controller";

struct Work {
    client: kube::Client,
    journal: Journal,
}

/// Brings about a Secret for each map, with what the map holds.
async fn provide(map: Arc<ConfigMap>, work: Arc<Work>) -> Result<Action, Failure> {
    let secrets = Api::<Secret>::namespaced(work.client.clone(), &map.namespace().unwrap_or_default());
    let name = map.name_any();
    let wanted = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "ownerReferences": map.controller_owner_ref(&()).into_iter().collect::<Vec<_>>()},
        "data": map.data.iter().flatten().map(|(key, value)| (key, STANDARD.encode(value))).collect::<BTreeMap<_, _>>(),
    });
    let applied = secrets.patch(&name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(wanted)).await?;
    work.journal.note(format!(
        "{} {}",
        applied.uid().unwrap_or_default(),
        applied.resource_version().unwrap_or_default()
    ));
    Ok(Action::await_change())
}

fn policy<K>(_: Arc<K>, failure: &Failure, work: Arc<Work>) -> Action {
    work.journal.note(failure.to_string());
    Action::requeue(Duration::from_millis(50))
}

fn providing(bed: &Bed<'_>) -> (Journal, Running) {
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let work = Work { client: bed.client.clone(), journal: journal.clone() };
    let controller = Controller::new(bed.maps(), watcher::Config::default())
        .owns(bed.api::<Secret>(), watcher::Config::default())
        .graceful_shutdown_on(stop.clone().cancelled_owned())
        .run(provide, policy, Arc::new(work));
    (journal, Running::of(stop, controller))
}

/// Waits until a Secret is as wanted.
async fn secret(bed: &Bed<'_>, name: &str, what: &str, wanted: impl Fn(&Secret) -> bool) -> Result<Secret> {
    let condition = |secret: Option<&Secret>| secret.is_some_and(&wanted);
    let found = in_time(what, await_condition(bed.api::<Secret>(), name, condition)).await??;
    found.with_context(|| format!("{what}: there is none"))
}

fn holds(secret: &Secret, key: &str, value: &str) -> bool {
    secret.data.as_ref().and_then(|data| data.get(key)).is_some_and(|bytes| bytes.0 == value.as_bytes())
}

async fn what_a_controller_applies_is_its_own_and_is_made_again_when_it_is_gone(bed: &Bed<'_>) -> Result<()> {
    let map = bed.map("owner").await?;
    bed.change("owner", json!({"data": {"key": "1"}})).await?;
    let (journal, running) = providing(bed);
    let first = secret(bed, "owner", "the Secret", |secret| holds(secret, "key", "1")).await?;
    let owner = first.owner_references().first().context("it has no owner")?;
    ensure!(owner.uid == uid(&map)? && owner.controller == Some(true), "it is owned by {owner:?}");
    let managed: Vec<_> = first.managed_fields().iter().filter_map(|entry| entry.manager.as_deref()).collect();
    ensure!(managed == [MANAGER], "it is managed by {managed:?}");

    bed.change("owner", json!({"data": {"key": "2"}})).await?;
    secret(bed, "owner", "the change", |secret| holds(secret, "key", "2")).await?;

    bed.api::<Secret>().delete("owner", &DeleteParams::default()).await?;
    let id = uid(&first)?;
    let again = secret(bed, "owner", "another Secret", |secret| secret.uid().is_some_and(|found| found != id)).await?;
    ensure!(holds(&again, "key", "2"), "{again:?}");

    // What is applied again as it is changes nothing, and so brings nobody back.
    let line = format!("{} {}", uid(&again)?, version(&again)?);
    journal.until("rest", |lines| lines.iter().filter(|noted| **noted == line).count() >= 2).await?;
    ensure!(version(&bed.api::<Secret>().get("owner").await?)? == version(&again)?, "it is written again and again");
    running.stop().await
}

async fn what_somebody_edits_is_put_right_and_what_they_add_stays(bed: &Bed<'_>) -> Result<()> {
    bed.map("owner").await?;
    bed.change("owner", json!({"data": {"key": "mine"}})).await?;
    let (_, running) = providing(bed);
    secret(bed, "owner", "the Secret", |secret| holds(secret, "key", "mine")).await?;
    let edit = Patch::Merge(json!({"stringData": {"key": "yours", "other": "added"}}));
    let params = PatchParams { field_manager: Some("somebody".to_owned()), ..PatchParams::default() };
    let edited = bed.api::<Secret>().patch("owner", &params, &edit).await?;
    ensure!(holds(&edited, "key", "yours"), "{edited:?}");
    let right = secret(bed, "owner", "what was right", |secret| holds(secret, "key", "mine")).await?;
    ensure!(holds(&right, "other", "added"), "what somebody added is taken away");
    running.stop().await
}

async fn a_field_that_the_controller_gives_up_is_gone(bed: &Bed<'_>) -> Result<()> {
    bed.map("owner").await?;
    bed.change("owner", json!({"data": {"kept": "1", "given-up": "1"}})).await?;
    let (_, running) = providing(bed);
    secret(bed, "owner", "the Secret", |secret| holds(secret, "given-up", "1")).await?;
    bed.change("owner", json!({"data": {"given-up": null}})).await?;
    let left = secret(bed, "owner", "the smaller one", |secret| !holds(secret, "given-up", "1")).await?;
    ensure!(holds(&left, "kept", "1"), "{left:?}");
    running.stop().await
}

/// A kind of this claim alone: its group is named after the claim's namespace.
fn gadget(bed: &Bed<'_>) -> ApiResource {
    let group = format!("{}.example.com", bed.namespace);
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(&group, "v1", "Gadget"), "gadgets")
}

fn definition(of: &ApiResource) -> Result<CustomResourceDefinition> {
    let whole = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    Ok(serde_json::from_value(json!({
        "metadata": {"name": format!("{}.{}", of.plural, of.group)},
        "spec": {
            "group": of.group,
            "scope": "Namespaced",
            "names": {"kind": of.kind, "plural": of.plural, "singular": "gadget"},
            "versions": [{
                "name": of.version, "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": whole, "status": whole}}},
            }],
        },
    }))?)
}

struct Gadgets {
    api: Api<DynamicObject>,
    kind: ApiResource,
    journal: Journal,
}

/// Says in the status what the wish is and of which generation.
async fn report(gadget: Arc<DynamicObject>, gadgets: Arc<Gadgets>) -> Result<Action, Failure> {
    let name = gadget.name_any();
    gadgets.journal.note(name.clone());
    let status = json!({
        "apiVersion": gadgets.kind.api_version,
        "kind": gadgets.kind.kind,
        "status": {"observedGeneration": gadget.metadata.generation, "size": gadget.data["spec"]["size"]},
    });
    gadgets.api.patch_status(&name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(status)).await?;
    Ok(Action::await_change())
}

/// A controller of gadgets that says in their status what it saw.
fn reporting(bed: &Bed<'_>, kind: &ApiResource) -> (Api<DynamicObject>, Journal, Running) {
    let api = Api::<DynamicObject>::namespaced_with(bed.client.clone(), &bed.namespace, kind);
    let (journal, stop) = (Journal::new(), CancellationToken::new());
    let gadgets = Gadgets { api: api.clone(), kind: kind.clone(), journal: journal.clone() };
    let policy = |_: Arc<DynamicObject>, failure: &Failure, gadgets: Arc<Gadgets>| {
        gadgets.journal.note(failure.to_string());
        Action::requeue(Duration::from_millis(50))
    };
    let controller = Controller::new_with(api.clone(), watcher::Config::default(), kind.clone())
        .graceful_shutdown_on(stop.clone().cancelled_owned())
        .run(report, policy, Arc::new(gadgets));
    (api, journal, Running::of(stop, controller))
}

fn made(kind: &ApiResource, name: &str, size: u32) -> DynamicObject {
    DynamicObject::new(name, kind).data(json!({"spec": {"size": size}}))
}

/// Makes the first object of a kind: a definition is established a moment before its objects are served.
async fn created(api: &Api<DynamicObject>, object: &DynamicObject) -> Result<()> {
    let mut again = tokio::time::interval(Duration::from_millis(20));
    in_time("a first gadget", async {
        loop {
            again.tick().await;
            match api.create(&PostParams::default(), object).await {
                Ok(_) => return Ok(()),
                Err(kube::Error::Api(status)) if status.code == 404 => {}
                Err(error) => return Err(error.into()),
            }
        }
    })
    .await?
}

async fn reported(api: &Api<DynamicObject>, name: &str, status: Value) -> Result<DynamicObject> {
    let condition = |gadget: Option<&DynamicObject>| gadget.is_some_and(|gadget| gadget.data["status"] == status);
    let what = format!("{name} with {status}");
    in_time(&what, await_condition(api.clone(), name, condition)).await??.with_context(|| what.clone())
}

async fn the_state_of_a_custom_object_is_applied_and_comes_to_rest(bed: &Bed<'_>) -> Result<()> {
    let kind = gadget(bed);
    let definitions = Api::<CustomResourceDefinition>::all(bed.client.clone());
    let definition = definition(&kind)?;
    definitions.create(&PostParams::default(), &definition).await?;
    let name = definition.name_any();
    in_time("the definition", await_condition(definitions.clone(), &name, conditions::is_crd_established())).await??;

    let (api, journal, running) = reporting(bed, &kind);
    created(&api, &made(&kind, "one", 1)).await?;
    let first = reported(&api, "one", json!({"observedGeneration": 1, "size": 1})).await?;
    ensure!(first.metadata.generation == Some(1), "its state moves its generation: {:?}", first.metadata);
    api.patch("one", &PatchParams::default(), &Patch::Merge(json!({"spec": {"size": 2}}))).await?;
    reported(&api, "one", json!({"observedGeneration": 2, "size": 2})).await?;
    let by = |gadget: &DynamicObject| {
        let fields = gadget.managed_fields().iter().filter(|entry| entry.manager.as_deref() == Some(MANAGER));
        fields.map(|entry| entry.subresource.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    ensure!(by(&first) == ["status"], "the controller is known for {:?}", by(&first));

    // Each write of a state wakes the controller once more, which then finds nothing to write.
    api.create(&PostParams::default(), &made(&kind, "two", 1)).await?;
    reported(&api, "two", json!({"observedGeneration": 1, "size": 1})).await?;
    let written = journal.until("a last look", |lines| lines.iter().filter(|name| *name == "two").count() == 2).await?;
    let looks = written.iter().filter(|name| *name == "one").count();
    ensure!((2..=4).contains(&looks), "{looks} looks at two wishes: {written:?}");
    running.stop().await?;
    definitions.delete(&name, &DeleteParams::default()).await?;
    Ok(())
}

async fn a_controller_that_was_there_before_its_definition_works_when_it_comes(bed: &Bed<'_>) -> Result<()> {
    let kind = gadget(bed);
    let definitions = Api::<CustomResourceDefinition>::all(bed.client.clone());
    // What it asks for is refused, and it asks again later and later.
    let (api, _, running) = reporting(bed, &kind);
    let refused = api.list(&Default::default()).await;
    ensure!(matches!(&refused, Err(kube::Error::Api(status)) if status.code == 404), "{refused:?}");
    let definition = definition(&kind)?;
    definitions.create(&PostParams::default(), &definition).await?;
    let name = definition.name_any();
    in_time("the definition", await_condition(definitions.clone(), &name, conditions::is_crd_established())).await??;
    created(&api, &made(&kind, "early", 7)).await?;
    reported(&api, "early", json!({"observedGeneration": 1, "size": 7})).await?;
    running.stop().await?;
    definitions.delete(&name, &DeleteParams::default()).await?;
    Ok(())
}
