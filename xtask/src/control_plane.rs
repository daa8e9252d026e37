//! Provides the binaries of a real control plane: found, cached, or built with Go. Knows nothing of running them.
//!
//! The binaries end up in `.assets` at the root of the checkout, where the tests look for them. They are never
//! committed. A cache outside the checkout, keyed by version, spares a clean checkout the build.

mod build;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The binaries.
const BINARIES: [&str; 3] = ["etcd", "kube-apiserver", "kubectl"];

/// Finds, copies or builds etcd, kube-apiserver and kubectl.
pub(crate) fn run() -> Result<()> {
    if let Some(named) = folder_from("KUBEBUILDER_ASSETS") {
        if is_complete(&named) {
            println!("control plane: using KUBEBUILDER_ASSETS={}", named.display());
            return Ok(());
        }
        eprintln!(
            "control plane: KUBEBUILDER_ASSETS={} lacks etcd, kube-apiserver or kubectl; ignored",
            named.display()
        );
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let assets = root.join(".assets");
    let version = build::version(&root)?;
    if is_complete(&assets) && std::fs::read_to_string(assets.join("VERSION")).is_ok_and(|have| have == version) {
        println!("control plane: using {} ({version})", assets.display());
        return Ok(());
    }
    let cache = cache()?.join(&version);
    if !is_complete(&cache) {
        build::build(&root, &version, &cache)?;
    }
    provide(&cache, &assets, &version)?;
    println!("control plane: {} ({version}, from {})", assets.display(), cache.display());
    Ok(())
}

/// The cache: `MOORING_ASSETS`, else `mooring/control-plane` in the user's cache folder.
fn cache() -> Result<PathBuf> {
    if let Some(named) = folder_from("MOORING_ASSETS") {
        return Ok(named);
    }
    let user = folder_from("XDG_CACHE_HOME").or_else(|| Some(folder_from("HOME")?.join(".cache")));
    let user =
        user.context("neither MOORING_ASSETS, XDG_CACHE_HOME nor HOME is set; set MOORING_ASSETS to a folder")?;
    Ok(user.join("mooring/control-plane"))
}

fn folder_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn is_complete(folder: &Path) -> bool {
    BINARIES.iter().all(|binary| folder.join(binary).is_file())
}

/// Puts the cached binaries into the checkout: as hard links where that works, else as copies.
fn provide(cache: &Path, assets: &Path, version: &str) -> Result<()> {
    std::fs::create_dir_all(assets)?;
    for binary in BINARIES {
        let (from, to) = (cache.join(binary), assets.join(binary));
        if to.exists() {
            std::fs::remove_file(&to)?;
        }
        if std::fs::hard_link(&from, &to).is_err() {
            std::fs::copy(&from, &to).with_context(|| format!("could not copy {}", from.display()))?;
        }
    }
    std::fs::write(assets.join("VERSION"), version)?;
    if !is_complete(assets) {
        bail!("{} is still incomplete", assets.display());
    }
    Ok(())
}
