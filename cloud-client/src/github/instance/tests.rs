use http::Uri;
use proptest::prelude::*;

use super::*;

fn base(url: &str) -> Base {
    Instance::enterprise("x", url).with_insecure_http().check().unwrap()
}

fn resolved(base: &Base, uri: &str) -> Result<(String, Party), String> {
    base.resolve(&uri.parse().unwrap()).map(|(uri, party)| (uri.to_string(), party))
}

fn api(path: &str) -> Party {
    Party::Api { path: path.to_owned() }
}

#[test]
fn every_spelling_of_an_address_is_one_instance() {
    for url in ["https://GHE.example.com/api/v3", "https://ghe.example.com:443/api/v3/"] {
        assert_eq!(base(url).text(), "https://ghe.example.com/api/v3");
    }
}

#[test]
fn paths_go_beneath_the_prefix_and_graphql_beside_it() {
    let ghe = base("https://ghe.example.com/api/v3");
    let at = |path: &str| format!("https://ghe.example.com{path}");
    assert_eq!(resolved(&ghe, "/orgs/a?x=1"), Ok((at("/api/v3/orgs/a?x=1"), api("/orgs/a"))));
    assert_eq!(resolved(&ghe, "/graphql"), Ok((at("/api/graphql"), api("/graphql"))));
    assert_eq!(resolved(&ghe, &at("/api/v3/orgs?page=2")), Ok((at("/api/v3/orgs?page=2"), api("/orgs"))));
    let com = base("https://api.github.com");
    assert_eq!(resolved(&com, "/graphql"), Ok(("https://api.github.com/graphql".to_owned(), api("/graphql"))));
}

#[test]
fn addresses_of_others_are_refused_by_host_scheme_port_and_prefix() {
    let ghe = base("https://ghe.example.com/api/v3");
    for uri in [
        "https://evil.example.com/api/v3/orgs",
        "https://ghe.example.com.evil.com/api/v3/orgs",
        "http://ghe.example.com/api/v3/orgs",
        "https://ghe.example.com:8443/api/v3/orgs",
        "https://ghe.example.com/other",
        "https://ghe.example.com/api/v3x/orgs",
        "https://user@ghe.example.com/api/v3/orgs",
    ] {
        assert!(resolved(&ghe, uri).is_err(), "{uri}");
    }
}

#[test]
fn companions_get_the_credential_only_when_told_so_and_only_over_tls() {
    let com = Instance::github_com().check().unwrap();
    let uploads = resolved(&com, "https://uploads.github.com/repos/a/b/releases/1/assets?name=x");
    assert!(matches!(uploads, Ok((_, Party::Companion { with_credential: true }))));
    let archive = resolved(&com, "https://codeload.github.com/a/b/legacy.tar.gz/main");
    assert!(matches!(archive, Ok((_, Party::Companion { with_credential: false }))));
    assert!(resolved(&com, "http://uploads.github.com/x").is_err());
    assert!(resolved(&com, "https://uploads.github.com:8443/x").is_err());
}

#[test]
fn addresses_that_cannot_be_meant_are_refused() {
    let check = |url: &str| Instance::enterprise("x", url).check().is_err();
    for url in ["", "ghe", "ftp://a", "http://a", "https://u:p@a", "https://a?x", "https://a#x", "https://github.com"] {
        assert!(check(url), "{url}");
    }
    assert!(!check("https://api.github.com"));
}

#[test]
fn an_organisation_has_its_own_credential_or_the_apps_or_the_default() {
    let nobody = Credential::anonymous;
    let instance = Instance::github_com().with_credential("a", nobody()).with_credential("b", nobody());
    assert_eq!(instance.credential_for("acme"), None);
    let instance = instance.with_organisation("Acme", "a").with_default("b");
    assert_eq!(instance.credential_for("acme"), Some(For::Named("a")));
    assert_eq!(instance.credential_for("other"), Some(For::Named("b")));
    let app = App::new("7", "key".into());
    let apps = instance.clone().with_app_for_organisations(&app);
    assert_eq!(apps.credential_for("ACME"), Some(For::Named("a")));
    let own = Credential::installation_of_organisation(&app, "other");
    assert_eq!(apps.credential_for("Other"), Some(For::Other(own)));
    assert!(instance.check().is_ok());
    assert!(matches!(instance.with_default("c").check(), Err(GithubConfigError::NoCredential { .. })));
}

proptest! {
    #[test]
    fn what_resolves_is_always_the_instance_itself(path in "/[a-z0-9/._%-]{0,20}(\\?[a-z=&]{0,8})?") {
        let ghe = base("https://ghe.example.com/api/v3");
        let uri: Uri = match path.parse() {
            Ok(uri) => uri,
            Err(_) => return Ok(()),
        };
        if let Ok((whole, _)) = ghe.resolve(&uri) {
            prop_assert_eq!(whole.host(), Some("ghe.example.com"));
            prop_assert!(ghe.is_own(&whole), "{}", whole);
        }
    }
}
