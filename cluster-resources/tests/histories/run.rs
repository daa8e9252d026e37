//! One integration of ours: what it declares, and runs that see a cluster badly, are overtaken by others, and stop anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cluster_resources::applyset;
use cluster_resources::desired::{Desired, DesiredBucket, DesiredSet};
use cluster_resources::id::{BucketId, GroupKind, ObjectId, Origin};
use cluster_resources::issue::{Issue, IssueClass, Reach};
use cluster_resources::observed::{Completeness, LiveObject, Observed, ObservedBucket};
use cluster_resources::plan::{Action, Plan, PlanItem, plan};
use cluster_resources::policy::{Actor, InventoryConfig, Policy};
use cluster_resources::resource::Resource;
use rand::Rng as _;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use serde_json::json;

use super::Tally;
use super::cluster::{Cluster, KINDS, NAMES, NAMESPACES, Object, PART_OF, Place};

/// What happens to a run.
#[derive(Default)]
struct Fate {
    /// It ends after so many steps.
    stop: Option<usize>,
    /// Others are at work between its steps.
    raced: bool,
}

const CLUSTER: &str = "c1";

pub struct Integration {
    policy: Policy,
    set_id: Arc<str>,
    /// What is managed: namespaces and kinds.
    scope: BTreeSet<(&'static str, usize)>,
    declared: BTreeMap<Place, Desired>,
}

impl Integration {
    pub fn new(dice: &mut SmallRng) -> Self {
        let actor = Actor::new("mooring", "histories", "1.2.3");
        let mut policy = Policy::new(actor);
        if dice.random_bool(0.8) {
            policy.inventory = Some(InventoryConfig::new("home", "histories"));
        }
        policy.prune.enabled = true;
        policy.prune.max_percent = 100;
        let set_id = applyset::set_id("histories", "home", "Secret", "").into();
        let mut made = Self { policy, set_id, scope: BTreeSet::new(), declared: BTreeMap::new() };
        for _ in 0..3 {
            made.declare_otherwise(dice);
        }
        made
    }

    pub fn set_id(&self) -> &str {
        &self.set_id
    }

    /// Something is declared, given up, moved to another namespace, or dropped from scope with its kind.
    pub fn declare_otherwise(&mut self, dice: &mut SmallRng) {
        let mut pick = |words: &[&'static str]| *words.choose(dice).unwrap();
        let (namespace, other, name) = (pick(&NAMESPACES), pick(&NAMESPACES), pick(&NAMES));
        let kind = dice.random_range(0..KINDS.len());
        match dice.random_range(0..10) {
            0..5 => {
                self.scope.insert((namespace, kind));
                for name in NAMES.iter().take(dice.random_range(1..=NAMES.len())) {
                    let place = (namespace, kind, *name);
                    self.declared.insert(place, declaration(&place, dice.random_range(0..3)));
                }
            }
            5 => {
                self.declared.remove(&(namespace, kind, name));
            }
            // A namespace gets another name.
            6 => {
                let moved: Vec<_> = self.declared.keys().filter(|place| place.0 == namespace).copied().collect();
                for place in moved {
                    self.declared.remove(&place);
                    let place = (other, place.1, place.2);
                    self.scope.insert((other, place.1));
                    self.declared.insert(place, declaration(&place, 0));
                }
                if dice.random_bool(0.5) {
                    self.scope.retain(|(own, kind)| {
                        *own != namespace || self.declared.keys().any(|place| (place.0, place.1) == (*own, *kind))
                    });
                }
            }
            // A kind is no longer managed.
            7 => {
                self.scope.retain(|(_, own)| *own != kind);
                self.declared.retain(|place, _| place.1 != kind);
            }
            8 => self.declared.clear(),
            _ => {
                self.policy.prune.enabled = dice.random_bool(0.9);
                self.policy.prune.allow_empty = dice.random_bool(0.5);
                self.policy.prune.max_count = dice.random_range(0..20);
                self.policy.take_over = dice.random_bool(0.3);
            }
        }
    }

    fn desired(&self) -> DesiredSet {
        let mut desired = DesiredSet::default();
        let mut buckets: BTreeMap<BucketId, DesiredBucket> = BTreeMap::new();
        for (namespace, kind) in &self.scope {
            buckets.entry(bucket(namespace, *kind)).or_default();
        }
        for ((namespace, kind, name), one) in &self.declared {
            buckets.entry(bucket(namespace, *kind)).or_default().objects.insert(Arc::from(*name), one.clone());
        }
        desired.buckets = buckets.into_iter().map(|(id, bucket)| (id, Arc::new(bucket))).collect();
        desired
    }

    /// What a run sees: everything, or parts of it as lists fail, and it knows which.
    fn observe(&self, cluster: &Cluster, dice: &mut SmallRng, badly: bool, tally: &mut Tally) -> Observed {
        let mut observed = Observed::default();
        let mut wanted: BTreeSet<(&'static str, usize)> = self.scope.clone();
        if let Some(config) = &self.policy.inventory {
            let parent = cluster.parent.clone().unwrap_or_else(|| applyset::absent(config));
            for kind in &parent.group_kinds {
                let kind = (0..KINDS.len()).find(|index| kind_of(*index) == *kind).unwrap();
                wanted.extend(
                    NAMESPACES
                        .iter()
                        .filter(|name| parent.namespaces.iter().any(|own| **own == ***name))
                        .map(|name| (*name, kind)),
                );
            }
            observed.parents.insert(CLUSTER.into(), parent);
        }
        if badly && dice.random_bool(0.1) {
            tally.partial_views += 1;
            let reach = Reach::Cluster(CLUSTER.into());
            observed.issues.push(Issue::error(reach, IssueClass::Unreachable, "no connection"));
            return observed;
        }
        for (namespace, kind) in wanted {
            let id = bucket(namespace, kind);
            let partial = badly && dice.random_bool(0.2);
            let mut seen = ObservedBucket::new(if partial { Completeness::Partial } else { Completeness::Complete });
            if partial {
                tally.partial_views += 1;
                observed.issues.push(Issue::error(
                    Reach::Kind(id.clone()),
                    IssueClass::PartialView,
                    "the list ended early",
                ));
            }
            for place in cluster.objects.keys().filter(|place| (place.0, place.1) == (namespace, kind)) {
                if partial && dice.random_bool(0.5) {
                    continue;
                }
                let whole = self.scope.contains(&(namespace, kind));
                seen.objects.insert(place.2.into(), LiveObject::new(cluster.show(place).unwrap(), whole).unwrap());
            }
            observed.buckets.insert(id, seen);
        }
        observed
    }

    /// A run that sees badly, is overtaken, and may stop anywhere.
    pub fn run(&self, cluster: &mut Cluster, dice: &mut SmallRng, tally: &mut Tally) {
        let badly = dice.random_bool(0.5);
        let (desired, observed) = (self.desired(), self.observe(cluster, dice, badly, tally));
        let plan = plan(&desired, &observed, &self.policy);
        let fate = Fate { stop: dice.random_bool(0.3).then(|| dice.random_range(0..8)), raced: dice.random_bool(0.3) };
        self.execute(&plan, &observed, cluster, dice, &fate, tally);
    }

    /// Runs that see everything, with deleting allowed, until nothing is left to do; twice what the rules ask for.
    pub fn settle(&mut self, cluster: &mut Cluster, dice: &mut SmallRng, tally: &mut Tally) {
        self.policy.prune.enabled = true;
        self.policy.prune.allow_empty = true;
        self.policy.prune.max_count = 1_000;
        let mut last = None;
        for _ in 0..4 {
            let desired = self.desired();
            let observed = self.observe(cluster, dice, false, tally);
            let plan = plan(&desired, &observed, &self.policy);
            self.execute(&plan, &observed, cluster, dice, &Fate::default(), tally);
            last = Some(plan);
        }
        let restless: Vec<_> = last.iter().flat_map(|plan| &plan.items).filter(|item| item.action.writes()).collect();
        assert!(restless.is_empty(), "a run after a run still writes: {restless:#?}");
    }

    fn execute(
        &self,
        plan: &Plan,
        observed: &Observed,
        cluster: &mut Cluster,
        dice: &mut SmallRng,
        fate: &Fate,
        tally: &mut Tally,
    ) {
        tally.runs += 1;
        tally.crashes += u64::from(fate.stop.is_some());
        let mut left = fate.stop.unwrap_or(usize::MAX);
        let mut step = || {
            left = left.saturating_sub(1);
            left > 0
        };
        let parents: Vec<_> = plan.parents.iter().filter(|_| self.policy.inventory.is_some()).collect();
        for parent in &parents {
            if !step() {
                return;
            }
            let mut state = cluster.parent.clone().unwrap_or_else(|| observed.parents[CLUSTER].clone());
            state.group_kinds.extend(parent.widened_kinds.iter().cloned());
            state.namespaces.extend(parent.widened_namespaces.iter().cloned());
            cluster.parent = Some(state);
        }
        for item in plan.items.iter().filter(|item| item.action.writes()) {
            if !step() {
                return;
            }
            // Somebody was quicker.
            if fate.raced && dice.random_bool(0.3) {
                cluster.somebody_acts(dice, &self.set_id, tally);
            }
            match item.action {
                Action::Delete => self.delete(item, observed, cluster, tally),
                Action::Detach => {
                    let Some(object) = cluster.objects.get_mut(&place(&item.id)) else { continue };
                    object.labels.remove(PART_OF);
                    cluster.ours.remove(&object.uid);
                }
                _ => self.apply(item, cluster, tally),
            }
        }
        for parent in &parents {
            if !step() {
                return;
            }
            // Nobody narrows what somebody tidied away.
            let Some(state) = &mut cluster.parent else { continue };
            state.group_kinds.clone_from(&parent.final_kinds);
            state.namespaces.clone_from(&parent.final_namespaces);
            state.reported.clone_from(&parent.reported);
        }
    }

    fn apply(&self, item: &PlanItem, cluster: &mut Cluster, tally: &mut Tally) {
        let (place, version) = (place(&item.id), cluster.tick());
        let Some(declared) = self.declared.get(&place) else { panic!("{item:?} was never declared") };
        let data = declared.resource.body()["data"]["k"].as_str().unwrap();
        let uid = cluster.tick();
        let object = cluster.objects.entry(place).or_insert_with(|| Object {
            uid,
            version,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            data: BTreeMap::new(),
            controlled: false,
            applied_by: None,
        });
        // An executor holds the plan against what it finds.
        if item.live.as_ref().is_some_and(|live| *live.uid != *format!("uid-{}", object.uid))
            || (item.live.is_none() && object.uid != uid)
        {
            tally.refused_by_precondition += 1;
            return;
        }
        tally.writes += 1;
        object.version = version;
        object.data.insert("k".into(), data.into());
        object.applied_by = Some((self.policy.actor.field_manager(), BTreeSet::from(["k".to_owned()])));
        if self.policy.inventory.is_some() {
            object.labels.insert(PART_OF.into(), self.set_id.to_string());
        }
        object.annotations.extend(self.policy.scheme.stamp(&declared.resource));
        cluster.ours.insert(object.uid);
    }

    fn delete(&self, item: &PlanItem, observed: &Observed, cluster: &mut Cluster, tally: &mut Tally) {
        let bucket = &observed.buckets[&item.id.bucket()];
        assert_eq!(bucket.completeness, Completeness::Complete, "deleted from a partial view: {item:?}");
        let live = item.live.as_ref().expect("a deletion without precondition");
        let place = place(&item.id);
        let Some(object) = cluster.objects.get(&place) else { return };
        if *live.uid != *format!("uid-{}", object.uid) || *live.resource_version != *object.version.to_string() {
            tally.refused_by_precondition += 1;
            return;
        }
        assert!(!self.declared.contains_key(&place), "deleted though it is declared: {item:?}");
        assert!(!object.controlled, "deleted though something controls it: {item:?}");
        assert!(!object.annotations.contains_key("mooring.dev/prune"), "deleted though it is protected: {item:?}");
        assert!(cluster.ours.contains(&object.uid), "deleted though it was never ours: {item:?}\n{object:?}");
        tally.deletions += 1;
        cluster.objects.remove(&place);
    }
}

/// An object that is declared in a place.
fn declaration((namespace, kind, name): &Place, data: u8) -> Desired {
    let (api_version, kind) = KINDS[*kind];
    let meta = json!({"name": name, "namespace": namespace});
    let body = json!({"apiVersion": api_version, "kind": kind, "metadata": meta, "data": {"k": data.to_string()}});
    Desired::new(Resource::new(body, Origin::file("declared.yaml")).unwrap())
}

fn kind_of(index: usize) -> GroupKind {
    GroupKind::of(KINDS[index].0, KINDS[index].1)
}

fn bucket(namespace: &str, kind: usize) -> BucketId {
    BucketId::new(CLUSTER, Some(namespace), kind_of(kind))
}

fn place(id: &ObjectId) -> Place {
    let namespace = NAMESPACES.iter().find(|name| Some(**name) == id.namespace()).unwrap();
    let kind = (0..KINDS.len()).find(|index| kind_of(*index) == id.kind).unwrap();
    (namespace, kind, NAMES.iter().find(|name| ***name == *id.name).unwrap())
}
