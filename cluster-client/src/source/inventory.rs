//! Objects that stand for clusters, with a description from somewhere; knows nothing of what kind of objects they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::document::{Document, Id};
use super::follow::Seen;
use super::ledger::Ledger;
use super::{ClusterSink, SourceError};
use crate::spec::ClusterSpec;

/// What becomes of a cluster that was ready and is not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unready {
    /// It is gone until it is ready again.
    #[default]
    Remove,
    /// It stays, and follows its credential. After a restart of this process it has to be ready once.
    Keep,
}

/// Whether an object says that its cluster can be connected to.
pub(super) type Ready = Arc<dyn Fn(&Value) -> bool + Send + Sync>;

/// Where the descriptions of clusters come from.
pub(super) trait Descriptions {
    /// Whether everything that is needed has been read once.
    fn is_complete(&self) -> bool {
        true
    }

    /// An object came, or came again.
    fn object(&mut self, _object: &Document) {}

    /// An object is gone.
    fn forget(&mut self, _id: &Id) {}

    /// The description of a cluster.
    fn of(&self, cluster: &Id) -> Result<ClusterSpec, SourceError>;
}

/// Which clusters have to be looked at again.
pub(super) enum Touched {
    These(Vec<Id>),
    All,
}

/// Objects that stand for clusters. Nothing is said before the objects and everything for their descriptions have been read.
pub(super) struct Inventory<'a, D> {
    name: &'a str,
    ready: Ready,
    unready: Unready,
    pub(super) descriptions: D,
    ledger: Ledger,
    sink: ClusterSink,
    objects: Option<HashMap<Id, Object>>,
    // Clusters that have been ready.
    engaged: HashSet<Id>,
    synced: bool,
}

struct Object {
    ready: bool,
    labels: BTreeMap<String, String>,
}

impl<'a, D: Descriptions> Inventory<'a, D> {
    pub(super) fn new(name: &'a str, ready: Ready, unready: Unready, descriptions: D, sink: ClusterSink) -> Self {
        Self {
            name,
            ready,
            unready,
            descriptions,
            ledger: Ledger::new(sink.clone()),
            sink,
            objects: None,
            engaged: HashSet::new(),
            synced: false,
        }
    }

    /// Takes what was seen of the objects.
    pub(super) fn seen(&mut self, seen: Seen) {
        let touched = match seen {
            Seen::Listed(objects) => {
                let now: HashMap<Id, Object> = objects.iter().map(|object| self.read(object)).collect();
                for id in self.objects.take().unwrap_or_default().into_keys() {
                    if !now.contains_key(&id) {
                        self.descriptions.forget(&id);
                    }
                }
                self.objects = Some(now);
                Touched::All
            }
            Seen::Applied(object) => {
                let (id, object) = self.read(&object);
                self.objects.get_or_insert_default().insert(id.clone(), object);
                Touched::These(vec![id])
            }
            Seen::Deleted(object) => {
                let id = object.id();
                self.objects.get_or_insert_default().remove(&id);
                self.descriptions.forget(&id);
                Touched::These(vec![id])
            }
            Seen::Failed(_) => return,
        };
        self.touched(touched);
    }

    fn read(&mut self, object: &Document) -> (Id, Object) {
        self.descriptions.object(object);
        (object.id(), Object { ready: (self.ready)(object.content()), labels: object.labels() })
    }

    /// Says what is to be said of the clusters that were touched.
    pub(super) fn touched(&mut self, touched: Touched) {
        let Some(objects) = self.objects.as_ref().filter(|_| self.descriptions.is_complete()) else { return };
        match touched {
            Touched::These(ids) => ids.iter().for_each(|id| self.settle(id)),
            Touched::All => {
                let mut ids: Vec<Id> = objects.keys().cloned().collect();
                ids.sort_unstable();
                self.engaged.retain(|id| objects.contains_key(id));
                let kept: HashSet<_> = ids.iter().filter_map(Id::key).collect();
                self.ledger.retain(|key| kept.contains(key));
                ids.iter().for_each(|id| self.settle(id));
                if !std::mem::replace(&mut self.synced, true) {
                    self.sink.synced(self.name);
                }
            }
        }
    }

    fn settle(&mut self, id: &Id) {
        let Some(key) = id.key() else { return };
        let keep = self.unready == Unready::Keep && self.engaged.contains(id);
        let object = self.objects.as_ref().and_then(|objects| objects.get(id));
        let Some(object) = object.filter(|object| object.ready || keep) else {
            self.engaged.remove(id);
            self.ledger.gone(&key);
            return;
        };
        self.engaged.insert(id.clone());
        match self.descriptions.of(id) {
            Ok(spec) => self.ledger.present(key, spec.with_labels(object.labels.clone())),
            Err(error) => self.ledger.rejected(key, error),
        }
    }
}
