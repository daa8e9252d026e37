//! The same calls against a cluster and a region service of your own. Nothing is created or changed there.

use anyhow::{Context as _, Result};
use clap::Args;
use core_client::options::HttpClientOptions;
use identity_client::context::RequestContext;
use identity_client::principal::Principal;
use k8s_openapi::api::apps::v1::Deployment;
use kube::config::{KubeConfigOptions, Kubeconfig};
use region_client::{Client, Options};
use serde_json::json;

use crate::chapter::Chapter;
use crate::narrate::Narrator;

/// Where to go instead of the in-process world.
#[derive(Debug, Args)]
pub(crate) struct Outside {
    #[command(flatten)]
    region: Options,
    #[command(flatten)]
    certificate: HttpClientOptions,
    /// The kubeconfig context whose cluster holds the Secrets; the current one by default.
    #[arg(long)]
    context: Option<String>,
    /// Call on behalf of this actor.
    #[arg(long, default_value = "tour@example.com")]
    actor: String,
    /// Call on behalf of an actor of this organization.
    #[arg(long)]
    organization: Option<String>,
}

impl Outside {
    pub(crate) fn wanted(&self) -> bool {
        !self.region.http().host.is_empty()
    }
}

pub(crate) async fn tour(tell: &mut Narrator, outside: &Outside) -> Result<()> {
    tell.chapter(Chapter::Outside, true);
    let options = KubeConfigOptions { context: outside.context.clone(), ..KubeConfigOptions::default() };
    let config = kube::Config::from_custom_kubeconfig(Kubeconfig::read()?, &options)
        .await
        .context("could not use the kubeconfig")?;
    tell.say(format_args!("Kubernetes API  {}", config.cluster_url));
    tell.say(format_args!("region service  {}", outside.region.http().host));
    let kube = kube::Client::try_from(config)?;
    let region = Client::new(kube, &outside.region, &outside.certificate).await?;
    let result = calls(tell, &region, outside).await;
    region.shutdown().await;
    result
}

async fn calls(tell: &mut Narrator, region: &Client, outside: &Outside) -> Result<()> {
    let mut principal = Principal::user(&outside.actor);
    if let Some(organization) = &outside.organization {
        principal = principal.with_organization(organization);
    }
    let context = RequestContext::new().with_principal(principal);
    let networks = region.api_client(&context)?.list_networks().send().await.map_err(region_client::Error::from)?;
    tell.say(format_args!("as {}: {} networks", outside.actor, networks.len()));

    let Some(organization) = &outside.organization else {
        tell.say("No --organization, so there is no owner to put on an object: the controller's call is left out.");
        return Ok(());
    };
    let object: Deployment = serde_json::from_value(json!({"metadata": {
        "name": "tour",
        "labels": {"unikorn-cloud.org/organization": organization},
        "annotations": {"unikorn-cloud.org/creator": outside.actor},
    }}))?;
    let again = region.controller_client(&object)?.list_networks().send().await.map_err(region_client::Error::from)?;
    tell.proves("as the owner of an object: the same networks", again.len() == networks.len())
}
