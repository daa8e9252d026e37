use proptest::prelude::*;

use super::*;
use crate::api::amounts::{Amounts, read, told};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn kind(qualified: &str) -> Kind {
    Kind::of(qualified).unwrap()
}

fn usage(qualified: &str, object: &Value) -> String {
    told(&kind(qualified).usage(object, now()))
}

#[test]
fn every_kind_is_counted_but_events_and_what_is_not_stored() {
    for ignored in ["events", "events.events.k8s.io", "bindings", "subjectaccessreviews.authorization.k8s.io"] {
        assert_eq!(Kind::of(ignored), None, "{ignored}");
    }
    assert_eq!(usage("widgets.example.com", &json!({})), "count/widgets.example.com=1");
    assert_eq!(usage("secrets", &json!({})), "count/secrets=1,secrets=1");
    assert_eq!(Kind::behind("count/widgets.example.com"), Kind::of("widgets.example.com"));
    assert_eq!(Kind::behind("requests.example.com/gpu"), Kind::of("pods"));
    assert_eq!(Kind::behind("gold.storageclass.storage.k8s.io/requests.storage"), Kind::of("persistentvolumeclaims"));
    assert_eq!(Kind::behind("example.com/gpu"), None);
}

#[test]
fn services_count_the_ports_that_they_ask_of_nodes() {
    let service = |kind: &str, allocates: Value| {
        let spec =
            json!({"type": kind, "ports": [{"nodePort": 30000}, {}], "allocateLoadBalancerNodePorts": allocates});
        usage("services", &json!({ "spec": spec }))
    };
    let is = |balancers: u32, ports: u32| {
        format!("count/services=1,services=1,services.loadbalancers={balancers},services.nodeports={ports}")
    };
    assert_eq!(service("ClusterIP", json!(null)), is(0, 0));
    assert_eq!(service("NodePort", json!(null)), is(0, 2));
    assert_eq!(service("LoadBalancer", json!(null)), is(1, 2));
    assert_eq!(service("LoadBalancer", json!(false)), is(1, 1));
}

#[test]
fn claims_count_for_their_class_and_for_what_they_were_given() {
    let mut claim = json!({"spec": {"storageClassName": "gold", "resources": {"requests": {"storage": "1500m"}}}});
    assert_eq!(
        usage("persistentvolumeclaims", &claim),
        "count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=2,persistentvolumeclaims=1,requests.storage=2"
    );
    claim["status"] = json!({"allocatedResources": {"storage": "1Gi"}});
    claim["metadata"] = json!({"annotations": {"volume.beta.kubernetes.io/storage-class": ""}});
    assert_eq!(
        usage("persistentvolumeclaims", &claim),
        "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi"
    );
}

#[test]
fn a_pod_that_is_long_over_its_time_uses_nothing() {
    let mut pod = json!({"metadata": {"deletionTimestamp": "2027-01-15T07:59:20Z", "deletionGracePeriodSeconds": 30}});
    assert_eq!(usage("pods", &pod), "count/pods=1");
    pod["metadata"]["deletionGracePeriodSeconds"] = json!(40);
    assert_eq!(usage("pods", &pod), "count/pods=1,pods=1");
}

#[test]
fn scopes_choose_pods() {
    let in_scope = |scope: Value, pod: Value| {
        let quota = match scope.is_string() {
            true => json!({"spec": {"scopes": [scope]}}),
            false => json!({"spec": {"scopeSelector": {"matchExpressions": [scope]}}}),
        };
        kind("pods").in_scope(&quota, &pod)
    };
    let limited = json!({"spec": {"activeDeadlineSeconds": 0}});
    let classed = |class: &str| json!({"spec": {"priorityClassName": class}});
    let of_class = |operator: &str| json!({"scopeName": "PriorityClass", "operator": operator, "values": ["gold"]});
    let term = json!([{"podAffinityTerm": {"namespaces": ["other"]}}]);
    let nosy =
        json!({"spec": {"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": term}}}});
    for (scope, pod, fits) in [
        (json!("Terminating"), limited.clone(), true),
        (json!("NotTerminating"), limited, false),
        (json!("NotTerminating"), json!({}), true),
        (json!("BestEffort"), json!({"status": {"qosClass": "BestEffort"}}), true),
        (json!("NotBestEffort"), json!({"status": {"qosClass": "Burstable"}}), true),
        (json!("PriorityClass"), json!({}), false),
        (json!("PriorityClass"), classed("any"), true),
        (of_class("In"), classed("gold"), true),
        (of_class("In"), json!({}), false),
        (of_class("NotIn"), classed("gold"), false),
        (of_class("NotIn"), json!({}), true),
        (of_class("DoesNotExist"), json!({}), true),
        (json!("CrossNamespacePodAffinity"), nosy, true),
        (json!("CrossNamespacePodAffinity"), json!({}), false),
        (json!("VolumeAttributesClass"), json!({}), false),
    ] {
        assert_eq!(in_scope(scope.clone(), pod.clone()), fits, "{scope} {pod}");
    }
    assert!(!kind("services").in_scope(&json!({"spec": {"scopes": ["NotTerminating"]}}), &json!({})));
}

#[test]
fn a_claim_is_meant_by_any_of_the_classes_it_names() {
    let term = json!({"scopeName": "VolumeAttributesClass", "operator": "In", "values": ["fast"]});
    let quota = json!({"spec": {"scopeSelector": {"matchExpressions": [term]}}});
    let claim =
        json!({"spec": {"volumeAttributesClassName": "slow"}, "status": {"currentVolumeAttributesClassName": "fast"}});
    assert!(kind("persistentvolumeclaims").in_scope(&quota, &claim));
    assert!(!kind("persistentvolumeclaims").in_scope(&quota, &json!({})));
}

fn charge(quota: &Value, amount: u32, before: Option<u32>) -> Result<Option<Amounts>, String> {
    let claim = |amount: u32| json!({"spec": {"resources": {"requests": {"storage": amount.to_string()}}}});
    let (object, old) = (claim(amount), before.map(claim));
    let kind = kind("persistentvolumeclaims");
    let charge = Charge { kind: &kind, object: &object, old: old.as_ref(), now: now() };
    Ok(charged(&[quota], &charge)?.into_iter().next().flatten())
}

fn with_status(hard: u32, used: u32) -> Value {
    let list = |number: u32| json!({"requests.storage": number.to_string()});
    json!({"metadata": {"name": "q"}, "status": {"hard": list(hard), "used": list(used)}})
}

proptest! {
    #[test]
    fn a_quota_is_never_exceeded_by_what_it_lets_through(hard in 0_u32..1000, used in 0_u32..1000, asked in 1_u32..1000) {
        match charge(&with_status(hard, used), asked, None) {
            Ok(now_used) => {
                prop_assert!(used + asked <= hard);
                prop_assert_eq!(now_used, Some(read(&json!({"requests.storage": (used + asked).to_string()}))));
            }
            Err(why) => {
                prop_assert!(used + asked > hard);
                prop_assert!(why.starts_with("exceeded quota: q, requested: requests.storage="), "{}", why);
            }
        }
    }

    #[test]
    fn who_asks_for_less_is_never_refused_and_given_nothing_back(hard in 0_u32..1000, used in 0_u32..1000, more in 0_u32..1000, less in 1_u32..1000) {
        prop_assert_eq!(charge(&with_status(hard, used), less, Some(less + more)), Ok(None));
    }

    #[test]
    fn what_is_charged_one_by_one_is_what_is_counted(sizes in proptest::collection::vec(1_u32..1000, 0..8)) {
        let claims: Vec<Value> =
            sizes.iter().map(|size| json!({"spec": {"resources": {"requests": {"storage": size.to_string()}}}})).collect();
        let mut quota = with_status(99_999, 0);
        quota["spec"]["hard"] = quota["status"]["hard"].clone();
        for size in sizes {
            if let Some(used) = charge(&quota, size, None).unwrap() {
                quota["status"]["used"] = Value::Object(amounts::written(&used));
            }
        }
        let counted = counted(&quota, &[(kind("persistentvolumeclaims"), claims.iter().collect())], now());
        prop_assert_eq!(&quota["status"], &counted);
    }

    #[test]
    fn quotas_of_any_shape_are_read(text in "[a-z./-]{0,20}", amount in "[0-9a-zA-Z.+-]{0,8}") {
        let quota = json!({"metadata": {"name": "q"}, "spec": {"hard": {&text: amount}}, "status": {"hard": {&text: amount}, "used": {}}});
        for kind in kinds(&quota) {
            let objects = [(kind.clone(), vec![&quota])];
            prop_assert!(counted(&quota, &objects, now()).is_object());
            let charge = Charge { kind: &kind, object: &quota, old: None, now: now() };
            drop(charged(&[&quota], &charge));
        }
    }
}
