//! The kinds and the few values that random operations are made of: few, so that operations meet each other.

use super::GROUP;
use crate::session::Session;
use rand::Rng;
use rand::seq::IndexedRandom as _;
use serde_json::{Map, Value, json};

/// A kind that takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    ConfigMap,
    Secret,
    Service,
    Deployment,
    Lease,
    Widget,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::ConfigMap, Self::Secret, Self::Service, Self::Deployment, Self::Lease, Self::Widget];

    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::ConfigMap => "configmaps",
            Self::Secret => "secrets",
            Self::Service => "services",
            Self::Deployment => "deployments",
            Self::Lease => "leases",
            Self::Widget => "widgets",
        }
    }

    fn group_version(self) -> String {
        match self {
            Self::ConfigMap | Self::Secret | Self::Service => "v1".into(),
            Self::Deployment => "apps/v1".into(),
            Self::Lease => "coordination.k8s.io/v1".into(),
            Self::Widget => format!("{GROUP}/v1"),
        }
    }

    /// The path of an object, or of the collection when the name is empty.
    pub(super) fn path(self, session: &Session<'_>, name: &str) -> String {
        let rest = format!("{}{}{name}", self.plural(), if name.is_empty() { "" } else { "/" });
        match self {
            Self::ConfigMap | Self::Secret | Self::Service => session.core(&rest),
            _ => session.apis(&self.group_version(), &rest),
        }
    }

    /// Whether an object without a spec is one at all.
    pub(super) fn may_be_empty(self) -> bool {
        !matches!(self, Self::Service | Self::Deployment)
    }

    pub(super) fn has_status(self) -> bool {
        matches!(self, Self::Deployment | Self::Widget)
    }

    /// An object of this kind with a name and a spec.
    fn named(self, name: &str, parts: Value) -> Value {
        let kind = format!("{self:?}");
        let mut object = json!({"apiVersion": self.group_version(), "kind": kind, "metadata": {"name": name}});
        merge(&mut object, parts);
        object
    }

    /// The smallest object that the server takes.
    pub(super) fn smallest(self, name: &str) -> Value {
        let parts = match self {
            Self::ConfigMap | Self::Secret => json!({"data": {}}),
            Self::Lease | Self::Widget => json!({"spec": {}}),
            Self::Service => json!({"spec": {"clusterIP": "None", "ports": [{"port": 80}]}}),
            Self::Deployment => workload(json!([{"name": "x", "image": "registry.example/x:1"}])),
        };
        self.named(name, parts)
    }

    /// A whole object to create, replace or apply. What [`crate::limits`] names is not asked for.
    pub(super) fn object(self, random: &mut impl Rng, name: &str) -> Value {
        let mut object = self.named(name, self.content(random));
        let metadata = metadata(random);
        merge(&mut object, json!({"metadata": metadata}));
        object
    }

    /// What is neither metadata nor status.
    pub(super) fn content(self, random: &mut impl Rng) -> Value {
        match self {
            Self::ConfigMap => json!({"data": some(random, &["x", "y", "z"], &["1", "2", "3"])}),
            Self::Secret => json!({"data": some(random, &["x", "y", "z"], &["MQ==", "Mg==", ""])}),
            Self::Service => service(random),
            Self::Deployment => deployment(random),
            Self::Lease => json!({"spec": {
                "holderIdentity": pick(random, &["me", "you"]),
                "leaseDurationSeconds": pick(random, &[15, 30]),
                "renewTime": "2001-02-03T04:05:06.000000Z",
            }}),
            Self::Widget => widget(random),
        }
    }

    /// A status to write.
    pub(super) fn status(self, random: &mut impl Rng) -> Value {
        let condition = |random: &mut _| json!({"type": pick(random, &["Ready", "Healthy"]), "status": pick(random, &["True", "False"])});
        match self {
            Self::Deployment => {
                let mut condition = condition(random);
                condition["reason"] = "R".into();
                condition["message"] = pick(random, &["m", "n"]).into();
                json!({"replicas": random.random_range(0..3), "conditions": [condition]})
            }
            _ => {
                json!({"replicas": random.random_range(0..3), "note": pick(random, &["a", "b"]), "conditions": [condition(random)]})
            }
        }
    }
}

/// One of a few.
pub(super) fn pick<T: Clone>(random: &mut impl Rng, among: &[T]) -> T {
    // The lists are written here and never empty.
    among.choose(random).unwrap_or(&among[0]).clone()
}

/// Labels, annotations and finalizers, each sometimes.
pub(super) fn metadata(random: &mut impl Rng) -> Value {
    let mut out = json!({});
    if random.random_bool(0.5) {
        out["labels"] = some(random, &["a", "b"], &["1", "2"]);
    }
    if random.random_bool(0.2) {
        out["annotations"] = some(random, &["example.com/a", "note"], &["1", "2"]);
    }
    if random.random_bool(0.2) {
        out["finalizers"] = subset(random, &["example.com/a", "example.com/b", "example.com/c"]);
    }
    if random.random_bool(0.02) {
        out["labels"] = json!({"bad key": "1"});
    }
    out
}

/// A map with some of these keys.
fn some(random: &mut impl Rng, keys: &[&str], values: &[&str]) -> Value {
    let mut map = Map::new();
    for key in keys {
        if random.random_bool(0.5) {
            map.insert((*key).to_owned(), pick(random, values).into());
        }
    }
    map.into()
}

/// A list of some of these, in an order of its own.
fn subset(random: &mut impl Rng, among: &[&str]) -> Value {
    use rand::seq::SliceRandom as _;
    let mut chosen: Vec<&str> = among.iter().copied().filter(|_| random.random_bool(0.5)).collect();
    chosen.shuffle(random);
    json!(chosen)
}

fn service(random: &mut impl Rng) -> Value {
    let mut ports = Vec::new();
    for (name, port) in [("http", 80), ("https", 443), ("dns", 53)] {
        if random.random_bool(0.5) {
            let mut item = json!({"name": name, "port": port});
            if random.random_bool(0.3) {
                item["protocol"] = pick(random, &["TCP", "UDP"]).into();
            }
            if random.random_bool(0.3) {
                item["targetPort"] = pick(random, &[json!(8080), json!("web")]);
            }
            ports.push(item);
        }
    }
    if ports.is_empty() {
        ports.push(json!({"name": "http", "port": 80}));
    }
    let mut spec = json!({"clusterIP": "None", "ports": ports});
    if random.random_bool(0.6) {
        spec["selector"] = some(random, &["app", "tier"], &["x", "y"]);
    }
    if random.random_bool(0.2) {
        spec["sessionAffinity"] = pick(random, &["ClientIP", "None"]).into();
    }
    json!({"spec": spec})
}

fn workload(containers: Value) -> Value {
    json!({"spec": {
        "selector": {"matchLabels": {"app": "a"}},
        "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": containers}},
    }})
}

fn deployment(random: &mut impl Rng) -> Value {
    let mut containers = Vec::new();
    for name in ["x", "y"] {
        if random.random_bool(0.6) {
            containers.push(container(random, name));
        }
    }
    if containers.is_empty() {
        containers.push(container(random, "x"));
    }
    let mut object = workload(containers.into());
    if random.random_bool(0.6) {
        object["spec"]["replicas"] = random.random_range(0..4).into();
    }
    if random.random_bool(0.2) {
        object["spec"]["minReadySeconds"] = random.random_range(0..3).into();
    }
    if random.random_bool(0.2) {
        object["spec"]["paused"] = random.random_bool(0.5).into();
    }
    if random.random_bool(0.2) {
        object["spec"]["strategy"] = pick(
            random,
            &[json!({"type": "Recreate"}), json!({"type": "RollingUpdate"}), json!({"rollingUpdate": {"maxSurge": 2}})],
        );
    }
    if random.random_bool(0.2) {
        object["spec"]["template"]["metadata"]["annotations"] = some(random, &["n", "m"], &["1", "2"]);
    }
    if random.random_bool(0.2) {
        object["spec"]["template"]["spec"]["tolerations"] =
            json!([{"key": pick(random, &["k", "l"]), "operator": "Exists"}]);
    }
    object
}

fn container(random: &mut impl Rng, name: &str) -> Value {
    let mut out = json!({"name": name, "image": pick(random, &["registry.example/i:1", "registry.example/i:2", "registry.example/i"])});
    if random.random_bool(0.3) {
        let variables = ["A", "B", "C"].into_iter().filter(|_| random.random_bool(0.5)).collect::<Vec<_>>();
        let variables: Vec<Value> =
            variables.into_iter().map(|name| json!({"name": name, "value": pick(random, &["1", "2"])})).collect();
        out["env"] = variables.into();
    }
    if random.random_bool(0.3) {
        out["args"] = subset(random, &["a", "b"]);
    }
    if random.random_bool(0.3) {
        let mut port = json!({"containerPort": if name == "x" { 80 } else { 81 }});
        if random.random_bool(0.3) {
            port["protocol"] = pick(random, &["TCP", "UDP"]).into();
        }
        out["ports"] = json!([port]);
    }
    if random.random_bool(0.2) {
        out["resources"] = json!({"requests": {"cpu": pick(random, &["100m", "0.1", "1"])}});
    }
    out
}

/// The schema of the custom resource.
pub(super) fn widget_schema() -> Value {
    let item = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "zone": {"type": "string", "default": "a"},
            "value": {"type": "string"},
        },
    });
    json!({
        "type": "object",
        "properties": {
            "spec": {"type": "object", "properties": {
                "size": {"type": "integer", "minimum": 0, "maximum": 5},
                "colour": {"type": "string", "default": "red", "enum": ["red", "green"]},
                "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                "map": {"type": "array", "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name", "zone"], "items": item},
                "plain": {"type": "array", "items": {"type": "string"}},
                "atom": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": {"type": "string"}},
                "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "maybe": {"type": "string", "nullable": true},
            }},
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
    })
}

fn widget(random: &mut impl Rng) -> Value {
    let mut spec = json!({});
    if random.random_bool(0.5) {
        spec["size"] = random.random_range(0..7).into();
    }
    if random.random_bool(0.3) {
        spec["colour"] = pick(random, &["red", "green", "blue"]).into();
    }
    if random.random_bool(0.4) {
        spec["set"] = subset(random, &["p", "q", "r"]);
    }
    if random.random_bool(0.4) {
        let mut items = Vec::new();
        for name in ["m", "n"] {
            if random.random_bool(0.6) {
                let mut item = json!({"name": name});
                if random.random_bool(0.5) {
                    item["zone"] = pick(random, &["a", "b"]).into();
                }
                if random.random_bool(0.5) {
                    item["value"] = pick(random, &["1", "2"]).into();
                }
                items.push(item);
            }
        }
        spec["map"] = items.into();
    }
    if random.random_bool(0.3) {
        spec["plain"] = subset(random, &["p", "q"]);
    }
    if random.random_bool(0.3) {
        spec["atom"] = some(random, &["a", "b"], &["1", "2"]);
    }
    if random.random_bool(0.3) {
        spec["open"] = pick(random, &[json!({"a": 1}), json!({"a": {"b": 2}}), json!({"l": [1]}), json!({})]);
    }
    if random.random_bool(0.1) {
        spec["maybe"] = pick(random, &[Value::Null, json!("yes")]);
    }
    if random.random_bool(0.1) {
        spec["unknown"] = json!(1);
    }
    json!({"spec": spec})
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
