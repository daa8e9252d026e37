//! Makes the typed clients from the API documents: read, normalise, generate, polish, write.
//!
//! Knows nothing of transport: the clients it writes hand every request to `core-client`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

mod generate;
mod normalise;
mod polish;
mod schema;
mod service;

use service::{SERVICES, Service};

/// What to run to bring the committed code up to date.
const COMMAND: &str = "cargo xtask codegen";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when the committed code is not what the documents say.
    #[arg(long)]
    check: bool,
}

/// A file below a service's output folder.
struct Output {
    name: &'static str,
    text: String,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = workspace_root()?;
    let mut stale = Vec::new();
    for service in SERVICES {
        let document = root.join(service.document);
        let text = fs::read_to_string(&document).with_context(|| format!("could not read {}", document.display()))?;
        let outputs = render(service, &text).with_context(|| format!("in {}", document.display()))?;
        stale.extend(settle(&root.join(service.output), &outputs, args.check)?);
    }
    if stale.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = stale.iter().map(|path| path.display().to_string()).collect();
    bail!(
        "generated code is not what the API documents say; run `{COMMAND}` and commit the result:\n  {}",
        list.join("\n  ")
    )
}

/// From a document's text to the files of its client.
fn render(service: &Service, text: &str) -> Result<Vec<Output>> {
    let document: Value = serde_json::from_str(text)?;
    let document = normalise::normalise(document, service)?;
    let file = generate::generate(document, service)?;
    polish::polish(file, service)
}

/// Brings the folder to exactly `outputs`, or with `check` returns what differs.
fn settle(folder: &Path, outputs: &[Output], check: bool) -> Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    for output in outputs {
        let path = folder.join(output.name);
        if fs::read_to_string(&path).is_ok_and(|found| found == output.text) {
            continue;
        }
        if check {
            stale.push(path);
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("could not create {}", parent.display()))?;
        }
        fs::write(&path, &output.text).with_context(|| format!("could not write {}", path.display()))?;
    }
    for path in files_below(folder)? {
        if outputs.iter().any(|output| path == folder.join(output.name)) {
            continue;
        }
        if check {
            stale.push(path);
        } else {
            fs::remove_file(&path).with_context(|| format!("could not remove {}", path.display()))?;
        }
    }
    Ok(stale)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.with_context(|| format!("could not list {}", folder.display()))?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn workspace_root() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).context("the workshop has no parent folder")
}

#[cfg(test)]
mod tests;
