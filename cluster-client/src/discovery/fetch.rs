//! Asks a cluster what it serves: two requests where it can aggregate, one for each group version where it cannot.

use std::future::Future;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResourceList;
use kube::Client;
use kube::core::GroupVersionKind;
use kube::core::discovery::v2::APIGroupDiscoveryList;

use super::catalogue::{Catalogue, Collector};

/// Group versions asked for at once where the server cannot aggregate.
const AT_ONCE: usize = 8;
/// One group version may take this long; a broken aggregated API holds nobody up for longer.
const EACH: Duration = Duration::from_secs(10);

pub(super) async fn catalogue(client: &Client) -> Result<Catalogue, kube::Error> {
    match aggregated(client).await? {
        Some(catalogue) => Ok(catalogue),
        None => one_by_one(client).await,
    }
}

/// `None` when the server does not understand the question, or answers without any group.
async fn aggregated(client: &Client) -> Result<Option<Catalogue>, kube::Error> {
    let answers =
        async { futures::try_join!(client.list_core_api_versions_aggregated(), client.list_api_groups_aggregated()) };
    let (core, groups) = match answers.await {
        Ok(answers) => answers,
        // Older servers answer in the old form, which does not decode, or refuse the media type.
        Err(kube::Error::SerdeError(_)) => return Ok(None),
        Err(kube::Error::Api(status)) if status.code == 406 => return Ok(None),
        Err(error) => return Err(error),
    };
    if core.items.is_empty() {
        return Ok(None);
    }
    let mut kinds = Collector::default();
    for list in [core, groups] {
        read_aggregated(list, &mut kinds);
    }
    Ok(Some(kinds.done()))
}

pub(super) fn read_aggregated(list: APIGroupDiscoveryList, kinds: &mut Collector) {
    for group in list.items {
        let name = group.metadata.and_then(|meta| meta.name).unwrap_or_default();
        for version in group.versions {
            let number = version.version.unwrap_or_default();
            if version.freshness.as_deref() == Some("Stale") && version.resources.is_empty() {
                kinds.could_not_list(group_version(&name, &number));
                continue;
            }
            for resource in version.resources {
                let (Some(plural), Some(shown)) = (resource.resource, resource.response_kind) else { continue };
                let Some(kind) = shown.kind.filter(|kind| !kind.is_empty()) else { continue };
                let gvk = GroupVersionKind::gvk(&name, &number, &kind);
                let namespaced = resource.scope.as_deref() == Some("Namespaced");
                kinds.add(&gvk, &plural, namespaced, resource.verbs);
            }
        }
    }
}

async fn one_by_one(client: &Client) -> Result<Catalogue, kube::Error> {
    let (core, groups) = futures::try_join!(client.list_core_api_versions(), client.list_api_groups())?;
    let mut group_versions: Vec<(String, String)> =
        core.versions.into_iter().map(|version| (String::new(), version)).collect();
    for group in groups.groups {
        let preferred = group.preferred_version.map(|preferred| preferred.version);
        let mut versions: Vec<String> = group.versions.into_iter().map(|version| version.version).collect();
        // Stable: what is not preferred stays in the server's order.
        versions.sort_by_key(|version| preferred.as_ref() != Some(version));
        group_versions.extend(versions.into_iter().map(|version| (group.name.clone(), version)));
    }
    let lists = stream::iter(group_versions)
        .map(|(group, version)| async move {
            let listed = if group.is_empty() {
                bounded(client.list_core_api_resources(&version)).await
            } else {
                bounded(client.list_api_group_resources(&format!("{group}/{version}"))).await
            };
            (group, version, listed)
        })
        .buffered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut kinds = Collector::default();
    for (group, version, listed) in lists {
        match listed {
            Some(list) => read_list(&group, &version, list, &mut kinds),
            None => kinds.could_not_list(group_version(&group, &version)),
        }
    }
    Ok(kinds.done())
}

async fn bounded<E>(listing: impl Future<Output = Result<APIResourceList, E>>) -> Option<APIResourceList> {
    tokio::time::timeout(EACH, listing).await.ok()?.ok()
}

pub(super) fn read_list(group: &str, version: &str, list: APIResourceList, kinds: &mut Collector) {
    for resource in list.resources {
        // `pods/status` and its like are no kinds.
        if resource.name.contains('/') {
            continue;
        }
        let gvk = GroupVersionKind::gvk(group, version, &resource.kind);
        kinds.add(&gvk, &resource.name, resource.namespaced, resource.verbs);
    }
}

fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.into() } else { format!("{group}/{version}") }
}
