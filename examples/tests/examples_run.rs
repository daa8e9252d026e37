//! The examples run: alone, and the tour also against a cluster and a region service that are not its own.
#![expect(clippy::expect_used, reason = "what cannot be set up fails the test")]

use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use fake_cluster::server::FakeCluster;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::PostParams;
use serde_json::json;
use testkit::pki::{Ca, Leaf};
use testkit::region::{Encoding, RegionService};
use testkit::server::TlsServer;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

const PATIENCE: Duration = Duration::from_secs(120);

/// The example as cargo built it, beside this test.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test is a file");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("tests are built two folders deep");
    profile.join("examples").join(name)
}

async fn run(command: &mut Command) -> Output {
    let output = tokio::time::timeout(PATIENCE, command.kill_on_drop(true).output()).await.expect("ends in time");
    output.expect("can be started")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn the_tour_ends_with_every_claim_checked() {
    let output = run(&mut Command::new(example("tour"))).await;
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("all hold") && text.contains("0 failed"), "{text}");
}

#[tokio::test]
async fn the_tour_names_its_chapters() {
    let output = run(Command::new(example("tour")).arg("--list")).await;
    let text = text(&output);
    assert!(output.status.success() && text.lines().count() == 10 && text.contains("spoof "), "{text}");
}

#[tokio::test]
async fn a_chapter_is_told_alone_and_for_programs() {
    let output = run(Command::new(example("tour")).args(["--chapter", "references", "--json"])).await;
    assert!(output.status.success(), "{}", text(&output));
    let summary: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("one JSON document and nothing else");
    assert_eq!((&summary["holds"], &summary["claims"]), (&json!(true), &json!(5)), "{summary}");
    let chapters = summary["chapters"].as_array().expect("a list");
    assert_eq!(chapters.len(), 1, "what it needs of others happens in silence: {summary}");
    assert_eq!(chapters[0]["chapter"], "references");
}

#[tokio::test]
async fn the_service_in_the_middle_calls_for_the_user_it_was_called_for() {
    let output = run(&mut Command::new(example("api_service"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("for the user whom our caller named"), "{text}");
}

#[tokio::test]
async fn the_controller_creates_keeps_and_releases_its_network() {
    let output = run(&mut Command::new(example("network_controller"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("the object is gone, and so is its network"), "{text}");
}

#[tokio::test]
async fn deployments_are_watched_in_every_context() {
    let output = run(&mut Command::new(example("fleet_watch"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("seen in every cluster"), "{text}");
}

#[tokio::test]
async fn a_controller_with_an_old_view_is_refused() {
    let output = run(&mut Command::new(example("stale_client"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("refused: cluster revision is stale"), "{text}");
}

#[tokio::test]
async fn one_controller_works_in_clusters_that_are_there_and_that_come() {
    let output = run(&mut Command::new(example("fleet_controller"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("every team in every cluster has its contacts"), "{text}");
}

#[tokio::test]
async fn repositories_without_owners_are_found() {
    let output = run(&mut Command::new(example("github_repos"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("2 of 7 repositories have no owners"), "{text}");
}

#[tokio::test]
async fn the_tour_goes_to_a_cluster_and_a_service_of_ones_own() {
    let cluster = FakeCluster::start().await.expect("a cluster");
    let kube = cluster.client().expect("a client");
    let namespace: Namespace = serde_json::from_value(json!({"metadata": {"name": "unikorn"}})).expect("a namespace");
    Api::all(kube.clone()).create(&PostParams::default(), &namespace).await.expect("created");
    let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
    let pair = clients.issue(Leaf::client("unikorn-compute").rsa());
    for secret in [servers.secret("unikorn", "ca"), pair.tls_secret("unikorn", "certificate")] {
        Api::namespaced(kube.clone(), "unikorn").create(&PostParams::default(), &secret).await.expect("created");
    }
    let service = RegionService::new();
    let server =
        TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).region(service.clone()).start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, cluster.kubeconfig()).expect("written");

    let mut command = Command::new(example("tour"));
    command.env("KUBECONFIG", &kubeconfig).args(["--region-host", &server.url()]);
    command.args(["--region-ca-secret-namespace", "unikorn", "--region-ca-secret-name", "ca"]);
    command.args(["--client-certificate-namespace", "unikorn", "--client-certificate-name", "certificate"]);
    command.args(["--organization", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "--actor", "ann@acme.com"]);
    let output = run(&mut command).await;
    assert!(output.status.success(), "{}", text(&output));

    let seen = service.seen();
    let encodings: Vec<_> = seen.iter().filter_map(|call| call.encoding.clone()).collect();
    assert_eq!(encodings, [Encoding::Plain, Encoding::Signed("PS512".into())]);
    let actors = seen.iter().filter_map(|call| call.principal.as_ref()?.get("actor")?.as_str());
    assert_eq!(actors.collect::<Vec<_>>(), ["ann@acme.com"; 2]);
    server.shutdown().await;
    cluster.shutdown().await;
}

#[cfg(feature = "aws")]
#[tokio::test]
async fn sessions_of_many_accounts_assume_each_role_once() {
    let output = run(&mut Command::new(example("cloud_sessions"))).await;
    let text = text(&output);
    assert!(output.status.success() && text.contains("AWS was asked for 2 roles: one for each account"), "{text}");
    assert!(text.contains("not served any more"), "{text}");
}

#[tokio::test]
async fn the_fleet_manager_makes_shows_and_retires_a_cluster() {
    let mut command = Command::new(example("fleet_manager"));
    command.args(["--listen", "127.0.0.1:0", "--interval", "1", "--pace", "0"]);
    command.stdout(std::process::Stdio::piped()).kill_on_drop(true);
    let mut manager = command.spawn().expect("can be started");
    let mut lines = tokio::io::BufReader::new(manager.stdout.take().expect("it speaks")).lines();
    let listening = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("in time").expect("text");
    let url =
        listening.as_deref().and_then(|line| line.split("http://").nth(1)).expect("it says where it is").to_owned();

    let wish = json!({"provider": "ocm", "cloud_provider": "aws", "region": "us-east-1"});
    let (status, made) = ask(&url, "POST", "/clusters", Some(&wish)).await;
    assert_eq!(status, 202, "{made}");
    let cluster = format!("/clusters/{}", made["id"].as_str().expect("an id"));
    until(&url, &cluster, |status, shown| status == 200 && shown["status"] == "ready").await;
    let (status, refused) = ask(&url, "POST", "/clusters", Some(&json!({"provider": "nobody"}))).await;
    assert!(status == 400 && refused["error"].as_str().is_some_and(|error| error.contains("ocm")), "{refused}");
    assert_eq!(ask(&url, "DELETE", &cluster, None).await.0, 202);
    until(&url, &cluster, |status, _| status == 404).await;
    let (status, metrics) = ask(&url, "GET", "/metrics", None).await;
    assert!(status == 200 && metrics.to_string().contains("cluster_provider_"), "{metrics}");
}

/// Asks until the answer is as it should be.
async fn until(url: &str, path: &str, is_right: impl Fn(u16, &serde_json::Value) -> bool) {
    let asking = async {
        loop {
            let (status, shown) = ask(url, "GET", path, None).await;
            if is_right(status, &shown) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it comes to that in time");
}

/// One request over a connection of its own; what is no JSON is answered as a text.
async fn ask(address: &str, method: &str, path: &str, body: Option<&serde_json::Value>) -> (u16, serde_json::Value) {
    let stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    let body = body.map(ToString::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (mut reader, mut writer) = tokio::io::split(stream);
    writer.write_all(format!("{head}{body}").as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await.expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).unwrap_or_else(|_| serde_json::Value::String(body.to_owned())))
}
