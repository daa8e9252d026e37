//! Looks at the resolved dependency graph: one TLS stack, one HTTP stack, and nothing newer than the stated Rust version.
//!
//! The lock file also lists optional dependencies that nobody switched on; what counts is what would be compiled with every
//! feature of the workspace on.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Never in the graph.
const BANNED: &[(&str, &str)] = &[
    ("ring", "aws-lc-rs is the one crypto provider"),
    ("openssl-sys", "rustls is the one TLS stack"),
    ("native-tls", "rustls is the one TLS stack"),
    ("chrono", "jiff is the one time crate"),
];

/// In the graph at most once.
const SINGLE: &[&str] = &[
    "aws-lc-rs",
    "h2",
    "http",
    "hyper",
    "hyper-rustls",
    "k8s-openapi",
    "kube",
    "reqwest",
    "rustls",
    "rustls-webpki",
    "tokio",
    "tokio-rustls",
];

pub(crate) fn run() -> Result<()> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--all-features", "--locked"])?)
            .context("cargo metadata printed no JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    let stated = stated_rust_version(&metadata, packages)?;
    let graph = graph()?;
    let mut faults = Vec::new();
    for (name, versions) in &graph {
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| banned == name) {
            faults.push(format!("{name} {versions:?} is in the graph, but {reason}"));
        }
        if SINGLE.contains(&name.as_str()) && versions.len() > 1 {
            faults.push(format!("{name} is in the graph {} times: {versions:?}", versions.len()));
        }
    }
    for package in packages {
        let field = |key: &str| package[key].as_str().unwrap_or_default();
        let (name, version, needs) = (field("name"), field("version"), field("rust_version"));
        if graph.get(name).is_some_and(|versions| versions.contains(version)) && numbers(needs) > numbers(&stated) {
            faults.push(format!("{name} {version} needs Rust {needs}, but the workspace states {stated}"));
        }
    }
    if !faults.is_empty() {
        bail!("the dependency graph breaks its rules:\n  {}", faults.join("\n  "));
    }
    println!("deps: {} packages, one TLS stack, one HTTP stack, nothing needs more than Rust {stated}", graph.len());
    Ok(())
}

/// What would be compiled with every feature on: each package's versions by name. `cargo metadata` would also list optional dependencies
/// that only a weak feature names, so this asks `cargo tree`.
fn graph() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let tree = cargo(&["tree", "--workspace", "--all-features", "--locked", "--prefix=none", "--format={p}"])?;
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines() {
        if let [name, version, ..] = line.split_whitespace().collect::<Vec<_>>().as_slice() {
            graph.entry((*name).to_owned()).or_default().insert(version.trim_start_matches('v').to_owned());
        }
    }
    Ok(graph)
}

fn cargo(args: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(args)
        .output()
        .with_context(|| format!("could not run cargo {}", args[0]))?;
    if !output.status.success() {
        bail!("cargo {} failed: {}", args[0], String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn stated_rust_version(metadata: &Value, packages: &[Value]) -> Result<String> {
    let members = metadata["workspace_members"].as_array().context("cargo metadata lists members")?;
    let members = packages.iter().filter(|package| members.contains(&package["id"]));
    let versions: BTreeSet<&str> = members.filter_map(|package| package["rust_version"].as_str()).collect();
    match versions.iter().collect::<Vec<_>>().as_slice() {
        [one] => Ok((**one).to_owned()),
        several => bail!("the workspace states {several:?} as its Rust version; it should state one"),
    }
}

/// A version as three numbers, so that 1.89 and 1.89.0 are the same.
fn numbers(version: &str) -> [u64; 3] {
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(version.split('.')) {
        *number = part.parse().unwrap_or(0);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_longer_version_is_not_mistaken_for_a_newer_one() {
        assert!(numbers("1.89") < numbers("1.94.1"));
        assert!(numbers("1.9") < numbers("1.89"));
        assert_eq!(numbers("1.89"), numbers("1.89.0"));
    }
}
