//! Installs the programs that the tests of connection paths run against, where that is possible and harmless.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process::complete;

/// A program, and the Debian package that has it.
const TOOLS: &[(&str, &str)] = &[
    ("sshd", "openssh-server"),
    ("ssh-keygen", "openssh-client"),
    ("tinyproxy", "tinyproxy-bin"),
    ("microsocks", "microsocks"),
    ("danted", "dante-server"),
];

/// Installs what is missing. What cannot be installed is said and no error: the tests that need it skip themselves and say so, too.
pub(crate) fn run() -> Result<()> {
    let missing: Vec<_> =
        TOOLS.iter().filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        println!("path tools: all there");
        return Ok(());
    }
    let list = missing.join(" ");
    if let Some(reason) = reason_not_to_install() {
        println!("path tools: {list} not installed: {reason}; the tests that need them will be skipped");
        return Ok(());
    }
    println!("path tools: installing {list}");
    if let Err(error) = install(&missing) {
        println!("path tools: {list} not installed: {error:#}; the tests that need them will be skipped");
    }
    Ok(())
}

pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    complete(apt().arg("update"))?;
    complete(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

/// Where an init is running, installing a server starts it: that is for a person to decide.
pub(crate) fn reason_not_to_install() -> Option<&'static str> {
    if !is_installed("apt-get") {
        Some("there is no apt-get here")
    } else if !is_root() {
        Some("only root can")
    } else if Path::new("/run/systemd/system").exists() {
        Some("systemd would start the servers")
    } else {
        None
    }
}

pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.into_iter().any(|folder| folder.join(program).is_file())
}
