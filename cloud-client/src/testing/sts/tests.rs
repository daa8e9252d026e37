use std::time::Duration;

use aws_credential_types::Credentials;

use super::*;

fn client(sts: &StsDouble, credentials: Credentials) -> aws_sdk_sts::Client {
    struct Time(TestClock);
    impl std::fmt::Debug for Time {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Time")
        }
    }
    impl aws_smithy_async::time::TimeSource for Time {
        fn now(&self) -> std::time::SystemTime {
            self.0.now().into()
        }
    }
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("eu-west-1"))
        .endpoint_url(sts.url().as_str())
        .time_source(Time(sts.clock()))
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .credentials_provider(credentials)
        .build();
    aws_sdk_sts::Client::from_conf(config)
}

fn code<T, E: aws_sdk_sts::error::ProvideErrorMetadata, R>(
    answer: Result<T, aws_sdk_sts::error::SdkError<E, R>>,
) -> Option<String> {
    answer.err().and_then(|error| error.as_service_error()?.code().map(str::to_owned))
}

#[tokio::test]
async fn a_right_signature_is_let_in_and_wrong_ones_are_told_apart() {
    let sts = StsDouble::start().await.unwrap();
    sts.add_key("AKIA1", "secret", "123456789012".parse().unwrap(), "alice");
    let who = |id: &str, secret: &str, token: Option<&str>| {
        client(&sts, Credentials::new(id, secret, token.map(str::to_owned), None, "test")).get_caller_identity().send()
    };
    let answer = who("AKIA1", "secret", None).await.unwrap();
    assert_eq!(answer.arn(), Some("arn:aws:iam::123456789012:user/alice"));
    assert_eq!(code(who("AKIA1", "wrong", None).await).as_deref(), Some("SignatureDoesNotMatch"));
    assert_eq!(code(who("AKIA2", "secret", None).await).as_deref(), Some("InvalidClientTokenId"));
    assert_eq!(code(who("AKIA1", "secret", Some("t")).await).as_deref(), Some("InvalidClientTokenId"));
    sts.remove_key("AKIA1");
    assert_eq!(code(who("AKIA1", "secret", None).await).as_deref(), Some("InvalidClientTokenId"));
    assert_eq!(sts.count(StsOperation::GetCallerIdentity), 5);
    sts.shutdown().await;
}

#[tokio::test]
async fn what_it_hands_out_is_good_until_its_clock_says_otherwise() {
    let sts = StsDouble::start().await.unwrap();
    sts.add_key("AKIA1", "secret", "123456789012".parse().unwrap(), "alice");
    let user = client(&sts, Credentials::from_keys("AKIA1", "secret", None));
    let given = user.get_session_token().duration_seconds(900).send().await.unwrap();
    let given = given.credentials().unwrap();
    let with = Credentials::from_keys(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
    );
    assert!(client(&sts, with.clone()).get_caller_identity().send().await.is_ok());
    sts.clock().advance(Duration::from_secs(900));
    assert_eq!(code(client(&sts, with).get_caller_identity().send().await).as_deref(), Some("ExpiredToken"));
    sts.shutdown().await;
}

#[tokio::test]
async fn faults_are_used_up_and_forgotten() {
    let sts = StsDouble::start().await.unwrap();
    sts.add_key("AKIA1", "secret", "123456789012".parse().unwrap(), "alice");
    let user = client(&sts, Credentials::from_keys("AKIA1", "secret", None));
    sts.fail_next(1, Some(StsOperation::AssumeRole), StsFault::AccessDenied);
    sts.fail_next(2, None, StsFault::Throttled(None));
    for _ in 0..2 {
        assert_eq!(code(user.get_caller_identity().send().await).as_deref(), Some("Throttling"));
    }
    assert!(user.get_caller_identity().send().await.is_ok());
    sts.fail(None, StsFault::Status(500));
    assert!(user.get_caller_identity().send().await.is_err());
    sts.recover();
    assert!(user.get_caller_identity().send().await.is_ok());
    sts.shutdown().await;
}
