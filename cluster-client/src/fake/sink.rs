//! Who is told how clusters stand, in order and without a lock held; knows nothing of connections.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::key::ClusterKey;
use crate::manager::ConnectedCluster;
use crate::status::ConnectionStatus;

/// Is told how clusters stand: a test's stand-in for whoever writes the objects that stand for clusters.
pub trait StatusSink: Send + Sync + 'static {
    /// A cluster stands otherwise than was told before; `None` when it is gone.
    fn status(&self, key: &ClusterKey, status: Option<&ConnectionStatus>);
}

/// A sink that remembers the last status of each cluster.
#[derive(Debug, Default)]
pub struct Statuses(Mutex<BTreeMap<ClusterKey, (ConnectionStatus, usize)>>);

impl Statuses {
    /// A sink that was told nothing yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The last status of a cluster.
    #[must_use]
    pub fn get(&self, key: &ClusterKey) -> Option<ConnectionStatus> {
        self.lock().get(key).map(|(status, _)| status.clone())
    }

    /// How often a cluster's status was told since it came.
    #[must_use]
    pub fn writes(&self, key: &ClusterKey) -> usize {
        self.lock().get(key).map_or(0, |(_, writes)| *writes)
    }

    /// The object that shows the last status of a cluster; `None` when there is no such object.
    #[must_use]
    pub fn object(&self, key: &ClusterKey) -> Option<ConnectedCluster> {
        self.get(key).map(|status| ConnectedCluster { key: key.clone(), revision: status.revision() })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ClusterKey, (ConnectionStatus, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StatusSink for Statuses {
    fn status(&self, key: &ClusterKey, status: Option<&ConnectionStatus>) {
        match status {
            None => drop(self.lock().remove(key)),
            Some(status) => {
                let mut statuses = self.lock();
                let entry = statuses.entry(key.clone()).or_default();
                *entry = (status.clone(), entry.1 + 1);
            }
        }
    }
}

/// Gives statuses to a sink in the order they were put in line. A sink may change the provider: what comes of it is put in line behind.
#[derive(Default)]
pub(super) struct Delivery(Mutex<Line>);

#[derive(Default)]
struct Line {
    sink: Option<Arc<dyn StatusSink>>,
    told: BTreeMap<ClusterKey, ConnectionStatus>,
    waiting: VecDeque<(ClusterKey, Option<ConnectionStatus>)>,
    at_it: bool,
}

impl Delivery {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn replace(&self, sink: Arc<dyn StatusSink>) {
        let mut line = self.line();
        line.sink = Some(sink);
        line.told.clear();
        line.waiting.clear();
    }

    pub(super) fn push(&self, key: &ClusterKey, status: Option<ConnectionStatus>) {
        let mut line = self.line();
        if line.sink.is_none() || line.told.get(key) == status.as_ref() {
            return;
        }
        match &status {
            Some(status) => drop(line.told.insert(key.clone(), status.clone())),
            None => drop(line.told.remove(key)),
        }
        line.waiting.push_back((key.clone(), status));
    }

    /// Delivers what is in line, unless somebody is at it already.
    pub(super) fn deliver(&self) {
        if std::mem::replace(&mut self.line().at_it, true) {
            return;
        }
        loop {
            let mut line = self.line();
            let (Some(sink), Some((key, status))) = (line.sink.clone(), line.waiting.pop_front()) else {
                line.at_it = false;
                return;
            };
            drop(line);
            sink.status(&key, status.as_ref());
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delivery")
    }
}
