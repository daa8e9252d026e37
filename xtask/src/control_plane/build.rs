//! Builds the binaries with Go, from the modules under `tools/kube-assets`. Knows nothing of caches.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

const TOOLS: &str = "tools/kube-assets";

/// The release of Kubernetes that the module file requires, such as `v1.36.3`.
pub(super) fn version(root: &Path) -> Result<String> {
    let path = root.join(TOOLS).join("kubernetes/go.mod");
    let text = std::fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let required = text.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        (words.next() == Some("k8s.io/kubernetes")).then(|| words.next()).flatten()
    });
    required.map(ToOwned::to_owned).with_context(|| format!("{} requires no k8s.io/kubernetes", path.display()))
}

/// Builds the binaries that a folder lacks. A build that stops halfway leaves nothing there that looks complete.
pub(super) fn build(root: &Path, version: &str, into: &Path) -> Result<()> {
    if !go_is_there() {
        bail!("{}", how_to_download(version));
    }
    std::fs::create_dir_all(into).with_context(|| format!("could not make {}", into.display()))?;
    let (major, minor) = major_and_minor(version)?;
    let stamp = "k8s.io/component-base/version";
    let stamps = format!("-X {stamp}.gitVersion={version} -X {stamp}.gitMajor={major} -X {stamp}.gitMinor={minor}");
    let packages = [
        ("etcd", "etcd", "go.etcd.io/etcd/server/v3", ""),
        ("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", stamps.as_str()),
        ("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl", stamps.as_str()),
    ];
    for (binary, module, package, stamps) in packages {
        let binary = into.join(binary);
        if !binary.is_file() {
            compile(root, module, package, stamps, &binary).with_context(|| how_to_download(version))?;
        }
    }
    Ok(())
}

fn compile(root: &Path, module: &str, package: &str, stamps: &str, into: &Path) -> Result<()> {
    println!("control plane: building {package} with Go; the first time takes minutes");
    let begun = Instant::now();
    let unfinished = into.with_extension("unfinished");
    let status = Command::new("go")
        .current_dir(root.join(TOOLS).join(module))
        .args(["build", "-mod=readonly", "-trimpath", "-ldflags", &format!("-s -w {stamps}"), "-o"])
        .arg(&unfinished)
        .arg(package)
        .env("CGO_ENABLED", "0")
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-buildvcs=false")
        .env_remove("GOOS")
        .env_remove("GOARCH")
        .env("GOWORK", "off")
        .status()
        .context("could not run go")?;
    if !status.success() {
        bail!("go build {package} failed ({status})");
    }
    std::fs::rename(&unfinished, into)?;
    println!("control plane: built {package} in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

fn go_is_there() -> bool {
    Command::new("go").arg("version").output().is_ok_and(|output| output.status.success())
}

fn major_and_minor(version: &str) -> Result<(&str, &str)> {
    let mut numbers = version.trim_start_matches('v').split('.');
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => Ok((major, minor)),
        _ => bail!("{version} is no release"),
    }
}

fn how_to_download(version: &str) -> String {
    let number = version.trim_start_matches('v');
    format!(
        "no usable Go to build the control plane with; install Go, or run `setup-envtest use {number}` and set \
         KUBEBUILDER_ASSETS to the folder that it prints"
    )
}

#[cfg(test)]
mod tests {
    use super::{major_and_minor, version};
    use std::path::Path;

    #[test]
    fn the_version_is_read_from_the_module_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let version = version(&root).unwrap();
        assert!(version.starts_with("v1."), "{version}");
        assert!(major_and_minor(&version).is_ok());
    }
}
