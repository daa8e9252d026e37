use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use fake_cluster::server::FakeCluster;
use kube::Client;
use secrecy::ExposeSecret as _;

use super::*;
use crate::auth::Material;
use crate::connect::{Connection, ConnectionControl, MockConnectionControl};
use crate::error::ConnectError;
use crate::key::ClusterKey;
use crate::secret::{SecretLocator, SecretsInMemory};
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};

const ORDINARY: Role = Role::Ordinary;
const PRIVILEGED: Role = Role::Privileged;

/// Connects to nothing and writes down what it was asked for.
#[derive(Default)]
struct Connects {
    seen: Mutex<Vec<(ClusterKey, ClusterSpec, String)>>,
    closed: Arc<AtomicUsize>,
    /// Clusters that never answer.
    silent: Mutex<Vec<&'static str>>,
    /// Clusters that refuse.
    down: Mutex<Vec<&'static str>>,
    /// Clients to hand out; an unusable one otherwise.
    clients: Mutex<HashMap<&'static str, Client>>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unusable() -> Client {
    let service = tower::service_fn(|_: http::Request<kube::client::Body>| async {
        Err::<http::Response<kube::client::Body>, _>(std::io::Error::other("nobody is there"))
    });
    Client::new(service, "default")
}

#[async_trait]
impl Connect for Connects {
    async fn connect(&self, key: &ClusterKey, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        if locked(&self.silent).contains(&key.name()) {
            std::future::pending::<()>().await;
        }
        if locked(&self.down).contains(&key.name()) {
            return Err(ConnectError::Status { server: key.name().into(), path: "/version", status: 503 });
        }
        let CredentialSpec::Custom(provider) = &spec.credential else { panic!("{:?}", spec.credential) };
        let Material::Token(token) = provider.credential().await.unwrap().material else { panic!() };
        locked(&self.seen).push((key.clone(), spec.clone(), token.expose_secret().into()));
        let mut control = MockConnectionControl::new();
        let closed = Arc::clone(&self.closed);
        control.expect_close().returning(move |_| {
            closed.fetch_add(1, Ordering::SeqCst);
        });
        control.expect_probe().returning(|_| Ok(()));
        control.expect_credential_expires().return_const(None);
        let client = locked(&self.clients).get(key.name()).cloned().unwrap_or_else(unusable);
        let control: Arc<dyn ConnectionControl> = Arc::new(control);
        Ok(Connection { client, control, identity: None, server_version: Some("v1.36.3".into()) })
    }
}

impl Connects {
    fn tokens(&self) -> Vec<(String, String)> {
        let seen = locked(&self.seen);
        let mut tokens: Vec<_> = seen.iter().map(|(key, _, token)| (key.name().to_owned(), token.clone())).collect();
        tokens.sort();
        tokens
    }
}

fn url(cluster: &str) -> String {
    format!("https://api.{cluster}.example.com:6443")
}

/// A cluster whose ordinary token is at its name, its administrator's at `admin/` and its name.
fn cluster(name: &str) -> ClusterRecord {
    ClusterRecord::new(name)
        .with_server_url(url(name))
        .with_token(ORDINARY, SecretLocator::new(name))
        .with_token(PRIVILEGED, SecretLocator::new(format!("admin/{name}")))
}

fn secrets(names: &[&str]) -> Arc<SecretsInMemory> {
    let secrets = SecretsInMemory::new();
    for name in names {
        secrets.put(*name, [("token", format!("token-{name}")), ("server", url(name))]);
        secrets.put(format!("admin/{name}"), [("token", format!("admin-{name}")), ("server", url(name))]);
    }
    Arc::new(secrets)
}

fn builder(names: &[&str]) -> (Arc<Connects>, ClusterMapBuilder) {
    let connects = Arc::new(Connects::default());
    (Arc::clone(&connects), ClusterMap::builder(connects, secrets(names)))
}

fn tokens(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(cluster, token)| ((*cluster).into(), (*token).into())).collect()
}

/// Originals: `TestOCMapInit` and `test_oc_map.test_errors`.
#[tokio::test]
async fn each_gap_in_a_record_is_an_error_of_that_cluster_and_says_what_to_do() {
    let (_, builder) = builder(&["good", "no-server", "other-server", "no-field"]);
    let records = [
        cluster("good"),
        ClusterRecord { server_url: None, ..cluster("no-server") },
        ClusterRecord { server_url: Some(String::new()), ..cluster("empty-server") },
        cluster("http").with_server_url("http://api"),
        ClusterRecord { automation_token: None, ..cluster("no-token") },
        cluster("no-secret"),
        cluster("other-server").with_server_url("https://elsewhere.example.com"),
        cluster("no-field").with_token(ORDINARY, SecretLocator::new("no-field").with_field("pw")),
    ];
    let map = builder.from_clusters(records).unwrap();
    let report = map.warm().await;
    assert_eq!(report.ready, [("good".to_owned(), ORDINARY)]);
    let texts: Vec<_> =
        report.failed.iter().map(|(_, error)| core_client::ErrorChain::new(error).to_string()).collect();
    assert_eq!(
        texts,
        [
            "[no-server] has no serverUrl",
            "[empty-server] has no serverUrl",
            "[http] has a record that cannot be used: server \"http://api\" is no https URL: its scheme is not https",
            "[no-token] has no automation token; set automationToken in its record",
            "[no-secret] secret not found: no-secret",
            "[other-server] server URL mismatch: the record says https://elsewhere.example.com, \
             secret other-server was made for https://api.other-server.example.com:6443/",
            "[no-field] secret no-field has no \"pw\"",
        ]
    );
    assert!(report.failed.iter().all(|(_, error)| error.level() == Level::Error));

    // Originals: `test_clusters_errors_empty_return`, `test_clusters_errors_with_include_errors`, `test_oc_map_with_errors`.
    assert_eq!(map.clusters(ORDINARY, false), ["good"]);
    assert_eq!(map.clusters(ORDINARY, true).len(), 8);
    assert_eq!(map.clusters(ORDINARY, true)[3], "http", "in the order they were listed");
    // Original: `test_oc_map_exception_on_missing_cluster`.
    assert_eq!(map.get_cluster("no-token").await.unwrap_err().cluster(), "no-token");
    map.close().await;
}

/// Original: `test_missing_cluster_automation_token`.
#[tokio::test]
async fn a_privileged_client_is_never_an_ordinary_one_in_disguise() {
    let (connects, builder) = builder(&["a"]);
    let record = ClusterRecord { cluster_admin_automation_token: None, ..cluster("a") };
    let map = builder.from_namespaces([NamespaceRecord::new("n", record).with_cluster_admin()]).unwrap();
    let error = map.get("a", PRIVILEGED).await.unwrap_err();
    assert_eq!(error.to_string(), "[a] has no admin automation token; set clusterAdminAutomationToken in its record");
    assert_eq!(map.get("a", ORDINARY).await.unwrap().role(), ORDINARY);
    assert_eq!(connects.tokens(), tokens(&[("a", "token-a")]));
}

/// Originals: `test_namespace_with_cluster_admin`, `test_oc_map.test_privileged_clusters`.
#[tokio::test]
async fn clusters_of_namespaces_that_need_it_are_there_in_both_roles_and_the_others_in_one() {
    let (connects, builder) = builder(&["a", "b"]);
    let namespaces = [
        NamespaceRecord::new("one", cluster("a")),
        NamespaceRecord::new("two", cluster("a")).with_cluster_admin(),
        NamespaceRecord::new("three", cluster("b")),
    ];
    let map = builder.from_namespaces(namespaces).unwrap();
    assert!(map.warm().await.failed.is_empty());
    assert_eq!(map.clusters(ORDINARY, false), ["a", "b"]);
    assert_eq!(map.clusters(PRIVILEGED, false), ["a"]);
    assert_eq!(connects.tokens(), tokens(&[("a", "admin-a"), ("a", "token-a"), ("b", "token-b")]));
    let error = map.get("b", PRIVILEGED).await.unwrap_err();
    assert_eq!(error.to_string(), "[b] cluster skipped: it is not used with the privileged token here");
    assert_eq!(error.level(), Level::Error);
}

#[tokio::test]
async fn a_map_of_clusters_is_in_one_role_only() {
    let (_, ordinary) = builder(&["a"]);
    let ordinary = ordinary.from_clusters([cluster("a")]).unwrap();
    assert!(ordinary.get("a", ORDINARY).await.is_ok());
    assert!(ordinary.get("a", PRIVILEGED).await.is_err());
    let (_, privileged) = builder(&["a"]);
    let privileged = privileged.cluster_admin().from_clusters([cluster("a")]).unwrap();
    assert!(privileged.get("a", ORDINARY).await.is_err());
    assert!(privileged.get("a", PRIVILEGED).await.is_ok());
}

/// Originals: `test_internal_clusters`, `test_disabled_integration`. The original could not tell unknown from left out, nor null from false.
#[tokio::test]
async fn unknown_disabled_and_filtered_are_told_apart_and_only_choices_are_quiet() {
    let records = || {
        [
            cluster("in").with_internal(true),
            cluster("out").with_internal(false),
            cluster("unsaid"),
            cluster("off").with_internal(true).with_disabled("openshift-namespaces"),
        ]
    };
    let kept = |zone| {
        let (_, builder) = builder(&[]);
        let map = builder.integration("openshift_namespaces").zone(zone).from_clusters(records()).unwrap();
        map.clusters(ORDINARY, true)
    };
    assert_eq!(kept(Zone::Any), ["in", "out", "unsaid"]);
    assert_eq!(kept(Zone::Internal), ["in", "unsaid"]);
    assert_eq!(kept(Zone::External), ["out", "unsaid"]);
    assert_eq!(kept(Zone::SurelyInternal), ["in"]);
    assert_eq!(kept(Zone::SurelyExternal), ["out"]);

    let (_, builder) = builder(&[]);
    let map = builder.integration("openshift_namespaces").zone(Zone::Internal).from_clusters(records()).unwrap();
    let error = |name: &'static str| {
        let error = map.peek(name, ORDINARY).unwrap().unwrap_err();
        (error.to_string(), error.is_expected_skip())
    };
    assert_eq!(error("off"), ("[off] cluster skipped: openshift-namespaces is disabled for it".into(), true));
    assert_eq!(error("out"), ("[out] cluster skipped: it is external".into(), true));
    assert_eq!(error("ofd"), ("[ofd] no record has this name, did you mean off?".into(), false));
    assert_eq!(error("entirely"), ("[entirely] no record has this name".into(), false));
    assert_eq!(map.excluded().len(), 2);
}

/// The original let the last one win, and refused empty input.
#[test]
fn contradicting_records_are_refused_and_no_records_make_an_empty_map() {
    let (_, none) = builder(&[]);
    assert!(none.from_clusters([]).unwrap().clusters(ORDINARY, true).is_empty());
    let (_, same) = builder(&[]);
    let twice = [cluster("a"), cluster("a").with_server_url("HTTPS://API.a.example.com:6443/")];
    assert_eq!(same.from_clusters(twice).unwrap().clusters(ORDINARY, true), ["a"]);
    let (_, other) = builder(&[]);
    let conflict = other.from_clusters([cluster("a"), cluster("a").with_server_url("https://b")]).unwrap_err();
    assert_eq!(conflict.to_string(), "cluster \"a\" is described twice, and differently; make the two records agree");
    let (_, nameless) = builder(&[]);
    assert_eq!(nameless.from_clusters([cluster("")]).unwrap_err(), MapInputError::NoName);
}

/// Originals: the `automationTokens` cases of `test_oc_connection_parameters`.
#[test]
fn the_first_listed_token_that_may_be_used_goes_before_the_single_one() {
    let entry = |path: &str, active, delete| TokenEntry { active, delete, secret: Some(SecretLocator::new(path)) };
    let chosen = |tokens: Vec<TokenEntry>| {
        let record = cluster("a").with_tokens(ORDINARY, tokens);
        record.tokens(ORDINARY).first().map(|locator| locator.path.clone()).unwrap_or_default()
    };
    assert_eq!(chosen(vec![entry("new", true, false)]), "new");
    assert_eq!(chosen(vec![entry("old", false, false), entry("new", true, false), entry("newer", true, false)]), "new");
    assert_eq!(chosen(vec![entry("old", false, false)]), "a");
    assert_eq!(chosen(vec![entry("old", true, true)]), "a");
    assert_eq!(chosen(vec![TokenEntry { secret: None, ..entry("", true, false) }]), "a");
    assert_eq!(chosen(Vec::new()), "a");
    let admin = cluster("a").with_tokens(PRIVILEGED, vec![entry("admin-new", true, false)]);
    assert_eq!(admin.tokens(PRIVILEGED)[0].path, "admin-new");
    assert_eq!(admin.tokens(ORDINARY)[0].path, "a");
}

#[tokio::test]
async fn a_token_that_is_refused_is_read_again_and_the_next_candidate_is_taken_when_it_is_gone() {
    let secrets = secrets(&["a"]);
    let connects = Arc::new(Connects::default());
    let record = cluster("a").with_tokens(
        ORDINARY,
        vec![TokenEntry::active(SecretLocator::new("not-yet")), TokenEntry::active(SecretLocator::new("a"))],
    );
    let map =
        ClusterMap::builder(Arc::clone(&connects) as Arc<dyn Connect>, Arc::clone(&secrets) as Arc<dyn SecretReader>);
    let map = map.from_clusters([record]).unwrap();
    map.get_cluster("a").await.unwrap();
    assert_eq!(connects.tokens(), tokens(&[("a", "token-a")]));

    secrets.put("a", [("token", "renewed"), ("server", &url("a"))]);
    let CredentialSpec::Custom(provider) = locked(&connects.seen)[0].1.credential.clone() else { panic!() };
    let Material::Token(token) = provider.credential().await.unwrap().material else { panic!() };
    assert_eq!(token.expose_secret(), "renewed");

    secrets.put("a", [("token", "renewed"), ("server", "https://elsewhere.example.com")]);
    let refused = provider.credential().await.unwrap_err();
    let text = core_client::ErrorChain::new(&refused).to_string();
    assert!(text.contains("server URL mismatch"), "{text}");
}

#[tokio::test]
async fn what_a_record_says_about_the_way_reaches_the_connection() {
    let (connects, builder) = builder(&["system", "roots", "insecure"]);
    let records = [
        cluster("system"),
        ClusterRecord { tls_server_name: Some("api".into()), ..cluster("roots").with_certificate_authority("PEM") },
        ClusterRecord { insecure_skip_tls_verify: true, ..cluster("insecure") },
    ];
    let map = builder.from_clusters(records).unwrap();
    assert!(map.warm().await.failed.is_empty());
    let seen = locked(&connects.seen);
    let server = |name: &str| seen.iter().find(|(key, ..)| key.name() == name).unwrap().1.server.clone();
    assert_eq!(server("system").trust, ServerTrust::System);
    assert_eq!(server("system").url.as_str(), format!("{}/", url("system")));
    assert_eq!(server("roots").trust, ServerTrust::Roots(b"PEM".as_slice().into()));
    assert_eq!(server("roots").tls_server_name.as_deref(), Some("api"));
    assert_eq!(server("insecure").trust, ServerTrust::InsecureSkipVerify);
}

/// Originals: `test_jump_host.py`. There, the host key was written down and not looked at.
#[cfg(feature = "ssh")]
#[tokio::test]
async fn a_jump_host_of_a_record_is_the_way_with_its_key_and_known_hosts() {
    use crate::path::{HostKeys, JumpHost, ProxySpec, Route, SshIdentity, SshRoute};

    let secrets = secrets(&["a", "b", "c"]);
    secrets.put("bastion", [("identity", "the key")]);
    let connects = Arc::new(Connects::default());
    let map = ClusterMap::builder(Arc::clone(&connects) as Arc<dyn Connect>, secrets);
    let identity = || SecretLocator::new("bastion").with_field("identity");
    let jump = JumpHostRecord::new("bastion.example.com", "robot", identity(), "bastion.example.com ssh-ed25519 AAAA");
    let nowhere = JumpHostRecord { identity: SecretLocator::new("nowhere"), ..jump.clone() };
    let records = [
        cluster("a").with_jump_host(jump.clone()),
        cluster("b").with_jump_host(jump.with_port(2222).with_remote_port(8888)),
        cluster("c").with_jump_host(nowhere),
    ];
    let map = map.from_clusters(records).unwrap();
    let report = map.warm().await;
    assert_eq!(
        report.failed.iter().map(|(_, error)| error.to_string()).collect::<Vec<_>>(),
        ["[c] secret not found: nowhere"]
    );
    let seen = locked(&connects.seen);
    let route = |name: &str| seen.iter().find(|(key, ..)| key.name() == name).unwrap().1.route.clone();
    let keys = HostKeys::known_hosts("bastion.example.com ssh-ed25519 AAAA");
    let host = JumpHost::new("bastion.example.com", "robot", SshIdentity::new("the key".into()), keys);
    assert_eq!(route("a"), Route::Ssh(SshRoute::new(host.clone())));
    let proxy = ProxySpec::parse("http://127.0.0.1:8888").unwrap();
    assert_eq!(route("b"), Route::Ssh(SshRoute::new(host.with_port(2222)).then_connect(proxy)));
}

#[test]
fn a_jump_host_is_read_as_the_inventory_writes_it() {
    let jump: JumpHostRecord = serde_json::from_value(serde_json::json!({
        "hostname": "bastion", "knownHosts": "bastion ssh-ed25519 AAAA", "user": "robot", "port": null,
        "identity": { "path": "bastion", "field": "identity" }, "remotePort": 8888, "localPort": 49200,
    }))
    .unwrap();
    assert_eq!((jump.port, jump.remote_port, jump.identity.field.as_str()), (None, Some(8888), "identity"));
}

/// "One black-holed cluster among 50": the original spent minutes of a worker thread on each.
#[tokio::test(start_paused = true)]
async fn a_silent_cluster_costs_its_own_timeout_and_nobody_elses_time() {
    let names: Vec<String> = (0..50).map(|number| format!("c{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (connects, builder) = builder(&names);
    locked(&connects.silent).push("c7");
    locked(&connects.down).push("c9");
    let map = builder.options(PoolOptions::default().with_timeout(Duration::from_secs(10)));
    let map = map.from_clusters(names.iter().map(|name| cluster(name))).unwrap();
    let begun = tokio::time::Instant::now();
    let warming = map.warm();
    let healthy = async {
        map.get_cluster("c49").await.unwrap();
        begun.elapsed()
    };
    let (report, healthy) = tokio::join!(warming, healthy);
    assert!(healthy < Duration::from_secs(1), "{healthy:?}");
    assert!(begun.elapsed() < Duration::from_secs(11), "{:?}", begun.elapsed());
    assert_eq!(report.ready.len(), 48);
    let texts: Vec<_> = report.failed.iter().map(|(_, error)| error.to_string()).collect();
    assert_eq!(texts, ["[c7] is unreachable: given up after 10s", "[c9] is unreachable"]);

    // Mended: the pause holds until it is ended.
    assert!(map.get_cluster("c9").await.is_err());
    locked(&connects.down).clear();
    assert!(map.get_cluster("c9").await.is_err());
    map.retry("c9", ORDINARY);
    assert!(map.get_cluster("c9").await.is_ok());
    map.close().await;
    assert_eq!(connects.closed.load(Ordering::SeqCst), 49);
    assert!(matches!(map.get_cluster("c1").await, Err(MapError::Closed { .. })));
    map.close().await;
}

/// Originals: `oc_filters.test_filter_namespaces_by_cluster_and_namespace`.
#[test]
fn namespaces_are_filtered_by_cluster_and_then_by_name_and_typing_mistakes_are_named() {
    let namespaces = || {
        [("a", "one"), ("a", "two"), ("b", "one"), ("b", "three")]
            .map(|(at, name)| NamespaceRecord::new(name, cluster(at)))
    };
    let kept = |filter: NamespaceFilter| {
        let filtered = filter.apply(namespaces());
        let names = filtered.namespaces.iter().map(|kept| format!("{}/{}", kept.cluster.name, kept.name));
        (names.collect::<Vec<_>>().join(" "), filtered.unknown_clusters, filtered.unknown_namespaces)
    };
    let none = Vec::<String>::new;
    assert_eq!(kept(NamespaceFilter::new()), ("a/one a/two b/one b/three".into(), none(), none()));
    assert_eq!(kept(NamespaceFilter::new().with_clusters(["a"])), ("a/one a/two".into(), none(), none()));
    assert_eq!(kept(NamespaceFilter::new().with_namespaces(["one"])), ("a/one b/one".into(), none(), none()));
    let both = NamespaceFilter::new().with_clusters(["b", "c"]).with_namespaces(["one", "two"]);
    assert_eq!(kept(both), ("b/one".into(), vec!["c".into()], vec!["two".into()]));
}

#[test]
fn records_are_read_as_the_inventory_writes_them() {
    let record: ClusterRecord = serde_json::from_value(serde_json::json!({
        "name": "prod", "serverUrl": "https://api", "internal": null, "insecureSkipTLSVerify": null, "consoleUrl": "https://console",
        "automationToken": { "path": "clusters/prod", "field": "token", "version": null, "format": null },
        "clusterAdminAutomationToken": null, "disable": { "integrations": ["some-one"], "e2eTests": [] },
        "automationTokens": [{ "active": true, "delete": null, "secret": { "path": "new" } }],
    }))
    .unwrap();
    assert_eq!((record.internal, record.insecure_skip_tls_verify), (None, false));
    assert!(record.is_disabled_for("some-one") && !record.is_disabled_for("some"));
    assert_eq!(record.tokens(ORDINARY)[0].path, "new");
    assert!(record.tokens(PRIVILEGED).is_empty());
}

#[tokio::test]
async fn roles_share_what_is_known_of_a_cluster_and_know_whether_they_are_administrators() {
    let server = FakeCluster::start().await.unwrap();
    let (connects, builder) = builder(&["a"]);
    locked(&connects.clients).insert("a", server.client().unwrap());
    let map = builder.from_namespaces([NamespaceRecord::new("n", cluster("a")).with_cluster_admin()]).unwrap();
    let ordinary = map.get("a", ORDINARY).await.unwrap();
    let privileged = map.get("a", PRIVILEGED).await.unwrap();
    let before = server.counters().all_requests();
    assert!(ordinary.discovery().is_namespaced("Pod").await.unwrap());
    assert!(privileged.discovery().supports("Deployment.apps").await.unwrap());
    assert_eq!(server.counters().all_requests() - before, 2, "asked once for both roles");
    assert!(privileged.namespaces().exists("default").await.unwrap());

    assert!(privileged.is_cluster_admin().await.unwrap());
    let asked = server.counters().all_requests();
    assert!(privileged.is_cluster_admin().await.unwrap());
    assert_eq!(server.counters().all_requests(), asked, "asked once");

    privileged.probe(Duration::from_secs(1)).await.unwrap();
    let health = privileged.health();
    assert!(health.last_success.is_some() && health.last_error.is_none() && health.latency.is_some());
    map.close().await;
    server.shutdown().await;
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let (_, builder) = builder(&["a"]);
    let map = builder.from_clusters([cluster("a"), cluster("b")]).unwrap();
    let client = map.get_cluster("a").await.unwrap();
    let error = map.get_cluster("b").await.unwrap_err();
    let shown = format!("{map:?} {client:?} {error:?} {:?} {:?}", cluster("a"), map.warm().await);
    assert!(!shown.contains("token-a"), "{shown}");

    let secrets = SecretsInMemory::new();
    secrets.put("a", [("token", "t"), ("server", "s3ntinel-token")]);
    secrets.put("c", [("token", "t"), ("server", "https://me:s3ntinel@c.example.com")]);
    let map = ClusterMap::builder(Arc::new(Connects::default()), Arc::new(secrets));
    let map = map.from_clusters([cluster("a"), cluster("c")]).unwrap();
    for name in ["a", "c"] {
        let error = map.get_cluster(name).await.unwrap_err();
        assert!(matches!(error, MapError::ServerMismatch { .. }));
        assert!(!format!("{error} {error:?}").contains("s3ntinel"), "a token in the place of the server: {error}");
    }
}
