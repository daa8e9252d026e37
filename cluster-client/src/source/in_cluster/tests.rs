use std::collections::HashMap;

use fake_cluster::api::User;
use fake_cluster::server::FakeCluster;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::json;

use super::*;
use crate::path::Route;
use crate::source::testing::{Recording, Running, key, spec};

fn lookup(variables: &[(&str, &str)]) -> Lookup {
    let variables: HashMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Arc::new(move |name| variables.get(name).cloned())
}

fn mounted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "t").unwrap();
    std::fs::write(folder.path().join("namespace"), "mooring\n").unwrap();
    folder
}

fn source(variables: &[(&str, &str)], folder: &tempfile::TempDir) -> InCluster {
    InCluster::new(key("home"), lookup(variables)).with_service_account(folder.path())
}

#[tokio::test]
async fn a_service_account_describes_the_cluster_we_run_in() {
    let folder = mounted();
    let recording = Recording::new();
    let running = Running::start(source(&[(HOST, "10.0.0.1"), (PORT, "443")], &folder), &recording);
    recording.wait_said("=in-cluster").await;
    let spec = recording.spec(&key("home")).unwrap();
    assert_eq!(spec.server.url.as_str(), "https://10.0.0.1/");
    assert_eq!(spec.server.trust, ServerTrust::RootsFile(folder.path().join("ca.crt")));
    assert!(matches!(&spec.credential, CredentialSpec::TokenFile(path) if *path == folder.path().join("token")));
    assert_eq!(spec.default_namespace, "mooring");
    running.stop().await.unwrap();
}

#[test]
fn an_address_may_be_ipv6_or_a_name() {
    let folder = mounted();
    let v6 = source(&[(HOST, "fd00::1"), (PORT, "6443")], &folder).spec().unwrap();
    assert_eq!(v6.server.url.as_str(), "https://[fd00::1]:6443/");
    let dns = source(&[], &folder).with_dns_name().spec().unwrap();
    assert_eq!(dns.server.url.as_str(), "https://kubernetes.default.svc/");
}

#[tokio::test]
async fn outside_a_cluster_the_source_says_so() {
    let folder = mounted();
    for (variables, wanted) in [
        (&[][..], HOST),
        (&[(HOST, "a")][..], PORT),
        (&[(HOST, "a"), (PORT, "x")][..], PORT),
        (&[(HOST, "a@b"), (PORT, "1")][..], HOST),
        (&[(HOST, "a/b"), (PORT, "1")][..], HOST),
    ] {
        let error = Running::start(source(variables, &folder), &Recording::new()).stop().await.unwrap_err();
        assert!(matches!(error, SourceError::NotInCluster { variable } if variable == wanted), "{error:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    let error = source(&[(HOST, "a"), (PORT, "1")], &empty).spec().unwrap_err();
    assert!(matches!(error, SourceError::File { .. }));
}

#[test]
fn our_pod_is_known_by_three_variables() {
    let all = [("POD_NAMESPACE", "n"), ("POD_NAME", "p"), ("POD_UID", "u")];
    assert_eq!(OwnPod::from_lookup(&lookup(&all)), Some(OwnPod::new("n", "p", "u")));
    for missing in 0..3 {
        let mut some = all;
        some[missing].1 = "";
        assert_eq!(OwnPod::from_lookup(&lookup(&some)), None);
    }
}

#[tokio::test]
async fn the_cluster_with_our_pod_is_our_own() {
    let cluster = FakeCluster::start().await.unwrap();
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mooring-0", "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "c"}]},
    });
    let pod = cluster.create(pod).unwrap();
    let uid = pod["metadata"]["uid"].as_str().unwrap();
    let client = cluster.client().unwrap();
    let own = |namespace, name, uid| OwnPod::new(namespace, name, uid);
    assert!(own("default", "mooring-0", uid).runs_in(&client).await.unwrap());
    assert!(!own("default", "mooring-0", "another").runs_in(&client).await.unwrap());
    assert!(!own("default", "mooring-1", uid).runs_in(&client).await.unwrap());
    assert!(!own("other", "mooring-0", uid).runs_in(&client).await.unwrap());
    // Who may not look does not know, and goes the ordinary way.
    let token = cluster.issue_token(User::new("nobody", &[]), None);
    let config = cluster.kubeconfig_for(&fake_cluster::server::Credential::Token(token));
    let config = Kubeconfig::from_yaml(&config).unwrap();
    let config = kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await.unwrap();
    let nobody = Client::try_from(config).unwrap();
    assert!(!own("default", "mooring-0", uid).runs_in(&nobody).await.unwrap());
    cluster.shutdown().await;
    assert!(own("default", "mooring-0", uid).runs_in(&client).await.is_err());
}

#[test]
fn from_within_a_cluster_only_the_address_changes() {
    let folder = mounted();
    let own = source(&[(HOST, "10.0.0.1"), (PORT, "443")], &folder).spec().unwrap();
    let outer = spec("https://public.example")
        .with_credential(CredentialSpec::Token("t".to_owned().into()))
        .with_label("a", "b")
        .with_tls_server_name("public");
    let inner = through_own_cluster(outer, &own);
    assert_eq!(inner.server, own.server);
    assert!(matches!(inner.route, Route::Direct));
    assert!(matches!(inner.credential, CredentialSpec::Token(_)));
    assert_eq!(inner.labels["a"], "b");
}
