//! What a caller may do: the access list of the identity service, and pure checks over it.
//!
//! Knows nothing of where the list comes from.

use serde::Deserialize;

/// Something that can be done to a resource behind an endpoint.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Make a new one.
    Create,
    /// Look at it.
    Read,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
    /// An operation this version does not know; it grants nothing.
    #[serde(other)]
    Unknown,
}

/// The access list of one caller in one scope, as the identity service states it.
///
/// Members this version does not know are ignored, and so are the legacy `organization` and
/// `projects` at the top.
///
/// ```
/// use identity_client::inbound::{Acl, Operation};
///
/// let acl: Acl = serde_json::from_str(
///     r#"{"organizations":[{"id":"acme","projects":[{"id":"web",
///         "endpoints":[{"name":"region:networks:v2","operations":["read"]}]}]}]}"#,
/// )?;
/// assert!(acl.allows("region:networks:v2", Operation::Read, Some("acme"), Some("web")));
/// assert!(!acl.allows("region:networks:v2", Operation::Read, Some("acme"), None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Acl {
    /// What is allowed everywhere.
    #[serde(default, deserialize_with = "list")]
    pub global: Vec<EndpointAcl>,
    /// What is allowed inside organizations.
    #[serde(default, deserialize_with = "list")]
    pub organizations: Vec<OrganizationAcl>,
}

/// What is allowed inside one organization.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrganizationAcl {
    /// ID of the organization.
    pub id: String,
    /// What is allowed in all of it.
    #[serde(default, deserialize_with = "list")]
    pub endpoints: Vec<EndpointAcl>,
    /// What is allowed inside its projects.
    #[serde(default, deserialize_with = "list")]
    pub projects: Vec<ProjectAcl>,
}

/// What is allowed inside one project.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ProjectAcl {
    /// ID of the project.
    pub id: String,
    /// What is allowed.
    #[serde(default, deserialize_with = "list")]
    pub endpoints: Vec<EndpointAcl>,
}

/// The operations allowed on one endpoint.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct EndpointAcl {
    /// Name of the endpoint, such as `region:networks:v2`.
    pub name: String,
    /// Operations that are allowed.
    #[serde(default, deserialize_with = "list")]
    pub operations: Vec<Operation>,
}

impl Acl {
    /// Whether `operation` on `endpoint` is allowed in a scope: everywhere, else in the whole
    /// organization, else in the project. A project is looked at only inside its organization.
    ///
    /// [`Operation::Unknown`] is never allowed.
    #[must_use]
    pub fn allows(
        &self,
        endpoint: &str,
        operation: Operation,
        organization: Option<&str>,
        project: Option<&str>,
    ) -> bool {
        if grants(&self.global, endpoint, operation) {
            return true;
        }
        let Some(organization) = organization else { return false };
        self.organizations.iter().filter(|entry| entry.id == organization).any(|entry| {
            grants(&entry.endpoints, endpoint, operation)
                || project.is_some_and(|project| {
                    entry
                        .projects
                        .iter()
                        .any(|entry| entry.id == project && grants(&entry.endpoints, endpoint, operation))
                })
        })
    }
}

fn grants(endpoints: &[EndpointAcl], endpoint: &str, operation: Operation) -> bool {
    operation != Operation::Unknown
        && endpoints.iter().any(|entry| entry.name == endpoint && entry.operations.contains(&operation))
}

/// A list that may also be `null`, which is how Go writes an empty one.
fn list<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl() -> Acl {
        serde_json::from_str(
            r#"{
                "global": [{"name": "g", "operations": ["read"]}],
                "organizations": [
                    {"id": "o1", "endpoints": [{"name": "e", "operations": ["create", "fly"]}],
                     "projects": [{"id": "p1", "endpoints": [{"name": "e", "operations": ["delete"]}]}]},
                    {"id": "o2", "endpoints": null, "projects": null}
                ],
                "organization": {"id": "o2", "endpoints": [{"name": "e", "operations": ["create"]}]},
                "projects": [{"id": "p2", "endpoints": [{"name": "e", "operations": ["create"]}]}]
            }"#,
        )
        .unwrap()
    }

    #[test]
    fn global_grants_hold_in_every_scope() {
        assert!(acl().allows("g", Operation::Read, None, None));
        assert!(acl().allows("g", Operation::Read, Some("o9"), Some("p9")));
        assert!(!acl().allows("g", Operation::Update, None, None));
    }

    #[test]
    fn organization_grants_hold_in_that_organization_and_its_projects() {
        assert!(acl().allows("e", Operation::Create, Some("o1"), None));
        assert!(acl().allows("e", Operation::Create, Some("o1"), Some("p9")));
        assert!(!acl().allows("e", Operation::Create, Some("o2"), None));
        assert!(!acl().allows("e", Operation::Create, None, None));
    }

    #[test]
    fn project_grants_hold_in_that_project_of_that_organization_only() {
        assert!(acl().allows("e", Operation::Delete, Some("o1"), Some("p1")));
        assert!(!acl().allows("e", Operation::Delete, Some("o1"), None));
        assert!(!acl().allows("e", Operation::Delete, Some("o2"), Some("p1")));
        assert!(!acl().allows("e", Operation::Delete, None, Some("p1")));
    }

    #[test]
    fn legacy_members_and_unknown_operations_grant_nothing() {
        assert!(!acl().allows("e", Operation::Create, Some("o2"), Some("p2")));
        assert!(!acl().allows("e", Operation::Unknown, Some("o1"), None));
    }

    #[test]
    fn an_empty_list_allows_nothing() {
        let acl: Acl = serde_json::from_str(r#"{"global":null}"#).unwrap();
        assert!(!acl.allows("e", Operation::Read, Some("o"), Some("p")));
    }
}
