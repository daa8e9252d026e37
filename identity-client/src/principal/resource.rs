//! The principal behind a Kubernetes resource, read from its labels and annotations.
//!
//! Knows nothing of the wire and of the kind of resource.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;

use super::Principal;
use crate::stamp;

/// What a resource says about who it is for, and how far that can be believed.
///
/// ```
/// use identity_client::principal::{Attribution, Strictness};
/// # use k8s_openapi::api::core::v1::ConfigMap;
/// # fn doc(resource: &ConfigMap) -> Result<(), identity_client::principal::ResourceError> {
/// let attribution = Attribution::of(resource)?;
/// if attribution.findings().is_clean() {
///     println!("for {}", attribution.principal().actor());
/// }
/// let principal = attribution.accept(Strictness::Strict)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution<'a> {
    meta: &'a ObjectMeta,
    principal: Principal,
    findings: Findings,
}

/// What looks wrong with the labels and annotations of a resource.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Organization and project come from different owners: one from the principal's labels, the
    /// other from the placement labels.
    pub mixed_scope: bool,
    /// Nobody is named as the actor.
    pub no_actor: bool,
    /// Nothing is named at all; a request sent for this resource is unattributed.
    pub unattributed: bool,
}

/// Whether an attribution with [`Findings`] is good enough.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Accept it as the original does, and log a warning.
    #[default]
    Lenient,
    /// Refuse a mixed scope and a missing actor.
    Strict,
}

/// Why no principal could be read from a resource.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// The resource has no label map, so it was not made by a service of the platform.
    #[error("resource {resource} has no labels to read a principal from")]
    #[non_exhaustive]
    NoLabels {
        /// Namespace and name.
        resource: String,
    },
    /// The resource has no annotation map, so it was not made by a service of the platform.
    #[error("resource {resource} has no annotations to read a principal from")]
    #[non_exhaustive]
    NoAnnotations {
        /// Namespace and name.
        resource: String,
    },
    /// Strict: organization and project come from different owners.
    #[error(
        "resource {resource} pairs the organization of one owner with the project of another; \
         set both of its principal labels or neither"
    )]
    #[non_exhaustive]
    MixedScope {
        /// Namespace and name.
        resource: String,
    },
    /// Strict: nobody is named as the actor.
    #[error(
        "resource {resource} names no actor; set the annotation {} or {}",
        stamp::PRINCIPAL_CREATOR,
        stamp::CREATOR
    )]
    #[non_exhaustive]
    NoActor {
        /// Namespace and name.
        resource: String,
    },
}

impl Principal {
    /// The principal a controller sends for `resource`: the `principal.unikorn-cloud.org/` labels
    /// and annotation where present (even if empty), else the placement labels and the creator
    /// annotation. Type and organization list are never set.
    ///
    /// Oddities are accepted and logged as warnings; use [`Attribution`] to see or refuse them.
    ///
    /// # Errors
    ///
    /// [`ResourceError::NoLabels`] or [`ResourceError::NoAnnotations`] when there is no such map.
    /// An empty map is fine.
    pub fn from_resource<K: Resource>(resource: &K) -> Result<Self, ResourceError> {
        Attribution::of(resource)?.accept(Strictness::Lenient)
    }
}

impl<'a> Attribution<'a> {
    /// Reads a resource. Works for typed resources and for `DynamicObject`.
    ///
    /// # Errors
    ///
    /// [`ResourceError::NoLabels`] or [`ResourceError::NoAnnotations`] when there is no such map.
    /// An empty map is fine.
    pub fn of<K: Resource>(resource: &'a K) -> Result<Self, ResourceError> {
        let meta = resource.meta();
        let Some(labels) = &meta.labels else {
            return Err(ResourceError::NoLabels { resource: name_of(meta) });
        };
        let Some(annotations) = &meta.annotations else {
            return Err(ResourceError::NoAnnotations { resource: name_of(meta) });
        };

        let organization = Field::read(labels, stamp::PRINCIPAL_ORGANIZATION, stamp::ORGANIZATION);
        let project = Field::read(labels, stamp::PRINCIPAL_PROJECT, stamp::PROJECT);
        let actor = Field::read(annotations, stamp::PRINCIPAL_CREATOR, stamp::CREATOR);

        let principal =
            Principal::new().with_organization(organization.value).with_project(project.value).with_actor(actor.value);
        let findings = Findings {
            mixed_scope: organization.overridden != project.overridden
                && !organization.value.is_empty()
                && !project.value.is_empty(),
            no_actor: actor.value.is_empty(),
            unattributed: principal.is_empty(),
        };
        Ok(Self { meta, principal, findings })
    }

    /// The principal, whatever was found.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What looks wrong.
    #[must_use]
    pub fn findings(&self) -> Findings {
        self.findings
    }

    /// The principal, if the findings allow it.
    ///
    /// # Errors
    ///
    /// [`ResourceError::NoActor`] or [`ResourceError::MixedScope`], when strict.
    pub fn accept(self, strictness: Strictness) -> Result<Principal, ResourceError> {
        let findings = self.findings;
        match strictness {
            Strictness::Strict if findings.no_actor => {
                return Err(ResourceError::NoActor { resource: name_of(self.meta) });
            }
            Strictness::Strict if findings.mixed_scope => {
                return Err(ResourceError::MixedScope { resource: name_of(self.meta) });
            }
            Strictness::Lenient if !findings.is_clean() => tracing::warn!(
                resource = name_of(self.meta),
                mixed_scope = findings.mixed_scope,
                no_actor = findings.no_actor,
                unattributed = findings.unattributed,
                "questionable principal on a resource",
            ),
            Strictness::Strict | Strictness::Lenient => {}
        }
        Ok(self.principal)
    }
}

impl Findings {
    /// Whether nothing looks wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

/// One resolved field. Each field is resolved on its own, as the original does.
struct Field<'a> {
    value: &'a str,
    overridden: bool,
}

impl<'a> Field<'a> {
    fn read(map: &'a BTreeMap<String, String>, overriding: &str, fallback: &str) -> Self {
        match map.get(overriding) {
            Some(value) => Self { value, overridden: true },
            None => {
                let value = map.get(fallback).map_or("", String::as_str);
                Self { value, overridden: false }
            }
        }
    }
}

fn name_of(meta: &ObjectMeta) -> String {
    let name = meta.name.as_deref().unwrap_or("(unnamed)");
    match meta.namespace.as_deref() {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}
