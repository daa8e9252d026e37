//! Answers with metadata only, and what is acceptable.

use super::objects::{config_map, definition, deployment, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("metadata":
    one_object_is_read_as_metadata,
    a_list_is_read_as_metadata,
    a_custom_list_is_read_as_metadata,
    writes_answer_with_metadata,
    the_first_acceptable_type_is_taken,
    what_cannot_be_written_is_not_acceptable,
    empty_metadata_of_a_custom_object,
    empty_metadata_of_a_built_in_object,
);

const ONE: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

async fn one_object_is_read_as_metadata(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps/a")).accept(ONE).await?.is(200)?.has("/kind", "PartialObjectMetadata")?.lacks("/data")?;
    s.get(s.core("configmaps/absent")).accept(ONE).await?.fails(404, "NotFound")?;
    Ok(())
}

async fn a_list_is_read_as_metadata(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    let list = s.get(s.core("configmaps")).accept(LIST).await?.is(200)?;
    list.has("/kind", "PartialObjectMetadataList")?.lacks("/items/0/data")?.lists(&["a", "b", "c"])?;
    s.get(s.core("configmaps")).query("limit", 1).accept(LIST).await?.is(200)?.lists(&["a"])?;
    Ok(())
}

async fn a_custom_list_is_read_as_metadata(s: &Session<'_>) -> Result<()> {
    let group = "metadata.example.com";
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}})))).await?;
    let path = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&path, widget(group, "a", json!({"size": 1}))).await?.is(201)?;
    s.get(&path).accept(LIST).await?.is(200)?.lists(&["a"])?.lacks("/items/0/spec")?;
    s.get(format!("{path}/a")).accept(ONE).await?.is(200)?.lacks("/spec")?;
    Ok(())
}

async fn writes_answer_with_metadata(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).accept(ONE).await?.is(201)?.lacks("/data")?;
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"labels": {"x": "y"}}}))
        .accept(ONE)
        .await?
        .is(200)?
        .has("/kind", "PartialObjectMetadata")?;
    s.apply(s.apis("apps/v1", "deployments/a"), "one", deployment("a", 1))
        .accept(ONE)
        .await?
        .is(201)?
        .lacks("/spec")?;
    s.delete(s.core("configmaps/a")).accept(ONE).await?.is(200)?;
    Ok(())
}

async fn the_first_acceptable_type_is_taken(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps/a")).accept("text/html, application/json").await?.is(200)?;
    s.get(s.core("configmaps/a")).accept("*/*").await?.is(200)?;
    s.get(s.core("configmaps/a")).accept("application/*").await?.is(406)?;
    s.get(s.core("configmaps/a"))
        .accept("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json")
        .await?
        .is(200)?;
    Ok(())
}

async fn what_cannot_be_written_is_not_acceptable(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps/a")).accept("text/html").await?.is(406)?;
    s.get(s.core("configmaps")).accept("image/png").await?.is(406)?;
    s.get(s.core("configmaps/a")).accept("application/json;as=Nonsense;g=meta.k8s.io;v=v1").await?.is(406)?;
    Ok(())
}

/// Every way in which an empty map can get into an object's metadata, and every way to look at it.
async fn empty_metadata(s: &Session<'_>, plural: &str, object: &(dyn Fn(&str) -> Value + Sync)) -> Result<()> {
    let empty = json!({"labels": {}, "annotations": {}, "finalizers": [], "ownerReferences": []});
    let with = |name: &str, metadata: &Value| {
        let mut object = object(name);
        for (key, value) in metadata.as_object().into_iter().flatten() {
            object["metadata"][key] = value.clone();
        }
        object
    };
    s.post(plural, with("a", &empty)).await?.is(201)?;
    let path = format!("{plural}/a");
    s.get(&path).await?.is(200)?;
    let mut watch = s.watch(&format!("{plural}?fieldSelector=metadata.name%3Da")).await?;
    watch.next().await?;
    s.put(&path, with("a", &empty)).await?;
    s.merge_patch(&path, json!({"metadata": empty.clone()})).await?.is(200)?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"a": "1"}, "finalizers": ["example.com/a"]}}))
        .await?
        .is(200)?;
    watch.next().await?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"a": null}, "finalizers": []}})).await?.is(200)?;
    watch.next().await?;
    s.get(&path).await?.is(200)?;
    for subresource in ["", "/status"] {
        s.apply(format!("{path}{subresource}"), "one", with("a", &empty)).force().await?;
        s.get(&path).await?.is(200)?;
        s.get(plural).await?.is(200)?;
        s.apply(format!("{path}{subresource}"), "one", with("a", &empty)).force().await?;
        s.get(&path).await?.is(200)?;
        s.apply(format!("{path}{subresource}"), "two", with("a", &json!({"labels": {}}))).force().await?;
        s.get(&path).await?.is(200)?;
    }
    s.merge_patch(&path, json!({"metadata": {"annotations": {"x": "y"}}})).await?.is(200)?;
    s.get(&path).await?.is(200)?;
    s.apply(&path, "one", with("a", &json!({"labels": {"b": "2"}}))).force().await?.is(200)?;
    s.apply(&path, "one", with("a", &json!({"labels": {}}))).force().await?.is(200)?;
    s.get(&path).await?.is(200)?;
    s.apply(&path, "one", with("a", &json!({}))).force().await?.is(200)?;
    s.get(&path).await?.is(200)?;
    s.apply(format!("{plural}/b"), "one", with("b", &empty)).await?.is(201)?;
    s.get(format!("{plural}/b")).await?.is(200)?;
    s.apply(format!("{plural}/b"), "one", with("b", &empty)).dry_run().await?.is(200)?;
    s.merge_patch(format!("{plural}/b"), json!({"metadata": {"annotations": {"x": "y"}}})).await?.is(200)?;
    s.delete(format!("{plural}/b")).await?.is(200)?;
    Ok(())
}

async fn empty_metadata_of_a_custom_object(s: &Session<'_>) -> Result<()> {
    let group = "emptymetadata.example.com";
    let mut definition = definition(group, widget_schema(json!({"size": {"type": "integer"}})));
    definition["spec"]["versions"][0]["subresources"] = json!({"status": {}});
    s.define(definition).await?;
    let plural = s.apis(&format!("{group}/v1"), "widgets");
    empty_metadata(s, &plural, &|name| widget(group, name, json!({"size": 1}))).await
}

async fn empty_metadata_of_a_built_in_object(s: &Session<'_>) -> Result<()> {
    empty_metadata(s, &s.core("configmaps"), &config_map).await
}
