//! One record is one cluster, whatever becomes of answers.

use super::*;
use crate::cluster::ProviderType;

async fn clusters_after(rig: &Rig) -> usize {
    rig.ocm.clusters().len()
}

#[tokio::test]
async fn what_was_made_without_an_answer_is_adopted() {
    for effect in [Effect::LoseAnswer, Effect::Html(http::StatusCode::OK)] {
        let rig = Rig::of(OcmSimulator::builder().allow_equal_names()).await;
        let done = effect == Effect::LoseAnswer;
        rig.ocm.fault(on_create(effect).once());
        let outcome = rig.provider.create(&call(), &request("aws")).await;
        if done {
            let made = outcome.unwrap();
            assert_eq!(made.internal_id.as_str(), rig.ocm.clusters()[0].id);
        } else {
            assert!(outcome.unwrap_err().is_ambiguous(), "a page in place of an answer says nothing of what was done");
        }
        assert_eq!(rig.ocm.count(&Method::POST, CLUSTERS), 1, "the create is sent once");
        assert_eq!(clusters_after(&rig).await, usize::from(done));
        rig.end().await;
    }
}

#[tokio::test]
async fn a_create_that_is_never_answered_leaves_time_to_look_for_its_cluster() {
    let rig = Rig::of(OcmSimulator::builder().allow_equal_names()).await;
    rig.ocm.fault(on_create(Effect::DoAndHang).once());
    let call = CallContext::within(Duration::from_secs(3));
    let made = rig.provider.create(&call, &request("aws")).await.unwrap();
    assert_eq!(made.internal_id.as_str(), rig.ocm.clusters()[0].id);
    assert_eq!((clusters_after(&rig).await, rig.ocm.count(&Method::POST, CLUSTERS)), (1, 1));
    rig.end().await;
}

#[tokio::test]
async fn a_create_that_did_not_arrive_is_unknown_and_may_be_asked_for_again() {
    let rig = Rig::with(OcmSimulator::builder().allow_equal_names(), |options| {
        options.adopt_grace = GoDuration::from(Duration::from_millis(100));
    })
    .await;
    rig.ocm.fault(on_create(Effect::LoseRequest).once());
    let error = rig.provider.create(&call(), &request("aws")).await.unwrap_err();
    assert!(error.is_ambiguous() && error.is_retryable(), "{error}");
    assert_eq!(clusters_after(&rig).await, 0);
    rig.provider.create(&call(), &request("aws")).await.unwrap();
    assert_eq!(clusters_after(&rig).await, 1);
    rig.end().await;
}

#[tokio::test]
async fn a_server_error_after_a_create_is_looked_into_and_not_sent_again() {
    let rig = Rig::with(OcmSimulator::builder().allow_equal_names(), |options| {
        options.adopt_grace = GoDuration::from(Duration::from_millis(100));
    })
    .await;
    for fault in [Fault::unavailable(), Fault::internal(), Fault::html()] {
        rig.ocm.forget_requests();
        rig.ocm.fault(fault.on_method(Method::POST).on_path(CLUSTERS).once());
        assert!(rig.provider.create(&call(), &request("aws")).await.unwrap_err().is_ambiguous());
        assert_eq!(rig.ocm.count(&Method::POST, CLUSTERS), 1);
    }
    rig.end().await;
}

/// W-18
#[tokio::test]
async fn a_cluster_that_lists_show_late_is_waited_for() {
    let hidden = Duration::from_millis(700);
    let rig = Rig::of(OcmSimulator::builder().allow_equal_names().hidden_after_create(hidden)).await;
    rig.ocm.fault(on_create(Effect::LoseAnswer).once());
    let made = rig.provider.create(&call(), &request("aws")).await.unwrap();
    assert_eq!(made.internal_id.as_str(), rig.ocm.clusters()[0].id);
    assert_eq!(clusters_after(&rig).await, 1);
    rig.end().await;
}

/// W-18
#[tokio::test]
async fn asking_again_with_the_same_token_is_the_same_cluster() {
    let rig = Rig::of(OcmSimulator::builder().allow_equal_names()).await;
    let first = rig.provider.create(&call(), &request("aws")).await.unwrap();
    let again = rig.provider.create(&call(), &request("aws")).await.unwrap();
    assert_eq!(first.internal_id, again.internal_id);
    let found = rig.provider.find(&call(), &request("aws").claim()).await.unwrap().unwrap();
    assert_eq!(first.internal_id, found.internal_id);
    let mut renamed = request("aws").claim();
    renamed.name = "mk-another".to_owned();
    let found = rig.provider.find(&call(), &renamed).await.unwrap().unwrap();
    assert_eq!(first.internal_id, found.internal_id, "the token alone is enough");
    assert_eq!((clusters_after(&rig).await, rig.ocm.count(&Method::POST, CLUSTERS)), (1, 1));
    rig.end().await;
}

#[tokio::test]
async fn a_cluster_of_somebody_else_is_not_adopted() {
    for status in [400, 409] {
        let builder = OcmSimulator::builder().refuse_taken_names_with(http::StatusCode::from_u16(status).unwrap());
        let rig = Rig::of(builder).await;
        rig.provider.create(&call(), &request("aws")).await.unwrap();
        let mut other = request("aws");
        other.create_token = CreateToken::new("token-2").unwrap();
        let error = rig.provider.create(&call(), &other).await.unwrap_err();
        assert_eq!(error.kind(), ProviderErrorKind::AlreadyExists);
        assert_eq!(error.provider(), &ProviderType::OCM);
        assert_eq!(kind(rig.provider.find(&call(), &other.claim()).await), ProviderErrorKind::Conflict);
        assert_eq!(clusters_after(&rig).await, 1);
        rig.end().await;
    }
}

#[tokio::test]
async fn a_name_that_was_taken_between_look_and_create_is_looked_at_again() {
    let rig = Rig::new().await;
    rig.ocm.fault(on_create(Effect::NameTaken).once());
    let error = rig.provider.create(&call(), &request("aws")).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Invalid, "{error}");
    assert!(!error.is_ambiguous());
    assert!(rig.ocm.count(&Method::GET, CLUSTERS) >= 3, "it was looked for again");
    rig.end().await;
}

#[tokio::test]
async fn accounts_that_may_not_search_by_properties_find_by_name() {
    let rig = Rig::new().await;
    let made = rig.provider.create(&call(), &request("aws")).await.unwrap();
    let found = rig.provider.find(&call(), &request("aws").claim()).await.unwrap();
    assert_eq!(found.unwrap().internal_id, made.internal_id);
    let mut other = request("aws").claim();
    other.name = "mk-unknown".to_owned();
    other.token = CreateToken::new("token-9").unwrap();
    // The second list is that by properties.
    rig.ocm.fault(
        Fault::refuse(http::StatusCode::BAD_REQUEST, "no").on_method(Method::GET).on_path(CLUSTERS).after(1).once(),
    );
    assert_eq!(rig.provider.find(&call(), &other).await.unwrap(), None);
    rig.end().await;
}

#[tokio::test]
async fn a_list_that_is_none_does_not_make_a_second_cluster() {
    let rig = Rig::of(OcmSimulator::builder().allow_equal_names()).await;
    rig.provider.create(&call(), &request("aws")).await.unwrap();
    let html = Effect::Html(http::StatusCode::OK);
    rig.ocm.fault(Fault::new(html).on_method(Method::GET).on_path(CLUSTERS));
    assert_eq!(kind(rig.provider.create(&call(), &request("aws")).await), ProviderErrorKind::Decode);
    assert_eq!(clusters_after(&rig).await, 1);
    rig.end().await;
}
