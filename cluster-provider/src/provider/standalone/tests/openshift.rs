//! What OpenShift and the Operator Lifecycle Manager add: domains, identity providers, operators.

use fake_cluster::api::{Status, Verb};
use fake_cluster::faults::{Effect, Fault};

use super::*;
use crate::provider::in_cluster::testing::definition;
use crate::provider::{Addon, AddonState, IdentityProvider, OpenIdProvider};

const OAUTH: &str = "/apis/config.openshift.io/v1/oauths/cluster";

fn make_openshift(cluster: &FakeCluster) {
    for (kind, plural) in [("OAuth", "oauths"), ("Ingress", "ingresses")] {
        cluster.create(definition("config.openshift.io", &["v1"], kind, plural, "Cluster")).unwrap();
    }
    cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openshift-config"}})).unwrap();
}

fn add_manager_of_operators(cluster: &FakeCluster) {
    let kinds = [
        ("v1alpha1", "CatalogSource", "catalogsources"),
        ("v1alpha1", "Subscription", "subscriptions"),
        ("v1alpha1", "ClusterServiceVersion", "clusterserviceversions"),
        ("v1", "OperatorGroup", "operatorgroups"),
    ];
    for (version, kind, plural) in kinds {
        cluster.create(definition("operators.coreos.com", &[version], kind, plural, "Namespaced")).unwrap();
    }
}

fn sso(secret: &str) -> IdentityProvider {
    IdentityProvider::OpenId(OpenIdProvider::new("sso", "client", secret, "https://sso.example.com"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_domain_is_the_ingress_of_the_cluster_or_what_was_configured_or_unknown() {
    let world = World::start_with(|builder| builder.dns("two", "apps.two.example.com")).await;
    let (one, two) = (world.adopt("one").await.unwrap(), world.adopt("two").await.unwrap());
    assert_eq!(world.provider.dns(&call(), &one).await.unwrap(), None);
    assert_eq!(world.provider.dns(&call(), &two).await.unwrap().as_deref(), Some("apps.two.example.com"));
    world.end().await;

    let world = World::start().await;
    make_openshift(&world.clusters[0]);
    let ingress = json!({
        "apiVersion": "config.openshift.io/v1", "kind": "Ingress", "metadata": {"name": "cluster"},
        "spec": {"domain": "apps.one.example.com"},
    });
    world.clusters[0].create(ingress).unwrap();
    let one = world.adopt("one").await.unwrap();
    assert_eq!(world.provider.dns(&call(), &one).await.unwrap().as_deref(), Some("apps.one.example.com"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_identity_providers_stay_and_a_rotated_secret_arrives() {
    let world = World::start().await;
    let cluster = &world.clusters[0];
    make_openshift(cluster);
    let ldap =
        json!({"name": "staff", "type": "LDAP", "mappingMethod": "claim", "ldap": {"url": "ldaps://example.com"}});
    let oauth = json!({
        "apiVersion": "config.openshift.io/v1", "kind": "OAuth", "metadata": {"name": "cluster"},
        "spec": {"identityProviders": [ldap], "tokenConfig": {"accessTokenMaxAgeSeconds": 60}},
    });
    cluster.create(oauth).unwrap();
    let known = world.adopt("one").await.unwrap();
    let identities = world.provider.identity_providers().unwrap();
    let id = identities.ensure(&call(), &known, &sso("s3ntinel")).await.unwrap();
    assert_eq!((id.id.as_str(), id.kind.as_str()), ("sso", "OpenID"));
    let live = read(cluster, OAUTH).unwrap();
    assert_eq!(live["spec"]["identityProviders"][0], ldap);
    assert_eq!(live["spec"]["tokenConfig"]["accessTokenMaxAgeSeconds"], 60);
    assert_eq!(live["spec"]["identityProviders"][1]["name"], "sso");
    assert!(!live.to_string().contains("s3ntinel"));
    let version = live["metadata"]["resourceVersion"].clone();
    identities.ensure(&call(), &known, &sso("another")).await.unwrap();
    assert_eq!(read(cluster, OAUTH).unwrap()["metadata"]["resourceVersion"], version, "the entry is as it should be");
    let secret = read(cluster, "/api/v1/namespaces/openshift-config/secrets/identity-provider-sso").unwrap();
    assert_eq!(secret["data"]["clientSecret"], "YW5vdGhlcg==");
    let names: Vec<_> = identities.list(&call(), &known).await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["staff", "sso"]);
    assert!(identities.remove(&call(), &known, "sso").await.unwrap());
    assert!(!identities.remove(&call(), &known, "sso").await.unwrap());
    assert!(read(cluster, "/api/v1/namespaces/openshift-config/secrets/identity-provider-sso").is_none());
    assert_eq!(read(cluster, OAUTH).unwrap()["spec"]["identityProviders"], json!([ldap]));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_between_is_read_again() {
    let world = World::start().await;
    let cluster = &world.clusters[0];
    make_openshift(cluster);
    cluster
        .create(json!({"apiVersion": "config.openshift.io/v1", "kind": "OAuth", "metadata": {"name": "cluster"}}))
        .unwrap();
    let known = world.adopt("one").await.unwrap();
    let modified = Status::modified("config.openshift.io", "oauths", "cluster");
    let fault = Fault::new(Effect::Refuse(modified)).on_verb(Verb::Update).on_resource("oauths").times(2);
    let fault = cluster.faults().add(fault);
    let identities = world.provider.identity_providers().unwrap();
    identities.ensure(&call(), &known, &sso("a")).await.unwrap();
    assert_eq!(fault.hits(), 2);
    assert_eq!(read(cluster, OAUTH).unwrap()["spec"]["identityProviders"][0]["name"], "sso");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_no_openshift_has_no_identity_providers() {
    let world = World::start().await;
    let known = world.adopt("one").await.unwrap();
    let identities = world.provider.identity_providers().unwrap();
    let error = identities.ensure(&call(), &known, &sso("s3ntinel")).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unsupported);
    assert!(!format!("{error:?}").contains("s3ntinel"));
    let error = identities.ensure(&call(), &known, &IdentityProvider::Raw(json!({"name": "x"}))).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Invalid);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_ready_when_its_version_is_and_leaves_nothing_when_it_goes() {
    let operator = OlmOperator::new("agent", "agents", "agent-operator", "stable").from_image("example.com/index:1");
    let world = World::start_with(|builder| builder.operator(operator)).await;
    let cluster = &world.clusters[0];
    let known = world.adopt("one").await.unwrap();
    let addons = world.provider.addons().unwrap();
    let addon = Addon::new("agent").with_parameter("token", "s3ntinel");
    assert_eq!(addons.ensure(&call(), &known, &addon).await.unwrap_err().kind(), ProviderErrorKind::Unsupported);
    assert_eq!(
        addons.ensure(&call(), &known, &Addon::new("other")).await.unwrap_err().kind(),
        ProviderErrorKind::Invalid
    );
    // A second cluster has the manager of operators, and a discovery of its own.
    add_manager_of_operators(&world.clusters[1]);
    let (cluster, known) = (&world.clusters[1], {
        let _ = (cluster, known);
        world.adopt("two").await.unwrap()
    });
    assert_eq!(addons.ensure(&call(), &known, &addon).await.unwrap(), AddonState::Installing);
    let base = "/apis/operators.coreos.com/v1alpha1/namespaces/agents";
    let patch = |path: String, body: Value| cluster.api().request(http::Method::PATCH, &path, Some(&body)).unwrap();
    patch(format!("{base}/subscriptions/agent/status"), json!({"status": {"installedCSV": "agent.v1"}}));
    let csv = json!({"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion", "metadata": {"name": "agent.v1", "namespace": "agents"}});
    cluster.create(csv).unwrap();
    patch(format!("{base}/clusterserviceversions/agent.v1/status"), json!({"status": {"phase": "Installing"}}));
    assert_eq!(addons.ensure(&call(), &known, &addon).await.unwrap(), AddonState::Installing);
    patch(format!("{base}/clusterserviceversions/agent.v1/status"), json!({"status": {"phase": "Succeeded"}}));
    assert_eq!(addons.ensure(&call(), &known, &addon).await.unwrap(), AddonState::Ready);
    assert_eq!(addons.remove(&call(), &known, "agent").await.unwrap(), AddonState::Deleting, "its namespace goes last");
    assert!(read(cluster, &format!("{base}/clusterserviceversions/agent.v1")).is_none());
    assert!(read(cluster, &format!("{base}/subscriptions/agent")).is_none());
    assert!(read(cluster, "/api/v1/namespaces/agents/secrets/addon-agent-parameters").is_none());
    world.end().await;
}
