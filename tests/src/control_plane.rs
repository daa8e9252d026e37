//! One etcd and one kube-apiserver on loopback, started and stopped by a test; knows nothing of scenarios.

mod assets;
mod process;
mod secrets;

pub use assets::Assets;

use crate::access::{self, Credential, Pair, Who};
use anyhow::{Context as _, Result, bail};
use process::Process;
use secrets::Authority;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a start may take, on a busy machine.
const START: Duration = Duration::from_secs(120);

/// A running control plane. Dropping it kills both processes and removes their data.
#[derive(Debug)]
pub struct ControlPlane {
    // Fields drop in this order: the API server first, then its store, then their folder.
    apiserver: Process,
    etcd: Process,
    authority: Authority,
    url: String,
    etcd_url: String,
    started_in: Duration,
    data: tempfile::TempDir,
}

impl ControlPlane {
    /// Starts both processes and waits for `/readyz`.
    ///
    /// Ports are chosen by binding port 0 and letting go again, so another process may take one in between:
    /// a start that dies of that is tried again.
    ///
    /// # Errors
    /// When a process cannot be started, ends early or is not ready after two minutes; the error carries the
    /// end of its log.
    pub async fn start(assets: &Assets) -> Result<Self> {
        let mut last = None;
        for _ in 0..3 {
            match Self::start_once(assets).await {
                Ok(plane) => return Ok(plane),
                Err(error) if format!("{error:#}").contains("address already in use") => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.context("no attempt was made")?)
    }

    async fn start_once(assets: &Assets) -> Result<Self> {
        let begun = Instant::now();
        let data = tempfile::Builder::new().prefix("mooring-control-plane-").tempdir()?;
        let authority = Authority::write(data.path())?;
        let [client_port, peer_port, secure_port] = free_ports()?;
        let etcd_url = format!("http://127.0.0.1:{client_port}");
        let mut etcd =
            Process::spawn("etcd", assets.etcd(), &etcd_arguments(data.path(), &etcd_url, peer_port), data.path())?;
        let probe = hyper_util_client();
        wait_until(&mut etcd, begun, || ready_http(&probe, &etcd_url)).await?;

        let url = format!("https://127.0.0.1:{secure_port}");
        let mut apiserver = Process::spawn(
            "kube-apiserver",
            assets.apiserver(),
            &apiserver_arguments(data.path(), &etcd_url, secure_port),
            data.path(),
        )?;
        let admin = authority.issue("kubernetes-admin", Some("system:masters"))?;
        let client = access::client(&url, authority.certificate(), Credential::Certificate(admin))?;
        wait_until(&mut apiserver, begun, || ready(&client)).await?;
        Ok(Self { apiserver, etcd, authority, url, etcd_url, started_in: begun.elapsed(), data })
    }

    /// The server's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The CA that signed the serving certificate and every client certificate, in PEM.
    pub fn ca(&self) -> &str {
        self.authority.certificate()
    }

    /// From the call of [`start`](Self::start) to ready.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// The processes' ids: etcd, kube-apiserver.
    pub fn process_ids(&self) -> [u32; 2] {
        [self.etcd.id(), self.apiserver.id()]
    }

    /// A client as `who`, without retries.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn client(&self, who: &Who) -> Result<kube::Client> {
        access::client(&self.url, self.ca(), self.credential(who)?)
    }

    fn credential(&self, who: &Who) -> Result<Credential> {
        Ok(match who {
            Who::Admin => Credential::Certificate(self.issue("kubernetes-admin", Some("system:masters"))?),
            Who::Anonymous => Credential::Anonymous,
            Who::User { name, group } => Credential::Certificate(self.issue(name, group.as_deref())?),
            Who::Token(token) => Credential::Token(token.clone().into()),
        })
    }

    /// A client certificate for a user and its group.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn issue(&self, name: &str, group: Option<&str>) -> Result<Pair> {
        self.authority.issue(name, group)
    }

    /// A bearer token of the user `token-user` in the group `token-group`.
    pub fn token(&self) -> &str {
        self.authority.token()
    }

    /// A bearer token of the user `second-token-user` in the group `token-group`.
    pub fn second_token(&self) -> &str {
        self.authority.second_token()
    }

    /// Forgets history up to now, as the API server does every five minutes.
    ///
    /// # Errors
    /// When etcd does not answer or refuses.
    pub async fn compact(&self) -> Result<()> {
        let http = hyper_util_client();
        let status = post_json(&http, &format!("{}/v3/maintenance/status", self.etcd_url), "{}").await?;
        let revision = status["header"]["revision"].as_str().context("etcd did not say its revision")?;
        let body = serde_json::json!({"revision": revision, "physical": true}).to_string();
        post_json(&http, &format!("{}/v3/kv/compaction", self.etcd_url), &body).await?;
        Ok(())
    }

    /// The end of both logs, for a failing test.
    pub fn logs(&self) -> String {
        format!("{}\n{}", self.etcd.log_tail(), self.apiserver.log_tail())
    }

    /// Stops both processes, waits for them and removes their data.
    ///
    /// # Errors
    /// When a process cannot be waited for or the folder cannot be removed.
    pub fn shutdown(self) -> Result<()> {
        let Self { mut apiserver, mut etcd, data, .. } = self;
        apiserver.stop()?;
        etcd.stop()?;
        data.close().context("control plane data")
    }
}

fn etcd_arguments(data: &Path, url: &str, peer_port: u16) -> Vec<String> {
    let peer = format!("http://127.0.0.1:{peer_port}");
    vec![
        format!("--data-dir={}", data.join("etcd-data").display()),
        format!("--listen-client-urls={url}"),
        format!("--advertise-client-urls={url}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
        "--unsafe-no-fsync".into(),
        "--log-level=warn".into(),
    ]
}

fn apiserver_arguments(data: &Path, etcd_url: &str, port: u16) -> Vec<String> {
    let file = |name: &str| data.join(name).display().to_string();
    vec![
        format!("--etcd-servers={etcd_url}"),
        "--bind-address=127.0.0.1".into(),
        "--advertise-address=127.0.0.1".into(),
        format!("--secure-port={port}"),
        format!("--cert-dir={}", file("certs")),
        format!("--tls-cert-file={}", file("server.crt")),
        format!("--tls-private-key-file={}", file("server.key")),
        format!("--client-ca-file={}", file("ca.crt")),
        "--service-account-issuer=https://127.0.0.1/".into(),
        format!("--service-account-key-file={}", file("service-account.pub")),
        format!("--service-account-signing-key-file={}", file("service-account.key")),
        format!("--token-auth-file={}", file("tokens.csv")),
        "--authorization-mode=RBAC".into(),
        "--service-cluster-ip-range=10.0.0.0/16".into(),
        "--disable-admission-plugins=ServiceAccount".into(),
        "--allow-privileged=true".into(),
        // The controller that writes the `kubernetes` service's endpoints refuses loopback addresses.
        "--endpoint-reconciler-type=none".into(),
        // A test client alone on its server is not to be throttled.
        "--enable-priority-and-fairness=false".into(),
        "--max-requests-inflight=0".into(),
        "--max-mutating-requests-inflight=0".into(),
        // Old lists come from etcd, where they can be compacted, and not from memory, where they cannot.
        "--feature-gates=ListFromCacheSnapshot=false".into(),
    ]
}

/// Ports that were free a moment ago, all different.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut held = Vec::with_capacity(N);
    for _ in 0..N {
        held.push(TcpListener::bind("127.0.0.1:0")?);
    }
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

async fn wait_until<F, R>(process: &mut Process, begun: Instant, ready: F) -> Result<()>
where
    F: Fn() -> R,
    R: Future<Output = bool>,
{
    let mut tick = tokio::time::interval(Duration::from_millis(25));
    loop {
        tick.tick().await;
        if ready().await {
            return Ok(());
        }
        if let Some(status) = process.ended()? {
            bail!("{} ended with {status} while starting:\n{}", process.name(), process.log_tail());
        }
        if begun.elapsed() > START {
            bail!("{} was not ready after {START:?}:\n{}", process.name(), process.log_tail());
        }
    }
}

async fn ready(client: &kube::Client) -> bool {
    let request = http::Request::get("/readyz").body(kube::client::Body::empty());
    let Ok(request) = request else { return false };
    let answer = tokio::time::timeout(Duration::from_secs(5), client.send(request)).await;
    matches!(answer, Ok(Ok(response)) if response.status().is_success())
}

type HttpClient = hyper_util::client::legacy::Client<
    hyper_util::client::legacy::connect::HttpConnector,
    http_body_util::Full<bytes::Bytes>,
>;

fn hyper_util_client() -> HttpClient {
    hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http()
}

async fn ready_http(http: &HttpClient, url: &str) -> bool {
    let Ok(uri) = format!("{url}/health").parse() else { return false };
    matches!(http.get(uri).await, Ok(response) if response.status().is_success())
}

async fn post_json(http: &HttpClient, url: &str, body: &str) -> Result<serde_json::Value> {
    use http_body_util::BodyExt as _;
    let request = http::Request::post(url).body(body.to_owned().into())?;
    let response = http.request(request).await.with_context(|| format!("POST {url}"))?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        bail!("POST {url}: {status}: {}", String::from_utf8_lossy(&bytes));
    }
    Ok(serde_json::from_slice(&bytes)?)
}
