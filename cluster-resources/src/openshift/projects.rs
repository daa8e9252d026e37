//! Projects, which are asked for and not made: the platform makes the namespace and gives whoever asked rights in it.
//!
//! Whether a namespace is there, and deleting one, is [`cluster_client::namespaces`].

use kube::api::{DynamicObject, PostParams};
use kube::{Api, ResourceExt as _};

use super::{OpenShiftError, code, resource};
use crate::clusters::ClusterAccess;
use crate::id::GroupKind;

/// What a namespace is on a cluster with or without projects. The platform's own (`openshift-…`) are namespaces everywhere.
#[must_use]
pub fn kind_of(name: &str, has_projects: bool) -> GroupKind {
    if has_projects && !name.starts_with("openshift-") {
        GroupKind::new("project.openshift.io", "Project")
    } else {
        GroupKind::core("Namespace")
    }
}

/// A project that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectRequest {
    /// Name of the project and its namespace.
    pub name: String,
    /// Name for people.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl ProjectRequest {
    /// A project of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), display_name: None, description: None }
    }

    /// With a name for people.
    #[must_use]
    pub fn with_display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// With what it is for.
    #[must_use]
    pub fn with_description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Asks for the project, or makes a namespace with the same annotations where it is one. Whether it was made: one that is there
    /// already stays as it is.
    ///
    /// # Errors
    /// [`OpenShiftError::Discovery`] when the cluster does not say which kinds it has, [`OpenShiftError::Api`].
    pub async fn ensure(&self, access: &ClusterAccess) -> Result<bool, OpenShiftError> {
        let has_projects = access.discovery.supports("Project.project.openshift.io").await?;
        let project = !kind_of(&self.name, has_projects).group.is_empty();
        let kind = if project {
            resource("project.openshift.io", "ProjectRequest", "projectrequests")
        } else {
            resource("", "Namespace", "namespaces")
        };
        let mut object = DynamicObject::new(&self.name, &kind);
        for (field, annotation, text) in [
            ("displayName", "openshift.io/display-name", &self.display_name),
            ("description", "openshift.io/description", &self.description),
        ] {
            let Some(text) = text else { continue };
            if project {
                object.data[field] = text.as_str().into();
            } else {
                object.annotations_mut().insert(annotation.into(), text.clone());
            }
        }
        let api: Api<DynamicObject> = Api::all_with(access.client.clone(), &kind);
        match api.create(&PostParams::default(), &object).await {
            Ok(_) => Ok(true),
            Err(error) if code(&error) == Some(409) => Ok(false),
            Err(error) => Err(OpenShiftError::api(&format!("{} {}", kind.kind, self.name), error)),
        }
    }
}
