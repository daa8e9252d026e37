//! Webhooks without sockets: a function answers in their place.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request, Response, header};
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::api::{Answer, Api, Call, Certificate, MASTERS, User};
use crate::storage::DEFAULT_HISTORY;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const SENTINEL: &str = "sentinel-5a4b3c";

/// What a webhook says: its name and the request that it sees, to the response.
type Says<'a> = &'a mut dyn FnMut(&str, &Value) -> Value;

fn api(kind: &str, hooks: Value) -> Api {
    let noon = Timestamp::from_second(1_800_000_000).unwrap();
    let api = Api::new(Arc::new(move || noon), DEFAULT_HISTORY);
    register(&api, kind, hooks);
    api
}

fn register(api: &Api, kind: &str, hooks: Value) {
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": "all"}, "webhooks": hooks,
    });
    let collection = format!("/apis/admissionregistration.k8s.io/v1/{}s", kind.to_lowercase());
    api.request(Method::POST, &collection, Some(&configuration)).unwrap();
}

fn hook(name: &str) -> Value {
    json!({
        "name": format!("{name}.example.com"), "clientConfig": {"url": "https://127.0.0.1:1/"},
        "rules": [{"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}],
        "sideEffects": "None", "admissionReviewVersions": ["v1"],
    })
}

fn put(api: &Api, method: Method, path: &str, body: &Value, hearing: &Hearing) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let admin = Certificate::Valid(User::new("admin", &[MASTERS]));
    api.hear(&Call::of(&parts), &parts, &Bytes::from(body.to_string()), &admin, hearing)
}

/// Puts a request until it is answered; returns code, body and how many rounds it took.
fn through(api: &Api, method: Method, path: &str, body: &Value, says: Says<'_>) -> (u16, Value, usize) {
    let mut hearing = Hearing::new();
    for round in 0.. {
        match put(api, method.clone(), path, body, &hearing) {
            Answer::Ask(asks) => asks.iter().for_each(|ask| hearing.tell(ask, said(ask, says))),
            Answer::Full(response) => return (response.status().as_u16(), parsed(&response), round),
            Answer::Watch(_) => panic!("a watch"),
        }
    }
    unreachable!("a request is answered");
}

fn parsed(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn said(ask: &AdmissionCall, says: Says<'_>) -> Outcome {
    let review: Value = serde_json::from_slice(&ask.body).unwrap();
    let mut response = says(&ask.webhook, &review["request"]);
    response["uid"] = review["request"]["uid"].clone();
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
    Outcome::Answered { code: 200, body: Bytes::from(review.to_string()), text: false }
}

fn map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "v"}})
}

#[test]
fn nothing_happens_before_the_last_webhook_was_asked() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one"), hook("two")]));
    let before = api.snapshot();
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
        "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31000}]},
    });
    let hearing = Hearing::new();
    let Answer::Ask(asks) = put(&api, Method::POST, "/api/v1/namespaces/default/services", &service, &hearing) else {
        panic!("it is answered");
    };
    // Validating webhooks are asked at once.
    assert_eq!(asks.len(), 2);
    assert_eq!(api.snapshot(), before);
    // The port is still to be had by somebody else.
    api.request(Method::POST, "/api/v1/namespaces/default/services", Some(&service)).unwrap();
}

#[test]
fn what_is_drawn_for_a_request_stays_as_it_is_in_every_round() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    let made = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "made-"}});
    let mut seen = Vec::new();
    let (code, body, rounds) = through(&api, Method::POST, MAPS, &made, &mut |_, request| {
        seen.push(request["object"]["metadata"].clone());
        json!({"allowed": true})
    });
    assert_eq!((code, rounds, seen.len()), (201, 1, 1));
    for field in ["name", "uid", "creationTimestamp"] {
        assert_eq!(seen[0][field], body["metadata"][field]);
    }
}

#[test]
fn a_webhook_is_asked_again_if_the_object_changed_meanwhile() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    api.request(Method::POST, MAPS, Some(&map("a"))).unwrap();
    let path = format!("{MAPS}/a");
    let mut asked = Vec::new();
    let (code, body, _) = through(&api, Method::PUT, &path, &map("a"), &mut |_, request| {
        asked.push(request["oldObject"]["metadata"]["labels"]["round"].clone());
        if asked.len() == 1 {
            let mut other = map("a");
            other["metadata"]["labels"] = json!({"round": "2"});
            api.request(Method::PUT, &path, Some(&other)).unwrap();
        }
        json!({"allowed": true})
    });
    assert_eq!((code, asked), (200, vec![Value::Null, json!("2")]));
    assert!(body["metadata"]["labels"].is_null());
}

#[test]
fn mutating_webhooks_are_asked_one_after_the_other_and_see_what_the_others_did() {
    let mut again = hook("again");
    again["reinvocationPolicy"] = json!("IfNeeded");
    let api = api("MutatingWebhookConfiguration", json!([again, hook("changing")]));
    let mut asked = Vec::new();
    let (code, body, rounds) = through(&api, Method::POST, MAPS, &map("a"), &mut |name, request| {
        asked.push((name.to_owned(), request["object"]["data"]["added"].clone()));
        match name {
            "changing.example.com" => {
                let patch = STANDARD.encode(r#"[{"op": "add", "path": "/data/added", "value": "yes"}]"#);
                json!({"allowed": true, "patchType": "JSONPatch", "patch": patch})
            }
            _ => json!({"allowed": true}),
        }
    });
    assert_eq!((code, &body["data"]["added"], rounds), (201, &json!("yes"), 3));
    let (one, two) = ("again.example.com".to_owned(), "changing.example.com".to_owned());
    assert_eq!(asked, [(one.clone(), Value::Null), (two, Value::Null), (one, json!("yes"))]);
}

#[test]
fn a_deletion_is_asked_about_and_can_be_refused() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    api.request(Method::POST, MAPS, Some(&map("a"))).unwrap();
    let path = format!("{MAPS}/a");
    let (code, body, _) = through(&api, Method::DELETE, &path, &json!({}), &mut |_, request| {
        assert_eq!((&request["operation"], &request["object"]), (&json!("DELETE"), &Value::Null));
        json!({"allowed": false, "status": {"message": "it stays", "code": 409, "reason": "Conflict"}})
    });
    let message = "admission webhook \"one.example.com\" denied the request: it stays";
    assert_eq!((code, &body["message"], &body["reason"]), (409, &json!(message), &json!("Conflict")));
    assert!(api.request(Method::GET, &path, None).is_ok());
}

fn patch(operations: Value) -> Value {
    json!({"allowed": true, "patchType": "JSONPatch", "patch": STANDARD.encode(operations.to_string())})
}

#[test]
fn a_webhook_cannot_move_an_object_to_another_namespace() {
    let api = api("MutatingWebhookConfiguration", json!([hook("one")]));
    let moving = json!([{"op": "add", "path": "/metadata/namespace", "value": "kube-system"}]);
    let (code, body, _) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| patch(moving.clone()));
    let message = "the namespace of the provided object does not match the namespace sent on the request";
    assert_eq!((code, &body["message"]), (400, &json!(message)));
    assert!(api.request(Method::GET, &format!("{MAPS}/a"), None).is_err());
    let cleared = json!([{"op": "remove", "path": "/metadata/namespace"}]);
    let (code, body, _) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| patch(cleared.clone()));
    assert_eq!((code, &body["metadata"]["namespace"]), (201, &json!("default")));
}

#[test]
fn a_webhook_names_what_is_posted_and_nothing_else() {
    let api = api("MutatingWebhookConfiguration", json!([hook("one")]));
    let naming = json!([{"op": "replace", "path": "/metadata/name", "value": "other"}]);
    let (code, body, _) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| patch(naming.clone()));
    assert_eq!((code, &body["metadata"]["name"]), (201, &json!("other")));
    let lease = json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}});
    let leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    let (code, ..) = through(&api, Method::PUT, &format!("{leases}/a"), &lease, &mut |_, _| patch(naming.clone()));
    assert_eq!(code, 501);
    assert!(api.request(Method::GET, &format!("{leases}/other"), None).is_err());
}

#[test]
fn patches_of_webhooks_end_too() {
    let api = api("MutatingWebhookConfiguration", json!([hook("one")]));
    let copy = |at: usize| json!({"op": "copy", "from": "/data", "path": format!("/data/b{at}")});
    let copies: Vec<Value> = (0..1_000).map(copy).collect();
    let (code, body, _) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| patch(json!(copies)));
    assert_eq!(code, 500);
    assert!(body["message"].as_str().unwrap().contains("exceeding the limit 3145728"), "{body}");
    let many = vec![json!({"op": "test", "path": "/kind", "value": "ConfigMap"}); 10_001];
    let (code, body, _) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| patch(json!(many)));
    assert_eq!(code, 501, "{body}");
}

#[test]
fn a_webhook_warns_as_much_as_clients_read() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one"), hook("two")]));
    let hearing = &mut Hearing::new();
    let warnings: Vec<String> = (0..50_000).map(|at| format!("warning {at}")).collect();
    let Answer::Ask(asks) = put(&api, Method::POST, MAPS, &map("a"), hearing) else { panic!("it is answered") };
    let says: Says<'_> = &mut |_, _| json!({"allowed": true, "warnings": warnings});
    asks.iter().for_each(|ask| hearing.tell(ask, said(ask, says)));
    let Answer::Full(response) = put(&api, Method::POST, MAPS, &map("a"), hearing) else { panic!("it is asked") };
    let told: Vec<_> = response.headers().get_all(header::WARNING).iter().collect();
    assert!(told.len() > 200 && told.iter().map(|value| value.len()).sum::<usize>() < 16 * 1024, "{}", told.len());
    assert_eq!(told[0], "299 - \"warning 0\"");
}

#[test]
fn a_request_came_when_it_came_whatever_webhooks_take() {
    let clock = Arc::new(std::sync::atomic::AtomicI64::new(1_800_000_000));
    let now = clock.clone();
    let now = move || Timestamp::from_second(now.load(std::sync::atomic::Ordering::Relaxed)).unwrap();
    let api = Api::new(Arc::new(now), DEFAULT_HISTORY).with_audit(8);
    register(&api, "ValidatingWebhookConfiguration", json!([hook("one")]));
    api.audit().clear();
    let begun = api.now();
    let (code, ..) = through(&api, Method::POST, MAPS, &map("a"), &mut |_, _| {
        clock.fetch_add(60, std::sync::atomic::Ordering::Relaxed);
        json!({"allowed": true})
    });
    let events = api.audit().events();
    assert_eq!((code, events.len(), events[0].received), (201, 1, begun));
    assert!(api.now() > begun);
}

#[test]
fn the_administrator_in_the_process_is_not_kept_waiting_by_webhooks() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    api.request(Method::POST, MAPS, Some(&map("a"))).unwrap();
}

#[test]
fn configurations_themselves_are_not_asked_about() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/all";
    let (code, _, rounds) = through(&api, Method::DELETE, path, &json!({}), &mut |_, _| json!({"allowed": false}));
    assert_eq!((code, rounds), (200, 0));
}

fn conditional(expressions: &[&str]) -> Value {
    let conditions =
        expressions.iter().enumerate().map(|(at, text)| json!({"name": format!("c{at}"), "expression": text}));
    let mut conditional = hook("one");
    conditional["matchConditions"] = conditions.collect();
    conditional
}

#[test]
fn conditions_that_ask_the_authorizer_are_refused_by_name() {
    let api = api("ValidatingWebhookConfiguration", json!([]));
    let expression = "authorizer.group('').resource('pods').check('get').allowed()";
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "c"}, "webhooks": [conditional(&[expression])],
    });
    let path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    let refused = api.request(Method::POST, path, Some(&configuration)).unwrap_err();
    assert_eq!(refused.code(), 501);
    assert!(refused.message().contains("authorizer"), "{}", refused.message());
}

#[test]
fn a_webhook_is_asked_only_under_its_conditions() {
    for kind in ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] {
        for (expressions, asked) in [
            (&["object.data.a == '1'"][..], Ok(true)),
            (&["object.data.a == '1'", "request.operation != 'CREATE'"], Ok(false)),
            (&["object.absent.x == 1", "oldObject != null"], Ok(false)),
            (
                &["object.absent.x == 1", "oldObject == null"],
                Err("expression 'object.absent.x == 1' resulted in error: no such key: absent"),
            ),
        ] {
            for policy in ["Fail", "Ignore"] {
                let mut hook = conditional(expressions);
                hook["failurePolicy"] = json!(policy);
                let api = api(kind, json!([hook]));
                let map = json!({
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"},
                });
                let mut heard = false;
                let (code, body, _) = through(&api, Method::POST, MAPS, &map, &mut |_, _| {
                    heard = true;
                    json!({"allowed": true})
                });
                match asked {
                    Err(why) if policy == "Fail" => {
                        assert_eq!(code, 403, "{body}");
                        assert_eq!(body["message"], format!("configmaps \"a\" is forbidden: {why}"));
                    }
                    asked => assert_eq!((code, heard), (201, asked.unwrap_or(false)), "{expressions:?} {body}"),
                }
            }
        }
    }
}

#[test]
fn reviews_are_not_shown_by_debug() {
    let api = api("ValidatingWebhookConfiguration", json!([hook("one")]));
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": SENTINEL},
    });
    let mut hearing = Hearing::new();
    let answer = put(&api, Method::POST, "/api/v1/namespaces/default/secrets", &secret, &hearing);
    let Answer::Ask(asks) = &answer else { panic!("{answer:?}") };
    let encoded = STANDARD.encode(SENTINEL);
    assert!(String::from_utf8_lossy(&asks[0].body).contains(&encoded));
    hearing.tell(&asks[0], Outcome::Failed("no".into()));
    let shown = format!("{answer:?} {hearing:?}");
    assert!(!shown.contains(&encoded) && !shown.contains(SENTINEL));
}
