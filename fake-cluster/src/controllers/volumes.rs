//! What an infrastructure would give: volumes for claims, and addresses for load balancers. Knows nothing of who asks for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::garbage::{has, without_finalizer};
use super::step::{Step, Write, controller};
use super::view::{View, is_deleting, text};
use crate::storage::Object;

const PODS: &str = "pods";
const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const SERVICES: &str = "services";
const BOUND: &str = "pv.kubernetes.io/bind-completed";
/// Keeps a claim that a pod uses.
const CLAIM_IN_USE: &str = "kubernetes.io/pvc-protection";
/// Keeps a volume that a claim is bound to.
const VOLUME_IN_USE: &str = "kubernetes.io/pv-protection";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let mut steps = bind(view);
    steps.extend(release(view));
    steps.extend(balance(view));
    steps
}

/// Claims that wait get a volume of their own, at once and whatever their class says.
fn bind(view: &View) -> Vec<Step> {
    let Some(claims) = view.resource(CLAIMS) else { return Vec::new() };
    let actor = controller("persistent-volume-binder");
    let waiting = view
        .objects(CLAIMS)
        .iter()
        .filter(|claim| !is_deleting(claim) && matches!(text(&claim.value()["status"]["phase"]), "" | "Pending"));
    waiting
        .map(|claim| {
            let spec = &claim.value()["spec"];
            let name = match text(&spec["volumeName"]) {
                "" => format!("pvc-{}", claim.meta_str("uid")),
                given => given.to_owned(),
            };
            if let Some(volumes) = view.resource(VOLUMES).filter(|_| view.get(VOLUMES, &name).is_none()) {
                return Step::within(&actor, volumes, "", Write::Create(volume(claim, &name)));
            }
            let mut new = claim.value().clone();
            if text(&spec["volumeName"]).is_empty() || claim.metadata()["annotations"][BOUND].is_null() {
                new["spec"]["volumeName"] = json!(name);
                new["metadata"]["annotations"][BOUND] = json!("yes");
                new["metadata"]["annotations"]["pv.kubernetes.io/bound-by-controller"] = json!("yes");
                return Step::to(&actor, claims, claim, Write::Update("", new));
            }
            new["status"] = json!({
                "phase": "Bound", "accessModes": spec["accessModes"],
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            });
            Step::to(&actor, claims, claim, Write::Update("status", new))
        })
        .chain(claimed(view, &actor))
        .collect()
}

fn volume(claim: &Object, name: &str) -> Value {
    let spec = &claim.value()["spec"];
    let reference = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": claim.meta_str("name"),
        "namespace": claim.meta_str("namespace"), "uid": claim.meta_str("uid"),
    });
    let mut volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": "fake-cluster"}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]}, "accessModes": spec["accessModes"],
            "claimRef": reference, "persistentVolumeReclaimPolicy": "Delete",
            "hostPath": {"path": format!("/volumes/{name}")},
        },
    });
    for field in ["storageClassName", "volumeMode"] {
        if !spec[field].is_null() {
            volume["spec"][field] = spec[field].clone();
        }
    }
    volume
}

/// Volumes say that they are bound, and those that were made for a claim go with it.
fn claimed(view: &View, actor: &str) -> Vec<Step> {
    let Some(volumes) = view.resource(VOLUMES) else { return Vec::new() };
    let own = view.objects(VOLUMES).iter().filter(|volume| {
        volume.metadata()["annotations"]["pv.kubernetes.io/provisioned-by"] == "fake-cluster" && !is_deleting(volume)
    });
    own.filter_map(|volume| {
        if !is_claimed(view, volume) {
            return Some(Step::to(actor, volumes, volume, Write::delete_exactly(volume, "Background")));
        }
        let mut new = volume.value().clone();
        new["status"]["phase"] = json!("Bound");
        (new != *volume.value()).then(|| Step::to(actor, volumes, volume, Write::Update("status", new)))
    })
    .collect()
}

/// Claims that no pod uses may go, and volumes that belong to no claim.
///
/// It follows `pkg/controller/volume/pvcprotection` and `pvprotection`.
fn release(view: &View) -> Vec<Step> {
    let mut steps = Vec::new();
    let held = |storage: &'static str, finalizer: &'static str| {
        let deleting = view.objects(storage).iter().filter(move |object| is_deleting(object) && has(object, finalizer));
        view.resource(storage).into_iter().flat_map(move |of| deleting.clone().map(move |object| (of, object)))
    };
    let actor = controller("pvc-protection-controller");
    let mut used = None;
    for (claims, claim) in held(CLAIMS, CLAIM_IN_USE) {
        if !used.get_or_insert_with(|| in_use(view)).contains(claim.key()) {
            steps.push(Step::to(&actor, claims, claim, without_finalizer(claim, CLAIM_IN_USE)));
        }
    }
    let actor = controller("pv-protection-controller");
    for (volumes, volume) in held(VOLUMES, VOLUME_IN_USE) {
        if !is_claimed(view, volume) {
            steps.push(Step::to(&actor, volumes, volume, without_finalizer(volume, VOLUME_IN_USE)));
        }
    }
    steps
}

/// The keys of the claims that pods use which are not at their end.
fn in_use(view: &View) -> BTreeSet<String> {
    let running = |pod: &&Arc<Object>| !matches!(text(&pod.value()["status"]["phase"]), "Succeeded" | "Failed");
    let mut keys = BTreeSet::new();
    for pod in view.objects(PODS).iter().filter(running) {
        for volume in pod.value()["spec"]["volumes"].as_array().into_iter().flatten() {
            let name = match text(&volume["persistentVolumeClaim"]["claimName"]) {
                "" if volume["ephemeral"].is_object() => format!("{}-{}", pod.meta_str("name"), text(&volume["name"])),
                "" => continue,
                name => name.to_owned(),
            };
            keys.insert(format!("{}/{name}", pod.meta_str("namespace")));
        }
    }
    keys
}

/// Whether the claim is there that a volume is bound to.
fn is_claimed(view: &View, volume: &Object) -> bool {
    let reference = &volume.value()["spec"]["claimRef"];
    let key = format!("{}/{}", text(&reference["namespace"]), text(&reference["name"]));
    view.get(CLAIMS, &key).is_some_and(|claim| reference["uid"] == claim.meta_str("uid"))
}

/// Load balancers without an address get one, of those that are for documentation.
fn balance(view: &View) -> Vec<Step> {
    let Some(services) = view.resource(SERVICES) else { return Vec::new() };
    let actor = controller("service-controller");
    let given = |service: &Object| text(&service.value()["status"]["loadBalancer"]["ingress"][0]["ip"]).to_owned();
    let taken: BTreeSet<String> = view.objects(SERVICES).iter().map(|service| given(service)).collect();
    let mut free = (1..=254).map(|last| format!("198.51.100.{last}")).filter(|address| !taken.contains(address));
    let waiting = view.objects(SERVICES).iter().filter(|service| {
        let spec = &service.value()["spec"];
        spec["type"] == "LoadBalancer"
            && spec["loadBalancerClass"].is_null()
            && given(service).is_empty()
            && !is_deleting(service)
    });
    waiting
        .filter_map(|service| {
            let mut new = service.value().clone();
            new["status"]["loadBalancer"] = json!({"ingress": [{"ip": free.next()?, "ipMode": "VIP"}]});
            Some(Step::to(&actor, services, service, Write::Update("status", new)))
        })
        .collect()
}
