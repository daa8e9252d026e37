//! From a request to the objects that ask Cluster API for a cluster. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{ClusterApiOptions, GROUP};
use crate::cluster::CreateToken;
use crate::provider::{ClusterRequest, NodePool};

/// Label and annotation with the create token: a label holds 63 characters, so that it has a hash.
pub(super) const TOKEN: &str = "mooring.dev/create-token";

/// The objects of one cluster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) namespace: String,
    /// The `Cluster`, which is made last: from then on the cluster is found.
    pub(super) cluster: Value,
    /// What it refers to.
    pub(super) others: Vec<Value>,
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("additional_spec: {0}")]
pub(super) struct BadRequest(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    namespace: Option<String>,
    class: Option<String>,
    class_namespace: Option<String>,
    version: Option<String>,
    #[serde(default)]
    variables: Vec<Variable>,
    workers: Option<Map<String, Value>>,
    control_plane: Option<Value>,
    template: Option<Vec<Value>>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    value: Value,
}

/// The value of the label for a token.
pub(super) fn token_label(token: &CreateToken) -> String {
    Sha256::digest(token.as_str()).iter().take(30).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a cluster was asked for with this token.
pub(super) fn carries(cluster: &Value, token: &CreateToken) -> bool {
    cluster["metadata"]["labels"][TOKEN] == token_label(token)
        && cluster["metadata"]["annotations"][TOKEN] == token.as_str()
}

/// The objects that a request asks for.
pub(super) fn objects(
    request: &ClusterRequest,
    options: &ClusterApiOptions,
    api_version: &str,
) -> Result<Made, BadRequest> {
    let spec = match &request.additional_spec {
        Value::Null => json!({}),
        spec => spec.clone(),
    };
    // Its values may be secret: only the place is told.
    let wanted: Wanted = serde_path_to_error::deserialize(spec)
        .map_err(|error| BadRequest(format!("{} is not as it has to be", error.path())))?;
    let namespace = wanted.namespace.clone().unwrap_or_else(|| options.namespace.clone());
    let (mut cluster, others) = match (&wanted.class, &wanted.template) {
        (Some(class), None) => (topology(request, options, api_version, &wanted, class)?, Vec::new()),
        (None, Some(template)) => from_template(request, &namespace, &wanted, template)?,
        _ => return Err(BadRequest("it needs either class or template".to_owned())),
    };
    mark(&mut cluster, request, &namespace)?;
    let others = others
        .into_iter()
        .map(|mut object| mark(&mut object, request, &namespace).map(|()| object))
        .collect::<Result<_, _>>()?;
    Ok(Made { namespace, cluster, others })
}

fn topology(
    request: &ClusterRequest,
    options: &ClusterApiOptions,
    api_version: &str,
    wanted: &Wanted,
    class: &str,
) -> Result<Value, BadRequest> {
    let version = request.version.as_ref().or(wanted.version.as_ref());
    let version = version.ok_or_else(|| BadRequest("it needs version, or the request does".to_owned()))?;
    let mut topology = Map::new();
    if api_version.ends_with("/v1beta1") {
        topology.insert("class".to_owned(), json!(class));
        if let Some(namespace) = &wanted.class_namespace {
            topology.insert("classNamespace".to_owned(), json!(namespace));
        }
    } else {
        let mut reference = json!({"name": class});
        if let Some(namespace) = &wanted.class_namespace {
            reference["namespace"] = json!(namespace);
        }
        topology.insert("classRef".to_owned(), reference);
    }
    topology.insert("version".to_owned(), json!(version));
    if let Some(control_plane) = &wanted.control_plane {
        topology.insert("controlPlane".to_owned(), control_plane.clone());
    }
    let mut variables: Vec<Value> =
        wanted.variables.iter().map(|one| json!({"name": one.name, "value": one.value})).collect();
    let from_request =
        [(&options.region_variable, &request.region), (&options.cloud_variable, &request.cloud_provider)];
    for (name, value) in from_request {
        if let (Some(name), false) = (name, value.is_empty()) {
            variables.retain(|one| one["name"] != name.as_str());
            variables.push(json!({"name": name, "value": value}));
        }
    }
    if !variables.is_empty() {
        topology.insert("variables".to_owned(), Value::Array(variables));
    }
    let mut workers = wanted.workers.clone().unwrap_or_default();
    if !request.node_pools.is_empty() {
        let list = workers.entry("machineDeployments").or_insert_with(|| json!([]));
        let list = list.as_array_mut().ok_or_else(|| BadRequest("workers.machineDeployments is no list".to_owned()))?;
        for pool in &request.node_pools {
            list.retain(|held| held["name"] != pool.id.as_str());
            list.push(worker(pool));
        }
    }
    if !workers.is_empty() {
        topology.insert("workers".to_owned(), Value::Object(workers));
    }
    let mut spec = json!({"topology": topology});
    if request.network.is_object() {
        spec["clusterNetwork"] = request.network.clone();
    }
    Ok(json!({"apiVersion": api_version, "kind": "Cluster", "metadata": {"name": request.name}, "spec": spec}))
}

fn worker(pool: &NodePool) -> Value {
    let mut worker = json!({"class": pool.instance_size, "name": pool.id});
    if pool.min_nodes == pool.max_nodes {
        worker["replicas"] = json!(pool.min_nodes);
    } else {
        worker["metadata"] = json!({"annotations": {
            super::pool::MIN_SIZE: pool.min_nodes.to_string(), super::pool::MAX_SIZE: pool.max_nodes.to_string(),
        }});
    }
    worker
}

fn from_template(
    request: &ClusterRequest,
    namespace: &str,
    wanted: &Wanted,
    template: &[Value],
) -> Result<(Value, Vec<Value>), BadRequest> {
    if !request.node_pools.is_empty() || !request.network.is_null() {
        return Err(BadRequest("a template says itself which machines and which network there are".to_owned()));
    }
    let version = request.version.as_ref().or(wanted.version.as_ref());
    let known = |name: &str| match name {
        "CLUSTER_NAME" => Some(request.name.as_str()),
        "NAMESPACE" => Some(namespace),
        "REGION" => Some(request.region.as_str()),
        "CLOUD_PROVIDER" => Some(request.cloud_provider.as_str()),
        "KUBERNETES_VERSION" => version.map(String::as_str),
        other => wanted.values.get(other).map(String::as_str),
    };
    let mut filled = Vec::with_capacity(template.len());
    for object in template {
        let mut object = object.clone();
        fill(&mut object, &known)?;
        filled.push(object);
    }
    let is_cluster = |object: &Value| {
        let group = object["apiVersion"].as_str().and_then(|version| version.split_once('/')).map(|(group, _)| group);
        group == Some(GROUP) && object["kind"] == "Cluster"
    };
    let (mut clusters, others): (Vec<_>, Vec<_>) = filled.into_iter().partition(is_cluster);
    match (clusters.pop(), clusters.is_empty()) {
        (Some(mut cluster), true) => {
            if let Some(cluster) = cluster.as_object_mut()
                && let Value::Object(metadata) = cluster.entry("metadata").or_insert_with(|| json!({}))
            {
                metadata.insert("name".to_owned(), json!(request.name));
            }
            Ok((cluster, others))
        }
        _ => Err(BadRequest("template has to hold exactly one Cluster".to_owned())),
    }
}

/// Replaces `${NAME}` in all texts.
fn fill<'a>(value: &mut Value, known: &impl Fn(&str) -> Option<&'a str>) -> Result<(), BadRequest> {
    match value {
        Value::String(text) if text.contains("${") => {
            *text = filled(text, known)?;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill(item, known)),
        Value::Object(fields) => fields.values_mut().try_for_each(|field| fill(field, known)),
        _ => Ok(()),
    }
}

fn filled<'a>(text: &str, known: &impl Fn(&str) -> Option<&'a str>) -> Result<String, BadRequest> {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            return Err(BadRequest("a ${ in template has no end".to_owned()));
        };
        let value = known(name).ok_or_else(|| {
            let name: String = name.chars().take(64).collect();
            BadRequest(format!("nothing is said for ${{{name}}} of template"))
        })?;
        out.push_str(value);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// Says where an object is, and for whom it was made.
fn mark(object: &mut Value, request: &ClusterRequest, namespace: &str) -> Result<(), BadRequest> {
    let metadata = object.as_object_mut().map(|object| object.entry("metadata").or_insert_with(|| json!({})));
    let Some(Value::Object(metadata)) = metadata else {
        return Err(BadRequest("something in template is no object".to_owned()));
    };
    metadata.insert("namespace".to_owned(), json!(namespace));
    let marks = [("labels", token_label(&request.create_token)), ("annotations", request.create_token.to_string())];
    for (field, value) in marks {
        let entries = metadata.entry(field).or_insert_with(|| json!({}));
        let Value::Object(entries) = entries else {
            return Err(BadRequest(format!("metadata.{field} of an object of template is no map")));
        };
        entries.insert(TOKEN.to_owned(), Value::from(value));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::ClusterId;

    fn request(spec: Value) -> ClusterRequest {
        let token = CreateToken::new("t0ken").unwrap();
        let mut request = ClusterRequest::new(ClusterId::generate(), "shop", token).at("aws", "us-east-1");
        request.version = Some("v1.34.0".to_owned());
        request.with_additional_spec(spec)
    }

    fn made(spec: Value, api_version: &str) -> Result<Made, BadRequest> {
        let options = ClusterApiOptions::default().with_region_variable("region").with_namespace("fleet");
        objects(&request(spec), &options, api_version)
    }

    #[test]
    fn a_topology_names_its_class_in_the_words_of_the_version() {
        let spec =
            json!({"class": "small", "class_namespace": "classes", "variables": [{"name": "region", "value": "x"}]});
        let new = made(spec.clone(), "cluster.x-k8s.io/v1beta2").unwrap();
        let topology = &new.cluster["spec"]["topology"];
        assert_eq!(topology["classRef"], json!({"name": "small", "namespace": "classes"}));
        assert_eq!(topology["variables"], json!([{"name": "region", "value": "us-east-1"}]), "the request says where");
        assert_eq!(topology["version"], "v1.34.0");
        assert_eq!((new.namespace.as_str(), &new.cluster["metadata"]["name"]), ("fleet", &json!("shop")));
        let old = made(spec, "cluster.x-k8s.io/v1beta1").unwrap();
        let topology = &old.cluster["spec"]["topology"];
        assert_eq!((&topology["class"], &topology["classNamespace"]), (&json!("small"), &json!("classes")));
        assert!(carries(&old.cluster, &CreateToken::new("t0ken").unwrap()));
        assert!(!carries(&old.cluster, &CreateToken::new("other").unwrap()));
    }

    #[test]
    fn a_template_is_filled_and_an_unknown_name_in_it_is_an_error() {
        let template = json!([
            {"apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster", "metadata": {"name": "${CLUSTER_NAME}"},
             "spec": {"infrastructureRef": {"name": "${CLUSTER_NAME}-${REGION}"}}},
            {"apiVersion": "infrastructure.cluster.x-k8s.io/v1beta1", "kind": "DockerCluster", "metadata": {"name": "${CLUSTER_NAME}-${SIZE}"}},
        ]);
        let spec = json!({"template": template, "values": {"SIZE": "big"}});
        let made_of = made(spec, "cluster.x-k8s.io/v1beta2").unwrap();
        assert_eq!(made_of.cluster["spec"]["infrastructureRef"]["name"], "shop-us-east-1");
        assert_eq!(made_of.others[0]["metadata"]["name"], "shop-big");
        assert_eq!(made_of.others[0]["metadata"]["namespace"], "fleet");
        let error = made(json!({"template": template}), "cluster.x-k8s.io/v1beta2").unwrap_err();
        assert!(error.to_string().contains("${SIZE}"), "{error}");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for spec in [json!({}), json!({"class": "a", "template": []}), json!({"template": []}), json!({"class": 1})] {
            assert!(made(spec, "cluster.x-k8s.io/v1beta2").is_err());
        }
        let template = json!([{"apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster", "metadata": "none"}]);
        assert!(made(json!({"template": template}), "cluster.x-k8s.io/v1beta2").is_err());
        let template = json!([{"apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster"}]);
        let mut sized = request(json!({"template": template}));
        assert!(objects(&sized, &ClusterApiOptions::default(), "cluster.x-k8s.io/v1beta2").is_ok());
        sized.node_pools.push(NodePool::new("gpu", "large", 1, 1));
        assert!(objects(&sized, &ClusterApiOptions::default(), "cluster.x-k8s.io/v1beta2").is_err());
        let error = made(json!({"class": "a", "variables": [{"nam": "x"}]}), "cluster.x-k8s.io/v1beta2").unwrap_err();
        assert!(error.to_string().contains("variables[0]"), "{error}");
    }

    proptest! {
        #[test]
        fn filling_never_fails_badly_and_leaves_plain_text_alone(text in ".{0,60}") {
            let known = |_: &str| Some("value");
            let done = filled(&text, &known);
            if !text.contains("${") {
                prop_assert_eq!(done.unwrap(), text);
            }
        }
    }
}
