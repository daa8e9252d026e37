//! The parent objects of the sets of one cluster: which sets there are, and the end of one. Knows nothing of members.

use cluster_client::discovery::Discovery;
use cluster_resources::applyset::{INTEGRATION, PARENT_ID, TOOLING};
use cluster_resources::id::GroupKind;
use cluster_resources::observed::ParentState;
use cluster_resources::policy::Actor;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::core::ApiResource;
use serde_json::Value;

use super::options::{parent_name, set_of_parent};
use super::{Failing, InClusterOptions, Objects, objects};
use crate::provider::ProviderError;

/// Which sets of ours a cluster holds, the last one that was made first.
pub(super) async fn all(objects: &Objects<'_>, options: &InClusterOptions) -> Result<Vec<String>, ProviderError> {
    let found = objects.list(&config_maps(), Some(&options.set_namespace), Some(PARENT_ID)).await?;
    let mut sets: Vec<(String, String)> = found
        .iter()
        .filter(|parent| is_ours(parent, &options.actor))
        .filter_map(|parent| {
            let text = |field: &str| parent["metadata"][field].as_str();
            let set = set_of_parent(text("name")?)?;
            Some((text("creationTimestamp").unwrap_or_default().to_owned(), set.to_owned()))
        })
        .collect();
    // RFC 3339 in UTC sorts as time does.
    sets.sort_by(|a, b| b.cmp(a));
    Ok(sets.into_iter().map(|(_, set)| set).collect())
}

/// Takes the parent of a set away, which has no members any more, and the Lease beside it. Only this very parent.
pub(super) async fn end(
    objects: &Objects<'_>,
    options: &InClusterOptions,
    set: &str,
    state: &ParentState,
) -> Result<(), ProviderError> {
    let name = parent_name(set);
    let namespace = Some(options.set_namespace.as_str());
    let uid = state.version.as_ref().map(|(uid, _)| &**uid);
    objects.delete(&config_maps(), namespace, &name, uid).await?;
    // The lock under which its members were deleted; its name is the parent's with this behind it.
    objects.delete(&ApiResource::erase::<Lease>(&()), namespace, &format!("{name}-run"), None).await?;
    Ok(())
}

/// Where members of a set may be: each kind in each namespace, or in the cluster.
pub(super) async fn places(
    discovery: &Discovery,
    failing: Failing<'_>,
    options: &InClusterOptions,
    state: &ParentState,
) -> Result<Vec<(Option<String>, GroupKind)>, ProviderError> {
    let mut places = Vec::new();
    for kind in &state.group_kinds {
        let found = discovery.resolve(&kind.to_string()).await;
        let namespaced = found.as_ref().is_ok_and(|found| found.namespaced);
        // Of a kind that is not served any more nothing is left.
        if objects::served(found, failing)?.is_none() {
            continue;
        }
        if namespaced {
            let own = std::iter::once(options.set_namespace.as_str());
            let namespaces = own.chain(state.namespaces.iter().map(|namespace| &**namespace));
            places.extend(namespaces.map(|namespace| (Some(namespace.to_owned()), kind.clone())));
        } else {
            places.push((None, kind.clone()));
        }
    }
    places.sort();
    places.dedup();
    Ok(places)
}

fn config_maps() -> ApiResource {
    ApiResource::erase::<ConfigMap>(&())
}

fn is_ours(parent: &Value, actor: &Actor) -> bool {
    let annotation = |name: &str| parent["metadata"]["annotations"][name].as_str();
    annotation(TOOLING).and_then(|tool| tool.split('/').next()) == Some(&*actor.tool)
        && annotation(INTEGRATION) == Some(&*actor.integration)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sets_of_other_tools_and_integrations_are_not_ours() {
        let parent = |tool: &str, integration: &str| json!({"metadata": {"annotations": {TOOLING: tool, INTEGRATION: integration}}});
        let actor = Actor::new("mooring", "cluster-provider", "1.0.0");
        assert!(is_ours(&parent("mooring/v0.9.0", "cluster-provider"), &actor));
        assert!(!is_ours(&parent("kubectl/v1.36.0", "cluster-provider"), &actor));
        assert!(!is_ours(&parent("mooring/v0.9.0", "shop"), &actor));
    }
}
