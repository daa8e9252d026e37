//! Beginning and end.

use super::*;

#[tokio::test]
async fn nothing_is_asked_before_somebody_asks() {
    let stand = Stand::new().await;
    let aws = stand.api();
    assert_eq!((stand.sts.calls().len(), stand.vault.reads()), (0, 0));
    assert!(matches!(aws.health("prod"), Ok(AccountHealth::Unknown)));
    let mut names = aws.accounts();
    names.sort();
    assert_eq!(names, ["hub", "prod"]);
    assert!(AwsApi::builder().build().unwrap().accounts().is_empty(), "no account at all is no mistake");
}

#[tokio::test]
async fn after_cleanup_there_are_no_sessions_and_clients_say_why() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    let held = stand.sts.hold();
    let waiting = tokio::spawn({
        let aws = aws.clone();
        async move { aws.verify_account("hub").await }
    });
    stand.sts.wait_for_calls_under_way(1).await;
    aws.cleanup().await;
    assert!(matches!(waiting.await.unwrap(), Err(AwsError::Closed { .. })));
    drop(held);
    assert!(matches!(aws.session("prod", "eu-west-1").await, Err(AwsError::Closed { .. })));
    assert!(matches!(aws.session("hub", "eu-west-1").await, Err(AwsError::Closed { .. })));
    let error = call(&session).await.unwrap_err();
    assert_eq!(AwsError::in_chain(&*error).map(AwsError::class), Some(AwsErrorClass::Closed));
    aws.cleanup().await;
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_strand_the_others() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let held = stand.sts.hold();
    let first = tokio::spawn({
        let aws = aws.clone();
        async move { aws.session("prod", "eu-west-1").await }
    });
    stand.sts.wait_for_calls_under_way(1).await;
    first.abort();
    assert!(first.await.is_err());
    let second = aws.session("prod", "eu-central-1");
    drop(held);
    second.await.unwrap();
    assert_eq!(stand.assumed(), 1);
    aws.cleanup().await;
}

#[tokio::test]
async fn credentials_for_other_programs_end_when_they_are_told_to() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let shown = aws.expose_temporary("hub", Duration::from_secs(900)).await.unwrap();
    assert_eq!(stand.sts.count(StsOperation::GetSessionToken), 1);
    let now = core_client::credentials::Clock::now(&stand.clock);
    assert_eq!(shown.expires().unwrap().duration_since(now).as_secs(), 900);
    assert!(shown.expose_for_sdk().session_token().is_some());
    aws.cleanup().await;
}
