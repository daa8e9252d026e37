//! What is declared, and for which clusters.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cluster_client::ClusterKey;
use cluster_client::discovery::Discovery;
use cluster_resources::clusters::Clusters;
use cluster_resources::id::GroupKind;
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::issue::Reach;
use cluster_resources::resource::{InvalidResource, Resource, manifests as read};
use futures::future::join_all;

/// The manifests of a directory, in the order of their paths; and those that are none.
pub(crate) fn manifests(dir: &Path) -> Result<(Vec<Resource>, Vec<InvalidResource>)> {
    let mut files = Vec::new();
    collect(dir, &mut files)?;
    files.sort();
    let (mut resources, mut invalid) = (Vec::new(), Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let name = file.strip_prefix(dir).unwrap_or(&file).display().to_string();
        for resource in read(&text, &name) {
            match resource {
                Ok(resource) => resources.push(resource),
                Err(error) => invalid.push(error),
            }
        }
    }
    Ok((resources, invalid))
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect(&path, files)?;
        } else if matches!(extension, Some("yaml" | "yml" | "json")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Declares every object for every cluster; what cannot be declared is an issue.
pub(crate) async fn declare(
    names: &[ClusterKey],
    clusters: &impl Clusters,
    resources: &[Resource],
    invalid: &[InvalidResource],
    namespace: &str,
) -> Result<ResourceInventory> {
    let inventory = ResourceInventory::new();
    for error in invalid {
        error.issues(&Reach::Run).into_iter().for_each(|issue| inventory.register_error(issue));
    }
    let definitions = definitions(resources);
    let unknown: BTreeSet<&GroupKind> =
        resources.iter().map(Resource::kind_and_group).filter(|kind| !definitions.contains_key(kind)).collect();
    // All clusters at once: one that does not answer costs its own time and no other's.
    let asked = names.iter().map(|name| async {
        let cluster = name.to_string();
        let access = clusters.access(&cluster, false).await.ok();
        let discovery = access.as_ref().map(|access| &access.discovery);
        let served = join_all(unknown.iter().map(|kind| async { (*kind, is_namespaced(discovery, kind).await) })).await;
        (cluster, BTreeMap::from_iter(served))
    });
    for (cluster, served) in join_all(asked).await {
        let cluster = cluster.as_str();
        for resource in resources {
            let kind = resource.kind_and_group();
            let namespaced = definitions.get(kind).or_else(|| served.get(&kind)).is_none_or(|namespaced| *namespaced);
            let namespace = namespaced.then(|| resource.namespace().unwrap_or(namespace));
            inventory.initialize_resource_type(cluster, namespace, &kind.to_string(), None)?;
            // What does not fit is an issue of the inventory, and so of the plan.
            drop(inventory.add_desired_resource(cluster, namespace, resource.clone(), false));
        }
    }
    Ok(inventory)
}

/// Kinds that the manifests themselves define, and whether their objects live in namespaces.
fn definitions(resources: &[Resource]) -> BTreeMap<GroupKind, bool> {
    let definitions =
        resources.iter().filter(|one| one.kind_and_group().is("apiextensions.k8s.io", "CustomResourceDefinition"));
    let text = |body: &serde_json::Value, pointer| body.pointer(pointer)?.as_str().map(str::to_owned);
    let read = |body| {
        let kind = GroupKind::new(text(body, "/spec/group")?, text(body, "/spec/names/kind")?);
        Some((kind, text(body, "/spec/scope")? == "Namespaced"))
    };
    definitions.filter_map(|definition| read(definition.body())).collect()
}

/// Asks the cluster; a kind that it does not serve, or that nobody can ask about, is taken to live in namespaces.
async fn is_namespaced(discovery: Option<&Discovery>, kind: &GroupKind) -> bool {
    match discovery {
        Some(discovery) => discovery.is_namespaced(&kind.to_string()).await.unwrap_or(true),
        None => true,
    }
}
