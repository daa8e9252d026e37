//! Over a real API server in the process; what is waited for has a bound.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::fleet::{Fleet, objects};
use fake_cluster::server::FakeCluster;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::source::testing::{Log, Recording, Running, key};
use crate::spec::{Change, SpecError};

const SENTINEL: &str = "s3nt1nel-that-must-not-show";
const PATH: &str = "/api/v1/namespaces/default/secrets";

fn secret(name: &str, kubeconfig: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": "default", "labels": {objects::KUBECONFIG_LABEL: "true", "tier": "a"}},
        "data": {"kubeconfig": STANDARD.encode(kubeconfig)},
    })
}

fn config(server: &str) -> String {
    format!(
        "clusters: [{{name: c, cluster: {{server: 'https://{server}'}}}}]\nusers: [{{name: u, user: {{token: {SENTINEL}}}}}]\n\
         contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n"
    )
}

fn patch(hub: &FakeCluster, name: &str, patch: Value) {
    hub.api().request(Method::PATCH, &format!("{PATH}/{name}"), Some(&patch)).unwrap();
}

fn delete(hub: &FakeCluster, name: &str) {
    hub.api().request(Method::DELETE, &format!("{PATH}/{name}"), None).unwrap();
}

async fn started(hub: &FakeCluster) -> (Arc<Recording>, Running) {
    let recording = Recording::new();
    let running = Running::start(KubeconfigSecrets::new(hub.client().unwrap(), "default"), &recording);
    recording.wait_said("=kubeconfig-secrets").await;
    (recording, running)
}

#[tokio::test]
async fn secrets_that_exist_appear_change_and_go_are_clusters() {
    let hub = FakeCluster::start().await.unwrap();
    hub.create(secret("old", &config("old"))).unwrap();
    let (recording, running) = started(&hub).await;
    assert_eq!(recording.said(), ["+old https://old/", "=kubeconfig-secrets"]);
    assert_eq!(recording.spec(&key("old")).unwrap().labels["tier"], "a");
    recording.forget();

    hub.create(secret("new", &config("new"))).unwrap();
    recording.wait_said("+new https://new/").await;
    patch(&hub, "old", json!({"data": {"kubeconfig": STANDARD.encode(config("elsewhere"))}}));
    recording.wait_said("+old https://elsewhere/").await;
    delete(&hub, "new");
    recording.wait_said("-new").await;
    assert_eq!(recording.clusters(), ["old"]);
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_secret_that_loses_its_label_is_a_cluster_that_is_gone() {
    let hub = FakeCluster::start().await.unwrap();
    hub.create(secret("a", &config("a"))).unwrap();
    let (recording, running) = started(&hub).await;
    patch(&hub, "a", json!({"metadata": {"labels": {objects::KUBECONFIG_LABEL: null}}}));
    recording.wait_said("-a").await;
    patch(&hub, "a", json!({"metadata": {"labels": {objects::KUBECONFIG_LABEL: "true"}}}));
    recording.wait_for("its return", |recording| recording.clusters() == ["a"]).await;
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_touched_secret_says_nothing_and_a_label_of_it_is_told() {
    let hub = FakeCluster::start().await.unwrap();
    hub.create(secret("a", &config("a"))).unwrap();
    let (recording, running) = started(&hub).await;
    let before = recording.spec(&key("a")).unwrap();
    recording.forget();
    patch(&hub, "a", json!({"metadata": {"annotations": {"touched": "1"}}}));
    patch(&hub, "a", json!({"metadata": {"labels": {"tier": "b"}}}));
    // The events come in order: what was told after the second one is all there is to tell.
    recording.wait_said("+a https://a/").await;
    assert_eq!(recording.said(), ["+a https://a/"]);
    assert_eq!(recording.spec(&key("a")).unwrap().change_from(&before), Change::Labels);
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn bad_secrets_are_rejected_and_leave_the_others_and_the_last_good_one() {
    let hub = FakeCluster::start().await.unwrap();
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}";
    hub.create(secret("good", &config("good"))).unwrap();
    hub.create(secret("a-empty", "")).unwrap();
    hub.create(secret("b-garbage", &format!("{SENTINEL}: ["))).unwrap();
    hub.create(secret("c-exec", &config("c").replace(&format!("token: {SENTINEL}"), exec))).unwrap();
    let mut missing = secret("d-missing", "");
    missing["data"] = json!({"other": "eA=="});
    hub.create(missing).unwrap();
    let (recording, running) = started(&hub).await;
    assert_eq!(recording.clusters(), ["good"]);
    let error = |name| recording.error(&key(name)).unwrap();
    assert!(matches!(error("a-empty"), SourceError::MissingKey { .. }));
    assert!(matches!(error("b-garbage"), SourceError::Kubeconfig { .. }));
    let SourceError::Spec(refused) = error("c-exec") else { panic!() };
    assert!(matches!(refused.root(), SpecError::Refused { .. }));
    assert!(matches!(error("d-missing"), SourceError::MissingKey { .. }));

    patch(&hub, "good", json!({"data": {"kubeconfig": STANDARD.encode("17")}}));
    recording.wait_for("its error", |recording| recording.error(&key("good")).is_some()).await;
    assert!(recording.spec(&key("good")).is_some());
    patch(&hub, "good", json!({"data": {"kubeconfig": STANDARD.encode(config("good"))}}));
    recording.wait_for("its repair", |recording| recording.error(&key("good")).is_none()).await;
    delete(&hub, "b-garbage");
    recording.wait_said("-b-garbage").await;
    assert!(!recording.said().join("\n").contains(SENTINEL));
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn all_namespaces_have_keys_of_their_own() {
    let hub = FakeCluster::start().await.unwrap();
    let mut other = secret("a", &config("other"));
    other["metadata"]["namespace"] = "kube-system".into();
    hub.create(secret("a", &config("a"))).unwrap();
    hub.create(other).unwrap();
    let recording = Recording::new();
    let source = KubeconfigSecrets::of_all_namespaces(hub.client().unwrap()).with_name("all");
    let running = Running::start(source, &recording);
    recording.wait_said("=all").await;
    assert_eq!(recording.clusters(), ["default/a", "kube-system/a"]);
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn what_changed_while_the_watch_was_broken_is_found() {
    let hub = FakeCluster::start().await.unwrap();
    hub.create(secret("stays", &config("stays"))).unwrap();
    hub.create(secret("goes", &config("goes"))).unwrap();
    let broken = hub.faults().add(Fault::new(Effect::unavailable()).on_verb(Verb::Watch));
    let (recording, running) = started(&hub).await;
    recording.forget();
    delete(&hub, "goes");
    hub.create(secret("comes", &config("comes"))).unwrap();
    // The server has forgotten where the watch would have begun.
    hub.faults().add(Fault::new(Effect::ExpiredWatch).on_verb(Verb::Watch).times(1));
    broken.remove();
    recording.wait_for("both changes", |recording| recording.clusters() == ["comes", "stays"]).await;
    assert!(!recording.said().iter().any(|said| said.contains("stays")), "{:?}", recording.said());
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn started_again_it_describes_the_same() {
    let fleet = Fleet::start(2).await.unwrap();
    let hub = FakeCluster::start().await.unwrap();
    for cluster in fleet.clusters() {
        hub.create(objects::kubeconfig_secret(cluster, "default")).unwrap();
    }
    let (before, running) = started(&hub).await;
    running.stop().await.unwrap();
    let (after, running) = started(&hub).await;
    running.stop().await.unwrap();
    for cluster in fleet.clusters() {
        let spec = |recording: &Recording| recording.spec(&key(cluster.name())).unwrap();
        assert_eq!(spec(&after).change_from(&spec(&before)), Change::None);
        assert_eq!(spec(&after).server.url.as_str().trim_end_matches('/'), cluster.url());
    }
    hub.shutdown().await;
    fleet.shutdown().await;
}

#[tokio::test]
async fn nothing_that_a_secret_holds_is_logged_or_shown() {
    let hub = FakeCluster::start().await.unwrap();
    let two_credentials = format!("token: {SENTINEL}, username: {SENTINEL}");
    let secrets = [
        ("good", config("good")),
        ("garbage", format!("{SENTINEL}: [")),
        ("number", config("c").replace(SENTINEL, "[s3nt1nel-that-must-not-show]")),
        ("two", config("c").replace(&format!("token: {SENTINEL}"), &two_credentials)),
        ("server", config(&format!("me:{SENTINEL}@c"))),
        ("proxy", config("c', proxy-url: 'gopher://me:s3nt1nel-that-must-not-show@p")),
    ];
    for (name, kubeconfig) in &secrets {
        hub.create(secret(name, kubeconfig)).unwrap();
    }
    let (log, guard) = Log::start();
    let (recording, running) = started(&hub).await;
    for (name, _) in &secrets {
        let error = recording.error(&key(name));
        assert_eq!(error.is_none(), *name == "good", "{name}: {error:?}");
        tracing::info!("{error:?} {error:#?} {:?}", recording.spec(&key(name)));
    }
    running.stop().await.unwrap();
    drop(guard);
    let written = log.written();
    assert!(written.contains("a cluster cannot be described"), "{written}");
    for (_, kubeconfig) in &secrets {
        let encoded = STANDARD.encode(kubeconfig);
        assert!(!written.contains(SENTINEL) && !written.contains(&encoded), "{written}");
    }
    hub.shutdown().await;
}
