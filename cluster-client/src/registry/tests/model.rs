//! Anything that can happen, in any order: what must always hold.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::double::{Mode, Servers, key, spec, until, with_token};
use super::*;
use crate::error::ErrorClass;
use crate::provider::{ClusterEvent, ClusterEventKind, ClusterState};

const CLUSTERS: usize = 3;
const SERVERS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Describe { cluster: usize, server: usize, name: u8, token: u8, label: u8 },
    Remove { cluster: usize },
    Break { server: usize, how: u8 },
    Rebuild { server: usize },
    Ask { cluster: usize },
    Wait { millis: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let cluster = 0..CLUSTERS;
    let server = 0..SERVERS;
    let step = prop_oneof![
        6 => (cluster.clone(), server.clone(), 0_u8..2, 0_u8..2, 0_u8..2)
            .prop_map(|(cluster, server, name, token, label)| Step::Describe { cluster, server, name, token, label }),
        2 => cluster.clone().prop_map(|cluster| Step::Remove { cluster }),
        3 => (server.clone(), 0_u8..5).prop_map(|(server, how)| Step::Break { server, how }),
        1 => server.prop_map(|server| Step::Rebuild { server }),
        2 => cluster.prop_map(|cluster| Step::Ask { cluster }),
        6 => prop_oneof![0_u64..50, 50_u64..30_000].prop_map(|millis| Step::Wait { millis }),
    ];
    prop::collection::vec(step, 1..60)
}

fn host(server: usize) -> String {
    format!("s{server}.test")
}

fn name(cluster: usize) -> ClusterKey {
    key(&format!("c{cluster}"))
}

/// What the events of one cluster have said so far.
#[derive(Debug, Default)]
struct Told {
    connected: bool,
    degraded: bool,
    generation: u64,
    alive: Option<ClusterHandle>,
}

impl Told {
    /// Takes an event that must make sense after those before it.
    fn take(&mut self, event: &ClusterEvent) -> Result<(), TestCaseError> {
        match &event.kind {
            ClusterEventKind::Added(handle) => {
                prop_assert!(!self.connected, "added twice");
                prop_assert!(handle.revision().generation > self.generation);
                self.connect(handle);
            }
            ClusterEventKind::Replaced { handle, was, reset } => {
                prop_assert!(self.connected, "replaced before it was added");
                prop_assert_eq!(was.generation, self.generation);
                prop_assert!(handle.revision().generation > self.generation);
                let old = self.alive.as_ref().and_then(ClusterHandle::identity);
                prop_assert_eq!(*reset, old != handle.identity(), "a reset is another cluster, and nothing else is");
                self.connect(handle);
            }
            ClusterEventKind::Degraded(_) => self.degraded = true,
            ClusterEventKind::Recovered => {
                prop_assert!(self.degraded, "recovered from nothing");
                self.degraded = false;
            }
            ClusterEventKind::Removed => {
                prop_assert!(self.alive.as_ref().is_none_or(|handle| handle.alive().is_cancelled()));
                *self = Self { generation: self.generation, ..Self::default() };
            }
            ClusterEventKind::Failed(_) | ClusterEventKind::Relabelled => {}
            ClusterEventKind::Missed => prop_assert!(false, "missed something"),
        }
        Ok(())
    }

    fn connect(&mut self, handle: &ClusterHandle) {
        self.connected = true;
        self.degraded = false;
        self.generation = handle.revision().generation;
        self.alive = Some(handle.clone());
    }
}

/// What was said takes effect a moment later.
async fn taken_in() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

async fn play(steps: Vec<Step>, policy: ConnectPolicy) -> Result<(), TestCaseError> {
    let servers = Servers::new();
    let registry = start_with(&servers, |options| {
        options.connect = policy;
        options.max_connects = 2;
        options.event_buffer = 1 << 16;
    });
    let mut events = registry.events();
    let mut said = BTreeMap::new();
    let mut rebuilt = 0;
    for step in steps {
        match step {
            Step::Describe { cluster, server, name: tls, token, label } => {
                let mut spec = with_token(spec(&host(server)), &format!("token-{token}"));
                if tls > 0 {
                    spec = spec.with_tls_server_name("other");
                }
                spec = spec.with_label("label", label.to_string());
                said.insert(cluster, (server, spec.labels.clone()));
                registry.upsert(name(cluster), spec);
            }
            Step::Remove { cluster } => {
                said.remove(&cluster);
                registry.remove(&name(cluster));
            }
            Step::Break { server, how } => servers.server(&host(server)).set(match how {
                0 | 1 => Mode::Up,
                2 => Mode::Silent,
                3 => Mode::Fails(ErrorClass::CredentialRejected),
                _ => Mode::Fails(ErrorClass::Unreachable),
            }),
            Step::Rebuild { server } => {
                rebuilt += 1;
                servers.server(&host(server)).be(&format!("rebuilt-{rebuilt}"));
            }
            Step::Ask { cluster } => {
                taken_in().await;
                let wait = Deadline::within(Duration::from_millis(500));
                let answer = registry.get(&name(cluster), wait).await;
                prop_assert!(
                    said.contains_key(&cluster) || matches!(answer, Err(ClientError::NotFound | ClientError::Removed))
                );
            }
            Step::Wait { millis } => tokio::time::sleep(Duration::from_millis(millis)).await,
        }
    }

    // Everything is mended, and somebody asks for every cluster: each is connected and well, to the server it is described by.
    for server in 0..SERVERS {
        servers.server(&host(server)).set(Mode::Up);
    }
    taken_in().await;
    // Twice, as the first may have gone to sleep while the last was waited for.
    for cluster in said.keys().chain(said.keys()) {
        let wait = Deadline::within(Duration::from_secs(700));
        prop_assert!(registry.get(&name(*cluster), wait).await.is_ok(), "{cluster} is not connected");
    }
    let is_settled = || {
        said.keys().all(|cluster| registry.peek(&name(*cluster)).is_ok())
            && said
                .iter()
                .all(|(n, (_, labels))| registry.status(&name(*n)).is_some_and(|status| *status.labels == *labels))
            && registry.clusters().len() == said.len()
            && registry
                .clusters()
                .iter()
                .all(|cluster| cluster.state == ClusterState::Connected && cluster.error.is_none())
            && (0..SERVERS)
                .all(|n| servers.server(&host(n)).n_open() == said.values().filter(|(server, _)| *server == n).count())
    };
    until("settled", is_settled).await;
    let mut told: BTreeMap<ClusterKey, Told> = BTreeMap::new();
    while let Some(Some(event)) = futures::FutureExt::now_or_never(futures::StreamExt::next(&mut events)) {
        told.entry(event.key.clone()).or_default().take(&event)?;
    }
    for cluster in 0..CLUSTERS {
        let told = told.remove(&name(cluster)).unwrap_or_default();
        prop_assert_eq!(told.connected, said.contains_key(&cluster));
        if !said.contains_key(&cluster) {
            continue;
        }
        let handle = registry.peek(&name(cluster)).expect("settled");
        prop_assert!(told.alive.is_some_and(|alive| alive.same_as(&handle)) && !handle.alive().is_cancelled());
        prop_assert!(!told.degraded);
    }
    registry.shutdown().await;
    prop_assert!((0..SERVERS).all(|n| servers.server(&host(n)).n_open() == 0), "something is still open");
    Ok(())
}

fn run(steps: Vec<Step>, policy: ConnectPolicy) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(play(steps, policy))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_events_make_sense_and_in_the_end_all_is_as_described(steps in steps()) {
        run(steps, ConnectPolicy::Eager)?;
    }

    #[test]
    fn on_demand_too(steps in steps()) {
        run(steps, ConnectPolicy::OnDemand)?;
    }
}
