//! Claims of storage and storage classes: defaults, what cannot change, and what may grow.

use crate::session::Session;
use anyhow::Result;
use serde_json::{Value, json};

crate::scenarios!("storage":
    a_claim_gets_its_defaults_and_is_held,
    claims_are_checked,
    a_storage_class_gets_its_defaults,
    storage_classes_are_checked,
    storage_classes_have_immutable_parts,
    a_claim_has_immutable_parts,
    an_unbound_claim_cannot_grow,
    a_bound_claim_grows_where_its_class_allows,
    a_claim_does_not_shrink,
    a_claim_may_begin_with_another,
    a_claim_is_applied,
    a_held_claim_is_deleted_when_it_is_let_go,
);

fn claim(name: &str, size: &str, class: Option<&str>) -> Value {
    let mut claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}});
    if let Some(class) = class {
        claim["spec"]["storageClassName"] = class.into();
    }
    claim
}

fn class(name: &str, grows: bool) -> Value {
    json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name},
        "provisioner": "example.com/disks", "parameters": {"kind": "fast"}, "allowVolumeExpansion": grows})
}

const CLASSES: &str = "/apis/storage.k8s.io/v1/storageclasses";

async fn bind(s: &Session<'_>, name: &str, size: &str) -> Result<()> {
    let bound = json!({"status": {"phase": "Bound", "capacity": {"storage": size}}});
    s.merge_patch(s.core(&format!("persistentvolumeclaims/{name}/status")), bound).await?.is(200)?;
    Ok(())
}

fn larger(size: &str) -> Value {
    json!({"spec": {"resources": {"requests": {"storage": size}}}})
}

async fn a_claim_gets_its_defaults_and_is_held(s: &Session<'_>) -> Result<()> {
    let made = s.post(s.core("persistentvolumeclaims"), claim("a", "1Gi", None)).await?.is(201)?;
    made.has("/status/phase", "Pending")?.has("/metadata/finalizers", json!(["kubernetes.io/pvc-protection"]))?;
    s.get(s.core("persistentvolumeclaims")).await?.lists(&["a"])?;
    s.post(s.core("persistentvolumeclaims"), claim("b", "1Gi", Some("none-such"))).dry_run().await?.is(201)?;
    Ok(())
}

async fn claims_are_checked(s: &Session<'_>) -> Result<()> {
    let path = s.core("persistentvolumeclaims");
    let mut empty = claim("a", "1Gi", None);
    empty["spec"] = json!({});
    s.post(&path, empty).await?.fails(422, "Invalid")?;
    s.post(&path, claim("a", "0", None)).await?.fails(422, "Invalid")?;
    s.post(&path, claim("a", "1Gi", Some("Not A Name"))).await?.fails(422, "Invalid")?;
    let mut odd = claim("a", "1Gi", None);
    odd["spec"]["accessModes"] = json!(["Sometimes"]);
    s.post(&path, odd).await?.fails(422, "Invalid")?;
    s.post(&path, claim("a", "1.5", None)).await?.is(201)?;
    Ok(())
}

async fn a_storage_class_gets_its_defaults(s: &Session<'_>) -> Result<()> {
    let made = s.post(CLASSES, class("storage-defaults", false)).await?.is(201)?;
    made.has("/reclaimPolicy", "Delete")?.has("/volumeBindingMode", "Immediate")?;
    s.delete(format!("{CLASSES}/storage-defaults")).await?.is(200)?;
    Ok(())
}

async fn storage_classes_are_checked(s: &Session<'_>) -> Result<()> {
    for (field, value) in [
        ("provisioner", json!("")),
        ("provisioner", json!("Not A Name")),
        ("reclaimPolicy", json!("Recycle")),
        ("volumeBindingMode", json!("Later")),
    ] {
        let mut broken = class("storage-checked", false);
        broken[field] = value;
        s.post(CLASSES, broken).await?.fails(422, "Invalid")?;
    }
    Ok(())
}

async fn storage_classes_have_immutable_parts(s: &Session<'_>) -> Result<()> {
    s.post(CLASSES, class("storage-fixed", false)).await?.is(201)?;
    let path = format!("{CLASSES}/storage-fixed");
    for change in [
        json!({"parameters": {"kind": "slow"}}),
        json!({"provisioner": "example.com/others"}),
        json!({"reclaimPolicy": "Retain"}),
        json!({"volumeBindingMode": "WaitForFirstConsumer"}),
    ] {
        s.merge_patch(&path, change).await?.fails(422, "Invalid")?;
    }
    s.merge_patch(&path, json!({"allowVolumeExpansion": true})).await?.is(200)?;
    s.delete(&path).await?.is(200)?;
    Ok(())
}

async fn a_claim_has_immutable_parts(s: &Session<'_>) -> Result<()> {
    s.post(s.core("persistentvolumeclaims"), claim("a", "1Gi", Some("one"))).await?.is(201)?;
    let path = s.core("persistentvolumeclaims/a");
    for change in [json!({"spec": {"storageClassName": "two"}}), json!({"spec": {"accessModes": ["ReadWriteMany"]}})] {
        // The real server shows the difference as Go prints it.
        s.merge_patch(&path, change)
            .only_at(&["/reason", "/details/causes/0/field", "/details/causes/0/reason"])
            .await?
            .is(422)?;
    }
    s.merge_patch(&path, json!({"spec": {"volumeName": "v"}})).await?.is(200)?;
    s.merge_patch(&path, json!({"spec": {"volumeName": "w"}})).only_at(&["/reason"]).await?.is(422)?;
    s.merge_patch(&path, json!({"metadata": {"labels": {"fine": "yes"}}})).await?.is(200)?;
    Ok(())
}

async fn an_unbound_claim_cannot_grow(s: &Session<'_>) -> Result<()> {
    s.post(s.core("persistentvolumeclaims"), claim("a", "1Gi", Some("one"))).await?.is(201)?;
    let path = s.core("persistentvolumeclaims/a");
    s.merge_patch(&path, larger("2Gi")).only_at(&["/reason", "/details/causes/0/field"]).await?.is(422)?;
    s.merge_patch(&path, larger("1024Mi")).only_at(&["/spec/accessModes"]).await?.is(200)?;
    Ok(())
}

async fn a_bound_claim_grows_where_its_class_allows(s: &Session<'_>) -> Result<()> {
    s.post(CLASSES, class("storage-grows", true)).await?.is(201)?;
    s.post(CLASSES, class("storage-stays", false)).await?.is(201)?;
    for (name, of) in [("a", "storage-grows"), ("b", "storage-stays"), ("c", "storage-none-such")] {
        s.post(s.core("persistentvolumeclaims"), claim(name, "1Gi", Some(of))).await?.is(201)?;
        bind(s, name, "1Gi").await?;
    }
    let path = |name: &str| s.core(&format!("persistentvolumeclaims/{name}"));
    // The real server learns of classes by and by.
    s.until("the class is known", || async {
        Ok(s.merge_patch(path("a"), larger("2Gi")).dry_run().unrecorded().await?.status() == 200)
    })
    .await?;
    s.merge_patch(path("a"), larger("2Gi")).await?.is(200)?;
    s.merge_patch(path("b"), larger("2Gi")).await?.fails(403, "Forbidden")?;
    s.merge_patch(path("c"), larger("2Gi")).await?.fails(403, "Forbidden")?;
    s.delete(format!("{CLASSES}/storage-grows")).await?.is(200)?;
    s.delete(format!("{CLASSES}/storage-stays")).await?.is(200)?;
    Ok(())
}

async fn a_claim_does_not_shrink(s: &Session<'_>) -> Result<()> {
    s.post(s.core("persistentvolumeclaims"), claim("a", "2Gi", Some("one"))).await?.is(201)?;
    bind(s, "a", "2Gi").await?;
    s.merge_patch(s.core("persistentvolumeclaims/a"), larger("1Gi")).await?.fails(422, "Invalid")?;
    Ok(())
}

async fn a_claim_may_begin_with_another(s: &Session<'_>) -> Result<()> {
    let mut copy = claim("a", "1Gi", None);
    copy["spec"]["dataSource"] = json!({"kind": "PersistentVolumeClaim", "name": "b"});
    s.post(s.core("persistentvolumeclaims"), copy).await?.is(201)?;
    let mut odd = claim("b", "1Gi", None);
    odd["spec"]["dataSource"] = json!({"apiGroup": "example.com", "kind": "Backup", "name": "b"});
    s.post(s.core("persistentvolumeclaims"), odd).await?.is(201)?;
    let mut other = claim("c", "1Gi", None);
    other["spec"]["dataSourceRef"] = json!({"apiGroup": "example.com", "kind": "Backup", "name": "b"});
    s.post(s.core("persistentvolumeclaims"), other).await?.is(201)?;
    Ok(())
}

async fn a_claim_is_applied(s: &Session<'_>) -> Result<()> {
    let path = s.core("persistentvolumeclaims/a");
    s.apply(&path, "one", claim("a", "1Gi", Some("one"))).await?.is(201)?;
    s.apply(&path, "one", claim("a", "1024Mi", Some("one"))).only_at(&["/spec/accessModes"]).await?.is(200)?;
    s.apply(&path, "two", claim("a", "2Gi", Some("one"))).await?.fails(409, "Conflict")?;
    Ok(())
}

async fn a_held_claim_is_deleted_when_it_is_let_go(s: &Session<'_>) -> Result<()> {
    let path = s.core("persistentvolumeclaims/a");
    s.post(s.core("persistentvolumeclaims"), claim("a", "1Gi", None)).await?.is(201)?;
    s.delete(&path).await?.is(200)?;
    s.get(&path).await?.is(200)?;
    s.merge_patch(&path, json!({"metadata": {"finalizers": null}})).await?.is(200)?;
    s.get(&path).await?.fails(404, "NotFound")?;
    Ok(())
}
