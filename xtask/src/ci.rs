//! Everything that is checked after the tests, in the order of what fails soonest.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

struct Step {
    name: &'static str,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const fn step(name: &'static str, args: &'static [&'static str]) -> Step {
    Step { name, args, env: &[] }
}

const STEPS: &[Step] = &[
    step("format", &["fmt", "--all", "--check"]),
    step("lints", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    step("each crate alone: core-client without features", &["check", "-p", "core-client", "--no-default-features"]),
    step(
        "each crate alone: cluster-client without features",
        &["check", "-p", "cluster-client", "--no-default-features"],
    ),
    step(
        "each crate alone: cluster-resources without features",
        &["check", "-p", "cluster-resources", "--no-default-features"],
    ),
    step(
        "each crate alone: cluster-provider without features",
        &["check", "-p", "cluster-provider", "--no-default-features"],
    ),
    step("each crate alone: cloud-client with all features", &["test", "-p", "cloud-client", "--all-features"]),
    // Without a choice of targets, which would leave the examples unbuilt that the tests run.
    step(
        "the example and the guide about AWS",
        &["test", "-p", "examples", "--features", "aws", "--", "sessions_of_many", "guides::Aws"],
    ),
    step("each crate alone: fake-cluster without features", &["check", "-p", "fake-cluster", "--no-default-features"]),
    Step {
        name: "docs",
        args: &["doc", "--workspace", "--all-features", "--no-deps"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    step("what is public", &["xtask", "api", "--check"]),
    step("generated code", &["xtask", "codegen", "--check"]),
    step("dependency graph", &["xtask", "deps"]),
    Step {
        name: "histories of deletions",
        args: &["test", "--workspace", "--test", "prune_histories", "--", "--nocapture"],
        env: &[("MOORING_HISTORIES", "20000")],
    },
    step("the tour", &["run", "-p", "examples", "--example", "tour"]),
    step("SSH server and proxies", &["xtask", "path-tools"]),
    step("connection paths on real programs", &["test", "--workspace", "--test", "real_paths", "--", "--nocapture"]),
    step("Go peer", &["xtask", "interop"]),
    step("fuzz", &["xtask", "fuzz", "--seconds", "60", "--runs", "1000000"]),
    step("control plane binaries", &["xtask", "control-plane"]),
    // Of the whole workspace, as the first tests were: so nothing is built again with other features.
    step(
        "control plane tier",
        &["test", "--workspace", "--features", "tests/control-plane", "--test", "control_plane", "--", "--nocapture"],
    ),
];

pub(crate) fn run() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut times = Vec::new();
    for step in STEPS {
        println!("\n=== {}: cargo {}", step.name, step.args.join(" "));
        let begun = Instant::now();
        let status = Command::new(&cargo)
            .args(step.args)
            .envs(step.env.iter().copied())
            .status()
            .with_context(|| format!("could not run cargo {}", step.args.join(" ")))?;
        if !status.success() {
            bail!("{} failed ({status}): cargo {}", step.name, step.args.join(" "));
        }
        times.push((step.name, begun.elapsed()));
    }
    println!("\n=== all steps passed");
    for (name, time) in times {
        println!("{:>7.1} s  {name}", time.as_secs_f64());
    }
    Ok(())
}
