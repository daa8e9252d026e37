//! A small service that creates, shows and retires clusters: JSON over HTTP, progress as server-sent events, metrics for Prometheus.
//!
//! Its handlers know a `ClusterService` and nothing below it. Records are in SQLite, or in PostgreSQL when a URL says so; clusters come from an
//! OpenShift Cluster Manager that is simulated in this process, or from a kubeconfig.
//!
//! ```sh
//! cargo run -p examples --example fleet_manager
//! curl -s localhost:8080/clusters --json '{"provider":"ocm","cloud_provider":"aws","region":"us-east-1"}'
//! curl -s localhost:8080/clusters
//! curl -sN localhost:8080/events
//! curl -s localhost:8080/metrics
//! curl -s -X DELETE localhost:8080/clusters/<id>
//! ```
//!
//! With `--database-url sqlite:fleet.db` records outlive the process; stop it in the middle of a create and start it again: there is one
//! cluster, and it goes on where it was.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to a person")]

mod api;
mod fleet;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;

/// Creates, shows and retires clusters through interchangeable providers.
// Not Debug: the URL of a database may hold a password.
#[derive(Parser)]
struct Cli {
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8080", env = "FLEET_MANAGER_LISTEN")]
    listen: SocketAddr,
    /// Where records are kept: `sqlite::memory:`, `sqlite:FILE` or `postgres://…`.
    #[arg(long, default_value = "sqlite::memory:", env = "FLEET_MANAGER_DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Clusters that exist already: each context is one of provider `standalone`.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// Which clusters there should be: a file, or a directory of files; read again for every pass.
    #[arg(long)]
    clusters_file: Option<PathBuf>,
    /// How often all clusters are looked at.
    #[arg(long, default_value = "2", value_name = "SECONDS")]
    interval: u64,
    /// How long the simulated provider takes for each step of a cluster.
    #[arg(long, default_value = "3", value_name = "SECONDS")]
    pace: u64,
    /// Who this is for others that share the database; one of them leads at a time.
    #[arg(long, default_value = "fleet-manager")]
    name: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let fleet = fleet::Fleet::open(&fleet::Settings {
        database_url: cli.database_url,
        kubeconfig: cli.kubeconfig,
        clusters_file: cli.clusters_file,
        interval: Duration::from_secs(cli.interval),
        pace: Duration::from_secs(cli.pace),
        name: cli.name,
    })
    .await?;
    let listener =
        tokio::net::TcpListener::bind(cli.listen).await.with_context(|| format!("listening on {}", cli.listen))?;
    println!("listening on http://{}", listener.local_addr()?);
    println!("providers: {}", fleet.providers().join(", "));
    println!("Ctrl-C ends it");

    let stop = fleet.stop();
    let served = axum::serve(listener, api::router(fleet.api())).with_graceful_shutdown(async move {
        interrupted().await;
        // Streams of events end by this, and the server with them.
        stop.cancel();
    });
    served.await?;
    fleet.shutdown().await;
    println!("stopped; nothing was cut off");
    Ok(())
}

async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
            return;
        }
    }
    // Where signals cannot be had, nobody interrupts.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
