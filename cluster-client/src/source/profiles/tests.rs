//! Over a real API server in the process; what is waited for has a bound.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fake_cluster::fleet::{Fleet, objects};
use fake_cluster::server::FakeCluster;
use http::Method;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::source::testing::{Recording, Running, key};
use crate::spec::{Change, ClusterSpec, CredentialSpec, ExecSpec, ServerTrust, SpecError};

const SENTINEL: &str = "s3nt1nel-that-must-not-show";
const PROFILES: &str = "/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/clusterprofiles";
const SECRETS: &str = "/api/v1/namespaces/default/secrets";
const ARGS: &str = "clusterprofiles.multicluster.x-k8s.io/exec/additional-args";
const VARIABLES: &str = "clusterprofiles.multicluster.x-k8s.io/exec/additional-envs";
const CONFIG: &str = "client.authentication.k8s.io/exec";

fn id(name: &str) -> Id {
    Id { namespace: "n".into(), name: name.into() }
}

fn plugin() -> ExecSpec {
    ExecSpec::new("plugin").with_args(["get"]).with_env([("A", "file")])
}

fn config(args: ProfileArgs, variables: ProfileVariables) -> AccessConfig {
    AccessConfig::new().with_provider("fake", plugin(), args, variables)
}

/// A profile with these extensions of the provider `fake`.
fn profile(extensions: Value) -> Value {
    json!({"status": {"accessProviders": [
        {"name": "other", "cluster": {"server": "https://other"}},
        {"name": "fake", "cluster": {"server": "https://c.example", "extensions": extensions}},
    ]}})
}

fn exec_of(spec: Result<ClusterSpec, SourceError>) -> ExecSpec {
    match spec.unwrap().credential {
        CredentialSpec::Exec(exec) => (*exec).clone(),
        other => panic!("{other:?}"),
    }
}

fn describe(config: &AccessConfig, name: &str, profile: &Value) -> Result<ClusterSpec, SourceError> {
    config.describe(&id(name), profile, &TrustPolicy::for_secrets())
}

// --- access providers ---

#[test]
fn what_one_profile_adds_never_reaches_another() {
    let config = config(ProfileArgs::Append, ProfileVariables::Replace);
    let a = profile(json!([
        {"name": ARGS, "extension": ["--tenant", "a"]}, {"name": VARIABLES, "extension": {"A": "a", "B": "a"}},
        {"name": CONFIG, "extension": {"of": "a"}},
    ]));
    let b = profile(json!([{"name": ARGS, "extension": ["--tenant", "b"]}]));
    let of_a = |exec: ExecSpec| {
        assert_eq!(exec.args, ["get", "--tenant", "a"]);
        assert_eq!(exec.env, [("A".to_owned(), "a".to_owned()), ("B".to_owned(), "a".to_owned())]);
        assert_eq!(exec.cluster_config, Some(json!({"of": "a"})));
    };
    // Whatever the order and however often: nothing piles up.
    for _ in 0..3 {
        of_a(exec_of(describe(&config, "a", &a)));
        let exec = exec_of(describe(&config, "b", &b));
        assert_eq!(exec, plugin().with_args(["get", "--tenant", "b"]));
    }
    assert_eq!(describe(&config, "a", &a).unwrap().change_from(&describe(&config, "a", &a).unwrap()), Change::None);
}

proptest! {
    #[test]
    fn no_order_of_profiles_matters(order in proptest::collection::vec(0..4_usize, 1..20)) {
        let config = config(ProfileArgs::Append, ProfileVariables::AppendIfNotExists);
        for n in order {
            let extensions = json!([{"name": ARGS, "extension": [n.to_string()]}, {"name": VARIABLES, "extension": {"N": n.to_string()}}]);
            let exec = exec_of(describe(&config, "p", &profile(extensions)));
            prop_assert_eq!(exec, plugin().with_args(["get".to_owned(), n.to_string()]).with_env([("A", "file".to_owned()), ("N", n.to_string())]));
        }
    }
}

#[test]
fn a_profile_adds_only_what_the_configuration_lets_it() {
    let added = profile(json!([
        {"name": ARGS, "extension": ["x"]}, {"name": VARIABLES, "extension": {"A": "profile", "B": "profile"}},
    ]));
    let env = |variables| exec_of(describe(&config(ProfileArgs::Ignore, variables), "a", &added)).env;
    let pairs = |a: &str, b: Option<&str>| -> Vec<(String, String)> {
        let all = [("A", Some(a)), ("B", b)];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
    };
    assert_eq!(env(ProfileVariables::Ignore), pairs("file", None));
    assert_eq!(env(ProfileVariables::AppendIfNotExists), pairs("file", Some("profile")));
    assert_eq!(env(ProfileVariables::Replace), pairs("profile", Some("profile")));
    let ignored = exec_of(describe(&config(ProfileArgs::Ignore, ProfileVariables::Ignore), "a", &added));
    assert_eq!(ignored, plugin());
}

#[test]
fn a_profile_cannot_change_which_code_runs() {
    let config = config(ProfileArgs::Append, ProfileVariables::Replace);
    for variable in ["PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"] {
        let bad = profile(json!([{"name": VARIABLES, "extension": {variable: SENTINEL}}]));
        let Err(SourceError::Spec(SpecError::Refused { what, .. })) = describe(&config, "a", &bad) else { panic!() };
        assert!(what.contains(variable) && !what.contains(SENTINEL), "{what}");
    }
    for (extension, content) in
        [(ARGS, json!({"a": SENTINEL})), (VARIABLES, json!([SENTINEL])), (VARIABLES, json!({"a=b": ""}))]
    {
        let bad = profile(json!([{"name": extension, "extension": content}]));
        let error = describe(&config, "a", &bad).unwrap_err();
        assert!(matches!(error, SourceError::Spec(SpecError::Malformed { .. })));
        assert!(!format!("{error:?}").contains(SENTINEL));
    }
    // The address is the profile's, under the policy for what others write.
    let files = json!({"status": {"accessProviders": [
        {"name": "fake", "cluster": {"server": "https://c", "certificate-authority": "/etc/passwd"}}]}});
    assert!(matches!(describe(&config, "a", &files), Err(SourceError::Spec(SpecError::Refused { .. }))));
}

#[test]
fn the_first_configured_provider_that_a_profile_names_is_used() {
    let server = |name: &str| json!({"name": name, "cluster": {"server": format!("https://{name}")}});
    let exec = |command: &str| ExecSpec::new(command);
    let config = AccessConfig::new()
        .with_provider("first", exec("1"), ProfileArgs::Ignore, ProfileVariables::Ignore)
        .with_provider("second", exec("2"), ProfileArgs::Ignore, ProfileVariables::Ignore);
    let both = json!({"status": {"accessProviders": [server("second"), server("first")]}});
    let spec = describe(&config, "a", &both).unwrap();
    assert_eq!(spec.server.url.as_str(), "https://first/");
    assert_eq!(exec_of(Ok(spec)).command, "1");
    let none = json!({"status": {"accessProviders": [server("third")]}});
    let error = describe(&config, "a", &none).unwrap_err();
    assert!(matches!(&error, SourceError::NoAccessProvider { named, .. } if named == &["third"]), "{error:?}");
    assert!(matches!(describe(&config, "a", &json!(null)), Err(SourceError::NoAccessProvider { .. })));
}

#[test]
fn the_older_field_of_a_profile_is_read_and_loses() {
    let entry = |server: &str| json!([{"name": "fake", "cluster": {"server": server, "tls-server-name": "k"}}]);
    let config = config(ProfileArgs::Ignore, ProfileVariables::Ignore);
    let url = |profile: Value| describe(&config, "a", &profile).unwrap().server.url.to_string();
    assert_eq!(url(json!({"status": {"credentialProviders": entry("https://old")}})), "https://old/");
    let both =
        json!({"status": {"credentialProviders": entry("https://old"), "accessProviders": entry("https://new")}});
    assert_eq!(url(both), "https://new/");
}

#[test]
fn the_configuration_is_the_file_of_cluster_inventory_api() {
    let json = json!({"providers": [{
        "name": "secretreader",
        "execConfig": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": "./bin/secretreader", "args": null,
            "env": [{"name": "A", "value": "b"}], "provideClusterInfo": true, "InteractiveMode": "",
        },
        "profileSourcedCLIArgsPolicy": "Append", "profileSourcedEnvVarsPolicy": "AppendIfNotExists",
    }]});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("providers.json");
    std::fs::write(&path, json.to_string()).unwrap();
    let config = AccessConfig::from_file(&path).unwrap();
    let profile = json!({"status": {"accessProviders": [{"name": "secretreader", "cluster": {
        "server": "https://c", "extensions": [{"name": CONFIG, "extension": {"clusterName": "c"}}, {"name": ARGS, "extension": ["x"]}]}}]}});
    let expected = ExecSpec::new("./bin/secretreader")
        .with_args(["x"])
        .with_env([("A", "b")])
        .with_cluster_info(Some(json!({"clusterName": "c"})));
    assert_eq!(exec_of(describe(&config, "a", &profile)), expected);
    assert!(matches!(AccessConfig::from_file(&folder.path().join("none")), Err(SourceError::File { .. })));
}

#[test]
fn a_bad_configuration_is_refused_without_its_text() {
    let provider = |content: Value| json!({"providers": [content]}).to_string();
    let exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": "c"});
    for bad in [
        format!("{{\"providers\": {SENTINEL}}}"),
        provider(json!({"name": SENTINEL.len(), "execConfig": exec})),
        provider(json!({"name": "a"})),
        provider(json!({"name": "", "execConfig": exec})),
        provider(json!({"name": "a", "execConfig": {"command": "c", "apiVersion": SENTINEL}})),
        provider(json!({"name": "a", "execConfig": {"command": "c", "env": [{"name": "a", "value": [SENTINEL]}]}})),
        provider(json!({"name": "a", "execConfig": exec, "profileSourcedCLIArgsPolicy": SENTINEL})),
        json!({"providers": [{"name": "a", "execConfig": exec}, {"name": "a", "execConfig": exec}]}).to_string(),
    ] {
        let error = AccessConfig::from_json(bad.as_bytes()).unwrap_err();
        assert!(matches!(error, SourceError::AccessConfig { .. }), "{bad}");
        assert!(!format!("{error:?} {error}").contains(SENTINEL), "{error}");
    }
}

// --- the source ---

struct Hub {
    hub: FakeCluster,
    fleet: Fleet,
}

impl Hub {
    async fn start() -> Self {
        let fleet = Fleet::start(2).await.unwrap();
        let hub = FakeCluster::start().await.unwrap();
        hub.create(objects::definitions()[1].clone()).unwrap();
        for cluster in fleet.clusters() {
            objects::publish(hub.api(), &objects::cluster_profile(cluster, "default", "tests")).unwrap();
        }
        Self { hub, fleet }
    }

    fn patch(&self, path: &str, patch: &Value) {
        self.hub.api().request(Method::PATCH, path, Some(patch)).unwrap();
    }

    fn healthy(&self, name: &str, healthy: &str) {
        let condition = json!({
            "type": "ControlPlaneHealthy", "status": healthy, "reason": "Test", "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        });
        self.patch(&format!("{PROFILES}/{name}/status"), &json!({"status": {"conditions": [condition]}}));
    }

    fn secret(&self, n: usize, consumer: &str) {
        self.hub.create(objects::cluster_profile_secret(&self.fleet.clusters()[n], "default", consumer)).unwrap();
    }

    async fn shutdown(self) {
        self.hub.shutdown().await;
        self.fleet.shutdown().await;
    }
}

async fn started(source: ClusterProfiles) -> (Arc<Recording>, Running) {
    let recording = Recording::new();
    let running = Running::start(source, &recording);
    recording.wait_said("=cluster-profiles").await;
    (recording, running)
}

#[tokio::test]
async fn healthy_profiles_are_clusters_reached_by_the_configured_program() {
    let hub = Hub::start().await;
    let access = Access::Providers(config(ProfileArgs::Ignore, ProfileVariables::Ignore));
    let (recording, running) = started(ClusterProfiles::new(hub.hub.client().unwrap(), access)).await;
    assert_eq!(recording.clusters(), ["default/cluster-0", "default/cluster-1"]);
    let spec = recording.spec(&key("default/cluster-0")).unwrap();
    let cluster = &hub.fleet.clusters()[0];
    assert_eq!(spec.server.url.as_str().trim_end_matches('/'), cluster.url());
    assert_eq!(spec.server.trust, ServerTrust::Roots(cluster.ca_pem().into_bytes().into()));
    assert_eq!(spec.labels["x-k8s.io/cluster-manager"], "tests");

    recording.forget();
    hub.healthy("cluster-0", "False");
    recording.wait_said("-default/cluster-0").await;
    hub.healthy("cluster-0", "True");
    recording.wait_for("health", |recording| recording.clusters().len() == 2).await;
    hub.patch(&format!("{PROFILES}/cluster-1/status"), &json!({"status": {"accessProviders": []}}));
    recording.wait_for("the error", |recording| recording.error(&key("default/cluster-1")).is_some()).await;
    hub.hub.api().request(Method::DELETE, &format!("{PROFILES}/cluster-1"), None).unwrap();
    recording.wait_said("-default/cluster-1").await;
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn a_readiness_of_ones_own_is_asked() {
    let hub = Hub::start().await;
    hub.healthy("cluster-1", "False");
    let access = Access::Providers(config(ProfileArgs::Ignore, ProfileVariables::Ignore));
    let source = ClusterProfiles::new(hub.hub.client().unwrap(), access)
        .with_readiness(|profile| profile["spec"]["displayName"] == "cluster-1");
    let (recording, running) = started(source).await;
    assert_eq!(recording.clusters(), ["default/cluster-1"]);
    running.stop().await.unwrap();
    hub.shutdown().await;
}

#[tokio::test]
async fn the_secret_of_a_consumer_is_followed() {
    let hub = Hub::start().await;
    hub.secret(0, "tests");
    hub.secret(1, "somebody-else");
    let access = Access::Secrets { consumer: "tests".into() };
    let (recording, running) = started(ClusterProfiles::new(hub.hub.client().unwrap(), access)).await;
    assert_eq!(recording.clusters(), ["default/cluster-0"]);
    assert!(matches!(recording.error(&key("default/cluster-1")), Some(SourceError::NoSecret { .. })));
    hub.secret(1, "tests");
    recording.wait_for("the Secret", |recording| recording.clusters().len() == 2).await;

    let (one, cluster) = (key("default/cluster-0"), &hub.fleet.clusters()[0]);
    let before = recording.spec(&one).unwrap();
    let pair = cluster.issue_client("another", &[], Duration::from_secs(3600)).unwrap();
    let renewed = cluster.kubeconfig_for(&fake_cluster::server::Credential::Certificate(pair));
    let path = format!("{SECRETS}/cluster-0-tests");
    hub.patch(&path, &json!({"data": {"Config": STANDARD.encode(renewed)}}));
    recording
        .wait_for("the new certificate", |recording| {
            recording.spec(&one).is_some_and(|spec| spec.change_from(&before) == Change::Credential)
        })
        .await;
    hub.patch(&path, &json!({"metadata": {"labels": {"x-k8s.io/cluster-profile": "cluster-9"}}}));
    let second = objects::cluster_profile_secret(cluster, "default", "tests");
    recording.forget();
    // What the Secret says now is of no profile; the cluster keeps what it had until another Secret comes.
    let mut second = second;
    second["metadata"]["name"] = "second".into();
    hub.hub.create(second).unwrap();
    recording
        .wait_for("the second Secret", |r| r.spec(&one).is_some_and(|spec| spec.change_from(&before) == Change::None))
        .await;
    running.stop().await.unwrap();
    hub.shutdown().await;
}
