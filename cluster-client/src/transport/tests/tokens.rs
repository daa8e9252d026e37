//! Tokens that change, expire, and are refused.

use super::*;

/// Tokens of a cluster, each a new one; the old ones stay good until somebody revokes them.
fn tokens(cluster: &Arc<FakeCluster>) -> (Arc<Issuer>, Arc<std::sync::Mutex<Vec<String>>>) {
    let issued = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (cluster, record) = (Arc::downgrade(cluster), Arc::clone(&issued));
    let issuer = Issuer::new(move |_| {
        let token = cluster.upgrade().map(|cluster| token(&cluster)).unwrap_or_default();
        record.lock().unwrap().push(token.clone());
        Ok(Credential::new(Material::Token(SecretString::from(token))))
    });
    (issuer, issued)
}

async fn cluster() -> Arc<FakeCluster> {
    Arc::new(FakeCluster::start().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_swapped_under_load_without_a_failed_request() {
    let cluster = cluster().await;
    let mut old = token(&cluster);
    let connection = connect(&connector(), &cluster, token_spec(&old)).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let mut load = JoinSet::new();
    for _ in 0..8 {
        let (maps, stop) = (config_maps(&connection), stop.clone());
        load.spawn(async move {
            let mut answered = 0;
            while !stop.is_cancelled() {
                maps.list(&ListParams::default()).await.unwrap();
                answered += 1;
            }
            answered
        });
    }
    for _ in 0..10 {
        let new = token(&cluster);
        connection.control.swap_credential(&token_spec(&new)).await.unwrap();
        cluster.revoke_token(&old);
        old = new;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    assert!(load.join_all().await.into_iter().all(|answered| answered > 0));
    assert_eq!(connection.control.stats().rotations, 0, "connections stay");
}

#[tokio::test]
async fn a_token_that_the_server_refuses_is_not_swapped_in() {
    let cluster = cluster().await;
    let connection = connect(&connector(), &cluster, token_spec(&token(&cluster))).await;
    let error = connection.control.swap_credential(&token_spec("wrong")).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::CredentialRejected);
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn fifty_refused_requests_are_one_renewal_and_all_succeed() {
    let cluster = cluster().await;
    let (issuer, issued) = tokens(&cluster);
    let connection = connect(&connector(), &cluster, issuer.spec()).await;
    assert_eq!(issuer.calls(), 1, "a provider is asked once for a connection");
    cluster.revoke_token(&issued.lock().unwrap()[0]);
    let maps = config_maps(&connection);
    let params = ListParams::default();
    let answers = futures::future::join_all((0..50).map(|_| maps.list(&params))).await;
    for answer in answers {
        answer.unwrap();
    }
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test]
async fn a_storm_of_refusals_on_watches_and_traffic_is_one_renewal_and_no_list() {
    let cluster = cluster().await;
    let (issuer, issued) = tokens(&cluster);
    let connection = connect(&connector(), &cluster, issuer.spec()).await;
    let mut watching = Vec::new();
    for _ in 0..50 {
        watching.push(Watching::start(&connection).await);
    }
    cluster.revoke_token(&issued.lock().unwrap()[0]);
    cluster.end_watches();
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
    for watching in &watching {
        eventually("the change to be seen", || watching.seen.applied() == 1).await;
        assert_eq!((watching.seen.lists(), watching.seen.errors()), (1, 0));
    }
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test]
async fn a_token_refused_for_ever_is_asked_for_and_sent_a_few_times_only() {
    let cluster = cluster().await;
    let good = token(&cluster);
    let first = good.clone();
    let issuer = Issuer::new(move |call| {
        let token = if call == 1 { first.clone() } else { format!("bad-{call}") };
        Ok(Credential::new(Material::Token(SecretString::from(token))))
    });
    let connection = connect(&connector(), &cluster, issuer.spec()).await;
    cluster.revoke_token(&good);
    let before = cluster.counters().all_requests();
    let maps = config_maps(&connection);
    let mut last = None;
    for _ in 0..200 {
        last = maps.list(&ListParams::default()).await.err();
    }
    let last = last.unwrap();
    assert!(matches!(cause(&last), ConnectError::Auth { source: AuthError::Suspended { .. }, .. }), "{last:?}");
    assert_eq!(cause(&last).class(), ErrorClass::CredentialRejected);
    assert!(issuer.calls() <= 4, "{} runs", issuer.calls());
    assert!(cluster.counters().all_requests() - before <= 8);
    let probe = connection.control.probe(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(probe.class(), ErrorClass::CredentialRejected);
    assert!(connection.control.stats().suspended.is_some());
    connection.control.swap_credential(&token_spec(&token(&cluster))).await.unwrap();
    maps.list(&ListParams::default()).await.unwrap();
}

#[tokio::test]
async fn a_token_file_is_read_again_when_its_token_is_refused() {
    let cluster = cluster().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let old = token(&cluster);
    std::fs::write(file.path(), &old).unwrap();
    let connection = connect(&connector(), &cluster, CredentialSpec::TokenFile(file.path().into())).await;
    std::fs::write(file.path(), token(&cluster)).unwrap();
    cluster.revoke_token(&old);
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
    assert_eq!(connection.control.stats().auth_refreshed, 1);
}

#[tokio::test]
async fn a_post_that_is_refused_is_sent_again_with_a_new_token() {
    let cluster = cluster().await;
    let (issuer, issued) = tokens(&cluster);
    let connection = connect(&connector(), &cluster, issuer.spec()).await;
    cluster.revoke_token(&issued.lock().unwrap()[0]);
    config_maps(&connection).create(&PostParams::default(), &config_map("a")).await.unwrap();
}

#[tokio::test]
async fn a_name_and_a_password_are_sent_as_basic_authorization() {
    let ca = testkit::pki::Ca::new("servers");
    let server =
        testkit::server::TlsServer::builder(&ca.issue(testkit::pki::Leaf::server())).json(200, "{}").start().await;
    let credential = CredentialSpec::Basic { username: "me".into(), password: "pw".into() };
    let trust = ServerTrust::Roots(ca.pem().into_bytes().into());
    let spec = ClusterSpec::new(server.url().parse().unwrap(), trust, credential);
    connector().connect(&key(), &spec).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].header("authorization"), Some("Basic bWU6cHc="));
    assert!(requests[0].header("user-agent").unwrap().starts_with("mooring/"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_runs_once_for_a_connection() {
    let cluster = cluster().await;
    let directory = tempfile::tempdir().unwrap();
    let runs = directory.path().join("runs");
    let printed = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": { "token": token(&cluster) },
    });
    let body = format!("echo run >> '{}'; echo '{printed}'", runs.display());
    let exec = crate::spec::ExecSpec::new("/bin/sh").with_args(["-c", &body]);
    let connection = connect(&connector(), &cluster, CredentialSpec::Exec(Arc::new(exec))).await;
    for _ in 0..20 {
        config_maps(&connection).list(&ListParams::default()).await.unwrap();
    }
    connection.control.probe(Duration::from_secs(10)).await.unwrap();
    assert_eq!(std::fs::read_to_string(runs).unwrap().lines().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_may_give_a_certificate_and_nothing_else() {
    let cluster = cluster().await;
    let admin = cluster.admin();
    let printed = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": { "clientCertificateData": admin.certificate, "clientKeyData": admin.key },
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), printed.to_string()).unwrap();
    let exec = crate::spec::ExecSpec::new("cat").with_args([file.path().to_str().unwrap()]);
    let connection = connect(&connector(), &cluster, CredentialSpec::Exec(Arc::new(exec))).await;
    config_maps(&connection).list(&ListParams::default()).await.unwrap();
    assert!(connection.control.credential_expires().is_some());
}

#[tokio::test]
async fn a_warning_about_a_credential_names_the_cluster_and_the_cause() {
    let (log, _guard) = crate::source::testing::Log::start();
    let cluster = cluster().await;
    let first = token(&cluster);
    let issued = first.clone();
    let issuer = Issuer::new(move |call| match call {
        1 => Ok(Credential::new(Material::Token(SecretString::from(issued.clone())))),
        _ => Err(AuthError::ExecFailed { command: "get-token".into(), code: Some(7) }),
    });
    let connection = connect(&connector(), &cluster, issuer.spec()).await;
    cluster.revoke_token(&first);
    config_maps(&connection).list(&ListParams::default()).await.unwrap_err();
    let written = log.written();
    let line = written.lines().find(|line| line.contains("no new credential")).unwrap_or_default();
    let server = cluster.address().to_string();
    for part in ["WARN", "cluster=one", server.as_str(), "\"get-token\" failed with status 7"] {
        assert!(line.contains(part), "{part} is not in {line:?}");
    }
    assert!(!written.contains(&first));
}
