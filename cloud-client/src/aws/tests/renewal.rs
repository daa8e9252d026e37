//! One call for all, ahead of the end, and away from those who wait.

use super::*;

#[tokio::test]
async fn a_hundred_first_callers_make_one_call_to_sts() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let held = stand.sts.hold();
    let first = join_all((0..100).map(|n| {
        let aws = aws.clone();
        async move { aws.session("prod", if n % 2 == 0 { "eu-west-1" } else { "eu-central-1" }).await }
    }));
    let released = async {
        stand.sts.wait_for_calls_under_way(1).await;
        drop(held);
    };
    let (sessions, ()) = tokio::join!(first, released);
    assert!(sessions.iter().all(Result::is_ok), "{:?}", sessions.iter().find(|session| session.is_err()));
    assert_eq!((stand.assumed(), stand.sts.calls().len(), stand.vault.reads()), (1, 1, 1));
    aws.cleanup().await;
}

#[tokio::test]
async fn all_regions_and_clients_of_an_account_share_its_credentials() {
    let stand = Stand::new().await;
    let aws = stand.api();
    for region in ["eu-west-1", "eu-central-1", "us-east-1"] {
        let session = aws.session("prod", region).await.unwrap();
        assert_eq!(call(&session).await.unwrap(), format!("arn:aws:sts::{PROD}:assumed-role/deployer/mooring-prod"));
        assert_eq!(stand.sts.calls().last().unwrap().region.as_deref(), Some(region));
    }
    assert_eq!(stand.assumed(), 1);
    aws.cleanup().await;
}

#[tokio::test]
async fn credentials_are_renewed_ahead_of_their_end_while_the_old_ones_are_used() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    stand.clock.advance(Duration::from_secs(3600 - 4 * 60 + 60));
    let held = stand.sts.hold();
    // Neither waits for the renewal, which is held up.
    let before = session.expose_credentials().await.unwrap();
    stand.sts.wait_for_calls_under_way(1).await;
    let again = join_all((0..100).map(|_| session.expose_credentials())).await;
    assert!(again.iter().all(|shown| {
        shown.as_ref().unwrap().expose_for_sdk().access_key_id() == before.expose_for_sdk().access_key_id()
    }));
    drop(held);
    until("other credentials", || {
        matches!(aws.health("prod"), Ok(AccountHealth::Ready { expires: Some(expires) }) if expires > before.expires().unwrap())
    })
    .await;
    let after = session.expose_credentials().await.unwrap();
    assert_ne!(after.expose_for_sdk().access_key_id(), before.expose_for_sdk().access_key_id());
    assert_eq!(stand.assumed(), 2);
    call(&session).await.unwrap();
    aws.cleanup().await;
}

/// The role's session ends in the middle of a run.
#[tokio::test]
async fn a_client_made_long_ago_goes_on_after_its_credentials_ended() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    call(&session).await.unwrap();
    for hour in 1..=3 {
        stand.clock.advance(Duration::from_secs(3600));
        call(&session).await.unwrap();
        assert_eq!(stand.assumed(), 1 + hour);
    }
    aws.cleanup().await;
}

#[tokio::test]
async fn a_failed_renewal_keeps_what_is_good_and_the_end_is_the_end() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    stand.sts.fail(Some(StsOperation::AssumeRole), StsFault::Status(503));
    stand.clock.advance(Duration::from_secs(3600 - 60));
    call(&session).await.unwrap();
    until("the renewal failed", || aws.counts().failures == 1).await;
    call(&session).await.unwrap();
    stand.clock.advance(Duration::from_secs(60));
    let error = call(&session).await.unwrap_err();
    let error = AwsError::in_chain(&*error).unwrap();
    assert_eq!((error.class(), error.account()), (AwsErrorClass::Unavailable, "prod"));
    assert!(error.is_transient());
    aws.cleanup().await;
}

#[tokio::test]
async fn a_key_pair_that_is_exchanged_is_noticed_and_the_role_assumed_anew() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    stand.sts.add_key("AKIAOTHER", "another secret", HUB.parse().unwrap(), "hub");
    stand.vault.put("aws/hub", key_pair("AKIAOTHER", "another secret"));
    stand.clock.advance(Duration::from_secs(6 * 60));
    call(&session).await.unwrap();
    until("the secret is read again", || stand.vault.reads() == 2).await;
    // The answer of the vault is in use a moment after it came.
    let in_use = tokio::time::timeout(Duration::from_secs(10), async {
        while stand.assumed() < 2 {
            call(&session).await.unwrap();
        }
    });
    in_use.await.expect("the new key pair is in use");
    let assumed: Vec<_> = stand.sts.calls().into_iter().filter(|call| call.role.is_some()).collect();
    assert_eq!(assumed.last().unwrap().access_key_id.as_deref(), Some("AKIAOTHER"));
    assert_eq!(assumed.len(), 2);
    aws.cleanup().await;
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_again_changes_nothing() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("hub", "eu-west-1").await.unwrap();
    stand.vault.empty();
    stand.clock.advance(Duration::from_secs(24 * 3600));
    call(&session).await.unwrap();
    until("it was tried", || aws.counts().failures == 1).await;
    call(&session).await.unwrap();
    aws.cleanup().await;
}

#[tokio::test]
async fn what_is_forgotten_is_made_anew() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let further = [RoleConfig::new(role_arn(HUB, "reader"))];
    let session = aws.session_with_roles("prod", "eu-west-1", further).await.unwrap();
    assert_eq!((stand.assumed(), stand.vault.reads()), (2, 1));
    aws.renew("prod").unwrap();
    assert!(matches!(aws.health("prod"), Ok(AccountHealth::Unknown)));
    call(&session).await.unwrap();
    assert_eq!((stand.assumed(), stand.vault.reads()), (4, 2));
    aws.cleanup().await;
}

#[tokio::test]
async fn what_lies_between_an_account_and_its_source_is_forgotten_with_it() {
    let stand = Stand::new().await;
    let middle = role_arn(HUB, "reader");
    let way = [
        stand.hub(),
        AccountConfig::new("middle", "eu-west-1", CredentialSource::account("hub"))
            .with_role(RoleConfig::new(middle.clone()))
            .with_endpoint_url(stand.sts.url()),
        AccountConfig { source: CredentialSource::account("middle"), ..stand.prod() },
    ];
    let aws = stand.builder().accounts(way).build().unwrap();

    // A failure on the way is remembered, and not beyond that word.
    stand.sts.refuse_role(&middle, true);
    assert_eq!(aws.session("prod", "eu-west-1").await.unwrap_err().class(), AwsErrorClass::RoleRefused);
    stand.sts.refuse_role(&middle, false);
    aws.session("prod", "eu-west-1").await.unwrap_err();
    assert_eq!(stand.assumed(), 1);
    aws.renew("prod").unwrap();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    assert_eq!(stand.assumed(), 3);

    aws.renew("prod").unwrap();
    call(&session).await.unwrap();
    assert_eq!((stand.assumed(), stand.vault.reads()), (5, 3));
    aws.cleanup().await;
}
