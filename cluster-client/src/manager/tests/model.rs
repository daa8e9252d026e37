//! The manager against a model, under random histories of clusters, statuses and consumers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::*;
use crate::fake::{FakeClientProvider, empty_client};

type Shown = Option<StatusRevision>;
type Provided = Result<Revision, String>;

/// The rules, as plainly as they can be said.
#[derive(Default)]
struct Model(BTreeMap<(usize, usize), Revision>);

impl Model {
    fn get(&mut self, pair: (usize, usize), shown: Shown, provided: &Provided) -> Result<Revision, String> {
        let current = *provided.as_ref().map_err(Clone::clone)?;
        let stale = Err("cluster revision is stale".to_owned());
        if shown != Some(current.into()) {
            return stale;
        }
        if *self.0.entry(pair).or_insert(current) == current { Ok(current) } else { stale }
    }

    fn refresh(&mut self, pair: (usize, usize), shown: Shown, provided: &Provided) -> Refresh {
        match (self.0.get(&pair).copied(), provided) {
            (Some(held), _) if shown == Some(held.into()) => {}
            (Some(was), _) => {
                self.0.remove(&pair);
                return Refresh::Reset { was };
            }
            (None, Ok(current)) if shown == Some((*current).into()) => drop(self.0.insert(pair, *current)),
            (None, _) => {}
        }
        Refresh::Unchanged
    }
}

#[derive(Debug, Clone)]
enum Step {
    Connect(usize),
    Fail(usize),
    Remove(usize),
    /// The cluster's object catches up with the provider.
    CatchUp(usize),
    /// The cluster's object is read from an old cache.
    FallBack(usize),
    Get(usize, usize),
    Refresh(usize, usize),
    Absent(usize, usize),
    ForgetObject(usize),
    ForgetCluster(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (object, cluster) = (0..3_usize, 0..2_usize);
    let step = prop_oneof![
        4 => cluster.clone().prop_map(Step::Connect),
        1 => cluster.clone().prop_map(Step::Fail),
        1 => cluster.clone().prop_map(Step::Remove),
        5 => cluster.clone().prop_map(Step::CatchUp),
        1 => cluster.clone().prop_map(Step::FallBack),
        8 => (object.clone(), cluster.clone()).prop_map(|(object, cluster)| Step::Get(object, cluster)),
        8 => (object.clone(), cluster.clone()).prop_map(|(object, cluster)| Step::Refresh(object, cluster)),
        1 => (object.clone(), cluster.clone()).prop_map(|(object, cluster)| Step::Absent(object, cluster)),
        1 => object.prop_map(Step::ForgetObject),
        1 => cluster.prop_map(Step::ForgetCluster),
    ];
    proptest::collection::vec(step, 1..80)
}

proptest! {
    #[test]
    fn the_manager_does_what_the_rules_say(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _context = runtime.enter();
        let client = empty_client();
        let provider = FakeClientProvider::new().with_clock(|| Timestamp::UNIX_EPOCH);
        let manager = ClientManager::new(provider.clone());
        let mut model = Model::default();
        let keys: Vec<_> = (0..2).map(|n| ClusterKey::new(format!("cluster-{n}")).unwrap()).collect();
        let objects: Vec<_> = (0..3).map(|n| ObjectKey::new("Object", None, &n.to_string())).collect();
        let mut shown: Vec<_> = keys.iter().cloned().map(ConnectedCluster::disconnected).collect();
        let mut before = shown.clone();
        for step in steps {
            let provided = |cluster: usize| {
                provider.peek(&keys[cluster]).map(|handle| handle.revision()).map_err(|error| error.to_string())
            };
            match step.clone() {
                Step::Connect(cluster) => drop(provider.set_client(&keys[cluster], client.clone())),
                Step::Fail(cluster) => provider.set_error(&keys[cluster], "refused"),
                Step::Remove(cluster) => drop(provider.remove(&keys[cluster])),
                Step::CatchUp(cluster) => {
                    before[cluster] = std::mem::replace(&mut shown[cluster], provider.shown(&keys[cluster]));
                }
                Step::FallBack(cluster) => shown[cluster] = before[cluster].clone(),
                Step::Get(object, cluster) => {
                    let wanted = model.get((object, cluster), shown[cluster].revision, &provided(cluster));
                    let got = manager.get(&objects[object], Some(&shown[cluster]));
                    prop_assert_eq!(got.map(|handle| handle.revision()).map_err(|error| error.to_string()), wanted, "{:?}", step);
                }
                Step::Refresh(object, cluster) => {
                    let wanted = model.refresh((object, cluster), shown[cluster].revision, &provided(cluster));
                    prop_assert_eq!(manager.refresh(&objects[object], &shown[cluster]), wanted, "{:?}", step);
                }
                Step::Absent(object, cluster) => {
                    let wanted = model.0.remove(&(object, cluster)).map_or(Refresh::Unchanged, |was| Refresh::Reset { was });
                    prop_assert_eq!(manager.refresh_absent(&objects[object], &keys[cluster]), wanted, "{:?}", step);
                }
                Step::ForgetObject(object) => {
                    model.0.retain(|(held, _), _| *held != object);
                    manager.forget_object(&objects[object]);
                }
                Step::ForgetCluster(cluster) => {
                    model.0.retain(|(_, held), _| *held != cluster);
                    manager.forget_cluster(&keys[cluster]);
                }
            }
            prop_assert_eq!(manager.known(), model.0.len(), "after {:?}", step);
            for (&(object, cluster), held) in &model.0 {
                prop_assert_eq!(manager.known_revision(&objects[object], &keys[cluster]), Some(*held));
            }
        }
    }
}
