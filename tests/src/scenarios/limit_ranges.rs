//! LimitRanges: what containers get, and what is too much.

use super::objects::pod;
use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("limit ranges":
    containers_get_default_requests_and_limits,
    containers_are_kept_within_bounds,
    pods_are_kept_within_bounds,
    claims_are_kept_within_bounds,
);

/// Creates a limit range and waits until it is followed: the real server looks at what it has seen some time ago.
async fn limited(s: &Session<'_>, limits: Value, refused: Value) -> Result<()> {
    let range =
        json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "limits"}, "spec": {"limits": limits}});
    s.post(s.core("limitranges"), range).await?.is(201)?;
    let plural = if refused["kind"] == "Pod" { "pods" } else { "persistentvolumeclaims" };
    s.until("the limit range is followed", || async {
        Ok(s.post(s.core(plural), refused.clone()).dry_run().unrecorded().await?.status() == 403)
    })
    .await
}

fn asking(name: &str, resources: Value) -> Value {
    let mut pod = pod(name);
    pod["spec"]["containers"][0]["resources"] = resources;
    pod
}

fn claim(name: &str, storage: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}},
    })
}

async fn containers_get_default_requests_and_limits(s: &Session<'_>) -> Result<()> {
    let limit = json!({
        "type": "Container", "default": {"cpu": "500m", "memory": "1Gi"}, "defaultRequest": {"cpu": "0.1"},
        "max": {"cpu": "1"},
    });
    let huge = asking("marker", json!({"limits": {"cpu": "64"}}));
    limited(s, json!([limit]), huge).await?;
    s.post(s.core("pods"), pod("plain")).await?.is(201)?;
    s.post(s.core("pods"), asking("partly", json!({"requests": {"memory": "10Mi"}}))).await?.is(201)?;
    let mut several = asking("several", json!({"limits": {"cpu": "1", "memory": "1Mi"}, "requests": {"cpu": "1"}}));
    several["spec"]["initContainers"] = json!([{"name": "first", "image": "registry.example/main:1"}]);
    several["metadata"]["annotations"] = json!({"own": "yes"});
    s.post(s.core("pods"), several).await?.is(201)?;
    s.merge_patch(s.core("pods/plain"), json!({"metadata": {"labels": {"a": "b"}}})).await?.is(200)?;
    Ok(())
}

async fn containers_are_kept_within_bounds(s: &Session<'_>) -> Result<()> {
    let limit = json!({
        "type": "Container", "min": {"cpu": "100m"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "4"},
        "default": {"cpu": "1"}, "defaultRequest": {"cpu": "500m"},
    });
    limited(s, json!([limit]), asking("marker", json!({"limits": {"cpu": "64"}}))).await?;
    for resources in [
        json!({"requests": {"cpu": "50m"}}),
        json!({"limits": {"cpu": "50m"}}),
        json!({"limits": {"cpu": "3"}}),
        json!({"requests": {"cpu": "2.5"}, "limits": {"cpu": "3000m"}}),
        json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "2"}}),
        json!({"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}),
    ] {
        s.post(s.core("pods"), asking("a", resources)).dry_run().only_at(&["/message", "/reason", "/details"]).await?;
    }
    Ok(())
}

async fn pods_are_kept_within_bounds(s: &Session<'_>) -> Result<()> {
    let limit = json!({"type": "Pod", "max": {"memory": "1Gi"}, "min": {"memory": "16Mi"}});
    limited(s, json!([limit]), asking("marker", json!({"limits": {"memory": "2Gi"}}))).await?;
    let two = |first: &str, second: &str| {
        let mut pod = asking("two", json!({"limits": {"memory": first}}));
        let mut other = pod["spec"]["containers"][0].clone();
        other["name"] = json!("second");
        other["resources"]["limits"]["memory"] = json!(second);
        pod["spec"]["containers"] = json!([pod["spec"]["containers"][0], other]);
        pod
    };
    for pod in [two("512Mi", "512Mi"), two("512Mi", "513Mi"), two("8Mi", "4Mi"), pod("none")] {
        s.post(s.core("pods"), pod).dry_run().only_at(&["/message", "/reason", "/details"]).await?;
    }
    let mut init = two("256Mi", "256Mi");
    init["spec"]["initContainers"] = json!([{
        "name": "first", "image": "registry.example/main:1", "resources": {"limits": {"memory": "2Gi"}},
    }]);
    s.post(s.core("pods"), init).dry_run().only_at(&["/message", "/reason"]).await?.is(403)?;
    Ok(())
}

async fn claims_are_kept_within_bounds(s: &Session<'_>) -> Result<()> {
    let limit = json!({"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "10Gi"}});
    limited(s, json!([limit]), claim("marker", "11Gi")).await?;
    for storage in ["500Mi", "1Gi", "10Gi", "10241Mi", "20G"] {
        let claim = claim("a", storage);
        s.post(s.core("persistentvolumeclaims"), claim).dry_run().only_at(&["/message", "/reason", "/details"]).await?;
    }
    Ok(())
}
