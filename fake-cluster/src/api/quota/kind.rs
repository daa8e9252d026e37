//! What objects of one kind count for in quotas, and which quotas mean them.
//!
//! Plain functions, after the evaluators in `k8s.io/kubernetes/pkg/quota/v1/evaluator/core`. Knows nothing of who is charged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::super::amounts::{self, Amounts};
use crate::schema::quantity::Quantity;

const OF_CLASS: &str = ".storageclass.storage.k8s.io/";
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const OF_PODS: [&str; 10] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
];
/// What each container has to ask for if a quota counts it.
const REQUIRED: [&str; 6] = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
/// Never counted: what is not stored, and events.
const IGNORED: [&str; 4] = ["bindings", "componentstatuses", "events", "events.events.k8s.io"];
const IGNORED_GROUPS: [&str; 2] = [".authentication.k8s.io", ".authorization.k8s.io"];

/// One kind, as quotas see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    counts: Counts,
    /// `count/deployments.apps`
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Pods,
    Services,
    Claims,
    /// The number of objects, maybe under a second, older name.
    Objects(Option<&'static str>),
}

impl Kind {
    /// The kind with a plural name, `deployments.apps`; nothing if it is never counted.
    pub(super) fn of(qualified: &str) -> Option<Self> {
        if IGNORED.contains(&qualified) || IGNORED_GROUPS.iter().any(|group| qualified.ends_with(group)) {
            return None;
        }
        let counts = match qualified {
            "pods" => Counts::Pods,
            "services" => Counts::Services,
            "persistentvolumeclaims" => Counts::Claims,
            "configmaps" => Counts::Objects(Some("configmaps")),
            "resourcequotas" => Counts::Objects(Some("resourcequotas")),
            "replicationcontrollers" => Counts::Objects(Some("replicationcontrollers")),
            "secrets" => Counts::Objects(Some("secrets")),
            _ => Counts::Objects(None),
        };
        Some(Self { counts, name: format!("count/{qualified}") })
    }

    /// The kind that counts towards an amount.
    pub(super) fn behind(amount: &str) -> Option<Self> {
        if let Some(qualified) = amount.strip_prefix("count/") {
            return Self::of(qualified);
        }
        let special = ["pods", "services", "persistentvolumeclaims"].into_iter().filter_map(Self::of);
        special.into_iter().find(|kind| kind.counts_for(amount)).or_else(|| {
            let kind = Self::of(amount)?;
            matches!(kind.counts, Counts::Objects(Some(_))).then_some(kind)
        })
    }

    /// Its plural name, `deployments.apps`.
    pub(super) fn qualified(&self) -> &str {
        self.name.trim_start_matches("count/")
    }

    /// Whether a write can change what is used.
    pub(super) fn minds(&self, is_new: bool, subresource: Option<&str>) -> bool {
        match (self.counts, subresource) {
            (Counts::Pods, Some("resize")) => !is_new,
            (Counts::Services | Counts::Claims, None) => true,
            (_, None) => is_new,
            (_, Some(_)) => false,
        }
    }

    /// Whether objects of the kind count towards an amount.
    pub(super) fn counts_for(&self, amount: &str) -> bool {
        if amount == self.name {
            return true;
        }
        match self.counts {
            Counts::Pods => {
                let asked = amount.strip_prefix("requests.");
                OF_PODS.contains(&amount)
                    || asked.unwrap_or(amount).starts_with("hugepages-")
                    || asked.is_some_and(|name| !is_native(amount) && !name.is_empty())
            }
            Counts::Services => matches!(amount, "services" | "services.nodeports" | "services.loadbalancers"),
            Counts::Claims => {
                let plain = |name: &str| matches!(name, "persistentvolumeclaims" | "requests.storage");
                plain(amount) || amount.split_once(OF_CLASS).is_some_and(|(_, name)| plain(name))
            }
            Counts::Objects(older) => older == Some(amount),
        }
    }

    /// What one object uses.
    pub(super) fn usage(&self, object: &Value, now: Timestamp) -> Amounts {
        let mut usage = Amounts::from([(self.name.clone(), Quantity::whole(1))]);
        match self.counts {
            Counts::Pods if is_over(object, now) => {}
            Counts::Pods => {
                let (requests, limits) = (amounts::of_pod(object, "requests"), amounts::of_pod(object, "limits"));
                usage.extend(of_pods(&requests, &limits));
            }
            Counts::Services => usage.extend(of_service(object)),
            Counts::Claims => usage.extend(of_claim(object)),
            Counts::Objects(older) => usage.extend(older.map(|name| (name.to_owned(), Quantity::whole(1)))),
        }
        usage
    }

    /// Whether one requirement of a scope fits an object.
    pub(super) fn fits(&self, requirement: &Requirement<'_>, object: &Value) -> bool {
        let has_class = || text(&object["spec"]["priorityClassName"]);
        match (self.counts, requirement.scope) {
            (Counts::Pods, "Terminating") => ends(object),
            (Counts::Pods, "NotTerminating") => !ends(object),
            (Counts::Pods, "BestEffort") => object["status"]["qosClass"] == "BestEffort",
            (Counts::Pods, "NotBestEffort") => object["status"]["qosClass"] != "BestEffort",
            (Counts::Pods, "PriorityClass") => requirement.selects(has_class()),
            (Counts::Pods, "CrossNamespacePodAffinity") => looks_elsewhere(&object["spec"]["affinity"]),
            (Counts::Claims, "VolumeAttributesClass") => {
                let status = &object["status"];
                let named = [
                    &object["spec"]["volumeAttributesClassName"],
                    &status["currentVolumeAttributesClassName"],
                    &status["modifyVolumeStatus"]["targetVolumeAttributesClassName"],
                ];
                let mut named = named.into_iter().map(text).filter(|name| !name.is_empty()).peekable();
                if named.peek().is_none() {
                    return requirement.selects("");
                }
                named.any(|name| requirement.selects(name))
            }
            _ => false,
        }
    }

    /// Whether a quota means an object, by its scopes.
    pub(super) fn in_scope(&self, quota: &Value, object: &Value) -> bool {
        requirements(&quota["spec"]).all(|requirement| self.fits(&requirement, object))
    }

    /// What a quota wants the object to say, among the amounts that it counts.
    pub(super) fn missing(&self, counted: &BTreeSet<&str>, object: &Value) -> Option<String> {
        if self.counts != Counts::Pods || amounts::is_whole(object) {
            return None;
        }
        let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let containers = ["containers", "initContainers"].into_iter().flat_map(|list| items(&object["spec"][list]));
        for container in containers {
            let resources = &container["resources"];
            let has = of_pods(&amounts::read(&resources["requests"]), &amounts::read(&resources["limits"]));
            for name in counted.iter().filter(|name| REQUIRED.contains(name) && !has.contains_key(**name)) {
                missing.entry(name).or_default().insert(text(&container["name"]));
            }
        }
        let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(",");
        let parts: Vec<String> = missing.iter().map(|(name, of)| format!("{name} for: {}", list(of))).collect();
        (!parts.is_empty()).then(|| format!("must specify {}", parts.join("; ")))
    }
}

// === usage ===

fn of_pods(requests: &Amounts, limits: &Amounts) -> Amounts {
    let mut usage = Amounts::from([("pods".to_owned(), Quantity::whole(1))]);
    for (name, amount) in requests {
        if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-") {
            usage.insert(name.clone(), *amount);
            usage.insert(format!("requests.{name}"), *amount);
        } else if !is_native(name) {
            usage.insert(format!("requests.{name}"), *amount);
        }
    }
    for (name, amount) in limits {
        if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") {
            usage.insert(format!("limits.{name}"), *amount);
        }
    }
    usage
}

fn of_service(service: &Value) -> Amounts {
    let spec = &service["spec"];
    let (ports, balanced) = match text(&spec["type"]) {
        "NodePort" => (items(&spec["ports"]).count(), 0),
        "LoadBalancer" if spec["allocateLoadBalancerNodePorts"] == false => {
            (items(&spec["ports"]).filter(|port| port["nodePort"].as_i64().is_some_and(|port| port != 0)).count(), 1)
        }
        "LoadBalancer" => (items(&spec["ports"]).count(), 1),
        _ => (0, 0),
    };
    let count = |name: &str, number| (name.to_owned(), Quantity::whole(number));
    Amounts::from([count("services", 1), count("services.nodeports", ports), count("services.loadbalancers", balanced)])
}

fn of_claim(claim: &Value) -> Amounts {
    let storage = |list: &Value| Some(Quantity::parse(list["storage"].as_str()?).ok()?.rounded_to_whole());
    let asked = storage(&claim["spec"]["resources"]["requests"]);
    let asked = asked.map(|asked| storage(&claim["status"]["allocatedResources"]).map_or(asked, |has| has.max(asked)));
    let class = match &claim["metadata"]["annotations"][BETA_CLASS] {
        Value::String(class) => class.as_str(),
        _ => text(&claim["spec"]["storageClassName"]),
    };
    let mut usage = Amounts::new();
    let one = Some(Quantity::whole(1));
    for (name, amount) in [("persistentvolumeclaims", one), ("requests.storage", asked)] {
        let Some(amount) = amount else { continue };
        usage.insert(name.to_owned(), amount);
        if !class.is_empty() {
            usage.insert(format!("{class}{OF_CLASS}{name}"), amount);
        }
    }
    usage
}

/// Whether a pod uses nothing any more: it has ended, or should have by now.
fn is_over(pod: &Value, now: Timestamp) -> bool {
    if matches!(text(&pod["status"]["phase"]), "Failed" | "Succeeded") {
        return true;
    }
    let metadata = &pod["metadata"];
    let end = metadata["deletionTimestamp"].as_str().and_then(|end| end.parse::<Timestamp>().ok());
    let grace = metadata["deletionGracePeriodSeconds"].as_i64();
    end.zip(grace).is_some_and(|(end, grace)| now.as_second() > end.as_second().saturating_add(grace))
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

// === scopes ===

/// What a quota requires of the objects that it means.
#[derive(Debug)]
pub(super) struct Requirement<'a> {
    scope: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

/// All requirements of the spec of a quota.
fn requirements(spec: &Value) -> impl Iterator<Item = Requirement<'_>> {
    let plain =
        items(&spec["scopes"]).map(|scope| Requirement { scope: text(scope), operator: "Exists", values: vec![] });
    let selected = items(&spec["scopeSelector"]["matchExpressions"]).map(|term| Requirement {
        scope: text(&term["scopeName"]),
        operator: text(&term["operator"]),
        values: items(&term["values"]).map(text).collect(),
    });
    plain.chain(selected)
}

impl Requirement<'_> {
    /// Whether a class is one of those that are meant; an empty one is none.
    fn selects(&self, class: &str) -> bool {
        match self.operator {
            "In" => !class.is_empty() && self.values.contains(&class),
            "NotIn" => !self.values.contains(&class),
            "Exists" => !class.is_empty(),
            "DoesNotExist" => class.is_empty(),
            _ => false,
        }
    }
}

fn ends(pod: &Value) -> bool {
    pod["spec"]["activeDeadlineSeconds"].as_i64().is_some_and(|seconds| seconds >= 0)
}

fn looks_elsewhere(affinity: &Value) -> bool {
    let terms = ["podAffinity", "podAntiAffinity"].into_iter().flat_map(|kind| {
        let required = items(&affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"]);
        let preferred = items(&affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"]);
        required.chain(preferred.map(|preferred| &preferred["podAffinityTerm"]))
    });
    terms.into_iter().any(|term| items(&term["namespaces"]).next().is_some() || !term["namespaceSelector"].is_null())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
