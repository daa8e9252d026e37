//! Programs of this machine: found, started on loopback, stopped.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::PATIENCE;

/// Where a program is; says so, and which Debian package has it, when it is not there.
pub(crate) fn find(program: &str, package: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join(program)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: no {program} here; `apt-get install {package}` or `cargo xtask path-tools`");
    }
    found
}

/// A server that runs until it is dropped, with a folder of its own.
pub(crate) struct Program {
    child: Child,
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
}

impl Program {
    /// Starts it and waits until it takes connections on its port.
    pub(crate) async fn start(folder: TempDir, port: u16, command: &mut Command) -> Self {
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let errors = log.try_clone().unwrap();
        let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().unwrap();
        let mut program = Self { child, port, folder };
        let listening = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                if let Some(status) = program.child.try_wait().unwrap() {
                    panic!("it ended ({status}): {}", program.log());
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, listening).await.expect("it never listened");
        program
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The processes that it has started and that still run.
    #[cfg(feature = "ssh")]
    pub(crate) fn children(&self) -> Vec<u32> {
        let id = self.child.id();
        let list = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        list.split_whitespace().filter_map(|id| id.parse().ok()).collect()
    }

    /// Stops it as an operator would, without waiting for what it has started.
    #[cfg(feature = "ssh")]
    pub(crate) fn kill_children(&self) {
        for id in self.children() {
            // It may have ended by itself in the meantime.
            Command::new("kill").args(["-9", &id.to_string()]).output().unwrap();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        #[cfg(feature = "ssh")]
        self.kill_children();
        if self.child.kill().is_ok() {
            self.child.wait().unwrap();
        }
    }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}
