//! What is in the cluster, who put it there, and what other people do to it.

use std::collections::{BTreeMap, BTreeSet};

use cluster_resources::observed::ParentState;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, seq::IteratorRandom as _};
use serde_json::{Value, json};

use super::Tally;

pub const NAMESPACES: [&str; 3] = ["one", "two", "three"];
pub const KINDS: [(&str, &str); 3] =
    [("v1", "ConfigMap"), ("example.com/v1", "Widget"), ("apps.example.com/v2", "Gadget")];
pub const NAMES: [&str; 4] = ["a", "b", "c", "d"];
pub const PART_OF: &str = "applyset.kubernetes.io/part-of";

/// Namespace, index into [`KINDS`], name.
pub type Place = (&'static str, usize, &'static str);

#[derive(Clone, Debug)]
pub struct Object {
    pub uid: u64,
    pub version: u64,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub data: BTreeMap<String, String>,
    pub controlled: bool,
    /// Field manager that applied it last, and the keys of `data` it owns.
    pub applied_by: Option<(String, BTreeSet<String>)>,
}

#[derive(Default)]
pub struct Cluster {
    clock: u64,
    pub objects: BTreeMap<Place, Object>,
    /// The parent object of the set, as it is stored.
    pub parent: Option<ParentState>,
    /// UIDs that one of our runs wrote its membership on, and nobody took since.
    pub ours: BTreeSet<u64>,
}

impl Cluster {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn somewhere(dice: &mut SmallRng) -> Place {
        let pick = |dice: &mut SmallRng, words: &[&'static str]| *words.choose(dice).unwrap();
        (pick(dice, &NAMESPACES), dice.random_range(0..KINDS.len()), pick(dice, &NAMES))
    }

    /// Somebody makes, makes again, marks, takes or frees an object.
    pub fn somebody_acts(&mut self, dice: &mut SmallRng, our_set: &str, tally: &mut Tally) {
        let (uid, version) = (self.tick(), self.tick());
        let fresh = |data: &str| Object {
            uid,
            version,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            data: BTreeMap::from([("k".into(), data.into())]),
            controlled: false,
            applied_by: None,
        };
        // Somebody tidies the inventory away.
        if dice.random_bool(0.02) {
            self.parent = None;
        }
        let Some(place) = self.objects.keys().copied().choose(dice).filter(|_| dice.random_bool(0.7)) else {
            self.objects.entry(Self::somewhere(dice)).or_insert_with(|| fresh("by hand"));
            return;
        };
        let object = self.objects.get_mut(&place).unwrap();
        object.version = version;
        match dice.random_range(0..7) {
            // Deleted, and made again under the same name.
            0 => {
                self.objects.insert(place, fresh("again"));
            }
            1 => {
                self.objects.remove(&place);
            }
            // Another set takes it.
            2 => {
                tally.taken_by_others += u64::from(self.ours.remove(&object.uid));
                object.labels.insert(PART_OF.into(), "applyset-of-somebody-else-v1".into());
            }
            // Our label goes.
            3 => {
                if object.labels.get(PART_OF).is_some_and(|set| set == our_set) {
                    object.labels.remove(PART_OF);
                    self.ours.remove(&object.uid);
                }
            }
            4 => object.controlled = true,
            5 => {
                object.annotations.insert("mooring.dev/prune".into(), "disabled".into());
            }
            _ => {
                object.data.insert("k".into(), "edited".into());
                if let Some((_, owned)) = &mut object.applied_by {
                    owned.remove("k");
                }
            }
        }
    }

    /// The object as a server would show it.
    pub fn show(&self, place: &Place) -> Option<Value> {
        let object = self.objects.get(place)?;
        let (namespace, kind, name) = *place;
        let (api_version, kind) = KINDS[kind];
        let mut meta = json!({"name": name, "namespace": namespace, "uid": format!("uid-{}", object.uid),
            "resourceVersion": object.version.to_string(), "labels": object.labels, "annotations": object.annotations});
        if object.controlled {
            meta["ownerReferences"] =
                json!([{"apiVersion": "example.com/v1", "kind": "Owner", "name": "x", "uid": "o", "controller": true}]);
        }
        if let Some((manager, owned)) = &object.applied_by {
            let data: BTreeMap<_, _> = owned.iter().map(|key| (format!("f:{key}"), json!({}))).collect();
            meta["managedFields"] = json!([{"manager": manager, "operation": "Apply", "apiVersion": api_version,
                "fieldsType": "FieldsV1", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:data": data}}]);
        }
        Some(json!({"apiVersion": api_version, "kind": kind, "metadata": meta, "data": object.data}))
    }
}
