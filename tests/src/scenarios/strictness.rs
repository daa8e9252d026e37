//! What becomes of unknown and doubled fields (`fieldValidation`), for each way to write and for both kinds of kinds.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::{Call, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("strictness":
    creations_are_as_strict_as_wished,
    updates_are_as_strict_as_wished,
    patches_are_as_strict_as_wished,
    applies_are_as_strict_as_wished,
    custom_resources_are_written_as_strictly,
    custom_resources_are_patched_as_strictly,
    subresources_are_written_as_strictly,
    doubled_fields_are_found_in_every_body,
    unknown_wishes_are_refused,
    deletions_have_no_such_wish,
);

const WISHES: [&str; 4] = ["", "Ignore", "Warn", "Strict"];
/// What is remembered of a written object: what was unknown is not there.
const LEFT: [&str; 4] = ["/metadata/name", "/data", "/extra", "/spec/colour"];

fn wished<'a>(call: Call<'a>, wish: &str) -> Call<'a> {
    if wish.is_empty() { call } else { call.query("fieldValidation", wish) }
}

fn unknown(name: &str) -> Value {
    let mut map = config_map(name);
    map["extra"] = json!(1);
    map["metadata"]["colour"] = "red".into();
    map
}

fn nested(name: &str) -> Value {
    let mut body = deployment(name, 1);
    body["spec"]["colour"] = "red".into();
    body["spec"]["template"]["spec"]["containers"][0]["shape"] = "round".into();
    body
}

/// A config map with an unknown field, and fields that are given twice.
fn doubled(name: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","labels":{{"l":"1","l":"2"}}}},"data":{{"a":"1","a":"2"}},"extra":1}}"#
    )
}

async fn creations_are_as_strict_as_wished(s: &Session<'_>) -> Result<()> {
    for (index, wish) in WISHES.into_iter().enumerate() {
        wished(s.post(s.core("configmaps"), unknown(&format!("a{index}"))), wish).await?;
        wished(s.post(s.core("configmaps"), Value::Null).bytes(doubled(&format!("b{index}"))), wish).await?;
        let path = s.apis("apps/v1", "deployments");
        wished(s.post(path, nested(&format!("a{index}"))), wish).only_at(&LEFT).await?;
        let yaml = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: y{index}\n  colour: red\ndata:\n  a: b\nextra: 1\n"
        );
        let post = s.post(s.core("configmaps"), Value::Null).bytes(yaml).content_type("application/yaml");
        wished(post, wish).await?;
    }
    Ok(())
}

async fn updates_are_as_strict_as_wished(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).unrecorded().await?.is(201)?;
    for wish in WISHES {
        wished(s.put(s.core("configmaps/a"), unknown("a")), wish).await?;
        wished(s.put(s.core("configmaps/a"), Value::Null).bytes(doubled("a")), wish).await?;
        wished(s.put(format!("{path}/a"), nested("a")), wish).only_at(&LEFT).await?;
    }
    Ok(())
}

async fn patches_are_as_strict_as_wished(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let path = s.apis("apps/v1", "deployments");
    s.post(&path, deployment("a", 1)).unrecorded().await?.is(201)?;
    let one = format!("{path}/a");
    let replicas = json!({"spec": {"replicas": 1, "colour": "red"}});
    let operations = json!([{"op": "add", "path": "/spec/colour", "value": "red"}]);
    let at = ["/reason", "/spec/colour"];
    for wish in WISHES {
        wished(s.merge_patch(&one, replicas.clone()), wish).only_at(&at).await?;
        wished(s.strategic_patch(&one, replicas.clone()), wish).only_at(&at).await?;
        wished(s.json_patch(&one, operations.clone()), wish).only_at(&at).await?;
        let twice = r#"{"data":{"a":"1","a":"2"}}"#;
        wished(s.merge_patch(s.core("configmaps/a"), Value::Null).bytes(twice), wish).await?;
        wished(s.strategic_patch(s.core("configmaps/a"), Value::Null).bytes(twice), wish).await?;
        let twice = r#"[{"op":"add","path":"/data/b","path":"/data/c","value":"1"}]"#;
        wished(s.json_patch(s.core("configmaps/a"), Value::Null).bytes(twice), wish).await?;
    }
    Ok(())
}

async fn applies_are_as_strict_as_wished(s: &Session<'_>) -> Result<()> {
    for (index, wish) in WISHES.into_iter().enumerate() {
        let name = format!("a{index}");
        // One only: the real server tells which it comes by first, and maps of Go have no order.
        let mut body = config_map(&name);
        body["metadata"]["colour"] = "red".into();
        wished(s.apply(s.core(&format!("configmaps/{name}")), "one", body), wish).await?;
        let body =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b{index}\ndata:\n  a: \"1\"\n  a: \"2\"\n");
        wished(s.apply(s.core(&format!("configmaps/b{index}")), "one", Value::Null).bytes(body), wish).await?;
    }
    Ok(())
}

async fn widgets(s: &Session<'_>, group: &str) -> Result<String> {
    let inner = json!({"type": "object", "properties": {"size": {"type": "integer"}}});
    let schema = widget_schema(json!({"size": {"type": "integer"}, "list": {"type": "array", "items": inner}}));
    let mut definition = definition(group, schema);
    definition["spec"]["versions"][0]["subresources"] = json!({"status": {}});
    s.define(definition).await?;
    Ok(s.apis(&format!("{group}/v1"), "widgets"))
}

async fn custom_resources_are_written_as_strictly(s: &Session<'_>) -> Result<()> {
    let group = "strictly.example.com";
    let path = widgets(s, group).await?;
    let unknown = |name: &str| {
        let mut body =
            widget(group, name, json!({"size": 1, "colour": "red", "list": [{"size": 1, "shape": "round"}]}));
        body["extra"] = json!(1);
        body["metadata"]["colour"] = "red".into();
        body
    };
    let doubled = |name: &str| {
        format!(
            r#"{{"apiVersion":"{group}/v1","kind":"Widget","metadata":{{"name":"{name}"}},"spec":{{"size":1,"size":2,"colour":"red"}}}}"#
        )
    };
    for (index, wish) in WISHES.into_iter().enumerate() {
        wished(s.post(&path, unknown(&format!("a{index}"))), wish).await?;
        wished(s.post(&path, Value::Null).bytes(doubled(&format!("b{index}"))), wish).await?;
    }
    for wish in WISHES {
        let version = s.get(format!("{path}/a0")).unrecorded().await?.version()?;
        let mut body = unknown("a0");
        body["metadata"]["resourceVersion"] = version.into();
        wished(s.put(format!("{path}/a0"), body), wish).await?;
    }
    Ok(())
}

async fn custom_resources_are_patched_as_strictly(s: &Session<'_>) -> Result<()> {
    let group = "patchedly.example.com";
    let path = widgets(s, group).await?;
    s.post(&path, widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    let one = format!("{path}/a");
    for (index, wish) in WISHES.into_iter().enumerate() {
        wished(s.merge_patch(&one, json!({"spec": {"colour": "red"}})), wish).await?;
        wished(s.json_patch(&one, json!([{"op": "add", "path": "/spec/colour", "value": "red"}])), wish).await?;
        wished(s.merge_patch(&one, Value::Null).bytes(r#"{"spec":{"size":1,"size":1}}"#), wish).await?;
        let name = format!("b{index}");
        let body = widget(group, &name, json!({"size": 1, "colour": "red"}));
        wished(s.apply(format!("{path}/{name}"), "one", body), wish).await?;
        let body =
            format!("apiVersion: {group}/v1\nkind: Widget\nmetadata:\n  name: c{index}\nspec:\n  size: 1\n  size: 2\n");
        wished(s.apply(format!("{path}/c{index}"), "one", Value::Null).bytes(body), wish).await?;
    }
    Ok(())
}

async fn subresources_are_written_as_strictly(s: &Session<'_>) -> Result<()> {
    let group = "belowly.example.com";
    let path = widgets(s, group).await?;
    s.post(&path, widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    let deployments = s.apis("apps/v1", "deployments");
    s.post(&deployments, deployment("a", 1)).unrecorded().await?.is(201)?;
    let at = ["/reason", "/message", "/status/colour"];
    for wish in WISHES {
        wished(s.merge_patch(format!("{path}/a/status"), json!({"extra": 1, "status": {"x": 1}})), wish).await?;
        let status = s.merge_patch(format!("{deployments}/a/status"), json!({"status": {"replicas": 1}}));
        wished(status, wish).only_at(&at).await?;
        let scale = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a", "namespace": s.namespace()},
                           "spec": {"replicas": 1, "colour": "red"}});
        wished(s.put(format!("{deployments}/a/scale"), scale), wish).only_at(&["/reason", "/message", "/spec"]).await?;
    }
    Ok(())
}

async fn doubled_fields_are_found_in_every_body(s: &Session<'_>) -> Result<()> {
    let post = |body: &str| s.post(s.core("configmaps"), Value::Null).bytes(body).query("fieldValidation", "Strict");
    for body in [
        r#"{"apiVersion":"v1","apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","kind":"ConfigMap","metadata":{"name":"a"}}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"a"}}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"metadata":{"name":"a"}}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{},"data":{"x":"y"}}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"extra":1,"extra":2}"#,
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"Data":{"x":"y"}}"#,
    ] {
        post(body).await?;
    }
    for body in [
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: x\n  a: y\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: a\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nextra: {a: 1, a: 2}\n",
    ] {
        post(body).content_type("application/yaml").await?;
    }
    Ok(())
}

async fn unknown_wishes_are_refused(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let group = "wishes.example.com";
    let path = widgets(s, group).await?;
    for wish in ["Sometimes", "strict", "Strict,Warn"] {
        s.post(s.core("configmaps"), config_map("b")).query("fieldValidation", wish).await?.is(422)?;
        s.put(s.core("configmaps/a"), config_map("a")).query("fieldValidation", wish).await?.is(422)?;
        s.merge_patch(s.core("configmaps/a"), json!({})).query("fieldValidation", wish).await?.is(422)?;
        s.apply(s.core("configmaps/a"), "one", config_map("a")).query("fieldValidation", wish).await?.is(422)?;
        s.post(&path, widget(group, "b", json!({}))).query("fieldValidation", wish).await?.is(422)?;
    }
    s.post(s.core("configmaps"), config_map("c"))
        .query("fieldValidation", "Strict")
        .query("fieldValidation", "Ignore")
        .await?;
    Ok(())
}

async fn deletions_have_no_such_wish(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.delete(s.core("configmaps/a")).query("fieldValidation", "Sometimes").await?;
    s.get(s.core("configmaps/a")).query("fieldValidation", "Sometimes").await?;
    Ok(())
}
