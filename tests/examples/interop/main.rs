//! Runs our half of the trust between services against the Go services' own packages, in both directions.
//!
//! `cargo xtask interop` builds the peer from `interop/` and starts this with its path. What a service sends is put
//! into headers and request lines by one side and read by the other; the table says what was compared.
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod clients;
mod ours;
mod peer;
mod theirs;
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

/// One comparison: what was compared, and how it differs if it does.
struct Finding {
    direction: &'static str,
    name: String,
    difference: Option<String>,
}

impl Finding {
    fn new(direction: &'static str, name: impl Into<String>, difference: Option<String>) -> Self {
        Self { direction, name: name.into(), difference }
    }
}

/// `None` when both are the same, else both.
fn compare<T: PartialEq + std::fmt::Debug>(what: &str, expected: &T, found: &T) -> Option<String> {
    (expected != found).then(|| format!("{what}: expected {expected:?}, found {found:?}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let program = std::env::args_os().nth(1).map(PathBuf::from).context("name the peer's program")?;
    let identities = vectors::Identities::new();
    let mut findings = ours::run(&program, &identities).await?;
    findings.extend(theirs::run(&program, &identities).await?);
    let differing = findings.iter().filter(|finding| finding.difference.is_some()).count();
    for finding in &findings {
        let verdict = if finding.difference.is_some() { "DIFFERS" } else { "same" };
        println!("{:<10}  {:<84} {verdict}", finding.direction, finding.name);
        if let Some(difference) = &finding.difference {
            println!("{:>12}{difference}", "");
        }
    }
    println!("\n{} compared, {differing} differ", findings.len());
    Ok(if differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
