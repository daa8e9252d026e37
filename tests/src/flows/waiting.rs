//! Waiting for an object to be as wanted: defined, made, running, gone.

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::runtime::wait::{Condition as _, await_condition, conditions};
use kube::{Api, ResourceExt as _};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::bed::{Bed, in_time, uid};

claims! { Server:
    what_is_made_later_is_waited_for,
    a_deletion_is_seen_though_the_name_is_taken_again,
    a_pod_is_waited_for_until_its_kubelet_says_that_it_runs,
    a_balancer_is_waited_for_until_it_has_an_address,
    conditions_are_combined,
}

/// An object of a kind as JSON.
async fn make<K>(api: &Api<K>, object: Value) -> Result<K>
where
    K: kube::Resource + Clone + DeserializeOwned + serde::Serialize + std::fmt::Debug,
{
    Ok(api.create(&PostParams::default(), &serde_json::from_value(object)?).await?)
}

/// Says of an object what its kubelet or its controller would say.
async fn say<K>(api: &Api<K>, name: &str, status: Value) -> Result<()>
where
    K: kube::Resource + Clone + DeserializeOwned + std::fmt::Debug,
{
    api.patch_status(name, &PatchParams::default(), &Patch::Merge(json!({ "status": status }))).await?;
    Ok(())
}

async fn what_is_made_later_is_waited_for(bed: &Bed<'_>) -> Result<()> {
    let waiting = await_condition(bed.maps(), "later", conditions::is_created());
    let (found, made) = futures::join!(in_time("a map", waiting), bed.map("later"));
    ensure!(found?? == Some(made?), "something else was found");
    Ok(())
}

async fn a_deletion_is_seen_though_the_name_is_taken_again(bed: &Bed<'_>) -> Result<()> {
    let first = bed.map("name").await?;
    bed.delete("name").await?;
    let second = bed.map("name").await?;
    let id = uid(&first)?;
    let gone =
        in_time("the first one's end", await_condition(bed.maps(), "name", conditions::is_deleted(&id))).await??;
    ensure!(gone == Some(second.clone()), "{gone:?}");
    let id = uid(&second)?;
    let waiting = await_condition(bed.maps(), "name", conditions::is_deleted(&id));
    let (gone, deleted) = futures::join!(in_time("the second one's end", waiting), bed.delete("name"));
    deleted?;
    ensure!(gone??.is_none(), "it is still there");
    Ok(())
}

async fn a_pod_is_waited_for_until_its_kubelet_says_that_it_runs(bed: &Bed<'_>) -> Result<()> {
    let pods = bed.api::<Pod>();
    let pod = make(&pods, json!({
        "metadata": {"name": "main"},
        "spec": {"containers": [{"name": "main", "image": "example.com/main:1"}], "terminationGracePeriodSeconds": 0},
    }))
    .await?;
    ensure!(!conditions::is_pod_running().matches_object(Some(&pod)), "it runs before anybody runs it");
    let running = await_condition(pods.clone(), "main", conditions::is_pod_running());
    let said = async {
        say(&pods, "main", json!({"phase": "Pending"})).await?;
        say(&pods, "main", json!({"phase": "Running", "podIP": "10.1.2.3", "podIPs": [{"ip": "10.1.2.3"}]})).await
    };
    let (running, said) = futures::join!(in_time("a pod that runs", running), said);
    said?;
    let running = running??.context("the pod that runs is gone")?;
    ensure!(running.uid() == pod.uid(), "another pod runs");
    let id = uid(&pod)?;
    let gone = await_condition(pods.clone(), "main", conditions::is_deleted(&id));
    let params = DeleteParams::default().grace_period(0);
    let (gone, deleted) = futures::join!(in_time("the end of a pod", gone), pods.delete("main", &params));
    deleted?;
    gone??;
    Ok(())
}

async fn a_balancer_is_waited_for_until_it_has_an_address(bed: &Bed<'_>) -> Result<()> {
    let address = json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}});
    let services = bed.api::<Service>();
    let service = make(
        &services,
        json!({
            "metadata": {"name": "web"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        }),
    )
    .await?;
    let condition = conditions::is_service_loadbalancer_provisioned();
    ensure!(!condition.matches_object(Some(&service)), "{:?}", service.status);
    let waiting = await_condition(services.clone(), "web", condition);
    let (found, said) = futures::join!(in_time("an address", waiting), say(&services, "web", address.clone()));
    said?;
    ensure!(found??.is_some(), "the Service is gone");

    let ingresses = bed.api::<Ingress>();
    make(
        &ingresses,
        json!({
            "metadata": {"name": "web"},
            "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
        }),
    )
    .await?;
    let waiting = await_condition(ingresses.clone(), "web", conditions::is_ingress_provisioned());
    let (found, said) = futures::join!(in_time("an address", waiting), say(&ingresses, "web", address));
    said?;
    ensure!(found??.is_some(), "the Ingress is gone");
    Ok(())
}

async fn conditions_are_combined(bed: &Bed<'_>) -> Result<()> {
    let holds = |key: &'static str| {
        move |map: Option<&ConfigMap>| map.and_then(|map| map.data.as_ref()).is_some_and(|data| data.contains_key(key))
    };
    bed.map("name").await?;
    let waiting = await_condition(bed.maps(), "name", holds("a").and(holds("b").not()).and(holds("c").or(holds("d"))));
    let changes = async {
        for data in [json!({"a": "1", "b": "1"}), json!({"b": null}), json!({"d": "1"})] {
            bed.change("name", json!({ "data": data })).await?;
        }
        anyhow::Ok(())
    };
    let (found, changed) = futures::join!(in_time("a map", waiting), changes);
    changed?;
    let keys: Vec<String> = found??.and_then(|map| map.data).unwrap_or_default().into_keys().collect();
    ensure!(keys == ["a", "d"], "{keys:?}");
    Ok(())
}
