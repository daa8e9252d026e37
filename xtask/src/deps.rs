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
const SINGLE: &[&str] =
    &["aws-lc-rs", "h2", "http", "hyper", "hyper-rustls", "k8s-openapi", "kube", "reqwest", "rustls", "rustls-webpki", "tokio", "tokio-rustls"];

pub(crate) fn run() -> Result<()> {
    let metadata = metadata()?;
    let stated = stated_rust_version(&metadata)?;
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let reachable = reachable(&metadata)?;
    for package in packages(&metadata)?.iter().filter(|p| p["id"].as_str().is_some_and(|id| reachable.contains(id))) {
        let name = package["name"].as_str().context("a package has a name")?;
        let version = package["version"].as_str().context("a package has a version")?;
        versions.entry(name).or_default().insert(version);
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            faults.push(format!("{name} {version} is in the graph, but {reason}"));
        }
        if let Some(needs) = package["rust_version"].as_str()
            && numbers(needs) > numbers(&stated)
        {
            faults.push(format!("{name} {version} needs Rust {needs}, but the workspace states {stated}"));
        }
    }
    for name in SINGLE {
        if let Some(found) = versions.get(name).filter(|found| found.len() > 1) {
            faults.push(format!("{name} is in the graph {} times: {found:?}", found.len()));
        }
    }
    if !faults.is_empty() {
        bail!("the dependency graph breaks its rules:\n  {}", faults.join("\n  "));
    }
    println!("deps: {} packages, one TLS stack, one HTTP stack, nothing needs more than Rust {stated}", reachable.len());
    Ok(())
}

fn metadata() -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--format-version=1", "--all-features", "--locked", "--filter-platform=x86_64-unknown-linux-gnu"])
        .output()
        .context("could not run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

fn packages(metadata: &Value) -> Result<&Vec<Value>> {
    metadata["packages"].as_array().context("cargo metadata lists packages")
}

fn stated_rust_version(metadata: &Value) -> Result<String> {
    let members = metadata["workspace_members"].as_array().context("cargo metadata lists members")?;
    let versions: BTreeSet<&str> = packages(metadata)?
        .iter()
        .filter(|p| members.contains(&p["id"]))
        .filter_map(|p| p["rust_version"].as_str())
        .collect();
    match versions.iter().collect::<Vec<_>>().as_slice() {
        [one] => Ok((**one).to_owned()),
        several => bail!("the workspace states {several:?} as its Rust version; it should state one"),
    }
}

fn reachable(metadata: &Value) -> Result<BTreeSet<&str>> {
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .context("cargo metadata resolves the graph")?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let members = metadata["workspace_members"].as_array().context("cargo metadata lists members")?;
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = members.iter().filter_map(Value::as_str).collect();
    while let Some(id) = open.pop() {
        if seen.insert(id)
            && let Some(node) = nodes.get(id)
        {
            open.extend(node["dependencies"].as_array().into_iter().flatten().filter_map(Value::as_str));
        }
    }
    Ok(seen)
}

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_longer_version_is_not_mistaken_for_a_newer_one() {
        assert!(numbers("1.89") < numbers("1.94.1"));
        assert!(numbers("1.9") < numbers("1.89"));
    }
}
