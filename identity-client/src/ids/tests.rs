use std::collections::BTreeMap;

use core_client::error::{Error, ErrorChain};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::*;
use crate::stamp;

const CANONICAL: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

#[test]
fn every_accepted_form_is_written_canonically() {
    for text in [
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "F47AC10B-58CC-4372-A567-0E02B2C3D479",
        "urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "URN:UUID:f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
        "f47ac10b58cc4372a5670e02b2c3d479",
    ] {
        let id: ProjectId = text.parse().unwrap();
        assert_eq!(id.to_string(), CANONICAL, "{text}");
        assert_eq!(ProjectId::try_from(text.to_owned()), Ok(id));
    }
}

#[test]
fn what_is_no_uuid_is_refused() {
    for text in [
        "",
        "not-a-uuid",
        " f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47g",
        "f47ac10b58cc-4372-a567-0e02-b2c3d479",
        "urn:uuid:f47ac10b58cc4372a5670e02b2c3d479",
        "{f47ac10b58cc4372a5670e02b2c3d479}",
        "urn:oops:f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "ééééééééééééééééééé",
        "éurn:uuid-58cc-4372-a567-0e02b2c3d479-0123456",
    ] {
        assert!(text.parse::<ProjectId>().is_err(), "{text}");
    }
}

/// The originals accept this: any character on either side counts as a brace.
#[test]
fn stricter_than_the_original_only_braces_are_braces() {
    assert!("(f47ac10b-58cc-4372-a567-0e02b2c3d479)".parse::<ProjectId>().is_err());
    assert!("{f47ac10b-58cc-4372-a567-0e02b2c3d479)".parse::<ProjectId>().is_err());
}

#[test]
fn nil_and_unknown_versions_are_identifiers() {
    for text in ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"] {
        assert_eq!(text.parse::<UserId>().unwrap().to_string(), text);
    }
}

#[test]
fn json_is_the_canonical_string() {
    let id: GroupId = serde_json::from_str("\"urn:uuid:F47AC10B-58CC-4372-A567-0E02B2C3D479\"").unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{CANONICAL}\""));
    let error = serde_json::from_str::<GroupId>("\"nope\"").unwrap_err();
    assert!(error.to_string().starts_with("the group identifier is not a UUID"), "{error}");
    assert!(serde_json::from_str::<GroupId>("7").is_err());
}

#[test]
fn debug_says_what_kind_of_identifier_it_is() {
    let id: AllocationId = CANONICAL.parse().unwrap();
    assert_eq!(format!("{id:?}"), format!("AllocationId({CANONICAL})"));
    assert_eq!(AllocationId::from_uuid(*id.as_uuid()), id);
    assert_eq!(AllocationId::from(Uuid::from(id)), id);
}

// --- scope

const OTHER: &str = "550e8400-e29b-41d4-a716-446655440000";

fn labelled(labels: &[(&str, &str)]) -> ObjectMeta {
    ObjectMeta {
        name: Some("abc".into()),
        labels: Some(
            labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        ),
        ..ObjectMeta::default()
    }
}

fn scope(organization: &str, project: &str) -> ProjectScope {
    ProjectScope::new(organization.parse().unwrap(), project.parse().unwrap())
}

struct Unreadable;

impl OrganizationScoped for Unreadable {
    fn organization_id(&self) -> Result<OrganizationId, Error> {
        ProjectScope::from_labels(&ObjectMeta::default()).map(|scope| scope.organization())
    }
}

impl ProjectScoped for Unreadable {
    fn project_id(&self) -> Result<ProjectId, Error> {
        ProjectScope::from_labels(&ObjectMeta::default()).map(|scope| scope.project())
    }
}

#[test]
fn placement_labels_give_the_scope_and_the_principals_labels_do_not() {
    let metadata = labelled(&[
        (stamp::ORGANIZATION, CANONICAL),
        (stamp::PROJECT, OTHER),
        (stamp::PRINCIPAL_ORGANIZATION, OTHER),
        (stamp::PRINCIPAL_PROJECT, CANONICAL),
    ]);
    assert_eq!(ProjectScope::from_labels(&metadata).unwrap(), scope(CANONICAL, OTHER));
}

#[test]
fn a_missing_label_is_named() {
    let error = ProjectScope::from_labels(&labelled(&[(stamp::ORGANIZATION, CANONICAL)])).unwrap_err();
    assert_eq!(
        ErrorChain::new(&error).to_string(),
        "could not build the request: object abc has no label unikorn-cloud.org/project"
    );
}

#[test]
fn a_label_that_is_no_identifier_is_named() {
    let metadata = labelled(&[(stamp::ORGANIZATION, "acme"), (stamp::PROJECT, CANONICAL)]);
    let error = ProjectScope::from_labels(&metadata).unwrap_err();
    assert_eq!(
        ErrorChain::new(&error).to_string(),
        "could not build the request: label unikorn-cloud.org/organization of object abc cannot be used: \
         the organization identifier is not a UUID"
    );
}

#[test]
fn scopes_compare_as_pairs() {
    let (one, other) = (scope(CANONICAL, OTHER), scope(OTHER, OTHER));
    assert!(same_project(&one, &one).unwrap());
    assert!(!same_project(&one, &other).unwrap());
    assert!(owned_by_project(&one, one.organization(), one.project()).unwrap());
    assert!(!owned_by_project(&other, one.organization(), one.project()).unwrap());
    assert!(owned_by_organization(&one, one.organization()).unwrap());
    assert!(!owned_by_organization(&other, one.organization()).unwrap());
}

#[test]
fn a_scope_that_cannot_be_read_is_an_error_not_a_mismatch() {
    let known = scope(CANONICAL, OTHER);
    assert!(same_project(&known, &Unreadable).is_err());
    assert!(same_project(&Unreadable, &known).is_err());
    assert!(owned_by_project(&Unreadable, known.organization(), known.project()).is_err());
    assert!(owned_by_organization(&Unreadable, known.organization()).is_err());
}
