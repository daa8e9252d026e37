//! Claims about what providers through Kubernetes do besides: what they write it as, what they tell, what they list for others.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use cluster_client::kubeconfig::{self, TrustPolicy};
use cluster_client::source::Access;
use cluster_provider::cluster::Cluster;
use cluster_provider::provider::cluster_api::{ClusterApiOptions, ClusterApiProvider};
use cluster_provider::provider::cluster_profile::{
    ClusterProfileOptions, ClusterProfileProvider, ClusterProfilePublisher, Published, PublisherOptions,
    profile_connections,
};
use cluster_provider::provider::{CallContext, MachinePoolRequest, Provider as _, ProviderErrorKind};
use futures::{FutureExt as _, StreamExt as _};
use http::Method;
use serde_json::{Value, json};

use super::Claim;
use super::world::{World, ask, base64, read};

macro_rules! claims {
    ($($name:ident),* $(,)?) => {
        pub(super) const ALL: &[Claim] = &[$(Claim { name: stringify!($name), run: |world| $name(world).boxed() }),*];
    };
}

claims! {
    whatever_is_written_is_written_by_one_manager,
    changes_of_clusters_and_of_their_kubeconfigs_are_told_and_paused_ones_are_not,
    a_ready_cluster_is_published_once_and_withdrawn_when_it_leaves,
    profiles_without_a_record_go_and_those_of_others_stay,
}

fn call() -> CallContext {
    CallContext::within(Duration::from_secs(30))
}

fn clusters(world: &World<'_>) -> ClusterApiProvider {
    let options = ClusterApiOptions::default()
        .with_namespace(world.namespace.as_str())
        .with_in_cluster(world.in_cluster())
        .with_region_variable("region");
    ClusterApiProvider::builder(world.hub.clone(), world.faults.connector()).options(options).build()
}

fn path_of(world: &World<'_>, name: &str) -> String {
    format!("/apis/cluster.x-k8s.io/v1beta2/namespaces/{}/clusters/{name}", world.namespace)
}

async fn whatever_is_written_is_written_by_one_manager(world: &World<'_>) -> Result<()> {
    let provider = clusters(world);
    let request = world.request("aws", "us-east-1");
    let request = request.with_additional_spec(json!({"class": "small", "version": "v1.34.0"}));
    let made = provider.create(&call(), &request).await?;
    let pools = provider.machine_pools().context("no machine pools")?;
    pools.ensure(&call(), &made, &MachinePoolRequest::fixed("gpu", "worker", 2)).await?;
    let held = read(&world.hub, &path_of(world, &request.name)).await?.context("no cluster")?;
    let fields = held["metadata"]["managedFields"].as_array().into_iter().flatten();
    let managers: BTreeSet<_> = fields.filter_map(|entry| entry["manager"].as_str()).collect();
    ensure!(managers == BTreeSet::from(["mooring/cluster-provider"]), "written by {managers:?}");
    // Nothing of what was said is lost on the way: the schema knows every field.
    let topology = &held["spec"]["topology"];
    ensure!(topology["variables"] == json!([{"name": "region", "value": "us-east-1"}]), "{topology}");
    ensure!(topology["workers"]["machineDeployments"][0]["replicas"] == 2, "{topology}");
    provider.shutdown().await;
    Ok(())
}

async fn changes_of_clusters_and_of_their_kubeconfigs_are_told_and_paused_ones_are_not(
    world: &World<'_>,
) -> Result<()> {
    let provider = clusters(world);
    let ours = |id: &str| id.split_once('/').is_some_and(|(namespace, _)| namespace == world.namespace);
    // Other claims have clusters in other namespaces.
    let mut changes = provider.changes(&call()).await?.filter(|id| std::future::ready(ours(id.as_str()))).boxed();
    let request = world.request("aws", "us-east-1");
    let request = request.with_additional_spec(json!({"class": "small", "version": "v1.34.0"}));
    let made = provider.create(&call(), &request).await?;
    let mut next = async || {
        let next = tokio::time::timeout(Duration::from_secs(30), changes.next()).await;
        next.context("nothing was told")?.context("the changes ended")
    };
    ensure!(next().await? == made.internal_id, "another cluster was told");
    let paused = json!({
        "apiVersion": "cluster.x-k8s.io/v1beta2", "kind": "Cluster",
        "metadata": {"name": "still", "namespace": world.namespace}, "spec": {"paused": true},
    });
    let collection = format!("/apis/cluster.x-k8s.io/v1beta2/namespaces/{}/clusters", world.namespace);
    ask(&world.hub, Method::POST, &collection, Some(&paused)).await?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "cluster.x-k8s.io/secret",
        "metadata": {
            "name": format!("{}-kubeconfig", request.name), "namespace": world.namespace,
            "labels": {"cluster.x-k8s.io/cluster-name": request.name},
        },
        "data": {"value": base64("{}")},
    });
    ask(&world.hub, Method::POST, &format!("/api/v1/namespaces/{}/secrets", world.namespace), Some(&secret)).await?;
    ensure!(next().await? == made.internal_id, "a paused cluster was told");
    drop(changes);
    provider.shutdown().await;
    Ok(())
}

fn record(world: &World<'_>, id: &str, status: &str) -> Result<Cluster> {
    let at = "2026-01-01T00:00:00.5Z";
    Ok(serde_json::from_value(json!({
        "id": id, "name": "mk-shop", "ownership": "managed", "provider_type": "ocm", "provider_cluster_id": "2ab",
        "external_id": format!("set/{}", world.namespace), "cloud_provider": "aws", "region": "us-east-1",
        "multi_az": true, "status": status, "status_since": at, "desired_state": "present", "deletion_policy": "delete",
        "conditions": [{
            "type": "Available", "status": "True", "reason": "Probed", "message": "ready", "lastTransitionTime": at,
        }],
        "provider_spec": null, "provider_info": {"server_version": "v1.34.2"}, "workload_types": [], "capacity": {},
        "schedulable": true, "labels": {"team": "shop"}, "applied_sets": {}, "create_token": "t", "attempts": 0,
        "epoch": 0, "resource_version": 1, "created_at": at, "updated_at": at,
    }))?)
}

fn profiles_of(world: &World<'_>) -> String {
    format!("/apis/multicluster.x-k8s.io/v1alpha1/namespaces/{}/clusterprofiles", world.namespace)
}

async fn a_ready_cluster_is_published_once_and_withdrawn_when_it_leaves(world: &World<'_>) -> Result<()> {
    let options = PublisherOptions::default()
        .with_namespace(world.namespace.as_str())
        .with_access_provider("token")
        .with_label_prefix("team");
    let publisher = ClusterProfilePublisher::new(world.hub.clone(), options);
    let config = world.kubeconfig(&[("shop".to_owned(), world.administrator("shop")?)])?;
    let connection = kubeconfig::parse(config, &TrustPolicy::for_secrets(), None)?.current()?;
    let waiting = publisher.publish(&call(), &record(world, "c-1", "waiting_for_agent")?, None).await?;
    ensure!(waiting == Published::NotThere, "one that is not ready is {waiting:?}");
    let ready = record(world, "c-1", "ready")?;
    publisher.publish(&call(), &ready, Some(&connection)).await?;
    let path = format!("{}/c-1", profiles_of(world));
    let held = read(&world.hub, &path).await?.context("it is not listed")?;
    let said = &held["status"];
    ensure!(held["metadata"]["labels"]["team"] == "shop", "{held}");
    ensure!(said["conditions"][0]["status"] == "True" && said["version"]["kubernetes"] == "v1.34.2", "{said}");
    let server = said["accessProviders"][0]["cluster"]["server"].as_str().unwrap_or_default();
    ensure!(server == world.address()["server"], "it is reached at {server}");
    let told = held.to_string();
    ensure!(!world.secrets().iter().any(|secret| told.contains(secret)), "a credential is published");
    publisher.publish(&call(), &ready, Some(&connection)).await?;
    let again = read(&world.hub, &path).await?.context("it is listed no longer")?;
    ensure!(again["metadata"]["resourceVersion"] == held["metadata"]["resourceVersion"], "it is written twice");
    // What is listed can be adopted, with all it says.
    let connections = profile_connections(world.hub.clone(), Access::Secrets { consumer: "mooring".to_owned() });
    let adopting = ClusterProfileProvider::builder(world.hub.clone(), world.faults.connector(), Arc::new(connections))
        .options(ClusterProfileOptions::default().with_in_cluster(world.in_cluster()))
        .build();
    let request = world.request("", "");
    let request = request.with_additional_spec(json!({"profile": format!("{}/c-1", world.namespace)}));
    let adopted = adopting.create(&call(), &request).await?;
    ensure!(adopted.external_id == ready.external_id && adopted.region == ready.region, "adopted is {adopted:?}");
    adopting.shutdown().await;
    let left = publisher.publish(&call(), &record(world, "c-1", "deprovisioning")?, None).await?;
    ensure!(left == Published::Withdrawn && read(&world.hub, &path).await?.is_none(), "one that leaves is {left:?}");
    ensure!(!publisher.withdraw(&call(), &ready.id).await?, "what is gone was there");
    Ok(())
}

async fn profiles_without_a_record_go_and_those_of_others_stay(world: &World<'_>) -> Result<()> {
    let options = PublisherOptions::default().with_namespace(world.namespace.as_str());
    let publisher = ClusterProfilePublisher::new(world.hub.clone(), options);
    let theirs: Value = json!({
        "apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ClusterProfile",
        "metadata": {"name": "theirs", "namespace": world.namespace},
        "spec": {"displayName": "theirs", "clusterManager": {"name": "kubefleet"}},
    });
    ask(&world.hub, Method::POST, &profiles_of(world), Some(&theirs)).await?;
    let (one, two) = (record(world, "c-1", "ready")?, record(world, "c-2", "ready")?);
    let synced = publisher.sync(&call(), [(&one, None), (&two, None)]).await?;
    ensure!(synced.failed.is_empty() && synced.records.len() == 2, "{synced:?}");
    let synced = publisher.sync(&call(), [(&one, None)]).await?;
    ensure!(synced.withdrawn == ["c-2"] && synced.failed.is_empty(), "{synced:?}");
    let emptied = publisher.sync(&call(), []).await.err().map(|error| error.kind());
    ensure!(emptied == Some(ProviderErrorKind::Invalid), "an empty list is an order to empty: {emptied:?}");
    let refused = publisher.publish(&call(), &record(world, "theirs", "ready")?, None).await;
    let kind = refused.err().map(|error| error.kind());
    ensure!(kind == Some(ProviderErrorKind::Conflict), "somebody else's profile is {kind:?}");
    for name in ["c-1", "theirs"] {
        let held = read(&world.hub, &format!("{}/{name}", profiles_of(world))).await?;
        ensure!(held.is_some(), "{name} is gone");
    }
    Ok(())
}
