//! Calling the region API on behalf of a user, and on behalf of whoever owns an object.

use anyhow::{Context as _, Result};
use identity_client::context::RequestContext;
use identity_client::principal::Principal;
use k8s_openapi::api::apps::v1::Deployment;
use region_client::generated::types::{NetworkV2CreateSpec, ResourceWriteMetadata};
use region_client::ids::NetworkId;
use serde_json::json;
use testkit::region::Encoding;

use crate::narrate::Narrator;
use crate::world::{ACCOUNT, World};

pub(crate) const ORGANIZATION: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
pub(crate) const PROJECT: &str = "550e8400-e29b-41d4-a716-446655440000";
const REGION: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

/// The object a controller would reconcile: whose it is stands in its labels and annotations.
pub(crate) fn object() -> Result<Deployment> {
    Ok(serde_json::from_value(json!({
        "metadata": {
            "name": "demo",
            "namespace": "unikorn",
            "labels": {"unikorn-cloud.org/organization": ORGANIZATION, "unikorn-cloud.org/project": PROJECT},
            "annotations": {"unikorn-cloud.org/creator": "joe@acme.com"},
        },
    }))?)
}

pub(crate) fn user() -> RequestContext {
    let principal = Principal::user("joe@acme.com").with_organization(ORGANIZATION).with_project(PROJECT);
    RequestContext::new().with_principal(principal)
}

pub(crate) async fn as_a_user(tell: &mut Narrator, world: &World) -> Result<NetworkId> {
    tell.say("A request from joe@acme.com is being served. Its context carries who it is for; the client made");
    tell.say("from it costs nanoseconds and shares one connection pool with every other caller.");
    let api = world.region.api_client(&user())?;
    let created = api
        .create_network()
        .body_map(|body| {
            body.metadata(ResourceWriteMetadata::builder().name("tour-network")).spec(
                NetworkV2CreateSpec::builder()
                    .organization_id(ORGANIZATION)
                    .project_id(PROJECT)
                    .region_id(REGION.parse::<uuid::Uuid>().unwrap_or_default())
                    .prefix("10.0.0.0/24")
                    .dns_nameservers(vec![]),
            )
        })
        .send()
        .await
        .map_err(region_client::Error::from)?
        .into_inner();
    tell.say(format_args!("POST /api/v2/networks → network {}", created.metadata.id));

    let seen = world.service.seen().pop().context("the service saw no request")?;
    tell.proves(
        format_args!("the service knows us by our certificate: {ACCOUNT}"),
        seen.peer.as_deref() == Some(ACCOUNT),
    )?;
    tell.proves("and knows who the work is for: joe@acme.com", actor(&seen.principal) == Some("joe@acme.com"))?;
    tell.proves("the principal travelled in the plain encoding", seen.encoding == Some(Encoding::Plain))?;
    tell.proves(
        "the network was created in joe's name",
        created.metadata.created_by.as_deref() == Some("joe@acme.com"),
    )?;

    let missing = api.get_network().network_id(uuid::Uuid::nil()).send().await.map_err(region_client::Error::from);
    let error = missing.err().context("a network that does not exist was found")?;
    tell.say(format_args!("A network that is not there: {}", core_client::error::ErrorChain::new(&error)));
    tell.proves("an error keeps its status and code", error.is_not_found())?;
    Ok(created.metadata.id.parse()?)
}

pub(crate) async fn as_a_controller(tell: &mut Narrator, world: &World, network: NetworkId) -> Result<()> {
    tell.say(
        "A controller has no request, only an object. Labels and annotations say whose it is, and because our key",
    );
    tell.say(
        "is RSA the principal is signed with it: compact JWS, PS512, understood by every release of the services.",
    );
    let api = world.region.controller_client(&object()?)?;
    for _ in 0..2 {
        api.get_network().network_id(network).send().await.map_err(region_client::Error::from)?;
    }
    let seen = world.service.seen();
    let last = seen.last().context("the service saw no request")?;
    tell.proves(
        "the signature verifies against the certificate on the connection",
        last.encoding == Some(Encoding::Signed("PS512".into())),
    )?;
    tell.proves("the principal is the object's owner", actor(&last.principal) == Some("joe@acme.com"))?;
    let connections = world.server.connections().len();
    tell.proves(format_args!("{} requests so far, {connections} connections", seen.len()), connections < seen.len())?;
    Ok(())
}

fn actor(principal: &Option<serde_json::Value>) -> Option<&str> {
    principal.as_ref()?.get("actor")?.as_str()
}
