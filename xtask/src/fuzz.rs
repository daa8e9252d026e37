//! Builds the fuzz targets and runs each for a while. Knows nothing of what they test.
//!
//! A stable compiler and a C++ compiler are enough: the flags that make code count its edges are passed to rustc
//! directly, and only to what is built for `--target`, so build scripts and macros stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::process::{cargo, complete};

/// What `-Zsanitizer`-less instrumentation takes: edges as 8-bit counters, their places, and compared values.
const RUSTFLAGS: &[&str] = &[
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Longest input tried, in bytes: above the longest header a server accepts.
const MAX_INPUT_BYTES: u32 = 20 * 1024;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Targets to run; all of them by default.
    targets: Vec<String>,
    /// How long to run each target, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// End after so many inputs too, and begin with the committed seeds alone instead of what earlier runs found: so the same code and
    /// number try the same inputs in the same order on every machine, but for keys, which are made anew; a slow one may end earlier.
    #[arg(long)]
    runs: Option<u32>,
    /// Where chance begins: the same everywhere by default, so that what passed here passes there. 0 draws another each time.
    #[arg(long, default_value_t = 20_261_121)]
    seed: u32,
    /// Only build the targets.
    #[arg(long)]
    build: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = crate::codegen::workspace_root()?;
    let fuzz = root.join("fuzz");
    let known = targets(&fuzz)?;
    if let Some(unknown) = args.targets.iter().find(|target| !known.contains(target)) {
        bail!("there is no fuzz target {unknown}; there are {}", known.join(", "));
    }
    let chosen = if args.targets.is_empty() { &known } else { &args.targets };

    let host = host_triple()?;
    let mut build = cargo();
    build.current_dir(&fuzz).args(["build", "--release", "--locked", "--target", &host, "--target-dir", "target"]);
    build.env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS.join("\u{1f}"));
    for target in chosen {
        build.args(["--bin", target]);
    }
    complete(&mut build)?;
    if args.build {
        return Ok(());
    }

    let corpora = if args.runs.is_some() { fuzz.join("target/corpus") } else { fuzz.join("corpus") };
    if args.runs.is_some() && corpora.exists() {
        fs::remove_dir_all(&corpora).with_context(|| format!("could not empty {}", corpora.display()))?;
    }
    let mut seeds = cargo();
    seeds.current_dir(&root).args(["run", "--quiet", "--package", "testkit", "--example", "fuzz_seeds", "--"]);
    complete(seeds.arg(&corpora))?;
    // Each takes one core, so as many at once as there are.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for some in chosen.chunks(cores) {
        println!("\n=== fuzz: {} for {} s", some.join(", "), args.seconds);
        let (fuzz, corpora, host) = (&fuzz, &corpora, &host);
        thread::scope(|scope| {
            let running: Vec<_> =
                some.iter().map(|target| scope.spawn(move || fuzz_one(fuzz, corpora, host, target, args))).collect();
            running.into_iter().try_for_each(|one| match one.join() {
                Ok(done) => done,
                Err(_) => bail!("a fuzz target could not be waited for"),
            })
        })?;
    }
    Ok(())
}

/// New finds go to the corpus, crashing inputs to `artifacts/`; both are ignored by git. `seeds/` is only read.
fn fuzz_one(fuzz: &Path, corpora: &Path, host: &str, target: &str, args: &Args) -> Result<()> {
    let (corpus, artifacts) = (corpora.join(target), fuzz.join("artifacts").join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    }
    let mut run = Command::new(fuzz.join("target").join(host).join("release").join(target));
    run.current_dir(fuzz).arg(&corpus).arg(format!("-artifact_prefix=artifacts/{target}/"));
    let seeds = seeds(fuzz, target)?;
    if !seeds.is_empty() {
        run.arg(format!("-seed_inputs={}", seeds.join(",")));
    }
    if let Some(runs) = args.runs {
        run.arg(format!("-runs={runs}"));
    }
    run.arg(format!("-max_total_time={}", args.seconds))
        .arg(format!("-seed={}", args.seed))
        .arg(format!("-max_len={MAX_INPUT_BYTES}"))
        .args(["-reload=0", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]);
    complete(&mut run).with_context(|| {
        format!("fuzz target {target} found something; the input is in fuzz/artifacts/{target}, run the target on it")
    })
}

/// The committed seeds of a target, in the order of their names: a folder lists them in another on each machine.
fn seeds(fuzz: &Path, target: &str) -> Result<Vec<String>> {
    let folder = Path::new("seeds").join(target);
    let mut seeds = files(&fuzz.join(&folder))?
        .map(|path| Ok(folder.join(path?.file_name().unwrap_or_default()).display().to_string()))
        .collect::<Result<Vec<_>>>()?;
    seeds.sort();
    Ok(seeds)
}

/// Every `fuzz/targets/*.rs`, by name.
fn targets(fuzz: &Path) -> Result<Vec<String>> {
    let folder = fuzz.join("targets");
    let mut names = Vec::new();
    for path in files(&folder)? {
        let path = path?;
        if let (Some(name), true) = (path.file_stem(), path.extension().is_some_and(|extension| extension == "rs")) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "{} has no targets", folder.display());
    Ok(names)
}

/// What stands in a folder.
fn files(folder: &Path) -> Result<impl Iterator<Item = Result<PathBuf>>> {
    let could_not = format!("could not read {}", folder.display());
    let entries = fs::read_dir(folder).context(could_not.clone())?;
    Ok(entries.map(move |entry| Ok(entry.context(could_not.clone())?.path())))
}

/// The triple of this machine, as rustc names it.
fn host_triple() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("could not run rustc")?;
    let text = String::from_utf8(output.stdout).context("rustc -vV did not print text")?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc -vV did not name the host")
}
