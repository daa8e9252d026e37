//! Who the work is for, as a value: built, read from a resource, encoded and decoded.
//!
//! A [`Principal`] is attribution. It says on whose behalf a service acts and grants nothing by
//! itself. This module is pure: it knows nothing of connections, certificates or requests.
//!
//! The JSON form is byte-for-byte the one of the Go services (`uni-identity pkg/principal`).

mod encoding;
mod json;
mod resource;
pub(crate) mod signed;

#[cfg(test)]
mod tests;

use std::fmt;

pub use encoding::{DEFAULT_MAX_HEADER_BYTES, MAX_INBOUND_HEADER_BYTES, PrincipalError};
pub use resource::{Attribution, Findings, ResourceError, Strictness};

/// Who the work is for. Every part is optional; the empty principal is legal on the wire.
///
/// Organizations, project and actor are kept as they came: the original validates none of them on
/// extraction, so neither do we.
///
/// ```
/// use identity_client::principal::{ActorType, Principal};
///
/// let principal = Principal::user("joe@acme.com").with_organization("acme");
/// assert_eq!(principal.actor(), "joe@acme.com");
/// assert_eq!(principal.actor_type(), Some(&ActorType::User));
/// assert_eq!(
///     principal.to_json(),
///     r#"{"organizationId":"acme","type":"user","actor":"joe@acme.com"}"#,
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Principal {
    organization_id: String,
    organization_ids: Vec<String>,
    project_id: String,
    actor_type: Option<ActorType>,
    actor: String,
}

/// What kind of account acts.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActorType {
    /// A person, signed in.
    User,
    /// A service account of an organization.
    Service,
    /// A service of the platform, known by its certificate.
    System,
    /// A word this version does not know. Kept, because the originals do not validate it either.
    Unknown(String),
}

impl Principal {
    /// An empty principal. Work sent with it is unattributed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person: `actor` is the subject, mostly an e-mail address.
    #[must_use]
    pub fn user(actor: impl Into<String>) -> Self {
        Self::new().with_type(ActorType::User).with_actor(actor)
    }

    /// A service account: `actor` is its ID.
    #[must_use]
    pub fn service(actor: impl Into<String>) -> Self {
        Self::new().with_type(ActorType::Service).with_actor(actor)
    }

    /// A service of the platform: `actor` is the common name of its certificate.
    #[must_use]
    pub fn system(actor: impl Into<String>) -> Self {
        Self::new().with_type(ActorType::System).with_actor(actor)
    }

    /// Sets the organization of the originating request. Empty means absent.
    #[must_use]
    pub fn with_organization(mut self, id: impl Into<String>) -> Self {
        self.organization_id = id.into();
        self
    }

    /// Sets every organization the actor can reach.
    #[must_use]
    pub fn with_organizations<I>(mut self, ids: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.organization_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the project of the originating request. Empty means absent.
    #[must_use]
    pub fn with_project(mut self, id: impl Into<String>) -> Self {
        self.project_id = id.into();
        self
    }

    /// Sets what kind of account acts.
    #[must_use]
    pub fn with_type(mut self, actor_type: ActorType) -> Self {
        self.actor_type = (!actor_type.as_str().is_empty()).then_some(actor_type);
        self
    }

    /// Sets who acts. Empty means absent.
    #[must_use]
    pub fn with_actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = actor.into();
        self
    }

    /// Organization of the originating request, empty when absent.
    #[must_use]
    pub fn organization_id(&self) -> &str {
        &self.organization_id
    }

    /// Every organization the actor can reach, empty when absent.
    #[must_use]
    pub fn organization_ids(&self) -> &[String] {
        &self.organization_ids
    }

    /// Project of the originating request, empty when absent.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// What kind of account acts.
    #[must_use]
    pub fn actor_type(&self) -> Option<&ActorType> {
        self.actor_type.as_ref()
    }

    /// Who acts: a subject, a service account ID or the common name of a system account; empty
    /// when absent.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Whether nothing at all is known. Such a principal attributes the work to nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Fills the organization when there is none yet (`uni-identity pkg/principal`, enrichment).
    ///
    /// A principal with an organization is returned as it is: the caller's own scope wins.
    #[must_use]
    pub fn enriched_with_organization(self, organization: impl Into<String>) -> Self {
        if self.organization_id.is_empty() { self.with_organization(organization) } else { self }
    }

    /// Fills organization and project when there is no organization yet.
    ///
    /// With an organization present neither is touched, even if the project is empty: a project
    /// must never be paired with somebody else's organization.
    #[must_use]
    pub fn enriched_with_project(self, organization: impl Into<String>, project: impl Into<String>) -> Self {
        if self.organization_id.is_empty() { self.with_organization(organization).with_project(project) } else { self }
    }
}

impl ActorType {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Service => "service",
            Self::System => "system",
            Self::Unknown(word) => word,
        }
    }
}

impl From<String> for ActorType {
    fn from(word: String) -> Self {
        match word.as_str() {
            "user" => Self::User,
            "service" => Self::Service,
            "system" => Self::System,
            _ => Self::Unknown(word),
        }
    }
}

impl From<&str> for ActorType {
    fn from(word: &str) -> Self {
        Self::from(word.to_owned())
    }
}

impl fmt::Display for ActorType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
