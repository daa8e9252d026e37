//! Pods and whatever has a template of them: names that must be names, and lists in which nothing may be twice.
//!
//! Server-side apply tells the items of such lists apart by these keys, and refuses or loses an item that is there twice.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Findings, Head};
use crate::resource::names::Syntax;
use crate::resource::place::Place;

/// Which lists of a pod hold containers.
const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Where the pod, or the template of one, is in an object of a kind.
fn template_of(head: &Head<'_>) -> Option<&'static [&'static str]> {
    Some(match (head.group(), head.kind) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("", "ReplicationController")
        | ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job")
        | ("apps.openshift.io", "DeploymentConfig") => &["spec", "template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    })
}

impl Findings {
    pub(super) fn pods(&mut self, root: &Map<String, Value>, head: &Head<'_>) {
        match template_of(head) {
            Some([]) => self.pod(root, &Place::ROOT),
            Some(path) => self.template(root, &Place::ROOT, path),
            None => self.containers_alike(root),
        }
    }

    fn template(&mut self, map: &Map<String, Value>, place: &Place<'_>, path: &[&str]) {
        let Some((key, rest)) = path.split_first() else {
            let metadata = place.key("metadata");
            if let Some(map) = self.map(map.get("metadata"), &metadata) {
                self.labels_and_annotations(map, &metadata);
            }
            return self.pod(map, place);
        };
        let place = place.key(key);
        if let Some(map) = self.map(map.get(*key), &place) {
            self.template(map, &place, rest);
        }
    }

    fn pod(&mut self, map: &Map<String, Value>, place: &Place<'_>) {
        let place = place.key("spec");
        let Some(spec) = self.map(map.get("spec"), &place) else { return };
        let mut names = BTreeSet::new();
        for list in CONTAINERS {
            let place = place.key(list);
            for (index, item) in self.list(spec.get(list), &place).iter().enumerate() {
                let place = place.index(index);
                let Some(container) = self.map(Some(item), &place) else { continue };
                self.label_once(container, &place, &mut names);
                self.container(container, &place);
            }
        }
        let volumes = place.key("volumes");
        let mut names = BTreeSet::new();
        for (index, item) in self.list(spec.get("volumes"), &volumes).iter().enumerate() {
            let place = volumes.index(index);
            if let Some(volume) = self.map(Some(item), &place) {
                self.label_once(volume, &place, &mut names);
            }
        }
    }

    fn container(&mut self, container: &Map<String, Value>, place: &Place<'_>) {
        let list = place.key("env");
        let mut names = BTreeSet::new();
        for (index, item) in self.list(container.get("env"), &list).iter().enumerate() {
            let place = list.index(index);
            let Some(variable) = self.map(Some(item), &place) else { continue };
            if let Some(name) = self.text(variable, &place, "name")
                && !names.insert(name)
            {
                self.add(&place.key("name"), format!("{name:?} is there twice"));
            }
            if let Some(value) = variable.get("value").filter(|value| !value.is_string()) {
                self.wrong(&place.key("value"), "a string", value);
            }
        }
        self.ports(container.get("ports"), &place.key("ports"), "containerPort");
        let list = place.key("volumeMounts");
        let mut paths = BTreeSet::new();
        for (index, item) in self.list(container.get("volumeMounts"), &list).iter().enumerate() {
            let place = list.index(index);
            let Some(mount) = self.map(Some(item), &place) else { continue };
            if let Some(path) = self.text(mount, &place, "mountPath")
                && !paths.insert(path)
            {
                self.add(&place.key("mountPath"), "is mounted on twice");
            }
        }
    }

    /// Ports of a container or a Service, each once for a protocol, with names that are there once.
    fn ports(&mut self, value: Option<&Value>, place: &Place<'_>, key: &str) {
        let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        for (index, item) in self.list(value, place).iter().enumerate() {
            let place = place.index(index);
            let Some(port) = self.map(Some(item), &place) else { continue };
            let protocol = port.get("protocol").map_or(Some("TCP"), Value::as_str);
            match port.get(key) {
                None => self.add(&place.key(key), "is missing"),
                Some(value) => match value.as_u64() {
                    Some(number @ 1..=65535) => {
                        if !numbers.insert((number, protocol)) {
                            let protocol = protocol.unwrap_or("of this protocol");
                            self.add(&place.key(key), format!("{number} {protocol} is there twice"));
                        }
                    }
                    _ => self.wrong_port(&place.key(key), value),
                },
            }
            if let Some(name) = port.get("name").and_then(Value::as_str).filter(|name| !name.is_empty())
                && !names.insert(name)
            {
                self.add(&place.key("name"), format!("{name:?} is there twice"));
            }
        }
    }

    fn wrong_port(&mut self, place: &Place<'_>, value: &Value) {
        match value {
            Value::Number(_) => self.add(place, "must be from 1 to 65535"),
            other => self.wrong(place, "a number", other),
        }
    }

    pub(super) fn service(&mut self, root: &Map<String, Value>) {
        let place = Place::ROOT.key("spec");
        let Some(spec) = self.map(root.get("spec"), &place) else { return };
        let list = place.key("ports");
        self.ports(spec.get("ports"), &list, "port");
        let ports = spec.get("ports").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, port) in ports.iter().enumerate().filter(|_| ports.len() > 1) {
            if port.is_object() && port.get("name").is_none() {
                self.add(&list.index(index).key("name"), "is missing; each of several ports needs one");
            }
        }
    }

    /// Kinds that are not known here, with what looks like a pod template: containers may go without a name there.
    fn containers_alike(&mut self, root: &Map<String, Value>) {
        let spec = ["spec", "template", "spec"].iter().try_fold(root, |map, key| map.get(*key)?.as_object());
        let Some(spec) = spec else { return };
        let (spec_place, mut names) = (Place::ROOT.key("spec"), BTreeSet::new());
        let template_place = spec_place.key("template");
        let place = template_place.key("spec");
        let list = place.key("containers");
        for (index, item) in self.list(spec.get("containers"), &list).iter().enumerate() {
            if let Some(container) = item.as_object().filter(|container| container.contains_key("name")) {
                self.label_once(container, &list.index(index), &mut names);
            }
        }
    }

    /// A name that is a DNS label and was not seen yet.
    fn label_once<'a>(&mut self, map: &'a Map<String, Value>, place: &Place<'_>, seen: &mut BTreeSet<&'a str>) {
        let Some(name) = self.text(map, place, "name") else { return };
        if !Syntax::Label.accepts(name) {
            self.add(&place.key("name"), Syntax::Label.rule());
        }
        if !seen.insert(name) {
            self.add(&place.key("name"), format!("{name:?} is there twice"));
        }
    }
}
