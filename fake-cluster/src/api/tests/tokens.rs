use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::api::Answer;

const TOKEN: &str = "/api/v1/namespaces/default/serviceaccounts/a/token";
const REVIEW: &str = "/apis/authentication.k8s.io/v1/tokenreviews";

fn with_account() -> Fixture {
    let fixture = Fixture::new();
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
    fixture.post("/api/v1/namespaces/default/serviceaccounts", &account).is(201);
    fixture
}

fn request(spec: Value) -> Value {
    json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec})
}

fn token(fixture: &Fixture, spec: Value) -> String {
    fixture.post(TOKEN, &request(spec)).is(201).body["status"]["token"].as_str().unwrap().to_owned()
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

/// Who a token is, as a review at some moment tells it.
fn review(api: &Api, token: &str, audiences: &[&str]) -> Value {
    let spec = json!({"token": token, "audiences": audiences});
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec});
    api.request(Method::POST, REVIEW, Some(&body)).unwrap()["status"].clone()
}

#[test]
fn a_token_says_who_issued_it_for_whom_and_for_how_long() {
    let fixture = with_account();
    let token = token(&fixture, json!({"audiences": ["vault"], "expirationSeconds": 600}));
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], "https://kubernetes.default.svc");
    assert_eq!(claims["sub"], "system:serviceaccount:default:a");
    assert_eq!(claims["aud"], json!(["vault"]));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert_eq!(claims["kubernetes.io"]["serviceaccount"]["name"], "a");
    let keys = fixture.get("/openid/v1/jwks").is(200);
    assert_eq!(keys.content_type, "application/jwk-set+json");
    assert_eq!(keys.body["keys"][0]["kid"], part(&token, 0)["kid"]);
    let discovery = fixture.get("/.well-known/openid-configuration").is(200).body;
    assert_eq!(discovery["issuer"], claims["iss"]);
    assert_eq!(discovery["jwks_uri"], "https://kubernetes.default.svc/openid/v1/jwks");
}

#[test]
fn anybody_can_check_a_token_with_the_published_key() {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    let fixture = with_account();
    let token = token(&fixture, json!({}));
    let key = fixture.get("/openid/v1/jwks").body["keys"][0].clone();
    let mut point = vec![4];
    for coordinate in ["x", "y"] {
        point.extend(URL_SAFE_NO_PAD.decode(key[coordinate].as_str().unwrap()).unwrap());
    }
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &signature).unwrap();
}

#[test]
fn a_token_that_was_changed_or_signed_elsewhere_is_nobodys() {
    let (fixture, other) = (with_account(), with_account());
    let good = token(&fixture, json!({}));
    assert_eq!(review(&fixture.api, &good, &[])["user"]["username"], "system:serviceaccount:default:a");
    let mut claims = part(&good, 1);
    claims["sub"] = json!("system:serviceaccount:kube-system:a");
    let pieces: Vec<&str> = good.split('.').collect();
    let forged = format!("{}.{}.{}", pieces[0], URL_SAFE_NO_PAD.encode(claims.to_string()), pieces[2]);
    for bad in [forged, token(&other, json!({})), format!("{}.{}.", pieces[0], pieces[1]), "a.b.c".into()] {
        let told = review(&fixture.api, &bad, &[]);
        assert!(told["authenticated"].is_null() && told["error"].is_string(), "{told}");
    }
}

#[test]
fn a_token_ends_with_its_time_and_a_minute() {
    let second = Arc::new(std::sync::atomic::AtomicI64::new(1_800_000_000));
    let clock = second.clone();
    let now = move || Timestamp::from_second(clock.load(std::sync::atomic::Ordering::SeqCst)).unwrap();
    let fixture = Fixture { api: Api::new(Arc::new(now), DEFAULT_HISTORY), ..Fixture::new() };
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
    fixture.post("/api/v1/namespaces/default/serviceaccounts", &account).is(201);
    let token = token(&fixture, json!({"expirationSeconds": 600}));
    for (later, good) in [(0, true), (600, true), (660, true), (661, false)] {
        second.store(1_800_000_000 + later, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(review(&fixture.api, &token, &[])["authenticated"] == true, good, "{later}");
    }
}

#[test]
fn a_token_of_an_account_that_was_made_anew_is_nobodys() {
    let fixture = with_account();
    let token = token(&fixture, json!({}));
    fixture.delete("/api/v1/namespaces/default/serviceaccounts/a").is(200);
    assert!(review(&fixture.api, &token, &[])["error"].as_str().unwrap().contains("not found"));
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}});
    fixture.post("/api/v1/namespaces/default/serviceaccounts", &account).is(201);
    assert!(review(&fixture.api, &token, &[])["error"].as_str().unwrap().contains("does not match claim"));
}

#[test]
fn a_token_is_good_for_the_audiences_that_were_asked_for() {
    let fixture = with_account();
    let token = token(&fixture, json!({"audiences": ["vault", "mail"]}));
    let told = review(&fixture.api, &token, &["mail", "other"]);
    assert_eq!((&told["authenticated"], &told["audiences"]), (&json!(true), &json!(["mail"])));
    assert!(review(&fixture.api, &token, &[])["authenticated"].is_null());
}

#[test]
fn a_request_with_a_token_is_its_accounts() {
    let fixture = with_account();
    let token = token(&fixture, json!({}));
    let request = Request::builder()
        .method(Method::GET)
        .uri("/api/v1/namespaces/default/secrets")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let (parts, body) = request.body(Bytes::new()).unwrap().into_parts();
    let answer = fixture.api.answer(&Call::of(&parts), &parts, &body, &Certificate::Absent);
    let Answer::Full(response) = answer else { panic!("a watch") };
    let told = of_response(&response).fails(403, "Forbidden");
    assert!(told.message().contains("system:serviceaccount:default:a"), "{}", told.message());
}

#[test]
fn signing_keys_stay_out_of_debug_output() {
    let fixture = with_account();
    let token = token(&fixture, json!({}));
    let shown = format!("{:?} {:?}", fixture.api, fixture.api.tokens);
    assert!(!shown.contains(&token) && !shown.contains("pair"), "{shown}");
}
