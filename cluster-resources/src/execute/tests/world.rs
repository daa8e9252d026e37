//! Fake clusters, declarations, plans made by hand, and raw requests of somebody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_cluster::server::{Credential, FakeCluster};
use kube::Client;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::clusters::StaticClusters;
use crate::desired::{Desired, DesiredBucket, DesiredSet};
use crate::execute::{ExecuteOptions, execute, verify};
use crate::id::{ObjectId, Origin, Scope};
use crate::outcome::{Done, Event, EventSink, Outcome, RunOutcome};
use crate::plan::{Action, LiveVersion, PLAN_VERSION, Plan, PlanItem, Reason};
use crate::policy::{Actor, Policy};
use crate::resource::Resource;

pub(super) const MANAGER: &str = "mooring/test";

/// Clusters `c0`, `c1` and so on.
pub(super) struct World {
    pub(super) fakes: Vec<FakeCluster>,
    pub(super) clients: Vec<Client>,
    pub(super) clusters: StaticClusters,
    pub(super) desired: DesiredSet,
    pub(super) policy: Policy,
    pub(super) options: ExecuteOptions,
    pub(super) cancel: CancellationToken,
    pub(super) seen: Seen,
}

/// Remembers events.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) finished: Mutex<Vec<Arc<Outcome>>>,
    pub(super) cancel_after_first: Mutex<Option<CancellationToken>>,
}

impl EventSink for Seen {
    fn event(&self, event: &Event) {
        if let Event::Finished(outcome) = event {
            self.finished.lock().unwrap().push(Arc::clone(outcome));
            if let Some(cancel) = &*self.cancel_after_first.lock().unwrap() {
                cancel.cancel();
            }
        }
    }
}

/// A client that repeats nothing by itself.
pub(super) fn plain_client(fake: &FakeCluster, credential: &Credential) -> Client {
    let mut config = fake.client_config(credential).unwrap();
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

impl World {
    pub(super) async fn new(n: usize) -> Self {
        let (mut fakes, mut clients, mut clusters) = (Vec::new(), Vec::new(), StaticClusters::new());
        for at in 0..n {
            let fake = FakeCluster::start().await.unwrap();
            let client = plain_client(&fake, &Credential::Certificate(fake.admin()));
            clusters = clusters.with(format!("c{at}"), client.clone());
            fakes.push(fake);
            clients.push(client);
        }
        let options = ExecuteOptions { first_pause: Duration::from_millis(10), ..ExecuteOptions::default() };
        Self {
            fakes,
            clients,
            clusters,
            desired: DesiredSet::default(),
            policy: Policy::new(Actor::new("mooring", "test", "1.0.0")),
            options,
            cancel: CancellationToken::new(),
            seen: Seen::default(),
        }
    }

    /// Declares an object in a cluster; its namespace is in its body.
    pub(super) fn declare(&mut self, cluster: &str, body: Value) -> ObjectId {
        let resource = Resource::new(body, Origin::default()).unwrap();
        let id = resource.id(cluster, Scope::of(resource.namespace()));
        let bucket = self.desired.buckets.entry(id.bucket()).or_insert_with(|| Arc::new(DesiredBucket::default()));
        let mut changed = DesiredBucket::clone(bucket);
        changed.objects.insert(id.name.clone(), Desired::new(resource));
        *bucket = Arc::new(changed);
        id
    }

    /// An item that makes what is declared.
    pub(super) fn create(&self, id: &ObjectId) -> PlanItem {
        let resource = &self.desired.get(id).unwrap().resource;
        PlanItem {
            api_version: resource.api_version().into(),
            desired_hash: Some(self.policy.scheme.hash(resource)),
            ..item(id, Action::Create)
        }
    }

    /// An item that changes what is there to what is declared.
    pub(super) fn update(&self, id: &ObjectId, live: &Value) -> PlanItem {
        PlanItem { action: Action::Update, live: Some(version(live)), reason: Reason::Drifted, ..self.create(id) }
    }

    pub(super) async fn run(&self, items: Vec<PlanItem>) -> RunOutcome {
        let plan = plan(items);
        let text = serde_json::to_string(&plan).unwrap();
        // What is carried out is what was stored.
        let plan: Plan = serde_json::from_str(&text).unwrap();
        execute(&plan, &self.desired, &self.clusters, &self.policy, &self.options, &self.seen, self.cancel.clone())
            .await
    }

    pub(super) async fn verify(&self, items: Vec<PlanItem>) -> RunOutcome {
        let plan = plan(items);
        verify(&plan, &self.desired, &self.clusters, &self.policy, &self.options, &self.seen, self.cancel.clone()).await
    }

    pub(super) async fn get(&self, at: usize, path: &str) -> Option<Value> {
        self.ask(at, "GET", path, "", None).await.ok()
    }

    /// A request of somebody else.
    pub(super) async fn ask(
        &self,
        at: usize,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<Value>,
    ) -> Result<Value, kube::Error> {
        let body = body.map(|body| serde_json::to_vec(&body).unwrap()).unwrap_or_default();
        let mut request = http::Request::builder().method(method).uri(path);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        self.clients[at].request(request.body(body).unwrap()).await
    }

    /// A merge patch as somebody at a keyboard makes it.
    pub(super) async fn edit(&self, at: usize, path: &str, patch: Value) -> Value {
        let path = format!("{path}?fieldManager=kubectl-edit");
        self.ask(at, "PATCH", &path, "application/merge-patch+json", Some(patch)).await.unwrap()
    }

    pub(super) fn writes(&self) -> u64 {
        self.fakes.iter().map(|fake| fake.counters().writes()).sum()
    }

    pub(super) async fn end(self) {
        for fake in self.fakes {
            fake.shutdown().await;
        }
    }
}

pub(in crate::execute) fn item(id: &ObjectId, action: Action) -> PlanItem {
    PlanItem {
        id: id.clone(),
        api_version: "v1".into(),
        stage: 5,
        action,
        reason: Reason::Missing,
        desired_hash: None,
        live: None,
        changes: Vec::new(),
        foreign: Vec::new(),
        after: Vec::new(),
        unverifiable: Vec::new(),
        privileged: false,
        origin: None,
    }
}

pub(super) fn delete(id: &ObjectId, live: &Value) -> PlanItem {
    PlanItem { live: Some(version(live)), reason: Reason::NotDeclared, ..item(id, Action::Delete) }
}

pub(super) fn version(live: &Value) -> LiveVersion {
    let meta = &live["metadata"];
    LiveVersion::new(meta["uid"].as_str().unwrap(), meta["resourceVersion"].as_str().unwrap())
}

pub(super) fn plan(items: Vec<PlanItem>) -> Plan {
    Plan {
        version: PLAN_VERSION,
        digest: "d".into(),
        field_manager: MANAGER.into(),
        items,
        parents: Vec::new(),
        issues: Vec::new(),
    }
}

/// What became of each item, by name.
pub(super) fn results(outcome: &RunOutcome) -> BTreeMap<String, &Done> {
    outcome.outcomes.iter().map(|outcome| (outcome.id.name.to_string(), &outcome.result)).collect()
}

pub(super) fn config_map(name: &str, key: &str, value: &str) -> Value {
    serde_json::json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": {key: value},
    })
}

pub(super) fn path(name: &str) -> String {
    format!("/api/v1/namespaces/default/configmaps/{name}")
}
