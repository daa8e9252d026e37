//! Whose a resource is: the organization and project it is placed in.
//!
//! A mismatch is a plain `false`; by convention a service answers it with 404, as if there were no such resource. Knows nothing of
//! who a resource was created *for*, which is the principal's business.

use core_client::error::{ConstructionError, ConstructionKind, Error};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{IdError, OrganizationId, ProjectId};
use crate::stamp;

/// Placed in an organization.
pub trait OrganizationScoped {
    /// The organization.
    ///
    /// # Errors
    ///
    /// When the resource does not say, or says something that is not an identifier.
    fn organization_id(&self) -> Result<OrganizationId, Error>;
}

/// Placed in a project.
pub trait ProjectScoped: OrganizationScoped {
    /// The project.
    ///
    /// # Errors
    ///
    /// As [`OrganizationScoped::organization_id`].
    fn project_id(&self) -> Result<ProjectId, Error>;
}

/// A project, with the organization it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProjectScope {
    organization: OrganizationId,
    project: ProjectId,
}

/// Whether two resources are in the same project.
///
/// # Errors
///
/// When the scope of either cannot be read.
pub fn same_project(one: &impl ProjectScoped, other: &impl ProjectScoped) -> Result<bool, Error> {
    Ok(ProjectScope::of(one)? == ProjectScope::of(other)?)
}

/// Whether a resource is in this project of this organization.
///
/// # Errors
///
/// When its scope cannot be read.
pub fn owned_by_project(
    resource: &impl ProjectScoped,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<bool, Error> {
    Ok(ProjectScope::of(resource)? == ProjectScope::new(organization, project))
}

/// Whether a resource is in this organization.
///
/// # Errors
///
/// When its scope cannot be read.
pub fn owned_by_organization(resource: &impl OrganizationScoped, organization: OrganizationId) -> Result<bool, Error> {
    Ok(resource.organization_id()? == organization)
}

// === impl ProjectScope ===

impl ProjectScope {
    /// A project of an organization.
    #[must_use]
    pub const fn new(organization: OrganizationId, project: ProjectId) -> Self {
        Self { organization, project }
    }

    /// What a resource says of itself.
    ///
    /// # Errors
    ///
    /// When its scope cannot be read.
    pub fn of(resource: &impl ProjectScoped) -> Result<Self, Error> {
        Ok(Self::new(resource.organization_id()?, resource.project_id()?))
    }

    /// What the placement labels of an object say: [`stamp::ORGANIZATION`] and [`stamp::PROJECT`].
    ///
    /// The labels of the principal an object was created for are not looked at.
    ///
    /// # Errors
    ///
    /// [`ConstructionKind::Consistency`] when a label is missing or is not an identifier; names the label.
    pub fn from_labels(metadata: &ObjectMeta) -> Result<Self, Error> {
        Ok(Self::new(label(metadata, stamp::ORGANIZATION)?, label(metadata, stamp::PROJECT)?))
    }

    /// The organization.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The project.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }
}

impl OrganizationScoped for ProjectScope {
    fn organization_id(&self) -> Result<OrganizationId, Error> {
        Ok(self.organization)
    }
}

impl ProjectScoped for ProjectScope {
    fn project_id(&self) -> Result<ProjectId, Error> {
        Ok(self.project)
    }
}

fn label<T: std::str::FromStr<Err = IdError>>(metadata: &ObjectMeta, key: &str) -> Result<T, Error> {
    let named = || metadata.name.as_deref().unwrap_or("without a name");
    let value = metadata.labels.as_ref().and_then(|labels| labels.get(key)).ok_or_else(|| {
        ConstructionError::new(ConstructionKind::Consistency, format!("object {} has no label {key}", named()))
    })?;
    value.parse().map_err(|error: IdError| {
        ConstructionError::new(
            ConstructionKind::Consistency,
            format!("label {key} of object {} cannot be used", named()),
        )
        .with_source(error)
        .into()
    })
}
