use super::*;

const SENTINEL: &str = "c2VudGluZWwtb2YtYS1zZWNyZXQ=";

fn fixture() -> Fixture {
    let fixture = Fixture::new();
    Fixture { api: fixture.api.with_audit(8), caller: fixture.caller }
}

#[test]
fn nothing_is_kept_unless_it_was_asked_for() {
    let fixture = Fixture::new();
    fixture.get(CONFIG_MAPS);
    assert!(!fixture.api.audit().is_on() && fixture.api.audit().events().is_empty());
}

#[test]
fn an_entry_says_who_did_what_to_which_object_and_what_came_of_it() {
    let fixture = fixture();
    fixture.post(CONFIG_MAPS, &config_map("a", json!({}))).is(201);
    fixture.delete(&format!("{CONFIG_MAPS}/absent")).is(404);
    let events = fixture.api.audit().events();
    let created = &events[0];
    assert_eq!((created.user.name.as_str(), created.verb.as_str(), created.code), ("admin", "create", 201));
    assert_eq!(created.uri, CONFIG_MAPS);
    let object = created.object.as_ref().unwrap();
    assert_eq!(
        (object.resource.as_str(), object.namespace.as_str(), object.name.as_str()),
        ("configmaps", "default", "a")
    );
    assert!(!object.uid.is_empty() && !object.resource_version.is_empty());
    assert!(created.allowed && created.succeeded() && created.is_write() && created.concerns("configmaps"));
    let refused = &events[1];
    assert_eq!((refused.verb.as_str(), refused.code, refused.reason.as_str()), ("delete", 404, "NotFound"));
    assert!(!refused.succeeded());
}

#[test]
fn rehearsals_and_questions_are_no_writes() {
    let fixture = fixture();
    fixture.post(&format!("{CONFIG_MAPS}?dryRun=All"), &config_map("a", json!({}))).is(201);
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    fixture.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", &review).is(201);
    fixture.get(CONFIG_MAPS).is(200);
    assert_eq!(fixture.api.audit().events().len(), 3);
    assert!(fixture.api.audit().events()[0].dry_run);
    assert!(fixture.api.audit().writes().is_empty());
}

#[test]
fn who_acts_as_somebody_else_is_named_and_so_is_the_other() {
    let fixture = fixture();
    let request = Request::builder().method(Method::GET).uri(CONFIG_MAPS).header("impersonate-user", "jane");
    told(fixture.send(request.body(Bytes::new()).unwrap())).fails(403, "Forbidden");
    let event = fixture.api.audit().events()[0].clone();
    assert_eq!((event.user.name.as_str(), event.actor().name.as_str()), ("admin", "jane"));
    assert!(!event.allowed);
}

#[test]
fn the_oldest_go_first() {
    let fixture = fixture();
    for at in 0..10 {
        fixture.get(&format!("{CONFIG_MAPS}/m{at}")).is(404);
    }
    let events = fixture.api.audit().events();
    assert_eq!((events.len(), fixture.api.audit().dropped()), (8, 2));
    assert!(events[0].uri.ends_with("/m2") && events[7].uri.ends_with("/m9"));
    fixture.api.audit().clear();
    assert!(fixture.api.audit().events().is_empty());
}

#[test]
fn no_body_of_a_secret_is_kept() {
    let fixture = fixture();
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": SENTINEL}});
    fixture.post("/api/v1/namespaces/default/secrets", &secret).is(201);
    fixture.get("/api/v1/namespaces/default/secrets/s").is(200);
    fixture.patch("/api/v1/namespaces/default/secrets/s", MERGE, &json!({"data": {"l": SENTINEL}})).is(200);
    let kept = format!("{:?}", fixture.api.audit());
    assert!(kept.contains("secrets") && !kept.contains(SENTINEL), "{kept}");
}

#[test]
fn a_caller_without_good_credentials_is_nobody() {
    let fixture = fixture().caller(Certificate::Invalid);
    fixture.get(CONFIG_MAPS).fails(401, "Unauthorized");
    let event = fixture.api.audit().events()[0].clone();
    assert_eq!((event.user.name.as_str(), event.code, event.allowed), ("", 401, false));
}

#[test]
fn what_the_connection_refuses_is_in_the_log_too() {
    let fixture = fixture();
    let refuse = |caller: &Certificate| {
        let (parts, ()) = Request::builder().method(Method::POST).uri(CONFIG_MAPS).body(()).unwrap().into_parts();
        let refusal = Status::too_large("Request entity too large: limit is 3145728");
        of_response(&fixture.api.refuse(&Call::of(&parts), &parts, caller, &fixture.api.hearing(), &refusal))
    };
    refuse(&fixture.caller).fails(413, "RequestEntityTooLarge");
    refuse(&Certificate::Invalid).fails(401, "Unauthorized");
    refuse(&Certificate::Valid(User::new("nobody", &[]))).fails(403, "Forbidden");
    let events = fixture.api.audit().events();
    let told: Vec<_> = events.iter().map(|event| (event.user.name.as_str(), event.code, event.allowed)).collect();
    assert_eq!(told, [("admin", 413, true), ("", 401, false), ("nobody", 403, false)]);
    assert_eq!((events[0].verb.as_str(), events[0].reason.as_str()), ("create", "RequestEntityTooLarge"));
}
