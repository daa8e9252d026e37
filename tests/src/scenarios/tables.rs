//! How objects are shown to people: tables, how much is in them, and the columns of custom resources.

use super::objects::{config_map, definition, deployment, pod, secret, widget, widget_schema};
use crate::session::{Call, Session};
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("tables":
    lists_and_objects_are_shown_as_tables,
    tables_of_the_first_version_are_served,
    rows_carry_as_much_of_the_object_as_is_asked_for,
    tables_that_do_not_exist_are_passed_over,
    pages_of_a_table_go_on,
    every_kind_has_its_columns,
    definitions_are_shown_with_their_time,
    columns_of_custom_resources_are_paths,
    custom_resources_without_columns_have_an_age,
    each_version_has_its_own_columns,
    deprecated_versions_warn_beside_their_tables,
    a_column_that_cannot_be_read_ends_the_table,
    watches_deliver_tables_with_one_head,
    the_end_of_the_initial_tables_is_marked,
    writes_are_answered_with_tables,
    scales_are_shown_as_tables,
);

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
/// What kubectl sends.
const KUBECTL: &str =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// Rows without their objects: cells are what is compared.
pub(super) fn cells<'a>(s: &'a Session<'a>, path: &str) -> Call<'a> {
    s.get(path).accept(TABLE).query("includeObject", "None")
}

/// Creates an object and gives it a status.
pub(super) async fn with_status(s: &Session<'_>, collection: &str, object: Value, status: Value) -> Result<()> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    s.post(collection, object).only_status().await?.is(201)?;
    let patch = json!({"status": status});
    s.merge_patch(format!("{collection}/{name}/status"), patch).only_status().await?.is(200)?;
    Ok(())
}

async fn lists_and_objects_are_shown_as_tables(s: &Session<'_>) -> Result<()> {
    cells(s, &s.core("configmaps")).await?.is(200)?.has("/kind", "Table")?.has("/rows", json!([]))?;
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.get(s.core("configmaps")).accept(KUBECTL).await?.is(200)?.has("/rows/0/cells/0", "a")?;
    s.get(s.core("configmaps/b")).accept(KUBECTL).await?.is(200)?.has("/rows/0/cells/1", 1)?;
    s.get(s.core("configmaps/none")).accept(KUBECTL).await?.is(404)?.has("/kind", "Status")?;
    Ok(())
}

async fn tables_of_the_first_version_are_served(s: &Session<'_>) -> Result<()> {
    const FIRST: &str = "application/json;as=Table;v=v1beta1;g=meta.k8s.io";
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let reply = s.get(s.core("configmaps")).accept(FIRST).await?.is(200)?;
    reply.has("/apiVersion", "meta.k8s.io/v1beta1")?.has("/rows/0/object/apiVersion", "meta.k8s.io/v1beta1")?;
    s.get(s.core("configmaps/a")).accept(FIRST).await?.is(200)?;
    Ok(())
}

async fn rows_carry_as_much_of_the_object_as_is_asked_for(s: &Session<'_>) -> Result<()> {
    s.post(s.core("secrets"), secret("a")).await?.is(201)?;
    for include in ["None", "Metadata", "Object", ""] {
        s.get(s.core("secrets")).accept(TABLE).query("includeObject", include).await?.is(200)?;
        s.get(s.core("secrets/a")).accept(TABLE).query("includeObject", include).await?.is(200)?;
    }
    for path in ["secrets", "secrets/a"] {
        let reply = s.get(s.core(path)).accept(TABLE).query("includeObject", "All").await?.is(400)?;
        reply.says("Unable to convert to Table as requested")?;
    }
    Ok(())
}

async fn tables_that_do_not_exist_are_passed_over(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.get(&path).accept("application/json;as=Table;v=v2;g=meta.k8s.io").only_status().await?.is(406)?;
    s.get(&path).accept("application/json;as=Table;v=v1;g=other.example.com").only_status().await?.is(406)?;
    s.get(&path).accept("application/json;as=Table;v=v1;g=other.example.com,application/json").await?.is(200)?;
    Ok(())
}

async fn pages_of_a_table_go_on(s: &Session<'_>) -> Result<()> {
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).await?.is(201)?;
    }
    let first = cells(s, &s.core("configmaps")).query("limit", 2).await?.is(200)?;
    let token = first.text_at("/metadata/continue")?;
    cells(s, &s.core("configmaps")).query("limit", 2).query("continue", token).await?.is(200)?;
    Ok(())
}

async fn every_kind_has_its_columns(s: &Session<'_>) -> Result<()> {
    let core = [
        "configmaps",
        "endpoints",
        "events",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "podtemplates",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    ];
    let groups = [
        ("apps/v1", &["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"][..]),
        ("autoscaling/v2", &["horizontalpodautoscalers"]),
        ("autoscaling/v1", &["horizontalpodautoscalers"]),
        ("batch/v1", &["cronjobs", "jobs"]),
        ("certificates.k8s.io/v1", &["certificatesigningrequests"]),
        ("networking.k8s.io/v1", &["ingresses", "ingressclasses", "networkpolicies", "ipaddresses", "servicecidrs"]),
        ("policy/v1", &["poddisruptionbudgets"]),
        ("rbac.authorization.k8s.io/v1", &["clusterroles", "clusterrolebindings", "roles", "rolebindings"]),
        (
            "storage.k8s.io/v1",
            &["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
        ),
        ("coordination.k8s.io/v1", &["leases"]),
        ("events.k8s.io/v1", &["events"]),
        ("scheduling.k8s.io/v1", &["priorityclasses"]),
        ("node.k8s.io/v1", &["runtimeclasses"]),
        ("discovery.k8s.io/v1", &["endpointslices"]),
        ("flowcontrol.apiserver.k8s.io/v1", &["flowschemas", "prioritylevelconfigurations"]),
        (
            "admissionregistration.k8s.io/v1",
            &[
                "mutatingwebhookconfigurations",
                "validatingwebhookconfigurations",
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
            ],
        ),
        ("apiextensions.k8s.io/v1", &["customresourcedefinitions"]),
    ];
    let mut paths: Vec<String> = core.iter().map(|name| format!("/api/v1/{name}")).collect();
    for (group, names) in groups {
        paths.extend(names.iter().map(|name| format!("/apis/{group}/{name}")));
    }
    for path in paths {
        cells(s, &path).query("limit", 1).only_at(&["/kind", "/columnDefinitions"]).await?.is(200)?;
    }
    Ok(())
}

async fn definitions_are_shown_with_their_time(s: &Session<'_>) -> Result<()> {
    let group = "timed.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    cells(s, &format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{group}")).await?.is(200)?;
    Ok(())
}

/// A definition whose only version has these columns.
fn with_columns(group: &str, columns: Value) -> Value {
    let mut crd = definition(group, json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}));
    crd["spec"]["versions"][0]["additionalPrinterColumns"] = columns;
    crd
}

async fn columns_of_custom_resources_are_paths(s: &Session<'_>) -> Result<()> {
    let group = "columns.example.com";
    let column = |name: &str, of: &str, path: &str| json!({"name": name, "type": of, "jsonPath": path});
    let mut described = column("Color", "string", ".spec.color");
    described["description"] = json!("What it looks like.");
    described["priority"] = json!(1);
    let mut sized = column("Size", "integer", ".spec.size");
    sized["format"] = json!("int32");
    s.define(with_columns(
        group,
        json!([
            described,
            sized,
            column("Ratio", "number", ".spec.ratio"),
            column("Ratio text", "string", ".spec.ratio"),
            column("On", "boolean", ".spec.on"),
            column("When", "date", ".spec.when"),
            column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
            column("Heavy", "string", ".status.conditions[?(@.weight>3)].type"),
            column("First", "string", ".spec.tags[0]"),
            column("Last", "string", ".spec.tags[-1]"),
            column("Tags", "string", ".spec.tags"),
            column("Each", "string", ".spec.tags[*]"),
            column("Map", "string", ".spec.map"),
            column("Dotted", "string", ".metadata.labels['example\\.com/a']"),
            column("Deep", "string", ".spec..inner"),
            column("Born", "date", ".metadata.creationTimestamp"),
        ]),
    ))
    .await?;
    let version = format!("{group}/v1");
    let widgets = s.apis(&version, "widgets");
    let mut full = widget(
        group,
        "full",
        json!({
            "color": "red", "size": 3, "ratio": 1.5, "on": true, "when": "2001-02-03T04:05:06Z",
            "tags": ["a", "b", "c"], "map": {"b": "<x>", "a": 1, "inner": "deep"},
        }),
    );
    full["metadata"]["labels"] = json!({"example.com/a": "label"});
    full["status"] = json!({"conditions": [
        {"type": "Ready", "status": "True", "weight": 2}, {"type": "Synced", "status": "False", "weight": 5},
    ]});
    s.post(&widgets, full).only_status().await?.is(201)?;
    let odd = json!({
        "color": 7, "size": "three", "ratio": 2, "on": "yes", "when": "yesterday", "tags": [], "map": null,
    });
    s.post(&widgets, widget(group, "odd", odd)).only_status().await?.is(201)?;
    let floats = json!({"color": true, "size": 2.9, "ratio": 1e21, "when": 5, "tags": "text"});
    s.post(&widgets, widget(group, "other", floats)).only_status().await?.is(201)?;
    s.post(&widgets, widget(group, "void", json!({}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?;
    s.get(format!("{widgets}/full")).accept(KUBECTL).query("includeObject", "Object").await?.is(200)?;
    s.get(format!("{widgets}/void")).accept(KUBECTL).await?.is(200)?;
    Ok(())
}

async fn custom_resources_without_columns_have_an_age(s: &Session<'_>) -> Result<()> {
    let group = "columnless.example.com";
    s.define(definition(group, widget_schema(json!({})))).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    cells(s, &widgets).await?.is(200)?.has("/rows", json!([]))?;
    s.post(&widgets, widget(group, "a", json!({}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?.has("/columnDefinitions/1/name", "Age")?;
    Ok(())
}

async fn each_version_has_its_own_columns(s: &Session<'_>) -> Result<()> {
    let group = "versioned-columns.example.com";
    let mut crd = with_columns(group, json!([{"name": "Kind of", "type": "string", "jsonPath": ".kind"}]));
    let mut second = crd["spec"]["versions"][0].clone();
    second["name"] = json!("v2");
    second["storage"] = json!(false);
    second["additionalPrinterColumns"] = json!([{"name": "Version", "type": "string", "jsonPath": ".apiVersion"}]);
    if let Some(versions) = crd["spec"]["versions"].as_array_mut() {
        versions.push(second);
    }
    s.define(crd).await?;
    s.post(s.apis(&format!("{group}/v1"), "widgets"), widget(group, "a", json!({}))).only_status().await?.is(201)?;
    for version in ["v1", "v2"] {
        cells(s, &s.apis(&format!("{group}/{version}"), "widgets")).await?.is(200)?;
    }
    Ok(())
}

async fn deprecated_versions_warn_beside_their_tables(s: &Session<'_>) -> Result<()> {
    let group = "deprecated-columns.example.com";
    let mut crd = with_columns(group, json!([{"name": "Kind of", "type": "string", "jsonPath": ".kind"}]));
    crd["spec"]["versions"][0]["deprecated"] = json!(true);
    s.define(crd).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({}))).only_at(&["/kind"]).await?.is(201)?;
    s.post(&widgets, widget(group, "a", json!({}))).await?.is(409)?;
    cells(s, &widgets).await?.is(200)?;
    cells(s, &format!("{widgets}/a")).await?.is(200)?;
    s.get(format!("{widgets}/none")).await?.is(404)?;
    s.delete(format!("{widgets}/a")).only_at(&["/kind"]).await?.is(200)?;
    Ok(())
}

async fn a_column_that_cannot_be_read_ends_the_table(s: &Session<'_>) -> Result<()> {
    let group = "broken-columns.example.com";
    let column = |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path});
    s.define(with_columns(group, json!([column("A", ".spec.a"), column("B", ".spec.b["), column("C", ".spec.c")])))
        .await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({"a": "x", "c": "y"}))).only_status().await?.is(201)?;
    cells(s, &widgets).await?.is(200)?;
    Ok(())
}

async fn watches_deliver_tables_with_one_head(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    s.post(&path, config_map("b")).await?.is(201)?;
    let mut watch = s.watch_as(&format!("{path}?includeObject=Object"), TABLE).await?;
    watch.take(2).await?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"more": "x"}})).await?.is(200)?;
    s.delete(s.core("configmaps/b")).await?.is(200)?;
    watch.take(2).await?;
    Ok(())
}

async fn the_end_of_the_initial_tables_is_marked(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).await?.is(201)?;
    let initial = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    for include in ["None", "Metadata"] {
        let mut watch = s.watch_as(&format!("{path}?includeObject={include}&{initial}"), TABLE).await?;
        watch.take(2).await?;
    }
    Ok(())
}

async fn writes_are_answered_with_tables(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps");
    s.post(&path, config_map("a")).accept(TABLE).await?.is(201)?.has("/kind", "Table")?;
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"b": "c"}})).accept(TABLE).await?.is(200)?;
    s.post(&path, config_map("a")).accept(TABLE).await?.is(409)?;
    s.delete(s.core("configmaps/a")).accept(TABLE).await?.is(200)?;
    s.post(s.core("pods"), pod("a")).accept(TABLE).await?.is(201)?;
    s.delete(s.core("pods/a")).accept(TABLE).query("includeObject", "None").await?.is(200)?;
    Ok(())
}

async fn scales_are_shown_as_tables(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 2)).only_status().await?.is(201)?;
    for include in ["None", "Metadata", "Object"] {
        s.get(s.apis("apps/v1", "deployments/a/scale")).accept(TABLE).query("includeObject", include).await?.is(200)?;
    }
    let group = "scaled-columns.example.com";
    let mut crd = with_columns(group, json!([]));
    crd["spec"]["versions"][0]["subresources"] =
        json!({"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}});
    s.define(crd).await?;
    let widgets = s.apis(&format!("{group}/v1"), "widgets");
    s.post(&widgets, widget(group, "a", json!({"replicas": 3}))).only_status().await?.is(201)?;
    cells(s, &format!("{widgets}/a/scale")).await?.is(200)?;
    Ok(())
}
