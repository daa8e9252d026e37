//! Connecting, asking, letting go.

use super::*;
use crate::spec::{ClusterUid, Impersonation};

#[tokio::test]
async fn a_token_opens_a_connection_that_knows_whom_it_reached() {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    assert!(connection.server_version.as_deref().unwrap().starts_with('v'));
    assert!(connection.identity.is_some());
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    assert_eq!(config_maps(&connection).get("a").await.unwrap().metadata.name.as_deref(), Some("a"));
    connection.control.probe(Duration::from_secs(10)).await.unwrap();
    connection.control.close(Duration::from_secs(5)).await;
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_client_certificate_opens_a_connection() {
    let cluster = FakeCluster::start().await.unwrap();
    let admin = cluster.admin();
    let credential = CredentialSpec::Certificate {
        chain: admin.certificate.into_bytes().into(),
        key: SecretString::from(admin.key),
    };
    let connection = connect(&connector(), &cluster, credential).await;
    assert!(connection.control.credential_expires().is_some());
    config_maps(&connection).list(&kube::api::ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn a_refused_token_is_a_rejected_credential_and_nothing_is_left_behind() {
    let cluster = FakeCluster::start().await.unwrap();
    let error = connector().connect(&key(), &spec(&cluster, token_spec("wrong"))).await.unwrap_err();
    assert!(matches!(error, ConnectError::Auth { source: AuthError::Rejected, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::CredentialRejected);
    eventually("its sockets to close", || cluster.open_connections() == 0).await;
}

#[tokio::test]
async fn an_authority_we_do_not_know_is_a_tls_error() {
    let (cluster, other) = (FakeCluster::start().await.unwrap(), FakeCluster::start().await.unwrap());
    let mut spec = spec(&cluster, token_spec(&token(&cluster)));
    spec.server.trust = ServerTrust::Roots(other.ca_pem().into_bytes().into());
    let error = connector().connect(&key(), &spec).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Tls, "{error:?}");
    assert_eq!(cluster.counters().all_requests(), 0);
    spec.server.trust = ServerTrust::InsecureSkipVerify;
    assert!(connector().connect(&key(), &spec).await.unwrap().control.stats().insecure);
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_unreachable() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.stop_listening().await;
    let error = connector().connect(&key(), &spec(&cluster, token_spec("t"))).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unreachable, "{error:?}");
}

#[tokio::test]
async fn another_cluster_than_the_expected_one_is_refused() {
    let cluster = FakeCluster::start().await.unwrap();
    let spec = spec(&cluster, token_spec(&token(&cluster)));
    let expecting = spec.clone().with_expected_uid(ClusterUid::new("another"));
    let error = connector().connect(&key(), &expecting).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Identity);
    let found = connector().connect(&key(), &spec).await.unwrap().identity.unwrap();
    connector().connect(&key(), &spec.with_expected_uid(found)).await.unwrap();
}

#[tokio::test]
async fn who_may_not_see_the_identity_is_connected_without_it() {
    let cluster = FakeCluster::start().await.unwrap();
    let nobody = cluster.issue_token(User::new("nobody", &[]), None);
    let connection = connect(&connector(), &cluster, token_spec(&nobody)).await;
    assert_eq!(connection.identity, None);
}

#[tokio::test]
async fn requests_act_as_whom_they_are_told() {
    let cluster = FakeCluster::start().await.unwrap();
    let spec = spec(&cluster, token_spec(&token(&cluster))).with_impersonation(Impersonation::user("nobody"));
    let connection = connector().connect(&key(), &spec).await.unwrap();
    let error = config_maps(&connection).list(&kube::api::ListParams::default()).await.unwrap_err();
    assert!(matches!(error, kube::Error::Api(status) if status.code == 403));
}

#[tokio::test]
async fn probes_tell_not_alive_from_not_ready() {
    use fake_cluster::faults::{Effect, Fault};
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    let reply = || Effect::Reply { code: 500, content_type: "text/plain".into(), body: "no".into() };
    let ready = cluster.faults().add(Fault::new(reply()).on_path("/readyz"));
    let error = connection.control.probe(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.class()), ("cluster not ready", ErrorClass::Unhealthy));
    cluster.faults().add(Fault::new(reply()).on_path("/livez"));
    let error = connection.control.probe(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(error.to_string(), "cluster did not pass liveness check");
    assert_eq!(ready.hits(), 1, "a probe is not retried");
}

#[tokio::test]
async fn a_closed_connection_takes_no_requests_and_has_no_sockets() {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    config_maps(&connection).list(&kube::api::ListParams::default()).await.unwrap();
    connection.control.close(Duration::from_secs(5)).await;
    let error = config_maps(&connection).list(&kube::api::ListParams::default()).await.unwrap_err();
    assert!(matches!(cause(&error), ConnectError::Closed { .. }), "{error:?}");
    assert_eq!(connection.control.stats().connections, 0);
    eventually("its sockets to close", || cluster.open_connections() == 0).await;
}

#[tokio::test]
async fn dropping_client_and_control_leaves_no_socket() {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    assert!(cluster.open_connections() > 0);
    drop(connection);
    eventually("its sockets to close", || cluster.open_connections() == 0).await;
}
