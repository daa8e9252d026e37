//! Runs named figures of the benchmark book. A figure is a program of the `benches` package, but for the time that a build takes.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;

use crate::codegen::workspace_root;

mod page;
mod plot;
mod record;

use record::{Printed, Record};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Figures, as named in benches/src/bin; all of them without a name.
    names: Vec<String>,
    /// Keep what was measured in benches/results, and write the page anew.
    #[arg(long)]
    keep: bool,
    /// Measure nothing; write the page anew from what was kept.
    #[arg(long, conflicts_with_all = ["names", "keep"])]
    page: bool,
}

/// Figures that need a feature of the package.
const FEATURES: &[(&str, &str)] = &[("fleet-rotation", "paused-clock"), ("warm-client", "aws")];

/// How long cargo builds the family's crates, with their default features, into an empty folder.
const CLEAN_BUILD: &str = "clean-build";

/// In seconds, on two cores.
const CLEAN_BUILD_GOAL: f64 = 300.0;

/// The crates that others depend on.
pub(crate) const FAMILY: [&str; 8] = [
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
pub(crate) fn run(args: &Args) -> Result<()> {
    let root = workspace_root()?;
    if args.page {
        return write(&root, &record::read(&kept(&root))?);
    }
    let (all, names) = (figures()?, &args.names);
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no figure named {unknown}; there are: {}", all.join(", "));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for name in if names.is_empty() { &all } else { names } {
        eprintln!("bench: {name}");
        let line = if name == CLEAN_BUILD { clean_build(&cargo)? } else { measure(&cargo, name)? };
        println!("{line}");
        if args.keep {
            let figure: Printed = serde_json::from_str(&line).with_context(|| format!("what {name} printed"))?;
            let news = Record { measured: today(), machine: machine()?, figure };
            // After each: who stops a long run keeps what was measured.
            write(&root, &record::merge(record::read(&kept(&root))?, vec![news]))?;
        }
    }
    Ok(())
}

fn kept(root: &Path) -> PathBuf {
    root.join("benches/results/figures.json")
}

/// What was kept, its table, its plots and its page.
fn write(root: &Path, records: &[Record]) -> Result<()> {
    fs::create_dir_all(root.join("benches/results"))?;
    for (path, text) in files(records)? {
        fs::write(root.join(&path), text).with_context(|| format!("could not write {path}"))?;
    }
    Ok(())
}

/// Everything that follows from what was kept, by path.
fn files(records: &[Record]) -> Result<Vec<(String, String)>> {
    let mut files = vec![
        ("benches/results/figures.json".to_owned(), record::text(records)?),
        ("benches/results/figures.csv".to_owned(), page::csv(records)?),
        ("docs/benchmarks.md".to_owned(), page::markdown(records)),
    ];
    for (_, plot, names) in page::CHAPTERS {
        let told: Vec<_> = records.iter().filter(|record| names.contains(&record.figure.name.as_str())).collect();
        if let Some(svg) = plot::svg(&told)? {
            files.push((format!("benches/results/{plot}.svg"), svg));
        }
    }
    Ok(files)
}

/// The line that a figure's program prints.
fn measure(cargo: &OsStr, name: &str) -> Result<String> {
    let features =
        FEATURES.iter().filter(|(figure, _)| *figure == name).flat_map(|(_, feature)| ["--features", *feature]);
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "-p", "benches", "--bin", name])
        .args(features)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not run the figure {name}"))?;
    ensure!(output.status.success(), "the figure {name} could not be measured ({})", output.status);
    let printed = String::from_utf8_lossy(&output.stdout);
    let line = printed.lines().rev().find(|line| serde_json::from_str::<Printed>(line).is_ok());
    Ok(line.with_context(|| format!("the figure {name} printed no JSON line"))?.to_owned())
}

/// Today, as the system's clock has it, in UTC.
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// Processor, cores, memory and compiler, as far as the system tells.
fn machine() -> Result<String> {
    let told = |file: &str, key: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = told("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = told("/proc/meminfo", "MemTotal")
        .and_then(|size| size.strip_suffix(" kB")?.parse::<u64>().ok())
        .map(|kib| format!(", {} GiB", (kib + (1 << 19)) >> 20));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let compiler = Command::new("rustc").arg("--version").output().context("could not run rustc")?;
    let compiler = String::from_utf8_lossy(&compiler.stdout).trim().to_owned();
    Ok(format!("{processor}, {cores} cores{}, {compiler}", memory.unwrap_or_default()))
}

/// Everything is downloaded before the clock runs.
fn clean_build(cargo: &OsStr) -> Result<String> {
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
    Ok(json!({
        "name": CLEAN_BUILD, "value": seconds, "unit": "s", "met": seconds <= CLEAN_BUILD_GOAL,
        "method": "cargo build of all published crates with default features, unoptimized, into an empty folder",
        "values": [{ "label": "clean_build_s", "value": seconds, "at_most": CLEAN_BUILD_GOAL }],
    })
    .to_string())
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

#[cfg(test)]
mod tests {
    use super::{figures, files, kept, page, record, workspace_root};

    #[test]
    fn the_page_is_what_was_kept() {
        let root = workspace_root().unwrap();
        for (path, text) in files(&record::read(&kept(&root)).unwrap()).unwrap() {
            let there = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
            assert!(there == text, "{path} is another; `cargo xtask bench --page` writes it");
        }
    }

    #[test]
    fn every_figure_has_its_chapter() {
        let told: Vec<_> = page::CHAPTERS.iter().flat_map(|(_, _, names)| *names).collect();
        for name in figures().unwrap() {
            assert!(told.contains(&&name.as_str()), "{name} is in no chapter of the page");
        }
        assert_eq!(told.len(), figures().unwrap().len());
    }
}
