//! What the simulator holds, and which handler answers what. Waits for nothing and opens nothing: time is an argument.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::belongings::{AddonHeld, Collection};
use super::catalog::Catalog;
use super::life::{ClusterState, Pace, Settled, settle};
use super::tokens::{TOKEN_PATH, Tokens};
use super::wire::{ACCOUNTS, Answer, Ask, CLUSTERS, Handled, Refusal};

/// How the simulator behaves; the builder of the simulator documents each.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) pace: Pace,
    /// With which status a taken name is refused; `None` lets two clusters have one name.
    pub(super) taken: Option<StatusCode>,
    pub(super) part_taken: StatusCode,
    pub(super) second_delete: StatusCode,
    pub(super) forbidden_after_create: Duration,
    pub(super) hidden_after_create: Duration,
    pub(super) organization: Option<(String, String)>,
    pub(super) kubeconfig: Option<String>,
    pub(super) quota: Vec<Value>,
    pub(super) subscriptions: Vec<Value>,
    pub(super) seed: u64,
}

pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) tokens: Tokens,
    pub(super) catalog: Catalog,
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) tally: Tally,
    pub(super) denied: Option<Vec<Value>>,
    random: StdRng,
    operations: u64,
    /// How many clusters were ever here, whoever made them.
    pub(super) serial: u64,
    began: (Instant, Timestamp),
}

/// One cluster as OCM holds it.
pub(super) struct Cluster {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) external_id: String,
    pub(super) subscription: String,
    pub(super) serial: u64,
    pub(super) created: Instant,
    pub(super) created_at: Timestamp,
    pub(super) state: ClusterState,
    pub(super) since: Instant,
    pub(super) error: Option<(String, String)>,
    pub(super) protected: bool,
    pub(super) deletes: u32,
    /// What was asked for, without secrets.
    pub(super) attributes: Map<String, Value>,
    pub(super) parts: BTreeMap<(Collection, String), Value>,
    pub(super) addons: BTreeMap<String, AddonHeld>,
    /// In place of the usual one.
    pub(super) ingresses: Option<Vec<Value>>,
    pub(super) kubeconfig: Option<String>,
}

/// What was asked for and what came of it, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Creates that were understood and not dry runs, whatever came of them.
    pub creates_received: u64,
    /// Clusters that were made.
    pub created: u64,
    /// Deletes of clusters that were there, without dry runs.
    pub deletes_received: u64,
    /// Clusters that are gone because they were deleted.
    pub deleted: u64,
    /// Clusters that are gone without having been deleted.
    pub vanished: u64,
    /// Clusters that were let go without being taken down.
    pub released: u64,
}

impl World {
    pub(super) fn new(settings: Settings, tokens: Tokens, now: Instant) -> Self {
        Self {
            random: StdRng::seed_from_u64(settings.seed),
            settings,
            tokens,
            catalog: Catalog::default(),
            clusters: BTreeMap::new(),
            tally: Tally::default(),
            denied: None,
            operations: 0,
            serial: 0,
            began: (now, Timestamp::now()),
        }
    }

    /// Answers one request.
    pub(super) fn answer(&mut self, ask: &Ask, name_taken: bool, now: Instant) -> Answer {
        self.settle(now);
        if ask.path == TOKEN_PATH {
            let fields = ask.body.as_object().into_iter().flatten();
            let form = fields.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
            return self.tokens.issue(&ask.headers, &form, now);
        }
        let handled = match self.tokens.admits(&ask.headers, now) {
            Err(reason) => Err(Refusal::new(StatusCode::UNAUTHORIZED, reason)),
            Ok(()) if name_taken => Err(self.name_taken(ask)),
            Ok(()) => self.route(ask, now),
        };
        handled.unwrap_or_else(|refusal| self.refuse(refusal, &ask.path, now))
    }

    pub(super) fn refuse(&mut self, refusal: Refusal, path: &str, now: Instant) -> Answer {
        self.operations += 1;
        let operation = format!("simulated-operation-{}", self.operations);
        refusal.answer(path, &operation, self.wall(now))
    }

    fn route(&mut self, ask: &Ask, now: Instant) -> Handled {
        if let Some(parts) = ask.behind(CLUSTERS) {
            return match parts.as_slice() {
                ["clusters"] => self.clusters_collection(ask, now),
                ["clusters", id] => self.one_cluster(ask, id, now),
                ["clusters", id, rest @ ..] => self.of_cluster(ask, id, rest, now),
                ["cloud_providers", rest @ ..] => self.catalog.answer(ask, rest, self.settings.seed),
                _ => Err(Refusal::no_such_path(&ask.path)),
            };
        }
        match ask.behind(ACCOUNTS) {
            Some(parts) => self.accounts(ask, &parts),
            None => Err(Refusal::no_such_path(&ask.path)),
        }
    }

    fn name_taken(&self, ask: &Ask) -> Refusal {
        let name = ask.body.get("name").and_then(Value::as_str).unwrap_or_default();
        taken(self.settings.taken.unwrap_or(StatusCode::BAD_REQUEST), name)
    }

    /// Lets everything be where it is by now.
    pub(super) fn settle(&mut self, now: Instant) {
        let pace = self.settings.pace;
        let mut gone = Vec::new();
        for cluster in self.clusters.values_mut() {
            match settle(cluster.state.clone(), cluster.since, now, &pace) {
                Settled::In(state, since) => (cluster.state, cluster.since) = (state, since),
                Settled::Gone => gone.push(cluster.id.clone()),
            }
            cluster.settle_addons(now, pace.other);
        }
        for id in gone {
            self.clusters.remove(&id);
            self.tally.deleted += 1;
        }
    }

    /// One step on: clusters and add-ons leave the states that they leave by themselves.
    pub(super) fn advance(&mut self, only: Option<&str>, now: Instant) {
        self.settle(now);
        let mut gone = Vec::new();
        for cluster in self.clusters.values_mut().filter(|cluster| only.is_none_or(|id| id == cluster.id)) {
            match cluster.state.next() {
                Some(Some(next)) => cluster.enter(next, now),
                Some(None) => gone.push(cluster.id.clone()),
                None => {}
            }
            cluster.advance_addons(now);
        }
        for id in gone {
            self.clusters.remove(&id);
            self.tally.deleted += 1;
        }
    }

    pub(super) fn cluster(&self, id: &str) -> Result<&Cluster, Refusal> {
        self.clusters.get(id).ok_or_else(|| Refusal::not_found("Cluster", id))
    }

    pub(super) fn cluster_mut(&mut self, id: &str) -> Result<&mut Cluster, Refusal> {
        self.clusters.get_mut(id).ok_or_else(|| Refusal::not_found("Cluster", id))
    }

    /// The time that goes with an instant: the wall clock of the start, and how long it is since then.
    pub(super) fn wall(&self, now: Instant) -> Timestamp {
        let since = jiff::SignedDuration::try_from(now.saturating_duration_since(self.began.0)).unwrap_or_default();
        self.began.1.checked_add(since).unwrap_or(self.began.1)
    }

    /// So many letters and digits.
    pub(super) fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
        (0..count).map(|_| char::from(ALPHABET[self.random.random_range(0..ALPHABET.len())])).collect()
    }

    pub(super) fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.random.random()).into_uuid().to_string()
    }

    /// Another number each time.
    pub(super) fn draw(&mut self) -> u64 {
        self.random.random()
    }
}

/// The name belongs to another cluster.
pub(super) fn taken(status: StatusCode, name: &str) -> Refusal {
    Refusal::new(status, format!("Cluster '{name}' already exists"))
}

impl Cluster {
    pub(super) fn enter(&mut self, state: ClusterState, now: Instant) {
        self.state = state;
        self.since = now;
    }

    /// The path of it.
    pub(super) fn href(&self) -> String {
        format!("{CLUSTERS}/clusters/{}", self.id)
    }

    pub(super) fn is_hosted(&self) -> bool {
        self.attributes.get("hypershift").and_then(|it| it.get("enabled")).and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn is_multi_az(&self) -> bool {
        self.attributes.get("multi_az").and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn region(&self) -> &str {
        self.attributes.get("region").and_then(|region| region.get("id")).and_then(Value::as_str).unwrap_or_default()
    }
}

impl World {
    /// What hangs from one cluster.
    fn of_cluster(&mut self, ask: &Ask, id: &str, rest: &[&str], now: Instant) -> Handled {
        let young = self.settings.forbidden_after_create;
        let cluster = self.cluster(id)?;
        if !rest.is_empty() && rest != ["status"] && now.saturating_duration_since(cluster.created) < young {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "The account doesn't have permission for this cluster yet",
            ));
        }
        match rest {
            ["status"] => only(ask, &Method::GET, || Ok(Answer::ok(cluster.status()))),
            ["delete_protection"] => self.delete_protection(ask, id),
            ["hibernate"] => self.sleep_or_wake(ask, id, &ClusterState::Ready, ClusterState::PoweringDown, now),
            ["resume"] => self.sleep_or_wake(ask, id, &ClusterState::Hibernating, ClusterState::Resuming, now),
            ["credentials"] => only(ask, &Method::GET, || self.credentials(id)),
            ["ingresses"] => only(ask, &Method::GET, || self.ingresses(ask, id)),
            ["addons"] => self.addons(ask, id, now),
            ["addons", addon] => self.one_addon(ask, id, addon, now),
            ["external_configuration", name] => self.collection(ask, id, Collection::external(name, ask)?),
            ["external_configuration", name, part] => self.part(ask, id, Collection::external(name, ask)?, part),
            [name] => self.collection(ask, id, Collection::direct(name, ask)?),
            [name, part] => self.part(ask, id, Collection::direct(name, ask)?, part),
            _ => Err(Refusal::no_such_path(&ask.path)),
        }
    }
}

/// Answers one method and refuses the others.
pub(super) fn only(ask: &Ask, method: &Method, answer: impl FnOnce() -> Handled) -> Handled {
    if ask.method == *method { answer() } else { Err(Refusal::no_such_method(&ask.method)) }
}
