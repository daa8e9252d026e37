//! Brings what a directory of manifests declares to every cluster of a kubeconfig whose context matches a pattern.
//!
//! You learn how manifests become an inventory of what is declared, how one call observes, plans, and asks or does; and how a plan is shown
//! to a person, a program and a reviewer. Nothing is written without `--yes`:
//!
//! ```sh
//! cargo run -p examples --example realize -- manifests/ --cluster '^prod-'               # what would be done
//! cargo run -p examples --example realize -- manifests/ --cluster '^prod-' --verify      # and what the servers say to it
//! cargo run -p examples --example realize -- manifests/ --cluster '^prod-' --yes         # do it
//! cargo run -p examples --example realize -- manifests/ --cluster '^prod-' --yes --wait  # and wait until it is ready
//! cargo run -p examples --example realize -- manifests/ --cluster '^prod-' --yes --prune # and delete what is no longer declared
//! ```
//!
//! The report goes to standard output, everything else to standard error. It ends with 0 when there was nothing to do or everything is
//! done, with 2 when a dry run found differences, with 1 when something failed, and with 3 when it failed in some clusters only. Ctrl-C
//! ends a run between two objects; what was begun is finished, and the report says what was not.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example speaks to a person")]

mod input;
mod progress;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anstream::ColorChoice;
use anyhow::Result;
use clap::{Parser, ValueEnum};
use cluster_resources::execute::{RealizeOptions, realize_data};
use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
use cluster_resources::report::{Document, MarkdownOptions, ReadinessFinding, Report, SecretValues, TextOptions};
use cluster_resources::wait::WaitOptions;
use regex::Regex;
use tokio_util::sync::CancellationToken;

use progress::Progress;

/// Shows what it takes for clusters to be as manifests declare, and does it when told to.
#[derive(Debug, Parser)]
struct Cli {
    /// Directory of manifests (.yaml, .yml, .json), subdirectories included.
    dir: PathBuf,
    /// Contexts of the kubeconfig whose names match this pattern.
    #[arg(long)]
    cluster: Regex,
    /// The kubeconfig; without it, those that kubectl would use.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// Namespace of objects that name none, and of the inventory. It must exist or be declared.
    #[arg(long, default_value = "default")]
    namespace: String,
    /// Name of the set these manifests are: what it once applied, and no longer declares, it may delete.
    #[arg(long, default_value = "realize")]
    set: String,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
    /// Write to the clusters.
    #[arg(long)]
    yes: bool,
    /// Delete what is no longer declared; without --yes, show what would be deleted.
    #[arg(long)]
    prune: bool,
    /// Ask the servers whether they would take it.
    #[arg(long, conflicts_with = "yes")]
    verify: bool,
    /// Wait until what was changed is ready, no longer than so many seconds.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600", requires = "yes")]
    wait: Option<u64>,
    /// Show whole objects before and after instead of single fields.
    #[arg(long)]
    whole: bool,
    /// Show also what is as declared.
    #[arg(long)]
    unchanged: bool,
    /// Colour in text: as the terminal and NO_COLOR say, or as said here.
    #[arg(long, value_enum, default_value_t)]
    color: Colour,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
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
            eprint!("{error}");
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match run(&cli).await {
        Ok(report) => {
            print!("{}", show(&report, &cli));
            ExitCode::from(report.summary.exit.code())
        }
        Err(error) => {
            eprintln!("realize: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> Result<Document> {
    let (resources, invalid) = input::manifests(&cli.dir)?;
    let (names, clusters) = input::clusters(cli.kubeconfig.as_deref(), &cli.cluster).await?;
    let inventory = input::declare(&names, &clusters, &resources, &invalid, &cli.namespace).await?;

    let actor = Actor::new("mooring", &*cli.set, env!("CARGO_PKG_VERSION"));
    let mut policy =
        Policy::new(actor).with_inventory(InventoryConfig::new(&*cli.namespace, format!("set-{}", cli.set)));
    if cli.prune {
        policy = policy.with_prune(Prune::enabled());
    }

    let mut options = RealizeOptions::default();
    (options.dry_run, options.verify) = (!cli.yes, cli.verify);
    options.wait = cli.wait.map(|seconds| WaitOptions::default().with_deadline(Duration::from_secs(seconds)));

    let cancel = CancellationToken::new();
    let listening = tokio::spawn(stop_on_ctrl_c(cancel.clone()));
    let progress = Progress::new();
    let realized = realize_data(&inventory, &clusters, &policy, &options, &progress, cancel).await;
    listening.abort();
    progress.ends();

    let (desired, observed) = (inventory.desired(), inventory.observed());
    let mut report = Report::new(&realized.plan)
        .with_outcome(&realized.outcome)
        .with_readiness(realized.ready.iter().map(|ready| (ready.id.clone(), ReadinessFinding::from(&ready.readiness))))
        .hiding(SecretValues::under(&policy, &desired, &observed))
        .without_marks(policy.scheme.clone());
    if cli.whole {
        report = report.with_whole_objects(&desired, &observed, &policy);
    }
    Ok(report.document())
}

fn show(report: &Document, cli: &Cli) -> String {
    match cli.output {
        Output::Text => {
            let colour = match cli.color {
                Colour::Auto => anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
                Colour::Always => true,
                Colour::Never => false,
            };
            report.text(&TextOptions::default().with_colour(colour).with_unchanged(cli.unchanged))
        }
        Output::Json => report.json(),
        Output::Ndjson => report.ndjson(),
        Output::Markdown => report.markdown(&MarkdownOptions::default()),
    }
}

/// The first Ctrl-C ends the run in order, a second one at once.
async fn stop_on_ctrl_c(cancel: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("stopping: what was begun is finished; press Ctrl-C again to leave it");
        cancel.cancel();
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    }
}
