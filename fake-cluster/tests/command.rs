//! The program as scripts use it: started, waited for, talked to, ended by a signal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, PostParams, WatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

/// Nothing in these tests takes longer on a machine that works.
const BOUND: Duration = Duration::from_secs(30);

struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fake-cluster"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// The line that says that the clusters are ready.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Waits for the end: whether it went well, and what was said on standard error.
    async fn end(mut self) -> (bool, String) {
        let ended = tokio::task::spawn_blocking(move || {
            let mut said = String::new();
            self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            (self.child.wait().unwrap().success(), said)
        });
        tokio::time::timeout(BOUND, ended).await.expect("it does not end").unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

async fn client(kubeconfig: &Path, context: &str) -> kube::Client {
    let config = Kubeconfig::read_from(kubeconfig).unwrap();
    let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
    kube::Client::try_from(kube::Config::from_custom_kubeconfig(config, &options).await.unwrap()).unwrap()
}

fn map(name: &str) -> ConfigMap {
    serde_json::from_value(json!({"metadata": {"name": name}})).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn clusters_are_ready_when_the_program_says_so_and_each_has_its_context() {
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("config");
    let mut program = Program::start(&["--clusters", "3", "--kubeconfig", text(&kubeconfig), "--json"]);
    let ready: Value = serde_json::from_str(&program.line()).unwrap();
    assert_eq!(ready["clusters"].as_array().unwrap().len(), 3);
    assert_eq!(ready["kubeconfig"], text(&kubeconfig));
    assert_eq!(std::fs::metadata(&kubeconfig).unwrap().permissions().mode() & 0o777, 0o600);
    for name in ["cluster-0", "cluster-1", "cluster-2"] {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(&kubeconfig, name).await);
        maps.create(&PostParams::default(), &map(name)).await.unwrap();
        assert_eq!(maps.list(&Default::default()).await.unwrap().items.len(), 1);
    }
    program.signal(rustix::process::Signal::INT);
    assert_eq!(program.end().await, (true, String::new()));
}

#[tokio::test]
async fn what_clusters_hold_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (kubeconfig, snapshot) = (folder.path().join("config"), folder.path().join("content"));
    let arguments = ["--clusters", "2", "--kubeconfig", text(&kubeconfig), "--snapshot", text(&snapshot)];
    let mut program = Program::start(&arguments);
    assert!(program.line().starts_with("ready: 2 clusters"));
    let secret: Secret =
        serde_json::from_value(json!({"metadata": {"name": "s"}, "stringData": {"k": "hunter2"}})).unwrap();
    let secrets: Api<Secret> = Api::default_namespaced(client(&kubeconfig, "cluster-1").await);
    let created = secrets.create(&PostParams::default(), &secret).await.unwrap();
    // A watch does not hold up the end.
    let watched: Api<Secret> = Api::default_namespaced(client(&kubeconfig, "cluster-0").await);
    let _watch = watched.watch(&WatchParams::default(), "0").await.unwrap();
    program.signal(rustix::process::Signal::TERM);
    assert!(program.end().await.0);
    assert_eq!(std::fs::metadata(&snapshot).unwrap().permissions().mode() & 0o777, 0o600);

    let mut program = Program::start(&arguments);
    program.line();
    let secrets: Api<Secret> = Api::default_namespaced(client(&kubeconfig, "cluster-1").await);
    assert_eq!(secrets.get("s").await.unwrap(), created);
    let empty: Api<Secret> = Api::default_namespaced(client(&kubeconfig, "cluster-0").await);
    assert!(empty.list(&Default::default()).await.unwrap().items.is_empty());
    program.signal(rustix::process::Signal::TERM);
    assert!(program.end().await.0);
}

#[tokio::test]
async fn without_a_file_the_kubeconfig_is_what_is_printed() {
    let program = Program::start(&["--quiet"]);
    let child = rustix::process::Pid::from_child(&program.child);
    let mut program = program;
    let mut printed = String::new();
    // The kubeconfig ends with the only line that begins with a brace that closes.
    while !printed.ends_with("\n}\n") {
        let line = program.line();
        assert!(!line.is_empty(), "{printed}");
        printed.push_str(&line);
    }
    let config: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(config["current-context"], "cluster-0");
    rustix::process::kill_process(child, rustix::process::Signal::TERM).unwrap();
    assert_eq!(program.end().await, (true, String::new()));
}

#[tokio::test]
async fn other_peoples_kubeconfigs_and_broken_snapshots_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (kubeconfig, snapshot) = (folder.path().join("config"), folder.path().join("content"));
    let theirs = "apiVersion: v1\nkind: Config\n";
    std::fs::write(&kubeconfig, theirs).unwrap();
    let (well, said) = Program::start(&["--kubeconfig", text(&kubeconfig)]).end().await;
    assert!(!well && said.contains("--force"), "{said}");
    std::fs::write(&snapshot, "{\"format\": \"other\"}").unwrap();
    let (well, said) = Program::start(&["--snapshot", text(&snapshot)]).end().await;
    assert!(!well && said.contains("\"other\""), "{said}");
    assert_eq!(std::fs::read_to_string(&kubeconfig).unwrap(), theirs);
}

#[tokio::test]
async fn controllers_run_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("config");
    let mut program = Program::start(&["--controllers", "--kubeconfig", text(&kubeconfig)]);
    program.line();
    let maps: Api<ConfigMap> = Api::default_namespaced(client(&kubeconfig, "cluster-0").await);
    let begun = std::time::Instant::now();
    while maps.get_opt("kube-root-ca.crt").await.unwrap().is_none() {
        assert!(begun.elapsed() < BOUND, "no controller gives the namespace its ConfigMap");
        tokio::task::yield_now().await;
    }
    program.signal(rustix::process::Signal::TERM);
    assert!(program.end().await.0);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (well, said) = Program::start(&["--port", &port]).end().await;
    assert!(!well && said.contains(&port), "{said}");
}
