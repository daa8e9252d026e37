//! Runs a cluster until Ctrl-C, for `kubectl` and `curl`.
//!
//! ```text
//! cargo run -p fake-cluster --example serve > /tmp/fake.kubeconfig &
//! kubectl --kubeconfig /tmp/fake.kubeconfig get namespaces
//! ```

use std::io::Write as _;

use fake_cluster::server::FakeCluster;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = FakeCluster::start().await?;
    let mut out = std::io::stdout().lock();
    out.write_all(cluster.kubeconfig().as_bytes())?;
    out.flush()?;
    drop(out);
    tokio::signal::ctrl_c().await?;
    cluster.shutdown().await;
    Ok(())
}
