//! Clusters as a whole: made, listed, changed, put to sleep, deleted. Knows nothing of what belongs to them.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::life::ClusterState;
use super::wire::{ACCOUNTS, Answer, Ask, CLUSTERS, Handled, Refusal, link, merge, without_secrets};
use super::world::{Cluster, World, only, taken};

/// The longest name of a cluster.
const LONGEST_NAME: usize = 54;
/// The longest domain prefix.
const LONGEST_PREFIX: usize = 15;

/// What can be searched for and ordered by.
fn searchable(field: &str) -> bool {
    const FIELDS: [&str; 24] = [
        "id",
        "name",
        "display_name",
        "domain_prefix",
        "external_id",
        "state",
        "status.state",
        "health_state",
        "region.id",
        "cloud_provider.id",
        "product.id",
        "version.id",
        "openshift_version",
        "subscription.id",
        "subscription_id",
        "organization.id",
        "creation_timestamp",
        "managed",
        "multi_az",
        "ccs.enabled",
        "hypershift.enabled",
        "dns.base_domain",
        "api.url",
        "console.url",
    ];
    FIELDS.contains(&field) || field.strip_prefix("properties.").is_some_and(|key| !key.is_empty())
}

impl World {
    pub(super) fn clusters_collection(&mut self, ask: &Ask, now: Instant) -> Handled {
        match ask.method {
            Method::GET => {
                let hidden = self.settings.hidden_after_create;
                let mut visible: Vec<&Cluster> = self.clusters.values().collect();
                visible.retain(|cluster| now.saturating_duration_since(cluster.created) >= hidden);
                visible.sort_by_key(|cluster| cluster.serial);
                let items = visible.into_iter().map(Cluster::wire).collect();
                let seed = self.draw();
                ask.page("Cluster", items, searchable, seed)
            }
            Method::POST => self.create(ask, now),
            _ => Err(Refusal::no_such_method(&ask.method)),
        }
    }

    fn create(&mut self, ask: &Ask, now: Instant) -> Handled {
        let dry_run = ask.flag("dryRun", false)?;
        let body = ask.object()?;
        if !dry_run {
            self.tally.creates_received += 1;
        }
        let name = self.check_new(body)?;
        if let Some(status) = self.settings.taken
            && self.clusters.values().any(|cluster| cluster.name == name)
        {
            return Err(taken(status, &name));
        }
        if dry_run {
            return Ok(Answer::nothing());
        }
        let id = self.make(body, name, ClusterState::Pending, now);
        self.tally.created += 1;
        Ok(Answer::created(self.cluster(&id)?.wire()))
    }

    /// Makes a cluster; what was asked for has been checked.
    pub(super) fn make(
        &mut self,
        body: &Map<String, Value>,
        name: String,
        state: ClusterState,
        now: Instant,
    ) -> String {
        self.serial += 1;
        let serial = self.serial;
        let mut attributes = match without_secrets(Value::Object(body.clone())) {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        };
        for given_out in ["id", "kind", "href", "state", "status", "external_id", "creation_timestamp"] {
            attributes.remove(given_out);
        }
        let protected =
            attributes.get("delete_protection").and_then(|it| it.get("enabled")) == Some(&Value::Bool(true));
        if !attributes.contains_key("domain_prefix") {
            attributes.insert("domain_prefix".to_owned(), name.chars().take(LONGEST_PREFIX).collect::<String>().into());
        }
        let (id, external_id, subscription) = (self.letters(32), self.uuid(), self.letters(27));
        let moment = jiff::SignedDuration::from_micros(i64::try_from(serial).unwrap_or(0));
        let wall = self.wall(now);
        let cluster = Cluster {
            id: id.clone(),
            name,
            external_id,
            subscription,
            serial,
            created: now,
            created_at: wall.checked_add(moment).unwrap_or(wall),
            state,
            since: now,
            error: None,
            protected,
            deletes: 0,
            attributes,
            parts: std::collections::BTreeMap::new(),
            addons: std::collections::BTreeMap::new(),
            ingresses: None,
            kubeconfig: None,
        };
        self.clusters.insert(id.clone(), cluster);
        id
    }

    /// Whether a cluster could be like this; its name.
    pub(super) fn check_new(&self, body: &Map<String, Value>) -> Result<String, Refusal> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let id_of = |name: &str| text(body.get(name).and_then(|it| it.get("id")));
        let name = text(body.get("name"));
        if !is_label(&name, LONGEST_NAME) {
            return Err(Refusal::invalid(format!(
                "Cluster name '{name}' is not a DNS label of up to {LONGEST_NAME} letters"
            )));
        }
        if let Some(prefix) = body.get("domain_prefix")
            && !is_label(&text(Some(prefix)), LONGEST_PREFIX)
        {
            return Err(Refusal::invalid(format!(
                "Domain prefix is not a DNS label of up to {LONGEST_PREFIX} letters"
            )));
        }
        let (cloud, region) = (id_of("cloud_provider"), id_of("region"));
        let cloud = if cloud.is_empty() { "aws" } else { &cloud };
        self.catalog.check(cloud, &region)?;
        if body.get("properties").is_some_and(|properties| !is_string_map(properties)) {
            return Err(Refusal::invalid("Cluster properties have to be texts"));
        }
        let multi_az = body.get("multi_az").and_then(Value::as_bool) == Some(true);
        let nodes = |pointer: &str| body.get("nodes").and_then(|nodes| nodes.pointer(pointer)).and_then(Value::as_i64);
        let compute = nodes("/compute");
        let bounds = [nodes("/autoscale_compute/min_replicas"), nodes("/autoscale_compute/max_replicas")];
        if let [Some(least), Some(most)] = bounds
            && least > most
        {
            return Err(Refusal::invalid("The minimum number of compute nodes is more than the maximum"));
        }
        let counts = [compute, bounds[0], bounds[1]];
        let wrong = |count: &i64| if multi_az { *count < 3 || count % 3 != 0 } else { *count < 2 };
        if counts.iter().flatten().any(wrong) {
            let rule = if multi_az { "a multiple of 3" } else { "at least 2" };
            return Err(Refusal::invalid(format!("The number of compute nodes has to be {rule}")));
        }
        Ok(name)
    }

    pub(super) fn one_cluster(&mut self, ask: &Ask, id: &str, now: Instant) -> Handled {
        match ask.method {
            Method::GET => Ok(Answer::ok(self.cluster(id)?.wire())),
            Method::PATCH => {
                let patch = ask.object()?;
                let cluster = self.cluster_mut(id)?;
                for fixed in
                    ["id", "name", "region", "cloud_provider", "multi_az", "hypershift", "state", "external_id"]
                {
                    if patch.get(fixed).is_some_and(|wanted| cluster.wire().get(fixed) != Some(wanted)) {
                        return Err(Refusal::invalid(format!("Attribute '{fixed}' can't be changed")));
                    }
                }
                if patch.get("properties").is_some_and(|properties| !is_string_map(properties)) {
                    return Err(Refusal::invalid("Cluster properties have to be texts"));
                }
                let mut attributes = Value::Object(std::mem::take(&mut cluster.attributes));
                merge(&mut attributes, &without_secrets(Value::Object(patch.clone())));
                if let Value::Object(attributes) = attributes {
                    cluster.attributes = attributes;
                }
                Ok(Answer::ok(cluster.wire()))
            }
            Method::DELETE => self.delete(ask, id, now),
            _ => Err(Refusal::no_such_method(&ask.method)),
        }
    }

    fn delete(&mut self, ask: &Ask, id: &str, now: Instant) -> Handled {
        let (deprovision, dry_run) = (ask.flag("deprovision", true)?, ask.flag("dry_run", false)?);
        ask.flag("best_effort", false)?;
        let second = self.settings.second_delete;
        let cluster = self.cluster_mut(id)?;
        if !dry_run {
            cluster.deletes += 1;
        }
        let self_managed =
            cluster.attributes.get("product").and_then(|it| it.get("id")).and_then(Value::as_str) == Some("ocp");
        let refusal = if cluster.protected {
            Some(Refusal::new(StatusCode::FORBIDDEN, format!("Delete protection is enabled for cluster '{id}'")))
        } else if !deprovision && !self_managed {
            Some(Refusal::invalid("Only self-managed clusters can be let go without being taken down"))
        } else if cluster.state == ClusterState::Uninstalling && !second.is_success() {
            Some(Refusal::new(second, format!("Cluster '{id}' is being deleted already")))
        } else {
            None
        };
        if !dry_run {
            self.tally.deletes_received += 1;
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        if dry_run {
            return Ok(Answer::nothing());
        }
        if deprovision {
            let cluster = self.cluster_mut(id)?;
            if cluster.state != ClusterState::Uninstalling {
                cluster.enter(ClusterState::Uninstalling, now);
            }
        } else {
            self.clusters.remove(id);
            self.tally.released += 1;
        }
        Ok(Answer::nothing())
    }

    pub(super) fn delete_protection(&mut self, ask: &Ask, id: &str) -> Handled {
        let cluster = self.cluster_mut(id)?;
        match ask.method {
            Method::GET => {}
            Method::PATCH => {
                let enabled = ask.object()?.get("enabled").and_then(Value::as_bool);
                cluster.protected =
                    enabled.ok_or_else(|| Refusal::invalid("Attribute 'enabled' has to be true or false"))?;
            }
            _ => return Err(Refusal::no_such_method(&ask.method)),
        }
        let enabled = cluster.protected;
        Ok(Answer::ok(json!({
            "kind": "DeleteProtection", "href": format!("{}/delete_protection", cluster.href()), "enabled": enabled,
        })))
    }

    pub(super) fn sleep_or_wake(
        &mut self,
        ask: &Ask,
        id: &str,
        from: &ClusterState,
        to: ClusterState,
        now: Instant,
    ) -> Handled {
        let cluster = self.cluster_mut(id)?;
        only(ask, &Method::POST, || {
            if cluster.state != *from {
                let state = cluster.state.as_str();
                return Err(Refusal::invalid(format!("This can't be done while the cluster is '{state}'")));
            }
            cluster.enter(to, now);
            Ok(Answer::nothing())
        })
    }
}

impl Cluster {
    /// The cluster as it is answered.
    pub(super) fn wire(&self) -> Value {
        let href = self.href();
        let mut cluster = Value::Object(self.attributes.clone());
        for (name, kind, collection) in [
            ("cloud_provider", "CloudProvider", format!("{CLUSTERS}/cloud_providers")),
            ("region", "CloudRegion", format!("{CLUSTERS}/cloud_providers/{}/regions", self.cloud())),
            ("version", "Version", format!("{CLUSTERS}/versions")),
            ("product", "Product", format!("{CLUSTERS}/products")),
        ] {
            if let Some(id) = self.attributes.get(name).and_then(|it| it.get("id")).and_then(Value::as_str) {
                merge(&mut cluster, &json!({ name: link(kind, &collection, id) }));
            }
        }
        let list =
            |kind: &str, name: &str| json!({ "kind": format!("{kind}ListLink"), "href": format!("{href}/{name}") });
        merge(
            &mut cluster,
            &json!({
                "kind": "Cluster",
                "id": self.id,
                "href": href,
                "name": self.name,
                "state": self.state.as_str(),
                "status": self.status(),
                "creation_timestamp": self.created_at.to_string(),
                "multi_az": self.is_multi_az(),
                "managed": true,
                "health_state": if self.state == ClusterState::Ready { "healthy" } else { "unknown" },
                "hypershift": { "enabled": self.is_hosted() },
                "delete_protection": { "enabled": self.protected },
                "subscription": link("Subscription", &format!("{ACCOUNTS}/subscriptions"), &self.subscription),
                "addons": list("AddOnInstallation", "addons"),
                "identity_providers": list("IdentityProvider", "identity_providers"),
                "ingresses": list("Ingress", "ingresses"),
                "machine_pools": list("MachinePool", "machine_pools"),
            }),
        );
        if let (Value::Object(cluster), false) = (&mut cluster, self.attributes.contains_key("properties")) {
            cluster.insert("properties".to_owned(), json!({}));
        }
        if self.state.is_installed_or_installing() {
            merge(
                &mut cluster,
                &json!({ "external_id": self.external_id, "infra_id": self.name, "dns": { "base_domain": self.domain() } }),
            );
        }
        if matches!(self.state, ClusterState::Ready | ClusterState::Updating) {
            let domain = self.domain();
            merge(
                &mut cluster,
                &json!({
                    "openshift_version": self.version(),
                    "api": { "url": format!("https://api.{domain}:6443"), "listening": "external" },
                    "console": { "url": format!("https://console-openshift-console.apps.{domain}") },
                }),
            );
        }
        cluster
    }

    /// The `status` of it.
    pub(super) fn status(&self) -> Value {
        let there = self.state == ClusterState::Ready;
        let mut status = json!({
            "kind": "ClusterStatus",
            "id": self.id,
            "href": format!("{}/status", self.href()),
            "state": self.state.as_str(),
            "description": "",
            "dns_ready": there,
            "oidc_ready": there,
            "configuration_mode": "full",
            "limited_support_reason_count": 0,
            "current_compute": if there { 3 } else { 0 },
        });
        if let Some((code, message)) = &self.error {
            merge(&mut status, &json!({ "provision_error_code": code, "provision_error_message": message }));
        }
        status
    }

    /// Under which its names are.
    pub(super) fn domain(&self) -> String {
        let prefix = self.attributes.get("domain_prefix").and_then(Value::as_str).unwrap_or(&self.name);
        format!("{prefix}.{}.p1.openshiftapps.example", self.id.get(..4).unwrap_or("0000"))
    }

    fn cloud(&self) -> &str {
        let cloud = self.attributes.get("cloud_provider").and_then(|it| it.get("id")).and_then(Value::as_str);
        cloud.unwrap_or("aws")
    }

    fn version(&self) -> &str {
        let version = self.attributes.get("version").and_then(|it| it.get("id")).and_then(Value::as_str);
        version.and_then(|version| version.strip_prefix("openshift-v")).unwrap_or("4.20.1")
    }
}

fn is_label(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_string_map(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.values().all(Value::is_string))
}
