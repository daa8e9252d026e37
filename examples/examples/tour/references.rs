//! Keeping a network from disappearing while something uses it.

use anyhow::{Context as _, Result};
use region_client::References;
use region_client::ids::NetworkId;
use region_client::references::Removed;

use crate::calls::{object, user};
use crate::narrate::Narrator;
use crate::world::World;

pub(crate) async fn keep_and_release(tell: &mut Narrator, world: &World, network: NetworkId) -> Result<()> {
    tell.say("An object that uses the network says so; the service then refuses to delete it.");
    let references = References::new(&world.region);
    let object = object()?;
    references.add_reference_to_network(network, &object).await?;
    let line = world.service.seen().last().map(|seen| format!("{} {}", seen.method, seen.target)).unwrap_or_default();
    tell.say(&line);
    tell.proves("the reference is escaped twice on the path, as the Go router needs it", line.contains("%252F"))?;
    tell.proves("it arrived as plural.group/name", world.service.references(&network.to_string()).len() == 1)?;

    let api = world.region.api_client(&user())?;
    let delete = api.delete_network().network_id(network).send().await.map_err(region_client::Error::from);
    let error = delete.err().context("a network in use was deleted")?;
    tell.say(core_client::error::ErrorChain::new(&error));
    tell.proves("deletion is refused while the reference stands", error.is_forbidden())?;

    let first = references.remove_reference_from_network(network, &object).await?;
    api.delete_network().network_id(network).send().await.map_err(region_client::Error::from)?;
    let again = references.remove_reference_from_network(network, &object).await?;
    tell.proves("once removed, the network goes", first == Removed::Done)?;
    tell.proves("removing from a network that is gone is success, and says so", again == Removed::AlreadyAbsent)?;
    Ok(())
}
