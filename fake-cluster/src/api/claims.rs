//! What claims of storage have to do with the storage classes of their cluster: the admission plugins `DefaultStorageClass` and
//! `PersistentVolumeClaimResize`.

use serde_json::Value;

use super::Api;
use super::resource::{Origin, Resource};
use super::status::Status;
use crate::schema::quantity::Quantity;
use crate::storage::Select;

const CLASSES: &str = "storageclasses.storage.k8s.io";
/// Annotation of a claim that names its class, from before there was a field.
const BETA: &str = "volume.beta.kubernetes.io/storage-class";
/// Annotations of the class for claims that name none.
const DEFAULT: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

fn is_claim(resource: &Resource) -> bool {
    resource.origin == Origin::Builtin && resource.storage == "persistentvolumeclaims"
}

/// The class that a claim names, if it names one, even an empty one.
fn class_of(claim: &Value) -> Option<&str> {
    claim["metadata"]["annotations"][BETA].as_str().or_else(|| claim["spec"]["storageClassName"].as_str())
}

/// Gives a claim that names no class the default one, the newest when there are several.
pub(super) fn default_class(api: &Api, resource: &Resource, claim: &mut Value) {
    if !is_claim(resource) || class_of(claim).is_some() {
        return;
    }
    let Ok(classes) = api.store.range(CLASSES, Select::default()) else { return };
    let is_default =
        |class: &Value| DEFAULT.iter().any(|mark| class["metadata"]["annotations"][mark].as_str() == Some("true"));
    let made = |class: &Value| class["metadata"]["creationTimestamp"].as_str().unwrap_or_default().to_owned();
    let mut defaults: Vec<&Value> =
        classes.objects.iter().map(|class| class.value()).filter(|class| is_default(class)).collect();
    // In the order of their names, of which the first is taken among the newest.
    defaults.sort_by_key(|class| std::cmp::Reverse(made(class)));
    if let (Some(class), Some(spec)) = (defaults.first(), claim["spec"].as_object_mut()) {
        spec.insert("storageClassName".into(), class["metadata"]["name"].clone());
    }
}

/// Refuses more storage where the class does not allow it.
pub(super) fn may_grow(api: &Api, resource: &Resource, new: &Value, old: &Value) -> Result<(), Status> {
    if !is_claim(resource) {
        return Ok(());
    }
    let size = |claim: &Value| {
        let storage = claim.pointer("/spec/resources/requests/storage")?.as_str()?;
        Quantity::parse(storage).ok().map(|size| size.worth())
    };
    if size(new) <= size(old) {
        return Ok(());
    }
    let name = new["metadata"]["name"].as_str().unwrap_or_default();
    let refused = |why: &str| Err(Status::forbidden("", &resource.plural, name, why));
    if old["status"]["phase"] != "Bound" {
        return refused("Only bound persistent volume claims can be expanded");
    }
    let (after, before) = (class_of(new).unwrap_or_default(), class_of(old).unwrap_or_default());
    let class = api.store.get(CLASSES, after);
    if before.is_empty() || after != before || class.is_none_or(|class| class.value()["allowVolumeExpansion"] != true) {
        return refused(
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
        );
    }
    Ok(())
}
