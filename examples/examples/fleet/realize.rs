//! What is declared against what is there: shown, written, pruned.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cluster_resources::clusters::ProvidedClusters;
use cluster_resources::execute::{RealizeOptions, realize_data};
use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
use cluster_resources::report::{Document, MarkdownOptions, ReadinessFinding, Report, SecretValues, TextOptions};
use cluster_resources::wait::WaitOptions;
use tokio_util::sync::CancellationToken;

use crate::connect::Fleet;
use crate::output::answer;
use crate::progress::Progress;
use crate::{Output, Shared, declared};

/// What is declared, and how it is looked at.
#[derive(Debug, clap::Args)]
pub(crate) struct Manifests {
    /// Directory of manifests (.yaml, .yml, .json), subdirectories included.
    dir: PathBuf,
    /// Namespace of objects that name none, and of the inventory. It must exist or be declared.
    #[arg(long, default_value = "default")]
    namespace: String,
    /// Name of the set these manifests are: what it once applied, and no longer declares, it may delete.
    #[arg(long, default_value = "fleet")]
    set: String,
    /// Ask the servers whether they would take it, where nothing is written.
    #[arg(long)]
    verify: bool,
    /// Show also what is as declared.
    #[arg(long)]
    unchanged: bool,
}

/// What is to become of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Run {
    Plan,
    /// With whole objects.
    Diff,
    /// Waiting for so many seconds, if at all.
    Apply(Option<u64>),
    /// With deletions of what is no longer declared; doing it, if told so.
    Prune(bool),
}

pub(crate) async fn run(
    fleet: &Fleet,
    manifests: &Manifests,
    run: Run,
    shared: &Shared,
    stop: CancellationToken,
) -> Result<u8> {
    let clusters = ProvidedClusters::new(fleet.registry.clone()).wait(Duration::from_secs(1));
    let (resources, invalid) = declared::manifests(&manifests.dir)?;
    let asking = async {
        // Everybody is asked once, and at once; who could not be reached then is not waited for long again.
        fleet.ask_all().await;
        declared::declare(&fleet.keys, &clusters, &resources, &invalid, &manifests.namespace).await
    };
    let inventory = stop.run_until_cancelled(asking).await.context("stopped before anything was begun")??;

    let actor = Actor::new("mooring", &*manifests.set, env!("CARGO_PKG_VERSION"));
    let set = InventoryConfig::new(&*manifests.namespace, format!("set-{}", manifests.set));
    let mut policy = Policy::new(actor).with_inventory(set);
    if let Run::Prune(_) = run {
        policy = policy.with_prune(Prune::enabled());
    }
    let mut options = RealizeOptions::default();
    options.dry_run = !matches!(run, Run::Apply(_) | Run::Prune(true));
    options.verify = manifests.verify && options.dry_run;
    if let Run::Apply(Some(seconds)) = run {
        options.wait = Some(WaitOptions::default().with_deadline(Duration::from_secs(seconds)));
    }

    let progress = Progress::new();
    let realized = realize_data(&inventory, &clusters, &policy, &options, &progress, stop).await;
    progress.ends();

    let (desired, observed) = (inventory.desired(), inventory.observed());
    let mut report = Report::new(&realized.plan)
        .with_outcome(&realized.outcome)
        .with_readiness(realized.ready.iter().map(|ready| (ready.id.clone(), ReadinessFinding::from(&ready.readiness))))
        .hiding(SecretValues::under(&policy, &desired, &observed))
        .without_marks(policy.scheme.clone());
    if let Run::Diff = run {
        report = report.with_whole_objects(&desired, &observed, &policy);
    }
    let report = report.document();
    answer(show(&report, manifests, shared))?;
    Ok(report.summary.exit.code())
}

fn show(report: &Document, manifests: &Manifests, shared: &Shared) -> String {
    match shared.output {
        Output::Text => {
            report.text(&TextOptions::default().with_colour(shared.coloured()).with_unchanged(manifests.unchanged))
        }
        Output::Json => report.json(),
        Output::Ndjson => report.ndjson(),
        Output::Markdown => report.markdown(&MarkdownOptions::default()),
    }
}
