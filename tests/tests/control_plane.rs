//! The tier that runs on a real kube-apiserver and etcd.
//!
//! `cargo test -p tests --features control-plane [-- [--print] FILTER…]`

use anyhow::Result;
use tests::backend::Backend;
use tests::control_plane::Assets;

#[tokio::main]
async fn main() -> Result<()> {
    let Some(assets) = Assets::find() else {
        println!("{}", Assets::ABSENT);
        return Ok(());
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let print = arguments.iter().any(|argument| argument == "--print");
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let real = Backend::real(&assets).await?;
    let mut failed = 0;
    for scenario in tests::scenarios::all() {
        let full = format!("{}::{}", scenario.theme, scenario.name);
        if !filters.is_empty() && !filters.iter().any(|filter| full.contains(*filter)) {
            continue;
        }
        let outcome = scenario.run(&real).await;
        if let Some(failure) = &outcome.failure {
            failed += 1;
            println!("FAILED {full}: {failure:#}");
        } else {
            println!("ok {full}");
        }
        if print {
            for step in &outcome.transcript.steps {
                println!("  {}\n    {}", step.asked, step.answer);
            }
        }
    }
    println!("{failed} failed");
    real.shutdown().await?;
    Ok(())
}
