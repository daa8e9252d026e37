//! Client certificates and authorities that change.

use bytes::Bytes;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::OldTrust;
use http::{Request, Response};
use testkit::pki::{Ca, Leaf, Pair};
use testkit::server::TlsServer;

use super::*;

fn pair_spec(pair: &Pair) -> CredentialSpec {
    CredentialSpec::Certificate { chain: pair.chain_pem().into_bytes().into(), key: SecretString::from(pair.key_pem()) }
}

/// A server that says who it is, and remembers which certificate it was shown.
async fn recording(servers: &Ca, clients: &Ca) -> TlsServer {
    let answer = |_: Request<Bytes>| Response::new(Bytes::from_static(b"{}"));
    TlsServer::builder(&servers.issue(Leaf::server())).client_ca(clients).handler(answer).start().await
}

async fn version(connection: &Connection) -> Result<serde_json::Value, kube::Error> {
    connection.client.request(Request::get("/version").body(Vec::new()).unwrap()).await
}

#[tokio::test]
async fn a_new_certificate_is_seen_at_the_next_request_and_no_old_session_is_resumed() {
    let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
    let server = recording(&servers, &clients).await;
    let (old, new) = (clients.issue(Leaf::client("us").serial(0x11)), clients.issue(Leaf::client("us").serial(0x22)));
    let trust = ServerTrust::Roots(servers.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, pair_spec(&old));
    let connection = connector().connect(&key(), &spec).await.unwrap();
    version(&connection).await.unwrap();
    // A second connection of the old identity resumes its session, so resumption is on.
    server.hang_up();
    eventually("the sockets to close", || server.open_connections() == 0).await;
    version(&connection).await.unwrap();
    assert!(server.connections().last().unwrap().is_resumed());

    connection.control.swap_credential(&pair_spec(&new)).await.unwrap();
    server.forget();
    for _ in 0..5 {
        version(&connection).await.unwrap();
    }
    let requests = server.requests();
    assert!(
        requests.iter().all(|request| request.connection.serial() == Some("22")),
        "{:?}",
        server.requests_by_serial()
    );
    assert!(!requests[0].connection.is_resumed());
    server
        .wait_until("idle sockets of the old identity to close", |server| {
            server.connections().iter().all(|connection| connection.serial() != Some("11") || !connection.is_open())
        })
        .await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_download_under_way_survives_a_new_certificate() {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, certificate_spec(cluster.admin())).await;
    for name in ["a", "b", "c"] {
        config_maps(&connection).create(&PostParams::default(), &config_map(name)).await.unwrap();
    }
    let slow = Effect::Trickle { piece_bytes: 64, pause: Duration::from_millis(40) };
    let trickle = cluster.faults().add(Fault::new(slow).on_resource("configmaps").times(1));
    let maps = config_maps(&connection);
    let download = tokio::spawn(async move { maps.list(&ListParams::default()).await });
    eventually("the download to begin", || trickle.hits() == 1).await;
    let new = cluster.issue_client("root", &[MASTERS], Duration::from_secs(600)).unwrap();
    connection.control.swap_credential(&certificate_spec(new)).await.unwrap();
    assert!(!download.is_finished(), "the swap waits for nobody");
    assert_eq!(
        download
            .await
            .unwrap()
            .unwrap()
            .items
            .iter()
            .filter(|map| map.metadata.name.as_deref() != Some("kube-root-ca.crt"))
            .count(),
        3
    );
}

#[tokio::test]
async fn a_watch_ends_cleanly_before_its_certificate_does() {
    let cluster = FakeCluster::start().await.unwrap();
    let lives = Duration::from_secs(4);
    let pair = cluster.issue_client("root", &[MASTERS], lives).unwrap();
    let began = std::time::Instant::now();
    let connection = connect(&connector(), &cluster, certificate_spec(pair)).await;
    let body = open_watch(&connection, "&timeoutSeconds=300").await;
    body.collect().await.unwrap();
    assert!(began.elapsed() < lives, "{:?}", began.elapsed());
    assert!(began.elapsed() > Duration::from_secs(1));
}

#[tokio::test]
async fn certificates_that_live_for_seconds_are_renewed_in_time_and_watches_go_on() {
    let cluster = Arc::new(FakeCluster::start().await.unwrap());
    let weak = Arc::downgrade(&cluster);
    let issuer = Issuer::new(move |_| {
        let pair = weak.upgrade().unwrap().issue_client("root", &[MASTERS], Duration::from_secs(4)).unwrap();
        Ok(certificate(pair))
    });
    let options = TransportOptions::default().with_watch_grace(Duration::from_millis(200));
    let connection = connect(&connector_with(options), &cluster, issuer.spec()).await;
    let watching = Watching::start(&connection).await;
    let before = watching.seen.applied();
    let began = std::time::Instant::now();
    let mut made = 0;
    while began.elapsed() < Duration::from_secs(6) {
        config_maps(&connection).create(&PostParams::default(), &config_map(&format!("m{made}"))).await.unwrap();
        made += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    eventually("all changes", || watching.seen.applied() == before + made).await;
    assert_eq!((watching.seen.lists(), watching.seen.errors()), (1, 0), "no list but the first");
    assert!((3..=7).contains(&issuer.calls()), "{} certificates", issuer.calls());
    assert!(connection.control.stats().rotations >= 2);
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_a_rejected_credential_and_not_an_unreachable_server() {
    let cluster = FakeCluster::start().await.unwrap();
    let pair = cluster.issue_client("root", &[MASTERS], Duration::from_secs(1)).unwrap();
    let connection = connect(&connector(), &cluster, certificate_spec(pair)).await;
    let rejected = async {
        loop {
            match connection.control.probe(Duration::from_secs(5)).await {
                Ok(()) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => return error,
            }
        }
    };
    let error = tokio::time::timeout(Duration::from_secs(20), rejected).await.unwrap();
    assert_eq!(error.class(), ErrorClass::CredentialRejected, "{error:?}");
}

#[tokio::test]
async fn a_certificate_refused_in_the_handshake_is_a_rejected_credential() {
    let (servers, clients, others) = (Ca::new("servers"), Ca::new("clients"), Ca::new("others"));
    let server = recording(&servers, &clients).await;
    let trust = ServerTrust::Roots(servers.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, pair_spec(&others.issue(Leaf::client("us"))));
    let error = connector().connect(&key(), &spec).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::CredentialRejected, "{error:?}");
    server.shutdown().await;
}

#[tokio::test]
async fn a_certificate_and_the_key_of_another_are_refused_and_the_old_ones_stay() {
    let cluster = FakeCluster::start().await.unwrap();
    let connection = connect(&connector(), &cluster, certificate_spec(cluster.admin())).await;
    let mut mixed = cluster.issue_client("root", &[MASTERS], Duration::from_secs(600)).unwrap();
    mixed.key = cluster.admin().key;
    let error = connection.control.swap_credential(&certificate_spec(mixed)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Auth { source: AuthError::Malformed { .. }, .. }), "{error:?}");
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn new_authorities_are_believed_when_their_file_holds_them_and_old_ones_meanwhile() {
    let cluster = FakeCluster::start().await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), cluster.ca_pem()).unwrap();
    let mut spec = spec(&cluster, token_spec(&token(&cluster)));
    spec.server.trust = ServerTrust::RootsFile(file.path().into());
    let options = TransportOptions::default().with_roots_interval(Duration::from_millis(50));
    let connection = connector_with(options).connect(&key(), &spec).await.unwrap();
    let old = cluster.ca_pem();
    cluster.rotate_authority(OldTrust::Keep).unwrap();
    cluster.close_connections();
    let error = config_maps(&connection).list(&ListParams::default()).await.unwrap_err();
    assert_eq!(cause(&error).class(), ErrorClass::Tls, "{error:?}");
    // Half a file changes nothing; then old and new overlap.
    std::fs::write(file.path(), "-----BEGIN CERTIFICATE-----\nMII").unwrap();
    tokio::time::sleep(Duration::from_millis(120)).await;
    std::fs::write(file.path(), format!("{old}{}", cluster.ca_pem())).unwrap();
    let maps = config_maps(&connection);
    let healed = async {
        while maps.list(&ListParams::default()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), healed).await.unwrap();
    assert_eq!(connection.control.stats().rotations, 1);
}

#[tokio::test]
async fn a_certificate_in_files_is_read_again_when_it_is_refused_and_half_a_rotation_is_not_used() {
    let cluster = FakeCluster::start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (chain, private) = (directory.path().join("tls.crt"), directory.path().join("tls.key"));
    let old = cluster.issue_client("root", &[MASTERS], Duration::from_secs(2)).unwrap();
    std::fs::write(&chain, &old.certificate).unwrap();
    std::fs::write(&private, &old.key).unwrap();
    let files = CredentialSpec::CertificateFiles { chain: chain.clone(), key: private.clone() };
    let connection = connect(&connector(), &cluster, files).await;
    let new = cluster.issue_client("root", &[MASTERS], Duration::from_secs(600)).unwrap();
    std::fs::write(&chain, &new.certificate).unwrap();
    let maps = config_maps(&connection);
    let refused = async {
        loop {
            match maps.list(&ListParams::default()).await {
                Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => return error,
            }
        }
    };
    let error = tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap();
    assert_eq!(status(&error), 401);
    std::fs::write(&private, &new.key).unwrap();
    let healed = async {
        while maps.list(&ListParams::default()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), healed).await.unwrap();
    let stats = connection.control.stats();
    assert!(stats.auth_failed >= 1 && stats.auth_refreshed == 1 && stats.rotations == 1, "{stats:?}");
}

#[tokio::test]
async fn another_kind_of_credential_takes_the_place_of_the_old_one() {
    let (servers, clients) = (Ca::new("servers"), Ca::new("clients"));
    let answer = |_: Request<Bytes>| Response::new(Bytes::from_static(b"{}"));
    let server = TlsServer::builder(&servers.issue(Leaf::server())).client_ca(&clients).anonymous_too();
    let server = server.handler(answer).start().await;
    let trust = ServerTrust::Roots(servers.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, token_spec("one"));
    let connection = connector().connect(&key(), &spec).await.unwrap();
    let pair = clients.issue(Leaf::client("us").serial(0x33));
    for (credential, header, serial) in [
        (pair_spec(&pair), None, Some("33")),
        (token_spec("two"), Some("Bearer two"), None),
        (CredentialSpec::Anonymous, None, None),
    ] {
        connection.control.swap_credential(&credential).await.unwrap();
        version(&connection).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!((request.header("authorization"), request.connection.serial()), (header, serial));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_certificate_refused_in_the_handshake_is_renewed_once_and_the_request_goes_on() {
    let (servers, old, new) = (Ca::new("servers"), Ca::new("old clients"), Ca::new("new clients"));
    let server = recording(&servers, &old).await;
    let pairs = [old.issue(Leaf::client("us").serial(0x44)), new.issue(Leaf::client("us").serial(0x55))];
    let issuer = Issuer::new(move |call| {
        let pair = &pairs[call.min(2) - 1];
        let (certificate, key) = (pair.chain_pem(), SecretString::from(pair.key_pem()));
        Ok(Credential::new(Material::Certificate { chain: certificate.into_bytes().into(), key, token: None }))
    });
    let trust = ServerTrust::Roots(servers.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, issuer.spec());
    let connection = connector().connect(&key(), &spec).await.unwrap();
    server.set_client_cas(&[&new]);
    server.hang_up();
    eventually("the sockets to close", || server.open_connections() == 0).await;
    version(&connection).await.unwrap();
    assert_eq!((issuer.calls(), server.newest_serial().as_deref()), (2, Some("55")));
    server.shutdown().await;
}
