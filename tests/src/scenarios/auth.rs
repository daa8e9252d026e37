//! Who may do what: certificates, tokens, nobody, rules, impersonation and the review kinds.

use super::objects::{config_map, deployment};
use crate::access::Who;
use crate::backend::Allowance;
use crate::session::Session;
use anyhow::Result;
use serde_json::json;

crate::scenarios!("auth":
    anonymous_reads_health_and_version_only,
    anonymous_is_forbidden_every_verb,
    an_unknown_token_is_unauthorized,
    a_known_token_is_its_user,
    a_certificate_is_its_common_name_and_organisation,
    a_user_without_rules_is_forbidden_by_name,
    a_rule_allows_its_verbs_and_no_others,
    a_rule_in_a_namespace_does_not_reach_another,
    a_rule_for_a_subresource_is_not_one_for_the_resource,
    an_administrator_may_act_as_another_user,
    acting_as_another_user_needs_permission,
    access_reviews_answer_for_the_caller,
    access_reviews_refuse_an_empty_question,
    token_reviews_tell_known_from_unknown_tokens,
    forbidden_comes_before_not_found_and_bad_input,
);

const SELF_REVIEW: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const ACCESS_REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const TOKEN_REVIEW: &str = "/apis/authentication.k8s.io/v1/tokenreviews";

async fn anonymous_reads_health_and_version_only(s: &Session<'_>) -> Result<()> {
    for path in ["/healthz", "/livez", "/readyz"] {
        s.get(path).as_who(Who::Anonymous).await?.is(200)?.says("ok")?;
    }
    s.get("/version").as_who(Who::Anonymous).only_status().await?.is(200)?;
    for path in ["/api", "/apis", "/api/v1", "/apis/apps/v1", "/nonsense"] {
        s.get(path).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    }
    Ok(())
}

async fn anonymous_is_forbidden_every_verb(s: &Session<'_>) -> Result<()> {
    let (all, one) = (s.core("configmaps"), s.core("configmaps/a"));
    s.get(&all).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?.says("system:anonymous")?;
    s.get(&one).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.get(&all).query("watch", true).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.post(&all, config_map("a")).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.put(&one, config_map("a")).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.merge_patch(&one, json!({})).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.delete(&one).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    s.delete(&all).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    Ok(())
}

async fn an_unknown_token_is_unauthorized(s: &Session<'_>) -> Result<()> {
    let who = Who::Token("not-a-token".into());
    s.get(s.core("configmaps")).as_who(who.clone()).await?.fails(401, "Unauthorized")?;
    s.get("/api").as_who(who.clone()).await?.fails(401, "Unauthorized")?;
    s.get("/version").as_who(who).await?.fails(401, "Unauthorized")?;
    Ok(())
}

async fn a_known_token_is_its_user(s: &Session<'_>) -> Result<()> {
    let who = Who::Token(s.backend().token());
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    s.post(SELF_REVIEW, review)
        .as_who(who.clone())
        .only_at(&["/kind", "/status/userInfo/username", "/status/userInfo/groups"])
        .await?
        .is(201)?
        .has("/status/userInfo/username", "token-user")?
        .has("/status/userInfo/groups", json!(["token-group", "system:authenticated"]))?;
    s.get(s.core("configmaps")).as_who(who).await?.fails(403, "Forbidden")?.says("token-user")?;
    Ok(())
}

async fn a_certificate_is_its_common_name_and_organisation(s: &Session<'_>) -> Result<()> {
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let pointers = ["/kind", "/status/userInfo/username", "/status/userInfo/groups", "/status/userInfo/uid"];
    s.post(SELF_REVIEW, review.clone())
        .as_who(Who::member("ada", "engines"))
        .only_at(&pointers)
        .await?
        .is(201)?
        .has("/status/userInfo/username", "ada")?
        .has("/status/userInfo/groups", json!(["engines", "system:authenticated"]))?;
    s.post(SELF_REVIEW, review.clone()).as_who(Who::user("alone")).only_at(&pointers).await?.is(201)?;
    s.post(SELF_REVIEW, review.clone()).only_at(&pointers).await?.is(201)?;
    s.post(SELF_REVIEW, review).as_who(Who::Anonymous).await?.fails(403, "Forbidden")?;
    Ok(())
}

async fn a_user_without_rules_is_forbidden_by_name(s: &Session<'_>) -> Result<()> {
    let who = Who::user("nobody-special");
    let forbidden = async |call: crate::session::Call<'_>| call.await?.fails(403, "Forbidden");
    forbidden(s.get(s.core("configmaps/a")).as_who(who.clone())).await?;
    forbidden(s.get(s.core("configmaps")).as_who(who.clone())).await?;
    forbidden(s.get("/api/v1/configmaps").as_who(who.clone())).await?;
    forbidden(s.get("/api/v1/nodes").as_who(who.clone())).await?;
    forbidden(s.get("/api/v1/nodes/a").as_who(who.clone())).await?;
    forbidden(s.get(format!("/api/v1/namespaces/{}", s.namespace())).as_who(who.clone())).await?;
    forbidden(s.get(s.apis("apps/v1", "deployments/a")).as_who(who.clone())).await?;
    forbidden(s.get(s.apis("apps/v1", "deployments/a/scale")).as_who(who.clone())).await?;
    forbidden(s.put(s.apis("apps/v1", "deployments/a/status"), deployment("a", 1)).as_who(who.clone())).await?;
    forbidden(s.apply(s.core("configmaps/a"), "m", config_map("a")).as_who(who.clone())).await?;
    forbidden(s.get("/apis/none.example.com/v1/things").as_who(who.clone())).await?;
    s.get("/api/v1").as_who(who.clone()).only_status().await?.is(200)?;
    s.get("/apis").as_who(who.clone()).only_status().await?.is(200)?;
    forbidden(s.get("/nonsense").as_who(who)).await?;
    Ok(())
}

async fn a_rule_allows_its_verbs_and_no_others(s: &Session<'_>) -> Result<()> {
    let who = Who::user("reader");
    s.backend().allow(&Allowance::new("reader", &["get", "list"], &["configmaps"]).within(s.namespace())).await?;
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    s.until("the rule is in force", || async {
        Ok(s.get(s.core("configmaps/a")).as_who(who.clone()).unrecorded().await?.status() == 200)
    })
    .await?;
    s.get(s.core("configmaps/a")).as_who(who.clone()).await?.is(200)?;
    s.get(s.core("configmaps")).as_who(who.clone()).await?.is(200)?.lists(&["a"])?;
    s.get(s.core("configmaps/absent")).as_who(who.clone()).await?.fails(404, "NotFound")?;
    s.get(s.core("configmaps")).query("watch", true).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.delete(s.core("configmaps/a")).as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get(s.core("secrets")).as_who(who).await?.fails(403, "Forbidden")?;
    Ok(())
}

async fn a_rule_in_a_namespace_does_not_reach_another(s: &Session<'_>) -> Result<()> {
    let who = Who::user("neighbour");
    s.backend().allow(&Allowance::new("neighbour", &["*"], &["configmaps"]).within(s.namespace())).await?;
    s.until("the rule is in force", || async {
        Ok(s.get(s.core("configmaps")).as_who(who.clone()).unrecorded().await?.status() == 200)
    })
    .await?;
    s.post(s.core("configmaps"), config_map("a")).as_who(who.clone()).await?.is(201)?;
    s.get("/api/v1/namespaces/default/configmaps").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get("/api/v1/configmaps").as_who(who.clone()).await?.fails(403, "Forbidden")?.says("at the cluster scope")?;
    s.delete(s.core("configmaps")).as_who(who).await?.is(200)?;
    Ok(())
}

async fn a_rule_for_a_subresource_is_not_one_for_the_resource(s: &Session<'_>) -> Result<()> {
    let who = Who::user("scaler");
    let rule = Allowance::new("scaler", &["get", "update", "patch"], &["deployments/scale"]);
    s.backend().allow(&rule.of_group("apps").within(s.namespace())).await?;
    s.post(s.apis("apps/v1", "deployments"), deployment("a", 1)).only_status().await?.is(201)?;
    let scale = s.apis("apps/v1", "deployments/a/scale");
    s.until("the rule is in force", || async {
        Ok(s.get(&scale).as_who(who.clone()).unrecorded().await?.status() == 200)
    })
    .await?;
    s.merge_patch(&scale, json!({"spec": {"replicas": 3}})).as_who(who.clone()).await?.is(200)?;
    s.get(s.apis("apps/v1", "deployments/a")).as_who(who).await?.fails(403, "Forbidden")?;
    Ok(())
}

async fn an_administrator_may_act_as_another_user(s: &Session<'_>) -> Result<()> {
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    s.post(SELF_REVIEW, review.clone())
        .header("impersonate-user", "grace")
        .only_at(&["/status/userInfo"])
        .await?
        .is(201)?
        .has("/status/userInfo/username", "grace")?;
    s.post(SELF_REVIEW, review.clone())
        .header("impersonate-user", "grace")
        .header("impersonate-group", "navy")
        .header("impersonate-uid", "42")
        .header("impersonate-extra-team", "compilers")
        .only_at(&["/status/userInfo"])
        .await?
        .is(201)?
        .has("/status/userInfo/groups", json!(["navy", "system:authenticated"]))?;
    s.post(SELF_REVIEW, review.clone())
        .header("impersonate-user", "system:anonymous")
        .await?
        .fails(403, "Forbidden")?;
    s.get(s.core("configmaps")).header("impersonate-user", "grace").await?.fails(403, "Forbidden")?;
    s.get(s.core("configmaps"))
        .header("impersonate-user", "grace")
        .header("impersonate-group", "system:masters")
        .await?
        .is(200)?;
    s.get(s.core("configmaps")).header("impersonate-group", "navy").only_status().await?.is(400)?;
    Ok(())
}

async fn acting_as_another_user_needs_permission(s: &Session<'_>) -> Result<()> {
    let who = Who::user("pretender");
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    s.post(SELF_REVIEW, review.clone())
        .as_who(who.clone())
        .header("impersonate-user", "grace")
        .await?
        .fails(403, "Forbidden")?;
    s.backend().allow(&Allowance::new("pretender", &["impersonate"], &["users"])).await?;
    s.until("the rule is in force", || async {
        let call = s.post(SELF_REVIEW, review.clone()).as_who(who.clone()).header("impersonate-user", "grace");
        Ok(call.unrecorded().await?.status() == 201)
    })
    .await?;
    s.post(SELF_REVIEW, review)
        .as_who(who)
        .header("impersonate-user", "grace")
        .header("impersonate-group", "navy")
        .await?
        .fails(403, "Forbidden")?;
    Ok(())
}

async fn access_reviews_answer_for_the_caller(s: &Session<'_>) -> Result<()> {
    let who = Who::user("asker");
    s.backend().allow(&Allowance::new("asker", &["get"], &["configmaps"]).within(s.namespace())).await?;
    s.until("the rule is in force", || async {
        Ok(s.get(s.core("configmaps/absent")).as_who(who.clone()).unrecorded().await?.status() == 404)
    })
    .await?;
    let question = |verb: &str, resource: &str, namespace: &str| {
        json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"verb": verb, "resource": resource, "namespace": namespace}},
        })
    };
    let ask = async |who: &Who, verb: &str, resource: &str, namespace: &str, allowed: bool| {
        s.post(ACCESS_REVIEW, question(verb, resource, namespace))
            .as_who(who.clone())
            .only_at(&["/kind", "/spec", "/status/allowed", "/status/denied"])
            .await?
            .is(201)?
            .has("/status/allowed", allowed)
    };
    ask(&who, "get", "configmaps", s.namespace(), true).await?;
    ask(&who, "delete", "configmaps", s.namespace(), false).await?;
    ask(&who, "get", "configmaps", "default", false).await?;
    ask(&who, "get", "secrets", s.namespace(), false).await?;
    ask(&Who::Admin, "delete", "nodes", "", true).await?;
    let paths = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"nonResourceAttributes": {"verb": "get", "path": "/healthz"}},
    });
    s.post(ACCESS_REVIEW, paths)
        .as_who(who)
        .only_at(&["/spec", "/status/allowed"])
        .await?
        .is(201)?
        .has("/status/allowed", true)?;
    Ok(())
}

async fn access_reviews_refuse_an_empty_question(s: &Session<'_>) -> Result<()> {
    let empty = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {}});
    s.post(ACCESS_REVIEW, empty).await?.fails(422, "Invalid")?;
    s.get(ACCESS_REVIEW).await?.fails(405, "MethodNotAllowed")?;
    Ok(())
}

async fn token_reviews_tell_known_from_unknown_tokens(s: &Session<'_>) -> Result<()> {
    let review = |token: &str| json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}});
    s.post(TOKEN_REVIEW, review(&s.backend().token()))
        .only_at(&["/status/authenticated", "/status/user/username", "/status/user/groups"])
        .await?
        .is(201)?
        .has("/status/authenticated", true)?;
    s.post(TOKEN_REVIEW, review("not-a-token"))
        .only_at(&["/status/authenticated", "/status/user"])
        .await?
        .is(201)?
        .lacks("/status/authenticated")?;
    s.post(TOKEN_REVIEW, review("")).await?.is(400)?;
    Ok(())
}

async fn forbidden_comes_before_not_found_and_bad_input(s: &Session<'_>) -> Result<()> {
    let who = Who::user("stranger");
    s.get("/api/v1/namespaces/absent/configmaps/absent").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.post(s.core("configmaps"), json!({})).bytes("{").as_who(who.clone()).await?.fails(403, "Forbidden")?;
    s.get(s.core("configmaps")).query("limit", "many").as_who(who).await?.fails(403, "Forbidden")?;
    Ok(())
}
