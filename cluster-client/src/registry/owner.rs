//! The registry's one task: it alone decides and writes, so that what happens to a cluster happens in one order. Knows nothing of sockets.

mod attempts;
mod looks;
mod ways;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::{broadcast, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use self::attempts::{Dialed, Done};
use super::cluster::{Busy, Cluster, Live, Need};
use super::gate::{Gate, Lane};
use super::outages::Outages;
use super::past::Past;
use super::places::Staged;
use super::shared::{Batch, Shared, Word};
use super::slot::InstanceId;
use super::timetable::Timetable;
use super::work;
use crate::connect::{Connect, Connection};
use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::metrics::Recorder;
use crate::options::{ConnectPolicy, Settings};
use crate::path::{IncidentStream, Paths};
use crate::provider::{ClusterEvent, ClusterEventKind, ClusterState};
use crate::revision::MicroTime;
use crate::source::{ClusterSink, ClusterSource, SinkTarget};

/// How long the end of the registry waits for sources that were told to stop.
const SOURCE_GRACE: Duration = Duration::from_secs(5);

/// Everything the task holds. Dropping it aborts what it started.
pub(super) struct Owner {
    shared: Arc<Shared>,
    connect: Arc<dyn Connect>,
    settings: Settings,
    recorder: Recorder,
    events: broadcast::Sender<ClusterEvent>,
    stop: CancellationToken,
    clusters: HashMap<ClusterKey, Cluster>,
    past: Past,
    timetable: Timetable,
    outages: Outages,
    /// Absent when nobody tells.
    incidents: Option<IncidentStream>,
    next_id: u64,
    rng: StdRng,
    /// Dials and exchanges of credentials.
    attempts: Gate<(ClusterKey, InstanceId)>,
    looks: Gate<(ClusterKey, InstanceId)>,
    running: JoinSet<Done>,
    tickets: HashMap<task::Id, Ticket>,
    /// Old connections on their way out.
    farewells: JoinSet<()>,
    sources: JoinSet<()>,
    /// Changed copies of parts of the map, until they are put in place.
    staged: Staged,
    /// What is to be told once readers can see it.
    outbox: Vec<ClusterEvent>,
}

/// Whom a running piece of work is for.
struct Ticket {
    key: ClusterKey,
    id: InstanceId,
    place: Place,
}

/// Which place a running piece of work gives back.
#[derive(Debug, Clone, Copy)]
enum Place {
    Attempt(Lane),
    Look(Lane),
    None,
}

// === impl Owner ===

impl Owner {
    pub(super) fn new(
        shared: Arc<Shared>,
        connect: Arc<dyn Connect>,
        settings: Settings,
        recorder: Recorder,
        events: broadcast::Sender<ClusterEvent>,
        stop: CancellationToken,
        seed: Option<u64>,
    ) -> Self {
        Self {
            shared,
            incidents: connect.paths().map(Paths::incidents),
            outages: Outages::default(),
            connect,
            settings,
            recorder,
            events,
            stop,
            clusters: HashMap::new(),
            past: Past::default(),
            timetable: Timetable::default(),
            next_id: 0,
            rng: seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64),
            attempts: Gate::new(settings.max_connects),
            looks: Gate::new(settings.max_probes),
            running: JoinSet::new(),
            tickets: HashMap::new(),
            farewells: JoinSet::new(),
            sources: JoinSet::new(),
            staged: Staged::default(),
            outbox: Vec::new(),
        }
    }

    /// Works until it is told to stop, then lets everything go.
    pub(super) async fn run(mut self) {
        let stop = self.stop.clone();
        let shared = Arc::clone(&self.shared);
        loop {
            let next = self.timetable.next();
            tokio::select! {
                // In this order: an end before new work, and what was said before what came of what was said earlier.
                biased;
                () = stop.cancelled() => break,
                () = shared.bell.notified() => self.listen(),
                // Before what failed because of it.
                incident = next_of(&mut self.incidents) => self.told(incident),
                Some(done) = self.running.join_next_with_id() => self.finished(done),
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => self.tick(),
                Some(_) = self.farewells.join_next() => {}
                Some(_) = self.sources.join_next() => {}
            }
            self.start_work();
            self.tell();
        }
        self.wind_up().await;
    }

    /// Takes in what sources and readers said.
    fn listen(&mut self) {
        let Batch { words, wanted, sources } = self.shared.take();
        let n_words = words.len();
        for (key, word) in words {
            self.heard(key, word);
        }
        self.shared.settle(std::mem::take(&mut self.staged), n_words);
        for key in wanted {
            if let Some(cluster) = self.clusters.get_mut(&key) {
                cluster.wanted = true;
                self.publish(&key);
                self.pursue(&key);
            }
        }
        for source in sources {
            self.supervise(source);
        }
    }

    fn heard(&mut self, key: ClusterKey, word: Word) {
        if word.remove {
            self.remove(&key);
        }
        if let Some(spec) = word.spec {
            self.describe(&key, Arc::new(spec));
        }
        if let Some(error) = word.rejected {
            self.reject(&key, ConnectError::Source(error));
        }
    }

    /// Takes a description of a cluster.
    fn describe(&mut self, key: &ClusterKey, spec: Arc<crate::ClusterSpec>) {
        let Some(cluster) = self.clusters.get_mut(key) else {
            self.register(key.clone(), Some(spec));
            self.publish(key);
            return self.pursue(key);
        };
        if cluster.spec.is_none() {
            // What the source could not describe, it describes now.
            cluster.error = None;
        }
        if *cluster.labels != spec.labels {
            self.recorder.relabelled(key, &cluster.labels, &spec.labels);
            cluster.labels = Arc::new(spec.labels.clone());
            self.outbox.push(ClusterEvent { key: key.clone(), kind: ClusterEventKind::Relabelled });
        }
        if !cluster.still_asks_for(&spec) {
            // Another description is another chance, at once.
            cluster.failures = 0;
            cluster.retry_at = None;
            self.leave_the_way(key);
        }
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        if let Busy::Dialing(task, of) = &cluster.busy
            && matches!(spec.change_from(of), crate::spec::Change::Credential | crate::spec::Change::Connection)
        {
            task.abort();
        }
        cluster.spec = Some(spec);
        if cluster.live.is_some() {
            let need = cluster.need();
            // Back to the connection there is, perhaps with another credential.
            cluster.behind &= need == Need::Connect;
            if need == Need::Nothing {
                cluster.error = None;
            }
        }
        self.publish(key);
        self.pursue(key);
    }

    /// Notes that a source cannot describe a cluster. What was known of it stays.
    fn reject(&mut self, key: &ClusterKey, error: ConnectError) {
        if !self.clusters.contains_key(key) {
            self.register(key.clone(), None);
        }
        let error = Arc::new(error);
        if let Some(cluster) = self.clusters.get_mut(key) {
            cluster.error = Some((MicroTime::now(), Arc::clone(&error)));
            if cluster.live.is_none() {
                self.outbox.push(ClusterEvent { key: key.clone(), kind: ClusterEventKind::Failed(error) });
            }
        }
        self.publish(key);
    }

    fn register(&mut self, key: ClusterKey, spec: Option<Arc<crate::ClusterSpec>>) {
        self.next_id += 1;
        let last = self.past.recall(&key);
        let wanted = self.settings.connect == ConnectPolicy::Eager;
        let cluster = Cluster::new(InstanceId(self.next_id), spec, last, wanted);
        self.recorder.enter((&key, &cluster.labels));
        self.shared.places.stage(key.clone(), Arc::clone(&cluster.slot), &mut self.staged);
        self.clusters.insert(key, cluster);
    }

    /// Ends a stay. Its connection goes in its own time; whatever comes under the same name is not touched by that.
    fn remove(&mut self, key: &ClusterKey) {
        let Some(mut cluster) = self.clusters.remove(key) else { return };
        if let Some(held) = cluster.held.take() {
            self.left_the_way(&held.hop, cluster.id);
        }
        self.shared.places.stage_removal(key, &mut self.staged);
        self.timetable.change(key, cluster.id, cluster.due, None);
        if let Busy::Dialing(task, _) = &cluster.busy {
            task.abort();
        }
        let live = cluster.live.take();
        let mut facts = cluster.facts(&cluster.slot.facts());
        facts.removed = true;
        cluster.slot.publish(facts);
        if let Some(last) = cluster.last {
            self.past.bury(key.clone(), last);
        }
        if let Some(live) = live {
            drop(self.retire(live));
        }
        self.recorder.forget((key, &cluster.labels));
        self.outbox.push(ClusterEvent { key: key.clone(), kind: ClusterEventKind::Removed });
    }

    fn supervise(&mut self, source: Arc<dyn ClusterSource>) {
        let target: Arc<dyn SinkTarget> = Arc::clone(&self.shared) as Arc<dyn SinkTarget>;
        let backoff = self.settings.backoff;
        let seed = self.rng.random();
        self.sources.spawn(work::supervise(source, ClusterSink::new(target), self.stop.child_token(), backoff, seed));
    }

    /// Looks after the clusters whose time has come.
    fn tick(&mut self) {
        let now = Instant::now();
        while let Some((key, id)) = self.timetable.pop_due(now) {
            let Some(cluster) = self.clusters.get_mut(&key).filter(|cluster| cluster.id == id) else { continue };
            cluster.due = None;
            self.pursue(&key);
            self.queue_look(&key, now);
            self.reschedule(&key);
        }
    }

    /// Lets in whoever may go now.
    fn start_work(&mut self) {
        while let Some((lane, (key, id))) = self.attempts.admit() {
            self.start_attempt(lane, &key, id);
        }
        while let Some((lane, (key, id))) = self.looks.admit() {
            self.start_look(lane, &key, id);
        }
    }

    fn finished(&mut self, done: Result<(task::Id, Done), task::JoinError>) {
        let (task, done) = match done {
            Ok((task, done)) => (task, Some(done)),
            Err(error) => (error.id(), None),
        };
        let Some(Ticket { key, id, place }) = self.tickets.remove(&task) else { return };
        match place {
            Place::Attempt(lane) => self.attempts.leave(lane),
            Place::Look(lane) => self.looks.leave(lane),
            Place::None => {}
        }
        if self.clusters.get(&key).is_none_or(|cluster| cluster.id != id) {
            // It was for a stay that has ended.
            return self.discard(done);
        }
        match done {
            Some(Done::Dialed(dialed)) => self.dialed(&key, dialed),
            Some(Done::Swapped { spec, outcome, began }) => self.swapped(&key, spec, outcome, began),
            Some(Done::HandedOver { spec, connection }) => self.install(&key, spec, *connection, true),
            Some(Done::Looked(look)) => self.looked(&key, look),
            None => self.broken_off(&key, place),
        }
    }

    /// A piece of work was aborted, or panicked where nobody expects it.
    fn broken_off(&mut self, key: &ClusterKey, place: Place) {
        let Some(cluster) = self.clusters.get_mut(key) else { return };
        match (place, &mut cluster.live) {
            (Place::Look(_), Some(live)) => live.probe_at = Some(Instant::now() + self.settings.probe_interval),
            (Place::Look(_), None) => {}
            (Place::Attempt(_) | Place::None, _) => cluster.busy = Busy::Idle,
        }
        self.pursue(key);
    }

    fn discard(&mut self, done: Option<Done>) {
        let connection: Connection = match done {
            Some(Done::Dialed(Dialed { outcome: Ok(connection), .. }) | Done::HandedOver { connection, .. }) => {
                *connection
            }
            Some(Done::Dialed(_) | Done::Swapped { .. } | Done::Looked(_)) | None => return,
        };
        self.farewells.spawn(work::end(connection.control, Duration::ZERO));
    }

    /// Lets a connection go, in the background. The receiver hears when everything on it has ended, or when it is given up on.
    fn retire(&mut self, live: Live) -> oneshot::Receiver<()> {
        let (gone, farewell) = oneshot::channel();
        live.handle.alive().cancel();
        let (handle, control) = (live.handle.clone(), Arc::clone(&live.control));
        self.farewells.spawn(work::retire(handle, control, self.settings.drain, gone));
        farewell
    }

    /// Writes what readers see, and notes what they should be told of it.
    fn publish(&mut self, key: &ClusterKey) {
        let Some(cluster) = self.clusters.get(key) else { return };
        let before = cluster.slot.facts();
        let facts = cluster.facts(&before);
        let kept = match (&before.handle, &facts.handle) {
            (Some(before), Some(now)) => before.same_as(now),
            _ => false,
        };
        if kept {
            match (before.state, facts.state) {
                (ClusterState::Degraded, ClusterState::Connected) => self.note(key, ClusterEventKind::Recovered),
                (ClusterState::Connected, ClusterState::Degraded) => {
                    if let Some((_, error)) = &facts.error {
                        self.note(key, ClusterEventKind::Degraded(Arc::clone(error)));
                    }
                }
                _ => {}
            }
        }
        let Some(cluster) = self.clusters.get(key) else { return };
        let handle = facts.handle.clone();
        let same = kept || (before.handle.is_none() && handle.is_none());
        cluster.slot.publish(facts);
        if !same {
            self.shared.places.put(key, &cluster.slot, handle, &mut self.staged);
        }
    }

    fn note(&mut self, key: &ClusterKey, kind: ClusterEventKind) {
        self.outbox.push(ClusterEvent { key: key.clone(), kind });
    }

    /// Tells what happened, now that readers can see it.
    fn tell(&mut self) {
        for event in self.outbox.drain(..) {
            // Without a reader there is nobody to tell.
            drop(self.events.send(event));
        }
    }

    fn reschedule(&mut self, key: &ClusterKey) {
        if let Some(cluster) = self.clusters.get_mut(key) {
            let due = cluster.next_due();
            self.timetable.change(key, cluster.id, cluster.due, due);
            cluster.due = due;
        }
    }

    /// Ends everything, and waits for it.
    async fn wind_up(mut self) {
        self.shared.close();
        self.running.shutdown().await;
        for (_, mut cluster) in std::mem::take(&mut self.clusters) {
            let live = cluster.live.take();
            let mut facts = cluster.facts(&cluster.slot.facts());
            facts.removed = true;
            cluster.slot.publish(facts);
            if let Some(live) = live {
                drop(self.retire(live));
            }
        }
        let until = Instant::now() + SOURCE_GRACE;
        let ended = timeout_at(until, async { while self.sources.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!("a source of clusters did not stop when told");
            self.sources.shutdown().await;
        }
        while self.farewells.join_next().await.is_some() {}
    }
}

/// The next incident; never when nobody tells.
async fn next_of(incidents: &mut Option<IncidentStream>) -> Option<crate::path::PathIncident> {
    match incidents {
        Some(incidents) => incidents.next().await,
        None => std::future::pending().await,
    }
}
