//! Discovery documents, and what else is served beside objects.

use super::*;

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap_or(&Value::Null)
}

#[test]
fn groups_and_versions_are_listed() {
    let fixture = Fixture::new();
    let core = fixture.get("/api").is(200).body;
    assert_eq!((&core["kind"], &core["versions"]), (&json!("APIVersions"), &json!(["v1"])));
    let groups = fixture.get("/apis").is(200).body;
    assert_eq!(groups["kind"], "APIGroupList");
    assert_eq!(find(&groups["groups"], "apps")["preferredVersion"]["groupVersion"], "apps/v1");
    assert_eq!(fixture.get("/apis/apps").is(200).body["name"], "apps");
    assert_eq!(fixture.get("/apis/absent.example.com").code, 404);
}

#[test]
fn resources_say_what_can_be_done_with_them() {
    let fixture = Fixture::new();
    let list = fixture.get("/apis/apps/v1").is(200).body;
    let deployments = find(&list["resources"], "deployments");
    assert_eq!((&deployments["kind"], &deployments["namespaced"]), (&json!("Deployment"), &json!(true)));
    assert_eq!(deployments["shortNames"], json!(["deploy"]));
    let scale = find(&list["resources"], "deployments/scale");
    assert_eq!((&scale["group"], &scale["kind"]), (&json!("autoscaling"), &json!("Scale")));
    assert_eq!(scale["verbs"], json!(["get", "patch", "update"]));
    assert!(find(&list["resources"], "daemonsets/scale").is_null());
}

#[test]
fn a_definition_is_discovered_as_long_as_it_is_there() {
    let fixture = Fixture::new();
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    fixture.post(definitions, &definition(version())).is(201);
    let list = fixture.get("/apis/example.com/v1").is(200).body;
    assert_eq!(find(&list["resources"], "widgets")["shortNames"], json!(["wd"]));
    assert!(!find(&fixture.get("/apis").body["groups"], "example.com").is_null());
    fixture.delete(&format!("{definitions}/widgets.example.com")).is(200);
    assert_eq!(fixture.get("/apis/example.com/v1").code, 404);
    assert!(find(&fixture.get("/apis").body["groups"], "example.com").is_null());
}

#[test]
fn the_aggregated_document_holds_every_group() {
    let fixture = Fixture::new();
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let ask = |path: &str| {
        told(fixture.send(Request::get(path).header(header::ACCEPT, accept).body(Bytes::new()).unwrap())).is(200)
    };
    let groups = ask("/apis");
    assert_eq!(groups.content_type, accept);
    let items = groups.body["items"].as_array().unwrap();
    let apps = items.iter().find(|item| item["metadata"]["name"] == "apps").unwrap();
    let resources = apps["versions"][0]["resources"].as_array().unwrap();
    let deployments = resources.iter().find(|resource| resource["resource"] == "deployments").unwrap();
    let below: Vec<_> = deployments["subresources"].as_array().unwrap().iter().map(|sub| &sub["subresource"]).collect();
    assert_eq!(below, ["scale", "status"]);
    assert_eq!(ask("/api").body["items"].as_array().unwrap().len(), 1);
}

#[test]
fn health_and_version_need_no_permission() {
    let fixture = Fixture::new().caller(Certificate::Absent);
    for path in ["/healthz", "/livez", "/readyz"] {
        assert_eq!(fixture.get(path).code, 200, "{path}");
    }
    assert_eq!(fixture.get("/version").is(200).body["gitVersion"], crate::schema::release());
    assert_eq!(fixture.get("/apis").code, 403);
}
