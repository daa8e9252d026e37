//! Server-side apply of lists, as each schema says: map, set or atomic.

use super::objects::{definition, deployment, pod, service, widget, widget_schema};
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("apply lists":
    finalizers_are_a_set,
    containers_are_keyed_by_name,
    container_ports_are_keyed_by_two_fields,
    environment_keeps_its_order,
    service_ports_are_keyed_by_port_and_protocol,
    arguments_are_atomic,
    tolerations_are_atomic,
    owner_references_are_keyed_by_uid,
    conditions_are_keyed_by_type,
    doubled_keys_are_refused,
    selectors_are_atomic,
    custom_sets_are_merged,
    custom_maps_are_merged_by_their_keys,
    custom_lists_are_atomic_by_default,
    custom_atomic_maps_are_replaced,
    unknown_fields_in_open_objects_are_granular,
    items_of_two_managers_keep_their_places,
    what_is_empty_is_given_up,
);

async fn finalizers_are_a_set(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let body = |finalizers: &[&str]| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "finalizers": finalizers}});
    s.apply(&path, "one", body(&["example.com/a", "example.com/b"])).await?.is(201)?;
    s.apply(&path, "two", body(&["example.com/c", "example.com/a"])).await?.is(200)?;
    s.apply(&path, "one", body(&["example.com/b"])).await?.is(200)?;
    s.apply(&path, "two", body(&[])).await?.is(200)?.has("/metadata/finalizers", json!(["example.com/b"]))?;
    s.apply(&path, "two", body(&["example.com/z", "example.com/z"])).await?;
    Ok(())
}

fn containers(name: &str, containers: Value) -> Value {
    let mut body = deployment(name, 1);
    body["spec"]["template"]["spec"]["containers"] = containers;
    body
}

const AT: [&str; 2] = ["/metadata/managedFields", "/spec/template/spec/containers"];

async fn containers_are_keyed_by_name(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    let item = |name: &str, tag: &str| json!({"name": name, "image": format!("registry.example/{name}:{tag}")});
    let apply = |manager: &str, items: Value| s.apply(&path, manager, containers("a", items)).only_at(&AT);
    apply("one", json!([item("x", "1"), item("y", "1")])).await?.is(201)?;
    apply("two", json!([item("z", "1")])).await?.is(200)?;
    apply("one", json!([item("y", "2")])).await?.is(200)?;
    s.apply(&path, "two", containers("a", json!([item("y", "3")]))).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn container_ports_are_keyed_by_two_fields(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    let body = |ports: Value| containers("a", json!([{"name": "x", "image": "registry.example/x:1", "ports": ports}]));
    let apply = |manager: &str, ports: Value| s.apply(&path, manager, body(ports)).only_at(&AT);
    apply("one", json!([{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP", "name": "dns"}]))
        .await?
        .is(201)?;
    apply("two", json!([{"containerPort": 53, "protocol": "TCP"}])).await?.is(200)?;
    apply("one", json!([{"containerPort": 53, "protocol": "UDP"}])).await?.is(200)?;
    Ok(())
}

async fn environment_keeps_its_order(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    let body = |env: Value| containers("a", json!([{"name": "x", "image": "registry.example/x:1", "env": env}]));
    let apply = |manager: &str, env: Value| s.apply(&path, manager, body(env)).only_at(&AT);
    let var = |name: &str, value: &str| json!({"name": name, "value": value});
    apply("one", json!([var("C", "1"), var("A", "1"), var("B", "1")])).await?.is(201)?;
    apply("one", json!([var("B", "1"), var("C", "2"), var("D", "1"), var("A", "1")])).await?.is(200)?;
    apply("two", json!([var("E", "1"), var("A", "1")])).await?.is(200)?;
    apply("one", json!([var("D", "1")])).await?.is(200)?;
    Ok(())
}

async fn service_ports_are_keyed_by_port_and_protocol(s: &Session<'_>) -> Result<()> {
    let path = s.core("services/a");
    let body = |ports: Value| {
        let mut body = service("a");
        body["spec"]["ports"] = ports;
        body
    };
    s.apply(&path, "one", body(json!([{"name": "http", "port": 80}]))).await?.is(201)?;
    s.apply(&path, "two", body(json!([{"name": "dns", "port": 53, "protocol": "UDP"}]))).await?.is(200)?;
    s.apply(&path, "two", body(json!([{"name": "web", "port": 80}]))).await?.is(409)?;
    s.apply(&path, "one", body(json!([{"name": "https", "port": 443}]))).await?.is(200)?;
    Ok(())
}

async fn arguments_are_atomic(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    let body = |args: Value| containers("a", json!([{"name": "x", "image": "registry.example/x:1", "args": args}]));
    s.apply(&path, "one", body(json!(["a", "b"]))).only_at(&AT).await?.is(201)?;
    s.apply(&path, "two", body(json!(["a", "b"]))).only_at(&AT).await?.is(200)?;
    s.apply(&path, "two", body(json!(["a"]))).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", body(json!(["a"]))).force().only_at(&AT).await?.is(200)?;
    Ok(())
}

async fn tolerations_are_atomic(s: &Session<'_>) -> Result<()> {
    let path = s.apis("apps/v1", "deployments/a");
    let body = |tolerations: Value| {
        let mut body = deployment("a", 1);
        body["spec"]["template"]["spec"]["tolerations"] = tolerations;
        body
    };
    let at = ["/metadata/managedFields", "/spec/template/spec/tolerations"];
    s.apply(&path, "one", body(json!([{"key": "x", "operator": "Exists"}]))).only_at(&at).await?.is(201)?;
    s.apply(&path, "two", body(json!([{"key": "y", "operator": "Exists"}]))).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", body(json!([{"key": "y", "operator": "Exists"}]))).force().only_at(&at).await?.is(200)?;
    Ok(())
}

async fn owner_references_are_keyed_by_uid(s: &Session<'_>) -> Result<()> {
    let path = s.core("configmaps/a");
    let owner = |name: &str, uid: &str| json!({"apiVersion": "v1", "kind": "Pod", "name": name, "uid": uid});
    let body = |owners: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "ownerReferences": owners}});
    s.apply(&path, "one", body(json!([owner("x", "u-1")]))).await?.is(201)?;
    s.apply(&path, "two", body(json!([owner("y", "u-2")]))).await?.is(200)?;
    s.apply(&path, "one", body(json!([]))).await?.is(200)?;
    Ok(())
}

async fn conditions_are_keyed_by_type(s: &Session<'_>) -> Result<()> {
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    let path = s.apis("apps/v1", "deployments/a/status");
    let body = |kind: &str, status: &str| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
               "status": {"conditions": [{"type": kind, "status": status, "reason": "R", "message": "m"}]}})
    };
    let at = ["/metadata/managedFields", "/status"];
    s.apply(&path, "one", body("Ready", "True")).only_at(&at).await?.is(200)?;
    s.apply(&path, "two", body("Healthy", "False")).only_at(&at).await?.is(200)?;
    s.apply(&path, "two", body("Ready", "False")).await?.fails(409, "Conflict")?;
    s.apply(&path, "one", body("Ready", "Unknown")).only_at(&at).await?.is(200)?;
    Ok(())
}

async fn doubled_keys_are_refused(s: &Session<'_>) -> Result<()> {
    let x = json!({"name": "x", "image": "registry.example/x:1"});
    s.apply(s.apis("apps/v1", "deployments/a"), "one", containers("a", json!([x, x]))).only_status().await?;
    let env = json!([{"name": "x", "image": "registry.example/x:1",
                      "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]);
    s.apply(s.apis("apps/v1", "deployments/b"), "one", containers("b", env)).only_status().await?;
    Ok(())
}

async fn selectors_are_atomic(s: &Session<'_>) -> Result<()> {
    let path = s.core("services/a");
    let body = |selector: Value| {
        let mut body = service("a");
        body["spec"]["selector"] = selector;
        body
    };
    s.apply(&path, "one", body(json!({"app": "x"}))).await?.is(201)?;
    s.apply(&path, "two", body(json!({"app": "y"}))).await?.fails(409, "Conflict")?;
    s.apply(&path, "two", body(json!({"tier": "z"}))).force().await?.is(200)?;
    s.post(s.core("pods"), pod("p")).only_status().await?.is(201)?;
    Ok(())
}

fn lists_schema() -> Value {
    let item = json!({
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "zone": {"type": "string", "default": "a"}, "value": {"type": "string"}},
    });
    json!({
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "map": {"type": "array", "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name", "zone"], "items": item},
            "plain": {"type": "array", "items": {"type": "string"}},
            "atom": {"type": "object", "x-kubernetes-map-type": "atomic",
                     "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
            "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        }}},
    })
}

async fn custom(s: &Session<'_>, group: &str) -> Result<String> {
    s.define(definition(group, lists_schema())).await?;
    Ok(s.apis(&format!("{group}/v1"), "widgets/a"))
}

async fn custom_sets_are_merged(s: &Session<'_>) -> Result<()> {
    let group = "sets.example.com";
    let path = custom(s, group).await?;
    s.apply(&path, "one", widget(group, "a", json!({"set": ["x", "y"]}))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", json!({"set": ["z", "x"]}))).await?.is(200)?;
    s.apply(&path, "one", widget(group, "a", json!({"set": ["y"]}))).await?.is(200)?;
    s.apply(&path, "two", widget(group, "a", json!({}))).await?.is(200)?;
    s.apply(&path, "two", widget(group, "a", json!({"set": ["q", "q"]}))).only_status().await?;
    Ok(())
}

async fn custom_maps_are_merged_by_their_keys(s: &Session<'_>) -> Result<()> {
    let group = "maps.example.com";
    let path = custom(s, group).await?;
    let item = |name: &str, value: &str| json!({"name": name, "zone": "a", "value": value});
    s.apply(&path, "one", widget(group, "a", json!({"map": [item("x", "1"), item("y", "1")]}))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", json!({"map": [{"name": "x", "value": "9"}]}))).await?.is(409)?;
    s.apply(&path, "two", widget(group, "a", json!({"map": [{"name": "x", "zone": "b"}]}))).await?.is(200)?;
    s.apply(&path, "one", widget(group, "a", json!({"map": [item("y", "2")]}))).await?.is(200)?;
    Ok(())
}

async fn custom_lists_are_atomic_by_default(s: &Session<'_>) -> Result<()> {
    let group = "plain.example.com";
    let path = custom(s, group).await?;
    s.apply(&path, "one", widget(group, "a", json!({"plain": ["x", "y"]}))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", json!({"plain": ["x"]}))).await?.is(409)?;
    s.apply(&path, "one", widget(group, "a", json!({"plain": []}))).await?.is(200)?;
    Ok(())
}

async fn custom_atomic_maps_are_replaced(s: &Session<'_>) -> Result<()> {
    let group = "atoms.example.com";
    let path = custom(s, group).await?;
    s.apply(&path, "one", widget(group, "a", json!({"atom": {"a": "1"}}))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", json!({"atom": {"b": "2"}}))).await?.is(409)?;
    s.apply(&path, "two", widget(group, "a", json!({"atom": {"b": "2"}}))).force().await?.is(200)?;
    Ok(())
}

async fn unknown_fields_in_open_objects_are_granular(s: &Session<'_>) -> Result<()> {
    let group = "open.example.com";
    let path = custom(s, group).await?;
    s.apply(&path, "one", widget(group, "a", json!({"open": {"a": {"b": 1}, "list": [1, 2]}}))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", json!({"open": {"a": {"c": 2}}}))).await?.is(200)?;
    s.apply(&path, "two", widget(group, "a", json!({"open": {"list": [3]}}))).await?.is(409)?;
    s.apply(&path, "one", widget(group, "a", json!({"labels": {"x": "1"}}))).await?.is(200)?;
    Ok(())
}

async fn items_of_two_managers_keep_their_places(s: &Session<'_>) -> Result<()> {
    let group = "places.example.com";
    let path = custom(s, group).await?;
    let items = |names: &[&str]| {
        let items: Vec<Value> = names.iter().map(|name| json!({"name": name, "zone": "a"})).collect();
        json!({"map": items, "set": names})
    };
    s.apply(&path, "one", widget(group, "a", items(&["c", "a", "e"]))).await?.is(201)?;
    s.apply(&path, "two", widget(group, "a", items(&["b", "a", "d"]))).await?.is(200)?;
    s.apply(&path, "one", widget(group, "a", items(&["e", "f", "c"]))).await?.is(200)?;
    Ok(())
}

/// An owner of an empty map, beside an applier that comes with an empty list and goes again.
async fn what_is_empty_is_given_up(s: &Session<'_>) -> Result<()> {
    let group = "emptied.example.com";
    let item = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    let inner = json!({"type": "object", "properties": {
        "word": {"type": "string", "default": "filled in"}, "other": {"type": "string"},
        "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item}}});
    let outer = json!({"type": "object", "properties": {"inner": inner}});
    s.define(definition(group, widget_schema(json!({"size": {"type": "integer"}, "outer": outer})))).await?;
    for (name, first, second) in [
        ("a", json!({}), json!({"items": []})),
        ("b", json!({}), json!({"items": [{"name": "x"}]})),
        ("c", json!({"items": []}), json!({"other": "word"})),
        ("d", json!({"other": "word"}), json!({"items": []})),
        ("e", json!({"items": []}), json!({"items": []})),
        ("f", json!({}), json!({})),
    ] {
        let path = s.apis(&format!("{group}/v1"), &format!("widgets/{name}"));
        let with = |inner: &Value, size: u32| widget(group, name, json!({"size": size, "outer": {"inner": inner}}));
        let mut one = with(&first, 1);
        one["spec"].as_object_mut().map(|spec| spec.remove("size"));
        s.apply(&path, "one", one.clone()).await?.is(201)?;
        s.apply(&path, "two", with(&second, 2)).await?.is(200)?;
        s.apply(&path, "two", widget(group, name, json!({}))).await?.is(200)?;
        s.apply(&path, "two", with(&second, 2)).await?.is(200)?;
        s.apply(&path, "one", widget(group, name, json!({}))).await?.is(200)?;
        s.apply(&path, "two", widget(group, name, json!({"size": 3}))).await?.is(200)?;
        s.get(&path).await?.is(200)?;
    }
    let path = s.apis("apps/v1", "deployments/a");
    let tolerant = |tolerations: Value| {
        let mut object = deployment("a", 1);
        object["spec"]["template"]["spec"]["tolerations"] = tolerations;
        object["spec"]["template"]["spec"]["securityContext"] = json!({});
        object
    };
    s.apply(&path, "one", tolerant(json!([])))
        .only_at(&["/spec/template", "/metadata/managedFields"])
        .await?
        .is(201)?;
    let mut other = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}});
    other["spec"]["template"]["spec"]["securityContext"] = json!({"sysctls": []});
    other["spec"]["paused"] = true.into();
    s.apply(&path, "two", other.clone()).only_at(&["/spec/template", "/metadata/managedFields"]).await?.is(200)?;
    other.as_object_mut().map(|other| other.remove("spec"));
    s.apply(&path, "two", other).only_at(&["/spec/template", "/metadata/managedFields"]).await?.is(200)?;
    Ok(())
}
