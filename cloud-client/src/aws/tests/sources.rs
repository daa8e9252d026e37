//! Where the first credentials come from.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use core_client::ErrorChain;
use secrecy::ExposeSecret as _;

use super::*;

async fn arn_of(stand: &Stand, source: CredentialSource) -> Result<String, AwsError> {
    let account = AccountConfig::new("a", "eu-west-1", source).with_endpoint_url(stand.sts.url());
    let aws = stand.builder().account(account).build().unwrap();
    let arn = aws.verify_account("a").await.map(|identity| identity.arn);
    aws.cleanup().await;
    arn
}

#[tokio::test]
async fn a_profile_of_a_file_gives_its_key_pair() {
    let stand = Stand::new().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    std::fs::write(&file, format!("[profile blue]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\n"))
        .unwrap();
    let from = |name: &str| CredentialSource::Profile { name: name.to_owned(), file: Some(file.clone()) };
    assert_eq!(arn_of(&stand, from("blue")).await.unwrap(), format!("arn:aws:iam::{HUB}:user/hub"));
    let error = arn_of(&stand, from("green")).await.unwrap_err();
    assert_eq!(error.class(), AwsErrorClass::CredentialUnavailable);
    let shown = ErrorChain::new(&error).to_string();
    assert!(shown.contains("account \"a\"") && shown.contains("profile \"green\""), "{shown}");
    assert!(!format!("{error:?}{shown}").contains(SECRET), "{shown}");
}

#[tokio::test]
async fn a_profile_that_needs_a_program_or_somebody_who_signs_in_is_refused_with_what_to_do() {
    let stand = Stand::new().await;
    let directory = tempfile::tempdir().unwrap();
    let (file, ran) = (directory.path().join("config"), directory.path().join("ran"));
    let config = format!(
        "[profile vend]\ncredential_process = touch {}
[profile corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\nsso_account_id = {HUB}\nsso_role_name = r
[profile admin]\nrole_arn = {}\nsource_profile = corp\n",
        ran.display(),
        role_arn(HUB, "reader"),
    );
    std::fs::write(&file, config).unwrap();
    for (asked, found, needed, words) in [
        ("vend", "vend", ProfileNeed::Program, "a program (credential_process)"),
        ("corp", "corp", ProfileNeed::SingleSignOn, "single sign-on (sso_session, sso_start_url)"),
        ("admin", "corp", ProfileNeed::SingleSignOn, "single sign-on (sso_session, sso_start_url)"),
    ] {
        let source = CredentialSource::Profile { name: asked.to_owned(), file: Some(file.clone()) };
        let error = arn_of(&stand, source).await.unwrap_err();
        assert!(matches!(&error, AwsError::Profile { needs, .. } if *needs == needed), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!(
                "account \"a\" gets no credentials from profile \"{found}\", which needs {words}; get them in the application and hand them over with CredentialSource::provider"
            ),
        );
        assert_eq!((error.class(), error.account()), (AwsErrorClass::CredentialUnavailable, "a"));
        assert_eq!(error.retry_hint(), core_client::RetryHint::Never);
    }
    assert!(!ran.exists(), "no program is run");
}

/// What STS says of a wrong signature repeats what was signed, and the SDK's errors hold the whole answer.
#[tokio::test]
async fn a_role_of_a_profile_that_is_refused_is_told_by_the_code_alone() {
    let stand = Stand::new().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let config = format!(
        "[profile blue]\nrole_arn = {}\nsource_profile = keys\nendpoint_url = {}
[profile keys]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n",
        role_arn(HUB, "reader"),
        stand.sts.url(),
    );
    std::fs::write(&file, config).unwrap();
    let source = || CredentialSource::Profile { name: "blue".to_owned(), file: Some(file.clone()) };
    assert!(arn_of(&stand, source()).await.unwrap().contains("assumed-role/reader"));
    let wrong = std::fs::read_to_string(&file).unwrap().replace(SECRET, "SENTINEL-another");
    std::fs::write(&file, wrong).unwrap();
    let error = arn_of(&stand, source()).await.unwrap_err();
    let shown = ErrorChain::new(&error).to_string();
    assert!(shown.starts_with("account \"a\" gets no credentials from profile \"blue\""), "{shown}");
    assert!(shown.ends_with("STS answers SignatureDoesNotMatch"), "{shown}");
    assert!(!format!("{error:?}{shown}").contains(StsDouble::SENTINEL), "{error:?}");
}

#[tokio::test]
async fn the_token_of_a_web_identity_is_read_again_for_each_session() {
    let stand = Stand::new().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "SENTINEL-jwt-1\n").unwrap();
    stand.sts.add_web_token("SENTINEL-jwt-1", "system:serviceaccount:ci:runner");
    let source = CredentialSource::web_identity(role_arn(HUB, "reader"), &file);
    let account = AccountConfig::new("a", "eu-west-1", source.clone()).with_endpoint_url(stand.sts.url());
    let aws = stand.builder().account(account).build().unwrap();
    let session = aws.session("a", "eu-west-1").await.unwrap();
    assert_eq!(call(&session).await.unwrap(), format!("arn:aws:sts::{HUB}:assumed-role/reader/mooring-a"));

    std::fs::write(&file, "SENTINEL-jwt-2").unwrap();
    stand.sts.add_web_token("SENTINEL-jwt-2", "system:serviceaccount:ci:runner");
    stand.clock.advance(Duration::from_secs(3600));
    call(&session).await.unwrap();
    assert_eq!(stand.sts.count(StsOperation::AssumeRoleWithWebIdentity), 2);
    aws.cleanup().await;

    std::fs::write(&file, "SENTINEL-unknown").unwrap();
    let error = arn_of(&stand, source.clone()).await.unwrap_err();
    assert_eq!(error.class(), AwsErrorClass::CredentialInvalid);
    assert!(!format!("{error:?}{error}").contains(StsDouble::SENTINEL));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(arn_of(&stand, source).await.unwrap_err().class(), AwsErrorClass::CredentialUnavailable);
}

#[tokio::test]
async fn what_an_application_hands_out_is_asked_for_again_before_it_ends_and_refused_after() {
    let stand = Stand::new().await;
    let now = std::time::SystemTime::from(core_client::credentials::Clock::now(&stand.clock));
    let until = |end| Credentials::new(KEY, SECRET, None, Some(end), "test");
    let good = CredentialSource::provider(until(now + Duration::from_secs(600)));
    assert!(arn_of(&stand, good).await.is_ok());
    let error = arn_of(&stand, CredentialSource::provider(until(now))).await.unwrap_err();
    assert_eq!(error.class(), AwsErrorClass::CredentialExpired);
    assert_eq!(
        error.to_string(),
        "the credentials that account \"a\" gets from the application have expired; renew them there"
    );
}

/// An application's own way to credentials, which asks STS by itself.
#[derive(Debug)]
struct Asking {
    client: aws_sdk_sts::Client,
    role: Option<RoleArn>,
}

impl ProvideCredentials for Asking {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            match &self.role {
                Some(role) => {
                    let asked = self.client.assume_role().role_arn(role.to_string()).role_session_name("own");
                    asked.send().await.map(drop).map_err(CredentialsError::provider_error)?;
                }
                None => {
                    self.client.get_session_token().send().await.map(drop).map_err(CredentialsError::provider_error)?;
                }
            }
            Err(CredentialsError::not_loaded("nothing was to be had"))
        })
    }
}

#[tokio::test]
async fn what_sts_repeats_is_not_kept_when_an_application_asked_it() {
    let stand = Stand::new().await;
    stand.vault.put("aws/hub", key_pair(KEY, "SENTINEL-another"));
    let aws = stand.api();
    let client = aws.session("hub", "eu-west-1").await.unwrap().client(aws_sdk_sts::Client::new);
    for (role, who) in [(Some(role_arn(HUB, "reader")), "STS"), (None, "AWS")] {
        let own = CredentialSource::provider(Asking { client: client.clone(), role });
        let error = arn_of(&stand, own).await.unwrap_err();
        let shown = ErrorChain::new(&error).to_string();
        assert!(shown.starts_with("account \"a\" gets no credentials from the application: "), "{shown}");
        assert!(shown.ends_with(&format!(": {who} answers SignatureDoesNotMatch")), "{shown}");
        assert!(!format!("{error:?}{error:#?}{shown}").contains(StsDouble::SENTINEL), "{error:?}");
        assert_eq!((error.class(), error.is_transient()), (AwsErrorClass::CredentialUnavailable, true));
    }
    aws.cleanup().await;
}

#[tokio::test]
async fn sessions_can_be_shown_to_other_programs() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-central-1").await.unwrap();
    let shown = session.expose_credentials().await.unwrap();
    let token = shown.expose_env().into_iter().find(|(name, _)| *name == "AWS_SESSION_TOKEN").unwrap().1;
    assert!(token.expose_secret().starts_with(StsDouble::SENTINEL));
    let expires = shown.expires().unwrap();
    assert_eq!(expires.duration_since(core_client::credentials::Clock::now(&stand.clock)).as_secs(), 3600);
    aws.cleanup().await;
}
