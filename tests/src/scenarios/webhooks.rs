//! Admission webhooks: who is asked what, and what follows from the answers.

mod hook_server;

use super::objects::{config_map, pod};
use crate::session::Session;
use anyhow::Result;
use hook_server::{Answer, HookServer, patch};
use http::Method;
use serde_json::{Value, json};

crate::scenarios!("webhooks":
    validating_webhooks_see_every_write,
    a_denial_is_told_in_the_words_of_the_webhook,
    mutating_webhooks_change_what_is_stored,
    webhooks_are_asked_again_if_others_change_the_object,
    generated_names_are_seen_by_validating_webhooks_only,
    dry_runs_need_webhooks_without_side_effects,
    failures_are_decided_by_policy,
    broken_answers_are_failures,
    selectors_and_scopes_choose,
    subresources_are_chosen_by_name,
    other_versions_are_equivalent,
    collections_are_asked_one_by_one,
    a_refused_write_leaves_nothing,
    webhooks_cannot_move_what_is_created,
    patches_and_warnings_of_webhooks_have_an_end,
    conditions_choose,
    a_condition_that_fails_is_judged_by_policy,
    conditions_are_checked_when_they_are_written,
);

const VALIDATING: &str = "ValidatingWebhookConfiguration";
const MUTATING: &str = "MutatingWebhookConfiguration";

fn label(name: &str, value: &str) -> Value {
    patch(json!([{"op": "add", "path": "/metadata/labels", "value": {name: value}}]))
}

async fn validating_webhooks_see_every_write(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let all = hooks.hook(s, "/all", &["*"], &["configmaps"]);
    hooks.register(s, VALIDATING, "all", vec![all]).await?;
    let path = s.core("configmaps/a");
    s.post(s.core("configmaps"), config_map("a")).query("fieldManager", "me").await?.is(201)?;
    hooks.note_reviews(s, "create");
    let mut live = s.get(&path).await?.body().clone();
    live["data"] = json!({"changed": "yes"});
    s.put(&path, live).query("fieldValidation", "Strict").await?.is(200)?;
    hooks.note_reviews(s, "update");
    s.merge_patch(&path, json!({"data": {"more": "yes"}})).await?.is(200)?;
    hooks.note_reviews(s, "patch");
    s.apply(&path, "applier", json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"applied": "yes"}})).await?;
    hooks.note_reviews(s, "apply");
    let created = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}});
    s.apply(s.core("configmaps/b"), "applier", created).await?.is(201)?;
    hooks.note_reviews(s, "apply that creates");
    s.merge_patch(&path, json!({"data": {"dry": "yes"}})).dry_run().await?.is(200)?;
    hooks.note_reviews(s, "dry run");
    s.call(Method::DELETE, &path).query("propagationPolicy", "Background").await?.is(200)?;
    hooks.note_reviews(s, "delete");
    hooks.end(s).await
}

async fn a_denial_is_told_in_the_words_of_the_webhook(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let hook = hooks.hook(s, "/deny", &["CREATE"], &["configmaps"]);
    hooks.register(s, VALIDATING, "deny", vec![hook]).await?;
    for response in [
        json!({"allowed": false}),
        json!({"allowed": false, "status": {"message": "not today"}}),
        json!({"allowed": false, "status": {"reason": "NotToday"}}),
        json!({"allowed": false, "status": {"message": "gone", "code": 410, "reason": "Gone"}}),
        json!({"allowed": false, "status": {"message": "fine", "code": 200, "status": "Success"}}),
        json!({"allowed": false, "status": {
            "message": "bad fields", "code": 422, "reason": "Invalid",
            "details": {"name": "x", "kind": "Thing", "causes": [{"reason": "R", "message": "m", "field": "f"}]},
        }}),
        json!({"allowed": false, "warnings": ["first", "second"], "status": {"message": "warned"}}),
        json!({"allowed": true, "warnings": ["only \"this\"", "only \"this\""]}),
    ] {
        hooks.always("/deny", response);
        s.post(s.core("configmaps"), config_map("a")).await?;
    }
    hooks.end(s).await
}

async fn mutating_webhooks_change_what_is_stored(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let first = hooks.hook(s, "/first", &["*"], &["configmaps", "pods"]);
    let second = hooks.hook(s, "/second", &["*"], &["configmaps", "pods"]);
    hooks.register(s, MUTATING, "b", vec![first]).await?;
    hooks.register(s, MUTATING, "a", vec![second]).await?;
    hooks.always("/first", patch(json!([{"op": "add", "path": "/metadata/annotations", "value": {"first": "yes"}}])));
    hooks.always("/second", label("second", "yes"));
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?.has("/metadata/labels/second", "yes")?;
    hooks.note_reviews(s, "create");
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"more": "yes"}})).await?.is(200)?;
    hooks.note_reviews(s, "patch");
    // What a webhook adds gets its defaults.
    let port = json!([{"op": "add", "path": "/spec/containers/0/ports", "value": [{"containerPort": 80}]}]);
    hooks.always("/first", patch(port));
    s.post(s.core("pods"), pod("a")).await?.is(201)?.has("/spec/containers/0/ports/0/protocol", "TCP")?;
    hooks.always("/first", json!({"allowed": true}));
    for operations in [
        json!([{"op": "remove", "path": "/absent"}]),
        json!([{"op": "remove", "path": "/absent/deeper"}]),
        json!([{"op": "add", "path": "/absent/deeper", "value": 1}]),
        json!([{"op": "test", "path": "/kind", "value": "Other"}]),
        json!([]),
        json!([{"op": "add", "path": "/data", "value": {"k": 1}}]),
        json!([{"op": "add", "path": "/data/UPPER case", "value": "1"}]),
        json!([{"op": "add", "path": "/unknown", "value": 1}]),
    ] {
        hooks.always("/second", patch(operations));
        s.post(s.core("configmaps"), config_map("b")).dry_run().await?;
    }
    hooks.always("/second", json!({"allowed": false, "status": {"message": "mutating webhooks deny too"}}));
    s.post(s.core("configmaps"), config_map("b")).await?.is(400)?;
    hooks.always("/second", label("second", "yes"));
    s.delete(s.core("configmaps/a")).await?;
    hooks.end(s).await
}

async fn webhooks_are_asked_again_if_others_change_the_object(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let mut again = hooks.hook(s, "/again", &["CREATE"], &["configmaps"]);
    again["reinvocationPolicy"] = json!("IfNeeded");
    let never = hooks.hook(s, "/never", &["CREATE"], &["configmaps"]);
    let changing = hooks.hook(s, "/changing", &["CREATE"], &["configmaps"]);
    hooks.register(s, MUTATING, "all", vec![again, never, changing]).await?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    hooks.note_counts(s, "nobody changes anything");
    hooks.always("/changing", label("changed", "yes"));
    s.post(s.core("configmaps"), config_map("b")).await?.is(201)?;
    hooks.note_reviews(s, "the last one changes something");
    hooks.say("/again", |review| {
        let seen = review["request"]["object"]["metadata"]["labels"]["changed"].is_string();
        let name = if seen { "second" } else { "first" };
        Answer::Review(patch(json!([{"op": "add", "path": "/metadata/annotations", "value": {name: "yes"}}])))
    });
    s.post(s.core("configmaps"), config_map("c")).await?.is(201)?;
    hooks.note_counts(s, "both change something");
    hooks.end(s).await
}

async fn generated_names_are_seen_by_validating_webhooks_only(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let mutate = hooks.hook(s, "/mutate", &["CREATE"], &["configmaps"]);
    let validate = hooks.hook(s, "/validate", &["CREATE"], &["configmaps"]);
    hooks.register(s, MUTATING, "m", vec![mutate]).await?;
    hooks.register(s, VALIDATING, "v", vec![validate]).await?;
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "made-"}});
    s.post(s.core("configmaps"), object).await?.is(201)?;
    hooks.note_reviews(s, "create");
    hooks.end(s).await
}

async fn dry_runs_need_webhooks_without_side_effects(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    for (kind, effects) in [(VALIDATING, "None"), (VALIDATING, "NoneOnDryRun"), (MUTATING, "NoneOnDryRun")] {
        let name = format!("{}-{}", kind.to_lowercase(), effects.to_lowercase());
        let mut hook = hooks.hook(s, &format!("/{name}"), &["CREATE"], &["configmaps"]);
        hook["sideEffects"] = json!(effects);
        hooks.register(s, kind, &name, vec![hook]).await?;
        s.post(s.core("configmaps"), config_map("a")).dry_run().await?.is(201)?;
    }
    hooks.note_counts(s, "dry runs");
    hooks.end(s).await
}

async fn failures_are_decided_by_policy(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    // Nobody listens on port 1.
    let mut hook = hooks.hook(s, "/fail", &["CREATE"], &["configmaps"]);
    hook["clientConfig"]["url"] = json!("https://127.0.0.1:1/fail");
    hook["objectSelector"] = json!({"matchLabels": {"policy": "fail"}});
    let mut ignored = hook.clone();
    ignored["name"] = json!("ignored.example.com");
    ignored["failurePolicy"] = json!("Ignore");
    ignored["objectSelector"] = json!({"matchLabels": {"policy": "ignore"}});
    let mut untrusted = hooks.hook(s, "/untrusted", &["CREATE"], &["configmaps"]);
    untrusted["clientConfig"]["caBundle"] = base64_of(&testkit::pki::Ca::new("others").pem());
    untrusted["objectSelector"] = json!({"matchLabels": {"policy": "untrusted"}});
    untrusted["timeoutSeconds"] = json!(3);
    let all = vec![hook, ignored, untrusted];
    hooks.register(s, VALIDATING, "v", all.clone()).await?;
    let labelled = |policy: &str| {
        let mut map = config_map(policy);
        map["metadata"]["labels"] = json!({"policy": policy});
        map
    };
    s.post(s.core("configmaps"), labelled("fail")).await?.is(500)?;
    s.post(s.core("configmaps"), labelled("ignore")).await?.is(201)?;
    let reply = s.post(s.core("configmaps"), labelled("untrusted")).only_status().await?.is(500)?;
    hooks.note_message(s, "message", &reply.text_at("/message")?);
    hooks.register(s, MUTATING, "m", all).await?;
    s.post(s.core("configmaps"), labelled("fail")).await?.is(500)?;
    hooks.end(s).await
}

fn base64_of(text: &str) -> Value {
    use base64::Engine as _;
    json!(base64::engine::general_purpose::STANDARD.encode(text))
}

async fn broken_answers_are_failures(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let validate = hooks.hook(s, "/v", &["CREATE"], &["configmaps"]);
    hooks.register(s, VALIDATING, "v", vec![validate]).await?;
    let other = |code: u16, kind: &'static str, body: &str| {
        let body = body.to_owned();
        move |_: &Value| Answer::Other(code, kind, body.clone())
    };
    hooks.always("/v", json!({"allowed": true, "uid": "another"}));
    s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    hooks.always("/v", patch(json!([{"op": "remove", "path": "/data"}])));
    s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    hooks.always("/v", json!({"allowed": true, "patchType": "JSONPatch"}));
    s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    let review = |version: &str| json!({"apiVersion": version, "kind": "AdmissionReview"}).to_string();
    for (code, kind, body) in [
        (404, "text/plain", "nothing here".to_owned()),
        (500, "text/plain", "it broke".to_owned()),
        (500, "application/json", "{}".to_owned()),
        (503, "text/plain", "busy".to_owned()),
        (403, "text/plain", "go away".to_owned()),
        (401, "text/plain", "who".to_owned()),
        (418, "text/plain", "a teapot".to_owned()),
        (200, "application/json", review("admission.k8s.io/v1")),
        (200, "application/json", "{}".to_owned()),
        (200, "application/json", "<html>".to_owned()),
    ] {
        hooks.say("/v", other(code, kind, &body));
        s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    }
    hooks.end(s).await?;

    let hooks = HookServer::start().await;
    let mutate = hooks.hook(s, "/m", &["CREATE"], &["configmaps"]);
    hooks.register(s, MUTATING, "m", vec![mutate]).await?;
    let mut untyped = patch(json!([{"op": "remove", "path": "/data"}]));
    untyped["patchType"] = Value::Null;
    let mut mistyped = patch(json!([{"op": "remove", "path": "/data"}]));
    mistyped["patchType"] = json!("MergePatch");
    for response in [untyped, mistyped, json!({"allowed": true, "patchType": "JSONPatch"}), patch(json!({"op": "add"}))]
    {
        hooks.always("/m", response);
        s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    }
    hooks.end(s).await
}

async fn selectors_and_scopes_choose(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let labelled = hooks.hook(s, "/labelled", &["*"], &["configmaps"]);
    let labelled = with(
        labelled,
        "objectSelector",
        json!({"matchExpressions": [
            {"key": "colour", "operator": "In", "values": ["red", "green"]},
            {"key": "hidden", "operator": "DoesNotExist"},
        ]}),
    );
    let elsewhere = hooks.hook(s, "/elsewhere", &["*"], &["*"]);
    let elsewhere =
        with(elsewhere, "namespaceSelector", json!({"matchLabels": {"kubernetes.io/metadata.name": "absent"}}));
    let mut namespaced = hooks.hook(s, "/namespaced", &["*"], &["*/*"]);
    namespaced["rules"][0]["scope"] = json!("Namespaced");
    let mut cluster = hooks.hook(s, "/cluster", &["*"], &["*"]);
    cluster["rules"][0]["scope"] = json!("Cluster");
    let groups = hooks.hook(s, "/groups", &["CREATE"], &["*"]);
    let groups = with(
        groups,
        "rules",
        json!([
            {"operations": ["CREATE"], "apiGroups": ["apps"], "apiVersions": ["*"], "resources": ["*"]},
            {"operations": ["UPDATE"], "apiGroups": ["*"], "apiVersions": ["v1"], "resources": ["configmaps"]},
        ]),
    );
    hooks.register(s, VALIDATING, "v", vec![labelled, elsewhere, namespaced, cluster, groups]).await?;
    let coloured = |name: &str, colour: &str| {
        let mut map = config_map(name);
        map["metadata"]["labels"] = json!({"colour": colour});
        map
    };
    s.post(s.core("configmaps"), coloured("a", "red")).only_status().await?.is(201)?;
    hooks.note_counts(s, "red");
    s.post(s.core("configmaps"), coloured("b", "blue")).only_status().await?.is(201)?;
    hooks.note_counts(s, "blue");
    s.merge_patch(s.core("configmaps/a"), json!({"metadata": {"labels": {"colour": "blue"}}})).only_status().await?;
    hooks.note_counts(s, "red becomes blue");
    s.delete(s.core("configmaps/b")).only_status().await?;
    hooks.note_counts(s, "blue goes");
    s.merge_patch(format!("/api/v1/namespaces/{}", s.namespace()), json!({"metadata": {"labels": {"x": "y"}}}))
        .only_status()
        .await?;
    hooks.note_reviews(s, "the namespace itself");
    s.post(s.apis("apps/v1", "deployments"), super::objects::deployment("a", 1)).only_status().await?.is(201)?;
    hooks.note_counts(s, "another group");
    hooks.end(s).await
}

fn with(mut hook: Value, field: &str, value: Value) -> Value {
    hook[field] = value;
    hook
}

async fn subresources_are_chosen_by_name(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let whole = hooks.hook(s, "/whole", &["*"], &["pods"]);
    let status = hooks.hook(s, "/status", &["*"], &["pods/status"]);
    let any = hooks.hook(s, "/any", &["*"], &["pods/*"]);
    hooks.register(s, VALIDATING, "v", vec![whole, status, any]).await?;
    s.post(s.core("pods"), pod("a")).only_status().await?.is(201)?;
    hooks.note_reviews(s, "create");
    s.merge_patch(s.core("pods/a/status"), json!({"status": {"message": "told"}})).only_status().await?.is(200)?;
    hooks.note_reviews(s, "status");
    hooks.end(s).await
}

async fn other_versions_are_equivalent(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let group = format!("{}.example.com", s.namespace());
    let version = |name: &str, storage: bool| {
        json!({"name": name, "served": true, "storage": storage, "schema": {"openAPIV3Schema": {
            "type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        }}})
    };
    s.define(json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("widgets.{group}")},
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
            "versions": [version("v1", true), version("v2", false)],
        },
    }))
    .await?;
    let rules = json!([{"operations": ["*"], "apiGroups": [group], "apiVersions": ["v1"], "resources": ["widgets"]}]);
    let equivalent = with(hooks.hook(s, "/equivalent", &[], &[]), "rules", rules.clone());
    let exact = with(with(hooks.hook(s, "/exact", &[], &[]), "rules", rules), "matchPolicy", json!("Exact"));
    hooks.register(s, MUTATING, "m", vec![equivalent, exact]).await?;
    hooks.always("/equivalent", label("seen", "yes"));
    let widget = |version: &str, name: &str| json!({"apiVersion": format!("{group}/{version}"), "kind": "Widget", "metadata": {"name": name}, "spec": {"a": 1}});
    let path = |version: &str| s.apis(&format!("{group}/{version}"), "widgets");
    s.post(path("v2"), widget("v2", "a")).await?.is(201)?.has("/apiVersion", format!("{group}/v2"))?;
    hooks.note_reviews(s, "v2");
    s.post(path("v1"), widget("v1", "b")).await?.is(201)?;
    hooks.note_reviews(s, "v1");
    hooks.end(s).await
}

async fn collections_are_asked_one_by_one(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    for name in ["a", "b", "c"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    let hook = hooks.hook(s, "/delete", &["DELETE"], &["configmaps"]);
    hooks.register(s, VALIDATING, "v", vec![hook]).await?;
    s.delete(s.core("configmaps")).query("fieldSelector", "metadata.name!=c").only_status().await?.is(200)?;
    hooks.note_reviews(s, "two of three");
    hooks.always("/delete", json!({"allowed": false, "status": {"message": "it stays"}}));
    s.delete(s.core("configmaps")).await?;
    s.get(s.core("configmaps/c")).only_status().await?.is(200)?;
    hooks.end(s).await
}

async fn a_refused_write_leaves_nothing(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let hook = hooks.hook(s, "/services", &["CREATE"], &["services"]);
    hooks.register(s, VALIDATING, "v", vec![hook]).await?;
    hooks.always("/services", json!({"allowed": false}));
    let service = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"type": "NodePort", "clusterIP": "10.0.77.7", "ports": [{"port": 80, "nodePort": 31777}]},
        })
    };
    s.post(s.core("services"), service("a")).await?.is(400)?;
    hooks.always("/services", json!({"allowed": true}));
    s.post(s.core("services"), service("b")).only_status().await?.is(201)?;
    hooks.end(s).await
}

async fn webhooks_cannot_move_what_is_created(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let hook = hooks.hook(s, "/m", &["CREATE"], &["configmaps"]);
    hooks.register(s, MUTATING, "m", vec![hook]).await?;
    for (operations, renames) in [
        (json!([{"op": "replace", "path": "/metadata/namespace", "value": "kube-system"}]), false),
        (json!([{"op": "remove", "path": "/metadata/namespace"}]), false),
        (json!([{"op": "replace", "path": "/metadata/name", "value": "renamed"}]), true),
    ] {
        hooks.always("/m", patch(operations));
        s.post(s.core("configmaps"), config_map("a")).await?;
        // Renamed by a webhook, what an apply creates is stored under the one name and says that it has the other.
        if !renames {
            let created = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}});
            s.apply(s.core("configmaps/b"), "applier", created).await?;
        }
        for name in ["a", "b", "renamed"] {
            s.get(s.core(&format!("configmaps/{name}"))).await?;
        }
        s.delete(s.core("configmaps")).unrecorded().await?;
    }
    hooks.end(s).await
}

async fn patches_and_warnings_of_webhooks_have_an_end(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let mutate = hooks.hook(s, "/m", &["CREATE"], &["configmaps"]);
    hooks.register(s, MUTATING, "m", vec![mutate]).await?;
    let copies = (0..20).map(|at| json!({"op": "copy", "from": "/x", "path": format!("/x/b{at}")}));
    let mut operations = vec![json!({"op": "add", "path": "/x", "value": {"text": "z".repeat(1_000)}})];
    operations.extend(copies);
    hooks.always("/m", patch(json!(operations)));
    s.post(s.core("configmaps"), config_map("a")).await?.is(500)?;
    for (count, length) in [(3, 1_000), (5, 1_000), (1, 5_000), (60, 100), (40, 200)] {
        let warnings: Vec<String> = (0..count).map(|at| format!("{at:0length$}")).collect();
        hooks.always("/m", json!({"allowed": true, "warnings": warnings}));
        s.post(s.core("configmaps"), config_map("a")).dry_run().await?.is(201)?;
    }
    hooks.always("/m", json!({"allowed": true}));
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.json_patch(s.core("configmaps/a"), json!(operations)).await?.is(422)?;
    hooks.end(s).await
}

fn conditions(expressions: &[&str]) -> Value {
    let named = |(at, text): (usize, &&str)| json!({"name": format!("condition-{at}"), "expression": text});
    expressions.iter().enumerate().map(named).collect()
}

async fn conditions_choose(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let all = [
        ("always", &["true"][..]),
        ("never", &["true", "false"]),
        ("named", &["object != null && object.metadata.name == 'a'"]),
        ("changed", &["oldObject != null && object != null && oldObject.data.key != object.data.key"]),
        ("deleted", &["object == null", "request.operation == 'DELETE'"]),
        (
            "told",
            &["request.name == 'a' && request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps'"],
        ),
        (
            "asked",
            &[
                "request.requestKind.version == 'v1' && request.requestResource.group == '' && !has(request.subResource)",
            ],
        ),
        ("admins", &["request.userInfo.groups.exists(group, group == 'system:masters')"]),
        ("dry", &["request.dryRun"]),
        ("options", &["request.options.kind == 'CreateOptions'"]),
        ("nowhere", &["namespaceObject == null && !has(namespaceObject.metadata)"]),
        ("typed", &["object.kind == 'ConfigMap' && object.apiVersion == 'v1' && has(object.metadata.uid)"]),
        ("optional", &["object.?data.?absent.orValue('none') == 'none'", "!object.?metadata.?labels.hasValue()"]),
        ("texts", &["object.data.key.startsWith('v') && object.data.key.size() == 5 && object.data.key != 5"]),
        ("lists", &["has(object.metadata.finalizers) || object.data.all(key, key == 'key')"]),
    ];
    let hook = |(path, expressions): (&str, &[&str])| {
        let hook = hooks.hook(s, &format!("/{path}"), &["*"], &["configmaps"]);
        let hook = with(hook, "matchConditions", conditions(expressions));
        with(hook, "failurePolicy", json!("Ignore"))
    };
    hooks.register(s, VALIDATING, "v", all.into_iter().map(hook).collect()).await?;
    s.post(s.core("configmaps"), config_map("a")).only_status().await?.is(201)?;
    hooks.note_counts(s, "create");
    s.post(s.core("configmaps"), config_map("b")).dry_run().only_status().await?.is(201)?;
    hooks.note_counts(s, "dry run");
    s.merge_patch(s.core("configmaps/a"), json!({"data": {"key": "other"}})).only_status().await?.is(200)?;
    hooks.note_counts(s, "patch");
    s.delete(s.core("configmaps/a")).only_status().await?.is(200)?;
    hooks.note_counts(s, "delete");
    hooks.end(s).await?;

    // What others changed counts.
    let hooks = HookServer::start().await;
    let first = hooks.hook(s, "/first", &["CREATE"], &["configmaps"]);
    let second = hooks.hook(s, "/second", &["CREATE"], &["configmaps"]);
    let second = with(
        second,
        "matchConditions",
        conditions(&["has(object.metadata.labels) && has(object.metadata.labels.first)"]),
    );
    hooks.register(s, MUTATING, "m", vec![first, second]).await?;
    hooks.always("/first", label("first", "yes"));
    s.post(s.core("configmaps"), config_map("c")).await?.is(201)?;
    hooks.note_reviews(s, "labelled by another");
    hooks.end(s).await
}

async fn a_condition_that_fails_is_judged_by_policy(s: &Session<'_>) -> Result<()> {
    let hooks = HookServer::start().await;
    let all = [
        ("absent", "Fail", &["object.data.absent == 'x'"][..]),
        ("one-of-two", "Fail", &["object.data.absent == 'x'", "true"]),
        ("decided", "Fail", &["object.data.absent == 'x'", "false"]),
        ("both", "Fail", &["object.data.absent == 'x'", "object.spec.replicas > 1"]),
        ("twice", "Fail", &["object.data.absent == 'x'", "object.data.absent == 'x'"]),
        ("ignored", "Ignore", &["object.data.absent == 'x'"]),
        ("mistyped", "Fail", &["object.data.key > 5"]),
        ("no-flag", "Fail", &["!object.data"]),
        ("deep", "Fail", &["namespaceObject.metadata.name == 'x'"]),
        ("part", "Fail", &["request.subResource == ''"]),
        ("nothing", "Fail", &["1 / (size(object.data) - 1) == 1"]),
    ];
    for (kind, name) in [(VALIDATING, "v"), (MUTATING, "m")] {
        let hook = |(path, policy, expressions): (&str, &str, &[&str])| {
            let hook = hooks.hook(s, &format!("/{name}/{path}"), &["*"], &["configmaps"]);
            let hook = with(hook, "matchConditions", conditions(expressions));
            let hook = with(hook, "objectSelector", json!({"matchLabels": {"case": format!("{name}-{path}")}}));
            with(hook, "failurePolicy", json!(policy))
        };
        hooks.register(s, kind, name, all.into_iter().map(hook).collect()).await?;
        for (path, ..) in all {
            let mut map = config_map(path);
            map["metadata"]["labels"] = json!({"case": format!("{name}-{path}")});
            s.post(s.core("configmaps"), map).dry_run().only_at(&["/message", "/reason", "/details"]).await?;
        }
        hooks.note_counts(s, name);
    }
    hooks.end(s).await
}

async fn conditions_are_checked_when_they_are_written(s: &Session<'_>) -> Result<()> {
    const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let hooks = HookServer::start().await;
    let write = |conditions: Value| {
        let hook = with(hooks.hook(s, "/w", &["CREATE"], &["configmaps"]), "matchConditions", conditions);
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": VALIDATING,
            "metadata": {"name": s.namespace()}, "webhooks": [hook],
        });
        s.post(CONFIGURATIONS, configuration).dry_run()
    };
    // What is no question is told in full.
    for expression in [
        "object.spec.x",
        "1",
        "'x'",
        "object",
        "request.operation",
        "has(object.x) ? true : object.y",
        "[1]",
        "{}",
        "request.options.dryRun",
        "dyn(1)",
        "null",
        "duration('1h')",
        "  ",
    ] {
        write(conditions(&[expression])).only_at(&["/message", "/reason", "/details"]).await?.is(422)?;
    }
    // Where an expression is broken is not told.
    for expression in [
        "foo == 1",
        "object.foo +",
        "request.foo == 'x'",
        "request.userInfo.foo == 'a'",
        "request.object.x == 1",
        "request.uid == 'x'",
        "request.name == 1",
        "object.x == 1 && 'a'",
        "has(object.x) ? true : 1",
        "!1",
        "variables.x == 1",
        "params.x == 1",
        "nothing(1)",
        "1 < 'a'",
        "quantity('1') == 2",
        "object.a-b",
        "request.namespace in 'a'",
        "size(request.requestKind) > 0",
    ] {
        let at = &["/reason", "/details/causes/0/field", "/details/causes/0/reason"];
        write(conditions(&[expression])).only_at(at).await?.is(422)?;
    }
    for expression in [
        "true",
        "object.x == 1",
        "!object.x",
        "request.dryRun",
        "request.userInfo.extra['a'] == ['b']",
        "request.?name.hasValue()",
        "oldObject == null || object.x",
        "[1, 2].exists(x, x == 1)",
        "request.resource.resource.startsWith('p')",
        "object.metadata.labels.exists(l, l == 'a')",
        "request == null || object.a + object.b > 3",
        "has(request.userInfo.extra) && request.userInfo.username != ''",
    ] {
        write(conditions(&[expression])).only_status().await?.is(201)?;
    }
    let named = |name: &str| json!({"name": name, "expression": "true"});
    let many = (0..65).map(|number| named(&format!("c{number}"))).collect();
    for broken in [
        json!([{"expression": "true"}]),
        json!([{"name": "a"}]),
        json!([named("a"), named("a")]),
        json!([named("not a name")]),
        json!([{"name": "", "expression": ""}]),
        many,
    ] {
        write(broken).only_at(&["/message", "/reason", "/details"]).await?.is(422)?;
    }
    hooks.end(s).await
}
