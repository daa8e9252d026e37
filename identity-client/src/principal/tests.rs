use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{ApiResource, DynamicObject};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::stamp;

#[derive(Deserialize)]
struct Vectors {
    principals: Vec<PrincipalVector>,
    principal_decode: Vec<DecodeVector>,
}

#[derive(Deserialize)]
struct PrincipalVector {
    principal: Members,
    json: String,
    x_principal: String,
}

#[derive(Deserialize)]
struct DecodeVector {
    header: String,
    ok: bool,
    json: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    organization_id: String,
    organization_ids: Vec<String>,
    project_id: String,
    r#type: String,
    actor: String,
}

impl From<Members> for Principal {
    fn from(members: Members) -> Self {
        Self::new()
            .with_organization(members.organization_id)
            .with_organizations(members.organization_ids)
            .with_project(members.project_id)
            .with_type(members.r#type.into())
            .with_actor(members.actor)
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/data/vectors.json")).unwrap()
}

fn decode(header: &str) -> Result<Principal, PrincipalError> {
    Principal::from_header(header.as_bytes(), MAX_INBOUND_HEADER_BYTES)
}

fn decode_json(json: &str) -> Result<Principal, PrincipalError> {
    Principal::from_json(json.as_bytes())
}

#[test]
fn every_vector_is_written_byte_for_byte_and_read_back() {
    for vector in vectors().principals {
        let principal = Principal::from(vector.principal);
        assert_eq!(principal.to_json(), vector.json);
        let header = principal.to_header(DEFAULT_MAX_HEADER_BYTES).unwrap();
        assert_eq!(header.to_str().unwrap(), vector.x_principal);
        assert_eq!(decode(&vector.x_principal).unwrap(), principal);
    }
}

#[test]
fn every_decode_vector_has_the_outcome_of_the_original() {
    for vector in vectors().principal_decode {
        let decoded = decode(&vector.header);
        assert_eq!(decoded.is_ok(), vector.ok, "{:?}: {decoded:?}", vector.header);
        if let (Ok(principal), Some(json)) = (decoded, vector.json) {
            assert_eq!(principal.to_json(), json);
        }
    }
}

#[test]
fn control_characters_are_escaped_as_go_escapes_them() {
    let principal = Principal::new().with_actor("\u{8}\u{c}\n\r\u{0}\u{1f}\u{2029}");
    assert_eq!(principal.to_json(), r#"{"actor":"\b\f\n\r\u0000\u001f\u2029"}"#);
}

#[test]
fn the_last_of_several_equal_members_wins_in_any_case() {
    let principal = decode_json(r#"{"ACTOR":"a","actor":"b","Actor":"c"}"#).unwrap();
    assert_eq!(principal.actor(), "c");
    let principal = decode_json(r#"{"organizationIDS":["a"],"organizationIds":["b"]}"#).unwrap();
    assert_eq!(principal.organization_ids(), ["b"]);
}

#[test]
fn null_leaves_a_string_and_clears_a_list_as_go_does() {
    let principal = decode_json(r#"{"actor":"a","actor":null,"type":null}"#).unwrap();
    assert_eq!(principal.actor(), "a");
    assert_eq!(principal.actor_type(), None);
    let principal = decode_json(r#"{"organizationIds":["a"],"organizationIds":null}"#).unwrap();
    assert!(principal.organization_ids().is_empty());
}

#[test]
fn unknown_members_of_any_shape_are_ignored() {
    let principal = decode_json(r#"{"iat":1,"cnf":{"x":[null]},"actor":"a","aud":["b"]}"#).unwrap();
    assert_eq!(principal, Principal::new().with_actor("a"));
}

#[test]
fn other_shapes_and_trailing_data_are_refused() {
    for json in [
        "[]",
        "\"a\"",
        "1",
        "true",
        "",
        "{} {}",
        "null x",
        r#"{"actor":["a"]}"#,
        r#"{"actor":{}}"#,
        r#"{"organizationIds":"a"}"#,
        r#"{"organizationIds":[1]}"#,
        r#"{"type":false}"#,
        "{",
    ] {
        assert!(matches!(decode_json(json), Err(PrincipalError::NotJson { .. })), "{json} was accepted",);
    }
}

#[test]
fn line_breaks_inside_the_text_are_refused_as_no_header_can_hold_them() {
    assert_eq!(decode("e3\r\n0"), Err(PrincipalError::NotBase64));
}

#[test]
fn an_unknown_type_is_kept() {
    let principal = decode_json(r#"{"type":"robot"}"#).unwrap();
    assert_eq!(principal.actor_type(), Some(&ActorType::Unknown("robot".to_owned())));
    assert_eq!(principal.to_json(), r#"{"type":"robot"}"#);
}

/// W-19
#[test]
fn a_principal_too_long_for_a_header_is_refused_and_says_what_to_do() {
    let ids = (0..300).map(|index| format!("f47ac10b-58cc-4372-a567-{index:012}"));
    let principal = Principal::user("joe@acme.com").with_organizations(ids);
    let error = principal.to_header(DEFAULT_MAX_HEADER_BYTES).unwrap_err();
    assert!(matches!(error, PrincipalError::TooLarge { limit: DEFAULT_MAX_HEADER_BYTES, .. }));
    assert!(error.to_string().contains("raise the limit"), "{error}");
    assert!(principal.to_header(64 * 1024).is_ok());
}

#[test]
fn a_header_longer_than_the_limit_is_refused_before_it_is_decoded() {
    let long = "A".repeat(MAX_INBOUND_HEADER_BYTES + 1);
    assert_eq!(
        decode(&long),
        Err(PrincipalError::TooLarge { size: MAX_INBOUND_HEADER_BYTES + 1, limit: MAX_INBOUND_HEADER_BYTES }),
    );
}

#[test]
fn errors_do_not_repeat_what_the_header_held() {
    let error = decode("eyJhY3RvciI6MTIzNDU2fQ").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("123456"));
}

/// W-20
#[test]
fn the_header_value_does_not_show_in_debug_output() {
    let header = Principal::user("joe@acme.com").to_header(DEFAULT_MAX_HEADER_BYTES).unwrap();
    assert!(header.is_sensitive());
    assert_eq!(format!("{header:?}"), "Sensitive");
}

#[test]
fn enrichment_fills_only_an_absent_organization() {
    let bare = Principal::user("joe@acme.com");
    assert_eq!(bare.clone().enriched_with_organization("o"), bare.clone().with_organization("o"));
    assert_eq!(bare.clone().enriched_with_project("o", "p"), bare.clone().with_organization("o").with_project("p"),);
    let scoped = bare.with_organization("mine");
    assert_eq!(scoped.clone().enriched_with_organization("o"), scoped);
    assert_eq!(scoped.clone().enriched_with_project("o", "p"), scoped);
}

fn resource(labels: &[(&str, &str)], annotations: &[(&str, &str)]) -> ConfigMap {
    let mut resource = ConfigMap::default();
    resource.metadata.name = Some("abc".to_owned());
    resource.metadata.namespace = Some("default".to_owned());
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    resource.metadata.labels = Some(labels.iter().map(own).collect());
    resource.metadata.annotations = Some(annotations.iter().map(own).collect());
    resource
}

const PLACEMENT: [(&str, &str); 2] = [(stamp::ORGANIZATION, "o"), (stamp::PROJECT, "p")];

#[test]
fn a_resource_falls_back_to_placement_and_creator() {
    let resource = resource(&PLACEMENT, &[(stamp::CREATOR, "joe")]);
    let attribution = Attribution::of(&resource).unwrap();
    assert!(attribution.findings().is_clean());
    assert_eq!(
        attribution.accept(Strictness::Strict).unwrap(),
        Principal::new().with_organization("o").with_project("p").with_actor("joe"),
    );
}

#[test]
fn the_vector_of_a_resource_has_neither_type_nor_organization_list() {
    let (organization, project) = ("f47ac10b-58cc-4372-a567-0e02b2c3d479", "550e8400-e29b-41d4-a716-446655440000");
    let resource = resource(
        &[(stamp::ORGANIZATION, organization), (stamp::PROJECT, project)],
        &[(stamp::CREATOR, "joe@acme.com")],
    );
    let principal = Principal::from_resource(&resource).unwrap();
    assert_eq!(principal.to_json(), vectors().principals[4].json);
}

#[test]
fn overrides_win_over_fallbacks() {
    let labels = [&PLACEMENT[..], &[(stamp::PRINCIPAL_ORGANIZATION, "O"), (stamp::PRINCIPAL_PROJECT, "P")]].concat();
    let resource = resource(&labels, &[(stamp::CREATOR, "svc"), (stamp::PRINCIPAL_CREATOR, "joe")]);
    assert_eq!(
        Principal::from_resource(&resource).unwrap(),
        Principal::new().with_organization("O").with_project("P").with_actor("joe"),
    );
}

#[test]
fn an_override_that_is_present_but_empty_still_wins() {
    let labels = [&PLACEMENT[..], &[(stamp::PRINCIPAL_ORGANIZATION, ""), (stamp::PRINCIPAL_PROJECT, "")]].concat();
    let resource = resource(&labels, &[(stamp::CREATOR, "svc"), (stamp::PRINCIPAL_CREATOR, "")]);
    assert_eq!(Principal::from_resource(&resource).unwrap(), Principal::new());
}

/// W-17
#[test]
fn a_mixed_pair_is_sent_as_the_original_sends_it_and_reported_or_refused() {
    let mixes = [(stamp::PRINCIPAL_ORGANIZATION, "O"), (stamp::PRINCIPAL_PROJECT, "P")];
    for (mix, organization, project) in [(mixes[0], "O", "p"), (mixes[1], "o", "P")] {
        let labels = [&PLACEMENT[..], &[mix]].concat();
        let resource = resource(&labels, &[(stamp::CREATOR, "joe")]);
        let attribution = Attribution::of(&resource).unwrap();
        assert!(attribution.findings().mixed_scope);
        assert_eq!(attribution.principal().organization_id(), organization);
        assert_eq!(attribution.principal().project_id(), project);
        let error = attribution.clone().accept(Strictness::Strict).unwrap_err();
        assert!(matches!(error, ResourceError::MixedScope { .. }));
        assert!(error.to_string().contains("default/abc"), "{error}");
        assert!(attribution.accept(Strictness::Lenient).is_ok());
    }
}

/// W-17, W-18
#[test]
fn a_questionable_principal_is_logged_with_the_name_of_its_resource() {
    let (log, _guard) = crate::test_log::Log::capture();
    Principal::from_resource(&resource(&PLACEMENT, &[(stamp::CREATOR, "joe")])).unwrap();
    assert_eq!(log.text(), "");
    Principal::from_resource(&resource(&[], &[])).unwrap();
    let text = log.text();
    assert!(text.contains("WARN") && text.contains("default/abc") && text.contains("unattributed=true"), "{text}");
}

#[test]
fn an_organization_override_without_any_project_is_not_mixed() {
    let resource = resource(&[(stamp::PRINCIPAL_ORGANIZATION, "O")], &[(stamp::CREATOR, "joe")]);
    assert!(Attribution::of(&resource).unwrap().findings().is_clean());
}

/// W-18
#[test]
fn an_unattributed_resource_is_reported_and_refused_when_strict() {
    let resource = resource(&[], &[]);
    let attribution = Attribution::of(&resource).unwrap();
    assert!(attribution.findings().unattributed && attribution.findings().no_actor);
    assert_eq!(attribution.principal().to_json(), "{}");
    let error = attribution.accept(Strictness::Strict).unwrap_err();
    assert!(error.to_string().contains(stamp::PRINCIPAL_CREATOR), "{error}");
}

#[test]
fn absent_maps_are_consistency_errors() {
    let mut unlabelled = resource(&[], &[]);
    unlabelled.metadata.labels = None;
    assert!(matches!(Principal::from_resource(&unlabelled), Err(ResourceError::NoLabels { .. }),));
    let mut unannotated = resource(&[], &[]);
    unannotated.metadata.annotations = None;
    assert!(matches!(Principal::from_resource(&unannotated), Err(ResourceError::NoAnnotations { .. }),));
}

#[test]
fn a_dynamic_object_is_read_like_a_typed_one() {
    let typed = resource(&PLACEMENT, &[(stamp::CREATOR, "joe")]);
    let mut dynamic = DynamicObject::new("abc", &ApiResource::erase::<ConfigMap>(&()));
    dynamic.metadata = typed.metadata.clone();
    assert_eq!(Principal::from_resource(&dynamic), Principal::from_resource(&typed));
}

fn principals() -> impl Strategy<Value = Principal> {
    (any::<String>(), prop::collection::vec(any::<String>(), 0..4), any::<String>(), any::<String>(), any::<String>())
        .prop_map(|(organization, organizations, project, word, actor)| {
            Principal::new()
                .with_organization(organization)
                .with_organizations(organizations)
                .with_project(project)
                .with_type(word.as_str().into())
                .with_actor(actor)
        })
}

proptest! {
    #[test]
    fn every_principal_survives_the_round_trip(principal in principals()) {
        let header = principal.to_header(usize::MAX).unwrap();
        prop_assert_eq!(Principal::from_header(header.as_bytes(), usize::MAX), Ok(principal));
    }

    #[test]
    fn the_json_form_means_the_same_to_any_json_reader(principal in principals()) {
        let value: serde_json::Value = serde_json::from_str(&principal.to_json()).unwrap();
        prop_assert_eq!(value["actor"].as_str().unwrap_or_default(), principal.actor());
        let unsafe_in_html = principal.to_json().contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
        prop_assert!(!unsafe_in_html);
    }

    #[test]
    fn decoding_never_panics(header in prop::collection::vec(any::<u8>(), 0..256)) {
        Principal::from_header(&header, MAX_INBOUND_HEADER_BYTES).ok();
        Principal::from_json(&header).ok();
    }
}
