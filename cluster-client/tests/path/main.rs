//! Ways to API servers against proxies and jump hosts in this process.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has to stop")]

mod direct;
mod proxies;
#[cfg(feature = "ssh")]
mod ssh;

use std::time::Duration;

use cluster_client::path::{Dial, Io, PathOptions, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, split};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Longest wait for anything that should happen soon.
const PATIENCE: Duration = Duration::from_secs(20);

/// Stands for an API server: sends back what it gets.
struct Echo {
    target: Target,
    task: JoinHandle<()>,
}

impl Echo {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target::new("127.0.0.1", listener.local_addr().unwrap().port());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = split(stream);
                    copy(&mut from, &mut to).await
                });
            }
        });
        Self { target, task }
    }

    fn address(&self) -> String {
        self.target.to_string()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A port on loopback where nobody listens.
async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Says something and hears it again.
async fn speak(stream: &mut dyn Io) -> std::io::Result<()> {
    stream.write_all(b"hello").await?;
    stream.flush().await?;
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).await?;
    assert_eq!(&heard, b"hello");
    Ok(())
}

async fn dial_and_speak(dial: &dyn Dial, target: &Target) -> Box<dyn Io> {
    let mut stream = dial.dial(target).await.unwrap();
    speak(&mut stream).await.unwrap();
    stream
}

/// Short enough for tests of what fails.
fn hasty() -> PathOptions {
    let mut options = PathOptions::default();
    options.dial_timeout = Duration::from_secs(2);
    options.lookup_timeout = Duration::from_millis(300);
    options.first_backoff = Duration::from_millis(20);
    options
}

/// Waits until something is so.
async fn until(mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it never came to that");
}
