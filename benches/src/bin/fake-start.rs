//! How soon a fake cluster is up, how soon five hundred are, and what each weighs at rest.
//!
//! One: the median over 50 starts, each from the call to an answered `GET /readyz` left out, as the listener accepts when `start` returns.
//! Five hundred: all started concurrently on one runtime of two threads, from the first call to the last return, median of three.
//! Weight: the growth of the process's resident set with five hundred up and idle, divided by five hundred; first round, before any
//! memory can be reused. The start of a real kube-apiserver with etcd is printed beside it when its binaries are there.

use anyhow::{Context as _, Result};
use benches::{Bound, Figure};
use fake_cluster::server::FakeCluster;
use futures::future::try_join_all;
use std::time::{Duration, Instant};
use tests::control_plane::{Assets, ControlPlane};

const MANY: usize = 500;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure())
}

async fn measure() -> Result<()> {
    // What every process pays once: the TLS provider, the schemas of built-in kinds.
    FakeCluster::start().await?.shutdown().await;

    let (weight, mut many) = five_hundred().await?;
    let mut manies = vec![millis(many)];
    for _ in 0..2 {
        (_, many) = five_hundred().await?;
        manies.push(millis(many));
    }
    let mut ones = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        let cluster = FakeCluster::start().await?;
        ones.push(millis(begun.elapsed()));
        cluster.shutdown().await;
    }
    let mut figure = Figure::new(
        "fake-start",
        "ms; KiB",
        "median of 50 starts; 500 concurrent starts, median of 3; resident set / 500",
    )
    .with_rounds("one_ms", ones, Bound::AtMost(2.0))
    .with_rounds("five_hundred_ms", manies, Bound::AtMost(1000.0))
    .with("kib_each", weight, Bound::AtMost(300.0));
    if let Some(assets) = Assets::find() {
        let plane = ControlPlane::start(&assets).await?;
        figure = figure.with("real_control_plane_ms", millis(plane.started_in()), Bound::Beside);
        plane.shutdown()?;
    }
    figure.print();
    Ok(())
}

/// Starts five hundred; the resident set that each adds, in KiB, and the time it took.
async fn five_hundred() -> Result<(f64, Duration)> {
    let before = resident_kib()?;
    let begun = Instant::now();
    let clusters = try_join_all((0..MANY).map(|_| FakeCluster::start())).await?;
    let took = begun.elapsed();
    #[expect(clippy::cast_precision_loss, reason = "five hundred is exact")]
    let each = (resident_kib()? - before) / MANY as f64;
    for cluster in clusters {
        cluster.shutdown().await;
    }
    Ok((each, took))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The resident set of this process, as Linux tells it.
fn resident_kib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("this figure needs Linux's /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    line.trim().trim_end_matches("kB").trim().parse().context("VmRSS")
}
