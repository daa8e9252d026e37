//! A program over a whole fleet: which clusters there are and how they do, what it takes for them to hold what is declared, and what happens
//! in them.
//!
//! You learn how a kubeconfig becomes a registry of connections that are made when they are needed, how one call observes, plans, and asks or
//! does, and how the same report is shown to a person, a program and a reviewer. Clusters are the contexts that match `--clusters`:
//!
//! ```sh
//! cargo run -p examples --example fleet -- clusters                             # how they do, their versions, when credentials end
//! cargo run -p examples --example fleet -- -c '^prod-' plan manifests/          # what would be done
//! cargo run -p examples --example fleet -- -c '^prod-' diff manifests/ --verify # object by object, and what the servers say to it
//! cargo run -p examples --example fleet -- -c '^prod-' apply manifests/ --wait  # do it, and wait until it is ready
//! cargo run -p examples --example fleet -- -c '^prod-' prune manifests/         # plan with deletions of what is no longer declared; --yes does all of it
//! cargo run -p examples --example fleet -- -c '^prod-' watch Deployment.apps    # what happens to it, everywhere
//! ```
//!
//! What was asked for goes to standard output, everything else to standard error. It ends with 0 when there was nothing to do or everything
//! is done, with 2 when something would be done, with 1 when it failed, and with 3 when it failed in some clusters only. Ctrl-C ends a run
//! between two objects; what was begun is finished, and the report says what was not. Values of Secrets are never shown.

mod clusters;
mod connect;
mod declared;
mod output;
mod progress;
mod realize;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use anstream::ColorChoice;
use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use regex::Regex;
use tokio_util::sync::CancellationToken;

use connect::Fleet;
use output::{answer, remark};
use realize::{Manifests, Run};

/// What goes on in a fleet of clusters, and what should.
#[derive(Debug, Parser)]
#[command(
    name = "fleet",
    after_help = "Exit status: 0 done or nothing to do, 2 something would be done, 1 failed, 3 failed in some clusters."
)]
struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Shared {
    /// The kubeconfig; without it, those that kubectl would use.
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Contexts whose names match this pattern.
    #[arg(long, short, global = true, default_value = ".*", value_name = "REGEX")]
    clusters: Regex,
    /// How the answer is written.
    #[arg(long, short, global = true, value_enum, default_value_t)]
    output: Output,
    /// Colour in text: as the terminal and NO_COLOR say, or as said here.
    #[arg(long, global = true, value_enum, default_value_t)]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the clusters: how they do, which version they run, when our credential ends.
    Clusters,
    /// Show what would be done for clusters to hold what is declared.
    Plan(Manifests),
    /// Show it object by object, before and after.
    Diff(Manifests),
    /// Write what is declared. Nothing is deleted.
    Apply {
        #[command(flatten)]
        manifests: Manifests,
        /// Wait until what was changed is ready, no longer than so many seconds.
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
        wait: Option<u64>,
    },
    /// Show all that would be done, deletions of what is no longer declared included; do it when told to.
    Prune {
        #[command(flatten)]
        manifests: Manifests,
        /// Do it: write what is declared, and delete what no longer is.
        #[arg(long)]
        yes: bool,
    },
    /// Tell what happens to objects of a kind, such as `Deployment.apps`, in all clusters, until it is stopped.
    Watch(watch::Options),
    /// Write the completions of a shell.
    Completions {
        /// Which one.
        shell: Shell,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a terminal.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON value a line.
    Ndjson,
    /// For a comment on a change.
    Markdown,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    // Not `parse`: that ends with 2, which means differences here.
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Where nobody reads it, nothing is lost.
            drop(error.print());
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match run(cli).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            remark(format_args!("fleet: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<u8> {
    let Cli { shared, command } = cli;
    if let Command::Completions { shell } = command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "fleet", &mut script);
        answer(String::from_utf8(script)?)?;
        return Ok(0);
    }
    let fleet = Fleet::open(shared.kubeconfig.as_deref(), &shared.clusters)?;
    let stop = CancellationToken::new();
    let listening = tokio::spawn(stop_on_ctrl_c(stop.clone()));
    let done = match command {
        Command::Clusters => clusters::show(&fleet, shared.output, &stop).await,
        Command::Watch(options) => watch::tell(&fleet, &options, shared.output, stop).await,
        Command::Plan(manifests) => realize::run(&fleet, &manifests, Run::Plan, &shared, stop).await,
        Command::Diff(manifests) => realize::run(&fleet, &manifests, Run::Diff, &shared, stop).await,
        Command::Apply { manifests, wait } => realize::run(&fleet, &manifests, Run::Apply(wait), &shared, stop).await,
        Command::Prune { manifests, yes } => realize::run(&fleet, &manifests, Run::Prune(yes), &shared, stop).await,
        Command::Completions { .. } => Ok(0),
    };
    listening.abort();
    fleet.shutdown().await;
    done
}

impl Shared {
    fn coloured(&self) -> bool {
        match self.color {
            Colour::Auto => anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
            Colour::Always => true,
            Colour::Never => false,
        }
    }
}

/// The first Ctrl-C ends in order, a second one at once.
async fn stop_on_ctrl_c(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        remark("stopping: what was begun is finished; press Ctrl-C again to leave it");
        stop.cancel();
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    }
}
