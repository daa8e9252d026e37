//! Refusals: code, reason and causes, and who gets them.

use super::*;

const BAD: &str = "{\"kind\":";

#[test]
fn what_is_not_there_is_not_found() {
    let fixture = Fixture::new();
    let told = fixture.get(&format!("{CONFIG_MAPS}/absent")).fails(404, "NotFound");
    assert_eq!(told.message(), "configmaps \"absent\" not found");
    assert_eq!(told.body["details"], json!({"name": "absent", "kind": "configmaps"}));
    fixture.delete(&format!("{CONFIG_MAPS}/absent")).fails(404, "NotFound");
    fixture.put(&format!("{CONFIG_MAPS}/absent"), &config_map("absent", json!({}))).fails(404, "NotFound");
    assert_eq!(fixture.get("/apis/nowhere.example.com/v1/things").code, 404);
}

#[test]
fn a_name_is_taken_once() {
    let fixture = Fixture::new();
    fixture.post(CONFIG_MAPS, &config_map("a", json!({}))).is(201);
    let told = fixture.post(CONFIG_MAPS, &config_map("a", json!({}))).fails(409, "AlreadyExists");
    assert_eq!(told.message(), "configmaps \"a\" already exists");
}

#[test]
fn a_broken_body_is_a_bad_request() {
    let fixture = Fixture::new();
    fixture.ask(Method::POST, CONFIG_MAPS, "application/json", BAD).fails(400, "BadRequest");
    fixture.ask(Method::POST, CONFIG_MAPS, "application/json", "").fails(400, "BadRequest");
    fixture.ask(Method::POST, CONFIG_MAPS, "text/plain", "{}").fails(415, "UnsupportedMediaType");
    let told = fixture.post(CONFIG_MAPS, &json!({"kind": 7})).fails(400, "BadRequest");
    assert!(told.message().contains("Go struct field .kind of type string"), "{}", told.message());
}

#[test]
fn every_broken_rule_is_a_cause() {
    let fixture = Fixture::new();
    let mut bad = deployment("Not A Name", 1);
    bad["spec"]["replicas"] = (-1).into();
    let told = fixture.post("/apis/apps/v1/namespaces/default/deployments", &bad).fails(422, "Invalid");
    let causes = told.body["details"]["causes"].as_array().unwrap();
    let fields: Vec<_> = causes.iter().map(|cause| cause["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"metadata.name") && fields.contains(&"spec.replicas"), "{fields:?}");
}

#[test]
fn unknown_fields_warn_or_refuse_as_asked() {
    let fixture = Fixture::new();
    let mut odd = config_map("a", json!({}));
    odd["colour"] = "red".into();
    let warned = fixture.post(&format!("{CONFIG_MAPS}?dryRun=All"), &odd).is(201);
    assert_eq!(warned.warnings, ["299 - \"unknown field \\\"colour\\\"\""]);
    let ignored = fixture.post(&format!("{CONFIG_MAPS}?dryRun=All&fieldValidation=Ignore"), &odd).is(201);
    assert!(ignored.warnings.is_empty());
    fixture.post(&format!("{CONFIG_MAPS}?fieldValidation=Strict"), &odd).fails(400, "BadRequest");
    fixture.post(&format!("{CONFIG_MAPS}?fieldValidation=Maybe"), &odd).fails(422, "Invalid");
    fixture.get(&format!("{CONFIG_MAPS}/a")).is(404);
}

#[test]
fn an_old_version_conflicts_and_an_unreadable_one_is_told() {
    let fixture = Fixture::new();
    let made = fixture.post(CONFIG_MAPS, &config_map("a", json!({}))).is(201).body;
    let path = format!("{CONFIG_MAPS}/a");
    let mut changed = made.clone();
    changed["data"]["a"] = "2".into();
    fixture.put(&path, &changed).is(200);
    fixture.put(&path, &changed).fails(409, "Conflict");
    changed["metadata"]["resourceVersion"] = "x".into();
    let told = fixture.put(&path, &changed).is(500);
    assert_eq!(told.message(), "strconv.ParseUint: parsing \"x\": invalid syntax");
}

#[test]
fn strangers_are_anonymous_and_bad_credentials_are_refused() {
    let anonymous = Fixture::new().caller(Certificate::Absent);
    let told = anonymous.get(&format!("{CONFIG_MAPS}/a")).fails(403, "Forbidden");
    assert!(told.message().contains("User \"system:anonymous\" cannot get resource \"configmaps\""));
    anonymous.get("/version").is(200);
    Fixture::new().caller(Certificate::Invalid).get("/version").fails(401, "Unauthorized");
}

#[test]
fn a_token_is_good_until_it_expires_or_is_revoked() {
    let fixture = Fixture::new().caller(Certificate::Absent);
    let now = fixture.api.now();
    let later = now.checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
    fixture.api.access().add_token("good", User::new("someone", &[MASTERS]), Some(later));
    fixture.api.access().add_token("old", User::new("someone", &[MASTERS]), Some(now));
    let ask = |token: &str| {
        let request = Request::get(CONFIG_MAPS).header(header::AUTHORIZATION, format!("Bearer {token}"));
        told(fixture.send(request.body(Bytes::new()).unwrap())).code
    };
    assert_eq!((ask("good"), ask("old"), ask("never")), (200, 401, 401));
    assert!(fixture.api.access().revoke_token("good"));
    assert_eq!(ask("good"), 401);
}

#[test]
fn what_the_fake_cannot_do_is_refused_by_name() {
    let fixture = Fixture::new();
    let told = fixture.post("/api/v1/namespaces/default/pods/a/exec", &json!({})).is(501);
    assert!(told.message().starts_with("fake-cluster does not support"), "{}", told.message());
    let told = fixture.get("/metrics").is(501);
    assert!(told.message().starts_with("fake-cluster does not support"), "{}", told.message());
    let mut ruled = version();
    ruled["schema"]["openAPIV3Schema"]["x-kubernetes-validations"] = json!([{"rule": "self.nonsense()"}]);
    let told = fixture.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &definition(ruled));
    assert!(told.code >= 400 && told.message().contains("fake-cluster"), "{} {}", told.code, told.message());
}

#[test]
fn requests_without_a_connection_are_an_administrators() {
    let api = Fixture::new().api;
    let status = refusal(api.request(Method::GET, &format!("{CONFIG_MAPS}/absent"), None));
    assert_eq!((status.code(), status.reason()), (404, "NotFound"));
    let made = api.request(Method::POST, CONFIG_MAPS, Some(&config_map("a", json!({})))).unwrap();
    assert_eq!(made["metadata"]["managedFields"][0]["manager"], "fake-cluster");
    assert_eq!(refusal(api.request(Method::GET, "/nothing/here", None)).code(), 404);
}
