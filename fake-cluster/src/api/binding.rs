//! POST to the `binding` of a pod: it is assigned to a node, once.
//!
//! It follows `BindingREST` in `k8s.io/kubernetes/pkg/registry/core/pod/storage/storage.go`. Whether the node exists is not asked.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::cause::quote;
use super::ctx::Ctx;
use super::options::{Write, WriteOptions};
use super::request::Verb;
use super::resource::Resource;
use super::status::Status;
use super::warnings::warn;
use super::{json_value, meta};
use crate::storage::{Expected, Object};

static BINDINGS: LazyLock<Option<Resource>> = LazyLock::new(|| Resource::review("", "bindings", "Binding"));

impl Ctx<'_> {
    /// Binds a pod to a node.
    pub(super) fn bind(&self, pods: &Resource) -> Result<Response<Bytes>, Status> {
        if self.call.verb != Verb::Create {
            return Err(Status::method_not_allowed());
        }
        let bindings = BINDINGS.as_ref().ok_or_else(Status::no_such_path)?;
        let options = WriteOptions::parse(&self.call.query, Write::Create)?;
        let (mut binding, warnings) = self.read_object(bindings, options.validation)?;
        self.place(pods, &mut binding)?;
        if binding["metadata"]["name"] != self.path.name.as_str() {
            return Err(Status::bad_request("name in URL does not match name in Binding object"));
        }
        let target = &binding["target"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut problems = Vec::new();
        if !matches!(text(&target["kind"]).as_str(), "" | "Node") {
            let kind = quote(&text(&target["kind"]));
            problems.push(format!("target.kind: Unsupported value: {kind}: supported values: \"Node\", \"<empty>\""));
        }
        if text(&target["name"]).is_empty() {
            problems.push("target.name: Required value".into());
        }
        match problems.as_slice() {
            [] => {}
            [one] => return Err(Status::bare(500, one.clone())),
            many => return Err(Status::bare(500, format!("[{}]", many.join(", ")))),
        }
        loop {
            let pod = self.api.store.get(&pods.storage, &self.key(pods)).ok_or_else(|| self.not_found(pods))?;
            let new = self.bound_pod(&pod, &binding)?;
            let expected = Expected::Revision(pod.revision());
            if options.dry_run || self.api.store.put(&pods.storage, pod.key(), expected, new).is_ok() {
                break;
            }
        }
        let done = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
        let mut response = json_value(StatusCode::CREATED, &done);
        warn(&mut response, &warnings);
        Ok(response)
    }

    fn bound_pod(&self, pod: &Object, binding: &Value) -> Result<Value, Status> {
        let name = pod.meta_str("name");
        let refused = |why: String| Err(Status::conflict("", "pods/binding", name, &why));
        let node = pod.value()["spec"]["nodeName"].as_str().unwrap_or_default();
        if !pod.metadata()["deletionTimestamp"].is_null() {
            return refused(format!("pod {name} is being deleted, cannot be assigned to a host"));
        }
        if !node.is_empty() {
            return refused(format!("pod {name} is already assigned to node {}", quote(node)));
        }
        if pod.value()["spec"]["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty()) {
            return refused(format!("pod {name} has non-empty .spec.schedulingGates"));
        }
        for (field, what, found) in [
            ("uid", "UID", pod.meta_str("uid")),
            ("resourceVersion", "ResourceVersion", pod.meta_str("resourceVersion")),
        ] {
            let wanted = binding["metadata"][field].as_str().unwrap_or_default();
            if !wanted.is_empty() && wanted != found {
                let why =
                    format!("Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}");
                return refused(why);
            }
        }
        let mut new = pod.value().clone();
        new["spec"]["nodeName"] = binding["target"]["name"].clone();
        if let Some(status) = new["status"].as_object_mut() {
            status.remove("nominatedNodeName");
        }
        for field in ["annotations", "labels"] {
            for (key, value) in binding["metadata"][field].as_object().into_iter().flatten() {
                new["metadata"][field][key] = value.clone();
            }
        }
        let mut conditions = new["status"]["conditions"].as_array().cloned().unwrap_or_default();
        conditions.retain(|known| known["type"] != "PodScheduled");
        conditions.push(json!({
            "type": "PodScheduled", "status": "True", "lastProbeTime": null,
            "lastTransitionTime": meta::seconds(self.now),
        }));
        new["status"]["conditions"] = Value::Array(conditions);
        Ok(new)
    }
}
