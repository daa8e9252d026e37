//! Answers in YAML, letter by letter but for what is never the same twice.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::{Call, Reply, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("yaml":
    objects_are_written_as_yaml,
    lists_and_tables_are_written_as_yaml,
    refusals_are_written_as_yaml,
    writes_are_answered_in_yaml,
    custom_resources_are_written_as_yaml,
    discovery_is_written_as_yaml,
    the_dearest_type_is_taken,
    watches_are_not_written_as_yaml,
    other_types_are_refused_with_those_that_are_not,
);

const YAML: &str = "application/yaml";

/// Remembers an answer line by line; what differs from run to run is left out.
async fn lines(s: &Session<'_>, what: &str, call: Call<'_>) -> Result<Reply> {
    const CHANGING: [&str; 4] = ["uid:", "resourceVersion:", "creationTimestamp:", "time:"];
    let reply = call.only_status().await?;
    let lines: Vec<String> = reply
        .text()
        .lines()
        .map(|line| {
            let changing = CHANGING.iter().find(|key| line.trim_start_matches([' ', '-']).starts_with(**key));
            changing.map_or_else(|| line.to_owned(), |key| line.split(key).next().unwrap_or_default().to_owned() + key)
        })
        .collect();
    s.remark(&format!("{what}: type"), reply.header("content-type").unwrap_or_default());
    s.remark(what, lines);
    Ok(reply)
}

fn odd(name: &str) -> Value {
    let mut map = config_map(name);
    map["metadata"]["annotations"] =
        json!({"n10": "1", "n9": "0x10", "on": "off", "time": "2024-01-01", "words": "word ".repeat(40)});
    map["data"] = json!({
        "script": "#!/bin/sh\necho 'hi'\n", "bare": "one\n\ntwo", "trailing": "x\n\n", "tab": "a\tb", "colon": "a: b", "hash": "a #b",
        "dash": "- a", "empty": "", "null": "null", "tilde": "~", "float": "1.5e3", "octal": "0o17", "star": "*x", "at": "@x",
        "umlaut": "ü", "emoji": "😀", "space": " x ", "quote": "it's", "both": "it's \"so\"", "sixty": "1:30", "percent": "%x",
        "long": format!("'{}", "word ".repeat(40).trim_end()), "break": "a\r\nb", "json": "{\"a\": 1}", "leading": "\n x",
    });
    map
}

async fn objects_are_written_as_yaml(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), odd("a")).await?.is(201)?;
    lines(s, "config map", s.get(s.core("configmaps/a")).accept(YAML)).await?.is(200)?;
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).unrecorded().await?.is(201)?;
    lines(s, "deployment", s.get(s.apis("apps/v1", "deployments/a")).accept(YAML)).await?.is(200)?;
    Ok(())
}

async fn lists_and_tables_are_written_as_yaml(s: &Session<'_>) -> Result<()> {
    lines(s, "empty list", s.get(s.core("configmaps")).accept(YAML)).await?.is(200)?;
    for name in ["a", "b"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    lines(s, "list", s.get(s.core("configmaps")).accept(YAML)).await?.is(200)?;
    let metadata = "application/yaml;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    lines(s, "metadata", s.get(s.core("configmaps/a")).accept(metadata)).await?.is(200)?;
    let table = "application/yaml;as=Table;g=meta.k8s.io;v=v1, application/json";
    let reply = s.get(s.core("configmaps")).accept(table).only_status().await?;
    s.remark("table", reply.text().lines().take(3).collect::<Vec<_>>());
    s.remark("type", reply.header("content-type").unwrap_or_default());
    Ok(())
}

async fn refusals_are_written_as_yaml(s: &Session<'_>) -> Result<()> {
    lines(s, "absent", s.get(s.core("configmaps/absent")).accept(YAML)).await?.is(404)?;
    lines(s, "invalid", s.post(s.core("configmaps"), config_map("Bad_Name")).accept(YAML)).await?.is(422)?;
    lines(s, "bad", s.post(s.core("configmaps"), json!({})).accept(YAML).bytes("{")).await?;
    lines(s, "no such path", s.get("/apis/apps/v1/nonsense").accept(YAML)).await?.is(404)?;
    Ok(())
}

async fn writes_are_answered_in_yaml(s: &Session<'_>) -> Result<()> {
    let body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: \"1\"\n";
    let post = s.post(s.core("configmaps"), Value::Null).bytes(body).content_type(YAML).accept(YAML);
    lines(s, "created", post).await?.is(201)?;
    let put = s.put(s.core("configmaps/a"), Value::Null).bytes(body).content_type(YAML).accept(YAML);
    lines(s, "updated", put).await?.is(200)?;
    let patch = s.merge_patch(s.core("configmaps/a"), json!({"data": {"y": "yes"}})).accept(YAML);
    lines(s, "patched", patch).await?.is(200)?;
    lines(s, "deleted", s.delete(s.core("configmaps/a")).accept(YAML)).await?.is(200)?;
    Ok(())
}

async fn custom_resources_are_written_as_yaml(s: &Session<'_>) -> Result<()> {
    let group = "yaml.example.com";
    let properties = json!({"size": {"type": "integer"}, "share": {"type": "number"}, "note": {"type": "string"}});
    s.define(definition(group, widget_schema(properties))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    let made = widget(group, "a", json!({"size": 5, "share": 1.5, "note": "yes"}));
    lines(s, "created", s.post(&path, made).accept(YAML)).await?.is(201)?;
    lines(s, "read", s.get(format!("{path}/a")).accept(YAML)).await?.is(200)?;
    lines(s, "list", s.get(&path).accept(YAML)).await?.is(200)?;
    lines(s, "absent", s.get(format!("{path}/absent")).accept(YAML)).await?.is(404)?;
    s.get(&path).accept("text/html").await?.is(406)?;
    s.post(&path, widget(group, "b", json!({}))).content_type("text/plain").await?.is(415)?;
    s.delete(format!("{path}/a")).json(&json!({})).content_type("text/plain").await?.is(415)?;
    Ok(())
}

async fn discovery_is_written_as_yaml(s: &Session<'_>) -> Result<()> {
    for path in ["/apis/coordination.k8s.io", "/apis/coordination.k8s.io/v1"] {
        lines(s, path, s.get(path).accept(YAML)).await?.is(200)?;
    }
    let reply = s.get("/version").accept(YAML).only_status().await?;
    s.remark("version", reply.header("content-type").unwrap_or_default());
    let names = reply.text().lines().map(|line| line.split(':').next().unwrap_or_default());
    s.remark("version", names.collect::<Vec<_>>());
    Ok(())
}

async fn the_dearest_type_is_taken(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    for accept in [
        "application/yaml, application/json",
        "application/json, application/yaml",
        "application/json;q=0.5, application/yaml",
        "application/yaml;q=0.1, */*;q=0.5",
        "*/*, application/yaml",
        "text/html, application/yaml;q=0.9",
    ] {
        let reply = s.get(s.core("configmaps/a")).accept(accept).only_status().await?;
        s.remark(accept, reply.header("content-type").unwrap_or_default());
    }
    Ok(())
}

async fn watches_are_not_written_as_yaml(s: &Session<'_>) -> Result<()> {
    let watch = s.get(s.core("configmaps")).query("watch", "true").query("timeoutSeconds", 1);
    lines(s, "watch", watch.accept(YAML)).await?.is(406)?;
    Ok(())
}

async fn other_types_are_refused_with_those_that_are_not(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps/a")).accept("text/html").await?.is(406)?;
    s.get(s.core("configmaps")).accept("application/*").await?.is(406)?;
    s.post(s.core("configmaps"), config_map("b")).accept("text/html").await?.is(406)?;
    s.get(s.core("configmaps/a")).accept("application/json;as=Nonsense;g=meta.k8s.io;v=v1").await?.is(406)?;
    s.get(s.core("configmaps")).query("watch", "true").accept("text/html").await?.is(406)?;
    s.post(s.core("configmaps"), config_map("b")).content_type("text/plain").await?.is(415)?;
    s.put(s.core("configmaps/a"), config_map("a")).content_type("text/plain").await?.is(415)?;
    s.delete(s.core("configmaps/a")).json(&json!({})).content_type("text/plain").await?.is(415)?;
    s.merge_patch(s.core("configmaps/a"), json!({})).content_type("text/plain").await?.is(415)?;
    Ok(())
}
