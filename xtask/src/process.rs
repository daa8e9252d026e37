//! Runs other programs. Knows nothing of what they do.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The cargo that runs the workshop, without flags meant for the workshop itself.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.env_remove("RUSTFLAGS");
    cargo
}

/// Runs to the end; anything but success is an error that names the program.
pub(crate) fn complete(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not run {}", command.get_program().display()))?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().display());
    Ok(())
}
