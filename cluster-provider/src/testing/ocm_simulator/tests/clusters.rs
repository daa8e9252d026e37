use super::*;

#[tokio::test(start_paused = true)]
async fn a_cluster_lives_as_it_does_there() {
    let caller = Caller::new().await;
    let (status, made) = caller.post(CLUSTERS, body("one")).await;
    assert_eq!((status, &made["kind"], &made["state"]), (201, &json!("Cluster"), &json!("pending")));
    assert_eq!(made["id"].as_str().unwrap().len(), 32);
    assert_eq!(made.get("external_id"), None);
    let href = made["href"].as_str().unwrap();
    caller.ocm.advance();
    let (_, installing) = caller.get(href).await;
    assert_eq!(installing["status"]["state"], "installing");
    assert!(installing["external_id"].is_string());
    caller.ocm.advance();
    let (_, ready) = caller.get(href).await;
    assert_eq!((&ready["state"], &ready["region"]["kind"]), (&json!("ready"), &json!("CloudRegionLink")));
    assert!(ready["api"]["url"].as_str().unwrap().starts_with("https://api.one."));
    assert_eq!(caller.get(&format!("{href}/status")).await.1["dns_ready"], true);
    assert_eq!(caller.delete(href).await.0, 204);
    assert_eq!(caller.get(href).await.1["state"], "uninstalling");
    caller.ocm.advance();
    assert_eq!(caller.get(href).await.0, 404);
    let Tally { created, deleted, deletes_received, .. } = caller.ocm.tally();
    assert_eq!((created, deletes_received, deleted), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn paused_time_drives_a_life_at_its_pace() {
    let pace = Pace::each(Duration::from_secs(600));
    let caller = Caller::of(OcmSimulator::builder().pace(pace).token_lifetime(Duration::from_secs(86_400))).await;
    let href = caller.cluster(body("one")).await;
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(caller.get(&href).await.1["state"], "installing");
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(caller.ocm.clusters()[0].state, ClusterState::Ready);
    caller.delete(&href).await;
    tokio::time::advance(Duration::from_secs(601)).await;
    assert!(caller.ocm.clusters().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_error_has_the_shape_that_errors_have() {
    let caller = Caller::new().await;
    let (status, error) = caller.get(&format!("{CLUSTERS}/nobody")).await;
    assert_eq!((status, &error["kind"], &error["id"]), (404, &json!("Error"), &json!("404")));
    assert_eq!(error["href"], "/api/clusters_mgmt/v1/errors/404");
    assert_eq!(error["code"], "CLUSTERS-MGMT-404");
    assert!(error["operation_id"].is_string() && error["reason"].is_string() && error["timestamp"].is_string());
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_is_refused_as_it_was_said() {
    let caller = Caller::new().await;
    caller.cluster(body("one")).await;
    let (status, error) = caller.post(CLUSTERS, body("one")).await;
    assert_eq!((status, &error["reason"]), (400, &json!("Cluster 'one' already exists")));
    let caller = Caller::of(OcmSimulator::builder().refuse_taken_names_with(StatusCode::CONFLICT)).await;
    caller.cluster(body("one")).await;
    assert_eq!(caller.post(CLUSTERS, body("one")).await.1["code"], "CLUSTERS-MGMT-409");
}

#[tokio::test(start_paused = true)]
async fn who_creates_twice_is_counted_twice() {
    let caller = Caller::of(OcmSimulator::builder().allow_equal_names()).await;
    caller.cluster(body("one")).await;
    caller.cluster(body("one")).await;
    assert_eq!(caller.ocm.clusters_named("one").len(), 2);
    assert_eq!(caller.ocm.clusters_with("token", "one").len(), 2);
    assert_eq!(caller.ocm.tally().created, 2);
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_is_refused_and_makes_nothing() {
    let caller = Caller::new().await;
    let with = |name: &str, value: Value| {
        let mut body = body("one");
        body[name] = value;
        body
    };
    for wrong in [
        with("name", json!("Not a label")),
        with("name", json!("a".repeat(55))),
        with("domain_prefix", json!("longer-than-fifteen")),
        with("region", json!({"id": "atlantis"})),
        with("region", json!({"id": "ap-east-1"})),
        with("cloud_provider", json!({"id": "none"})),
        with("properties", json!({"a": 1})),
        with("nodes", json!({"autoscale_compute": {"min_replicas": 6, "max_replicas": 3}})),
        with("nodes", json!({"compute": 1})),
        json!([]),
    ] {
        let (status, error) = caller.post(CLUSTERS, wrong.clone()).await;
        assert_eq!((status, &error["code"]), (400, &json!("CLUSTERS-MGMT-400")), "{wrong}");
    }
    let mut spread = with("nodes", json!({"compute": 4}));
    spread["multi_az"] = true.into();
    assert_eq!(caller.post(CLUSTERS, spread).await.0, 400);
    assert!(caller.ocm.clusters().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_makes_nothing_and_deletes_nothing() {
    let caller = Caller::new().await;
    assert_eq!(caller.post(&format!("{CLUSTERS}?dryRun=true"), body("one")).await.0, 204);
    assert_eq!(caller.ocm.tally(), Tally::default());
    let href = caller.cluster(body("one")).await;
    assert_eq!(caller.post(&format!("{CLUSTERS}?dryRun=true"), body("one")).await.0, 400);
    assert_eq!(caller.delete(&format!("{href}?dry_run=true")).await.0, 204);
    let held = &caller.ocm.clusters()[0];
    assert_eq!((&held.state, held.deletes), (&ClusterState::Pending, 0));
}

#[tokio::test(start_paused = true)]
async fn a_protected_cluster_is_not_deleted() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    let protection = format!("{href}/delete_protection");
    assert_eq!(caller.patch(&protection, json!({"enabled": true})).await.1["enabled"], true);
    assert_eq!(caller.get(&href).await.1["delete_protection"]["enabled"], true);
    assert_eq!(caller.delete(&href).await.0, 403);
    assert_eq!(caller.delete(&format!("{href}?dry_run=true")).await.0, 403);
    caller.ocm.protect(id(&href), false);
    assert_eq!(caller.get(&protection).await.1["enabled"], false);
    assert_eq!(caller.delete(&href).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn only_a_self_managed_cluster_is_let_go_standing() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    assert_eq!(caller.delete(&format!("{href}?deprovision=false")).await.0, 400);
    let mut own = body("own");
    own["product"] = json!({"id": "ocp"});
    let own = caller.cluster(own).await;
    assert_eq!(caller.delete(&format!("{own}?deprovision=false")).await.0, 204);
    assert_eq!(caller.get(&own).await.0, 404);
    let tally = caller.ocm.tally();
    assert_eq!((tally.released, tally.deleted), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_second_delete_is_answered_as_it_was_said() {
    for (builder, second) in [
        (OcmSimulator::builder(), 204),
        (OcmSimulator::builder().answer_second_delete_with(StatusCode::BAD_REQUEST), 400),
    ] {
        let caller = Caller::of(builder).await;
        let href = caller.cluster(body("one")).await;
        assert_eq!(caller.delete(&href).await.0, 204);
        assert_eq!(caller.delete(&href).await.0, second);
        assert_eq!(caller.ocm.clusters()[0].deletes, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_vanished_was_not_deleted() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    assert!(caller.ocm.vanish(id(&href)));
    assert_eq!(caller.delete(&href).await.0, 404);
    let tally = caller.ocm.tally();
    assert_eq!((tally.vanished, tally.deleted, tally.deletes_received), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_made_is_there_and_not_counted() {
    let caller = Caller::new().await;
    let other = caller.ocm.add_cluster(&body("one"), "ready").unwrap();
    assert!(caller.ocm.add_cluster(&json!({}), "ready").is_err());
    assert_eq!(caller.post(CLUSTERS, body("one")).await.0, 400);
    caller.cluster(body("two")).await;
    let names: Vec<_> = caller.ocm.clusters().into_iter().map(|cluster| cluster.name).collect();
    assert_eq!((names, caller.ocm.tally().created), (vec!["one".to_owned(), "two".to_owned()], 1));
    assert_eq!(caller.get(&format!("{CLUSTERS}/{other}")).await.1["state"], "ready");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_sleeps_and_wakes() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    let (hibernate, resume) = (format!("{href}/hibernate"), format!("{href}/resume"));
    assert_eq!(caller.ask(Method::POST, &hibernate, None).await.0, 400);
    caller.ocm.set_state(id(&href), "ready");
    assert_eq!(caller.ask(Method::POST, &hibernate, None).await.0, 204);
    caller.ocm.advance();
    assert_eq!(caller.get(&href).await.1["state"], "hibernating");
    assert_eq!(caller.ask(Method::POST, &resume, None).await.0, 204);
    assert_eq!(caller.get(&href).await.1["state"], "resuming");
    caller.ocm.advance_cluster(id(&href));
    assert_eq!(caller.get(&href).await.1["state"], "ready");
}

#[tokio::test(start_paused = true)]
async fn a_failed_cluster_says_why_and_stays() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    caller.ocm.fail(id(&href), "OCM3055", "the account has no such machines");
    caller.ocm.advance();
    let (_, failed) = caller.get(&href).await;
    assert_eq!((&failed["state"], &failed["status"]["provision_error_code"]), (&json!("error"), &json!("OCM3055")));
    caller.ocm.set_state(id(&href), "melting");
    assert_eq!(caller.get(&href).await.1["state"], "melting");
}

#[tokio::test(start_paused = true)]
async fn a_patch_changes_what_may_change() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    let (status, patched) = caller.patch(&href, json!({"properties": {"more": "x"}, "name": "one"})).await;
    assert_eq!((status, &patched["properties"]), (200, &json!({"token": "one", "more": "x"})));
    assert_eq!(caller.patch(&href, json!({"name": "two"})).await.0, 400);
    assert_eq!(caller.patch(&href, json!({"region": {"id": "eu-west-1"}})).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn no_credential_of_a_cloud_is_given_back() {
    let caller = Caller::new().await;
    let mut with_secrets = body("one");
    with_secrets["aws"] = json!({"account_id": "1", "access_key_id": "s3ntinel-a", "secret_access_key": "s3ntinel-b"});
    let (_, made) = caller.post(CLUSTERS, with_secrets).await;
    assert_eq!(made["aws"], json!({"account_id": "1"}));
    assert!(!format!("{:?} {:?}", caller.ocm, caller.ocm.requests()).contains("s3ntinel"));
    let log = caller.ocm.requests();
    assert_eq!(log.last().unwrap().body["aws"]["secret_access_key"], "s3ntinel-b");
}
