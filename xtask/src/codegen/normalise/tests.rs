use serde_json::{Value, json};

use super::super::service::Service;
use super::*;

const PLAIN: Service = Service { document: "api/x.json", output: "x", left_out: &[], ids: &[], secrets: &[] };

/// A document with one operation, `get_thing`, and the given schemas beside the error.
fn document(operation: Value, schemas: Value) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": "x", "version": "1" },
        "paths": { "/things/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "get": operation,
        } },
        "components": { "schemas": schemas },
    });
    document["components"]["schemas"]["error"] =
        json!({ "type": "object", "properties": { "error": { "type": "string" } } });
    if document["paths"]["/things/{id}"]["get"].get("operationId").is_none() {
        document["paths"]["/things/{id}"]["get"]["operationId"] = "get_thing".into();
    }
    document
}

fn answer(schema: &str) -> Value {
    json!({ "description": "", "content": { "application/json": { "schema": { "$ref": reference(schema) } } } })
}

fn reference(schema: &str) -> String {
    schema::reference(schema)
}

/// An operation that answers with the named schema.
fn returning(schema: &str) -> Value {
    json!({ "responses": { "200": answer(schema) } })
}

/// An operation that takes and answers with the named schema.
fn exchanging(schema: &str) -> Value {
    json!({
        "requestBody": { "content": { "application/json": { "schema": { "$ref": reference(schema) } } } },
        "responses": { "200": answer(schema) },
    })
}

fn refusal(document: Value) -> String {
    format!("{:#}", normalise(document, &PLAIN).unwrap_err())
}

fn schemas(operation: Value, schemas: Value) -> Value {
    normalise(document(operation, schemas), &PLAIN).unwrap()["components"]["schemas"].clone()
}

// --- operations

#[test]
fn every_error_status_becomes_the_one_error_type() {
    let operation = json!({ "responses": { "204": { "description": "" }, "404": answer("error"), "409": answer("oauth2Error"),
        "500": { "description": "", "content": { "text/html": {} } } } });
    let normal = normalise(document(operation, json!({ "oauth2Error": { "type": "object" } })), &PLAIN).unwrap();
    let responses = &normal["paths"]["/things/{id}"]["get"]["responses"];
    let statuses: Vec<&String> = responses.as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["204", "4XX", "5XX"]);
    assert_eq!(responses["4XX"]["content"]["application/json"]["schema"]["$ref"], reference("error"));
}

#[test]
fn an_error_type_of_its_own_is_refused() {
    let operation = json!({ "responses": { "204": { "description": "" }, "404": answer("problem") } });
    let refusal = refusal(document(operation, json!({ "problem": { "type": "object" } })));
    assert!(refusal.starts_with("operation get_thing (get /things/{id}): answer 404 has an error type"), "{refusal}");
}

#[test]
fn two_success_types_are_refused_and_the_operation_is_named() {
    let operation = json!({ "responses": { "200": answer("thing"), "202": { "description": "" } } });
    let refusal = refusal(document(operation, json!({ "thing": { "type": "object" } })));
    assert_eq!(refusal, "operation get_thing (get /things/{id}): it has two success types; one is supported");
}

#[test]
fn the_same_success_type_under_two_statuses_is_one() {
    let operation = json!({ "responses": { "200": answer("thing"), "201": answer("thing") } });
    assert!(normalise(document(operation, json!({ "thing": { "type": "object" } })), &PLAIN).is_ok());
}

#[test]
fn a_documented_redirect_is_refused() {
    let operation = json!({ "responses": { "200": answer("error"), "302": { "description": "" } } });
    assert!(refusal(document(operation, json!({}))).contains("answer 302 is neither success nor error"));
}

#[test]
fn an_operation_without_success_is_refused() {
    assert!(refusal(document(json!({ "responses": { "404": answer("error") } }), json!({}))).contains("no success"));
}

#[test]
fn an_answer_that_is_not_json_is_refused() {
    let operation = json!({ "responses": { "200": { "description": "", "content": { "text/html": {} } } } });
    assert!(refusal(document(operation, json!({}))).contains("answer 200: it is [\"text/html\"]"));
}

#[test]
fn an_operation_without_id_is_refused_by_its_path() {
    let mut document = document(returning("error"), json!({}));
    document["paths"]["/things/{id}"]["get"].as_object_mut().unwrap().remove("operationId");
    assert_eq!(refusal(document), "get /things/{id} has no operationId");
}

#[test]
fn parameters_outside_path_and_query_are_refused() {
    for place in ["header", "cookie"] {
        let mut operation = returning("error");
        operation["parameters"] = json!([{ "name": "trick", "in": place, "schema": { "type": "string" } }]);
        let refusal = refusal(document(operation, json!({})));
        assert!(refusal.contains(&format!("parameter `trick` is in `{place}`")), "{refusal}");
    }
}

#[test]
fn bodies_other_than_one_of_json_or_form_are_refused() {
    let kind = |kind: &str| (kind.to_owned(), json!({ "schema": { "type": "object" } }));
    for (content, complaint) in [
        (vec![kind("application/merge-patch+json")], "the body is `application/merge-patch+json`"),
        (vec![kind("application/json"), kind("text/plain")], "the body has 2 content types"),
    ] {
        let mut operation = returning("error");
        operation["requestBody"] = json!({ "content": content.into_iter().collect::<Map<_, _>>() });
        let refusal = refusal(document(operation, json!({})));
        assert!(refusal.contains(complaint), "{refusal}");
    }
}

#[test]
fn an_operation_is_left_out_only_if_it_is_there() {
    let service = |left_out| Service { left_out, ..PLAIN };
    let known = service(&[("get_thing", "a reason")]);
    let normal = normalise(document(returning("error"), json!({})), &known).unwrap();
    assert_eq!(normal["paths"], json!({}));
    let unknown = service(&[("get_nothing", "a reason")]);
    let error = normalise(document(returning("error"), json!({})), &unknown).unwrap_err();
    assert_eq!(error.to_string(), "left out, but not in the document: {\"get_nothing\"}");
}

#[test]
fn circular_references_are_refused() {
    let mut document = document(json!({ "responses": { "200": { "$ref": "#/components/responses/a" } } }), json!({}));
    document["components"]["responses"] = json!({ "a": { "$ref": "#/components/responses/a" } });
    assert!(refusal(document).contains("round in circles"));
}

// --- schemas

#[test]
fn all_of_becomes_one_object() {
    let merged = schemas(
        returning("thing"),
        json!({
            "base": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            "thing": { "description": "A thing.", "allOf": [
                { "$ref": reference("base") },
                { "type": "object", "required": ["a", "b"], "properties": { "b": { "type": "boolean" } } },
            ] },
        }),
    );
    assert_eq!(
        merged["thing"],
        json!({ "description": "A thing.", "type": "object", "required": ["a", "b"],
            "properties": { "a": { "type": "string" }, "b": { "type": "boolean" } } })
    );
    assert!(merged.get("base").is_none(), "what no operation needs is dropped");
}

#[test]
fn all_of_that_disagrees_with_itself_is_refused() {
    let part = |kind: &str| json!({ "type": "object", "properties": { "a": { "type": kind } } });
    let thing = json!({ "thing": { "allOf": [part("string"), part("boolean")] } });
    assert_eq!(refusal(document(returning("thing"), thing)), "schema thing: `allOf` declares a twice, differently");
}

#[test]
fn unions_are_refused() {
    let thing = json!({ "thing": { "anyOf": [{ "type": "string" }] } });
    assert_eq!(refusal(document(returning("thing"), thing)), "schema thing: `anyOf` is not supported");
}

#[test]
fn an_optional_list_can_be_left_out_and_can_be_empty() {
    let list = json!({ "type": "array", "minItems": 1, "maxItems": 1, "items": { "type": "string" } });
    let thing = schemas(
        exchanging("thing"),
        json!({ "thing": { "type": "object", "required": ["must"], "properties": { "must": list, "may": list } } }),
    )["thing"]
        .take();
    assert_eq!(thing["properties"]["must"], json!({ "type": "array", "items": { "type": "string" } }));
    assert_eq!(thing["properties"]["may"], json!({ "type": "array", "items": { "type": "string" }, "nullable": true }));
}

#[test]
fn a_name_is_checked_where_it_is_written_and_not_where_it_is_only_read() {
    let name = json!({ "type": "string", "pattern": "^a$" });
    let thing = json!({ "type": "object", "properties": { "name": { "$ref": reference("name") } } });
    let read = schemas(returning("thing"), json!({ "name": name, "thing": thing }));
    assert_eq!(read["thing"]["properties"]["name"], json!({ "type": "string" }));
    assert!(read.get("name").is_none());
    let written = schemas(exchanging("thing"), json!({ "name": name, "thing": thing }));
    assert_eq!(written["thing"]["properties"]["name"], json!({ "$ref": reference("name") }));
    assert_eq!(written["name"], name);
}

#[test]
fn bounds_choose_a_width_and_are_not_checked() {
    let bounded = |schema: Value| {
        schemas(returning("thing"), json!({ "thing": { "type": "object", "properties": { "n": schema } } }))["thing"]
            ["properties"]["n"]
            .take()
    };
    let integer = |format: &str| json!({ "type": "integer", "format": format });
    assert_eq!(bounded(json!({ "type": "integer", "minimum": 1, "maximum": 65535 })), integer("uint16"));
    assert_eq!(bounded(json!({ "type": "integer", "minimum": 1, "maximum": 86400 })), integer("uint32"));
    assert_eq!(bounded(json!({ "type": "integer", "minimum": 1 })), integer("uint64"));
    assert_eq!(bounded(json!({ "type": "integer", "format": "int64" })), integer("int64"));
    assert_eq!(bounded(json!({ "type": "integer" })), json!({ "type": "integer" }));
}

#[test]
fn instants_and_secrets_stand_for_types_of_ours() {
    let service = Service { secrets: &[("thing", "key")], ..PLAIN };
    let thing = json!({ "thing": { "type": "object", "properties": {
        "at": { "type": "string", "format": "date-time" }, "key": { "type": "string" } } } });
    let normal = normalise(document(returning("thing"), thing), &service).unwrap();
    let properties = &normal["components"]["schemas"]["thing"]["properties"];
    assert_eq!(properties["at"]["$ref"], reference(schema::TIMESTAMP));
    assert_eq!(properties["key"]["$ref"], reference(schema::SECRET));
}

#[test]
fn a_secret_that_is_not_there_is_refused() {
    let service = Service { secrets: &[("thing", "key")], ..PLAIN };
    let thing = json!({ "thing": { "type": "object", "properties": { "other": { "type": "string" } } } });
    let error = normalise(document(returning("thing"), thing), &service).unwrap_err();
    assert_eq!(error.to_string(), "there is no thing.key to hide");
}

#[test]
fn an_identifier_without_a_type_is_refused() {
    let thing = json!({
        "thingId": { "type": "string", "format": "uuid" },
        "thing": { "type": "object", "properties": { "id": { "$ref": reference("thingId") } } },
    });
    assert!(refusal(document(returning("thing"), thing)).starts_with("identifiers used are {\"thingId\"}"));
}
