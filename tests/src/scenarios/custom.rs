//! Custom resource definitions and the objects they define.

use super::objects::{definition, widget, widget_schema};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

crate::scenarios!("custom":
    a_definition_is_established,
    a_definition_fills_in_its_defaults,
    objects_are_created_read_and_deleted,
    unknown_fields_are_pruned,
    open_objects_keep_unknown_fields,
    defaults_are_filled_in,
    values_are_validated,
    numbers_are_bounded,
    strings_are_checked,
    lists_and_maps_are_bounded,
    required_fields_are_required,
    nulls_follow_nullable,
    ints_or_strings_are_both,
    combined_schemas_are_validated,
    embedded_resources_are_checked,
    sets_and_keys_must_be_unique,
    several_causes_are_told_at_once,
    cluster_scoped_resources_have_no_namespace,
    two_versions_are_served,
    a_version_that_is_not_served_is_not_found,
    deleting_a_definition_deletes_its_objects,
    a_changed_schema_is_in_force,
    broken_definitions_are_refused,
    definitions_have_immutable_parts,
    a_definition_is_found_by_name_only_once,
    updates_need_a_version,
    metadata_of_custom_resources_is_checked,
    old_objects_get_new_defaults_when_read,
    unions_of_types_are_refused,
    rules_are_enforced,
);

const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// Defines widgets with these spec properties and returns their path.
async fn widgets(s: &Session<'_>, group: &str, properties: Value) -> Result<String> {
    s.define(definition(group, widget_schema(properties))).await?;
    Ok(s.apis(&format!("{group}/v1"), "widgets"))
}

async fn a_definition_is_established(s: &Session<'_>) -> Result<()> {
    let group = "established.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    let read = s.get(format!("{CRDS}/widgets.{group}")).unrecorded().await?.is(200)?;
    s.remark("accepted names", read.at("/status/acceptedNames").clone());
    s.remark("stored versions", read.at("/status/storedVersions").clone());
    let conditions = read.at("/status/conditions").as_array().cloned().unwrap_or_default();
    for condition in conditions {
        s.remark(
            "condition",
            json!([condition["type"], condition["status"], condition["reason"], condition["message"]]),
        );
    }
    s.remark("spec", read.at("/spec").clone());
    Ok(())
}

async fn a_definition_fills_in_its_defaults(s: &Session<'_>) -> Result<()> {
    let group = "minimal.example.com";
    let mut body = definition(group, json!({"type": "object"}));
    body["spec"]["names"] = json!({"kind": "Widget", "plural": "widgets"});
    s.post(CRDS, body).only_at(&["/spec", "/metadata/generation", "/status"]).await?.is(201)?;
    Ok(())
}

async fn objects_are_created_read_and_deleted(s: &Session<'_>) -> Result<()> {
    let group = "crud.example.com";
    let path = widgets(s, group, json!({"size": {"type": "integer"}})).await?;
    let made = s.post(&path, widget(group, "a", json!({"size": 1}))).await?.is(201)?.has("/metadata/generation", 1)?;
    let read = s.get(format!("{path}/a")).await?.is(200)?;
    ensure!(made.body() == read.body(), "what was made is not what is read");
    s.post(&path, widget(group, "a", json!({}))).await?.fails(409, "AlreadyExists")?;
    s.get(&path).await?.has("/kind", "WidgetList")?.lists(&["a"])?;
    s.get(format!("{path}/absent")).await?.fails(404, "NotFound")?;
    s.delete(format!("{path}/a")).await?.is(200)?;
    s.delete(format!("{path}/a")).await?.fails(404, "NotFound")?;
    s.post(&path, widget(group, "b", json!({"size": 1}))).await?.is(201)?;
    s.delete(&path).only_at(&["/kind"]).await?.is(200)?;
    Ok(())
}

async fn unknown_fields_are_pruned(s: &Session<'_>) -> Result<()> {
    let group = "pruned.example.com";
    let nested = json!({"type": "object", "properties": {"known": {"type": "string"}}});
    let path = widgets(s, group, json!({"nested": nested, "list": {"type": "array", "items": nested}})).await?;
    let spec = json!({"nested": {"known": "1", "unknown": 2}, "list": [{"known": "1", "unknown": 2}], "unknown": {}});
    let mut body = widget(group, "a", spec);
    body["unknown"] = json!(1);
    body["metadata"]["unknown"] = json!(1);
    let made = s.post(&path, body).await?.is(201)?;
    made.has("/spec", json!({"nested": {"known": "1"}, "list": [{"known": "1"}]}))?.lacks("/unknown")?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"unknown": 1}})).await?.is(200)?;
    s.get(format!("{path}/a")).await?.lacks("/spec/unknown")?;
    Ok(())
}

async fn open_objects_keep_unknown_fields(s: &Session<'_>) -> Result<()> {
    let group = "kept.example.com";
    let open = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true,
                      "properties": {"closed": {"type": "object", "properties": {"a": {"type": "string"}}}}});
    let map =
        json!({"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let path = widgets(s, group, json!({"open": open, "map": map})).await?;
    let spec =
        json!({"open": {"any": [1, {"x": null}], "closed": {"a": "1", "b": "2"}}, "map": {"k": {"a": "1", "b": "2"}}});
    s.post(&path, widget(group, "a", spec)).await?.is(201)?;
    Ok(())
}

async fn defaults_are_filled_in(s: &Session<'_>) -> Result<()> {
    let group = "defaults.example.com";
    let inner = json!({"type": "object", "default": {}, "properties": {"deep": {"type": "string", "default": "d"}}});
    let item = json!({"type": "object", "properties": {"n": {"type": "integer", "default": 1}}});
    let path = widgets(
        s,
        group,
        json!({
            "text": {"type": "string", "default": "t"},
            "flag": {"type": "boolean", "default": false},
            "list": {"type": "array", "default": ["x"], "items": {"type": "string"}},
            "inner": inner,
            "absent": {"type": "object", "properties": {"deep": {"type": "string", "default": "never"}}},
            "items": {"type": "array", "items": item},
            "map": {"type": "object", "additionalProperties": item},
            "nullable": {"type": "string", "nullable": true, "default": "n"},
        }),
    )
    .await?;
    s.post(&path, widget(group, "a", json!({}))).await?.is(201)?;
    let spec = json!({"text": "given", "items": [{}, {"n": 2}], "map": {"k": {}}, "nullable": null, "flag": null,
                      "inner": {"deep": "given"}});
    s.post(&path, widget(group, "b", spec)).await?.is(201)?;
    s.post(&path, json!({"apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": {"name": "c"}}))
        .await?
        .is(201)?;
    s.merge_patch(format!("{path}/b"), json!({"spec": {"text": null}})).await?.is(200)?.has("/spec/text", "t")?;
    Ok(())
}

/// Posts each spec as an object of its own and expects a refusal.
async fn refused(s: &Session<'_>, path: &str, group: &str, specs: &[Value]) -> Result<()> {
    for spec in specs {
        s.post(path, widget(group, "bad", spec.clone())).await?.is(422)?;
    }
    Ok(())
}

async fn values_are_validated(s: &Session<'_>) -> Result<()> {
    let group = "values.example.com";
    let path = widgets(
        s,
        group,
        json!({
            "size": {"type": "integer"},
            "share": {"type": "number"},
            "flag": {"type": "boolean"},
            "text": {"type": "string"},
            "list": {"type": "array", "items": {"type": "integer"}},
            "inner": {"type": "object", "properties": {"a": {"type": "string"}}},
            "choice": {"type": "string", "enum": ["one", "two"]},
        }),
    )
    .await?;
    let wrong = [
        json!({"size": "1"}),
        json!({"size": 1.5}),
        json!({"share": "x"}),
        json!({"flag": "true"}),
        json!({"text": 1}),
        json!({"list": {}}),
        json!({"list": [1, "2"]}),
        json!({"inner": []}),
        json!({"inner": {"a": 1}}),
        json!({"choice": "three"}),
    ];
    refused(s, &path, group, &wrong).await?;
    let right = json!({"size": 1, "share": 2, "flag": true, "text": "", "list": [], "inner": {}, "choice": "two"});
    s.post(&path, widget(group, "good", right)).await?.is(201)?;
    s.merge_patch(format!("{path}/good"), json!({"spec": {"size": "x"}})).await?.is(422)?;
    s.apply(format!("{path}/other"), "one", widget(group, "other", json!({"size": "x"}))).only_status().await?;
    s.post(&path, json!({"apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": {"name": "x"}, "spec": 5}))
        .await?
        .is(422)?;
    Ok(())
}

async fn numbers_are_bounded(s: &Session<'_>) -> Result<()> {
    let group = "numbers.example.com";
    let path = widgets(
        s,
        group,
        json!({
            "small": {"type": "integer", "minimum": 1, "maximum": 3},
            "open": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 1, "exclusiveMaximum": true},
            "even": {"type": "integer", "multipleOf": 2},
            "narrow": {"type": "integer", "format": "int32"},
        }),
    )
    .await?;
    let wrong = [
        json!({"small": 0}),
        json!({"small": 4}),
        json!({"open": 0}),
        json!({"open": 1}),
        json!({"even": 3}),
        json!({"narrow": 4_294_967_296_i64}),
    ];
    refused(s, &path, group, &wrong).await?;
    s.post(&path, widget(group, "good", json!({"small": 3, "open": 0.5, "even": 4, "narrow": 7}))).await?.is(201)?;
    Ok(())
}

async fn strings_are_checked(s: &Session<'_>) -> Result<()> {
    let group = "strings.example.com";
    let path = widgets(
        s,
        group,
        json!({
            "code": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
            "when": {"type": "string", "format": "date-time"},
            "id": {"type": "string", "format": "uuid"},
            "where": {"type": "string", "format": "ipv4"},
            "link": {"type": "string", "format": "uri"},
            "raw": {"type": "string", "format": "byte"},
            "strange": {"type": "string", "format": "unheard-of"},
        }),
    )
    .await?;
    let wrong = [
        json!({"code": "a"}),
        json!({"code": "abcde"}),
        json!({"code": "AB"}),
        json!({"when": "yesterday"}),
        json!({"id": "no"}),
        json!({"where": "1.2.3"}),
        json!({"raw": "???"}),
    ];
    refused(s, &path, group, &wrong).await?;
    let right = json!({"code": "abc", "when": "2001-02-03T04:05:06Z", "where": "1.2.3.4", "strange": "?"});
    s.post(&path, widget(group, "good", right)).await?.is(201)?;
    Ok(())
}

async fn lists_and_maps_are_bounded(s: &Session<'_>) -> Result<()> {
    let group = "bounds.example.com";
    let path = widgets(
        s,
        group,
        json!({
            "list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string"}},
            "map": {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "string"}},
        }),
    )
    .await?;
    let wrong = [
        json!({"list": []}),
        json!({"list": ["a", "b", "c"]}),
        json!({"map": {}}),
        json!({"map": {"a": "1", "b": "2", "c": "3"}}),
        json!({"map": {"a": 1}}),
    ];
    refused(s, &path, group, &wrong).await
}

async fn required_fields_are_required(s: &Session<'_>) -> Result<()> {
    let group = "required.example.com";
    let mut schema = widget_schema(json!({
        "must": {"type": "string"},
        "inner": {"type": "object", "required": ["deep"], "properties": {"deep": {"type": "string"}}},
    }));
    schema["required"] = json!(["spec"]);
    schema["properties"]["spec"]["required"] = json!(["must"]);
    s.define(definition(group, schema)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    refused(s, &path, group, &[json!({}), json!({"must": null}), json!({"must": "1", "inner": {}})]).await?;
    s.post(&path, json!({"apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": {"name": "x"}}))
        .await?
        .is(422)?;
    s.post(&path, widget(group, "good", json!({"must": ""}))).await?.is(201)?;
    s.merge_patch(format!("{path}/good"), json!({"spec": {"must": null}})).await?.is(422)?;
    Ok(())
}

async fn nulls_follow_nullable(s: &Session<'_>) -> Result<()> {
    let group = "nulls.example.com";
    let path =
        widgets(s, group, json!({"may": {"type": "string", "nullable": true}, "not": {"type": "string"}})).await?;
    s.post(&path, widget(group, "a", json!({"may": null}))).await?;
    s.post(&path, widget(group, "b", json!({"not": null}))).await?;
    s.post(&path, widget(group, "c", Value::Null)).await?;
    Ok(())
}

async fn ints_or_strings_are_both(s: &Session<'_>) -> Result<()> {
    let group = "either.example.com";
    let path = widgets(s, group, json!({"port": {"x-kubernetes-int-or-string": true}})).await?;
    s.post(&path, widget(group, "a", json!({"port": 80}))).await?.is(201)?;
    s.post(&path, widget(group, "b", json!({"port": "http"}))).await?.is(201)?;
    refused(s, &path, group, &[json!({"port": true}), json!({"port": 1.5}), json!({"port": {}})]).await
}

async fn combined_schemas_are_validated(s: &Session<'_>) -> Result<()> {
    let group = "combined.example.com";
    let choice = json!({
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "n": {"type": "integer"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    });
    let any = json!({"type": "integer", "anyOf": [{"minimum": 10}, {"maximum": 2}]});
    let not = json!({"type": "string", "not": {"enum": ["forbidden"]}});
    let all = json!({"type": "integer", "allOf": [{"minimum": 1}, {"maximum": 5}]});
    let path = widgets(s, group, json!({"choice": choice, "any": any, "not": not, "all": all})).await?;
    let wrong = [
        json!({"choice": {}}),
        json!({"choice": {"a": "1", "b": "2"}}),
        json!({"any": 5}),
        json!({"not": "forbidden"}),
        json!({"all": 6}),
    ];
    refused(s, &path, group, &wrong).await?;
    s.post(&path, widget(group, "good", json!({"choice": {"a": "1"}, "any": 1, "not": "x", "all": 3})))
        .await?
        .is(201)?;
    Ok(())
}

async fn embedded_resources_are_checked(s: &Session<'_>) -> Result<()> {
    let group = "embedded.example.com";
    let embedded =
        json!({"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true});
    let path = widgets(s, group, json!({"template": embedded})).await?;
    let good =
        json!({"template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "unknown": 1}, "spec": {}}});
    s.post(&path, widget(group, "a", good)).await?.is(201)?;
    let wrong = [
        json!({"template": {}}),
        json!({"template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "Bad_Name"}}}),
    ];
    for spec in wrong {
        s.post(&path, widget(group, "bad", spec)).await?;
    }
    Ok(())
}

async fn sets_and_keys_must_be_unique(s: &Session<'_>) -> Result<()> {
    let group = "unique.example.com";
    let item = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "v": {"type": "integer"}}});
    let path = widgets(
        s,
        group,
        json!({
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item},
        }),
    )
    .await?;
    refused(s, &path, group, &[json!({"set": ["a", "b", "a"]}), json!({"map": [{"name": "a"}, {"name": "a", "v": 1}]})])
        .await
}

async fn several_causes_are_told_at_once(s: &Session<'_>) -> Result<()> {
    let group = "several.example.com";
    let path = widgets(
        s,
        group,
        json!({"b": {"type": "integer", "minimum": 5}, "a": {"type": "string", "enum": ["x"]}, "c": {"type": "boolean"}}),
    )
    .await?;
    let reply = s.post(&path, widget(group, "bad", json!({"a": "y", "b": 1}))).only_at(&["/reason"]).await?.is(422)?;
    let mut fields: Vec<String> = Vec::new();
    for cause in reply.at("/details/causes").as_array().into_iter().flatten() {
        fields.push(format!("{} {} {}", cause["field"], cause["reason"], cause["message"]));
    }
    fields.sort();
    s.remark("causes", fields);
    Ok(())
}

async fn cluster_scoped_resources_have_no_namespace(s: &Session<'_>) -> Result<()> {
    let group = "wide.example.com";
    let mut body = definition(group, widget_schema(json!({})));
    body["spec"]["scope"] = "Cluster".into();
    s.define(body).await?;
    let path = format!("/apis/{group}/v1/widgets");
    s.post(&path, widget(group, "a", json!({}))).await?.is(201)?.lacks("/metadata/namespace")?;
    s.get(format!("{path}/a")).await?.is(200)?;
    s.get(s.apis(&format!("{group}/v1"), "widgets")).await?.is(404)?;
    s.post(s.apis(&format!("{group}/v1"), "widgets"), widget(group, "b", json!({}))).await?.is(404)?;
    let mut wrong = widget(group, "c", json!({}));
    wrong["metadata"]["namespace"] = "default".into();
    s.post(&path, wrong).await?;
    Ok(())
}

fn two_versions(group: &str) -> Value {
    let mut body = definition(group, widget_schema(json!({"size": {"type": "integer"}})));
    let mut second = body["spec"]["versions"][0].clone();
    second["name"] = "v2".into();
    second["storage"] = false.into();
    second["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["extra"] =
        json!({"type": "string", "default": "e"});
    let versions = body["spec"]["versions"].as_array_mut();
    if let Some(versions) = versions {
        versions.push(second);
    }
    body
}

async fn two_versions_are_served(s: &Session<'_>) -> Result<()> {
    let group = "versions.example.com";
    s.define(two_versions(group)).await?;
    let (v1, v2) = (s.apis(&format!("{group}/v1"), "widgets"), s.apis(&format!("{group}/v2"), "widgets"));
    s.post(&v1, widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    s.get(format!("{v2}/a")).await?.is(200)?.has("/apiVersion", format!("{group}/v2"))?;
    s.get(&v2).await?.has("/apiVersion", format!("{group}/v2"))?;
    let mut second = widget(group, "b", json!({"size": 2, "extra": "given"}));
    s.post(&v2, second.clone()).await?.is(400)?;
    second["apiVersion"] = format!("{group}/v2").into();
    s.post(&v2, second).await?.is(201)?;
    s.get(format!("{v1}/b")).await?.is(200)?;
    s.get(format!("{v2}/b")).await?.is(200)?;
    let mut applied = widget(group, "c", json!({"size": 1}));
    s.apply(format!("{v1}/c"), "one", applied.clone()).await?.is(201)?;
    applied["apiVersion"] = format!("{group}/v2").into();
    s.apply(format!("{v2}/c"), "one", applied).await?.is(200)?;
    s.get(format!("/apis/{group}")).await?.is(200)?;
    Ok(())
}

async fn a_version_that_is_not_served_is_not_found(s: &Session<'_>) -> Result<()> {
    let group = "unserved.example.com";
    let mut body = two_versions(group);
    body["spec"]["versions"][1]["served"] = false.into();
    s.define(body).await?;
    s.get(s.apis(&format!("{group}/v2"), "widgets")).await?.is(404)?;
    s.get(format!("/apis/{group}/v2")).await?.is(404)?;
    s.get(format!("/apis/{group}")).await?.is(200)?;
    Ok(())
}

async fn deleting_a_definition_deletes_its_objects(s: &Session<'_>) -> Result<()> {
    let group = "removed.example.com";
    let path = widgets(s, group, json!({})).await?;
    s.post(&path, widget(group, "a", json!({}))).await?.is(201)?;
    s.delete(format!("{CRDS}/widgets.{group}")).only_at(&["/kind", "/metadata/finalizers"]).await?.is(200)?;
    s.until("the definition is gone", || async {
        Ok(s.get(format!("{CRDS}/widgets.{group}")).unrecorded().await?.status() == 404)
    })
    .await?;
    s.until("its resources are gone", || async { Ok(s.get(&path).unrecorded().await?.status() == 404) }).await?;
    s.get(&path).await?.is(404)?;
    let path = widgets(s, group, json!({})).await?;
    s.get(&path).await?.lists(&[])?;
    Ok(())
}

async fn a_changed_schema_is_in_force(s: &Session<'_>) -> Result<()> {
    let group = "changed.example.com";
    let path = widgets(s, group, json!({"size": {"type": "integer"}})).await?;
    s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(201)?;
    let size = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum";
    s.json_patch(format!("{CRDS}/widgets.{group}"), json!([{"op": "add", "path": size, "value": 5}]))
        .only_at(&["/metadata/generation"])
        .await?
        .is(200)?;
    s.until("the bound is in force", || async {
        Ok(s.post(&path, widget(group, "b", json!({"size": 6}))).dry_run().unrecorded().await?.status() == 422)
    })
    .await?;
    s.get(format!("{path}/a")).await?.is(200)?;
    s.merge_patch(format!("{path}/a"), json!({"metadata": {"labels": {"x": "y"}}})).await?;
    s.merge_patch(format!("{path}/a"), json!({"spec": {"size": 8}})).await?.is(422)?;
    Ok(())
}

async fn broken_definitions_are_refused(s: &Session<'_>) -> Result<()> {
    let group = "broken.example.com";
    let good = || definition(group, widget_schema(json!({"size": {"type": "integer"}})));
    let post = async |body: Value| s.post(CRDS, body).only_at(&["/reason", "/details/causes"]).await?.is(422);
    let mut body = good();
    body["metadata"]["name"] = "gadgets.broken.example.com".into();
    post(body).await?;
    let mut body = good();
    body["spec"]["versions"][0]["storage"] = false.into();
    post(body).await?;
    let mut body = good();
    body["spec"]["versions"] = json!([]);
    post(body).await?;
    let mut body = good();
    body["spec"]["scope"] = "Galaxy".into();
    post(body).await?;
    let mut body = good();
    body["spec"]["versions"][0]["schema"] = Value::Null;
    post(body).await?;
    let mut body = good();
    body["spec"]["names"]["kind"] = "".into();
    post(body).await?;
    post(definition(group, json!({"type": "string"}))).await?;
    post(definition(group, json!({"properties": {"spec": {"type": "object"}}}))).await?;
    post(definition(group, widget_schema(json!({"untyped": {}})))).await?;
    post(definition(group, widget_schema(json!({"size": {"type": "integer", "default": "text"}})))).await?;
    post(definition(group, widget_schema(json!({"list": {"type": "array"}})))).await?;
    post(definition(
        group,
        widget_schema(json!({"list": {"type": "array", "x-kubernetes-list-type": "map", "items": {"type": "object"}}})),
    ))
    .await?;
    post(definition(group, widget_schema(json!({"x": {"type": "string", "pattern": "("}})))).await?;
    Ok(())
}

async fn definitions_have_immutable_parts(s: &Session<'_>) -> Result<()> {
    let group = "fixed.example.com";
    widgets(s, group, json!({})).await?;
    let path = format!("{CRDS}/widgets.{group}");
    let at = ["/reason", "/details/causes"];
    s.merge_patch(&path, json!({"spec": {"scope": "Cluster"}})).only_at(&at).await?.is(422)?;
    s.merge_patch(&path, json!({"spec": {"group": "other.example.com"}})).only_at(&at).await?.is(422)?;
    s.merge_patch(&path, json!({"spec": {"names": {"plural": "gadgets"}}})).only_at(&at).await?.is(422)?;
    Ok(())
}

async fn a_definition_is_found_by_name_only_once(s: &Session<'_>) -> Result<()> {
    let group = "once.example.com";
    widgets(s, group, json!({})).await?;
    s.post(CRDS, definition(group, widget_schema(json!({})))).await?.fails(409, "AlreadyExists")?;
    s.get(CRDS).query("fieldSelector", format!("metadata.name=widgets.{group}")).only_at(&["/kind"]).await?.is(200)?;
    Ok(())
}

async fn updates_need_a_version(s: &Session<'_>) -> Result<()> {
    let group = "unconditional.example.com";
    let path = widgets(s, group, json!({"size": {"type": "integer"}})).await?;
    s.post(&path, widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    s.put(format!("{path}/a"), widget(group, "a", json!({"size": 2}))).await?.fails(422, "Invalid")?;
    let mut body = s.get(format!("{path}/a")).await?.body().clone();
    body["spec"]["size"] = 3.into();
    s.put(format!("{path}/a"), body.clone()).await?.is(200)?.has("/metadata/generation", 2)?;
    s.put(format!("{path}/a"), body).await?.fails(409, "Conflict")?;
    s.put(format!("{path}/absent"), widget(group, "absent", json!({}))).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn metadata_of_custom_resources_is_checked(s: &Session<'_>) -> Result<()> {
    let group = "named.example.com";
    let path = widgets(s, group, json!({})).await?;
    s.post(&path, widget(group, "Bad_Name", json!({}))).await?.is(422)?;
    let mut body = widget(group, "a", json!({}));
    body["metadata"]["labels"] = json!({"bad key": "v"});
    s.post(&path, body).await?.is(422)?;
    let mut body = widget(group, "a", json!({}));
    body["metadata"]["labels"] = json!({"number": 5});
    s.post(&path, body).only_at(&["/reason"]).await?;
    let mut body = widget(group, "a", json!({}));
    body["kind"] = "Gadget".into();
    s.post(&path, body).await?.fails(422, "Invalid")?;
    s.post(&path, json!({"metadata": {"name": "x"}})).await?.is(400)?;
    Ok(())
}

async fn old_objects_get_new_defaults_when_read(s: &Session<'_>) -> Result<()> {
    let group = "later.example.com";
    let path = widgets(s, group, json!({"size": {"type": "integer"}})).await?;
    let made = s.post(&path, widget(group, "a", json!({"size": 9}))).await?.is(201)?;
    let colour = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/colour";
    let patch = json!([{"op": "add", "path": colour, "value": {"type": "string", "default": "red"}}]);
    s.json_patch(format!("{CRDS}/widgets.{group}"), patch).only_status().await?.is(200)?;
    s.until("the default is in force", || async {
        Ok(s.get(format!("{path}/a")).unrecorded().await?.at("/spec/colour") == "red")
    })
    .await?;
    let read = s.get(format!("{path}/a")).await?;
    ensure!(read.version()? == made.version()?, "reading wrote");
    s.get(&path).await?.has("/items/0/spec/colour", "red")?;
    Ok(())
}

async fn unions_of_types_are_refused(s: &Session<'_>) -> Result<()> {
    let group = "unions.example.com";
    let at = ["/reason"];
    let refused = definition(group, widget_schema(json!({"x": {"type": ["string", "integer"]}})));
    s.post(CRDS, refused).only_at(&at).await?;
    let refused = definition(group, widget_schema(json!({"x": {"type": "object", "additionalProperties": false}})));
    s.post(CRDS, refused).only_at(&at).await?;
    let refused = definition(
        group,
        widget_schema(json!({"x": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}})),
    );
    s.post(CRDS, refused).only_at(&at).await?;
    Ok(())
}

async fn rules_are_enforced(s: &Session<'_>) -> Result<()> {
    let group = "rules.example.com";
    let mut schema = widget_schema(json!({"low": {"type": "integer"}, "high": {"type": "integer"}}));
    schema["properties"]["spec"]["x-kubernetes-validations"] =
        json!([{"rule": "!has(self.low) || !has(self.high) || self.low <= self.high", "message": "low is above high"}]);
    s.define(definition(group, schema)).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "a", json!({"low": 1, "high": 2}))).await?.is(201)?;
    s.post(&path, widget(group, "b", json!({"low": 3, "high": 2}))).await?.fails(422, "Invalid")?;
    Ok(())
}
