//! Tokens against the double, which checks them as a cluster would.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_client::ErrorChain;
use core_client::bearer::{BearerSource as _, ExecResolver as _, ExecStanza};
use core_client::credentials::Clock as _;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::aws::{AccountConfig, AwsApi, AwsErrorClass, CredentialSource, Partition, StsOperation, key_pair};
use crate::secret::SecretsInMemory;
use crate::testing::sts::{StsDouble, StsFault};

const UID: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

async fn stand() -> (StsDouble, AwsApi) {
    let sts = StsDouble::start().await.unwrap();
    sts.add_key("AKIA1", "SENTINEL-key", UID.parse().unwrap(), "alice");
    sts.add_role(&ROLE.parse().unwrap());
    let secrets = SecretsInMemory::default().with("aws/prod", key_pair("AKIA1", "SENTINEL-key"));
    let account = |name: &str, source| AccountConfig::new(name, "eu-west-1", source).with_endpoint_url(sts.url());
    let role = crate::aws::RoleConfig::new(ROLE.parse().unwrap());
    let aws = AwsApi::builder()
        .secrets(secrets)
        .clock(sts.clock())
        .options(crate::aws::AwsOptions::default().with_retry(aws_config::retry::RetryConfig::disabled()))
        .account(account("prod", CredentialSource::keys("aws/prod")))
        .account(account("admin", CredentialSource::account("prod")).with_role(role))
        .build()
        .unwrap();
    (sts, aws)
}

/// Worked out by a few lines of Python from the text of the specification.
#[test]
fn a_token_is_what_the_specification_makes_it() {
    let at: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    for (session, security, signature) in [
        (None, "", "fd8baa1efc4049a5182753cc2aee9739166a0e0108398f8b4b047911ff26bd42"),
        (
            Some("AQoDYXdz+/=="),
            "&X-Amz-Security-Token=AQoDYXdz%2B%2F%3D%3D",
            "e39dab3db798a164b25ab465b355877a591755353ecab588c1e1544a5c06f131",
        ),
    ] {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::from_keys("AKIDEXAMPLE", secret, session.map(str::to_owned));
        let token = presign::token(&credentials, Partition::Aws, "eu-west-1", "blue", at.into()).unwrap();
        let url = URL_SAFE_NO_PAD.decode(token.expose().strip_prefix("k8s-aws-v1.").unwrap()).unwrap();
        let url = String::from_utf8(url).unwrap();
        assert!(
            url.starts_with("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&"),
            "{url}"
        );
        for part in [
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Feu-west-1%2Fsts%2Faws4_request",
            "X-Amz-Date=20260101T120000Z",
            "X-Amz-Expires=60",
            "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
            security,
            &format!("X-Amz-Signature={signature}"),
        ] {
            assert!(url.contains(part), "{part} is not in {url}");
        }
    }
}

#[test]
fn each_partition_is_asked_at_its_own_address() {
    let credentials = Credentials::from_keys("AKIDEXAMPLE", "secret", None);
    let token = presign::token(&credentials, Partition::AwsCn, "cn-north-1", "blue", std::time::UNIX_EPOCH).unwrap();
    let url = URL_SAFE_NO_PAD.decode(token.expose().strip_prefix("k8s-aws-v1.").unwrap()).unwrap();
    assert!(url.starts_with(b"https://sts.cn-north-1.amazonaws.com.cn/?"));
}

#[tokio::test]
async fn a_cluster_knows_who_shows_its_token_and_no_other_cluster_does() {
    let (sts, aws) = stand().await;
    for (account, arn) in [
        ("prod", format!("arn:aws:iam::{UID}:user/alice")),
        ("admin", format!("arn:aws:sts::{UID}:assumed-role/admin/mooring-admin")),
    ] {
        let tokens = EksTokens::new(aws.clone(), account, "eu-west-1", "blue").unwrap();
        let bearer = tokens.bearer().await.unwrap();
        assert_eq!(sts.caller_of_token(bearer.token.expose(), "blue"), Ok(arn));
        assert_eq!(sts.caller_of_token(bearer.token.expose(), "green"), Err("SignatureDoesNotMatch".to_owned()));
    }
    assert_eq!(sts.count(StsOperation::GetCallerIdentity), 0, "nobody but the cluster asks");
    aws.cleanup().await;
}

#[tokio::test]
async fn a_token_is_kept_while_half_of_its_life_is_left() {
    let (sts, aws) = stand().await;
    let tokens = EksTokens::new(aws.clone(), "admin", "eu-west-1", "blue").unwrap();
    let first = tokens.token().await.unwrap();
    assert_eq!(first.expires, sts.clock().now().checked_add(TOKEN_LIFE).ok());
    sts.clock().advance(TOKEN_LIFE / 2 - Duration::from_secs(1));
    assert_eq!(tokens.token().await.unwrap(), first);
    sts.clock().advance(Duration::from_secs(1));
    let second = tokens.token().await.unwrap();
    assert_ne!(second, first);
    assert_eq!(sts.count(StsOperation::AssumeRole), 1, "the role is assumed once for all tokens");
    tokens.invalidate(&first.token);
    assert_eq!(tokens.token().await.unwrap(), second);
    sts.clock().advance(Duration::from_secs(1));
    tokens.invalidate(&second.token);
    assert_ne!(tokens.token().await.unwrap(), second);
    aws.cleanup().await;
}

#[tokio::test]
async fn a_token_ends_with_the_credentials_it_was_made_of() {
    let (sts, _) = stand().await;
    let now = sts.clock().now();
    let end = now.checked_add(Duration::from_secs(300)).unwrap();
    let given = Credentials::new("AKIA1", "SENTINEL-key", None, Some(end.into()), "test");
    let account = AccountConfig::new("short", "eu-west-1", CredentialSource::provider(given));
    let aws = AwsApi::builder().clock(sts.clock()).account(account).build().unwrap();
    let tokens = EksTokens::new(aws, "short", "eu-west-1", "blue").unwrap();
    assert_eq!(tokens.token().await.unwrap().expires, Some(end));
}

#[tokio::test]
async fn what_is_wrong_names_cluster_and_account_and_shows_no_token() {
    let (sts, aws) = stand().await;
    assert!(matches!(EksTokens::new(aws.clone(), "prod", "eu-west-1", "a b"), Err(EksError::Cluster { .. })));
    let unknown = EksTokens::new(aws.clone(), "typo", "eu-west-1", "blue").unwrap().bearer().await.unwrap_err();
    assert_eq!(
        ErrorChain::new(&unknown).to_string(),
        "no token for EKS cluster \"blue\": there is no session for cluster \"blue\": there is no account \"typo\" in the configuration",
    );
    assert!(!unknown.is_transient());
    sts.fail(None, StsFault::Status(503));
    let trouble = EksTokens::new(aws.clone(), "admin", "eu-west-1", "blue").unwrap();
    let error = trouble.token().await.unwrap_err();
    assert!(matches!(&error, EksError::Session { source, .. } if source.class() == AwsErrorClass::Unavailable));
    assert!(trouble.bearer().await.unwrap_err().is_transient());

    let tokens = EksTokens::new(aws.clone(), "prod", "eu-west-1", "blue").unwrap();
    let bearer = tokens.token().await.unwrap();
    let shown = format!("{tokens:?} {bearer:?} {aws:?} {:?}", EksExecs::new(aws.clone()));
    assert!(!shown.contains("k8s-aws-v1") && !shown.contains(StsDouble::SENTINEL), "{shown}");
    aws.cleanup().await;
}

fn read(line: &str) -> Result<Option<EksExec>, EksExecError> {
    let (env, line) = line.split_once('|').unwrap_or(("", line));
    let mut words = line.split_whitespace().map(str::to_owned);
    let command = words.next().unwrap_or_default();
    let args: Vec<_> = words.collect();
    let env: Vec<_> = env
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    EksExec::read(&ExecStanza::new(&command, &args, &env))
}

#[test]
fn both_commands_are_read_in_all_their_forms() {
    let wanted = |region: Option<&str>, role: Option<&str>, profile: Option<&str>| {
        let (region, profile) = (region.map(str::to_owned), profile.map(str::to_owned));
        Ok(Some(EksExec { cluster: "blue".to_owned(), region, role: role.map(|role| role.parse().unwrap()), profile }))
    };
    let all = wanted(Some("eu-west-1"), Some(ROLE), Some("p"));
    for line in [
        format!("aws --region eu-west-1 eks get-token --cluster-name blue --output json --role-arn {ROLE} --profile p"),
        format!("/usr/local/bin/aws eks get-token --cluster-id=blue --region=eu-west-1 --role-arn={ROLE} --profile=p"),
        format!("AWS_PROFILE=p AWS_REGION=eu-west-1|aws eks get-token --cluster-name blue --role-arn {ROLE}"),
        format!(
            "AWS_PROFILE=q AWS_DEFAULT_REGION=x|aws.exe --profile p eks get-token --cluster-name blue --region eu-west-1 --role-arn {ROLE}"
        ),
        format!("AWS_PROFILE=p|aws-iam-authenticator token -i blue -r {ROLE} --region eu-west-1"),
    ] {
        assert_eq!(read(&line), all, "{line}");
    }
    assert_eq!(read("aws eks get-token --cluster-name blue"), wanted(None, None, None));
}

#[test]
fn what_is_not_wholly_known_is_left_to_the_program() {
    for line in [
        "gke-gcloud-auth-plugin",
        "aws s3 ls",
        "aws eks get-token --cluster-name blue --endpoint-url http://evil.example",
        "aws eks get-token --cluster-name blue extra",
        "AWS_ACCESS_KEY_ID=AKIA1|aws eks get-token --cluster-name blue",
        "aws-iam-authenticator token -i blue --forward-session-name",
        "sh -c aws",
    ] {
        assert_eq!(read(line), Ok(None), "{line}");
    }
}

#[test]
fn what_is_known_and_wrong_is_said() {
    assert!(matches!(read("aws eks get-token --region eu-west-1"), Err(EksExecError::NoCluster { .. })));
    assert!(matches!(
        read("aws eks get-token --cluster-name"),
        Err(EksExecError::Value { option: "--cluster-name", .. })
    ));
    let role = read("aws eks get-token --cluster-name blue --role-arn nobody");
    assert!(matches!(role, Err(EksExecError::Value { option: "--role-arn", .. })));
}

proptest! {
    #[test]
    fn no_command_makes_reading_fail_otherwise(line in "(aws|aws-iam-authenticator)( (eks|get-token|token|--[a-z-]{1,12}=?|-[ir]|\\PC{1,8})){0,8}") {
        if let Ok(Some(exec)) = read(&line) {
            prop_assert!(!exec.cluster.is_empty());
        }
    }
}

#[tokio::test]
async fn a_kubeconfigs_command_is_done_in_this_process() {
    let (sts, aws) = stand().await;
    let served = EksExecs::new(aws.clone());
    let args = |profile: &str| {
        let line =
            format!("eks get-token --cluster-name blue --region eu-west-1 --profile {profile} --role-arn {ROLE}");
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let (known, unknown) = (args("prod"), args("other"));
    let source = served.resolve(&ExecStanza::new("aws", &known, &[])).unwrap().unwrap();
    let bearer = source.bearer().await.unwrap();
    let arn = format!("arn:aws:sts::{UID}:assumed-role/admin/mooring-prod");
    assert_eq!(sts.caller_of_token(bearer.token.expose(), "blue"), Ok(arn));
    let again = served.resolve(&ExecStanza::new("aws", &known, &[])).unwrap().unwrap();
    assert!(Arc::ptr_eq(&source, &again), "who asks the same gets the same");
    assert!(served.resolve(&ExecStanza::new("aws", &unknown, &[])).unwrap().is_none());
    assert!(served.resolve(&ExecStanza::new("kubelogin", &known, &[])).unwrap().is_none());
    assert!(served.resolve(&ExecStanza::new("aws", &["eks".into(), "get-token".into()], &[])).is_err());

    let picky = EksExecs::new(aws.clone()).with_accounts(|exec| (exec.cluster == "green").then(|| "prod".to_owned()));
    assert!(picky.resolve(&ExecStanza::new("aws", &known, &[])).unwrap().is_none());
    aws.cleanup().await;
}

#[tokio::test]
async fn sources_that_nobody_holds_are_forgotten() {
    let (_sts, aws) = stand().await;
    let served = EksExecs::new(aws.clone()).with_accounts(|_| Some("prod".to_owned()));
    let of = |cluster: String| {
        let args = ["eks", "get-token", "--region", "eu-west-1", "--cluster-name", cluster.as_str()].map(str::to_owned);
        served.resolve(&ExecStanza::new("aws", &args, &[])).unwrap().unwrap()
    };
    let held: Vec<_> = (0..10).map(|n| of(format!("held-{n}"))).collect();
    (0..1_000).for_each(|n| drop(of(format!("gone-{n}"))));
    assert!(served.remembered() < 100, "{}", served.remembered());
    assert!(held.iter().enumerate().all(|(n, source)| Arc::ptr_eq(source, &of(format!("held-{n}")))));
    aws.cleanup().await;
}
