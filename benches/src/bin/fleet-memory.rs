//! What a cluster weighs in memory: known and not connected, and connected with its health looked at.
//!
//! Each figure is the resident set of a process that does nothing else, as Linux tells it; the API servers run in another process. The
//! program starts itself again for each part. *Registered*: ten thousand clusters, each with its own CA bundle and client certificate in
//! its description, in a registry that connects on demand; the whole process counts. *Connected*: three hundred clusters through the real
//! connector, connected and looked at at least three times, idle; the growth over one such cluster, divided by the rest. *Bare*: as many
//! `kube::Client`s with the same CA and certificate, each after one request, its connection idle in the pool; no health, no registry.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use benches::{Bound, Figure};
use cluster_client::options::ConnectPolicy;
use cluster_client::path::{PathOptions, Paths};
use cluster_client::source::SinkTarget as _;
use cluster_client::spec::{CredentialSpec, ServerTrust};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClientProvider as _, ClusterKey, ClusterSpec, ClusterState, Deadline, Registry, RegistryOptions};
use fake_cluster::fleet::Fleet;
use serde::{Deserialize, Serialize};

const REGISTERED: usize = 10_000;
const CONNECTED: usize = 300;
const ROUNDS: usize = 3;
/// Looks before the weight is taken, and how far apart.
const LOOKS: u32 = 3;
const INTERVAL: Duration = Duration::from_secs(1);

/// What it takes to connect to one cluster.
#[derive(Serialize, Deserialize)]
struct Access {
    url: String,
    ca: String,
    certificate: String,
    key: String,
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match std::env::args().nth(1).as_deref() {
        None => conduct(),
        Some("serve") => runtime.block_on(serve()),
        Some("registered") => runtime.block_on(async { tell(registered(accesses()?).await?) }),
        Some("connected") => runtime.block_on(async { tell(connected(accesses()?).await?) }),
        Some("bare") => runtime.block_on(async { tell(bare(accesses()?).await?) }),
        Some(other) => bail!("there is no part named {other}"),
    }
}

/// Runs the parts and prints the figure.
fn conduct() -> Result<()> {
    let mut servers = part("serve")?;
    let mut line = String::new();
    BufReader::new(servers.stdout.take().context("stdout")?).read_line(&mut line)?;
    let (mut registered, mut connected, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        registered.push(ask("registered", &line)? / 1024.0);
        connected.push(ask("connected", &line)?);
        bare.push(ask("bare", &line)?);
    }
    // Its end of the pipe closes, and it goes.
    drop(servers.stdin.take());
    servers.wait()?;
    let against_bare = connected.iter().zip(&bare).map(|(ours, bare)| ours / bare).collect();
    Figure::new(
        "fleet-memory",
        "MiB; KiB",
        "resident set: 10,000 registered, whole process; 299 of 300 connected and idle, each; API servers elsewhere; median of 3",
    )
    .with_rounds("registered_10000_mib", registered, Bound::AtMost(64.0))
    .with_rounds("connected_kib_each", connected, Bound::AtMost(60.0))
    .with_rounds("bare_kube_client_kib_each", bare, Bound::Beside)
    .with_rounds("connected_against_bare", against_bare, Bound::AtMost(1.3))
    .print();
    Ok(())
}

fn part(name: &str) -> Result<Child> {
    let program = std::env::current_exe()?;
    Ok(Command::new(program).arg(name).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
}

/// Runs a part over these clusters, and takes its number.
fn ask(name: &str, accesses: &str) -> Result<f64> {
    let mut child = part(name)?;
    child.stdin.take().context("stdin")?.write_all(accesses.as_bytes())?;
    let mut said = String::new();
    child.stdout.take().context("stdout")?.read_to_string(&mut said)?;
    ensure!(child.wait()?.success(), "the part {name} failed");
    said.trim().parse().with_context(|| format!("the part {name} said {said:?}"))
}

#[expect(clippy::print_stdout, reason = "it is told to the program that started this one")]
fn tell(number: f64) -> Result<()> {
    println!("{number}");
    Ok(())
}

fn accesses() -> Result<Vec<Access>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(serde_json::from_str(&text)?)
}

/// Serves until nobody listens any more.
#[expect(clippy::print_stdout, reason = "it is told to the program that started this one")]
async fn serve() -> Result<()> {
    let fleet = Fleet::start(CONNECTED).await?;
    let access = |cluster: &fake_cluster::server::FakeCluster| {
        let pair = cluster.admin();
        Access { url: cluster.url(), ca: cluster.ca_pem(), certificate: pair.certificate, key: pair.key }
    };
    println!("{}", serde_json::to_string(&fleet.clusters().iter().map(access).collect::<Vec<_>>())?);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    fleet.shutdown().await;
    Ok(())
}

fn spec(access: &Access) -> Result<ClusterSpec> {
    let trust = ServerTrust::Roots(access.ca.as_bytes().into());
    let credential =
        CredentialSpec::Certificate { chain: access.certificate.as_bytes().into(), key: access.key.as_str().into() };
    Ok(ClusterSpec::new(access.url.parse()?, trust, credential).with_label("tier", "edge"))
}

fn registry(options: RegistryOptions) -> Registry {
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    Registry::builder(Arc::new(connector)).options(options).start()
}

fn key(n: usize) -> Result<ClusterKey> {
    Ok(ClusterKey::namespaced("fleet", format!("edge-{n:05}"))?)
}

/// The whole process with ten thousand descriptions, in KiB.
async fn registered(accesses: Vec<Access>) -> Result<f64> {
    let registry = registry(RegistryOptions::default().with_connect(ConnectPolicy::OnDemand));
    for n in 0..REGISTERED {
        registry.upsert(key(n)?, spec(&accesses[n % accesses.len()])?);
    }
    drop(accesses);
    wait_for("ten thousand clusters", || registry.clusters().len() == REGISTERED).await?;
    let weight = resident_kib()?;
    ensure!(registry.clusters().iter().all(|cluster| cluster.state == ClusterState::Registered));
    registry.shutdown().await;
    Ok(weight)
}

/// What each connected cluster adds, in KiB.
async fn connected(accesses: Vec<Access>) -> Result<f64> {
    let registry = registry(RegistryOptions::default().with_probe_interval(INTERVAL));
    // What every process pays once.
    registry.upsert(key(0)?, spec(&accesses[0])?);
    registry.get(&key(0)?, Deadline::within(Duration::from_secs(30))).await?;
    tokio::time::sleep(INTERVAL * 2).await;
    let before = resident_kib()?;
    for (n, access) in accesses.iter().enumerate().skip(1) {
        registry.upsert(key(n)?, spec(access)?);
    }
    for n in 1..accesses.len() {
        registry.get(&key(n)?, Deadline::within(Duration::from_secs(60))).await?;
    }
    tokio::time::sleep(INTERVAL * (LOOKS + 2)).await;
    let weight = resident_kib()? - before;
    ensure!(registry.clusters().iter().all(|cluster| cluster.state == ClusterState::Connected), "not all are well");
    registry.shutdown().await;
    Ok(each(weight, accesses.len() - 1))
}

/// What each bare client adds, in KiB.
async fn bare(accesses: Vec<Access>) -> Result<f64> {
    let mut clients = vec![bare_client(&accesses[0]).await?];
    let before = resident_kib()?;
    for access in &accesses[1..] {
        clients.push(bare_client(access).await?);
    }
    let weight = resident_kib()? - before;
    Ok(each(weight, clients.len() - 1))
}

async fn bare_client(access: &Access) -> Result<kube::Client> {
    use base64::Engine as _;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let kubeconfig = serde_json::from_value(serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": access.url, "certificate-authority-data": encoded(&access.ca)}}],
        "users": [{"name": "c", "user": {
            "client-certificate-data": encoded(&access.certificate), "client-key-data": encoded(&access.key),
        }}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    }))?;
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &kube::config::KubeConfigOptions::default()).await?;
    let client = kube::Client::try_from(config)?;
    client.apiserver_version().await?;
    Ok(client)
}

async fn wait_for(what: &str, so: impl Fn() -> bool) -> Result<()> {
    for _ in 0..3_000 {
        if so() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("waited for {what} in vain")
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred is exact")]
fn each(weight: f64, count: usize) -> f64 {
    weight / count as f64
}

/// The resident set of this process, as Linux tells it.
fn resident_kib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("this figure needs Linux's /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    line.trim().trim_end_matches("kB").trim().parse().context("VmRSS")
}
