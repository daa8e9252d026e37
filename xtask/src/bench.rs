//! Runs named figures of the benchmark book. A figure is a program of the `benches` package, but for the time that a build takes.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

/// Figures that need a feature of the package.
const FEATURES: &[(&str, &str)] = &[("fleet-rotation", "paused-clock"), ("warm-client", "aws")];

/// How long cargo builds the family's crates, with their default features, into an empty folder.
const CLEAN_BUILD: &str = "clean-build";

/// The crates that others depend on.
const FAMILY: [&str; 8] = [
    "core-client",
    "identity-client",
    "region-client",
    "cluster-client",
    "cluster-resources",
    "cluster-provider",
    "cloud-client",
    "fake-cluster",
];

/// Runs the named figures, or all of them. A missed goal is printed, not an error.
pub(crate) fn run(names: &[String]) -> Result<()> {
    let all = figures()?;
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no figure named {unknown}; there are: {}", all.join(", "));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for name in if names.is_empty() { &all } else { names } {
        eprintln!("bench: {name}");
        if name == CLEAN_BUILD {
            println!("{}", clean_build(&cargo)?);
            continue;
        }
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

/// Everything is downloaded before the clock runs.
fn clean_build(cargo: &OsStr) -> Result<Value> {
    let folder = tempfile::tempdir().context("making an empty folder")?;
    let fetched = Command::new(cargo).args(["fetch", "--locked"]).status().context("could not run cargo fetch")?;
    if !fetched.success() {
        bail!("dependencies could not be fetched ({fetched})");
    }
    let begun = Instant::now();
    let built = Command::new(cargo)
        .args(["build", "--locked", "--offline"])
        .args(FAMILY.iter().flat_map(|name| ["-p", name]))
        .env("CARGO_TARGET_DIR", folder.path())
        .status()
        .context("could not run cargo build")?;
    if !built.success() {
        bail!("the family could not be built ({built})");
    }
    let seconds = begun.elapsed().as_secs_f64().round();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(json!({
        "name": CLEAN_BUILD, "value": seconds, "unit": "s", "goal": "<= 300 on two cores", "met": seconds <= 300.0,
        "method": "cargo build of all published crates with default features, unoptimized, into an empty folder", "values": { "cores": cores },
    }))
}

fn figures() -> Result<Vec<String>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/src/bin");
    let mut names = vec![CLEAN_BUILD.to_owned()];
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
