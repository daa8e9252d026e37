//! References to networks: while one is there, the network is not deleted.
//!
//! Says who refers ([`core_client::reference`]) to which network, on behalf of the object that refers. Knows nothing of projects,
//! nor of how a reference is kept at the other end.
//!
//! The reference travels escaped **twice**: the services decode the path once to find the route and the parameter once more. The
//! reference is escaped here, the generated client escapes it again. One pass too few is answered with 404, which a removal takes
//! for success while the reference stays for ever.

use core_client::error::{ConstructionError, ConstructionKind, Error};
use core_client::reference::ResourceReference;
use kube::Resource;

use crate::client::Client;
use crate::ids::NetworkId;

pub use identity_client::references::Removed;

/// Adds and removes references to networks. Clones share the client.
///
/// Networks are named by [`NetworkId`] or by its text.
///
/// ```no_run
/// # use k8s_openapi::api::networking::v1::Ingress;
/// # async fn doc(client: &region_client::Client, ingress: &Ingress) -> Result<(), region_client::Error> {
/// use region_client::References;
///
/// let references = References::new(client);
/// references.add_reference_to_network("9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10", ingress).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct References {
    client: Client,
}

// === impl References ===

impl References {
    /// References sent through `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Makes `resource` refer to the network. Does nothing when it already does.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the text is no identifier or the object cannot be referred to; else what the service says:
    /// [`is_not_found`](Error::is_not_found) without such a network, 400 when the network is being deleted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the reference is there; calling again is safe.
    pub async fn add_reference_to_network<N, K>(&self, network: N, resource: &K) -> Result<(), Error>
    where
        N: TryInto<NetworkId, Error: std::error::Error + Send + Sync + 'static>,
        K: Resource<DynamicType = ()>,
    {
        let network = parse(network)?;
        self.add(network, &ResourceReference::of(resource)?, resource).await
    }

    /// The same with the reference given, and the object whose principal the call is made for; for dynamic objects.
    ///
    /// # Errors
    ///
    /// As [`add_reference_to_network`](Self::add_reference_to_network).
    pub async fn add<K: Resource>(
        &self,
        network: NetworkId,
        reference: &ResourceReference,
        resource: &K,
    ) -> Result<(), Error> {
        self.client
            .controller_client(resource)?
            .add_network_reference()
            .network_id(network)
            .reference(reference.escaped_once())
            .send()
            .await?;
        Ok(())
    }

    /// Makes `resource` no longer refer to the network. A network that is gone is success, told apart by the outcome.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the text is no identifier or the object cannot be referred to; else what the service says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the reference is there; calling again is safe.
    pub async fn remove_reference_from_network<N, K>(&self, network: N, resource: &K) -> Result<Removed, Error>
    where
        N: TryInto<NetworkId, Error: std::error::Error + Send + Sync + 'static>,
        K: Resource<DynamicType = ()>,
    {
        let network = parse(network)?;
        self.remove(network, &ResourceReference::of(resource)?, resource).await
    }

    /// The same with the reference given, and the object whose principal the call is made for; for dynamic objects.
    ///
    /// # Errors
    ///
    /// As [`remove_reference_from_network`](Self::remove_reference_from_network).
    pub async fn remove<K: Resource>(
        &self,
        network: NetworkId,
        reference: &ResourceReference,
        resource: &K,
    ) -> Result<Removed, Error> {
        let answer = self
            .client
            .controller_client(resource)?
            .remove_network_reference()
            .network_id(network)
            .reference(reference.escaped_once())
            .send()
            .await;
        Removed::from_answer(answer.map(drop).map_err(Error::from))
    }
}

fn parse<N>(network: N) -> Result<NetworkId, Error>
where
    N: TryInto<NetworkId, Error: std::error::Error + Send + Sync + 'static>,
{
    network.try_into().map_err(|error| {
        ConstructionError::new(ConstructionKind::Parameter, "the network cannot be named").with_source(error).into()
    })
}
