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
];

/// In the graph only because these need them.
const BENEATH: &[(&str, &[&str], &str)] = &[("chrono", &["octocrab"], "jiff is the one time crate")];

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
    let graph = graph(&["--workspace"])?;
    let mut faults = Vec::new();
    for (name, versions) in &graph {
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| banned == name) {
            faults.push(format!("{name} {versions:?} is in the graph, but {reason}"));
        }
        if SINGLE.contains(&name.as_str()) && versions.len() > 1 {
            faults.push(format!("{name} is in the graph {} times: {versions:?}", versions.len()));
        }
    }
    for (name, above, reason) in BENEATH.iter().filter(|(name, ..)| graph.contains_key(*name)) {
        let tree =
            ["tree", "--workspace", "--all-features", "--locked", "--prefix=none", "--depth=1", "--invert", name];
        let tree = cargo(&tree)?;
        for user in tree.lines().skip(1).filter_map(|line| line.split_whitespace().next()) {
            if !above.contains(&user) {
                faults.push(format!("{user} needs {name}, but {reason}"));
            }
        }
    }
    let needs = needs(packages);
    let members = members(&metadata, packages)?;
    for (member, stated) in &members {
        // What its users compile: not what only its own tests need.
        for (name, versions) in self::graph(&["--package", member, "--edges", "normal,build"])? {
            for version in versions {
                let needed = needs.get(&(name.as_str(), version.as_str())).copied().unwrap_or_default();
                if numbers(needed) > numbers(stated) {
                    faults.push(format!("{name} {version} needs Rust {needed}, but {member} states {stated}"));
                }
            }
        }
    }
    if !faults.is_empty() {
        bail!("the dependency graph breaks its rules:\n  {}", faults.join("\n  "));
    }
    let stated: BTreeSet<&str> = members.values().map(String::as_str).collect();
    let stated = stated.into_iter().collect::<Vec<_>>().join(", ");
    println!(
        "deps: {} packages, one TLS stack, one HTTP stack, nothing needs more than its crate states (Rust {stated})",
        graph.len()
    );
    Ok(())
}

/// What would be compiled with every feature on: each package's versions by name. `cargo metadata` would also list optional dependencies
/// that only a weak feature names, so this asks `cargo tree`.
fn graph(of: &[&str]) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let how = ["tree", "--all-features", "--locked", "--prefix=none", "--format={p}"];
    let tree = cargo(&[&how, of].concat())?;
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

/// Which Rust version each member of the workspace states.
fn members(metadata: &Value, packages: &[Value]) -> Result<BTreeMap<String, String>> {
    let members = metadata["workspace_members"].as_array().context("cargo metadata lists members")?;
    let stated = packages.iter().filter(|package| members.contains(&package["id"])).map(|package| {
        let name = package["name"].as_str().context("a member has a name")?;
        let version = package["rust_version"].as_str().with_context(|| format!("{name} states no Rust version"))?;
        Ok((name.to_owned(), version.to_owned()))
    });
    stated.collect()
}

/// Which Rust version each package needs, by name and version; those that say nothing are not there.
fn needs(packages: &[Value]) -> BTreeMap<(&str, &str), &str> {
    packages
        .iter()
        .filter_map(|package| {
            let field = |key: &str| package[key].as_str();
            Some(((field("name")?, field("version")?), field("rust_version")?))
        })
        .collect()
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
