//! A small pure model of an API server for tests: who owns which fields after declaring and after editing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Action, Plan, Reason, plan, reduce};
use crate::applyset::{PART_OF, set_id_of};
use crate::desired::{Desired, DesiredBucket, DesiredSet};
use crate::id::{BucketId, GroupKind, ObjectId, Origin};
use crate::issue::Issue;
use crate::observed::{Completeness, Observed, ObservedBucket, ParentState};
use crate::policy::{Actor, Foreign, Policy};
use crate::resource::Resource;

pub(crate) const TIME: &str = "2026-01-02T03:04:05Z";

pub(crate) fn policy() -> Policy {
    Policy::new(Actor::new("mooring", "tests", "1.0.0")).with_mask_key([7; 16])
}

pub(crate) fn resource(body: Value) -> Resource {
    Resource::new(body, Origin::file("a.yaml")).unwrap()
}

pub(crate) fn desired(body: Value) -> Desired {
    Desired::new(resource(body))
}

type Leaves = BTreeMap<Vec<String>, Value>;
/// Manager, operation, subresource.
type Writer = (String, &'static str, Option<&'static str>);

/// An object in the model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    value: Value,
    owned: BTreeMap<Writer, Leaves>,
}

impl Model {
    /// As somebody made it without apply.
    pub(crate) fn made_by(manager: &str, body: Value) -> Self {
        let mut model = Self { value: json!({}), owned: BTreeMap::new() };
        model.edit(manager, |value| *value = body);
        model
    }

    /// As we applied it.
    pub(crate) fn applied(resource: &Resource, policy: &Policy) -> Self {
        let mut model = Self { value: json!({}), owned: BTreeMap::new() };
        model.apply(resource, policy);
        model
    }

    /// Applies a declaration as our executor does, taking all fields.
    pub(crate) fn apply(&mut self, resource: &Resource, policy: &Policy) {
        let labels: Vec<_> =
            policy.inventory.iter().map(|inventory| (PART_OF.to_owned(), set_id_of(inventory).to_string())).collect();
        let body = resource.to_apply(&policy.scheme.stamp(resource), &labels, None);
        let ours: Writer = (policy.actor.field_manager(), "Apply", None);
        let leaves = leaves_of(&body);
        let before = self.owned.remove(&ours).unwrap_or_default();
        for path in before.keys().filter(|path| !leaves.contains_key(*path)) {
            if !self.owned.values().any(|own| own.contains_key(path)) {
                remove(&mut self.value, path);
            }
        }
        merge(&mut self.value, &body, &mut Vec::new());
        for (path, value) in &leaves {
            for own in self.owned.values_mut() {
                if own.get(path).is_some_and(|theirs| theirs != value) {
                    own.remove(path);
                }
            }
        }
        self.owned.insert(ours, leaves);
    }

    /// Changes it as somebody does who updates it.
    pub(crate) fn edit(&mut self, manager: &str, change: impl FnOnce(&mut Value)) {
        self.edit_through(manager, None, change);
    }

    /// The same through a subresource.
    pub(crate) fn edit_through(
        &mut self,
        manager: &str,
        subresource: Option<&'static str>,
        change: impl FnOnce(&mut Value),
    ) {
        let before = leaves_of(&self.value);
        change(&mut self.value);
        let after = leaves_of(&self.value);
        for own in self.owned.values_mut() {
            own.retain(|path, _| after.contains_key(path) && after.get(path) == before.get(path));
        }
        let mine = self.owned.entry((manager.to_owned(), "Update", subresource)).or_default();
        mine.extend(after.into_iter().filter(|(path, value)| before.get(path) != Some(value)));
    }

    /// Writes it down differently, as a server may, without anybody doing anything.
    pub(crate) fn normalise(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.value);
    }

    /// As the server would send it.
    pub(crate) fn live(&self) -> Value {
        let mut live = self.value.clone();
        let entries: Vec<_> = self
            .owned
            .iter()
            .filter(|(_, leaves)| !leaves.is_empty())
            .map(|((manager, operation, subresource), leaves)| {
                let mut entry = json!({
                    "manager": manager, "operation": operation, "apiVersion": "v1", "time": TIME,
                    "fieldsType": "FieldsV1", "fieldsV1": fields_v1(leaves),
                });
                if let Some(subresource) = subresource {
                    entry["subresource"] = json!(subresource);
                }
                entry
            })
            .collect();
        live["metadata"]["managedFields"] = Value::Array(entries);
        live["metadata"]["uid"] = json!("u1");
        live["metadata"]["resourceVersion"] = json!("1");
        live
    }
}

const KEYED: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("ports", &["port", "protocol"]),
];

fn item_key(list: &str, item: &Value) -> Option<String> {
    let (_, keys) = KEYED.iter().find(|(name, _)| *name == list)?;
    let keys: Map<_, _> = keys
        .iter()
        .map(|key| {
            let value = item.get(key).cloned();
            (key.to_string(), value.unwrap_or_else(|| json!(if *key == "protocol" { "TCP" } else { "" })))
        })
        .collect();
    Some(format!("k:{}", Value::Object(keys)))
}

pub(crate) fn leaves_of(body: &Value) -> Leaves {
    let mut leaves = Leaves::new();
    collect(body, &mut Vec::new(), &mut leaves);
    leaves.retain(|path, _| {
        let path: Vec<_> = path.iter().map(String::as_str).collect();
        !matches!(
            path[..],
            ["f:apiVersion" | "f:kind"]
                | ["f:metadata", "f:name" | "f:namespace" | "f:uid" | "f:resourceVersion" | "f:managedFields"]
        )
    });
    leaves
}

fn collect(value: &Value, path: &mut Vec<String>, leaves: &mut Leaves) {
    let list = path.last().and_then(|step| step.strip_prefix("f:")).unwrap_or_default().to_owned();
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (name, value) in map {
                path.push(format!("f:{name}"));
                collect(value, path, leaves);
                path.pop();
            }
        }
        Value::Array(items) if list == "finalizers" => {
            for item in items {
                leaves.insert([path.clone(), vec![format!("v:{item}")]].concat(), Value::Null);
            }
        }
        Value::Array(items) if KEYED.iter().any(|(name, _)| *name == list) => {
            for item in items {
                path.push(item_key(&list, item).unwrap());
                leaves.insert([path.clone(), vec![".".into()]].concat(), Value::Null);
                collect(item, path, leaves);
                path.pop();
            }
        }
        Value::Null => {}
        _ => drop(leaves.insert(path.clone(), value.clone())),
    }
}

pub(crate) fn fields_v1(leaves: &Leaves) -> Value {
    let mut root = json!({});
    for path in leaves.keys() {
        let mut at = &mut root;
        for step in path {
            at = at.as_object_mut().unwrap().entry(step.clone()).or_insert_with(|| json!({}));
        }
    }
    root
}

fn find_item<'v>(list: &'v mut [Value], name: &str, key: &str) -> Option<(usize, &'v mut Value)> {
    list.iter_mut().enumerate().find(|(_, item)| item_key(name, item).as_deref() == Some(key))
}

fn remove(value: &mut Value, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(name) = first.strip_prefix("f:") else { return };
    let Some(map) = value.as_object_mut() else { return };
    if rest.is_empty() {
        map.remove(name);
        return;
    }
    let Some(below) = map.get_mut(name) else { return };
    if let (Value::Array(list), Some(key)) = (&mut *below, rest.first().filter(|key| key.starts_with("k:"))) {
        let Some((index, item)) = find_item(list, name, key) else { return };
        if rest[1..] == ["."] {
            list.remove(index);
        } else {
            remove(item, &rest[1..]);
        }
        return;
    }
    remove(below, rest);
}

fn merge(live: &mut Value, body: &Value, path: &mut Vec<String>) {
    match (live, body) {
        (Value::Object(live), Value::Object(body)) => {
            for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
                path.push(name.clone());
                match live.get_mut(name) {
                    Some(own) => merge(own, value, path),
                    None => drop(live.insert(name.clone(), value.clone())),
                }
                path.pop();
            }
        }
        (Value::Array(live), Value::Array(body))
            if KEYED.iter().any(|(name, _)| Some(*name) == path.last().map(String::as_str)) =>
        {
            let name = path.last().unwrap().clone();
            for item in body {
                match find_item(live, &name, &item_key(&name, item).unwrap()) {
                    Some((_, own)) => merge(own, item, path),
                    None => live.push(item.clone()),
                }
            }
        }
        (live, body) => *live = body.clone(),
    }
}

/// A fleet of one cluster in the model, and what is declared for it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) desired: DesiredSet,
    pub(crate) live: BTreeMap<ObjectId, Model>,
    pub(crate) completeness: BTreeMap<BucketId, Completeness>,
    pub(crate) parent: Option<ParentState>,
    pub(crate) issues: Vec<Issue>,
}

pub(crate) const CLUSTER: &str = "c";

pub(crate) fn bucket_of(body: &Value) -> BucketId {
    let kind = GroupKind::of(body["apiVersion"].as_str().unwrap(), body["kind"].as_str().unwrap());
    BucketId::new(CLUSTER, body["metadata"]["namespace"].as_str(), kind)
}

pub(crate) fn id_of(body: &Value) -> ObjectId {
    bucket_of(body).object(body["metadata"]["name"].as_str().unwrap())
}

pub(crate) fn bucket(namespace: Option<&str>, kind: &str) -> BucketId {
    BucketId::new(CLUSTER, namespace, kind.parse().unwrap())
}

pub(crate) fn config_map(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name, "namespace": "n" }, "data": { "a": "1" } })
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            desired: DesiredSet::default(),
            live: BTreeMap::new(),
            completeness: BTreeMap::new(),
            parent: None,
            issues: Vec::new(),
        }
    }

    /// The same with a policy that deletes, and no bound in percent.
    pub(crate) fn pruning(mut policy: Policy) -> Self {
        policy.prune.enabled = true;
        policy.prune.max_percent = 100;
        policy.prune.allow_empty = true;
        Self::new(policy)
    }

    pub(crate) fn manage(&mut self, bucket: BucketId) -> &mut DesiredBucket {
        Arc::make_mut(self.desired.buckets.entry(bucket).or_default())
    }

    pub(crate) fn declare(&mut self, body: Value) -> ObjectId {
        self.declare_as(Desired::new(resource(body)))
    }

    pub(crate) fn declare_as(&mut self, desired: Desired) -> ObjectId {
        let bucket = bucket_of(desired.resource.body());
        let name: Arc<str> = desired.resource.name().into();
        self.manage(bucket.clone()).objects.insert(name.clone(), desired);
        bucket.object(name)
    }

    pub(crate) fn forget(&mut self, id: &ObjectId) {
        self.manage(id.bucket()).objects.remove(&id.name);
    }

    /// There as we applied it, declared or not.
    pub(crate) fn applied(&mut self, body: Value) -> ObjectId {
        let id = id_of(&body);
        self.live.insert(id.clone(), Model::applied(&resource(body), &self.policy));
        id
    }

    /// There as somebody made it.
    pub(crate) fn made_by(&mut self, manager: &str, body: Value) -> ObjectId {
        let id = id_of(&body);
        self.live.insert(id.clone(), Model::made_by(manager, body));
        id
    }

    pub(crate) fn edit(&mut self, id: &ObjectId, change: impl FnOnce(&mut Value)) {
        self.live.get_mut(id).unwrap().edit("kubectl-edit", change);
    }

    pub(crate) fn observed(&self) -> Observed {
        let mut observed = Observed::default();
        let known = self.desired.buckets.keys().chain(self.completeness.keys()).cloned();
        for id in known.chain(self.live.keys().map(ObjectId::bucket)) {
            let completeness = self.completeness.get(&id).copied().unwrap_or(Completeness::Complete);
            observed.buckets.entry(id).or_insert_with(|| ObservedBucket::new(completeness));
        }
        for (id, model) in &self.live {
            let live = reduce(model.live(), self.desired.get(id), &self.policy).unwrap();
            observed.buckets.get_mut(&id.bucket()).unwrap().objects.insert(id.name.clone(), live);
        }
        observed.parents.extend(self.parent.iter().map(|parent| (CLUSTER.into(), parent.clone())));
        observed.issues = self.issues.clone();
        observed
    }

    pub(crate) fn plan(&self) -> Plan {
        plan(&self.desired, &self.observed(), &self.policy)
    }

    /// What becomes of an object.
    pub(crate) fn fate(&self, id: &ObjectId) -> (Action, Reason) {
        let plan = self.plan();
        let item = plan.items.iter().find(|item| item.id == *id);
        item.map(|item| (item.action, item.reason.clone())).unwrap_or_else(|| panic!("{id} is not in the plan"))
    }

    /// Carries a plan out.
    pub(crate) fn carry_out(&mut self, plan: &Plan) {
        for item in &plan.items {
            match item.action {
                Action::Create | Action::Update | Action::TakeOver | Action::Replace => {
                    let resource = &self.desired.get(&item.id).unwrap().resource;
                    if item.action == Action::Replace {
                        self.live.remove(&item.id);
                    }
                    match self.live.get_mut(&item.id) {
                        Some(model) => model.apply(resource, &self.policy),
                        None => drop(self.live.insert(item.id.clone(), Model::applied(resource, &self.policy))),
                    }
                    let model = self.live.get_mut(&item.id).unwrap();
                    for field in item.foreign.iter().rev().filter(|field| field.policy == Foreign::Revert) {
                        let (above, last) = field.pointer.rsplit_once('/').unwrap();
                        model.edit(&plan.field_manager, |live| match live.pointer_mut(above) {
                            Some(Value::Object(map)) => drop(map.remove(&last.replace("~1", "/").replace("~0", "~"))),
                            Some(Value::Array(list)) => drop(list.remove(last.parse().unwrap())),
                            _ => panic!("{} is not there", field.pointer),
                        });
                    }
                }
                Action::Delete => drop(self.live.remove(&item.id)),
                Action::Detach => drop(self.live.get_mut(&item.id).map(|model| {
                    model.edit("detach", |live| {
                        live["metadata"]["labels"] = json!({});
                        live["metadata"]["annotations"] = json!({});
                    });
                })),
                _ => {}
            }
            self.completeness.retain(|bucket, _| *bucket != item.id.bucket() || !item.action.writes());
        }
        if let Some(parent) = plan.parents.first() {
            self.parent = Some(ParentState {
                set_id: parent.set_id.clone(),
                version: None,
                group_kinds: parent.final_kinds.clone(),
                namespaces: parent.final_namespaces.clone(),
                reported: parent.reported.clone(),
                usable: true,
            });
        }
    }
}
