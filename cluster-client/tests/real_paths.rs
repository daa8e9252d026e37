//! Ways to API servers through the programs that people run: OpenSSH, tinyproxy, microsocks, Dante.
//!
//! Each test looks for its program and says so when it is not there: `cargo xtask path-tools` installs them on Debian, and
//! `cargo test -p cluster-client --test real_paths -- --nocapture` shows what was skipped.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has to stop")]

#[cfg(feature = "ssh")]
#[path = "real_paths/openssh.rs"]
mod openssh;
#[path = "real_paths/programs.rs"]
mod programs;
#[path = "real_paths/proxies.rs"]
mod proxies;

use std::time::Duration;

use cluster_client::path::{Dial, Io, PathError, PathOptions, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, split};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// Longest wait for anything that should happen soon.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stands for an API server: sends back what it gets. Ends with the test's runtime.
async fn echo() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target::new("127.0.0.1", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = split(stream);
                copy(&mut from, &mut to).await
            });
        }
    });
    target
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

async fn speak(stream: &mut dyn Io) -> std::io::Result<()> {
    stream.write_all(b"hello").await?;
    stream.flush().await?;
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).await?;
    assert_eq!(&heard, b"hello");
    Ok(())
}

async fn dial_and_speak(dial: &dyn Dial, target: &Target) -> Box<dyn Io> {
    let mut stream = timeout(PATIENCE, dial.dial(target)).await.unwrap().unwrap();
    timeout(PATIENCE, speak(&mut stream)).await.unwrap().unwrap();
    stream
}

async fn refusal(dial: &dyn Dial, target: &Target) -> PathError {
    timeout(PATIENCE, dial.dial(target)).await.unwrap().err().expect("no way")
}

fn options() -> PathOptions {
    let mut options = PathOptions::default();
    options.dial_timeout = Duration::from_secs(20);
    options.first_backoff = Duration::from_millis(20);
    options.longest_backoff = Duration::from_millis(500);
    options
}
