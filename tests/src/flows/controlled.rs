//! What waits for the controllers of a cluster: workloads that run, jobs that are done, balancers, and what goes with its owner.

use anyhow::{Context as _, Result, ensure};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod, Secret, Service};
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Api, Resource as _, ResourceExt as _};
use serde_json::json;

use super::bed::{Bed, in_time, named, uid};

claims! { Controllers:
    a_deployment_is_waited_for_and_its_pods_run,
    a_job_is_waited_for_until_it_is_done,
    a_balancer_gets_its_address,
    what_is_owned_goes_with_its_owner,
    a_namespace_is_waited_for_until_it_is_gone,
}

async fn a_deployment_is_waited_for_and_its_pods_run(bed: &Bed<'_>) -> Result<()> {
    let deployments = bed.api::<Deployment>();
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": "example.com/web:1"}]},
            },
        },
    }))?;
    let made = deployments.create(&PostParams::default(), &deployment).await?;
    let complete = await_condition(deployments.clone(), "web", conditions::is_deployment_completed());
    let complete = in_time("a Deployment", complete).await??.context("the Deployment is gone")?;
    ensure!(complete.status.and_then(|status| status.ready_replicas) == Some(2), "it is complete without its pods");
    let pods = bed.api::<Pod>();
    let found = pods.list(&ListParams::default().labels("app=web")).await?.items;
    ensure!(found.len() == 2, "{} pods", found.len());
    for pod in &found {
        in_time("a pod", await_condition(pods.clone(), &pod.name_any(), conditions::is_pod_running())).await??;
    }
    deployments.delete("web", &DeleteParams::foreground()).await?;
    let id = uid(&made)?;
    in_time("its end", await_condition(deployments, "web", conditions::is_deleted(&id))).await??;
    for pod in &found {
        let left = pods.get_opt(&pod.name_any()).await?;
        ensure!(left.is_none(), "a pod is left though its Deployment waited for it");
    }
    Ok(())
}

async fn a_job_is_waited_for_until_it_is_done(bed: &Bed<'_>) -> Result<()> {
    let jobs = bed.api::<Job>();
    let job: Job = serde_json::from_value(json!({
        "metadata": {"name": "once"},
        "spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "main", "image": "example.com/once:1"}],
        }}},
    }))?;
    jobs.create(&PostParams::default(), &job).await?;
    let done = in_time("a Job", await_condition(jobs, "once", conditions::is_job_completed())).await??;
    ensure!(done.and_then(|job| job.status).and_then(|status| status.succeeded) == Some(1), "it is done without a pod");
    Ok(())
}

async fn a_balancer_gets_its_address(bed: &Bed<'_>) -> Result<()> {
    let services = bed.api::<Service>();
    let service: Service = serde_json::from_value(json!({
        "metadata": {"name": "web"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }))?;
    services.create(&PostParams::default(), &service).await?;
    let found = await_condition(services, "web", conditions::is_service_loadbalancer_provisioned());
    ensure!(in_time("an address", found).await??.is_some(), "the Service is gone");
    Ok(())
}

async fn what_is_owned_goes_with_its_owner(bed: &Bed<'_>) -> Result<()> {
    let owner = bed.map("owner").await?;
    let mut owned = Secret { metadata: named("owned"), ..Secret::default() };
    owned.owner_references_mut().extend(ConfigMap::controller_owner_ref(&owner, &()));
    let secrets = bed.api::<Secret>();
    let owned = secrets.create(&PostParams::default(), &owned).await?;
    bed.delete("owner").await?;
    let id = uid(&owned)?;
    in_time("the end of what is owned", await_condition(secrets, "owned", conditions::is_deleted(&id))).await??;
    Ok(())
}

async fn a_namespace_is_waited_for_until_it_is_gone(bed: &Bed<'_>) -> Result<()> {
    bed.map("a").await?;
    let namespaces = Api::<Namespace>::all(bed.client.clone());
    let namespace = namespaces.get(&bed.namespace).await?;
    namespaces.delete(&bed.namespace, &DeleteParams::default()).await?;
    let id = uid(&namespace)?;
    let gone = await_condition(namespaces, &bed.namespace, conditions::is_deleted(&id));
    in_time("the end of a namespace", gone).await??;
    ensure!(bed.maps().get_opt("a").await?.is_none(), "something is left of it");
    Ok(())
}
