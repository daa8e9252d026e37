//! Lists what each crate offers to others, one item a line, so that a change of it is seen in review. Knows nothing of versions.
//!
//! rustdoc writes what it knows as JSON only when it is told that unstable options are allowed. They are allowed to rustdoc alone, by
//! standing in for it: told to everything, they would have half of the dependencies built anew.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::bench::FAMILY;
use crate::codegen::workspace_root;
use crate::process::{cargo, complete};

/// Set for the stand-in.
const STAND_IN: &str = "MOORING_RUSTDOC";

/// Written by machine: from the documents of the services, or by mockall from a trait that is listed itself.
fn is_generated(item: &str) -> bool {
    item.contains("::generated::")
        || item.contains("__mock_")
        || item.contains("::Mock") && !item.starts_with("pub struct")
}

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail when a listing is another.
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = workspace_root()?;
    let mut stale = Vec::new();
    for (path, text) in listings(&root)? {
        if fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        if !args.check {
            fs::create_dir_all(path.parent().context("a listing stands in a folder")?)?;
            fs::write(&path, text).with_context(|| format!("could not write {name}"))?;
        }
        stale.push(name);
    }
    ensure!(
        !args.check || stale.is_empty(),
        "what is public is another than in {}; `cargo xtask api` writes it anew",
        stale.join(", ")
    );
    stale.iter().for_each(|name| println!("{name} is written"));
    Ok(())
}

/// The listings by their files.
fn listings(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    document(root, "-Zunstable-options --output-format=json --cap-lints=allow")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let documents = target.join("doc");
    FAMILY
        .iter()
        .map(|name| {
            let json = documents.join(format!("{}.json", name.replace('-', "_")));
            let api = public_api::Builder::from_rustdoc_json(&json)
                .omit_blanket_impls(true)
                .omit_auto_trait_impls(true)
                .omit_auto_derived_impls(true)
                .build()
                .with_context(|| {
                    format!(
                        "{} could not be read; it takes the rustdoc that public-api is pinned to in Cargo.toml, that of Rust 1.95: cargo +1.95 xtask api",
                        json.display()
                    )
                })?;
            let mut text = String::new();
            for item in api.items().map(ToString::to_string).filter(|item| !is_generated(item)) {
                text.push_str(&item);
                text.push('\n');
            }
            ensure!(!text.is_empty(), "{name} offers nothing");
            Ok((root.join(format!("docs/api/{name}.txt")), text))
        })
        .collect()
}

/// Documents the family, with flags that a stable rustdoc does not take.
pub(crate) fn document(root: &Path, flags: &str) -> Result<()> {
    let mut document = cargo();
    document
        .current_dir(root)
        .args(["doc", "--quiet", "--all-features", "--no-deps", "--lib", "--locked"])
        .args(FAMILY.iter().flat_map(|name| ["--package", name]))
        .env("RUSTDOC", env::current_exe().context("where the workshop is")?)
        .env("RUSTDOCFLAGS", flags)
        .env(STAND_IN, "1");
    complete(&mut document)
}

/// Whether this process stands in for rustdoc; then it has, and this is how it ended.
pub(crate) fn stand_in() -> Option<Result<()>> {
    env::var_os(STAND_IN)?;
    let mut rustdoc = Command::new("rustdoc");
    rustdoc.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").env_remove(STAND_IN);
    Some(complete(&mut rustdoc))
}
