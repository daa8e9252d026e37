use std::time::Duration;

use super::*;
use crate::github::credential::Credential;

fn place() -> Place {
    Place::instance("ghe").as_credential(Credential::anonymous().id(), Some("acme"))
}

#[test]
fn an_error_names_instance_credential_and_organisation() {
    let error = GithubError::new(&place(), GithubErrorKind::Unauthenticated);
    assert_eq!(
        error.to_string(),
        "the credential is not accepted, nor is a freshly fetched one (at ghe as anonymous, organisation acme)"
    );
    assert_eq!((error.instance(), error.organisation()), ("ghe", Some("acme")));
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(error.is_unauthenticated());
}

#[test]
fn what_is_known_about_repeating_is_data() {
    let hint = |kind| GithubError::new(&place(), kind).retry_hint();
    let wait = Duration::from_secs(7);
    let limited = || GithubErrorKind::RateLimited { limit: LimitKind::Primary, reset: Timestamp::UNIX_EPOCH, wait };
    assert_eq!(hint(limited()), RetryHint::After(wait));
    assert_eq!(hint(GithubErrorKind::Unauthenticated), RetryHint::Never);
    assert_eq!(hint(GithubErrorKind::Deadline { after: wait, doing: "waiting for a limit" }), RetryHint::IfIdempotent);
    assert_eq!(GithubError::new(&place(), limited()).reset(), Some(Timestamp::UNIX_EPOCH));
}

#[test]
fn the_error_is_found_within_others() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] GithubError);

    let outer = Outer(GithubError::new(&place(), GithubErrorKind::Closed));
    assert!(matches!(GithubError::find(&outer).unwrap().kind(), GithubErrorKind::Closed));
    assert!(GithubError::find(&std::fmt::Error).is_none());
}
