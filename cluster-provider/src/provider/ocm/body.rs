//! The body of a create, out of the request, the settings and the credentials of the cloud. Pure; knows nothing of requests.
//!
//! Source: `internal/kafka/internal/clusters/cluster_builder.go` of kas-fleet-manager.

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::options::{CreateOptions, OcmOptions};
use crate::provider::ClusterRequest;
use crate::secrets::SecretData;

/// Members of the credential of AWS: all of them are needed.
pub const AWS_MEMBERS: [&str; 3] = ["account_id", "access_key_id", "secret_access_key"];

/// Members of the credential of Google Cloud, as in the file of a service account: all of them are needed.
pub const GCP_MEMBERS: [&str; 10] = [
    "type",
    "project_id",
    "private_key_id",
    "private_key",
    "client_email",
    "client_id",
    "auth_uri",
    "token_uri",
    "auth_provider_x509_cert_url",
    "client_x509_cert_url",
];

/// Longest name of a cluster.
const LONGEST_NAME: usize = 54;

/// Zones that a cluster of several zones is spread over.
pub(super) const ZONES: u32 = 3;

/// What additional settings may not say: it stands in the request, or is a secret that has no place in a record.
const NOT_ADDITIONAL: [&str; 10] = [
    "/name",
    "/cloud_provider",
    "/region",
    "/multi_az",
    "/aws/access_key_id",
    "/aws/secret_access_key",
    "/gcp/private_key",
    "/gcp/private_key_id",
    "/id",
    "/state",
];

/// A cluster that cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the name {0:?} has to be 1 to 54 lower-case letters, digits and '-', a letter first and no '-' last")]
    Name(String),
    #[error("cloud {0:?} is not known; known are aws and gcp")]
    Cloud(String),
    #[error("a region is missing")]
    Region,
    #[error("there are no credentials for cloud {0}; give them to the provider or name them in its options")]
    NoCredentials(String),
    #[error("the credentials for cloud {cloud} have no {member}")]
    HalfCredentials { cloud: String, member: &'static str },
    #[error("a cluster begins with one machine pool; add the others once it is there")]
    ManyPools,
    #[error("machine pool {0:?} asks for more machines at least than at most")]
    Turned(String),
    #[error("additional_spec has to be an object")]
    NoObject,
    #[error("additional_spec may not say {0}: it stands in the request, or is a secret that is kept elsewhere")]
    NotAdditional(String),
    #[error("a network has to be an object")]
    Network,
}

/// The body of `POST …/clusters`. In [`ClusterRequest::additional_spec`] may stand anything that OCM knows of a cluster, such as
/// `hypershift.enabled`, `product.id`, `domain_prefix`, `channel`, `network`, `aws.subnet_ids` or `properties`; it is merged into what is made
/// here, object by object, and wins where both say something.
///
/// # Errors
/// [`Unfit`]. No secret is in it.
pub(super) fn create(
    request: &ClusterRequest,
    options: &OcmOptions,
    cloud: Option<&SecretData>,
) -> Result<Value, Unfit> {
    let CreateOptions { version, ccs, managed, product, .. } = &options.create;
    if !is_name(&request.name) {
        return Err(Unfit::Name(request.name.chars().take(64).collect()));
    }
    if request.region.is_empty() {
        return Err(Unfit::Region);
    }
    let mut body = json!({
        "name": request.name,
        "cloud_provider": {"id": request.cloud_provider},
        "region": {"id": request.region},
        "multi_az": request.multi_az,
        "ccs": {"enabled": ccs},
        "managed": managed,
        "properties": request.tags,
    });
    if let Some(version) = request.version.as_ref().or(version.as_ref()).filter(|version| !version.is_empty()) {
        body["version"] = json!({"id": version_id(version)});
    }
    if let Some(product) = product {
        body["product"] = json!({"id": product});
    }
    if let Some(block) = credentials(&request.cloud_provider, *ccs, cloud)? {
        body[request.cloud_provider.as_str()] = block;
    }
    if let Some(nodes) = nodes(request, options)? {
        body["nodes"] = nodes;
    }
    match &request.network {
        Value::Null => {}
        network @ Value::Object(_) => body["network"] = network.clone(),
        _ => return Err(Unfit::Network),
    }
    merge(&mut body, additional(&request.additional_spec, &options.token_property)?);
    // Last, so that nothing hides by what the cluster is found again.
    body["properties"][options.token_property.as_str()] = json!(request.create_token.as_str());
    Ok(body)
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// OCM's name of a version.
fn version_id(version: &str) -> String {
    if version.starts_with(|first: char| first.is_ascii_digit()) {
        format!("openshift-v{version}")
    } else {
        version.to_owned()
    }
}

fn credentials(cloud: &str, needed: bool, data: Option<&SecretData>) -> Result<Option<Value>, Unfit> {
    let members: &[&'static str] = match cloud {
        "aws" => &AWS_MEMBERS,
        "gcp" => &GCP_MEMBERS,
        other => return Err(Unfit::Cloud(other.chars().take(64).collect())),
    };
    let Some(data) = data else {
        // In an account of Red Hat nobody needs ours.
        return if needed { Err(Unfit::NoCredentials(cloud.to_owned())) } else { Ok(None) };
    };
    let mut block = Map::new();
    for member in members {
        let value = data.get(member).map(|value| value.expose_secret()).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Unfit::HalfCredentials { cloud: cloud.to_owned(), member })?;
        block.insert((*member).to_owned(), json!(value));
    }
    Ok(Some(Value::Object(block)))
}

/// The machines a cluster begins with: those of the request, else those of the settings, else OCM's choice.
fn nodes(request: &ClusterRequest, options: &OcmOptions) -> Result<Option<Value>, Unfit> {
    let (machine_type, min, max, name) = match request.node_pools.as_slice() {
        [] => match options.create.compute.get(&request.cloud_provider) {
            Some(machines) => (&machines.machine_type, machines.min_nodes, machines.max_nodes, "default"),
            None => return Ok(None),
        },
        [pool] => (&pool.instance_size, pool.min_nodes, pool.max_nodes, pool.id.as_str()),
        _ => return Err(Unfit::ManyPools),
    };
    if min > max {
        return Err(Unfit::Turned(name.to_owned()));
    }
    let fit = |nodes| if request.multi_az { in_zones(nodes) } else { nodes };
    let mut nodes = Map::new();
    if !machine_type.is_empty() {
        nodes.insert("compute_machine_type".to_owned(), json!({"id": machine_type}));
    }
    match (fit(min), fit(max)) {
        (0, 0) => {}
        (min, max) if min == max => {
            nodes.insert("compute".to_owned(), json!(min));
        }
        (min, max) => {
            nodes.insert("autoscale_compute".to_owned(), json!({"min_replicas": min, "max_replicas": max}));
        }
    }
    Ok((!nodes.is_empty()).then_some(Value::Object(nodes)))
}

/// So many machines, or as many more as it takes for each zone to have the same number.
pub(super) fn in_zones(nodes: u32) -> u32 {
    nodes.div_ceil(ZONES).saturating_mul(ZONES)
}

fn additional<'a>(spec: &'a Value, token_property: &str) -> Result<Option<&'a Map<String, Value>>, Unfit> {
    let object = match spec {
        Value::Null => return Ok(None),
        Value::Object(object) => object,
        _ => return Err(Unfit::NoObject),
    };
    if let Some(path) = NOT_ADDITIONAL.iter().find(|path| spec.pointer(path).is_some()) {
        return Err(Unfit::NotAdditional(path.trim_start_matches('/').replace('/', ".")));
    }
    match object.get("properties") {
        None => Ok(Some(object)),
        Some(Value::Object(properties)) if !properties.contains_key(token_property) => Ok(Some(object)),
        Some(_) => Err(Unfit::NotAdditional(format!("properties.{token_property}, or properties that are no object"))),
    }
}

/// Object by object; anything else is replaced. What is already an object stays one.
fn merge(into: &mut Value, from: Option<&Map<String, Value>>) {
    let (Value::Object(into), Some(from)) = (into, from) else { return };
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(held @ Value::Object(_)), Value::Object(more)) => merge(held, Some(more)),
            (Some(Value::Object(_)), _) => {}
            _ => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
