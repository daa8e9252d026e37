//! Lists: selectors, pages and their tokens, one snapshot for all pages.

use super::*;

fn filled() -> Fixture {
    let fixture = Fixture::new();
    for (name, labels) in [
        ("a", json!({"tier": "web", "zone": "1"})),
        ("b", json!({"tier": "web", "zone": "2"})),
        ("c", json!({"tier": "db"})),
        ("d", json!({})),
    ] {
        fixture.post(CONFIG_MAPS, &config_map(name, labels)).is(201);
    }
    fixture
}

#[test]
fn label_selectors_choose_objects() {
    let fixture = filled();
    for (selector, names) in [
        ("tier%3Dweb", vec!["a", "b"]),
        ("tier%21%3Dweb", vec!["c", "d"]),
        ("tier", vec!["a", "b", "c"]),
        ("%21tier", vec!["d"]),
        ("tier+in+(web,db),zone+notin+(2)", vec!["a", "c"]),
        ("zone%3E1", vec!["b"]),
    ] {
        let list = fixture.get(&format!("{CONFIG_MAPS}?labelSelector={selector}")).is(200);
        assert_eq!(list.names(), names, "{selector}");
    }
    fixture.get(&format!("{CONFIG_MAPS}?labelSelector=a%20in%20b")).fails(400, "BadRequest");
}

#[test]
fn field_selectors_choose_names_and_refuse_what_cannot_be_selected() {
    let fixture = filled();
    let list = |selector: &str| fixture.get(&format!("{CONFIG_MAPS}?fieldSelector={selector}"));
    assert_eq!(list("metadata.name%3Db").is(200).names(), ["b"]);
    assert_eq!(list("metadata.name%21%3Db,metadata.namespace%3Ddefault").is(200).names(), ["a", "c", "d"]);
    list("data.a%3D1").fails(400, "BadRequest");
    list("nonsense").fails(400, "BadRequest");
}

#[test]
fn pages_show_one_moment() {
    let fixture = filled();
    let first = fixture.get(&format!("{CONFIG_MAPS}?limit=2")).is(200);
    assert_eq!(first.names(), ["a", "b"]);
    assert_eq!(first.body["metadata"]["remainingItemCount"], 2);
    let token = first.body["metadata"]["continue"].as_str().unwrap().to_owned();
    fixture.delete(&format!("{CONFIG_MAPS}/c")).is(200);
    fixture.post(CONFIG_MAPS, &config_map("bb", json!({}))).is(201);
    let second = fixture.get(&format!("{CONFIG_MAPS}?limit=1&continue={token}")).is(200);
    assert_eq!(second.names(), ["c"]);
    assert_eq!(second.body["metadata"]["resourceVersion"], first.body["metadata"]["resourceVersion"]);
    let token = second.body["metadata"]["continue"].as_str().unwrap();
    let last = fixture.get(&format!("{CONFIG_MAPS}?limit=5&continue={token}")).is(200);
    assert_eq!((last.names(), last.body["metadata"].get("continue")), (vec!["d"], None));
    assert_eq!(fixture.get(CONFIG_MAPS).is(200).names(), ["a", "b", "bb", "d"]);
}

#[test]
fn a_compacted_page_is_gone_and_its_token_leads_on_without_the_moment() {
    let fixture = filled();
    let first = fixture.get(&format!("{CONFIG_MAPS}?limit=2")).is(200);
    let token = first.body["metadata"]["continue"].as_str().unwrap();
    fixture.delete(&format!("{CONFIG_MAPS}/c")).is(200);
    fixture.api.store().compact();
    let gone = fixture.get(&format!("{CONFIG_MAPS}?limit=2&continue={token}")).fails(410, "Expired");
    let token = gone.body["metadata"]["continue"].as_str().unwrap();
    assert_eq!(fixture.get(&format!("{CONFIG_MAPS}?limit=2&continue={token}")).is(200).names(), ["d"]);
}

#[test]
fn tokens_are_checked() {
    let fixture = filled();
    let ask = |query: &str| fixture.get(&format!("{CONFIG_MAPS}?{query}"));
    for token in ["nonsense", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MH0", "%21"] {
        let told = ask(&format!("continue={token}")).fails(400, "BadRequest");
        assert!(told.message().contains("continue"), "{}", told.message());
    }
    let first = ask("limit=1").is(200);
    let token = first.body["metadata"]["continue"].as_str().unwrap();
    ask(&format!("continue={token}&resourceVersion=5")).fails(400, "BadRequest");
    ask("limit=x").is(400);
}

#[test]
fn a_version_of_the_future_is_too_large() {
    let fixture = filled();
    let told = fixture.get(&format!("{CONFIG_MAPS}?resourceVersion=99999")).fails(504, "Timeout");
    assert!(told.message().contains("Too large resource version"), "{}", told.message());
    fixture.get(&format!("{CONFIG_MAPS}/a?resourceVersion=99999")).fails(504, "Timeout");
    fixture.get(&format!("{CONFIG_MAPS}?resourceVersion=x")).is(400);
}

#[test]
fn metadata_alone_is_given_when_asked_for() {
    let fixture = filled();
    let ask = |path: &str, accept: &str| {
        told(fixture.send(Request::get(path).header(header::ACCEPT, accept).body(Bytes::new()).unwrap()))
    };
    let one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    let told = ask(&format!("{CONFIG_MAPS}/a"), one).is(200);
    assert_eq!((told.body["kind"].as_str(), told.body.get("data")), (Some("PartialObjectMetadata"), None));
    let list = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    assert_eq!(ask(CONFIG_MAPS, list).is(200).names(), ["a", "b", "c", "d"]);
    ask(CONFIG_MAPS, one).is(406);
    ask(CONFIG_MAPS, "text/html").is(406);
}
