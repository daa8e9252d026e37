//! Add-ons of clusters: installed once, with the parameters that are wanted, and told from those that failed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::Ocm;
use super::client::{Ask, if_there, segment};
use super::identity_providers::may_be_there;
use super::refusal::Deed;
use super::wire;
use crate::provider::{Addon, AddonState, Addons, CallContext, ClusterSpec, Parameter, ProviderError};

#[async_trait]
impl Addons for Ocm {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        addon: &Addon,
    ) -> Result<AddonState, ProviderError> {
        let (deed, path) = self.for_cluster("ensure_addon", known)?;
        segment(deed, "the add-on", &addon.id)?;
        let wanted = parameters(&addon.parameters)
            .map_err(|twice| deed.invalid(format_args!("parameter {twice:?} is given twice")))?;
        let path = format!("{path}/addons");
        let held = match self.installed(call, deed, &path, &addon.id).await? {
            Some(held) => held,
            None => {
                let made = self.client.read(call, Ask::post(deed, path.clone(), body(Some(&addon.id), &wanted))).await;
                match made {
                    Ok(made) => return Ok(state(&made)),
                    Err(error) if may_be_there(&error) => match self.installed(call, deed, &path, &addon.id).await {
                        Ok(Some(held)) => held,
                        Ok(None) | Err(_) => return Err(error),
                    },
                    Err(error) => return Err(error),
                }
            }
        };
        let AddonState::Ready = state(&held) else { return Ok(state(&held)) };
        let path = format!("{path}/{}", segment(deed, "the installation", &held.id)?);
        // The list leaves parameters out.
        let Some(held): Option<wire::Addon> = if_there(self.client.read(call, Ask::get(deed, path.clone())).await)?
        else {
            return Ok(AddonState::Installing);
        };
        let has: BTreeMap<&str, &str> =
            held.parameters.0.iter().map(|one| (one.id.as_str(), one.value.as_str())).collect();
        if has == wanted {
            return Ok(state(&held));
        }
        self.client.done(call, Ask::patch(deed, path, body(None, &wanted))).await?;
        Ok(AddonState::Installing)
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, id: &str) -> Result<AddonState, ProviderError> {
        let (deed, path) = self.for_cluster("remove_addon", known)?;
        segment(deed, "the add-on", id)?;
        let path = format!("{path}/addons");
        let Some(held) = self.installed(call, deed, &path, id).await? else { return Ok(AddonState::Absent) };
        if state(&held) == AddonState::Deleting {
            return Ok(AddonState::Deleting);
        }
        let ask = Ask::delete(deed, format!("{path}/{}", segment(deed, "the installation", &held.id)?));
        Ok(match if_there(self.client.done(call, ask).await)? {
            Some(()) => AddonState::Deleting,
            None => AddonState::Absent,
        })
    }
}

impl Ocm {
    async fn installed(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        path: &str,
        id: &str,
    ) -> Result<Option<wire::Addon>, ProviderError> {
        let ask = Ask::get(deed, path).query("order", "id asc");
        let all: Vec<wire::Addon> = self.client.list(call, ask, |one: &wire::Addon| &one.id).await?;
        Ok(all.into_iter().find(|one| one.addon.id == id || (one.addon.id.is_empty() && one.id == id)))
    }
}

/// By name; the name that comes twice is the error.
fn parameters(given: &[Parameter]) -> Result<BTreeMap<&str, &str>, &str> {
    let mut parameters = BTreeMap::new();
    for one in given {
        if parameters.insert(one.id.as_str(), one.value.as_str()).is_some() {
            return Err(&one.id);
        }
    }
    Ok(parameters)
}

/// The body of an installation, or of a change to its parameters: without parameters a new one does not mention them, and a change takes all
/// away.
fn body(id: Option<&str>, parameters: &BTreeMap<&str, &str>) -> Value {
    let mut body = Map::new();
    if let Some(id) = id {
        body.insert("addon".to_owned(), json!({"id": id}));
    }
    if id.is_none() || !parameters.is_empty() {
        let items: Vec<_> = parameters.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
        body.insert("parameters".to_owned(), json!({"items": items}));
    }
    Value::Object(body)
}

/// How far it is. A word that nobody knows is on the way to one that somebody does.
fn state(addon: &wire::Addon) -> AddonState {
    match addon.state.as_deref().unwrap_or_default() {
        "ready" => AddonState::Ready,
        "failed" => {
            let reason = addon.state_description.clone().filter(|reason| !reason.is_empty());
            AddonState::Failed { reason: reason.unwrap_or_else(|| "OCM does not say why".to_owned()) }
        }
        "deleting" => AddonState::Deleting,
        _ => AddonState::Installing,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_installation_without_parameters_does_not_mention_them() {
        assert_eq!(body(Some("a"), &BTreeMap::new()), json!({"addon": {"id": "a"}}));
        assert_eq!(body(None, &BTreeMap::new()), json!({"parameters": {"items": []}}));
        let one = BTreeMap::from([("k", "v")]);
        assert_eq!(body(None, &one), json!({"parameters": {"items": [{"id": "k", "value": "v"}]}}));
    }

    /// W-37
    #[test]
    fn a_failed_addon_is_told_from_one_on_its_way() {
        let addon = |state: &str| wire::Addon {
            state: Some(state.to_owned()),
            state_description: Some("no quota".to_owned()),
            ..wire::Addon::default()
        };
        assert_eq!(state(&addon("failed")), AddonState::Failed { reason: "no quota".to_owned() });
        assert_eq!(state(&addon("pending")), AddonState::Installing);
        assert_eq!(state(&addon("levitating")), AddonState::Installing);
        assert_eq!(state(&addon("deleting")), AddonState::Deleting);
    }

    proptest! {
        #[test]
        fn parameters_are_a_map(ids in prop::collection::vec("[a-c]{1,2}", 0..5)) {
            let given: Vec<_> = ids.iter().map(|id| Parameter::new(id.clone(), "v")).collect();
            let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
            match parameters(&given) {
                Ok(map) => prop_assert_eq!(map.len(), ids.len()),
                Err(_) => prop_assert!(distinct.len() < ids.len()),
            }
        }
    }
}
