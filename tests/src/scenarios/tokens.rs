//! Tokens of service accounts, the reviews of them, and what is asked about rights: issued, used, taken back.

use super::objects::pod;
use crate::access::Who;
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("tokens":
    a_token_is_issued_for_an_account,
    a_token_names_its_account_and_dies_with_it,
    a_token_for_others_is_not_for_the_server,
    lifetimes_have_bounds,
    a_token_can_be_bound_to_a_secret,
    a_token_can_be_bound_to_a_pod_of_the_account,
    a_token_is_asked_for_by_name_and_uid,
    tokens_are_only_created,
    pods_are_evicted,
    pods_are_bound_once,
    rules_are_told,
    others_are_asked_about_in_a_namespace,
    an_aggregated_role_gives_what_was_put_into_it,
    names_of_resources_limit_what_is_allowed,
    paths_are_allowed_by_cluster_roles_only,
    nobody_gives_away_more_than_they_have,
);

const SELF_REVIEW: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const TOKEN_REVIEW: &str = "/apis/authentication.k8s.io/v1/tokenreviews";
const RULES_REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
const RBAC: &str = "rbac.authorization.k8s.io/v1";

async fn account(s: &Session<'_>, name: &str) -> Result<String> {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}});
    s.post(s.core("serviceaccounts"), account).unrecorded().await?.is(201)?;
    Ok(s.core(&format!("serviceaccounts/{name}/token")))
}

fn request(spec: Value) -> Value {
    json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec})
}

fn review(token: &str, audiences: &[&str]) -> Value {
    json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
        "spec": {"token": token, "audiences": audiences},
    })
}

async fn a_token_is_issued_for_an_account(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    let pointers = [
        "/kind",
        "/apiVersion",
        "/metadata/name",
        "/metadata/namespace",
        "/metadata/uid",
        "/metadata/creationTimestamp",
        "/metadata/managedFields",
        "/metadata/resourceVersion",
        "/spec",
        "/status/expirationTimestamp",
    ];
    s.post(&path, request(json!({"audiences": ["a", "b"]}))).only_at(&pointers).await?.is(201)?;
    s.post(&path, json!({"spec": {"audiences": ["a"], "expirationSeconds": 600}})).only_at(&pointers).await?.is(201)?;
    s.post(&path, request(json!({"audiences": ["a"], "unknown": 1})))
        .query("fieldValidation", "Strict")
        .await?
        .fails(400, "BadRequest")?;
    Ok(())
}

async fn a_token_names_its_account_and_dies_with_it(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    let token = s.post(&path, request(json!({}))).unrecorded().await?.is(201)?.text_at("/status/token")?;
    let who = Who::Token(token.clone());
    let me = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let pointers = ["/status/userInfo/username", "/status/userInfo/uid", "/status/userInfo/groups"];
    s.post(SELF_REVIEW, me).as_who(who.clone()).only_at(&pointers).await?.is(201)?;
    s.get(s.core("configmaps")).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    let pointers = ["/status/authenticated", "/status/user/username", "/status/user/groups", "/status/error"];
    s.post(TOKEN_REVIEW, review(&token, &[])).only_at(&pointers).await?.has("/status/authenticated", true)?;
    s.delete(s.core("serviceaccounts/a")).unrecorded().await?.is(200)?;
    s.until("the account is forgotten", || async {
        Ok(s.get("/api").as_who(who.clone()).unrecorded().await?.status() == 401)
    })
    .await?;
    s.post(TOKEN_REVIEW, review(&token, &[])).only_at(&pointers).await?.lacks("/status/authenticated")?;
    Ok(())
}

async fn a_token_for_others_is_not_for_the_server(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    let audiences = json!({"audiences": ["vault", "mail"]});
    let token = s.post(&path, request(audiences)).unrecorded().await?.is(201)?.text_at("/status/token")?;
    s.get("/api").as_who(Who::Token(token.clone())).await?.fails(401, "Unauthorized")?;
    let pointers = ["/status/authenticated", "/status/user/username", "/status/audiences"];
    s.post(TOKEN_REVIEW, review(&token, &["mail", "other"])).only_at(&pointers).await?.is(201)?;
    let pointers = ["/status/authenticated", "/status/user", "/status/error", "/status/audiences"];
    s.post(TOKEN_REVIEW, review(&token, &["other"])).only_at(&pointers).await?.is(201)?;
    s.post(TOKEN_REVIEW, review(&s.backend().token(), &["other"])).only_at(&pointers).await?.is(201)?;
    s.post(TOKEN_REVIEW, review("a.b.c", &[])).only_at(&pointers).await?.is(201)?;
    Ok(())
}

async fn lifetimes_have_bounds(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    for seconds in [599, -1, 4_294_967_297_i64] {
        s.post(&path, request(json!({"audiences": ["a"], "expirationSeconds": seconds})))
            .await?
            .fails(422, "Invalid")?;
    }
    for seconds in [600, 4_294_967_296_i64] {
        let asked = request(json!({"audiences": ["a"], "expirationSeconds": seconds}));
        s.post(&path, asked).only_status().await?.is(201)?;
    }
    Ok(())
}

async fn a_token_can_be_bound_to_a_secret(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    let bound = |name: &str, uid: &str| {
        let reference = json!({"apiVersion": "v1", "kind": "Secret", "name": name, "uid": uid});
        request(json!({"boundObjectRef": reference}))
    };
    s.post(&path, bound("absent", "")).await?.fails(404, "NotFound")?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
    let uid = s.post(s.core("secrets"), secret).unrecorded().await?.is(201)?.uid()?;
    s.post(&path, bound("s", "00000000-0000-4000-8000-000000000000")).await?.fails(409, "Conflict")?;
    let token = s.post(&path, bound("s", &uid)).unrecorded().await?.is(201)?.text_at("/status/token")?;
    let who = Who::Token(token.clone());
    s.get("/api").as_who(who.clone()).only_status().await?.is(200)?;
    s.delete(s.core("secrets/s")).unrecorded().await?.is(200)?;
    s.until("the secret is forgotten", || async {
        Ok(s.get("/api").as_who(who.clone()).unrecorded().await?.status() == 401)
    })
    .await?;
    let pointers = ["/status/authenticated", "/status/error"];
    s.post(TOKEN_REVIEW, review(&token, &[])).only_at(&pointers).await?.is(201)?;
    let odd = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"});
    s.post(&path, request(json!({"boundObjectRef": odd}))).await?.fails(400, "BadRequest")?;
    Ok(())
}

async fn a_token_can_be_bound_to_a_pod_of_the_account(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    let other = account(s, "b").await?;
    let mut owned = pod("p");
    owned["spec"]["serviceAccountName"] = json!("a");
    s.post(s.core("pods"), owned).unrecorded().await?.is(201)?;
    let bound = request(json!({"boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": "p"}}));
    s.post(&other, bound.clone()).await?.fails(400, "BadRequest")?;
    let token = s.post(&path, bound).unrecorded().await?.is(201)?.text_at("/status/token")?;
    let me = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let told = s.post(SELF_REVIEW, me).as_who(Who::Token(token)).unrecorded().await?.is(201)?;
    let extra = told.at("/status/userInfo/extra").clone();
    s.remark("pod", extra["authentication.kubernetes.io/pod-name"].clone());
    s.remark("kinds", json!(extra.as_object().map(|extra| extra.keys().cloned().collect::<Vec<_>>())));
    Ok(())
}

async fn a_token_is_asked_for_by_name_and_uid(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    s.post(s.core("serviceaccounts/absent/token"), request(json!({}))).await?.fails(404, "NotFound")?;
    let named = |metadata: Value| {
        let mut request = request(json!({"audiences": ["a"]}));
        request["metadata"] = metadata;
        request
    };
    s.post(&path, named(json!({"name": "b"}))).await?.fails(422, "Invalid")?;
    s.post(&path, named(json!({"namespace": "b"}))).await?.is(400)?;
    s.post(&path, named(json!({"uid": "00000000-0000-4000-8000-000000000000"}))).await?.fails(409, "Conflict")?;
    s.post(&path, named(json!({"name": "a"}))).only_status().await?.is(201)?;
    let wrong = json!({"apiVersion": "v1", "kind": "ConfigMap"});
    s.post(&path, wrong).await?.fails(400, "BadRequest")?;
    Ok(())
}

async fn tokens_are_only_created(s: &Session<'_>) -> Result<()> {
    let path = account(s, "a").await?;
    s.get(&path).await?.fails(405, "MethodNotAllowed")?;
    s.delete(&path).await?.fails(405, "MethodNotAllowed")?;
    s.put(&path, request(json!({}))).await?.fails(405, "MethodNotAllowed")?;
    s.post(&path, request(json!({}))).as_who(Who::user("stranger")).await?.fails(403, "Forbidden")?;
    Ok(())
}

fn eviction(name: &str) -> Value {
    json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}})
}

async fn pods_are_evicted(s: &Session<'_>) -> Result<()> {
    account(s, "default").await?;
    s.post(s.core("pods"), pod("p")).unrecorded().await?.is(201)?;
    s.post(s.core("pods/p/eviction"), eviction("other")).await?.fails(400, "BadRequest")?;
    s.post(s.core("pods/absent/eviction"), eviction("absent")).await?.fails(404, "NotFound")?;
    s.get(s.core("pods/p/eviction")).await?.fails(405, "MethodNotAllowed")?;
    s.post(s.core("pods/p/eviction"), eviction("p")).dry_run().await?.is(201)?;
    s.get(s.core("pods/p")).only_status().await?.is(200)?;
    s.post(s.core("pods/p/eviction"), eviction("p")).await?.is(201)?;
    s.get(s.core("pods/p")).only_status().await?.is(404)?;
    // One that runs is asked about, and one on a node goes in its own time.
    let mut placed = pod("placed");
    placed["spec"]["nodeName"] = json!("n");
    placed["metadata"]["labels"] = json!({"guarded": "yes"});
    s.post(s.core("pods"), placed).unrecorded().await?.is(201)?;
    s.merge_patch(s.core("pods/placed/status"), json!({"status": {"phase": "Running"}})).unrecorded().await?.is(200)?;
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "guard"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"guarded": "yes"}}},
    });
    s.post(s.apis("policy/v1", "poddisruptionbudgets"), budget).unrecorded().await?.is(201)?;
    s.post(s.core("pods/placed/eviction"), eviction("placed")).await?.fails(429, "TooManyRequests")?;
    let status = json!({"status": {
        "observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 1, "expectedPods": 1,
    }});
    let budget = s.apis("policy/v1", "poddisruptionbudgets/guard");
    s.merge_patch(format!("{budget}/status"), status).unrecorded().await?.is(200)?;
    s.post(s.core("pods/placed/eviction"), eviction("placed")).await?.fails(429, "TooManyRequests")?;
    let status = json!({"status": {"disruptionsAllowed": 1, "currentHealthy": 2}});
    s.merge_patch(format!("{budget}/status"), status).unrecorded().await?.is(200)?;
    s.post(s.core("pods/placed/eviction"), eviction("placed")).await?.is(201)?;
    let pointers = ["/status/conditions", "/metadata/deletionGracePeriodSeconds"];
    s.get(s.core("pods/placed")).only_at(&pointers).await?.is(200)?;
    s.get(&budget).only_at(&["/status/disruptionsAllowed"]).await?.is(200)?;
    Ok(())
}

async fn pods_are_bound_once(s: &Session<'_>) -> Result<()> {
    account(s, "default").await?;
    s.post(s.core("pods"), pod("p")).unrecorded().await?.is(201)?;
    let binding = |name: &str, target: Value| json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target});
    let path = s.core("pods/p/binding");
    s.post(&path, binding("q", json!({"kind": "Node", "name": "n"}))).await?.fails(400, "BadRequest")?;
    s.post(&path, binding("p", json!({"kind": "Pod", "name": "n"}))).await?.is(500)?;
    s.post(&path, binding("p", json!({"kind": "Node"}))).await?.is(500)?;
    s.post(s.core("pods/absent/binding"), binding("absent", json!({"name": "n"}))).await?.fails(404, "NotFound")?;
    let mut good = binding("p", json!({"kind": "Node", "name": "n"}));
    good["metadata"]["annotations"] = json!({"a": "b"});
    s.post(&path, good.clone()).await?.is(201)?;
    let pointers = ["/spec/nodeName", "/metadata/annotations", "/status/conditions", "/status/phase"];
    s.get(s.core("pods/p")).only_at(&pointers).await?.is(200)?;
    s.post(&path, good).await?.fails(409, "Conflict")?;
    Ok(())
}

fn role(kind: &str, name: &str, rules: Value) -> Value {
    json!({"apiVersion": RBAC, "kind": kind, "metadata": {"name": name}, "rules": rules})
}

fn binding(kind: &str, name: &str, role: [&str; 2], user: &str) -> Value {
    json!({
        "apiVersion": RBAC, "kind": kind, "metadata": {"name": name},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": user}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role[0], "name": role[1]},
    })
}

/// Waits until the authorizer knows what was written last.
async fn known(s: &Session<'_>, who: &Who, path: &str) -> Result<()> {
    s.until("the rights are known", || async {
        Ok(s.get(path).as_who(who.clone()).unrecorded().await?.status() != 403)
    })
    .await
}

async fn rules_are_told(s: &Session<'_>) -> Result<()> {
    let asked = |namespace: &str| json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}});
    let who = Who::user("rules-reader");
    s.post(RULES_REVIEW, asked("")).as_who(who.clone()).await?.fails(400, "BadRequest")?;
    let rules = json!([
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]},
        {"apiGroups": ["apps"], "resources": ["deployments", "deployments/scale"], "resourceNames": ["a"], "verbs": ["*"]},
    ]);
    s.post(s.apis(RBAC, "roles"), role("Role", "r", rules)).unrecorded().await?.is(201)?;
    let bound = binding("RoleBinding", "b", ["Role", "r"], "rules-reader");
    s.post(s.apis(RBAC, "rolebindings"), bound).unrecorded().await?.is(201)?;
    known(s, &who, &s.core("configmaps")).await?;
    let told = s.post(RULES_REVIEW, asked(s.namespace())).as_who(who).unrecorded().await?.is(201)?;
    let of = |pointer: &str, wanted: &dyn Fn(&Value) -> bool| {
        let all = told.at(pointer).as_array().cloned().unwrap_or_default();
        Value::Array(all.into_iter().filter(|rule| wanted(rule)).collect())
    };
    s.remark(
        "own",
        of("/status/resourceRules", &|rule| rule["apiGroups"] == json!([""]) || rule["apiGroups"] == json!(["apps"])),
    );
    s.remark("incomplete", json!({"incomplete": told.at("/status/incomplete")}));
    s.remark("spec", told.at("/spec").clone());
    s.remark("paths", json!(told.at("/status/nonResourceRules").as_array().is_some_and(|rules| !rules.is_empty())));
    Ok(())
}

async fn others_are_asked_about_in_a_namespace(s: &Session<'_>) -> Result<()> {
    let path = s.apis("authorization.k8s.io/v1", "localsubjectaccessreviews");
    let asked = |namespace: Value| {
        json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "LocalSubjectAccessReview",
            "metadata": {"namespace": namespace},
            "spec": {"user": "nobody", "resourceAttributes": {
                "namespace": s.namespace(), "verb": "get", "resource": "pods",
            }},
        })
    };
    s.post(&path, asked(json!(s.namespace()))).only_at(&["/spec", "/status"]).await?.is(201)?;
    s.post(&path, asked(json!("other"))).await?.is(400)?;
    let mut elsewhere = asked(json!(s.namespace()));
    elsewhere["spec"]["resourceAttributes"]["namespace"] = json!("other");
    s.post(&path, elsewhere).await?.is(422)?;
    Ok(())
}

async fn an_aggregated_role_gives_what_was_put_into_it(s: &Session<'_>) -> Result<()> {
    let path = format!("/apis/{RBAC}/clusterroles");
    let mut sum = role(
        "ClusterRole",
        "aggregated-scenario",
        json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    );
    sum["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": {"into": "aggregated-scenario"}}]});
    s.post(&path, sum.clone()).await?.is(201)?;
    // Who writes an aggregated role grants anything at all.
    let who = Who::user("aggregator");
    let rules = json!([{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["create", "get"]}]);
    s.post(&path, role("ClusterRole", "aggregator", rules)).unrecorded().await?.is(201)?;
    let bindings = format!("/apis/{RBAC}/clusterrolebindings");
    let bound = binding("ClusterRoleBinding", "aggregator", ["ClusterRole", "aggregator"], "aggregator");
    s.post(&bindings, bound).unrecorded().await?.is(201)?;
    known(s, &who, &format!("{path}/aggregator")).await?;
    sum["metadata"]["name"] = json!("aggregated-scenario-2");
    sum["rules"] = json!([]);
    s.post(&path, sum).as_who(who).await?.fails(403, "Forbidden")?;
    for name in ["aggregated-scenario", "aggregator"] {
        s.delete(format!("{path}/{name}")).unrecorded().await?.is(200)?;
    }
    s.delete(format!("{bindings}/aggregator")).unrecorded().await?.is(200)?;
    Ok(())
}

async fn names_of_resources_limit_what_is_allowed(s: &Session<'_>) -> Result<()> {
    let who = Who::user("names-reader");
    let rules = json!([{
        "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["a"],
        "verbs": ["get", "list", "watch", "create", "update", "deletecollection"],
    }]);
    s.post(s.apis(RBAC, "roles"), role("Role", "r", rules)).unrecorded().await?.is(201)?;
    let bound = binding("RoleBinding", "b", ["Role", "r"], "names-reader");
    s.post(s.apis(RBAC, "rolebindings"), bound).unrecorded().await?.is(201)?;
    known(s, &who, &s.core("configmaps/a")).await?;
    s.get(s.core("configmaps/a")).as_who(who.clone()).await?.fails(404, "NotFound")?;
    s.get(s.core("configmaps/b")).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get(s.core("configmaps")).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get(s.core("configmaps"))
        .query("fieldSelector", "metadata.name=a")
        .as_who(who.clone())
        .only_status()
        .await?
        .is(200)?;
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
    s.post(s.core("configmaps"), map).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.delete(s.core("configmaps")).as_who(who).await?.fails(403, "Forbidden")?;
    Ok(())
}

async fn paths_are_allowed_by_cluster_roles_only(s: &Session<'_>) -> Result<()> {
    let who = Who::user("path-reader");
    let path = format!("/apis/{RBAC}/clusterroles");
    let rules = json!([{"nonResourceURLs": ["/paths/*", "/openid/v1/jwks"], "verbs": ["get"]}]);
    s.post(s.apis(RBAC, "roles"), role("Role", "r", rules.clone())).await?.fails(422, "Invalid")?;
    s.get("/openid/v1/jwks").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get("/.well-known/openid-configuration").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.post(&path, role("ClusterRole", "path-reader", rules)).unrecorded().await?.is(201)?;
    let bindings = format!("/apis/{RBAC}/clusterrolebindings");
    let bound = binding("ClusterRoleBinding", "path-reader", ["ClusterRole", "path-reader"], "path-reader");
    s.post(&bindings, bound).unrecorded().await?.is(201)?;
    known(s, &who, "/paths/a").await?;
    s.get("/paths/a").as_who(who.clone()).only_status().await?.is(404)?;
    s.get("/paths").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.post("/paths/a", json!({})).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get("/openid/v1/jwks").as_who(who.clone()).await?.is(406)?;
    s.get("/openid/v1/jwks")
        .accept("application/jwk-set+json")
        .as_who(who)
        .only_at(&["/keys/0/use", "/keys/0/kty", "/keys/0/crv", "/keys/0/alg"])
        .await?
        .is(200)?;
    s.get("/.well-known/openid-configuration")
        .only_at(&["/response_types_supported", "/subject_types_supported", "/id_token_signing_alg_values_supported"])
        .await?
        .is(200)?;
    s.delete(format!("{path}/path-reader")).unrecorded().await?.is(200)?;
    s.delete(format!("{bindings}/path-reader")).unrecorded().await?.is(200)?;
    Ok(())
}

async fn nobody_gives_away_more_than_they_have(s: &Session<'_>) -> Result<()> {
    let who = Who::user("giver");
    let rules = json!([
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ["create", "get", "update", "patch"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "resourceNames": ["view-of-giver"], "verbs": ["bind"]},
    ]);
    s.post(s.apis(RBAC, "roles"), role("Role", "giver", rules)).unrecorded().await?.is(201)?;
    let bound = binding("RoleBinding", "giver", ["Role", "giver"], "giver");
    s.post(s.apis(RBAC, "rolebindings"), bound).unrecorded().await?.is(201)?;
    known(s, &who, &s.core("configmaps")).await?;
    let less = json!([{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["x"], "verbs": ["get"]}]);
    s.post(s.apis(RBAC, "roles"), role("Role", "less", less)).as_who(who.clone()).only_status().await?.is(201)?;
    let more =
        json!([{"apiGroups": ["", "apps"], "resources": ["configmaps", "secrets"], "verbs": ["get", "list", "watch"]}]);
    s.post(s.apis(RBAC, "roles"), role("Role", "more", more.clone()))
        .as_who(who.clone())
        .await?
        .fails(403, "Forbidden")?;
    s.merge_patch(s.apis(RBAC, "roles/less"), json!({"rules": more}))
        .as_who(who.clone())
        .await?
        .fails(403, "Forbidden")?;
    let bindings = s.apis(RBAC, "rolebindings");
    let refers = |name: &str, kind: &str, role: &str| binding("RoleBinding", name, [kind, role], "friend");
    s.post(&bindings, refers("loose", "Role", "absent")).as_who(who.clone()).await?.fails(404, "NotFound")?;
    s.post(&bindings, refers("admin", "ClusterRole", "cluster-admin"))
        .as_who(who.clone())
        .await?
        .fails(403, "Forbidden")?;
    s.post(&bindings, refers("mine", "Role", "less")).as_who(who.clone()).only_status().await?.is(201)?;
    s.post(&bindings, refers("view", "ClusterRole", "view-of-giver")).as_who(who).only_status().await?.is(201)?;
    Ok(())
}
