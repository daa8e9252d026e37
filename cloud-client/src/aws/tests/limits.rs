//! How many calls are under way, and what is shared.

use super::*;

#[tokio::test]
async fn so_many_calls_of_an_account_are_under_way_and_no_more() {
    let stand = Stand::new().await;
    let accounts = [stand.hub().with_max_in_flight(3), stand.prod()];
    let aws = stand.builder().accounts(accounts).build().unwrap();
    let session = aws.session("hub", "eu-west-1").await.unwrap();
    let elsewhere = aws.session("hub", "eu-central-1").await.unwrap();
    let other = aws.session("prod", "eu-west-1").await.unwrap();
    let held = stand.sts.hold();
    let calls = (0..20).map(|n| {
        let session = if n % 2 == 0 { session.clone() } else { elsewhere.clone() };
        tokio::spawn(async move { call(&session).await.is_ok() })
    });
    let calls: Vec<_> = calls.collect();
    stand.sts.wait_for_calls_under_way(3).await;
    // Another account has turns of its own: when its call has come, all that could come of the first one have come too.
    let others = tokio::spawn(async move { call(&other).await.is_ok() });
    stand.sts.wait_for_calls_under_way(4).await;
    assert_eq!(stand.sts.under_way(), 4);
    drop(held);
    for call in calls.into_iter().chain([others]) {
        assert!(call.await.unwrap());
    }
    aws.cleanup().await;
}

#[tokio::test]
async fn a_session_and_a_client_are_made_once_and_given_to_all() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let one = aws.session("prod", "eu-west-1").await.unwrap();
    let other = aws.session("prod", "eu-west-1").await.unwrap();
    assert!(std::ptr::eq(one.config(), other.config()));
    let made = std::sync::atomic::AtomicUsize::new(0);
    for session in [&one, &other] {
        session.client(|config| {
            made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            aws_sdk_sts::Client::new(config)
        });
    }
    assert_eq!(made.into_inner(), 1);
    assert_eq!((one.account(), one.region(), one.partition()), ("prod", "eu-west-1", Partition::Aws));
    aws.cleanup().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn metrics_tell_what_happened_and_no_secret() {
    let stand = Stand::new().await;
    let metrics = AwsMetrics::default();
    let mut registry = prometheus_client::registry::Registry::default();
    metrics.register(&mut registry);
    let aws = stand.builder().metrics(&metrics).account(stand.hub()).account(stand.prod()).build().unwrap();
    call(&aws.session("prod", "eu-west-1").await.unwrap()).await.unwrap();
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    for line in [
        "cloud_client_aws_sts_duration_seconds_count{operation=\"AssumeRole\",outcome=\"ok\"} 1",
        "cloud_client_aws_request_duration_seconds_count{account=\"prod\",status=\"2xx\"} 1",
        "cloud_client_aws_wait_duration_seconds_count{account=\"prod\"} 1",
        "cloud_client_aws_credentials_total{account=\"prod\",outcome=\"ok\"} 1",
        "cloud_client_aws_credentials_expiry_timestamp_seconds{account=\"prod\"} 17",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains(StsDouble::SENTINEL) && !text.contains("AKIA") && !text.contains("ASIA"), "{text}");
    aws.cleanup().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn credentials_that_come_expired_are_counted_as_not_made() {
    let stand = Stand::new().await;
    let metrics = AwsMetrics::default();
    let mut registry = prometheus_client::registry::Registry::default();
    metrics.register(&mut registry);
    let now = std::time::SystemTime::from(core_client::credentials::Clock::now(&stand.clock));
    let ended = aws_credential_types::Credentials::new(KEY, SECRET, None, Some(now), "test");
    let account = AccountConfig::new("late", "eu-west-1", CredentialSource::provider(ended));
    let aws = stand.builder().metrics(&metrics).account(account).build().unwrap();
    assert_eq!(aws.session("late", "eu-west-1").await.unwrap_err().class(), AwsErrorClass::CredentialExpired);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    let failed = "cloud_client_aws_credentials_total{account=\"late\",outcome=\"credential_expired\"} 1";
    assert!(text.contains(failed) && !text.contains("outcome=\"ok\""), "{text}");
    assert!(!text.contains("expiry_timestamp_seconds{account=\"late\"}"), "{text}");
    aws.cleanup().await;
}
