//! Everything that can be wrong, each with an error of its own.

use core_client::{ErrorChain, RetryHint};

use super::*;

async fn refused(stand: &Stand, aws: &AwsApi, account: &str, class: AwsErrorClass) -> AwsError {
    let error = aws.session(account, "eu-west-1").await.unwrap_err();
    let shown = ErrorChain::new(&error).to_string();
    assert_eq!((error.class(), error.account()), (class, account), "{shown}");
    assert!(shown.contains(account), "{shown}");
    assert!(!shown.contains(StsDouble::SENTINEL) && !format!("{error:?}").contains(StsDouble::SENTINEL), "{shown}");
    stand.sts.recover();
    error
}

#[tokio::test]
async fn an_unknown_account_is_an_error_and_asks_nobody() {
    let stand = Stand::new().await;
    let error = refused(&stand, &stand.api(), "porduction", AwsErrorClass::Configuration).await;
    assert_eq!((error.retry_hint(), stand.sts.calls().len()), (RetryHint::Never, 0));
}

#[tokio::test]
async fn regions_that_are_not_the_accounts_are_refused_before_anything_is_asked() {
    let stand = Stand::new().await;
    let picky = stand.hub().with_supported_regions(["eu-west-1", "eu-central-1"]);
    let aws = stand.builder().account(picky).build().unwrap();
    let error = aws.session("hub", "us-east-1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "account \"hub\" is not to be used in region \"us-east-1\"; it supports eu-central-1, eu-west-1",
    );
    for foreign in ["cn-north-1", "us-gov-west-1", "nowhere", "eu-west-1.evil.example"] {
        let error = aws.session("hub", foreign).await.unwrap_err();
        assert!(matches!(error, AwsError::WrongPartition { .. }), "{error}");
    }
    assert_eq!((stand.sts.calls().len(), stand.vault.reads()), (0, 0));
}

#[tokio::test]
async fn a_region_that_is_not_enabled_is_told_from_other_refusals() {
    let stand = Stand::new().await;
    stand.sts.fail(None, StsFault::RegionDisabled);
    let error = refused(&stand, &stand.api(), "prod", AwsErrorClass::RegionDisabled).await;
    assert!(error.to_string().contains("eu-west-1") && error.to_string().contains("enable it"), "{error}");
}

#[tokio::test]
async fn a_refused_role_is_named_and_an_external_id_is_not_shown() {
    let stand = Stand::new().await;
    let guarded = role_arn(PROD, "guarded");
    stand.sts.add_role_with_external_id(&guarded, "right");
    let role = RoleConfig::new(guarded.clone()).with_external_id("SENTINEL-wrong");
    let account = stand.hub().with_uid(PROD.parse().unwrap()).with_role(role);
    let aws = stand.builder().account(account).build().unwrap();
    let error = refused(&stand, &aws, "hub", AwsErrorClass::RoleRefused).await;
    let sts = error.as_sts().unwrap();
    assert_eq!((sts.role(), sts.region(), sts.code()), (Some(&guarded), "eu-west-1", Some("AccessDenied")));
    assert_eq!((sts.operation(), sts.status()), (StsOperation::AssumeRole, Some(403)));
    assert!(sts.request_id().is_some() && error.to_string().contains("trust policy"), "{error}");
    assert_eq!(error.retry_hint(), RetryHint::Never);
}

/// qontract-reconcile utils/aws_api.py keeps what it assumed once for as long as it runs.
#[tokio::test]
async fn a_role_that_is_allowed_later_is_assumed_then() {
    let stand = Stand::new().await;
    let aws = stand.api();
    stand.sts.refuse_role(&role_arn(PROD, "deployer"), true);
    refused(&stand, &aws, "prod", AwsErrorClass::RoleRefused).await;
    stand.sts.refuse_role(&role_arn(PROD, "deployer"), false);
    // Within the pause the answer is the same, and nobody is asked.
    let calls = stand.sts.calls().len();
    assert!(aws.session("prod", "eu-west-1").await.is_err());
    assert_eq!(stand.sts.calls().len(), calls);
    aws.renew("prod").unwrap();
    aws.session("prod", "eu-west-1").await.unwrap();
    aws.cleanup().await;
}

#[tokio::test]
async fn a_clock_that_goes_wrong_is_made_up_for_or_said() {
    let stand = Stand::new().await;
    for (off, words) in [(-3600, "3600 s behind"), (3600, "3600 s ahead")] {
        let strict = Stand::options().with_clock_skew_correction(false);
        let builder = || stand.builder().clock(stand.clock.off_by(off)).account(stand.hub()).account(stand.prod());
        let aws = builder().options(strict).build().unwrap();
        let error = refused(&stand, &aws, "prod", AwsErrorClass::ClockSkew).await;
        assert_eq!(error.as_sts().unwrap().clock_skew(), Some(Duration::from_secs(3600)));
        assert!(error.to_string().contains(words), "{error}");

        let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let aws = builder().options(Stand::options().with_retry(retry)).build().unwrap();
        aws.session("prod", "eu-west-1").await.unwrap();
        aws.cleanup().await;
    }
}

#[tokio::test]
async fn source_credentials_that_expired_are_told_from_those_that_are_wrong() {
    let stand = Stand::new().await;
    for (fault, class) in [
        (StsFault::ExpiredToken, AwsErrorClass::CredentialExpired),
        (StsFault::InvalidClientTokenId, AwsErrorClass::CredentialInvalid),
        (StsFault::SignatureDoesNotMatch, AwsErrorClass::CredentialInvalid),
    ] {
        stand.sts.fail(None, fault);
        refused(&stand, &stand.api(), "prod", class).await;
    }
    stand.vault.put("aws/hub", key_pair(KEY, "SENTINEL-not the secret"));
    refused(&stand, &stand.api(), "prod", AwsErrorClass::CredentialInvalid).await;
}

#[tokio::test]
async fn throttling_is_obeyed_and_not_answered_with_more_calls() {
    let stand = Stand::new().await;
    let aws = stand.api();
    stand.sts.fail(None, StsFault::Throttled(Some(Duration::from_secs(90))));
    let error = refused(&stand, &aws, "prod", AwsErrorClass::Throttled).await;
    assert_eq!(error.retry_hint(), RetryHint::After(Duration::from_secs(90)));
    let all = join_all((0..100).map(|_| aws.session("prod", "eu-west-1"))).await;
    assert!(all.iter().all(Result::is_err), "the pause that was asked for holds");
    assert_eq!(stand.sts.calls().len(), 1);
}

#[tokio::test]
async fn throttling_that_passes_is_not_noticed() {
    let stand = Stand::new().await;
    stand.sts.fail_next(2, Some(StsOperation::AssumeRole), StsFault::Throttled(None));
    let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let options = AwsOptions::default().with_retry(retry);
    let aws = stand.builder().options(options).account(stand.hub()).account(stand.prod()).build().unwrap();
    aws.session("prod", "eu-west-1").await.unwrap();
    assert_eq!(stand.assumed(), 3);
    aws.cleanup().await;
}

#[tokio::test]
async fn trouble_of_aws_is_transient_and_its_pages_are_not_shown() {
    let stand = Stand::new().await;
    for fault in [StsFault::Status(500), StsFault::Status(503), StsFault::Gibberish] {
        stand.sts.fail(None, fault);
        let error = refused(&stand, &stand.api(), "prod", AwsErrorClass::Unavailable).await;
        assert!(error.is_transient() && !format!("{error:?} {error}").contains("html"), "{error:?}");
    }
}

#[tokio::test]
async fn an_sts_that_is_not_there_or_never_answers_costs_a_bounded_time() {
    let stand = Stand::new().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = stand.hub().with_role(RoleConfig::new(role_arn(HUB, "deployer")));
    let gone = gone.with_endpoint_url(format!("http://{nobody}").parse().unwrap());
    let aws = stand.builder().account(gone).build().unwrap();
    let error = refused(&stand, &aws, "hub", AwsErrorClass::Unreachable).await;
    assert!(error.is_transient() && std::error::Error::source(&error).is_some());

    let _held = stand.sts.hold();
    let hasty = Stand::options().with_timeouts(Duration::from_secs(1), Duration::from_millis(200));
    let aws = stand.builder().options(hasty).account(stand.hub()).account(stand.prod()).build().unwrap();
    let error = refused(&stand, &aws, "prod", AwsErrorClass::Unreachable).await;
    assert_eq!(error.as_sts().unwrap().reason(), StsReason::TimedOut);
}

#[tokio::test]
async fn a_missing_or_wrong_secret_concerns_its_account_only() {
    let stand = Stand::new().await;
    stand.vault.put("aws/half", SecretData::from_iter([(ACCESS_KEY_ID, "AKIAHALF".into())]));
    let with = |name: &str, path: &str| {
        AccountConfig::new(name, "eu-west-1", CredentialSource::keys(path)).with_endpoint_url(stand.sts.url())
    };
    let accounts = [with("gone", "aws/gone"), with("half", "aws/half"), stand.hub(), stand.prod()];
    let aws = stand.builder().accounts(accounts).build().unwrap();
    let wanted = ["gone", "half", "hub", "prod", "typo"].map(|name| (name, "eu-west-1"));
    let warmed = aws.warm(wanted).await;
    let failed: Vec<_> =
        warmed.failed.iter().map(|(name, _, error)| (name.as_str(), ErrorChain::new(error).to_string())).collect();
    assert_eq!(
        failed,
        [
            ("gone", "there is no key pair for account \"gone\": secret \"aws/gone\" is not there".to_owned()),
            (
                "half",
                "there is no key pair for account \"half\": secret \"aws/half\" has no \"aws_secret_access_key\""
                    .to_owned()
            ),
            ("typo", "there is no account \"typo\" in the configuration".to_owned()),
        ],
    );
    assert_eq!(warmed.ready.iter().map(Session::account).collect::<Vec<_>>(), ["hub", "prod"]);
    assert!(matches!(aws.health("gone"), Ok(AccountHealth::Failing(AwsError::Keys { .. }))));
    assert!(matches!(aws.health("hub"), Ok(AccountHealth::Ready { expires: None })));
    aws.cleanup().await;
}

#[tokio::test]
async fn a_key_of_another_account_is_found_before_anything_is_written() {
    let stand = Stand::new().await;
    let wrong = stand.hub().with_uid(PROD.parse().unwrap());
    let options = Stand::options().with_verification(Verification::BeforeFirstUse);
    let aws = stand.builder().options(options).account(wrong).build().unwrap();
    for _ in 0..3 {
        let error = refused(&stand, &aws, "hub", AwsErrorClass::WrongAccount).await;
        assert_eq!(
            error.to_string(),
            format!("account \"hub\" should be {PROD}, and its credentials are those of {HUB}")
        );
    }
    // Asked when somebody wants to know, it says the same.
    assert!(matches!(aws.verify_account("hub").await, Err(AwsError::WrongAccount { .. })));
}

#[tokio::test]
async fn who_we_are_is_asked_once() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let all = join_all((0..100).map(|_| aws.verify_account("prod"))).await;
    assert!(all.iter().all(|identity| identity.as_ref().unwrap().account == PROD.parse().unwrap()));
    assert_eq!(stand.sts.count(StsOperation::GetCallerIdentity), 1);
    aws.cleanup().await;
}

#[tokio::test]
async fn a_key_of_another_account_is_found_when_it_takes_the_place_of_a_right_one() {
    let stand = Stand::new().await;
    let aws = stand.api();
    assert!(aws.verify_account("hub").await.is_ok());
    stand.sts.add_key("AKIAWRONG", "another secret", PROD.parse().unwrap(), "somebody");
    stand.vault.put("aws/hub", key_pair("AKIAWRONG", "another secret"));
    stand.clock.advance(Duration::from_secs(6 * 60));
    assert!(aws.verify_account("hub").await.is_ok(), "the old one is used until the new one is there");
    until("the secret is read again", || stand.vault.reads() == 2).await;
    // The answer of the vault is in use a moment after it came.
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    let found = aws.verify_account("hub").await;
    assert!(matches!(found, Err(AwsError::WrongAccount { .. })), "{found:?}");
    aws.cleanup().await;
}
