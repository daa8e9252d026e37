//! Allocations: what a resource consumes, counted against the quotas of its principal's organization.
//!
//! Knows nothing of quotas themselves, nor of what is counted.
//!
//! Creating one twice counts twice: the service neither recognises a repetition nor lists allocations. So a creation whose answer
//! is lost is never repeated by itself, a resource that has an allocation is refused a second one, and
//! [`create_and_persist`](Allocations::create_and_persist) gives back what could not be written down.

use core_client::error::{ApiMisuse, ConstructionError, ConstructionKind, Error, ErrorChain};
use core_client::reference::ResourceReference;
use kube::{Resource, ResourceExt};

use crate::client::Client;
use crate::context::RequestContext;
use crate::generated::types::{AllocationSpec, AllocationWrite, ResourceAllocation, ResourceWriteMetadata};
use crate::ids::{AllocationId, IdError, ProjectScope};
use crate::principal::Principal;
use crate::references::Removed;

/// Annotation: the allocation that counts a resource.
pub const ALLOCATION: &str = "unikorn-cloud.org/allocation-id";

/// Every allocation has this name; the resource it is for is in its specification.
const NAME: &str = "undefined";

/// Creates, changes and deletes allocations. Clones share the client.
#[derive(Clone, Debug)]
pub struct Allocations {
    client: Client,
}

/// How much of one kind a resource consumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    kind: String,
    committed: i64,
    reserved: i64,
}

/// Why [`create_and_persist`](Allocations::create_and_persist) did not.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum PersistError<E: std::error::Error + 'static> {
    /// There is no allocation, as far as can be known.
    #[error("could not create the allocation")]
    Create(#[source] Error),
    /// The resource could not be written down; the allocation was given back.
    #[error("could not persist the resource; its allocation was given back")]
    Persist(#[source] E),
    /// The resource could not be written down, and the allocation could not be given back: it counts until somebody deletes it.
    #[error(
        "could not persist the resource; its allocation {allocation} could not be given back and has to be deleted"
    )]
    #[non_exhaustive]
    Leaked {
        /// What counts.
        allocation: AllocationId,
        /// Why it could not be given back.
        rollback: Error,
        /// Why the resource could not be written down.
        source: E,
    },
}

// === impl Quantity ===

impl Quantity {
    /// `committed` is in use for certain, `reserved` may be used on top of it; for example the size of an autoscaled pool now and
    /// how much it may grow.
    pub fn new(kind: impl Into<String>, committed: i64, reserved: i64) -> Self {
        Self { kind: kind.into(), committed, reserved }
    }
}

// === impl Allocations ===

impl Allocations {
    /// Allocations sent through `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Counts what `resource` consumes, in the project of the context's principal, and notes the allocation on the resource.
    ///
    /// The note is the annotation [`ALLOCATION`] on the object in memory. Persist it before anything else can fail, or use
    /// [`create_and_persist`](Self::create_and_persist).
    ///
    /// # Errors
    ///
    /// Before anything is sent: [`Error::ApiMisuse`] when the resource already has an allocation, and when the context has no
    /// principal or one without organization and project. [`is_forbidden`](Error::is_forbidden) when a quota would be exceeded.
    /// After [`Error::Dispatch`] or a 5xx it is not known whether the allocation exists, unless
    /// [`DispatchError::may_have_been_sent`](core_client::error::DispatchError::may_have_been_sent) says that nothing was sent.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: dropping the future after the request left can leave an allocation that nobody knows of.
    pub async fn create<K>(
        &self,
        context: &RequestContext,
        resource: &mut K,
        quantities: &[Quantity],
    ) -> Result<AllocationId, Error>
    where
        K: Resource<DynamicType = ()>,
    {
        if let Some(allocation) = resource.annotations().get(ALLOCATION) {
            let misuse = format!(
                "the resource already has allocation {allocation}; update it, or remove the annotation {ALLOCATION} once the \
                 allocation is deleted"
            );
            return Err(ApiMisuse::new(misuse).into());
        }
        let scope = context_scope(context)?;
        let body = body(resource, quantities)?;
        let created = self
            .client
            .api_client(context)?
            .create_allocation()
            .organization_id(scope.organization())
            .project_id(scope.project())
            .body(body)
            .send()
            .await?
            .into_inner();
        let allocation: AllocationId = created.metadata.id.parse().map_err(|error: IdError| {
            ConstructionError::new(
                ConstructionKind::Consistency,
                format!("the service created an allocation with the unusable identifier {:?}", created.metadata.id),
            )
            .with_source(error)
        })?;
        resource.annotations_mut().insert(ALLOCATION.to_owned(), allocation.to_string());
        Ok(allocation)
    }

    /// Creates an allocation, lets `persist` write the resource down, and gives the allocation back if that fails.
    ///
    /// The service's own order of work: the step that can be undone comes first, and what is reported is always why the resource
    /// could not be persisted.
    ///
    /// # Errors
    ///
    /// [`PersistError`], which also says whether the allocation still counts.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: dropping the future leaves whatever was done by then. Give it a task of its own.
    pub async fn create_and_persist<K, T, E>(
        &self,
        context: &RequestContext,
        resource: &mut K,
        quantities: &[Quantity],
        persist: impl AsyncFnOnce(&K) -> Result<T, E>,
    ) -> Result<T, PersistError<E>>
    where
        K: Resource<DynamicType = ()>,
        E: std::error::Error + 'static,
    {
        let allocation = self.create(context, resource, quantities).await.map_err(PersistError::Create)?;
        let source = match persist(resource).await {
            Ok(persisted) => return Ok(persisted),
            Err(source) => source,
        };
        match self.give_back(context, allocation).await {
            Ok(_) => {
                resource.annotations_mut().remove(ALLOCATION);
                Err(PersistError::Persist(source))
            }
            Err(rollback) => {
                tracing::error!(%allocation, error = %ErrorChain::new(&rollback), "an allocation could not be given back");
                Err(PersistError::Leaked { allocation, rollback, source })
            }
        }
    }

    /// Deletes an allocation that was created in this context; the compensation of [`create`](Self::create).
    ///
    /// # Errors
    ///
    /// What the service says; one that is gone already is success.
    pub async fn give_back(&self, context: &RequestContext, allocation: AllocationId) -> Result<Removed, Error> {
        let scope = context_scope(context)?;
        let answer = self
            .client
            .api_client(context)?
            .delete_allocation()
            .organization_id(scope.organization())
            .project_id(scope.project())
            .allocation_id(allocation)
            .send()
            .await;
        Removed::from_answer(answer.map(drop).map_err(Error::from))
    }

    /// Replaces what the resource's allocation counts, on behalf of the resource's principal.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the resource has no allocation or its principal no project;
    /// [`is_forbidden`](Error::is_forbidden) when a quota would be exceeded, [`is_conflict`](Error::is_conflict) when somebody else
    /// kept changing the organization's allocations.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open which quantities count; calling again is safe.
    pub async fn update<K>(&self, resource: &K, quantities: &[Quantity]) -> Result<(), Error>
    where
        K: Resource<DynamicType = ()>,
    {
        let allocation = allocation_of(resource)?;
        let scope = resource_scope(resource)?;
        let body = body(resource, quantities)?;
        self.client
            .controller_client(resource)?
            .update_allocation()
            .organization_id(scope.organization())
            .project_id(scope.project())
            .allocation_id(allocation)
            .body(body)
            .send()
            .await?;
        Ok(())
    }

    /// Gives back what the resource's allocation counts, on behalf of the resource's principal. One that is gone is success.
    ///
    /// # Errors
    ///
    /// Before anything is sent, when the resource has no allocation or its principal no project; else what the service says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the allocation counts; calling again is safe.
    pub async fn delete<K>(&self, resource: &K) -> Result<Removed, Error>
    where
        K: Resource<DynamicType = ()>,
    {
        let allocation = allocation_of(resource)?;
        let scope = resource_scope(resource)?;
        let answer = self
            .client
            .controller_client(resource)?
            .delete_allocation()
            .organization_id(scope.organization())
            .project_id(scope.project())
            .allocation_id(allocation)
            .send()
            .await;
        Removed::from_answer(answer.map(drop).map_err(Error::from))
    }
}

/// The allocation a resource notes.
fn allocation_of<K: Resource>(resource: &K) -> Result<AllocationId, Error> {
    let noted = resource.annotations().get(ALLOCATION).ok_or_else(|| {
        ConstructionError::new(
            ConstructionKind::Consistency,
            format!("object {} has no annotation {ALLOCATION}; create an allocation first", resource.name_any()),
        )
    })?;
    noted.parse().map_err(|error: IdError| {
        ConstructionError::new(
            ConstructionKind::Consistency,
            format!("annotation {ALLOCATION} of object {} cannot be used", resource.name_any()),
        )
        .with_source(error)
        .into()
    })
}

/// Whose quota is charged: the principal's, which need not be where the resource is placed.
fn context_scope(context: &RequestContext) -> Result<ProjectScope, Error> {
    let principal = context.principal().ok_or_else(|| {
        ConstructionError::new(ConstructionKind::Context, "an allocation needs a principal and the context has none")
    })?;
    principal_scope(principal, ConstructionKind::Context)
}

fn resource_scope<K: Resource>(resource: &K) -> Result<ProjectScope, Error> {
    let principal = Principal::from_resource(resource).map_err(|error| {
        ConstructionError::new(ConstructionKind::Consistency, "the resource does not say who it is for")
            .with_source(error)
    })?;
    principal_scope(&principal, ConstructionKind::Consistency)
}

fn principal_scope(principal: &Principal, kind: ConstructionKind) -> Result<ProjectScope, Error> {
    let unusable = |what: &'static str| {
        move |error: IdError| {
            ConstructionError::new(kind, format!("the principal's {what} cannot be charged")).with_source(error)
        }
    };
    let organization = principal.organization_id().parse().map_err(unusable("organization"))?;
    let project = principal.project_id().parse().map_err(unusable("project"))?;
    Ok(ProjectScope::new(organization, project))
}

fn body<K>(resource: &K, quantities: &[Quantity]) -> Result<AllocationWrite, Error>
where
    K: Resource<DynamicType = ()>,
{
    let reference = ResourceReference::of(resource)?;
    let name = NAME.parse().map_err(|error: crate::generated::types::error::ConversionError| {
        ConstructionError::new(ConstructionKind::Body, "the allocation cannot be named").with_source(error)
    })?;
    let allocations = quantities.iter().map(|quantity| ResourceAllocation {
        kind: quantity.kind.clone(),
        committed: quantity.committed,
        reserved: quantity.reserved,
    });
    Ok(AllocationWrite {
        metadata: ResourceWriteMetadata { name, description: None, tags: None },
        spec: AllocationSpec {
            kind: reference.kind().to_owned(),
            id: reference.name().to_owned(),
            allocations: allocations.collect(),
        },
    })
}
