//! What the surroundings give: the SDK's chain as a process meets it, each time in a process of its own that has nothing of this machine's:
//! no variable but those of the test, a home that is an empty folder, and AWS on loopback.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]
#![expect(clippy::print_stdout, reason = "the process tells its parent what became of it")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use cloud_client::aws::{AccountConfig, AwsApi, AwsOptions, CredentialSource, StsOperation, key_pair};
use cloud_client::secret::SecretsInMemory;
use cloud_client::testing::sts::{StsDouble, TestClock};
use core_client::ErrorChain;
use jiff::Timestamp;
use tempfile::TempDir;
use tracing_subscriber::filter::LevelFilter;

const UID: &str = "111111111111";
const SECRET: &str = "SENTINEL-key";
const STS: &str = "MOORING_TEST_STS";

/// AWS on loopback, and a home.
struct Stand {
    sts: StsDouble,
    home: TempDir,
}

impl Stand {
    async fn new() -> Self {
        let sts = StsDouble::start_at(TestClock::at(Timestamp::now())).await.unwrap();
        sts.add_key("AKIAHERE", SECRET, UID.parse().unwrap(), "alice");
        sts.add_role(&format!("arn:aws:iam::{UID}:role/runner").parse().unwrap());
        Self { sts, home: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let file = self.home.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// What an account becomes whose source is surroundings with these variables.
    async fn outcome(&self, variables: &[(&str, &str)]) -> String {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--ignored", "--exact", "an_account_in_these_surroundings", "--nocapture"])
            .env_clear()
            .env("HOME", self.home.path())
            .env(STS, self.sts.url().as_str())
            // The address that instances ask is not this machine's to ask.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{shown}{errors}");
        assert!(!shown.contains("SENTINEL") && !errors.contains("SENTINEL"), "{shown}{errors}");
        assert!(errors.contains("cloud_client::aws"), "there is a log to look at: {errors}");
        let outcome = shown.lines().find_map(|line| line.split_once("became: "));
        outcome.expect("it says what became of it").1.to_owned()
    }
}

#[tokio::test]
#[ignore = "a process of the other tests, which give it its surroundings"]
async fn an_account_in_these_surroundings() {
    let Ok(sts) = std::env::var(STS) else { return };
    // At `TRACE` the SDK's clients log whole requests, as is documented.
    tracing_subscriber::fmt().with_max_level(LevelFilter::DEBUG).with_ansi(false).with_writer(std::io::stderr).init();
    let account =
        AccountConfig::new("here", "eu-west-1", CredentialSource::Ambient).with_endpoint_url(sts.parse().unwrap());
    let options = AwsOptions::default().with_retry(RetryConfig::disabled()).with_making(1, Duration::from_secs(20));
    let aws = AwsApi::builder().options(options).account(account).build().unwrap();
    match aws.verify_account("here").await {
        Ok(identity) => println!("became: {}", identity.arn),
        Err(error) => {
            let (class, passes) = (error.class().as_str(), error.is_transient());
            println!("became: {class} of {} (passes: {passes}): {}", error.account(), ErrorChain::new(&error));
            println!("{error:?}");
        }
    }
    aws.cleanup().await;
}

fn user() -> String {
    format!("arn:aws:iam::{UID}:user/alice")
}

#[tokio::test]
async fn variables_give_a_key_pair() {
    let stand = Stand::new().await;
    let variables = [("AWS_ACCESS_KEY_ID", "AKIAHERE"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    assert_eq!(stand.outcome(&variables).await, user());
}

#[tokio::test]
async fn a_profile_of_the_home_or_of_a_named_file_gives_a_key_pair() {
    let stand = Stand::new().await;
    let pair = format!("aws_access_key_id = AKIAHERE\naws_secret_access_key = {SECRET}\n");
    stand.write(".aws/credentials", &format!("[default]\n{pair}"));
    assert_eq!(stand.outcome(&[]).await, user());
    std::fs::remove_file(stand.home.path().join(".aws/credentials")).unwrap();
    let file = stand.write("elsewhere", &format!("[profile blue]\n{pair}"));
    assert_eq!(stand.outcome(&[("AWS_CONFIG_FILE", &file), ("AWS_PROFILE", "blue")]).await, user());
}

#[tokio::test]
async fn a_profile_of_the_surroundings_assumes_its_role_and_tells_nobody_how() {
    let stand = Stand::new().await;
    let url = stand.sts.url();
    let config = |secret: &str| {
        format!(
            "[default]\nrole_arn = arn:aws:iam::{UID}:role/runner\nrole_session_name = build-7\nexternal_id = SENTINEL-external\nsource_profile = keys
[profile keys]\naws_access_key_id = AKIAHERE\naws_secret_access_key = {secret}\n"
        )
    };
    stand.write(".aws/config", &config(SECRET));
    let variables = [("AWS_ENDPOINT_URL_STS", url.as_str())];
    assert_eq!(stand.outcome(&variables).await, format!("arn:aws:sts::{UID}:assumed-role/runner/build-7"));
    stand.write(".aws/config", &config("SENTINEL-wrong"));
    let refused = stand.outcome(&variables).await;
    assert!(refused.ends_with("STS answers SignatureDoesNotMatch"), "{refused}");
}

/// As EKS gives one to a service account. No region is said: the account's counts.
#[tokio::test]
async fn the_web_identity_of_a_service_account_assumes_its_role_in_the_accounts_region() {
    let stand = Stand::new().await;
    stand.sts.add_web_token("SENTINEL-jwt", "system:serviceaccount:ci:runner");
    let token = stand.write("token", "SENTINEL-jwt");
    let role = format!("arn:aws:iam::{UID}:role/runner");
    let url = stand.sts.url();
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("AWS_ROLE_ARN", &role),
        ("AWS_ROLE_SESSION_NAME", "build-7"),
        ("AWS_ENDPOINT_URL_STS", url.as_str()),
    ];
    assert_eq!(stand.outcome(&variables).await, format!("arn:aws:sts::{UID}:assumed-role/runner/build-7"));
    assert_eq!(stand.sts.count(StsOperation::AssumeRoleWithWebIdentity), 1);
    stand.write("token", "SENTINEL-another");
    let refused = stand.outcome(&variables).await;
    assert!(refused.starts_with("credential_unavailable of here"), "{refused}");
    assert!(refused.ends_with("STS answers InvalidIdentityToken"), "{refused}");
    assert!(!refused.contains("SENTINEL"), "{refused}");
}

/// As EKS gives one by Pod Identity.
#[tokio::test]
async fn a_container_gives_credentials_that_end() {
    let stand = Stand::new().await;
    let secrets = SecretsInMemory::default().with("aws/here", key_pair("AKIAHERE", SECRET));
    let account = AccountConfig::new("here", "eu-west-1", CredentialSource::keys("aws/here"));
    let account = account.with_endpoint_url(stand.sts.url());
    let aws = AwsApi::builder().secrets(secrets).clock(stand.sts.clock()).account(account).build().unwrap();
    let lent = aws.expose_temporary("here", Duration::from_secs(900)).await.unwrap();
    let lent = lent.expose_for_sdk();
    let answer = serde_json::json!({
        "AccessKeyId": lent.access_key_id(),
        "SecretAccessKey": lent.secret_access_key(),
        "Token": lent.session_token(),
        "Expiration": Timestamp::try_from(lent.expiry().unwrap()).unwrap().to_string(),
    });
    let asked = move |headers: axum::http::HeaderMap| async move {
        assert_eq!(headers["authorization"], "pod-token");
        axum::Json(answer)
    };
    let router = axum::Router::new().route("/v1/credentials", axum::routing::get(asked));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/v1/credentials", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let token = stand.write("pod", "pod-token");
    let variables =
        [("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)];
    assert_eq!(stand.outcome(&variables).await, user());
    assert!(stand.sts.calls().last().unwrap().access_key_id.as_deref().unwrap().starts_with("ASIA"));
    serving.abort();
    aws.cleanup().await;
}

#[tokio::test]
async fn surroundings_that_give_nothing_are_an_error_that_names_the_account() {
    let stand = Stand::new().await;
    assert!(Path::new(stand.home.path()).read_dir().unwrap().next().is_none());
    let nothing = stand.outcome(&[]).await;
    let expected =
        "credential_unavailable of here (passes: false): account \"here\" gets no credentials from the surroundings: ";
    assert!(nothing.starts_with(expected), "{nothing}");
    assert!(stand.sts.calls().is_empty());
}

#[tokio::test]
async fn a_key_pair_that_aws_does_not_know_is_told_from_there_being_none() {
    let stand = Stand::new().await;
    let variables = [("AWS_ACCESS_KEY_ID", "AKIAGONE"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let unknown = stand.outcome(&variables).await;
    assert!(unknown.starts_with("credential_invalid of here (passes: false): "), "{unknown}");
}

#[tokio::test]
async fn a_profile_of_the_surroundings_that_needs_a_program_or_somebody_who_signs_in_is_refused() {
    let stand = Stand::new().await;
    let file = stand.write(
        "config",
        "[default]\ncredential_process = /bin/false\n[profile corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n",
    );
    let refused = stand.outcome(&[("AWS_CONFIG_FILE", &file)]).await;
    let expected = "credential_unavailable of here (passes: false): account \"here\" gets no credentials from profile \"default\", which needs a program (credential_process); get them in the application and hand them over with CredentialSource::provider";
    assert_eq!(refused, expected);
    let refused = stand.outcome(&[("AWS_CONFIG_FILE", &file), ("AWS_PROFILE", "corp")]).await;
    assert!(refused.contains("profile \"corp\", which needs single sign-on"), "{refused}");
}
