//! The tier that runs on a real kube-apiserver and etcd, and compares the fake with it.
//!
//! `cargo test -p tests --features control-plane [--test control_plane -- [--print] FILTER…]`
#![expect(clippy::print_stdout, reason = "the report is for whoever runs the tier")]

use anyhow::Result;
use std::process::ExitCode;
use tests::backend::Backend;
use tests::control_plane::Assets;
use tests::differential::{self, Report};
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
    let fake = Backend::fake().await?;
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
    println!("\n{report}");
    let verdict = report.verdict();
    if verdict.is_err() && report.failures > 0 && print {
        println!("{}", real.logs());
    }
    fake.shutdown().await?;
    real.shutdown().await?;
    verdict
}

fn chosen(scenario: &Scenario, filters: &[String]) -> bool {
    let name = format!("{}::{}", scenario.theme, scenario.name);
    filters.is_empty() || filters.iter().any(|filter| name.contains(filter))
}
