//! What is checked before a release and by nobody else's push, as it takes tools and compilers that not everybody has. Publishes nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::api;
use crate::bench::FAMILY;
use crate::codegen::workspace_root;
use crate::process::{cargo, complete};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to check; everything by default.
    #[arg(value_enum)]
    checks: Vec<Check>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Check {
    /// Licences, banned crates and sources of all dependencies; takes cargo-deny.
    Deny,
    /// Each crate with every two of its features, by clippy; takes cargo-hack.
    Features,
    /// Each crate with the oldest compiler that it states; takes cargo-hack, and rustup gets the compilers.
    Compilers,
    /// All crates with the oldest dependencies that they state.
    Dependencies,
    /// The documentation with badges of features, as docs.rs makes it.
    Badges,
    /// The listings of what each crate offers.
    Api,
}

const ALL: [Check; 6] =
    [Check::Deny, Check::Api, Check::Badges, Check::Dependencies, Check::Compilers, Check::Features];

const DENY: &[&str] = &["--log-level", "error", "check", "bans", "licenses", "sources"];
const COMPILERS: &[&str] = &["check", "--rust-version", "--all-features"];
const FEATURES: &[&str] = &["clippy", "--keep-going", "--feature-powerset", "--depth", "2", "--", "-D", "warnings"];

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = workspace_root()?;
    let checks = if args.checks.is_empty() { &ALL[..] } else { &args.checks };
    for check in checks {
        match check {
            Check::Deny => complete(with_tool("deny", &root)?.args(DENY)),
            Check::Api => api::run(&api::Args { check: true }),
            Check::Badges => api::document(&root, "--cfg docsrs -D warnings"),
            Check::Dependencies => oldest_dependencies(&root),
            Check::Compilers => complete(family(&mut with_tool("hack", &root)?, &root, COMPILERS)),
            Check::Features => complete(family(&mut with_tool("hack", &root)?, &root, FEATURES)),
        }?;
    }
    Ok(())
}

/// Runs something of cargo's on the crates that others depend on, in a folder of its own: nobody waits for it.
fn family<'a>(command: &'a mut Command, root: &Path, args: &[&str]) -> &'a mut Command {
    let (begin, end) = args.split_at(args.iter().position(|arg| *arg == "--").unwrap_or(args.len()));
    command
        .args(begin)
        .args(FAMILY.iter().flat_map(|name| ["--package", name]))
        .arg("--target-dir")
        .arg(root.join("target/release-checks"))
        .args(end)
}

/// A tool of cargo's that somebody has to install.
fn with_tool(name: &str, root: &Path) -> Result<Command> {
    let is_there = cargo().args([name, "--version"]).output().context("could not run cargo")?.status.success();
    if !is_there {
        bail!("this takes cargo-{name}: cargo install --locked cargo-{name}");
    }
    let mut command = cargo();
    command.current_dir(root).arg(name);
    Ok(command)
}

/// Resolves what the manifests state to the lowest versions that they allow, in a copy, and builds the family with them.
fn oldest_dependencies(root: &Path) -> Result<()> {
    let copy = tempfile::tempdir().context("could not make a folder")?;
    let files = Command::new("git").current_dir(root).args(["ls-files", "-z"]).output().context("could not run git")?;
    for file in String::from_utf8(files.stdout).context("git did not print text")?.split_terminator('\0') {
        let to = copy.path().join(file);
        fs::create_dir_all(to.parent().context("a file stands in a folder")?)?;
        // What was deleted and is not committed yet is listed too.
        if root.join(file).is_file() {
            fs::copy(root.join(file), to).with_context(|| format!("could not copy {file}"))?;
        }
    }
    fs::remove_file(copy.path().join("Cargo.lock")).context("could not forget the resolved versions")?;
    let mut resolve = cargo();
    resolve.current_dir(copy.path()).env("RUSTC_BOOTSTRAP", "1");
    complete(resolve.args(["generate-lockfile", "-Z", "direct-minimal-versions"]))?;
    let mut check = cargo();
    check.current_dir(copy.path());
    complete(family(&mut check, root, &["check", "--locked", "--all-features"]))
}
