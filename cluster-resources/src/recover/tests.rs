use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use fake_cluster::api::{Status, Verb as On};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use http::Method;
use serde_json::json;
use tokio::task::JoinHandle;

use super::handover::word;
use super::step::Step;
use super::*;
use crate::id::{BucketId, GroupKind};

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";
const REPLICA_SETS: &str = "/apis/apps/v1/namespaces/default/replicasets";

/// A cluster with a garbage collector that does what it must: it takes finalizers for dependants off.
struct Site {
    cluster: std::sync::Arc<FakeCluster>,
    access: ClusterAccess,
    collector: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.collector.abort();
    }
}

impl Site {
    async fn new() -> Self {
        let cluster = std::sync::Arc::new(FakeCluster::start().await.unwrap());
        let access = ClusterAccess::new(cluster.client().unwrap());
        let collector = tokio::spawn({
            let cluster = cluster.clone();
            async move {
                let mut turn = tokio::time::interval(Duration::from_millis(3));
                loop {
                    turn.tick().await;
                    for owners in [DEPLOYMENTS, "/apis/apps/v1/namespaces/default/statefulsets"] {
                        collect(&cluster, owners);
                    }
                }
            }
        });
        Self { cluster, access, collector }
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Status> {
        self.cluster.api().request(method, path, body)
    }

    fn get(&self, path: &str) -> Option<Value> {
        self.ask(Method::GET, path, None).ok()
    }
}

/// What kube-controller-manager does with a deleted owner: dependants are let go or deleted, then the finalizer goes.
fn collect(cluster: &FakeCluster, owners: &str) {
    let api = cluster.api();
    let list = api.request(Method::GET, owners, None).unwrap();
    for owner in list["items"].as_array().unwrap() {
        let finalizers = owner["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
        if owner["metadata"]["deletionTimestamp"].is_null() {
            continue;
        }
        let orphan = finalizers.contains(&json!("orphan"));
        if !orphan && !finalizers.contains(&json!("foregroundDeletion")) {
            continue;
        }
        let sets = api.request(Method::GET, REPLICA_SETS, None).unwrap();
        for set in sets["items"].as_array().unwrap() {
            if !handover::is_owned(set, owner["metadata"]["uid"].as_str().unwrap()) {
                continue;
            }
            let path = format!("{REPLICA_SETS}/{}", set["metadata"]["name"].as_str().unwrap());
            if orphan {
                let mut set = set.clone();
                set["metadata"]["ownerReferences"] = json!([]);
                // Somebody may have written it in between: the next turn tries again.
                if api.request(Method::PUT, &path, Some(&set)).is_err() {
                    return;
                }
            } else {
                api.request(Method::DELETE, &path, None).ok();
            }
        }
        let mut owner = owner.clone();
        owner["metadata"]["finalizers"] = json!([]);
        let path = format!("{owners}/{}", owner["metadata"]["name"].as_str().unwrap());
        api.request(Method::PUT, &path, Some(&owner)).ok();
    }
}

fn id(kind: &str, name: &str) -> ObjectId {
    let kind: GroupKind = kind.parse().unwrap();
    BucketId::new("prod", Some("default"), kind).object(name)
}

fn resource(api_version: &str, kind: &str, plural: &str) -> ApiResource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    ApiResource {
        group: group.into(),
        version: version.into(),
        api_version: api_version.into(),
        kind: kind.into(),
        plural: plural.into(),
    }
}

fn quick() -> RecoverOptions {
    RecoverOptions {
        pause: Duration::from_millis(2),
        gone_within: Duration::from_secs(20),
        made_within: Duration::from_secs(20),
        ..RecoverOptions::default()
    }
}

fn actor() -> Actor {
    Actor::new("mooring", "tests", "1.0.0")
}

/// Runs a future until it was polled so often, then drops it. Says what it came to when it ended before.
async fn killed_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

// === Replacing ===

fn job(image: &str) -> Value {
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "default"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "m", "image": image}]}}}})
}

struct JobCase {
    site: Site,
    id: ObjectId,
    resource: ApiResource,
    actor: Actor,
}

impl JobCase {
    const PATH: &'static str = "/apis/batch/v1/namespaces/default/jobs/j";

    async fn new() -> Self {
        let site = Site::new().await;
        site.cluster.create(job("old")).unwrap();
        Self { site, id: id("Job.batch", "j"), resource: resource("batch/v1", "Job", "jobs"), actor: actor() }
    }

    fn recovery(&self) -> Recovery<'_> {
        Recovery { options: quick(), ..Recovery::new(&self.site.access, &self.id, &self.resource, &self.actor) }
    }

    fn live(&self) -> Option<Value> {
        self.site.get(Self::PATH)
    }

    fn uid(&self) -> String {
        self.live().unwrap()["metadata"]["uid"].as_str().unwrap().to_owned()
    }

    fn image(&self) -> Option<String> {
        let live = self.live()?;
        Some(live["spec"]["template"]["spec"]["containers"][0]["image"].as_str().unwrap().to_owned())
    }

    async fn replace(&self, uid: &str) -> Result<Recovered, Box<Unrecovered>> {
        replace(&self.recovery(), &job("new"), uid, Propagation::Background).await
    }
}

#[tokio::test]
async fn a_replaced_object_is_another_with_what_is_declared() {
    let case = JobCase::new().await;
    let old = case.uid();
    let done = case.replace(&old).await.unwrap();
    assert!(done.made);
    assert_eq!((case.image().as_deref(), case.uid()), (Some("new"), done.version.uid.to_string()));
    assert_ne!(case.uid(), old);
    let backup = done.backup.unwrap();
    assert_eq!(backup.manifest()["spec"]["template"]["spec"]["containers"][0]["image"], "old");
    let managers = case.live().unwrap()["metadata"]["managedFields"].clone();
    assert_eq!((&managers[0]["manager"], &managers[0]["operation"]), (&json!("mooring/tests"), &json!("Apply")));
}

#[tokio::test]
async fn what_the_server_would_not_take_deletes_nothing() {
    let case = JobCase::new().await;
    let uid = case.uid();
    let mut broken = job("new");
    broken["spec"]["template"]["spec"]["restartPolicy"] = "Always".into();
    let failed = replace(&case.recovery(), &broken, &uid, Propagation::Background).await.unwrap_err();
    assert_eq!((failed.absent, failed.changed, failed.class), (false, false, Some(FailureClass::Invalid)));
    assert!(failed.issue.message.contains("nothing was deleted"), "{}", failed.issue);
    assert_eq!(case.uid(), uid);
}

#[tokio::test]
async fn another_object_of_the_same_name_is_left_alone() {
    let case = JobCase::new().await;
    let uid = case.uid();
    let failed = case.replace("11111111-2222-4333-8444-555555555555").await.unwrap_err();
    assert_eq!((failed.absent, failed.changed), (false, false));
    assert_eq!(case.uid(), uid);
}

#[tokio::test]
async fn an_object_that_was_recreated_after_the_look_is_not_deleted() {
    let case = JobCase::new().await;
    let uid = case.uid();
    let changed = Status::other(409, "Conflict", "the UID in the precondition does not match");
    case.site.cluster.faults().add(Fault::new(Effect::Refuse(changed)).on_verb(On::Delete));
    let failed = case.replace(&uid).await.unwrap_err();
    assert_eq!((failed.absent, failed.class), (false, Some(FailureClass::Conflict)));
    assert_eq!(case.uid(), uid);
}

#[tokio::test]
async fn an_object_that_will_not_go_is_told_with_what_holds_it() {
    let case = JobCase::new().await;
    let mut held = case.live().unwrap();
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    case.site.ask(Method::PUT, JobCase::PATH, Some(&held)).unwrap();
    let recovery = case.recovery();
    let options = RecoverOptions { gone_within: Duration::from_millis(20), ..recovery.options.clone() };
    let recovery = Recovery { options, ..recovery };
    let failed = replace(&recovery, &job("new"), &case.uid(), Propagation::Background).await.unwrap_err();
    assert_eq!((failed.absent, failed.changed, failed.class), (false, true, Some(FailureClass::Terminating)));
    assert!(failed.issue.message.contains("example.com/hold"), "{}", failed.issue);
    // When it is gone at last, calling again ends it.
    let mut free = case.live().unwrap();
    free["metadata"]["finalizers"] = json!([]);
    case.site.ask(Method::PUT, JobCase::PATH, Some(&free)).unwrap();
    case.replace(free["metadata"]["uid"].as_str().unwrap()).await.unwrap();
    assert_eq!(case.image().as_deref(), Some("new"));
}

#[tokio::test]
async fn making_it_again_is_tried_until_it_succeeds() {
    let case = JobCase::new().await;
    let down = Status::other(500, "InternalError", "failed calling webhook \"down.example.com\": refused");
    let fault = case.site.cluster.faults().add(Fault::new(Effect::Refuse(down)).on_verb(On::Patch).after(1).times(4));
    let done = case.replace(&case.uid()).await.unwrap();
    assert_eq!((fault.hits(), done.made, case.image().as_deref()), (4, true, Some("new")));
}

#[tokio::test]
async fn an_object_that_cannot_be_made_again_is_told_loudly_and_with_its_backup() {
    let case = JobCase::new().await;
    let denied = Status::other(403, "Forbidden", "admission webhook \"deny.example.com\" denied the request: no");
    case.site.cluster.faults().add(Fault::new(Effect::Refuse(denied)).on_verb(On::Patch).after(1));
    let recovery = case.recovery();
    let options = RecoverOptions { made_within: Duration::from_millis(20), ..recovery.options.clone() };
    let recovery = Recovery { options, ..recovery };
    let uid = case.uid();
    let failed = replace(&recovery, &job("new"), &uid, Propagation::Background).await.unwrap_err();
    assert_eq!((failed.absent, failed.changed, failed.class), (true, true, Some(FailureClass::AdmissionDenied)));
    assert!(failed.issue.message.contains("ABSENT"), "{}", failed.issue);
    assert!(failed.backup.as_ref().unwrap().to_string().contains("\"old\""));
    assert_eq!(case.live(), None);
    case.site.cluster.faults().clear();
    case.replace(&uid).await.unwrap();
    assert_eq!(case.image().as_deref(), Some("new"), "the next run makes it");
}

#[tokio::test]
async fn a_webhook_that_cannot_be_asked_stops_it_unless_told_otherwise() {
    let case = JobCase::new().await;
    let cannot = Status::other(400, "BadRequest", "admission webhook \"side.example.com\" does not support dry run");
    let fault = case.site.cluster.faults().add(Fault::new(Effect::Refuse(cannot.clone())).on_verb(On::Patch).times(1));
    let failed = case.replace(&case.uid()).await.unwrap_err();
    assert_eq!((failed.changed, failed.class, fault.hits()), (false, Some(FailureClass::DryRunUnsupported), 1));
    case.site.cluster.faults().add(Fault::new(Effect::Refuse(cannot)).on_verb(On::Patch).times(1));
    let recovery = case.recovery();
    let options = RecoverOptions { unchecked: true, ..recovery.options.clone() };
    let recovery = Recovery { options, ..recovery };
    let done = replace(&recovery, &job("new"), &case.uid(), Propagation::Background).await.unwrap();
    assert!(done.notes.iter().any(|note| note.contains("side.example.com")), "{:?}", done.notes);
}

#[tokio::test]
async fn a_replacement_killed_at_any_await_is_ended_by_the_next_run() {
    let mut ended = false;
    let mut polls = 0;
    while !ended {
        polls += 1;
        assert!(polls < 500, "it never ends");
        let case = JobCase::new().await;
        let uid = case.uid();
        ended = killed_after(polls, case.replace(&uid)).await.is_some_and(|done| done.is_ok());
        if case.image().as_deref() != Some("new") {
            case.replace(&uid).await.unwrap();
        }
        assert_eq!(case.image().as_deref(), Some("new"), "killed after {polls} polls");
    }
    assert!(polls > 4, "it was killed nowhere");
}

#[tokio::test]
async fn a_replacement_whose_answers_are_lost_is_ended_by_the_next_run() {
    for lost in 0..6 {
        for effect in [Effect::Reset, Effect::Truncate(0)] {
            let case = JobCase::new().await;
            let uid = case.uid();
            case.site.cluster.faults().add(Fault::new(effect).after(lost).times(1));
            let first = case.replace(&uid).await;
            if first.is_err() && case.image().as_deref() != Some("new") {
                case.replace(&uid).await.unwrap();
            }
            assert_eq!(case.image().as_deref(), Some("new"), "lost answer {lost}");
        }
    }
}

#[tokio::test]
async fn values_of_secrets_are_in_no_backup_and_no_issue() {
    let site = Site::new().await;
    let secret = |value: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":\"SENTINEL\"}"}},
            "type": value, "stringData": {"password": "SENTINEL"}})
    };
    site.cluster.create(secret("Opaque")).unwrap();
    let (id, kind, actor) = (id("Secret", "s"), resource("v1", "Secret", "secrets"), actor());
    let recovery = Recovery { options: quick(), ..Recovery::new(&site.access, &id, &kind, &actor) };
    let uid = site.get("/api/v1/namespaces/default/secrets/s").unwrap()["metadata"]["uid"].as_str().unwrap().to_owned();
    let encoded = "U0VOVElORUw=";
    let broken = replace(&recovery, &secret("kubernetes.io/tls"), &uid, Propagation::Background).await.unwrap_err();
    let told = format!("{broken:?} {broken}");
    assert!(!told.contains("SENTINEL") && !told.contains(encoded), "{told}");
    let done = replace(&recovery, &secret("example.com/other"), &uid, Propagation::Background).await.unwrap();
    let told = format!("{done:?} {}", done.backup.as_ref().unwrap());
    assert!(!told.contains("SENTINEL") && !told.contains(encoded), "{told}");
    assert!(told.contains("(redacted)"), "{told}");
}

#[test]
fn what_remains_of_a_replacement_depends_on_what_is_there() {
    let live = json!({"metadata": {"uid": "u"}});
    assert_eq!(
        plan_replacement(Some(&live), "u", Propagation::Background).unwrap(),
        [
            Step::Check,
            Step::Delete { uid: "u".into(), propagation: Propagation::Background },
            Step::AwaitGone { uid: "u".into() },
            Step::Create
        ]
    );
    assert_eq!(plan_replacement(None, "u", Propagation::Background).unwrap(), [Step::Create]);
    let going = json!({"metadata": {"uid": "u", "deletionTimestamp": "2026-01-01T00:00:00Z"}});
    assert_eq!(
        plan_replacement(Some(&going), "u", Propagation::Background).unwrap(),
        [Step::AwaitGone { uid: "u".into() }, Step::Create]
    );
    assert!(plan_replacement(Some(&live), "other", Propagation::Background).is_err());
}

#[tokio::test]
async fn a_service_gives_its_address_up_and_gets_the_one_it_asks_for() {
    let site = Site::new().await;
    let service = |address: &str| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "default"},
            "spec": {"clusterIP": address, "ports": [{"port": 80}]}})
    };
    let mut plain = service("");
    plain["spec"].as_object_mut().unwrap().remove("clusterIP");
    let old = site.cluster.create(plain).unwrap();
    let (id, kind, actor) = (id("Service", "s"), resource("v1", "Service", "services"), actor());
    let recovery = Recovery { options: quick(), ..Recovery::new(&site.access, &id, &kind, &actor) };
    let uid = old["metadata"]["uid"].as_str().unwrap();
    replace(&recovery, &service("None"), uid, Propagation::Background).await.unwrap();
    assert_eq!(site.get("/api/v1/namespaces/default/services/s").unwrap()["spec"]["clusterIP"], "None");
}

// === Handing over ===

fn deployment(label: &str, strategy: Option<&str>) -> Value {
    let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "default"},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": label}},
            "template": {"metadata": {"labels": {"app": label, "tier": "web"}},
                "spec": {"containers": [{"name": "m", "image": "x"}]}}}});
    if let Some(strategy) = strategy {
        object["spec"]["strategy"] = json!({"type": strategy});
    }
    object
}

struct Handover {
    site: Site,
    id: ObjectId,
    resource: ApiResource,
    actor: Actor,
}

impl Handover {
    async fn new(strategy: Option<&str>) -> Self {
        let site = Site::new().await;
        let old = site.cluster.create(deployment("old", strategy)).unwrap();
        // What the deployment controller would have made.
        for (name, replicas) in [("d-1", 3), ("d-0", 0)] {
            site.cluster
                .create(json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
                    "metadata": {"name": name, "namespace": "default", "labels": {"app": "old", "tier": "web", "only": "old", "pod-template-hash": name},
                        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "uid": old["metadata"]["uid"], "controller": true}]},
                    "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "old", "pod-template-hash": name}},
                        "template": {"metadata": {"labels": {"app": "old", "pod-template-hash": name}},
                            "spec": {"containers": [{"name": "m", "image": "x"}]}}}}))
                .unwrap();
        }
        let resource = resource("apps/v1", "Deployment", "deployments");
        Self { site, id: id("Deployment.apps", "d"), resource, actor: actor() }
    }

    async fn run(&self) -> Result<Recovered, Box<Unrecovered>> {
        let recovery =
            Recovery { options: quick(), ..Recovery::new(&self.site.access, &self.id, &self.resource, &self.actor) };
        handover_deployment(&recovery, &deployment("new", None)).await
    }

    fn live(&self) -> Option<Value> {
        self.site.get(&format!("{DEPLOYMENTS}/d"))
    }

    fn set(&self, name: &str) -> Option<Value> {
        self.site.get(&format!("{REPLICA_SETS}/{name}"))
    }

    #[track_caller]
    fn is_handed_over(&self, when: &str) {
        let live = self.live().expect(when);
        assert_eq!(live["spec"]["selector"]["matchLabels"]["app"], "new", "{when}");
        for name in ["d-0", "d-1"] {
            let set = self.set(name).expect(when);
            assert_eq!(
                set["metadata"]["labels"],
                json!({"app": "new", "tier": "web", "pod-template-hash": name}),
                "{when}"
            );
            let owners = set["metadata"]["ownerReferences"].as_array().unwrap();
            assert_eq!(owners.len(), 1, "{when}");
            assert_eq!(
                (&owners[0]["uid"], &owners[0]["controller"]),
                (&live["metadata"]["uid"], &json!(true)),
                "{when}"
            );
            assert!(set["metadata"]["annotations"].get(HANDOVER_OF).is_none(), "{when}");
            assert_eq!(set["spec"]["selector"]["matchLabels"]["app"], "old", "its pods stay its own, {when}");
        }
    }

    async fn pending(&self) -> Vec<ObjectId> {
        pending_handovers(&"prod".into(), &self.site.access, None).await.unwrap()
    }
}

#[tokio::test]
async fn a_deployment_hands_its_replica_sets_over() {
    let case = Handover::new(None).await;
    let old = case.live().unwrap();
    let done = case.run().await.unwrap();
    assert!(done.made && done.backup.is_some());
    case.is_handed_over("at once");
    assert_ne!(case.live().unwrap()["metadata"]["uid"], old["metadata"]["uid"]);
    assert_eq!(case.set("d-1").unwrap()["spec"]["replicas"], 3, "pods go on until the new Deployment takes over");
    assert!(case.pending().await.is_empty());
    let again = case.run().await.unwrap();
    assert_eq!((again.made, again.version.uid), (false, done.version.uid));
}

#[tokio::test]
async fn a_handover_killed_at_any_await_is_ended_by_the_next_run() {
    let mut ended = false;
    let mut polls = 0;
    let mut was_pending = 0;
    while !ended {
        polls += 1;
        assert!(polls < 800, "it never ends");
        let case = Handover::new(None).await;
        ended = killed_after(polls, case.run()).await.is_some_and(|done| done.is_ok());
        let known = case.pending().await;
        was_pending += usize::from(!known.is_empty());
        // A run that finds the Deployment absent or unfinished, or one that is named, comes here.
        let live = case.live();
        let unfinished = live.as_ref().is_none_or(|live| live["spec"]["selector"]["matchLabels"]["app"] != "new");
        assert!(live.is_some() || !known.is_empty(), "what is absent is named");
        if unfinished || !known.is_empty() {
            case.run().await.unwrap();
        }
        case.is_handed_over(&format!("killed after {polls} polls"));
        assert!(case.pending().await.is_empty());
    }
    assert!(polls > 8 && was_pending > 2, "it was killed nowhere: {polls}, {was_pending}");
}

#[tokio::test]
async fn a_handover_whose_answers_are_lost_is_ended_by_the_next_run() {
    for lost in 0..14 {
        let case = Handover::new(None).await;
        case.site.cluster.faults().add(Fault::new(Effect::Truncate(0)).after(lost).times(1));
        if case.run().await.is_err() {
            case.run().await.unwrap();
        }
        case.is_handed_over(&format!("lost answer {lost}"));
    }
}

#[tokio::test]
async fn a_new_deployment_that_would_not_be_taken_leaves_everything_as_it_was() {
    let case = Handover::new(None).await;
    let before = (case.live(), case.set("d-1"));
    let recovery =
        Recovery { options: quick(), ..Recovery::new(&case.site.access, &case.id, &case.resource, &case.actor) };
    let mut broken = deployment("new", None);
    broken["spec"]["template"]["spec"]["containers"] = json!([]);
    let failed = handover_deployment(&recovery, &broken).await.unwrap_err();
    assert_eq!((failed.absent, failed.changed), (false, false));
    assert_eq!((case.live(), case.set("d-1")), before);
}

#[tokio::test]
async fn a_deployment_that_recreates_goes_with_its_pods_first() {
    let case = Handover::new(Some("Recreate")).await;
    case.run().await.unwrap();
    assert_eq!(case.live().unwrap()["spec"]["selector"]["matchLabels"]["app"], "new");
    assert_eq!(case.set("d-1"), None);
}

#[test]
fn what_somebody_else_deletes_and_unknown_strategies_are_left_alone() {
    let id = id("Deployment.apps", "d");
    let mut live = deployment("old", None);
    live["metadata"]["uid"] = "u".into();
    let mut odd = live.clone();
    odd["spec"]["strategy"] = json!({"type": "Canary"});
    assert!(plan_handover(&id, &deployment("new", None), Some(&odd), &[]).is_err());
    live["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
    assert!(plan_handover(&id, &deployment("new", None), Some(&live), &[]).is_err());
    let marked = json!({"metadata": {"name": "r", "uid": "r", "labels": {HANDOVER: word("d")}}});
    let steps = plan_handover(&id, &deployment("new", None), Some(&live), &[marked]).unwrap();
    assert!(matches!(steps[..], [Step::AwaitGone { .. }, Step::Relabel { .. }, Step::Create, Step::Adopt { .. }]));
}

#[test]
fn a_word_for_a_deployment_is_a_label_whatever_its_name() {
    for name in ["d", &"d".repeat(253), "a.b.c"] {
        assert!(word(name).len() == 16 && word(name).bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}

// === Growing ===

fn stateful_set(sizes: &[(&str, &str)]) -> Value {
    let templates: Vec<Value> = sizes
        .iter()
        .map(|(name, size)| {
            json!({"metadata": {"name": name},
                "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "grows", "resources": {"requests": {"storage": size}}}})
        })
        .collect();
    json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "default"},
        "spec": {"serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "volumeClaimTemplates": templates,
            "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "m", "image": "x"}]}}}})
}

fn claim(name: &str, size: &str, class: &str, phase: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default", "uid": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": class, "resources": {"requests": {"storage": size}}},
        "status": {"phase": phase}})
}

fn growth(old: &[(&str, &str)], new: &[(&str, &str)], claims: &[Value]) -> Result<Vec<Step>, String> {
    let mut live = stateful_set(old);
    live["metadata"]["uid"] = "u".into();
    let classes = [("grows".to_owned(), true), ("stays".to_owned(), false)].into();
    plan_growth(&id("StatefulSet.apps", "db"), &stateful_set(new), Some(&live), claims, &classes)
        .map_err(|refusal| refusal.to_string())
}

fn grown(steps: &[Step]) -> Vec<(&str, &str)> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Grow { claim, to, .. } => Some((&**claim, to.as_str())),
            _ => None,
        })
        .collect()
}

#[test]
fn claims_of_every_template_grow_before_anything_is_deleted() {
    let claims = [
        claim("data-db-0", "1Gi", "grows", "Bound"),
        claim("data-db-1", "2048Mi", "grows", "Bound"),
        claim("log-db-0", "1Gi", "grows", "Bound"),
        claim("log-db-12", "1Gi", "grows", "Bound"),
        claim("data-db-extra-0", "1Gi", "grows", "Bound"),
        claim("data-db-x", "1Gi", "grows", "Bound"),
        claim("data-other-0", "1Gi", "grows", "Bound"),
    ];
    let steps = growth(&[("data", "1Gi"), ("log", "1Gi")], &[("data", "2Gi"), ("log", "3Gi")], &claims).unwrap();
    assert_eq!(grown(&steps), [("data-db-0", "2Gi"), ("log-db-0", "3Gi"), ("log-db-12", "3Gi")]);
    assert_eq!(steps[0], Step::Check);
    let deletion = steps.iter().position(|step| matches!(step, Step::Delete { .. })).unwrap();
    assert!(steps[deletion..].iter().all(|step| !matches!(step, Step::Grow { .. })));
    assert_eq!(steps[deletion], Step::Delete { uid: "u".into(), propagation: Propagation::Orphan });
}

#[test]
fn what_cannot_grow_is_refused_before_anything_is_done() {
    let refused = |claims: &[Value]| growth(&[("data", "1Gi")], &[("data", "2Gi")], claims).unwrap_err();
    assert!(refused(&[claim("data-db-0", "1Gi", "stays", "Bound")]).contains("storage class stays does not allow"));
    assert!(refused(&[claim("data-db-0", "1Gi", "unknown", "Bound")]).contains("unknown does not exist"));
    assert!(refused(&[claim("data-db-0", "1Gi", "", "Bound")]).contains("no storage class"));
    let both = [claim("data-db-0", "1Gi", "grows", "Pending"), claim("data-db-1", "1Gi", "stays", "Bound")];
    assert!(refused(&both).contains("Pending") && refused(&both).contains("data-db-1"));
    let shrink = growth(&[("data", "2Gi")], &[("data", "1Gi")], &[]).unwrap_err();
    assert!(shrink.contains("would shrink"), "{shrink}");
    assert!(growth(&[("data", "2Gi")], &[("data", "much")], &[]).unwrap_err().contains("no quantity"));
}

#[test]
fn the_same_storage_written_otherwise_grows_nothing() {
    let claims = [claim("data-db-0", "512Mi", "grows", "Bound")];
    assert_eq!(grown(&growth(&[("data", "1Gi")], &[("data", "1024Mi")], &claims).unwrap()), []);
}

#[test]
fn another_selector_of_a_stateful_set_is_refused_and_an_absent_one_is_made() {
    let mut live = stateful_set(&[]);
    live["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    let (id, desired) = (id("StatefulSet.apps", "db"), stateful_set(&[]));
    assert!(plan_growth(&id, &desired, Some(&live), &[], &Default::default()).is_err());
    assert_eq!(plan_growth(&id, &desired, None, &[], &Default::default()).unwrap(), [Step::Create]);
}

proptest::proptest! {
    #[test]
    fn claims_are_known_by_template_set_and_number(template in "[a-z]{1,4}(-[a-z]{1,3})?", set in "[a-z]{1,4}(-[0-9]{1,2})?", number in 0_u32..200, other in "[-a-z0-9]{0,12}") {
        let name = format!("{template}-{set}-{number}");
        assert!(growth::is_of(&name, &template, &set));
        let longer = format!("{name}{other}");
        let digits = other.bytes().all(|byte| byte.is_ascii_digit());
        assert_eq!(growth::is_of(&longer, &template, &set), digits);
    }
}

struct Growth {
    site: Site,
    id: ObjectId,
    resource: ApiResource,
    actor: Actor,
}

impl Growth {
    const SETS: &'static str = "/apis/apps/v1/namespaces/default/statefulsets";
    const CLAIMS: &'static str = "/api/v1/namespaces/default/persistentvolumeclaims";

    /// A StatefulSet with bound claims of a class that allows growing, or not.
    async fn new(grows: bool) -> Self {
        let site = Site::new().await;
        site.cluster
            .create(json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "grows"},
                "provisioner": "example.com/disks", "allowVolumeExpansion": grows}))
            .unwrap();
        site.cluster.create(stateful_set(&[("data", "1Gi"), ("log", "1Gi")])).unwrap();
        for name in ["data-db-0", "data-db-1", "log-db-0", "log-db-1", "data-other-0"] {
            let mut claim = claim(name, "1Gi", "grows", "Bound");
            claim["metadata"].as_object_mut().unwrap().remove("uid");
            let mut made = site.cluster.create(claim).unwrap();
            made["status"] = json!({"phase": "Bound", "capacity": {"storage": "1Gi"}});
            site.ask(Method::PUT, &format!("{}/{name}/status", Self::CLAIMS), Some(&made)).unwrap();
        }
        let resource = resource("apps/v1", "StatefulSet", "statefulsets");
        Self { site, id: id("StatefulSet.apps", "db"), resource, actor: actor() }
    }

    async fn run(&self) -> Result<Recovered, Box<Unrecovered>> {
        let recovery =
            Recovery { options: quick(), ..Recovery::new(&self.site.access, &self.id, &self.resource, &self.actor) };
        grow_statefulset(&recovery, &stateful_set(&[("data", "2Gi"), ("log", "3Gi")])).await
    }

    fn live(&self) -> Option<Value> {
        self.site.get(&format!("{}/db", Self::SETS))
    }

    fn size(&self, claim: &str) -> String {
        let claim = self.site.get(&format!("{}/{claim}", Self::CLAIMS)).unwrap();
        claim["spec"]["resources"]["requests"]["storage"].as_str().unwrap().to_owned()
    }

    fn template(&self) -> Option<String> {
        let template = self.live()?["spec"]["volumeClaimTemplates"][0].clone();
        Some(template["spec"]["resources"]["requests"]["storage"].as_str().unwrap().to_owned())
    }

    #[track_caller]
    fn has_grown(&self, when: &str) {
        assert_eq!(self.template().as_deref(), Some("2Gi"), "{when}");
        for (claim, size) in [
            ("data-db-0", "2Gi"),
            ("data-db-1", "2Gi"),
            ("log-db-0", "3Gi"),
            ("log-db-1", "3Gi"),
            ("data-other-0", "1Gi"),
        ] {
            assert_eq!(self.size(claim), size, "{claim} {when}");
        }
    }
}

#[tokio::test]
async fn a_stateful_set_grows_with_all_its_claims() {
    let case = Growth::new(true).await;
    let old = case.live().unwrap();
    let done = case.run().await.unwrap();
    case.has_grown("at once");
    assert!(done.made && done.notes.len() == 4, "{:?}", done.notes);
    assert_ne!(case.live().unwrap()["metadata"]["uid"], old["metadata"]["uid"]);
}

#[tokio::test]
async fn claims_that_cannot_grow_leave_everything_as_it_was() {
    let case = Growth::new(false).await;
    let old = case.live();
    let failed = case.run().await.unwrap_err();
    assert_eq!((failed.absent, failed.changed), (false, false));
    assert!(failed.issue.message.contains("storage class grows does not allow it"), "{}", failed.issue);
    assert_eq!((case.live(), case.size("data-db-0").as_str()), (old, "1Gi"));
}

#[tokio::test]
async fn a_claim_that_is_refused_deletes_nothing() {
    let case = Growth::new(true).await;
    let refused = Status::other(403, "Forbidden", "exceeded quota: q");
    let fault = Fault::new(Effect::Refuse(refused)).on_verb(On::Patch).on_resource("persistentvolumeclaims");
    case.site.cluster.faults().add(fault.after(2));
    let failed = case.run().await.unwrap_err();
    assert_eq!((failed.absent, case.template().as_deref()), (false, Some("1Gi")));
    case.site.cluster.faults().clear();
    case.run().await.unwrap();
    case.has_grown("at the second run");
}

#[tokio::test]
async fn growth_killed_at_any_await_is_ended_by_the_next_run() {
    let mut ended = false;
    let mut polls = 0;
    while !ended {
        polls += 1;
        assert!(polls < 800, "it never ends");
        let case = Growth::new(true).await;
        ended = killed_after(polls, case.run()).await.is_some_and(|done| done.is_ok());
        if case.template().as_deref() != Some("2Gi") {
            case.run().await.unwrap();
        }
        case.has_grown(&format!("killed after {polls} polls"));
    }
    assert!(polls > 8, "it was killed nowhere: {polls}");
}
