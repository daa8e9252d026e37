//! Runs our half of the trust between services against the Go services' own packages. Knows nothing of the cases:
//! they are in `tests/examples/interop`, the peer is in `interop/`.

use std::env;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::codegen::workspace_root;
use crate::process::{cargo, complete};

pub(crate) fn run() -> Result<()> {
    if !has_go()? {
        println!("interop: skipped, there is no Go here; install Go and run `cargo xtask interop` again");
        return Ok(());
    }
    let root = workspace_root()?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let peer = root.join(target).join("interop").join("peer");
    let mut build = Command::new("go");
    build.current_dir(root.join("interop")).args(["build", "-trimpath", "-o"]).arg(&peer).arg(".");
    complete(&mut build).context("could not build the Go peer; its modules come from the Go module proxy")?;
    let mut compare = cargo();
    compare.current_dir(&root).args(["run", "--quiet", "--package", "tests", "--example", "interop", "--"]);
    complete(compare.arg(&peer)).context("the two sides do not understand each other; see the table")
}

fn has_go() -> Result<bool> {
    match Command::new("go").arg("version").stdout(Stdio::null()).status() {
        Ok(status) => Ok(status.success()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("could not run go"),
    }
}
