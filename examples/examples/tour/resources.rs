//! What clusters should hold: declared once, planned, applied, defended against a change by hand, and pruned with care.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context as _, Result};
use cluster_resources::clusters::StaticClusters;
use cluster_resources::desired::DesiredSet;
use cluster_resources::execute::{ExecuteOptions, execute};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::observed::Observed;
use cluster_resources::outcome::{Quiet, RunOutcome};
use cluster_resources::plan::{Action, Plan, Reason, plan};
use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
use cluster_resources::report::{Report, TextOptions};
use cluster_resources::resource::manifests;
use fake_cluster::fleet::{Fleet, FleetOptions};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::rbac::v1::Role;
use kube::Api;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::narrate::Narrator;

const NAMESPACE: &str = "shop";

const MANIFESTS: &str = "
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [''], resources: [configmaps], verbs: [get, list] }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { colour: blue }
---
apiVersion: v1
kind: Secret
metadata: { name: token }
stringData: { token: a-token-nobody-should-see }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'registry.example.com/web:1' }] }
";

/// A fleet and what is done to it.
struct Stage {
    fleet: Fleet,
    clusters: StaticClusters,
    policy: Policy,
}

pub(crate) async fn are_as_declared(tell: &mut Narrator) -> Result<()> {
    let fleet = Fleet::start_with(3, FleetOptions::default().with_prefix("shop-")).await?;
    let mut clusters = StaticClusters::new();
    for cluster in fleet.clusters() {
        clusters = clusters.with(cluster.name(), cluster.client()?);
    }
    let actor = Actor::new("mooring", "tour", "1.0.0");
    let policy = Policy::new(actor).with_inventory(InventoryConfig::new("default", "tour"));
    let mut stage = Stage { fleet, clusters, policy };

    applies(tell, &stage).await?;
    defends(tell, &stage).await?;
    prunes(tell, &mut stage).await?;
    stage.fleet.shutdown().await;
    Ok(())
}

/// A plan is free of effects; carried out, it is done, and the next one is empty.
async fn applies(tell: &mut Narrator, stage: &Stage) -> Result<()> {
    let desired = stage.declare(10)?;
    let declared = desired.buckets.values().map(|bucket| bucket.objects.len()).sum::<usize>();
    tell.say(format_args!(
        "{declared} objects are declared, the same for three clusters; what has to happen is planned."
    ));
    let begun = Instant::now();
    let (_, planned) = stage.plan(&desired).await;
    let took = begun.elapsed();
    let creations = count(&planned, Action::Create);
    tell.proves(
        format_args!("{creations} creations planned in {took:.0?}, and nothing was written"),
        creations == declared && stage.fleet.totals().writes == 0,
    )?;

    let begun = Instant::now();
    let outcome = stage.execute(&planned, &desired).await;
    let (created, took) = (outcome.counts().created, begun.elapsed());
    let writes = stage.fleet.totals().writes;
    tell.proves(
        format_args!(
            "{created} objects created in {took:.0?} with {writes} writes, inventories included, exit code {}",
            outcome.exit_status().code()
        ),
        created == declared && outcome.exit_status().code() == 0,
    )?;
    let before = stage.fleet.totals();
    let (_, again) = stage.plan(&desired).await;
    let totals = stage.fleet.totals();
    let requests = totals.requests - before.requests;
    tell.proves(
        format_args!(
            "planned again there is nothing to do: {requests} requests, {} writes",
            totals.writes - before.writes
        ),
        again.items.iter().all(|item| item.action == Action::Unchanged) && totals.writes == before.writes,
    )
}

/// Somebody edits by hand. It is seen, shown, and undone.
async fn defends(tell: &mut Narrator, stage: &Stage) -> Result<()> {
    let victim = stage.fleet.clusters().first().context("three clusters")?;
    tell.say(format_args!(
        "Somebody with kubectl gives a role in {} every right, and adds a key to the settings.",
        victim.name()
    ));
    let roles: Api<Role> = Api::namespaced(victim.client()?, NAMESPACE);
    let maps: Api<ConfigMap> = Api::namespaced(victim.client()?, NAMESPACE);
    let by_hand = PatchParams { field_manager: Some("kubectl-edit".into()), ..PatchParams::default() };
    let every = json!({ "rules": [{ "apiGroups": ["*"], "resources": ["*"], "verbs": ["*"] }] });
    roles.patch("reader", &by_hand, &Patch::Merge(every)).await?;
    maps.patch("settings", &by_hand, &Patch::Merge(json!({ "data": { "backdoor": "open" } }))).await?;

    let desired = stage.declare(10)?;
    let (_, planned) = stage.plan(&desired).await;
    let report = Report::new(&planned).without_marks(stage.policy.scheme.clone()).document();
    let text = report.text(&TextOptions::default());
    text.lines().take_while(|line| !line.is_empty()).for_each(|line| tell.say(line));
    let changed: Vec<_> = planned.items.iter().filter(|item| item.action.writes()).collect();
    let here = changed.iter().all(|item| *item.id.cluster == *victim.name() && item.action == Action::Update);
    tell.proves("both edits are in the plan, and nothing else is", changed.len() == 2 && here)?;
    tell.proves("the plan names who did it", text.contains("kubectl-edit"))?;
    let outcome = stage.execute(&planned, &desired).await;
    let rules = roles.get("reader").await?.rules.unwrap_or_default();
    let verbs: Vec<_> = rules.iter().flat_map(|rule| &rule.verbs).collect();
    let keys: Vec<_> = maps.get("settings").await?.data.unwrap_or_default().into_keys().collect();
    tell.proves(
        format_args!("undone: the role may {verbs:?} again, the settings hold {keys:?}"),
        outcome.exit_status().code() == 0 && verbs == ["get", "list"] && keys == ["colour"],
    )
}

/// What is no longer declared goes, unless it is suspiciously much.
async fn prunes(tell: &mut Narrator, stage: &mut Stage) -> Result<()> {
    tell.say("A mistake in a template: all but one of the ConfigMaps vanish from the declarations, and pruning is on.");
    let desired = stage.declare(1)?;
    stage.policy = stage.policy.clone().with_prune(Prune::enabled());
    let (_, planned) = stage.plan(&desired).await;
    let refused = planned.items.iter().filter(|item| matches!(item.reason, Reason::TooManyDeletions(_))).count();
    let why = planned.items.iter().find_map(|item| match &item.reason {
        Reason::TooManyDeletions(why) => Some(why.as_str()),
        _ => None,
    });
    tell.say(format_args!("refused: {}", why.unwrap_or("not refused")));
    stage.execute(&planned, &desired).await;
    let left = stage.count_parts().await?;
    tell.proves(
        format_args!("{refused} deletions were held back, and all {left} ConfigMaps are there"),
        refused == 27 && left == 30 && count(&planned, Action::Delete) == 0,
    )?;

    tell.say("Then it was meant after all: the bound is raised for this run.");
    let mut prune = Prune::enabled();
    prune.max_percent = 80;
    stage.policy = stage.policy.clone().with_prune(prune);
    let (_, planned) = stage.plan(&desired).await;
    let outcome = stage.execute(&planned, &desired).await;
    let (deleted, left) = (outcome.counts().deleted, stage.count_parts().await?);
    tell.proves(
        format_args!("{deleted} are deleted, {left} are left, exit code {}", outcome.exit_status().code()),
        deleted == 27 && left == 3 && outcome.exit_status().code() == 0,
    )?;
    let (_, again) = stage.plan(&desired).await;
    tell.proves("and the next plan is empty", again.items.iter().all(|item| item.action == Action::Unchanged))
}

fn count(plan: &Plan, action: Action) -> usize {
    plan.items.iter().filter(|item| item.action == action).count()
}

impl Stage {
    /// The manifests and so many further ConfigMaps, for every cluster.
    fn declare(&self, parts: usize) -> Result<DesiredSet> {
        let more: BTreeMap<_, _> = (0..parts).map(|number| (format!("part-{number}"), number)).collect();
        let more: String = more
            .iter()
            .map(|(name, number)| {
                format!(
                    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: {name} }}\ndata: {{ n: '{number}' }}\n"
                )
            })
            .collect();
        let inventory = ResourceInventory::new();
        for cluster in self.fleet.clusters() {
            for resource in manifests(&format!("{MANIFESTS}{more}"), "shop.yaml") {
                let resource = resource?;
                let kind = resource.kind_and_group().to_string();
                let namespace = (kind != "Namespace").then_some(NAMESPACE);
                inventory.initialize_resource_type(cluster.name(), namespace, &kind, None)?;
                inventory.add_desired_resource(cluster.name(), namespace, resource, false)?;
            }
        }
        Ok(inventory.desired())
    }

    async fn plan(&self, desired: &DesiredSet) -> (Observed, Plan) {
        let observed = observe(desired, &self.clusters, &self.policy, &ObserveOptions::default(), &Quiet).await;
        let plan = plan(desired, &observed, &self.policy);
        (observed, plan)
    }

    async fn execute(&self, plan: &Plan, desired: &DesiredSet) -> RunOutcome {
        let (options, cancel) = (ExecuteOptions::default(), CancellationToken::new());
        execute(plan, desired, &self.clusters, &self.policy, &options, &Quiet, cancel).await
    }

    /// How many of the further ConfigMaps there are in all clusters.
    async fn count_parts(&self) -> Result<usize> {
        let mut count = 0;
        for cluster in self.fleet.clusters() {
            let maps: Api<ConfigMap> = Api::namespaced(cluster.client()?, NAMESPACE);
            let names = maps.list(&ListParams::default()).await?.items.into_iter().filter_map(|map| map.metadata.name);
            count += names.filter(|name| name.starts_with("part-")).count();
        }
        Ok(count)
    }
}
