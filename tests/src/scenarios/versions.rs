//! Which version of a list is asked for (`resourceVersion`, `resourceVersionMatch`), with and without pages, for both kinds of kinds.

use super::objects::{config_map, definition, widget, widget_schema};
use crate::session::{Reply, Session};
use anyhow::{Context as _, Result};
use serde_json::json;

crate::scenarios!("versions":
    versions_match_as_asked_for_built_in_kinds,
    versions_match_as_asked_for_custom_resources,
    pages_go_on_in_their_version,
    contradictory_versions_are_refused,
    watches_take_no_match,
    single_reads_take_versions,
    deletions_of_collections_take_versions,
);

/// What an answer says, without the numbers: what is in it, and whether there is more.
fn told(s: &Session<'_>, what: &str, reply: &Reply, then: &str) {
    let more = reply.at("/metadata/continue").as_str().is_some_and(|token| !token.is_empty());
    let is_then = reply.at("/metadata/resourceVersion") == then;
    let remaining = reply.at("/metadata/remainingItemCount").clone();
    s.remark(
        what,
        json!({"status": reply.status(), "reason": reply.at("/reason"), "message": reply.at("/message"), "names": reply.names(),
               "more": more, "then": is_then, "remaining": remaining}),
    );
}

async fn all_ways(s: &Session<'_>, path: &str, then: &str) -> Result<()> {
    for (version, rule) in
        [("", ""), ("0", ""), ("then", ""), ("0", "NotOlderThan"), ("then", "NotOlderThan"), ("then", "Exact")]
    {
        let version = if version == "then" { then } else { version };
        for limit in ["", "1", "0", "500"] {
            let mut call = s.get(path).unrecorded();
            for (name, value) in [("resourceVersion", version), ("resourceVersionMatch", rule), ("limit", limit)] {
                if !value.is_empty() {
                    call = call.query(name, value);
                }
            }
            let reply = call.await?;
            let shown = if version == then { "then" } else { version };
            told(s, &format!("version {shown:?}, match {rule:?}, limit {limit:?}"), &reply, then);
        }
    }
    Ok(())
}

async fn versions_match_as_asked_for_built_in_kinds(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    let then = s.get(s.core("configmaps")).unrecorded().await?.version()?;
    s.delete(s.core("configmaps/a")).unrecorded().await?.is(200)?;
    s.post(s.core("configmaps"), config_map("d")).unrecorded().await?.is(201)?;
    // The real server's cache may lag behind.
    s.until("the cache has seen it", || async {
        let reply = s.get(s.core("configmaps")).query("resourceVersion", "0").unrecorded().await?;
        Ok(reply.names() == ["b", "c", "d"])
    })
    .await?;
    all_ways(s, &s.core("configmaps"), &then).await
}

async fn versions_match_as_asked_for_custom_resources(s: &Session<'_>) -> Result<()> {
    let group = "matching.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    for name in ["a", "b", "c"] {
        s.post(&path, widget(group, name, json!({}))).unrecorded().await?.is(201)?;
    }
    let then = s.get(&path).unrecorded().await?.version()?;
    s.delete(format!("{path}/a")).unrecorded().await?.is(200)?;
    s.post(&path, widget(group, "d", json!({}))).unrecorded().await?.is(201)?;
    s.until("the cache has seen it", || async {
        let reply = s.get(&path).query("resourceVersion", "0").unrecorded().await?;
        Ok(reply.names() == ["b", "c", "d"])
    })
    .await?;
    all_ways(s, &path, &then).await
}

async fn pages_go_on_in_their_version(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    let first = s.get(s.core("configmaps")).query("limit", 1).unrecorded().await?.is(200)?;
    let then = first.version()?;
    let token = first.at("/metadata/continue").as_str().context("a token")?.to_owned();
    s.delete(s.core("configmaps/b")).unrecorded().await?.is(200)?;
    for (version, rule, limit) in [
        ("", "", ""),
        ("", "", "1"),
        ("0", "", "1"),
        ("then", "", "1"),
        ("then", "Exact", "1"),
        ("", "Exact", "1"),
        ("", "NotOlderThan", ""),
        ("0", "NotOlderThan", "1"),
    ] {
        let mut call = s.get(s.core("configmaps")).query("continue", &token).unrecorded();
        let shown = version;
        let version = if version == "then" { then.as_str() } else { version };
        for (name, value) in [("resourceVersion", version), ("resourceVersionMatch", rule), ("limit", limit)] {
            if !value.is_empty() {
                call = call.query(name, value);
            }
        }
        let reply = call.await?;
        told(s, &format!("on from there: version {shown:?}, match {rule:?}, limit {limit:?}"), &reply, &then);
    }
    Ok(())
}

async fn contradictory_versions_are_refused(s: &Session<'_>) -> Result<()> {
    let group = "contradictory.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    for path in [s.core("configmaps"), s.apis(&format!("{group}/v1"), "widgets")] {
        for query in [
            "resourceVersionMatch=Exact",
            "resourceVersionMatch=NotOlderThan",
            "resourceVersionMatch=Sometimes",
            "resourceVersion=0&resourceVersionMatch=Exact",
            "resourceVersion=0&resourceVersionMatch=Sometimes",
            "resourceVersion=1&resourceVersionMatch=exact",
            "resourceVersion=x&resourceVersionMatch=Exact",
            "resourceVersion=x&resourceVersionMatch=NotOlderThan",
            "resourceVersion=-1",
            "resourceVersion=1.5",
            "resourceVersion=&resourceVersionMatch=",
            "resourceVersionMatch=NotOlderThan&limit=1",
            "resourceVersionMatch=Exact&continue=x",
            "continue=x",
            "continue=x&resourceVersion=1",
            "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
            "sendInitialEvents=false",
        ] {
            s.get(format!("{path}?{query}")).await?;
        }
    }
    Ok(())
}

async fn watches_take_no_match(s: &Session<'_>) -> Result<()> {
    for query in [
        "resourceVersionMatch=Exact",
        "resourceVersionMatch=NotOlderThan&resourceVersion=1",
        "resourceVersionMatch=Exact&resourceVersion=1",
        "sendInitialEvents=true&resourceVersionMatch=Exact",
        "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&limit=1&continue=x",
        "sendInitialEvents=false&resourceVersionMatch=Sometimes",
        "sendInitialEvents=true",
    ] {
        s.get(format!("{}?watch=true&timeoutSeconds=1&{query}", s.core("configmaps"))).await?.is(422)?;
    }
    Ok(())
}

async fn single_reads_take_versions(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).unrecorded().await?.is(201)?;
    for query in
        ["resourceVersion=0", "resourceVersion=1", "resourceVersion=x", "resourceVersion=0&resourceVersionMatch=Exact"]
    {
        s.until("the cache has seen it", || async {
            let path = format!("{}?resourceVersion=0", s.core("configmaps/a"));
            Ok(s.get(path).unrecorded().await?.status() == 200)
        })
        .await?;
        s.get(format!("{}?{query}", s.core("configmaps/a"))).await?;
    }
    Ok(())
}

async fn deletions_of_collections_take_versions(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).unrecorded().await?.is(201)?;
    for query in ["resourceVersionMatch=Exact", "resourceVersion=0&resourceVersionMatch=Exact", "resourceVersion=x"] {
        s.delete(format!("{}?dryRun=All&{query}", s.core("configmaps"))).await?;
    }
    Ok(())
}
