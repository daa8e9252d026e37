//! OpenAPI documents.

use std::collections::BTreeSet;

use super::*;

const APPS: &str = "/openapi/v3/apis/apps/v1";
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

fn schema(name: &str) -> String {
    format!("/components/schemas/{name}")
}

fn url(fixture: &Fixture, path: &str) -> Option<String> {
    let index = fixture.get("/openapi/v3").is(200).body;
    index["paths"][path]["serverRelativeURL"].as_str().map(str::to_owned)
}

fn response(fixture: &Fixture, path: &str, header: (&str, &str)) -> Response<Bytes> {
    let request = Request::builder().uri(path).header(header.0, header.1).body(Bytes::new()).unwrap();
    let Answer::Full(response) = fixture.send(request) else { panic!("a watch") };
    response
}

/// Every reference of a document.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_version_has_a_document_whose_references_lead_somewhere() {
    let fixture = Fixture::new();
    fixture.post(DEFINITIONS, &definition(version())).is(201);
    let index = fixture.get("/openapi/v3").is(200).body;
    let paths = index["paths"].as_object().unwrap();
    assert!(paths.contains_key("api/v1") && paths.contains_key("apis/example.com/v1"), "{paths:?}");
    for entry in paths.values() {
        let url = entry["serverRelativeURL"].as_str().unwrap();
        let document = fixture.get(url).is(200).body;
        assert_eq!((&document["openapi"], &document["info"]["version"]), (&json!("3.0.0"), &json!("1.36")));
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let leads = document.pointer(reference.trim_start_matches('#'));
            assert!(leads.is_some_and(Value::is_object), "{url}: {reference}");
        }
    }
}

#[test]
fn fields_have_types_requirements_and_merge_keys() {
    let document = Fixture::new().get(APPS).is(200).body;
    let deployment = document.pointer(&schema("io.k8s.api.apps.v1.Deployment")).unwrap();
    assert_eq!(
        deployment["x-kubernetes-group-version-kind"],
        json!([{"group": "apps", "version": "v1", "kind": "Deployment"}])
    );
    let spec = document.pointer(&schema("io.k8s.api.apps.v1.DeploymentSpec")).unwrap();
    assert_eq!(spec["required"], json!(["selector", "template"]));
    assert_eq!(spec["properties"]["replicas"], json!({"type": "integer", "format": "int32"}));
    let pod = document.pointer(&schema("io.k8s.api.core.v1.PodSpec")).unwrap();
    let containers = &pod["properties"]["containers"];
    assert_eq!(containers["x-kubernetes-list-map-keys"], json!(["name"]));
    assert_eq!(containers["x-kubernetes-patch-merge-key"], "name");
    assert_eq!(containers["x-kubernetes-patch-strategy"], "merge");
    assert_eq!(containers["items"]["allOf"][0]["$ref"], "#/components/schemas/io.k8s.api.core.v1.Container");
    assert_eq!(pod["properties"]["restartPolicy"]["enum"], json!(["Always", "Never", "OnFailure"]));
    assert_eq!(pod["required"], json!(["containers"]));
    assert_eq!(pod["properties"]["nodeSelector"]["x-kubernetes-map-type"], "atomic");
}

#[test]
fn operations_say_what_they_do_and_what_they_take() {
    let document = Fixture::new().get(APPS).is(200).body;
    let item = &document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"];
    let patch = &item["patch"];
    assert_eq!(patch["x-kubernetes-action"], "patch");
    assert_eq!(patch["operationId"], "patchAppsV1NamespacedDeployment");
    assert_eq!(
        patch["x-kubernetes-group-version-kind"],
        json!({"group": "apps", "version": "v1", "kind": "Deployment"})
    );
    let names: Vec<_> = patch["parameters"].as_array().unwrap().iter().map(|of| of["name"].clone()).collect();
    assert_eq!(names, ["dryRun", "fieldManager", "fieldValidation", "force"]);
    assert!(patch["requestBody"]["content"]["application/strategic-merge-patch+json"].is_object());
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths["/apis/apps/v1/deployments"]["get"]["operationId"], "listAppsV1DeploymentForAllNamespaces");
    let scale = &paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"];
    assert_eq!(scale["get"]["x-kubernetes-group-version-kind"]["kind"], "Scale");
}

#[test]
fn a_definition_brings_its_schema_with_its_words() {
    let fixture = Fixture::new();
    let mut first = version();
    first["schema"]["openAPIV3Schema"]["properties"]["spec"]["description"] = json!("What is wanted.");
    fixture.post(DEFINITIONS, &definition(first)).is(201);
    let before = url(&fixture, "apis/example.com/v1").unwrap();
    let document = fixture.get(&before).is(200).body;
    let widget = document.pointer(&schema("com.example.v1.Widget")).unwrap();
    assert_eq!(widget["properties"]["spec"]["description"], "What is wanted.");
    assert_eq!(widget["x-kubernetes-group-version-kind"][0]["kind"], "Widget");
    assert!(widget["properties"]["metadata"]["allOf"][0]["$ref"].is_string());
    assert!(document.pointer(&schema("com.example.v1.WidgetList")).is_some());

    let path = format!("{DEFINITIONS}/widgets.example.com");
    let mut changed = fixture.get(&path).body;
    changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["description"] = json!("Other.");
    fixture.put(&path, &changed).is(200);
    let moved = response(&fixture, &before, ("accept", "application/json"));
    assert_eq!(moved.status(), 301);
    let after = moved.headers()["location"].to_str().unwrap();
    assert_ne!(after, before);
    let document = fixture.get(after).is(200).body;
    assert_eq!(
        document.pointer(&schema("com.example.v1.Widget")).unwrap()["properties"]["spec"]["description"],
        "Other."
    );

    fixture.delete(&path).is(200);
    assert_eq!(url(&fixture, "apis/example.com/v1"), None);
}

#[test]
fn a_document_that_is_known_is_not_sent_again() {
    let fixture = Fixture::new();
    let url = url(&fixture, "apis/apps/v1").unwrap();
    let first = response(&fixture, &url, ("accept", "application/json"));
    assert_eq!(first.headers()["cache-control"], "public, immutable");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers()["expires"], "Sat, 15 Jan 2028 08:00:00 UTC");
    let again = response(&fixture, APPS, ("if-none-match", &tag));
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    assert_eq!(response(&fixture, APPS, ("if-none-match", "\"other\"")).status(), 200);
}

#[test]
fn what_is_not_there_is_not_found() {
    let fixture = Fixture::new();
    for path in ["/openapi", "/openapi/v1", "/openapi/v3/", "/openapi/v3/apis/apps/v9"] {
        assert_eq!(fixture.get(path).code, 404, "{path}");
    }
}

#[test]
fn the_second_version_is_served_as_json_only() {
    let fixture = Fixture::new();
    let protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    assert_eq!(response(&fixture, "/openapi/v2", ("accept", protobuf)).status(), 406);
    let document = fixture.get("/openapi/v2").is(200).body;
    let definitions = document["definitions"].as_object().unwrap();
    let spec = &definitions["io.k8s.api.core.v1.Pod"]["properties"]["spec"];
    assert_eq!(spec["allOf"][0]["$ref"], "#/definitions/io.k8s.api.core.v1.PodSpec");
}
