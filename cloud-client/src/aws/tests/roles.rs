//! Chains of roles.

use super::*;

#[tokio::test]
async fn accounts_that_come_by_one_role_assume_it_once() {
    let stand = Stand::new().await;
    let hub = stand.hub().with_role(RoleConfig::new(role_arn(HUB, "deployer")));
    let spokes = ["x", "y", "z"].map(|name| {
        AccountConfig::new(name, "eu-west-1", CredentialSource::account("hub"))
            .with_role(RoleConfig::new(role_arn(PROD, "reader")))
            .with_endpoint_url(stand.sts.url())
    });
    let aws = stand.builder().account(hub).accounts(spokes).build().unwrap();
    let warmed = aws.warm(["x", "y", "z"].map(|name| (name, "eu-west-1"))).await;
    assert_eq!((warmed.ready.len(), warmed.failed.len()), (3, 0), "{:?}", warmed.failed);
    let of = |role: RoleArn| stand.sts.calls().iter().filter(|call| call.role == Some(role.to_string())).count();
    assert_eq!((of(role_arn(HUB, "deployer")), of(role_arn(PROD, "reader"))), (1, 3));
    assert_eq!(call(&warmed.ready[1]).await.unwrap(), format!("arn:aws:sts::{PROD}:assumed-role/reader/mooring-y"));
    aws.cleanup().await;
}

#[tokio::test]
async fn everything_about_a_role_reaches_sts() {
    let mut device = MockMfaCodes::new();
    device.expect_code().withf(|serial| serial == "GAHT12345678").once().returning(|_| Ok("123456".into()));
    let stand = Stand::new().await;
    let guarded = role_arn(PROD, "team/guarded");
    stand.sts.add_role_with_external_id(&guarded, "open sesame");
    let role = RoleConfig::new(guarded.clone())
        .with_external_id("open sesame")
        .with_session_name("release-7")
        .with_duration(Duration::from_secs(900))
        .with_tag("team", "blue")
        .with_mfa("GAHT12345678");
    let account = stand.hub().with_uid(PROD.parse().unwrap()).with_role(role);
    let aws = stand.builder().mfa(device).account(account).build().unwrap();
    aws.session("hub", "eu-west-1").await.unwrap();
    let seen = stand.sts.calls().pop().unwrap();
    assert_eq!((seen.role, seen.session_name), (Some(guarded.to_string()), Some("release-7".to_owned())));
    assert_eq!((seen.duration_seconds, seen.token_code), (Some(900), Some("123456".to_owned())));
    assert_eq!(seen.tags, [("team".to_owned(), "blue".to_owned())]);
    aws.cleanup().await;
}

#[tokio::test]
async fn a_further_role_is_assumed_with_the_accounts_credentials_and_once() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let further = || [RoleConfig::new(role_arn(HUB, "reader"))];
    let session = aws.session_with_roles("prod", "eu-west-1", further()).await.unwrap();
    aws.session_with_roles("prod", "eu-central-1", further()).await.unwrap();
    assert_eq!(call(&session).await.unwrap(), format!("arn:aws:sts::{HUB}:assumed-role/reader/mooring-prod"));
    assert_eq!(stand.assumed(), 2);
    // The account's own session is another one.
    let own = aws.session("prod", "eu-west-1").await.unwrap();
    assert!(call(&own).await.unwrap().contains("deployer"));
    aws.cleanup().await;
}

/// More roles than the SDK's own cache has partitions.
#[tokio::test]
async fn two_hundred_roles_are_assumed_once_each_and_kept() {
    let stand = Stand::new().await;
    let accounts = (0..200).map(|n| {
        let role = role_arn(PROD, &format!("role-{n}"));
        stand.sts.add_role(&role);
        AccountConfig::new(format!("a{n}"), "eu-west-1", CredentialSource::account("hub"))
            .with_role(RoleConfig::new(role))
            .with_endpoint_url(stand.sts.url())
    });
    let aws = stand.builder().account(stand.hub()).accounts(accounts).build().unwrap();
    for _ in 0..3 {
        let warmed = aws.warm((0..200).map(|n| (format!("a{n}"), "eu-west-1"))).await;
        assert_eq!(warmed.ready.len(), 200);
        for session in &warmed.ready {
            session.expose_credentials().await.unwrap();
        }
    }
    assert_eq!((stand.assumed(), stand.vault.reads()), (200, 1));
    aws.cleanup().await;
}

#[tokio::test]
async fn partitions_have_their_own_arns() {
    let stand = Stand::new().await;
    let gov: RoleArn = "arn:aws-us-gov:iam::333333333333:role/deployer".parse().unwrap();
    stand.sts.add_role(&gov);
    let account = AccountConfig::new("gov", "us-gov-west-1", CredentialSource::keys("aws/hub"))
        .with_role(RoleConfig::new(gov.clone()))
        .with_endpoint_url(stand.sts.url());
    let aws = stand.builder().account(account).account(stand.hub()).build().unwrap();
    let session = aws.session("gov", "us-gov-east-1").await.unwrap();
    assert_eq!(call(&session).await.unwrap(), "arn:aws-us-gov:sts::333333333333:assumed-role/deployer/mooring-gov");
    assert_eq!(stand.sts.calls()[0].region.as_deref(), Some("us-gov-west-1"));
    aws.cleanup().await;
}

/// qontract-reconcile utils/aws_api.py: the last account decides for all.
#[tokio::test]
async fn fips_is_each_accounts_own() {
    let provider = || CredentialSource::provider(aws_credential_types::Credentials::from_keys("AKIA1", "s", None));
    let account = |name: &str, region: &str| AccountConfig::new(name, region, provider());
    let accounts = [
        account("gov", "us-gov-west-1"),
        account("gov-without", "us-gov-west-1").with_fips(false),
        account("other", "eu-west-1"),
        account("other-with", "us-east-1").with_fips(true),
    ];
    let aws = AwsApi::builder().accounts(accounts).build().unwrap();
    for (name, fips) in [("gov", true), ("gov-without", false), ("other", false), ("other-with", true)] {
        let session = aws.default_session(name).await.unwrap();
        assert_eq!(session.config().use_fips(), Some(fips), "{name}");
    }
}

#[tokio::test]
async fn credentials_of_another_account_than_the_roles_are_refused() {
    let stand = Stand::new().await;
    stand.sts.fail(Some(StsOperation::AssumeRole), StsFault::OtherAccount);
    let error = stand.api().session("prod", "eu-west-1").await.unwrap_err();
    assert_eq!(error.class(), AwsErrorClass::WrongAccount);
    assert_eq!(
        error.to_string(),
        format!("account \"prod\" should be {PROD}, and its credentials are those of 999999999999")
    );
}
