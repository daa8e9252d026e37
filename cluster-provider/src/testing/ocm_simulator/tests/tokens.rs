use super::*;

#[tokio::test(start_paused = true)]
async fn nobody_is_answered_without_a_good_token() {
    let mut caller = Caller::of(OcmSimulator::builder().token_lifetime(Duration::from_secs(60))).await;
    assert_eq!(caller.get(CLUSTERS).await.0, 200);
    tokio::time::advance(Duration::from_secs(61)).await;
    let (status, error) = caller.get(CLUSTERS).await;
    assert_eq!((status, &error["code"]), (401, &json!("CLUSTERS-MGMT-401")));
    caller.renew().await;
    assert_eq!(caller.get(CLUSTERS).await.0, 200);
    caller.ocm.expire_tokens();
    assert_eq!(caller.get(CLUSTERS).await.0, 401);
    assert_eq!(caller.ocm.tokens_issued(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_shows_its_secret_by_basic_or_in_the_form() {
    let caller = Caller::new().await;
    let credentials = caller.ocm.credentials();
    let grant = [("grant_type", "client_credentials"), ("scope", "openid")];
    let ask = async |secret: &str| {
        let request = caller.http.post(caller.ocm.token_url()).form(&grant);
        answered(request.basic_auth(&credentials.client_id, Some(secret)).send().await.unwrap()).await
    };
    let (status, body) = ask(credentials.client_secret.expose_secret()).await;
    assert_eq!((status, &body["token_type"]), (200, &json!("Bearer")));
    let (status, error) = ask("wrong").await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")));
    assert_eq!(caller.form(&[("grant_type", "password")]).await.1["error"], "unsupported_grant_type");
}

#[tokio::test(start_paused = true)]
async fn an_offline_token_is_good_once_when_it_rotates() {
    let caller = Caller::new().await;
    let use_it = async |token: &str| {
        caller.form(&[("grant_type", "refresh_token"), ("client_id", "cloud-services"), ("refresh_token", token)]).await
    };
    let first = caller.ocm.credentials().offline_token;
    let (status, body) = use_it(first.expose_secret()).await;
    assert_eq!(status, 200);
    let second = body["refresh_token"].as_str().unwrap();
    assert_eq!(use_it(first.expose_secret()).await.1["error"], "invalid_grant");
    assert_eq!(use_it(second).await.0, 200);

    let caller = Caller::of(OcmSimulator::builder().keep_offline_token()).await;
    let token = caller.ocm.credentials().offline_token;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.expose_secret())];
    assert_eq!(caller.form(&fields).await.1.get("refresh_token"), None);
    assert_eq!(caller.form(&fields).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_token_says_until_when_it_is_good_and_no_secret_is_logged() {
    use base64::Engine as _;
    let caller = Caller::new().await;
    let claims = caller.token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 15 * 60);
    let secret = caller.ocm.credentials().client_secret;
    let log = caller.ocm.requests();
    assert_eq!(log[0].body["grant_type"], "client_credentials");
    assert!(!log[0].body.to_string().contains(secret.expose_secret()));
}
