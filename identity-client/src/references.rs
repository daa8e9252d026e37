//! References to projects: while one is there, the project is not deleted.
//!
//! Says who refers ([`core_client::reference`]) to which project, on behalf of the object that refers. Knows nothing of networks,
//! nor of how a reference is kept at the other end.
//!
//! The reference travels escaped **twice**: the services decode the path once to find the route and the parameter once more. The
//! reference is escaped here, the generated client escapes it again. One pass too few is answered with 404, which a removal takes
//! for success while the reference stays for ever.

use core_client::error::Error;
use core_client::http::RetryRules;
use core_client::reference::ResourceReference;
use kube::Resource;

use crate::client::Client;
use crate::ids::{ProjectScope, ProjectScoped};

/// Operations of this crate that are repeated for a status others are not. 409 on a change of a project or an allocation is a write
/// conflict in the service's own store, as is 500 on a removal; all three can be carried out twice.
pub(crate) const RETRY_RULES: RetryRules = RetryRules::new(&[
    ("add_project_reference", &[409]),
    ("remove_project_reference", &[500]),
    ("update_allocation", &[409]),
]);

/// Adds and removes references to projects. Clones share the client.
///
/// ```no_run
/// # use k8s_openapi::api::networking::v1::Ingress;
/// # async fn doc(client: &identity_client::client::Client, ingress: &Ingress) -> Result<(), core_client::error::Error> {
/// use identity_client::references::References;
///
/// let references = References::new(client);
/// references.add_reference_to_project(ingress).await?;
/// // … and when the object goes away:
/// references.remove_reference_from_project(ingress).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct References {
    client: Client,
}

/// What a removal found. Both are success: the reference is not there any more.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Removed {
    /// The service removed it, or it was not there.
    Done,
    /// There is nothing that it could be removed from (404). The services also answer so for what the caller may not see.
    AlreadyAbsent,
}

// === impl References ===

impl References {
    /// References sent through `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Makes `resource` refer to the project its placement labels name. Does nothing when it already does.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the labels do not name a project or the object cannot be referred to; else what the service
    /// says: [`is_not_found`](Error::is_not_found) without such a project, 400 when the project is being deleted,
    /// [`is_conflict`](Error::is_conflict) when somebody else kept changing the project.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the reference is there; calling again is safe.
    pub async fn add_reference_to_project<K>(&self, resource: &K) -> Result<(), Error>
    where
        K: Resource<DynamicType = ()>,
    {
        let reference = ResourceReference::of(resource)?;
        self.add(ProjectScope::from_labels(resource.meta())?, &reference, resource).await
    }

    /// The same for an object that knows its project itself, whatever its labels say.
    ///
    /// # Errors
    ///
    /// As [`add_reference_to_project`](Self::add_reference_to_project).
    pub async fn add_reference_to_own_project<K>(&self, resource: &K) -> Result<(), Error>
    where
        K: Resource<DynamicType = ()> + ProjectScoped,
    {
        let reference = ResourceReference::of(resource)?;
        self.add(ProjectScope::of(resource)?, &reference, resource).await
    }

    /// The same with everything given: which project, who refers, and the object whose principal the call is made for.
    ///
    /// # Errors
    ///
    /// As [`add_reference_to_project`](Self::add_reference_to_project).
    pub async fn add<K: Resource>(
        &self,
        project: ProjectScope,
        reference: &ResourceReference,
        resource: &K,
    ) -> Result<(), Error> {
        self.client
            .controller_client(resource)?
            .add_project_reference()
            .organization_id(project.organization())
            .project_id(project.project())
            .reference(reference.escaped_once())
            .send()
            .await?;
        Ok(())
    }

    /// Makes `resource` no longer refer to the project its placement labels name. A project that is gone is success.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the labels do not name a project or the object cannot be referred to; else what the service
    /// says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the reference is there; calling again is safe.
    pub async fn remove_reference_from_project<K>(&self, resource: &K) -> Result<Removed, Error>
    where
        K: Resource<DynamicType = ()>,
    {
        let reference = ResourceReference::of(resource)?;
        self.remove(ProjectScope::from_labels(resource.meta())?, &reference, resource).await
    }

    /// The same for an object that knows its project itself, whatever its labels say.
    ///
    /// # Errors
    ///
    /// As [`remove_reference_from_project`](Self::remove_reference_from_project).
    pub async fn remove_reference_from_own_project<K>(&self, resource: &K) -> Result<Removed, Error>
    where
        K: Resource<DynamicType = ()> + ProjectScoped,
    {
        let reference = ResourceReference::of(resource)?;
        self.remove(ProjectScope::of(resource)?, &reference, resource).await
    }

    /// The same with everything given: which project, who refers, and the object whose principal the call is made for.
    ///
    /// # Errors
    ///
    /// As [`remove_reference_from_project`](Self::remove_reference_from_project).
    pub async fn remove<K: Resource>(
        &self,
        project: ProjectScope,
        reference: &ResourceReference,
        resource: &K,
    ) -> Result<Removed, Error> {
        let answer = self
            .client
            .controller_client(resource)?
            .remove_project_reference()
            .organization_id(project.organization())
            .project_id(project.project())
            .reference(reference.escaped_once())
            .send()
            .await;
        Removed::from_answer(answer.map(drop).map_err(Error::from))
    }
}

// === impl Removed ===

impl Removed {
    /// What the answer to a removal means. For the crates of the family.
    ///
    /// # Errors
    ///
    /// Every refusal but 404.
    #[doc(hidden)]
    pub fn from_answer(answer: Result<(), Error>) -> Result<Self, Error> {
        match answer {
            Ok(()) => Ok(Self::Done),
            Err(error) if error.is_not_found() => Ok(Self::AlreadyAbsent),
            Err(error) => Err(error),
        }
    }
}
