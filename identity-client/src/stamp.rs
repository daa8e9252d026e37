//! The labels and annotations that tie a resource to people, and what a service writes into them.
//!
//! Pure functions over metadata (`uni-identity pkg/handler/common/common.go`). Knows nothing of
//! requests or of the API server.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::principal::Principal;

/// Label: the organization a resource is placed in.
pub const ORGANIZATION: &str = "unikorn-cloud.org/organization";
/// Label: the project a resource is placed in.
pub const PROJECT: &str = "unikorn-cloud.org/project";
/// Annotation: the authenticated subject that created a resource.
pub const CREATOR: &str = "unikorn-cloud.org/creator";
/// Annotation: the authenticated subject that last changed a resource.
pub const MODIFIER: &str = "unikorn-cloud.org/modifier";
/// Label: the organization of the principal a resource was created for.
pub const PRINCIPAL_ORGANIZATION: &str = "principal.unikorn-cloud.org/organization";
/// Label: the project of the principal a resource was created for.
pub const PRINCIPAL_PROJECT: &str = "principal.unikorn-cloud.org/project";
/// Annotation: the actor a resource was created for.
pub const PRINCIPAL_CREATOR: &str = "principal.unikorn-cloud.org/creator";
/// Annotation: the actor a resource was last changed for.
pub const PRINCIPAL_MODIFIER: &str = "principal.unikorn-cloud.org/modifier";

/// Where a resource is placed. Not the same thing as who it is for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement<'a> {
    /// Outside every organization.
    #[default]
    Global,
    /// In an organization.
    Organization(&'a str),
    /// In a project.
    #[non_exhaustive]
    Project {
        /// ID of the organization.
        organization: &'a str,
        /// ID of the project.
        project: &'a str,
    },
}

impl<'a> Placement<'a> {
    /// In a project of an organization.
    #[must_use]
    pub fn project(organization: &'a str, project: &'a str) -> Self {
        Self::Project { organization, project }
    }
}

/// Stamps the metadata of a resource that is about to be created: placement, the authenticated
/// `subject` as creator, and the principal. The principal's actor is written even when empty, its
/// organization and project only when they are not.
pub fn created(metadata: &mut ObjectMeta, placement: Placement<'_>, subject: &str, principal: &Principal) {
    let labels = metadata.labels.get_or_insert_default();
    match placement {
        Placement::Global => {}
        Placement::Organization(organization) => set(labels, ORGANIZATION, organization),
        Placement::Project { organization, project } => {
            set(labels, ORGANIZATION, organization);
            set(labels, PROJECT, project);
        }
    }
    if !principal.organization_id().is_empty() {
        set(labels, PRINCIPAL_ORGANIZATION, principal.organization_id());
    }
    if !principal.project_id().is_empty() {
        set(labels, PRINCIPAL_PROJECT, principal.project_id());
    }
    let annotations = metadata.annotations.get_or_insert_default();
    set(annotations, CREATOR, subject);
    set(annotations, PRINCIPAL_CREATOR, principal.actor());
}

/// Turns metadata that was stamped by [`created`] into that of an update of `stored`: the creators
/// in it become modifiers, the original creators come back, and the principal labels stay those of
/// the stored resource, absent if it has none.
pub fn updated(metadata: &mut ObjectMeta, stored: &ObjectMeta) {
    let annotations = metadata.annotations.get_or_insert_default();
    for (creator, modifier) in [(CREATOR, MODIFIER), (PRINCIPAL_CREATOR, PRINCIPAL_MODIFIER)] {
        if let Some(value) = annotations.remove(creator) {
            annotations.insert(modifier.to_owned(), value);
        }
        restore(annotations, stored.annotations.as_ref(), creator);
    }
    let labels = metadata.labels.get_or_insert_default();
    for label in [PRINCIPAL_ORGANIZATION, PRINCIPAL_PROJECT] {
        labels.remove(label);
        restore(labels, stored.labels.as_ref(), label);
    }
}

fn set(map: &mut BTreeMap<String, String>, key: &str, value: &str) {
    map.insert(key.to_owned(), value.to_owned());
}

fn restore(map: &mut BTreeMap<String, String>, stored: Option<&BTreeMap<String, String>>, key: &str) {
    if let Some(value) = stored.and_then(|stored| stored.get(key)) {
        set(map, key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
        Some(entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_resource_without_scope_gets_creators_only() {
        let mut metadata = ObjectMeta::default();
        created(&mut metadata, Placement::Global, "unikorn-compute", &Principal::new());
        assert_eq!(metadata.labels, map(&[]));
        assert_eq!(metadata.annotations, map(&[(CREATOR, "unikorn-compute"), (PRINCIPAL_CREATOR, "")]),);
    }

    #[test]
    fn a_resource_in_an_organization_is_labelled_with_it() {
        let mut metadata = ObjectMeta::default();
        let principal = Principal::user("joe@acme.com").with_organization("home");
        created(&mut metadata, Placement::Organization("acme"), "joe@acme.com", &principal);
        assert_eq!(metadata.labels, map(&[(ORGANIZATION, "acme"), (PRINCIPAL_ORGANIZATION, "home")]));
    }

    #[test]
    fn a_resource_in_a_project_is_labelled_with_both_and_reads_back_as_its_principal() {
        let mut object = k8s_openapi::api::core::v1::ConfigMap::default();
        let principal = Principal::user("joe@acme.com").with_organization("home").with_project("den");
        let placement = Placement::project("acme", "web");
        created(&mut object.metadata, placement, "unikorn-compute", &principal);
        assert_eq!(
            object.metadata.labels,
            map(&[
                (ORGANIZATION, "acme"),
                (PROJECT, "web"),
                (PRINCIPAL_ORGANIZATION, "home"),
                (PRINCIPAL_PROJECT, "den"),
            ]),
        );
        let read = Principal::from_resource(&object).unwrap();
        assert_eq!(read, Principal::new().with_organization("home").with_project("den").with_actor("joe@acme.com"),);
    }

    #[test]
    fn an_update_names_the_modifiers_and_keeps_the_creators_and_the_principal() {
        let mut stored = ObjectMeta::default();
        let owner = Principal::user("joe@acme.com").with_organization("home").with_project("den");
        created(&mut stored, Placement::project("acme", "web"), "joe@acme.com", &owner);

        let mut metadata = ObjectMeta::default();
        let other = Principal::user("eve@acme.com").with_organization("elsewhere");
        created(&mut metadata, Placement::project("acme", "web"), "unikorn-compute", &other);
        updated(&mut metadata, &stored);

        assert_eq!(metadata.labels, stored.labels);
        assert_eq!(
            metadata.annotations,
            map(&[
                (CREATOR, "joe@acme.com"),
                (MODIFIER, "unikorn-compute"),
                (PRINCIPAL_CREATOR, "joe@acme.com"),
                (PRINCIPAL_MODIFIER, "eve@acme.com"),
            ]),
        );
    }

    #[test]
    fn an_update_of_a_resource_without_principal_labels_adds_none() {
        let stored = ObjectMeta::default();
        let mut metadata = ObjectMeta::default();
        let other = Principal::user("eve@acme.com").with_organization("o").with_project("p");
        created(&mut metadata, Placement::Global, "eve@acme.com", &other);
        updated(&mut metadata, &stored);
        assert_eq!(metadata.labels, map(&[]));
        assert!(!metadata.annotations.unwrap().contains_key(CREATOR));
    }
}
