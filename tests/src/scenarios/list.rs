//! Lists: order, pages, selectors and resource versions.

use super::objects::{config_map, labelled, pod, secret};
use crate::session::Session;
use anyhow::{Result, ensure};
use serde_json::json;

crate::scenarios!("list":
    an_empty_list_has_a_version_and_no_items,
    items_are_ordered_by_name_and_have_no_kind,
    lists_span_namespaces,
    pages_add_up_to_the_whole,
    pages_are_one_snapshot,
    pages_keep_their_selector,
    a_broken_continue_token_is_refused,
    a_continue_token_dies_with_its_history,
    label_selectors_choose,
    broken_label_selectors_are_refused,
    field_selectors_choose,
    unknown_fields_cannot_be_selected,
    builtin_fields_can_be_selected,
    any_version_is_as_good_as_none,
    an_exact_version_shows_the_past,
    version_rules_are_checked,
    a_version_from_the_future_is_refused,
    a_forgotten_version_is_gone,
    bad_numbers_in_the_query_are_refused,
);

async fn an_empty_list_has_a_version_and_no_items(s: &Session<'_>) -> Result<()> {
    let list = s.get(s.core("configmaps")).await?.is(200)?.has("/items", json!([]))?.has("/kind", "ConfigMapList")?;
    list.version()?;
    s.get(s.core("pods")).await?.is(200)?.has("/kind", "PodList")?;
    s.get(s.apis("apps/v1", "deployments")).await?.is(200)?.has("/kind", "DeploymentList")?;
    s.get(s.apis("rbac.authorization.k8s.io/v1", "roles")).await?.is(200)?.has("/kind", "RoleList")?;
    s.get(s.apis("coordination.k8s.io/v1", "leases")).await?.is(200)?.has("/kind", "LeaseList")?;
    Ok(())
}

async fn items_are_ordered_by_name_and_have_no_kind(s: &Session<'_>) -> Result<()> {
    for name in ["b", "a", "c", "a.b", "a-b", "a0"] {
        s.post(s.core("configmaps"), config_map(name)).unrecorded().await?.is(201)?;
    }
    s.get(s.core("configmaps"))
        .await?
        .lists(&["a", "a-b", "a.b", "a0", "b", "c"])?
        .lacks("/items/0/kind")?
        .lacks("/items/0/apiVersion")?;
    Ok(())
}

/// Order is that of the keys `namespace/name`, and `-` comes before `/`.
async fn lists_span_namespaces(s: &Session<'_>) -> Result<()> {
    let second = format!("{}-2", s.namespace());
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": second}});
    s.post("/api/v1/namespaces", namespace).await?.is(201)?;
    let labels = json!({"scenario": "spans"});
    s.post(format!("/api/v1/namespaces/{second}/configmaps"), labelled("a", labels.clone())).await?.is(201)?;
    s.post(s.core("configmaps"), labelled("b", labels)).await?.is(201)?;
    s.get("/api/v1/configmaps").query("labelSelector", "scenario=spans").await?.lists(&["a", "b"])?;
    s.get("/api/v1/configmaps")
        .query("labelSelector", "scenario=spans")
        .query("fieldSelector", format!("metadata.namespace={second}"))
        .await?
        .lists(&["a"])?;
    Ok(())
}

async fn fill(s: &Session<'_>, count: usize) -> Result<()> {
    for at in 0..count {
        let half = if at % 2 == 0 { "even" } else { "odd" };
        s.post(s.core("configmaps"), labelled(&format!("m{at}"), json!({"half": half}))).unrecorded().await?.is(201)?;
    }
    Ok(())
}

async fn pages_add_up_to_the_whole(s: &Session<'_>) -> Result<()> {
    fill(s, 5).await?;
    let first = s.get(s.core("configmaps")).query("limit", 2).await?.lists(&["m0", "m1"])?;
    let first = first.has("/metadata/remainingItemCount", 3)?;
    let token = first.text_at("/metadata/continue")?;
    let second = s.get(s.core("configmaps")).query("limit", 2).query("continue", &token).unrecorded().await?;
    let second = second.lists(&["m2", "m3"])?.has("/metadata/remainingItemCount", 1)?;
    s.remark("second page has the first's version", second.version()? == first.version()?);
    let token = second.text_at("/metadata/continue")?;
    let third = s.get(s.core("configmaps")).query("limit", 2).query("continue", &token).unrecorded().await?;
    let third = third.lists(&["m4"])?.lacks("/metadata/continue")?.lacks("/metadata/remainingItemCount")?;
    s.remark("third page", third.body().clone()["metadata"].as_object().map_or(0, |metadata| metadata.len()));
    s.get(s.core("configmaps")).query("limit", 5).await?.lacks("/metadata/continue")?;
    s.get(s.core("configmaps")).query("limit", 0).await?.lacks("/metadata/continue")?;
    Ok(())
}

async fn pages_are_one_snapshot(s: &Session<'_>) -> Result<()> {
    fill(s, 4).await?;
    let first = s.get(s.core("configmaps")).query("limit", 1).await?.lists(&["m0"])?;
    let token = first.text_at("/metadata/continue")?;
    s.delete(s.core("configmaps/m1")).await?.is(200)?;
    s.post(s.core("configmaps"), config_map("m11")).await?.is(201)?;
    s.merge_patch(s.core("configmaps/m2"), json!({"data": {"late": "yes"}})).await?.is(200)?;
    let rest = s.get(s.core("configmaps")).query("continue", &token).unrecorded().await?.is(200)?;
    let rest = rest.lists(&["m1", "m2", "m3"])?.lacks("/items/1/data")?;
    s.remark("same version", rest.version()? == first.version()?);
    s.get(s.core("configmaps")).await?.lists(&["m0", "m11", "m2", "m3"])?;
    Ok(())
}

async fn pages_keep_their_selector(s: &Session<'_>) -> Result<()> {
    fill(s, 6).await?;
    let first = s.get(s.core("configmaps")).query("limit", 2).query("labelSelector", "half=odd").await?;
    let first = first.lists(&["m1", "m3"])?;
    let token = first.text_at("/metadata/continue")?;
    let second = s
        .get(s.core("configmaps"))
        .query("limit", 2)
        .query("labelSelector", "half=odd")
        .query("continue", &token)
        .unrecorded()
        .await?;
    second.lists(&["m5"])?.lacks("/metadata/continue")?;
    Ok(())
}

async fn a_broken_continue_token_is_refused(s: &Session<'_>) -> Result<()> {
    fill(s, 3).await?;
    s.get(s.core("configmaps")).query("limit", 1).query("continue", "nonsense").await?.fails(400, "BadRequest")?;
    let token = s.get(s.core("configmaps")).query("limit", 1).await?.text_at("/metadata/continue")?;
    let with_version = s.get(s.core("configmaps")).query("limit", 1).query("resourceVersion", "1");
    with_version.query("continue", token).only_at(&["/reason", "/message"]).await?.is(400)?;
    Ok(())
}

async fn a_continue_token_dies_with_its_history(s: &Session<'_>) -> Result<()> {
    fill(s, 3).await?;
    let token = s.get(s.core("configmaps")).query("limit", 1).await?.text_at("/metadata/continue")?;
    s.merge_patch(s.core("configmaps/m0"), json!({"data": {"a": "b"}})).await?.is(200)?;
    s.backend().compact().await?;
    let gone = s.get(s.core("configmaps")).query("limit", 1).query("continue", token).unrecorded();
    let gone = gone.await?;
    s.remark("status", gone.status());
    s.remark("reason", gone.at("/reason").clone());
    if gone.status() == 410 {
        let fresh = gone.text_at("/metadata/continue")?;
        let next = s.get(s.core("configmaps")).query("limit", 1).query("continue", fresh).unrecorded().await?;
        next.is(200)?.lists(&["m1"])?;
    }
    Ok(())
}

async fn label_selectors_choose(s: &Session<'_>) -> Result<()> {
    for (name, labels) in [
        ("a", json!({"tier": "web", "size": "3"})),
        ("b", json!({"tier": "db", "size": "7", "hot": ""})),
        ("c", json!({"size": "x"})),
        ("d", json!({})),
    ] {
        s.post(s.core("configmaps"), labelled(name, labels)).unrecorded().await?.is(201)?;
    }
    for (selector, names) in [
        ("tier=web", &["a"][..]),
        ("tier==web", &["a"]),
        ("tier!=web", &["b", "c", "d"]),
        ("tier in (web,db)", &["a", "b"]),
        ("tier in (web, db),size=7", &["b"]),
        ("tier notin (web)", &["b", "c", "d"]),
        ("hot", &["b"]),
        ("!tier", &["c", "d"]),
        ("hot=", &["b"]),
        ("size>3", &["b"]),
        ("size<7", &["a"]),
        ("tier=none", &[]),
        ("", &["a", "b", "c", "d"]),
        ("tier in ()", &[]),
        ("tier,!hot", &["a"]),
    ] {
        s.get(s.core("configmaps")).query("labelSelector", selector).await?.is(200)?.lists(names)?;
    }
    Ok(())
}

async fn broken_label_selectors_are_refused(s: &Session<'_>) -> Result<()> {
    for selector in ["a=b=c", "a in", "a in (", "bad key", "=v", "a>x", "a,,b", "a=bad value", "!", "a notin b"] {
        s.get(s.core("configmaps")).query("labelSelector", selector).await?.is(400)?;
    }
    s.delete(s.core("configmaps")).query("labelSelector", "a in (").await?.is(400)?;
    Ok(())
}

async fn field_selectors_choose(s: &Session<'_>) -> Result<()> {
    fill(s, 3).await?;
    s.get(s.core("configmaps")).query("fieldSelector", "metadata.name=m1").await?.lists(&["m1"])?;
    s.get(s.core("configmaps")).query("fieldSelector", "metadata.name==m1").await?.lists(&["m1"])?;
    s.get(s.core("configmaps")).query("fieldSelector", "metadata.name!=m1").await?.lists(&["m0", "m2"])?;
    s.get(s.core("configmaps")).query("fieldSelector", "metadata.name=absent").await?.lists(&[])?;
    let both = s.get(s.core("configmaps")).query("fieldSelector", "metadata.name!=m1,metadata.name!=m2");
    both.await?.lists(&["m0"])?;
    s.get(s.core("configmaps")).query("fieldSelector", "metadata.namespace=default").await?.lists(&[])?;
    Ok(())
}

async fn unknown_fields_cannot_be_selected(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps")).query("fieldSelector", "data.key=value").await?.fails(400, "BadRequest")?;
    s.get(s.core("configmaps")).query("fieldSelector", "nonsense").await?.fails(400, "BadRequest")?;
    s.get(s.apis("apps/v1", "deployments"))
        .query("fieldSelector", "spec.replicas=1")
        .await?
        .fails(400, "BadRequest")?;
    Ok(())
}

async fn builtin_fields_can_be_selected(s: &Session<'_>) -> Result<()> {
    s.post(s.core("pods"), pod("free")).unrecorded().await?.is(201)?;
    let mut bound = pod("bound");
    bound["spec"]["nodeName"] = "somewhere".into();
    s.post(s.core("pods"), bound).unrecorded().await?.is(201)?;
    s.post(s.core("secrets"), secret("a")).unrecorded().await?.is(201)?;
    let at = ["/kind"];
    let pods = |selector: &str| s.get(s.core("pods")).query("fieldSelector", selector).only_at(&at);
    pods("spec.nodeName=somewhere").await?.lists(&["bound"])?;
    pods("spec.nodeName=").await?.lists(&["free"])?;
    pods("status.phase=Pending").await?.lists(&["bound", "free"])?;
    pods("status.phase!=Pending").await?.lists(&[])?;
    s.get(s.core("secrets")).query("fieldSelector", "type=Opaque").await?.lists(&["a"])?;
    s.get(s.core("secrets")).query("fieldSelector", "type=other").await?.lists(&[])?;
    Ok(())
}

async fn any_version_is_as_good_as_none(s: &Session<'_>) -> Result<()> {
    fill(s, 2).await?;
    let version = s.get(s.core("configmaps")).await?.version()?;
    s.get(s.core("configmaps")).query("resourceVersion", &version).unrecorded().await?.lists(&["m0", "m1"])?;
    let match_rule = "NotOlderThan";
    s.get(s.core("configmaps"))
        .query("resourceVersion", "0")
        .query("resourceVersionMatch", match_rule)
        .only_status()
        .await?
        .is(200)?;
    s.get(s.core("configmaps"))
        .query("resourceVersion", version)
        .query("resourceVersionMatch", match_rule)
        .unrecorded()
        .await?
        .lists(&["m0", "m1"])?;
    Ok(())
}

async fn an_exact_version_shows_the_past(s: &Session<'_>) -> Result<()> {
    fill(s, 2).await?;
    let then = s.get(s.core("configmaps")).await?.version()?;
    s.delete(s.core("configmaps/m0")).await?.is(200)?;
    s.merge_patch(s.core("configmaps/m1"), json!({"data": {"a": "b"}})).await?.is(200)?;
    let past = s
        .get(s.core("configmaps"))
        .query("resourceVersion", &then)
        .query("resourceVersionMatch", "Exact")
        .unrecorded()
        .await?
        .lists(&["m0", "m1"])?
        .lacks("/items/1/data")?;
    ensure!(past.version()? == then, "a past list has another version");
    Ok(())
}

async fn version_rules_are_checked(s: &Session<'_>) -> Result<()> {
    let list = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(s.get(s.core("configmaps")), |call, (name, value)| call.query(name, value))
    };
    list(&[("resourceVersionMatch", "Exact")]).await?.is(422)?;
    list(&[("resourceVersionMatch", "NotOlderThan")]).await?.is(422)?;
    list(&[("resourceVersion", "0"), ("resourceVersionMatch", "Exact")]).await?.is(422)?;
    list(&[("resourceVersion", "1"), ("resourceVersionMatch", "Sometimes")]).await?.is(422)?;
    list(&[("resourceVersion", "nonsense")]).await?.is(400)?;
    list(&[("sendInitialEvents", "true")]).await?.is(422)?;
    s.get(s.core("configmaps/absent")).query("resourceVersion", "nonsense").await?.is(500)?;
    Ok(())
}

async fn a_version_from_the_future_is_refused(s: &Session<'_>) -> Result<()> {
    let far = "999999999";
    let reply = s.get(s.core("configmaps")).query("resourceVersion", far).await?;
    reply.is(504)?;
    Ok(())
}

async fn a_forgotten_version_is_gone(s: &Session<'_>) -> Result<()> {
    fill(s, 1).await?;
    let then = s.get(s.core("configmaps")).await?.version()?;
    s.merge_patch(s.core("configmaps/m0"), json!({"data": {"a": "b"}})).await?.is(200)?;
    s.backend().compact().await?;
    let gone = s.get(s.core("configmaps")).query("resourceVersion", then).query("resourceVersionMatch", "Exact");
    let gone = gone.unrecorded().await?;
    s.remark("status", gone.status());
    s.remark("reason", gone.at("/reason").clone());
    Ok(())
}

async fn bad_numbers_in_the_query_are_refused(s: &Session<'_>) -> Result<()> {
    s.get(s.core("configmaps")).query("limit", "many").await?.is(400)?;
    s.get(s.core("configmaps")).query("limit", "-1").await?.is(200)?;
    s.get(s.core("configmaps")).query("timeoutSeconds", "soon").await?.is(400)?;
    Ok(())
}
