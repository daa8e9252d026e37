//! Runs named figures of the benchmark book. A figure is a program of the `benches` package.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Figures that need a feature of the package.
const FEATURES: &[(&str, &str)] = &[("fleet-rotation", "paused-clock"), ("warm-client", "aws")];

/// Runs the named figures, or all of them. A missed goal is printed, not an error.
pub(crate) fn run(names: &[String]) -> Result<()> {
    let all = figures()?;
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no figure named {unknown}; there are: {}", all.join(", "));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for name in if names.is_empty() { &all } else { names } {
        eprintln!("bench: {name}");
        let features =
            FEATURES.iter().filter(|(figure, _)| figure == name).flat_map(|(_, feature)| ["--features", *feature]);
        let output = Command::new(&cargo)
            .args(["run", "--quiet", "--release", "-p", "benches", "--bin", name])
            .args(features)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("could not run the figure {name}"))?;
        if !output.status.success() {
            bail!("the figure {name} could not be measured ({})", output.status);
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        let line = printed.lines().rev().find(|line| serde_json::from_str::<Value>(line).is_ok());
        println!("{}", line.with_context(|| format!("the figure {name} printed no JSON line"))?);
    }
    Ok(())
}

fn figures() -> Result<Vec<String>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/src/bin");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&root).with_context(|| format!("could not list {}", root.display()))? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().and_then(|name| name.to_str())
            && !name.starts_with('.')
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
