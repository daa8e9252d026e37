//! Refusals, throttling, deadlines and services that do not work.

use core_client::RetryHint;
use http::StatusCode;

use super::*;

/// W-59
#[tokio::test]
async fn a_refused_create_is_the_right_kind_with_everything_that_was_said() {
    let rig = Rig::new().await;
    for (fault, expected) in [
        (Fault::refuse(StatusCode::BAD_REQUEST, "bad size"), ProviderErrorKind::Invalid),
        (Fault::terms(), ProviderErrorKind::TermsRequired),
        (Fault::forbidden(), ProviderErrorKind::Forbidden),
        (Fault::throttled(None), ProviderErrorKind::RateLimited),
    ] {
        rig.ocm.fault(fault.on_method(Method::POST).on_path(CLUSTERS).once());
        let error = rig.provider.create(&call(), &request("aws")).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{error}");
        assert!(error.status().is_some() && error.code().is_some() && error.operation_id().is_some(), "{error:?}");
        assert!(!error.is_ambiguous());
        assert_eq!(error.cluster(), Some("record-1"));
    }
    assert!(rig.ocm.clusters().is_empty());
    rig.end().await;
}

#[tokio::test]
async fn a_refusal_is_about_quota_when_the_quota_says_so() {
    let full = |consumed: i64| {
        vec![json!({"quota_id": "cluster|byoc|osd", "allowed": 2, "consumed": consumed,
            "related_resources": [{"resource_type": "cluster", "product": "OSD", "cost": 1}]})]
    };
    let rig = Rig::new().await;
    for (consumed, expected) in [(2, ProviderErrorKind::QuotaExceeded), (1, ProviderErrorKind::Forbidden)] {
        rig.ocm.set_quota(full(consumed));
        rig.ocm.fault(Fault::quota().on_method(Method::POST).on_path(CLUSTERS).once());
        let error = rig.provider.create(&call(), &request("aws")).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (expected, Some(StatusCode::FORBIDDEN)));
    }
    rig.end().await;
}

#[tokio::test]
async fn room_is_asked_for_before_a_cluster_when_that_is_wanted() {
    let rig = Rig::with(OcmSimulator::builder(), |options| options.quota.check_before_create = true).await;
    rig.ocm.set_quota(Vec::new());
    assert_eq!(kind(rig.provider.create(&call(), &request("aws")).await), ProviderErrorKind::QuotaExceeded);
    assert_eq!(rig.ocm.count(&Method::POST, CLUSTERS), 0);
    rig.end().await;
}

#[tokio::test]
async fn reading_is_repeated_through_what_passes() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    for fault in [
        Fault::unavailable(),
        Fault::internal(),
        Fault::html(),
        Fault::throttled(Some(0)),
        Fault::new(Effect::LoseRequest),
    ] {
        rig.ocm.forget_requests();
        rig.ocm.fault(fault.on_method(Method::GET).on_path(EVERY_CLUSTER).times(2));
        rig.provider.check_status(&call(), &known).await.unwrap().unwrap();
        assert_eq!(rig.ocm.count(&Method::GET, EVERY_CLUSTER), 3);
    }
    rig.end().await;
}

#[tokio::test]
async fn more_patience_than_there_is_is_passed_on() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.fault(Fault::throttled(Some(3600)).on_method(Method::GET).on_path(EVERY_CLUSTER));
    let error = rig.provider.check_status(&call(), &known).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::RateLimited);
    assert_eq!(error.retry_hint(), RetryHint::After(Duration::from_secs(3600)));
    rig.end().await;
}

#[tokio::test]
async fn a_gateways_404_does_not_make_a_cluster_vanish() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.fault(Fault::new(Effect::Html(StatusCode::NOT_FOUND)).on_path(EVERY_CLUSTER));
    assert_eq!(kind(rig.provider.check_status(&call(), &known).await), ProviderErrorKind::Decode);
    assert_eq!(kind(rig.provider.delete(&call(), &known, &DeleteOptions::default()).await), ProviderErrorKind::Decode);
    rig.end().await;
}

#[tokio::test]
async fn a_call_ends_by_its_deadline_and_when_it_is_cancelled() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.fault(Fault::new(Effect::Hang).on_path(EVERY_CLUSTER));
    let short = CallContext::within(Duration::from_millis(50));
    let error = rig.provider.check_status(&short, &known).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Timeout);
    assert!(!error.is_ambiguous(), "reading changes nothing");
    let cancel = tokio_util::sync::CancellationToken::new();
    let call = call().with_cancel(cancel.clone());
    let (outcome, ()) = tokio::join!(rig.provider.check_status(&call, &known), async { cancel.cancel() });
    assert_eq!(kind(outcome), ProviderErrorKind::Cancelled);
    rig.end().await;
}

#[tokio::test]
async fn a_service_that_does_not_work_is_left_alone_for_a_while() {
    let rig = Rig::with(OcmSimulator::builder(), |options| {
        (options.breaker_failures, options.retries) = (3, 0);
        options.breaker_pause = GoDuration::from(Duration::from_millis(200));
    })
    .await;
    let known = rig.ready().await;
    let check = || async { rig.provider.check_status(&call(), &known).await };
    let fault = rig.ocm.fault(Fault::unavailable().on_path(EVERY_CLUSTER));
    for _ in 0..3 {
        assert_eq!(kind(check().await), ProviderErrorKind::Unavailable);
    }
    rig.ocm.forget_requests();
    let error = check().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unavailable);
    assert!(matches!(error.retry_hint(), RetryHint::After(_)) && rig.ocm.requests().is_empty());
    rig.ocm.remove_fault(fault);
    let back = tokio::time::timeout(Duration::from_secs(5), async {
        while check().await.is_err() {
            tokio::task::yield_now().await;
        }
    });
    back.await.unwrap();
    rig.end().await;
}
