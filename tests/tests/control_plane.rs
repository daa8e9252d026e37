//! The tier that runs on a real kube-apiserver and etcd, and compares the fake with it.
//!
//! `cargo test -p tests --features control-plane [--test control_plane -- [--print] FILTER…]`
#![expect(clippy::print_stdout, reason = "the report is for whoever runs the tier")]

use anyhow::Result;
use std::process::ExitCode;
use tests::backend::Backend;
use tests::control_plane::Assets;
use tests::differential::{self, Report};
use tests::elections;
use tests::fleet::{self, Site};
use tests::flows::{self, Needs};
use tests::kubectl;
use tests::providers;
use tests::random::{self, Random};
use tests::resources;
use tests::scenario::Scenario;
use tests::scenarios;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("control plane tier: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let Some(assets) = Assets::find() else {
        println!("{}", Assets::ABSENT);
        return Ok(());
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let print = arguments.iter().any(|argument| argument == "--print");
    let filters: Vec<String> = arguments.into_iter().filter(|argument| !argument.starts_with('-')).collect();

    let real = Backend::real(&assets).await?;
    // Against another real server, whatever differs is this suite's own fault.
    let itself = std::env::var("AGAINST").is_ok_and(|against| against == "real");
    let fake = if itself { Backend::real(&assets).await? } else { Backend::fake().await? };
    let mut report = Report::default();
    for scenario in scenarios::all().iter().filter(|scenario| chosen(scenario, &filters)) {
        let comparison = differential::run(scenario, &fake, &real).await;
        if !comparison.is_equal() {
            println!("{comparison}");
        } else if print {
            println!("{comparison}: equal");
        }
        report.add(&comparison);
    }
    if filters.is_empty() || filters.iter().any(|filter| filter == random::NAME) {
        run_random(&fake, &real, &mut report).await?;
    }
    run_kubectl(&assets, itself, &filters, print, &mut report).await?;
    let broken = run_fleet(&assets, &filters).await?
        + run_resources(&real, &filters).await
        + run_providers(&assets, &real, &filters).await?
        + run_elections(&real, &filters).await
        + run_flows(&real, &filters).await
        + run_controlled(&assets, &filters).await?;
    println!("\n{report}");
    if filters.is_empty() && !itself && assets.kubectl().is_some() {
        for name in report.unmet_limits() {
            println!("  no scenario meets the limit {name} any more: take it off the list");
        }
    }
    let verdict = report.verdict();
    if verdict.is_err() && report.failures > 0 && print {
        println!("{}", real.logs());
    }
    fake.shutdown().await?;
    real.shutdown().await?;
    anyhow::ensure!(broken == 0, "{broken} claims do not hold");
    verdict
}

/// What kubectl prints, script after script, of two servers that nobody has used before: it lists all that they serve.
async fn run_kubectl(
    assets: &Assets,
    itself: bool,
    filters: &[String],
    print: bool,
    report: &mut Report,
) -> Result<()> {
    let wanted = |name: &str| {
        let name = format!("{}::{name}", kubectl::THEME);
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter))
    };
    let scripts: Vec<_> = kubectl::scripts()?.into_iter().filter(|script| wanted(&script.name)).collect();
    if scripts.is_empty() {
        return Ok(());
    }
    let Some(binary) = assets.kubectl() else {
        println!("{}", kubectl::ABSENT);
        return Ok(());
    };
    let real = Backend::real(assets).await?;
    let fake = if itself { Backend::real(assets).await? } else { Backend::fake().await? };
    for script in &scripts {
        let comparison = differential::run_script(script, &binary, &fake, &real).await;
        if !comparison.is_equal() {
            println!("{comparison}");
        } else if print {
            println!("{comparison}: equal");
        }
        report.add_script(&comparison);
    }
    fake.shutdown().await?;
    real.shutdown().await
}

/// What kubectl prints of controllers, which only the fake has: how many claims do not hold.
async fn run_controlled(assets: &Assets, filters: &[String]) -> Result<usize> {
    let wanted = |name: &str| {
        let name = format!("{}::{name}", kubectl::THEME);
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter))
    };
    let scripts: Vec<_> = kubectl::controlled()?.into_iter().filter(|script| wanted(&script.name)).collect();
    let Some(binary) = assets.kubectl().filter(|_| !scripts.is_empty()) else { return Ok(0) };
    let fake = Backend::fake_with_controllers().await?;
    let mut broken = 0;
    for script in &scripts {
        if let Some(error) = kubectl::run(script, &binary, &fake).await.failure {
            println!("{}::{}: {error:#}", kubectl::THEME, script.name);
            broken += 1;
        }
    }
    println!("kubectl: {} scripts about controllers, {broken} do not hold", scripts.len());
    fake.shutdown().await?;
    Ok(broken)
}

/// Claims about connections, on two real control planes: how many do not hold.
async fn run_fleet(assets: &Assets, filters: &[String]) -> Result<usize> {
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| format!("fleet::{name}").contains(filter));
    let claims: Vec<_> = fleet::claims().iter().filter(|claim| wanted(claim.name)).collect();
    if claims.is_empty() {
        return Ok(0);
    }
    let site = Site::new(Backend::real(assets).await?, Backend::real(assets).await?);
    let mut broken = 0;
    for claim in &claims {
        if let Err(error) = claim.run(&site).await {
            println!("fleet::{claim:?}: {error:#}");
            broken += 1;
        }
    }
    println!("fleet: {} claims about connections, {broken} do not hold", claims.len());
    for backend in site.into_backends() {
        backend.shutdown().await?;
    }
    Ok(broken)
}

/// Claims about declared state: how many do not hold.
async fn run_resources(real: &Backend, filters: &[String]) -> usize {
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| format!("resources::{name}").contains(filter));
    let (mut run, mut broken) = (0, 0);
    for claim in resources::claims().iter().filter(|claim| wanted(claim.name)) {
        run += 1;
        if let Err(error) = claim.run(real).await {
            println!("resources::{claim:?}: {error:#}");
            broken += 1;
        }
    }
    println!("resources: {run} claims about declared state, {broken} do not hold");
    broken
}

/// Claims about providers of clusters, whose clusters are all a second control plane: how many do not hold.
async fn run_providers(assets: &Assets, real: &Backend, filters: &[String]) -> Result<usize> {
    let wanted = |name: &String| filters.is_empty() || filters.iter().any(|filter| name.contains(filter));
    let of_suite = providers::Subject::ALL.into_iter().flat_map(|subject| {
        providers::Subject::claims()
            .map(move |claim| (format!("providers::{}::{claim}", subject.name()), subject, claim))
    });
    let of_suite: Vec<_> = of_suite.filter(|(name, ..)| wanted(name)).collect();
    let others = providers::claims().iter().map(|claim| (format!("providers::{claim:?}"), claim));
    let others: Vec<_> = others.filter(|(name, _)| wanted(name)).collect();
    let run = of_suite.len() + others.len();
    if run == 0 {
        return Ok(0);
    }
    let spoke = Backend::real(assets).await?;
    let site = providers::Site::prepare(real, &spoke).await?;
    let mut broken = 0;
    let mut told = |name: &str, held: Result<()>| {
        if let Err(error) = held {
            println!("{name}: {error:#}");
            broken += 1;
        }
    };
    for (name, subject, claim) in &of_suite {
        told(name, subject.keeps(claim, &site).await);
    }
    for (name, claim) in &others {
        told(name, claim.run(&site).await);
    }
    println!("providers: {run} claims about providers of clusters, {broken} do not hold");
    spoke.shutdown().await?;
    Ok(broken)
}

/// Claims about leaders by a Lease: how many do not hold.
async fn run_elections(real: &Backend, filters: &[String]) -> usize {
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| format!("elections::{name}").contains(filter));
    let (mut run, mut broken) = (0, 0);
    for claim in elections::claims().iter().filter(|claim| wanted(claim.name)) {
        run += 1;
        if let Err(error) = claim.run(real).await {
            println!("elections::{claim:?}: {error:#}");
            broken += 1;
        }
    }
    println!("elections: {run} claims about leaders by a lease, {broken} do not hold");
    broken
}

/// Flows of controllers, as far as a real API server is all that they need: how many do not hold.
async fn run_flows(real: &Backend, filters: &[String]) -> usize {
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| format!("flows::{name}").contains(filter));
    let (mut run, mut broken) = (0, 0);
    for claim in flows::claims().filter(|claim| claim.needs == Needs::Server && wanted(claim.name)) {
        run += 1;
        if let Err(error) = claim.run(real).await {
            println!("flows::{claim:?}: {error:#}");
            broken += 1;
        }
    }
    println!("flows: {run} claims about flows of controllers, {broken} do not hold");
    broken
}

/// Sequences of random operations; `SEED` and `RUNS` in the environment change which and how many.
async fn run_random(fake: &Backend, real: &Backend, report: &mut Report) -> Result<()> {
    const LENGTH: usize = 50;
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default);
    let (seed, runs) = (number("SEED", 1), number("RUNS", 100));
    let mut random = Random::prepare(fake, real).await?;
    for seed in seed..seed + runs {
        if let Some(divergence) = random.run(seed, LENGTH).await? {
            println!("random {divergence}");
            report.random_differences += 1;
        }
    }
    report.operations = random.operations();
    println!("random: {runs} sequences from seed {seed}, {} cut short by a known limit", random.cut_short());
    Ok(())
}

fn chosen(scenario: &Scenario, filters: &[String]) -> bool {
    let name = format!("{}::{}", scenario.theme, scenario.name);
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter))
}
