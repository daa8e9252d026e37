//! Amounts by the name of what they are amounts of: read, added, compared, and what a pod asks for altogether.
//!
//! Plain functions, after `k8s.io/component-helpers/resource` and `k8s.io/apiserver/pkg/quota/v1`. Knows no limits and no quotas.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::schema::quantity::Quantity;

/// Amounts by the name of what they are amounts of.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// Reads a list of amounts; what is no quantity is not there.
pub(super) fn read(list: &Value) -> Amounts {
    let fields = list.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), Quantity::parse(value.as_str()?).ok()?))).collect()
}

/// The list as objects have it.
pub(super) fn written(amounts: &Amounts) -> Map<String, Value> {
    amounts.iter().map(|(name, amount)| (name.clone(), Value::String(amount.spelled()))).collect()
}

/// The list as messages have it: `cpu=1,pods=2`.
pub(super) fn told(amounts: &Amounts) -> String {
    let parts: Vec<String> = amounts.iter().map(|(name, amount)| format!("{name}={}", amount.spelled())).collect();
    parts.join(",")
}

/// Adds amounts to others.
pub(super) fn add(all: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        all.entry(name.clone()).and_modify(|sum| *sum = sum.plus(amount)).or_insert(*amount);
    }
}

/// Raises amounts to others that are more.
pub(super) fn raise(all: &mut Amounts, others: &Amounts) {
    for (name, amount) in others {
        let most = all.entry(name.clone()).or_insert(*amount);
        if amount > most {
            *most = *amount;
        }
    }
}

/// What some amounts have beyond others; what is not more is not there.
pub(super) fn beyond(amounts: &Amounts, others: &Amounts) -> Amounts {
    let more = amounts.iter().map(|(name, amount)| match others.get(name) {
        Some(other) => (name.clone(), amount.minus(other)),
        None => (name.clone(), *amount),
    });
    more.filter(|(_, amount)| !amount.is_zero() && !amount.is_negative()).collect()
}

/// Only the amounts with some names.
pub(super) fn among(amounts: &Amounts, named: impl Fn(&str) -> bool) -> Amounts {
    amounts.iter().filter(|(name, _)| named(name)).map(|(name, amount)| (name.clone(), *amount)).collect()
}

/// What a pod asks for (`requests`), or may use at most (`limits`): its containers together, or its neediest init container, whichever
/// is more; or what the pod as a whole says, and its overhead. Containers that run count as what they have, while they are resized.
pub(super) fn of_pod(pod: &Value, field: &str) -> Amounts {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    let given_up = items(&status["conditions"])
        .any(|condition| condition["type"] == "PodResizePending" && condition["reason"] == "Infeasible");
    let has = |container: &Value, statuses: &Value| {
        let asked = read(&container["resources"][field]);
        let running = items(statuses).find(|status| status["name"] == container["name"]);
        let Some(running) = running.filter(|status| !status["resources"].is_null()) else { return asked };
        let mut most = if given_up { Amounts::new() } else { asked };
        raise(&mut most, &read(&running["resources"][field]));
        if field == "requests" {
            raise(&mut most, &read(&running["allocatedResources"]));
        }
        most
    };
    let mut all = Amounts::new();
    for container in items(&spec["containers"]) {
        add(&mut all, &has(container, &status["containerStatuses"]));
    }
    let (mut sidecars, mut most) = (Amounts::new(), Amounts::new());
    for container in items(&spec["initContainers"]) {
        if container["restartPolicy"] == "Always" {
            let needs = has(container, &status["initContainerStatuses"]);
            add(&mut all, &needs);
            add(&mut sidecars, &needs);
            raise(&mut most, &sidecars);
        } else {
            let mut needs = read(&container["resources"][field]);
            add(&mut needs, &sidecars);
            raise(&mut most, &needs);
        }
    }
    raise(&mut all, &most);
    all.extend(among(&read(&spec["resources"][field]), of_whole_pods));
    let overhead = read(&spec["overhead"]);
    let overhead = among(&overhead, |name| field == "requests" || all.contains_key(name));
    add(&mut all, &overhead);
    all
}

/// Whether a pod as a whole says what it needs.
pub(super) fn is_whole(pod: &Value) -> bool {
    let lists = ["requests", "limits"].into_iter().filter_map(|field| pod["spec"]["resources"][field].as_object());
    lists.flat_map(Map::keys).any(|name| of_whole_pods(name))
}

fn of_whole_pods(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with("hugepages-")
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn some() -> impl Strategy<Value = Amounts> {
        let text = (0_u32..5_000, prop::sample::select(vec!["", "m", "k", "Ki", "Mi"]))
            .prop_map(|(number, suffix)| Quantity::parse(&format!("{number}{suffix}")).unwrap());
        btree_map(prop::sample::select(vec!["cpu", "memory", "pods"]).prop_map(str::to_owned), text, 0..4)
    }

    fn sum(one: &Amounts, other: &Amounts) -> Amounts {
        let mut all = one.clone();
        add(&mut all, other);
        all
    }

    proptest! {
        #[test]
        fn what_is_added_is_what_is_beyond(one in some(), more in some()) {
            let beyond = beyond(&sum(&one, &more), &one);
            let more = among(&more, |name| !more[name].is_zero());
            prop_assert_eq!(beyond, more);
        }

        #[test]
        fn the_order_of_sums_does_not_count(one in some(), other in some(), third in some()) {
            prop_assert_eq!(sum(&one, &other), sum(&other, &one));
            prop_assert_eq!(sum(&sum(&one, &other), &third), sum(&one, &sum(&other, &third)));
        }

        #[test]
        fn nothing_is_beyond_itself_or_more(one in some(), more in some()) {
            prop_assert!(beyond(&one, &sum(&one, &more)).is_empty());
        }

        #[test]
        fn what_is_written_is_read_again(one in some()) {
            prop_assert_eq!(read(&Value::Object(written(&one))), one);
        }

        #[test]
        fn a_raised_amount_is_the_greater_one(one in some(), other in some()) {
            let mut raised = one.clone();
            raise(&mut raised, &other);
            for (name, amount) in &raised {
                prop_assert!([&one, &other].iter().filter_map(|all| all.get(name)).max() == Some(amount));
            }
            prop_assert_eq!(raised.len(), sum(&one, &other).len());
        }
    }

    fn told_of(pod: &Value) -> (String, String) {
        (told(&of_pod(pod, "requests")), told(&of_pod(pod, "limits")))
    }

    #[test]
    fn the_neediest_moment_of_a_pod_counts() {
        let asks = |cpu: &str| json!({"requests": {"cpu": cpu}});
        let pod = json!({"spec": {
            "containers": [{"name": "a", "resources": asks("100m")}, {"name": "b", "resources": asks("200m")}],
            "initContainers": [
                {"name": "c", "resources": asks("250m")},
                {"name": "d", "restartPolicy": "Always", "resources": asks("100m")},
                {"name": "e", "resources": asks("400m")},
            ],
            "overhead": {"cpu": "10m", "memory": "1Mi"},
        }});
        assert_eq!(told_of(&pod), ("cpu=510m,memory=1Mi".to_owned(), String::new()));
    }

    #[test]
    fn what_a_whole_pod_says_takes_the_place_of_its_containers() {
        let mut pod = json!({"spec": {
            "containers": [{"name": "a", "resources": {"limits": {"cpu": "2", "example.com/gpu": "1"}}}],
            "resources": {"limits": {"cpu": "1"}},
        }});
        assert!(is_whole(&pod));
        assert_eq!(told_of(&pod).1, "cpu=1,example.com/gpu=1");
        pod["spec"]["resources"] = json!({"limits": {}});
        assert!(!is_whole(&pod));
    }

    #[test]
    fn a_container_that_is_resized_counts_as_the_greater_of_both() {
        let mut pod = json!({
            "spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}}]},
            "status": {"containerStatuses": [{
                "name": "a", "allocatedResources": {"cpu": "3"},
                "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}},
            }]},
        });
        assert_eq!(told_of(&pod), ("cpu=3".to_owned(), "cpu=2".to_owned()));
        pod["status"]["conditions"] = json!([{"type": "PodResizePending", "reason": "Infeasible"}]);
        assert_eq!(told_of(&pod), ("cpu=3".to_owned(), "cpu=1".to_owned()));
    }
}
