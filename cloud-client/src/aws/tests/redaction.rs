//! No secret is shown by anything that can be printed.

use super::*;

#[tokio::test]
async fn nothing_printable_holds_a_secret() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    let client = session.client(aws_sdk_sts::Client::new);
    let role = RoleConfig::new(role_arn(PROD, "r")).with_external_id(SECRET);
    let keys = SecretFields::key_pair("AKIAX", SECRET);
    let things: Vec<Box<dyn std::fmt::Debug>> = vec![
        Box::new(aws.clone()),
        Box::new(stand.builder().account(stand.hub().with_role(role.clone()))),
        Box::new(stand.hub()),
        Box::new(role),
        Box::new(keys.clone()),
        Box::new(SecretsInMemory::default().with("p", keys)),
        Box::new(session.clone()),
        Box::new(session.config().clone()),
        Box::new(client),
        Box::new(session.expose_credentials().await.unwrap()),
        Box::new(aws.health("prod")),
        Box::new(aws.verify_account("prod").await),
        Box::new(aws.counts()),
        Box::new(AwsOptions::default()),
        Box::new(stand.sts.calls()),
    ];
    for thing in things {
        let shown = format!("{thing:?} {thing:#?}");
        assert!(!shown.contains(StsDouble::SENTINEL), "{shown}");
    }
    aws.cleanup().await;
}

#[test]
fn handles_can_be_sent_and_shared() {
    fn assert<T: Clone + Send + Sync>() {}
    assert::<AwsApi>();
    assert::<Session>();
    assert::<AwsError>();
}
