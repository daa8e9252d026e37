//! What belongs to a cluster: syncsets, manifests, labels, identity providers, machine pools, node pools, ingresses and credentials. Knows
//! nothing of how clusters come and go.

mod addons;
mod pools;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

pub(super) use self::addons::AddonHeld;
use super::life::ClusterState;
use super::wire::{Answer, Ask, Handled, Refusal, merge, without_secrets};
use super::world::{Cluster, World};

/// A sort of thing that clusters have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Collection {
    /// Objects that are applied to a cluster.
    Syncsets,
    /// Objects that are applied to a cluster with a hosted control plane.
    Manifests,
    /// Labels of a cluster, by key.
    Labels,
    /// Who may log in.
    IdentityProviders,
    /// Machines.
    MachinePools,
    /// Machines of a cluster with a hosted control plane.
    NodePools,
}

impl Collection {
    pub(super) fn external(name: &str, ask: &Ask) -> Result<Self, Refusal> {
        match name {
            "syncsets" => Ok(Self::Syncsets),
            "manifests" => Ok(Self::Manifests),
            "labels" => Ok(Self::Labels),
            _ => Err(Refusal::no_such_path(&ask.path)),
        }
    }

    pub(super) fn direct(name: &str, ask: &Ask) -> Result<Self, Refusal> {
        match name {
            "identity_providers" => Ok(Self::IdentityProviders),
            "machine_pools" => Ok(Self::MachinePools),
            "node_pools" => Ok(Self::NodePools),
            _ => Err(Refusal::no_such_path(&ask.path)),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Syncsets => "external_configuration/syncsets",
            Self::Manifests => "external_configuration/manifests",
            Self::Labels => "external_configuration/labels",
            Self::IdentityProviders => "identity_providers",
            Self::MachinePools => "machine_pools",
            Self::NodePools => "node_pools",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Syncsets => "Syncset",
            Self::Manifests => "Manifest",
            Self::Labels => "Label",
            Self::IdentityProviders => "IdentityProvider",
            Self::MachinePools => "MachinePool",
            Self::NodePools => "NodePool",
        }
    }

    /// Whether such a thing may be in such a cluster.
    fn check_cluster(self, cluster: &Cluster) -> Result<(), Refusal> {
        let fits = match self {
            Self::Syncsets | Self::MachinePools => !cluster.is_hosted(),
            Self::Manifests | Self::NodePools => cluster.is_hosted(),
            Self::Labels | Self::IdentityProviders => true,
        };
        let sort = if cluster.is_hosted() { "with" } else { "without" };
        let what = self.kind();
        fits.then_some(()).ok_or_else(|| {
            Refusal::invalid(format!("{what} is not supported for a cluster {sort} a hosted control plane"))
        })
    }

    /// Whether a thing can be like this; what it is in full.
    fn check(self, cluster: &Cluster, mut part: Value) -> Result<Value, Refusal> {
        match self {
            Self::Syncsets => check_objects(&part, "resources")?,
            Self::Manifests if part.get("workloads").is_some() => check_objects(&part, "workloads")?,
            Self::Manifests => {
                part.get("spec").ok_or_else(|| Refusal::invalid("A manifest has 'workloads' or 'spec'"))?;
            }
            Self::Labels => {
                let text = |name: &str| part.get(name).is_some_and(Value::is_string);
                if !text("key") || !text("value") {
                    return Err(Refusal::invalid("A label has 'key' and 'value'"));
                }
            }
            Self::IdentityProviders => check_identity_provider(&part)?,
            Self::MachinePools => pools::check_machine_pool(cluster, &mut part)?,
            Self::NodePools => pools::check_node_pool(&mut part)?,
        }
        Ok(part)
    }

    /// Under which id a new thing is kept; `None` where one is made for it.
    fn id_of(self, part: &Map<String, Value>) -> Result<Option<String>, Refusal> {
        let text = |name: &str| part.get(name).and_then(Value::as_str);
        match self {
            Self::Syncsets | Self::Manifests => match text("id") {
                Some(id) if id.len() > 4 && id.starts_with("ext-") => Ok(Some(id.to_owned())),
                _ => Err(Refusal::invalid("The id has to begin with 'ext-'")),
            },
            Self::Labels => Ok(text("key").map(str::to_owned)),
            Self::IdentityProviders => Ok(None),
            Self::MachinePools | Self::NodePools => match text("id") {
                Some(id) if pools::is_pool_id(id) => Ok(Some(id.to_owned())),
                _ => Err(Refusal::invalid("The id has to be a DNS label of up to 30 letters")),
            },
        }
    }

    /// What two of one cluster may not share.
    fn clashes(self, held: &Value, new: &Value) -> bool {
        matches!(self, Self::IdentityProviders) && held.get("name") == new.get("name")
    }
}

fn check_objects(part: &Value, name: &str) -> Result<(), Refusal> {
    let objects = part.get(name).and_then(Value::as_array);
    let objects = objects.ok_or_else(|| Refusal::invalid(format!("Attribute '{name}' has to be a list")))?;
    let whole = |object: &Value| {
        object.get("apiVersion").is_some_and(Value::is_string)
            && object.get("kind").is_some_and(Value::is_string)
            && object.pointer("/metadata/name").is_some_and(Value::is_string)
    };
    match objects.iter().position(|object| !whole(object)) {
        None => Ok(()),
        Some(at) => Err(Refusal::invalid(format!("Item {at} of '{name}' lacks apiVersion, kind or metadata.name"))),
    }
}

fn check_identity_provider(part: &Value) -> Result<(), Refusal> {
    const TYPES: [&str; 6] = ["LDAP", "Github", "Gitlab", "Google", "HTPasswd", "OpenID"];
    let text = |pointer: &str| part.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let kind = text("/type").and_then(|kind| kind.strip_suffix("IdentityProvider"));
    if !kind.is_some_and(|kind| TYPES.contains(&kind)) {
        return Err(Refusal::invalid("The type of the identity provider is not known"));
    }
    if text("/name").is_none() {
        return Err(Refusal::invalid("Attribute 'name' is mandatory"));
    }
    if let Some(method) = text("/mapping_method")
        && !["add", "claim", "generate", "lookup"].contains(&method)
    {
        return Err(Refusal::invalid(format!("Mapping method '{method}' is not known")));
    }
    if kind == Some("OpenID") {
        for needed in ["client_id", "client_secret", "issuer"] {
            if text(&format!("/open_id/{needed}")).is_none() {
                return Err(Refusal::invalid(format!("Attribute 'open_id.{needed}' is mandatory")));
            }
        }
        if !text("/open_id/issuer").is_some_and(|issuer| issuer.starts_with("https://")) {
            return Err(Refusal::invalid("The issuer has to be an https URL"));
        }
    }
    Ok(())
}

impl World {
    pub(super) fn collection(&mut self, ask: &Ask, id: &str, collection: Collection) -> Handled {
        let (part_id, seed) = (self.letters(32), self.draw());
        let taken = self.settings.part_taken;
        let cluster = self.cluster_mut(id)?;
        match ask.method {
            Method::GET => {
                let parts = cluster.parts.iter().filter(|((held, _), _)| *held == collection);
                let items = parts.map(|((_, id), part)| cluster.part_wire(collection, id, part)).collect();
                ask.page(collection.kind(), items, |field| ["id", "name"].contains(&field), seed)
            }
            Method::POST => {
                collection.check_cluster(cluster)?;
                let body = ask.object()?;
                let part_id = collection.id_of(body)?.unwrap_or(part_id);
                let part = collection.check(cluster, Value::Object(body.clone()))?;
                let clash = cluster.parts.iter().any(|((held, held_id), other)| {
                    *held == collection && (*held_id == part_id || collection.clashes(other, &part))
                });
                if clash {
                    let name = part.get("name").and_then(Value::as_str).unwrap_or(&part_id);
                    return Err(Refusal::new(taken, format!("{} '{name}' already exists", collection.kind())));
                }
                let wire = cluster.part_wire(collection, &part_id, &part);
                cluster.parts.insert((collection, part_id), part);
                Ok(Answer::created(wire))
            }
            _ => Err(Refusal::no_such_method(&ask.method)),
        }
    }

    pub(super) fn part(&mut self, ask: &Ask, id: &str, collection: Collection, part: &str) -> Handled {
        let cluster = self.cluster_mut(id)?;
        let key = (collection, part.to_owned());
        let Some(held) = cluster.parts.get(&key) else { return Err(Refusal::not_found(collection.kind(), part)) };
        match ask.method {
            Method::GET => Ok(Answer::ok(cluster.part_wire(collection, part, held))),
            Method::PATCH => {
                let patch = Value::Object(ask.object()?.clone());
                let mut changed = held.clone();
                pools::check_change(collection, held, &patch)?;
                for fixed in ["id", "name", "type", "key"] {
                    if patch.get(fixed).is_some_and(|wanted| held.get(fixed).is_some_and(|held| held != wanted)) {
                        return Err(Refusal::invalid(format!("Attribute '{fixed}' can't be changed")));
                    }
                }
                pools::forget_other_scaling(&mut changed, &patch);
                // Labels are said as a whole.
                if let (Some(changed), Some(_)) = (changed.as_object_mut(), patch.get("labels")) {
                    changed.remove("labels");
                }
                merge(&mut changed, &patch);
                let changed = collection.check(cluster, changed)?;
                let wire = cluster.part_wire(collection, part, &changed);
                cluster.parts.insert(key, changed);
                Ok(Answer::ok(wire))
            }
            Method::DELETE => {
                cluster.parts.remove(&key);
                Ok(Answer::nothing())
            }
            _ => Err(Refusal::no_such_method(&ask.method)),
        }
    }

    pub(super) fn ingresses(&mut self, ask: &Ask, id: &str) -> Handled {
        let seed = self.draw();
        let cluster = self.cluster(id)?;
        let usual = || match cluster.state.is_installed_or_installing() {
            true => vec![json!({
                "kind": "Ingress", "id": cluster.id.get(..4), "href": format!("{}/ingresses/{}", cluster.href(), &cluster.id[..4]),
                "default": true, "dns_name": format!("apps.{}", cluster.domain()), "listening": "external",
            })],
            false => Vec::new(),
        };
        let items = cluster.ingresses.clone().unwrap_or_else(usual);
        ask.page("Ingress", items, |field| field == "id", seed)
    }

    pub(super) fn credentials(&self, id: &str) -> Handled {
        let cluster = self.cluster(id)?;
        if cluster.state != ClusterState::Ready {
            return Err(Refusal::not_found("Credentials for cluster", id));
        }
        let Some(kubeconfig) = cluster.kubeconfig.as_ref().or(self.settings.kubeconfig.as_ref()) else {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "The account may not see the credentials of this cluster"));
        };
        Ok(Answer::ok(json!({
            "kind": "ClusterCredentials", "id": id, "href": format!("{}/credentials", cluster.href()), "kubeconfig": kubeconfig,
        })))
    }
}

impl Cluster {
    /// A thing as it is answered: without what is secret.
    fn part_wire(&self, collection: Collection, id: &str, part: &Value) -> Value {
        // What is applied is the caller's own; only what OCM itself uses is withheld.
        let mut wire = match collection {
            Collection::Syncsets | Collection::Manifests | Collection::Labels => part.clone(),
            _ => without_secrets(part.clone()),
        };
        let href = format!("{}/{}/{id}", self.href(), collection.path());
        merge(&mut wire, &json!({ "kind": collection.kind(), "id": id, "href": href }));
        wire
    }
}
