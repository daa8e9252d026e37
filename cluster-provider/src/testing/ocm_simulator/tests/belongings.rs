use super::*;

async fn ready(caller: &Caller, body: Value) -> String {
    let href = caller.cluster(body).await;
    caller.ocm.set_state(id(&href), "ready");
    href
}

fn hosted(name: &str) -> Value {
    let mut body = body(name);
    body["hypershift"] = json!({"enabled": true});
    body
}

fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}})
}

#[tokio::test(start_paused = true)]
async fn a_syncset_is_made_read_changed_and_deleted() {
    let caller = Caller::new().await;
    let sets = format!("{}/external_configuration/syncsets", ready(&caller, body("one")).await);
    let set = json!({"id": "ext-set", "resources": [config_map("a")]});
    assert_eq!(caller.get(&format!("{sets}/ext-set")).await.0, 404);
    let (status, made) = caller.post(&sets, set.clone()).await;
    assert_eq!((status, &made["kind"], &made["resources"][0]), (201, &json!("Syncset"), &config_map("a")));
    assert_eq!(caller.post(&sets, set).await.0, 409);
    let one = format!("{sets}/ext-set");
    let (_, changed) = caller.patch(&one, json!({"resources": [config_map("b"), config_map("c")]})).await;
    assert_eq!(changed["resources"].as_array().unwrap().len(), 2);
    assert_eq!(caller.get(&sets).await.1["total"], 1);
    assert_eq!(caller.delete(&one).await.0, 204);
    assert_eq!(caller.delete(&one).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_set_that_cannot_be_is_refused() {
    let caller = Caller::new().await;
    let href = ready(&caller, body("one")).await;
    let sets = format!("{href}/external_configuration/syncsets");
    for wrong in [
        json!({"id": "set", "resources": []}),
        json!({"resources": []}),
        json!({"id": "ext-set"}),
        json!({"id": "ext-set", "resources": [{"kind": "ConfigMap"}]}),
    ] {
        assert_eq!(caller.post(&sets, wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!(caller.get(&format!("{href}/external_configuration/secrets")).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn hosted_clusters_have_manifests_and_others_have_syncsets() {
    let caller = Caller::new().await;
    let (classic, hosted) = (ready(&caller, body("one")).await, ready(&caller, hosted("two")).await);
    let set = json!({"id": "ext-set", "resources": [config_map("a")]});
    let manifest = json!({"id": "ext-set", "workloads": [config_map("a")]});
    let at = |href: &str, name: &str| format!("{href}/external_configuration/{name}");
    assert_eq!(caller.post(&at(&hosted, "syncsets"), set).await.0, 400);
    assert_eq!(caller.post(&at(&classic, "manifests"), manifest.clone()).await.0, 400);
    assert_eq!(caller.post(&at(&hosted, "manifests"), manifest).await.0, 201);
    let label = json!({"key": "team", "value": "blue"});
    assert_eq!(caller.post(&at(&classic, "labels"), label).await.1["id"], "team");
    let pool = json!({"id": "pool", "replicas": 2, "aws_node_pool": {"instance_type": "m5.xlarge"}});
    assert_eq!(caller.post(&format!("{hosted}/node_pools"), pool.clone()).await.0, 201);
    assert_eq!(caller.post(&format!("{classic}/node_pools"), pool).await.0, 400);
    let by_need = json!({"autoscaling": {"min_replica": 1, "max_replica": 2}});
    let (_, changed) = caller.patch(&format!("{hosted}/node_pools/pool"), by_need).await;
    assert_eq!((changed.get("replicas"), &changed["autoscaling"]["max_replica"]), (None, &json!(2)));
}

#[tokio::test(start_paused = true)]
async fn an_identity_provider_keeps_its_secret_and_shows_it_to_nobody() {
    let caller = Caller::new().await;
    let href = ready(&caller, body("one")).await;
    let all = format!("{href}/identity_providers");
    let openid = |secret: &str| {
        json!({
            "type": "OpenIDIdentityProvider", "name": "sso", "mapping_method": "claim",
            "open_id": {"client_id": "c", "client_secret": secret, "issuer": "https://sso.example.com"},
        })
    };
    let (status, made) = caller.post(&all, openid("s3ntinel")).await;
    assert_eq!((status, made["open_id"].get("client_secret")), (201, None));
    assert_eq!(caller.post(&all, openid("other")).await.0, 409);
    let one = made["href"].as_str().unwrap();
    assert!(!caller.get(&all).await.1.to_string().contains("s3ntinel"));
    let (status, _) = caller.patch(one, json!({"open_id": {"client_secret": "rotated"}})).await;
    let held = caller.ocm.held(id(&href), Collection::IdentityProviders, "sso").unwrap();
    assert_eq!((status, &held["open_id"]["client_secret"]), (200, &json!("rotated")));
    assert_eq!(held["open_id"]["client_id"], "c");
    assert_eq!(caller.ocm.clusters()[0].identity_providers, ["sso"]);
    for (pointer, wrong) in [
        ("/type", json!("KerberosIdentityProvider")),
        ("/name", json!("")),
        ("/mapping_method", json!("guess")),
        ("/open_id/issuer", json!("http://sso.example.com")),
        ("/open_id/client_secret", json!("")),
    ] {
        let mut body = openid("x");
        body["name"] = "another".into();
        *body.pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(caller.post(&all, body).await.0, 400, "{pointer}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_addon_has_a_life_of_its_own() {
    let caller = Caller::new().await;
    let href = ready(&caller, body("one")).await;
    let all = format!("{href}/addons");
    let parameters = |value: &str| json!({"items": [{"id": "colour", "value": value}]});
    let (status, made) = caller.post(&all, json!({"addon": {"id": "x"}, "parameters": parameters("blue")})).await;
    assert_eq!((status, &made["state"], &made["parameters"]), (201, &json!("pending"), &parameters("blue")));
    assert_eq!(caller.post(&all, json!({"addon": {"id": "x"}})).await.0, 409);
    let bare = json!({"addon": {"id": "y"}, "parameters": [{"id": "a", "value": "b"}]});
    assert_eq!(caller.post(&all, bare).await.0, 400);
    caller.ocm.advance();
    caller.ocm.advance();
    let one = format!("{all}/x");
    assert_eq!(caller.get(&one).await.1["state"], "ready");
    caller.patch(&one, json!({"parameters": parameters("red")})).await;
    assert_eq!(caller.ocm.addon_parameters(id(&href), "x").unwrap()[0]["value"], "red");
    assert!(caller.ocm.fail_addon(id(&href), "x", "out of memory"));
    let (_, failed) = caller.get(&one).await;
    assert_eq!((&failed["state"], &failed["state_description"]), (&json!("failed"), &json!("out of memory")));
    assert_eq!(caller.delete(&one).await.0, 204);
    assert_eq!(caller.get(&one).await.1["state"], "deleting");
    caller.ocm.advance();
    assert_eq!(caller.get(&one).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn an_addon_goes_on_by_itself_at_its_pace() {
    let pace = Pace { other: Some(Duration::from_secs(60)), ..Pace::by_hand() };
    let caller = Caller::of(OcmSimulator::builder().pace(pace)).await;
    let href = ready(&caller, body("one")).await;
    caller.post(&format!("{href}/addons"), json!({"addon": {"id": "x"}})).await;
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(caller.get(&format!("{href}/addons/x")).await.1["state"], "installing");
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(caller.ocm.clusters()[0].addons["x"], "ready");
}

#[tokio::test(start_paused = true)]
async fn machines_in_several_zones_come_in_threes() {
    let caller = Caller::new().await;
    let mut spread = body("one");
    spread["multi_az"] = true.into();
    let pools = format!("{}/machine_pools", ready(&caller, spread).await);
    let pool = |replicas: i64| json!({"id": "pool", "instance_type": "m5.xlarge", "replicas": replicas});
    let (status, error) = caller.post(&pools, pool(4)).await;
    assert_eq!(status, 400, "{error}");
    let (_, made) = caller.post(&pools, pool(3)).await;
    assert_eq!(made["availability_zones"], json!(["us-east-1a", "us-east-1b", "us-east-1c"]));
    let one = format!("{pools}/pool");
    let (_, by_need) = caller.patch(&one, json!({"autoscaling": {"min_replicas": 3, "max_replicas": 6}})).await;
    assert_eq!((by_need.get("replicas"), &by_need["autoscaling"]["max_replicas"]), (None, &json!(6)));
    caller.patch(&one, json!({"labels": {"a": "1", "b": "2"}})).await;
    assert_eq!(caller.patch(&one, json!({"labels": {"b": "2"}})).await.1["labels"], json!({"b": "2"}));
    assert_eq!(caller.patch(&one, json!({"instance_type": "m5.large"})).await.0, 400);
    let alone = format!("{}/machine_pools", ready(&caller, body("two")).await);
    assert_eq!(caller.post(&alone, pool(4)).await.0, 201);
}

#[tokio::test(start_paused = true)]
async fn machines_that_make_no_sense_are_refused() {
    let caller = Caller::new().await;
    let pools = format!("{}/machine_pools", ready(&caller, body("one")).await);
    for (name, wrong) in [
        ("id", json!("9pool")),
        ("id", json!("p".repeat(31))),
        ("instance_type", json!("")),
        ("replicas", json!(-1)),
        ("autoscaling", json!({"min_replicas": 1, "max_replicas": 2})),
        ("taints", json!([{"key": "a", "effect": "Sometimes"}])),
    ] {
        let mut pool = json!({"id": "pool", "instance_type": "m5.xlarge", "replicas": 2});
        pool[name] = wrong;
        assert_eq!(caller.post(&pools, pool.clone()).await.0, 400, "{pool}");
    }
    let backwards = json!({"id": "pool", "instance_type": "x", "autoscaling": {"min_replicas": 3, "max_replicas": 2}});
    assert_eq!(caller.post(&pools, backwards).await.0, 400);
    assert_eq!(caller.post(&pools, json!({"id": "pool", "instance_type": "x"})).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn a_domain_is_told_when_the_installer_has_begun() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    let ingresses = format!("{href}/ingresses");
    assert_eq!(caller.get(&ingresses).await.1["total"], 0);
    caller.ocm.advance();
    let (_, list) = caller.get(&ingresses).await;
    assert_eq!(list["items"][0]["default"], true);
    assert!(list["items"][0]["dns_name"].as_str().unwrap().starts_with("apps.one."));
    caller.ocm.set_ingresses(id(&href), vec![json!({"id": "x", "default": false, "dns_name": "apps2"})]);
    assert_eq!(caller.get(&ingresses).await.1["items"][0]["dns_name"], "apps2");
}

#[tokio::test(start_paused = true)]
async fn credentials_are_there_for_who_may_see_them() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    let credentials = format!("{href}/credentials");
    assert_eq!(caller.get(&credentials).await.0, 404);
    caller.ocm.set_state(id(&href), "ready");
    assert_eq!(caller.get(&credentials).await.0, 403);
    caller.ocm.set_kubeconfig(id(&href), "apiVersion: v1");
    assert_eq!(caller.get(&credentials).await.1["kubeconfig"], "apiVersion: v1");
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_a_new_cluster_is_forbidden_for_a_while_when_it_is_so() {
    let caller = Caller::of(OcmSimulator::builder().forbidden_after_create(Duration::from_secs(90))).await;
    let href = caller.cluster(body("one")).await;
    assert_eq!(caller.get(&format!("{href}/addons")).await.0, 403);
    assert_eq!(caller.get(&format!("{href}/status")).await.0, 200);
    tokio::time::advance(Duration::from_secs(90)).await;
    assert_eq!(caller.get(&format!("{href}/addons")).await.0, 200);
}
