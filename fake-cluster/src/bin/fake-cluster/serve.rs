//! The life of the program: start, fill, announce, wait, drain, save.

use std::time::Duration;

use fake_cluster::api::ResourceQuotas;
use fake_cluster::controllers::Controllers;
use fake_cluster::fleet::{Fleet, FleetOptions};
use fake_cluster::server::FakeClusterOptions;
use futures::future::join_all;
use serde_json::json;

use crate::arguments::Arguments;
use crate::error::CommandError;
use crate::files::{self, Loaded};

/// How long requests in flight may take once the program is told to end.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves clusters until a signal comes; a second one cuts the end short.
pub(crate) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    if let Some(path) = arguments.kubeconfig.as_deref().filter(|_| !arguments.force) {
        files::check_kubeconfig(path)?;
    }
    let loaded = arguments.snapshot.as_deref().map_or(Ok(Loaded::Nothing), files::load)?;
    // Whoever sees that the clusters are ready may send a signal at once.
    let mut signals = Signals::new().map_err(CommandError::Signals)?;
    let controllers = if arguments.controllers { Controllers::all() } else { Controllers::none() };
    let quotas = if arguments.resource_quotas { ResourceQuotas::Followed } else { ResourceQuotas::Stored };
    let options = FakeClusterOptions::default()
        .with_port(arguments.port)
        .with_controllers(controllers)
        .with_limit_ranges(arguments.limit_ranges)
        .with_resource_quotas(quotas);
    let options = FleetOptions::default().with_cluster(options);
    let fleet = Fleet::start_with(arguments.clusters.into(), options).await.map_err(CommandError::Start)?;
    let served = serve(&arguments, &fleet, loaded, &mut signals).await;
    fleet.shutdown().await;
    served
}

async fn serve(
    arguments: &Arguments,
    fleet: &Fleet,
    loaded: Loaded,
    signals: &mut Signals,
) -> Result<(), CommandError> {
    restore(arguments, fleet, &loaded)?;
    announce(arguments, fleet)?;
    signals.next().await;
    let drained = join_all(fleet.clusters().iter().map(|cluster| cluster.drain(DRAIN)));
    tokio::select! {
        _all = drained => {}
        () = signals.next() => {}
    }
    match &arguments.snapshot {
        Some(path) if !arguments.no_save => files::save(path, fleet, loaded),
        _ => Ok(()),
    }
}

fn restore(arguments: &Arguments, fleet: &Fleet, loaded: &Loaded) -> Result<(), CommandError> {
    for cluster in fleet.clusters() {
        let snapshot = match loaded {
            Loaded::Nothing => None,
            Loaded::Any(snapshot) => Some(snapshot),
            Loaded::Named(named) => named.get(cluster.name()),
        };
        if let Some(snapshot) = snapshot {
            cluster.restore(snapshot).map_err(|source| CommandError::Restore {
                path: arguments.snapshot.clone().unwrap_or_default(),
                cluster: cluster.name().to_owned(),
                source,
            })?;
        }
    }
    Ok(())
}

/// Writes the kubeconfig, then says that the clusters are ready.
fn announce(arguments: &Arguments, fleet: &Fleet) -> Result<(), CommandError> {
    let Some(path) = &arguments.kubeconfig else {
        print(&mut std::io::stdout(), fleet.kubeconfig().trim_end())?;
        return match arguments.quiet {
            true => Ok(()),
            false => print(&mut std::io::stderr(), &ready(fleet)),
        };
    };
    files::write(path, &fleet.kubeconfig())?;
    if arguments.quiet {
        return Ok(());
    }
    let line = if arguments.json {
        let cluster = |cluster: &fake_cluster::server::FakeCluster| json!({"name": cluster.name(), "context": cluster.name(), "url": cluster.url()});
        let clusters: Vec<_> = fleet.clusters().iter().map(cluster).collect();
        json!({"ready": true, "kubeconfig": path, "clusters": clusters}).to_string()
    } else {
        format!("{}, kubeconfig {}", ready(fleet), path.display())
    };
    print(&mut std::io::stdout(), &line)
}

fn ready(fleet: &Fleet) -> String {
    match fleet.clusters() {
        [only] => format!("ready: {} at {}", only.name(), only.url()),
        all => format!("ready: {} clusters", all.len()),
    }
}

fn print(out: &mut impl std::io::Write, line: &str) -> Result<(), CommandError> {
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CommandError::Output)
}

/// What tells the program to end.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _came = self.interrupt.recv() => {}
            _came = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        // Without a handler nobody can end the program but by force.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
