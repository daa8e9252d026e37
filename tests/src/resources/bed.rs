//! A namespace to declare things in, and short words for doing so.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use cluster_resources::clusters::StaticClusters;
use cluster_resources::execute::{RealizeOptions, Realized, realize_data};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::outcome::{Done, Event, EventSink, Outcome, Quiet};
use cluster_resources::plan::PlanItem;
use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
use cluster_resources::resource::manifests;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Api, Client};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::access::Who;
use crate::backend::Backend;

/// What the cluster is called.
pub(super) const CLUSTER: &str = "c1";

/// One claim's namespace in one cluster.
pub(super) struct Bed {
    pub(super) client: Client,
    pub(super) namespace: String,
    clusters: StaticClusters,
}

/// What is declared in a run: documents, and the kinds that are managed with or without one.
pub(super) struct Declared<'a> {
    pub(super) text: &'a str,
    pub(super) kinds: &'a [&'a str],
}

impl Bed {
    pub(super) async fn make(backend: &Backend) -> Result<Self> {
        let client = backend.client(&Who::Admin).await?;
        let namespace = format!("declared-{}", uuid::Uuid::new_v4().simple());
        let made = Namespace {
            metadata: kube::api::ObjectMeta { name: Some(namespace.clone()), ..Default::default() },
            ..Default::default()
        };
        Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &made).await?;
        let clusters = StaticClusters::new().with(CLUSTER, client.clone());
        Ok(Self { client, namespace, clusters })
    }

    /// A policy with an inventory in the claim's namespace.
    pub(super) fn policy(&self) -> Policy {
        self.policy_of("claims")
    }

    pub(super) fn policy_of(&self, integration: &str) -> Policy {
        Policy::new(Actor::new("mooring", integration, "1.0.0"))
            .with_inventory(InventoryConfig::new(self.namespace.as_str(), integration))
            .with_prune(Prune::enabled())
    }

    /// A run that is killed after so many events; whether it came to its end before.
    pub(super) async fn run_until(&self, declared: &Declared<'_>, policy: &Policy, events: usize) -> Result<bool> {
        let inventory = self.inventory(declared)?;
        let killer = Killer { left: AtomicUsize::new(events), now: Notify::new() };
        let options = RealizeOptions::wet();
        let run = realize_data(&inventory, &self.clusters, policy, &options, &killer, CancellationToken::new());
        tokio::select! {
            biased;
            () = killer.now.notified() => Ok(false),
            done = run => {
                ensure!(done.outcome.exit_status().code() == 0, "{}", said(&done));
                Ok(true)
            }
        }
    }

    /// A run: everything in `declared` that has no namespace of its own lives in the claim's.
    pub(super) async fn run(
        &self,
        declared: &Declared<'_>,
        policy: &Policy,
        options: &RealizeOptions,
    ) -> Result<Realized> {
        let inventory = self.inventory(declared)?;
        Ok(realize_data(&inventory, &self.clusters, policy, options, &Quiet, CancellationToken::new()).await)
    }

    fn inventory(&self, declared: &Declared<'_>) -> Result<ResourceInventory> {
        let inventory = ResourceInventory::new();
        let mut resources = Vec::new();
        for resource in manifests(declared.text, "claim.yaml") {
            resources.push(resource.map_err(|invalid| anyhow::anyhow!("{invalid:?}"))?);
        }
        for kind in declared.kinds {
            inventory.initialize_resource_type(CLUSTER, Some(&self.namespace), kind, None)?;
        }
        for resource in resources {
            let kind = resource.kind_and_group().to_string();
            let namespace = match resource.namespace() {
                Some("-") => None,
                Some(other) => Some(other.to_owned()),
                None if is_of_cluster(&kind) => None,
                None => Some(self.namespace.clone()),
            };
            inventory.initialize_resource_type(CLUSTER, namespace.as_deref(), &kind, None)?;
            inventory.add_desired_resource(CLUSTER, namespace.as_deref(), resource, false)?;
        }
        Ok(inventory)
    }

    /// A run that does everything it is to do.
    pub(super) async fn apply(&self, text: &str, kinds: &[&str]) -> Result<Realized> {
        let done = self.run(&Declared { text, kinds }, &self.policy(), &RealizeOptions::wet()).await?;
        ensure!(done.outcome.exit_status().code() == 0, "{}", said(&done));
        Ok(done)
    }

    fn api(&self, api_version: &str, kind: &str, plural: &str) -> Api<DynamicObject> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural);
        Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
    }

    /// An object, as `ConfigMap/name`.
    pub(super) async fn get(&self, what: &str) -> Result<Value> {
        self.get_opt(what).await?.with_context(|| format!("{what} is not there"))
    }

    pub(super) async fn get_opt(&self, what: &str) -> Result<Option<Value>> {
        let (api, name) = self.named(what)?;
        Ok(api.get_opt(name).await?.map(serde_json::to_value).transpose()?)
    }

    fn named<'n>(&self, what: &'n str) -> Result<(Api<DynamicObject>, &'n str)> {
        let (kind, name) = what.split_once('/').context("Kind/name")?;
        let (api_version, plural) = match kind {
            "ConfigMap" => ("v1", "configmaps"),
            "Secret" => ("v1", "secrets"),
            "Service" => ("v1", "services"),
            "Deployment" => ("apps/v1", "deployments"),
            "Job" => ("batch/v1", "jobs"),
            "Role" => ("rbac.authorization.k8s.io/v1", "roles"),
            "RoleBinding" => ("rbac.authorization.k8s.io/v1", "rolebindings"),
            other => anyhow::bail!("{other} is no kind of these claims"),
        };
        Ok((self.api(api_version, kind, plural), name))
    }

    /// Somebody edits an object by hand, as `kubectl edit` does.
    pub(super) async fn edit(&self, what: &str, patch: Value) -> Result<()> {
        self.edit_as("kubectl-edit", what, patch).await
    }

    pub(super) async fn edit_as(&self, manager: &str, what: &str, patch: Value) -> Result<()> {
        let (api, name) = self.named(what)?;
        let params = PatchParams { field_manager: Some(manager.into()), ..PatchParams::default() };
        api.patch(name, &params, &Patch::Merge(patch)).await?;
        Ok(())
    }

    /// Somebody else applies an object.
    pub(super) async fn apply_as(&self, manager: &str, what: &str, mut object: Value) -> Result<()> {
        let (api, name) = self.named(what)?;
        object["metadata"]["name"] = json!(name);
        api.patch(name, &PatchParams::apply(manager).force(), &Patch::Apply(object)).await?;
        Ok(())
    }

    /// Somebody makes an object with `kubectl apply`.
    pub(super) async fn create_with_kubectl(&self, what: &str, mut object: Value) -> Result<()> {
        let (api, name) = self.named(what)?;
        object["metadata"]["name"] = json!(name);
        let last = object.to_string();
        object["metadata"]["annotations"] = json!({ "kubectl.kubernetes.io/last-applied-configuration": last });
        let params = PostParams { field_manager: Some("kubectl-client-side-apply".into()), ..PostParams::default() };
        api.create(&params, &serde_json::from_value(object)?).await?;
        Ok(())
    }

    pub(super) async fn delete(&self, what: &str) -> Result<()> {
        let (api, name) = self.named(what)?;
        api.delete(name, &Default::default()).await?;
        Ok(())
    }
}

/// Says when a run is to be killed.
struct Killer {
    left: AtomicUsize,
    now: Notify,
}

impl EventSink for Killer {
    fn event(&self, _: &Event) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.now.notify_one();
        }
    }
}

fn is_of_cluster(kind: &str) -> bool {
    ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "PriorityClass"]
        .iter()
        .any(|own| kind == *own || kind.starts_with(&format!("{own}.")))
}

/// What became of an object.
pub(super) fn outcome<'r>(done: &'r Realized, kind: &str, name: &str) -> Result<&'r Outcome> {
    let found =
        done.outcome.outcomes.iter().find(|outcome| &*outcome.id.kind.kind == kind && &*outcome.id.name == name);
    found.with_context(|| format!("nothing became of {kind} {name}: {}", said(done)))
}

/// The planned item of a kind.
pub(super) fn planned<'r>(done: &'r Realized, kind: &str) -> Result<&'r PlanItem> {
    let found = done.plan.items.iter().find(|item| &*item.id.kind.kind == kind);
    found.with_context(|| format!("no {kind} is planned: {:#?}", done.plan))
}

/// How many objects were written.
pub(super) fn written(done: &Realized) -> usize {
    done.outcome.counts().written()
}

/// Everything that was said about a run.
pub(super) fn said(done: &Realized) -> String {
    let mut text = String::new();
    for outcome in done.outcome.outcomes.iter().filter(|outcome| !matches!(outcome.result, Done::Applied { .. })) {
        text += &format!("{} {:?}: {:?}\n", outcome.id, outcome.action, outcome.result);
    }
    for issue in &done.outcome.issues {
        text += &format!("{issue}\n");
    }
    text
}
