//! Add-ons: `pending`, `installing`, `ready` or `failed`, `deleting`.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::wire::{Answer, Ask, Handled, Refusal};
use super::super::world::{Cluster, World};

pub(in super::super) struct AddonHeld {
    pub(in super::super) state: &'static str,
    pub(in super::super) description: String,
    since: Instant,
    parameters: Vec<Value>,
}

impl AddonHeld {
    pub(in super::super) fn parameters(&self) -> &[Value] {
        &self.parameters
    }

    /// Where it goes by itself: `None` where it stays, the empty word where it ends.
    fn next(&self) -> Option<&'static str> {
        match self.state {
            "pending" => Some("installing"),
            "installing" => Some("ready"),
            "deleting" => Some(""),
            _ => None,
        }
    }
}

impl Cluster {
    pub(in super::super) fn settle_addons(&mut self, now: Instant, wait: Option<Duration>) {
        let Some(wait) = wait else { return };
        self.addons.retain(|_, addon| {
            while let (Some(next), Some(over)) = (addon.next(), addon.since.checked_add(wait)) {
                if over > now {
                    break;
                }
                (addon.state, addon.since) = (next, over);
            }
            !addon.state.is_empty()
        });
    }

    pub(in super::super) fn advance_addons(&mut self, now: Instant) {
        self.addons.retain(|_, addon| {
            if let Some(next) = addon.next() {
                (addon.state, addon.since) = (next, now);
            }
            !addon.state.is_empty()
        });
    }

    fn addon_wire(&self, id: &str, addon: &AddonHeld) -> Value {
        let href = format!("{}/addons/{id}", self.href());
        json!({
            "kind": "AddOnInstallation",
            "id": id,
            "href": href,
            "addon": { "kind": "AddOnLink", "id": id, "href": format!("/api/addons_mgmt/v1/addons/{id}") },
            "state": addon.state,
            "state_description": addon.description,
            "parameters": { "items": addon.parameters },
        })
    }
}

/// The parameters of a body, where it has some.
fn parameters(body: &serde_json::Map<String, Value>) -> Result<Option<Vec<Value>>, Refusal> {
    let Some(parameters) = body.get("parameters") else { return Ok(None) };
    let items = parameters.get("items").and_then(Value::as_array);
    let whole =
        |item: &Value| item.get("id").is_some_and(Value::is_string) && item.get("value").is_some_and(Value::is_string);
    match items {
        Some(items) if items.iter().all(whole) => Ok(Some(items.clone())),
        _ => Err(Refusal::invalid("Attribute 'parameters' has to be {\"items\": [{\"id\": …, \"value\": …}]}")),
    }
}

impl World {
    pub(in super::super) fn addons(&mut self, ask: &Ask, id: &str, now: Instant) -> Handled {
        let (seed, taken) = (self.draw(), self.settings.part_taken);
        let cluster = self.cluster_mut(id)?;
        match ask.method {
            Method::GET => {
                let items = cluster.addons.iter().map(|(id, addon)| cluster.addon_wire(id, addon)).collect();
                ask.page("AddOnInstallation", items, |field| ["id", "state", "addon.id"].contains(&field), seed)
            }
            Method::POST => {
                let body = ask.object()?;
                let addon = body.get("addon").and_then(|addon| addon.get("id")).and_then(Value::as_str);
                let addon = addon.ok_or_else(|| Refusal::invalid("Attribute 'addon.id' is mandatory"))?;
                if cluster.addons.contains_key(addon) {
                    return Err(Refusal::new(taken, format!("Addon '{addon}' is already installed")));
                }
                let parameters = parameters(body)?.unwrap_or_default();
                let held = AddonHeld { state: "pending", description: String::new(), since: now, parameters };
                let wire = cluster.addon_wire(addon, &held);
                cluster.addons.insert(addon.to_owned(), held);
                Ok(Answer::created(wire))
            }
            _ => Err(Refusal::no_such_method(&ask.method)),
        }
    }

    pub(in super::super) fn one_addon(&mut self, ask: &Ask, id: &str, addon: &str, now: Instant) -> Handled {
        let cluster = self.cluster_mut(id)?;
        let held = cluster.addons.get_mut(addon).ok_or_else(|| Refusal::not_found("Addon installation", addon))?;
        match ask.method {
            Method::GET => {}
            Method::PATCH => {
                if let Some(parameters) = parameters(ask.object()?)? {
                    held.parameters = parameters;
                }
            }
            Method::DELETE => {
                if held.state != "deleting" {
                    (held.state, held.since) = ("deleting", now);
                }
                return Ok(Answer::nothing());
            }
            _ => return Err(Refusal::no_such_method(&ask.method)),
        }
        let wire = cluster.addons.get(addon).map(|held| cluster.addon_wire(addon, held));
        wire.map(Answer::ok).ok_or_else(|| Refusal::not_found("Addon installation", addon))
    }
}
