//! Talks to the Go program: a JSON case a line in, a JSON answer a line out. Knows nothing of what the cases mean.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Sends every case and returns the answers in the same order.
pub(crate) fn ask<C: Serialize, A: DeserializeOwned>(program: &Path, mode: &str, cases: &[C]) -> Result<Vec<A>> {
    let mut input = String::new();
    for case in cases {
        input.push_str(&serde_json::to_string(case)?);
        input.push('\n');
    }
    let mut child = Command::new(program)
        .arg(mode)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let mut stdin = child.stdin.take().context("the peer has no input")?;
    let stdout = child.stdout.take().context("the peer has no output")?;
    // Written beside reading, so that neither side waits on a full pipe.
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let answers = BufReader::new(stdout)
        .lines()
        .map(|line| serde_json::from_str(&line?).context("the peer's answer is not the JSON expected"))
        .collect::<Result<Vec<A>>>();
    let written = writer.join();
    let status = child.wait()?;
    ensure!(status.success(), "the peer ended with {status}");
    ensure!(matches!(written, Ok(Ok(()))), "the peer did not read every case");
    let answers = answers?;
    ensure!(answers.len() == cases.len(), "the peer answered {} of {} cases", answers.len(), cases.len());
    Ok(answers)
}
